/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program's own connect() and getaddrinfo(), visible, so that libcurl's
 * calls end here too.  A test that would leave this machine is stopped by the one function
 * all of them must pass.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness.h"

/* Longer than the transport's limit for connecting. */
#define HUNG_S 5

static bool loopback(const struct sockaddr *at)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)at;

	if (at->sa_family == AF_UNIX)
		return true;

	return at->sa_family == AF_INET &&
	       ntohl(in->sin_addr.s_addr) >> 24 == 127;
}

ALERTE_API int connect(int fd, const struct sockaddr *at, socklen_t len)
{
	if (!loopback(at)) {
		fprintf(stderr, "guard: an address outside this machine\n");
		abort();
	}

	return (int)syscall(SYS_connect, fd, at, len);
}

/* No name has an address here.  One has a server that never answers. */
ALERTE_API int getaddrinfo(const char *node, const char *service,
			   const struct addrinfo *hints,
			   struct addrinfo **out)
{
	(void)service;
	(void)hints;
	(void)out;

	if (node && !strcmp(node, "hung.invalid")) {
		sleep(HUNG_S);
		return EAI_AGAIN;
	}

	return EAI_NONAME;
}

void guard_path(const char *path)
{
	const char *root = scratch("%s", "");

	if (strncmp(path, root, strlen(root)) || strstr(path, "..")) {
		fprintf(stderr, "guard: %s is not in %s\n", path, root);
		abort();
	}
}

static void guard_address(const char *address)
{
	if (strncmp(address, "127.0.0.1:", 10)) {
		fprintf(stderr, "guard: %s is not loopback\n", address);
		abort();
	}
}

static bool has_path(const char *word)
{
	static const char *const words[] = {
		"pid", "error_log", "access_log", "root", "alias",
		"client_body_temp_path", "proxy_temp_path",
		"fastcgi_temp_path", "uwsgi_temp_path", "scgi_temp_path",
		"ssl_certificate", "ssl_certificate_key",
		"ssl_client_certificate",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(word, words[i]))
			return true;
	}

	return false;
}

static void guard_line(const char *line)
{
	char word[64], value[PATH_MAX_];

	if (sscanf(line, " %63[a-z_] %511[^ ;]", word, value) != 2)
		return;

	if (!strcmp(word, "listen"))
		guard_address(value);
	else if (!strcmp(word, "proxy_pass"))
		guard_path(value + strlen("http://unix:"));
	else if (has_path(word))
		guard_path(value);
}

void guard_conf(const char *conf)
{
	while (*conf) {
		size_t len = strcspn(conf, ";{}\n");
		char line[1024];

		snprintf(line, sizeof(line), "%.*s", (int)len, conf);
		guard_line(line);
		conf += len + (conf[len] != '\0');
	}
}
