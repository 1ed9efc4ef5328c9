/* SPDX-License-Identifier: Apache-2.0 */
#include "receiver_claim.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "receiver.h"

#define CLAIMS_MAX 64
/* Of a gateway that is long silent: nobody waits for it any more. */
#define KEPT_MS (10 * 60 * 1000)

struct one {
	char reference[RECEIVER_NAME_MAX];
	char claim[RECEIVER_CLAIM_MAX];
	size_t gateway;			/* bytes of its name, before the dot */
	int64_t at_ms;
};

struct claims {
	size_t n;
	struct one one[CLAIMS_MAX];
};

struct claims *claims_new(void)
{
	return calloc(1, sizeof(struct claims));
}

void claims_free(struct claims *c)
{
	free(c);
}

/* "NAME.WORDS"; the length of the name, or 0. */
static size_t gateway_of(const char *claim)
{
	size_t n = strspn(claim, "abcdefghijklmnopqrstuvwxyz0123456789");
	const char *words = claim + n + 1;

	if (!n || n >= RECEIVER_NAME_MAX || claim[n] != '.' || !*words ||
	    words[strspn(words, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"abcdefghijklmnopqrstuvwxyz0123456789+/=-_")])
		return 0;

	return n;
}

static bool is_of(const struct one *one, const char *reference)
{
	return !strcmp(one->reference, reference);
}

static bool is_by(const struct one *one, const char *claim, size_t gateway)
{
	return one->gateway == gateway &&
	       !strncmp(one->claim, claim, gateway);
}

/* Its own place, a free one, or that of the longest silence. */
static struct one *place_for(struct claims *c, const char *reference,
			     const char *claim, size_t gateway)
{
	struct one *oldest = &c->one[0];

	for (size_t i = 0; i < c->n; i++) {
		struct one *one = &c->one[i];

		if (is_of(one, reference) && is_by(one, claim, gateway))
			return one;

		if (one->at_ms < oldest->at_ms)
			oldest = one;
	}

	return c->n < CLAIMS_MAX ? &c->one[c->n++] : oldest;
}

void claims_take(struct claims *c, const char *reference, const char *claim,
		 int64_t now_ms)
{
	size_t gateway = gateway_of(claim);
	struct one *one;

	if (!gateway)
		return;

	one = place_for(c, reference, claim, gateway);
	snprintf(one->reference, sizeof(one->reference), "%s", reference);
	snprintf(one->claim, sizeof(one->claim), "%s", claim);
	one->gateway = gateway;
	one->at_ms = now_ms;
}

static json_t *answer_of(const struct one *one, int64_t now_ms)
{
	char id[RECEIVER_NAME_MAX + 8];
	int name = (int)one->gateway;

	snprintf(id, sizeof(id), "claim-%.*s", name, one->claim);
	return json_pack("{s:s, s:s, s:s#, s:I, s:s}", "id", id, "kind",
			 "claim", "gateway", one->claim, name, "age_s",
			 (json_int_t)((now_ms - one->at_ms + 999) / 1000),
			 "claim", one->claim);
}

size_t claims_add(const struct claims *c, const char *reference,
		  const char *claim, int64_t now_ms, char *body, size_t len,
		  size_t cap)
{
	size_t gateway = gateway_of(claim), added = 0, n = 0;
	json_t *doc = json_loadb(body, len, 0, NULL);
	json_t *list = json_object_get(doc, "answers");
	char *out = NULL;

	for (size_t i = 0; gateway && i < c->n; i++) {
		const struct one *one = &c->one[i];

		if (is_of(one, reference) && !is_by(one, claim, gateway) &&
		    now_ms - one->at_ms < KEPT_MS &&
		    !json_array_append_new(list, answer_of(one, now_ms)))
			added++;
	}

	if (added)
		out = json_dumps(doc, JSON_COMPACT);

	n = out ? strlen(out) : 0;
	if (n && n < cap) {
		memcpy(body, out, n);
		len = n;
	}

	free(out);
	json_decref(doc);
	return len;
}
