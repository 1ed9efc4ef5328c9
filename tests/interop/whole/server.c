/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The association's side: a real nginx that speaks TLS 1.3 to whoever shows a
 * certificate of ours, and receivers behind it: /alerts takes everything, /busy
 * says 503 first, /watch listens to heartbeats.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../https/harness.h"
#include "whole.h"

#define NGINX "/usr/sbin/nginx"
#define CHILDREN 4

static pid_t child[CHILDREN];
static size_t nchildren;
static pid_t owner;

static const char conf[] =
	"daemon off;\nworker_processes 1;\nuser root;\n"
	"pid %s/nginx.pid;\nerror_log %s/error.log;\n"
	"events { worker_connections 64; }\n"
	"http {\n"
	"log_format seen '$ssl_protocol $ssl_client_verify $request_method "
	"$request_uri $status $msec';\n"
	"log_format beat escape=none '$http_alerte_signature $request_body';\n"
	"access_log %s/access.log seen;\n"
	"client_body_temp_path %s/t1;\nproxy_temp_path %s/t2;\n"
	"fastcgi_temp_path %s/t3;\nuwsgi_temp_path %s/t4;\n"
	"scgi_temp_path %s/t5;\n"
	"ssl_protocols TLSv1.3;\n"
	"server {\nlisten 127.0.0.1:%d ssl;\n"
	"ssl_certificate %s/server.pem;\nssl_certificate_key %s/server.key;\n"
	"ssl_verify_client on;\nssl_client_certificate %s/ca.pem;\n"
	"location /alerts { proxy_pass http://unix:%s/alerts.sock; }\n"
	"location /busy { proxy_pass http://unix:%s/busy.sock; }\n"
	"location /watch { proxy_pass http://unix:%s/watch.sock; }\n"
	"location /watch/heartbeat {\nproxy_pass http://unix:%s/watch.sock;\n"
	"access_log %s/access.log seen;\naccess_log %s/beats.log beat;\n}\n"
	"}\n}\n";

/* In the child: 0. */
static pid_t spawn(const char *log)
{
	pid_t pid = fork();
	int fd;

	assert_true(pid >= 0);
	if (pid > 0) {
		assert_true(nchildren < CHILDREN);
		child[nchildren++] = pid;
		return pid;
	}

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != owner)
		_exit(1);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	return 0;
}

static void wait_file(const char *path)
{
	UNTIL(!access(path, F_OK));
}

static void start_receiver(const char *name, const char *const option[4])
{
	const char *sock = scratch("%s.sock", name);
	const char *dir = scratch("%s", name);

	guard_path(dir);
	guard_path(sock);
	if (!spawn(scratch("%s.log", name))) {
		execl(scratch("bin/alerte"), "alerte", "receiver", "--dir",
		      dir, "--http-socket", sock, option[0], option[1],
		      option[2], option[3], NULL);
		_exit(127);
	}
	wait_file(sock);
}

/* Bound here and handed down (NGINX), so that no port is ever guessed. */
static int bind_loopback(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(fd, 64), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	house.port = ntohs(at.sin_port);
	return fd;
}

static void write_conf(void)
{
	char text[4096], root[64];

	snprintf(root, sizeof(root), "%s", scratch("%s", ""));
	root[strlen(root) - 1] = '\0';
	snprintf(text, sizeof(text), conf, root, root, root, root, root, root,
		 root, root, house.port, root, root, root, root, root, root,
		 root, root, root);
	guard_conf(text);
	scratch_write(scratch("nginx.conf"), text, strlen(text));
}

static void start_nginx(void)
{
	int fd = bind_loopback();

	write_conf();
	if (!spawn(scratch("nginx.log"))) {
		char list[16];

		fcntl(fd, F_SETFD, 0);
		snprintf(list, sizeof(list), "%d;", fd);
		setenv("NGINX", list, 1);
		execl(NGINX, "nginx", "-p", scratch("%s", ""), "-c",
		      scratch("nginx.conf"), "-e", scratch("error.log"), NULL);
		_exit(127);
	}
	wait_file(scratch("nginx.pid"));
	close(fd);
}

bool server_start(void)
{
	/* Less than 30 days would be a fault of its own. */
	static const struct cert certs[] = {
		{ "ca", "ca", NULL, -10, 100 },
		{ "server", "ca", "IP:127.0.0.1", -1, 100 },
		{ "client", "ca", "DNS:gateway.invalid", -1, 100 },
	};

	if (access(NGINX, X_OK))
		return false;

	owner = getpid();
	for (size_t i = 0; i < sizeof(certs) / sizeof(*certs); i++)
		cert_make(&certs[i]);
	mkdir(scratch("answers"), 0700);
	start_receiver("alerts", (const char *const[4]){
		"--answers", scratch("answers") });
	start_receiver("busy", (const char *const[4]){ "--fail-first", "1" });
	start_nginx();
	return true;
}

void server_watch(const char *key, const char *alarm_after)
{
	start_receiver("watch", (const char *const[4]){
		"--gateway-key", key, "--alarm-after", alarm_after });
}

void server_stop(void)
{
	if (getpid() != owner)
		return;

	while (nchildren > 0) {
		/* Not KILL: nginx would leave its worker behind. */
		kill(child[--nchildren], SIGTERM);
		waitpid(child[nchildren], NULL, 0);
	}
}

/* ---------------------------------------------------- what they kept */

static void folder_empty(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
}

void server_empty(void)
{
	folder_empty(scratch("alerts"));
	folder_empty(scratch("busy"));
	folder_empty(scratch("answers"));
	assert_int_equal(truncate(scratch("access.log"), 0), 0);
}

/* What is looked for; quote NULL: whatever it quotes. */
struct sought {
	const char *type, *quote;
};

static bool member_is(const json_t *doc, const char *key, const char *value)
{
	const char *is = json_string_value(json_object_get(doc, key));

	return is && !strcmp(is, value);
}

/* Whether this file is such a one; its document in *out when asked for. */
static bool is_report(const char *path, struct sought s, json_t **out)
{
	char *text = scratch_read(path), *body = strstr(text, "\n\n");
	json_t *doc = body ? json_loads(body + 2, 0, NULL) : NULL;
	bool found = member_is(doc, "type", s.type) &&
		     (!s.quote || member_is(doc, "quote", s.quote));

	free(text);
	if (found && out) {
		json_decref(*out);
		*out = doc;
	} else {
		json_decref(doc);
	}
	return found;
}

static size_t look(struct sought s, json_t **out)
{
	static const char *const folder[] = { "alerts", "busy" };
	size_t n = 0;

	for (size_t i = 0; i < 2; i++) {
		DIR *d = opendir(scratch("%s", folder[i]));
		struct dirent *e;

		while (d && (e = readdir(d)))
			n += strstr(e->d_name, ".re") &&
			     is_report(scratch("%s/%s", folder[i], e->d_name),
				       s, out);
		if (d)
			closedir(d);
	}

	return n;
}

size_t reports(const char *type)
{
	return look((struct sought){ type, NULL }, NULL);
}

json_t *report(const char *type)
{
	json_t *doc = NULL;

	look((struct sought){ type, NULL }, &doc);
	return doc;
}

json_t *report_quoting(const char *type, const char *quote)
{
	json_t *doc = NULL;

	look((struct sought){ type, quote }, &doc);
	return doc;
}

size_t nginx_saw(const char *a, const char *b)
{
	char *text = scratch_read(scratch("access.log")), *save;
	size_t n = 0;

	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		n += strstr(line, a) && strstr(line, b);
	free(text);
	return n;
}

double nginx_when(const char *a, const char *b)
{
	char *text = scratch_read(scratch("access.log")), *save;
	double when = 0;

	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (strstr(line, a) && strstr(line, b))
			when = atof(strrchr(line, ' '));
	free(text);
	return when;
}

void server_answers(const char *reference, const char *json)
{
	scratch_write(scratch("answers/%s.json", reference), json,
		      strlen(json));
}
