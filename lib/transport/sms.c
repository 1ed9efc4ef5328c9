/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a text is put to libcurl.
 *
 * Each has a connection of its own, closed behind it: on a kept one that turns
 * out to be dead libcurl would write the request once more, and an SMS asked
 * for twice is two.
 */
#include "transport/sms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "transport/multi.h"

#define CONNECT_MS 4000
#define DRAIN_MAX 65536		/* of an answer, read and thrown away */
#define KANNEL_VALIDITY_MAX_MIN 60
#define PUT(c, option, value) (curl_easy_setopt(c, option, value) == CURLE_OK)

/* -------------------------------------------------------------- settings */

static bool given(const char *s)
{
	return s && *s;
}

static bool copy(char *out, size_t cap, const char *s)
{
	if (!s)
		s = "";
	if (strlen(s) >= cap)
		return false;

	strcpy(out, s);
	return true;
}

/* Fit for a header: one line, nothing hidden in it. */
static bool plain(const char *s)
{
	for (; *s; s++) {
		if (*s < ' ' || *s > '~')
			return false;
	}

	return true;
}

static bool part_absent(CURLU *u, CURLUPart part)
{
	char *value = NULL;
	bool absent = curl_url_get(u, part, &value, 0) != CURLUE_OK;

	curl_free(value);
	return absent;
}

/* Of this machine, and by a name no resolver is asked for. */
static bool is_here(const char *host)
{
	unsigned int a, b, c, d;
	char end;

	if (!strcmp(host, "localhost") || !strcmp(host, "[::1]"))
		return true;

	return sscanf(host, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &end) == 4 &&
	       a == 127 && b < 256 && c < 256 && d < 256;
}

static bool host_good(CURLU *u, bool tls)
{
	char *host = NULL;
	bool good = curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		    (tls || is_here(host));

	curl_free(host);
	return good;
}

static const char *read_url(const char *url)
{
	bool tls = !strncmp(url, "https://", 8);
	const char *wrong = NULL;
	CURLU *u;

	if (!tls && strncmp(url, "http://", 7))
		return "its url is neither https:// nor http://";
	if (!plain(url) || strpbrk(url, " ?#@\\"))
		return "its url holds a user, a query, a fragment or a blank";

	u = curl_url();
	if (!u || curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    !part_absent(u, CURLUPART_USER))
		wrong = "its url cannot be read";
	else if (!host_good(u, tls))
		wrong = "its url is http:// and not of this machine; use "
			"https://";
	curl_url_cleanup(u);
	return wrong;
}

static const char *read_strings(const struct alerte_gateway_config *c,
				struct sms_gateway *g)
{
	if (!given(c->url) || !copy(g->url, sizeof(g->url), c->url))
		return "its url is missing or too long";
	if (!copy(g->user, sizeof(g->user), c->user) ||
	    !copy(g->password, sizeof(g->password), c->password) ||
	    !copy(g->sender, sizeof(g->sender), c->sender) ||
	    !copy(g->ca_file, sizeof(g->ca_file), c->ca_file))
		return "a value is too long";
	if (!plain(g->user) || !plain(g->password) || !plain(g->sender))
		return "user, password or sender holds more than plain ASCII";
	for (int i = 0; i < 2; i++) {
		if (!copy(g->pin[i], sizeof(g->pin[i]), c->pin[i]) ||
		    !tls_pin_good(g->pin[i]))
			return "its pin is not sha256// and the base64 of 32 "
			       "bytes";
	}

	return read_url(g->url);
}

static const char *read_request(const char *request, struct sms_gateway *g)
{
	const char *wrong;

	g->kannel = !strcmp(request, "kannel");
	if (g->kannel)
		return *g->user && *g->password ? NULL :
		       "kannel needs a user and a password";

	wrong = form_read(request, &g->template);
	if (wrong)
		return wrong;
	if ((g->template.user && !*g->user) ||
	    (g->template.password && !*g->password) ||
	    (g->template.sender && !*g->sender))
		return "its request names a user, password or sender that is "
		       "not given";

	return *g->user && !*g->password ? "it has a user and no password"
					 : NULL;
}

const char *sms_gateway_read(const struct alerte_gateway_config *config,
			     struct sms_gateway *out)
{
	struct sms_gateway g = { .answer_ms = ALERTE_GATEWAY_ANSWER_MS };
	const char *wrong;

	if (config->size != sizeof(*config))
		return "its settings are of another version";

	wrong = read_strings(config, &g);
	if (!wrong)
		wrong = read_request(given(config->request) ? config->request
							    : "kannel", &g);
	if (config->answer_ms)
		g.answer_ms = config->answer_ms;
	if (!wrong)
		*out = g;
	explicit_bzero(&g, sizeof(g));
	return wrong;
}

/* --------------------------------------------------------------- request */

static size_t on_body(char *bytes, size_t one, size_t n, void *user)
{
	struct sms *s = user;
	size_t len = one * n, room;

	room = s->answer_len < SMS_ANSWER_MAX ? SMS_ANSWER_MAX - s->answer_len
					      : 0;
	if (room > len)
		room = len;
	memcpy(s->answer + s->answer_len, bytes, room);
	s->answer_len += len;
	return s->answer_len > DRAIN_MAX ? 0 : len;
}

static bool header(struct sms *s, const char *name, const char *value)
{
	char line[512];
	struct curl_slist *longer;
	int n;

	/* "Name:" alone tells libcurl to leave out its own. */
	n = snprintf(line, sizeof(line), "%s:%s%s", name, *value ? " " : "",
		     value);
	longer = n < (int)sizeof(line) ? curl_slist_append(s->headers, line)
				       : NULL;
	explicit_bzero(line, sizeof(line));
	if (!longer)
		return false;

	s->headers = longer;
	return true;
}

static bool set_body(struct sms *s, size_t len)
{
	return put_long(s->easy, CURLOPT_POST, 1) &&
	       put_long(s->easy, CURLOPT_POSTFIELDSIZE, (long)len) &&
	       PUT(s->easy, CURLOPT_POSTFIELDS, s->body) &&
	       /* No "100 Continue": a round trip for nothing. */
	       header(s, "Expect", "");
}

/* How long it is still of use, in whole minutes. */
static void validity(const struct alerte_message *m, int64_t now, char out[8])
{
	int64_t left = KANNEL_VALIDITY_MAX_MIN;

	if (m->expires_boot_ms < ALERTE_NEVER)
		left = (m->expires_boot_ms - now + 59999) / 60000;
	if (left > KANNEL_VALIDITY_MAX_MIN)
		left = KANNEL_VALIDITY_MAX_MIN;
	snprintf(out, 8, "%d", (int)left);
}

static bool set_kannel(struct sms *s, const struct sms_gateway *g,
		       const struct alerte_message *m)
{
	char minutes[8];

	validity(m, multi_now(), minutes);
	strcpy(s->body, m->text);
	return header(s, "Content-Type", "text/plain; charset=UTF-8") &&
	       header(s, "X-Kannel-Username", g->user) &&
	       header(s, "X-Kannel-Password", g->password) &&
	       header(s, "X-Kannel-To", m->address) &&
	       header(s, "X-Kannel-Validity", minutes) &&
	       (!*g->sender || header(s, "X-Kannel-From", g->sender)) &&
	       set_body(s, strlen(s->body));
}

static bool set_login(struct sms *s, const struct sms_gateway *g)
{
	char bearer[sizeof(g->password) + 8];
	bool good;

	if (!*g->password || g->template.password)
		return true;

	if (*g->user)
		return put_long(s->easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC) &&
		       put_text(s->easy, CURLOPT_USERNAME, g->user) &&
		       put_text(s->easy, CURLOPT_PASSWORD, g->password);

	snprintf(bearer, sizeof(bearer), "Bearer %s", g->password);
	good = header(s, "Authorization", bearer);
	explicit_bzero(bearer, sizeof(bearer));
	return good;
}

static bool set_template(struct sms *s, const struct sms_gateway *g,
			 const struct alerte_message *m)
{
	const struct form *t = &g->template;
	const struct form_values values = {
		.number = m->address, .text = m->text, .sender = g->sender,
		.user = g->user, .password = g->password, .key = m->key,
	};
	size_t base = strlen(s->url);
	int n = t->post ? form_fill(t, &values, s->body, sizeof(s->body))
			: form_fill(t, &values, s->url + base,
					sizeof(s->url) - base);

	if (n < 0 || !set_login(s, g))
		return false;

	return !t->post || (header(s, "Content-Type", t->type) &&
			    set_body(s, (size_t)n));
}

static bool set_up(struct sms *s, const struct sms_gateway *g)
{
	const struct tls_identity id = {
		.ca_file = g->ca_file, .cert_file = "", .key_file = "",
		.pin = { g->pin[0], g->pin[1] },
	};
	bool tls = !strncmp(g->url, "https:", 6);
	CURL *c = s->easy;

	return put_text(c, CURLOPT_URL, s->url) &&
	       put_text(c, CURLOPT_PROTOCOLS_STR, tls ? "https" : "http") &&
	       put_long(c, CURLOPT_FOLLOWLOCATION, 0) &&
	       put_long(c, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) &&
	       put_text(c, CURLOPT_USERAGENT, "alerte") &&
	       put_long(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS) &&
	       put_long(c, CURLOPT_TIMEOUT_MS, (long)g->answer_ms) &&
	       put_long(c, CURLOPT_FRESH_CONNECT, 1) &&
	       put_long(c, CURLOPT_FORBID_REUSE, 1) &&
	       PUT(c, CURLOPT_HTTPHEADER, s->headers) &&
	       PUT(c, CURLOPT_WRITEFUNCTION, on_body) &&
	       PUT(c, CURLOPT_WRITEDATA, s) && PUT(c, CURLOPT_PRIVATE, s) &&
	       tls_set_process(c) && tls_set(c, &s->tls, &id);
}

static bool number_good(const char *number)
{
	size_t n;

	if (!number || *number != '+')
		return false;

	n = strspn(number + 1, "0123456789");
	return n >= 7 && n <= 15 && !number[n + 1];
}

static bool set_message(struct sms *s, const struct sms_gateway *g,
			const struct alerte_message *m)
{
	if (!m) {
		s->probe = true;
		return put_long(s->easy, CURLOPT_NOBODY, 1);
	}

	if (!number_good(m->address) || !given(m->text) ||
	    strlen(m->text) > ALERTE_GATEWAY_TEXT_MAX)
		return false;

	s->attempt = m->attempt;
	return g->kannel ? set_kannel(s, g, m) : set_template(s, g, m);
}

struct sms *sms_new(const struct sms_gateway *gateway,
		    const struct clock_state *clock,
		    const struct alerte_message *message)
{
	struct sms *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;

	s->tls.clock = clock;
	s->easy = curl_easy_init();
	strcpy(s->url, gateway->url);
	if (s->easy && set_message(s, gateway, message) && set_up(s, gateway))
		return s;

	sms_free(s);
	return NULL;
}

void sms_free(struct sms *s)
{
	if (!s)
		return;

	curl_easy_cleanup(s->easy);
	for (struct curl_slist *l = s->headers; l; l = l->next)
		explicit_bzero(l->data, strlen(l->data));
	curl_slist_free_all(s->headers);
	explicit_bzero(s, sizeof(*s));
	free(s);
}

void sms_outcome(const struct sms *s, const struct sms_gateway *gateway,
		 CURLcode code, struct sms_outcome *o)
{
	memset(o, 0, sizeof(*o));
	o->probe = s->probe;
	o->kannel = gateway->kannel;
	o->code = code;
	o->answer = s->answer;
	o->expect = gateway->template.expect;
	curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &o->status);
	curl_easy_getinfo(s->easy, CURLINFO_REQUEST_SIZE, &o->sent);
}
