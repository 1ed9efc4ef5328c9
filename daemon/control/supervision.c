/* SPDX-License-Identifier: Apache-2.0 */
/* What watches over the gateway itself: power, self-test, what expires. */
#include "control/parts.h"
#include "daemon.h"
#include "expiry.h"
#include "power.h"

static const char *const selftest_states[] = {
	[ALERTE_SELFTEST_OFF] = "off",
	[ALERTE_SELFTEST_WAITING] = "waiting",
	[ALERTE_SELFTEST_OUT] = "out",
	[ALERTE_SELFTEST_HELD] = "held",
	[ALERTE_SELFTEST_REFUSED] = "refused"
};

static json_t *selftest(const struct daemon *d)
{
	struct alerte_selftest t = { .size = sizeof(t) };
	json_t *out;

	if (alerte_selftest(d->engine, &t) < 0)
		return json_object();

	out = json_pack("{s:s}", "state", selftest_states[t.state]);
	if (t.state == ALERTE_SELFTEST_OFF)
		return out;

	json_object_set_new(out, "passed", json_instant(t.passed_wall_ms));
	json_object_set_new(out, "next", json_instant(t.next_wall_ms));
	return out;
}

void json_supervision(struct control *c, json_t *out)
{
	json_object_set_new(out, "power", power_describe(c->d->power));
	json_object_set_new(out, "selftest", selftest(c->d));
	json_object_set_new(out, "expiry", expiry_describe(c->d->expiry));
}
