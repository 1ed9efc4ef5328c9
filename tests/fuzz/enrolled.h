/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_ENROLLED_H
#define TESTS_FUZZ_ENROLLED_H

#include <alerte/settings.h>

/*
 * The buttons that the engine of engine_fuzz.c knows, one of each kind.  An
 * input names one by its place here.
 */
struct enrolled {
	const char *id, *wearer;
	uint8_t address[6];	/* under which it is enrolled */
	uint8_t sender[6];	/* from which it sends */
	const char *format;	/* NULL: any */
	const char *trigger;	/* or NULL */
	uint8_t key[32];
	uint32_t key_len;
	uint32_t grace_s;
	const char *seals;	/* the format it can be made to seal, or NULL */
	bool stranger;		/* not enrolled from the start */
};

/* What a wearer's buttons can prove at most; ended by NULL. */
struct enrolled_wearer {
	const char *id;
	enum alerte_trust trust;
};

extern const struct enrolled enrolled[];
extern const struct enrolled_wearer enrolled_wearers[];
extern const size_t enrolled_count;

/*
 * Actions of an input: the kind, and what the kind makes of its upper bits; a
 * time (see engine_fuzz.c); then
 *
 *	ENGINE_HEAR     length, payload
 *	ENGINE_SEALED   counter (4), length, a plain frame's body or, of a
 *	                sealed button, fields of struct alerte_sealed_frame
 *	ENGINE_NOTIFY   characteristic (2), length, notification
 */
#define ENGINE_KIND 0x07
#define ENGINE_WHICH 3		/* shift of the upper bits */
enum engine_action {
	ENGINE_HEAR, ENGINE_SEALED, ENGINE_NOTIFY, ENGINE_WAIT, ENGINE_RECEIPT,
	ENGINE_ACK, ENGINE_REOPEN, ENGINE_ENROL
};

#endif
