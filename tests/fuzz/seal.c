/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/seal.h"

#include <string.h>

#include <openssl/evp.h>

#include "fuzz/fuzz.h"

#define COUNTER_BYTES 4
#define TAG_BYTES 4
#define TAIL (COUNTER_BYTES + TAG_BYTES)

static void put32(uint8_t *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> 8 * i);
}

/*
 * What stands from `at` on becomes ciphertext, the n bytes that stand in
 * extra, tag.
 */
static void seal_rest(struct sealing *s, size_t at, const uint8_t *nonce,
		      size_t nonce_len, bool aad, const uint8_t *extra,
		      size_t n)
{
	static const uint8_t eleven[] = { 0x11 };
	uint8_t text[SEAL_BODY_MAX];
	size_t len = s->len - at;

	memcpy(text, s->body + at, len);
	memcpy(s->body + s->len, extra, n);
	must(ccm_seal(s->key->ccm, nonce, nonce_len, aad ? eleven : NULL, aad,
		      text, len, s->body + at, s->body + s->len + n,
		      TAG_BYTES) == 0);
	s->covered = true;
	s->covered_at = at;
	s->len += n + TAG_BYTES;
}

static bool seal_bthome1(struct sealing *s)
{
	uint8_t nonce[12] = { [6] = 0x1e, [7] = 0x18 };

	if (!s->key->full || !s->len || s->len + TAIL > SEAL_BODY_MAX)
		return false;

	s->id = 0x181e;
	memcpy(nonce, s->address, 6);
	put32(nonce + 8, s->counter);
	seal_rest(s, 0, nonce, sizeof(nonce), true, nonce + 8, COUNTER_BYTES);
	return true;
}

static bool seal_bthome2(struct sealing *s)
{
	uint8_t nonce[13] = { [6] = 0xd2, [7] = 0xfc };
	size_t at = s->len && s->body[0] & 2 ? 7 : 1;

	if (!s->key->full || s->len <= at || s->len + TAIL > SEAL_BODY_MAX)
		return false;

	s->body[0] = (uint8_t)((s->body[0] & 0x1e) | 0x41);
	for (int i = 0; i < 6; i++)
		nonce[i] = at > 1 ? s->body[6 - i] : s->address[i];
	nonce[8] = s->body[0];
	put32(nonce + 9, s->counter);
	seal_rest(s, at, nonce, sizeof(nonce), false, nonce + 9, COUNTER_BYTES);
	return true;
}

/* Where the objects of a MiBeacon frame begin; 0 when there are none. */
static size_t mibeacon_objects_at(const struct sealing *s)
{
	size_t at = 5;

	if (s->len < at)
		return 0;
	if (s->body[0] & 0x10)
		at += 6;
	if (s->body[0] & 0x20)
		at += at < s->len && s->body[at] & 0x20 ? 2 : 1;
	return at < s->len ? at : 0;
}

/* Version 2 and 3: no tag; its last byte is anything. */
static void seal_unverified(struct sealing *s, size_t at,
			    const uint8_t sender[6])
{
	uint8_t nonce[13];

	memcpy(nonce, s->body, 5);
	memcpy(nonce + 8, sender, 5);
	for (int i = 0; i < 3; i++)
		nonce[5 + i] = (uint8_t)(s->counter >> 8 * (i + 1));
	seal_rest(s, at, nonce, sizeof(nonce), false, nonce + 5, 3);
	s->len -= TAG_BYTES - 1;
	s->covered = false;
}

static void seal_verified(struct sealing *s, size_t at,
			  const uint8_t sender[6])
{
	uint8_t nonce[12];

	memcpy(nonce, sender, 6);
	memcpy(nonce + 6, s->body + 2, 3);
	for (int i = 0; i < 3; i++)
		nonce[9 + i] = (uint8_t)(s->counter >> 8 * (i + 1));
	seal_rest(s, at, nonce, sizeof(nonce), true, nonce + 9, 3);
}

static bool seal_mibeacon(struct sealing *s)
{
	size_t at = mibeacon_objects_at(s);
	int version = s->len > 1 ? s->body[1] >> 4 : 0;
	uint8_t sender[6];

	if (!at || s->len + TAIL > SEAL_BODY_MAX || version < 2 ||
	    version > 5 || (version >= 4 && !s->key->full))
		return false;

	s->body[0] |= 0x48;
	s->body[4] = (uint8_t)s->counter;
	for (int i = 0; i < 6; i++)
		sender[i] = s->body[0] & 0x10 ? s->body[5 + i] :
						s->address[5 - i];
	if (version >= 4)
		seal_verified(s, at, sender);
	else
		seal_unverified(s, at, sender);
	return true;
}

static uint16_t govee_crc(const uint8_t *at, size_t len)
{
	uint32_t crc = 0x1d0f;

	while (len--) {
		crc ^= (uint32_t)*at++ << 8;
		for (int i = 0; i < 8; i++)
			crc = crc << 1 ^ (crc & 0x8000 ? 0x11021 : 0);
	}
	return (uint16_t)crc;
}

/* Hidden under a key of its own; what stands at 6 to 21 is the text. */
static bool seal_govee(struct sealing *s)
{
	EVP_CIPHER_CTX *ctx;
	uint8_t key[16] = { 0 }, in[16], out[32];
	uint16_t crc;
	int n;

	if (s->len < 24)
		return false;
	for (int i = 0; i < 4; i++)
		key[15 - i] = s->body[2 + i];
	for (int i = 0; i < 16; i++)
		in[i] = s->body[21 - i];

	ctx = EVP_CIPHER_CTX_new();
	must(ctx && EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, key,
				       NULL) == 1 &&
	     EVP_EncryptUpdate(ctx, out, &n, in, 16) == 1 && n == 16);
	EVP_CIPHER_CTX_free(ctx);
	for (int i = 0; i < 16; i++)
		s->body[21 - i] = out[i];
	crc = govee_crc(s->body + 6, 16);
	s->body[22] = (uint8_t)(crc >> 8);
	s->body[23] = (uint8_t)crc;
	return true;
}

static const struct {
	const char *format;
	bool keyed;
	bool (*seal)(struct sealing *s);
} sealers[] = {
	{ "bthome-v1", true, seal_bthome1 },
	{ "bthome-v2", true, seal_bthome2 },
	{ "mibeacon", true, seal_mibeacon },
	{ "govee", false, seal_govee },
};

bool seal_body(const char *format, struct sealing *s)
{
	s->covered = false;
	for (size_t i = 0; i < sizeof(sealers) / sizeof(sealers[0]); i++) {
		if (strcmp(sealers[i].format, format))
			continue;
		if (sealers[i].keyed && (!s->key || !s->address))
			return false;
		return sealers[i].seal(s);
	}
	return false;
}
