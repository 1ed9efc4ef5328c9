/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is asked of an adapter is a set of steps, done in the order of their
 * enum, one at a time:
 *
 *   listening          ON if it is off, FILTER, REGISTER, START
 *   recovery, scan     STOP, then listening
 *   recovery, power    OFF, ON, then listening
 *   recovery, bluez    STOP, UNREGISTER, CLEAR, then listening
 *
 * The monitor is registered before discovery starts: then the controller does
 * not filter repeats (seen with BlueZ 5.66, kernel 6.1).  A step that failed
 * ends the set; it is begun again later, and later still each time.  So it is
 * when discovery ended and nobody said why.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "radio/bluez.h"

#define BIT(step) (1u << (step))
#define LISTEN (BIT(BLUEZ_FILTER) | BIT(BLUEZ_REGISTER) | BIT(BLUEZ_START))
#define ADAPTER_AT "/org/bluez/hci"
#define INDEX_MAX 9999

static void go_on(struct bluez_adapter *a);

int bluez_adapter_index(const char *path)
{
	size_t n = strlen(ADAPTER_AT), digits;

	if (strncmp(path, ADAPTER_AT, n))
		return -1;

	digits = strspn(path + n, "0123456789");
	if (!digits || digits > 4 || path[n + digits] ||
	    (path[n] == '0' && digits > 1))
		return -1;

	return atoi(path + n);
}

bool bluez_wanted(const struct bluez *bz, int index)
{
	char name[RADIO_NAME_MAX];

	snprintf(name, sizeof(name), "hci%d", index);
	return !bz->only || !strcmp(bz->only, name);
}

struct bluez_adapter *bluez_adapter_find(struct bluez *bz, uint32_t source)
{
	for (int i = 0; i < RADIO_ADAPTERS_MAX; i++)
		if (bz->adapter[i].birth && bz->adapter[i].source == source)
			return &bz->adapter[i];

	return NULL;
}

static struct bluez_adapter *by_birth(struct bluez *bz, int64_t birth)
{
	for (int i = 0; i < RADIO_ADAPTERS_MAX; i++)
		if (bz->adapter[i].birth == birth)
			return &bz->adapter[i];

	return NULL;
}

static struct bluez_adapter *by_path(struct bluez *bz, const char *path)
{
	int index = bluez_adapter_index(path);

	return index < 0 ? NULL : bluez_adapter_find(bz, (uint32_t)index + 1);
}

/* ----------------------------------------------------------------- time */

static void listen_anew(struct bluez_adapter *a, unsigned int first)
{
	a->todo = first | LISTEN | (a->powered ? 0 : BIT(BLUEZ_ON));
	a->bz->count.begun++;
	go_on(a);
}

static bool is_well(const struct bluez_adapter *a)
{
	return a->powered && a->discovering && a->ours;
}

static int on_again(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct bluez_adapter *a = userdata;

	(void)source;
	(void)usec;
	a->again = sd_event_source_disable_unref(a->again);
	if (is_well(a)) {
		a->again_ms = 0;
	} else if (a->asked == BLUEZ_IDLE) {
		if (a->ours)
			log_line(ALERTE_LOG_NOTICE, "radio bluez: discovery "
				 "on %s ended; beginning it anew", a->name);
		listen_anew(a, a->ours ? BIT(BLUEZ_STOP) : 0);
	}
	return 0;
}

/* Look after it in a while, unless that is arranged already. */
static void look_after(struct bluez_adapter *a)
{
	if (a->again)
		return;

	a->again_ms = a->again_ms ? 2 * a->again_ms : BLUEZ_SETTLE_MS;
	if (a->again_ms > BLUEZ_AGAIN_MAX_MS)
		a->again_ms = BLUEZ_AGAIN_MAX_MS;
	sd_event_add_time_relative(a->bz->event, &a->again, CLOCK_BOOTTIME,
				   (uint64_t)a->again_ms * 1000, 10000,
				   on_again, a);
}

static void look_after_less(struct bluez_adapter *a)
{
	a->again = sd_event_source_disable_unref(a->again);
	a->again_ms = 0;
}

/* -------------------------------------------------------------- answers */

static bool is_error(const sd_bus_error *e, const char *name)
{
	return e->name && !strcmp(e->name, name);
}

static void failing(struct bluez_adapter *a, bool is)
{
	if (a->failing != is)
		bluez_changed(a->bz);
	a->failing = is;
}

static void blocked(struct bluez_adapter *a, bool is)
{
	if (a->blocked == is)
		return;

	a->blocked = is;
	bluez_changed(a->bz);
	log_line(is ? ALERTE_LOG_WARNING : ALERTE_LOG_NOTICE, is
		 ? "radio bluez: %s is blocked by rfkill; rfkill unblock "
		   "bluetooth" : "radio bluez: %s is no longer blocked",
		 a->name);
}

static void give_up(struct bluez_adapter *a, const char *what,
		    const sd_bus_error *e)
{
	log_line(a->failing ? ALERTE_LOG_DEBUG : ALERTE_LOG_WARNING,
		 "radio bluez: %s cannot %s: %s", a->name, what, e->name);
	a->todo = 0;
	failing(a, !a->blocked);
	look_after(a);
}

static void filter_refused(struct bluez_adapter *a, const sd_bus_error *e)
{
	if (a->no_duplicates || !is_error(e, BLUEZ_NAME
					  ".Error.InvalidArguments")) {
		give_up(a, "take a filter", e);
		return;
	}

	/* Before 5.49 it does not know that word. */
	log_line(ALERTE_LOG_NOTICE, "radio bluez: %s does not tell repeats",
		 a->name);
	a->no_duplicates = true;
	a->todo |= BIT(BLUEZ_FILTER);
}

static void refused(struct bluez_adapter *a, enum bluez_step step,
		    const sd_bus_error *e)
{
	switch (step) {
	case BLUEZ_STOP:
	case BLUEZ_CLEAR:
	case BLUEZ_IDLE:
		break;
	case BLUEZ_UNREGISTER:
		a->monitored = false;
		break;
	case BLUEZ_OFF:
		log_line(ALERTE_LOG_WARNING, "radio bluez: %s cannot be "
			 "switched off: %s", a->name, e->name);
		break;
	case BLUEZ_ON:
		blocked(a, is_error(e, BLUEZ_NAME ".Error.Blocked"));
		give_up(a, "be switched on", e);
		break;
	case BLUEZ_FILTER:
		filter_refused(a, e);
		break;
	case BLUEZ_REGISTER:
		a->monitored = is_error(e, BLUEZ_NAME ".Error.AlreadyExists");
		if (!a->monitored)
			log_line(ALERTE_LOG_NOTICE, "radio bluez: %s takes no "
				 "monitor: %s", a->name, e->name);
		break;
	case BLUEZ_START:
		give_up(a, "discover", e);
		break;
	}
}

static void done(struct bluez_adapter *a, enum bluez_step step)
{
	switch (step) {
	case BLUEZ_STOP:
		a->ours = false;
		break;
	case BLUEZ_UNREGISTER:
		a->monitored = false;
		break;
	case BLUEZ_CLEAR:
	case BLUEZ_OFF:
	case BLUEZ_FILTER:
	case BLUEZ_IDLE:
		break;
	case BLUEZ_ON:
		blocked(a, false);
		break;
	case BLUEZ_REGISTER:
		a->monitored = true;
		break;
	case BLUEZ_START:
		a->ours = true;
		failing(a, false);
		if (!is_well(a))
			look_after(a);
		break;
	}
}

static void answered(struct bluez *bz, sd_bus_message *reply, int64_t birth)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);
	struct bluez_adapter *a = by_birth(bz, birth);
	enum bluez_step step;

	if (!a)
		return;

	step = a->asked;
	a->asked = BLUEZ_IDLE;

	/* We discover already: what is there is what was asked for. */
	if (e && (step != BLUEZ_START ||
		  !is_error(e, BLUEZ_NAME ".Error.InProgress")))
		refused(a, step, e);
	else
		done(a, step);

	go_on(a);
}

/* ------------------------------------------------------------- requests */

static int append_filter(const struct bluez_adapter *a, sd_bus_message *m)
{
	return a->no_duplicates
		? sd_bus_message_append(m, "a{sv}", 1, "Transport", "s", "le")
		: sd_bus_message_append(m, "a{sv}", 2, "Transport", "s", "le",
					"DuplicateData", "b", 1);
}

static int append(const struct bluez_adapter *a, enum bluez_step step,
		  sd_bus_message *m)
{
	switch (step) {
	case BLUEZ_STOP:
	case BLUEZ_START:
	case BLUEZ_IDLE:
		return 0;
	case BLUEZ_REGISTER:
	case BLUEZ_UNREGISTER:
		return sd_bus_message_append(m, "o", BLUEZ_MONITOR_ROOT);
	case BLUEZ_CLEAR:
		return sd_bus_message_append(m, "a{sv}", 0);
	case BLUEZ_OFF:
	case BLUEZ_ON:
		return sd_bus_message_append(m, "ssv", BLUEZ_ADAPTER, "Powered",
					     "b", step == BLUEZ_ON);
	case BLUEZ_FILTER:
		return append_filter(a, m);
	}
	return -EINVAL;
}

static const struct {
	const char *interface, *member;
} method[] = {
	[BLUEZ_STOP] = { BLUEZ_ADAPTER, "StopDiscovery" },
	[BLUEZ_UNREGISTER] = { BLUEZ_MONITORS, "UnregisterMonitor" },
	[BLUEZ_CLEAR] = { BLUEZ_ADAPTER, "SetDiscoveryFilter" },
	[BLUEZ_OFF] = { BLUEZ_PROPERTIES, "Set" },
	[BLUEZ_ON] = { BLUEZ_PROPERTIES, "Set" },
	[BLUEZ_FILTER] = { BLUEZ_ADAPTER, "SetDiscoveryFilter" },
	[BLUEZ_REGISTER] = { BLUEZ_MONITORS, "RegisterMonitor" },
	[BLUEZ_START] = { BLUEZ_ADAPTER, "StartDiscovery" },
};

static sd_bus_message *request(const struct bluez_adapter *a,
			       enum bluez_step step)
{
	sd_bus_message *m = bluez_method(a->bz, a->path,
					 method[step].interface,
					 method[step].member);

	if (m && append(a, step, m) < 0)
		return sd_bus_message_unref(m);

	return m;
}

static bool is_idle_step(const struct bluez_adapter *a, enum bluez_step step)
{
	return (step == BLUEZ_REGISTER && (!a->can_monitor || a->monitored)) ||
	       (step == BLUEZ_UNREGISTER && !a->monitored);
}

static enum bluez_step next_step(struct bluez_adapter *a)
{
	int step;

	for (step = 0; step < BLUEZ_IDLE; step++) {
		if (!(a->todo & BIT(step)))
			continue;
		a->todo &= ~BIT(step);
		if (!is_idle_step(a, (enum bluez_step)step))
			return (enum bluez_step)step;
	}

	return BLUEZ_IDLE;
}

static void go_on(struct bluez_adapter *a)
{
	enum bluez_step step;
	sd_bus_message *m;

	if (a->asked != BLUEZ_IDLE)
		return;

	step = next_step(a);
	if (step == BLUEZ_IDLE)
		return;

	m = request(a, step);
	if (m && bluez_call(a->bz, m, answered, a->birth) >= 0) {
		a->asked = step;
	} else {
		a->todo = 0;
		look_after(a);
	}
	sd_bus_message_unref(m);
}

/* ---------------------------------------------------- they come and go */

static struct bluez_adapter *adapter_new(struct bluez *bz, const char *path)
{
	int index = bluez_adapter_index(path);
	struct bluez_adapter *a = by_birth(bz, 0);

	if (index < 0) {
		bz->count.malformed++;
		return NULL;
	}
	if (!bluez_wanted(bz, index))
		return NULL;
	if (!a) {
		log_line(ALERTE_LOG_WARNING, "radio bluez: hci%d is one "
			 "adapter too many; not listened on", index);
		return NULL;
	}

	memset(a, 0, sizeof(*a));
	a->bz = bz;
	a->birth = ++bz->births;
	a->source = (uint32_t)index + 1;
	a->asked = BLUEZ_IDLE;
	snprintf(a->path, sizeof(a->path), ADAPTER_AT "%d", index);
	snprintf(a->name, sizeof(a->name), "hci%d", index);
	return a;
}

static void forget(struct bluez_adapter *a)
{
	sd_event_source_disable_unref(a->again);
	memset(a, 0, sizeof(*a));
}

static void view_take(struct bluez_adapter *a, const struct bluez_view *view)
{
	if (view->has_powered)
		a->powered = view->powered;
	if (view->has_discovering)
		a->discovering = view->discovering;
	if (view->has_state || a->powered)
		blocked(a, view->has_state && view->state_blocked);
	bluez_changed(a->bz);
}

void bluez_adapter_add(struct bluez *bz, const char *path,
		       const struct bluez_view *view)
{
	struct bluez_adapter *a = by_path(bz, path);

	if (a) {
		bluez_adapter_change(bz, path, view);
		return;
	}

	a = adapter_new(bz, path);
	if (!a)
		return;

	log_line(ALERTE_LOG_INFO, "radio bluez: %s is there", a->name);
	view_take(a, view);
	/* Its monitors may be told in the same message: not now. */
	a->again_ms = 0;
	sd_event_add_time_relative(bz->event, &a->again, CLOCK_BOOTTIME, 0, 0,
				   on_again, a);
}

/* Discovery of ours does not outlive the power. */
void bluez_adapter_change(struct bluez *bz, const char *path,
			  const struct bluez_view *view)
{
	struct bluez_adapter *a = by_path(bz, path);
	bool was_powered;

	if (!a)
		return;

	was_powered = a->powered;
	view_take(a, view);
	if (!a->powered)
		a->ours = false;

	if (is_well(a)) {
		look_after_less(a);
	} else if (a->powered && !was_powered && a->asked == BLUEZ_IDLE) {
		look_after_less(a);
		listen_anew(a, 0);
	} else {
		look_after(a);
	}
}

void bluez_adapter_monitors(struct bluez *bz, const char *path, bool offered)
{
	struct bluez_adapter *a = by_path(bz, path);

	if (!a)
		return;

	a->can_monitor = offered;
	a->monitored &= offered;

	/* Too late to be first: then once more, in the right order. */
	if (offered && !a->monitored && a->ours && a->asked == BLUEZ_IDLE)
		listen_anew(a, BIT(BLUEZ_STOP));
}

void bluez_adapter_remove(struct bluez *bz, const char *path)
{
	struct bluez_adapter *a = by_path(bz, path);

	if (!a)
		return;

	log_line(ALERTE_LOG_NOTICE, "radio bluez: %s is gone", a->name);
	bluez_devices_forget(bz, a->source);
	forget(a);
	bluez_changed(bz);
}

void bluez_adapters_forget(struct bluez *bz)
{
	for (int i = 0; i < RADIO_ADAPTERS_MAX; i++)
		if (bz->adapter[i].birth)
			forget(&bz->adapter[i]);
}

static void tell(struct bluez_adapter *a, enum bluez_step step)
{
	sd_bus_message *m = request(a, step);

	bluez_tell(a->bz, m);
	sd_bus_message_unref(m);
}

/* The connection goes on without us: what hangs on it must be let go. */
void bluez_adapters_leave(struct bluez *bz)
{
	for (int i = 0; i < RADIO_ADAPTERS_MAX; i++) {
		struct bluez_adapter *a = &bz->adapter[i];

		if (!a->birth)
			continue;
		tell(a, BLUEZ_STOP);
		tell(a, BLUEZ_CLEAR);
		if (a->monitored)
			tell(a, BLUEZ_UNREGISTER);
	}
}

int bluez_adapter_recover(struct bluez_adapter *a, enum radio_stage stage)
{
	unsigned int first = 0;

	switch (stage) {
	case RADIO_STAGE_SCAN:
		first = BIT(BLUEZ_STOP);
		break;
	case RADIO_STAGE_POWER:
		first = BIT(BLUEZ_OFF) | BIT(BLUEZ_ON);
		break;
	case RADIO_STAGE_BLUEZ:
		first = BIT(BLUEZ_STOP) | BIT(BLUEZ_UNREGISTER) |
			BIT(BLUEZ_CLEAR);
		a->no_duplicates = false;
		bluez_devices_purge(a->bz, a->source);
		break;
	}

	look_after_less(a);
	listen_anew(a, first);
	bluez_changed(a->bz);
	return 0;
}
