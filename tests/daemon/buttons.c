/* SPDX-License-Identifier: Apache-2.0 */
#include "buttons.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "play/play.h"

const char *first(const json_t *doc, const char *list)
{
	const char *text = json_string_value(json_array_get(
		json_object_get(doc, list), 0));

	return text ? text : "";
}

void start(struct scratch *s, const char *text)
{
	json_t *doc;

	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	doc = apply(s, text, false);
	assert_string_equal(first(doc, "errors"), "");
	json_decref(doc);
}

void said(char *word, const char *what)
{
	assert_non_null(word);
	assert_string_equal(word, what);
	free(word);
}

/* ------------------------------------------------------------- on the air */

/* Her button, sealed with a key of 32 hex digits. */
void keyed_press(struct scratch *s, const char *hex, uint32_t counter,
			const char *answer)
{
	static const uint8_t address[] = { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 };
	static const uint8_t codes[] = { 0x01 };
	uint8_t key[16], out[96];
	struct bthome b = { .address = address, .key = key, .codes = codes,
			    .counter = counter, .ncodes = 1 };
	unsigned int byte;
	int i, n;

	for (i = 0; i < 16; i++) {
		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		key[i] = (uint8_t)byte;
	}

	n = bthome_advert(&b, out, sizeof(out));
	assert_true(n > 0);
	said(hear(s, BUTTON, out, (size_t)n), answer);
}

/* The sealed button of MASTER, under an address it has never had before. */
void sealed_send(struct scratch *s, struct alerte_sealed_frame f,
			const char *answer)
{
	uint8_t master[32], payload[ALERTE_SEALED_BYTES];
	uint8_t advert[ALERTE_SEALED_ADVERT_BYTES];
	struct alerte_sealed_keys keys = { .size = sizeof(keys) };
	static unsigned int sent;
	char address[24];
	unsigned int i;

	for (i = 0; i < sizeof(master); i++)
		master[i] = (uint8_t)i;

	f.size = sizeof(f);
	f.epoch = 1040000;
	f.battery_mv = 3000;
	assert_int_equal(alerte_sealed_derive(master, &keys), 0);
	assert_int_equal(alerte_sealed_make(alerte_sealed_host_hash(), &keys,
					    &f, payload), 0);
	assert_int_equal(alerte_sealed_advert(ALERTE_SEALED_MANUFACTURER,
					      ALERTE_SEALED_TRIAL_ID, payload,
					      advert), 0);
	snprintf(address, sizeof(address), "11:22:33:44:55:%02X",
		 sent++ & 0xff);
	said(hear(s, address, advert, sizeof(advert)), answer);
}

void enrol(struct scratch *s, const char *text)
{
	json_t *doc = ask(s, "Enrol", "ssb", "button", text, 0);

	assert_string_equal(first(doc, "errors"), "");
	json_decref(doc);
}

json_t *enrolment(struct scratch *s)
{
	return ask(s, "Enrolment", "");
}

bool answer_is(const json_t *doc, const char *key, const char *value)
{
	const json_t *v = json_object_get(doc, key);
	char number[32];

	if (json_is_string(v))
		return !strcmp(json_string_value(v), value);

	snprintf(number, sizeof(number), "%lld", json_is_boolean(v)
		 ? (long long)json_is_true(v)
		 : (long long)json_integer_value(v));
	return !strcmp(number, value);
}

/* Each question turns the loop: many of them would hide a search that rests. */
void proved_wait(struct scratch *s)
{
	bool proved = false;
	json_t *doc;
	int tries;

	for (tries = 0; tries < 8 && !proved; tries++) {
		doc = enrolment(s);
		proved = answer_is(doc, "state", "proved");
		json_decref(doc);
		if (!proved)
			usleep(500000);
	}

	assert_true(proved);
}

size_t alerts(struct scratch *s)
{
	json_t *doc = ask(s, "Alerts", "xu", (int64_t)0, 0);
	size_t n = json_array_size(json_object_get(doc, "alerts"));

	json_decref(doc);
	return n;
}

void trust_is(struct scratch *s, const char *trust)
{
	json_t *doc = ask(s, "Alerts", "xu", (int64_t)0, 0);
	const json_t *list = json_object_get(doc, "alerts");

	CHECK(json_array_get(list, 0), "trust", trust);
	json_decref(doc);
}

json_int_t counter_of(struct scratch *s, const char *name)
{
	json_t *doc = ask(s, "Status", "");
	json_int_t n = json_integer_value(json_object_get(json_object_get(
		doc, "counters"), name));

	json_decref(doc);
	return n;
}
