/* SPDX-License-Identifier: Apache-2.0 */
/* A backup takes the place of every setting of this gateway. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup_file.h"
#include "holdings.h"
#include "memory.h"

static int fail(const struct cli *c, int code, const char *path,
		const char *why)
{
	return complainf(c, code,
			 TR(c, "nothing was restored", "rien n'a été restauré"),
			 TR(c, "check the name and who may read it",
			    "vérifiez le nom et qui peut le lire"),
			 TR(c, "%s: %s", "%s : %s"), path, why);
}

/* The file is left open behind its head. */
static int open_file(const struct cli *c, const char *path,
		     struct backup_head *head, int *out)
{
	/* Nobody is waited for at the other end of a pipe. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	int r = 0;

	if (fd < 0)
		return fail(c, EX_NOINPUT, path, strerror(errno));

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		r = fail(c, EX_NOINPUT, path,
			 TR(c, "not a file on a disk",
			    "ce n'est pas un fichier sur un disque"));
	else if (st.st_size > BACKUP_BODY_MOST + BACKUP_HEAD_BYTES ||
		 read(fd, head->bytes, sizeof(head->bytes)) !=
		 (ssize_t)sizeof(head->bytes))
		r = fail(c, EX_DATAERR, path,
			 TR(c, "not a backup of alerte",
			    "ce n'est pas une sauvegarde d'alerte"));
	else
		r = backup_head_check(c, path, head);

	if (r != 0)
		close(fd);
	else
		*out = fd;
	return r;
}

/* All behind the head, and the daemon gets what was read here. */
static int read_body(const struct cli *c, const char *path, int fd, int *out)
{
	int memory = memory_make();
	int64_t bytes = memory < 0 ? memory :
			memory_copy(fd, memory, BACKUP_BODY_MOST);

	if (bytes >= 0)
		bytes = memory_seal(memory);
	if (bytes < 0) {
		memory_close(memory);
		return bytes == -EFBIG ?
		       fail(c, EX_DATAERR, path,
			    TR(c, "not a backup of alerte",
			       "ce n'est pas une sauvegarde d'alerte")) :
		       fail(c, EX_NOINPUT, path, strerror((int)-bytes));
	}

	*out = memory;
	return 0;
}

static int agree(const struct cli *c, bool yes)
{
	if (yes)
		return 0;

	return question_ask(c, &(struct question){
		.undone = TR(c, "nothing was restored",
			     "rien n'a été restauré"),
		.stake = TR(c, "it replaces every setting of this gateway",
			    "cela remplace tous les réglages de ce boîtier"),
		.warning = TR(c, "Every person, button and policy of this gateway is replaced by those of the file.\n",
			      "Les personnes, les boutons et les règles de ce boîtier feront place à ceux du\nfichier.\n"),
		.prompt = TR(c, "Type yes to replace them: ",
			     "Tapez oui pour les remplacer : "),
	});
}

static int restore(struct cli *c, const char *secret_file,
		   const struct backup_head *head, int fd)
{
	char passphrase[PASSPHRASE_MAX] = "";
	uint8_t key[BACKUP_KEY_BYTES];
	int r = input_passphrase(c, secret_file, false, passphrase);

	if (r == 0)
		r = backup_key(c, head, passphrase, key);
	input_wipe(passphrase, sizeof(passphrase));

	if (r == 0) {
		c->key_hint = TR(c, "type the passphrase again; if it is right, the file was changed or cut",
				 "retapez la phrase secrète ; si c'est la bonne, le fichier est modifié ou coupé");
		r = bus_file(c, NULL, "Restore", key, sizeof(key), fd);
		c->key_hint = NULL;
	}

	input_wipe(key, sizeof(key));
	return r;
}

static void print_counts(const struct cli *c, const struct holdings *h,
			 bool armed)
{
	char text[160];

	if (c->json) {
		printf("{\"schema\":\"alerte/1\",\"buttons\":%zu,\"wearers\":%zu,\"contacts\":%zu,\"armed\":%s}\n",
		       h->buttons, h->wearers, h->contacts,
		       armed ? "true" : "false");
		return;
	}

	holdings_text(c, h, text, sizeof(text));
	printf(TR(c, "Restored: this gateway knows %s now.\n",
		  "Restauré : ce boîtier connaît maintenant %s.\n"), text);
}

static void report(const struct cli *c, const struct holdings *h, bool armed)
{
	print_counts(c, h, armed);
	fflush(stdout);

	/* The counters are those of the day of the backup. */
	fputs(TR(c, "Frames that somebody recorded before may be believed here, once: press every\nbutton once, announced as an exercise: alerte test WEARER --announce BUTTON.\n",
		 "Des trames que quelqu'un a enregistrées avant peuvent être crues ici, une fois :\nappuyez une fois sur chaque bouton, annoncé comme exercice :\nalerte test PORTEUSE --announce BOUTON.\n"),
	      stderr);
	fputs(TR(c, "Not in a backup: certificates' files, alerted.conf, the PIN of the SIM card.\n",
		 "Pas dans une sauvegarde : fichiers de certificats, alerted.conf, code PIN de\nla carte SIM.\n"),
	      stderr);
	fputs(armed ?
	      TR(c, "A press may text the 114 from here: alerte disarm --as WHO ends that.\n",
		 "Un appui peut écrire au 114 d'ici : alerte disarm --as QUI y met fin.\n") :
	      TR(c, "The 114 is not part of a backup: arm this gateway again, alerte arm --as WHO.\nThe gateway it came from must not run any more.\n",
		 "Le 114 n'est pas dans une sauvegarde : armez ce boîtier à nouveau,\nalerte arm --as QUI. Le boîtier d'origine ne doit plus fonctionner.\n"),
	      stderr);
}

static int tell_state(struct cli *c)
{
	struct holdings held;
	json_t *status = NULL;
	int r = holdings_read(c, &held);

	if (r == 0)
		r = bus_json(c, &status, NULL, "Status", NULL);
	if (r == 0)
		report(c, &held, json_yes(status, "armed"));

	json_decref(status);
	return r;
}

static int run(struct cli *c, int argc, char **argv)
{
	const char *secret_file = NULL;
	struct backup_head head;
	bool yes = false;
	const struct arg args[] = {
		{ "--passphrase-file", &secret_file, NULL },
		{ "--yes", NULL, &yes },
		{ NULL, NULL, NULL },
	};
	int fd = -1, memory = -1, n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 1)
		return complain_usage(c, TR(c, "wanted: one FILE of alerte backup",
					    "attendu : un FICHIER d'alerte backup"));

	r = open_file(c, argv[1], &head, &fd);
	if (r != 0)
		return r;

	r = read_body(c, argv[1], fd, &memory);
	close(fd);
	if (r == 0)
		r = agree(c, yes);
	if (r == 0)
		r = restore(c, secret_file, &head, memory);
	if (r == 0)
		r = tell_state(c);

	memory_close(memory);
	return r;
}

const struct command restore_command = {
	.name = "restore",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "FILE [--passphrase-file FILE] [--yes]",
		   "FICHIER [--passphrase-file FICHIER] [--yes]" },
	.summary = { "take the place of another gateway, from its backup",
		     "remplacer un autre boîtier, par sa sauvegarde" },
	.help = {
		"Puts the settings of FILE, made by alerte backup, in place of all those of this\n"
		"gateway, after a yes. A wrong passphrase, or a file that was changed or cut,\n"
		"changes nothing. The 114 has to be armed again here. The passphrase is asked\n"
		"for, hidden, or is the first line of standard input; never an argument.\n"
		"\n"
		"  --passphrase-file FILE   its first line is the passphrase\n"
		"  --yes                    do not ask before settings are replaced\n"
		"\n"
		"  alerte restore place-3.backup\n",

		"Met les réglages de FICHIER, fait par alerte backup, à la place de tous ceux de\n"
		"ce boîtier, après un oui. Une autre phrase secrète, ou un fichier modifié ou\n"
		"coupé, ne change rien. Le 114 est à armer à nouveau ici. La phrase est\n"
		"demandée, cachée, ou lue en première ligne de l'entrée ; jamais en argument.\n"
		"\n"
		"  --passphrase-file FICHIER   sa première ligne est la phrase secrète\n"
		"  --yes                       ne demande rien avant de remplacer\n"
		"\n"
		"  alerte restore lieu-3.sauvegarde\n",
	},
};
