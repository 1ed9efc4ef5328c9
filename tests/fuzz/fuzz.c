/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "frame/sealed.h"

void must(bool condition)
{
	if (!condition)
		abort();
}

/* -------------------------------------------------------------- inputs */

size_t fuzz_left(const struct fuzz_input *in)
{
	return (size_t)(in->end - in->at);
}

uint8_t fuzz_byte(struct fuzz_input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

void fuzz_take(struct fuzz_input *in, void *out, size_t len)
{
	size_t n = fuzz_left(in) < len ? fuzz_left(in) : len;

	memset(out, 0, len);
	if (n)
		memcpy(out, in->at, n);
	in->at += n;
}

/* No byte of an empty one is there to be read either. */
struct fuzz_block fuzz_room(size_t len)
{
	struct fuzz_block block = { .len = len };

	block.memory = malloc(len ? len : 1);
	must(block.memory != NULL);
	block.at = (uint8_t *)block.memory + !len;
	return block;
}

struct fuzz_block fuzz_block(const uint8_t *data, size_t len)
{
	struct fuzz_block block = fuzz_room(len);

	if (len)
		memcpy(block.at, data, len);
	return block;
}

void fuzz_block_free(struct fuzz_block *block)
{
	free(block->memory);
}

void fuzz_sender(struct fuzz_input *in, struct fuzz_sender *out)
{
	static const uint8_t lengths[] = { 0, FRAME_KEY_SHORT, CCM_KEY_BYTES,
					   CCM_KEY_BYTES };

	memset(out, 0, sizeof(*out));
	out->flags = fuzz_byte(in);
	if (out->flags & FUZZ_ADDRESS) {
		fuzz_take(in, out->address_bytes, 6);
		out->address = out->address_bytes;
	}
	out->key_len = lengths[out->flags >> 1 & 3];
	if (out->key_len) {
		fuzz_take(in, out->key_bytes, out->key_len);
		out->key = out->key_bytes;
	}
}

const struct frame_key *fuzz_key(const struct fuzz_sender *sender)
{
	static struct frame_key *last;
	static uint8_t bytes[CCM_KEY_BYTES];
	static size_t last_len;
	size_t len = sender->key_len;

	if (!len)
		return NULL;
	if (last && last_len == len && !memcmp(bytes, sender->key, len))
		return last;

	frame_key_free(last);
	last_len = len;
	memcpy(bytes, sender->key, len);
	last = frame_key_new(bytes, len);
	must(last != NULL);
	return last;
}

/* -------------------------------------------------------------- frames */

static void check_presses(const struct alerte_frame *f)
{
	must(f->npresses <= ALERTE_PRESS_MAX);
	for (size_t i = 0; i < f->npresses; i++) {
		must(f->press[i].gesture > ALERTE_GESTURE_NONE);
		must(f->press[i].gesture <= ALERTE_GESTURE_UNKNOWN);
		must(f->press[i].button > 0);
	}
}

/* Nothing is believed that no tag vouches for. */
static void check_trust(const struct alerte_frame *f)
{
	must(f->trust == ALERTE_TRUST_NONE || f->trust == ALERTE_TRUST_WEAK ||
	     (f->trust == ALERTE_TRUST_STRONG &&
	      !strcmp(f->format, SEALED_NAME)));
	must(f->has_counter == (f->trust != ALERTE_TRUST_NONE));
	must(!f->has_counter || (f->encrypted && f->counter_bits == 32));
}

static void check_counts(const struct alerte_frame *f)
{
	must(f->counts >= ALERTE_GESTURE_NONE);
	must(f->counts <= ALERTE_GESTURE_UNKNOWN);
	must(!f->counts || (f->has_packet_id && !f->has_counter));
	if (!f->has_packet_id)
		return;
	must(f->counter_bits > 0 && f->counter_bits <= 32);
	must(f->counter_bits == 32 || !(f->packet_id >> f->counter_bits));
}

void fuzz_check_frame(int result, const struct alerte_frame *f)
{
	must(f->size == sizeof(*f));
	must(memchr(f->format, 0, sizeof(f->format)) != NULL && f->format[0]);
	must(f->battery_percent >= -1 && f->battery_percent <= 100);
	must(result < 0 || (size_t)result == f->npresses);
	must(result != ALERTE_ELIMIT || f->npresses == ALERTE_PRESS_MAX);
	must(result != ALERTE_EREFUSED ||
	     (!f->encrypted && f->trust == ALERTE_TRUST_NONE));
	check_presses(f);
	check_trust(f);
	check_counts(f);
}

bool fuzz_same_frame(const struct alerte_frame *a,
		     const struct alerte_frame *b)
{
	for (size_t i = 0; i < ALERTE_PRESS_MAX; i++)
		if (a->press[i].button != b->press[i].button ||
		    a->press[i].gesture != b->press[i].gesture)
			return false;
	return a->size == b->size && !strcmp(a->format, b->format) &&
	       a->trust == b->trust && a->encrypted == b->encrypted &&
	       a->has_counter == b->has_counter && a->counter == b->counter &&
	       a->counter_bits == b->counter_bits &&
	       a->has_packet_id == b->has_packet_id &&
	       a->packet_id == b->packet_id &&
	       a->battery_percent == b->battery_percent &&
	       a->npresses == b->npresses && a->counts == b->counts;
}

void fuzz_check_named(const struct alerte_frame *f, const char *format)
{
	struct alerte_frame bare = { .size = sizeof(bare),
				     .battery_percent = -1 };

	must(strlen(format) < sizeof(bare.format));
	memcpy(bare.format, format, strlen(format));
	must(fuzz_same_frame(f, &bare));
}
