/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SMS through ofono on the system bus; ofono.h shows the files.
 *
 * Faults:
 *   modem                not usable for OFONO_GONE_MS, or hung
 *   modem-registration   usable, but without network for
 *                        OFONO_UNREGISTERED_MS
 *   modem-roaming        in the network of another
 *   sim                  missing, or it asks for something
 *
 * What ofono 1.31 cannot do: a validity of our own (it asks for 24 hours),
 * delivery reports (its interface does not show them), and keeping what came
 * in while nobody listened.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "modem/ofono.h"

int64_t ofono_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void ofono_timer(struct ofono *o, sd_event_source **timer, int64_t ms,
		 sd_event_time_handler_t handler)
{
	*timer = sd_event_source_disable_unref(*timer);
	if (ms >= 0)
		sd_event_add_time_relative(o->event, timer, CLOCK_BOOTTIME,
					   (uint64_t)ms * 1000, 1000, handler,
					   o);
}

sd_bus_message *ofono_method(struct ofono *o, const char *path,
			     const char *interface, const char *member)
{
	sd_bus_message *m = NULL;

	if (sd_bus_message_new_method_call(o->bus, &m, OFONO_NAME, path,
					   interface, member) < 0)
		return NULL;

	/* A name that nobody has: its coming is told. */
	sd_bus_message_set_auto_start(m, 0);
	return m;
}

int ofono_call(struct ofono *o, sd_bus_message *m,
	       void (*answer)(void *ofono, sd_bus_message *reply,
			      const char *path, int64_t id),
	       const char *path, int64_t id)
{
	return pending_call(&o->calls, m, OFONO_CALL_TIMEOUT_MS, answer, path,
			    id);
}

void ofono_receipt(struct ofono *o, int64_t attempt, bool unseen,
		   enum alerte_receipt_kind kind)
{
	switch (kind) {
	case ALERTE_RECEIPT_SENT:
		o->count.sent += !unseen;
		break;
	case ALERTE_RECEIPT_FAILED:
	case ALERTE_RECEIPT_REJECTED:
		o->count.failed += !unseen;
		break;
	case ALERTE_RECEIPT_UNKNOWN:
		o->count.unknown += !unseen;
		break;
	case ALERTE_RECEIPT_ACCEPTED:
	case ALERTE_RECEIPT_DELIVERED:
		break;
	}
	o->events.receipt(o->events.context, attempt, 0, kind);
}

bool ofono_ready(const struct ofono *o)
{
	return o->modem.path[0] && o->modem.online && o->modem.messages;
}

/* The network takes texts. */
bool ofono_registered(const struct ofono *o)
{
	return !strcmp(o->status, "registered") ||
	       !strcmp(o->status, "roaming");
}

/* --------------------------------------------------------------- faults */

static void fault(struct ofono *o, bool *was, const char *name, bool present)
{
	if (*was == present)
		return;

	*was = present;
	log_line(present ? ALERTE_LOG_WARNING : ALERTE_LOG_NOTICE,
		 "fault %s: %s", name, present ? "present" : "over");
	o->events.fault(o->events.context, name, present);
}

static int on_gone(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct ofono *o = userdata;

	(void)source;
	(void)usec;
	o->gone = true;
	ofono_health(o);
	return 0;
}

static int on_unregistered(sd_event_source *source, uint64_t usec,
			   void *userdata)
{
	struct ofono *o = userdata;

	(void)source;
	(void)usec;
	o->unregistered = true;
	ofono_health(o);
	return 0;
}

/* Set *late once `bad` has lasted; at once false when it ended. */
static void lasting(struct ofono *o, bool bad, bool *late,
		    sd_event_source **timer, int64_t ms,
		    sd_event_time_handler_t handler)
{
	if (!bad) {
		*late = false;
		ofono_timer(o, timer, -1, NULL);
	} else if (!*late && !*timer) {
		ofono_timer(o, timer, ms, handler);
	}
}

void ofono_health(struct ofono *o)
{
	lasting(o, !ofono_ready(o), &o->gone, &o->gone_timer, o->gone_ms,
		on_gone);
	lasting(o, ofono_ready(o) && !ofono_registered(o), &o->unregistered,
		&o->reg_timer, OFONO_UNREGISTERED_MS, on_unregistered);

	/* What is gone or starting says nothing new of its SIM or network. */
	if (o->modem.sim && o->pin[0])
		fault(o, &o->fault_sim, "sim", ofono_sim_trouble(o));
	if (ofono_registered(o))
		fault(o, &o->fault_roaming, "modem-roaming",
		      !strcmp(o->status, "roaming"));
	fault(o, &o->fault_modem, "modem",
	      o->gone || o->hung_shown || !o->bus);
	fault(o, &o->fault_reg, "modem-registration", o->unregistered);
}

/* ------------------------------------------------------------- describe */

static bool is_quiet(const struct ofono *o)
{
	return o->quiet && !o->gone;
}

static const char *registration_name(const struct ofono *o)
{
	if (ofono_ready(o) && o->status[0])
		return o->status;

	return is_quiet(o) ? o->quiet_status : "unknown";
}

static const char *state_name(const struct ofono *o)
{
	const char *sim = ofono_sim_trouble(o);

	if (!o->bus)
		return "no-bus";
	if (o->denied)
		return "not-allowed";
	if (!o->modem.path[0])
		return "no-modem";
	if (o->hung_shown)
		return "hung";
	if (ofono_ready(o) || is_quiet(o))
		return "ready";

	return sim && strcmp(sim, "missing") ? "locked" : "starting";
}

static void describe(void *modem, json_t *out)
{
	const struct ofono *o = modem;
	const char *sim = ofono_sim_trouble(o);

	json_object_set_new(out, "driver", json_string("ofono"));
	json_object_set_new(out, "state", json_string(state_name(o)));
	json_object_set_new(out, "registration", json_string(
		registration_name(o)));
	json_object_set_new(out, "sim", json_string(sim ? sim : "ok"));
	json_object_set_new(out, "device", json_string(o->modem.path));
	json_object_set_new(out, "delivery_reports", json_false());
	json_object_set_new(out, "validity_hours", json_integer(24));
	json_object_set_new(out, "waiting", json_integer(
		ofono_out_waiting(o)));
	json_object_set_new(out, "counters", json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
		"sent", (json_int_t)o->count.sent,
		"failed", (json_int_t)o->count.failed,
		"unknown", (json_int_t)o->count.unknown,
		"received", (json_int_t)o->count.received,
		"not_taken", (json_int_t)o->count.strangers,
		"lost", (json_int_t)o->count.lost,
		"taken_back", (json_int_t)o->count.taken_back,
		"calls_refused", (json_int_t)o->count.calls_refused));
}

/* ----------------------------------------------------------------- life */

static int on_defer(sd_event_source *source, void *userdata)
{
	(void)source;
	ofono_out_flush_failed(userdata);
	ofono_health(userdata);
	return 0;
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct ofono *o = userdata;

	(void)source;
	(void)usec;
	ofono_timer(o, &o->tick, OFONO_TICK_MS, on_tick);
	if (ofono_ready(o))
		ofono_kept_recall(o);
	ofono_modem_look(o);
	return 0;
}

static void stop(void *modem)
{
	struct ofono *o = modem;

	if (!o)
		return;

	for (size_t i = 0; i < sizeof(o->match) / sizeof(*o->match); i++)
		sd_bus_slot_unref(o->match[i]);
	pending_free(&o->calls);
	ofono_out_free(o);
	ofono_in_free(o);
	sd_event_source_disable_unref(o->defer);
	sd_event_source_disable_unref(o->tick);
	sd_event_source_disable_unref(o->hung_timer);
	sd_event_source_disable_unref(o->gone_timer);
	sd_event_source_disable_unref(o->reg_timer);
	sd_event_source_disable_unref(o->again_timer);
	sd_event_source_disable_unref(o->in_timer);
	free(o->device);
	free(o->state);
	free(o->name);
	for (size_t i = 0; i < OFONO_OTHERS_MAX; i++)
		free(o->other[i]);
	sd_bus_unref(o->bus);
	sd_event_unref(o->event);
	free(o);
}

static bool copy(char **out, const char *s)
{
	if (!s || !*s)
		return true;

	*out = strdup(s);
	return *out;
}

static bool others_copy(struct ofono *o, const char *const *others)
{
	for (size_t i = 0; others && others[i] && i < OFONO_OTHERS_MAX; i++)
		if (!copy(&o->other[i], others[i]))
			return false;

	return true;
}

static struct ofono *ofono_new(const struct modem_config *config,
			       sd_event *event, sd_bus *bus,
			       const struct modem_events *events)
{
	struct ofono *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;

	o->events = *events;
	o->event = sd_event_ref(event);
	o->bus = sd_bus_ref(bus);
	o->calls.bus = bus;
	o->calls.owner = o;
	o->hung_ms = OFONO_HUNG_MS;
	o->restart_ms = OFONO_RESTART_MS;
	o->gone_ms = OFONO_GONE_MS;
	o->reply_ms = OFONO_REPLY_AGAIN_MS;
	if (!copy(&o->device, config->device) ||
	    !copy(&o->state, config->state) ||
	    !copy(&o->name, config->name ? config->name : "modem") ||
	    !others_copy(o, config->others)) {
		stop(o);
		return NULL;
	}

	ofono_kept_load(o);
	return o;
}

static int start(const struct modem_config *config, sd_event *event,
		 sd_bus *bus, const struct modem_events *events, void **out)
{
	struct ofono *o = ofono_new(config, event, bus, events);
	int r;

	if (!o)
		return -ENOMEM;

	r = sd_event_add_defer(event, &o->defer, on_defer, o);
	if (r >= 0 && bus)
		r = ofono_modem_watch(o);
	if (r < 0) {
		stop(o);
		return r;
	}

	/* Without a bus the daemon starts us anew once it has one. */
	if (bus) {
		ofono_timer(o, &o->tick, OFONO_TICK_MS, on_tick);
		ofono_modem_look(o);
	}
	*out = o;
	return 0;
}

static int send_message(void *modem, const struct alerte_message *message)
{
	return ofono_out_send(modem, message);
}

static void give_up(void *modem, int64_t attempt)
{
	ofono_out_give_up(modem, attempt);
}

const struct modem_driver modem_ofono = {
	.name = "ofono",
	.start = start,
	.send = send_message,
	.give_up = give_up,
	.two_way = true,
	.needs_bus = true,
	.describe = describe,
	.stop = stop,
};
