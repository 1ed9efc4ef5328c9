/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RADIO_WATCH_H
#define RADIO_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "radio/radio.h"

/*
 * Whether the receivers still hear, and what to do about one that does not
 * (V2, V3).  Pure: the instant, in ms of the boot clock, is an argument; what
 * is to be done comes out of watch_next().
 *
 * Silence is no proof of deafness.  Proof is what an adapter reports, or a
 * canary that is missed; a silence is answered by one scan begun anew in
 * WATCH_AGAIN_MS, and shown.
 */
#define WATCH_SOON_MS 5000	/* to plug in again, to power up, to settle */
#define WATCH_LIMIT_MS 60000	/* for the stages, before it counts as deaf */
#define WATCH_SILENT_MS 300000	/* without any frame */
#define WATCH_AGAIN_MS 900000	/* between scans begun anew for silence */
#define WATCH_BUTTON_MS 30000	/* after a button's frame: no stage */
#define WATCH_WELL_MS 3000	/* well for so long: deaf no more */
#define WATCH_NEVER (INT64_MIN / 2)

enum watch_trouble {
	WATCH_WELL = 0,
	WATCH_SILENT,		/* hears nothing, which may be right */
	WATCH_CANARY,		/* the canary was missed */
	WATCH_IDLE,		/* does not scan although asked */
	WATCH_FAILING,
	WATCH_OFF,
	WATCH_BLOCKED,
	WATCH_NONE		/* of the whole: there is no adapter */
};

/* What a frame was, besides one. */
#define WATCH_OF_BUTTON 1u
#define WATCH_OF_CANARY 2u

#define WATCH_RATE_S 10

struct watch_adapter {
	struct radio_adapter is;
	bool present;
	enum watch_trouble trouble, told;	/* told: the caller's */
	int64_t since_ms;		/* well, or not well, since then */
	int64_t kind_ms;		/* this trouble since then */
	int64_t ended_ms;		/* the scan, when it is off */
	int64_t heard_ms;		/* any frame, or WATCH_NEVER */
	int64_t button_ms;		/* of an enrolled button */
	int64_t resumed_ms;		/* not heard from since, or NEVER */
	uint64_t heard;
	uint32_t second[WATCH_RATE_S];	/* frames of the last seconds */
	int64_t second_now;
	/* Recovery: the last stage of all, and where it stands now. */
	enum radio_stage stage;		/* or 0 */
	enum radio_stage climbed;	/* in this trouble, or 0 */
	unsigned int rounds;
	int64_t next_ms, scan_ms;
	unsigned int restarts, cycles, bluez;
};

struct watch {
	struct watch_adapter adapter[RADIO_ADAPTERS_MAX];
	int64_t none_ms;		/* no adapter since then */
	int64_t canary_limit_ms;	/* 0: there is none */
	int64_t canary_ms;		/* heard, or WATCH_NEVER */
	int64_t proof_ms;		/* the whole way proved, or begun */
	enum watch_trouble deaf;
};

struct watch_order {
	uint32_t source;
	char name[RADIO_NAME_MAX];
	enum radio_stage stage;
	enum watch_trouble because;
};

void watch_begin(struct watch *w, int64_t now);
/* Expect the canary every limit_ms; 0: there is none. */
void watch_canary(struct watch *w, int64_t limit_ms, int64_t now);
/* What the driver answers now. */
void watch_adapters(struct watch *w, const struct radio_adapter *list, int n,
		    int64_t now);
void watch_heard(struct watch *w, uint32_t source, unsigned int of,
		 int64_t now);
/* Of a connected button: it proves no scan. */
void watch_notified(struct watch *w, uint32_t source, int64_t now);
/* The machine slept: what was known of scans is not known any more. */
void watch_resumed(struct watch *w, int64_t now);

/*
 * The next stage to begin, false for none now; then watch_begun() with what
 * radio_driver.recover() answered.  Ask until it is false.
 */
bool watch_next(struct watch *w, int64_t now, struct watch_order *out);
void watch_begun(struct watch *w, const struct watch_order *order, int result,
		 int64_t now);
/* Why it is deaf past its limit, or WATCH_WELL. */
enum watch_trouble watch_deaf(struct watch *w, int64_t now);

/* Frames of the last WATCH_RATE_S seconds. */
uint32_t watch_rate(const struct watch_adapter *a, int64_t now);
/* Stable words: "silent", "scan"; "well" and "none" for no trouble, stage. */
const char *watch_trouble_name(enum watch_trouble trouble);
const char *watch_stage_name(enum radio_stage stage);

#endif
