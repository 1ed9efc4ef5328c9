/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void complain(struct complaints *c, const char *file, int line,
	      const char *format, ...)
{
	char what[512], *said;
	va_list ap;
	int n;

	va_start(ap, format);
	vsnprintf(what, sizeof(what), format, ap);
	va_end(ap);

	if (c->n >= COMPLAINTS_MAX) {
		c->n++;
		return;
	}

	if (line > 0)
		n = asprintf(&said, "%s:%d: %s", file, line, what);
	else
		n = asprintf(&said, "%s: %s", file, what);

	/* Without memory the fault still counts: the text is refused. */
	c->said[c->n++] = n < 0 ? NULL : said;
}

void complaints_print(const struct complaints *c)
{
	size_t i;

	for (i = 0; i < c->n && i < COMPLAINTS_MAX; i++)
		fprintf(stderr, "%s\n", c->said[i] ? c->said[i] : "no memory");

	if (c->n > COMPLAINTS_MAX)
		fprintf(stderr, "and %zu more\n", c->n - COMPLAINTS_MAX);
}

void complaints_free(struct complaints *c)
{
	size_t i;

	for (i = 0; i < c->n && i < COMPLAINTS_MAX; i++)
		free(c->said[i]);

	c->n = 0;
}
