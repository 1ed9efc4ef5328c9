/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <alerte/alerte.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What `make bench` prints: one line a figure, beside a limit measured in the
 * same run.  README.md says what each figure is and what it cannot tell.
 */

/* ---------------------------------------------------------- figure.c */

#define NOT_MEASURED (-1.0)

struct figure {
	const char *name;
	double value;			/* NOT_MEASURED prints "-" */
	const char *unit;
	const char *limit;		/* NULL: there is none */
	double limit_value;
	const char *goal;		/* "<= 1.5": of the ratio, or value */
};

/* One line, seven columns.  A missed goal is also named on stderr. */
void figure_print(const struct figure *f);
/* How many goals were missed so far. */
int figures_missed(void);
/* Why a figure has no value. */
void figure_skip(const char *name, const char *unit, const char *goal,
		 const char *why);

int64_t now_ns(void);
/* Sorts v.  The p-th percentile of n values, p from 0 to 100. */
double percentile(double *v, size_t n, int p);
/* Ends the program, and says what could not be done. */
void need(bool good, const char *what);
/* Run before others while a latency is measured, where that is allowed. */
void hurry(bool on);

/* ------------------------------------------------------------ blocks.c */

#define BLOCK_BYTES 4096

/* The limit of all that is durable: overwrite 4 KiB, fdatasync. */
struct blocks {
	int fd;
	size_t at;
};

void blocks_open(struct blocks *d, const char *dir);
/* One of it, in nanoseconds. */
double blocks_sync(struct blocks *d);
void blocks_close(struct blocks *d);

/* ------------------------------------------------------------ site.c */

/*
 * An engine with wearers, each with one button that encrypts.  Time is the
 * bench's own: it only moves by site_pass().
 */
struct site {
	struct alerte *a;
	struct alerte_time now;
	size_t n;
	uint32_t *counter;
	/* Every message is SENT at once, but with carry those to Paul. */
	bool carry;
	int64_t later;			/* the attempt to Léa, to be SENT */
	int (*send)(void *context, const struct alerte_message *m);
	void *context;
	int64_t last;			/* newest alert that was closed */
};

/* A store at path; endpoint may be NULL: then there are texts only. */
void site_open(struct site *s, const char *path, size_t wearers,
	       const struct alerte_endpoint *endpoint);
void site_close(struct site *s);
void site_pass(struct site *s, int64_t ms);
/* The advertisement of the next press of this button, made beforehand. */
struct site_press {
	uint8_t data[96];
	struct alerte_advert advert;
};
void site_press_make(struct site *s, size_t button, struct site_press *out);
/* It opens an alert; durable when this returns. */
void site_press(struct site *s, const struct site_press *press);
/* Close every alert and let the engine tidy up. */
void site_rest(struct site *s);

/* ---------------------------------------------------------- server.c */

#define SERVER_BODY_MAX 8192

/* An HTTPS server that writes down the instant a request was whole. */
struct server {
	int pid;
	char url[64];
	char pin[64];
	char cert[512];
	volatile int64_t *stamp;	/* now_ns(), of the last request */
};

void server_start(struct server *s, const char *dir);
void server_stop(struct server *s);

/* ----------------------------------------------------------- the parts */

/* dir: a scratch folder on the disk that is measured. */
void bench_press(const char *dir);
void bench_https(const char *dir);
void bench_sms(const char *dir);
void bench_decode(const char *dir);
void bench_sealed(const char *dir);
void bench_radio(const char *dir);
void bench_daemon(const char *dir);
void bench_size(const char *dir);

/* Calls of malloc(), calloc() and realloc() so far. */
unsigned long allocations(void);

#endif
