# SPDX-License-Identifier: Apache-2.0
# Read by the checks of this folder: cd to the top, a scratch folder that goes
# away, and
#
#	holds "sentence" COMMAND...	passes when the command succeeds
#	refuses "sentence" COMMAND...	passes when it fails
#	skip "why"			this check cannot run here
#	finish				the results, and the exit status
#
# A sentence is true when it passes.

set -u
cd "$(dirname "$0")/../.." || exit 70
B=${B:-build}
scratch=$(mktemp -d) || exit 70
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

holds() {
	sentence=$1
	shift
	if "$@" >"$scratch/said" 2>&1; then
		passed=$((passed + 1))
		echo "ok    $sentence"
	else
		failed=$((failed + 1))
		echo "FAIL  $sentence"
		sed 's/^/      /' "$scratch/said"
	fi
}

fails() {
	! "$@"
}

refuses() {
	sentence=$1
	shift
	holds "$sentence" fails "$@"
}

skip() {
	echo "SKIP: $*"
	exit 77
}

finish() {
	echo "$passed passed, $failed failed, 0 skipped"
	[ "$failed" -eq 0 ]
	exit
}
