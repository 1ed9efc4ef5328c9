# SPDX-License-Identifier: Apache-2.0
# fish completion for alerte(1)

function __alerte_codes
	timeout 1 alerte --json alerts 2>/dev/null |
		string match -rga '"code":"([^"]+)"'
end

function __alerte_buttons
	timeout 1 alerte --json buttons 2>/dev/null |
		string match -rga '"id":"([^"]+)"'
end

function __alerte_contacts
	timeout 1 alerte --json contacts 2>/dev/null |
		string match -rga '"id":"([^"]+)"'
end

complete -c alerte -f
complete -c alerte -l json -d 'print data as JSON'
complete -c alerte -l lang -xa 'fr en' -d 'language of the texts'
complete -c alerte -l socket -rF -d "the service's socket"
complete -c alerte -l system -d 'use the system bus'
complete -c alerte -l help -d 'help'
complete -c alerte -n __fish_use_subcommand -l version -d 'the version'

complete -c alerte -n __fish_use_subcommand -a status -d 'is the service well'
complete -c alerte -n __fish_use_subcommand -a alerts -d 'the list of alerts'
complete -c alerte -n __fish_use_subcommand -a show -d 'one alert'
complete -c alerte -n __fish_use_subcommand -a export -d 'settings as a file'
complete -c alerte -n __fish_use_subcommand -a ack -d 'say who takes care'
complete -c alerte -n __fish_use_subcommand -a cancel -d 'with her code'
complete -c alerte -n __fish_use_subcommand -a close -d 'end an alert'
complete -c alerte -n __fish_use_subcommand -a relay -d 'answer the 114'
complete -c alerte -n __fish_use_subcommand -a timer -d 'opens by itself'
complete -c alerte -n __fish_use_subcommand -a apply -d 'settings from a file'
complete -c alerte -n __fish_use_subcommand -a pair -d 'enrol a button'
complete -c alerte -n __fish_use_subcommand -a buttons -d 'known here'
complete -c alerte -n __fish_use_subcommand -a contacts -d 'who is alerted'
complete -c alerte -n __fish_use_subcommand -a preview -d 'texts before they go'
complete -c alerte -n __fish_use_subcommand -a test -d 'an exercise'
complete -c alerte -n __fish_use_subcommand -a arm -d 'let presses text the 114'
complete -c alerte -n __fish_use_subcommand -a disarm -d 'no more to the 114'
complete -c alerte -n __fish_use_subcommand -a lock -d 'forget the reading key'
complete -c alerte -n __fish_use_subcommand -a backup -d 'for a replacement'
complete -c alerte -n __fish_use_subcommand -a restore -d 'from a backup'
complete -c alerte -n __fish_use_subcommand -a demo -d 'see it at work'
complete -c alerte -n __fish_use_subcommand -a decode -d 'explain a frame'
complete -c alerte -n __fish_use_subcommand -a button -d 'of a sealed button'
complete -c alerte -n __fish_use_subcommand -a config -d 'check alerted.conf'
complete -c alerte -n __fish_use_subcommand -a receiver -d 'an HTTPS receiver'
complete -c alerte -n __fish_use_subcommand -a help -d 'help on a verb'

set -l seen __fish_seen_subcommand_from
complete -c alerte -n "$seen show ack cancel close relay" -a '(__alerte_codes)'
complete -c alerte -n "$seen ack close relay arm disarm" -l as -x -d 'who'
complete -c alerte -n "$seen timer" -l end -d 'end it'
complete -c alerte -n "$seen relay" -l dispatched -d 'help is on its way'
complete -c alerte -n "$seen relay" -l closed -d 'the 114 is done'
complete -c alerte -n "$seen arm" -l token -x -d 'the second step'
complete -c alerte -n "$seen status" -l live -d 'anew each second'
complete -c alerte -n "$seen alerts" -l after -x -d 'after this one'
complete -c alerte -n "$seen alerts" -l most -x -d 'at most so many'
complete -c alerte -n "$seen test" -l announce \
	-xa '(__alerte_buttons)' -d 'the next press is it'
complete -c alerte -n "$seen test" -l wait -x -d 'seconds'
complete -c alerte -n "$seen test" -l yes -d 'do not ask'
complete -c alerte -n "$seen apply" -l dry-run -d 'change nothing'
complete -c alerte -n "$seen apply" -F
complete -c alerte -n "$seen backup restore" -F
complete -c alerte -n "$seen pair
	and not __fish_contains_opt status cancel" -F
complete -c alerte -n "$seen pair" -l no-wait -d 'only begin'
complete -c alerte -n "$seen pair" -l status -d 'how far it is'
complete -c alerte -n "$seen pair" -l cancel -d 'wait no longer'
complete -c alerte -n "$seen buttons" -a 'remove (__alerte_buttons)'
complete -c alerte -n "$seen contacts" -a 'invite (__alerte_contacts)'
complete -c alerte -n "$seen preview" -a '(__alerte_buttons)'
complete -c alerte -n "$seen preview" -l gesture \
	-xa 'press double triple long long-double long-triple hold fall inactivity' \
	-d 'of the press'
complete -c alerte -n "$seen preview" -l trust -xa 'none weak strong' -d 'of it'
complete -c alerte -n "$seen preview" -l all -d 'also in its course'
complete -c alerte -n "$seen preview" -l show -d 'whole numbers'
complete -c alerte -n "$seen apply buttons contacts restore" -l yes -d 'do not ask'
complete -c alerte -n "$seen backup restore" -l passphrase-file -rF -d 'its line'
complete -c alerte -n "$seen demo" -l keep -d 'keep the folder'
complete -c alerte -n "$seen demo" -l dir -rF -d 'the folder'
complete -c alerte -n "$seen decode" -l batch -d 'JSON lines from stdin'
complete -c alerte -n "$seen button" -a simulate
complete -c alerte -n "$seen button" -l key-file -rF -d 'the master key'
complete -c alerte -n "$seen button" -l event -xa 'press double long cancel \
	fall test heartbeat low-battery tamper'
complete -c alerte -n "$seen button" -l epoch -x -d 'of its clock'
complete -c alerte -n "$seen button" -l second -x -d 'of the epoch'
complete -c alerte -n "$seen button" -l seq -x -d 'next number'
complete -c alerte -n "$seen button" -l position -x -d 'which button'
complete -c alerte -n "$seen button" -l press -x -d 'number of the event'
complete -c alerte -n "$seen button" -l boot -x -d 'boot frames'
complete -c alerte -n "$seen button" -l battery -x -d 'millivolts'
complete -c alerte -n "$seen button" -l start -x -d 'ms of the first line'
complete -c alerte -n "$seen button" -l for -x -d 'seconds'
complete -c alerte -n "$seen button" -l id -x -d 'company or service'
complete -c alerte -n "$seen button" -l service -d 'service data'
complete -c alerte -n "$seen button" -l address -x -d 'not a random one'
complete -c alerte -n "$seen config" -a check -F
complete -c alerte -n "$seen decode" -l trigger -x -d 'a beacon means pressed'
complete -c alerte -n "$seen decode" -l notification -x -d 'family:uuid'
complete -c alerte -n "$seen decode" -l address -x -d 'who sent it'
complete -c alerte -n "$seen decode" -l key-file -rF -d "the button's key"
complete -c alerte -n "$seen receiver" -l dir -rF -d 'where requests go'
complete -c alerte -n "$seen receiver" -l port -x -d '0 takes a free one'
complete -c alerte -n "$seen receiver" -l address -xa 127.0.0.1 -d 'listen there'
complete -c alerte -n "$seen receiver" -l fail-first -x -d 'refuse so many'
complete -c alerte -n "$seen receiver" -l hang-after -x -d 'then say nothing'
complete -c alerte -n "$seen receiver" -l answers -rF -d 'answers to polls'
complete -c alerte -n "$seen receiver" -l client-ca -rF -d 'who may come in'
complete -c alerte -n "$seen receiver" -l gateway-key -x -d 'whose silence is an alarm'
complete -c alerte -n "$seen receiver" -l alarm-after -x -d 'seconds of silence'
complete -c alerte -n "$seen receiver" -l http-socket -rF -d 'behind a proxy'
