/* SPDX-License-Identifier: Apache-2.0 */
/*
 * As much of HTTP/1.1 as a request needs that carries one JSON document.
 * Whatever could be read in two ways is refused: a body without a length, two
 * lengths, a folded header, a byte that is not text.
 */
#include "receiver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct head {
	bool has_length;
	size_t length;
	bool close;
	bool old;		/* HTTP/1.0 */
};

static bool copy(char *out, size_t cap, const char *from, size_t len)
{
	if (len >= cap)
		return false;

	memcpy(out, from, len);
	out[len] = '\0';
	return true;
}

static bool printable(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return false;
	}

	return true;
}

/* "METHOD SP target SP HTTP/1.x" */
static int read_start(const char *line, size_t len, struct head *h,
		      struct receiver_request *out)
{
	const char *target, *version, *end = line + len;

	target = memchr(line, ' ', len);

	if (!target || !printable(line, len))
		return -400;

	version = memchr(target + 1, ' ', (size_t)(end - target - 1));

	if (!version || end - version != 9 ||
	    strncmp(version, " HTTP/1.", 8))
		return -400;

	if (!copy(out->method, sizeof(out->method), line,
		  (size_t)(target - line)))
		return -405;

	if (!copy(out->path, sizeof(out->path), target + 1,
		  (size_t)(version - target - 1)))
		return -414;

	h->old = version[8] == '0';
	return out->path[0] == '/' ? 0 : -400;
}

static int read_length(const char *value, size_t len, struct head *h)
{
	size_t n = 0;

	if (h->has_length || len == 0)
		return -400;

	for (size_t i = 0; i < len; i++) {
		if (value[i] < '0' || value[i] > '9')
			return -400;

		n = n * 10 + (size_t)(value[i] - '0');

		if (n > RECEIVER_BODY_MAX)
			return -413;
	}

	h->has_length = true;
	h->length = n;
	return 0;
}

static int read_value(const char *name, const char *value, size_t len,
		      struct head *h, struct receiver_request *out)
{
	if (!strcasecmp(name, "Content-Length"))
		return read_length(value, len, h);

	if (!strcasecmp(name, "Transfer-Encoding"))
		return -411;

	if (!strcasecmp(name, "Connection"))
		h->close = len == 5 && !strncasecmp(value, "close", 5);
	else if (!strcasecmp(name, "Idempotency-Key"))
		return copy(out->key, sizeof(out->key), value, len) ? 0 : -431;
	else if (!strcasecmp(name, "Content-Type"))
		return copy(out->type, sizeof(out->type), value, len) ? 0 :
									-431;

	else if (!strcasecmp(name, "Alerte-Claim"))
		return copy(out->claim, sizeof(out->claim), value, len) ? 0 :
									  -431;

	else if (!strcasecmp(name, "Alerte-Signature"))
		return copy(out->signature, sizeof(out->signature), value,
			    len) ? 0 : -431;

	return 0;
}

static int read_header(const char *line, size_t len, struct head *h,
		       struct receiver_request *out)
{
	const char *colon = memchr(line, ':', len);
	char name[64];
	size_t skip;

	if (!colon || colon == line || *line == ' ' || *line == '\t' ||
	    colon[-1] == ' ' || colon[-1] == '\t')
		return -400;

	/* Longer than any name we know: not ours to judge. */
	if (!copy(name, sizeof(name), line, (size_t)(colon - line)))
		return 0;

	skip = (size_t)(colon + 1 - line);

	while (skip < len && (line[skip] == ' ' || line[skip] == '\t'))
		skip++;

	while (len > skip && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;

	if (!printable(line + skip, len - skip))
		return -400;

	return read_value(name, line + skip, len - skip, h, out);
}

static int read_head(const char *in, size_t len, struct head *h,
		     struct receiver_request *out)
{
	size_t at = 0;
	bool first = true;

	while (at < len) {
		const char *line = in + at;
		const char *end = memmem(line, len - at, "\r\n", 2);
		size_t n = (size_t)(end - line);
		int r = first ? read_start(line, n, h, out) :
				read_header(line, n, h, out);

		if (r)
			return r;

		first = false;
		at += n + 2;
	}

	return first ? -400 : 0;
}

int receiver_parse(const char *in, size_t len, struct receiver_request *out)
{
	struct receiver_request r = { .method = "" };
	struct head h = { .has_length = false };
	const char *end = memmem(in, len, "\r\n\r\n", 4);
	size_t head_len;
	int result;

	if (!end)
		return len > RECEIVER_HEAD_MAX ? -431 : 0;

	head_len = (size_t)(end - in) + 4;

	if (head_len > RECEIVER_HEAD_MAX)
		return -431;

	result = read_head(in, head_len - 2, &h, &r);

	if (result)
		return result;

	if (!h.has_length && !strcmp(r.method, "POST"))
		return -411;

	if (len - head_len < h.length)
		return 0;

	r.body_at = head_len;
	r.body_len = h.length;
	r.close = h.close || h.old;
	*out = r;
	return (int)(head_len + h.length);
}

bool receiver_reference(const char *path, char out[RECEIVER_NAME_MAX])
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789-_";
	const char *end = strrchr(path, '/');
	const char *start = end;

	if (!end || strcmp(end, "/answers"))
		return false;

	while (start > path && start[-1] != '/')
		start--;

	if (start == path || start == end ||
	    strspn(start, allowed) != (size_t)(end - start))
		return false;

	return copy(out, RECEIVER_NAME_MAX, start, (size_t)(end - start));
}

bool receiver_is_beat(const char *path)
{
	const char *end = strrchr(path, '/');

	return end && !strcmp(end, "/heartbeat");
}
