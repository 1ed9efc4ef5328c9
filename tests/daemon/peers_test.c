/* SPDX-License-Identifier: Apache-2.0 */
/* S5: two alerted in one place, and the receiver between them. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "buttons.h"

#define TRIES 3000			/* of 10 ms */
#define UNTIL(condition) \
	do { \
		int tries_ = 0; \
		while (!(condition)) { \
			if (tries_++ == TRIES) \
				fail_msg("never: %s", #condition); \
			usleep(10000); \
		} \
	} while (0)

/* Lea's turn comes a second after Paul's. */
#define SITE PEOPLE "contact \"lea\" {\n\tname = \"Lea\"\n" \
	"\tnumber = \"+33639980002\"\n}\n" \
	"contact \"asso\" {\n\tname = \"X\"\n\tendpoint = \"srv\"\n" \
	"\trole = \"association\"\n}\n" \
	"policy \"both\" {\n\tstep {\n" \
	"\t\tto = {\"paul:sms\", \"asso:https\"}\n\t}\n" \
	"\tstep {\n\t\tafter = 1\n\t\tto = {\"lea:sms\"}\n\t}\n}\n" \
	HEAD("keyring") "\taddress = \"" BUTTON "\"\n\tkey = \"" KEY1 "\"\n" \
	"\trule = {\"*:*=both\"}\n}\n"

struct place {
	struct scratch *one;		/* rank 0 */
	struct scratch two;		/* rank 1, in a folder of the first */
	pid_t receiver;
};

/* ---------------------------------------------------------- the server */

static void receiver_start(struct place *p)
{
	char self[PATH_MAX], path[PATH_MAX], dir[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 8);
	int up, fd;

	assert_true(n > 0);
	self[n] = '\0';
	for (up = 0; up < 3; up++)
		*strrchr(self, '/') = '\0';
	strcat(self, "/alerte");
	p->receiver = fork();
	assert_true(p->receiver >= 0);
	if (p->receiver > 0)
		return;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	fd = open(scratch_path(p->one, "receiver.log", path),
		  O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execl(self, "alerte", "receiver", "--dir",
	      scratch_path(p->one, "receiver", dir), NULL);
	_exit(127);
}

/* What stands behind "name=" in the receiver's log, once it is ready. */
static void receiver_said(struct place *p, const char *name, char *out,
			  size_t cap)
{
	char *text = NULL, *at;

	UNTIL((free(text), text = scratch_read(p->one, "receiver.log"),
	       strstr(text, "\nready\n")));
	at = strstr(text, name);
	assert_non_null(at);
	at += strlen(name);
	snprintf(out, cap, "%.*s", (int)strcspn(at, "\n"), at);
	free(text);
}

/* ------------------------------------------------------------ the place */

static void gateway_start(struct scratch *s, unsigned int rank)
{
	char text[64];

	scratch_conf(s);
	snprintf(text, sizeof(text), "place {\n\trank = %u\n}\n", rank);
	scratch_append(s, "conf", text);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
}

static void carry(struct scratch *s, const char *method, int fd)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 7 };
	sd_bus_message *m = NULL, *reply = NULL;

	assert_true(sd_bus_message_new_method_call(
		s->bus, &m, NULL, "/org/alerte/Alerted1",
		"org.alerte.Alerted1", method) >= 0);
	assert_true(sd_bus_message_append_array(m, 'y', key, sizeof(key)) >= 0);
	assert_true(sd_bus_message_append(m, "h", fd) >= 0);
	assert_true(sd_bus_call(s->bus, m, 10000000, NULL, &reply) >= 0);
	sd_bus_message_unref(reply);
	sd_bus_message_unref(m);
}

/* The first's people, buttons and key of the site, on the second. */
static void share(struct place *p)
{
	int fd = memfd_create("backup", MFD_CLOEXEC);

	assert_true(fd >= 0);
	carry(p->one, "Backup", fd);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	carry(&p->two, "Restore", fd);
	close(fd);
}

/* In the test itself: what fails here is cleared away as well. */
static void settle(struct place *p)
{
	char text[8192], url[256], pin[128], cert[PATH_MAX];
	json_t *doc;

	receiver_start(p);
	gateway_start(p->one, 0);
	gateway_start(&p->two, 1);
	receiver_said(p, "url=", url, sizeof(url));
	receiver_said(p, "pin=", pin, sizeof(pin));
	receiver_said(p, "cert=", cert, sizeof(cert));
	assert_int_equal(strncmp(url, "https://127.0.0.1:", 18), 0);
	snprintf(text, sizeof(text), "endpoint \"srv\" {\n\turl = \"%s\"\n"
		 "\tpin = {\"%s\"}\n\tca_file = \"%.4000s\"\n}\n%s", url, pin,
		 cert, SITE);
	doc = apply(p->one, text, false);
	assert_string_equal(first(doc, "errors"), "");
	json_decref(doc);
	share(p);
}

static int open_place(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	char path[PATH_MAX], address[PATH_MAX + 16];
	void *one;

	assert_non_null(p);
	assert_int_equal(scratch_setup(&one), 0);
	p->one = one;
	snprintf(p->two.dir, sizeof(p->two.dir), "%.60s/b", p->one->dir);
	assert_int_equal(mkdir(p->two.dir, 0700), 0);
	assert_int_equal(mkdir(scratch_path(&p->two, "spool", path), 0700), 0);
	/* Inside either folder. */
	snprintf(address, sizeof(address), "unix:path=%s",
		 scratch_path(&p->two, "no-bus", path));
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
	*state = p;
	return 0;
}

static int close_place(void **state)
{
	struct place *p = *state;
	void *one = p->one;

	alerted_kill(&p->two);
	if (p->receiver > 0) {
		kill(p->receiver, SIGTERM);
		waitpid(p->receiver, NULL, 0);
	}
	scratch_teardown(&one);
	free(p);
	return 0;
}

/* ---------------------------------------------------------------- tests */

/* The only alert, with its attempts. */
static json_t *alert_of(struct scratch *s)
{
	json_t *doc = ask(s, "Alerts", "xu", (int64_t)0, 0), *shown;
	const json_t *list = json_object_get(doc, "alerts");
	char id[24];

	assert_int_equal(json_array_size(list), 1);
	snprintf(id, sizeof(id), "%lld", (long long)json_integer_value(
		 json_object_get(json_array_get(list, 0), "id")));
	json_decref(doc);
	shown = ask(s, "Show", "s", id);
	assert_non_null(shown);
	return shown;
}

/* How many attempts by SMS are in this state. */
static size_t attempts(struct scratch *s, const char *state)
{
	json_t *doc = alert_of(s), *one;
	const json_t *list = json_object_get(doc, "attempts");
	size_t n = 0, i;

	json_array_foreach(list, i, one)
		n += answer_is(one, "channel", "sms") &&
		     answer_is(one, "state", state);
	json_decref(doc);
	return n;
}

static void press(struct scratch *s)
{
	keyed_press(s, KEY1, 100, "accepted");
}

static size_t count_of(const char *text, const char *number)
{
	size_t n = 0;

	for (; (text = strstr(text, number)); text += strlen(number))
		n++;
	return n;
}

static void two_that_hear_one_press_text_each_contact_once(void **state)
{
	struct place *p = *state;
	char *text;

	settle(p);
	press(p->one);
	press(&p->two);
	UNTIL(spool_count(p->one) == 2);
	UNTIL(attempts(&p->two, "dropped") == 2);
	assert_int_equal(spool_count(&p->two), 0);
	text = spool_text(p->one);
	assert_int_equal(count_of(text, "+33639980001"), 1);
	assert_int_equal(count_of(text, "+33639980002"), 1);
	free(text);

}

/* It was about to hear the press: the second has nobody to wait for. */
static void the_second_texts_when_the_first_is_killed_at_the_press(void **state)
{
	struct place *p = *state;
	char *text;

	settle(p);
	assert_int_equal(kill(p->one->pid, SIGSTOP), 0);
	press(&p->two);
	alerted_kill(p->one);
	assert_int_equal(spool_count(&p->two), 0);
	UNTIL(spool_count(&p->two) == 2);
	assert_int_equal(spool_count(p->one), 0);
	text = spool_text(&p->two);
	assert_int_equal(count_of(text, "+33639980001"), 1);
	assert_int_equal(count_of(text, "+33639980002"), 1);
	free(text);
}

#define T(test) cmocka_unit_test_setup_teardown(test, open_place, close_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(two_that_hear_one_press_text_each_contact_once),
		T(the_second_texts_when_the_first_is_killed_at_the_press),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
