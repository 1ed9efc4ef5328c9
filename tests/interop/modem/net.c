/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network.  It takes only numbers that ring nowhere: +33 6 39 98 xx xx,
 * the range the French regulator keeps for fiction.  Any other destination
 * ends the simulator, so that a test reaching the 114 fails where all see it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim.h"

static bool fictional(const char *number)
{
	const char *rest = NULL;

	if (!strncmp(number, "+3363998", 8))
		rest = number + 8;
	else if (!strncmp(number, "063998", 6))
		rest = number + 6;

	return rest && strlen(rest) == 4 && strspn(rest, "0123456789") == 4;
}

static void refuse(const char *number)
{
	fprintf(stderr, "atsim: REFUSED: %s is not a number for fiction "
		"(+33 6 39 98 xx xx); a test tried to reach somebody\n",
		number);
	exit(3);
}

void net_check(const char *number)
{
	if (!fictional(number))
		refuse(number);
}

/* One file a message that left, under its final name only once whole. */
static void file_write(struct sim *s, const char *number, const char *text,
		       int reference, unsigned int parts)
{
	char name[512], temp[600];
	FILE *f;

	if (!s->sent_dir)
		return;

	snprintf(name, sizeof(name), "%s/%lld-%06u-%03d", s->sent_dir,
		 (long long)sim_now_ms(), s->nfiles++, reference);
	snprintf(temp, sizeof(temp), "%s.tmp", name);
	f = fopen(temp, "wx");
	if (!f) {
		perror(temp);
		exit(3);
	}

	fprintf(f, "To: %s\nReference: %d\nParts: %u\n\n%s", number,
		reference, parts, text);
	if (fclose(f) || rename(temp, name)) {
		perror(name);
		exit(3);
	}
}

/* Keep a part; when the last one is there, join them and write the file. */
static void join(struct sim *s, const struct pdu_submit *m, int reference)
{
	char key[64], seq[8], text[8 * PDU_TEXT_MAX] = "";
	json_t *parts;

	if (m->part.total < 2) {
		file_write(s, m->number, m->text, reference, 1);
		return;
	}

	snprintf(key, sizeof(key), "%s/%u", m->number, m->part.reference);
	parts = json_object_get(s->pieces, key);
	if (!parts) {
		parts = json_object();
		json_object_set_new(s->pieces, key, parts);
	}

	snprintf(seq, sizeof(seq), "%u", m->part.sequence);
	json_object_set_new(parts, seq, json_string(m->text));
	if (json_object_size(parts) < m->part.total)
		return;

	for (unsigned int i = 1; i <= m->part.total && i <= 8; i++) {
		const char *piece;

		snprintf(seq, sizeof(seq), "%u", i);
		piece = json_string_value(json_object_get(parts, seq));
		strcat(text, piece ? piece : "");
	}
	file_write(s, m->number, text, reference, m->part.total);
	json_object_del(s->pieces, key);
}

int net_take(struct sim *s, const char *hex, size_t length)
{
	struct pdu_submit m;
	int reference;

	if (pdu_submit_read(hex, length, &m) < 0)
		return -1;
	if (!fictional(m.number))
		refuse(m.number);

	reference = ++s->reference;
	json_array_append_new(s->sent, json_pack(
		"{s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:b, s:i}",
		"number", m.number, "text", m.text, "mr", reference,
		"ref", (int)m.part.reference, "part", (int)m.part.sequence,
		"parts", (int)m.part.total, "dcs", (int)m.dcs,
		"report", (int)m.report, "validity", m.validity));
	join(s, &m, reference);

	if (m.report && s->autoreport_s >= 0)
		net_report(s, (uint8_t)reference, m.number, s->status,
			   s->autoreport_s);

	return reference;
}

int net_deliver(struct sim *s, const char *from, const char *text,
		const struct pdu_part *part)
{
	struct slot slot = { .used = true };
	int m = !strcmp(s->receive, "ME");
	char line[32];

	if (pdu_deliver_write(from, text, part, slot.hex, &slot.length) < 0)
		return -1;

	for (int i = 0; i < SIM_SLOTS; i++) {
		if (s->slot[m][i].used)
			continue;
		s->slot[m][i] = slot;
		snprintf(line, sizeof(line), "+CMTI: \"%s\",%d", s->receive,
			 i + 1);
		sim_emit(s, line);
		return i + 1;
	}

	return -1;
}

int net_report(struct sim *s, uint8_t reference, const char *to,
	       uint8_t status, double after_s)
{
	char hex[PDU_HEX_MAX], line[PDU_HEX_MAX + 32];
	size_t length;

	if (pdu_report_write(reference, to, status, hex, &length) < 0)
		return -1;

	snprintf(line, sizeof(line), "+CDS: %zu\r\n%s", length, hex);
	sim_timer(s, after_s, -1, line);
	return 0;
}
