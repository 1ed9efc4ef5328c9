/* SPDX-License-Identifier: Apache-2.0 */
/* Checking alerted.conf: the daemon's own reader does it. */

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "program.h"

#define CONFIG "/etc/alerted/alerted.conf"

static int not_run(const struct cli *c, const char *path, int error)
{
	return complainf(c, EX_UNAVAILABLE,
			 TR(c, "the file was not checked",
			    "le fichier n'a pas été vérifié"),
			 TR(c, "install alerted, or name it: ALERTED=/path/to/alerted",
			    "installez alerted, ou nommez-le : ALERTED=/chemin/de/alerted"),
			 TR(c, "%s: %s", "%s : %s"), path, strerror(error));
}

/* The daemon's sentences and exit code are ours. */
static int check(const struct cli *c, const char *daemon, const char *file)
{
	char *argv[] = { (char *)daemon, "--check", "--config", (char *)file,
			 NULL };
	int status, r;
	pid_t child;

	fflush(stdout);
	r = posix_spawn(&child, daemon, NULL, NULL, argv, environ);
	if (r != 0)
		return not_run(c, daemon, r);

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return not_run(c, daemon, errno);
	}

	if (!WIFEXITED(status))
		return not_run(c, daemon, EIO);

	return WEXITSTATUS(status);
}

static int run(struct cli *c, int argc, char **argv)
{
	char daemon[PROGRAM_MAX];
	const char *file;
	int n, code, r = args_read(c, argc, argv, NULL, &n);

	if (r != 0)
		return r;
	if (n < 1 || n > 2 || strcmp(argv[1], "check") != 0)
		return complain_usage(c, TR(c, "wanted: config check [FILE]",
					    "attendu : config check [FICHIER]"));

	file = n == 2 ? argv[2] : CONFIG;
	if (access(file, R_OK) < 0)
		return complainf(c, EX_NOINPUT,
				 TR(c, "the file was not checked",
				    "le fichier n'a pas été vérifié"),
				 TR(c, "check the name and who may read it",
				    "vérifiez le nom et qui peut le lire"),
				 TR(c, "%s: %s", "%s : %s"), file, strerror(errno));

	r = program_find("alerted", daemon);
	if (r < 0)
		return not_run(c, "alerted", -r);

	code = check(c, daemon, file);
	if (c->json)
		printf("{\"schema\":\"alerte/1\",\"good\":%s}\n",
		       code == 0 ? "true" : "false");
	else if (code == 0)
		fprintf(stderr, TR(c, "%s is good.\n", "%s est bon.\n"), file);

	return code;
}

const struct command config_command = {
	.name = "config",
	.run = run,
	.group = GROUP_TRY,
	.usage = { "check [FILE]", "check [FICHIER]" },
	.summary = { "check the machine's settings, alerted.conf",
		     "vérifier les réglages de la machine, alerted.conf" },
	.help = {
		"Reads FILE, or /etc/alerted/alerted.conf, as alerted would, and prints each\n"
		"error with its line. Nothing is started or changed. Exit code 78 when it is\n"
		"wrong. The syntax is in alerted.conf(5).\n"
		"\n"
		"  alerte config check\n"
		"  alerte config check ./alerted.conf\n",

		"Lit FICHIER, ou /etc/alerted/alerted.conf, comme le ferait alerted, et écrit\n"
		"chaque erreur avec sa ligne. Rien n'est lancé ni changé. Code 78 s'il est faux.\n"
		"La syntaxe est dans alerted.conf(5).\n"
		"\n"
		"  alerte config check\n"
		"  alerte config check ./alerted.conf\n",
	},
};
