/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTROL_PARTS_H
#define CONTROL_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <alerte/alerte.h>

#include "control/control.h"

#define PEERS_MAX 32
#define WATCH_MAX 64
#define FAULTS_MAX 32

/* One caller on the socket. */
struct peer {
	struct control *control;
	sd_bus *bus;			/* NULL: a free place */
	sd_bus_slot *object, *gone;
};

/* What was told of alerts and faults. */
struct watch {
	bool primed;			/* the past is not told */
	int64_t seen;			/* the newest alert told of */
	size_t nlive;
	struct {
		int64_t id;
		enum alerte_alert_state state;
		int64_t note;		/* the last one told of */
	} live[WATCH_MAX];
	size_t nfaults;
	char fault[FAULTS_MAX][ALERTE_ID_MAX];
	bool degraded;
	bool enrolling;			/* a button waits for its press */
	char enrolled[ALERTE_ID_MAX];	/* which, or was the last */
	char refused[256];		/* why its settings were not taken */
};

struct control {
	struct daemon *d;
	sd_bus *bus;			/* the system bus, borrowed, or NULL */
	sd_bus_slot *object;
	int listening;			/* -1: no socket */
	char path[108];
	sd_event_source *accept, *sweep;
	struct peer peer[PEERS_MAX];
	struct watch watch;
	/* Whose going away ends the enrolment: on the bus, or a peer. */
	sd_bus_track *enroller;
	sd_bus *enroller_peer;		/* borrowed, to compare */
};

/* methods.c */
extern const sd_bus_vtable control_vtable[];
const char *control_state(struct control *c);

/* An alert by its code, reference or id: 0 or ALERTE_ENOTFOUND. */
int alert_resolve(struct control *c, const char *text, int64_t *id);

/* preview.c */
int on_preview(sd_bus_message *m, void *context, sd_bus_error *error);

/* buttons.c */
int on_enrol(sd_bus_message *m, void *context, sd_bus_error *error);
int on_enrolment(sd_bus_message *m, void *context, sd_bus_error *error);
int on_enrol_cancel(sd_bus_message *m, void *context, sd_bus_error *error);
int on_buttons(sd_bus_message *m, void *context, sd_bus_error *error);
int on_button_remove(sd_bus_message *m, void *context, sd_bus_error *error);
const char *enrolment_word(enum alerte_enrol_state state);
/* The caller that it was to end with has gone. */
void enroller_gone(struct control *c);
void enroller_forget(struct control *c);

/* contacts.c */
int on_contacts(sd_bus_message *m, void *context, sd_bus_error *error);
int on_invite(sd_bus_message *m, void *context, sd_bus_error *error);

/* backup.c */
int on_backup(sd_bus_message *m, void *context, sd_bus_error *error);
int on_restore(sd_bus_message *m, void *context, sd_bus_error *error);

/* timer.c */
int on_timers(sd_bus_message *m, void *context, sd_bus_error *error);
int on_timer_set(sd_bus_message *m, void *context, sd_bus_error *error);

/* answer.c: what a method returns; of an error what, why, the next command. */
const char *error_word(int result);
int fail(sd_bus_error *error, int result, const char *why, const char *next);
/* The engine says why. */
int fail_engine(struct control *c, sd_bus_error *error, int result,
		const char *next);
/* Takes the document; NULL is told as having no memory. */
int answer(sd_bus_message *m, json_t *document, sd_bus_error *error);
/* The empty answer of a method that did something; turns the loop. */
int done(struct control *c, sd_bus_message *m);

/* emit.c: to all who are connected; a list ended by NULL of sd-bus types. */
void emit(struct control *c, const char *signal, const char *types, ...);
void emit_state(struct control *c);

/*
 * json.c: the documents of CONTROL.md.  New references; NULL without memory,
 * json_show() also when the alert is gone.
 */
json_t *json_status(struct control *c);
json_t *json_alerts(struct control *c, int64_t after, uint32_t most);
json_t *json_show(struct control *c, int64_t alert);
/* An instant of this boot by the wall clock; null for 0. */
json_t *json_heard(const struct alerte_time *now, int64_t boot_ms);
/* ISO 8601, local; null for 0. */
json_t *json_instant(int64_t wall_ms);
/* supervision.c: what watches over the gateway, into its status. */
void json_supervision(struct control *c, json_t *out);
/* "schema" first. */
json_t *json_document(void);

#endif
