/* SPDX-License-Identifier: Apache-2.0 */
/* The buttons there are, and one that is being enrolled. */
#include <string.h>

#include "connected.h"
#include "control/parts.h"
#include "daemon.h"
#include "log.h"
#include "site_button.h"

/* -------------------------------------------------------- enrolling */

const char *enrolment_word(enum alerte_enrol_state state)
{
	switch (state) {
	case ALERTE_ENROL_NONE:
		return "none";
	case ALERTE_ENROL_WAITING:
		return "waiting";
	case ALERTE_ENROL_PROVED:
		return "proved";
	case ALERTE_ENROL_EXPIRED:
		return "expired";
	case ALERTE_ENROL_REFUSED:
		return "refused";
	}

	return "none";
}

void enroller_forget(struct control *c)
{
	c->enroller = sd_bus_track_unref(c->enroller);
	c->enroller_peer = NULL;
}

void enroller_gone(struct control *c)
{
	struct alerte_enrolment n = { .size = sizeof(n) };

	enroller_forget(c);

	/* What became of it stays to be asked for. */
	if (alerte_enrolment(c->d->engine, daemon_now(c->d), &n) < 0 ||
	    n.state != ALERTE_ENROL_WAITING)
		return;

	log_line(ALERTE_LOG_NOTICE, "enrolment: its caller went away");
	alerte_enrol_cancel(c->d->engine);
	loop_soon(c->d);
}

static int on_enroller_gone(sd_bus_track *track, void *context)
{
	(void)track;
	enroller_gone(context);
	return 0;
}

/*
 * A person who gave up, or whose terminal closed, waits for no press: the next
 * one may be meant.
 */
static void enroller_set(struct control *c, sd_bus_message *m, bool keep)
{
	sd_bus *bus = sd_bus_message_get_bus(m);

	enroller_forget(c);

	if (keep)
		return;

	if (bus != c->bus)
		c->enroller_peer = bus;
	else if (sd_bus_track_new(bus, &c->enroller, on_enroller_gone, c) < 0 ||
		 sd_bus_track_add_sender(c->enroller, m) < 0)
		log_line(ALERTE_LOG_WARNING, "enrolment: it goes on when its "
			 "caller goes away");
}

int on_enrol(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	const char *name, *text;
	json_t *document;
	int keep, r;

	sd_bus_message_sensitive(m);
	r = sd_bus_message_read(m, "ssb", &name, &text, &keep);
	if (r < 0)
		return r;

	if (strlen(text) > SYNTAX_TEXT_MAX)
		return fail(error, ALERTE_ELIMIT, "a site file has at most "
			    "1 MB", "give one button and nothing else");

	r = site_enrol(c->d->engine, name, text, daemon_now(c->d), &document);
	if (r < 0)
		return fail(error, r, alerte_strerror(r), "nothing is "
			    "enrolled; try again");

	if (!json_array_size(json_object_get(document, "errors")))
		enroller_set(c, m, keep);

	r = answer(m, document, error);
	connected_settings(c->d->connected);
	loop_turn(c->d);
	return r;
}

static uint32_t silence_of(const struct control *c, const char *id)
{
	struct alerte_presence p = { .size = sizeof(p) };

	while (alerte_presence_next(c->d->engine, p.id, &p) == 1)
		if (!strcmp(p.id, id))
			return p.silence_s;

	return 0;
}

static json_t *enrolment_json(const struct control *c,
			      const struct alerte_enrolment *n)
{
	json_t *out = json_document();

	json_object_update_new(out, json_pack(
		"{s:s, s:s, s:b, s:i, s:i, s:i}",
		"state", enrolment_word(n->state), "id", n->id,
		"again", n->again, "heard", (int)n->heard,
		"unopened", (int)n->unopened, "plain", (int)n->plain));

	if (n->state == ALERTE_ENROL_PROVED)
		json_object_update_new(out, json_pack(
			"{s:s, s:s, s:i, s:b, s:i}", "format", n->format,
			"trust", alerte_trust_name(n->trust),
			"contacts", (int)n->contacts,
			"reaches_relay", n->reaches_relay,
			"silence", (int)silence_of(c, n->id)));
	if (n->state == ALERTE_ENROL_REFUSED)
		json_object_set_new(out, "why", json_string(c->watch.refused));

	return out;
}

int on_enrolment(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct alerte_enrolment n = { .size = sizeof(n) };
	struct control *c = context;
	int r = alerte_enrolment(c->d->engine, daemon_now(c->d), &n);

	if (r < 0)
		return fail_engine(c, error, r, "ask again");

	r = answer(m, enrolment_json(c, &n), error);
	loop_turn(c->d);
	return r;
}

int on_enrol_cancel(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	int r = alerte_enrol_cancel(c->d->engine);

	if (r < 0)
		return fail_engine(c, error, r, "it goes on waiting");

	return done(c, m);
}

/* ------------------------------------------------------ what there is */

static const char *known_by(const struct alerte_button *b)
{
	if (*b->trigger)
		return "beacon";
	if (button_key_seals(b->key_len))
		return "key";

	return button_addressed(b) ? "address" : "host";
}

static const char *key_word(const struct alerte_button *b)
{
	if (!b->key_len)
		return "none";

	return button_key_seals(b->key_len) ? "sealed" : "aes";
}

/* Whether it is heard, how well, and its battery: null is not known. */
static void presence_add(json_t *out, const struct alerte_presence *p,
			 const struct alerte_time *now)
{
	json_object_set_new(out, "silence", json_integer(p->silence_s));
	json_object_set_new(out, "presence",
			    json_string(alerte_presence_name(p->state)));
	json_object_set_new(out, "linked", json_boolean(p->linked));
	json_object_set_new(out, "heard", json_heard(now, p->heard_boot_ms));
	json_object_set_new(out, "source", p->heard_boot_ms
			    ? json_integer(p->source) : json_null());
	json_object_set_new(out, "rssi", p->rssi_dbm == 127
			    ? json_null() : json_integer(p->rssi_dbm));
	json_object_set_new(out, "battery", p->battery_percent < 0
			    ? json_null() : json_integer(p->battery_percent));
	json_object_set_new(out, "battery_low", json_boolean(p->battery_low));
}

static json_t *button_json(const struct alerte_button *b)
{
	char address[BUTTON_ADDRESS_MAX];

	button_address_print(b, address);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i}",
			 "id", b->id, "wearer", b->wearer,
			 "by", known_by(b), "format", b->format,
			 "address", address, "trigger", b->trigger,
			 "key", key_word(b), "grace", (int)b->grace_s);
}

int on_buttons(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct alerte_presence p = { .size = sizeof(p) };
	struct alerte_button b = { .size = sizeof(b) };
	json_t *out = json_document(), *list = json_array(), *one;
	char after[ALERTE_ID_MAX] = "";
	struct control *c = context;
	struct alerte_time now = daemon_now(c->d);

	for (; alerte_button_next(c->d->engine, after, &b) == 1;
	     strcpy(after, b.id)) {
		one = button_json(&b);
		if (alerte_presence_next(c->d->engine, after, &p) == 1)
			presence_add(one, &p, &now);
		json_array_append_new(list, one);
	}

	json_object_set_new(out, "buttons", list);
	return answer(m, out, error);
}

int on_button_remove(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	const char *id;
	int r = sd_bus_message_read(m, "s", &id);

	if (r < 0)
		return r;

	r = alerte_setting_remove(c->d->engine, ALERTE_KIND_BUTTON, id,
				  daemon_now(c->d));

	if (r == ALERTE_ENOTFOUND || r == ALERTE_EINVAL)
		return fail(error, ALERTE_ENOTFOUND, "no such button",
			    "list them with: alerte buttons");
	if (r < 0)
		return fail_engine(c, error, r, "nothing has changed; see what "
				   "is open with: alerte alerts");

	connected_settings(c->d->connected);
	return done(c, m);
}
