/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerted: start, stop, reload.  Options in, an exit code of sysexits(3) out.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <sysexits.h>
#include <unistd.h>

#include "beat.h"
#include "conf_paths.h"
#include "connected.h"
#include "control/control.h"
#include "daemon.h"
#include "expiry.h"
#include "link.h"
#include "log.h"
#include "mail.h"
#include "paths.h"
#include "power.h"
#include "selftest.h"
#include "site.h"
#include "syntax.h"

static const char help[] =
	"Usage: alerted [OPTION]...\n"
	"Turn a press on a discreet button into help.  Stays in the foreground.\n"
	"\n"
	"  --config FILE       settings of the machine "
	"(/etc/alerted/alerted.conf)\n"
	"  --state DIR         the store ($STATE_DIRECTORY, "
	"/var/lib/alerted)\n"
	"  --runtime DIR       the control socket ($RUNTIME_DIRECTORY, "
	"/run/alerted)\n"
	"  --credentials DIR   the keys ($CREDENTIALS_DIRECTORY, "
	"then the state folder)\n"
	"  --create-keys       at a first start, make keys in the state "
	"folder\n"
	"  --check             check the settings and end: 0, or 78\n"
	"  --check-site FILE   check a site file and end: 0, or 65\n"
	"  --foreground        as always; for scripts that say so\n"
	"  --version, --help\n"
	"\n"
	"SIGHUP reads the settings again.  See alerted(8).\n";

static int check_site(const char *path)
{
	struct complaints c = { .n = 0 };
	struct site site = { .n = 0 };
	char *text;
	size_t len;
	int r = file_read(path, &text, &len);

	if (r < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(-r));
		return EX_NOINPUT;
	}

	site_parse(path, text, len, &c, &site);
	site_free(&site);
	explicit_bzero(text, len);
	free(text);
	complaints_print(&c);
	r = c.n ? EX_DATAERR : 0;
	complaints_free(&c);
	return r;
}

static bool conf_load(const char *path, struct conf *out)
{
	struct complaints c = { .n = 0 };
	bool good = conf_read(path, &c, out);

	complaints_print(&c);
	complaints_free(&c);
	return good;
}

/* The first of a list: systemd separates folders by colons. */
static const char *folder(const char *variable, const char *otherwise)
{
	const char *value = getenv(variable);

	return value && *value && !strchr(value, ':') ? value : otherwise;
}

enum {
	OPT_CONFIG = 256, OPT_STATE, OPT_RUNTIME, OPT_CREDENTIALS, OPT_CREATE,
	OPT_CHECK, OPT_CHECK_SITE, OPT_FOREGROUND, OPT_VERSION, OPT_HELP
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "runtime", required_argument, NULL, OPT_RUNTIME },
	{ "credentials", required_argument, NULL, OPT_CREDENTIALS },
	{ "create-keys", no_argument, NULL, OPT_CREATE },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "check-site", required_argument, NULL, OPT_CHECK_SITE },
	{ "foreground", no_argument, NULL, OPT_FOREGROUND },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 }
};

/* -1 to go on, or an exit code. */
static int options_read(int argc, char **argv, struct options *o, bool *check)
{
	int opt;

	while ((opt = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (opt) {
		case OPT_CONFIG:
			o->config = optarg;
			break;
		case OPT_STATE:
			o->state = optarg;
			break;
		case OPT_RUNTIME:
			o->runtime = optarg;
			break;
		case OPT_CREDENTIALS:
			o->credentials = optarg;
			break;
		case OPT_CREATE:
			o->create_keys = true;
			break;
		case OPT_CHECK:
			*check = true;
			break;
		case OPT_CHECK_SITE:
			return check_site(optarg);
		case OPT_FOREGROUND:
			break;
		case OPT_VERSION:
			printf("alerted %s\n", alerte_version());
			return 0;
		case OPT_HELP:
			fputs(help, stdout);
			return 0;
		default:
			fputs("alerted: see alerted --help\n", stderr);
			return EX_USAGE;
		}
	}

	if (optind < argc) {
		fprintf(stderr, "alerted: %s is no option; see alerted "
			"--help\n", argv[optind]);
		return EX_USAGE;
	}

	return -1;
}

/* ------------------------------------------------------------- signals */

static int on_stop(sd_event_source *source,
		   const struct signalfd_siginfo *info, void *context)
{
	(void)source;
	(void)info;
	loop_stop(context);
	return 0;
}

static bool differ(const char *a, const char *b)
{
	return strcmp(a, b) != 0;
}

/* What the engine and the control were opened with stays until a restart. */
static bool needs_restart(const struct conf *a, const struct conf *b)
{
	return differ(a->store_path, b->store_path) ||
	       differ(a->relay_number, b->relay_number) ||
	       differ(a->place_site, b->place_site) ||
	       a->place_rank != b->place_rank ||
	       a->place_moving != b->place_moving ||
	       a->abroad != b->abroad ||
	       differ(a->key_run, b->key_run) ||
	       differ(a->key_reading_public, b->key_reading_public) ||
	       differ(a->key_reading_secret, b->key_reading_secret) ||
	       a->control_bus != b->control_bus ||
	       a->control_socket != b->control_socket;
}

/* What the engine has of the place is what all of us go by. */
static void keep_started(const struct conf *old, struct conf *new)
{
	new->control_bus = old->control_bus;
	new->control_socket = old->control_socket;
	strcpy(new->place_site, old->place_site);
	new->place_rank = old->place_rank;
	new->place_moving = old->place_moving;
	new->abroad = old->abroad;
}

static void bring_in(struct daemon *d, struct conf *new)
{
	struct conf *old = &d->conf;
	bool needed = paths_bus_needed(old->path, old->npaths);

	keep_started(old, new);
	*old = *new;
	log_level_set(new->log_level);
	beat_settings(d->beat);

	mail_settings(d->mail);
	radio_settings(d);
	modem_settings(d);
	bus_settings(d);
	connected_settings(d->connected);
	if (needed != paths_bus_needed(new->path, new->npaths)) {
		bus_stop(d);
		bus_start(d);
	}
}

static int on_reload(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *context)
{
	struct daemon *d = context;
	uint64_t usec = 0;
	struct conf new;

	(void)source;
	(void)info;

	if (d->stopping)
		return 0;

	sd_event_now(d->event, CLOCK_MONOTONIC, &usec);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, usec);

	if (!conf_load(d->options.config, &new)) {
		log_line(ALERTE_LOG_ERROR, "the settings are not good; those "
			 "of before stay in force");
	} else {
		if (needs_restart(&d->conf, &new))
			log_line(ALERTE_LOG_WARNING, "store, relay, place, "
				 "keys and control change at the next restart");
		bring_in(d, &new);
		power_look(d->power);
		expiry_look(d->expiry);
		selftest_apply(d);
		log_line(ALERTE_LOG_NOTICE, "settings read again");
	}

	sd_notify(0, "READY=1");
	engine_watch_now(d);
	loop_soon(d);
	return 0;
}

static int signals_take(struct daemon *d)
{
	static const int stop[] = { SIGTERM, SIGINT };
	sigset_t set;
	size_t i;
	int r = 0;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);

	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;

	for (i = 0; i < 2 && r >= 0; i++)
		r = sd_event_add_signal(d->event, NULL, stop[i], on_stop, d);

	return r < 0 ? r : sd_event_add_signal(d->event, NULL, SIGHUP,
					       on_reload, d);
}

/* ---------------------------------------------------------------- life */

static int rooms_open(struct daemon *d)
{
	int r = loop_start(d);

	if (r >= 0)
		r = link_new(d, &d->link);
	if (r >= 0)
		r = mail_new(d, &d->mail);
	if (r >= 0) {
		link_settings(d->link);
		mail_settings(d->mail);
		r = beat_new(d, &d->beat);
	}
	if (r >= 0)
		r = control_new(d, &d->control);
	if (r >= 0)
		r = connected_new(d, &d->connected);
	if (r >= 0)
		r = bus_start(d);
	if (r >= 0)
		r = devices_start(d);
	if (r >= 0)
		r = power_new(d, &d->power);
	if (r >= 0)
		r = expiry_new(d, &d->expiry);
	if (r >= 0)
		r = engine_watch(d);
	if (r >= 0)
		selftest_apply(d);

	return r;
}

static void rooms_close(struct daemon *d)
{
	devices_stop(d);
	power_free(d->power);
	expiry_free(d->expiry);
	d->expiry = NULL;
	bus_stop(d);
	connected_free(d->connected);
	control_free(d->control);
	beat_free(d->beat);
	mail_free(d->mail);
	d->mail = NULL;
	link_free(d->link);
	engine_watch_stop(d);
	loop_free(d);
}

static int serve(struct daemon *d)
{
	int code = engine_open(d), r;

	if (code)
		return code;

	r = rooms_open(d);

	if (r >= 0) {
		log_line(ALERTE_LOG_NOTICE, "alerted %s is ready",
			 alerte_version());
		sd_notify(0, "READY=1");
		loop_turn(d);
		r = sd_event_loop(d->event);
	}

	rooms_close(d);

	if (engine_close(d) < 0)
		r = -EIO;
	if (r < 0)
		log_line(ALERTE_LOG_ERROR, "%s", strerror(-r));

	return r < 0 ? EX_OSERR : 0;
}

static bool folder_make(const char *path)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return true;

	fprintf(stderr, "alerted: %s: %s; give another folder\n", path,
		strerror(errno));
	return false;
}

static int run(struct daemon *d)
{
	int code, r;

	if (!folder_make(d->options.state) || !folder_make(d->options.runtime))
		return EX_CANTCREAT;

	r = sd_event_new(&d->event);
	if (r >= 0)
		r = signals_take(d);

	if (r < 0) {
		fprintf(stderr, "alerted: %s\n", strerror(-r));
		code = EX_OSERR;
	} else {
		code = serve(d);
	}

	sd_event_unref(d->event);
	return code;
}

int main(int argc, char **argv)
{
	struct daemon d = {
		.options = {
			.config = "/etc/alerted/alerted.conf",
			.state = folder("STATE_DIRECTORY", "/var/lib/alerted"),
			.runtime = folder("RUNTIME_DIRECTORY", "/run/alerted"),
			.credentials = folder("CREDENTIALS_DIRECTORY", NULL)
		}
	};
	/* A core file would hold the keys, and names in the clear (K1). */
	static const struct rlimit no_core;
	bool check = false;
	int code;

	umask(077);
	setrlimit(RLIMIT_CORE, &no_core);
	/* Nor is it for a program that takes cores, or for one of our user. */
	prctl(PR_SET_DUMPABLE, 0);
	code = options_read(argc, argv, &d.options, &check);

	if (code >= 0)
		return code;
	if (!conf_load(d.options.config, &d.conf))
		return EX_CONFIG;
	if (check && conf_paths_unheard(&d.conf))
		fprintf(stderr, "%s: warning: %s\n", d.options.config,
			CONF_PATHS_UNHEARD);
	if (check)
		return 0;

	log_level_set(d.conf.log_level);
	return run(&d);
}
