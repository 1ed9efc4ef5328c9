/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to the daemon (daemon/control/CONTROL.md): its Unix socket, peer to
 * peer, or the system bus.  An error of the bus becomes an exit code and a
 * sentence that says what to do.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

#define SOCKET "/run/alerted/control"
#define NAME "org.alerte.Alerted1"
#define OBJECT "/org/alerte/Alerted1"
#define PREFIX "org.alerte.Error."

/* The socket to use, or NULL for the system bus. */
static const char *socket_path(const struct cli *c)
{
	const char *named = getenv("ALERTE_SOCKET");

	if (c->system)
		return NULL;
	if (c->socket != NULL)
		return c->socket;
	if (named != NULL && *named != '\0')
		return named;

	return access(SOCKET, F_OK) == 0 ? SOCKET : NULL;
}

/* All but these letters is escaped (D-Bus specification, Server Addresses). */
static char *address_of(const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_/.\\*";
	char *address = malloc(strlen("unix:path=") + 3 * strlen(path) + 1);
	char *at = address;

	if (address == NULL)
		return NULL;

	at += sprintf(at, "unix:path=");
	for (; *path != '\0'; path++) {
		if (strchr(plain, *path) != NULL)
			*at++ = *path;
		else
			at += sprintf(at, "%%%02x", (unsigned char)*path);
	}

	*at = '\0';
	return address;
}

static int open_socket(const char *path, sd_bus **out)
{
	char *address = address_of(path);
	sd_bus *bus = NULL;
	int r;

	if (address == NULL)
		return -ENOMEM;

	r = sd_bus_new(&bus);
	if (r >= 0)
		r = sd_bus_set_address(bus, address);
	if (r >= 0)
		r = sd_bus_start(bus);
	free(address);

	if (r < 0) {
		sd_bus_unref(bus);
		return r;
	}

	*out = bus;
	return 0;
}

static const char *daemon_silent(const struct cli *c)
{
	return TR(c, "the daemon was not reached",
		  "le service n'a pas été joint");
}

/* The peer hung up before its first answer: it did not like who we are. */
static bool shut_out(const struct cli *c, int error)
{
	const char *path = socket_path(c);
	struct stat st;

	if (error != ECONNRESET && error != ENOTCONN && error != EPIPE)
		return false;

	return path != NULL && stat(path, &st) == 0 && geteuid() != 0 &&
	       geteuid() != st.st_uid;
}

static int complain_doubt(const struct cli *c, const char *why)
{
	return complain(c, c->doubt->code, c->doubt->what, why, c->doubt->next);
}

static int complain_open(const struct cli *c, int error)
{
	const char *path = socket_path(c);
	const char *where = path != NULL ? path :
			    TR(c, "the system bus", "le bus système");

	if (c->doubt != NULL)
		return complain_doubt(c, strerror(error));
	if (error == EACCES || error == EPERM || shut_out(c, error))
		return complainf(c, EX_NOPERM, daemon_silent(c),
				 TR(c, "sudo alerte ..., or run it as the daemon's user", "sudo alerte ..., ou sous le compte du service"),
				 TR(c, "%s is for root and the daemon's own user", "%s est réservé à root et au compte du service"), where);

	return complainf(c, EX_UNAVAILABLE, daemon_silent(c),
			 path != NULL ?
			 TR(c, "systemctl status alerted, or --socket PATH",
			    "systemctl status alerted, ou --socket CHEMIN") :
			 "systemctl status alerted", TR(c, "%s: %s", "%s : %s"), where,
			 strerror(error));
}

static int bus_open(struct cli *c)
{
	const char *path = socket_path(c);
	int r;

	if (c->bus != NULL)
		return 0;

	r = path != NULL ? open_socket(path, &c->bus) :
	    sd_bus_open_system(&c->bus);

	return r < 0 ? complain_open(c, -r) : 0;
}

void bus_close(struct cli *c)
{
	c->bus = sd_bus_flush_close_unref(c->bus);
}

/* One error name: its exit code, and what helps. */
struct bus_error {
	const char *name;
	int code;
	const char *next[2];
};

static const struct bus_error errors[] = {
	{ PREFIX "Invalid", EX_USAGE, { NULL, NULL } },
	{ PREFIX "Format", EX_DATAERR, { NULL, NULL } },
	{ PREFIX "Key", EX_NOPERM, { NULL, NULL } },
	{ PREFIX "NotFound", EX_NOINPUT,
	  { "alerte alerts", "alerte alerts" } },
	{ PREFIX "Refused", EX_NOPERM,
	  { "alerte status", "alerte status" } },
	{ PREFIX "Limit", EX_TEMPFAIL,
	  { "wait a minute and try again",
	    "attendez une minute, puis recommencez" } },
	{ PREFIX "Busy", EX_TEMPFAIL,
	  { "try again", "recommencez" } },
	{ PREFIX "InUse", EX_TEMPFAIL,
	  { "systemctl status alerted", "systemctl status alerted" } },
	{ PREFIX "Store", EX_IOERR,
	  { "alerte status, then look at the disk: df -h",
	    "alerte status, puis regardez le disque : df -h" } },
	{ PREFIX "NoMemory", EX_SOFTWARE, { NULL, NULL } },
	{ PREFIX "Access", EX_NOPERM,
	  { "sudo alerte ...", "sudo alerte ..." } },
	{ SD_BUS_ERROR_ACCESS_DENIED, EX_NOPERM,
	  { "sudo alerte ...", "sudo alerte ..." } },
	{ SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED, EX_NOPERM,
	  { "sudo alerte ...", "sudo alerte ..." } },
	{ SD_BUS_ERROR_SERVICE_UNKNOWN, EX_UNAVAILABLE,
	  { "systemctl start alerted", "systemctl start alerted" } },
	{ SD_BUS_ERROR_NAME_HAS_NO_OWNER, EX_UNAVAILABLE,
	  { "systemctl start alerted", "systemctl start alerted" } },
	{ SD_BUS_ERROR_NO_REPLY, EX_TEMPFAIL,
	  { "alerte status", "alerte status" } },
	{ SD_BUS_ERROR_TIMEOUT, EX_TEMPFAIL,
	  { "alerte status", "alerte status" } },
	{ SD_BUS_ERROR_DISCONNECTED, EX_UNAVAILABLE,
	  { "systemctl status alerted", "systemctl status alerted" } },
	{ SD_BUS_ERROR_UNKNOWN_METHOD, EX_UNAVAILABLE,
	  { "alerted --version", "alerted --version" } },
	{ SD_BUS_ERROR_INVALID_ARGS, EX_USAGE, { NULL, NULL } },
};

static int complain_call(const struct cli *c, const sd_bus_error *error,
			 int r)
{
	const char *what = TR(c, "the daemon did not do it",
			      "le service ne l'a pas fait");
	const char *why = error->message;
	char text[1024];
	size_t i;

	if (why == NULL || *why == '\0')
		why = error->name != NULL ? error->name : strerror(-r);
	if (error->name != NULL &&
	    strncmp(error->name, PREFIX, strlen(PREFIX)) == 0)
		why = reason_text(c, error->name + strlen(PREFIX), why, text,
				  sizeof(text));
	if (c->doubt != NULL)
		return complain_doubt(c, why);

	for (i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		const char *next = errors[i].next[c->french];

		if (!sd_bus_error_has_name(error, errors[i].name))
			continue;

		if (c->key_hint != NULL &&
		    strcmp(errors[i].name, PREFIX "Key") == 0)
			next = c->key_hint;
		if (c->refused_hint != NULL &&
		    strcmp(errors[i].name, PREFIX "Refused") == 0)
			next = c->refused_hint;

		/* The daemon's sentence may end with the command already. */
		if (next != NULL && strstr(why, next) != NULL)
			next = NULL;

		return complain(c, errors[i].code, what, why, next);
	}

	if (shut_out(c, -r) || r == -EACCES || r == -EPERM ||
	    r == -ECONNREFUSED || r == -ENOENT)
		return complain_open(c, -r);
	if (r == -ECONNRESET || r == -ENOTCONN || r == -EPIPE)
		return complain_open(c, -r);
	if (r == -ETIMEDOUT)
		return complain(c, EX_TEMPFAIL, what, why, "alerte status");

	return complain(c, EX_SOFTWARE, what, why, "alerte status");
}

/* A call to be filled; what it holds is wiped when it goes. */
static int start(struct cli *c, const char *method, sd_bus_message **out)
{
	sd_bus_message *m = NULL;
	int r = bus_open(c);

	if (r != 0)
		return r;

	r = sd_bus_message_new_method_call(c->bus, &m,
					   socket_path(c) ? NULL : NAME,
					   OBJECT, NAME, method);
	if (r >= 0)
		r = sd_bus_message_sensitive(m);
	if (r < 0) {
		sd_bus_message_unref(m);
		return complain(c, EX_SOFTWARE, strerror(-r), NULL, NULL);
	}

	*out = m;
	return 0;
}

/* Send what was filled with that result, and release it. */
static int finish(struct cli *c, sd_bus_message *m, int r,
		  sd_bus_message **reply)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *got = NULL;
	int code = 0;

	if (r >= 0)
		r = sd_bus_call(c->bus, m, c->patience_us, &error, &got);

	/* sd-bus refuses to carry what is not UTF-8. */
	if (r == -EINVAL && !sd_bus_error_is_set(&error))
		code = complain(c, EX_USAGE, TR(c, "nothing was done",
						"rien n'a été fait"),
				TR(c, "an argument is not UTF-8 text",
				   "un argument n'est pas du texte UTF-8"),
				"alerte help");
	else if (r < 0)
		code = complain_call(c, &error, r);
	else if (reply != NULL)
		*reply = sd_bus_message_ref(got);

	sd_bus_error_free(&error);
	sd_bus_message_unref(got);
	sd_bus_message_unref(m);
	return code;
}

static int call(struct cli *c, sd_bus_message **reply, const char *method,
		const char *types, va_list list)
{
	sd_bus_message *m = NULL;
	int r = start(c, method, &m), filled = 0;

	if (r != 0)
		return r;
	if (types != NULL)
		filled = sd_bus_message_appendv(m, types, list);

	return finish(c, m, filled, reply);
}

int bus_call(struct cli *c, sd_bus_message **reply, const char *method,
	     const char *types, ...)
{
	va_list list;
	int r;

	va_start(list, types);
	r = call(c, reply, method, types, list);
	va_end(list);

	return r;
}

int bus_file(struct cli *c, sd_bus_message **reply, const char *method,
	     const void *key, size_t len, int fd)
{
	sd_bus_message *m = NULL;
	int r = start(c, method, &m), filled;

	if (r != 0)
		return r;

	filled = sd_bus_message_append_array(m, 'y', key, len);
	if (filled >= 0)
		filled = sd_bus_message_append(m, "h", fd);

	return finish(c, m, filled, reply);
}

static int read_document(const struct cli *c, sd_bus_message *reply,
			 json_t **doc, char **text)
{
	json_error_t error;
	json_t *parsed = NULL;
	const char *s = NULL;
	char *copy;
	int r;

	r = sd_bus_message_read(reply, "s", &s);
	if (r >= 0)
		parsed = json_loads(s, 0, &error);
	if (parsed == NULL)
		return complainf(c, EX_SOFTWARE,
				 TR(c, "the daemon's answer was not understood",
				    "la réponse du service n'a pas été comprise"), "alerted --version",
				 "%s", r < 0 ? strerror(-r) : error.text);

	copy = text == NULL ? NULL : strdup(s);
	if (text != NULL && copy == NULL) {
		json_decref(parsed);
		return complain(c, EX_SOFTWARE, strerror(ENOMEM), NULL, NULL);
	}

	if (text != NULL)
		*text = copy;
	*doc = parsed;
	return 0;
}

int bus_json(struct cli *c, json_t **doc, char **text, const char *method,
	     const char *types, ...)
{
	sd_bus_message *reply = NULL;
	va_list list;
	int r;

	va_start(list, types);
	r = call(c, &reply, method, types, list);
	va_end(list);

	if (r == 0)
		r = read_document(c, reply, doc, text);

	sd_bus_message_unref(reply);
	return r;
}

/* The document is one line already; a daemon that breaks lines is mended. */
bool bus_print_json(const struct cli *c, const char *text)
{
	if (!c->json)
		return false;

	for (; *text != '\0'; text++)
		putchar(*text == '\n' || *text == '\r' ? ' ' : *text);

	putchar('\n');
	return true;
}
