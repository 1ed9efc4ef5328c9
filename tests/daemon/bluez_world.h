/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DAEMON_BLUEZ_WORLD_H
#define TESTS_DAEMON_BLUEZ_WORLD_H

#include <jansson.h>

#include "bluez_standin.h"
#include "radio/radio.h"

#define DEV "/org/bluez/hci0/dev_"
#define BUTTON DEV "54_48_E6_8F_80_A5"
#define ADDRESS "Address", "s", "54:48:E6:8F:80:A5"
#define BTHOME "0000fcd2-0000-1000-8000-00805f9b34fb"
#define FAILED "org.bluez.Error.Failed"

/* The driver under test, its stand-in of bluetoothd, and what it told. */
struct world {
	struct standin s;
	sd_bus *bus;			/* the daemon's */
	void *radio;
	const struct radio_driver *driver;
	int heard, changes;
	struct alerte_advert last;
	uint8_t data[1024];
	struct radio_adapter adapter[RADIO_ADAPTERS_MAX];
	char why[RADIO_WHY_MAX];
};

extern struct world w;

/* A cmocka setup and teardown; the stand-in has hci0, switched on. */
int world_open(void **state);
int world_close(void **state);
int world_start(const char *only);
/* bluetoothd there, the driver listening, nothing noted yet. */
void world_listen(void);
/* Its adapters, into w.adapter. */
int world_count(void);
bool world_scans(void);
/* What it says of itself. */
json_int_t world_counter(const char *name);
json_int_t world_devices(void);
void world_is(const char *bluez);
/* The last advert held these bytes. */
void world_heard(const char *hex);

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_open, world_close)

#endif
