/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The play, told apart: what must hold whatever fails (check.c says which rule
 * it is, so its sentence begins with one), and what a play expects of a night
 * without faults, which may come late or otherwise.
 *
 * At the end nobody may have been left out: whoever was told of an alert
 * without the fault was told with it, over the same channel, and no alert and
 * no press is missing.
 */
#include "faults.h"

#include "play/play.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define TOLD_MAX 256

struct told {
	enum alerte_channel channel;
	char contact[ALERTE_ID_MAX];
};

/* What a night came to. */
struct night {
	struct told told[TOLD_MAX];
	size_t ntold;
	unsigned long alerts, presses;
};

static struct night learned, seen;
static bool learning, lost, late;

int __wrap_play_fail(struct play *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void __real_play_log(struct play *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void __wrap_play_log(struct play *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int __real_world_input(struct play *p, const char *what, int result);
int __wrap_world_input(struct play *p, const char *what, int result);
void __real_world_free(struct play *p);
void __wrap_world_free(struct play *p);

void stage_begin(bool learn)
{
	learning = learn;
	lost = late = false;
	memset(&seen, 0, sizeof(seen));
}

void stage_lost(void)
{
	lost = true;
}

bool stage_late(void)
{
	return late;
}

/* "S1: ...", "the store does not open", steps without end. */
static bool is_rule(const char *format)
{
	return (isupper((unsigned char)format[0]) &&
		isdigit((unsigned char)format[1]) && strchr(format, ':')) ||
	       !strncmp(format, "the store does not", 18) ||
	       !strncmp(format, "receipt ", 8) ||
	       !strncmp(format, "step: ", 6) ||
	       !strncmp(format, "no scratch", 10) ||
	       strstr(format, "steps in one instant");
}

int __wrap_play_fail(struct play *p, const char *format, ...)
{
	char why[512];
	va_list ap;

	if (p->failed)
		return -1;

	va_start(ap, format);
	vsnprintf(why, sizeof(why), format, ap);
	va_end(ap);

	if (fault_came() && !is_rule(format)) {
		late = true;
		__real_play_log(p, "(not as expected in line %d: %s)",
				p->line, why);
		return 0;
	}

	faults_wrong("line %d: %s", p->line, why);
	p->failed = true;
	return -1;
}

static void disk(struct play *p, bool bad)
{
	api_volatile_set(bad);
	p->disk_broken = bad;

	if (bad)
		p->disk_mark = p->nsent;
}

void __wrap_play_log(struct play *p, const char *format, ...)
{
	char line[4096];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	__real_play_log(p, "%s", line);

	if (strstr(line, "engine: ") == line && fault_came()) {
		if (strstr(line, "the store refuses writes"))
			disk(p, true);
		else if (strstr(line, "the store takes writes again"))
			disk(p, false);
	}

	/* so it was told, and the button has to be enrolled again */
	if (fault_came() && strstr(line, "and cannot be enrolled"))
		lost = true;

	/* what was in memory alone goes with the process */
	if (api_volatile() && (!strncmp(line, "crash", 5) ||
			       !strncmp(line, "power lost", 10)))
		lost = true;
}

int __wrap_world_input(struct play *p, const char *what, int result)
{
	int r = __real_world_input(p, what, result);

	if (fault_came())
		p->unread = false;

	return r;
}

/* --------------------------------------------------------------- the end */

static bool was_told(const struct night *n, const struct told *t)
{
	for (size_t i = 0; i < n->ntold; i++)
		if (n->told[i].channel == t->channel &&
		    !strcmp(n->told[i].contact, t->contact))
			return true;

	return false;
}

static void add_told(struct night *n, const struct sent *s)
{
	struct told t = { .channel = s->channel };

	if (s->importance > ALERTE_IMPORTANCE_ALERT || s->exercise)
		return;

	snprintf(t.contact, sizeof(t.contact), "%s", s->contact);

	if (!was_told(n, &t) && n->ntold < TOLD_MAX)
		n->told[n->ntold++] = t;
}

static void look(struct play *p)
{
	struct alerte_alert alert = { .size = sizeof(alert) };

	for (size_t i = 0; i < p->nsent; i++)
		add_told(&seen, &p->sent[i]);

	fault_rest(true);

	while (p->a && alerte_alert_next(p->a, alert.id, &alert) == 1) {
		seen.alerts++;
		seen.presses += alert.presses;
	}

	fault_rest(false);
}

static void compare(void)
{
	if (seen.alerts < learned.alerts || seen.presses < learned.presses)
		faults_wrong("forgotten: %lu alerts of %lu, %lu presses of %lu",
			     seen.alerts, learned.alerts, seen.presses,
			     learned.presses);

	for (size_t i = 0; i < learned.ntold; i++)
		if (!was_told(&seen, &learned.told[i]))
			faults_wrong("%s was never told of the alert by %s",
				     learned.told[i].contact,
				     alerte_channel_name(
					     learned.told[i].channel));
}

/* S2: with a disk that works again all of it is there within a minute. */
static void written_back(struct play *p)
{
	struct alerte_status status = { .size = sizeof(status) };

	fault_heal();
	world_disk(p, DISK_GOOD);

	if (world_run(p, p->play_ms + 60000) < 0)
		return;

	if (alerte_status(p->a, &status) != 0 || !status.durable)
		faults_wrong("S2: not written back within a minute");

	durable_check(p->a);
}

void __wrap_world_free(struct play *p)
{
	if (fault_came() && api_volatile() && p->a && !p->failed)
		written_back(p);

	look(p);

	if (learning)
		learned = seen;
	else if (!p->failed && !lost)
		compare();

	__real_world_free(p);
}
