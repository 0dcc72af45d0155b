/* SPDX-License-Identifier: BSD-2-Clause */
/* What the verbs that search share: where to look, damaged files, progress. */
#ifndef HT_CLI_SEARCH_H
#define HT_CLI_SEARCH_H

#include "cli/cli.h"
#include "hosttrail/history.h"

struct ht_cli_search {
	struct ht_cli_progress progress;
	struct ht_history *history;
};

/*
 * Finds the log files at the paths, or without any below root, or without that below HOSTTRAIL_ROOT or
 * HT_CLI_ROOT. 0, or an exit status after a message.
 */
int ht_cli_search_begin(struct ht_cli_search *s, const char *root, char **paths, int count);
void ht_cli_search_end(struct ht_cli_search *s);

/* For struct ht_history_sink; context is the struct ht_cli_search. */
void ht_cli_search_problem(void *context, const char *text);
void ht_cli_search_progress(void *context, uint64_t done, uint64_t total);

/* The exit status for what a search returned, after a message if there is something to say. */
int ht_cli_search_status(int code, const struct ht_history_result *result, const struct ht_error *err);

#endif
