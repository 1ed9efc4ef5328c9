/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts from a wearer's own number, which anybody can forge, and to which
 * nothing is ever answered (S6): where her telephone is (message/aml.h), or her
 * code, which ends her alert (L6), in one of
 *
 *   annuler 7K2 CODE     annuler CODE     CODE
 *
 * Anything else she writes while it is open goes to the association, as what
 * a contact writes does.  Who holds her phone may write too: a text of one
 * word is a try of her code, wrong ones slow the next one and are counted.
 */
#include "core/companion.h"

#include <string.h>

#include "channel/reply.h"
#include "core/duress.h"
#include "core/position.h"
#include "core/reply.h"
#include "message/aml.h"

const struct site_wearer *companion_of(struct alerte *e, const char *number)
{
	const struct site_wearer *w = NULL;
	const char *id = "";

	while ((w = site_after(e->site, ALERTE_KIND_WEARER, id))) {
		if (w->set.number[0] && number_same(w->set.number, number))
			return w;
		id = w->set.id;
	}
	return NULL;
}

static void forward(struct alerte *e, struct live *l,
		    const struct site_wearer *w, const char *text)
{
	text = reply_kept(e, text);
	note_add(e, l, ALERTE_NOTE_REPLY, w->set.id, text);
	reply_forward(e, l, w->set.short_name, text);
}

/* What goes on of hers, and nothing shows it. */
static struct live *unseen_of(struct alerte *e, const char *wearer)
{
	for (struct live *l = e->live; l; l = l->next)
		if (l->unseen && alert_live(&l->alert) &&
		    !strcmp(l->alert.wearer, wearer))
			return l;
	return NULL;
}

/* No alert of hers shows: as from anybody, whatever goes on behind that. */
static int unknown(struct alerte *e, const struct site_wearer *w,
		   const char *text)
{
	struct live *l = unseen_of(e, w->set.id);

	if (l) {
		forward(e, l, w, text);
		engine_commit(e);
	}
	e->count.unknown_senders++;
	return engine_error(e, ALERTE_ENOTFOUND, "an unknown sender");
}

/* Her telephone says where it is, and nothing else. */
static bool heard_where(struct alerte *e, const struct site_wearer *w,
			const char *text)
{
	struct live *shown = live_of_wearer(e, w->set.id, false);
	struct live *unseen = unseen_of(e, w->set.id);
	struct aml aml;

	if (aml_read(text, strlen(text), &aml))
		return false;
	if (aml.length_wrong)
		engine_log(e, ALERTE_LOG_NOTICE, "a position by SMS has not "
			   "the length it claims: read all the same");
	if (!aml.located)
		return true;
	if (unseen)
		position_take(e, unseen, &aml.position);
	if (shown)
		position_take(e, shown, &aml.position);
	else
		position_keep(e, w->set.id, &aml.position);
	return true;
}

int companion_heard(struct alerte *e, const struct site_wearer *w,
		    const char *text)
{
	struct live *l = live_of_wearer(e, w->set.id, false);
	char code[ALERTE_CODE_MAX] = "";

	if (heard_where(e, w, text))
		return engine_settle(e);
	if (!l)
		return unknown(e, w, text);
	if (reply_cancel_read(text, l->alert.code, code))
		close_cancel(e, l, code);
	else
		forward(e, l, w, text);
	wipe(code, sizeof(code));
	return engine_commit(e);
}
