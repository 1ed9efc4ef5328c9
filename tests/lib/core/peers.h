/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_PEERS_H
#define TESTS_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/alerte.h>

/*
 * Several gateways that hear one button, and the server between them, in
 * virtual time: every message that is sent gets its receipt, every poll its
 * claim and its answer.
 */
#define GATEWAYS 3
#define PEERS_RELAY "+33639980114"
#define SENT_MOST 256

struct sent {
	int gateway;
	enum alerte_channel channel;
	char contact[ALERTE_ID_MAX];
	char key[96];
	char text[1024];
	int64_t at_ms;
};

struct gateway {
	struct alerte *a;
	uint8_t run_key[ALERTE_KEY_BYTES], random;
	bool cut;			/* from the server */
	bool hangs;			/* its modem never answers */
	int64_t asked_ms;
	char claim[ALERTE_CLAIM_MAX];	/* what the server has of it */
	int64_t claim_ms;
	size_t npending;
	int64_t pending[64];		/* attempts that wait for a receipt */
};

struct scene {
	struct gateway gateway[GATEWAYS];
	int64_t now_ms;
	bool keeps;			/* the server gives out old claims */
	char answers[512];		/* of people, to every gateway */
	size_t nsent;
	struct sent sent[SENT_MOST];
};

extern struct scene scene;

/* n gateways of ranks 0, 1, 2; the first's settings restored on the others. */
void scene_start(int n, bool ranked);
void scene_end(void);
struct alerte_time scene_now(void);
/* The same frame, heard by all that live. */
void scene_press(enum alerte_gesture gesture);
/* Let so much time pass. */
void scene_pass(int64_t ms);
/* As SIGKILL does it: nothing more is heard of it. */
void scene_kill(int gateway);
void scene_arm(void);

/* Messages of that gateway (-1: any) on that channel to that contact. */
size_t sent_by(int gateway, enum alerte_channel channel, const char *contact);
/* When the last of them left; -1: none. */
int64_t sent_ms(int gateway, enum alerte_channel channel, const char *contact);
/* The last text to him. */
const char *sent_text(const char *contact);
struct alerte_alert scene_alert(int gateway);

#endif
