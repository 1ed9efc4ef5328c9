/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that come in.
 *
 *   announced, or found by List -> read -> text: reply(), then Delete
 *                                       -> report: mm_report.c
 *                                       -> one we sent before a restart: Delete
 *
 * A long message is announced with its first part and read as incomplete; the
 * change of its State brings us back.  Parts that stay alone are deleted after
 * a day, or to make room: they would fill the SIM.  What the daemon could not
 * make durable stays on the SIM and is offered again at the next tick.  What no
 * engine takes is deleted too: whoever knows the number could otherwise fill
 * the SIM, and no answer would come in any more.  Deletions wait until nothing
 * has come in for a moment: a +CMTI that meets one is lost (mm_missed.c).
 */
#include <string.h>

#include "log.h"
#include "modem/mm.h"

enum { SMS_UNKNOWN = 0, SMS_RECEIVING = 2, SMS_RECEIVED = 3, SMS_SENT = 5 };
enum { PDU_DELIVER = 1, PDU_SUBMIT = 2, PDU_REPORT = 3 };

struct content {
	uint32_t state, pdu, reference, status;
	const char *number, *text;	/* borrowed from the reply */
};

static struct mm_sms *find(struct mm *mm, const char *path)
{
	for (size_t i = 0; i < MM_SMS_MAX; i++)
		if (mm->sms[i].state != MM_SMS_FREE &&
		    !strcmp(mm->sms[i].path, path))
			return &mm->sms[i];

	return NULL;
}

/* NULL: all hands are full; the next drain finds it again. */
static struct mm_sms *take(struct mm *mm, const char *path)
{
	if (strlen(path) >= MM_PATH_MAX)
		return NULL;

	for (size_t i = 0; i < MM_SMS_MAX; i++) {
		struct mm_sms *sms = &mm->sms[i];

		if (sms->state != MM_SMS_FREE)
			continue;
		memset(sms, 0, sizeof(*sms));
		strcpy(sms->path, path);
		return sms;
	}

	mm->redrain = true;
	return NULL;
}

/* ------------------------------------------------------------- deleting */

static void delete_next(struct mm *mm);

static int on_delete(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct mm *mm = userdata;

	(void)source;
	(void)usec;
	mm_timer(mm, &mm->delete_timer, -1, NULL);
	delete_next(mm);
	return 0;
}

static void delete_answered(struct mm *mm, sd_bus_message *reply,
			    const char *path, int64_t id)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct mm_sms *sms = find(mm, path);

	(void)id;
	mm->deleting = false;
	if (!sms || sms->state != MM_SMS_DELETING) {
		delete_next(mm);
		return;
	}

	if (!e || mm_error_is(e, MM_NAME ".Error.Core.NotFound")) {
		sms->state = MM_SMS_FREE;
		delete_next(mm);
	} else if (mm_error_is(e, MM_NAME ".Error.Core.Retry")) {
		sms->state = MM_SMS_DONE;
		mm_timer(mm, &mm->delete_timer, MM_DELETE_AGAIN_MS, on_delete);
	} else {
		/* Handled all the same: kept in hand, and tried again. */
		mm_denied(mm, e, MM_ACTION_MESSAGING);
		log_line(ALERTE_LOG_WARNING, "modem: a message cannot be "
			 "deleted: %s", e->name);
		sms->state = MM_SMS_STUCK;
		delete_next(mm);
	}
}

static bool delete_one(struct mm *mm, struct mm_sms *sms)
{
	sd_bus_message *m = mm_method(mm, mm->modem.path, MM_MESSAGING,
				      "Delete");
	bool asked = m && sd_bus_message_append(m, "o", sms->path) >= 0 &&
		     mm_call(mm, m, MM_CALL_TIMEOUT_MS, delete_answered,
			     sms->path, 0) >= 0;

	sms->state = asked ? MM_SMS_DELETING : MM_SMS_STUCK;
	sd_bus_message_unref(m);
	return asked;
}

/*
 * One after the other: ModemManager refuses what is in the SIM while it deletes
 * in the modem's own memory, or reads there.
 */
static void delete_next(struct mm *mm)
{
	for (size_t i = 0; i < MM_SMS_MAX && !mm->deleting &&
	     !mm->delete_timer && mm_ready(mm); i++)
		if (mm->sms[i].state == MM_SMS_DONE)
			mm->deleting = delete_one(mm, &mm->sms[i]);
}

static void delete_later(struct mm *mm)
{
	size_t held = 0;

	for (size_t i = 0; i < MM_SMS_MAX; i++)
		held += mm->sms[i].state == MM_SMS_DONE;

	if (held < MM_DELETE_HELD && !mm->deleting)
		mm_timer(mm, &mm->delete_timer, MM_DELETE_QUIET_MS, on_delete);
	else
		delete_next(mm);
}

void mm_in_delete(struct mm *mm, const char *path)
{
	struct mm_sms *sms = find(mm, path);

	if (!sms)
		sms = take(mm, path);
	if (!sms || sms->state == MM_SMS_DELETING)
		return;

	sms->state = MM_SMS_DONE;
	delete_later(mm);
}

/* -------------------------------------------------------------- reading */

static int read_u(sd_bus_message *m, uint32_t *out)
{
	return sd_bus_message_read(m, "v", "u", out);
}

static int read_value(sd_bus_message *m, const char *name, struct content *c)
{
	if (!strcmp(name, "State"))
		return read_u(m, &c->state);
	if (!strcmp(name, "PduType"))
		return read_u(m, &c->pdu);
	if (!strcmp(name, "MessageReference"))
		return read_u(m, &c->reference);
	if (!strcmp(name, "DeliveryState"))
		return read_u(m, &c->status);
	if (!strcmp(name, "Number"))
		return sd_bus_message_read(m, "v", "s", &c->number);
	if (!strcmp(name, "Text"))
		return sd_bus_message_read(m, "v", "s", &c->text);

	return sd_bus_message_skip(m, "v");
}

static int read_content(sd_bus_message *m, struct content *c)
{
	int r = sd_bus_message_enter_container(m, 'a', "{sv}");
	const char *name;

	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read(m, "s", &name);
		if (r < 0)
			return r;
		r = read_value(m, name, c);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
	}

	return r;
}

static void text_came(struct mm *mm, struct mm_sms *sms,
		      const struct content *c)
{
	char path[MM_PATH_MAX];
	bool listed = sms->listed;
	int r;

	memcpy(path, sms->path, sizeof(path));
	r = mm->events.reply(mm->events.context, c->number, c->text);
	if (r >= 0) {
		mm->count.received += r != ALERTE_UNSEEN;
	} else if (r == ALERTE_ENOTFOUND || r == ALERTE_ELIMIT ||
		   r == ALERTE_EFORMAT) {
		mm->count.strangers++;
	} else {
		log_line(ALERTE_LOG_WARNING, "modem: a message cannot be kept "
			 "yet and stays on the SIM");
		sms->state = MM_SMS_FREE;
		mm->redrain = true;
		return;
	}

	mm_in_delete(mm, path);
	mm_missed_text(mm, listed);
}

static void partial_forget(struct mm *mm, const char *path)
{
	for (size_t i = 0; i < MM_PARTIAL_MAX; i++)
		if (!strcmp(mm->partial[i].path, path))
			mm->partial[i].path[0] = '\0';
}

static void partial_delete(struct mm *mm, struct mm_partial *p)
{
	char path[MM_PATH_MAX];

	memcpy(path, p->path, sizeof(path));
	p->path[0] = '\0';
	mm->count.strangers++;
	mm_in_delete(mm, path);
}

/* Found again under another name, a part keeps its age. */
static int64_t partial_since(struct mm *mm, const uint8_t number[MM_DIGEST])
{
	for (size_t i = 0; i < MM_PARTIAL_MAX; i++) {
		struct mm_partial *p = &mm->partial[i];

		if (!p->gone || memcmp(p->number, number, MM_DIGEST) != 0)
			continue;
		p->gone = false;
		return p->since_ms;
	}

	return mm_now_ms();
}

static void partial_came(struct mm *mm, const char *path, const char *sender,
			 bool listed)
{
	struct mm_partial *place = &mm->partial[0];
	uint8_t number[MM_DIGEST];
	int64_t since;

	/* Read again, it keeps its age. */
	if (mm_in_awaits(mm, path))
		return;

	mm_report_number(mm, sender, number);
	since = listed ? partial_since(mm, number) : mm_now_ms();
	for (size_t i = 0; i < MM_PARTIAL_MAX; i++) {
		struct mm_partial *p = &mm->partial[i];

		if (place->path[0] && (!p->path[0] ||
				       p->since_ms < place->since_ms))
			place = p;
	}
	if (place->path[0])
		partial_delete(mm, place);

	strcpy(place->path, path);
	memcpy(place->number, number, sizeof(number));
	place->since_ms = since;
	place->gone = false;
	if (!listed)
		mm_missed_part(mm);
}

static void report_came(struct mm *mm, struct mm_sms *sms,
			const struct content *c)
{
	sms->state = MM_SMS_REPORT;
	sms->reference = c->reference & 0xff;
	sms->status = c->status;
	mm_report_number(mm, c->number, sms->number);
	mm_report_judge(mm);
}

static void read_answered(struct mm *mm, sd_bus_message *reply,
			  const char *path, int64_t id)
{
	struct content c = { .number = "", .text = "" };
	struct mm_sms *sms = find(mm, path);

	(void)id;
	if (!sms || sms->state != MM_SMS_READING)
		return;

	if (sd_bus_message_is_method_error(reply, NULL) ||
	    read_content(reply, &c) < 0 || mm_report_owns(mm, path)) {
		sms->state = MM_SMS_FREE;
		return;
	}

	partial_forget(mm, path);
	if (c.pdu == PDU_DELIVER && c.state == SMS_RECEIVED) {
		text_came(mm, sms, &c);
	} else if (c.pdu == PDU_DELIVER && c.state == SMS_RECEIVING) {
		sms->state = MM_SMS_FREE;
		partial_came(mm, path, c.number, sms->listed);
	} else if (c.pdu == PDU_REPORT && c.state == SMS_RECEIVED) {
		report_came(mm, sms, &c);
	} else if (c.pdu == PDU_SUBMIT && sms->listed &&
		   (c.state == SMS_SENT || c.state == SMS_UNKNOWN)) {
		mm_in_delete(mm, path);
	} else {
		sms->state = MM_SMS_FREE;
	}
}

void mm_in_read(struct mm *mm, const char *path, bool listed)
{
	struct mm_sms *sms;
	sd_bus_message *m;

	if (find(mm, path) || mm_report_owns(mm, path))
		return;

	sms = take(mm, path);
	if (!sms)
		return;

	sms->listed = listed;
	m = mm_method(mm, path, "org.freedesktop.DBus.Properties", "GetAll");
	if (m && sd_bus_message_append(m, "s", MM_SMS) >= 0 &&
	    mm_call(mm, m, MM_CALL_TIMEOUT_MS, read_answered, path, 0) >= 0)
		sms->state = MM_SMS_READING;
	sd_bus_message_unref(m);
}

static void list_answered(struct mm *mm, sd_bus_message *reply,
			  const char *path, int64_t id)
{
	const char *object;

	(void)id;
	if (strcmp(path, mm->modem.path))
		return;

	if (sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_enter_container(reply, 'a', "o") < 0) {
		mm->redrain = true;
		return;
	}

	while (sd_bus_message_read(reply, "o", &object) > 0)
		mm_in_read(mm, object, true);
}

void mm_in_drain(struct mm *mm)
{
	sd_bus_message *m = mm_method(mm, mm->modem.path, MM_MESSAGING,
				      "List");

	mm->redrain = mm_call(mm, m, MM_CALL_TIMEOUT_MS, list_answered,
			      mm->modem.path, 0) < 0;
	sd_bus_message_unref(m);
	delete_next(mm);
}

bool mm_in_idle(const struct mm *mm)
{
	for (size_t i = 0; i < MM_SMS_MAX; i++)
		if (mm->sms[i].state != MM_SMS_FREE)
			return false;

	return !mm->deleting;
}

void mm_in_renamed(struct mm *mm)
{
	for (size_t i = 0; i < MM_PARTIAL_MAX; i++) {
		mm->partial[i].gone = mm->partial[i].path[0];
		mm->partial[i].path[0] = '\0';
	}
}

bool mm_in_awaits(const struct mm *mm, const char *path)
{
	for (size_t i = 0; i < MM_PARTIAL_MAX; i++)
		if (!strcmp(mm->partial[i].path, path))
			return true;

	return false;
}

void mm_in_lost(struct mm *mm)
{
	memset(mm->sms, 0, sizeof(mm->sms));
	memset(mm->partial, 0, sizeof(mm->partial));
	mm->deleting = false;
	mm_timer(mm, &mm->delete_timer, -1, NULL);
}

void mm_in_tick(struct mm *mm)
{
	if (!mm_ready(mm))
		return;

	for (size_t i = 0; i < MM_SMS_MAX; i++)
		if (mm->sms[i].state == MM_SMS_STUCK)
			mm_in_delete(mm, mm->sms[i].path);
	for (size_t i = 0; i < MM_PARTIAL_MAX; i++)
		if (mm->partial[i].path[0] && mm->partial[i].since_ms +
		    MM_PARTIAL_WAIT_MS <= mm_now_ms())
			partial_delete(mm, &mm->partial[i]);
	if (mm->redrain)
		mm_in_drain(mm);
}
