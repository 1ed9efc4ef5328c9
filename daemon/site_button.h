/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SITE_BUTTON_H
#define DAEMON_SITE_BUTTON_H

#include <alerte/alerte.h>

#include "site.h"
#include "site_place.h"

/* The section of a button, for libconfuse. */
extern cfg_opt_t site_button_opts[];

/* Read it; what is wrong is complained of. */
void site_button_get(const struct place *p, struct alerte_button *b);

/* How a button is known. */
bool button_addressed(const struct alerte_button *b);
/* Of a key of that length: the master key of a sealed button, or its two. */
bool button_key_seals(uint32_t key_len);

/*
 * The engine refused the button and would take it without its format: it does
 * not know that one.  Inside a change of settings, which is to be thrown away.
 */
bool button_format_strange(struct alerte *a, const struct alerte_button *b,
			   struct alerte_time now);
#define BUTTON_FORMAT_STRANGE "format %s is not known, or is none of such a " \
	"button; alerted.conf(5) lists them"

/* "54:48:E6:8F:80:A5", or "" when it has none. */
#define BUTTON_ADDRESS_MAX 18
void button_address_print(const struct alerte_button *b,
			  char out[BUTTON_ADDRESS_MAX]);

#endif
