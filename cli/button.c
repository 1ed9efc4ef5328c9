/* SPDX-License-Identifier: Apache-2.0 */
/* alerte button simulate: what a sealed button would send, for a radio. */

#include <alerte/sealed.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "cli.h"
#include "decode.h"

#define EMISSION_S 620			/* of a press nobody cancels */
#define USUAL_S "5"
#define BATTERY_LEAST_MV 1000		/* below, 0 volts would be sent */
#define KEY_DIGITS (2 * ALERTE_SEALED_MASTER_BYTES)

/* Options as they were typed, then as they are meant. */
struct simulation {
	const char *key_file, *event, *position, *epoch, *second, *seq;
	const char *press, *boot, *battery, *start, *seconds, *id, *address;
	bool service;
	struct alerte_sealed_keys keys;
	struct alerte_sealed_frame frame;
	uint32_t start_ms, end_ms, wire_id;
	uint8_t from[6];
};

static const char *const events[] = {
	[ALERTE_SEALED_HEARTBEAT] = "heartbeat",
	[ALERTE_SEALED_PRESS] = "press",
	[ALERTE_SEALED_DOUBLE] = "double",
	[ALERTE_SEALED_LONG] = "long",
	[ALERTE_SEALED_CANCEL] = "cancel",
	[ALERTE_SEALED_FALL] = "fall",
	[ALERTE_SEALED_TEST] = "test",
	[ALERTE_SEALED_LOW_BATTERY] = "low-battery",
	[ALERTE_SEALED_TAMPER] = "tamper",
};

static int fail(const struct cli *c, int code, const char *subject,
		const char *why)
{
	return complainf(c, code, TR(c, "nothing was simulated",
				     "rien n'a été simulé"),
			 "alerte help button", TR(c, "%s: %s", "%s : %s"), subject, why);
}

/* ------------------------------------------------------------- arguments */

static int read_number(const struct cli *c, const char *name, const char *text,
		       int base, uint32_t least, uint32_t most,
		       uint32_t *out)
{
	unsigned long long v;
	char *end, why[80];

	if (text == NULL)
		return 0;

	errno = 0;
	v = strtoull(text, &end, base);
	if (errno == 0 && *end == '\0' && end != text &&
	    strchr("-+ ", *text) == NULL && v >= least &&
	    v <= most) {
		*out = (uint32_t)v;
		return 0;
	}

	snprintf(why, sizeof(why), base == 16 ?
		 TR(c, "wanted: 1 to 4 hex digits",
		    "attendu : 1 à 4 chiffres hexadécimaux") :
		 TR(c, "wanted: a number from %u to %u",
		    "attendu : un nombre de %u à %u"), (unsigned int)least,
		 (unsigned int)most);
	return fail(c, EX_USAGE, name, why);
}

static int read_event(const struct cli *c, struct simulation *s)
{
	size_t i;

	s->frame.event = ALERTE_SEALED_PRESS;
	if (s->event == NULL)
		return 0;

	for (i = 0; i < sizeof(events) / sizeof(*events); i++) {
		if (strcmp(events[i], s->event) == 0) {
			s->frame.event = (enum alerte_sealed_event)i;
			return 0;
		}
	}

	return fail(c, EX_USAGE, s->event, TR(c, "no such event",
					      "pas d'événement de ce nom"));
}

static int read_address(const struct cli *c, struct simulation *s)
{
	struct decode_input in;

	if (s->address == NULL)
		return 0;
	if (!decode_address(s->address, &in))
		return fail(c, EX_USAGE, s->address,
			    TR(c, "not an address such as AA:BB:CC:DD:EE:FF",
			       "ce n'est pas une adresse comme AA:BB:CC:DD:EE:FF"));

	memcpy(s->from, in.address, sizeof(s->from));
	return 0;
}

static int read_fields(const struct cli *c, struct simulation *s)
{
	uint32_t position = 0, press = 0, seconds = 0;
	int r = read_event(c, s);
	const struct {
		const char *name, *text;
		int base;
		uint32_t least, most, *out;
	} numbers[] = {
		{ "--position", s->position, 10, 0, 15, &position },
		{ "--epoch", s->epoch, 10, 0, ALERTE_SEALED_BOOT_EPOCHS - 2,
		  &s->frame.epoch },
		{ "--second", s->second, 10, 0, ALERTE_SEALED_EPOCH_S - 1,
		  &s->frame.second },
		{ "--seq", s->seq, 10, 0, UINT32_MAX - 2 * EMISSION_S,
		  &s->frame.seq },
		{ "--press", s->press, 10, 0, ALERTE_SEALED_PRESSES - 1,
		  &press },
		{ "--boot", s->boot, 10, 0, UINT32_MAX, &s->frame.boot },
		{ "--battery", s->battery, 10, BATTERY_LEAST_MV, 3550,
		  &s->frame.battery_mv },
		{ "--start", s->start, 10, 0, INT32_MAX - 1000 * EMISSION_S,
		  &s->start_ms },
		{ "--for", s->seconds, 10, 0, EMISSION_S, &seconds },
		{ "--id", s->id, 16, 0, 0xffff, &s->wire_id },
	};
	size_t i;

	for (i = 0; r == 0 && i < sizeof(numbers) / sizeof(*numbers); i++)
		r = read_number(c, numbers[i].name, numbers[i].text,
				numbers[i].base, numbers[i].least,
				numbers[i].most, numbers[i].out);
	s->frame.button = (uint8_t)position;
	s->frame.press = (uint8_t)press;
	s->end_ms = seconds * 1000;
	if (s->boot != NULL)
		s->frame.kind = ALERTE_SEALED_BOOT;

	return r != 0 ? r : read_address(c, s);
}

/* A key never comes as an argument: anybody can list those. */
static int read_key(const struct cli *c, struct simulation *s)
{
	uint8_t master[ALERTE_SEALED_MASTER_BYTES];
	char *text = NULL;
	int r = input_secret(c, s->key_file, 4096, &text);
	size_t len;
	bool good;

	if (r != 0)
		return r;

	len = strlen(text);
	text[strcspn(text, " \t\r\n")] = '\0';
	good = strlen(text) == KEY_DIGITS &&
	       decode_hex(text, "", master, sizeof(master)) == sizeof(master) &&
	       alerte_sealed_derive(master, &s->keys) == 0;
	input_wipe(text, len);
	input_wipe(master, sizeof(master));
	free(text);

	return good ? 0 : fail(c, EX_DATAERR, s->key_file,
			       TR(c, "its first line is not 64 hex digits",
				  "sa première ligne n'est pas 64 chiffres hexadécimaux"));
}

/* --------------------------------------------------------------- sending */

/* Non-resolvable private (Core Specification, Vol 6 Part B section 1.3.2.2). */
static int draw_address(const struct cli *c, struct simulation *s)
{
	if (s->address != NULL)
		return 0;
	if (getrandom(s->from, sizeof(s->from), 0) != sizeof(s->from))
		return fail(c, EX_OSERR, "getrandom", strerror(errno));

	s->from[0] &= 0x3f;
	return 0;
}

static void print_line(const struct cli *c, const struct simulation *s,
		       uint32_t at, const uint8_t *advert)
{
	size_t i;

	printf(c->json ? "{\"schema\":\"alerte/1\",\"ms\":%u,\"address\":\"" : "%u ",
	       (unsigned int)(s->start_ms + at));
	for (i = 0; i < sizeof(s->from); i++)
		printf("%s%02X", i ? ":" : "", s->from[i]);
	fputs(c->json ? "\",\"adv\":\"" : " ", stdout);
	for (i = 0; i < ALERTE_SEALED_ADVERT_BYTES; i++)
		printf("%02x", advert[i]);
	puts(c->json ? "\"}" : "");
}

/* What the button sends at that instant of its press. */
static int send_one(const struct cli *c, struct simulation *s, uint32_t at,
		    uint32_t *epoch)
{
	uint8_t payload[ALERTE_SEALED_BYTES];
	uint8_t advert[ALERTE_SEALED_ADVERT_BYTES];
	struct alerte_sealed_frame f = s->frame;
	uint32_t step = at / ALERTE_SEALED_RENEW_MS;

	/* Between two numbers the same bytes are repeated. */
	f.age_ms = step * ALERTE_SEALED_RENEW_MS;
	f.seq += step;
	f.second += f.age_ms / 1000;
	f.epoch += f.second / ALERTE_SEALED_EPOCH_S;
	f.second %= ALERTE_SEALED_EPOCH_S;
	if (alerte_sealed_make(alerte_sealed_host_hash(), &s->keys, &f,
			       payload) != 0 ||
	    alerte_sealed_advert(s->service ? ALERTE_SEALED_SERVICE_DATA :
				 ALERTE_SEALED_MANUFACTURER,
				 (uint16_t)s->wire_id, payload, advert) != 0)
		return fail(c, EX_SOFTWARE, "alerte_sealed_make",
			    alerte_strerror(ALERTE_EINVAL));

	/* Address and identifier change together. */
	if (at == 0 || (f.kind == ALERTE_SEALED_EPOCH && f.epoch != *epoch)) {
		int r = draw_address(c, s);

		if (r != 0)
			return r;
	}
	*epoch = f.epoch;
	print_line(c, s, at, advert);
	return 0;
}

static int simulate(const struct cli *c, struct simulation *s)
{
	uint32_t at = 0, epoch = 0, wait;
	int r;

	do {
		r = send_one(c, s, at, &epoch);
		if (r != 0)
			return r;
		wait = alerte_sealed_interval(at);
		at += wait;
	} while (wait != 0 && at < s->end_ms);

	return 0;
}

static int run(struct cli *c, int argc, char **argv)
{
	struct simulation s = {
		.seconds = USUAL_S, .wire_id = ALERTE_SEALED_TRIAL_ID,
		.keys = { .size = sizeof(s.keys) },
		.frame = { .size = sizeof(s.frame), .battery_mv = 3000 },
	};
	const struct arg args[] = {
		{ "--key-file", &s.key_file, NULL },
		{ "--event", &s.event, NULL },
		{ "--position", &s.position, NULL },
		{ "--epoch", &s.epoch, NULL },
		{ "--second", &s.second, NULL },
		{ "--seq", &s.seq, NULL },
		{ "--press", &s.press, NULL },
		{ "--boot", &s.boot, NULL },
		{ "--battery", &s.battery, NULL },
		{ "--start", &s.start, NULL },
		{ "--for", &s.seconds, NULL },
		{ "--id", &s.id, NULL },
		{ "--service", NULL, &s.service },
		{ "--address", &s.address, NULL },
		{ NULL, NULL, NULL },
	};
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 1 || strcmp(argv[1], "simulate") != 0 || s.key_file == NULL ||
	    s.epoch == NULL || s.seq == NULL)
		return complain_usage(c, TR(c, "wanted: simulate, --key-file, --epoch and --seq",
					    "attendu : simulate, --key-file, --epoch et --seq"));

	r = read_fields(c, &s);
	if (r == 0)
		r = read_key(c, &s);
	if (r == 0)
		r = simulate(c, &s);

	input_wipe(&s.keys, sizeof(s.keys));
	return r;
}

const struct command button_command = {
	.name = "button",
	.run = run,
	.group = GROUP_TRY,
	.usage = { "simulate --key-file FILE --epoch N --seq N [OPTIONS]",
		   "simulate --key-file FICHIER --epoch N --seq N [OPTIONS]" },
	.summary = { "print the frames a sealed button would send",
		     "écrire les trames qu'émettrait un bouton scellé" },
	.help = {
		"One line an advertisement, as a replay radio reads them: MS ADDRESS HEX. The\n"
		"times are those of a real button. Nothing is sent to anybody.\n"
		"\n"
		"  --key-file FILE   the master key, 64 hex digits: never an argument; - is stdin\n"
		"  --epoch N         periods of 1024 s since the button was provisioned\n"
		"  --seq N           its next number; two more for each second of --for\n"
		"  --event EVENT     press, double, long, cancel, fall, test, heartbeat,\n"
		"                    low-battery, tamper\n"
		"  --position N      which of its buttons, 0 to 15\n"
		"  --press N         number of the event, 0 to 63; --second N of the epoch\n"
		"  --boot N          boot frames, of this start of the button\n"
		"  --battery MV      1000 to 3550 (3000)\n"
		"  --start MS        time of the first line (0); --for SECONDS (5, at most 620)\n"
		"  --id HEX          company, or service with --service (ffff, for trials only)\n"
		"  --address ADDR    this one, not one drawn anew with each identifier\n"
		"\n"
		"  alerte button simulate --key-file key --epoch 100000 --seq 1\n",

		"Une ligne par annonce, comme les lit une radio rejouée : MS ADRESSE HEX. Les\n"
		"temps sont ceux d'un vrai bouton. Rien n'est envoyé à personne.\n"
		"\n"
		"  --key-file FICHIER  la clé maîtresse, 64 chiffres hexadécimaux : jamais en\n"
		"                      argument ; - pour l'entrée\n"
		"  --epoch N           périodes de 1024 s depuis la mise en service du bouton\n"
		"  --seq N             son prochain numéro ; deux de plus par seconde de --for\n"
		"  --event NOM         press, double, long, cancel, fall, test, heartbeat,\n"
		"                      low-battery, tamper\n"
		"  --position N        lequel de ses boutons, 0 à 15\n"
		"  --press N           numéro de l'événement, 0 à 63 ; --second N de la période\n"
		"  --boot N            trames de démarrage, de ce démarrage du bouton\n"
		"  --battery MV        1000 à 3550 (3000)\n"
		"  --start MS          heure de la première ligne (0) ; --for SECONDES (5, au\n"
		"                      plus 620)\n"
		"  --id HEX            fabricant, ou service avec --service (ffff : essais seuls)\n"
		"  --address ADRESSE   celle-ci, plutôt qu'une tirée à chaque identifiant\n"
		"\n"
		"  alerte button simulate --key-file cle --epoch 100000 --seq 1\n",
	},
};
