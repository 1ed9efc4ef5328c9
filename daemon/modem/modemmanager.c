/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SMS through ModemManager on the system bus; mm.h shows the files.
 *
 * Faults:
 *   modem                not usable for MM_GONE_MS, hung, or not allowed
 *   modem-registration   usable, but without network for MM_UNREGISTERED_MS
 *   modem-roaming        usable, on a network of another country
 *   sim                  missing, or locked and we cannot or must not open it
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "modem/mm.h"

int64_t mm_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int64_t mm_wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void mm_timer(struct mm *mm, sd_event_source **timer, int64_t ms,
	      sd_event_time_handler_t handler)
{
	*timer = sd_event_source_disable_unref(*timer);
	if (ms >= 0)
		sd_event_add_time_relative(mm->event, timer, CLOCK_BOOTTIME,
					   (uint64_t)ms * 1000, 1000, handler,
					   mm);
}

bool mm_ready(const struct mm *mm)
{
	return mm->modem.path[0] && mm->modem.state >= MM_STATE_ENABLED &&
	       mm->modem.messaging && !mm->sick && !mm->missed.under_way;
}

static const char *registration_name(uint32_t r)
{
	static const char *const name[] = {
		"idle", "home", "searching", "denied", "unknown", "roaming",
		"home-sms-only", "roaming-sms-only", "emergency-only",
		"home-no-csfb", "roaming-no-csfb",
	};

	return r < sizeof(name) / sizeof(*name) ? name[r] : "other";
}

/* The network takes texts. */
bool mm_registered(const struct mm *mm)
{
	switch (mm->modem.registration) {
	case 1:
	case 5:
	case 6:
	case 7:
	case 9:
	case 10:
		return true;
	default:
		return false;
	}
}

/* --------------------------------------------------------------- faults */

static void fault(struct mm *mm, bool *was, const char *name, bool present)
{
	if (*was == present)
		return;

	*was = present;
	mm->events.fault(mm->events.context, name, present);
}

static int on_gone(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct mm *mm = userdata;

	(void)source;
	(void)usec;
	mm->gone = true;
	mm_health(mm);
	return 0;
}

static int on_unregistered(sd_event_source *source, uint64_t usec,
			   void *userdata)
{
	struct mm *mm = userdata;

	(void)source;
	(void)usec;
	mm->unregistered = true;
	mm_health(mm);
	return 0;
}

/* Set *late once `bad` has lasted; at once false when it ended. */
static void lasting(struct mm *mm, bool bad, bool *late,
		    sd_event_source **timer, int64_t ms,
		    sd_event_time_handler_t handler)
{
	if (!bad) {
		*late = false;
		mm_timer(mm, timer, -1, NULL);
	} else if (!*late && !*timer) {
		mm_timer(mm, timer, ms, handler);
	}
}

void mm_health(struct mm *mm)
{
	bool usable = mm_ready(mm) && !mm->missing;

	/* Back only when it can send: what waits is tried again then. */
	if (mm->gone && !mm_registered(mm) && !mm->unregistered)
		usable = false;

	lasting(mm, mm_ready(mm) && !mm_registered(mm), &mm->unregistered,
		&mm->reg_timer, MM_UNREGISTERED_MS, on_unregistered);
	lasting(mm, !usable, &mm->gone, &mm->gone_timer, MM_GONE_MS, on_gone);

	/* What is gone or starting says nothing new about its SIM. */
	if (mm->modem.path[0] && mm->modem.state != 0 &&
	    mm->modem.state != MM_STATE_INITIALIZING)
		fault(mm, &mm->fault_sim, "sim", mm_sim_trouble(mm));
	fault(mm, &mm->fault_reg, "modem-registration", mm->unregistered);
	fault(mm, &mm->fault_modem, "modem",
	      mm->gone || mm->hung_shown || !mm->bus);

	/* without a network nobody knows where it is: as it was */
	if (mm_ready(mm) && mm_registered(mm))
		fault(mm, &mm->fault_roaming, "modem-roaming",
		      mm_roams(&mm->modem));
}

/* ------------------------------------------------------------- describe */

static const char *state_name(const struct mm *mm)
{
	if (!mm->bus)
		return "no-bus";
	if (!mm->modem.path[0])
		return "no-modem";
	if (mm->modem.state == MM_STATE_FAILED)
		return "failed";
	if (mm->modem.state == MM_STATE_LOCKED)
		return "locked";
	if (mm->hung_shown)
		return "hung";
	if (mm->sick)
		return "restarting";
	if (mm->missed.under_way)
		return "listing";

	return mm_ready(mm) ? "ready" : "starting";
}

static void describe(void *modem, json_t *out)
{
	const struct mm *mm = modem;
	const char *sim = mm_sim_trouble(mm);

	json_object_set_new(out, "driver", json_string("modemmanager"));
	json_object_set_new(out, "state", json_string(state_name(mm)));
	json_object_set_new(out, "registration", json_string(
		mm_ready(mm) ? registration_name(mm->modem.registration)
			     : "unknown"));
	json_object_set_new(out, "sim", json_string(sim ? sim : "ok"));
	if (sim && !strcmp(sim, "pin-refused"))
		json_object_set_new(out, "next", json_string(
			"correct the PIN; the corrected one is given at "
			"once, this one never again"));
	json_object_set_new(out, "device", json_string(mm->modem.device));
	if (mm->missing)
		json_object_set_new(out, "missing_polkit_action",
				    json_string(mm->missing));
	json_object_set_new(out, "waiting", json_integer(
		mm_out_waiting(mm)));
	json_object_set_new(out, "counters", json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
		"sent", (json_int_t)mm->count.sent,
		"failed", (json_int_t)mm->count.failed,
		"unknown", (json_int_t)mm->count.unknown,
		"received", (json_int_t)mm->count.received,
		"not_taken", (json_int_t)mm->count.strangers,
		"reports", (json_int_t)mm->count.reports,
		"reports_unknown", (json_int_t)mm->count.reports_unknown,
		"rang", (json_int_t)mm->count.rang,
		"calls_refused", (json_int_t)mm->count.calls_refused));
}

/* ----------------------------------------------------------------- life */

static int on_defer(sd_event_source *source, void *userdata)
{
	(void)source;
	mm_out_flush_dropped(userdata);
	mm_health(userdata);
	return 0;
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct mm *mm = userdata;

	(void)source;
	(void)usec;
	mm_timer(mm, &mm->tick, MM_TICK_MS, on_tick);
	mm_report_tick(mm);
	mm_in_tick(mm);
	mm_modem_tick(mm);
	return 0;
}

static void stop(void *modem)
{
	struct mm *mm = modem;

	if (!mm)
		return;

	for (size_t i = 0; i < sizeof(mm->match) / sizeof(*mm->match); i++)
		sd_bus_slot_unref(mm->match[i]);
	mm_calls_free(mm);
	mm_out_free(mm);
	sd_event_source_disable_unref(mm->defer);
	sd_event_source_disable_unref(mm->tick);
	sd_event_source_disable_unref(mm->hung_timer);
	sd_event_source_disable_unref(mm->gone_timer);
	sd_event_source_disable_unref(mm->reg_timer);
	sd_event_source_disable_unref(mm->enable_timer);
	sd_event_source_disable_unref(mm->call.timer);
	sd_event_source_disable_unref(mm->where.timer);
	sd_event_source_disable_unref(mm->delete_timer);
	mm_missed_free(mm);
	if (mm->pin)
		explicit_bzero(mm->pin, strlen(mm->pin));
	for (char **o = mm->others; o && *o; o++)
		free(*o);
	free(mm->others);
	free(mm->pin);
	free(mm->device);
	free(mm->state);
	free(mm->name);
	explicit_bzero(mm->key, sizeof(mm->key));
	sd_bus_unref(mm->bus);
	sd_event_unref(mm->event);
	free(mm);
}

/* A copy, NULL of nothing; false when memory ran out. */
static bool copy(const char *s, char **out)
{
	*out = s && s[0] ? strdup(s) : NULL;
	return *out || !s || !s[0];
}

static bool copy_all(const char *const *list, char ***out)
{
	size_t n = 0;

	while (list && list[n])
		n++;

	*out = calloc(n + 1, sizeof(**out));
	for (size_t i = 0; *out && i < n; i++)
		if (!copy(list[i], &(*out)[i]))
			return false;

	return *out;
}

static struct mm *mm_new(const struct modem_config *config, sd_event *event,
			 sd_bus *bus, const struct modem_events *events)
{
	struct mm *mm = calloc(1, sizeof(*mm));

	if (!mm)
		return NULL;

	mm->events = *events;
	mm->event = sd_event_ref(event);
	mm->bus = sd_bus_ref(bus);
	mm->has_key = config->key;
	mm->where.every_ms = MM_WHERE_EVERY_MS;
	mm->where.for_ms = MM_WHERE_FOR_MS;
	if (config->key)
		memcpy(mm->key, config->key, sizeof(mm->key));
	if (!copy(config->pin, &mm->pin) ||
	    !copy(config->device, &mm->device) ||
	    !copy(config->state, &mm->state) ||
	    !copy(config->name, &mm->name) ||
	    !copy_all(config->others, &mm->others)) {
		stop(mm);
		return NULL;
	}

	mm_kept_read(mm);
	return mm;
}

static int start(const struct modem_config *config, sd_event *event,
		 sd_bus *bus, const struct modem_events *events, void **out)
{
	struct mm *mm = mm_new(config, event, bus, events);
	int r;

	if (!mm)
		return -ENOMEM;

	r = sd_event_add_defer(event, &mm->defer, on_defer, mm);
	if (r >= 0 && bus)
		r = mm_modem_watch(mm);
	if (r < 0) {
		stop(mm);
		return r;
	}

	/* Without a bus the daemon starts us anew once it has one. */
	if (bus) {
		mm_timer(mm, &mm->tick, MM_TICK_MS, on_tick);
		mm_modem_look(mm);
	}
	*out = mm;
	return 0;
}

static int send_message(void *modem, const struct alerte_message *message)
{
	return mm_out_send(modem, message);
}

static int ring(void *modem, const struct alerte_message *message)
{
	return mm_call_ring(modem, message);
}

static void locate(void *modem, int64_t alert)
{
	mm_where_locate(modem, alert);
}

static void give_up(void *modem, int64_t attempt)
{
	mm_out_give_up(modem, attempt);
}

const struct modem_driver modem_modemmanager = {
	.name = "modemmanager",
	.start = start,
	.send = send_message,
	.give_up = give_up,
	.two_way = true,
	.ring = ring,
	.locate = locate,
	.needs_bus = true,
	.describe = describe,
	.stop = stop,
};
