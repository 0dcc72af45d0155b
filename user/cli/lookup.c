/* SPDX-License-Identifier: BSD-2-Clause */
/* hosttrail lookup: the recorded events that match, newest first. */
#include <ctype.h>
#include <errno.h>

#include "base/cleanup.h"
#include "base/timestamp.h"
#include "cli/search.h"
#include "cli/verbs.h"
#include "hosttrail/vocabulary.h"

enum option {
	EVENT_NAME = 'e',
	USER_NAME = 'u',
	RESOURCE_NAME = 'r',
	PROGRAM = 'p',
	MAX_RESULTS = 'n',
	WRITES = 'w',
	OUTPUT = 'o',
	RESOURCE_TYPE = 256,
	SOURCE,
	READ_ONLY,
	CATEGORY,
	RESULT,
	ERROR_CODE,
	EVENT_ID,
	PID,
	START_TIME,
	END_TIME,
	ROOT,
};

static const struct ht_cli_option options[] = {
	{ EVENT_NAME, "event-name", "NAME", "what was done: DeleteFile, ExecuteProgram, ..." },
	{ USER_NAME, "user-name", "NAME", "who did it, or had logged in as it" },
	{ RESOURCE_NAME, "resource-name", "NAME", "to what: a path, ..." },
	{ RESOURCE_TYPE, "resource-type", "TYPE", "to what kind: Host::File, ..." },
	{ PROGRAM, "program", "PROGRAM", "with which program: its path, file name or process name" },
	{ SOURCE, "source", "SOURCE", "event source: filesystem, process, network, ..." },
	{ READ_ONLY, "read-only", "BOOL", "true: what changed nothing, false: what did" },
	{ WRITES, "write", NULL, "the same as --read-only false" },
	{ CATEGORY, "category", "CATEGORY", "management or data" },
	{ RESULT, "result", "RESULT", "success, failure, or an error such as EACCES" },
	{ ERROR_CODE, "error-code", "ERROR", "the same as --result with an error" },
	{ EVENT_ID, "event-id", "ID", "one event" },
	{ PID, "pid", "PID", "of the process" },
	{ START_TIME, "start-time", "TIME",
	  "not before: 2026-11-21T09:00:00Z, \"2026-11-21 09:00\"\n"
	  "(local time), -90s, -5m, -2h, -7d (before now)" },
	{ END_TIME, "end-time", "TIME", "not after" },
	{ MAX_RESULTS, "max-results", "COUNT", "no more than these" },
	{ ROOT, "root", "DIR",
	  "search what was recorded below DIR; without it and without PATH\n"
	  "below $HOSTTRAIL_ROOT, else below " HT_CLI_ROOT },
	{ OUTPUT, HT_CLI_OPTION_OUTPUT, "table (the default), or json: the events as JSON Lines" },
	{ .id = 0 },
};

static const char example[] =
	"sudo hosttrail lookup --event-name DeleteFile --resource-name '/etc/*' --start-time -1h\n"
	"sudo hosttrail lookup --user-name alice --write --result failure --output json | jq .\n"
	"(a star at the beginning or end of a value stands for anything; the same option twice means\n"
	"either value, different options must all hold)";

struct lookup {
	struct ht_cli_search search; /* first: the sink's context is both */
	struct ht_query query;
	struct ht_cli_events table;
	struct ht_buffer scratch;
	enum ht_cli_format format;
	uint64_t max_results;
	int64_t now_ns;
	const char *root;
	bool printed;
};

static const char *option_name(int id)
{
	const struct ht_cli_option *o = options;

	while (o->id && o->id != id)
		o++;
	return o->name;
}

/* The field whose words an attribute is compared with; HT_FIELDS: anything may stand there. */
static enum ht_field field_of(enum ht_query_attribute attribute)
{
	switch (attribute) {
	case HT_QUERY_EVENT_NAME:
		return HT_FIELD_EVENT_NAME;
	case HT_QUERY_SOURCE:
		return HT_FIELD_EVENT_SOURCE;
	case HT_QUERY_RESOURCE_TYPE:
		return HT_FIELD_RESOURCE_TYPE;
	case HT_QUERY_RESULT:
		return HT_FIELD_ERROR_CODE;
	default:
		return HT_FIELDS;
	}
}

static bool value_matches(void *value, const char *word)
{
	return ht_query_value_matches(value, ht_text_of(word));
}

/* What was recorded may be a newer version's, which has more names: this is told, and the search goes on. */
static void tell_unknown(struct lookup *l, enum ht_query_attribute attribute, int id, const char *value)
{
	struct ht_query_value *v = &l->query.value[attribute][l->query.count[attribute] - 1];
	enum ht_field field = field_of(attribute);
	_cleanup_buffer_ struct ht_buffer hint = { 0 };

	if (ht_vocabulary_any(field, value_matches, v) || ht_vocabulary_knows(field, v->text))
		return;
	ht_vocabulary_suggest(field, v->any_before || v->any_after ? (struct ht_text){ 0 } : v->text, &hint);
	ht_cli_error("--%s: %s: no %s of this version%.*s", option_name(id), value, ht_vocabulary_noun(field), (int)hint.length,
		     hint.data ? hint.data : "");
}

static int add_value(struct lookup *l, enum ht_query_attribute attribute, int id, const char *value)
{
	if (!*value) {
		ht_cli_error("--%s: an empty value; give one, or leave the option out", option_name(id));
		return -EINVAL;
	}
	if (ht_query_add(&l->query, attribute, value) < 0) {
		ht_cli_error("--%s: given more than %u times; search twice, or use a star", option_name(id),
			     HT_QUERY_VALUES);
		return -EINVAL;
	}
	return 0;
}

static int add(struct lookup *l, enum ht_query_attribute attribute, int id, const char *value)
{
	int e = add_value(l, attribute, id, value);

	if (e == 0 && field_of(attribute) != HT_FIELDS)
		tell_unknown(l, attribute, id, value);
	return e;
}

/* All errors' names begin so; one without name is a number. */
static bool may_be_error(char first)
{
	return first == 'E' || first == '*' || isdigit((unsigned char)first);
}

static int add_result(struct lookup *l, int id, const char *value)
{
	static char capitals[HT_QUERY_VALUES + 1][64]; /* borrowed by the query */
	unsigned n = l->query.count[HT_QUERY_RESULT];
	size_t i;

	if (id == RESULT && (strcmp(value, "success") == 0 || strcmp(value, "failure") == 0))
		return add_value(l, HT_QUERY_RESULT, id, value);
	for (i = 0; i < sizeof(capitals[n]) - 1 && value[i]; i++)
		capitals[n][i] = (char)toupper((unsigned char)value[i]);
	capitals[n][i] = '\0';
	if (value[i] || (*value && !may_be_error(*capitals[n]))) {
		ht_cli_error("--%s: %s is no result; give success, failure or an error such as EACCES",
			     option_name(id), value);
		return -EINVAL;
	}
	return add(l, HT_QUERY_RESULT, id, capitals[n]);
}

static int add_category(struct lookup *l, const char *value)
{
	static const char *const categories[] = { "Management", "Data" };

	for (size_t i = 0; i < ARRAY_SIZE(categories); i++)
		if (strcasecmp(value, categories[i]) == 0)
			return add(l, HT_QUERY_CATEGORY, CATEGORY, categories[i]);
	ht_cli_error("--category: %s is none; give management or data", value);
	return -EINVAL;
}

static int add_read_only(struct lookup *l, int id, const char *value)
{
	bool read_only = false;

	if (value && ht_cli_parse_bool(option_name(id), value, &read_only) < 0)
		return -EINVAL;
	return add(l, HT_QUERY_READ_ONLY, id, read_only ? "true" : "false");
}

static int add_pid(struct lookup *l, const char *value)
{
	uint64_t pid;

	if (ht_cli_parse_number("pid", value, 0, INT32_MAX, &pid) < 0)
		return -EINVAL;
	return add(l, HT_QUERY_PID, PID, value);
}

static int parse_time(const struct lookup *l, int id, const char *value, int64_t *ret)
{
	if (ht_timestamp_parse_loose(value, l->now_ns, ret) == 0)
		return 0;
	ht_cli_error("--%s: %s is no time; give 2026-11-21T09:00:00Z, \"2026-11-21 09:00\", now, or -5m",
		     option_name(id), value);
	return -EINVAL;
}

static int set(int id, const char *argument, void *context)
{
	struct lookup *l = context;

	switch (id) {
	case EVENT_NAME:
		return add(l, HT_QUERY_EVENT_NAME, id, argument);
	case USER_NAME:
		return add(l, HT_QUERY_USER, id, argument);
	case RESOURCE_NAME:
		return add(l, HT_QUERY_RESOURCE_NAME, id, argument);
	case RESOURCE_TYPE:
		return add(l, HT_QUERY_RESOURCE_TYPE, id, argument);
	case PROGRAM:
		return add(l, HT_QUERY_PROGRAM, id, argument);
	case SOURCE:
		return add(l, HT_QUERY_SOURCE, id, argument);
	case EVENT_ID:
		return add(l, HT_QUERY_EVENT_ID, id, argument);
	case READ_ONLY:
	case WRITES:
		return add_read_only(l, id, argument);
	case CATEGORY:
		return add_category(l, argument);
	case RESULT:
	case ERROR_CODE:
		return add_result(l, id, argument);
	case PID:
		return add_pid(l, argument);
	case START_TIME:
		return parse_time(l, id, argument, &l->query.start_ns);
	case END_TIME:
		return parse_time(l, id, argument, &l->query.end_ns);
	case MAX_RESULTS:
		return ht_cli_parse_number("max-results", argument, 1, UINT32_MAX, &l->max_results);
	case ROOT:
		l->root = argument;
		return 0;
	case OUTPUT:
		return ht_cli_parse_format(argument, &l->format);
	default:
		return -EINVAL;
	}
}

static int print_event(void *context, struct ht_text line)
{
	struct lookup *l = context;
	struct ht_event_view view;

	ht_cli_progress_clear(&l->search.progress);
	if (l->format == HT_CLI_JSON) {
		fwrite(line.data, 1, line.length, stdout);
		putchar('\n');
	} else if (ht_event_decode(line.data, line.length, &l->scratch, &view, NULL) == 0) {
		if (!l->printed)
			ht_cli_event_header(&l->table, stdout, HT_CLI_DATE_TIME);
		ht_cli_event_row(&l->table, &view);
	}
	l->printed = true;
	return ht_cli_output_lost();
}

static void lookup_free(struct lookup *l)
{
	ht_cli_search_end(&l->search);
	ht_buffer_free(&l->scratch);
}

int ht_verb_lookup(int argc, char **argv)
{
	_cleanup_(lookup_free) struct lookup l = { .query = HT_QUERY_ALL, .now_ns = ht_now_ns() };
	const struct ht_history_sink sink = {
		.event = print_event,
		.problem = ht_cli_search_problem,
		.progress = ht_cli_search_progress,
		.context = &l,
	};
	struct ht_history_result result;
	struct ht_error err = { "" };
	int first, e, status = ht_cli_options(argc, argv, options, example, set, &l, &first);

	if (status != HT_CLI_CONTINUE)
		return status;
	if (l.query.start_ns > l.query.end_ns) {
		ht_cli_error("--start-time: lies after --end-time; exchange them");
		return HT_EXIT_USAGE;
	}
	status = ht_cli_search_begin(&l.search, l.root, argv + first, argc - first);
	if (status)
		return status;
	ht_cli_progress_begin(&l.search.progress, "searching", 0);
	e = ht_history_backward(l.search.history, &l.query, l.max_results, &sink, &result, &err);
	ht_cli_progress_clear(&l.search.progress);
	if (e >= 0 && !l.printed && l.format == HT_CLI_TABLE)
		fprintf(stderr, "No event matches, of %llu in %zu file%s.\n", (unsigned long long)result.events,
			ht_history_files(l.search.history), ht_history_files(l.search.history) == 1 ? "" : "s");
	return ht_cli_search_status(e, &result, &err);
}
