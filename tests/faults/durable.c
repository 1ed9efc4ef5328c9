/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is on the disk, read from a copy of it as another process would find
 * it after a crash: with the system's own VFS, past the one that fails.
 */
#include "faults.h"

#include <alerte/alerte.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALERTS_MAX 64

static struct {
	const struct alerte *a;
	char path[128], copy[160];
	uint8_t run[ALERTE_KEY_BYTES], secret[ALERTE_KEY_BYTES];
	uint8_t reading[ALERTE_KEY_BYTES], boot[16];
	bool locked;
	struct alerte_options options;
} store;

void durable_opened(const struct alerte *a, const struct alerte_options *o)
{
	store.a = a;
	snprintf(store.path, sizeof(store.path), "%s", o->path);
	snprintf(store.copy, sizeof(store.copy), "%s-seen", o->path);
	memcpy(store.run, o->run_key, sizeof(store.run));
	memcpy(store.reading, o->reading_public, sizeof(store.reading));
	memcpy(store.boot, o->boot_id, sizeof(store.boot));
	store.locked = !o->reading_secret;

	if (o->reading_secret)
		memcpy(store.secret, o->reading_secret, sizeof(store.secret));

	store.options = *o;
	store.options.path = store.copy;
	store.options.run_key = store.run;
	store.options.reading_public = store.reading;
	store.options.reading_secret = store.locked ? NULL : store.secret;
	store.options.boot_id = store.boot;
}

void durable_closed(const struct alerte *a)
{
	if (a == store.a)
		store.a = NULL;
}

static void copy_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	char bytes[65536];
	size_t n;

	while (in && out && (n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		fwrite(bytes, 1, n, out);

	if (in)
		fclose(in);

	if (out)
		fclose(out);
}

static void part(const char *path, const char *suffix, char out[192])
{
	snprintf(out, 192, "%s%s", path, suffix);
}

static void take_copy(void)
{
	static const char *const parts[] = { "", "-wal", "-journal" };
	char from[192], to[192];

	for (size_t i = 0; i < 3; i++) {
		part(store.path, parts[i], from);
		part(store.copy, parts[i], to);

		if (access(from, F_OK) == 0)
			copy_file(from, to);
	}
}

static void drop_copy(void)
{
	static const char *const parts[] = { "", "-wal", "-journal", "-shm" };
	char at[192];

	for (size_t i = 0; i < 4; i++) {
		part(store.copy, parts[i], at);
		unlink(at);
	}
}

/* ---------------------------------------------------------------- a send */

static int state_on_disk(int64_t id)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	int state = -1;

	if (!sqlite3_open_v2(store.copy, &db, SQLITE_OPEN_READWRITE, "unix") &&
	    !sqlite3_prepare_v2(db, "SELECT state FROM row WHERE id = ?1", -1,
				&st, NULL) &&
	    !sqlite3_bind_int64(st, 1, id) && sqlite3_step(st) == SQLITE_ROW)
		state = sqlite3_column_int(st, 0);

	sqlite3_finalize(st);
	sqlite3_close(db);
	return state;
}

void durable_check_sent(const struct alerte_message *m)
{
	int state;

	if (!store.a)
		return;

	fault_rest(true);
	take_copy();
	state = state_on_disk(m->attempt);
	drop_copy();
	fault_rest(false);

	if (state != ALERTE_ATTEMPT_SENDING)
		faults_wrong("attempt %lld was sent before it was durable",
			     (long long)m->attempt);
}

/* -------------------------------------------------------------- an input */

static int nothing_sent(void *context, const struct alerte_message *m)
{
	(void)context;
	(void)m;
	return ALERTE_EREFUSED;
}

static int some_bytes(void *context, void *bytes, size_t len)
{
	(void)context;
	memset(bytes, 0x5a, len);
	return 0;
}

static void compare(struct alerte *memory, struct alerte *disk)
{
	struct alerte_alert a = { .size = sizeof(a) };
	struct alerte_alert b = { .size = sizeof(b) };

	while (alerte_alert_next(memory, a.id, &a) == 1)
		if (alerte_alert_get(disk, a.id, &b) != 1)
			faults_wrong("alert %lld was accepted and is not on "
				     "the disk", (long long)a.id);
		else if (b.presses != a.presses || b.state != a.state ||
			 strcmp(a.code, b.code))
			faults_wrong("alert %lld is %s with %u presses, and "
				     "%s with %u on the disk", (long long)a.id,
				     alerte_alert_state_name(a.state),
				     a.presses,
				     alerte_alert_state_name(b.state),
				     b.presses);
}

void durable_check(struct alerte *a)
{
	struct alerte_host host = { .size = sizeof(host),
				    .send = nothing_sent,
				    .random = some_bytes };
	struct alerte *disk = NULL;
	int r;

	if (a != store.a)
		return;

	fault_rest(true);
	take_copy();
	r = api_open_beside(&store.options, &host, &disk);

	if (r)
		faults_wrong("what was written does not open: %s",
			     alerte_strerror(r));
	else
		compare(a, disk);

	alerte_close(disk);
	drop_copy();
	fault_rest(false);
}
