#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whatever reads bytes of a button has a fuzz target, a new row of a table too.

. "$(dirname "$0")/lib.sh"

# rows TREE: what stands in the two tables, however it is laid out.
rows() {
	sed -n '/^const struct .*\[\] = {/,/^};/p' \
		"$1/lib/frame/format.c" "$1/lib/frame/notification.c" |
		grep -o '&[a-z0-9_]*' | tr -d '&'
}

# defined TREE: the rows that there could be.
defined() {
	sed -n 's/^const struct \(frame_format\|notification_family\) \([a-z0-9_]*\) = {$/\2/p' \
		"$1"/lib/frame/*.c
}

targets() {
	"${MAKE:-make}" -C "$1" -s --no-print-directory B=b DEPS=no \
		fuzz-targets
}

# covered TREE: each row has a target, and each format is a row.
covered() {
	targets "$1" | tr ' ' '\n' >"$scratch/targets"
	rows "$1" >"$scratch/rows"
	defined "$1" >"$scratch/defined"
	[ -s "$scratch/rows" ] && [ -s "$scratch/defined" ] || return
	sed 's/$/_fuzz/' "$scratch/rows" | grep -vxFf "$scratch/targets" &&
		return 1
	grep -vxFf "$scratch/rows" "$scratch/defined" && return 1
	true
}

# planted FILE SED: a tree in which a file was changed.
planted() {
	rm -rf "$scratch/tree"
	mkdir -p "$scratch/tree/tests"
	cp -r Makefile lib "$scratch/tree"
	cp -r tests/fuzz "$scratch/tree/tests"
	sed -i "$2" "$scratch/tree/$1"
	covered "$scratch/tree"
}

holds "every decoder of a table has a fuzz target" covered .
holds "a new row has its target at once" planted lib/frame/format.c \
	's/^	&minew_format,/&\n	\&planted_format,/'
refuses "a row without a target is seen" planted lib/frame/format.c \
	's/^	&minew_format,/	\&minew_format, \&planted_format,/'
refuses "a format that is no row is seen" planted lib/frame/format.c \
	'/^	&minew_format,/d'
finish
