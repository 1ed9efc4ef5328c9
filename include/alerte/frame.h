/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_FRAME_H
#define ALERTE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the wearer did, or what her button noticed. */
enum alerte_gesture {
	ALERTE_GESTURE_NONE = 0,	/* a filler: this position did nothing */
	ALERTE_GESTURE_PRESS,
	ALERTE_GESTURE_DOUBLE,
	ALERTE_GESTURE_TRIPLE,
	ALERTE_GESTURE_LONG,
	ALERTE_GESTURE_LONG_DOUBLE,
	ALERTE_GESTURE_LONG_TRIPLE,
	ALERTE_GESTURE_HOLD,
	ALERTE_GESTURE_FALL,
	ALERTE_GESTURE_INACTIVITY,
	ALERTE_GESTURE_CANCEL,
	ALERTE_GESTURE_TEST,
	/* A code the format does not define: still a finger on the button. */
	ALERTE_GESTURE_UNKNOWN
};

/* How far a frame can be believed. */
enum alerte_trust {
	ALERTE_TRUST_NONE = 0,	/* anybody can send it */
	ALERTE_TRUST_WEAK,	/* 32-bit tag, or no freshness */
	ALERTE_TRUST_STRONG	/* sealed and fresh */
};

#define ALERTE_PRESS_MAX 16
#define ALERTE_FORMAT_MAX 16

struct alerte_press {
	uint8_t button;			/* position on the device, from 1 */
	enum alerte_gesture gesture;	/* never NONE in a decoded frame */
};

/* What one advertising payload says about one button. */
struct alerte_frame {
	uint32_t size;			/* set by the caller: sizeof */
	char format[ALERTE_FORMAT_MAX];	/* "bthome-v2", ... */
	enum alerte_trust trust;
	bool encrypted;			/* it came encrypted and was opened */
	bool has_counter;		/* an authenticated replay counter */
	uint32_t counter;
	/* At which width that, or where there is none packet_id, wraps. */
	uint8_t counter_bits;
	bool has_packet_id;		/* an unauthenticated repeat marker */
	uint32_t packet_id;
	int battery_percent;		/* 0 to 100, or -1 when not told */
	size_t npresses;
	struct alerte_press press[ALERTE_PRESS_MAX];
	/*
	 * The button tells over and over how often it was pressed so far, in
	 * packet_id, modulo 2 to the counter_bits, and presses hold only
	 * whether it is down now.  What a step of that count means, or NONE.
	 * Whoever judges starts from the first frame heard and takes a step,
	 * or going down, for a press.
	 */
	enum alerte_gesture counts;
};

/*
 * Decode one advertising payload: the AD structures of Bluetooth Core Spec.
 * Vol 3 Part C section 11, as the radio delivered them.  Pure: no state is
 * kept, so repeats and replays are not judged here: trust is what the frame
 * has when it is fresh.
 *
 * address  six bytes in display order (the first byte shown first), or NULL
 *          when not known; encrypted formats need it
 * key      the button's key, or NULL and 0.  12 or 16 bytes for the formats
 *          that have one; 32 (master key) or 48 (id, then seal) for the sealed
 *          frame, which then is all that is looked for
 * out      out->size is set by the caller
 *
 * Returns the number of presses (0 or more) and fills *out, or:
 *   ALERTE_ENOTFOUND  no known format in the payload
 *   ALERTE_EFORMAT    a known format, malformed
 *   ALERTE_EKEY       encrypted and: no key, no address, or the tag is wrong
 *   ALERTE_EREFUSED   plain although a key was given (downgrade): *out is
 *                     filled, with trust none
 *   ALERTE_ELIMIT     more than ALERTE_PRESS_MAX presses: *out holds the first
 *   ALERTE_EINVAL     size, or key_len
 *   ALERTE_ENOMEM
 *
 * After EFORMAT and EKEY *out holds which format it was and nothing else.  A
 * malformed end does not take back the presses that stand before it.  Of
 * several structures with a known format the first that holds a press counts.
 */
ALERTE_API int alerte_frame_decode(const uint8_t *address, const uint8_t *data,
				   size_t len, const uint8_t *key,
				   size_t key_len, struct alerte_frame *out);

/*
 * The general rule for beacons: "pressed when seen".  lib/frame/FORMATS.md has
 * how it is written: "ibeacon:UUID:MAJOR:MINOR,hold=10000,rssi=-80".
 */
#define ALERTE_TRIGGER_MAX 160

/* The rule in its one form; 0, or ALERTE_EFORMAT. */
ALERTE_API int alerte_trigger_check(const char *rule,
				    char out[ALERTE_TRIGGER_MAX]);
/*
 * One payload against a rule: 1 and a press of trust none in *out, or
 * ALERTE_ENOTFOUND, ALERTE_EFORMAT (the rule).  rssi_dbm is 127 when not known,
 * which no least strength refuses.  Hold-off is judged by the engine.
 */
ALERTE_API int alerte_trigger_decode(const char *rule, int8_t rssi_dbm,
				     const uint8_t *data, size_t len,
				     struct alerte_frame *out);

/*
 * What one notification of a GATT button says; connecting is the host's work.
 * family: "valrt" or "itag".  uuid: of the characteristic, its 16 bits, or
 * those that set it apart in 128.  The number of presses (0 or 1) and *out, or
 * ALERTE_ENOTFOUND (no such family, or a characteristic that tells no press),
 * ALERTE_EFORMAT.
 */
ALERTE_API int alerte_notification_decode(const char *family, uint16_t uuid,
					  const uint8_t *data, size_t len,
					  struct alerte_frame *out);

/* Stable English words: "press", "double" ...; "none", "weak", "strong". */
ALERTE_API const char *alerte_gesture_name(enum alerte_gesture gesture);
ALERTE_API const char *alerte_trust_name(enum alerte_trust trust);

#ifdef __cplusplus
}
#endif

#endif
