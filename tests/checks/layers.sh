#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: layers.sh TREE [BUILD]: who may include whom, and who may ask the
# machine for what.  Prints file:line: and the rule for each breach.
#
#  - a room of lib/ includes itself and the rooms before it;
#  - lib/transport, daemon and cli include <alerte/...> and what is their own;
#  - SQL is known to store alone, ciphers to crypto, HTTP to transport;
#  - with BUILD, its objects: no room calls a later one, down to channel all is
#    pure, and no room reads a clock, prints, or draws randomness of its own.

set -u
tree=$1 build=${2:-}
rooms='port crypto frame alert policy message channel store core'

# Prints a line for each #include that breaks a rule.
includes() {
	(cd "$tree" && find lib daemon cli -name '*.[ch]' | LC_ALL=C sort) |
		awk -v tree="$tree" -v rooms="$rooms" '
	function bad(why) { print file ":" line ": " why }

	# Is it there, named from the folder of the file or from its root?
	function own(name,   at) {
		if (name ~ /\.\./)
			return 0
		at = base ? root "/" base : root
		return (folder "/" name) in there || (at "/" name) in there || \
			base && index(name, base "/") == 1 && \
			(root "/" name) in there
	}

	function owner(header) {
		if (header ~ /^<sqlite3/) return "store"
		if (header ~ /^<(sodium|openssl\/)/) return "crypto"
		if (header ~ /^<curl\//) return "transport"
		if (header ~ /^<(systemd\/|jansson|confuse|pthread)/)
			return "nobody"
		return ""
	}

	function judge(header,   name, room) {
		if (rank[base] && owner(header) && owner(header) != base) {
			bad(header " belongs to " owner(header))
			return
		}
		if (header ~ /^</ || rank[base] && header ~ /^"alerte\//)
			return
		name = substr(header, 2, length(header) - 2)
		if (own(name))
			return
		room = name
		sub(/\/.*/, "", room)
		if (!rank[base] || !rank[room] || rank[room] > rank[base])
			bad((base ? base : root) " may not include " header)
	}

	BEGIN {
		n = split(rooms, r, " ")
		for (i = 1; i <= n; i++)
			rank[r[i]] = i
	}

	{ files[NR] = $0; there[$0] = 1 }

	END {
		for (i = 1; i <= NR; i++) {
			file = files[i]
			folder = file
			sub(/\/[^\/]*$/, "", folder)
			split(file, part, "/")
			root = part[1]
			base = root == "lib" ? part[2] : ""
			if (base && base != "transport" && !rank[base])
				bad("no such room in the design")
			line = 0
			while ((getline text < (tree "/" file)) > 0) {
				line++
				if (text !~ /^[ \t]*#[ \t]*include/)
					continue
				match(text, /[<"][^>"]*[>"]/)
				judge(substr(text, RSTART, RLENGTH))
			}
			close(tree "/" file)
		}
	}'
}

# Prints "file.c call" for each call of room $1's objects that leaves them.
calls() {
	ls "$build/lib/$1"/*.o >/dev/null 2>&1 || return 0
	nm -A -u -P "$build/lib/$1"/*.o |
		sed 's|^.*/\([^/]*\)\.o: \([^ ]*\) .*|\1.c \2|'
}

# $1: an extended expression of functions; the rest: rooms.
check_calls() {
	names="^[^ ]* (__)?($1)(_chk)?(@.*)?\$"
	shift
	for room; do
		calls "$room" | grep -E "$names" |
			sed "s|^\\(.*\\) \\(.*\\)|lib/$room/\\1: $room may not call \\2|"
	done
}

# A public header may name what a later room defines: calling it is as bad as
# including that room.  $1: a room; the rest: the rooms behind it.
check_upward() {
	room=$1
	shift
	for later; do
		nm -g --defined-only -P "$build/lib/$later"/*.o 2>/dev/null |
			awk 'NF >= 2 { print $1 }'
	done | sort -u >"$list"
	calls "$room" | awk -v room="$room" '
		NR == FNR { later[$1]; next }
		$2 in later {
			print "lib/" room "/" $1 ": " room " may not call " \
				$2 " of a later room"
		}' "$list" -
}

list=$(mktemp) found=$(mktemp)
trap 'rm -f "$list" "$found"' EXIT

clock='time|clock_gettime|gettimeofday|clock|localtime(_r)?|timespec_get'
print='v?f?printf|vprintf|f?puts|f?putc|putchar|perror|syslog'
world='getenv|secure_getenv|system|popen|fork|exec.*|socket|connect|sleep|'
world=$world'usleep|nanosleep|pthread_create|signal|sigaction|abort|exit|_exit'
chance='s?rand(_r)?|s?random|getrandom|getentropy|randombytes.*|RAND_.*'
files='open(at)?(64)?|creat|fopen(64)?|read|write|pread.*|pwrite.*|f?sync|'
files=$files'fdatasync|unlink|rename|f?stat(64)?|opendir|mmap(64)?|flock'
memory='malloc|calloc|realloc|free|strdup|strndup|asprintf|vasprintf'
{
	includes
	if [ -n "$build" ]; then
		check_calls "$clock|$print|$world|$chance" $rooms
		check_calls "$files" port crypto frame alert policy message \
			channel core
		check_calls "$memory" port frame alert policy message channel
		set -- $rooms
		while [ $# -gt 1 ]; do
			check_upward "$@"
			shift
		done
	fi
} >"$found"
cat "$found"
[ ! -s "$found" ]
