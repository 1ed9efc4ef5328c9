/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLAY_PLAY_H
#define PLAY_PLAY_H

#include "broken_vfs.h"

#include <alerte/alerte.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * The replayer: a host of the engine whose clock, radio, networks and disk
 * are lines of a file.  One struct play is one run of one file.  The language
 * is described in README.md.
 */
#define PLAY_ARGS_MAX 64
#define PLAY_THINGS_MAX 32
#define PLAY_RELAY_NUMBER "+33639980114"

/* The words of one line. */
struct args {
	int n;
	char *v[PLAY_ARGS_MAX];
	bool quoted[PLAY_ARGS_MAX];
};

/* One call of the engine to its host. */
struct sent {
	int64_t play_ms;
	int64_t attempt;
	int64_t alert;
	enum alerte_channel channel;
	enum alerte_importance importance;
	bool exercise;
	bool refused;
	bool lost;			/* certainly never left */
	bool other_path;
	int64_t resends;
	bool seen;			/* an expectation took it */
	bool unseen;			/* it is to leave no sign (L8) */
	unsigned int step_call;		/* which alerte_step() sent it */
	char contact[ALERTE_ID_MAX];
	char address[ALERTE_URL_MAX];
	char key[128];
	char *text;			/* SMS text or HTTPS body */
};

/* A receipt a fake network is going to give. */
struct coming {
	int64_t play_ms;
	int64_t attempt;
	enum alerte_receipt_kind kind;
};

enum network {
	NETWORK_OK = 0,		/* sent, and an SMS is delivered later */
	NETWORK_SENT,		/* sent, no delivery report */
	NETWORK_FAIL,		/* taken, then FAILED */
	NETWORK_REJECT,		/* taken, then REJECTED */
	NETWORK_HANG,		/* taken, and never a word */
	NETWORK_REFUSE,		/* EREFUSED at once */
	NETWORK_UNSURE,		/* an error that says nothing */
	NETWORK_INSIDE		/* the receipt comes from inside the call (A3) */
};

struct thing {
	char id[ALERTE_ID_MAX];
	char number[ALERTE_NUMBER_MAX];
	uint8_t address[6];
	uint8_t key[ALERTE_BUTTON_KEY_MAX];
	size_t key_len;
	uint32_t counter;
	uint8_t packet;
	int64_t behind_ms;	/* how long its clock stood still */
	bool has_kept;
	uint8_t kept[ALERTE_SEALED_ADVERT_BYTES];	/* or the last it made */
};

struct crash_plan {
	int in_send;		/* crash in the n-th send from now; 0: none */
	int each_row;		/* crash in the first n sends of every row */
	bool after;		/* the message left before the crash */
};

/* What goes wrong in one turn of a sweep, and where. */
struct trouble {
	int in_send;		/* crash in the n-th send */
	bool after;		/* the message had left */
	int crash_line;		/* crash after the n-th line */
	int disk_line;		/* the disk is broken for some lines from here */
	bool came;		/* it happened: there may be a next turn */
};

struct play {
	struct trouble *trouble;	/* NULL: only what the file says */
	const char *file;
	int line;
	char rules[256];
	char dir[64];
	char path[96];

	struct alerte *a;
	struct alerte_host host;
	uint32_t rank;
	struct peer *peer;		/* peer.c; NULL: none */
	bool locked;
	bool dead;		/* crashed inside a send: the rest is void */
	int depth;
	uint64_t seed;
	uint8_t boot_id[16];
	struct alerte_time now;
	int64_t play_ms;
	unsigned int step_calls;

	enum network network[6];	/* by enum alerte_channel */
	int paths;			/* modems that work; 0 is one */
	bool moving;			/* options of the next open */
	enum alerte_abroad abroad;
	struct crash_plan plan;
	struct sent *sent;
	size_t nsent, sent_cap, mark, checked, disk_mark;
	struct coming *coming;
	size_t ncoming, coming_cap;

	struct thing thing[PLAY_THINGS_MAX];
	int nthings;
	char wearer_number[PLAY_THINGS_MAX][ALERTE_NUMBER_MAX];
	int nwearers;

	int result;
	bool unread;		/* result is an error nobody expected yet */
	char token[9];
	bool armed;
	bool disk_broken;
	bool begun;		/* the first "at" was read */
	int crashes;
	bool failed;
	bool quiet;
	char *log;
	size_t log_len;
	FILE *logf;
};

/* A line's first word and what it does: 0, or -1 after play_fail(). */
struct command {
	const char *name;
	int (*run)(struct play *p, const struct args *args);
};

extern const struct command people_commands[];
extern const struct command event_commands[];
extern const struct command air_commands[];
extern const struct command world_commands[];
extern const struct command relay_commands[];
extern const struct command expect_commands[];
extern const struct command timer_commands[];
extern const struct command peer_commands[];

/* The timeline of one run, to be freed, or NULL when it failed. */
char *play_run(const char *file, bool verbose, struct trouble *trouble);
/* Twice the same night, and what a sweep has to hold. */
bool play_passes(const char *file, bool verbose);

/* Say why, with file, line, rules and timeline.  Always -1. */
int play_fail(struct play *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void play_log(struct play *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* "1h30m", "90s", "250ms" to milliseconds; -1 when it is none. */
int64_t play_duration(const char *text);
/* The argument after the word, or NULL. */
const char *args_after(const struct args *args, const char *word);
bool args_has(const struct args *args, const char *word);
const char *result_name(int result);

/* world.c: life, host and time. */
int world_open(struct play *p);
void world_free(struct play *p);
/* Steps until nothing is due, checks the invariants. */
int world_settle(struct play *p);
/* Let time pass to an instant of the play. */
int world_run(struct play *p, int64_t play_ms);
/* Keep the result of an input, then settle. */
int world_input(struct play *p, const char *what, int result);
void world_disk(struct play *p, enum disk disk);
/* Lose the process, keep the disk, open again. */
int world_crash(struct play *p);
/* Play instant of the engine's deadline or a receipt; ALERTE_NEVER if none. */
int64_t world_next(const struct play *p);
struct thing *world_thing(struct play *p, const char *id);
struct thing *world_thing_add(struct play *p, const char *id);
/* The n-th alert, from 1; 0 is the newest.  Returns 1, or 0 if none. */
int world_alert(struct play *p, int n, struct alerte_alert *out);

/* peer.c: another gateway of the place hears it too. */
int peer_hear(struct play *p, const struct alerte_advert *advert);
void peer_free(struct play *p);

/* event.c */
int hear_copies(struct play *p, const struct args *args,
		const uint8_t *address, const uint8_t *data, size_t len);
/* Bytes of hex, with or without ':'; how many, or -1. */
int hex_read(const char *text, uint8_t *out, size_t cap);

/* people.c */
int button_read(struct play *p, const struct args *args,
		struct alerte_button *out);

/* timer.c */
int expect_timer(struct play *p, const struct args *args);

/* check.c: what must hold after every event. */
int check_invariants(struct play *p);

/* bthome.c: a real advertisement; returns its length, or -1. */
struct bthome {
	const uint8_t *address;
	const uint8_t *key;		/* NULL: plain */
	uint32_t counter;
	bool has_packet;
	uint8_t packet;
	const uint8_t *codes;		/* values of the button objects */
	size_t ncodes;
};
int bthome_advert(const struct bthome *b, uint8_t *out, size_t cap);

#endif
