/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

static json_t *fine(void)
{
	return json_pack("{s:b}", "ok", 1);
}

static json_t *wrong(const char *why)
{
	return json_pack("{s:b, s:s}", "ok", 0, "error", why);
}

static bool starts(const char **at, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*at, word, n))
		return false;

	*at += n;
	return true;
}

static void registered(struct sim *s)
{
	static const char *const what[] = { "+CREG", "+CGREG", "+CEREG" };
	char line[64];

	for (size_t i = 0; i < 3; i++) {
		snprintf(line, sizeof(line),
			 s->reg == 1 || s->reg == 5
			 ? "%s: %d,\"1A2B\",\"00C3D4E5\"%s" : "%s: %d%s",
			 what[i], s->reg, s->reg == 1 || s->reg == 5
			 ? i ? ",7" : "" : "");
		sim_emit(s, line);
	}
}

static json_t *set_cmgs(struct sim *s, const char *v)
{
	if (starts(&v, "fail:")) {
		s->fail = atoi(v);
		s->mode = CMGS_FAIL;
	} else if (starts(&v, "promptfail:")) {
		s->fail = atoi(v);
		s->mode = CMGS_PROMPTFAIL;
	} else if (starts(&v, "delay:")) {
		s->delay_s = atof(v);
		s->mode = CMGS_DELAY;
	} else if (!strcmp(v, "ok")) {
		s->mode = CMGS_OK;
	} else if (!strcmp(v, "hang")) {
		s->mode = CMGS_HANG;
	} else if (!strcmp(v, "vanish")) {
		s->mode = CMGS_VANISH;
	} else {
		return wrong("cmgs");
	}

	return fine();
}

static json_t *set(struct sim *s, const char *v)
{
	if (starts(&v, "cmgs "))
		return set_cmgs(s, v);

	if (starts(&v, "reg ")) {
		s->reg = atoi(v);
		registered(s);
	} else if (starts(&v, "list ")) {
		s->list_hangs = !strcmp(v, "hang");
	} else if (starts(&v, "operator ")) {
		snprintf(s->operator, sizeof(s->operator), "%s", v);
	} else if (starts(&v, "receive ")) {
		snprintf(s->receive, sizeof(s->receive), "%s", v);
	} else if (starts(&v, "rssi ")) {
		s->rssi = atoi(v);
	} else if (starts(&v, "pin ")) {
		snprintf(s->pin_state, sizeof(s->pin_state), "%s", v);
	} else if (starts(&v, "autoreport off")) {
		s->autoreport_s = -1;
	} else if (starts(&v, "autoreport ")) {
		s->autoreport_s = atof(v);
	} else if (starts(&v, "calls ")) {
		s->call.answered = !strcmp(v, "answered");
		s->call.busy = !strcmp(v, "busy");
	} else if (starts(&v, "status ")) {
		s->status = (uint8_t)atoi(v);
	} else {
		return wrong("set");
	}

	return fine();
}

json_t *ctl_sms(struct sim *s, char *at)
{
	const struct pdu_part alone = { 0, 1, 1 };
	char *text = strchr(at, ' ');

	if (!text)
		return wrong("sms <from> <text>");

	*text++ = '\0';
	if (net_deliver(s, at, text, &alone) < 0)
		return wrong("too long, or the SIM is full");
	return fine();
}

/* <from> <ref> <total> <seq> <text> */
static json_t *sms_part(struct sim *s, const char *at)
{
	struct pdu_part part;
	char from[PDU_NUMBER_MAX];
	int text = 0;

	if (sscanf(at, "%23s %u %u %u %n", from, &part.reference, &part.total,
		   &part.sequence, &text) < 4 || !text)
		return wrong("smsl <from> <ref> <total> <seq> <text>");
	if (net_deliver(s, from, at + text, &part) < 0)
		return wrong("too long, or the SIM is full");
	return fine();
}

/* <mr> <to> <status> */
static json_t *report(struct sim *s, const char *at)
{
	unsigned int reference, status;
	char to[PDU_NUMBER_MAX];

	if (sscanf(at, "%u %23s %u", &reference, to, &status) != 3)
		return wrong("report <mr> <to> <status>");
	net_report(s, (uint8_t)reference, to, (uint8_t)status, 0);
	return fine();
}

static json_t *mem(struct sim *s)
{
	json_t *out = json_array();

	for (int m = 0; m < 2; m++)
		for (int i = 0; i < SIM_SLOTS; i++)
			if (s->slot[m][i].used)
				json_array_append_new(out, json_pack(
					"{s:s, s:i}", "storage",
					m ? "ME" : "SM", "index", i + 1));

	return out;
}

/* Answer as good whatever hangs. */
static json_t *release(struct sim *s)
{
	for (int i = 0; i < SIM_CLIENTS; i++) {
		struct client *c = &s->client[i];

		if (c->fd >= 0 && c->listing)
			at_list_done(s, c);
		else if (c->fd >= 0 && c->busy)
			at_cmgs_done(s, c);
	}

	return fine();
}

/* It had no power: what it was doing is forgotten, its line is the same. */
static json_t *restart(struct sim *s)
{
	for (int i = 0; i < SIM_CLIENTS; i++)
		s->client[i] = (struct client){ .fd = s->client[i].fd };

	s->mode = CMGS_OK;
	return fine();
}

/* As after the start, for the next test; locks and tries stay. */
static json_t *reset(struct sim *s)
{
	s->mode = CMGS_OK;
	s->list_hangs = false;
	s->meet[0] = '\0';
	s->autoreport_s = -1;
	s->status = 0;
	strcpy(s->operator, "00101");
	if (s->reg != 1) {
		s->reg = 1;
		registered(s);
	}
	json_array_clear(s->sent);
	json_array_clear(s->log);
	json_array_clear(s->calls);
	s->call.answered = s->call.busy = false;
	call_end(s, true);
	return release(s);
}

json_t *ctl_line(struct sim *s, char *line, bool *vanish)
{
	const char *at = line;

	if (starts(&at, "sms "))
		return ctl_sms(s, line + 4);
	if (starts(&at, "meet ")) {
		snprintf(s->meet, sizeof(s->meet), "%s", at);
		return fine();
	}
	if (starts(&at, "smsl "))
		return sms_part(s, at);
	if (starts(&at, "report "))
		return report(s, at);
	if (starts(&at, "set "))
		return set(s, at);
	if (starts(&at, "urc ")) {
		sim_emit(s, at);
		return fine();
	}
	if (starts(&at, "ring ")) {
		call_in(s, at);
		return fine();
	}
	if (!strcmp(line, "hangup")) {
		call_end(s, true);
		return fine();
	}
	if (!strcmp(line, "calls"))
		return json_pack("{s:b, s:O}", "ringing",
				 s->call.state != CALL_NONE, "dialed",
				 s->calls);
	if (!strcmp(line, "restart"))
		return restart(s);
	if (!strcmp(line, "release"))
		return release(s);
	if (!strcmp(line, "reset"))
		return reset(s);
	if (!strcmp(line, "sent"))
		return json_incref(s->sent);
	if (!strcmp(line, "mem"))
		return mem(s);
	if (!strcmp(line, "log"))
		return json_incref(s->log);
	if (!strcmp(line, "pin"))
		return json_pack("{s:s, s:i}", "state", s->pin_state,
				 "tries", s->pin_tries);
	if (!strcmp(line, "vanish")) {
		*vanish = true;
		return fine();
	}

	return wrong("unknown command");
}
