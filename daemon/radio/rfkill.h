/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RADIO_RFKILL_H
#define RADIO_RFKILL_H

#include <stdbool.h>

#define RFKILL_FOLDER "/sys/class/rfkill"

/*
 * True when a person, or a switch, keeps this adapter ("hci0") from sending
 * and hearing: rfkill(8).  The kernel's answer to who powers it up does not
 * tell that from another failure.  folder: RFKILL_FOLDER, or that of a test.
 */
bool rfkill_blocked(const char *folder, const char *adapter);

#endif
