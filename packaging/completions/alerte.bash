# SPDX-License-Identifier: Apache-2.0
# bash completion for alerte(1)

_alerte_buttons() {
	timeout 1 alerte --json buttons 2>/dev/null |
		grep -o '"id":"[^"]*"' | cut -d '"' -f 4
}

_alerte_contacts() {
	timeout 1 alerte --json contacts 2>/dev/null |
		grep -o '"id":"[^"]*"' | cut -d '"' -f 4
}

_alerte() {
	local word=${COMP_WORDS[COMP_CWORD]} verb= i
	local global='--json --lang --socket --system --help'
	local verbs='status alerts show export ack cancel close relay timer
		apply pair buttons contacts preview test arm disarm lock backup restore demo decode
		button config receiver help'

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--lang | --socket) ((i++)) ;;
		-*) ;;
		*) verb=${COMP_WORDS[i]}; break ;;
		esac
	done

	case ${COMP_WORDS[COMP_CWORD - 1]} in
	--lang)
		COMPREPLY=($(compgen -W 'fr en' -- "$word"))
		return
		;;
	--socket | --key-file | --client-ca | --http-socket | \
		--passphrase-file)
		COMPREPLY=($(compgen -f -- "$word"))
		return
		;;
	--dir | --answers)
		COMPREPLY=($(compgen -d -- "$word"))
		return
		;;
	--event)
		COMPREPLY=($(compgen -W 'press double long cancel fall test
			heartbeat low-battery tamper' -- "$word"))
		return
		;;
	--gesture)
		COMPREPLY=($(compgen -W 'press double triple long hold fall' \
			-- "$word"))
		return
		;;
	--trust)
		COMPREPLY=($(compgen -W 'none weak strong' -- "$word"))
		return
		;;
	# The ids of buttons, where the service answers at once.
	--announce)
		COMPREPLY=($(compgen -W "$(_alerte_buttons)" -- "$word"))
		return
		;;
	--as | --token | --wait | --after | --most | --address | \
		--port | --fail-first | --hang-after | --epoch | --second | \
		--seq | --position | --press | --boot | --battery | --start | \
		--for | --id | --trigger | --notification)
		return
		;;
	esac

	case $verb in
	'') COMPREPLY=($(compgen -W "$verbs $global --version" -- "$word")) ;;
	ack | close | relay | disarm) global="$global --as" ;;
	arm) global="$global --as --token" ;;
	timer) global="$global --end" ;;
	status) global="$global --live" ;;
	alerts) global="$global --after --most" ;;
	test) global="$global --announce --wait --yes" ;;
	demo) global="$global --keep --dir" ;;
	pair) global="$global --no-wait --status --cancel" ;;
	buttons | contacts) global="$global --yes" ;;
	preview) global="$global --gesture --trust --all --show" ;;
	backup) global="$global --passphrase-file" ;;
	restore) global="$global --passphrase-file --yes" ;;
	decode) global="$global --batch --address --key-file --trigger
		--notification" ;;
	button) global="$global --key-file --epoch --second --seq --event
		--position --press --boot --battery --start --for --id
		--service --address" ;;
	receiver) global="$global --dir --port --address --fail-first
		--hang-after --answers --client-ca --gateway-key --alarm-after
		--http-socket" ;;
	apply) global="$global --dry-run --yes" ;;
	esac
	[ -n "$verb" ] || return 0

	if [[ $word == -* ]]; then
		COMPREPLY=($(compgen -W "$global" -- "$word"))
		return
	fi

	# The codes of alerts, where the service answers at once.
	case $verb in
	show | ack | cancel | close | relay)
		COMPREPLY=($(compgen -W "$(timeout 1 alerte --json alerts \
			2>/dev/null | grep -o '"code":"[^"]*"' |
			cut -d '"' -f 4)" -- "$word"))
		;;
	# Neither takes a file.
	pair)
		case " ${COMP_WORDS[*]} " in
		*' --status '* | *' --cancel '*) return ;;
		esac
		COMPREPLY=($(compgen -f -- "$word"))
		;;
	apply | backup | restore)
		COMPREPLY=($(compgen -f -- "$word"))
		;;
	buttons)
		COMPREPLY=($(compgen -W "remove $(_alerte_buttons)" \
			-- "$word"))
		;;
	contacts)
		COMPREPLY=($(compgen -W "invite $(_alerte_contacts)" \
			-- "$word"))
		;;
	preview)
		COMPREPLY=($(compgen -W "$(_alerte_buttons)" -- "$word"))
		;;
	button) COMPREPLY=($(compgen -W simulate -- "$word")) ;;
	config) COMPREPLY=($(compgen -W check -- "$word") \
		$(compgen -f -- "$word")) ;;
	help) COMPREPLY=($(compgen -W "$verbs" -- "$word")) ;;
	esac
}
complete -F _alerte alerte
