# SPDX-License-Identifier: Apache-2.0
# Read by every scenario, inside the machine.  README.md tells how to add one.
#
#	holds "sentence" COMMAND...	passes when the command succeeds
#	refuses "sentence" COMMAND...	passes when it fails
#	needs "sentence" COMMAND...	like holds; without it the rest is not tried
#	note TEXT			a figure for the suite's output
#	finish				the results, and the machine's status
#
#	within SECONDS COMMAND...	try ten times a second
#
# What a background program says is in /out/NAME.log.

set -u
passed=0 failed=0

holds() {
	sentence=$1
	shift
	if "$@" >/tmp/said 2>&1; then
		passed=$((passed + 1))
		echo "ok    $sentence"
		return 0
	fi
	failed=$((failed + 1))
	echo "FAIL  $sentence"
	tail -n 3 /tmp/said | cut -c 1-600 | sed 's/^/      /'
	return 1
}

needs() {
	holds "$@" || finish
}

fails() {
	! "$@"
}

refuses() {
	sentence=$1
	shift
	holds "$sentence" fails "$@"
}

note() {
	echo "note  $*"
}

finish() {
	echo "$passed passed, $failed failed, 0 skipped"
	[ "$failed" -eq 0 ]
	exit
}

now_ms() {
	awk '{ print int($1 * 1000) }' /proc/uptime
}

within() {
	deadline=$(($(now_ms) + $1 * 1000))
	shift
	until "$@"; do
		[ "$(now_ms)" -lt "$deadline" ] || return 1
		usleep 100000
	done
}

# --------------------------------------------------------------- controllers

# controller NAME [OPTION...]: plug one in; controller.c has its options, and
# the commands that `tell NAME COMMAND...` gives it.
controller() {
	name=$1
	shift
	mkfifo "/tmp/$name.in"
	sleep 100000 >"/tmp/$name.in" &
	/alerte/controller "$@" <"/tmp/$name.in" >"/out/$name.log" 2>&1 &
	echo $! >"/tmp/$name.pid"
	within 20 logged "$name" 'plugged in as'
}

tell() {
	name=$1
	shift
	echo "$*" >>"/tmp/$name.in"
}

logged() {
	grep -q -- "$2" "/out/$1.log"
}

count_logged() {
	grep -c -- "$2" "/out/$1.log"
}

scanning() {
	[ "$(grep -oE 'scan (on|off)' "/out/$1.log" | tail -n 1)" = "scan on" ]
}

# Adapter N as the kernel's management has it, powered or not.
power() {
	timeout 4 btmgmt --index "$1" power "$2" </dev/null
}

# ----------------------------------------------------------- bus and bluetoothd

bus() {
	dbus-daemon --system --nofork --nopidfile >/out/dbus.log 2>&1 &
	within 20 test -S /run/dbus/system_bus_socket
}

# property PATH INTERFACE NAME: as busctl prints it, "b true".
property() {
	busctl get-property org.bluez "$@" 2>/dev/null
}

is_property() {
	[ "$(property "$1" "$2" "$3")" = "$4" ]
}

powered() {
	is_property "/org/bluez/$1" org.bluez.Adapter1 Powered "b true"
}

discovering() {
	is_property "/org/bluez/$1" org.bluez.Adapter1 Discovering "b true"
}

# bluez [OPTION...]: bluetoothd, until hci0 is powered.
bluez() {
	bluetoothd -n "$@" >>/out/bluetoothd.log 2>&1 &
	bluez=$!
	within 40 powered hci0
}

# -------------------------------------------------------------------- alerted

# Numbers belong to nobody: +33 6 39 98 xx xx is reserved for fiction.
KEY=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
BUTTON=54:48:E6:8F:80:A5
site() {
	cat <<-END
	contact paul {
		name = "Paul Martin"
		number = "+33 6 39 98 00 02"
	}
	contact lea {
		name = "Lea Petit"
		number = "+33 6 39 98 00 03"
	}
	wearer marie {
		name = "Marie Durand"
		short_name = "Marie D."
		number = "+33 6 39 98 00 09"
		place = "12 rue Garibaldi, 69003 Lyon"
		area = "12 rue Garibaldi, Lyon 3e"
		contact = { "paul", "lea" }
	}
	button plain {
		wearer = "marie"
		address = "$BUTTON"
		format = "bthome-v2"
	}
	button pendant {
		wearer = "marie"
		key = "$KEY"
	}
	END
}

settings() {
	cat <<-END
	radio {
		driver = "$1"
	}
	modem {
		driver = "spool"
		spool = "/tmp/spool"
	}
	control {
		bus = "system"
		socket = true
	}
	clock {
		trusted = "yes"
	}
	place {
		site = "3"
	}
	log {
		level = "debug"
	}
	END
}

call() {
	timeout 10 /alerte/alerte --socket /run/alerted/control "$@"
}

# alerted DRIVER [CAPABILITY]: the site above, heard by that driver.  As the
# unit has it: a user of its own, with that capability or with none.
alerted() {
	mkdir -p /tmp/state /tmp/spool/in /tmp/spool/out
	settings "$1" >/tmp/alerted.conf
	site >/tmp/site.conf
	chown -R alerted /tmp/state /tmp/spool /run/alerted
	/usr/bin/setpriv --reuid alerted --regid alerted --clear-groups --no-new-privs \
		--bounding-set "-all${2:+,+$2}" --inh-caps "-all${2:+,+$2}" \
		--ambient-caps "-all${2:+,+$2}" /alerte/alerted --create-keys \
		--config /tmp/alerted.conf --state /tmp/state \
		--runtime /run/alerted >>/out/alerted.log 2>&1 &
	alerted=$!
	within 40 answers || return
	call apply /tmp/site.conf
}

answers() {
	call status >/dev/null 2>&1
}

# counter NAME: of `alerte status --json`.
counter() {
	call status --json | grep -oE "\"$1\": ?[0-9]+" |
		tail -n 1 | grep -oE "[0-9]+$"
}

presses_are() {
	[ "$(counter presses)" = "$1" ]
}

# texts [WORDS]: how many SMS are in the outbox, with these words.
texts() {
	grep -l -- "${1:-.}" /tmp/spool/out/* 2>/dev/null | wc -l
}

warned() {
	[ "$(texts 'To: +33639980002')" -gt 0 ]
}

rss_kb() {
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$1/status"
}

# ---------------------------------------------------------------------- presses

# bthome ID [CODE]: payload of a plain BTHome press with that packet id.
bthome() {
	printf '0201060816d2fc4400%02x3a%02x' "$1" "${2:-1}"
}

# sealed SEQ START [OPTION...]: lines of a press of the pendant for `play`.
sealed() {
	echo $KEY >/tmp/key
	chmod 600 /tmp/key
	seq=$1 start=$2
	shift 2
	/alerte/alerte button simulate --key-file /tmp/key --epoch 100000 \
		--seq "$seq" --start "$start" --event press "$@"
}

# press ID [CONTROLLER [TYPE]]: the plain button, in four copies.
press() {
	for copy in 1 2 3 4; do
		tell "${2:-one}" "adv $BUTTON ${3:-3p} -60 $(bthome "$1")"
		tell "${2:-one}" sleep 60
	done
}

# presses FILE FIRST COUNT EVERY: for `play`, COUNT presses, one in EVERY ms,
# plain and sealed in turn, each in five copies 100 ms apart.
presses() {
	i=0
	while [ $i -lt "$3" ]; do
		at=$((i * $4))
		if [ $((i % 2)) = 0 ]; then
			for copy in 0 1 2 3 4; do
				echo "$((at + copy * 100)) $BUTTON" \
					"$(bthome $(($2 + i))) 3p"
			done
		else
			sealed $((2 * ($2 + i))) $at --for 1 \
				--press $((i % 64)) |
				awk "NR % 5 == 1 && NR <= 25"
		fi
		i=$((i + 1))
	done | sort -n >"$1"
}

# Of the controller's last `counts`.
sent_by() {
	sed -n 's/.* counts sent \([0-9]*\) .*/\1/p' "/out/$1.log" | tail -n 1
}

cpu_ms() {
	awk '{ print ($14 + $15) * 10 }' "/proc/$1/stat"
}

# end PID: and wait until it has ended.
end() {
	kill "$1" && wait "$1"
}

# heard_as ID CONTROLLER TYPE: this press, and none else, is counted within 10 s.
heard_as() {
	before=$(counter presses)
	press "$@"
	within 10 presses_are $((before + 1))
}

# says WORDS: they are in `alerte status --json`.
says() {
	call status --json | tee /tmp/status.json | grep -qF -- "$1" ||
		{ cat /tmp/status.json; return 1; }
}

deaf() {
	says '"state":"deaf"'
}
