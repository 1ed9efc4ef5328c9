/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_BACKUP_H
#define ALERTE_BACKUP_H

#include <stddef.h>
#include <stdint.h>

#include <alerte/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a replacement gateway needs to take the place of this one: every
 * setting with its secrets (keys of buttons, digests of cancel codes), what was
 * learned of each button (a counter never goes back, R4), and the key that
 * makes references (S5).  Not in it: alerts, history, and the arming for the
 * 114, which a person does again (M4).  When either gateway was armed the one
 * that takes it is not, and the association is told ("relay-arming").
 *
 * Encrypted and authenticated as a stream (XChaCha20-Poly1305) under `key`,
 * ALERTE_KEY_BYTES that the caller makes: from a passphrase with a slow hash,
 * as the command does, or from the platform's key store.  A file that was cut,
 * changed or put together from two is refused whole.
 */

/*
 * Give the bytes to write(), in order, some kilobytes at a time.  0; what
 * write() returned if that is not 0; ALERTE_EBUSY from inside a host call;
 * ALERTE_ENOMEM.  A backup that did not return 0 is to be thrown away.
 */
ALERTE_API int alerte_backup(struct alerte *a, const uint8_t *key,
			     int (*write)(void *context, const uint8_t *bytes,
					  size_t len),
			     void *context, struct alerte_time now);

/*
 * Take a backup: its settings in place of all those in force, and what was
 * learned of its buttons where it is more than is known here.  All of it, on
 * disk when this returns 0, or nothing:
 *   ALERTE_EKEY      another key, or bytes that were changed or cut
 *   ALERTE_EFORMAT   no backup, or of a later version
 *   ALERTE_EREFUSED  an alert is open, or its settings break a rule of this
 *                    gateway: alerte_errmsg()
 *   ALERTE_EBUSY     from inside a host call, or settings are being changed
 *   ALERTE_ESTORE, ALERTE_ENOMEM
 */
ALERTE_API int alerte_restore(struct alerte *a, const uint8_t *key,
			      const uint8_t *bytes, size_t len,
			      struct alerte_time now);

#ifdef __cplusplus
}
#endif

#endif
