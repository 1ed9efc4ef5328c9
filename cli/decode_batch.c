/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One JSON object a line in, one a line out, no state between lines.  A line
 * that is not as it should be is reported by its number and the rest goes on.
 */

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "decode.h"

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int decode_hex(const char *text, const char *skip, uint8_t *out, size_t cap)
{
	size_t n = 0;

	while (*text != '\0') {
		int high = digit_value(text[0]), low;

		if (strchr(skip, text[0]) != NULL) {
			text++;
			continue;
		}

		low = high < 0 ? -1 : digit_value(text[1]);
		if (low < 0 || n == cap)
			return -1;

		out[n++] = (uint8_t)(high << 4 | low);
		text += 2;
	}

	return (int)n;
}

bool decode_address(const char *text, struct decode_input *in)
{
	in->has_address = decode_hex(text, ":", in->address, 6) == 6;
	return in->has_address;
}

bool decode_key(const char *text, struct decode_input *in)
{
	int n = decode_hex(text, "", in->key, sizeof(in->key));

	in->key_len = n == 12 || n == 16 || n == 32 || n == 48 ? (size_t)n : 0;
	return in->key_len != 0;
}

bool decode_trigger(const char *text, struct decode_input *in)
{
	return alerte_trigger_check(text, in->trigger) == 0;
}

bool decode_notification(const char *text, struct decode_input *in)
{
	size_t n = strcspn(text, ":");
	uint8_t uuid[2];

	if (n == 0 || n >= sizeof(in->family) || text[n] != ':' ||
	    decode_hex(text + n + 1, "", uuid, sizeof(uuid)) != 2)
		return false;

	memcpy(in->family, text, n);
	in->family[n] = '\0';
	in->uuid = (uint16_t)(uuid[0] << 8 | uuid[1]);
	return true;
}

int decode_run(const struct decode_input *in, struct alerte_frame *out)
{
	memset(out, 0, sizeof(*out));
	out->size = sizeof(*out);
	out->battery_percent = -1;

	if (in->family[0] != '\0')
		return alerte_notification_decode(in->family, in->uuid,
						  in->adv, in->len, out);
	if (in->trigger[0] != '\0')
		return alerte_trigger_decode(in->trigger, 127, in->adv,
					     in->len, out);

	return alerte_frame_decode(in->has_address ? in->address : NULL,
				   in->adv, in->len,
				   in->key_len != 0 ? in->key : NULL,
				   in->key_len, out);
}

/* NULL where there is nothing to complain of: a stranger's frame is none. */
static const char *error_word(int result)
{
	switch (result) {
	case ALERTE_EFORMAT:
		return "malformed";
	case ALERTE_EKEY:
		return "not-opened";
	case ALERTE_EREFUSED:
		return "not-encrypted";
	case ALERTE_ELIMIT:
		return "too-many-presses";
	default:
		return NULL;
	}
}

static json_t *presses(int result, const struct alerte_frame *f)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; result > 0 && i < f->npresses; i++) {
		json_t *press = json_pack(
			"{s:i, s:s}", "button", (int)f->press[i].button,
			"gesture", alerte_gesture_name(f->press[i].gesture));

		json_array_append_new(list, press);
	}

	return list;
}

json_t *decode_answer(json_t *id, int result, const struct alerte_frame *f)
{
	json_t *battery = f->battery_percent < 0 ? json_null() :
			  json_integer(f->battery_percent);
	json_t *counter = f->has_counter ? json_integer(f->counter) :
			  json_null();
	json_t *packet = f->has_packet_id ? json_integer(f->packet_id) :
			 json_null();
	json_t *bits = f->counter_bits != 0 ? json_integer(f->counter_bits) :
		       json_null();

	return json_pack("{s:O?, s:s?, s:o, s:s, s:o, s:o, s:o, s:o, s:s?}",
			 "id", id,
			 "format", f->format[0] != '\0' ? f->format : NULL,
			 "presses", presses(result, f),
			 "trust", alerte_trust_name(f->trust),
			 "battery_percent", battery,
			 "counter", counter,
			 "packet_id", packet,
			 "counter_bits", bits,
			 "error", error_word(result));
}

int decode_print(json_t *answer)
{
	int r = answer == NULL ? -1 :
		json_dumpf(answer, stdout, JSON_COMPACT);

	json_decref(answer);
	putchar('\n');
	return r == 0 ? 0 : EX_OSERR;
}

static int bad_line(unsigned long number, const char *why, ...)
	__attribute__((format(printf, 2, 3)));

static int bad_line(unsigned long number, const char *why, ...)
{
	va_list ap;

	fflush(stdout);
	fprintf(stderr, "alerte decode: line %lu: ", number);
	va_start(ap, why);
	vfprintf(stderr, why, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EX_DATAERR;
}

/*
 * A member that must be there and be a string, or null where that is allowed
 * (*text is then NULL).
 */
static int read_member(const json_t *line, unsigned long number,
		       const char *name, bool may_be_null, const char **text)
{
	const json_t *member = json_object_get(line, name);

	if (member == NULL)
		return bad_line(number, "there is no \"%s\"%s", name,
				may_be_null ? " (it may be null)" : "");

	*text = json_string_value(member);
	if (*text == NULL && !(may_be_null && json_is_null(member)))
		return bad_line(number, "\"%s\" is not a string%s", name,
				may_be_null ? " or null" : "");

	return 0;
}

/*
 * macOS hides addresses behind identifiers of its own ("61DE521B-F0BF-..."):
 * captures made there have an advertiser but no address.
 */
static bool is_identifier(const char *text)
{
	uint8_t bytes[16];

	return strlen(text) == 36 && text[8] == '-' &&
	       decode_hex(text, "-", bytes, sizeof(bytes)) == 16;
}

/* How the bytes are to be read, where it is said. */
static int read_way(const json_t *line, unsigned long number,
		    struct decode_input *in)
{
	const char *trigger = NULL, *notification = NULL;

	if ((json_object_get(line, "trigger") != NULL &&
	     read_member(line, number, "trigger", true, &trigger) != 0) ||
	    (json_object_get(line, "notification") != NULL &&
	     read_member(line, number, "notification", true,
			 &notification) != 0))
		return EX_DATAERR;

	if (trigger != NULL && notification != NULL)
		return bad_line(number, "\"trigger\" and \"notification\" "
				"exclude each other");
	if (trigger != NULL && !decode_trigger(trigger, in))
		return bad_line(number, "\"trigger\" is not a rule");
	if (notification != NULL && !decode_notification(notification, in))
		return bad_line(number, "\"notification\" is not a family, a "
				"colon and 4 hex digits");

	return 0;
}

static int read_line(const json_t *line, unsigned long number,
		     struct decode_input *in)
{
	const char *adv, *address, *key;
	int n;

	if (json_object_get(line, "id") == NULL)
		return bad_line(number, "there is no \"id\"");
	if (read_member(line, number, "adv", false, &adv) != 0 ||
	    read_member(line, number, "address", true, &address) != 0 ||
	    read_member(line, number, "key", true, &key) != 0)
		return EX_DATAERR;

	memset(in, 0, sizeof(*in));
	n = decode_hex(adv, "", in->adv, sizeof(in->adv));
	if (n < 0)
		return bad_line(number, "\"adv\" is not the hex of at most %d "
				"bytes", DECODE_ADV_MAX);

	in->len = (size_t)n;
	if (address != NULL && !is_identifier(address) &&
	    !decode_address(address, in))
		return bad_line(number, "\"address\" is not six bytes in hex");
	if (key != NULL && !decode_key(key, in))
		return bad_line(number, "\"key\" is not 12, 16, 32 or 48 bytes in "
				"hex");

	return read_way(line, number, in);
}

static int answer_line(const char *text, size_t len, unsigned long number)
{
	struct decode_input in;
	struct alerte_frame frame;
	json_t *line = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	int r;

	if (!json_is_object(line)) {
		json_decref(line);
		/* The parser's own words would quote the line, key and all. */
		return bad_line(number, "not a JSON object");
	}

	r = read_line(line, number, &in);
	if (r == 0) {
		int result = decode_run(&in, &frame);

		r = result == ALERTE_ENOMEM ? EX_OSERR :
		    decode_print(decode_answer(json_object_get(line, "id"),
					       result, &frame));
	}

	explicit_bzero(in.key, sizeof(in.key));
	json_decref(line);
	return r;
}

int decode_batch(FILE *in)
{
	unsigned long number = 0;
	char *text = NULL;
	size_t cap = 0;
	ssize_t len;
	int result = 0;

	while ((len = getline(&text, &cap, in)) >= 0) {
		int r = answer_line(text, (size_t)len, ++number);

		if (r != 0)
			result = r;
	}

	free(text);
	if (ferror(in))
		result = EX_NOINPUT;
	return result;
}
