/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>

#include "control/parts.h"

static void emit_on(sd_bus *bus, const char *signal, const char *types,
		    va_list ap)
{
	sd_bus_message *m = NULL;
	va_list args;

	if (!bus || sd_bus_is_ready(bus) <= 0)
		return;

	va_copy(args, ap);

	if (sd_bus_message_new_signal(bus, &m, CONTROL_PATH, CONTROL_NAME,
				      signal) >= 0 &&
	    sd_bus_message_appendv(m, types, args) >= 0)
		sd_bus_send(bus, m, NULL);

	va_end(args);
	sd_bus_message_unref(m);
}

void emit(struct control *c, const char *signal, const char *types, ...)
{
	va_list ap;
	int i;

	va_start(ap, types);
	emit_on(c->bus, signal, types, ap);

	for (i = 0; i < PEERS_MAX; i++)
		emit_on(c->peer[i].bus, signal, types, ap);

	va_end(ap);
}

static void emit_state_on(sd_bus *bus)
{
	if (bus && sd_bus_is_ready(bus) > 0)
		sd_bus_emit_properties_changed(bus, CONTROL_PATH, CONTROL_NAME,
					       "State", NULL);
}

void emit_state(struct control *c)
{
	int i;

	emit_state_on(c->bus);

	for (i = 0; i < PEERS_MAX; i++)
		emit_state_on(c->peer[i].bus);
}
