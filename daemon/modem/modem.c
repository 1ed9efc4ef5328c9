/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "modem/modem.h"

static const struct modem_driver *const drivers[] = {
	&modem_modemmanager,
	&modem_ofono,
	&modem_http,
	&modem_spool,
};

const struct modem_driver *modem_driver_find(const char *name)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
		if (!strcmp(drivers[i]->name, name))
			return drivers[i];

	return NULL;
}

const char *modem_driver_name(size_t i)
{
	return i < sizeof(drivers) / sizeof(*drivers) ? drivers[i]->name
						      : NULL;
}
