/* SPDX-License-Identifier: Apache-2.0 */
/* What arrived, by the files of the spool and of the receiver. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash.h"

#define FILE_BYTES 8192

void far_number(int wearer, char out[NUMBER_MAX])
{
	snprintf(out, NUMBER_MAX, "+3363998%04d", wearer);
}

static bool known(const struct world *w, const char *name)
{
	for (size_t i = w->nsends; i-- > 0;)
		if (!strcmp(w->sends[i].name, name))
			return true;

	return false;
}

static struct send *send_new(struct world *w, const char *name)
{
	struct send *s;

	if (w->nsends == w->sends_cap) {
		w->sends_cap = w->sends_cap ? 2 * w->sends_cap : 256;
		w->sends = realloc(w->sends, w->sends_cap * sizeof(*s));
		if (!w->sends)
			give_up("memory ran out");
	}

	s = &w->sends[w->nsends++];
	memset(s, 0, sizeof(*s));
	snprintf(s->name, sizeof(s->name), "%.79s", name);
	s->life = w->life;
	return s;
}

/* "Name: value" in the head of a file. */
static void field(const char *text, const char *name, char *out, size_t cap)
{
	const char *at = strstr(text, name);
	size_t n = at ? strcspn(at += strlen(name), "\n") : 0;

	if (!at || n >= cap)
		give_up("a file without %s", name);

	memcpy(out, at, n);
	out[n] = '\0';
}

static void spool_read(struct send *s, const char *text)
{
	char number[24];

	field(text, "To: ", s->to, sizeof(s->to));
	field(text, "Key: ", s->key, sizeof(s->key));
	field(text, "Attempt: ", number, sizeof(number));
	s->attempt = strtoll(number, NULL, 10);
}

static void copy(const json_t *body, const char *name, char *out, size_t cap)
{
	const char *value = json_string_value(json_object_get(body, name));

	snprintf(out, cap, "%s", value ? value : "");
}

static void request_read(struct send *s, const char *text)
{
	const char *end = strstr(text, "\n\n");
	json_t *body = end ? json_loads(end + 2, 0, NULL) : NULL;
	char key[96];

	s->https = true;
	field(text, "idempotency-key: ", s->key, sizeof(s->key));
	copy(body, "key", key, sizeof(key));
	copy(body, "reference", s->reference, sizeof(s->reference));
	copy(body, "type", s->type, sizeof(s->type));

	if (strcmp(key, s->key))
		give_up("a request whose body has another key: %s", text);

	json_decref(body);
}

static void file_take(struct world *w, const char *folder, const char *name,
		      bool https)
{
	char path[PATH_MAX], text[FILE_BYTES];
	struct send *s;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%.2000s/%.80s", folder, name);
	f = fopen(path, "re");
	n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	if (!n)
		give_up("%s cannot be read", path);

	fclose(f);
	text[n] = '\0';
	s = send_new(w, name);

	if (https)
		request_read(s, text);
	else
		spool_read(s, text);
}

static void folder_collect(struct world *w, const char *which, bool https)
{
	char folder[PATH_MAX];
	struct dirent *e;
	DIR *d = opendir(world_path(w, which, folder));

	while (d && (e = readdir(d)))
		if (*e->d_name >= '0' && *e->d_name <= '9' &&
		    !known(w, e->d_name))
			file_take(w, folder, e->d_name, https);

	if (d)
		closedir(d);
}

void far_collect(struct world *w)
{
	folder_collect(w, "spool/out", false);
	folder_collect(w, "received", true);
}
