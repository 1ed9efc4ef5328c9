/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_SETTINGS_H
#define ALERTE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/error.h>
#include <alerte/frame.h>
#include <alerte/host.h>
#include <alerte/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * People, buttons and policies.  All structs are values with fixed arrays:
 * zeroed by the caller, `size` set to sizeof, strings ended by NUL, UTF-8.
 * An id is 1 to 31 characters of a-z 0-9 _ - and names one object of its kind.
 */

struct alerte;

#define ALERTE_ID_MAX 32
#define ALERTE_NUMBER_MAX 20
#define ALERTE_EMAIL_MAX 128
#define ALERTE_NAME_MAX 64
#define ALERTE_PLACE_MAX 128
#define ALERTE_URL_MAX 256
#define ALERTE_PATH_MAX 256
#define ALERTE_PIN_MAX 56
#define ALERTE_CODE_MAX 32
#define ALERTE_CONTACTS_MAX 8
#define ALERTE_STEPS_MAX 8
#define ALERTE_TARGETS_MAX 8
#define ALERTE_RULES_MAX 8
/* No step may wait longer than this for an acknowledgement (L1). */
#define ALERTE_STEP_DELAY_MAX_S 600
#define ALERTE_GRACE_MAX_S 10
/* A button that is not heard for so long is silent; 0: nobody notices. */
#define ALERTE_SILENCE_MIN_S 60
#define ALERTE_SILENCE_MAX_S (7 * 24 * 3600)

enum alerte_lang { ALERTE_LANG_FR = 0, ALERTE_LANG_EN };

/* In what form an endpoint takes an alert: lib/message/PAYLOADS.md. */
enum alerte_shape {
	ALERTE_SHAPE_JSON = 0,		/* our own */
	ALERTE_SHAPE_CAP,		/* CAP 1.2 with PIDF-LO */
	ALERTE_SHAPE_SCAIP		/* as in TS 50134-9, over HTTPS */
};

/* An HTTPS server of an association or a centre. */
struct alerte_endpoint {
	uint32_t size;
	char id[ALERTE_ID_MAX];
	char url[ALERTE_URL_MAX];		/* https:// only */
	/*
	 * "sha256//" and base64 of the server's public key (RFC 7469 section
	 * 2.4); the second is the spare.  Both "" trusts the chain alone.
	 */
	char pin[2][ALERTE_PIN_MAX];
	char ca_file[ALERTE_PATH_MAX];		/* "" for the system's */
	char cert_file[ALERTE_PATH_MAX];	/* client certificate, or "" */
	char key_file[ALERTE_PATH_MAX];		/* its private key, or "" */
	enum alerte_shape shape;
	/* SCAIP: by which the centre knows the wearer's set ("cid"), or "". */
	char station[ALERTE_ID_MAX];
};

enum alerte_role {
	ALERTE_ROLE_CONTACT = 0,	/* a person */
	ALERTE_ROLE_ASSOCIATION		/* told of faults; may close, answer */
};

/* A person or a centre that can be reached. */
struct alerte_contact {
	uint32_t size;
	char id[ALERTE_ID_MAX];
	char name[ALERTE_NAME_MAX];
	char number[ALERTE_NUMBER_MAX];		/* E.164, or "" */
	char endpoint[ALERTE_ID_MAX];		/* id of an endpoint, or "" */
	enum alerte_lang lang;
	enum alerte_role role;
	char email[ALERTE_EMAIL_MAX];		/* "someone@example.org", or "" */
	bool relay_entitled;	/* may answer the 114's agent (M3) */
	/*
	 * Told when an alert was cancelled under duress; unless set the
	 * ordinary all-clear (L8): he may hold that phone.
	 */
	bool duress_told;
};

/* The person protected. */
struct alerte_wearer {
	uint32_t size;
	char id[ALERTE_ID_MAX];
	char name[ALERTE_NAME_MAX];		/* in full: "Marie Durand" */
	char short_name[ALERTE_NAME_MAX];	/* for contacts: "Marie D." */
	char number[ALERTE_NUMBER_MAX];		/* hers: never written to (S6) */
	char place[ALERTE_PLACE_MAX];		/* street, town, floor, door code */
	char area[ALERTE_PLACE_MAX];		/* for contacts: street, town */
	char born[11];				/* "1990-05-03", or "" */
	char details[ALERTE_PLACE_MAX];		/* what she wants the 114 told */
	char association[ALERTE_NAME_MAX];	/* "X": who answers for her */
	/*
	 * Ends an alert (L6).  4 to 31 printable characters, or "".  Kept as
	 * a keyed digest: reading a wearer back gives "".
	 */
	char cancel_code[ALERTE_CODE_MAX];
	/* In the order in which the shipped policy reaches them. */
	char contact[ALERTE_CONTACTS_MAX][ALERTE_ID_MAX];
	/*
	 * Shows all that cancel_code shows, and ends nothing (L8).  As
	 * cancel_code, and never the same.
	 */
	char duress_code[ALERTE_CODE_MAX];
};

/* Whom to reach, over which channel. */
struct alerte_target {
	char contact[ALERTE_ID_MAX];		/* "" with RELAY114 */
	enum alerte_channel channel;
};

struct alerte_step_rule {
	uint32_t after_s;	/* since the step before, without acknowledgement */
	uint32_t ntargets;
	struct alerte_target target[ALERTE_TARGETS_MAX];
};

/* The ordered steps of an alert. */
struct alerte_policy {
	uint32_t size;
	char id[ALERTE_ID_MAX];
	uint32_t nsteps;
	struct alerte_step_rule step[ALERTE_STEPS_MAX];
	/* The 114 is reached only by frames of at least this trust (R1). */
	enum alerte_trust relay_trust;
};

/* Which policy a gesture opens; the most exact rule wins (P5). */
struct alerte_rule {
	uint8_t position;		/* on the device, from 1; 0 = any */
	enum alerte_gesture gesture;	/* NONE = any */
	char policy[ALERTE_ID_MAX];
};

/*
 * The device she carries, known in one of these ways:
 *
 *   address   what its frames come from.  format may narrow what is read of
 *             it; key opens a format with encryption (12 or 16 bytes).  A
 *             button to be connected to has the format of its notifications:
 *             "valrt", "itag".
 *   key       a sealed button, which has no lasting address: its master key
 *             (32 bytes), or the keys made of it, id then seal (48 bytes).
 *   trigger   a rule of alerte_trigger_check(): a beacon that means "pressed"
 *             when it is seen.  With an address: only from there.
 *   nothing   alerte_press() alone tells of it: a button on a screen.
 *
 * key_len ALERTE_KEY_KEPT leaves the key that the button of this id has.
 *
 * silence_s is for buttons that send by themselves: what is heard of one only
 * when it is pressed has none (a beacon known by its rule alone, a button on a
 * screen).  A caller built before it was there sets a smaller size, and leaves
 * it as it is.
 */
#define ALERTE_BUTTON_KEY_MAX 48
#define ALERTE_KEY_KEPT UINT32_MAX

struct alerte_button {
	uint32_t size;
	char id[ALERTE_ID_MAX];
	char wearer[ALERTE_ID_MAX];
	uint8_t address[6];		/* display order; all 0: none */
	char format[ALERTE_FORMAT_MAX];	/* "" = any the library knows */
	char trigger[ALERTE_TRIGGER_MAX];	/* or "" */
	uint8_t key[ALERTE_BUTTON_KEY_MAX];
	uint32_t key_len;		/* 0, 12, 16, 32 or 48 */
	uint32_t grace_s;		/* 0 to ALERTE_GRACE_MAX_S */
	uint32_t nrules;		/* none: the shipped policy (P4) */
	struct alerte_rule rule[ALERTE_RULES_MAX];
	uint32_t silence_s;		/* 0, or within ALERTE_SILENCE_..._S */
};

/*
 * Change settings.  Between begin and end every change is held back; end with
 * keep = true checks the whole, makes it durable in one transaction and puts
 * it in force, or changes nothing.  A set outside begin/end is its own
 * transaction.  An object of the same id is replaced.
 *
 * Besides ALERTE_EINVAL (a field breaks its rule), ALERTE_ENOTFOUND (an id
 * that names nothing) and ALERTE_ESTORE:
 *   ALERTE_EREFUSED  a policy whose last step reaches nobody who can answer
 *                    (L1): by e-mail alone nobody can; a place whose first
 *                    114 text passes 150 septets (W); removing what an open
 *                    alert needs
 *   ALERTE_ELIMIT    a delay above its bound; too many objects
 * alerte_errmsg() has the sentence.
 */
ALERTE_API int alerte_settings_begin(struct alerte *a);
/* What end would answer to the changes so far; changes nothing. */
ALERTE_API int alerte_settings_check(struct alerte *a);
ALERTE_API int alerte_settings_end(struct alerte *a, bool keep,
				   struct alerte_time now);

ALERTE_API int alerte_endpoint_set(struct alerte *a,
				   const struct alerte_endpoint *endpoint,
				   struct alerte_time now);
ALERTE_API int alerte_contact_set(struct alerte *a,
				  const struct alerte_contact *contact,
				  struct alerte_time now);
ALERTE_API int alerte_wearer_set(struct alerte *a,
				 const struct alerte_wearer *wearer,
				 struct alerte_time now);
ALERTE_API int alerte_policy_set(struct alerte *a,
				 const struct alerte_policy *policy,
				 struct alerte_time now);
ALERTE_API int alerte_button_set(struct alerte *a,
				 const struct alerte_button *button,
				 struct alerte_time now);

enum alerte_kind {
	ALERTE_KIND_ENDPOINT = 1,
	ALERTE_KIND_CONTACT,
	ALERTE_KIND_WEARER,
	ALERTE_KIND_POLICY,
	ALERTE_KIND_BUTTON
};

ALERTE_API int alerte_setting_remove(struct alerte *a, enum alerte_kind kind,
				     const char *id, struct alerte_time now);

/*
 * Read settings: the first object whose id sorts after `after` ("" to start).
 * Returns 1 and fills *out (out->size set by the caller), or 0 at the end.
 * A button's key and a wearer's code are never read back.
 */
ALERTE_API int alerte_endpoint_next(struct alerte *a, const char *after,
				    struct alerte_endpoint *out);
ALERTE_API int alerte_contact_next(struct alerte *a, const char *after,
				   struct alerte_contact *out);
ALERTE_API int alerte_wearer_next(struct alerte *a, const char *after,
				  struct alerte_wearer *out);
ALERTE_API int alerte_policy_next(struct alerte *a, const char *after,
				  struct alerte_policy *out);
ALERTE_API int alerte_button_next(struct alerte *a, const char *after,
				  struct alerte_button *out);

/*
 * Rules of a single value, for forms: 0 or ALERTE_EINVAL.  A number is E.164
 * ("+" and 7 to 15 digits); spaces, dots and dashes are dropped and a French
 * 0X number is rewritten.  Short numbers (15, 17, 18, 112, 114 ...) are never
 * a contact's number.
 */
ALERTE_API int alerte_number_parse(const char *text,
				   char out[ALERTE_NUMBER_MAX]);
/* someone@example.org, ASCII, no quotes; and a place for one recipient only. */
ALERTE_API int alerte_email_check(const char *text);
/* One policy by itself, against no store: shape, bounds, a final contact. */
ALERTE_API int alerte_policy_check(const struct alerte_policy *policy);

/* "json", "cap", "scaip" */
ALERTE_API const char *alerte_shape_name(enum alerte_shape shape);
/* Stable words: "sms", "https", "relay114", "email", "voice"; "fr", "en". */
ALERTE_API const char *alerte_channel_name(enum alerte_channel channel);
ALERTE_API const char *alerte_lang_name(enum alerte_lang lang);

#ifdef __cplusplus
}
#endif

#endif
