/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One message on a connection that libcurl has made, secured and logged in on:
 *
 *   MAIL -> RCPT -> DATA -> TEXT -> done
 *
 * each when the reply to the one before is good.  libcurl could do this too,
 * but waits where it is for the reply behind the text: a server that is long
 * about it would hold up the host's whole loop.
 */
#include "transport/smtp.h"

#include <stdio.h>
#include <string.h>

#define READ_MAX 4096

static void say(struct smtp *s, enum smtp_stage stage, const char *out,
		size_t len)
{
	s->stage = stage;
	s->out = out;
	s->out_len = len;
	s->said = 0;
}

static void command(struct smtp *s, enum smtp_stage stage, const char *begins,
		    const char *address)
{
	int n = snprintf(s->line, sizeof(s->line), "%s<%s>\r\n", begins,
			 address);

	say(s, stage, s->line, (size_t)n);
}

/* What the server thinks of a goodbye is its own affair. */
void smtp_quit(struct smtp *s)
{
	size_t n;

	(void)curl_easy_send(s->easy, "QUIT\r\n", 6, &n);
}

/* The reply to what was said last: go on, or the end with *code. */
static bool goes_on(struct smtp *s, CURLcode *code)
{
	int kind = s->status / 100;

	*code = CURLE_WEIRD_SERVER_REPLY;

	if (kind != (s->stage == SMTP_DATA ? 3 : 2)) {
		smtp_quit(s);
		return false;
	}

	switch (s->stage) {
	case SMTP_CONNECTING:
		break;
	case SMTP_MAIL:
		command(s, SMTP_RCPT, "RCPT TO:", s->to);
		return true;
	case SMTP_RCPT:
		say(s, SMTP_DATA, "DATA\r\n", 6);
		return true;
	case SMTP_DATA:
		say(s, SMTP_TEXT, s->message, s->len);
		return true;
	case SMTP_TEXT:
		*code = CURLE_OK;
		smtp_quit(s);
		break;
	}

	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The last line of a reply has a space behind its code, or nothing. */
static bool is_last(const char *line, size_t len)
{
	return len >= 3 && is_digit(line[0]) && is_digit(line[1]) &&
	       is_digit(line[2]) && (len == 3 || line[3] == ' ');
}

/* Only the code is kept: the first bytes of each line. */
static bool heard(struct smtp *s, char c, CURLcode *code)
{
	if (c == '\r')
		return true;

	if (c != '\n') {
		if (s->reply_len < sizeof(s->reply))
			s->reply[s->reply_len++] = c;
		return true;
	}

	if (!is_last(s->reply, s->reply_len)) {
		s->reply_len = 0;
		return true;
	}

	s->reply_len = 0;
	s->status = (s->reply[0] - '0') * 100 + (s->reply[1] - '0') * 10 +
		    (s->reply[2] - '0');
	return goes_on(s, code);
}

/* false: the end, with *code. */
static bool listen_on(struct smtp *s, CURLcode *code)
{
	char bytes[READ_MAX];
	size_t n = 0;

	*code = curl_easy_recv(s->easy, bytes, sizeof(bytes), &n);

	if (*code != CURLE_OK || n == 0) {
		*code = *code == CURLE_OK ? CURLE_RECV_ERROR : *code;
		return *code == CURLE_AGAIN;
	}

	s->heard += n;

	if (s->heard > ALERTE_MAIL_ANSWER_MAX) {
		*code = CURLE_RECV_ERROR;
		return false;
	}

	for (size_t i = 0; i < n; i++) {
		if (!heard(s, bytes[i], code))
			return false;
	}

	*code = CURLE_OK;
	return true;
}

static bool speak(struct smtp *s, CURLcode *code)
{
	size_t n = 0;

	*code = curl_easy_send(s->easy, s->out + s->said, s->out_len - s->said,
			       &n);

	if (*code == CURLE_OK)
		s->said += n;

	return *code == CURLE_OK || *code == CURLE_AGAIN;
}

void smtp_talk(struct smtp *s)
{
	s->status = 0;
	s->reply_len = 0;
	command(s, SMTP_MAIL, "MAIL FROM:", s->from);
}

bool smtp_goes_on(struct smtp *s, unsigned int *events, CURLcode *code)
{
	do {
		bool speaking = s->said < s->out_len;

		*events = speaking ? ALERTE_TRANSPORT_READ |
					     ALERTE_TRANSPORT_WRITE :
				     ALERTE_TRANSPORT_READ;

		if (!(speaking ? speak(s, code) : listen_on(s, code)))
			return false;
	} while (*code == CURLE_OK);

	return true;
}
