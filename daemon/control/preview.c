/* SPDX-License-Identifier: Apache-2.0 */
/* Every text of an alert before it goes. */
#include <stdlib.h>
#include <string.h>

#include "control/parts.h"
#include "daemon.h"
#include "paths.h"

#define NOTHING "no alert, button or wearer of that name"

/* Of a number the last two digits, of an address its end: enough to know it. */
static void mask(const char *address, bool whole, char *out, size_t cap)
{
	size_t n = strlen(address), keep = n > 4 ? 2 : 0;
	const char *end = strchr(address, '@');

	snprintf(out, cap, "%s", address);

	if (whole || n >= cap || (*address != '+' && !end))
		return;

	if (end)
		keep = strlen(end);

	memset(out, '.', n - keep);
}

struct listing {
	const struct daemon *d;
	json_t *list;
	bool whole;
};

/* The engine knows no ways: what nothing here could carry does not go. */
static bool no_way(const struct daemon *d, enum alerte_channel channel)
{
	switch (channel) {
	case ALERTE_CHANNEL_SMS:
	case ALERTE_CHANNEL_RELAY114:
	case ALERTE_CHANNEL_VOICE:
		return !paths_carry(d->paths, channel);
	case ALERTE_CHANNEL_EMAIL:
		return !*d->conf.mail.url;
	case ALERTE_CHANNEL_HTTPS:
		break;
	}

	return false;
}

static json_t *text_json(const struct listing *l,
			 const struct alerte_preview *p)
{
	char address[ALERTE_URL_MAX];
	json_t *out;

	mask(p->address, l->whole, address, sizeof(address));
	out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:b, s:i, s:s}",
			"what", p->what,
			"channel", alerte_channel_name(p->channel),
			"contact", p->contact, "address", address,
			"lang", alerte_lang_name(p->lang),
			"step", (int)p->step, "refused",
			p->refused || no_way(l->d, p->channel),
			"parts", p->parts, "subject",
			p->subject ? p->subject : "");

	if (!out)
		return NULL;

	json_object_set_new(out, "after", p->delay_ms < 0 ? json_null()
			    : json_integer(p->delay_ms / 1000));
	json_object_set_new(out, "text", p->text ? json_string(p->text)
			    : json_null());
	json_object_set_new(out, "characters", json_integer(p->characters));
	json_object_set_new(out, "septets", p->septets < 0 ? json_null()
			    : json_integer(p->septets));
	json_object_set_new(out, "encoding", json_string(
			    p->septets < 0 ? "UTF-8" : "GSM 03.38"));
	json_object_set_new(out, "body", p->body
			    ? json_stringn(p->body, p->body_len)
			    : json_null());
	json_object_set_new(out, "content_type", json_string(
			    p->content_type ? p->content_type : ""));
	return out;
}

static int add_text(void *context, const struct alerte_preview *p)
{
	struct listing *l = context;

	return json_array_append_new(l->list, text_json(l, p))
	       ? ALERTE_ENOMEM : 0;
}

/* ------------------------------------------------------------ arguments */

static bool is_gesture(const char *word, struct alerte_preview_of *of)
{
	int g;

	for (g = ALERTE_GESTURE_NONE; g <= ALERTE_GESTURE_UNKNOWN; g++)
		if (!strcmp(word, alerte_gesture_name(
					  (enum alerte_gesture)g))) {
			of->gesture = (enum alerte_gesture)g;
			return true;
		}

	return !*word;
}

static bool is_trust(const char *word, struct alerte_preview_of *of)
{
	int t;

	of->trust = ALERTE_TRUST_STRONG;

	for (t = ALERTE_TRUST_NONE; t <= ALERTE_TRUST_STRONG; t++)
		if (!strcmp(word, alerte_trust_name((enum alerte_trust)t))) {
			of->trust = (enum alerte_trust)t;
			return true;
		}

	return !*word;
}

static bool button_is(struct control *c, const char *id)
{
	struct alerte_button b = { .size = sizeof(b) };
	char after[ALERTE_ID_MAX] = "";
	bool is = false;

	while (!is && alerte_button_next(c->d->engine, after, &b) == 1) {
		is = !strcmp(b.id, id);
		strcpy(after, b.id);
	}

	explicit_bzero(&b, sizeof(b));
	return is;
}

/* The only one there is, when none was named. */
static bool only_wearer(struct control *c, char out[ALERTE_ID_MAX])
{
	struct alerte_wearer w = { .size = sizeof(w) };
	char after[ALERTE_ID_MAX] = "";
	int n = 0;

	while (alerte_wearer_next(c->d->engine, after, &w) == 1) {
		strcpy(after, w.id);
		n++;
	}

	strcpy(out, after);
	return n == 1;
}

static json_t *preview_document(const struct alerte_preview_of *of,
				const char *which, json_t *texts)
{
	json_t *out = json_document();

	json_object_set_new(out, "of", json_string(
			    of->alert ? "alert" : of->button ? "button"
			    : "wearer"));
	json_object_set_new(out, "id", json_string(which));
	json_object_set_new(out, "gesture", of->alert ? json_null()
			    : json_string(alerte_gesture_name(
					  of->gesture ? of->gesture
					  : ALERTE_GESTURE_PRESS)));
	json_object_set_new(out, "trust", of->alert ? json_null()
			    : json_string(alerte_trust_name(of->trust)));
	json_object_set_new(out, "texts", texts);
	return out;
}

int on_preview(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct alerte_preview_of of = { .size = sizeof(of) };
	struct control *c = context;
	struct listing l = { .d = c->d };
	const char *which, *gesture, *trust;
	char only[ALERTE_ID_MAX];
	int whole, r;

	sd_bus_message_sensitive(m);
	r = sd_bus_message_read(m, "sssb", &which, &gesture, &trust, &whole);
	if (r < 0)
		return r;

	if (!is_gesture(gesture, &of) || !is_trust(trust, &of))
		return fail(error, ALERTE_EINVAL, "no gesture or trust of that "
			    "name", "see the words in: alerte preview --help");
	if (!*which && !only_wearer(c, only))
		return fail(error, ALERTE_EINVAL, "there is not just one "
			    "wearer", "name one, or a button: alerte buttons");
	if (!*which)
		which = only;

	if (button_is(c, which))
		of.button = which;
	else if (alert_resolve(c, which, &of.alert) < 0)
		of.wearer = which;

	l.whole = whole;
	l.list = json_array();
	r = alerte_preview(c->d->engine, &of, daemon_now(c->d), add_text, &l);

	if (r < 0)
		json_decref(l.list);
	if (r == ALERTE_ENOTFOUND)
		return fail(error, r, of.alert ? "that alert is over" : NOTHING,
			    "list them with: alerte alerts, alerte buttons");
	if (r < 0)
		return fail_engine(c, error, r, "give another gesture");

	return answer(m, preview_document(&of, which, l.list), error);
}
