/* SPDX-License-Identifier: Apache-2.0 */
/* What is shown before an alert is what goes when there is one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/alerte.h>

#define MOST 128

/* One text, shown or sent. */
struct seen {
	enum alerte_channel channel;
	char contact[ALERTE_ID_MAX], address[128], what[24], subject[96];
	char content[8192];
	int parts, septets;
	uint32_t step, characters;
	int64_t delay_ms;
	bool refused;
	enum alerte_lang lang;
};

struct world {
	struct alerte *a;
	uint8_t random;
	size_t nsent, nshown, nwaiting;
	struct seen sent[MOST], shown[MOST];
	int64_t waiting[MOST];
	int inside;			/* what an input in a visit answered */
};

static struct world *w;

static struct alerte_time at(int64_t s)
{
	return (struct alerte_time){
		.boot_ms = 1000000 + s * 1000,
		.wall_ms = 1773147900000 + s * 1000,
		.utc_offset_s = 3600,
		.wall_trusted = true,
	};
}

static void keep(struct seen *s, enum alerte_channel channel,
		 const char *contact, const char *address, const char *text,
		 const void *body, size_t len)
{
	s->channel = channel;
	snprintf(s->contact, sizeof(s->contact), "%s", contact);
	snprintf(s->address, sizeof(s->address), "%s", address);
	snprintf(s->content, sizeof(s->content), "%.*s",
		 text ? (int)strlen(text) : (int)len,
		 text ? text : (const char *)body);
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct seen *s = &w->sent[w->nsent++];

	(void)context;
	assert_true(w->nsent < MOST);
	w->waiting[w->nwaiting++] = m->attempt;
	keep(s, m->channel, m->contact, m->address, m->text, m->body,
	     m->body_len);
	snprintf(s->subject, sizeof(s->subject), "%s",
		 m->subject ? m->subject : "");
	s->parts = m->parts;
	return 0;
}

static int visit(void *context, const struct alerte_preview *p)
{
	struct seen *s = &w->shown[w->nshown++];

	(void)context;
	assert_true(w->nshown < MOST);
	assert_int_equal(p->size, sizeof(*p));
	keep(s, p->channel, p->contact, p->address, p->text, p->body,
	     p->body_len);
	snprintf(s->what, sizeof(s->what), "%s", p->what);
	snprintf(s->subject, sizeof(s->subject), "%s",
		 p->subject ? p->subject : "");
	s->parts = p->parts;
	s->septets = p->septets;
	s->characters = p->characters;
	s->step = p->step;
	s->delay_ms = p->delay_ms;
	s->refused = p->refused;
	s->lang = p->lang;
	w->inside = alerte_step(w->a, at(0));
	return 0;
}

static int host_random(void *context, void *bytes, size_t len)
{
	uint8_t *out = bytes;

	(void)context;
	while (len--)
		*out++ = w->random += 37;
	return 0;
}

static void set_contact(const char *id, const char *number,
			const char *endpoint, enum alerte_lang lang)
{
	struct alerte_contact c = { .size = sizeof(c), .lang = lang };

	snprintf(c.id, sizeof(c.id), "%s", id);
	snprintf(c.name, sizeof(c.name), "%s", id);
	snprintf(c.number, sizeof(c.number), "%s", number);
	snprintf(c.endpoint, sizeof(c.endpoint), "%s", endpoint);
	snprintf(c.email, sizeof(c.email), "%s@example.org", id);
	c.role = *endpoint ? ALERTE_ROLE_ASSOCIATION : ALERTE_ROLE_CONTACT;
	assert_int_equal(alerte_contact_set(w->a, &c, at(0)), 0);
}

static void set_people(void)
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
		.size = sizeof(p), .id = "panic", .nsteps = 2,
		.relay_trust = ALERTE_TRUST_WEAK,
		.step = { { .ntargets = 3, .target = {
				{ "paul", ALERTE_CHANNEL_SMS },
				{ "asso", ALERTE_CHANNEL_HTTPS },
				{ "", ALERTE_CHANNEL_RELAY114 } } },
			  { .after_s = 60, .ntargets = 2, .target = {
				{ "lea", ALERTE_CHANNEL_SMS },
				{ "asso", ALERTE_CHANNEL_HTTPS } } } },
	};
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie", .nrules = 1,
				   .rule = { { 0, 0, "panic" } } };

	assert_int_equal(alerte_endpoint_set(w->a, &e, at(0)), 0);
	set_contact("paul", "+33639980101", "", ALERTE_LANG_FR);
	set_contact("lea", "+33639980102", "", ALERTE_LANG_EN);
	set_contact("asso", "+33639980103", "srv", ALERTE_LANG_FR);
	assert_int_equal(alerte_wearer_set(w->a, &marie, at(0)), 0);
	assert_int_equal(alerte_policy_set(w->a, &p, at(0)), 0);
	assert_int_equal(alerte_button_set(w->a, &b, at(0)), 0);
}

static void arm(void)
{
	char token[9];

	assert_int_equal(alerte_arm(w->a, "Anne", token, at(0)), 0);
	assert_int_equal(alerte_arm_confirm(w->a, "Anne", token, at(0)), 0);
}

static int setup(void **state)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 1 };
	struct alerte_host h = { .size = sizeof(h), .send = host_send,
				 .random = host_random };
	struct alerte_options o = { .size = sizeof(o), .path = ":memory:",
				    .run_key = key, .boot_id = key,
				    .relay_number = "+33639980114" };

	(void)state;
	w = calloc(1, sizeof(*w));
	assert_non_null(w);
	assert_int_equal(alerte_open(&o, &h, at(0), &w->a), 0);
	set_people();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	alerte_close(w->a);
	free(w);
	return 0;
}

static int preview(struct alerte_preview_of of, int64_t s)
{
	of.size = sizeof(of);
	w->nshown = 0;
	return alerte_preview(w->a, &of, at(s), visit, NULL);
}

#define PREVIEW(s, ...) preview((struct alerte_preview_of){ __VA_ARGS__ }, s)

static void press(int64_t s, enum alerte_trust trust)
{
	assert_true(alerte_press(w->a, "b1", 1, ALERTE_GESTURE_PRESS, trust,
				 at(s)) >= 0);
}

static void step(int64_t s)
{
	assert_true(alerte_step(w->a, at(s)) >= 0);
	while (w->nwaiting)
		assert_true(alerte_receipt(w->a, w->waiting[--w->nwaiting], 0,
					   ALERTE_RECEIPT_SENT, at(s)) >= 0);
}

static const struct seen *shown_like(const struct seen *sent)
{
	for (size_t i = 0; i < w->nshown; i++) {
		const struct seen *s = &w->shown[i];

		if (s->channel == sent->channel &&
		    !strcmp(s->contact, sent->contact) &&
		    !strcmp(s->content, sent->content))
			return s;
	}
	return NULL;
}

/* Every message that was sent stood there, so long after the press. */
static void assert_shown(size_t n, int64_t delay_ms)
{
	assert_int_equal(w->nsent, n);
	for (size_t i = 0; i < w->nsent; i++) {
		const struct seen *s = shown_like(&w->sent[i]);

		if (!s)
			fail_msg("not shown: %s", w->sent[i].content);
		assert_string_equal(s->address, w->sent[i].address);
		assert_string_equal(s->subject, w->sent[i].subject);
		assert_int_equal(s->parts, w->sent[i].parts);
		assert_int_equal(s->delay_ms, delay_ms);
		assert_false(s->refused);
	}
	w->nsent = 0;
}

static size_t shown(const char *what)
{
	size_t n = 0;

	for (size_t i = 0; i < w->nshown; i++)
		n += !strcmp(w->shown[i].what, what);
	return n;
}

static void a_press_sends_what_was_shown_byte_for_byte(void **state)
{
	(void)state;
	arm();
	assert_int_equal(PREVIEW(10, .button = "b1",
				 .trust = ALERTE_TRUST_STRONG), 0);
	press(10, ALERTE_TRUST_STRONG);
	step(10);
	assert_shown(3, 0);
}

/* The instants in them too: they are written when they go. */
static void later_steps_send_what_was_shown(void **state)
{
	(void)state;
	assert_int_equal(PREVIEW(10, .wearer = "marie",
				 .trust = ALERTE_TRUST_NONE), 0);
	press(10, ALERTE_TRUST_NONE);
	step(10);
	assert_shown(2, 0);
	step(70);
	assert_shown(2, 60000);
}

static void an_alert_shows_what_it_has_still_to_send(void **state)
{
	struct alerte_alert alert = { .size = sizeof(alert) };

	(void)state;
	press(10, ALERTE_TRUST_WEAK);
	step(10);
	w->nsent = 0;
	assert_int_equal(alerte_alert_next(w->a, 0, &alert), 1);
	assert_int_equal(PREVIEW(70, .alert = alert.id), 0);
	step(70);
	assert_shown(2, 0);
}

static void nothing_changes_by_it(void **state)
{
	struct alerte_status before = { .size = sizeof(before) }, after = before;
	struct alerte_alert alert = { .size = sizeof(alert) };

	(void)state;
	assert_int_equal(alerte_status(w->a, &before), 0);
	assert_int_equal(PREVIEW(10, .button = "b1"), 0);
	assert_int_equal(w->inside, ALERTE_EBUSY);
	assert_int_equal(alerte_status(w->a, &after), 0);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(w->nsent, 0);
	assert_int_equal(alerte_alert_next(w->a, 0, &alert), 0);
	/* Nor does it use up a number. */
	press(10, ALERTE_TRUST_NONE);
	assert_int_equal(alerte_alert_next(w->a, 0, &alert), 1);
	assert_int_equal(alert.id, 1);
}

static void every_text_of_an_alert_is_shown(void **state)
{
	static const char *const all[] = {
		"alert", "relay-first", "relay-second", "new-press",
		"ack-others", "relay-silent", "all-clear", "closed", "bare-ok",
		"ack-thanks", "declined", "forward", "relay-question",
		"relay-cannot-write", "relay-answer", "relay-clear",
		"relay-closed", "exercise", "exercise-end",
	};

	(void)state;
	assert_int_equal(PREVIEW(10, .button = "b1",
				 .trust = ALERTE_TRUST_STRONG), 0);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (!shown(all[i]))
			fail_msg("%s is not shown", all[i]);
	/* The second sending as well. */
	assert_int_equal(shown("relay-first"), 2);
}

/* "Alerte 7K2: Marc s'en occupe" is for all but Marc. */
static void nobody_is_shown_that_he_himself_is_on_it(void **state)
{
	char words[ALERTE_ID_MAX + 64];
	size_t n = 0;

	(void)state;
	assert_int_equal(PREVIEW(10, .button = "b1",
				 .trust = ALERTE_TRUST_STRONG), 0);
	for (size_t i = 0; i < w->nshown; i++) {
		if (strcmp(w->shown[i].what, "ack-others") ||
		    w->shown[i].channel != ALERTE_CHANNEL_SMS)
			continue;
		n++;
		snprintf(words, sizeof(words), ": %s ", w->shown[i].contact);
		assert_null(strstr(w->shown[i].content, words));
	}
	assert_true(n > 1);
}

/* Unarmed, and by a press that anybody can forge. */
static void what_the_114_would_not_get_is_told(void **state)
{
	(void)state;
	assert_int_equal(PREVIEW(10, .button = "b1",
				 .trust = ALERTE_TRUST_STRONG), 0);
	for (size_t i = 0; i < w->nshown; i++)
		assert_int_equal(w->shown[i].refused, w->shown[i].channel ==
				 ALERTE_CHANNEL_RELAY114);
	assert_int_equal(PREVIEW(10, .button = "b1",
				 .trust = ALERTE_TRUST_NONE), 0);
	assert_int_equal(shown("relay-first"), 0);
}

static void a_text_is_counted_as_it_is_paid_for(void **state)
{
	(void)state;
	assert_int_equal(PREVIEW(10, .button = "b1"), 0);
	assert_string_equal(w->shown[0].contact, "paul");
	assert_int_equal(w->shown[0].lang, ALERTE_LANG_FR);
	assert_int_equal(w->shown[0].step, 1);
	assert_int_equal(w->shown[0].parts, 1);
	assert_in_range(w->shown[0].septets, 100, 160);
	assert_int_equal(w->shown[0].characters, w->shown[0].septets);
	assert_string_equal(w->shown[2].contact, "lea");
	assert_int_equal(w->shown[2].lang, ALERTE_LANG_EN);
	assert_int_equal(w->shown[2].step, 2);
}

static void what_is_not_there_has_no_preview(void **state)
{
	(void)state;
	assert_int_equal(PREVIEW(10, .button = "b2"), ALERTE_ENOTFOUND);
	assert_int_equal(PREVIEW(10, .wearer = "b1"), ALERTE_ENOTFOUND);
	assert_int_equal(PREVIEW(10, .alert = 7), ALERTE_ENOTFOUND);
	assert_int_equal(PREVIEW(10, .button = "b1", .wearer = "marie"),
			 ALERTE_EINVAL);
	assert_int_equal(PREVIEW(10, .button = NULL), ALERTE_EINVAL);
	assert_int_equal(PREVIEW(10, .button = "b1",
				 .gesture = ALERTE_GESTURE_CANCEL),
			 ALERTE_EINVAL);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_press_sends_what_was_shown_byte_for_byte),
		T(later_steps_send_what_was_shown),
		T(an_alert_shows_what_it_has_still_to_send),
		T(nothing_changes_by_it),
		T(every_text_of_an_alert_is_shown),
		T(nobody_is_shown_that_he_himself_is_on_it),
		T(what_the_114_would_not_get_is_told),
		T(a_text_is_counted_as_it_is_paid_for),
		T(what_is_not_there_has_no_preview),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
