/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerte receiver: one thread, poll(2), a fixed number of peers.
 *
 *   a peer:  read -> parse -> (keep on disk) -> write -> read ...
 *                                |
 *                                +-> silent, with --hang-after
 *
 * It listens on 127.0.0.1 or on a Unix socket and on nothing else, so that a
 * trial can never be mistaken for a service.
 */
#include "receiver_beat.h"
#include "receiver_claim.h"
#include "receiver_shape.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define PEERS_MAX 64
#define IDLE_MS 60000
#define IN_MAX (RECEIVER_HEAD_MAX + RECEIVER_BODY_MAX)
#define OUT_MAX (RECEIVER_BODY_MAX + 512)

struct peer {
	int fd;
	SSL *ssl;		/* NULL behind a proxy */
	int64_t moved_ms;
	short want;		/* of poll(2) */
	bool silent;
	bool closing;		/* after what is written */
	size_t in_len, out_len, out_at;
	char in[IN_MAX];
	char out[OUT_MAX];
};

struct receiver {
	const char *dir;
	const char *answers;
	const char *client_ca;
	const char *http_socket;
	const char *address;
	long port;
	long fail_first;
	long hang_after;	/* -1: never */
	long posts, kept;
	struct beats *beats;
	struct claims *claims;
	int listener;
	SSL_CTX *tls;
	struct peer *peer[PEERS_MAX];
	size_t npeers;
};

static volatile sig_atomic_t ended;

static void on_end(int signal_number)
{
	(void)signal_number;
	ended = 1;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ------------------------------------------------------------- answers */

static const char *phrase(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 201:
		return "Created";
	case 400:
		return "Bad Request";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 409:
		return "Conflict";
	case 411:
		return "Length Required";
	case 413:
		return "Content Too Large";
	case 414:
		return "URI Too Long";
	case 431:
		return "Request Header Fields Too Large";
	case 503:
		return "Service Unavailable";
	default:
		return "Internal Server Error";
	}
}

static void answer_as(struct peer *p, int status, const char *extra,
		      const char *type, const char *body, size_t len)
{
	int n = snprintf(p->out, sizeof(p->out),
			 "HTTP/1.1 %d %s\r\nContent-Type: application/%s\r\n"
			 "Content-Length: %zu\r\n%s%s\r\n", status,
			 phrase(status), type, len, extra,
			 p->closing ? "Connection: close\r\n" : "");

	memcpy(p->out + n, body, len);
	p->out_len = (size_t)n + len;
	p->out_at = 0;
}

static void answer(struct peer *p, int status, const char *extra,
		   const char *body, size_t len)
{
	answer_as(p, status, extra, "json", body, len);
}

static void answer_text(struct peer *p, int status, const char *extra,
			const char *body)
{
	answer(p, status, extra, body, strlen(body));
}

static void note(const struct receiver_request *r, const char *what,
		 const char *body)
{
	char said[RECEIVER_WHAT_MAX] = "";
	const char *shape = receiver_shape(r, body, said);

	fprintf(stderr, "alerte receiver: %s %s %s%s%s%s %s%s%s\n", r->method,
		r->path, shape, *shape ? " " : "", said, *said ? "," : "",
		what, *r->key ? " " : "", r->key);
}

/* In the shape it came in. */
static void answer_taken(struct peer *p, const struct receiver_request *r,
			 const char *body)
{
	char said[RECEIVER_WHAT_MAX], mrs[128];

	if (!strcmp(receiver_shape(r, body, said), "scaip") &&
	    receiver_mrs(body, r->body_len, mrs, sizeof(mrs)))
		answer_as(p, 201, "", "scaip+xml", mrs, strlen(mrs));
	else
		answer_text(p, 201, "",
			    "{\"schema\":\"alerte/1\",\"taken\":true}\n");
}

static bool hangs(const struct receiver *rx)
{
	return rx->hang_after >= 0 && rx->kept >= rx->hang_after;
}

static void take_post(struct receiver *rx, struct peer *p,
		      const struct receiver_request *r)
{
	const char *body = p->in + r->body_at;
	int status = hangs(rx) ? 0 : 201;
	bool repeat;

	if (++rx->posts <= rx->fail_first) {
		answer_text(p, 503, "Retry-After: 1\r\n", "{}\n");
		note(r, "503", body);
		return;
	}

	if (receiver_keep(rx->dir, r, body, status, &repeat)) {
		fprintf(stderr, "alerte receiver: %s: %s\n", rx->dir,
			strerror(errno));
		answer_text(p, 500, "", "{}\n");
		return;
	}

	rx->kept++;
	note(r, !status ? "kept, no answer" : repeat ? "201, a repeat" : "201",
	     body);

	if (status)
		answer_taken(p, r, body);
	else
		p->silent = true;
}

/* No message: it is verified and judged, and not kept. */
static void take_beat(struct receiver *rx, struct peer *p,
		      const struct receiver_request *r)
{
	char body[256] = "{\"schema\":\"alerte/1\",\"taken\":true}\n";
	long taken, refused;
	const char *why;
	int status;

	if (hangs(rx)) {
		p->silent = true;
		return;
	}

	status = beats_take(rx->beats, r, p->in + r->body_at, &why);

	if (why) {
		beats_counts(rx->beats, &taken, &refused);
		fprintf(stderr, "alerte receiver: heartbeat refused: %d, %s; "
			"%ld taken, %ld refused so far\n", status, why, taken,
			refused);
		snprintf(body, sizeof(body), "{\"schema\":\"alerte/1\","
			 "\"taken\":false,\"why\":\"%s\"}\n", why);
	}

	answer_text(p, status, "", body);
}

static void take_get(struct receiver *rx, struct peer *p,
		     const struct receiver_request *r)
{
	static const char none[] = "{\"schema\":\"alerte/1\",\"answers\":[]}\n";
	char reference[RECEIVER_NAME_MAX];
	char body[RECEIVER_BODY_MAX];
	int len = -1;

	if (hangs(rx)) {
		p->silent = true;
		return;
	}

	if (!receiver_reference(r->path, reference)) {
		answer_text(p, 404, "", "{}\n");
		return;
	}

	if (rx->answers)
		len = receiver_answers(rx->answers, reference, body,
				       sizeof(body));

	if (len < 0)
		len = (int)strlen(strcpy(body, none));

	claims_take(rx->claims, reference, r->claim, now_ms());
	len = (int)claims_add(rx->claims, reference, r->claim, now_ms(), body,
			      (size_t)len, sizeof(body));
	answer(p, 200, "", body, (size_t)len);
}

static void take(struct receiver *rx, struct peer *p,
		 const struct receiver_request *r)
{
	p->closing = r->close;

	if (!strcmp(r->method, "POST") && receiver_is_beat(r->path))
		take_beat(rx, p, r);
	else if (!strcmp(r->method, "POST"))
		take_post(rx, p, r);
	else if (!strcmp(r->method, "GET"))
		take_get(rx, p, r);
	else if (!strcmp(r->method, "HEAD"))
		answer_text(p, 200, "", "");
	else
		answer_text(p, 405, "Allow: GET, HEAD, POST\r\n", "{}\n");
}

/* --------------------------------------------------------------- peers */

enum io { IO_MOVED, IO_LATER, IO_OVER };

static enum io tls_result(struct peer *p, int result)
{
	switch (SSL_get_error(p->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		p->want = POLLIN;
		return IO_LATER;
	case SSL_ERROR_WANT_WRITE:
		p->want = POLLOUT;
		return IO_LATER;
	default:
		ERR_clear_error();
		return IO_OVER;
	}
}

static enum io plain_result(struct peer *p, short want)
{
	p->want = want;
	return errno == EAGAIN || errno == EINTR ? IO_LATER : IO_OVER;
}

static enum io peer_read(struct peer *p)
{
	char *at = p->in + p->in_len;
	size_t room = sizeof(p->in) - p->in_len;
	ssize_t n;

	if (p->ssl) {
		n = SSL_read(p->ssl, at, (int)room);

		if (n <= 0)
			return tls_result(p, (int)n);
	} else {
		n = recv(p->fd, at, room, 0);

		if (n == 0)
			return IO_OVER;

		if (n < 0)
			return plain_result(p, POLLIN);
	}

	p->in_len += (size_t)n;
	return IO_MOVED;
}

static enum io peer_write(struct peer *p)
{
	const char *at = p->out + p->out_at;
	size_t len = p->out_len - p->out_at;
	ssize_t n;

	if (p->ssl) {
		n = SSL_write(p->ssl, at, (int)len);

		if (n <= 0)
			return tls_result(p, (int)n);
	} else {
		n = send(p->fd, at, len, MSG_NOSIGNAL);

		if (n < 0)
			return plain_result(p, POLLOUT);
	}

	p->out_at += (size_t)n;
	return IO_MOVED;
}

static void shift(struct peer *p, size_t used)
{
	memmove(p->in, p->in + used, p->in_len - used);
	p->in_len -= used;
}

/* One move: IO_LATER when the peer has to be waited for. */
static enum io peer_move(struct receiver *rx, struct peer *p)
{
	struct receiver_request r;
	int used;

	if (p->out_at < p->out_len)
		return peer_write(p);

	if (p->closing && p->out_len)
		return IO_OVER;

	p->out_len = p->out_at = 0;

	if (p->silent) {
		p->in_len = 0;
		return peer_read(p);
	}

	used = receiver_parse(p->in, p->in_len, &r);

	if (used < 0) {
		p->closing = true;
		answer_text(p, -used, "", "{}\n");
		return IO_MOVED;
	}

	if (used == 0)
		return p->in_len < sizeof(p->in) ? peer_read(p) : IO_OVER;

	take(rx, p, &r);
	shift(p, (size_t)used);
	return IO_MOVED;
}

static void peer_drop(struct receiver *rx, size_t i)
{
	struct peer *p = rx->peer[i];

	if (p->ssl) {
		SSL_shutdown(p->ssl);
		SSL_free(p->ssl);
		ERR_clear_error();
	}

	close(p->fd);
	free(p);
	rx->peer[i] = rx->peer[--rx->npeers];
}

static bool peer_turn(struct receiver *rx, struct peer *p)
{
	/* A peer that always has more to say lets others have their turn. */
	for (int moves = 0; moves < 64; moves++) {
		switch (peer_move(rx, p)) {
		case IO_MOVED:
			p->moved_ms = now_ms();
			break;
		case IO_LATER:
			return true;
		case IO_OVER:
			return false;
		}
	}

	/* TLS may hold bytes that poll(2) does not see: do not wait. */
	p->want = POLLIN | POLLOUT;
	return true;
}

static void peer_accept(struct receiver *rx)
{
	int fd = accept4(rx->listener, NULL, NULL, SOCK_NONBLOCK |
							   SOCK_CLOEXEC);
	struct peer *p;
	int one = 1;

	if (fd < 0)
		return;

	p = calloc(1, sizeof(*p));

	if (p && rx->tls) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		p->ssl = SSL_new(rx->tls);
	}

	if (!p || (rx->tls && (!p->ssl || !SSL_set_fd(p->ssl, fd)))) {
		if (p)
			SSL_free(p->ssl);

		free(p);
		close(fd);
		return;
	}

	if (p->ssl)
		SSL_set_accept_state(p->ssl);

	p->fd = fd;
	p->want = POLLIN;
	p->moved_ms = now_ms();
	rx->peer[rx->npeers++] = p;
}

/* ---------------------------------------------------------------- loop */

static void turn(struct receiver *rx, const sigset_t *waiting)
{
	struct pollfd fds[PEERS_MAX + 1];
	struct timespec second = { .tv_sec = 1 };
	size_t n = rx->npeers;

	for (size_t i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = rx->peer[i]->fd,
					  .events = rx->peer[i]->want };

	/* A full house lets newcomers wait in the queue of the kernel. */
	fds[n] = (struct pollfd){ .fd = n < PEERS_MAX ? rx->listener : -1,
				  .events = POLLIN };

	beats_look(rx->beats);

	if (ppoll(fds, n + 1, &second, waiting) < 0)
		return;

	/* From the last: a dropped peer is replaced by one already seen. */
	for (size_t i = n; i-- > 0;) {
		struct peer *p = rx->peer[i];

		if ((fds[i].revents && !peer_turn(rx, p)) ||
		    now_ms() - p->moved_ms > IDLE_MS)
			peer_drop(rx, i);
	}

	if (fds[n].revents)
		peer_accept(rx);
}

static int serve(struct receiver *rx)
{
	struct sigaction end = { .sa_handler = on_end };
	sigset_t blocked, waiting;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &waiting);
	sigdelset(&waiting, SIGINT);
	sigdelset(&waiting, SIGTERM);
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	signal(SIGPIPE, SIG_IGN);

	while (!ended)
		turn(rx, &waiting);

	while (rx->npeers > 0)
		peer_drop(rx, rx->npeers - 1);

	return EX_OK;
}

/* ----------------------------------------------------------- listening */

static int fail(const char *what)
{
	fprintf(stderr, "alerte receiver: %s: %s\n", what, strerror(errno));
	return -1;
}

static int listen_tcp(long port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return fail("socket");

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));

	if (bind(fd, (struct sockaddr *)&at, len) || listen(fd, PEERS_MAX) ||
	    getsockname(fd, (struct sockaddr *)&at, &len)) {
		close(fd);
		return fail("127.0.0.1");
	}

	printf("port=%d\nurl=https://127.0.0.1:%d/alerts\n",
	       ntohs(at.sin_port), ntohs(at.sin_port));
	return fd;
}

static int listen_unix(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct stat st;
	int fd;

	if (strlen(path) >= sizeof(at.sun_path)) {
		errno = ENAMETOOLONG;
		return fail(path);
	}

	memcpy(at.sun_path, path, strlen(path) + 1);

	/* What an earlier run left, and nothing else. */
	if (!lstat(path, &st) && S_ISSOCK(st.st_mode))
		unlink(path);

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return fail("socket");

	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    listen(fd, PEERS_MAX)) {
		close(fd);
		return fail(path);
	}

	printf("socket=%s\n", path);
	return fd;
}

static int start(struct receiver *rx)
{
	char pin[RECEIVER_PIN_MAX];

	if (mkdir(rx->dir, 0700) && errno != EEXIST) {
		fail(rx->dir);
		return EX_CANTCREAT;
	}

	if (!beats_start(rx->beats, rx->dir))
		return EX_DATAERR;

	if (rx->http_socket) {
		rx->listener = listen_unix(rx->http_socket);
		return rx->listener < 0 ? EX_UNAVAILABLE : 0;
	}

	rx->tls = receiver_tls(rx->dir, rx->client_ca, pin);

	if (!rx->tls)
		return EX_CANTCREAT;

	rx->listener = listen_tcp(rx->port);

	if (rx->listener < 0)
		return EX_UNAVAILABLE;

	printf("pin=%s\ncert=%s/cert.pem\n", pin, rx->dir);
	return 0;
}

/* ------------------------------------------------------------- options */

static const char usage[] =
"usage: alerte receiver --dir DIR [OPTIONS]\n"
"\n"
"A small HTTPS server on 127.0.0.1 that keeps every request it accepts as a\n"
"file in DIR.  For trials and demonstrations only.\n"
"\n"
"  --dir DIR           where requests go, and key.pem and cert.pem\n"
"  --port N            0, the default, takes a free port and prints it\n"
"  --address ADDRESS   127.0.0.1; any other is refused\n"
"  --fail-first N      answer the first N messages 503, Retry-After: 1\n"
"  --hang-after N      accept N messages, keep the others without a word\n"
"  --answers DIR       serve DIR/REFERENCE.json to polls\n"
"  --client-ca FILE    let in only clients whose certificate FILE vouches for\n"
"  --gateway-key KEY   the key of a gateway, as alerte status shows it; may be\n"
"                      given again: its heartbeats are verified, and its\n"
"                      silence and its faults printed as ALARM, their end as END\n"
"  --alarm-after S     silence is S seconds, not three beats and 10 s\n"
"  --http-socket PATH  plain HTTP on a Unix socket, to stand behind a proxy\n"
"\n"
"It prints port=, url=, pin= and cert= (or socket=), then ready.\n";

__attribute__((format(printf, 1, 2)))
static int bad_usage(const char *format, ...)
{
	va_list args;

	fputs("alerte receiver: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\nTry: alerte receiver --help\n", stderr);
	return EX_USAGE;
}

static bool read_number(const char *text, long most, long *out)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);

	if (errno || end == text || *end || n < 0 || n > most)
		return false;

	*out = n;
	return true;
}

static int take_option(struct receiver *rx, int option)
{
	bool good = true;
	long after;

	switch (option) {
	case 'd':
		rx->dir = optarg;
		break;
	case 'p':
		good = read_number(optarg, 65535, &rx->port);
		break;
	case 'l':
		rx->address = optarg;
		break;
	case 'f':
		good = read_number(optarg, 1000000, &rx->fail_first);
		break;
	case 'x':
		good = read_number(optarg, 1000000, &rx->hang_after);
		break;
	case 'a':
		rx->answers = optarg;
		break;
	case 'c':
		rx->client_ca = optarg;
		break;
	case 'g':
		if (!beats_key(rx->beats, optarg))
			return bad_usage("'%s' is no key of a gateway, or one "
					 "too many.", optarg);
		break;
	case 'w':
		good = read_number(optarg, 1000000, &after) && after > 0;
		if (good)
			beats_after(rx->beats, after);
		break;
	case 's':
		rx->http_socket = optarg;
		break;
	default:
		return bad_usage("I do not know that option.");
	}

	return good ? 0 : bad_usage("'%s' is no number I can use.", optarg);
}

static int check_options(const struct receiver *rx)
{
	if (!rx->dir)
		return bad_usage("--dir is missing.");

	if (strcmp(rx->address, "127.0.0.1"))
		return bad_usage("%s: it listens on 127.0.0.1 only.",
				 rx->address);

	return 0;
}

static int receive(struct receiver *rx, int argc, char **argv)
{
	static const struct option options[] = {
		{ "dir", required_argument, NULL, 'd' },
		{ "port", required_argument, NULL, 'p' },
		{ "address", required_argument, NULL, 'l' },
		{ "fail-first", required_argument, NULL, 'f' },
		{ "hang-after", required_argument, NULL, 'x' },
		{ "answers", required_argument, NULL, 'a' },
		{ "client-ca", required_argument, NULL, 'c' },
		{ "gateway-key", required_argument, NULL, 'g' },
		{ "alarm-after", required_argument, NULL, 'w' },
		{ "http-socket", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option, r;

	optind = 0;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return EX_OK;
		}

		r = take_option(rx, option);

		if (r)
			return r;
	}

	if (optind < argc)
		return bad_usage("%s: one word too many.", argv[optind]);

	r = check_options(rx);

	if (!r)
		r = start(rx);

	if (r)
		return r;

	printf("ready\n");
	fflush(stdout);
	r = serve(rx);
	close(rx->listener);
	SSL_CTX_free(rx->tls);

	if (rx->http_socket)
		unlink(rx->http_socket);

	return r;
}

int cmd_receiver(int argc, char **argv)
{
	struct receiver rx = { .address = "127.0.0.1", .hang_after = -1,
			       .beats = beats_new(), .claims = claims_new() };
	int r;

	if (!rx.beats || !rx.claims)
		r = EX_OSERR;
	else
		r = receive(&rx, argc, argv);

	claims_free(rx.claims);
	beats_free(rx.beats);
	return r;
}
