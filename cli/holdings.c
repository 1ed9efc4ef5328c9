/* SPDX-License-Identifier: Apache-2.0 */
/* Counted in the site file that the daemon writes, by the heads of sections. */

#include <stdio.h>
#include <string.h>

#include "holdings.h"

static void count_line(const char *line, struct holdings *h)
{
	if (strncmp(line, "button ", 7) == 0)
		h->buttons++;
	else if (strncmp(line, "wearer ", 7) == 0)
		h->wearers++;
	else if (strncmp(line, "contact ", 8) == 0)
		h->contacts++;
}

int holdings_read(struct cli *c, struct holdings *out)
{
	struct holdings h = { 0, 0, 0 };
	sd_bus_message *reply = NULL;
	const char *line = NULL;
	int r = bus_call(c, &reply, "Export", NULL);

	if (r == 0 && sd_bus_message_read(reply, "s", &line) < 0)
		r = complain(c, EX_SOFTWARE,
			     TR(c, "the daemon's answer was not understood",
				"la réponse du service n'a pas été comprise"),
			     NULL, "alerted --version");

	/* Its keys are indented: a section begins its line. */
	while (r == 0 && line != NULL) {
		count_line(line, &h);
		line = strchr(line, '\n');
		line = line == NULL ? NULL : line + 1;
	}

	sd_bus_message_unref(reply);
	if (r == 0)
		*out = h;
	return r;
}

void holdings_text(const struct cli *c, const struct holdings *h, char *out,
		   size_t cap)
{
	char buttons[48], wearers[48], contacts[48];

	snprintf(buttons, sizeof(buttons), h->buttons == 1 ?
		 TR(c, "%zu button", "%zu bouton") :
		 TR(c, "%zu buttons", "%zu boutons"), h->buttons);
	snprintf(wearers, sizeof(wearers), h->wearers == 1 ?
		 TR(c, "%zu wearer", "%zu porteuse") :
		 TR(c, "%zu wearers", "%zu porteuses"), h->wearers);
	snprintf(contacts, sizeof(contacts), h->contacts == 1 ?
		 TR(c, "%zu contact", "%zu contact") :
		 TR(c, "%zu contacts", "%zu contacts"), h->contacts);
	snprintf(out, cap, "%s, %s, %s", buttons, wearers, contacts);
}
