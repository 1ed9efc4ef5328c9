# SPDX-License-Identifier: Apache-2.0
# seconds: 120
# The driver bluez: presses through bluetoothd, without any privilege.

. /src/guest.sh

controller one
bus
bluez
needs "alerted listens by bluez without any capability" alerted bluez
needs "it scans" within 20 discovering hci0
usleep 300000

press 1
holds "a BTHome press is counted" within 10 presses_are 1
holds "her contact is warned" within 10 warned
sealed 1 0 --for 1 >/tmp/sealed
tell one play /tmp/sealed
tell one join
holds "a sealed press is one more" within 10 presses_are 2
note "$(call status --json)"
finish
