/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/frame/frames.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

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
