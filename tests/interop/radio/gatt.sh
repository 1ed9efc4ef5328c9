# SPDX-License-Identifier: Apache-2.0
# Read by the scenarios of buttons that are connected to: FORMAT on the second
# controller of btvirt, as a GATT server of the same bluetoothd.  One button a
# machine: with two links at once btvirt confuses the kernel to death.
#
# Before it: FORMAT, PAYLOAD (of its advertisement) and CONFIRM.

. /src/guest.sh

site() {
	cat <<-END
	contact paul {
		name = "Paul Martin"
		number = "+33 6 39 98 00 02"
	}
	wearer marie {
		name = "Marie Durand"
		short_name = "Marie D."
		number = "+33 6 39 98 00 09"
		place = "12 rue Garibaldi, 69003 Lyon"
		area = "12 rue Garibaldi, Lyon 3e"
		contact = { "paul" }
	}
	button pendant {
		wearer = "marie"
		address = "00:AA:01:01:00:01"
		format = "$FORMAT"
	}
	END
}

settings() {
	cat <<-END
	radio {
		driver = "$1"
		adapter = "hci0"
		confirm = "$CONFIRM"
	}
	modem {
		driver = "spool"
		spool = "/tmp/spool"
	}
	control {
		bus = "none"
		socket = true
	}
	clock {
		trusted = "yes"
	}
	log {
		level = "debug"
	}
	END
}

peripheral() {
	mkfifo /tmp/button.in
	sleep 100000 >/tmp/button.in &
	/alerte/peripheral hci1 "$FORMAT" </tmp/button.in >/out/button.log 2>&1 &
	within 10 logged button registered
}

# btvirt reports an advertisement when it begins and no more: begin it again
# and again, as long as nobody is connected.
advertise() {
	while true; do
		linked || timeout 4 btmgmt --index 1 add-adv -c \
			-d "020106$PAYLOAD" 1 </dev/null >/dev/null 2>&1
		sleep 2
	done
}

# What alerted says of its link: "connected", "waiting" ...
link_state() {
	call status --json | tr -d ' \n' |
		sed -n 's/.*"connected":\[[^]]*"state":"\([a-z]*\)".*/\1/p'
}

linked() {
	[ "$(link_state)" = connected ]
}

often() {
	[ "$(count_logged "$1" "$2")" -ge "$3" ]
}

# meet DRIVER: everything up to the first link.
meet() {
	btvirt -L -l2 >/out/btvirt.log 2>&1 &
	needs "the bus runs" bus
	needs "bluetoothd powers the adapter" bluez
	needs "and the button's" within 10 powered hci1
	needs "the button offers its services" peripheral
	needs "alerted runs" alerted "$@"
	needs "it looks for the button" within 20 discovering hci0
	begun=$(now_ms)
	advertise &
	needs "and connects to it" within 60 linked
	note "connected after $(($(now_ms) - begun)) ms"
}

# lose: the link breaks, is told, and made again.
lose() {
	tell button hang-up
	holds "a lost link is noticed" within 20 logged alerted \
		'button pendant: not connected'
	begun=$(now_ms)
	holds "and made again" within 90 often alerted \
		'button pendant: connected' 2
	note "connected again after $(($(now_ms) - begun)) ms"
}
