/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTPS server made of the receiver's own parts: its certificate, its
 * reader of requests.  It keeps nothing, so that what is measured ends when
 * the last byte of a request is there.  A process for each connection.
 */
#include "bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "receiver.h"

static const char answer[] = "HTTP/1.1 201 Created\r\n"
			     "Content-Type: application/json\r\n"
			     "Content-Length: 3\r\n\r\n{}\n";

/* Until the peer leaves. */
static void serve_one(SSL_CTX *tls, int fd, volatile int64_t *stamp)
{
	static char in[RECEIVER_HEAD_MAX + RECEIVER_BODY_MAX];
	struct receiver_request r;
	SSL *ssl = SSL_new(tls);
	int one = 1, n = 0, used;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (!ssl || !SSL_set_fd(ssl, fd) || SSL_accept(ssl) != 1)
		_exit(1);
	for (;;) {
		int got = SSL_read(ssl, in + n, (int)sizeof(in) - n);

		if (got <= 0)
			_exit(0);
		n += got;
		used = receiver_parse(in, (size_t)n, &r);
		if (used < 0)
			_exit(1);
		if (!used)
			continue;
		*stamp = now_ns();
		SSL_write(ssl, answer, sizeof(answer) - 1);
		n -= used;
		memmove(in, in + used, (size_t)n);
	}
}

static void serve(SSL_CTX *tls, int listener, volatile int64_t *stamp)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			continue;
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve_one(tls, fd, stamp);
		}
		close(fd);
	}
}

static int listen_loopback(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	need(fd >= 0 && !bind(fd, (struct sockaddr *)&at, len) &&
		     !listen(fd, 16) &&
		     !getsockname(fd, (struct sockaddr *)&at, &len),
	     "a port of 127.0.0.1");
	*port = ntohs(at.sin_port);
	return fd;
}

void server_start(struct server *s, const char *dir)
{
	char folder[480];
	SSL_CTX *tls;
	int fd, port;

	snprintf(folder, sizeof(folder), "%s/server", dir);
	mkdir(folder, 0700);
	tls = receiver_tls(folder, NULL, s->pin);
	need(tls, "a certificate");
	fd = listen_loopback(&port);
	snprintf(s->url, sizeof(s->url), "https://127.0.0.1:%d/alerts", port);
	snprintf(s->cert, sizeof(s->cert), "%s/cert.pem", folder);
	s->stamp = mmap(NULL, sizeof(*s->stamp), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	need(s->stamp != MAP_FAILED, "memory");
	s->pid = fork();
	need(s->pid >= 0, "fork");
	if (s->pid == 0)
		serve(tls, fd, s->stamp);
	SSL_CTX_free(tls);
	close(fd);
}

void server_stop(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	munmap((void *)s->stamp, sizeof(*s->stamp));
}
