/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_ERROR_H
#define ALERTE_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#define ALERTE_API __attribute__((visibility("default")))

/*
 * What a function can answer.  0 and above is success; an input that was taken
 * says which kind of success.  On failure outputs are untouched, unless the
 * function's own comment says otherwise.
 */
enum alerte_result {
	/* Nothing to do: not for us, a repeat, or done without a count. */
	ALERTE_OK = 0,
	/* Taken, and durable: power may go now. */
	ALERTE_ACCEPTED = 1,
	/*
	 * Taken, but only in memory: the disk refuses writes, or may wait a
	 * second for what is probably forged.  The alert runs all the same and
	 * is written back when the disk returns.
	 */
	ALERTE_VOLATILE = 2,
	/*
	 * Taken, and nothing may show that it was (L8): no count, no line in a
	 * log, no answer to who gave it.
	 */
	ALERTE_UNSEEN = 3,

	ALERTE_EINVAL = -1,	/* an argument breaks the rules of its header */
	ALERTE_EFORMAT = -2,	/* bytes from outside are malformed */
	ALERTE_EKEY = -3,	/* authentication failed, or a key is missing */
	ALERTE_ENOTFOUND = -4,	/* no such object, or no format knows the bytes */
	ALERTE_EREFUSED = -5,	/* a rule forbids it; certainly not done */
	ALERTE_ELIMIT = -6,	/* too many, too long, or too soon */
	ALERTE_EBUSY = -7,	/* called from inside a host call */
	ALERTE_EINUSE = -8,	/* another engine owns the store */
	ALERTE_ESTORE = -9,	/* the store cannot be read or written */
	ALERTE_ENOMEM = -10	/* memory ran out */
};

/* An English sentence for a result; never NULL, never to be freed. */
ALERTE_API const char *alerte_strerror(int result);

/* "major.minor.patch" of the library in use. */
ALERTE_API const char *alerte_version(void);

#ifdef __cplusplus
}
#endif

#endif
