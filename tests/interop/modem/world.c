/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "world.h"

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void need(int r, const char *what)
{
	if (r >= 0)
		return;

	fprintf(stderr, "%s: %s\n", what, strerror(-r));
	abort();
}

static void on_receipt(void *context, int64_t attempt, int part,
		       enum alerte_receipt_kind kind)
{
	struct world *w = context;

	(void)part;
	if (w->nreceipts == 32)
		abort();
	w->receipt[w->nreceipts].attempt = attempt;
	w->receipt[w->nreceipts++].kind = kind;
}

static int on_reply(void *context, const char *from, const char *text)
{
	struct world *w = context;

	w->nreplies++;
	snprintf(w->from, sizeof(w->from), "%s", from);
	snprintf(w->text, sizeof(w->text), "%s", text);
	return w->reply_answer;
}

static void on_fault(void *context, const char *fault, bool present)
{
	struct world *w = context;

	if (!strcmp(fault, "modem"))
		w->modem_fault = present;
	else if (!strcmp(fault, "modem-registration"))
		w->registration_fault = present;
	else if (!strcmp(fault, "sim"))
		w->sim_fault = present;
	else if (!strcmp(fault, "modem-roaming"))
		w->roaming_fault = present;
	else
		abort();
}

static void on_cell(void *context, int64_t alert, const char *cell)
{
	struct world *w = context;

	w->cell_alert = alert;
	snprintf(w->cell, sizeof(w->cell), "%s", cell);
}

static void on_position(void *context, int64_t alert,
			const struct alerte_position *position)
{
	struct world *w = context;

	w->nfixes++;
	w->fix_alert = alert;
	w->fix = *position;
}

static sd_bus *bus_of(struct world *w)
{
	sd_bus *bus = NULL;

	need(sd_bus_new(&bus), "bus");
	need(sd_bus_set_address(bus, w->stage.bus), "address");
	need(sd_bus_set_bus_client(bus, 1), "client");
	need(sd_bus_start(bus), "start");
	return bus;
}

void world_start(struct world *w, const char *pin, bool bus)
{
	static const uint8_t key[32] = { 1 };
	const struct modem_config config = {
		.name = "modem", .pin = pin, .state = w->stage.dir, .key = key
	};
	const struct modem_events events = {
		.context = w, .receipt = on_receipt, .reply = on_reply,
		.fault = on_fault, .cell = on_cell, .position = on_position
	};

	w->nreceipts = w->nreplies = w->reply_answer = w->nfixes = 0;
	w->cell[0] = '\0';
	w->modem_fault = w->registration_fault = w->sim_fault = false;
	w->roaming_fault = w->unseen = false;
	w->driver = modem_driver_find(w->name ? w->name : "modemmanager");
	need(sd_event_new(&w->event), "event");
	if (bus) {
		w->bus = bus_of(w);
		need(sd_bus_attach_event(w->bus, w->event, 0), "attach");
	}
	need(w->driver->start(w->config ? w->config : &config, w->event,
			      w->bus, &events, &w->modem), "driver");
}

void world_stop(struct world *w)
{
	w->driver->stop(w->modem);
	w->modem = NULL;
	w->bus = sd_bus_flush_close_unref(w->bus);
	w->event = sd_event_unref(w->event);
}

static bool never(struct world *w)
{
	(void)w;
	return false;
}

bool world_until(struct world *w, bool (*cond)(struct world *w), int ms)
{
	int64_t end = now_ms() + ms;

	while (!cond(w)) {
		int64_t left = end - now_ms();

		if (left <= 0)
			return false;
		need(sd_event_run(w->event, (uint64_t)(left > 20 ? 20 : left) *
				  1000), "loop");
	}

	return true;
}

void world_run(struct world *w, int ms)
{
	world_until(w, never, ms);
}

int world_send(struct world *w, int64_t attempt, const char *number,
	       const char *text, enum alerte_importance importance)
{
	const struct alerte_message m = {
		.size = sizeof(m),
		.attempt = attempt,
		.channel = importance == ALERTE_IMPORTANCE_RELAY
			? ALERTE_CHANNEL_RELAY114 : ALERTE_CHANNEL_SMS,
		.contact = "ami",
		.address = number,
		.key = "00-alert-1",
		.text = text,
		.expires_boot_ms = ALERTE_NEVER,
		.importance = importance,
		.parts = strlen(text) > 160 ? 2 : 1,
		.unseen = w->unseen,
	};
	int before = w->nreceipts, r = w->driver->send(w->modem, &m);

	/* The contract: no receipt from inside send(). */
	if (w->nreceipts != before)
		abort();
	return r;
}

bool world_has(struct world *w, int64_t attempt, enum alerte_receipt_kind kind)
{
	for (int i = w->nreceipts - 1; i >= 0; i--)
		if (w->receipt[i].attempt == attempt)
			return w->receipt[i].kind == kind;

	return false;
}

const char *world_word(struct world *w, const char *key)
{
	static char word[64];
	json_t *o = json_object();
	const char *value;

	w->driver->describe(w->modem, o);
	value = json_string_value(json_object_get(o, key));
	snprintf(word, sizeof(word), "%s", value ? value : "");
	json_decref(o);
	return word;
}

json_int_t world_counter(struct world *w, const char *key)
{
	json_t *o = json_object();
	json_int_t n;

	w->driver->describe(w->modem, o);
	n = json_integer_value(json_object_get(
		json_object_get(o, "counters"), key));
	json_decref(o);
	return n;
}

bool world_ready(struct world *w)
{
	return !strcmp(world_word(w, "state"), "ready") &&
	       !strcmp(world_word(w, "registration"), "home");
}

int world_objects(struct world *w)
{
	sd_bus *bus = bus_of(w);
	sd_bus_message *m = NULL;
	const char *object;
	int n = -1;

	if (sd_bus_call_method(bus, "org.freedesktop.ModemManager1",
			"/org/freedesktop/ModemManager1/Modem/0",
			"org.freedesktop.ModemManager1.Modem.Messaging",
			"List", NULL, &m, "") >= 0 &&
	    sd_bus_message_enter_container(m, 'a', "o") >= 0)
		for (n = 0; sd_bus_message_read(m, "o", &object) > 0; n++)
			;
	sd_bus_message_unref(m);
	sd_bus_flush_close_unref(bus);
	return n;
}

bool world_silent(struct world *w)
{
	json_t *calls = stage_modem(&w->stage, "calls");
	bool ringing = json_is_true(json_object_get(calls, "ringing"));

	json_decref(calls);
	return !ringing;
}

bool world_refused_one(struct world *w)
{
	return world_counter(w, "calls_refused") == 1;
}
