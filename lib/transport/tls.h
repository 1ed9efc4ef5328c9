/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_TLS_H
#define TRANSPORT_TLS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/* How far the wall clock can be believed (S7). */
struct clock_state {
	bool trusted;
	int64_t instant_ms;	/* the last trusted one, or 0 */
};

/* One connection's look at the clock; to outlive the easy handle. */
struct tls {
	const struct clock_state *clock;
	bool undated;		/* judged without a trusted clock */
};

/* Who the server has to be, and who we are; "" for none. */
struct tls_identity {
	const char *ca_file, *cert_file, *key_file;
	const char *pin[2];
};

/* "" or "sha256//" and the base64 of 32 bytes. */
bool tls_pin_good(const char *pin);

/* TLS 1.2 or newer, chain, name and pins; false when memory is out. */
bool tls_set(CURL *c, struct tls *t, const struct tls_identity *id);

bool put_long(CURL *c, CURLoption option, long value);
bool put_text(CURL *c, CURLoption option, const char *value);
/* No signals, no proxy, no .netrc, no waiting for a resolver that hangs. */
bool tls_set_process(CURL *c);

#endif
