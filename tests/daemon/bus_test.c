/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerted on a system bus of its own, which goes and comes back; what it tells
 * the service manager; the conversation with the 114's stand-in by signal.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

#define RELAY "+33639980114"
#define BUTTON "54:48:E6:8F:80:A5"

static const char relay_site[] =
	"contact \"marc\" {\n\tname = \"Marc\"\n"
	"\tnumber = \"+33639980001\"\n}\n"
	"wearer \"marie\" {\n\tname = \"Marie Durand\"\n"
	"\tshort_name = \"Marie D.\"\n"
	"\tplace = \"12 rue Garibaldi, 69003 Lyon\"\n"
	"\tarea = \"Lyon 3e\"\n\tassociation = \"l'association X\"\n"
	"\tcontact = {\"marc\"}\n}\n"
	"policy \"night\" {\n\trelay_trust = none\n"
	"\tstep {\n\t\tto = {\"marc:sms\", \"relay114\"}\n\t}\n}\n"
	"button \"b\" {\n\twearer = \"marie\"\n\taddress = \"" BUTTON "\"\n"
	"\trule = {\"*:*=night\"}\n}\n";

static const char bus_conf[] =
	"<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus "
	"Configuration 1.0//EN\" \"http://www.freedesktop.org/standards/dbus/"
	"1.0/busconfig.dtd\">\n"
	"<busconfig><type>system</type><listen>unix:path=%s/no-bus</listen>"
	"<auth>EXTERNAL</auth><policy context=\"default\">"
	"<allow send_destination=\"*\" eavesdrop=\"true\"/>"
	"<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n";

static pid_t bus_start(const struct scratch *s)
{
	char text[2048], path[PATH_MAX], option[PATH_MAX + 32];
	pid_t child;
	int tries;

	snprintf(text, sizeof(text), bus_conf, s->dir);
	scratch_write(s, "bus.conf", text);
	snprintf(option, sizeof(option), "--config-file=%s",
		 scratch_path(s, "bus.conf", path));
	child = fork();
	assert_true(child >= 0);

	if (child == 0) {
		/* A test that fails leaves nobody behind. */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		execlp("dbus-daemon", "dbus-daemon", option, "--nofork",
		       "--nopidfile", "--nosyslog", (char *)NULL);
		_exit(127);
	}

	for (tries = 0; tries < 200; tries++) {
		if (access(scratch_path(s, "no-bus", path), F_OK) == 0)
			return child;
		usleep(10000);
	}

	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	print_message("SKIP: no dbus-daemon\n");
	skip();
	return -1;
}

static void bus_stop(const struct scratch *s, pid_t bus)
{
	char path[PATH_MAX];

	kill(bus, SIGTERM);
	waitpid(bus, NULL, 0);
	unlink(scratch_path(s, "no-bus", path));
}

/* alerted answers on the system bus by its name, within 10 s. */
static bool on_the_bus(void)
{
	sd_bus_message *reply;
	sd_bus *bus;
	int tries, r = -1;

	for (tries = 0; tries < 100 && r < 0; tries++) {
		usleep(100000);
		bus = NULL;
		reply = NULL;
		r = sd_bus_open_system(&bus);
		if (r >= 0)
			r = sd_bus_call_method(bus, "org.alerte.Alerted1",
					       "/org/alerte/Alerted1",
					       "org.alerte.Alerted1", "Status",
					       NULL, &reply, "");
		sd_bus_message_unref(reply);
		sd_bus_flush_close_unref(bus);
	}

	return r >= 0;
}

static void bus_in_conf(const struct scratch *s)
{
	char *conf, *at;

	scratch_conf(s);
	scratch_write(s, "frames", "");
	conf = scratch_read(s, "conf");
	at = strstr(conf, "bus = none");
	assert_non_null(at);
	memcpy(at, "bus=system", 10);
	scratch_write(s, "conf", conf);
	free(conf);
}

static void control_comes_back_with_the_system_bus(void **state)
{
	struct scratch *s = *state;
	json_t *doc;
	pid_t bus = bus_start(s);

	bus_in_conf(s);
	alerted_start(s, true);
	assert_true(on_the_bus());

	bus_stop(s, bus);
	usleep(300000);
	doc = ask(s, "Status", "");
	assert_string_equal(json_string_value(json_object_get(doc, "bus")),
			    "missing");
	assert_string_equal(json_string_value(json_object_get(doc, "state")),
			    "degraded");
	json_decref(doc);

	bus = bus_start(s);
	assert_true(on_the_bus());
	assert_int_equal(alerted_stop(s), 0);
	bus_stop(s, bus);
}

static void a_daemon_without_a_bus_takes_it_when_it_comes(void **state)
{
	struct scratch *s = *state;
	pid_t bus;

	bus_in_conf(s);
	alerted_start(s, true);
	bus = bus_start(s);
	assert_true(on_the_bus());
	bus_stop(s, bus);
}

static void wait_for(struct scratch *s, const char *state)
{
	bool there = false;
	json_t *doc;
	int tries;

	for (tries = 0; tries < 100 && !there; tries++) {
		doc = ask(s, "Enrolment", "");
		there = !strcmp(json_string_value(json_object_get(doc,
				"state")), state);
		json_decref(doc);
		usleep(20000);
	}

	assert_true(there);
}

/* Over the bus, by a caller of its own. */
static sd_bus *enrol(bool keep)
{
	sd_bus *bus = NULL;

	assert_true(sd_bus_open_system(&bus) >= 0);
	assert_true(sd_bus_call_method(bus, "org.alerte.Alerted1",
				       "/org/alerte/Alerted1",
				       "org.alerte.Alerted1", "Enrol", NULL,
				       NULL, "ssb", "button", "button \"k\" {\n"
				       "\twearer = \"marie\"\n\taddress = "
				       "\"54:48:E6:8F:80:A6\"\n}\n",
				       keep) >= 0);
	return bus;
}

static void a_caller_that_leaves_the_bus_ends_its_enrolment(void **state)
{
	struct scratch *s = *state;
	pid_t bus = bus_start(s);
	sd_bus *caller;
	json_t *doc;

	bus_in_conf(s);
	alerted_start(s, true);
	assert_true(on_the_bus());
	doc = apply(s, relay_site, false);
	assert_int_equal(json_array_size(json_object_get(doc, "errors")), 0);
	json_decref(doc);

	caller = enrol(false);
	wait_for(s, "waiting");
	sd_bus_flush_close_unref(caller);
	wait_for(s, "none");

	sd_bus_flush_close_unref(enrol(true));
	usleep(300000);
	wait_for(s, "waiting");

	/* Nobody can leave a bus that is gone. */
	caller = enrol(false);
	bus_stop(s, bus);
	wait_for(s, "none");
	sd_bus_close_unref(caller);
}

/* ------------------------------------------------------ service manager */

static int notify_socket(const struct scratch *s)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct timeval limit = { .tv_sec = 5 };
	char path[PATH_MAX];
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s",
		 scratch_path(s, "notify", path));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setenv("NOTIFY_SOCKET", path, 1);
	return fd;
}

static bool told(int fd, const char *what)
{
	char text[512];
	ssize_t n;

	while ((n = recv(fd, text, sizeof(text) - 1, 0)) > 0) {
		text[n] = '\0';
		if (strstr(text, what))
			return true;
	}

	return false;
}

static void the_service_manager_is_told(void **state)
{
	struct scratch *s = *state;
	int fd = notify_socket(s);

	setenv("WATCHDOG_USEC", "600000", 1);
	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	unsetenv("WATCHDOG_USEC");
	assert_true(told(fd, "READY=1"));
	assert_true(told(fd, "STATUS=ready"));
	assert_true(told(fd, "WATCHDOG=1"));
	assert_true(told(fd, "WATCHDOG=1"));
	kill(s->pid, SIGHUP);
	assert_true(told(fd, "RELOADING=1"));
	assert_true(told(fd, "READY=1"));
	assert_int_equal(alerted_stop(s), 0);
	assert_true(told(fd, "STOPPING=1"));
	close(fd);
	unsetenv("NOTIFY_SOCKET");
}

/* -------------------------------------------------------------- the 114 */

static int on_question(sd_bus_message *m, void *context, sd_bus_error *error)
{
	const char *code, *text;
	int64_t id;

	(void)error;

	if (sd_bus_message_read(m, "xss", &id, &code, &text) >= 0)
		snprintf(context, 128, "%s", text);

	return 0;
}

static void press(struct scratch *s, uint8_t packet)
{
	const uint8_t data[] = { 0x02, 0x01, 0x06, 0x08, 0x16, 0xd2, 0xfc,
				 0x44, 0x00, packet, 0x3a, 0x01 };
	char *word = hear(s, BUTTON, data, sizeof(data));

	assert_string_equal(word, "accepted");
	free(word);
}

static bool text_wait(struct scratch *s, const char *what)
{
	bool found = false;
	char *text;
	int tries;

	for (tries = 0; tries < 300 && !found; tries++) {
		text = spool_text(s);
		found = strstr(text, what) != NULL;
		free(text);
		if (!found)
			usleep(10000);
	}

	return found;
}

static void settled(struct scratch *s)
{
	json_t *doc;

	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	doc = apply(s, relay_site, false);
	assert_int_equal(json_array_size(json_object_get(doc, "errors")), 0);
	json_decref(doc);
}

static void an_unarmed_daemon_does_not_write_to_the_relay(void **state)
{
	struct scratch *s = *state;
	char *text;

	settled(s);
	press(s, 1);
	assert_true(spool_wait(s, 1));
	usleep(500000);
	text = spool_text(s);
	assert_null(strstr(text, RELAY));
	free(text);
	assert_null(call(s, "ArmConfirm", "ss", "lead", "00000000"));
}

static void a_question_of_the_relay_is_a_signal_and_can_be_answered(
	void **state)
{
	struct scratch *s = *state;
	char *token, *text, question[128] = "";
	json_t *doc;
	int tries;

	settled(s);
	token = call(s, "Arm", "s", "lead");
	assert_non_null(token);
	text = call(s, "ArmConfirm", "ss", "lead", token);
	assert_non_null(text);
	free(text);
	free(token);
	assert_true(sd_bus_match_signal(s->bus, NULL, NULL, NULL,
					"org.alerte.Alerted1", "RelayQuestion",
					on_question, question) >= 0);
	press(s, 1);
	assert_true(text_wait(s, "To: " RELAY));
	spool_reply(s, RELAY, "Bonjour, ou etes-vous exactement ?");

	for (tries = 0; tries < 100 && !*question; tries++)
		if (sd_bus_process(s->bus, NULL) == 0)
			sd_bus_wait(s->bus, 50000);

	assert_string_equal(question, "Bonjour, ou etes-vous exactement ?");
	doc = ask(s, "Alerts", "xu", (int64_t)0, 0);
	text = call(s, "RelayAnswer", "sss", json_string_value(json_object_get(
			json_array_get(json_object_get(doc, "alerts"), 0),
			"code")), "operator", "au 4e, porte de gauche");
	assert_non_null(text);
	free(text);
	json_decref(doc);
	assert_true(text_wait(s, "porte de gauche"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, \
						scratch_teardown)
	const struct CMUnitTest tests[] = {
		T(control_comes_back_with_the_system_bus),
		T(a_daemon_without_a_bus_takes_it_when_it_comes),
		T(a_caller_that_leaves_the_bus_ends_its_enrolment),
		T(the_service_manager_is_told),
		T(an_unarmed_daemon_does_not_write_to_the_relay),
		T(a_question_of_the_relay_is_a_signal_and_can_be_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
