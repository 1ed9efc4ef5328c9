/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SUPERVISION_H
#define CLI_SUPERVISION_H

#include <jansson.h>

#include "cli.h"

/* Lines of status: power, self-test, what expires; a part not told has none. */
void supervision_show(const struct cli *c, const json_t *doc,
		      void (*line)(const char *label, const char *value));

#endif
