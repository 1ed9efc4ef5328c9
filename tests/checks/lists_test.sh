#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lists that stand in two places have the same in both.

. "$(dirname "$0")/lib.sh"

methods() {
	sed -n 's/^\t\(METHOD\|SECRET\|SD_BUS_SIGNAL\)("\([A-Za-z]*\)".*/\2/p' \
		daemon/control/*.c
}

# What payload_type() itself answers.
types() {
	sed -n '/^const char \*payload_type/,/^}/s/^\t\treturn "\(.*\)";/\1/p' \
		lib/message/payload.c
}

faults() {
	sed -n '/^static const struct kind kinds/,/^}/s/^\t{ "\([a-z-]*\)".*/\1/p' \
		lib/core/fault.c
}

options() {
	grep -hoE '\{ "[a-z-]+", (&|NULL,|(no|required)_arg)' cli/*.c |
		sed 's/.*"\(--\)\?\([a-z-]*\)".*/\2/' | sort -u
}

# The suites of make check and of make check-long.
suites() {
	"${MAKE:-make}" -pq help 2>/dev/null |
		sed -n 's/^\(SUITES\|LONG\) :*= *//p' |
		grep -oE '[a-z][a-z-]+' | sort -u
}

quoted() { grep -q "\`$2\`" "$1"; }
completes() { grep -qE -- "(--|-l )$2\b" "$1"; }
has_budget() { grep -qE "^$1 +[0-9]+$" .ci/budget; }

# each LIST COMMAND...: it succeeds with each word of the list as its last.
each() {
	words=$($1)
	shift
	for word in $words; do
		"$@" "$word" || {
			echo "$word"
			return 1
		}
	done
	[ -n "$words" ]
}

holds "CONTROL.md has every method and signal" \
	each methods quoted daemon/control/CONTROL.md
holds "PAYLOADS.md has every type of a body" \
	each types quoted lib/message/PAYLOADS.md
holds "PAYLOADS.md has every fault" each faults quoted lib/message/PAYLOADS.md
holds "every suite has its seconds" each suites has_budget
for file in packaging/completions/*; do
	holds "$(basename "$file") has every option" \
		each options completes "$file"
done

planted() { echo planted; }
refuses "an option that is not there is seen" \
	each planted completes packaging/completions/alerte.bash
refuses "a method that is not there is seen" \
	each planted quoted daemon/control/CONTROL.md
refuses "a suite without seconds is seen" each planted has_budget
refuses "a list that is empty is seen" each true has_budget
finish
