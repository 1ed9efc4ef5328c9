/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SELFTEST_H
#define DAEMON_SELFTEST_H

/* The gateway's text to itself: alerte_selftest_set() of <alerte/engine.h>. */
struct daemon;

/* What the configuration says, in force. */
void selftest_apply(struct daemon *d);

#endif
