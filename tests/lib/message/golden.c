/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/message/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "message/gsm.h"

#define TEXT_MAX 1024

static const char *root = "tests/golden";
static bool writing;

void golden_start(int argc, char *argv[])
{
	writing = argc > 1 && !strcmp(argv[1], "--write");
	if (getenv("ALERTE_GOLDEN"))
		root = getenv("ALERTE_GOLDEN");
}

static void golden_path(char path[256], enum alerte_lang lang,
			const char *name)
{
	assert_true(snprintf(path, 256, "%s/%s/%s.txt", root,
			     alerte_lang_name(lang), name) < 256);
}

void golden_one(enum words kind, struct words_facts f, enum alerte_lang lang,
		const char *name)
{
	char text[TEXT_MAX], want[TEXT_MAX + 16], got[TEXT_MAX + 16];
	char path[256];
	size_t len;
	FILE *file;
	int septets;

	f.lang = lang;
	septets = words_compose(kind, &f, text, sizeof(text));
	assert_true(septets > 0);
	assert_int_equal(septets, gsm_septets(text));
	snprintf(got, sizeof(got), "%d\n%s\n", septets, text);
	golden_path(path, lang, name);
	file = fopen(path, writing ? "w" : "r");
	assert_non_null(file);
	if (writing) {
		assert_true(fputs(got, file) >= 0);
		strcpy(want, got);
	} else {
		len = fread(want, 1, sizeof(want) - 1, file);
		want[len] = '\0';
	}
	assert_int_equal(fclose(file), 0);
	assert_string_equal(got, want);
}
