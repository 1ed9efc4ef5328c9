/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_BACKUP_FILE_H
#define CLI_BACKUP_FILE_H

#include <stdint.h>

#include "cli.h"

/*
 * The head of a backup's file: how the key is made from the passphrase.  The
 * library's stream stands behind it.  Numbers have their low byte first.
 *
 *   "ALERTE-BACKUP\n"  version(2)  salt(16)  passes(4)  KiB(4)
 *
 * The key is BLAKE2b of these bytes, keyed with what Argon2id makes of the
 * passphrase: a head that was changed gives another key.
 */
#define BACKUP_HEAD_BYTES 40
#define BACKUP_KEY_BYTES 32
/* What the daemon takes at most, behind the head. */
#define BACKUP_BODY_MOST (64LL * 1024 * 1024)

struct backup_head {
	uint8_t bytes[BACKUP_HEAD_BYTES];
};

void backup_head_make(struct backup_head *head);
/*
 * EX_DATAERR, said: another kind of file, a later version, or more work and
 * memory than a file may ask of this machine.
 */
int backup_head_check(const struct cli *c, const char *path,
		      const struct backup_head *head);
/* It takes as long as the head says.  EX_OSERR when memory ran out. */
int backup_key(const struct cli *c, const struct backup_head *head,
	       const char *passphrase, uint8_t key[BACKUP_KEY_BYTES]);

#endif
