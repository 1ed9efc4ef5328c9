/* SPDX-License-Identifier: Apache-2.0 */
/* The receiver itself: what it reads, what it keeps, whom it listens to. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "harness.h"
#include "receiver.h"

#define POST "POST /alerts HTTP/1.1\r\n"

static int parse(const char *in, struct receiver_request *out)
{
	return receiver_parse(in, strlen(in), out);
}

static int verdict(const char *in)
{
	struct receiver_request r;

	return parse(in, &r);
}

static void a_request_is_read_whole(void **state)
{
	static const char in[] = POST "Idempotency-Key: a:1 \r\n"
				 "content-type:application/json\r\n"
				 "Content-Length: 2\r\n\r\n{}GET /next";
	struct receiver_request r;

	(void)state;
	assert_int_equal(parse(in, &r), strlen(in) - strlen("GET /next"));
	assert_string_equal(r.method, "POST");
	assert_string_equal(r.path, "/alerts");
	assert_string_equal(r.key, "a:1");
	assert_string_equal(r.type, "application/json");
	assert_int_equal(r.body_len, 2);
	assert_memory_equal(in + r.body_at, "{}", 2);
	assert_false(r.close);
}

/* Every beginning of a request is waited on, none is taken for the whole. */
static void a_part_of_a_request_is_waited_on(void **state)
{
	static const char in[] = POST "Content-Length: 5\r\n\r\nhello";
	struct receiver_request r;

	(void)state;

	for (size_t len = 0; len < strlen(in); len++)
		assert_int_equal(receiver_parse(in, len, &r), 0);
}

static void what_can_be_read_in_two_ways_is_refused(void **state)
{
	(void)state;
	assert_int_equal(verdict(POST "Content-Length: 1\r\n"
				 "Content-Length: 2\r\n\r\nab"), -400);
	assert_int_equal(verdict(POST "Content-Length: +1\r\n\r\na"), -400);
	assert_int_equal(verdict(POST "Content-Length:\r\n\r\n"), -400);
	assert_int_equal(verdict(POST "Transfer-Encoding: chunked\r\n\r\n"),
			 -411);
	assert_int_equal(verdict(POST "\r\n"), -411);
	assert_int_equal(verdict(POST "X: a\r\n b\r\n\r\n"), -400);
	assert_int_equal(verdict(POST "Content-Length : 1\r\n\r\na"), -400);
	assert_int_equal(verdict(POST "nothing\r\n\r\n"), -400);
	assert_int_equal(verdict("\r\n\r\n"), -400);
	assert_int_equal(verdict("POST alerts HTTP/1.1\r\n\r\n"), -400);
	assert_int_equal(verdict("POST /\r\n\r\n"), -400);
	assert_int_equal(verdict("POST / HTTP/2.0\r\n\r\n"), -400);
	assert_int_equal(verdict("MUCHTOOLONG / HTTP/1.1\r\n\r\n"), -405);
}

static void what_is_too_long_is_refused(void **state)
{
	static char in[RECEIVER_HEAD_MAX + 2];

	(void)state;
	memset(in, 'a', sizeof(in) - 1);
	assert_int_equal(verdict(in), -431);
	assert_int_equal(verdict(POST "Content-Length: 65537\r\n\r\n"), -413);
	assert_int_equal(verdict(POST "Content-Length: "
				 "18446744073709551617\r\n\r\n"), -413);
}

static void bytes_that_are_not_text_are_refused(void **state)
{
	static const char in[] = "POST /\0x HTTP/1.1\r\n\r\n";
	struct receiver_request r;

	(void)state;
	assert_int_equal(receiver_parse(in, sizeof(in) - 1, &r), -400);
	assert_int_equal(verdict(POST "Idempotency-Key: a\x01\r\n\r\n"), -400);
}

static void a_reference_names_a_file_of_its_folder_only(void **state)
{
	char reference[RECEIVER_NAME_MAX];

	(void)state;
	assert_true(receiver_reference("/alerts/0aF_-9/answers", reference));
	assert_string_equal(reference, "0aF_-9");
	assert_false(receiver_reference("/alerts/../answers", reference));
	assert_false(receiver_reference("/alerts/%2e/answers", reference));
	assert_false(receiver_reference("/alerts//answers", reference));
	assert_false(receiver_reference("/answers", reference));
	assert_false(receiver_reference("answers", reference));
	assert_false(receiver_reference("/alerts/a/answers/", reference));
	assert_false(receiver_reference("", reference));
}

static void a_beat_has_a_path_and_a_signature(void **state)
{
	static const char in[] = "POST /alerts/heartbeat HTTP/1.1\r\n"
				 "alerte-signature: ed25519=:AA==:\r\n"
				 "Content-Length: 2\r\n\r\n{}";
	struct receiver_request r;

	(void)state;
	assert_int_equal(parse(in, &r), strlen(in));
	assert_true(receiver_is_beat(r.path));
	assert_string_equal(r.signature, "ed25519=:AA==:");
	assert_false(receiver_is_beat("/alerts"));
	assert_false(receiver_is_beat("/heartbeat/x"));
	assert_false(receiver_is_beat("/alerts/heartbeats"));
}

static size_t count_files(const char *dir, const char *end)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t n = 0;

	while ((entry = readdir(d))) {
		size_t len = strlen(entry->d_name);

		n += entry->d_name[0] != '.' && len > strlen(end) &&
		     !strcmp(entry->d_name + len - strlen(end), end);
	}

	closedir(d);
	return n;
}

static void every_request_is_a_file_and_repeats_say_so(void **state)
{
	struct receiver_request r = { .path = "/", .key = "same",
				      .body_len = 2 };
	const char *dir = scratch("kept");
	bool repeat = true;

	(void)state;
	mkdir(dir, 0700);
	assert_int_equal(receiver_keep(dir, &r, "{}", 201, &repeat), 0);
	assert_false(repeat);
	assert_int_equal(receiver_keep(dir, &r, "{}", 201, &repeat), 0);
	assert_true(repeat);
	strcpy(r.key, "other");
	assert_int_equal(receiver_keep(dir, &r, "{}", 201, &repeat), 0);
	assert_false(repeat);
	assert_int_equal(count_files(dir, ".request"), 2);
	assert_int_equal(count_files(dir, ".repeat"), 1);
}

static void what_an_earlier_crash_left_is_in_nobodys_way(void **state)
{
	struct receiver_request r = { .path = "/", .key = "k" };
	const char *dir = scratch("left");
	bool repeat;

	(void)state;
	mkdir(dir, 0700);
	scratch_write(scratch("left/.incoming"), "half", 4);
	assert_int_equal(receiver_keep(dir, &r, "", 201, &repeat), 0);
	assert_int_equal(count_files(dir, ".request"), 1);
	assert_int_equal(access(scratch("left/.incoming"), F_OK), -1);
}

static void without_a_folder_nothing_is_kept(void **state)
{
	struct receiver_request r = { .path = "/" };
	bool repeat = true;

	(void)state;
	assert_int_equal(receiver_keep(scratch("nowhere"), &r, "", 201,
				       &repeat), -1);
	assert_true(repeat);
}

static int run(const char *option, const char *value)
{
	char *argv[] = { "receiver", "--dir", (char *)scratch("refused"),
			 (char *)option, (char *)value, NULL };

	return cmd_receiver(5, argv);
}

static void it_listens_to_this_machine_only(void **state)
{
	(void)state;
	assert_int_equal(run("--address", "0.0.0.0"), EX_USAGE);
	assert_int_equal(run("--address", "192.0.2.1"), EX_USAGE);
	assert_int_equal(run("--address", "localhost"), EX_USAGE);
	assert_int_equal(access(scratch("refused"), F_OK), -1);
}

static void a_number_that_is_none_is_refused(void **state)
{
	(void)state;
	assert_int_equal(run("--port", "65536"), EX_USAGE);
	assert_int_equal(run("--port", "-1"), EX_USAGE);
	assert_int_equal(run("--fail-first", "1x"), EX_USAGE);
	assert_int_equal(run("--hang-after", ""), EX_USAGE);
}

int receiver_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_read_whole),
		cmocka_unit_test(a_part_of_a_request_is_waited_on),
		cmocka_unit_test(what_can_be_read_in_two_ways_is_refused),
		cmocka_unit_test(what_is_too_long_is_refused),
		cmocka_unit_test(bytes_that_are_not_text_are_refused),
		cmocka_unit_test(a_reference_names_a_file_of_its_folder_only),
		cmocka_unit_test(a_beat_has_a_path_and_a_signature),
		cmocka_unit_test(every_request_is_a_file_and_repeats_say_so),
		cmocka_unit_test(what_an_earlier_crash_left_is_in_nobodys_way),
		cmocka_unit_test(without_a_folder_nothing_is_kept),
		cmocka_unit_test(it_listens_to_this_machine_only),
		cmocka_unit_test(a_number_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
