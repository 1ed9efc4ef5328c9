# SPDX-License-Identifier: Apache-2.0
# seconds: 180
# A neighbour whose address changes every frame, ten thousand times: memory of
# alerted and of bluetoothd stays bounded.

. /src/guest.sh

LIMIT=4096		# kB more than before

controller one
needs "alerted listens by mgmt" alerted mgmt net_admin
needs "it scans" within 20 scanning one
usleep 300000
first=$(rss_kb $alerted)
tell one burst 10000 1000 10000 stamp 3
tell one join
tell one counts
holds "ten thousand addresses go by" within 30 logged one 'counts sent 10000 '
heard_all() { [ "$(counter heard)" -ge 10000 ]; }
holds "mgmt hears them all" within 10 heard_all
note "mgmt: alerted $first kB, $(rss_kb $alerted) kB after 10,000 addresses"
holds "alerted stays small" test $(($(rss_kb $alerted) - first)) -lt $LIMIT
holds "and hears a press" heard_as 1 one 3p
end $alerted

bus
bluez --experimental
needs "alerted listens by bluez" alerted bluez
needs "it scans" within 20 discovering hci0
usleep 300000
first=$(rss_kb $alerted) daemon=$(rss_kb $bluez)
tell one burst 10000 400 10000 stamp 3
tell one join
tell one counts
counted_twice() { [ "$(count_logged one 'counts sent')" = 2 ]; }
holds "ten thousand more go by" within 60 counted_twice
sleep 2
note "bluez, 400/s: $(counter heard) of 10,000 heard"
note "bluez: alerted $first kB, $(rss_kb $alerted) kB after 10,000 addresses"
note "bluez: bluetoothd $daemon kB, $(rss_kb $bluez) kB after them"
holds "alerted stays small" test $(($(rss_kb $alerted) - first)) -lt $LIMIT
holds "bluetoothd stays small" test $(($(rss_kb $bluez) - daemon)) -lt 16384
begin=$(now_ms)
press 2
holds "and a press is heard" within 60 presses_are 1
note "bluez: it was heard after $(($(now_ms) - begin)) ms"
finish
