/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INTEROP_MODEM_SIM_H
#define INTEROP_MODEM_SIM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pdu.h"

/*
 * A modem, its SIM and the network behind it.  The state outlives the
 * connections: ModemManager closes its port and opens it again.
 *
 *   atsim.c  sockets, timers, the loop
 *   at.c     the commands of a modem
 *   net.c    what the network does with a message
 *   call.c   a call, one at a time
 *   ctl.c    the commands of a test
 */

#define SIM_CLIENTS 8
#define SIM_SLOTS 30
#define SIM_TIMERS 64
#define SIM_LINE_MAX 4096

enum cmgs_mode {
	CMGS_OK = 0,
	CMGS_FAIL,		/* +CMS ERROR after the PDU */
	CMGS_PROMPTFAIL,	/* +CMS ERROR instead of the prompt */
	CMGS_HANG,		/* no answer, until `release` */
	CMGS_DELAY,
	CMGS_VANISH		/* the port closes after the PDU */
};

struct client {
	int fd;			/* -1: free */
	bool echo;
	bool busy;		/* a +CMGS or +CMGL is not answered yet */
	bool listing;		/* the latter */
	bool prompt;		/* the PDU is awaited */
	size_t pdu_length;
	char pdu[PDU_HEX_MAX];	/* of the +CMGS not answered yet */
	char in[SIM_LINE_MAX];
	size_t len;
};

struct slot {
	bool used, seen;
	char hex[PDU_HEX_MAX];
	size_t length;
};

enum call_state {
	CALL_NONE = 0,
	CALL_OUT,		/* ours: dialing, ringing, then answered */
	CALL_IN			/* it rings here */
};

struct call {
	enum call_state state;
	char number[PDU_NUMBER_MAX];
	int64_t since_ms;
	bool answered;		/* the far end takes calls */
	bool busy;		/* or it refuses them */
};

struct timer {
	int64_t due_ms;		/* 0: free */
	int client;		/* answer its +CMGS, or -1: emit the line */
	char line[PDU_HEX_MAX + 64];
};

struct sim {
	char pin_state[16], pin[16];
	int pin_tries, pin_wrong;	/* how often AT+CPIN= was given */
	int reg, rssi;
	char operator[8];	/* of the network it is on */
	enum cmgs_mode mode;
	int fail;
	double delay_s;
	double autoreport_s;	/* below 0: off */
	uint8_t status;
	uint8_t reference;
	bool mode_long;		/* AT+COPS=3,0: long names */
	char imei[16], charset[8];
	char storage[4];	/* the one read and deleted from */
	char receive[4];	/* the one that takes what comes in */
	struct slot slot[2][SIM_SLOTS];	/* SM, ME */
	bool list_hangs;	/* +CMGL gets no answer, until `release` */
	char meet[SIM_LINE_MAX];	/* text that the next +CMGD meets */
	struct client client[SIM_CLIENTS];
	struct timer timer[SIM_TIMERS];
	const char *sent_dir;
	unsigned int nfiles;
	json_t *sent, *log, *pieces;
	struct call call;
	json_t *calls;		/* numbers dialed */
};

/* atsim.c */
int64_t sim_now_ms(void);
void sim_log(struct sim *s, const char *what, const char *line);
void sim_write(struct sim *s, struct client *c, const char *text);
void sim_emit(struct sim *s, const char *line);
void sim_close(struct client *c);
void sim_timer(struct sim *s, double seconds, int client, const char *line);

/* at.c: one line, without its end; a PDU, without its end. */
void at_line(struct sim *s, struct client *c, char *line);
void at_pdu(struct sim *s, struct client *c, const char *hex);
/* Answer the +CMGS, or the +CMGL, this client waits for. */
void at_cmgs_done(struct sim *s, struct client *c);
void at_list_done(struct sim *s, struct client *c);

/* call.c */
void call_dial(struct sim *s, const char *number);
/* ATH, AT+CHUP, or the far end. */
void call_end(struct sim *s, bool far);
/* A line of +CLCC, or "". */
void call_list(struct sim *s, char *out, size_t cap);
void call_in(struct sim *s, const char *number);

/* net.c */
/* A number for fiction; any other ends the simulator. */
void net_check(const char *number);
/* The network takes a message; returns its reference, or -1: malformed. */
int net_take(struct sim *s, const char *hex, size_t length);
int net_deliver(struct sim *s, const char *from, const char *text,
		const struct pdu_part *part);
int net_report(struct sim *s, uint8_t reference, const char *to,
	       uint8_t status, double after_s);

/* ctl.c: one command of a test; the answer is owned by the caller. */
json_t *ctl_line(struct sim *s, char *line, bool *vanish);
/* "<from> <text>" comes in. */
json_t *ctl_sms(struct sim *s, char *at);

#endif
