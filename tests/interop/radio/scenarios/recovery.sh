# SPDX-License-Identifier: Apache-2.0
# seconds: 150
# An adapter that is blocked, fails, is one of two, or sleeps with the machine.

. /src/guest.sh

block() {
	for soft in /sys/class/rfkill/*/soft; do
		echo "$1" >"$soft"
	done
}

controller one
needs "alerted listens by mgmt" alerted mgmt net_admin
needs "it scans" within 20 scanning one
usleep 300000
holds "a press is heard" heard_as 1 one 3p

begun=$(count_logged one 'scan on')
begun_again() {
	[ "$(count_logged one 'scan on')" -gt "$begun" ] && scanning one
}
block 1
holds "blocked by rfkill, the status says so" within 15 says '"blocked":true'
block 0
holds "no longer blocked, it scans" within 30 begun_again
usleep 300000
holds "and a press is heard" heard_as 2 one 3p

# It cannot be reset, so it cannot be switched on.
begun=$(count_logged one 'scan on')
tell one refuse 0c03 1f
power 0 off >/dev/null
holds "of an adapter that fails the status says so" within 20 \
	says '"failing":true'
tell one refuse 0 0
holds "once it works again it scans" within 60 begun_again
usleep 300000
holds "and a press is heard" heard_as 3 one 3p

controller two -a AA:BB:EE:00:00:02
holds "a second adapter scans as well" within 20 scanning two
usleep 300000
holds "a press is heard by it" heard_as 4 two 3p
tell one vanish
holds "without the first one the second still hears" heard_as 5 two 3p
tell one return
holds "and the first one scans again" within 20 scanning one
usleep 300000
before=$(counter presses)
press 6 one &
press 6 two
wait $!
sleep 2
holds "heard by both, a press is one" presses_are $((before + 1))
tell two vanish

# All that the system does before and after it sleeps, but for the sleep.
sleeps() {
	echo freezer >/sys/power/pm_test && echo mem >/sys/power/state
}
begun=$(count_logged one 'scan on')
holds "the machine goes to sleep and wakes" sleeps
holds "awake, it scans" within 30 scanning one
note "scans begun over the sleep: $(($(count_logged one 'scan on') - begun))"
usleep 300000
holds "and a press is heard" heard_as 7 one 3p
finish
