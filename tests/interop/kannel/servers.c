/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../https/harness.h"
#include "kannel.h"

#define BEARERBOX "/usr/sbin/bearerbox"
#define SMSBOX "/usr/sbin/smsbox"
#define FAKESMSC "/usr/lib/kannel/test/fakesmsc"
#define NGINX "/usr/sbin/nginx"
#define ADMIN_PORT 13000
#define BOX_PORT 13001
#define SENDSMS_PORT 13013
#define TLS_PORT 13443

static const char kannel_conf[] =
	"group = core\n"
	"admin-port = 13000\nadmin-interface = 127.0.0.1\n"
	"admin-password = \"of-the-test\"\nadmin-allow-ip = \"127.0.0.1\"\n"
	"smsbox-port = 13001\nsmsbox-interface = 127.0.0.1\n"
	"box-allow-ip = \"127.0.0.1\"\n"
	"store-type = file\nstore-location = %s\n"
	"sms-resend-freq = 1\n"
	"\n"
	"group = smsc\nsmsc = fake\nsmsc-id = fake1\nport = 10000\n"
	"connect-allow-ip = 127.0.0.1\n"
	"\n"
	"group = smsbox\nbearerbox-host = 127.0.0.1\n"
	"sendsms-port = 13013\nsendsms-interface = 127.0.0.1\n"
	"global-sender = 700\n"
	"\n"
	"group = sendsms-user\n"
	"username = " KANNEL_USER "\npassword = " KANNEL_PASSWORD "\n"
	"max-messages = 10\nconcatenation = true\n"
	"\n"
	"group = sms-service\nkeyword = default\nmax-messages = 0\n"
	"text = \"none\"\n";

static const char nginx_conf[] =
	"daemon off;\nmaster_process off;\nworker_processes 1;\n"
	"error_log %s;\npid %s;\n"
	"events { worker_connections 32; }\n"
	"http {\naccess_log %s;\n"
	"client_body_temp_path %s;\nproxy_temp_path %s;\n"
	"fastcgi_temp_path %s;\nuwsgi_temp_path %s;\nscgi_temp_path %s;\n"
	"server {\nlisten 127.0.0.1:13443 ssl;\n"
	"ssl_certificate %s;\nssl_certificate_key %s;\n"
	"location / { proxy_pass http://127.0.0.1:13013; }\n}\n}\n";

static pid_t owner, bearerbox, smsbox, phone, nginx;

static void pause_ms(long ms)
{
	struct timespec ts = { .tv_nsec = ms * 1000000 };

	nanosleep(&ts, NULL);
}

/* Nobody else is in this network, and it leads nowhere. */
static bool own_network(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	bool up;
	int fd;

	if (unshare(CLONE_NEWNET))
		return false;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	up = !ioctl(fd, SIOCGIFFLAGS, &lo);
	lo.ifr_flags |= IFF_UP;
	up = up && !ioctl(fd, SIOCSIFFLAGS, &lo);
	close(fd);
	return up;
}

static pid_t run(const char *log, const char *const argv[])
{
	pid_t pid = fork();
	int fd;

	assert(pid >= 0);
	if (pid > 0)
		return pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != owner)
		_exit(1);
	fd = open(scratch("%s", log), O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	if (chdir(scratch("%s", "")))
		_exit(1);
	execv(argv[0], (char *const *)argv);
	_exit(127);
}

static void end(pid_t *pid)
{
	if (*pid <= 0)
		return;

	kill(*pid, SIGCONT);
	kill(*pid, SIGTERM);
	for (int i = 0; i < 50; i++) {
		if (waitpid(*pid, NULL, WNOHANG) == *pid) {
			*pid = 0;
			return;
		}
		pause_ms(20);
	}

	/* bearerbox waits for those it serves. */
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

static bool answers(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool good = !connect(fd, (struct sockaddr *)&at, sizeof(at));

	close(fd);
	return good;
}

/* What bearerbox says of its network. */
static bool has_network(void)
{
	static const char ask[] =
		"GET /status.txt?password=of-the-test HTTP/1.0\r\n\r\n";
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(ADMIN_PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char said[8192];
	size_t len = 0;
	ssize_t n;

	assert(!connect(fd, (struct sockaddr *)&at, sizeof(at)));
	assert(write(fd, ask, strlen(ask)) == (ssize_t)strlen(ask));
	while ((n = read(fd, said + len, sizeof(said) - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	said[len] = '\0';
	return strstr(said, "(online");
}

static void await_network(bool present)
{
	for (int i = 0; i < 1000; i++) {
		if (has_network() == present)
			return;
		pause_ms(10);
	}

	fprintf(stderr, "the network does not come or go\n");
	abort();
}

static void await(int port, const char *log)
{
	for (int i = 0; i < 1000; i++) {
		if (answers(port))
			return;
		pause_ms(10);
	}

	fprintf(stderr, "nothing at port %d:\n%s\n", port,
		scratch_read(scratch("%s", log)));
	abort();
}

static size_t count(const char *file, const char *a, const char *b)
{
	char *text = scratch_read(scratch("%s", file)), *rest = text, *line;
	size_t n = 0;

	while ((line = strsep(&rest, "\n")))
		n += strstr(line, a) && strstr(line, b);
	free(text);
	return n;
}

static void start_smsbox(void)
{
	const char *const argv[] = { SMSBOX, "-v", "4", scratch("kannel.conf"),
				     NULL };

	smsbox = run("smsbox.log", argv);
	await(SENDSMS_PORT, "smsbox.log");
}

static void start_nginx(void)
{
	static const struct cert cert[] = {
		{ "authority", "authority", NULL, -1, 30 },
		{ "gateway", "authority", "IP:127.0.0.1", -1, 30 },
	};
	const char *argv[] = { NGINX, "-p", NULL, "-c", NULL, NULL };
	char *conf;
	int n;

	cert_make(&cert[0]);
	cert_make(&cert[1]);
	n = asprintf(&conf, nginx_conf, scratch("nginx.err"),
		     scratch("nginx.pid"), scratch("access.log"),
		     scratch("t"), scratch("t"), scratch("t"), scratch("t"),
		     scratch("t"), "gateway.pem", "gateway.key");
	assert(n > 0);
	scratch_write(scratch("nginx.conf"), conf, (size_t)n);
	free(conf);
	argv[2] = scratch("%s", "");
	argv[4] = scratch("nginx.conf");
	nginx = run("nginx.log", argv);
	await(TLS_PORT, "nginx.log");
}

static void start_kannel(void)
{
	const char *const argv[] = { BEARERBOX, "-v", "4",
				     scratch("kannel.conf"), NULL };
	char *conf;
	int n = asprintf(&conf, kannel_conf, scratch("store"));

	assert(n > 0);
	scratch_write(scratch("kannel.conf"), conf, (size_t)n);
	free(conf);
	bearerbox = run("bearerbox.log", argv);
	await(BOX_PORT, "bearerbox.log");
	start_smsbox();
}

static int skip(const char *why)
{
	printf("SKIP: %s\n", why);
	return 77;
}

int kannel_open(void)
{
	static const char *const need[] = { BEARERBOX, SMSBOX, FAKESMSC,
					    NGINX };

	for (size_t i = 0; i < sizeof(need) / sizeof(*need); i++)
		if (access(need[i], X_OK))
			return skip("kannel, kannel-extras and nginx-light "
				    "are needed");
	if (!own_network())
		return skip("only root can make a network of its own");

	owner = getpid();
	scratch_make();
	start_kannel();
	start_nginx();
	kannel_network(true);
	return 0;
}

void kannel_close(void)
{
	if (getpid() != owner)
		return;

	end(&phone);
	end(&nginx);
	end(&smsbox);
	end(&bearerbox);
	scratch_remove();
}

void kannel_network(bool present)
{
	/* One message in a day, of a number that is nobody's. */
	const char *const argv[] = { FAKESMSC, "-H", "127.0.0.1", "-r",
				     "10000", "-i", "86400", "-m", "2",
				     "+33639980009 700 text none", NULL };

	if (!present)
		end(&phone);
	else if (!phone)
		phone = run("phone.log", argv);
	await_network(present);
}

void kannel_hang(void)
{
	kill(smsbox, SIGSTOP);
}

void kannel_crash(void)
{
	kill(smsbox, SIGKILL);
	waitpid(smsbox, NULL, 0);
	smsbox = 0;
}

void kannel_serve(bool present)
{
	if (!present)
		end(&smsbox);
	else if (!smsbox)
		start_smsbox();
}

void kannel_identity(char pin[ALERTE_PIN_MAX], const char **ca_file)
{
	static char file[PATH_MAX_];

	cert_pin("gateway", pin);
	snprintf(file, sizeof(file), "%s", scratch("authority.pem"));
	*ca_file = file;
}

size_t kannel_got(const char *words)
{
	return count("phone.log", "Got message", words);
}

bool kannel_logs_hold(const char *words)
{
	return count("access.log", words, "") || count("nginx.err", words, "");
}
