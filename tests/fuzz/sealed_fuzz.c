/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands inside a sealed BTHome v2 frame: any bytes, sealed with the
 * button's key, so that the tag does not keep them from the reader of objects.
 *
 *	bytes 0 to 3	the counter
 *	rest		the objects
 *
 * The frame always opens, tells its counter, and changed by a bit never does.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/ccm.h"
#include "frame/format.h"
#include "port/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD 5		/* length, type, UUID, info */
#define TAIL 8		/* counter, tag */
#define OBJECTS_MAX (255 - HEAD + 1 - TAIL)

static const uint8_t address[6] = { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 };
static const uint8_t key[CCM_KEY_BYTES] = { 0x23, 0x1d, 0x39, 0xc1 };

static void must(int condition)
{
	if (!condition)
		abort();
}

/* A block of exactly its size, to be freed. */
static uint8_t *seal(struct ccm *ccm, const uint8_t *counter,
		     const uint8_t *objects, size_t n)
{
	uint8_t *adv = malloc(HEAD + n + TAIL), nonce[13];

	must(adv != NULL);
	adv[0] = (uint8_t)(HEAD + n + TAIL - 1);
	memcpy(adv + 1, "\x16\xd2\xfc\x45", 4);
	memcpy(nonce, address, 6);
	memcpy(nonce + 6, "\xd2\xfc\x45", 3);
	memcpy(nonce + 9, counter, 4);
	memcpy(adv + HEAD + n, counter, 4);
	must(ccm_seal(ccm, nonce, sizeof(nonce), NULL, 0, objects, n,
		      adv + HEAD, adv + HEAD + n + 4, 4) == 0);
	return adv;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct frame_key *with;
	struct alerte_frame f = { .size = sizeof(f) };
	uint8_t *adv;
	size_t n;
	int r;

	if (!with)
		with = frame_key_new(key, sizeof(key));
	if (!with || size < 5 || size - 4 > OBJECTS_MAX)
		return 0;

	n = size - 4;
	adv = seal(with->ccm, data, data + 4, n);
	r = frame_decode(address, adv, HEAD + n + TAIL, with, &f);
	must(r >= 0 || r == ALERTE_EFORMAT || r == ALERTE_ELIMIT);
	must(f.npresses <= ALERTE_PRESS_MAX);
	must(r < 0 || f.npresses == (size_t)r);
	if (r != ALERTE_EFORMAT)
		must(f.encrypted && f.trust == ALERTE_TRUST_WEAK &&
		     f.has_counter && f.counter == le32(data));

	adv[HEAD + data[0] % (n + TAIL)] ^= 1;
	must(frame_decode(address, adv, HEAD + n + TAIL, with, &f) ==
	     ALERTE_EKEY);
	free(adv);
	return 0;
}
