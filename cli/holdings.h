/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_HOLDINGS_H
#define CLI_HOLDINGS_H

#include "cli.h"

/* How much of a place this gateway knows. */
struct holdings {
	size_t buttons, wearers, contacts;
};

/* Ask the daemon for what is in force. */
int holdings_read(struct cli *c, struct holdings *out);
/* "2 buttons, 1 wearer, 3 contacts", in words. */
void holdings_text(const struct cli *c, const struct holdings *h, char *out,
		   size_t cap);

#endif
