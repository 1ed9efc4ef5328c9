/* SPDX-License-Identifier: Apache-2.0 */
/* Options may stand before or after the verb, "--" ends them. */

#include <stdio.h>
#include <string.h>

#include "cli.h"

/*
 * Whether argv[i] is this option.  *value is what stands after "=", or the
 * next argument, or NULL; *taken is 1 or 2.
 */
static bool is_option(const char *name, bool wants_value, int argc,
		      char **argv, int i, const char **value, int *taken)
{
	size_t n = strlen(name);

	if (strncmp(argv[i], name, n) != 0)
		return false;
	if (argv[i][n] != '\0' && argv[i][n] != '=')
		return false;

	*value = argv[i][n] == '=' ? argv[i] + n + 1 : NULL;
	*taken = 1;
	if (wants_value && *value == NULL && i + 1 < argc) {
		*value = argv[i + 1];
		*taken = 2;
	}

	return true;
}

int args_name(const char *option)
{
	return (int)strcspn(option, "=");
}

static int missing_value(const struct cli *c, const char *option)
{
	return complainf(c, EX_USAGE, TR(c, "nothing was done",
					 "rien n'a été fait"), "alerte help",
			 TR(c, "option %s needs a value",
			    "l'option %s attend une valeur"), option);
}

static int set_lang(struct cli *c, const char *value)
{
	if (strcmp(value, "fr") == 0)
		c->french = true;
	else if (strcmp(value, "en") == 0)
		c->french = false;
	else
		return complainf(c, EX_USAGE,
				 TR(c, "nothing was done",
				    "rien n'a été fait"), "alerte --lang fr",
				 TR(c, "there is no language \"%s\", only fr and en", "pas de langue « %s », seulement fr et en"), value);

	return 0;
}

int args_global(struct cli *c, int argc, char **argv, int i)
{
	const char *value;
	int taken;

	if (strcmp(argv[i], "--json") == 0)
		return c->json = true, 1;
	if (strcmp(argv[i], "--system") == 0)
		return c->system = true, 1;
	if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
		return c->help = true, 1;

	if (is_option("--socket", true, argc, argv, i, &value, &taken)) {
		if (value == NULL || *value == '\0')
			return missing_value(c, "--socket"), -1;
		c->socket = value;
		return taken;
	}

	if (is_option("--lang", true, argc, argv, i, &value, &taken)) {
		if (value == NULL)
			return missing_value(c, "--lang"), -1;
		return set_lang(c, value) == 0 ? taken : -1;
	}

	return 0;
}

/* One option of the verb, by the contract of args_global(). */
static int own_option(const struct cli *c, const struct arg *args, int argc,
		      char **argv, int i)
{
	const char *value;
	int taken;

	for (; args != NULL && args->name != NULL; args++) {
		if (!is_option(args->name, args->value != NULL, argc, argv, i,
			       &value, &taken))
			continue;

		if (args->flag != NULL && value == NULL) {
			*args->flag = true;
			return 1;
		}

		if (args->value == NULL)
			return 0;
		if (value == NULL || *value == '\0')
			return missing_value(c, args->name), -1;

		*args->value = value;
		return taken;
	}

	return 0;
}

int args_read(struct cli *c, int argc, char **argv, const struct arg *args,
	      int *nplain)
{
	int n = 0, i = 1, taken;
	char why[256];

	while (i < argc) {
		if (strcmp(argv[i], "--") == 0) {
			for (i++; i < argc; i++)
				argv[++n] = argv[i];
			break;
		}

		/* "-" alone is standard input. */
		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			argv[++n] = argv[i++];
			continue;
		}

		taken = own_option(c, args, argc, argv, i);
		if (taken == 0)
			taken = args_global(c, argc, argv, i);
		if (taken < 0)
			return EX_USAGE;

		if (taken == 0) {
			snprintf(why, sizeof(why),
				 TR(c, "there is no option %.*s here",
				    "il n'y a pas d'option %.*s ici"),
				 args_name(argv[i]), argv[i]);
			return complain_usage(c, why);
		}

		i += taken;
	}

	*nplain = n;
	return 0;
}
