/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"

static void add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_nconf_nid(NULL, NULL, nid, value);

	assert(e && X509_add_ext(cert, e, -1));
	X509_EXTENSION_free(e);
}

static X509 *read_cert(const char *name)
{
	FILE *f = fopen(scratch("%s.pem", name), "r");
	X509 *cert = PEM_read_X509(f, NULL, NULL, NULL);

	assert(cert);
	fclose(f);
	return cert;
}

static EVP_PKEY *read_key(const char *name)
{
	FILE *f = fopen(scratch("%s.key", name), "r");
	EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, NULL, NULL);

	assert(key);
	fclose(f);
	return key;
}

static void write_pair(const char *name, X509 *cert, EVP_PKEY *key)
{
	FILE *f = fopen(scratch("%s.pem", name), "w");

	assert(PEM_write_X509(f, cert));
	fclose(f);
	f = fopen(scratch("%s.key", name), "w");
	assert(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL));
	fclose(f);
}

static X509 *fill(const struct cert *c, EVP_PKEY *key)
{
	X509 *cert = X509_new();
	long serial = 0;

	RAND_bytes((unsigned char *)&serial, 4);
	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
	X509_time_adj_ex(X509_getm_notBefore(cert), c->from_days, 0, NULL);
	X509_time_adj_ex(X509_getm_notAfter(cert), c->to_days, 0, NULL);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN",
				   MBSTRING_ASC,
				   (const unsigned char *)c->name, -1, -1, 0);
	X509_set_pubkey(cert, key);
	add_extension(cert, NID_basic_constraints,
		      c->san ? "CA:FALSE" : "critical,CA:TRUE");

	if (c->san)
		add_extension(cert, NID_subject_alt_name, c->san);

	return cert;
}

void cert_make(const struct cert *c)
{
	bool own = !strcmp(c->name, c->issuer);
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = fill(c, key);
	X509 *issuer = own ? cert : read_cert(c->issuer);
	EVP_PKEY *signer = own ? key : read_key(c->issuer);

	X509_set_issuer_name(cert, X509_get_subject_name(issuer));
	assert(X509_sign(cert, signer, EVP_sha256()) > 0);
	write_pair(c->name, cert, key);

	if (!own) {
		X509_free(issuer);
		EVP_PKEY_free(signer);
	}

	X509_free(cert);
	EVP_PKEY_free(key);
}

void cert_pin(const char *name, char pin[ALERTE_PIN_MAX])
{
	unsigned char sum[EVP_MAX_MD_SIZE], base64[48], *der = NULL;
	X509 *cert = read_cert(name);
	unsigned int len;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);

	assert(n > 0);
	EVP_Digest(der, (size_t)n, sum, &len, EVP_sha256(), NULL);
	EVP_EncodeBlock(base64, sum, (int)len);
	snprintf(pin, ALERTE_PIN_MAX, "sha256//%s", (char *)base64);
	OPENSSL_free(der);
	X509_free(cert);
}
