#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The dependency installer starts no service (M5), and does nothing when there
# is nothing to do.  Package managers are stood in for; nothing is installed.

. "$(dirname "$0")/lib.sh"

mkdir "$scratch/bin"
policy=$scratch/policy-rc.d
said=$scratch/apt-said

program() {
	{ echo '#!/bin/sh'; cat; } >"$scratch/bin/$1"
	chmod +x "$scratch/bin/$1"
}

# Everything but modemmanager is there, unless $scratch/all says so.
program dpkg-query <<END
case \$*:\$(test -e $scratch/all && echo all) in
*modemmanager:) exit 1 ;;
*) echo installed ;;
esac
END
# A package's script asks the policy before it starts its service.
program apt-get <<END
echo "apt-get \$*" >>$said
case \$* in *install*) ;; *) exit 0 ;; esac
$policy modemmanager start; echo "policy \$?" >>$said
echo "frontend \$DEBIAN_FRONTEND" >>$said
exit \$(cat $scratch/status)
END
program sudo <<'END'
exec "$@"
END

# install STATUS: run the installer; apt-get ends with STATUS.
install() {
	rm -f "$said"
	echo "$1" >"$scratch/status"
	PATH=$scratch/bin:$PATH ALERTE_POLICY_RC_D=$policy \
		packaging/install-deps check
}

no_apt() { [ ! -e "$said" ]; }
no_policy() { [ ! -e "$policy" ]; }
said() { grep -q -- "$1" "$said"; }

holds "an installation succeeds" install 0
holds "only what is missing is installed" said 'install modemmanager$'
holds "recommended packages stay out" said '--no-install-recommends'
holds "nothing is asked" said 'frontend noninteractive'
holds "a service's start is forbidden meanwhile" said 'policy 101'
holds "services may start again afterwards" no_policy

refuses "a failed installation is an error" install 100
holds "a start was forbidden there too" said 'policy 101'
holds "services may start again after a failure" no_policy

printf '#!/bin/sh\nexit 0\n' >"$policy"
chmod +x "$policy"
refuses "a machine's policy that lets services start is not trusted" install 0
holds "nothing was installed under it" no_apt
printf '#!/bin/sh\nexit 101\n' >"$policy"
holds "a machine's policy that forbids it will do" install 0
holds "a machine's own policy stays" test -x "$policy"
rm -f "$policy"

touch "$scratch/all"
holds "with nothing missing all is well" install 0
holds "with nothing missing no package manager is called" no_apt
finish
