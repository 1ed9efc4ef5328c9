/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_SEALED_H
#define ALERTE_SEALED_H

#include <stddef.h>
#include <stdint.h>

#include <alerte/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Making the sealed frame, version 1: an advert of alert buttons that nobody
 * can forge or follow.  Played back it raises nothing where it was heard; where
 * it was not, an alert that is marked late.  lib/frame/SEALED.md is its format,
 * and says what that rests on.
 *
 * This is for a button's firmware and for a phone.  lib/frame/sealed_make.c
 * is all the code there is: C11 without allocation, without a clock, without
 * state, that needs nothing but memcpy(), memset() and this header.
 *
 * A button keeps, in memory that survives a changed battery:
 *   the keys     made from the master key of its pairing (32 random bytes)
 *   the epoch    periods of 1024 s since it was provisioned; written at each
 *   the boot     number of this start; raised and written before the first
 *                frame
 *   the seq      end of a reserved block of 256, written before any number of
 *                the block is used; a start goes to the next block
 * A seq serves for one body, ever, whatever the kind of the frame.
 */
#define ALERTE_SEALED_BYTES 24
#define ALERTE_SEALED_ADVERT_BYTES 31
#define ALERTE_SEALED_MASTER_BYTES 32

#define ALERTE_SEALED_EPOCH_S 1024
/* So long after a start a button sends boot frames. */
#define ALERTE_SEALED_BOOT_S 3600
/* While a press is sent, age moves and a new seq is taken this often. */
#define ALERTE_SEALED_RENEW_MS 500
/* Press numbers count modulo this. */
#define ALERTE_SEALED_PRESSES 64
/* A boot frame has 20 bits for its epoch: 34 years. */
#define ALERTE_SEALED_BOOT_EPOCHS 0x100000

/* AD types of the two forms on the air, and the company id for trials. */
#define ALERTE_SEALED_SERVICE_DATA 0x16
#define ALERTE_SEALED_MANUFACTURER 0xff
#define ALERTE_SEALED_TRIAL_ID 0xffff

struct alerte_sealed_keys {
	uint32_t size;			/* set by the caller: sizeof */
	uint8_t id[16];			/* lets its holder recognise the button */
	uint8_t seal[32];		/* opens and makes frames */
};

/*
 * The two primitives, which the caller brings: firmware has its own library
 * or hardware for them, and a gateway has libsodium.  Each writes its output
 * and returns 0; any other result makes alerte_sealed_make() fail.
 *
 *   siphash  SipHash-2-4, 64-bit result, least significant byte first
 *   blake2b  BLAKE2b (RFC 7693) with a 32-byte key and a digest length of 16
 *
 * Messages are of 8, 16 and 21 bytes, and stand in memory of the call only.
 */
struct alerte_sealed_hash {
	uint32_t size;			/* set by the caller: sizeof */
	void *context;			/* given back to both, may be NULL */
	int (*siphash)(void *context, const uint8_t key[16],
		       const uint8_t *message, size_t len, uint8_t out[8]);
	int (*blake2b)(void *context, const uint8_t key[32],
		       const uint8_t *message, size_t len, uint8_t out[16]);
};

enum alerte_sealed_kind {
	ALERTE_SEALED_EPOCH = 0,
	ALERTE_SEALED_BOOT = 1		/* in the first hour after a start */
};

enum alerte_sealed_event {
	ALERTE_SEALED_HEARTBEAT = 0,
	ALERTE_SEALED_PRESS,
	ALERTE_SEALED_DOUBLE,
	ALERTE_SEALED_LONG,
	ALERTE_SEALED_CANCEL,
	ALERTE_SEALED_FALL,
	ALERTE_SEALED_TEST,
	ALERTE_SEALED_LOW_BATTERY,
	ALERTE_SEALED_TAMPER
};

struct alerte_sealed_frame {
	uint32_t size;			/* set by the caller: sizeof */
	enum alerte_sealed_kind kind;
	uint32_t epoch;			/* of the button's clock */
	uint32_t second;		/* within the epoch, at the emission */
	uint32_t boot;			/* number of this start */
	uint32_t seq;
	enum alerte_sealed_event event;
	uint8_t button;			/* position on the device, 0 to 15 */
	uint8_t press;			/* number of the event, 0 to 63 */
	uint32_t age_ms;		/* since the press; 127.5 s stands for more */
	uint32_t battery_mv;		/* 1000 to 3550; beyond is cut */
};

/*
 * Seal a frame.  A boot frame carries neither age nor battery, and its second
 * to 16 s.  0, or ALERTE_EINVAL (a field out of its range, a primitive that
 * failed).
 */
ALERTE_API int alerte_sealed_make(const struct alerte_sealed_hash *hash,
				  const struct alerte_sealed_keys *keys,
				  const struct alerte_sealed_frame *frame,
				  uint8_t payload[ALERTE_SEALED_BYTES]);

/*
 * The whole legacy advert: flags, and the payload as service data or
 * manufacturer data of a 16-bit identifier.  Send it non-connectable, from a
 * non-resolvable private address drawn anew whenever the bytes 1 to 6 of the
 * payload change.  0, or ALERTE_EINVAL for another AD type.
 */
ALERTE_API int alerte_sealed_advert(uint8_t ad_type, uint16_t id,
				    const uint8_t payload[ALERTE_SEALED_BYTES],
				    uint8_t advert[ALERTE_SEALED_ADVERT_BYTES]);

/*
 * How long to wait, in ms, between two adverts of a press that is so old: 20
 * for 2 s, 100 for 18 s, 1000 for 10 min, then 0: it is over.
 */
ALERTE_API uint32_t alerte_sealed_interval(uint32_t since_press_ms);

/* --------------------------------------- where there is libsodium (a host) */

/* The primitives, of libsodium. */
ALERTE_API const struct alerte_sealed_hash *alerte_sealed_host_hash(void);

/*
 * Both keys of a master key.  Firmware may be given them instead of it.  0, or
 * ALERTE_EINVAL for keys->size.
 */
ALERTE_API int
alerte_sealed_derive(const uint8_t master[ALERTE_SEALED_MASTER_BYTES],
		     struct alerte_sealed_keys *keys);

#ifdef __cplusplus
}
#endif

#endif
