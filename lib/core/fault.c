/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Supervision: something went silent.  Told once, to the association, and its
 * end is told too when its beginning was (V2).
 */
#include <string.h>

#include "core/engine.h"
#include "core/rows.h"
#include "port/text.h"

/* What recovers by itself within this wakes nobody. */
#define FAULT_PATIENCE_MS (2 * 60 * INT64_C(1000))

/* The host waited already: what it tells is past its limit. */
#define PAST_LIMIT 0

struct kind {
	const char *name;
	int64_t patience_ms;
	bool lasting;			/* kept over a restart */
	bool other_way;			/* told over HTTPS where there is one */
};

static const struct kind kinds[] = {
	{ "modem", FAULT_PATIENCE_MS, false, false },
	{ "modem-registration", PAST_LIMIT, false, false },
	{ "modem-roaming", FAULT_PATIENCE_MS, false, false },
	{ "path", FAULT_PATIENCE_MS, false, false },
	{ "sim", FAULT_PATIENCE_MS, false, false },
	{ "radio", FAULT_PATIENCE_MS, false, false },
	{ "endpoint", FAULT_PATIENCE_MS, false, false },
	{ "mail", FAULT_PATIENCE_MS, false, false },
	{ "clock", FAULT_PATIENCE_MS, false, false },
	{ "store", FAULT_PATIENCE_MS, false, false },
	{ "relay-arming", FAULT_PATIENCE_MS, false, false },
	{ "mains", FAULT_PATIENCE_MS, true, false },
	{ "battery-low", PAST_LIMIT, true, false },
	{ "battery-critical", PAST_LIMIT, true, false },
	{ "sms-selftest", PAST_LIMIT, true, true },
	{ "sim-expiry", PAST_LIMIT, true, false },
	{ "certificate-expiry", PAST_LIMIT, true, false },
	{ "certificate-unreadable", FAULT_PATIENCE_MS, true, false },
};

/* NULL: of a button, or told in words of its own. */
static const struct kind *kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

static int64_t patience_of(const char *name)
{
	const struct kind *kind = kind_of(name);

	return kind ? kind->patience_ms : FAULT_PATIENCE_MS;
}

bool fault_known(const char *name)
{
	return kind_of(name);
}

bool fault_present(const struct alerte *e, const char *name)
{
	for (int i = 0; i < FAULTS_MAX; i++)
		if (e->fault[i].present && !strcmp(e->fault[i].name, name))
			return true;
	return false;
}

static struct fault *fault_of(struct alerte *e, const char *name)
{
	struct fault *free_one = NULL;

	for (int i = 0; i < FAULTS_MAX; i++) {
		if (!strcmp(e->fault[i].name, name))
			return &e->fault[i];
		if (!e->fault[i].name[0] && !free_one)
			free_one = &e->fault[i];
	}
	if (free_one)
		text_copy(free_one->name, sizeof(free_one->name), name);
	return free_one;
}

static void tell(struct alerte *e, enum words what, const char *name,
		 const char *button)
{
	const struct kind *kind = kind_of(name);

	if (kind && kind->other_way)
		plan_other_way(e, &e->house, what, name);
	else
		plan_association(e, &e->house, what, name, button);
}

/* Every row that tells of this beginning waits for the patience to end. */
static void tell_later(struct alerte *e, const char *name, const char *button,
		       int64_t since, int64_t patience_ms)
{
	struct attempt *last = NULL;
	struct alerte_time began = e->now;

	began.wall_ms -= e->now.boot_ms - since;
	began.boot_ms = since;
	for (struct attempt *r = e->house.attempts; r; r = r->next)
		last = r;
	tell(e, WORDS_FAULT, name, button);
	for (struct attempt *r = last ? last->next : e->house.attempts; r;
	     r = r->next) {
		r->due = e->now.boot_ms + patience_ms;
		r->pressed = began;
	}
}

/* The next row that tells of this fault, of this button if it is of one. */
static struct attempt *next_of(struct attempt *row, const char *name,
			       const char *button)
{
	for (; row; row = row->next)
		if (row->kind == WORDS_FAULT && !strcmp(row->who, name) &&
		    (!button || (row->quote && !strcmp(row->quote, button))))
			return row;
	return NULL;
}

static bool is_untold(const struct attempt *row)
{
	return row->state == ALERTE_ATTEMPT_PLANNED && !row->sends;
}

/*
 * Drop what was not told yet; true when something had been told.  Rows of an
 * earlier beginning are not of this one, and rows that are done are not kept
 * in memory for ever: where none waits it was told.
 */
static bool take_back(struct alerte *e, const char *name, const char *button)
{
	struct attempt *first = next_of(e->house.attempts, name, button);
	bool told = false;
	int64_t began;

	while (first && !is_untold(first))
		first = next_of(first->next, name, button);
	if (!first)
		return true;
	began = first->pressed.wall_ms;
	for (struct attempt *r = e->house.attempts;
	     (r = next_of(r, name, button)); r = r->next) {
		if (is_untold(r))
			attempt_state(e, r, ALERTE_ATTEMPT_DROPPED);
		else if (r->pressed.wall_ms == began &&
			 r->state != ALERTE_ATTEMPT_DROPPED)
			told = true;
	}
	return told;
}

static bool is_mended(const char *fault, enum alerte_channel channel)
{
	if (channel == ALERTE_CHANNEL_HTTPS)
		return !strcmp(fault, "endpoint");
	if (channel == ALERTE_CHANNEL_EMAIL)
		return !strcmp(fault, "mail");
	return !strcmp(fault, "modem") || !strcmp(fault, "sim") ||
	       !strcmp(fault, "modem-registration");
}

/* A path is back: what waits for another try over it goes now. */
static void try_again(struct live *l, const char *fault, int64_t now)
{
	for (struct attempt *r = l->attempts; r; r = r->next) {
		if (r->state != ALERTE_ATTEMPT_PLANNED || !r->tries ||
		    r->due <= now || !is_mended(fault, r->target.channel))
			continue;
		r->due = now;
		r->dirty = true;
	}
}

void fault_set(struct alerte *e, const char *name, bool present)
{
	struct fault *fault = fault_of(e, name);

	if (!fault || fault->present == present)
		return;
	fault->present = present;
	e->meta_dirty = true;
	engine_log(e, present ? ALERTE_LOG_WARNING : ALERTE_LOG_NOTICE,
		   "fault %s: %s", name, present ? "present" : "over");
	if (!strcmp(name, "radio"))
		watch_radio(e, present);
	if (present) {
		tell_later(e, name, NULL, e->now.boot_ms, patience_of(name));
		return;
	}
	if (take_back(e, name, NULL))
		tell(e, WORDS_FAULT_END, name, NULL);
	try_again(&e->house, name, e->now.boot_ms);
	for (struct live *l = e->live; l; l = l->next)
		try_again(l, name, e->now.boot_ms);
}

void fault_show(struct alerte *e, const char *name, bool present)
{
	struct fault *fault = fault_present(e, name) == present
			      ? NULL : fault_of(e, name);

	if (fault)
		fault->present = present;
}

void fault_forget(struct alerte *e, const char *name)
{
	if (!fault_present(e, name))
		return;
	take_back(e, name, NULL);
	fault_show(e, name, false);
	e->meta_dirty = true;
}

void fault_button(struct alerte *e, const char *name, const char *button,
		  int64_t since, bool patient)
{
	tell_later(e, name, button, since, patient ? FAULT_PATIENCE_MS : 0);
}

bool fault_button_drop(struct alerte *e, const char *name, const char *button)
{
	return take_back(e, name, button);
}

void fault_button_end(struct alerte *e, const char *name, const char *button)
{
	if (fault_button_drop(e, name, button))
		plan_association(e, &e->house, WORDS_FAULT_END, name, button);
}

/*
 * Faults that outlast alerted: it tells none of them again when it starts, and
 * knows their end.
 */
int fault_write(struct alerte *e)
{
	uint8_t body[1024];
	struct pack p;

	pack_start(&p, body, sizeof(body));
	for (int i = 0; i < FAULTS_MAX; i++) {
		const struct fault *f = &e->fault[i];
		const struct kind *kind = f->present ? kind_of(f->name) : NULL;

		if (kind && kind->lasting)
			pack_text(&p, ROW_WHO, f->name);
	}
	return p.cut ? ALERTE_ELIMIT
		     : store_meta_put(e->store, "faults", body, p.len);
}

void fault_read(struct alerte *e, const uint8_t *body, size_t len)
{
	char name[ALERTE_ID_MAX];
	struct unpack u;

	unpack_start(&u, body, len);
	while (unpack_next(&u)) {
		if (u.tag != ROW_WHO)
			continue;
		unpack_text(&u, name, sizeof(name));
		if (fault_known(name))
			fault_show(e, name, true);
	}
}

/* A button sends what cannot be opened: at once, and never to contacts (R2). */
void fault_possible_press(struct alerte *e, uint32_t button)
{
	(void)button;
	engine_log(e, ALERTE_LOG_WARNING,
		   "an enrolled button sends what cannot be opened");
	plan_association(e, &e->house, WORDS_FAULT, "button-unreadable", NULL);
}

void fault_lasting_press(struct alerte *e)
{
	engine_log(e, ALERTE_LOG_WARNING,
		   "a beacon is seen without end: it shows no new press");
	plan_association(e, &e->house, WORDS_FAULT, "beacon-lasting", NULL);
}

void fault_forgery(struct alerte *e)
{
	engine_log(e, ALERTE_LOG_WARNING,
		   "presses of a button are probably forged");
	plan_association(e, &e->house, WORDS_FAULT, "probable-forgery", NULL);
}

static int run_fault(struct alerte *e, const struct queued *q)
{
	return alerte_fault(e, q->text[0], q->flag, q->now);
}

int alerte_fault(struct alerte *e, const char *fault, bool present,
		 struct alerte_time now)
{
	if (!fault)
		return ALERTE_EINVAL;
	if (!fault_known(fault))
		return engine_error(e, ALERTE_EINVAL,
				    "not a fault of the closed list");
	if (e->in_host) {
		struct queued q = { .run = run_fault, .text = { (char *)fault },
				    .flag = present, .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	if (!strcmp(fault, "modem-roaming"))
		conversation_roams(e, present);
	/* to be abroad is no fault of what moves */
	if (!e->moving || strcmp(fault, "modem-roaming"))
		fault_set(e, fault, present);
	return engine_settle(e);
}

int alerte_fault_next(struct alerte *e, const char *after,
		      char out[ALERTE_ID_MAX])
{
	const char *best = NULL;

	if (!after || !out)
		return ALERTE_EINVAL;
	for (int i = 0; i < FAULTS_MAX; i++) {
		const struct fault *f = &e->fault[i];

		if (f->present && strcmp(f->name, after) > 0 &&
		    (!best || strcmp(f->name, best) < 0))
			best = f->name;
	}
	if (!best)
		return 0;
	text_copy(out, ALERTE_ID_MAX, best);
	return 1;
}
