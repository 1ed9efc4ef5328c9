/* SPDX-License-Identifier: Apache-2.0 */
/*
 * atsim: an AT modem on a Unix socket, for ModemManager's Test.SetProfile, or
 * on a port of this machine, for ofono's phonesim, or on a terminal.
 *
 *   atsim --unix PATH|abstract:NAME --ctl PATH [--sent-dir DIR]
 *         [--imei N] [--pin PIN] [--locked]
 *   atsim --tcp FILE --ctl PATH ...	a free port, its number in FILE
 *   atsim --pty NAME --ctl PATH ...	a symbolic link to the terminal
 *
 *   atsim --ctl PATH --tell COMMAND		from a shell: prints the answer
 *
 * A test steers it over --ctl: a connection, one command, one JSON line back.
 *
 *   sms FROM TEXT                      a text comes in
 *   smsl FROM REF TOTAL SEQ TEXT       one part of a long one
 *   meet FROM TEXT                     one does during the next +CMGD
 *   report MR TO STATUS                a delivery report, TP-ST in decimal
 *   urc TEXT                           any unsolicited line
 *   set cmgs ok | fail:N | promptfail:N | hang | delay:S | vanish
 *   set reg N, set pin READY | SIM PIN | SIM PUK, set rssi N
 *   set autoreport S | off, set status N
 *   set list hang | ok
 *   release                            answer what hangs
 *   restart                            power off and on: what hung is gone
 *   reset                              as after the start, SIM lock apart
 *   sent, mem, log, pin                what was taken, stored, seen, tried
 *   vanish                             the device is gone
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "sim.h"

#define LOG_MAX 2000

int64_t sim_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void sim_log(struct sim *s, const char *what, const char *line)
{
	char entry[SIM_LINE_MAX + 32];

	snprintf(entry, sizeof(entry), "%s %s", what, line);
	if (json_array_size(s->log) >= LOG_MAX)
		json_array_remove(s->log, 0);
	json_array_append_new(s->log, json_string(entry));
	if (getenv("ATSIM_VERBOSE"))
		fprintf(stderr, "atsim: %s\n", entry);
}

void sim_close(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	memset(c, 0, sizeof(*c));
	c->fd = -1;
}

void sim_write(struct sim *s, struct client *c, const char *text)
{
	size_t n = strlen(text);

	if (c->fd < 0)
		return;

	sim_log(s, "out", text);
	/* SIGPIPE is ignored: a terminal knows no MSG_NOSIGNAL */
	if (write(c->fd, text, n) != (ssize_t)n)
		sim_close(c);
}

void sim_emit(struct sim *s, const char *line)
{
	char out[PDU_HEX_MAX + 128];

	snprintf(out, sizeof(out), "\r\n%s\r\n", line);
	for (int i = 0; i < SIM_CLIENTS; i++)
		sim_write(s, &s->client[i], out);
}

void sim_timer(struct sim *s, double seconds, int client, const char *line)
{
	for (int i = 0; i < SIM_TIMERS; i++) {
		struct timer *t = &s->timer[i];

		if (t->due_ms)
			continue;
		t->due_ms = sim_now_ms() + (int64_t)(seconds * 1000) + 1;
		t->client = client;
		snprintf(t->line, sizeof(t->line), "%s", line);
		return;
	}

	fprintf(stderr, "atsim: too many timers\n");
	exit(1);
}

/* Returns the milliseconds until the next timer, 0 if one ran, or -1. */
static int timers_run(struct sim *s)
{
	int64_t now = sim_now_ms(), wait = -1;

	for (int i = 0; i < SIM_TIMERS; i++) {
		struct timer *t = &s->timer[i];

		if (!t->due_ms)
			continue;
		if (t->due_ms > now) {
			if (wait < 0 || t->due_ms - now < wait)
				wait = t->due_ms - now;
			continue;
		}

		t->due_ms = 0;
		wait = 0;
		if (t->client < 0)
			sim_emit(s, t->line);
		else if (s->client[t->client].busy)
			at_cmgs_done(s, &s->client[t->client]);
	}

	return (int)wait;
}

static void take(struct client *c, size_t n)
{
	memmove(c->in, c->in + n, c->len - n);
	c->len -= n;
}

/* Length of the first line or PDU in the buffer, its end excluded, or -1. */
static int complete(const struct client *c)
{
	const char *ends = c->prompt ? "\x1a\x1b" : "\r\n";

	for (size_t i = 0; i < c->len; i++)
		if (c->in[i] && strchr(ends, c->in[i]))
			return (int)i;

	return -1;
}

static void client_run(struct sim *s, struct client *c)
{
	char line[SIM_LINE_MAX], end;
	int n;

	while (c->fd >= 0 && !c->busy && c->len) {
		if (strchr("\r\n\x1a", c->in[0])) {	/* NUL as well */
			take(c, 1);
			continue;
		}

		n = complete(c);
		if (n < 0)
			return;

		memcpy(line, c->in, (size_t)n);
		line[n] = '\0';
		end = c->in[n];
		take(c, (size_t)n + 1);
		if (!c->prompt) {
			at_line(s, c, line);
		} else if (end == 0x1b) {
			c->prompt = false;
			sim_write(s, c, "\r\nOK\r\n");
		} else {
			at_pdu(s, c, line);
		}
	}
}

static void client_read(struct client *c)
{
	ssize_t n = read(c->fd, c->in + c->len, sizeof(c->in) - c->len);

	if (n <= 0)
		sim_close(c);
	else
		c->len += (size_t)n;
}

static void client_accept(struct sim *s, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	for (int i = 0; fd >= 0 && i < SIM_CLIENTS; i++) {
		if (s->client[i].fd < 0) {
			s->client[i].fd = fd;
			return;
		}
	}

	if (fd >= 0)
		close(fd);
}

/* A test connects, gives its commands and leaves; one test at a time. */
static void ctl_accept(struct sim *s, int listener, int modem)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r+");
	char line[SIM_LINE_MAX];
	bool vanish = false;

	if (!f)
		return;

	if (fgets(line, sizeof(line), f)) {
		json_t *answer;
		char *text;

		line[strcspn(line, "\n")] = '\0';
		answer = ctl_line(s, line, &vanish);
		text = json_dumps(answer, JSON_COMPACT | JSON_ENCODE_ANY);
		fprintf(f, "%s\n", text ? text : "null");
		free(text);
		json_decref(answer);
	}
	fclose(f);

	if (vanish) {
		for (int i = 0; i < SIM_CLIENTS; i++)
			sim_close(&s->client[i]);
		shutdown(modem, SHUT_RDWR);
	}
}

/* ModemManager puts the whole string on the wire, prefix included. */
static int listen_at(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool abstract = !strncmp(name, "abstract:", 9);
	socklen_t len = sizeof(at);

	if (fd < 0 || strlen(name) + 2 > sizeof(at.sun_path)) {
		fprintf(stderr, "atsim: %s: name too long\n", name);
		exit(1);
	}

	strcpy(at.sun_path + abstract, name);
	if (abstract)
		len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
				  strlen(name));
	if (bind(fd, (struct sockaddr *)&at, len) || listen(fd, 8)) {
		perror(name);
		exit(1);
	}

	return fd;
}

/*
 * A terminal under that name.  Its other end stays open here too: so what
 * opens it may close it, and it is still the same line.
 */
static int open_pty(const char *name)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios raw;
	char other[64];

	if (fd < 0 || grantpt(fd) || unlockpt(fd) ||
	    ptsname_r(fd, other, sizeof(other)) ||
	    open(other, O_RDWR | O_NOCTTY | O_CLOEXEC) < 0 ||
	    tcgetattr(fd, &raw) || symlink(other, name)) {
		perror(name);
		exit(1);
	}

	cfmakeraw(&raw);
	tcsetattr(fd, TCSANOW, &raw);
	return fd;
}

/* On any free port of this machine; its number goes to that file, whole. */
static int listen_tcp(const char *name)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(at);
	char temp[256];
	FILE *f;

	snprintf(temp, sizeof(temp), "%.240s.tmp", name);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) ||
	    listen(fd, 8) || getsockname(fd, (struct sockaddr *)&at, &len) ||
	    !(f = fopen(temp, "w"))) {
		perror(name);
		exit(1);
	}

	fprintf(f, "%d\n", ntohs(at.sin_port));
	if (fclose(f) || rename(temp, name)) {
		perror(name);
		exit(1);
	}

	return fd;
}

/* The other side of ctl_accept(). */
static int tell(const char *name, const char *command)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), c;
	FILE *f;

	snprintf(at.sun_path, sizeof(at.sun_path), "%.107s", name);
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    !(f = fdopen(fd, "r+"))) {
		perror(name);
		return 69;
	}

	fprintf(f, "%s\n", command);
	fflush(f);
	while ((c = getc(f)) != EOF)
		putchar(c);
	fclose(f);
	return 0;
}

static void loop(struct sim *s, int modem, int ctl)
{
	struct pollfd p[2 + SIM_CLIENTS];

	for (;;) {
		int wait;

		for (int i = 0; i < SIM_CLIENTS; i++) {
			client_run(s, &s->client[i]);
			/* A busy modem leaves what follows in the socket. */
			p[2 + i] = (struct pollfd){ .fd = s->client[i].fd,
						    .events = POLLIN };
			if (s->client[i].len == SIM_LINE_MAX)
				p[2 + i].fd = -1;
		}
		wait = timers_run(s);
		p[0] = (struct pollfd){ .fd = modem, .events = POLLIN };
		p[1] = (struct pollfd){ .fd = ctl, .events = POLLIN };
		if (poll(p, 2 + SIM_CLIENTS, wait) < 0 && errno != EINTR)
			exit(1);

		for (int i = 0; i < SIM_CLIENTS; i++)
			if (p[2 + i].revents && s->client[i].fd >= 0)
				client_read(&s->client[i]);
		if (p[0].revents & POLLIN)
			client_accept(s, modem);
		if (p[1].revents & POLLIN)
			ctl_accept(s, ctl, modem);
	}
}

static int usage(void)
{
	fprintf(stderr, "usage: atsim --unix NAME | --tcp FILE | --pty NAME "
		"--ctl PATH "
		"[--sent-dir DIR] [--imei N] [--pin PIN] [--locked]\n");
	return 64;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "unix", required_argument, NULL, 'u' },
		{ "tcp", required_argument, NULL, 'T' },
		{ "pty", required_argument, NULL, 'P' },
		{ "ctl", required_argument, NULL, 'c' },
		{ "sent-dir", required_argument, NULL, 's' },
		{ "imei", required_argument, NULL, 'i' },
		{ "pin", required_argument, NULL, 'p' },
		{ "locked", no_argument, NULL, 'l' },
		{ "tell", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	static struct sim s = {
		.pin_state = "READY", .pin = "1234", .reg = 1,
		.autoreport_s = -1, .imei = "490154203237518",
		.operator = "00101", .charset = "IRA",
		.storage = "SM", .receive = "SM",
	};
	const char *unix_name = NULL, *tcp_name = NULL, *ctl_name = NULL;
	const char *pty_name = NULL, *command = NULL;
	int c, modem = -1;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'u':
			unix_name = optarg;
			break;
		case 'T':
			tcp_name = optarg;
			break;
		case 'P':
			pty_name = optarg;
			break;
		case 'c':
			ctl_name = optarg;
			break;
		case 's':
			s.sent_dir = optarg;
			break;
		case 'i':
			snprintf(s.imei, sizeof(s.imei), "%s", optarg);
			break;
		case 'p':
			snprintf(s.pin, sizeof(s.pin), "%s", optarg);
			break;
		case 'l':
			strcpy(s.pin_state, "SIM PIN");
			break;
		case 't':
			command = optarg;
			break;
		default:
			return usage();
		}
	}
	if (ctl_name && command)
		return tell(ctl_name, command);
	if (!!unix_name + !!tcp_name + !!pty_name != 1 || !ctl_name)
		return usage();

	signal(SIGPIPE, SIG_IGN);
	s.sent = json_array();
	s.log = json_array();
	s.calls = json_array();
	s.pieces = json_object();
	for (int i = 0; i < SIM_CLIENTS; i++)
		s.client[i].fd = -1;

	if (pty_name)
		s.client[0].fd = open_pty(pty_name);
	else
		modem = unix_name ? listen_at(unix_name)
				  : listen_tcp(tcp_name);
	loop(&s, modem, listen_at(ctl_name));
}
