#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A machine of the radio suite that did not run what it was told to is never
# taken for one in which all went well.  The emulator is stood in for.

. "$(dirname "$0")/lib.sh"

mkdir "$scratch/bin"
out=$scratch/out

# emulator EXIT [STATUS]: it ends so, after the guest has written its status.
emulator() {
	{
		echo '#!/bin/sh'
		[ $# -lt 2 ] || echo "echo $2 >$out/status"
		echo "exit $1"
	} >"$scratch/bin/qemu-system-x86_64"
	chmod +x "$scratch/bin/qemu-system-x86_64"
}

ends_with() {
	PATH=$scratch/bin:$PATH tests/interop/radio/boot "$scratch" "$out" smoke
	status=$?
	echo "ended with $status"
	[ "$status" -eq "$1" ]
}

emulator 1 0
holds "a scenario that went well ends with 0" ends_with 0
emulator 1
holds "an emulator that does not start is no success" ends_with 99
holds "nor is what an earlier run left behind" test ! -e "$out/status"
emulator 11 5
holds "a scenario's status is told" ends_with 5
emulator 11 0
holds "two statuses that differ are a failure" ends_with 99
emulator 0 0
holds "so is a machine that was switched off before its end" ends_with 99
emulator 1 garbage
refuses "a status that is no number is no success" ends_with 0

for scenario in tests/interop/radio/scenarios/*.sh; do
	holds "$scenario parses" sh -n "$scenario"
	holds "$scenario says how long it may take" \
		grep -qE '^# seconds: [0-9]+$' "$scenario"
	holds "$scenario tells its results" grep -qx finish "$scenario"
done
finish
