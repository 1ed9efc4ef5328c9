/* SPDX-License-Identifier: Apache-2.0 */
#include "message/email.h"

#include <string.h>

#include <alerte/settings.h>

#define LABEL_MAX 63
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define ATOM LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~"

static bool dot_atom(const char *s, size_t len)
{
	size_t at = 0;

	while (at < len) {
		size_t n = strspn(s + at, ATOM);

		if (!n)
			return false;
		at += n;
		if (at == len)
			return true;
		if (s[at] != '.')
			return false;
		at++;
	}
	return false;
}

static bool host(const char *s)
{
	int labels = 0;

	for (;; s++) {
		size_t n = strspn(s, LETTERS DIGITS "-");

		if (!n || n > LABEL_MAX || *s == '-' || s[n - 1] == '-')
			return false;
		labels++;
		s += n;
		if (!*s)
			return labels > 1;
		if (*s != '.')
			return false;
	}
}

bool email_is_plain(const char *address)
{
	const char *at = strchr(address, '@');

	return at && strlen(address) < ALERTE_EMAIL_MAX &&
	       dot_atom(address, (size_t)(at - address)) && host(at + 1);
}

int alerte_email_check(const char *text)
{
	return text && email_is_plain(text) ? 0 : ALERTE_EINVAL;
}
