/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sysexits.h>
#include <systemd/sd-bus.h>

/*
 * The command.  One file a verb, one row a verb in the table of alerte.c.
 * Data goes to stdout, messages to stderr, and every function that can fail
 * returns 0 or an exit code of sysexits(3) after it has said why.
 */
struct cli {
	bool french;
	bool json;
	bool help;		/* --help stood among the arguments */
	bool system;		/* --system: the bus, whatever else exists */
	const char *socket;	/* --socket, or NULL */
	const char *verb;
	const char *key_hint;	/* what to try when a key is wrong, or NULL */
	const char *refused_hint;	/* or when the daemon refuses, or NULL */
	const struct bus_doubt *doubt;	/* of the calls under way, or NULL */
	uint64_t patience_us;	/* with the daemon; 0: as long as sd-bus has */
	sd_bus *bus;		/* opened by the first call */
};

/* Said of any call that fails, when the failure is not what matters. */
struct bus_doubt {
	int code;
	const char *what, *next;
};

/* The reader's language; both must be literals where they are formats. */
#define TR(c, en, fr) ((c)->french ? (fr) : (en))

enum group {
	GROUP_WATCH = 0,	/* reads, changes nothing */
	GROUP_ANSWER,		/* what people do during an alert */
	GROUP_PREPARE,		/* settings, exercises, the 114 */
	GROUP_TRY,		/* needs no daemon */
	GROUP_LAST
};

/* Texts of two stand in English, then in French. */
struct command {
	const char *name;
	/* argv[0] is the verb.  Returns an exit code. */
	int (*run)(struct cli *c, int argc, char **argv);
	enum group group;
	const char *usage[2];	/* "ALERT --as WHO", or "" */
	const char *summary[2];	/* one line */
	const char *help[2];
};

extern const struct command ack_command;
extern const struct command alerts_command;
extern const struct command apply_command;
extern const struct command arm_command;
extern const struct command backup_command;
extern const struct command button_command;
extern const struct command buttons_command;
extern const struct command cancel_command;
extern const struct command close_command;
extern const struct command config_command;
extern const struct command contacts_command;
extern const struct command decode_command;
extern const struct command demo_command;
extern const struct command disarm_command;
extern const struct command export_command;
extern const struct command lock_command;
extern const struct command pair_command;
extern const struct command preview_command;
extern const struct command receiver_command;
extern const struct command relay_command;
extern const struct command restore_command;
extern const struct command show_command;
extern const struct command status_command;
extern const struct command test_command;
extern const struct command timer_command;

/* Of receiver.c; argv[0] is the verb. */
int cmd_receiver(int argc, char **argv);

/* NULL-ended. */
extern const struct command *const commands[];
const struct command *command_find(const char *name);
/* The verb nearest to what was typed, or NULL when none is near. */
const struct command *command_near(const char *name);

/* ---------------------------------------------------------------- help */

void help_all(const struct cli *c);
void help_one(const struct cli *c, const struct command *cmd);

/* ------------------------------------------------------------ messages */

/*
 * What went wrong, why, and the command to type next; each may be NULL but
 * the first.  Returns code, so that a caller can say `return complain(...)`.
 */
int complain(const struct cli *c, int code, const char *what,
	     const char *why, const char *next);
int complainf(const struct cli *c, int code, const char *what,
	      const char *next, const char *why, ...)
	__attribute__((format(printf, 5, 6)));
/*
 * What the daemon said of an error of that word ("Limit"), in the reader's
 * language: `why` itself, a constant, or out, which has cap bytes.
 */
const char *reason_text(const struct cli *c, const char *word, const char *why,
			char *out, size_t cap);
/* Missing or superfluous arguments of this verb: EX_USAGE. */
int complain_usage(const struct cli *c, const char *why);
/* One "file:line: message" a line to stderr, as editors read it. */
void message_lines(const json_t *list, const char *label);

/* What cannot be taken back is asked for twice. */
struct question {
	const char *undone;	/* "no exercise was started" */
	const char *stake;	/* "it writes to real people", a half sentence */
	const char *warning;	/* said before the question, a whole line */
	const char *prompt;	/* "Type yes to write to them: " */
};

/* 0 when yes is typed on the terminal, or EX_USAGE once it has said why. */
int question_ask(const struct cli *c, const struct question *q);

/* ----------------------------------------------------------- arguments */

/* One option of a verb: value or flag is set, the other NULL. */
struct arg {
	const char *name;	/* "--as"; NULL ends a list */
	const char **value;
	bool *flag;
};

/*
 * Take the options out of argv, those of the verb and the global ones, in any
 * place before "--"; what remains stands in argv[1] on, and its number in
 * *nplain.  args may be NULL.  0 or EX_USAGE.
 */
int args_read(struct cli *c, int argc, char **argv, const struct arg *args,
	      int *nplain);
/*
 * One global option at argv[i]: the number of arguments it took, 0 when it is
 * not one, -1 when its value is missing or wrong (already said).
 */
int args_global(struct cli *c, int argc, char **argv, int i);
/*
 * Bytes of an option that may be repeated to the reader: what stands behind
 * "=" may be a key, for an option that was only mistyped.
 */
int args_name(const char *option);

/* ----------------------------------------------------------------- bus */

/*
 * Call a method of the daemon.  types and what follows are those of
 * sd_bus_message_append().  *reply is to be unreferenced; reply may be NULL.
 */
int bus_call(struct cli *c, sd_bus_message **reply, const char *method,
	     const char *types, ...);
/*
 * The same for a method that answers a JSON document.  *text (may be NULL) is
 * the document as it came, to be freed; *doc is to be released.
 */
int bus_json(struct cli *c, json_t **doc, char **text, const char *method,
	     const char *types, ...);
/*
 * A method that takes a key and a file, which is memory (memory.h).  Its place
 * is shared with the daemon, which reads or writes from there on.
 */
int bus_file(struct cli *c, sd_bus_message **reply, const char *method,
	     const void *key, size_t len, int fd);
/* With --json, print the document as it came and return true. */
bool bus_print_json(const struct cli *c, const char *text);
void bus_close(struct cli *c);

/* -------------------------------------------------------------- screen */

/* Columns a text takes: one a code point. */
size_t screen_width(const char *text);
/*
 * Print a text from outside on one line: control characters, which could
 * drive the terminal, become '?'.
 */
void screen_put(const char *text);
/* The same, padded or cut with an ellipsis to exactly width columns. */
void screen_cell(const char *text, size_t width);
/* Print words from column `indent` on, broken before column 80. */
void screen_wrap(const char *text, size_t indent, size_t at);
void screen_wrap_on(FILE *f, const char *text, size_t indent, size_t at);
/* "2026-11-24 14:05" of an ISO 8601 instant, "-" of none; out holds 17. */
void screen_instant(const char *iso, char out[17]);

#define TABLE_COLUMNS 8
/*
 * A table whose columns are as wide as their widest cell, up to most[i]
 * columns (0: no limit).  Cells are copied.
 */
struct table {
	size_t columns, rows, most[TABLE_COLUMNS];
	/*
	 * No cell is ever cut: on a terminal the row goes on in the next line,
	 * else it is one line however long.
	 */
	bool whole;
	char *(*cell)[TABLE_COLUMNS];
};
/* The first row is the heading.  A cell may be NULL. */
int table_add(struct table *t, const char *const *cells);
/* Print, and free. */
void table_print(struct table *t);

/* --------------------------------------------------------------- words */

/*
 * A stable word of the daemon in the reader's language, literally true: the
 * word itself when it is not known.
 */
const char *word_alert_state(const struct cli *c, const char *name);
/* Of a message on that channel: a server takes what a network carries. */
const char *word_attempt_state(const struct cli *c, const char *channel,
			       const char *name);
const char *word_relay_state(const struct cli *c, const char *name);
const char *word_gesture(const struct cli *c, const char *name);
const char *word_trust(const struct cli *c, const char *name);
const char *word_note(const struct cli *c, const char *name);
const char *word_what(const struct cli *c, const char *name);
const char *word_fault(const struct cli *c, const char *name);
const char *word_part(const struct cli *c, const char *name);
/* The kind of a button's key. */
const char *word_key(const struct cli *c, const char *name);

/* ---------------------------------------------------------------- input */

#define INPUT_MAX (1024 * 1024)

/*
 * Read a whole file, "-" being stdin; *text is NUL ended and to be freed.
 * EX_NOINPUT, EX_DATAERR when it is larger than most, holds a NUL or is not
 * UTF-8 (said with file:line).
 */
int input_file(const struct cli *c, const char *path, size_t most,
	       char **text);
/* The same of a secret; it is told when others can read the file. */
int input_secret(const struct cli *c, const char *path, size_t most,
		 char **text);
/*
 * One line from stdin without its end; echo false hides what is typed on a
 * terminal.  prompt goes to stderr, and only to a terminal.  EX_NOINPUT at
 * the end of the file.
 */
int input_line(const struct cli *c, const char *prompt, bool echo, char *out,
	       size_t cap);
/*
 * A passphrase: the first line of that file, "-" being stdin, or with NULL
 * what is typed or standard input has.  fresh: it is to protect something new,
 * so it has to be long, and on a terminal is typed twice.
 */
#define PASSPHRASE_MAX 1024
int input_passphrase(const struct cli *c, const char *path, bool fresh,
		     char out[PASSPHRASE_MAX]);
/* Overwrite a secret before its memory goes. */
void input_wipe(void *at, size_t len);

/* One JSON member as a string, "" when missing or of another type. */
const char *json_word(const json_t *doc, const char *name);
/* The same for a boolean and a number. */
bool json_yes(const json_t *doc, const char *name);
long long json_number(const json_t *doc, const char *name);

#endif
