/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stages of one adapter.
 *
 *   trouble         first, after    then, after     deaf after
 *   silent          scan, 5 min     again, 15 min   never
 *   canary          scan, at once   power, bluez    as long again
 *   idle, failing   scan, 5 s       power, bluez    1 min
 *   off             power, 5 s      bluez           5 s
 *   blocked         -               -               5 s
 *   no adapter      -               -               5 s
 *
 * After the last stage they begin anew, each time later.  A canary that is
 * missed by an adapter that hears others begins its scan anew and no more:
 * taking away a radio that hears would be worse.
 *
 * The whole is deaf when every adapter is, until one has been well for
 * WATCH_WELL_MS.
 */
#include "radio/watch.h"

#include <errno.h>
#include <string.h>

#define PROOF_MS 5000		/* a frame this young: it scans */
#define PAUSE_MS 2000		/* discovery ends, and is begun again */
#define HEARS_MS 60000		/* a frame this young: it hears others */
#define RESUMED_MS 10000	/* without a frame after the machine slept */
#define SCAN_GAP_MS 10000
#define POWER_GAP_MS 15000
#define ROUND_GAP_MS 60000
#define ROUNDS_MAX 4

static bool is_hard(enum watch_trouble trouble)
{
	switch (trouble) {
	case WATCH_WELL:
	case WATCH_SILENT:
	case WATCH_CANARY:
		return false;
	case WATCH_IDLE:
	case WATCH_FAILING:
	case WATCH_OFF:
	case WATCH_BLOCKED:
	case WATCH_NONE:
		return true;
	}

	return true;
}

/* A silence is not known to be wrong. */
static bool is_well(enum watch_trouble trouble)
{
	return trouble == WATCH_WELL || trouble == WATCH_SILENT;
}

static bool silent(const struct watch_adapter *a, int64_t now)
{
	int64_t from = a->heard_ms > a->since_ms ? a->heard_ms : a->since_ms;

	if (a->resumed_ms != WATCH_NEVER && a->heard_ms < a->resumed_ms)
		return now - a->resumed_ms >= RESUMED_MS;

	return now - from >= WATCH_SILENT_MS;
}

static bool canary_missed(const struct watch *w, int64_t now)
{
	return w->canary_limit_ms && now - w->proof_ms >= w->canary_limit_ms;
}

static bool pauses(const struct watch_adapter *a, int64_t now)
{
	return !a->is.failing && now - a->ended_ms < PAUSE_MS;
}

static enum watch_trouble trouble_now(const struct watch *w,
				      const struct watch_adapter *a,
				      int64_t now)
{
	if (a->is.blocked)
		return WATCH_BLOCKED;
	if (!a->is.powered)
		return WATCH_OFF;

	if (now - a->heard_ms >= PROOF_MS) {
		if (!a->is.scanning && !pauses(a, now))
			return a->is.failing ? WATCH_FAILING : WATCH_IDLE;
		if (a->is.failing && now - a->heard_ms >= WATCH_BUTTON_MS)
			return WATCH_FAILING;
	}

	if (canary_missed(w, now))
		return WATCH_CANARY;

	return silent(a, now) ? WATCH_SILENT : WATCH_WELL;
}

static void climb_anew(struct watch_adapter *a)
{
	a->climbed = 0;
	a->rounds = 0;
	a->next_ms = WATCH_NEVER;
}

static void judge_one(const struct watch *w, struct watch_adapter *a,
		      int64_t now)
{
	enum watch_trouble trouble = trouble_now(w, a, now);

	if (is_well(trouble) != is_well(a->trouble))
		a->since_ms = now;
	if (trouble != a->trouble)
		a->kind_ms = now;

	a->trouble = trouble;

	/* One that comes and goes does not begin at the first stage each time. */
	if (is_well(trouble) && now - a->since_ms >= WATCH_LIMIT_MS)
		climb_anew(a);
}

static void judge_all(struct watch *w, int64_t now)
{
	int i;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++)
		if (w->adapter[i].present)
			judge_one(w, &w->adapter[i], now);
}

static bool any_could_hear(const struct watch *w)
{
	int i;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++)
		if (w->adapter[i].present && !is_hard(w->adapter[i].trouble))
			return true;

	return false;
}

static void judge(struct watch *w, int64_t now)
{
	judge_all(w, now);

	/* What could not be heard was not missed. */
	if (is_hard(w->deaf) && any_could_hear(w)) {
		w->proof_ms = now;
		judge_all(w, now);
	}
}

/* ----------------------------------------------------------- what comes */

void watch_begin(struct watch *w, int64_t now)
{
	memset(w, 0, sizeof(*w));
	w->none_ms = w->proof_ms = now;
	w->canary_ms = WATCH_NEVER;
}

void watch_canary(struct watch *w, int64_t limit_ms, int64_t now)
{
	w->canary_limit_ms = limit_ms;
	w->canary_ms = WATCH_NEVER;
	w->proof_ms = now;
}

static bool is_same(const struct radio_adapter *a,
		    const struct radio_adapter *b)
{
	return a->source == b->source && !strcmp(a->name, b->name);
}

static struct watch_adapter *find(struct watch *w,
				  const struct radio_adapter *is)
{
	struct watch_adapter *unused = NULL;
	int i;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++) {
		if (is_same(&w->adapter[i].is, is) && *is->name)
			return &w->adapter[i];
		/* One that was never used, before one that may come back. */
		if (!w->adapter[i].present &&
		    (!unused || (*unused->is.name && !*w->adapter[i].is.name)))
			unused = &w->adapter[i];
	}

	if (unused)
		memset(unused, 0, sizeof(*unused));

	return unused;
}

static void put(struct watch *w, const struct radio_adapter *is, int64_t now)
{
	struct watch_adapter *a = find(w, is);

	if (!a)
		return;

	if (!a->present) {
		/* What it counted before it was pulled out stays. */
		if (!*a->is.name)
			a->heard_ms = a->button_ms = a->scan_ms = WATCH_NEVER;
		a->present = true;
		a->trouble = WATCH_WELL;
		a->since_ms = a->kind_ms = now;
		a->resumed_ms = WATCH_NEVER;
		a->is.scanning = true;
		climb_anew(a);
	}

	if (a->is.scanning && !is->scanning)
		a->ended_ms = now;
	a->is = *is;
}

void watch_adapters(struct watch *w, const struct radio_adapter *list, int n,
		    int64_t now)
{
	int i, j, present = 0;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++) {
		struct watch_adapter *a = &w->adapter[i];

		for (j = 0; j < n && !is_same(&a->is, &list[j]); j++)
			;
		present += a->present;
		a->present = a->present && j < n;
	}

	if (!n && present)
		w->none_ms = now;

	for (j = 0; j < n; j++)
		put(w, &list[j], now);

	judge(w, now);
}

static struct watch_adapter *by_source(struct watch *w, uint32_t source)
{
	int i;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++)
		if (w->adapter[i].present && w->adapter[i].is.source == source)
			return &w->adapter[i];

	return NULL;
}

/* Empty the seconds in which nothing was heard. */
static void second_turn(struct watch_adapter *a, int64_t second)
{
	if (second - a->second_now >= WATCH_RATE_S ||
	    second < a->second_now) {
		memset(a->second, 0, sizeof(a->second));
		a->second_now = second;
	}

	while (a->second_now < second)
		a->second[++a->second_now % WATCH_RATE_S] = 0;
}

void watch_heard(struct watch *w, uint32_t source, unsigned int of,
		 int64_t now)
{
	struct watch_adapter *a = by_source(w, source);

	if (of)
		w->proof_ms = now;
	if (of & WATCH_OF_CANARY)
		w->canary_ms = now;
	if (!a)
		return;

	a->heard++;
	a->heard_ms = now;
	a->resumed_ms = WATCH_NEVER;
	second_turn(a, now / 1000);
	a->second[a->second_now % WATCH_RATE_S]++;

	if (of & WATCH_OF_BUTTON)
		a->button_ms = now;
}

void watch_notified(struct watch *w, uint32_t source, int64_t now)
{
	struct watch_adapter *a = by_source(w, source);

	if (a)
		a->button_ms = now;
}

void watch_resumed(struct watch *w, int64_t now)
{
	int i;

	w->proof_ms = w->none_ms = now;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++) {
		struct watch_adapter *a = &w->adapter[i];

		a->resumed_ms = a->since_ms = a->kind_ms = now;
		a->next_ms = WATCH_NEVER;
	}
}

uint32_t watch_rate(const struct watch_adapter *a, int64_t now)
{
	int64_t second = now / 1000, s;
	uint32_t n = 0;

	for (s = second - WATCH_RATE_S + 1; s <= a->second_now; s++)
		if (s >= 0 && s > a->second_now - WATCH_RATE_S)
			n += a->second[s % WATCH_RATE_S];

	return n;
}

/* --------------------------------------------------------------- stages */

static bool hears_others(const struct watch_adapter *a, int64_t now)
{
	return now - a->heard_ms < HEARS_MS;
}

/* The stage after what was climbed, or 0: this trouble has none. */
static enum radio_stage stage_after(const struct watch_adapter *a, int64_t now)
{
	enum radio_stage next = a->climbed == RADIO_STAGE_BLUEZ || !a->climbed ?
		RADIO_STAGE_SCAN : (enum radio_stage)(a->climbed + 1);

	switch (a->trouble) {
	case WATCH_WELL:
	case WATCH_BLOCKED:
	case WATCH_NONE:
		return 0;
	case WATCH_SILENT:
		return RADIO_STAGE_SCAN;
	case WATCH_CANARY:
		return hears_others(a, now) ? RADIO_STAGE_SCAN : next;
	case WATCH_IDLE:
	case WATCH_FAILING:
		return next;
	case WATCH_OFF:
		return next == RADIO_STAGE_SCAN ? RADIO_STAGE_POWER : next;
	}

	return 0;
}

static int64_t due_at(const struct watch_adapter *a, int64_t now)
{
	int64_t at = is_hard(a->trouble) ? a->kind_ms + WATCH_SOON_MS
					 : WATCH_NEVER;

	if (a->trouble == WATCH_SILENT ||
	    (a->trouble == WATCH_CANARY && hears_others(a, now)))
		return a->scan_ms + WATCH_AGAIN_MS;

	return a->next_ms > at ? a->next_ms : at;
}

static int64_t gap_after(const struct watch *w, const struct watch_adapter *a,
			 enum radio_stage stage)
{
	int64_t canary = a->trouble == WATCH_CANARY ? w->canary_limit_ms / 3
						    : 0;

	switch (stage) {
	case RADIO_STAGE_SCAN:
		return canary > SCAN_GAP_MS ? canary : SCAN_GAP_MS;
	case RADIO_STAGE_POWER:
		return canary > POWER_GAP_MS ? canary : POWER_GAP_MS;
	case RADIO_STAGE_BLUEZ:
		return (int64_t)ROUND_GAP_MS << a->rounds;
	}

	return ROUND_GAP_MS;
}

static bool button_heard(const struct watch_adapter *a, int64_t now)
{
	return a->present && now - a->button_ms < WATCH_BUTTON_MS;
}

/* The last stage takes every adapter away, for a while. */
static bool held_by_another(const struct watch *w,
			    const struct watch_adapter *a, int64_t now)
{
	int i;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++)
		if (&w->adapter[i] != a && button_heard(&w->adapter[i], now))
			return true;

	return false;
}

static void climb(const struct watch *w, struct watch_adapter *a,
		  enum radio_stage stage, int64_t next_ms)
{
	a->climbed = stage;
	a->next_ms = next_ms;

	if (stage != RADIO_STAGE_BLUEZ)
		return;

	a->next_ms += gap_after(w, a, stage);
	if (a->rounds < ROUNDS_MAX)
		a->rounds++;
}

static bool next_of(const struct watch *w, struct watch_adapter *a,
		    int64_t now, struct watch_order *out)
{
	enum radio_stage stage = stage_after(a, now);

	if (!a->present || !stage || due_at(a, now) > now ||
	    button_heard(a, now))
		return false;

	if (stage == RADIO_STAGE_BLUEZ && held_by_another(w, a, now)) {
		climb(w, a, stage, now);
		return false;
	}

	*out = (struct watch_order){ .source = a->is.source, .stage = stage,
				     .because = a->trouble };
	strcpy(out->name, a->is.name);
	return true;
}

bool watch_next(struct watch *w, int64_t now, struct watch_order *out)
{
	int i;

	judge(w, now);

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++)
		if (next_of(w, &w->adapter[i], now, out))
			return true;

	return false;
}

static void count(struct watch_adapter *a, enum radio_stage stage)
{
	a->stage = stage;

	switch (stage) {
	case RADIO_STAGE_SCAN:
		a->restarts++;
		break;
	case RADIO_STAGE_POWER:
		a->cycles++;
		break;
	case RADIO_STAGE_BLUEZ:
		a->bluez++;
		break;
	}
}

void watch_begun(struct watch *w, const struct watch_order *order, int result,
		 int64_t now)
{
	struct watch_adapter *a = by_source(w, order->source);

	if (!a)
		return;

	if (order->stage == RADIO_STAGE_SCAN) {
		a->scan_ms = now;
		a->resumed_ms = WATCH_NEVER;
	}

	/* A silence is answered by this alone, and climbs no stages. */
	if (order->because == WATCH_SILENT)
		;
	else if (result == -ENODEV)
		a->next_ms = now + WATCH_SOON_MS;
	else if (result == -EOPNOTSUPP || order->stage == RADIO_STAGE_BLUEZ)
		climb(w, a, order->stage, now);
	else
		climb(w, a, order->stage, now + gap_after(w, a, order->stage));

	if (result >= 0)
		count(a, order->stage);
}

/* ----------------------------------------------------------------- deaf */

static bool is_deaf(const struct watch *w, const struct watch_adapter *a,
		    int64_t now)
{
	switch (a->trouble) {
	case WATCH_WELL:
	case WATCH_SILENT:
		/* Not deaf, but deaf no more only once it has settled. */
		return w->deaf && now - a->since_ms < WATCH_WELL_MS;
	case WATCH_CANARY:
		return w->deaf || now - w->proof_ms >= 2 * w->canary_limit_ms;
	case WATCH_IDLE:
	case WATCH_FAILING:
		return w->deaf || now - a->since_ms >= WATCH_LIMIT_MS;
	case WATCH_OFF:
	case WATCH_BLOCKED:
	case WATCH_NONE:
		return w->deaf || now - a->kind_ms >= WATCH_SOON_MS;
	}

	return false;
}

static enum watch_trouble deaf_now(const struct watch *w, int64_t now)
{
	enum watch_trouble worst = WATCH_WELL;
	bool any = false;
	int i;

	for (i = 0; i < RADIO_ADAPTERS_MAX; i++) {
		const struct watch_adapter *a = &w->adapter[i];

		if (!a->present)
			continue;
		if (!is_deaf(w, a, now))
			return WATCH_WELL;
		if (!any)
			worst = is_well(a->trouble) ? w->deaf : a->trouble;
		any = true;
	}

	if (any)
		return worst;

	return w->deaf || now - w->none_ms >= WATCH_SOON_MS ? WATCH_NONE
							    : WATCH_WELL;
}

enum watch_trouble watch_deaf(struct watch *w, int64_t now)
{
	judge(w, now);
	w->deaf = deaf_now(w, now);
	return w->deaf;
}

const char *watch_trouble_name(enum watch_trouble trouble)
{
	switch (trouble) {
	case WATCH_WELL:
		return "well";
	case WATCH_SILENT:
		return "silent";
	case WATCH_CANARY:
		return "canary-missed";
	case WATCH_IDLE:
		return "not-scanning";
	case WATCH_FAILING:
		return "failing";
	case WATCH_OFF:
		return "off";
	case WATCH_BLOCKED:
		return "blocked";
	case WATCH_NONE:
		return "no-adapter";
	}

	return "";
}

const char *watch_stage_name(enum radio_stage stage)
{
	switch (stage) {
	case RADIO_STAGE_SCAN:
		return "scan";
	case RADIO_STAGE_POWER:
		return "power";
	case RADIO_STAGE_BLUEZ:
		return "bluez";
	}

	return "none";
}
