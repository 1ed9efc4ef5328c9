/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_GATEWAYS_H
#define TESTS_GATEWAYS_H

#include <stddef.h>
#include <stdint.h>

#include <alerte/alerte.h>

/* Two gateways, and a backup of the one for the other. */
#define RELAY "+33639980114"
#define HEAD 8
#define ROOM 65536

struct world {
	struct alerte *a;
	const char *relay;
	uint8_t boot_id[16];
	uint8_t random;
	int64_t sends;
	char folder[64], path[96], copy[96];
	int inside[3];			/* what was answered in a write */
};

struct file {
	struct world *w;
	size_t len, fail_at;
	uint8_t bytes[ROOM];
};

/* All a backup holds of this gateway: to see that nothing changed. */
struct all {
	size_t len;
	uint8_t bytes[ROOM];
};

extern struct world old, new;
extern struct file file;
extern const uint8_t key[ALERTE_KEY_BYTES];
extern const uint8_t backup_key[ALERTE_KEY_BYTES];
extern const uint8_t bind_key[16];

/* Seconds of a world in which both stand; their boots differ. */
struct alerte_time at(const struct world *w, int64_t s);
void start(struct world *w, const char *path);

/* Settings, at 0 s. */
void set_button(struct world *w, const char *id);
void set_contact(struct world *w, const char *id, const char *number);
void set_people(struct world *w);
void set_sealed(struct world *w);

/* The old one has a button, the new one nothing; both in memory. */
int setup(void **state);
int teardown(void **state);

/* A press of the BTHome button, and of the sealed one. */
int press_keyed(struct world *w, uint32_t counter, int64_t s);
int press_sealed(struct world *w, uint32_t seq, uint8_t press, int64_t s);

struct alerte_status status(struct world *w);
struct alerte_alert newest(struct world *w);
void close_all(struct world *w, int64_t s);

/* For alerte_backup(): into a struct file. */
int keep(void *context, const uint8_t *bytes, size_t len);
/* Into `file`, and from there. */
void backup_at(struct world *w, int64_t s);
int restore(struct world *w, int64_t s);

/* What is in a file, without its seals; and sealed again into `file`. */
size_t open_file(const struct file *f, uint8_t *out);
void seal_file(const uint8_t *plain, size_t len);

void look(struct world *w, struct all *out);
void assert_same(const struct all *a, const struct all *b);
/* Some of every kind: a backup of several chunks. */
void set_many(struct world *w);

#endif
