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
breaches=0

breach() {
	echo "$*"
	breaches=$((breaches + 1))
}

sources() {
	find "$@" -name '*.[ch]' 2>/dev/null | LC_ALL=C sort
}

# Prints "line header" for every #include of file $1; quotes and brackets stay.
includes() {
	sed -n '/^[[:space:]]*#[[:space:]]*include/{
		=
		s/^[^"<]*\([<"][^>"]*[>"]\).*/\1/p
	}' "$1" | paste -d ' ' - -
}

# Is "header" $3 of room $2 below $1, named from the folder or from the room?
own() {
	case $3 in
	*..*) return 1 ;;
	esac
	[ -e "$1/$2/$3" ] || case $3 in
	"$2"/*) [ -e "$1/$3" ] ;;
	*) false ;;
	esac
}

owner_of() {
	case $1 in
	'<sqlite3'*) echo store ;;
	'<sodium'* | '<openssl/'*) echo crypto ;;
	'<curl/'*) echo transport ;;
	'<systemd/'* | '<jansson'* | '<confuse'* | '<pthread'*) echo nobody ;;
	esac
}

check_room() {
	room=$1 before=$2
	for file in $(sources "$tree/lib/$room"); do
		includes "$file" >"$list"
		while read -r line header; do
			owner=$(owner_of "$header")
			[ "${owner:-$room}" = "$room" ] ||
				breach "$file:$line: $header belongs to $owner"
			case $header in
			'"alerte/'* | '<'*) continue ;;
			esac
			name=${header#\"} name=${name%\"}
			own "$tree/lib" "$room" "$name" && continue
			case " $before " in
			*" ${name%%/*} "*) ;;
			*) breach "$file:$line: $room may not include $header" ;;
			esac
		done <"$list"
	done
}

# $1: a folder which knows the library by its public headers only.
check_guest() {
	for file in $(sources "$tree/$1"); do
		includes "$file" >"$list"
		while read -r line header; do
			case $header in
			'<'*) continue ;;
			esac
			name=${header#\"} name=${name%\"}
			own "$(dirname "$file")" . "$name" && continue
			own "$(dirname "$tree/$1")" "${1##*/}" "$name" && continue
			breach "$file:$line: $1 may not include $header"
		done <"$list"
	done
}

# $1: an extended expression of functions; the rest: rooms.
check_calls() {
	names="^($1)(@.*)?\$"
	shift
	for room; do
		for object in "$build/lib/$room"/*.o; do
			[ -e "$object" ] || continue
			for call in $(nm -u -P "$object" | cut -d ' ' -f 1 |
				sed 's/^__\(.*\)_chk$/\1/' | grep -E "$names"); do
				breach "lib/$room/$(basename "$object" .o).c:" \
					"$room may not call $call"
			done
		done
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
	for object in "$build/lib/$room"/*.o; do
		[ -e "$object" ] || continue
		for call in $(nm -u -P "$object" | cut -d ' ' -f 1 |
			grep -xF -f "$list"); do
			breach "lib/$room/$(basename "$object" .o).c:" \
				"$room may not call $call of a later room"
		done
	done
}

list=$(mktemp)
trap 'rm -f "$list"' EXIT

before=
for room in $rooms; do
	check_room "$room" "$before"
	before="$before $room"
done
for folder in "$tree"/lib/*/; do
	room=$(basename "$folder")
	case " $rooms transport " in
	*" $room "*) ;;
	*) breach "$folder: no such room in the design" ;;
	esac
done
check_guest lib/transport
check_guest daemon
check_guest cli

clock='time|clock_gettime|gettimeofday|clock|localtime(_r)?|timespec_get'
print='v?f?printf|vprintf|f?puts|f?putc|putchar|perror|syslog'
world='getenv|secure_getenv|system|popen|fork|exec.*|socket|connect|sleep|'
world=$world'usleep|nanosleep|pthread_create|signal|sigaction|abort|exit|_exit'
chance='s?rand(_r)?|s?random|getrandom|getentropy|randombytes.*|RAND_.*'
files='open(at)?(64)?|creat|fopen(64)?|read|write|pread.*|pwrite.*|f?sync|'
files=$files'fdatasync|unlink|rename|f?stat(64)?|opendir|mmap(64)?|flock'
memory='malloc|calloc|realloc|free|strdup|strndup|asprintf|vasprintf'
if [ -n "$build" ]; then
	check_calls "$clock|$print|$world|$chance" $rooms
	check_calls "$files" port crypto frame alert policy message channel core
	check_calls "$memory" port frame alert policy message channel
	set -- $rooms
	while [ $# -gt 1 ]; do
		check_upward "$@"
		shift
	done
fi

[ "$breaches" -eq 0 ]
