/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_ENGINE_H
#define ALERTE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/error.h>
#include <alerte/frame.h>
#include <alerte/host.h>
#include <alerte/settings.h>
#include <alerte/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The engine: a durable state machine that does no I/O but its store.
 *
 * Inputs say what happened and when; they are durable when they return.
 * alerte_step() does what is due and is the only function that asks the host
 * to send.  alerte_deadline() says when to come back.  One thread at a time for
 * each engine; several engines in one process share nothing.
 *
 *	while (running) {
 *		wait until an input comes or alerte_deadline(a);
 *		alerte_advertisement(a, ...) or alerte_receipt(a, ...) or ...
 *		alerte_step(a, now);
 *	}
 */
struct alerte;

#define ALERTE_KEY_BYTES 32
#define ALERTE_REFERENCE_MAX 33		/* 32 hex digits and NUL */
#define ALERTE_SHORT_CODE_MAX 8		/* "7K2" */
#define ALERTE_REPLY_MAX 2048		/* bytes of one incoming text */

/* A handset outside the country of the 114 (M6). */
enum alerte_abroad {
	ALERTE_ABROAD_TRY = 0,		/* it is tried all the same */
	ALERTE_ABROAD_CONTACTS_ONLY	/* contacts alone, and they are told so */
};

struct alerte_options {
	uint32_t size;
	/*
	 * The store, a file the engine owns exclusively (K3); its folder must
	 * exist.  ":memory:" keeps nothing.
	 */
	const char *path;
	/*
	 * The run key seals what sending needs; without the right one the
	 * store does not open (ALERTE_EKEY).  The same bytes at every open.
	 */
	const uint8_t *run_key;		/* ALERTE_KEY_BYTES, copied */
	/*
	 * The reading key, an X25519 pair: history is sealed to the public
	 * half.  The private half may be NULL: the engine runs locked, and
	 * writes history it cannot read.
	 */
	const uint8_t *reading_public;	/* ALERTE_KEY_BYTES, copied */
	const uint8_t *reading_secret;	/* ALERTE_KEY_BYTES, copied, or NULL */
	/* Names this boot: deadlines of another boot are rebuilt (K4). */
	const uint8_t *boot_id;		/* 16 bytes, copied */
	/*
	 * Number of the relay: "114", or a fictional one in tests (M5).  No
	 * other short number is taken: 15, 17, 18, 112 never get an SMS (M4).
	 */
	const char *relay_number;
	/* What faults call the place of this gateway: "lieu 3"; may be NULL. */
	const char *place;
	/* Sends at most this many messages a step; 0 for 16. */
	uint32_t sends_per_step;
	/*
	 * The 16-bit identifier behind which sealed frames stand, as service
	 * data or as manufacturer data; 0 for ALERTE_SEALED_TRIAL_ID.
	 */
	uint16_t sealed_id;
	/*
	 * Among the gateways of one place, 0 to ALERTE_RANK_MAX (peer.h): 0
	 * waits for none of them.  A smaller size leaves it 0.
	 */
	uint32_t rank;
	/*
	 * The receiver goes where she goes, as her telephone does: her address
	 * is then only where she lives, and texts say so (W).  Then
	 * "modem-roaming" of alerte_fault() says that she is abroad, which is
	 * no fault, and `abroad` is what is done (M6).
	 */
	bool moving;
	enum alerte_abroad abroad;
};

/* ------------------------------------------------------------- life */

/*
 * Open or create the store and take up what was under way.  *a is to be
 * closed by alerte_close().  ALERTE_EINUSE, ALERTE_EKEY, ALERTE_ESTORE,
 * ALERTE_EINVAL, ALERTE_ENOMEM.  A store written by a newer library is
 * ALERTE_ESTORE: nothing in it is touched.
 */
ALERTE_API int alerte_open(const struct alerte_options *options,
			   const struct alerte_host *host,
			   struct alerte_time now, struct alerte **a);
/* Make everything durable, wipe the keys, free.  NULL is allowed. */
ALERTE_API int alerte_close(struct alerte *a);
/* English sentence on the last failure of this engine, "" if none. */
ALERTE_API const char *alerte_errmsg(const struct alerte *a);
/* Forget the private half of the reading key (K1). */
ALERTE_API int alerte_lock(struct alerte *a);

/* ----------------------------------------------------------- inputs */

/* One advertisement, as a radio heard it. */
struct alerte_advert {
	uint32_t size;
	uint8_t address[6];		/* display order */
	bool random;			/* random address, not public */
	int8_t rssi_dbm;		/* 127 when not known */
	uint32_t source;		/* which receiver of the host heard it */
	int64_t heard_boot_ms;		/* may be earlier than now */
	const uint8_t *data;		/* borrowed: AD structures */
	size_t len;
};

/*
 * ALERTE_ACCEPTED (or ALERTE_VOLATILE) when it was a press, ALERTE_OK when it
 * was nothing new (a stranger, a repeat, a sensor value).  ALERTE_EKEY,
 * ALERTE_EFORMAT: dropped and counted.  A press that is probably forged and
 * changes nothing but the number of presses is ALERTE_VOLATILE, and written
 * within a second.
 */
ALERTE_API int alerte_advertisement(struct alerte *a,
				    const struct alerte_advert *advert,
				    struct alerte_time now);

/* One notification of a button the host is connected to. */
struct alerte_notification {
	uint32_t size;
	uint8_t address[6];		/* display order */
	uint32_t source;		/* which receiver of the host heard it */
	int64_t heard_boot_ms;		/* may be earlier than now */
	uint16_t uuid;			/* of the characteristic: its 16 bits */
	const uint8_t *data;		/* borrowed */
	size_t len;
};

/*
 * As alerte_advertisement(): ALERTE_ACCEPTED or ALERTE_VOLATILE for a press,
 * ALERTE_OK for nothing new, ALERTE_EFORMAT: dropped and counted.  Which family
 * it is the button's format says.
 */
ALERTE_API int alerte_notification(struct alerte *a,
				   const struct alerte_notification *heard,
				   struct alerte_time now);

/*
 * The link to a button the host connects to was made or lost.  While there is
 * one the button is present, whatever it sends; from its loss on it is as one
 * that is not heard.  address is in display order.  ALERTE_OK, or
 * ALERTE_VOLATILE while the disk refuses writes; ALERTE_ENOTFOUND: of no
 * enrolled button.
 */
ALERTE_API int alerte_link(struct alerte *a, const uint8_t address[6], bool up,
			   struct alerte_time now);

/*
 * A press that came by another way than a frame (a companion, a terminal):
 * always a new fact.  ALERTE_ACCEPTED, ALERTE_VOLATILE, ALERTE_ENOTFOUND.
 */
ALERTE_API int alerte_press(struct alerte *a, const char *button,
			    uint8_t position, enum alerte_gesture gesture,
			    enum alerte_trust trust, struct alerte_time now);

/*
 * What became of an attempt.  part counts from 1, 0 for the whole.  A receipt
 * for an unknown attempt is ALERTE_ENOTFOUND; a second one of the same kind
 * is ALERTE_OK.
 */
ALERTE_API int alerte_receipt(struct alerte *a, int64_t attempt, int part,
			      enum alerte_receipt_kind kind,
			      struct alerte_time now);

/*
 * An SMS that came in.  from: as the modem shows it.  From a wearer's own
 * number a position is taken (A"ML=...), for her live alert or, within 10 min,
 * the next one.  Unknown senders are counted, never answered: ALERTE_ENOTFOUND.
 * Longer than ALERTE_REPLY_MAX: ALERTE_ELIMIT.  Not UTF-8: ALERTE_EFORMAT.
 */
ALERTE_API int alerte_reply(struct alerte *a, const char *from,
			    const char *text, struct alerte_time now);

/*
 * What an endpoint answered to the poll of L4 for the alert of that
 * reference: a JSON document, described in lib/message/PAYLOADS.md.  An answer
 * already taken is taken once.  ALERTE_EFORMAT, ALERTE_ENOTFOUND,
 * ALERTE_ELIMIT; ALERTE_EKEY for a cancel with a wrong code.
 */
ALERTE_API int alerte_answer(struct alerte *a, const char *endpoint,
			     const char *reference, const char *json,
			     size_t len, struct alerte_time now);

/* How a position was found. */
enum alerte_position_method {
	ALERTE_POSITION_UNKNOWN = 0,
	ALERTE_POSITION_GNSS,
	ALERTE_POSITION_WIFI,
	ALERTE_POSITION_CELL
};

/*
 * A position, from alerte_host.locate or by itself.  A caller built before
 * method was there sets a smaller size.
 */
struct alerte_position {
	uint32_t size;
	int32_t latitude_e7;		/* degrees times 10^7, WGS 84 */
	int32_t longitude_e7;
	uint32_t accuracy_m;		/* 0 when not known */
	int64_t wall_ms;		/* when it was measured */
	enum alerte_position_method method;
	/* That she is within accuracy_m, 1 to 100; 0 when not known. */
	uint32_t confidence_percent;
};
/*
 * Where she is, for this alert: what says something new is told.  wall_ms of 0
 * or ahead of ours is now; what is older than what is known changes nothing.
 * alert 0: where the receiver itself is, if it moves.  That is told with
 * "battery-critical", and kept until the engine is closed.
 */
ALERTE_API int alerte_fix(struct alerte *a, int64_t alert,
			  const struct alerte_position *position,
			  struct alerte_time now);

/* "MCC,MNC,LAC,CI,TAC", as ModemManager writes it, and its NUL. */
#define ALERTE_CELL_MAX 48
/*
 * In which cell of the network the receiver stands, for this alert: two decimal
 * numbers, then three hexadecimal ones, each of which may be missing.
 * Endpoints are told, who can make a place of it; no text to a person is.
 */
ALERTE_API int alerte_cell(struct alerte *a, int64_t alert, const char *cell,
			   struct alerte_time now);

/*
 * A person says: I am on it (L3).  who: id of a contact, or a name of at most
 * 63 bytes.  Never stops the conversation with the 114 (L5).
 */
ALERTE_API int alerte_ack(struct alerte *a, int64_t alert, const char *who,
			  struct alerte_time now);
/*
 * Cancel with the wearer's code (L6).  A wrong code changes nothing, is
 * counted, and slows the next try: ALERTE_EKEY, then ALERTE_ELIMIT for a while.
 */
ALERTE_API int alerte_cancel(struct alerte *a, int64_t alert, const char *code,
			     struct alerte_time now);
/* The association closes an alert. */
ALERTE_API int alerte_finish(struct alerte *a, int64_t alert, const char *who,
			     struct alerte_time now);
/*
 * The operator answers the 114's agent (M3).  ALERTE_ELIMIT: more than three
 * SMS hold (some 400 characters); nothing of an answer is ever cut.
 */
ALERTE_API int alerte_relay_answer(struct alerte *a, int64_t alert,
				   const char *who, const char *text,
				   struct alerte_time now);

/*
 * ------------------------------------------- the 114, and exercises
 *
 * Commands of the host, as the settings are: from inside a host call they
 * answer ALERTE_EBUSY.
 */

/*
 * Arm the engine for the 114, in two calls (M4).  The first gives a token of
 * 8 characters, good for 5 minutes; the second arms.  Who and when are kept.
 * Confirmed, or disarmed: in force at once, ALERTE_VOLATILE while the disk
 * refuses writes.
 */
ALERTE_API int alerte_arm(struct alerte *a, const char *who, char token[9],
			  struct alerte_time now);
ALERTE_API int alerte_arm_confirm(struct alerte *a, const char *who,
				  const char *token, struct alerte_time now);
ALERTE_API int alerte_disarm(struct alerte *a, const char *who,
			     struct alerte_time now);

/*
 * Start an exercise for a wearer (V4).  It cannot reach the 114 by type, and
 * is ALERTE_EREFUSED while an alert of hers is open.  *alert is its id.
 */
ALERTE_API int alerte_exercise(struct alerte *a, const char *wearer,
			       struct alerte_time now, int64_t *alert);
/*
 * Announce that the next press of this button within 2 minutes is the
 * exercise (P3).  A second press, or another gesture, in it is real.
 *
 * To every other gateway of the place the press is real until it was announced
 * there as well: where there is one as far as is known (a rank, or claims
 * heard), the first call is ALERTE_EREFUSED and says so, and the next one
 * within 10 minutes is taken.
 */
ALERTE_API int alerte_exercise_announce(struct alerte *a, const char *button,
					struct alerte_time now);

/*
 * The host noticed a fault, or that it ended (V2).  fault is one of a closed
 * list, nothing personal: "modem", "modem-registration", "modem-roaming",
 * "path" (one way for SMS of several), "sim", "radio", "endpoint", "mail",
 * "clock", "store", "relay-arming", "mains", "battery-low" (15 %),
 * "battery-critical" (5 %), "sms-selftest", "sim-expiry", "certificate-expiry",
 * "certificate-unreadable".  The association is told once.
 *
 * "modem-roaming": the network is not of the place's country.  From then on the
 * first text to the 114 says so, and contacts hear that it may be out of reach,
 * without any delay (M6).  It is not kept.
 *
 * What is over within 2 minutes is not told.  Of "modem-registration" (give it
 * after 90 s without), a battery and what expires the limit is the host's: they
 * are told at once.  Faults from "mains" on are kept over a restart, so that it
 * tells none of them again: say what you see at each start.  When a path is
 * back, what waits for another try over it goes at once.
 */
ALERTE_API int alerte_fault(struct alerte *a, const char *fault, bool present,
			    struct alerte_time now);

/*
 * The self-test (V1): the gateway texts this number, its own or one that is
 * nobody's, every so many seconds; 25 h wander over the hours.  The network's
 * delivery report, or the text coming in from that number, within 5 min proves
 * the way.  If neither comes it texts once more 10 min later; then the fault
 * "sms-selftest" is told, and one text an hour goes out until one comes back.
 * It waits while an alert is live or the modem is known not to work.  Kept in
 * the store: the next text is not put off by a restart.  "" ends it.
 *
 * Texts of the self-test are of housekeeping importance, of no alert and no
 * contact.  What comes in from that number is no unknown sender.
 *
 * ALERTE_EREFUSED: short, a help line, or the relay's.  ALERTE_EINVAL: not
 * between 1 h and 31 days.  A contact's or a wearer's number is never texted,
 * whenever it became theirs: see alerte_selftest().  A command: ALERTE_EBUSY
 * from inside a host call.
 */
ALERTE_API int alerte_selftest_set(struct alerte *a, const char *number,
				   uint32_t every_s, struct alerte_time now);

/* ------------------------------------------------------------- time */

/*
 * Do what is due.  Returns the number of messages handed to the host,
 * ALERTE_EBUSY from inside a host call, or ALERTE_ESTORE when the store fails
 * (the messages went out all the same: S2).
 */
ALERTE_API int alerte_step(struct alerte *a, struct alerte_time now);
/* boot_ms at which to call alerte_step(), or ALERTE_NEVER. */
ALERTE_API int64_t alerte_deadline(const struct alerte *a);

#ifdef __cplusplus
}
#endif

#endif
