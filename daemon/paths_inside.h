/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_PATHS_INSIDE_H
#define DAEMON_PATHS_INSIDE_H

#include "log.h"
#include "paths.h"

/*
 * The paths, inside.
 *
 *   paths.c         drivers, settings, describe
 *   paths_health.c  which are usable, and what is told of it
 *   paths_trip.c    what is on its way, and moves
 *   paths_send.c    which way a message goes
 */

#define TRIPS_MAX 256
#define NOWHERE (-1)

enum fault { MODEM, REGISTRATION, SIM, ROAMING, FAULTS };

struct path {
	struct paths *paths;
	const struct conf_path *conf;
	const struct modem_driver *driver;	/* NULL: none */
	void *modem;			/* NULL: not there */
	bool fault[FAULTS];
	int64_t progress_ms;		/* began to wait, or answered */
	int64_t busy_ms;		/* until then at most; 0: it is not */
	bool busy_shown;		/* not while only what is unseen met it */
	uint64_t moved;
};

struct trip {
	int64_t attempt;		/* 0: free */
	int path;			/* or NOWHERE: no path took it */
	uint32_t tried;			/* in this round, this one included */
	enum alerte_channel channel;
	bool pending;
	bool unseen;			/* not counted */
	bool given_up;			/* that it was taken back is no sign */
};

struct paths {
	struct paths_events events;
	sd_event *event;
	sd_event_source *retry, *watch, *defer;
	sd_bus *bus;			/* or NULL */
	char state[PATH_MAX];
	uint8_t key[32];
	bool has_key;
	size_t n;
	struct conf_path conf[CONF_PATHS_MAX];
	struct path path[CONF_PATHS_MAX];
	size_t next_trip;
	struct trip trip[TRIPS_MAX];	/* a ring */
	/* What was told. */
	bool told[FAULTS], told_path;
	uint32_t told_two_way;
	int told_answers;		/* -1: not yet */
};

int64_t paths_now_ms(void);

/* ------------------------------------------------------- paths_health.c */

extern const char *const paths_fault_names[FAULTS];
bool path_usable(const struct path *at);
/* The same, as far as it may be known (L8). */
bool path_shows_usable(const struct path *at);
bool path_carries(const struct path *at, enum alerte_channel channel);
/* Tell what changed. */
void paths_health(struct paths *p);
/* A line in the log, where there is more than one path. */
void path_say(const struct path *at, enum alerte_log_level level,
	      const char *what, const char *state);

/* --------------------------------------------------------- paths_trip.c */

struct trip *trip_of(struct paths *p, int64_t attempt);
/* Something waits there for a receipt. */
bool path_pending(const struct paths *p, const struct path *at);
/* One that is usable, can carry it, and was not tried. */
bool paths_another(const struct paths *p, enum alerte_channel channel,
		   uint32_t tried);
/* The engine is told, and where there is another way for it that too. */
void trip_receipt(struct paths *p, int64_t attempt, int part,
		  enum alerte_receipt_kind kind);
/* What is pending there is unknown; what comes later is told all the same. */
void path_give_up(struct paths *p, struct path *at);
/* A message goes round a path that is busy: that may show now. */
void path_meet_busy(struct path *at, bool unseen);
/* Set the timer for the next that may be busy. */
void paths_watch(struct paths *p);
int paths_on_watch(sd_event_source *source, uint64_t usec, void *context);

#endif
