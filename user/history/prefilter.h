/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cheap look at a line's bytes before it is decoded: most searches want few of the lines. It lets too much
 * through and never too little.
 */
#ifndef HT_HISTORY_PREFILTER_H
#define HT_HISTORY_PREFILTER_H

#include "hosttrail/history.h"

/* One of these stands in every line that the query can match, or the line has a backslash. Borrows from the
 * query. */
struct ht_prefilter {
	struct ht_text literal[HT_QUERY_VALUES];
	unsigned count; /* 0: nothing is known of the lines */
};

void ht_prefilter_init(struct ht_prefilter *p, const struct ht_query *q);
bool ht_prefilter_passes(const struct ht_prefilter *p, struct ht_text line);

#endif
