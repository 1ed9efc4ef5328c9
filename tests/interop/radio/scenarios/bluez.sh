# SPDX-License-Identifier: Apache-2.0
# seconds: 150
# The driver bluez: presses through bluetoothd, without any privilege.

. /src/guest.sh

controller one
bus
needs "alerted runs before bluetoothd does" alerted bluez
bluez --experimental
needs "and scans once it has come" within 20 scanning one
usleep 500000

holds "a BTHome press is counted" heard_as 1 one 3p
holds "her contact is warned" within 10 warned
sealed 1 0 --for 1 >/tmp/sealed
tell one play /tmp/sealed
holds "a sealed press is one more" within 10 presses_are 2

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

responding() {
	before=$(counter presses)
	tell one adv $BUTTON 0p -60 "$(bthome $1)"
	tell one adv $BUTTON 4p -60 0509464f5552
	within 10 presses_are $((before + 1))
}
holds "a connectable button with its scan response is heard" responding 5
begin=$(now_ms)
holds "and one without" heard_as 6 one 0p
note "bluez, without its scan response: heard after $(($(now_ms) - begin)) ms"

for filter in address data; do
	holds "a controller that filters by $filter is plugged in" \
		controller $filter -d $filter -a AA:BB:EE:00:01:0${#filter}
	holds "it scans" within 20 scanning $filter
	usleep 500000
	for id in 0 1 2 3; do
		holds "of one address, press $id is heard" \
			heard_as $((${#filter} * 16 + id)) $filter 3p
	done
	tell $filter quit
done

controller five -x -a AA:BB:EE:00:00:05
holds "a Bluetooth 5 controller scans" within 20 scanning five
usleep 500000
holds "a press in an extended report is heard" heard_as 20 five 3p
holds "so is an extended advertisement" heard_as 22 five xp

tell one vanish
tell five vanish
holds "every controller is unplugged" within 5 logged five unplugged
holds "the status says that it is deaf" within 15 deaf
tell one return
holds "plugged in again, it scans" within 30 scanning one
usleep 500000
holds "a press is heard again" heard_as 30 one 3p

kill -9 $bluez
holds "the status says that it is deaf" within 10 deaf
holds "and how to bring bluetoothd back" says "systemctl start bluetooth"
bluez --experimental
holds "it scans once bluetoothd is back" within 30 scanning one
usleep 500000
holds "and a press is heard" heard_as 31 one 3p

timeout 5 btmgmt --index 0 stop-find -l </dev/null >/out/btmgmt.log 2>&1
holds "stopped by another, it scans again" within 30 scanning one
usleep 500000
holds "and a press is heard" heard_as 32 one 3p
finish
