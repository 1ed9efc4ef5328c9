/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that come in.
 *
 * ofono tells each once, by a signal, and deletes it from the SIM whether
 * anybody listened or not.  So it is taken at once; what the daemon cannot make
 * durable yet is kept here, in order, and offered again.
 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "modem/ofono.h"

static void in_free(struct ofono_in *in)
{
	if (in->from)
		explicit_bzero(in->from, strlen(in->from));
	if (in->text)
		explicit_bzero(in->text, strlen(in->text));
	free(in->from);
	free(in->text);
	free(in);
}

static struct ofono_in *in_new(const char *from, const char *text)
{
	struct ofono_in *in = calloc(1, sizeof(*in));

	if (!in)
		return NULL;

	in->from = strdup(from);
	in->text = strdup(text);
	if (in->from && in->text)
		return in;

	in_free(in);
	return NULL;
}

/* False: not now. */
static bool offer(struct ofono *o, const char *from, const char *text)
{
	int r = o->events.reply(o->events.context, from, text);

	if (r >= 0)
		o->count.received += r != ALERTE_UNSEEN;
	else if (r == ALERTE_ENOTFOUND || r == ALERTE_ELIMIT ||
		 r == ALERTE_EFORMAT)
		o->count.strangers++;
	else
		return false;

	return true;
}

static int on_again(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct ofono *o = userdata;

	(void)source;
	(void)usec;
	ofono_timer(o, &o->in_timer, -1, NULL);
	while (o->in && offer(o, o->in->from, o->in->text)) {
		struct ofono_in *in = o->in;

		o->in = in->next;
		o->nin--;
		in_free(in);
	}
	if (o->in)
		ofono_timer(o, &o->in_timer, o->reply_ms, on_again);
	return 0;
}

static void keep(struct ofono *o, const char *from, const char *text)
{
	struct ofono_in *in = o->nin < OFONO_IN_MAX ? in_new(from, text)
						    : NULL, **at = &o->in;

	if (!in) {
		o->count.lost++;
		log_line(ALERTE_LOG_ERROR, "modem: a message is lost: no room "
			 "to keep it");
		return;
	}

	while (*at)
		at = &(*at)->next;
	*at = in;
	if (!o->nin++)
		log_line(ALERTE_LOG_WARNING, "modem: a message cannot be made "
			 "durable yet and is kept in memory");
	if (!o->in_timer)
		ofono_timer(o, &o->in_timer, o->reply_ms, on_again);
}

static int read_sender(sd_bus_message *m, const char *name, void *out)
{
	const char **from = out;

	if (strcmp(name, "Sender"))
		return sd_bus_message_skip(m, "v");

	return sd_bus_message_read(m, "v", "s", from);
}

void ofono_in_came(struct ofono *o, sd_bus_message *m)
{
	const char *text, *from = "";

	if (sd_bus_message_read(m, "s", &text) < 0 ||
	    ofono_read_properties(m, &from, read_sender) < 0)
		return;

	/* Behind those that wait: an order of words may matter. */
	if (o->in || !offer(o, from, text))
		keep(o, from, text);
}

void ofono_in_free(struct ofono *o)
{
	while (o->in) {
		struct ofono_in *in = o->in;

		o->in = in->next;
		in_free(in);
	}
}
