/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sanitizer/lsan_interface.h>

#include "fuzz/fuzz.h"

#define DAY_MS (24 * 60 * 60 * INT64_C(1000))
#define STEPS_AT_ONCE (HOUSE_SENT / HOUSE_SENDS)
#define WAKES_MAX 1000
#define RELAY "+33639980114"
#define FICTION "+33639980"

/* L1: an open alert is told again after half an hour at most. */
#define SILENT_MS (31 * 60 * INT64_C(1000))
#define AWAKE_MS (40 * 60 * INT64_C(1000))
#define ASLEEP_MS (60 * INT64_C(1000))

static const uint8_t run_key[ALERTE_KEY_BYTES] = { 1, 2, 3 };
static char folder[64], path[80];

/* --------------------------------------------------------------- host */

static bool to_association(const struct alerte_message *m)
{
	return !strcmp(m->contact, "asso") &&
	       m->channel != ALERTE_CHANNEL_RELAY114;
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct house *w = context;

	must(w->nsent < HOUSE_SENT && m->attempt > 0 && !m->exercise);
	must(m->alert > 0 || (m->alert == 0 && to_association(m)));
	must((m->channel == ALERTE_CHANNEL_RELAY114) ==
	     !strcmp(m->address, RELAY));
	must(m->channel == ALERTE_CHANNEL_HTTPS ||
	     !strncmp(m->address, FICTION, strlen(FICTION)));
	w->sent[w->nsent++] = (struct house_message){ m->attempt, m->alert,
					     m->channel };
	memmove(w->recent + 1, w->recent, sizeof(w->recent) - 8);
	w->recent[0] = m->attempt;
	return 0;
}

static int host_random(void *context, void *bytes, size_t len)
{
	struct house *w = context;
	uint8_t *out = bytes;

	while (len--)
		*out++ = w->random += 37;
	return 0;
}

static void start(struct house *w)
{
	struct alerte_host host = { .size = sizeof(host), .context = w,
				    .send = host_send, .random = host_random };
	struct alerte_options options = {
		.size = sizeof(options), .path = path, .run_key = run_key,
		.boot_id = run_key, .relay_number = RELAY,
		.sends_per_step = HOUSE_SENDS,
	};

	must(alerte_open(&options, &host, w->now, &w->a) == 0);
}

/* ------------------------------------------------------------ settings */

static void set_people(struct alerte *a, struct alerte_time now)
{
	struct alerte_endpoint srv = { .size = sizeof(srv), .id = "srv",
				       .url = "https://127.0.0.1/alerts" };
	struct alerte_contact asso = {
		.size = sizeof(asso), .id = "asso", .name = "Association X",
		.number = "+33639980103", .endpoint = "srv",
		.role = ALERTE_ROLE_ASSOCIATION,
	};
	struct alerte_contact paul = { .size = sizeof(paul), .id = "paul",
				       .name = "Paul",
				       .number = "+33639980101" };
	struct alerte_wearer wearer = {
		.size = sizeof(wearer), .name = "Marie Durand",
		.short_name = "Marie D.", .place = "12 rue Garibaldi, Lyon",
		.contact = { "paul", "asso" },
	};

	must(alerte_endpoint_set(a, &srv, now) >= 0);
	must(alerte_contact_set(a, &asso, now) >= 0);
	must(alerte_contact_set(a, &paul, now) >= 0);
	for (size_t i = 0; enrolled_wearers[i].id; i++) {
		strcpy(wearer.id, enrolled_wearers[i].id);
		must(alerte_wearer_set(a, &wearer, now) >= 0);
	}
}

struct alerte_button house_button(const struct enrolled *e)
{
	struct alerte_button b = { .size = sizeof(b), .key_len = e->key_len,
				   .grace_s = e->grace_s };

	strcpy(b.id, e->id);
	strcpy(b.wearer, e->wearer);
	strcpy(b.format, e->format ? e->format : "");
	strcpy(b.trigger, e->trigger ? e->trigger : "");
	memcpy(b.address, e->address, sizeof(b.address));
	memcpy(b.key, e->key, e->key_len);
	b.silence_s = e->trigger ? 0 : ALERTE_SILENCE_MIN_S * 10;
	return b;
}

static void set_all(struct house *w)
{
	char token[9];

	must(alerte_settings_begin(w->a) >= 0);
	set_people(w->a, w->now);
	for (size_t i = 0; i < enrolled_count; i++) {
		struct alerte_button b = house_button(&enrolled[i]);

		if (!enrolled[i].stranger)
			must(alerte_button_set(w->a, &b, w->now) >= 0);
	}
	must(alerte_settings_end(w->a, true, w->now) >= 0);
	must(alerte_arm(w->a, "Anne", token, w->now) >= 0);
	must(alerte_arm_confirm(w->a, "Anne", token, w->now) >= 0);
}

/* -------------------------------------------------------------- checks */

static size_t wearer_of(const struct alerte_alert *alert)
{
	size_t i = 0;

	while (i < HOUSE_WEARERS &&
	       strcmp(enrolled_wearers[i].id, alert->wearer))
		i++;
	must(i < HOUSE_WEARERS);
	return i;
}

static void check_alert(const struct house *w, const struct alerte_alert *alert)
{
	size_t i = wearer_of(alert);
	int64_t told = w->woke_ms;

	if (told < w->told_ms[i])
		told = w->told_ms[i];
	if (told < alert->opened.boot_ms)
		told = alert->opened.boot_ms;
	must(alert->trust <= enrolled_wearers[i].trust);
	must(alert->trust <= w->best);
	must(alert->state != ALERTE_ALERT_OPEN ||
	     w->now.boot_ms - told <= SILENT_MS);
}

static void check_presence(struct house *w)
{
	struct alerte_presence p = { .size = sizeof(p) };
	struct alerte_status status = { .size = sizeof(status) };
	uint32_t silent = 0, away = 0;

	while (alerte_presence_next(w->a, p.id, &p) == 1) {
		must(p.heard_boot_ms <= w->now.boot_ms);
		must(p.battery_percent >= -1 && p.battery_percent <= 100);
		must(!p.battery_low || p.battery_percent >= 0);
		must(p.silence_s || p.state == ALERTE_PRESENCE_UNKNOWN);
		silent += p.state == ALERTE_PRESENCE_SILENT;
		away += p.state == ALERTE_PRESENCE_AWAY;
	}
	must(alerte_status(w->a, &status) == 0);
	must(status.enrolled_heard_boot_ms <= w->now.boot_ms);
	must(status.buttons_silent == silent && status.buttons_away == away);
}

void house_check_alerts(struct house *w)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int n = 0;

	check_presence(w);

	while (alerte_alert_next(w->a, alert.id, &alert) == 1) {
		check_alert(w, &alert);
		n++;
	}
	must(n >= w->alerts);
	w->alerts = n;
}

uint64_t house_presses(struct house *w)
{
	struct alerte_status status = { .size = sizeof(status) };

	must(alerte_status(w->a, &status) == 0);
	must(status.durable);
	must(!status.live || alerte_deadline(w->a) != ALERTE_NEVER);
	return status.presses;
}

static int64_t grace_ms(const char *button)
{
	for (size_t i = 0; i < enrolled_count; i++)
		if (!strcmp(enrolled[i].id, button))
			return enrolled[i].grace_s * INT64_C(1000);
	abort();
}

/* A message stands for an alert that somebody has to hear of. */
static void check_message(struct house *w, const struct house_message *s,
			  const struct alerte_alert *alert)
{
	w->told_ms[wearer_of(alert)] = w->now.boot_ms;
	must(alert->state == ALERTE_ALERT_OPEN ||
	     alert->state == ALERTE_ALERT_ACKED);
	must(s->channel != ALERTE_CHANNEL_RELAY114 ||
	     alert->trust >= ALERTE_TRUST_WEAK);
	/* who acknowledges gets his answer even then */
	must(w->enrolling || alert->presses > 1 || alert->acked_by[0] ||
	     w->now.boot_ms >= alert->opened.boot_ms + grace_ms(alert->button));
}

static void check_sent(struct house *w)
{
	struct alerte_alert alert = { .size = sizeof(alert) };

	for (size_t i = 0; i < w->nsent; i++) {
		const struct house_message *s = &w->sent[i];

		if (!s->alert)
			continue;
		if (alert.id != s->alert)
			must(alerte_alert_get(w->a, s->alert, &alert) == 1);
		check_message(w, s, &alert);
	}
	w->nsent = 0;
}

void house_do_due(struct house *w)
{
	int steps = 0;

	while (alerte_deadline(w->a) <= w->now.boot_ms) {
		int r = alerte_step(w->a, w->now);

		must(r >= 0 && r <= HOUSE_SENDS);
		must(++steps < STEPS_AT_ONCE);
	}
	check_sent(w);
}

static void pass(struct house *w, int64_t ms)
{
	w->now.boot_ms += ms;
	w->now.wall_ms += ms;
}

void house_pass(struct house *w, int64_t ms)
{
	pass(w, ms < DAY_MS ? ms : DAY_MS);
	if (ms >= ASLEEP_MS)
		w->woke_ms = w->now.boot_ms;
}

void house_live_on(struct house *w)
{
	int64_t until = w->now.boot_ms + AWAKE_MS, next = 0;

	for (int i = 0; next < until; i++) {
		must(i < WAKES_MAX);
		house_do_due(w);
		next = alerte_deadline(w->a);
		if (next > until)
			next = until;
		pass(w, next - w->now.boot_ms);
	}
	house_do_due(w);
	house_check_alerts(w);
}

/* ---------------------------------------------------------------- life */

static void remove_store(void)
{
	static const char *const parts[] = { "", "-wal", "-shm", "-journal" };
	char name[96];

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", path, parts[i]);
		unlink(name);
	}
}

static void remove_folder(void)
{
	remove_store();
	rmdir(folder);
}

/* In memory where the system has such a folder: syncing is not the subject. */
static void setup(void)
{
	const char *shm = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";

	snprintf(folder, sizeof(folder), "%s/alerte-fuzz-XXXXXX", shm);
	must(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/store", folder);
	must(atexit(remove_folder) == 0);
}

void house_begin(struct house *w)
{
	if (!path[0])
		setup();
	memset(w, 0, sizeof(*w));
	w->now = (struct alerte_time){ .boot_ms = 1000000,
				       .wall_ms = 1773147900000,
				       .utc_offset_s = 3600,
				       .wall_trusted = true };
	start(w);
	set_all(w);
}

void house_end(struct house *w)
{
	must(alerte_close(w->a) == ALERTE_OK);
	w->a = NULL;
	must(!__lsan_do_recoverable_leak_check());
	remove_store();
}

void house_reopen(struct house *w)
{
	house_check_alerts(w);
	must(alerte_close(w->a) == ALERTE_OK);
	start(w);
	house_check_alerts(w);
}

