/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/core/gateways.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/rows.h"
#include "crypto/ccm.h"
#include "crypto/stream.h"

const uint8_t key[ALERTE_KEY_BYTES] = { 1, 2, 3 };
const uint8_t backup_key[ALERTE_KEY_BYTES] = { 7, 8, 9 };
static const uint8_t address[6] = { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 };
const uint8_t bind_key[16] = { 0x23, 0x1d, 0x39 };
static const uint8_t master[32] = { 0x5e, 0xa1 };

struct world old, new;
struct file file;

/* The new gateway was started an hour and two minutes ago, the old in 2026. */
struct alerte_time at(const struct world *w, int64_t s)
{
	struct alerte_time t = {
		.boot_ms = (w == &old ? 90000000 : 3720000) + s * 1000,
		.wall_ms = 1773147900000 + s * 1000,
		.utc_offset_s = 3600,
		.wall_trusted = true,
	};

	return t;
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct world *w = context;

	(void)m;
	w->sends++;
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

void start(struct world *w, const char *path)
{
	struct alerte_host h = { .size = sizeof(h), .context = w,
				 .send = host_send, .random = host_random };
	struct alerte_options o = {
		.size = sizeof(o), .path = path, .run_key = key,
		.boot_id = w->boot_id, .relay_number = w->relay,
	};

	assert_int_equal(alerte_open(&o, &h, at(w, 0), &w->a), 0);
}

void set_button(struct world *w, const char *id)
{
	struct alerte_button b = { .size = sizeof(b), .wearer = "marie",
				   .key_len = sizeof(bind_key) };

	snprintf(b.id, sizeof(b.id), "%s", id);
	memcpy(b.address, address, sizeof(b.address));
	memcpy(b.key, bind_key, sizeof(bind_key));
	assert_int_equal(alerte_button_set(w->a, &b, at(w, 0)), 0);
}

void set_contact(struct world *w, const char *id, const char *number)
{
	struct alerte_contact c = { .size = sizeof(c), .name = "Paul" };

	snprintf(c.id, sizeof(c.id), "%s", id);
	snprintf(c.number, sizeof(c.number), "%s", number);
	assert_int_equal(alerte_contact_set(w->a, &c, at(w, 0)), 0);
}

void set_people(struct world *w)
{
	struct alerte_wearer marie = {
		.size = sizeof(marie), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .number = "+33639980100",
		.place = "12 rue Garibaldi, 69003 Lyon",
		.area = "12 rue Garibaldi, Lyon 3e", .cancel_code = "4321",
		.contact = { "paul" },
	};

	set_contact(w, "paul", "+33639980101");
	assert_int_equal(alerte_wearer_set(w->a, &marie, at(w, 0)), 0);
}

void set_sealed(struct world *w)
{
	struct alerte_button b = { .size = sizeof(b), .id = "sealed",
				   .wearer = "marie",
				   .key_len = sizeof(master) };

	memcpy(b.key, master, sizeof(master));
	assert_int_equal(alerte_button_set(w->a, &b, at(w, 0)), 0);
}

int setup(void **state)
{
	(void)state;
	memset(&file, 0, sizeof(file));
	old = (struct world){ .relay = RELAY, .boot_id = { 1 }, .random = 5 };
	new = (struct world){ .relay = RELAY, .boot_id = { 2 }, .random = 9 };
	start(&old, ":memory:");
	start(&new, ":memory:");
	set_people(&old);
	set_button(&old, "kitchen");
	return 0;
}

int teardown(void **state)
{
	(void)state;
	alerte_close(old.a);
	alerte_close(new.a);
	return 0;
}

/* ----------------------------------------------------------------- frames */

static int hear(struct world *w, const uint8_t from[6], const uint8_t *data,
		size_t len, int64_t s)
{
	struct alerte_advert advert = {
		.size = sizeof(advert), .rssi_dbm = -60, .data = data,
		.len = len, .heard_boot_ms = at(w, s).boot_ms,
	};

	memcpy(advert.address, from, sizeof(advert.address));
	return alerte_advertisement(w->a, &advert, at(w, s));
}

/* A press, encrypted (https://bthome.io/encryption). */
int press_keyed(struct world *w, uint32_t counter, int64_t s)
{
	uint8_t advert[18] = { 2, 1, 6, 14, 0x16, 0xd2, 0xfc, 0x45 };
	const uint8_t plain[2] = { 0x3a, 0x01 };
	struct ccm *ccm = ccm_new(bind_key);
	uint8_t nonce[13];

	for (int i = 0; i < 4; i++)
		advert[10 + i] = (uint8_t)(counter >> 8 * i);
	memcpy(nonce, address, 6);
	memcpy(nonce + 6, advert + 5, 3);
	memcpy(nonce + 9, advert + 10, 4);
	assert_non_null(ccm);
	assert_int_equal(ccm_seal(ccm, nonce, sizeof(nonce), NULL, 0, plain, 2,
				  advert + 8, advert + 14, 4), 0);
	ccm_free(ccm);
	return hear(w, address, advert, sizeof(advert), s);
}

/* Its clock began at 0 s; the first hour it sends boot frames. */
int press_sealed(struct world *w, uint32_t seq, uint8_t press, int64_t s)
{
	struct alerte_sealed_keys keys = { .size = sizeof(keys) };
	struct alerte_sealed_frame frame = {
		.size = sizeof(frame),
		.kind = s < 3600 ? ALERTE_SEALED_BOOT : ALERTE_SEALED_EPOCH,
		.epoch = (uint32_t)(s / ALERTE_SEALED_EPOCH_S),
		.second = (uint32_t)(s % ALERTE_SEALED_EPOCH_S),
		.boot = 1,
		.seq = seq,
		.event = ALERTE_SEALED_PRESS,
		.press = press,
		.battery_mv = 3000,
	};
	uint8_t payload[ALERTE_SEALED_BYTES];
	uint8_t advert[ALERTE_SEALED_ADVERT_BYTES];

	assert_int_equal(alerte_sealed_derive(master, &keys), 0);
	assert_int_equal(alerte_sealed_make(alerte_sealed_host_hash(), &keys,
					    &frame, payload), 0);
	assert_int_equal(alerte_sealed_advert(ALERTE_SEALED_SERVICE_DATA,
					      ALERTE_SEALED_TRIAL_ID, payload,
					      advert), 0);
	return hear(w, (const uint8_t *)"\x31\x02\x03\x04\x05\x06", advert,
		    sizeof(advert), s);
}

struct alerte_status status(struct world *w)
{
	struct alerte_status s = { .size = sizeof(s) };

	assert_int_equal(alerte_status(w->a, &s), 0);
	return s;
}

struct alerte_alert newest(struct world *w)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int64_t id = 0;

	while (alerte_alert_next(w->a, id, &alert) == 1)
		id = alert.id;

	return alert;
}

void close_all(struct world *w, int64_t s)
{
	while (status(w).live)
		assert_true(alerte_finish(w->a, newest(w).id, "asso",
					  at(w, s)) >= 0);
}

/* ---------------------------------------------------------------- backups */

int keep(void *context, const uint8_t *bytes, size_t len)
{
	struct file *f = context;

	if (f->fail_at && f->len + len >= f->fail_at)
		return -77;
	assert_true(f->len + len <= ROOM);
	memcpy(f->bytes + f->len, bytes, len);
	f->len += len;
	return 0;
}

void backup_at(struct world *w, int64_t s)
{
	memset(&file, 0, sizeof(file));
	assert_int_equal(alerte_backup(w->a, backup_key, keep, &file, at(w, s)),
			 0);
}

int restore(struct world *w, int64_t s)
{
	return alerte_restore(w->a, backup_key, file.bytes, file.len,
			      at(w, s));
}

/* What is in the file, without its seals. */
size_t open_file(const struct file *f, uint8_t *out)
{
	size_t len = 0;

	assert_int_equal(stream_open(backup_key, f->bytes, f->bytes + HEAD,
				     f->len - HEAD, out, &len), 0);
	return len;
}

void seal_file(const uint8_t *plain, size_t len)
{
	static const uint8_t random[STREAM_RANDOM] = { 3 };
	struct stream s;
	size_t at_byte = HEAD;

	stream_start(&s, backup_key, random, file.bytes);
	while (len > STREAM_CHUNK) {
		stream_seal(&s, false, plain, STREAM_CHUNK,
			    file.bytes + at_byte);
		at_byte += STREAM_SEALED;
		plain += STREAM_CHUNK;
		len -= STREAM_CHUNK;
	}
	stream_seal(&s, true, plain, len, file.bytes + at_byte);
	file.len = at_byte + len + SEAL_EXTRA;
}

static void forget_when(uint8_t *bytes, size_t len, int depth)
{
	struct unpack u;

	unpack_start(&u, bytes, len);
	while (unpack_next(&u)) {
		uint8_t *body = bytes + (u.bytes - bytes);

		if (depth == 1 && u.tag == ROW_NOW)
			memset(body, 0, u.len);
		if (depth == 0)
			forget_when(body, u.len, 1);
	}
}

void look(struct world *w, struct all *out)
{
	static struct file f;

	f.len = 0;
	assert_int_equal(alerte_backup(w->a, backup_key, keep, &f, at(w, 0)),
			 0);
	out->len = open_file(&f, out->bytes);
	forget_when(out->bytes, out->len, 0);
}

void assert_same(const struct all *a, const struct all *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->bytes, b->bytes, a->len);
}

void set_many(struct world *w)
{
	struct alerte_policy p = {
		.size = sizeof(p), .id = "night", .nsteps = 1,
		.relay_trust = ALERTE_TRUST_WEAK,
		.step = { { .ntargets = 1, .target = {
			{ "paul", ALERTE_CHANNEL_SMS } } } },
	};
	struct alerte_endpoint e = { .size = sizeof(e), .id = "asso",
				     .url = "https://127.0.0.1/alerts" };

	assert_int_equal(alerte_policy_set(w->a, &p, at(w, 0)), 0);
	assert_int_equal(alerte_endpoint_set(w->a, &e, at(w, 0)), 0);
	set_sealed(w);
	for (int i = 0; i < 40; i++) {
		char id[16], number[32];

		snprintf(id, sizeof(id), "c%d", i);
		snprintf(number, sizeof(number), "+336399802%02d", i);
		set_contact(w, id, number);
	}
}
