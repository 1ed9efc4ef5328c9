/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SITE_LINKS_H
#define DAEMON_SITE_LINKS_H

#include "site.h"
#include "syntax.h"

/*
 * Complain of what one object says of another, and of policies that reach
 * nobody: what the engine would refuse, with the line it stands on.
 */
void site_links(struct syntax *s, const struct site *site);
/* The same of a file of one button, which goes with what a gateway has. */
void site_links_button(struct syntax *s, const struct site *site,
		       struct alerte *a);

#endif
