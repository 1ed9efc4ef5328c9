/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H

#include <stdbool.h>
#include <systemd/sd-bus.h>

#define CONTROL_NAME "org.alerte.Alerted1"
#define CONTROL_PATH "/org/alerte/Alerted1"

struct daemon;

/*
 * The control interface of CONTROL.md, on the system bus and on a Unix socket.
 */
struct control;

/* 0, or -errno; *out is to be freed, NULL allowed. */
int control_new(struct daemon *d, struct control **out);
void control_free(struct control *c);
/* Take no more calls: at a stop. */
void control_close(struct control *c);

/* The system bus came, or went. */
int control_bus_attach(struct control *c, sd_bus *bus);
void control_bus_detach(struct control *c);

/* Compare with what was told before, and emit what changed. */
void control_watch(struct control *c);
/* A button waited for its press, and what became of it is still to be told. */
bool control_enrolment_over(struct control *c);

#endif
