#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every script parses, by the shell its first line names.

. "$(dirname "$0")/lib.sh"

scripts() {
	grep -rlE '^#!.*\b(sh|bash)$' .ci tests packaging | LC_ALL=C sort
}

parses() {
	case $(head -n 1 "$1") in
	*bash) bash -n "$1" ;;
	*) sh -n "$1" ;;
	esac
}

for script in $(scripts); do
	holds "$script parses" parses "$script"
	holds "$script may be run" test -x "$script"
done
holds "tests/checks/lib.sh parses" sh -n tests/checks/lib.sh

printf '#!/bin/sh\nif true; then\n' >"$scratch/planted"
refuses "a script that does not parse is seen" parses "$scratch/planted"
finish
