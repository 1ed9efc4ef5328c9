/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_RELAY_H
#define ALERT_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include <alerte/query.h>

/*
 * The conversation with the 114 (M1 to M3), as a state machine that is told
 * what happened and asked what to do next.  Instants are boot milliseconds.
 * Every change of state is a row of alert/transitions.h:
 *
 *            the 114 is to be reached
 *   NONE -----------------------------> NEW
 *     ^                                  |  a text was handed to the network
 *     +--- ended, and nothing had left --+------------> SUBMITTED
 *                                        |                  |
 *           its automatic answer         |                  |
 *         +------------------------------+------------------+
 *         v                              |                  |
 *      AUTO_ACK ---- a person writes ----+------------------+---> HUMAN
 *
 *   an operator, once it has written: --dispatch--> DISPATCHED
 *                                     --close-----> CLOSED
 *   and from one of the two to the other
 *
 *   she presses again: CLOSED and DORMANT begin anew, NEW; in a conversation
 *   that was answered it is one more text, at most one in two minutes
 *
 *   24 h without a text either way:  --> DORMANT, which hears all the same:
 *      its automatic answer --> AUTO_ACK, a person --> HUMAN, and the operator
 *
 * Nothing that is written only suggests DISPATCHED or CLOSED (M1).  While the
 * 114 has not answered the first text goes on going out, whatever an operator
 * says, so only a conversation that was answered, or whose alert has ended,
 * falls silent.
 *
 * The end of the alert ends what we say by ourselves, not the conversation: the
 * 114 may ask, an operator answer, until one of them closes it or a day went by
 * in silence.
 *
 * The first text goes out again after 60 s, again after 120 s, then every
 * 5 min for 2 h and every 30 min after that, until the 114 answers; the second
 * text follows 20 s after the first, or at once after the automatic answer.
 * Five texts in ten minutes at most, positions and answers included; the first
 * text of a conversation that begins anew is not kept back by those before.
 */
#define RELAY_BUDGET 5
#define RELAY_BUDGET_MS (10 * 60 * 1000)

struct relay {
	enum alerte_relay_state state;
	uint32_t firsts;	/* first texts planned so far */
	bool second;		/* the second text was planned */
	bool told_silent;	/* people were told that nobody answers */
	bool told_cannot;	/* the 114 was told that she cannot write */
	bool other;		/* the first text went by another path too */
	bool ended;		/* the alert has: we say nothing by ourselves */
	bool barred;		/* abroad, where the rule is not to try (M6) */
	int64_t begun;		/* first text planned */
	int64_t again;		/* next sending of the first text */
	int64_t auto_ack;	/* its automatic answer came */
	int64_t question;	/* an unanswered question came; 0 none */
	int64_t traffic;	/* last text either way */
	int64_t pressed;	/* a press to be told; 0 none */
	int64_t press_told;	/* the last one that was; 0 none */
	int64_t perhaps;	/* a text came, perhaps another's; 0 none */
	uint32_t nsent;
	int64_t sent[RELAY_BUDGET];	/* the last texts, a ring */
};

enum relay_act {
	RELAY_NOTHING = 0,
	RELAY_SEND_FIRST,	/* nth = relay.firsts */
	RELAY_SEND_SECOND,
	RELAY_SEND_CANNOT,
	RELAY_SEND_PRESS,	/* she pressed again */
	RELAY_TELL_SILENT,	/* operator and contacts: call the 17 */
	RELAY_FALL_SILENT	/* a day without a text: its state has changed */
};

void relay_begin(struct relay *r, int64_t now);
/* A press that may reach the 114: to be told, or to begin anew with. */
void relay_pressed(struct relay *r, int64_t now);
/* There was one, and the conversation is over: true, and it begins anew. */
bool relay_renew(struct relay *r, int64_t now);
/* What is due now; it is taken as done.  Call until RELAY_NOTHING. */
enum relay_act relay_next(struct relay *r, int64_t now);
/* When relay_next() will have something, or ALERTE_NEVER. */
int64_t relay_due(const struct relay *r);

/* One more text to the 114 fits the budget; taken when true. */
bool relay_spend(struct relay *r, int64_t now);
/*
 * The same for a text that must not take the place of the second and third
 * sending of the first one, while nobody answers; other: it is to go by
 * another path as well.
 */
bool relay_spare(struct relay *r, int64_t now, bool other);
/* The one taken at this instant never left: it costs nothing. */
void relay_unspend(struct relay *r, int64_t at);

/* A text of ours was handed to the network. */
void relay_submitted(struct relay *r, int64_t now);
void relay_heard_auto(struct relay *r, int64_t now);
void relay_heard_human(struct relay *r, int64_t now);
/*
 * A text that is perhaps of another conversation of the same SIM: the first
 * text goes on going out (M2), until an operator says which one it was of.
 */
void relay_heard_perhaps(struct relay *r, int64_t now);
/* The operator answered the question. */
void relay_answered(struct relay *r, int64_t now);
/*
 * An operator says where the 114 stands.  False: there is no conversation, or
 * the 114 has not written yet, and is asked until it does.
 */
bool relay_mark(struct relay *r, enum alerte_relay_state state, int64_t now);
/* Nobody at the 114 answered yet, not even its machine. */
bool relay_unanswered(const struct relay *r);
/* One of our texts was to leave after this instant. */
bool relay_spoke(const struct relay *r, int64_t since);
/* We say something by ourselves: it is open, and may be tried. */
bool relay_speaks(const struct relay *r);
/* True while the conversation counts as open: not NONE, CLOSED or DORMANT. */
bool relay_open(const struct relay *r);
/* The alert was cancelled or closed; said: some text may have left for it. */
void relay_end(struct relay *r, bool said, int64_t now);
/* Its alert has ended, and the 114 may still write and be answered. */
bool relay_lingers(const struct relay *r);

#endif
