#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same sources give the same bytes, wherever they lie, and building asks
# for no network, no right and no package manager.

. "$(dirname "$0")/lib.sh"

BUILT='libalerte.a libalerte.so.0 libalerte-transport.so.0 alerted alerte'

# Programs that make, and make check DEPS=no, must never call.
mkdir "$scratch/bin" "$scratch/elsewhere"
for forbidden in sudo apt-get apt dpkg curl wget systemctl service; do
	printf '#!/bin/sh\necho %s >>"%s"\nexit 1\n' "$forbidden" \
		"$scratch/called" >"$scratch/bin/$forbidden"
	chmod +x "$scratch/bin/$forbidden"
done

cp -r Makefile include lib daemon cli packaging "$scratch/elsewhere"
rebuild() {
	(
		cd "$scratch/elsewhere" &&
			PATH=$scratch/bin:$PATH "${MAKE:-make}" -j2 -s \
				--no-print-directory B=b DEPS=no all
	)
}

holds "it builds in another folder" rebuild
for file in $BUILT; do
	holds "$file is the same to the byte" \
		cmp "$B/$file" "$scratch/elsewhere/b/$file"
done
holds "make calls no package manager, sudo or downloader" \
	test ! -e "$scratch/called"
plan() {
	"${MAKE:-make}" --no-print-directory -n "DEPS=$1" deps 2>&1 |
		grep -E 'install-deps|apt-get|sudo'
}
refuses "make check DEPS=no installs nothing" plan no
holds "make check installs what is missing" plan yes
finish
