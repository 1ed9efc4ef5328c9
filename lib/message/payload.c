/* SPDX-License-Identifier: Apache-2.0 */
#include "message/payload.h"

#include <stdlib.h>
#include <string.h>

#include "message/civil.h"
#include "port/text.h"
#include "port/utf8.h"

const char *payload_type(enum words kind)
{
	switch (kind) {
	case WORDS_NONE:
	case WORDS_SELFTEST:	/* by SMS alone */
	case WORDS_LAST:
		return NULL;
	case WORDS_ALERT:
		return "alert";
	case WORDS_NEW_PRESS:
		return "press";
	case WORDS_ACK_THANKS:
	case WORDS_ACK_STAY:
	case WORDS_ACK_OTHERS:
		return "ack";
	case WORDS_DECLINED:
		return "decline";
	case WORDS_ALL_CLEAR:
	case WORDS_RELAY_CLEAR:
		return "cancel";
	case WORDS_CLOSED:
	case WORDS_RELAY_CLOSED:
		return "close";
	case WORDS_FORWARD:
		return "reply";
	case WORDS_POSITION:
		return "position";
	case WORDS_EXERCISE:
		return "exercise";
	case WORDS_EXERCISE_END:
		return "exercise-end";
	case WORDS_FAULT:
		return "fault";
	case WORDS_FAULT_END:
		return "fault-end";
	case WORDS_RELAY_QUESTION:
		return "relay-question";
	case WORDS_RELAY_SILENT:
		return "relay-silent";
	case WORDS_DURESS:
	case WORDS_RELAY_DURESS:
		return "duress";
	case WORDS_RELAY_ROAMING:
		return "relay-roaming";
	case WORDS_RELAY_FIRST:
	case WORDS_RELAY_SECOND:
	case WORDS_RELAY_CANNOT_WRITE:
	case WORDS_RELAY_ANSWER:
	case WORDS_RELAY_PRESS:
	case WORDS_RELAY_NOT_SENT:
	case WORDS_RELAY_FLOOD:
	case WORDS_RELAY_POSITION:
	case WORDS_BARE_OK:
	case WORDS_HOW_TO_ANSWER:
	case WORDS_INVITE:
	case WORDS_INVITE_THANKS:
	case WORDS_STOP_DONE:
	case WORDS_STOP_LATER:
	case WORDS_STOP_LAST:
	case WORDS_CONTACT_ACCEPTED:
	case WORDS_CONTACT_LEAVING:
	case WORDS_CONTACT_LEFT:
	case WORDS_CONTACT_LAST:
	case WORDS_CLOSE_CONFIRM:
		return words_name(kind);
	}
	return NULL;
}

/* RFC 8259 section 7; what is not UTF-8 becomes U+FFFD. */
static void add_string(struct text *t, const char *s)
{
	const char *end = s + strlen(s);

	text_add(t, "\"");
	while (s < end) {
		const char *from = s;
		int32_t point = utf8_next(&s, end);

		if (point < 0)
			text_add(t, "\xef\xbf\xbd");
		else if (point == '"' || point == '\\')
			text_addf(t, "\\%c", (char)point);
		else if (point == '\n')
			text_add(t, "\\n");
		else if (point < 0x20)
			text_addf(t, "\\u%04x", (unsigned int)point);
		else
			text_add_n(t, from, (size_t)(s - from));
	}
	text_add(t, "\"");
}

/* A member; the names are ours and need no escape. */
static void member(struct text *t, const char *name)
{
	if (t->len && t->at[t->len - 1] != '{')
		text_add(t, ",");
	text_addf(t, "\"%s\":", name);
}

static void member_string(struct text *t, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	member(t, name);
	add_string(t, value);
}

static void member_bool(struct text *t, const char *name, bool value)
{
	member(t, name);
	text_add(t, value ? "true" : "false");
}

static void member_count(struct text *t, const char *name, uint32_t value)
{
	member(t, name);
	text_addf(t, "%lu", (unsigned long)value);
}

static bool is_set(struct alerte_time at)
{
	return at.wall_ms || at.boot_ms;
}

bool payload_clock_trusted(const struct words_facts *f)
{
	return f->now.wall_trusted &&
	       (f->pressed.wall_trusted || !is_set(f->pressed));
}

static void member_time(struct text *t, const char *name,
			struct alerte_time at)
{
	char iso[CIVIL_ISO_MAX];

	if (!is_set(at))
		return;
	civil_iso(at.wall_ms, at.utc_offset_s, iso, sizeof(iso));
	member_string(t, name, iso);
}

const char *alerte_shape_name(enum alerte_shape shape)
{
	switch (shape) {
	case ALERTE_SHAPE_JSON:
		return "json";
	case ALERTE_SHAPE_CAP:
		return "cap";
	case ALERTE_SHAPE_SCAIP:
		return "scaip";
	}
	return "";
}

const char *payload_method(enum alerte_position_method method)
{
	switch (method) {
	case ALERTE_POSITION_UNKNOWN:
		return "";
	case ALERTE_POSITION_GNSS:
		return "gnss";
	case ALERTE_POSITION_WIFI:
		return "wifi";
	case ALERTE_POSITION_CELL:
		return "cell";
	}
	return "";
}

void payload_degrees(struct text *t, int32_t e7)
{
	long long all = llabs((long long)e7);

	text_addf(t, "%s%lld.%07lld", e7 < 0 ? "-" : "", all / 10000000,
		  all % 10000000);
}

static void add_position(struct text *t, const struct words_facts *f)
{
	const struct alerte_position *p = f->position;
	char iso[CIVIL_ISO_MAX];

	if (!p)
		return;
	civil_iso(p->wall_ms, f->now.utc_offset_s, iso, sizeof(iso));
	member(t, "position");
	text_add(t, "{");
	member(t, "latitude");
	payload_degrees(t, p->latitude_e7);
	member(t, "longitude");
	payload_degrees(t, p->longitude_e7);
	if (p->accuracy_m)
		member_count(t, "accuracy_m", p->accuracy_m);
	if (p->confidence_percent)
		member_count(t, "confidence", p->confidence_percent);
	member_string(t, "method", payload_method(p->method));
	member_string(t, "at", iso);
	text_add(t, "}");
}

static void add_wearer(struct text *t, const struct words_facts *f)
{
	const struct alerte_wearer *w = f->wearer;

	if (!w)
		return;
	member(t, "wearer");
	text_add(t, "{");
	member_string(t, "id", w->id);
	member_string(t, "name", w->name);
	member_string(t, "place", w->place);
	text_add(t, "}");
}

static void add_alert(struct text *t, const struct payload_facts *p)
{
	const struct alerte_alert *a = p->alert;
	const struct words_facts *f = p->facts;

	if (!a)
		return;
	member_string(t, "reference", a->reference);
	member_string(t, "code", a->code);
	member_string(t, "state", alerte_alert_state_name(a->state));
	member_string(t, "gesture", f->by_timer ? "timer" :
		      alerte_gesture_name(f->gesture ? f->gesture :
						       a->gesture));
	member_string(t, "trust", alerte_trust_name(f->trust));
	member_bool(t, "verified", f->trust != ALERTE_TRUST_NONE);
	member_bool(t, "plain_despite_key", f->plain_despite_key);
	member_bool(t, "possible_repeat", f->possible_repeat);
	member_bool(t, "exercise", a->exercise);
	member_count(t, "presses", a->presses);
	member_count(t, "step", a->step);
	member_string(t, "relay", alerte_relay_state_name(a->relay));
	member_string(t, "acked_by", a->acked_by);
	member_bool(t, "durable", a->durable);
}

static void add_times(struct text *t, const struct words_facts *f)
{
	member_time(t, "opened", f->opened);
	member_time(t, "pressed", f->pressed);
	member_time(t, "now", f->now);
	member_bool(t, "clock_trusted", payload_clock_trusted(f));
	if (f->moving)
		member_bool(t, "moving", true);
}

static bool is_fault(enum words kind)
{
	return kind == WORDS_FAULT || kind == WORDS_FAULT_END;
}

static void add_body(struct text *t, const struct payload_facts *p,
		     const char *type, const char *quote)
{
	text_add(t, "{");
	member_string(t, "schema", "alerte/1");
	member_string(t, "type", type);
	member_string(t, "key", p->key);
	member_count(t, "sequence", p->sequence);
	member_string(t, "site", p->site);
	member_string(t, "gateway", p->gateway);
	add_alert(t, p);
	add_times(t, p->facts);
	add_wearer(t, p->facts);
	add_position(t, p->facts);
	member_string(t, "cell", p->facts->cell);
	if (is_fault(p->kind)) {
		member_string(t, "fault", p->facts->fault);
		member_string(t, "place", p->facts->site);
	} else {
		member_string(t, "who", p->facts->who);
	}
	member_string(t, "quote", quote);
	if (p->facts->suggests)
		member_string(t, "suggests",
			      alerte_relay_state_name(p->facts->suggests));
	if (p->kind == WORDS_RELAY_ROAMING)
		member_bool(t, "tried", !p->facts->relay_untried);
	text_add(t, "}");
}

/* Control characters as spaces: an escape is six bytes for one. */
static void flatten(const char *quote, char *out, size_t cap)
{
	size_t len = utf8_clip(quote, strlen(quote), cap - 1);

	for (size_t i = 0; i < len; i++)
		out[i] = (unsigned char)quote[i] < 0x20 ? ' ' : quote[i];
	out[len] = '\0';
}

int payload_compose(const struct payload_facts *p, char *out, size_t cap)
{
	char flat[ALERTE_REPLY_MAX];
	const char *type;
	struct text t;

	if (!p || !p->facts || !p->key || !p->site || !out || !cap)
		return ALERTE_EINVAL;
	type = payload_type(p->kind);
	if (!type || (is_fault(p->kind) && !p->facts->fault))
		return ALERTE_EINVAL;

	text_start(&t, out, cap);
	add_body(&t, p, type, p->facts->quote);
	if (t.cut && p->facts->quote) {
		/* The words must arrive, whatever stands between them. */
		flatten(p->facts->quote, flat, sizeof(flat));
		text_start(&t, out, cap);
		add_body(&t, p, type, flat);
	}
	if (t.cut) {
		out[0] = '\0';
		return ALERTE_ELIMIT;
	}
	return (int)t.len;
}

static void member_list(struct text *t, const char *name,
			const char *const *list, size_t n)
{
	member(t, name);
	text_add(t, "[");
	for (size_t i = 0; i < n; i++) {
		if (i)
			text_add(t, ",");
		add_string(t, list[i]);
	}
	text_add(t, "]");
}

int payload_beat(const struct payload_beat *b, char *out, size_t cap)
{
	struct text t;

	text_start(&t, out, cap);
	text_add(&t, "{");
	member_string(&t, "schema", "alerte/1");
	member_string(&t, "type", "heartbeat");
	member_string(&t, "site", b->site);
	member_string(&t, "gateway", b->gateway);
	member_string(&t, "place", b->place);
	member(&t, "sequence");
	text_addf(&t, "%llu", (unsigned long long)b->sequence);
	member_time(&t, "now", b->now);
	member_bool(&t, "clock_trusted", b->now.wall_trusted);
	member_count(&t, "every_s", b->every_s);
	member_string(&t, "state", b->degraded ? "degraded" : "ready");
	member_list(&t, "faults", b->faults, b->nfaults);
	member_bool(&t, "armed", b->armed);
	text_add(&t, "}");
	if (t.cut) {
		out[0] = '\0';
		return ALERTE_ELIMIT;
	}
	return (int)t.len;
}
