#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The dependency installer starts no service (M5), and does nothing when there
# is nothing to do.  Package managers are stood in for; nothing is installed.

. "$(dirname "$0")/lib.sh"

mkdir "$scratch/bin"
policy=$scratch/policy-rc.d
said=$scratch/apt-said
cache=$scratch/cache
kernel=linux-image-6.1.0-0-amd64
mkdir "$cache"
touch "$cache/${kernel}_1.deb"

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
case \$* in
*install*) ;;
*download*) : >${kernel}_2.deb; exit \$(cat $scratch/download) ;;
*) exit 0 ;;
esac
$policy modemmanager start; echo "policy \$?" >>$said
echo "frontend \$DEBIAN_FRONTEND" >>$said
exit \$(cat $scratch/status)
END
program apt-cache <<END
echo "linux-image-amd64"
echo "  Depends: $kernel"
END
program dpkg <<'END'
echo amd64
END
program sudo <<'END'
exec "$@"
END

# install STATUS [DOWNLOAD]: run the installer; apt-get ends with STATUS, and its
# download with DOWNLOAD.
install() {
	rm -f "$said"
	echo "$1" >"$scratch/status"
	echo "${2:-0}" >"$scratch/download"
	PATH=$scratch/bin:$PATH ALERTE_POLICY_RC_D=$policy \
		ALERTE_CACHE=$cache packaging/install-deps check
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

# The kernel of the radio suite's machine is downloaded, never installed.
kernel_of() {
	PATH=$scratch/bin:$PATH ALERTE_CACHE=$cache packaging/install-deps kernel
}
names() { [ "$(kernel_of)" = "$1" ]; }
kept() { [ "$(ls "$cache")" = "$1" ]; }
at_home() {
	PATH=$scratch/bin:$PATH HOME=$scratch/home XDG_CACHE_HOME='' \
		packaging/install-deps check &&
		[ -e "$scratch/home/.cache/alerte/${kernel}_2.deb" ]
}
homeless() {
	env -u HOME -u XDG_CACHE_HOME -u ALERTE_CACHE PATH="$scratch/bin:$PATH" \
		sh packaging/install-deps kernel 2>&1 | grep /alerte
}

holds "a kernel that is there is named" names "$cache/${kernel}_1.deb"
rm "$cache"/*
refuses "none is named when there is none" kernel_of
refuses "a kernel that does not come is an error" install 0 1
holds "half a kernel is not kept" names ""
holds "a missing kernel is brought" install 0
holds "it is downloaded, nothing is installed" said "download $kernel\$"
holds "the kernel is kept, and nothing else" kept "${kernel}_2.deb"
holds "then nothing is missing" install 0
holds "and no package manager is called again" no_apt
holds "the usual place is below one's home" at_home
holds "and there is one without a home" homeless
finish
