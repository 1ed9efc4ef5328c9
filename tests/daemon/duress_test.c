/* SPDX-License-Identifier: Apache-2.0 */
/*
 * L8, through the real daemon and the real command: two gateways with one and
 * the same store live the same minutes, one cancelled with the cancel code, the
 * other with the duress code, and behind the second a conversation goes on.
 * Every surface is written down, and must be the same to the letter; nothing is
 * made alike but instants, the folder and the process.
 */
#include <ctype.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "play/play.h"
#include "scratch.h"

#define MARC "+33639980001"
#define ASSO "+33639980003"
#define RELAY "+33639980114"
#define BUTTON "54:48:E6:8F:80:A5"
#define OBJECT "/org/alerte/Alerted1"
#define CONTROL "org.alerte.Alerted1"

static const char site[] =
	"contact \"marc\" {\n\tname = \"Marc\"\n\tnumber = \"" MARC "\"\n}\n"
	"contact \"asso\" {\n\tname = \"Association X\"\n"
	"\tnumber = \"" ASSO "\"\n\trole = \"association\"\n}\n"
	"wearer \"marie\" {\n\tname = \"Marie Durand\"\n"
	"\tshort_name = \"Marie D.\"\n"
	"\tplace = \"12 rue Garibaldi, 69003 Lyon\"\n"
	"\tcancel_code = \"tulipe42\"\n\tduress_code = \"jonquille\"\n"
	"\tcontact = {\"marc\"}\n}\n"
	"policy \"day\" {\n\tstep {\n\t\tto = {\"marc:sms\", \"relay114\"}\n"
	"\t}\n\tstep {\n\t\tafter = 600\n\t\tto = {\"asso:sms\"}\n\t}\n}\n"
	"policy \"calm\" {\n\tstep {\n\t\tto = {\"marc:sms\"}\n\t}\n}\n"
	"button \"kitchen\" {\n\twearer = \"marie\"\n"
	"\taddress = \"" BUTTON "\"\n"
	"\tkey = \"231d39c1d7cc1ab1aee224cd096db932\"\n"
	"\trule = {\"*:*=day\", \"*:double=calm\"}\n}\n";

struct story {
	struct scratch *s;
	sd_bus *watcher;
	char *text;
	size_t len;
	FILE *out;
};

/* ------------------------------------------------------- what is written */

/* "2026-11-24T14:05:07" and shorter, from where the year begins; 0: none. */
static size_t instant_length(const char *at)
{
	static const char form[] = "dddd-dd-dd?dd:dd:dd";
	size_t n = 0;

	while (form[n] && (form[n] == 'd' ? isdigit((unsigned char)at[n]) :
			   form[n] == '?' ? at[n] == 'T' || at[n] == ' ' :
			   at[n] == form[n]))
		n++;
	return n >= 16 ? n : 0;
}

/* How long ago a frame was heard: "12 s", or what an "_age_ms" holds. */
static size_t age_length(const char *at, const char *text)
{
	static const char name[] = "_age_ms\":";
	size_t n = strspn(at, "0123456789"), back = sizeof(name) - 1;

	if (!n || (at > text && isdigit((unsigned char)at[-1])))
		return 0;
	if ((size_t)(at - text) >= back && !strncmp(at - back, name, back))
		return n;
	return !strncmp(at + n, " s", 2) && !isalpha((unsigned char)at[n + 2])
	       ? n : 0;
}

static void add(struct story *y, const char *whole)
{
	const char *text = whole;
	size_t dir = strlen(y->s->dir), n;

	while (*text) {
		if (!strncmp(text, y->s->dir, dir)) {
			fputs("FOLDER", y->out);
			text += dir;
		} else if ((n = instant_length(text))) {
			fputs("INSTANT", y->out);
			text += n;
		} else if ((n = age_length(text, whole))) {
			fputs("AGE", y->out);
			text += n;
		} else {
			fputc(*text++, y->out);
		}
	}
	fputc('\n', y->out);
}

static void add_method(struct story *y, const char *method, const char *types,
		       int64_t after, const char *which)
{
	char *text;

	if (!strcmp(types, "xu"))
		text = call(y->s, method, types, after, 0);
	else
		text = call(y->s, method, types, which);
	fprintf(y->out, "%s: ", method);
	add(y, text ? text : "an error");
	free(text);
}

/* The code and the hour of a draft are those of the moment it is asked for. */
static void mask_draft(char *text)
{
	const char *ok = strstr(text, "OK ");
	char code[4] = "";

	if (ok)
		memcpy(code, ok + 3, 3);
	for (char *at = text; *at; at++) {
		if (*code && !strncmp(at, code, 3))
			memcpy(at, "???", 3);
		if (isdigit((unsigned char)at[0]) &&
		    isdigit((unsigned char)at[1]) && at[2] == 'h' &&
		    isdigit((unsigned char)at[3]) &&
		    isdigit((unsigned char)at[4]))
			memcpy(at, "##h##", 5);
	}
}

static void add_preview(struct story *y, const char *which)
{
	char *text = call(y->s, "Preview", "sssb", which, "", "", 1);

	fprintf(y->out, "Preview %s: ", which);
	if (text)
		mask_draft(text);
	add(y, text ? text : "an error");
	free(text);
}

/* Who may list the folder sees no more than who may read it (K1). */
static void add_files(struct story *y)
{
	static const char *const names[] = {
		"state/alerte.db", "state/alerte.db-wal"
	};
	char path[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_int_equal(stat(scratch_path(y->s, names[i], path),
				      &st), 0);
		fprintf(y->out, "%s %lld\n", names[i], (long long)st.st_size);
	}
}

static void add_introspection(struct story *y)
{
	sd_bus_message *reply = NULL;
	const char *text, *state;

	assert_true(sd_bus_call_method(y->s->bus, NULL, OBJECT,
				       "org.freedesktop.DBus.Introspectable",
				       "Introspect", NULL, &reply, "") >= 0);
	assert_true(sd_bus_message_read(reply, "s", &text) >= 0);
	add(y, text);
	sd_bus_message_unref(reply);
	assert_true(sd_bus_get_property(y->s->bus, NULL, OBJECT, CONTROL,
					"State", NULL, &reply, "s") >= 0);
	assert_true(sd_bus_message_read(reply, "s", &state) >= 0);
	add(y, state);
	sd_bus_message_unref(reply);
}

/* --------------------------------------------------------------- signals */

static int on_signal(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct story *y = context;
	const char *a, *b;
	int64_t id;

	(void)error;
	if (!sd_bus_message_is_signal(m, CONTROL, NULL))
		return 0;
	fprintf(y->out, "signal %s", sd_bus_message_get_member(m));
	if (sd_bus_message_has_signature(m, "xss")) {
		sd_bus_message_read(m, "xss", &id, &a, &b);
		fprintf(y->out, " %lld %s %s", (long long)id, a, b);
	}
	fputc('\n', y->out);
	return 0;
}

static void watch(struct story *y)
{
	char path[PATH_MAX], address[PATH_MAX + 16];

	snprintf(address, sizeof(address), "unix:path=%s",
		 scratch_path(y->s, "run/control", path));
	assert_true(sd_bus_new(&y->watcher) >= 0);
	assert_true(sd_bus_set_address(y->watcher, address) >= 0);
	assert_true(sd_bus_add_filter(y->watcher, NULL, on_signal, y) >= 0);
	assert_true(sd_bus_start(y->watcher) >= 0);
	/* answered: from now on it is told */
	assert_true(sd_bus_call_method(y->watcher, NULL, OBJECT, CONTROL,
				       "Timers", NULL, NULL, "") >= 0);
}

/* What was told before an answer is there before the answer. */
static void add_signals(struct story *y)
{
	assert_true(sd_bus_call_method(y->watcher, NULL, OBJECT, CONTROL,
				       "Timers", NULL, NULL, "") >= 0);
	while (sd_bus_process(y->watcher, NULL) > 0)
		;
}

/* --------------------------------------------------------------- command */

static void command_path(char out[PATH_MAX])
{
	const char *daemon = getenv("ALERTED");
	char self[PATH_MAX];
	ssize_t n;
	int up = daemon ? 1 : 3;

	if (daemon)
		n = snprintf(self, sizeof(self), "%s", daemon);
	else
		n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	assert_true(n > 0 && n < (ssize_t)sizeof(self) - 16);
	self[n] = '\0';
	while (up--)
		*strrchr(self, '/') = '\0';
	snprintf(out, PATH_MAX, "%.4000s/alerte", self);
}

static void exec_command(const struct scratch *s, const char *input,
			 const char *const *words)
{
	char path[PATH_MAX], file[PATH_MAX], socket[PATH_MAX];
	const char *argv[12] = { "alerte", "--lang", "en", "--socket",
				 scratch_path(s, "run/control", socket) };
	int n = 5, fd, ends[2];

	while (*words && n < 11)
		argv[n++] = *words++;
	argv[n] = NULL;
	if (pipe(ends) < 0 ||
	    write(ends[1], input, strlen(input)) != (ssize_t)strlen(input))
		_exit(126);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	fd = open(scratch_path(s, "said", file),
		  O_WRONLY | O_CREAT | O_TRUNC, 0600);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	command_path(path);
	execv(path, (char *const *)argv);
	_exit(127);
}

/* Its name, its exit code, and all it says. */
static void add_command(struct story *y, const char *input,
			const char *const *words)
{
	pid_t child = fork();
	int status;
	char *said;

	assert_true(child >= 0);
	if (!child)
		exec_command(y->s, input, words);
	assert_int_equal(waitpid(child, &status, 0), child);
	said = scratch_read(y->s, "said");
	fprintf(y->out, "alerte %s: exit %d\n", words[0],
		WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	add(y, said);
	free(said);
}

#define COMMAND(y, input, ...) \
	add_command(y, input, (const char *const[]){ __VA_ARGS__, NULL })

/* ------------------------------------------------------------ everything */

/* which: the number of an alert, for a code is of a live one only */
static void add_all(struct story *y, const char *which)
{
	add_signals(y);
	add_method(y, "Status", "", 0, NULL);
	add_method(y, "Alerts", "xu", 0, NULL);
	add_method(y, "Show", "s", 0, which);
	add_method(y, "Show", "s", 0, "1");
	add_method(y, "Show", "s", 0, "1099511627777");
	add_method(y, "Export", "", 0, NULL);
	add_method(y, "Buttons", "", 0, NULL);
	add_method(y, "Timers", "", 0, NULL);
	add_method(y, "Enrolment", "", 0, NULL);
	add_method(y, "Contacts", "", 0, NULL);
	add_preview(y, "kitchen");
	add_preview(y, which);
	add_introspection(y);
	COMMAND(y, "", "status");
	COMMAND(y, "", "--json", "status");
	COMMAND(y, "", "alerts");
	COMMAND(y, "", "--json", "alerts");
	COMMAND(y, "", "show", which);
	COMMAND(y, "", "--json", "show", which);
	COMMAND(y, "", "show", "1");
	COMMAND(y, "", "export");
	COMMAND(y, "", "--json", "buttons");
	COMMAND(y, "", "timer");
	COMMAND(y, "", "--json", "timer");
	COMMAND(y, "", "buttons");
	COMMAND(y, "", "contacts");
	COMMAND(y, "", "--json", "contacts");
	COMMAND(y, "", "--lang", "fr", "show", which);
	COMMAND(y, "", "--lang", "fr", "status");
	add_files(y);
}

static long long number_of(struct scratch *s, const char *name)
{
	json_t *doc = ask(s, "Status", "");
	long long n = json_integer_value(json_object_get(doc, name));

	json_decref(doc);
	return n;
}

/* Until nothing that shows waits; what the spool holds was counted before. */
static void quiet(struct story *y)
{
	for (int i = 0; i < 1000 && number_of(y->s, "waiting"); i++)
		usleep(10000);
	assert_int_equal(number_of(y->s, "waiting"), 0);
}

/* 1 a press, 2 a double one. */
static void press(struct story *y, uint32_t counter, uint8_t code)
{
	static const uint8_t key[16] = { 0x23, 0x1d, 0x39, 0xc1, 0xd7, 0xcc,
					 0x1a, 0xb1, 0xae, 0xe2, 0x24, 0xcd,
					 0x09, 0x6d, 0xb9, 0x32 };
	static const uint8_t address[6] = { 0x54, 0x48, 0xe6, 0x8f, 0x80,
					    0xa5 };
	struct bthome b = { .address = address, .key = key,
			    .counter = counter, .codes = &code, .ncodes = 1 };
	uint8_t data[128];
	int len = bthome_advert(&b, data, sizeof(data));
	char *word = hear(y->s, BUTTON, data, (size_t)len);

	assert_non_null(word);
	assert_string_equal(word, "accepted");
	free(word);
}

struct alert_name {
	char id[24], code[8];
};

/* Of the n-th alert, from 0. */
static struct alert_name name_of(struct story *y, size_t n)
{
	json_t *doc = ask(y->s, "Alerts", "xu", (int64_t)0, 0);
	const json_t *alert = json_array_get(json_object_get(doc, "alerts"),
					     n);
	struct alert_name name;

	assert_non_null(alert);
	snprintf(name.id, sizeof(name.id), "%lld", (long long)
		 json_integer_value(json_object_get(alert, "id")));
	snprintf(name.code, sizeof(name.code), "%s",
		 json_string_value(json_object_get(alert, "code")));
	json_decref(doc);
	return name;
}

/* --------------------------------------------------------------- a story */

/* Behind a duress cancel the association and the 114 are heard and answered. */
static size_t go_on(struct story *y, const char *code, size_t texts)
{
	char text[64], *all;

	assert_true(spool_wait(y->s, texts + 1));
	snprintf(text, sizeof(text), "ok %s", code);
	spool_reply(y->s, ASSO, text);
	assert_true(spool_wait(y->s, texts + 2));
	spool_reply(y->s, RELAY,
		    "Le 114 a bien reçu votre SMS et répond bientôt");
	assert_true(spool_wait(y->s, texts + 3));
	spool_reply(y->s, RELAY, "Combien de personnes ?");
	assert_true(spool_wait(y->s, texts + 4));
	all = spool_text(y->s);
	assert_non_null(strstr(all, "annulation sous la contrainte"));
	assert_non_null(strstr(all, "Combien de personnes"));
	free(all);
	return texts + 4;
}

static void heard_from_nobody(struct story *y)
{
	long long heard = 0;

	for (int i = 0; i < 1000 && !heard; i++) {
		json_t *doc = ask(y->s, "Status", "");

		heard = json_integer_value(json_object_get(json_object_get(
			doc, "counters"), "unknown_senders"));
		json_decref(doc);
		usleep(10000);
	}
	assert_int_equal(heard, 1);
}

/* The radio notices within a second what was heard beside it. */
static void noticed(struct story *y)
{
	bool null = true;

	for (int i = 0; i < 1000 && null; i++) {
		char *text = call(y->s, "Status", "");

		null = strstr(text, "\"enrolled_age_ms\":null");
		free(text);
		usleep(10000);
	}
	assert_false(null);
}

static void live(struct story *y, const char *code, bool duress)
{
	struct alert_name first, second;
	size_t texts = 2;

	watch(y);
	add_all(y, "1");
	press(y, 1, 1);
	assert_true(spool_wait(y->s, texts));
	quiet(y);
	noticed(y);
	first = name_of(y, 0);
	COMMAND(y, code, "cancel", first.code);
	texts += 2;
	if (duress)
		texts = go_on(y, first.code, texts);
	assert_true(spool_wait(y->s, texts));
	quiet(y);
	add_all(y, first.id);
	COMMAND(y, "tulipe42\n", "cancel", first.id);
	COMMAND(y, "jonquille\n", "cancel", first.id);
	COMMAND(y, "wrong-code\n", "cancel", first.code);
	COMMAND(y, "", "close", first.id, "--as", "asso");
	COMMAND(y, "", "ack", first.id, "--as", "asso");
	COMMAND(y, "Oui\n", "relay", first.id, "--as", "asso");
	texts += 1;
	assert_true(spool_wait(y->s, texts));
	quiet(y);
	COMMAND(y, "", "relay", first.id, "--as", "asso", "--closed");
	spool_reply(y->s, "+33639980199", "qui est là ?");
	heard_from_nobody(y);
	press(y, 2, 2);
	texts += 1;
	assert_true(spool_wait(y->s, texts));
	quiet(y);
	second = name_of(y, 1);
	add_all(y, second.id);
	COMMAND(y, "tulipe42\n", "cancel", second.code);
	texts += 1;
	assert_true(spool_wait(y->s, texts));
	quiet(y);
	add_all(y, second.id);
	add_all(y, first.id);
}

static void arm(struct scratch *s)
{
	char *token = call(s, "Arm", "s", "asso"), *armed;

	assert_non_null(token);
	armed = call(s, "ArmConfirm", "ss", "asso", token);
	assert_non_null(armed);
	free(armed);
	free(token);
}

static void prepare(struct scratch *s)
{
	json_t *doc;

	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	doc = apply(s, site, false);
	if (json_array_size(json_object_get(doc, "errors")))
		fail_msg("%s", json_dumps(doc, 0));
	json_decref(doc);
	arm(s);
	assert_int_equal(alerted_stop(s), 0);
}

static void copy_state(const struct scratch *from, const struct scratch *to)
{
	char a[PATH_MAX], b[PATH_MAX];
	pid_t child = fork();
	int status;

	if (!child) {
		execlp("cp", "cp", "-a", scratch_path(from, "state", a),
		       scratch_path(to, "state", b), (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static char *tell(struct scratch *s, const char *code, bool duress)
{
	struct story y = { .s = s };
	char *log;

	y.out = open_memstream(&y.text, &y.len);
	assert_non_null(y.out);
	scratch_write(s, "err", "");
	alerted_start(s, false);
	live(&y, code, duress);
	sd_bus_close_unref(y.watcher);
	fprintf(y.out, "exit %d\n", alerted_stop(s));
	log = scratch_read(s, "err");
	assert_null(strstr(log, "jonquille"));
	add(&y, log);
	free(log);
	fclose(y.out);
	return y.text;
}

static void assert_alike(const char *a, const char *b)
{
	size_t line = 0, i = 0;

	for (; a[i] && a[i] == b[i]; i++)
		if (a[i] == '\n')
			line = i + 1;
	if (a[i] != b[i])
		fail_msg("after the cancel code:\n%.*s%.300s\n"
			 "after the duress code:\n%.300s", (int)(i - line),
			 a + line, a + i, b + i);
}

static void buses_inside(const struct scratch *s)
{
	char path[PATH_MAX], address[PATH_MAX + 16];

	snprintf(address, sizeof(address), "unix:path=%s",
		 scratch_path(s, "no-bus", path));
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
}

static void every_surface_is_the_same_after_both_codes(void **state)
{
	struct scratch *first = *state, *second;
	char *a, *b;

	prepare(first);
	assert_int_equal(scratch_setup((void **)&second), 0);
	scratch_conf(second);
	scratch_write(second, "frames", "");
	copy_state(first, second);
	b = tell(second, "jonquille\n", true);
	scratch_teardown((void **)&second);
	buses_inside(first);
	a = tell(first, "tulipe42\n", false);
	assert_alike(a, b);
	free(a);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_surface_is_the_same_after_both_codes,
			scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
