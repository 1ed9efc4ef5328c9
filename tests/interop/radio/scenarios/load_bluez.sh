# SPDX-License-Identifier: Apache-2.0
# seconds: 180
# The same load through bluetoothd, whose loss is measured; and a calm place,
# where no press may be lost.

. /src/guest.sh

controller one
bus
bluez --experimental
needs "alerted listens by bluez without any capability" alerted bluez
needs "it scans" within 20 scanning one
presses /tmp/calm 0 20 400
presses /tmp/presses 20 50 560
usleep 300000

tell one burst 200 20 10 service 3
tell one play /tmp/calm
tell one join
tell one counts
holds "ten seconds at 20 a second went by" within 30 logged one 'counts sent'
holds "no press is lost at 20 a second" within 10 presses_are 20

heard=$(counter heard) sent=$(sent_by one)
tell one burst 30000 1000 100 service 3
tell one play /tmp/presses
tell one join
tell one counts
counted_twice() { [ "$(count_logged one 'counts sent')" = 2 ]; }
holds "30 seconds at 1,000 a second went by" within 60 counted_twice
sleep 4
note "bluez, 1,000/s: $(($(counter heard) - heard)) heard of" \
	"$(($(sent_by one) - sent)), $(($(counter presses) - 20)) presses of 50"
note "bluetoothd: $(rss_kb $bluez) kB, $(cpu_ms $bluez) ms of processor"

before=$(counter presses)
press 200
holds "a press is heard as before afterwards" within 20 \
	presses_are $((before + 1))
finish
