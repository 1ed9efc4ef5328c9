/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that leave.
 *
 *   send() -> queue -> Create -> Send -> receipt
 *                      `---- flight ----'
 *
 * ModemManager serialises what it is given, so one message is in flight at a
 * time and the rest waits here, where importance counts (S3).  A Send not
 * answered in time makes the modem hung: its message is unknown, the queue
 * fails at once, so that other paths are tried, and send() refuses.  The late
 * answer still becomes a receipt.  What is given up because it goes another way
 * is taken out of the queue; in flight it cannot be, and the modem is hung.
 *
 * A hang that only unseen messages have met does not show (L8), until one that
 * may be known of meets it.
 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "modem/mm.h"

static void out_free(struct mm_out *out)
{
	if (!out)
		return;

	free(out->number);
	free(out->text);
	free(out);
}

static void count(struct mm *mm, enum alerte_receipt_kind kind)
{
	switch (kind) {
	case ALERTE_RECEIPT_SENT:
		mm->count.sent++;
		break;
	case ALERTE_RECEIPT_FAILED:
	case ALERTE_RECEIPT_REJECTED:
		mm->count.failed++;
		break;
	case ALERTE_RECEIPT_UNKNOWN:
		mm->count.unknown++;
		break;
	case ALERTE_RECEIPT_ACCEPTED:
	case ALERTE_RECEIPT_DELIVERED:
		break;
	}
}

/* What is known of a message once it is freed. */
struct left {
	int64_t attempt;
	bool unseen;
};

static struct left left_of(const struct mm_out *out)
{
	return (struct left){ out->attempt, out->unseen };
}

static void receipt(struct mm *mm, struct left left,
		    enum alerte_receipt_kind kind)
{
	if (!left.unseen)
		count(mm, kind);
	mm->events.receipt(mm->events.context, left.attempt, 0, kind);
}

/* ---------------------------------------------------------------- queue */

/* Behind those of the same importance. */
static void queue_put(struct mm *mm, struct mm_out *out)
{
	struct mm_out **at = &mm->queue;

	while (*at && (*at)->importance <= out->importance)
		at = &(*at)->next;

	out->next = *at;
	*at = out;
	mm->waiting++;
}

static struct mm_out *queue_take(struct mm *mm)
{
	struct mm_out *out = mm->queue;

	if (out) {
		mm->queue = out->next;
		out->next = NULL;
		mm->waiting--;
	}

	return out;
}

/* The queue is full: its last one makes room for what matters more. */
static bool queue_make_room(struct mm *mm, enum alerte_importance importance)
{
	struct mm_out **at = &mm->queue;

	while (*at && (*at)->next)
		at = &(*at)->next;
	if (!*at || (*at)->importance <= importance)
		return false;

	(*at)->next = mm->dropped;
	mm->dropped = *at;
	*at = NULL;
	mm->waiting--;
	sd_event_source_set_enabled(mm->defer, SD_EVENT_ONESHOT);
	return true;
}

static void fail_list(struct mm *mm, struct mm_out **list)
{
	while (*list) {
		struct mm_out *out = *list;
		struct left left = left_of(out);

		*list = out->next;
		out_free(out);
		receipt(mm, left, ALERTE_RECEIPT_FAILED);
	}
}

static void fail_queue(struct mm *mm)
{
	struct mm_out *all = mm->queue;

	mm->queue = NULL;
	mm->waiting = 0;
	fail_list(mm, &all);
}

void mm_out_flush_dropped(struct mm *mm)
{
	fail_list(mm, &mm->dropped);
}

/* --------------------------------------------------------------- flight */

static int start(struct mm *mm, struct mm_out *out);

static void next(struct mm *mm)
{
	while (!mm->flight && mm->queue && mm_ready(mm) && !mm->hung) {
		struct mm_out *out = queue_take(mm);
		struct left left = left_of(out);

		if (out->expires_ms > mm_now_ms() && start(mm, out) >= 0)
			return;
		out_free(out);
		receipt(mm, left, ALERTE_RECEIPT_FAILED);
	}
}

/* The flight has landed. */
static void finish(struct mm *mm, enum alerte_receipt_kind kind)
{
	struct mm_out *out = mm->flight;
	bool said = out->hung && kind == ALERTE_RECEIPT_UNKNOWN;
	struct left left = left_of(out);

	mm->flight = NULL;
	mm->hung = mm->hung_shown = false;
	mm_timer(mm, &mm->hung_timer, -1, NULL);
	if (kind == ALERTE_RECEIPT_SENT && out->report)
		mm_report_expect(mm, out);
	else if (out->path[0] && mm->modem.path[0])
		mm_in_delete(mm, out->path);
	out_free(out);

	next(mm);
	if (!said)
		receipt(mm, left, kind);
	/* a listing shows in the status */
	if (kind == ALERTE_RECEIPT_SENT && !left.unseen)
		mm_missed_sent(mm);
	mm_report_judge(mm);
	mm_health(mm);
}

static void send_answered(struct mm *mm, sd_bus_message *reply,
			  const char *path, int64_t attempt)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	bool ours = mm->flight && mm->flight->attempt == attempt &&
		    !strcmp(mm->flight->path, path);

	/* The modem was given up meanwhile; success is worth telling. */
	if (!ours) {
		if (!e)
			receipt(mm, (struct left){ attempt, true },
				ALERTE_RECEIPT_SENT);
		return;
	}

	if (!e) {
		finish(mm, ALERTE_RECEIPT_SENT);
		return;
	}

	mm_denied(mm, e, MM_ACTION_MESSAGING);
	if (!mm->flight->unseen)
		log_line(ALERTE_LOG_WARNING, "modem: sending failed: %s",
			 e->name);
	if (mm_error_is(e, MM_NAME ".Error.Serial."))
		mm_modem_restart(mm);
	finish(mm, mm_failure(e));
}

static void show_hang(struct mm *mm)
{
	if (mm->hung_shown)
		return;

	log_line(ALERTE_LOG_ERROR, "modem: a message is not answered; nothing "
		 "more is given to it until it is");
	mm->hung_shown = true;
}

/* The fault is told from the loop, as we are inside send(). */
void mm_out_meet_hang(struct mm *mm, bool unseen)
{
	if (!mm->hung || unseen)
		return;

	show_hang(mm);
	sd_event_source_set_enabled(mm->defer, SD_EVENT_ONESHOT);
}

static void hang(struct mm *mm)
{
	mm_timer(mm, &mm->hung_timer, -1, NULL);
	if (!mm->flight || mm->hung)
		return;

	if (mm_out_waiting(mm))
		show_hang(mm);
	mm->hung = mm->flight->hung = true;
	mm_health(mm);
	receipt(mm, left_of(mm->flight), ALERTE_RECEIPT_UNKNOWN);
	fail_queue(mm);
}

static int on_hung(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	hang(userdata);
	return 0;
}

static int submit(struct mm *mm, struct mm_out *out)
{
	sd_bus_message *m = mm_method(mm, out->path, MM_SMS, "Send");
	int r = mm_call(mm, m, MM_SEND_TIMEOUT_MS, send_answered, out->path,
			out->attempt);

	sd_bus_message_unref(m);
	return r;
}

static void create_answered(struct mm *mm, sd_bus_message *reply,
			    const char *path, int64_t attempt)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct mm_out *out = mm->flight;
	const char *object;

	(void)path;
	if (!out || out->attempt != attempt || out->path[0])
		return;

	/* Nothing was sent yet: every failure here is certain. */
	if (e) {
		mm_denied(mm, e, MM_ACTION_MESSAGING);
		if (!out->unseen)
			log_line(ALERTE_LOG_WARNING, "modem: ModemManager "
				 "took no message: %s", e->name);
		finish(mm, ALERTE_RECEIPT_FAILED);
		return;
	}

	mm_allowed(mm, MM_ACTION_MESSAGING);
	if (sd_bus_message_read(reply, "o", &object) < 0 ||
	    strlen(object) >= sizeof(out->path)) {
		finish(mm, ALERTE_RECEIPT_FAILED);
		return;
	}

	strcpy(out->path, object);
	if (out->hung || submit(mm, out) < 0)
		finish(mm, ALERTE_RECEIPT_FAILED);
}

/*
 * validity is a pair (kind, value): ModemManager 1.20 crashes when it is given
 * a plain number.
 */
static sd_bus_message *create(struct mm *mm, const struct mm_out *out)
{
	sd_bus_message *m = mm_method(mm, mm->modem.path, MM_MESSAGING,
				      "Create");
	const uint32_t relative = 1;

	if (m && sd_bus_message_sensitive(m) >= 0 &&
	    sd_bus_message_append(m, "a{sv}", 4,
			"number", "s", out->number,
			"text", "s", out->text,
			"delivery-report-request", "b", (int)out->report,
			"validity", "(uv)", relative, "u",
			(uint32_t)MM_VALIDITY_MIN) >= 0)
		return m;

	sd_bus_message_unref(m);
	return NULL;
}

static int start(struct mm *mm, struct mm_out *out)
{
	int64_t limit = MM_HUNG_MS + (out->parts - 1) * MM_HUNG_PART_MS;
	sd_bus_message *m = create(mm, out);
	int r = mm_call(mm, m, MM_CALL_TIMEOUT_MS, create_answered,
			mm->modem.path, out->attempt);

	sd_bus_message_unref(m);
	if (r < 0)
		return r;

	mm->flight = out;
	mm_timer(mm, &mm->hung_timer, limit, on_hung);
	return 0;
}

/* ----------------------------------------------------------------- host */

static struct mm_out *out_new(const struct alerte_message *message)
{
	struct mm_out *out = calloc(1, sizeof(*out));

	if (!out)
		return NULL;

	out->attempt = message->attempt;
	out->expires_ms = message->expires_boot_ms > 0
		? message->expires_boot_ms : ALERTE_NEVER;
	out->importance = message->importance;
	/* a report that comes would be counted */
	out->report = message->channel == ALERTE_CHANNEL_SMS &&
		      !message->unseen;
	out->unseen = message->unseen;
	out->parts = message->parts < 1 ? 1
		: message->parts > MM_PARTS_MAX ? MM_PARTS_MAX
		: message->parts;
	out->number = strdup(message->address);
	out->text = strdup(message->text);
	if (!out->number || !out->text) {
		out_free(out);
		return NULL;
	}

	return out;
}

int mm_out_send(struct mm *mm, const struct alerte_message *message)
{
	bool soon = mm->missed.under_way;
	struct mm_out *out;

	if (!(soon || (mm_ready(mm) && mm_registered(mm))) ||
	    message->channel == ALERTE_CHANNEL_HTTPS || !message->address ||
	    !message->text)
		return ALERTE_EREFUSED;

	mm_out_meet_hang(mm, message->unseen);
	if (mm->hung)
		return ALERTE_EREFUSED;

	if (mm->waiting >= MM_QUEUE_MAX &&
	    !queue_make_room(mm, message->importance))
		return ALERTE_EREFUSED;

	out = out_new(message);
	if (!out)
		return ALERTE_EREFUSED;

	if (soon || mm->flight || mm->queue) {
		queue_put(mm, out);
		return 0;
	}

	if (out->expires_ms <= mm_now_ms() || start(mm, out) < 0) {
		out_free(out);
		return ALERTE_EREFUSED;
	}

	return 0;
}

void mm_out_resume(struct mm *mm)
{
	next(mm);
}

void mm_out_abandon(struct mm *mm)
{
	if (!mm->flight)
		fail_queue(mm);
}

void mm_out_give_up(struct mm *mm, int64_t attempt)
{
	struct mm_out **at = &mm->queue, *out;

	while (*at && (*at)->attempt != attempt)
		at = &(*at)->next;

	out = *at;
	if (out) {
		struct left left = left_of(out);

		*at = out->next;
		mm->waiting--;
		out_free(out);
		receipt(mm, left, ALERTE_RECEIPT_FAILED);
	} else if (mm->flight && mm->flight->attempt == attempt) {
		hang(mm);
	}
}

int mm_out_waiting(const struct mm *mm)
{
	int n = mm->flight && !mm->flight->unseen;

	for (const struct mm_out *out = mm->queue; out; out = out->next)
		n += !out->unseen;

	return n;
}

void mm_out_lost(struct mm *mm)
{
	struct mm_out *out = mm->flight;
	bool told = !out || (out->hung && out->path[0]);
	bool submitted = out && out->path[0];
	struct left left = out ? left_of(out) : (struct left){ 0, false };

	mm->flight = NULL;
	out_free(out);
	if (!told)
		receipt(mm, left, submitted ? ALERTE_RECEIPT_UNKNOWN
					       : ALERTE_RECEIPT_FAILED);
	fail_queue(mm);
}

void mm_out_free(struct mm *mm)
{
	struct mm_out *out;

	out_free(mm->flight);
	while ((out = queue_take(mm)))
		out_free(out);
	while ((out = mm->dropped)) {
		mm->dropped = out->next;
		out_free(out);
	}
}
