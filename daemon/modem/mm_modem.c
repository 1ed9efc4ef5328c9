/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which modem, and getting it ready.
 *
 * Nothing here follows single changes: any change on the bus makes us look at
 * the whole (GetManagedObjects, one short call) and do what that picture asks
 * for.  A change missed is made good by the next look, a tick later at most.
 *
 *   locked    -> ask the card who it is, give the PIN, once
 *   disabled  -> Enable
 *   enabled   -> take up what is stored, send
 */
#include <string.h>

#include "log.h"
#include "modem/mm.h"

/* MMModemLock, MMModemStateFailedReason */
enum { LOCK_NONE = 1, LOCK_SIM_PIN = 2 };
enum { FAILED_SIM_MISSING = 2, FAILED_SIM_ERROR = 3, FAILED_NO_PROFILE = 5 };

static void copy(char *out, size_t cap, const char *s)
{
	size_t n = strlen(s);

	if (n >= cap)
		n = 0;
	memcpy(out, s, n);
	out[n] = '\0';
}

/* ------------------------------------------------------------- reading */

/* A variant of that basic type into out; anything else is passed over. */
static int read_basic(sd_bus_message *m, const char *type, void *out)
{
	const char *contents;
	char kind;
	int r = sd_bus_message_peek_type(m, &kind, &contents);

	if (r < 0 || kind != 'v' || strcmp(contents, type))
		return sd_bus_message_skip(m, "v");

	return sd_bus_message_read(m, "v", type, out);
}

static int read_string(sd_bus_message *m, const char *type, char *out,
		       size_t cap)
{
	const char *s = NULL;
	int r = read_basic(m, type, &s);

	if (r >= 0 && s)
		copy(out, cap, s);
	return r;
}

/* Any port that is not one of AT commands, but for data or a position. */
static int read_ports(sd_bus_message *m, bool *others)
{
	enum { PORT_QMI = 6, PORT_MBIM = 7 };
	const char *name;
	uint32_t type;
	int r = sd_bus_message_enter_container(m, 'v', "a(su)");

	if (r <= 0)
		return r < 0 ? sd_bus_message_skip(m, "v") : r;

	r = sd_bus_message_enter_container(m, 'a', "(su)");
	while (r >= 0 && (r = sd_bus_message_read(m, "(su)", &name, &type)) > 0)
		*others |= type == PORT_QMI || type == PORT_MBIM;
	if (r < 0)
		return r;

	r = sd_bus_message_exit_container(m);
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* How many tries the SIM leaves for its PIN. */
static int read_retries(sd_bus_message *m, uint32_t *out)
{
	uint32_t lock, left;
	int r = sd_bus_message_enter_container(m, 'v', "a{uu}");

	if (r <= 0)
		return r < 0 ? sd_bus_message_skip(m, "v") : r;

	r = sd_bus_message_enter_container(m, 'a', "{uu}");
	while (r >= 0 && (r = sd_bus_message_read(m, "{uu}", &lock, &left)) > 0)
		if (lock == LOCK_SIM_PIN)
			*out = left;
	if (r < 0)
		return r;

	r = sd_bus_message_exit_container(m);
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_property(sd_bus_message *m, const char *interface,
			 const char *name, struct mm_view *v)
{
	if (!strcmp(interface, MM_3GPP)) {
		if (!strcmp(name, "RegistrationState"))
			return read_basic(m, "u", &v->registration);
		if (!strcmp(name, "OperatorCode"))
			return read_string(m, "s", v->operator,
					   sizeof(v->operator));
	}
	if (!strcmp(interface, MM_LOCATION))
		return !strcmp(name, "Capabilities")
			? read_basic(m, "u", &v->sources)
			: sd_bus_message_skip(m, "v");

	if (strcmp(interface, MM_MODEM))
		return sd_bus_message_skip(m, "v");

	if (!strcmp(name, "State"))
		return read_basic(m, "i", &v->state);
	if (!strcmp(name, "StateFailedReason"))
		return read_basic(m, "u", &v->failed);
	if (!strcmp(name, "UnlockRequired"))
		return read_basic(m, "u", &v->unlock);
	if (!strcmp(name, "Ports"))
		return read_ports(m, &v->other_ports);
	if (!strcmp(name, "UnlockRetries"))
		return read_retries(m, &v->pin_retries);
	if (!strcmp(name, "Sim"))
		return read_string(m, "o", v->sim, sizeof(v->sim));
	if (!strcmp(name, "Device"))
		return read_string(m, "s", v->device, sizeof(v->device));
	if (!strcmp(name, "EquipmentIdentifier"))
		return read_string(m, "s", v->imei, sizeof(v->imei));

	return sd_bus_message_skip(m, "v");
}

/* a{sv}; the array is entered and left here. */
static int read_properties(sd_bus_message *m, const char *interface,
			   struct mm_view *v)
{
	int r = sd_bus_message_enter_container(m, 'a', "{sv}");
	const char *name;

	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read(m, "s", &name);
		if (r < 0)
			return r;
		r = read_property(m, interface, name, v);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
	}

	return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* oa{sa{sv}}; returns 1 when it is a modem. */
static int read_object(sd_bus_message *m, struct mm_view *v)
{
	const char *name;
	bool modem = false;
	int r = sd_bus_message_read(m, "o", &name);

	if (r < 0)
		return r;

	copy(v->path, sizeof(v->path), name);
	r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");
	while (r >= 0 &&
	       (r = sd_bus_message_enter_container(m, 'e', "sa{sv}")) > 0) {
		r = sd_bus_message_read(m, "s", &name);
		if (r < 0)
			return r;
		modem |= !strcmp(name, MM_MODEM);
		v->messaging |= !strcmp(name, MM_MESSAGING);
		v->voice |= !strcmp(name, MM_VOICE);
		v->location |= !strcmp(name, MM_LOCATION);
		r = read_properties(m, name, v);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(m);

	return r < 0 ? r : modem && v->path[0];
}

static bool is_named(const char *name, const struct mm_view *v)
{
	return !strcmp(name, v->device) || !strcmp(name, v->imei);
}

static bool is_others(const struct mm *mm, const struct mm_view *v)
{
	for (char **o = mm->others; o && *o; o++)
		if (is_named(*o, v))
			return true;

	return false;
}

/* Keep the one we have; else one that can send; else any. */
static bool better(const struct mm *mm, const struct mm_view *v,
		   const struct mm_view *best)
{
	if ((mm->device && !is_named(mm->device, v)) || is_others(mm, v))
		return false;
	if (!best->path[0] || !strcmp(v->path, mm->modem.path))
		return true;

	return v->messaging && !best->messaging &&
	       strcmp(best->path, mm->modem.path);
}

static int read_modems(const struct mm *mm, sd_bus_message *m,
		       struct mm_view *best)
{
	int r = sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}");

	while (r >= 0 &&
	       (r = sd_bus_message_enter_container(m, 'e', "oa{sa{sv}}")) > 0) {
		struct mm_view v = { .pin_retries = UINT32_MAX };

		r = read_object(m, &v);
		if (r < 0)
			return r;
		if (r > 0 && better(mm, &v, best))
			*best = v;
		r = sd_bus_message_exit_container(m);
	}

	return r;
}

/* -------------------------------------------------------- getting ready */

static int on_enable_again(sd_event_source *source, uint64_t usec,
			   void *userdata)
{
	struct mm *mm = userdata;

	(void)source;
	(void)usec;
	mm_timer(mm, &mm->enable_timer, -1, NULL);
	mm_modem_look(mm);
	return 0;
}

static void enable_answered(struct mm *mm, sd_bus_message *reply,
			    const char *path, int64_t on)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);

	mm->enabling = false;
	if (strcmp(path, mm->modem.path))
		return;

	if (!e) {
		mm_allowed(mm, MM_ACTION_CONTROL);
		if (on)
			mm->sick = false;
		if (on && mm->missed.under_way)
			mm_missed_over(mm);
		mm_modem_look(mm);
		return;
	}

	if (!(mm->missed.under_way ? mm_missed_failed(mm, e)
				   : mm_denied(mm, e, MM_ACTION_CONTROL)))
		log_line(ALERTE_LOG_WARNING, "modem: cannot be switched %s: "
			 "%s", on ? "on" : "off", e->name);
	mm_timer(mm, &mm->enable_timer, MM_ENABLE_AGAIN_MS, on_enable_again);
	mm_modem_look(mm);
	mm_health(mm);
}

static void enable(struct mm *mm, int on)
{
	sd_bus_message *m;

	if (mm->enabling || mm->enable_timer)
		return;

	m = mm_method(mm, mm->modem.path, MM_MODEM, "Enable");
	if (m && sd_bus_message_append(m, "b", on) >= 0 &&
	    mm_call(mm, m, 2 * MM_CALL_TIMEOUT_MS, enable_answered,
		    mm->modem.path, on) >= 0)
		mm->enabling = true;
	sd_bus_message_unref(m);
}

void mm_modem_restart(struct mm *mm)
{
	mm->sick = true;
	log_line(ALERTE_LOG_WARNING, "modem: its port failed; restarting it");
	enable(mm, 0);
}

bool mm_modem_reopen(struct mm *mm)
{
	if (mm->enabling || mm->enable_timer)
		return false;
	enable(mm, 0);
	return mm->enabling;
}

/* The card's own no, and not that of a modem that is busy. */
static bool is_refusal(const sd_bus_error *e)
{
	static const char *const passing[] = {
		MM_NAME ".Error.MobileEquipment.SimBusy",
		MM_NAME ".Error.MobileEquipment.SimFailure",
		MM_NAME ".Error.MobileEquipment.SimNotInserted",
	};

	for (size_t i = 0; i < sizeof(passing) / sizeof(*passing); i++)
		if (mm_error_is(e, passing[i]))
			return false;

	return mm_error_is(e, MM_NAME ".Error.MobileEquipment.");
}

static void say_refused(struct mm *mm)
{
	if (!mm->pin_refused)
		log_line(ALERTE_LOG_ERROR, "modem: the SIM refused its PIN, "
			 "which is not given again; a corrected one is, at "
			 "once");
	mm->pin_refused = true;
}

static void pin_answered(struct mm *mm, sd_bus_message *reply,
			 const char *path, int64_t id)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);

	(void)path;
	(void)id;
	mm->pin_trying = false;
	if (!e) {
		mm->pin_spent = false;
		mm_pin_forget(mm);
		mm->pin_good_ms = mm_now_ms() + MM_PIN_SETTLE_MS;
		mm_allowed(mm, MM_ACTION_CONTROL);
	} else if (mm_denied(mm, e, MM_ACTION_CONTROL)) {
		mm->pin_spent = false;
	} else {
		log_line(ALERTE_LOG_ERROR, "modem: the PIN was not taken (%s)",
			 e->name);
		if (is_refusal(e))
			mm_pin_remember(mm);
		say_refused(mm);
	}
	mm_modem_look(mm);
}

static bool pin_usable(const struct mm *mm)
{
	size_t n = mm->pin ? strlen(mm->pin) : 0;

	return n >= 4 && n <= 8 && strspn(mm->pin, "0123456789") == n;
}

static void give_pin(struct mm *mm)
{
	sd_bus_message *m = mm_method(mm, mm->modem.sim, MM_SIM, "SendPin");

	if (m && sd_bus_message_sensitive(m) >= 0 &&
	    sd_bus_message_append(m, "s", mm->pin) >= 0 &&
	    mm_call(mm, m, MM_CALL_TIMEOUT_MS, pin_answered,
		    mm->modem.path, 0) >= 0)
		mm->pin_trying = mm->pin_spent = true;
	sd_bus_message_unref(m);
}

static void card_answered(struct mm *mm, sd_bus_message *reply,
			  const char *path, int64_t id)
{
	const char *card = "";

	(void)id;
	mm->pin_trying = false;
	if (strcmp(path, mm->modem.sim) || mm->pin_spent ||
	    mm->modem.state != MM_STATE_LOCKED)
		return;

	if (sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_read(reply, "v", "s", &card) < 0)
		card = "";
	copy(mm->card, sizeof(mm->card), card);
	if (mm_pin_refused(mm)) {
		mm->pin_spent = true;
		say_refused(mm);
	} else {
		give_pin(mm);
	}
	mm_health(mm);
}

/*
 * Three wrong PINs lock the card.  One refusal is enough, and restarts of the
 * daemon do not add up (mm_pin.c); the last try is never spent.
 */
static void unlock(struct mm *mm)
{
	sd_bus_message *m;

	mm->pin_kept = mm->modem.pin_retries < 2;
	if (mm->modem.unlock != LOCK_SIM_PIN || !pin_usable(mm) ||
	    mm->pin_trying || mm->pin_spent || mm->pin_kept ||
	    mm->pin_good_ms > mm_now_ms() || mm->modem.sim[0] != '/')
		return;

	m = mm_method(mm, mm->modem.sim, "org.freedesktop.DBus.Properties",
		      "Get");
	mm->pin_trying = m && sd_bus_message_append(m, "ss", MM_SIM,
						    "SimIdentifier") >= 0 &&
			 mm_call(mm, m, MM_CALL_TIMEOUT_MS, card_answered,
				 mm->modem.sim, 0) >= 0;
	sd_bus_message_unref(m);
}

const char *mm_sim_trouble(const struct mm *mm)
{
	const struct mm_view *v = &mm->modem;

	if (!v->path[0])
		return NULL;

	if (v->state == MM_STATE_FAILED) {
		if (v->failed == FAILED_SIM_MISSING)
			return "missing";
		if (v->failed == FAILED_SIM_ERROR)
			return "error";
		return v->failed == FAILED_NO_PROFILE ? "no-profile" : NULL;
	}

	/* Opened: the modem takes a moment to say so. */
	if (v->state != MM_STATE_LOCKED || v->unlock <= LOCK_NONE ||
	    mm->pin_good_ms > mm_now_ms())
		return NULL;
	if (v->unlock != LOCK_SIM_PIN)
		return "puk";
	if (mm->pin_trying)
		return NULL;
	if (mm->pin_spent)
		return "pin-refused";
	if (mm->pin_kept)
		return "last-try-kept";

	return pin_usable(mm) ? NULL : "no-pin";
}

/* Does nothing but ask polkit: there is no such object. */
static void probe_answered(struct mm *mm, sd_bus_message *reply,
			   const char *path, int64_t id)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);

	(void)id;
	if (strcmp(path, mm->modem.path))
		return;
	if (!mm_denied(mm, e, MM_ACTION_MESSAGING) &&
	    mm_error_is(e, MM_NAME ".Error."))
		mm_allowed(mm, MM_ACTION_MESSAGING);
	mm_health(mm);
}

static void probe(struct mm *mm)
{
	sd_bus_message *m = mm_method(mm, mm->modem.path, MM_MESSAGING,
				      "Delete");

	if (m && sd_bus_message_append(m, "o", MM_ROOT "/SMS/none") >= 0)
		mm_call(mm, m, MM_CALL_TIMEOUT_MS, probe_answered,
			mm->modem.path, 0);
	sd_bus_message_unref(m);
}

static void lost(struct mm *mm)
{
	if (!mm->modem.path[0])
		return;

	log_line(ALERTE_LOG_NOTICE, "modem: gone");
	memset(&mm->modem, 0, sizeof(mm->modem));
	mm->enabling = mm->sick = mm->hung = mm->drained = false;
	mm->pin_trying = mm->hung_shown = false;
	mm_timer(mm, &mm->hung_timer, -1, NULL);
	mm_timer(mm, &mm->enable_timer, -1, NULL);
	mm_missed_lost(mm);
	mm_in_lost(mm);
	mm_report_lost(mm);
	mm_call_lost(mm);
	mm_where_lost(mm);
	mm_out_lost(mm);
}

static void act(struct mm *mm)
{
	if (mm->modem.state == MM_STATE_LOCKED)
		unlock(mm);
	else if (mm->modem.state == MM_STATE_DISABLED)
		enable(mm, 1);

	if (mm_ready(mm) && !mm->drained) {
		mm->drained = true;
		if (!mm->missed.limit)
			log_line(ALERTE_LOG_NOTICE, "modem: ready");
		probe(mm);
		mm_in_drain(mm);
		mm_call_drain(mm);
		mm_where_ready(mm);
	} else if (!mm_ready(mm)) {
		mm->drained = false;
	}
	if (mm_ready(mm) && mm_registered(mm))
		mm_missed_usable(mm);
	mm_health(mm);
}

static void look_answered(struct mm *mm, sd_bus_message *reply,
			  const char *path, int64_t id)
{
	struct mm_view best = { .pin_retries = UINT32_MAX };

	(void)path;
	(void)id;
	mm->looking = false;
	if (mm->look_again) {
		mm_modem_look(mm);
		return;
	}

	if (sd_bus_message_is_method_error(reply, NULL) ||
	    read_modems(mm, reply, &best) < 0)
		best.path[0] = '\0';
	if (strcmp(best.path, mm->modem.path))
		lost(mm);
	mm->modem = best;
	act(mm);
}

void mm_modem_look(struct mm *mm)
{
	sd_bus_message *m;

	if (mm->looking) {
		mm->look_again = true;
		return;
	}

	mm->look_again = false;
	m = mm_method(mm, MM_ROOT, "org.freedesktop.DBus.ObjectManager",
		      "GetManagedObjects");
	mm->looking = mm_call(mm, m, MM_CALL_TIMEOUT_MS, look_answered,
			      MM_ROOT, 0) >= 0;
	sd_bus_message_unref(m);
}

void mm_modem_tick(struct mm *mm)
{
	if (mm->sick && mm->modem.state >= MM_STATE_ENABLED)
		enable(mm, 0);
	if (mm->missing && mm_ready(mm))
		probe(mm);
	mm_modem_look(mm);
}

/* ------------------------------------------------------------- watching */

static int on_owner(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *name, *old, *new;
	struct mm *mm = userdata;

	/* Any peer may write such a signal to us; only the bus means it. */
	(void)error;
	if (!sd_bus_message_get_sender(m) ||
	    strcmp(sd_bus_message_get_sender(m), "org.freedesktop.DBus") ||
	    sd_bus_message_read(m, "sss", &name, &old, &new) < 0)
		return 0;

	/* Paths start again at 0: no object of the old one may be believed. */
	if (old[0])
		lost(mm);
	if (new[0])
		mm_modem_look(mm);
	mm_health(mm);
	return 0;
}

static int on_objects(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	(void)m;
	(void)error;
	mm_modem_look(userdata);
	return 0;
}

static bool is_sms(const char *path)
{
	return !strncmp(path, MM_ROOT "/SMS/", strlen(MM_ROOT "/SMS/"));
}

static int on_properties(sd_bus_message *m, void *userdata,
			 sd_bus_error *error)
{
	const char *path = sd_bus_message_get_path(m), *interface;
	struct mm *mm = userdata;

	(void)error;
	if (!path || sd_bus_message_read(m, "s", &interface) < 0)
		return 0;

	/* Complete now.  Any other may be of another modem's. */
	if (is_sms(path) && mm_in_awaits(mm, path) && mm_ready(mm))
		mm_in_read(mm, path, false);
	else if (!strcmp(path, mm->modem.path) &&
		 (!strcmp(interface, MM_MODEM) || !strcmp(interface, MM_3GPP)))
		mm_modem_look(mm);
	return 0;
}

static int on_added(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct mm *mm = userdata;
	const char *path;
	int received;

	(void)error;
	if (sd_bus_message_read(m, "ob", &path, &received) >= 0 && received &&
	    !strcmp(sd_bus_message_get_path(m), mm->modem.path))
		mm_in_read(mm, path, !mm_ready(mm));
	return 0;
}

static int on_call_added(sd_bus_message *m, void *userdata,
			 sd_bus_error *error)
{
	struct mm *mm = userdata;
	const char *path;

	(void)error;
	if (sd_bus_message_read(m, "o", &path) >= 0 &&
	    !strcmp(sd_bus_message_get_path(m), mm->modem.path))
		mm_call_added(mm, path);
	return 0;
}

static int on_call_state(sd_bus_message *m, void *userdata,
			 sd_bus_error *error)
{
	int32_t old, new;

	(void)error;
	if (sd_bus_message_read(m, "ii", &old, &new) >= 0)
		mm_call_changed(userdata, sd_bus_message_get_path(m), new);
	return 0;
}

int mm_modem_watch(struct mm *mm)
{
	static const struct {
		const char *rule;
		sd_bus_message_handler_t handler;
	} match[] = {
		{ "type='signal',sender='org.freedesktop.DBus',"
		  "interface='org.freedesktop.DBus',"
		  "member='NameOwnerChanged',arg0='" MM_NAME "'", on_owner },
		{ "type='signal',sender='" MM_NAME "',"
		  "interface='org.freedesktop.DBus.ObjectManager'",
		  on_objects },
		{ "type='signal',sender='" MM_NAME "',"
		  "interface='org.freedesktop.DBus.Properties',"
		  "member='PropertiesChanged',path_namespace='" MM_ROOT "'",
		  on_properties },
		{ "type='signal',sender='" MM_NAME "',"
		  "interface='" MM_MESSAGING "',member='Added'", on_added },
		{ "type='signal',sender='" MM_NAME "',"
		  "interface='" MM_VOICE "',member='CallAdded'",
		  on_call_added },
		{ "type='signal',sender='" MM_NAME "',"
		  "interface='" MM_CALL "',member='StateChanged'",
		  on_call_state },
	};

	for (size_t i = 0; i < sizeof(match) / sizeof(*match); i++) {
		int r = sd_bus_add_match_async(mm->bus, &mm->match[i],
					       match[i].rule, match[i].handler,
					       NULL, mm);

		if (r < 0)
			return r;
	}

	return 0;
}
