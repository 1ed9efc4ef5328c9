/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "crash.h"

void result_tell(int counts[2], bool good, const char *name)
{
	printf("%s  %s\n", good ? "ok  " : "FAIL", name);
	fflush(stdout);
	counts[!good]++;
}

void result_figures(const struct world *w, const struct verdict *v,
		    int64_t loop_ms, int64_t all_ms)
{
	printf("%d kills, %d of them hooked, %d presses, %d accepted, "
	       "%zu sends, %d extra; %.1f s of kills, %.1f s in all\n",
	       w->killed, w->hooked, w->pressed, w->accepted, w->nsends,
	       v->extra, (double)loop_ms / 1000, (double)all_ms / 1000);
	printf("hooked:");

	for (int i = 0; i < POINTS; i++)
		printf("%s %s %d", i ? "," : "", points[i], w->at_point[i]);

	printf("\n");
}

/* M5: the guard, against settings that reach beyond the folder. */
void result_guard(const struct world *w, int counts[2])
{
	static const struct {
		const char *conf, *site;
	} bad[] = {
		{ "", "contact \"x\" {\n\tnumber = \"+99900000000\"\n}\n" },
		{ "", "contact \"x\" {\n\tnumber = \"0639980001\"\n}\n" },
		{ "", "endpoint \"x\" {\n\turl = \"https://192.0.2.1/\"\n}\n" },
		{ "relay {\n\tnumber = \"114\"\n}\n", "" },
		{ "modem {\n\tspool = \"/tmp/spool\"\n}\n", "" },
		{ "modem {\n\tspool = \"${HOME}/spool\"\n}\n", "" },
		{ "control {\n\tbus = system\n}\n", "" }
	};
	int stopped = 0, n = sizeof(bad) / sizeof(*bad);

	for (int i = 0; i < n; i++)
		stopped += !settings_safe(w, bad[i].conf, bad[i].site);

	result_tell(counts, stopped == n && settings_safe(w, "", ""),
		    "settings that reach beyond the folder are refused");
}

void result_real(const struct world *w, const struct verdict *v, int counts[2])
{
	const struct {
		bool good;
		const char *name;
	} all[] = {
		{ w->killed == w->kills && 2 * w->hooked >= w->kills,
		  "half of the kills fell between SENDING and its receipt" },
		{ w->accepted >= w->kills / 2,
		  "presses were accepted while daemons died" },
		{ w->drained,
		  "the outbox is empty once the daemon is left alone" },
		{ !v->lost, "every accepted press has its alert" },
		{ !v->no_sms, "every accepted press reached its contact" },
		{ !v->no_https,
		  "every accepted press reached the association" },
		{ !v->twice, "no attempt is sent twice in one life" },
		{ !v->too_often,
		  "no attempt is sent more than three times" },
		{ !v->beyond,
		  "an attempt is sent once, and once more a kill" },
		{ !v->keys,
		  "a repeated request bears the key of the first" },
		{ !v->strangers,
		  "nobody is written to for whom no one pressed" },
		{ v->whole, "the store is whole" }
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		result_tell(counts, all[i].good, all[i].name);
}
