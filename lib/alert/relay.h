/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_RELAY_H
#define ALERT_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include <alerte/query.h>

/*
 * The conversation with the 114 (M1 to M3), as a state machine that is told
 * what happened and asked what to do next.  Instants are boot milliseconds.
 *
 *   NONE -> NEW -> SUBMITTED -> AUTO_ACK -> HUMAN -> DISPATCHED -> CLOSED
 *                                   (the last two by an operator)
 *   any of them -> DORMANT after 24 h without traffic; traffic wakes it
 *
 * The first text goes out again after 60 s, again after 120 s, then every
 * 5 min for 2 h and every 30 min after that, until the 114 answers; the second
 * text follows 20 s after the first, or at once after the automatic answer.
 * Five texts in ten minutes at most, positions and answers included.
 */
#define RELAY_BUDGET 5
#define RELAY_BUDGET_MS (10 * 60 * 1000)

struct relay {
	enum alerte_relay_state state;
	uint32_t firsts;	/* first texts planned so far */
	bool second;		/* the second text was planned */
	bool told_silent;	/* people were told that nobody answers */
	bool told_cannot;	/* the 114 was told that she cannot write */
	int64_t begun;		/* first text planned */
	int64_t again;		/* next sending of the first text */
	int64_t auto_ack;	/* its automatic answer came */
	int64_t question;	/* an unanswered question came; 0 none */
	int64_t traffic;	/* last text either way */
	uint32_t nsent;
	int64_t sent[RELAY_BUDGET];	/* the last texts, a ring */
};

enum relay_act {
	RELAY_NOTHING = 0,
	RELAY_SEND_FIRST,	/* nth = relay.firsts */
	RELAY_SEND_SECOND,
	RELAY_SEND_CANNOT,
	RELAY_TELL_SILENT	/* operator and contacts: call the 17 */
};

void relay_begin(struct relay *r, int64_t now);
/* What is due now; it is taken as done.  Call until RELAY_NOTHING. */
enum relay_act relay_next(struct relay *r, int64_t now);
/* When relay_next() will have something, or ALERTE_NEVER. */
int64_t relay_due(const struct relay *r);

/* One more text to the 114 fits the budget; taken when true. */
bool relay_spend(struct relay *r, int64_t now);

/* A text of ours was handed to the network. */
void relay_submitted(struct relay *r, int64_t now);
void relay_heard_auto(struct relay *r, int64_t now);
void relay_heard_human(struct relay *r, int64_t now);
/* The operator answered the question. */
void relay_answered(struct relay *r, int64_t now);
/* True while the conversation counts as open: not NONE, CLOSED or DORMANT. */
bool relay_open(const struct relay *r);
/* Stop sending: the alert was cancelled or closed. */
void relay_end(struct relay *r);

#endif
