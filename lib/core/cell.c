/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cell of the network the receiver stands in.  An endpoint may have a table
 * of cells, people have none: it is in bodies only, and the first one is told
 * at once where a body of its own can say it.
 */
#include <string.h>

#include "core/duress.h"
#include "core/engine.h"
#include "port/text.h"

#define COMMAS 4
#define DECIMALS 2	/* MCC, MNC; then LAC, CI, TAC in hexadecimal */

static bool is_cell(const char *cell)
{
	size_t commas = 0, n = strnlen(cell, ALERTE_CELL_MAX);

	for (size_t i = 0; i < n; i++) {
		bool digit = cell[i] >= '0' && cell[i] <= '9';
		bool letter = (cell[i] >= 'A' && cell[i] <= 'F') ||
			      (cell[i] >= 'a' && cell[i] <= 'f');

		if (cell[i] == ',')
			commas++;
		else if (!digit && !(letter && commas >= DECIMALS))
			return false;
	}
	return commas == COMMAS && n > COMMAS && n < ALERTE_CELL_MAX;
}

/* The other shapes have no message for a place that is none yet. */
static bool takes_cell(struct alerte *e, const struct alerte_target *to)
{
	const struct alerte_contact *contact;
	const struct alerte_endpoint *endpoint;

	if (to->channel != ALERTE_CHANNEL_HTTPS)
		return false;
	contact = site_contact(e->site, to->contact);
	endpoint = contact ? site_find(e->site, ALERTE_KIND_ENDPOINT,
				       contact->endpoint) : NULL;
	return endpoint && endpoint->shape == ALERTE_SHAPE_JSON;
}

static void cell_take(struct alerte *e, struct live *l, const char *cell)
{
	struct alert *a = &l->alert;
	bool first = !a->cell[0];

	if (!strcmp(a->cell, cell))
		return;
	text_copy(a->cell, sizeof(a->cell), cell);
	l->dirty = true;
	for (uint32_t i = 0; first && i < a->nreach; i++) {
		const struct alerte_target *to = &a->reach[i].target;

		if (takes_cell(e, to) &&
		    !attempt_waiting(l, WORDS_POSITION, to))
			attempt_plan(e, l, WORDS_POSITION, to,
				     ALERTE_IMPORTANCE_NOTICE);
	}
}

static int run_cell(struct alerte *e, const struct queued *q)
{
	return alerte_cell(e, q->number, q->text[0], q->now);
}

int alerte_cell(struct alerte *e, int64_t alert, const char *cell,
		struct alerte_time now)
{
	struct live *l;

	if (!cell || !is_cell(cell))
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_cell, .number = alert,
				    .text = { (char *)cell }, .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	/* as with a position: asked before the cancel, told behind it (L8) */
	l = duress_behind(e, alert);
	if (l) {
		cell_take(e, l, cell);
		engine_commit(e);
	}
	l = live_shown(e, alert);
	if (!l || !alert_live(&l->alert))
		return engine_error(e, ALERTE_ENOTFOUND, "no such live alert");
	cell_take(e, l, cell);
	return engine_commit(e);
}
