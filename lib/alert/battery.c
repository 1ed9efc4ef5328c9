/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/battery.h"

#include <string.h>

void battery_start(struct battery *b)
{
	*b = (struct battery){ .percent = -1, .least = -1 };
}

static bool add_sample(struct battery *b, uint8_t percent, uint16_t day)
{
	struct battery_sample *last = b->n ? &b->at[b->n - 1] : NULL;

	/* the clock was set back: of the days before nothing is known */
	if (last && day < last->day) {
		b->n = 0;
		last = NULL;
	}
	if (last && day - last->day < BATTERY_EVERY_DAYS) {
		if (percent >= last->percent)
			return false;
		last->percent = percent;
		return true;
	}
	if (b->n == BATTERY_SAMPLES)
		memmove(b->at, b->at + 1, --b->n * sizeof(*b->at));
	b->at[b->n++] = (struct battery_sample){ day, percent };
	return true;
}

/* Least squares; days are counted from the first sample. */
int32_t battery_days(const struct battery *b)
{
	const struct battery_sample *first = b->at;
	int64_t n = b->n, x = 0, y = 0, xx = 0, xy = 0, fall, over;

	if (n < BATTERY_SPAN_SAMPLES ||
	    b->at[n - 1].day - first->day < BATTERY_SPAN_DAYS ||
	    first->percent - b->percent < BATTERY_SPAN_POINTS)
		return -1;
	for (uint8_t i = 0; i < b->n; i++) {
		int64_t day = b->at[i].day - first->day;

		x += day;
		y += b->at[i].percent;
		xx += day * day;
		xy += day * b->at[i].percent;
	}
	fall = x * y - n * xy;		/* points a day, times over */
	over = n * xx - x * x;
	if (fall <= 0)
		return -1;
	if (b->percent <= BATTERY_EMPTY)
		return 0;
	return (int32_t)((b->percent - BATTERY_EMPTY) * over / fall);
}

static bool is_low(const struct battery *b)
{
	int32_t days = battery_days(b);

	return b->percent <= BATTERY_LOW ||
	       (days >= 0 && days <= BATTERY_AHEAD_DAYS);
}

enum battery_news battery_heard(struct battery *b, int percent, int32_t day,
				int64_t now_ms)
{
	bool moved = b->percent < 0;

	if (percent < 0 || percent > 100)
		return BATTERY_SAME;
	if (b->least >= 0 && percent - b->least >= BATTERY_REPLACED) {
		b->least = -1;
		b->told = b->low = false;
		b->n = 0;
		moved = true;
	}
	b->percent = (int8_t)percent;
	if (b->least < 0 || percent < b->least)
		b->least = (int8_t)percent;
	if (day >= 0 && day <= UINT16_MAX)
		moved |= add_sample(b, (uint8_t)percent, (uint16_t)day);
	b->low = b->told || is_low(b);
	if (!b->low || b->told ||
	    (b->told_ms && now_ms - b->told_ms < BATTERY_TOLD_MS))
		return moved ? BATTERY_MOVED : BATTERY_SAME;
	b->told = true;
	b->told_ms = now_ms ? now_ms : 1;
	return BATTERY_TELL;
}

void battery_merge(struct battery *b, const struct battery *row)
{
	if (b->percent >= 0 || row->percent < 0)
		return;
	*b = *row;
	b->told_ms = 0;
}
