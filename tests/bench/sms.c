/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a press to ModemManager's Create, which hands it the text, and to its
 * Send, as seen by a monitor of the private bus, through the daemon's own
 * driver.  A Send needs what Create answers: the limit is a bare Create.
 */
#include "bench.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "interop/modem/world.h"

#define EACH 20
#define ROUNDS 2
#define ALL (EACH * ROUNDS)
#define WAIT_MS 10000
#define REST_MS 100
#define MM "org.freedesktop.ModemManager1"
#define MODEM "/org/freedesktop/ModemManager1/Modem/0"

struct seen {
	volatile int ready, sends;
	volatile int64_t created, sent;	/* now_ns(), of the last call */
};

struct sms {
	struct site site;
	struct world world;
	struct seen *seen;
	pid_t monitor;
	sd_bus *bus;
	int64_t attempt;
};

static sd_bus *connect_to(const char *address)
{
	sd_bus *bus = NULL;

	need(sd_bus_new(&bus) >= 0 && sd_bus_set_address(bus, address) >= 0 &&
		     sd_bus_set_bus_client(bus, 1) >= 0 &&
		     sd_bus_start(bus) >= 0,
	     "the private bus");
	return bus;
}

/* ------------------------------------------------------------ the monitor */

static void note(sd_bus_message *m, struct seen *seen)
{
	if (sd_bus_message_is_method_call(m, MM ".Modem.Messaging", "Create"))
		seen->created = now_ns();
	if (sd_bus_message_is_method_call(m, MM ".Sms", "Send")) {
		seen->sent = now_ns();
		seen->sends++;
	}
}

static void watch(const char *address, struct seen *seen)
{
	static const char call[] = "type='method_call',path_namespace='"
				   "/org/freedesktop/ModemManager1'";
	sd_bus *bus = NULL;
	sd_bus_message *m = NULL;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	need(sd_bus_new(&bus) >= 0 && sd_bus_set_address(bus, address) >= 0 &&
		     sd_bus_set_bus_client(bus, 1) >= 0 &&
		     sd_bus_set_monitor(bus, 1) >= 0 &&
		     sd_bus_start(bus) >= 0 &&
		     sd_bus_call_method(bus, "org.freedesktop.DBus",
					"/org/freedesktop/DBus",
					"org.freedesktop.DBus.Monitoring",
					"BecomeMonitor", NULL, NULL, "asu", 1,
					call, 0) >= 0,
	     "a monitor of the bus");
	seen->ready = 1;
	for (;;) {
		int r = sd_bus_process(bus, &m);

		if (r < 0)
			_exit(1);
		if (m)
			note(m, seen);
		m = sd_bus_message_unref(m);
		if (!r && sd_bus_wait(bus, UINT64_MAX) < 0)
			_exit(1);
	}
}

static void start_monitor(struct sms *b)
{
	b->seen = mmap(NULL, sizeof(*b->seen), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	need(b->seen != MAP_FAILED, "memory");
	b->monitor = fork();
	need(b->monitor >= 0, "fork");
	if (b->monitor == 0)
		watch(b->world.stage.bus, b->seen);
	for (int i = 0; i < 500 && !b->seen->ready; i++)
		usleep(10000);
	need(b->seen->ready, "a monitor of the bus");
}

/* -------------------------------------------------------------- one press */

static int on_send(void *context, const struct alerte_message *m)
{
	struct sms *b = context;

	b->attempt = m->attempt;
	need(!b->world.driver->send(b->world.modem, m),
	     "a text the driver takes");
	return 0;
}

static struct sms *waiting;

static bool is_sent(struct world *w)
{
	return world_has(w, waiting->attempt, ALERTE_RECEIPT_SENT);
}

struct sample {
	double created, sent;		/* since the press was durable, ns */
};

static struct sample press(struct sms *b, size_t button)
{
	struct site_press p;
	struct sample out;
	int sends = b->seen->sends;
	int64_t durable;

	b->world.nreceipts = 0;
	site_pass(&b->site, 60000);
	site_press_make(&b->site, button, &p);
	b->site.carry = true;
	site_press(&b->site, &p);
	durable = now_ns();
	alerte_step(b->site.a, b->site.now);
	waiting = b;
	need(world_until(&b->world, is_sent, WAIT_MS), "a text that leaves");
	need(b->seen->sends == sends + 1, "one Send for a press");
	out.created = (double)(b->seen->created - durable);
	out.sent = (double)(b->seen->sent - durable);
	alerte_receipt(b->site.a, b->attempt, 0, ALERTE_RECEIPT_SENT,
		       b->site.now);
	site_rest(&b->site);
	/* the driver and the modem clean up behind a text; a press is rare */
	world_run(&b->world, REST_MS);
	return out;
}

static double create(sd_bus *bus)
{
	sd_bus_message *reply = NULL;
	const char *path = NULL;
	int64_t start = now_ns();
	double took;

	need(sd_bus_call_method(bus, MM, MODEM, MM ".Modem.Messaging",
				"Create", NULL, &reply, "a{sv}", 2, "number",
				"s", FRIEND, "text", "s", "bench") >= 0 &&
		     sd_bus_message_read(reply, "o", &path) > 0,
	     "ModemManager's Create");
	took = (double)(now_ns() - start);
	sd_bus_call_method(bus, MM, MODEM, MM ".Modem.Messaging", "Delete",
			   NULL, NULL, "o", path);
	sd_bus_message_unref(reply);
	usleep(REST_MS * 1000);
	return took;
}

static void measure(struct sms *b)
{
	double limit[ALL], handed[ALL], sent[ALL];

	press(b, 0);
	for (size_t i = 0; i < ALL; i += EACH) {
		for (size_t j = i; j < i + EACH; j++)
			limit[j] = create(b->bus);
		for (size_t j = i; j < i + EACH; j++) {
			struct sample one = press(b, j % b->site.n);

			handed[j] = one.created;
			sent[j] = one.sent;
		}
	}
	figure_print(&(struct figure){
		"press-sms-beyond-durable", percentile(sent, ALL, 50) / 1e3,
		"us", "modemmanager-create", percentile(limit, ALL, 50) / 1e3,
		"<= 1.5" });
	figure_print(&(struct figure){
		"press-sms-beyond-durable-ms", percentile(sent, ALL, 50) / 1e6,
		"ms", NULL, 0, "<= 1" });
	figure_print(&(struct figure){
		"press-sms-handed-ms", percentile(handed, ALL, 50) / 1e6, "ms",
		NULL, 0, "<= 1" });
}

/* The stage is built beside the interop tests, not beside this program. */
static void find_stage(const char *dir)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/../../interop/fixture/stage", dir);
	setenv("ALERTE_STAGE", path, 1);
}

/* What the stage has to say is no figure. */
static int open_stage(struct stage *stage)
{
	const char *const args[] = { NULL };
	int out = dup(STDOUT_FILENO), r;

	dup2(STDERR_FILENO, STDOUT_FILENO);
	r = stage_open(stage, args);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	return r;
}

void bench_sms(const char *dir)
{
	struct sms *b = calloc(1, sizeof(*b));
	char path[PATH_MAX];

	need(b, "memory");
	find_stage(dir);
	if (open_stage(&b->world.stage)) {
		figure_skip("press-sms-beyond-durable", "us", "<= 1.5",
			    "no private bus with ModemManager here");
		figure_skip("press-sms-beyond-durable-ms", "ms", "<= 1",
			    "no private bus with ModemManager here");
		figure_skip("press-sms-handed-ms", "ms", "<= 1",
			    "no private bus with ModemManager here");
		free(b);
		return;
	}
	start_monitor(b);
	b->bus = connect_to(b->world.stage.bus);
	world_start(&b->world, NULL, true);
	need(world_until(&b->world, world_ready, 30000), "a modem at home");
	snprintf(path, sizeof(path), "%s/sms.db", dir);
	site_open(&b->site, path, EACH, NULL);
	b->site.send = on_send;
	b->site.context = b;
	hurry(true);
	measure(b);
	hurry(false);
	site_close(&b->site);
	world_stop(&b->world);
	sd_bus_flush_close_unref(b->bus);
	kill(b->monitor, SIGKILL);
	waitpid(b->monitor, NULL, 0);
	stage_close(&b->world.stage);
	free(b);
}
