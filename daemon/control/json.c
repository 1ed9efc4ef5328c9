/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "beat.h"
#include "clock.h"
#include "connected.h"
#include "control/parts.h"
#include "daemon.h"
#include "ear.h"
#include "link.h"
#include "mail.h"
#include "paths.h"

#define INSTANT_MAX 32

json_t *json_document(void)
{
	return json_pack("{s:s}", "schema", "alerte/1");
}

/* ISO 8601 with the offset of the place. */
static json_t *instant(int64_t wall_ms, int32_t offset_s)
{
	time_t local = (time_t)(wall_ms / 1000 + offset_s);
	int minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
	char text[INSTANT_MAX], whole[INSTANT_MAX + 16];
	struct tm tm;

	if (!wall_ms || !gmtime_r(&local, &tm))
		return json_null();

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(whole, sizeof(whole), "%s%c%02d:%02d", text,
		 offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
	return json_string(whole);
}

json_t *json_instant(int64_t wall_ms)
{
	return instant(wall_ms, clock_offset(wall_ms));
}

json_t *json_heard(const struct alerte_time *now, int64_t boot_ms)
{
	return json_instant(boot_ms ? now->wall_ms - (now->boot_ms - boot_ms)
				    : 0);
}

static json_t *faults(struct control *c)
{
	char fault[ALERTE_ID_MAX], after[ALERTE_ID_MAX] = "";
	json_t *list = json_array();

	while (alerte_fault_next(c->d->engine, after, fault) == 1) {
		json_array_append_new(list, json_string(fault));
		strcpy(after, fault);
	}

	return list;
}

static json_t *radio(const struct daemon *d)
{
	return ear_describe(d->ear);
}

static json_t *counters(const struct alerte_status *s)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			 "heard", (json_int_t)s->heard,
			 "strangers", (json_int_t)s->strangers,
			 "repeats", (json_int_t)s->repeats,
			 "replays", (json_int_t)s->replays,
			 "bad_tag", (json_int_t)s->bad_tag,
			 "malformed", (json_int_t)s->malformed,
			 "presses", (json_int_t)s->presses,
			 "unknown_senders", (json_int_t)s->unknown_senders,
			 "dropped_replies", (json_int_t)s->dropped_replies,
			 "wrong_codes", (json_int_t)s->wrong_codes);
}

static const char *bus_word(const struct daemon *d)
{
	if (d->bus)
		return "connected";

	return bus_needed(d) ? "missing" : "none";
}

json_t *json_status(struct control *c)
{
	struct alerte_status s = { .size = sizeof(s) };
	struct daemon *d = c->d;
	json_t *out = json_document(), *paths;

	if (alerte_status(d->engine, &s) < 0) {
		json_decref(out);
		return NULL;
	}

	json_object_update_new(out, json_pack(
		"{s:s, s:s, s:b, s:b, s:b, s:i, s:i, s:i, s:s, s:s}",
		"state", control_state(c), "version", alerte_version(),
		"armed", s.armed, "locked", s.locked, "durable",
		engine_durable(d, s.durable),
		"live", (int)s.live, "waiting", (int)s.waiting,
		"buttons", (int)s.buttons, "site", d->conf.place_site,
		"bus", bus_word(d)));
	json_object_set_new(out, "buttons_silent",
			    json_integer(s.buttons_silent));
	json_object_set_new(out, "buttons_away", json_integer(s.buttons_away));
	json_object_set_new(out, "faults", faults(c));
	json_object_set_new(out, "radio", radio(d));
	json_object_set_new(out, "connected", connected_describe(d->connected));
	paths = paths_describe(d->paths);
	json_object_set(out, "modem", json_array_get(paths, 0));
	json_object_set_new(out, "paths", paths);
	json_object_set_new(out, "answers", json_boolean(
			    paths_carry(d->paths, ALERTE_CHANNEL_RELAY114)));
	json_object_set_new(out, "endpoints", link_describe(d->link));
	json_object_set_new(out, "mail", mail_describe(d->mail));
	json_object_set_new(out, "heartbeat", beat_describe(d));
	json_supervision(c, out);
	json_object_set_new(out, "counters", counters(&s));
	return out;
}

static json_t *alert_json(const struct control *c,
			  const struct alerte_alert *a)
{
	json_t *out = json_pack(
		"{s:I, s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:i, s:i}",
		"id", (json_int_t)a->id, "reference", a->reference,
		"code", a->code, "state", alerte_alert_state_name(a->state),
		"exercise", a->exercise, "trust", alerte_trust_name(a->trust),
		"gesture", a->by_timer ? "timer" :
		alerte_gesture_name(a->gesture),
		"wearer", a->wearer, "button", a->button,
		"presses", (int)a->presses, "step", (int)a->step);

	json_object_set_new(out, "opened", instant(a->opened.wall_ms,
						   a->opened.utc_offset_s));
	json_object_set_new(out, "pressed", instant(a->pressed.wall_ms,
						    a->pressed.utc_offset_s));
	json_object_set_new(out, "changed", json_instant(a->changed_wall_ms));
	json_object_set_new(out, "acked_by", json_string(a->acked_by));
	json_object_set_new(out, "relay", json_string(
				    alerte_relay_state_name(a->relay)));
	json_object_set_new(out, "durable", json_boolean(
				    engine_durable(c->d, a->durable)));
	return out;
}

json_t *json_alerts(struct control *c, int64_t after, uint32_t most)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	json_t *out = json_document(), *list = json_array();

	while (json_array_size(list) < most &&
	       alerte_alert_next(c->d->engine, after, &alert) == 1) {
		after = alert.id;
		json_array_append_new(list, alert_json(c, &alert));
	}

	json_object_set_new(out, "alerts", list);
	return out;
}

static json_t *attempts(struct control *c, int64_t alert)
{
	struct alerte_attempt t = { .size = sizeof(t) };
	json_t *list = json_array(), *one;

	while (alerte_attempt_next(c->d->engine, alert, t.id, &t) == 1) {
		one = json_pack("{s:I, s:s, s:s, s:s, s:s, s:i, s:i, s:I}",
				"id", (json_int_t)t.id, "what", t.what,
				"channel", alerte_channel_name(t.channel),
				"state", alerte_attempt_state_name(t.state),
				"contact", t.contact, "step", (int)t.step,
				"sends", (int)t.sends,
				"resends", (json_int_t)t.resends);
		json_object_set_new(one, "changed",
				    json_instant(t.changed_wall_ms));
		json_array_append_new(list, one);
	}

	return list;
}

static json_t *notes(struct control *c, int64_t alert)
{
	struct alerte_note n = { .size = sizeof(n) };
	json_t *list = json_array(), *one;

	while (alerte_note_next(c->d->engine, alert, n.id, &n) == 1) {
		one = json_pack("{s:I, s:s}", "id", (json_int_t)n.id,
				"kind", alerte_note_kind_name(n.kind));
		json_object_set_new(one, "at", json_instant(n.wall_ms));
		json_object_set_new(one, "who", json_string(n.who));
		json_object_set_new(one, "text", json_string(n.text));
		json_array_append_new(list, one);
	}

	explicit_bzero(&n, sizeof(n));
	return list;
}

json_t *json_show(struct control *c, int64_t alert)
{
	struct alerte_alert a = { .size = sizeof(a) };
	json_t *out;

	if (alerte_alert_get(c->d->engine, alert, &a) < 0)
		return NULL;

	out = json_document();
	json_object_set_new(out, "alert", alert_json(c, &a));
	json_object_set_new(out, "attempts", attempts(c, alert));
	json_object_set_new(out, "notes", notes(c, alert));
	return out;
}
