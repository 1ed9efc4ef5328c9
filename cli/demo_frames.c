/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the radio hears: BTHome v2 frames (https://bthome.io/format), hers
 * really encrypted with AES-CCM (https://bthome.io/encryption).
 *
 *   02 01 06   length 16 D2FC  info  ciphertext  counter  tag
 *   flags      service data    1     n           4        4
 *
 *   nonce = address (6, as shown) D2FC info counter
 *
 * Written for itself, and not with the library's decoder: a mistake common to
 * both would not be seen.
 */

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "demo.h"

#define INFO_PLAIN 0x44		/* trigger based, version 2 */
#define INFO_ENCRYPTED 0x45
#define TAG 4
#define HEAD 8
#define FRAME_MAX 31

#define BATTERY 0x01		/* then percent */
#define BUTTON 0x3a		/* then the gesture */
#define PRESS 0x01
#define DOUBLE_PRESS 0x02

int demo_button(struct demo *d)
{
	if (RAND_bytes(d->key, sizeof(d->key)) != 1 ||
	    RAND_bytes(d->address, sizeof(d->address)) != 1)
		return complain(&d->cli, EX_SOFTWARE,
				TR(&d->cli, "no random bytes",
				   "pas d'octets aléatoires"), NULL, NULL);

	d->address[0] |= 0xc0;	/* a static random address */
	d->counter = 1000;
	d->taped = d->counter;
	return 0;
}

static void put_le32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

static void put_head(uint8_t *frame, uint8_t info, size_t payload)
{
	static const uint8_t flags[] = { 0x02, 0x01, 0x06 };

	memcpy(frame, flags, sizeof(flags));
	frame[3] = (uint8_t)(4 + payload);
	frame[4] = 0x16;
	frame[5] = 0xd2;
	frame[6] = 0xfc;
	frame[7] = info;
}

static bool encrypt(const struct demo *d, uint32_t counter,
		    const uint8_t *plain, size_t n, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t nonce[13];
	int len = 0;
	bool good;

	memcpy(nonce, d->address, 6);
	memcpy(nonce + 6, (uint8_t[]){ 0xd2, 0xfc, INFO_ENCRYPTED }, 3);
	put_le32(nonce + 9, counter);

	/* CCM wants the sizes of nonce and tag before the key. */
	good = ctx != NULL &&
	       EVP_EncryptInit_ex(ctx, EVP_aes_128_ccm(), NULL, NULL, NULL) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 13, NULL) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, NULL) &&
	       EVP_EncryptInit_ex(ctx, NULL, NULL, d->key, nonce) &&
	       EVP_EncryptUpdate(ctx, out, &len, plain, (int)n) &&
	       EVP_EncryptFinal_ex(ctx, out + len, &len) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG,
				   out + n + 4);
	put_le32(out + n, counter);

	EVP_CIPHER_CTX_free(ctx);
	return good;
}

static size_t her_frame(const struct demo *d, uint32_t counter,
			const uint8_t *plain, size_t n, uint8_t *frame)
{
	put_head(frame, INFO_ENCRYPTED, n + 4 + TAG);
	if (!encrypt(d, counter, plain, n, frame + HEAD))
		return 0;

	return HEAD + n + 4 + TAG;
}

static size_t make(const struct demo *d, enum demo_frame kind, uint8_t *frame)
{
	static const uint8_t pressed[] = { BATTERY, 87, BUTTON, DOUBLE_PRESS };
	static const uint8_t strange[] = { BUTTON, PRESS };
	size_t n;

	switch (kind) {
	case DEMO_STRANGER:
		put_head(frame, INFO_PLAIN, sizeof(strange));
		memcpy(frame + HEAD, strange, sizeof(strange));
		return HEAD + sizeof(strange);
	case DEMO_DOUBLE:
		return her_frame(d, d->counter, pressed, sizeof(pressed),
				 frame);
	case DEMO_REPLAYED:
		return her_frame(d, d->taped, pressed, sizeof(pressed), frame);
	case DEMO_SENSOR:
		return her_frame(d, d->counter + 1, pressed, 2, frame);
	case DEMO_TAMPERED:
		n = her_frame(d, d->counter + 2, pressed, sizeof(pressed),
			      frame);
		frame[HEAD] ^= 0x01;
		return n;
	}

	return 0;
}

static void line_of(const uint8_t address[6], const uint8_t *frame, size_t n,
		    char *line, size_t cap)
{
	size_t i;
	int at;

	at = snprintf(line, cap, "0 %02X:%02X:%02X:%02X:%02X:%02X ",
		      address[0], address[1], address[2], address[3],
		      address[4], address[5]);
	for (i = 0; i < n; i++)
		at += snprintf(line + at, cap - (size_t)at, "%02x", frame[i]);

	snprintf(line + at, cap - (size_t)at, "\n");
}

int demo_hear(struct demo *d, enum demo_frame kind, int copies)
{
	static const uint8_t stranger[6] = { 0xc2, 0, 0, 0x5e, 0, 0x53 };
	uint8_t frame[FRAME_MAX];
	char line[128], path[DEMO_PATH];
	size_t n = make(d, kind, frame);
	FILE *f;
	int i;

	line_of(kind == DEMO_STRANGER ? stranger : d->address, frame, n, line,
		sizeof(line));
	demo_path(d, "frames", path);
	f = fopen(path, "ae");
	if (n == 0 || f == NULL)
		return complain(&d->cli, EX_IOERR,
				TR(&d->cli, "no frame was heard",
				   "aucune trame n'a été entendue"), path,
				NULL);

	for (i = 0; i < copies; i++)
		fputs(line, f);

	/* A whole line at a time: the daemon follows the file as it grows. */
	fclose(f);
	return 0;
}

int demo_press_again(struct demo *d)
{
	d->counter += 10;
	d->last_ms = demo_now_ms();
	return demo_hear(d, DEMO_DOUBLE, 4);
}
