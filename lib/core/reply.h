/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_REPLY_H
#define CORE_REPLY_H

#include "core/engine.h"

/* The text, or, if it holds a wearer's code, what stands for it. */
const char *reply_kept(struct alerte *e, const char *text);
/* To the association, as far as a spoofed sender may write to it (L3). */
void reply_forward(struct alerte *e, struct live *l, const char *name,
		   const char *text);

#endif
