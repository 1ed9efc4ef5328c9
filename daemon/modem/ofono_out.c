/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that leave.
 *
 *   send() -> queue -> SendMessage -> pending -> sent | failed -> receipt
 *                      `---------- flight ----------'
 *
 * ofono queues what it is given, so one message is in flight at a time and the
 * rest waits here, where importance counts (S3).  Without network ofono keeps
 * a message pending and says nothing; it tries one that failed for a passing
 * reason four times in half a minute.  Past our limit it is taken back
 * (Cancel): FAILED, and the alert goes another way.  One that the modem has in
 * hand cannot be taken back: its fate is unknown, the modem is hung, the queue
 * fails at once and send() refuses, until its end is told.  ofono waits for it
 * for ever, so after OFONO_RESTART_MS the modem is switched off and on.
 *
 * A hang that only unseen messages have met does not show (L8), until one that
 * may be known of meets it.
 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "modem/ofono.h"

static void text_free(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

static void out_free(struct ofono_out *out)
{
	if (!out)
		return;

	text_free(out->number);
	text_free(out->text);
	free(out);
}

/* ---------------------------------------------------------------- queue */

/* Behind those of the same importance. */
static void queue_put(struct ofono *o, struct ofono_out *out)
{
	struct ofono_out **at = &o->queue;

	while (*at && (*at)->importance <= out->importance)
		at = &(*at)->next;

	out->next = *at;
	*at = out;
	o->waiting++;
}

static struct ofono_out *queue_take(struct ofono *o, struct ofono_out **at)
{
	struct ofono_out *out = *at;

	*at = out->next;
	out->next = NULL;
	o->waiting--;
	return out;
}

/* Its receipt comes from the loop, as we may be inside send(). */
static void fail_later(struct ofono *o, struct ofono_out *out)
{
	out->next = o->failed;
	o->failed = out;
	sd_event_source_set_enabled(o->defer, SD_EVENT_ONESHOT);
}

/* The queue is full: its last one makes room for what matters more. */
static bool queue_make_room(struct ofono *o, enum alerte_importance importance)
{
	struct ofono_out **at = &o->queue;

	while (*at && (*at)->next)
		at = &(*at)->next;
	if (!*at || (*at)->importance <= importance)
		return false;

	fail_later(o, queue_take(o, at));
	return true;
}

static void queue_fail(struct ofono *o)
{
	while (o->queue)
		fail_later(o, queue_take(o, &o->queue));
}

void ofono_out_flush_failed(struct ofono *o)
{
	while (o->failed) {
		struct ofono_out *out = o->failed;
		int64_t attempt = out->attempt;
		bool unseen = out->unseen;

		o->failed = out->next;
		out_free(out);
		ofono_receipt(o, attempt, unseen, ALERTE_RECEIPT_FAILED);
	}
}

int ofono_out_waiting(const struct ofono *o)
{
	int n = o->flight && !o->flight->unseen;

	for (const struct ofono_out *out = o->queue; out; out = out->next)
		n += !out->unseen;

	return n;
}

/* --------------------------------------------------------------- flight */

static int start(struct ofono *o, struct ofono_out *out);

void ofono_out_next(struct ofono *o)
{
	while (!o->flight && o->queue && ofono_ready(o) && !o->hung) {
		struct ofono_out *out = queue_take(o, &o->queue);

		if (out->expires_ms > ofono_now_ms() && start(o, out) >= 0)
			return;
		fail_later(o, out);
	}
}

/* The flight has landed. */
static void finish(struct ofono *o, enum alerte_receipt_kind kind)
{
	struct ofono_out *out = o->flight;
	int64_t attempt = out->attempt;
	bool unseen = out->unseen;

	o->flight = NULL;
	o->hung = o->hung_shown = false;
	ofono_timer(o, &o->hung_timer, -1, NULL);
	out_free(out);
	ofono_out_next(o);
	ofono_receipt(o, attempt, unseen, kind);
	ofono_health(o);
}

void ofono_out_state(struct ofono *o, const char *path, const char *state)
{
	enum alerte_receipt_kind kind = strcmp(state, "sent")
		? ALERTE_RECEIPT_FAILED : ALERTE_RECEIPT_SENT;
	struct ofono_kept kept;

	if (!strcmp(state, "pending") || !ofono_kept_take(o, path, &kept))
		return;

	o->count.taken_back += !kept.unseen && !strcmp(state, "cancelled");
	if (o->flight && !strcmp(o->flight->path, path))
		finish(o, kind);
	/* Said to be unknown before; what is certain now is worth telling. */
	else if (kept.attempt)
		ofono_receipt(o, kept.attempt, true, kind);
}

static void show_hang(struct ofono *o)
{
	if (o->hung_shown)
		return;

	log_line(ALERTE_LOG_ERROR, "modem: a message is not answered; nothing "
		 "more is given to it until it is");
	o->hung_shown = true;
}

static int on_hung_for_long(sd_event_source *source, uint64_t usec,
			    void *userdata)
{
	struct ofono *o = userdata;

	(void)source;
	(void)usec;
	if (o->hung_shown)
		log_line(ALERTE_LOG_WARNING, "modem: a message is still not "
			 "answered; the modem is switched off and on");
	ofono_timer(o, &o->hung_timer, o->restart_ms, on_hung_for_long);
	ofono_modem_restart(o);
	return 0;
}

static void declare_hung(struct ofono *o)
{
	struct ofono_out *out = o->flight;

	if (ofono_out_waiting(o))
		show_hang(o);
	o->hung = out->hung = true;
	ofono_timer(o, &o->hung_timer, o->restart_ms, on_hung_for_long);
	queue_fail(o);
	ofono_health(o);
	ofono_receipt(o, out->attempt, out->unseen, ALERTE_RECEIPT_UNKNOWN);
}

static void cancel_answered(void *ofono, sd_bus_message *reply,
			    const char *path, int64_t attempt)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct ofono *o = ofono;
	struct ofono_out *out = o->flight;

	if (!e)
		ofono_out_state(o, path, "cancelled");
	/* Its end may have come first. */
	else if (out && out->attempt == attempt && !strcmp(out->path, path) &&
		 !out->hung)
		declare_hung(o);
}

/* Take back what is in flight; its receipt tells whether that could be. */
static void take_back(struct ofono *o)
{
	struct ofono_out *out = o->flight;
	sd_bus_message *m;

	out->back = true;
	if (!out->path[0])
		return;

	m = ofono_method(o, out->path, OFONO_MESSAGE, "Cancel");
	if (ofono_call(o, m, cancel_answered, out->path, out->attempt) < 0)
		declare_hung(o);
	sd_bus_message_unref(m);
}

/* ofono itself does not answer, or the network does not. */
static int on_hung(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct ofono *o = userdata;

	(void)source;
	(void)usec;
	ofono_timer(o, &o->hung_timer, -1, NULL);
	if (!o->flight || o->flight->hung)
		return 0;

	if (!o->flight->path[0] || o->flight->back)
		declare_hung(o);
	else
		take_back(o);
	if (o->flight && !o->flight->hung)
		ofono_timer(o, &o->hung_timer, o->hung_ms, on_hung);
	return 0;
}

static void sent_answered(void *ofono, sd_bus_message *reply,
			  const char *path, int64_t attempt)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct ofono *o = ofono;
	struct ofono_out *out = o->flight;
	const char *object;

	(void)path;
	if (!out || out->attempt != attempt || out->path[0])
		return;

	/* ofono gone or silent may have it on its disk; else it took nothing. */
	if (e) {
		if (!out->unseen)
			log_line(ALERTE_LOG_WARNING, "modem: ofono took no "
				 "message: %s", e->name);
		finish(o, strncmp(e->name, OFONO_NAME ".Error.", 16)
		       ? ALERTE_RECEIPT_UNKNOWN : ALERTE_RECEIPT_FAILED);
		return;
	}

	if (sd_bus_message_read(reply, "o", &object) < 0 ||
	    strlen(object) >= sizeof(out->path)) {
		finish(o, ALERTE_RECEIPT_UNKNOWN);
		return;
	}

	strcpy(out->path, object);
	ofono_kept_add(o, object, attempt, out->unseen);
	if (out->back)
		take_back(o);
}

static int start(struct ofono *o, struct ofono_out *out)
{
	int64_t limit = o->hung_ms + (out->parts - 1) * OFONO_HUNG_PART_MS;
	sd_bus_message *m = ofono_method(o, o->modem.path, OFONO_MESSAGES,
					 "SendMessage");
	int r = ALERTE_EREFUSED;

	if (m && sd_bus_message_sensitive(m) >= 0 &&
	    sd_bus_message_append(m, "ss", out->number, out->text) >= 0)
		r = ofono_call(o, m, sent_answered, o->modem.path,
			       out->attempt);
	sd_bus_message_unref(m);
	if (r < 0)
		return r;

	o->flight = out;
	ofono_timer(o, &o->hung_timer, limit, on_hung);
	return 0;
}

/* ----------------------------------------------------------------- host */

static struct ofono_out *out_new(const struct alerte_message *message)
{
	struct ofono_out *out = calloc(1, sizeof(*out));

	if (!out)
		return NULL;

	out->attempt = message->attempt;
	out->expires_ms = message->expires_boot_ms > 0
		? message->expires_boot_ms : ALERTE_NEVER;
	out->importance = message->importance;
	out->unseen = message->unseen;
	out->parts = message->parts < 1 ? 1 : message->parts;
	out->number = strdup(message->address);
	out->text = strdup(message->text);
	if (!out->number || !out->text) {
		out_free(out);
		return NULL;
	}

	return out;
}

static bool is_text(const struct alerte_message *message)
{
	switch (message->channel) {
	case ALERTE_CHANNEL_SMS:
	case ALERTE_CHANNEL_RELAY114:
		return message->address && message->text;
	case ALERTE_CHANNEL_HTTPS:
	case ALERTE_CHANNEL_EMAIL:
	case ALERTE_CHANNEL_VOICE:
		break;
	}

	return false;
}

/* The fault is told from the loop, as we are inside send(). */
static void meet_hang(struct ofono *o, const struct alerte_message *message)
{
	if (message->unseen)
		return;

	show_hang(o);
	sd_event_source_set_enabled(o->defer, SD_EVENT_ONESHOT);
}

int ofono_out_send(struct ofono *o, const struct alerte_message *message)
{
	struct ofono_out *out;

	if (!ofono_ready(o) || !ofono_registered(o) || !is_text(message))
		return ALERTE_EREFUSED;

	if (o->hung) {
		meet_hang(o, message);
		return ALERTE_EREFUSED;
	}

	if (o->waiting >= OFONO_QUEUE_MAX &&
	    !queue_make_room(o, message->importance))
		return ALERTE_EREFUSED;

	out = out_new(message);
	if (!out)
		return ALERTE_EREFUSED;

	if (o->flight || o->queue) {
		queue_put(o, out);
		return 0;
	}

	if (out->expires_ms <= ofono_now_ms() || start(o, out) < 0) {
		out_free(out);
		return ALERTE_EREFUSED;
	}

	return 0;
}

void ofono_out_give_up(struct ofono *o, int64_t attempt)
{
	for (struct ofono_out **at = &o->queue; *at; at = &(*at)->next) {
		if ((*at)->attempt != attempt)
			continue;
		fail_later(o, queue_take(o, at));
		return;
	}

	if (o->flight && o->flight->attempt == attempt)
		take_back(o);
}

void ofono_out_lost(struct ofono *o)
{
	struct ofono_out *out = o->flight;

	queue_fail(o);
	o->flight = NULL;
	o->hung = o->hung_shown = false;
	ofono_timer(o, &o->hung_timer, -1, NULL);
	if (out && !out->hung)
		ofono_receipt(o, out->attempt, out->unseen,
			      ALERTE_RECEIPT_UNKNOWN);
	out_free(out);
}

void ofono_out_free(struct ofono *o)
{
	out_free(o->flight);
	while (o->queue)
		out_free(queue_take(o, &o->queue));
	while (o->failed) {
		struct ofono_out *out = o->failed;

		o->failed = out->next;
		out_free(out);
	}
}
