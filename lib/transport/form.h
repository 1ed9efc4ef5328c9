/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_FORM_H
#define TRANSPORT_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include <alerte/gateway.h>

#define FORM_EXPECT_MAX 64

/* How what is put in has to be escaped. */
enum form_escape {
	FORM_URL = 1,	/* also the body of a form */
	FORM_JSON
};

/* A request with places to be filled; the language stands in gateway.h. */
struct form {
	enum form_escape escape;
	bool post;
	const char *type;	/* of the body, static; NULL for a GET */
	char expect[FORM_EXPECT_MAX];
	char text[ALERTE_GATEWAY_REQUEST_MAX];	/* TARGET or BODY */
	bool user, password, sender;	/* it names them */
};

/* What is put in; sender, user and password may be NULL. */
struct form_values {
	const char *number, *text, *sender, *user, *password, *key;
};

/* NULL, or what is wrong with it: English words, static. */
const char *form_read(const char *request, struct form *out);

/*
 * NUL ended, into out; its length, or ALERTE_ELIMIT when it does not fit, and
 * ALERTE_EINVAL when a value it needs is missing.
 */
int form_fill(const struct form *t, const struct form_values *v,
		  char *out, size_t cap);

#endif
