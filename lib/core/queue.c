/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inputs made from inside a host call wait here until the call is over, and
 * are durable before alerte_step() returns (A3).
 */
#include <stdlib.h>
#include <string.h>

#include "core/engine.h"

/* A host that answers each send with many inputs is broken, not busy. */
#define QUEUE_MAX 4096

static void queued_free(struct queued *q)
{
	for (int i = 0; i < 3; i++) {
		if (q->text[i])
			wipe(q->text[i], strlen(q->text[i]));
		free(q->text[i]);
	}
	if (q->bytes)
		wipe(q->bytes, q->len);
	free(q->bytes);
	free(q);
}

int queue_input(struct alerte *e, const struct queued *input)
{
	struct queued *q;
	size_t n = 0;

	for (struct queued *at = e->queue; at; at = at->next)
		n++;
	if (n >= QUEUE_MAX)
		return ALERTE_ELIMIT;
	q = malloc(sizeof(*q));
	if (!q)
		return ALERTE_ENOMEM;
	*q = *input;
	q->next = NULL;
	q->bytes = NULL;
	memset(q->text, 0, sizeof(q->text));
	for (int i = 0; i < 3; i++) {
		q->text[i] = input->text[i] ? strdup(input->text[i]) : NULL;
		if (input->text[i] && !q->text[i])
			goto fail;
	}
	if (input->len) {
		q->bytes = malloc(input->len);
		if (!q->bytes)
			goto fail;
		memcpy(q->bytes, input->bytes, input->len);
	}
	*e->queue_end = q;
	e->queue_end = &q->next;
	return ALERTE_OK;
fail:
	queued_free(q);
	return ALERTE_ENOMEM;
}

void queue_run(struct alerte *e)
{
	while (e->queue) {
		struct queued *q = e->queue;

		e->queue = q->next;
		if (!e->queue)
			e->queue_end = &e->queue;
		q->run(e, q);
		queued_free(q);
	}
}

void queue_free(struct alerte *e)
{
	while (e->queue) {
		struct queued *q = e->queue;

		e->queue = q->next;
		queued_free(q);
	}
}
