/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/frame/sealed_world.h"

#include <stdlib.h>

void world_open(struct sealed_world *w, uint32_t most)
{
	w->memory = malloc(sealed_table_bytes(most));
	if (!w->memory)
		abort();
	w->t = sealed_table_new(w->memory, most);
	w->now = WORLD_START;
}

void world_close(struct sealed_world *w)
{
	sealed_table_free(w->t);
	free(w->memory);
}

int world_enrol(struct sealed_world *w, uint32_t n)
{
	struct sealed_state state = {
		.clock = { .known = true, .set_ms = w->now }
	};
	struct alerte_sealed_keys keys;

	sealed_button_keys(n, &keys);
	return sealed_table_add(w->t, &keys, &state, w->now);
}

void world_pass(struct sealed_world *w, int64_t ms)
{
	int64_t end = w->now + ms;

	while (w->now < end) {
		w->now += end - w->now > 60000 ? 60000 : end - w->now;
		while (sealed_table_step(w->t, w->now, SEALED_STEP_WORK))
			;
	}
}

void world_frame(struct sealed_sender *s, int64_t at,
		 uint8_t payload[ALERTE_SEALED_BYTES])
{
	int64_t clock = at + s->clock_ms;

	s->frame.epoch = (uint32_t)(clock / SEALED_EPOCH_MS);
	s->frame.second = (uint32_t)(clock % SEALED_EPOCH_MS / 1000);
	sealed_button_make(s->n, s->frame, payload);
}

int world_hear(struct sealed_world *w, const uint8_t *payload,
	       struct sealed_frame *out)
{
	int r = sealed_open(w->t, payload, ALERTE_SEALED_BYTES, w->now, out);

	if (r == 1)
		sealed_take(w->t, out, w->now);
	return r;
}

int world_send(struct sealed_world *w, struct sealed_sender *s,
	       struct sealed_frame *out)
{
	uint8_t payload[ALERTE_SEALED_BYTES];

	s->frame.seq++;
	world_frame(s, w->now, payload);
	return world_hear(w, payload, out);
}

int world_after(struct sealed_world *w, struct sealed_sender *s,
		struct sealed_frame *out, int64_t after)
{
	uint8_t payload[ALERTE_SEALED_BYTES];
	int r;

	s->frame.seq++;
	world_frame(s, w->now, payload);
	world_pass(w, after);
	r = world_hear(w, payload, out);
	if (r != ALERTE_ENOTFOUND)
		return r;
	while (sealed_table_step(w->t, w->now, SEALED_STEP_WORK))
		;
	return sealed_table_again(w->t, payload) ?
	       world_hear(w, payload, out) : r;
}
