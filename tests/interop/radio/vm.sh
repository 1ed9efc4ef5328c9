#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Build the machine that the suite boots.  Nothing is downloaded here:
# packaging/install-deps has put the kernel's package into its cache.
#
# usage: vm.sh kernel OUT		vmlinux and modules, once: OUT/vmlinux,
#					OUT/modules/
#        vm.sh root OUT PROGRAM...	OUT/root.cpio: what runs in it, with
#					PROGRAM... in /alerte
#
# Debian's kernel can be entered as an ELF file (PVH), which spares the guest
# its decompression: without a processor's help that is most of the boot.

set -eu
here=$(cd "$(dirname "$0")" && pwd)

die() {
	echo "vm.sh: $*" >&2
	exit 1
}

# In this order: the share, then Bluetooth.  modules.dep does not name the
# ciphers, which the kernel asks modprobe for; there is none in the guest.
MODULES='virtio_pci 9pnet_virtio 9p
	sha512_generic ctr ecb cmac drbg algif_hash
	algif_skcipher bluetooth hci_vhci uhid'

# A 32-bit number, or a byte, of a bzImage's header at $2.
number() {
	od -An -v -t "u$3" -j "$(($2))" -N "$3" "$1" | tr -d ' '
}

# The header of a bzImage says where its compressed ELF file lies; four bytes
# of its length stand behind what xz wrote.
vmlinux() {
	setup=$(number "$1" 0x1f1 1)
	offset=$(number "$1" 0x248 4)
	length=$(number "$1" 0x24c 4)
	start=$(((setup + 1) * 512 + offset))
	tail -c "+$((start + 1))" "$1" | head -c "$length" |
		xz -dc --single-stream >"$2" 2>/dev/null || true
	[ "$(head -c 4 "$2" | tail -c 3)" = ELF ] ||
		die "no ELF file in $1: is it compressed by xz?"
}

modules() {
	modprobe=$(PATH=$PATH:/usr/sbin:/sbin command -v modprobe)
	depmod=$(PATH=$PATH:/usr/sbin:/sbin command -v depmod)
	version=$(basename "$1"/lib/modules/*)
	"$depmod" -b "$1" "$version"
	mkdir -p "$2"
	for module in $MODULES; do
		"$modprobe" -C /dev/null -d "$1" -S "$version" \
			--show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$1/order"
	[ -s "$1/order" ] || die "no modules in $1"
	while read -r file; do
		cp "$file" "$2/"
		basename "$file"
	done <"$1/order" >"$2/order"
}

kernel() {
	deb=$("$here/../../../packaging/install-deps" kernel)
	rm -rf "$1/unpacked" "$1/modules"
	mkdir -p "$1/unpacked"
	dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$1/unpacked" --wildcards \
		'./boot/vmlinuz-*' './lib/modules/*/modules.*' \
		'./lib/modules/*/kernel/arch' './lib/modules/*/kernel/crypto' \
		'./lib/modules/*/kernel/lib' './lib/modules/*/kernel/fs' \
		'./lib/modules/*/kernel/net/9p' \
		'./lib/modules/*/kernel/net/bluetooth' \
		'./lib/modules/*/kernel/net/rfkill' \
		'./lib/modules/*/kernel/drivers/virtio' \
		'./lib/modules/*/kernel/drivers/hid' \
		'./lib/modules/*/kernel/drivers/bluetooth'
	modules "$1/unpacked" "$1/modules"
	vmlinux "$1"/unpacked/boot/vmlinuz-* "$1/vmlinux.new"
	rm -rf "$1/unpacked"
	mv "$1/vmlinux.new" "$1/vmlinux"
}

# --------------------------------------------------------------------- root

TOOLS='setpriv btmgmt bluetoothctl btmon btvirt busctl dbus-daemon dbus-monitor'
LIBRARIES=lib/x86_64-linux-gnu

# What a program is linked with: "name => path (address)", or the loader's path.
linked() {
	ldd "$@" 2>/dev/null |
		sed -n 's/.*[[:space:]]\(\/[^ ]*\) (0x[0-9a-f]*)$/\1/p' |
		LC_ALL=C sort -u
}

base() {
	mkdir -p "$1/bin" "$1/sbin" "$1/usr/bin" "$1/usr/sbin" "$1/proc" \
		"$1/sys" "$1/dev" "$1/run/dbus" "$1/tmp" "$1/src" "$1/out" \
		"$1/var/lib/bluetooth" "$1/var/lib/dbus" "$1/etc/dbus-1" \
		"$1/etc/bluetooth" "$1/usr/share/dbus-1" "$1/lib64" \
		"$1/$LIBRARIES" "$1/alerte"
	ln -s ../run "$1/var/run"
	cp "$(command -v busybox)" "$1/bin/busybox"
	for applet in $(busybox --list); do
		[ "$applet" = busybox ] || ln -s busybox "$1/bin/$applet"
	done
	printf '%s\n' root:x:0:0::/:/bin/sh messagebus:x:101:101::/:/bin/sh \
		alerted:x:500:500::/:/bin/sh nobody:x:65534:65534::/:/bin/sh \
		>"$1/etc/passwd"
	printf '%s\n' root:x:0: messagebus:x:101: netdev:x:102: \
		bluetooth:x:103: alerted:x:500: alerte:x:501: nogroup:x:65534: \
		>"$1/etc/group"
	printf 'passwd: files\ngroup: files\n' >"$1/etc/nsswitch.conf"
	echo 0123456789abcdef0123456789abcdef >"$1/etc/machine-id"
	cp /usr/share/dbus-1/system.conf "$1/usr/share/dbus-1/"
	mkdir "$1/etc/dbus-1/system.d"
	find /etc/dbus-1/system.d /usr/share/dbus-1/system.d \
		-name bluetooth.conf -exec cp {} "$1/etc/dbus-1/system.d/" \;
	cp "$here/../../../packaging/dbus/org.alerte.Alerted1.conf" \
		"$1/etc/dbus-1/system.d/"
	cp /etc/bluetooth/main.conf "$1/etc/bluetooth/"
	cp "$here/init" "$1/init"
}

root() {
	out=$1
	shift
	dir=$out/root
	rm -rf "$dir"
	base "$dir"
	cp "$@" "$dir/alerte/"
	cp -r "$out/modules" "$dir/modules"
	for tool in $TOOLS; do
		path=$(command -v "$tool") || die "no $tool here"
		cp -L "$path" "$dir/usr/bin/"
	done
	cp -L /usr/libexec/bluetooth/bluetoothd "$dir/usr/sbin/"
	linked "$dir"/usr/bin/* "$dir"/usr/sbin/* "$dir"/alerte/* >"$out/linked"
	while read -r library; do
		case $library in
		*/ld-linux-*) cp -L "$library" "$dir/lib64/" ;;
		*) cp -L "$library" "$dir/$LIBRARIES/" ;;
		esac
	done <"$out/linked"
	(cd "$dir" && find . | cpio -o -H newc --quiet) >"$out/root.cpio.new"
	rm -rf "$dir"
	mv "$out/root.cpio.new" "$out/root.cpio"
}

umask 022
what=${1:?kernel or root}
shift
case $what in
kernel | root) "$what" "$@" ;;
*) die "kernel or root, not $what" ;;
esac
