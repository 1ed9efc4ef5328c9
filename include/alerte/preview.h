/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_PREVIEW_H
#define ALERTE_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Every text of an alert as it would go, made by what makes it then: at the
 * same instant alerte_press() of the same button sends these very bytes.
 * Nothing is sent and nothing in the store changes.
 */
struct alerte_preview_of {
	uint32_t size;
	/* One of the three; of a wearer her first button is taken. */
	int64_t alert;			/* what it has still to send, or 0 */
	const char *button;
	const char *wearer;
	/* Of the press that would open the alert. */
	uint8_t position;		/* 0 for 1 */
	enum alerte_gesture gesture;	/* NONE for a press */
	enum alerte_trust trust;
};

/* One text, borrowed: valid until visit returns. */
struct alerte_preview {
	uint32_t size;			/* set by the library */
	const char *what;		/* as in alerte_attempt: "alert" ... */
	enum alerte_channel channel;
	const char *contact;		/* id; "" for the 114 */
	const char *address;		/* as in alerte_message; "": none */
	enum alerte_lang lang;
	/*
	 * Of a step, from 1, and of the 114's own texts: so long after the
	 * press, grace included, if nobody answers.  delay_ms is -1 for what
	 * is said when it comes to that; names and quotes are then examples.
	 */
	uint32_t step;
	int64_t delay_ms;
	bool refused;			/* as things are it would not be sent */
	const char *text, *subject;	/* or NULL, as in alerte_message */
	const void *body;
	size_t body_len;
	const char *content_type;
	uint32_t characters;		/* of the text */
	int septets;			/* GSM 03.38; -1: not of that alphabet */
	int parts;
};

/*
 * visit is called for each text, step by step; other than 0 ends it, and is
 * returned.  It may call nothing of this engine.
 * ALERTE_OK; ALERTE_EBUSY from inside a host call, ALERTE_ENOTFOUND,
 * ALERTE_EINVAL, ALERTE_ENOMEM.
 */
ALERTE_API int
alerte_preview(struct alerte *a, const struct alerte_preview_of *of,
	       struct alerte_time now,
	       int (*visit)(void *context, const struct alerte_preview *text),
	       void *context);

#ifdef __cplusplus
}
#endif

#endif
