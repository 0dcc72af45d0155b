/* SPDX-License-Identifier: BSD-2-Clause */
/* One file of a search: its matching lines in order of time. */
#ifndef HT_HISTORY_RUN_H
#define HT_HISTORY_RUN_H

#include "history/files.h"
#include "history/prefilter.h"
#include "history/window.h"
#include "hosttrail/log.h"

/* What all files of a search share. */
struct ht_search {
	const struct ht_query *query; /* NULL: everything */
	struct ht_prefilter prefilter;
	const struct ht_history_sink *sink;
	struct ht_history_result result;
	struct ht_buffer scratch;
	uint64_t done, total; /* stored bytes */
};

void ht_search_init(struct ht_search *s, const struct ht_history *h, const struct ht_query *query,
		    const struct ht_history_sink *sink);
void ht_search_free(struct ht_search *s);

/* A file whose turn is yet to come. */
struct ht_candidate {
	const struct ht_history_file *file;
};

/* The files that the query does not rule out by their times, sorted by compare (two candidates). -ENOMEM. */
int ht_search_candidates(struct ht_search *s, const struct ht_history *h,
			 int (*compare)(const void *, const void *), struct ht_candidate **ret,
			 size_t *ret_count);

struct ht_run {
	const struct ht_history_file *file;
	struct ht_log_reader *reader;  /* NULL: read to its end */
	struct ht_window window, data; /* of all other events; of the data ring's */
	uint64_t counted;              /* of the file's bytes, for the progress */
	uint64_t lines, bad_lines, first_bad;
	const char *first_why;
};

/* A file that cannot be opened is reported to the sink and gives no lines. -ENOMEM. */
int ht_run_open(struct ht_run *r, struct ht_search *s, const struct ht_history_file *file);

/* 1 and the next line, which becomes the caller's; 0 at the end; -ENOMEM. Damage is reported to the sink and
 * ends the file. */
int ht_run_next(struct ht_run *r, struct ht_search *s, struct ht_held *ret);

void ht_run_close(struct ht_run *r);

#endif
