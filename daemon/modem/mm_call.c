/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls.
 *
 *   ours     -> CreateCall -> Start -> it rings, or somebody takes it
 *                                   -> Hangup -> DeleteCall -> receipt
 *   incoming -> Hangup -> DeleteCall, at once: nothing here may ring, and who
 *               calls back must not hear a voice
 *
 * A call says nothing and proves nothing: its receipt is that it rang.  One at
 * a time, and none while a text waits, which has the modem first (S3).
 */
#include <string.h>

#include "modem/mm.h"

/* MMCallState, MMCallDirection */
enum { CALL_RINGING_OUT = 2, CALL_ACTIVE = 4, CALL_TERMINATED = 7 };
enum { CALL_INCOMING = 1 };

static void ask(struct mm *mm, const char *path, const char *interface,
		const char *member, const char *call,
		void (*answer)(struct mm *mm, sd_bus_message *reply,
			       const char *path, int64_t id))
{
	sd_bus_message *m = mm_method(mm, path, interface, member);

	if (m && (!call || sd_bus_message_append(m, "o", call) >= 0))
		mm_call(mm, m, MM_CALL_TIMEOUT_MS, answer,
			call ? call : path, 0);
	sd_bus_message_unref(m);
}

static void allowed(struct mm *mm, const sd_bus_error *e)
{
	mm_denied_softly(&mm->call.denied, e, MM_ACTION_VOICE);
}

static void settled(struct mm *mm, sd_bus_message *reply, const char *path,
		    int64_t id)
{
	(void)path;
	(void)id;
	allowed(mm, sd_bus_message_get_error(reply));
}

static void hang_up(struct mm *mm, const char *path)
{
	ask(mm, path, MM_CALL, "Hangup", NULL, settled);
}

static void forget(struct mm *mm, const char *path)
{
	ask(mm, mm->modem.path, MM_VOICE, "DeleteCall", path, settled);
}

/* ----------------------------------------------------------------- ours */

static void over(struct mm *mm, enum alerte_receipt_kind kind)
{
	int64_t attempt = mm->call.attempt;
	char path[MM_PATH_MAX];

	if (!mm->call.under_way)
		return;

	strcpy(path, mm->call.path);
	mm->call.under_way = mm->call.rang = false;
	mm->call.path[0] = '\0';
	mm_timer(mm, &mm->call.timer, -1, NULL);
	if (path[0] && mm->modem.path[0])
		forget(mm, path);
	if (kind == ALERTE_RECEIPT_SENT && !mm->call.unseen)
		mm->count.rang++;
	mm->events.receipt(mm->events.context, attempt, 0, kind);
}

/* Long enough to be noticed, too short for most answering machines. */
static int on_long_enough(sd_event_source *source, uint64_t usec,
			  void *userdata)
{
	struct mm *mm = userdata;

	(void)source;
	(void)usec;
	hang_up(mm, mm->call.path);
	over(mm, mm->call.rang ? ALERTE_RECEIPT_SENT
			       : ALERTE_RECEIPT_UNKNOWN);
	return 0;
}

static void started(struct mm *mm, sd_bus_message *reply, const char *path,
		    int64_t id)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);

	(void)id;
	allowed(mm, e);
	if (strcmp(path, mm->call.path))
		return;
	if (e)
		over(mm, mm_failure(e));
}

static void created(struct mm *mm, sd_bus_message *reply, const char *modem,
		    int64_t attempt)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	const char *path;

	allowed(mm, e);
	if (!mm->call.under_way || mm->call.attempt != attempt ||
	    strcmp(modem, mm->modem.path))
		return;
	if (e || sd_bus_message_read(reply, "o", &path) < 0 ||
	    strlen(path) >= sizeof(mm->call.path)) {
		over(mm, ALERTE_RECEIPT_FAILED);
		return;
	}

	strcpy(mm->call.path, path);
	mm_timer(mm, &mm->call.timer, MM_RING_MS, on_long_enough);
	ask(mm, mm->call.path, MM_CALL, "Start", NULL, started);
}

int mm_call_ring(struct mm *mm, const struct alerte_message *message)
{
	sd_bus_message *m;
	int r = ALERTE_EREFUSED;

	if (!mm_ready(mm) || !mm_registered(mm) || !mm->modem.voice)
		return ALERTE_EREFUSED;

	mm_out_meet_hang(mm, message->unseen);
	if (mm->hung || mm->call.under_way || mm->queue || mm->flight)
		return ALERTE_EREFUSED;

	m = mm_method(mm, mm->modem.path, MM_VOICE, "CreateCall");
	if (m && sd_bus_message_append(m, "a{sv}", 1, "number", "s",
				       message->address) >= 0)
		r = mm_call(mm, m, MM_CALL_TIMEOUT_MS, created,
			    mm->modem.path, message->attempt);
	sd_bus_message_unref(m);
	if (r)
		return ALERTE_EREFUSED;

	mm->call.under_way = true;
	mm->call.attempt = message->attempt;
	mm->call.unseen = message->unseen;
	return 0;
}

static void ours_changed(struct mm *mm, int state)
{
	switch (state) {
	case CALL_RINGING_OUT:
		mm->call.rang = true;
		break;
	case CALL_ACTIVE:
		/* Whoever took it, or what: he reads the text or he does not. */
		mm->call.rang = true;
		hang_up(mm, mm->call.path);
		break;
	case CALL_TERMINATED:
		over(mm, mm->call.rang ? ALERTE_RECEIPT_SENT
				       : ALERTE_RECEIPT_FAILED);
		break;
	default:
		break;
	}
}

/* --------------------------------------------------------------- others */

static void directed(struct mm *mm, sd_bus_message *reply, const char *path,
		     int64_t left_behind)
{
	int32_t direction = 0;

	if (sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_read(reply, "v", "i", &direction) < 0)
		return;
	/* A call that comes in at the start is announced and listed. */
	if (direction == CALL_INCOMING && strcmp(path, mm->call.refused)) {
		strcpy(mm->call.refused, path);
		mm->count.calls_refused++;
	}
	if (direction == CALL_INCOMING || left_behind)
		hang_up(mm, path);
	if (left_behind)
		forget(mm, path);
}

static void judge(struct mm *mm, const char *path, bool left_behind)
{
	sd_bus_message *m = mm_method(mm, path, MM_PROPERTIES, "Get");

	if (m && sd_bus_message_append(m, "ss", MM_CALL, "Direction") >= 0)
		mm_call(mm, m, MM_CALL_TIMEOUT_MS, directed, path,
			left_behind);
	sd_bus_message_unref(m);
}

static void listed(struct mm *mm, sd_bus_message *reply, const char *modem,
		   int64_t id)
{
	const char *path;

	(void)id;
	if (strcmp(modem, mm->modem.path) ||
	    sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_enter_container(reply, 'a', "o") < 0)
		return;

	/* Also what a life of ours before this one left behind. */
	while (sd_bus_message_read(reply, "o", &path) > 0)
		if (strcmp(path, mm->call.path))
			judge(mm, path, true);
}

void mm_call_drain(struct mm *mm)
{
	if (mm->modem.voice)
		ask(mm, mm->modem.path, MM_VOICE, "ListCalls", NULL, listed);
}

void mm_call_added(struct mm *mm, const char *path)
{
	judge(mm, path, false);
}

void mm_call_changed(struct mm *mm, const char *path, int state)
{
	if (mm->call.under_way && !strcmp(path, mm->call.path))
		ours_changed(mm, state);
	else if (state == CALL_TERMINATED && mm->modem.path[0])
		forget(mm, path);
}

void mm_call_lost(struct mm *mm)
{
	over(mm, ALERTE_RECEIPT_UNKNOWN);
}
