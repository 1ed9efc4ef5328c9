/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_ENGINE_H
#define CORE_ENGINE_H

#include <alerte/alerte.h>

#include "alert/alert.h"
#include "alert/battery.h"
#include "alert/button.h"
#include "alert/presence.h"
#include "channel/channel.h"
#include "channel/reply.h"
#include "core/consent.h"
#include "core/finder.h"
#include "core/peer.h"
#include "core/position.h"
#include "core/reserve.h"
#include "core/site.h"
#include "core/watch.h"
#include "policy/policy.h"
#include "store/store.h"

/*
 * The engine holds the live part of the world in memory and the whole of it
 * in the store.  An input changes memory, then engine_commit() writes every
 * changed row in one transaction: what was committed before the host is asked
 * survives (commit, then act).  When the disk refuses, the rows stay marked
 * and the same machine goes on in memory until it takes them (S2).
 */

/* One message to one contact on one channel: a row of the outbox. */
struct attempt {
	struct attempt *next;
	int64_t id, alert;
	int64_t resends;		/* the row this one replaces, or 0 */
	enum words kind;
	struct alerte_target target;
	enum alerte_attempt_state state;
	enum alerte_importance importance;
	bool exercise;
	bool other_path;		/* beside another, never instead (M2) */
	uint32_t step;			/* from 1; 0 when of no step */
	uint32_t sends;			/* handed to the host (S1) */
	uint32_t tries;			/* failures before this row */
	uint32_t nth;			/* relay: which sending of the text */
	uint32_t nth_told;		/* of its kind to this target; from 1 */
	uint32_t sequence;		/* of the alert's messages (S5) */
	int64_t due, sending;		/* boot ms */
	int64_t changed_wall_ms;
	struct alerte_time pressed;	/* the press it tells of */
	uint64_t parts_sent;		/* bit n-1: part n has its receipt */
	bool claimed;			/* SENDING, but the host was not asked */
	char who[ALERTE_NAME_MAX];	/* name or fault the text needs */
	char *quote;			/* words to pass on, or NULL */
	bool duress;			/* shows an all-clear, says otherwise */
	bool by_timer;			/* tells of a timer, not of a press */
	int64_t unseen_id;		/* by which the host knows it, or 0 */
	bool dirty;
};

struct note {
	struct note *next;
	int64_t id;
	enum alerte_note_kind kind;
	int64_t wall_ms;
	bool trusted;
	int64_t key;			/* 0 until a history key is there */
	char who[ALERTE_NAME_MAX];
	char *text;			/* never NULL */
	bool dirty;
	/* Of presses anybody can forge: others are counted in it. */
	bool counting;			/* for a minute */
	uint32_t more;
	size_t said;			/* bytes before that count; 0 never */
	int64_t from, to;		/* boot ms */
};

/* Ids of what nothing shows are above this. */
#define UNSEEN_FIRST (INT64_C(1) << 40)

#define CONFIRM_TOKEN 5
enum confirm_what {
	CONFIRM_CLOSE = 0,	/* "fini" */
	CONFIRM_SENT,		/* "secours envoyés" */
	CONFIRM_RELAY_DONE,	/* "114 fini" */
	CONFIRM_LAST
};
/* What the association was asked to send back, before an SMS counts. */
struct confirm {
	char token[CONFIRM_TOKEN];	/* "": nothing */
	char contact[ALERTE_ID_MAX];
	uint32_t wrong;
	int64_t until, again;		/* boot ms */
};

/* An alert with what hangs on it; alert 0 holds the messages of no alert. */
struct live {
	struct live *next;
	struct alert alert;
	bool low_lane;			/* opened by a second-lane frame (R4) */
	bool locate;			/* ask the host where she is */
	int64_t locate_due;		/* again, where it moves; 0: at once */
	struct confirm confirm[CONFIRM_LAST];
	struct alerte_position told;	/* the last that was; size 0: none */
	int64_t located;		/* when it was, or will be; boot ms */
	struct attempt *attempts, **attempts_end;
	struct note *notes, **notes_end;
	int64_t key_id;			/* its history key; 0 none yet */
	uint8_t key[SEAL_KEY];
	bool unseen;			/* goes on, and nothing shows it (L8) */
	int64_t shown;			/* the alert it stands behind; 0 none */
	struct live *behind;		/* what goes on behind this one */
	int64_t ended;			/* boot ms, or when it was read */
	struct peers peers;
	bool dirty;
};

#define FAULTS_MAX 32
struct fault {
	char name[ALERTE_ID_MAX];
	bool present;
};

#define SELFTEST_TOKEN 7
/* The gateway's text to itself (V1); a small value of the store. */
struct selftest {
	char number[ALERTE_NUMBER_MAX];	/* "": off */
	int64_t every_ms;
	bool out;			/* a text is awaited, until `due` */
	int64_t due;			/* the next text otherwise; boot ms */
	int64_t next;			/* when the round after this begins */
	uint32_t failed;		/* texts of this round */
	bool disturbed;			/* by an alert: it proves nothing */
	int64_t row;
	char token[SELFTEST_TOKEN];	/* what the text must bring back */
	int64_t passed_wall_ms;		/* 0 never */
	bool dirty;
};
#define SELFTEST_RETURN_MS (5 * 60 * INT64_C(1000))
#define SELFTEST_MOST_MS (31 * 24 * 3600 * INT64_C(1000))

/* Wrong cancel codes of one wearer (L6). */
struct guesses {
	char wearer[ALERTE_ID_MAX];
	uint32_t wrong;
	int64_t until;			/* refused before this; boot ms */
};
#define GUESSES_MAX 16

/* When a contact was last written to about what is probably forged (R6). */
struct grouped {
	char contact[ALERTE_ID_MAX];
	int64_t sent;
};
#define GROUPED_MAX 64

struct queued;

struct alerte {
	struct alerte_host host;
	uint8_t boot_id[16];
	char relay_number[ALERTE_NUMBER_MAX];
	uint32_t sends_per_step;
	uint32_t rank;			/* of the gateways of one place (S5) */
	bool peered;			/* another one was heard of */
	uint8_t site_key[SEAL_KEY];	/* references and digests (S5) */
	char site_name[2 * DIGEST_BYTES + 1];
	char gateway[2 * DIGEST_BYTES + 1];
	char place[ALERTE_NAME_MAX];	/* what faults call this gateway's */
	bool moving;			/* this gateway goes where she goes */

	struct store *store;
	bool durable;
	bool doubt;			/* settings refused may be on the disk */
	int64_t retry;			/* try the disk again; boot ms */
	bool urgent;			/* to be written before the input ends */
	int64_t later;			/* write by then; boot ms */

	struct site *site, *draft;
	struct button_run *run;		/* one for each button of the site */
	struct finder finder;
	struct watch watch;
	uint16_t sealed_id;		/* behind which sealed frames stand */
	int64_t search;			/* look for sealed buttons; boot ms */
	struct enrolment *enrolment;	/* the last one, or NULL */
	uint32_t dirty_from, dirty_to;	/* buttons that changed lie within */

	struct reserve reserve;
	struct live *live;
	struct live house;		/* alert 0 */
	int64_t last_row;		/* ids of rows, one sequence */
	int64_t last_unseen;		/* of what nothing shows: another */
	bool unseen_dirty;		/* unseen.c writes all of it */
	bool unseen_input;		/* the input under way touched it */
	bool unseen_trim;		/* what was written must not show */
	uint8_t *unseen_room;
	struct timer *timers;		/* timer.c */
	bool timers_dirty;

	uint32_t paths;			/* two-way ones, as the host says */
	bool unheard;			/* no way for SMS hears an answer */
	enum alerte_abroad abroad;	/* what is done then, and while: */
	bool roaming;			/* the network is another country's */
	bool armed, meta_dirty;		/* dirty: arming, site key, beats */
	uint64_t beat, beat_kept;	/* beat.c */
	bool arming_lost;		/* armed for another number: to be told */
	char token[9];
	int64_t token_until;

	struct fault fault[FAULTS_MAX];
	struct selftest selftest;
	struct consents consents;
	struct guesses guesses[GUESSES_MAX];
	struct grouped grouped[GROUPED_MAX];
	struct kept_position kept[KEPT_POSITIONS];
	uint32_t forwarded;		/* texts passed on lately */
	int64_t forwarded_since;
	uint32_t relayed;		/* answers to the 114 by SMS, lately */
	int64_t relayed_since;
	uint32_t asked;			/* its texts passed on by SMS, lately */
	int64_t asked_since;
	int64_t wrong_until;		/* wrong codes were told; boot ms */

	struct alerte_status count;
	struct alerte_time now;		/* of the call under way */
	bool in_host;
	struct queued *queue, **queue_end;
	char error[192];
};

/* Runtime of one enrolled button, beside its settings. */
struct button_run {
	struct button_state state;
	struct presence presence;
	struct battery battery;
	struct frame_key *key;
	struct frame_trigger *trigger;	/* or NULL */
	uint32_t sealed;		/* number in the finder's table */
	const struct sealed_state *learned;	/* while settings change */
	bool dirty;
	bool moved;			/* was learned under another id */
};

/* ---- engine.c */
int engine_error(struct alerte *e, int result, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void engine_log(struct alerte *e, enum alerte_log_level level,
		const char *format, ...) __attribute__((format(printf, 3, 4)));
/* From the host; 0, or what it answered. */
int engine_random(struct alerte *e, void *bytes, size_t len);
/*
 * The site key makes references that gateways of one site agree on (S5), and
 * gives the site its name.
 */
void engine_site_key(struct alerte *e, const uint8_t key[SEAL_KEY]);
/* Take the instant of a call: the boot clock never goes back. */
struct alerte_time engine_now(struct alerte *e, struct alerte_time now);
/*
 * Write every changed row in one transaction.  ALERTE_ACCEPTED, or
 * ALERTE_VOLATILE when the disk refuses: the caller goes on either way.
 */
int engine_commit(struct alerte *e);
/* The same for an input that has nothing to accept: 0 or ALERTE_VOLATILE. */
int engine_settle(struct alerte *e);
/*
 * The same within a second, for what anybody can send: a flood of it is one
 * commit a second.  ALERTE_VOLATILE until then.
 */
int engine_later(struct alerte *e);

/* ---- live.c */
struct live *live_new(struct alerte *e);
/* Of one that is in no list: empty, and ready for rows. */
void live_start(struct live *l);
struct live *live_find(struct alerte *e, int64_t alert);
/* The same, for what asks from outside: never one that nothing shows. */
struct live *live_shown(struct alerte *e, int64_t alert);
struct live *live_of_wearer(struct alerte *e, const char *wearer,
			    bool exercise);
struct live *live_of_code(struct alerte *e, const char *code);
/* Free those that are over, written, and have nothing under way. */
void live_sweep(struct alerte *e);
void live_free(struct live *l);
void live_free_contents(struct live *l);
bool live_waiting(const struct live *l);
/*
 * Ended some minutes ago: receipts and answers come too late for it.  How often
 * the engine is asked to step decides nothing of it (L8).
 */
bool live_over(const struct alerte *e, const struct live *l);
/*
 * Something may have left for this target, or this contact: it was sent, is
 * not known, or is in the host's hands now.  A refusal reaches nobody (A2).
 */
bool live_reached(const struct live *l, const struct alert_reach *reach);
bool live_reached_contact(const struct live *l, const char *contact);
/* This row may have left: remember it beyond the row. */
void live_mark_reached(struct live *l, const struct attempt *row);
/* The id of the next row of it. */
int64_t live_next_id(struct alerte *e, const struct live *l);
struct attempt *attempt_find(struct alerte *e, int64_t id, struct live **of);
struct attempt *attempt_waiting(struct live *l, enum words kind,
				const struct alerte_target *target);
/* A new PLANNED row, due now; NULL when memory ran out. */
struct attempt *attempt_plan(struct alerte *e, struct live *l, enum words kind,
			     const struct alerte_target *target,
			     enum alerte_importance importance);
void attempt_state(struct alerte *e, struct attempt *row,
		   enum alerte_attempt_state state);
void attempt_quote(struct attempt *row, const char *who, const char *quote);
/* NULL when memory ran out. */
struct note *note_add(struct alerte *e, struct live *l,
		      enum alerte_note_kind kind, const char *who,
		      const char *text);
/*
 * A press at trust none.  Of those that are probably forged one note a minute
 * for each button tells how many more there were.  While nothing can be
 * written a thousand notes stay in memory, the oldest of such presses counted
 * together (R6).
 */
void note_unverified(struct alerte *e, struct live *l, const char *button,
		     const char *text, bool forged);

/* ---- plan.c: who is told what */
void plan_step(struct alerte *e, struct live *l);
/* A press on an open alert: its repeats are those of a new one (P2). */
void plan_repeats_anew(struct alerte *e, struct live *l);
void plan_targets(struct alerte *e, struct live *l,
		  const struct alerte_policy *policy);
/* Still worth sending, as the alert stands now (L5, L7). */
bool plan_worth(const struct live *l, const struct attempt *row);
void plan_retry(struct alerte *e, struct live *l, struct attempt *row,
		bool perhaps_sent);
/* One text to everybody reached, but for one contact id (may be ""). */
void plan_notice(struct alerte *e, struct live *l, enum words kind,
		 const char *but, const char *who, const char *quote);
void plan_press_notice(struct alerte *e, struct live *l);
/* A text about what is probably forged was handed over: the next one waits. */
void plan_grouped_sent(struct alerte *e, struct live *l,
		       const struct attempt *row);
/* A press that can be believed: nothing waits behind forged ones (R6). */
void plan_ungroup(struct alerte *e, struct live *l);
/* To a contact, over SMS: the answer to what he wrote. */
void plan_answer(struct alerte *e, struct live *l, enum words kind,
		 const struct alerte_contact *contact);
/* To every association contact, over every way it has but SMS. */
void plan_association_quietly(struct alerte *e, struct live *l,
			      enum words kind, const char *who,
			      const char *quote);
/* To every association contact, over every way it has. */
struct attempt *plan_association(struct alerte *e, struct live *l,
				 enum words kind, const char *who,
				 const char *quote);
/* The same by SMS only where there is no other way: SMS is what fails. */
void plan_other_way(struct alerte *e, struct live *l, enum words kind,
		    const char *who);
void plan_drop(struct alerte *e, struct live *l, bool notices_too);

/* ---- press.c */
struct press_facts {
	uint32_t button;		/* index in the site */
	uint8_t position;
	enum alerte_gesture gesture;
	enum alerte_trust trust;
	bool plain_despite_key, low_lane, ghost, late;
	uint64_t number;		/* counter, or number of the press */
	bool own_number;		/* our count: no other gateway has it */
	int64_t heard_ms;
};
int press_take(struct alerte *e, const struct press_facts *facts);
/*
 * The alert that alerte_press() would open now, in *l, which is zero and in no
 * list: grace is over, and nothing is planned yet.
 */
void press_draft(struct alerte *e, const struct press_facts *facts,
		 struct live *l);
/* Claim what is due and write; what a flood can wait for, later (R6). */
int press_commit(struct alerte *e);
/* An alert with its code, and nothing planned; NULL without memory. */
struct live *press_open(struct alerte *e, const char *wearer,
			const char *button,
			const uint8_t reference[DIGEST_BYTES],
			struct alerte_time pressed);
/* What a press of this button opens; third: within 10 s (P4). */
void press_policy(struct alerte *e, const struct alerte_button *button,
		  uint8_t position, enum alerte_gesture gesture, bool third,
		  struct alerte_policy *out);

/* ---- conversation.c: the 114 */
void conversation_run(struct alerte *e, struct live *l);
void conversation_receipt(struct alerte *e, struct live *l,
			  struct attempt *row);
/*
 * Nobody knows whether this first text left: it goes by another path too, if
 * there is one and it did not yet (M2).
 */
void conversation_unknown(struct alerte *e, struct live *l,
			  const struct attempt *row);
/* The host has no other path for it: as if it had not been asked (M2). */
void conversation_no_path(struct live *l, const struct attempt *row);
void conversation_heard(struct alerte *e, const char *text);
int conversation_answer(struct alerte *e, struct live *l, const char *who,
			const char *text);
/* He may answer the 114 (M3). */
bool conversation_entitled(const struct alerte_contact *contact);
/* The network is another country's, or no longer (M6). */
void conversation_roams(struct alerte *e, bool roaming);
/* Abroad, and the rule is not to try the 114 there. */
bool conversation_barred(const struct alerte *e);
/* Who was reached hears once that the 114 may be out of reach. */
void conversation_warn(struct alerte *e, struct live *l);
/* The alert of that code, live or not, whose conversation still counts. */
struct live *conversation_named(struct alerte *e, const char *code);
/* It has no text of the 114: no mark may keep ours back (M2). */
bool conversation_unheard(const struct live *l);
/* An operator says where the 114 stands (M1); ALERTE_EREFUSED: nowhere. */
int conversation_mark(struct alerte *e, struct live *l, const char *who,
		      enum alerte_relay_state state);
/* How it ended: WORDS_RELAY_CLEAR or _CLOSED, which quotes `how`. */
void conversation_end(struct alerte *e, struct live *l, enum words kind,
		      const char *who, const char *how);

/* ---- close.c: acknowledge, cancel, close; commit is the caller's */
/* False, and nothing changes: alert/transitions.h has no row for it. */
bool alert_happens(struct alerte *e, struct live *l, enum alert_event event);
void close_ack(struct alerte *e, struct live *l, const char *who,
	       const struct alerte_contact *contact, bool arrived);
/* By an answer that a peer took, and thanked for (S5). */
void close_acked_there(struct alerte *e, struct live *l, const char *who,
		       bool arrived);
void close_alert(struct alerte *e, struct live *l, const char *who);
/* At a peer (S5); ran_out: as by close_stay_over(). */
void close_ended_there(struct alerte *e, struct live *l, const char *who,
		       bool ran_out);
/* Whoever arrived has been there for two hours (L2). */
void close_stay_over(struct alerte *e, struct live *l);
void close_exercise(struct alerte *e, struct live *l,
		    const struct alerte_contact *by);
/* The word is some wearer's code, as it stands. */
bool close_is_code(struct alerte *e, const char *word);
/* The text holds some wearer's code: it is kept nowhere (code_held.c). */
bool close_holds_code(struct alerte *e, const char *text);
/* By the wearer: her code, or a gesture during grace (L6). */
void close_cancelled(struct alerte *e, struct live *l);
/*
 * One try of her codes: CODE_CANCEL or CODE_DURESS, or ALERTE_EKEY (counted,
 * noted on the alert if there is one), ALERTE_ELIMIT (too soon).
 */
enum code { CODE_CANCEL = 1, CODE_DURESS };
int close_try(struct alerte *e, struct live *l, const char *wearer,
	      const char *code);
/* 0, ALERTE_EKEY, ALERTE_ELIMIT. */
int close_cancel(struct alerte *e, struct live *l, const char *code);

/* ---- confirm.c */
enum confirmed {
	CONFIRM_NOT = 0,	/* it ends nothing */
	CONFIRM_ASKED,		/* he is asked for what we wrote to him */
	CONFIRM_DONE		/* it is he */
};
/* With what he was asked for, or "". */
enum confirmed confirm_by(struct alerte *e, struct live *l,
			  const struct alerte_contact *contact,
			  enum confirm_what what, const char *token);

/* ---- reply.c */
/* Part of this alert: in its plan, reached by it, or one of hers. */
bool reply_concerns(struct alerte *e, struct live *l,
		    const struct alerte_contact *contact);

/* ---- beat.c */
void beat_name(struct alerte *e, const uint8_t run_key[SEAL_KEY]);
int beat_load(struct alerte *e);
/* In the transaction under way. */
int beat_put(struct alerte *e);
/* Before the last commit: no number is skipped by an orderly restart. */
void beat_end(struct alerte *e);

/* ---- fault.c */
void fault_set(struct alerte *e, const char *name, bool present);
void fault_possible_press(struct alerte *e, uint32_t button);
/* A beacon is never gone: a press behind it is not seen (R5). */
void fault_lasting_press(struct alerte *e);
/* Somebody probably forges presses: to the association (R6). */
void fault_forgery(struct alerte *e);
bool fault_known(const char *name);
bool fault_present(const struct alerte *e, const char *name);
/* Present no more, and nobody hears of it. */
void fault_forget(struct alerte *e, const char *name);
/* Faults that last longer than alerted: small values of the store. */
int fault_write(struct alerte *e);
void fault_read(struct alerte *e, const uint8_t *body, size_t len);

/* ---- selftest.c */
void selftest_run(struct alerte *e);
int64_t selftest_due(const struct alerte *e);
/* Where this row goes; NULL: nowhere. */
const char *selftest_address(struct alerte *e, const struct attempt *row);
void selftest_delivered(struct alerte *e, const struct attempt *row);
/* From the gateway itself: true, and it is nobody's. */
bool selftest_heard(struct alerte *e, const char *from, const char *text);
int selftest_write(struct alerte *e);
void selftest_read(struct selftest *t, const uint8_t *body, size_t len);
/* Present or not, of what is told in words of its own. */
void fault_show(struct alerte *e, const char *name, bool present);
/* One button's, told when patience is over; since: a boot ms. */
void fault_button(struct alerte *e, const char *name, const char *button,
		  int64_t since, bool patient);
/* Drop what was not told yet of it; true when something was. */
bool fault_button_drop(struct alerte *e, const char *name, const char *button);
void fault_button_end(struct alerte *e, const char *name, const char *button);

/* ---- step.c */
void step_advance(struct alerte *e);
/*
 * Mark what is due as SENDING in the transaction of the press itself, so that
 * the next step asks the host without a commit of its own.
 */
void step_claim(struct alerte *e);
/* What the host is given of a row, but its address. */
struct step_words {
	char key[112];
	struct channel_message composed;
	enum alerte_lang lang;
};
/* *m borrows from *words, which is to be wiped; 0, or what did not fit. */
int step_compose(struct alerte *e, struct live *l,
		 const struct attempt *row, struct step_words *words,
		 struct alerte_message *m);
/* Where it goes, or NULL; *refused: it may not go there as things are. */
const char *step_address(struct alerte *e, const struct attempt *row,
			 bool *refused);

/* ---- load.c */
int engine_load(struct alerte *e);
/* One attempt or note out of its row, for queries; quote and text not kept. */
int load_attempt_view(const struct store_row *row, struct alerte_attempt *out);
int load_alert_view(const struct store_row *row, struct alerte_alert *out);
int load_note_view(const struct store_row *row, struct alerte_note *out);
/* The same view of what is in memory. */
void view_alert(const struct alerte *e, const struct live *l,
		struct alerte_alert *out);
void view_attempt(const struct attempt *row, struct alerte_attempt *out);

/* ---- settings.c */
int settings_load(struct alerte *e);
/* Write what is marked in a site, in the transaction under way. */
int settings_write(struct alerte *e, struct site *site);
/* Mark every setting in force, and what else is in the store as removed. */
int settings_dirty(struct alerte *e);
/* A button as the first release knew it. */
#define BUTTON_FIRST ((uint32_t)offsetof(struct alerte_button, silence_s))
/* An endpoint as the first release knew it. */
#define ENDPOINT_FIRST ((uint32_t)offsetof(struct alerte_endpoint, shape))
/*
 * An endpoint of a caller that may be older than its newest fields: they stay
 * as they are in this site.
 */
int settings_widen_endpoint(const struct site *site,
			    const struct alerte_endpoint *set,
			    struct alerte_endpoint *out);
/* A button of a caller that may be older than the newest field. */
int settings_widen(const struct alerte_button *button,
		   struct alerte_button *out);
/* A contact as the first release knew it, and one of an older caller. */
#define CONTACT_FIRST ((uint32_t)offsetof(struct alerte_contact, email))
int settings_widen_contact(const struct alerte_contact *contact,
			   struct alerte_contact *out);
/* The same of a wearer, from before there was a second code. */
#define WEARER_FIRST ((uint32_t)offsetof(struct alerte_wearer, duress_code))
int settings_widen_wearer(const struct alerte_wearer *wearer,
			  struct alerte_wearer *out);
/* One device, under whatever id. */
bool settings_same_device(const struct alerte_button *a,
			  const struct alerte_button *b);
/* What tells one device from another that takes its place under its id. */
void settings_device(const struct alerte *e, const struct alerte_button *button,
		     uint8_t out[DIGEST_BYTES]);
/* Runtime for the buttons of a site; old states are kept by id. */
struct button_run *runs_new(struct alerte *e, const struct site *site);
int run_start(struct button_run *run, const struct alerte_button *button);
void runs_free(struct button_run *run, uint32_t n);
/* Set one object, checked, in the changes under way or by itself. */
int settings_set(struct alerte *e, enum alerte_kind kind, const void *object,
		 const char *id, struct alerte_time now);
/* Put one object in force, its checks passed. */
int settings_put(struct alerte *e, enum alerte_kind kind, const void *object);
/*
 * One setting as the body of its row, and back: returns the size it was
 * written in.  What an older library wrote is shorter: the rest is zero.
 */
void settings_pack(struct pack *p, enum alerte_kind kind, const void *object);
uint32_t settings_unpack(enum alerte_kind kind, const uint8_t *body, size_t len,
			 union site_object *out);
/* The whole of a site against the rules here; the sentence is set. */
int settings_check(struct alerte *e, struct site *site);
/* What is wrong, of a check that answered this. */
const char *settings_refusal(int r);

/* What is to be put in force together. */
struct settings_next {
	struct site *site;
	struct button_run *run;
	struct finder finder;
	struct watch watch;
	int64_t search;
	uint8_t site_key[SEAL_KEY];	/* unless changed: the one in force */
};
/* The site is taken, also when memory runs out. */
int settings_prepare(struct alerte *e, struct site *site,
		     struct settings_next *next);
/* In force; *next is what was.  Once more undoes it. */
void settings_swap(struct alerte *e, struct settings_next *next);
void settings_free(struct settings_next *next);
/*
 * Write every setting in force, in the transaction under way, where those of
 * `before` stand on the disk.
 */
int settings_rewrite(struct alerte *e, const struct site *before);
/* The disk refused them: ALERTE_ESTORE, and the sentence. */
int settings_unwritten(struct alerte *e);

/* ---- learned.c: what was learned of a button, as the body of a row */
void learned_pack(struct alerte *e, struct pack *p, uint32_t button);
/* Add it to what is known of that button; of another device: nothing. */
int learned_read(void *e, const uint8_t *body, size_t len);

/* ---- rows.c: memory to rows and back */
/* What a row says of when it was written, in which boot. */
void rows_stamp(struct alerte *e, struct pack *p);
/* An alert, and an attempt, as the body of a row. */
void rows_pack_alert(struct alerte *e, struct pack *p, const struct live *l);
void rows_pack_attempt(struct alerte *e, struct pack *p,
		       const struct attempt *row);
/* Write what was learned of this button, in the transaction under way. */
int rows_put_button(struct alerte *e, uint32_t button);
int rows_write(struct alerte *e);
void rows_clean(struct alerte *e);
/* Everything in memory counts as changed: the file may be another one. */
void rows_dirty(struct alerte *e);
/* Site key and arming, in the transaction under way. */
int rows_put_meta(struct alerte *e);
/* This button's state changed. */
void rows_button(struct alerte *e, uint32_t button);
/* The transaction was undone. */
void rows_undone(struct alerte *e);

/* ---- watch.c: buttons that are not heard, and batteries */
/* A frame of this button that nobody else can have made, as far as it goes. */
void watch_heard(struct alerte *e, uint32_t button,
		 const struct presence_sign *sign);
void watch_battery(struct alerte *e, uint32_t button, int percent);
void watch_step(struct alerte *e);
/* What was told before is not told again. */
void watch_open(struct alerte *e);
/* The fault "radio" began or ended. */
void watch_radio(struct alerte *e, bool deaf);
/* After each change of the settings, and of what was learned. */
void watch_again(struct alerte *e);
/* Into the row of a button, and back. */
void watch_pack(struct pack *p, const struct button_run *run);
void watch_unpack(const struct unpack *u, struct button_run *run);

/* ---- hear.c */
struct hearing {
	uint32_t button;		/* index in the site */
	const struct alerte_frame *frame;
	bool plain;			/* though it has a key (R3) */
	bool once;			/* its bearer delivers no copies */
	uint32_t hold_ms;		/* of its rule; 0 none */
	int64_t heard_ms;
	const struct presence_sign *sign;
};
int hear_frame(struct alerte *e, const struct hearing *h);
/* What cannot be opened may be a press: the association hears of it (R2). */
int hear_drop(struct alerte *e, uint32_t button, int result);
/* When it was heard: not after now, not before the start of the clock. */
int64_t hear_instant(const struct alerte *e, int64_t heard_boot_ms);
/* What it says of where its sender is. */
struct presence_sign hear_sign(const struct alerte *e,
			       const struct alerte_advert *advert);
/* The button whose address, or own address, it bears; or -1. */
int64_t hear_sender(const struct alerte *e, const struct alerte_advert *advert);
/* One advert with what is known of a button: as frame_decode(). */
int hear_decode(const struct alerte_button *button,
		const struct button_run *run,
		const struct alerte_advert *advert, struct alerte_frame *out);
bool hear_alerts(const struct alerte_frame *frame);

/* ---- hear_sealed.c */
/* ALERTE_ENOTFOUND when it is no sealed frame, or nobody's. */
int hear_sealed(struct alerte *e, const struct alerte_advert *advert);
/* A slice of the search, and what it found. */
void hear_search(struct alerte *e);

/* ---- enrol.c */
/*
 * A frame of the button that is being enrolled: true, and *result is what the
 * input returns.  Presses the settings in force understand stay theirs.
 */
bool enrol_hear(struct alerte *e, const struct alerte_advert *advert,
		int *result);
bool enrol_notified(struct alerte *e, const struct alerte_notification *heard,
		    int *result);
/* A slice of the search for it; true when there is more to do. */
bool enrol_search(struct alerte *e);
bool enrol_searches(const struct alerte *e);
/* After each change of the settings. */
void enrol_settings(struct alerte *e);
void enrol_free(struct enrolment *n);

/* ---- queue.c: inputs made from inside a host call (A3) */
struct queued {
	struct queued *next;
	int (*run)(struct alerte *a, const struct queued *q);
	int64_t number;
	int value, value2;
	bool flag;
	char *text[3];			/* owned */
	uint8_t *bytes;			/* owned */
	size_t len;
	struct alerte_time now;
};
int queue_input(struct alerte *e, const struct queued *q);
void queue_run(struct alerte *e);
void queue_free(struct alerte *e);

#endif
