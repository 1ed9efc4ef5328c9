/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that came in and were not announced.
 *
 * ModemManager 1.20 reads the text of a +CMTI under a lock of the modem's
 * store, and drops a +CMTI that finds it locked: by the reading of the text
 * before it (which waits behind a +CMGS), or by a deletion.  The text stays in
 * the modem and no object shows it; List shows objects only.  The store itself
 * is listed in one place, while the modem is being enabled.
 *
 * So the modem is switched off and on again, which takes a moment:
 *
 *   a text came in     once nothing more has come for MM_MISSED_QUIET_MS
 *   only a part of it  after MM_MISSED_PART_MS
 *   again              MM_MISSED_AGAIN_MS later, then after twice as long each
 *                      time, until an hour after the last text, in or out;
 *                      soon, when this one found something
 *
 * What comes in between the listing and the first +CMTI after it is found by
 * the next.  Nothing is switched while a text waits, leaves, is read or is
 * deleted, while a call is made, or while a report may be on its way.  A text
 * handed over meanwhile waits, and goes another way after MM_MISSED_LIMIT_MS.
 * Nor is it while the modem carries data, which would be cut, or has QMI or
 * MBIM ports, whose texts come by these and not by +CMTI: not tried.
 */
#include "log.h"
#include "modem/mm.h"

#define MM_MISSED_QUIET_MS 3000
#define MM_MISSED_PART_MS 5000
#define MM_MISSED_MOST_MS 15000		/* of quiet waited for */
#define MM_MISSED_SOON_MS 5000
#define MM_MISSED_AGAIN_MS 60000
#define MM_MISSED_FOR_MS (60 * 60000)
#define MM_MISSED_BUSY_MS 1000		/* looked again whether it may be */
#define MM_MISSED_REPORT_MS 10000
#define MM_MISSED_LIMIT_MS 8000

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* A report that finds the port closed is lost. */
static bool report_is_due(const struct mm *mm)
{
	int64_t from = mm_now_ms() + MM_REPORT_WAIT_MS - MM_MISSED_REPORT_MS;

	for (size_t i = 0; i < MM_SENT_MAX; i++)
		if (mm->sent[i].used && mm->sent[i].due_ms > from)
			return true;

	return false;
}

/* It would cut nothing, and could help. */
static bool is_fit(const struct mm *mm)
{
	return mm_ready(mm) && mm_registered(mm) && !mm->missing &&
	       !mm->missed.denied && !mm->modem.other_ports &&
	       mm->modem.state <= MM_STATE_REGISTERED;
}

static bool is_free(const struct mm *mm)
{
	return !mm->flight && !mm->queue && !mm->hung && !mm->call.under_way &&
	       mm_in_idle(mm) && !mm_report_undecided(mm) &&
	       !report_is_due(mm);
}

static int on_limit(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct mm *mm = userdata;

	(void)source;
	(void)usec;
	log_line(ALERTE_LOG_WARNING, "modem: it takes long to list its texts");
	mm->missed.under_way = false;
	mm_timer(mm, &mm->missed.limit, -1, NULL);
	mm_out_abandon(mm);
	mm_health(mm);
	return 0;
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata);

static void later(struct mm *mm, int64_t ms)
{
	mm_timer(mm, &mm->missed.timer, most(ms, 0), on_time);
}

static void look(struct mm *mm)
{
	struct mm_missed *missed = &mm->missed;

	if (!mm_modem_reopen(mm))
		return;

	missed->under_way = true;
	missed->began_ms = mm_now_ms();
	missed->gap_ms = least(2 * missed->gap_ms, MM_MISSED_FOR_MS);
	missed->since_ms = 0;
	mm_timer(mm, &missed->limit, MM_MISSED_LIMIT_MS, on_limit);
	mm_in_renamed(mm);
	mm_report_lost(mm);
	mm_where_lost(mm);
}

static int on_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct mm *mm = userdata;
	struct mm_missed *missed = &mm->missed;

	(void)source;
	(void)usec;
	mm_timer(mm, &missed->timer, -1, NULL);
	if (mm_now_ms() - missed->traffic_ms > MM_MISSED_FOR_MS)
		return 0;

	if (!is_fit(mm)) {
		later(mm, MM_MISSED_AGAIN_MS);
	} else if (!is_free(mm)) {
		later(mm, MM_MISSED_BUSY_MS);
	} else {
		look(mm);
		later(mm, missed->gap_ms);
	}
	return 0;
}

static void wanted(struct mm *mm, int64_t quiet_ms)
{
	struct mm_missed *missed = &mm->missed;
	int64_t now = mm_now_ms(), due;

	missed->traffic_ms = now;
	if (!missed->since_ms)
		missed->since_ms = now;
	due = least(now + quiet_ms, missed->since_ms + MM_MISSED_MOST_MS);
	if (missed->began_ms)
		due = most(due, missed->began_ms + missed->gap_ms);
	later(mm, due - now);
}

void mm_missed_text(struct mm *mm, bool listed)
{
	int64_t *gap = &mm->missed.gap_ms;

	if (listed && mm->missed.began_ms)
		*gap = MM_MISSED_SOON_MS;
	else if (!*gap || *gap > MM_MISSED_AGAIN_MS)
		*gap = MM_MISSED_AGAIN_MS;
	wanted(mm, MM_MISSED_QUIET_MS);
}

void mm_missed_part(struct mm *mm)
{
	int64_t *gap = &mm->missed.gap_ms;

	if (!*gap || *gap > MM_MISSED_AGAIN_MS)
		*gap = MM_MISSED_AGAIN_MS;
	wanted(mm, MM_MISSED_PART_MS);
}

void mm_missed_sent(struct mm *mm)
{
	mm->missed.traffic_ms = mm_now_ms();
	if (mm->missed.timer)
		return;

	mm->missed.gap_ms = MM_MISSED_AGAIN_MS;
	later(mm, MM_MISSED_AGAIN_MS);
}

void mm_missed_over(struct mm *mm)
{
	mm->missed.under_way = false;
}

bool mm_missed_failed(struct mm *mm, const sd_bus_error *e)
{
	mm->missed.under_way = false;
	mm_denied_softly(&mm->missed.denied, e, MM_ACTION_CONTROL);
	mm_out_abandon(mm);
	return mm->missed.denied;
}

void mm_missed_usable(struct mm *mm)
{
	mm_timer(mm, &mm->missed.limit, -1, NULL);
	mm_out_resume(mm);
}

void mm_missed_free(struct mm *mm)
{
	mm->missed.timer = sd_event_source_disable_unref(mm->missed.timer);
	mm->missed.limit = sd_event_source_disable_unref(mm->missed.limit);
}

void mm_missed_lost(struct mm *mm)
{
	mm_missed_free(mm);
	mm->missed = (struct mm_missed){ .denied = mm->missed.denied };
}
