/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls that come in are hung up at once, before they are answered: nothing
 * here may ring, and who calls back must not hear a voice.  None is made.
 */
#include <stdio.h>
#include <string.h>

#include "modem/ofono.h"

static void hang_up(struct ofono *o, const char *call)
{
	sd_bus_message *m = ofono_method(o, call, OFONO_CALL, "Hangup");

	if (m && sd_bus_message_set_expect_reply(m, 0) >= 0 &&
	    sd_bus_send(o->bus, m, NULL) >= 0)
		o->count.calls_refused++;
	sd_bus_message_unref(m);
}

static int read_state(sd_bus_message *m, const char *name, void *out)
{
	if (strcmp(name, "State"))
		return sd_bus_message_skip(m, "v");

	return ofono_read_word(m, out);
}

/* oa{sv}: a call as ofono tells and lists it. */
static int refuse(struct ofono *o, sd_bus_message *m)
{
	char state[OFONO_WORD_MAX] = "";
	const char *call;
	int r = sd_bus_message_read(m, "o", &call);

	if (r >= 0)
		r = ofono_read_properties(m, state, read_state);
	/* One that comes while we ask what is there is told and listed. */
	if (r >= 0 && strcmp(call, o->refused) &&
	    (!strcmp(state, "incoming") || !strcmp(state, "waiting"))) {
		hang_up(o, call);
		snprintf(o->refused, sizeof(o->refused), "%s", call);
	}
	return r;
}

void ofono_call_added(struct ofono *o, sd_bus_message *m)
{
	o->refused[0] = '\0';
	refuse(o, m);
}

static void listed(void *ofono, sd_bus_message *reply, const char *path,
		   int64_t id)
{
	struct ofono *o = ofono;

	(void)id;
	if (strcmp(path, o->modem.path) ||
	    sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_enter_container(reply, 'a', "(oa{sv})") < 0)
		return;

	while (sd_bus_message_enter_container(reply, 'r', "oa{sv}") > 0)
		if (refuse(o, reply) < 0 ||
		    sd_bus_message_exit_container(reply) < 0)
			return;
}

void ofono_call_drain(struct ofono *o)
{
	sd_bus_message *m;

	if (!o->modem.calls)
		return;

	o->refused[0] = '\0';
	m = ofono_method(o, o->modem.path, OFONO_CALLS, "GetCalls");
	ofono_call(o, m, listed, o->modem.path, 0);
	sd_bus_message_unref(m);
}
