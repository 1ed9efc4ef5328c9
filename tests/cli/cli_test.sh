#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command against a stand-in of the daemon: what it prints, how it ends.

. "$(dirname "$0")/../checks/lib.sh"
export LC_ALL=C.UTF-8 LANG=C.UTF-8
unset ALERTE_SOCKET NO_COLOR
alerte=$B/alerte
verbs='status alerts show export ack cancel close relay apply test arm disarm
	lock demo decode button config receiver'

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
		grep -qE '^  (why|cause): ' "$scratch/err" &&
		grep -qE '^  (next|ensuite): ' "$scratch/err"
}

# ------------------------------------------------------------------- the help

holds "help ends with 0" ends 0 "$alerte" --help
holds "the version is printed" ends 0 "$alerte" --version
holds "it names the command and a number" said '^alerte [0-9]+\.[0-9]+'
every_verb_in_help() {
	for verb in $verbs; do
		"$alerte" --lang "$1" help | grep -q "^  $verb " || {
			echo "$verb"
			return 1
		}
	done
}
holds "every verb is in the English help" every_verb_in_help en
holds "every verb is in the French help" every_verb_in_help fr
for lang in en fr; do
	holds "the help fits 80 columns ($lang)" \
		narrow "$alerte" --lang $lang --help
	for verb in $verbs; do
		holds "help of $verb fits 80 columns ($lang)" \
			narrow "$alerte" --lang $lang help "$verb"
		holds "$verb --help is the same text ($lang)" \
			ends 0 "$alerte" "$verb" --help --lang $lang
		holds "it is not empty" said '^Usage.*: alerte '
	done
done
holds "an argument after --help is not obeyed" \
	untouched "$alerte" disarm --as paul --help
french() { LC_ALL=$1 LANG=$2 "$alerte" help | grep -q '^Usage :'; }
holds "LC_ALL=fr_FR.UTF-8 speaks French" french fr_FR.UTF-8 C
holds "LANG=fr_FR.UTF-8 speaks French" french '' fr_FR.UTF-8
refuses "LC_ALL=C goes before LANG=fr_FR.UTF-8" french C fr_FR.UTF-8

# ------------------------------------------------------------ usage, and errors

holds "no verb is a usage error" ends 64 "$alerte"
holds "an unknown verb is a usage error" ends 64 "$alerte" staus
holds "it suggests the nearest verb" told 'next: alerte status$'
holds "an unknown option is a usage error" ends 64 "$alerte" status --brief
holds "a missing value is a usage error" ends 64 "$alerte" status --socket
holds "an unknown language is a usage error" ends 64 "$alerte" --lang de status
holds "ack without --as is a usage error" ends 64 "$alerte" ack 7K2
holds "a second argument of cancel is a usage error" \
	ends 64 "$alerte" cancel 7K2 1234
holds "and reaches nobody" untouched "$alerte" cancel 7K2 1234
holds "--code is no option of cancel" ends 64 "$alerte" cancel 7K2 --code 1234
holds "no daemon is 69" ends 69 "$alerte" --socket "$scratch/none" status
holds "a file that is not there is 66" ends 66 "$alerte" apply "$scratch/none"
for pair in Invalid:64 Format:65 Key:77 NotFound:66 Refused:77 Limit:75 \
	Busy:75 InUse:75 Store:74 NoMemory:70 Access:77; do
	holds "error ${pair%:*} ends with ${pair#*:}" \
		ends "${pair#*:}" "$alerte" show "error-${pair%:*}"
	holds "and says the daemon's reason" told "planted: error-${pair%:*}"
done
for lang in en fr; do
	holds "no daemon: what, why, next ($lang)" \
		three_parts --lang $lang --socket "$scratch/none" status
	holds "wrong usage: what, why, next ($lang)" \
		three_parts --lang $lang ack
	holds "not found: what, why, next ($lang)" \
		three_parts --lang $lang show error-NotFound
	holds "unknown verb: what, why, next ($lang)" \
		three_parts --lang $lang xyzzy
done
plain() { ! grep -q "$(printf '\033')" "$scratch/out" "$scratch/err"; }
ends 69 "$alerte" --socket "$scratch/none" status >/dev/null
holds "nothing is coloured when it is not a terminal" plain

# ------------------------------------------------------------------- the screens

for lang in en fr; do
	for verb in status alerts 'show 7'; do
		holds "$verb fits 80 columns ($lang)" \
			narrow "$alerte" --lang $lang $verb
	done
done
ends 0 "$alerte" show 7 --lang fr >/dev/null
holds "sent is said to be handed to the network" said 'remis au réseau'
holds "the automatic answer is said to be one" \
	said 'reçu par le 114 \(réponse automatique\)'
holds "an escape in a text does not reach the terminal" plain
ends 0 "$alerte" status >/dev/null
holds "an unarmed engine is said to be" said '114 +not armed'
for verb in status alerts 'show 7' export 'arm --as paul' 'apply -' \
	'test marie --yes' 'test marie --yes --wait 1'; do
	holds "$verb --json is one line of JSON" \
		one_json_line "$alerte" $verb --json
	holds "--json may stand before $verb" \
		one_json_line "$alerte" --json $verb
done

# ------------------------------------------------------------------ what is asked

holds "ack says who" ends 0 "$alerte" ack 7K2 --as paul
holds "to the daemon" asked 'Acknowledge|7K2|paul'
holds "options may stand first" ends 0 "$alerte" close --as=paul 7K2
holds "close says who" asked 'Close|7K2|paul'
cancel() { echo 'night owl' | "$alerte" cancel 7K2 2>"$scratch/err"; }
holds "cancel reads the code from standard input" cancel
holds "and gives it whole" asked 'Cancel|7K2|night owl'
refuses "the code is not repeated" told 'night'
hidden() {
	mkfifo "$scratch/fifo"
	"$alerte" cancel 7K2 <"$scratch/fifo" 2>/dev/null &
	pid=$!
	exec 9>"$scratch/fifo"
	echo 'night owl' >&9
	tr '\0' ' ' <"/proc/$pid/cmdline" >"$scratch/argv" 2>/dev/null
	exec 9>&-
	wait "$pid"
	cat "$scratch/argv"
	! grep -q 'night' "$scratch/argv"
}
holds "the code never stands among the arguments" hidden
holds "cancel without a line is 66" ends 66 "$alerte" cancel 7K2
holds "relay sends the words after --" \
	ends 0 "$alerte" relay 7K2 --as paul -- Deux enfants, --json
holds "as they are" asked 'RelayAnswer|7K2|paul|Deux enfants, --json'
relay() { printf 'Quatrième étage\n\n' | "$alerte" relay 7K2 --as paul; }
holds "relay reads standard input" relay
holds "without the line's end" asked 'RelayAnswer|7K2|paul|Quatrième étage'
holds "an empty answer is a usage error" ends 64 "$alerte" relay 7K2 --as paul
holds "arm prints the token" ends 0 "$alerte" arm --as paul
holds "alone on standard output" said '^ABCD2345$'
holds "and does not arm" asked 'Arm|paul'
holds "--token is the second call" \
	ends 0 "$alerte" arm --as paul --token ABCD2345
holds "with who" asked 'ArmConfirm|paul|ABCD2345'
holds "disarm says who" ends 0 "$alerte" disarm --as paul
holds "lock asks to lock" ends 0 "$alerte" lock
holds "with nothing more" asked 'Lock'

# ------------------------------------------------------------------ the exercise

holds "an exercise without a yes is refused" ends 64 "$alerte" test marie
holds "and reaches nobody" untouched "$alerte" test marie
holds "with --yes it starts" ends 0 "$alerte" test marie --yes
holds "for that wearer" asked 'Exercise|marie'
holds "it says that the 114 was not tried" told '114 was not tried'
holds "a person's answer passes it" \
	ends 0 "$alerte" test marie --yes --wait 1
holds "it says who" said '^PASSED: paul'
holds "and that the 114 was not tried" told '114 was not tried'
holds "a delivered message is no answer" \
	ends 75 "$alerte" test silent --yes --wait 1
holds "it names the missing link" told 'missing link: the people'
holds "and that the 114 was not tried" told '114 was not tried'
holds "an announced one names the button" \
	ends 0 "$alerte" test marie --yes --announce keyring
holds "to the daemon" asked 'ExerciseAnnounce|keyring'

# ------------------------------------------------------------------ a terminal

# typed LINE COMMAND: on a terminal of its own, LINE is typed once it asks.
typed() {
	line=$1
	shift
	{ sleep 0.6; echo "$line"; sleep 0.4; } |
		script -qec "$*" /dev/null >"$scratch/out" 2>&1
	got=$?
	cat "$scratch/out"
	return $got
}
if command -v script >/dev/null; then
	holds "on a terminal cancel asks for the code" \
		typed 'night owl' "$alerte" cancel 7K2
	refuses "and does not show it" said 'night'
	holds "it reaches the daemon whole" asked 'Cancel|7K2|night owl'
	holds "arm wants its token typed back" \
		typed ABCD2345 "$alerte" arm --as paul
	holds "and arms then" asked 'ArmConfirm|paul|ABCD2345'
	refuses "another word does not arm" \
		typed ABCD2346 "$alerte" arm --as paul
	holds "the second call was not made" asked 'Arm|paul'
	holds "an exercise starts when yes is typed" \
		typed yes "$alerte" test marie
	holds "for that wearer" asked 'Exercise|marie'
	refuses "not when anything else is" typed y "$alerte" test silent
	holds "the daemon was not asked" asked 'Exercise|marie'
	typed '' "$alerte" show error-NotFound >/dev/null
	refuses "an error is coloured there" plain
	typed '' NO_COLOR=1 "$alerte" show error-NotFound >/dev/null
	holds "not with NO_COLOR" plain
fi

# ------------------------------------------------------------------ the site file

printf 'wearer marie {}\n' >"$scratch/site.conf"
cp "$scratch/site.conf" "$scratch/bad.conf"
printf 'a\nb = "\377"\n' >"$scratch/latin.conf"
printf 'a\n\000b\n' >"$scratch/nul.conf"
head -c 1100000 /dev/zero | tr '\0' '#' >"$scratch/large.conf"
holds "a good file is applied" ends 0 "$alerte" apply "$scratch/site.conf"
holds "a dry run says so to the daemon" \
	ends 0 "$alerte" apply --dry-run "$scratch/site.conf"
holds "by its last argument" \
	asked "Apply|$scratch/site.conf|wearer marie {}\\n|1"
holds "a bad file is 65" ends 65 "$alerte" apply "$scratch/bad.conf"
holds "with file and line" told '^site\.conf:3: '
holds "a file that is not UTF-8 is 65" ends 65 "$alerte" apply "$scratch/latin.conf"
holds "with its line" told 'latin\.conf:2: '
holds "a NUL in a file is 65" ends 65 "$alerte" apply "$scratch/nul.conf"
holds "a file above a megabyte is 65" ends 65 "$alerte" apply "$scratch/large.conf"
holds "a full disk under the output is 74" \
	sh -c '"$1" status >/dev/full 2>/dev/null; [ $? -eq 74 ]' - "$alerte"
holds "an argument that is not UTF-8 is 64" \
	ends 64 "$alerte" show "$(printf '\377')"

# ------------------------------------------------------------------ decode

press=0a16d2fc44000201643a01
long=20ff$(head -c 31 /dev/zero | od -An -v -tx1 | tr -d ' \n')
holds "a press is explained" ends 0 "$alerte" decode $press
holds "by its gesture" said '^Press: button 1, press$'
holds "and by who may have sent it" said '^Trust: none: anybody'
holds "in French" ends 0 "$alerte" decode $press --lang fr
holds "as well" said '^Appui : bouton 1, appui$'
holds "--json answers as a batch does" ends 0 "$alerte" decode $press --json
holds "in one line" said '^{"id":null,"format":"bthome-v2",.*}$'
holds "with its packet id, which nobody authenticated, and how wide it is" \
	said '"counter":null,"packet_id":2,"counter_bits":8,'
holds "what is cut short is 65" ends 65 "$alerte" decode 0516d2fc44
for lang in en fr; do
	holds "an encrypted frame asks for its key ($lang)" \
		ends 65 "$alerte" decode --lang $lang \
		1216d2fc4511223344556677889900aabbccddee
	holds "by name" said '--key-file'
	holds "long structures fit 80 columns ($lang)" \
		narrow "$alerte" --lang $lang decode "$long"
	for wrong in 'zz' '' '--address x 00' "--key-file $scratch/none 00" \
		'--batch 00'; do
		# shellcheck disable=SC2086
		holds "decode $wrong: what, why, next ($lang)" \
			three_parts --lang $lang decode $wrong
	done
done
echo 'not hex' >"$scratch/key"
holds "a key file without a key is 65" \
	ends 65 "$alerte" decode --key-file "$scratch/key" $press
refuses "and its content is not repeated" told 'not hex$'
batch() {
	printf '%s\n' '{"id":1,"address":null,"adv":"0a16d2fc44000201643a01","key":null}' \
		'not JSON' \
		'{"id":2,"address":null,"adv":"zz","key":null}' \
		'{"id":3,"address":null,"adv":"00","key":null}' |
		"$alerte" decode --batch >"$scratch/out" 2>"$scratch/err"
	[ $? -eq 65 ]
}
holds "a batch with a bad line ends with 65" batch
holds "names the line" told 'line 2: '
holds "and goes on" said '"id":3'

# ------------------------------------------------------------------ completions

completes() {
	for verb in $verbs help; do
		grep -qw -- "$verb" "$1" || {
			echo "$verb"
			return 1
		}
	done
}
for file in packaging/completions/*; do
	holds "$(basename "$file") knows every verb" completes "$file"
done
offers() {
	bash -c '. packaging/completions/alerte.bash
		COMP_WORDS=(alerte "$1") COMP_CWORD=1
		_alerte && printf "%s\n" "${COMPREPLY[@]}"' - "$1" |
		grep -qx -- "$2"
}
holds "bash completes sta to status" offers sta status
finish
