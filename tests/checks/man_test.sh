#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The manual pages are sound, and say what the programs have.

. "$(dirname "$0")/lib.sh"
command -v mandoc >/dev/null || skip "no mandoc"

verbs() {
	sed -n 's/^[[:space:]]*\.name = "\([a-z]*\)".*/\1/p' cli/*.c | sort -u
}

# Keys of alerted.conf, "section key" a line, as daemon/conf.c reads them.
keys() {
	sed -n 's/.*CFG_\(STR\|BOOL\|INT\)("\([a-z_]*\)".*/\2/p' \
		daemon/conf.c | sort -u
}

documented() {
	grep -q "^\.\(It\|Cm\).* $2\b" "$1"
}

for page in packaging/man/*.[1-8]; do
	holds "$(basename "$page") is sound mdoc" \
		mandoc -Tlint -Wwarning "$page"
done
for verb in $(verbs); do
	holds "alerte(1) describes alerte $verb" \
		documented packaging/man/alerte.1 "$verb"
done
for key in $(keys); do
	holds "alerted.conf(5) describes $key" \
		documented packaging/man/alerted.conf.5 "$key"
	holds "the sample alerted.conf shows $key" \
		grep -q "^#*[[:space:]]*$key = " packaging/alerted.conf
done
refuses "a key the page does not have is seen" \
	documented packaging/man/alerted.conf.5 planted
finish
