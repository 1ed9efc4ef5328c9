#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# pair and buttons, against a stand-in of the daemon.

. "$(dirname "$0")/../checks/lib.sh"
. "$(dirname "$0")/standin.sh"

# button ID: the section of a site file that enrols it, with a secret.
secret=00112233445566778899aabbccddeeff
button() {
	printf 'button %s {\n\twearer = "marie"\n\tkey = "%s"\n}\n' \
		"$1" "$secret" >"$scratch/button.conf"
}
# pairs CODE ID OPTIONS...
pairs() {
	code=$1
	button "$2"
	shift 2
	ends "$code" "$alerte" pair "$scratch/button.conf" "$@"
}

# ----------------------------------------------------------------- the press

holds "a press enrols a button" pairs 0 keyring
holds "it is asked for" told '^Press the button now, once'
holds "one that is known here may still give a real alert" \
	told '^keyring is known here already: .* has its old key, this press$'
holds "which is said" told 'is a REAL ALERT\.$'
refuses "so the press is not said to warn nobody" told 'warns nobody'
holds "a warning of the section is told" \
	told '^button.conf:1: no key.*\(warning\)$'
holds "it is said to be proved" \
	said '^PROVED: keyring is enrolled \(bthome-v2\), trust weak\.$'
holds "whom it reaches is said" said '^A press of it reaches 2 contacts and not'
holds "why not the 114" said 'this gateway is not armed'
holds "and that its silence is not noticed" said 'silence is not$|not noticed'
holds "the one before counts no more" said 'enrolled with before'
holds "every press is real from now on" said 'every press of it is a real alert'
holds "nothing is coloured" plain
holds "the daemon stops when we are gone" grep -q '^Enrol|.*|0$' "$scratch/log"
holds "the daemon was given the section" grep -q \
	'^Enrol|.*button.conf|button keyring {.n.*wearer = "marie"' "$scratch/log"
holds "a button may reach the 114" pairs 0 far
holds "which is said" said 'reaches 1 contact and the 114; its silence'
holds "and that its silence is noticed" said 'is noticed after 3600|3600 s\.$'
refuses "and nothing of one before" said 'before'
refuses "nor of an old key" told 'REAL ALERT'
holds "one that anybody can imitate" pairs 0 weather
holds "does not, and it is said why" said 'anybody can$|anybody can send'
holds "frames without a press were told" told '4 frames: heard, no press yet'
holds "French says the same" pairs 0 keyring --lang fr
holds "that it is proved" \
	said '^PROUVÉ : keyring est enregistré \(bthome-v2\), confiance faible\.$'
holds "and whom it reaches" said '^Un appui atteint 2 contacts et pas le 114 : ce'
for lang in en fr; do
	for id in keyring far weather; do
		button $id
		holds "the end of $id fits 80 columns ($lang)" \
			narrow "$alerte" pair --lang $lang "$scratch/button.conf"
	done
done
button keyring
holds "--json is one line of JSON" \
	one_json_line "$alerte" pair --json "$scratch/button.conf"
holds "the last state" said '"state":"proved".*"reaches_relay":false'
standard() {
	"$alerte" pair - <"$scratch/button.conf" >"$scratch/out" 2>"$scratch/err"
}
holds "- is standard input" standard
holds "as the daemon is told" grep -q '^Enrol|-|button keyring' "$scratch/log"

# ---------------------------------------------------------------- no press

holds "a mistyped key ends with 75" pairs 75 mistyped
holds "it was said while waiting" \
	told '^  3 frames: heard, and not opened by this key: is the key right\?$'
holds "once" [ "$(grep -c '^  3 frames: ' "$scratch/err")" -eq 1 ]
holds "expired is said" told '^alerte: EXPIRED: THE BUTTON IS NOT ENROLLED$'
holds "with why" told 'why: 10 minutes passed; 3 frames: .*is the key right'
holds "and the next command" told 'next: alerte pair /.*/button.conf$'
holds "in French" pairs 75 mistyped --lang fr
holds "as well" told "cause : 10 minutes ont passé ; 3 trames : entendues, et non ouvertes .*la bonne clé"
holds "a frame not encrypted despite a key is told" pairs 75 bare
holds "as that" told '^  2 frames: heard, not encrypted although'
holds "and not again for one frame more" \
	[ "$(grep -c '^  [0-9]* frames: ' "$scratch/err")" -eq 1 ]
holds "silence ends with 75" pairs 75 silent
holds "with what to look at" told 'is it near, is its battery good'
holds "a daemon that forgot is 75" pairs 75 lost
holds "and told" told 'it was restarted, or told to stop'
holds "one that forgot a button it knows is 69" pairs 69 pendant
holds "since nobody knows which one that is" told '^alerte: IT IS NOT KNOWN'
holds "a button the settings do not take is 65" pairs 65 unfit
holds "which is told" told '^alerte: THE BUTTON IS NOT ENROLLED$'
holds "with the reason" told 'the settings did not take it: no such wearer: marie'
holds "--status tells it too" ends 0 "$alerte" pair --status
holds "by name" said '^Refused by the settings, not enrolled: unfit$'
holds "another enrolment meanwhile is 75" pairs 75 other
holds "and told" told 'began to enrol another one'
holds "--json of a failure is one line" pairs 75 silent --json
holds "of the last state" said '^{.*"state":"expired".*}$'
for lang in en fr; do
	for id in mistyped lost other; do
		button $id
		holds "$id: what, why, next ($lang)" \
			three_parts --lang $lang pair "$scratch/button.conf"
	done
done

printf 'button x {\n\twearer = "eve"\n}\n' >"$scratch/bad.conf"
holds "errors in the section are 65" ends 65 "$alerte" pair "$scratch/bad.conf"
holds "with file and line" told '^button.conf:2: no such wearer: eve$'
refuses "and nobody is told to press" told 'Press the button'
holds "no such file is 66" ends 66 "$alerte" pair "$scratch/none"
cp "$scratch/button.conf" "$scratch/error-Busy"
holds "a daemon that refuses is told" \
	sh -c 'cd "$1" && "$2" pair error-Busy; [ $? -eq 75 ]' - "$scratch" \
	"$(realpath "$alerte")"
holds "one that is in force already is told" \
	sh -c 'cd "$1" && mv error-Busy error-Refused && "$2" pair error-Refused 2>err
	[ $? -eq 77 ]' - "$scratch" "$(realpath "$alerte")"
holds "with the reason" told 'why: planted: error-Refused'
holds "and how it is tried" told 'next: alerte test WEARER --announce BUTTON$'
: >"$scratch/log.deaf"
holds "without a receiver nothing is begun" pairs 69 keyring
holds "as no press is heard" told 'this gateway has no receiver \(none\): it hears no press'
holds "and it is said where one is set" told 'next: man 5 alerted.conf: radio$'
holds "the daemon was not given the section" asked Status
rm "$scratch/log.deaf"
echo off >"$scratch/log.trouble"
holds "nor while it is deaf" pairs 69 keyring
holds "which is said" told 'this gateway.s receiver \(mgmt\) is deaf now'
holds "with where to look" told 'next: alerte status$'
rm "$scratch/log.trouble"
for wrong in '' 'a b' '--status --cancel' 'a --status' '--no-wait' \
	'--no-wait --status' '--key 00'; do
	# shellcheck disable=SC2086
	holds "pair $wrong is a usage error" ends 64 "$alerte" pair $wrong
done

# ------------------------------------------------------- begin, look, give up

holds "--no-wait begins" pairs 0 ever --no-wait
holds "and says how to look" told 'alerte pair --status'
holds "the service waits though we are gone" grep -q '^Enrol|.*ever.*|1$' \
	"$scratch/log"
refuses "it waits for nothing" said .
holds "--status says how far it is" ends 0 "$alerte" pair --status
holds "by name" said '^Waiting for a press of ever$'
holds "--status --json is the state" one_json_line "$alerte" pair --status --json
holds "as it is" said '"state":"waiting","id":"ever"'
holds "--no-wait --json is the state" pairs 0 ever --no-wait --json
holds "as it is" said '^{.*"state":"waiting".*}$'
holds "--cancel ends it" ends 0 "$alerte" pair --cancel
holds "at the daemon" asked EnrolCancel
ends 0 "$alerte" pair --cancel --json >/dev/null
holds "--cancel --json is a document" said '^{.*"state":"waiting".*}$'
pairs 0 pendant --no-wait >/dev/null
holds "--no-wait of a known one tells of its old key" told 'is a REAL$|REAL ALERT'
pairs 0 far --no-wait >/dev/null
holds "--status of a proof says it all" ends 0 "$alerte" pair --status
holds "as the wait would" said '^A press of it reaches 1 contact'
pairs 0 silent --no-wait >/dev/null
holds "--status of an expired one is 0" ends 0 "$alerte" pair --status
holds "and says so" said '^Expired, not enrolled: silent$'

# given_up ID SIGNAL: alerte pair is ended so while it waits.
given_up() {
	button "$1"
	: >"$scratch/err"
	# shellcheck disable=SC2086
	"$alerte" pair "$scratch/button.conf" $3 >"$scratch/out" \
		2>"$scratch/err" </dev/null &
	pid=$!
	for i in $(seq 100); do
		grep -q 'Press the' "$scratch/err" && break
		sleep 0.1
	done
	tr '\0' '\n' <"/proc/$pid/cmdline" >"$scratch/argv"
	tr '\0' '\n' <"/proc/$pid/environ" >>"$scratch/argv"
	# It stands still while its press, and then the signal, come.
	kill -STOP "$pid"
	[ "$1" != late ] || : >"$scratch/log.proved"
	kill "-$2" "$pid"
	kill -CONT "$pid"
	wait "$pid"
	got=$?
	cat "$scratch/out" "$scratch/err"
}
holds "one that waits can be ended" given_up ever TERM ""
holds "with 75" [ "$got" -eq 75 ]
holds "the daemon waits no longer" asked EnrolCancel
holds "nothing was changed, it says" told 'before its press; nothing was changed'
refuses "no key stands among arguments or environment" \
	grep -q "$secret" "$scratch/argv"
holds "with --json" given_up ever TERM --json
holds "its last state is printed" said '^{.*"state":"waiting","id":"ever".*}$'
holds "a proof just before the end is told" given_up late TERM ""
holds "as one" [ "$got" -eq 0 ]
holds "in words" said '^PROVED: late'
rm "$scratch/log.proved"
asked_cancel() { tail -n 3 "$scratch/log" | grep -q EnrolCancel; }
refuses "nothing is cancelled then" asked_cancel
if command -v script >/dev/null; then
	button ever
	typed "$(printf '\003')" "$alerte" pair "$scratch/button.conf" \
		>/dev/null
	holds "Ctrl-C gives up" [ "$got" -eq 75 ]
	holds "at the daemon as well" asked EnrolCancel
	pasted() {
		typist() {
			settled
			cat "$scratch/button.conf"
			printf '\004'
			ended
		}
		types "$alerte" pair -
	}
	button keyring
	holds "a section may be typed" pasted
	holds "it is said what is wanted" said 'Wanted here: one button section'
	holds "and proved" said 'PROVED: keyring'
fi

# ---------------------------------------------------------------- the buttons

holds "buttons are listed" ends 0 "$alerte" buttons
holds "with the address" said '^keyring .*marie .*bthome-v2 +AES +54:48:E6:8F'
holds "one known by its key" said '^pendant .* any +sealed +its key,'
holds "that it is heard, and its battery" said 'its key, here, battery 85 %$'
holds "one that is silent, its battery low" \
	said '80:A5, SILENT, BATTERY LOW: 18 %$'
holds "a beacon by its kind" said ' none +beacon \(ibeacon\)$'
holds "one on a screen" said '^screen .* a screen, not a radio$'
holds "a long id is whole, as is a long wearer, in one line" said \
	'^a-button-of-a-very-long-name-31c +a-wearer-of-a-very-long-name-31ch +any'
if command -v script >/dev/null; then
	typed '' "$alerte" buttons >/dev/null
	tr -d '\r' <"$scratch/out" >"$scratch/screen"
	holds "on a terminal it is whole as well" grep -qx \
		'a-button-of-a-very-long-name-31c' "$scratch/screen"
	refuses "and no line has more than 80 columns" \
		grep -E '^.{81}' "$scratch/screen"
fi
holds "in French" ends 0 "$alerte" buttons --lang fr
holds "as well" said '^pendant .* tous +scellée +sa clé, présent, pile 85 %$'
holds "a button is not removed without a yes" \
	ends 64 "$alerte" buttons remove keyring
holds "which --yes gives" told 'next: the same command with --yes'
asked_remove() { grep -q '^ButtonRemove' "$scratch/log"; }
refuses "the daemon was not asked" asked_remove
holds "with --yes it is" ends 0 "$alerte" buttons remove keyring --yes
holds "by its id" asked 'ButtonRemove|keyring'
holds "it says what that means" told 'reach nobody, its key is forgotten'
holds "one that is not there is 66" ends 66 "$alerte" buttons remove none --yes
holds "with the list as the next step" told 'next: alerte buttons$'
ends 0 "$alerte" buttons remove keyring --yes --json >/dev/null
holds "--json says which" said '^{"schema":"alerte/1","removed":"keyring".*}$'
for wrong in 'remove' 'list' 'remove a b' '--yes' 'drop keyring'; do
	# shellcheck disable=SC2086
	holds "buttons $wrong is a usage error" ends 64 "$alerte" buttons $wrong
done
if command -v script >/dev/null; then
	: >"$scratch/log"
	refuses "a no removes nothing" typed no "$alerte" buttons remove keyring
	refuses "the daemon was not asked" asked_remove
	holds "a yes removes" typed yes "$alerte" buttons remove keyring
	holds "once it was said what that does" \
		said 'of keyring, of marie, will reach nobody'
	holds "by its id" asked 'ButtonRemove|keyring'
	holds "so does a oui" \
		typed oui "$alerte" --lang fr buttons remove keyring
fi

# ------------------------------------- a daemon that hangs, and one that dies

# A press may have proved it, and nobody heard so.
for lang in en fr; do
	button hung
	holds "a daemon that hangs is waited for 2 seconds ($lang)" \
		three_parts --lang $lang pair "$scratch/button.conf"
done
holds "in French" told '^alerte: ON NE SAIT PAS SI LE BOUTON EST ENREGISTRÉ$'
sleep 3
holds "it is 69" pairs 69 hung
holds "since it is not known what became of it" \
	told '^alerte: IT IS NOT KNOWN WHETHER THE BUTTON IS ENROLLED$'
holds "the next step asks again" told 'next: alerte pair --status$'
refuses "it is not said to be not enrolled" told 'IS NOT ENROLLED'
sleep 3
holds "of one that ends it is not known either" pairs 69 dying
holds "which is said" told '^alerte: IT IS NOT KNOWN'
finish
