/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_COMPANION_H
#define CORE_COMPANION_H

#include "core/engine.h"

/* The wearer with this number, or NULL. */
const struct site_wearer *companion_of(struct alerte *e, const char *number);
/*
 * A text from a wearer's own number, or from the program on her phone.  It is
 * never answered (S6).  What alerte_reply() returns.
 */
int companion_heard(struct alerte *e, const struct site_wearer *wearer,
		    const char *text);

#endif
