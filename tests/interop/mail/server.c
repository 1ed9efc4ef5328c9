/* SPDX-License-Identifier: Apache-2.0 */
#include "mail.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../https/harness.h"

#define EXIM "/usr/sbin/exim4"
#define USER "nobody"
#define LISTENING_MS 10000

static struct {
	char dir[PATH_MAX_ / 2];
	pid_t keeper;
	int leash;		/* closed: the server ends */
	int port[DOOR_LAST + 1], hung;
	char pin[ALERTE_PIN_MAX], other[ALERTE_PIN_MAX];
} server;

/* What certs.c asks for. */
const char *scratch(const char *format, ...)
{
	static char paths[8][PATH_MAX_];
	static size_t next;
	char *path = paths[next++ % 8];
	int n = snprintf(path, PATH_MAX_, "%s/", server.dir);
	va_list args;

	va_start(args, format);
	vsnprintf(path + n, PATH_MAX_ - (size_t)n, format, args);
	va_end(args);
	return path;
}

const char *server_missing(void)
{
	if (geteuid() != 0)
		return "only root can give the mail server its folder";
	if (access(EXIM, X_OK))
		return EXIM " is not installed";

	return getpwnam(USER) ? NULL : "there is no user " USER;
}

/* ------------------------------------------------------------- settings */

/* A listening socket of its own port; the caller closes it. */
static int door_socket(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert(fd >= 0 && !bind(fd, (struct sockaddr *)&at, sizeof(at)));
	assert(!listen(fd, 8));
	assert(!getsockname(fd, (struct sockaddr *)&at, &len));
	*port = ntohs(at.sin_port);
	return fd;
}

/* All at once, so that no two have the same. */
static void ports_take(void)
{
	int fd[DOOR_LAST];

	for (int i = 0; i < DOOR_LAST; i++)
		fd[i] = door_socket(&server.port[i]);
	for (int i = 0; i < DOOR_LAST; i++)
		close(fd[i]);

	server.hung = door_socket(&server.port[DOOR_HUNG]);
}

/* door is for the reader; the port comes with the arguments. */
#define AT(door) "${if eq{$received_port}{%d}}"

static const char conf[] =
	"exim_user = " USER "\nexim_group = nogroup\n"
	"primary_hostname = mail.test\nkeep_environment =\n"
	"spool_directory = %s\nlog_file_path = %s/%%slog\n"
	"pid_file_path = %s/pid\n"
	"host_lookup =\nrfc1413_query_timeout = 0s\n"
	"recipient_unqualified_hosts =\nmessage_logs = false\n"
	"tls_certificate = %s\ntls_privatekey = %s\n"
	"tls_advertise_hosts = ${if eq{$received_port}{%d}{}{*}}\n"
	"tls_on_connect_ports = %d\n"
	"auth_advertise_hosts = ${if eq{$received_port}{%d}{*}{}}\n"
	"acl_smtp_rcpt = rcpt\nacl_smtp_data = data\n"
	"begin acl\n"
	"rcpt:\n"
	"  deny condition = " AT(tls) "\n       !authenticated = *\n"
	"  defer condition = " AT(later) "\n"
	"        condition = ${if exists{%s}{no}{yes}}\n"
	"  deny condition = " AT(unwanted) "\n"
	"  accept\n"
	"data:\n"
	"  deny condition = " AT(refused) "\n"
	"  accept condition = " AT(slow) "\n"
	"         logwrite = has the text of $recipients\n"
	"         delay = 60s\n"
	"  accept\n"
	"begin authenticators\n"
	"plain:\n  driver = plaintext\n  public_name = PLAIN\n"
	"  server_prompts = :\n  server_set_id = $auth2\n"
	"  server_condition = ${if and {{eq{$auth2}{" MAIL_USER "}}"
	"{eq{$auth3}{" MAIL_PASSWORD "}}}}\n"
	"begin routers\n"
	"all:\n  driver = accept\n  local_parts = marc : asso\n"
	"  transport = file\n"
	"begin transports\n"
	"file:\n  driver = appendfile\n  file = %s/$local_part_data\n"
	"  user = " USER "\n  group = nogroup\n"
	"  message_prefix =\n  message_suffix = ---\\n\n"
	"begin retry\n* * F,1h,1m\n";

static void owned(const char *path, mode_t mode)
{
	const struct passwd *user = getpwnam(USER);

	assert(!chmod(path, mode) && !chown(path, user->pw_uid, user->pw_gid));
}

static void settings_write(void)
{
	FILE *f = fopen(scratch("exim.conf"), "w");
	const int *port = server.port;

	assert(f);
	fprintf(f, conf, scratch("mail"), scratch("mail"), scratch("mail"),
		scratch("server.pem"), scratch("server.key"),
		port[DOOR_CLEAR], port[DOOR_TLS], port[DOOR_TLS],
		port[DOOR_TLS], port[DOOR_LATER], scratch("later"),
		port[DOOR_UNWANTED], port[DOOR_REFUSED], port[DOOR_SLOW],
		scratch("in"));
	assert(!fclose(f));
}

/* ------------------------------------------------------------- the server */

static void become_exim(void)
{
	char doors[32 * DOOR_LAST] = "";
	size_t n = 0;

	for (int i = 0; i < DOOR_LAST; i++)
		n += (size_t)snprintf(doors + n, sizeof(doors) - n,
				      "%s127.0.0.1.%d", i ? " : " : "",
				      server.port[i]);

	setpgid(0, 0);
	dup2(open(scratch("exim.out"), O_WRONLY | O_CREAT, 0600), 1);
	dup2(1, 2);
	execl(EXIM, "exim4", "-C", scratch("exim.conf"), "-bdf", "-oX", doors,
	      NULL);
	_exit(127);
}

/*
 * A server that changes its user is not ended with its parent by the system:
 * one process waits for the end of the test, however that comes.
 */
static void keep(int leash)
{
	pid_t exim = fork();
	char byte;

	if (exim == 0)
		become_exim();

	/* What ends the test and its group is not for this one. */
	setpgid(0, 0);

	setpgid(exim, exim);

	while (read(leash, &byte, 1) > 0)
		;

	kill(-exim, SIGKILL);
	waitpid(exim, NULL, 0);
	_exit(0);
}

static bool answers(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				  .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool good = !connect(fd, (struct sockaddr *)&at, sizeof(at));

	close(fd);
	return good;
}

void server_start(const char *dir)
{
	int tries = LISTENING_MS / 10, leash[2];

	snprintf(server.dir, sizeof(server.dir), "%s", dir);
	assert(!chmod(dir, 0711));
	assert(!mkdir(scratch("mail"), 0700) && !mkdir(scratch("in"), 0700));
	owned(scratch("mail"), 0700);
	owned(scratch("in"), 0700);
	cert_make(&(struct cert){ "ca", "ca", NULL, -1, 30 });
	cert_make(&(struct cert){ "server", "ca", "IP:127.0.0.1", -1, 30 });
	cert_make(&(struct cert){ "other", "ca", "IP:127.0.0.1", -1, 30 });
	owned(scratch("server.key"), 0600);
	owned(scratch("server.pem"), 0644);
	cert_pin("server", server.pin);
	cert_pin("other", server.other);
	ports_take();
	settings_write();
	assert(!pipe2(leash, O_CLOEXEC));
	server.keeper = fork();
	assert(server.keeper >= 0);

	if (server.keeper == 0) {
		close(leash[1]);
		keep(leash[0]);
	}

	close(leash[0]);
	server.leash = leash[1];

	while (!answers(server.port[DOOR_SLOW]) && --tries)
		usleep(10000);

	assert(tries);
}

void server_stop(void)
{
	if (!server.keeper)
		return;

	close(server.leash);
	waitpid(server.keeper, NULL, 0);
	server.keeper = 0;
	close(server.hung);
}

int door_port(enum door door)
{
	return server.port[door];
}

void door_open_later(void)
{
	FILE *f = fopen(scratch("later"), "w");

	assert(f && !fclose(f) && !chmod(scratch("later"), 0644));
}

const char *server_pin(void)
{
	return server.pin;
}

const char *other_pin(void)
{
	return server.other;
}

/* ------------------------------------------------------- what it has */

static char *text_of(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 65537);

	assert(text);

	if (f) {
		text[fread(text, 1, 65536, f)] = '\0';
		fclose(f);
	}

	return text;
}

char *mailbox(const char *local_part)
{
	return text_of(scratch("in/%s", local_part));
}

size_t mailbox_count(const char *local_part)
{
	char *text = mailbox(local_part), *at = text;
	size_t n = 0;

	while ((at = strstr(at, "\n---\n"))) {
		at++;
		n++;
	}

	free(text);
	return n;
}

static int hex(char c)
{
	return c <= '9' ? c - '0' : c - 'A' + 10;
}

char *letter_text(const char *local_part)
{
	char *box = mailbox(local_part), *in = strstr(box, "\n\n");
	char *end = strstr(box, "\n---\n"), *text, *out;

	assert(in && end && in < end);
	text = out = calloc(1, strlen(box) + 1);

	for (in += 2; in <= end; in++) {
		if (in[0] == '=' && in[1] == '\n') {
			in++;
		} else if (in[0] == '=') {
			*out++ = (char)(hex(in[1]) << 4 | hex(in[2]));
			in += 2;
		} else {
			*out++ = *in;
		}
	}

	free(box);
	return text;
}

bool server_saw(const char *text)
{
	static const char *const logs[] = { "mainlog", "rejectlog" };
	bool saw = false;

	for (size_t i = 0; i < 2 && !saw; i++) {
		char *log = text_of(scratch("mail/%s", logs[i]));

		saw = strstr(log, text);
		free(log);
	}

	return saw;
}
