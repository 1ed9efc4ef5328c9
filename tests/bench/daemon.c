/* SPDX-License-Identifier: Apache-2.0 */
/* What the real alerted takes of a machine: memory, and the processor. */
#include "bench.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/scratch.h"

#define BUTTONS 1000
#define SECONDS 5
#define ADVERTS 1000			/* a second */

static void *state;		/* of the scratch folder, NULL: none */

/* Whatever ends the bench ends the daemon. */
static void clear(void)
{
	if (state)
		scratch_teardown(&state);
	state = NULL;
}

static double resident_mb(const struct scratch *s)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", s->pid);
	f = fopen(path, "r");
	need(f, path);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "VmRSS: %ld kB", &kb) == 1)
			break;
	fclose(f);
	need(kb > 0, path);
	return (double)kb * 1024 / 1e6;
}

static void print_memory(const char *name, double mb, const char *goal)
{
	figure_print(&(struct figure){ name, mb, "MB", NULL, 0, goal });
}

/* ------------------------------------------------------------- settings */

static void write_people(FILE *f, const struct server *server)
{
	if (server)
		fprintf(f,
			"endpoint \"server\" {\n\turl = \"%s\"\n"
			"\tpin = {\"%s\"}\n\tca_file = \"%s\"\n}\n",
			server->url, server->pin, server->cert);
	fprintf(f, "contact \"paul\" {\n\tname = \"Paul Martin\"\n"
		   "\tnumber = \"+33639980001\"\n%s}\n",
		server ? "\tendpoint = \"server\"\n" : "");
}

static void write_wearer(FILE *f, int i)
{
	fprintf(f,
		"wearer \"n%d\" {\n\tname = \"Marie Durand\"\n"
		"\tshort_name = \"Marie D.\"\n"
		"\tplace = \"12 rue Garibaldi, 69003 Lyon\"\n"
		"\tarea = \"12 rue Garibaldi, Lyon 3e\"\n"
		"\tassociation = \"l'association X\"\n"
		"\tcontact = {\"paul\"}\n}\n"
		"button \"n%d\" {\n\twearer = \"n%d\"\n"
		"\taddress = \"54:48:E6:00:%02X:%02X\"\n",
		i, i, i, i / 256, i % 256);
	/* the first is pressed, in the clear */
	if (i)
		fprintf(f, "\tkey = \"000102030405060708090a0b%08x\"\n", i);
	fprintf(f, "}\n");
}

static void settle(struct scratch *s, int buttons, const struct server *server)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	json_t *doc;

	need(f, "memory");
	write_people(f, server);
	for (int i = 0; i < buttons; i++)
		write_wearer(f, i);
	fclose(f);
	doc = apply(s, text, false);
	if (json_array_size(json_object_get(doc, "errors")))
		need(false, json_dumps(doc, 0));
	json_decref(doc);
	free(text);
}

/* ------------------------------------------------------------- processor */

static double used_ns(const struct scratch *s)
{
	struct timespec t;
	clockid_t clock;

	need(!clock_getcpuclockid(s->pid, &clock) &&
		     !clock_gettime(clock, &t),
	     "the daemon's processor time");
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* One every millisecond, each of another device nobody enrolled. */
static void write_strangers(int fd)
{
	int64_t start = now_ns();
	char line[96];

	for (int i = 0; i < SECONDS * ADVERTS; i++) {
		int64_t left = start + i * (INT64_C(1000000000) / ADVERTS) -
			       now_ns();
		int n = snprintf(line, sizeof(line),
				 "0 C0:FF:EE:00:%02X:%02X 02011A1BFF4C000C0E00"
				 "%08X0102030405060708090A0B0C0D0E\n",
				 i / 256 % 256, i % 256, (unsigned int)i);

		if (left > 0)
			nanosleep(&(struct timespec){ 0, left }, NULL);
		need(write(fd, line, (size_t)n) == n, "the radio's FIFO");
	}
}

static void bench_processor(struct scratch *s)
{
	char path[PATH_MAX];
	int fd = open(scratch_path(s, "frames", path), O_WRONLY | O_CLOEXEC);
	double before, used;
	int64_t start;
	json_t *doc;
	json_int_t heard;

	need(fd >= 0, path);
	before = used_ns(s);
	start = now_ns();
	write_strangers(fd);
	usleep(100000);
	used = (used_ns(s) - before) * 100 / (double)(now_ns() - start);
	close(fd);
	doc = ask(s, "Status", "");
	heard = json_integer_value(json_object_get(
		json_object_get(doc, "radio"), "heard"));
	need(heard >= SECONDS * ADVERTS, "every advertisement is heard");
	json_decref(doc);
	figure_print(&(struct figure){ "processor-1000-adverts", used, "%",
				       NULL, 0, "<= 2" });
}

/* ---------------------------------------------------------------- memory */

static void press(struct scratch *s, const struct server *server)
{
	static const uint8_t data[] = { 0x02, 0x01, 0x06, 0x08, 0x16, 0xd2,
					0xfc, 0x44, 0x00, 0x01, 0x3a, 0x01 };
	char *word = hear(s, "54:48:E6:00:00:00", data, sizeof(data));

	need(word && !strcmp(word, "accepted"), "a press that is taken");
	free(word);
	for (int i = 0; i < 500 && !*server->stamp; i++)
		usleep(10000);
	need(*server->stamp, "a report over TLS");
	usleep(100000);
}

void bench_daemon(const char *dir)
{
	struct server server;
	struct scratch *s;
	char path[PATH_MAX];

	server_start(&server, dir);
	atexit(clear);
	need(!scratch_setup(&state), "a scratch folder");
	s = state;
	scratch_conf(s);
	need(!mkfifo(scratch_path(s, "frames", path), 0600), path);
	alerted_start(s, true);
	settle(s, 1, NULL);
	/* a second start: idle is a daemon that has only read its store */
	alerted_stop(s);
	alerted_start(s, false);
	print_memory("memory-idle", resident_mb(s), "<= 10");
	settle(s, BUTTONS, &server);
	alerted_stop(s);
	alerted_start(s, false);
	print_memory("memory-1000-buttons", resident_mb(s), "<= 12");
	bench_processor(s);
	*server.stamp = 0;
	press(s, &server);
	print_memory("memory-after-tls", resident_mb(s), "<= 14");
	alerted_stop(s);
	clear();
	server_stop(&server);
}
