/* SPDX-License-Identifier: Apache-2.0 */
/* What networks say of attempts.  None of it is an acknowledgement. */
#include "core/engine.h"

static bool is_final(enum alerte_attempt_state state)
{
	return state == ALERTE_ATTEMPT_DELIVERED ||
	       state == ALERTE_ATTEMPT_DROPPED;
}

static void sent(struct alerte *e, struct live *l, struct attempt *row,
		 int part)
{
	if (part > 0 && part <= 64)
		row->parts_sent |= UINT64_C(1) << (part - 1);
	if (row->state == ALERTE_ATTEMPT_SENT)
		return;
	attempt_state(e, row, ALERTE_ATTEMPT_SENT);
	live_mark_reached(l, row);
	conversation_receipt(e, l, row);
}

/* Another has its place already, since it was not heard of in time. */
static bool is_replaced(const struct live *l, const struct attempt *row)
{
	for (const struct attempt *r = l->attempts; r; r = r->next)
		if (r->resends == row->id)
			return true;
	return false;
}

static void failed(struct alerte *e, struct live *l, struct attempt *row,
		   bool again)
{
	if (row->state == ALERTE_ATTEMPT_FAILED)
		return;
	attempt_state(e, row, ALERTE_ATTEMPT_FAILED);
	if (again && !is_replaced(l, row))
		plan_retry(e, l, row, false);
}

static void take(struct alerte *e, struct live *l, struct attempt *row,
		 int part, enum alerte_receipt_kind kind)
{
	switch (kind) {
	case ALERTE_RECEIPT_ACCEPTED:
		break;
	case ALERTE_RECEIPT_SENT:
		sent(e, l, row, part);
		break;
	case ALERTE_RECEIPT_DELIVERED:
		sent(e, l, row, part);
		attempt_state(e, row, ALERTE_ATTEMPT_DELIVERED);
		selftest_delivered(e, row);
		break;
	case ALERTE_RECEIPT_FAILED:
		failed(e, l, row, true);
		break;
	case ALERTE_RECEIPT_REJECTED:
		failed(e, l, row, false);
		break;
	case ALERTE_RECEIPT_UNKNOWN:
		if (row->state != ALERTE_ATTEMPT_SENDING)
			break;
		attempt_state(e, row, ALERTE_ATTEMPT_UNKNOWN);
		live_mark_reached(l, row);
		plan_retry(e, l, row, true);
		break;
	}
}

static int run_receipt(struct alerte *e, const struct queued *q)
{
	return alerte_receipt(e, q->number, q->value,
			      (enum alerte_receipt_kind)q->value2, q->now);
}

int alerte_receipt(struct alerte *e, int64_t attempt, int part,
		   enum alerte_receipt_kind kind, struct alerte_time now)
{
	struct attempt *row;
	struct live *l;

	if (kind < ALERTE_RECEIPT_ACCEPTED || kind > ALERTE_RECEIPT_UNKNOWN ||
	    part < 0)
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_receipt, .number = attempt,
				    .value = part, .value2 = (int)kind,
				    .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	row = attempt_find(e, attempt, &l);
	if (!row || live_over(e, l))
		return engine_error(e, ALERTE_ENOTFOUND, "no such attempt");
	/* never handed over in this life: nothing can be known of it */
	if (is_final(row->state) || !row->sends)
		return ALERTE_OK;
	take(e, l, row, part, kind);
	conversation_warn(e, l);
	return row->dirty ? engine_settle(e) : ALERTE_OK;
}
