/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts what is asked of the heap, by whomever: the allocator of glibc stands
 * behind these names in the whole process, libraries included.
 */
#include "bench.h"

#include <stdlib.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

#define SEEN __attribute__((visibility("default")))

static unsigned long count;

SEEN void *malloc(size_t n)
{
	count++;
	return __libc_malloc(n);
}

SEEN void *calloc(size_t n, size_t each)
{
	count++;
	return __libc_calloc(n, each);
}

SEEN void *realloc(void *p, size_t n)
{
	count++;
	return __libc_realloc(p, n);
}

unsigned long allocations(void)
{
	return count;
}
