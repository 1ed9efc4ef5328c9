/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gateway texts itself (V1): a modem that is registered may still lose
 * every text.
 *
 *   idle --due--> out --report or text back--> idle, 25 h after it began
 *                  |
 *                  5 min --> idle, again in 10 min --> out
 *                                                       |
 *                  idle, again every hour <-- told <-- 5 min
 *
 * It waits while an alert is live, and while the modem is known not to work:
 * that is told already.  What comes back too late is no proof.
 */
#include <string.h>

#include "core/engine.h"
#include "core/rows.h"
#include "message/number.h"
#include "port/bytes.h"

#define MINUTE_MS (60 * INT64_C(1000))
#define FIRST_MS (15 * INT64_C(1000))
#define AGAIN_MS (10 * MINUTE_MS)
#define FAULTY_MS (55 * MINUTE_MS)	/* and 5 of waiting */
#define TEXTS 2			/* of a round, before it is told */
#define EVERY_MIN_S 3600
#define EVERY_MAX_S (SELFTEST_MOST_MS / 1000)

#define FAULT "sms-selftest"

/* Nobody is woken by it, the wearer's phone least of all (S6). */
static bool is_somebodys(const struct alerte *e, const char *number)
{
	const struct alerte_contact *contact = NULL;
	const struct site_wearer *wearer = NULL;
	const char *id = "";

	while ((contact = site_after(e->site, ALERTE_KIND_CONTACT, id))) {
		if (contact->number[0] && number_same(contact->number, number))
			return true;
		id = contact->id;
	}
	id = "";
	while ((wearer = site_after(e->site, ALERTE_KIND_WEARER, id))) {
		if (wearer->set.number[0] &&
		    number_same(wearer->set.number, number))
			return true;
		id = wearer->set.id;
	}
	return false;
}

static bool is_held(const struct alerte *e)
{
	for (struct live *l = e->live; l; l = l->next)
		if (alert_live(&l->alert) && !l->unseen)
			return true;
	return fault_present(e, "modem") || fault_present(e, "sim") ||
	       fault_present(e, "modem-registration");
}

const char *selftest_address(struct alerte *e, const struct attempt *row)
{
	const char *number = e->selftest.number;

	if (row->target.channel != ALERTE_CHANNEL_SMS || !number[0] ||
	    is_somebodys(e, number))
		return NULL;
	return number;
}

/* What only this gateway can have written, and only in this text. */
static void make_token(struct alerte *e, int64_t row,
		       char out[SELFTEST_TOKEN])
{
	uint8_t id[8], made[DIGEST_BYTES];
	char hex[2 * DIGEST_BYTES + 1];

	put_le64(id, (uint64_t)row);
	digest(e->site_key, "selftest", 8, id, sizeof(id), made);
	hex_encode(made, sizeof(made), hex);
	hex[SELFTEST_TOKEN - 1] = '\0';
	memcpy(out, hex, SELFTEST_TOKEN);
}

static void send_text(struct alerte *e, struct selftest *t)
{
	struct alerte_target target = { .channel = ALERTE_CHANNEL_SMS };
	struct attempt *row = attempt_plan(e, &e->house, WORDS_SELFTEST,
					   &target,
					   ALERTE_IMPORTANCE_HOUSEKEEPING);

	t->dirty = true;
	t->due = e->now.boot_ms + SELFTEST_RETURN_MS;
	if (!row)
		return;
	if (!t->failed)
		t->next = e->now.boot_ms + t->every_ms;
	t->out = true;
	t->row = row->id;
	make_token(e, row->id, t->token);
	attempt_quote(row, t->token, NULL);
}

static void not_back(struct alerte *e, struct selftest *t)
{
	t->out = false;
	t->dirty = true;
	t->due = e->now.boot_ms;
	if (t->disturbed) {
		t->disturbed = false;
		return;
	}
	if (++t->failed < TEXTS && !fault_present(e, FAULT)) {
		t->due += AGAIN_MS;
		return;
	}
	t->failed = 0;
	t->due += FAULTY_MS;
	fault_set(e, FAULT, true);
}

/* An alert goes first: what did not leave yet is taken back. */
static void hold(struct alerte *e, struct selftest *t)
{
	struct live *l;
	struct attempt *row = t->out ? attempt_find(e, t->row, &l) : NULL;

	t->disturbed = t->out;
	if (!row || row->state != ALERTE_ATTEMPT_PLANNED)
		return;
	attempt_state(e, row, ALERTE_ATTEMPT_DROPPED);
	t->out = t->disturbed = false;
	t->due = e->now.boot_ms;
	t->dirty = true;
}

void selftest_run(struct alerte *e)
{
	struct selftest *t = &e->selftest;

	if (!t->number[0] || is_somebodys(e, t->number))
		return;
	if (is_held(e)) {
		hold(e, t);
		return;
	}
	if (t->out && t->due <= e->now.boot_ms)
		not_back(e, t);
	if (!t->out && t->due <= e->now.boot_ms)
		send_text(e, t);
}

int64_t selftest_due(const struct alerte *e)
{
	const struct selftest *t = &e->selftest;

	if (!t->number[0] || is_held(e) || is_somebodys(e, t->number))
		return ALERTE_NEVER;
	return t->due;
}

static void passed(struct alerte *e, struct selftest *t)
{
	t->out = t->disturbed = false;
	t->failed = 0;
	t->passed_wall_ms = e->now.wall_ms;
	t->due = t->next > e->now.boot_ms ? t->next
					  : e->now.boot_ms + t->every_ms;
	t->dirty = true;
	fault_set(e, FAULT, false);
}

void selftest_delivered(struct alerte *e, const struct attempt *row)
{
	if (e->selftest.out && e->selftest.row == row->id)
		passed(e, &e->selftest);
}

bool selftest_heard(struct alerte *e, const char *from, const char *text)
{
	struct selftest *t = &e->selftest;

	if (!t->number[0] || !number_same(from, t->number))
		return false;
	if (t->out && strstr(text, t->token))
		passed(e, t);
	return true;
}

/* ------------------------------------------------------------ the store */

int selftest_write(struct alerte *e)
{
	const struct selftest *t = &e->selftest;
	uint8_t body[512];
	struct pack p;

	pack_start(&p, body, sizeof(body));
	rows_stamp(e, &p);
	pack_text(&p, ROW_CONTACT, t->number);
	pack_text(&p, ROW_WHO, t->token);
	pack_int(&p, ROW_REPEAT, t->every_ms);
	pack_int(&p, ROW_FLAGS, t->out);
	pack_int(&p, ROW_DUE, t->due);
	pack_int(&p, ROW_STARTED, t->next);
	pack_int(&p, ROW_TRIES, t->failed);
	pack_int(&p, ROW_RESENDS, t->row);
	pack_int(&p, ROW_CHANGED, t->passed_wall_ms);
	return p.cut ? ALERTE_ELIMIT
		     : store_meta_put(e->store, "selftest", body, p.len);
}

void selftest_read(struct selftest *t, const uint8_t *body, size_t len)
{
	struct unpack u;

	unpack_start(&u, body, len);
	while (unpack_next(&u)) {
		if (u.tag == ROW_CONTACT)
			unpack_text(&u, t->number, sizeof(t->number));
		else if (u.tag == ROW_WHO)
			unpack_text(&u, t->token, sizeof(t->token));
		else if (u.tag == ROW_REPEAT)
			t->every_ms = unpack_int(&u);
		else if (u.tag == ROW_FLAGS)
			t->out = unpack_int(&u) & 1;
		else if (u.tag == ROW_DUE)
			t->due = unpack_int(&u);
		else if (u.tag == ROW_STARTED)
			t->next = unpack_int(&u);
		else if (u.tag == ROW_TRIES)
			t->failed = (uint32_t)unpack_int(&u);
		else if (u.tag == ROW_RESENDS)
			t->row = unpack_int(&u);
		else if (u.tag == ROW_CHANGED)
			t->passed_wall_ms = unpack_int(&u);
	}
}

/* ------------------------------------------------------------ the host */

static bool number_good(const struct alerte *e, const char *number)
{
	return number_is_plain(number) &&
	       strlen(number) < ALERTE_NUMBER_MAX &&
	       !number_same(number, e->relay_number);
}

int alerte_selftest_set(struct alerte *e, const char *number,
			uint32_t every_s, struct alerte_time now)
{
	struct selftest *t = &e->selftest;

	if (!number || (number[0] && (every_s < EVERY_MIN_S ||
				      every_s > EVERY_MAX_S)))
		return ALERTE_EINVAL;
	if (e->in_host)
		return ALERTE_EBUSY;
	if (number[0] && !number_good(e, number))
		return engine_error(e, ALERTE_EREFUSED,
				    "not a number for a self-test");
	engine_now(e, now);
	if (strcmp(number, t->number)) {
		*t = (struct selftest){ .due = e->now.boot_ms + FIRST_MS };
		memcpy(t->number, number, strlen(number) + 1);
		fault_forget(e, FAULT);
	}
	t->every_ms = every_s * INT64_C(1000);
	if (!t->out && t->due > e->now.boot_ms + t->every_ms)
		t->due = e->now.boot_ms + t->every_ms;
	t->dirty = true;
	return engine_settle(e);
}

static enum alerte_selftest_state state_of(const struct alerte *e,
					   const struct selftest *t)
{
	if (!t->number[0])
		return ALERTE_SELFTEST_OFF;
	if (is_somebodys(e, t->number))
		return ALERTE_SELFTEST_REFUSED;
	if (is_held(e))
		return ALERTE_SELFTEST_HELD;
	return t->out ? ALERTE_SELFTEST_OUT : ALERTE_SELFTEST_WAITING;
}

int alerte_selftest(struct alerte *e, struct alerte_selftest *out)
{
	const struct selftest *t = &e->selftest;

	if (!out || out->size != sizeof(*out))
		return ALERTE_EINVAL;
	out->state = state_of(e, t);
	out->passed_wall_ms = t->passed_wall_ms;
	out->next_wall_ms = 0;
	if (out->state == ALERTE_SELFTEST_WAITING)
		out->next_wall_ms = e->now.wall_ms + t->due - e->now.boot_ms;
	return 0;
}
