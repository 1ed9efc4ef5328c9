/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "play/play.h"

#define PAUL "+33639980001"
#define LEA "+33639980002"

static const uint8_t key[16] = "sixteen of bytes";

static void name(char out[ALERTE_ID_MAX], size_t i)
{
	snprintf(out, ALERTE_ID_MAX, "n%zu", i);
}

static void address(uint8_t out[6], size_t i)
{
	memcpy(out, "\x54\x48\xe6\x00\x00\x00", 6);
	out[4] = (uint8_t)(i >> 8);
	out[5] = (uint8_t)i;
}

static int on_send(void *context, const struct alerte_message *m)
{
	struct site *s = context;

	if (s->carry && !strcmp(m->contact, "paul"))
		return s->send(s->context, m);
	/* a network answers later: not while a message is on its way */
	if (s->carry) {
		s->later = m->attempt;
		return 0;
	}
	alerte_receipt(s->a, m->attempt, 0, ALERTE_RECEIPT_SENT, s->now);
	return 0;
}

static int on_random(void *context, void *bytes, size_t len)
{
	(void)context;
	return getrandom(bytes, len, 0) == (ssize_t)len ? 0 : -1;
}

static void add_contact(struct site *s, const char *id, const char *number,
			const char *endpoint)
{
	struct alerte_contact c = { .size = sizeof(c) };

	strcpy(c.id, id);
	strcpy(c.name, id);
	strcpy(c.number, number);
	strcpy(c.endpoint, endpoint);
	need(!alerte_contact_set(s->a, &c, s->now), "contact");
}

/* Two messages at once: to a friend, and to another or to a server. */
static void add_policy(struct site *s, bool https)
{
	struct alerte_policy p = { .size = sizeof(p), .id = "all",
				   .nsteps = 1 };
	struct alerte_target *t = p.step[0].target;

	strcpy(t[0].contact, "paul");
	t[0].channel = https ? ALERTE_CHANNEL_HTTPS : ALERTE_CHANNEL_SMS;
	strcpy(t[1].contact, "lea");
	t[1].channel = ALERTE_CHANNEL_SMS;
	p.step[0].ntargets = 2;
	need(!alerte_policy_set(s->a, &p, s->now), "policy");
}

static void add_people(struct site *s, const struct alerte_endpoint *endpoint)
{
	if (endpoint)
		need(!alerte_endpoint_set(s->a, endpoint, s->now), "endpoint");
	add_contact(s, "paul", PAUL, endpoint ? endpoint->id : "");
	add_contact(s, "lea", LEA, "");
	add_policy(s, endpoint);
}

static void add_wearer(struct site *s, size_t i)
{
	struct alerte_wearer w = {
		.size = sizeof(w),
		.name = "Marie Durand",
		.short_name = "Marie D.",
		.place = "12 rue Garibaldi, 69003 Lyon",
		.area = "12 rue Garibaldi, Lyon 3e",
		.association = "l'association X",
		.contact = { "paul" },
	};
	struct alerte_button b = { .size = sizeof(b), .key_len = sizeof(key),
				   .nrules = 1 };

	name(w.id, i);
	need(!alerte_wearer_set(s->a, &w, s->now), "wearer");
	name(b.id, i);
	name(b.wearer, i);
	address(b.address, i);
	memcpy(b.key, key, sizeof(key));
	strcpy(b.rule[0].policy, "all");
	need(!alerte_button_set(s->a, &b, s->now), "button");
}

void site_open(struct site *s, const char *path, size_t wearers,
	       const struct alerte_endpoint *endpoint)
{
	/* any 32 bytes are a public key: the reader is elsewhere (K1) */
	static const uint8_t run[ALERTE_KEY_BYTES] = { 1 },
			     reading[ALERTE_KEY_BYTES] = { 9 }, boot[16];
	const struct alerte_options options = {
		.size = sizeof(options), .path = path, .run_key = run,
		.reading_public = reading, .boot_id = boot,
		.relay_number = PLAY_RELAY_NUMBER,
	};
	const struct alerte_host host = {
		.size = sizeof(host), .context = s, .send = on_send,
		.random = on_random,
	};
	struct timespec boot_time;

	memset(s, 0, sizeof(*s));
	/* not before the machine's own: transports drop what has expired */
	clock_gettime(CLOCK_BOOTTIME, &boot_time);
	s->now = (struct alerte_time){
		.boot_ms = boot_time.tv_sec * INT64_C(1000) + 1000,
		.wall_ms = INT64_C(1790000000000),
		.utc_offset_s = 3600,
		.wall_trusted = true,
	};
	s->n = wearers;
	s->counter = calloc(wearers, sizeof(*s->counter));
	need(s->counter, "memory");
	need(!alerte_open(&options, &host, s->now, &s->a), path);
	need(!alerte_settings_begin(s->a), "settings");
	add_people(s, endpoint);
	for (size_t i = 0; i < wearers; i++)
		add_wearer(s, i);
	need(alerte_settings_end(s->a, true, s->now) >= 0,
	     alerte_errmsg(s->a));
}

void site_close(struct site *s)
{
	alerte_close(s->a);
	free(s->counter);
}

void site_pass(struct site *s, int64_t ms)
{
	s->now.boot_ms += ms;
	s->now.wall_ms += ms;
}

void site_press_make(struct site *s, size_t button, struct site_press *out)
{
	static const uint8_t codes[] = { 1 };
	struct bthome frame = { .key = key, .codes = codes,
				.ncodes = 1 };
	int n;

	address(out->advert.address, button);
	frame.address = out->advert.address;
	frame.counter = ++s->counter[button];
	n = bthome_advert(&frame, out->data, sizeof(out->data));
	need(n > 0, "advertisement");
	out->advert = (struct alerte_advert){
		.size = sizeof(out->advert), .rssi_dbm = -60,
		.data = out->data, .len = (size_t)n,
	};
	address(out->advert.address, button);
}

void site_press(struct site *s, const struct site_press *press)
{
	int r = alerte_advertisement(s->a, &press->advert, s->now);

	need(r == ALERTE_ACCEPTED, alerte_strerror(r));
}

void site_rest(struct site *s)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	bool carry = s->carry;

	s->carry = false;
	if (s->later)
		alerte_receipt(s->a, s->later, 0, ALERTE_RECEIPT_SENT, s->now);
	s->later = 0;
	while (alerte_alert_next(s->a, s->last, &alert) == 1) {
		s->last = alert.id;
		need(alerte_finish(s->a, s->last, "bench", s->now) >= 0,
		     "finish");
	}
	while (alerte_step(s->a, s->now) > 0)
		;
	s->carry = carry;
}
