# SPDX-License-Identifier: Apache-2.0
# seconds: 180
# A thousand reports a second of a hundred strangers, and fifty presses among
# them, heard by the management socket.

. /src/guest.sh

controller one
needs "alerted listens by mgmt with CAP_NET_ADMIN alone" alerted mgmt net_admin
needs "it scans" within 20 scanning one
presses /tmp/presses 0 50 560
usleep 300000

tell one burst 30000 1000 100 service 3
tell one play /tmp/presses
tell one join
tell one counts
holds "30 seconds at 1,000 a second went by" within 60 logged one 'counts sent'
note "$(grep -o 'counts .*' /out/one.log)"
holds "fifty presses are fifty events" within 10 presses_are 50
note "mgmt, 1,000/s: $(counter heard) heard of $(sent_by one)," \
	"$(counter presses) presses of 50"
note "alerted: $(rss_kb $alerted) kB, $(cpu_ms $alerted) ms of processor"
finish
