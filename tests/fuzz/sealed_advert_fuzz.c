/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One sealed advert by itself, by alerte_frame_decode() with a sealed key:
 *
 *	byte 0   ADVERT_KEYS: with both keys, not the master key;
 *	         ADVERT_MADE: the button of that key makes it
 *	rest     the payload; or, of what is made: kind, epoch or boot, second,
 *	         number (4), event, press, which byte to change and how
 *
 * What was made opens with its number, and changed it does not.
 *
 * What does not open is looked for in every epoch of a year, unless it is the
 * first of a boot, which would be all that is done here: the rest of them is
 * left to sealed_frame_fuzz.c.
 */
#include <string.h>

#include "frame/sealed.h"
#include "fuzz/fuzz.h"
#include "lib/frame/sealed_button.h"
#include "port/bytes.h"

#define ADVERT_KEYS 0x01
#define ADVERT_MADE 0x02
#define HEAD 4
#define IDENTIFIER 7		/* with what stands before it */
#define BOOTS_EXPECTED 4

/* Those of button 0, whose master key is 00 to 1f. */
static size_t key_of(uint8_t flags, uint8_t key[SEALED_KEYS_BYTES])
{
	struct alerte_sealed_keys keys;

	if (!(flags & ADVERT_KEYS)) {
		for (int i = 0; i < ALERTE_SEALED_MASTER_BYTES; i++)
			key[i] = (uint8_t)i;
		return ALERTE_SEALED_MASTER_BYTES;
	}
	sealed_button_keys(0, &keys);
	memcpy(key, keys.id, sizeof(keys.id));
	memcpy(key + sizeof(keys.id), keys.seal, sizeof(keys.seal));
	return SEALED_KEYS_BYTES;
}

static int decode(uint8_t flags, const struct fuzz_block *payload,
		  struct alerte_frame *f)
{
	uint8_t key[SEALED_KEYS_BYTES];
	size_t len = key_of(flags, key);
	struct alerte_frame before;
	int r;

	memset(&before, 0xa5, sizeof(before));
	before.size = sizeof(before);
	memcpy(f, &before, sizeof(*f));
	r = alerte_frame_decode(NULL, payload->at, payload->len, key, len, f);
	switch (r) {
	case ALERTE_ENOTFOUND:
		must(memcmp(f, &before, sizeof(*f)) == 0);
		break;
	case ALERTE_EKEY:
		fuzz_check_named(f, SEALED_NAME);
		break;
	default:
		must(r == 0 || r == 1);
		must(f->encrypted && !strcmp(f->format, SEALED_NAME));
		fuzz_check_frame(r, f);
	}
	return r;
}

static struct alerte_sealed_frame make(struct fuzz_input *in, uint8_t *adv)
{
	struct alerte_sealed_frame frame = { .size = 0 };
	uint8_t seq[4];

	frame.kind = fuzz_byte(in) & 1 ? ALERTE_SEALED_BOOT :
					 ALERTE_SEALED_EPOCH;
	frame.epoch = fuzz_byte(in);
	frame.boot = frame.epoch % BOOTS_EXPECTED + 1;
	frame.second = fuzz_byte(in) * 4u;
	fuzz_take(in, seq, sizeof(seq));
	frame.seq = le32(seq);
	frame.event = (enum alerte_sealed_event)(fuzz_byte(in) & 15);
	frame.press = fuzz_byte(in) & 63;
	adv[0] = HEAD - 1 + ALERTE_SEALED_BYTES;
	adv[1] = 0x16;
	adv[2] = ALERTE_SEALED_TRIAL_ID & 0xff;
	adv[3] = ALERTE_SEALED_TRIAL_ID >> 8;
	sealed_button_make(0, frame, adv + HEAD);
	return frame;
}

static void check_made(uint8_t flags, struct fuzz_input *in)
{
	struct fuzz_block adv = fuzz_room(HEAD + ALERTE_SEALED_BYTES);
	struct alerte_sealed_frame frame = make(in, adv.at);
	uint8_t at = fuzz_byte(in), change = fuzz_byte(in);
	struct alerte_frame f;
	int r;

	if (frame.kind != ALERTE_SEALED_BOOT)
		change = 0;
	at %= ALERTE_SEALED_BYTES - IDENTIFIER;
	adv.at[HEAD + IDENTIFIER + at] ^= change;
	r = decode(flags, &adv, &f);
	must(change ? r == ALERTE_EKEY : r >= 0 && f.counter == frame.seq);
	fuzz_block_free(&adv);
}

static void check_payload(uint8_t flags, const struct fuzz_block *payload)
{
	const uint8_t *at = sealed_payload(ALERTE_SEALED_TRIAL_ID, payload->at,
					   payload->len);
	struct alerte_frame f;

	if (!at)
		must(decode(flags, payload, &f) == ALERTE_ENOTFOUND);
	else
		must(at >= payload->at + HEAD && at + ALERTE_SEALED_BYTES <=
						 payload->at + payload->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, data + size };
	uint8_t flags = fuzz_byte(&in);
	struct fuzz_block payload;

	if (flags & ADVERT_MADE) {
		check_made(flags, &in);
		return 0;
	}
	payload = fuzz_block(in.at, fuzz_left(&in));
	check_payload(flags, &payload);
	fuzz_block_free(&payload);
	return 0;
}
