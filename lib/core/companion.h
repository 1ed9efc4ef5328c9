/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_COMPANION_H
#define CORE_COMPANION_H

#include <stdbool.h>

#include "core/site.h"

struct alerte;

/* The wearer whose own number this is, or NULL. */
const struct site_wearer *companion_of(struct alerte *e, const char *number);
/* A text from there; false when it says nothing we understand. */
bool companion_heard(struct alerte *e, const struct site_wearer *w,
		     const char *text);

#endif
