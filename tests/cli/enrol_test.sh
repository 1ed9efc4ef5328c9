#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Buttons enrolled by a press on the real daemon, and taken to another gateway.

. "$(dirname "$0")/../checks/lib.sh"
export LC_ALL=C.UTF-8 LANG=C.UTF-8
unset ALERTED ALERTE_SOCKET NO_COLOR
alerte=$B/alerte
[ -x "$B/alerted" ] || skip "alerted is not built"
exec </dev/null

# gateway NAME: a daemon of its own, which hears what is added to its frames.
daemons=
gateway() {
	at=$scratch/$1
	mkdir "$at"
	cat >"$at/conf" <<-END
	radio {
		driver = "replay"
		file = "$at/frames"
	}
	modem {
		driver = "spool"
		spool = "$at/spool"
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
	: >"$at/frames"
	"$B/alerted" --config "$at/conf" --state "$at/state" \
		--runtime "$at/run" --create-keys >"$at/log" 2>&1 &
	daemons="$daemons $!"
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -S "$at/run/control" ] && break
		sleep 0.1
	done
}
# shellcheck disable=SC2154,SC2086
trap 'kill $daemons 2>/dev/null; wait; rm -rf "$scratch"' EXIT
gateway old
gateway new
on() { export ALERTE_SOCKET="$scratch/$1/run/control"; }
heard() { cat >>"$scratch/$1/frames"; }

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
soon() {
	for i in $(seq 50); do
		"$@" >"$scratch/soon" 2>&1 && return 0
		sleep 0.1
	done
	cat "$scratch/soon"
	return 1
}

on old
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
END
holds "people are set" ends 0 "$alerte" apply "$scratch/site.conf"
holds "no button is known" ends 0 "$alerte" buttons
holds "and it is said how one gets known" told 'alerte pair'

key=231d39c1d7cc1ab1aee224cd096db932
master=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
section() {
	printf 'button %s {\n\twearer = "marie"\n' "$1"
	shift
	printf '\t%s\n' "$@"
	echo '}'
}
address='address = "54:48:E6:8F:80:A5"'
section keyring "$address" "key = \"$key\"" >"$scratch/keyring"
section keyring "$address" "key = \"$(echo $key | tr 2 3)\"" >"$scratch/wrong"
section pendant "key = \"$master\"" >"$scratch/pendant"
section x 'wearer = "eve"' >"$scratch/eve"

# pairing FILE: it waits for its press; paired CODE: how it ended.
pairing() {
	: >"$scratch/err"
	"$alerte" pair "$scratch/$1" >"$scratch/out" 2>"$scratch/err" &
	pid=$!
	soon told 'Press the button'
}
paired() {
	wait "$pid"
	got=$?
	cat "$scratch/out" "$scratch/err"
	[ "$got" -eq "$1" ]
}
press() { echo "0 54:48:E6:8F:80:A5 $1" | heard old; }

holds "a section of nobody's is 65" ends 65 "$alerte" pair "$scratch/eve"
holds "with its line" told '/eve:[0-9]+: '
holds "a site file of more is 65" ends 65 "$alerte" pair "$scratch/site.conf"
holds "a mistyped key waits" pairing wrong
press 1216d2fc45021ec85ad377010000009e732b38
holds "and is told as one" soon told '1 frame: .*is the key right'
kill "$pid"
holds "it can be given up" paired 75
holds "then no button waits" ends 0 "$alerte" pair --status
holds "it says" said '^No button is being enrolled'

holds "the right key waits" pairing keyring
press 1216d2fc45a9755255170965000000e7c18000
holds "and is proved by a press" paired 0
holds "which is said" said '^PROVED: keyring is enrolled \(bthome-v2\), trust weak'
holds "with whom it reaches" said 'reaches 1 contact and not the 114: this gateway'
holds "--status says the same" ends 0 "$alerte" pair --status
holds "later" said '^PROVED: keyring'
holds "no alert was raised" ends 0 "$alerte" alerts
refuses "by that press" said ' OPEN '
alerted() { "$alerte" alerts | grep -q ' OPEN '; }
press 1216d2fc459c68a40c650ae80300002220159b
holds "the next press is an alert" soon alerted

holds "the same button again is 65" ends 65 "$alerte" pair "$scratch/keyring"
holds "and it is said how it is tried" \
	told '/keyring:1: .*alerte test marie --announce keyring'
refuses "nothing has to be corrected" told 'next: correct'

simulate() {
	echo $master | "$alerte" button simulate --key-file - --epoch 100000 \
		--for 0 "$@"
}
holds "a sealed button waits" pairing pendant
simulate --seq 1000 | heard old
holds "and is proved without an address" paired 0
holds "with its trust" said '^PROVED: pendant is enrolled \(sealed-v1\), trust strong'
holds "both are listed" ends 0 "$alerte" buttons
holds "one by its address" said '^keyring +marie .* AES +54:48:E6:8F:80:A5, battery 100 %$'
holds "one by its key" said '^pendant +marie .* sealed +its key$'
refuses "no key is shown" said "$key|$master"

# ------------------------------------------------------- another gateway

echo 'correct cheval pile agrafe' >"$scratch/words"
backup() {
	"$alerte" "$@" --passphrase-file "$scratch/words" >"$scratch/out" \
		2>"$scratch/err"
	got=$?
	cat "$scratch/out" "$scratch/err"
	return $got
}
file=$scratch/place.backup
holds "a backup is made" backup backup "$file"
hidden() {
	! grep -qaE "Durand|marie|33639980102|$key" "$file"
}
holds "nothing in it can be read" hidden
on new
echo 'another five words' >"$scratch/words.other"
holds "another passphrase is 77" ends 77 "$alerte" restore "$file" --yes \
	--passphrase-file "$scratch/words.other"
head -c 500 "$file" >"$scratch/cut"
holds "a cut file is refused" fails backup restore "$scratch/cut" --yes
holds "nothing was restored" ends 0 "$alerte" buttons
refuses "by these" said keyring
holds "the right one restores" backup restore "$file" --yes
holds "both buttons" said '^Restored: this gateway knows 2 buttons, 1 wearer, 1 contact now'
holds "unarmed" told 'arm this gateway again'
holds "they are listed" ends 0 "$alerte" buttons
holds "as they were" said '^pendant +marie .* sealed +its key$'
simulate --seq 1000 | heard new
simulate --seq 1100 --press 1 --second 50 | heard new
holds "a press of the sealed one is an alert there" soon alerted
holds "and the old frame is not another" \
	[ "$("$alerte" alerts | grep -c ' OPEN ')" -eq 1 ]
holds "a restore is refused while it is open" fails \
	backup restore "$file" --yes

holds "a button is removed" ends 0 "$alerte" buttons remove keyring --yes
holds "and is no more" ends 0 "$alerte" buttons
refuses "in the list" said keyring
holds "no log has a key" fails grep -rqiE "$key|$master|cheval" \
	"$scratch/old/log" "$scratch/new/log"
finish
