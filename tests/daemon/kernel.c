/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/kernel.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SUPPORTED (MGMT_SETTING_POWERED | MGMT_SETTING_LE)
#define NOT_SUPPORTED 0x0c
#define REJECTED 0x0b
#define ROOM 2048

static size_t put16(uint8_t *out, uint16_t v)
{
	out[0] = (uint8_t)v;
	out[1] = (uint8_t)(v >> 8);
	return 2;
}

static size_t put32(uint8_t *out, uint32_t v)
{
	put16(out, (uint16_t)v);
	put16(out + 2, (uint16_t)(v >> 16));
	return 4;
}

int kernel_start(struct kernel *k)
{
	int fds[2];

	memset(k, 0, sizeof(*k));

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       0, fds) < 0)
		return -1;

	k->fd = fds[0];
	k->adapter[0].there = true;
	k->adapter[0].supported = SUPPORTED;
	return fds[1];
}

void kernel_stop(struct kernel *k)
{
	if (k->fd >= 0)
		close(k->fd);

	k->fd = -1;
}

bool kernel_raw(struct kernel *k, const void *bytes, size_t len)
{
	return send(k->fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

void kernel_event(struct kernel *k, uint16_t code, uint16_t index,
		  const void *parameters, size_t len)
{
	uint8_t bytes[ROOM];
	size_t at = put16(bytes, code);

	at += put16(bytes + at, index);
	at += put16(bytes + at, (uint16_t)len);

	if (len)
		memcpy(bytes + at, parameters, len);

	kernel_raw(k, bytes, at + len);
}

void kernel_found(struct kernel *k, uint16_t code, uint16_t index,
		  const void *ad, size_t len)
{
	static const uint8_t sender[] = { 0x01, 0, 0, 0xee, 0xff, 0xc0, 2,
					  (uint8_t)-60, 0, 0, 0, 0 };
	uint8_t bytes[ROOM];
	size_t at = 0;

	if (code == MGMT_MONITOR_FOUND)
		at = put16(bytes, 0);

	memcpy(bytes + at, sender, sizeof(sender));
	at += sizeof(sender);
	at += put16(bytes + at, (uint16_t)len);
	memcpy(bytes + at, ad, len);
	kernel_event(k, code, index, bytes, at + len);
}

void kernel_plug(struct kernel *k, uint16_t index)
{
	k->adapter[index] = (struct kernel_adapter){
		.there = true, .supported = SUPPORTED
	};
	kernel_event(k, MGMT_INDEX_ADDED, index, NULL, 0);
}

void kernel_unplug(struct kernel *k, uint16_t index)
{
	k->adapter[index].there = false;
	kernel_event(k, MGMT_INDEX_REMOVED, index, NULL, 0);
}

void kernel_settings(struct kernel *k, uint16_t index, uint32_t settings)
{
	uint8_t bytes[4];

	k->adapter[index].settings = settings;

	if (!(settings & MGMT_SETTING_POWERED))
		k->adapter[index].discovering = false;

	put32(bytes, settings);
	kernel_event(k, MGMT_NEW_SETTINGS, index, bytes, sizeof(bytes));
}

void kernel_discovering(struct kernel *k, uint16_t index, bool on)
{
	const uint8_t bytes[] = { 0x06, on };

	k->adapter[index].discovering = on;
	kernel_event(k, MGMT_DISCOVERING, index, bytes, sizeof(bytes));
}

void kernel_forget_monitors(struct kernel *k, uint16_t index, bool all)
{
	uint8_t bytes[2];

	put16(bytes, all ? 0 : k->adapter[index].handle);
	k->adapter[index].monitors = 0;
	kernel_event(k, MGMT_MONITOR_REMOVED, index, bytes, sizeof(bytes));
}

static void answer(struct kernel *k, const struct mgmt_packet *p,
		   uint8_t status, const uint8_t *data, size_t len)
{
	uint8_t bytes[ROOM];
	size_t at = put16(bytes, p->code);

	bytes[at++] = status;

	if (len)
		memcpy(bytes + at, data, len);

	kernel_event(k, status ? MGMT_COMMAND_STATUS : MGMT_COMMAND_COMPLETE,
		     p->index, bytes, at + len);
}

static size_t list_put(const struct kernel *k, uint8_t *out)
{
	uint16_t n = 0, i;

	for (i = 0; i < KERNEL_ADAPTERS; i++)
		if (k->adapter[i].there)
			put16(out + 2 + 2 * n++, i);

	return put16(out, n) + 2u * n;
}

static uint8_t powered_set(struct kernel_adapter *a, bool on)
{
	if (on && a->rfkill)
		return MGMT_RFKILLED;

	a->settings &= ~MGMT_SETTING_POWERED;
	a->discovering = false;

	if (on)
		a->settings |= MGMT_SETTING_POWERED;

	return MGMT_SUCCESS;
}

static uint8_t discovery_start(struct kernel *k, uint16_t index)
{
	struct kernel_adapter *a = &k->adapter[index];

	if (!(a->settings & MGMT_SETTING_POWERED))
		return MGMT_NOT_POWERED;
	if (a->discovering)
		return MGMT_BUSY;

	kernel_discovering(k, index, true);
	return MGMT_SUCCESS;
}

static uint8_t discovery_stop(struct kernel *k, uint16_t index)
{
	if (!k->adapter[index].discovering)
		return REJECTED;

	kernel_discovering(k, index, false);
	return MGMT_SUCCESS;
}

/* Its status, and what it returns. */
static uint8_t obey(struct kernel *k, const struct mgmt_packet *p,
		    uint8_t *out, size_t *len)
{
	struct kernel_adapter *a = &k->adapter[p->index];
	uint8_t status;

	switch (p->code) {
	case MGMT_READ_INFO:
		memset(out, 0, 280);
		put32(out + 9, a->supported);
		put32(out + 13, a->settings);
		*len = 280;
		return MGMT_SUCCESS;
	case MGMT_SET_POWERED:
		status = powered_set(a, p->data[0]);
		*len = put32(out, a->settings);
		return status;
	case MGMT_SET_LE:
		a->settings |= MGMT_SETTING_LE;
		*len = put32(out, a->settings);
		return MGMT_SUCCESS;
	case MGMT_READ_MONITORS:
		memset(out, 0, 13);
		put32(out, k->offloaded);
		put16(out + 8, KERNEL_MONITORS);
		put16(out + 11, (uint16_t)a->monitors);
		*len = 13;
		return MGMT_SUCCESS;
	case MGMT_ADD_MONITOR:
		if (a->monitors == KERNEL_MONITORS)
			return 0x03;
		a->monitors++;
		*len = put16(out, ++a->handle);
		return MGMT_SUCCESS;
	case MGMT_REMOVE_MONITOR:
		a->monitors = p->data[0] ? a->monitors - 1 : 0;
		*len = put16(out, a->handle);
		return MGMT_SUCCESS;
	case MGMT_START_DISCOVERY:
		return discovery_start(k, p->index);
	case MGMT_STOP_DISCOVERY:
		return discovery_stop(k, p->index);
	case MGMT_SET_DEFAULTS:
		return MGMT_SUCCESS;
	default:
		return NOT_SUPPORTED;
	}
}

static void command_take(struct kernel *k, const struct mgmt_packet *p)
{
	uint8_t out[ROOM], status = k->status[p->code];
	size_t len = 0;

	if (p->code == MGMT_READ_INDEX_LIST)
		len = list_put(k, out);
	else if (p->index >= KERNEL_ADAPTERS || !k->adapter[p->index].there)
		status = MGMT_INVALID_INDEX;
	else if (!status)
		status = obey(k, p, out, &len);

	answer(k, p, status, out, status ? 0 : len);
}

void kernel_serve(struct kernel *k)
{
	uint8_t bytes[ROOM];
	struct mgmt_packet p;
	ssize_t n;

	while ((n = recv(k->fd, bytes, sizeof(bytes), 0)) > 0) {
		if (!mgmt_packet_parse(bytes, (size_t)n, &p) ||
		    p.code >= KERNEL_COMMANDS)
			continue;

		k->asked[p.code]++;
		k->last_len[p.code] = (size_t)n;
		memcpy(k->last[p.code], bytes, (size_t)n < MGMT_COMMAND_MAX ?
		       (size_t)n : MGMT_COMMAND_MAX);

		if (!k->silent)
			command_take(k, &p);
	}
}
