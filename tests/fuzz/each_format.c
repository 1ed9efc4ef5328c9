/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row of the table of formats, on any bytes.  Compiled once and linked
 * once a row: `fuzzed_row` is the row, by the linker's --defsym.
 *
 *	...      who sent it (fuzz.h)
 *	4        a counter, with FUZZ_SEAL
 *	byte     how long the body is, or all there is
 *	body     what stands behind the identifier of the format; with FUZZ_SEAL
 *	         it is sealed with the key first, where the format does that
 *	rest     other structures of the payload
 *
 * The decoder reads nothing but what it is given, answers what its header
 * lists, and says the same through the table.  What was sealed opens with its
 * counter, and changed by a bit it does not.
 *
 * "-name" as the only argument prints the format's name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/seal.h"
#include "port/bytes.h"

extern const struct frame_format fuzzed_row;

int LLVMFuzzerInitialize(int *argc, char ***argv);

#define HEAD 4		/* length, type, identifier */

struct heard {
	struct fuzz_sender sender;
	struct sealing what;
	bool sealed;
	struct fuzz_input rest;
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	if (*argc == 2 && !strcmp((*argv)[1], "-name")) {
		puts(fuzzed_row.name);
		exit(0);
	}
	return 0;
}

static void take_heard(struct fuzz_input *in, struct heard *h)
{
	struct sealing *s = &h->what;
	uint8_t counter[4] = { 0 };
	size_t len;

	memset(h, 0, sizeof(*h));
	fuzz_sender(in, &h->sender);
	if (h->sender.flags & FUZZ_SEAL)
		fuzz_take(in, counter, sizeof(counter));
	len = fuzz_byte(in);
	if (len > fuzz_left(in))
		len = fuzz_left(in);
	if (len > sizeof(s->body))
		len = sizeof(s->body);
	fuzz_take(in, s->body, len);
	s->len = len;
	s->id = fuzzed_row.ids[h->sender.flags & FUZZ_ID ? 1 : 0];
	s->address = h->sender.address;
	s->key = fuzz_key(&h->sender);
	s->counter = le32(counter);
	h->sealed = h->sender.flags & FUZZ_SEAL &&
		    seal_body(fuzzed_row.name, s);
	h->rest = *in;
}

static struct fuzz_block payload_of(const struct heard *h)
{
	const struct sealing *s = &h->what;
	size_t rest = fuzz_left(&h->rest);
	struct fuzz_block block = fuzz_room(HEAD + s->len + rest);

	block.at[0] = (uint8_t)(HEAD - 1 + s->len);
	block.at[1] = fuzzed_row.type;
	block.at[2] = (uint8_t)s->id;
	block.at[3] = (uint8_t)(s->id >> 8);
	memcpy(block.at + HEAD, s->body, s->len);
	if (rest)
		memcpy(block.at + HEAD + s->len, h->rest.at, rest);
	return block;
}

static int decode(const struct heard *h, const struct fuzz_block *payload,
		  struct alerte_frame *out)
{
	struct fuzz_block body = fuzz_block(h->what.body, h->what.len);
	const struct frame_key *key = h->what.key;
	struct frame_input in = {
		.address = h->sender.address,
		.id = h->what.id,
		.data = body.at,
		.len = body.len,
		.payload = payload->at,
		.payload_len = payload->len,
		.key = key && key->full ? key->ccm : NULL,
		.any_key = key ? key->ccm : NULL,
		.has_key = key != NULL,
	};
	int r;

	memset(out, 0, sizeof(*out));
	out->size = sizeof(*out);
	out->battery_percent = -1;
	strcpy(out->format, fuzzed_row.name);
	r = fuzzed_row.decode(&in, out);
	fuzz_block_free(&body);
	must(out->size == sizeof(*out));
	must(!strcmp(out->format, fuzzed_row.name));
	if (out->has_packet_id && !out->counter_bits)
		out->counter_bits = fuzzed_row.packet_bits;
	return r;
}

static int decode_whole(const struct heard *h, const struct fuzz_block *payload,
			struct alerte_frame *out)
{
	struct alerte_frame before;
	int r;

	memset(&before, 0xa5, sizeof(before));
	before.size = sizeof(before);
	memcpy(out, &before, sizeof(*out));
	r = frame_decode(h->sender.address, payload->at, payload->len,
			 h->what.key, out);
	must(r != ALERTE_ENOTFOUND || !memcmp(out, &before, sizeof(before)));
	return r;
}

static void check_result(int r, const struct alerte_frame *f)
{
	if (r == ALERTE_ENOTFOUND || r == ALERTE_EFORMAT || r == ALERTE_EKEY)
		return;
	must(r >= 0 || r == ALERTE_EREFUSED || r == ALERTE_ELIMIT);
	fuzz_check_frame(r, f);
}

/* One structure, so one decoder: the table adds nothing and loses nothing. */
static void check_whole(const struct heard *h, const struct fuzz_block *payload,
			int r, const struct alerte_frame *f)
{
	struct alerte_frame whole;

	must(decode_whole(h, payload, &whole) == r);
	if (r == ALERTE_EFORMAT || r == ALERTE_EKEY)
		fuzz_check_named(&whole, fuzzed_row.name);
	else if (r != ALERTE_ENOTFOUND)
		must(fuzz_same_frame(&whole, f));
}

static void check_sealed(const struct heard *h, int r,
			 const struct alerte_frame *f)
{
	must(r >= 0 || r == ALERTE_EFORMAT || r == ALERTE_ELIMIT);
	must(r == ALERTE_EFORMAT ||
	     (f->encrypted && f->trust == ALERTE_TRUST_WEAK &&
	      f->has_counter && f->counter == h->what.counter));
}

/* Twice, as one changed frame of 2^32 opens. */
static void check_changed(struct heard *h, const struct fuzz_block *payload)
{
	size_t n = h->what.len - h->what.covered_at;
	struct alerte_frame f;
	bool opened = true;

	for (uint32_t i = 0; opened && i < 2; i++) {
		size_t at = h->what.covered_at + (h->what.counter + i) % n;
		uint8_t bit = (uint8_t)(1 << (h->what.counter >> 8) % 8);

		h->what.body[at] ^= bit;
		opened = decode(h, payload, &f) != ALERTE_EKEY;
		h->what.body[at] ^= bit;
	}
	must(!opened);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, data + size };
	struct alerte_frame f, whole;
	struct fuzz_block payload;
	struct heard h;
	int r;

	take_heard(&in, &h);
	payload = payload_of(&h);
	r = decode(&h, &payload, &f);
	check_result(r, &f);
	if (fuzz_left(&h.rest))
		check_result(decode_whole(&h, &payload, &whole), &whole);
	else
		check_whole(&h, &payload, r, &f);
	if (h.sealed && h.what.covered) {
		check_sealed(&h, r, &f);
		check_changed(&h, &payload);
	}
	fuzz_block_free(&payload);
	return 0;
}
