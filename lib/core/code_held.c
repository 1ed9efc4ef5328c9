/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Her code in a sentence: "c'est 4321, faites vite".
 *
 * A code is 4 to 31 ASCII characters without a blank, signs among them
 * allowed.  So each word between blanks is tried as it is and with up to six
 * bytes of signs taken off its end, with and without those before it; then each
 * run of letters and digits in it, and each run of digits ("mdp4321").
 */
#include <string.h>

#include "channel/plain.h"
#include "core/engine.h"

#define CODE_LEAST 4
#define END_BYTES 6

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool try_one(struct alerte *e, const char *at, size_t len)
{
	char word[ALERTE_CODE_MAX];
	bool held;

	if (len < CODE_LEAST ||
	    !plain_copy((struct plain){ at, len }, word, sizeof(word)))
		return false;
	held = close_is_code(e, word);
	wipe(word, sizeof(word));
	return held;
}

static bool try_ends(struct alerte *e, const char *at, size_t len)
{
	for (int n = 0; n <= END_BYTES && len; n++) {
		if (try_one(e, at, len))
			return true;
		if (is_alnum(at[len - 1]))
			break;
		len--;
	}
	return false;
}

/* Each run of what `is` is true of. */
static bool try_runs(struct alerte *e, struct plain p, bool (*is)(char c))
{
	size_t from = 0;

	for (size_t i = 0; i <= p.len; i++) {
		if (i < p.len && is(p.at[i]))
			continue;
		if (try_one(e, p.at + from, i - from))
			return true;
		from = i + 1;
	}
	return false;
}

static bool try_word(struct alerte *e, struct plain p)
{
	struct plain bare = plain_bare(p);
	const char *end = p.at + p.len;

	return try_ends(e, p.at, p.len) ||
	       (bare.at > p.at &&
		try_ends(e, bare.at, (size_t)(end - bare.at))) ||
	       try_runs(e, p, is_alnum) || try_runs(e, p, is_digit);
}

bool close_holds_code(struct alerte *e, const char *text)
{
	struct plain word;

	while (plain_next_blank(&text, &word))
		if (try_word(e, word))
			return true;
	return false;
}
