/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RADIO_MGMT_WIRE_H
#define RADIO_MGMT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Packets of the kernel's Bluetooth management API, as BlueZ documents it in
 * mgmt-api: bytes in, values out, nothing else.  A parser returns false for
 * what is too short or contradicts itself, and leaves its output untouched.
 * Numbers are little-endian.
 */

#define MGMT_HEADER 6
/* The most an extended advertisement may hold, and what stands around it. */
#define MGMT_AD_MAX 1650
#define MGMT_PACKET_MAX (MGMT_HEADER + 2 + 14 + MGMT_AD_MAX)
#define MGMT_COMMAND_MAX 64
#define MGMT_INDEX_NONE 0xffff

enum mgmt_opcode {
	MGMT_READ_INDEX_LIST = 0x0003,
	MGMT_READ_INFO = 0x0004,
	MGMT_SET_POWERED = 0x0005,
	MGMT_SET_LE = 0x000d,
	MGMT_GET_CONNECTIONS = 0x0015,
	MGMT_START_DISCOVERY = 0x0023,
	MGMT_STOP_DISCOVERY = 0x0024,
	MGMT_SET_DEFAULTS = 0x004c,	/* Set Default System Configuration */
	MGMT_READ_MONITORS = 0x0051,	/* Read Adv Monitor Features */
	MGMT_ADD_MONITOR = 0x0052,	/* Add Adv Patterns Monitor */
	MGMT_REMOVE_MONITOR = 0x0053
};

enum mgmt_event {
	MGMT_COMMAND_COMPLETE = 0x0001,
	MGMT_COMMAND_STATUS = 0x0002,
	MGMT_INDEX_ADDED = 0x0004,
	MGMT_INDEX_REMOVED = 0x0005,
	MGMT_NEW_SETTINGS = 0x0006,
	MGMT_DEVICE_FOUND = 0x0012,
	MGMT_DISCOVERING = 0x0013,
	MGMT_MONITOR_REMOVED = 0x002c,
	MGMT_RESUMED = 0x002e,
	MGMT_MONITOR_FOUND = 0x002f	/* Adv Monitor Device Found */
};

enum mgmt_status {
	MGMT_SUCCESS = 0x00,
	MGMT_BUSY = 0x0a,
	MGMT_NOT_POWERED = 0x0f,
	MGMT_INVALID_INDEX = 0x11,
	MGMT_RFKILLED = 0x12,
	MGMT_PERMISSION_DENIED = 0x14
};

#define MGMT_SETTING_POWERED 0x00000001u
#define MGMT_SETTING_LE 0x00000200u

struct mgmt_packet {
	uint16_t code;
	uint16_t index;			/* MGMT_INDEX_NONE: of no adapter */
	const uint8_t *data;		/* borrowed */
	size_t len;
};

bool mgmt_packet_parse(const uint8_t *bytes, size_t len,
		       struct mgmt_packet *out);

struct mgmt_found {
	uint8_t address[6];		/* display order */
	bool le;			/* else BR/EDR: no button of ours */
	bool random;
	int8_t rssi_dbm;		/* 127: not known */
	const uint8_t *ad;		/* borrowed */
	size_t len;
};

/* Of MGMT_DEVICE_FOUND or MGMT_MONITOR_FOUND. */
bool mgmt_found_parse(const struct mgmt_packet *p, struct mgmt_found *out);

struct mgmt_answer {
	uint16_t opcode;
	uint8_t status;
	const uint8_t *data;		/* borrowed; none with a status */
	size_t len;
};

/* Of MGMT_COMMAND_COMPLETE or MGMT_COMMAND_STATUS. */
bool mgmt_answer_parse(const struct mgmt_packet *p, struct mgmt_answer *out);

bool mgmt_settings_parse(const uint8_t *data, size_t len, uint32_t *out);
bool mgmt_handle_parse(const uint8_t *data, size_t len, uint16_t *out);
bool mgmt_discovering_parse(const struct mgmt_packet *p, bool *on);
/* Of MGMT_READ_INFO. */
bool mgmt_info_parse(const struct mgmt_answer *a, uint32_t *supported,
		     uint32_t *settings);
/*
 * Of MGMT_READ_MONITORS: what the controller can filter by itself, and whether
 * there is room for one more.
 */
bool mgmt_monitors_parse(const struct mgmt_answer *a, uint32_t *offloaded,
			 bool *full);
/* Of MGMT_READ_INDEX_LIST: how many, at most cap of them in out; or -1. */
int mgmt_indexes_parse(const struct mgmt_answer *a, uint16_t *out, int cap);

/* A command whose parameters are these bytes; its length. */
size_t mgmt_command(enum mgmt_opcode opcode, uint16_t index,
		    const uint8_t *parameters, size_t len,
		    uint8_t out[MGMT_COMMAND_MAX]);
/* A command with a parameter of one byte, and of two. */
size_t mgmt_command_byte(enum mgmt_opcode opcode, uint16_t index, uint8_t byte,
			 uint8_t out[MGMT_COMMAND_MAX]);
size_t mgmt_command_handle(enum mgmt_opcode opcode, uint16_t index,
			   uint16_t handle, uint8_t out[MGMT_COMMAND_MAX]);

#endif
