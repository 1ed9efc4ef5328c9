/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_BATTERY_H
#define ALERT_BATTERY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * When a battery has to be changed, from the percentages a button tells.
 *
 * Kept is the least of every four days, 16 of them: cold nights and the load
 * of a press lower it for a moment, and a coin cell takes months.  A straight
 * line through them says when 5 % is reached; it is believed once it spans a
 * week, three values and a fall of 5 points.  The association is told when
 * that is 30 days ahead, or at 20 %, whichever comes first, once; again only
 * after the battery was replaced, that is, rose by 30 points.
 */
#define BATTERY_SAMPLES 16
#define BATTERY_EVERY_DAYS 4
#define BATTERY_SPAN_DAYS 7
#define BATTERY_SPAN_SAMPLES 3
#define BATTERY_SPAN_POINTS 5
#define BATTERY_EMPTY 5
#define BATTERY_LOW 20
#define BATTERY_AHEAD_DAYS 35	/* 30, and the step of the samples */
#define BATTERY_REPLACED 30
/* Whoever forges frames makes it rise and fall: once a day at most. */
#define BATTERY_TOLD_MS (24 * 60 * 60 * INT64_C(1000))

#define BATTERY_NO_DAY (-1)

struct battery_sample {
	uint16_t day;			/* since 1970 */
	uint8_t percent;
};

struct battery {
	int64_t told_ms;		/* boot ms, of this boot; 0 none */
	int8_t percent;			/* the last one; -1 not told */
	int8_t least;			/* since it was put in */
	bool told;
	bool low;			/* to be changed */
	uint8_t n;
	struct battery_sample at[BATTERY_SAMPLES];	/* oldest first */
};

enum battery_news {
	BATTERY_SAME = 0,
	BATTERY_MOVED,			/* to be written down some time */
	BATTERY_TELL			/* it has to be changed */
};

void battery_start(struct battery *b);
/* day: since 1970, or BATTERY_NO_DAY while the clock is not believed. */
enum battery_news battery_heard(struct battery *b, int percent, int32_t day,
				int64_t now_ms);
/* Days until it is empty by the line through what is known; -1: not known. */
int32_t battery_days(const struct battery *b);
/* What a row knows of it, where nothing is known yet. */
void battery_merge(struct battery *b, const struct battery *row);

#endif
