/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAME_TRIGGER_H
#define FRAME_TRIGGER_H

#include <alerte/frame.h>

#include "port/text.h"

/*
 * The trigger-beacon rule: many buttons have no format of their own, but show
 * a common beacon for some seconds while or after they are pressed.  The rule
 * tells which: seen means pressed.  Anybody can send such a beacon: the trust
 * is none.
 */
enum trigger_kind {
	TRIGGER_IBEACON, TRIGGER_ALTBEACON, TRIGGER_EDDYSTONE_UID,
	TRIGGER_EDDYSTONE_URL, TRIGGER_EDDYSTONE_EID, TRIGGER_EDDYSTONE_TLM,
	TRIGGER_SERVICE_DATA, TRIGGER_MANUFACTURER
};

#define TRIGGER_ID_MAX 27
#define TRIGGER_HOLD_MS 10000
#define TRIGGER_HOLD_MAX_MS (60 * 60 * 1000)
#define TRIGGER_RSSI_ANY (-128)
#define TRIGGER_RSSI_UNKNOWN 127	/* what a radio says that cannot tell */

struct frame_trigger {
	enum trigger_kind kind;
	uint16_t number;	/* UUID or company of the last two kinds */
	uint8_t len;		/* of id and mask */
	uint8_t id[TRIGGER_ID_MAX];	/* as on the air, zero where masked */
	uint8_t mask[TRIGGER_ID_MAX];
	uint32_t hold_ms;	/* seen again within this: the same press */
	int8_t min_rssi;	/* dBm, or TRIGGER_RSSI_ANY */
};

/*
 * One payload against a rule: 1, and *out holds a press in the format that is
 * named as the kind is; or ALERTE_ENOTFOUND.  out->size is kept.
 */
int frame_trigger_decode(const struct frame_trigger *rule, int8_t rssi_dbm,
			 const uint8_t *data, size_t len,
			 struct alerte_frame *out);

/*
 * A rule as people write it (FORMATS.md):
 *
 *   ibeacon:UUID:MAJOR:MINOR          altbeacon:ID1:ID2:ID3
 *   eddystone-uid:NAMESPACE:INSTANCE  eddystone-url:BYTES
 *   eddystone-eid:ID                  eddystone-tlm:BYTES
 *   service-data:UUID:BYTES           manufacturer:COMPANY:BYTES
 *   kontakt:UUID:MAJOR:MINOR          what it shows while not pressed
 *
 * then, as wanted, ",hold=MILLISECONDS" and ",rssi=DBM".  A field is hex, hex
 * with a mask ("80/80"), or "*".  Returns 0 or ALERTE_EFORMAT.
 */
int frame_trigger_parse(const char *text, struct frame_trigger *out);
/* The same rule in one form: what the parser reads back. */
void frame_trigger_print(const struct frame_trigger *rule, struct text *out);

/* How a kind is laid out behind the type of its AD structure. */
#define TRIGGER_FIELDS 3

struct trigger_layout {
	const char *name;
	uint8_t type;
	bool numbered;		/* begins with rule->number */
	bool whole;		/* bytes beyond the id make it another */
	uint8_t head_at, nhead, head[4];
	uint8_t id_at;
	uint8_t field[TRIGGER_FIELDS];	/* sizes; all 0: any number of bytes */
};

const struct trigger_layout *trigger_layout(enum trigger_kind kind);

#endif
