/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When is an endpoint faulty?
 *
 *   refused, stranger   at once: waiting mends neither
 *   anything else       after ALERTE_HTTPS_DEAF_MS of nothing but failures,
 *                       as networks come back by themselves (V2)
 *
 * A message that is taken ends it.  A poll that works shows that the server
 * is there, not that it takes messages: it ends only what polls began.
 */
#include "transport/endpoint.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "transport/tls.h"

#define URGENT_ROOM 8

static bool ends(const char *s, size_t cap)
{
	return memchr(s, '\0', cap) != NULL;
}

static bool part_absent(CURLU *u, CURLUPart part)
{
	char *value = NULL;
	bool absent = curl_url_get(u, part, &value, 0) != CURLUE_OK;

	curl_free(value);
	return absent;
}

static bool url_good(const char *url)
{
	CURLU *u;
	bool good;

	if (strncmp(url, "https://", 8))
		return false;

	for (const char *s = url; *s; s++) {
		if (*s <= ' ' || *s > '~')
			return false;
	}

	u = curl_url();
	good = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	       part_absent(u, CURLUPART_USER) &&
	       part_absent(u, CURLUPART_PASSWORD) &&
	       part_absent(u, CURLUPART_QUERY) &&
	       part_absent(u, CURLUPART_FRAGMENT) && !strpbrk(url, "?#");
	curl_url_cleanup(u);
	return good;
}

static bool id_good(const char *id)
{
	size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && !id[n];
}

int endpoint_widen(const struct alerte_endpoint *set,
		   struct alerte_endpoint *out)
{
	if (set->size != sizeof(*out) &&
	    set->size != offsetof(struct alerte_endpoint, shape))
		return ALERTE_EINVAL;

	memset(out, 0, sizeof(*out));
	memcpy(out, set, set->size);
	out->size = sizeof(*out);
	return 0;
}

int endpoint_check(const struct alerte_endpoint *set)
{
	if (set->size != sizeof(*set) || !ends(set->id, sizeof(set->id)) ||
	    !ends(set->url, sizeof(set->url)) ||
	    !ends(set->pin[0], sizeof(set->pin[0])) ||
	    !ends(set->pin[1], sizeof(set->pin[1])) ||
	    !ends(set->ca_file, sizeof(set->ca_file)) ||
	    !ends(set->cert_file, sizeof(set->cert_file)) ||
	    !ends(set->key_file, sizeof(set->key_file)))
		return ALERTE_EINVAL;

	if (!id_good(set->id) || !url_good(set->url) ||
	    !tls_pin_good(set->pin[0]) || !tls_pin_good(set->pin[1]))
		return ALERTE_EINVAL;

	if (*set->key_file && !*set->cert_file)
		return ALERTE_EINVAL;

	return 0;
}

bool endpoint_same(const struct alerte_endpoint *a,
		   const struct alerte_endpoint *b)
{
	return !strcmp(a->id, b->id) && !strcmp(a->url, b->url) &&
	       !strcmp(a->pin[0], b->pin[0]) &&
	       !strcmp(a->pin[1], b->pin[1]) &&
	       !strcmp(a->ca_file, b->ca_file) &&
	       !strcmp(a->cert_file, b->cert_file) &&
	       !strcmp(a->key_file, b->key_file);
}

struct endpoint *endpoint_new(const struct alerte_endpoint *set)
{
	struct endpoint *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;

	e->set = *set;
	e->refs = 1;
	e->listed = true;
	e->state.size = sizeof(e->state);
	memcpy(e->state.id, set->id, sizeof(e->state.id));
	e->state.success_boot_ms = -1;
	e->state.failure_boot_ms = -1;
	e->state.beat_boot_ms = -1;
	return e;
}

void endpoint_drop(struct endpoint *e)
{
	if (e && --e->refs == 0)
		free(e);
}

bool endpoint_room(const struct endpoint *e, enum alerte_importance importance)
{
	unsigned int room = ALERTE_HTTPS_FLIGHT_MAX;

	if (importance > ALERTE_IMPORTANCE_ALERT)
		room -= URGENT_ROOM;

	return e->under_way < room;
}

static void note_success(struct endpoint *e, enum request_kind kind,
			 int64_t now)
{
	e->state.success_boot_ms = now;

	switch (kind) {
	case REQUEST_MESSAGE:
		e->refused = 0;
		break;
	case REQUEST_POLL:
		e->refused &= ~(1u << REQUEST_POLL);
		break;
	case REQUEST_WARM:
	case REQUEST_BEAT:
		break;
	}

	if (e->refused)
		return;

	e->state.failures = 0;
	e->state.error[0] = '\0';
	e->state.fault = false;
}

static void note_failure(struct endpoint *e, enum verdict v,
			 const struct outcome *o, int64_t now)
{
	const char *words = verdict_words(v, o);

	if (e->state.failures++ == 0)
		e->failing_since = now;

	e->state.failure_boot_ms = now;
	strncpy(e->state.error, words, sizeof(e->state.error) - 1);

	switch (v) {
	case VERDICT_REFUSED:
		e->refused |= 1u << o->kind;
		e->state.fault = true;
		break;
	case VERDICT_STRANGER:
		e->state.fault = true;
		break;
	case VERDICT_TAKEN:
	case VERDICT_AGAIN:
	case VERDICT_LOST:
		break;
	}

	if (now - e->failing_since >= ALERTE_HTTPS_DEAF_MS)
		e->state.fault = true;
}

static void note_beat(struct endpoint *e, int status, int64_t now)
{
	e->state.beat_status = status;

	if (status >= 200 && status < 300)
		e->state.beat_boot_ms = now;
}

bool endpoint_note(struct endpoint *e, enum verdict v,
		   const struct outcome *o, int64_t now)
{
	int status = o->status >= 200 ? (int)o->status : 0;

	if (o->kind == REQUEST_BEAT)
		note_beat(e, status, now);
	else
		e->state.status = status;

	if (v == VERDICT_TAKEN)
		note_success(e, o->kind, now);
	else
		note_failure(e, v, o, now);

	return e->state.fault;
}
