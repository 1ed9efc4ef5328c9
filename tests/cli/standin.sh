# SPDX-License-Identifier: Apache-2.0
# Read, after tests/checks/lib.sh, by the tests of the command against the
# stand-in, which it starts and ends: how the command ended, what it said, and
# what the daemon was asked.

export LC_ALL=C.UTF-8 LANG=C.UTF-8
unset ALERTE_SOCKET NO_COLOR
alerte=$B/alerte

"$B/tests/cli/standin" "$scratch/socket" "$scratch/log" 2>"$scratch/standin" &
standin=$!
trap 'kill "$standin" 2>/dev/null; rm -rf "$scratch"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10; do
	[ -S "$scratch/socket" ] && break
	sleep 0.1
done
export ALERTE_SOCKET="$scratch/socket"

# ends CODE COMMAND...: the exit code; the rest of what was said is kept.
ends() {
	code=$1
	shift
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	got=$?
	cat "$scratch/out" "$scratch/err"
	echo "exit $got"
	[ "$got" -eq "$code" ]
}

# asked LINE: the daemon was last asked this.
asked() {
	tail -n 1 "$scratch/log"
	[ "$(tail -n 1 "$scratch/log")" = "$1" ]
}

untouched() {
	cp "$scratch/log" "$scratch/before"
	"$@" >/dev/null 2>&1 </dev/null
	cmp -s "$scratch/before" "$scratch/log"
}

# said ERE: standard output of the last command; told: its standard error.
said() { grep -qE -- "$1" "$scratch/out" || { cat "$scratch/out"; false; }; }
told() { grep -qE -- "$1" "$scratch/err" || { cat "$scratch/err"; false; }; }
plain() { ! grep -q "$(printf '\033')" "$scratch/out" "$scratch/err"; }

one_json_line() {
	"$@" >"$scratch/out" 2>/dev/null </dev/null || return 1
	cat "$scratch/out"
	[ "$(wc -l <"$scratch/out")" -eq 1 ] &&
		"$B/tests/cli/is_json" <"$scratch/out"
}

# Counted in characters, as a screen does.
narrow() {
	"$@" </dev/null >"$scratch/wide" 2>&1 &&
		! grep -E '^.{81}' "$scratch/wide"
}

three_parts() {
	"$alerte" "$@" >/dev/null 2>"$scratch/err" </dev/null
	cat "$scratch/err"
	grep -q '^alerte: ' "$scratch/err" &&
		grep -qE '^  (why:|cause :) ' "$scratch/err" &&
		grep -qE '^  (next:|ensuite :) ' "$scratch/err"
}

# settled: the terminal shows something new, and has come to rest.  It may take
# its time on a busy machine, as may ended: the command is over.
settled() {
	seen=${shown:-0} size=0 rest=0
	for i in $(seq 100); do
		size=$(wc -c <"$scratch/out")
		if [ "$size" -gt "$seen" ]; then
			rest=0 seen=$size
		elif [ "$size" -gt "${shown:-0}" ]; then
			rest=$((rest + 1))
		fi
		[ "$rest" -ge 4 ] && break
		sleep 0.1
	done
	shown=$size
}
ended() {
	for i in $(seq 100); do
		[ -e "$scratch/over" ] && break
		sleep 0.1
	done
}

# on_terminal COMMAND: it has a terminal of its own, where standard input is
# what is typed; $scratch/out is what it shows.  It leads the session itself: a
# shell before it that died of a key would hang the terminal up on it.
on_terminal() {
	SHELL=/bin/sh script -qec "exec $*" /dev/null >"$scratch/out" 2>&1
	got=$?
	: >"$scratch/over"
	return $got
}

# types COMMAND: it comes from a function `typist`, which may call these two.
types() {
	: >"$scratch/out"
	rm -f "$scratch/over"
	shown=0
	mkfifo "$scratch/keys"
	typist >"$scratch/keys" &
	on_terminal "$@" <"$scratch/keys"
	rm -f "$scratch/keys"
	wait $!
	cat "$scratch/out"
	return $got
}

# typed LINE COMMAND: on a terminal of its own, LINE is typed once it asks.
typed() {
	line=$1
	shift
	typist() {
		settled
		echo "$line"
		ended
	}
	types "$@"
}
