/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text that came in: whatever it is, reading it ends, and only the closed
 * lists of L3 make it more than words.
 */
#include <stdlib.h>
#include <string.h>

#include "channel/reply.h"
#include "port/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
	if (!condition)
		abort();
}

static void check(const struct reply *r)
{
	must(memchr(r->code, 0, sizeof(r->code)) != NULL);
	must(memchr(r->rest, 0, sizeof(r->rest)) != NULL);

	switch (r->kind) {
	case REPLY_OTHER:
	case REPLY_BARE:
	case REPLY_STOP:
		break;
	case REPLY_ACK:
	case REPLY_DECLINE:
	case REPLY_ARRIVED:
	case REPLY_DONE:
	case REPLY_RELAY:
	case REPLY_CANCEL:
	case REPLY_DISPATCHED:
	case REPLY_RELAY_DONE:
		must(strlen(r->code) == 3);
		must(strpbrk(r->code, "0O1IL") == NULL);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reply r;
	char code[ALERTE_CODE_MAX], *text;

	if (size >= ALERTE_REPLY_MAX || memchr(data, 0, size) != NULL ||
	    !utf8_valid((const char *)data, size))
		return 0;

	text = malloc(size + 1);
	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	memset(&r, 0xa5, sizeof(r));
	reply_read(text, &r);
	check(&r);
	(void)relay_reply_read(text);
	(void)reply_consent_read(text);
	(void)reply_names(text, "7K2");
	if (reply_cancel_read(text, "7K2", code))
		must(code[0] && memchr(code, 0, sizeof(code)) != NULL);
	free(text);
	return 0;
}
