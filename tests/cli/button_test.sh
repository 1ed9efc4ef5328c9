#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# alerte button simulate: the frames of the specification, at a button's times.

. "$(dirname "$0")/../checks/lib.sh"
export LC_ALL=C.UTF-8
key=$scratch/key
echo 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f >"$key"

simulate() {
	"$B/alerte" button simulate --key-file "$key" --epoch 100000 --seq 1 \
		"$@" >"$scratch/out" 2>"$scratch/err"
}

# line N ERE; count N
line() {
	sed -n "$1p" "$scratch/out" | grep -E "$2" || { cat "$scratch/out"; false; }
}
count() {
	wc -l <"$scratch/out"
	[ "$(wc -l <"$scratch/out")" -eq "$1" ]
}
# How many different values column $1 has.
different() {
	n=$(awk -v c="$1" '{ print $c }' "$scratch/out" | sort -u | wc -l)
	echo "$n"
	[ "$n" -eq "$2" ]
}

vector=205e66ac933388b92a14585e88c58406f582f83f9cca4fb1
holds "a press is simulated" simulate
holds "the first advert is the specification's" \
	line 1 "^0 ([0-9A-F]{2}:){5}[0-9A-F]{2} 0201061bffffff$vector\$"
holds "20 ms for 2 s, 100 ms for 3 s more" count 130
holds "there are ten sequence numbers in 5 s" different 3 10
holds "one address goes with one identifier" different 2 1
holds "its two upper bits say non-resolvable" line 1 '^0 [0-3]'

holds "all of an emission is simulated" simulate --for 620
holds "it is 880 adverts" count 880
holds "a press across two epochs is simulated" \
	simulate --second 1023 --for 3
holds "the address changes with the identifier" different 2 2
holds "a press may begin later, from an address" \
	simulate --start 2500 --address AA:BB:CC:DD:EE:FF --for 0
holds "it does" line 1 '^2500 AA:BB:CC:DD:EE:FF '
holds "service data may carry it" simulate --service --id 1234
holds "it does" line 1 " 0201061b163412$vector\$"
holds "a boot frame may carry it" \
	simulate --seq 1024 --boot 7 --for 0
holds "it is the specification's" \
	line 1 28fd52b3c7013289be394578d8efd8f0be415a5c3269dbc8
holds "a heartbeat is simulated" simulate --epoch 100001 --seq 3 \
	--event heartbeat --battery 2990 --second 1 --for 0
holds "it is the specification's" \
	line 1 2077787a828556421a8d08b78c5d1c1330b07d85035a6e47
holds "JSON is printed" simulate --json --for 0
holds "it is JSON" "$B/tests/cli/is_json" <"$scratch/out"

for wrong in '--press 64' '--position 16' '--second 1024' '--for 621' \
	'--seq -1' '--seq 4294967295' '--id 10000' '--id xyz' '--battery 3551' \
	'--battery 10' '--battery 999' \
	'--event nothing' '--address AA:BB' '--epoch 1x' 'more'; do
	# shellcheck disable=SC2086
	refuses "$wrong is refused" simulate $wrong
	holds "and nothing is printed" count 0
done
refuses "a key in argv is refused" simulate --key "$(cat "$key")"
echo 00 >"$key"
refuses "a short key is refused" simulate
refuses "no key file is refused" \
	"$B/alerte" button simulate --epoch 1 --seq 1
refuses "the key is not told" grep -q 00010203 "$scratch/err"
finish
