/* SPDX-License-Identifier: Apache-2.0 */
#include "selftest.h"

#include "daemon.h"
#include "log.h"

#define HOUR_S 3600

void selftest_apply(struct daemon *d)
{
	uint32_t every_s = (uint32_t)d->conf.selftest_hours * HOUR_S;
	struct alerte_selftest t = { .size = sizeof(t) };
	int r = alerte_selftest_set(d->engine, d->conf.selftest_number,
				    every_s, daemon_now(d));

	if (r < 0) {
		log_line(ALERTE_LOG_ERROR, "selftest: %s; the one of before "
			 "stays", alerte_errmsg(d->engine));
		return;
	}

	if (alerte_selftest(d->engine, &t) == 0 &&
	    t.state == ALERTE_SELFTEST_REFUSED)
		log_line(ALERTE_LOG_ERROR, "selftest: its number is a "
			 "contact's or a wearer's: nothing is sent; write the "
			 "number of the modem's SIM");
	loop_soon(d);
}
