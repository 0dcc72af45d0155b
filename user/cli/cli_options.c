/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>

#include "base/cleanup.h"

#define OPTIONS_MAX 48u
#define HELP_ID 0x10000

static const struct ht_cli_option help_option = { HELP_ID, "help", NULL, "print this and exit" };

static bool is_short(int id)
{
	return id < 128 && isalpha(id);
}

static int print_option_name(char *out, size_t size, const struct ht_cli_option *o)
{
	char letter[5] = "    ";

	if (is_short(o->id))
		snprintf(letter, sizeof(letter), "-%c, ", o->id);
	return snprintf(out, size, "  %s--%s%s%s", letter, o->name, o->argument ? " " : "",
			o->argument ? o->argument : "");
}

/* Prints lines, the second and later ones indented. */
static void print_indented(const char *text, int indent)
{
	for (;;) {
		const char *end = strchrnul(text, '\n');

		printf("%.*s\n", (int)(end - text), text);
		if (*end == '\0')
			return;
		text = end + 1;
		printf("%*s", indent, "");
	}
}

static void print_options(const struct ht_cli_option *options)
{
	char name[80];
	int widest = print_option_name(name, sizeof(name), &help_option);

	for (const struct ht_cli_option *o = options; o->id; o++) {
		int n = print_option_name(name, sizeof(name), o);

		widest = n > widest ? n : widest;
	}
	for (const struct ht_cli_option *o = options; o->id; o++) {
		print_option_name(name, sizeof(name), o);
		printf("%-*s  ", widest, name);
		print_indented(o->help, widest + 2);
	}
	print_option_name(name, sizeof(name), &help_option);
	printf("%-*s  %s\n", widest, name, help_option.help);
}

static void print_help(const struct ht_cli_option *options, const char *example)
{
	const struct ht_cli_verb *verb = ht_cli_current();

	printf("Usage: hosttrail %s%s%s\n", verb->name, *verb->usage ? " " : "", verb->usage);
	printf("%c%s.\n\nOptions:\n", toupper((unsigned char)verb->summary[0]), verb->summary + 1);
	print_options(options);
	printf("\nExample:\n  ");
	print_indented(example, 2);
	printf("\nExit status: 0 done, 1 the answer is bad news, 2 usage or configuration, 3 the system "
	       "refused.\n"
	       "See %s.\n",
	       verb->page);
}

/* getopt's table and its string of short options. */
static void fill_getopt(const struct ht_cli_option *options, struct option *longs, char *shorts)
{
	unsigned n = 0;

	*shorts++ = ':'; /* a missing argument is told from an unknown option */
	for (const struct ht_cli_option *o = options; o->id && n < OPTIONS_MAX - 2; o++) {
		longs[n++] = (struct option){ o->name, o->argument ? required_argument : no_argument, NULL,
					      o->id };
		if (is_short(o->id)) {
			*shorts++ = (char)o->id;
			if (o->argument)
				*shorts++ = ':';
		}
	}
	longs[n++] = (struct option){ help_option.name, no_argument, NULL, HELP_ID };
	longs[n] = (struct option){ 0 };
	*shorts = '\0';
}

/* argument is the word of argv that getopt stopped at. */
static int bad_option(int c, const char *argument)
{
	const char *verb = ht_cli_current()->name;
	bool is_long = strncmp(argument, "--", 2) == 0;
	char letter[3] = { '-', (char)optopt, '\0' };
	const char *name = is_long || !is_short(optopt) ? argument : letter;
	int length = (int)strcspn(name, "=");

	if (c == ':')
		ht_cli_error("%.*s: needs an argument; see hosttrail %s --help", length, name, verb);
	else if (is_long && optopt)
		ht_cli_error("%.*s: takes no argument; see hosttrail %s --help", length, name, verb);
	else
		ht_cli_error("%.*s: unknown or ambiguous option; see hosttrail %s --help", length, name,
			     verb);
	return HT_EXIT_USAGE;
}

int ht_cli_options(int argc, char **argv, const struct ht_cli_option *options, const char *example,
		   int (*set)(int id, const char *argument, void *context), void *context, int *ret_first)
{
	struct option longs[OPTIONS_MAX];
	char shorts[2 * OPTIONS_MAX + 2];
	int c;

	fill_getopt(options, longs, shorts);
	optind = 0; /* glibc: begin anew */
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == HELP_ID) {
			print_help(options, example);
			return HT_EXIT_DONE;
		}
		if (c == '?' || c == ':')
			return bad_option(c, argv[optind - 1]);
		if (set(c, optarg, context) < 0)
			return HT_EXIT_USAGE;
	}
	*ret_first = optind;
	return HT_CLI_CONTINUE;
}

int ht_cli_parse_format(const char *argument, enum ht_cli_format *ret)
{
	if (strcmp(argument, "table") == 0)
		*ret = HT_CLI_TABLE;
	else if (strcmp(argument, "json") == 0)
		*ret = HT_CLI_JSON;
	else {
		ht_cli_error("--output: no format is called %s; give table or json", argument);
		return -EINVAL;
	}
	return 0;
}

int ht_cli_parse_number(const char *option, const char *argument, uint64_t min, uint64_t max, uint64_t *ret)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(argument, &end, 10);
	if (!isdigit((unsigned char)*argument) || *end || errno || v < min || v > max) {
		ht_cli_error("--%s: %s is not accepted; give a whole number from %llu to %llu", option,
			     argument, (unsigned long long)min, (unsigned long long)max);
		return -EINVAL;
	}
	*ret = v;
	return 0;
}

int ht_cli_parse_bool(const char *option, const char *argument, bool *ret)
{
	if (strcmp(argument, "true") == 0)
		*ret = true;
	else if (strcmp(argument, "false") == 0)
		*ret = false;
	else {
		ht_cli_error("--%s: %s is not accepted; give true or false", option, argument);
		return -EINVAL;
	}
	return 0;
}
