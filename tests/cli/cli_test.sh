#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command against a stand-in of the daemon: what it prints, how it ends.

. "$(dirname "$0")/../checks/lib.sh"
. "$(dirname "$0")/standin.sh"
verbs='status alerts show export ack cancel close relay apply pair buttons contacts
	preview test arm disarm lock backup restore demo decode button config receiver'

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
holds "an option that is not there" \
	ends 64 "$alerte" decode --key=00112233445566778899aabbccddeeff 00
holds "is named" told 'there is no option --key here'
refuses "without what stood behind it" told '0011'
holds "before the verb" ends 64 "$alerte" --key=00112233 decode 00
holds "too" told 'there is no option --key$'
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
holds "a French reader reads why in French" \
	ends 75 "$alerte" --lang fr show error-Limit
holds "also of a sentence that the command does not know" \
	told 'cause : trop nombreux, trop long, ou trop tôt \(alerted : planted'
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
ends 69 "$alerte" --socket "$scratch/none" status >/dev/null
holds "nothing is coloured when it is not a terminal" plain

# ------------------------------------------------------------------- the screens

for lang in en fr; do
	for verb in status alerts 'show 7' 'preview keyring --all'; do
		holds "$verb fits 80 columns ($lang)" \
			narrow "$alerte" --lang $lang $verb
	done
done
ends 0 "$alerte" show 7 --lang fr >/dev/null
holds "sent is said to be handed to the network" said 'remis au réseau'
holds "the automatic answer is said to be one" \
	said 'reçu par le 114 \(réponse automatique\)'
holds "an escape in a text does not reach the terminal" plain
ends 0 "$alerte" contacts --lang fr >/dev/null
holds "who left is told from who never answered" said '^lea .*PARTI$'
holds "the last one is said to be" said 'STOP, MAIS LE DERNIER'
holds "an escape in a name does not reach the terminal" plain
ends 0 "$alerte" status >/dev/null
holds "an unarmed engine is said to be" said '114 +not armed'
for verb in status alerts 'show 7' export buttons contacts preview \
	'contacts invite paul --yes' 'pair --status' 'arm --as paul' 'apply -' \
	'test marie --yes' 'test marie --yes --wait 1'; do
	holds "$verb --json is one line of JSON" \
		one_json_line "$alerte" $verb --json
	holds "--json may stand before $verb" \
		one_json_line "$alerte" --json $verb
done

ends 0 "$alerte" preview keyring --lang fr >/dev/null
holds "a preview says that nothing is sent" said "Rien n'est envoyé"
holds "what the text costs" said '150 caractères, 150 septets de GSM 03.38, 1 partie'
holds "when it goes" said 'Étape 2, après 60 s : alerte à lea'
holds "what would not go" said "PAS ENVOYÉ en l'état"
holds "and that there is more" said 'Dits ensuite selon les cas, montrés par --all : 1'
holds "an escape in a text does not reach the terminal" plain

# ------------------------------------------------------------------ what is asked

holds "ack says who" ends 0 "$alerte" ack 7K2 --as paul
holds "to the daemon" asked 'Acknowledge|7K2|paul'
holds "preview takes a gesture" ends 0 "$alerte" preview keyring --gesture double \
	--trust weak --show
holds "to the daemon" asked 'Preview|keyring|double|weak|1'
holds "and may name nobody" ends 0 "$alerte" preview
holds "to the daemon" asked 'Preview||||0'
holds "two are one too many" ends 64 "$alerte" preview a b
holds "options may stand first" ends 0 "$alerte" close --as=paul 7K2
holds "close says who" asked 'Close|7K2|paul'
holds "an invitation is not sent unasked" \
	untouched "$alerte" contacts invite paul
holds "it names the contact" ends 0 "$alerte" contacts invite paul --yes
holds "to the daemon" asked 'Invite|paul'
holds "contacts takes no other word" ends 64 "$alerte" contacts ask paul
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
holds "and says that others could read them" told '^Warning: others on this'
holds "relay marks what the operator read" \
	ends 0 "$alerte" relay 7K2 --as paul --dispatched
holds "and sends no words for it" asked 'RelayMark|7K2|paul|dispatched'
holds "a mark and words together are a usage error" \
	ends 64 "$alerte" relay 7K2 --as paul --closed -- fini
relay() { printf 'Quatrième étage\n\n' | "$alerte" relay 7K2 --as paul; }
holds "relay reads standard input" relay
holds "without the line's end" asked 'RelayAnswer|7K2|paul|Quatrième étage'
holds "the help of relay shows no words in a command line" \
	fails sh -c "'$alerte' help relay | grep -e '--as paul --'"
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
cp "$scratch/site.conf" "$scratch/no-button.conf"
cp "$scratch/site.conf" "$scratch/no-contact.conf"
applied() { grep -q '^Apply|.*|0$' "$scratch/log"; }
: >"$scratch/log"
holds "a file that loses a button is not applied without a yes" \
	ends 64 "$alerte" apply "$scratch/no-button.conf"
holds "the button is named" \
	told '^REMOVES button keyring: its presses reach nobody$'
holds "and what else it removes" told '^REMOVES contact paul$'
holds "--yes is the next step" told 'next: the same command with --yes$'
refuses "the daemon was only asked what it would do" applied
holds "in French" ends 64 "$alerte" apply "$scratch/no-button.conf" --lang fr
holds "as well" told "^RETIRE le bouton keyring : ses appuis n'atteignent personne"
holds "a dry run of it is good" \
	ends 0 "$alerte" apply --dry-run "$scratch/no-button.conf"
holds "and names the button" told '^REMOVES button keyring'
holds "with --yes it is applied" \
	ends 0 "$alerte" apply --yes "$scratch/no-button.conf"
holds "by the daemon" applied
holds "the button is named" told '^REMOVES button keyring'
holds "what is set and what is removed are counted apart" \
	told '^Done: 4 object\(s\) set, 2 removed\.$'
holds "whom the others reach is told" told '^pendant: a press'
holds "in 80 columns" narrow "$alerte" apply --yes "$scratch/no-button.conf"
: >"$scratch/log"
holds "a contact goes without a question" \
	ends 0 "$alerte" apply "$scratch/no-contact.conf"
holds "but is named" told '^REMOVES contact paul$'
if command -v script >/dev/null; then
	: >"$scratch/log"
	refuses "a no removes nothing" \
		typed no "$alerte" apply "$scratch/no-button.conf"
	refuses "the daemon was only asked what it would do" applied
	holds "a yes does" typed yes "$alerte" apply "$scratch/no-button.conf"
	holds "which says so once" \
		[ "$(grep -c 'REMOVES button' "$scratch/out")" -eq 1 ]
	holds "by the daemon" applied
	typist() {
		settled
		printf 'wearer marie {}\n\004'
		settled
		echo yes
		ended
	}
	types "$alerte" apply - >/dev/null
	holds "a file may be typed" said 'Done: 4 object'
fi
holds "a bad file is 65" ends 65 "$alerte" apply "$scratch/bad.conf"
holds "with file and line" told '^site\.conf:3: '
holds "a file that is not UTF-8 is 65" ends 65 "$alerte" apply "$scratch/latin.conf"
holds "with its line" told 'latin\.conf:2: '
holds "a NUL in a file is 65" ends 65 "$alerte" apply "$scratch/nul.conf"
holds "a file above a megabyte is 65" ends 65 "$alerte" apply "$scratch/large.conf"
holds "a full disk under the output is 74" \
	sh -c '"$1" status >/dev/full 2>/dev/null; [ $? -eq 74 ]' - "$alerte"
full() { ! "$alerte" --lang "$1" status >/dev/full 2>"$scratch/err"; }
for lang in en fr; do
	holds "it is told ($lang)" full $lang
	holds "with why ($lang)" told '^  (why:|cause :) .'
	holds "and what to look at ($lang)" told '^  (next:|ensuite :) .*df -h'
	holds "a folder is no site file: what, why, next ($lang)" \
		three_parts --lang $lang apply "$scratch"
	holds "nor is a megabyte ($lang)" \
		three_parts --lang $lang apply "$scratch/large.conf"
done
holds "a folder is 66" ends 66 "$alerte" apply "$scratch"
holds "and told as one" told ': Is a directory$'
holds "an argument that is not UTF-8 is 64" \
	ends 64 "$alerte" show "$(printf '\377')"

# ------------------------------------------------------------------ decode

press=0a16d2fc44000201643a01
long=20ff$(head -c 31 /dev/zero | od -An -v -tx1 | tr -d ' \n')
holds "a press is explained" ends 0 "$alerte" decode $press
holds "by its gesture" said '^Press: button 1, press$'
holds "and by who may have sent it" said '^Trust: none: anybody'
holds "one byte is one" ends 0 "$alerte" decode 00
holds "in words" said '^Payload: 1 byte$'
holds "in French" ends 0 "$alerte" decode 00 --lang fr
holds "as well" said '^Annonce : 1 octet$'
holds "a press in French" ends 0 "$alerte" decode $press --lang fr
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
		'--batch 00' '--trigger x 00' '--notification valrt 00' \
		'--notification valrt:fff 00' '--batch --trigger x' \
		'--trigger kontakt:00 --notification itag:ffe1 00'; do
		# shellcheck disable=SC2086
		holds "decode $wrong: what, why, next ($lang)" \
			three_parts --lang $lang decode $wrong
	done
done
echo 'not hex' >"$scratch/key"
holds "a key file without a key is 65" \
	ends 65 "$alerte" decode --key-file "$scratch/key" $press
refuses "and its content is not repeated" told 'not hex$'
sealed=0201061bffffff205e66ac933388b92a14585e88c58406f582f83f9cca4fb1
echo 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f \
	>"$scratch/key"
holds "a master key opens a sealed frame" \
	ends 0 "$alerte" decode --key-file "$scratch/key" $sealed
holds "by its format" said '^Format: sealed-v1$'
holds "and its trust, of which it cannot tell all" \
	said '^Trust: strong if fresh, which decode cannot tell: '
by_stdin() {
	"$alerte" decode --key-file - $sealed <"$scratch/key" >"$scratch/out" \
		2>"$scratch/err" && said '^Format: sealed-v1$'
}
holds "the key may come by standard input" by_stdin
chmod 640 "$scratch/key"
holds "a key file that others can read" \
	ends 0 "$alerte" decode --key-file "$scratch/key" $sealed
holds "is told" told '^alerte: others can read /.*/key: chmod 600|chmod 600 /'
chmod 600 "$scratch/key"
holds "one that they cannot read" \
	ends 0 "$alerte" decode --key-file "$scratch/key" $sealed
refuses "is not" told 'others can read'
holds "another button's frame does not open" ends 65 "$alerte" decode \
	--key-file "$scratch/key" "${sealed%b1}b2"
holds "and it is said why" said 'encrypted, and not opened'
holds "a frame of another format is none" ends 0 "$alerte" decode \
	--key-file "$scratch/key" 0616d2fc403a01
holds "and it is said why" said 'its own frames alone'
echo "$(printf '%096d' 0)0" >"$scratch/key"
holds "a key of 97 digits is 65" \
	ends 65 "$alerte" decode --key-file "$scratch/key" $sealed
printf '%096d\n' 0 >"$scratch/key"
holds "one of 96 is taken, and opens nothing" \
	ends 65 "$alerte" decode --key-file "$scratch/key" $sealed
holds "without a word about its length" said 'encrypted, and not opened'
beacon=cdca0d938d39454a8816e603a1484724:0001:0002
seen=1aff4c000215cdca0d938d39454a8816e603a148472400010002c5
holds "a beacon is a press where a rule says so" \
	ends 0 "$alerte" decode --trigger "ibeacon:$beacon" $seen
holds "by anybody" said '^Trust: none'
holds "without the rule" ends 0 "$alerte" decode $seen
refuses "it is none" said '^Press: button'
holds "a notification is explained" \
	ends 0 "$alerte" decode --lang fr --notification valrt:fff4 03
holds "by its gesture" said '^Appui : bouton 1, appui long$'
holds "one of another characteristic" \
	ends 0 "$alerte" decode --notification valrt:fff5 03
refuses "is no press" said '^Press: button'
ways() {
	printf '%s\n' "{\"id\":1,\"address\":null,\"adv\":\"$seen\",\"key\":null,\"trigger\":\"ibeacon:$beacon\"}" \
		'{"id":2,"address":null,"adv":"01","key":null,"notification":"itag:ffe1"}' \
		"{\"id\":3,\"address\":null,\"adv\":\"$seen\",\"key\":null,\"trigger\":null}" |
		"$alerte" decode --batch >"$scratch/out" 2>"$scratch/err"
}
holds "rows of a batch may say how they are read" ways
holds "by a rule" said '"id":1,"format":"ibeacon","presses":\[{'
holds "as a notification" said '"id":2,"format":"itag","presses":\[{'
holds "or as a frame" said '"id":3,"format":null'
wrong_way() {
	echo "{\"id\":1,\"address\":null,\"adv\":\"00\",\"key\":null,$1}" |
		"$alerte" decode --batch 2>"$scratch/err"
	[ $? -eq 65 ] && told 'line 1: '
}
holds "a row with a bad rule is 65" wrong_way '"trigger":"x"'
holds "or a bad family" wrong_way '"notification":"itag"'
holds "or both" wrong_way '"trigger":"x","notification":"itag:ffe1"'
holds "or a rule that is no word" wrong_way '"trigger":3'
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
# completes_to WORD WORDS...: bash offers WORD after these
completes_to() {
	want=$1
	shift
	PATH=$(realpath "$B"):$PATH bash -c '
		. packaging/completions/alerte.bash
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_alerte && printf "%s\n" "${COMPREPLY[@]}"' - "$@" |
		tee "$scratch/said" | grep -qx -- "$want"
}
holds "it completes the button of an exercise" \
	completes_to pendant alerte test marie --announce pe
holds "pair takes a file" completes_to README.md alerte pair READ
refuses "pair --status takes none" completes_to README.md alerte pair --status READ
receiver_options() {
	for option in $(sed -n 's/^\t\t{ "\([a-z-]*\)", required_arg.*/\1/p' \
		cli/receiver.c); do
		for file in packaging/completions/*; do
			sed -n '/receiver/,/;;/p; /receiver/p' "$file" |
				grep -qE -- "(--|-l )$option\b" || {
				echo "$file: $option"
				return 1
			}
		done
	done
}
holds "completions know the receiver's options" receiver_options

# ----------------------------------------------------------------- exit codes

# 78 is the daemon's, of alerte config check.
exit_codes() {
	for name in $(grep -rhoE '\bEX_[A-Z]+' cli | sort -u) EX_CONFIG; do
		code=$(echo "$name" | cpp -P -include sysexits.h 2>/dev/null |
			tail -n 1)
		[ -n "$code" ] && sed -n '/^\.Sh EXIT/,/^\.Sh EXAM/p' \
			packaging/man/alerte.1 | grep -qw "$code" &&
			"$alerte" help | grep -qw "$code" &&
			"$alerte" --lang fr help | grep -qw "$code" || {
			echo "$name $code"
			return 1
		}
	done
}
holds "every exit code is in the help and the manual" exit_codes
finish
