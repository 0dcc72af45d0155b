/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the verbs share: options and their generated help, messages, tables, progress.
 *
 * A verb is `int ht_verb_NAME(int argc, char **argv)` with a row in verbs.def; argv[0] is the verb. It
 * returns the exit status and leaves the rest (flushing, a full disk behind stdout) to main(). Standard
 * output is for the answer alone; everything else goes to standard error.
 *
 * Texts out of events, file names and arguments are hostile: what is printed for a person goes through
 * ht_cli_table_row() or ht_cli_error(), which make control and direction-changing characters visible and
 * harmless.
 */
#ifndef HT_CLI_CLI_H
#define HT_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "hosttrail/event.h"
#include "hosttrail/text.h"

/* Where trails are unless somebody says otherwise. */
#define HT_CLI_ROOT "/var/log/hosttrail"

enum ht_exit {
	HT_EXIT_DONE = 0,
	HT_EXIT_BAD_NEWS = 1, /* the answer is bad news: a damaged file, a broken chain */
	HT_EXIT_USAGE = 2,    /* wrong options or a wrong configuration */
	HT_EXIT_REFUSED = 3,  /* the system refused: no permission, no such file, disk full */
};

struct ht_cli_verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary; /* one line, no full stop */
	const char *usage;   /* what follows the verb: "[OPTION...] PATH..." */
	const char *page;    /* "hosttrail-cat(1)" */
};

/* ---- messages (cli_output.c) ---- */

/* The verb that runs: its name stands in every message. */
void ht_cli_begin(const struct ht_cli_verb *verb);
const struct ht_cli_verb *ht_cli_current(void); /* NULL before ht_cli_begin() */

/* "hosttrail VERB: " and the text, "thing: what is wrong; what to do", as one line on standard error. */
void ht_cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes a text that may come from anybody, harmless to a terminal. */
void ht_cli_put_text(FILE *out, struct ht_text text);

/* An exit status for a negative errno of the library: refused, but for what is wrong with content (-EBADMSG:
 * bad news) and with what the user wrote (-EINVAL: usage). */
int ht_cli_exit_status(int code);

/* Nobody reads standard output any more, or it cannot be written: stop. main() says what there is to say. */
bool ht_cli_output_lost(void);

/* Flushes standard output. status, or HT_EXIT_REFUSED after a message when writing failed; a reader that went
 * away (EPIPE) is no failure. */
int ht_cli_finish(int status);

/* Colours: the stream is a terminal, NO_COLOR is not set and TERM is not "dumb". */
bool ht_cli_colour(FILE *stream);

/* The width that tables keep to: COLUMNS, else the terminal's, else 0 for no limit. */
unsigned ht_cli_width(FILE *stream);

/* ---- options (cli_options.c) ---- */

struct ht_cli_option {
	int id;               /* above 0; an ASCII letter makes it a short option as well; 0 ends the table */
	const char *name;     /* long name without dashes */
	const char *argument; /* what its argument is called, NULL if it has none */
	const char *help;     /* may hold newlines */
};

#define HT_CLI_CONTINUE (-1)

/*
 * Takes the options out of argv; set is called with id and argument for each (NULL without one) and returns
 * 0, or negative after ht_cli_error(). --help is always there and prints what the table, the verb's row and
 * example (lines, indented here) say. HT_CLI_CONTINUE: *ret_first is the index of the first operand. Anything
 * else is the exit status.
 */
int ht_cli_options(int argc, char **argv, const struct ht_cli_option *options, const char *example,
		   int (*set)(int id, const char *argument, void *context), void *context, int *ret_first);

enum ht_cli_format {
	HT_CLI_TABLE,
	HT_CLI_JSON,
};

#define HT_CLI_OPTION_OUTPUT "output", "FORMAT"

/* Arguments of options: 0, or -EINVAL after a message that names the option (without dashes). */
int ht_cli_parse_format(const char *argument, enum ht_cli_format *ret);
int ht_cli_parse_number(const char *option, const char *argument, uint64_t min, uint64_t max, uint64_t *ret);
int ht_cli_parse_bool(const char *option, const char *argument, bool *ret); /* true, false */

/* ---- tables (cli_table.c) ---- */

#define HT_CLI_COLUMNS 8u

enum ht_cli_cut {
	HT_CLI_CUT_END,   /* too long: the end goes */
	HT_CLI_CUT_START, /* paths: the end tells more */
	HT_CLI_CUT_NEVER,
	HT_CLI_WRAP, /* of the last column: goes on below, broken at blanks */
};

struct ht_cli_column {
	const char *title;
	unsigned width; /* in character cells */
	enum ht_cli_cut cut;
	bool flexible;   /* takes what the terminal leaves; at most one column */
	unsigned narrow; /* the width it may shrink to for the flexible one's sake; 0: it may not */
	bool over;       /* what is too long takes the room of absent cells behind it */
};

struct ht_cli_table {
	FILE *out;
	const struct ht_cli_column *columns;
	unsigned count;
	unsigned width[HT_CLI_COLUMNS], whole; /* whole: of a line; 0: no limit */
	bool limited, colour;
};

enum ht_cli_style {
	HT_CLI_PLAIN,
	HT_CLI_GOOD,
	HT_CLI_BAD,
	HT_CLI_FAINT,
};

struct ht_cli_cell {
	struct ht_text text; /* absent: "-" */
	enum ht_cli_style style;
};

/* Lays the columns out for the stream (their array must outlive the table) and prints the titles. Without a
 * limit of width nothing is cut, so that a pipe gets everything. */
void ht_cli_table_begin(struct ht_cli_table *t, FILE *out, const struct ht_cli_column *columns,
			unsigned count);
void ht_cli_table_row(struct ht_cli_table *t, const struct ht_cli_cell *cells); /* count cells */

/* A line below a row, indented, and wrapped to the width if there is one. */
void ht_cli_table_note(struct ht_cli_table *t, unsigned indent, struct ht_text text);

/* ---- events as a table (cli_event.c): time, who, program, event, resource, result ---- */

enum ht_cli_time {
	HT_CLI_TIME_ONLY, /* live: 09:13:00.123 */
	HT_CLI_DATE_TIME, /* 2026-11-21 09:13:00 */
};

struct ht_cli_events {
	struct ht_cli_table table;
	enum ht_cli_time time;
};

/* Times are shown in the local zone. */
void ht_cli_event_header(struct ht_cli_events *e, FILE *out, enum ht_cli_time time);
void ht_cli_event_row(struct ht_cli_events *e, const struct ht_event_view *event);

/* (cli_result.c) An error; "exit 7" or a signal; "sent"; "unknown"; "ok". b is for a text that is made. */
struct ht_cli_cell ht_cli_result(const struct ht_event_view *event, struct ht_buffer *b);

/* ---- progress (cli_progress.c) ---- */

/* A bar on standard error while it is a terminal; otherwise nothing at all. */
struct ht_cli_progress {
	const char *what;
	uint64_t total;
	int64_t next_ns, start_ns;
	bool shown, terminal;
};

void ht_cli_progress_begin(struct ht_cli_progress *p, const char *what, uint64_t total);
void ht_cli_progress_update(struct ht_cli_progress *p, uint64_t done); /* cheap: draws ten times a second */
void ht_cli_progress_clear(struct ht_cli_progress *p); /* before other output, and at the end */

#endif
