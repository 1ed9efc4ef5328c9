/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SITE_H
#define DAEMON_SITE_H

#include <jansson.h>

#include <alerte/alerte.h>

#include "complaint.h"

/*
 * A site file: people, buttons and policies in the syntax of alerted.conf.
 *
 *	endpoint "asso" { url, pin = {"sha256//...", ...}, ca_file, cert_file,
 *		key_file }
 *	contact "marc" { name, number, endpoint, lang = "fr", role = "contact",
 *		duress_told }
 *	wearer "marie" { name, short_name, number, place, area, born, details,
 *		association, cancel_code, duress_code, contact = {"marc", ...} }
 *	policy "night" { relay_trust = "weak"
 *		step { after = 0  to = {"marc:sms", "asso:https", "relay114"} }
 *		... }
 *	button "kitchen" { wearer, address = "AA:BB:CC:DD:EE:FF", format,
 *		key = "hex", grace = 5, rule = {"1:double=night", "*:*=day"} }
 *	button "sealed" { wearer, key = "hex" }
 *	button "beacon" { wearer, trigger = "ibeacon:UUID:MAJOR:MINOR" }
 *
 * The file is the whole: what it does not name is removed.
 */
/* In place of a key: the one that the button of this id has. */
#define SITE_KEY_KEPT "kept"

struct site_object {
	enum alerte_kind kind;
	int line;
	int format_line;		/* of a button */
	bool has_secret;		/* a key or a code stands in the file */
	uint32_t kept_len;		/* of a button's key that is kept */
	bool told_given;		/* of a contact: duress_told is there */
	union {				/* all begin with size and id */
		struct alerte_endpoint endpoint;
		struct alerte_contact contact;
		struct alerte_wearer wearer;
		struct alerte_policy policy;
		struct alerte_button button;
	};
};

struct site {
	size_t n;
	struct site_object *object;	/* endpoints first, buttons last */
};

/*
 * Read text and check all that needs no store.  True when it is good; else c
 * says why.  site_free() in both cases: it wipes.
 */
bool site_parse(const char *name, const char *text, size_t len,
		struct complaints *c, struct site *out);
void site_free(struct site *s);
/* Of a text that is to hold one button and nothing else, beside the rest. */
bool site_parse_button(const char *name, const char *text, size_t len,
		       struct alerte *beside, struct complaints *c,
		       struct site *out);

/* The object of that kind and id, or NULL. */
const struct site_object *site_find(const struct site *s,
				    enum alerte_kind kind, const char *id);

/* What the settings of the machine could carry, usable now or not. */
struct site_ways {
	bool sms, answers, voice;
};

/*
 * Put a site file in force, all of it or nothing; with dry_run, nothing.  A
 * new document of CONTROL.md's Apply, or NULL without memory.
 */
json_t *site_apply(struct alerte *a, const struct site_ways *ways,
		   const char *name, const char *text, bool dry_run,
		   struct alerte_time now);

/*
 * Begin to enrol the one button of the text.  0 or ALERTE_EBUSY, ALERTE_ENOMEM;
 * *out is a new document of CONTROL.md's Enrol, whose errors tell the rest.
 */
int site_enrol(struct alerte *a, const char *name, const char *text,
	       struct alerte_time now, json_t **out);

/* The settings as a site file without its secrets; malloc'd, or NULL. */
char *site_export(struct alerte *a);

/*
 * What a person should know before she trusts it: S4, and one sentence a
 * button on whom it reaches (R1).  Lists of strings.
 */
json_t *site_warnings(const struct site *s, const struct site_ways *ways);
json_t *site_reach(const struct site *s, const struct site_ways *ways);

#endif
