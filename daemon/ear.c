/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One driver listens.  At a change the new one is started before the old one
 * is stopped, and both are heard until the new one scans: a frame heard twice
 * is a repeat to the engine, one not heard is lost.
 *
 * "auto" is mgmt, else bluez where there is a bus.  mgmt whose last stage it
 * does not have, with every adapter deaf, gives way to bluez; bluez that is
 * deaf, or a reload, tries mgmt again.
 */
#include "ear.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "radio/watch.h"

#define TICK_US 1000000
#define RETRY_MS 2000
#define OVERLAP_MS 10000	/* for a new driver to scan */
#define OTHER_MS 900000		/* between trials of the other driver */
#define SLEPT_MS 1000

/* A driver that was started. */
struct voice {
	struct ear *ear;
	const struct radio_driver *driver;
	void *radio;
};

struct ear {
	struct ear_events events;
	sd_event *event;
	sd_event_source *tick, *soon;
	struct ear_config config;
	sd_bus *bus;
	struct voice *voice, *old;	/* old: until voice scans */
	bool missing;			/* voice is not what was asked for */
	bool stale;			/* voice was started otherwise */
	bool other_wanted;
	int64_t began_ms, retry_ms, other_ms;
	int64_t asleep_ms;
	int64_t button_ms;		/* of the last one known here */
	struct watch watch;
	int told;			/* deaf: 0, 1; -1 nothing yet */
	char why[RADIO_WHY_MAX + 16], said[RADIO_WHY_MAX + 16];
	unsigned int changes;
};

static int64_t now_of(const struct ear *ear)
{
	return ear->events.now(ear->events.context);
}

static bool is_auto(const struct ear *ear)
{
	return !strcmp(ear->config.driver, "auto");
}

static bool is_none(const struct ear *ear)
{
	return !strcmp(ear->config.driver, "none");
}

static bool runs(const struct ear *ear, const char *name)
{
	return ear->voice && !strcmp(ear->voice->driver->name, name);
}

static bool needs_bus(const struct radio_driver *driver)
{
	return !strcmp(driver->name, "bluez");
}

/* -------------------------------------------------- what drivers tell */

static void on_hear(void *context, const struct alerte_advert *advert)
{
	struct ear *ear = ((struct voice *)context)->ear;
	int64_t before = ear->events.button(ear->events.context);
	unsigned int of = 0;

	ear->events.hear(ear->events.context, advert);
	ear->button_ms = ear->events.button(ear->events.context);

	if (ear->button_ms != before)
		of |= WATCH_OF_BUTTON;
	if (ear->config.canary_minutes &&
	    !memcmp(advert->address, ear->config.canary, 6))
		of |= WATCH_OF_CANARY;

	watch_heard(&ear->watch, advert->source, of, now_of(ear));
}

static void on_notified(void *context, const struct alerte_notification *heard)
{
	struct ear *ear = ((struct voice *)context)->ear;

	ear->events.notified(ear->events.context, heard);
	ear->button_ms = ear->events.button(ear->events.context);
	watch_notified(&ear->watch, heard->source, now_of(ear));
}

/* Not from inside the driver, which is not done yet. */
static void on_changed(void *context)
{
	struct ear *ear = ((struct voice *)context)->ear;

	sd_event_source_set_enabled(ear->soon, SD_EVENT_ONESHOT);
}

/* ------------------------------------------------- starting, stopping */

static void voice_stop(struct voice **voice)
{
	if (!*voice)
		return;

	if ((*voice)->radio)
		(*voice)->driver->stop((*voice)->radio);

	free(*voice);
	*voice = NULL;
}

static int voice_start(struct ear *ear, const struct radio_driver *driver,
		       char why[RADIO_WHY_MAX], struct voice **out)
{
	struct voice *voice = calloc(1, sizeof(*voice));
	const struct radio_events events = {
		.context = voice, .hear = on_hear, .notified = on_notified,
		.changed = on_changed
	};
	const struct radio_config config = {
		.file = ear->config.file,
		.adapter = *ear->config.adapter ? ear->config.adapter : NULL,
		.bus = needs_bus(driver) ? ear->bus : NULL
	};
	int r;

	if (!voice)
		return -ENOMEM;

	voice->ear = ear;
	voice->driver = driver;
	r = driver->start(&config, ear->event, &events, why, &voice->radio);

	if (r < 0) {
		free(voice);
		return r;
	}

	*out = voice;
	return 0;
}

static int start(struct ear *ear, const char *name)
{
	const struct radio_driver *driver = ear->events.find(name);
	char why[RADIO_WHY_MAX] = "";
	struct voice *voice = NULL;
	int r;

	if (!driver) {
		snprintf(why, sizeof(why), "this alerted was built without it");
		r = -ENOENT;
	} else if (needs_bus(driver) && !ear->bus) {
		snprintf(why, sizeof(why), "there is no system bus");
		r = -ENOTCONN;
	} else {
		r = voice_start(ear, driver, why, &voice);
	}

	if (r < 0) {
		snprintf(ear->why, sizeof(ear->why), "%s: %s", name,
			 *why ? why : strerror(-r));
		return r;
	}

	/* An old one that was still kept has had its time. */
	voice_stop(&ear->old);
	ear->old = ear->voice;
	ear->voice = voice;
	ear->began_ms = now_of(ear);
	ear->changes += ear->old != NULL;
	log_line(ALERTE_LOG_NOTICE, "radio: %s listens%s%s", name,
		 ear->old ? ", after " : "",
		 ear->old ? ear->old->driver->name : "");
	return 0;
}

/* What keeps the better driver away stays told while the other listens. */
static void complain_once(struct ear *ear, enum alerte_log_level level)
{
	if (strcmp(ear->said, ear->why) && *ear->why)
		log_line(level, "radio: %s", ear->why);

	strcpy(ear->said, ear->why);
}

static int start_auto(struct ear *ear)
{
	char both[2 * sizeof(ear->why) + 2];
	char first[sizeof(ear->why)];
	int r = start(ear, "mgmt");

	if (r >= 0)
		return r;

	strcpy(first, ear->why);
	r = runs(ear, "bluez") && !ear->stale ? 0 : start(ear, "bluez");

	if (r >= 0) {
		strcpy(ear->why, first);
		return r;
	}

	snprintf(both, sizeof(both), "%s; %s", first, ear->why);
	snprintf(ear->why, sizeof(ear->why), "%.*s",
		 (int)sizeof(ear->why) - 1, both);
	return r;
}

static void begin(struct ear *ear)
{
	int r = is_auto(ear) ? start_auto(ear)
			     : start(ear, ear->config.driver);

	ear->missing = r < 0;

	if (r >= 0) {
		if (!is_auto(ear) || runs(ear, "mgmt"))
			*ear->why = '\0';
		complain_once(ear, ALERTE_LOG_INFO);
		ear->stale = false;
		return;
	}

	complain_once(ear, ALERTE_LOG_WARNING);
	ear->retry_ms = now_of(ear) + RETRY_MS;
}

static void silence(struct ear *ear)
{
	voice_stop(&ear->old);
	voice_stop(&ear->voice);
}

/* --------------------------------------------------------- supervision */

/* Those of the new driver; while it finds its feet, those of the old. */
static int adapters_of(const struct voice *voice,
		       struct radio_adapter out[RADIO_ADAPTERS_MAX])
{
	int n = voice ? voice->driver->adapters(voice->radio, out) : 0;

	return n < 0 ? 0 : n;
}

static bool any_scans(const struct radio_adapter *list, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (list[i].scanning)
			return true;

	return false;
}

static bool scans_as(const struct radio_adapter *list, int n,
		     const struct radio_adapter *a)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(list[i].name, a->name))
			return list[i].scanning;

	return false;
}

/* Whether the new one has begun all that ends with the old one. */
static bool took_over(const struct ear *ear, const struct radio_adapter *list,
		      int n)
{
	struct radio_adapter old[RADIO_ADAPTERS_MAX] = { 0 };
	int nold = adapters_of(ear->old, old), i;

	for (i = 0; i < n; i++)
		if (!list[i].scanning && scans_as(old, nold, &list[i]))
			return false;

	return any_scans(list, n);
}

static void refresh(struct ear *ear, int64_t now)
{
	struct radio_adapter list[RADIO_ADAPTERS_MAX] = { 0 };
	int n = adapters_of(ear->voice, list);

	if (ear->old && (took_over(ear, list, n) ||
			 now - ear->began_ms >= OVERLAP_MS))
		voice_stop(&ear->old);
	if (ear->old)
		n = adapters_of(ear->old, list);

	watch_adapters(&ear->watch, list, n, now);
}

static const char *stage_words(enum radio_stage stage)
{
	switch (stage) {
	case RADIO_STAGE_SCAN:
		return "scan begun anew";
	case RADIO_STAGE_POWER:
		return "switched off and on";
	case RADIO_STAGE_BLUEZ:
		return "BlueZ asked to begin anew";
	}

	return "";
}

static void stage_log(const struct watch_order *order, int r)
{
	const char *words = stage_words(order->stage);
	const char *because = watch_trouble_name(order->because);

	if (r >= 0)
		log_line(ALERTE_LOG_NOTICE, "%s: %s (%s)", order->name, words,
			 because);
	else if (r == -EOPNOTSUPP)
		log_line(ALERTE_LOG_DEBUG, "%s: not %s (%s): this driver "
			 "cannot", order->name, words, because);
	else
		log_line(ALERTE_LOG_WARNING, "%s: not %s (%s): %s",
			 order->name, words, because, strerror(-r));
}

static void stages_begin(struct ear *ear, int64_t now)
{
	const struct voice *voice = ear->voice;
	struct watch_order order;
	int r;

	/* What the old one heard is no ground to disturb the new one. */
	if (!voice || ear->old)
		return;

	while (watch_next(&ear->watch, now, &order)) {
		r = voice->driver->recover(voice->radio, order.source,
					   order.stage);
		watch_begun(&ear->watch, &order, r, now);
		stage_log(&order, r);

		if (order.stage == RADIO_STAGE_BLUEZ && r == -EOPNOTSUPP)
			ear->other_wanted = true;
	}
}

static bool any_well(const struct ear *ear)
{
	int i;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++)
		if (ear->watch.adapter[i].present &&
		    ear->watch.adapter[i].trouble <= WATCH_SILENT)
			return true;

	return false;
}

/*
 * Under "auto", when this driver can do no more.  An adapter that hears is not
 * taken from it for the sake of another.
 */
static void other_take(struct ear *ear, enum watch_trouble deaf, int64_t now)
{
	char why[sizeof(ear->why)];
	bool wanted = ear->other_wanted && !any_well(ear);
	const char *name = "bluez";

	ear->other_wanted = false;

	if (!is_auto(ear) || ear->missing || ear->old)
		return;

	if (runs(ear, "bluez")) {
		name = "mgmt";
		wanted = deaf && deaf != WATCH_BLOCKED;
	}

	if (!wanted || now - ear->other_ms < OTHER_MS)
		return;

	ear->other_ms = now;
	strcpy(why, ear->why);
	if (start(ear, name) < 0) {
		complain_once(ear, ALERTE_LOG_NOTICE);
		strcpy(ear->why, why);
	} else {
		snprintf(ear->why, sizeof(ear->why), "%s stayed deaf",
			 ear->old ? ear->old->driver->name : "the other");
	}
}

/* What recovers by itself stands in the log and wakes nobody (V2). */
static void troubles_log(struct ear *ear)
{
	int i;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++) {
		struct watch_adapter *a = &ear->watch.adapter[i];

		if (!a->present || a->trouble == a->told)
			continue;

		log_line(a->trouble ? ALERTE_LOG_WARNING : ALERTE_LOG_NOTICE,
			 "%s: %s", a->is.name, watch_trouble_name(a->trouble));
		a->told = a->trouble;
	}
}

static bool settled(const struct ear *ear, int64_t now)
{
	int i;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++) {
		const struct watch_adapter *a = &ear->watch.adapter[i];

		if (a->present && a->trouble <= WATCH_SILENT &&
		    now - a->since_ms >= WATCH_WELL_MS)
			return true;
	}

	return false;
}

static void deaf_tell(struct ear *ear, enum watch_trouble deaf, int64_t now)
{
	int told = deaf != WATCH_WELL;

	/* A fault of before the start ends once it is known to be over. */
	if (told == ear->told || (ear->told < 0 && !told &&
				  !settled(ear, now)))
		return;

	ear->told = told;
	log_line(told ? ALERTE_LOG_WARNING : ALERTE_LOG_NOTICE, "radio: %s%s",
		 told ? "deaf: " : "hears", told ? watch_trouble_name(deaf)
						 : "");
	ear->events.deaf(ear->events.context, told);
}

/* Asleep is the time that one clock counts and the other does not. */
static void sleep_notice(struct ear *ear, int64_t now)
{
	int64_t asleep = now - ear->events.awake(ear->events.context);
	int64_t slept = asleep - ear->asleep_ms;

	ear->asleep_ms = asleep;

	if (slept < SLEPT_MS)
		return;

	log_line(ALERTE_LOG_NOTICE, "radio: the machine slept for %lld s; "
		 "judged anew", (long long)slept / 1000);
	watch_resumed(&ear->watch, now);
}

/* A button that is connected to was heard beside the driver. */
static void links_notice(struct ear *ear, int64_t now)
{
	int64_t heard = ear->events.button(ear->events.context);
	int i;

	if (heard == ear->button_ms)
		return;

	ear->button_ms = heard;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++)
		watch_notified(&ear->watch, ear->watch.adapter[i].is.source,
			       now);
}

/* Nothing more comes of a driver that lost what it listened by. */
static void lost_notice(struct ear *ear, int64_t now)
{
	struct radio_adapter list[RADIO_ADAPTERS_MAX];

	if (!ear->voice ||
	    ear->voice->driver->adapters(ear->voice->radio, list) >= 0)
		return;

	voice_stop(&ear->voice);
	ear->missing = ear->stale = true;
	ear->retry_ms = now;
}

void ear_tick(struct ear *ear)
{
	int64_t now = now_of(ear);
	enum watch_trouble deaf;

	if (is_none(ear))
		return;

	sleep_notice(ear, now);
	lost_notice(ear, now);

	if (ear->missing && now >= ear->retry_ms)
		begin(ear);

	links_notice(ear, now);
	refresh(ear, now);
	troubles_log(ear);
	stages_begin(ear, now);
	deaf = watch_deaf(&ear->watch, now);
	deaf_tell(ear, deaf, now);
	other_take(ear, deaf, now);
}

static int on_tick(sd_event_source *source, uint64_t usec, void *context)
{
	(void)usec;
	ear_tick(context);
	sd_event_source_set_time_relative(source, TICK_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_soon(sd_event_source *source, void *context)
{
	(void)source;
	ear_tick(context);
	return 0;
}

/* ------------------------------------------------------------ settings */

static bool same_way(const struct ear_config *a, const struct ear_config *b)
{
	return !strcmp(a->driver, b->driver) && !strcmp(a->file, b->file) &&
	       !strcmp(a->adapter, b->adapter);
}

static bool same_canary(const struct ear_config *a, const struct ear_config *b)
{
	return a->canary_minutes == b->canary_minutes &&
	       !memcmp(a->canary, b->canary, sizeof(a->canary));
}

static void stay_silent(struct ear *ear)
{
	silence(ear);
	ear->missing = false;
	*ear->why = '\0';
	watch_begin(&ear->watch, now_of(ear));
	sd_event_source_set_enabled(ear->tick, SD_EVENT_OFF);

	if (ear->told)
		ear->events.deaf(ear->events.context, false);
	ear->told = 0;
}

static void listen_on(struct ear *ear)
{
	sd_event_source_set_time_relative(ear->tick, TICK_US);
	sd_event_source_set_enabled(ear->tick, SD_EVENT_ONESHOT);
	sd_event_source_set_enabled(ear->soon, SD_EVENT_ONESHOT);
}

void ear_set(struct ear *ear, const struct ear_config *config)
{
	struct ear_config before = ear->config;

	ear->config = *config;

	if (!same_canary(&before, config))
		watch_canary(&ear->watch, config->canary_minutes *
			     INT64_C(60000), now_of(ear));

	if (is_none(ear)) {
		stay_silent(ear);
		return;
	}

	if (!same_way(&before, config))
		ear->missing = ear->stale = true;
	else if (is_auto(ear) && !runs(ear, "mgmt"))
		ear->missing = true;

	if (ear->missing)
		begin(ear);

	refresh(ear, now_of(ear));
	listen_on(ear);
}

void ear_bus(struct ear *ear, sd_bus *bus)
{
	if (!ear || ear->bus == bus)
		return;

	ear->bus = bus;

	if (ear->old && needs_bus(ear->old->driver))
		voice_stop(&ear->old);

	if (!bus && ear->voice && needs_bus(ear->voice->driver)) {
		ear->missing = ear->stale = true;
		begin(ear);
		/* Kept as the old one, or as the only one. */
		if (ear->old)
			voice_stop(&ear->old);
		else
			voice_stop(&ear->voice);
	} else if (bus && ear->missing) {
		begin(ear);
	}

	sd_event_source_set_enabled(ear->soon, SD_EVENT_ONESHOT);
}

int ear_new(sd_event *event, const struct ear_events *events,
	    struct ear **out)
{
	struct ear *ear = calloc(1, sizeof(*ear));
	int r;

	if (!ear)
		return -ENOMEM;

	ear->events = *events;
	ear->event = event;
	ear->told = -1;
	ear->other_ms = WATCH_NEVER;
	strcpy(ear->config.driver, "none");
	watch_begin(&ear->watch, now_of(ear));
	ear->asleep_ms = now_of(ear) - events->awake(events->context);
	r = sd_event_add_time_relative(event, &ear->tick, CLOCK_BOOTTIME,
				       TICK_US, 100000, on_tick, ear);
	if (r >= 0)
		r = sd_event_add_defer(event, &ear->soon, on_soon, ear);

	if (r < 0) {
		ear_free(ear);
		return r;
	}

	sd_event_source_set_enabled(ear->tick, SD_EVENT_OFF);
	sd_event_source_set_enabled(ear->soon, SD_EVENT_OFF);
	*out = ear;
	return 0;
}

void ear_free(struct ear *ear)
{
	if (!ear)
		return;

	silence(ear);
	sd_event_source_disable_unref(ear->tick);
	sd_event_source_disable_unref(ear->soon);
	free(ear);
}

/* -------------------------------------------------------------- status */

bool ear_missing(const struct ear *ear)
{
	return ear && !is_none(ear) && (ear->missing || !ear->voice);
}

static json_t *age(int64_t at, int64_t now)
{
	return at == WATCH_NEVER ? json_null() : json_integer(now - at);
}

static json_t *adapter_json(const struct watch_adapter *a, int64_t now)
{
	json_t *out = json_pack(
		"{s:s, s:s, s:I, s:i, s:b, s:b, s:b, s:b, s:i, s:i, s:i, s:s}",
		"name", a->is.name,
		"state", watch_trouble_name(a->trouble),
		"heard", (json_int_t)a->heard,
		"rate", (int)watch_rate(a, now),
		"scanning", a->is.scanning, "powered", a->is.powered,
		"blocked", a->is.blocked, "failing", a->is.failing,
		"restarts", (int)a->restarts, "cycles", (int)a->cycles,
		"resets", (int)a->bluez, "stage", watch_stage_name(a->stage));

	json_object_set_new(out, "last_age_ms", age(a->heard_ms, now));
	json_object_set_new(out, "enrolled_age_ms", age(a->button_ms, now));
	return out;
}

static const char *state_of(const struct ear *ear)
{
	if (is_none(ear))
		return "none";
	if (!ear->voice)
		return "missing";

	return ear->watch.deaf ? "deaf" : "listening";
}

json_t *ear_describe(const struct ear *ear)
{
	json_t *out = json_object(), *list = json_array();
	int64_t now;
	int i;

	if (!ear) {
		json_decref(list);
		json_object_set_new(out, "state", json_string("none"));
		return out;
	}

	now = now_of(ear);
	if (ear->voice)
		ear->voice->driver->describe(ear->voice->radio, out);

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++)
		if (ear->watch.adapter[i].present)
			json_array_append_new(list, adapter_json(
				&ear->watch.adapter[i], now));

	json_object_update_new(out, json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:i}",
		"driver", ear->voice ? ear->voice->driver->name
				     : ear->config.driver,
		"choice", ear->config.driver, "state", state_of(ear),
		"deaf", watch_trouble_name(ear->watch.deaf),
		"why", ear->why, "changes", (int)ear->changes));

	if (ear->config.canary_minutes)
		json_object_set_new(out, "canary_age_ms",
				    age(ear->watch.canary_ms, now));

	json_object_set_new(out, "adapters", list);
	return out;
}
