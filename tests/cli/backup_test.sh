#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# backup and restore, against a stand-in of the daemon that gives a backup back
# only to the key it was made with.

. "$(dirname "$0")/../checks/lib.sh"
. "$(dirname "$0")/standin.sh"

words='correct cheval pile agrafe'
echo "$words" >"$scratch/words"
echo 'another five words of no kin' >"$scratch/other"
file=$scratch/place.backup
secret="--passphrase-file $scratch/words"

# made CODE OPTIONS...; restored CODE FILE OPTIONS...
made() {
	code=$1
	shift
	ends "$code" "$alerte" backup "$file" "$@"
}
restored() {
	code=$1
	shift
	# shellcheck disable=SC2086
	ends "$code" "$alerte" restore "$@" $secret --yes
}
nothing_left() {
	for left in "$file"*; do
		[ ! -e "$left" ] || return 1
	done
}

# ----------------------------------------------------------------- the file

# shellcheck disable=SC2086
holds "a backup is made" made 0 $secret
holds "its length is said" said '^/.*/place\.backup: 80 bytes$'
holds "what it holds is said" \
	said '^It holds 4 buttons, 1 wearer, 2 contacts\.$'
refuses "without a warning" told WARNING
holds "and that it is to be kept apart" told 'passphrase away from it'
holds "nothing is coloured" plain
holds "it is for its owner alone" [ "$(stat -c %a "$file")" = 600 ]
holds "its head says what it is" \
	[ "$(head -c 13 "$file")" = ALERTE-BACKUP ]
holds "it asks for 3 passes over 256 MiB" \
	[ "$(od -An -tu4 -j32 -N8 "$file" | tr -s ' ')" = ' 3 262144' ]
holds "no other file is left" [ "$(echo "$file"*)" = "$file" ]
cp "$file" "$scratch/good"
# shellcheck disable=SC2086
holds "a file that is there is not made again" made 73 $secret
holds "which is told" told 'there is a file of that name'
holds "and it is as it was" cmp "$file" "$scratch/good"
rm "$file"
# shellcheck disable=SC2086
holds "--json is one line of JSON" \
	one_json_line "$alerte" backup --json "$file" $secret
holds "with its length" said '"bytes":80'
holds "and what it holds" said '"buttons":4,"wearers":1,"contacts":2}'
rm "$file"
: >"$scratch/log.empty"
# shellcheck disable=SC2086
holds "a backup of nothing is made" made 0 $secret
holds "but warned of" told '^WARNING: it holds no button'
rm "$scratch/log.empty"
refuses "two backups under one passphrase have one salt" \
	cmp "$file" "$scratch/good"
rm "$file"
piped() { echo "$words" | "$alerte" backup "$file" >"$scratch/out" 2>&1; }
holds "standard input may have the passphrase" piped
rm "$file"

# ------------------------------------------------------------- no such file

: >"$scratch/log"
printf 'eleven char\n' >"$scratch/short"
holds "a passphrase of 11 characters is 65" \
	made 65 --passphrase-file "$scratch/short"
holds "and told" told 'less than 12 characters'
printf 'éàéàéàéàéàé\n' >"$scratch/short"
holds "of 11 characters in 22 bytes too" \
	made 65 --passphrase-file "$scratch/short"
head -c 1001 /dev/zero | tr '\0' a >"$scratch/long"
holds "one that would be cut is 65" \
	made 65 --passphrase-file "$scratch/long"
holds "an empty standard input is 66" made 66
holds "no passphrase file is 66" made 66 --passphrase-file "$scratch/none"
refuses "the daemon was asked by none of these" grep -q Backup "$scratch/log"
echo Store >"$scratch/log.fail"
# shellcheck disable=SC2086
holds "a daemon that fails half way is told" made 74 $secret
holds "with its reason" told 'planted: Store'
holds "and leaves no file" nothing_left
rm "$scratch/log.fail"
# shellcheck disable=SC2086
holds "a folder that is not there is 73" \
	ends 73 "$alerte" backup "$scratch/none/file" $secret
for wrong in '' 'a b' '-' '--key 00 a' '--passphrase x a'; do
	# shellcheck disable=SC2086
	holds "backup $wrong is a usage error" ends 64 "$alerte" backup $wrong
done
short_name() {
	rm -f "$scratch/b"
	# shellcheck disable=SC2086
	(real=$(realpath "$alerte") && cd "$scratch" &&
		"$real" backup b "$@" $secret)
}
for lang in en fr; do
	holds "a short passphrase: what, why, next ($lang)" three_parts \
		--lang $lang backup --passphrase-file "$scratch/short" "$file"
	# shellcheck disable=SC2086
	holds "a file of that name: what, why, next ($lang)" three_parts \
		--lang $lang backup $secret "$scratch/good"
	holds "no backup: what, why, next ($lang)" three_parts \
		--lang $lang restore "$scratch/words"
	holds "a backup's words fit 80 columns ($lang)" \
		narrow short_name --lang $lang
done

# ---------------------------------------------------------------- the restore

holds "a backup as it was made is restored" restored 0 "$scratch/good"

# The same in one pass over 64 KiB, which does not take a second each time.
printf '\001\000\000\000\100\000\000\000' |
	dd of="$scratch/good" bs=1 seek=32 conv=notrunc 2>/dev/null
holds "less work is another key" restored 77 "$scratch/good"
dd if="$scratch/log.key" of="$scratch/good" bs=1 seek=40 conv=notrunc \
	2>/dev/null
holds "a file that asks for less is restored" restored 0 "$scratch/good"
holds "the buttons there are now are said" \
	said '^Restored: this gateway knows 4 buttons, 1 wearer, 2 contacts now\.$'
holds "every button is to be pressed once" \
	told 'an exercise: alerte test WEARER --announce BUTTON\.$'
holds "what is not in it is said" told 'alerted.conf, the PIN of the SIM card'
holds "the 114 has to be armed again" told 'arm this gateway again'
holds "in French" restored 0 "$scratch/good" --lang fr
holds "as well" told 'armez ce boîtier à nouveau'
# shellcheck disable=SC2086
holds "--json is one line of JSON" one_json_line \
	"$alerte" restore "$scratch/good" --json --yes $secret
holds "that says so" said '"buttons":4,"wearers":1,"contacts":2,"armed":false'
for lang in en fr; do
	# shellcheck disable=SC2086
	holds "its words fit 80 columns ($lang)" narrow "$alerte" \
		--lang $lang restore "$scratch/good" $secret --yes
done
piped() {
	echo "$words" | "$alerte" restore "$scratch/good" --yes \
		>"$scratch/out" 2>&1
}
holds "standard input may have the passphrase" piped
: >"$scratch/log"
# shellcheck disable=SC2086
holds "without a yes nothing is restored" \
	ends 64 "$alerte" restore "$scratch/good" $secret
holds "which is told" told 'it replaces every setting'
asked_restore() { grep -q '^Restore' "$scratch/log"; }
refuses "the daemon was not asked" asked_restore

holds "another passphrase is 77" ends 77 "$alerte" restore --yes \
	"$scratch/good" --passphrase-file "$scratch/other"
holds "and what to try is told" told 'next: type the passphrase again'
# changed OFFSET OCTAL: a good backup but for one byte
changed() {
	cp "$scratch/good" "$scratch/changed"
	printf "\\$2" | dd of="$scratch/changed" bs=1 seek="$1" conv=notrunc \
		2>/dev/null
}
salt=$(od -An -tu1 -j16 -N1 "$scratch/good")
changed 16 "$(printf %o $((salt ^ 1)))"
holds "a changed salt is 77" restored 77 "$scratch/changed"
changed 32 2
holds "changed passes are 77" restored 77 "$scratch/changed"
changed 75 0
holds "a changed byte behind the head is 77" restored 77 "$scratch/changed"
head -c 79 "$scratch/good" >"$scratch/changed"
holds "a file cut by a byte is 77" restored 77 "$scratch/changed"
{ cat "$scratch/good"; echo; } >"$scratch/changed"
holds "one with a byte more is 77" restored 77 "$scratch/changed"

# Refused by its head alone: nothing is computed, the daemon is not asked.
: >"$scratch/log"
hostile() {
	changed "$2" "$3"
	start=$(date +%s)
	restored 65 "$scratch/changed" && told "$1" && ! asked_restore &&
		[ $(($(date +%s) - start)) -lt 2 ]
}
holds "more than 10 passes are refused" hostile 'more work or memory' 32 013
holds "4 billion are" hostile 'more work or memory' 35 377
holds "none is" hostile 'more work or memory' 32 0
holds "more than 1 GiB is refused" hostile 'more work or memory' 38 021
holds "4 TiB is" hostile 'more work or memory' 39 377
holds "another version is refused" hostile 'another version' 14 2
holds "another kind of file is" hostile 'not a backup' 0 102
head -c 39 "$scratch/good" >"$scratch/changed"
holds "half a head is 65" restored 65 "$scratch/changed"
: >"$scratch/changed"
holds "an empty file is 65" restored 65 "$scratch/changed"
holds "no file is 66" restored 66 "$scratch/none"
holds "a folder is 66" restored 66 "$scratch"
mkfifo "$scratch/fifo"
holds "a pipe is 66, and not waited for" restored 66 "$scratch/fifo"
cp "$scratch/good" "$scratch/large"
truncate -s 70000000 "$scratch/large"
holds "more than the daemon takes is 65" restored 65 "$scratch/large"
echo Refused >"$scratch/log.fail"
holds "a daemon that refuses is told" restored 77 "$scratch/good"
holds "with its reason" told 'planted: Refused'
rm "$scratch/log.fail"

# --------------------------------------------------------- what nobody may see

# hidden COMMAND...: what it shows of itself while it waits for a passphrase
hidden() {
	rm -f "$scratch/fifo" "$file" && mkfifo "$scratch/fifo"
	"$alerte" "$@" <"$scratch/fifo" >"$scratch/out" 2>"$scratch/err" &
	pid=$!
	exec 9>"$scratch/fifo"
	echo "$words" >&9
	sleep 0.3
	tr '\0' ' ' <"/proc/$pid/cmdline" >"$scratch/argv" 2>/dev/null
	tr '\0' ' ' <"/proc/$pid/environ" >>"$scratch/argv" 2>/dev/null
	exec 9>&-
	wait "$pid" || return 1
	cat "$scratch/argv"
	grep -q alerte "$scratch/argv" && ! grep -q cheval "$scratch/argv"
}
holds "the passphrase of a backup is not among arguments" \
	hidden backup "$file"
holds "nor that of a restore" hidden restore "$scratch/good" --yes
shown() { grep -q cheval "$scratch/out" "$scratch/err" "$scratch/log"; }
refuses "it is printed nowhere" shown

# dialogue COMMAND: LINES are typed on its terminal, one as each is asked for
dialogue() {
	typist() {
		printf '%s\n' "$lines" | while read -r line; do
			settled
			echo "$line"
		done
		ended
	}
	types "$@"
}
if command -v script >/dev/null; then
	rm -f "$file"
	lines=$words
	refuses "one typing is not enough on a terminal" \
		dialogue "$alerte" backup "$file"
	holds "and no file is made" nothing_left
	lines="$words
another five words of no kin"
	refuses "two different ones are refused" \
		dialogue "$alerte" backup "$file"
	holds "which is told" said 'two passphrases differ'
	lines="$words
$words"
	holds "twice the same makes the backup" \
		dialogue "$alerte" backup "$file"
	refuses "and does not show it" said cheval
	holds "which is restored" restored 0 "$file"
	lines="yes
$words"
	holds "a restore asks for a yes and the passphrase" \
		dialogue "$alerte" restore "$file"
	holds "saying what it replaces" said 'is replaced by those of the file'
	refuses "and does not show the passphrase" said cheval
	lines=no
	: >"$scratch/log"
	refuses "a no restores nothing" dialogue "$alerte" restore "$file"
	refuses "the daemon was not asked" asked_restore
fi
finish
