/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heartbeats (V1).
 *
 * The sequence must rise for ever: who listens refuses what does not, or a
 * recorded beat would keep a dead gateway alive.
 *
 *   beat       the last one used
 *   beat_kept  on disk; no beat above it was used, unless the disk refused
 *
 * It follows the wall clock in milliseconds where that is trusted, so that a
 * store that was set back (an old image, a broken disk) does not set it back;
 * else it counts by one.  The disk is told an hour ahead: it is written once an
 * hour, and the number of an earlier run is never used again.
 */
#include <string.h>

#include <alerte/heartbeat.h>

#include "core/engine.h"
#include "crypto/keyed.h"
#include "crypto/sign.h"
#include "message/payload.h"
#include "port/bytes.h"

#define AHEAD (60 * 60 * UINT64_C(1000))
#define EVERY_MOST_S 86400
#define PREFIX "ed25519=:"

_Static_assert(sizeof(PREFIX) + 4 * ((SIGN_BYTES + 2) / 3) + 1 <=
		       ALERTE_SIGNATURE_MAX, "a signature fits");
_Static_assert(4 * ((SIGN_PUBLIC + 2) / 3) + 1 == ALERTE_GATEWAY_KEY_MAX,
	       "a key fits");

void beat_name(struct alerte *e, const uint8_t run_key[SEAL_KEY])
{
	uint8_t name[DIGEST_BYTES];

	keyed_subkey(run_key, "gateway", 1, name, sizeof(name));
	hex_encode(name, sizeof(name), e->gateway);
}

int beat_load(struct alerte *e)
{
	uint8_t kept[8];
	int r = store_meta_get(e->store, "beat", kept, sizeof(kept));

	if (r < 0)
		return r;
	if (r == sizeof(kept))
		e->beat = e->beat_kept = le64(kept);
	return 0;
}

int beat_put(struct alerte *e)
{
	uint8_t kept[8];

	put_le64(kept, e->beat_kept);
	return store_meta_put(e->store, "beat", kept, sizeof(kept));
}

void beat_end(struct alerte *e)
{
	if (e->beat == e->beat_kept)
		return;
	e->beat_kept = e->beat;
	e->meta_dirty = true;
}

static int next(struct alerte *e)
{
	const struct alerte_time *now = &e->now;
	uint64_t wall = now->wall_trusted && now->wall_ms > 0
				? (uint64_t)now->wall_ms : 0;

	e->beat = wall > e->beat ? wall : e->beat + 1;
	if (e->beat <= e->beat_kept)
		return e->durable ? ALERTE_OK : ALERTE_VOLATILE;
	e->beat_kept = e->beat + AHEAD;
	e->meta_dirty = true;
	return engine_settle(e);
}

/* That a button is silent, or away, is about a person. */
static bool about_gateway(const char *fault)
{
	return strncmp(fault, "button-", strlen("button-")) != 0;
}

static size_t faults_of(struct alerte *e, char name[][ALERTE_ID_MAX],
			const char **list)
{
	char fault[ALERTE_ID_MAX] = "";
	size_t n = 0;

	while (n < FAULTS_MAX && alerte_fault_next(e, fault, fault) == 1) {
		if (!about_gateway(fault))
			continue;
		strcpy(name[n], fault);
		list[n] = name[n];
		n++;
	}
	return n;
}

static int compose(struct alerte *e, struct alerte_heartbeat *out)
{
	char name[FAULTS_MAX][ALERTE_ID_MAX];
	const char *list[FAULTS_MAX];
	struct payload_beat beat = {
		.site = e->site_name,
		.gateway = e->gateway,
		.place = e->place,
		.sequence = e->beat,
		.now = e->now,
		.every_s = out->every_s,
		.armed = e->armed,
		.faults = list,
	};

	beat.nfaults = faults_of(e, name, list);
	beat.degraded = out->degraded || beat.nfaults || !e->durable;
	return payload_beat(&beat, out->body, sizeof(out->body));
}

static void seed_of(const struct alerte *e, uint8_t seed[SIGN_SEED])
{
	key_derive(e->site_key, "beat", seed);
}

static void sign_body(const struct alerte *e, struct alerte_heartbeat *out)
{
	uint8_t seed[SIGN_SEED], signature[SIGN_BYTES];
	char *at = out->signature + strlen(PREFIX);

	seed_of(e, seed);
	sign(seed, out->body, out->len, signature);
	wipe(seed, sizeof(seed));
	memcpy(out->signature, PREFIX, strlen(PREFIX));
	base64_encode(signature, sizeof(signature), at);
	strcat(at, ":");
}

int alerte_heartbeat(struct alerte *e, struct alerte_time now,
		     struct alerte_heartbeat *out)
{
	struct alerte_heartbeat beat;
	int r, len;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!out || out->size != sizeof(*out) || !out->every_s ||
	    out->every_s > EVERY_MOST_S)
		return ALERTE_EINVAL;
	engine_now(e, now);
	r = next(e);
	beat = *out;
	len = compose(e, &beat);
	if (len < 0)
		return engine_error(e, len, "a heartbeat that does not fit");
	beat.len = (size_t)len;
	beat.sequence = e->beat;
	sign_body(e, &beat);
	*out = beat;
	return r;
}

int alerte_gateway(struct alerte *e, struct alerte_gateway *out)
{
	uint8_t seed[SIGN_SEED], public[SIGN_PUBLIC];

	if (!out || out->size != sizeof(*out))
		return ALERTE_EINVAL;
	seed_of(e, seed);
	sign_public(seed, public);
	wipe(seed, sizeof(seed));
	memcpy(out->name, e->gateway, sizeof(out->name));
	base64_encode(public, sizeof(public), out->key);
	return 0;
}
