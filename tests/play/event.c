/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that say what happened: the radio, the phones, the people. */
#include <stdlib.h>
#include <string.h>

#include "play.h"

/* ---------------------------------------------------------------- radio */

/* The value of a BTHome button object; a number stands for itself. */
static int code_of(const char *name)
{
	static const char *const names[] = { "none", "press", "double",
					     "triple", "long", "long_double",
					     "long_triple" };
	int i;

	for (i = 0; i < 7; i++)
		if (!strcmp(names[i], name))
			return i;

	if (!strcmp(name, "hold"))
		return 0x80;

	return name[0] == '0' && name[1] == 'x' ? (int)strtol(name, NULL, 16)
						: -1;
}

static int hear(struct play *p, const struct args *args,
		const uint8_t *address, const uint8_t *data, size_t len)
{
	const char *rssi = args_after(args, "rssi");
	struct alerte_advert a = {
		.size = sizeof(a),
		.rssi_dbm = (int8_t)(rssi ? atoi(rssi) : -60),
		.heard_boot_ms = p->now.boot_ms,
		.data = data,
		.len = len,
	};

	memcpy(a.address, address, 6);

	if (peer_hear(p, &a) < 0)
		return ALERTE_EINVAL;

	return alerte_advertisement(p->a, &a, p->now);
}

/* The first copy is the press; the others must change nothing (P1). */
int hear_copies(struct play *p, const struct args *args,
		const uint8_t *address, const uint8_t *data, size_t len)
{
	const char *copies = args_after(args, "copies");
	const char *apart = args_after(args, "apart");
	int64_t ms = apart ? play_duration(apart) : 20;
	int n = copies ? atoi(copies) : 1;
	int r = hear(p, args, address, data, len);
	int i, again;

	if (world_input(p, args->v[0], r) < 0)
		return -1;

	for (i = 1; i < n; i++) {
		if (world_run(p, p->play_ms + ms) < 0)
			return -1;

		again = hear(p, args, address, data, len);

		if (again != ALERTE_OK)
			return play_fail(p, "P1: copy %d is not a repeat: %s",
					 i + 1, result_name(again));
	}

	return world_settle(p);
}

static int codes_read(char *list, uint8_t codes[16])
{
	char *name;
	int n = 0, code;

	while ((name = strsep(&list, ",")) && n < 16) {
		code = code_of(name);

		if (code < 0)
			return -1;

		codes[n++] = (uint8_t)code;
	}

	return n;
}

static int cmd_press(struct play *p, const struct args *args)
{
	struct thing *t = args->n > 2 ? world_thing(p, args->v[1]) : NULL;
	const char *counter = args_after(args, "counter");
	const char *id = args_after(args, "id");
	struct bthome b = { .has_packet = !args_has(args, "noid") };
	uint8_t codes[16], data[128];
	char list[256];
	int n, len;

	if (!t)
		return play_fail(p, "press BUTTON GESTURE[,GESTURE...] "
				 "[counter N] [id N] [noid] [plain] [tamper] "
				 "[copies N [apart D]]");

	snprintf(list, sizeof(list), "%s", args->v[2]);
	n = codes_read(list, codes);

	if (n < 0)
		return play_fail(p, "no such gesture");

	t->counter = counter ? (uint32_t)strtoul(counter, NULL, 10) :
		     t->counter + 1;
	t->packet = id ? (uint8_t)atoi(id) : (uint8_t)(t->packet + 1);
	b.address = t->address;
	b.key = t->key_len && !args_has(args, "plain") ? t->key : NULL;
	b.counter = t->counter;
	b.packet = t->packet;
	b.codes = codes;
	b.ncodes = (size_t)n;
	len = bthome_advert(&b, data, sizeof(data));

	if (len < 0)
		return play_fail(p, "cannot make the frame");

	if (args_has(args, "tamper"))
		data[len - 1] ^= 1;

	play_log(p, "%s does %s, counter %u, packet %u", t->id, args->v[2],
		 t->counter, t->packet);
	return hear_copies(p, args, t->address, data, (size_t)len);
}

int hex_read(const char *text, uint8_t *out, size_t cap)
{
	unsigned int byte;
	size_t n = 0;

	while (*text) {
		if (*text == ':' || *text == ' ') {
			text++;
			continue;
		}

		if (n == cap || sscanf(text, "%2x", &byte) != 1)
			return -1;

		out[n++] = (uint8_t)byte;
		text += text[1] ? 2 : 1;
	}

	return (int)n;
}

static int cmd_frame(struct play *p, const struct args *args)
{
	uint8_t address[6], data[256];
	int len;

	if (args->n < 3 || hex_read(args->v[1], address, 6) != 6)
		return play_fail(p, "frame ADDRESS HEX [copies N]");

	len = hex_read(args->v[2], data, sizeof(data));

	if (len < 0)
		return play_fail(p, "frame: not hex");

	return hear_copies(p, args, address, data, (size_t)len);
}

/* tell BUTTON GESTURE [position N] [trust T]: a press without a frame. */
static int cmd_tell(struct play *p, const struct args *args)
{
	const char *position = args_after(args, "position");
	const char *trust = args_after(args, "trust");
	int g, t = ALERTE_TRUST_STRONG;

	if (args->n < 3)
		return play_fail(p, "tell BUTTON GESTURE [position N] "
				 "[trust T]");

	for (g = ALERTE_GESTURE_PRESS; g <= ALERTE_GESTURE_UNKNOWN; g++)
		if (!strcmp(args->v[2],
			    alerte_gesture_name((enum alerte_gesture)g)))
			break;

	while (trust && t > 0 &&
	       strcmp(trust, alerte_trust_name((enum alerte_trust)t)))
		t--;

	return world_input(p, "press",
			   alerte_press(p->a, args->v[1],
					(uint8_t)(position ? atoi(position) : 1),
					(enum alerte_gesture)g,
					(enum alerte_trust)t, p->now));
}

/* --------------------------------------------------------------- people */

static int64_t alert_named(struct play *p, const struct args *args)
{
	const char *n = args_after(args, "alert");
	struct alerte_alert alert = { .size = sizeof(alert) };

	return world_alert(p, n ? atoi(n) : 0, &alert) == 1 ? alert.id : 0;
}

static int cmd_reply(struct play *p, const struct args *args)
{
	struct thing *t = args->n > 2 ? world_thing(p, args->v[1]) : NULL;
	const char *fill = args_after(args, "fill");
	const char *from, *text;
	char *big = NULL;
	size_t n;
	int r;

	if (args->n < 3)
		return play_fail(p, "reply WHO \"TEXT\" | reply WHO fill N");

	from = t ? t->number : args->v[1];

	if (!strcmp(args->v[1], "relay"))
		from = PLAY_RELAY_NUMBER;

	text = args->v[2];

	if (fill) {
		n = (size_t)atoi(fill);
		big = malloc(n + 1);

		if (!big)
			return play_fail(p, "no memory");

		memset(big, 'a', n);
		big[n] = 0;
		text = big;
	}

	play_log(p, "  <- %s: %.80s", args->v[1], text);
	r = alerte_reply(p->a, from, text, p->now);
	free(big);
	return world_input(p, "reply", r);
}

/* answer ENDPOINT 'JSON' [ref REFERENCE]: to the poll of the newest alert. */
static int cmd_answer(struct play *p, const struct args *args)
{
	const char *ref = args_after(args, "ref");
	struct alerte_alert alert = { .size = sizeof(alert) };

	if (args->n < 3)
		return play_fail(p, "answer ENDPOINT 'JSON' [ref REFERENCE]");

	if (!ref && world_alert(p, 0, &alert) == 1)
		ref = alert.reference;

	return world_input(p, "answer",
			   alerte_answer(p->a, args->v[1], ref ? ref : "",
					 args->v[2], strlen(args->v[2]),
					 p->now));
}

static int cmd_ack(struct play *p, const struct args *args)
{
	if (args->n < 2)
		return play_fail(p, "ack NAME [alert N]");

	return world_input(p, "ack", alerte_ack(p->a, alert_named(p, args),
						args->v[1], p->now));
}

static int cmd_cancel(struct play *p, const struct args *args)
{
	if (args->n < 2)
		return play_fail(p, "cancel CODE [alert N]");

	return world_input(p, "cancel",
			   alerte_cancel(p->a, alert_named(p, args),
					 args->v[1], p->now));
}

static int cmd_close(struct play *p, const struct args *args)
{
	return world_input(p, "close",
			   alerte_finish(p->a, alert_named(p, args),
					 args->n > 1 ? args->v[1] : "asso",
					 p->now));
}

static int cmd_relay_answer(struct play *p, const struct args *args)
{
	if (args->n < 2)
		return play_fail(p, "relay-answer \"TEXT\"");

	return world_input(p, "relay answer",
			   alerte_relay_answer(p->a, alert_named(p, args),
					       "asso", args->v[1], p->now));
}

static int cmd_fix(struct play *p, const struct args *args)
{
	struct alerte_position at = { .size = sizeof(at), .accuracy_m = 15 };
	const char *within = args_after(args, "within");
	const char *aged = args_after(args, "aged");

	if (args->n < 3)
		return play_fail(p, "fix LATITUDE LONGITUDE [within METRES] "
				 "[cell] [aged D]");

	if (within)
		at.accuracy_m = (uint32_t)atoi(within);

	if (args_has(args, "cell"))
		at.method = ALERTE_POSITION_CELL;

	at.latitude_e7 = (int32_t)(atof(args->v[1]) * 1e7);
	at.longitude_e7 = (int32_t)(atof(args->v[2]) * 1e7);
	at.wall_ms = p->now.wall_ms - (aged ? play_duration(aged) : 0);
	return world_input(p, "fix", alerte_fix(p->a, alert_named(p, args),
						&at, p->now));
}

static int cmd_cell(struct play *p, const struct args *args)
{
	if (args->n < 2)
		return play_fail(p, "cell MCC,MNC,LAC,CI,TAC");

	return world_input(p, "cell", alerte_cell(p->a, alert_named(p, args),
						  args->v[1], p->now));
}

/* ------------------------------------------------- arming, exercises */

static int cmd_arm(struct play *p, const struct args *args)
{
	char token[9] = "";
	int r;

	if (args_has(args, "confirm"))
		r = alerte_arm_confirm(p->a, "asso", args->n > 2 ?
				       args->v[2] : p->token, p->now);
	else
		r = alerte_arm(p->a, "asso", token, p->now);

	if (*token)
		memcpy(p->token, token, sizeof(token));

	if (r >= 0 && !args_has(args, "confirm") && !args_has(args, "first"))
		r = alerte_arm_confirm(p->a, "asso", p->token, p->now);

	if (r >= 0 && !args_has(args, "first"))
		p->armed = true;

	return world_input(p, "arm", r);
}

static int cmd_disarm(struct play *p, const struct args *args)
{
	(void)args;
	p->armed = false;
	return world_input(p, "disarm", alerte_disarm(p->a, "asso", p->now));
}

static int cmd_exercise(struct play *p, const struct args *args)
{
	int64_t alert = 0;
	int r;

	if (args->n < 2)
		return play_fail(p, "exercise WEARER");

	r = alerte_exercise(p->a, args->v[1], p->now, &alert);

	if ((r < 0) != (alert == 0))
		return play_fail(p, "exercise: %s, but alert %lld",
				 result_name(r), (long long)alert);

	return world_input(p, "exercise", r);
}

static int cmd_invite(struct play *p, const struct args *args)
{
	if (args->n != 2)
		return play_fail(p, "invite CONTACT");

	return world_input(p, "invite",
			   alerte_invite(p->a, args->v[1], p->now));
}

static int cmd_announce(struct play *p, const struct args *args)
{
	if (args->n < 2)
		return play_fail(p, "announce BUTTON");

	return world_input(p, "announce",
			   alerte_exercise_announce(p->a, args->v[1], p->now));
}

static int cmd_fault(struct play *p, const struct args *args)
{
	if (args->n != 3)
		return play_fail(p, "fault NAME on|off");

	return world_input(p, "fault",
			   alerte_fault(p->a, args->v[1],
					!strcmp(args->v[2], "on"), p->now));
}

/* selftest NUMBER [every D]; "-" ends it */
static int cmd_selftest(struct play *p, const struct args *args)
{
	const char *every = args_after(args, "every");
	const char *number = args->n > 1 ? args->v[1] : "-";
	int64_t ms = every ? play_duration(every) : 25 * 3600000;

	return world_input(p, "selftest", alerte_selftest_set(p->a,
			   strcmp(number, "-") ? number : "",
			   (uint32_t)(ms / 1000), p->now));
}

/* What the gateway wrote to itself comes in: the last, or the one before. */
static int cmd_back(struct play *p, const struct args *args)
{
	const char *from = args_after(args, "from");
	int before = args_has(args, "before");
	size_t i = p->nsent;

	while (i-- > 0)
		if (!*p->sent[i].contact && !p->sent[i].alert &&
		    before-- == 0)
			return world_input(p, "back", alerte_reply(p->a,
					   from ? from : p->sent[i].address,
					   p->sent[i].text, p->now));

	return play_fail(p, "no self-test was sent");
}

const struct command event_commands[] = {
	{ "press", cmd_press },
	{ "frame", cmd_frame },
	{ "tell", cmd_tell },
	{ "reply", cmd_reply },
	{ "answer", cmd_answer },
	{ "ack", cmd_ack },
	{ "cancel", cmd_cancel },
	{ "close", cmd_close },
	{ "relay-answer", cmd_relay_answer },
	{ "fix", cmd_fix },
	{ "cell", cmd_cell },
	{ "arm", cmd_arm },
	{ "disarm", cmd_disarm },
	{ "exercise", cmd_exercise },
	{ "announce", cmd_announce },
	{ "invite", cmd_invite },
	{ "fault", cmd_fault },
	{ "selftest", cmd_selftest },
	{ "back", cmd_back },
	{ NULL, NULL }
};
