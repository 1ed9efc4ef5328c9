/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcrypto fixes the lengths of nonce and tag at the moment a key is set, and
 * formats differ in them: the key is therefore set again for each frame.  That
 * costs one key schedule, and leaves no state behind from frame to frame.
 */
#include "crypto/ccm.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <alerte/error.h>

struct ccm {
	EVP_CIPHER_CTX *open, *seal;
	uint8_t key[CCM_KEY_BYTES];
};

struct ccm *ccm_new(const uint8_t *key)
{
	const EVP_CIPHER *cipher = EVP_aes_128_ccm();
	struct ccm *ccm = calloc(1, sizeof(*ccm));

	if (!ccm)
		return NULL;

	memcpy(ccm->key, key, sizeof(ccm->key));
	ccm->open = EVP_CIPHER_CTX_new();
	if (!ccm->open ||
	    EVP_DecryptInit_ex(ccm->open, cipher, NULL, NULL, NULL) != 1) {
		ccm_free(ccm);
		return NULL;
	}
	return ccm;
}

void ccm_free(struct ccm *ccm)
{
	if (!ccm)
		return;

	EVP_CIPHER_CTX_free(ccm->open);
	EVP_CIPHER_CTX_free(ccm->seal);
	OPENSSL_cleanse(ccm->key, sizeof(ccm->key));
	free(ccm);
}

static bool lengths_allowed(size_t nonce_len, size_t aad_len, size_t len,
			    size_t tag_len)
{
	return nonce_len >= CCM_NONCE_MIN && nonce_len <= CCM_NONCE_MAX &&
	       tag_len >= CCM_TAG_MIN && tag_len <= CCM_TAG_MAX &&
	       tag_len % 2 == 0 && len >= 1 && len <= CCM_TEXT_MAX &&
	       aad_len <= CCM_TEXT_MAX;
}

/* Lengths, then key and nonce, then the length of the text, then aad. */
static bool start(EVP_CIPHER_CTX *ctx, const uint8_t *key,
		  const uint8_t *nonce, size_t nonce_len, const uint8_t *aad,
		  size_t aad_len, size_t len)
{
	int n;

	if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)nonce_len,
				NULL) != 1 ||
	    EVP_CipherInit_ex(ctx, NULL, NULL, key, nonce, -1) != 1 ||
	    EVP_CipherUpdate(ctx, NULL, &n, NULL, (int)len) != 1)
		return false;

	return !aad_len ||
	       EVP_CipherUpdate(ctx, NULL, &n, aad, (int)aad_len) == 1;
}

int ccm_open(const struct ccm *ccm, const uint8_t *nonce, size_t nonce_len,
	     const uint8_t *aad, size_t aad_len, const uint8_t *data,
	     size_t len, const uint8_t *tag, size_t tag_len, uint8_t *out)
{
	uint8_t expected[CCM_TAG_MAX];
	int n;

	if (!lengths_allowed(nonce_len, aad_len, len, tag_len))
		return ALERTE_EINVAL;

	memcpy(expected, tag, tag_len);
	if (EVP_CIPHER_CTX_ctrl(ccm->open, EVP_CTRL_AEAD_SET_TAG, (int)tag_len,
				expected) != 1 ||
	    !start(ccm->open, ccm->key, nonce, nonce_len, aad, aad_len, len) ||
	    EVP_DecryptUpdate(ccm->open, out, &n, data, (int)len) != 1)
		return ALERTE_EKEY;

	return 0;
}

/* Gateways seldom need it: what it takes is made when first asked for. */
static bool can_seal(struct ccm *ccm)
{
	if (ccm->seal)
		return true;

	ccm->seal = EVP_CIPHER_CTX_new();
	if (ccm->seal && EVP_EncryptInit_ex(ccm->seal, EVP_aes_128_ccm(), NULL,
					    NULL, NULL) == 1)
		return true;

	EVP_CIPHER_CTX_free(ccm->seal);
	ccm->seal = NULL;
	return false;
}

int ccm_seal(struct ccm *ccm, const uint8_t *nonce, size_t nonce_len,
	     const uint8_t *aad, size_t aad_len, const uint8_t *data,
	     size_t len, uint8_t *out, uint8_t *tag, size_t tag_len)
{
	int n;

	if (!lengths_allowed(nonce_len, aad_len, len, tag_len))
		return ALERTE_EINVAL;

	if (!can_seal(ccm))
		return ALERTE_ENOMEM;

	if (EVP_CIPHER_CTX_ctrl(ccm->seal, EVP_CTRL_AEAD_SET_TAG, (int)tag_len,
				NULL) != 1 ||
	    !start(ccm->seal, ccm->key, nonce, nonce_len, aad, aad_len, len) ||
	    EVP_EncryptUpdate(ccm->seal, out, &n, data, (int)len) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ccm->seal, EVP_CTRL_AEAD_GET_TAG, (int)tag_len,
				tag) != 1)
		return ALERTE_EINVAL;

	return 0;
}

/* Counter mode is its own inverse: seal what was sealed, drop the tag. */
int ccm_open_unchecked(struct ccm *ccm, const uint8_t *nonce, size_t nonce_len,
		       const uint8_t *data, size_t len, uint8_t *out)
{
	uint8_t tag[CCM_TAG_MIN];

	return ccm_seal(ccm, nonce, nonce_len, NULL, 0, data, len, out, tag,
			sizeof(tag));
}
