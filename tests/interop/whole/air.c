/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What her button sends: a BTHome v2 frame (https://bthome.io/encryption),
 * AES-CCM, made here by libcrypto alone.
 *
 *   02 01 06   length 16 D2FC  45    ciphertext  counter  tag
 *   flags      service data    info  n           4        4
 *
 *   nonce = address (6, as shown) D2FC info counter
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "../https/harness.h"
#include "whole.h"

#define TAG 4
#define HEAD 8
#define PLAIN 4			/* battery 87 %, button */
#define FRAME (HEAD + PLAIN + 4 + TAG)

static const uint8_t address[6] = { 0xc2, 0x00, 0x00, 0x5e, 0x00, 0x53 };
static const uint8_t key[16] = {
	0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
	0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff
};

static bool encrypt(const uint8_t nonce[13], const uint8_t plain[PLAIN],
		    uint8_t *out, uint8_t tag[TAG])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len = 0;
	bool good;

	/* CCM wants the sizes of nonce and tag before the key. */
	good = EVP_EncryptInit_ex(ctx, EVP_aes_128_ccm(), NULL, NULL, NULL) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 13, NULL) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, NULL) &&
	       EVP_EncryptInit_ex(ctx, NULL, NULL, key, nonce) &&
	       EVP_EncryptUpdate(ctx, out, &len, plain, PLAIN) &&
	       EVP_EncryptFinal_ex(ctx, out + len, &len) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG, tag);
	EVP_CIPHER_CTX_free(ctx);
	return good;
}

static void frame_make(uint8_t gesture, uint32_t counter, uint8_t out[FRAME])
{
	static const uint8_t head[HEAD] = { 0x02, 0x01, 0x06,
		FRAME - 4, 0x16, 0xd2, 0xfc, 0x45 };
	const uint8_t plain[PLAIN] = { 0x01, 87, 0x3a, gesture };
	uint8_t nonce[13], *count = out + HEAD + PLAIN;

	memcpy(out, head, HEAD);
	for (int i = 0; i < 4; i++)
		count[i] = (uint8_t)(counter >> 8 * i);
	memcpy(nonce, address, 6);
	memcpy(nonce + 6, head + 5, 3);
	memcpy(nonce + 9, count, 4);
	assert_true(encrypt(nonce, plain, out + HEAD, count + 4));
}

void air_press(uint8_t gesture)
{
	static uint32_t counter = 1000;
	uint8_t frame[FRAME];
	FILE *f = fopen(scratch("frames"), "a");

	assert_non_null(f);
	frame_make(gesture, counter++, frame);
	for (int copy = 0; copy < 3; copy++) {
		fputs("0 " BUTTON " ", f);
		for (size_t i = 0; i < FRAME; i++)
			fprintf(f, "%02x", frame[i]);
		fputc('\n', f);
	}
	assert_int_equal(fclose(f), 0);
}
