/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "transport/form.h"

static char out[512];

static const char *fill(const char *request, const char *text)
{
	const struct form_values v = {
		.number = "+33639980001", .text = text, .sender = "S",
		.user = "u&v", .password = "p\"q", .key = "k-1",
	};
	struct form t;

	assert_null(form_read(request, &t));
	assert_true(form_fill(&t, &v, out, sizeof(out)) >= 0);
	return out;
}

#define REFUSED(request) \
	assert_non_null(form_read(request, &(struct form){ 0 }))

static void a_target_is_escaped_for_an_url(void **state)
{
	(void)state;
	assert_string_equal(fill("GET ?to=%n&d=%d&u=%u&text=%t",
				 "Ça & là=1%+#"),
			    "?to=%2B33639980001&d=33639980001&u=u%26v&text="
			    "%C3%87a%20%26%20l%C3%A0%3D1%25%2B%23");
}

static void a_form_is_escaped_like_an_url(void **state)
{
	(void)state;
	assert_string_equal(
		fill("POST application/x-www-form-urlencoded t=%t&n=%n",
		     "a=b&n=1"),
		"t=a%3Db%26n%3D1&n=%2B33639980001");
}

static void json_is_escaped_for_its_strings(void **state)
{
	(void)state;
	assert_string_equal(
		fill("POST application/json {\"to\":\"%n\",\"m\":\"%t\","
		     "\"pw\":\"%p\",\"s\":\"%s\",\"key\":\"%k\"}",
		     "a\"b\\c\nd é"),
		"{\"to\":\"+33639980001\",\"m\":\"a\\\"b\\\\c\\u000Ad é\","
		"\"pw\":\"p\\\"q\",\"s\":\"S\",\"key\":\"k-1\"}");
}

static void a_percent_sign_is_written_twice(void **state)
{
	(void)state;
	assert_string_equal(fill("GET /a%%20b?n=%n&t=%t", "x"),
			    "/a%20b?n=%2B33639980001&t=x");
}

static void the_expected_word_is_kept(void **state)
{
	struct form t;

	(void)state;
	assert_null(form_read("GET expect=OK ?n=%n&t=%t", &t));
	assert_string_equal(t.expect, "OK");
	assert_false(t.post);
	assert_null(form_read("POST expect=\"ok\":1 application/json "
				  "{\"n\":\"%n\",\"t\":\"%t\"}", &t));
	assert_string_equal(t.expect, "\"ok\":1");
	assert_true(t.post);
}

static void what_it_names_is_known(void **state)
{
	struct form t;

	(void)state;
	assert_null(form_read("GET ?u=%u&p=%p&n=%n&t=%t", &t));
	assert_true(t.user && t.password && !t.sender);
}

static void what_cannot_work_is_refused(void **state)
{
	(void)state;
	REFUSED("");
	REFUSED("kannel");
	REFUSED("PUT /x?n=%n&t=%t");
	REFUSED("GETX ?n=%n&t=%t");
	REFUSED("GET n=%n&t=%t");		/* would change the host */
	REFUSED("GET ?n=%n");			/* no text */
	REFUSED("GET ?t=%t");			/* no number */
	REFUSED("GET ?n=%n&t=%t&x=%x");
	REFUSED("GET ?n=%n&t=%t%");
	REFUSED("GET ?n=%n&t=%t x");
	REFUSED("GET ?n=%n&t=%t#f");
	REFUSED("GET expect= ?n=%n&t=%t");
	REFUSED("GET ?n=%n&t=%t\nHost: x");
	REFUSED("POST text/xml <n>%n</n><t>%t</t>");
	REFUSED("POST application/json {\"n\":%n,\"t\":\"%t\"}");
	REFUSED("POST application/json {\"n\":\"%n\",\"t\":\"\\%t\"}");
	REFUSED("POST application/json {\"n\":\"%n\",\"t\":\"%t}");
}

static void what_does_not_fit_is_not_cut(void **state)
{
	const struct form_values v = { .number = "+33639980001",
					   .text = "0123456789" };
	struct form t;
	char small[28];

	(void)state;
	strcpy(small, "untouched");
	assert_null(form_read("GET ?n=%d&t=%t", &t));
	assert_int_equal(form_fill(&t, &v, small, 27), ALERTE_ELIMIT);
	assert_int_equal(form_fill(&t, &v, small, 28), 27);
	assert_string_equal(small, "?n=33639980001&t=0123456789");
}

static void a_value_that_is_missing_is_an_error(void **state)
{
	const struct form_values v = { .number = "+33639980001",
					   .text = "x" };
	struct form t;

	(void)state;
	assert_null(form_read("GET ?n=%n&t=%t&s=%s", &t));
	assert_int_equal(form_fill(&t, &v, out, sizeof(out)),
			 ALERTE_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_is_escaped_for_an_url),
		cmocka_unit_test(a_form_is_escaped_like_an_url),
		cmocka_unit_test(json_is_escaped_for_its_strings),
		cmocka_unit_test(a_percent_sign_is_written_twice),
		cmocka_unit_test(the_expected_word_is_kept),
		cmocka_unit_test(what_it_names_is_known),
		cmocka_unit_test(what_cannot_work_is_refused),
		cmocka_unit_test(what_does_not_fit_is_not_cut),
		cmocka_unit_test(a_value_that_is_missing_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
