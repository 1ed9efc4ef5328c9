/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_QUERY_H
#define ALERTE_QUERY_H

#include <alerte/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Queries fill the caller's struct (out->size set by the caller) with the
 * object whose id comes next after `after` (0 to start).  They return 1, or 0
 * at the end.  What only the reading key opens is "" while the engine is
 * locked.
 */

enum alerte_alert_state {
	ALERTE_ALERT_PENDING = 1,	/* grace: nothing was sent yet */
	ALERTE_ALERT_OPEN,
	ALERTE_ALERT_ACKED,
	ALERTE_ALERT_CLOSED,
	ALERTE_ALERT_CANCELLED
};

/* The conversation with the 114 (M1). */
enum alerte_relay_state {
	ALERTE_RELAY_NONE = 0,		/* this alert does not reach it */
	ALERTE_RELAY_NEW,
	ALERTE_RELAY_SUBMITTED,		/* handed to the network */
	ALERTE_RELAY_AUTO_ACK,		/* its automatic answer arrived */
	ALERTE_RELAY_HUMAN,		/* an agent is answering */
	ALERTE_RELAY_DISPATCHED,	/* set by an operator only */
	ALERTE_RELAY_CLOSED,		/* set by an operator only */
	ALERTE_RELAY_DORMANT		/* 24 h without a text either way */
};

struct alerte_alert {
	uint32_t size;
	int64_t id;
	char reference[ALERTE_REFERENCE_MAX];
	char code[ALERTE_SHORT_CODE_MAX];
	enum alerte_alert_state state;
	bool exercise;
	enum alerte_trust trust;	/* the best of its presses */
	enum alerte_gesture gesture;	/* of the press that opened it */
	char wearer[ALERTE_ID_MAX];
	char button[ALERTE_ID_MAX];
	uint32_t presses;
	uint32_t step;			/* from 1; goes on counting in repeats */
	struct alerte_time opened;
	struct alerte_time pressed;	/* the last press */
	int64_t changed_wall_ms;	/* last change of state */
	char acked_by[ALERTE_NAME_MAX];
	enum alerte_relay_state relay;
	bool durable;			/* false while the disk refuses it */
	bool by_timer;			/* not pressed: a timer ran out (L9) */
};

enum alerte_attempt_state {
	ALERTE_ATTEMPT_PLANNED = 1,
	ALERTE_ATTEMPT_SENDING,
	ALERTE_ATTEMPT_SENT,
	ALERTE_ATTEMPT_DELIVERED,
	ALERTE_ATTEMPT_FAILED,
	ALERTE_ATTEMPT_UNKNOWN,
	ALERTE_ATTEMPT_DROPPED
};

struct alerte_attempt {
	uint32_t size;
	int64_t id;
	int64_t alert;			/* 0: a fault, a self-test */
	int64_t resends;		/* the attempt this one replaces, or 0 */
	char what[24];			/* "alert", "relay-first", "all-clear" ... */
	enum alerte_channel channel;
	enum alerte_attempt_state state;
	char contact[ALERTE_ID_MAX];
	uint32_t step;
	uint32_t sends;			/* how often it was handed to the host */
	int64_t due_boot_ms;
	int64_t changed_wall_ms;
};

/* What was heard and said in an alert, in order. */
enum alerte_note_kind {
	ALERTE_NOTE_PRESS = 1,
	ALERTE_NOTE_REPLY,		/* a contact's text */
	ALERTE_NOTE_ACK,
	ALERTE_NOTE_RELAY_IN,		/* from the 114 */
	ALERTE_NOTE_RELAY_OUT,		/* the operator's answer to it */
	ALERTE_NOTE_POSITION,
	ALERTE_NOTE_CANCEL,
	ALERTE_NOTE_CLOSE,
	ALERTE_NOTE_WRONG_CODE,
	ALERTE_NOTE_RELAY_MARK,		/* an operator: where the 114 stands */
	ALERTE_NOTE_DURESS,		/* cancelled under duress (L8) */
	ALERTE_NOTE_TIMER		/* a timer ran out (L9) */
};

struct alerte_note {
	uint32_t size;
	int64_t id;
	int64_t alert;
	enum alerte_note_kind kind;
	int64_t wall_ms;
	char who[ALERTE_NAME_MAX];
	char text[ALERTE_REPLY_MAX];
};

ALERTE_API int alerte_alert_get(struct alerte *a, int64_t alert,
				struct alerte_alert *out);
ALERTE_API int alerte_alert_next(struct alerte *a, int64_t after,
				 struct alerte_alert *out);
/*
 * A live alert by its code ("7K2"), or one whose conversation with the 114 is
 * still open; any alert by its reference.
 */
ALERTE_API int alerte_alert_find(struct alerte *a, const char *code,
				 struct alerte_alert *out);
ALERTE_API int alerte_attempt_next(struct alerte *a, int64_t alert,
				   int64_t after, struct alerte_attempt *out);
ALERTE_API int alerte_note_next(struct alerte *a, int64_t alert, int64_t after,
				struct alerte_note *out);

/* An endpoint to poll now (L4): GET <url>/<reference>/answers. */
struct alerte_poll {
	uint32_t size;
	int64_t id;			/* for `after` only */
	int64_t alert;
	char endpoint[ALERTE_ID_MAX];
	char reference[ALERTE_REFERENCE_MAX];
	int64_t every_ms;		/* 5000, then 10000 */
	bool unseen;			/* leave no sign that it is asked (L8) */
};
ALERTE_API int alerte_poll_next(struct alerte *a, int64_t after,
				struct alerte_time now,
				struct alerte_poll *out);

struct alerte_status {
	uint32_t size;
	bool armed;			/* for the 114 */
	bool locked;			/* no private half of the reading key */
	bool durable;			/* false: the disk refuses writes (S2) */
	uint32_t live;			/* PENDING, OPEN or ACKED alerts */
	uint32_t waiting;		/* PLANNED or SENDING attempts */
	uint32_t buttons;
	/* Since open: */
	uint64_t heard;			/* advertisements given */
	uint64_t strangers;		/* of no enrolled button */
	uint64_t repeats;
	uint64_t replays;		/* counter seen before */
	uint64_t bad_tag;		/* authentication failed */
	uint64_t malformed;
	uint64_t presses;		/* accepted */
	uint64_t unknown_senders;
	uint64_t dropped_replies;	/* too long, or not UTF-8 */
	uint64_t wrong_codes;
	uint32_t faults;		/* present now */
	/*
	 * The last frame of an enrolled button, of any; 0 none.  Of those with
	 * a key only what was opened with it, and is no copy, counts.
	 */
	int64_t enrolled_heard_boot_ms;
	uint32_t buttons_silent;	/* ALERTE_PRESENCE_SILENT now */
	uint32_t buttons_away;		/* ALERTE_PRESENCE_AWAY now */
};
ALERTE_API int alerte_status(struct alerte *a, struct alerte_status *out);
/* Names of the faults present now: the one after `after` ("" to start). */
ALERTE_API int alerte_fault_next(struct alerte *a, const char *after,
				 char out[ALERTE_ID_MAX]);

/* The gateway's text to itself: alerte_selftest_set(). */
enum alerte_selftest_state {
	ALERTE_SELFTEST_OFF = 0,	/* no number */
	ALERTE_SELFTEST_WAITING,	/* for its hour */
	ALERTE_SELFTEST_OUT,		/* a text is out, none came back yet */
	ALERTE_SELFTEST_HELD,		/* an alert is live, or no modem works */
	ALERTE_SELFTEST_REFUSED		/* a contact or a wearer has the number */
};

struct alerte_selftest {
	uint32_t size;
	enum alerte_selftest_state state;
	int64_t passed_wall_ms;		/* when one last came back; 0 never */
	int64_t next_wall_ms;		/* 0 unless WAITING */
};
ALERTE_API int alerte_selftest(struct alerte *a, struct alerte_selftest *out);
/* Whether a button is heard, where its silence_s asks to notice. */
enum alerte_presence_state {
	ALERTE_PRESENCE_UNKNOWN = 0,	/* not heard yet, or nobody notices */
	ALERTE_PRESENCE_PRESENT,
	ALERTE_PRESENCE_AWAY,		/* its signal fell before it ended */
	ALERTE_PRESENCE_SILENT		/* strong, and then nothing: a fault */
};

struct alerte_presence {
	uint32_t size;
	char id[ALERTE_ID_MAX];
	enum alerte_presence_state state;
	bool linked;			/* alerte_link(): connected now */
	/* The last frame of it, as enrolled_heard_boot_ms; 0: none yet. */
	int64_t heard_boot_ms;
	uint32_t source;		/* the receiver that heard it */
	int rssi_dbm;			/* of the last ones; 127: not known */
	int battery_percent;		/* -1: not told */
	bool battery_low;		/* to be changed: 30 days are left */
	uint32_t silence_s;
};
/* The button whose id sorts after `after` ("" to start). */
ALERTE_API int alerte_presence_next(struct alerte *a, const char *after,
				    struct alerte_presence *out);
/* "unknown", "present", "away", "silent" */
ALERTE_API const char *
alerte_presence_name(enum alerte_presence_state state);

ALERTE_API const char *alerte_alert_state_name(enum alerte_alert_state state);
ALERTE_API const char *alerte_relay_state_name(enum alerte_relay_state state);
ALERTE_API const char *
alerte_attempt_state_name(enum alerte_attempt_state state);
ALERTE_API const char *alerte_note_kind_name(enum alerte_note_kind kind);

#ifdef __cplusplus
}
#endif

#endif
