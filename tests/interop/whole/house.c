/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../https/harness.h"
#include "whole.h"

#define POLICY "packaging/dbus/org.alerte.Alerted1.conf"
#define RULE "packaging/polkit/50-alerted.rules"
#define SETPRIV "/usr/bin/setpriv"
#define ARGS_MAX 15

struct house house;

/* ---------------------------------------------------------- building */

static void program_copy(const char *name)
{
	char self[PATH_MAX], from[PATH_MAX + 32];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert_true(n > 0);
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(from, sizeof(from), "%s/../../../%s", self, name);
	assert_int_equal(RUN(NULL, "/bin/cp", from, scratch("bin/%s", name)),
			 0);
}

/* The packaged policy, for the users there are here. */
static void policy_write(void)
{
	static const char *const swap[][2] = {
		{ "user=\"alerted\"", "user=\"" SERVICE "\"" },
		{ "group=\"alerte\"", "group=\"" MEMBERS "\"" },
	};
	char *text = scratch_read(POLICY);

	for (size_t i = 0; i < 2; i++) {
		char *at = strstr(text, swap[i][0]), *new;

		assert_non_null(at);
		*at = '\0';
		assert_true(asprintf(&new, "%s%s%s", text, swap[i][1],
				     at + strlen(swap[i][0])) > 0);
		free(text);
		text = new;
	}
	scratch_write(scratch("policy.conf"), text, strlen(text));
	free(text);
	assert_int_equal(chmod(scratch("policy.conf"), 0644), 0);
}

static bool missing(void)
{
	const char *why = NULL;

	if (geteuid() != 0)
		why = "only root can make a private system bus";
	else if (access(SETPRIV, X_OK))
		why = SETPRIV " is not installed";
	else if (!getpwnam(SERVICE) || !getpwnam(STRANGER) ||
		 !getgrnam(MEMBERS))
		why = "users " SERVICE ", " STRANGER " or group " MEMBERS
			" are not there";
	if (why)
		printf("SKIP: %s\n", why);
	return why;
}

int house_build(void)
{
	if (missing())
		return 77;

	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("ALERTE_SOCKET");
	unsetenv("CREDENTIALS_DIRECTORY");
	unsetenv("NOTIFY_SOCKET");
	scratch_make();
	chmod(scratch("%s", ""), 0755);
	mkdir(scratch("bin"), 0755);
	program_copy("alerted");
	program_copy("alerte");
	policy_write();
	if (!server_start()) {
		printf("SKIP: nginx is not installed\n");
		return 77;
	}
	return 0;
}

int house_stage(const char *const more[])
{
	static int nth;
	char dir[128], policy[128];
	const char *args[ARGS_MAX + 1] = { "--dir", dir, "--policy", policy,
		"--rule", RULE, "--user", SERVICE };
	size_t n = 8;
	int r;

	snprintf(dir, sizeof(dir), "%s", scratch("stage%d", ++nth));
	snprintf(policy, sizeof(policy), "%s", scratch("policy.conf"));
	mkdir(dir, 0755);
	for (size_t i = 0; more[i] && n < ARGS_MAX; i++)
		args[n++] = more[i];
	r = stage_open(&house.stage, args);
	if (r == 77)
		exit(77);
	return r;
}

/* ------------------------------------------------------------ settings */

static void owned_folder(const char *name)
{
	const struct passwd *user = getpwnam(SERVICE);
	const char *path = scratch("%s", name);

	guard_path(path);
	assert_int_equal(RUN(NULL, "/bin/rm", "-rf", "--", path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chown(path, user->pw_uid, user->pw_gid), 0);
}

static void give(const char *name, const char *text)
{
	const struct passwd *user = getpwnam(SERVICE);
	const char *path = scratch("%s", name);

	scratch_write(path, text, strlen(text));
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(chown(path, user->pw_uid, user->pw_gid), 0);
}

void house_empty(void)
{
	char *key = scratch_read(scratch("client.key"));

	/* A test that never came to its end may have left one. */
	house_stop();
	owned_folder("state");
	owned_folder("run");
	owned_folder("credentials");
	give("frames", "");
	give("client.key", key);
	free(key);
	server_empty();
	/* What still hangs leaves by that, and is no message of this test. */
	modem_do("reset");
	assert_int_equal(RUN(NULL, "/usr/bin/find", house.stage.sent, "-type",
			     "f", "-delete"), 0);
	house.by_socket = false;
}

static const char conf[] =
	"radio {\n\tdriver = \"replay\"\n\tfile = \"%s\"\n}\n"
	"modem {\n\tdriver = \"modemmanager\"\n\tpin_credential = \"%s\"\n}\n"
	"relay {\n\tnumber = \"" RELAY "\"\n}\n"
	"heartbeat {\n\tevery = 10\n}\n"
	"clock {\n\ttrusted = \"yes\"\n}\n";

static const char site[] =
	"endpoint \"server\" {\n\turl = \"https://127.0.0.1:%d%s\"\n"
	"\tpin = {\"%s\"}\n\tca_file = \"%s\"\n\tcert_file = \"%s\"\n"
	"\tkey_file = \"%s\"\n}\n"
	"contact \"asso\" {\n\tname = \"Association X\"\n"
	"\tendpoint = \"server\"\n\trole = \"association\"\n}\n"
	"contact \"marc\" {\n\tname = \"Marc\"\n\tnumber = \"" MARC "\"\n}\n"
	"contact \"lea\" {\n\tname = \"Léa\"\n\tnumber = \"" LEA "\"\n}\n"
	"wearer \"marie\" {\n\tname = \"Marie Durand\"\n"
	"\tshort_name = \"%s\"\n\tnumber = \"" HER "\"\n"
	"\tplace = \"12 rue Garibaldi, 69003 Lyon\"\n\tarea = \"%s\"\n"
	"\tassociation = \"X\"\n"
	"\tcontact = {\"marc\", \"asso\"}\n}\n"
	"policy \"both\" {\n\tstep {\n"
	"\t\tto = {\"marc:sms\", \"asso:https\"}\n\t}\n}\n"
	"policy \"climb\" {\n\tstep {\n\t\tto = {\"asso:https\"}\n\t}\n"
	"\tstep {\n\t\tafter = 1\n\t\tto = {\"lea:sms\"}\n\t}\n}\n"
	"policy \"next\" {\n\tstep {\n"
	"\t\tto = {\"marc:sms\", \"asso:https\"}\n\t}\n"
	"\tstep {\n\t\tafter = 1\n\t\tto = {\"lea:sms\"}\n\t}\n}\n"
	"policy \"relay\" {\n\tstep {\n\t\tto = {\"marc:sms\", "
	"\"asso:https\", \"relay114\"}\n\t}\n}\n"
	"button \"keyring\" {\n\twearer = \"marie\"\n"
	"\taddress = \"" BUTTON "\"\n\tkey = \"" KEY_HEX "\"\n"
	"\trule = {\"*:press=both\", \"*:double=climb\", \"*:triple=next\", "
	"\"*:long=relay\"}\n}\n";

/* Every value behind `key` begins so. */
static void guard_values(const char *text, const char *key, const char *begins)
{
	for (const char *at = text; (at = strstr(at, key));) {
		at += strlen(key);
		if (strncmp(at, begins, strlen(begins))) {
			fprintf(stderr, "guard: %s%.40s\n", key, at);
			abort();
		}
	}
}

static void guard_settings(const char *text)
{
	const char *bus = getenv("DBUS_SYSTEM_BUS_ADDRESS");

	guard_values(text, "number = \"", "+3363998");
	guard_values(text, "url = \"", "https://127.0.0.1:");
	guard_values(text, "file = \"", scratch("%s", ""));
	if (!bus || strncmp(bus, "unix:path=", 10))
		abort();
	guard_path(bus + 10);
	guard_path(house.stage.modem);
}

void house_site(const struct wish *wish)
{
	static const struct wish none;
	const struct wish *w = wish ? wish : &none;
	char text[4096], pin[ALERTE_PIN_MAX];

	cert_pin("server", pin);
	snprintf(text, sizeof(text), site, house.port,
		 w->url_path ? w->url_path : "/alerts", pin, scratch("ca.pem"),
		 scratch("client.pem"), scratch("client.key"),
		 w->name ? w->name : "Marie D.",
		 w->area ? w->area : "12 rue Garibaldi, Lyon 3e");
	guard_settings(text);
	scratch_write(scratch("site.conf"), text, strlen(text));
	assert_int_equal(ALERTE("apply", scratch("site.conf")), 0);
}

/* ---------------------------------------------------------- the daemon */

static void become_alerted(void)
{
	int log = open(scratch("alerted.log"),
		       O_WRONLY | O_CREAT | O_APPEND, 0600);

	dup2(log, 1);
	dup2(log, 2);
	execl(SETPRIV, "setpriv", "--reuid=" SERVICE, "--regid=nogroup",
	      "--clear-groups", "--no-new-privs", "--bounding-set=-all",
	      "--pdeathsig=TERM", scratch("bin/alerted"), "--config",
	      scratch("alerted.conf"), "--state", scratch("state"),
	      "--runtime", scratch("run"), "--credentials",
	      scratch("credentials"), "--create-keys", NULL);
	_exit(127);
}

void house_start(const char *pin_credential)
{
	char text[2048];

	if (pin_credential)
		give("credentials/sim-pin", pin_credential);
	snprintf(text, sizeof(text), conf, scratch("frames"),
		 pin_credential ? "sim-pin" : "");
	guard_settings(text);
	give("alerted.conf", text);
	house.alerted = fork();
	assert_true(house.alerted >= 0);
	if (house.alerted == 0)
		become_alerted();

	UNTIL(ALERTE("status") == 0);
}

void house_setting(const char *section)
{
	char *old = scratch_read(scratch("alerted.conf")), text[2048];

	assert_true(snprintf(text, sizeof(text), "%s%s", old, section) <
		    (int)sizeof(text));
	free(old);
	guard_settings(text);
	give("alerted.conf", text);
	assert_int_equal(kill(house.alerted, SIGHUP), 0);
}

int house_stop(void)
{
	int64_t end = now_ms() + LIMIT_MS;
	pid_t pid = house.alerted;
	int status = 0;

	if (pid <= 0)
		return 0;

	house.alerted = 0;
	kill(pid, SIGTERM);
	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (now_ms() > end)
			kill(pid, SIGKILL);
		pause_ms(10);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : 128 + WTERMSIG(status);
}

void house_tell(void)
{
	static const char *const log[] = { "alerted.log", "command.log" };

	for (size_t i = 0; i < 2; i++) {
		char *text = scratch_read(scratch("%s", log[i]));
		size_t n = strlen(text);

		printf("--- the end of %s\n%s\n", log[i],
		       n > 3000 ? text + n - 3000 : text);
		free(text);
	}
}

int settle(void **state)
{
	(void)state;
	house_empty();
	house_start(NULL);
	UNTIL(modem_ready());
	house_site(NULL);
	return 0;
}

int clear(void **state)
{
	(void)state;
	return house_stop();
}
