# SPDX-License-Identifier: Apache-2.0
# seconds: 150
# An iTag, beside the driver bluez: a press, help told to the button, a link
# that is lost, and bluetoothd that ends and comes back.

FORMAT=itag PAYLOAD=0303e0ff CONFIRM=buzzer
. /src/gatt.sh

meet bluez
holds "it is told not to ring by itself" \
	within 10 logged button 'wrote 2a06/1803 00'
tell button notify 01
holds "a press is counted" within 10 presses_are 1
holds "her contact is warned" within 10 warned
holds "the button rings once help was told" \
	within 10 logged button 'wrote 2a06/1802 01'
holds "and stops" within 10 logged button 'wrote 2a06/1802 00'

lose
tell button notify 01
holds "the next press arrives" within 10 presses_are 2

kill "$bluez"
holds "the end of bluetoothd is a lost link" within 20 often alerted \
	'button pendant: not connected' 2
holds "bluetoothd comes back" bluez
holds "and the button's adapter" within 10 powered hci1
rm /tmp/button.in
holds "the button offers its services again" peripheral
holds "the button is connected to again" within 60 often alerted \
	'button pendant: connected' 3
tell button notify 01
holds "and heard" within 10 presses_are 3
refuses "no address is logged" grep -qi '00:AA:01' /out/alerted.log
note "$(call status --json | tr -d '\n ')"
finish
