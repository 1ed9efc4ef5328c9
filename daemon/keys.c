/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_MAX 128			/* bytes of a key file */

static bool find(const char *name, const char *credentials, const char *state,
		 char out[PATH_MAX])
{
	int n;

	if (strchr(name, '/')) {
		n = snprintf(out, PATH_MAX, "%s", name);
		return n < PATH_MAX && access(out, F_OK) == 0;
	}

	if (credentials) {
		n = snprintf(out, PATH_MAX, "%s/%s", credentials, name);
		if (n < PATH_MAX && access(out, F_OK) == 0)
			return true;
	}

	n = snprintf(out, PATH_MAX, "%s/%s", state, name);
	return n < PATH_MAX && access(out, F_OK) == 0;
}

/*
 * A credential of the service manager may be root's, with an access list for
 * the unit's user that shows as a group bit: nobody but root is in that group.
 */
static bool others_may_read(const struct stat *st)
{
	if (st->st_mode & (S_IRWXO | S_IWGRP | S_IXGRP))
		return true;

	return st->st_mode & S_IRGRP && st->st_gid != 0;
}

/* Bytes read of a file nobody else may read, or -1 with a complaint. */
static ssize_t secret_bytes(const char *path, struct complaints *c,
			    char out[SECRET_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0 || fstat(fd, &st) < 0)
		complain(c, path, 0, "%s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		complain(c, path, 0, "not a file");
	else if (others_may_read(&st))
		complain(c, path, 0, "others may read this secret; run: "
			 "chmod 600 %s", path);
	else if ((n = read(fd, out, SECRET_MAX)) < 0)
		complain(c, path, 0, "%s", strerror(errno));

	if (fd >= 0)
		close(fd);

	return n;
}

static size_t trimmed(const char *text, size_t n)
{
	while (n && strchr("\r\n", text[n - 1]))
		n--;

	return n;
}

static bool key_parse(const char *text, size_t n, uint8_t out[ALERTE_KEY_BYTES])
{
	size_t got;

	if (n == ALERTE_KEY_BYTES) {
		memcpy(out, text, n);
		return true;
	}

	n = trimmed(text, n);
	return n == 2 * ALERTE_KEY_BYTES &&
	       sodium_hex2bin(out, ALERTE_KEY_BYTES, text, n, NULL, &got,
			      NULL) == 0 && got == ALERTE_KEY_BYTES;
}

/* 1 read, 0 not there, -1 with a complaint. */
static int key_read(const char *name, const char *credentials,
		    const char *state, struct complaints *c,
		    uint8_t out[ALERTE_KEY_BYTES])
{
	char path[PATH_MAX], text[SECRET_MAX];
	ssize_t n;
	int r = -1;

	if (!*name || !find(name, credentials, state, path))
		return 0;

	n = secret_bytes(path, c, text);

	if (n >= 0 && key_parse(text, (size_t)n, out))
		r = 1;
	else if (n >= 0)
		complain(c, path, 0, "not a key: 32 bytes, or 64 hex digits");

	explicit_bzero(text, sizeof(text));
	return r;
}

static void say_missing(struct complaints *c, const char *name,
			const char *credentials, const char *state)
{
	complain(c, "alerted", 0, "no key %s in %s%s%s; a first start makes it "
		 "with: alerted --create-keys; else bring it back from where "
		 "it is kept, the store opens with no other", name,
		 credentials ? credentials : "", credentials ? " or " : "",
		 state);
}

bool keys_read(const struct conf *conf, const char *credentials,
	       const char *state, struct complaints *c, struct keys *out)
{
	int run, pub, secret;

	memset(out, 0, sizeof(*out));
	run = key_read(conf->key_run, credentials, state, c, out->run);
	pub = key_read(conf->key_reading_public, credentials, state, c,
		       out->reading_public);
	secret = key_read(conf->key_reading_secret, credentials, state, c,
			  out->reading_secret);
	out->has_secret = secret == 1;

	/* The public half follows from the private one. */
	if (pub == 0 && secret == 1)
		pub = crypto_scalarmult_base(out->reading_public,
					     out->reading_secret) == 0;

	if (run == 0)
		say_missing(c, conf->key_run, credentials, state);
	if (pub == 0)
		say_missing(c, conf->key_reading_public, credentials, state);

	if (run == 1 && pub == 1 && secret >= 0)
		return true;

	keys_wipe(out);
	return false;
}

static bool there(const char *name, const char *credentials, const char *state)
{
	char path[PATH_MAX];

	return *name && find(name, credentials, state, path);
}

bool keys_missing(const struct conf *conf, const char *credentials,
		  const char *state)
{
	return !there(conf->key_run, credentials, state) ||
	       (!there(conf->key_reading_public, credentials, state) &&
		!there(conf->key_reading_secret, credentials, state));
}

static bool key_write(const char *state, const char *name,
		      const uint8_t key[ALERTE_KEY_BYTES], struct complaints *c)
{
	char path[PATH_MAX];
	ssize_t n = -1;
	int fd;

	if (strchr(name, '/'))
		n = snprintf(path, sizeof(path), "%s", name);
	else
		n = snprintf(path, sizeof(path), "%s/%s", state, name);

	if (n >= (ssize_t)sizeof(path))
		return false;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0) {
		complain(c, path, 0, "%s", strerror(errno));
		return false;
	}

	n = write(fd, key, ALERTE_KEY_BYTES);

	if (n != ALERTE_KEY_BYTES || fsync(fd) < 0) {
		complain(c, path, 0, "the key could not be written; make room "
			 "on this disk, remove the file and start again");
		n = -1;
	}

	close(fd);
	return n == ALERTE_KEY_BYTES;
}

bool keys_create(const struct conf *conf, const char *state,
		 const char *store, struct complaints *c)
{
	struct keys keys;
	char path[PATH_MAX];
	bool good = true;

	if (access(store, F_OK) == 0) {
		complain(c, store, 0, "this store was sealed with keys that "
			 "are not here; bring them back, new ones do not open "
			 "it");
		return false;
	}

	if (sodium_init() < 0)
		return false;

	randombytes_buf(keys.run, sizeof(keys.run));
	crypto_box_keypair(keys.reading_public, keys.reading_secret);

	if (!find(conf->key_run, NULL, state, path))
		good = key_write(state, conf->key_run, keys.run, c);

	/* A pair is made whole or not at all. */
	if (good && !find(conf->key_reading_public, NULL, state, path) &&
	    !find(conf->key_reading_secret, NULL, state, path))
		good = key_write(state, conf->key_reading_secret,
				 keys.reading_secret, c) &&
		       key_write(state, conf->key_reading_public,
				 keys.reading_public, c);

	keys_wipe(&keys);
	return good;
}

char *secret_read(const char *name, const char *credentials,
		  const char *state, struct complaints *c)
{
	char path[PATH_MAX], text[SECRET_MAX], *copy = NULL;
	ssize_t n;

	if (!find(name, credentials, state, path)) {
		complain(c, "alerted", 0, "no secret %s; set it up as a "
			 "credential of the unit, or as a file of mode 0600",
			 name);
		return NULL;
	}

	n = secret_bytes(path, c, text);

	if (n >= 0)
		copy = strndup(text, trimmed(text, (size_t)n));

	explicit_bzero(text, sizeof(text));
	return copy;
}

void keys_wipe(struct keys *keys)
{
	explicit_bzero(keys, sizeof(*keys));
}
