/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an adapter that has appeared to one that scans:
 *
 *   read info   set powered   set LE   set defaults (twice)   read monitors
 *   then, by its way:   add monitor   or   start discovery
 *
 * next_opcode() names the first of these that is still missing, so whatever is
 * lost again (power, the monitor, the discovery) is asked for again, and
 * nothing has to remember why.  A failure waits, and asks again.
 */
#include "radio/mgmt.h"

#include <errno.h>
#include <string.h>

/* Set Default System Configuration: type, length, value, in 0.625 ms. */
#define WINDOW 0x60, 0x00		/* 60 ms, as the kernel's interval */

static const uint8_t full_duty[] = {
	0x13, 0x00, 2, WINDOW,		/* interval while monitoring */
	0x14, 0x00, 2, WINDOW		/* window: all of it, not half */
};

/*
 * While another program waits for a device to connect to, the kernel would
 * scan for that one alone for 300 ms of each 800.
 */
static const uint8_t no_interleave[] = { 0x1f, 0x00, 1, 0 };

static const struct {
	const uint8_t *at;
	size_t len;
} defaults[] = {
	/* Apart: one that is not known would have all of them refused. */
	{ full_duty, sizeof(full_duty) },
	{ no_interleave, sizeof(no_interleave) }
};

#define DEFAULTS (int)(sizeof(defaults) / sizeof(*defaults))

/*
 * One pattern: AD type, offset, length, 31 bytes.  What it asks for is never
 * looked at, since a controller that filters is not asked to; were it, nothing
 * would match any data of that type.
 */
static const uint8_t any_pattern[1 + 3 + 31] = { 1, 0xff, 0, 0 };

#define LE_PUBLIC_AND_RANDOM 0x06
#define OFFLOADED_PATTERNS 0x00000001u

void mgmt_adapter_init(struct mgmt_adapter *a, uint16_t index)
{
	memset(a, 0, sizeof(*a));
	a->index = index;
}

static bool is_on(const struct mgmt_adapter *a, uint32_t setting)
{
	return (a->settings & setting) == setting;
}

static uint16_t scan_opcode(const struct mgmt_adapter *a)
{
	switch (a->way) {
	case MGMT_WAY_MONITOR:
		if (!a->monitoring)
			return MGMT_ADD_MONITOR;
		return a->restarting ? MGMT_REMOVE_MONITOR : 0;
	case MGMT_WAY_DISCOVERY:
		if (a->discovering && a->restarting)
			return MGMT_STOP_DISCOVERY;
		/* Another's may end without a word: ours is asked for. */
		return a->discovering && a->ours ? 0 : MGMT_START_DISCOVERY;
	}

	return 0;
}

static uint16_t next_opcode(const struct mgmt_adapter *a)
{
	if (!a->known)
		return MGMT_READ_INFO;
	if (!(a->supported & MGMT_SETTING_LE))
		return 0;
	if (a->switching_off || !is_on(a, MGMT_SETTING_POWERED))
		return MGMT_SET_POWERED;
	if (!is_on(a, MGMT_SETTING_LE))
		return MGMT_SET_LE;
	if (a->tuned < DEFAULTS)
		return MGMT_SET_DEFAULTS;
	if (!a->chosen)
		return MGMT_READ_MONITORS;

	return scan_opcode(a);
}

static size_t command_build(const struct mgmt_adapter *a, uint16_t opcode,
			    uint8_t out[MGMT_COMMAND_MAX])
{
	switch (opcode) {
	case MGMT_SET_POWERED:
		return mgmt_command_byte(opcode, a->index, !a->switching_off,
					 out);
	case MGMT_SET_LE:
		return mgmt_command_byte(opcode, a->index, 1, out);
	case MGMT_SET_DEFAULTS:
		return mgmt_command(opcode, a->index, defaults[a->tuned].at,
				    defaults[a->tuned].len, out);
	case MGMT_ADD_MONITOR:
		return mgmt_command(opcode, a->index, any_pattern,
				    sizeof(any_pattern), out);
	case MGMT_REMOVE_MONITOR:
		return mgmt_command_handle(opcode, a->index, a->handle, out);
	case MGMT_START_DISCOVERY:
	case MGMT_STOP_DISCOVERY:
		return mgmt_command_byte(opcode, a->index,
					 LE_PUBLIC_AND_RANDOM, out);
	default:
		return mgmt_command(opcode, a->index, NULL, 0, out);
	}
}

static void fail(struct mgmt_adapter *a, const struct mgmt_pace *pace,
		 int64_t now_ms)
{
	a->failing = true;
	a->wait_ms = now_ms + pace->retry;
}

size_t mgmt_adapter_ask(struct mgmt_adapter *a, const struct mgmt_pace *pace,
			int64_t now_ms, uint8_t out[MGMT_COMMAND_MAX])
{
	uint16_t opcode;

	if (a->asked) {
		if (now_ms < a->asked_ms + pace->answer)
			return 0;

		a->asked = 0;
		fail(a, pace, now_ms);
	}

	opcode = now_ms < a->wait_ms ? 0 : next_opcode(a);

	if (!opcode)
		return 0;

	a->asked = opcode;
	a->asked_ms = now_ms;
	return command_build(a, opcode, out);
}

int64_t mgmt_adapter_due(const struct mgmt_adapter *a,
			 const struct mgmt_pace *pace)
{
	if (a->asked)
		return a->asked_ms + pace->answer;

	return next_opcode(a) ? a->wait_ms : INT64_MAX;
}

/* What all that depends on power is worth without it. */
static void settings_take(struct mgmt_adapter *a, const struct mgmt_pace *pace,
			  uint32_t settings, int64_t now_ms)
{
	bool was_on = is_on(a, MGMT_SETTING_POWERED);

	a->settings = settings;

	if (is_on(a, MGMT_SETTING_POWERED)) {
		a->blocked = false;
		/* The scan of an adapter that was off is begun anew. */
		a->restarting |= !was_on;
		if (!was_on)
			a->wait_ms = now_ms;
		return;
	}

	a->discovering = false;
	a->ours = false;

	/* Whoever switched it off may be about to switch it on. */
	if (was_on && !a->switching_off)
		a->wait_ms = now_ms + pace->restart;
}

static bool settings_answered(struct mgmt_adapter *a,
			      const struct mgmt_pace *pace,
			      const struct mgmt_answer *answer, int64_t now_ms)
{
	uint32_t settings;

	if (answer->status != MGMT_SUCCESS) {
		a->blocked = answer->status == MGMT_RFKILLED;
		a->switching_off = false;
		fail(a, pace, now_ms);
		return true;
	}

	if (!mgmt_settings_parse(answer->data, answer->len, &settings)) {
		fail(a, pace, now_ms);
		return false;
	}

	settings_take(a, pace, settings, now_ms);
	a->switching_off = false;
	a->failing = false;
	return true;
}

static bool info_answered(struct mgmt_adapter *a, const struct mgmt_pace *pace,
			  const struct mgmt_answer *answer, int64_t now_ms)
{
	uint32_t supported, settings;
	bool ok = answer->status == MGMT_SUCCESS &&
		  mgmt_info_parse(answer, &supported, &settings);

	if (!ok) {
		fail(a, pace, now_ms);
		return answer->status != MGMT_SUCCESS;
	}

	a->known = true;
	a->supported = supported;
	a->settings = settings;
	/* One that cannot hear a button is no receiver, whatever it says. */
	a->failing = !(supported & MGMT_SETTING_LE);
	return true;
}

/*
 * A monitor outlives its socket: a daemon that is killed leaves one behind each
 * time.  Once there is no room they are all removed, as bluetoothd does.
 */
static bool monitors_answered(struct mgmt_adapter *a,
			      const struct mgmt_answer *answer)
{
	uint32_t offloaded = OFFLOADED_PATTERNS;
	bool full = false;
	bool ok = answer->status != MGMT_SUCCESS ||
		  mgmt_monitors_parse(answer, &offloaded, &full);

	a->chosen = true;
	a->way = offloaded & OFFLOADED_PATTERNS ? MGMT_WAY_DISCOVERY :
						  MGMT_WAY_MONITOR;
	a->monitoring = full && a->way == MGMT_WAY_MONITOR;
	a->restarting |= a->monitoring;
	a->handle = 0;
	return ok;
}

static bool monitor_answered(struct mgmt_adapter *a,
			     const struct mgmt_pace *pace,
			     const struct mgmt_answer *answer, int64_t now_ms)
{
	switch (answer->status) {
	case MGMT_SUCCESS:
		if (!mgmt_handle_parse(answer->data, answer->len, &a->handle))
			break;
		a->monitoring = true;
		a->failing = false;
		a->restarting = false;
		return true;
	case MGMT_BUSY:
	case MGMT_NOT_POWERED:
	case MGMT_INVALID_INDEX:
	case MGMT_PERMISSION_DENIED:
		fail(a, pace, now_ms);
		return true;
	default:
		break;
	}

	/* There is another way: no failure yet. */
	a->way = MGMT_WAY_DISCOVERY;
	return answer->status != MGMT_SUCCESS;
}

static void discovery_answered(struct mgmt_adapter *a,
			       const struct mgmt_pace *pace, uint8_t status,
			       int64_t now_ms)
{
	if (status != MGMT_SUCCESS && status != MGMT_BUSY) {
		fail(a, pace, now_ms);
		return;
	}

	a->ours = status == MGMT_SUCCESS;
	a->discovering = true;
	a->failing = false;
	a->restarting = false;
	a->began_ms = now_ms;

	/* Busy: somebody already discovers, and we hear what he hears. */
	if (!a->ours)
		a->wait_ms = now_ms + pace->retry;
}

static bool answer_take(struct mgmt_adapter *a, const struct mgmt_pace *pace,
			const struct mgmt_answer *answer, int64_t now_ms)
{
	bool success = answer->status == MGMT_SUCCESS;

	switch (answer->opcode) {
	case MGMT_READ_INFO:
		return info_answered(a, pace, answer, now_ms);
	case MGMT_SET_POWERED:
	case MGMT_SET_LE:
		return settings_answered(a, pace, answer, now_ms);
	case MGMT_SET_DEFAULTS:
		if (a->tuned++ == 0)
			a->full_duty = success;
		return true;
	case MGMT_READ_MONITORS:
		return monitors_answered(a, answer);
	case MGMT_ADD_MONITOR:
		return monitor_answered(a, pace, answer, now_ms);
	case MGMT_REMOVE_MONITOR:
		a->monitoring = false;
		a->restarting = false;
		return true;
	case MGMT_START_DISCOVERY:
		discovery_answered(a, pace, answer->status, now_ms);
		return true;
	case MGMT_STOP_DISCOVERY:
		a->discovering = false;
		a->ours = false;
		a->restarting = false;
		return true;
	default:
		return true;
	}
}

bool mgmt_adapter_answered(struct mgmt_adapter *a, const struct mgmt_pace *pace,
			   const struct mgmt_answer *answer, int64_t now_ms)
{
	if (!a->asked || answer->opcode != a->asked)
		return true;

	a->asked = 0;
	a->denied = answer->status == MGMT_PERMISSION_DENIED;
	return answer_take(a, pace, answer, now_ms);
}

/*
 * The kernel ends each discovery after 10 s.  Ours is begun again at once,
 * unless it ended so soon that somebody must have stopped it; another's is
 * left to him for as long as he needs to begin it again, and then is ours.
 */
static int64_t pause_of(const struct mgmt_adapter *a,
			const struct mgmt_pace *pace, bool lived)
{
	if (!a->ours)
		return pace->yield;

	return lived ? 0 : pace->restart;
}

static void discovering_take(struct mgmt_adapter *a,
			     const struct mgmt_pace *pace, bool on,
			     int64_t now_ms)
{
	bool lived = a->ours && now_ms - a->began_ms >= pace->restart;

	if (on == a->discovering)
		return;

	a->discovering = on;

	/* A monitor hears whoever discovers. */
	if (a->way == MGMT_WAY_MONITOR)
		return;

	if (on) {
		a->wait_ms = now_ms + pace->retry;
		return;
	}

	a->wait_ms = now_ms + pause_of(a, pace, lived);
	a->restarts += !lived;
	a->ours = false;
}

/* bluetoothd removes every monitor when it starts: the kernel tells it as 0. */
static void monitor_removed(struct mgmt_adapter *a, uint16_t handle)
{
	if (!a->monitoring || (handle && handle != a->handle))
		return;

	a->monitoring = false;
	a->restarts++;
}

bool mgmt_adapter_told(struct mgmt_adapter *a, const struct mgmt_pace *pace,
		       const struct mgmt_packet *event, int64_t now_ms)
{
	uint32_t settings;
	uint16_t handle;
	bool on;

	switch (event->code) {
	case MGMT_NEW_SETTINGS:
		if (!mgmt_settings_parse(event->data, event->len, &settings))
			return false;
		settings_take(a, pace, settings, now_ms);
		return true;
	case MGMT_DISCOVERING:
		if (!mgmt_discovering_parse(event, &on))
			return false;
		discovering_take(a, pace, on, now_ms);
		return true;
	case MGMT_MONITOR_REMOVED:
		if (!mgmt_handle_parse(event->data, event->len, &handle))
			return false;
		monitor_removed(a, handle);
		return true;
	case MGMT_RESUMED:
		a->restarting = true;
		a->wait_ms = now_ms;
		return true;
	default:
		return true;
	}
}

void mgmt_adapter_doubt(struct mgmt_adapter *a)
{
	a->known = false;
	a->asked = 0;
	a->wait_ms = 0;
	a->restarting = true;
}

int mgmt_adapter_recover(struct mgmt_adapter *a, enum radio_stage stage)
{
	switch (stage) {
	case RADIO_STAGE_SCAN:
		a->restarting = true;
		break;
	case RADIO_STAGE_POWER:
		a->switching_off = is_on(a, MGMT_SETTING_POWERED);
		break;
	case RADIO_STAGE_BLUEZ:
		return -EOPNOTSUPP;
	}

	a->restarts++;
	a->wait_ms = 0;
	return 0;
}

/* The kernel keeps both when the socket is closed. */
size_t mgmt_adapter_end(const struct mgmt_adapter *a,
			uint8_t out[MGMT_COMMAND_MAX])
{
	if (a->monitoring)
		return command_build(a, MGMT_REMOVE_MONITOR, out);
	if (a->ours)
		return command_build(a, MGMT_STOP_DISCOVERY, out);

	return 0;
}

bool mgmt_adapter_scans(const struct mgmt_adapter *a)
{
	return is_on(a, MGMT_SETTING_POWERED | MGMT_SETTING_LE) &&
	       (a->monitoring || a->discovering);
}
