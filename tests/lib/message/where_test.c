/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What texts say of where she is.  Golden files as in words_test.c;
 * `where_test --write` writes them anew.
 */
#include "message/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "message/gsm.h"

#define MINUTE ((int64_t)60 * 1000)
#define HOUR (60 * MINUTE)
/* 2026-11-24, 14:05 in Lyon. */
#define PRESSED_MS 1795525500000
#define TEXT_MAX 1024

static bool writing;

static struct alerte_time at(int64_t later_ms)
{
	return (struct alerte_time){
		.boot_ms = 100000000 + later_ms,
		.wall_ms = PRESSED_MS + later_ms,
		.utc_offset_s = 3600,
		.wall_trusted = true,
	};
}

static const struct alerte_wearer marie = {
	.size = sizeof(marie),
	.id = "marie",
	.name = "Marie Durand",
	.short_name = "Marie D.",
	.place = "12 rue Garibaldi, 69003 Lyon, 4e étage gauche, code 12B34",
	.area = "12 rue Garibaldi, Lyon 3e",
	.born = "1990-05-03",
	.details = "2 enfants",
	.association = "X",
};

static const struct alerte_position fix = {
	.size = sizeof(fix),
	.latitude_e7 = 457578000,
	.longitude_e7 = 48532000,
	.accuracy_m = 15,
	.wall_ms = PRESSED_MS + MINUTE,
};

static struct words_facts known(void)
{
	return (struct words_facts){
		.wearer = &marie,
		.code = "7K2",
		.pressed = at(0),
		.opened = at(0),
		.now = at(4 * MINUTE),
		.trust = ALERTE_TRUST_STRONG,
		.nth = 1,
	};
}

static void golden_one(enum words kind, struct words_facts f,
		       enum alerte_lang lang, const char *name)
{
	char text[TEXT_MAX], want[TEXT_MAX + 16] = "", got[TEXT_MAX + 16];
	char path[128];
	FILE *file;

	f.lang = lang;
	assert_true(words_compose(kind, &f, text, sizeof(text)) > 0);
	snprintf(got, sizeof(got), "%d\n%s\n", gsm_septets(text), text);
	snprintf(path, sizeof(path), "tests/golden/%s/%s.txt",
		 alerte_lang_name(lang), name);
	file = fopen(path, writing ? "w" : "r");
	assert_non_null(file);
	if (writing)
		assert_true(fputs(got, file) >= 0);
	else
		fread(want, 1, sizeof(want) - 1, file);
	assert_int_equal(fclose(file), 0);
	if (!writing)
		assert_string_equal(got, want);
}

static void golden(enum words kind, struct words_facts f, const char *name)
{
	golden_one(kind, f, ALERTE_LANG_FR, name);
	golden_one(kind, f, ALERTE_LANG_EN, name);
}

/* W: how and when it was measured, and how far that goes. */
static void a_position_is_told_as_it_was_measured(void **state)
{
	struct alerte_position rough = fix;
	struct words_facts f = known();

	(void)state;
	f.position = &fix;
	golden(WORDS_ALERT, f, "alert-position");
	golden(WORDS_NEW_PRESS, f, "new-press-position");
	f.position = &rough;
	rough.accuracy_m = 0;
	golden(WORDS_POSITION, f, "position-rough");
	rough.accuracy_m = 1500;
	rough.method = ALERTE_POSITION_CELL;
	golden(WORDS_POSITION, f, "position-cell");
	rough.method = ALERTE_POSITION_WIFI;
	rough.wall_ms -= 2 * HOUR;
	golden(WORDS_POSITION, f, "position-old");
}

/* W: who moves with her knows where she lives, not where she is. */
static void a_moving_receiver_has_no_place(void **state)
{
	struct words_facts f = known();

	(void)state;
	f.moving = true;
	golden(WORDS_ALERT, f, "alert-moving");
	golden(WORDS_RELAY_FIRST, f, "relay-first-moving");
	golden(WORDS_RELAY_SECOND, f, "relay-second-moving");
	f.position = &fix;
	golden(WORDS_ALERT, f, "alert-moving-position");
	golden(WORDS_RELAY_FIRST, f, "relay-first-moving-position");
	golden(WORDS_RELAY_SECOND, f, "relay-second-moving-position");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_position_is_told_as_it_was_measured),
		cmocka_unit_test(a_moving_receiver_has_no_place),
	};

	writing = argc > 1 && !strcmp(argv[1], "--write");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
