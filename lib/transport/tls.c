/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock (S7): where it is not trusted the chain is judged at the last
 * instant that was.  A certificate younger than that instant is accepted:
 * time only runs forward, and a box that slept through a renewal must not
 * fall silent.
 */
#include "transport/tls.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

#include <alerte/settings.h>

#define PIN_PREFIX "sha256//"
#define PIN_BASE64 44	/* 32 bytes, and one '=' */

bool tls_pin_good(const char *pin)
{
	static const char base64[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";
	const char *s = pin + strlen(PIN_PREFIX);

	if (!*pin)
		return true;

	return !strncmp(pin, PIN_PREFIX, strlen(PIN_PREFIX)) &&
	       strlen(s) == PIN_BASE64 &&
	       strspn(s, base64) == PIN_BASE64 - 1 && s[PIN_BASE64 - 1] == '=';
}

static int younger_is_fine(int ok, X509_STORE_CTX *ctx)
{
	if (!ok && X509_STORE_CTX_get_error(ctx) ==
			   X509_V_ERR_CERT_NOT_YET_VALID) {
		X509_STORE_CTX_set_error(ctx, X509_V_OK);
		return 1;
	}

	return ok;
}

static CURLcode on_tls(CURL *easy, void *ctx, void *user)
{
	struct tls *t = user;
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);

	(void)easy;

	if (t->clock->trusted)
		return CURLE_OK;

	t->undated = true;

	if (t->clock->instant_ms <= 0) {
		if (!X509_VERIFY_PARAM_set_flags(param,
						 X509_V_FLAG_NO_CHECK_TIME))
			return CURLE_OUT_OF_MEMORY;

		return CURLE_OK;
	}

	X509_VERIFY_PARAM_set_time(param, t->clock->instant_ms / 1000);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, younger_is_fine);
	return CURLE_OK;
}

bool put_long(CURL *c, CURLoption option, long value)
{
	return curl_easy_setopt(c, option, value) == CURLE_OK;
}

bool put_text(CURL *c, CURLoption option, const char *value)
{
	return curl_easy_setopt(c, option, value) == CURLE_OK;
}

bool tls_set_process(CURL *c)
{
	return put_long(c, CURLOPT_NOSIGNAL, 1) &&
	       /* Never wait for a resolver that hangs. */
	       put_long(c, CURLOPT_QUICK_EXIT, 1) &&
	       put_text(c, CURLOPT_PROXY, "") &&
	       put_long(c, CURLOPT_NETRC, CURL_NETRC_IGNORED);
}

static bool set_identity(CURL *c, const struct tls_identity *set)
{
	char pins[2 * ALERTE_PIN_MAX + 1];

	if (*set->ca_file && (!put_text(c, CURLOPT_CAINFO, set->ca_file) ||
			      !put_text(c, CURLOPT_CAPATH, NULL) ||
			      /* Else a new file would count a day later. */
			      !put_long(c, CURLOPT_CA_CACHE_TIMEOUT, 0)))
		return false;

	if (*set->cert_file && (!put_text(c, CURLOPT_SSLCERT,
					  set->cert_file) ||
				!put_text(c, CURLOPT_SSLKEY,
					  *set->key_file ? set->key_file :
							   set->cert_file)))
		return false;

	if (!*set->pin[0] && !*set->pin[1])
		return true;

	snprintf(pins, sizeof(pins), "%s%s%s", set->pin[0],
		 *set->pin[0] && *set->pin[1] ? ";" : "", set->pin[1]);
	return put_text(c, CURLOPT_PINNEDPUBLICKEY, pins);
}

bool tls_set(CURL *c, struct tls *t, const struct tls_identity *id)
{
	return put_long(c, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2) &&
	       put_long(c, CURLOPT_SSL_VERIFYPEER, 1) &&
	       put_long(c, CURLOPT_SSL_VERIFYHOST, 2) &&
	       /* A locked key is an error: nobody is there to be asked. */
	       put_text(c, CURLOPT_KEYPASSWD, "") &&
	       curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, on_tls) ==
		       CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, t) == CURLE_OK &&
	       set_identity(c, id);
}
