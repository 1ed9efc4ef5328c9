/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerte_frame_decode() on any bytes: it never reads past the end, answers
 * only what its header lists, and tells nothing it could not read.
 *
 *	byte 0   bit 0: an address; bits 1-2: no key, 12 bytes, 16 bytes
 *	rest     the payload
 */
#include <stdlib.h>
#include <string.h>

#include <alerte/frame.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The key and the address of the corpus's encrypted frames will do. */
static const uint8_t address[6] = { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 };
static const uint8_t key[16] = {
	0x23, 0x1d, 0x39, 0xc1, 0xd7, 0xcc, 0x1a, 0xb1,
	0xae, 0xe2, 0x24, 0xcd, 0x09, 0x6d, 0xb9, 0x32
};

static void must(int condition)
{
	if (!condition)
		abort();
}

static void check_filled(int r, const struct alerte_frame *f)
{
	size_t i;

	must(f->size == sizeof(*f));
	must(memchr(f->format, 0, sizeof(f->format)) != NULL);
	must(f->battery_percent >= -1 && f->battery_percent <= 100);
	must(f->npresses <= ALERTE_PRESS_MAX);
	must(r < 0 || (size_t)r == f->npresses);

	for (i = 0; i < f->npresses; i++) {
		must(f->press[i].gesture > ALERTE_GESTURE_NONE);
		must(f->press[i].gesture <= ALERTE_GESTURE_UNKNOWN);
		must(f->press[i].button > 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t key_len[] = { 0, 12, 16, 16 };
	struct alerte_frame f, before;
	size_t len;
	uint8_t *exact;
	int r;

	if (size < 1)
		return 0;

	/* A block of its own, so that one byte too far is seen. */
	exact = malloc(size);
	must(exact != NULL);
	memcpy(exact, data, size);
	memset(&f, 0xa5, sizeof(f));
	f.size = sizeof(f);
	before = f;
	len = key_len[data[0] >> 1 & 3];

	r = alerte_frame_decode(data[0] & 1 ? address : NULL, exact + 1,
				size - 1, len ? key : NULL, len, &f);
	free(exact);

	if (r >= 0 || r == ALERTE_EREFUSED || r == ALERTE_ELIMIT) {
		check_filled(r, &f);
		return 0;
	}

	if (r == ALERTE_EFORMAT || r == ALERTE_EKEY) {
		check_filled(r, &f);
		must(f.npresses == 0 && f.trust == ALERTE_TRUST_NONE);
		return 0;
	}

	must(r == ALERTE_ENOTFOUND);
	must(memcmp(&f, &before, sizeof(f)) == 0);
	return 0;
}
