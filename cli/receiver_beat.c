/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One heartbeat of lib/message/PAYLOADS.md: the signature over the bytes of the
 * body first, the JSON behind it second, the rule third.
 *
 * DIR/gateways is what has to outlive this program: the highest sequence of
 * each gateway, one line each.  A gateway that is taken out of service is taken
 * out of it while the receiver stands still.
 *
 *	key gateway sequence every_s place
 */
#include "receiver_beat.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define KEYS_MAX 16
#define EVERY_MOST_S 86400
#define VARIANT sodium_base64_VARIANT_ORIGINAL
#define BEFORE "ed25519=:"
#define FILE_PATH_MAX 4096

struct key {
	char base64[DEADMAN_KEY_MAX];
	unsigned char bytes[crypto_sign_PUBLICKEYBYTES];
};

struct beats {
	size_t nkeys;
	struct key key[KEYS_MAX];
	char path[FILE_PATH_MAX];
	long taken, refused;
	struct deadman rule;
};

static struct deadman_now now(void)
{
	struct timespec boot;

	clock_gettime(CLOCK_BOOTTIME, &boot);
	return (struct deadman_now){
		.ms = (int64_t)boot.tv_sec * 1000 + boot.tv_nsec / 1000000,
		.wall_s = (int64_t)time(NULL),
	};
}

static void print(void *context, const char *line)
{
	(void)context;
	puts(line);
	fflush(stdout);
}

struct beats *beats_new(void)
{
	struct beats *b = sodium_init() < 0 ? NULL : calloc(1, sizeof(*b));

	if (b)
		b->rule.tell = print;

	return b;
}

void beats_free(struct beats *b)
{
	free(b);
}

void beats_after(struct beats *b, long seconds)
{
	b->rule.alarm_after_ms = (int64_t)seconds * 1000;
}

void beats_counts(const struct beats *b, long *taken, long *refused)
{
	*taken = b->taken;
	*refused = b->refused;
}

void beats_look(struct beats *b)
{
	deadman_look(&b->rule, now());
}

static bool decode(const char *text, size_t len, unsigned char *out, size_t cap)
{
	size_t got;

	return !sodium_base642bin(out, cap, text, len, NULL, &got, NULL,
				  VARIANT) && got == cap;
}

bool beats_key(struct beats *b, const char *base64)
{
	struct key *k = &b->key[b->nkeys];

	if (b->nkeys == KEYS_MAX || strlen(base64) >= sizeof(k->base64) ||
	    !decode(base64, strlen(base64), k->bytes, sizeof(k->bytes)))
		return false;

	strcpy(k->base64, base64);
	b->nkeys++;
	return true;
}

/* ---------------------------------------------------------- the memory */

static const struct key *key_find(const struct beats *b, const char *base64)
{
	for (size_t i = 0; i < b->nkeys; i++)
		if (!strcmp(b->key[i].base64, base64))
			return &b->key[i];

	return NULL;
}

static bool read_line(struct beats *b, const char *line)
{
	struct deadman_beat known = { .sequence = 0 };
	int at = 0;

	if (sscanf(line, "%47s %63s %" SCNu64 " %" SCNu32 " %n", known.key,
		   known.gateway, &known.sequence, &known.every_s, &at) != 4 ||
	    !at || !known.every_s || known.every_s > EVERY_MOST_S)
		return false;

	snprintf(known.place, sizeof(known.place), "%.*s",
		 (int)strcspn(line + at, "\n"), line + at);

	/* Of a key that is given no more nobody wants to hear. */
	return !key_find(b, known.key) ||
	       deadman_expect(&b->rule, &known, now());
}

static bool read_file(struct beats *b)
{
	FILE *f = fopen(b->path, "re");
	char line[512];
	bool good = true;

	if (!f)
		return errno == ENOENT;

	while (good && fgets(line, sizeof(line), f)) {
		good = read_line(b, line);
		if (!good)
			errno = EBADMSG;
	}

	fclose(f);
	return good;
}

bool beats_start(struct beats *b, const char *dir)
{
	struct deadman_beat none = { .every_s = DEADMAN_EVERY_S };

	snprintf(b->path, sizeof(b->path), "%s/gateways", dir);

	if (b->nkeys && !read_file(b)) {
		fprintf(stderr, "alerte receiver: %s: %s\n", b->path,
			strerror(errno));
		return false;
	}

	for (size_t i = 0; i < b->nkeys; i++) {
		strcpy(none.key, b->key[i].base64);
		deadman_expect(&b->rule, &none, now());
	}

	return true;
}

static bool write_lines(const struct beats *b, FILE *f)
{
	for (size_t i = 0; i < b->rule.n; i++) {
		const struct deadman_beat *g = &b->rule.gateway[i].last;

		if (*g->gateway)
			fprintf(f, "%s %s %" PRIu64 " %" PRIu32 " %s\n",
				g->key, g->gateway, g->sequence, g->every_s,
				g->place);
	}

	return !fflush(f) && !fsync(fileno(f));
}

static bool write_file(const struct beats *b)
{
	char next[FILE_PATH_MAX + 8];
	FILE *f;
	bool good;

	snprintf(next, sizeof(next), "%s.next", b->path);
	f = fopen(next, "we");

	if (!f)
		return false;

	good = write_lines(b, f);
	return !fclose(f) && good && !rename(next, b->path);
}

/* ------------------------------------------------------------ the body */

/* Text of at most cap - 1 bytes, of these characters only. */
static bool read_text(const json_t *doc, const char *name, const char *allowed,
		      char *out, size_t cap)
{
	const char *s = json_string_value(json_object_get(doc, name));

	if (!s || !*s || strlen(s) >= cap || s[strspn(s, allowed)])
		return false;

	strcpy(out, s);
	return true;
}

#define SMALL "abcdefghijklmnopqrstuvwxyz0123456789"

/* It goes to a terminal and to a line of a file. */
static void read_place(const json_t *doc, char out[DEADMAN_NAME_MAX])
{
	const char *s = json_string_value(json_object_get(doc, "place"));

	snprintf(out, DEADMAN_NAME_MAX, "%s", s ? s : "");

	for (char *c = out; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
}

static bool read_faults(const json_t *doc, struct deadman_beat *out)
{
	const json_t *list = json_object_get(doc, "faults"), *one;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > DEADMAN_FAULTS_MAX)
		return false;

	json_array_foreach(list, i, one) {
		const char *s = json_string_value(one);

		if (!s || !*s || strlen(s) >= DEADMAN_WORD_MAX ||
		    s[strspn(s, SMALL "-")])
			return false;
		strcpy(out->fault[out->nfaults++], s);
	}

	return true;
}

static bool is_word(const json_t *doc, const char *name, const char *word)
{
	const char *s = json_string_value(json_object_get(doc, name));

	return s && !strcmp(s, word);
}

static bool read_beat(const char *body, size_t len, struct deadman_beat *out)
{
	json_t *doc = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	json_int_t sequence = json_integer_value(json_object_get(doc,
								 "sequence"));
	json_int_t every = json_integer_value(json_object_get(doc, "every_s"));
	bool good = is_word(doc, "schema", "alerte/1") &&
		    is_word(doc, "type", "heartbeat") && sequence > 0 &&
		    every > 0 && every <= EVERY_MOST_S &&
		    read_text(doc, "gateway", SMALL, out->gateway,
			      sizeof(out->gateway)) &&
		    read_text(doc, "state", SMALL, out->state,
			      sizeof(out->state)) && read_faults(doc, out);

	if (good) {
		out->sequence = (uint64_t)sequence;
		out->every_s = (uint32_t)every;
		read_place(doc, out->place);
	}

	json_decref(doc);
	return good;
}

/* ------------------------------------------------------- the signature */

static bool read_signature(const char *header,
			   unsigned char out[crypto_sign_BYTES])
{
	size_t before = strlen(BEFORE), len = strlen(header);

	return len > before + 1 && !strncmp(header, BEFORE, before) &&
	       header[len - 1] == ':' &&
	       decode(header + before, len - before - 1, out,
		      crypto_sign_BYTES);
}

static const struct key *signer(const struct beats *b, const char *body,
				size_t len, const unsigned char *signature)
{
	for (size_t i = 0; i < b->nkeys; i++)
		if (!crypto_sign_verify_detached(signature,
						 (const unsigned char *)body,
						 len, b->key[i].bytes))
			return &b->key[i];

	return NULL;
}

static int judge(struct beats *b, const struct receiver_request *r,
		 const char *body, const char **why)
{
	unsigned char signature[crypto_sign_BYTES];
	struct deadman_beat beat = { .nfaults = 0 };
	const struct key *key;

	*why = "heartbeats are not listened to here: give --gateway-key";
	if (!b->nkeys)
		return 404;

	*why = "the header Alerte-Signature is missing or malformed";
	if (!read_signature(r->signature, signature))
		return 400;

	*why = "forged, changed on the way, or of a gateway whose key was not "
	       "given here";
	key = signer(b, body, r->body_len, signature);
	if (!key)
		return 403;

	*why = "signed, but no heartbeat of alerte/1";
	if (!read_beat(body, r->body_len, &beat))
		return 400;

	strcpy(beat.key, key->base64);

	switch (deadman_beat(&b->rule, &beat, now())) {
	case DEADMAN_OLD:
		*why = "its sequence is not higher than the last: a repeat";
		return 409;
	case DEADMAN_FULL:
		*why = "too many gateways";
		return 403;
	case DEADMAN_TAKEN:
		break;
	}

	*why = "the sequence could not be kept";
	if (!write_file(b))
		return 500;

	*why = NULL;
	return 200;
}

int beats_take(struct beats *b, const struct receiver_request *r,
	       const char *body, const char **why)
{
	int status = judge(b, r, body, why);

	if (status == 200)
		b->taken++;
	else
		b->refused++;

	return status;
}
