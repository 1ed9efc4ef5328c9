/* SPDX-License-Identifier: Apache-2.0 */
/* The scratch folder, what is written in it, and the two programs. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "demo.h"

#define READY_MS 5000

static const char conf[] =
	"# The demo's machine: no radio, no modem, no network.\n"
	"radio {\n\tdriver = \"replay\"\n\tfile = \"%1$s/frames\"\n}\n"
	"modem {\n\tdriver = \"spool\"\n\tspool = \"%1$s/spool\"\n}\n"
	"# Fictional: 06 39 98 xx xx belongs to nobody.\n"
	"relay {\n\tnumber = \"" DEMO_RELAY "\"\n}\n"
	"control {\n\tbus = \"none\"\n\tsocket = true\n}\n"
	"clock {\n\ttrusted = \"yes\"\n}\n"
	"place {\n\tsite = \"demo\"\n}\n"
	"log {\n\tlevel = \"debug\"\n}\n";

static const char site[] =
	"endpoint asso {\n"
	"\turl = \"%1$s\"\n"
	"\tpin = {\"%2$s\"}\n"
	"\tca_file = \"%3$s\"\n"
	"}\n"
	"contact paul {\n"
	"\tname = \"Paul Durand\"\n\tnumber = \"" DEMO_PAUL "\"\n"
	"\tlang = \"%6$s\"\n"
	"}\n"
	"contact nadia {\n"
	"\tname = \"Nadia Petit\"\n\tnumber = \"" DEMO_NADIA "\"\n"
	"\tlang = \"%6$s\"\n"
	"}\n"
	"contact centre {\n"
	"\tname = \"Association Exemple\"\n\tendpoint = \"asso\"\n"
	"\trole = \"association\"\n\tlang = \"%6$s\"\n"
	"}\n"
	"wearer marie {\n"
	"\tname = \"Marie Durand\"\n\tshort_name = \"Marie D.\"\n"
	"\tnumber = \"" DEMO_WEARER "\"\n"
	"\tplace = \"12 rue Garibaldi, 69003 Lyon, 4e étage gauche, code 12B34\"\n"
	"\tarea = \"12 rue Garibaldi, Lyon 3e\"\n"
	"\tborn = \"1990-05-03\"\n\tdetails = \"2 enfants\"\n"
	"\tassociation = \"Association Exemple\"\n"
	"\tcancel_code = \"" DEMO_CANCEL "\"\n"
	"\tduress_code = \"" DEMO_DURESS "\"\n"
	"\tcontact = {\"paul\", \"nadia\", \"centre\"}\n"
	"}\n"
	"policy demo {\n"
	"\trelay_trust = \"weak\"\n"
	"\tstep {\n\t\tafter = 0\n"
	"\t\tto = {\"paul:sms\", \"centre:https\", \"relay114\"}\n\t}\n"
	"\tstep {\n\t\tafter = 3\n\t\tto = {\"nadia:sms\"}\n\t}\n"
	"}\n"
	"button keyring {\n"
	"\twearer = \"marie\"\n\taddress = \"%4$s\"\n\tkey = \"%5$s\"\n"
	"\trule = {\"*:*=demo\"}\n"
	"}\n";

void demo_path(const struct demo *d, const char *name, char out[DEMO_PATH])
{
	snprintf(out, DEMO_PATH, "%s/%s", d->dir, name);
}

char *demo_read(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text;
	size_t n;

	if (f == NULL)
		return NULL;

	text = malloc(INPUT_MAX + 1);
	n = text == NULL ? 0 : fread(text, 1, INPUT_MAX, f);
	fclose(f);
	if (text != NULL)
		text[n] = '\0';

	return text;
}

int demo_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t n = strlen(text);
	ssize_t done;

	if (fd < 0)
		return -errno;

	done = write(fd, text, n);
	if (close(fd) < 0 || done != (ssize_t)n)
		return -EIO;

	return 0;
}

bool demo_fictional(const char *number)
{
	size_t n = strlen("+3363998");

	return strncmp(number, "+3363998", n) == 0 && strlen(number) == n + 4 &&
	       strspn(number + n, "0123456789") == 4;
}

bool demo_find(const char *folder, bool (*wanted)(void *, const char *path),
	       void *context, char out[DEMO_PATH])
{
	struct dirent **list;
	int n = scandir(folder, &list, NULL, alphasort), i;
	bool found = false;
	char path[DEMO_PATH];

	for (i = 0; i < n; i++) {
		int len = snprintf(path, sizeof(path), "%s/%s", folder,
				   list[i]->d_name);

		if (!found && list[i]->d_name[0] != '.' &&
		    len < (int)sizeof(path) && wanted(context, path)) {
			strcpy(out, path);
			found = true;
		}
		free(list[i]);
	}

	if (n >= 0)
		free(list);

	return found;
}

/* ----------------------------------------------------------------- files */

static int trouble(const struct demo *d, const char *why, const char *log)
{
	const struct cli *c = &d->cli;
	char next[DEMO_PATH + 64];

	if (log == NULL)
		snprintf(next, sizeof(next), "alerte help demo");
	else
		snprintf(next, sizeof(next),
			 TR(c, "alerte demo --keep, then read its %s",
			    "alerte demo --keep, puis lisez son %s"), log);

	return complain(c, EX_OSERR, TR(c, "the demo cannot go on",
					"la démonstration ne peut continuer"),
			why, next);
}

bool demo_numbers_fictional(const char *text)
{
	const char *at = text;
	char number[24];
	size_t n;

	while ((at = strstr(at, "number = \"")) != NULL) {
		at += strlen("number = \"");
		n = strcspn(at, "\"");
		if (n >= sizeof(number) || at[n] == '\0')
			return false;

		memcpy(number, at, n);
		number[n] = '\0';
		if (!demo_fictional(number))
			return false;
	}

	return true;
}

static int write_file(const struct demo *d, const char *name, const char *text)
{
	char path[DEMO_PATH];
	int r;

	if (!demo_numbers_fictional(text))
		return trouble(d, TR(&d->cli, "a number in it may be somebody's",
				     "un de ses numéros peut être à quelqu'un"), NULL);

	demo_path(d, name, path);
	r = demo_write(path, text);

	return r < 0 ? trouble(d, strerror(-r), NULL) : 0;
}

static int write_conf(const struct demo *d)
{
	char text[8192];

	snprintf(text, sizeof(text), conf, d->dir);
	return write_file(d, "alerted.conf", text);
}

static int write_site(const struct demo *d)
{
	char text[8192], address[18], key[33];
	size_t i;
	int r;

	for (i = 0; i < 6; i++)
		snprintf(address + 3 * i, sizeof(address) - 3 * i, "%02X%s",
			 d->address[i], i < 5 ? ":" : "");
	for (i = 0; i < sizeof(d->key); i++)
		snprintf(key + 2 * i, 3, "%02x", d->key[i]);

	snprintf(text, sizeof(text), site, d->url, d->pin, d->cert, address,
		 key, d->cli.french ? "fr" : "en");
	r = write_file(d, "site.conf", text);
	input_wipe(text, sizeof(text));
	input_wipe(key, sizeof(key));

	return r;
}

/* A new folder that only we may enter, by its real name: 0 or -errno. */
static int make_scratch(const char *parent, char out[DEMO_DIR])
{
	char path[DEMO_PATH], *real;

	if (snprintf(path, sizeof(path), "%s/alerte-demo-XXXXXX", parent) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;

	if (mkdtemp(path) == NULL)
		return -errno;

	real = realpath(path, NULL);
	if (real == NULL || strlen(real) >= DEMO_DIR) {
		free(real);
		rmdir(path);
		return -ENAMETOOLONG;
	}

	strcpy(out, real);
	free(real);
	return 0;
}

static int make_folder(struct demo *d, const char *parent)
{
	static const char *const folders[] = { "spool", "spool/in",
					       "spool/out", "state", "run" };
	const char *temporary = getenv("TMPDIR");
	char path[DEMO_PATH];
	size_t i;
	int r;

	if (parent == NULL)
		parent = temporary != NULL && *temporary ? temporary : "/tmp";

	r = make_scratch(parent, d->dir);
	if (r < 0)
		return trouble(d, strerror(-r), NULL);

	for (i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		demo_path(d, folders[i], path);
		if (mkdir(path, 0700) < 0)
			return trouble(d, strerror(errno), NULL);
	}

	return write_file(d, "frames", "# MS ADDRESS HEX\n");
}

/* -------------------------------------------------------------- programs */

/* "name=value" of the receiver's output. */
static bool take(const char *text, const char *name, char *out, size_t cap)
{
	const char *at = strstr(text, name);
	size_t n;

	if (at == NULL)
		return false;

	at += strlen(name);
	n = strcspn(at, "\n");
	if (n >= cap || at[n] != '\n')
		return false;

	memcpy(out, at, n);
	out[n] = '\0';
	return true;
}

static bool receiver_said(struct demo *d, const char *log)
{
	char *text = demo_read(log);
	bool said = text != NULL && strstr(text, "ready\n") != NULL &&
		    take(text, "url=", d->url, sizeof(d->url)) &&
		    take(text, "pin=", d->pin, sizeof(d->pin)) &&
		    take(text, "cert=", d->cert, sizeof(d->cert));

	free(text);
	return said;
}

static int start_receiver(struct demo *d)
{
	char self[PROGRAM_MAX], log[DEMO_PATH], received[DEMO_PATH];
	char *argv[] = { self, "receiver", "--dir", received, "--fail-first",
			 "1", NULL };
	int64_t until = demo_now_ms() + READY_MS;

	demo_path(d, "receiver.log", log);
	demo_path(d, "received", received);
	if (program_self(self) < 0)
		return trouble(d, "/proc/self/exe", NULL);

	d->receiver = program_start(argv, log);
	if (d->receiver < 0)
		return trouble(d, strerror(-d->receiver), NULL);

	while (!receiver_said(d, log)) {
		if (program_poll(d->receiver) != -EAGAIN ||
		    !demo_wait(d, until))
			return trouble(d, TR(&d->cli, "the receiver did not start",
					     "le récepteur n'a pas démarré"),
				       "receiver.log");
	}

	return 0;
}

/* Whether somebody accepts on the daemon's socket. */
static bool answers(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes;

	yes = strlen(path) < sizeof(at.sun_path) && fd >= 0;
	if (yes)
		strcpy(at.sun_path, path);
	yes = yes && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
	if (fd >= 0)
		close(fd);

	return yes;
}

/* The daemon must not find another's folders, keys or bus. */
static void forget_surroundings(void)
{
	static const char *const names[] = {
		"STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CREDENTIALS_DIRECTORY",
		"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
		"LISTEN_FDS", "LISTEN_PID", "DBUS_SYSTEM_BUS_ADDRESS",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		unsetenv(names[i]);
}

static int start_daemon(struct demo *d)
{
	char program[PROGRAM_MAX], log[DEMO_PATH], config[DEMO_PATH];
	char state[DEMO_PATH], run[DEMO_PATH];
	static char socket_path[DEMO_PATH];
	char *argv[] = { program, "--config", config, "--state", state,
			 "--runtime", run, "--create-keys", NULL };
	int64_t until = demo_now_ms() + READY_MS;

	if (program_find("alerted", program) < 0)
		return trouble(d, TR(&d->cli, "alerted is not here: build it with make, or name it: ALERTED=/path/to/alerted",
				     "alerted n'est pas là : construisez-le par make, ou nommez-le : ALERTED=/chemin/de/alerted"), NULL);

	demo_path(d, "alerted.log", log);
	demo_path(d, "alerted.conf", config);
	demo_path(d, "state", state);
	demo_path(d, "run", run);
	demo_path(d, "run/control", socket_path);
	forget_surroundings();

	d->daemon = program_start(argv, log);
	if (d->daemon < 0)
		return trouble(d, strerror(-d->daemon), NULL);

	while (!answers(socket_path)) {
		if (program_poll(d->daemon) != -EAGAIN || !demo_wait(d, until))
			return trouble(d, TR(&d->cli, "alerted did not start",
					     "alerted n'a pas démarré"),
				       "alerted.log");
	}

	d->cli.socket = socket_path;
	return 0;
}

int demo_raise(struct demo *d, const char *parent)
{
	const struct cli *c = &d->cli;
	int r = make_folder(d, parent);

	if (r == 0)
		r = demo_button(d);
	if (r == 0) {
		demo_tell(d, TR(c, "A scratch folder: %s",
				"Un dossier provisoire : %s"), d->dir);
		r = start_receiver(d);
	}
	if (r == 0) {
		demo_tell(d, TR(c, "The association's server listens: %s",
				"Le serveur de l'association écoute : %s"),
			  d->url);
		r = write_conf(d);
	}
	if (r == 0)
		r = write_site(d);
	if (r == 0)
		r = start_daemon(d);
	if (r == 0) {
		demo_tell(d, TR(c, "The real alerted runs (process %d), with new keys.",
				"Le vrai alerted tourne (processus %d), avec des clés neuves."),
			  (int)d->daemon);
		demo_at(d, "alerted.conf, state/, alerted.log");
	}

	return r;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

void demo_strike(struct demo *d)
{
	bus_close(&d->cli);
	program_stop(d->daemon);
	program_stop(d->receiver);

	if (d->dir[0] != '\0' && !d->keep)
		nftw(d->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
