/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One alert of ours is one incident.  The first message to an endpoint is an
 * Alert; what follows is an Update or a Cancel that refers to it by sender,
 * identifier and sent, so these three never change, however often the message
 * goes out.  What CAP has no element for is a parameter, by the name it has in
 * our own JSON.
 *
 * The order of the elements is that of the schema, which is a sequence.
 */
#include "message/cap.h"

#include <string.h>

#include "crypto/sign.h"
#include "message/civil.h"
#include "message/pidf.h"
#include "message/xml.h"

#define NAMESPACE "urn:oasis:names:tc:emergency:cap:1.2"

static bool is_fault(const struct payload_facts *p)
{
	return p->kind == WORDS_FAULT || p->kind == WORDS_FAULT_END;
}

static bool is_exercise(const struct payload_facts *p)
{
	return p->kind == WORDS_EXERCISE || p->kind == WORDS_EXERCISE_END ||
	       (p->alert && p->alert->exercise);
}

/* Of no alert, and no fault: a text nobody expected, a contact who agreed. */
static bool is_word(const struct payload_facts *p)
{
	return !p->alert && !is_fault(p);
}

/* What ends: an alert, an exercise, a fault. */
static bool is_end(enum words kind)
{
	return kind == WORDS_ALL_CLEAR || kind == WORDS_CLOSED ||
	       kind == WORDS_RELAY_CLEAR || kind == WORDS_RELAY_CLOSED ||
	       kind == WORDS_EXERCISE_END || kind == WORDS_FAULT_END;
}

static bool is_first(const struct payload_facts *p)
{
	return !p->first_key || !strcmp(p->first_key, p->key);
}

/* Nothing can be updated or withdrawn that was never told. */
static const char *type_of(const struct payload_facts *p)
{
	if (is_first(p))
		return "Alert";
	return is_end(p->kind) ? "Cancel" : "Update";
}

static const char *status_of(const struct payload_facts *p)
{
	return is_exercise(p) ? "Exercise" : p->alert ? "Actual" : "System";
}

static const char *urgency_of(const struct payload_facts *p)
{
	if (is_word(p))
		return "Unknown";
	return is_end(p->kind) ? "Past" : "Immediate";
}

static const char *severity_of(const struct payload_facts *p)
{
	if (is_word(p))
		return "Unknown";
	if (is_exercise(p) || is_end(p->kind))
		return "Minor";
	return is_fault(p) ? "Moderate" :
	       p->facts->trust == ALERTE_TRUST_NONE ? "Severe" : "Extreme";
}

/* Seen by a person who pressed; by a sensor or a clock; or by nobody known. */
static const char *certainty_of(const struct payload_facts *p)
{
	const struct words_facts *f = p->facts;

	if (is_word(p))
		return "Unknown";
	if (is_fault(p) || is_exercise(p))
		return "Observed";
	if (f->trust == ALERTE_TRUST_NONE || f->possible_repeat)
		return "Possible";
	return f->by_timer || f->gesture == ALERTE_GESTURE_FALL ||
	       f->gesture == ALERTE_GESTURE_INACTIVITY ? "Likely" : "Observed";
}

struct words_of {
	const char *danger, *exercise, *fault, *word;
	const char *unverified;		/* what an end does not say */
	const char *position, *no_radius, *home;
};

static const struct words_of *words_of(const struct words_facts *f)
{
	static const struct words_of fr = {
		"Violences conjugales", "Exercice, aucune urgence", "Panne",
		"Message sans alerte",
		"Situation actuelle non vérifiée.", "Position mesurée",
		"précision inconnue", "Domicile: ",
	};
	static const struct words_of en = {
		"Domestic violence", "Exercise, no emergency", "Fault",
		"Message of no alert",
		"Current situation not verified.", "Measured position",
		"precision not known", "Home: ",
	};

	switch (f->lang) {
	case ALERTE_LANG_FR:
		return &fr;
	case ALERTE_LANG_EN:
		return &en;
	}
	return &fr;
}

/* CAP 1.2 writes UTC as -00:00. */
static void iso_of(struct alerte_time at, char out[CIVIL_ISO_MAX])
{
	char *offset;

	civil_iso(at.wall_ms, at.utc_offset_s, out, CIVIL_ISO_MAX);
	offset = strchr(out, '+');
	if (offset && !strcmp(offset, "+00:00"))
		*offset = '-';
}

static void add_sender(struct text *t, const struct payload_facts *p)
{
	text_addf(t, "%s.alerte.invalid", p->site);
}

static void add_references(struct text *t, const struct payload_facts *p)
{
	char iso[CIVIL_ISO_MAX];

	if (is_first(p))
		return;
	iso_of(p->first_at, iso);
	text_add(t, "<references>");
	add_sender(t, p);
	text_addf(t, ",%s,%s</references>\n", p->first_key, iso);
}

static void add_head(struct text *t, const struct payload_facts *p)
{
	bool first = p->first_key && is_first(p);
	char iso[CIVIL_ISO_MAX];

	iso_of(first ? p->first_at : p->facts->now, iso);
	xml_element(t, "identifier", p->key);
	text_add(t, "<sender>");
	add_sender(t, p);
	text_add(t, "</sender>\n");
	xml_element(t, "sent", iso);
	xml_element(t, "status", status_of(p));
	xml_element(t, "msgType", type_of(p));
	xml_element(t, "scope", "Private");
	xml_element(t, "addresses", p->endpoint);
	if (is_end(p->kind) && p->alert && !is_exercise(p))
		xml_element(t, "note", words_of(p->facts)->unverified);
	add_references(t, p);
	if (p->alert)
		xml_element(t, "incidents", p->alert->reference);
}

/* ------------------------------------------------------- parameters */

static void parameter(struct text *t, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	text_add(t, "<parameter>");
	text_addf(t, "<valueName>%s</valueName><value>", name);
	xml_text(t, value);
	text_add(t, "</value></parameter>\n");
}

static void parameter_bool(struct text *t, const char *name, bool value)
{
	parameter(t, name, value ? "true" : "false");
}

static void parameter_count(struct text *t, const char *name, uint32_t value)
{
	char digits[16];
	struct text d;

	text_start(&d, digits, sizeof(digits));
	text_addf(&d, "%lu", (unsigned long)value);
	parameter(t, name, digits);
}

static void parameters_of_alert(struct text *t, const struct payload_facts *p)
{
	const struct alerte_alert *a = p->alert;
	const struct words_facts *f = p->facts;

	if (!a)
		return;
	parameter(t, "reference", a->reference);
	parameter(t, "code", a->code);
	parameter(t, "state", alerte_alert_state_name(a->state));
	parameter(t, "gesture", f->by_timer ? "timer" :
		  alerte_gesture_name(f->gesture ? f->gesture : a->gesture));
	parameter(t, "trust", alerte_trust_name(f->trust));
	parameter_bool(t, "verified", f->trust != ALERTE_TRUST_NONE);
	parameter_bool(t, "plain_despite_key", f->plain_despite_key);
	parameter_bool(t, "possible_repeat", f->possible_repeat);
	parameter_bool(t, "exercise", a->exercise);
	parameter_count(t, "presses", a->presses);
	parameter_count(t, "step", a->step);
	parameter(t, "relay", alerte_relay_state_name(a->relay));
	parameter(t, "acked_by", a->acked_by);
	parameter_bool(t, "durable", a->durable);
}

static void parameters(struct text *t, const struct payload_facts *p)
{
	const struct words_facts *f = p->facts;

	parameter(t, "type", payload_type(p->kind));
	parameter_count(t, "sequence", p->sequence);
	parameter(t, "gateway", p->gateway);
	parameters_of_alert(t, p);
	parameter_bool(t, "clock_trusted", payload_clock_trusted(f));
	if (f->moving)
		parameter_bool(t, "moving", true);
	if (f->wearer) {
		parameter(t, "wearer.id", f->wearer->id);
		parameter(t, "wearer.name", f->wearer->name);
	}
	if (is_fault(p)) {
		parameter(t, "fault", f->fault);
		parameter(t, "place", f->site);
	} else {
		parameter(t, "who", f->who);
	}
	if (f->suggests)
		parameter(t, "suggests", alerte_relay_state_name(f->suggests));
	if (p->kind == WORDS_RELAY_ROAMING)
		parameter_bool(t, "tried", !f->relay_untried);
}

/* ------------------------------------------------------------- where */

static int add_resource(struct text *t, const struct payload_facts *p)
{
	char pidf[PIDF_MAX], encoded[PIDF_MAX / 3 * 4 + 8];
	int len = pidf_compose(p->facts, p->site, pidf, sizeof(pidf));

	if (len <= 0)
		return len;
	base64_encode((const uint8_t *)pidf, (size_t)len, encoded);
	text_add(t, "<resource>\n");
	xml_element(t, "resourceDesc", "PIDF-LO");
	xml_element(t, "mimeType", PIDF_TYPE);
	text_addf(t, "<size>%d</size>\n", len);
	xml_element(t, "uri", "cid:pidf-lo@alerte.invalid");
	xml_element(t, "derefUri", encoded);
	text_add(t, "</resource>\n");
	return 0;
}

static void add_circle(struct text *t, const struct words_facts *f)
{
	const struct alerte_position *p = f->position;
	const struct words_of *w = words_of(f);

	if (!p)
		return;
	text_addf(t, "<area>\n<areaDesc>%s%s%s</areaDesc>\n<circle>",
		  w->position, p->accuracy_m ? "" : ", ",
		  p->accuracy_m ? "" : w->no_radius);
	payload_degrees(t, p->latitude_e7);
	text_add(t, ",");
	payload_degrees(t, p->longitude_e7);
	text_addf(t, " %lu.%03lu</circle>\n</area>\n",
		  (unsigned long)p->accuracy_m / 1000,
		  (unsigned long)p->accuracy_m % 1000);
}

static void add_areas(struct text *t, const struct words_facts *f)
{
	add_circle(t, f);
	if (!f->wearer || !f->wearer->place[0])
		return;
	text_add(t, "<area>\n<areaDesc>");
	if (f->moving)
		text_add(t, words_of(f)->home);
	xml_text(t, f->wearer->place);
	text_add(t, "</areaDesc>\n</area>\n");
}

/* ------------------------------------------------------------- whole */

static const char *event_of(const struct payload_facts *p)
{
	const struct words_of *w = words_of(p->facts);

	return is_exercise(p) ? w->exercise : is_fault(p) ? w->fault :
	       is_word(p) ? w->word : w->danger;
}

static int add_info(struct text *t, const struct payload_facts *p)
{
	const struct words_facts *f = p->facts;
	char iso[CIVIL_ISO_MAX];
	int r;

	text_add(t, "<info>\n");
	xml_element(t, "language", alerte_lang_name(f->lang));
	xml_element(t, "category", is_fault(p) ? "Infra" : "Security");
	xml_element(t, "event", event_of(p));
	xml_element(t, "urgency", urgency_of(p));
	xml_element(t, "severity", severity_of(p));
	xml_element(t, "certainty", certainty_of(p));
	if (f->pressed.wall_ms || f->opened.wall_ms) {
		iso_of(f->pressed.wall_ms ? f->pressed : f->opened, iso);
		xml_element(t, "onset", iso);
	}
	xml_element(t, "senderName", "Alerte");
	xml_element(t, "description", f->quote);
	parameters(t, p);
	r = add_resource(t, p);
	add_areas(t, f);
	text_add(t, "</info>\n");
	return r;
}

static int add_all(struct text *t, const struct payload_facts *p)
{
	int r;

	xml_start(t);
	text_add(t, "<alert xmlns=\"" NAMESPACE "\">\n");
	add_head(t, p);
	r = add_info(t, p);
	text_add(t, "</alert>\n");
	return r < 0 || t->cut ? ALERTE_ELIMIT : 0;
}

#define FLATTEN(array, from) xml_flatten(from, array, sizeof(array))

/* The words must arrive, whatever signs stand between them. */
static int add_flat(struct text *t, const struct payload_facts *p)
{
	struct words_facts facts = *p->facts;
	struct payload_facts flat = *p;
	struct alerte_wearer wearer = { .size = 0 };
	struct alerte_alert alert = { .size = 0 };
	char quote[ALERTE_REPLY_MAX], who[ALERTE_NAME_MAX];

	flat.facts = &facts;
	if (facts.quote) {
		FLATTEN(quote, p->facts->quote);
		facts.quote = quote;
	}
	if (facts.who) {
		FLATTEN(who, p->facts->who);
		facts.who = who;
	}
	if (facts.wearer) {
		wearer = *p->facts->wearer;
		FLATTEN(wearer.name, p->facts->wearer->name);
		FLATTEN(wearer.place, p->facts->wearer->place);
		facts.wearer = &wearer;
	}
	if (p->alert) {
		alert = *p->alert;
		FLATTEN(alert.acked_by, p->alert->acked_by);
		flat.alert = &alert;
	}
	return add_all(t, &flat);
}

int cap_compose(const struct payload_facts *p, char *out, size_t cap)
{
	struct text t;

	if (!payload_type(p->kind) || !p->endpoint || !*p->endpoint ||
	    (is_fault(p) && !p->facts->fault))
		return ALERTE_EINVAL;
	text_start(&t, out, cap);
	if (!add_all(&t, p))
		return (int)t.len;
	text_start(&t, out, cap);
	if (!add_flat(&t, p))
		return (int)t.len;
	out[0] = '\0';
	return ALERTE_ELIMIT;
}
