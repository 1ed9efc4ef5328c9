/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buttons of every kind through the real daemon: enrolled by a press, known by
 * an address, a key or a rule, taken away again.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <alerte/alerte.h>
#include <alerte/sealed.h>

#include <cmocka.h>

#include "play/play.h"
#include "scratch.h"

#define BUTTON "54:48:E6:8F:80:A5"
#define ITAG "FF:FF:10:0A:12:34"
#define KEY1 "231d39c1d7cc1ab1aee224cd096db932"
#define KEY2 "4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b"
#define MASTER "000102030405060708090a0b0c0d0e0f" \
	"101112131415161718191a1b1c1d1e1f"

#define PEOPLE "contact \"paul\" {\n\tname = \"Paul\"\n" \
	"\tnumber = \"+33639980001\"\n}\n" \
	"wearer \"marie\" {\n\tname = \"Marie Durand\"\n" \
	"\tshort_name = \"Marie D.\"\n\tplace = \"12 rue Garibaldi, Lyon\"\n" \
	"\tarea = \"Lyon 3e\"\n\tassociation = \"X\"\n" \
	"\tcontact = {\"paul\"}\n}\n"
#define HEAD(id) "button \"" id "\" {\n\twearer = \"marie\"\n"
#define KEYED HEAD("keyring") "\taddress = \"" BUTTON "\"\n" \
	"\tformat = \"bthome-v2\"\n\tkey = \"" KEY1 "\"\n}\n"
#define SEALED HEAD("sealed") "\tkey = \"" MASTER "\"\n}\n"
#define BEACON HEAD("beacon") \
	"\ttrigger = \"service-data:8800:80/80,hold=300\"\n}\n"
#define PLASTIC HEAD("itag") "\taddress = \"" ITAG "\"\n" \
	"\tformat = \"itag\"\n}\n"

static const uint8_t beacon_up[] = { 0x04, 0x16, 0x00, 0x88, 0x40 };
static const uint8_t beacon_down[] = { 0x04, 0x16, 0x00, 0x88, 0xc0 };

static const char *first(const json_t *doc, const char *list)
{
	const char *text = json_string_value(json_array_get(
		json_object_get(doc, list), 0));

	return text ? text : "";
}

static void start(struct scratch *s, const char *text)
{
	json_t *doc;

	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	doc = apply(s, text, false);
	assert_string_equal(first(doc, "errors"), "");
	json_decref(doc);
}

static void said(char *word, const char *what)
{
	assert_non_null(word);
	assert_string_equal(word, what);
	free(word);
}

/* ------------------------------------------------------------- on the air */

/* Her button, sealed with a key of 32 hex digits. */
static void keyed_press(struct scratch *s, const char *hex, uint32_t counter,
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
static void sealed_send(struct scratch *s, struct alerte_sealed_frame f,
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
	f.epoch = 100000;
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

static char *notify(struct scratch *s, const char *address, uint16_t uuid,
		    uint8_t code)
{
	return call(s, "HearNotification", "sqay", address, uuid, 1, code);
}

/* -------------------------------------------------------------- enrolling */

static void enrol(struct scratch *s, const char *text)
{
	json_t *doc = ask(s, "Enrol", "ss", "button", text);

	assert_string_equal(first(doc, "errors"), "");
	json_decref(doc);
}

static void enrol_refused(struct scratch *s, const char *text,
			  const char *says)
{
	json_t *doc = ask(s, "Enrol", "ss", "button", text);

	if (!strstr(first(doc, "errors"), says))
		fail_msg("\"%s\" is not in: %s", says, first(doc, "errors"));
	json_decref(doc);
}

static json_t *enrolment(struct scratch *s)
{
	return ask(s, "Enrolment", "");
}

static bool is(const json_t *doc, const char *key, const char *value)
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

#define CHECK(doc, key, value) \
	do { \
		if (!is(doc, key, value)) \
			fail_msg("%s is not %s: %s", key, value, \
				 json_dumps(doc, 0)); \
	} while (0)

static void proved_wait(struct scratch *s)
{
	bool proved = false;
	json_t *doc;
	int tries;

	for (tries = 0; tries < 1500 && !proved; tries++) {
		doc = enrolment(s);
		proved = is(doc, "state", "proved");
		json_decref(doc);
		if (!proved)
			usleep(10000);
	}

	assert_true(proved);
}

static size_t alerts(struct scratch *s)
{
	json_t *doc = ask(s, "Alerts", "xu", (int64_t)0, 0);
	size_t n = json_array_size(json_object_get(doc, "alerts"));

	json_decref(doc);
	return n;
}

static void trust_is(struct scratch *s, const char *trust)
{
	json_t *doc = ask(s, "Alerts", "xu", (int64_t)0, 0);
	const json_t *list = json_object_get(doc, "alerts");

	CHECK(json_array_get(list, 0), "trust", trust);
	json_decref(doc);
}

static json_int_t counter_of(struct scratch *s, const char *name)
{
	json_t *doc = ask(s, "Status", "");
	json_int_t n = json_integer_value(json_object_get(json_object_get(
		doc, "counters"), name));

	json_decref(doc);
	return n;
}

static void a_key_counts_after_a_press_it_opens(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE);
	enrol(s, KEYED);
	keyed_press(s, KEY2, 10, "nothing");
	doc = enrolment(s);
	CHECK(doc, "state", "waiting");
	CHECK(doc, "id", "keyring");
	CHECK(doc, "again", "0");
	CHECK(doc, "heard", "1");
	CHECK(doc, "unopened", "1");
	assert_null(json_object_get(doc, "trust"));
	json_decref(doc);

	keyed_press(s, KEY1, 11, "nothing");
	doc = enrolment(s);
	CHECK(doc, "state", "proved");
	CHECK(doc, "format", "bthome-v2");
	CHECK(doc, "trust", "weak");
	CHECK(doc, "contacts", "1");
	CHECK(doc, "reaches_relay", "0");
	json_decref(doc);

	keyed_press(s, KEY1, 11, "nothing");
	assert_int_equal(alerts(s), 0);
	keyed_press(s, KEY1, 12, "accepted");
	assert_true(spool_wait(s, 1));
	trust_is(s, "weak");
}

static void another_key_counts_once_it_is_proved(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE KEYED);
	enrol(s, HEAD("keyring") "\taddress = \"" BUTTON "\"\n"
	      "\tkey = \"" KEY2 "\"\n}\n");
	doc = enrolment(s);
	CHECK(doc, "again", "1");
	json_decref(doc);
	keyed_press(s, KEY1, 10, "accepted");
	keyed_press(s, KEY2, 20, "nothing");
	proved_wait(s);
	assert_int_equal(alerts(s), 1);
	keyed_press(s, KEY1, 30, "Key");
	keyed_press(s, KEY2, 31, "accepted");
}

static void a_button_taken_away_is_a_stranger(void **state)
{
	struct scratch *s = *state;
	json_int_t before;

	start(s, PEOPLE KEYED);
	said(call(s, "ButtonRemove", "s", "keyring"), "");
	before = counter_of(s, "strangers");
	keyed_press(s, KEY1, 10, "nothing");
	assert_int_equal(counter_of(s, "strangers"), before + 1);
	assert_int_equal(alerts(s), 0);
	assert_null(call(s, "ButtonRemove", "s", "keyring"));
}

static void a_sealed_button_is_enrolled_by_its_key_alone(void **state)
{
	struct alerte_sealed_frame f = { .event = ALERTE_SEALED_PRESS,
					 .second = 100, .seq = 1000 };
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE);
	enrol(s, SEALED);
	/* Its clock is searched for, over 34 years. */
	sealed_send(s, f, "nothing");
	proved_wait(s);
	doc = enrolment(s);
	CHECK(doc, "format", "sealed-v1");
	CHECK(doc, "trust", "strong");
	json_decref(doc);
	assert_int_equal(alerts(s), 0);

	f.seq = 1001;
	sealed_send(s, f, "nothing");
	assert_int_equal(alerts(s), 0);
	f.seq = 1010;
	f.press = 1;
	sealed_send(s, f, "accepted");
	sealed_send(s, f, "nothing");
	assert_true(spool_wait(s, 1));
	trust_is(s, "strong");
	assert_int_equal(alerts(s), 1);
}

static void a_beacon_presses_again_after_its_hold(void **state)
{
	struct scratch *s = *state;

	start(s, PEOPLE);
	enrol(s, BEACON);
	said(hear(s, BUTTON, beacon_up, sizeof(beacon_up)), "nothing");
	said(hear(s, BUTTON, beacon_down, sizeof(beacon_down)), "nothing");
	proved_wait(s);
	said(hear(s, ITAG, beacon_down, sizeof(beacon_down)), "nothing");
	usleep(400000);
	said(hear(s, ITAG, beacon_down, sizeof(beacon_down)), "accepted");
	said(hear(s, ITAG, beacon_down, sizeof(beacon_down)), "nothing");
	trust_is(s, "none");
}

static void a_notification_enrols_and_then_alerts(void **state)
{
	struct scratch *s = *state;
	char *text;

	start(s, PEOPLE);
	enrol(s, PLASTIC);
	said(notify(s, ITAG, 0xffe1, 0x00), "nothing");
	said(notify(s, ITAG, 0xffe1, 0x01), "nothing");
	proved_wait(s);
	assert_int_equal(alerts(s), 0);

	scratch_append(s, "frames", "0 notify " ITAG " ffe 01\n"
		       "0 notify " ITAG " ffe1\n"
		       "0 " ITAG " ffe1 01\n"
		       "0 notify " ITAG " ffe1 01 02\n"
		       "0 notify " ITAG " ffe1 01\n");
	assert_true(spool_wait(s, 1));
	text = spool_text(s);
	assert_non_null(strstr(text, "signal non v\xc3\xa9rifi\xc3\xa9"));
	free(text);
	assert_int_equal(alerts(s), 1);
	text = scratch_read(s, "err");
	assert_non_null(strstr(text, "replay: line 4 is not"));
	assert_null(strstr(text, "replay: line 5 is not"));
	free(text);
}

static void enrolling_ends_when_it_is_called_off(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE);
	enrol(s, KEYED);
	said(call(s, "EnrolCancel", ""), "");
	doc = enrolment(s);
	CHECK(doc, "state", "none");
	json_decref(doc);
	keyed_press(s, KEY1, 10, "nothing");
	doc = ask(s, "Buttons", "");
	assert_int_equal(json_array_size(json_object_get(doc, "buttons")), 0);
	json_decref(doc);
}

static void what_cannot_be_enrolled_is_said_with_its_line(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE KEYED);
	enrol_refused(s, PEOPLE, "not one button and nothing else");
	enrol_refused(s, "", "not one button and nothing else");
	enrol_refused(s, SEALED PLASTIC, "not one button and nothing else");
	enrol_refused(s, HEAD("b") "\taddress = \"x\"\n}\n", "button:3: ");
	enrol_refused(s, "\n" HEAD("keyring") "\taddress = \"" BUTTON "\"\n"
		      "\tkey = kept\n}\n", "button:2: a key that is kept");
	enrol_refused(s, "button \"b\" {\n\twearer = nobody\n\taddress = \""
		      ITAG "\"\n}\n", "button:1: ");
	/* The address of another one. */
	enrol_refused(s, HEAD("b") "\taddress = \"" BUTTON "\"\n}\n",
		      "button:1: ");
	doc = enrolment(s);
	CHECK(doc, "state", "none");
	json_decref(doc);

	doc = ask(s, "Enrol", "ss", "button", HEAD("keyring")
		  "\taddress = \"" ITAG "\"\n}\n");
	assert_non_null(strstr(first(doc, "warnings"), "has a key now"));
	json_decref(doc);
}

/* ---------------------------------------------------------------- signals */

struct told {
	int n;
	char state[16], id[ALERTE_ID_MAX];
};

static int on_enrolment(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct told *told = context;
	const char *state, *id;

	(void)error;

	if (sd_bus_message_read(m, "ss", &state, &id) < 0)
		return 0;

	told->n++;
	snprintf(told->state, sizeof(told->state), "%s", state);
	snprintf(told->id, sizeof(told->id), "%s", id);
	return 0;
}

/* Frames of the radio, not of a method: nothing else turns the loop then. */
static void a_proof_is_told_by_a_signal_at_once(void **state)
{
	struct scratch *s = *state;
	struct told told = { .n = 0 };
	int tries;

	start(s, PEOPLE);
	enrol(s, HEAD("kitchen") "\taddress = \"" BUTTON "\"\n}\n");
	assert_true(sd_bus_match_signal(s->bus, NULL, NULL, NULL,
					"org.alerte.Alerted1",
					"EnrolmentChanged", on_enrolment,
					&told) >= 0);
	scratch_append(s, "frames", "0 " BUTTON " 0201060816d2fc4400013a01\n");

	for (tries = 0; tries < 50 && !told.n; tries++)
		if (sd_bus_process(s->bus, NULL) == 0)
			sd_bus_wait(s->bus, 20000);

	assert_int_equal(told.n, 1);
	assert_string_equal(told.state, "proved");
	assert_string_equal(told.id, "kitchen");
	assert_int_equal(alerts(s), 0);
}

/* --------------------------------------------------------------- settings */

static void every_kind_of_button_is_listed(void **state)
{
	struct scratch *s = *state;
	const json_t *list;
	json_t *doc;
	char *text;

	start(s, PEOPLE KEYED SEALED BEACON PLASTIC);
	text = call(s, "Buttons", "");
	assert_non_null(text);
	assert_null(strcasestr(text, KEY1));
	assert_null(strstr(text, "0001020304"));
	doc = json_loads(text, 0, NULL);
	free(text);
	list = json_object_get(doc, "buttons");
	assert_int_equal(json_array_size(list), 4);
	CHECK(json_array_get(list, 0), "id", "beacon");
	CHECK(json_array_get(list, 0), "by", "beacon");
	CHECK(json_array_get(list, 0), "key", "none");
	CHECK(json_array_get(list, 0), "address", "");
	CHECK(json_array_get(list, 1), "by", "address");
	CHECK(json_array_get(list, 1), "format", "itag");
	CHECK(json_array_get(list, 1), "address", ITAG);
	CHECK(json_array_get(list, 2), "key", "aes");
	CHECK(json_array_get(list, 2), "grace", "0");
	CHECK(json_array_get(list, 3), "by", "key");
	CHECK(json_array_get(list, 3), "key", "sealed");
	CHECK(json_array_get(list, 3), "wearer", "marie");
	json_decref(doc);
}

static void an_exported_file_keeps_the_keys(void **state)
{
	struct scratch *s = *state;
	char *text, *at;
	json_t *doc;

	start(s, PEOPLE KEYED SEALED BEACON PLASTIC);
	text = call(s, "Export", "");
	assert_non_null(text);
	assert_null(strcasestr(text, KEY1));
	assert_null(strstr(text, "0001020304"));
	assert_non_null(strstr(text, "trigger = \"service-data:8800:80/80,"
			       "hold=300\""));
	doc = apply(s, text, false);
	assert_string_equal(first(doc, "errors"), "");
	CHECK(doc, "changed", "0");
	json_decref(doc);

	/* Something else may change beside a key that is kept. */
	at = strstr(text, "\tformat = \"bthome-v2\"\n");
	assert_non_null(at);
	memcpy(at, "\tgrace = 5 #         ", 21);
	doc = apply(s, text, false);
	assert_string_equal(first(doc, "errors"), "");
	CHECK(doc, "changed", "1");
	json_decref(doc);
	free(text);
	keyed_press(s, KEY1, 10, "accepted");
	trust_is(s, "weak");
}

static void a_key_that_is_not_there_cannot_be_kept(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE);
	doc = apply(s, PEOPLE HEAD("b") "\taddress = \"" BUTTON "\"\n"
		    "\tkey = kept\n}\n", false);
	assert_non_null(strstr(first(doc, "errors"), "site:13: b: no button "
			       "of that id has a key to keep"));
	json_decref(doc);
}

static void reach_of(const json_t *doc, size_t n, const char *says)
{
	const char *text = json_string_value(json_array_get(json_object_get(
		doc, "reach"), n));

	assert_non_null(text);
	if (!strstr(text, says))
		fail_msg("\"%s\" is not in: %s", says, text);
}

static void each_kind_of_button_says_whom_it_reaches(void **state)
{
	struct scratch *s = *state;
	json_t *doc;
	char *text;

	start(s, PEOPLE);
	doc = apply(s, PEOPLE "policy \"strict\" {\n\trelay_trust = strong\n"
		    "\tstep {\n\t\tto = {\"paul:sms\", \"relay114\"}\n\t}\n}\n"
		    KEYED SEALED BEACON PLASTIC
		    HEAD("weak") "\taddress = \"54:48:E6:8F:80:A6\"\n"
		    "\tkey = \"" KEY2 "\"\n\trule = {\"*:*=strict\"}\n}\n",
		    false);
	assert_string_equal(first(doc, "errors"), "");
	reach_of(doc, 0, "paul by sms and the 114 once it is armed; nobody "
		 "notices its silence");
	reach_of(doc, 1, "button sealed reaches paul by sms and the 114 once "
		 "it is armed;");
	reach_of(doc, 2, "never the 114, as anybody can imitate it");
	reach_of(doc, 3, "never the 114, as anybody can imitate it");
	reach_of(doc, 4, "never the 114, which is to be reached by sealed");
	json_decref(doc);

	/* A key that is kept reaches as far as the key itself. */
	text = call(s, "Export", "");
	doc = apply(s, text, true);
	free(text);
	reach_of(doc, 2, "button keyring reaches paul by sms and the 114 once "
		 "it is armed;");
	reach_of(doc, 3, "button sealed reaches paul by sms and the 114 once");
	json_decref(doc);
}

/* ---------------------------------------------------------------- backups */

/* What Backup or Restore answers: bytes, 0, or -1; `error` names the error. */
static int64_t with_file(struct scratch *s, const char *method, uint8_t key,
			 int fd, const char *error)
{
	sd_bus_error failure = SD_BUS_ERROR_NULL;
	sd_bus_message *m = NULL, *reply = NULL;
	uint8_t bytes[ALERTE_KEY_BYTES];
	int64_t n = 0;
	int r;

	memset(bytes, key, sizeof(bytes));
	assert_true(sd_bus_message_new_method_call(
		s->bus, &m, NULL, "/org/alerte/Alerted1",
		"org.alerte.Alerted1", method) >= 0);
	assert_true(sd_bus_message_append_array(m, 'y', bytes, key
						? sizeof(bytes) : 16) >= 0);
	assert_true(sd_bus_message_append(m, "h", fd) >= 0);
	r = sd_bus_call(s->bus, m, 10000000, &failure, &reply);

	if (r >= 0 && !strcmp(method, "Backup"))
		assert_true(sd_bus_message_read(reply, "x", &n) > 0);

	if (error)
		assert_string_equal(failure.name, error);
	else if (r < 0)
		fail_msg("%s: %s", failure.name, failure.message);

	sd_bus_error_free(&failure);
	sd_bus_message_unref(reply);
	sd_bus_message_unref(m);
	return r < 0 ? -1 : n;
}

static void refused_as(struct scratch *s, const char *method, uint8_t key,
		       int fd, const char *error)
{
	char name[64];

	snprintf(name, sizeof(name), "org.alerte.Error.%s", error);
	assert_int_equal(with_file(s, method, key, fd, name), -1);
}

static int memory_file(void)
{
	int fd = memfd_create("backup", MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void from(int fd, off_t at)
{
	assert_int_equal(lseek(fd, at, SEEK_SET), at);
}

/* Behind four bytes that are somebody else's. */
static int backup_of(struct scratch *s)
{
	char name[] = { 'n', 'a', 'm', 'e' }, head[4];
	int fd = memory_file();
	int64_t n;

	assert_int_equal(write(fd, name, sizeof(name)), 4);
	n = with_file(s, "Backup", 7, fd, NULL);
	assert_true(n > 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 4 + n);
	assert_int_equal(pread(fd, head, 4, 0), 4);
	assert_memory_equal(head, name, 4);
	from(fd, 4);
	return fd;
}

static void a_replacement_gateway_refuses_old_captures(void **state)
{
	struct alerte_sealed_frame f = { .event = ALERTE_SEALED_PRESS,
					 .second = 100, .seq = 1000 }, old;
	char here[PATH_MAX], aside[PATH_MAX], *text;
	struct scratch *s = *state;
	json_int_t before;
	json_t *doc;
	int fd;

	start(s, PEOPLE KEYED);
	enrol(s, SEALED);
	sealed_send(s, f, "nothing");
	proved_wait(s);
	old = f;
	f.seq += 100, f.press++;
	sealed_send(s, f, "accepted");
	keyed_press(s, KEY1, 90, "accepted");
	keyed_press(s, KEY1, 100, "accepted");
	fd = backup_of(s);
	/* It goes on all the same, and takes none while an alert is open. */
	refused_as(s, "Restore", 7, fd, "Refused");
	assert_int_equal(alerted_stop(s), 0);

	/* The other one: another store, and other keys. */
	assert_int_equal(rename(scratch_path(s, "state", here),
				scratch_path(s, "aside", aside)), 0);
	start(s, "");
	from(fd, 4);
	assert_int_equal(with_file(s, "Restore", 7, fd, NULL), 0);
	doc = ask(s, "Buttons", "");
	assert_int_equal(json_array_size(json_object_get(doc, "buttons")), 2);
	json_decref(doc);
	assert_int_equal(alerts(s), 0);

	keyed_press(s, KEY1, 90, "nothing");
	keyed_press(s, KEY1, 100, "nothing");
	sealed_send(s, f, "nothing");
	before = counter_of(s, "replays");
	sealed_send(s, old, "nothing");
	assert_int_equal(counter_of(s, "replays"), before + 1);
	assert_int_equal(alerts(s), 0);
	f.seq++, f.press++;
	sealed_send(s, f, "accepted");
	trust_is(s, "strong");
	keyed_press(s, KEY1, 101, "accepted");
	assert_true(spool_wait(s, 1));
	close(fd);

	text = scratch_read(s, "err");
	assert_null(strcasestr(text, KEY1));
	free(text);
}

static void a_backup_that_is_not_whole_changes_nothing(void **state)
{
	struct scratch *s = *state;
	int fd, ends[2];
	char *text;
	off_t end;

	start(s, PEOPLE KEYED);
	fd = backup_of(s);
	end = lseek(fd, 0, SEEK_END);
	text = call(s, "ButtonRemove", "s", "keyring");
	free(text);

	from(fd, 4);
	refused_as(s, "Restore", 8, fd, "Key");
	from(fd, 4);
	refused_as(s, "Restore", 0, fd, "Invalid");
	from(fd, 0);
	refused_as(s, "Restore", 7, fd, "Format");
	from(fd, end);
	refused_as(s, "Restore", 7, fd, "Format");
	assert_int_equal(ftruncate(fd, end - 1), 0);
	from(fd, 4);
	refused_as(s, "Restore", 7, fd, "Key");
	assert_int_equal(ftruncate(fd, 4 + 64 * 1024 * 1024 + 1), 0);
	from(fd, 4);
	refused_as(s, "Restore", 7, fd, "Limit");
	close(fd);

	assert_int_equal(pipe(ends), 0);
	refused_as(s, "Restore", 7, ends[0], "Refused");
	refused_as(s, "Backup", 7, ends[1], "Refused");
	close(ends[0]);
	close(ends[1]);

	text = call(s, "Export", "");
	assert_non_null(text);
	assert_null(strstr(text, "keyring"));
	free(text);
}

static void a_backup_that_does_not_fit_is_told(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];
	int fd;

	start(s, PEOPLE KEYED);
	scratch_write(s, "backup", "");
	fd = open(scratch_path(s, "backup", path), O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	refused_as(s, "Backup", 7, fd, "Store");
	close(fd);
	keyed_press(s, KEY1, 1, "accepted");
}

static void no_key_and_no_address_is_logged(void **state)
{
	struct scratch *s = *state;
	char *text;

	start(s, PEOPLE SEALED);
	enrol(s, KEYED);
	keyed_press(s, KEY2, 1, "nothing");
	keyed_press(s, KEY1, 2, "nothing");
	proved_wait(s);
	said(call(s, "ButtonRemove", "s", "sealed"), "");
	text = scratch_read(s, "err");
	assert_non_null(strstr(text, "enrolment: proved"));
	assert_null(strcasestr(text, KEY1));
	assert_null(strstr(text, "00010203"));
	assert_null(strstr(text, "54:48:E6"));
	assert_null(strstr(text, "keyring"));
	free(text);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, \
						scratch_teardown)
	const struct CMUnitTest tests[] = {
		T(a_key_counts_after_a_press_it_opens),
		T(another_key_counts_once_it_is_proved),
		T(a_button_taken_away_is_a_stranger),
		T(a_sealed_button_is_enrolled_by_its_key_alone),
		T(a_beacon_presses_again_after_its_hold),
		T(a_notification_enrols_and_then_alerts),
		T(enrolling_ends_when_it_is_called_off),
		T(what_cannot_be_enrolled_is_said_with_its_line),
		T(a_proof_is_told_by_a_signal_at_once),
		T(every_kind_of_button_is_listed),
		T(an_exported_file_keeps_the_keys),
		T(a_key_that_is_not_there_cannot_be_kept),
		T(each_kind_of_button_says_whom_it_reaches),
		T(a_replacement_gateway_refuses_old_captures),
		T(a_backup_that_is_not_whole_changes_nothing),
		T(a_backup_that_does_not_fit_is_told),
		T(no_key_and_no_address_is_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
