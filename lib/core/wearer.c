/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A wearer and her two codes (L6, L8), each kept as a digest bound to the site
 * and to her, and never read back.
 */
#include <string.h>

#include "core/engine.h"
#include "port/bytes.h"

#define CODE_LEAST 4

static bool code_ok(const char code[ALERTE_CODE_MAX])
{
	size_t n = strnlen(code, ALERTE_CODE_MAX);

	if (n < CODE_LEAST || n == ALERTE_CODE_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (code[i] <= ' ' || code[i] > '~')
			return false;
	return true;
}

static int code_set(struct alerte *e, const char *id,
		    const char code[ALERTE_CODE_MAX],
		    uint8_t out[DIGEST_BYTES], bool *has)
{
	if (!code[0])
		return 0;
	if (!code_ok(code))
		return engine_error(e, ALERTE_EINVAL,
				    "%.31s: a code has 4 to 31 printable "
				    "characters, no space", id);
	digest(e->site_key, id, strlen(id), code, strlen(code), out);
	*has = true;
	return 0;
}

/* A code that is not given stays; the two are never one. */
static int codes_set(struct alerte *e, const struct alerte_wearer *set,
		     struct site_wearer *w)
{
	const struct site_wearer *old =
		site_wearer(e->draft ? e->draft : e->site, set->id);
	int r;

	if (old) {
		w->has_code = old->has_code;
		w->has_duress = old->has_duress;
		memcpy(w->code, old->code, sizeof(w->code));
		memcpy(w->duress, old->duress, sizeof(w->duress));
	}
	r = code_set(e, set->id, set->cancel_code, w->code, &w->has_code);
	if (!r)
		r = code_set(e, set->id, set->duress_code, w->duress,
			     &w->has_duress);
	if (!r && w->has_code && w->has_duress &&
	    same_bytes(w->code, w->duress, sizeof(w->code)))
		r = engine_error(e, ALERTE_EINVAL,
				 "%.31s: one code cannot be both of her codes",
				 set->id);
	return r;
}

int alerte_wearer_set(struct alerte *e, const struct alerte_wearer *given,
		      struct alerte_time now)
{
	struct alerte_wearer set;
	struct site_wearer w = { 0 };
	int r;

	if (settings_widen_wearer(given, &set) ||
	    strnlen(set.id, ALERTE_ID_MAX) == ALERTE_ID_MAX)
		return ALERTE_EINVAL;
	r = codes_set(e, &set, &w);
	w.set = set;
	memset(w.set.cancel_code, 0, sizeof(w.set.cancel_code));
	memset(w.set.duress_code, 0, sizeof(w.set.duress_code));
	if (!r)
		r = settings_set(e, ALERTE_KIND_WEARER, &w, set.id, now);
	wipe(&set, sizeof(set));
	wipe(&w, sizeof(w));
	return r;
}
