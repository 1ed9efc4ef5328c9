/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static enum alerte_log_level most = ALERTE_LOG_INFO;

void log_level_set(enum alerte_log_level level)
{
	most = level;
}

void log_line(enum alerte_log_level level, const char *format, ...)
{
	char line[1024];
	va_list ap;

	if (level > most)
		return;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "alerted: %s\n", line);
	else
		fprintf(stderr, "<%d>%s\n", (int)level, line);
}
