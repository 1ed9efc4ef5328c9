/* SPDX-License-Identifier: Apache-2.0 */
#include "frame/bthome.h"

#include <string.h>

#include "port/bytes.h"

#define COUNTER_BYTES 4
#define TAG_BYTES 4

/* A code we do not know is still a finger on the button. */
/*@
  assigns \nothing;
  ensures ALERTE_GESTURE_NONE <= \result <= ALERTE_GESTURE_UNKNOWN;
 */
static enum alerte_gesture gesture_of(uint8_t code)
{
	switch (code) {
	case 0x00:
		return ALERTE_GESTURE_NONE;
	case 0x01:
		return ALERTE_GESTURE_PRESS;
	case 0x02:
		return ALERTE_GESTURE_DOUBLE;
	case 0x03:
		return ALERTE_GESTURE_TRIPLE;
	case 0x04:
		return ALERTE_GESTURE_LONG;
	case 0x05:
		return ALERTE_GESTURE_LONG_DOUBLE;
	case 0x06:
		return ALERTE_GESTURE_LONG_TRIPLE;
	case 0x80:
		return ALERTE_GESTURE_HOLD;
	case 0xfe:	/* Shelly says it before every short press */
		return ALERTE_GESTURE_NONE;
	default:
		return ALERTE_GESTURE_UNKNOWN;
	}
}

/*@
  requires reader_ok(r);
  assigns r->position, r->over, r->malformed, r->out->npresses,
    r->out->press[0 .. ALERTE_PRESS_MAX - 1];
  ensures reader_ok(r);
  ensures \old(r->out->npresses) <= r->out->npresses;
 */
static void take_button(struct bthome_reader *r, uint8_t code)
{
	enum alerte_gesture gesture = gesture_of(code);
	struct alerte_frame *out = r->out;

	/* The id again where a code should be: the code itself was lost. */
	if (code == BTHOME_BUTTON) {
		r->malformed = true;
		return;
	}

	r->position++;
	if (gesture == ALERTE_GESTURE_NONE)
		return;
	if (out->npresses == ALERTE_PRESS_MAX) {
		r->over = true;
		return;
	}
	out->press[out->npresses++] = (struct alerte_press){
		.button = r->position, .gesture = gesture
	};
}

void bthome_object(struct bthome_reader *r, uint8_t id, const uint8_t *value)
{
	switch (id) {
	case BTHOME_PACKET:
		r->out->has_packet_id = true;
		r->out->packet_id = value[0];
		break;
	case BTHOME_BATTERY:
		if (value[0] <= 100)
			r->out->battery_percent = value[0];
		break;
	case BTHOME_BUTTON:
		take_button(r, value[0]);
		break;
	default:
		break;
	}
}

int bthome_result(const struct bthome_reader *r, const struct frame_input *in)
{
	if (r->malformed && !r->out->npresses)
		return ALERTE_EFORMAT;
	if (in->has_key && !r->out->encrypted)
		return ALERTE_EREFUSED;
	if (r->over)
		return ALERTE_ELIMIT;
	return (int)r->out->npresses;
}

int bthome_open(const struct ccm *key, const uint8_t *head, size_t head_len,
		const uint8_t *aad, size_t aad_len, const uint8_t *data,
		size_t len, uint8_t *plain, struct alerte_frame *out)
{
	const uint8_t *counter, *tag;
	uint8_t nonce[CCM_NONCE_MAX];
	size_t n;
	int r;

	if (len <= COUNTER_BYTES + TAG_BYTES)
		return ALERTE_EFORMAT;
	if (!key)
		return ALERTE_EKEY;

	n = len - COUNTER_BYTES - TAG_BYTES;
	counter = data + n;
	tag = counter + COUNTER_BYTES;
	memcpy(nonce, head, head_len);
	memcpy(nonce + head_len, counter, COUNTER_BYTES);

	r = ccm_open(key, nonce, head_len + COUNTER_BYTES, aad, aad_len, data,
		     n, tag, TAG_BYTES, plain);
	if (r < 0)
		return r;

	out->encrypted = true;
	out->trust = ALERTE_TRUST_WEAK;
	out->has_counter = true;
	out->counter = le32(counter);
	out->counter_bits = 32;
	return (int)n;
}
