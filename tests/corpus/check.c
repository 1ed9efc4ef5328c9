/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check ALERTE FRAMES: gives FRAMES to `ALERTE decode --batch` and compares
 * each answer with its row, by the rules of README.md.
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

static int failed, passed;

static const char *word(const json_t *row, const char *name)
{
	const char *s = json_string_value(json_object_get(row, name));

	return s ? s : "";
}

static void wrong(const json_t *row, const json_t *answer, const char *what)
{
	char *said = json_dumps(answer, JSON_COMPACT);

	printf("%s %s: %s\n  %s\n  answered %s\n", word(row, "id"),
	       word(row, "kind"), what, word(row, "adv"), said ? said : "-");
	free(said);
	failed++;
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* A number of the row, where it has one, is the answer's. */
static bool agrees(const json_t *row, const char *name, const json_t *answer,
		   const char *as)
{
	const json_t *wanted = json_object_get(row, name);

	return !wanted || json_is_null(wanted) ||
	       json_equal(wanted, json_object_get(answer, as));
}

/* Equal, but for the button where sources number it differently. */
static bool same_press(const json_t *wanted, const json_t *press)
{
	const json_t *button = json_object_get(wanted, "button");

	return json_equal(json_object_get(wanted, "gesture"),
			  json_object_get(press, "gesture")) &&
	       (json_is_null(button) ||
		json_equal(button, json_object_get(press, "button")));
}

/* Where only "alert" is agreed on, any press will do for true. */
static bool presses_agree(const json_t *row, const json_t *presses)
{
	const json_t *wanted = json_object_get(row, "presses");
	size_t n = json_array_size(presses);

	if (!json_is_array(wanted))
		return json_is_true(json_object_get(row, "alert")) ? n > 0 :
								     n == 0;
	if (n != json_array_size(wanted))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!same_press(json_array_get(wanted, i),
				json_array_get(presses, i)))
			return false;
	return true;
}

/* MiBeacon before version 4 opens, but nothing in it is verified. */
static bool opened(const json_t *answer, bool verified)
{
	return json_is_null(json_object_get(answer, "error")) &&
	       !strcmp(word(answer, "trust"), verified ? "weak" : "none");
}

static bool is_legacy(const json_t *row)
{
	const char *data = strstr(word(row, "adv"), "1695fe");

	return data && data[8] <= '3';
}

static const char *compare_known(const json_t *row, const json_t *answer)
{
	bool error = !json_is_null(json_object_get(answer, "error"));
	bool decrypts = json_is_true(json_object_get(row, "decrypts"));

	if (!presses_agree(row, json_object_get(answer, "presses")))
		return "other presses";
	if (json_is_true(json_object_get(row, "alert")) && error)
		return "a press was refused";
	if (decrypts && !opened(answer, !is_legacy(row)))
		return "its key does not open it";
	if (json_is_true(json_object_get(row, "encrypted")) && !decrypts &&
	    strcmp(word(answer, "error"), "not-opened"))
		return "it was opened without its key";
	if (!error && !agrees(row, "battery", answer, "battery_percent"))
		return "another battery";
	if (!error && !agrees(row, "packet_id", answer, "packet_id"))
		return "another packet id";
	/* A number that nobody authenticated is no counter of ours. */
	if (decrypts && !agrees(row, "counter", answer, "counter"))
		return "another counter";
	return NULL;
}

/* Kinds of rows of which nothing may stay unread, and their formats. */
static const struct known {
	const char *kind, *format;
} known[] = {
	{ "bthome_v", "bthome-v" },
	{ "mibeacon_", "mibeacon" },
	{ "mfg_ef88_", "govee" },
	{ "nodon_", "nodon" },
	{ "ela_", "ela" },
	{ "moko_", "moko" },
	{ "blueup_", "blueup" },
};

static const char *compare(const json_t *row, const json_t *answer)
{
	const char *kind = word(row, "kind"), *format = word(answer, "format");

	if (!json_equal(json_object_get(row, "id"),
			json_object_get(answer, "id")))
		return "answers are out of step";
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (starts(kind, known[i].kind) &&
		    !starts(format, known[i].format))
			return "another format";
	if (*format || starts(kind, "malformed"))
		return compare_known(row, answer);
	if (json_array_size(json_object_get(answer, "presses")))
		return "a press out of nothing";
	return NULL;
}

/* The command's answers to everything in frames; *child is its process. */
static FILE *ask(const char *alerte, const char *frames, pid_t *child)
{
	int in = open(frames, O_RDONLY), pipes[2];

	if (in < 0 || pipe(pipes) < 0)
		return NULL;

	*child = fork();
	if (*child == 0) {
		dup2(in, STDIN_FILENO);
		dup2(pipes[1], STDOUT_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		execl(alerte, alerte, "decode", "--batch", (char *)NULL);
		_exit(127);
	}
	close(in);
	close(pipes[1]);
	return *child < 0 ? NULL : fdopen(pipes[0], "r");
}

static json_t *next(FILE *f)
{
	return json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL);
}

int main(int argc, char **argv)
{
	FILE *rows = argc == 3 ? fopen(argv[2], "r") : NULL, *answers;
	json_t *row, *answer;
	int status = -1;
	pid_t child;

	answers = rows ? ask(argv[1], argv[2], &child) : NULL;
	if (!answers) {
		fprintf(stderr, "usage: check ALERTE FRAMES\n");
		return 2;
	}

	while ((row = next(rows))) {
		const char *what;

		answer = next(answers);
		what = answer ? compare(row, answer) : "no answer";
		if (what)
			wrong(row, answer, what);
		else
			passed++;
		json_decref(answer);
		json_decref(row);
	}

	fclose(answers);
	fclose(rows);
	waitpid(child, &status, 0);
	if (status || !passed) {
		printf("the command ended with status %d\n", status);
		failed++;
	}
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
