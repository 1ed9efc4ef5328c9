# SPDX-License-Identifier: Apache-2.0
# seconds: 60
# The machine itself: what the controller sends arrives on D-Bus.

. /src/guest.sh

holds "a controller is plugged in" controller one
holds "the bus runs" bus
holds "bluetoothd powers the adapter" bluez --experimental
dbus-monitor --system "type='signal',sender='org.bluez'" >/tmp/signals &
(echo scan le; sleep 1000) | bluetoothctl >/out/bluetoothctl.log 2>&1 &
holds "discovery begins" within 10 discovering hci0
usleep 300000
tell one burst 10 20 1 stamp 3
tell one join
tell one counts
holds "ten reports were sent" within 10 logged one "counts sent 10 unheard 0"
sleep 1
distinct() {
	grep -A 1 'array of bytes' /tmp/signals | grep -oE '^ *([0-9a-f]{2} ){4}' |
		sort -u | wc -l
}
holds "and ten arrived" test "$(distinct)" -eq 10
note "distinct $(distinct), up $(now_ms) ms"
finish
