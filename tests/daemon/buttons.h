/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DAEMON_BUTTONS_H
#define TESTS_DAEMON_BUTTONS_H

#include <alerte/alerte.h>
#include <alerte/sealed.h>

#include "scratch.h"

/* Marie, whom Paul helps, and a button of each kind; none is real. */
#define BUTTON "54:48:E6:8F:80:A5"
#define ITAG "FF:FF:10:0A:12:34"
#define KEY1 "231d39c1d7cc1ab1aee224cd096db932"
#define KEY2 "4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b"
#define MASTER "000102030405060708090a0b0c0d0e0f" \
	"101112131415161718191a1b1c1d1e1f"

#define PEOPLE "contact \"paul\" {\n\tname = \"Paul\"\n" \
	"\tnumber = \"+33639980001\"\n}\n" \
	"wearer \"marie\" {\n\tname = \"Marie Durand\"\n" \
	"\tshort_name = \"Marie D.\"\n\tplace = \"12 rue Garibaldi, Lyon\"\n" \
	"\tarea = \"Lyon 3e\"\n\tassociation = \"X\"\n" \
	"\tcontact = {\"paul\"}\n}\n"
#define HEAD(id) "button \"" id "\" {\n\twearer = \"marie\"\n"
#define KEYED HEAD("keyring") "\taddress = \"" BUTTON "\"\n" \
	"\tformat = \"bthome-v2\"\n\tkey = \"" KEY1 "\"\n}\n"
#define SEALED HEAD("sealed") "\tkey = \"" MASTER "\"\n}\n"
#define BEACON HEAD("beacon") \
	"\ttrigger = \"service-data:8800:80/80,hold=300\"\n}\n"
#define PLASTIC HEAD("itag") "\taddress = \"" ITAG "\"\n" \
	"\tformat = \"itag\"\n}\n"

/* Start alerted with this site file in force. */
void start(struct scratch *s, const char *text);

/* The first sentence of a list of an answer, or "". */
const char *first(const json_t *doc, const char *list);
/* A member of an answer; numbers in decimal, booleans as 0 and 1. */
bool answer_is(const json_t *doc, const char *key, const char *value);
#define CHECK(doc, key, value) \
	do { \
		if (!answer_is(doc, key, value)) \
			fail_msg("%s is not %s: %s", key, value, \
				 json_dumps(doc, 0)); \
	} while (0)
/* The answer of call() or hear(), which it frees. */
void said(char *word, const char *what);

/* A press of KEYED, sealed with a key of 32 hex digits. */
void keyed_press(struct scratch *s, const char *hex, uint32_t counter,
		 const char *answer);
/* A frame of SEALED, under an address it has never had before. */
void sealed_send(struct scratch *s, struct alerte_sealed_frame f,
		 const char *answer);

/* Begin to enrol; the document of Enrolment; wait until it is proved. */
void enrol(struct scratch *s, const char *text);
json_t *enrolment(struct scratch *s);
void proved_wait(struct scratch *s);

size_t alerts(struct scratch *s);
/* Of the first alert. */
void trust_is(struct scratch *s, const char *trust);
/* One of the counters of Status. */
json_int_t counter_of(struct scratch *s, const char *name);

#endif
