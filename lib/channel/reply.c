/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people and networks write back.
 *
 * A person's text counts only when the whole of it, brought to plain lower
 * case words, stands in a list below, with a code before or behind it.  Doubt
 * never stops an alert, so anything that is more than that is REPLY_OTHER:
 *
 *   - a question mark: "ok ?" asks, it does not answer;
 *   - an emoji or another script: it may take back what the words say;
 *   - one word more ("j'arrive pas 7K2"), a second code, an automatic answer,
 *     or a reaction that quotes our text (Liked "... OK 7K2").
 *
 * Case, accents, apostrophes, punctuation and spaces do not count, nor does
 * where the code stands ("oui 7K2 j'arrive"), a word said twice ("ok ok"), or a
 * "merci" at the end.
 */
#include "channel/reply.h"

#include <string.h>
#include <strings.h>

#include "channel/code.h"
#include "channel/plain.h"
#include "port/text.h"
#include "port/utf8.h"

/* Longer than any list entry with two codes: nothing listed is lost. */
#define WORDS_MAX 256
#define TOKEN_LENGTH 4

static const char *const acks[] = {
	"ok", "okay", "oui", "d accord", "daccord", "ok d accord",
	"ok daccord", "oui d accord", "oui daccord", "ok alerte",
	"oui alerte", "j arrive", "jarrive", "ok j arrive", "oui j arrive", "je viens",
	"ok je viens", "oui je viens", "je viens tout de suite",
	"j arrive tout de suite", "j y vais", "jy vais", "ok j y vais",
	"oui j y vais", "j y vais tout de suite", "je pars", "ok je pars",
	"oui je pars", "je pars tout de suite", "en route",
	"je suis en route", "ok en route", "j y cours", "je fonce",
	"je m en occupe", "jm en occupe", "ok je m en occupe",
	"oui je m en occupe", "je m en charge", "je prends en charge",
	"on arrive", "ok on arrive", "oui on arrive",
	"on arrive tout de suite", "on y va", "ok on y va", "oui on y va",
	"on vient", "nous arrivons", "on s en occupe", "ok on s en occupe",
	"oui on s en occupe",
	"yes", "yes ok", "ok yes", "on my way", "ok on my way",
	"yes on my way", "i m on my way", "im on my way", "i am on my way",
	"i m coming", "im coming", "i am coming", "coming", "ok coming",
	"yes coming", "i m going", "im going", "i am going", "i will go",
	"i ll go", "i m on it", "im on it", "i am on it", "on it",
	"ok on it", NULL,
};

static const char *const declines[] = {
	"non", "je ne peux pas", "je peux pas", "j peux pas",
	"non je ne peux pas", "non je peux pas", "je ne peux plus",
	"je peux plus", "desole je ne peux pas", "desolee je ne peux pas",
	"desole je peux pas", "desolee je peux pas", "non desole",
	"non desolee", "non merci", "impossible", "pas possible",
	"pas disponible", "je ne suis pas disponible",
	"je suis pas disponible", "je suis indisponible",
	"no", "no sorry", "sorry no", "can t", "cant", "cannot", "i can t",
	"i cant", "i cannot", "i can not", "no i can t", "no i cant",
	"no i cannot", "sorry i can t", "sorry i cant", "sorry i cannot",
	"not available", "i m not available", "im not available",
	"i am not available", NULL,
};

static const char *const arrivals[] = {
	"arrive", "arrivee", "je suis arrive", "je suis arrivee",
	"bien arrive", "bien arrivee", "sur place", "je suis sur place",
	"j y suis", "on est sur place", "nous sommes sur place", "ok arrive", "ok arrivee",
	"arrived", "i have arrived", "i ve arrived", "i am there",
	"i m there", "im there", "on site", "i am on site", "i m on site",
	NULL,
};

static const char *const ends[] = {
	"fini", "c est fini", "termine", "c est termine",
	"done", "finished", "it is over", "it s over", NULL,
};

/* What only an operator says, of the 114's part in it. */
static const char *const sent[] = {
	"secours envoyes", "secours partis", "secours en route",
	"les secours sont envoyes", "les secours sont partis",
	"les secours sont en route", "help sent", "help is sent",
	"help on its way", "help is on its way", NULL,
};

static const char *const relay_ends[] = {
	"114 fini", "114 termine", "le 114 a fini", "le 114 a termine",
	"114 done", "114 finished", "the 114 is done", NULL,
};

static const char *const cancels[] = {
	"annuler", "annule", "annulez", "annulation", "cancel", NULL,
};

/* Without a code: "stop 7K2" may mean that alert alone, a person reads it. */
static const char *const stops[] = {
	"stop", "stop sms", "sms stop", "stop merci", "stop svp", "stop stp",
	"stop s il vous plait", "stop s il te plait", "stop aux sms",
	"stop please", "arret", "arret sms", "arretez", "arretez svp",
	"arretez stp", "arretez s il vous plait", "arretez les sms", "desabonner", "me desabonner", "desabonnement",
	"desinscription", "desinscrire", "me desinscrire",
	"unsubscribe", "opt out", "optout", NULL,
};

static const char *const agrees[] = {
	"oui", "oui merci", "oui d accord", "oui daccord", "oui je suis d accord",
	"oui ok", "ok oui", "oui bien sur", "oui volontiers",
	"je suis d accord", "j accepte", "oui j accepte",
	"yes", "yes please", "yes ok", "ok yes", "yes i agree", "i agree",
	"yes sure", "yes of course", "i accept", "yes i accept", NULL,
};

static const char *const nods[] = {
	"ok", "okay", "ok merci", "ok d accord", "ok daccord", "d accord",
	"daccord", "je suis ok",
	"bien sur", "volontiers", "accepte", "ok thanks", "agreed", "sure",
	"of course", NULL,
};

static const char *const refuses[] = {
	"non", "non merci", "non desole", "non desolee", "je refuse",
	"je ne veux pas", "non je ne veux pas", "je ne suis pas d accord",
	"no", "no thanks", "no thank you", "no sorry", "i refuse", NULL,
};

/*
 * Words that could be read as a code of three letters: "j'arrive pas" must not
 * acknowledge, though PAS is one.
 */
static const char *const no_codes[] = {
	"age", "and", "ans", "are", "arm", "art", "ask", "bah", "bar",
	"bas", "bed", "bec", "ben", "bus", "but", "bye", "can", "car", "cas",
	"ces", "cet", "cut", "dad", "day", "des", "due", "dur", "dus", "eat",
	"eau", "end", "est", "eue", "eut", "eux", "far", "few", "fut",
	"gas", "gaz", "get", "gun", "had", "has", "her", "heu", "hey", "hmm",
	"huh", "hum", "key", "mad", "man", "may", "mec", "men", "mer",
	"mes", "met", "mum", "mur", "nah", "nan", "nay", "nee", "new", "nez",
	"nue", "par", "pas", "pay", "per", "peu", "put", "pur", "pus",
	"qua", "que", "ran", "ras", "red", "rue", "run", "sac", "sad",
	"sas", "say", "sec", "see", "ses", "set", "she", "sms", "sur", "tas",
	"tea", "ten", "tes", "the", "try", "tua", "tue", "une", "use", "van",
	"vas", "vue", "was", "way", "why", "yea", "yep", "yes", "yet",
	"zut", NULL,
};

static const char *const failures[] = {
	"message non distribue", "message non remis", "message non delivre",
	"message non envoye", "sms non distribue", "sms non remis",
	"sms non delivre", "sms non envoye", "echec de l envoi",
	"echec d envoi", "echec de la remise",
	"votre message n a pas pu etre remis",
	"votre message n a pas pu etre envoye",
	"votre message n a pas pu etre distribue",
	"votre message n a pas pu etre delivre",
	"votre message n a pas ete remis", "votre message n a pas ete envoye",
	"votre sms n a pas pu etre remis", "votre sms n a pas pu etre envoye",
	"votre sms n a pas pu etre distribue",
	"votre sms n a pas pu etre delivre", "votre sms n a pas ete remis",
	"votre sms n a pas ete envoye", "numero non attribue",
	"numero inconnu", "le numero que vous avez demande n est pas attribue",
	"message not delivered", "message could not be delivered",
	"your message could not be delivered",
	"your message was not delivered", "message delivery failed", NULL,
};

/* ---------------------------------------------------------- words */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool listed(const char *const *list, const char *words)
{
	for (; *list; list++)
		if (!strcmp(*list, words))
			return true;
	return false;
}

/* --------------------------------------------------------- replies */

/* A code of len bytes at word, brought to upper case. */
static bool is_code(const char *word, size_t len, char out[CODE_LENGTH + 1])
{
	char code[CODE_LENGTH + 1] = "", typed[CODE_LENGTH + 1] = "";

	if (len != CODE_LENGTH)
		return false;
	for (int i = 0; i < CODE_LENGTH; i++) {
		code[i] = upper(word[i]);
		typed[i] = lower(word[i]);
		if (!strchr(CODE_ALPHABET, code[i]))
			return false;
	}
	if (listed(no_codes, typed))
		return false;
	memcpy(out, code, sizeof(code));
	return true;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

bool code_fits(const char *code)
{
	char upper_case[CODE_LENGTH + 1];

	return is_code(code, strlen(code), upper_case) &&
	       !strcmp(code, upper_case);
}

/* "ok ok" is "ok". */
static void drop_doubles(char *words)
{
	char *from = words, *to = words;
	size_t had = 0;

	while (*from) {
		size_t n = strcspn(from, " ");
		size_t gap = from[n] == ' ';

		if (had != n || memcmp(to - n, from, n)) {
			if (to > words)
				*to++ = ' ';
			memmove(to, from, n);
			to += n;
			had = n;
		}
		from += n + gap;
	}
	*to = '\0';
}

/* "ok merci" is "ok"; "merci" alone acknowledges nothing. */
static void drop_thanks(char *words)
{
	static const char *const thanks[] = { " merci", " thanks",
					      " thank you" };
	size_t len = strlen(words);

	for (size_t i = 0; i < sizeof(thanks) / sizeof(*thanks); i++) {
		size_t n = strlen(thanks[i]);

		if (len > n && !strcmp(words + len - n, thanks[i]))
			words[len - n] = '\0';
	}
}

static enum reply_kind listed_kind(const char *words)
{
	if (!*words || listed(acks, words))
		return REPLY_ACK;
	if (listed(declines, words))
		return REPLY_DECLINE;
	if (listed(arrivals, words))
		return REPLY_ARRIVED;
	if (listed(ends, words))
		return REPLY_DONE;
	if (listed(sent, words))
		return REPLY_DISPATCHED;
	if (listed(relay_ends, words))
		return REPLY_RELAY_DONE;
	return REPLY_OTHER;
}

/* Of the words without the code, which this changes. */
static enum reply_kind kind_of(char *words)
{
	enum reply_kind kind;

	drop_doubles(words);
	kind = listed_kind(words);
	if (kind != REPLY_OTHER)
		return kind;
	drop_thanks(words);
	kind = listed_kind(words);
	return kind == REPLY_ACK || kind == REPLY_ARRIVED ? kind : REPLY_OTHER;
}

/* Where a code of CODE_LENGTH bytes stands among normal words. */
struct place {
	size_t at;
	bool glued;		/* "ok7k2": no blank before it */
};

/* No word of a language ends in one: "arriverez" is no "arrive REZ". */
static bool may_be_glued(const char *phrase, const char *code)
{
	return strpbrk(code, "23456789") || !strcmp(phrase, "ok") ||
	       !strcmp(phrase, "oui");
}

/* The words around that place, if they and the code make a text of ours. */
static bool take(const char *words, struct place place, struct reply *out)
{
	const char *rest = words + place.at + CODE_LENGTH;
	char phrase[WORDS_MAX], code[CODE_LENGTH + 1];
	bool inside = place.at && *rest;
	enum reply_kind kind;
	struct text t;

	if (!is_code(words + place.at, CODE_LENGTH, code))
		return false;
	text_start(&t, phrase, sizeof(phrase));
	text_add_n(&t, words,
		   place.at && !place.glued ? place.at - 1 : place.at);
	text_add(&t, place.at ? rest : rest + (*rest == ' '));
	if (place.glued && !may_be_glued(phrase, code))
		return false;
	kind = kind_of(phrase);
	if (kind == REPLY_OTHER ||
	    (inside && kind != REPLY_ACK && kind != REPLY_DECLINE &&
	     kind != REPLY_ARRIVED))
		return false;
	out->kind = kind;
	out->unsure = kind == REPLY_ARRIVED && !strcmp(phrase, "arrive");
	memcpy(out->code, code, sizeof(code));
	return true;
}

/* "ok 7k2", "7k2 ok", "oui 7k2 j arrive", "ok7k2" */
static bool read_listed(const char *words, struct reply *out)
{
	size_t len = strlen(words);
	const char *at = words;

	while (*at) {
		size_t n = strcspn(at, " ");

		if (n == CODE_LENGTH &&
		    take(words, (struct place){ .at = (size_t)(at - words) },
			 out))
			return true;
		at += n;
		at += *at == ' ';
	}
	return len > CODE_LENGTH && words[len - CODE_LENGTH - 1] != ' ' &&
	       take(words, (struct place){ len - CODE_LENGTH, true }, out);
}

/* The next word, in lower case; false when it is none of ours. */
static bool next_plain(const char **text, char *out, size_t cap)
{
	struct plain word;
	char raw[64];

	return plain_next(text, &word) &&
	       plain_copy(word, raw, sizeof(raw)) &&
	       plain_words(raw, out, cap);
}

/* "WORD 7K2 rest": *rest is all that stands behind the code, as received. */
static bool command(const char *text, char *word, size_t cap,
		    char code[CODE_LENGTH + 1], const char **rest)
{
	char second[64];

	if (!next_plain(&text, word, cap) ||
	    !next_plain(&text, second, sizeof(second)) ||
	    !is_code(second, strlen(second), code))
		return false;
	*rest = text;
	return true;
}

static bool keep_rest(const char *rest, size_t most, struct reply *out)
{
	struct plain kept = plain_trim((struct plain){ rest, strlen(rest) });

	return kept.len && kept.len <= most &&
	       plain_copy(kept, out->rest, sizeof(out->rest));
}

/* One word of four letters of a code's, as we wrote it to him. */
static bool keep_token(const char *rest, struct reply *out)
{
	struct plain word = plain_bare((struct plain){ rest, strlen(rest) });
	char token[TOKEN_LENGTH + 1];

	if (word.len != TOKEN_LENGTH)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		token[i] = upper(word.at[i]);
		if (!strchr(CODE_ALPHABET, token[i]))
			return false;
	}
	token[TOKEN_LENGTH] = '\0';
	memcpy(out->rest, token, sizeof(token));
	return true;
}

static bool read_command(const char *text, struct reply *out)
{
	char word[64], code[CODE_LENGTH + 1];
	const char *rest;

	if (!command(text, word, sizeof(word), code, &rest))
		return false;
	if (!strcmp(word, "114")) {
		if (!keep_rest(plain_behind(rest), sizeof(out->rest) - 1, out))
			return false;
		out->kind = REPLY_RELAY;
	} else if (listed(ends, word)) {
		if (!keep_token(rest, out))
			return false;
		out->kind = REPLY_DONE;
	} else if (listed(cancels, word)) {
		/* Longer than any code: a sentence, for a person to read. */
		if (!keep_rest(rest, ALERTE_CODE_MAX - 1, out))
			return false;
		out->kind = REPLY_CANCEL;
	} else {
		return false;
	}
	memcpy(out->code, code, sizeof(code));
	return true;
}

/* "secours envoyés 7k2 abcd": a mark, with what he was asked to send back. */
static bool mark_with_token(const char *words, struct reply *out)
{
	const char *space = strrchr(words, ' ');
	char mark[WORDS_MAX];

	if (!space || !keep_token(space, out))
		return false;
	memcpy(mark, words, (size_t)(space - words));
	mark[space - words] = '\0';
	if (read_listed(mark, out) &&
	    (out->kind == REPLY_DISPATCHED || out->kind == REPLY_RELAY_DONE))
		return true;
	memset(out, 0, sizeof(*out));
	return false;
}

void reply_read(const char *text, struct reply *out)
{
	char words[WORDS_MAX], alone[WORDS_MAX];

	memset(out, 0, sizeof(*out));
	if (read_command(text, out))
		return;
	if (!plain_words(text, words, sizeof(words)) || !*words)
		return;
	memcpy(alone, words, sizeof(alone));
	/* First: "yes" is also made of a code's letters. */
	if (kind_of(alone) == REPLY_ACK) {
		out->kind = REPLY_BARE;
		return;
	}
	if (listed(stops, words)) {
		out->kind = REPLY_STOP;
		return;
	}
	if (mark_with_token(words, out))
		return;
	read_listed(words, out);
	out->unsure = out->unsure && is_ascii(text);
}

static bool has_word(const char *words, const char *word)
{
	for (size_t n; *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		if (n == strlen(word) && !strncmp(words, word, n))
			return true;
	}
	return false;
}

static void drop_spaces(char *words)
{
	char *to = words;

	for (; *words; words++)
		if (*words != ' ')
			*to++ = *words;
	*to = '\0';
}

bool reply_names(const char *text, const char *code)
{
	char words[2 * ALERTE_REPLY_MAX], wanted[CODE_LENGTH + 1];

	if (strlen(code) != CODE_LENGTH)
		return false;
	for (size_t i = 0; i <= CODE_LENGTH; i++)
		wanted[i] = lower(code[i]);
	plain_words(text, words, sizeof(words));
	if (has_word(words, wanted))
		return true;
	/* letters alone stand in many words */
	if (!strpbrk(code, "23456789"))
		return false;
	drop_spaces(words);
	return strstr(words, wanted) != NULL;
}

/* ------------------------------------------------ from her own number */

/* What stands between blanks and is more than signs, if it is one word. */
static bool only_word(const char *text, struct plain *out)
{
	struct plain word;
	int n = 0;

	while (plain_next_blank(&text, &word)) {
		if (!plain_bare(word).len)
			continue;
		*out = word;
		n++;
	}
	return n == 1;
}

bool reply_cancel_read(const char *text, const char *code,
		       char out[ALERTE_CODE_MAX])
{
	char word[64], second[64];
	const char *at = text, *behind;
	struct plain found;

	if (next_plain(&at, word, sizeof(word)) && listed(cancels, word) &&
	    plain_bare((struct plain){ at, strlen(at) }).len) {
		text = behind = at;
		if (next_plain(&behind, second, sizeof(second)) &&
		    !strcasecmp(second, code) &&
		    plain_bare((struct plain){ behind, strlen(behind) }).len)
			text = behind;
	}
	return only_word(text, &found) &&
	       plain_copy(found, out, ALERTE_CODE_MAX);
}

/* Thumbs and blanks behind a word of consent only say it once more. */
static bool is_thumb(int32_t point)
{
	return point == ' ' || point == 0x1f44d || point == 0x1f44c ||
	       point == 0x1f64f || point == 0x2705 || point == 0xfe0f ||
	       (point >= 0x1f3fb && point <= 0x1f3ff);
}

/* How long the text is without the thumbs at its end. */
static size_t without_thumbs(const char *text)
{
	const char *end = text + strlen(text), *at = text;
	size_t len = 0;

	while (at < end)
		if (!is_thumb(utf8_next(&at, end)))
			len = (size_t)(at - text);
	return len;
}

enum reply_consent reply_consent_read(const char *text)
{
	struct plain said = { text, without_thumbs(text) };
	char words[WORDS_MAX], copy[WORDS_MAX];

	if (!plain_copy(plain_trim(said), copy, sizeof(copy)) ||
	    !plain_words(copy, words, sizeof(words)))
		return REPLY_CONSENT_OTHER;
	if (listed(agrees, words))
		return REPLY_CONSENT_YES;
	if (listed(nods, words))
		return REPLY_CONSENT_OK;
	return listed(refuses, words) ? REPLY_CONSENT_NO : REPLY_CONSENT_OTHER;
}

static bool asks(const char *text)
{
	const char *end = text + strlen(text);

	while (text < end)
		if (plain_asks(utf8_next(&text, end)))
			return true;
	return false;
}

enum relay_reply relay_reply_read(const char *text)
{
	char words[2 * ALERTE_REPLY_MAX];

	/* Whoever asks is a person, whatever else the text says. */
	if (asks(text))
		return RELAY_REPLY_HUMAN;
	plain_words(text, words, sizeof(words));
	if (strstr(words, "le 114 a bien recu"))
		return RELAY_REPLY_AUTO;
	for (const char *const *f = failures; *f; f++)
		if (!strncmp(words, *f, strlen(*f)))
			return RELAY_REPLY_NETWORK;
	return RELAY_REPLY_HUMAN;
}

/* Anything of this in it, and the other words may say the contrary. */
static const char *const doubts[] = {
	" ne ", " n ", " pas ", " plus ", " non ", " aucun", " jamais ",
	" sans ", " si ", " quand ", " des que ", " not ", " no ", " if ",
	" when ", " as soon ", NULL,
};

static const char *const dispatches[] = {
	" secours prevenus ", " police prevenue ", " gendarmerie prevenue ",
	" patrouille envoyee ", " envoyons ", " arrivent ", " en route ",
	" on the way ", " on its way ", " on their way ", NULL,
};

static const char *const closings[] = {
	" alerte traitee ", " intervention terminee ", " pris en charge ",
	" prise en charge ", " est termine ", " est terminee ",
	" est cloturee ", " has been dealt with ", NULL,
};

static bool holds(const char *words, const char *const *list)
{
	for (; *list; list++)
		if (strstr(words, *list))
			return true;
	return false;
}

enum alerte_relay_state relay_reply_suggests(const char *text)
{
	char words[2 * ALERTE_REPLY_MAX], spaced[sizeof(words) + 2];
	struct text t;

	if (asks(text))
		return ALERTE_RELAY_NONE;
	plain_words(text, words, sizeof(words));
	text_start(&t, spaced, sizeof(spaced));
	text_addf(&t, " %s ", words);
	if (holds(spaced, doubts))
		return ALERTE_RELAY_NONE;
	if (holds(spaced, closings))
		return ALERTE_RELAY_CLOSED;
	return holds(spaced, dispatches) ? ALERTE_RELAY_DISPATCHED
					 : ALERTE_RELAY_NONE;
}

/* --------------------------------------------------------- numbers */

#define DIGITS_MAX 24
#define SHORT_MAX 6		/* 116 006 is the longest short number */
#define FRENCH_DIGITS 9

struct line {
	char digits[DIGITS_MAX];
	bool international;
};

/* Plain digits of a number; false when it is a name, or nothing. */
static bool line_read(const char *number, struct line *out)
{
	struct text t;

	text_start(&t, out->digits, sizeof(out->digits));
	number += strspn(number, " ");
	if (!strncmp(number, "tel:", 4))
		number += 4;
	out->international = *number == '+';
	number += out->international;
	for (; *number; number++) {
		if (*number >= '0' && *number <= '9')
			text_add_n(&t, number, 1);
		else if (!strchr(" .-()/", *number))
			return false;
	}
	if (!out->international && t.len > 4 &&
	    !strncmp(out->digits, "00", 2)) {
		memmove(out->digits, out->digits + 2, t.len - 1);
		out->international = true;
	}
	return !t.cut && t.len;
}

/* Behind the 33 only what cannot be a whole number is a short one. */
static const char *short_of(const struct line *l)
{
	const char *d = l->digits;

	if (l->international && !strncmp(d, "33", 2) &&
	    strlen(d) <= 2 + SHORT_MAX)
		d += 2;
	return strlen(d) <= SHORT_MAX ? d : NULL;
}

/* A national number is dialled in France or overseas, with nine digits. */
static bool same_national(const char *national, const char *whole)
{
	static const char *const countries[] = { "33", "262", "590", "594",
						 "596" };
	size_t len = strlen(whole);

	if (national[0] != '0' || strlen(national) != FRENCH_DIGITS + 1)
		return false;
	for (size_t i = 0; i < sizeof(countries) / sizeof(*countries); i++) {
		size_t n = strlen(countries[i]);

		if (len == n + FRENCH_DIGITS &&
		    !strncmp(whole, countries[i], n))
			return !strcmp(national + 1, whole + n);
	}
	return false;
}

bool number_same(const char *a, const char *b)
{
	const char *short_a, *short_b;
	struct line la, lb;

	if (!line_read(a, &la) || !line_read(b, &lb))
		return false;
	short_a = short_of(&la);
	short_b = short_of(&lb);
	if (short_a || short_b)
		return short_a && short_b && !strcmp(short_a, short_b);
	if (la.international == lb.international)
		return !strcmp(la.digits, lb.digits);
	return la.international ? same_national(lb.digits, la.digits) :
				  same_national(la.digits, lb.digits);
}
