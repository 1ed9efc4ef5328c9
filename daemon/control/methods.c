/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The methods of CONTROL.md.  Each gives the engine one input or asks it one
 * question, answers, and turns the loop: an answer says that the input is
 * durable, not what became of it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "connected.h"
#include "control/parts.h"
#include "daemon.h"
#include "link.h"
#include "mail.h"
#include "paths.h"
#include "radio/radio.h"
#include "site.h"
#include "syntax.h"

#define ALERTS_MOST 1000

/* -------------------------------------------------------- one alert */

static int by_number(struct control *c, const char *text,
		     struct alerte_alert *out)
{
	char *end;
	long long id;

	errno = 0;
	id = strtoll(text, &end, 10);

	if (errno || *end || end == text || id <= 0)
		return ALERTE_ENOTFOUND;

	return alerte_alert_get(c->d->engine, id, out);
}

/* A code stands before an id of the same digits: people say codes. */
int alert_resolve(struct control *c, const char *text, int64_t *id)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	char code[ALERTE_REFERENCE_MAX];
	size_t i, n = strlen(text);
	int r;

	if (n >= sizeof(code))
		return ALERTE_ENOTFOUND;

	for (i = 0; i <= n; i++)
		code[i] = n < ALERTE_SHORT_CODE_MAX && text[i] >= 'a' &&
			  text[i] <= 'z' ? (char)(text[i] - 32) : text[i];

	r = alerte_alert_find(c->d->engine, code, &alert);

	if (r < 0)
		r = by_number(c, text, &alert);
	if (r < 0)
		return r;

	*id = alert.id;
	return 0;
}

#define NO_ALERT "no such alert", "list them with: alerte alerts"

/* ---------------------------------------------------------- queries */

const char *control_state(struct control *c)
{
	return daemon_degraded(c->d) ? "degraded" : "ready";
}

static int get_state(sd_bus *bus, const char *path, const char *interface,
		     const char *property, sd_bus_message *reply,
		     void *context, sd_bus_error *error)
{
	(void)bus;
	(void)path;
	(void)interface;
	(void)property;
	(void)error;
	return sd_bus_message_append(reply, "s", control_state(context));
}

static int on_status(sd_bus_message *m, void *context, sd_bus_error *error)
{
	return answer(m, json_status(context), error);
}

static int on_alerts(sd_bus_message *m, void *context, sd_bus_error *error)
{
	uint32_t most;
	int64_t after;
	int r = sd_bus_message_read(m, "xu", &after, &most);

	if (r < 0)
		return r;
	if (!most || most > ALERTS_MOST)
		most = ALERTS_MOST;

	return answer(m, json_alerts(context, after, most), error);
}

static int on_show(sd_bus_message *m, void *context, sd_bus_error *error)
{
	const char *which;
	int64_t id;
	int r = sd_bus_message_read(m, "s", &which);

	if (r < 0)
		return r;

	r = alert_resolve(context, which, &id);

	if (r < 0)
		return fail(error, r, NO_ALERT);

	return answer(m, json_show(context, id), error);
}

/* ----------------------------------------------------------- inputs */

static int on_acknowledge(sd_bus_message *m, void *context,
			  sd_bus_error *error)
{
	struct control *c = context;
	const char *which, *who;
	int64_t id;
	int r = sd_bus_message_read(m, "ss", &which, &who);

	if (r < 0)
		return r;

	r = alert_resolve(c, which, &id);
	if (r < 0)
		return fail(error, r, NO_ALERT);

	r = alerte_ack(c->d->engine, id, who, daemon_now(c->d));
	if (r < 0)
		return fail_engine(c, error, r,
				   "look at it with: alerte show ALERT");

	return done(c, m);
}

static int on_close(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	const char *which, *who;
	int64_t id;
	int r = sd_bus_message_read(m, "ss", &which, &who);

	if (r < 0)
		return r;

	r = alert_resolve(c, which, &id);
	if (r < 0)
		return fail(error, r, NO_ALERT);

	r = alerte_finish(c->d->engine, id, who, daemon_now(c->d));
	if (r < 0)
		return fail_engine(c, error, r,
				   "look at it with: alerte show ALERT");

	return done(c, m);
}

/* The same for both codes (L8): it is chosen by the error alone. */
static const char *cancel_next(int result)
{
	switch (result) {
	case ALERTE_EKEY:
		return "nothing has changed; wait a little and give the code "
		       "again";
	case ALERTE_ELIMIT:
		return "nothing has changed";
	default:
		return "nothing has changed; look at it with: alerte show "
		       "ALERT";
	}
}

static int on_cancel(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	const char *which, *code;
	int64_t id;
	int r;

	sd_bus_message_sensitive(m);
	r = sd_bus_message_read(m, "ss", &which, &code);
	if (r < 0)
		return r;

	r = alert_resolve(c, which, &id);
	if (r < 0)
		return fail(error, r, NO_ALERT);

	r = alerte_cancel(c->d->engine, id, code, daemon_now(c->d));
	/* It lies in the message's own buffer, which sd-bus wipes as well. */
	explicit_bzero((char *)(uintptr_t)code, strlen(code));

	if (r < 0) {
		r = fail_engine(c, error, r, cancel_next(r));
		loop_soon(c->d);
		return r;
	}

	return done(c, m);
}

static int on_relay_answer(sd_bus_message *m, void *context,
			   sd_bus_error *error)
{
	struct control *c = context;
	const char *which, *who, *text;
	int64_t id;
	int r = sd_bus_message_read(m, "sss", &which, &who, &text);

	if (r < 0)
		return r;

	r = alert_resolve(c, which, &id);
	if (r < 0)
		return fail(error, r, NO_ALERT);

	r = alerte_relay_answer(c->d->engine, id, who, text,
				daemon_now(c->d));
	if (r < 0)
		return fail_engine(c, error, r,
				   "look at it with: alerte show ALERT");

	return done(c, m);
}

static int on_relay_mark(sd_bus_message *m, void *context,
			 sd_bus_error *error)
{
	struct control *c = context;
	const char *which, *who, *word;
	enum alerte_relay_state state;
	int64_t id;
	int r = sd_bus_message_read(m, "sss", &which, &who, &word);

	if (r < 0)
		return r;

	if (!strcmp(word, "dispatched"))
		state = ALERTE_RELAY_DISPATCHED;
	else if (!strcmp(word, "closed"))
		state = ALERTE_RELAY_CLOSED;
	else
		return fail(error, ALERTE_EINVAL, "that is no state of the 114",
			    "give one of: dispatched closed");

	r = alert_resolve(c, which, &id);
	if (r < 0)
		return fail(error, r, NO_ALERT);

	r = alerte_relay_mark(c->d->engine, id, who, state, daemon_now(c->d));
	if (r < 0)
		return fail_engine(c, error, r,
				   "look at it with: alerte show ALERT");

	return done(c, m);
}

static int on_exercise(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	const char *wearer;
	int64_t id = 0;
	int r = sd_bus_message_read(m, "s", &wearer);

	if (r < 0)
		return r;

	r = alerte_exercise(c->d->engine, wearer, daemon_now(c->d), &id);
	if (r < 0)
		return fail_engine(c, error, r, "see what is open with: "
				   "alerte alerts");

	r = sd_bus_reply_method_return(m, "x", id);
	loop_turn(c->d);
	return r;
}

static int on_announce(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	const char *button;
	int r = sd_bus_message_read(m, "s", &button);

	if (r < 0)
		return r;

	r = alerte_exercise_announce(c->d->engine, button, daemon_now(c->d));
	if (r < 0)
		return fail_engine(c, error, r, r == ALERTE_EREFUSED
				   ? "see what is open with: alerte alerts; "
				     "if nothing is, say it once more"
				   : "see the buttons with: alerte export");

	return done(c, m);
}

static int on_arm(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	char token[9] = "";
	const char *who;
	int r = sd_bus_message_read(m, "s", &who);

	if (r < 0)
		return r;

	r = alerte_arm(c->d->engine, who, token, daemon_now(c->d));
	if (r < 0)
		return fail_engine(c, error, r, "nothing is armed");

	r = sd_bus_reply_method_return(m, "s", token);
	loop_turn(c->d);
	return r;
}

static int on_arm_confirm(sd_bus_message *m, void *context,
			  sd_bus_error *error)
{
	struct control *c = context;
	const char *who, *token;
	int r = sd_bus_message_read(m, "ss", &who, &token);

	if (r < 0)
		return r;

	r = alerte_arm_confirm(c->d->engine, who, token, daemon_now(c->d));
	if (r < 0)
		return fail_engine(c, error, r, "nothing is armed; call Arm "
				   "for a new token");

	return done(c, m);
}

static int on_disarm(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	const char *who;
	int r = sd_bus_message_read(m, "s", &who);

	if (r < 0)
		return r;

	r = alerte_disarm(c->d->engine, who, daemon_now(c->d));
	if (r < 0)
		return fail_engine(c, error, r, "it is as it was");

	return done(c, m);
}

/* --------------------------------------------------------- settings */

static int on_apply(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	const struct paths *p = c->d->paths;
	const struct site_ways ways = {
		.sms = paths_carry(p, ALERTE_CHANNEL_SMS),
		.answers = paths_carry(p, ALERTE_CHANNEL_RELAY114),
		.voice = paths_carry(p, ALERTE_CHANNEL_VOICE)
	};
	const char *name, *text;
	json_t *document;
	int dry_run, r;

	sd_bus_message_sensitive(m);
	r = sd_bus_message_read(m, "ssb", &name, &text, &dry_run);
	if (r < 0)
		return r;

	if (strlen(text) > SYNTAX_TEXT_MAX)
		return fail(error, ALERTE_ELIMIT, "a site file has at most "
			    "1 MB", "remove what is not needed");

	document = site_apply(c->d->engine, &ways, name, text, dry_run,
			      daemon_now(c->d));
	r = answer(m, document, error);
	link_settings(c->d->link);
	mail_settings(c->d->mail);
	connected_settings(c->d->connected);
	loop_turn(c->d);
	return r;
}

static int on_export(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	char *text = site_export(c->d->engine);
	int r;

	if (!text)
		return fail(error, ALERTE_ENOMEM, "memory ran out",
			    "try again");

	r = sd_bus_reply_method_return(m, "s", text);
	explicit_bzero(text, strlen(text));
	free(text);
	return r;
}

static int on_lock(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	int r = alerte_lock(c->d->engine);

	if (r < 0)
		return fail_engine(c, error, r, "it is not locked");

	return done(c, m);
}

/* ------------------------------------------------------------- hear */

static const char *hear_word(const struct daemon *d, int r)
{
	switch (r) {
	case ALERTE_OK:
		return "nothing";
	case ALERTE_ACCEPTED:
		return engine_durable(d, true) ? "accepted" : "volatile";
	case ALERTE_VOLATILE:
		return "volatile";
	default:
		return error_word(r);
	}
}

/* The button of the first argument, heard through this radio alone. */
static int hear_address(struct control *c, const char *text, uint8_t out[6],
			sd_bus_error *error)
{
	if (strcmp(c->d->conf.radio_driver, "replay"))
		return fail(error, ALERTE_EREFUSED, "only the replay radio "
			    "hears what it is told", "set radio { driver = "
			    "replay } in a scratch folder");

	if (!radio_address_parse(text, out))
		return fail(error, ALERTE_EINVAL, "no address of a button",
			    "write it as AA:BB:CC:DD:EE:FF");

	return 0;
}

static int hear_answer(struct control *c, sd_bus_message *m, int heard)
{
	int r = sd_bus_reply_method_return(m, "s", hear_word(c->d, heard));

	loop_turn(c->d);
	return r;
}

static int on_hear(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	struct alerte_time now = daemon_now(c->d);
	struct alerte_advert advert = { .size = sizeof(advert),
					.rssi_dbm = 127,
					.heard_boot_ms = now.boot_ms };
	const char *address;
	const void *data;
	int r;

	r = sd_bus_message_read(m, "s", &address);
	if (r >= 0)
		r = sd_bus_message_read_array(m, 'y', &data, &advert.len);
	if (r >= 0)
		r = hear_address(c, address, advert.address, error);
	if (r < 0)
		return r;

	advert.data = data;
	return hear_answer(c, m, alerte_advertisement(c->d->engine, &advert,
						      now));
}

static int on_hear_notification(sd_bus_message *m, void *context,
				sd_bus_error *error)
{
	struct control *c = context;
	struct alerte_time now = daemon_now(c->d);
	struct alerte_notification heard = { .size = sizeof(heard),
					     .heard_boot_ms = now.boot_ms };
	const char *address;
	const void *data;
	int r;

	r = sd_bus_message_read(m, "sq", &address, &heard.uuid);
	if (r >= 0)
		r = sd_bus_message_read_array(m, 'y', &data, &heard.len);
	if (r >= 0)
		r = hear_address(c, address, heard.address, error);
	if (r < 0)
		return r;

	heard.data = data;
	return hear_answer(c, m, alerte_notification(c->d->engine, &heard,
						     now));
}

/* On the bus its policy file says who may call. */
#define METHOD(name, in, out, function) \
	SD_BUS_METHOD(name, in, out, function, SD_BUS_VTABLE_UNPRIVILEGED)
#define SECRET(name, in, out, function) \
	SD_BUS_METHOD(name, in, out, function, SD_BUS_VTABLE_UNPRIVILEGED | \
		      SD_BUS_VTABLE_SENSITIVE)

const sd_bus_vtable control_vtable[] = {
	SD_BUS_VTABLE_START(0),
	METHOD("Status", "", "s", on_status),
	METHOD("Alerts", "xu", "s", on_alerts),
	METHOD("Show", "s", "s", on_show),
	SECRET("Preview", "sssb", "s", on_preview),
	METHOD("Acknowledge", "ss", "", on_acknowledge),
	SECRET("Cancel", "ss", "", on_cancel),
	METHOD("Close", "ss", "", on_close),
	METHOD("RelayAnswer", "sss", "", on_relay_answer),
	METHOD("RelayMark", "sss", "", on_relay_mark),
	METHOD("Exercise", "s", "x", on_exercise),
	METHOD("ExerciseAnnounce", "s", "", on_announce),
	METHOD("Timers", "", "s", on_timers),
	SECRET("TimerSet", "sus", "", on_timer_set),
	SECRET("Arm", "s", "s", on_arm),
	SECRET("ArmConfirm", "ss", "", on_arm_confirm),
	METHOD("Disarm", "s", "", on_disarm),
	SECRET("Apply", "ssb", "s", on_apply),
	METHOD("Export", "", "s", on_export),
	METHOD("Lock", "", "", on_lock),
	SECRET("Enrol", "ssb", "s", on_enrol),
	METHOD("Enrolment", "", "s", on_enrolment),
	METHOD("EnrolCancel", "", "", on_enrol_cancel),
	METHOD("Buttons", "", "s", on_buttons),
	METHOD("ButtonRemove", "s", "", on_button_remove),
	METHOD("Contacts", "", "s", on_contacts),
	METHOD("Invite", "s", "", on_invite),
	SECRET("Backup", "ayh", "x", on_backup),
	SECRET("Restore", "ayh", "", on_restore),
	METHOD("Hear", "say", "s", on_hear),
	METHOD("HearNotification", "sqay", "s", on_hear_notification),
	SD_BUS_PROPERTY("State", "s", get_state, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_SIGNAL("AlertChanged", "xss", 0),
	SD_BUS_SIGNAL("RelayQuestion", "xss", 0),
	SD_BUS_SIGNAL("FaultChanged", "sb", 0),
	SD_BUS_SIGNAL("EnrolmentChanged", "ss", 0),
	SD_BUS_VTABLE_END
};
