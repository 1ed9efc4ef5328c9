/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buttons that are connected to, through a stand-in of BlueZ on a bus of the
 * test's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "gatt_peer.h"
#include "radio/gatt.h"
#include "scratch.h"

#define HEARD_MAX 64

/* Quick, so that a test does not last. */
static const struct gatt_pace quick = {
	.connect = 300, .settle = 400, .answer = 200, .probe = 60000,
	.least = 40, .most = 320, .shown = 50,
};

static const struct gatt_button itag = {
	.id = "plastic", .format = "itag",
	.address = { 0xaa, 0xbb, 0xcc, 0, 0, 1 }
};

static const struct gatt_button valrt = {
	.id = "watch", .format = "valrt",
	.address = { 0xaa, 0xbb, 0xcc, 0, 0, 2 }
};

struct world {
	struct scratch *scratch;
	struct peer s;
	struct peer_button *itag, *valrt;
	sd_bus *bus;
	struct gatt *gatt;
	size_t nheard, nbattery;
	struct {
		uint16_t uuid;
		uint8_t address[6], first;
		size_t len;
		uint32_t source;
	} heard[HEARD_MAX];
	int battery;
	bool told, up;
	unsigned int downs;
};

static void on_notified(void *context,
			const struct alerte_notification *heard)
{
	struct world *w = context;

	if (heard->uuid == 0x2a19) {
		w->nbattery++;
		w->battery = heard->data[0];
		return;
	}

	assert_true(w->nheard < HEARD_MAX);
	assert_int_equal(heard->size, sizeof(*heard));
	w->heard[w->nheard].uuid = heard->uuid;
	w->heard[w->nheard].len = heard->len;
	w->heard[w->nheard].first = heard->data[0];
	w->heard[w->nheard].source = heard->source;
	memcpy(w->heard[w->nheard].address, heard->address, 6);
	w->nheard++;
}

static void on_link(void *context, const struct gatt_button *button, bool up)
{
	struct world *w = context;

	(void)button;
	w->told = true;
	w->up = up;
	w->downs += !up;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	scratch_setup((void **)&w->scratch);
	w->itag = &w->s.button[0];
	w->valrt = &w->s.button[1];
	w->battery = -1;
	w->s.powered = true;
	assert_true(sd_event_new(&w->s.event) >= 0);
	if (!peer_bus(&w->s, w->scratch->dir)) {
		print_message("SKIP: no dbus-daemon\n");
		skip();
	}
	peer_start(&w->s);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	gatt_stop(w->gatt);
	if (w->bus)
		sd_bus_detach_event(w->bus);
	sd_bus_flush_close_unref(w->bus);
	alerted_kill(w->scratch);
	peer_free(&w->s);
	sd_event_unref(w->s.event);
	scratch_teardown((void **)&w->scratch);
	free(w);
	return 0;
}

static void begin(struct world *w, const struct gatt_pace *pace)
{
	struct gatt_config config = { .pace = *pace };
	struct gatt_events events = { .context = w, .notified = on_notified,
				      .link = on_link };

	assert_true(sd_bus_open_system(&w->bus) >= 0);
	assert_true(sd_bus_attach_event(w->bus, w->s.event, 0) >= 0);
	assert_int_equal(gatt_start(&config, w->s.event, w->bus, &events,
				    &w->gatt), 0);
}

static void carry(struct world *w, const struct gatt_button *button)
{
	assert_int_equal(gatt_buttons(w->gatt, button, button ? 1 : 0), 0);
}

/* ------------------------------------------------------------ conditions */

/* One that is waited for; w is the world. */
#define CONDITION(name, is)			\
	static bool name(void *context)		\
	{					\
		struct world *w = context;	\
						\
		return is;			\
	}

CONDITION(is_up, w->up)
CONDITION(is_down, w->told && !w->up)
CONDITION(has_heard_one, w->nheard >= 1)
CONDITION(has_heard_two, w->nheard >= 2)
CONDITION(has_battery, w->nbattery >= 1)
CONDITION(is_discovering, w->s.discovering)
CONDITION(is_not_discovering, !w->s.discovering)
CONDITION(was_tried_six_times, w->itag->nconnects >= 6)
CONDITION(hung_up, w->itag->disconnects >= 1)
CONDITION(has_written_two_levels, peer_written(w->itag, 0x2a06, 2) != NULL)
CONDITION(was_removed, w->itag->removed)

#define UNTIL(is) assert_true(peer_until(&w->s, is, w, 3000))

static void linked(struct world *w, const struct gatt_button *button)
{
	begin(w, &quick);
	peer_meet(button == &itag ? w->itag : w->valrt);
	carry(w, button);
	UNTIL(is_up);
}

static const char *why(struct world *w)
{
	static char text[128];
	json_t *list = gatt_describe(w->gatt);
	const char *said = json_string_value(json_object_get(
		json_array_get(list, 0), "why"));

	snprintf(text, sizeof(text), "%s", said ? said : "");
	json_decref(list);
	return text;
}

/* --------------------------------------------------------------- presses */

static void a_press_comes_as_a_notification(void **state)
{
	struct world *w = *state;

	linked(w, &itag);
	peer_notify(w->itag, "\x01", 1);
	UNTIL(has_heard_one);
	assert_int_equal(w->heard[0].uuid, 0xffe1);
	assert_int_equal(w->heard[0].first, 1);
	assert_int_equal(w->heard[0].source, 1);
	assert_memory_equal(w->heard[0].address, itag.address, 6);
}

static void two_presses_within_a_millisecond_are_two(void **state)
{
	struct world *w = *state;

	linked(w, &itag);
	peer_notify(w->itag, "\x01", 1);
	peer_notify(w->itag, "\x01", 1);
	UNTIL(has_heard_two);
}

static void a_press_just_before_the_link_breaks_is_heard(void **state)
{
	struct world *w = *state;

	linked(w, &itag);
	peer_notify(w->itag, "\x01", 1);
	peer_drop(w->itag);
	UNTIL(has_heard_one);
	UNTIL(is_down);
}

static void without_sockets_presses_come_by_signal(void **state)
{
	struct world *w = *state;

	w->itag->no_sockets = true;
	linked(w, &itag);
	peer_notify(w->itag, "\x01", 1);
	UNTIL(has_heard_one);
	/* Reading FFE1 would tell its last value again. */
	assert_int_equal(w->itag->reads, 0);
}

/* -------------------------------------------------------------- families */

static void a_valrt_is_given_its_key_before_anything_is_asked(void **state)
{
	static const uint8_t key[] = { 0x80, 0xbe, 0xf5, 0xac, 0xff };
	const struct peer_write *written;
	struct world *w = *state;

	linked(w, &valrt);
	written = peer_written(w->valrt, 0xfff5, 0);
	assert_non_null(written);
	assert_int_equal(written->len, sizeof(key));
	assert_memory_equal(written->data, key, sizeof(key));
	assert_true(written->at_us < w->valrt->acquired_us);
	assert_true(written->at_us - w->valrt->connected_us < 1000000);
	/* BlueZ and we have less than the 30 s it waits. */
	assert_true(gatt_pace_usual.settle < 30000);
	UNTIL(has_battery);
	assert_int_equal(peer_written(w->valrt, 0xfff2, 0)->data[0], 0x0f);
}

static void the_level_of_a_battery_is_told(void **state)
{
	struct world *w = *state;

	linked(w, &valrt);
	UNTIL(has_battery);
	assert_int_equal(w->battery, 77);
}

static void an_itag_is_told_not_to_ring_when_she_walks_away(void **state)
{
	const struct peer_write *written;
	struct world *w = *state;

	linked(w, &itag);
	peer_run(&w->s, 50);
	written = peer_written(w->itag, 0x2a06, 0);
	assert_non_null(written);
	assert_int_equal(written->data[0], 0);
	assert_non_null(strstr(written->service, "/service0000"));
	assert_null(peer_written(w->itag, 0x2a06, 1));
}

/* ----------------------------------------------------------------- links */

static void a_lost_link_is_told_and_made_again(void **state)
{
	struct world *w = *state;

	linked(w, &itag);
	peer_drop(w->itag);
	UNTIL(is_down);
	assert_int_equal(w->downs, 1);
	UNTIL(is_up);
	peer_notify(w->itag, "\x01", 1);
	UNTIL(has_heard_one);
}

/* The peer's clock runs while a busy machine lets us wait: 3/4 is still rarer. */
static void tries_become_rarer_up_to_a_limit(void **state)
{
	struct world *w = *state;
	struct gatt_pace pace = quick;
	const int64_t *at = w->itag->connect_us;

	pace.most = 2 * pace.least;
	w->itag->refuses = true;
	begin(w, &pace);
	peer_meet(w->itag);
	carry(w, &itag);
	UNTIL(was_tried_six_times);

	assert_true(at[1] - at[0] >= pace.least * 1000 * 3 / 4);
	assert_true(at[2] - at[1] >= pace.most * 1000 * 3 / 4);
	assert_true(at[5] - at[4] >= pace.most * 1000 * 3 / 4);
	/* doubled each time these three would be 28 times the first */
	assert_true(at[5] - at[2] < pace.least * 1000 * 24);

	assert_int_equal(w->downs, 1);
	w->itag->refuses = false;
	UNTIL(is_up);
}

static void a_button_that_hangs_in_connect_is_tried_again(void **state)
{
	struct world *w = *state;

	w->itag->hangs = true;
	begin(w, &quick);
	peer_meet(w->itag);
	carry(w, &itag);
	UNTIL(is_down);
	assert_string_equal(why(w), "it is out of reach");
	UNTIL(hung_up);
	w->itag->hangs = false;
	UNTIL(is_up);
}

static void a_button_without_a_sign_of_life_is_connected_anew(void **state)
{
	struct gatt_pace pace = quick;
	struct world *w = *state;

	pace.probe = 60;
	begin(w, &pace);
	peer_meet(w->itag);
	carry(w, &itag);
	UNTIL(is_up);
	peer_run(&w->s, 100);
	assert_true(w->itag->reads >= 2);
	w->itag->silent = w->itag->lingers = true;
	UNTIL(is_down);
	UNTIL(hung_up);
	w->itag->silent = false;
	/* BlueZ takes 2 s to hang up: that link is of no use. */
	peer_run(&w->s, 100);
	assert_false(w->up);
	w->itag->lingers = false;
	peer_drop(w->itag);
	UNTIL(is_up);
}

static void a_button_that_says_nonsense_is_left_and_tried_again(void **state)
{
	struct world *w = *state;

	w->itag->nonsense = true;
	begin(w, &quick);
	peer_meet(w->itag);
	carry(w, &itag);
	UNTIL(is_down);
	assert_string_equal(why(w), "BlueZ gave no socket");
	w->itag->nonsense = false;
	w->itag->bare = true;
	UNTIL(hung_up);
	peer_run(&w->s, 400);
	assert_string_equal(why(w), "it is no button of this format");
	w->itag->bare = false;
	UNTIL(is_up);
}

static void notifications_of_any_length_are_taken(void **state)
{
	static const uint8_t much[600] = { 1 };
	struct world *w = *state;

	linked(w, &itag);
	peer_notify(w->itag, much, 0);
	peer_notify(w->itag, much, sizeof(much));
	peer_notify(w->itag, "\x01", 1);
	UNTIL(has_heard_two);
	assert_int_equal(w->heard[0].len, 512);
	assert_int_equal(w->heard[1].len, 1);
	assert_int_equal(w->downs, 0);
}

/* ----------------------------------------------------- BlueZ, the adapter */

static void an_unknown_button_is_discovered_and_nothing_else(void **state)
{
	struct world *w = *state;

	begin(w, &quick);
	carry(w, &itag);
	UNTIL(is_discovering);
	assert_string_equal(w->s.pattern, PEER_ITAG);
	peer_meet(w->itag);
	UNTIL(is_up);
	UNTIL(is_not_discovering);
}

static void a_button_never_heard_is_told_as_down(void **state)
{
	struct world *w = *state;

	begin(w, &quick);
	carry(w, &itag);
	UNTIL(is_down);
	assert_string_equal(why(w), "it was not heard");
}

static void a_restart_of_bluez_is_survived(void **state)
{
	struct world *w = *state;

	linked(w, &itag);
	peer_stop(&w->s);
	UNTIL(is_down);
	peer_run(&w->s, 100);
	peer_start(&w->s);
	peer_meet(w->itag);
	UNTIL(is_up);
}

static void nobody_else_is_taken_for_bluez(void **state)
{
	struct world *w = *state;

	linked(w, &itag);
	peer_forge(w->itag, w->bus);
	peer_run(&w->s, 200);
	assert_int_equal(w->downs, 0);
	peer_notify(w->itag, "\x01", 1);
	UNTIL(has_heard_one);
}

static void an_adapter_that_is_off_is_waited_for(void **state)
{
	struct world *w = *state;

	w->s.powered = false;
	begin(w, &quick);
	peer_meet(w->itag);
	carry(w, &itag);
	UNTIL(is_down);
	assert_string_equal(why(w), "no adapter is on");
	assert_int_equal(w->itag->nconnects, 0);
	peer_power(&w->s, true);
	UNTIL(is_up);
}

static void a_link_that_stands_is_taken_up_without_a_gap(void **state)
{
	struct world *w = *state;

	linked(w, &itag);
	gatt_stop(w->gatt);
	w->up = false;
	sd_bus_detach_event(w->bus);
	sd_bus_flush_close_unref(w->bus);
	begin(w, &quick);
	carry(w, &itag);
	UNTIL(is_up);
	assert_int_equal(w->itag->nconnects, 1);
	assert_int_equal(w->itag->disconnects, 0);
}

static void a_removed_button_is_forgotten_by_bluez(void **state)
{
	struct world *w = *state;
	json_t *list;

	linked(w, &itag);
	carry(w, NULL);
	UNTIL(was_removed);
	assert_int_equal(w->itag->connected, false);
	list = gatt_describe(w->gatt);
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
	/* Nobody asked for it to be told as a loss. */
	assert_int_equal(w->downs, 0);
}

static void a_paired_button_that_is_removed_is_only_hung_up_on(void **state)
{
	struct world *w = *state;

	w->itag->paired = true;
	linked(w, &itag);
	carry(w, NULL);
	UNTIL(hung_up);
	assert_int_equal(w->itag->removed, 0);
}

/* --------------------------------------------------------- confirmations */

static void an_itag_rings_shortly_and_only_if_that_is_asked_for(void **state)
{
	struct world *w = *state;

	linked(w, &itag);
	assert_true(gatt_confirm(w->gatt, itag.address,
				 GATT_CONFIRM_NONE) < 0);
	assert_true(gatt_confirm(w->gatt, itag.address,
				 GATT_CONFIRM_LIGHT) < 0);
	assert_int_equal(gatt_confirm(w->gatt, itag.address,
				      GATT_CONFIRM_BUZZER), 0);
	UNTIL(has_written_two_levels);
	assert_int_equal(peer_written(w->itag, 0x2a06, 1)->data[0], 1);
	assert_int_equal(peer_written(w->itag, 0x2a06, 2)->data[0], 0);
	assert_non_null(strstr(peer_written(w->itag, 0x2a06, 1)->service,
			       "/service0001"));
}

static void a_button_without_a_link_is_not_confirmed_later(void **state)
{
	struct world *w = *state;

	w->valrt->refuses = true;
	begin(w, &quick);
	peer_meet(w->valrt);
	carry(w, &valrt);
	UNTIL(is_down);
	assert_true(gatt_confirm(w->gatt, valrt.address,
				 GATT_CONFIRM_LIGHT) < 0);
	w->valrt->refuses = false;
	UNTIL(is_up);
	peer_run(&w->s, 50);
	assert_null(peer_written(w->valrt, 0xfff3, 0));
	assert_int_equal(gatt_confirm(w->gatt, valrt.address,
				      GATT_CONFIRM_LIGHT), 0);
}

/* ------------------------------------------------------------- the daemon */

static const char site[] =
	"contact \"marc\" {\n\tname = \"Marc\"\n"
	"\tnumber = \"+33639980001\"\n}\n"
	"wearer \"marie\" {\n\tname = \"Marie Durand\"\n"
	"\tshort_name = \"Marie D.\"\n"
	"\tplace = \"12 rue Garibaldi, 69003 Lyon\"\n"
	"\tarea = \"Lyon 3e\"\n\tassociation = \"l'association X\"\n"
	"\tcontact = {\"marc\"}\n}\n";

static const char section[] =
	"button \"plastic\" {\n\twearer = \"marie\"\n"
	"\taddress = \"" PEER_ITAG "\"\n\tformat = itag\n}\n";

static void settle(struct scratch *s, const char *button)
{
	char text[1024];
	json_t *doc;

	snprintf(text, sizeof(text), "%s%s", site, button);
	doc = apply(s, text, false);
	assert_int_equal(json_array_size(json_object_get(doc, "errors")), 0);
	json_decref(doc);
}

/* What alerted says of its only connected button; "" when there is none. */
static const char *link_state(struct scratch *s)
{
	static char state[32];
	json_t *doc = ask(s, "Status", "");
	const char *said = json_string_value(json_object_get(json_array_get(
		json_object_get(doc, "connected"), 0), "state"));

	snprintf(state, sizeof(state), "%s", said ? said : "");
	json_decref(doc);
	return state;
}

static bool alerted_is_connected(void *context)
{
	struct world *w = context;

	return !strcmp(link_state(w->scratch), "connected");
}

static bool alerted_is_not_connected(void *context)
{
	return !alerted_is_connected(context);
}

static void start_alerted(struct world *w, const char *confirm)
{
	static const char was[] = "driver = replay";
	char text[8192], *conf, *at;

	scratch_conf(w->scratch);
	/* With a file for a radio no real button is connected to. */
	conf = scratch_read(w->scratch, "conf");
	at = strstr(conf, was);
	assert_non_null(at);
	*at = '\0';
	snprintf(text, sizeof(text), "%sdriver = none\n\tconfirm = %s%s", conf,
		 confirm, at + strlen(was));
	/* As it ships. */
	memcpy(strstr(text, "debug"), "info ", 5);
	scratch_write(w->scratch, "conf", text);
	free(conf);
	alerted_start(w->scratch, true);
}

static void a_press_over_a_link_is_an_alert(void **state)
{
	struct world *w = *state;
	char *text;

	start_alerted(w, "none");
	peer_meet(w->itag);
	settle(w->scratch, section);
	UNTIL(alerted_is_connected);
	peer_notify(w->itag, "\x01", 1);
	assert_true(spool_wait(w->scratch, 1));
	text = spool_text(w->scratch);
	assert_non_null(strstr(text, "+33639980001"));
	free(text);
}

static void a_loss_shows_in_the_status_and_ends(void **state)
{
	struct world *w = *state;
	char *said;

	start_alerted(w, "none");
	peer_meet(w->itag);
	settle(w->scratch, section);
	UNTIL(alerted_is_connected);
	w->itag->refuses = true;
	peer_drop(w->itag);
	UNTIL(alerted_is_not_connected);
	w->itag->refuses = false;
	peer_run(&w->s, 1200);
	UNTIL(alerted_is_connected);
	/* Who goes out and comes home stands in no log. */
	said = scratch_read(w->scratch, "err");
	assert_null(strstr(said, "plastic"));
	assert_null(strstr(said, PEER_ITAG));
	free(said);
}

static size_t rings(const struct world *w)
{
	size_t n = 0, i;

	for (i = 0; i < w->itag->nwrites; i++)
		n += w->itag->write[i].uuid == 0x2a06 &&
		     w->itag->write[i].data[0] == 1;

	return n;
}

static bool has_rung(void *context)
{
	return rings(context) >= 1;
}

static void the_button_is_told_once_that_help_was_told(void **state)
{
	struct world *w = *state;

	start_alerted(w, "buzzer");
	peer_meet(w->itag);
	settle(w->scratch, section);
	UNTIL(alerted_is_connected);
	peer_notify(w->itag, "\x01", 1);
	UNTIL(has_rung);
	assert_true(spool_wait(w->scratch, 1));
	peer_notify(w->itag, "\x01", 1);
	peer_run(&w->s, 500);
	assert_int_equal(rings(w), 1);
}

static void nothing_rings_unless_it_is_asked_for(void **state)
{
	struct world *w = *state;

	start_alerted(w, "none");
	peer_meet(w->itag);
	settle(w->scratch, section);
	UNTIL(alerted_is_connected);
	peer_notify(w->itag, "\x01", 1);
	assert_true(spool_wait(w->scratch, 1));
	peer_run(&w->s, 300);
	assert_int_equal(rings(w), 0);
}

/* It would learn to say that help was told when it was not. */
static void an_exercise_does_not_ring(void **state)
{
	struct world *w = *state;
	char *text;

	start_alerted(w, "buzzer");
	peer_meet(w->itag);
	settle(w->scratch, section);
	UNTIL(alerted_is_connected);
	free(call(w->scratch, "ExerciseAnnounce", "s", "plastic"));
	peer_notify(w->itag, "\x01", 1);
	assert_true(spool_wait(w->scratch, 1));
	peer_run(&w->s, 300);
	text = spool_text(w->scratch);
	assert_non_null(strstr(text, "EXERCICE"));
	free(text);
	assert_int_equal(rings(w), 0);
}

static void a_button_no_longer_enrolled_is_let_go(void **state)
{
	struct world *w = *state;
	char *answer;

	start_alerted(w, "none");
	peer_meet(w->itag);
	settle(w->scratch, section);
	UNTIL(alerted_is_connected);
	answer = call(w->scratch, "ButtonRemove", "s", "plastic");
	free(answer);
	UNTIL(was_removed);
	assert_string_equal(link_state(w->scratch), "");
}

static void a_button_is_enrolled_over_a_link(void **state)
{
	struct world *w = *state;
	json_t *doc;
	char *text;

	start_alerted(w, "none");
	peer_meet(w->itag);
	settle(w->scratch, "");
	doc = ask(w->scratch, "Enrol", "ssb", "button", section, 1);
	assert_int_equal(json_array_size(json_object_get(doc, "errors")), 0);
	json_decref(doc);
	UNTIL(alerted_is_connected);
	peer_notify(w->itag, "\x01", 1);
	peer_run(&w->s, 300);
	doc = ask(w->scratch, "Enrolment", "");
	assert_string_equal(json_string_value(json_object_get(doc, "state")),
			    "proved");
	json_decref(doc);
	assert_int_equal(spool_count(w->scratch), 0);

	/* The same link goes on, and counts. */
	peer_notify(w->itag, "\x01", 1);
	assert_true(spool_wait(w->scratch, 1));
	text = spool_text(w->scratch);
	assert_non_null(strstr(text, "+33639980001"));
	free(text);
	assert_int_equal(w->itag->nconnects, 1);
	doc = ask(w->scratch, "Buttons", "");
	assert_true(json_is_true(json_object_get(json_array_get(
		json_object_get(doc, "buttons"), 0), "linked")));
	json_decref(doc);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_press_comes_as_a_notification),
		T(two_presses_within_a_millisecond_are_two),
		T(a_press_just_before_the_link_breaks_is_heard),
		T(without_sockets_presses_come_by_signal),
		T(a_valrt_is_given_its_key_before_anything_is_asked),
		T(the_level_of_a_battery_is_told),
		T(an_itag_is_told_not_to_ring_when_she_walks_away),
		T(a_lost_link_is_told_and_made_again),
		T(tries_become_rarer_up_to_a_limit),
		T(a_button_that_hangs_in_connect_is_tried_again),
		T(a_button_without_a_sign_of_life_is_connected_anew),
		T(a_button_that_says_nonsense_is_left_and_tried_again),
		T(notifications_of_any_length_are_taken),
		T(an_unknown_button_is_discovered_and_nothing_else),
		T(a_button_never_heard_is_told_as_down),
		T(a_restart_of_bluez_is_survived),
		T(nobody_else_is_taken_for_bluez),
		T(an_adapter_that_is_off_is_waited_for),
		T(a_link_that_stands_is_taken_up_without_a_gap),
		T(a_removed_button_is_forgotten_by_bluez),
		T(a_paired_button_that_is_removed_is_only_hung_up_on),
		T(an_itag_rings_shortly_and_only_if_that_is_asked_for),
		T(a_button_without_a_link_is_not_confirmed_later),
		T(a_press_over_a_link_is_an_alert),
		T(a_loss_shows_in_the_status_and_ends),
		T(the_button_is_told_once_that_help_was_told),
		T(nothing_rings_unless_it_is_asked_for),
		T(an_exercise_does_not_ring),
		T(a_button_no_longer_enrolled_is_let_go),
		T(a_button_is_enrolled_over_a_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
