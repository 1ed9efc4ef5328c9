/* SPDX-License-Identifier: Apache-2.0 */
/* A gateway is lost, and another takes its place. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include <alerte/alerte.h>

#include "core/rows.h"
#include "crypto/ccm.h"
#include "crypto/stream.h"

#define RELAY "+33639980114"
#define HEAD 8
#define ROOM 65536

struct world {
	struct alerte *a;
	const char *relay;
	uint8_t boot_id[16];
	uint8_t random;
	int64_t sends;
	char folder[64], path[96], copy[96];
	int inside[3];			/* what was answered in a write */
};

struct file {
	struct world *w;
	size_t len, fail_at;
	uint8_t bytes[ROOM];
};

static const uint8_t key[ALERTE_KEY_BYTES] = { 1, 2, 3 };
static const uint8_t backup_key[ALERTE_KEY_BYTES] = { 7, 8, 9 };
static const uint8_t address[6] = { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 };
static const uint8_t bind_key[16] = { 0x23, 0x1d, 0x39 };
static const uint8_t master[32] = { 0x5e, 0xa1 };

static struct world old, new;
static struct file file;

/* The new gateway was started an hour and two minutes ago, the old in 2026. */
static struct alerte_time at(const struct world *w, int64_t s)
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

static void start(struct world *w, const char *path)
{
	struct alerte_host h = { .size = sizeof(h), .context = w,
				 .send = host_send, .random = host_random };
	struct alerte_options o = {
		.size = sizeof(o), .path = path, .run_key = key,
		.boot_id = w->boot_id, .relay_number = w->relay,
	};

	assert_int_equal(alerte_open(&o, &h, at(w, 0), &w->a), 0);
}

static void set_button(struct world *w, const char *id)
{
	struct alerte_button b = { .size = sizeof(b), .wearer = "marie",
				   .key_len = sizeof(bind_key) };

	snprintf(b.id, sizeof(b.id), "%s", id);
	memcpy(b.address, address, sizeof(b.address));
	memcpy(b.key, bind_key, sizeof(bind_key));
	assert_int_equal(alerte_button_set(w->a, &b, at(w, 0)), 0);
}

static void set_contact(struct world *w, const char *id, const char *number)
{
	struct alerte_contact c = { .size = sizeof(c), .name = "Paul" };

	snprintf(c.id, sizeof(c.id), "%s", id);
	snprintf(c.number, sizeof(c.number), "%s", number);
	assert_int_equal(alerte_contact_set(w->a, &c, at(w, 0)), 0);
}

static void set_people(struct world *w)
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

static void set_sealed(struct world *w)
{
	struct alerte_button b = { .size = sizeof(b), .id = "sealed",
				   .wearer = "marie",
				   .key_len = sizeof(master) };

	memcpy(b.key, master, sizeof(master));
	assert_int_equal(alerte_button_set(w->a, &b, at(w, 0)), 0);
}

static int setup(void **state)
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

static int teardown(void **state)
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
static int hear_keyed(struct world *w, uint32_t counter, int64_t s)
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
static int hear_sealed(struct world *w, uint32_t seq, uint8_t press, int64_t s)
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

static struct alerte_status status(struct world *w)
{
	struct alerte_status s = { .size = sizeof(s) };

	assert_int_equal(alerte_status(w->a, &s), 0);
	return s;
}

static struct alerte_alert newest(struct world *w)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int64_t id = 0;

	while (alerte_alert_next(w->a, id, &alert) == 1)
		id = alert.id;

	return alert;
}

static void close_all(struct world *w, int64_t s)
{
	while (status(w).live)
		assert_true(alerte_finish(w->a, newest(w).id, "asso",
					  at(w, s)) >= 0);
}

/* ---------------------------------------------------------------- backups */

static int keep(void *context, const uint8_t *bytes, size_t len)
{
	struct file *f = context;

	if (f->fail_at && f->len + len >= f->fail_at)
		return -77;
	assert_true(f->len + len <= ROOM);
	memcpy(f->bytes + f->len, bytes, len);
	f->len += len;
	return 0;
}

static void backup_at(struct world *w, int64_t s)
{
	memset(&file, 0, sizeof(file));
	assert_int_equal(alerte_backup(w->a, backup_key, keep, &file, at(w, s)),
			 0);
}

static int restore(struct world *w, int64_t s)
{
	return alerte_restore(w->a, backup_key, file.bytes, file.len,
			      at(w, s));
}

/* What is in the file, without its seals. */
static size_t open_file(const struct file *f, uint8_t *out)
{
	size_t len = 0;

	assert_int_equal(stream_open(backup_key, f->bytes, f->bytes + HEAD,
				     f->len - HEAD, out, &len), 0);
	return len;
}

static void seal_file(const uint8_t *plain, size_t len)
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

/* All a backup holds of this gateway: to see that nothing changed. */
struct all {
	size_t len;
	uint8_t bytes[ROOM];
};

/* Each body that has one was written now. */
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

static void look(struct world *w, struct all *out)
{
	static struct file f;

	f.len = 0;
	assert_int_equal(alerte_backup(w->a, backup_key, keep, &f, at(w, 0)),
			 0);
	out->len = open_file(&f, out->bytes);
	forget_when(out->bytes, out->len, 0);
}

static void assert_same(const struct all *a, const struct all *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->bytes, b->bytes, a->len);
}

static void set_many(struct world *w)
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
		char id[16], number[20];

		snprintf(id, sizeof(id), "c%d", i);
		snprintf(number, sizeof(number), "+336399802%02d", i);
		set_contact(w, id, number);
	}
}

/* ------------------------------------------------------------- what it is */

static void all_of_one_gateway_is_in_the_other(void **state)
{
	static struct all before, after;

	(void)state;
	/* the same boot: instants stay what they were */
	memcpy(new.boot_id, old.boot_id, sizeof(new.boot_id));
	alerte_close(new.a);
	start(&new, ":memory:");
	set_many(&old);
	set_contact(&new, "goes", "+33639980177");
	assert_int_equal(hear_keyed(&old, 100, 5), ALERTE_ACCEPTED);
	assert_int_equal(hear_sealed(&old, 7, 1, 16), ALERTE_ACCEPTED);
	close_all(&old, 20);
	backup_at(&old, 9000);
	before.len = open_file(&file, before.bytes);
	/* of the old one's clock, since of its boot */
	assert_int_equal(alerte_restore(new.a, backup_key, file.bytes, file.len,
					at(&old, 9000)), 0);
	file.len = 0;
	assert_int_equal(alerte_backup(new.a, backup_key, keep, &file,
				       at(&old, 9000)), 0);
	after.len = open_file(&file, after.bytes);
	assert_same(&before, &after);
	assert_true(before.len > 2 * STREAM_CHUNK);
}

static void nothing_of_it_stands_in_the_clear(void **state)
{
	(void)state;
	backup_at(&old, 10);
	assert_null(memmem(file.bytes, file.len, "Marie", 5));
	assert_null(memmem(file.bytes, file.len, "kitchen", 7));
	assert_null(memmem(file.bytes, file.len, bind_key, 3));
}

static void a_captured_frame_is_a_replay_there_too(void **state)
{
	(void)state;
	assert_int_equal(hear_keyed(&old, 100, 5), ALERTE_ACCEPTED);
	backup_at(&old, 60);
	assert_int_equal(restore(&new, 120), 0);
	assert_int_equal(hear_keyed(&new, 100, 125), ALERTE_OK);
	assert_int_equal(status(&new).presses, 0);
	assert_int_equal(hear_keyed(&new, 101, 130), ALERTE_ACCEPTED);
	assert_int_equal(newest(&new).trust, ALERTE_TRUST_WEAK);
}

/* Its clock goes on by the wall clock, from one boot to another. */
static void a_sealed_button_is_known_at_once(void **state)
{
	(void)state;
	set_sealed(&old);
	assert_int_equal(hear_sealed(&old, 7, 1, 16), ALERTE_ACCEPTED);
	backup_at(&old, 60);
	assert_int_equal(restore(&new, 7190), 0);
	assert_int_equal(hear_sealed(&new, 300, 2, 7200), ALERTE_ACCEPTED);
	assert_int_equal(newest(&new).trust, ALERTE_TRUST_STRONG);
}

static void a_captured_sealed_frame_is_a_replay_there_too(void **state)
{
	(void)state;
	set_sealed(&old);
	assert_int_equal(hear_sealed(&old, 7, 1, 16), ALERTE_ACCEPTED);
	assert_int_equal(hear_sealed(&old, 100, 2, 1000), ALERTE_ACCEPTED);
	backup_at(&old, 1010);
	assert_int_equal(restore(&new, 1100), 0);
	hear_sealed(&new, 7, 1, 1104);
	hear_sealed(&new, 100, 2, 1008);
	assert_int_equal(status(&new).presses, 0);
}

static void her_code_ends_an_alert_there_too(void **state)
{
	struct alerte_alert alert;

	(void)state;
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	assert_int_equal(hear_keyed(&new, 1, 30), ALERTE_ACCEPTED);
	alerte_step(new.a, at(&new, 30));
	alert = newest(&new);
	assert_int_equal(alerte_cancel(new.a, alert.id, "1234", at(&new, 40)),
			 ALERTE_EKEY);
	assert_int_equal(alerte_cancel(new.a, alert.id, "4321", at(&new, 50)),
			 ALERTE_ACCEPTED);
	assert_int_equal(newest(&new).state, ALERTE_ALERT_CANCELLED);
}

/* S5: both make the same reference of the same counter. */
static void a_press_has_the_reference_the_old_one_would_have_given(void **state)
{
	char reference[ALERTE_REFERENCE_MAX];

	(void)state;
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	assert_int_equal(hear_keyed(&old, 44, 30), ALERTE_ACCEPTED);
	assert_int_equal(hear_keyed(&new, 44, 30), ALERTE_ACCEPTED);
	memcpy(reference, newest(&old).reference, sizeof(reference));
	assert_string_equal(newest(&new).reference, reference);
}

static void the_arming_stays_where_it_was(void **state)
{
	char token[9];

	(void)state;
	alerte_arm(old.a, "asso", token, at(&old, 1));
	alerte_arm_confirm(old.a, "asso", token, at(&old, 2));
	assert_true(status(&old).armed);
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	assert_false(status(&new).armed);
}

/* ------------------------------------------------------- counters (R4) */

static void a_higher_counter_here_is_kept(void **state)
{
	(void)state;
	assert_int_equal(hear_keyed(&old, 100, 5), ALERTE_ACCEPTED);
	set_people(&new);
	set_button(&new, "kitchen");
	assert_int_equal(hear_keyed(&new, 500, 5), ALERTE_ACCEPTED);
	close_all(&new, 10);
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	hear_keyed(&new, 500, 50);
	assert_int_equal(status(&new).presses, 1);
	assert_int_equal(hear_keyed(&new, 101, 60), ALERTE_ACCEPTED);
	assert_int_equal(newest(&new).trust, ALERTE_TRUST_NONE);
}

static void it_is_kept_under_another_name_too(void **state)
{
	(void)state;
	set_people(&new);
	set_button(&new, "hall");
	assert_int_equal(hear_keyed(&new, 500, 5), ALERTE_ACCEPTED);
	close_all(&new, 10);
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	hear_keyed(&new, 500, 50);
	assert_int_equal(status(&new).presses, 1);
	assert_string_equal(newest(&new).button, "hall");
	assert_int_equal(hear_keyed(&new, 501, 60), ALERTE_ACCEPTED);
	assert_string_equal(newest(&new).button, "kitchen");
}

static void a_lower_counter_here_is_raised(void **state)
{
	(void)state;
	assert_int_equal(hear_keyed(&old, 500, 5), ALERTE_ACCEPTED);
	set_people(&new);
	set_button(&new, "kitchen");
	assert_int_equal(hear_keyed(&new, 450, 5), ALERTE_ACCEPTED);
	close_all(&new, 10);
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	hear_keyed(&new, 500, 50);
	/* within the window: seen here, not there */
	hear_keyed(&new, 450, 70);
	assert_int_equal(status(&new).presses, 1);
	assert_int_equal(hear_keyed(&new, 451, 90), ALERTE_ACCEPTED);
}

static void what_a_sealed_button_sent_here_is_kept(void **state)
{
	(void)state;
	set_sealed(&old);
	assert_int_equal(hear_sealed(&old, 7, 1, 16), ALERTE_ACCEPTED);
	set_people(&new);
	set_sealed(&new);
	assert_int_equal(hear_sealed(&new, 90, 2, 32), ALERTE_ACCEPTED);
	close_all(&new, 40);
	backup_at(&old, 40);
	assert_int_equal(restore(&new, 50), 0);
	hear_sealed(&new, 90, 3, 64);
	hear_sealed(&new, 8, 4, 80);
	assert_int_equal(status(&new).presses, 1);
	assert_int_equal(hear_sealed(&new, 91, 5, 96), ALERTE_ACCEPTED);
}

static void another_device_of_the_same_name_counts_from_anew(void **state)
{
	struct alerte_button b = { .size = sizeof(b), .id = "kitchen",
				   .wearer = "marie",
				   .address = { 2, 2, 2, 2, 2, 2 },
				   .key = { 4 }, .key_len = 16 };

	(void)state;
	set_people(&new);
	set_button(&new, "kitchen");
	assert_int_equal(hear_keyed(&new, 500, 5), ALERTE_ACCEPTED);
	close_all(&new, 10);
	assert_int_equal(alerte_button_set(old.a, &b, at(&old, 1)), 0);
	set_button(&old, "hall");
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	assert_int_equal(hear_keyed(&new, 501, 50), ALERTE_ACCEPTED);
	assert_string_equal(newest(&new).button, "hall");
}

/* ---------------------------------------------------------- what is refused */

static void any_byte_changed_is_refused_and_changes_nothing(void **state)
{
	static struct all before, after;

	(void)state;
	set_contact(&new, "here", "+33639980150");
	look(&new, &before);
	backup_at(&old, 10);
	for (size_t i = 0; i < file.len; i++)
		for (int bit = 0; bit < 8; bit += 7) {
			int r;

			file.bytes[i] ^= (uint8_t)(1 << bit);
			r = restore(&new, 20);
			assert_int_equal(r, i < HEAD ? ALERTE_EFORMAT
						     : ALERTE_EKEY);
			file.bytes[i] ^= (uint8_t)(1 << bit);
		}
	look(&new, &after);
	assert_same(&before, &after);
	assert_int_equal(restore(&new, 30), 0);
}

static void a_backup_that_was_cut_is_refused_and_changes_nothing(void **state)
{
	static struct all before, after;

	(void)state;
	set_many(&old);
	look(&new, &before);
	backup_at(&old, 10);
	assert_true(file.len > 3 * STREAM_SEALED);
	for (size_t len = 0; len < file.len; len++) {
		/* the bytes stand alone, so that a sanitizer sees a step out */
		uint8_t *part = malloc(len + 1);
		int r;

		assert_non_null(part);
		memcpy(part, file.bytes, len);
		r = alerte_restore(new.a, backup_key, part, len, at(&new, 20));
		free(part);
		assert_int_equal(r, len < HEAD ? ALERTE_EFORMAT : ALERTE_EKEY);
	}
	look(&new, &after);
	assert_same(&before, &after);
}

static void bytes_behind_it_are_refused(void **state)
{
	(void)state;
	backup_at(&old, 10);
	file.len++;
	assert_int_equal(restore(&new, 20), ALERTE_EKEY);
}

static void chunks_in_another_order_are_refused(void **state)
{
	uint8_t chunk[STREAM_SEALED];
	uint8_t *first = file.bytes + HEAD, *second = first + STREAM_SEALED;

	(void)state;
	set_many(&old);
	backup_at(&old, 10);
	memcpy(chunk, first, sizeof(chunk));
	memcpy(first, second, sizeof(chunk));
	memcpy(second, chunk, sizeof(chunk));
	assert_int_equal(restore(&new, 20), ALERTE_EKEY);
}

static void two_backups_put_together_are_refused(void **state)
{
	uint8_t chunk[STREAM_SEALED];

	(void)state;
	set_many(&old);
	backup_at(&old, 10);
	memcpy(chunk, file.bytes + HEAD, sizeof(chunk));
	backup_at(&old, 10);
	memcpy(file.bytes + HEAD, chunk, sizeof(chunk));
	assert_int_equal(restore(&new, 20), ALERTE_EKEY);
}

static void another_key_opens_nothing(void **state)
{
	(void)state;
	backup_at(&old, 10);
	assert_int_equal(alerte_restore(new.a, key, file.bytes, file.len,
					at(&new, 20)), ALERTE_EKEY);
	assert_true(strlen(alerte_errmsg(new.a)) > 0);
}

static void a_later_version_is_refused(void **state)
{
	static uint8_t plain[ROOM];
	size_t len;

	(void)state;
	backup_at(&old, 10);
	len = open_file(&file, plain);
	file.bytes[HEAD - 1]++;
	seal_file(plain, len);
	assert_int_equal(restore(&new, 20), ALERTE_EFORMAT);
}

/* Sealed by who has the key: each length and each tag is looked at all the same. */
static void what_is_malformed_inside_changes_nothing_or_is_whole(void **state)
{
	static uint8_t plain[ROOM], bad[ROOM];
	size_t len;

	(void)state;
	set_sealed(&old);
	assert_int_equal(hear_sealed(&old, 7, 1, 16), ALERTE_ACCEPTED);
	backup_at(&old, 20);
	len = open_file(&file, plain);
	for (size_t n = 0; n < len; n++) {
		seal_file(plain, n);
		/* a cut between two values is no malformation */
		assert_true(restore(&new, 20) <= 0);
	}
	for (size_t i = 0; i < len; i++) {
		memcpy(bad, plain, len);
		bad[i] ^= 0xff;
		seal_file(bad, len);
		assert_true(restore(&new, 20) <= 0);
	}
	seal_file(plain, 2);
	assert_int_equal(restore(&new, 20), ALERTE_EFORMAT);
	seal_file(plain, 0);
	assert_int_equal(restore(&new, 20), ALERTE_EFORMAT);
	seal_file(plain, len);
	assert_int_equal(restore(&new, 30), 0);
}

static void settings_that_break_a_rule_here_are_refused(void **state)
{
	static struct all before, after;

	(void)state;
	alerte_close(new.a);
	new.relay = "+33639980199";
	start(&new, ":memory:");
	look(&new, &before);
	set_contact(&old, "trial", "+33639980199");
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), ALERTE_EREFUSED);
	assert_non_null(strstr(alerte_errmsg(new.a), "trial"));
	assert_non_null(strstr(alerte_errmsg(new.a), "relay"));
	look(&new, &after);
	assert_same(&before, &after);
}

static void an_open_alert_is_not_taken_away(void **state)
{
	(void)state;
	backup_at(&old, 10);
	set_people(&new);
	set_button(&new, "kitchen");
	assert_int_equal(hear_keyed(&new, 5, 5), ALERTE_ACCEPTED);
	assert_int_equal(restore(&new, 20), ALERTE_EREFUSED);
	assert_non_null(strstr(alerte_errmsg(new.a), "open"));
	close_all(&new, 30);
	assert_int_equal(restore(&new, 40), 0);
}

static void settings_under_way_are_not_taken_away(void **state)
{
	(void)state;
	backup_at(&old, 10);
	assert_int_equal(alerte_settings_begin(new.a), 0);
	assert_int_equal(restore(&new, 20), ALERTE_EBUSY);
	assert_int_equal(alerte_settings_end(new.a, false, at(&new, 20)), 0);
	assert_int_equal(restore(&new, 20), 0);
}

/* ---------------------------------------------------------------- the host */

static void what_write_answers_is_passed_on(void **state)
{
	(void)state;
	backup_at(&old, 10);
	for (size_t fail = 1; fail <= file.len; fail += 500) {
		static struct file f;

		f.len = 0;
		f.fail_at = fail;
		assert_int_equal(alerte_backup(old.a, backup_key, keep, &f,
					       at(&old, 10)), -77);
	}
}

static int talk_back(void *context, const uint8_t *bytes, size_t len)
{
	struct world *w = context;

	(void)bytes;
	(void)len;
	w->inside[0] = alerte_backup(w->a, backup_key, keep, &file, at(w, 9));
	w->inside[1] = alerte_restore(w->a, backup_key, key, 1, at(w, 9));
	w->inside[2] = alerte_press(w->a, "kitchen", 1, ALERTE_GESTURE_PRESS,
				    ALERTE_TRUST_WEAK, at(w, 9));
	return 0;
}

static void inside_write_it_is_busy_and_a_press_waits(void **state)
{
	(void)state;
	assert_int_equal(alerte_backup(old.a, backup_key, talk_back, &old,
				       at(&old, 9)), 0);
	assert_int_equal(old.inside[0], ALERTE_EBUSY);
	assert_int_equal(old.inside[1], ALERTE_EBUSY);
	assert_int_equal(old.inside[2], ALERTE_OK);
	alerte_step(old.a, at(&old, 10));
	assert_true(status(&old).presses > 0);
}

/* ---------------------------------------------------------------- the disk */

static void disk_room(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A store on the disk, with a button of its own. */
static void start_on_disk(void)
{
	start(&new, new.path);
	set_people(&new);
	set_button(&new, "hall");
	hear_keyed(&new, 90, 5);
	close_all(&new, 10);
	alerte_step(new.a, at(&new, 15));
}

static int setup_disk(void **state)
{
	setup(state);
	set_many(&old);
	hear_keyed(&old, 100, 5);
	close_all(&old, 10);
	backup_at(&old, 20);
	alerte_close(new.a);
	snprintf(new.folder, sizeof(new.folder), "/tmp/alerte-backup-XXXXXX");
	if (!mkdtemp(new.folder))
		return -1;
	snprintf(new.path, sizeof(new.path), "%s/store", new.folder);
	snprintf(new.copy, sizeof(new.copy), "%s/copy", new.folder);
	start_on_disk();
	return 0;
}

static void forget(const char *path)
{
	char wal[128];

	snprintf(wal, sizeof(wal), "%s-wal", path);
	unlink(wal);
	unlink(path);
}

static int teardown_disk(void **state)
{
	disk_room(0);
	teardown(state);
	forget(new.path);
	forget(new.copy);
	rmdir(new.folder);
	return 0;
}

static void copy_file(const char *from, const char *to, const char *suffix)
{
	char a[128], b[128], bytes[4096];
	size_t n;
	FILE *in, *out;

	snprintf(a, sizeof(a), "%s%s", from, suffix);
	snprintf(b, sizeof(b), "%s%s", to, suffix);
	in = fopen(a, "rb");
	out = fopen(b, "wb");
	assert_non_null(out);
	while (in && (n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	if (in)
		fclose(in);
	fclose(out);
}

/* The power goes now: what would a start find? */
static void look_after_a_crash(struct all *out)
{
	struct world w = { .relay = RELAY, .boot_id = { 2 }, .random = 9 };

	forget(new.copy);
	copy_file(new.path, new.copy, "");
	copy_file(new.path, new.copy, "-wal");
	start(&w, new.copy);
	look(&w, out);
	alerte_close(w.a);
}

static bool same(const struct all *a, const struct all *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* The disk goes and comes back, so that the file is opened once more. */
static void break_and_mend(int64_t s)
{
	disk_room(4096);
	assert_int_equal(alerte_disarm(new.a, "asso", at(&new, s)),
			 ALERTE_VOLATILE);
	alerte_disarm(new.a, "asso", at(&new, s + 6));
	disk_room(0);
	assert_int_equal(alerte_disarm(new.a, "asso", at(&new, s + 12)), 0);
}

/*
 * A commit that reports an error may be whole on the disk all the same: then
 * a crash finds all of it, and whoever goes on writes what he has over it.
 */
static void a_disk_that_fails_anywhere_leaves_all_or_nothing(void **state)
{
	static struct all before, after, crashed, doubtful;
	rlim_t room = 53248;

	(void)state;
	for (;; room += 4096) {
		int r;

		look(&new, &before);
		disk_room(room);
		r = restore(&new, 100);
		disk_room(0);
		look(&new, &after);
		look_after_a_crash(&crashed);
		if (!r)
			break;
		assert_int_equal(r, ALERTE_ESTORE);
		assert_same(&before, &after);
		if (!same(&before, &crashed))
			doubtful = crashed;
		break_and_mend(110);
		look(&new, &after);
		assert_same(&before, &after);
		look_after_a_crash(&crashed);
		assert_same(&before, &crashed);
		alerte_close(new.a);
		forget(new.path);
		start_on_disk();
	}
	assert_true(room > 61440);
	assert_true(after.len > before.len);
	assert_same(&after, &crashed);
	if (doubtful.len)
		assert_same(&after, &doubtful);
}

static void a_restart_finds_what_was_restored(void **state)
{
	(void)state;
	assert_int_equal(restore(&new, 100), 0);
	alerte_close(new.a);
	start(&new, new.path);
	hear_keyed(&new, 100, 200);
	assert_int_equal(status(&new).presses, 0);
	assert_int_equal(hear_keyed(&new, 101, 260), ALERTE_ACCEPTED);
	assert_string_equal(newest(&new).button, "kitchen");
	alerte_step(new.a, at(&new, 260));
	assert_int_equal(alerte_cancel(new.a, newest(&new).id, "4321",
				       at(&new, 270)), ALERTE_ACCEPTED);
}

/* Of settings too: what is renamed is the same device. */
static void a_renamed_button_keeps_its_counter_over_a_restart(void **state)
{
	(void)state;
	assert_int_equal(alerte_settings_begin(new.a), 0);
	assert_int_equal(alerte_setting_remove(new.a, ALERTE_KIND_BUTTON,
					       "hall", at(&new, 20)), 0);
	set_button(&new, "cellar");
	assert_int_equal(alerte_settings_end(new.a, true, at(&new, 20)), 0);
	alerte_close(new.a);
	start(&new, new.path);
	hear_keyed(&new, 90, 100);
	assert_int_equal(status(&new).presses, 0);
	assert_int_equal(hear_keyed(&new, 91, 160), ALERTE_ACCEPTED);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define D(name) cmocka_unit_test_setup_teardown(name, setup_disk, teardown_disk)
	const struct CMUnitTest tests[] = {
		T(all_of_one_gateway_is_in_the_other),
		T(nothing_of_it_stands_in_the_clear),
		T(a_captured_frame_is_a_replay_there_too),
		T(a_sealed_button_is_known_at_once),
		T(a_captured_sealed_frame_is_a_replay_there_too),
		T(her_code_ends_an_alert_there_too),
		T(a_press_has_the_reference_the_old_one_would_have_given),
		T(the_arming_stays_where_it_was),
		T(a_higher_counter_here_is_kept),
		T(it_is_kept_under_another_name_too),
		T(a_lower_counter_here_is_raised),
		T(what_a_sealed_button_sent_here_is_kept),
		T(another_device_of_the_same_name_counts_from_anew),
		T(any_byte_changed_is_refused_and_changes_nothing),
		T(a_backup_that_was_cut_is_refused_and_changes_nothing),
		T(bytes_behind_it_are_refused),
		T(chunks_in_another_order_are_refused),
		T(two_backups_put_together_are_refused),
		T(another_key_opens_nothing),
		T(a_later_version_is_refused),
		T(what_is_malformed_inside_changes_nothing_or_is_whole),
		T(settings_that_break_a_rule_here_are_refused),
		T(an_open_alert_is_not_taken_away),
		T(settings_under_way_are_not_taken_away),
		T(what_write_answers_is_passed_on),
		T(inside_write_it_is_busy_and_a_press_waits),
		D(a_disk_that_fails_anywhere_leaves_all_or_nothing),
		D(a_restart_finds_what_was_restored),
		D(a_renamed_button_keeps_its_counter_over_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
