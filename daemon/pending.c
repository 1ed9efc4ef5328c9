/* SPDX-License-Identifier: Apache-2.0 */
#include "pending.h"

#include <stdlib.h>
#include <string.h>

#include <alerte/alerte.h>

struct pending_call {
	struct pending_call *next, **link;
	struct pending *pending;
	sd_bus_slot *slot;
	void (*answer)(void *owner, sd_bus_message *reply, const char *path,
		       int64_t id);
	int64_t id;
	char path[PENDING_PATH_MAX];
};

static void call_free(struct pending_call *c)
{
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	sd_bus_slot_unref(c->slot);
	free(c);
}

static int call_answered(sd_bus_message *reply, void *userdata,
			 sd_bus_error *error)
{
	struct pending_call *c = userdata;
	struct pending_call done = *c;

	(void)error;
	call_free(c);
	done.answer(done.pending->owner, reply, done.path, done.id);
	return 0;
}

int pending_call(struct pending *pending, sd_bus_message *m,
		 uint64_t timeout_ms,
		 void (*answer)(void *owner, sd_bus_message *reply,
				const char *path, int64_t id),
		 const char *path, int64_t id)
{
	struct pending_call *c;

	if (!m || strlen(path) >= sizeof(c->path))
		return ALERTE_EINVAL;

	c = calloc(1, sizeof(*c));
	if (!c)
		return ALERTE_ENOMEM;

	c->pending = pending;
	c->answer = answer;
	c->id = id;
	strcpy(c->path, path);
	if (sd_bus_call_async(pending->bus, &c->slot, m, call_answered, c,
			      timeout_ms * 1000) < 0) {
		free(c);
		return ALERTE_EREFUSED;
	}

	c->next = pending->first;
	c->link = &pending->first;
	if (c->next)
		c->next->link = &c->next;
	pending->first = c;
	return 0;
}

void pending_free(struct pending *pending)
{
	while (pending->first)
		call_free(pending->first);
}
