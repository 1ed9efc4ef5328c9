/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RECEIVER_DEADMAN_H
#define CLI_RECEIVER_DEADMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The dead-man rule, for whoever writes the association's server.  Alerte sends
 * heartbeats and cannot notice its own silence: the server has to.
 *
 *   1  Verify the signature over the bytes of the body as they came, with the
 *      public key the technician copied from `alerte status`.  Only then read
 *      the body.  (receiver_beat.c does both.)
 *   2  Refuse a beat whose sequence is not higher than the last one taken of
 *      this gateway: it is a recording.  Keep that number over restarts.
 *   3  Judge the time by your own clock, never by the hour in the beat: the
 *      gateway's may be wrong.
 *   4  No beat for three times the last `every_s` and ten seconds more: ALARM.
 *      A person has to go and look, or to call the people the gateway serves.
 *      Three, so that two lost beats wake nobody; the seconds are what one
 *      request may take.
 *   5  A fault that two beats in a row name: ALARM.  In two, as a restart or a
 *      change of cell shows in one.  "degraded" without a fault is one too.
 *   6  Tell the end of each: a beat again, a beat that names the fault no more.
 *   7  A key from which nothing was ever heard is alarmed like a silence: the
 *      gateway was set up, and does not reach you.
 *   8  Go on after your own restart: every gateway known before counts as heard
 *      at that moment, not as forgotten.
 *
 * Pure: no clock, no file, no socket.  Gateways go by key and name: one key may
 * serve two gateways of one site, which then have two names.
 */
#define DEADMAN_MISSED 3
#define DEADMAN_GRACE_MS 10000
#define DEADMAN_EVERY_S 60		/* of a key never heard */
#define DEADMAN_GATEWAYS_MAX 64
#define DEADMAN_FAULTS_MAX 32
#define DEADMAN_KEY_MAX 48
#define DEADMAN_NAME_MAX 64
#define DEADMAN_WORD_MAX 32

/* What a verified beat says. */
struct deadman_beat {
	char key[DEADMAN_KEY_MAX];	/* that verified it */
	char gateway[DEADMAN_NAME_MAX];	/* "": none heard of this key yet */
	char place[DEADMAN_NAME_MAX];
	uint64_t sequence;
	uint32_t every_s;
	char state[DEADMAN_WORD_MAX];
	size_t nfaults;
	char fault[DEADMAN_FAULTS_MAX][DEADMAN_WORD_MAX];
};

struct deadman_gateway {
	struct deadman_beat last;
	int64_t heard_ms, heard_wall_s;
	bool silent;			/* told */
	size_t ntold;			/* faults told */
	char told[DEADMAN_FAULTS_MAX][DEADMAN_WORD_MAX];
};

struct deadman {
	int64_t alarm_after_ms;		/* in place of rule 4; 0: rule 4 */
	void (*tell)(void *context, const char *line);
	void *context;
	size_t n;
	struct deadman_gateway gateway[DEADMAN_GATEWAYS_MAX];
};

/* ms: a clock that only goes forward; wall_s: for people. */
struct deadman_now {
	int64_t ms, wall_s;
};

enum deadman_answer {
	DEADMAN_TAKEN = 1,
	DEADMAN_OLD,			/* rule 2 */
	DEADMAN_FULL
};

/* Rules 7 and 8: a key, or a gateway known before; false: no room. */
bool deadman_expect(struct deadman *d, const struct deadman_beat *known,
		    struct deadman_now now);
enum deadman_answer deadman_beat(struct deadman *d,
				 const struct deadman_beat *beat,
				 struct deadman_now now);
/* Rule 4, to be called every second or so. */
void deadman_look(struct deadman *d, struct deadman_now now);

#endif
