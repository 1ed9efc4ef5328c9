#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each public header compiles alone, in C11 and in C++17, without a warning.

. "$(dirname "$0")/lib.sh"

WARN='-Wall -Wextra -Wpedantic -Wundef -Werror -fsyntax-only'

# alone LANGUAGE STANDARD COMPILER HEADER
alone() {
	printf '#include <alerte/%s>\n#include <alerte/%s>\n' "$4" "$4" |
		$3 -x "$1" -std="$2" $WARN -Iinclude -
}

CXX=${CXX:-g++}
command -v "$CXX" >/dev/null || skip "no C++ compiler ($CXX)"
for header in include/alerte/*.h; do
	name=$(basename "$header")
	holds "$name compiles alone as C11" alone c c11 "${CC:-cc}" "$name"
	holds "$name compiles alone as C++17" alone c++ c++17 "$CXX" "$name"
done

mkdir "$scratch/alerte"
echo 'size_t planted(void);' >"$scratch/alerte/planted.h"
planted() {
	CPATH=$scratch alone c c11 "${CC:-cc}" planted.h
}
refuses "a header that needs another is seen" planted
finish
