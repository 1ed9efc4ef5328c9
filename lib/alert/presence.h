/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_PRESENCE_H
#define ALERT_PRESENCE_H

#include <alerte/query.h>

/*
 * Is a button there?  One that sends by itself and is no longer heard has
 * either gone out of range with its wearer, or broken.  Its signal tells them
 * apart, as far as anything does: who walks away fades first.
 *
 *            heard                    silence, and it had faded
 *   UNKNOWN -------> PRESENT ------------------------------------> AWAY
 *                     ^  |                                          |
 *             heard   |  | silence, and it was strong               | a day
 *                     |  v                                          v
 *                     SILENT                                     overdue
 *
 * Instants are boot milliseconds.
 */

/* The last strengths known, the newest first, at least so far apart. */
#define PRESENCE_RING 8
#define PRESENCE_APART_MS 1000
/* The strength is that of the last so many: a body in the way is one frame. */
#define PRESENCE_RECENT 3
/*
 * Choices, not measurements.  Receivers lose frames below some -95 dBm, and a
 * body or a wall takes 10 to 20 dB.  So a signal at -85 is at the edge; one
 * that fell by 15 dB, and is not strong any more, was moving there.
 */
#define PRESENCE_EDGE_DBM (-85)
#define PRESENCE_FALLEN_DB 15
#define PRESENCE_FALLEN_DBM (-75)
/* Away for so long, or for twice the silence if that is more, is told. */
#define PRESENCE_AWAY_MS (24 * 60 * 60 * INT64_C(1000))

#define PRESENCE_NO_RSSI 127

/* What one frame says of where its sender is. */
struct presence_sign {
	int64_t heard_ms;
	int8_t rssi_dbm;
	uint32_t source;
};

struct presence {
	int64_t heard_ms;		/* the last frame; 0 none */
	int64_t since_ms;		/* not judged as if before this */
	int64_t ring_ms;		/* of the newest strength */
	enum alerte_presence_state state;
	uint32_t silence_s;		/* 0: not judged */
	uint32_t source;
	int8_t ring[PRESENCE_RING];
	uint8_t nring;
	bool linked;			/* connected: there, without a frame */
	bool overdue;			/* AWAY for too long */
	bool told;			/* somebody heard of it */
};

enum presence_news {
	PRESENCE_SAME = 0,
	PRESENCE_LEFT,			/* AWAY now */
	PRESENCE_FELL_SILENT,		/* SILENT now */
	PRESENCE_OVERDUE		/* AWAY, for too long */
};

/* Judge from now on, by this bound. */
void presence_start(struct presence *p, uint32_t silence_s, int64_t now_ms);
/* A frame of it: true when it was thought AWAY or SILENT. */
bool presence_heard(struct presence *p, const struct presence_sign *sign);
void presence_link(struct presence *p, bool up, int64_t now_ms);
/*
 * When to judge next, or ALERTE_NEVER; floor_ms as since_ms, of all buttons:
 * nothing could be heard before.
 */
int64_t presence_due(const struct presence *p, int64_t floor_ms);
enum presence_news presence_judge(struct presence *p, int64_t floor_ms,
				  int64_t now_ms);
/* It was judged while nothing could be heard: as if it had not been. */
void presence_forgive(struct presence *p);
/* The last instant at which it was there, as far as is known. */
int64_t presence_last(const struct presence *p, int64_t floor_ms);
/* Of the last frames; PRESENCE_NO_RSSI when not known. */
int presence_rssi(const struct presence *p);
/* What a row knows of it, where nothing is known yet. */
void presence_merge(struct presence *p, const struct presence *row);

#endif
