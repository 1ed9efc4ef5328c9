/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a replacement gateway needs, in one file under a passphrase.  The file
 * has its name only once all of it is on the disk.
 */

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup_file.h"
#include "holdings.h"
#include "memory.h"

struct target {
	const char *path;
	char *partial;		/* its name until it is whole */
	int fd;
};

static int fail(const struct cli *c, const char *path, int error)
{
	return complainf(c, EX_CANTCREAT,
			 TR(c, "no backup was made",
			    "aucune sauvegarde n'a été faite"),
			 error == EEXIST ?
			 TR(c, "another name, or move that file away",
			    "un autre nom, ou déplacez ce fichier") :
			 TR(c, "check the name and the space: df -h",
			    "vérifiez le nom et la place : df -h"),
			 TR(c, "%s: %s", "%s : %s"), path, error == EEXIST ?
			 TR(c, "there is a file of that name",
			    "il y a déjà un fichier de ce nom") :
			 strerror(error));
}

/* Before anybody types a passphrase twice for nothing. */
static int check_place(const struct cli *c, const char *path)
{
	char *copy = strdup(path);
	struct stat st;
	int error = 0;

	if (copy == NULL)
		error = ENOMEM;
	else if (lstat(path, &st) == 0)
		error = EEXIST;
	else if (access(dirname(copy), W_OK | X_OK) < 0)
		error = errno;

	free(copy);
	return error == 0 ? 0 : fail(c, path, error);
}

static int target_open(const struct cli *c, struct target *t)
{
	if (asprintf(&t->partial, "%s.XXXXXX", t->path) < 0) {
		t->partial = NULL;
		return fail(c, t->path, ENOMEM);
	}

	/* O_EXCL, and for its owner alone. */
	t->fd = mkostemp(t->partial, O_CLOEXEC);

	return t->fd >= 0 ? 0 : fail(c, t->path, errno);
}

/* Never over a file that came meanwhile. */
static int take_name(const struct target *t)
{
	struct stat st;

	if (renameat2(AT_FDCWD, t->partial, AT_FDCWD, t->path,
		      RENAME_NOREPLACE) == 0)
		return 0;
	/* A disk that cannot say so in one. */
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (lstat(t->path, &st) == 0)
		return -EEXIST;

	return rename(t->partial, t->path) == 0 ? 0 : -errno;
}

static void sync_folder(const char *path)
{
	char *copy = strdup(path);
	int fd = copy == NULL ? -1 :
		 open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}

	free(copy);
}

static int target_keep(const struct cli *c, struct target *t)
{
	int r = fsync(t->fd) == 0 ? take_name(t) : -errno;

	if (r < 0)
		return fail(c, t->path, -r);

	sync_folder(t->path);
	free(t->partial);
	t->partial = NULL;
	return 0;
}

static void target_close(struct target *t)
{
	if (t->fd >= 0)
		close(t->fd);
	if (t->fd >= 0 && t->partial != NULL)
		unlink(t->partial);
	free(t->partial);
}

/* The daemon's part of the file, into memory. */
static int ask(struct cli *c, const uint8_t *key, int memory)
{
	sd_bus_message *reply = NULL;
	struct stat st;
	int64_t bytes = 0;
	int r = bus_file(c, &reply, "Backup", key, BACKUP_KEY_BYTES, memory);

	if (r != 0)
		return r;

	if (sd_bus_message_read(reply, "x", &bytes) < 0 || bytes <= 0 ||
	    fstat(memory, &st) < 0 || st.st_size != bytes)
		r = complain(c, EX_SOFTWARE,
			     TR(c, "no backup was made",
				"aucune sauvegarde n'a été faite"),
			     TR(c, "it is not as long as the daemon says",
				"elle n'a pas la longueur que dit le service"),
			     "alerted --version");

	sd_bus_message_unref(reply);
	return r;
}

/* Behind the head stands what the daemon wrote, and nothing else. */
static int fill(const struct cli *c, const struct target *t,
		const struct backup_head *head, int memory, long long *size)
{
	int64_t bytes;

	errno = EIO;
	if (write(t->fd, head->bytes, sizeof(head->bytes)) !=
	    (ssize_t)sizeof(head->bytes))
		return fail(c, t->path, errno);

	bytes = lseek(memory, 0, SEEK_SET) < 0 ? -errno :
		memory_copy(memory, t->fd, BACKUP_BODY_MOST);
	if (bytes < 0)
		return fail(c, t->path, (int)-bytes);

	*size = BACKUP_HEAD_BYTES + bytes;
	return 0;
}

static int write_file(const struct cli *c, const char *path,
		      const struct backup_head *head, int memory,
		      long long *size)
{
	struct target t = { .path = path, .fd = -1 };
	sigset_t stop, before;
	int r;

	/* Ctrl-C waits: no half file stays behind. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGQUIT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	sigprocmask(SIG_BLOCK, &stop, &before);

	r = target_open(c, &t);
	if (r == 0)
		r = fill(c, &t, head, memory, size);
	if (r == 0)
		r = target_keep(c, &t);

	target_close(&t);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}

static int make(struct cli *c, const char *path,
		const struct backup_head *head, const uint8_t *key,
		long long *size)
{
	int memory = memory_make(), r;

	if (memory < 0)
		return fail(c, path, -memory);

	r = ask(c, key, memory);
	if (r == 0)
		r = write_file(c, path, head, memory, size);

	memory_close(memory);
	return r;
}

static int print_json(const char *path, long long size,
		      const struct holdings *h)
{
	json_t *doc = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I}", "schema",
				"alerte/1", "file", path,
				"bytes", (json_int_t)size,
				"buttons", (json_int_t)h->buttons,
				"wearers", (json_int_t)h->wearers,
				"contacts", (json_int_t)h->contacts);
	int r = doc == NULL ? -1 : json_dumpf(doc, stdout, JSON_COMPACT);

	json_decref(doc);
	if (r == 0)
		putchar('\n');

	return r == 0 ? 0 : EX_OSERR;
}

static int report(const struct cli *c, const char *path, long long size,
		  const struct holdings *h)
{
	char text[160];

	fputs(TR(c, "Keep it away from this gateway, and the passphrase away from it: without that,\nnobody reads it. It holds no alert, no history, no arming for the 114.\n",
		 "Gardez-le loin de ce boîtier, et la phrase secrète loin de lui : sans elle,\npersonne ne le lit. Ni alertes, ni historique, ni armement du 114 n'y sont.\n"),
	      stderr);
	if (h->buttons == 0)
		fputs(TR(c, "WARNING: it holds no button: a gateway restored from it hears nobody.\n",
			 "ATTENTION : il ne contient aucun bouton : un boîtier qui en est restauré\nn'entend personne.\n"),
		      stderr);
	if (c->json)
		return print_json(path, size, h);

	screen_put(path);
	printf(TR(c, ": %lld bytes\n", " : %lld octets\n"), size);
	holdings_text(c, h, text, sizeof(text));
	printf(TR(c, "It holds %s.\n", "Il contient %s.\n"), text);
	return 0;
}

static int run(struct cli *c, int argc, char **argv)
{
	const char *secret_file = NULL;
	const struct arg args[] = {
		{ "--passphrase-file", &secret_file, NULL },
		{ NULL, NULL, NULL },
	};
	char passphrase[PASSPHRASE_MAX] = "";
	uint8_t key[BACKUP_KEY_BYTES];
	struct backup_head head;
	struct holdings held;
	long long size = 0;
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 1 || strcmp(argv[1], "-") == 0)
		return complain_usage(c, TR(c, "wanted: one FILE to make",
					    "attendu : un FICHIER à créer"));

	r = check_place(c, argv[1]);
	if (r != 0)
		return r;

	backup_head_make(&head);
	r = input_passphrase(c, secret_file, true, passphrase);
	if (r == 0)
		r = backup_key(c, &head, passphrase, key);
	if (r == 0)
		r = holdings_read(c, &held);
	if (r == 0)
		r = make(c, argv[1], &head, key, &size);

	input_wipe(passphrase, sizeof(passphrase));
	input_wipe(key, sizeof(key));
	return r != 0 ? r : report(c, argv[1], size, &held);
}

const struct command backup_command = {
	.name = "backup",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "FILE [--passphrase-file FILE]",
		   "FICHIER [--passphrase-file FICHIER]" },
	.summary = { "keep what a replacement gateway needs",
		     "garder de quoi remplacer ce boîtier" },
	.help = {
		"Makes FILE, encrypted under a passphrase: people, buttons with their keys, and\n"
		"what was learned of each button. Not in it: alerts, history, the arming for the\n"
		"114, certificates' files, alerted.conf and the PIN of the SIM card. FILE must\n"
		"not exist. The passphrase is asked for twice, hidden, or is the first line of\n"
		"standard input; at least 12 characters, never an argument.\n"
		"\n"
		"  --passphrase-file FILE   its first line is the passphrase\n"
		"\n"
		"  alerte backup place-3.backup\n",

		"Crée FICHIER, chiffré par une phrase secrète : les gens, les boutons avec leurs\n"
		"clés, et ce qui a été appris de chaque bouton. N'y sont pas : alertes,\n"
		"historique, armement du 114, fichiers de certificats, alerted.conf et code PIN\n"
		"de la carte SIM. FICHIER ne doit pas exister. La phrase est demandée deux fois,\n"
		"cachée, ou lue en première ligne de l'entrée ; au moins 12 caractères, jamais en\n"
		"argument.\n"
		"\n"
		"  --passphrase-file FICHIER   sa première ligne est la phrase secrète\n"
		"\n"
		"  alerte backup lieu-3.sauvegarde\n",
	},
};
