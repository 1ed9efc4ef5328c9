/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine of the daemon: with its keys on its store, or on a copy in the
 * runtime folder while the disk takes no writes (S2, refuge.h).
 *
 *   start    a copy left by an earlier alerted goes back, or is used again;
 *            else the store is opened, or when it takes no writes, copied
 *   running  every minute, and at a reload: does the folder take writes again?
 *            If so, and no alert is live: end; the service manager starts it
 *            again, on the store
 *   end      the copy goes back, or stays where it is for the next start
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "clock.h"
#include "daemon.h"
#include "keys.h"
#include "log.h"

#define RETRY_US 60000000
/* Bringing it back failed though a trial went well: not at every minute. */
#define REFUSED_US (10 * (uint64_t)RETRY_US)

static bool keys_load(const struct daemon *d, const char *store,
		      struct keys *keys)
{
	const struct options *o = &d->options;
	struct complaints c = { .n = 0 };
	bool good = keys_read(&d->conf, o->credentials, o->state, &c, keys);

	/* A key that is there and no good is told as such, never replaced. */
	if (!good && o->create_keys &&
	    keys_missing(&d->conf, o->credentials, o->state)) {
		complaints_free(&c);
		good = keys_create(&d->conf, o->state, store, &c) &&
		       keys_read(&d->conf, o->credentials, o->state, &c, keys);
	}

	if (!good)
		complaints_print(&c);

	complaints_free(&c);
	return good;
}

static int open_code(int result)
{
	switch (result) {
	case ALERTE_EKEY:
	case ALERTE_EINVAL:
		return EX_CONFIG;
	case ALERTE_EINUSE:
		return EX_TEMPFAIL;
	case ALERTE_ENOMEM:
		return EX_OSERR;
	default:
		return EX_IOERR;
	}
}

static const char *open_next(int result)
{
	switch (result) {
	case ALERTE_EKEY:
		return "bring back the run key this store was made with";
	case ALERTE_EINUSE:
		return "stop the alerted that owns it, or give another --state";
	default:
		return "look at the disk, at who owns the folder, and whether "
		       "a newer alerted wrote it";
	}
}

/* --------------------------------------------------------- the refuge */

static void refuge_say(const struct refuge *refuge, int why)
{
	log_line(ALERTE_LOG_ERROR, "%s: cannot be written: %s; alerted goes on "
		 "with the copy %s, which a power cut empties; mend the disk, "
		 "then: systemctl reload alerted", refuge->store,
		 strerror(-why), refuge->copy);
}

/* True: the engine is to run on what an earlier alerted left. */
static bool refuge_again(struct refuge *refuge)
{
	int r;

	if (!refuge_left(refuge))
		return false;

	r = refuge_folder_writable(refuge);
	if (!r) {
		r = refuge_return(refuge);
		refuge->refused = r < 0;
	}

	if (!r)
		log_line(ALERTE_LOG_NOTICE, "%s: brought back from %s",
			 refuge->store, refuge->copy);
	else
		refuge_say(refuge, r);

	return r < 0;
}

/* True: the disk takes no writes, and the store was copied. */
static bool refuge_made(struct refuge *refuge)
{
	int why = refuge_store_writable(refuge), r;

	if (!why)
		return false;

	r = refuge_take(refuge);

	if (r < 0)
		log_line(ALERTE_LOG_ERROR, "%s: cannot be written: %s; nor "
			 "copied to %s: %s", refuge->store, strerror(-why),
			 refuge->copy, strerror(-r));
	else
		refuge_say(refuge, why);

	return r == 0;
}

static int open_at(struct daemon *d, struct alerte_options *options,
		   const char *path)
{
	struct alerte_host host = host_of(d);

	options->path = path;
	return alerte_open(options, &host, daemon_now(d), &d->engine);
}

static int open_copy(struct daemon *d, struct alerte_options *options)
{
	int r = open_at(d, options, d->refuge.copy);

	if (r < 0)
		return r;

	d->refuge.taken = true;
	alerte_fault(d->engine, "store", true, daemon_now(d));
	return 0;
}

static int open_store(struct daemon *d, struct alerte_options *options)
{
	struct refuge *refuge = &d->refuge;
	/* Half of a store is not shown to SQLite. */
	int half = refuge_mend(refuge), r;

	if (refuge_again(refuge)) {
		r = open_copy(d, options);
		if (r != ALERTE_ESTORE)
			return r;
		log_line(ALERTE_LOG_ERROR, "%s: %s; set aside", refuge->copy,
			 alerte_strerror(r));
		refuge_set_aside(refuge);
	}

	r = half < 0 ? ALERTE_ESTORE : open_at(d, options, refuge->store);

	if (r == ALERTE_ESTORE && refuge_made(refuge)) {
		r = open_copy(d, options);
		if (r < 0)
			refuge_wipe(refuge);
	}

	return r;
}

/* What a path keeps over a restart is sealed with a key of its own. */
static void path_key_make(struct daemon *d, const struct keys *keys)
{
	static const char context[] = "alerted paths 1";

	crypto_generichash(d->path_key, sizeof(d->path_key),
			   (const unsigned char *)context, sizeof(context),
			   keys->run, sizeof(keys->run));
}

int engine_open(struct daemon *d)
{
	struct alerte_options options = { .size = sizeof(options) };
	char store[PATH_MAX + 16];
	struct keys keys;
	uint8_t boot[16];
	int r;

	if (*d->conf.store_path)
		snprintf(store, sizeof(store), "%s", d->conf.store_path);
	else
		snprintf(store, sizeof(store), "%s/alerte.db",
			 d->options.state);

	refuge_name(&d->refuge, store, d->options.runtime);

	if (!keys_load(d, store, &keys))
		return EX_CONFIG;

	path_key_make(d, &keys);

	r = clock_boot_id(boot);
	if (r < 0) {
		log_line(ALERTE_LOG_ERROR, "the identity of this boot cannot "
			 "be read: %s; /proc/sys must be visible",
			 strerror(-r));
		keys_wipe(&keys);
		return EX_OSERR;
	}

	options.run_key = keys.run;
	options.reading_public = keys.reading_public;
	options.reading_secret = keys.has_secret ? keys.reading_secret : NULL;
	options.boot_id = boot;
	options.relay_number = d->conf.relay_number;
	options.place = d->conf.place_site;
	options.rank = d->conf.place_rank;
	options.moving = d->conf.place_moving;
	options.abroad = d->conf.abroad;
	r = open_store(d, &options);
	keys_wipe(&keys);

	if (r < 0) {
		log_line(ALERTE_LOG_ERROR, "%s: %s; %s", store,
			 alerte_strerror(r), open_next(r));
		return open_code(r);
	}

	return 0;
}

int engine_close(struct daemon *d)
{
	struct refuge *refuge = &d->refuge;
	int writable, r;

	if (!refuge->taken)
		return alerte_close(d->engine);

	writable = refuge_folder_writable(refuge);
	if (!writable)
		alerte_fault(d->engine, "store", false, daemon_now(d));

	r = alerte_close(d->engine);
	if (!writable)
		writable = refuge_return(refuge);

	if (writable < 0)
		log_line(ALERTE_LOG_ERROR, "%s: cannot be written: %s; the "
			 "copy %s stays for the next start", refuge->store,
			 strerror(-writable), refuge->copy);
	else
		log_line(ALERTE_LOG_NOTICE, "%s: brought back from %s",
			 refuge->store, refuge->copy);

	return r;
}

bool engine_durable(const struct daemon *d, bool written)
{
	return written && !d->refuge.taken;
}

/* ---------------------------------------------------------- the watch */

static bool alert_live(const struct daemon *d)
{
	struct alerte_status s = { .size = sizeof(s) };

	return alerte_status(d->engine, &s) < 0 || s.live;
}

void engine_watch_now(struct daemon *d)
{
	struct refuge *refuge = &d->refuge;
	bool live;

	if (!refuge->taken || d->stopping)
		return;

	live = alert_live(d);

	/* Known already: no need to wear the disk out. */
	if (live && d->refuge_waits)
		return;

	if (refuge_folder_writable(refuge) < 0) {
		d->refuge_waits = false;
		/* A full runtime folder that emptied has ended it. */
		host_fault(d, "store", true);
		return;
	}

	log_line(ALERTE_LOG_NOTICE, "%s: can be written again; alerted %s",
		 refuge->store, live ? "goes back to it when no alert is live"
				     : "ends, to start again on it");
	d->refuge_waits = live;
	if (!live)
		loop_stop(d);
}

static int on_retry(sd_event_source *source, uint64_t usec, void *context)
{
	struct daemon *d = context;

	(void)usec;
	engine_watch_now(d);
	sd_event_source_set_time_relative(source, d->refuge.refused ?
					  REFUSED_US : RETRY_US);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

int engine_watch(struct daemon *d)
{
	if (!d->refuge.taken)
		return 0;

	return sd_event_add_time_relative(d->event, &d->refuge_retry,
					  CLOCK_BOOTTIME, d->refuge.refused ?
					  REFUSED_US : RETRY_US, 1000000,
					  on_retry, d);
}

void engine_watch_stop(struct daemon *d)
{
	d->refuge_retry = sd_event_source_disable_unref(d->refuge_retry);
}
