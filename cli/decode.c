/* SPDX-License-Identifier: Apache-2.0 */
/* alerte decode: what the bytes of one advertisement say, for a person. */

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "decode.h"

static const char usage[] =
	"Usage: alerte decode [OPTIONS] HEX...\n"
	"       alerte decode --batch\n"
	"\n"
	"Explain the advertising payload of a button, given as hex: the whole\n"
	"payload, every structure with its length and type byte.  Spaces and\n"
	"colons between bytes are allowed.\n"
	"\n"
	"  --address AA:BB:CC:DD:EE:FF  who sent it; encrypted frames need it\n"
	"  --key-file FILE              the button's key, 24 or 32 hex digits\n"
	"  --json                       answer with one line of JSON\n"
	"  --batch                      read JSON lines from standard input:\n"
	"                               id, address, adv, key; answer each with\n"
	"                               one line of JSON\n"
	"\n"
	"Example: alerte decode 0a16d2fc44000201643a01\n";

struct decode_options {
	bool batch, json, help;
	const char *address, *key_file;
};

static int fail(int code, const char *what, const char *why)
{
	fprintf(stderr, "alerte decode: %s%s%s\n", what, why ? ": " : "",
		why ? why : "");
	return code;
}

static int read_options(int argc, char **argv, struct decode_options *o)
{
	static const struct option options[] = {
		{ "address", required_argument, NULL, 'a' },
		{ "batch", no_argument, NULL, 'b' },
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ "key-file", required_argument, NULL, 'k' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (c) {
		case 'a':
			o->address = optarg;
			break;
		case 'b':
			o->batch = true;
			break;
		case 'h':
			o->help = true;
			break;
		case 'j':
			o->json = true;
			break;
		case 'k':
			o->key_file = optarg;
			break;
		case ':':
			return fail(EX_USAGE, argv[optind - 1],
				    "a value is missing");
		default:
			return fail(EX_USAGE, argv[optind - 1],
				    "no such option; see alerte decode --help");
		}
	}

	return 0;
}

/* A key never comes as an argument: anybody can list those. */
static int read_key(const char *path, struct decode_input *in)
{
	FILE *f = fopen(path, "re");
	char text[128] = "";
	bool read;

	if (f == NULL)
		return fail(EX_NOINPUT, path, strerror(errno));

	setvbuf(f, NULL, _IONBF, 0);
	read = fgets(text, sizeof(text), f) != NULL;
	fclose(f);
	text[strcspn(text, " \t\r\n")] = '\0';
	read = read && decode_key(text, in);
	explicit_bzero(text, sizeof(text));

	return read ? 0 : fail(EX_DATAERR, path,
			       "its first line is not 24 or 32 hex digits");
}

static int read_payload(int argc, char **argv, struct decode_input *in)
{
	int i;

	for (i = optind; i < argc; i++) {
		int n = decode_hex(argv[i], " :", in->adv + in->len,
				   sizeof(in->adv) - in->len);

		if (n < 0)
			return fail(EX_DATAERR, argv[i],
				    "not the hex of an advertising payload");
		in->len += (size_t)n;
	}

	return 0;
}

/* ------------------------------------------------------------ explaining */

/* Of the Bluetooth SIG's assigned numbers, those a button is likely to use. */
static const char *type_name(uint8_t type)
{
	switch (type) {
	case 0x01:
		return "flags";
	case 0x02:
	case 0x03:
		return "16-bit services";
	case 0x06:
	case 0x07:
		return "128-bit services";
	case 0x08:
	case 0x09:
		return "name";
	case 0x0a:
		return "transmit power";
	case 0x16:
		return "service data";
	case 0xff:
		return "manufacturer";
	default:
		return "other";
	}
}

static void print_structures(const struct decode_input *in)
{
	const uint8_t *at = in->adv, *end = at + in->len;

	printf("Payload: %zu bytes\n", in->len);
	while (at < end && *at != 0) {
		size_t len = *at++, rest = (size_t)(end - at), i;

		if (rest == 0)
			break;
		printf("  %02x %-16s ", at[0], type_name(at[0]));
		for (i = 1; i < len && i < rest; i++)
			printf("%02x", at[i]);
		if (len > rest)
			printf(" ... %zu bytes are missing", len - rest);
		putchar('\n');
		at += len < rest ? len : rest;
	}
}

static const char *trust_meaning(enum alerte_trust trust)
{
	switch (trust) {
	case ALERTE_TRUST_NONE:
		return "anybody within reach can send such a frame";
	case ALERTE_TRUST_WEAK:
		return "sealed with the button's key, by a short tag";
	case ALERTE_TRUST_STRONG:
		return "sealed with the button's key, and fresh";
	}
	return "";
}

static void print_frame(const struct alerte_frame *f)
{
	size_t i;

	printf("Encrypted: %s\n", f->encrypted ? "yes, and opened" : "no");
	for (i = 0; i < f->npresses; i++)
		printf("Press: button %d, %s\n", f->press[i].button,
		       alerte_gesture_name(f->press[i].gesture));
	if (f->npresses == 0)
		printf("Press: none\n");
	printf("Trust: %s (%s)\n", alerte_trust_name(f->trust),
	       trust_meaning(f->trust));
	if (f->battery_percent >= 0)
		printf("Battery: %d %%\n", f->battery_percent);
	if (f->has_counter)
		printf("Counter: %u\n", (unsigned int)f->counter);
	if (f->has_packet_id)
		printf("Packet: %u\n", (unsigned int)f->packet_id);
}

/* Why a frame of a known format was not taken as it stands. */
static const char *reason(int result, const struct decode_input *in)
{
	switch (result) {
	case ALERTE_EFORMAT:
		return "malformed: bytes are missing, or its version is not "
		       "known";
	case ALERTE_EREFUSED:
		return "not encrypted, although this button has a key: "
		       "somebody else may have sent it";
	case ALERTE_ELIMIT:
		return "it holds more presses than fit; these are the first";
	case ALERTE_EKEY:
		if (in->key_len == 0)
			return "encrypted; give the button's key with "
			       "--key-file";
		if (!in->has_address)
			return "encrypted; give its sender with --address";
		return "encrypted, and not opened: the key or the address is "
		       "another, or bytes were changed";
	default:
		return alerte_strerror(result);
	}
}

static int explain(const struct decode_input *in, int result,
		   const struct alerte_frame *f)
{
	bool known = f->format[0] != '\0';

	print_structures(in);
	printf("Format: %s\n", known ? f->format : "none that alerte knows");
	if (known && result != ALERTE_EFORMAT && result != ALERTE_EKEY)
		print_frame(f);
	if (result < 0 && known)
		printf("Note: %s\n", reason(result, in));

	return result < 0 && known ? EX_DATAERR : 0;
}

static int decode_one(int argc, char **argv, const struct decode_options *o)
{
	struct decode_input in = { .len = 0 };
	struct alerte_frame frame;
	int r, result;

	if (o->address != NULL && !decode_address(o->address, &in))
		return fail(EX_DATAERR, o->address,
			    "not an address such as AA:BB:CC:DD:EE:FF");

	r = read_payload(argc, argv, &in);
	if (r == 0 && o->key_file != NULL)
		r = read_key(o->key_file, &in);
	if (r != 0)
		return r;

	result = decode_run(&in, &frame);
	if (result == ALERTE_ENOMEM)
		r = fail(EX_OSERR, alerte_strerror(result), NULL);
	else if (!o->json)
		r = explain(&in, result, &frame);
	else if (decode_print(decode_answer(NULL, result, &frame)) != 0)
		r = EX_OSERR;
	else
		r = result < 0 && frame.format[0] != '\0' ? EX_DATAERR : 0;

	explicit_bzero(in.key, sizeof(in.key));
	return r;
}

int cmd_decode(int argc, char **argv)
{
	struct decode_options o = { .batch = false };
	int r = read_options(argc, argv, &o);

	if (r != 0)
		return r;

	if (o.help)
		fputs(usage, stdout);
	else if (o.batch && (optind < argc || o.address || o.key_file))
		return fail(EX_USAGE, "--batch takes its frames from standard "
			    "input only", NULL);
	else if (o.batch)
		r = decode_batch(stdin);
	else if (optind == argc)
		return fail(EX_USAGE, "which bytes? see alerte decode --help",
			    NULL);
	else
		r = decode_one(argc, argv, &o);

	if (fflush(stdout) != 0 || ferror(stdout))
		return fail(EX_IOERR, "standard output", strerror(errno));
	return r;
}
