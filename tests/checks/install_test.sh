#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make install puts everything in place, below DESTDIR and nowhere else.

. "$(dirname "$0")/lib.sh"

install() {
	"${MAKE:-make}" --no-print-directory DEPS=no DESTDIR="$1" prefix="$2" \
		sysconfdir=/etc libdir="$2/lib" install
}
there() { [ -s "$scratch/root/$1" ]; }
runs() { LC_ALL=C "$scratch/root/usr/bin/alerte" --version; }

# A program built against what was installed, by pkg-config alone.
embeds() {
	printf '%s\n' '#include <stdio.h>' '#include <alerte/alerte.h>' \
		'int main(void) { puts(alerte_version()); return 0; }' \
		>"$scratch/embed.c"
	PKG_CONFIG_PATH=$scratch/root/usr/lib/pkgconfig \
		PKG_CONFIG_SYSROOT_DIR=$scratch/root \
		pkg-config --cflags --libs $1 libalerte >"$scratch/flags" &&
		${CC:-cc} $2 -o "$scratch/embed" "$scratch/embed.c" \
			$(cat "$scratch/flags") &&
		LD_LIBRARY_PATH=$scratch/root/usr/lib "$scratch/embed"
}

holds "make install succeeds" install "$scratch/root" /usr
for file in usr/bin/alerte usr/sbin/alerted usr/include/alerte/alerte.h \
	usr/lib/libalerte.so.0 usr/lib/libalerte.so usr/lib/libalerte.a \
	usr/lib/libalerte-transport.so.0 usr/lib/pkgconfig/libalerte.pc \
	usr/lib/pkgconfig/libalerte-transport.pc \
	usr/lib/systemd/system/alerted.service usr/lib/sysusers.d/alerted.conf \
	usr/share/dbus-1/system.d/org.alerte.Alerted1.conf \
	usr/share/polkit-1/rules.d/50-alerted.rules \
	usr/share/man/man1/alerte.1 usr/share/man/man8/alerted.8 \
	usr/share/man/man5/alerted.conf.5 etc/alerted/alerted.conf \
	usr/share/bash-completion/completions/alerte \
	usr/share/zsh/site-functions/_alerte \
	usr/share/fish/vendor_completions.d/alerte.fish; do
	holds "/$file is installed" there "$file"
done
holds "the installed command runs" runs
holds "a program embeds the shared library" embeds '' ''

echo '# mine' >"$scratch/root/etc/alerted/alerted.conf"
holds "it can be installed again" install "$scratch/root" /usr
holds "settings that are there stay" \
	grep -q mine "$scratch/root/etc/alerted/alerted.conf"

holds "another prefix is honoured" install "$scratch/other" /opt/alerte
holds "what the system reads only there goes to /etc" \
	test -s "$scratch/other/etc/dbus-1/system.d/org.alerte.Alerted1.conf"
holds "the unit names the program of that prefix" grep -q \
	'^ExecStart=/opt/alerte/sbin/alerted ' \
	"$scratch/other/opt/alerte/lib/systemd/system/alerted.service"
holds "nothing lands beside them" sh -c \
	"[ \"\$(ls '$scratch/other')\" = \"\$(printf 'etc\nopt')\" ]"
finish
