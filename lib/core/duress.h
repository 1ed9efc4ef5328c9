/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_DURESS_H
#define CORE_DURESS_H

#include "core/engine.h"

/*
 * Cancelled under duress (L8).  duress.c says how it is kept from showing.
 */

/* The duress code was given for this alert: 0, or ALERTE_ENOMEM: unchanged. */
int duress_cancel(struct alerte *e, struct live *l);
/*
 * It was given where no alert is shown that could go on: one begins of which
 * nothing shows.  0, ALERTE_ENOMEM.
 */
int duress_begin(struct alerte *e, const char *wearer);
/* Whom what goes on may still reach: "" is the 114. */
bool duress_sees(struct alerte *e, const char *contact);
/* A row of what is shown failed, and matters only to what goes on. */
void duress_retry(struct alerte *e, struct live *l, struct attempt *row,
		  bool perhaps_sent);
/* Whom to reach, as the settings are now; false: nobody. */
bool duress_plan(struct alerte *e, struct live *l);
/* The association ended it: from now on all of it shows. */
void duress_release(struct alerte *e, struct live *l);
/* What goes on behind this alert, or NULL. */
struct live *duress_behind(struct alerte *e, int64_t shown);
/* What this row says, whatever it shows. */
enum words duress_kind(const struct attempt *row);

#endif
