/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who reads the journal, lists processes or takes the disk away learns no
 * name, number, place, word or code (K1).  The log stands at debug.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "buttons.h"

#define RELAY "+33639980114"

/*
 * Each word stands in one place only, and in no word of ours.  Three letters
 * were found in what is sealed, by chance.
 */
static const char site[] =
	"endpoint \"server\" {\n\turl = \"https://127.0.0.1:9/zircon\"\n}\n"
	"contact \"asso\" {\n\tname = \"Zoubida\"\n"
	"\tnumber = \"+33639980071\"\n\tendpoint = \"server\"\n"
	"\trole = \"association\"\n}\n"
	"contact \"paul\" {\n\tname = \"Zephyrin\"\n"
	"\tnumber = \"+33639980072\"\n}\n"
	"wearer \"marie\" {\n\tname = \"Marie Quartz\"\n"
	"\tshort_name = \"M. Qwzjardin\"\n\tnumber = \"+33639980079\"\n"
	"\tplace = \"12 rue Xylophone, 69003 Lyon\"\n"
	"\tarea = \"rue Xylophe, Lyon\"\n\tborn = \"1990-05-03\"\n"
	"\tdetails = \"Kumquat\"\n\tassociation = \"Wombat\"\n"
	"\tcancel_code = \"tulipe42\"\n\tcontact = {\"paul\", \"asso\"}\n}\n"
	"policy \"night\" {\n\trelay_trust = none\n"
	"\tstep {\n\t\tto = {\"paul:sms\", \"asso:https\", \"relay114\"}\n"
	"\t}\n\tstep {\n\t\tafter = 600\n\t\tto = {\"asso:sms\"}\n\t}\n}\n"
	"button \"b\" {\n\twearer = \"marie\"\n\taddress = \"" BUTTON "\"\n"
	"\trule = {\"*:*=night\"}\n}\n"
	"button \"sealed\" {\n\twearer = \"marie\"\n"
	"\taddress = \"54:48:E6:8F:80:A6\"\n"
	"\tkey = \"4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b\"\n}\n";

static const char *const personal[] = {
	"zircon", "Zoubida", "Zephyrin", "Quartz", "Qwzjardin", "Xyloph", "1990-05",
	"Kumquat", "Wombat", "tulipe", "9980071", "9980072", "9980079",
	"9980077", "Pangolin", "Okapi", "wrongcode", "Licorne",
	"54:48:E6", "4b4b4b4b", "KKKKKKKK"
};

static bool file_holds(const char *path, const char *word)
{
	char *bytes = NULL;
	bool found;
	size_t len = 0;
	FILE *f = fopen(path, "r");

	if (!f)
		return false;

	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	len = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(len + 1);
	assert_non_null(bytes);
	len = fread(bytes, 1, len, f);
	fclose(f);
	found = memmem(bytes, len, word, strlen(word)) != NULL;
	free(bytes);
	return found;
}

static void nothing_personal(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(personal) / sizeof(*personal); i++)
		if (file_holds(path, personal[i]))
			fail_msg("%s holds \"%s\"", path, personal[i]);
}

static void nothing_personal_below(const struct scratch *s, const char *name)
{
	char path[PATH_MAX], file[2 * PATH_MAX];
	struct dirent *e;
	DIR *d = opendir(scratch_path(s, name, path));

	assert_non_null(d);

	while ((e = readdir(d))) {
		snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		if (e->d_type == DT_REG)
			nothing_personal(file);
	}

	closedir(d);
}

static void text_wait(struct scratch *s, const char *what)
{
	char *text;
	bool found;
	int tries;

	for (tries = 0; tries < 500; tries++) {
		text = spool_text(s);
		found = strstr(text, what) != NULL;
		free(text);
		if (found)
			return;
		usleep(10000);
	}

	fail_msg("no text says \"%s\"", what);
}

static void arm(struct scratch *s)
{
	char *token = call(s, "Arm", "s", "lead"), *answer;

	assert_non_null(token);
	answer = call(s, "ArmConfirm", "ss", "lead", token);
	assert_non_null(answer);
	free(answer);
	free(token);
}

static void press(struct scratch *s)
{
	const uint8_t data[] = { 0x02, 0x01, 0x06, 0x08, 0x16, 0xd2, 0xfc,
				 0x44, 0x00, 0x01, 0x3a, 0x01 };
	char *word = hear(s, BUTTON, data, sizeof(data));

	assert_string_equal(word, "accepted");
	free(word);
}

static char *code_of(struct scratch *s)
{
	json_t *doc = ask(s, "Alerts", "xu", (int64_t)0, 1);
	const char *code = json_string_value(json_object_get(json_array_get(
		json_object_get(doc, "alerts"), 0), "code"));
	char *copy;

	assert_non_null(code);
	copy = strdup(code);
	json_decref(doc);
	return copy;
}

/* A press, and all that is said of it on every path there is. */
static void an_evening(struct scratch *s)
{
	char *code, *answer;
	json_t *doc;

	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	doc = apply(s, site, false);
	assert_int_equal(json_array_size(json_object_get(doc, "errors")), 0);
	json_decref(doc);
	arm(s);
	press(s);
	text_wait(s, "Xylophone");
	spool_reply(s, "+33639980072", "Pangolin ?");
	spool_reply(s, "+33639980077", "Okapi");
	spool_reply(s, RELAY, "Bonjour, Licorne ?");
	text_wait(s, "Licorne");
	code = code_of(s);
	assert_null(call(s, "Cancel", "ss", code, "wrongcode"));
	scratch_append(s, "frames", "0 " BUTTON " Okapi\n");
	answer = call(s, "Acknowledge", "ss", code, "paul");
	assert_non_null(answer);
	free(answer);
	free(code);
	text_wait(s, "Zephyrin");
}

static void the_log_names_nobody_even_at_debug(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX], *text;

	an_evening(s);
	assert_int_equal(alerted_stop(s), 0);
	text = scratch_read(s, "err");
	assert_non_null(strstr(text, ": acked"));
	assert_non_null(strstr(text, "armed"));
	free(text);
	nothing_personal(scratch_path(s, "err", path));
}

static void the_state_folder_shows_nothing_without_its_keys(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];

	an_evening(s);
	nothing_personal_below(s, "state");
	assert_true(file_holds(scratch_path(s, "state/alerte.db-wal", path),
			       "SQLite format 3"));
	assert_int_equal(alerted_stop(s), 0);
	nothing_personal_below(s, "state");
}

/* What another user of the machine can list. */
static void its_arguments_and_its_status_name_nobody(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX], *text;

	an_evening(s);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)s->pid);
	nothing_personal(path);
	text = call(s, "Status", "");
	scratch_write(s, "status", text);
	free(text);
	nothing_personal(scratch_path(s, "status", path));
}

static void closed_to_others(const struct scratch *s, const char *name)
{
	char path[PATH_MAX], file[2 * PATH_MAX];
	struct dirent *e;
	struct stat st;
	DIR *d = opendir(scratch_path(s, name, path));

	assert_non_null(d);

	while ((e = readdir(d))) {
		if (!strcmp(e->d_name, ".."))
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		assert_int_equal(stat(file, &st), 0);
		if (st.st_mode & 077)
			fail_msg("%s is open to others", file);
	}

	closedir(d);
}

static void nobody_else_may_read_what_it_writes(void **state)
{
	struct scratch *s = *state;

	umask(0);
	an_evening(s);
	closed_to_others(s, "state");
	closed_to_others(s, "run");
	closed_to_others(s, "spool/out");
}

static void a_crash_leaves_no_core_file(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX], line[256];
	bool none = false;
	struct rlimit core;
	FILE *f;

	assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
	if (!core.rlim_max) {
		print_message("SKIP: no core file is allowed here at all\n");
		skip();
	}
	core.rlim_cur = core.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_CORE, &core), 0);
	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	snprintf(path, sizeof(path), "/proc/%d/limits", (int)s->pid);
	f = fopen(path, "r");
	assert_non_null(f);

	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, "Max core file size", 18))
			none = strtok(line + 18, " ")[0] == '0';

	fclose(f);
	assert_true(none);
}

/* A program of the daemon's user that is not root, or no more than it. */
static bool neighbour_sees(pid_t pid)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct has[2];
	char path[64], program[PATH_MAX];
	pid_t child;
	int status;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	child = fork();
	assert_true(child >= 0);

	if (child == 0) {
		if (syscall(SYS_capget, &head, has) < 0)
			_exit(2);
		has[0].effective &= ~(1U << CAP_SYS_PTRACE);
		has[0].permitted &= ~(1U << CAP_SYS_PTRACE);
		has[0].inheritable &= ~(1U << CAP_SYS_PTRACE);
		if (syscall(SYS_capset, &head, has) < 0)
			_exit(2);
		_exit(readlink(path, program, sizeof(program)) < 0);
	}

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return WEXITSTATUS(status) == 0;
}

static void its_memory_is_closed_to_programs_of_its_user(void **state)
{
	struct scratch *s = *state;

	/* What it is started without, a neighbour need not have. */
	prctl(PR_CAPBSET_DROP, CAP_SYS_PTRACE);
	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	assert_false(neighbour_sees(s->pid));
}

/* ----------------------------------------------------------------- memory */

/* The sanitizer keeps what is freed, to look at it. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(SANITIZED)
#define SANITIZED 1
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Two of the same button, and one of a sealed one. */
#define FIRST "c3f1078e5bd2946ab0e86d17f92c4ba5"
#define SECOND "9ad4e13b70c85f2614be9d03a7f66c58"
#define THIRD "e75b29c6108fd43a92d16cb8f05e7ba3" \
	"4dc8910ea2673fb5f8142b96d07eac59"
#define ONE(key) HEAD("keyring") "\taddress = \"" BUTTON "\"\n" \
	"\tformat = \"bthome-v2\"\n\tkey = \"" key "\"\n}\n"
#define OTHER HEAD("sealed") "\tkey = \"" THIRD "\"\n}\n"

#define SECRETS_MAX 32
#define PIECE 8

struct secrets {
	size_t n;
	uint8_t piece[SECRETS_MAX][PIECE];
	const char *what[SECRETS_MAX];
};

static void secret_add(struct secrets *all, const char *what,
		       const uint8_t *bytes, size_t len)
{
	for (; len >= PIECE; bytes += PIECE, len -= PIECE) {
		assert_true(all->n < SECRETS_MAX);
		all->what[all->n] = what;
		memcpy(all->piece[all->n++], bytes, PIECE);
	}
}

static void key_add(struct secrets *all, const char *hex)
{
	struct alerte_sealed_keys keys = { .size = sizeof(keys) };
	size_t i, n = strlen(hex) / 2;
	unsigned int byte;
	uint8_t key[32];

	for (i = 0; i < n; i++) {
		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		key[i] = (uint8_t)byte;
	}

	secret_add(all, "text of a key", (const uint8_t *)hex, 2 * n);
	secret_add(all, "key", key, n);

	if (n == 32) {
		assert_int_equal(alerte_sealed_derive(key, &keys), 0);
		secret_add(all, "key made of a key", keys.id, sizeof(keys.id));
		secret_add(all, "key made of a key", keys.seal,
			   sizeof(keys.seal));
	}
}

static size_t range_look(int fd, uint64_t from, uint64_t to, const char *name,
			 const struct secrets *all)
{
	size_t len = (size_t)(to - from), i, found = 0;
	uint8_t *bytes = malloc(len), *at;
	ssize_t n;

	assert_non_null(bytes);
	n = pread(fd, bytes, len, (off_t)from);

	for (i = 0; n > 0 && i < all->n; i++) {
		at = memmem(bytes, (size_t)n, all->piece[i], PIECE);
		if (!at)
			continue;
		print_message("%s, piece %zu, in %s at %zx\n", all->what[i], i,
			      name, (size_t)(at - bytes));
		found++;
	}

	free(bytes);
	return found;
}

/* How many of the pieces stand in what the process can write to. */
static size_t memory_look(pid_t pid, const struct secrets *all)
{
	char path[64], line[512], way[5], name[256];
	uint64_t from, to;
	size_t found = 0;
	FILE *maps;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	/* Only root may look. */
	if (fd < 0 && geteuid()) {
		print_message("SKIP: another's memory is for root to read\n");
		skip();
	}
	assert_true(fd >= 0);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "r");
	assert_non_null(maps);

	while (fgets(line, sizeof(line), maps)) {
		*name = '\0';
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*s %*s %*s "
			   "%255s", &from, &to, way, name) >= 3 &&
		    way[1] == 'w')
			found += range_look(fd, from, to, name, all);
	}

	fclose(maps);
	close(fd);
	return found;
}

static void look_after(struct scratch *s, const char *what)
{
	struct secrets all = { .n = 0 };
	char *status;
	size_t found;

	key_add(&all, FIRST);
	key_add(&all, SECOND);
	key_add(&all, THIRD);
	/* The message before this one is gone once this one is answered. */
	status = call(s, "Status", "");
	free(status);
	found = memory_look(s->pid, &all);

	if (found)
		fail_msg("%zu pieces are left by %s", found, what);
}

static void refused_leaves_nothing(struct scratch *s, const char *text,
				   const char *what)
{
	json_t *doc = apply(s, text, false);

	assert_string_not_equal(first(doc, "errors"), "");
	json_decref(doc);
	look_after(s, what);
}

static void a_key_leaves_memory_with_its_button(void **state)
{
	struct scratch *s = *state;

	if (SANITIZED)
		skip();
	start(s, PEOPLE OTHER ONE(FIRST));
	said(call(s, "ButtonRemove", "s", "keyring"), "");
	said(call(s, "ButtonRemove", "s", "sealed"), "");
	look_after(s, "Apply");

	enrol(s, ONE(FIRST));
	enrol(s, ONE(SECOND));
	keyed_press(s, SECOND, 20, "nothing");
	proved_wait(s);
	keyed_press(s, SECOND, 30, "accepted");
	said(call(s, "ButtonRemove", "s", "keyring"), "");
	look_after(s, "Enrol");

	enrol(s, ONE(FIRST));
	said(call(s, "EnrolCancel", ""), "");
	look_after(s, "EnrolCancel");
}

static void a_key_of_a_refused_file_leaves_memory(void **state)
{
	struct scratch *s = *state;

	if (SANITIZED)
		skip();
	start(s, PEOPLE);
	refused_leaves_nothing(s, PEOPLE OTHER ONE(FIRST) "\x01", "the scan");
	refused_leaves_nothing(s, PEOPLE OTHER ONE(FIRST) "wither \"x\" {\n"
			       "\ta = \"" SECOND "\"\n}\n", "the parser");
	refused_leaves_nothing(s, PEOPLE OTHER ONE(FIRST "zz"), "the reader");
	refused_leaves_nothing(s, OTHER ONE(FIRST), "the links");
	refused_leaves_nothing(s, PEOPLE OTHER ONE(FIRST) HEAD("b")
			       "\taddress = \"" ITAG "\"\n"
			       "\tformat = \"none-such\"\n"
			       "\tkey = \"" SECOND "\"\n}\n", "the engine");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, \
						scratch_teardown)
	const struct CMUnitTest tests[] = {
		T(the_log_names_nobody_even_at_debug),
		T(the_state_folder_shows_nothing_without_its_keys),
		T(its_arguments_and_its_status_name_nobody),
		T(nobody_else_may_read_what_it_writes),
		T(a_crash_leaves_no_core_file),
		T(a_key_leaves_memory_with_its_button),
		T(a_key_of_a_refused_file_leaves_memory),
		T(its_memory_is_closed_to_programs_of_its_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
