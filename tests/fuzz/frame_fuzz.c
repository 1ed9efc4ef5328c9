/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole table, by alerte_frame_decode(), on any bytes: it never reads past
 * the end, answers only what its header lists, and tells nothing it could not
 * read.
 *
 *	...      who sent it (fuzz.h)
 *	rest     the payload
 */
#include <string.h>

#include "fuzz/fuzz.h"

static void check(int r, const struct alerte_frame *f,
		  const struct alerte_frame *before)
{
	switch (r) {
	case ALERTE_ENOTFOUND:
		must(memcmp(f, before, sizeof(*f)) == 0);
		return;
	case ALERTE_EFORMAT:
	case ALERTE_EKEY:
		must(memchr(f->format, 0, sizeof(f->format)) != NULL);
		must(frame_format_known(f->format));
		fuzz_check_named(f, f->format);
		return;
	default:
		must(r >= 0 || r == ALERTE_EREFUSED || r == ALERTE_ELIMIT);
		fuzz_check_frame(r, f);
		must(frame_format_known(f->format));
	}
}

/* Whatever the arguments are that break its rules, they change nothing. */
static void check_refused(const struct fuzz_sender *s,
			  const struct fuzz_block *payload)
{
	struct alerte_frame f, before;

	memset(&before, 0x5a, sizeof(before));
	before.size = sizeof(before) - 1;
	memcpy(&f, &before, sizeof(f));
	must(alerte_frame_decode(s->address, payload->at, payload->len, s->key,
				 s->key_len, &f) == ALERTE_EINVAL);
	must(memcmp(&f, &before, sizeof(f)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, data + size };
	struct alerte_frame f, before;
	struct fuzz_block payload;
	struct fuzz_sender s;
	uint8_t own[6];
	int r;

	fuzz_sender(&in, &s);
	payload = fuzz_block(in.at, fuzz_left(&in));
	memset(&before, 0xa5, sizeof(before));
	before.size = sizeof(before);
	memcpy(&f, &before, sizeof(f));
	r = alerte_frame_decode(s.address, payload.at, payload.len, s.key,
				s.key_len, &f);
	check(r, &f, &before);
	check_refused(&s, &payload);
	if (s.address && frame_own_address(s.address, payload.at, payload.len,
					   own))
		must(!own[0] && !own[1]);
	fuzz_block_free(&payload);
	return 0;
}
