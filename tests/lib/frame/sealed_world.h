/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SEALED_WORLD_H
#define TESTS_SEALED_WORLD_H

#include "frame/sealed.h"
#include "lib/frame/sealed_button.h"

/*
 * Buttons, a receiver's table and what is between: clocks in milliseconds, and
 * the frames a button would send.
 */
struct sealed_world {
	void *memory;
	struct sealed_table *t;
	int64_t now;			/* of the receiver */
};

/* Button n's own clock and counters; a fresh seq for each frame. */
struct sealed_sender {
	uint32_t n;
	int64_t clock_ms;		/* now of the receiver less this: 0 */
	struct alerte_sealed_frame frame;
};

#define WORLD_EPOCH 1000
#define WORLD_START (WORLD_EPOCH * SEALED_EPOCH_MS + 100000)

/* A table of `most`, at WORLD_START; buttons are added by world_enrol(). */
void world_open(struct sealed_world *w, uint32_t most);
void world_close(struct sealed_world *w);
/* Enrol button n, whose clock is the receiver's.  Returns its number. */
int world_enrol(struct sealed_world *w, uint32_t n);
/* Time goes on; a step each minute. */
void world_pass(struct sealed_world *w, int64_t ms);

/* What the sender would emit at the instant `at` of the receiver's clock. */
void world_frame(struct sealed_sender *s, int64_t at,
		 uint8_t payload[ALERTE_SEALED_BYTES]);
/* Hear a payload; taken when it is new. */
int world_hear(struct sealed_world *w, const uint8_t *payload,
	       struct sealed_frame *out);
/* Emitted and heard now, with the next seq. */
int world_send(struct sealed_world *w, struct sealed_sender *s,
	       struct sealed_frame *out);
/* Emitted now and heard so long after; where it is nobody's, searched for. */
int world_after(struct sealed_world *w, struct sealed_sender *s,
		struct sealed_frame *out, int64_t after);

#endif
