/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerted.conf: the settings of the machine.  What concerns people stands in
 * the store and comes in by site.c.
 */
#include "conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "beat.h"
#include "conf_paths.h"
#include "radio/radio.h"
#include "syntax.h"

#define SELFTEST_HOURS_MAX (31 * 24)

static cfg_opt_t store_opts[] = {
	CFG_STR("path", "", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t radio_opts[] = {
	CFG_STR("driver", "auto", CFGF_NONE),
	CFG_STR("file", "", CFGF_NONE),
	CFG_STR("adapter", "", CFGF_NONE),
	CFG_STR("canary", "", CFGF_NONE),
	CFG_INT("canary_minutes", 5, CFGF_NONE),
	CFG_STR("confirm", "none", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t mail_opts[] = {
	CFG_STR("server", "", CFGF_NONE),
	CFG_STR("from", "", CFGF_NONE),
	CFG_STR("user", "", CFGF_NONE),
	CFG_STR("password_credential", "", CFGF_NONE),
	CFG_STR_LIST("pin", "{}", CFGF_NONE),
	CFG_STR("ca_file", "", CFGF_NONE),
	CFG_STR("cert_file", "", CFGF_NONE),
	CFG_STR("key_file", "", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t selftest_opts[] = {
	CFG_STR("number", "", CFGF_NONE),
	CFG_INT("every_hours", 25, CFGF_NONE),
	CFG_END()
};

static cfg_opt_t power_opts[] = {
	CFG_STR("supply", "/sys/class/power_supply", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t relay_opts[] = {
	CFG_STR("number", "114", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t control_opts[] = {
	CFG_STR("bus", "system", CFGF_NONE),
	CFG_BOOL("socket", cfg_true, CFGF_NONE),
	CFG_END()
};

static cfg_opt_t keys_opts[] = {
	CFG_STR("run", "run-key", CFGF_NONE),
	CFG_STR("reading_public", "reading-public", CFGF_NONE),
	CFG_STR("reading_secret", "reading-secret", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t place_opts[] = {
	CFG_STR("site", "", CFGF_NONE),
	CFG_INT("rank", 0, CFGF_NONE),
	CFG_BOOL("moving", cfg_false, CFGF_NONE),
	CFG_STR("abroad", "try", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t clock_opts[] = {
	CFG_STR("trusted", "auto", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t heartbeat_opts[] = {
	CFG_INT("every", BEAT_EVERY_S, CFGF_NONE),
	CFG_END()
};

static cfg_opt_t log_opts[] = {
	CFG_STR("level", "info", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t opts[] = {
	CFG_SEC("store", store_opts, CFGF_NONE),
	CFG_SEC("radio", radio_opts, CFGF_NONE),
	CFG_SEC("modem", conf_path_opts, CFGF_NONE),
	CFG_SEC("path", conf_path_opts, CFGF_MULTI | CFGF_TITLE |
					CFGF_NO_TITLE_DUPES),
	CFG_SEC("mail", mail_opts, CFGF_NONE),
	CFG_SEC("selftest", selftest_opts, CFGF_NONE),
	CFG_SEC("power", power_opts, CFGF_NONE),
	CFG_SEC("relay", relay_opts, CFGF_NONE),
	CFG_SEC("control", control_opts, CFGF_NONE),
	CFG_SEC("keys", keys_opts, CFGF_NONE),
	CFG_SEC("place", place_opts, CFGF_NONE),
	CFG_SEC("clock", clock_opts, CFGF_NONE),
	CFG_SEC("heartbeat", heartbeat_opts, CFGF_NONE),
	CFG_SEC("log", log_opts, CFGF_NONE),
	CFG_END()
};

#define CANARY_MINUTES_MAX 1440

static void text_get(struct syntax *s, const char *section, const char *key,
		     char *out, size_t cap)
{
	conf_text(s, cfg_getsec(s->cfg, section), section, key, out, cap);
}

#define TEXT(s, section, key, array) \
	text_get(s, section, key, array, sizeof(array))

static void relay_check(struct syntax *s, const char *number)
{
	size_t n = strlen("+3363998");

	if (!strcmp(number, "114"))
		return;

	/* M5: 06 39 98 xx xx belongs to nobody, by decision of the Arcep. */
	if (!strncmp(number, "+3363998", n) && strlen(number) == n + 4 &&
	    strspn(number + n, "0123456789") == 4)
		return;

	complain(s->out, s->file, syntax_line(s, "relay/number"), "no number "
		 "of a relay; write 114 or, for a test, one of +33 6 39 98 "
		 "xx xx without spaces");
}

static bool one_of(struct syntax *s, const char *path, const char *value,
		   const char *choices)
{
	char with[CONF_NAME_MAX + 2];

	snprintf(with, sizeof(with), " %s ", value);

	if (*value && strstr(choices, with))
		return true;

	complain(s->out, s->file, syntax_line(s, path), "%s is none of:%s",
		 strrchr(path, '/') + 1, choices);
	return false;
}

static void canary_get(struct syntax *s, struct conf *c)
{
	long minutes = cfg_getint(cfg_getsec(s->cfg, "radio"),
				  "canary_minutes");
	uint8_t address[6];

	TEXT(s, "radio", "canary", c->radio_canary);

	if (*c->radio_canary && !radio_address_parse(c->radio_canary, address))
		complain(s->out, s->file, syntax_line(s, "radio/canary"),
			 "canary is no address; write it as on the beacon, "
			 "AA:BB:CC:DD:EE:FF");

	if (minutes < 1 || minutes > CANARY_MINUTES_MAX)
		complain(s->out, s->file, syntax_line(s,
			 "radio/canary_minutes"), "canary_minutes is not "
			 "between 1 and %d", CANARY_MINUTES_MAX);
	else
		c->radio_canary_minutes = (int)minutes;
}

static void radio_get(struct syntax *s, struct conf *c)
{
	TEXT(s, "radio", "driver", c->radio_driver);
	TEXT(s, "radio", "file", c->radio_file);
	TEXT(s, "radio", "adapter", c->radio_adapter);
	canary_get(s, c);
	TEXT(s, "radio", "confirm", c->radio_confirm);
	one_of(s, "radio/confirm", c->radio_confirm, " none light buzzer ");

	if (one_of(s, "radio/driver", c->radio_driver,
		   " auto mgmt bluez replay none ") &&
	    !strcmp(c->radio_driver, "replay") && !*c->radio_file)
		complain(s->out, s->file, syntax_line(s, "radio/driver"),
			 "replay needs a file; add file = \"/path\"");
}

static void mail_wrong(struct syntax *s, const char *key, const char *what)
{
	char path[SYNTAX_PATH_MAX];

	snprintf(path, sizeof(path), "mail/%s", key);
	complain(s->out, s->file, syntax_line(s, path), "%s %s", key, what);
}

static void mail_pins_get(struct syntax *s, struct alerte_mail_server *m)
{
	cfg_t *at = cfg_getsec(s->cfg, "mail");
	unsigned int i, n = cfg_size(at, "pin");

	if (n > 2) {
		mail_wrong(s, "pin", "has more than two entries");
		return;
	}

	for (i = 0; i < n; i++)
		conf_value(s, "mail", "pin", cfg_getnstr(at, "pin", i),
			   m->pin[i], sizeof(m->pin[i]));
}

/* Each by itself: what is good in the others is not what is complained of. */
static void mail_check(struct syntax *s, const struct alerte_mail_server *m)
{
	struct alerte_mail_server one = {
		.size = sizeof(one), .url = "smtps://mail.example.org",
		.from = "alerte@example.org"
	}, pins = one;

	strcpy(one.url, m->url);
	memcpy(pins.pin, m->pin, sizeof(pins.pin));

	if (alerte_mail_check(&one) < 0)
		mail_wrong(s, "server", "is none of smtps://HOST[:PORT] and "
			   "smtp://HOST[:PORT]; write it without user or path");
	if (alerte_email_check(m->from) < 0)
		mail_wrong(s, "from", "is no plain address; write it as "
			   "alerte@example.org");
	if (alerte_mail_check(&pins) < 0)
		mail_wrong(s, "pin", "is not sha256// and 44 characters of "
			   "base64; alerted.conf(5) tells how to get one");
}

static void mail_path_get(struct syntax *s, const char *key,
			  char out[ALERTE_PATH_MAX])
{
	text_get(s, "mail", key, out, ALERTE_PATH_MAX);

	if (*out && *out != '/')
		mail_wrong(s, key, "is not a whole path; begin it with /");
}

static void mail_get(struct syntax *s, struct conf *c)
{
	struct alerte_mail_server *m = &c->mail;

	m->size = sizeof(*m);
	TEXT(s, "mail", "server", m->url);
	TEXT(s, "mail", "from", m->from);
	TEXT(s, "mail", "user", m->user);
	TEXT(s, "mail", "password_credential", c->mail_password);
	mail_pins_get(s, m);
	mail_path_get(s, "ca_file", m->ca_file);
	mail_path_get(s, "cert_file", m->cert_file);
	mail_path_get(s, "key_file", m->key_file);

	if (!*m->user != !*c->mail_password)
		mail_wrong(s, *m->user ? "user" : "password_credential",
			   "stands alone: user and password_credential come "
			   "together; add the other");
	if (*m->key_file && !*m->cert_file)
		mail_wrong(s, "key_file", "stands alone; add cert_file");

	if (*m->url || syntax_has(s, "mail"))
		mail_check(s, m);
}

static void selftest_get(struct syntax *s, struct conf *c)
{
	long hours = cfg_getint(cfg_getsec(s->cfg, "selftest"), "every_hours");
	char typed[CONF_NAME_MAX] = "";

	TEXT(s, "selftest", "number", typed);

	if (*typed && alerte_number_parse(typed, c->selftest_number) < 0)
		complain(s->out, s->file, syntax_line(s, "selftest/number"),
			 "number can take no text; write the number of the "
			 "modem's SIM, as \"+33 6 39 98 ...\"");

	if (hours < 1 || hours > SELFTEST_HOURS_MAX)
		complain(s->out, s->file, syntax_line(s,
			 "selftest/every_hours"), "every_hours is not between "
			 "1 and %d", SELFTEST_HOURS_MAX);
	else
		c->selftest_hours = (int)hours;
}

static void heartbeat_get(struct syntax *s, struct conf *c)
{
	long every = cfg_getint(cfg_getsec(s->cfg, "heartbeat"), "every");

	if (every && (every < BEAT_EVERY_LEAST_S || every > BEAT_EVERY_MOST_S))
		complain(s->out, s->file, syntax_line(s, "heartbeat/every"),
			 "every is none of %d to %d seconds, nor 0 for never",
			 BEAT_EVERY_LEAST_S, BEAT_EVERY_MOST_S);
	else
		c->heartbeat_s = (uint32_t)every;
}

static void place_get(struct syntax *s, struct conf *c)
{
	long rank = cfg_getint(cfg_getsec(s->cfg, "place"), "rank");

	TEXT(s, "place", "site", c->place_site);

	if (rank < 0 || rank > ALERTE_RANK_MAX)
		complain(s->out, s->file, syntax_line(s, "place/rank"),
			 "rank is not between 0 and %d; give each gateway of "
			 "a place its own, the one that texts first 0",
			 ALERTE_RANK_MAX);
	else
		c->place_rank = (uint32_t)rank;
}

static void level_get(struct syntax *s, struct conf *c)
{
	static const char *const names[] = {
		[ALERTE_LOG_ERROR] = "error",
		[ALERTE_LOG_WARNING] = "warning",
		[ALERTE_LOG_NOTICE] = "notice",
		[ALERTE_LOG_INFO] = "info",
		[ALERTE_LOG_DEBUG] = "debug"
	};
	char name[CONF_NAME_MAX] = "";
	int i;

	TEXT(s, "log", "level", name);

	if (!one_of(s, "log/level", name, " error warning notice info debug "))
		return;

	for (i = ALERTE_LOG_ERROR; i <= ALERTE_LOG_DEBUG; i++)
		if (!strcmp(name, names[i]))
			c->log_level = (enum alerte_log_level)i;
}

static void conf_get(struct syntax *s, struct conf *c)
{
	char word[CONF_NAME_MAX] = "";

	TEXT(s, "store", "path", c->store_path);
	radio_get(s, c);
	conf_paths_get(s, c);
	mail_get(s, c);
	selftest_get(s, c);
	TEXT(s, "power", "supply", c->power_supply);
	TEXT(s, "relay", "number", c->relay_number);
	relay_check(s, c->relay_number);

	TEXT(s, "control", "bus", word);
	one_of(s, "control/bus", word, " system none ");
	c->control_bus = !strcmp(word, "system");
	c->control_socket = cfg_getbool(cfg_getsec(s->cfg, "control"),
					"socket");

	TEXT(s, "keys", "run", c->key_run);
	TEXT(s, "keys", "reading_public", c->key_reading_public);
	TEXT(s, "keys", "reading_secret", c->key_reading_secret);
	place_get(s, c);
	c->place_moving = cfg_getbool(cfg_getsec(s->cfg, "place"), "moving");
	TEXT(s, "place", "abroad", word);
	one_of(s, "place/abroad", word, " try contacts-only ");
	c->abroad = !strcmp(word, "try") ? ALERTE_ABROAD_TRY
					 : ALERTE_ABROAD_CONTACTS_ONLY;

	TEXT(s, "clock", "trusted", word);
	one_of(s, "clock/trusted", word, " auto yes ");
	c->clock_trusted = !strcmp(word, "yes");
	heartbeat_get(s, c);
	level_get(s, c);
}

static bool conf_parse(const char *path, const char *text, size_t len,
		       struct complaints *c, struct conf *out)
{
	struct conf conf;
	struct syntax s;
	bool good;

	memset(&conf, 0, sizeof(conf));
	good = syntax_open(&s, path, text, len, opts, NULL, c);

	if (good)
		conf_get(&s, &conf);

	syntax_close(&s);

	if (!good || c->n)
		return false;

	*out = conf;
	return true;
}

bool conf_read(const char *path, struct complaints *c, struct conf *out)
{
	char *text;
	size_t len;
	bool good;
	int r = file_read(path, &text, &len);

	if (r < 0) {
		complain(c, path, 0, "%s; write it after the example in "
			 "alerted.conf(5), or name another with --config",
			 strerror(-r));
		return false;
	}

	good = conf_parse(path, text, len, c, out);
	free(text);
	return good;
}
