/* SPDX-License-Identifier: Apache-2.0 */
#include <alerte/error.h>

const char *alerte_strerror(int result)
{
	switch ((enum alerte_result)result) {
	case ALERTE_OK:
		return "nothing to do";
	case ALERTE_ACCEPTED:
		return "accepted, and durable";
	case ALERTE_VOLATILE:
		return "accepted, but only in memory: the disk refuses writes";
	case ALERTE_UNSEEN:
		return "accepted, and nothing may show it";
	case ALERTE_EINVAL:
		return "an argument breaks the rules";
	case ALERTE_EFORMAT:
		return "malformed bytes";
	case ALERTE_EKEY:
		return "authentication failed, or a key is missing";
	case ALERTE_ENOTFOUND:
		return "not found, or not known";
	case ALERTE_EREFUSED:
		return "refused by a rule; nothing was done";
	case ALERTE_ELIMIT:
		return "too many, too long, or too soon";
	case ALERTE_EBUSY:
		return "called from inside a call of the host";
	case ALERTE_EINUSE:
		return "another engine owns the store";
	case ALERTE_ESTORE:
		return "the store cannot be read or written";
	case ALERTE_ENOMEM:
		return "memory ran out";
	}
	return result > 0 ? "done" : "unknown error";
}

const char *alerte_version(void)
{
	return ALERTE_VERSION;
}
