#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the headers promise, what lib/*.sym names and what the libraries export
# are one and the same.

. "$(dirname "$0")/lib.sh"

sym() {
	sed -n 's/^[[:space:]]*\(alerte_[a-z0-9_]*\);/\1/p' "$1" | LC_ALL=C sort
}

dynamic() {
	nm -D --defined-only "$1" | awk '$2 != "A" { print $3 }' |
		sed 's/@.*//' | LC_ALL=C sort
}

static() {
	nm -g --defined-only "$1" 2>/dev/null | awk 'NF == 3 { print $3 }' |
		LC_ALL=C sort
}

same() {
	diff "$scratch/$1" "$scratch/$2"
}

# NEEDED of library $1 lies within the list $2.
needs_only() {
	objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }' |
		grep -Ev "^($2|libc|ld-linux[^.]*)\.so" >"$scratch/needs"
	cat "$scratch/needs"
	[ ! -s "$scratch/needs" ]
}

# exports NAME SYM HEADER...
exports() {
	name=$1
	sym "$2" >"$scratch/sym"
	shift 2
	tests/checks/public.sh "$@" >"$scratch/headers"
	dynamic "$B/$name.so.0" >"$scratch/so"
	static "$B/$name.a" >"$scratch/a"

	holds "$name: the version script names what the headers promise" \
		same headers sym
	holds "$name: the shared library exports exactly that" same headers so
	holds "$name: the archive shows exactly that" same headers a
	refuses "$name: the shared library writes no executable stack" \
		sh -c "readelf -lW '$B/$name.so.0' | grep -q 'GNU_STACK.*RWE'"
}

exports libalerte lib/alerte.sym \
	$(ls include/alerte/*.h | grep -v -e /transport.h -e /mail.h -e /gateway.h)
holds "libalerte links libsodium, SQLite and libcrypto, and no libcurl" \
	needs_only "$B/libalerte.so.0" 'libsodium|libsqlite3|libcrypto'

exports libalerte-transport lib/transport/transport.sym \
	include/alerte/transport.h include/alerte/mail.h \
	include/alerte/gateway.h
holds "libalerte-transport links libcurl, OpenSSL and libalerte" needs_only \
	"$B/libalerte-transport.so.0" 'libcurl|libssl|libcrypto|libalerte'

echo alerte_planted >>"$scratch/so"
refuses "a symbol too many is seen" same headers so
finish
