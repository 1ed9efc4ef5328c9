/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages ofono may still hold.
 *
 * ofono keeps its queue on disk and sends it when the network, the modem or
 * ofono itself is back, hours later and long after the alert went another way.
 * So the path of each message handed over is written down until its end is
 * known, and what is found pending after an absence is cancelled.  A message
 * that ofono is just then handing to the modem cannot be: its end is told when
 * it comes.
 *
 * The file holds a path a line.  A path names the modem and a digest; that it
 * lies in our own folder is all the protection it needs.  What must leave no
 * sign is held in memory only: the hour of the file would tell of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "modem/ofono.h"

static bool file_name(const struct ofono *o, const char *end,
		      char out[PATH_MAX])
{
	int n = o->state ? snprintf(out, PATH_MAX, "%s/ofono-%s%s", o->state,
				    o->name, end) : 0;

	return n > 0 && n < PATH_MAX;
}

static bool write_all(const struct ofono *o, FILE *f)
{
	for (size_t i = 0; i < OFONO_KEPT_MAX; i++)
		if (o->kept[i].path[0] && !o->kept[i].unseen)
			fprintf(f, "%s\n", o->kept[i].path);

	return !fflush(f) && !fsync(fileno(f));
}

static void save(const struct ofono *o)
{
	char name[PATH_MAX], temp[PATH_MAX];
	bool good;
	FILE *f;
	int fd;

	if (!file_name(o, "", name) || !file_name(o, ".new", temp))
		return;

	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	good = f && write_all(o, f);
	if (f)
		good = !fclose(f) && good;
	if (good && !rename(temp, name))
		return;

	log_line(ALERTE_LOG_WARNING, "modem: %s: %s; after a restart ofono "
		 "may send a text again", name, strerror(errno));
}

void ofono_kept_load(struct ofono *o)
{
	char name[PATH_MAX], line[OFONO_PATH_MAX + 1];
	size_t n = 0;
	FILE *f = file_name(o, "", name) ? fopen(name, "re") : NULL;

	while (f && n < OFONO_KEPT_MAX && fgets(line, sizeof(line), f)) {
		size_t end = strcspn(line, "\n");

		if (line[end] != '\n' || line[0] != '/')
			continue;
		line[end] = '\0';
		memcpy(o->kept[n++].path, line, end + 1);
	}
	if (f)
		fclose(f);
}

static struct ofono_kept *find(struct ofono *o, const char *path)
{
	for (size_t i = 0; i < OFONO_KEPT_MAX; i++)
		if (!strcmp(o->kept[i].path, path))
			return &o->kept[i];

	return NULL;
}

void ofono_kept_add(struct ofono *o, const char *path, int64_t attempt,
		    bool unseen)
{
	struct ofono_kept *k = find(o, "");

	/* The first one is as good as any: all of them should have ended. */
	if (!k)
		k = &o->kept[0];
	snprintf(k->path, sizeof(k->path), "%s", path);
	k->attempt = attempt;
	k->unseen = unseen;
	if (!unseen)
		save(o);
}

bool ofono_kept_take(struct ofono *o, const char *path, struct ofono_kept *out)
{
	struct ofono_kept *k = path[0] ? find(o, path) : NULL;

	if (!k)
		return false;

	*out = *k;
	memset(k, 0, sizeof(*k));
	if (!out->unseen)
		save(o);
	return true;
}

static void cancel_answered(void *ofono, sd_bus_message *reply,
			    const char *path, int64_t id)
{
	(void)id;
	if (!sd_bus_message_is_method_error(reply, NULL))
		ofono_out_state(ofono, path, "cancelled");
}

static void cancel(struct ofono *o, const char *path)
{
	sd_bus_message *m = ofono_method(o, path, OFONO_MESSAGE, "Cancel");

	ofono_call(o, m, cancel_answered, path, 0);
	sd_bus_message_unref(m);
}

static int skip_properties(sd_bus_message *m, const char *name, void *out)
{
	(void)name;
	(void)out;
	return sd_bus_message_skip(m, "v");
}

static bool of_this_modem(const struct ofono *o, const char *path)
{
	size_t n = strlen(o->modem.path);

	return !strncmp(path, o->modem.path, n) && path[n] == '/';
}

/* They left, or ofono lost them; nobody can tell any more. */
static void forget_others(struct ofono *o, const bool held[OFONO_KEPT_MAX])
{
	bool changed = false;

	for (size_t i = 0; i < OFONO_KEPT_MAX; i++) {
		struct ofono_kept *k = &o->kept[i];

		if (held[i] || !of_this_modem(o, k->path) ||
		    (o->flight && !strcmp(o->flight->path, k->path)))
			continue;
		changed |= !k->unseen;
		memset(k, 0, sizeof(*k));
	}
	if (changed)
		save(o);
}

static void list_answered(void *ofono, sd_bus_message *reply,
			  const char *path, int64_t id)
{
	bool held[OFONO_KEPT_MAX] = { false };
	struct ofono *o = ofono;
	const char *object;

	(void)id;
	if (strcmp(path, o->modem.path) ||
	    sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_enter_container(reply, 'a', "(oa{sv})") < 0)
		return;

	while (sd_bus_message_enter_container(reply, 'r', "oa{sv}") > 0) {
		struct ofono_kept *k;

		if (sd_bus_message_read(reply, "o", &object) < 0)
			return;
		k = find(o, object);
		if (k)
			held[k - o->kept] = true;
		if (k && (!o->flight || strcmp(o->flight->path, object)))
			cancel(o, object);
		if (ofono_read_properties(reply, NULL, skip_properties) < 0 ||
		    sd_bus_message_exit_container(reply) < 0)
			return;
	}

	forget_others(o, held);
}

void ofono_kept_recall(struct ofono *o)
{
	sd_bus_message *m;
	bool any = false;

	for (size_t i = 0; i < OFONO_KEPT_MAX; i++)
		any |= o->kept[i].path[0] != '\0';
	if (!any)
		return;

	m = ofono_method(o, o->modem.path, OFONO_MESSAGES, "GetMessages");
	ofono_call(o, m, list_answered, o->modem.path, 0);
	sd_bus_message_unref(m);
}
