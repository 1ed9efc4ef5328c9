/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a plan leaves out.
 *
 * Targets of who left go, and steps that were theirs alone.  Somebody remains
 * when the steps that repeat, the last two (L1), reach a person or a centre.
 */
#include <string.h>

#include "core/engine.h"

struct without {
	struct alerte *e;
	struct site *site;
	const char *but;		/* this one too; "" nobody */
};

static bool is_out(const struct without *w, const struct alerte_target *target)
{
	const struct alerte_contact *contact;

	if (target->channel == ALERTE_CHANNEL_RELAY114)
		return false;
	if (!strcmp(target->contact, w->but))
		return true;
	contact = site_contact(w->site, target->contact);
	return contact && consent_left(w->e, contact);
}

/* The targets of a step that stay; *out may be the step itself. */
static void strip_step(const struct without *w,
		       const struct alerte_step_rule *step,
		       struct alerte_step_rule *out)
{
	uint32_t kept = 0;

	out->after_s = step->after_s;
	for (uint32_t i = 0; i < step->ntargets; i++)
		if (!is_out(w, &step->target[i]))
			out->target[kept++] = step->target[i];
	out->ntargets = kept;
}

static void strip(const struct without *w, struct alerte_policy *plan)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < plan->nsteps; i++) {
		strip_step(w, &plan->step[i], &plan->step[kept]);
		kept += plan->step[kept].ntargets > 0;
	}
	plan->nsteps = kept;
}

static bool somebody_remains(const struct without *w,
			     const struct alerte_policy *plan)
{
	struct policy_people people = site_people(w->site);
	uint32_t i = plan->nsteps > 2 ? plan->nsteps - 2 : 0;

	for (; i < plan->nsteps; i++)
		for (uint32_t j = 0; j < plan->step[i].ntargets; j++)
			if (policy_target_reachable(&plan->step[i].target[j],
						    &people))
				return true;
	return false;
}

static bool names(const struct alerte_policy *plan, const char *contact)
{
	for (uint32_t i = 0; i < plan->nsteps; i++)
		for (uint32_t j = 0; j < plan->step[i].ntargets; j++)
			if (!strcmp(plan->step[i].target[j].contact, contact))
				return true;
	return false;
}

void consent_filter(struct alerte *e, struct alerte_policy *plan)
{
	struct without w = { e, e->site, "" };
	struct alerte_policy less = *plan;

	if (!e->consents.n)
		return;
	strip(&w, &less);
	if (somebody_remains(&w, &less))
		*plan = less;
}

/* This plan reaches nobody without them. */
static bool is_emptied(const struct without *w,
		       const struct alerte_policy *plan)
{
	struct alerte_policy less = *plan;

	strip(w, &less);
	return !somebody_remains(w, &less);
}

/*
 * The first policy, or wearer, whose alerts would reach nobody; NULL for none.
 * With `but` only those that name him are asked.
 */
static const char *emptied(const struct without *w)
{
	const struct alerte_policy *policy = NULL;
	const struct site_wearer *wearer = NULL;
	struct policy_people people = site_people(w->site);
	struct alerte_policy shipped;
	const char *id = "";

	while ((policy = site_after(w->site, ALERTE_KIND_POLICY, id))) {
		id = policy->id;
		if ((!w->but[0] || names(policy, w->but)) &&
		    is_emptied(w, policy))
			return id;
	}
	id = "";
	while ((wearer = site_after(w->site, ALERTE_KIND_WEARER, id))) {
		id = wearer->set.id;
		policy_shipped(&wearer->set, false, &people, &shipped);
		if ((!w->but[0] || names(&shipped, w->but)) &&
		    is_emptied(w, &shipped))
			return id;
	}
	return NULL;
}

bool consent_last(struct alerte *e, const char *contact)
{
	return emptied(&(struct without){ e, e->site, contact });
}

int consent_check(struct alerte *e, struct site *site)
{
	const char *id;

	if (!e->consents.n)
		return 0;
	id = emptied(&(struct without){ e, site, "" });
	return id ? engine_error(e, ALERTE_EREFUSED, "%s: its alerts would "
				 "reach only contacts who have left", id) : 0;
}
