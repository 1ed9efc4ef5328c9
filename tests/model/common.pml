/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What both models share: the tables of the engine itself, rows of the outbox,
 * commits and crashes.  README.md says how they are read.
 *
 *   m   the engine's memory
 *   d   what stands on the disk
 *
 * A crash makes m what d is.  Everything else is of the world, and outlives it.
 */
#include "alert/transitions.h"

mtype = { AL_NONE, AL_PENDING, AL_OPEN, AL_ACKED, AL_CLOSED, AL_CANCELLED };
mtype = { RL_NONE, RL_NEW, RL_SUBMITTED, RL_AUTO_ACK, RL_HUMAN,
	  RL_DISPATCHED, RL_CLOSED, RL_DORMANT };
#define ALERT_MTYPE(event) AE_##event,
#define RELAY_MTYPE(event) RE_##event,
mtype = { ALERT_EVENTS(ALERT_MTYPE) AE_OTHER };
mtype = { RELAY_EVENTS(RELAY_MTYPE) RE_OTHER };

c_decl {
	\#include <stdio.h>
}

/*
 * Take an event by the table.  A row that is taken for the first time is told,
 * so that a search says which rows its states came by.
 */
#define TOLD(machine, from, event, to) \
	c_code { { static int told; if (!told) { told = 1; \
		puts("transition " machine " " #from " " #event " " #to); \
	} } }
#define ALERT_ROW(from, event, to) \
	:: (m.al == AL_##from && ae == AE_##event) -> \
		TOLD("alert", from, event, to); m.al = AL_##to; taken = 1;
#define RELAY_ROW(from, event, to) \
	:: (m.rl == RL_##from && re == RE_##event) -> \
		TOLD("relay", from, event, to); m.rl = RL_##to; taken = 1;

hidden mtype ae, re;
hidden byte taken;

inline alert_takes(event)
{
	ae = event;
	taken = 0;
	if
	ALERT_TRANSITIONS(ALERT_ROW)
	:: else -> skip
	fi
}

inline relay_takes(event)
{
	re = event;
	taken = 0;
	if
	RELAY_TRANSITIONS(RELAY_ROW)
	:: else -> skip
	fi
}

/*
 * A row.  Of one that is FREE nothing more is done, whether it was SENT,
 * FAILED, UNKNOWN or DROPPED, or never was.
 */
mtype = { FREE, PLANNED, SENDING };
mtype = { SENT, FAILED, UNKNOWN };	/* receipts */

typedef Row {
	mtype is;
	byte sends;		/* handed to the host, as the engine counts */
	bit claimed;		/* SENDING, and the host not asked yet */
	bit old;		/* SENDING since an earlier step */
	bit unwritten;	/* another row than the one on the disk */
	bit again;		/* the second try of a text that may have left */
};

/*
 * Of the world.  How often a row really left is counted of one of them, which
 * each search chooses at its beginning: all are treated alike.
 */
byte watched;
byte handed;
byte crashed;		/* crashes while it was SENDING on the disk (S1) */
bit gone[ROWS];		/* the host had it: the network may tell */
byte crashes;
bit tried;		/* since the last input or step the host was asked */

#ifdef PLANT_UNBOUNDED
#define SENDS_MOST 9
#else
#define SENDS_MOST 3
#endif

#define waiting(i) (m.row[i].is == PLANNED || m.row[i].is == SENDING)

inline renew(i)
{
	m.row[i].is = PLANNED;
	m.row[i].sends = 0;
	m.row[i].claimed = 0;
	m.row[i].old = 0;
	m.row[i].again = 0;
	m.row[i].unwritten = 1;
}

inline plan(i)
{
	if
	:: waiting(i) -> skip
	:: else -> renew(i)
	fi
}

inline over(i)
{
	m.row[i].is = FREE;
	m.row[i].sends = 0;
	m.row[i].claimed = 0;
	m.row[i].old = 0;
	m.row[i].again = 0;
}

/* One transaction; the counts of the world follow the row that is written. */
inline commit()
{
	d_step {
		for (k : 0 .. ROWS - 1) {
			if
			:: m.row[k].unwritten ->
				handed = (k == watched -> 0 : handed);
				crashed = (k == watched -> 0 : crashed);
				gone[k] = 0;
				m.row[k].unwritten = 0
			:: else -> skip
			fi
		}
		c_code { now.d = now.m; };
	}
}

/* Load what stands on the disk (lib/core/load.c). */
inline crash()
{
	d_step {
		crashes++;
		for (k : 0 .. ROWS - 1) {
			if
			:: d.row[k].is == SENDING && k == watched -> crashed++
			:: else -> skip
			fi
		}
		c_code { now.m = now.d; };
	}
	for (k : 0 .. ROWS - 1) {
		if
		:: m.row[k].is == SENDING ->
			worth(k);
			may_have_left(k);
			m.row[k].claimed = 0;
			m.row[k].old = 0;
#ifdef PLANT_FORGET
			over(k)
#else
			if
			:: good -> m.row[k].is = PLANNED
			:: else -> over(k)
			fi
#endif
		:: else -> skip
		fi
	}
}

/* Inside an atomic: here, or not. */
#define MAY_CRASH \
	if \
	:: crashes < CRASHES -> crash(); goto end_again \
	:: true \
	fi

/* Inputs come, and receipts, between two turns of the engine. */
#define IDLE (Engine@end_again)

/*
 * What is due: claimed rows that are worth it no more are dropped, PLANNED ones
 * become SENDING, three times at most (lib/core/step.c).
 */
inline choose()
{
	for (k : 0 .. ROWS - 1) {
		if
		:: m.row[k].claimed ->
			worth(k);
			if
			:: good -> skip
			:: else -> over(k)
			fi
		:: !m.row[k].claimed && m.row[k].is == PLANNED ->
			if
			:: m.row[k].sends >= SENDS_MOST -> retry(k, 1)
			:: else ->
				m.row[k].sends++;
				m.row[k].is = SENDING;
				m.row[k].old = 0;
				m.row[k].claimed = 1
			fi
		:: else -> skip
		fi
	}
}

/* Of presses, whose rows are claimed in their own transaction. */
inline claim()
{
	choose()
}

/* Nobody said anything for as long as the channel is given. */
inline expire()
{
	for (k : 0 .. ROWS - 1) {
		if
		:: m.row[k].is == SENDING && !m.row[k].claimed &&
		   m.row[k].old ->
			retry(k, 1)
#ifdef EXPIRES
		:: m.row[k].is == SENDING && !m.row[k].claimed &&
		   !m.row[k].old -> m.row[k].old = 1
#endif
		:: else -> skip
		fi
	}
}

/* The host is asked: taken, refused, or nobody knows. */
inline hand(i)
{
	m.row[i].claimed = 0;
	tried = 1;
	may_leave(i);
	if
	:: true ->
		handed = handed + (i == watched);
		leaves(i);
		gone[i] = 1
	:: true ->
		refused(i)
	:: true ->
		handed = handed + (i == watched);
		leaves(i);
		gone[i] = 1;
		retry(i, 1)
	fi;
	/* S1 */
	assert(handed <= 1 + crashed);
	assert(handed <= 3)
}

/*
 * Receipts are late, are lost, or come twice: also of a row that was to go
 * again after a crash.  Of one that is over they change nothing.
 */
#define awaits(i) \
	(gone[i] && (m.row[i].is == SENDING && !m.row[i].claimed || \
		     m.row[i].is == PLANNED && m.row[i].sends > 0))

inline receipt(i, kind)
{
	if
	:: kind == SENT -> sent(i); over(i)
	:: kind == FAILED -> never_left(i); retry(i, 0)
	:: kind == UNKNOWN -> retry(i, 1)
	fi
}
