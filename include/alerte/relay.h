/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_RELAY_H
#define ALERTE_RELAY_H

#include <alerte/query.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The conversation with the 114, beside alerte_relay_answer(): what only an
 * operator can say of it, and by how many ways it can be had.
 */

/*
 * An operator read, or was told, where the 114 stands: ALERTE_RELAY_DISPATCHED
 * (help is on its way) or ALERTE_RELAY_CLOSED.  Nothing else sets either (M1).
 * It sends nothing, and neither acknowledges nor ends the alert.  who: at most
 * 63 bytes, kept with the alert.
 *
 * As long as a conversation is not closed, and for 24 h after its last text,
 * it can be marked and answered though its alert has ended.
 *
 * ALERTE_EINVAL: another state.  ALERTE_ENOTFOUND: no such alert.
 * ALERTE_EREFUSED: it did not reach the 114, or nothing has come back from it
 * yet: no mark keeps back the texts that ask it again (M2).
 */
ALERTE_API int alerte_relay_mark(struct alerte *a, int64_t alert,
				 const char *who,
				 enum alerte_relay_state state,
				 struct alerte_time now);

/*
 * How many paths the host has now over which a text can go to the 114 and its
 * answer come back: each modem or SIM is one.  1 until it is told.  With two
 * or more a first text that is not answered goes by another one too, once:
 * alerte_message.other_path (M2).  Not kept: say it at each start and whenever
 * it changes.
 */
ALERTE_API int alerte_paths(struct alerte *a, uint32_t two_way,
			    struct alerte_time now);

#ifdef __cplusplus
}
#endif

#endif
