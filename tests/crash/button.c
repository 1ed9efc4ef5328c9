/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BTHome v2 (https://bthome.io/encryption), written for this test alone: a
 * mistake shared with the library's decoder would not be seen.
 */
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "crash.h"

#define INFO 0x45		/* encrypted, trigger based, version 2 */
#define HEAD 8
#define TAG 4

static void address_of(int wearer, uint8_t out[6])
{
	const uint8_t address[6] = { 0xc2, 0x5e, 0x00, 0x53,
				     (uint8_t)(wearer >> 8), (uint8_t)wearer };

	memcpy(out, address, 6);
}

void button_address(int wearer, char out[18])
{
	uint8_t a[6];

	address_of(wearer, a);
	snprintf(out, 18, "%02X:%02X:%02X:%02X:%02X:%02X", a[0], a[1], a[2],
		 a[3], a[4], a[5]);
}

static void key_of(const struct world *w, int wearer, uint8_t out[16])
{
	uint8_t sum[SHA256_DIGEST_LENGTH];
	char text[64];

	snprintf(text, sizeof(text), "%llx/%d", (unsigned long long)w->salt,
		 wearer);
	SHA256((const uint8_t *)text, strlen(text), sum);
	memcpy(out, sum, 16);
}

void button_key(const struct world *w, int wearer, char out[33])
{
	uint8_t key[16];

	key_of(w, wearer, key);

	for (int i = 0; i < 16; i++)
		snprintf(out + 2 * i, 3, "%02x", key[i]);
}

/* Ciphertext, counter, tag. */
static bool encrypt(const uint8_t key[16], const uint8_t nonce[13],
		    const uint8_t *plain, int n, uint8_t *out)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int len = 0;
	bool good;

	/* CCM wants the sizes of nonce and tag before the key. */
	good = c && EVP_EncryptInit_ex(c, EVP_aes_128_ccm(), NULL, NULL,
				       NULL) &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, 13, NULL) &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, NULL) &&
	       EVP_EncryptInit_ex(c, NULL, NULL, key, nonce) &&
	       EVP_EncryptUpdate(c, out, &len, plain, n) &&
	       EVP_EncryptFinal_ex(c, out + len, &len) &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, out + n + 4);
	memcpy(out + n, nonce + 9, 4);
	EVP_CIPHER_CTX_free(c);
	return good;
}

size_t button_press(const struct world *w, int wearer, uint32_t counter,
		    uint8_t frame[FRAME_MAX])
{
	static const uint8_t pressed[] = { 0x01, 87, 0x3a, 0x01 };
	static const uint8_t head[] = { 0x02, 0x01, 0x06,
					4 + sizeof(pressed) + 4 + TAG,
					0x16, 0xd2, 0xfc, INFO };
	uint8_t key[16], nonce[13];

	key_of(w, wearer, key);
	address_of(wearer, nonce);
	memcpy(nonce + 6, (uint8_t[]){ 0xd2, 0xfc, INFO }, 3);

	for (int i = 0; i < 4; i++)
		nonce[9 + i] = (uint8_t)(counter >> 8 * i);

	memcpy(frame, head, HEAD);

	if (!encrypt(key, nonce, pressed, sizeof(pressed), frame + HEAD))
		give_up("libcrypto does not encrypt");

	return HEAD + sizeof(pressed) + 4 + TAG;
}
