/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GNSS of the driver modemmanager.  The generic modem of ModemManager has none
 * and its plugins want ports of real ones, so a stand-in takes ModemManager's
 * name on the stage's bus: one modem with a receiver that needs some asking
 * before it knows where it is.  That the real one takes these calls is not
 * shown here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "modem/mm.h"
#include "world.h"

#define MODEM MM_ROOT "/Modem/0"
/* MMModemLocationSource */
#define CELL 1u
#define GNSS 2u
#define COLD 3			/* so often it has no fix yet */

static struct world w;

static struct {
	sd_bus *bus;
	uint32_t sources;	/* set up */
	int nsetups, signals;
	int nlooks;		/* with GNSS on */
	int64_t off_ms;		/* GNSS was last switched off */
} fake;

/* -------------------------------------------------------------- stand-in */

static int add(sd_bus_message *m, const char *name, const char *type,
	       int value)
{
	return sd_bus_message_append(m, "{sv}", name, type, value);
}

/* oa{sa{sv}} */
static int append_modem(sd_bus_message *m)
{
	sd_bus_message_open_container(m, 'e', "oa{sa{sv}}");
	sd_bus_message_append(m, "o", MODEM);
	sd_bus_message_open_container(m, 'a', "{sa{sv}}");

	sd_bus_message_open_container(m, 'e', "sa{sv}");
	sd_bus_message_append(m, "s", MM_MODEM);
	sd_bus_message_open_container(m, 'a', "{sv}");
	add(m, "State", "i", 8);
	add(m, "UnlockRequired", "u", 1);
	sd_bus_message_close_container(m);
	sd_bus_message_close_container(m);

	sd_bus_message_open_container(m, 'e', "sa{sv}");
	sd_bus_message_append(m, "s", MM_3GPP);
	sd_bus_message_open_container(m, 'a', "{sv}");
	add(m, "RegistrationState", "u", 1);
	sd_bus_message_close_container(m);
	sd_bus_message_close_container(m);

	sd_bus_message_open_container(m, 'e', "sa{sv}");
	sd_bus_message_append(m, "s", MM_LOCATION);
	sd_bus_message_open_container(m, 'a', "{sv}");
	add(m, "Capabilities", "u", CELL | GNSS);
	sd_bus_message_close_container(m);
	sd_bus_message_close_container(m);

	sd_bus_message_append(m, "{sa{sv}}", MM_MESSAGING, 0);
	sd_bus_message_close_container(m);
	return sd_bus_message_close_container(m);
}

static void append_objects(sd_bus_message *m)
{
	sd_bus_message_open_container(m, 'a', "{oa{sa{sv}}}");
	append_modem(m);
	sd_bus_message_close_container(m);
}

static void append_place(sd_bus_message *m)
{
	sd_bus_message_open_container(m, 'a', "{uv}");
	sd_bus_message_append(m, "{uv}", CELL, "s", "001,01,0,C3D4E5,1A2B");
	if (fake.sources & GNSS && fake.nlooks++ >= COLD)
		sd_bus_message_append(m, "{uv}", GNSS, "a{sv}", 2,
				      "latitude", "d", 45.7578,
				      "longitude", "d", 4.8532);
	sd_bus_message_close_container(m);
}

static void set_up(sd_bus_message *m)
{
	uint32_t sources;
	int signals;

	assert_true(sd_bus_message_read(m, "ub", &sources, &signals) >= 0);
	if (fake.sources & GNSS && !(sources & GNSS))
		fake.off_ms = mm_now_ms();
	fake.sources = sources;
	fake.signals += signals;
	fake.nsetups++;
}

static int on_call(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	sd_bus_message *reply = NULL;
	uint8_t type = 0;

	(void)userdata;
	(void)error;
	sd_bus_message_get_type(m, &type);
	if (type != SD_BUS_MESSAGE_METHOD_CALL)
		return 0;

	if (sd_bus_message_new_method_return(m, &reply) < 0)
		return -1;
	if (sd_bus_message_is_method_call(m, NULL, "GetManagedObjects"))
		append_objects(reply);
	else if (sd_bus_message_is_method_call(m, MM_MESSAGING, "List"))
		sd_bus_message_append(reply, "ao", 0);
	else if (sd_bus_message_is_method_call(m, MM_LOCATION, "GetLocation"))
		append_place(reply);
	else if (sd_bus_message_is_method_call(m, MM_LOCATION, "Setup"))
		set_up(m);
	sd_bus_send(fake.bus, reply, NULL);
	sd_bus_message_unref(reply);
	return 1;
}

static void take_name(void)
{
	int r = -1;

	/* The bus may still be noticing that the real one is gone. */
	for (int i = 0; r < 0 && i < 500; i++) {
		r = sd_bus_request_name(fake.bus, MM_NAME, 0);
		if (r < 0)
			world_run(&w, 10);
	}
	assert_true(r >= 0);
}

/* ----------------------------------------------------------------- stage */

static int open_stage(void **state)
{
	const char *const args[] = { "--no-modem", NULL };
	int r = stage_open(&w.stage, args);

	(void)state;
	if (r == 77)
		exit(77);
	return r || stage_say(&w.stage, "mm-kill");
}

static int close_stage(void **state)
{
	(void)state;
	stage_close(&w.stage);
	return 0;
}

static int start(void **state)
{
	struct mm *mm;

	(void)state;
	memset(&fake, 0, sizeof(fake));
	world_start(&w, NULL, true);
	mm = w.modem;
	mm->where.every_ms = 20;
	mm->where.for_ms = 60000;
	if (sd_bus_open_system(&fake.bus) < 0 ||
	    sd_bus_add_filter(fake.bus, NULL, on_call, NULL) < 0 ||
	    sd_bus_attach_event(fake.bus, w.event, 0) < 0)
		return -1;
	take_name();
	return world_until(&w, world_ready, 10000) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	fake.bus = sd_bus_flush_close_unref(fake.bus);
	world_stop(&w);
	return 0;
}

/* ------------------------------------------------------------ conditions */

static bool has_fix(struct world *world)
{
	return world->nfixes > 0;
}

static bool is_on(struct world *world)
{
	(void)world;
	return fake.sources & GNSS;
}

static bool is_off(struct world *world)
{
	const struct mm *mm = world->modem;

	return fake.off_ms && !(fake.sources & GNSS) && !mm->where.n;
}

static bool is_looking(struct world *world)
{
	(void)world;
	return fake.nlooks > 1;
}

static bool is_gone(struct world *world)
{
	return !strcmp(world_word(world, "state"), "no-modem");
}

/* ----------------------------------------------------------------- tests */

static void for_an_alert_gnss_is_on_until_nobody_asks(void **state)
{
	struct mm *mm = w.modem;
	int looks;

	(void)state;
	assert_int_equal(fake.nsetups, 0);
	w.driver->locate(w.modem, 77);
	assert_true(world_until(&w, has_fix, 10000));
	assert_int_equal(w.fix_alert, 77);
	assert_int_equal(w.fix.latitude_e7, 457578000);
	assert_int_equal(w.fix.longitude_e7, 48532000);
	assert_int_equal(w.fix.method, ALERTE_POSITION_GNSS);
	assert_int_equal(w.cell_alert, 77);
	assert_true(fake.nlooks > COLD);

	mm->where.until_ms = mm_now_ms();
	assert_true(world_until(&w, is_off, 10000));
	assert_int_equal(fake.sources, CELL);
	assert_int_equal(fake.nsetups, 2);
	/* Positions are asked for and never shouted over the bus. */
	assert_int_equal(fake.signals, 0);
	looks = fake.nlooks;
	world_run(&w, 100);
	assert_int_equal(fake.nlooks, looks);
}

static void asked_again_it_looks_as_long_again(void **state)
{
	struct mm *mm = w.modem;
	int64_t again;

	(void)state;
	w.driver->locate(w.modem, 77);
	assert_true(world_until(&w, is_looking, 10000));
	mm->where.until_ms = again = mm_now_ms();
	mm->where.for_ms = 400;
	w.driver->locate(w.modem, 77);
	assert_true(world_until(&w, is_on, 10000));
	assert_true(world_until(&w, is_off, 10000));
	assert_true(fake.off_ms - again >= 400);
}

static void a_modem_that_comes_back_meanwhile_is_switched_on_again(
	void **state)
{
	(void)state;
	w.driver->locate(w.modem, 77);
	assert_true(world_until(&w, is_on, 10000));
	assert_true(sd_bus_release_name(fake.bus, MM_NAME) >= 0);
	assert_true(world_until(&w, is_gone, 10000));
	fake.sources = 0;
	take_name();
	assert_true(world_until(&w, is_on, 10000));
	assert_int_equal(fake.nsetups, 2);
	assert_true(world_until(&w, has_fix, 10000));
}

#define UP(t) cmocka_unit_test_setup_teardown(t, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UP(for_an_alert_gnss_is_on_until_nobody_asks),
		UP(asked_again_it_looks_as_long_again),
		UP(a_modem_that_comes_back_meanwhile_is_switched_on_again),
	};

	return cmocka_run_group_tests(tests, open_stage, close_stage);
}
