/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INTEROP_KANNEL_H
#define INTEROP_KANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include <alerte/settings.h>

/*
 * The real Kannel in a scratch folder and a network of its own, in which there
 * is nothing but loopback: nothing can be reached from it (M5).
 *
 *	sendsms (smsbox) -> bearerbox -> fakesmsc, whose output is "the phone"
 *	TLS by nginx in front of it
 */

#define KANNEL_URL "http://127.0.0.1:13013/cgi-bin/sendsms"
#define KANNEL_TLS_URL "https://127.0.0.1:13443/cgi-bin/sendsms"
#define KANNEL_USER "alerte"
#define KANNEL_PASSWORD "a-secret-of-kannel"

/* 0, or 77 and a line SKIP: why. */
int kannel_open(void);
void kannel_close(void);

/* With and without a network behind it. */
void kannel_network(bool present);
/* smsbox takes connections and says nothing. */
void kannel_hang(void);
/* It ends as a crash would. */
void kannel_crash(void);
/* smsbox ends, or begins. */
void kannel_serve(bool present);
/* Public key and authority of what answers KANNEL_TLS_URL. */
void kannel_identity(char pin[ALERTE_PIN_MAX], const char **ca_file);

/* How many messages with these words "the phone" has got. */
size_t kannel_got(const char *words);
/* A log of the proxy in front of it holds this. */
bool kannel_logs_hold(const char *words);

#endif
