/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a text to the 114 is cut, and what never (W): nature, place, floor,
 * door code and hour stay whole whatever else has to be said.
 */
#include "message/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "message/gsm.h"

#define HOUR (60 * 60 * INT64_C(1000))
/* 2026-11-24, 14:05 in Lyon. */
#define PRESSED_MS 1795525500000

static char said[1024];

static struct alerte_time at(int64_t later_ms)
{
	return (struct alerte_time){
		.boot_ms = 100000000 + later_ms,
		.wall_ms = PRESSED_MS + later_ms,
		.utc_offset_s = 3600,
		.wall_trusted = true,
	};
}

static const struct alerte_position fix = {
	.size = sizeof(fix),
	.latitude_e7 = -457578000,
	.longitude_e7 = -1748532000,
	.accuracy_m = 4294967295u,
	.wall_ms = PRESSED_MS,
};

static struct words_facts known(const struct alerte_wearer *w)
{
	return (struct words_facts){
		.wearer = w,
		.code = "7K2",
		.pressed = at(0),
		.opened = at(0),
		.now = at(0),
		.trust = ALERTE_TRUST_STRONG,
		.nth = 1,
	};
}

static void fill(char *out, size_t cap, const char *with)
{
	size_t len = strlen(with);

	memset(out, 0, cap);
	for (size_t n = 0; n + len < cap; n += len)
		memcpy(out + n, with, len);
}

/* As long as settings take it: 150 septets of first text in that language. */
static void longest_place(struct alerte_wearer *w, enum alerte_lang lang)
{
	struct words_facts f = known(w);

	*w = (struct alerte_wearer){ .size = sizeof(*w) };
	f.lang = lang;
	strcpy(w->place, "12 rue Garibaldi, 69003 Lyon, 4e étage, code 12B34 ");
	while (words_compose(WORDS_RELAY_FIRST, &f, said, sizeof(said)) < 150)
		strcat(w->place, "X");
	fill(w->name, sizeof(w->name), "Ŵ");
	fill(w->short_name, sizeof(w->short_name), "Ŵ");
	fill(w->area, sizeof(w->area), "é");
	fill(w->details, sizeof(w->details), "½");
	fill(w->association, sizeof(w->association), "Ö");
	strcpy(w->born, "1990-05-03");
}

static void holds(const char *words)
{
	if (!strstr(said, words))
		fail_msg("\"%s\" is not in \"%s\"", words, said);
}

/* Every mark a first text can have at once; more is written in two messages. */
static void the_first_text_keeps_what_help_needs_with_any_marks(void **state)
{
	(void)state;
	for (int n = 0; n < 64; n++) {
		enum alerte_lang lang = n & 1 ? ALERTE_LANG_EN : ALERTE_LANG_FR;
		struct alerte_wearer w;
		struct words_facts f = known(&w);
		bool worst;

		longest_place(&w, lang);
		f.lang = lang;
		f.roaming = n & 2;
		f.nth = n & 4 ? 2 : 1;
		f.by_timer = n & 8;
		f.trust = n & 16 ? ALERTE_TRUST_NONE : ALERTE_TRUST_WEAK;
		f.now = at(n & 32 ? 25 * HOUR : 0);
		f.pressed.wall_trusted = !(n & 32);
		assert_true(words_compose(WORDS_RELAY_FIRST, &f, said,
					  sizeof(said)) > 0);
		holds(w.place);
		holds(lang ? "14:05" : "14h05");
		holds(lang ? "EMERGENCY domestic violence"
			   : "URGENCE violences conjugales");
		holds(lang ? "Do not phone" : "Ne pas téléphoner");
		if (f.roaming)
			holds(lang ? "Roaming." : "Itinérance.");
		if (f.nth > 1)
			holds(lang ? "Sending 2" : " 2e envoi");
		/* an hour of another day that is not sure, and roaming */
		worst = (n & 32) && (f.roaming || lang == ALERTE_LANG_EN);
		assert_in_range(gsm_parts(said), 1, worst ? 2 : 1);
	}
}

static void what_follows_fits_whatever_the_names_are(void **state)
{
	static const struct {
		enum words kind;
		int parts;
	} texts[] = {
		{ WORDS_RELAY_SECOND, 2 },
		{ WORDS_RELAY_CANNOT_WRITE, 1 },
		{ WORDS_RELAY_POSITION, 1 },
		{ WORDS_RELAY_CLEAR, 1 },
		{ WORDS_RELAY_CLOSED, 1 },
		{ WORDS_RELAY_ANSWER, 3 },
		{ WORDS_RELAY_QUESTION, 3 },
		{ WORDS_RELAY_PRESS, 2 },
		{ WORDS_RELAY_NOT_SENT, 1 },
		{ WORDS_RELAY_SILENT, 2 },
		{ WORDS_RELAY_ROAMING, 2 },
	};
	char who[ALERTE_NAME_MAX], quote[ALERTE_REPLY_MAX];

	(void)state;
	fill(who, sizeof(who), "Ŵ");
	fill(quote, sizeof(quote), "€ ");
	for (int n = 0; n < 8 * (int)(sizeof(texts) / sizeof(*texts)); n++) {
		enum words kind = texts[n / 8].kind;
		struct alerte_wearer w;
		struct words_facts f = known(&w);
		enum alerte_lang lang = n & 1 ? ALERTE_LANG_EN : ALERTE_LANG_FR;

		longest_place(&w, lang);
		f.lang = lang;
		f.position = &fix;
		f.who = kind == WORDS_RELAY_QUESTION ? WORDS_THE_114 : who;
		f.quote = quote;
		if (kind == WORDS_RELAY_CLOSED && n & 4)
			f.quote = WORDS_RAN_OUT;
		f.now = at(n & 2 ? 25 * HOUR : 0);
		f.pressed.wall_trusted = f.opened.wall_trusted = !(n & 2);
		f.suggests = n & 4 ? ALERTE_RELAY_DISPATCHED
				   : ALERTE_RELAY_NONE;
		assert_true(words_compose(kind, &f, said, sizeof(said)) > 0);
		assert_in_range(gsm_parts(said), 1, texts[n / 8].parts);
		if (kind <= WORDS_RELAY_CANNOT_WRITE ||
		    kind == WORDS_RELAY_POSITION)
			holds(lang ? "14:05" : "14h05");
	}
}

static void no_code_of_those_it_may_be_about_is_cut(void **state)
{
	char quote[ALERTE_REPLY_MAX];

	(void)state;
	fill(quote, sizeof(quote), "€ ");
	for (int lang = 0; lang < 2; lang++) {
		struct words_facts f = known(NULL);

		f.lang = (enum alerte_lang)lang;
		f.who = "7K2, 9XB, DBN, 4GH, PQR";
		f.quote = quote;
		assert_true(words_compose(WORDS_RELAY_QUESTION, &f, said,
					  sizeof(said)) > 0);
		holds(f.who);
		assert_int_equal(gsm_parts(said), 3);
	}
}

/* Names give way; that she cannot write, and where she is, do not. */
static void the_second_text_cuts_names_and_details_alone(void **state)
{
	(void)state;
	for (int lang = 0; lang < 2; lang++) {
		struct alerte_wearer w;
		struct words_facts f = known(&w);

		longest_place(&w, (enum alerte_lang)lang);
		f.lang = (enum alerte_lang)lang;
		f.position = &fix;
		assert_true(words_compose(WORDS_RELAY_SECOND, &f, said,
					  sizeof(said)) > 0);
		holds("-45.75780,-174.85320");
		holds(lang ? "She cannot write" : "Elle ne peut pas écrire");
		holds("...");
		assert_true(strlen(said) < 400);
	}
}

static const char *second_text(const struct alerte_wearer *w,
			       enum alerte_lang lang)
{
	struct words_facts f = known(w);

	f.lang = lang;
	assert_true(words_compose(WORDS_RELAY_SECOND, &f, said,
				  sizeof(said)) > 0);
	return said;
}

/* The setting holds a name, or what its writer thought the sentence needs. */
static void the_association_is_called_so_once(void **state)
{
	static const char *const names[] = {
		"X", "association X", "Association X", "l'association X",
		"L'association X", "l\u2019association X", "The association X",
	};
	struct alerte_wearer w = { .size = sizeof(w), .name = "Marie Durand" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		strcpy(w.association, names[i]);
		assert_non_null(strstr(second_text(&w, ALERTE_LANG_FR),
				       "Réponses par l'association X."));
		assert_non_null(strstr(second_text(&w, ALERTE_LANG_EN),
				       "from the association X."));
	}
	strcpy(w.association, "Associations unies");
	assert_non_null(strstr(second_text(&w, ALERTE_LANG_FR),
			       "l'association Associations unies."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_first_text_keeps_what_help_needs_with_any_marks),
		cmocka_unit_test(what_follows_fits_whatever_the_names_are),
		cmocka_unit_test(no_code_of_those_it_may_be_about_is_cut),
		cmocka_unit_test(the_second_text_cuts_names_and_details_alone),
		cmocka_unit_test(the_association_is_called_so_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
