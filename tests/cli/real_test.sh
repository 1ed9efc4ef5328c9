#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command against the real daemon, in a scratch folder.

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
	area = "12 rue Garibaldi, Lyon 3e"
	cancel_code = "lunebleue"
	contact = {"paul"}
}
button keyring {
	wearer = "marie"
	address = "C2:00:00:5E:00:53"
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
# sms WORDS: wait for an SMS that says so; its code is left in $code.
sms() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		file=$(grep -l -- "$1" "$scratch"/spool/out/* 2>/dev/null |
			tail -n 1)
		[ -z "$file" ] || break
		sleep 0.1
	done
	[ -n "$file" ] || return 1
	code=$(sed -n 's/.*OK \([A-Z0-9]\{3\}\).*/\1/p' "$file" | tail -n 1)
}
answer() {
	printf 'From: %s\n\n%s' "$1" "$2" >"$scratch/spool/in/.new"
	mv "$scratch/spool/in/.new" "$scratch/spool/in/$(date +%s%N)"
}

holds "a fresh daemon answers" ends 0 "$alerte" status
holds "and is not armed" said '114 +not armed'
holds "config check takes its settings" \
	ends 0 env ALERTED="$real" "$alerte" config check "$scratch/alerted.conf"
sed 's/driver = "spool"/drivr = "spool"/' "$scratch/alerted.conf" \
	>"$scratch/bad.conf"
holds "an unknown key of the settings is 78" \
	ends 78 env ALERTED="$real" "$alerte" config check "$scratch/bad.conf"
holds "with file and line" told 'bad\.conf:6: '

sed 's/contact = {"paul"}/contact = {"nobody"}/' "$scratch/site.conf" \
	>"$scratch/bad-site.conf"
holds "a site file that names nobody is 65" \
	ends 65 "$alerte" apply "$scratch/bad-site.conf"
holds "with file and line" told 'bad-site\.conf:[0-9]+: '
holds "a dry run is good" ends 0 "$alerte" apply --dry-run "$scratch/site.conf"
holds "and changes nothing" ends 0 "$alerte" export
refuses "so nobody is known" said 'marie'
holds "the site file is applied" ends 0 "$alerte" apply "$scratch/site.conf"
holds "its button's reach is told" told 'keyring'
holds "export gives it back" ends 0 "$alerte" export
holds "with her name" said 'Marie Durand'
refuses "without her code" said 'lunebleue'
cp "$scratch/out" "$scratch/exported.conf"
holds "what was exported can be applied" \
	ends 0 "$alerte" apply "$scratch/exported.conf"

sed '/^button/,$d' "$scratch/site.conf" >"$scratch/no-button.conf"
holds "a file without its button is not applied without a yes" \
	ends 64 "$alerte" apply "$scratch/no-button.conf"
holds "and the button is named" told '^REMOVES button keyring'
holds "it is known as before" ends 0 "$alerte" buttons
holds "by its address" said '^keyring .*C2:00:00:5E:00:53'

holds "a contact is not known to agree unasked" ends 0 "$alerte" contacts
holds "nor ever heard" said '^paul +Paul Durand +sms +- +not invited$'
for lang in en fr; do
	holds "contacts fits 80 columns ($lang)" \
		narrow "$alerte" --lang $lang contacts
done
holds "nobody unknown is invited" ends 66 "$alerte" contacts invite zoe --yes
holds "he is invited" ends 0 "$alerte" contacts invite paul --yes
holds "by an SMS that names who asks, and no more" sms 'Marie D. aimerait'
holds "not twice in an hour" ends 75 "$alerte" contacts invite paul --yes
contact_is() { "$alerte" contacts | grep -q "^paul .* $1\$"; }
shown() {
	for i in $(seq 60); do
		contact_is "$1" && return 0
		sleep 0.1
	done
	"$alerte" contacts
	return 1
}
holds "it is shown" shown 'invited, no answer'
answer +33639980102 'oui'
holds "he accepts" shown 'accepted'
answer +33639980102 'stop'
holds "the only one stays until he is replaced" shown 'STOP, BUT THE LAST'
holds "and is told so" sms 'Personne d.autre'
answer +33639980102 'oui'
holds "he changes his mind" shown 'accepted'
holds "no alert there is 66" ends 66 "$alerte" show 7K2
holds "no wearer of that name is 66" ends 66 "$alerte" test nobody --yes

exercise() {
	"$alerte" test marie --yes --wait 10 >"$scratch/out" 2>"$scratch/err" &
	tester=$!
	sms 'EXERCI' && answer +33639980102 "ok $code"
	wait "$tester"
	got=$?
	cat "$scratch/out" "$scratch/err"
	[ "$got" -eq 0 ]
}
holds "an exercise passes when Paul answers" exercise
holds "and says who" said '^PASSED: Paul'
holds "it says that the 114 was not tried" told '114 was not tried'
holds "the exercise is over then" ends 0 "$alerte" alerts
holds "and listed as closed" said 'exercise, closed'

holds "an exercise nobody answers is 75" \
	ends 75 "$alerte" test marie --yes --wait 1
holds "and names the missing link" told 'missing link: '
sms 'EXERCI'
number() { "$alerte" alerts | tail -n 1 | cut -d ' ' -f 1; }
holds "it can be closed by its number" \
	ends 0 "$alerte" close "$(number)" --as paul

press() {
	echo '0 C2:00:00:5E:00:53 0201060616d2fc443a01' >>"$scratch/frames"
	sms 'signal non' || return 1
	echo "$code"
}
holds "a press becomes an SMS" press
holds "the last alerts are listed" ends 0 "$alerte" alerts --most 1
holds "the newest among them" said "^[0-9]+ +$code +OPEN"
refuses "and no older one" said 'closed'
holds "it says that there are older ones" told 'alerts --after 0'
holds "the first ones are listed when asked for" \
	ends 0 "$alerte" alerts --after 0 --most 1
holds "the oldest of all" said 'exercise, closed'
refuses "and no newer one" said "$code"
holds "none is no number of alerts" ends 64 "$alerte" alerts --most 0
for lang in en fr; do
	for verb in status alerts "show $code"; do
		holds "$verb fits 80 columns ($lang)" \
			narrow "$alerte" --lang $lang $verb
	done
done
for verb in status alerts "show $code" export; do
	holds "$verb --json is one line of JSON" \
		one_json_line "$alerte" $verb --json
done
holds "no exercise starts while her alert is open" \
	ends 77 "$alerte" test marie --yes
holds "ack is taken" ends 0 "$alerte" ack "$code" --as paul
holds "and shown" ends 0 "$alerte" show "$code"
holds "as taken by him" said 'taken by +(Paul|paul)'
holds "a relay answer where the 114 has no part is refused" \
	ends 77 "$alerte" relay "$code" --as paul -- bonjour
wrong() { echo 'lunerouge' | ends 77 "$alerte" cancel "$code"; }
right() { echo 'lunebleue' | ends 0 "$alerte" cancel "$code"; }
holds "a wrong code is 77" wrong
too_soon() { echo 'lunerouge' | ends 75 "$alerte" --lang "$1" cancel "$code"; }
holds "another at once is too soon" too_soon fr
holds "a French reader reads that in French, once" \
	told '^  cause : trop tôt après un code faux : attendez une minute, puis recommencez$'
refuses "with no second advice" told 'ensuite|nothing|again'
too_soon en >/dev/null
holds "an English reader in English" \
	told 'why: too soon after a wrong code: wait a minute and try again; nothing has changed$'
holds "the alert is as it was" ends 0 "$alerte" show "$code"
holds "acknowledged" said 'state +acknowledged'
sleep 3
holds "the right code cancels" right
over() { echo 'lunebleue' | ends 66 "$alerte" cancel "$(number)"; }
holds "what is over is not cancelled again" over
refuses "nor is another try of the code advised" told 'wait|again'
holds "her code is in no log" fails grep -q 'lune' "$scratch/daemon.log"

holds "arm gives a token" ends 0 "$alerte" arm --as paul
token=$(cat "$scratch/out")
holds "a wrong token does not arm" \
	ends 77 "$alerte" arm --as paul --token AAAAAAAA
holds "arm again" ends 0 "$alerte" arm --as paul
token=$(cat "$scratch/out")
holds "the right one does" ends 0 "$alerte" arm --as paul --token "$token"
"$alerte" status >"$scratch/out"
holds "status says so" said '114 +ARMED'
holds "disarm is taken" ends 0 "$alerte" disarm --as paul
"$alerte" status >"$scratch/out"
holds "status says so" said '114 +not armed'
# An endpoint whose certificate nobody vouches for, and then somebody does.
"$alerte" receiver --dir "$scratch/received" >"$scratch/receiver" \
	2>/dev/null &
receiver=$!
trap 'kill "$daemon" "$receiver" 2>/dev/null; wait "$daemon"
	rm -rf "$scratch"' EXIT
soon() {
	for i in $(seq 60); do
		"$@" >"$scratch/soon" 2>&1 && return 0
		sleep 0.25
	done
	cat "$scratch/soon"
	return 1
}
holds "the receiver is ready" soon grep -q '^ready' "$scratch/receiver"
url=$(sed -n 's/^url=//p' "$scratch/receiver")
with_server() {
	sed 's/contact = {"paul"}/contact = {"paul", "asso"}/' \
		"$scratch/site.conf"
	printf 'contact asso {\n\trole = association\n\tendpoint = e\n}\n'
	printf 'endpoint e {\n\turl = "%s"\n%s\n}\n' "$url" "$1"
}
status_says() { "$alerte" status --json | grep -q "$1"; }
reported() { ls "$scratch"/received/*.request; }
with_server '' >"$scratch/server.conf"
holds "a server is added" ends 0 "$alerte" apply "$scratch/server.conf"
old=$code
echo '0 C2:00:00:5E:00:53 0201060816d2fc4400073a01' >>"$scratch/frames"
texted() { sms 'signal non' && [ "$code" != "$old" ]; }
holds "a press is texted whatever its certificate" soon texted
holds "a bad certificate is told" soon status_says 'certificate not accepted'
refuses "and nothing is given to that server" reported
with_server "	ca_file = \"$scratch/received/cert.pem\"" >"$scratch/server.conf"
holds "the certificate is vouched for" \
	ends 0 "$alerte" apply "$scratch/server.conf"
holds "and the report arrives after all" soon reported
holds "the alert can be closed" ends 0 "$alerte" close "$code" --as asso

holds "lock is taken" ends 0 "$alerte" lock
"$alerte" status >"$scratch/out"
holds "status says so" said 'history +locked'
holds "alerts are listed all the same" ends 0 "$alerte" alerts
finish
