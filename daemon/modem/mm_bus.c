/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "modem/mm.h"

/* A call not answered yet; freed with the driver, so no answer comes late. */
struct mm_call {
	struct mm_call *next, **link;
	struct mm *mm;
	sd_bus_slot *slot;
	void (*answer)(struct mm *mm, sd_bus_message *reply, const char *path,
		       int64_t id);
	int64_t id;
	char path[MM_PATH_MAX];
};

static void call_free(struct mm_call *c)
{
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	sd_bus_slot_unref(c->slot);
	free(c);
}

static int call_answered(sd_bus_message *reply, void *userdata,
			 sd_bus_error *error)
{
	struct mm_call *c = userdata;
	struct mm_call done = *c;

	(void)error;
	call_free(c);
	done.answer(done.mm, reply, done.path, done.id);
	return 0;
}

int mm_call(struct mm *mm, sd_bus_message *m, uint64_t timeout_ms,
	    void (*answer)(struct mm *mm, sd_bus_message *reply,
			   const char *path, int64_t id),
	    const char *path, int64_t id)
{
	struct mm_call *c;

	if (!m || strlen(path) >= sizeof(c->path))
		return ALERTE_EINVAL;

	c = calloc(1, sizeof(*c));
	if (!c)
		return ALERTE_ENOMEM;

	c->mm = mm;
	c->answer = answer;
	c->id = id;
	strcpy(c->path, path);
	if (sd_bus_call_async(mm->bus, &c->slot, m, call_answered, c,
			      timeout_ms * 1000) < 0) {
		free(c);
		return ALERTE_EREFUSED;
	}

	c->next = mm->calls;
	c->link = &mm->calls;
	if (c->next)
		c->next->link = &c->next;
	mm->calls = c;
	return 0;
}

void mm_calls_free(struct mm *mm)
{
	while (mm->calls)
		call_free(mm->calls);
}

sd_bus_message *mm_method(struct mm *mm, const char *path,
			  const char *interface, const char *member)
{
	sd_bus_message *m = NULL;

	if (sd_bus_message_new_method_call(mm->bus, &m, MM_NAME, path,
					   interface, member) < 0)
		return NULL;

	return m;
}

bool mm_error_is(const sd_bus_error *e, const char *prefix)
{
	return e && e->name && !strncmp(e->name, prefix, strlen(prefix));
}

static bool no_polkit(const sd_bus_error *e)
{
	return mm_error_is(e, MM_NAME ".Error.Core.Failed") && e->message &&
	       !strncmp(e->message, "PolicyKit authorization failed", 30);
}

/*
 * What the modem, ModemManager or the network refused.  A port that closed, a
 * call cancelled or not answered, a network that did not answer in time: it may
 * have the message all the same.
 */
enum alerte_receipt_kind mm_failure(const sd_bus_error *e)
{
	static const char *const definite[] = {
		MM_NAME ".Error.Message.",
		MM_NAME ".Error.MobileEquipment.",
		MM_NAME ".Error.Core.WrongState",
		MM_NAME ".Error.Core.Unauthorized",
		MM_NAME ".Error.Core.Unsupported",
		MM_NAME ".Error.Core.InvalidArgs",
	};

	if (mm_error_is(e, MM_NAME ".Error.Message.NetworkTimeout") ||
	    mm_error_is(e, MM_NAME ".Error.MobileEquipment.NetworkTimeout"))
		return ALERTE_RECEIPT_UNKNOWN;

	for (size_t i = 0; i < sizeof(definite) / sizeof(*definite); i++)
		if (mm_error_is(e, definite[i]))
			return ALERTE_RECEIPT_FAILED;

	return no_polkit(e) ? ALERTE_RECEIPT_FAILED : ALERTE_RECEIPT_UNKNOWN;
}

bool mm_denied(struct mm *mm, const sd_bus_error *e, const char *action)
{
	if (!mm_error_is(e, MM_NAME ".Error.Core.Unauthorized") &&
	    !no_polkit(e))
		return false;

	if (!mm->missing || strcmp(mm->missing, action))
		log_line(ALERTE_LOG_ERROR, "ModemManager refuses this service "
			 "(polkit: %s). Install the rule 50-alerted.rules",
			 action);
	mm->missing = action;
	return true;
}

void mm_allowed(struct mm *mm, const char *action)
{
	if (!mm->missing || strcmp(mm->missing, action))
		return;

	log_line(ALERTE_LOG_NOTICE, "ModemManager allows this service again");
	mm->missing = NULL;
}

void mm_denied_softly(bool *said, const sd_bus_error *e, const char *action)
{
	bool no = mm_error_is(e, MM_NAME ".Error.Core.Unauthorized");

	if (no && !*said)
		log_line(ALERTE_LOG_ERROR, "ModemManager refuses this service "
			 "(polkit: %s). Install the rule 50-alerted.rules",
			 action);
	if (!e || no)
		*said = no;
}
