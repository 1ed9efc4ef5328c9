/* SPDX-License-Identifier: Apache-2.0 */
/* The methods of the safe timer (L9). */
#include <string.h>

#include "control/parts.h"
#include "daemon.h"

static json_t *timer_json(const struct alerte_timer *t,
			  const struct alerte_time *now)
{
	json_t *out = json_pack("{s:s, s:I}", "wearer", t->wearer, "left",
				(json_int_t)(t->ends_boot_ms - now->boot_ms) /
				1000);

	json_object_set_new(out, "set", json_instant(t->set.wall_ms));
	json_object_set_new(out, "ends", json_instant(t->ends_wall_ms));
	return out;
}

int on_timers(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	struct alerte_time now = daemon_now(c->d);
	struct alerte_timer t = { .size = sizeof(t) };
	json_t *out = json_document(), *list = json_array();

	while (alerte_timer_next(c->d->engine, t.wearer, &t) == 1)
		json_array_append_new(list, timer_json(&t, &now));

	json_object_set_new(out, "timers", list);
	return answer(m, out, error);
}

int on_timer_set(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	const char *wearer, *code;
	uint32_t seconds;
	int r;

	sd_bus_message_sensitive(m);
	r = sd_bus_message_read(m, "sus", &wearer, &seconds, &code);
	if (r < 0)
		return r;

	r = alerte_timer_set(c->d->engine, wearer, seconds, code,
			     daemon_now(c->d));
	/* It lies in the message's own buffer, which sd-bus wipes as well. */
	explicit_bzero((char *)(uintptr_t)code, strlen(code));

	if (r < 0) {
		r = fail_engine(c, error, r, "the timer is as it was; look at "
				"it with: alerte timer");
		loop_soon(c->d);
		return r;
	}

	return done(c, m);
}
