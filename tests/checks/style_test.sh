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

unlicensed() {
	awk 'FNR == 1 { seen = 0 }
		/SPDX-License-Identifier: Apache-2.0/ { seen = 1 }
		FNR == 3 && !seen { print FILENAME ": no SPDX line" }' "$@"
}
long_file() {
	awk 'FNR == 801 { print FILENAME ": more than 800 lines" }' "$@"
}
blanks() { grep -nHE '[ 	]+$' "$@"; }
spaces() { grep -nHE '^        ' "$@"; }
promises() { grep -nHE '\b(TO''DO|FIX''ME|X''XX|HA''CK)\b' "$@"; }
typedefs() { grep -nHE '^typedef[[:space:]]+(struct|union)' "$@"; }

# A string is not broken for its length: it must be found by searching for it.
# A comment behind code may stand out a little, and so may a test's name.
wide() {
	LC_ALL=C awk '
	function width(s,   n, i, part, w) {
		gsub(/[\200-\277]/, "", s)
		n = split(s, part, "\t")
		for (i = 1; i < n; i++) {
			w += length(part[i])
			w += 8 - w % 8
		}
		return w + length(part[n])
	}
	/"/ { next }
	{
		code = $0
		sub(/[ \t]+\/\*.*\*\/$/, "", code)
		most = FILENAME ~ /^tests\// ? 100 : 80
		if (width($0) > 90 && most == 80 || width(code) > most)
			print FILENAME ":" FNR ": " width($0) " columns"
	}' "$@"
}

long_function() {
	awk '/^\{/ { s = FNR }
		/^\}/ { if (s && FNR - s > 90)
				print FILENAME ":" s ": " FNR - s " lines"
			s = 0 }' "$@"
}

scripts() { files \( -name '*.sh' -o -path '*/run' -o -name install-deps \); }
licensed() {
	code; scripts
	files \( -name Makefile -o -name '*.sym' -o -name '*.service' \
		-o -name '*.rules' -o -name '*.[1-8]' \)
}

# all KIND COMMAND: the command prints nothing for the files of that kind.
all() {
	# shellcheck disable=SC2046
	"$2" $("$1") >"$scratch/found"
	head -n 40 "$scratch/found"
	[ ! -s "$scratch/found" ]
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
