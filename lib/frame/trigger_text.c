/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of frame/trigger.h as people write them. */
#include <string.h>

#include "frame/trigger.h"
#include "port/bytes.h"

#define KONTAKT "kontakt"
#define UUID_BYTES 16
#define FIELD_MAX (2 * 3 * TRIGGER_ID_MAX + 2)	/* bytes, dashes, and a mask */

/* Takes text up to one of ends into word; the character that ended it. */
static char next_word(const char **at, const char *ends,
		      char word[FIELD_MAX])
{
	size_t n = strcspn(*at, ends);
	char end = (*at)[n];

	if (n >= FIELD_MAX)
		return '?';
	memcpy(word, *at, n);
	word[n] = '\0';
	*at += n + (end != '\0');
	return end;
}

/*
 * One field behind what the rule holds already; size is 0 for any number of
 * bytes.
 */
static bool parse_field(char *word, size_t size, struct frame_trigger *rule)
{
	size_t room = sizeof(rule->id) - rule->len;
	uint8_t *id = rule->id + rule->len, *mask = rule->mask + rule->len;
	char *slash = strchr(word, '/');
	int n;

	if (!strcmp(word, "*")) {
		rule->len = (uint8_t)(rule->len + size);
		return true;
	}
	if (slash)
		*slash = '\0';
	n = hex_decode(word, "-", id, size ? size : room);
	if (n <= 0 || (size && (size_t)n != size))
		return false;
	memset(mask, 0xff, (size_t)n);
	if (slash && hex_decode(slash + 1, "-", mask, (size_t)n) != n)
		return false;
	for (int i = 0; i < n; i++)
		id[i] &= mask[i];
	rule->len = (uint8_t)(rule->len + n);
	return true;
}

/* As it is said, not as it is sent: fee0. */
static bool parse_number(const char *word, uint16_t *out)
{
	uint8_t bytes[2];

	if (hex_decode(word, NULL, bytes, sizeof(bytes)) != 2)
		return false;
	*out = (uint16_t)(bytes[0] << 8 | bytes[1]);
	return true;
}

static bool parse_decimal(const char *word, int32_t least, int32_t most,
			  int32_t *out)
{
	bool minus = *word == '-';
	int32_t v = 0;

	word += minus;
	if (!*word)
		return false;
	for (; *word; word++) {
		if (*word < '0' || *word > '9' || v > most)
			return false;
		v = v * 10 + (*word - '0');
		if (v > TRIGGER_HOLD_MAX_MS)
			return false;
	}
	v = minus ? -v : v;
	*out = v;
	return v >= least && v <= most;
}

static bool parse_option(const char *word, struct frame_trigger *rule)
{
	int32_t v;

	if (!strncmp(word, "hold=", 5) &&
	    parse_decimal(word + 5, 0, TRIGGER_HOLD_MAX_MS, &v)) {
		rule->hold_ms = (uint32_t)v;
		return true;
	}
	if (!strncmp(word, "rssi=", 5) &&
	    parse_decimal(word + 5, TRIGGER_RSSI_ANY, 20, &v)) {
		rule->min_rssi = (int8_t)v;
		return true;
	}
	return false;
}

/* The fields of a kind; *end is the character behind the last. */
static bool parse_fields(const char **at, struct frame_trigger *rule, char *end)
{
	const struct trigger_layout *layout = trigger_layout(rule->kind);
	char word[FIELD_MAX];

	*end = ':';
	if (layout->numbered) {
		*end = next_word(at, ":,", word);
		if (*end != ':' || !parse_number(word, &rule->number))
			return false;
	}
	for (int i = 0; i < TRIGGER_FIELDS && (!i || layout->field[i]); i++) {
		if (*end != ':')
			return false;
		*end = next_word(at, ":,", word);
		if (!parse_field(word, layout->field[i], rule))
			return false;
	}
	return *end == ',' || !*end;
}

static bool parse_kind(const char *word, enum trigger_kind *out)
{
	for (int k = 0; k <= TRIGGER_MANUFACTURER; k++)
		if (!strcmp(word, trigger_layout((enum trigger_kind)k)->name)) {
			*out = (enum trigger_kind)k;
			return true;
		}
	return false;
}

/*
 * Kontakt's buttons show their proximity UUID plus one while pressed, where
 * only the last digit moves and f is followed by 0.
 */
static bool kontakt_pressed(struct frame_trigger *rule)
{
	uint8_t *last = &rule->id[UUID_BYTES - 1];

	for (int i = 0; i < UUID_BYTES; i++)
		if (rule->mask[i] != 0xff)
			return false;
	*last = (uint8_t)((*last & 0xf0) | ((*last + 1) & 0x0f));
	return true;
}

int frame_trigger_parse(const char *text, struct frame_trigger *out)
{
	struct frame_trigger rule = {
		.hold_ms = TRIGGER_HOLD_MS, .min_rssi = TRIGGER_RSSI_ANY
	};
	const char *at = text;
	char word[FIELD_MAX], end;
	bool kontakt;

	if (next_word(&at, ":,", word) != ':')
		return ALERTE_EFORMAT;
	kontakt = !strcmp(word, KONTAKT);
	rule.kind = TRIGGER_IBEACON;
	if (!kontakt && !parse_kind(word, &rule.kind))
		return ALERTE_EFORMAT;
	if (!parse_fields(&at, &rule, &end))
		return ALERTE_EFORMAT;
	if (kontakt && !kontakt_pressed(&rule))
		return ALERTE_EFORMAT;
	while (end == ',') {
		end = next_word(&at, ",", word);
		if (!parse_option(word, &rule))
			return ALERTE_EFORMAT;
	}
	if (end)
		return ALERTE_EFORMAT;
	*out = rule;
	return ALERTE_OK;
}

/* ------------------------------------------------------------- printing */

static bool all(const uint8_t *bytes, size_t n, uint8_t value)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

static void print_hex(const uint8_t *bytes, size_t n, struct text *out)
{
	char hex[2 * TRIGGER_ID_MAX + 1];

	hex_encode(bytes, n, hex);
	text_add(out, hex);
}

static void print_field(const struct frame_trigger *rule, size_t at, size_t n,
			bool fixed, struct text *out)
{
	text_add(out, ":");
	if (!n || (fixed && all(rule->mask + at, n, 0))) {
		text_add(out, "*");
		return;
	}
	print_hex(rule->id + at, n, out);
	if (all(rule->mask + at, n, 0xff))
		return;
	text_add(out, "/");
	print_hex(rule->mask + at, n, out);
}

void frame_trigger_print(const struct frame_trigger *rule, struct text *out)
{
	const struct trigger_layout *layout = trigger_layout(rule->kind);
	size_t at = 0;

	text_add(out, layout->name);
	if (layout->numbered)
		text_addf(out, ":%04x", rule->number);
	if (!layout->field[0])
		print_field(rule, 0, rule->len, false, out);
	for (int i = 0; i < TRIGGER_FIELDS && layout->field[i]; i++) {
		print_field(rule, at, layout->field[i], true, out);
		at += layout->field[i];
	}
	if (rule->hold_ms != TRIGGER_HOLD_MS)
		text_addf(out, ",hold=%u", (unsigned int)rule->hold_ms);
	if (rule->min_rssi != TRIGGER_RSSI_ANY)
		text_addf(out, ",rssi=%d", rule->min_rssi);
}

int alerte_trigger_check(const char *text, char out[ALERTE_TRIGGER_MAX])
{
	struct frame_trigger rule;
	char one[ALERTE_TRIGGER_MAX] = "";
	struct text t;

	if (frame_trigger_parse(text, &rule))
		return ALERTE_EFORMAT;
	text_start(&t, one, sizeof(one));
	frame_trigger_print(&rule, &t);
	if (t.cut)
		return ALERTE_EFORMAT;
	memcpy(out, one, sizeof(one));
	return 0;
}

int alerte_trigger_decode(const char *text, int8_t rssi_dbm,
			  const uint8_t *data, size_t len,
			  struct alerte_frame *out)
{
	struct frame_trigger rule;

	if (out->size < sizeof(*out))
		return ALERTE_EINVAL;
	if (frame_trigger_parse(text, &rule))
		return ALERTE_EFORMAT;
	return frame_trigger_decode(&rule, rssi_dbm, data, len, out);
}
