/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_CIVIL_H
#define MESSAGE_CIVIL_H

#include <stdbool.h>
#include <stddef.h>

#include <alerte/time.h>

/* A date and an hour of the place, proleptic Gregorian. */
struct civil {
	int year, month, day;		/* month and day from 1 */
	int hour, minute, second;
	int offset_minutes;		/* local time minus UTC */
};

/* Instants outside the years 1970 to 9999 are brought to their bound. */
void civil_of(int64_t wall_ms, int32_t utc_offset_s, struct civil *out);

/* The instant of an hour; false, *wall_ms untouched, where there is none. */
bool civil_ms(const struct civil *c, int64_t *wall_ms);

/*
 * "2026-11-24T14:05:00+01:00" or with "Z", seconds with or without a fraction
 * (RFC 3339).  False, *wall_ms untouched, for anything else.
 */
bool civil_read(const char *iso, int64_t *wall_ms);

/* "2026-11-24T14:05:00+01:00", RFC 3339; cap >= CIVIL_ISO_MAX. */
#define CIVIL_ISO_MAX 32
void civil_iso(int64_t wall_ms, int32_t utc_offset_s, char *out, size_t cap);

#endif
