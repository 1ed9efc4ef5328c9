/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole way through the real daemon: replay radio or Hear in, files in the
 * spool out, replies back, the control socket beside it.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "play/play.h"
#include "scratch.h"

#define MARC "+33639980001"
#define LEA "+33639980002"
#define BUTTON "54:48:E6:8F:80:A5"

static const char site[] =
	"contact \"marc\" {\n\tname = \"Marc\"\n\tnumber = \"" MARC "\"\n}\n"
	"contact \"lea\" {\n\tname = \"Léa\"\n\tnumber = \"" LEA "\"\n}\n"
	"wearer \"marie\" {\n\tname = \"Marie Durand\"\n"
	"\tshort_name = \"Marie D.\"\n"
	"\tplace = \"12 rue Garibaldi, 69003 Lyon\"\n"
	"\tarea = \"12 rue Garibaldi, Lyon 3e\"\n"
	"\tassociation = \"l'association X\"\n"
	"\tcancel_code = \"tulipe42\"\n\tcontact = {\"marc\", \"lea\"}\n}\n"
	"policy \"day\" {\n\tstep {\n\t\tto = {\"marc:sms\"}\n\t}\n"
	"\tstep {\n\t\tafter = 600\n\t\tto = {\"lea:sms\"}\n\t}\n}\n"
	"button \"kitchen\" {\n\twearer = \"marie\"\n"
	"\taddress = \"" BUTTON "\"\n\trule = {\"*:*=day\"}\n}\n";

/* BTHome v2, plain, packet id n, one press. */
#define PRESS(n) { 0x02, 0x01, 0x06, 0x08, 0x16, 0xd2, 0xfc, 0x44, 0x00, \
		   (n), 0x3a, 0x01 }

static void heard(struct scratch *s, uint8_t packet, const char *answer)
{
	const uint8_t press[] = PRESS(packet);
	char *word = hear(s, BUTTON, press, sizeof(press));

	assert_non_null(word);
	assert_string_equal(word, answer);
	free(word);
}

static size_t errors_of(json_t *doc)
{
	return json_array_size(json_object_get(doc, "errors"));
}

static void settle(struct scratch *s)
{
	json_t *doc = apply(s, site, false);

	if (errors_of(doc))
		fail_msg("%s", json_dumps(doc, 0));
	json_decref(doc);
}

static void start(struct scratch *s)
{
	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	settle(s);
}

static char *code_of(struct scratch *s)
{
	json_t *doc = ask(s, "Alerts", "xu", (int64_t)0, 0);
	const char *code = json_string_value(json_object_get(json_array_get(
		json_object_get(doc, "alerts"), 0), "code"));
	char *copy;

	assert_non_null(code);
	copy = strdup(code);
	json_decref(doc);
	return copy;
}

/* ------------------------------------------------------------ the way */

static void a_press_in_the_replay_file_becomes_a_text(void **state)
{
	struct scratch *s = *state;
	char *text;

	start(s);
	scratch_append(s, "frames", "# a press\nnot a frame\n0 " BUTTON
		       " 0201060816d2fc4400013a01\n");
	assert_true(spool_wait(s, 1));
	text = spool_text(s);
	assert_non_null(strstr(text, "To: " MARC));
	assert_non_null(strstr(text, "Marie D."));
	free(text);
	text = scratch_read(s, "err");
	assert_non_null(strstr(text, "replay: line 2 is not"));
	free(text);
}

static void a_press_through_a_fifo_becomes_a_text(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];

	scratch_conf(s);
	assert_int_equal(mkfifo(scratch_path(s, "frames", path), 0600), 0);
	alerted_start(s, true);
	settle(s);
	scratch_append(s, "frames", "0 " BUTTON
		       " 0201060816d2fc4400013a01\n");
	assert_true(spool_wait(s, 1));
}

static void a_reply_in_the_spool_acknowledges(void **state)
{
	struct scratch *s = *state;
	char *code, text[64];

	start(s);
	heard(s, 1, "accepted");
	assert_true(spool_wait(s, 1));
	assert_true(alert_wait(s, "open"));
	code = code_of(s);
	snprintf(text, sizeof(text), "j'arrive pas %s", code);
	spool_reply(s, MARC, text);
	snprintf(text, sizeof(text), "ok %s", code);
	spool_reply(s, "+33639980077", text);
	usleep(300000);
	assert_true(alert_wait(s, "open"));
	spool_reply(s, MARC, text);
	assert_true(alert_wait(s, "acked"));
	free(code);
}

static void hear_says_what_became_of_a_frame(void **state)
{
	struct scratch *s = *state;
	const uint8_t stranger[] = PRESS(1);
	char *word;

	start(s);
	heard(s, 7, "accepted");
	heard(s, 7, "nothing");
	heard(s, 8, "accepted");
	word = hear(s, "AA:AA:AA:AA:AA:AA", stranger, sizeof(stranger));
	assert_string_equal(word, "nothing");
	free(word);
	assert_null(hear(s, "no address", stranger, sizeof(stranger)));
}

/* The structure says six bytes and holds three. */
static void a_malformed_frame_is_counted_and_silences_nothing(void **state)
{
	static const uint8_t cut[] = { 0x02, 0x01, 0x06, 0x06, 0x16, 0xd2,
				       0xfc };
	static const uint8_t no_value[] = { 0x05, 0x16, 0xd2, 0xfc, 0x44,
					    0x3a };
	struct scratch *s = *state;
	json_t *doc;

	start(s);
	free(hear(s, BUTTON, cut, sizeof(cut)));
	free(hear(s, BUTTON, no_value, sizeof(no_value)));
	doc = ask(s, "Status", "");
	assert_true(json_integer_value(json_object_get(json_object_get(
		doc, "counters"), "malformed")) >= 1);
	json_decref(doc);
	heard(s, 1, "accepted");
	assert_true(spool_wait(s, 1));
}

static void an_accepted_press_survives_a_kill(void **state)
{
	struct scratch *s = *state;

	start(s);
	heard(s, 1, "accepted");
	alerted_kill(s);
	alerted_start(s, false);
	assert_true(alert_wait(s, "open"));
	assert_true(spool_wait(s, 1));
	heard(s, 1, "nothing");
	assert_int_equal(alerted_stop(s), 0);
}

static void the_cancel_code_ends_an_alert_and_is_not_logged(void **state)
{
	struct scratch *s = *state;
	char *code, *text;
	int tries;

	start(s);
	heard(s, 1, "accepted");
	assert_true(spool_wait(s, 1));
	code = code_of(s);
	assert_null(call(s, "Cancel", "ss", code, "wrong-code"));
	assert_true(alert_wait(s, "open"));

	/* A wrong code slows the next one. */
	for (tries = 0, text = NULL; tries < 20 && !text; tries++) {
		sleep(1);
		text = call(s, "Cancel", "ss", code, "tulipe42");
	}

	assert_non_null(text);
	free(text);
	assert_true(alert_wait(s, "cancelled"));
	assert_true(spool_wait(s, 2));
	text = scratch_read(s, "err");
	assert_null(strstr(text, "tulipe42"));
	assert_null(strstr(text, "wrong-code"));
	free(text);
	free(code);
}

static void show_tells_attempts_and_notes(void **state)
{
	struct scratch *s = *state;
	json_t *doc;
	char *code;

	start(s);
	heard(s, 1, "accepted");
	assert_true(spool_wait(s, 1));
	code = code_of(s);
	doc = ask(s, "Show", "s", code);
	assert_string_equal(json_string_value(json_object_get(
		json_object_get(doc, "alert"), "button")), "kitchen");
	assert_true(json_array_size(json_object_get(doc, "attempts")) >= 1);
	assert_true(json_array_size(json_object_get(doc, "notes")) >= 1);
	json_decref(doc);
	assert_null(call(s, "Show", "s", "ZZZ"));
	free(code);
}

static void an_exercise_is_its_own_kind_of_alert(void **state)
{
	struct scratch *s = *state;
	sd_bus_message *reply = NULL;
	char *text;

	start(s);
	assert_true(sd_bus_call_method(s->bus, NULL, "/org/alerte/Alerted1",
				       "org.alerte.Alerted1", "Exercise", NULL,
				       &reply, "s", "marie") >= 0);
	assert_true(sd_bus_message_has_signature(reply, "x"));
	sd_bus_message_unref(reply);
	assert_true(spool_wait(s, 1));
	text = spool_text(s);
	assert_non_null(strstr(text, "EXERCICE"));
	assert_null(strstr(text, "+33639980114"));
	free(text);
}

/* ------------------------------------------------------------- signals */

static int on_changed(sd_bus_message *m, void *context, sd_bus_error *error)
{
	const char *code, *state;
	int64_t id;

	(void)error;

	if (sd_bus_message_read(m, "xss", &id, &code, &state) >= 0 &&
	    !strcmp(state, "open"))
		++*(int *)context;

	return 0;
}

static void an_alert_is_told_by_a_signal(void **state)
{
	struct scratch *s = *state;
	int told = 0, tries;

	start(s);
	assert_true(sd_bus_match_signal(s->bus, NULL, NULL, NULL,
					"org.alerte.Alerted1", "AlertChanged",
					on_changed, &told) >= 0);
	heard(s, 1, "accepted");

	for (tries = 0; tries < 100 && !told; tries++)
		if (sd_bus_process(s->bus, NULL) == 0)
			sd_bus_wait(s->bus, 50000);

	assert_int_equal(told, 1);
}

/* ------------------------------------------------------------ settings */

static void errors_in_a_site_file_name_their_line_and_change_nothing(
	void **state)
{
	struct scratch *s = *state;
	const char *said;
	json_t *doc;
	char *text;

	start(s);
	doc = apply(s, "contact \"paul\" {\n\tnumber = \"+33639980003\"\n}\n"
		    "contact \"anna\" {\n\tnumber = \"rue\"\n}\n", false);
	said = json_string_value(json_array_get(json_object_get(doc, "errors"),
						0));
	assert_non_null(said);
	assert_int_equal(strncmp(said, "site:5: number is no phone number",
				 33), 0);
	json_decref(doc);
	text = call(s, "Export", "");
	assert_non_null(strstr(text, "contact \"marc\""));
	assert_null(strstr(text, "paul"));
	free(text);
}

static void a_dry_run_changes_nothing(void **state)
{
	struct scratch *s = *state;
	json_t *doc;
	char *text;

	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	doc = apply(s, site, true);
	assert_int_equal(errors_of(doc), 0);
	assert_int_equal(json_integer_value(json_object_get(doc, "changed")),
			 5);
	json_decref(doc);
	text = call(s, "Export", "");
	assert_null(strstr(text, "marc"));
	free(text);
}

static void what_a_site_file_leaves_out_is_removed(void **state)
{
	struct scratch *s = *state;
	json_t *doc;
	char *text;

	start(s);
	doc = apply(s, "contact \"marc\" {\n\tname = \"Marc\"\n"
		    "\tnumber = \"" MARC "\"\n}\n", false);
	assert_int_equal(errors_of(doc), 0);
	assert_int_equal(json_array_size(json_object_get(doc, "removed")), 4);
	json_decref(doc);
	text = call(s, "Export", "");
	assert_non_null(strstr(text, "marc"));
	assert_null(strstr(text, "kitchen"));
	free(text);
}

static void an_export_can_be_applied_again(void **state)
{
	struct scratch *s = *state;
	json_t *doc;
	char *text;

	start(s);
	text = call(s, "Export", "");
	assert_null(strstr(text, "tulipe42"));
	doc = apply(s, text, false);
	assert_int_equal(errors_of(doc), 0);
	assert_int_equal(json_integer_value(json_object_get(doc, "changed")),
			 0);
	json_decref(doc);
	free(text);
}

static void a_key_is_not_dropped_by_leaving_it_out(void **state)
{
	struct scratch *s = *state;
	char keyed[sizeof(site) + 64], *text;
	json_t *doc;

	start(s);
	snprintf(keyed, sizeof(keyed), "%.*s\tkey = \"00112233445566778899"
		 "aabbccddeeff\"\n}\n", (int)strlen(site) - 2, site);
	doc = apply(s, keyed, false);
	assert_int_equal(errors_of(doc), 0);
	json_decref(doc);
	doc = apply(s, site, false);
	assert_int_equal(errors_of(doc), 1);
	assert_non_null(strstr(json_string_value(json_array_get(
		json_object_get(doc, "errors"), 0)), "key = \"kept\""));
	json_decref(doc);
	text = call(s, "Export", "");
	assert_null(strstr(text, "aabbccddeeff"));
	assert_non_null(strstr(text, "key = \"kept\""));
	free(text);
}

static void six_numbers_on_one_sim_are_warned_of(void **state)
{
	struct scratch *s = *state;
	char text[4096];
	json_t *doc;
	size_t n;
	int i;

	start(s);
	n = (size_t)snprintf(text, sizeof(text), "%s", site);

	for (i = 3; i < 7; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "contact "
				      "\"c%d\" {\n\tnumber = \"+3363998000%d\""
				      "\n}\n", i, i);

	doc = apply(s, text, true);
	assert_int_equal(errors_of(doc), 0);
	assert_int_equal(json_array_size(json_object_get(doc, "warnings")), 1);
	assert_int_equal(json_array_size(json_object_get(doc, "reach")), 1);
	json_decref(doc);
}

/* --------------------------------------------------------- bad weather */

static const char *state_of(struct scratch *s, json_t **doc)
{
	*doc = ask(s, "Status", "");
	return json_string_value(json_object_get(*doc, "state"));
}

static bool state_wait(struct scratch *s, const char *state)
{
	bool found = false;
	json_t *doc;
	int tries;

	for (tries = 0; tries < 80 && !found; tries++) {
		found = !strcmp(state_of(s, &doc), state);
		json_decref(doc);
		if (!found)
			usleep(100000);
	}

	return found;
}

static void a_missing_radio_is_reported_and_taken_back(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];

	start(s);
	assert_true(state_wait(s, "ready"));
	assert_int_equal(alerted_stop(s), 0);
	unlink(scratch_path(s, "frames", path));
	alerted_start(s, false);
	assert_true(state_wait(s, "degraded"));
	heard(s, 1, "accepted");
	assert_true(spool_wait(s, 1));
	scratch_write(s, "frames", "");
	assert_true(state_wait(s, "ready"));
}

static void bad_settings_at_a_reload_leave_the_old_in_force(void **state)
{
	struct scratch *s = *state;
	char *text = NULL;
	int tries;

	start(s);
	scratch_append(s, "conf", "radio {\n");
	kill(s->pid, SIGHUP);

	for (tries = 0; tries < 100; tries++) {
		free(text);
		text = scratch_read(s, "err");
		if (strstr(text, "stay in force"))
			break;
		usleep(20000);
	}

	assert_non_null(strstr(text, "section radio is given twice"));
	assert_non_null(strstr(text, "stay in force"));
	free(text);
	heard(s, 1, "accepted");
}

static void a_reload_brings_new_settings_in(void **state)
{
	struct scratch *s = *state;
	char *conf, *at;

	start(s);
	conf = scratch_read(s, "conf");
	at = strstr(conf, "/frames");
	assert_non_null(at);
	memcpy(at, "/framez", 7);
	scratch_write(s, "conf", conf);
	free(conf);
	scratch_write(s, "framez", "0 " BUTTON " 0201060816d2fc4400013a01\n");
	kill(s->pid, SIGHUP);
	assert_true(spool_wait(s, 1));
}

static int raw_connect(const struct scratch *s)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char path[PATH_MAX];

	assert_true(fd >= 0);
	snprintf(at.sun_path, sizeof(at.sun_path), "%.107s",
		 scratch_path(s, "run/control", path));
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static void callers_that_come_and_go_leave_room_for_others(void **state)
{
	struct scratch *s = *state;
	int i, fd;

	start(s);

	for (i = 0; i < 100; i++) {
		fd = raw_connect(s);
		if (i % 2)
			assert_true(write(fd, "GET / HTTP/1.1\r\n\r\n", 18) > 0);
		usleep(2000);
		close(fd);
	}

	fd = raw_connect(s);
	alerted_reconnect(s);
	heard(s, 1, "accepted");
	close(fd);
}

static void the_control_socket_is_its_owners_alone(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];
	struct stat st;

	start(s);
	assert_int_equal(stat(scratch_path(s, "run/control", path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(scratch_path(s, "state/run-key", path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(alerted_stop(s), 0);
	assert_int_equal(access(scratch_path(s, "run/control", path), F_OK),
			 -1);
}

static void a_store_without_its_key_stays_closed(void **state)
{
	struct scratch *s = *state;
	char conf[PATH_MAX], dir[PATH_MAX], run[PATH_MAX], key[PATH_MAX];
	const char *argv[] = { "--config", scratch_path(s, "conf", conf),
			       "--state", scratch_path(s, "state", dir),
			       "--runtime", scratch_path(s, "run", run),
			       "--create-keys", NULL };
	char *text;

	start(s);
	assert_int_equal(alerted_stop(s), 0);
	unlink(scratch_path(s, "state/run-key", key));
	scratch_write(s, "err", "");
	assert_int_equal(alerted_run(s, argv), 78);
	text = scratch_read(s, "err");
	assert_non_null(strstr(text, "sealed with keys that are not here"));
	free(text);
	argv[6] = NULL;
	scratch_write(s, "err", "");
	assert_int_equal(alerted_run(s, argv), 78);
	text = scratch_read(s, "err");
	assert_non_null(strstr(text, "--create-keys"));
	free(text);
}

static void a_second_daemon_does_not_open_the_store(void **state)
{
	struct scratch *s = *state;
	char conf[PATH_MAX], dir[PATH_MAX], run[PATH_MAX];
	const char *argv[] = { "--config", scratch_path(s, "conf", conf),
			       "--state", scratch_path(s, "state", dir),
			       "--runtime", scratch_path(s, "run", run), NULL };

	start(s);
	assert_int_equal(alerted_run(s, argv), 75);
	heard(s, 1, "accepted");
}

/* Of the only alert. */
static int presses(struct scratch *s)
{
	json_t *doc = ask(s, "Alerts", "xu", (int64_t)0, 0);
	json_int_t n = json_integer_value(json_object_get(json_array_get(
		json_object_get(doc, "alerts"), 0), "presses"));

	json_decref(doc);
	return (int)n;
}

static void fill(const struct scratch *s)
{
	static const char zeros[4096];
	char path[PATH_MAX];
	size_t n = sizeof(zeros);
	int fd = open(scratch_path(s, "state/filler", path),
		      O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);

	while (n)
		if (write(fd, zeros, n) <= 0)
			n /= 2;

	close(fd);
}

/* The button, with a key: what anybody can send is not written at once. */
static void settle_keyed(struct scratch *s)
{
	char keyed[sizeof(site) + 64];

	snprintf(keyed, sizeof(keyed), "%.*s\tkey = \"000102030405060708090a0b"
		 "0c0d0e0f\"\n}\n", (int)strlen(site) - 2, site);
	json_decref(apply(s, keyed, false));
}

static char *hear_keyed(struct scratch *s, uint32_t counter)
{
	static const uint8_t address[] = { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 };
	static const uint8_t codes[] = { 0x01 };
	uint8_t key[16], out[96];
	struct bthome b = { .address = address, .key = key, .codes = codes,
			    .counter = counter, .ncodes = 1 };
	int n;

	for (n = 0; n < 16; n++)
		key[n] = (uint8_t)n;
	n = bthome_advert(&b, out, sizeof(out));
	assert_true(n > 0);
	return hear(s, BUTTON, out, (size_t)n);
}

static void a_full_disk_does_not_silence_a_press(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];
	char *word;
	int i;

	scratch_path(s, "state", path);
	assert_int_equal(mkdir(path, 0700), 0);

	if (geteuid() != 0 ||
	    mount("tmpfs", path, "tmpfs", 0, "size=8m") != 0) {
		print_message("SKIP: a full disk needs root and tmpfs\n");
		skip();
	}

	start(s);
	settle_keyed(s);
	fill(s);

	/* The WAL has room of its own for some: press until it has none. */
	for (i = 1; i < 250; i++) {
		word = hear_keyed(s, (uint32_t)i);
		assert_non_null(word);
		if (!strcmp(word, "volatile"))
			break;
		assert_string_equal(word, "accepted");
		free(word);
	}

	assert_string_equal(word, "volatile");
	free(word);
	assert_true(spool_wait(s, 1));
	assert_true(state_wait(s, "degraded"));

	unlink(scratch_path(s, "state/filler", path));
	assert_true(state_wait(s, "ready"));

	/* What was taken while the disk was full is on it now. */
	alerted_kill(s);
	alerted_start(s, false);
	assert_int_equal(presses(s), i);
	assert_int_equal(alerted_stop(s), 0);
}

static int teardown(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];

	alerted_kill(s);
	umount2(scratch_path(s, "state", path), MNT_DETACH);
	return scratch_teardown(state);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_press_in_the_replay_file_becomes_a_text),
		T(a_press_through_a_fifo_becomes_a_text),
		T(a_reply_in_the_spool_acknowledges),
		T(hear_says_what_became_of_a_frame),
		T(a_malformed_frame_is_counted_and_silences_nothing),
		T(an_accepted_press_survives_a_kill),
		T(the_cancel_code_ends_an_alert_and_is_not_logged),
		T(show_tells_attempts_and_notes),
		T(an_exercise_is_its_own_kind_of_alert),
		T(an_alert_is_told_by_a_signal),
		T(errors_in_a_site_file_name_their_line_and_change_nothing),
		T(a_dry_run_changes_nothing),
		T(what_a_site_file_leaves_out_is_removed),
		T(an_export_can_be_applied_again),
		T(a_key_is_not_dropped_by_leaving_it_out),
		T(six_numbers_on_one_sim_are_warned_of),
		T(a_missing_radio_is_reported_and_taken_back),
		T(bad_settings_at_a_reload_leave_the_old_in_force),
		T(a_reload_brings_new_settings_in),
		T(callers_that_come_and_go_leave_room_for_others),
		T(the_control_socket_is_its_owners_alone),
		T(a_store_without_its_key_stays_closed),
		T(a_second_daemon_does_not_open_the_store),
		T(a_full_disk_does_not_silence_a_press),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
