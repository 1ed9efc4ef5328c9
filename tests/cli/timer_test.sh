#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# alerte timer, and cancel from a pipe, against the real daemon.

. "$(dirname "$0")/../checks/lib.sh"
export LC_ALL=C.UTF-8 LANG=C.UTF-8
unset ALERTED ALERTE_SOCKET
alerte=$B/alerte
[ -x "$B/alerted" ] || skip "alerted is not built"
real=$(cd "$B" && pwd)/alerted
exec </dev/null

cat >"$scratch/alerted.conf" <<END
radio {
	driver = "replay"
	file = "$scratch/frames"
}
modem {
	driver = "spool"
	spool = "$scratch/spool"
}
relay {
	number = "+33639980114"
}
control {
	bus = "none"
}
clock {
	trusted = "yes"
}
END
cat >"$scratch/site.conf" <<END
contact paul {
	name = "Paul Durand"
	number = "+33639980102"
}
wearer marie {
	name = "Marie Durand"
	short_name = "Marie D."
	place = "12 rue Garibaldi, 69003 Lyon"
	cancel_code = "lunebleue"
	duress_code = "solnoir"
	contact = {"paul"}
}
END
: >"$scratch/frames"

"$real" --config "$scratch/alerted.conf" --state "$scratch/state" \
	--runtime "$scratch/run" --create-keys >"$scratch/daemon.log" 2>&1 &
daemon=$!
trap 'kill "$daemon" 2>/dev/null; wait "$daemon"; rm -rf "$scratch"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	[ -S "$scratch/run/control" ] && break
	sleep 0.1
done
export ALERTE_SOCKET="$scratch/run/control"

# ends CODE COMMAND...: the exit code; standard input is the caller's.
ends() {
	want=$1
	shift
	"$@" >"$scratch/out" 2>"$scratch/err"
	got=$?
	cat "$scratch/out" "$scratch/err"
	echo "exit $got"
	[ "$got" -eq "$want" ]
}
said() { grep -qE -- "$1" "$scratch/out" || { cat "$scratch/out"; false; }; }
told() { grep -qE -- "$1" "$scratch/err" || { cat "$scratch/err"; false; }; }
# typed CODE WANT ARGUMENT...: the code comes from a pipe.
typed() {
	code=$1 want=$2
	shift 2
	echo "$code" | ends "$want" "$alerte" "$@"
}
narrow() {
	"$@" </dev/null >"$scratch/wide" 2>&1 &&
		! grep -E '^.{81}' "$scratch/wide"
}
one_json_line() {
	"$@" >"$scratch/out" 2>/dev/null </dev/null || return 1
	cat "$scratch/out"
	[ "$(wc -l <"$scratch/out")" -eq 1 ] &&
		"$B/tests/cli/is_json" <"$scratch/out"
}

holds "the site file is applied" ends 0 "$alerte" apply "$scratch/site.conf"
holds "no timer runs" ends 0 "$alerte" timer
holds "which is said" told 'No timer'
holds "a timer is started without a code" \
	ends 0 "$alerte" timer marie 45m
holds "and when it opens an alert is said" told 'opens in 45 minutes'
holds "it is listed" ends 0 "$alerte" timer
holds "with her name" said '^marie '
holds "and in JSON" one_json_line "$alerte" timer --json
holds "as one line of it" said '"wearer":"marie","left":(2700|269[0-9])'
holds "later takes no code" ends 0 "$alerte" timer marie 1h30m
holds "sooner asks for it" typed wrong 77 timer marie 10m
holds "and a wrong one changes nothing" ends 0 "$alerte" timer --json
holds "as is shown" said '"left":5[34][0-9][0-9]'
holds "without a line there is no end" ends 66 "$alerte" timer marie --end
for lang in en fr; do
	holds "timer fits 80 columns ($lang)" \
		narrow "$alerte" --lang $lang timer
done
holds "no wearer of that name is 66" ends 66 "$alerte" timer nobody 5m
for bad in 30s 25h 5x x '' -5m 0; do
	holds "no time is \"$bad\"" ends 64 "$alerte" timer marie -- "$bad"
done
holds "a code is no argument" ends 64 "$alerte" timer marie --end lunebleue
# A wrong code slows the next try.
until_right() {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		typed "$@" >/dev/null && return 0
		sleep 1
	done
	return 1
}
holds "her code ends it" until_right lunebleue 0 timer marie --end
holds "no timer runs then" ends 0 "$alerte" timer
holds "which is said too" told 'No timer'
holds "there is nothing to end" typed lunebleue 66 timer marie --end
holds "one is started" ends 0 "$alerte" timer marie 45m
holds "her other code ends it" typed solnoir 0 timer marie --end
holds "and says the same" told 'timer of marie is ended'
holds "no alert shows" ends 0 "$alerte" alerts
refuses "not one" said 'marie'
holds "her codes are in no log" \
	fails grep -qE 'lune|solnoir' "$scratch/daemon.log"
finish
