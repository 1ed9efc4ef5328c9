/* SPDX-License-Identifier: Apache-2.0 */
#include "message/civil.h"

#include <stdlib.h>

#include "port/text.h"

#define DAY_S 86400
#define LAST_S 253402214400	/* 9999-12-31T00:00:00Z */
#define OFFSET_MAX_S (18 * 3600)

static int64_t within(int64_t value, int64_t low, int64_t high)
{
	if (value < low)
		return low;
	return value > high ? high : value;
}

/*
 * Years are counted from the 1st of March, so that the leap day ends one, in
 * eras of 400 years, which all have 146,097 days.
 */
static void date_of(int64_t days, struct civil *out)
{
	int64_t z = days + 719468;	/* since 0000-03-01 */
	int64_t era = z / 146097;
	int64_t doe = z % 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	out->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	out->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	out->year = (int)(yoe + era * 400 + (out->month <= 2));
}

void civil_of(int64_t wall_ms, int32_t utc_offset_s, struct civil *out)
{
	int32_t offset = (int32_t)within(utc_offset_s, -OFFSET_MAX_S,
					 OFFSET_MAX_S);
	int64_t local = within(wall_ms / 1000, 0, LAST_S) + offset;
	int64_t second;

	local = within(local, 0, LAST_S + DAY_S - 1);
	second = local % DAY_S;
	date_of(local / DAY_S, out);
	out->hour = (int)(second / 3600);
	out->minute = (int)(second / 60 % 60);
	out->second = (int)(second % 60);
	out->offset_minutes = offset / 60;
}

/* The same count the other way. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = y / 400, yoe = y % 400;
	int64_t mp = (month + 9) % 12;
	int64_t doy = (153 * mp + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

bool civil_ms(const struct civil *c, int64_t *wall_ms)
{
	struct civil back;
	int64_t ms;

	if (c->year < 1970 || c->year > 9999 || c->month < 1 ||
	    c->month > 12 || c->day < 1 || c->hour < 0 || c->hour > 23 ||
	    c->minute < 0 || c->minute > 59 || c->second < 0 ||
	    c->second > 60)
		return false;
	ms = (days_of(c->year, c->month, c->day) * DAY_S + c->hour * 3600 +
	      c->minute * 60 + c->second) * 1000;
	civil_of(ms - c->second * 1000, 0, &back);
	if (back.day != c->day)
		return false;
	ms -= (int64_t)c->offset_minutes * 60000;
	if (ms < 0)
		return false;
	*wall_ms = ms;
	return true;
}

/* Digits where the form has a 0, and the form's own characters. */
static bool has_form(const char *s, const char *form)
{
	for (; *form; s++, form++)
		if (*form == '0' ? *s < '0' || *s > '9' : *s != *form)
			return false;
	return true;
}

static int number(const char *s, int digits)
{
	int n = 0;

	while (digits--)
		n = n * 10 + (*s++ - '0');
	return n;
}

/* "Z", "+01:00", "-00:00", and nothing behind it. */
static bool read_offset(const char *s, int *minutes)
{
	if ((*s == 'Z' || *s == 'z') && !s[1])
		return true;
	if ((*s != '+' && *s != '-') || !has_form(s + 1, "00:00") || s[6])
		return false;
	*minutes = number(s + 1, 2) * 60 + number(s + 4, 2);
	if (*s == '-')
		*minutes = -*minutes;
	return true;
}

bool civil_read(const char *iso, int64_t *wall_ms)
{
	struct civil c = { .year = 0 };

	if (!has_form(iso, "0000-00-00T00:00:00"))
		return false;
	c.year = number(iso, 4);
	c.month = number(iso + 5, 2);
	c.day = number(iso + 8, 2);
	c.hour = number(iso + 11, 2);
	c.minute = number(iso + 14, 2);
	c.second = number(iso + 17, 2);
	iso += 19;
	if (*iso == '.' && iso[1] >= '0' && iso[1] <= '9')
		for (iso++; *iso >= '0' && *iso <= '9';)
			iso++;
	return read_offset(iso, &c.offset_minutes) && civil_ms(&c, wall_ms);
}

void civil_iso(int64_t wall_ms, int32_t utc_offset_s, char *out, size_t cap)
{
	struct civil c;
	struct text t;

	civil_of(wall_ms, utc_offset_s, &c);
	text_start(&t, out, cap);
	text_addf(&t, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c.year,
		  c.month, c.day, c.hour, c.minute, c.second,
		  c.offset_minutes < 0 ? '-' : '+',
		  abs(c.offset_minutes) / 60, abs(c.offset_minutes) % 60);
}
