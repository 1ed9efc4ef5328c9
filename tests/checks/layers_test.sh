#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The layers of the house hold, and the check that says so can fail.

. "$(dirname "$0")/lib.sh"

# planted FOLDER LINE: does the check see this line in a new file there?
planted() {
	tree=$scratch/tree
	rm -rf "$tree"
	mkdir -p "$tree"
	cp -r lib daemon cli "$tree"
	printf '%s\n' "$2" >"$tree/$1/planted.c"
	tests/checks/layers.sh "$tree" | grep -q "$1/planted.c:1:"
}

# called ROOM CODE: does it see what the object of this code calls?
called() {
	mkdir -p "$scratch/objects/lib/$1"
	printf '%s\n' "$2" | ${CC:-cc} -xc -w -c \
		-o "$scratch/objects/lib/$1/planted.o" - || return
	tests/checks/layers.sh . "$scratch/objects" | grep -q planted.c
}

holds "every folder includes only what the design lets it" \
	tests/checks/layers.sh .
holds "pure rooms ask nothing of the machine" tests/checks/layers.sh . "$B"

holds "frame including store is seen" \
	planted lib/frame '#include "store/store.h"'
holds "policy including message is seen" \
	planted lib/policy '#include "message/words.h"'
holds "core including SQLite is seen" planted lib/core '#include <sqlite3.h>'
holds "alert including a cipher is seen" planted lib/alert '#include <sodium.h>'
holds "core including libcurl is seen" planted lib/core '#include <curl/curl.h>'
holds "transport including a room is seen" \
	planted lib/transport '#include "port/text.h"'
holds "the daemon including a room is seen" \
	planted daemon '#include "port/text.h"'
holds "the command including a room is seen" \
	planted cli '#include "../lib/port/text.h"'

mkdir -p "$scratch/objects"
echo 'int core_planted(void) { return 0; }' >"$scratch/core.c"
mkdir -p "$scratch/objects/lib/core"
${CC:-cc} -c -o "$scratch/objects/lib/core/core.o" "$scratch/core.c"
holds "policy calling core is seen" \
	called policy 'int core_planted(void); int f(void) { return core_planted(); }'
holds "a clock read in a pure room is seen" \
	called alert 'long f(void) { return time(0); }'
holds "memory taken in a pure room is seen" \
	called frame 'void *f(void) { return malloc(9); }'
holds "a file opened in core is seen" \
	called core 'int f(void) { return open("x", 0); }'
holds "a print in store is seen" called store 'int f(void) { return puts("x"); }'
holds "own randomness in crypto is seen" \
	called crypto 'void f(char *b) { randombytes_buf(b, 9); }'
finish
