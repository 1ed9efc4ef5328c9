/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text from outside becomes one that can be sent: every character of it
 * stands in the alphabet, and its parts hold its septets.
 */
#include <stdlib.h>
#include <string.h>

#include "message/gsm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t cap = 8 * size + 1, kept;
	char *text = malloc(size + 1), *out = malloc(cap);
	int n, septets, parts;

	must(text != NULL && out != NULL);
	memcpy(text, data, size);
	text[size] = '\0';

	n = gsm_transliterate(text, out, cap);
	must(n >= 0 && (size_t)n < cap && out[n] == '\0');

	septets = gsm_septets(out);
	must(septets >= 0);
	parts = gsm_parts(out);
	must(septets <= GSM_SINGLE ? parts <= 1 : parts * GSM_PART >= septets);

	kept = gsm_clip(out, GSM_SINGLE);
	must(kept <= (size_t)n);
	out[kept] = '\0';
	must(gsm_septets(out) <= GSM_SINGLE && gsm_septets(out) >= 0);

	free(text);
	free(out);
	return 0;
}
