/* SPDX-License-Identifier: Apache-2.0 */
/* What a setting may be: first by itself, then against the others. */
#include <string.h>

#include "channel/channel.h"
#include "channel/reply.h"
#include "core/finder.h"
#include "frame/format.h"
#include "frame/notification.h"
#include "message/email.h"
#include "message/words.h"
#include "port/text.h"

/* A first text to the 114 keeps this much room for " 2e envoi" (W). */
#define FIRST_SEPTETS 150

#define WHOLE(array) text_whole(array, sizeof(array))

static bool id_ok(const char id[ALERTE_ID_MAX])
{
	size_t n = strnlen(id, ALERTE_ID_MAX);

	return n > 0 && n < ALERTE_ID_MAX &&
	       strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

static bool id_or_none(const char id[ALERTE_ID_MAX])
{
	return !id[0] || id_ok(id);
}

static bool number_ok(const char number[ALERTE_NUMBER_MAX])
{
	char same[ALERTE_NUMBER_MAX];

	if (!number[0])
		return true;
	return text_whole(number, ALERTE_NUMBER_MAX) &&
	       !alerte_number_parse(number, same) && !strcmp(number, same);
}

static bool email_ok(const char email[ALERTE_EMAIL_MAX])
{
	return !email[0] || (text_whole(email, ALERTE_EMAIL_MAX) &&
			     email_is_plain(email));
}

static bool pin_ok(const char pin[ALERTE_PIN_MAX])
{
	static const char head[] = "sha256//";

	return !pin[0] || (text_whole(pin, ALERTE_PIN_MAX) &&
			   !strncmp(pin, head, sizeof(head) - 1) &&
			   strlen(pin) == sizeof(head) - 1 + 44);
}

/* What a centre's numbers are made of; it stands in XML and in no header. */
static bool station_ok(const struct alerte_endpoint *e)
{
	size_t n = strnlen(e->station, sizeof(e->station));

	return n < sizeof(e->station) &&
	       strspn(e->station, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz_.-") == n &&
	       (n || e->shape != ALERTE_SHAPE_SCAIP);
}

static int check_endpoint(const struct alerte_endpoint *e)
{
	if (e->size != sizeof(*e) || !id_ok(e->id) || !WHOLE(e->url) ||
	    strncmp(e->url, "https://", 8) || !e->url[8] ||
	    strpbrk(e->url, " \t\r\n\"@") || !pin_ok(e->pin[0]) ||
	    !pin_ok(e->pin[1]) || !WHOLE(e->ca_file) || !WHOLE(e->cert_file) ||
	    !WHOLE(e->key_file) || !e->cert_file[0] != !e->key_file[0])
		return ALERTE_EINVAL;
	if (e->shape > ALERTE_SHAPE_SCAIP || !station_ok(e))
		return ALERTE_EINVAL;
	return 0;
}

static int check_contact(const struct alerte_contact *c)
{
	if (c->size != sizeof(*c) || !id_ok(c->id) || !WHOLE(c->name) ||
	    !number_ok(c->number) || !id_or_none(c->endpoint) ||
	    !email_ok(c->email) ||
	    (!c->number[0] && !c->endpoint[0] && !c->email[0]))
		return ALERTE_EINVAL;
	if (c->lang != ALERTE_LANG_FR && c->lang != ALERTE_LANG_EN)
		return ALERTE_EINVAL;
	if (c->role != ALERTE_ROLE_CONTACT &&
	    c->role != ALERTE_ROLE_ASSOCIATION)
		return ALERTE_EINVAL;
	return 0;
}

static bool date_ok(const char date[11])
{
	if (!date[0])
		return true;
	for (int i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? date[i] != '-'
				     : date[i] < '0' || date[i] > '9')
			return false;
	return !date[10];
}

static int check_wearer(const struct alerte_wearer *w)
{
	if (w->size != sizeof(*w) || !id_ok(w->id) || !WHOLE(w->name) ||
	    !w->name[0] || !WHOLE(w->short_name) || !w->short_name[0] ||
	    !number_ok(w->number) || !WHOLE(w->place) || !w->place[0] ||
	    !WHOLE(w->area) || !date_ok(w->born) || !WHOLE(w->details) ||
	    !WHOLE(w->association))
		return ALERTE_EINVAL;
	for (int i = 0; i < ALERTE_CONTACTS_MAX; i++)
		if (!id_or_none(w->contact[i]))
			return ALERTE_EINVAL;
	return 0;
}

static int check_policy(const struct alerte_policy *p)
{
	if (!id_ok(p->id) || p->relay_trust > ALERTE_TRUST_STRONG)
		return ALERTE_EINVAL;
	return alerte_policy_check(p);
}

/* The rule in its one form, so that the same rule is the same text. */
static bool trigger_ok(const char rule[ALERTE_TRIGGER_MAX])
{
	char same[ALERTE_TRIGGER_MAX];

	return text_whole(rule, ALERTE_TRIGGER_MAX) &&
	       !alerte_trigger_check(rule, same) && !strcmp(rule, same);
}

/* Known by its address, by its key or by its rule: what goes with what. */
static bool button_known_by(const struct alerte_button *b)
{
	bool plain = !b->key_len;

	if (b->format[0] && !frame_format_known(b->format))
		return false;
	if (b->trigger[0])
		return plain && !b->format[0] && trigger_ok(b->trigger);
	if (button_sealed(b))
		return !button_addressed(b) &&
		       (!b->format[0] || !strcmp(b->format, SEALED_NAME));
	if (!strcmp(b->format, SEALED_NAME))
		return false;
	if (!button_addressed(b))
		return plain && !b->format[0];
	if (notification_known(b->format))
		return plain;
	return plain || b->key_len == FRAME_KEY_SHORT ||
	       b->key_len == CCM_KEY_BYTES;
}

/* What sends only when it is pressed is silent all the time. */
static bool silence_ok(const struct alerte_button *b)
{
	if (!b->silence_s)
		return true;
	return (button_sealed(b) || button_addressed(b)) &&
	       b->silence_s >= ALERTE_SILENCE_MIN_S &&
	       b->silence_s <= ALERTE_SILENCE_MAX_S;
}

static int check_button(const struct alerte_button *b)
{
	if (b->size != sizeof(*b) || !id_ok(b->id) || !id_ok(b->wearer) ||
	    !WHOLE(b->format) || !WHOLE(b->trigger) || !button_known_by(b) ||
	    !silence_ok(b))
		return ALERTE_EINVAL;
	if (b->grace_s > ALERTE_GRACE_MAX_S || b->nrules > ALERTE_RULES_MAX)
		return ALERTE_ELIMIT;
	for (uint32_t i = 0; i < b->nrules; i++)
		if (!id_ok(b->rule[i].policy) ||
		    b->rule[i].gesture > ALERTE_GESTURE_UNKNOWN)
			return ALERTE_EINVAL;
	return 0;
}

int site_check(enum alerte_kind kind, const void *object)
{
	switch (kind) {
	case ALERTE_KIND_ENDPOINT:
		return check_endpoint(object);
	case ALERTE_KIND_CONTACT:
		return check_contact(object);
	case ALERTE_KIND_WEARER:
		return check_wearer(object);
	case ALERTE_KIND_POLICY:
		return check_policy(object);
	case ALERTE_KIND_BUTTON:
		return check_button(object);
	}
	return ALERTE_EINVAL;
}

/* Her place must fit the first text to the 114, nothing of it cut (W). */
static int first_text_fits(const struct alerte_wearer *wearer)
{
	struct words_facts facts = {
		.wearer = wearer,
		.code = "7K2",
		.nth = 1,
		.trust = ALERTE_TRUST_WEAK,
		.pressed = { .boot_ms = 1, .wall_trusted = true },
		.opened = { .boot_ms = 1, .wall_trusted = true },
		.now = { .boot_ms = 1, .wall_trusted = true },
	};
	char text[CHANNEL_TEXT_MAX];
	int r = words_compose(WORDS_RELAY_FIRST, &facts, text, sizeof(text));

	return r < 0 || r > FIRST_SEPTETS ? ALERTE_EREFUSED : 0;
}

static int wearer_whole(struct site *site, const struct alerte_wearer *w)
{
	struct policy_people people = site_people(site);
	struct alerte_policy shipped;
	int r;

	for (int i = 0; i < ALERTE_CONTACTS_MAX; i++)
		if (w->contact[i][0] && !site_contact(site, w->contact[i]))
			return ALERTE_ENOTFOUND;
	r = policy_shipped(w, true, &people, &shipped);
	if (!r)
		r = policy_check(&shipped, &people);
	return r ? r : first_text_fits(w);
}

static int button_whole(struct site *site, const struct alerte_button *b)
{
	if (!site_wearer(site, b->wearer))
		return ALERTE_ENOTFOUND;
	for (uint32_t i = 0; i < b->nrules; i++)
		if (!site_find(site, ALERTE_KIND_POLICY, b->rule[i].policy))
			return ALERTE_ENOTFOUND;
	return 0;
}

/*
 * No contact has the number of a wearer: nothing ever goes to her phone (S6).
 * Nor the relay's: only the relay's channel writes there (M4).
 */
static int number_free(struct site *site, const char *number,
		       const char *relay_number)
{
	const struct site_wearer *w = NULL;
	const char *id = "";

	if (!number[0])
		return 0;
	if (number_same(number, relay_number))
		return ALERTE_EREFUSED;
	while ((w = site_after(site, ALERTE_KIND_WEARER, id))) {
		if (w->set.number[0] && number_same(w->set.number, number))
			return ALERTE_EREFUSED;
		id = w->set.id;
	}
	return 0;
}

static int contact_whole(struct site *site, const struct alerte_contact *c,
			 const char *relay_number)
{
	if (c->endpoint[0] &&
	    !site_find(site, ALERTE_KIND_ENDPOINT, c->endpoint))
		return ALERTE_ENOTFOUND;
	return number_free(site, c->number, relay_number);
}

static bool few_rules(const struct site *site)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < site->button.n; i++)
		n += site_button(site, i)->trigger[0] != '\0';
	return n <= FINDER_RULES_MAX;
}

int site_check_whole(struct site *site, const char *relay_number,
		     const char **id)
{
	struct policy_people people = site_people(site);
	const struct alerte_contact *contact = NULL;
	const struct site_wearer *wearer = NULL;
	const struct alerte_policy *policy = NULL;
	const struct alerte_button *button = NULL;
	int r = 0;

	*id = "";
	while (!r && (contact = site_after(site, ALERTE_KIND_CONTACT, *id))) {
		*id = contact->id;
		r = contact_whole(site, contact, relay_number);
	}
	if (r)
		return r;
	*id = "";
	while (!r && (policy = site_after(site, ALERTE_KIND_POLICY, *id))) {
		*id = policy->id;
		r = policy_check(policy, &people);
	}
	if (r)
		return r;
	*id = "";
	while (!r && (wearer = site_after(site, ALERTE_KIND_WEARER, *id))) {
		*id = wearer->set.id;
		r = wearer_whole(site, &wearer->set);
	}
	if (r)
		return r;
	*id = "";
	while (!r && (button = site_after(site, ALERTE_KIND_BUTTON, *id))) {
		*id = button->id;
		r = button_whole(site, button);
	}
	if (r)
		return r;
	r = site_twins(site, id);
	if (r)
		return r;
	return few_rules(site) ? site_index(site) : ALERTE_ELIMIT;
}
