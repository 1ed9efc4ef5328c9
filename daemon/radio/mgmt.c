/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buttons by the kernel's Bluetooth management socket: no bluetoothd needed,
 * none disturbed.  It needs CAP_NET_ADMIN, and the kernel loses nothing on the
 * way while the socket's buffer holds: ten seconds of 1,000 a second.
 * SO_MEMINFO counts what it did not; all of the adapters is then asked anew.
 *
 * Two ways to make the kernel scan:
 *
 *   monitor	Add Adv Patterns Monitor: a passive scan, for as long as there
 *		is a monitor.  Every advertisement passes at once, repeats too.
 *   discovery	Start Discovery: an active scan, ended by the kernel after
 *		10 s.  A connectable button's advertisement is held back until
 *		its scan response or another device is heard, and thrown away
 *		when the scan ends; the controller drops repeats.
 *
 * So the monitor loses less, and is the first choice.  Its two drawbacks:
 *
 *   - It listens half of the time, 30 of 60 ms, until Set Default System
 *     Configuration makes that all of it (0x0013, 0x0014).
 *   - A controller that filters by itself lets through only what matches, and
 *     a sealed button, or a format of tomorrow, matches nothing.  mgmt-api says
 *     of every other: "the kernel ignores the content of the monitor".  Read
 *     Adv Monitor Features tells which it is (bit 0): where it filters, or
 *     where the kernel is too old to know monitors, discovery is the way.
 *
 * Passive hears no answer to a scan: of the formats we read, that costs MOKO's
 * battery, and the newer SwitchBot (lib/frame/FORMATS.md).
 * While another program discovers, the kernel scans actively whatever we ask
 * for; with a monitor at least the controller's filter of repeats is off then.
 */
#include "radio/mgmt.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "radio/rfkill.h"

#define BATCH 32			/* packets read before the loop turns */
#define PACKET_BYTES 2048		/* more than MGMT_PACKET_MAX */
#define INDEXES_MAX 64

struct mgmt {
	struct radio_events events;
	const struct mgmt_pace *pace;
	sd_event_source *readable, *timer;
	int fd, only;			/* an index, or -1: every one */
	struct mgmt_adapter adapter[RADIO_ADAPTERS_MAX];
	int n;
	bool listed, lost, denied;	/* lost: the socket is */
	int64_t listed_ms;
	struct radio_adapter told[RADIO_ADAPTERS_MAX];
	int ntold;
	unsigned int heard, malformed;
	bool behind;			/* a batch was full */
	unsigned int overflowed;	/* as it was when we had caught up */
	struct mmsghdr message[BATCH];
	struct iovec part[BATCH];
	uint8_t bytes[BATCH][PACKET_BYTES];
};

static const struct mgmt_pace shipped = {
	.restart = 1500, .yield = 250, .retry = 2000, .answer = 15000
};

static int64_t boot_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ------------------------------------------------------- the adapters */

static struct mgmt_adapter *adapter_find(struct mgmt *m, uint16_t index)
{
	int i;

	for (i = 0; i < m->n; i++)
		if (m->adapter[i].index == index)
			return &m->adapter[i];

	return NULL;
}

static bool is_ours(const struct mgmt *m, uint16_t index)
{
	return m->only < 0 || m->only == index;
}

static void adapter_add(struct mgmt *m, uint16_t index)
{
	struct mgmt_adapter *a = adapter_find(m, index);

	if (!is_ours(m, index))
		return;

	if (!a && m->n == RADIO_ADAPTERS_MAX) {
		log_line(ALERTE_LOG_NOTICE, "mgmt: hci%u is one adapter too "
			 "many, and left alone", index);
		return;
	}

	mgmt_adapter_init(a ? a : &m->adapter[m->n++], index);
}

static void adapter_remove(struct mgmt *m, uint16_t index)
{
	struct mgmt_adapter *a = adapter_find(m, index);

	if (a)
		*a = m->adapter[--m->n];
}

static bool is_listed(const uint16_t *index, int n, uint16_t wanted)
{
	int i;

	for (i = 0; i < n; i++)
		if (index[i] == wanted)
			return true;

	return false;
}

static void indexes_take(struct mgmt *m, const struct mgmt_answer *answer)
{
	uint16_t index[INDEXES_MAX];
	int n = answer->status == MGMT_SUCCESS ?
		mgmt_indexes_parse(answer, index, INDEXES_MAX) : -1, i;

	if (n < 0) {
		m->malformed++;
		return;
	}

	m->listed = true;
	n = n < INDEXES_MAX ? n : INDEXES_MAX;

	for (i = m->n - 1; i >= 0; i--)
		if (!is_listed(index, n, m->adapter[i].index))
			adapter_remove(m, m->adapter[i].index);

	for (i = 0; i < n; i++)
		if (!adapter_find(m, index[i]))
			adapter_add(m, index[i]);
}

static void adapter_name(const struct mgmt_adapter *a,
			 char out[RADIO_NAME_MAX])
{
	snprintf(out, RADIO_NAME_MAX, "hci%u", a->index);
}

static int adapters_fill(const struct mgmt *m, struct radio_adapter *out)
{
	const struct mgmt_adapter *a;
	int i;

	for (i = 0; i < m->n; i++) {
		a = &m->adapter[i];
		memset(&out[i], 0, sizeof(out[i]));
		out[i].source = a->index + 1u;
		adapter_name(a, out[i].name);
		out[i].powered = a->settings & MGMT_SETTING_POWERED;
		out[i].blocked = a->blocked;
		out[i].scanning = mgmt_adapter_scans(a);
		out[i].failing = a->failing;
	}

	return m->n;
}

/* ------------------------------------------------------------- asking */

static void send_bytes(struct mgmt *m, const uint8_t *bytes, size_t len)
{
	/* What does not go out is asked again when no answer has come. */
	if (send(m->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_line(ALERTE_LOG_NOTICE, "mgmt: a command: %s",
			 strerror(errno));
}

static void list_ask(struct mgmt *m, int64_t now_ms)
{
	uint8_t out[MGMT_COMMAND_MAX];

	if (m->listed || now_ms < m->listed_ms)
		return;

	m->listed_ms = now_ms + m->pace->retry;
	send_bytes(m, out, mgmt_command(MGMT_READ_INDEX_LIST, MGMT_INDEX_NONE,
					NULL, 0, out));
}

static void arm(struct mgmt *m)
{
	int64_t at = m->listed ? INT64_MAX : m->listed_ms, due;
	int i;

	for (i = 0; i < m->n; i++) {
		due = mgmt_adapter_due(&m->adapter[i], m->pace);
		if (due < at)
			at = due;
	}

	if (at == INT64_MAX || m->lost) {
		sd_event_source_set_enabled(m->timer, SD_EVENT_OFF);
		return;
	}

	sd_event_source_set_time(m->timer, (uint64_t)at * 1000);
	sd_event_source_set_enabled(m->timer, SD_EVENT_ONESHOT);
}

static void denied_say(struct mgmt *m, const struct mgmt_adapter *a)
{
	if (a->denied && !m->denied)
		log_line(ALERTE_LOG_WARNING, "mgmt: the kernel no longer lets "
			 "it command hci%u; CAP_NET_ADMIN is missing",
			 a->index);

	m->denied |= a->denied;
}

static void changes_tell(struct mgmt *m)
{
	struct radio_adapter now[RADIO_ADAPTERS_MAX];
	int n = m->lost ? 0 : adapters_fill(m, now);
	size_t bytes = (size_t)n * sizeof(*now);

	if (n == m->ntold && (!n || !memcmp(now, m->told, bytes)))
		return;

	if (n)
		memcpy(m->told, now, bytes);

	m->ntold = n;

	if (m->events.changed)
		m->events.changed(m->events.context);
}

static void go_on(struct mgmt *m, int64_t now_ms)
{
	uint8_t out[MGMT_COMMAND_MAX];
	size_t len;
	int i;

	list_ask(m, now_ms);

	for (i = 0; i < m->n; i++) {
		len = mgmt_adapter_ask(&m->adapter[i], m->pace, now_ms, out);
		if (len)
			send_bytes(m, out, len);
		denied_say(m, &m->adapter[i]);
	}

	arm(m);
	changes_tell(m);
}

/* ------------------------------------------------------------ hearing */

static bool hear(struct mgmt *m, const struct mgmt_packet *p, int64_t now_ms)
{
	struct alerte_advert advert = {
		.size = sizeof(advert), .source = p->index + 1u,
		.heard_boot_ms = now_ms
	};
	struct mgmt_found found;

	if (!mgmt_found_parse(p, &found))
		return false;

	if (!found.le || !is_ours(m, p->index))
		return true;

	memcpy(advert.address, found.address, sizeof(advert.address));
	advert.random = found.random;
	advert.rssi_dbm = found.rssi_dbm;
	advert.data = found.ad;
	advert.len = found.len;
	m->heard++;
	m->events.hear(m->events.context, &advert);
	return true;
}

static bool adapter_answered(struct mgmt *m, struct mgmt_adapter *a,
			     const struct mgmt_answer *answer, int64_t now_ms)
{
	bool good = mgmt_adapter_answered(a, m->pace, answer, now_ms);
	char name[RADIO_NAME_MAX];

	/* Kernel 6.1 was seen to answer Failed, where Rfkilled was meant. */
	if (answer->opcode == MGMT_SET_POWERED && answer->status) {
		adapter_name(a, name);
		a->blocked |= rfkill_blocked(RFKILL_FOLDER, name);
	}

	return good;
}

static bool answered(struct mgmt *m, const struct mgmt_packet *p,
		     int64_t now_ms)
{
	struct mgmt_adapter *a = adapter_find(m, p->index);
	struct mgmt_answer answer;

	if (!mgmt_answer_parse(p, &answer))
		return false;

	if (answer.opcode == MGMT_READ_INDEX_LIST)
		indexes_take(m, &answer);
	else if (a)
		return adapter_answered(m, a, &answer, now_ms);

	return true;
}

/* Anything but an advertisement; false when it was malformed. */
static bool told(struct mgmt *m, const struct mgmt_packet *p, int64_t now_ms)
{
	struct mgmt_adapter *a;

	switch (p->code) {
	case MGMT_COMMAND_COMPLETE:
	case MGMT_COMMAND_STATUS:
		return answered(m, p, now_ms);
	case MGMT_INDEX_ADDED:
		adapter_add(m, p->index);
		return true;
	case MGMT_INDEX_REMOVED:
		adapter_remove(m, p->index);
		return true;
	default:
		a = adapter_find(m, p->index);
		return !a || mgmt_adapter_told(a, m->pace, p, now_ms);
	}
}

/* True when it was about an adapter, not from a button. */
static bool packet_take(struct mgmt *m, const struct mmsghdr *message,
			int64_t now_ms)
{
	const uint8_t *bytes = message->msg_hdr.msg_iov->iov_base;
	struct mgmt_packet p;
	bool good;

	if (message->msg_hdr.msg_flags & MSG_TRUNC ||
	    !mgmt_packet_parse(bytes, message->msg_len, &p)) {
		m->malformed++;
		return false;
	}

	if (p.code == MGMT_DEVICE_FOUND || p.code == MGMT_MONITOR_FOUND) {
		m->malformed += !hear(m, &p, now_ms);
		return false;
	}

	good = told(m, &p, now_ms);
	m->malformed += !good;
	return true;
}

static void lose(struct mgmt *m, const char *why)
{
	log_line(ALERTE_LOG_WARNING, "mgmt: the kernel's socket: %s", why);
	m->lost = true;
	sd_event_source_set_enabled(m->readable, SD_EVENT_OFF);
	arm(m);
	changes_tell(m);
}

/* What found no room in the socket's buffer, since it was opened. */
static unsigned int overflowed(const struct mgmt *m)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(m->fd, SOL_SOCKET, SO_MEMINFO, info, &len) < 0)
		return 0;

	return info[SK_MEMINFO_DROPS];
}

void mgmt_doubt(void *radio)
{
	struct mgmt *m = radio;
	int i;

	m->listed = false;
	m->listed_ms = 0;

	for (i = 0; i < m->n; i++)
		mgmt_adapter_doubt(&m->adapter[i]);
}

/* Once a backlog is read: whether something of it found no room. */
static bool missed(struct mgmt *m, bool full)
{
	unsigned int before = m->overflowed;

	if (full || !m->behind) {
		m->behind |= full;
		return false;
	}

	m->behind = false;
	m->overflowed = overflowed(m);

	if (m->overflowed == before)
		return false;

	log_line(ALERTE_LOG_WARNING, "mgmt: %u packets found no room; asking "
		 "the kernel anew", m->overflowed - before);
	mgmt_doubt(m);
	return true;
}

static int batch_read(struct mgmt *m)
{
	int i;

	for (i = 0; i < BATCH; i++)
		m->message[i].msg_hdr.msg_flags = 0;

	return recvmmsg(m->fd, m->message, BATCH, MSG_DONTWAIT, NULL);
}

static int on_readable(sd_event_source *source, int fd, uint32_t revents,
		       void *context)
{
	struct mgmt *m = context;
	int n = batch_read(m), i;
	bool news = false;
	int64_t now_ms;

	(void)source;
	(void)fd;
	(void)revents;

	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
			lose(m, strerror(errno));
		return 0;
	}

	/* A packet has a header: nothing at all is the end. */
	if (n == 0 || m->message[0].msg_len == 0) {
		lose(m, "closed");
		return 0;
	}

	now_ms = boot_ms();

	for (i = 0; i < n; i++)
		news |= packet_take(m, &m->message[i], now_ms);

	news |= missed(m, n == BATCH);

	if (news)
		go_on(m, now_ms);

	return 0;
}

static int on_due(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	go_on(context, boot_ms());
	return 0;
}

/* --------------------------------------------------------- the driver */

static void mgmt_stop(void *radio)
{
	struct mgmt *m = radio;
	uint8_t out[MGMT_COMMAND_MAX];
	size_t len;
	int i;

	sd_event_source_disable_unref(m->readable);
	sd_event_source_disable_unref(m->timer);

	for (i = 0; i < m->n && !m->lost; i++) {
		len = mgmt_adapter_end(&m->adapter[i], out);
		if (len)
			send_bytes(m, out, len);
	}

	close(m->fd);
	free(m);
}

/* "hci" and a number; -1 for none, or -EINVAL. */
static int index_parse(const char *adapter)
{
	char *end;
	long n;

	if (!adapter || !*adapter)
		return -1;

	if (strncmp(adapter, "hci", 3) || adapter[3] < '0' || adapter[3] > '9')
		return -EINVAL;

	n = strtol(adapter + 3, &end, 10);
	return *end || n >= MGMT_INDEX_NONE ? -EINVAL : (int)n;
}

static int sources_add(struct mgmt *m, sd_event *event)
{
	int r = sd_event_add_io(event, &m->readable, m->fd, EPOLLIN,
				on_readable, m);

	if (r < 0)
		return r;

	return sd_event_add_time(event, &m->timer, CLOCK_BOOTTIME,
				 (uint64_t)boot_ms() * 1000, 1000, on_due, m);
}

static struct mgmt *mgmt_new(int fd, int only, const struct mgmt_pace *pace,
			     const struct radio_events *events)
{
	struct mgmt *m = calloc(1, sizeof(*m));
	int i;

	if (!m)
		return NULL;

	m->fd = fd;
	m->only = only;
	m->pace = pace ? pace : &shipped;
	m->events = *events;

	for (i = 0; i < BATCH; i++) {
		m->part[i] = (struct iovec){ m->bytes[i], PACKET_BYTES };
		m->message[i].msg_hdr.msg_iov = &m->part[i];
		m->message[i].msg_hdr.msg_iovlen = 1;
	}

	return m;
}

int mgmt_attach(int fd, const char *adapter, const struct mgmt_pace *pace,
		sd_event *event, const struct radio_events *events,
		char why[RADIO_WHY_MAX], void **out)
{
	int only = index_parse(adapter), r;
	struct mgmt *m;

	if (only == -EINVAL) {
		snprintf(why, RADIO_WHY_MAX, "an adapter is named hci0, hci1 "
			 "...; look with btmgmt info");
		close(fd);
		return -EINVAL;
	}

	m = mgmt_new(fd, only, pace, events);

	if (!m) {
		close(fd);
		return -ENOMEM;
	}

	r = sources_add(m, event);

	if (r < 0) {
		mgmt_stop(m);
		return r;
	}

	*out = m;
	return 0;
}

static int mgmt_start(const struct radio_config *config, sd_event *event,
		      const struct radio_events *events,
		      char why[RADIO_WHY_MAX], void **out)
{
	int fd = mgmt_open(why);

	if (fd < 0)
		return fd;

	return mgmt_attach(fd, config->adapter, NULL, event, events, why, out);
}

static int mgmt_adapters(void *radio,
			 struct radio_adapter out[RADIO_ADAPTERS_MAX])
{
	const struct mgmt *m = radio;

	return m->lost ? -ENOTCONN : adapters_fill(m, out);
}

static int mgmt_recover(void *radio, uint32_t source, enum radio_stage stage)
{
	struct mgmt *m = radio;
	struct mgmt_adapter *a = source && source <= MGMT_INDEX_NONE ?
		adapter_find(m, (uint16_t)(source - 1)) : NULL;
	int r;

	if (!a || m->lost)
		return -ENODEV;

	r = mgmt_adapter_recover(a, stage);

	/* From the loop: the caller is not told while he asks. */
	if (r == 0) {
		sd_event_source_set_time(m->timer, 0);
		sd_event_source_set_enabled(m->timer, SD_EVENT_ONESHOT);
	}

	return r;
}

static const char *way_name(const struct mgmt_adapter *a)
{
	if (!mgmt_adapter_scans(a))
		return "none";
	if (a->monitoring)
		return a->discovering ? "monitor, another discovers" :
					"monitor";

	return a->ours ? "discovery" : "another's discovery";
}

static void mgmt_describe(void *radio, json_t *out)
{
	const struct mgmt *m = radio;
	const struct mgmt_adapter *a;
	json_t *list = json_array();
	int i;

	for (i = 0; i < m->n; i++) {
		a = &m->adapter[i];
		json_array_append_new(list, json_pack(
			"{s:i, s:s, s:b, s:i}", "source", a->index + 1,
			"way", way_name(a), "full_duty", a->full_duty,
			"restarts", (int)a->restarts));
	}

	json_object_set_new(out, "heard", json_integer(m->heard));
	json_object_set_new(out, "malformed", json_integer(m->malformed));
	json_object_set_new(out, "overflowed", json_integer(overflowed(m)));
	json_object_set_new(out, "scans", list);
}

const struct radio_driver radio_mgmt = {
	.name = "mgmt",
	.start = mgmt_start,
	.adapters = mgmt_adapters,
	.recover = mgmt_recover,
	.describe = mgmt_describe,
	.stop = mgmt_stop
};
