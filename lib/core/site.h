/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_SITE_H
#define CORE_SITE_H

#include <alerte/settings.h>

#include "crypto/seal.h"
#include "policy/policy.h"

/*
 * The settings in force, or a draft of the next: arrays sorted by id.  A
 * changed object is marked, so that only it is written.
 */
struct site_wearer {
	struct alerte_wearer set;	/* its codes are always "" here */
	bool has_code, has_duress;
	uint8_t code[DIGEST_BYTES], duress[DIGEST_BYTES];
};

struct site_list {
	void *at;
	uint32_t n, room;
};

struct site_mark {
	enum alerte_kind kind;
	char id[ALERTE_ID_MAX];
	bool removed;
};

struct site_address {
	uint8_t address[6];
	uint32_t button;
};

struct site {
	struct site_list endpoint, contact, wearer, policy, button;
	struct site_list marks;		/* struct site_mark: what changed */
	struct site_list address;	/* struct site_address, sorted */
};

/* Room for one of any kind. */
union site_object {
	struct {
		uint32_t size;
		char id[ALERTE_ID_MAX];
	} head;
	struct alerte_endpoint endpoint;
	struct alerte_contact contact;
	struct site_wearer wearer;
	struct alerte_policy policy;
	struct alerte_button button;
};

#define SITE_MAX 100000

/* NULL when memory ran out. */
struct site *site_new(void);
struct site *site_copy(const struct site *site);
void site_free(struct site *site);

/* Put or replace an object; every object begins with size and id. */
int site_put(struct site *site, enum alerte_kind kind, const void *object);
int site_remove(struct site *site, enum alerte_kind kind, const char *id);
/* The object of that id, or the first that sorts after; NULL when none. */
void *site_find(const struct site *site, enum alerte_kind kind,
		const char *id);
const void *site_after(const struct site *site, enum alerte_kind kind,
		       const char *id);
/* The mark has to follow what is put or removed: make room for it before. */
int site_mark_room(struct site *site);
int site_mark(struct site *site, enum alerte_kind kind, const char *id,
	      bool removed);
/* Rebuild the index of addresses; ALERTE_EINVAL when one stands twice. */
int site_index(struct site *site);
/*
 * No two buttons are known by the same thing: ALERTE_EINVAL, and *id names one
 * of them.
 */
int site_twins(const struct site *site, const char **id);
/* Index of the button with this address, or -1. */
int64_t site_heard(const struct site *site, const uint8_t address[6]);

/* Index of the button of this id, or -1. */
int64_t site_named(const struct site *site, const char *id);

const struct alerte_button *site_button(const struct site *site, uint32_t i);
const struct alerte_contact *site_contact(const struct site *site,
					  const char *id);
const struct site_wearer *site_wearer(const struct site *site, const char *id);
/* The contacts, as the policy room asks for them. */
struct policy_people site_people(struct site *site);

/* Checks of one object by itself: 0, ALERTE_EINVAL or ALERTE_ELIMIT. */
int site_check(enum alerte_kind kind, const void *object);
/* Checks of the whole; *id names the object at fault, static or in the site. */
int site_check_whole(struct site *site, const char *relay_number,
		     const char **id);

#endif
