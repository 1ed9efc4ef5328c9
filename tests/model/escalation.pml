/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The escalation: an alert, whom its first step reaches, and whom its second
 * and all its repeats do.  Notices are not of it: they stop and start nothing.
 *
 * Time is a choice: a deadline that is armed may have come, or something else
 * happens first.
 */
#define ROWS 2
#define EXPIRES
#define FIRST 0			/* the contact of the first step */
#define SECOND 1		/* of the second, and of all that repeat */

#ifndef CRASHES
#define CRASHES 2
#endif
#define PRESSES 2
#define ANSWERS 2		/* each may be the copy of the one before */

#include "common.pml"

typedef World {
	mtype al;
	bit due;		/* a deadline of the alert itself is armed */
	bit arrived;
	bit exercise;
	byte step;
	Row row[ROWS];
};

World m, d;
chan in = [0] of { mtype, byte };

hidden byte k;
hidden byte good;
bit accepted;			/* the press is the engine's to keep */
bit asked;			/* the host was, for the first contact */

inline worth(i)
{
	good = (m.al == AL_OPEN)
}

/* lib/core/plan.c: a new row for one that failed, or may have. */
inline retry(i, perhaps)
{
	worth(i);
	if
	:: good -> renew(i)
	:: else -> over(i)
	fi
}

inline refused(i)
{
	retry(i, 0)
}

inline may_have_left(i)
{
	skip
}

inline sent(i)
{
	skip
}

inline leaves(i)
{
	skip
}

inline never_left(i)
{
	skip
}

/* L5: after an acknowledgement only notices go. */
inline may_leave(i)
{
	assert(m.al == AL_OPEN);
#ifndef PLANT_ACT_FIRST
	assert(d.al == AL_OPEN);
#endif
	asked = asked || i == FIRST
}

inline drop()
{
#ifdef PLANT_KEEP_ROWS
	skip
#else
	for (k : 0 .. ROWS - 1) {
		if
		:: m.row[k].is == PLANNED -> over(k)
		:: else -> skip
		fi
	}
#endif
}

inline plan_step()
{
	if
	:: m.step == 0 -> plan(FIRST)
	:: else -> plan(SECOND)
	fi;
#ifdef PLANT_LAST_STEP
	m.due = (m.step == 0);
#endif
	if
	:: m.step < 2 -> m.step++
	:: else -> skip
	fi
}

inline finish(event)
{
	alert_takes(event);
	assert(taken);
	m.due = 0;
	drop()
}

inline pressed(event)
{
	if
	:: m.al == AL_NONE ->
		alert_takes(event);
		m.exercise = (event == AE_EXERCISE);
		m.due = 1;
		if
		:: m.al == AL_OPEN -> plan_step()
		:: else -> skip
		fi
	:: m.al != AL_NONE && event == AE_PRESS && !m.exercise ->
		if
		:: m.al == AL_ACKED -> m.due = 1; m.arrived = 0
		:: else -> skip
		fi;
		alert_takes(AE_PRESS)
	:: else -> skip
	fi;
	claim()
}

inline acked(event)
{
	alert_takes(event);
	if
	:: taken ->
		m.arrived = m.arrived || event == AE_ARRIVED;
		m.due = 1;
		drop()
	:: else -> skip
	fi
}

inline declined()
{
	alert_takes(AE_DECLINE);
	if
	:: taken -> m.arrived = 0; m.due = 1
	:: else -> skip
	fi
}

/* What an exercise does not know ends it (lib/core/close.c). */
inline handle(event)
{
	if
	:: event == AE_PRESS || event == AE_PRESS_HELD ||
	   event == AE_EXERCISE -> pressed(event)
	:: (event == AE_ACK || event == AE_ARRIVED || event == AE_CLOSE) &&
	   m.exercise && m.al == AL_OPEN -> finish(AE_EXERCISE_OVER)
	:: (event == AE_ACK || event == AE_ARRIVED) && !m.exercise ->
		acked(event)
	:: event == AE_DECLINE && !m.exercise -> declined()
	:: (event == AE_CLOSE && !m.exercise || event == AE_CANCEL) &&
	   (m.al == AL_PENDING || m.al == AL_OPEN || m.al == AL_ACKED) ->
		finish(event)
	:: else -> skip
	fi
}

/* lib/core/step.c */
inline deadline()
{
	if
	:: m.al == AL_PENDING ->
		alert_takes(AE_GRACE_OVER);
		plan_step()
	:: m.al == AL_ACKED && m.arrived -> finish(AE_STAY_OVER)
	:: m.al == AL_ACKED && !m.arrived ->
		alert_takes(AE_ACK_OVER);
		plan_step()
	:: m.al == AL_OPEN && m.exercise ->
		if
		:: true -> plan_step()
		:: true -> finish(AE_EXERCISE_OVER)
		fi
	:: m.al == AL_OPEN && !m.exercise -> plan_step()
	:: else -> m.due = 0
	fi
}

#define rows_wait (waiting(FIRST) || waiting(SECOND))
#define lives (m.al == AL_PENDING || m.al == AL_OPEN || m.al == AL_ACKED)

/* L1, and that what was accepted is somewhere. */
inline check()
{
	assert(!lives || m.due);
	assert(!accepted || d.al != AL_NONE)
}

inline input(what, row)
{
	if
	:: what == SENT || what == FAILED || what == UNKNOWN ->
		receipt(row, what)
	:: else -> handle(what)
	fi
}

inline turn()
{
	if
	:: m.due -> deadline()
	:: rows_wait -> skip
	fi;
	expire();
	choose()
}

active proctype Engine()
{
	mtype what;
	byte row;

	atomic {
		m.al = AL_NONE;
		m.row[0].is = FREE;
		m.row[1].is = FREE;
		c_code { now.d = now.m; };
		if
		:: watched = FIRST
		:: watched = SECOND
		fi
	}
end_again:
	do
	:: atomic { in ? what, row ->
		tried = 0;
		input(what, row);
		what = 0;
		row = 0;
		MAY_CRASH;
		commit();
		accepted = accepted || m.al != AL_NONE;
		check();
		MAY_CRASH }
	:: atomic { (m.due || rows_wait) ->
		tried = 0;
		turn();
#ifndef PLANT_ACT_FIRST
		MAY_CRASH;
		commit();
#endif
		MAY_CRASH };
		do
		:: atomic { row < ROWS && m.row[row].claimed ->
			hand(row);
			row++;
			MAY_CRASH }
		:: atomic { row < ROWS && !m.row[row].claimed -> row++ }
		:: atomic { row == ROWS ->
			row = 0;
			commit();
			check();
			MAY_CRASH;
			break }
		od
	od
}

/* A finger on the button, or an exercise. */
active proctype Button()
{
	byte n;

end:	do
	:: atomic { IDLE && n == 0 ->
		n++;
		if
		:: in ! AE_PRESS, 0
		:: in ! AE_PRESS_HELD, 0
		:: in ! AE_EXERCISE, 0
		fi }
	:: atomic { IDLE && n > 0 && n < PRESSES -> n++; in ! AE_PRESS, 0 }
	od
}

/* Whoever answers; a text may come twice, or late. */
active proctype People()
{
	byte n;

end:	do
	:: atomic { IDLE && n < ANSWERS ->
		n++;
		if
		:: in ! AE_ACK, 0
		:: in ! AE_ARRIVED, 0
		:: in ! AE_DECLINE, 0
		fi }
	od
}

/* Her code, or the association; or neither, ever. */
active proctype Ending()
{
end:	atomic { IDLE ->
		if
		:: in ! AE_CANCEL, 0
		:: in ! AE_CLOSE, 0
		fi }
}

inline tell(i)
{
	if
	:: in ! SENT, i
	:: in ! FAILED, i
	:: m.row[i].is == SENDING -> in ! UNKNOWN, i
	fi
}

active proctype Network()
{
end:	do
	:: atomic { IDLE && awaits(FIRST) -> tell(FIRST) }
	:: atomic { IDLE && awaits(SECOND) -> tell(SECOND) }
	od
}

#define open (d.al == AL_OPEN)

/*
 * Nothing open waits for ever without the host being asked to send, and what
 * was written as SENDING is asked for whatever happens.
 */
#define owed (open && d.row[FIRST].is == SENDING)
ltl forgotten { [] (open -> <> (tried || !open)) &&
		[] (owed -> <> (asked || !open)) }
