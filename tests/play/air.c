/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What else is on the air: sealed frames of a button with a clock of its own,
 * notifications of one that is connected, and enrolment.
 */
#include <stdlib.h>
#include <string.h>

#include "play.h"

/* A play begins when the button's clock has gone on for so many epochs. */
#define FIRST_EPOCH 1000
#define EPOCH_MS (ALERTE_SEALED_EPOCH_S * INT64_C(1000))

static const struct {
	const char *name;
	enum alerte_sealed_event event;
} events[] = {
	{ "heartbeat", ALERTE_SEALED_HEARTBEAT },
	{ "press", ALERTE_SEALED_PRESS },
	{ "double", ALERTE_SEALED_DOUBLE },
	{ "long", ALERTE_SEALED_LONG },
	{ "cancel", ALERTE_SEALED_CANCEL },
	{ "fall", ALERTE_SEALED_FALL },
	{ "test", ALERTE_SEALED_TEST },
	{ "tamper", ALERTE_SEALED_TAMPER },
};

static bool event_of(const char *name, enum alerte_sealed_event *out)
{
	size_t i;

	for (i = 0; i < sizeof(events) / sizeof(*events); i++)
		if (!strcmp(events[i].name, name)) {
			*out = events[i].event;
			return true;
		}

	return false;
}

static uint32_t number_after(const struct args *args, const char *word,
			     uint32_t otherwise)
{
	const char *value = args_after(args, word);

	return value ? (uint32_t)strtoul(value, NULL, 10) : otherwise;
}

static int64_t duration_after(const struct args *args, const char *word)
{
	const char *value = args_after(args, word);

	return value ? play_duration(value) : 0;
}

/* The next frame of a button, as its firmware would make it. */
static int make(struct play *p, struct thing *t, const struct args *args,
		enum alerte_sealed_event event, uint8_t *advert)
{
	struct alerte_sealed_keys keys = { .size = sizeof(keys) };
	struct alerte_sealed_frame f = { .size = sizeof(f) };
	uint8_t payload[ALERTE_SEALED_BYTES];
	bool same = args_has(args, "same");
	int64_t clock = FIRST_EPOCH * EPOCH_MS + p->play_ms - t->behind_ms;

	if (alerte_sealed_derive(t->key, &keys))
		return -1;

	t->counter = number_after(args, "seq", t->counter + 1);
	t->packet = (uint8_t)number_after(args, "number",
					  same ? t->packet
					       : (t->packet + 1u) % 64);
	f.boot = number_after(args, "boot", 0);
	f.kind = f.boot ? ALERTE_SEALED_BOOT : ALERTE_SEALED_EPOCH;
	f.epoch = (uint32_t)(clock / EPOCH_MS);
	f.second = (uint32_t)(clock % EPOCH_MS / 1000);
	f.seq = t->counter;
	f.event = event;
	f.press = t->packet;
	f.age_ms = (uint32_t)duration_after(args, "age");
	f.battery_mv = number_after(args, "battery", 3000);

	if (alerte_sealed_make(alerte_sealed_host_hash(), &keys, &f, payload))
		return -1;

	if (args_has(args, "tamper"))
		payload[ALERTE_SEALED_BYTES - 1] ^= 1;

	return alerte_sealed_advert(ALERTE_SEALED_MANUFACTURER,
				    ALERTE_SEALED_TRIAL_ID, payload, advert);
}

static int hear_sealed(struct play *p, const struct args *args,
		       const uint8_t *advert)
{
	/* an address drawn anew with each identifier */
	uint8_t address[6];

	memcpy(address, advert + 8, sizeof(address));
	address[0] &= 0x3f;
	return hear_copies(p, args, address, advert,
			   ALERTE_SEALED_ADVERT_BYTES);
}

static int cmd_sealed(struct play *p, const struct args *args)
{
	struct thing *t = args->n > 2 ? world_thing(p, args->v[1]) : NULL;
	uint8_t advert[ALERTE_SEALED_ADVERT_BYTES];
	enum alerte_sealed_event event;

	if (!t || !event_of(args->v[2], &event))
		return play_fail(p, "sealed BUTTON EVENT [seq N] [number N] "
				 "[same] [boot N] [age D] [tamper] [kept] "
				 "[copies N [apart D]]");

	if (make(p, t, args, event, advert))
		return play_fail(p, "cannot make the frame");

	play_log(p, "%s does %s, sealed, number %u of %u", t->id, args->v[2],
		 t->counter, t->packet);

	if (args_has(args, "kept"))
		t->has_kept = true;

	if (!t->has_kept || args_has(args, "kept"))
		memcpy(t->kept, advert, sizeof(advert));

	if (args_has(args, "kept"))
		return 0;

	return hear_sealed(p, args, advert);
}

/* The frame that was kept, or the last one, is heard (again). */
static int cmd_playback(struct play *p, const struct args *args)
{
	struct thing *t = args->n > 1 ? world_thing(p, args->v[1]) : NULL;

	if (!t)
		return play_fail(p, "playback BUTTON [copies N]");

	t->has_kept = false;
	return hear_sealed(p, args, t->kept);
}

/* Its clock stood still, without a battery; or ran on through a reboot. */
static int cmd_clock_of(struct play *p, const struct args *args)
{
	struct thing *t = args->n == 3 ? world_thing(p, args->v[1]) : NULL;
	int64_t ms = t ? play_duration(args->v[2]) : -1;

	if (ms < 0)
		return play_fail(p, "%s BUTTON D", args->v[0]);

	t->behind_ms += strcmp(args->v[0], "ran") ? ms : -ms;
	return 0;
}

static int cmd_notify(struct play *p, const struct args *args)
{
	struct alerte_notification n = {
		.size = sizeof(n), .heard_boot_ms = p->now.boot_ms,
	};
	uint8_t data[64];
	int len;

	if (args->n != 4 || hex_read(args->v[1], n.address, 6) != 6)
		return play_fail(p, "notify ADDRESS UUID HEX");

	len = hex_read(args->v[3], data, sizeof(data));

	if (len < 0)
		return play_fail(p, "notify: not hex");

	n.uuid = (uint16_t)strtoul(args->v[2], NULL, 16);
	n.data = data;
	n.len = (size_t)len;
	return world_input(p, "notify", alerte_notification(p->a, &n, p->now));
}

static int cmd_link(struct play *p, const struct args *args)
{
	uint8_t address[6];

	if (args->n != 3 || hex_read(args->v[1], address, 6) != 6)
		return play_fail(p, "link ADDRESS up|down");

	return world_input(p, "link",
			   alerte_link(p->a, address,
				       !strcmp(args->v[2], "up"), p->now));
}

static int cmd_enrol(struct play *p, const struct args *args)
{
	struct alerte_button b;

	if (args->n == 2 && !strcmp(args->v[1], "cancel"))
		return world_input(p, "enrol", alerte_enrol_cancel(p->a));

	if (button_read(p, args, &b) < 0)
		return -1;

	return world_input(p, "enrol", alerte_enrol(p->a, &b, p->now));
}

const struct command air_commands[] = {
	{ "sealed", cmd_sealed },
	{ "playback", cmd_playback },
	{ "stopped", cmd_clock_of },
	{ "ran", cmd_clock_of },
	{ "notify", cmd_notify },
	{ "link", cmd_link },
	{ "enrol", cmd_enrol },
	{ NULL, NULL },
};
