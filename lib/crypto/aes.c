/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/aes.h"

#include <openssl/evp.h>

#include <alerte/error.h>

int aes_decrypt(const uint8_t *key, const uint8_t *in, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n, good;

	good = ctx && EVP_DecryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, key,
					 NULL) == 1 &&
	       EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	       EVP_DecryptUpdate(ctx, out, &n, in, AES_BYTES) == 1;
	EVP_CIPHER_CTX_free(ctx);
	return good ? 0 : ALERTE_ENOMEM;
}
