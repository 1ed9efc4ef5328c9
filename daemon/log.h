/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include <alerte/alerte.h>

/*
 * Lines on standard error, with the priority in front as sd-daemon(3) has it
 * unless a person reads them on a terminal.  Nothing personal goes in.
 */
void log_level_set(enum alerte_log_level level);
void log_line(enum alerte_log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
