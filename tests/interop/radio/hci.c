/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's side of /dev/vhci.  A packet is one write or one read; its first
 * byte is the type: 1 a command of the host, 4 an event for it, 0xff for the
 * device itself.  Every command is answered at once by Command Complete
 *
 *   04 0e LEN 01 OPCODE[2] STATUS return-parameters
 *
 * because one without an answer stops the host for two seconds.  What a host
 * asks and this controller does not know succeeds and returns nothing.
 */
#include "controller.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define COMMAND 0x01
#define EVENT 0x04
#define VENDOR 0xff

#define OP_RESET 0x0c03
#define OP_VERSION 0x1001
#define OP_COMMANDS 0x1002
#define OP_FEATURES 0x1003
#define OP_BUFFERS 0x1005
#define OP_ADDRESS 0x1009
#define OP_LE_BUFFERS 0x2002
#define OP_LE_FEATURES 0x2003
#define OP_LE_TX_POWER 0x2007
#define OP_LE_SCAN_PARAMETERS 0x200b
#define OP_LE_SCAN_ENABLE 0x200c
#define OP_LE_ACCEPT_SIZE 0x200f
#define OP_LE_RAND 0x2018
#define OP_LE_STATES 0x201c
#define OP_LE_SUGGESTED_LENGTH 0x2023
#define OP_LE_RESOLVING_SIZE 0x202a
#define OP_LE_MAX_LENGTH 0x202f
#define OP_LE_ADV_DATA_SIZE 0x203a
#define OP_LE_ADV_SETS 0x203b
#define OP_LE_EXT_SCAN_PARAMETERS 0x2041
#define OP_LE_EXT_SCAN_ENABLE 0x2042
#define OP_LE_TX_POWER_RANGE 0x204b

/* --------------------------------------------------------- what it can do */

/* Which bits of the 64 octets of supported commands are set. */
static void commands_of(const struct controller *c, uint8_t out[64])
{
	memset(out, 0, 64);
	out[5] = 0xc0;
	out[14] = 0xa8;
	out[25] = 0xff;
	out[26] = 0x0f;
	out[27] = 0xff;

	if (c->extended)
		out[37] = 0x60;	/* Set Extended Scan Parameters, Enable */
}

static size_t fixed(const char *bytes, size_t n, uint8_t *out)
{
	memcpy(out, bytes, n);
	return n;
}

#define FIXED(bytes, out) fixed(bytes, sizeof(bytes) - 1, out)

/* The return parameters after the status: how many bytes. */
static size_t answer_to(struct controller *c, uint16_t op, uint8_t *out)
{
	switch (op) {
	case OP_VERSION:	/* 4.2 or 5.0, of a maker for tests only */
		return c->extended ?
			FIXED("\x09\x00\x00\x09\xff\xff\x00\x00", out) :
			FIXED("\x08\x00\x00\x08\xff\xff\x00\x00", out);
	case OP_COMMANDS:
		commands_of(c, out);
		return 64;
	case OP_FEATURES:	/* LE, and nothing of the older Bluetooth */
		return FIXED("\0\0\0\0\x60\0\0\0", out);
	case OP_BUFFERS:
		return FIXED("\xff\x00\x00\x01\x00\x00\x00", out);
	case OP_ADDRESS:
		memcpy(out, c->address, 6);
		return 6;
	case OP_LE_BUFFERS:
		return FIXED("\x1b\x00\x04", out);
	case OP_LE_FEATURES:	/* bit 12: extended advertising */
		return c->extended ? FIXED("\0\x10\0\0\0\0\0\0", out) :
			FIXED("\0\0\0\0\0\0\0\0", out);
	case OP_LE_TX_POWER:
	case OP_LE_RESOLVING_SIZE:
		return FIXED("\0", out);
	case OP_LE_ACCEPT_SIZE:
	case OP_LE_ADV_SETS:
		return FIXED("\x10", out);
	case OP_LE_RAND:
		return getrandom(out, 8, 0) == 8 ? 8 : 0;
	case OP_LE_STATES:
		return FIXED("\xff\xff\xff\xff\xff\xff\xff\xff", out);
	case OP_LE_SUGGESTED_LENGTH:
		return FIXED("\x1b\x00\x48\x01", out);
	case OP_LE_MAX_LENGTH:
		return FIXED("\x1b\x00\x48\x01\x1b\x00\x48\x01", out);
	case OP_LE_ADV_DATA_SIZE:
		return FIXED("\x1f\x00", out);
	case OP_LE_TX_POWER_RANGE:
		return FIXED("\x00\x00", out);
	default:
		return 0;
	}
}

/* ------------------------------------------------------------- scanning */

static unsigned int le16(const uint8_t *p)
{
	return (unsigned int)(p[0] | p[1] << 8);
}

/* Units of 0.625 ms, as the microseconds that a test compares. */
static void log_parameters(bool active, const uint8_t *times, int policy)
{
	controller_log("scan %s interval %u window %u policy %d",
		       active ? "active" : "passive", le16(times) * 625,
		       le16(times + 2) * 625, policy);
}

static void scan_enable(struct controller *c, bool on, bool filtering)
{
	c->scanning = on;
	c->filtering = filtering;
	c->nseen = 0;
	controller_log(on ? "scan on duplicates %s" : "scan off",
		       filtering ? "filtered" : "reported");
}

/* What was asked and will be done. */
static void obey(struct controller *c, uint16_t op, const uint8_t *p, size_t n)
{
	switch (op) {
	case OP_RESET:
		c->scanning = false;
		controller_log("reset");
		break;
	case OP_LE_SCAN_PARAMETERS:
		if (n >= 7)
			log_parameters(p[0] == 1, p + 1, p[6]);
		break;
	case OP_LE_EXT_SCAN_PARAMETERS:	/* own, policy, PHYs, one for each */
		if (n >= 8)
			log_parameters(p[3] == 1, p + 4, p[1]);
		break;
	case OP_LE_SCAN_ENABLE:
	case OP_LE_EXT_SCAN_ENABLE:
		if (n >= 2)
			scan_enable(c, p[0] != 0, p[1] != 0);
		break;
	default:
		break;
	}
}

static void command(struct controller *c, const uint8_t *p, size_t n)
{
	uint16_t op = (uint16_t)le16(p + 1);
	uint8_t out[7 + 64] = { EVENT, 0x0e, 0, 1, p[1], p[2], 0 };
	size_t len = 7;

	if (op == c->refuse) {
		out[6] = c->refuse_status;
		controller_log("refused %04x", op);
	} else {
		obey(c, op, p + 4, n - 4);
		len += answer_to(c, op, out + 7);
	}

	out[2] = (uint8_t)(len - 3);
	if (write(c->fd, out, len) < 0)
		controller_log("answer to %04x: %s", op, strerror(errno));
}

/* Commands may come before the kernel says which number it gave. */
void hci_serve(struct controller *c)
{
	uint8_t p[1 + 3 + 255];
	ssize_t n = read(c->fd, p, sizeof(p));

	if (n >= 4 && p[0] == COMMAND)
		command(c, p, (size_t)n);
	else if (n >= 4 && p[0] == VENDOR)
		controller_log("plugged in as hci%u", le16(p + 2));
}

bool hci_open(struct controller *c)
{
	static const uint8_t plug[2] = { VENDOR, 0 };

	c->scanning = false;
	c->fd = open("/dev/vhci", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (c->fd >= 0 && write(c->fd, plug, sizeof(plug)) == sizeof(plug))
		return true;

	controller_log("/dev/vhci: %s", strerror(errno));
	hci_close(c);
	return false;
}

void hci_close(struct controller *c)
{
	if (c->fd < 0)
		return;

	close(c->fd);
	c->fd = -1;
	c->scanning = false;
	controller_log("unplugged");
}
