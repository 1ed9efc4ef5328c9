/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seed FRAMES FOLDER: make inputs of the captured frames of tests/corpus.
 *
 *	FOLDER/frame      each payload, for frame_fuzz.c
 *	FOLDER/engine     each payload, heard twice, for engine_fuzz.c
 *	FOLDER/NAME       what is of the format of that name, for each_format.c:
 *	                  as it is, and once more to be sealed
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "frame/ad.h"
#include "fuzz/enrolled.h"
#include "fuzz/fuzz.h"
#include "port/bytes.h"

#define PAYLOAD_MAX 255
#define SECOND 0x5f		/* 15 << 10 ms, some 15 s */

struct row {
	const char *id;
	uint8_t address[6], key[16], adv[PAYLOAD_MAX];
	size_t address_len, key_len, len;
};

struct seed {
	uint8_t bytes[1024];
	size_t len;
};

static void put(struct seed *s, const void *bytes, size_t len)
{
	if (len)
		memcpy(s->bytes + s->len, bytes, len);
	s->len += len;
}

static void put_byte(struct seed *s, size_t byte)
{
	s->bytes[s->len++] = (uint8_t)byte;
}

static void fail(const char *what)
{
	fprintf(stderr, "seed: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void keep(const char *folder, const char *name, const char *id,
		 const struct seed *s)
{
	char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (mkdir(path, 0755) && errno != EEXIST)
		fail(path);
	snprintf(path, sizeof(path), "%s/%s/%s", folder, name, id);
	out = fopen(path, "wb");
	if (!out || fwrite(s->bytes, 1, s->len, out) != s->len || fclose(out))
		fail(path);
}

/* ---------------------------------------------------------------- rows */

/* Hex, colons or not; 0 for null and for what is longer than cap. */
static size_t read_hex(const json_t *value, uint8_t *out, size_t cap)
{
	const char *s = json_string_value(value);
	unsigned int byte;
	size_t n = 0;

	while (s && n < cap && sscanf(s, "%2x", &byte) == 1) {
		out[n++] = (uint8_t)byte;
		s += 2;
		if (*s == ':')
			s++;
	}
	return s && !*s ? n : 0;
}

static bool read_row(const char *line, struct row *row)
{
	json_t *object = json_loads(line, 0, NULL);
	static char id[64];

	if (!object)
		return false;
	snprintf(id, sizeof(id), "%s",
		 json_string_value(json_object_get(object, "id")));
	row->id = id;
	row->address_len = read_hex(json_object_get(object, "address"),
				    row->address, sizeof(row->address));
	row->key_len = read_hex(json_object_get(object, "key"), row->key,
				sizeof(row->key));
	row->len = read_hex(json_object_get(object, "adv"), row->adv,
			    sizeof(row->adv));
	json_decref(object);
	return true;
}

static void put_sender(struct seed *s, const struct row *row, unsigned int flags)
{
	if (row->address_len)
		flags |= FUZZ_ADDRESS;
	if (row->key_len)
		flags |= row->key_len == CCM_KEY_BYTES ? FUZZ_KEY :
							 FUZZ_KEY_SHORT;
	put_byte(s, flags);
	put(s, row->address, row->address_len);
	put(s, row->key, row->key_len);
}

/* ------------------------------------------------------------- targets */

static void make_frame(const char *folder, const struct row *row)
{
	struct seed s = { .len = 0 };

	put_sender(&s, row, 0);
	put(&s, row->adv, row->len);
	keep(folder, "frame", row->id, &s);
}

/* As it is, then again after some seconds, then a night. */
static void make_engine(const char *folder, const struct row *row)
{
	static const uint8_t night[] = { ENGINE_WAIT, 0xcf };
	struct seed s = { .len = 0 };
	size_t which = 0;

	for (size_t i = 0; i < enrolled_count; i++)
		if (row->address_len &&
		    !memcmp(enrolled[i].sender, row->address, 6))
			which = i;
	for (int i = 0; i < 2; i++) {
		put_byte(&s, ENGINE_HEAR | which << ENGINE_WHICH);
		put_byte(&s, SECOND);
		put_byte(&s, row->len);
		put(&s, row->adv, row->len);
	}
	put(&s, night, sizeof(night));
	keep(folder, "engine", row->id, &s);
}

static void make_sealed(const char *folder, const struct frame_format *format,
			const struct row *row, const struct ad *ad)
{
	struct row keyed = *row;
	struct seed s = { .len = 0 };
	char id[80];

	keyed.address_len = sizeof(keyed.address);
	keyed.key_len = sizeof(keyed.key);
	put_sender(&s, &keyed, FUZZ_SEAL);
	put(&s, "\x01\x02\x03", 4);
	put_byte(&s, ad->len - 2);
	put(&s, ad->data + 2, ad->len - 2);
	snprintf(id, sizeof(id), "%s-sealed", row->id);
	keep(folder, format->name, id, &s);
}

static void make_format(const char *folder, const struct frame_format *format,
			const struct row *row, const struct ad *ad)
{
	bool second = le16(ad->data) != format->ids[0];
	const uint8_t *end = row->adv + row->len;
	struct seed s = { .len = 0 };

	put_sender(&s, row, second ? FUZZ_ID : 0);
	put_byte(&s, ad->len - 2);
	put(&s, ad->data + 2, ad->len - 2);
	put(&s, ad->data + ad->len, (size_t)(end - ad->data) - ad->len);
	keep(folder, format->name, row->id, &s);
	if (!row->key_len)
		make_sealed(folder, format, row, ad);
}

static void make_formats(const char *folder, const struct row *row)
{
	const uint8_t *at = row->adv;
	struct ad ad;

	while (ad_next(&at, row->adv + row->len, &ad))
		for (size_t i = 0; ad.len >= 2 && frame_formats[i]; i++) {
			const struct frame_format *f = frame_formats[i];
			uint16_t id = le16(ad.data);

			if (f->type == ad.type &&
			    (f->ids[0] == id || f->ids[1] == id))
				make_format(folder, f, row, &ad);
		}
}

int main(int argc, char **argv)
{
	static char line[8192];
	FILE *in;

	if (argc != 3) {
		fputs("usage: seed FRAMES FOLDER\n", stderr);
		return 64;
	}
	in = fopen(argv[1], "r");
	if (!in)
		fail(argv[1]);
	if (mkdir(argv[2], 0755) && errno != EEXIST)
		fail(argv[2]);
	while (fgets(line, sizeof(line), in)) {
		struct row row;

		memset(&row, 0, sizeof(row));
		if (!read_row(line, &row) || !row.len)
			continue;
		make_frame(argv[2], &row);
		make_engine(argv[2], &row);
		make_formats(argv[2], &row);
	}
	fclose(in);
	return 0;
}
