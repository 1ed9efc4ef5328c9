/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The association's server refuses the first message.  What it refused is in
 * its log, by key; what it took is a file with that key.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"

#define KEY_MAX 256

/* The head of a kept request, up to its empty line; to be freed. */
static char *request_head(const char *path)
{
	char *text = demo_read(path), *end;

	end = text == NULL ? NULL : strstr(text, "\n\n");
	if (end != NULL)
		end[1] = '\0';

	return text;
}

static bool key_of(const char *head, char *key, size_t cap)
{
	static const char name[] = "\nidempotency-key: ";
	const char *at = strstr(head, name);
	size_t n;

	if (at == NULL)
		return false;

	at += strlen(name);
	n = strcspn(at, "\n");
	snprintf(key, cap, "%.*s", (int)n, at);

	return n > 0 && n < cap;
}

static bool is_report(void *context, const char *path)
{
	const char *key = context;
	char *head = request_head(path), found[KEY_MAX];
	bool yes = head != NULL && strstr(head, "\nanswered: 201\n") &&
		   key_of(head, found, sizeof(found)) &&
		   strcmp(key, found) == 0;

	free(head);
	return yes;
}

/* The key of the message that was refused, from the server's log. */
static bool refused_wait(struct demo *d, int64_t wait_ms, char *key)
{
	static const char words[] = " 503 ";
	int64_t until = demo_now_ms() + wait_ms;
	char path[DEMO_PATH], *log, *at;
	bool found = false;

	demo_path(d, "receiver.log", path);
	do {
		log = demo_read(path);
		at = log == NULL ? NULL : strstr(log, words);
		if (at != NULL && strchr(at, '\n') != NULL) {
			at += strlen(words);
			snprintf(key, KEY_MAX, "%.*s", (int)strcspn(at, "\n"),
				 at);
			found = true;
		}
		free(log);
	} while (!found && demo_wait(d, until));

	return found;
}

static bool taken_wait(struct demo *d, char *key, int64_t wait_ms,
		       char path[DEMO_PATH])
{
	int64_t until = demo_now_ms() + wait_ms;
	char folder[DEMO_PATH];

	demo_path(d, "received", folder);
	do {
		if (demo_find(folder, is_report, key, path))
			return true;
	} while (demo_wait(d, until));

	return false;
}

void demo_server(struct demo *d)
{
	const struct cli *c = &d->cli;
	char path[DEMO_PATH], key[KEY_MAX];
	bool good = refused_wait(d, 3000, key);

	demo_expect(d, good, "the association's server refused once (503)",
		    "le serveur de l'association a refusé une fois (503)");
	if (!good)
		return;

	demo_tell(d, TR(c, "The report reaches the association's server, which is overloaded: 503, try again in 1 s.",
			"Le rapport atteint le serveur de l'association, qui est débordé : 503, réessayez dans 1 s."));
	demo_at(d, "receiver.log");

	good = taken_wait(d, key, 4000, path);
	demo_expect(d, good,
		    "then took the same report (201, same Idempotency-Key)",
		    "puis a pris le même rapport (201, même Idempotency-Key)");
	if (good) {
		demo_tell(d, TR(c, "Sent again with the same Idempotency-Key: 201, taken.",
				"Renvoyé avec la même Idempotency-Key : 201, pris."));
		demo_at(d, path + strlen(d->dir) + 1);
	}
}

struct report {
	const char *code, *type, *state;
};

static bool has(const char *text, const char *member, const char *value)
{
	char pair[64];

	snprintf(pair, sizeof(pair), "\"%s\":\"%s\"", member, value);
	return strstr(text, pair) != NULL;
}

static bool is_about(void *context, const char *path)
{
	const struct report *r = context;
	char *text = demo_read(path);
	bool yes = text != NULL && strstr(text, "\nanswered: 201\n") != NULL &&
		   has(text, "code", r->code) && has(text, "type", r->type) &&
		   has(text, "state", r->state);

	free(text);
	return yes;
}

bool demo_report_wait(struct demo *d, const char *code, const char *type,
		      const char *state, int64_t until_ms,
		      char path[DEMO_PATH])
{
	struct report r = { code, type, state };
	char folder[DEMO_PATH];

	demo_path(d, "received", folder);
	do {
		if (demo_find(folder, is_about, &r, path))
			return true;
	} while (demo_wait(d, until_ms));

	return false;
}
