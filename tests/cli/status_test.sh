#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What alerte status says of the radio, once and live.

. "$(dirname "$0")/../checks/lib.sh"
. "$(dirname "$0")/standin.sh"

# ------------------------------------------------------------------- the radio

holds "status is shown" ends 0 "$alerte" status
holds "what listens is named, and that it was chosen" \
	said '^radio +listening, driver bluez \(auto\); mgmt: not permitted'
holds "an escape in its reason does not reach the terminal" plain
holds "an adapter tells its rate, its last frame and a button's" \
	said '^hci0 +hears 43 a second, last 0 s ago; a button 12 s ago;'
holds "and its recoveries" said '^ +restarted 1 time$'
holds "a blocked one says how to unblock it" \
	said '^hci1 +BLOCKED, see rfkill\(8\): rfkill unblock bluetooth;'
holds "a small rate has a decimal" said 'it hears 0\.3$'
holds "and hours where seconds would be many" said '^ +a second, last 2 h ago'
holds "one that heard nothing says so" said '^hci2 +SILENT: nothing is heard'
holds "with every stage" said '^ +off and on 11 times$'
holds "the canary has its age" said '^canary +heard 65 s ago$'
holds "the driver's own counters follow" said '^ +overflowed 0$'
holds "status in French" ends 0 "$alerte" status --lang fr
holds "tells the same" \
	said '^hci0 +entend 43 trames par seconde, la dernière il y a 0 s ; un'
holds "of buttons" said '^ +bouton il y a 12 s ; balayage relancé 1 fois$'
holds "of one that is blocked" said '^hci1 +BLOQUÉ, voir rfkill\(8\)'
holds "of a small rate" said '^ +0,3 trame par seconde, la dernière il y a 2 h'
holds "of silence" said "^hci2 +SILENCE : rien n'est entendu"
holds "of the canary" said '^balise témoin +entendue il y a 65 s$'
for lang in en fr; do
	holds "status fits 80 columns ($lang)" \
		narrow "$alerte" --lang $lang status
done

for trouble in no-adapter canary-missed not-scanning failing off blocked; do
	echo $trouble >"$scratch/log.trouble"
	for lang in en fr; do
		holds "deaf: $trouble fits 80 columns ($lang)" \
			narrow "$alerte" --lang $lang status
		ends 0 "$alerte" status --lang $lang >/dev/null
		holds "deaf: $trouble has its reason ($lang)" \
			said '^radio +(DEAF|SOURDE): .* .*, (driver|pilote) mgmt'
	done
done
holds "a canary never heard is said to be" said 'pas encore entendue$'
rm "$scratch/log.trouble"
: >"$scratch/log.deaf"
holds "a gateway that hears nothing" ends 0 "$alerte" status
holds "says that none listens" said '^radio +none, driver none$'
rm "$scratch/log.deaf"

# ------------------------------------------------------------ ways and e-mail

cat >"$scratch/log.status" <<END
{"schema":"alerte/1","state":"degraded","answers":false,"faults":[],
"modem":{"path":"modem","driver":"http","state":"failing","two_way":false,
"delivery_reports":false,"http_status":0,"error":"no connection","waiting":0},
"mail":{"state":"failing","status":0,"error":"no answer in time"}}
END
holds "a gateway and a mail server in French" ends 0 "$alerte" status --lang fr
tr -s ' \n' ' ' <"$scratch/out" >"$scratch/flat"
shows() { grep -q -- "$1" "$scratch/flat" || { cat "$scratch/flat"; false; }; }
holds "a gateway that fails" shows 'état ÉCHOUE, reçoit non, avis de remise non'
holds "with why" shows 'HTTP 0, erreur pas de connexion, en attente 0'
holds "a mail server too" \
	shows 'état ÉCHOUE, dernier statut 0, erreur pas de réponse à temps'
holds "that nobody can answer is said" shows 'AUCUNE VOIE NE REÇOIT : aucun'
holds "in English too" ends 0 "$alerte" status
holds "as plainly" said 'NO WAY TAKES ANSWERS IN: no text asks for one'
for lang in en fr; do
	holds "this fits 80 columns ($lang)" narrow "$alerte" --lang $lang status
done
rm "$scratch/log.status"

# ------------------------------------------------------------------------ live

# live SECONDS ARGUMENT...: what it wrote until it was ended, and its code.
live() {
	seconds=$1
	shift
	timeout -s INT "$seconds" "$alerte" status --live "$@" \
		>"$scratch/out" 2>"$scratch/err" </dev/null
	got=$?
	cat "$scratch/out" "$scratch/err"
	# 124: it was ended; anything else it did by itself.
	[ "$got" -eq 124 ]
}
blocks() {
	n=$(grep -cE "$1" "$scratch/out")
	echo "$n blocks"
	[ "$n" -ge "$2" ] && [ "$n" -le "$3" ]
}

holds "--live goes on until it is ended" live 2.5
holds "a block a second" blocks '^hci0 ' 2 3
holds "apart by an empty line" said '^$'
holds "without codes of a terminal on a pipe" plain
holds "it ends well at Ctrl-C" sh -c '
	timeout --preserve-status -s INT 1.5 "$1" status --live >/dev/null' - \
	"$alerte"
holds "--live --json" live 2.5 --json
holds "is one document a line, a second" blocks '^\{"schema"' 2 3
holds "each of them JSON" sh -c \
	'while read -r line; do echo "$line" | "$1" || exit 1; done <"$2"' - \
	"$B/tests/cli/is_json" "$scratch/out"
holds "it ends when nobody reads any more" sh -c '
	timeout 5 sh -c "\"$1\" status --live 2>/dev/null; echo \$? >\"$2\"" |
	head -n 1 >/dev/null; [ -s "$2" ]' - "$alerte" "$scratch/code"
holds "it takes no argument" ends 64 "$alerte" status --live now
holds "no daemon is 69" \
	ends 69 "$alerte" --socket "$scratch/none" status --live
on_screen() {
	timeout -s INT 2.5 script -qec "$alerte status --live" /dev/null \
		>"$scratch/out" 2>&1 </dev/null
	grep -q "$(printf '\033\\[H')" "$scratch/out"
}
command -v script >/dev/null &&
	holds "on a terminal it is drawn in place" on_screen

finish
