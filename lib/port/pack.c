/* SPDX-License-Identifier: Apache-2.0 */
#include "port/pack.h"

#include <string.h>

#include "port/bytes.h"

void pack_start(struct pack *p, uint8_t *out, size_t cap)
{
	*p = (struct pack){ .at = out, .cap = cap };
}

void pack_bytes(struct pack *p, uint8_t tag, const void *bytes, size_t len)
{
	uint8_t *at = p->at + p->len;

	if (len > UINT16_MAX || p->cap - p->len < 3 + len) {
		p->cut = true;
		return;
	}
	at[0] = tag;
	at[1] = (uint8_t)len;
	at[2] = (uint8_t)(len >> 8);
	if (len)
		memcpy(at + 3, bytes, len);
	p->len += 3 + len;
}

void pack_int(struct pack *p, uint8_t tag, int64_t value)
{
	uint8_t bytes[8];

	put_le64(bytes, (uint64_t)value);
	pack_bytes(p, tag, bytes, sizeof(bytes));
}

void pack_text(struct pack *p, uint8_t tag, const char *text)
{
	if (*text)
		pack_bytes(p, tag, text, strlen(text));
}

void unpack_start(struct unpack *u, const uint8_t *bytes, size_t len)
{
	*u = (struct unpack){ .at = bytes, .end = bytes + len };
}

bool unpack_next(struct unpack *u)
{
	size_t len;

	if (u->end - u->at < 3)
		return false;
	len = le16(u->at + 1);
	if ((size_t)(u->end - u->at) - 3 < len)
		return false;
	u->tag = u->at[0];
	u->bytes = u->at + 3;
	u->len = len;
	u->at += 3 + len;
	return true;
}

bool unpack_whole(const struct unpack *u)
{
	return u->at == u->end;
}

int64_t unpack_int(const struct unpack *u)
{
	return u->len == 8 ? (int64_t)le64(u->bytes) : 0;
}

void unpack_text(const struct unpack *u, char *out, size_t cap)
{
	size_t n = u->len < cap ? u->len : cap - 1;

	memcpy(out, u->bytes, n);
	out[n] = '\0';
}

bool unpack_bytes(const struct unpack *u, void *out, size_t len)
{
	if (u->len != len)
		return false;
	memcpy(out, u->bytes, len);
	return true;
}
