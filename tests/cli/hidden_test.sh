#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is typed and not shown: how such a prompt ends, and what stays behind.

. "$(dirname "$0")/../checks/lib.sh"
. "$(dirname "$0")/standin.sh"

# Another user's eyes, where there is one to be: root may look everywhere.
as_nobody=
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	as_nobody='setpriv --reuid=65534 --clear-groups'
fi
mkfifo "$scratch/fifo"
# waiting COMMAND: it looks at process $pid while that waits for a code
waiting() {
	# shellcheck disable=SC2086
	$as_nobody "$alerte" --socket "$scratch/none" cancel 7K2 \
		<"$scratch/fifo" >"$scratch/out" 2>&1 &
	pid=$!
	exec 9>"$scratch/fifo"
	for i in 1 2 3 4 5 6 7 8 9 10; do
		grep -qx alerte "/proc/$pid/comm" && break
		sleep 0.1
	done
	sleep 0.2
	"$@"
	got=$?
	exec 9>&-
	wait "$pid"
	return $got
}
no_core() { grep -E 'Max core file size +0 +0 ' "/proc/$pid/limits"; }
not_dumpable() { [ "$(stat -c %u "/proc/$pid/environ")" -eq 0 ]; }
holds "no core file can be written" waiting no_core
holds "nor can the memory be read or dumped" waiting not_dumpable

command -v script >/dev/null || finish

# The command as a shell runs it, which then tells how the terminal is.
cat >"$scratch/shell" <<END
trap : INT QUIT HUP TERM
"$(realpath "$alerte")" cancel 7K2
echo "code \$?"
: >"$scratch/ended"
stty -a | tr ' ;' '\n\n' | grep -E '^-?echo$'
END
# typing BYTES: they come at the prompt, and Enter never
typing() {
	rm -f "$scratch/ended" "$scratch/in-time"
	: >"$scratch/log"
	keys=$1
	typist() {
		settled
		printf "$keys"
		for i in $(seq 100); do
			[ -e "$scratch/ended" ] && : >"$scratch/in-time" && break
			sleep 0.1
		done
		[ ! -e "$scratch/in-time" ] || ended
	}
	types sh "$scratch/shell"
	[ -e "$scratch/in-time" ]
}
shows() { said '^echo'; }
not_cancelled() { ! grep -q '^Cancel' "$scratch/log"; }
holds "Ctrl-C at a hidden prompt ends it at once" typing 'night\003'
holds "as a signal does" said 'code 130'
holds "the terminal shows again what is typed" shows
refuses "what was typed is not shown" said night
holds "and reached nobody" not_cancelled
holds "Ctrl-\\ ends it at once" typing 'night\034'
holds "as a signal does" said 'code 131'
refuses "without a core" said 'core dumped'
holds "the terminal shows again what is typed" shows
holds "Ctrl-D ends it at once" typing '\004'
holds "as the end of input" said 'code 66'
holds "the terminal shows again what is typed" shows

# told_to_end SIGNAL CODE: it comes from elsewhere
told_to_end() {
	cat >"$scratch/killed" <<-END
	trap : INT QUIT HUP TERM
	sh -c 'echo \$\$ >"$scratch/pid"; exec "$(realpath "$alerte")" cancel 7K2'
	echo "code \$?"
	stty -a | tr ' ;' '\n\n' | grep -E '^-?echo$'
	END
	signal=$1
	typist() {
		settled
		kill "-$signal" "$(cat "$scratch/pid")"
		ended
	}
	types sh "$scratch/killed"
	said "code $2"
}
holds "SIGHUP ends it" told_to_end HUP 129
holds "the terminal shows again what is typed" shows
holds "SIGTERM ends it" told_to_end TERM 143
holds "the terminal shows again what is typed" shows

# Stopped, the shell has its terminal back; then the line is asked for anew.
cat >"$scratch/stopped" <<END
set -m
sh -c 'echo \$\$ >"$scratch/pid"; exec "$(realpath "$alerte")" cancel 7K2'
stty -a | tr ' ;' '\n\n' | grep -E '^-?echo$'
fg >/dev/null
echo "code \$?"
END
stopping() {
	typist() {
		settled
		printf 'ni\032'
		settled
		printf 'night owl\n'
		ended
	}
	types bash "$scratch/stopped"
	said 'code 0'
}
holds "after Ctrl-Z and fg the line is asked for anew" stopping
holds "meanwhile the terminal shows what is typed" shows
holds "only what was typed then counts" asked 'Cancel|7K2|night owl'
refuses "nothing of it is shown" said 'night|owl'
finish
