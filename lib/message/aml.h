/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_AML_H
#define MESSAGE_AML_H

#include <stdbool.h>
#include <stddef.h>

#include <alerte/engine.h>

/*
 * A position as a companion telephone writes it, in the syntax of Advanced
 * Mobile Location: its texts (versions 1 and 2) and the form of its HTTPS
 * request.  Only read, never written: it ends at the platform of the emergency
 * services, which we are not.
 */
struct aml {
	bool located;		/* else it says that it does not know */
	/*
	 * "ml" is not the length.  Published examples have it wrong: no reason
	 * to refuse anything.
	 */
	bool length_wrong;
	/* wall_ms 0: it does not say when. */
	struct alerte_position position;
};

/* Valid UTF-8, of any length.  0, or ALERTE_EFORMAT when it is none of them. */
int aml_read(const char *text, size_t len, struct aml *out);

#endif
