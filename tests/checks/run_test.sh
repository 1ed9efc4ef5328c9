#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The suite runner: a failure, a skip and silence are never taken for a pass.

. "$(dirname "$0")/lib.sh"
unset CI

# suite NAME: a program made of standard input.
suite() {
	{ echo '#!/bin/sh'; cat; } >"$scratch/$1"
	chmod +x "$scratch/$1"
}

run() {
	tests/run -l "$scratch/logs" -b "$scratch/budget" "$@" \
		>"$scratch/out" 2>&1
}

# run_says STATUS LAST-LINE SUITE...: exit status and last line of a run.
run_says() {
	status=$1 last=$2
	shift 2
	run "$@"
	got=$?
	cat "$scratch/out"
	echo "exit $got"
	[ "$got" -eq "$status" ] && [ "$(tail -n 1 "$scratch/out")" = "$last" ]
}

echo 'slow 1' >"$scratch/budget"
suite cmocka <<'END'
echo '[  PASSED  ] 3 test(s).'
echo '[  PASSED  ] 4 test(s).'
END
suite own <<'END'
echo '1 passed, 0 failed, 0 skipped'
echo '2 passed, 0 failed, 0 skipped'
END
suite broken <<'END'
echo '[  PASSED  ] 1 test(s).'
echo '[  FAILED  ] 2 test(s), listed below:'
exit 2
END
suite crash <<'END'
kill -SEGV $$
END
suite silent </dev/null
suite absent <<'END'
echo 'SKIP: no such hardware'
exit 77
END
suite slow <<'END'
sleep 20
END
# Each ends only once the other has begun.
for one in left right; do
	suite $one <<END
touch "$scratch/$one.begun"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	[ -e "$scratch/left.begun" ] && [ -e "$scratch/right.begun" ] &&
		{ echo '1 passed, 0 failed, 0 skipped'; exit 0; }
	sleep 0.5
done
exit 1
END
done
holds "cmocka's results are added up" \
	run_says 0 '7 passed, 0 failed, 0 skipped' "$scratch/cmocka"
holds "the last line of a suite's own stands for it" \
	run_says 0 '2 passed, 0 failed, 0 skipped' "$scratch/own"
holds "failures are counted beside what passed" \
	run_says 1 '8 passed, 2 failed, 0 skipped' "$scratch/cmocka" "$scratch/broken"
holds "two suites run at a time" run_says 0 \
	'9 passed, 0 failed, 0 skipped' -j 2 "$scratch/left" "$scratch/right" \
	"$scratch/cmocka"
holds "failures of every lane are counted" run_says 1 \
	'8 passed, 3 failed, 0 skipped' -j 3 "$scratch/cmocka" \
	"$scratch/broken" "$scratch/crash"
holds "a crash is a failure" \
	run_says 1 '0 passed, 1 failed, 0 skipped' "$scratch/crash"
holds "a suite that tested nothing is a failure" \
	run_says 1 '0 passed, 1 failed, 0 skipped' "$scratch/silent"
holds "a suite that does not exist is a failure" \
	run_says 1 '0 passed, 1 failed, 0 skipped' "$scratch/nothing"
holds "a suite past its budget is ended and is a failure" \
	run_says 1 '0 passed, 1 failed, 0 skipped' "$scratch/slow"
holds "it says that it was ended" grep -q 'slow.*ended after 1 s' "$scratch/out"
holds "a suite that cannot run is skipped" \
	run_says 0 '0 passed, 0 failed, 1 skipped' "$scratch/absent"
holds "a skip says why" grep -q 'SKIP.*no such hardware' "$scratch/out"
CI=true
export CI
holds "with CI=true a skip is a failure" \
	run_says 1 '0 passed, 1 failed, 0 skipped' "$scratch/absent"
finish
