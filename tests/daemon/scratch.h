/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DAEMON_SCRATCH_H
#define TESTS_DAEMON_SCRATCH_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>

/*
 * The real alerted in a folder of its own: state/, run/, spool/, frames, a
 * configuration and what it wrote on standard error.  It fails by assertions.
 */
struct scratch {
	char dir[64];
	pid_t pid;			/* 0: not running */
	sd_bus *bus;			/* to its control socket, or NULL */
};

/* PATH_MAX bytes; the path of a name inside the folder. */
char *scratch_path(const struct scratch *s, const char *name,
		   char out[PATH_MAX]);
/* 0, as a cmocka setup; *state is the new scratch. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

void scratch_write(const struct scratch *s, const char *name,
		   const char *text);
void scratch_append(const struct scratch *s, const char *name,
		    const char *text);
/* The whole file, malloc'd, "" when it is not there. */
char *scratch_read(const struct scratch *s, const char *name);
/* The daemon says this on its standard error, within five seconds. */
bool scratch_logs(const struct scratch *s, const char *words);

/*
 * M5: nothing a test starts can reach a bus, a modem or a relay outside its
 * folder.  conf is the text of its configuration.
 */
bool scratch_is_safe(const struct scratch *s, const char *conf);

/* The configuration most tests use, in `conf`. */
void scratch_conf(const struct scratch *s);
/* Run alerted with these options to its end: its exit code. */
int alerted_run(const struct scratch *s, const char *const *argv);
/* Start it and wait until its control socket answers. */
void alerted_start(struct scratch *s, bool create_keys);
/* SIGTERM, and its exit code. */
int alerted_stop(struct scratch *s);
void alerted_kill(struct scratch *s);
/* A new connection to its control socket, in place of the old one. */
void alerted_reconnect(struct scratch *s);

/* A method that takes strings and answers one, malloc'd; NULL: an error. */
char *call(struct scratch *s, const char *method, const char *types, ...);
/* The document of a method; asserts that there is one. */
json_t *ask(struct scratch *s, const char *method, const char *types, ...);
/* The answer of Hear, malloc'd. */
char *hear(struct scratch *s, const char *address, const uint8_t *data,
	   size_t len);
/* The document of Apply. */
json_t *apply(struct scratch *s, const char *text, bool dry_run);

/* Files in spool/out; wait up to 5 s for at least n of them. */
size_t spool_count(const struct scratch *s);
bool spool_wait(const struct scratch *s, size_t n);
/* Their text, one after the other, malloc'd. */
char *spool_text(const struct scratch *s);
void spool_reply(const struct scratch *s, const char *from, const char *text);
/* Wait up to 5 s until the only alert is in this state. */
bool alert_wait(struct scratch *s, const char *state);

#endif
