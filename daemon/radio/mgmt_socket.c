/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The management channel of the kernel's Bluetooth.  A socket bound without
 * CAP_NET_ADMIN in the first user namespace is no error: it may ask a few
 * harmless things, and no advertisement ever reaches it.  So it is tried with
 * a command that is reserved and does nothing: Get Connections of no adapter
 * is refused as Permission Denied, or else as Invalid Index.
 */
#include "radio/mgmt.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BTPROTO_HCI 1
#define HCI_CHANNEL_CONTROL 3
#define BUFFER_BYTES (4 << 20)		/* seconds of the densest crowd */
#define PROBE_MS 1000
#define PROBE_PACKETS 64		/* events that may stand before it */
#define BLUEZ "radio { driver = \"bluez\" }"

struct address_hci {
	unsigned short family, device, channel;
};

static bool net_admin(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2] = { { 0 }, { 0 } };

	if (syscall(SYS_capget, &header, data) < 0)
		return false;

	return data[CAP_TO_INDEX(CAP_NET_ADMIN)].effective &
	       CAP_TO_MASK(CAP_NET_ADMIN);
}

static int refused(char why[RADIO_WHY_MAX])
{
	snprintf(why, RADIO_WHY_MAX, "%s in the unit, or " BLUEZ, net_admin() ?
		 "CAP_NET_ADMIN holds only inside a user namespace; set "
		 "PrivateUsers=no" :
		 "CAP_NET_ADMIN is missing; set "
		 "AmbientCapabilities=CAP_NET_ADMIN");
	return -EPERM;
}

static int failed(const char *what, char why[RADIO_WHY_MAX])
{
	int e = errno;

	if (e == EAFNOSUPPORT || e == EPROTONOSUPPORT)
		snprintf(why, RADIO_WHY_MAX, "no Bluetooth in this kernel, or "
			 "the unit forbids it; try modprobe bluetooth, and "
			 "RestrictAddressFamilies=AF_BLUETOOTH");
	else
		snprintf(why, RADIO_WHY_MAX, "%s: %s; try " BLUEZ, what,
			 strerror(e));

	return -e;
}

/* 1 and its status once the answer is there, 0 for another packet. */
static int answer_read(int fd, uint8_t *status)
{
	uint8_t bytes[MGMT_PACKET_MAX];
	ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	struct mgmt_packet p;
	struct mgmt_answer a;

	if (n <= 0)
		return n < 0 ? -errno : -EPIPE;

	/* With an error, always a status. */
	if (!mgmt_packet_parse(bytes, (size_t)n, &p) ||
	    p.code != MGMT_COMMAND_STATUS || !mgmt_answer_parse(&p, &a) ||
	    a.opcode != MGMT_GET_CONNECTIONS)
		return 0;

	*status = a.status;
	return 1;
}

static int answer_wait(int fd, uint8_t *status)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int i, r = 0;

	for (i = 0; i < PROBE_PACKETS && r == 0; i++) {
		if (poll(&ready, 1, PROBE_MS) <= 0)
			return -ETIMEDOUT;

		r = answer_read(fd, status);
	}

	return r == 0 ? -ETIMEDOUT : r;
}

int mgmt_probe(int fd, char why[RADIO_WHY_MAX])
{
	uint8_t out[MGMT_COMMAND_MAX], status = 0;
	size_t n = mgmt_command(MGMT_GET_CONNECTIONS, MGMT_INDEX_NONE, NULL, 0,
				out);
	int r;

	if (send(fd, out, n, MSG_NOSIGNAL) < 0)
		return failed("asking the kernel", why);

	r = answer_wait(fd, &status);

	if (r < 0) {
		errno = -r;
		return failed("the kernel's answer", why);
	}

	return status == MGMT_PERMISSION_DENIED ? refused(why) : 0;
}

/* Forced with the capability at hand; else as large as is allowed. */
static void buffer_grow(int fd)
{
	int bytes = BUFFER_BYTES;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
		       sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

static int bound(int fd, char why[RADIO_WHY_MAX])
{
	struct address_hci control = {
		.family = AF_BLUETOOTH, .device = MGMT_INDEX_NONE,
		.channel = HCI_CHANNEL_CONTROL
	};

	buffer_grow(fd);

	if (bind(fd, (struct sockaddr *)&control, sizeof(control)) < 0)
		return failed("the management socket", why);

	return mgmt_probe(fd, why);
}

int mgmt_open(char why[RADIO_WHY_MAX])
{
	int fd = socket(AF_BLUETOOTH, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			BTPROTO_HCI), r;

	if (fd < 0)
		return failed("a Bluetooth socket", why);

	r = bound(fd, why);

	if (r < 0) {
		close(fd);
		return r;
	}

	return fd;
}
