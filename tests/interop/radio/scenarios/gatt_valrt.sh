# SPDX-License-Identifier: Apache-2.0
# seconds: 150
# A V.ALRT, beside the driver mgmt: its key in time, presses, its battery, a
# link that is lost.

FORMAT=valrt PAYLOAD=03020f18 CONFIRM=none
. /src/gatt.sh

meet mgmt net_admin
holds "it is given its key" logged button 'wrote fff5 80bef5acff'
holds "and told what to tell" within 10 logged button 'wrote fff2 0f'
tell button notify 01
holds "a press is counted" within 10 presses_are 1
holds "her contact is warned" within 10 warned
tell button notify 00
tell button notify 03
holds "letting go is none, a long press is" within 10 presses_are 2
holds "the level of its battery is known" \
	eval "call status --json | tr -d ' \n' | grep -q '\"battery\":77'"

lose
tell button notify 01
holds "the next press arrives" within 10 presses_are 3
sleep 32
refuses "it never missed its key" logged button 'no key'
holds "and is still connected" linked
refuses "nothing lights up unasked" logged button 'wrote fff3'
note "$(call status --json | tr -d '\n ')"
finish
