/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerte_advertisement() with a whole engine behind it: an input is what one
 * house hears in some hours, who answers, and how long it takes.
 *
 *	byte 0   the action; see enrolled.h
 *	byte 1   time since the action before: its low half, shifted left by
 *	         twice its high half, in milliseconds, a day at most
 *	...      what the action needs
 *
 * To open a store takes longer than to hear: the engine goes on from input to
 * input, for so many actions.  What it heard since it was opened is in the file
 * that FUZZ_HISTORY names, which by itself is an input that does the same.
 * Leaks are looked for when it is closed.
 *
 * Whatever is sent, results are those of the header; nothing is sent but of an
 * alert, or to the association of a fault; no alert is more believed than the
 * frames it was raised by, and the relay hears of none that is not believed;
 * alerts do not vanish, over a restart neither; nothing of one is sent in its
 * grace; while one is live there is a deadline, and what is due ends.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <alerte/alerte.h>
#include <sanitizer/lsan_interface.h>

#include "fuzz/enrolled.h"
#include "fuzz/fuzz.h"
#include "fuzz/seal.h"
#include "lib/frame/sealed_button.h"
#include "port/bytes.h"

#define LIFE 512
#define DAY_MS (24 * 60 * 60 * INT64_C(1000))
#define REOPEN_RARELY 21
#define SLICE_MS 5
#define WAKES_MAX 1000
#define SENDS_PER_STEP 16
#define STEPS_AT_ONCE 100
#define SENT_MAX (SENDS_PER_STEP * STEPS_AT_ONCE)
#define RELAY "+33639980114"
#define FICTION "+33639980"

/* L1: an open alert is told again after half an hour at most. */
#define SILENT_MS (31 * 60 * INT64_C(1000))
#define AWAKE_MS (40 * 60 * INT64_C(1000))
#define ASLEEP_MS (60 * INT64_C(1000))
#define WEARERS 3
#define RECENT 8

struct sent {
	int64_t attempt, alert;
	enum alerte_channel channel;
};

struct world {
	struct alerte *a;
	struct alerte_time now;
	uint8_t random;
	struct sent sent[SENT_MAX];
	size_t nsent;
	int64_t recent[RECENT];		/* attempts, the last one first */
	int64_t told_ms[WEARERS];	/* last message of an alert of hers */
	int64_t woke_ms;		/* no deadline was slept over since */
	enum alerte_trust best;		/* of all frames so far */
	bool enrolling;			/* settings are not those of enrolled.c */
	int alerts;
	uint32_t actions;
	int history;			/* file, or -1 */
};

static const uint8_t run_key[ALERTE_KEY_BYTES] = { 1, 2, 3 };
static char folder[64], path[80];
static struct frame_key *keys[16];

/* --------------------------------------------------------------- host */

static bool to_association(const struct alerte_message *m)
{
	return !strcmp(m->contact, "asso") &&
	       m->channel != ALERTE_CHANNEL_RELAY114;
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct world *w = context;

	must(w->nsent < SENT_MAX && m->attempt > 0 && !m->exercise);
	must(m->alert > 0 || (m->alert == 0 && to_association(m)));
	must((m->channel == ALERTE_CHANNEL_RELAY114) ==
	     !strcmp(m->address, RELAY));
	must(m->channel == ALERTE_CHANNEL_HTTPS ||
	     !strncmp(m->address, FICTION, strlen(FICTION)));
	w->sent[w->nsent++] = (struct sent){ m->attempt, m->alert,
					     m->channel };
	memmove(w->recent + 1, w->recent, sizeof(w->recent) - 8);
	w->recent[0] = m->attempt;
	return 0;
}

static int host_random(void *context, void *bytes, size_t len)
{
	struct world *w = context;
	uint8_t *out = bytes;

	while (len--)
		*out++ = w->random += 37;
	return 0;
}

static void start(struct world *w)
{
	struct alerte_host host = { .size = sizeof(host), .context = w,
				    .send = host_send, .random = host_random };
	struct alerte_options options = {
		.size = sizeof(options), .path = path, .run_key = run_key,
		.boot_id = run_key, .relay_number = RELAY,
		.sends_per_step = SENDS_PER_STEP,
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

static struct alerte_button button_of(const struct enrolled *e)
{
	struct alerte_button b = { .size = sizeof(b), .key_len = e->key_len,
				   .grace_s = e->grace_s };

	strcpy(b.id, e->id);
	strcpy(b.wearer, e->wearer);
	strcpy(b.format, e->format ? e->format : "");
	strcpy(b.trigger, e->trigger ? e->trigger : "");
	memcpy(b.address, e->address, sizeof(b.address));
	memcpy(b.key, e->key, e->key_len);
	return b;
}

static void set_all(struct world *w)
{
	char token[9];

	must(alerte_settings_begin(w->a) >= 0);
	set_people(w->a, w->now);
	for (size_t i = 0; i < enrolled_count; i++) {
		struct alerte_button b = button_of(&enrolled[i]);

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

	while (strcmp(enrolled_wearers[i].id, alert->wearer))
		i++;
	must(i < WEARERS);
	return i;
}

static void check_alert(const struct world *w, const struct alerte_alert *alert)
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

static int count_alerts(struct world *w)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int n = 0;

	while (alerte_alert_next(w->a, alert.id, &alert) == 1) {
		check_alert(w, &alert);
		n++;
	}
	must(n >= w->alerts);
	w->alerts = n;
	return n;
}

static uint64_t count_presses(struct world *w)
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
static void check_message(struct world *w, const struct sent *s,
			  const struct alerte_alert *alert)
{
	w->told_ms[wearer_of(alert)] = w->now.boot_ms;
	must(alert->state == ALERTE_ALERT_OPEN ||
	     alert->state == ALERTE_ALERT_ACKED);
	must(s->channel != ALERTE_CHANNEL_RELAY114 ||
	     alert->trust >= ALERTE_TRUST_WEAK);
	must(w->enrolling || alert->presses > 1 ||
	     w->now.boot_ms >= alert->opened.boot_ms + grace_ms(alert->button));
}

static void check_sent(struct world *w)
{
	struct alerte_alert alert = { .size = sizeof(alert) };

	for (size_t i = 0; i < w->nsent; i++) {
		const struct sent *s = &w->sent[i];

		if (!s->alert)
			continue;
		if (alert.id != s->alert)
			must(alerte_alert_get(w->a, s->alert, &alert) == 1);
		check_message(w, s, &alert);
	}
	w->nsent = 0;
}

static void do_due(struct world *w)
{
	int steps = 0;

	while (alerte_deadline(w->a) <= w->now.boot_ms) {
		int r = alerte_step(w->a, w->now);

		must(r >= 0 && r <= SENDS_PER_STEP);
		must(++steps < STEPS_AT_ONCE);
	}
	check_sent(w);
}

static void pass_ms(struct world *w, int64_t ms)
{
	w->now.boot_ms += ms;
	w->now.wall_ms += ms;
}

static void pass_time(struct world *w, uint8_t byte)
{
	int64_t ms = (int64_t)(byte & 15) << (byte >> 4) * 2;

	pass_ms(w, ms < DAY_MS ? ms : DAY_MS);
	if (ms >= ASLEEP_MS)
		w->woke_ms = w->now.boot_ms;
}

/* ------------------------------------------------------------- actions */

static bool addressed(const struct enrolled *e)
{
	return !e->stranger && !memcmp(e->address, e->sender, 6);
}

/*
 * What the same bytes are by themselves, to a button known by its address:
 * presses, or what alerte_frame_decode() answers.
 */
static int decode(struct world *w, const struct enrolled *e,
		  const struct fuzz_block *payload)
{
	struct alerte_frame f = { .size = sizeof(f) };
	int r;

	if (e->key_len > CCM_KEY_BYTES)
		return ALERTE_ENOTFOUND;
	r = alerte_frame_decode(e->sender, payload->at, payload->len,
				e->key_len ? e->key : NULL, e->key_len, &f);
	if ((r >= 0 || r == ALERTE_ELIMIT) && f.trust > w->best)
		w->best = f.trust;
	return r < 0 ? r : f.npresses || f.counts;
}

static bool seen(const struct fuzz_block *payload)
{
	struct alerte_frame f = { .size = sizeof(f) };

	for (size_t i = 0; i < enrolled_count; i++)
		if (enrolled[i].trigger &&
		    alerte_trigger_decode(enrolled[i].trigger, -60,
					  payload->at, payload->len, &f) == 1)
			return true;
	return false;
}

static void check_heard(const struct enrolled *e, int frame, int r,
			bool beacon)
{
	if (r == ALERTE_ACCEPTED)
		must(beacon || frame > 0 || frame == ALERTE_EREFUSED ||
		     frame == ALERTE_ELIMIT);
	if (addressed(e)) {
		must((r == ALERTE_EKEY) == (frame == ALERTE_EKEY));
		must((r == ALERTE_EFORMAT) == (frame == ALERTE_EFORMAT));
	} else {
		must(r != ALERTE_EKEY);
	}
}

static void hear(struct world *w, const struct enrolled *e,
		 const uint8_t *data, size_t len, uint8_t late)
{
	struct fuzz_block payload = fuzz_block(data, len);
	struct alerte_advert advert = {
		.size = sizeof(advert), .rssi_dbm = -60, .source = late & 1,
		.heard_boot_ms = w->now.boot_ms - late,
		.data = payload.at, .len = payload.len,
	};
	uint64_t presses = count_presses(w);
	int frame = decode(w, e, &payload), r;

	memcpy(advert.address, e->sender, sizeof(advert.address));
	r = alerte_advertisement(w->a, &advert, w->now);
	must(r == ALERTE_OK || r == ALERTE_ACCEPTED || r == ALERTE_EKEY ||
	     r == ALERTE_EFORMAT);
	presses = count_presses(w) - presses;
	must(!presses || r == ALERTE_ACCEPTED);
	if (!w->enrolling) {
		must(presses || r != ALERTE_ACCEPTED);
		if (e->key_len <= CCM_KEY_BYTES)
			check_heard(e, frame, r,
				    !addressed(e) && seen(&payload));
	}
	fuzz_block_free(&payload);
}

static void hear_raw(struct world *w, const struct enrolled *e,
		     struct fuzz_input *in)
{
	size_t len = fuzz_byte(in);

	hear(w, e, in->at, len, 0);
	in->at += len;
}

/* Nothing but the engine knows its clock, so what comes of it is not checked. */
static void hear_button(struct world *w, const struct enrolled *e,
			uint32_t seq, const uint8_t *fields, size_t len)
{
	struct fuzz_input in = { fields, fields + len };
	struct alerte_sealed_frame frame = { .seq = seq };
	uint8_t adv[31] = { 27, 0x16, ALERTE_SEALED_TRIAL_ID & 0xff,
			    ALERTE_SEALED_TRIAL_ID >> 8 };

	frame.kind = fuzz_byte(&in) & 1 ? ALERTE_SEALED_BOOT :
					  ALERTE_SEALED_EPOCH;
	frame.epoch = fuzz_byte(&in);
	frame.boot = fuzz_byte(&in);
	frame.second = fuzz_byte(&in) * 4u;
	frame.event = (enum alerte_sealed_event)(fuzz_byte(&in) & 15);
	frame.press = fuzz_byte(&in) & 63;
	frame.button = fuzz_byte(&in) & 15;
	frame.age_ms = fuzz_byte(&in) * 500u;
	sealed_button_make(0, frame, adv + 4);
	w->best = ALERTE_TRUST_STRONG;
	hear(w, e, adv, 4 + ALERTE_SEALED_BYTES, 0);
}

static uint8_t type_of(const char *format, uint16_t *id)
{
	for (size_t i = 0; frame_formats[i]; i++)
		if (!strcmp(frame_formats[i]->name, format)) {
			*id = frame_formats[i]->ids[0];
			return frame_formats[i]->type;
		}
	abort();
}

static void hear_sealed(struct world *w, const struct enrolled *e,
			struct fuzz_input *in)
{
	struct sealing s = { .address = e->sender,
			     .key = keys[e - enrolled] };
	uint8_t counter[4], adv[256];
	const uint8_t *body;

	fuzz_take(in, counter, sizeof(counter));
	s.counter = le32(counter);
	s.len = fuzz_byte(in);
	body = in->at;
	in->at += s.len;
	if (!e->seals || s.len > sizeof(s.body))
		return;
	if (e->key_len > CCM_KEY_BYTES) {
		hear_button(w, e, s.counter, body, s.len);
		return;
	}
	memcpy(s.body, body, s.len);
	adv[1] = type_of(e->seals, &s.id);
	if (!seal_body(e->seals, &s))
		return;
	adv[0] = (uint8_t)(3 + s.len);
	adv[2] = (uint8_t)s.id;
	adv[3] = (uint8_t)(s.id >> 8);
	memcpy(adv + 4, s.body, s.len);
	hear(w, e, adv, 4 + s.len, counter[3]);
}

static void hear_notification(struct world *w, const struct enrolled *e,
			      struct fuzz_input *in)
{
	struct alerte_frame f = { .size = sizeof(f) };
	struct alerte_notification heard = { .size = sizeof(heard) };
	struct fuzz_block said;
	uint8_t uuid[2];
	int r, frame;

	fuzz_take(in, uuid, sizeof(uuid));
	heard.uuid = le16(uuid);
	heard.len = fuzz_byte(in);
	said = fuzz_block(in->at, heard.len);
	in->at += heard.len;
	heard.data = said.at;
	memcpy(heard.address, e->sender, sizeof(heard.address));
	r = alerte_notification(w->a, &heard, w->now);
	frame = alerte_notification_decode(e->format ? e->format : "",
					   heard.uuid, said.at, said.len, &f);
	fuzz_block_free(&said);
	must(r == ALERTE_OK || r == ALERTE_ACCEPTED || r == ALERTE_EFORMAT);
	if (w->enrolling)
		return;
	must((r == ALERTE_ACCEPTED) == (addressed(e) && frame > 0));
	must((r == ALERTE_EFORMAT) ==
	     (addressed(e) && frame == ALERTE_EFORMAT));
}

/* Of one that was sent lately, or of all of them. */
static void give_receipt(struct world *w, uint8_t which)
{
	enum alerte_receipt_kind kind =
		(enum alerte_receipt_kind)(which % 6 + 1);
	size_t from = which / 6, n = from < 4 ? from + 1 : RECENT;

	for (size_t i = from < 4 ? from : 0; i < n; i++) {
		int r;

		if (!w->recent[i])
			continue;
		r = alerte_receipt(w->a, w->recent[i], 0, kind, w->now);
		must(r == ALERTE_OK || r == ALERTE_ACCEPTED ||
		     r == ALERTE_ENOTFOUND);
	}
}

/* The same button again, or one with another key that is never proved. */
static void enrol(struct world *w, const struct enrolled *e, uint8_t which)
{
	struct alerte_button b = button_of(e);

	if (which & 16)
		b.key[0] ^= b.key_len ? 0x80 : 0;
	w->enrolling = true;
	must(alerte_enrol(w->a, &b, w->now) >= 0);
}

/* As a host does: from deadline to deadline. */
static void live_on(struct world *w)
{
	int64_t until = w->now.boot_ms + AWAKE_MS, next = 0;

	for (int i = 0; next < until; i++) {
		must(i < WAKES_MAX);
		do_due(w);
		next = alerte_deadline(w->a);
		if (next > until)
			next = until;
		pass_ms(w, next - w->now.boot_ms);
	}
}

/* So many slices of what is done in the background, or more than half an hour. */
static void wait_on(struct world *w, uint8_t which)
{
	if (which & 16) {
		live_on(w);
		return;
	}
	while (which--) {
		do_due(w);
		pass_ms(w, SLICE_MS);
	}
}

static void acknowledge(struct world *w)
{
	struct alerte_alert alert = { .size = sizeof(alert) };

	while (alerte_alert_next(w->a, alert.id, &alert) == 1)
		;
	if (alert.id)
		must(alerte_ack(w->a, alert.id, "paul", w->now) >= 0);
}

static void reopen(struct world *w)
{
	count_alerts(w);
	must(alerte_close(w->a) == ALERTE_OK);
	start(w);
	count_alerts(w);
}

/* Of the next action; 0 when it is not all there. */
static size_t action_len(const struct fuzz_input *in)
{
	size_t left = fuzz_left(in), at = 2;

	switch (left ? in->at[0] & ENGINE_KIND : 0) {
	case ENGINE_HEAR:
		at = 3;
		break;
	case ENGINE_SEALED:
		at = 7;
		break;
	case ENGINE_NOTIFY:
		at = 5;
		break;
	default:
		return left < at ? 0 : at;
	}
	if (left < at || left - at < in->at[at - 1])
		return 0;
	return at + in->at[at - 1];
}

static void act(struct world *w, struct fuzz_input *in)
{
	uint8_t action = fuzz_byte(in), which = action >> ENGINE_WHICH;
	const struct enrolled *e = &enrolled[which % enrolled_count];

	pass_time(w, fuzz_byte(in));
	switch (action & ENGINE_KIND) {
	case ENGINE_HEAR:
		hear_raw(w, e, in);
		break;
	case ENGINE_SEALED:
		hear_sealed(w, e, in);
		break;
	case ENGINE_NOTIFY:
		hear_notification(w, e, in);
		break;
	case ENGINE_WAIT:
		wait_on(w, which);
		break;
	case ENGINE_RECEIPT:
		give_receipt(w, which);
		break;
	case ENGINE_ACK:
		acknowledge(w);
		break;
	case ENGINE_REOPEN:
		if (which == REOPEN_RARELY)
			reopen(w);
		break;
	case ENGINE_ENROL:
		if (which % 8 < 3)
			enrol(w, e, which);
		break;
	}
	do_due(w);
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
	must(enrolled_count <= sizeof(keys) / sizeof(keys[0]));
	for (size_t i = 0; i < enrolled_count; i++)
		if (enrolled[i].key_len && enrolled[i].key_len <= CCM_KEY_BYTES)
			keys[i] = frame_key_new(enrolled[i].key,
						enrolled[i].key_len);
}

static void begin(struct world *w)
{
	const char *history = getenv("FUZZ_HISTORY");

	if (!path[0])
		setup();
	memset(w, 0, sizeof(*w));
	w->history = history ? open(history, O_WRONLY | O_CREAT | O_TRUNC,
				    0644) : -1;
	w->now = (struct alerte_time){ .boot_ms = 1000000,
				       .wall_ms = 1773147900000,
				       .utc_offset_s = 3600,
				       .wall_trusted = true };
	start(w);
	set_all(w);
}

static void end(struct world *w)
{
	must(alerte_close(w->a) == ALERTE_OK);
	w->a = NULL;
	must(!__lsan_do_recoverable_leak_check());
	remove_store();
	if (w->history >= 0)
		close(w->history);
}

static void note(struct world *w, const uint8_t *action, size_t len)
{
	w->actions++;
	if (w->history >= 0)
		must(write(w->history, action, len) == (ssize_t)len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world w;
	struct fuzz_input in = { data, data + size };
	size_t len;

	if (!w.a)
		begin(&w);
	while ((len = action_len(&in)) > 0) {
		note(&w, in.at, len);
		act(&w, &in);
	}
	count_alerts(&w);
	if (w.actions >= LIFE)
		end(&w);
	return 0;
}
