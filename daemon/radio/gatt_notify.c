/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes over a link.  A socket of AcquireNotify keeps each notification
 * apart; property signals would make one of two presses.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "radio/gatt_inside.h"

#define READS_MAX 32		/* in one turn of the loop */

/* As the drivers number them: "/org/bluez/hci1/dev_..." is 2, unknown is 0. */
static uint32_t source_of(const struct gatt_link *l)
{
	unsigned int n;

	if (!l->ndevices ||
	    sscanf(l->device[l->at].path, "/org/bluez/hci%u", &n) != 1)
		return 0;

	return n + 1;
}

void gatt_heard(struct gatt_link *l, uint16_t uuid, const uint8_t *data,
		size_t len)
{
	struct alerte_notification heard = {
		.size = sizeof(heard), .source = source_of(l),
		.heard_boot_ms = gatt_now_ms(), .uuid = uuid,
		.data = data, .len = len
	};

	memcpy(heard.address, l->button.address, sizeof(heard.address));

	if (uuid != UUID_BATTERY_LEVEL)
		l->notifications++;
	else if (len && data[0] <= 100)
		l->battery = data[0];

	l->g->events.notified(l->g->events.context, &heard);
}

/* -------------------------------------------------------- notifications */

/* What came before the end is heard before the end. */
static int on_notify(sd_event_source *source, int fd, uint32_t revents,
		     void *context)
{
	struct gatt_link *l = context;
	uint8_t data[GATT_VALUE_MAX];
	ssize_t n = 0;
	int i;

	(void)source;

	for (i = 0; i < READS_MAX; i++) {
		n = recv(fd, data, sizeof(data), MSG_DONTWAIT);
		if (n <= 0)
			break;
		gatt_heard(l, l->family->press, data, (size_t)n);
	}

	if (n > 0 || (n < 0 && errno == EINTR))
		return 0;

	if (revents & (EPOLLHUP | EPOLLERR) ||
	    (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK))
		gatt_link_failed(l, "its notifications ended");
	else if (n == 0)
		l->nonsense++;		/* one without a byte */

	return 0;
}

int gatt_notify_open(struct gatt_link *l, int fd)
{
	int r = sd_event_add_io(l->g->event, &l->notify, fd, EPOLLIN,
				on_notify, l);

	if (r < 0) {
		close(fd);
		return r;
	}

	l->fd = fd;
	/* A press goes before whatever else came in. */
	sd_event_source_set_priority(l->notify, SD_EVENT_PRIORITY_NORMAL - 1);
	return 0;
}

void gatt_notify_close(struct gatt_link *l)
{
	l->notify = sd_event_source_disable_unref(l->notify);
	if (l->fd >= 0)
		close(l->fd);

	l->fd = -1;
	l->by_signal = false;
}

/* --------------------------------------------------------------- probes */

/* An error of the button is an answer of the button. */
static bool is_alive(sd_bus_message *m)
{
	const sd_bus_error *e = sd_bus_message_get_error(m);

	return !sd_bus_error_has_name(e, SD_BUS_ERROR_NO_REPLY) &&
	       !sd_bus_error_has_name(e, SD_BUS_ERROR_UNKNOWN_OBJECT) &&
	       !sd_bus_error_has_name(e, BLUEZ ".Error.NotConnected");
}

static int on_probe_due(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	gatt_probe(context);
	return 0;
}

static int on_probed(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct gatt_link *l = context;
	const void *bytes;
	size_t len;

	(void)error;
	l->probing = sd_bus_slot_unref(l->probing);

	if (sd_bus_message_is_method_error(m, NULL)) {
		if (!is_alive(m)) {
			gatt_link_failed(l, "it gave no sign of life");
			return 0;
		}
	} else if (sd_bus_message_read_array(m, 'y', &bytes, &len) < 0) {
		l->nonsense++;
	} else if (*l->path.battery && len) {
		gatt_heard(l, UUID_BATTERY_LEVEL, bytes, len);
	}

	gatt_timer(l->g, &l->timer, l->g->config.pace.probe, on_probe_due, l);
	return 0;
}

void gatt_probe(struct gatt_link *l)
{
	const char *path = *l->path.battery ? l->path.battery : l->path.probe;
	sd_bus_message *m;

	/*
	 * BlueZ tells what was read in a signal too.  Where presses come by
	 * signal, reading the last one again would be one.
	 */
	if (!*path || (l->by_signal && !strcmp(path, l->path.press)))
		return;

	m = gatt_method(l->g->bus, path, BLUEZ_CHARACTERISTIC, "ReadValue");
	if (m && sd_bus_message_append(m, "a{sv}", 0) < 0)
		m = sd_bus_message_unref(m);

	if (gatt_call(l->g, m, &l->probing, on_probed, l,
		      l->g->config.pace.answer) < 0)
		gatt_timer(l->g, &l->timer, l->g->config.pace.probe,
			   on_probe_due, l);
}

/* --------------------------------------------------------------- writes */

sd_bus_message *gatt_write_method(struct gatt_link *l, const char *path,
				  const uint8_t *data, size_t len)
{
	sd_bus_message *m = gatt_method(l->g->bus, path, BLUEZ_CHARACTERISTIC,
					"WriteValue");

	if (m && (sd_bus_message_append_array(m, 'y', data, len) < 0 ||
		  sd_bus_message_append(m, "a{sv}", 0) < 0))
		m = sd_bus_message_unref(m);

	return m;
}

void gatt_write(struct gatt_link *l, const char *path, uint8_t byte)
{
	if (*path)
		gatt_tell(l->g, gatt_write_method(l, path, &byte, 1));
}
