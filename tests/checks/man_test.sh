#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The manual pages are sound, and say what the programs have.

. "$(dirname "$0")/lib.sh"
command -v mandoc >/dev/null || skip "no mandoc"

verbs() {
	sed -n 's/^[[:space:]]*\.name = "\([a-z]*\)".*/\1/p' cli/*.c | sort -u
}

# The keys a source file of the daemon reads.
keys() {
	sed -n 's/^[[:space:]]*CFG_\(STR\|BOOL\|INT\|STR_LIST\|SEC\)("\([a-z_]*\)".*/\2/p' \
		"$@" | sort -u
}

documented() {
	grep -q "^\.\(It\|Cm\|Ss\)\( .*\)\? $2\b" "$1"
}

for page in packaging/man/*.[1-8]; do
	holds "$(basename "$page") is sound mdoc" \
		mandoc -Tlint -Wwarning "$page"
done
for verb in $(verbs); do
	holds "alerte(1) describes alerte $verb" \
		documented packaging/man/alerte.1 "$verb"
done
# Of the verbs' own tables, getopt's, and the global ones.
options() {
	grep -hoE '\{ "(--)?[a-z-]+", (&|NULL,|(no|required)_arg)' cli/*.c
	grep -hoE '(argv\[i\], |is_option\()"--[a-z]+"' cli/*.c
}
for option in $(options | grep -oE '"(--)?[a-z-]+"' | tr -d '"' |
	sed 's/^--//' | sort -u); do
	holds "alerte(1) describes --$option" \
		grep -qE "Fl -$option( |$)" packaging/man/alerte.1
done
for key in $(keys daemon/conf*.c); do
	holds "alerted.conf(5) describes $key" \
		documented packaging/man/alerted.conf.5 "$key"
	holds "the sample alerted.conf shows $key" \
		grep -qE "^#*[[:space:]]*$key (= |\{)" packaging/alerted.conf
done
for key in $(keys daemon/site*.c); do
	holds "alerted.conf(5) describes $key of a site file" \
		documented packaging/man/alerted.conf.5 "$key"
	holds "the example of a site file shows $key" \
		grep -qE "^#*[[:space:]]*$key (= |\{|\")" \
		packaging/site.conf.example
done
for option in $(sed -n 's/^\t{ "\([a-z-]*\)", \(no\|required\)_arg.*/\1/p' \
	daemon/main.c); do
	holds "alerted(8) describes --$option" \
		grep -q "^\.It Fl -$option\b" packaging/man/alerted.8
done

# The names that a button's format may have: each table row's own.
for format in $(sed -n 's/^\t&\([a-z0-9]*\)_\(format\|family\),$/\1/p' \
		lib/frame/format.c lib/frame/notification.c); do
	name=$(sed -n 's/^\t\.name = "\(.*\)",$/\1/p' "lib/frame/$format.c")
	holds "alerted.conf.5 has the format $name" \
		grep -qE "^\.Ql (.* )?$name( |$)" packaging/man/alerted.conf.5
done
for file in alerted.conf site.conf.example; do
	case $file in
	alerted.conf) check="--check --config" ;;
	*) check=--check-site ;;
	esac
	# shellcheck disable=SC2086
	holds "alerted takes the sample $file" "$B/alerted" $check \
		"packaging/$file"
done
refuses "a key the page does not have is seen" \
	documented packaging/man/alerted.conf.5 planted
finish
