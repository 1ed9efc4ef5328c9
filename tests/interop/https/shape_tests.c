/* SPDX-License-Identifier: Apache-2.0 */
/* Messages in the shapes of centres, over a real server to the receiver. */
#include "ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "receiver_shape.h"

/* A golden file, to be freed. */
static char *golden(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 16384);

	assert_non_null(f);
	assert_non_null(text);
	*len = fread(text, 1, 16383, f);
	fclose(f);
	assert_true(*len > 0);
	return text;
}

static void arrives(const char *path, const char *type, const char *key)
{
	struct alerte_message m = message(key);
	char head[256], *body, *got;

	body = golden(path, &m.body_len);
	m.body = body;
	m.content_type = type;
	assert_int_equal(alerte_https_send(s->t, &m), 0);
	assert_int_equal(loop_receipt(m.attempt, SOON_MS),
			 ALERTE_RECEIPT_SENT);
	got = kept_text("alerts", key);
	snprintf(head, sizeof(head), "path: /alerts\nidempotency-key: %s\n"
		 "content-type: %s\nrepeat: no\nanswered: 201\n\n", key, type);
	assert_memory_equal(got, head, strlen(head));
	assert_string_equal(got + strlen(head), body);
	free(got);
	free(body);
}

static void each_shape_arrives_unchanged(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "alerts");
	arrives("tests/golden/cap/position.xml", "application/cap+xml",
		"shape-cap");
	arrives("tests/golden/scaip/alert.xml", "application/scaip+xml",
		"shape-scaip");
	/* <mrs> in an answer is a receipt as any, and no fault */
	assert_int_equal(s->endpoint_faults, 0);
	assert_int_equal(s->nreceipts, 2);
}

static void shows(const char *type, const char *body, const char *shape,
		  const char *what)
{
	struct receiver_request r = { .body_len = strlen(body) };
	char said[RECEIVER_WHAT_MAX];

	snprintf(r.type, sizeof(r.type), "%s", type);
	assert_string_equal(receiver_shape(&r, body, said), shape);
	assert_string_equal(said, what);
}

static void the_receiver_shows_what_came(void **state)
{
	(void)state;
	shows("application/json", BODY, "json", "alert");
	shows("application/json; charset=utf-8", "{}", "json", "");
	shows("application/cap+xml", "<msgType>Update</msgType>", "cap",
	      "Update");
	shows("application/scaip+xml", "<mty>ME</mty>\n<stc>0010</stc>",
	      "scaip", "ME 0010");
	shows("text/html", "<mty>ME</mty>", "", "");
	shows("application/cap+xmlx", "<msgType>Update</msgType>", "", "");
	/* nothing that could paint a terminal, and nothing without its end */
	shows("application/cap+xml", "<msgType>\x1b[2J</msgType>", "cap", "");
	shows("application/cap+xml", "<msgType>Update", "cap", "");
	shows("application/cap+xml",
	      "<msgType>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa<", "cap", "");
}

static void a_request_is_answered_by_its_reference(void **state)
{
	static const char request[] = "<mrq><ref>00001A85</ref></mrq>";
	static const char none[] = "<mrq><ref>a b</ref></mrq>";
	char out[128];

	(void)state;
	assert_true(receiver_mrs(request, strlen(request), out, sizeof(out)));
	assert_string_equal(out, "<mrs><ref>00001A85</ref><snu>0</snu></mrs>\n");
	assert_false(receiver_mrs(none, strlen(none), out, sizeof(out)));
	assert_string_equal(out, "");
}

int shape_tests(void)
{
	const struct CMUnitTest tests[] = {
		T(each_shape_arrives_unchanged),
		T(the_receiver_shows_what_came),
		T(a_request_is_answered_by_its_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
