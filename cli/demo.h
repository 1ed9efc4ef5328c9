/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include <stdint.h>
#include <sys/types.h>

#include "cli.h"
#include "program.h"

/*
 * `alerte demo`: the real daemon and the real receiver in a scratch folder,
 * with no hardware and no network.  The demo itself plays the button, the
 * strangers, the contacts, the 114 and the association's operator.
 *
 *	demo.c         the story
 *	demo_stage.c   folder, files, processes
 *	demo_frames.c  what the radio hears
 *	demo_spool.c   SMS out and in
 *	demo_ask.c     what the daemon answers
 *	demo_server.c  what the association's server got
 *	demo_cancel.c  two codes that end an alert, or seem to
 *	demo_tale.c    what a person reads, and the list of what was expected
 */

/* Fictional: 06 39 98 xx xx belongs to nobody, by decision of the Arcep. */
#define DEMO_RELAY "+33639980114"
#define DEMO_WEARER "+33639980101"
#define DEMO_PAUL "+33639980102"
#define DEMO_NADIA "+33639980103"

/* What Marie types to cancel, and what she types when she is forced to. */
#define DEMO_CANCEL "tulipe42"
#define DEMO_DURESS "jonquille"

#define DEMO_SECONDS 24		/* whatever happens, it ends */
#define DEMO_DIR 96		/* a socket's path stands in 108 bytes */
#define DEMO_PATH 1024
#define DEMO_TEXT 2048
#define DEMO_CHECKS 48

struct demo_check {
	const char *name[2];	/* English, French; a sentence */
	bool holds;
};

struct demo {
	struct cli cli;		/* speaks to the demo's own daemon */
	bool keep;
	char dir[DEMO_DIR];	/* "" until it is made */
	pid_t receiver, daemon;
	int64_t began_ms;
	char url[256], pin[64], cert[DEMO_PATH];
	uint8_t address[6], key[16];
	uint32_t counter;	/* of her last press */
	uint32_t taped;		/* of the press that somebody taped */
	int64_t last_ms;	/* when her last counter was heard */
	char id[24], code[8];	/* of the newest alert */
	size_t nchecks;
	struct demo_check check[DEMO_CHECKS];
};

/* ------------------------------------------------------------------ tale */

int64_t demo_now_ms(void);
/* One line of the timeline: when, and what happened. */
void demo_tell(const struct demo *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Where the last line is on disk, relative to the folder. */
void demo_at(const struct demo *d, const char *path);
/* Remember whether something expected is there; returns it. */
bool demo_expect(struct demo *d, bool holds, const char *english,
		 const char *french);
/* The list at the end: 0, or 1 when something is missing. */
int demo_verdict(const struct demo *d);
/* False once the time is over or somebody pressed Ctrl-C; sleeps a little. */
bool demo_wait(const struct demo *d, int64_t until_ms);

/* ----------------------------------------------------------------- stage */

/* Everything ready for the first frame: 0, or an exit code (already said). */
int demo_raise(struct demo *d, const char *parent);
/* Children ended, folder removed unless it is to be kept. */
void demo_strike(struct demo *d);
/* DIR/name, in out. */
void demo_path(const struct demo *d, const char *name, char out[DEMO_PATH]);
/* Whole small file, NUL ended, to be freed; NULL when it cannot be read. */
char *demo_read(const char *path);
/* A new file of mode 0600, whole or not at all: 0 or -errno. */
int demo_write(const char *path, const char *text);
/* A number nobody has (M5). */
bool demo_fictional(const char *number);
/* So is every `number = "..."` of a text: else nothing is started. */
bool demo_numbers_fictional(const char *text);
/* Name of the last file of a folder that `wanted` accepts, or false. */
bool demo_find(const char *folder, bool (*wanted)(void *, const char *path),
	       void *context, char out[DEMO_PATH]);

/* ---------------------------------------------------------------- frames */

enum demo_frame {
	DEMO_STRANGER,		/* somebody else's plain button */
	DEMO_DOUBLE,		/* hers: double press, counter n */
	DEMO_SENSOR,		/* hers: battery only, counter n + 1 */
	DEMO_REPLAYED,		/* her first one again, by somebody who taped it */
	DEMO_TAMPERED		/* hers with one bit changed */
};

/* A key, an address and a first counter, at random. */
int demo_button(struct demo *d);
/* Let the radio hear one frame `copies` times: 0 or an exit code. */
int demo_hear(struct demo *d, enum demo_frame frame, int copies);
/* Hers with a new counter, four times: 0 or an exit code. */
int demo_press_again(struct demo *d);

/* ----------------------------------------------------------------- spool */

struct demo_sms {
	char path[DEMO_PATH];	/* relative to the folder */
	char to[24];
	char text[DEMO_TEXT];
};

/*
 * Wait for an SMS to a number with those words in it.  False when the time is
 * over.
 */
bool demo_sms_wait(struct demo *d, const char *to, const char *words,
		   int64_t until_ms, struct demo_sms *out);
/* The same, with both words in it. */
bool demo_sms_both(struct demo *d, const char *to, const char *words,
		   const char *also, int64_t until_ms, struct demo_sms *out);
/* How many SMS left for anybody who is none of the demo's people. */
size_t demo_sms_astray(struct demo *d);
/* An SMS that comes in: 0 or an exit code.  path: where, relative. */
int demo_sms_in(struct demo *d, const char *from, const char *text,
		char path[DEMO_PATH]);

/* ------------------------------------------------------------------- ask */

/* A number of Status' counters, -1 when the daemon does not answer. */
long long demo_counter(struct demo *d, const char *name);
bool demo_counter_reaches(struct demo *d, const char *name, long long least,
			  int64_t until_ms);
/* How many alerts there are; the last one's id and code are kept. */
size_t demo_alerts(struct demo *d);
/* Wait for another than the last one: its id and code are kept. */
bool demo_alert_next(struct demo *d, int64_t until_ms);
/* The alert's member comes to that value in time. */
bool demo_alert_has(struct demo *d, const char *member, const char *value,
		    int64_t until_ms);

/* ---------------------------------------------------------------- server */

/* Tell and check: refused once, then taken under the same key. */
void demo_server(struct demo *d);
/* Wait for a report of that alert, type and state to be taken. */
bool demo_report_wait(struct demo *d, const char *code, const char *type,
		      const char *state, int64_t until_ms,
		      char path[DEMO_PATH]);

/* ---------------------------------------------------------------- cancel */

/* Tell and check: cancelled by her code, then under duress. */
void demo_cancels(struct demo *d);

#endif
