/* SPDX-License-Identifier: BSD-2-Clause */
/* hosttrail cat: everything that was recorded, in order of time. */
#include "base/cleanup.h"
#include "cli/search.h"
#include "cli/verbs.h"

#define OUTPUT_BYTES (256u * 1024)

static const struct ht_cli_option options[] = { { .id = 0 } };

static int no_option(int id, const char *argument, void *context)
{
	(void)id;
	(void)argument;
	(void)context;
	return 0;
}

static int print_line(void *context, struct ht_text line)
{
	(void)context;
	fwrite(line.data, 1, line.length, stdout);
	putchar('\n');
	return ht_cli_output_lost();
}

int ht_verb_cat(int argc, char **argv)
{
	static char output[OUTPUT_BYTES];
	_cleanup_(ht_cli_search_end) struct ht_cli_search search = { 0 };
	const struct ht_history_sink sink = {
		.event = print_line,
		.problem = ht_cli_search_problem,
		.context = &search,
	};
	struct ht_history_result result;
	struct ht_error err = { "" };
	int first, status = ht_cli_options(argc, argv, options,
					   "sudo hosttrail cat /var/log/hosttrail/default | jq .eventName",
					   no_option, NULL, &first);

	if (status != HT_CLI_CONTINUE)
		return status;
	if (first == argc) {
		ht_cli_error("PATH: missing; name a log file or a directory that was recorded below");
		return HT_EXIT_USAGE;
	}
	status = ht_cli_search_begin(&search, NULL, argv + first, argc - first);
	if (status)
		return status;
	setvbuf(stdout, output, _IOFBF, sizeof(output));
	return ht_cli_search_status(ht_history_forward(search.history, NULL, &sink, &result, &err), &result,
				    &err);
}
