/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One nginx with a server for each way a server can be, three receivers
 * behind it, and a socket that only listens.  Ports are bound here and handed
 * down (nginx takes them from the variable NGINX, as in its own upgrades), so
 * that no port is ever guessed.  All children die with this process.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"
#include "receiver.h"

#define CHILDREN_MAX 8

static pid_t children[CHILDREN_MAX];
static size_t nchildren;
static pid_t owner;
static int listener[SERVER_LAST], port[SERVER_LAST];

int server_port(enum server s)
{
	return port[s];
}

/* ------------------------------------------------------------ children */

void servers_stop(void)
{
	/* A forked child that ends early must not take the others along. */
	if (getpid() != owner)
		return;

	while (nchildren > 0) {
		pid_t pid = children[--nchildren];

		/* Not KILL: nginx would leave its worker behind. */
		kill(pid, SIGTERM);
		waitpid(pid, NULL, 0);
	}

	scratch_remove();
}

/* In the child: 0. */
static pid_t child(const char *log)
{
	pid_t pid = fork();
	int fd;

	assert(pid >= 0);

	if (pid > 0) {
		assert(nchildren < CHILDREN_MAX);
		children[nchildren++] = pid;
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

static void pause_ms(long ms)
{
	struct timespec ts = { .tv_nsec = ms * 1000000 };

	nanosleep(&ts, NULL);
}

static void await_file(const char *path, pid_t pid, const char *log)
{
	for (int i = 0; i < 500; i++) {
		if (!access(path, F_OK))
			return;

		if (waitpid(pid, NULL, WNOHANG) == pid)
			break;

		pause_ms(10);
	}

	fprintf(stderr, "%s did not appear:\n%s\n", path, scratch_read(log));
	abort();
}

/* ----------------------------------------------------------- receivers */

static pid_t run_receiver(const char *name, char **argv, int argc)
{
	pid_t pid = child(scratch("%s.log", name));

	if (pid == 0)
		_exit(cmd_receiver(argc, argv));

	return pid;
}

static void start_receiver(const char *name, const char *option,
			   const char *value)
{
	const char *sock = scratch("%s.sock", name);
	char *argv[] = { "receiver", "--dir", (char *)scratch("%s", name),
			 "--http-socket", (char *)sock, (char *)option,
			 (char *)value, NULL };

	guard_path(argv[2]);
	guard_path(sock);
	await_file(sock, run_receiver(name, argv, 7),
		   scratch("%s.log", name));
}

/* It asks for certificates of clients, as an association's server may. */
static void start_tls_receiver(void)
{
	char *argv[] = { "receiver", "--dir", (char *)scratch("direct"),
			 "--client-ca", (char *)scratch("ca.pem"), NULL };

	guard_path(argv[2]);
	await_file(scratch("direct/cert.pem"), run_receiver("direct", argv, 5),
		   scratch("direct.log"));
}

void receiver_printed(int *out_port, char pin[ALERTE_PIN_MAX])
{
	for (int i = 0; i < 500; i++) {
		char *text = scratch_read(scratch("direct.log"));
		const char *at = strstr(text, "pin=");
		bool ready = strstr(text, "ready\n") && at &&
			     sscanf(text, "port=%d", out_port) == 1 &&
			     sscanf(at, "pin=%55s", pin) == 1;

		free(text);

		if (ready)
			return;

		pause_ms(10);
	}

	abort();
}

static bool bears(const char *text, const char *key)
{
	char line[320];

	snprintf(line, sizeof(line), "\nidempotency-key: %s\n", key);
	return strstr(text, line) != NULL;
}

/* *first, where asked for, is the text of the first. */
static size_t look(const char *receiver, const char *key, char **first)
{
	DIR *d = opendir(scratch("%s", receiver));
	struct dirent *entry;
	size_t n = 0;

	assert(d);

	while ((entry = readdir(d))) {
		char *text;

		if (!strstr(entry->d_name, ".re"))
			continue;

		text = scratch_read(scratch("%s/%s", receiver,
					    entry->d_name));

		if (bears(text, key) && n++ == 0 && first)
			*first = text;
		else
			free(text);
	}

	closedir(d);
	return n;
}

size_t kept(const char *receiver, const char *key)
{
	return look(receiver, key, NULL);
}

char *kept_text(const char *receiver, const char *key)
{
	char *text = NULL;

	look(receiver, key, &text);
	return text ? text : calloc(1, 1);
}

/* --------------------------------------------------------------- nginx */

static char *conf;
static size_t conf_len;
static FILE *conf_file;

static void say(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(conf_file, format, args);
	va_end(args);
}

static void say_server(enum server s, const char *cert)
{
	say("server {\nlisten 127.0.0.1:%d%s;\n", port[s], cert ? " ssl" : "");

	if (cert)
		say("ssl_certificate %s;\nssl_certificate_key %s;\n",
		    scratch("%s.pem", cert), scratch("%s.key", cert));
}

static void say_simple(enum server s, const char *cert, const char *more)
{
	say_server(s, cert);
	say("%s\nlocation / { return 201 \"{}\"; }\n}\n", more);
}

static void say_receiver(const char *name)
{
	say("location /%s { proxy_pass http://unix:%s; }\n", name,
	    scratch("%s.sock", name));
}

static void say_good(void)
{
	say_server(SERVER_GOOD, "server");
	say_receiver("alerts");
	say_receiver("busy");
	say_receiver("hang");
	say("location /later { add_header Retry-After 3600 always;"
	    " return 503; }\n");
	say("location /moved { return 308 https://127.0.0.1:%d/alerts; }\n",
	    port[SERVER_GOOD]);
	say("location /refused { return 400; }\n");
	say("location /held { return 409; }\n");
	say("location /cut { return 444; }\n");
	say("location /drip { limit_rate 1; return 201 \"{}\"; }\n");
	say("location /endless { limit_rate 1; limit_rate_after 400;"
	    " return 201 \"%0600d\"; }\n", 0);
	say("location /files { root %s; }\n", scratch("%s", "www"));
	say("location /big { root %s; rewrite ^ /files/big.bin break;"
	    " error_page 405 =200 /files/big.bin; }\n", scratch("%s", "www"));
	say("}\n");
}

static void say_http(void)
{
	static const char *const temp[] = { "client_body", "proxy", "fastcgi",
					    "uwsgi", "scgi" };

	say("http {\nlog_format seen '$connection $connection_requests "
	    "$ssl_protocol $request_method $request_uri $status "
	    "$http_idempotency_key';\n");
	say("access_log %s seen;\n", scratch("access.log"));

	for (size_t i = 0; i < 5; i++)
		say("%s_temp_path %s;\n", temp[i], scratch("temp-%s", temp[i]));

	say("ssl_protocols TLSv1.3;\n");
	say_good();
	say_server(SERVER_CLIENTS, "server");
	say("ssl_verify_client on;\nssl_client_certificate %s;\n",
	    scratch("ca.pem"));
	say_receiver("alerts");
	say("}\n");
	say_simple(SERVER_EXPIRED, "expired", "");
	say_simple(SERVER_FUTURE, "future", "");
	say_simple(SERVER_STRANGER, "stranger", "");
	say_simple(SERVER_MISNAMED, "misnamed", "");
	say_simple(SERVER_SHORT, "server", "keepalive_timeout 1s;");
	say_simple(SERVER_PLAIN, NULL, "");
	say("}\n");
}

static void write_conf(void)
{
	conf_file = open_memstream(&conf, &conf_len);
	assert(conf_file);
	say("daemon off;\nworker_processes 1;\n");

	/* Else workers become nobody, who cannot enter the scratch folder. */
	if (geteuid() == 0)
		say("user root;\n");

	say("pid %s;\n", scratch("nginx.pid"));
	say("error_log %s;\n", scratch("error.log"));
	say("events { worker_connections 256; }\n");
	say_http();
	fclose(conf_file);
	guard_conf(conf);
	scratch_write(scratch("nginx.conf"), conf, conf_len);
	free(conf);
}

static int bind_loopback(int *out_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert(fd >= 0 && !bind(fd, (struct sockaddr *)&at, len));
	assert(!listen(fd, 128));
	assert(!getsockname(fd, (struct sockaddr *)&at, &len));
	*out_port = ntohs(at.sin_port);
	return fd;
}

static void hand_down(void)
{
	char list[128] = "";

	for (int s = 0; s < SERVER_LAST; s++) {
		size_t len = strlen(list);

		if (s == SERVER_HUNG)
			continue;

		fcntl(listener[s], F_SETFD, 0);
		snprintf(list + len, sizeof(list) - len, "%d;", listener[s]);
	}

	setenv("NGINX", list, 1);
}

static void start_nginx(const char *program)
{
	const char *log = scratch("nginx.log");
	pid_t pid = child(log);

	if (pid == 0) {
		hand_down();
		execl(program, "nginx", "-p", scratch("%s", ""), "-c",
		      scratch("nginx.conf"), "-e", scratch("error.log"), NULL);
		_exit(127);
	}

	await_file(scratch("nginx.pid"), pid, log);
}

static void make_certs(void)
{
	static const char here[] = "IP:127.0.0.1,DNS:hung.invalid";
	const struct cert certs[] = {
		{ "ca", "ca", NULL, -1000, 1000 },
		{ "ca2", "ca2", NULL, -1000, 1000 },
		{ "server", "ca", here, -1, 30 },
		{ "expired", "ca", here, -400, -100 },
		{ "future", "ca", here, 10, 300 },
		{ "stranger", "ca2", here, -1, 30 },
		{ "misnamed", "ca", "DNS:elsewhere.invalid", -1, 30 },
		{ "client", "ca", "DNS:gateway.invalid", -1, 30 },
		{ "client2", "ca2", "DNS:gateway.invalid", -1, 30 },
	};

	for (size_t i = 0; i < sizeof(certs) / sizeof(certs[0]); i++)
		cert_make(&certs[i]);
}

static void make_files(void)
{
	static char big[200000];

	memset(big, ' ', sizeof(big));
	mkdir(scratch("www"), 0700);
	mkdir(scratch("www/files"), 0700);
	mkdir(scratch("answers"), 0700);
	scratch_write(scratch("www/files/big.bin"), big, sizeof(big));
}

static const char *find_nginx(void)
{
	static const char *const places[] = { "/usr/sbin/nginx",
					      "/usr/local/sbin/nginx",
					      "/usr/bin/nginx" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (!access(places[i], X_OK))
			return places[i];
	}

	return NULL;
}

bool servers_start(void)
{
	const char *program = find_nginx();

	if (!program)
		return false;

	owner = getpid();
	scratch_make();
	atexit(servers_stop);
	make_certs();
	make_files();

	for (int s = 0; s < SERVER_LAST; s++)
		listener[s] = bind_loopback(&port[s]);

	start_receiver("alerts", "--answers", scratch("answers"));
	start_receiver("busy", "--fail-first", "1");
	start_receiver("hang", "--hang-after", "0");
	start_tls_receiver();
	write_conf();
	start_nginx(program);
	return true;
}

/* --------------------------------------------------------- access log */

static size_t read_log(const char *key, struct served *out, size_t cap)
{
	char *text = scratch_read(scratch("access.log"));
	size_t n = 0;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		struct served s;
		char seen[128];

		if (sscanf(line, "%ld %ld %15s %7s %127s %d %127s",
			   &s.connection, &s.nth, s.tls, s.method, s.path,
			   &s.status, seen) == 7 &&
		    !strcmp(seen, key) && n < cap)
			out[n++] = s;
	}

	free(text);
	return n;
}

/* nginx writes its line when it is done, which is after we are. */
size_t served(const char *key, size_t expected, struct served *out, size_t cap)
{
	size_t n;

	if (expected == 0)
		pause_ms(150);

	for (int i = 0; i < 300; i++) {
		n = read_log(key, out, cap);

		if (n >= expected)
			break;

		pause_ms(10);
	}

	return n;
}
