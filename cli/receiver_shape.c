/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Just enough to show what came: no parser, and nothing of a person.  What is
 * taken from a body is a word between two marks, of a few plain letters.
 */
#include "receiver_shape.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
#define WORD_MAX 24

/* The word behind `before` and in front of `after`, or "". */
static bool between(const char *body, size_t len, const char *before,
		    char after, char out[WORD_MAX])
{
	const char *at = memmem(body, len, before, strlen(before));
	const char *end = body + len;
	size_t n = 0;

	out[0] = '\0';
	if (!at)
		return false;

	at += strlen(before);

	while (at + n < end && n < WORD_MAX && strchr(WORD, at[n]) && at[n])
		n++;

	if (!n || n == WORD_MAX || at + n == end || at[n] != after)
		return false;

	memcpy(out, at, n);
	out[n] = '\0';
	return true;
}

/* Parameters behind the type, "; charset=utf-8", are nothing to us. */
static bool is_type(const struct receiver_request *r, const char *type)
{
	size_t n = strlen(type);

	return !strncasecmp(r->type, type, n) &&
	       (!r->type[n] || strchr("; ", r->type[n]));
}

const char *receiver_shape(const struct receiver_request *r, const char *body,
			   char what[RECEIVER_WHAT_MAX])
{
	char word[WORD_MAX], code[WORD_MAX];
	const char *shape = "";

	what[0] = '\0';

	if (is_type(r, "application/json")) {
		shape = "json";
		between(body, r->body_len, "\"type\":\"", '"', word);
	} else if (is_type(r, "application/cap+xml")) {
		shape = "cap";
		between(body, r->body_len, "<msgType>", '<', word);
	} else if (is_type(r, "application/scaip+xml")) {
		shape = "scaip";
		between(body, r->body_len, "<mty>", '<', word);
	} else {
		return shape;
	}

	between(body, r->body_len, "<stc>", '<', code);
	snprintf(what, RECEIVER_WHAT_MAX, "%s%s%s", word, *code ? " " : "",
		 code);
	return shape;
}

bool receiver_mrs(const char *body, size_t len, char *out, size_t cap)
{
	char ref[WORD_MAX];

	out[0] = '\0';

	if (!between(body, len, "<ref>", '<', ref))
		return false;

	snprintf(out, cap, "<mrs><ref>%s</ref><snu>0</snu></mrs>\n", ref);
	return true;
}
