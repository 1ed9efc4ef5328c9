/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ModemManager 1.20 and ofono 1.31 ask of a generic modem, and the answers
 * that satisfy them.  Unknown commands are ERROR and are logged as "unknown": when a start
 * hangs, they are the first thing to read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim.h"

#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

/* Information, "" for none, NULL for ERROR. */
static const struct {
	const char *command, *answer;
} fixed[] = {
	{ "AT", "" },
	{ "ATV1", "" },
	{ "ATX4", "" },
	{ "AT&C1", "" },
	{ "ATZ", "" },
	{ "AT+CMEE=1", "" },
	{ "AT+GCAP", "+GCAP: +CGSM,+DS,+ES" },
	{ "AT+WS46=?", "+WS46: (12,22,25,28)" },
	{ "AT+CSCS=?", "+CSCS: (\"IRA\",\"GSM\",\"UCS2\")" },
	{ "AT+CGMI", "ACME" },
	{ "AT+CGMM", "SIMULATOR" },
	{ "AT+CGMR", "SIM-1.0" },
	{ "AT*CNTI=2", NULL },
	{ "AT+CGDCONT=?", "+CGDCONT: (1-11),\"IP\",,,(0-2),(0-3)\r\n"
			  "+CGDCONT: (1-11),\"IPV6\",,,(0-2),(0-3)" },
	{ "AT+CFUN?", "+CFUN: 1" },
	{ "AT+CFUN=1", "" },
	{ "AT+CFUN=0", "" },
	{ "AT+CFUN=4", "" },
	{ "AT+CPLS=0", NULL },
	{ "AT+CPOL=,2", NULL },
	{ "AT+CPOL?", NULL },
	{ "AT+CNUM", "+CNUM: \"\",\"+33639980000\",145" },
	{ "AT+CLCK=?",
	  "+CLCK: (\"SC\",\"FD\",\"PS\",\"PN\",\"PU\",\"PP\",\"PC\")" },
	{ "AT+CEMODE?", NULL },
	{ "AT+CUSD=?", "" },
	{ "AT+CUSD=1", "" },
	{ "AT+CUSD=0", "" },
	{ "AT+CNMI=?", "+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)" },
	{ "AT+CSMS=?", "+CSMS: (0,1)" },
	{ "AT+CSMS=0", "+CSMS: 1,1,1" },
	{ "AT+CSMS=1", "+CSMS: 1,1,1" },
	{ "AT+CSMS?", "+CSMS: 1,1,1,1" },
	{ "AT+CPMS=?",
	  "+CPMS: (\"SM\",\"ME\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")" },
	{ "AT+CPMS?", "+CPMS: \"SM\",0,30,\"SM\",0,30,\"SM\",0,30" },
	{ "AT+CTZU=1", "" },
	{ "AT+CTZR=1", "" },
	{ "AT+CCLK?", NULL },
	{ "AT+CESQ=?", NULL },
	{ "AT+CLCC=?", "" },
	{ "AT+IFC=?", "" },
	{ "AT+CIND=?", "+CIND: (\"service\",(0-1)),(\"signal\",(0-5)),"
		       "(\"roam\",(0-1)),(\"smsfull\",(0-1))" },
	{ "AT+CIND?", "+CIND: 1,4,0,0" },
	{ "AT+CMER=?", "" },
	{ "AT+CGEREP=?", "" },
	{ "AT+CGEREP=2", "" },
	{ "AT+CGEREP=0", "" },
	{ "AT+CMGF=?", "+CMGF: (0,1)" },
	{ "AT+CMGF=0", "" },
	{ "AT+CLIP=1", "" },
	{ "AT+CLIP=0", "" },
	{ "AT+CRC=1", "" },
	{ "AT+CRC=0", "" },
	{ "AT+CCWA=1", "" },
	{ "AT+CCWA=0", "" },
};

static void info(struct sim *s, struct client *c, const char *text)
{
	char out[SIM_LINE_MAX];

	snprintf(out, sizeof(out), "\r\n%s\r\n", text);
	sim_write(s, c, out);
}

static void error(struct sim *s, struct client *c, const char *kind, int n)
{
	char out[64];

	snprintf(out, sizeof(out), "\r\n+%s ERROR: %d\r\n", kind, n);
	sim_write(s, c, out);
}

static bool locked(const struct sim *s)
{
	return strcmp(s->pin_state, "READY") != 0;
}

static bool begins(const char *line, const char *word)
{
	return !strncasecmp(line, word, strlen(word));
}

/* Handlers return 1: OK is due; 0: the answer is complete; -1: ERROR. */

static int registration(struct sim *s, struct client *c, const char *line)
{
	const char *mark = strchr(line, '?');
	char name[16], out[64];
	bool in = s->reg == 1 || s->reg == 5;

	if (!mark)
		return 1;

	if (mark[-1] == '=') {
		snprintf(out, sizeof(out), "%.*s: (0-2)",
			 (int)(mark - line - 3), line + 2);
		info(s, c, out);
		return 1;
	}

	snprintf(name, sizeof(name), "%.*s", (int)(mark - line - 2), line + 2);
	if (in)
		snprintf(out, sizeof(out), "%s: 2,%d,\"1A2B\",\"00C3D4E5\"%s",
			 name, s->reg, !strcmp(name, "+CREG") ? "" : ",7");
	else
		snprintf(out, sizeof(out), "%s: 2,%d", name, s->reg);
	info(s, c, out);
	return 1;
}

static int operator(struct sim *s, struct client *c, const char *line)
{
	char out[64];

	if (begins(line, "AT+COPS=3,")) {
		s->mode_long = line[10] == '0';
		return 1;
	}

	if (strcasecmp(line, "AT+COPS?"))
		return 1;

	if (s->reg != 1 && s->reg != 5)
		info(s, c, "+COPS: 0");
	else if (s->mode_long)
		info(s, c, "+COPS: 0,0,\"Test Net\",7");
	else {
		snprintf(out, sizeof(out), "+COPS: 0,2,\"%s\",7",
			 s->operator);
		info(s, c, out);
	}
	return 1;
}

static int pin(struct sim *s, struct client *c, const char *line)
{
	char out[32], given[16] = "";

	if (line[7] == '?') {
		snprintf(out, sizeof(out), "+CPIN: %s", s->pin_state);
		info(s, c, out);
		return 1;
	}

	/* The third wrong one locks the card. */
	s->pin_tries++;
	sscanf(line, "AT+CPIN=\"%15[^\"]", given);
	if (strcmp(given, s->pin)) {
		if (++s->pin_wrong == 3)
			strcpy(s->pin_state, "SIM PUK");
		error(s, c, "CME", 16);
		return 0;
	}

	strcpy(s->pin_state, "READY");
	return 1;
}

static int sim_file(struct sim *s, struct client *c, const char *line)
{
	if (locked(s)) {
		error(s, c, "CME", !strcmp(s->pin_state, "SIM PUK") ? 12 : 11);
		return 0;
	}

	if (begins(line, "AT+CRSM=176,12258"))
		info(s, c, "+CRSM: 144,0,\"981032547698103254F6\"");
	else if (begins(line, "AT+CRSM=176,28589"))
		info(s, c, "+CRSM: 144,0,\"00000003\"");
	else if (begins(line, "AT+CRSM"))
		info(s, c, "+CRSM: 148,8,\"\"");
	else
		info(s, c, "001011234567890");
	return 1;
}

static int charset(struct sim *s, struct client *c, const char *line)
{
	char out[32];

	if (line[7] == '?') {
		snprintf(out, sizeof(out), "+CSCS: \"%s\"", s->charset);
		info(s, c, out);
		return 1;
	}

	sscanf(line + 7, "=\"%7[^\"]", s->charset);
	return 1;
}

static int storage(struct sim *s, struct client *c, const char *line)
{
	if (locked(s)) {
		error(s, c, "CMS", 311);
		return 0;
	}

	/* Read and delete; write and send (all one here); receive. */
	sscanf(line + 7, "=\"%3[^\"]\",\"%*3[^\"]\",\"%3[^\"]",
	       s->storage, s->receive);
	info(s, c, "+CPMS: 0,30,0,30,0,30");
	return 1;
}

static struct slot *slot_at(struct sim *s, int index)
{
	struct slot *slots = s->slot[!strcmp(s->storage, "ME")];

	if (index < 1 || index > SIM_SLOTS || !slots[index - 1].used)
		return NULL;

	return &slots[index - 1];
}

static int list(struct sim *s, struct client *c)
{
	char out[PDU_HEX_MAX + 64];

	if (s->list_hangs) {
		c->busy = c->listing = true;
		return 0;
	}

	for (int i = 1; i <= SIM_SLOTS; i++) {
		struct slot *m = slot_at(s, i);

		if (!m)
			continue;
		snprintf(out, sizeof(out), "+CMGL: %d,%d,,%zu\r\n%s", i,
			 m->seen, m->length, m->hex);
		info(s, c, out);
		m->seen = true;
	}

	return 1;
}

/* A text comes in before the answer. */
static void meet(struct sim *s)
{
	char text[SIM_LINE_MAX];

	if (!s->meet[0])
		return;

	strcpy(text, s->meet);
	s->meet[0] = '\0';
	json_decref(ctl_sms(s, text));
}

static int stored(struct sim *s, struct client *c, const char *line)
{
	struct slot *m = slot_at(s, atoi(line + 8));
	char out[PDU_HEX_MAX + 64];

	if (!m) {
		error(s, c, "CMS", 321);
		return 0;
	}

	if (begins(line, "AT+CMGD")) {
		meet(s);
		m->used = false;
		return 1;
	}

	snprintf(out, sizeof(out), "+CMGR: %d,,%zu\r\n%s", m->seen, m->length,
		 m->hex);
	info(s, c, out);
	m->seen = true;
	return 1;
}

static int submit(struct sim *s, struct client *c, const char *line)
{
	if (s->mode == CMGS_PROMPTFAIL) {
		error(s, c, "CMS", s->fail);
		return 0;
	}

	c->prompt = true;
	c->pdu_length = (size_t)atoi(line + 8);
	sim_write(s, c, "\r\n> ");
	return 0;
}

static int calls(struct sim *s, struct client *c)
{
	char out[64];

	call_list(s, out, sizeof(out));
	if (out[0])
		info(s, c, out);
	return 1;
}

/* "ATD+33639980001;" */
static int dial(struct sim *s, struct client *c, const char *line)
{
	char number[PDU_NUMBER_MAX];

	snprintf(number, sizeof(number), "%.*s", (int)strcspn(line + 3, ";"),
		 line + 3);
	call_dial(s, number);
	if (!s->call.busy)
		return 1;

	sim_write(s, c, "\r\nBUSY\r\n");
	return 0;
}

static int identity(struct sim *s, struct client *c)
{
	char out[160];

	snprintf(out, sizeof(out), "Manufacturer: ACME\r\nModel: SIMULATOR\r\n"
		 "Revision: SIM-1.0\r\nIMEI: %s\r\n+GCAP: +CGSM,+DS,+ES",
		 s->imei);
	info(s, c, out);
	return 1;
}

static int table(struct sim *s, struct client *c, const char *line)
{
	for (size_t i = 0; i < NELEM(fixed); i++) {
		if (strcasecmp(line, fixed[i].command))
			continue;
		if (!fixed[i].answer)
			return -1;
		if (fixed[i].answer[0])
			info(s, c, fixed[i].answer);
		return 1;
	}

	sim_log(s, "unknown", line);
	return -1;
}

static int command(struct sim *s, struct client *c, const char *line)
{
	if (begins(line, "ATE")) {
		c->echo = line[3] == '1';
		return 1;
	}
	if (begins(line, "ATD"))
		return dial(s, c, line);
	if (!strcasecmp(line, "AT+CLCC"))
		return calls(s, c);
	if (!strcasecmp(line, "ATH") || !strcasecmp(line, "AT+CHUP")) {
		call_end(s, false);
		return 1;
	}
	if (!strcasecmp(line, "ATI"))
		return identity(s, c);
	if (begins(line, "AT+CGSN")) {
		info(s, c, s->imei);
		return 1;
	}
	if (begins(line, "AT+CREG") || begins(line, "AT+CGREG") ||
	    begins(line, "AT+CEREG"))
		return registration(s, c, line);
	if (begins(line, "AT+COPS"))
		return operator(s, c, line);
	if (begins(line, "AT+CPIN?") || begins(line, "AT+CPIN="))
		return pin(s, c, line);
	if (begins(line, "AT+CRSM") || begins(line, "AT+CIMI"))
		return sim_file(s, c, line);
	if (begins(line, "AT+CSIM"))
		return -1;
	if (begins(line, "AT+CSCS=\"") || begins(line, "AT+CSCS?"))
		return charset(s, c, line);
	if (begins(line, "AT+CPMS=\"") ||
	    (begins(line, "AT+CPMS") && locked(s)))
		return storage(s, c, line);
	if (begins(line, "AT+CLCK=\"")) {
		info(s, c, "+CLCK: 0");
		return 1;
	}
	if (begins(line, "AT+CMGL="))
		return list(s, c);
	if (begins(line, "AT+CMGR=") || begins(line, "AT+CMGD="))
		return stored(s, c, line);
	if (begins(line, "AT+CMGS="))
		return submit(s, c, line);
	if (begins(line, "AT+CNMI=") || begins(line, "AT+CMER="))
		return strchr(line, '?') ? table(s, c, line) : 1;

	return table(s, c, line);
}

void at_line(struct sim *s, struct client *c, char *line)
{
	char *next, part[SIM_LINE_MAX];
	int r = 1;

	sim_log(s, "in", line);
	if (c->echo) {
		sim_write(s, c, line);
		sim_write(s, c, "\r");
	}

	/* No quoted value we are given holds a semicolon. */
	for (; line && r == 1; line = next) {
		next = begins(line, "ATD") ? NULL : strchr(line, ';');
		if (next)
			*next++ = '\0';
		snprintf(part, sizeof(part), "%s%s",
			 begins(line, "AT") ? "" : "AT", line);
		r = command(s, c, part);
	}

	if (r == 1)
		sim_write(s, c, "\r\nOK\r\n");
	else if (r < 0)
		sim_write(s, c, "\r\nERROR\r\n");
}

void at_cmgs_done(struct sim *s, struct client *c)
{
	int reference = net_take(s, c->pdu, c->pdu_length);
	char out[32];

	c->busy = false;
	if (reference < 0) {
		error(s, c, "CMS", 304);
		return;
	}

	snprintf(out, sizeof(out), "\r\n+CMGS: %d\r\n\r\nOK\r\n", reference);
	sim_write(s, c, out);
}

void at_list_done(struct sim *s, struct client *c)
{
	s->list_hangs = c->busy = c->listing = false;
	list(s, c);
	sim_write(s, c, "\r\nOK\r\n");
}

void at_pdu(struct sim *s, struct client *c, const char *hex)
{
	c->prompt = false;
	sim_log(s, "pdu", hex);
	snprintf(c->pdu, sizeof(c->pdu), "%s", hex);

	switch (s->mode) {
	case CMGS_OK:
	case CMGS_PROMPTFAIL:
		at_cmgs_done(s, c);
		break;
	case CMGS_FAIL:
		error(s, c, "CMS", s->fail);
		break;
	case CMGS_HANG:
		c->busy = true;
		break;
	case CMGS_DELAY:
		c->busy = true;
		sim_timer(s, s->delay_s, (int)(c - s->client), "");
		break;
	case CMGS_VANISH:
		sim_close(c);
		break;
	}
}
