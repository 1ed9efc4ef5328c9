/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/core/peers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/ccm.h"

#define TICK_MS 250

struct scene scene;

static const uint8_t backup_key[ALERTE_KEY_BYTES] = { 7, 8, 9 };
static const uint8_t address[6] = { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 };
static const uint8_t bind_key[16] = { 0x23, 0x1d, 0x39 };
static uint8_t copy[65536];
static size_t copy_len;

/* Their boots differ by a day; the second's wall clock is an hour behind. */
static struct alerte_time at(int gateway)
{
	return (struct alerte_time){
		.boot_ms = 1000000 + gateway * 86400000 + scene.now_ms,
		.wall_ms = 1773147900000 - gateway * 3600000 + scene.now_ms,
		.utc_offset_s = 3600,
		.wall_trusted = true,
	};
}

struct alerte_time scene_now(void)
{
	return at(0);
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct gateway *g = context;
	struct sent *s = &scene.sent[scene.nsent];

	assert_true(scene.nsent < SENT_MOST);
	assert_true(g->npending < 64);
	if (g->hangs && m->channel != ALERTE_CHANNEL_HTTPS)
		return 0;
	g->pending[g->npending++] = m->attempt;
	s->gateway = (int)(g - scene.gateway);
	s->channel = m->channel;
	s->at_ms = scene.now_ms;
	snprintf(s->contact, sizeof(s->contact), "%s", m->contact);
	snprintf(s->key, sizeof(s->key), "%s", m->key);
	snprintf(s->text, sizeof(s->text), "%s", m->text ? m->text : "");
	scene.nsent++;
	return 0;
}

static int host_random(void *context, void *bytes, size_t len)
{
	struct gateway *g = context;
	uint8_t *out = bytes;

	while (len--)
		*out++ = g->random += 37;
	return 0;
}

static void start(int i, uint32_t rank)
{
	struct gateway *g = &scene.gateway[i];
	struct alerte_host h = { .size = sizeof(h), .context = g,
				 .send = host_send, .random = host_random };
	uint8_t boot[16] = { (uint8_t)(i + 1) };
	struct alerte_options o = {
		.size = sizeof(o), .path = ":memory:", .run_key = g->run_key,
		.boot_id = boot, .relay_number = PEERS_RELAY, .rank = rank,
	};

	g->run_key[0] = (uint8_t)(i + 1);
	g->random = (uint8_t)(i * 5);
	g->asked_ms = g->claim_ms = -100000;
	assert_int_equal(alerte_open(&o, &h, at(i), &g->a), 0);
}

static void set_contact(struct alerte *a, const char *id, const char *number,
			const char *endpoint)
{
	struct alerte_contact c = { .size = sizeof(c) };

	snprintf(c.id, sizeof(c.id), "%s", id);
	snprintf(c.name, sizeof(c.name), "%s", id);
	snprintf(c.number, sizeof(c.number), "%s", number);
	snprintf(c.endpoint, sizeof(c.endpoint), "%s", endpoint);
	c.role = *endpoint ? ALERTE_ROLE_ASSOCIATION : ALERTE_ROLE_CONTACT;
	assert_int_equal(alerte_contact_set(a, &c, at(0)), 0);
}

static void set_people(struct alerte *a)
{
	struct alerte_endpoint e = { .size = sizeof(e), .id = "srv",
				     .url = "https://127.0.0.1/alerts" };
	struct alerte_wearer marie = {
		.size = sizeof(marie), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .number = "+33639980100",
		.place = "12 rue Garibaldi, 69003 Lyon",
		.area = "12 rue Garibaldi, Lyon 3e", .cancel_code = "4321",
		.contact = { "paul" },
	};
	struct alerte_policy p = {
		.size = sizeof(p), .id = "calm", .nsteps = 2,
		.relay_trust = ALERTE_TRUST_WEAK,
		.step = { { .ntargets = 2, .target = {
				{ "paul", ALERTE_CHANNEL_SMS },
				{ "asso", ALERTE_CHANNEL_HTTPS } } },
			  { .after_s = 60, .ntargets = 1, .target = {
				{ "lea", ALERTE_CHANNEL_SMS } } } },
	};
	struct alerte_button b = {
		.size = sizeof(b), .id = "b1", .wearer = "marie",
		.key_len = sizeof(bind_key),
		.nrules = 2, .rule = { { 0, ALERTE_GESTURE_PRESS, "calm" },
				       { 0, ALERTE_GESTURE_LONG, "panic" } },
	};

	memcpy(b.address, address, sizeof(address));
	memcpy(b.key, bind_key, sizeof(bind_key));
	assert_int_equal(alerte_endpoint_set(a, &e, at(0)), 0);
	set_contact(a, "paul", "+33639980101", "");
	set_contact(a, "lea", "+33639980102", "");
	set_contact(a, "asso", "", "srv");
	assert_int_equal(alerte_wearer_set(a, &marie, at(0)), 0);
	assert_int_equal(alerte_policy_set(a, &p, at(0)), 0);
	strcpy(p.id, "panic");
	p.relay_trust = ALERTE_TRUST_NONE;
	p.step[0].ntargets = 3;
	p.step[0].target[2].channel = ALERTE_CHANNEL_RELAY114;
	assert_int_equal(alerte_policy_set(a, &p, at(0)), 0);
	assert_int_equal(alerte_button_set(a, &b, at(0)), 0);
}

static int keep(void *context, const uint8_t *bytes, size_t len)
{
	(void)context;
	assert_true(copy_len + len <= sizeof(copy));
	memcpy(copy + copy_len, bytes, len);
	copy_len += len;
	return 0;
}

void scene_start(int n, bool ranked)
{
	memset(&scene, 0, sizeof(scene));
	copy_len = 0;
	start(0, 0);
	set_people(scene.gateway[0].a);
	assert_int_equal(alerte_backup(scene.gateway[0].a, backup_key, keep,
				       NULL, at(0)), 0);
	for (int i = 1; i < n; i++) {
		start(i, ranked ? (uint32_t)i : 0);
		assert_int_equal(alerte_restore(scene.gateway[i].a, backup_key,
						copy, copy_len, at(i)), 0);
	}
}

void scene_end(void)
{
	for (int i = 0; i < GATEWAYS; i++)
		alerte_close(scene.gateway[i].a);
	memset(&scene, 0, sizeof(scene));
}

void scene_kill(int gateway)
{
	alerte_close(scene.gateway[gateway].a);
	scene.gateway[gateway].a = NULL;
}

/* ------------------------------------------------------------- the air */

/* BTHome v2, encrypted: its counter is what makes the reference one. */
static void frame_make(uint8_t code, uint32_t counter, uint8_t out[18])
{
	static const uint8_t head[8] = { 2, 1, 6, 14, 0x16, 0xd2, 0xfc, 0x45 };
	const uint8_t plain[2] = { 0x3a, code };
	struct ccm *ccm = ccm_new(bind_key);
	uint8_t nonce[13];

	memcpy(out, head, sizeof(head));
	for (int i = 0; i < 4; i++)
		out[10 + i] = (uint8_t)(counter >> 8 * i);
	memcpy(nonce, address, 6);
	memcpy(nonce + 6, out + 5, 3);
	memcpy(nonce + 9, out + 10, 4);
	assert_non_null(ccm);
	assert_int_equal(ccm_seal(ccm, nonce, sizeof(nonce), NULL, 0, plain, 2,
				  out + 8, out + 14, 4), 0);
	ccm_free(ccm);
}

void scene_press(enum alerte_gesture gesture)
{
	static uint32_t counter = 100;
	uint8_t data[18];
	struct alerte_advert advert = {
		.size = sizeof(advert), .rssi_dbm = -60, .data = data,
		.len = sizeof(data),
	};

	memcpy(advert.address, address, sizeof(address));
	frame_make(gesture == ALERTE_GESTURE_LONG ? 4 : 1, counter++, data);
	for (int i = 0; i < GATEWAYS; i++) {
		if (!scene.gateway[i].a)
			continue;
		advert.heard_boot_ms = at(i).boot_ms;
		assert_int_equal(alerte_advertisement(scene.gateway[i].a,
						      &advert, at(i)),
				 ALERTE_ACCEPTED);
	}
	scene_pass(0);
}

/* ---------------------------------------------------------- the server */

static size_t document(int to, char *out, size_t cap)
{
	size_t n = (size_t)snprintf(out, cap, "{\"answers\":[%s",
				    scene.answers);
	bool more = scene.answers[0];

	for (int i = 0; i < GATEWAYS; i++) {
		const struct gateway *g = &scene.gateway[i];
		int64_t age = (scene.now_ms - g->claim_ms) / 1000;

		if (i == to || !g->claim[0])
			continue;
		n += (size_t)snprintf(out + n, cap - n,
				      "%s{\"id\":\"claim-%d\",\"kind\":\"claim\","
				      "\"age_s\":%lld,\"claim\":\"%s\"}",
				      more ? "," : "", i,
				      scene.keeps ? 0LL : (long long)age,
				      g->claim);
		more = true;
	}
	return n + (size_t)snprintf(out + n, cap - n, "]}");
}

static void poll(int i)
{
	struct gateway *g = &scene.gateway[i];
	struct alerte_poll p = { .size = sizeof(p) };
	char doc[4096];
	size_t len;

	while (alerte_poll_next(g->a, p.id, at(i), &p) == 1) {
		if (scene.now_ms < g->asked_ms + p.every_ms)
			continue;
		g->asked_ms = scene.now_ms;
		if (g->cut)
			continue;
		assert_int_equal(alerte_claim(g->a, p.alert, at(i), g->claim),
				 0);
		g->claim_ms = scene.now_ms;
		len = document(i, doc, sizeof(doc));
		assert_true(alerte_answer(g->a, p.endpoint, p.reference, doc,
					  len, at(i)) >= 0);
	}
}

static void turn(int i)
{
	struct gateway *g = &scene.gateway[i];

	if (!g->a)
		return;
	while (alerte_deadline(g->a) <= at(i).boot_ms) {
		assert_true(alerte_step(g->a, at(i)) >= 0);
		while (g->npending)
			assert_true(alerte_receipt(g->a,
						   g->pending[--g->npending],
						   0, ALERTE_RECEIPT_SENT,
						   at(i)) >= 0);
	}
	poll(i);
}

void scene_pass(int64_t ms)
{
	int64_t end = scene.now_ms + ms;

	for (;;) {
		for (int i = 0; i < GATEWAYS; i++)
			turn(i);
		if (scene.now_ms >= end)
			return;
		scene.now_ms += TICK_MS;
	}
}

void scene_arm(void)
{
	char token[9];

	for (int i = 0; i < GATEWAYS; i++) {
		struct alerte *a = scene.gateway[i].a;

		if (!a)
			continue;
		assert_int_equal(alerte_arm(a, "Anne", token, at(i)), 0);
		assert_int_equal(alerte_arm_confirm(a, "Anne", token, at(i)),
				 0);
	}
}

/* ------------------------------------------------------------ what left */

static bool is(const struct sent *s, int gateway, enum alerte_channel channel,
	       const char *contact)
{
	return (gateway < 0 || s->gateway == gateway) &&
	       s->channel == channel && !strcmp(s->contact, contact);
}

size_t sent_by(int gateway, enum alerte_channel channel, const char *contact)
{
	size_t n = 0;

	for (size_t i = 0; i < scene.nsent; i++)
		n += is(&scene.sent[i], gateway, channel, contact);
	return n;
}

int64_t sent_ms(int gateway, enum alerte_channel channel, const char *contact)
{
	int64_t last = -1;

	for (size_t i = 0; i < scene.nsent; i++)
		if (is(&scene.sent[i], gateway, channel, contact))
			last = scene.sent[i].at_ms;
	return last;
}

const char *sent_text(const char *contact)
{
	const char *last = "";

	for (size_t i = 0; i < scene.nsent; i++)
		if (is(&scene.sent[i], -1, ALERTE_CHANNEL_SMS, contact))
			last = scene.sent[i].text;
	return last;
}

struct alerte_alert scene_alert(int gateway)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int64_t id = 0;

	while (alerte_alert_next(scene.gateway[gateway].a, id, &alert) == 1)
		id = alert.id;
	return alert;
}
