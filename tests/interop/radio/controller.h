/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RADIO_CONTROLLER_H
#define RADIO_CONTROLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A Bluetooth LE controller that the kernel finds on /dev/vhci: hci.c answers
 * its host, reports.c sends what is on the air, controller.c reads commands.
 */
enum controller_filter {
	FILTER_NONE,		/* reports every copy, whatever was asked */
	FILTER_ADDRESS,		/* one report of an address in a scan */
	FILTER_DATA		/* one report of each content */
};

#define FILTER_SEEN 4096

struct controller {
	int fd;				/* /dev/vhci, or -1: unplugged */
	uint8_t address[6];		/* little-endian */
	bool extended;			/* Bluetooth 5: extended scanning */
	enum controller_filter filter;
	bool scanning, filtering;	/* as the host asked */
	uint16_t refuse;		/* this command fails, 0: none */
	uint8_t refuse_status;
	uint64_t sent, unheard, filtered;
	uint64_t seen[FILTER_SEEN];
	size_t nseen;
};

struct report {
	uint8_t type;			/* 0 to 4 of Vol 4, Part E, 7.7.65.2 */
	bool public;
	bool big;			/* a true extended advertisement */
	uint8_t address[6];		/* little-endian */
	int8_t rssi;
	uint8_t data[229];
	size_t len;
};

/* A line of what happens, with the milliseconds since boot, on stdout. */
void controller_log(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
int64_t controller_now_ns(void);

/* Plug in, or out.  False when there is no /dev/vhci to be had. */
bool hci_open(struct controller *c);
void hci_close(struct controller *c);
/* Read one packet of the host and answer it. */
void hci_serve(struct controller *c);

/* Hand one report to the host, unless it does not scan or filters it. */
void report_send(struct controller *c, const struct report *r);

#endif
