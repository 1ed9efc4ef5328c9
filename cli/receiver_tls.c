/* SPDX-License-Identifier: Apache-2.0 */
#include "receiver.h"

#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DAY_S 86400L
#define VALID_DAYS 800L
#define FILE_PATH_MAX 4096

static void complain(const char *what)
{
	const char *why = ERR_reason_error_string(ERR_get_error());

	fprintf(stderr, "alerte receiver: %s: %s\n", what,
		why ? why : "cannot be used");
}

static bool add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_nconf_nid(NULL, NULL, nid, value);
	bool added = e && X509_add_ext(cert, e, -1);

	X509_EXTENSION_free(e);
	return added;
}

static bool add_serial(X509 *cert)
{
	unsigned char bytes[16];
	BIGNUM *n;
	bool added;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return false;

	bytes[0] &= 0x7f;	/* positive: RFC 5280 section 4.1.2.2 */
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	added = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert));
	BN_free(n);
	return added;
}

static bool fill(X509 *cert, EVP_PKEY *key)
{
	X509_NAME *name = X509_get_subject_name(cert);

	return X509_set_version(cert, X509_VERSION_3) && add_serial(cert) &&
	       /* A clock a little behind is no reason to fail a trial. */
	       X509_gmtime_adj(X509_getm_notBefore(cert), -DAY_S) &&
	       X509_gmtime_adj(X509_getm_notAfter(cert),
			       VALID_DAYS * DAY_S) &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					  (const unsigned char *)"receiver",
					  -1, -1, 0) &&
	       X509_set_issuer_name(cert, name) &&
	       X509_set_pubkey(cert, key) &&
	       add_extension(cert, NID_basic_constraints, "CA:FALSE") &&
	       add_extension(cert, NID_subject_alt_name,
			     "IP:127.0.0.1,DNS:localhost") &&
	       X509_sign(cert, key, EVP_sha256()) > 0;
}

static FILE *create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
				    O_CLOEXEC, 0600);

	return fd < 0 ? NULL : fdopen(fd, "w");
}

static bool write_key(const char *path, EVP_PKEY *key)
{
	FILE *f = create(path);
	bool good;

	if (!f)
		return false;

	good = PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	return !fclose(f) && good;
}

static bool write_cert(const char *path, X509 *cert)
{
	FILE *f = create(path);
	bool good;

	if (!f)
		return false;

	good = PEM_write_X509(f, cert);
	return !fclose(f) && good;
}

static bool make_identity(const char *key_path, const char *cert_path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	bool made = key && cert && fill(cert, key) &&
		    write_key(key_path, key) && write_cert(cert_path, cert);

	X509_free(cert);
	EVP_PKEY_free(key);
	return made;
}

/* RFC 7469 section 2.4: the digest of the SubjectPublicKeyInfo. */
static bool read_pin(SSL_CTX *ctx, char pin[RECEIVER_PIN_MAX])
{
	unsigned char sum[EVP_MAX_MD_SIZE], base64[48], *der = NULL;
	unsigned int sum_len;
	X509_PUBKEY *key;
	int len;

	key = X509_get_X509_PUBKEY(SSL_CTX_get0_certificate(ctx));
	len = i2d_X509_PUBKEY(key, &der);

	if (len < 0)
		return false;

	if (!EVP_Digest(der, (size_t)len, sum, &sum_len, EVP_sha256(), NULL)) {
		OPENSSL_free(der);
		return false;
	}

	OPENSSL_free(der);
	EVP_EncodeBlock(base64, sum, (int)sum_len);
	snprintf(pin, RECEIVER_PIN_MAX, "sha256//%s", (char *)base64);
	return true;
}

static bool require_clients(SSL_CTX *ctx, const char *ca)
{
	STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(ca);

	if (!names || SSL_CTX_load_verify_locations(ctx, ca, NULL) != 1) {
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return false;
	}

	SSL_CTX_set_client_CA_list(ctx, names);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER |
					SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return true;
}

static bool load(SSL_CTX *ctx, const char *key, const char *cert)
{
	return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
	       SSL_CTX_use_certificate_chain_file(ctx, cert) == 1 &&
	       SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) == 1;
}

SSL_CTX *receiver_tls(const char *dir, const char *client_ca,
		      char pin[RECEIVER_PIN_MAX])
{
	char key[FILE_PATH_MAX], cert[FILE_PATH_MAX];
	SSL_CTX *ctx;

	snprintf(key, sizeof(key), "%s/key.pem", dir);
	snprintf(cert, sizeof(cert), "%s/cert.pem", dir);

	if ((access(key, R_OK) || access(cert, R_OK)) &&
	    !make_identity(key, cert)) {
		complain(dir);
		return NULL;
	}

	ctx = SSL_CTX_new(TLS_server_method());

	if (!ctx || !load(ctx, key, cert) || !read_pin(ctx, pin)) {
		complain(cert);
		SSL_CTX_free(ctx);
		return NULL;
	}

	if (client_ca && !require_clients(ctx, client_ca)) {
		complain(client_ca);
		SSL_CTX_free(ctx);
		return NULL;
	}

	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return ctx;
}
