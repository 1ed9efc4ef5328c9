/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One multi handle, one server, a list of messages and at most one probe of it.
 *
 *   send, probe -> connecting -> talking -> landed: an event, and gone
 *                      ^                      |
 *                      |                      v
 *                      +------------------ waiting (the server put it off)
 *
 * When is the server faulty?
 *
 *   refused, stranger   at once: waiting mends neither
 *   anything else       after ALERTE_MAIL_DEAF_MS of nothing but failures
 *
 * A recipient it does not want shows that it is there and serves us.  Events go
 * out only after libcurl has returned: a host may call back into us from them.
 */
#include <alerte/mail.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "transport/multi.h"
#include "transport/smtp.h"

#define URGENT_ROOM 8
/* A try given less than this would only be a way to lose it. */
#define SHORTEST_TRY_MS 5000
/* The engine began to count before we did, and must hear before it ends. */
#define HEAD_START_MS 1000

struct alerte_mail {
	struct multi multi;
	struct alerte_mail_events events;
	struct clock_state clock;
	struct alerte_mail_server server;	/* "" url: none */
	struct smtp *list;
	struct alerte_mail_state state;
	int64_t failing_since;			/* while state.failures > 0 */
	bool undated;				/* the fault "clock" */
};

/* -------------------------------------------------------------- state */

static void tell_fault(struct alerte_mail *m, const char *fault, bool present)
{
	if (m->events.fault)
		m->events.fault(m->events.context, fault, present);
}

static void set_undated(struct alerte_mail *m, bool undated)
{
	if (m->undated == undated)
		return;

	m->undated = undated;
	tell_fault(m, "clock", undated);
}

static void note_success(struct alerte_mail *m, int64_t now)
{
	m->state.success_boot_ms = now;
	m->state.failures = 0;
	m->state.fault = false;
	m->state.refused = false;
	m->state.error[0] = '\0';
}

static void note_failure(struct alerte_mail *m, enum smtp_verdict v,
			 const struct smtp_outcome *o, int64_t now)
{
	const char *words = smtp_words(v, o);

	if (m->state.failures++ == 0)
		m->failing_since = now;

	m->state.failure_boot_ms = now;
	m->state.refused = v == SMTP_REFUSED || v == SMTP_STRANGER;
	strncpy(m->state.error, words, sizeof(m->state.error) - 1);

	if (m->state.refused ||
	    now - m->failing_since >= ALERTE_MAIL_DEAF_MS)
		m->state.fault = true;
}

static void note(struct alerte_mail *m, enum smtp_verdict v,
		 const struct smtp_outcome *o)
{
	bool before = m->state.fault;

	m->state.status = (int)o->status;

	if (v == SMTP_TAKEN || v == SMTP_UNWANTED)
		note_success(m, multi_now());
	else
		note_failure(m, v, o, multi_now());

	if (v == SMTP_UNWANTED)
		strncpy(m->state.error, smtp_words(v, o),
			sizeof(m->state.error) - 1);

	if (m->state.fault != before)
		tell_fault(m, "mail", m->state.fault);
}

/* ------------------------------------------------------------- flights */

static void arm(struct alerte_mail *m)
{
	int64_t due = ALERTE_NEVER;

	for (const struct smtp *s = m->list; s; s = s->next) {
		int64_t at = s->retry_at;

		if (s->flying && s->stage != SMTP_CONNECTING)
			at = s->ends;
		if (at && at < due)
			due = at;
	}

	multi_arm(&m->multi, due);
}

static void unlink_one(struct alerte_mail *m, struct smtp *s)
{
	struct smtp **at = &m->list;

	while (*at != s)
		at = &(*at)->next;

	*at = s->next;
	m->state.under_way--;
}

/*
 * The end of one.  It leaves the list first: what the events call back into
 * finds only what is still under way.
 */
static void land(struct alerte_mail *m, struct smtp *s, enum smtp_verdict v,
		 const struct smtp_outcome *o)
{
	unlink_one(m, s);

	if (s->tls.undated && !m->clock.trusted)
		set_undated(m, true);

	if (!s->old && !s->unseen)
		note(m, v, o);

	if (!s->probe && m->events.receipt)
		m->events.receipt(m->events.context, s->attempt,
				  smtp_receipt(v, o));

	smtp_free(s);
}

/* Whether there is time for another try. */
static bool waits(struct smtp *s, int64_t now)
{
	int64_t pause = smtp_pause(s->tries);

	if (s->probe || now + pause + SHORTEST_TRY_MS > s->until)
		return false;

	s->retry_at = now + pause;
	return true;
}

static void ended(struct alerte_mail *m, struct smtp *s, CURLcode code)
{
	struct smtp_outcome o;
	enum smtp_verdict v;

	smtp_lands(s, code, &o);

	if (s->fd >= 0)
		m->multi.loop.watch(m->multi.loop.context, s->fd, 0);

	/* This closes the connection, too. */
	curl_multi_remove_handle(m->multi.curl, s->easy);
	v = smtp_verdict(&o);

	if (v == SMTP_AGAIN && waits(s, multi_now()))
		return;

	land(m, s, v, &o);
}

static void talk(struct alerte_mail *m, struct smtp *s)
{
	unsigned int events;
	CURLcode code;

	if (smtp_goes_on(s, &events, &code))
		m->multi.loop.watch(m->multi.loop.context, s->fd, events);
	else
		ended(m, s, code);
}

/* libcurl has connected, or has not. */
static void collect(struct alerte_mail *m)
{
	struct smtp *s;
	CURLcode code;

	while ((s = multi_ended(&m->multi, &code))) {
		if (code == CURLE_OK && !s->probe) {
			smtp_talk(s);
			talk(m, s);
			continue;
		}
		if (code == CURLE_OK)
			smtp_quit(s);
		ended(m, s, code);
	}
}

static struct smtp *talking_on(const struct alerte_mail *m, int fd)
{
	for (struct smtp *s = m->list; s; s = s->next) {
		if (s->flying && s->stage != SMTP_CONNECTING && s->fd == fd)
			return s;
	}

	return NULL;
}

/* Of those that talk; libcurl looks after its own. */
static struct smtp *first_late(const struct alerte_mail *m, int64_t now)
{
	for (struct smtp *s = m->list; s; s = s->next) {
		if (s->flying && s->stage != SMTP_CONNECTING && s->ends <= now)
			return s;
	}

	return NULL;
}

static void expire(struct alerte_mail *m)
{
	int64_t now = multi_now();
	struct smtp *s;

	while ((s = first_late(m, now)))
		ended(m, s, CURLE_OPERATION_TIMEDOUT);
}

static bool fly(struct alerte_mail *m, struct smtp *s, int64_t now)
{
	smtp_takes_off(s, now);

	if (curl_multi_add_handle(m->multi.curl, s->easy) == CURLM_OK)
		return true;

	s->flying = false;
	return false;
}

static struct smtp *first_due(const struct alerte_mail *m, int64_t now)
{
	for (struct smtp *s = m->list; s; s = s->next) {
		if (s->retry_at && s->retry_at <= now)
			return s;
	}

	return NULL;
}

static void retry(struct alerte_mail *m)
{
	static const struct smtp_outcome o = { .code = CURLE_OUT_OF_MEMORY };
	int64_t now = multi_now();
	struct smtp *s;

	while ((s = first_due(m, now))) {
		if (!fly(m, s, now))
			land(m, s, SMTP_LOST, &o);
	}
}

/* Takes s, whatever comes of it. */
static int launch(struct alerte_mail *m, struct smtp *s, int64_t expires)
{
	int64_t now = multi_now();

	s->until = now + ALERTE_MAIL_LIMIT_MS - HEAD_START_MS;

	if (expires < s->until)
		s->until = expires;

	if (!fly(m, s, now)) {
		smtp_free(s);
		return ALERTE_ENOMEM;
	}

	s->next = m->list;
	m->list = s;
	m->state.under_way++;
	arm(m);
	return ALERTE_ACCEPTED;
}

/* ----------------------------------------------------------- what goes */

static bool has_room(const struct alerte_mail *m,
		     enum alerte_importance importance)
{
	unsigned int room = ALERTE_MAIL_FLIGHT_MAX;

	if (importance > ALERTE_IMPORTANCE_ALERT)
		room -= URGENT_ROOM;

	return m->state.under_way < room;
}

/* A box that does not know the hour does not say it is 1970. */
static int64_t wall_ms(const struct alerte_mail *m)
{
	struct timespec ts;
	int64_t now;

	clock_gettime(CLOCK_REALTIME, &ts);
	now = (int64_t)ts.tv_sec * 1000;
	return !m->clock.trusted && m->clock.instant_ms > now ?
		       m->clock.instant_ms : now;
}

int alerte_mail_send(struct alerte_mail *m, const struct alerte_message *msg)
{
	struct smtp *s;

	if (msg->channel != ALERTE_CHANNEL_EMAIL || !*m->server.url ||
	    msg->expires_boot_ms <= multi_now() ||
	    !has_room(m, msg->importance))
		return ALERTE_EREFUSED;

	s = smtp_new(&m->server, &m->clock);

	if (!s)
		return ALERTE_EREFUSED;

	if (smtp_message(s, &m->server, msg, wall_ms(m))) {
		smtp_free(s);
		return ALERTE_EREFUSED;
	}

	s->unseen = msg->unseen;
	return launch(m, s, msg->expires_boot_ms) < 0 ? ALERTE_EREFUSED : 0;
}

int alerte_mail_probe(struct alerte_mail *m)
{
	struct smtp *s;

	if (!*m->server.url)
		return ALERTE_ENOTFOUND;

	for (s = m->list; s; s = s->next) {
		if (s->probe && !s->old)
			return ALERTE_OK;
	}

	if (!has_room(m, ALERTE_IMPORTANCE_HOUSEKEEPING))
		return ALERTE_ELIMIT;

	s = smtp_new(&m->server, &m->clock);
	return s ? launch(m, s, ALERTE_NEVER) : ALERTE_ENOMEM;
}

/* -------------------------------------------------------------- server */

int alerte_mail_check(const struct alerte_mail_server *server)
{
	return smtp_check(server);
}

static bool same_server(const struct alerte_mail_server *a,
			const struct alerte_mail_server *b)
{
	return !strcmp(a->url, b->url) && !strcmp(a->from, b->from) &&
	       !strcmp(a->user, b->user) && !strcmp(a->password, b->password) &&
	       !strcmp(a->pin[0], b->pin[0]) && !strcmp(a->pin[1], b->pin[1]) &&
	       !strcmp(a->ca_file, b->ca_file) &&
	       !strcmp(a->cert_file, b->cert_file) &&
	       !strcmp(a->key_file, b->key_file);
}

static void forget(struct alerte_mail *m)
{
	bool fault = m->state.fault;
	uint32_t under_way = m->state.under_way;

	for (struct smtp *s = m->list; s; s = s->next)
		s->old = true;

	m->state = (struct alerte_mail_state){
		.size = sizeof(m->state),
		.success_boot_ms = -1,
		.failure_boot_ms = -1,
		.under_way = under_way,
	};
	explicit_bzero(&m->server, sizeof(m->server));

	if (fault)
		tell_fault(m, "mail", false);
}

int alerte_mail_set(struct alerte_mail *m,
		    const struct alerte_mail_server *server)
{
	int r = server ? smtp_check(server) : 0;

	if (r)
		return r;

	if (server && same_server(&m->server, server))
		return 0;

	forget(m);

	if (server)
		m->server = *server;
	else
		set_undated(m, false);

	return 0;
}

void alerte_mail_clock(struct alerte_mail *m, int64_t instant_ms, bool trusted)
{
	m->clock.trusted = trusted;

	/* A trusted clock may also be set back; an untrusted one never. */
	if (trusted || instant_ms > m->clock.instant_ms)
		m->clock.instant_ms = instant_ms;

	if (trusted)
		set_undated(m, false);
}

/* ---------------------------------------------------------------- loop */

void alerte_mail_socket(struct alerte_mail *m, int fd, unsigned int events)
{
	struct smtp *s = talking_on(m, fd);

	if (s)
		talk(m, s);
	else
		multi_socket(&m->multi, fd, events);

	collect(m);
	arm(m);
}

void alerte_mail_timeout(struct alerte_mail *m)
{
	expire(m);
	retry(m);
	multi_timeout(&m->multi);
	collect(m);
	arm(m);
}

/* ---------------------------------------------------------------- life */

static bool curl_has_smtp(void)
{
	const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);

	for (const char *const *p = v->protocols; *p; p++) {
		if (!strcmp(*p, "smtps"))
			return true;
	}

	return false;
}

int alerte_mail_new(const struct alerte_transport_loop *loop,
		    const struct alerte_mail_events *events,
		    struct alerte_mail **out)
{
	struct alerte_mail *m;
	int r;

	if (loop->size != sizeof(*loop) || events->size != sizeof(*events) ||
	    !loop->watch || !loop->timer)
		return ALERTE_EINVAL;

	if (!curl_has_smtp())
		return ALERTE_EREFUSED;

	m = calloc(1, sizeof(*m));

	if (!m)
		return ALERTE_ENOMEM;

	m->events = *events;
	m->clock.trusted = true;
	/* Those under way; none is kept, each closes its own. */
	r = multi_open(&m->multi, loop, 2L * ALERTE_MAIL_FLIGHT_MAX);

	if (r) {
		free(m);
		return r;
	}

	forget(m);
	*out = m;
	return 0;
}

void alerte_mail_free(struct alerte_mail *m)
{
	if (!m)
		return;

	while (m->list) {
		struct smtp *s = m->list;

		m->list = s->next;

		if (s->flying && s->fd >= 0)
			m->multi.loop.watch(m->multi.loop.context, s->fd, 0);
		if (s->flying)
			curl_multi_remove_handle(m->multi.curl, s->easy);

		smtp_free(s);
	}

	multi_close(&m->multi);
	explicit_bzero(m, sizeof(*m));
	free(m);
}

/* --------------------------------------------------------------- state */

int alerte_mail_describe(const struct alerte_mail *m,
			 struct alerte_mail_state *out)
{
	if (out->size != sizeof(*out))
		return ALERTE_EINVAL;

	*out = m->state;
	for (const struct smtp *s = m->list; s; s = s->next)
		out->under_way -= s->unseen;
	return 0;
}

bool alerte_mail_undated(const struct alerte_mail *m)
{
	return m->undated;
}
