#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What goes to centres in XML is what our schemas of it say: they are ours, and
# no proof that a standard's own would take it.

. "$(dirname "$0")/lib.sh"

command -v xmllint >/dev/null || skip "xmllint is missing: apt install libxml2-utils"
xsd=tests/golden/xsd

# fits SCHEMA FILE...
fits() {
	schema=$xsd/$1.xsd
	shift
	[ -e "$1" ] && xmllint --nonet --noout --schema "$schema" "$@"
}

# location FILE: the presence document that an alert carries.
location() {
	sed -n 's|^<derefUri>\(.*\)</derefUri>$|\1|p' "$1" | base64 -d
}

# size FILE: as the alert says it.
size() {
	sed -n 's|^<size>\(.*\)</size>$|\1|p' "$1"
}

located() {
	n=0
	for alert in tests/golden/cap/*.xml; do
		grep -q '<derefUri>' "$alert" || continue
		location "$alert" >"$scratch/pidf.xml" &&
			[ "$(wc -c <"$scratch/pidf.xml")" = "$(size "$alert")" ] &&
			fits pidf "$scratch/pidf.xml" || return
		n=$((n + 1))
	done
	[ "$n" -gt 5 ]
}

# A location that was measured, and one that was not, are both among them.
both() {
	location tests/golden/cap/position.xml >"$scratch/a"
	location tests/golden/cap/alert.xml >"$scratch/b"
	grep -q 'gs:Circle' "$scratch/a" && grep -q 'ca:LOC' "$scratch/a" &&
		! grep -q 'gs:Circle' "$scratch/b" && grep -q 'ca:LOC' "$scratch/b"
}

# planted SCHEMA FILE SED: a golden file in which something was changed.
planted() {
	sed "$3" "tests/golden/$1/$2" >"$scratch/planted.xml"
	! cmp -s "tests/golden/$1/$2" "$scratch/planted.xml" || return 0
	fits "$1" "$scratch/planted.xml"
}

# names FILE...: every message of a night is there.
whole_night() {
	for name in alert press ack cancel close exercise exercise-end fault \
		fault-end position; do
		[ -s "tests/golden/$1/$name.xml" ] || return
	done
}

holds "a night in CAP is whole" whole_night cap
holds "a night in SCAIP is whole" whole_night scaip
holds "alerts fit the schema of CAP" fits cap tests/golden/cap/*.xml
holds "requests fit the schema of SCAIP" fits scaip tests/golden/scaip/*.xml
holds "each location inside an alert is whole and fits its schemas" located
holds "an address alone is a location too" both
refuses "an hour without its offset is seen" planted cap alert.xml \
	's|<sent>\(.*\)+01:00</sent>|<sent>\1Z</sent>|'
refuses "an element out of its order is seen" planted cap alert.xml \
	's|^<scope>.*||; s|^<status>|<scope>Private</scope><status>|'
refuses "an update that names no message is seen" planted cap press.xml \
	's|<references>.*</references>|<references></references>|'
refuses "a name with a comma is seen" planted cap alert.xml \
	's|<identifier>|<identifier>a,|'
refuses "a request without its set is seen" planted scaip alert.xml \
	's|<cid>.*</cid>||'
finish
