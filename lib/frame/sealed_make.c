/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The making side of the sealed frame; runs in a button's firmware.
 *
 *   hdr  RID  C  tag		RID = first 6 bytes of siphash(id key, "AL1",
 *   1    6    9  8		kind, index)
 *
 *   tag = first 8 bytes of blake2b(seal key, 'M', hdr, RID, index, body)
 *   C = body xor first 9 bytes of blake2b(seal key, 'E', hdr, RID, tag)
 *
 *   body of an epoch frame	seq 4, event and button 1, battery 1, age 1,
 *				second (10 bits) and press (6 bits) 2
 *   body of a boot frame	seq 4, event and button 1, epoch (20 bits),
 *				press (6 bits) and second / 16 (6 bits) 4
 *
 * The index is the epoch, or of a boot frame the number of the boot; it is not
 * sent.  Integers stand least significant byte first.  No other header of the
 * tree is included here: this file and alerte/sealed.h are all firmware takes.
 */
#include <alerte/sealed.h>

#include <string.h>

#define HDR 0x20			/* version 1 */
#define RID_AT 1
#define BODY_AT 7
#define TAG_AT 16
#define RID_BYTES 6
#define BODY_BYTES 9
#define TAG_BYTES 8

#define BATTERY_LEAST 1000		/* mV of a byte of 0 */
#define BATTERY_STEP 10
#define AGE_STEP 500			/* ms */
#define EVENT_MOST 15
#define BOOT_SECOND_SHIFT 4

#define PHASE1_MS 2000
#define PHASE2_MS 20000
#define PHASE3_MS 620000

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static uint8_t steps(uint32_t value, uint32_t least, uint32_t step)
{
	uint32_t n = value < least ? 0 : (value - least) / step;

	return n > 255 ? 255 : (uint8_t)n;
}

static int valid(const struct alerte_sealed_frame *f)
{
	return f->size >= sizeof(*f) &&
	       (f->kind == ALERTE_SEALED_EPOCH ||
		(f->kind == ALERTE_SEALED_BOOT &&
		 f->epoch < ALERTE_SEALED_BOOT_EPOCHS)) &&
	       (uint32_t)f->event <= EVENT_MOST && f->button <= 15 &&
	       f->press < ALERTE_SEALED_PRESSES &&
	       f->second < ALERTE_SEALED_EPOCH_S;
}

static void write_body(const struct alerte_sealed_frame *f,
		       uint8_t body[BODY_BYTES])
{
	put32(body, f->seq);
	body[4] = (uint8_t)((uint32_t)f->event << 4 | f->button);
	if (f->kind == ALERTE_SEALED_BOOT) {
		put32(body + 5, f->epoch | (uint32_t)f->press << 20 |
				f->second >> BOOT_SECOND_SHIFT << 26);
		return;
	}
	body[5] = steps(f->battery_mv, BATTERY_LEAST, BATTERY_STEP);
	body[6] = steps(f->age_ms, 0, AGE_STEP);
	body[7] = (uint8_t)f->second;
	body[8] = (uint8_t)(f->second >> 8 | (uint32_t)f->press << 2);
}

static int write_head(const struct alerte_sealed_hash *hash,
		      const uint8_t key[16], uint8_t kind, uint32_t index,
		      uint8_t out[BODY_AT])
{
	uint8_t message[8] = { 'A', 'L', '1', kind }, rid[8];

	put32(message + 4, index);
	if (hash->siphash(hash->context, key, message, sizeof(message), rid))
		return ALERTE_EINVAL;

	out[0] = (uint8_t)(HDR | kind << 3);
	memcpy(out + RID_AT, rid, RID_BYTES);
	return 0;
}

static int write_tag(const struct alerte_sealed_hash *hash,
		     const uint8_t key[32], uint32_t index,
		     const uint8_t body[BODY_BYTES], uint8_t *out)
{
	uint8_t message[21] = { 'M' }, digest[16];

	memcpy(message + 1, out, BODY_AT);
	put32(message + 1 + BODY_AT, index);
	memcpy(message + 5 + BODY_AT, body, BODY_BYTES);
	if (hash->blake2b(hash->context, key, message, sizeof(message), digest))
		return ALERTE_EINVAL;

	memcpy(out + TAG_AT, digest, TAG_BYTES);
	return 0;
}

static int write_hidden(const struct alerte_sealed_hash *hash,
			const uint8_t key[32], const uint8_t body[BODY_BYTES],
			uint8_t *out)
{
	uint8_t message[16] = { 'E' }, mask[16];

	memcpy(message + 1, out, BODY_AT);
	memcpy(message + 1 + BODY_AT, out + TAG_AT, TAG_BYTES);
	if (hash->blake2b(hash->context, key, message, sizeof(message), mask))
		return ALERTE_EINVAL;

	for (int i = 0; i < BODY_BYTES; i++)
		out[BODY_AT + i] = body[i] ^ mask[i];
	return 0;
}

int alerte_sealed_make(const struct alerte_sealed_hash *hash,
		       const struct alerte_sealed_keys *keys,
		       const struct alerte_sealed_frame *frame,
		       uint8_t payload[ALERTE_SEALED_BYTES])
{
	uint8_t body[BODY_BYTES], out[ALERTE_SEALED_BYTES];
	uint8_t kind = (uint8_t)frame->kind;
	uint32_t index = kind ? frame->boot : frame->epoch;

	if (hash->size < sizeof(*hash) || keys->size < sizeof(*keys) ||
	    !valid(frame))
		return ALERTE_EINVAL;

	write_body(frame, body);
	if (write_head(hash, keys->id, kind, index, out) ||
	    write_tag(hash, keys->seal, index, body, out) ||
	    write_hidden(hash, keys->seal, body, out))
		return ALERTE_EINVAL;

	memcpy(payload, out, sizeof(out));
	return 0;
}

int alerte_sealed_advert(uint8_t ad_type, uint16_t id,
			 const uint8_t payload[ALERTE_SEALED_BYTES],
			 uint8_t advert[ALERTE_SEALED_ADVERT_BYTES])
{
	/* BlueZ passes over devices that are not discoverable. */
	static const uint8_t flags[] = { 2, 0x01, 0x06 };

	if (ad_type != ALERTE_SEALED_SERVICE_DATA &&
	    ad_type != ALERTE_SEALED_MANUFACTURER)
		return ALERTE_EINVAL;

	memcpy(advert, flags, sizeof(flags));
	advert[3] = ALERTE_SEALED_BYTES + 3;
	advert[4] = ad_type;
	advert[5] = (uint8_t)id;
	advert[6] = (uint8_t)(id >> 8);
	memcpy(advert + 7, payload, ALERTE_SEALED_BYTES);
	return 0;
}

uint32_t alerte_sealed_interval(uint32_t since_press_ms)
{
	if (since_press_ms < PHASE1_MS)
		return 20;
	if (since_press_ms < PHASE2_MS)
		return 100;
	return since_press_ms < PHASE3_MS ? 1000 : 0;
}
