/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Searching what was recorded: events out of any number of log files, in order of time, forwards or
 * backwards.
 *
 * Order. Two events of one boot are ordered by monotonicTime, others by eventTime. Within a file lines stand
 * out of order, since the management ring is drained before the data ring, and a ring holds the events of
 * several CPUs. That is put right: a data event may stand HT_HISTORY_NEAR data events behind its place, and
 * HT_HISTORY_WINDOW lines (or HT_HISTORY_WINDOW_BYTES) behind newer events of other kinds; any other event
 * these many lines behind its place. What stands further behind is delivered late.
 *
 * Memory. Forwards: a window for each file whose times overlap. Backwards: the matches that are not yet
 * delivered, of which HT_HISTORY_MEMORY bytes are held in memory and the rest in an unnamed temporary file,
 * and 64 bytes for each.
 *
 * Files come from anybody. One that is damaged, or holds lines that are no events, gives what it can and is
 * reported.
 */
#ifndef HOSTTRAIL_HISTORY_H
#define HOSTTRAIL_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "hosttrail/event.h"

#define HT_HISTORY_NEAR (16u * 1024)
#define HT_HISTORY_WINDOW (128u * 1024)
#define HT_HISTORY_WINDOW_BYTES (128u << 20)
#define HT_HISTORY_MEMORY (128u << 20)
#define HT_HISTORY_OPEN_MAX 256u /* files that are read at the same time */

/* ---- where to look ---- */

struct ht_history;

/*
 * The log files at these paths: files as they are, directories with all below them that is named *.jsonl.zst
 * or *.jsonl, complete or .partial. A file that is reached twice counts once. A path that is not there, or a
 * directory that cannot be read, is an error: -ENOENT, -EACCES…
 */
int ht_history_find(struct ht_history **ret, const char *const *paths, size_t count, struct ht_error *err);
void ht_history_free(struct ht_history *h);
size_t ht_history_files(const struct ht_history *h);

/* ---- what to look for ---- */

enum ht_query_attribute {
	HT_QUERY_EVENT_ID,
	HT_QUERY_EVENT_NAME,
	HT_QUERY_USER,          /* user name or login name */
	HT_QUERY_RESOURCE_NAME, /* of any resource */
	HT_QUERY_RESOURCE_TYPE, /* of any resource */
	HT_QUERY_PROGRAM,       /* path of the image, its last component, or the name of the process */
	HT_QUERY_SOURCE,
	HT_QUERY_READ_ONLY, /* true, false */
	HT_QUERY_CATEGORY,  /* Management, Data */
	HT_QUERY_RESULT,    /* success, failure, or an errorCode */
	HT_QUERY_PID,
	HT_QUERY_ATTRIBUTES,
};

#define HT_QUERY_VALUES 32u /* of one attribute */

struct ht_query_value {
	struct ht_text text;
	bool any_before, any_after; /* a star stood there: anything may */
};

/*
 * The values of one attribute are OR'd, attributes are AND'd, and the time must lie between start and end,
 * both inclusive. Initialise with HT_QUERY_ALL.
 */
struct ht_query {
	struct ht_query_value value[HT_QUERY_ATTRIBUTES][HT_QUERY_VALUES];
	unsigned count[HT_QUERY_ATTRIBUTES];
	int64_t start_ns, end_ns;
};

#define HT_QUERY_ALL ((struct ht_query){ .start_ns = INT64_MIN, .end_ns = INT64_MAX })

/* text is borrowed; a star at its beginning or end stands for anything. -E2BIG: HT_QUERY_VALUES are there
 * already. */
int ht_query_add(struct ht_query *q, enum ht_query_attribute attribute, const char *text);
bool ht_query_value_matches(const struct ht_query_value *v, struct ht_text text); /* an absent text never */
bool ht_query_match(const struct ht_query *q, const struct ht_event_view *event);

/* ---- looking ---- */

struct ht_history_sink {
	/* The next event in order, an event for certain; valid during the call. 0: go on; anything else ends
	 * the search and is its result. */
	int (*event)(void *context, struct ht_text line);
	/* A file that is damaged, cut or unreadable: one line of text. Its events before that are delivered.
	 * NULL is allowed. */
	void (*problem)(void *context, const char *text);
	/* Stored bytes of files that are read or ruled out. NULL is allowed. */
	void (*progress)(void *context, uint64_t done, uint64_t total);
	void *context;
};

struct ht_history_result {
	uint64_t events;   /* lines read */
	uint64_t matches;  /* of them, what the query matched */
	unsigned problems; /* files with a problem */
};

/* Oldest first. query NULL: everything. -EMFILE: more than HT_HISTORY_OPEN_MAX files would have to be read at
 * the same time. */
int ht_history_forward(const struct ht_history *h, const struct ht_query *query,
		       const struct ht_history_sink *sink, struct ht_history_result *ret,
		       struct ht_error *err);

/* Newest first, at most max_results of them (0: all). */
int ht_history_backward(const struct ht_history *h, const struct ht_query *query, uint64_t max_results,
			const struct ht_history_sink *sink, struct ht_history_result *ret,
			struct ht_error *err);

#endif
