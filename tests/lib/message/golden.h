/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_GOLDEN_H
#define MESSAGE_GOLDEN_H

#include "message/words.h"

/* From main(): `--write` writes the files anew; ALERTE_GOLDEN is where. */
void golden_start(int argc, char *argv[]);
/* The text of these facts is that of tests/golden/LANG/NAME.txt. */
void golden_one(enum words kind, struct words_facts f, enum alerte_lang lang,
		const char *name);

#endif
