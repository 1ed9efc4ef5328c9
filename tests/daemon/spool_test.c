/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "modem/modem.h"

#define FRIEND "+33639980001"

static struct {
	char dir[64];
	sd_event *event;
	void *modem;
	const struct modem_driver *driver;
	int nreceipts, nreplies, answer;
	int64_t attempt[8];
	enum alerte_receipt_kind kind;
	char from[64], text[10500];
	bool fault;
} w;

static void on_receipt(void *context, int64_t attempt, int part,
		       enum alerte_receipt_kind kind)
{
	(void)context;
	(void)part;
	w.attempt[w.nreceipts++ % 8] = attempt;
	w.kind = kind;
}

static int on_reply(void *context, const char *from, const char *text)
{
	(void)context;
	w.nreplies++;
	snprintf(w.from, sizeof(w.from), "%s", from);
	snprintf(w.text, sizeof(w.text), "%s", text);
	return w.answer;
}

static void on_fault(void *context, const char *fault, bool present)
{
	(void)context;
	assert_string_equal(fault, "modem");
	w.fault = present;
}

static const char *in_dir(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", w.dir, name);
	return path;
}

static void start_driver(void)
{
	const struct modem_config config = { .spool = w.dir };
	const struct modem_events events = {
		.receipt = on_receipt, .reply = on_reply, .fault = on_fault
	};

	w.driver = modem_driver_find("spool");
	assert_non_null(w.driver);
	assert_int_equal(w.driver->start(&config, w.event, NULL, &events,
					 &w.modem), 0);
}

static int start(void **state)
{
	(void)state;
	memset(&w, 0, sizeof(w));
	strcpy(w.dir, "/tmp/alerte-spool.XXXXXX");
	if (!mkdtemp(w.dir) || sd_event_new(&w.event) < 0)
		return -1;

	start_driver();
	return 0;
}

static int stop(void **state)
{
	char command[128];

	(void)state;
	w.driver->stop(w.modem);
	sd_event_unref(w.event);
	snprintf(command, sizeof(command), "rm -r %s", w.dir);
	return system(command);
}

/* Until nothing happens for 100 ms. */
static void settle(void)
{
	while (sd_event_run(w.event, 100000) > 0)
		;
}

static int count(const char *folder)
{
	DIR *d = opendir(in_dir(folder));
	struct dirent *e;
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)))
		n += e->d_name[0] != '.' && e->d_type == DT_REG;
	closedir(d);
	return n;
}

static void read_only_file(const char *folder, char *buf, size_t cap)
{
	DIR *d = opendir(in_dir(folder));
	struct dirent *e;
	char path[600];
	size_t n = 0;
	FILE *f;

	assert_non_null(d);
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", in_dir(folder),
			 e->d_name);
		f = fopen(path, "r");
		assert_non_null(f);
		n = fread(buf, 1, cap - 1, f);
		fclose(f);
	}
	closedir(d);
	buf[n] = '\0';
}

static int send_text(int64_t attempt, const char *text)
{
	const struct alerte_message m = {
		.size = sizeof(m), .attempt = attempt,
		.channel = ALERTE_CHANNEL_SMS, .contact = "ami",
		.address = FRIEND, .key = "ab-alert-1", .text = text,
		.expires_boot_ms = ALERTE_NEVER, .exercise = true, .parts = 1,
	};

	return w.driver->send(w.modem, &m);
}

/* As a good writer does: under another name first. */
static void put_n(const char *name, const char *bytes, size_t n)
{
	char temp[300], final[300];
	FILE *f;

	snprintf(temp, sizeof(temp), "%s/in/.%s", w.dir, name);
	snprintf(final, sizeof(final), "%s/in/%s", w.dir, name);
	f = fopen(temp, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
	assert_int_equal(rename(temp, final), 0);
}

static void put(const char *name, const char *text)
{
	put_n(name, text, strlen(text));
}

static void a_message_is_one_file_and_sent_afterwards(void **state)
{
	char buf[512];

	(void)state;
	assert_int_equal(send_text(7, "Ça va\nà 18"), 0);
	assert_int_equal(w.nreceipts, 0);
	read_only_file("out", buf, sizeof(buf));
	assert_string_equal(buf, "To: " FRIEND "\nKey: ab-alert-1\n"
			    "Attempt: 7\nExercise: yes\n\nÇa va\nà 18");
	settle();
	assert_int_equal(w.nreceipts, 1);
	assert_int_equal(w.attempt[0], 7);
	assert_int_equal(w.kind, ALERTE_RECEIPT_SENT);
}

static void the_same_attempt_twice_is_two_files(void **state)
{
	(void)state;
	assert_int_equal(send_text(8, "one"), 0);
	assert_int_equal(send_text(8, "one"), 0);
	assert_int_equal(count("out"), 2);
	settle();
	assert_int_equal(w.nreceipts, 2);
}

static void a_folder_that_refuses_is_said_and_recovers(void **state)
{
	(void)state;
	assert_int_equal(rmdir(in_dir("out")), 0);
	assert_int_equal(send_text(9, "no"), ALERTE_EREFUSED);
	settle();
	assert_true(w.fault);
	assert_int_equal(w.nreceipts, 0);

	w.driver->stop(w.modem);
	start_driver();
	assert_int_equal(send_text(10, "yes"), 0);
	assert_int_equal(count("out"), 1);
}

static void a_file_that_comes_is_a_reply_and_goes(void **state)
{
	(void)state;
	settle();
	put("1", "From: " FRIEND "\n\nok 7K2\n");
	settle();
	assert_int_equal(w.nreplies, 1);
	assert_string_equal(w.from, FRIEND);
	assert_string_equal(w.text, "ok 7K2\n");
	assert_int_equal(count("in"), 0);
}

static void a_file_that_waited_is_read_at_start(void **state)
{
	(void)state;
	w.driver->stop(w.modem);
	put("1", "From: " FRIEND "\n\nok 7K2");
	start_driver();
	settle();
	assert_int_equal(w.nreplies, 1);
}

static void a_reply_not_kept_stays(void **state)
{
	(void)state;
	settle();
	w.answer = ALERTE_ESTORE;
	put("1", "From: " FRIEND "\n\nok 7K2");
	settle();
	assert_int_equal(w.nreplies, 1);
	assert_int_equal(count("in"), 1);

	w.answer = ALERTE_OK;
	w.driver->stop(w.modem);
	start_driver();
	settle();
	assert_int_equal(w.nreplies, 2);
	assert_int_equal(count("in"), 0);
}

static void an_unknown_sender_is_deleted(void **state)
{
	(void)state;
	w.answer = ALERTE_ENOTFOUND;
	put("1", "From: +33639989999\n\nqui ?");
	settle();
	assert_int_equal(w.nreplies, 1);
	assert_int_equal(count("in"), 0);
	assert_int_equal(count("in/rejected"), 0);
}

static void what_is_no_message_is_put_aside(void **state)
{
	static char big[10241];
	const char zero[] = "From: a\n\nab\0cd";

	(void)state;
	memset(big, 'x', sizeof(big));
	memcpy(big, "From: a\n\n", 9);
	put("1", "no header\n");
	put("2", "From: \n\nempty sender");
	put("3", "From: a\nFrom: b\n\ntwice");
	put("4", "To: a\n\nno sender");
	put("5", "");
	put_n("6", big, sizeof(big));
	put_n("7", zero, sizeof(zero) - 1);
	assert_int_equal(symlink("/etc/hostname", in_dir("in/8")), 0);
	settle();
	assert_int_equal(w.nreplies, 0);
	assert_int_equal(count("in"), 0);
	assert_int_equal(count("in/rejected"), 7);	/* and the link */
}

static void ten_kilobytes_are_still_a_message(void **state)
{
	static char big[10240];

	(void)state;
	memset(big, 'x', sizeof(big));
	memcpy(big, "From: a\n\n", 9);
	put_n("1", big, sizeof(big));
	settle();
	assert_int_equal(w.nreplies, 1);
	assert_int_equal(strlen(w.text), sizeof(big) - 9);
}

#define T(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_message_is_one_file_and_sent_afterwards),
		T(the_same_attempt_twice_is_two_files),
		T(a_folder_that_refuses_is_said_and_recovers),
		T(a_file_that_comes_is_a_reply_and_goes),
		T(a_file_that_waited_is_read_at_start),
		T(a_reply_not_kept_stays),
		T(an_unknown_sender_is_deleted),
		T(what_is_no_message_is_put_aside),
		T(ten_kilobytes_are_still_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
