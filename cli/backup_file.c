/* SPDX-License-Identifier: Apache-2.0 */
#include "backup_file.h"

#include <sodium.h>
#include <string.h>

#define MAGIC "ALERTE-BACKUP\n"
#define MAGIC_BYTES (sizeof(MAGIC) - 1)
#define VERSION 1

/* Places in the head. */
#define AT_VERSION MAGIC_BYTES
#define AT_SALT (AT_VERSION + 2)
#define AT_PASSES (AT_SALT + crypto_pwhash_SALTBYTES)
#define AT_KIB (AT_PASSES + 4)

/* What a file may ask for: it may come from anybody. */
#define PASSES_MOST 10
#define KIB_MOST (1024 * 1024)

_Static_assert(AT_KIB + 4 == BACKUP_HEAD_BYTES, "the head has no gap");

static void put(uint8_t *at, size_t n, uint32_t value)
{
	size_t i;

	for (i = 0; i < n; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get(const uint8_t *at, size_t n)
{
	uint32_t value = 0;

	while (n-- > 0)
		value = value << 8 | at[n];

	return value;
}

void backup_head_make(struct backup_head *head)
{
	memcpy(head->bytes, MAGIC, MAGIC_BYTES);
	put(head->bytes + AT_VERSION, 2, VERSION);
	randombytes_buf(head->bytes + AT_SALT, crypto_pwhash_SALTBYTES);
	put(head->bytes + AT_PASSES, 4, crypto_pwhash_OPSLIMIT_MODERATE);
	put(head->bytes + AT_KIB, 4, crypto_pwhash_MEMLIMIT_MODERATE / 1024);
}

static int bad_head(const struct cli *c, const char *path, const char *why)
{
	return complainf(c, EX_DATAERR,
			 TR(c, "nothing was restored", "rien n'a été restauré"),
			 TR(c, "alerte restore FILE, with a file of alerte backup",
			    "alerte restore FICHIER, avec un fichier d'alerte backup"), TR(c, "%s: %s", "%s : %s"), path, why);
}

int backup_head_check(const struct cli *c, const char *path,
		      const struct backup_head *head)
{
	uint32_t passes = get(head->bytes + AT_PASSES, 4);
	uint32_t kib = get(head->bytes + AT_KIB, 4);

	if (memcmp(head->bytes, MAGIC, MAGIC_BYTES) != 0)
		return bad_head(c, path, TR(c, "not a backup of alerte",
					    "ce n'est pas une sauvegarde d'alerte"));
	if (get(head->bytes + AT_VERSION, 2) != VERSION)
		return bad_head(c, path, TR(c, "made by another version of alerte",
					    "faite par une autre version d'alerte"));
	if (passes < 1 || passes > PASSES_MOST || kib < 8 || kib > KIB_MOST)
		return bad_head(c, path, TR(c, "it asks for more work or memory than a backup does: it was changed",
					    "il demande plus de calcul ou de mémoire qu'une sauvegarde : il a été modifié"));

	return 0;
}

int backup_key(const struct cli *c, const struct backup_head *head,
	       const char *passphrase, uint8_t key[BACKUP_KEY_BYTES])
{
	uint8_t slow[crypto_generichash_KEYBYTES];
	int r = sodium_init();

	if (r >= 0)
		r = crypto_pwhash(slow, sizeof(slow), passphrase,
				  strlen(passphrase), head->bytes + AT_SALT,
				  get(head->bytes + AT_PASSES, 4),
				  (size_t)get(head->bytes + AT_KIB, 4) * 1024,
				  crypto_pwhash_ALG_ARGON2ID13);
	if (r == 0)
		crypto_generichash(key, BACKUP_KEY_BYTES, head->bytes,
				   sizeof(head->bytes), slow, sizeof(slow));

	input_wipe(slow, sizeof(slow));
	return r == 0 ? 0 : complain(c, EX_OSERR,
			TR(c, "nothing was done", "rien n'a été fait"),
			TR(c, "there is not enough memory to make the key",
			   "il n'y a pas assez de mémoire pour faire la clé"),
			TR(c, "end other programs and try again",
			   "fermez d'autres programmes, puis recommencez"));
}
