/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_TRANSITIONS_H
#define ALERT_TRANSITIONS_H

/*
 * Which event takes an alert, and its conversation with the 114, from which
 * state to which.  The engine knows no other change: alert/transition.c is made
 * of these tables, and so is the model in tests/model, which is why nothing but
 * macros stands here.  What has no row changes nothing.
 *
 * A row that stays where it is says that the event is taken all the same.
 */

/*
 *   PRESS          by a finger, or a timer that ran out
 *   PRESS_HELD     the same where a grace time is to be waited for
 *   EXERCISE       nobody is in danger
 *   GRACE_OVER
 *   ACK            a person is on it
 *   ARRIVED        and is there
 *   DECLINE        whoever was on it is not; the next one's turn
 *   ACK_OVER       20 min went by (L2)
 *   STAY_OVER      2 h since somebody arrived (L2)
 *   CLOSE          by the association, or "fini"
 *   CANCEL         with her code, or a gesture during grace (L6)
 *   EXERCISE_OVER  answered, or not in time
 */
#define ALERT_EVENTS(E) \
	E(PRESS) \
	E(PRESS_HELD) \
	E(EXERCISE) \
	E(GRACE_OVER) \
	E(ACK) \
	E(ARRIVED) \
	E(DECLINE) \
	E(ACK_OVER) \
	E(STAY_OVER) \
	E(CLOSE) \
	E(CANCEL) \
	E(EXERCISE_OVER)

#define ALERT_TRANSITIONS(T) \
	T(NONE, PRESS, OPEN) \
	T(NONE, PRESS_HELD, PENDING) \
	T(NONE, EXERCISE, OPEN) \
	T(PENDING, PRESS, PENDING) \
	T(PENDING, GRACE_OVER, OPEN) \
	T(PENDING, ACK, ACKED) \
	T(PENDING, ARRIVED, ACKED) \
	T(PENDING, CLOSE, CLOSED) \
	T(PENDING, CANCEL, CANCELLED) \
	T(OPEN, PRESS, OPEN) \
	T(OPEN, ACK, ACKED) \
	T(OPEN, ARRIVED, ACKED) \
	T(OPEN, DECLINE, OPEN) \
	T(OPEN, CLOSE, CLOSED) \
	T(OPEN, CANCEL, CANCELLED) \
	T(OPEN, EXERCISE_OVER, CLOSED) \
	T(ACKED, PRESS, OPEN) \
	T(ACKED, ACK, ACKED) \
	T(ACKED, ARRIVED, ACKED) \
	T(ACKED, DECLINE, OPEN) \
	T(ACKED, ACK_OVER, OPEN) \
	T(ACKED, STAY_OVER, CLOSED) \
	T(ACKED, CLOSE, CLOSED) \
	T(ACKED, CANCEL, CANCELLED)

/*
 *   BEGIN     the 114 is to be reached
 *   SUBMIT    a text of ours was handed to the network
 *   AUTO      its automatic answer came
 *   AGENT     any other text of it came: a person
 *   DISPATCH  an operator says that help is on its way (M1)
 *   CLOSE     an operator says that the 114 is done
 *   SILENCE   24 h without a text either way
 *   UNSAID    the alert ended before anything had left
 *   PRESS     she pressed again, so that it may reach the 114: once it had
 *             answered that is one more text, once it was over it begins anew
 */
#define RELAY_EVENTS(E) \
	E(BEGIN) \
	E(SUBMIT) \
	E(AUTO) \
	E(AGENT) \
	E(DISPATCH) \
	E(CLOSE) \
	E(SILENCE) \
	E(UNSAID) \
	E(PRESS)

#define RELAY_TRANSITIONS(T) \
	T(NONE, BEGIN, NEW) \
	T(NEW, SUBMIT, SUBMITTED) \
	T(NEW, AUTO, AUTO_ACK) \
	T(NEW, AGENT, HUMAN) \
	T(NEW, SILENCE, DORMANT) \
	T(NEW, UNSAID, NONE) \
	T(SUBMITTED, SUBMIT, SUBMITTED) \
	T(SUBMITTED, AUTO, AUTO_ACK) \
	T(SUBMITTED, AGENT, HUMAN) \
	T(SUBMITTED, SILENCE, DORMANT) \
	T(AUTO_ACK, SUBMIT, AUTO_ACK) \
	T(AUTO_ACK, AUTO, AUTO_ACK) \
	T(AUTO_ACK, AGENT, HUMAN) \
	T(AUTO_ACK, DISPATCH, DISPATCHED) \
	T(AUTO_ACK, CLOSE, CLOSED) \
	T(AUTO_ACK, SILENCE, DORMANT) \
	T(AUTO_ACK, PRESS, AUTO_ACK) \
	T(HUMAN, SUBMIT, HUMAN) \
	T(HUMAN, AUTO, HUMAN) \
	T(HUMAN, AGENT, HUMAN) \
	T(HUMAN, DISPATCH, DISPATCHED) \
	T(HUMAN, CLOSE, CLOSED) \
	T(HUMAN, SILENCE, DORMANT) \
	T(HUMAN, PRESS, HUMAN) \
	T(DISPATCHED, SUBMIT, DISPATCHED) \
	T(DISPATCHED, AUTO, DISPATCHED) \
	T(DISPATCHED, AGENT, DISPATCHED) \
	T(DISPATCHED, DISPATCH, DISPATCHED) \
	T(DISPATCHED, CLOSE, CLOSED) \
	T(DISPATCHED, SILENCE, DORMANT) \
	T(DISPATCHED, PRESS, DISPATCHED) \
	T(CLOSED, SUBMIT, CLOSED) \
	T(CLOSED, AUTO, CLOSED) \
	T(CLOSED, AGENT, CLOSED) \
	T(CLOSED, DISPATCH, DISPATCHED) \
	T(CLOSED, CLOSE, CLOSED) \
	T(CLOSED, PRESS, NEW) \
	T(DORMANT, SUBMIT, DORMANT) \
	T(DORMANT, AUTO, AUTO_ACK) \
	T(DORMANT, AGENT, HUMAN) \
	T(DORMANT, DISPATCH, DISPATCHED) \
	T(DORMANT, CLOSE, CLOSED) \
	T(DORMANT, PRESS, NEW)

#endif
