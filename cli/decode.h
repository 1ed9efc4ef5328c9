/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DECODE_H
#define CLI_DECODE_H

#include <alerte/frame.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The longest advertising data there is (Core Spec. Vol 4 Part E 7.8.57). */
#define DECODE_ADV_MAX 1650

struct decode_input {
	bool has_address;
	uint8_t address[6];
	uint8_t adv[DECODE_ADV_MAX];
	size_t len;
	uint8_t key[48];
	size_t key_len;		/* 0, 12 or 16; of a sealed button 32 or 48 */
	/* adv is read by this rule, or as a notification; else both are "" */
	char trigger[ALERTE_TRIGGER_MAX];
	char family[ALERTE_FORMAT_MAX];
	uint16_t uuid;		/* of the notification's characteristic */
};

/*
 * Pairs of hex digits; characters of skip may stand between pairs.  Returns
 * the number of bytes, or -1 when text is no such thing or longer than cap.
 */
int decode_hex(const char *text, const char *skip, uint8_t *out, size_t cap);
/* "AA:BB:CC:DD:EE:FF", or the same without colons. */
bool decode_address(const char *text, struct decode_input *in);
bool decode_key(const char *text, struct decode_input *in);
/* "ibeacon:UUID:MAJOR:MINOR,hold=10000"; "valrt:fff4". */
bool decode_trigger(const char *text, struct decode_input *in);
bool decode_notification(const char *text, struct decode_input *in);

/*
 * alerte_frame_decode(), or what the rule or the family asks for; *out is
 * empty where that leaves it untouched.
 */
int decode_run(const struct decode_input *in, struct alerte_frame *out);
/*
 * The answer as an object, to be released; NULL when memory ran out.  id is
 * repeated in it, NULL for null.
 */
json_t *decode_answer(json_t *id, int result, const struct alerte_frame *f);
/* Print an object on a line of its own and release it; 0 or EX_OSERR. */
int decode_print(json_t *answer);

/* JSON lines from in to stdout; an exit code. */
int decode_batch(FILE *in);

#endif
