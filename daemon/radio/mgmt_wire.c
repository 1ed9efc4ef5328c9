/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   code  index  length  parameters		every packet, both ways
 *   2     2      2       length
 *
 * Command Complete (0x0001) and Command Status (0x0002):
 *   opcode  status  return parameters
 *   2       1       ...
 *
 * Device Found (0x0012), and behind the 2 bytes of a monitor's handle Adv
 * Monitor Device Found (0x002f):
 *   address  type  rssi  flags  length  advertising data
 *   6        1     1     4      2       length
 */
#include "radio/mgmt_wire.h"

#include <string.h>

#define FOUND_BYTES 14
#define INFO_BYTES 280
#define INFO_SUPPORTED 9		/* behind address, version, maker */
#define MONITORS_BYTES 13
#define MONITORS_MOST 8		/* behind supported, enabled */
#define MONITORS_COUNT 11

enum { TYPE_BREDR, TYPE_LE_PUBLIC, TYPE_LE_RANDOM };

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t get32(const uint8_t *p)
{
	return get16(p) | (uint32_t)get16(p + 2) << 16;
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

bool mgmt_packet_parse(const uint8_t *bytes, size_t len,
		       struct mgmt_packet *out)
{
	if (len < MGMT_HEADER || get16(bytes + 4) != len - MGMT_HEADER)
		return false;

	*out = (struct mgmt_packet){
		.code = get16(bytes), .index = get16(bytes + 2),
		.data = bytes + MGMT_HEADER, .len = len - MGMT_HEADER
	};
	return true;
}

bool mgmt_found_parse(const struct mgmt_packet *p, struct mgmt_found *out)
{
	size_t skip = p->code == MGMT_MONITOR_FOUND ? 2 : 0, n;
	const uint8_t *at = p->data + skip;
	int i;

	if (p->len < skip + FOUND_BYTES)
		return false;

	n = get16(at + 12);

	if (n > p->len - skip - FOUND_BYTES || at[6] > TYPE_LE_RANDOM)
		return false;

	for (i = 0; i < 6; i++)
		out->address[i] = at[5 - i];

	out->le = at[6] != TYPE_BREDR;
	out->random = at[6] == TYPE_LE_RANDOM;
	out->rssi_dbm = (int8_t)at[7];
	out->ad = at + FOUND_BYTES;
	out->len = n;
	return true;
}

bool mgmt_answer_parse(const struct mgmt_packet *p, struct mgmt_answer *out)
{
	if (p->len < 3)
		return false;

	*out = (struct mgmt_answer){
		.opcode = get16(p->data), .status = p->data[2],
		.data = p->data + 3, .len = p->len - 3
	};
	return true;
}

bool mgmt_settings_parse(const uint8_t *data, size_t len, uint32_t *out)
{
	if (len < 4)
		return false;

	*out = get32(data);
	return true;
}

bool mgmt_handle_parse(const uint8_t *data, size_t len, uint16_t *out)
{
	if (len < 2)
		return false;

	*out = get16(data);
	return true;
}

bool mgmt_discovering_parse(const struct mgmt_packet *p, bool *on)
{
	if (p->len < 2)
		return false;

	*on = p->data[1] != 0;
	return true;
}

bool mgmt_info_parse(const struct mgmt_answer *a, uint32_t *supported,
		     uint32_t *settings)
{
	if (a->len < INFO_BYTES)
		return false;

	*supported = get32(a->data + INFO_SUPPORTED);
	*settings = get32(a->data + INFO_SUPPORTED + 4);
	return true;
}

bool mgmt_monitors_parse(const struct mgmt_answer *a, uint32_t *offloaded,
			 bool *full)
{
	if (a->len < MONITORS_BYTES)
		return false;

	*offloaded = get32(a->data);
	*full = get16(a->data + MONITORS_COUNT) >=
		get16(a->data + MONITORS_MOST);
	return true;
}

int mgmt_indexes_parse(const struct mgmt_answer *a, uint16_t *out, int cap)
{
	int n, i;

	if (a->len < 2)
		return -1;

	n = get16(a->data);

	if ((size_t)n * 2 > a->len - 2)
		return -1;

	for (i = 0; i < n && i < cap; i++)
		out[i] = get16(a->data + 2 + 2 * i);

	return n;
}

size_t mgmt_command(enum mgmt_opcode opcode, uint16_t index,
		    const uint8_t *parameters, size_t len,
		    uint8_t out[MGMT_COMMAND_MAX])
{
	put16(out, (uint16_t)opcode);
	put16(out + 2, index);
	put16(out + 4, (uint16_t)len);

	if (len)
		memcpy(out + MGMT_HEADER, parameters, len);

	return MGMT_HEADER + len;
}

size_t mgmt_command_byte(enum mgmt_opcode opcode, uint16_t index, uint8_t byte,
			 uint8_t out[MGMT_COMMAND_MAX])
{
	return mgmt_command(opcode, index, &byte, 1, out);
}

size_t mgmt_command_handle(enum mgmt_opcode opcode, uint16_t index,
			   uint16_t handle, uint8_t out[MGMT_COMMAND_MAX])
{
	uint8_t bytes[2];

	put16(bytes, handle);
	return mgmt_command(opcode, index, bytes, sizeof(bytes), out);
}
