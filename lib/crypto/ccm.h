/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_CCM_H
#define CRYPTO_CCM_H

#include <stddef.h>
#include <stdint.h>

#include <alerte/error.h>

/*
 * AES-128-CCM (RFC 3610, NIST SP 800-38C): one key, made once for each
 * enrolled button; opening allocates nothing, nor does sealing but the first.
 *
 * One thread at a time for each key.
 */
struct ccm;

#define CCM_KEY_BYTES 16
#define CCM_NONCE_MIN 7
#define CCM_NONCE_MAX 13
#define CCM_TAG_MIN 4		/* tags are of an even length */
#define CCM_TAG_MAX 16
#define CCM_TEXT_MAX 65535	/* what a nonce of 13 bytes leaves to count */

/* key: CCM_KEY_BYTES, copied.  NULL when memory ran out. */
struct ccm *ccm_new(const uint8_t *key);
/* Wipes the key.  NULL is allowed. */
void ccm_free(struct ccm *ccm);

/*
 * Check the tag and write len bytes of plaintext to out.  aad may be NULL
 * where aad_len is 0.  len is at least 1: a tag over nothing is refused, since
 * libcrypto does not check one.  out may be data itself.
 *
 * 0, ALERTE_EKEY when the tag does not belong to what it stands with (out is
 * then of no meaning), or ALERTE_EINVAL for a length out of bounds.
 */
/*@
  requires \valid_read(nonce + (0 .. nonce_len - 1));
  requires \valid_read(aad + (0 .. aad_len - 1));
  requires \valid_read(data + (0 .. len - 1));
  requires \valid_read(tag + (0 .. tag_len - 1));
  requires \valid(out + (0 .. len - 1));
  assigns out[0 .. len - 1];
  ensures \result == 0 || \result == ALERTE_EKEY || \result == ALERTE_EINVAL;
 */
int ccm_open(const struct ccm *ccm, const uint8_t *nonce, size_t nonce_len,
	     const uint8_t *aad, size_t aad_len, const uint8_t *data,
	     size_t len, const uint8_t *tag, size_t tag_len, uint8_t *out);

/*
 * The opposite: len bytes of ciphertext to out, tag_len bytes to tag.  A nonce
 * serves once for each key.  0, ALERTE_EINVAL, or ALERTE_ENOMEM.
 */
int ccm_seal(struct ccm *ccm, const uint8_t *nonce, size_t nonce_len,
	     const uint8_t *aad, size_t aad_len, const uint8_t *data,
	     size_t len, uint8_t *out, uint8_t *tag, size_t tag_len);

/*
 * Plaintext without looking at any tag, for frames that bring none worth the
 * name: whatever went in, something comes out, and it proves nothing.  0,
 * ALERTE_EINVAL, or ALERTE_ENOMEM.
 */
/*@
  requires \valid_read(nonce + (0 .. nonce_len - 1));
  requires \valid_read(data + (0 .. len - 1));
  requires \valid(out + (0 .. len - 1));
  assigns out[0 .. len - 1];
  ensures \result == 0 || \result == ALERTE_ENOMEM ||
    \result == ALERTE_EINVAL;
 */
int ccm_open_unchecked(struct ccm *ccm, const uint8_t *nonce, size_t nonce_len,
		       const uint8_t *data, size_t len, uint8_t *out);

#endif
