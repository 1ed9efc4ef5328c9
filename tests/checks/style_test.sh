#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a reader may count on in every file of ours.

. "$(dirname "$0")/lib.sh"
LC_ALL=C.UTF-8
export LC_ALL

files() {
	find Makefile include lib daemon cli tests packaging .ci -type f "$@" |
		LC_ALL=C sort
}
code() { files -name '*.[ch]'; }

# Those of standard input, "file" a line, for which the command prints a line.
none() {
	while read -r file; do
		"$@" "$file" | sed "s|^|$file: |"
	done >"$scratch/found"
	head -n 40 "$scratch/found"
	[ ! -s "$scratch/found" ]
}

unlicensed() {
	head -n 3 "$1" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
		echo "no SPDX line at its top"
}
long_file() { [ "$(wc -l <"$1")" -le 800 ] || echo "more than 800 lines"; }
blanks() { grep -nE '[ 	]+$' "$1"; }
spaces() { grep -nE '^        ' "$1"; }
promises() { grep -nE '\b(TO''DO|FIX''ME|X''XX|HA''CK)\b' "$1"; }
typedefs() { grep -nE '^typedef[[:space:]]+(struct|union)' "$1"; }

# A string is not broken for its length: it must be found by searching for it.
# A comment behind code may stand out a little, and so may a test's name.
wide() {
	case $1 in
	tests/*)
		expand "$1" | grep -v '"' | grep -nE '^.{101}'
		return
		;;
	esac
	expand "$1" | grep -v '"' | grep -nE '^.{91}'
	sed 's|\([;,({}A-Z]\)[[:space:]]*/\*.*\*/$|\1|' "$1" | expand |
		grep -v '"' | grep -nE '^.{81}'
}

long_function() {
	awk '/^\{/ { s = FNR }
		/^\}/ { if (s && FNR - s > 90) print "function of " FNR - s " lines at " s
			s = 0 }' "$1"
}

scripts() { files \( -name '*.sh' -o -path '*/run' -o -name install-deps \); }
licensed() {
	code; scripts
	files \( -name Makefile -o -name '*.sym' -o -name '*.service' \
		-o -name '*.rules' -o -name '*.[1-8]' \)
}

# all KIND COMMAND: no file of that kind makes the command print.
all() {
	"$1" | none "$2"
}

holds "every file has its licence at the top" all licensed unlicensed
holds "no file is longer than 800 lines" all code long_file
holds "no function is longer than 90 lines" all code long_function
holds "no line ends in blanks" all code blanks
holds "indentation is tabs" all code spaces
holds "lines end within 80 columns" all code wide
holds "nothing is left for later" all licensed promises
holds "no struct hides behind a typedef" all code typedefs

printf 'typedef struct a b;  \n        int x;\n/* %s */\n' \
	"TO""DO $(printf '%080d' 0)" >"$scratch/planted.c"
planted() {
	echo "$scratch/planted.c"
}
for rule in unlicensed blanks spaces wide promises typedefs; do
	refuses "a breach is seen: $rule" all planted $rule
done
finish
