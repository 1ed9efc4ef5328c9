/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_HEARTBEAT_H
#define ALERTE_HEARTBEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a gateway says of itself to each endpoint, again and again, so that its
 * silence is noticed by somebody else (V1).  The body, its signature and the
 * receiver's dead-man rule are described in lib/message/PAYLOADS.md.
 *
 * Nothing personal, and nothing that tells of an alert: a gateway in the middle
 * of one beats as ever.  A fault of one button is not in it; that more than
 * three are missed is, as it is rather the receiver's.
 */
#define ALERTE_HEARTBEAT_MAX 2560
/* "ed25519=:", the base64 of 64 bytes, ":" and NUL. */
#define ALERTE_SIGNATURE_MAX 100
/* Base64 of 32 bytes and NUL. */
#define ALERTE_GATEWAY_KEY_MAX 45

/*
 * Who beats.  The key pair follows from the key of the site: a gateway that
 * takes the place of another by alerte_restore() signs with the same.  The name
 * follows from the run key: two gateways of one site have two.  Allowed at any
 * time, from inside a host call too.  ALERTE_OK or ALERTE_EINVAL.
 */
struct alerte_gateway {
	uint32_t size;
	char name[ALERTE_REFERENCE_MAX];
	/* The public half, for whoever verifies: Ed25519, RFC 8032. */
	char key[ALERTE_GATEWAY_KEY_MAX];
};
ALERTE_API int alerte_gateway(struct alerte *a, struct alerte_gateway *out);

struct alerte_heartbeat {
	uint32_t size;
	/* Given by the caller. */
	uint32_t every_s;		/* the next one comes within: 1 to 86400 */
	bool degraded;			/* beside what the engine knows */
	/* Filled. */
	uint64_t sequence;
	size_t len;			/* of the body, without its NUL */
	char body[ALERTE_HEARTBEAT_MAX];
	char signature[ALERTE_SIGNATURE_MAX];
};

/*
 * Compose and sign the next one.  Its sequence is higher than that of any other
 * of this gateway, over restarts too and whatever the wall clock says; a broken
 * store or a clock nobody has set keeps none from being made.  ALERTE_OK, or
 * ALERTE_VOLATILE while the disk refuses writes; ALERTE_EBUSY from inside a
 * host call, ALERTE_EINVAL.
 */
ALERTE_API int alerte_heartbeat(struct alerte *a, struct alerte_time now,
				struct alerte_heartbeat *out);

#ifdef __cplusplus
}
#endif

#endif
