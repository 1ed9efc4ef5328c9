/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEM_MM_H
#define MODEM_MM_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "modem/modem.h"

/*
 * The driver modemmanager, inside.
 *
 *   modemmanager.c  start, stop, describe; faults
 *   mm_bus.c        calls, and what their errors mean
 *   mm_modem.c      which modem, and getting it ready
 *   mm_pin.c        PINs that were refused, over restarts
 *   mm_out.c        messages that leave, one at a time
 *   mm_report.c     what the network says of them later
 *   mm_kept.c       which of that is awaited, over restarts
 *   mm_roam.c       whose network it is on
 *   mm_in.c         messages that come in
 *   mm_missed.c     those ModemManager did not see come
 *   mm_call.c       ringing; calls that come in are refused
 *   mm_where.c      where the modem is
 *
 * Every call is asynchronous.  Events go to the daemon last, when our own
 * state is settled: the daemon may answer a receipt with the next send().
 */

#define MM_NAME "org.freedesktop.ModemManager1"
#define MM_ROOT "/org/freedesktop/ModemManager1"
#define MM_MODEM MM_NAME ".Modem"
#define MM_MESSAGING MM_NAME ".Modem.Messaging"
#define MM_3GPP MM_NAME ".Modem.Modem3gpp"
#define MM_SIM MM_NAME ".Sim"
#define MM_SMS MM_NAME ".Sms"
#define MM_VOICE MM_NAME ".Modem.Voice"
#define MM_CALL MM_NAME ".Call"
#define MM_PROPERTIES "org.freedesktop.DBus.Properties"
#define MM_ACTION_VOICE MM_NAME ".Voice"
#define MM_LOCATION MM_NAME ".Modem.Location"
#define MM_ACTION_LOCATION MM_NAME ".Location"
#define MM_ACTION_MESSAGING MM_NAME ".Messaging"
#define MM_ACTION_CONTROL MM_NAME ".Device.Control"

#define MM_PATH_MAX 128
#define MM_CARD_MAX 32
#define MM_DIGEST 16
#define MM_QUEUE_MAX 64
#define MM_SENT_MAX 64		/* messages whose report may still come */
#define MM_SMS_MAX 64		/* objects in hand at one time */
#define MM_PARTIAL_MAX 8	/* a SIM holds 20 or 30 parts in all */
#define MM_PARTS_MAX 32
#define MM_CELL_MAX 40
#define MM_WHERE_MAX 8
#define MM_WHERE_EVERY_MS 10000
#define MM_WHERE_FOR_MS (5 * 60000)

/* Unanswered for so long, a modem counts as hung (S3). */
#define MM_HUNG_MS 10000
#define MM_HUNG_PART_MS 5000	/* more, for each further part */
/* ModemManager gives up on a modem after 300 s; never before it. */
#define MM_SEND_TIMEOUT_MS 320000
#define MM_CALL_TIMEOUT_MS 60000
#define MM_GONE_MS 10000	/* a restart, or a re-plug, takes 5 s */
#define MM_UNREGISTERED_MS 90000
#define MM_ENABLE_AGAIN_MS 10000
#define MM_PIN_SETTLE_MS 10000
#define MM_TICK_MS 30000
#define MM_DELETE_AGAIN_MS 300
#define MM_DELETE_QUIET_MS 200	/* nothing has come in for so long */
#define MM_DELETE_HELD 8	/* a SIM holds 20 or 30 */
#define MM_PARTIAL_WAIT_MS (24 * 3600000)
#define MM_VALIDITY_MIN 60
#define MM_RING_MS 25000
#define MM_REPORT_WAIT_MS (65 * 60000)

/* ModemManager's MMModemState, as far as it matters here. */
enum mm_state {
	MM_STATE_FAILED = -1,
	MM_STATE_INITIALIZING = 1,
	MM_STATE_LOCKED = 2,
	MM_STATE_DISABLED = 3,
	MM_STATE_ENABLED = 6,
	MM_STATE_REGISTERED = 8		/* above: it carries data, or is to */
};

/* What the bus shows of one modem. */
struct mm_view {
	char path[MM_PATH_MAX], device[MM_PATH_MAX], sim[MM_PATH_MAX];
	char imei[32];
	int32_t state;
	uint32_t failed, unlock, registration;
	uint32_t pin_retries;		/* UINT32_MAX: not told */
	char operator[8];		/* MCC and MNC; "": not told */
	uint32_t sources;		/* of positions, it has; Location */
	bool messaging, voice, location;
	bool other_ports;		/* QMI or MBIM: texts go by these */
};

/* A message to leave. */
struct mm_out {
	struct mm_out *next;
	int64_t attempt, expires_ms;
	enum alerte_importance importance;
	bool report;			/* ask for a delivery report */
	bool unseen;			/* no count, no line in the log */
	int parts;
	char *number, *text;
	/* In flight only: */
	char path[MM_PATH_MAX];		/* its object, "" until created */
	bool hung;			/* said to be unknown already */
};

/* A message that left and waits for its report. */
struct mm_sent {
	bool used, unseen;
	int64_t attempt, due_ms;
	char path[MM_PATH_MAX];		/* "" once the object is gone */
	uint8_t modem[MM_DIGEST], number[MM_DIGEST];
	int reference;			/* of its last part; -1: not read yet */
	int parts;
	uint32_t final;			/* a bit for each part reported on */
	bool failed;
};

enum mm_sms_state {
	MM_SMS_FREE = 0,
	MM_SMS_READING,
	MM_SMS_REPORT,		/* a report that matches nothing yet */
	MM_SMS_DONE,		/* handled, to be deleted */
	MM_SMS_DELETING,
	MM_SMS_STUCK		/* handled, and not deleted: at the next tick */
};

/* An object in hand: never handled twice. */
struct mm_sms {
	enum mm_sms_state state;
	char path[MM_PATH_MAX];
	bool listed;			/* found, not announced */
	uint32_t reference, status;
	uint8_t number[MM_DIGEST];
};

/* The first part of a long message whose rest has not come. */
struct mm_partial {
	char path[MM_PATH_MAX];		/* "": free */
	uint8_t number[MM_DIGEST];
	int64_t since_ms;
	bool gone;			/* its object is, the part is not */
};

struct mm_counts {
	uint64_t sent, failed, unknown, received, strangers;
	uint64_t reports, reports_unknown;
	uint64_t rang, calls_refused;
};

/* The call of ours that is under way. */
struct mm_ring {
	bool under_way, rang;
	bool unseen;			/* not counted (L8) */
	bool denied;			/* by polkit; was logged */
	int64_t attempt;
	char path[MM_PATH_MAX];		/* "" until created */
	char refused[MM_PATH_MAX];	/* the last one that came in */
	sd_event_source *timer;
};

/* Who asked where the modem is. */
struct mm_where {
	size_t n;
	int64_t alert[MM_WHERE_MAX], until_ms;
	int64_t every_ms, for_ms;	/* a test has less time */
	bool gnss, denied;
	sd_event_source *timer;
};

/* Looking for texts that were not announced. */
struct mm_missed {
	bool under_way;			/* off and on again: nothing else is */
	bool denied;			/* by polkit; was logged */
	int64_t began_ms;		/* the last time; 0: never yet */
	int64_t gap_ms;			/* until the next */
	int64_t since_ms;		/* the first text after it; 0: none */
	int64_t traffic_ms;		/* the last text, in or out */
	sd_event_source *timer, *limit;
};

struct mm {
	struct modem_events events;
	sd_event *event;
	sd_bus *bus;			/* NULL: there is no bus */
	char *pin, *device, *state, *name;
	char **others;			/* devices of other paths; NULL ends */
	uint8_t key[32];
	bool has_key;			/* else nothing awaited is kept */
	char card[MM_CARD_MAX];		/* SimIdentifier; "" when not told */
	sd_bus_slot *match[6];
	struct mm_call *calls;

	struct mm_view modem;		/* path "" when there is none */
	bool looking, look_again;
	bool enabling, pin_trying, pin_spent, pin_kept, pin_refused;
	int64_t pin_good_ms;		/* accepted: not given again before */
	bool sick;			/* its port failed; being restarted */
	bool drained, redrain, deleting;
	const char *missing;		/* polkit action, or NULL */

	struct mm_out *queue, *flight, *dropped;
	unsigned int waiting;		/* in queue */
	bool hung;
	bool hung_shown;	/* not while only what is unseen met it */
	struct mm_sent sent[MM_SENT_MAX];
	struct mm_sms sms[MM_SMS_MAX];
	struct mm_partial partial[MM_PARTIAL_MAX];
	struct mm_counts count;
	struct mm_ring call;
	struct mm_where where;
	struct mm_missed missed;

	sd_event_source *defer, *tick, *hung_timer, *gone_timer, *reg_timer;
	sd_event_source *enable_timer, *delete_timer;
	bool gone, unregistered;	/* for too long */
	bool fault_modem, fault_reg, fault_sim, fault_roaming;
};

/* ------------------------------------------------------- modemmanager.c */

/* Tell the daemon which faults began or ended.  Never from send(). */
void mm_health(struct mm *mm);
bool mm_ready(const struct mm *mm);
bool mm_registered(const struct mm *mm);
int64_t mm_now_ms(void);
int64_t mm_wall_ms(void);
/* Arm (ms >= 0) or disarm (-1) a one-shot timer. */
void mm_timer(struct mm *mm, sd_event_source **timer, int64_t ms,
	      sd_event_time_handler_t handler);

/* ------------------------------------------------------------- mm_bus.c */

/*
 * Call; answer() is told once, with a reply that may be an error, unless the
 * driver stops before.  path and id are passed through.
 */
int mm_call(struct mm *mm, sd_bus_message *m, uint64_t timeout_ms,
	    void (*answer)(struct mm *mm, sd_bus_message *reply,
			   const char *path, int64_t id),
	    const char *path, int64_t id);
sd_bus_message *mm_method(struct mm *mm, const char *path,
			  const char *interface, const char *member);
void mm_calls_free(struct mm *mm);

/* FAILED when it certainly did not leave, UNKNOWN otherwise. */
enum alerte_receipt_kind mm_failure(const sd_bus_error *e);
/* polkit said no, or is not there: remember and say which action. */
bool mm_denied(struct mm *mm, const sd_bus_error *e, const char *action);
void mm_allowed(struct mm *mm, const char *action);
/* The same for what texts go on without: said once, and no fault. */
void mm_denied_softly(bool *said, const sd_bus_error *e, const char *action);
bool mm_error_is(const sd_bus_error *e, const char *prefix);

/* ----------------------------------------------------------- mm_modem.c */

int mm_modem_watch(struct mm *mm);
void mm_modem_look(struct mm *mm);
/* Close and open a modem whose port failed. */
void mm_modem_restart(struct mm *mm);
/* Close and open one that is well; false when that cannot be asked now. */
bool mm_modem_reopen(struct mm *mm);
void mm_modem_tick(struct mm *mm);
/* What keeps the SIM from working, or NULL. */
const char *mm_sim_trouble(const struct mm *mm);

/* ------------------------------------------------------------ mm_roam.c */

/* On a network that is not of the place: the relay may not be reached (M6). */
bool mm_roams(const struct mm_view *view);

/* ------------------------------------------------------------- mm_pin.c */

/* This card refused this PIN, now or before a restart. */
bool mm_pin_refused(const struct mm *mm);
/* Durable when it returns, or said in the log. */
void mm_pin_remember(const struct mm *mm);
void mm_pin_forget(const struct mm *mm);

/* ------------------------------------------------------------- mm_out.c */

int mm_out_send(struct mm *mm, const struct alerte_message *message);
/* It goes another way: FAILED when it had not left, else the modem is hung. */
void mm_out_give_up(struct mm *mm, int64_t attempt);
/* The modem can be used again, or it cannot soon: what waited for that. */
void mm_out_resume(struct mm *mm);
void mm_out_abandon(struct mm *mm);
/* A message or a call is refused as the modem is hung: it may show now. */
void mm_out_meet_hang(struct mm *mm, bool unseen);
/* How many wait, what leaves no sign left out. */
int mm_out_waiting(const struct mm *mm);
/* The modem is gone: what was under way is judged, the rest fails. */
void mm_out_lost(struct mm *mm);
void mm_out_flush_dropped(struct mm *mm);
void mm_out_free(struct mm *mm);

/* ---------------------------------------------------------- mm_report.c */

void mm_report_expect(struct mm *mm, const struct mm_out *out);
/* Judge the reports in hand. */
void mm_report_judge(struct mm *mm);
void mm_report_lost(struct mm *mm);
void mm_report_tick(struct mm *mm);
/* The same line, the same modem: equal digests. */
void mm_report_number(const struct mm *mm, const char *number,
		      uint8_t out[MM_DIGEST]);
void mm_report_modem(const struct mm *mm, uint8_t out[MM_DIGEST]);
/* Any message whose reference is still to come. */
bool mm_report_undecided(const struct mm *mm);
/* This object is a message of ours, on its way. */
bool mm_report_owns(const struct mm *mm, const char *path);

/* ----------------------------------------------------------- mm_kept.c */

/* Write down what is awaited, and read it at the start. */
void mm_kept_write(const struct mm *mm);
void mm_kept_read(struct mm *mm);

/* -------------------------------------------------------------- mm_in.c */

/* Take up all that is stored. */
void mm_in_drain(struct mm *mm);
void mm_in_read(struct mm *mm, const char *path, bool listed);
void mm_in_delete(struct mm *mm, const char *path);
/* The first part of a long message that is not whole yet. */
bool mm_in_awaits(const struct mm *mm, const char *path);
/* Nothing is being read, judged or deleted, nor has to be. */
bool mm_in_idle(const struct mm *mm);
/* The objects will be others; what they show is the same. */
void mm_in_renamed(struct mm *mm);
void mm_in_lost(struct mm *mm);
void mm_in_tick(struct mm *mm);

/* ---------------------------------------------------------- mm_missed.c */

/* A text came in; listed: it was found, not announced. */
void mm_missed_text(struct mm *mm, bool listed);
/* So did a part of one, announced, and the rest did not. */
void mm_missed_part(struct mm *mm);
/* A text left that is to be seen. */
void mm_missed_sent(struct mm *mm);
/* The modem is on again. */
void mm_missed_over(struct mm *mm);
/* It could not be switched off or on; true when it must not be. */
bool mm_missed_failed(struct mm *mm, const sd_bus_error *e);
/* It can send. */
void mm_missed_usable(struct mm *mm);
void mm_missed_lost(struct mm *mm);
void mm_missed_free(struct mm *mm);

/* ------------------------------------------------------------ mm_call.c */

/* Contract of modem_driver.ring. */
int mm_call_ring(struct mm *mm, const struct alerte_message *message);
/* Refuse what is there already. */
void mm_call_drain(struct mm *mm);
void mm_call_added(struct mm *mm, const char *path);
void mm_call_changed(struct mm *mm, const char *path, int state);
void mm_call_lost(struct mm *mm);

/* ----------------------------------------------------------- mm_where.c */

void mm_where_locate(struct mm *mm, int64_t alert);
/* The modem is back. */
void mm_where_ready(struct mm *mm);
void mm_where_lost(struct mm *mm);
/*
 * The answer of GetLocation.  cell: "MCC,MNC,LAC,CI,TAC" in hexadecimal but for
 * the first two, or "".  True when there is a fix as well.
 */
bool mm_where_read(sd_bus_message *m, int64_t now_ms, char cell[MM_CELL_MAX],
		   struct alerte_position *fix);

#endif
