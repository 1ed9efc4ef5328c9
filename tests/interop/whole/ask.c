/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../https/harness.h"
#include "whole.h"

#define WORDS_MAX 24

int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void pause_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

/* -------------------------------------------------------- the command */

static char *read_all(int fd)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	char part[4096];
	ssize_t n;

	while ((n = read(fd, part, sizeof(part))) > 0)
		fwrite(part, 1, (size_t)n, out);
	fclose(out);
	return text;
}

int run(char **out, const char *const argv[])
{
	int fd[2], status;
	char *text;
	pid_t pid;

	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);
		int log = open(scratch("command.log"),
			       O_WRONLY | O_CREAT | O_APPEND, 0600);

		dup2(null, 0);
		dup2(fd[1], 1);
		dup2(log, 2);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}

	close(fd[1]);
	text = read_all(fd[0]);
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (out)
		*out = text;
	else
		free(text);
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : 128 + WTERMSIG(status);
}

int alerte(char **out, const char *const words[])
{
	const char *argv[WORDS_MAX + 4] = { scratch("bin/alerte") };
	size_t n = 1;

	if (house.by_socket) {
		argv[n++] = "--socket";
		argv[n++] = scratch("run/control");
	} else {
		argv[n++] = "--system";
	}
	for (size_t i = 0; words[i] && i < WORDS_MAX; i++)
		argv[n++] = words[i];

	return run(out, argv);
}

static json_t *ask(const char *verb, const char *word)
{
	char *text = NULL;
	json_t *doc = NULL;

	if (!alerte(&text, (const char *const[]){ "--json", verb, word, NULL }))
		doc = json_loads(text, 0, NULL);
	free(text);
	return doc;
}

static const char *word_of(json_t *o, const char *key, char out[256])
{
	json_t *value = json_object_get(o, key);

	if (json_is_boolean(value))
		snprintf(out, 256, "%s", json_is_true(value) ? "yes" : "no");
	else
		snprintf(out, 256, "%s", json_string_value(value)
			 ? json_string_value(value) : "");
	return out;
}

static bool says(json_t *o, const char *key, const char *value)
{
	char word[256];

	return !strcmp(word_of(o, key, word), value);
}

/* ------------------------------------------------------------- alerts */

static json_t *latest(void)
{
	json_t *doc = ask("alerts", NULL);
	json_t *list = json_object_get(doc, "alerts");
	size_t n = json_array_size(list);
	json_t *alert = n ? json_incref(json_array_get(list, n - 1)) : NULL;

	json_decref(doc);
	return alert;
}

const char *alert_word(const char *key)
{
	static char word[256];
	json_t *alert = latest();

	word_of(alert, key, word);
	json_decref(alert);
	return word;
}

bool alert_is(const char *key, const char *value)
{
	return !strcmp(alert_word(key), value);
}

/* Some element of that list of the latest alert has all three. */
static bool some(const char *list, const char *const pair[3][2])
{
	json_t *alert = latest(), *doc, *one;
	char id[24];
	bool found = false;
	size_t i;

	if (!alert)
		return false;
	snprintf(id, sizeof(id), "%lld", (long long)json_integer_value(
			 json_object_get(alert, "id")));
	doc = ask("show", id);
	json_array_foreach(json_object_get(doc, list), i, one) {
		bool all = true;

		for (int p = 0; p < 3; p++)
			all = all && (!pair[p][0] ||
				      says(one, pair[p][0], pair[p][1]));
		found = found || all;
	}
	json_decref(doc);
	json_decref(alert);
	return found;
}

bool attempt_is(const char *channel, const char *contact, const char *state)
{
	const char *const pair[3][2] = { { "channel", channel },
		{ "contact", contact }, { "state", state } };

	return some("attempts", pair);
}

bool note_is(const char *kind, const char *text)
{
	const char *const pair[3][2] = { { "kind", kind }, { "text", text } };

	return some("notes", pair);
}

/* ------------------------------------------------------------- status */

const char *status_word(const char *key)
{
	static char word[256];
	json_t *doc = ask("status", NULL);

	word_of(doc, key, word);
	json_decref(doc);
	return word;
}

bool modem_is(const char *key, const char *value)
{
	json_t *doc = ask("status", NULL);
	bool is = says(json_object_get(doc, "modem"), key, value);

	json_decref(doc);
	return is;
}

bool modem_ready(void)
{
	json_t *doc = ask("status", NULL);
	json_t *modem = json_object_get(doc, "modem");
	bool is = says(modem, "state", "ready") &&
		  says(modem, "registration", "home");

	json_decref(doc);
	return is;
}

bool fault_is(const char *name)
{
	json_t *doc = ask("status", NULL), *one;
	bool found = false;
	size_t i;

	json_array_foreach(json_object_get(doc, "faults"), i, one)
		found = found || !strcmp(json_string_value(one), name);
	json_decref(doc);
	return found;
}

/* -------------------------------------------------------------- modem */

/* *last: the text of the one that left last, owned by the caller. */
static size_t look(const char *number, char **last)
{
	DIR *d = opendir(house.stage.sent);
	char newest[256] = "", to[64];
	struct dirent *e;
	size_t n = 0;

	snprintf(to, sizeof(to), "To: %s\n", number);
	while (d && (e = readdir(d))) {
		char path[512], *text;

		if (e->d_name[0] == '.' || strstr(e->d_name, ".tmp"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", house.stage.sent,
			 e->d_name);
		text = scratch_read(path);
		if (!strncmp(text, to, strlen(to))) {
			n++;
			if (last && strcmp(e->d_name, newest) > 0) {
				snprintf(newest, sizeof(newest), "%.255s",
					 e->d_name);
				free(*last);
				*last = text;
				continue;
			}
		}
		free(text);
	}
	if (d)
		closedir(d);
	return n;
}

size_t texts(const char *number)
{
	return look(number, NULL);
}

const char *text_to(const char *number)
{
	static char *whole;
	char *body;

	free(whole);
	whole = NULL;
	look(number, &whole);
	body = whole ? strstr(whole, "\n\n") : NULL;
	return body ? body + 2 : "";
}

void modem_do(const char *command)
{
	json_t *answer = stage_modem(&house.stage, "%s", command);

	assert_true(json_is_true(json_object_get(answer, "ok")));
	json_decref(answer);
}

void write_back(const char *from, const char *format)
{
	const char *code = alert_word("code");
	const char *at = strstr(format, "%s");
	char line[512];

	assert_int_equal(strlen(code), 3);
	if (at)
		snprintf(line, sizeof(line), "sms %s %.*s%s%s", from,
			 (int)(at - format), format, code, at + 2);
	else
		snprintf(line, sizeof(line), "sms %s %s", from, format);
	modem_do(line);
}
