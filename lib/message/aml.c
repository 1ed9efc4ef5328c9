/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   A"ML=1;lt=+48.82639;lg=-2.36619;rd=52;top=20191112112928;lc=68;pm=G;ml=..
 *   A"ML=2;et=1593187189;lo=-37.42175,-122.08461,2000.1;lt=-9999;lc=68;ls=G
 *   v=3&location_latitude=55.85732&location_longitude=-4.26325&location_time=..
 *
 * Keys come in any order and some are missing; a value that cannot be read
 * counts as missing.  "lt" and "lg" mean other things in version 2.  Numbers
 * are read here: strtod() goes by the locale of whoever embeds us.
 */
#include "message/aml.h"

#include <string.h>
#include <strings.h>

#include "message/civil.h"
#include "port/utf8.h"

#define E7 INT64_C(10000000)
#define VALUE_MAX 64
#define RADIUS_MOST INT64_C(20000000)	/* half way round the earth */

struct reading {
	struct aml *out;
	bool has_latitude, has_longitude;
	int64_t epoch_s, after_s;	/* version 2: et, and lt from there */
};

/* ------------------------------------------------------------ numbers */

/*
 * A decimal number times 10^7, its further digits left out.  False unless all
 * of text is one, of at most ten digits before the point.
 */
static bool read_e7(const char *text, int64_t *out)
{
	bool negative = *text == '-';
	int64_t whole = 0, unit = E7;
	int digits = 0;

	text += *text == '-' || *text == '+';
	for (; *text >= '0' && *text <= '9'; text++) {
		if (++digits > 10)
			return false;
		whole = whole * 10 + (*text - '0');
	}
	whole *= E7;
	if (*text == '.')
		text++;
	for (; *text >= '0' && *text <= '9'; text++, digits++) {
		unit /= 10;
		whole += (*text - '0') * unit;
	}
	if (!digits || *text)
		return false;
	*out = negative ? -whole : whole;
	return true;
}

/* Whole numbers, as an epoch in milliseconds is. */
static bool read_count(const char *text, int64_t *out)
{
	bool negative = *text == '-';
	int64_t n = 0;
	int digits = 0;

	text += negative;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (++digits > 15)
			return false;
		n = n * 10 + (*text - '0');
	}
	if (!digits || *text)
		return false;
	*out = negative ? -n : n;
	return true;
}

static bool read_degrees(const char *text, int most, int32_t *out)
{
	int64_t e7;

	if (!read_e7(text, &e7) || e7 > most * E7 || e7 < -most * E7)
		return false;
	*out = (int32_t)e7;
	return true;
}

/* "N" when it is not known; upwards, so that no more is claimed. */
static void read_radius(const char *text, struct alerte_position *p)
{
	int64_t e7;

	if (read_e7(text, &e7) && e7 > 0 && e7 < RADIUS_MOST * E7)
		p->accuracy_m = (uint32_t)((e7 + E7 - 1) / E7);
}

/* Percents, or of 1: "0.68" in some forms. */
static void read_confidence(const char *text, bool of_one,
			    struct alerte_position *p)
{
	int64_t e7;

	if (!read_e7(text, &e7))
		return;
	if (of_one && e7 <= E7)
		e7 *= 100;
	e7 /= E7;
	if (e7 > 0 && e7 <= 100)
		p->confidence_percent = (uint32_t)e7;
}

static enum alerte_position_method method_of(const char *text)
{
	if (!strcasecmp(text, "g") || !strcasecmp(text, "gps") ||
	    !strcasecmp(text, "gnss"))
		return ALERTE_POSITION_GNSS;
	if (!strcasecmp(text, "w") || !strcasecmp(text, "wifi"))
		return ALERTE_POSITION_WIFI;
	if (!strcasecmp(text, "c") || !strcasecmp(text, "cell"))
		return ALERTE_POSITION_CELL;
	return ALERTE_POSITION_UNKNOWN;
}

static int two(const char *digits)
{
	return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* "20191112112928", UTC */
static void read_top(const char *text, struct alerte_position *p)
{
	struct civil c;

	if (strlen(text) != 14 || strspn(text, "0123456789") != 14)
		return;
	c = (struct civil){
		.year = two(text) * 100 + two(text + 2),
		.month = two(text + 4), .day = two(text + 6),
		.hour = two(text + 8), .minute = two(text + 10),
		.second = two(text + 12),
	};
	civil_ms(&c, &p->wall_ms);
}

/* --------------------------------------------------------------- keys */

static void read_v1(struct reading *r, const char *key, const char *value)
{
	struct alerte_position *p = &r->out->position;

	if (!strcasecmp(key, "lt"))
		r->has_latitude = read_degrees(value, 90, &p->latitude_e7);
	else if (!strcasecmp(key, "lg"))
		r->has_longitude = read_degrees(value, 180, &p->longitude_e7);
	else if (!strcasecmp(key, "rd"))
		read_radius(value, p);
	else if (!strcasecmp(key, "top"))
		read_top(value, p);
	else if (!strcasecmp(key, "lc"))
		read_confidence(value, false, p);
	else if (!strcasecmp(key, "pm"))
		p->method = method_of(value);
}

/* "lat,lon,accuracy" */
static void read_lo(struct reading *r, const char *value)
{
	struct alerte_position *p = &r->out->position;
	char part[3][VALUE_MAX] = { "", "", "" };

	for (int i = 0; i < 3 && *value; i++) {
		size_t n = strcspn(value, ",");

		memcpy(part[i], value, n);
		part[i][n] = '\0';
		value += n + (value[n] == ',');
	}
	r->has_latitude = read_degrees(part[0], 90, &p->latitude_e7);
	r->has_longitude = read_degrees(part[1], 180, &p->longitude_e7);
	read_radius(part[2], p);
}

static void read_v2(struct reading *r, const char *key, const char *value)
{
	struct alerte_position *p = &r->out->position;

	if (!strcasecmp(key, "lo"))
		read_lo(r, value);
	else if (!strcasecmp(key, "et"))
		read_count(value, &r->epoch_s);
	else if (!strcasecmp(key, "lt"))
		read_count(value, &r->after_s);
	else if (!strcasecmp(key, "lc"))
		read_confidence(value, false, p);
	else if (!strcasecmp(key, "ls"))
		p->method = method_of(value);
}

static void read_form(struct reading *r, const char *key, const char *value)
{
	struct alerte_position *p = &r->out->position;

	if (!strcmp(key, "location_latitude"))
		r->has_latitude = read_degrees(value, 90, &p->latitude_e7);
	else if (!strcmp(key, "location_longitude"))
		r->has_longitude = read_degrees(value, 180, &p->longitude_e7);
	else if (!strcmp(key, "location_accuracy"))
		read_radius(value, p);
	else if (!strcmp(key, "location_time"))
		read_count(value, &p->wall_ms);
	else if (!strcmp(key, "location_confidence"))
		read_confidence(value, true, p);
	else if (!strcmp(key, "location_certainty"))
		read_confidence(value, false, p);
	else if (!strcmp(key, "location_source"))
		p->method = method_of(value);
}

static void read_ml(struct reading *r, size_t len, const char *key,
		    const char *value)
{
	int64_t told;

	if (!strcasecmp(key, "ml") && read_count(value, &told))
		r->out->length_wrong = told != (int64_t)len;
}

/* -------------------------------------------------------------- pairs */

struct syntax {
	char between;
	bool encoded;		/* percents and plus, as in a form */
	void (*take)(struct reading *r, const char *key, const char *value);
};

static const struct syntax v1 = { ';', false, read_v1 };
static const struct syntax v2 = { ';', false, read_v2 };
static const struct syntax form = { '&', true, read_form };

static int hex_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	       c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	       c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decoded in place; what is no escape stays, and NUL ends it. */
static void decode(char *s)
{
	char *out = s;

	for (; *s; s++) {
		int high = *s == '%' ? hex_of(s[1]) : -1;
		int low = high >= 0 ? hex_of(s[2]) : -1;

		if (low >= 0) {
			*out++ = (char)(high * 16 + low);
			s += 2;
		} else {
			*out++ = *s == '+' ? ' ' : *s;
		}
	}
	*out = '\0';
}

static char *trim(char *s)
{
	size_t n;

	s += strspn(s, " \t\r\n");
	n = strlen(s);
	while (n && strchr(" \t\r\n", s[n - 1]))
		s[--n] = '\0';
	return s;
}

/* "key=value"; none of ours is as long as VALUE_MAX. */
static void take_pair(const struct syntax *how, struct reading *r,
		      const char *at, size_t n, size_t whole)
{
	char pair[VALUE_MAX], *value;

	if (n >= sizeof(pair))
		return;
	memcpy(pair, at, n);
	pair[n] = '\0';
	value = strchr(pair, '=');
	if (!value)
		return;
	*value++ = '\0';
	if (how->encoded)
		decode(value);
	value = trim(value);
	how->take(r, trim(pair), value);
	if (!how->encoded)
		read_ml(r, whole, trim(pair), value);
}

static void take_all(const struct syntax *how, struct reading *r,
		     const char *text, size_t len)
{
	const char *end = text + len;

	for (const char *at = text; at < end;) {
		const char *next = memchr(at, how->between,
					  (size_t)(end - at));
		size_t n = (size_t)((next ? next : end) - at);

		take_pair(how, r, at, n, len);
		at += n + 1;
	}
}

/* -------------------------------------------------------------- whole */

/* A"ML=; a keyboard may have made a curly mark of the straight one. */
static bool is_text(const char *text, size_t len, char *version)
{
	const char *at = text + 1, *end = text + len;
	int32_t mark;

	if (len < 6 || (*text != 'A' && *text != 'a'))
		return false;
	mark = utf8_next(&at, end);
	if (mark >= 0 && mark < 0x80 && !strchr("\"'`", mark))
		return false;
	if (end - at < 4 || strncasecmp(at, "ML=", 3))
		return false;
	*version = at[3];
	return true;
}

static bool is_form(const char *text, size_t len)
{
	static const char key[] = "location_latitude=";
	size_t n = sizeof(key) - 1;

	for (size_t i = 0; i + n <= len; i++)
		if ((!i || text[i - 1] == '&') && !memcmp(text + i, key, n))
			return true;
	return false;
}

static const struct syntax *syntax_of(const char *text, size_t len)
{
	char version;

	if (is_text(text, len, &version))
		return version == '2' ? &v2 : &v1;
	return is_form(text, len) ? &form : NULL;
}

/* None is written as 0,0 off the coast of Africa. */
static bool is_nowhere(const struct alerte_position *p)
{
	return !p->latitude_e7 && !p->longitude_e7;
}

int aml_read(const char *text, size_t len, struct aml *out)
{
	struct aml read = { .position.size = sizeof(read.position) };
	struct reading r = { .out = &read };
	const struct syntax *how;

	while (len && strchr(" \t\r\n", *text)) {
		text++;
		len--;
	}
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	how = syntax_of(text, len);
	if (!how)
		return ALERTE_EFORMAT;
	take_all(how, &r, text, len);
	if (r.epoch_s)
		read.position.wall_ms = (r.epoch_s + r.after_s) * 1000;
	if (read.position.wall_ms < 0)
		read.position.wall_ms = 0;
	read.located = r.has_latitude && r.has_longitude &&
		       !is_nowhere(&read.position);
	*out = read;
	return 0;
}
