/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_PENDING_H
#define DAEMON_PENDING_H

#include <stdint.h>
#include <systemd/sd-bus.h>

#define PENDING_PATH_MAX 128

/*
 * The calls of one owner that are not answered yet.  They end with the owner:
 * after pending_free() no answer comes.
 */
struct pending {
	struct pending_call *first;
	sd_bus *bus;		/* borrowed */
	void *owner;		/* borrowed, handed to answer() */
};

/*
 * Call; answer() is told once, with a reply that may be an error.  path (at
 * most PENDING_PATH_MAX - 1 long) and id are passed through.  m may be NULL:
 * ALERTE_EINVAL then.  ALERTE_ENOMEM, ALERTE_EREFUSED: nothing was called.
 */
int pending_call(struct pending *pending, sd_bus_message *m,
		 uint64_t timeout_ms,
		 void (*answer)(void *owner, sd_bus_message *reply,
				const char *path, int64_t id),
		 const char *path, int64_t id);
void pending_free(struct pending *pending);

#endif
