/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_CLOCK_H
#define DAEMON_CLOCK_H

#include <alerte/alerte.h>

/* The instant; trusted = true believes the wall clock whatever NTP says. */
struct alerte_time clock_now(bool trusted);
/* Seconds to add to UTC at this instant, in the zone of the machine. */
int32_t clock_offset(int64_t wall_ms);
/* Names this boot: 0, or -errno. */
int clock_boot_id(uint8_t out[16]);

/*
 * The last instant at which the wall clock was trusted, kept as the time of a
 * file in state: 0 when there was none.  clock_keep() writes it.
 */
int64_t clock_kept(const char *state);
void clock_keep(const char *state, int64_t wall_ms);

#endif
