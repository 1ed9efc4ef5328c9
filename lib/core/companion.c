/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes from the wearer's own telephone.  Nothing is ever answered to it
 * (S6), and its number can be forged by anybody.
 */
#include "core/companion.h"

#include <string.h>

#include "core/engine.h"
#include "core/position.h"
#include "message/aml.h"

/* Her telephone says where it is. */
static bool heard_where(struct alerte *e, const struct site_wearer *w,
			const char *text)
{
	struct live *l = live_of_wearer(e, w->set.id, false);
	struct aml aml;

	if (aml_read(text, strlen(text), &aml))
		return false;
	if (aml.length_wrong)
		engine_log(e, ALERTE_LOG_NOTICE, "a position by SMS has not "
			   "the length it claims: read all the same");
	if (!aml.located)
		return true;
	if (l)
		position_take(e, l, &aml.position);
	else
		position_keep(e, w->set.id, &aml.position);
	return true;
}

const struct site_wearer *companion_of(struct alerte *e, const char *number)
{
	const struct site_wearer *w = NULL;
	const char *id = "";

	while ((w = site_after(e->site, ALERTE_KIND_WEARER, id))) {
		if (w->set.number[0] && number_same(w->set.number, number))
			return w;
		id = w->set.id;
	}
	return NULL;
}

bool companion_heard(struct alerte *e, const struct site_wearer *w,
		     const char *text)
{
	return heard_where(e, w, text);
}
