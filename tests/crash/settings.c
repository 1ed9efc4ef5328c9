/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's settings and its site, and what they must never reach. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash.h"

#define FICTION "+3363998"		/* belongs to nobody */

static const char conf_text[] =
	"radio {\n\tdriver = replay\n\tfile = \"%1$s/frames\"\n}\n"
	"modem {\n\tdriver = spool\n\tspool = \"%1$s/spool\"\n}\n"
	"relay {\n\tnumber = \"" FICTION "9999\"\n}\n"
	"control {\n\tbus = none\n}\n"
	"clock {\n\ttrusted = yes\n}\n"
	"log {\n\tlevel = warning\n}\n";

static const char server_text[] =
	"endpoint \"server\" {\n\turl = \"%s\"\n\tpin = {\"%s\"}\n"
	"\tca_file = \"%s\"\n}\n"
	"contact \"association\" {\n\tname = \"Association\"\n"
	"\tendpoint = \"server\"\n\trole = association\n}\n";

static const char wearer_text[] =
	"contact \"c%1$d\" {\n\tname = \"C%1$d\"\n\tnumber = \"%2$s\"\n}\n"
	"wearer \"w%1$d\" {\n\tname = \"W%1$d\"\n\tshort_name = \"W%1$d\"\n"
	"\tplace = \"%1$d rue Garibaldi, Lyon\"\n"
	"\tarea = \"Lyon\"\n\tassociation = \"Association\"\n"
	"\tcontact = {\"c%1$d\", \"association\"}\n}\n"
	"policy \"p%1$d\" {\n\tstep {\n"
	"\t\tto = {\"c%1$d:sms\", \"association:https\"}\n\t}\n}\n"
	"button \"b%1$d\" {\n\twearer = \"w%1$d\"\n\taddress = \"%3$s\"\n"
	"\tkey = \"%4$s\"\n\trule = {\"*:*=p%1$d\"}\n}\n";

static void wearer_put(const struct world *w, FILE *f, int wearer)
{
	char number[NUMBER_MAX], address[18], key[33];

	far_number(wearer, number);
	button_address(wearer, address);
	button_key(w, wearer, key);
	fprintf(f, wearer_text, wearer, number, address, key);
}

static char *site_make(const struct world *w, int wearers)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	fprintf(f, server_text, w->url, w->pin, w->cert);

	for (int i = 0; i < wearers; i++)
		wearer_put(w, f, i);

	fclose(f);
	return text;
}

static void texts_make(const struct world *w, int wearers, char **conf,
		       char **site)
{
	if (asprintf(conf, conf_text, w->dir) < 0)
		give_up("memory ran out");

	*site = site_make(w, wearers);
}

/* ---------------------------------------------------------------- safety */

/* Every "key = value" of the text begins so; the key must occur. */
static bool all_begin(const char *text, const char *key, const char *begin)
{
	const char *at = strstr(text, key);
	bool good = at;

	for (; at && good; at = strstr(at, key)) {
		at += strlen(key);
		good = !strncmp(at, begin, strlen(begin));
	}

	return good;
}

static bool numbers_fictional(const char *text)
{
	const char *at = text;
	size_t n = strlen(FICTION);

	while ((at = strchr(at, '+'))) {
		/* A pin is base64: its + stands in no number. */
		if (at > text && at[-1] == '"' &&
		    (strncmp(at, FICTION, n) || strspn(at + n, "0123456789") !=
		     4 || at[n + 4] != '"'))
			return false;
		at++;
	}

	return all_begin(text, "number = ", "\"" FICTION);
}

static bool conf_safe(const struct world *w, const char *conf)
{
	char inside[80];

	snprintf(inside, sizeof(inside), "\"%s/", w->dir);
	return !strstr(conf, "${") && all_begin(conf, "file = ", inside) &&
	       all_begin(conf, "spool = ", inside) &&
	       all_begin(conf, "bus = ", "none") && numbers_fictional(conf);
}

static bool site_safe(const struct world *w, const char *site)
{
	char inside[80];

	snprintf(inside, sizeof(inside), "\"%s/", w->dir);
	return !strstr(site, "${") && all_begin(site, "ca_file = ", inside) &&
	       all_begin(site, "url = ", "\"https://127.0.0.1:") &&
	       numbers_fictional(site);
}

bool settings_safe(const struct world *w, const char *conf, const char *site)
{
	char *own, *own_site, *whole, *whole_site;
	bool safe;

	texts_make(w, 1, &own, &own_site);

	if (asprintf(&whole, "%s%s", own, conf) < 0 ||
	    asprintf(&whole_site, "%s%s", own_site, site) < 0)
		give_up("memory ran out");

	safe = conf_safe(w, whole) && site_safe(w, whole_site);
	free(own);
	free(own_site);
	free(whole);
	free(whole_site);
	return safe;
}

void settings_make(const struct world *w, int wearers, char **conf,
		   char **site)
{
	texts_make(w, wearers, conf, site);

	if (!conf_safe(w, *conf) || !site_safe(w, *site))
		give_up("this test could reach beyond its folder");
}
