/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEM_HTTP_GATEWAY_H
#define MODEM_HTTP_GATEWAY_H

#include <stdint.h>
#include <systemd/sd-event.h>

#include <alerte/gateway.h>

#include "modem/modem.h"

/* The driver http, inside: http_gateway.c */

#define HTTP_WATCHES_MAX (2 * ALERTE_GATEWAY_FLIGHT_MAX)

struct http {
	struct modem_events events;
	sd_event *event;
	struct alerte_gateway *gateway;
	char *state;
	sd_event_source *timeout, *probe;
	int64_t failing_ms;		/* between probes; a test has less */
	bool failing;			/* the next one comes so soon */
	struct {
		int fd;
		sd_event_source *source;	/* NULL: free */
	} watch[HTTP_WATCHES_MAX];
	struct { uint64_t sent, failed, unknown; } count;
	size_t nunseen;
	int64_t unseen[ALERTE_GATEWAY_FLIGHT_MAX];	/* attempts */
};

#endif
