/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/frame/frames.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "port/bytes.h"
#include "port/text.h"

/* Its own block of exactly its size: a byte read past it is a finding. */
static uint8_t *copy_of(const char *hex, size_t *len)
{
	uint8_t *bytes;
	int n;

	*len = strlen(hex) / 2;
	bytes = malloc(*len ? *len : 1);
	assert(bytes);
	n = hex_decode(hex, NULL, bytes, *len);
	assert(n >= 0 && (size_t)n == *len);
	return bytes;
}

int frame_of(const char *hex, const char *address, const char *key,
	     struct alerte_frame *f)
{
	uint8_t *data, *from = NULL, *with = NULL;
	size_t len, n, key_len = 0;
	int r;

	*f = (struct alerte_frame){ .size = sizeof(*f) };
	data = copy_of(hex, &len);
	if (address)
		from = copy_of(address, &n);
	if (key)
		with = copy_of(key, &key_len);

	r = alerte_frame_decode(from, data, len, with, key_len, f);
	free(data);
	free(from);
	free(with);
	return r;
}

const char *presses_of(const struct alerte_frame *f)
{
	static char line[512];
	struct text t;

	text_start(&t, line, sizeof(line));
	for (size_t i = 0; i < f->npresses; i++)
		text_addf(&t, "%s%d:%s", i ? " " : "", f->press[i].button,
			  alerte_gesture_name(f->press[i].gesture));
	return line;
}

void frames_check(const char *format, const struct frames_vector *v)
{
	struct alerte_frame f;

	for (; v->adv; v++) {
		int r = frame_of(v->adv, NULL, NULL, &f);
		int64_t packet = f.has_packet_id ? (int64_t)f.packet_id : -1;

		if (r != (int)f.npresses || packet != v->packet ||
		    strcmp(presses_of(&f), v->presses) ||
		    f.battery_percent != v->battery)
			fail_msg("%s: %d, \"%s\", battery %d, packet %d",
				 v->adv, r, presses_of(&f), f.battery_percent,
				 (int)packet);
		assert_string_equal(f.format, format);
		assert_int_equal(f.trust, ALERTE_TRUST_NONE);
		assert_false(f.encrypted);
		assert_false(f.has_counter);

		r = frame_of(v->adv, NULL, FRAMES_KEY, &f);
		assert_int_equal(r, ALERTE_EREFUSED);
		assert_string_equal(presses_of(&f), v->presses);
	}
}

static void check_one(const char *adv, const struct frames_vector *whole)
{
	struct alerte_frame f;
	int r = frame_of(adv, NULL, NULL, &f);

	if (r > 0 && strcmp(presses_of(&f), whole->presses))
		fail_msg("%s of %s: \"%s\"", adv, whole->adv, presses_of(&f));
	if (r == ALERTE_EFORMAT)
		assert_int_equal(f.npresses, 0);
}

void frames_check_cut(const struct frames_vector *v)
{
	char adv[256];

	for (; v->adv; v++)
		for (int n = 2; n < (int)strlen(v->adv); n += 2) {
			snprintf(adv, sizeof(adv), "%.*s", n, v->adv);
			check_one(adv, v);
			snprintf(adv, sizeof(adv), "%02x%.*s", n / 2 - 1,
				 n - 2, &v->adv[2]);
			check_one(adv, v);
		}
}
