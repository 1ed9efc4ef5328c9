/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_EXPIRY_H
#define DAEMON_EXPIRY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What ends on a day known before: certificates of endpoints, and the SIM.
 * Looked at every six hours, and when settings change.  Faults, 30 days ahead:
 * "sim-expiry", "certificate-expiry"; "certificate-unreadable".
 */
struct daemon;
struct expiry;

/*
 * When a file of certificates ends, in seconds since 1970: of a client's, when
 * the first of its chain does; of authorities, when the last does, since an old
 * one may stand beside the new.  0, or -errno (-EBADMSG: no certificate).
 */
int expiry_file(const char *path, bool authorities, int64_t *end_s);
/* The end of a day "2027-03-31", UTC; 0, or -EINVAL. */
int expiry_day(const char *text, int64_t *end_s);

int expiry_new(struct daemon *d, struct expiry **out);
void expiry_free(struct expiry *x);
/* Look now; NULL is allowed. */
void expiry_look(struct expiry *x);
json_t *expiry_describe(const struct expiry *x);

#endif
