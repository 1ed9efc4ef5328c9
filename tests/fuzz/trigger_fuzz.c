/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule, the end of its line, a payload.  A rule that is read is printed and
 * read again as the same; one that is refused, and a payload that holds no
 * press of it, leave the output as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "frame/trigger.h"
#include "fuzz/fuzz.h"

static void check_printed(const struct frame_trigger *rule)
{
	struct frame_trigger again;
	char line[512];
	struct text t;

	memset(&again, 0, sizeof(again));
	text_start(&t, line, sizeof(line));
	frame_trigger_print(rule, &t);
	must(!t.cut && frame_trigger_parse(line, &again) == ALERTE_OK);
	must(again.kind == rule->kind && again.number == rule->number &&
	     again.len == rule->len && again.hold_ms == rule->hold_ms &&
	     again.min_rssi == rule->min_rssi &&
	     !memcmp(again.id, rule->id, sizeof(again.id)) &&
	     !memcmp(again.mask, rule->mask, sizeof(again.mask)));
}

static void check_payload(const struct frame_trigger *rule, int8_t rssi,
			  const uint8_t *data, size_t size)
{
	struct fuzz_block payload = fuzz_block(data, size);
	struct alerte_frame f, before;
	int r;

	memset(&before, 0x5a, sizeof(before));
	before.size = sizeof(before);
	memcpy(&f, &before, sizeof(f));
	r = frame_trigger_decode(rule, rssi, payload.at, payload.len, &f);
	fuzz_block_free(&payload);
	if (r < 0) {
		must(r == ALERTE_ENOTFOUND);
		must(!memcmp(&f, &before, sizeof(f)));
		return;
	}
	must(r == 1 && f.trust == ALERTE_TRUST_NONE && !f.encrypted);
	must(!strcmp(f.format, trigger_layout(rule->kind)->name));
	must(rssi == TRIGGER_RSSI_UNKNOWN || rssi >= rule->min_rssi);
	fuzz_check_frame(r, &f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	size_t n = end ? (size_t)(end - data) : size;
	struct frame_trigger rule, before;
	char *text = malloc(n + 1);

	must(text != NULL);
	if (n)
		memcpy(text, data, n);
	text[n] = '\0';
	memset(&rule, 0x5a, sizeof(rule));
	memcpy(&before, &rule, sizeof(rule));
	if (frame_trigger_parse(text, &rule)) {
		must(!memcmp(&rule, &before, sizeof(rule)));
	} else {
		check_printed(&rule);
		if (end)
			check_payload(&rule, (int8_t)n, end + 1, size - n - 1);
	}
	free(text);
	return 0;
}
