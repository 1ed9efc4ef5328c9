/* SPDX-License-Identifier: Apache-2.0 */
/* Which paths are usable, and what the daemon is told of it. */
#include "paths_inside.h"

#include <string.h>

const char *const paths_fault_names[FAULTS] = {
	[MODEM] = "modem", [REGISTRATION] = "modem-registration",
	[SIM] = "sim", [ROAMING] = "modem-roaming"
};

bool path_usable(const struct path *at)
{
	return at->modem && !at->fault[MODEM] && !at->fault[REGISTRATION] &&
	       !at->fault[SIM] && !at->busy_ms;
}

bool path_shows_usable(const struct path *at)
{
	return path_usable(at) ||
	       (at->busy_ms && !at->busy_shown && at->modem &&
		!at->fault[MODEM] && !at->fault[REGISTRATION] &&
		!at->fault[SIM]);
}

bool path_carries(const struct path *at, enum alerte_channel channel)
{
	if (!at->driver)
		return false;

	switch (channel) {
	case ALERTE_CHANNEL_SMS:
		return at->driver->send;
	case ALERTE_CHANNEL_RELAY114:
		return at->driver->send && at->driver->two_way;
	case ALERTE_CHANNEL_VOICE:
		return at->driver->ring;
	case ALERTE_CHANNEL_HTTPS:
	case ALERTE_CHANNEL_EMAIL:
		return false;
	}

	return false;
}

bool paths_carry(const struct paths *p, enum alerte_channel channel)
{
	for (size_t i = 0; p && i < p->n; i++)
		if (path_carries(&p->path[i], channel))
			return true;

	return false;
}

static size_t count(const struct paths *p, enum alerte_channel channel,
		    bool usable)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += path_carries(&p->path[i], channel) &&
		     path_shows_usable(&p->path[i]) == usable;

	return n;
}

/* All that could carry the relay's now roam. */
static bool all_roam(const struct paths *p)
{
	size_t roaming = 0;

	for (size_t i = 0; i < p->n; i++)
		roaming += path_carries(&p->path[i], ALERTE_CHANNEL_RELAY114) &&
			   path_shows_usable(&p->path[i]) &&
			   p->path[i].fault[ROAMING];

	return roaming && roaming == count(p, ALERTE_CHANNEL_RELAY114, true);
}

/* No path is left: what each says is told.  Not there, or busy: "modem". */
static bool all_out(const struct paths *p, enum fault fault)
{
	bool any = false, bare = false;

	for (size_t i = 0; i < p->n; i++) {
		const struct path *at = &p->path[i];

		if (!at->driver)
			continue;
		any |= at->modem && at->fault[fault];
		bare |= !at->modem || (at->busy_ms && at->busy_shown);
	}

	return any || (fault == MODEM && bare);
}

static bool is_present(const struct paths *p, enum fault fault)
{
	switch (fault) {
	case MODEM:
	case REGISTRATION:
	case SIM:
		return !count(p, ALERTE_CHANNEL_SMS, true) &&
		       all_out(p, fault);
	case ROAMING:
		return all_roam(p);
	case FAULTS:
		break;
	}

	return false;
}

static void tell_faults(struct paths *p)
{
	size_t good = count(p, ALERTE_CHANNEL_SMS, true);
	bool some = good && count(p, ALERTE_CHANNEL_SMS, false);

	for (int i = 0; i < FAULTS; i++) {
		bool present = is_present(p, (enum fault)i);

		if (p->told[i] == present)
			continue;
		p->told[i] = present;
		p->events.fault(p->events.context, paths_fault_names[i],
				present);
	}

	if (p->told_path != some) {
		p->told_path = some;
		p->events.fault(p->events.context, "path", some);
	}
}

static void tell_answers(struct paths *p)
{
	bool heard = paths_carry(p, ALERTE_CHANNEL_RELAY114);

	if (!p->events.answers || p->told_answers == heard)
		return;

	p->told_answers = heard;
	p->events.answers(p->events.context, heard);
}

void paths_health(struct paths *p)
{
	uint32_t n = (uint32_t)count(p, ALERTE_CHANNEL_RELAY114, true);

	tell_faults(p);
	tell_answers(p);

	if (p->told_two_way != n) {
		p->told_two_way = n;
		p->events.two_way(p->events.context, n);
	}
}

/* The names in the log matter only where there is more than one. */
void path_say(const struct path *at, enum alerte_log_level level,
		const char *what, const char *state)
{
	if (at->paths->n > 1)
		log_line(level, "path %s: %s%s", at->conf->name, what, state);
}
