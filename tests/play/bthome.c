/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a BTHome v2 button puts on the air (https://bthome.io/format and
 * https://bthome.io/encryption), written apart from the library's decoder.
 *
 *   flags  service data 0xFCD2
 *          info  objects                          plain
 *          info  ciphertext  counter  tag         encrypted
 *
 * Nonce: address, D2 FC, info, counter.
 */
#include <openssl/evp.h>
#include <string.h>

#include "play.h"

#define TAG 4

static int ccm(const struct bthome *b, uint8_t info, const uint8_t *plain,
	       int len, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t nonce[13];
	uint8_t *counter = out + len;
	int n, ok;

	for (n = 0; n < 4; n++)
		counter[n] = (uint8_t)(b->counter >> (8 * n));

	memcpy(nonce, b->address, 6);
	memcpy(nonce + 6, "\xd2\xfc", 2);
	nonce[8] = info;
	memcpy(nonce + 9, counter, 4);

	ok = ctx &&
	     EVP_EncryptInit_ex(ctx, EVP_aes_128_ccm(), NULL, NULL, NULL) &&
	     EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 13, NULL) &&
	     EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, NULL) &&
	     EVP_EncryptInit_ex(ctx, NULL, NULL, b->key, nonce) &&
	     EVP_EncryptUpdate(ctx, NULL, &n, NULL, len) &&
	     EVP_EncryptUpdate(ctx, out, &n, plain, len) &&
	     EVP_EncryptFinal_ex(ctx, out + n, &n) &&
	     EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG,
				 out + len + 4);
	EVP_CIPHER_CTX_free(ctx);
	return ok ? len + 4 + TAG : -1;
}

int bthome_advert(const struct bthome *b, uint8_t *out, size_t cap)
{
	uint8_t plain[64], info = b->key ? 0x45 : 0x44;
	int len = 0, body;
	size_t i;

	if (b->ncodes > 16 || cap < 96)
		return -1;

	if (b->has_packet) {
		plain[len++] = 0x00;
		plain[len++] = b->packet;
	}

	plain[len++] = 0x01;		/* battery */
	plain[len++] = 100;

	for (i = 0; i < b->ncodes; i++) {
		plain[len++] = 0x3a;
		plain[len++] = b->codes[i];
	}

	memcpy(out, "\x02\x01\x06\x00\x16\xd2\xfc", 7);
	out[7] = info;

	if (b->key) {
		body = ccm(b, info, plain, len, out + 8);
	} else {
		memcpy(out + 8, plain, (size_t)len);
		body = len;
	}

	if (body < 0)
		return -1;

	out[3] = (uint8_t)(4 + body);
	return 8 + body;
}
