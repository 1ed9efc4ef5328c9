#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is handed to the system: unit, user, bus policy, polkit rule.

. "$(dirname "$0")/lib.sh"
command -v systemd-analyze >/dev/null || skip "no systemd-analyze"
command -v xmllint >/dev/null || skip "no xmllint"

unit=$scratch/alerted.service
# Analysed as installed, with a program that is there.
sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$B/alerted.service" >"$unit"

# exposed MOST UNIT: the exposure level, in tenths, is at most that.
exposed() {
	systemd-analyze security --no-pager --offline=true \
		--threshold="$1" "$2" | tail -n 1
	systemd-analyze security --no-pager --offline=true \
		--threshold="$1" "$2" >/dev/null 2>&1
}

has() { grep -qx "$1" "$unit"; }

holds "the unit is sound" systemd-analyze verify --man=no "$unit"
# 1.6 without what the radio driver mgmt needs, which the unit tells.
holds "the unit's exposure is at most 2.1" exposed 21 "$unit"
sed '/^#	[A-Z][A-Za-z]*=/s/^#	//
	/^CapabilityBoundingSet=CAP\|^AmbientCapabilities=CAP/d' "$unit" \
	>"$scratch/bluez.service"
holds "with the drop-in that the unit tells it is at most 1.6" \
	exposed 16 "$scratch/bluez.service"
refuses "the unit hides CAP_NET_ADMIN in a user namespace" \
	grep -q '^PrivateUsers=' "$unit"
holds "the radio driver mgmt may open its socket" \
	grep -q '^RestrictAddressFamilies=.*AF_BLUETOOTH' "$unit"
for line in Type=notify WatchdogSec=30 Restart=always StartLimitIntervalSec=0 \
	User=alerted StateDirectory=alerted StateDirectoryMode=0700 \
	RuntimeDirectory=alerted RuntimeDirectoryPreserve=yes \
	CapabilityBoundingSet=CAP_NET_ADMIN \
	AmbientCapabilities=CAP_NET_ADMIN NoNewPrivileges=yes \
	LimitCORE=0 MemorySwapMax=0; do
	holds "the unit has $line" has "$line"
done
for key in run-key reading-public reading-secret; do
	holds "the unit hands over the credential $key" \
		has "LoadCredential=$key:alerted.$key"
	holds "alerted asks for the credential $key" \
		grep -q "\"$key\"" daemon/conf.c
done
refuses "a press waits for the network to be up" \
	grep -qE '^(After|Wants|Requires)=.*network-online' "$unit"
refuses "the unit hides the identity of this boot" has ProcSubset=pid
refuses "the unit forbids to read whether the clock is right" has ProtectClock=yes
holds "the clock may be read" has SystemCallFilter=adjtimex
holds "its program is where make install puts it" \
	grep -q "^ExecStart=[^@]*/sbin/alerted " "$B/alerted.service"

sed '/^NoNewPrivileges\|^ProtectSystem\|^SystemCallFilter/d' "$unit" \
	>"$scratch/open.service"
refuses "a unit less hardened is seen" exposed 21 "$scratch/open.service"

holds "the user and the group are sound" \
	systemd-sysusers --dry-run "$PWD/packaging/sysusers/alerted.conf"

policy=packaging/dbus/org.alerte.Alerted1.conf
grants() { xmllint --nonet --xpath "$1" "$policy" >/dev/null; }
holds "the bus policy is sound XML" xmllint --nonet --noout "$policy"
holds "nobody else may own the name" grants \
	'//policy[@context="default"]/deny[@own="org.alerte.Alerted1"]'
holds "nobody else may call" grants \
	'//policy[@context="default"]/deny[@send_destination="org.alerte.Alerted1"]'
holds "alerted may own the name" grants \
	'//policy[@user="alerted"]/allow[@own="org.alerte.Alerted1"]'
for who in '@user="root"' '@group="alerte"'; do
	holds "$who may call" grants \
		"//policy[$who]/allow[@send_destination='org.alerte.Alerted1']"
done

rule=packaging/polkit/50-alerted.rules
actions() {
	grep -o '"org.freedesktop[^"]*"' "$rule" | tr -d '"' | sort
}
printf 'org.freedesktop.ModemManager1.%s\n' \
	Device.Control Location Messaging Voice >"$scratch/needed"
same_actions() { actions | diff "$scratch/needed" -; }
known() {
	grep -q "action id=\"$1\"" \
		/usr/share/polkit-1/actions/org.freedesktop.ModemManager1.policy
}
holds "polkit grants the four actions alerted needs, and no other" same_actions
for action in $(actions); do
	holds "ModemManager knows $action" known "$action"
done
finish
