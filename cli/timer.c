/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The safe timer (L9).  Later needs no code; sooner, or never, asks for the
 * wearer's, which never stands in argv.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define LEAST_S 60
#define MOST_S (24 * 3600)

/* "45m", "1h30m", "90s", "45" (minutes); 0 when it is none. */
static long duration(const char *text)
{
	long sum = 0;

	while (*text != '\0') {
		char *end;
		long n = strtol(text, &end, 10), unit = 60;

		if (end == text || n < 0 || n > MOST_S)
			return 0;
		if (*end == 'h')
			unit = 3600;
		else if (*end == 's')
			unit = 1;
		else if (*end != 'm' && *end != '\0')
			return 0;
		sum += n * unit;
		text = *end == '\0' ? end : end + 1;
	}

	return sum;
}

static int list(const struct cli *c, const json_t *timers)
{
	struct table t = { .columns = 3 };
	const json_t *one;
	size_t i;
	int r;

	if (json_array_size(timers) == 0) {
		fputs(TR(c, "No timer runs.\n", "Aucune minuterie ne court.\n"),
		      stderr);
		return 0;
	}

	r = table_add(&t, (const char *[]){
		TR(c, "WEARER", "PORTEUSE"), TR(c, "ALERT AT", "ALERTE À"),
		TR(c, "MINUTES LEFT", "MINUTES RESTANTES"),
	});

	json_array_foreach(timers, i, one) {
		char ends[17], left[24];

		screen_instant(json_word(one, "ends"), ends);
		snprintf(left, sizeof(left), "%lld",
			 json_number(one, "left") / 60);
		if (r == 0)
			r = table_add(&t, (const char *[]){
				json_word(one, "wearer"), ends, left });
	}

	table_print(&t);
	return r;
}

static int show(struct cli *c)
{
	json_t *doc = NULL;
	char *text = NULL;
	int r = bus_json(c, &doc, &text, "Timers", NULL);

	if (r == 0 && !bus_print_json(c, text))
		r = list(c, json_object_get(doc, "timers"));

	json_decref(doc);
	free(text);
	return r;
}

/* Whether a timer of hers runs that would end sooner. */
static int is_sooner(struct cli *c, const char *wearer, long seconds,
		     bool *sooner)
{
	json_t *doc = NULL;
	const json_t *one;
	size_t i;
	int r = bus_json(c, &doc, NULL, "Timers", NULL);

	*sooner = false;
	json_array_foreach(json_object_get(doc, "timers"), i, one)
		if (strcmp(json_word(one, "wearer"), wearer) == 0 &&
		    json_number(one, "left") > seconds)
			*sooner = true;

	json_decref(doc);
	return r;
}

static int ask_code(const struct cli *c, char *code, size_t cap)
{
	return input_line(c, TR(c, "Code of the wearer: ",
				"Code de la porteuse : "), false, code, cap);
}

static void say(const struct cli *c, const char *wearer, long seconds)
{
	if (seconds == 0)
		fprintf(stderr, TR(c, "The timer of %s is ended.\n",
				   "La minuterie de %s est arrêtée.\n"),
			wearer);
	else
		fprintf(stderr, TR(c, "Unless it is renewed an alert for %s opens in %ld minutes.\n",
				   "Sans renouvellement, une alerte pour %s s'ouvre dans %ld minutes.\n"),
			wearer, (seconds + 59) / 60);
}

static int set(struct cli *c, const char *wearer, long seconds)
{
	char code[128] = "";
	bool asks = true;
	int r = seconds != 0 ? is_sooner(c, wearer, seconds, &asks) : 0;

	if (r == 0 && asks)
		r = ask_code(c, code, sizeof(code));
	if (r == 0)
		r = bus_call(c, NULL, "TimerSet", "sus", wearer,
			     (uint32_t)seconds, code);
	input_wipe(code, sizeof(code));
	if (r == 0)
		say(c, wearer, seconds);

	return r;
}

static int run(struct cli *c, int argc, char **argv)
{
	bool end = false;
	const struct arg args[] = {
		{ "--end", NULL, &end },
		{ NULL, NULL, NULL },
	};
	int n, r = args_read(c, argc, argv, args, &n);
	long seconds;

	if (r != 0)
		return r;
	if (n == 0 && !end)
		return show(c);
	if (n != (end ? 1 : 2))
		return complain_usage(c, TR(c, "wanted: nothing, or a WEARER and a TIME as 45m, or a WEARER and --end",
					    "attendu : rien, ou une PORTEUSE et une DURÉE comme 45m, ou une PORTEUSE et --end"));

	seconds = end ? 0 : duration(argv[2]);
	if (!end && (seconds < LEAST_S || seconds > MOST_S))
		return complain_usage(c, TR(c, "a TIME is between 1m and 24h, as 45m or 1h30m",
					    "une DURÉE va de 1m à 24h, comme 45m ou 1h30m"));

	return set(c, argv[1], seconds);
}

const struct command timer_command = {
	.name = "timer",
	.run = run,
	.group = GROUP_ANSWER,
	.usage = { "[WEARER TIME | WEARER --end]",
		   "[PORTEUSE DURÉE | PORTEUSE --end]" },
	.summary = { "an alert that opens by itself unless it is put off",
		     "une alerte qui s'ouvre seule si rien ne la repousse" },
	.help = {
		"Without arguments, the timers that run. With a WEARER and a TIME an alert for\n"
		"her opens when the time is over, as if she had fallen: to her contacts and the\n"
		"association. Given again in time, it opens later, and nobody asks for a code.\n"
		"Sooner, or never, takes the wearer's code: it is asked for, without showing it;\n"
		"from a pipe, one line of standard input. It is never an argument.\n"
		"\n"
		"  TIME     45m, 1h30m; between one minute and a day\n"
		"  --end    end the timer\n"
		"\n"
		"  alerte timer marie 45m\n"
		"  alerte timer marie --end\n",

		"Sans argument, les minuteries en cours. Avec une PORTEUSE et une DURÉE, une\n"
		"alerte s'ouvre pour elle quand le temps est écoulé, comme après une chute : vers\n"
		"ses contacts et l'association. Redonnée à temps, elle s'ouvre plus tard, sans\n"
		"code. Plus tôt, ou jamais, il faut le code de la porteuse : il est demandé sans\n"
		"être affiché ; depuis un tube, une ligne de l'entrée. Il n'est jamais un\n"
		"argument.\n"
		"\n"
		"  DURÉE    45m, 1h30m ; entre une minute et un jour\n"
		"  --end    arrêter la minuterie\n"
		"\n"
		"  alerte timer marie 45m\n"
		"  alerte timer marie --end\n",
	},
};
