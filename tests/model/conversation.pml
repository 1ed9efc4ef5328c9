/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conversation with the 114: what we say by ourselves, what it and the
 * operator say, and an alert round it that somebody takes, or ends.
 *
 * Time is a choice, as in escalation.pml; ten minutes go by when nothing waits
 * to be sent.
 */
#define ROWS 5
#define FIRST 0
#define OTHER 1			/* the same by another path (M2) */
#define SECOND 2
#define CANNOT 3		/* she cannot write (M3) */
#define END 4			/* how it ended (L7) */
#define BUDGET 5
#define FIRSTS 3		/* at once, after 60 s, after 120 s */

#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef SAYS
#define SAYS 2			/* texts of the 114, and marks of the operator */
#endif

/*
 * All of it at once has too many states; each search looks at one part:
 *
 *   PART_STATES   every state and event: the first and the second text, no budget
 *   PART_SENDING  all that is sent, and its budget: the 114 says one thing, nobody
 *            ends anything
 *   PART_ENDING   the first text, and how it ended
 */
#ifdef PART_SENDING
#define with_all true
#else
#define with_all false
#endif
#ifdef PART_STATES
#define with_second true
#else
#define with_second with_all
#endif
#ifdef PART_ENDING
#define with_end true
#else
#define with_end false
#endif

#include "common.pml"

typedef World {
	mtype al, rl;
	byte firsts;
	byte spent;
	byte texts;		/* as they are planned; one that certainly never
				 * left and goes again is the same text (M2) */
	bit second, silent, cannot, question;
	bit other, ended, reached;
	Row row[ROWS];
};

World m, d;
chan in = [0] of { mtype, byte };
mtype = { PE_ANSWER };

hidden byte k;
hidden byte good;
bit marked;			/* an operator said so (M1) */
#define unanswered (m.rl == RL_NEW || m.rl == RL_SUBMITTED)
#define is_open (m.rl != RL_NONE && m.rl != RL_CLOSED && m.rl != RL_DORMANT)
#define speaks (is_open && !m.ended)
#define kept (speaks && unanswered && m.firsts < FIRSTS -> \
	FIRSTS - m.firsts + (with_all && !m.other) : 0)

inline worth(i)
{
	good = (i == END || speaks)
}

inline spend()
{
	m.spent = m.spent + with_all
}

inline one_more()
{
	m.texts = m.texts + with_all;
	assert(m.texts <= BUDGET)
}

/* M2: once, as long as nobody answers. */
inline other_path()
{
	if
	:: with_all && !m.other && speaks && m.spent < BUDGET ->
		spend();
		one_more();
		renew(OTHER);
		m.other = 1
	:: else -> skip
	fi
}

/*
 * lib/core/plan.c: the first text has minutes of its own, any other goes once
 * more where the 114 may have it, and until it went where it has not.
 */
inline retry(i, perhaps)
{
	m.reached = m.reached || perhaps;
	worth(i);
	if
	:: i == OTHER || !good -> over(i)
	:: i == FIRST && perhaps -> over(i); other_path()
	:: i != OTHER && good && !perhaps -> renew(i)
	:: i != OTHER && i != FIRST && good && perhaps ->
		if
		:: !m.row[i].again && m.spent + kept < BUDGET ->
			spend();
			one_more();
			renew(i);
			m.row[i].again = 1
		:: else -> over(i)
		fi
	fi
}

/* A path that is not there costs nothing. */
inline refused(i)
{
	if
	:: i == OTHER ->
		m.other = 0;
		m.spent = (m.spent > 0 -> m.spent - 1 : 0);
		m.texts = (m.texts > 0 -> m.texts - 1 : 0)
	:: else -> skip
	fi;
	retry(i, 0)
}

inline may_have_left(i)
{
	m.reached = 1
}

inline sent(i)
{
	m.reached = 1;
	relay_takes(RE_SUBMIT)
}

inline leaves(i)
{
	skip
}

inline never_left(i)
{
	skip
}

inline may_leave(i)
{
	assert(i == END || (speaks && d.al != AL_CANCELLED))
}

/* L5: whoever takes the alert takes nothing from the 114. */
inline acked()
{
	alert_takes(AE_ACK);
#ifdef PLANT_ACK_STOPS
	m.ended = 1
#endif
}

inline drop()
{
	for (k : 0 .. ROWS - 1) {
		if
		:: m.row[k].is == PLANNED -> over(k)
		:: else -> skip
		fi
	}
}

/* What we still wanted to say, and the conversation is over. */
inline drop_unworthy()
{
	for (k : 0 .. ROWS - 1) {
		worth(k);
		if
		:: m.row[k].is == PLANNED && !good -> over(k)
		:: else -> skip
		fi
	}
}

/* In the host's hands now: it may have left (lib/core/live.c). */
#define in_hand(i) (m.row[i].is == SENDING && !m.row[i].claimed)
#define said (m.reached || in_hand(0) || in_hand(1) || in_hand(2) || in_hand(3))

inline cancelled()
{
	if
	:: m.al == AL_OPEN || m.al == AL_ACKED ->
		alert_takes(AE_CANCEL);
#ifndef PLANT_SAY_AFTER_END
		drop();
#endif
		if
		:: said && with_end -> plan(END)
		:: said && !with_end -> skip
		:: else -> relay_takes(RE_UNSAID)
		fi;
		m.ended = 1
	:: else -> skip
	fi
}

/*
 * P2: what was over begins anew, and the texts before keep not the first one
 * back; one more text to an agent is left out here.
 */
inline pressed_again()
{
	alert_takes(AE_PRESS);
	if
	:: !is_open && m.rl != RL_NONE ->
#ifndef PLANT_PRESS_UNHEARD
		relay_takes(RE_PRESS);
		m.firsts = 0;
		m.second = 0;
		m.silent = 0;
		m.cannot = 0;
		m.question = 0;
		m.other = 0;
		if
		:: m.spent == BUDGET -> m.spent--; m.texts--
		:: else -> skip
		fi
#else
		skip
#endif
	:: else -> relay_takes(RE_PRESS)
	fi;
	assert(is_open || m.rl == RL_NONE)
}

/* An alert that is over is forgotten when its conversation is. */
#define listens (!m.ended || is_open)

inline input(what, row)
{
	if
	:: what == SENT || what == FAILED || what == UNKNOWN ->
		receipt(row, what)
	:: what == AE_ACK && m.al != AL_CANCELLED -> acked()
	:: what == AE_PRESS && m.al != AL_CANCELLED -> pressed_again()
	:: what == AE_CANCEL -> cancelled()
	:: what == RE_AUTO && listens -> relay_takes(RE_AUTO)
	:: what == RE_AGENT && listens ->
		relay_takes(RE_AGENT);
		m.question = with_all;
#ifdef PLANT_WORDS_DECIDE
		relay_takes(RE_DISPATCH)
#endif
	:: what == PE_ANSWER && listens ->
		m.question = 0;
		m.cannot = 1;
		if
		:: m.spent < BUDGET -> spend(); one_more()
		:: else -> skip
		fi
	:: (what == RE_DISPATCH || what == RE_CLOSE) && listens ->
		if
		:: what == RE_DISPATCH -> relay_takes(RE_DISPATCH)
		:: else -> relay_takes(RE_CLOSE)
		fi;
		marked = marked || taken;
		drop_unworthy()
	:: else -> skip
	fi
}

#ifdef PLANT_NO_BUDGET
#define room true
#else
#define room (m.spent < BUDGET)
#endif

#define first_due (speaks && unanswered && room)
#define second_due (with_second && speaks && !m.second && m.firsts > 0 && room)
#define cannot_due (with_all && speaks && m.question && !m.cannot && room)
#define silent_due (with_end && speaks && !m.silent && \
	(unanswered || m.rl == RL_AUTO_ACK))
#define dormant_due (is_open && !(unanswered && speaks))
#define rows_wait (waiting(0) || waiting(1) || waiting(2) || waiting(3) || \
	waiting(4))
#define rows_planned (m.row[0].is == PLANNED || m.row[1].is == PLANNED || \
	m.row[2].is == PLANNED || m.row[3].is == PLANNED)

inline say_first()
{
	if
	:: room -> spend()
	:: else -> skip
	fi;
	if
	:: waiting(FIRST) -> skip
	:: else -> renew(FIRST); one_more()
	fi;
	if
	:: m.firsts > 0 -> other_path()
	:: else -> skip
	fi;
	if
	:: m.firsts < FIRSTS -> m.firsts++
	:: else -> skip
	fi
}

/* One of what may be due; alert/relay.c does all that is, one by one. */
inline turn()
{
	if
	:: first_due -> say_first()
	:: second_due -> spend(); one_more(); m.second = 1; renew(SECOND)
	:: cannot_due -> spend(); one_more(); m.cannot = 1; renew(CANNOT)
	:: silent_due -> m.silent = 1
	:: dormant_due -> relay_takes(RE_SILENCE); drop_unworthy()
	:: m.spent > 0 && !rows_planned -> m.spent = 0; m.texts = 0
	:: m.al == AL_ACKED -> alert_takes(AE_ACK_OVER)
	:: rows_wait -> skip
	fi;
	expire();
	choose()
}

#define turns (first_due || second_due || cannot_due || silent_due || \
	dormant_due || m.spent > 0 && !rows_planned || \
	m.al == AL_ACKED || rows_wait)

inline check()
{
	/* L5: whoever took it, the 114 is asked again until it answers */
	assert(!(unanswered && speaks && m.al == AL_ACKED) || turns);
	assert(marked || (m.rl != RL_DISPATCHED && m.rl != RL_CLOSED))
}

active proctype Engine()
{
	mtype what;
	byte row;

	atomic {
		m.al = AL_NONE;
		m.rl = RL_NONE;
		m.row[0].is = FREE;
		m.row[1].is = FREE;
		m.row[2].is = FREE;
		m.row[3].is = FREE;
		m.row[4].is = FREE;
		alert_takes(AE_PRESS);
		relay_takes(RE_BEGIN);
		c_code { now.d = now.m; };
		if
		:: watched = FIRST
		:: with_all -> watched = SECOND
		:: with_all -> watched = OTHER
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
		check();
		MAY_CRASH }
	:: atomic { turns ->
		tried = 0;
		turn();
		MAY_CRASH;
		commit();
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

/* The 114: its machine, its agents. */
active proctype Relay114()
{
	byte n;

end:	do
	:: atomic { IDLE && n < SAYS ->
		n++;
		if
		:: in ! RE_AUTO, 0
		:: in ! RE_AGENT, 0
		fi }
	od
}

active proctype Operator()
{
	byte n;
	bit answered;

end:	do
	:: atomic { IDLE && !with_all && n < SAYS ->
		n++;
		if
		:: in ! RE_DISPATCH, 0
		:: in ! RE_CLOSE, 0
		fi }
	:: atomic { IDLE && with_all && SAYS > 0 && !answered -> answered = 1; in ! PE_ANSWER, 0 }
	od
}

/* A contact takes it, she presses again, or cancels. */
active proctype People()
{
	bit took, pressed, ended;

end:	do
	:: atomic { IDLE && !took -> took = 1; in ! AE_ACK, 0 }
	:: atomic { IDLE && !with_all && took && !pressed -> pressed = 1; in ! AE_PRESS, 0 }
	:: atomic { IDLE && !with_all && !ended -> ended = 1; in ! AE_CANCEL, 0 }
	od
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
	:: atomic { IDLE && awaits(OTHER) -> tell(OTHER) }
	:: atomic { IDLE && awaits(SECOND) -> tell(SECOND) }
	:: atomic { IDLE && awaits(CANNOT) -> tell(CANNOT) }
	:: atomic { IDLE && awaits(END) -> tell(END) }
	od
}

/* Not answered and not cancelled: the 114 is owed a text; and the end is. */
#define owes ((d.rl == RL_NEW || d.rl == RL_SUBMITTED) && \
	d.al != AL_CANCELLED || d.row[END].is == PLANNED)

/* L5: the branch goes on, whoever took the alert. */
ltl goes_on { [] (owes -> <> (tried || !owes)) }
