/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "frame/format.h"

/* What the targets of this folder share. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void must(bool condition);

/* Bytes of an input, taken from its front. */
struct fuzz_input {
	const uint8_t *at, *end;
};

size_t fuzz_left(const struct fuzz_input *in);
/* 0 when there is none left. */
uint8_t fuzz_byte(struct fuzz_input *in);
/* What is missing is 0. */
void fuzz_take(struct fuzz_input *in, void *out, size_t len);

/* A block of its own, so that one byte too far is seen. */
struct fuzz_block {
	uint8_t *at;
	size_t len;
	void *memory;
};

struct fuzz_block fuzz_room(size_t len);
struct fuzz_block fuzz_block(const uint8_t *data, size_t len);
void fuzz_block_free(struct fuzz_block *block);

/*
 * Who sent a payload, as a target of frames is told:
 *
 *	byte 0   FUZZ_ADDRESS; bits 1-2: no key, 12 bytes, 16 bytes; the rest
 *	         is the target's own
 *	6        the address, where there is one
 *	...      the key, where there is one
 */
#define FUZZ_ADDRESS 0x01
#define FUZZ_KEY_SHORT 0x02
#define FUZZ_KEY 0x04
#define FUZZ_ID 0x08		/* a format's second identifier */
#define FUZZ_SEAL 0x10		/* the target seals what follows */

struct fuzz_sender {
	uint8_t flags;
	const uint8_t *address;		/* or NULL */
	const uint8_t *key;		/* or NULL */
	size_t key_len;
	uint8_t address_bytes[6], key_bytes[16];
};

void fuzz_sender(struct fuzz_input *in, struct fuzz_sender *out);
/* Made once for a key that comes again; NULL for none.  Not to be freed. */
const struct frame_key *fuzz_key(const struct fuzz_sender *sender);

/* What a frame may say that was read, whole or in part. */
void fuzz_check_frame(int result, const struct alerte_frame *frame);
/* It holds which format it was and nothing else. */
void fuzz_check_named(const struct alerte_frame *frame, const char *format);
bool fuzz_same_frame(const struct alerte_frame *a,
		     const struct alerte_frame *b);

#endif
