/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_PATHS_H
#define ALERTE_PATHS_H

#include <stdbool.h>
#include <stdint.h>

#include <alerte/error.h>
#include <alerte/time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct alerte;

/*
 * A host that has more than one way for SMS says what that changes.
 *
 * There is another way for what this attempt was to carry, one that was not
 * tried yet: what waits to be sent in its place goes at once, with no back-off.
 * Given after the attempt's receipt.  A host that gives it again and again for
 * ways that all fail would send without pause: once a way, then none until what
 * takes the attempt's place was put off by the back-off.
 *
 * ALERTE_OK also when nothing waits in its place; ALERTE_ENOMEM, ALERTE_ELIMIT
 * from inside a host call.
 */
ALERTE_API int alerte_elsewhere(struct alerte *a, int64_t attempt,
				struct alerte_time now);

/*
 * Whether a contact's answer by SMS can be heard at all: not while there is no
 * way that takes texts in, however many carry them out.  Then texts ask for no
 * answer, e-mails name another way, and nobody is invited.  A modem that is
 * out for a while is a way all the same.  True until it is told; not kept: say
 * it at each start and whenever it changes.
 *
 * ALERTE_OK; ALERTE_ENOMEM, ALERTE_ELIMIT from inside a host call.
 */
ALERTE_API int alerte_answers(struct alerte *a, bool heard,
			      struct alerte_time now);

#ifdef __cplusplus
}
#endif

#endif
