/* SPDX-License-Identifier: Apache-2.0 */
/* SMS out and in, as the spool driver of the daemon has them. */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"

#define RELATIVE "spool/out"

/* What follows "To: " in the head. */
static bool read_to(const char *file, char *to, size_t cap)
{
	const char *at = strstr(file, "To: ");
	size_t n;

	if (at == NULL || (at != file && at[-1] != '\n'))
		return false;

	at += strlen("To: ");
	n = strcspn(at, "\n");
	if (n >= cap)
		return false;

	memcpy(to, at, n);
	to[n] = '\0';
	return true;
}

static bool sms_read(const char *path, struct demo_sms *out)
{
	char *file = demo_read(path), *text;
	bool good = false;

	text = file == NULL ? NULL : strstr(file, "\n\n");
	if (text != NULL && read_to(file, out->to, sizeof(out->to))) {
		snprintf(out->text, sizeof(out->text), "%s", text + 2);
		good = true;
	}

	free(file);
	return good;
}

struct wanted {
	const char *to, *words, *also;
	struct demo_sms sms;
};

static bool is_wanted(void *context, const char *path)
{
	struct wanted *w = context;

	return sms_read(path, &w->sms) && strcmp(w->sms.to, w->to) == 0 &&
	       strstr(w->sms.text, w->words) != NULL &&
	       strstr(w->sms.text, w->also) != NULL;
}

bool demo_sms_both(struct demo *d, const char *to, const char *words,
		   const char *also, int64_t until_ms, struct demo_sms *out)
{
	struct wanted w = { .to = to, .words = words, .also = also };
	char folder[DEMO_PATH], path[DEMO_PATH];

	demo_path(d, RELATIVE, folder);
	do {
		if (!demo_find(folder, is_wanted, &w, path))
			continue;

		*out = w.sms;
		snprintf(out->path, sizeof(out->path), RELATIVE "/%s",
			 strrchr(path, '/') + 1);
		return true;
	} while (demo_wait(d, until_ms));

	return false;
}

bool demo_sms_wait(struct demo *d, const char *to, const char *words,
		   int64_t until_ms, struct demo_sms *out)
{
	return demo_sms_both(d, to, words, "", until_ms, out);
}

struct astray {
	size_t n;
};

static bool is_astray(void *context, const char *path)
{
	static const char *const known[] = { DEMO_RELAY, DEMO_PAUL,
					     DEMO_NADIA };
	struct astray *a = context;
	struct demo_sms sms;
	size_t i;

	if (!sms_read(path, &sms))
		return false;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(sms.to, known[i]) == 0)
			return false;
	}

	a->n++;
	return false;
}

size_t demo_sms_astray(struct demo *d)
{
	struct astray a = { 0 };
	char folder[DEMO_PATH], path[DEMO_PATH];

	demo_path(d, RELATIVE, folder);
	demo_find(folder, is_astray, &a, path);

	return a.n;
}

int demo_sms_in(struct demo *d, const char *from, const char *text,
		char path[DEMO_PATH])
{
	static unsigned number;
	char file[DEMO_TEXT], name[64], hidden[DEMO_PATH], shown[DEMO_PATH];
	int r;

	if (!demo_fictional(from))
		return EX_SOFTWARE;

	number++;
	snprintf(file, sizeof(file), "From: %s\n\n%s", from, text);
	snprintf(name, sizeof(name), "spool/in/.%04u", number);
	demo_path(d, name, hidden);
	snprintf(name, sizeof(name), "spool/in/%04u", number);
	demo_path(d, name, shown);

	/* The daemon passes over names with a dot: it never sees half of it. */
	r = demo_write(hidden, file);
	if (r == 0 && rename(hidden, shown) < 0)
		r = -errno;
	if (r < 0)
		return complain(&d->cli, EX_IOERR, strerror(-r), shown, NULL);

	snprintf(path, DEMO_PATH, "%s", name);
	return 0;
}
