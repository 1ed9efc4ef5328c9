/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /sys/class/power_supply, see Documentation/ABI/testing/sysfs-class-power of
 * the kernel.  One folder a supply:
 *
 *   type      Mains, USB, Wireless, Battery, UPS
 *   online    0, 1 (2: online, with a program of its own)
 *   capacity  percent
 *   present   0: an empty bay
 *   scope     Device: of a mouse, not of the machine
 *
 * A USB port that gives nothing is a power cut only where a battery is.
 */
#include "power.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"

#define LOOK_US 30000000
#define SURE_US 3000000
#define WORD_MAX 32

/* A fault begins at `begins` percent and is over at `ends`. */
static const struct level {
	const char *fault;
	int begins, ends;
} levels[] = {
	{ "battery-low", 15, 20 },
	{ "battery-critical", 5, 8 },
};

#define LEVELS (sizeof(levels) / sizeof(*levels))

struct power {
	struct daemon *d;
	sd_event_source *timer;
	bool readable;
	struct power_view view;
	bool mains_lost, low[LEVELS];
	bool doubt;			/* something is new: look again */
};

/* ------------------------------------------------------------- reading */

static bool word_read(const char *folder, const char *supply,
		      const char *name, char out[WORD_MAX])
{
	char path[PATH_MAX];
	FILE *f;
	bool got;

	if (snprintf(path, sizeof(path), "%s/%s/%s", folder, supply, name) >=
	    (int)sizeof(path))
		return false;

	f = fopen(path, "re");
	if (!f)
		return false;

	got = fgets(out, WORD_MAX, f);
	fclose(f);
	if (got)
		out[strcspn(out, "\n")] = '\0';

	return got;
}

static int number_read(const char *folder, const char *supply,
		       const char *name, int otherwise)
{
	char word[WORD_MAX], *end;
	long value;

	if (!word_read(folder, supply, name, word))
		return otherwise;

	value = strtol(word, &end, 10);
	return *end || end == word || value < 0 || value > 1000000 ?
	       otherwise : (int)value;
}

struct sum {
	int batteries, percent, mains, mains_on, usb, usb_on;
};

static void supply_read(const char *folder, const char *supply,
			struct sum *sum)
{
	char type[WORD_MAX], scope[WORD_MAX];
	int percent = number_read(folder, supply, "capacity", -1);
	bool on = number_read(folder, supply, "online", 0) > 0;

	if (!word_read(folder, supply, "type", type) ||
	    (word_read(folder, supply, "scope", scope) &&
	     !strcmp(scope, "Device")) ||
	    !number_read(folder, supply, "present", 1))
		return;

	if (!strcmp(type, "Battery") || !strcmp(type, "UPS")) {
		if (percent < 0 || percent > 100)
			return;
		sum->batteries++;
		sum->percent += percent;
	} else if (!strcmp(type, "Mains")) {
		sum->mains++;
		sum->mains_on += on;
	} else if (!strncmp(type, "USB", 3) || !strcmp(type, "Wireless")) {
		sum->usb++;
		sum->usb_on += on;
	}
}

bool power_read(const char *folder, struct power_view *out)
{
	struct sum sum = { 0 };
	struct dirent *entry;
	DIR *dir = opendir(folder);

	*out = (struct power_view){ .percent = -1 };
	if (!dir)
		return false;

	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			supply_read(folder, entry->d_name, &sum);

	closedir(dir);
	if (sum.batteries)
		out->percent = sum.percent / sum.batteries;

	out->has_mains = sum.mains || (sum.usb && sum.batteries);
	out->mains = sum.mains_on || sum.usb_on;
	return true;
}

/* ------------------------------------------------------------- judging */

static bool level_now(const struct level *level, bool was, int percent)
{
	/* A battery that is gone says nothing new. */
	if (percent < 0)
		return was;

	return percent <= level->begins || (was && percent < level->ends);
}

/* True when it differs from what was told; *told is what is now. */
static bool judge(const struct power *p, const struct power_view *view,
		  bool *mains_lost, bool low[LEVELS])
{
	bool differs;
	size_t i;

	*mains_lost = view->has_mains ? !view->mains : p->mains_lost;
	differs = *mains_lost != p->mains_lost;

	for (i = 0; i < LEVELS; i++) {
		low[i] = level_now(&levels[i], p->low[i], view->percent);
		differs = differs || low[i] != p->low[i];
	}

	return differs;
}

static void tell(struct power *p, bool mains_lost, const bool low[LEVELS])
{
	size_t i;

	if (mains_lost != p->mains_lost)
		host_fault(p->d, "mains", mains_lost);
	p->mains_lost = mains_lost;

	for (i = 0; i < LEVELS; i++) {
		if (low[i] != p->low[i])
			host_fault(p->d, levels[i].fault, low[i]);
		p->low[i] = low[i];
	}
}

static void again(struct power *p, uint64_t usec)
{
	sd_event_source_set_time_relative(p->timer, usec);
	sd_event_source_set_enabled(p->timer, SD_EVENT_ONESHOT);
}

static void look(struct power *p, bool sure)
{
	bool mains_lost, low[LEVELS], differs;

	p->readable = power_read(p->d->conf.power_supply, &p->view);
	differs = judge(p, &p->view, &mains_lost, low);

	if (differs && sure)
		tell(p, mains_lost, low);

	p->doubt = differs && !sure;
	again(p, p->doubt ? SURE_US : LOOK_US);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
	struct power *p = context;

	(void)source;
	(void)usec;
	look(p, p->doubt);
	return 0;
}

void power_look(struct power *p)
{
	if (p)
		look(p, false);
}

/* What was told before a restart is not told again (V2). */
static void recall(struct power *p)
{
	char fault[ALERTE_ID_MAX] = "";
	size_t i;

	while (alerte_fault_next(p->d->engine, fault, fault) == 1) {
		p->mains_lost = p->mains_lost || !strcmp(fault, "mains");
		for (i = 0; i < LEVELS; i++)
			if (!strcmp(fault, levels[i].fault))
				p->low[i] = true;
	}
}

int power_new(struct daemon *d, struct power **out)
{
	struct power *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;

	p->d = d;
	recall(p);
	r = sd_event_add_time_relative(d->event, &p->timer, CLOCK_BOOTTIME, 0,
				       1000000, on_timer, p);
	if (r < 0) {
		free(p);
		return r;
	}

	look(p, false);
	*out = p;
	return 0;
}

void power_free(struct power *p)
{
	if (!p)
		return;

	sd_event_source_disable_unref(p->timer);
	free(p);
}

json_t *power_describe(const struct power *p)
{
	const struct power_view *v = &p->view;
	json_t *out = json_pack("{s:s}", "mains", !v->has_mains ?
				"not-supervised" : v->mains ? "on" : "lost");

	json_object_set_new(out, "battery", v->percent < 0 ?
			    json_string("not-supervised") :
			    json_integer(v->percent));
	return out;
}
