/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that runs out.  The library's objects are linked with malloc() and
 * its kin turned into these; SQLite and libcrypto take allocators.  What is
 * freed twice, or was never given, ends the program.
 */
#include "faults.h"

#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC 0xa1e27e5a5a7e1ea1u
#define GONE 0xdead0000dead0000u
#define GUARD 16

void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *at, size_t n);
char *__wrap_strdup(const char *text);
void __wrap_free(void *at);

struct head {
	uint64_t magic;
	size_t n;
};

static const uint8_t guard[GUARD] = "past the end....";
static long held_library, held_sqlite;
static sqlite3_mem_methods system_memory;

long memory_library(void)
{
	return held_library;
}

long memory_sqlite(void)
{
	return held_sqlite;
}

/* ------------------------------------------------------------ the library */

static void *give(size_t n, bool zero)
{
	struct head *h = malloc(sizeof(*h) + n + GUARD);

	if (!h)
		abort();

	h->magic = MAGIC;
	h->n = n;
	memset(h + 1, zero ? 0 : 0xa5, n);
	memcpy((uint8_t *)(h + 1) + n, guard, GUARD);
	held_library++;
	return h + 1;
}

static struct head *head_of(void *at)
{
	struct head *h = (struct head *)at - 1;

	if (h->magic != MAGIC ||
	    memcmp((uint8_t *)at + h->n, guard, GUARD)) {
		faults_wrong(h->magic == GONE ? "memory is freed twice" :
			     "memory is freed that was not given so");
		abort();
	}

	return h;
}

void *__wrap_malloc(size_t n)
{
	return fault_here(SOURCE_LIBRARY, __builtin_return_address(0)) ?
	       NULL : give(n, false);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fault_here(SOURCE_LIBRARY, __builtin_return_address(0)) ?
	       NULL : give(n * size, true);
}

void __wrap_free(void *at)
{
	struct head *h;

	if (!at)
		return;

	h = head_of(at);
	memset(at, 0xdd, h->n);
	h->magic = GONE;
	held_library--;
	free(h);
}

void *__wrap_realloc(void *at, size_t n)
{
	struct head *old = at ? head_of(at) : NULL;
	void *fresh;

	if (fault_here(SOURCE_LIBRARY, __builtin_return_address(0)))
		return NULL;

	fresh = give(n, false);

	if (old)
		memcpy(fresh, at, old->n < n ? old->n : n);

	__wrap_free(at);
	return fresh;
}

char *__wrap_strdup(const char *text)
{
	size_t n = strlen(text) + 1;

	return fault_here(SOURCE_LIBRARY, __builtin_return_address(0)) ?
	       NULL : memcpy(give(n, false), text, n);
}

/* ---------------------------------------------------------------- SQLite */

static void *sq_malloc(int n)
{
	void *at;

	if (fault_here(SOURCE_SQLITE, NULL))
		return NULL;

	at = system_memory.xMalloc(n);
	held_sqlite += at != NULL;
	return at;
}

static void *sq_realloc(void *old, int n)
{
	return fault_here(SOURCE_SQLITE, NULL) ? NULL :
	       system_memory.xRealloc(old, n);
}

static void sq_free(void *at)
{
	held_sqlite -= at != NULL;
	system_memory.xFree(at);
}

/* -------------------------------------------------------------- libcrypto */

static void *ssl_malloc(size_t n, const char *file, int line)
{
	(void)line;
	return fault_here(SOURCE_CRYPTO, file) ? NULL : malloc(n);
}

static void *ssl_realloc(void *old, size_t n, const char *file, int line)
{
	(void)line;
	return fault_here(SOURCE_CRYPTO, file) ? NULL : realloc(old, n);
}

static void ssl_free(void *at, const char *file, int line)
{
	(void)file;
	(void)line;
	free(at);
}

int memory_install(void)
{
	sqlite3_mem_methods ours;

	if (CRYPTO_set_mem_functions(ssl_malloc, ssl_realloc, ssl_free) != 1 ||
	    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_memory))
		return -1;

	ours = system_memory;
	ours.xMalloc = sq_malloc;
	ours.xRealloc = sq_realloc;
	ours.xFree = sq_free;
	return sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) ? -1 : 0;
}
