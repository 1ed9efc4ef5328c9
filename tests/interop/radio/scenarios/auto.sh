# SPDX-License-Identifier: Apache-2.0
# seconds: 150
# The choice "auto": the management socket where it is allowed, else bluez, and
# a change of driver loses no press.

. /src/guest.sh

driver_is() { call status --json | grep -oE '"driver":"(mgmt|bluez)"' | grep -q "$1"; }

controller one
bus
bluez --experimental

needs "without a capability alerted runs" alerted auto
holds "by bluez" within 15 driver_is bluez
holds "which scans" within 20 scanning one
usleep 500000
holds "and hears a press" heard_as 1 one 3p
holds "her contact is warned" within 10 warned
end $alerted

needs "with CAP_NET_ADMIN alerted runs" alerted auto net_admin
holds "by mgmt" within 15 driver_is mgmt
holds "which scans" within 20 scanning one
usleep 500000
holds "and hears a press" heard_as 2 one 3p

# A press every 300 ms, five copies each, while the driver is changed twice.
presses /tmp/presses 10 40 400
before=$(counter presses)
tell one play /tmp/presses
sleep 4
settings bluez >/tmp/alerted.conf
kill -HUP $alerted
holds "told to, it changes to bluez" within 10 driver_is bluez
sleep 3
settings auto >/tmp/alerted.conf
kill -HUP $alerted
holds "and back to mgmt" within 10 driver_is mgmt
tell one join
tell one counts
holds "forty presses have gone by" within 40 logged one 'counts sent'
note "$(grep -o 'counts .*' /out/one.log)"
holds "and every one was heard" within 10 presses_are $((before + 40))

kill -9 $bluez
holds "without bluetoothd a press is heard" heard_as 3 one 3p
finish
