/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the engine's tables, in the words of witness.c. */
#include <stdio.h>

#include "alert/transitions.h"

#define ALERT(from, event, to) \
	puts("transition alert " #from " " #event " " #to);
#define RELAY(from, event, to) \
	puts("transition relay " #from " " #event " " #to);

int main(void)
{
	ALERT_TRANSITIONS(ALERT)
	RELAY_TRANSITIONS(RELAY)
	return 0;
}
