/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INTEROP_WHOLE_H
#define INTEROP_WHOLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "../fixture/bus.h"

/*
 * The whole way, from the frame in the air to the people and back:
 *
 *   frames -> alerted (nobody) -> bus -> ModemManager -> atsim
 *                |                `- alerte --system
 *                `-> nginx (TLS 1.3, client certificate) -> alerte receiver
 *
 * Everything lies in one scratch folder; house_start() aborts when a setting
 * of the daemon leads anywhere else (M5).
 *
 *   house.c   the scratch folder, the daemon, its settings
 *   server.c  certificates, nginx, receivers, and what they kept
 *   air.c     frames, encrypted as a button does
 *   ask.c     the command, and questions to all of them
 */

#define MARC "+33639980001"
#define LEA "+33639980002"
#define HER "+33639980009"
#define RELAY "+33639980114"
#define BUTTON "C2:00:00:5E:00:53"
#define KEY_HEX "00112233445566778899aabbccddeeff"

/* A service user, and a user who is nobody to us. */
#define SERVICE "nobody"
#define STRANGER "daemon"
#define MEMBERS "users"		/* stands for the group alerte */

#define LIMIT_MS 30000

/* ------------------------------------------------------------ house.c */

struct house {
	struct stage stage;
	pid_t alerted;
	int port;		/* nginx */
	bool by_socket;		/* ask there, and not on the bus */
};
extern struct house house;

/* What a test may want otherwise; NULL for what is usual. */
struct wish {
	const char *name, *area, *url_path;
};

/* Scratch folder, programs, servers; 77 when a part is missing. */
int house_build(void);
/* The stage; args as for stage_open(), policy and rule are added. */
int house_stage(const char *const more[]);
/* Fresh folders, no message anywhere. */
void house_empty(void);
void house_start(const char *pin_credential);
/* One more section of alerted.conf, in force at once. */
void house_setting(const char *section);
/* Its exit status; 128 and the signal when one ended it. */
int house_stop(void);
void house_site(const struct wish *wish);
/* The daemon's log, for whoever looks at a failure. */
void house_tell(void);

/* ----------------------------------------------------------- server.c */

/* false: nginx is not installed. */
bool server_start(void);
void server_stop(void);
/* /watch: heartbeats of the gateway of that key; says what it sees in a log. */
void server_watch(const char *key, const char *alarm_after);
void server_empty(void);
/* Bodies of that type the receiver kept: how many; one of them, owned. */
size_t reports(const char *type);
json_t *report(const char *type);
/* Also owned; NULL: none quotes that. */
json_t *report_quoting(const char *type, const char *quote);
/* Lines of nginx that hold all of these. */
size_t nginx_saw(const char *a, const char *b);
/* The second in which it wrote the last of them; 0: none. */
double nginx_when(const char *a, const char *b);
/* What the association's people answer to the alert of that reference. */
void server_answers(const char *reference, const char *json);

/* -------------------------------------------------------------- air.c */

enum { PRESS = 1, DOUBLE = 2, TRIPLE = 3, LONG = 4 };
/* Three copies of one frame, as buttons send them. */
void air_press(uint8_t gesture);

/* -------------------------------------------------------------- ask.c */

int64_t now_ms(void);
void pause_ms(int ms);
/* Run to its end; standard output in *out (owned), or not kept when NULL. */
int run(char **out, const char *const argv[]);
#define RUN(out, ...) run(out, (const char *const[]){ __VA_ARGS__, NULL })
/* alerte WORDS...: its exit status. */
int alerte(char **out, const char *const words[]);
#define ALERTE(...) alerte(NULL, (const char *const[]){ __VA_ARGS__, NULL })

/* Of the latest alert; "" when there is none.  Valid until the next call. */
const char *alert_word(const char *key);
bool alert_is(const char *key, const char *value);
/* Its attempt on that channel to that contact ("" for the relay). */
bool attempt_is(const char *channel, const char *contact, const char *state);
bool note_is(const char *kind, const char *text);
bool modem_is(const char *key, const char *value);
bool modem_ready(void);
bool fault_is(const char *name);
const char *status_word(const char *key);

/* Messages that left the modem to that number; the last one's text. */
size_t texts(const char *number);
const char *text_to(const char *number);
/* A contact writes; %s stands for the alert's code. */
void write_back(const char *from, const char *format);
void modem_do(const char *command);

/* Until it holds: a busy machine may take its time, a broken one fails. */
#define UNTIL(condition) \
	do { \
		int64_t end_ = now_ms() + LIMIT_MS; \
		while (!(condition)) { \
			if (now_ms() > end_) { \
				house_tell(); \
				fail_msg("never: %s", #condition); \
			} \
			pause_ms(50); \
		} \
	} while (0)

/* ------------------------------------------------------------- suites */

int everyday_tests(void);
int trouble_tests(void);
int gateway_tests(void);
int relay_tests(void);
int control_tests(void);
int sim_tests(void);
int beat_tests(void);

/* Setup and teardown of a test on a running daemon with the usual site. */
int settle(void **state);
int clear(void **state);
#define T(test) cmocka_unit_test_setup_teardown(test, settle, clear)

#endif
