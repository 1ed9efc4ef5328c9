/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_MIME_H
#define TRANSPORT_MIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/host.h>

/*
 * A message as it goes behind DATA: headers (RFC 5322), an empty line, the text
 * as quoted-printable (RFC 2045 section 6.7), and the dot that ends it.  Lines
 * end in CRLF and have 76 characters at most; dots that begin one are doubled
 * (RFC 5321 section 4.5.2).
 *
 * Nothing of what is given can begin a header of its own: addresses, key and
 * subject are refused when they hold a control character, and a subject that
 * is not printable ASCII is encoded (RFC 2047).
 */
struct mime {
	const char *from, *to;		/* checked by alerte_email_check() */
	const char *key;		/* makes the Message-ID */
	const char *subject, *text;	/* UTF-8 */
	int64_t wall_ms;		/* of Date */
	bool important;
};

/*
 * *out: *len bytes, to be wiped and freed.  ALERTE_EINVAL: an address, a key
 * that is no dot-atom, a subject or a text that is missing, too long or not
 * UTF-8.  ALERTE_ENOMEM.
 */
int mime_compose(const struct mime *m, char **out, size_t *len);

#endif
