/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways for SMS: the section modem, then each path in the order of the
 * file.  No two of them may hold the same modem or the same folder: a PIN would
 * be given twice, and a reply taken by the one that did not ask.
 */
#include "conf_paths.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <alerte/gateway.h>

#include "expiry.h"
#include "modem/modem.h"

cfg_opt_t conf_path_opts[] = {
	CFG_STR("driver", "modemmanager", CFGF_NONE),
	CFG_STR("spool", "", CFGF_NONE),
	CFG_STR("device", "", CFGF_NONE),
	CFG_STR("pin_credential", "", CFGF_NONE),
	CFG_STR("sim_expires", "", CFGF_NONE),
	CFG_STR("url", "", CFGF_NONE),
	CFG_STR("request", "", CFGF_NONE),
	CFG_STR("user", "", CFGF_NONE),
	CFG_STR("password_credential", "", CFGF_NONE),
	CFG_STR("sender", "", CFGF_NONE),
	CFG_STR("key_pin", "", CFGF_NONE),
	CFG_STR("ca_file", "", CFGF_NONE),
	CFG_END()
};

/* A section as it is read. */
struct section {
	struct syntax *s;
	cfg_t *at;
	char path[SYNTAX_PATH_MAX];
};

void conf_text(struct syntax *s, cfg_t *at, const char *section,
	       const char *key, char *out, size_t cap)
{
	conf_value(s, section, key, cfg_getstr(at, key), out, cap);
}

void conf_value(struct syntax *s, const char *section, const char *key,
		const char *value, char *out, size_t cap)
{
	char path[SYNTAX_PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", section, key);

	if (!value)
		value = "";

	/* An escape can write what the scan of the file could not see. */
	if (!syntax_text_valid(value, strlen(value)) || strchr(value, '\n'))
		complain(s->out, s->file, syntax_line(s, path), "%s is not "
			 "plain UTF-8 text; write it without escapes", key);
	else if (strlen(value) >= cap)
		complain(s->out, s->file, syntax_line(s, path), "%s is too "
			 "long; at most %zu bytes", key, cap - 1);
	else
		strcpy(out, value);
}

static int line_of(const struct section *p, const char *key)
{
	char path[2 * SYNTAX_PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", p->path, key);
	return syntax_line(p->s, path);
}

#define WRONG(p, key, ...) \
	complain((p)->s->out, (p)->s->file, line_of(p, key), __VA_ARGS__)

#define TEXT(p, key, array) \
	conf_text((p)->s, (p)->at, (p)->path, key, array, sizeof(array))

/* Which drivers read what; sim_expires is nobody's, and none may keep all. */
static const struct {
	const char *key, *drivers;
	size_t at;
} read_by[] = {
	{ "spool", " spool ", offsetof(struct conf_path, spool) },
	{ "device", " modemmanager ofono ",
	  offsetof(struct conf_path, device) },
	{ "pin_credential", " modemmanager ",
	  offsetof(struct conf_path, pin) },
	{ "url", " http ", offsetof(struct conf_path, url) },
	{ "request", " http ", offsetof(struct conf_path, request) },
	{ "user", " http ", offsetof(struct conf_path, user) },
	{ "password_credential", " http ",
	  offsetof(struct conf_path, password) },
	{ "sender", " http ", offsetof(struct conf_path, sender) },
	{ "key_pin", " http ", offsetof(struct conf_path, key_pin) },
	{ "ca_file", " http ", offsetof(struct conf_path, ca_file) },
};

/* A setting that does nothing is one that somebody counts on. */
static void unread_check(const struct section *p, const struct conf_path *c)
{
	char word[CONF_NAME_MAX + 2];

	if (!modem_driver_find(c->driver))
		return;

	snprintf(word, sizeof(word), " %.*s ", CONF_NAME_MAX - 1, c->driver);
	for (size_t i = 0; i < sizeof(read_by) / sizeof(*read_by); i++)
		if (*((const char *)c + read_by[i].at) &&
		    !strstr(read_by[i].drivers, word))
			WRONG(p, read_by[i].key, "%s is read by%sonly, so it "
			      "would do nothing with driver = %s; remove it, "
			      "or change the driver", read_by[i].key,
			      read_by[i].drivers, c->driver);
}

static void driver_check(const struct section *p, const struct conf_path *c)
{
	char names[256] = "";
	size_t n = 0;

	if (!strcmp(c->driver, "none") || modem_driver_find(c->driver))
		return;

	for (size_t i = 0; modem_driver_name(i); i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, " %s",
				      modem_driver_name(i));
	WRONG(p, "driver", "driver is none of:%s none", names);
}

/* The password is another file's matter: whether there is one counts. */
static void gateway_check(const struct section *p, const struct conf_path *c)
{
	const struct alerte_gateway_config gateway = {
		.size = sizeof(gateway), .url = c->url, .request = c->request,
		.user = c->user, .password = *c->password ? "given" : NULL,
		.sender = c->sender, .pin = { c->key_pin, NULL },
		.ca_file = c->ca_file,
	};
	const char *wrong = alerte_gateway_wrong(&gateway);

	if (wrong)
		WRONG(p, "url", "this gateway cannot be used: %s", wrong);
}

static void needs_check(const struct section *p, const struct conf_path *c)
{
	int64_t end;

	if (!strcmp(c->driver, "spool") && !*c->spool)
		WRONG(p, "driver", "spool needs a folder; add spool = "
		      "\"/path\"");
	if (!strcmp(c->driver, "http") && !*c->url)
		WRONG(p, "driver", "http needs the address of its gateway; "
		      "add url = \"https://...\"");
	else if (!strcmp(c->driver, "http"))
		gateway_check(p, c);
	if (*c->sim_expires && expiry_day(c->sim_expires, &end) < 0)
		WRONG(p, "sim_expires", "sim_expires is no day; write it as "
		      "\"2027-03-31\"");
}

/* What one of the others holds already. */
static void apart_check(const struct section *p, const struct conf_path *c,
			const struct conf_path *others, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct conf_path *o = &others[i];

		if (strcmp(c->driver, o->driver))
			continue;
		if (!strcmp(c->driver, "spool") && !strcmp(c->spool, o->spool))
			WRONG(p, "spool", "this folder is that of %s; give "
			      "each its own", o->name);
		if (strcmp(c->driver, "spool") && strcmp(c->driver, "http") &&
		    strcmp(c->driver, "none") && !strcmp(c->device, o->device))
			WRONG(p, "device", "this is the modem of %s; name "
			      "another device", o->name);
	}
}

static void path_get(const struct section *p, struct conf *conf)
{
	struct conf_path *c = &conf->path[conf->npaths];

	TEXT(p, "driver", c->driver);
	TEXT(p, "spool", c->spool);
	TEXT(p, "device", c->device);
	TEXT(p, "pin_credential", c->pin);
	TEXT(p, "sim_expires", c->sim_expires);
	TEXT(p, "url", c->url);
	TEXT(p, "request", c->request);
	TEXT(p, "user", c->user);
	TEXT(p, "password_credential", c->password);
	TEXT(p, "sender", c->sender);
	TEXT(p, "key_pin", c->key_pin);
	TEXT(p, "ca_file", c->ca_file);
	driver_check(p, c);
	needs_check(p, c);
	unread_check(p, c);
	apart_check(p, c, conf->path, conf->npaths);
	conf->npaths++;
}

static bool name_good(const char *name)
{
	size_t n = strlen(name);

	return n && n < ALERTE_ID_MAX && strcmp(name, "modem") &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

static void titled_get(struct syntax *s, cfg_t *at, struct conf *conf)
{
	const char *name = cfg_title(at) ? cfg_title(at) : "";
	struct section p = { .s = s, .at = at };

	snprintf(p.path, sizeof(p.path), "path=%.127s", name);

	if (!name_good(name)) {
		WRONG(&p, "", "the name of this path is not 1 to %d "
		      "characters of a-z 0-9 _ -, or is modem",
		      ALERTE_ID_MAX - 1);
		return;
	}

	if (conf->npaths == CONF_PATHS_MAX) {
		WRONG(&p, "", "too many paths; at most %d beside the modem",
		      CONF_PATHS_MAX - 1);
		return;
	}

	strcpy(conf->path[conf->npaths].name, name);
	path_get(&p, conf);
}

void conf_paths_get(struct syntax *s, struct conf *c)
{
	struct section modem = { .s = s, .path = "modem",
				 .at = cfg_getsec(s->cfg, "modem") };

	strcpy(c->path[0].name, "modem");
	path_get(&modem, c);

	for (unsigned int i = 0; i < cfg_size(s->cfg, "path"); i++)
		titled_get(s, cfg_getnsec(s->cfg, "path", i), c);
}

bool conf_paths_unheard(const struct conf *c)
{
	bool out = false;

	for (size_t i = 0; i < c->npaths; i++) {
		const struct modem_driver *d;

		d = modem_driver_find(c->path[i].driver);
		if (d && d->two_way)
			return false;
		out |= d != NULL;
	}

	return out;
}
