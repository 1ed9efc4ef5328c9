#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demo: it passes on the real daemon, it fails on one that lacks an effect,
# and it leaves nothing behind.

. "$(dirname "$0")/../checks/lib.sh"
export LC_ALL=C.UTF-8 LANG=C.UTF-8 TMPDIR="$scratch/tmp"
unset ALERTED ALERTE_SOCKET
mkdir "$TMPDIR"
alerte=$B/alerte
[ -x "$B/alerted" ] || skip "alerted is not built"

demo() {
	begin=$(date +%s%N)
	"$alerte" demo "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	code=$?
	took=$((($(date +%s%N) - begin) / 1000000))
	cat "$scratch/out" "$scratch/err"
	echo "exit $code after $took ms"
	[ "$code" -eq 0 ]
}

in_time() { [ "$took" -lt 15000 ] || { echo "$took ms"; false; }; }
nothing_left() { [ -z "$(ls -A "$TMPDIR")" ] || { ls -R "$TMPDIR"; false; }; }
nobody_left() {
	! grep -lsa "$TMPDIR/alerte-demo" /proc/[0-9]*/cmdline
}
said() { grep -qE -- "$1" "$scratch/out"; }
narrow() { ! grep -E '^.{81}' "$scratch/out"; }

holds "the demo passes in English" demo --lang en
holds "in less than 15 seconds" in_time
holds "within 80 columns" narrow
holds "it leaves no file" nothing_left
holds "it leaves no process" nobody_left
holds "the demo passes in French" demo --lang fr
holds "in less than 15 seconds" in_time
holds "within 80 columns" narrow
holds "with --json it passes" demo --json
holds "and is one line of JSON" "$B/tests/cli/is_json" <"$scratch/out"

mkdir "$scratch/there"
holds "--keep --dir leaves the folder where it was told to" \
	demo --keep --dir "$scratch/there"
kept=$(echo "$scratch"/there/alerte-demo-*)
secret() {
	stat -c %a "$kept"
	[ "$(stat -c %a "$kept")" = 700 ]
}
holds "closed to everyone else" secret
only_fiction() {
	cat "$kept"/spool/out/* | grep '^To: ' | sort -u >"$scratch/to"
	cat "$scratch/to"
	[ "$(wc -l <"$scratch/to")" -eq 3 ] &&
		! grep -vE '^To: \+3363998[0-9]{4}$' "$scratch/to"
}
holds "SMS went to three fictional numbers and nowhere else" only_fiction
no_secret_shown() {
	key=$(sed -n 's/.*key = "\([0-9a-f]\{32\}\)".*/\1/p' "$kept/site.conf")
	[ -n "$key" ] && ! grep -q "$key" "$kept"/*.log "$scratch/out"
}
holds "her button's key is in no log" no_secret_shown

# A daemon that lacks a part: the demo must see it.
planted() {
	printf '#!/bin/sh\n%s\n' "$1" >"$scratch/planted"
	chmod +x "$scratch/planted"
	ALERTED=$scratch/planted demo --lang en
}
real=$(cd "$B" && pwd)/alerted
refuses "a daemon without a modem is not passed" \
	planted "sed -i 's/\"spool\"\$/\"none\"/' \"\$2\"; exec $real \"\$@\""
holds "it says what is missing" said '^  MISSING +the first contact'
holds "in less than 15 seconds" in_time
holds "it leaves no file" nothing_left
holds "it leaves no process" nobody_left
refuses "a daemon that ends at once is not passed" planted 'exit 0'
holds "it leaves no file" nothing_left
refuses "a daemon that never answers is not passed" planted 'exec sleep 60'
holds "it leaves no process" nobody_left

interrupted() {
	"$alerte" demo >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep 2
	kill -TERM "$pid"
	wait "$pid"
	[ $? -ne 0 ] && nothing_left && nobody_left
}
holds "ended in the middle, it leaves nothing" interrupted
killed() {
	"$alerte" demo --dir "$scratch/there" >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep 2
	kill -KILL "$pid"
	wait "$pid"
	sleep 0.5
	nobody_left
}
holds "killed in the middle, it leaves no process" killed
finish
