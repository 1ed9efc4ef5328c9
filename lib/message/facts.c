/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names and quotes come from people, some of them hostile.  A value cannot
 * leave the place a template gives it: it has no line break, and no quotation
 * mark that would end the quote it stands in.  Brackets of the extension table
 * become round, so that a value never takes more septets than bytes.
 */
#include "message/facts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "message/civil.h"
#include "message/gsm.h"
#include "message/latin.h"
#include "port/utf8.h"

#define HOUR_MS (60 * 60 * 1000)

/* No answer of the alphabet is longer than this for one byte of input. */
#define GROWTH 2

static void tame(char *s)
{
	static const char from[] = "\"[]{}\\|^~\n\r\f";
	static const char to[] = "'()()//'-   ";

	for (; *s; s++) {
		const char *p = strchr(from, *s);

		if (p)
			*s = to[p - from];
	}
}

/* One space between words, none at the ends. */
static void squeeze(char *s)
{
	char *out = s;

	for (const char *in = s; *in; in++) {
		if (*in == ' ' && (out == s || out[-1] == ' '))
			continue;
		*out++ = *in;
	}
	if (out > s && out[-1] == ' ')
		out--;
	*out = '\0';
}

bool words_blank(const char *text)
{
	char wide[GROWTH * ALERTE_REPLY_MAX];

	if (gsm_transliterate(text, wide, sizeof(wide)) < 0)
		return false;
	tame(wide);
	squeeze(wide);
	return !*wide;
}

static void put(struct slots *out, enum slot slot, const char *value)
{
	char clipped[ALERTE_REPLY_MAX];
	char wide[GROWTH * ALERTE_REPLY_MAX];
	size_t len;

	if (!value)
		return;
	len = utf8_clip(value, strlen(value), sizeof(clipped) - 1);
	memcpy(clipped, value, len);
	clipped[len] = '\0';
	if (gsm_transliterate(clipped, wide, sizeof(wide)) < 0)
		return;
	tame(wide);
	squeeze(wide);
	len = utf8_clip(wide, strlen(wide), SLOT_MAX - 1);
	memcpy(out->value[slot], wide, len);
	out->value[slot][len] = '\0';
}

void facts_hour(const struct language *l, struct alerte_time at,
		struct text *t)
{
	struct civil c;

	civil_of(at.wall_ms, at.utc_offset_s, &c);
	text_addf(t, "%02d%s%02d", c.hour, l->hour_mark, c.minute);
}

static void add_date(const struct language *l, struct alerte_time at,
		     struct text *t)
{
	struct civil c;

	civil_of(at.wall_ms, at.utc_offset_s, &c);
	if (l->months)
		text_addf(t, "%d %s", c.day, l->months[c.month - 1]);
	else
		text_addf(t, "%02d/%02d", c.day, c.month);
}

static bool is_set(struct alerte_time at)
{
	return at.wall_ms || at.boot_ms;
}

/*
 * More than an hour apart.  While a clock is not believed, time since boot
 * tells, unless it comes from another boot.
 */
static bool is_old(struct alerte_time at, struct alerte_time now)
{
	int64_t a = at.wall_ms, b = now.wall_ms;

	if (!is_set(now))
		return false;
	if ((!at.wall_trusted || !now.wall_trusted) && at.boot_ms &&
	    now.boot_ms >= at.boot_ms) {
		a = at.boot_ms;
		b = now.boot_ms;
	}
	return a > b ? (uint64_t)a - (uint64_t)b > HOUR_MS :
		       (uint64_t)b - (uint64_t)a > HOUR_MS;
}

/* The words round an instant, by the slot it stands in. */
struct manner {
	enum slot slot;
	bool at;		/* "à 14h05" */
	bool enclosed;		/* stands inside parentheses */
};

static void put_instant(const struct language *l, const struct manner *how,
			const char *on, struct alerte_time at,
			struct alerte_time now, struct slots *out)
{
	struct text t;

	text_start(&t, out->value[how->slot], SLOT_MAX);
	if (is_old(at, now)) {
		text_add(&t, on);
		add_date(l, at, &t);
		text_add(&t, " ");
		text_add(&t, *on || how->at ? l->at : "");
	} else if (how->at) {
		text_add(&t, l->at);
	}
	facts_hour(l, at, &t);
	if (!at.wall_trusted)
		text_addf(&t, how->enclosed ? ", %s" : " (%s)", l->unsure);
}

static void put_instants(const struct words_facts *f, const struct language *l,
			 struct slots *out)
{
	static const struct manner at = { SLOT_AT, true, false };
	static const struct manner hour = { SLOT_HOUR, false, false };
	static const struct manner since = { SLOT_SINCE, false, false };
	static const struct manner opened = { SLOT_OPENED, false, true };
	static const struct manner now_at = { SLOT_NOW_AT, true, false };
	static const struct manner now = { SLOT_NOW, false, true };
	struct alerte_time press = is_set(f->pressed) ? f->pressed :
				   is_set(f->opened) ? f->opened : f->now;
	struct alerte_time first = is_set(f->opened) ? f->opened : press;

	put_instant(l, &at, l->on, press, f->now, out);
	put_instant(l, &hour, "", press, f->now, out);
	put_instant(l, &since, l->since_on, first, f->now, out);
	put_instant(l, &opened, "", first, f->now, out);
	put_instant(l, &now_at, l->on, f->now, f->now, out);
	put_instant(l, &now, "", f->now, f->now, out);
}

static void add_degrees(struct text *t, int32_t e7)
{
	int64_t units = ((int64_t)llabs(e7) + 50) / 100;	/* 10^-5 */

	text_addf(t, "%s%lld.%05lld", e7 < 0 && units ? "-" : "",
		  (long long)(units / 100000), (long long)(units % 100000));
}

static const char *source_of(enum alerte_position_method method,
			     const struct language *l)
{
	switch (method) {
	case ALERTE_POSITION_UNKNOWN:
	case ALERTE_POSITION_GNSS:
		return "GPS";
	case ALERTE_POSITION_WIFI:
		return l->wifi;
	case ALERTE_POSITION_CELL:
		return l->cell;
	}
	return "GPS";
}

static void put_position(const struct words_facts *f, const struct language *l,
			 struct slots *out)
{
	const struct alerte_position *p = f->position;
	struct alerte_time at = f->now;
	struct text t;

	if (!p)
		return;
	at.wall_ms = p->wall_ms;
	at.boot_ms = 0;
	text_start(&t, out->value[SLOT_GPS], SLOT_MAX);
	text_add(&t, source_of(p->method, l));
	text_add(&t, " ");
	if (is_old(at, f->now)) {
		add_date(l, at, &t);
		text_add(&t, " ");
	}
	facts_hour(l, at, &t);
	if (p->accuracy_m)
		text_addf(&t, "%s%lu%s", l->within,
			  (unsigned long)p->accuracy_m, l->metres);
	else
		text_add(&t, l->no_accuracy);
	text_add(&t, ": ");
	add_degrees(&t, p->latitude_e7);
	text_add(&t, ",");
	add_degrees(&t, p->longitude_e7);
}

/* Where it begins a sentence; the words of our own begin in ASCII. */
static void capital(char *value)
{
	if (*value >= 'a' && *value <= 'z')
		*value = (char)(*value - 'a' + 'A');
}

/* "position inconnue, domicile: 12 rue Garibaldi" */
static void put_nowhere(const struct language *l, char value[SLOT_MAX])
{
	char home[SLOT_MAX];
	struct text t;

	memcpy(home, value, sizeof(home));
	text_start(&t, value, SLOT_MAX);
	text_add(&t, l->nowhere);
	if (!*home)
		return;
	text_addf(&t, ", %s", l->home);
	text_add(&t, home);
}

/*
 * An address is the place of the receiver that heard the press; one that moves
 * with her has none (W).
 */
static void put_where(const struct words_facts *f, const struct language *l,
		      struct slots *out)
{
	char *place = out->value[SLOT_PLACE];
	const char *gps = out->value[SLOT_GPS];
	struct text t;

	if (!f->moving) {
		memcpy(out->value[SLOT_ALSO], gps, SLOT_MAX);
		return;
	}
	if (!*gps) {
		put_nowhere(l, place);
		capital(place);
		put_nowhere(l, out->value[SLOT_AREA]);
		return;
	}
	text_start(&t, out->value[SLOT_HOME], SLOT_MAX);
	if (*place)
		text_add(&t, l->home);
	text_add(&t, place);
	capital(t.at);
	memcpy(place, gps, SLOT_MAX);
	memcpy(out->value[SLOT_AREA], gps, SLOT_MAX);
}

/* "1990-05-03" becomes a date as it is read aloud. */
static void put_birth(const char *born, const struct language *l,
		      struct slots *out)
{
	int year = 0, month = 0, day = 0;
	struct text t;

	for (int i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? born[i] != '-' :
				       born[i] < '0' || born[i] > '9')
			return;
	year = atoi(born);
	month = atoi(born + 5);
	day = atoi(born + 8);
	if (month < 1 || month > 12 || day < 1 || day > 31)
		return;
	text_start(&t, out->value[SLOT_BORN], SLOT_MAX);
	if (l->months)
		text_addf(&t, "%d %s %d", day, l->months[month - 1], year);
	else
		text_addf(&t, "%02d/%02d/%04d", day, month, year);
}

/* The texts say "l'association X" themselves, of "X" and of "Association X". */
static const char *name_alone(const char *association)
{
	static const char *const before[] = {
		"l'association ", "l\u2019association ", "the association ",
		"association ",
	};

	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++) {
		size_t n = strlen(before[i]);

		if (!strncasecmp(association, before[i], n) && association[n])
			return association + n;
	}
	return association;
}

static void put_wearer(const struct alerte_wearer *w, const struct language *l,
		       struct slots *out)
{
	if (!w)
		return;
	put(out, SLOT_NAME, *w->name ? w->name : w->short_name);
	put(out, SLOT_SHORT, *w->short_name ? w->short_name : w->name);
	if (!*out->value[SLOT_SHORT])
		put(out, SLOT_SHORT, l->somebody);
	if (!*out->value[SLOT_NAME])
		put(out, SLOT_NAME, l->somebody);
	put(out, SLOT_PLACE, w->place);
	put(out, SLOT_AREA, w->area);
	put(out, SLOT_DETAILS, w->details);
	put(out, SLOT_ASSOCIATION, name_alone(w->association));
	put_birth(w->born, l, out);
}

static bool is_vowel(const char *at)
{
	char base[LATIN_MAX];
	int32_t point;

	if (!*at)
		return false;
	point = utf8_next(&at, at + strlen(at));
	return point > 0 && latin_base(point, base) && *base &&
	       strchr("aeiouAEIOU", *base);
}

void facts_fill_of(const struct language *l, struct slots *out)
{
	const char *name = out->value[SLOT_SHORT];
	struct text t;

	text_start(&t, out->value[SLOT_OF_SHORT], SLOT_MAX);
	if (!*name)
		return;
	if (!strcmp(name, l->somebody)) {
		text_add(&t, l->of_somebody);
		return;
	}
	text_add(&t, is_vowel(name) ? l->of_vowel : l->of);
	text_add_n(&t, name, utf8_clip(name, strlen(name), SLOT_MAX - 8));
}

/* "lieu 3" is words already; a reference is not. */
static void put_site(const char *site, const struct language *l,
		     struct slots *out)
{
	char named[ALERTE_PLACE_MAX];
	struct text t;

	if (!site || !*site)
		return;
	text_start(&t, named, sizeof(named));
	if (!strchr(site, ' '))
		text_add(&t, l->site);
	text_add_n(&t, site, utf8_clip(site, strlen(site),
				       sizeof(named) - t.len - 1));
	put(out, SLOT_SITE, named);
}

void facts_fill(const struct words_facts *f, const struct language *l,
		struct slots *out)
{
	struct text t;

	memset(out, 0, sizeof(*out));
	put_wearer(f->wearer, l, out);
	put_instants(f, l, out);
	put_position(f, l, out);
	put_where(f, l, out);
	put(out, SLOT_CODE, f->code);
	put(out, SLOT_OK, f->unheard ? NULL : f->code);
	put(out, SLOT_WHO, f->who);
	put(out, SLOT_QUOTE, f->quote);
	if (f->quote && !*out->value[SLOT_QUOTE])
		put(out, SLOT_QUOTE, l->empty);
	put(out, SLOT_FAULT, f->fault);
	put_site(f->site, l, out);
	if (f->nth > 1) {
		text_start(&t, out->value[SLOT_NTH], SLOT_MAX);
		text_addf(&t, "%d", f->nth);
	}
	if (f->roaming)
		put(out, SLOT_ROAMING, l->roaming);
	facts_fill_of(l, out);
}
