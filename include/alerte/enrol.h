/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_ENROL_H
#define ALERTE_ENROL_H

#include <stdbool.h>
#include <stdint.h>

#include <alerte/error.h>
#include <alerte/settings.h>
#include <alerte/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Enrol a button by a press of it.  A key that was mistyped, a rule that
 * matches nothing, the address of the neighbour's lamp: all that shows before
 * the button counts, not on the day it is needed.
 *
 *	alerte_enrol(a, &button, now);		"press the button now"
 *	alerte_advertisement(a, ...);		frames of it raise nothing
 *	alerte_enrolment(a, now, &out);		WAITING, then PROVED
 *
 * The frame that proves is a press, was heard after alerte_enrol(), and, when
 * there is a key, was opened with it.  It raises nothing; the setting is in
 * force, and on disk, when the input that brought it returns.  From then on
 * every press of the button is real (P3).  When the disk refuses it, that input
 * answers ALERTE_ESTORE and the button is waited for as before.
 *
 * The id of a button that exists enrols it anew: another key (re-key), another
 * device.  Until the new one is proved the old one is in force, and what the
 * old one still understands stays a real press.
 *
 * A key that is set with alerte_button_set() instead counts at once.  There is
 * nothing to prove of a button that is in force: it is tried by an exercise.
 */
#define ALERTE_ENROL_MS (10 * 60 * 1000)

enum alerte_enrol_state {
	ALERTE_ENROL_NONE = 0,		/* none was begun since the start */
	ALERTE_ENROL_WAITING,
	ALERTE_ENROL_PROVED,
	ALERTE_ENROL_EXPIRED,		/* ALERTE_ENROL_MS without a proof */
	ALERTE_ENROL_REFUSED		/* proved, but the settings changed */
};

struct alerte_enrolment {
	uint32_t size;			/* set by the caller: sizeof */
	enum alerte_enrol_state state;
	char id[ALERTE_ID_MAX];
	bool again;			/* the id was enrolled before */
	/* Where to connect to, if that is how it is heard. */
	uint8_t address[6];		/* display order; all 0: none */
	char wanted[ALERTE_FORMAT_MAX];	/* its setting's format; "": any */
	/* While waiting: what was heard of it. */
	uint32_t heard;			/* frames from its address, or opened */
	uint32_t unopened;		/* of these, what its key does not open */
	uint32_t plain;			/* of these, not encrypted despite a key */
	/* Once proved. */
	char format[ALERTE_FORMAT_MAX];
	/* Of its frames; of a sealed button's from an epoch, 17 min, on. */
	enum alerte_trust trust;
	/* Whom a press reaches (R1): */
	uint32_t contacts;		/* in the steps of its policy */
	bool reaches_relay;		/* and the 114, by one gesture or more */
};

/*
 * Begin.  One at a time: a second one ends the first.  The results of
 * alerte_button_set(); ALERTE_EREFUSED for the very device that is in force
 * under this id, whose every press is real; ALERTE_EBUSY from inside a host
 * call or while settings are being changed.  The key is copied, and wiped when
 * this ends.
 */
ALERTE_API int alerte_enrol(struct alerte *a,
			    const struct alerte_button *button,
			    struct alerte_time now);
/* Stop waiting; nothing changes. */
ALERTE_API int alerte_enrol_cancel(struct alerte *a);
/*
 * How far it is.  REFUSED: when the press came, the settings would no longer
 * take the button; alerte_errmsg() said why.
 */
ALERTE_API int alerte_enrolment(struct alerte *a, struct alerte_time now,
				struct alerte_enrolment *out);

#ifdef __cplusplus
}
#endif

#endif
