/* SPDX-License-Identifier: BSD-2-Clause */
/* hosttrail VERB: finds the verb in the table and leaves the rest to it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/cli.h"
#include "cli/verbs.h"

static int verb_help(int argc, char **argv);
static int verb_version(int argc, char **argv);

static const struct ht_cli_verb verbs[] = {
#define VERB(name, function, summary, usage, page) { name, function, summary, usage, page },
#include "cli/verbs.def"
#undef VERB
	{ "help", verb_help, "say how hosttrail, or one verb, is used", "[VERB]", "hosttrail(1)" },
	{ "version", verb_version, "print the version", "", "hosttrail(1)" },
};

static const struct ht_cli_verb *find_verb(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static void print_usage(FILE *out)
{
	fputs("Usage: hosttrail VERB [OPTION...] [ARGUMENT...]\n"
	      "Records who did what to this host, and answers questions about it.\n\n"
	      "Verbs:\n",
	      out);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
	fputs("\nhosttrail VERB --help says more, as does hosttrail(1).\n", out);
}

static int run(const struct ht_cli_verb *verb, int argc, char **argv)
{
	ht_cli_begin(verb);
	return verb->run(argc, argv);
}

static int no_such_verb(const char *name)
{
	ht_cli_error("%s: no such verb; hosttrail help lists them", name);
	return HT_EXIT_USAGE;
}

static int no_option(int id, const char *argument, void *context)
{
	(void)id;
	(void)argument;
	(void)context;
	return 0;
}

static int verb_help(int argc, char **argv)
{
	static const struct ht_cli_option options[] = { { 0 } };
	const struct ht_cli_verb *verb;
	char option[] = "--help";
	int first, status;

	status = ht_cli_options(argc, argv, options, "hosttrail help lookup", no_option, NULL, &first);
	if (status != HT_CLI_CONTINUE)
		return status;
	if (first == argc) {
		print_usage(stdout);
		return HT_EXIT_DONE;
	}
	verb = find_verb(argv[first]);
	if (!verb)
		return no_such_verb(argv[first]);
	return run(verb, 2, (char *[]){ argv[first], option, NULL });
}

static int verb_version(int argc, char **argv)
{
	static const struct ht_cli_option options[] = { { 0 } };
	int first, status;

	status = ht_cli_options(argc, argv, options, "hosttrail version", no_option, NULL, &first);
	if (status != HT_CLI_CONTINUE)
		return status;
	if (first < argc) {
		ht_cli_error("%s: not expected here; version takes no argument", argv[first]);
		return HT_EXIT_USAGE;
	}
	printf("hosttrail %s\n", HOSTTRAIL_VERSION);
	return HT_EXIT_DONE;
}

int main(int argc, char **argv)
{
	const struct ht_cli_verb *verb;
	const char *name = argc > 1 ? argv[1] : NULL;

	/* A reader that goes away must not kill a recorder in the middle of a log: writes tell. */
	signal(SIGPIPE, SIG_IGN);
	if (!name) {
		print_usage(stderr);
		return HT_EXIT_USAGE;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	else if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
		name = "version";
	verb = find_verb(name);
	if (!verb)
		return no_such_verb(name);
	return ht_cli_finish(run(verb, argc - 1, argv + 1));
}
