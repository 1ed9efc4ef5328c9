/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the controller hears, as events for its host:
 *
 *   04 3e LEN 02 01 TYPE ATYPE ADDRESS[6] DLEN DATA RSSI		4.x
 *   04 3e LEN 0d 01 EVENT[2] ATYPE ADDRESS[6] PHY[2] SID POWER RSSI
 *	INTERVAL[2] DTYPE DIRECT[6] DLEN DATA				5.x
 *
 * A report that comes while the host does not scan is one that a real
 * controller never hears: it is counted, or a test would pass for the wrong
 * reason.
 */
#include "controller.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LE_META 0x3e
#define REPORT 0x02
#define EXTENDED_REPORT 0x0d

/* The Event_Type of an older advertisement in an extended report. */
static const uint8_t legacy[] = { 0x13, 0x15, 0x12, 0x10, 0x1b };

static size_t report_old(const struct report *r, uint8_t *out)
{
	size_t n = 0;

	out[n++] = REPORT;
	out[n++] = 1;
	out[n++] = r->type;
	out[n++] = !r->public;
	memcpy(out + n, r->address, 6);
	n += 6;
	out[n++] = (uint8_t)r->len;
	memcpy(out + n, r->data, r->len);
	n += r->len;
	out[n++] = (uint8_t)r->rssi;
	return n;
}

static size_t report_extended(const struct report *r, uint8_t *out)
{
	size_t n = 0;

	out[n++] = EXTENDED_REPORT;
	out[n++] = 1;
	out[n++] = r->big ? r->type == 0 : legacy[r->type];
	out[n++] = 0;
	out[n++] = !r->public;
	memcpy(out + n, r->address, 6);
	n += 6;
	out[n++] = 1;		/* on 1M, then on nothing or on 1M */
	out[n++] = r->big;
	out[n++] = r->big ? 0 : 0xff;
	out[n++] = 0x7f;	/* power not known */
	out[n++] = (uint8_t)r->rssi;
	memset(out + n, 0, 9);
	n += 9;
	out[n++] = (uint8_t)r->len;
	memcpy(out + n, r->data, r->len);
	return n + r->len;
}

/* FNV-1a */
static uint64_t hash(uint64_t h, const uint8_t *p, size_t n)
{
	while (n--)
		h = (h ^ *p++) * UINT64_C(1099511628211);

	return h;
}

/* As in silicon: what no longer fits is reported again. */
static bool is_duplicate(struct controller *c, const struct report *r)
{
	uint64_t h = hash(UINT64_C(14695981039346656037), &r->type, 1);
	size_t i;

	if (!c->filtering || c->filter == FILTER_NONE)
		return false;

	h = hash(h, r->address, 6);
	if (c->filter == FILTER_DATA)
		h = hash(h, r->data, r->len);

	for (i = 0; i < c->nseen && i < FILTER_SEEN; i++)
		if (c->seen[i] == h)
			return true;

	c->seen[c->nseen++ % FILTER_SEEN] = h;
	return false;
}

void report_send(struct controller *c, const struct report *r)
{
	uint8_t out[3 + 26 + sizeof(r->data)] = { 4, LE_META, 0 };
	size_t n;

	if (!c->scanning || (r->big && !c->extended)) {
		c->unheard++;
		return;
	}

	if (is_duplicate(c, r)) {
		c->filtered++;
		return;
	}

	n = c->extended ? report_extended(r, out + 3) : report_old(r, out + 3);
	out[2] = (uint8_t)n;

	if (write(c->fd, out, n + 3) < 0)
		controller_log("report: %s", strerror(errno));
	else
		c->sent++;
}
