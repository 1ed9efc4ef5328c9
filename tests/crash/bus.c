/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "crash.h"

#define CONTROL "org.alerte.Alerted1"
#define OBJECT "/org/alerte/Alerted1"
#define LIMIT_US 30000000

bool bus_open(struct world *w)
{
	char path[PATH_MAX], address[PATH_MAX + 16];
	sd_bus *bus = NULL;
	int r;

	snprintf(address, sizeof(address), "unix:path=%s",
		 world_path(w, "run/control", path));
	r = sd_bus_new(&bus);
	if (r >= 0)
		r = sd_bus_set_address(bus, address);
	if (r >= 0)
		r = sd_bus_start(bus);

	if (r < 0) {
		sd_bus_unref(bus);
		return false;
	}

	w->bus = bus;
	return true;
}

void bus_close(struct world *w)
{
	w->bus = sd_bus_close_unref(w->bus);
}

static sd_bus_message *method(struct world *w, const char *name)
{
	sd_bus_message *m = NULL;

	if (sd_bus_message_new_method_call(w->bus, &m, NULL, OBJECT, CONTROL,
					   name) < 0)
		return NULL;

	return m;
}

/* The string it answered, in the reply; NULL without one. */
static const char *answer(struct world *w, sd_bus_message *m,
			  sd_bus_message **reply)
{
	const char *text = NULL;

	if (sd_bus_call(w->bus, m, LIMIT_US, NULL, reply) < 0 ||
	    sd_bus_message_read(*reply, "s", &text) < 0)
		return NULL;

	return text;
}

void bus_hear(struct world *w, const char *address, const uint8_t *data,
	      size_t len, char word[16])
{
	sd_bus_message *m = method(w, "Hear"), *reply = NULL;
	const char *text = NULL;

	if (m && sd_bus_message_append(m, "s", address) >= 0 &&
	    sd_bus_message_append_array(m, 'y', data, len) >= 0)
		text = answer(w, m, &reply);

	snprintf(word, 16, "%s", text ? text : "");
	sd_bus_message_unref(reply);
	sd_bus_message_unref(m);
}

json_t *bus_ask(struct world *w, const char *name, const char *types, ...)
{
	sd_bus_message *m = method(w, name), *reply = NULL;
	const char *text = NULL;
	json_t *document = NULL;
	va_list ap;
	int r;

	va_start(ap, types);
	r = m ? sd_bus_message_appendv(m, types, ap) : -1;
	va_end(ap);

	if (r >= 0)
		text = answer(w, m, &reply);
	if (text)
		document = json_loads(text, 0, NULL);

	sd_bus_message_unref(reply);
	sd_bus_message_unref(m);
	return document;
}
