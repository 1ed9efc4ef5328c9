/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words about anybody, at any instant, with any name and any quote: a text is
 * in the alphabet, has the septets it claims and the parts it may have, and a
 * quote never gets out of its marks.  The settings' own fields always make an
 * alert.
 */
#include <stdlib.h>
#include <string.h>

#include "channel/channel.h"
#include "message/cap.h"
#include "message/gsm.h"
#include "port/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at, *end;
};

static void must(int condition)
{
	if (!condition)
		abort();
}

static void take(struct input *in, void *out, size_t len)
{
	size_t n = (size_t)(in->end - in->at) < len ?
			   (size_t)(in->end - in->at) : len;

	memset(out, 0, len);
	if (n)
		memcpy(out, in->at, n);
	in->at += n;
}

/* A string up to the next newline, of valid UTF-8, as settings hold. */
static void take_text(struct input *in, char *out, size_t cap)
{
	size_t len = 0;

	while (in->at < in->end && *in->at != '\n' && *in->at &&
	       len + 1 < cap)
		out[len++] = (char)*in->at++;
	out[len] = '\0';
	while (in->at < in->end && *in->at != '\n')
		in->at++;
	if (in->at < in->end)
		in->at++;
	if (!utf8_valid(out, len))
		out[0] = '\0';
}

static void check_text(enum words kind, const char *text, int septets)
{
	must(septets == gsm_septets(text));
	must(gsm_parts(text) <= 2);
	must(kind != WORDS_RELAY_FIRST || septets <= GSM_SINGLE);
	must(!strpbrk(text, "\n\r\f\x1b"));
}

/* The marks of the quote are the only ones in the text. */
static void check_quote(enum words kind, const char *text)
{
	int marks = 0;

	if (kind != WORDS_FORWARD && kind != WORDS_RELAY_ANSWER &&
	    kind != WORDS_RELAY_QUESTION)
		return;
	for (const char *c = text; *c; c++)
		marks += *c == '"';
	must(marks == 2);
}

static void check_all(struct words_facts *f)
{
	for (enum words kind = WORDS_NONE; kind <= WORDS_LAST; kind++) {
		char text[CHANNEL_TEXT_MAX];
		int r = words_compose(kind, f, text, sizeof(text));

		if (r >= 0) {
			check_text(kind, text, r);
			check_quote(kind, text);
		}
		must(kind != WORDS_ALERT || r > 0);
		must(kind != WORDS_FORWARD || r > 0 || !*f->quote ||
		     r == ALERTE_EINVAL);
	}
}

static void check_body(struct words_facts *f)
{
	struct payload_facts p = {
		.kind = WORDS_FORWARD,
		.facts = f,
		.site = "ab",
		.key = "k",
	};
	static char body[CHANNEL_BODY_MAX];
	int r = payload_compose(&p, body, sizeof(body));

	must(r > 0 && r == (int)strlen(body));
	for (const char *c = body; *c; c++)
		must((unsigned char)*c >= 0x20);
}

/* No sign of anybody's ends an element or begins one. */
static void check_xml(struct words_facts *f)
{
	struct payload_facts p = {
		.kind = WORDS_FORWARD,
		.facts = f,
		.site = "ab",
		.key = "k",
		.endpoint = "e",
	};
	static char body[CHANNEL_BODY_MAX];
	int r = cap_compose(&p, body, sizeof(body)), open = 0;

	must(r > 0 && r == (int)strlen(body) && utf8_valid(body, (size_t)r));
	for (const char *c = body; *c; c++) {
		must((unsigned char)*c >= 0x20 || *c == '\n' || *c == '\t');
		must(*c != '&' || !strncmp(c, "&lt;", 4) ||
		     !strncmp(c, "&gt;", 4) || !strncmp(c, "&amp;", 5) ||
		     !strncmp(c, "&#13;", 5));
		open += *c == '<';
		open -= *c == '>';
		must(open == 0 || open == 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, data + size };
	static struct alerte_wearer w;
	static char quote[ALERTE_REPLY_MAX];
	char who[ALERTE_NAME_MAX], site[ALERTE_NAME_MAX];
	char fault[ALERTE_ID_MAX];
	struct alerte_position position = { .size = sizeof(position) };
	struct words_facts f = { .wearer = &w, .code = "7K2", .who = who,
				 .quote = quote, .site = site,
				 .fault = fault };
	uint8_t flags[4];

	take(&in, flags, sizeof(flags));
	take_text(&in, w.name, sizeof(w.name));
	take_text(&in, w.short_name, sizeof(w.short_name));
	take_text(&in, w.place, sizeof(w.place));
	take_text(&in, w.area, sizeof(w.area));
	take_text(&in, w.details, sizeof(w.details));
	take_text(&in, w.association, sizeof(w.association));
	take_text(&in, w.born, sizeof(w.born));
	take_text(&in, who, sizeof(who));
	take_text(&in, site, sizeof(site));
	take_text(&in, fault, sizeof(fault));
	take_text(&in, quote, sizeof(quote));
	take(&in, &f.pressed.boot_ms, 8);
	take(&in, &f.pressed.wall_ms, 8);
	take(&in, &f.pressed.utc_offset_s, 4);
	take(&in, &f.opened.wall_ms, 8);
	take(&in, &f.now.wall_ms, 8);
	take(&in, &f.now.boot_ms, 8);
	take(&in, &f.now.utc_offset_s, 4);
	take(&in, &position.latitude_e7, 4);
	take(&in, &position.longitude_e7, 4);
	take(&in, &position.accuracy_m, 4);
	take(&in, &position.wall_ms, 8);
	position.method = (enum alerte_position_method)(flags[1] >> 4 & 3);
	position.confidence_percent = flags[2] % 101;
	f.lang = flags[0] & 1 ? ALERTE_LANG_EN : ALERTE_LANG_FR;
	f.trust = (enum alerte_trust)(flags[1] % 3);
	f.gesture = (enum alerte_gesture)(flags[2] % 13);
	f.nth = flags[3];
	f.plain_despite_key = flags[0] & 2;
	f.by_timer = flags[0] & 4;
	f.pressed.wall_trusted = flags[0] & 8;
	f.opened.wall_trusted = flags[0] & 16;
	f.now.wall_trusted = flags[0] & 32;
	f.moving = flags[0] & 128;
	f.position = flags[0] & 64 ? &position : NULL;
	check_all(&f);
	check_body(&f);
	check_xml(&f);
	return 0;
}
