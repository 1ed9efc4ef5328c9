/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RADIO_MGMT_H
#define RADIO_MGMT_H

#include "radio/mgmt_wire.h"
#include "radio/radio.h"

/* How patient the driver is, in milliseconds. */
struct mgmt_pace {
	int restart;			/* a scan that stays off is begun anew */
	int yield;			/* another's, once he does not */
	int retry;			/* what failed is asked again */
	int answer;			/* the kernel has been silent too long */
};

/* ------------------------------------------------------- mgmt_socket.c */

/*
 * A socket to the kernel's management channel that may command and hear, or
 * -errno: `why` then says what is missing.
 */
int mgmt_open(char why[RADIO_WHY_MAX]);
/*
 * Ask, over this socket, whether the kernel will let it command: without the
 * right to, a socket opens and then never says anything.  0, -EPERM or another
 * -errno.
 */
int mgmt_probe(int fd, char why[RADIO_WHY_MAX]);

/* ------------------------------------------------------ mgmt_adapter.c */

enum mgmt_way {
	MGMT_WAY_MONITOR,		/* passive, all the time */
	MGMT_WAY_DISCOVERY		/* active, ten seconds at a time */
};

/*
 * One adapter, and what is still to be asked of the kernel until it scans.
 * Bytes in, bytes out; one command at a time.
 */
struct mgmt_adapter {
	uint16_t index;
	uint32_t supported, settings;
	uint16_t asked;			/* an opcode, or 0 */
	int64_t asked_ms, wait_ms;	/* nothing is asked before that */
	bool known;			/* supported and settings are */
	int tuned;			/* how many of the defaults were set */
	bool full_duty;
	bool chosen;			/* the way is */
	enum mgmt_way way;
	bool monitoring;
	uint16_t handle;		/* of our monitor */
	bool discovering, ours;		/* somebody; we */
	int64_t began_ms;		/* our discovery */
	bool restarting, switching_off;	/* a stage of recovery */
	bool blocked, failing, denied;
	unsigned int restarts;
};

void mgmt_adapter_init(struct mgmt_adapter *a, uint16_t index);
/* The next command: its length, or 0 when there is none now. */
size_t mgmt_adapter_ask(struct mgmt_adapter *a, const struct mgmt_pace *pace,
			int64_t now_ms, uint8_t out[MGMT_COMMAND_MAX]);
/* When to ask next, or INT64_MAX. */
int64_t mgmt_adapter_due(const struct mgmt_adapter *a,
			 const struct mgmt_pace *pace);
/* What the kernel says of it; false when that was malformed. */
bool mgmt_adapter_answered(struct mgmt_adapter *a, const struct mgmt_pace *pace,
			   const struct mgmt_answer *answer, int64_t now_ms);
bool mgmt_adapter_told(struct mgmt_adapter *a, const struct mgmt_pace *pace,
		       const struct mgmt_packet *event, int64_t now_ms);
/* Something was missed: what is known of it may be wrong. */
void mgmt_adapter_doubt(struct mgmt_adapter *a);
int mgmt_adapter_recover(struct mgmt_adapter *a, enum radio_stage stage);
/* The command that leaves no scan of ours behind: its length, or 0. */
size_t mgmt_adapter_end(const struct mgmt_adapter *a,
			uint8_t out[MGMT_COMMAND_MAX]);
bool mgmt_adapter_scans(const struct mgmt_adapter *a);

/* -------------------------------------------------------------- mgmt.c */

/* The driver on such a socket, which it closes; pace NULL: as it ships. */
int mgmt_attach(int fd, const char *adapter, const struct mgmt_pace *pace,
		sd_event *event, const struct radio_events *events,
		char why[RADIO_WHY_MAX], void **out);
/* Ask anew for all that is known: the kernel's word was lost on the way. */
void mgmt_doubt(void *radio);

#endif
