#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What README.md shows works as it stands there.

. "$(dirname "$0")/lib.sh"

WARN='-std=c11 -Wall -Wextra -Wshadow -Werror -D_DEFAULT_SOURCE'
sed -n '/^```c$/,/^```$/{/^```/d;p}' README.md >"$scratch/example.c"

compiles() {
	${CC:-cc} $WARN -Iinclude -o "$scratch/example" "$scratch/example.c" \
		"$B/libalerte.so.0"
}
runs() {
	LD_LIBRARY_PATH=$B "$scratch/example" | tee "$scratch/said" &&
		grep -q '^sent 0; come back at' "$scratch/said"
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
	for target in $(grep -oE '\bmake [a-z-]+' README.md | cut -d ' ' -f 2 |
		sort -u); do
		"${MAKE:-make}" -n DEPS=no "$target" >/dev/null 2>&1 || {
			echo "make $target"
			return 1
		}
	done
}

holds "the example of embedding compiles without a warning" compiles
holds "the example of embedding runs" runs
holds "every file README.md and SECURITY.md name is there" files
holds "every target of make README.md names is there" targets
finish
