/* SPDX-License-Identifier: Apache-2.0 */
/* alerte decode: what the bytes of one advertisement say, for a person. */

#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "decode.h"

#define TYPE_COLUMNS 16
#define BYTES_A_LINE 29		/* the most a legacy advertisement holds */

static int fail(const struct cli *c, int code, const char *subject,
		const char *why)
{
	return complainf(c, code, TR(c, "nothing was decoded",
				     "rien n'a été décodé"),
			 "alerte help decode", TR(c, "%s: %s", "%s : %s"), subject, why);
}

/* A key never comes as an argument: anybody can list those. */
static int read_key(const struct cli *c, const char *path,
		    struct decode_input *in)
{
	char *text = NULL;
	int r = input_secret(c, path, 4096, &text);
	size_t len;
	bool read;

	if (r != 0)
		return r;

	len = strlen(text);
	text[strcspn(text, " \t\r\n")] = '\0';
	read = decode_key(text, in);
	input_wipe(text, len);
	free(text);

	return read ? 0 : fail(c, EX_DATAERR, path,
			       TR(c, "its first line is not 24, 32, 64 or 96 hex digits",
				  "sa première ligne n'est pas 24, 32, 64 ou 96 chiffres hexadécimaux"));
}

/* Neither a beacon nor a notification has a key. */
static int read_way(const struct cli *c, const char *trigger,
		    const char *notification, const char *key_file,
		    struct decode_input *in)
{
	if ((trigger != NULL) + (notification != NULL) + (key_file != NULL) > 1)
		return complain_usage(c, TR(c, "--trigger, --notification and --key-file exclude each other",
					    "--trigger, --notification et --key-file s'excluent"));
	if (trigger != NULL && !decode_trigger(trigger, in))
		return fail(c, EX_DATAERR, trigger,
			    TR(c, "not a rule such as ibeacon:UUID:MAJOR:MINOR",
			       "ce n'est pas une règle comme ibeacon:UUID:MAJOR:MINOR"));
	if (notification != NULL && !decode_notification(notification, in))
		return fail(c, EX_DATAERR, notification,
			    TR(c, "not a family and a characteristic, such as valrt:fff4",
			       "pas une famille et une caractéristique, comme valrt:fff4"));

	return 0;
}

static int read_payload(const struct cli *c, char **hex, int n,
			struct decode_input *in)
{
	int i, got;

	for (i = 0; i < n; i++) {
		got = decode_hex(hex[i], " :", in->adv + in->len,
				 sizeof(in->adv) - in->len);
		if (got < 0)
			return fail(c, EX_DATAERR, hex[i],
				    TR(c, "not the hex of an advertising payload",
				       "ce n'est pas l'hexadécimal d'une annonce"));
		in->len += (size_t)got;
	}

	return 0;
}

/* ------------------------------------------------------------ explaining */

/* Of the Bluetooth SIG's assigned numbers, those a button is likely to use. */
static const char *type_name(const struct cli *c, uint8_t type)
{
	switch (type) {
	case 0x01:
		return TR(c, "flags", "drapeaux");
	case 0x02:
	case 0x03:
		return TR(c, "16-bit services", "services 16 bits");
	case 0x06:
	case 0x07:
		return TR(c, "128-bit services", "services 128 bits");
	case 0x08:
	case 0x09:
		return TR(c, "name", "nom");
	case 0x0a:
		return TR(c, "transmit power", "puissance");
	case 0x16:
		return TR(c, "service data", "données service");
	case 0xff:
		return TR(c, "manufacturer", "fabricant");
	default:
		return TR(c, "other", "autre");
	}
}

/* Bytes that do not fit the line stand below the first. */
static void print_bytes(const uint8_t *at, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i && i % BYTES_A_LINE == 0)
			printf("\n%*s", 6 + TYPE_COLUMNS, "");
		printf("%02x", at[i]);
	}
}

static void print_structures(const struct cli *c, const struct decode_input *in)
{
	const uint8_t *at = in->adv, *end = at + in->len;

	printf(in->len == 1 ?
	       TR(c, "Payload: %zu byte\n", "Annonce : %zu octet\n") :
	       TR(c, "Payload: %zu bytes\n", "Annonce : %zu octets\n"),
	       in->len);
	while (at < end && *at != 0) {
		size_t len = *at++, rest = (size_t)(end - at);

		if (rest == 0)
			break;
		printf("  %02x ", at[0]);
		screen_cell(type_name(c, at[0]), TYPE_COLUMNS);
		putchar(' ');
		print_bytes(at + 1, (len < rest ? len : rest) - 1);
		if (len > rest)
			printf(len - rest == 1 ?
			       TR(c, "\n%*s... %zu byte is missing",
				  "\n%*s... il manque %zu octet") :
			       TR(c, "\n%*s... %zu bytes are missing",
				  "\n%*s... il manque %zu octets"),
			       6 + TYPE_COLUMNS, "", len - rest);
		putchar('\n');
		at += len < rest ? len : rest;
	}
}

static const char *trust_meaning(const struct cli *c, enum alerte_trust trust)
{
	switch (trust) {
	case ALERTE_TRUST_NONE:
		return TR(c, "none: anybody within reach can send such a frame",
			  "nulle : n'importe qui à portée peut émettre une telle trame");
	case ALERTE_TRUST_WEAK:
		return TR(c, "weak: sealed with the button's key; its tag is "
			  "short, or it may be an old one played back",
			  "faible : scellée par la clé du bouton ; sceau "
			  "court, ou peut-être une vieille trame rejouée");
	case ALERTE_TRUST_STRONG:
		return TR(c, "strong if fresh, which decode cannot tell: sealed with the button's key",
			  "forte si récente, ce que decode ne peut savoir : scellée par la clé du bouton");
	}

	return "";
}

static void print_frame(const struct cli *c, const struct alerte_frame *f)
{
	size_t i;

	printf(TR(c, "Encrypted: %s\n", "Chiffrée : %s\n"), f->encrypted ?
	       TR(c, "yes, and opened", "oui, et ouverte") :
	       TR(c, "no", "non"));
	for (i = 0; i < f->npresses; i++)
		printf(TR(c, "Press: button %d, %s\n",
			  "Appui : bouton %d, %s\n"), f->press[i].button,
		       word_gesture(c, alerte_gesture_name(
				    f->press[i].gesture)));
	if (f->npresses == 0)
		puts(TR(c, "Press: none", "Appui : aucun"));
	printf(TR(c, "Trust: %s\n", "Confiance : %s\n"),
	       trust_meaning(c, f->trust));
	if (f->battery_percent >= 0)
		printf(TR(c, "Battery: %d %%\n", "Pile : %d %%\n"),
		       f->battery_percent);
	if (f->has_counter)
		printf(TR(c, "Counter: %u\n", "Compteur : %u\n"),
		       (unsigned int)f->counter);
	if (f->has_packet_id)
		printf(TR(c, "Packet: %u\n", "Paquet : %u\n"),
		       (unsigned int)f->packet_id);
}

/* Why a frame of a known format was not taken as it stands. */
static const char *reason(const struct cli *c, int result,
			  const struct decode_input *in)
{
	switch (result) {
	case ALERTE_EFORMAT:
		return TR(c, "malformed: bytes are missing, or its version is not known",
			  "mal formée : il manque des octets, ou sa version est inconnue");
	case ALERTE_EREFUSED:
		return TR(c, "not encrypted, although this button has a key: somebody else may have sent it",
			  "non chiffrée, alors que ce bouton a une clé : quelqu'un d'autre a pu l'émettre");
	case ALERTE_ELIMIT:
		return TR(c, "it holds more presses than fit; these are the first",
			  "elle contient trop d'appuis ; voici les premiers");
	case ALERTE_EKEY:
		if (in->key_len == 0)
			return TR(c, "encrypted; give the button's key with --key-file",
				  "chiffrée ; donnez la clé du bouton par --key-file");
		if (!in->has_address && in->key_len <= 16)
			return TR(c, "encrypted; give its sender with --address",
				  "chiffrée ; donnez son émetteur par --address");
		return TR(c, "encrypted, and not opened: the key or the address is another, or bytes were changed",
			  "chiffrée, et non ouverte : autre clé, autre adresse, ou octets modifiés");
	default:
		return alerte_strerror(result);
	}
}

static int explain(const struct cli *c, const struct decode_input *in,
		   int result, const struct alerte_frame *f)
{
	bool known = f->format[0] != '\0';
	const char *note = TR(c, "Note: ", "Note : ");

	if (in->family[0] != '\0')
		printf(in->len == 1 ?
		       TR(c, "Notification %04x: %zu byte\n",
			  "Notification %04x : %zu octet\n") :
		       TR(c, "Notification %04x: %zu bytes\n",
			  "Notification %04x : %zu octets\n"), in->uuid,
		       in->len);
	else
		print_structures(c, in);
	printf(TR(c, "Format: %s\n", "Format : %s\n"), known ? f->format :
	       TR(c, "none that alerte knows", "aucun que connaisse alerte"));
	if (known && result != ALERTE_EFORMAT && result != ALERTE_EKEY)
		print_frame(c, f);
	if (!known && in->key_len > 16)
		printf("%s%s\n", note, TR(c, "the key of a sealed button finds its own frames alone",
					  "la clé d'un bouton scellé ne trouve que ses trames à lui"));
	if (result < 0 && known) {
		fputs(note, stdout);
		screen_wrap(reason(c, result, in), strlen(note), strlen(note));
	}

	return result < 0 && known ? EX_DATAERR : 0;
}

static int answer(const struct cli *c, struct decode_input *in)
{
	struct alerte_frame frame;
	int result = decode_run(in, &frame);

	input_wipe(in->key, sizeof(in->key));
	if (result == ALERTE_ENOMEM)
		return complain(c, EX_OSERR, alerte_strerror(result), NULL,
				NULL);
	if (!c->json)
		return explain(c, in, result, &frame);
	if (decode_print(decode_answer(NULL, result, &frame)) != 0)
		return EX_OSERR;

	return result < 0 && frame.format[0] != '\0' ? EX_DATAERR : 0;
}

static int run(struct cli *c, int argc, char **argv)
{
	const char *address = NULL, *key_file = NULL, *trigger = NULL;
	const char *notification = NULL;
	struct decode_input in = { .len = 0 };
	bool batch = false;
	const struct arg args[] = {
		{ "--address", &address, NULL },
		{ "--key-file", &key_file, NULL },
		{ "--trigger", &trigger, NULL },
		{ "--notification", &notification, NULL },
		{ "--batch", NULL, &batch },
		{ NULL, NULL, NULL },
	};
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (batch && (n != 0 || address != NULL || key_file != NULL ||
		      trigger != NULL || notification != NULL))
		return complain_usage(c, TR(c, "--batch takes its frames from standard input only",
					    "--batch ne lit ses trames que de l'entrée"));
	if (batch)
		return decode_batch(stdin);
	if (n == 0)
		return complain_usage(c, TR(c, "wanted: the bytes, in HEX",
					    "attendu : les octets, en HEX"));
	if (address != NULL && !decode_address(address, &in))
		return fail(c, EX_DATAERR, address,
			    TR(c, "not an address such as AA:BB:CC:DD:EE:FF",
			       "ce n'est pas une adresse comme AA:BB:CC:DD:EE:FF"));

	r = read_way(c, trigger, notification, key_file, &in);
	if (r == 0)
		r = read_payload(c, argv + 1, n, &in);
	if (r == 0 && key_file != NULL)
		r = read_key(c, key_file, &in);

	return r != 0 ? r : answer(c, &in);
}

const struct command decode_command = {
	.name = "decode",
	.run = run,
	.group = GROUP_TRY,
	.usage = { "[OPTIONS] HEX... | --batch", "[OPTIONS] HEX... | --batch" },
	.summary = { "explain what a button's advertisement says",
		     "expliquer ce que dit l'annonce d'un bouton" },
	.help = {
		"Takes the whole advertising payload of a button in hex, as a scanner shows it,\n"
		"and tells what it says: gesture, battery, and how far it can be believed.\n"
		"Spaces and colons between bytes are allowed. Nothing is sent to anybody.\n"
		"\n"
		"  --address ADDRESS   who sent it, AA:BB:CC:DD:EE:FF; encrypted frames need it\n"
		"  --key-file FILE     the button's key, 24 or 32 hex digits, of a sealed button\n"
		"                      64 or 96: never an argument; - is stdin\n"
		"  --trigger RULE      a beacon that means pressed: ibeacon:UUID:MAJOR:MINOR ...\n"
		"  --notification FAMILY:UUID\n"
		"                      HEX is what a connected button told: valrt:fff4\n"
		"  --batch             JSON lines from standard input (id, address, adv, key and\n"
		"                      perhaps trigger or notification), one answer a line\n"
		"\n"
		"  alerte decode 0a16d2fc44000201643a01\n",

		"Prend en hexadécimal toute l'annonce d'un bouton, comme la montre un scanner,\n"
		"et dit ce qu'elle contient : geste, pile, et la confiance qu'on peut y mettre.\n"
		"Espaces et deux-points sont permis entre octets. Rien n'est envoyé à personne.\n"
		"\n"
		"  --address ADRESSE    qui l'a émise, AA:BB:CC:DD:EE:FF ; nécessaire si chiffrée\n"
		"  --key-file FICHIER   la clé du bouton, 24 ou 32 chiffres, d'un bouton scellé\n"
		"                       64 ou 96 : jamais en argument ; - pour l'entrée\n"
		"  --trigger RÈGLE      une balise qui veut dire appui :\n"
		"                       ibeacon:UUID:MAJOR:MINOR ...\n"
		"  --notification FAMILLE:UUID\n"
		"                       HEX est ce qu'a dit un bouton connecté : valrt:fff4\n"
		"  --batch              des lignes JSON en entrée (id, address, adv, key, et au\n"
		"                       besoin trigger ou notification), une réponse par ligne\n"
		"\n"
		"  alerte decode 0a16d2fc44000201643a01\n",
	},
};
