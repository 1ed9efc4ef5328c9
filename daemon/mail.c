/* SPDX-License-Identifier: Apache-2.0 */
#include "mail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <alerte/mail.h>

#include "clock.h"
#include "daemon.h"
#include "keys.h"
#include "link.h"
#include "log.h"
#include "watches.h"

#define MINUTE_MS 60000
/*
 * A server that refuses us is not asked more often than one that serves us:
 * some shut out who tries wrong passwords.
 */
#define PROBE_MS (30 * MINUTE_MS)
#define PROBE_FAILING_MS MINUTE_MS
#define PROBE_FAULT_MS (5 * MINUTE_MS)

struct mail {
	struct daemon *d;
	struct alerte_mail *mail;	/* NULL: nothing to send to, or with */
	struct watches watches;
	sd_event_source *minute;
	bool wanted;			/* a contact has an address */
};

/* ------------------------------------------------- the transport's loop */

static void on_ready(void *context, int fd, unsigned int events)
{
	struct mail *m = context;

	alerte_mail_socket(m->mail, fd, events);
}

static void on_timeout(void *context)
{
	struct mail *m = context;

	alerte_mail_timeout(m->mail);
}

static void on_receipt(void *context, int64_t attempt,
		       enum alerte_receipt_kind kind)
{
	struct mail *m = context;

	host_receipt(m->d, attempt, 0, kind);
}

static void on_fault(void *context, const char *fault, bool present)
{
	struct alerte_mail_state s = { .size = sizeof(s) };
	struct mail *m = context;

	alerte_mail_describe(m->mail, &s);
	log_line(ALERTE_LOG_WARNING, "mail: fault %s %s%s%s", fault,
		 present ? "begins" : "ends", *s.error ? ": " : "", s.error);

	if (!strcmp(fault, "clock"))
		present = present || link_undated(m->d->link);

	host_fault(m->d, fault, present);
}

/* ------------------------------------------------------------ settings */

static bool is_wanted(struct daemon *d)
{
	struct alerte_contact c = { .size = sizeof(c) };
	char after[ALERTE_ID_MAX] = "";

	while (alerte_contact_next(d->engine, after, &c) == 1) {
		if (*c.email)
			return true;
		strcpy(after, c.id);
	}

	return false;
}

/* false: there is a credential to read, and it cannot be. */
static bool password_read(const struct daemon *d,
			  struct alerte_mail_server *server)
{
	struct complaints c = { .n = 0 };
	char *password;
	bool good;

	if (!*d->conf.mail_password)
		return true;

	password = secret_read(d->conf.mail_password, d->options.credentials,
			       d->options.state, &c);
	good = password && strlen(password) < sizeof(server->password);

	if (good)
		strcpy(server->password, password);
	else
		log_line(ALERTE_LOG_ERROR, "mail: %s", c.n && c.said[0] ?
			 c.said[0] : "the password is too long");

	if (password)
		explicit_bzero(password, strlen(password));

	free(password);
	complaints_free(&c);
	return good;
}

static void clock_tell(struct mail *m)
{
	struct alerte_time now = daemon_now(m->d);

	alerte_mail_clock(m->mail, now.wall_trusted ? now.wall_ms
			  : clock_kept(m->d->options.state), now.wall_trusted);
}

/* As with HTTPS, libcurl is brought into memory by the first use of it. */
static int mail_ready(struct mail *m)
{
	struct alerte_transport_loop loop = watches_loop(&m->watches);
	struct alerte_mail_events events = {
		.size = sizeof(events), .context = m, .receipt = on_receipt,
		.fault = on_fault
	};
	int r;

	if (m->mail)
		return 0;

	r = alerte_mail_new(&loop, &events, &m->mail);
	if (r < 0)
		return r;

	clock_tell(m);
	sd_event_source_set_time_relative(m->minute, MINUTE_MS * 1000);
	sd_event_source_set_enabled(m->minute, SD_EVENT_ONESHOT);
	return 0;
}

/* 0, or negative: nothing can be sent. */
static int server_set(struct mail *m)
{
	struct alerte_mail_server server = m->d->conf.mail;
	int r = *server.url && password_read(m->d, &server) ? 0
		: ALERTE_ENOTFOUND;

	if (!r)
		r = mail_ready(m);
	if (!r)
		r = alerte_mail_set(m->mail, &server);

	explicit_bzero(&server, sizeof(server));
	return r;
}

/* At once, unless it is known to serve us. */
static void probe(struct mail *m, struct alerte_mail_state *s)
{
	alerte_mail_describe(m->mail, s);

	if (s->failures || s->success_boot_ms < 0)
		alerte_mail_probe(m->mail);
}

void mail_settings(struct mail *m)
{
	struct alerte_mail_state s = { .size = sizeof(s) };
	int r = 0;

	if (!m)
		return;

	m->wanted = is_wanted(m->d);

	if (m->wanted)
		r = server_set(m);

	if (m->mail && (!m->wanted || r < 0))
		alerte_mail_set(m->mail, NULL);
	else if (m->mail)
		probe(m, &s);

	if (r < 0)
		log_line(ALERTE_LOG_ERROR, "contacts have an e-mail address, "
			 "and there is no server to send with: see mail in "
			 "alerted.conf(5)");

	host_fault(m->d, "mail", r < 0 || s.fault);
}

/* ------------------------------------------------------- each minute */

static int64_t probe_every(const struct alerte_mail_state *s)
{
	if (!s->failures || s->refused)
		return PROBE_MS;

	return s->fault ? PROBE_FAULT_MS : PROBE_FAILING_MS;
}

static int on_minute(sd_event_source *source, uint64_t usec, void *context)
{
	struct alerte_mail_state s = { .size = sizeof(s) };
	struct mail *m = context;
	int64_t last;

	(void)usec;
	clock_tell(m);
	alerte_mail_describe(m->mail, &s);
	last = s.success_boot_ms > s.failure_boot_ms ? s.success_boot_ms
	       : s.failure_boot_ms;

	if (daemon_now(m->d).boot_ms - last >= probe_every(&s))
		alerte_mail_probe(m->mail);

	sd_event_source_set_time_relative(source, MINUTE_MS * 1000);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

/* --------------------------------------------------------------- life */

int mail_new(struct daemon *d, struct mail **out)
{
	struct mail *m = calloc(1, sizeof(*m));

	if (!m)
		return -ENOMEM;

	m->d = d;
	m->watches.context = m;
	m->watches.ready = on_ready;
	m->watches.expired = on_timeout;

	if (watches_open(&m->watches, d->event) < 0 ||
	    sd_event_add_time_relative(d->event, &m->minute, CLOCK_BOOTTIME,
				       MINUTE_MS * 1000, 1000000, on_minute,
				       m) < 0) {
		mail_free(m);
		return -ENOMEM;
	}

	sd_event_source_set_enabled(m->minute, SD_EVENT_OFF);
	*out = m;
	return 0;
}

void mail_free(struct mail *m)
{
	if (!m)
		return;

	alerte_mail_free(m->mail);
	watches_close(&m->watches);
	sd_event_source_disable_unref(m->minute);
	free(m);
}

int mail_send(struct mail *m, const struct alerte_message *message)
{
	return m && m->mail ? alerte_mail_send(m->mail, message)
	       : ALERTE_EREFUSED;
}

bool mail_undated(const struct mail *m)
{
	return m && m->mail && alerte_mail_undated(m->mail);
}

static const char *state_word(const struct mail *m,
			      const struct alerte_mail_state *s)
{
	if (!m->wanted)
		return "none";
	if (!m->mail)
		return "missing";
	if (s->fault)
		return "fault";
	if (s->success_boot_ms < 0 && s->failure_boot_ms < 0)
		return "unused";

	return s->failures ? "failing" : "ok";
}

json_t *mail_describe(const struct mail *m)
{
	struct alerte_mail_state s = { .size = sizeof(s) };

	if (m && m->mail)
		alerte_mail_describe(m->mail, &s);

	return json_pack("{s:s, s:i, s:i, s:i, s:s}", "state",
			 m ? state_word(m, &s) : "none", "under_way",
			 (int)s.under_way, "failures", (int)s.failures,
			 "status", s.status, "error", s.error);
}
