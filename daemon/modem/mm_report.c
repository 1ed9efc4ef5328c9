/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivery reports.  ModemManager shows one as a message object of its own,
 * with the reference (8 bits, wraps) and the number of the message it is
 * about, whose own object never changes.  A text of several parts shows the
 * reference of its last part only; the modem numbered the others just before.
 *
 * Both objects are deleted once all parts have a final report.  A report that
 * belongs to nothing is deleted and counted; while a message's own reference is
 * not known yet it is held.  What is awaited is kept over restarts (mm_kept.c),
 * numbers and modems as keyed digests only.
 */
#include <sodium.h>
#include <string.h>

#include "log.h"
#include "modem/mm.h"

/* TP-ST, 3GPP TS 23.040 section 9.2.3.15 */
enum verdict { REPORT_DELIVERED, REPORT_GONE, REPORT_FAILED, REPORT_TRYING };

static enum verdict verdict(uint32_t status)
{
	if (status == 0x00)
		return REPORT_DELIVERED;
	if (status < 0x20)	/* taken over, or replaced: nobody can tell */
		return REPORT_GONE;
	if (status < 0x40)	/* temporary, the network goes on trying */
		return REPORT_TRYING;
	if (status < 0x80)
		return REPORT_FAILED;

	return REPORT_GONE;
}

static void digest(const struct mm *mm, const char *what, const char *text,
		   size_t len, uint8_t out[MM_DIGEST])
{
	crypto_generichash_state s;

	crypto_generichash_init(&s, mm->key, sizeof(mm->key), MM_DIGEST);
	crypto_generichash_update(&s, (const uint8_t *)what, strlen(what));
	crypto_generichash_update(&s, (const uint8_t *)text, len);
	crypto_generichash_final(&s, out, MM_DIGEST);
	sodium_memzero(&s, sizeof(s));
}

/* "+33639980001" and "0639980001" are one line: its last nine digits. */
void mm_report_number(const struct mm *mm, const char *number,
		      uint8_t out[MM_DIGEST])
{
	size_t n = strlen(number), skip = n > 9 ? n - 9 : 0;

	digest(mm, "number", number + skip, n - skip, out);
}

void mm_report_modem(const struct mm *mm, uint8_t out[MM_DIGEST])
{
	digest(mm, "modem", mm->modem.imei, strlen(mm->modem.imei), out);
}

static void forget(struct mm *mm, struct mm_sent *s)
{
	char path[MM_PATH_MAX];

	memcpy(path, s->path, sizeof(path));
	memset(s, 0, sizeof(*s));
	mm_kept_write(mm);
	if (path[0])
		mm_in_delete(mm, path);
}

static struct mm_sent *free_slot(struct mm *mm)
{
	struct mm_sent *oldest = &mm->sent[0];

	for (size_t i = 0; i < MM_SENT_MAX; i++) {
		if (!mm->sent[i].used)
			return &mm->sent[i];
		if (mm->sent[i].due_ms < oldest->due_ms)
			oldest = &mm->sent[i];
	}

	forget(mm, oldest);
	return oldest;
}

static struct mm_sent *sent_of(struct mm *mm, const char *path,
			       int64_t attempt)
{
	for (size_t i = 0; i < MM_SENT_MAX; i++)
		if (mm->sent[i].used && mm->sent[i].attempt == attempt &&
		    !strcmp(mm->sent[i].path, path))
			return &mm->sent[i];

	return NULL;
}

static void reference_answered(struct mm *mm, sd_bus_message *reply,
			       const char *path, int64_t attempt)
{
	struct mm_sent *s = sent_of(mm, path, attempt);
	uint32_t reference;

	if (!s)
		return;

	if (sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_read(reply, "v", "u", &reference) < 0)
		forget(mm, s);
	else
		s->reference = (int)(reference & 0xff);
	mm_kept_write(mm);
	mm_report_judge(mm);
}

void mm_report_expect(struct mm *mm, const struct mm_out *out)
{
	struct mm_sent *s = free_slot(mm);
	sd_bus_message *m = mm_method(mm, out->path,
			"org.freedesktop.DBus.Properties", "Get");

	*s = (struct mm_sent){ .used = true, .unseen = out->unseen,
			       .attempt = out->attempt,
			       .due_ms = mm_now_ms() + MM_REPORT_WAIT_MS,
			       .reference = -1, .parts = out->parts };
	memcpy(s->path, out->path, sizeof(s->path));
	mm_report_modem(mm, s->modem);
	mm_report_number(mm, out->number, s->number);

	if (!m || sd_bus_message_append(m, "ss", MM_SMS,
					"MessageReference") < 0 ||
	    mm_call(mm, m, MM_CALL_TIMEOUT_MS, reference_answered, out->path,
		    out->attempt) < 0)
		forget(mm, s);
	sd_bus_message_unref(m);
}

/* Which part a report is about, from 1; 0: not this message. */
static int part_of(const struct mm *mm, const struct mm_sent *s,
		   const struct mm_sms *sms)
{
	int before = (s->reference - (int)sms->reference) & 0xff;
	uint8_t modem[MM_DIGEST];

	mm_report_modem(mm, modem);
	if (!s->used || s->reference < 0 || before >= s->parts ||
	    memcmp(s->modem, modem, sizeof(modem)) != 0 ||
	    memcmp(s->number, sms->number, sizeof(s->number)) != 0)
		return 0;

	return s->parts - before;
}

static void note(struct mm *mm, struct mm_sent *s, int part, uint32_t status)
{
	const uint32_t all = s->parts >= 32 ? UINT32_MAX
					    : (1u << s->parts) - 1;
	enum verdict v = verdict(status);
	int64_t attempt = s->attempt;
	bool failed = v == REPORT_FAILED && !s->failed;
	bool delivered;

	if (v == REPORT_TRYING)
		return;

	s->final |= 1u << (part - 1);
	s->failed |= v != REPORT_DELIVERED;
	delivered = s->final == all && !s->failed;
	if (s->final == all)
		forget(mm, s);
	else
		mm_kept_write(mm);

	if (failed || delivered)
		mm->events.receipt(mm->events.context, attempt, 0,
				   failed ? ALERTE_RECEIPT_FAILED
					  : ALERTE_RECEIPT_DELIVERED);
}

bool mm_report_undecided(const struct mm *mm)
{
	for (size_t i = 0; i < MM_SENT_MAX; i++)
		if (mm->sent[i].used && mm->sent[i].reference < 0)
			return true;

	return mm->flight;
}

static void judge_one(struct mm *mm, const struct mm_sms *sms)
{
	/* References wrap: the message that waits longest is not the one. */
	struct mm_sent *found = NULL;
	char path[MM_PATH_MAX];
	struct mm_sms copy = *sms;

	for (size_t i = 0; i < MM_SENT_MAX; i++)
		if (part_of(mm, &mm->sent[i], sms) &&
		    (!found || mm->sent[i].due_ms > found->due_ms))
			found = &mm->sent[i];

	/* One whose reference is still to come may be the one meant. */
	if (!found && mm_report_undecided(mm))
		return;

	memcpy(path, sms->path, sizeof(path));
	mm_in_delete(mm, path);
	if (!found) {
		mm->count.reports_unknown++;
		return;
	}

	if (!found->unseen)
		mm->count.reports++;
	note(mm, found, part_of(mm, found, &copy), copy.status);
}

void mm_report_judge(struct mm *mm)
{
	for (size_t i = 0; i < MM_SMS_MAX; i++)
		if (mm->sms[i].state == MM_SMS_REPORT)
			judge_one(mm, &mm->sms[i]);
}

/* The objects went with the modem; what the network still says may match. */
void mm_report_lost(struct mm *mm)
{
	for (size_t i = 0; i < MM_SENT_MAX; i++) {
		mm->sent[i].path[0] = '\0';
		if (mm->sent[i].reference < 0)
			mm->sent[i].used = false;
	}
}

void mm_report_tick(struct mm *mm)
{
	int64_t now = mm_now_ms();

	for (size_t i = 0; i < MM_SENT_MAX; i++)
		if (mm->sent[i].used && mm->sent[i].due_ms <= now)
			forget(mm, &mm->sent[i]);
}

bool mm_report_owns(const struct mm *mm, const char *path)
{
	if (mm->flight && !strcmp(mm->flight->path, path))
		return true;

	for (size_t i = 0; i < MM_SENT_MAX; i++)
		if (mm->sent[i].used && !strcmp(mm->sent[i].path, path))
			return true;

	return false;
}
