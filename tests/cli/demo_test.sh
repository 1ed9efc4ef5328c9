#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demo: it passes on the real daemon, it fails on one that lacks an effect,
# and it leaves nothing behind.

. "$(dirname "$0")/../checks/lib.sh"
export LC_ALL=C.UTF-8 LANG=C.UTF-8
unset ALERTED ALERTE_SOCKET
alerte=$B/alerte
[ -x "$B/alerted" ] || skip "alerted is not built"
real=$(cd "$B" && pwd)/alerted

# begin NAME ARGUMENT...: a demo that runs while others do; ended NAME: its
# exit code.
begin() {
	name=$1
	shift
	mkdir "$scratch/$name" "$scratch/$name/tmp"
	(
		began=$(date +%s%N)
		TMPDIR=$scratch/$name/tmp "$alerte" demo "$@" \
			>"$scratch/$name/out" 2>"$scratch/$name/err" </dev/null
		echo $? >"$scratch/$name/code"
		echo $((($(date +%s%N) - began) / 1000000)) \
			>"$scratch/$name/took"
	) &
}

# planted NAME SHELL: a demo of a daemon that SHELL stands in for.
planted() {
	printf '#!/bin/sh\n%s\n' "$2" >"$scratch/daemon-$1"
	chmod +x "$scratch/daemon-$1"
	ALERTED=$scratch/daemon-$1
	export ALERTED
	begin "$1" --lang en
	unset ALERTED
}

ended() {
	cat "$scratch/$1/out" "$scratch/$1/err"
	echo "exit $(cat "$scratch/$1/code") after $(cat "$scratch/$1/took") ms"
	[ "$(cat "$scratch/$1/code")" -eq 0 ]
}
in_time() { [ "$(cat "$scratch/$1/took")" -lt 25000 ]; }
nothing_left() { [ -z "$(ls -A "$scratch/$1/tmp")" ]; }
nobody_left() { ! grep -lsa "$scratch/$1/tmp" /proc/[0-9]*/cmdline; }
said() { grep -qE -- "$2" "$scratch/$1/out"; }
narrow() { ! grep -E '^.{81}' "$scratch/$1/out"; }
is_json() { "$B/tests/cli/is_json" <"$scratch/json/out"; }

mkdir "$scratch/there"
begin english --lang en
begin french --lang fr --keep --dir "$scratch/there"
begin json --json
# A daemon that lacks a part: the demo must see it.
planted no-modem "sed -i 's/\"spool\"\$/\"none\"/' \"\$2\"; exec $real \"\$@\""
site='"$(dirname "$2")/site.conf"'
planted no-cancel "sed -i /cancel_code/d $site; exec $real \"\$@\""
planted codes-swapped "sed -i 's/cancel_code/x_code/; s/duress_code/cancel_code/
	s/x_code/duress_code/' $site; exec $real \"\$@\""
planted ends 'exit 0'
planted silent 'exec sleep 60'
wait
for name in english french json; do
	holds "the demo passes ($name)" ended $name
	holds "in less than 25 seconds ($name)" in_time $name
	holds "it leaves no file in the usual place ($name)" nothing_left $name
	holds "it leaves no process ($name)" nobody_left $name
done
holds "it fits 80 columns in English" narrow english
holds "it fits 80 columns in French" narrow french
holds "--json gives one line of JSON" is_json
one_folder() { [ "$(echo "$scratch"/there/*)" = "$kept" ] && [ -d "$kept" ]; }
kept=$(echo "$scratch"/there/alerte-demo-*)
holds "--keep --dir leaves the folder where it was told to" one_folder
secret() { [ "$(stat -c %a "$kept")" = 700 ]; }
holds "closed to everyone else" secret
only_fiction() {
	grep -h '^To: ' "$kept"/spool/out/* | sort -u >"$scratch/to"
	cat "$scratch/to"
	[ "$(wc -l <"$scratch/to")" -eq 3 ] &&
		! grep -vE '^To: \+3363998[0-9]{4}$' "$scratch/to"
}
holds "SMS went to three fictional numbers and nowhere else" only_fiction
# L8: what he sees is the same, what left is not.
masked() {
	code=$(sed -n '1s/^[^ ]* \([0-9A-Z]*\) .*/\1/p' "$kept/screen-$1")
	sed "s/$code/CODE/g; s/[0-9a-f]\{32\}/REFERENCE/g; s/[0-9]/#/g" \
		"$kept/screen-$1"
}
same_screen() {
	masked cancel >"$scratch/cancel"
	masked duress >"$scratch/duress"
	[ -s "$scratch/cancel" ] && cmp "$scratch/cancel" "$scratch/duress"
}
holds "the screen is the same after a cancel and under duress" same_screen
no_word() { ! grep -qiE 'contrainte|duress' "$kept"/screen-*; }
holds "and has no word of duress" no_word
told_relay() {
	grep -l 'sous la contrainte' "$kept"/spool/out/* >"$scratch/forced"
	[ -s "$scratch/forced" ] && for file in $(cat "$scratch/forced"); do
		grep -q '^To: +33639980114$' "$file" || return 1
	done
}
holds "the 114's stand-in, and no contact, reads of duress" told_relay
told_asso() { grep -q '"type":"duress".*"state":"open"' "$kept"/received/*; }
holds "the association is told that it goes on" told_asso
no_code_shown() {
	! grep -qE 'tulipe42|jonquille' "$kept"/*.log "$scratch/french/out" \
		"$kept"/screen-*
}
holds "her two codes are in no log and on no screen" no_code_shown
no_secret_shown() {
	key=$(sed -n 's/.*key = "\([0-9a-f]\{32\}\)".*/\1/p' "$kept/site.conf")
	[ -n "$key" ] &&
		! grep -q "$key" "$kept"/*.log "$scratch/french/out"
}
holds "her button's key is in no log" no_secret_shown

for name in no-modem ends silent; do
	refuses "a planted daemon is not passed ($name)" ended $name
	holds "in less than 25 seconds ($name)" in_time $name
	holds "it leaves no file ($name)" nothing_left $name
	holds "it leaves no process ($name)" nobody_left $name
done
for name in no-cancel codes-swapped; do
	refuses "a planted daemon is not passed ($name)" ended $name
done
holds "it says that a cancel is missing" \
	said no-cancel '^  MISSING +her code cancels'
holds "it says that nobody learnt of the duress" \
	said codes-swapped "^  MISSING +the 114's stand-in reads"
holds "it says what is missing" said no-modem '^  MISSING +the first contact'

# stopped NAME SIGNAL: a demo that is stopped while it plays.
stopped() {
	mkdir "$scratch/$1" "$scratch/$1/tmp"
	TMPDIR=$scratch/$1/tmp "$alerte" demo >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep 2
	kill -"$2" "$pid"
	wait "$pid"
	[ $? -ne 0 ] && sleep 0.5 && nobody_left "$1"
}
holds "ended in the middle, it leaves no process" stopped term TERM
holds "and no file" nothing_left term
holds "killed in the middle, it leaves no process" stopped kill KILL
finish
