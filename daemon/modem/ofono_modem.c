/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which modem, and getting it ready.
 *
 * As with ModemManager nothing here follows single changes: any that matters
 * makes us look at the whole and do what that picture asks for.
 *
 *   not powered -> Powered          (so it is after its port has failed)
 *   not online  -> Online
 *   online      -> take back what ofono kept, refuse what rings, send
 *
 * A SIM that asks for a PIN is left alone: ofono is told it by whoever set up
 * the machine, or the SIM has none.
 */
#include <string.h>

#include "log.h"
#include "modem/ofono.h"

/* ------------------------------------------------------------- reading */

int ofono_read_properties(sd_bus_message *m, void *out,
			  int (*value)(sd_bus_message *m, const char *name,
				       void *out))
{
	int r = sd_bus_message_enter_container(m, 'a', "{sv}");
	const char *name;

	while (r >= 0 &&
	       (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read(m, "s", &name);
		if (r < 0)
			return r;
		r = value(m, name, out);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
	}

	return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* A variant of another type, or a longer word, is passed over. */
int ofono_read_word(sd_bus_message *m, char out[OFONO_WORD_MAX])
{
	const char *contents, *word;
	char kind;
	int r = sd_bus_message_peek_type(m, &kind, &contents);

	if (r < 0 || kind != 'v' || strcmp(contents, "s"))
		return sd_bus_message_skip(m, "v");

	r = sd_bus_message_read(m, "v", "s", &word);
	if (r >= 0 && strlen(word) < OFONO_WORD_MAX)
		strcpy(out, word);
	return r;
}

int ofono_read_bool(sd_bus_message *m, bool *out)
{
	const char *contents;
	char kind;
	int value, r = sd_bus_message_peek_type(m, &kind, &contents);

	if (r < 0 || kind != 'v' || strcmp(contents, "b"))
		return sd_bus_message_skip(m, "v");

	r = sd_bus_message_read(m, "v", "b", &value);
	if (r >= 0)
		*out = value;
	return r;
}

static int read_interfaces(sd_bus_message *m, struct ofono_view *v)
{
	int r = sd_bus_message_enter_container(m, 'v', "as");
	const char *name;

	if (r <= 0)
		return r < 0 ? sd_bus_message_skip(m, "v") : r;

	r = sd_bus_message_enter_container(m, 'a', "s");
	while (r >= 0 && (r = sd_bus_message_read(m, "s", &name)) > 0) {
		v->sim |= !strcmp(name, OFONO_SIM);
		v->network |= !strcmp(name, OFONO_NETWORK);
		v->messages |= !strcmp(name, OFONO_MESSAGES);
		v->calls |= !strcmp(name, OFONO_CALLS);
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(m);

	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_modem_property(sd_bus_message *m, const char *name, void *out)
{
	struct ofono_view *v = out;

	if (!strcmp(name, "Powered"))
		return ofono_read_bool(m, &v->powered);
	if (!strcmp(name, "Online"))
		return ofono_read_bool(m, &v->online);
	if (!strcmp(name, "Interfaces"))
		return read_interfaces(m, v);

	return sd_bus_message_skip(m, "v");
}

/* Keep the one we have; else one that can send; else the first. */
static bool better(const struct ofono *o, const struct ofono_view *v,
		   const struct ofono_view *best)
{
	for (size_t i = 0; i < OFONO_OTHERS_MAX; i++)
		if (o->other[i] && !strcmp(o->other[i], v->path))
			return false;
	if (o->device)
		return !strcmp(o->device, v->path);
	if (!best->path[0] || !strcmp(v->path, o->modem.path))
		return true;

	return v->messages && !best->messages &&
	       strcmp(best->path, o->modem.path);
}

static int read_modems(const struct ofono *o, sd_bus_message *m,
		       struct ofono_view *best)
{
	int r = sd_bus_message_enter_container(m, 'a', "(oa{sv})");
	const char *path;

	while (r >= 0 &&
	       (r = sd_bus_message_enter_container(m, 'r', "oa{sv}")) > 0) {
		struct ofono_view v = { .path = "" };

		r = sd_bus_message_read(m, "o", &path);
		if (r < 0)
			return r;
		r = ofono_read_properties(m, &v, read_modem_property);
		if (r < 0)
			return r;
		if (strlen(path) < sizeof(v.path))
			strcpy(v.path, path);
		if (v.path[0] && better(o, &v, best))
			*best = v;
		r = sd_bus_message_exit_container(m);
	}

	return r;
}

/* -------------------------------------------------------- getting ready */

static int on_again(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct ofono *o = userdata;

	(void)source;
	(void)usec;
	ofono_timer(o, &o->again_timer, -1, NULL);
	ofono_modem_look(o);
	return 0;
}

static void switch_answered(void *ofono, sd_bus_message *reply,
			    const char *path, int64_t id)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct ofono *o = ofono;

	(void)id;
	o->switching = false;
	if (strcmp(path, o->modem.path))
		return;

	if (e) {
		log_line(ALERTE_LOG_WARNING, "modem: cannot be switched on: "
			 "%s", e->name);
		ofono_timer(o, &o->again_timer, OFONO_AGAIN_MS, on_again);
		return;
	}

	ofono_modem_look(o);
}

static void switch_on(struct ofono *o, const char *property)
{
	sd_bus_message *m;

	if (o->switching || o->again_timer)
		return;

	m = ofono_method(o, o->modem.path, OFONO_MODEM, "SetProperty");
	if (m && sd_bus_message_append(m, "sv", property, "b", 1) >= 0 &&
	    ofono_call(o, m, switch_answered, o->modem.path, 0) >= 0)
		o->switching = true;
	sd_bus_message_unref(m);
}

static void off_answered(void *ofono, sd_bus_message *reply, const char *path,
			 int64_t id)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct ofono *o = ofono;

	(void)id;
	o->switching = false;
	if (e && !o->quiet)
		log_line(ALERTE_LOG_WARNING, "modem: cannot be switched off: "
			 "%s", e->name);
	if (!strcmp(path, o->modem.path))
		ofono_modem_look(o);
}

void ofono_modem_restart(struct ofono *o)
{
	sd_bus_message *m;

	if (o->switching || !o->modem.path[0])
		return;

	o->quiet = !o->hung_shown;
	strcpy(o->quiet_status, o->status);
	m = ofono_method(o, o->modem.path, OFONO_MODEM, "SetProperty");
	if (m && sd_bus_message_append(m, "sv", "Powered", "b", 0) >= 0 &&
	    ofono_call(o, m, off_answered, o->modem.path, 0) >= 0)
		o->switching = true;
	sd_bus_message_unref(m);
}

const char *ofono_sim_trouble(const struct ofono *o)
{
	if (!o->modem.path[0] || !o->modem.sim || !o->pin[0])
		return NULL;
	if (!o->card)
		return "missing";
	if (!strcmp(o->pin, "none"))
		return NULL;

	return !strcmp(o->pin, "pin") ? "locked" : o->pin;
}

/* The modem, or the picture we had of it, is gone. */
static void lost(struct ofono *o)
{
	bool had = o->modem.path[0];

	memset(&o->modem, 0, sizeof(o->modem));
	o->pin[0] = o->status[0] = '\0';
	o->listed = o->switching = o->quiet = false;
	ofono_timer(o, &o->again_timer, -1, NULL);
	if (had) {
		log_line(ALERTE_LOG_NOTICE, "modem: gone");
		ofono_out_lost(o);
	}
}

static void act(struct ofono *o)
{
	const struct ofono_view *v = &o->modem;

	if (v->path[0] && !v->powered)
		switch_on(o, "Powered");
	else if (v->path[0] && !v->online)
		switch_on(o, "Online");

	if (!ofono_ready(o)) {
		if (o->listed)
			ofono_out_lost(o);
		o->listed = false;
	} else if (!o->listed) {
		o->listed = true;
		if (!o->quiet)
			log_line(ALERTE_LOG_NOTICE, "modem: ready");
		ofono_kept_recall(o);
		ofono_call_drain(o);
	}
	if (ofono_ready(o) && ofono_registered(o) && !o->hung)
		o->quiet = false;
	ofono_health(o);
	ofono_out_next(o);
}

static int read_sim_property(sd_bus_message *m, const char *name, void *out)
{
	struct ofono *o = out;

	if (!strcmp(name, "Present"))
		return ofono_read_bool(m, &o->card);
	if (!strcmp(name, "PinRequired"))
		return ofono_read_word(m, o->pin);

	return sd_bus_message_skip(m, "v");
}

static int read_network_property(sd_bus_message *m, const char *name,
				 void *out)
{
	struct ofono *o = out;

	if (!strcmp(name, "Status"))
		return ofono_read_word(m, o->status);

	return sd_bus_message_skip(m, "v");
}

static void sim_answered(void *ofono, sd_bus_message *reply, const char *path,
			 int64_t id)
{
	struct ofono *o = ofono;

	(void)id;
	if (strcmp(path, o->modem.path) ||
	    sd_bus_message_is_method_error(reply, NULL))
		return;

	ofono_read_properties(reply, o, read_sim_property);
	act(o);
}

static void network_answered(void *ofono, sd_bus_message *reply,
			     const char *path, int64_t id)
{
	struct ofono *o = ofono;

	(void)id;
	if (strcmp(path, o->modem.path) ||
	    sd_bus_message_is_method_error(reply, NULL))
		return;

	ofono_read_properties(reply, o, read_network_property);
	act(o);
}

static void ask(struct ofono *o, const char *interface,
		void (*answer)(void *ofono, sd_bus_message *reply,
			       const char *path, int64_t id))
{
	sd_bus_message *m = ofono_method(o, o->modem.path, interface,
					 "GetProperties");

	ofono_call(o, m, answer, o->modem.path, 0);
	sd_bus_message_unref(m);
}

static void denied(struct ofono *o, const sd_bus_error *e)
{
	bool now = e && !strcmp(e->name,
				"org.freedesktop.DBus.Error.AccessDenied");

	if (now && !o->denied)
		log_line(ALERTE_LOG_ERROR, "the bus does not let this service "
			 "speak to ofono. Install org.alerte.Alerted1.conf");
	o->denied = now;
}

static void look_answered(void *ofono, sd_bus_message *reply, const char *path,
			  int64_t id)
{
	struct ofono_view best = { .path = "" };
	struct ofono *o = ofono;

	(void)path;
	(void)id;
	o->looking = false;
	if (o->look_again) {
		ofono_modem_look(o);
		return;
	}

	denied(o, sd_bus_message_get_error(reply));
	if (sd_bus_message_is_method_error(reply, NULL) ||
	    read_modems(o, reply, &best) < 0)
		memset(&best, 0, sizeof(best));
	if (strcmp(best.path, o->modem.path))
		lost(o);
	o->modem = best;
	if (!best.sim)
		o->pin[0] = '\0';
	if (!best.network)
		o->status[0] = '\0';
	act(o);
	if (o->modem.sim)
		ask(o, OFONO_SIM, sim_answered);
	if (o->modem.network)
		ask(o, OFONO_NETWORK, network_answered);
}

void ofono_modem_look(struct ofono *o)
{
	sd_bus_message *m;

	if (o->looking) {
		o->look_again = true;
		return;
	}

	o->look_again = false;
	m = ofono_method(o, "/", OFONO_MANAGER, "GetModems");
	o->looking = ofono_call(o, m, look_answered, "/", 0) >= 0;
	sd_bus_message_unref(m);
}

/* ------------------------------------------------------------- watching */

static int on_owner(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *name, *old, *new;
	struct ofono *o = userdata;

	/* Any peer may write such a signal to us; only the bus means it. */
	(void)error;
	if (!sd_bus_message_get_sender(m) ||
	    strcmp(sd_bus_message_get_sender(m), "org.freedesktop.DBus") ||
	    sd_bus_message_read(m, "sss", &name, &old, &new) < 0)
		return 0;

	if (old[0])
		lost(o);
	if (new[0])
		ofono_modem_look(o);
	ofono_health(o);
	return 0;
}

static int on_look(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	(void)m;
	(void)error;
	ofono_modem_look(userdata);
	return 0;
}

/* The strength of the signal changes all the time, and is not looked at. */
static int on_network(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *name;

	(void)error;
	if (sd_bus_message_read(m, "s", &name) >= 0 && !strcmp(name, "Status"))
		ofono_modem_look(userdata);
	return 0;
}

static int on_message(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	char state[OFONO_WORD_MAX] = "pending";
	const char *name;

	(void)error;
	if (sd_bus_message_read(m, "s", &name) >= 0 &&
	    !strcmp(name, "State") && ofono_read_word(m, state) >= 0)
		ofono_out_state(userdata, sd_bus_message_get_path(m), state);
	return 0;
}

static int on_incoming(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct ofono *o = userdata;
	const char *path = sd_bus_message_get_path(m);

	(void)error;
	if (path && o->modem.path[0] && !strcmp(path, o->modem.path))
		ofono_in_came(o, m);
	return 0;
}

static int on_call(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct ofono *o = userdata;
	const char *path = sd_bus_message_get_path(m);

	(void)error;
	if (path && o->modem.path[0] && !strcmp(path, o->modem.path))
		ofono_call_added(o, m);
	return 0;
}

#define SIGNAL "type='signal',sender='" OFONO_NAME "',"
#define CHANGED "member='PropertyChanged'"

int ofono_modem_watch(struct ofono *o)
{
	static const struct {
		const char *rule;
		sd_bus_message_handler_t handler;
	} match[] = {
		{ "type='signal',sender='org.freedesktop.DBus',"
		  "interface='org.freedesktop.DBus',"
		  "member='NameOwnerChanged',arg0='" OFONO_NAME "'",
		  on_owner },
		{ SIGNAL "interface='" OFONO_MANAGER "'", on_look },
		{ SIGNAL "interface='" OFONO_MODEM "'," CHANGED, on_look },
		{ SIGNAL "interface='" OFONO_SIM "'," CHANGED, on_look },
		{ SIGNAL "interface='" OFONO_NETWORK "'," CHANGED,
		  on_network },
		{ SIGNAL "interface='" OFONO_MESSAGE "'," CHANGED,
		  on_message },
		{ SIGNAL "interface='" OFONO_MESSAGES "',"
		  "member='IncomingMessage'", on_incoming },
		/* Of class 0: shown at once, and not stored; a reply as any. */
		{ SIGNAL "interface='" OFONO_MESSAGES "',"
		  "member='ImmediateMessage'", on_incoming },
		{ SIGNAL "interface='" OFONO_CALLS "',member='CallAdded'",
		  on_call },
	};

	for (size_t i = 0; i < sizeof(match) / sizeof(*match); i++) {
		int r = sd_bus_add_match_async(o->bus, &o->match[i],
					       match[i].rule, match[i].handler,
					       NULL, o);

		if (r < 0)
			return r;
	}

	return 0;
}
