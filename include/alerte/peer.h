/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_PEER_H
#define ALERTE_PEER_H

#include <stdint.h>

#include <alerte/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Several gateways in one place (S5).  They hear the same press, and share the
 * key of the site and its settings by a backup of one restored on the others;
 * each has a rank of its own, alerte_options.rank.
 *
 * While an alert is open each says to its endpoints, with every poll, what it
 * has done: its claim, sealed under the key of the site, so that the server
 * between them can read none and make none.  The server hands each the last
 * claim of the others as answers of kind "claim" (lib/message/PAYLOADS.md).
 *
 * Rank 0 waits for nobody.  A higher one sends what every gateway sends (the
 * alert, a new press, who is coming, how it ended) over SMS, e-mail and voice,
 * and begins with the 114, rank times ALERTE_RANK_MS later.  What a peer says
 * it has sent is then dropped; what it has not waits while a claim of a lower
 * rank stands, which is ALERTE_CLAIM_FRESH_MS after it was made, and at most
 * ALERTE_CLAIM_HOLD_MS.  HTTPS never waits.  Without claims, all is sent.
 *
 * An acknowledgement, a close and a cancel in a claim count here too, once.
 * A cancel under duress is shown here as there, and goes on unseen in both:
 * the claim of an alert that shows is then that of what goes on behind it, and
 * as a poll says `unseen`, so does it go with that poll.
 */
#define ALERTE_RANK_MAX 15
#define ALERTE_RANK_MS 5000
#define ALERTE_CLAIM_FRESH_MS 15000
#define ALERTE_CLAIM_HOLD_MS 30000
#define ALERTE_CLAIM_MAX 1024

/*
 * The claim to go with a poll of this alert: printable ASCII, always of the
 * same length.  Make one for each poll: the peers see by it that this gateway
 * lives.  ALERTE_OK; ALERTE_EBUSY from inside a host call, ALERTE_ENOTFOUND,
 * ALERTE_EKEY when the host has no random bytes.
 *
 * Ask with the `alert` of an alerte_poll and for that poll alone.  An id that
 * shows is answered the same whatever goes on behind it; that of an unseen poll
 * is known from the poll, and nobody else is to be offered it (L8).
 */
ALERTE_API int alerte_claim(struct alerte *a, int64_t alert,
			    struct alerte_time now,
			    char out[ALERTE_CLAIM_MAX]);

#ifdef __cplusplus
}
#endif

#endif
