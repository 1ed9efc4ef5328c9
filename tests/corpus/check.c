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

static const char *compare_known(const json_t *row, const json_t *answer)
{
	const json_t *presses = json_object_get(answer, "presses");
	const json_t *wanted = json_object_get(row, "presses");
	bool error = !json_is_null(json_object_get(answer, "error"));

	if (json_is_array(wanted) ? !json_equal(wanted, presses) :
				    json_array_size(presses) != 0)
		return "other presses";
	if (json_is_true(json_object_get(row, "alert")) && error)
		return "a press was refused";
	if (json_is_true(json_object_get(row, "decrypts")) &&
	    (error || strcmp(word(answer, "trust"), "weak")))
		return "its key does not open it";
	if (json_is_true(json_object_get(row, "encrypted")) &&
	    !json_is_true(json_object_get(row, "decrypts")) &&
	    strcmp(word(answer, "error"), "not-opened"))
		return "it was opened without its key";
	if (!error && !agrees(row, "battery", answer, "battery_percent"))
		return "another battery";
	if (!error && !agrees(row, "counter", answer, "counter"))
		return "another counter";
	if (starts(word(row, "kind"), "bthome_v") &&
	    !starts(word(answer, "format"), "bthome-v"))
		return "another format";
	return NULL;
}

static const char *compare(const json_t *row, const json_t *answer)
{
	const char *kind = word(row, "kind");

	if (!json_equal(json_object_get(row, "id"),
			json_object_get(answer, "id")))
		return "answers are out of step";
	if (starts(kind, "bthome") || starts(kind, "malformed"))
		return compare_known(row, answer);
	if (json_is_false(json_object_get(row, "alert")) &&
	    json_array_size(json_object_get(answer, "presses")))
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
