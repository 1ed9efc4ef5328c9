/* SPDX-License-Identifier: Apache-2.0 */
/* What the radio hears, adapter by adapter. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "status.h"

#define TEXT_MAX 512

/* Text that grows; what no longer fits is left out. */
struct text {
	char s[TEXT_MAX];
	size_t n;
};

static void add(struct text *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct text *t, const char *format, ...)
{
	va_list ap;
	int r;

	va_start(ap, format);
	r = vsnprintf(t->s + t->n, sizeof(t->s) - t->n, format, ap);
	va_end(ap);

	if (r > 0)
		t->n += (size_t)r;
	if (t->n >= sizeof(t->s))
		t->n = sizeof(t->s) - 1;
}

static void add_age(const struct cli *c, struct text *t, long long ms)
{
	long long s = ms / 1000;

	if (s < 120)
		add(t, TR(c, "%lld s ago", "il y a %lld s"), s);
	else if (s < 120 * 60)
		add(t, TR(c, "%lld min ago", "il y a %lld min"), s / 60);
	else if (s < 48 * 3600)
		add(t, TR(c, "%lld h ago", "il y a %lld h"), s / 3600);
	else
		add(t, TR(c, "%lld days ago", "il y a %lld jours"),
		    s / 86400);
}

/* Frames of ten seconds, told by the second. */
static void add_rate(const struct cli *c, struct text *t, long long rate)
{
	if (rate >= 100 || rate % 10 == 0)
		add(t, TR(c, "hears %lld a second",
			  "entend %lld trames par seconde"),
		    (rate + 5) / 10);
	else
		add(t, TR(c, "hears %lld.%lld a second",
			  "entend %lld,%lld trame par seconde"),
		    rate / 10, rate % 10);
}

static void add_heard(const struct cli *c, struct text *t,
		      const json_t *adapter)
{
	const json_t *last = json_object_get(adapter, "last_age_ms");
	const json_t *button = json_object_get(adapter, "enrolled_age_ms");

	if (json_is_integer(last)) {
		add_rate(c, t, json_number(adapter, "rate"));
		add(t, "%s", TR(c, ", last ", ", la dernière "));
		add_age(c, t, json_integer_value(last));
	} else {
		add(t, "%s", TR(c, "has heard nothing yet",
				"n'a encore rien entendu"));
	}

	if (json_is_integer(button)) {
		add(t, "%s", TR(c, "; a button ", " ; un bouton "));
		add_age(c, t, json_integer_value(button));
	} else {
		add(t, "%s", TR(c, "; no button yet",
				" ; aucun bouton encore"));
	}
}

static void add_times(const struct cli *c, struct text *t, const char *what,
		      long long n)
{
	if (n > 0)
		add(t, "%s%s %lld %s", TR(c, "; ", " ; "), what, n,
		    n == 1 ? TR(c, "time", "fois") : TR(c, "times", "fois"));
}

struct trouble {
	const char *name, *shown[2];
};

static const struct trouble troubles[] = {
	{ "silent", { "SILENT: nothing is heard; is anything near? It ",
		      "SILENCE : rien n'est entendu ; y a-t-il un appareil près ? Il " } },
	{ "canary-missed", { "CANARY MISSED: is its battery good? It ",
			     "TÉMOIN PERDU : sa pile est-elle bonne ? Il " } },
	{ "not-scanning", { "DOES NOT SCAN although asked to; it ",
			    "NE BALAIE PAS bien qu'on le lui demande ; il " } },
	{ "failing", { "FAILS; it ", "EN PANNE ; il " } },
	{ "off", { "SWITCHED OFF; it ", "ÉTEINT ; il " } },
	{ "blocked", { "BLOCKED, see rfkill(8): rfkill unblock bluetooth; it ",
		       "BLOQUÉ, voir rfkill(8) : rfkill unblock bluetooth ; il " } },
};

static void add_trouble(const struct cli *c, struct text *t, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(troubles) / sizeof(*troubles); i++)
		if (strcmp(troubles[i].name, name) == 0)
			add(t, "%s", troubles[i].shown[c->french]);
}

static void adapter_line(const struct cli *c, const json_t *adapter)
{
	struct text t = { .n = 0 };

	add_trouble(c, &t, json_word(adapter, "state"));
	add_heard(c, &t, adapter);
	add_times(c, &t, TR(c, "scan restarted", "balayage relancé"),
		  json_number(adapter, "restarts"));
	add_times(c, &t, TR(c, "switched off and on", "éteint et rallumé"),
		  json_number(adapter, "cycles"));
	add_times(c, &t, TR(c, "BlueZ begun anew", "BlueZ relancé"),
		  json_number(adapter, "resets"));
	status_line(json_word(adapter, "name"), t.s);
}

static void canary_line(const struct cli *c, const json_t *radio)
{
	const json_t *v = json_object_get(radio, "canary_age_ms");
	struct text t = { .n = 0 };

	if (v == NULL)
		return;

	if (json_is_integer(v)) {
		add(&t, "%s", TR(c, "heard ", "entendue "));
		add_age(c, &t, json_integer_value(v));
	} else {
		add(&t, "%s", TR(c, "not heard yet", "pas encore entendue"));
	}

	status_line(TR(c, "canary", "balise témoin"), t.s);
}

static const struct trouble reasons[] = {
	{ "no-adapter", { "there is no Bluetooth adapter",
			  "il n'y a pas d'adaptateur Bluetooth" } },
	{ "canary-missed", { "the canary is not heard",
			     "la balise témoin n'est pas entendue" } },
	{ "not-scanning", { "it does not scan", "il ne balaie pas" } },
	{ "failing", { "the adapter fails", "l'adaptateur est en panne" } },
	{ "off", { "the adapter is switched off",
		   "l'adaptateur est éteint" } },
	{ "blocked", { "the adapter is blocked", "l'adaptateur est bloqué" } },
};

static void add_reason(const struct cli *c, struct text *t, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (strcmp(reasons[i].name, name) == 0)
			add(t, ": %s", reasons[i].shown[c->french]);
}

/* What listens, and why not the one that would be better. */
static void driver_line(const struct cli *c, const json_t *radio)
{
	const char *state = json_word(radio, "state");
	const char *why = json_word(radio, "why");
	struct text t = { .n = 0 };

	if (strcmp(state, "deaf") == 0) {
		add(&t, "%s", TR(c, "DEAF", "SOURDE"));
		add_reason(c, &t, json_word(radio, "deaf"));
	} else {
		add(&t, "%s", word_part(c, state));
	}

	if (*json_word(radio, "driver") != '\0')
		add(&t, TR(c, ", driver %s", ", pilote %s"),
		    word_part(c, json_word(radio, "driver")));
	if (strcmp(json_word(radio, "choice"), "auto") == 0)
		add(&t, " (auto)");
	if (*why != '\0')
		add(&t, "; %s", why);

	status_line("radio", t.s);
}

void status_radio(const struct cli *c, const json_t *radio)
{
	static const char *const said[] = {
		"driver", "choice", "state", "deaf", "why", "canary_age_ms",
		"changes", NULL
	};
	const json_t *list = json_object_get(radio, "adapters"), *one;
	char text[TEXT_MAX];
	size_t i;

	if (!json_is_object(radio))
		return;

	driver_line(c, radio);
	json_array_foreach(list, i, one)
		adapter_line(c, one);
	canary_line(c, radio);
	status_members(c, radio, said, text, sizeof(text));

	if (*text != '\0')
		status_line("", text);
}
