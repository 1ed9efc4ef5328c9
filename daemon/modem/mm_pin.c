/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PINs that a card refused, so that restarts do not spend its three tries on
 * the same wrong one.  A line a refusal in a file of our own, until a PIN is
 * accepted:
 *
 *	SHA-256(pin)  SHA-256(pin card)		in hexadecimal
 *
 * The card is known by its identifier; where it tells none, on either side,
 * the PIN alone decides: another try may be the last.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "modem/mm.h"

#define HEX (2 * crypto_hash_sha256_BYTES + 1)
#define LINE (2 * HEX)

static bool file_name(const struct mm *mm, char out[PATH_MAX])
{
	int n = mm->state ? snprintf(out, PATH_MAX, "%s/refused-pins",
				     mm->state) : 0;

	return n > 0 && n < PATH_MAX;
}

static void digest(const char *pin, const char *card, char out[HEX])
{
	uint8_t sum[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state s;

	crypto_hash_sha256_init(&s);
	crypto_hash_sha256_update(&s, (const uint8_t *)pin, strlen(pin) + 1);
	crypto_hash_sha256_update(&s, (const uint8_t *)card, strlen(card));
	crypto_hash_sha256_final(&s, sum);
	sodium_bin2hex(out, HEX, sum, sizeof(sum));
	sodium_memzero(&s, sizeof(s));
}

/* "any" for a card that does not tell who it is. */
static const char *card_of(const struct mm *mm)
{
	return mm->card[0] ? mm->card : "any";
}

bool mm_pin_refused(const struct mm *mm)
{
	char path[PATH_MAX], line[LINE + 2], pin[HEX], card[HEX], any[HEX];
	bool found = false;
	FILE *f;

	if (!file_name(mm, path))
		return false;

	f = fopen(path, "re");
	if (!f)
		return false;

	digest(mm->pin, "", pin);
	digest(mm->pin, card_of(mm), card);
	digest(mm->pin, "any", any);
	while (!found && fgets(line, sizeof(line), f))
		found = !strncmp(line, pin, HEX - 1) &&
			(!mm->card[0] || !strncmp(line + HEX, card, HEX - 1) ||
			 !strncmp(line + HEX, any, HEX - 1));
	fclose(f);
	return found;
}

void mm_pin_remember(const struct mm *mm)
{
	char path[PATH_MAX], line[LINE + 1], pin[HEX], card[HEX];
	bool kept = false;
	int fd;

	if (!file_name(mm, path) || mm_pin_refused(mm))
		return;

	digest(mm->pin, "", pin);
	digest(mm->pin, card_of(mm), card);
	snprintf(line, sizeof(line), "%s %s\n", pin, card);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
		  O_NOFOLLOW, 0600);
	if (fd >= 0) {
		kept = write(fd, line, LINE) == (ssize_t)LINE && !fsync(fd);
		close(fd);
	}
	if (!kept)
		log_line(ALERTE_LOG_ERROR, "modem: %s: %s; a restart will "
			 "spend another try of the SIM", path,
			 strerror(errno));
}

void mm_pin_forget(const struct mm *mm)
{
	char path[PATH_MAX];

	if (file_name(mm, path))
		unlink(path);
}
