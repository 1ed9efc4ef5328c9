/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAULTS_FAULTS_H
#define FAULTS_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The plays with one thing failing.  Whatever the library asks of the world
 * outside is counted by who is asked; the k-th request of one of them fails,
 * alone or with all that follow.  One run is one play with one such plan.
 */
enum source {
	SOURCE_LIBRARY,		/* malloc() and its kin, of the library itself */
	SOURCE_SQLITE,		/* SQLite's own allocator */
	SOURCE_CRYPTO,		/* libcrypto's */
	SOURCE_DISK,		/* what SQLite asks of the system's files */
	SOURCE_RANDOM,		/* the host's random bytes */
	SOURCES
};

struct plan {
	enum source source;
	unsigned long at;	/* which request fails; 0: none */
	/*
	 * Those that follow too: memory until the call of the library is over,
	 * the disk until an input was refused for it.
	 */
	bool lasting;
};

/* fault.c: one run's requests. */
void fault_begin(const struct plan *plan);
/* Is this request the one to fail?  `where` tells callers apart. */
bool fault_here(enum source source, const void *where);
bool fault_came(void);
bool fault_came_of(enum source source);
void fault_heal(void);
/* From now on show whose request fails. */
void fault_tell(void);
/* The library has returned: what memory lacked is there again. */
void fault_call_over(void);
/* The library's call in which requests are made, for `where`. */
void fault_inside(const char *call);
/* Between these two nothing is counted and nothing fails. */
void fault_rest(bool on);
unsigned long fault_requests(enum source source);

/*
 * While learning, the requests of the run that were made from a place not met
 * before are kept, and every `stride`-th besides.
 */
struct chosen {
	unsigned long *at;
	size_t n, cap;
};

void fault_learn(struct chosen chosen[SOURCES], unsigned long stride);
void fault_learn_end(void);
/* How many frames up the stack two places may differ; 14 at most. */
void fault_depth(int frames);
/* All places are new again. */
void places_forget(void);

/* memory.c, disk.c: set up before anything else is; 0 or -1. */
int memory_install(void);
int disk_install(void);
/* What the library, and SQLite, hold now. */
long memory_library(void);
long memory_sqlite(void);

/* api.c: calls of the library in a run. */
void api_begin(bool learning);
/* Was it in memory only since the fault came? */
bool api_volatile(void);
void api_volatile_set(bool on);
struct alerte;
struct alerte_host;
struct alerte_options;
struct alerte_message;
/* Another engine, on another file, that never fails; as alerte_open(). */
int api_open_beside(const struct alerte_options *options,
		    const struct alerte_host *host, struct alerte **out);

/* durable.c: is what was said to be on the disk there? */
void durable_opened(const struct alerte *a,
		    const struct alerte_options *options);
void durable_closed(const struct alerte *a);
/* After an input that was accepted: every alert is on the disk. */
void durable_check(struct alerte *a);
/* In a send: its row is there, and says so. */
void durable_check_sent(const struct alerte_message *m);

/* stage.c: the play's own verdicts, and what was sent. */
void stage_begin(bool learning);
/* It was told that something is gone: the end is not compared. */
void stage_lost(void);
/* Something was not as the play expects it. */
bool stage_late(void);

/* planted.c: a mistake to be found; 0, or -1 for one of no such name. */
int planted_choose(const char *name);

/* faults.c: the run is wrong, and why. */
void faults_wrong(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

#endif
