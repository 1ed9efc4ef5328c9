/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule, the end of its line, a payload.  A rule that is read is printed and
 * read again as the same; one that is refused, and a payload that holds no
 * press of it, leave the output as it was.  The payload is also a notification
 * of every family.
 */
#include <stdlib.h>
#include <string.h>

#include "frame/notification.h"
#include "frame/trigger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
	if (!condition)
		abort();
}

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

static void check_frame(int r, const struct alerte_frame *f,
			const struct alerte_frame *before)
{
	if (r < 0) {
		must(!memcmp(f, before, sizeof(*f)));
		return;
	}
	must((size_t)r == f->npresses && r <= 1 &&
	     f->trust == ALERTE_TRUST_NONE && f->size == sizeof(*f) &&
	     f->battery_percent >= -1 && f->battery_percent <= 100);
}

static void check_payload(const struct frame_trigger *rule, int8_t rssi,
			  const uint8_t *data, size_t size)
{
	struct alerte_frame f, before;
	uint16_t uuid[] = { 0xfff4, 0xffe1, 0x2a19, (uint16_t)rssi };

	memset(&before, 0x5a, sizeof(before));
	before.size = sizeof(before);
	memcpy(&f, &before, sizeof(f));
	check_frame(frame_trigger_decode(rule, rssi, data, size, &f), &f,
		    &before);
	for (size_t i = 0; notification_families[i]; i++)
		for (size_t j = 0; j < sizeof(uuid) / sizeof(uuid[0]); j++) {
			const char *name = notification_families[i]->name;

			memcpy(&f, &before, sizeof(f));
			check_frame(frame_notification(name, uuid[j], data,
						       size, &f), &f, &before);
		}
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
