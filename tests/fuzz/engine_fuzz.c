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
 * alerts do not vanish, over a restart neither; while one is live there is a
 * deadline, and what is due ends.
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
#include "port/bytes.h"

#define LIFE 512
#define DAY_MS (24 * 60 * 60 * INT64_C(1000))
#define REOPEN_RARELY 21
#define SENDS_PER_STEP 16
#define STEPS_AT_ONCE 100
#define SENT_MAX (SENDS_PER_STEP * STEPS_AT_ONCE)
#define RELAY "+33639980114"
#define FICTION "+33639980"

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
	struct sent last;
	enum alerte_trust best;		/* of all frames so far */
	int alerts;
	uint64_t presses;
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
	w->last = (struct sent){ m->attempt, m->alert, m->channel };
	w->sent[w->nsent++] = w->last;
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
	struct alerte_wearer marie = {
		.size = sizeof(marie), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .number = "+33639980100",
		.place = "12 rue Garibaldi, 69003 Lyon",
		.area = "12 rue Garibaldi, Lyon 3e",
		.contact = { "paul", "asso" },
	};

	must(alerte_endpoint_set(a, &srv, now) >= 0);
	must(alerte_contact_set(a, &asso, now) >= 0);
	must(alerte_contact_set(a, &paul, now) >= 0);
	must(alerte_wearer_set(a, &marie, now) >= 0);
}

static void set_button(struct alerte *a, const struct enrolled *e,
		       struct alerte_time now)
{
	struct alerte_button b = { .size = sizeof(b), .wearer = "marie",
				   .key_len = e->key_len };

	strcpy(b.id, e->id);
	strcpy(b.format, e->format);
	memcpy(b.address, e->address, sizeof(b.address));
	memcpy(b.key, e->key, e->key_len);
	must(alerte_button_set(a, &b, now) >= 0);
}

static void set_all(struct world *w)
{
	char token[9];

	must(alerte_settings_begin(w->a) >= 0);
	set_people(w->a, w->now);
	for (size_t i = 0; i < enrolled_count; i++)
		if (!enrolled[i].stranger)
			set_button(w->a, &enrolled[i], w->now);
	must(alerte_settings_end(w->a, true, w->now) >= 0);
	must(alerte_arm(w->a, "Anne", token, w->now) >= 0);
	must(alerte_arm_confirm(w->a, "Anne", token, w->now) >= 0);
}

/* -------------------------------------------------------------- checks */

static int count_alerts(struct world *w)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int n = 0;

	while (alerte_alert_next(w->a, alert.id, &alert) == 1) {
		must(alert.trust <= w->best);
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

/* A message stands for an alert that somebody has to hear of. */
static void check_sent(struct world *w)
{
	struct alerte_alert alert = { .size = sizeof(alert) };

	for (size_t i = 0; i < w->nsent; i++) {
		const struct sent *s = &w->sent[i];

		if (!s->alert)
			continue;
		if (alert.id != s->alert)
			must(alerte_alert_get(w->a, s->alert, &alert) == 1);
		must(alert.state == ALERTE_ALERT_OPEN ||
		     alert.state == ALERTE_ALERT_ACKED);
		must(s->channel != ALERTE_CHANNEL_RELAY114 ||
		     alert.trust >= ALERTE_TRUST_WEAK);
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

/* ------------------------------------------------------------- actions */

/* What the same bytes are by themselves. */
static int decode(struct world *w, const struct enrolled *e,
		  const struct fuzz_block *payload)
{
	struct alerte_frame f = { .size = sizeof(f) };
	int r = alerte_frame_decode(e->sender, payload->at, payload->len,
				    e->key_len ? e->key : NULL, e->key_len,
				    &f);

	if ((r >= 0 || r == ALERTE_ELIMIT) && f.trust > w->best)
		w->best = f.trust;
	return r < 0 ? r : f.npresses || f.counts;
}

static void check_heard(const struct enrolled *e, int frame, int r,
			uint64_t presses)
{
	must(r == ALERTE_OK || r == ALERTE_ACCEPTED || r == ALERTE_EKEY ||
	     r == ALERTE_EFORMAT);
	must((r == ALERTE_ACCEPTED) == (presses > 0));
	if (e->stranger)
		must(r == ALERTE_OK);
	if (r == ALERTE_ACCEPTED)
		must(frame > 0 || frame == ALERTE_EREFUSED ||
		     frame == ALERTE_ELIMIT);
	/* of a shared address only its own frames are anybody's */
	if (!e->stranger && !memcmp(e->address, e->sender, 6)) {
		must((r == ALERTE_EKEY) == (frame == ALERTE_EKEY));
		must((r == ALERTE_EFORMAT) == (frame == ALERTE_EFORMAT));
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
	int frame = decode(w, e, &payload), r;
	uint64_t presses;

	memcpy(advert.address, e->sender, sizeof(advert.address));
	r = alerte_advertisement(w->a, &advert, w->now);
	presses = count_presses(w);
	check_heard(e, frame, r, presses - w->presses);
	w->presses = presses;
	fuzz_block_free(&payload);
}

static void hear_raw(struct world *w, const struct enrolled *e,
		     struct fuzz_input *in)
{
	size_t len = fuzz_byte(in);

	hear(w, e, in->at, len, 0);
	in->at += len;
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

static void give_receipt(struct world *w, uint8_t kind)
{
	int r;

	if (!w->last.attempt || !kind || kind > ALERTE_RECEIPT_UNKNOWN)
		return;
	r = alerte_receipt(w->a, w->last.attempt, 0,
			   (enum alerte_receipt_kind)kind, w->now);
	must(r == ALERTE_OK || r == ALERTE_ACCEPTED || r == ALERTE_ENOTFOUND);
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
	w->presses = 0;
	count_alerts(w);
}

static void pass_time(struct world *w, uint8_t byte)
{
	int64_t ms = (int64_t)(byte & 15) << (byte >> 4) * 2;

	if (ms > DAY_MS)
		ms = DAY_MS;
	w->now.boot_ms += ms;
	w->now.wall_ms += ms;
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
	default:		/* ENGINE_WAIT: time is all that passes */
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
		if (enrolled[i].key_len)
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
