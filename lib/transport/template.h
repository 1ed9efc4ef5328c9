/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_TEMPLATE_H
#define TRANSPORT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include <alerte/gateway.h>

#define TEMPLATE_EXPECT_MAX 64

/* How what is put in has to be escaped. */
enum template_form {
	TEMPLATE_URL = 1,	/* also the body of a form */
	TEMPLATE_JSON
};

/* A request with places to be filled; the language stands in gateway.h. */
struct template {
	enum template_form form;
	bool post;
	const char *type;	/* of the body, static; NULL for a GET */
	char expect[TEMPLATE_EXPECT_MAX];
	char text[ALERTE_GATEWAY_REQUEST_MAX];	/* TARGET or BODY */
	bool user, password, sender;	/* it names them */
};

/* What is put in; sender, user and password may be NULL. */
struct template_values {
	const char *number, *text, *sender, *user, *password, *key;
};

/* NULL, or what is wrong with it: English words, static. */
const char *template_read(const char *request, struct template *out);

/*
 * NUL ended, into out; its length, or ALERTE_ELIMIT when it does not fit, and
 * ALERTE_EINVAL when a value it needs is missing.
 */
int template_fill(const struct template *t, const struct template_values *v,
		  char *out, size_t cap);

#endif
