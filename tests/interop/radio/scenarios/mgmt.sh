# SPDX-License-Identifier: Apache-2.0
# seconds: 150
# The driver mgmt: presses through the kernel's management socket.

. /src/guest.sh

controller one

needs "without its capability alerted runs all the same" alerted mgmt
says_what_is_missing() { grep -E 'mgmt: CAP_NET_ADMIN is missing' /out/alerted.log; }
holds "and says which is missing" within 10 says_what_is_missing
end $alerted

needs "alerted listens by mgmt with CAP_NET_ADMIN alone" alerted mgmt net_admin
needs "it scans" within 20 scanning one
usleep 300000
holds "a BTHome press is counted" heard_as 1 one 3p
holds "her contact is warned" within 10 warned
sealed 1 0 --for 1 >/tmp/sealed
tell one play /tmp/sealed
holds "a sealed press is one more" within 10 presses_are 2

holds "a connectable button without scan response is heard" heard_as 2 one 0p
tell one sleep 500
holds "so is a scannable one" heard_as 3 one 2p

before=$(counter presses)
for copy in $(seq 40); do
	tell one "adv $BUTTON 3p -60 $(bthome 4)"
	tell one sleep 50
done
tell one join
tell one counts
holds "forty copies go out" within 20 logged one 'counts sent'
sleep 1
holds "and are one press" presses_are $((before + 1))

for filter in address data; do
	holds "a controller that filters by $filter is plugged in" \
		controller $filter -d $filter -a AA:BB:EE:00:01:0${#filter}
	holds "it scans" within 20 scanning $filter
	usleep 300000
	for id in 0 1 2 3; do
		holds "of one address, press $id is heard" \
			heard_as $((${#filter} * 16 + id)) $filter 3p
	done
	tell $filter quit
done

holds "a Bluetooth 5 controller is plugged in" \
	controller five -x -a AA:BB:EE:00:00:05
holds "it scans" within 20 scanning five
usleep 300000
holds "a press in an extended report is heard" heard_as 20 five 3p
holds "so is a connectable one" heard_as 21 five 0p
holds "so is an extended advertisement" heard_as 22 five xp

tell one vanish
tell five vanish
holds "every controller is unplugged" within 5 logged five unplugged
holds "the status says that it is deaf" within 15 deaf
tell one return
holds "plugged in again, it scans" within 30 scanning one
usleep 300000
holds "a press is heard again" heard_as 30 one 3p

bus
bluez
holds "beside bluetoothd a press is heard" heard_as 31 one 3p
kill -9 $bluez
holds "after the end of bluetoothd too" within 20 scanning one
usleep 300000
holds "a press is heard then" heard_as 32 one 3p

power 0 off >/dev/null
holds "switched off by another, it is on again" within 30 scanning one
usleep 300000
holds "a press is heard after that" heard_as 33 one 3p
finish
