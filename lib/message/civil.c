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
