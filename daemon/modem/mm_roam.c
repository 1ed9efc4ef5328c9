/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose network the modem is on.  A SIM that is foreign in France roams there,
 * and reaches the 114 as any: only a network of another country counts, by the
 * country code that opens its operator code (ITU-T E.212).
 */
#include <string.h>

#include "modem/mm.h"

/*
 * France, and what is French overseas: Guadeloupe and Martinique; New
 * Caledonia; French Polynesia; Reunion and Mayotte; Guyane; Saint-Pierre and
 * Miquelon; Wallis and Futuna.  From common knowledge, not read in the
 * standard; one missing here would be told as roaming, and tried all the same.
 */
static const char *const french[] = {
	"208", "340", "546", "547", "647", "742", "308", "543"
};

/* MMModem3gppRegistrationState: roaming, for texts only, and without CSFB. */
static bool is_roaming(uint32_t registration)
{
	return registration == 5 || registration == 7 || registration == 10;
}

bool mm_roams(const struct mm_view *view)
{
	/* Not told yet: it comes a moment after the registration. */
	if (!is_roaming(view->registration) || strlen(view->operator) < 5)
		return false;

	for (size_t i = 0; i < sizeof(french) / sizeof(*french); i++)
		if (!strncmp(view->operator, french[i], 3))
			return false;

	return true;
}
