/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTPS_ASK_H
#define HTTPS_ASK_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness.h"

/* How the tests ask, and what they see; each begins with nothing set. */

#define SOON_MS 3000
#define BODY "{\"schema\":\"alerte/1\",\"type\":\"alert\"}"

extern struct seen *s;
extern int64_t last_attempt;

int setup(void **state);
int teardown(void **state);
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* An endpoint "asso" at this path of a server, trusting our authority. */
struct alerte_endpoint at(enum server server, const char *path);
void set(const struct alerte_endpoint *e);
void set_at(enum server server, const char *path);
/* An alert to "asso", under a new attempt. */
struct alerte_message message(const char *key);
int send_to(const char *endpoint, const char *key);
/* Send to "asso", and what came of it. */
enum alerte_receipt_kind outcome(const char *key, int64_t ms);
struct alerte_https_state describe(const char *id);
void assert_served(const char *key, size_t times);

/* Of identity_tests.c: how many failed. */
int identity_tests(void);
/* Of unseen_tests.c. */
int unseen_tests(void);

#endif
