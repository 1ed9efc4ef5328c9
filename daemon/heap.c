/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is freed is wiped.  Keys, codes and names pass through parsers and buses
 * that free their copies as they are, and a copy that is free may lie in memory
 * for weeks.  M_PERTURB of mallopt(3) would pass over all that glibc keeps at
 * hand for the thread, which is what is small: a key.
 */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* The sanitizer has an allocator of its own, which must stay in place. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(SANITIZED)
#define SANITIZED 1
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

/* Seen by every library of the process. */
#define EVERYWHERE __attribute__((visibility("default")))

extern void __libc_free(void *p);

EVERYWHERE void free(void *p)
{
	if (!p)
		return;

	explicit_bzero(p, malloc_usable_size(p));
	__libc_free(p);
}

/* The one of the C library frees what it moves from by itself. */
EVERYWHERE void *realloc(void *p, size_t size)
{
	size_t had = p ? malloc_usable_size(p) : 0;
	void *moved;

	if (p && !size) {
		free(p);
		return NULL;
	}

	if (p && size <= had && size >= had / 2)
		return p;

	moved = malloc(size);
	if (!moved || !p)
		return moved;

	memcpy(moved, p, size < had ? size : had);
	free(p);
	return moved;
}

#endif
