/* SPDX-License-Identifier: Apache-2.0 */
#include "message/gsm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/error.h>

#include "message/latin.h"
#include "port/bytes.h"
#include "port/utf8.h"

/* ------------------------------------- a packer, for the golden vectors */

/* 3GPP TS 23.038 section 6.2.1, septet by septet; 0x1b is ESC. */
static const char *const alphabet[128] = {
	"@", "£", "$", "¥", "è", "é", "ù", "ì", "ò", "Ç", "\n", "Ø", "ø",
	"\r", "Å", "å", "Δ", "_", "Φ", "Γ", "Λ", "Ω", "Π", "Ψ", "Σ", "Θ",
	"Ξ", NULL, "Æ", "æ", "ß", "É", " ", "!", "\"", "#", "¤", "%", "&",
	"'", "(", ")", "*", "+", ",", "-", ".", "/", "0", "1", "2", "3", "4",
	"5", "6", "7", "8", "9", ":", ";", "<", "=", ">", "?", "¡", "A", "B",
	"C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P",
	"Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z", "Ä", "Ö", "Ñ", "Ü",
	"§", "¿", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l",
	"m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z",
	"ä", "ö", "ñ", "ü", "à",
};

static const struct {
	const char *text;
	uint8_t septet;
} extension[] = {
	{ "\f", 0x0a }, { "^", 0x14 }, { "{", 0x28 }, { "}", 0x29 },
	{ "\\", 0x2f }, { "[", 0x3c }, { "~", 0x3d }, { "]", 0x3e },
	{ "|", 0x40 }, { "€", 0x65 },
};

#define SEPTETS_MAX 400

static size_t septets_of(const char *text, uint8_t out[SEPTETS_MAX])
{
	const char *end = text + strlen(text);
	size_t n = 0;

	while (text < end) {
		const char *from = text;
		size_t before = n;
		size_t len;

		utf8_next(&text, end);
		len = (size_t)(text - from);
		for (int i = 0; i < 128; i++)
			if (alphabet[i] && strlen(alphabet[i]) == len &&
			    !memcmp(alphabet[i], from, len))
				out[n++] = (uint8_t)i;
		for (size_t i = 0; i < 10; i++) {
			if (strlen(extension[i].text) != len ||
			    memcmp(extension[i].text, from, len))
				continue;
			out[n++] = 0x1b;
			out[n++] = extension[i].septet;
		}
		assert_true(n > before);
	}
	return n;
}

/* Septets packed behind `fill` bits, as upper-case hex. */
static const char *packed(const char *text, size_t first, size_t count,
			  int fill)
{
	static char hex[2 * SEPTETS_MAX + 1];
	uint8_t septets[SEPTETS_MAX], bytes[SEPTETS_MAX] = { 0 };
	size_t bit = (size_t)fill;
	size_t n = septets_of(text, septets);

	assert_true(first + count <= n);
	for (size_t i = 0; i < count; i++, bit += 7) {
		unsigned int v = (unsigned int)septets[first + i] << bit % 8;

		bytes[bit / 8] |= (uint8_t)v;
		bytes[bit / 8 + 1] |= (uint8_t)(v >> 8);
	}
	hex_encode(bytes, (bit + 7) / 8, hex);
	for (char *c = hex; *c; c++)
		if (*c >= 'a')
			*c = (char)(*c - 'a' + 'A');
	return hex;
}

static const char *whole(const char *text)
{
	return packed(text, 0, (size_t)gsm_septets(text), 0);
}

#define FIRST_150 \
	"URGENCE violences conjugales. 12 rue Garibaldi, 69003 Lyon, 4e " \
	"étage, porte gauche, code 12B34. Femme 34 ans. Agresseur présent. " \
	"14h05. SMS seulement."

#define LONG_237 \
	"URGENCE violences conjugales. 12 rue Garibaldi, 69003 Lyon, 4e " \
	"étage, porte gauche, code 12B34. Femme 34 ans. Agresseur présent. " \
	"14h05. SMS seulement. Ne pas appeler ni sonner. Deux enfants de 4 " \
	"et 7 ans dans la chambre. Il a un couteau."

static void published_user_data_is_reproduced(void **state)
{
	(void)state;
	assert_string_equal(whole("hello"), "E8329BFD06");
	assert_string_equal(whole("Ça va à 18 rue de la République ?"),
			    "8930C81E06FD41311C485E2F83C865103B0C9216E075313B"
			    "1DAF97413F");
	assert_string_equal(whole("Ça€"), "89F0A60C");
	assert_string_equal(whole("Ça va à 18 rue"),
			    "8930C81E06FD41311C485E2F03");
	assert_string_equal(
		whole(FIRST_150),
		"55E9B1E81C1641F6F49B5D768FCB73D0F8ED56D7CF617679EE02C5642079"
		"BD0C3A86E56971984D4EB340B61C0C360331F36F370B442B830AF4F0B9CC"
		"02C1DF727A19740ED7C7E8320B347E93CBA0984C38A3B940C672BB5D06CD"
		"68A0B07BEE0205CFF2F27C5EAECB417079615E76D35DA0180D0DABB940D3"
		"E614342FD7D9E576D94D7701");
}

static void a_text_of_two_parts_is_cut_where_the_vectors_cut_it(void **state)
{
	(void)state;
	assert_int_equal(gsm_septets(LONG_237), 153 + 84);
	assert_int_equal(gsm_parts(LONG_237), 2);
	/* One fill bit behind the six octets of the header. */
	assert_string_equal(
		packed(LONG_237, 0, 153, 1),
		"AAD263D1392C82ECE937BBEC1E97E7A0F1DBADAE9FC3ECF2DC058AC940F2"
		"7A19740CCBD3E2309B9C66816C39186C0662E6DF6E1688560615E8E17399"
		"0582BFE5F432E81CAE8FD1651668FC2697413199704673818CE576BB0C9A"
		"D14061F7DC050A9EE5E5F9BC5C9783E0F2C2BCECA6BB40311A1A567381A6"
		"CD29685EAEB3CBEDB29BEE0239CB");
	assert_string_equal(
		packed(LONG_237, 153, 84, 1),
		"40F0F01C1486C3CBECB21CE44E83E66FB7BB2C778188E53A1E54769BC36E"
		"FA1C442E8368A0321D740385DD731039EC9E83D861D0181D6E8BE5651728"
		"C9068541753768FCAED3CBE1BA0B");
}

static void septets_are_those_of_the_vectors(void **state)
{
	(void)state;
	assert_int_equal(gsm_septets(FIRST_150), 150);
	assert_int_equal(gsm_septets("Ça va à 18 rue de la République ?"), 33);
	assert_int_equal(gsm_septets("Ça€"), 4);
	assert_int_equal(gsm_septets(""), 0);
	assert_int_equal(gsm_septets("ç"), -1);
	assert_int_equal(gsm_septets("`"), -1);
	assert_int_equal(gsm_septets("\xff"), -1);
}

static void every_character_of_the_alphabet_costs_what_it_takes(void **state)
{
	(void)state;
	for (int i = 0; i < 128; i++)
		if (alphabet[i])
			assert_int_equal(gsm_septets(alphabet[i]), 1);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(gsm_septets(extension[i].text), 2);
}

static void an_escape_pair_is_never_split(void **state)
{
	char text[400];

	(void)state;
	memset(text, 'a', 152);
	strcpy(text + 152, "€b");
	assert_int_equal(gsm_septets(text), 155);
	assert_int_equal(gsm_parts(text), 1);
	/* 152 + 2 does not fit a part: it begins the next one. */
	memset(text, 'a', 152);
	text[152] = '\0';
	strcat(text, "€");
	memset(text + strlen(text), 'a', 152);
	text[152 + 3 + 152] = '\0';
	assert_int_equal(gsm_septets(text), 306);
	assert_int_equal(gsm_parts(text), 3);
	assert_int_equal(gsm_clip("ab€", 3), 2);
	assert_int_equal(gsm_clip("ab€", 4), 5);
}

static void clipping_keeps_whole_characters(void **state)
{
	(void)state;
	assert_int_equal(gsm_clip("éà", 1), 2);
	assert_int_equal(gsm_clip("abc", 0), 0);
	assert_int_equal(gsm_clip("abc", 9), 3);
	assert_int_equal(gsm_clip("abc", -1), 0);
}

static const char *brought(const char *text)
{
	static char out[256];

	assert_true(gsm_transliterate(text, out, sizeof(out)) >= 0);
	assert_true(gsm_septets(out) >= 0);
	return out;
}

static void french_is_transliterated_as_settled(void **state)
{
	(void)state;
	assert_string_equal(brought("àèéùìò ÉÇ ÄÖÜäöü"), "àèéùìò ÉÇ ÄÖÜäöü");
	assert_string_equal(brought("ça être Noël"), "ca etre Noel");
	assert_string_equal(brought("âîïôûÿ"), "aiiouy");
	assert_string_equal(brought("ÀÂÈÊËÎÏÔÙÛŸ"), "AAEEEIIOUUY");
	assert_string_equal(brought("Œuvre cœur"), "OEuvre coeur");
	assert_string_equal(brought("l’été ‘x’"), "l'été 'x'");
	assert_string_equal(brought("«\u00a0oui\u202f»"), "\" oui \"");
	assert_string_equal(brought("a… b – c — d"), "a... b - c - d");
	assert_string_equal(brought("à 15 m ± 3"), "à 15 m +- 3");
	assert_string_equal(brought("n°12, N°3, 4°"), "no 12, No 3, 4 ");
	assert_string_equal(brought("a`b"), "a'b");
}

static void european_names_keep_their_letters(void **state)
{
	(void)state;
	assert_string_equal(brought("Łukasz Żółć Dvořák"),
			    "Lukasz Zolc Dvorak");
	assert_string_equal(brought("Đorđević Şahin İpek ığ"),
			    "Dordevic Sahin Ipek ig");
	assert_string_equal(brought("Þóra Ðögg Ærø Straße"),
			    "Thora Dögg Ærø Straße");
	assert_string_equal(brought("Nguyễn Thị Ánh"), "Nguyen Thi Anh");
	assert_string_equal(brought("Ștefănescu ẞ Ŵyn"), "Stefanescu SS Wyn");
	/* Letter and combining accent, as some keyboards write. */
	assert_string_equal(brought("Zoe\u0308"), "Zoe");
}

static void no_latin_letter_becomes_a_question_mark(void **state)
{
	static const int32_t blocks[][2] = { { 0x20, 0x7e }, { 0xa0, 0x24f },
					     { 0x1e00, 0x1eff } };

	(void)state;
	for (int b = 0; b < 3; b++) {
		for (int32_t p = blocks[b][0]; p <= blocks[b][1]; p++) {
			char text[5] = "", out[16];
			int len;

			text[utf8_put(p, text)] = '\0';
			len = gsm_transliterate(text, out, sizeof(out));
			assert_true(len >= 0);
			assert_true(gsm_septets(out) >= 0);
			assert_true(p == '?' || !strchr(out, '?'));
			assert_true(p == 0xad || len > 0);
		}
	}
}

static void what_has_no_answer_is_a_question_mark(void **state)
{
	(void)state;
	assert_string_equal(brought("a\xff" "b"), "a?b");
	assert_string_equal(brought("a\xe2\x82"), "a??");
	assert_string_equal(brought("👍"), "?");
	assert_string_equal(brought("Ж"), "?");
	assert_string_equal(brought("a\nb\rc\td\x1b" "e\x7f"), "a b c d e ");
}

static void a_small_array_is_left_empty(void **state)
{
	char out[4] = "zzz";

	(void)state;
	assert_int_equal(gsm_transliterate("abcd", out, sizeof(out)),
			 ALERTE_ELIMIT);
	assert_string_equal(out, "");
	assert_int_equal(gsm_transliterate("abc", out, sizeof(out)), 3);
	assert_int_equal(gsm_transliterate("abc", out, 0), ALERTE_ELIMIT);
}

static void the_table_of_answers_is_sorted(void **state)
{
	char base[LATIN_MAX];

	(void)state;
	/* First, middle and last of it are found. */
	assert_true(latin_base(0x00a3, base));
	assert_string_equal(base, "GBP");
	assert_true(latin_base(0x2026, base));
	assert_string_equal(base, "...");
	assert_true(latin_base(0xfb06, base));
	assert_string_equal(base, "st");
	assert_true(latin_base('*', base));
	assert_string_equal(base, "*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_user_data_is_reproduced),
		cmocka_unit_test(
			a_text_of_two_parts_is_cut_where_the_vectors_cut_it),
		cmocka_unit_test(septets_are_those_of_the_vectors),
		cmocka_unit_test(
			every_character_of_the_alphabet_costs_what_it_takes),
		cmocka_unit_test(an_escape_pair_is_never_split),
		cmocka_unit_test(clipping_keeps_whole_characters),
		cmocka_unit_test(french_is_transliterated_as_settled),
		cmocka_unit_test(european_names_keep_their_letters),
		cmocka_unit_test(no_latin_letter_becomes_a_question_mark),
		cmocka_unit_test(what_has_no_answer_is_a_question_mark),
		cmocka_unit_test(a_small_array_is_left_empty),
		cmocka_unit_test(the_table_of_answers_is_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
