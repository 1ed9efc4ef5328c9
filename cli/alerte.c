/* SPDX-License-Identifier: Apache-2.0 */
/* The command: options, verb, and the table of verbs. */

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "cli.h"

/* In the order of the help. */
const struct command *const commands[] = {
	&status_command,
	&alerts_command,
	&show_command,
	&export_command,
	&ack_command,
	&cancel_command,
	&close_command,
	&relay_command,
	&timer_command,
	&apply_command,
	&pair_command,
	&buttons_command,
	&contacts_command,
	&preview_command,
	&test_command,
	&arm_command,
	&disarm_command,
	&lock_command,
	&backup_command,
	&restore_command,
	&demo_command,
	&decode_command,
	&button_command,
	&config_command,
	&receiver_command,
	NULL,
};

const struct command *command_find(const char *name)
{
	size_t i;

	for (i = 0; commands[i] != NULL; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}

	return NULL;
}

#define NAME_MAX_LEN 15

/* Edits between two names, a swap of neighbours being one; 99 if too long. */
static unsigned distance(const char *a, const char *b)
{
	unsigned d[NAME_MAX_LEN + 1][NAME_MAX_LEN + 1];
	size_t la = strlen(a), lb = strlen(b), i, j;

	if (la > NAME_MAX_LEN || lb > NAME_MAX_LEN)
		return 99;

	for (i = 0; i <= la; i++)
		d[i][0] = (unsigned)i;
	for (j = 0; j <= lb; j++)
		d[0][j] = (unsigned)j;

	for (i = 1; i <= la; i++) {
		for (j = 1; j <= lb; j++) {
			unsigned same = a[i - 1] == b[j - 1] ? 0 : 1;
			unsigned best = d[i - 1][j - 1] + same;

			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;

			d[i][j] = best;
		}
	}

	return d[la][lb];
}

const struct command *command_near(const char *name)
{
	const struct command *near = NULL;
	unsigned best = 3, far;
	size_t i, len = strlen(name);

	for (i = 0; commands[i] != NULL; i++) {
		far = distance(name, commands[i]->name);
		/* The beginning of a verb is as good as one slip. */
		if (len >= 3 && strncmp(name, commands[i]->name, len) == 0)
			far = 1;

		if (far < best) {
			best = far;
			near = commands[i];
		}
	}

	return near;
}

/* The first of these that is set decides (POSIX, 8.2 Internationalization). */
static bool locale_is_french(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *value;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		value = getenv(names[i]);
		if (value != NULL && *value != '\0')
			return strncmp(value, "fr", 2) == 0;
	}

	return false;
}

static int unknown_verb(const struct cli *c, const char *name)
{
	const struct command *near = command_near(name);
	char next[80];

	snprintf(next, sizeof(next), "alerte %s",
		 near != NULL ? near->name : "help");

	return complainf(c, EX_USAGE, TR(c, "nothing was done",
					 "rien n'a été fait"), next,
			 near != NULL ?
			 TR(c, "there is no verb \"%s\"; did you mean the one below?", "il n'y a pas de verbe « %s » ; vouliez-vous celui-ci ?") :
			 TR(c, "there is no verb \"%s\"",
			    "il n'y a pas de verbe « %s »"), name);
}

static int help_verb(const struct cli *c, int argc, char **argv)
{
	const struct command *cmd;

	if (argc < 2) {
		help_all(c);
		return 0;
	}

	cmd = command_find(argv[1]);
	if (cmd == NULL)
		return unknown_verb(c, argv[1]);

	help_one(c, cmd);
	return 0;
}

static bool asks_help(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return true;
	}

	return false;
}

/* The global options among the arguments count for the help too. */
static void take_global(struct cli *c, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		args_global(c, argc, argv, i);
}

static int run_verb(struct cli *c, int argc, char **argv)
{
	const struct command *cmd;
	int r;

	c->verb = argv[0];
	if (strcmp(argv[0], "help") == 0)
		return help_verb(c, argc, argv);

	cmd = command_find(argv[0]);
	if (cmd == NULL)
		return unknown_verb(c, argv[0]);

	if (c->help || asks_help(argc, argv)) {
		take_global(c, argc, argv);
		help_one(c, cmd);
		return 0;
	}

	r = cmd->run(c, argc, argv);
	bus_close(c);
	return r;
}

/* Data that did not reach its reader was not given. */
static int flush_data(const struct cli *c, int code)
{
	bool failed = ferror(stdout), whole = fflush(stdout) == 0 && !failed;
	int error = failed || errno == 0 ? EIO : errno;

	if (whole || code != 0)
		return code;
	/* The reader, as head(1), had enough: that needs no sentence. */
	if (error == EPIPE || errno == EPIPE)
		return EX_IOERR;

	return complain(c, EX_IOERR,
			TR(c, "the output was not written",
			   "la sortie n'a pas été écrite"), strerror(error),
			TR(c, "check the space and the name: df -h",
			   "vérifiez la place et le nom : df -h"));
}

/* Passphrases, keys and codes pass through: no core file may hold one. */
static void leave_no_core(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

int main(int argc, char **argv)
{
	struct cli c = { .french = locale_is_french() };
	int i = 1, taken;

	leave_no_core();
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	c.verb = "";

	while (i < argc && argv[i][0] == '-') {
		if (strcmp(argv[i], "--version") == 0) {
			puts("alerte " ALERTE_VERSION);
			return flush_data(&c, 0);
		}

		taken = args_global(&c, argc, argv, i);
		if (taken < 0)
			return EX_USAGE;
		if (taken == 0)
			return complainf(&c, EX_USAGE,
					 TR(&c, "nothing was done",
					    "rien n'a été fait"),
					 "alerte help",
					 TR(&c, "there is no option %.*s",
					    "il n'y a pas d'option %.*s"),
					 args_name(argv[i]), argv[i]);
		i += taken;
	}

	if (i == argc && c.help) {
		help_all(&c);
		return flush_data(&c, 0);
	}

	if (i == argc)
		return complain(&c, EX_USAGE,
				TR(&c, "nothing was done",
				   "rien n'a été fait"),
				TR(&c, "no verb was given",
				   "aucun verbe n'a été donné"),
				"alerte help");

	return flush_data(&c, run_verb(&c, argc - i, argv + i));
}
