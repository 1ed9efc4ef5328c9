/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/parts.h"
#include "daemon.h"

const char *error_word(int result)
{
	switch (result) {
	case ALERTE_EINVAL:
		return "Invalid";
	case ALERTE_EFORMAT:
		return "Format";
	case ALERTE_EKEY:
		return "Key";
	case ALERTE_ENOTFOUND:
		return "NotFound";
	case ALERTE_EREFUSED:
		return "Refused";
	case ALERTE_ELIMIT:
		return "Limit";
	case ALERTE_EBUSY:
		return "Busy";
	case ALERTE_EINUSE:
		return "InUse";
	case ALERTE_ENOMEM:
		return "NoMemory";
	default:
		return "Store";
	}
}

int fail(sd_bus_error *error, int result, const char *why,
		const char *next)
{
	char name[64];

	snprintf(name, sizeof(name), "org.alerte.Error.%s",
		 error_word(result));
	return sd_bus_error_setf(error, name, "%s; %s", why, next);
}

int fail_engine(struct control *c, sd_bus_error *error, int result,
		       const char *next)
{
	const char *why = alerte_errmsg(c->d->engine);

	return fail(error, result, *why ? why : alerte_strerror(result), next);
}

int answer(sd_bus_message *m, json_t *document, sd_bus_error *error)
{
	char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;
	int r;

	json_decref(document);

	if (!text)
		return fail(error, ALERTE_ENOMEM, "memory ran out",
			    "try again");

	r = sd_bus_reply_method_return(m, "s", text);
	explicit_bzero(text, strlen(text));
	free(text);
	return r;
}

int done(struct control *c, sd_bus_message *m)
{
	int r = sd_bus_reply_method_return(m, "");

	loop_turn(c->d);
	return r;
}
