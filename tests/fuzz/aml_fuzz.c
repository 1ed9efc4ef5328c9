/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A position by SMS or form, from anybody: what is no such text leaves the
 * output as it was, and what is one gives a position on this earth.
 */
#include <stdlib.h>
#include <string.h>

#include "message/aml.h"
#include "message/civil.h"
#include "port/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LAST_MS 253402214400000	/* where civil_iso() ends */

static void must(int condition)
{
	if (!condition)
		abort();
}

static void check(const struct aml *aml)
{
	const struct alerte_position *p = &aml->position;

	must(p->size == sizeof(*p));
	must(p->wall_ms >= 0);
	must(p->accuracy_m <= 20000000);
	must(p->confidence_percent <= 100);
	must(p->method <= ALERTE_POSITION_CELL);
	must(p->latitude_e7 >= -900000000 && p->latitude_e7 <= 900000000);
	must(p->longitude_e7 >= -1800000000 && p->longitude_e7 <= 1800000000);
	must(!aml->located || p->latitude_e7 || p->longitude_e7);
}

/* The hours of answers are read from outside too. */
static void check_hour(const char *text)
{
	char iso[CIVIL_ISO_MAX];
	int64_t ms = -1, again = -1;

	if (!civil_read(text, &ms)) {
		must(ms == -1);
		return;
	}
	must(ms >= 0);
	if (ms >= LAST_MS)
		return;
	civil_iso(ms, 0, iso, sizeof(iso));
	must(civil_read(iso, &again) && again / 1000 == ms / 1000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[ALERTE_REPLY_MAX];
	struct aml aml, before;

	memset(&aml, 0x5a, sizeof(aml));
	before = aml;
	size = size < sizeof(text) ? size : sizeof(text) - 1;
	memcpy(text, data, size);
	text[size] = '\0';
	if (!utf8_valid(text, size))
		return 0;
	if (aml_read(text, size, &aml))
		must(!memcmp(&aml, &before, sizeof(aml)));
	else
		check(&aml);
	check_hour(text);
	return 0;
}
