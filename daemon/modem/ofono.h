/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEM_OFONO_H
#define MODEM_OFONO_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "modem/modem.h"
#include "pending.h"

/*
 * The driver ofono, inside.  Written against ofono 1.31.
 *
 *   ofono.c        start, stop, describe; faults
 *   ofono_modem.c  which modem, and getting it ready
 *   ofono_out.c    messages that leave, one at a time
 *   ofono_kept.c   messages ofono may still hold, over restarts
 *   ofono_in.c     messages that come in
 *   ofono_call.c   calls that come in are refused
 *
 * Every call is asynchronous.  Events go to the daemon last, when our own
 * state is settled: the daemon may answer a receipt with the next send().
 */

#define OFONO_NAME "org.ofono"
#define OFONO_MANAGER OFONO_NAME ".Manager"
#define OFONO_MODEM OFONO_NAME ".Modem"
#define OFONO_SIM OFONO_NAME ".SimManager"
#define OFONO_NETWORK OFONO_NAME ".NetworkRegistration"
#define OFONO_MESSAGES OFONO_NAME ".MessageManager"
#define OFONO_MESSAGE OFONO_NAME ".Message"
#define OFONO_CALLS OFONO_NAME ".VoiceCallManager"
#define OFONO_CALL OFONO_NAME ".VoiceCall"

#define OFONO_PATH_MAX PENDING_PATH_MAX
#define OFONO_WORD_MAX 24
#define OFONO_QUEUE_MAX 64
#define OFONO_KEPT_MAX 64
#define OFONO_IN_MAX 64
#define OFONO_OTHERS_MAX 8

/* Unanswered for so long, a message is taken back (S3). */
#define OFONO_HUNG_MS 10000
#define OFONO_HUNG_PART_MS 5000		/* more, for each further part */
/* A modem that hangs for so long is switched off and on. */
#define OFONO_RESTART_MS (5 * 60000)
#define OFONO_CALL_TIMEOUT_MS 60000
#define OFONO_GONE_MS 10000		/* a restart takes 3 s */
#define OFONO_UNREGISTERED_MS 90000
#define OFONO_AGAIN_MS 5000		/* until switching on is tried again */
#define OFONO_REPLY_AGAIN_MS 5000
#define OFONO_TICK_MS 30000

/* What the bus shows of one modem. */
struct ofono_view {
	char path[OFONO_PATH_MAX];	/* "": there is none */
	bool powered, online;
	bool sim, network, messages, calls;	/* interfaces it shows now */
};

/* A message to leave. */
struct ofono_out {
	struct ofono_out *next;
	int64_t attempt, expires_ms;
	enum alerte_importance importance;
	bool unseen;
	int parts;
	char *number, *text;
	/* In flight only: */
	char path[OFONO_PATH_MAX];	/* its object, "" until it is given */
	bool back;			/* to be taken back once it has one */
	bool hung;			/* said to be unknown already */
};

/* A message ofono may send whatever we do. */
struct ofono_kept {
	char path[OFONO_PATH_MAX];	/* "": free */
	int64_t attempt;		/* 0: of an earlier life */
	bool unseen;			/* not written down */
};

/* A message that came in and is not taken yet. */
struct ofono_in {
	struct ofono_in *next;
	char *from, *text;
};

struct ofono_counts {
	uint64_t sent, failed, unknown, received, strangers, lost, taken_back;
	uint64_t calls_refused;
};

struct ofono {
	struct modem_events events;
	sd_event *event;
	sd_bus *bus;			/* NULL: there is no bus */
	char *name, *device, *state;
	char *other[OFONO_OTHERS_MAX];	/* modems of other paths */
	sd_bus_slot *match[9];
	struct pending calls;

	struct ofono_view modem;
	bool looking, look_again, switching, listed;
	bool card;			/* a SIM is in it */
	char pin[OFONO_WORD_MAX];	/* what it asks for, "none" */
	char status[OFONO_WORD_MAX];	/* of the registration */
	bool denied;			/* the bus lets us not speak to it */

	struct ofono_out *queue, *flight, *failed;
	unsigned int waiting;		/* in queue */
	bool hung;
	bool hung_shown;		/* not while only what is unseen met it */
	bool quiet;			/* off and on again, and none of it shows */
	char quiet_status[OFONO_WORD_MAX];	/* of the registration before */
	struct ofono_kept kept[OFONO_KEPT_MAX];
	struct ofono_in *in;
	unsigned int nin;
	struct ofono_counts count;
	char refused[OFONO_PATH_MAX];	/* the last call that came in */
	/* a test has less time */
	int64_t hung_ms, restart_ms, gone_ms, reply_ms;

	sd_event_source *defer, *tick, *hung_timer, *gone_timer, *reg_timer;
	sd_event_source *again_timer, *in_timer;
	bool gone, unregistered;	/* for too long */
	bool fault_modem, fault_reg, fault_sim, fault_roaming;
};

/* -------------------------------------------------------------- ofono.c */

/* Tell the daemon which faults began or ended.  Never from send(). */
void ofono_health(struct ofono *o);
bool ofono_ready(const struct ofono *o);
bool ofono_registered(const struct ofono *o);
int64_t ofono_now_ms(void);
/* Arm (ms >= 0) or disarm (-1) a one-shot timer. */
void ofono_timer(struct ofono *o, sd_event_source **timer, int64_t ms,
		 sd_event_time_handler_t handler);
/* Count and tell what became of an attempt. */
void ofono_receipt(struct ofono *o, int64_t attempt, bool unseen,
		   enum alerte_receipt_kind kind);
sd_bus_message *ofono_method(struct ofono *o, const char *path,
			     const char *interface, const char *member);
int ofono_call(struct ofono *o, sd_bus_message *m,
	       void (*answer)(void *ofono, sd_bus_message *reply,
			      const char *path, int64_t id),
	       const char *path, int64_t id);

/* -------------------------------------------------------- ofono_modem.c */

int ofono_modem_watch(struct ofono *o);
void ofono_modem_look(struct ofono *o);
/* Off, and on again, whatever it is doing. */
void ofono_modem_restart(struct ofono *o);
/* What keeps the SIM from working, or NULL. */
const char *ofono_sim_trouble(const struct ofono *o);
/* Read a{sv} up to its end: value() reads or skips each variant. */
int ofono_read_properties(sd_bus_message *m, void *out,
			  int (*value)(sd_bus_message *m, const char *name,
				       void *out));
int ofono_read_word(sd_bus_message *m, char out[OFONO_WORD_MAX]);
int ofono_read_bool(sd_bus_message *m, bool *out);

/* ---------------------------------------------------------- ofono_out.c */

int ofono_out_send(struct ofono *o, const struct alerte_message *message);
void ofono_out_give_up(struct ofono *o, int64_t attempt);
/* How many wait, what leaves no sign left out. */
int ofono_out_waiting(const struct ofono *o);
/* The State of a message, as the bus tells it. */
void ofono_out_state(struct ofono *o, const char *path, const char *state);
/* Send what waits, if it can be. */
void ofono_out_next(struct ofono *o);
/* The modem is gone: what was under way is unknown, the rest fails. */
void ofono_out_lost(struct ofono *o);
void ofono_out_flush_failed(struct ofono *o);
void ofono_out_free(struct ofono *o);

/* --------------------------------------------------------- ofono_kept.c */

/* What an earlier life left, from the file in state. */
void ofono_kept_load(struct ofono *o);
/* Durable when it returns, or said in the log. */
void ofono_kept_add(struct ofono *o, const char *path, int64_t attempt,
		    bool unseen);
/* Forget it; what it was in *out.  False: it was not there. */
bool ofono_kept_take(struct ofono *o, const char *path,
		     struct ofono_kept *out);
/* Ask ofono what it holds and take back what is ours. */
void ofono_kept_recall(struct ofono *o);

/* ----------------------------------------------------------- ofono_in.c */

void ofono_in_came(struct ofono *o, sd_bus_message *m);
void ofono_in_free(struct ofono *o);

/* --------------------------------------------------------- ofono_call.c */

/* Refuse what is there already. */
void ofono_call_drain(struct ofono *o);
/* CallAdded: o a{sv} */
void ofono_call_added(struct ofono *o, sd_bus_message *m);

#endif
