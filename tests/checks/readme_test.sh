#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What README.md shows works as it stands there.

. "$(dirname "$0")/lib.sh"

WARN='-std=c11 -Wall -Wextra -Wshadow -Wno-unused-parameter -Werror -D_DEFAULT_SOURCE'
sed -n '/^```c$/,/^```$/{/^```/d;p}' README.md >"$scratch/example.c"

compiles() {
	${CC:-cc} $WARN -Iinclude -o "$scratch/example" "$scratch/example.c" \
		"$B/libalerte.so.0"
}
runs() {
	LD_LIBRARY_PATH=$B "$scratch/example" | tee "$scratch/said" &&
		grep -q '^sent 0$' "$scratch/said"
}
files() {
	for file in $(grep -oE '\]\([a-zA-Z][^):#]*\)|`[a-z]+/[a-zA-Z./-]+`' \
		README.md SECURITY.md | sed 's/^[^:]*://' | tr -d '])(`'); do
		[ -e "$file" ] || {
			echo "$file"
			return 1
		}
	done
}
targets() {
	"${MAKE:-make}" -pq help >"$scratch/database" 2>/dev/null
	for target in $(grep -oE '\bmake [a-z-]+' README.md | cut -d ' ' -f 2 |
		sort -u); do
		grep -q "^$target:" "$scratch/database" || {
			echo "make $target"
			return 1
		}
	done
}

# The effects the demo proves are those README.md shows, no more and no less.
effects() {
	"$B/alerte" --lang en demo >"$scratch/demo" 2>&1 || {
		cat "$scratch/demo"
		return 1
	}
	grep '^  ok ' "$scratch/demo" >"$scratch/proved"
	grep '^  ok ' README.md | diff - "$scratch/proved"
}

holds "the demo proves what README.md shows" effects
holds "the example of embedding compiles without a warning" compiles
holds "the example of embedding runs" runs
# Lines that are not blank, a brace or a comment.
short() {
	code=$(grep -cvE '^[[:space:]]*([{}]?|/\*.*|alerte_[a-z_]*\(\)[,;].*)$' \
		"$scratch/example.c")
	echo "$code lines"
	[ "$code" -le 22 ]
}

holds "the example of embedding is about 20 lines of code" short
holds "every file README.md and SECURITY.md name is there" files
holds "every target of make README.md names is there" targets
finish
