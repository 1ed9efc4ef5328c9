# SPDX-License-Identifier: Apache-2.0
# seconds: 90
# From the stamp in a report to the driver that hears it.

. /src/guest.sh

# timed NAME: a hundred reports, twenty a second.
timed() {
	/alerte/listen "$1" 9 >"/out/listen_$1.log" &
	listen=$!
	within 8 logged "listen_$1" ready || return
	usleep 300000
	tell one burst 100 20 5 stamp 3
	wait $listen && logged "listen_$1" 'distinct 100 last 99'
}

controller one
holds "mgmt hears a hundred of a hundred" timed mgmt
note "mgmt, 20/s: $(tail -n 1 /out/listen_mgmt.log)"
bus
bluez --experimental
holds "bluez hears a hundred of a hundred" timed bluez
note "bluez, 20/s: $(tail -n 1 /out/listen_bluez.log)"
finish
