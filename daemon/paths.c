/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A path is out when its driver did not start, tells a fault, or is busy:
 *
 *   send ----> pending ----> receipt                (progress)
 *                 |
 *                 nothing for PATHS_BUSY_MS, and another path can carry it:
 *                 busy; what is pending is given up there, and UNKNOWN
 *
 * A trip is one attempt on its way.  It is kept after its receipt, so that what
 * takes its place knows which paths were tried.  When all were, a new round
 * begins, which the engine puts off; within a round nothing waits.
 */
#include "paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"

#define RETRY_US 2000000
#define OVERDUE_MS 1000		/* looked at again, while nothing can move */
#define TRIPS_MAX 256
#define NOWHERE (-1)

enum fault { MODEM, REGISTRATION, SIM, ROAMING, FAULTS };

static const char *const fault_names[FAULTS] = {
	[MODEM] = "modem", [REGISTRATION] = "modem-registration",
	[SIM] = "sim", [ROAMING] = "modem-roaming"
};

struct path {
	struct paths *paths;
	const struct conf_path *conf;
	const struct modem_driver *driver;	/* NULL: none */
	void *modem;			/* NULL: not there */
	bool fault[FAULTS];
	int64_t progress_ms;		/* began to wait, or answered */
	int64_t busy_ms;		/* until then at most; 0: it is not */
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
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

/* --------------------------------------------------------------- health */

static bool is_usable(const struct path *at)
{
	return at->modem && !at->fault[MODEM] && !at->fault[REGISTRATION] &&
	       !at->fault[SIM] && !at->busy_ms;
}

static bool can_carry(const struct path *at, enum alerte_channel channel)
{
	if (!at->driver)
		return false;

	switch (channel) {
	case ALERTE_CHANNEL_SMS:
		return at->driver->send;
	case ALERTE_CHANNEL_RELAY114:
		return at->driver->send && at->driver->two_way;
	case ALERTE_CHANNEL_VOICE:
		return at->driver->ring;
	case ALERTE_CHANNEL_HTTPS:
	case ALERTE_CHANNEL_EMAIL:
		return false;
	}

	return false;
}

static size_t count(const struct paths *p, enum alerte_channel channel,
		    bool usable)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += can_carry(&p->path[i], channel) &&
		     is_usable(&p->path[i]) == usable;

	return n;
}

/* All that could carry the relay's now roam. */
static bool all_roam(const struct paths *p)
{
	size_t roaming = 0;

	for (size_t i = 0; i < p->n; i++)
		roaming += can_carry(&p->path[i], ALERTE_CHANNEL_RELAY114) &&
			   is_usable(&p->path[i]) &&
			   p->path[i].fault[ROAMING];

	return roaming && roaming == count(p, ALERTE_CHANNEL_RELAY114, true);
}

/* No path is left: what each says is told.  Not there, or busy: "modem". */
static bool all_out(const struct paths *p, enum fault fault)
{
	bool any = false, bare = false;

	for (size_t i = 0; i < p->n; i++) {
		const struct path *at = &p->path[i];

		if (!at->driver)
			continue;
		any |= at->modem && at->fault[fault];
		bare |= !at->modem || at->busy_ms;
	}

	return any || (fault == MODEM && bare);
}

static bool is_present(const struct paths *p, enum fault fault)
{
	switch (fault) {
	case MODEM:
	case REGISTRATION:
	case SIM:
		return !count(p, ALERTE_CHANNEL_SMS, true) &&
		       all_out(p, fault);
	case ROAMING:
		return all_roam(p);
	case FAULTS:
		break;
	}

	return false;
}

static void tell_faults(struct paths *p)
{
	size_t good = count(p, ALERTE_CHANNEL_SMS, true);
	bool some = good && count(p, ALERTE_CHANNEL_SMS, false);

	for (int i = 0; i < FAULTS; i++) {
		bool present = is_present(p, (enum fault)i);

		if (p->told[i] == present)
			continue;
		p->told[i] = present;
		p->events.fault(p->events.context, fault_names[i], present);
	}

	if (p->told_path != some) {
		p->told_path = some;
		p->events.fault(p->events.context, "path", some);
	}
}

static void health(struct paths *p)
{
	uint32_t n = (uint32_t)count(p, ALERTE_CHANNEL_RELAY114, true);

	tell_faults(p);

	if (p->told_two_way != n) {
		p->told_two_way = n;
		p->events.two_way(p->events.context, n);
	}
}

/* The names in the log matter only where there is more than one. */
static void say(const struct path *at, enum alerte_log_level level,
		const char *what, const char *state)
{
	if (at->paths->n > 1)
		log_line(level, "path %s: %s%s", at->conf->name, what, state);
}

/* ---------------------------------------------------------------- trips */

static struct trip *trip_of(struct paths *p, int64_t attempt)
{
	for (size_t i = 0; attempt && i < TRIPS_MAX; i++)
		if (p->trip[i].attempt == attempt)
			return &p->trip[i];

	return NULL;
}

static bool is_pending(const struct paths *p, const struct path *at)
{
	for (size_t i = 0; i < TRIPS_MAX; i++)
		if (p->trip[i].pending && &p->path[p->trip[i].path] == at)
			return true;

	return false;
}

/* Usable, can carry it, and not among those that were tried. */
static bool is_another(const struct paths *p, enum alerte_channel channel,
		       uint32_t tried)
{
	for (size_t i = 0; i < p->n; i++)
		if (!(tried & 1u << i) && is_usable(&p->path[i]) &&
		    can_carry(&p->path[i], channel))
			return true;

	return false;
}

static int on_watch(sd_event_source *source, uint64_t usec, void *context);

static void watch(struct paths *p)
{
	int64_t due = ALERTE_NEVER, now = now_ms();

	for (size_t i = 0; i < p->n; i++) {
		const struct path *at = &p->path[i];
		int64_t own = at->busy_ms;

		if (!own && is_pending(p, at)) {
			own = at->progress_ms + p->events.busy_ms;
			if (own <= now)
				own = now + OVERDUE_MS;
		}
		if (own && own < due)
			due = own;
	}

	sd_event_source_set_enabled(p->watch, due == ALERTE_NEVER
					      ? SD_EVENT_OFF
					      : SD_EVENT_ONESHOT);
	if (due != ALERTE_NEVER)
		sd_event_source_set_time(p->watch, (uint64_t)due * 1000);
}

static bool is_failure(enum alerte_receipt_kind kind)
{
	switch (kind) {
	case ALERTE_RECEIPT_FAILED:
	case ALERTE_RECEIPT_UNKNOWN:
		return true;
	case ALERTE_RECEIPT_ACCEPTED:
	case ALERTE_RECEIPT_SENT:
	case ALERTE_RECEIPT_DELIVERED:
	case ALERTE_RECEIPT_REJECTED:
		return false;
	}

	return false;
}

/* The engine is told, and where there is another way for it that too. */
static void receipt(struct paths *p, int64_t attempt, int part,
		    enum alerte_receipt_kind kind)
{
	struct trip *t = trip_of(p, attempt);
	bool move = t && is_failure(kind) &&
		    is_another(p, t->channel, t->tried);

	if (t && kind != ALERTE_RECEIPT_ACCEPTED)
		t->pending = false;

	p->events.receipt(p->events.context, attempt, part, kind);

	if (move)
		p->events.elsewhere(p->events.context, attempt);
}

/* Perhaps sent; what the driver says later is told all the same. */
static void give_up_all(struct paths *p, struct path *at)
{
	for (size_t i = 0; i < TRIPS_MAX; i++)
		if (p->trip[i].pending && &p->path[p->trip[i].path] == at)
			p->trip[i].given_up = true;

	for (size_t i = 0; i < TRIPS_MAX; i++) {
		const struct trip *t = &p->trip[i];
		int64_t attempt = t->attempt;

		if (!t->pending || &p->path[t->path] != at)
			continue;

		at->moved += !t->unseen;
		if (at->modem && at->driver->give_up)
			at->driver->give_up(at->modem, attempt);
		if (t->pending && t->attempt == attempt)
			receipt(p, attempt, 0, ALERTE_RECEIPT_UNKNOWN);
	}
}

/* Something that is pending there could go another way. */
static bool can_move(const struct paths *p, const struct path *at)
{
	for (size_t i = 0; i < TRIPS_MAX; i++) {
		const struct trip *t = &p->trip[i];

		if (t->pending && &p->path[t->path] == at &&
		    is_another(p, t->channel, 1u << t->path))
			return true;
	}

	return false;
}

static int on_watch(sd_event_source *source, uint64_t usec, void *context)
{
	struct paths *p = context;
	int64_t now = now_ms();

	(void)source;
	(void)usec;

	for (size_t i = 0; i < p->n; i++) {
		struct path *at = &p->path[i];

		if (at->busy_ms && at->busy_ms <= now) {
			at->busy_ms = 0;
			at->progress_ms = now;
		}
		if (at->busy_ms || !is_pending(p, at) ||
		    at->progress_ms + p->events.busy_ms > now || !can_move(p, at))
			continue;

		say(at, ALERTE_LOG_ERROR, "a message is not answered; what "
		    "waits moves to another path", "");
		at->busy_ms = now + PATHS_BUSY_MOST_MS;
		give_up_all(p, at);
	}

	health(p);
	watch(p);
	return 0;
}

/* -------------------------------------------------------------- drivers */

static void answered(struct path *at)
{
	at->progress_ms = now_ms();
	if (at->busy_ms)
		say(at, ALERTE_LOG_NOTICE, "it answers again", "");
	at->busy_ms = 0;
}

/* The modem or the gateway said something of what it was given. */
static bool is_sign(const struct trip *t, enum alerte_receipt_kind kind)
{
	switch (kind) {
	case ALERTE_RECEIPT_ACCEPTED:
	case ALERTE_RECEIPT_SENT:
		return true;
	case ALERTE_RECEIPT_FAILED:
	case ALERTE_RECEIPT_REJECTED:
	case ALERTE_RECEIPT_UNKNOWN:
		return !t || !t->given_up;
	case ALERTE_RECEIPT_DELIVERED:
		return false;
	}

	return false;
}

static void on_receipt(void *context, int64_t attempt, int part,
		       enum alerte_receipt_kind kind)
{
	struct path *at = context;

	if (is_sign(trip_of(at->paths, attempt), kind))
		answered(at);
	receipt(at->paths, attempt, part, kind);
	health(at->paths);
	watch(at->paths);
}

static int on_reply(void *context, const char *from, const char *text)
{
	const struct path *at = context;

	return at->paths->events.reply(at->paths->events.context, from, text);
}

static void on_position(void *context, int64_t alert,
			const struct alerte_position *position)
{
	const struct path *at = context;

	at->paths->events.position(at->paths->events.context, alert, position);
}

static void on_fault(void *context, const char *fault, bool present)
{
	struct path *at = context;

	for (int i = 0; i < FAULTS; i++)
		if (!strcmp(fault_names[i], fault) &&
		    at->fault[i] != present) {
			at->fault[i] = present;
			if (i == MODEM && !present)
				answered(at);
			say(at, present ? ALERTE_LOG_WARNING
					: ALERTE_LOG_NOTICE,
			    fault_names[i], present ? " present" : " over");
		}

	health(at->paths);
	watch(at->paths);
}

static void stop(struct path *at)
{
	if (at->modem)
		at->driver->stop(at->modem);

	at->modem = NULL;
	at->busy_ms = 0;
	memset(at->fault, 0, sizeof(at->fault));
}

static void wipe_free(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));

	free(secret);
}

static const char *given(const char *text)
{
	return *text ? text : NULL;
}

/*
 * A modem that two paths could take is the first's that names it; the one that
 * takes any leaves all that are named.
 */
static void others_of(const struct conf_path *conf, size_t n, size_t at,
		      const char *out[CONF_PATHS_MAX + 1])
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		if (i != at && *conf[i].device &&
		    (i < at || !*conf[at].device))
			out[m++] = conf[i].device;

	out[m] = NULL;
}

static int open_modem(struct path *at)
{
	struct paths *p = at->paths;
	const struct conf_path *c = at->conf;
	const struct modem_events events = {
		.context = at, .receipt = on_receipt, .reply = on_reply,
		.fault = on_fault, .position = on_position
	};
	char *pin = *c->pin ? p->events.secret(p->events.context, c->pin)
			    : NULL;
	char *password = *c->password
			 ? p->events.secret(p->events.context, c->password)
			 : NULL;
	const char *others[CONF_PATHS_MAX + 1];
	const struct modem_config config = {
		.name = c->name, .spool = c->spool, .pin = pin,
		.device = given(c->device), .others = others,
		.state = p->state, .key = p->has_key ? p->key : NULL,
		.url = given(c->url), .request = given(c->request),
		.user = given(c->user), .password = password,
		.sender = given(c->sender), .key_pin = given(c->key_pin),
		.ca_file = given(c->ca_file)
	};
	int r;

	others_of(p->conf, p->n, (size_t)(at - p->path), others);
	r = at->driver->start(&config, p->event, p->bus, &events, &at->modem);
	if (r < 0)
		at->modem = NULL;

	wipe_free(pin);
	wipe_free(password);
	return r;
}

static void retry_later(struct paths *p)
{
	sd_event_source_set_time_relative(p->retry, RETRY_US);
	sd_event_source_set_enabled(p->retry, SD_EVENT_ONESHOT);
}

/* What no driver is left to answer. */
static void strand(struct paths *p, struct path *at)
{
	if (is_pending(p, at))
		give_up_all(p, at);
}

static void start(struct path *at)
{
	int r;

	/* Two drivers on one modem would spend two PINs. */
	if (!at->driver || at->modem ||
	    (at->driver->needs_bus && !at->paths->bus))
		return;

	r = open_modem(at);
	if (r < 0) {
		log_line(ALERTE_LOG_WARNING, "%s %s: %s; trying again",
			 at->conf->name, at->driver->name, strerror(-r));
		retry_later(at->paths);
	}
}

static void start_all(struct paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		start(&p->path[i]);

	health(p);
	watch(p);
}

static int on_retry(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	start_all(context);
	return 0;
}

/* -------------------------------------------------------------- sending */

/* The lower, the better. */
static unsigned int rank(const struct path *at, uint32_t tried, bool last,
			 bool relay)
{
	size_t i = (size_t)(at - at->paths->path);

	return (is_usable(at) ? 0 : 8) + (last ? 4 : 0) +
	       (tried & 1u << i ? 2 : 0) +
	       (relay && at->fault[ROAMING] ? 1 : 0);
}

/*
 * What is known of the attempt this one replaces.  Of one of an earlier life,
 * nothing: it went the first way, most likely.
 */
static struct trip before(struct paths *p, const struct alerte_message *m)
{
	struct trip none = { .path = NOWHERE }, *t;

	if (!m->resends)
		return none;

	t = trip_of(p, m->resends);
	if (t)
		return *t;

	for (size_t i = 0; i < p->n; i++)
		if (can_carry(&p->path[i], m->channel)) {
			none.path = (int)i;
			none.tried = 1u << i;
			break;
		}

	return none;
}

/* The next to be asked, or NULL; asked: those that refused it just now. */
static struct path *next_path(struct paths *p, const struct alerte_message *m,
			      const struct trip *last, uint32_t asked)
{
	struct path *best = NULL;
	unsigned int least = UINT32_MAX;

	for (size_t i = 0; i < p->n; i++) {
		struct path *at = &p->path[i];
		bool same = last->path == (int)i;
		unsigned int own = rank(at, last->tried, same, m->channel ==
					ALERTE_CHANNEL_RELAY114);

		if (!at->modem || !can_carry(at, m->channel) ||
		    asked & 1u << i || (m->other_path && same) ||
		    own >= least)
			continue;
		best = at;
		least = own;
	}

	return best;
}

static struct trip *trip_new(struct paths *p, const struct alerte_message *m)
{
	struct trip *t = trip_of(p, m->attempt);

	if (!t)
		t = &p->trip[p->next_trip++ % TRIPS_MAX];

	*t = (struct trip){ .attempt = m->attempt, .channel = m->channel,
			    .unseen = m->unseen, .path = NOWHERE };
	return t;
}

/* A call rings for as long as it rings. */
static bool is_watched(enum alerte_channel channel, int result)
{
	return !result && channel != ALERTE_CHANNEL_VOICE;
}

static int hand(struct path *at, const struct alerte_message *m)
{
	return m->channel == ALERTE_CHANNEL_VOICE
	       ? at->driver->ring(at->modem, m)
	       : at->driver->send(at->modem, m);
}

static void left(struct path *at, const struct alerte_message *m,
		 uint32_t tried, int result)
{
	struct paths *p = at->paths;
	bool idle = !is_pending(p, at);
	struct trip *t = trip_new(p, m);

	t->path = (int)(at - p->path);
	t->tried = tried;
	t->pending = is_watched(m->channel, result);

	if (t->pending && idle)
		at->progress_ms = now_ms();
	if (result)
		p->events.elsewhere(p->events.context, m->attempt);
	sd_event_source_set_enabled(p->defer, SD_EVENT_ONESHOT);
}

int paths_send(struct paths *p, const struct alerte_message *m)
{
	struct trip last = before(p, m);
	uint32_t asked = 0;
	struct path *at;
	int r;

	/* A new round. */
	if (!is_another(p, m->channel, last.tried))
		last.tried = 0;

	while ((at = next_path(p, m, &last, asked))) {
		r = hand(at, m);
		asked |= 1u << (at - p->path);
		if (r == ALERTE_EREFUSED)
			continue;
		left(at, m, last.tried | asked, r);
		return r;
	}

	trip_new(p, m);
	return ALERTE_EREFUSED;
}

void paths_locate(struct paths *p, int64_t alert)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct path *at = &p->path[i];

		if (at->modem && at->driver->locate)
			at->driver->locate(at->modem, alert);
	}
}

/* ------------------------------------------------------------- settings */

static bool same_others(const struct paths *p, const struct conf_path *conf,
			size_t n, size_t at)
{
	const char *old[CONF_PATHS_MAX + 1], *new[CONF_PATHS_MAX + 1];
	size_t i;

	others_of(p->conf, p->n, at, old);
	others_of(conf, n, at, new);

	for (i = 0; old[i] && new[i] && !strcmp(old[i], new[i]); i++)
		;

	return !old[i] && !new[i];
}

static bool stays(const struct paths *p, const struct conf_path *conf,
		  size_t n, size_t at)
{
	return at < n && at < p->n &&
	       !memcmp(&p->conf[at], &conf[at], sizeof(*conf)) &&
	       same_others(p, conf, n, at) &&
	       !(*conf[at].pin && p->path[at].fault[SIM]);
}

static void forget(struct paths *p, size_t i)
{
	for (struct trip *t = p->trip; t < p->trip + TRIPS_MAX; t++) {
		t->tried &= ~(1u << i);
		if (t->path == (int)i)
			t->path = NOWHERE;
	}
}

void paths_set(struct paths *p, const struct conf_path *conf, size_t n)
{
	size_t before = p->n;
	bool stay[CONF_PATHS_MAX];

	for (size_t i = 0; i < CONF_PATHS_MAX; i++)
		stay[i] = stays(p, conf, n, i);

	for (size_t i = 0; i < before; i++)
		if (!stay[i]) {
			stop(&p->path[i]);
			strand(p, &p->path[i]);
			forget(p, i);
		}

	p->n = n;
	memcpy(p->conf, conf, n * sizeof(*conf));
	for (size_t i = 0; i < n; i++)
		if (!stay[i])
			p->path[i] = (struct path){
				.paths = p, .conf = &p->conf[i],
				.driver = p->events.find(conf[i].driver)
			};

	start_all(p);
}

void paths_bus(struct paths *p, sd_bus *bus)
{
	if (!p)
		return;

	p->bus = bus;
	for (size_t i = 0; !bus && i < p->n; i++) {
		struct path *at = &p->path[i];

		if (!at->driver || !at->driver->needs_bus)
			continue;
		stop(at);
		strand(p, at);
	}

	start_all(p);
}

bool paths_bus_needed(const struct conf_path *conf, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct modem_driver *d = modem_driver_find(conf[i].driver);

		if (d && d->needs_bus)
			return true;
	}

	return false;
}

/* ----------------------------------------------------------------- tell */

bool paths_missing(const struct paths *p)
{
	for (size_t i = 0; p && i < p->n; i++)
		if (p->path[i].driver && !p->path[i].modem)
			return true;

	return false;
}

static json_t *describe(const struct path *at)
{
	json_t *out = json_object();

	json_object_set_new(out, "path", json_string(at->conf->name));
	if (at->modem)
		at->driver->describe(at->modem, out);
	else
		json_object_set_new(out, "state", json_string(
			at->driver ? "missing" : "none"));

	if (at->busy_ms)
		json_object_set_new(out, "state", json_string("busy"));

	json_object_set_new(out, "driver", json_string(at->conf->driver));
	if (at->driver) {
		json_object_set_new(out, "usable",
				    json_boolean(is_usable(at)));
		json_object_set_new(out, "two_way",
				    json_boolean(at->driver->two_way));
		json_object_set_new(out, "moved",
				    json_integer((json_int_t)at->moved));
	}

	return out;
}

json_t *paths_describe(const struct paths *p)
{
	json_t *list = json_array();

	for (size_t i = 0; p && i < p->n; i++)
		json_array_append_new(list, describe(&p->path[i]));

	return list;
}

/* ----------------------------------------------------------------- life */

/* After a send, which must not be answered from inside. */
static int on_defer(sd_event_source *source, void *context)
{
	(void)source;
	watch(context);
	return 0;
}

int paths_new(sd_event *event, const struct paths_events *events,
	      const char *state, const uint8_t *key, struct paths **out)
{
	struct paths *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;

	p->events = *events;
	if (!p->events.busy_ms)
		p->events.busy_ms = PATHS_BUSY_MS;
	p->told_two_way = UINT32_MAX;
	p->event = sd_event_ref(event);
	p->has_key = key;
	if (key)
		memcpy(p->key, key, sizeof(p->key));
	if (strlen(state) < sizeof(p->state))
		strcpy(p->state, state);

	r = sd_event_add_time(event, &p->retry, CLOCK_BOOTTIME, 0, 100000,
			      on_retry, p);
	if (r >= 0)
		r = sd_event_add_time(event, &p->watch, CLOCK_BOOTTIME, 0,
				      1000, on_watch, p);
	if (r >= 0)
		r = sd_event_add_defer(event, &p->defer, on_defer, p);
	if (r < 0) {
		paths_free(p);
		return r;
	}

	sd_event_source_set_enabled(p->retry, SD_EVENT_OFF);
	sd_event_source_set_enabled(p->watch, SD_EVENT_OFF);
	*out = p;
	return 0;
}

/* What is pending stays so: the engine finds it SENDING after the start. */
void paths_free(struct paths *p)
{
	if (!p)
		return;

	for (size_t i = 0; i < p->n; i++)
		stop(&p->path[i]);

	sd_event_source_disable_unref(p->retry);
	sd_event_source_disable_unref(p->watch);
	sd_event_source_disable_unref(p->defer);
	sd_event_unref(p->event);
	explicit_bzero(p->key, sizeof(p->key));
	free(p);
}
