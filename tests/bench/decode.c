/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <openssl/evp.h>
#include <string.h>
#include <sys/random.h>

#include "crypto/ccm.h"
#include "frame/format.h"
#include "frame/trigger.h"
#include "play/play.h"

#define TIMES 200000
#define ROUNDS 9
#define GARBAGE 64

static const uint8_t address[6] = "\x54\x48\xe6\x8f\x80\xa5";
static const uint8_t key[16] = "sixteen of bytes";
static const uint8_t press[] = { 1 };

/* A beacon as the air is full of them, and the rule that names it. */
static const char beacon[] =
	"\x02\x01\x06\x1a\xff\x4c\x00\x02\x15\xe2\xc5\x6d\xb5\xdf\xfb\x48"
	"\xd2\xb0\x60\xd0\xf5\xa7\x10\x96\xe0\x00\x01\x00\x02\xc5";
static const char rule_text[] =
	"ibeacon:e2c56db5-dffb-48d2-b060-d0f5a71096e0:0001:0002,rssi=-90";

struct bytes {
	uint8_t data[96];
	size_t len;
};

static struct alerte_frame seen = { .size = sizeof(seen) };

/* Nanoseconds a call, the median of some rounds. */
static double cost(void (*call)(const struct bytes *b, size_t i, void *context),
		   const struct bytes *b, void *context)
{
	double v[ROUNDS];

	for (size_t round = 0; round < ROUNDS; round++) {
		int64_t start = now_ns();

		for (size_t i = 0; i < TIMES; i++)
			call(b, i, context);
		v[round] = (double)(now_ns() - start) / TIMES;
	}
	return percentile(v, ROUNDS, 50);
}

static void decode_one(const struct bytes *b, size_t i, void *context)
{
	(void)i;
	(void)context;
	alerte_frame_decode(address, b->data, b->len, NULL, 0, &seen);
}

static void decode_any(const struct bytes *b, size_t i, void *context)
{
	decode_one(&b[i % GARBAGE], i, context);
}

static void decode_sealed(const struct bytes *b, size_t i, void *context)
{
	(void)i;
	frame_decode(address, b->data, b->len, context, &seen);
}

static void decode_beacon(const struct bytes *b, size_t i, void *context)
{
	(void)i;
	frame_trigger_decode(context, -60, b->data, b->len, &seen);
}

/* What libcrypto takes for one such frame, its key and nonce set. */
static void open_bare(const struct bytes *b, size_t i, void *context)
{
	EVP_CIPHER_CTX *ctx = context;
	uint8_t nonce[13] = { 0 }, tag[4], out[16];
	int n;

	(void)i;
	memcpy(nonce, address, sizeof(address));
	memcpy(tag, b->data + b->len - sizeof(tag), sizeof(tag));
	EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, sizeof(tag), tag);
	EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, sizeof(nonce), NULL);
	EVP_DecryptInit_ex(ctx, NULL, NULL, key, nonce);
	EVP_DecryptUpdate(ctx, out, &n, b->data + 8, 4);
}

static void make(struct bytes *b, const uint8_t *with)
{
	const struct bthome frame = { .address = address, .key = with,
				      .counter = 1, .codes = press,
				      .ncodes = 1 };
	int n = bthome_advert(&frame, b->data, sizeof(b->data));

	need(n > 0, "advertisement");
	b->len = (size_t)n;
}

/* The air is full of it: whole structures of makers nobody here knows. */
static void make_garbage(struct bytes *b)
{
	for (size_t i = 0; i < GARBAGE; i++) {
		b[i].len = 31;
		need(getrandom(b[i].data, b[i].len, 0) == 31, "random");
		if (i % 2)
			memcpy(b[i].data, "\x02\x01\x06\x1b\xff\x4c\x00", 7);
	}
}

static void make_beacon(struct bytes *b)
{
	b->len = sizeof(beacon) - 1;
	memcpy(b->data, beacon, b->len);
}

static void check(const struct bytes *plain, const struct bytes *sealed,
		  const struct frame_key *with, const struct bytes *shown,
		  const struct frame_trigger *rule)
{
	struct alerte_frame frame = { .size = sizeof(frame) };

	need(alerte_frame_decode(address, shown->data, shown->len, NULL, 0,
				 &frame) == ALERTE_ENOTFOUND, "no button");
	need(frame_trigger_decode(rule, -60, shown->data, shown->len,
				  &frame) == 1, "a beacon");

	need(alerte_frame_decode(address, plain->data, plain->len, NULL, 0,
				 &frame) == 1, "a plain press");
	need(frame_decode(address, sealed->data, sealed->len, with,
			  &frame) == 1, "an encrypted press");
}

void bench_decode(const char *dir)
{
	static struct bytes plain, sealed, shown, garbage[GARBAGE];
	struct frame_key *with = frame_key_new(key, sizeof(key));
	EVP_CIPHER_CTX *bare = EVP_CIPHER_CTX_new();
	double known, unknown, opened, limit, stranger, ruled;
	struct frame_trigger rule;
	unsigned long before, calls;

	(void)dir;
	need(with && bare && EVP_DecryptInit_ex(bare, EVP_aes_128_ccm(), NULL,
					       NULL, NULL), "libcrypto");
	make(&plain, NULL);
	make(&sealed, key);
	make_garbage(garbage);
	make_beacon(&shown);
	need(!frame_trigger_parse(rule_text, &rule), rule_text);
	check(&plain, &sealed, with, &shown, &rule);
	hurry(true);
	before = allocations();
	known = cost(decode_one, &plain, NULL);
	unknown = cost(decode_any, garbage, NULL);
	stranger = cost(decode_one, &shown, NULL);
	ruled = cost(decode_beacon, &shown, &rule);
	opened = cost(decode_sealed, &sealed, with);
	calls = allocations() - before;
	limit = cost(open_bare, &sealed, bare);
	hurry(false);
	EVP_CIPHER_CTX_free(bare);
	frame_key_free(with);

	figure_print(&(struct figure){ "decode-known", known, "ns", NULL, 0,
				       "<= 100" });
	figure_print(&(struct figure){ "decode-garbage", unknown, "ns", NULL,
				       0, "<= 40" });
	figure_print(&(struct figure){ "decode-ibeacon", stranger, "ns", NULL,
				       0, "<= 40" });
	figure_print(&(struct figure){ "trigger-ibeacon", ruled, "ns", NULL, 0,
				       "<= 100" });
	figure_print(&(struct figure){ "decode-encrypted", opened, "ns",
				       "libcrypto-ccm", limit, "<= 1.5" });
	figure_print(&(struct figure){ "decode-allocations", (double)calls,
				       "calls", NULL, 0, "<= 0" });
}
