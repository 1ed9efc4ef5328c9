/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DAEMON_KERNEL_H
#define TESTS_DAEMON_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "radio/mgmt_wire.h"

/*
 * The kernel's part of the Bluetooth management API, on the other end of a
 * socket pair: adapters that can be powered, blocked, pulled out, and
 * commands that can be made to fail.
 */
#define KERNEL_ADAPTERS 12
#define KERNEL_COMMANDS 0x60
#define KERNEL_MONITORS 32

struct kernel_adapter {
	bool there;
	uint32_t supported, settings;
	bool rfkill, discovering;
	int monitors;			/* how many there are */
	uint16_t handle;		/* of the newest */
};

struct kernel {
	int fd;
	struct kernel_adapter adapter[KERNEL_ADAPTERS];
	uint32_t offloaded;		/* what controllers filter */
	bool silent;			/* commands get no answer */
	uint8_t status[KERNEL_COMMANDS];	/* not 0: what a command gets */
	unsigned int asked[KERNEL_COMMANDS];
	uint8_t last[KERNEL_COMMANDS][MGMT_COMMAND_MAX];
	size_t last_len[KERNEL_COMMANDS];
};

/* One adapter, hci0, off.  The other end, for the driver. */
int kernel_start(struct kernel *k);
void kernel_stop(struct kernel *k);
/* Answer what was asked meanwhile. */
void kernel_serve(struct kernel *k);
/* Bytes as they are; true once they have gone out. */
bool kernel_raw(struct kernel *k, const void *bytes, size_t len);
void kernel_event(struct kernel *k, uint16_t code, uint16_t index,
		  const void *parameters, size_t len);
/* An advertisement of C0:FF:EE:00:00:01, by either event. */
void kernel_found(struct kernel *k, uint16_t code, uint16_t index,
		  const void *ad, size_t len);
void kernel_plug(struct kernel *k, uint16_t index);
void kernel_unplug(struct kernel *k, uint16_t index);
/* Somebody else's doing. */
void kernel_settings(struct kernel *k, uint16_t index, uint32_t settings);
void kernel_discovering(struct kernel *k, uint16_t index, bool on);
/* Its newest monitor, or all of them as bluetoothd does. */
void kernel_forget_monitors(struct kernel *k, uint16_t index, bool all);

#endif
