/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_EMAIL_H
#define MESSAGE_EMAIL_H

#include <stdbool.h>

/*
 * An address an e-mail can go to: a dot-atom, "@" and a host name with a dot
 * (RFC 5322 section 3.4.1, RFC 1035 section 2.3.1), ASCII only, shorter than
 * ALERTE_EMAIL_MAX.  No quoted part, no comment, no literal: nothing that could
 * stand for a second recipient or a header.
 */
bool email_is_plain(const char *address);

#endif
