/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CRASH_CRASH_H
#define TESTS_CRASH_CRASH_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>

/*
 * The kill loop: the real daemon is killed again and again while buttons are
 * pressed, and what came of each press is counted where it arrives.
 *
 *	kill.c      the loop
 *	stage.c     folder and processes
 *	settings.c  what the daemon is told, and what it must never be told
 *	bus.c       the control socket
 *	button.c    really encrypted frames
 *	far.c       what arrived: spool files and requests, and in which life
 *	verdict.c   what must be true of it
 *	results.c   that, as sentences
 *	hooks.c     in the daemon's process: dies at a named point
 *	planted.c   a daemon that acts before it commits, to be caught
 */

#define WEARERS_MAX 1200
#define NUMBER_MAX 16
#define POINTS 11

struct send {
	char name[80];		/* of its file, one a send */
	bool https;
	int life;		/* of the daemon that sent it */
	int64_t attempt;	/* spool */
	char to[NUMBER_MAX];	/* spool */
	char key[96];
	char reference[33];	/* https */
	char type[24];		/* https */
};

struct world {
	char dir[64];
	char hooks[PATH_MAX], real[PATH_MAX], command[PATH_MAX];
	const char *daemon;	/* which the loop kills */
	pid_t receiver, pid;
	int receiver_files;	/* open while nobody is connected */
	char url[96], pin[64], cert[PATH_MAX];
	sd_bus *bus;
	uint64_t seed, salt;	/* salt: of the buttons' keys */
	int kills;
	/* figures */
	int killed, hooked, life;
	int at_point[POINTS];	/* kills, by hooked point */
	int siege;		/* lives yet to die where the last one did */
	size_t siege_point;
	int pressed, accepted;
	size_t nsends, sends_cap;
	struct send *sends;
	bool drained;
};

/* The names of hooks.c, in the order in which one message passes them. */
extern const char *const points[POINTS];

uint64_t world_random(struct world *w, uint64_t below);
int64_t now_ms(void);
void pause_us(long us);
/* The path of a name in the scratch folder. */
char *world_path(const struct world *w, const char *name, char out[PATH_MAX]);

/* ---- stage.c: each ends the program with a sentence when it cannot */
void stage_raise(struct world *w, int wearers);
/* point: of hooks.c, or NULL; count: which occurrence of it kills. */
void stage_start(struct world *w, const char *program, const char *point,
		 int count);
/* Collected if it has died. */
bool stage_died(struct world *w);
void stage_kill(struct world *w);
/* Whether a hook has ended the last daemon. */
bool stage_hooked(const struct world *w);
void stage_strike(struct world *w, bool keep);
void give_up(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/* ---- settings.c */
/* Both to be freed; refuses to make any that reach beyond the folder. */
void settings_make(const struct world *w, int wearers, char **conf,
		   char **site);
/*
 * M5: with these texts added, the settings reach neither beyond the folder
 * nor a number that may be somebody's.
 */
bool settings_safe(const struct world *w, const char *conf, const char *site);

/* ---- bus.c */
bool bus_open(struct world *w);
void bus_close(struct world *w);
/* The word Hear answered, or "" when there was no answer. */
void bus_hear(struct world *w, const char *address, const uint8_t *data,
	      size_t len, char word[16]);
/* The document of a method, or NULL. */
json_t *bus_ask(struct world *w, const char *method, const char *types, ...);

/* ---- button.c */
#define FRAME_MAX 31
void button_address(int wearer, char out[18]);
void button_key(const struct world *w, int wearer, char out[33]);
size_t button_press(const struct world *w, int wearer, uint32_t counter,
		    uint8_t frame[FRAME_MAX]);

/* ---- far.c */
/* A wearer's contact, in the range that belongs to nobody. */
void far_number(int wearer, char out[NUMBER_MAX]);
/* All that has arrived since the last call was sent in this life. */
void far_collect(struct world *w);

/* ---- verdict.c */
struct verdict {
	int lost, no_sms, no_https, twice, too_often, beyond, keys, strangers;
	int extra;		/* sends beyond the first of an attempt */
	bool whole;		/* the store's own check */
};
void verdict_reach(struct world *w, struct verdict *v);
/* Once the daemon has ended. */
void verdict_store(const struct world *w, struct verdict *v);

/* ---- results.c */
/* Prints a result; counts[0] passed, counts[1] failed. */
void result_tell(int counts[2], bool good, const char *name);
void result_real(const struct world *w, const struct verdict *v,
		 int counts[2]);
void result_guard(const struct world *w, int counts[2]);
/* One line of figures, one of the points where it died. */
void result_figures(const struct world *w, const struct verdict *v,
		    int64_t loop_ms, int64_t all_ms);

#endif
