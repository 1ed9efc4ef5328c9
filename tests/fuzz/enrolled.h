/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_ENROLLED_H
#define TESTS_FUZZ_ENROLLED_H

#include <alerte/settings.h>

/*
 * The buttons that the engine of engine_fuzz.c knows, one of each kind.  An
 * input names one by its place here.
 */
struct enrolled {
	const char *id;
	uint8_t address[6];	/* under which it is enrolled */
	uint8_t sender[6];	/* from which it sends */
	const char *format;	/* "": any */
	uint8_t key[16];
	uint32_t key_len;
	const char *seals;	/* the format it can be made to seal, or NULL */
	bool stranger;		/* not enrolled at all */
};

extern const struct enrolled enrolled[];
extern const size_t enrolled_count;

/*
 * Actions of an input: the kind, and what the kind makes of its upper bits; a
 * time (see engine_fuzz.c); then
 *
 *	ENGINE_HEAR     length, payload
 *	ENGINE_SEALED   counter (4), length, a plain frame's body
 */
#define ENGINE_KIND 0x07
#define ENGINE_WHICH 3		/* shift of the upper bits */
enum engine_action {
	ENGINE_HEAR, ENGINE_SEALED, ENGINE_WAIT, ENGINE_RECEIPT, ENGINE_ACK,
	ENGINE_REOPEN
};

#endif
