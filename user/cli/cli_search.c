/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/search.h"

#include <errno.h>

#include "base/cleanup.h"

static const char *remedy(int code)
{
	switch (code) {
	case -ENOENT:
		return "name a directory that was recorded below, or a log file";
	case -EACCES:
	case -EPERM:
		return "logs are readable for root alone; run it with sudo, or copy them";
	default:
		return "see that it can be read";
	}
}

int ht_cli_search_begin(struct ht_cli_search *s, const char *root, char **paths, int count)
{
	const char *from_environment = getenv("HOSTTRAIL_ROOT");
	struct ht_error err = { "" };
	int e;

	*s = (struct ht_cli_search){ 0 };
	if (count && root) {
		ht_cli_error("--root: given together with paths; give one of them");
		return HT_EXIT_USAGE;
	}
	if (!root)
		root = from_environment && *from_environment ? from_environment : HT_CLI_ROOT;
	if (count)
		e = ht_history_find(&s->history, (const char *const *)paths, (size_t)count, &err);
	else
		e = ht_history_find(&s->history, &root, 1, &err);
	if (e < 0) {
		ht_cli_error("%s; %s", err.text, remedy(e));
		return HT_EXIT_REFUSED;
	}
	if (!ht_history_files(s->history)) {
		ht_cli_error("%s: holds no log files; name a directory that was recorded below",
			     count ? paths[0] : root);
		ht_cli_search_end(s);
		return HT_EXIT_REFUSED;
	}
	return 0;
}

void ht_cli_search_end(struct ht_cli_search *s)
{
	ht_cli_progress_clear(&s->progress);
	ht_history_free(s->history);
	s->history = NULL;
}

void ht_cli_search_problem(void *context, const char *text)
{
	struct ht_cli_search *s = context;

	ht_cli_progress_clear(&s->progress);
	ht_cli_error("%s; hosttrail verify says more", text);
}

void ht_cli_search_progress(void *context, uint64_t done, uint64_t total)
{
	struct ht_cli_search *s = context;

	s->progress.total = total;
	ht_cli_progress_update(&s->progress, done);
}

int ht_cli_search_status(int code, const struct ht_history_result *result, const struct ht_error *err)
{
	if (code < 0) {
		ht_cli_error("%s", err->text);
		return HT_EXIT_REFUSED;
	}
	return result->problems ? HT_EXIT_BAD_NEWS : HT_EXIT_DONE;
}
