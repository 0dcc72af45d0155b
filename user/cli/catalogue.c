/* SPDX-License-Identifier: BSD-2-Clause */
/* hosttrail catalogue: what is known of every system call. */
#include "hosttrail/catalogue.h"

#include <ctype.h>
#include <errno.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/nearest.h"
#include "cli/catalogue.h"
#include "cli/cli.h"
#include "cli/verbs.h"
#include "hosttrail/names.h"
#include "hosttrail/uring.h"
#include "hosttrail/vocabulary.h"

enum option {
	OUTPUT = 'o',
	ABI = 'a',
};

static const struct ht_cli_option options[] = {
	{ ABI, "abi", "ABI", "only calls of x86_64, i386 or arm64, with their numbers there" },
	{ OUTPUT, HT_CLI_OPTION_OUTPUT, "table (the default), or json: an object a line" },
	{ .id = 0 },
};

static const char example[] =
	"hosttrail catalogue openat bpf\n"
	"hosttrail catalogue --abi i386 ChangeOwner\n"
	"hosttrail catalogue --output json |\n"
	"    jq -r '.. | objects | select(.plane == \"management\") | .eventName' | sort -u";

struct catalogue {
	enum ht_cli_format format;
	enum ht_abi abi; /* HT_ABI_COUNT: all */
	char **names;
	int count;
	struct ht_cli_table table;
	bool narrow;
};

static int set_option(int id, const char *argument, void *context)
{
	struct catalogue *c = context;

	if (id == OUTPUT)
		return ht_cli_parse_format(argument, &c->format);
	for (c->abi = 0; c->abi < HT_ABI_X32; c->abi++)
		if (strcmp(argument, ht_abi_name(c->abi)) == 0)
			return 0;
	ht_cli_error("--abi: %s: no such ABI; it is x86_64, i386 or arm64", argument);
	return -EINVAL;
}

/* ---- which rows ---- */

static bool named(const struct catalogue *c, const char *call, const char *event)
{
	for (int i = 0; i < c->count; i++)
		if (strcmp(c->names[i], call) == 0 || strcmp(c->names[i], event) == 0)
			return true;
	return c->count == 0;
}

static bool any_below(const struct catalogue *c, const struct ht_call *call)
{
	size_t n;
	const struct ht_command *command = ht_commands_of(call, &n);
	const struct ht_message *message;

	for (; n; command++, n--)
		if (named(c, call->name, command->event))
			return true;
	for (uint32_t opcode = 0; opcode < HT_URING_OPCODES; opcode++)
		if (ht_call_by_number(HT_ABI_IO_URING, opcode) == call && named(c, ht_uring_op(opcode)->name, call->event))
			return true;
	if (!ht_catalogue_sends_messages(call))
		return false;
	message = ht_messages(&n);
	for (; n; message++, n--)
		if (named(c, call->name, message->event))
			return true;
	return false;
}

static bool wanted(const struct catalogue *c, const struct ht_call *call)
{
	if (c->abi != HT_ABI_COUNT && call->number[c->abi] == HT_NO_CALL)
		return false;
	return named(c, call->name, call->event) || any_below(c, call);
}

/* ---- as a table ---- */

#define ABIS 3u
#define WIDE 143u   /* from this width on a row is one line */
#define INDENT 6u   /* of what stands below a row on narrower terminals */

static const struct ht_cli_column columns[] = {
	{ "CALL", 28, HT_CLI_CUT_END, .over = true }, { "X86_64", 6, HT_CLI_CUT_NEVER },
	{ "I386", 4, HT_CLI_CUT_NEVER }, { "ARM64", 5, HT_CLI_CUT_NEVER },
	{ "EVENT", 24, HT_CLI_CUT_END }, { "SOURCE", 10, HT_CLI_CUT_NEVER },
	{ "CLASS", 24, HT_CLI_CUT_END }, { "ARGUMENTS", 40, HT_CLI_WRAP, .flexible = true },
};

static const struct ht_cli_column narrow_columns[] = {
	{ "CALL", 28, HT_CLI_CUT_END, .flexible = true, .over = true },
	{ "NUMBERS", 11, HT_CLI_CUT_NEVER },
	{ "EVENT", 25, HT_CLI_CUT_END, .narrow = 22 },
	{ "CLASS", 22, HT_CLI_CUT_END, .narrow = 17 },
};

struct row {
	struct ht_buffer call, class, arguments, numbers;
	char number[ABIS][8];
	const char *event;
	unsigned source, above; /* above: the source of the call that it stands below */
};

static void row_free(struct row *r)
{
	ht_buffer_free(&r->call);
	ht_buffer_free(&r->class);
	ht_buffer_free(&r->arguments);
	ht_buffer_free(&r->numbers);
}

static struct ht_cli_cell cell(const struct ht_buffer *b)
{
	return (struct ht_cli_cell){ .text = { b->length ? b->data : NULL, b->length } };
}

/* "257/295/56", the number of an ABI that lacks it a dash. */
static void join_numbers(struct row *r, enum ht_abi only)
{
	const char *between = "";

	for (unsigned abi = 0; abi < ABIS; abi++) {
		if (only != HT_ABI_COUNT && only != abi)
			continue;
		ht_buffer_printf(&r->numbers, "%s%s", between, r->number[abi][0] ? r->number[abi] : "-");
		between = "/";
	}
}

/* The source, where it is not that of the call above, and the arguments have a line of their own. */
static void print_narrow(struct catalogue *c, struct row *r)
{
	_cleanup_buffer_ struct ht_buffer below = { 0 };
	bool call = r->number[0][0] || r->number[1][0] || r->number[2][0];

	if (call)
		join_numbers(r, c->abi);
	ht_cli_table_row(&c->table, (struct ht_cli_cell[]){
		cell(&r->call), cell(&r->numbers), { .text = ht_text_of(r->event) }, cell(&r->class),
	});
	if (r->source != r->above)
		ht_buffer_printf(&below, "%s", ht_source_name(r->source));
	if (r->arguments.length)
		ht_buffer_printf(&below, ": %.*s", (int)r->arguments.length, r->arguments.data);
	if (below.length)
		ht_cli_table_note(&c->table, INDENT, (struct ht_text){ below.data, below.length });
}

static void print_row(struct catalogue *c, struct row *r)
{
	struct ht_cli_cell cells[ARRAY_SIZE(columns)] = {
		cell(&r->call), { .text = { 0 } }, { .text = { 0 } }, { .text = { 0 } },
		{ .text = ht_text_of(r->event) }, { .text = ht_text_of(ht_source_name(r->source)) },
		cell(&r->class), cell(&r->arguments),
	};

	if (c->narrow) {
		print_narrow(c, r);
		return;
	}
	for (unsigned abi = 0; abi < ABIS; abi++)
		if (r->number[abi][0])
			cells[1 + abi].text = ht_text_of(r->number[abi]);
	ht_cli_table_row(&c->table, cells);
}

/* A row below a call. */
static struct row row_of(const struct ht_call *above, const char *event, unsigned source, unsigned plane, unsigned access)
{
	struct row r = { .event = event, .source = source, .above = above->source };

	ht_buffer_literal(&r.call, "  ");
	ht_buffer_printf(&r.class, "%s, %s", ht_catalogue_plane(plane), ht_catalogue_access(access));
	return r;
}

/* The operations of io_uring that do the same. */
static void print_operations(struct catalogue *c, const struct ht_call *call)
{
	for (uint32_t opcode = 0; opcode < HT_URING_OPCODES; opcode++) {
		_cleanup_(row_free) struct row r = { 0 };

		if (ht_call_by_number(HT_ABI_IO_URING, opcode) != call)
			continue;
		r = row_of(call, call->event, call->source, call->plane, call->access);
		ht_buffer_printf(&r.call, "%s, %u", ht_uring_op(opcode)->name, opcode);
		print_row(c, &r);
	}
}

/* A value without name says nothing without its argument's. */
static void print_command(struct row *r, const struct ht_call *call, const struct ht_command *command)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	ht_catalogue_command(&b, call, command);
	if (!b.length)
		return;
	if (isdigit((unsigned char)*b.data) || ht_text_equal((struct ht_text){ b.data, b.length }, HT_TEXT("null")))
		ht_buffer_printf(&r->call, "%s ", call->arg[command->arg].name);
	ht_buffer_append(&r->call, b.data, b.length);
}

static void print_below(struct catalogue *c, const struct ht_call *call)
{
	size_t n;
	const struct ht_command *command = ht_commands_of(call, &n);
	const struct ht_message *message;

	for (; n; command++, n--) {
		_cleanup_(row_free) struct row r = { 0 };

		if (!named(c, call->name, command->event))
			continue;
		r = row_of(call, command->event, command->source, command->plane, command->access);
		print_command(&r, call, command);
		print_row(c, &r);
	}
	if (!ht_catalogue_sends_messages(call))
		return;
	message = ht_messages(&n);
	for (; n; message++, n--) {
		_cleanup_(row_free) struct row r = { 0 };

		if (!named(c, call->name, message->event))
			continue;
		r = row_of(call, message->event, message->source, message->plane, message->access);
		ht_catalogue_message(&r.call, message);
		print_row(c, &r);
	}
}

/* Is it a member of the record? */
static bool is_told(const struct ht_arg *arg)
{
	return arg->kind != HT_ARG_SENT && arg->kind != HT_ARG_UNUSED && arg->kind != HT_ARG_HIGH;
}

static void print_call(struct catalogue *c, const struct ht_call *call)
{
	_cleanup_(row_free) struct row r = { .event = call->event, .source = call->source, .above = HT_SOURCES };

	ht_buffer_append(&r.call, call->name, strlen(call->name));
	for (unsigned abi = 0; abi < ABIS; abi++)
		if (call->number[abi] != HT_NO_CALL && (c->abi == HT_ABI_COUNT || c->abi == abi))
			snprintf(r.number[abi], sizeof(r.number[abi]), "%d", call->number[abi]);
	ht_buffer_printf(&r.class, "%s, %s", ht_catalogue_plane(call->plane), ht_catalogue_access(call->access));
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++)
		if (is_told(&call->arg[i]))
			ht_buffer_printf(&r.arguments, "%s%s", r.arguments.length ? ", " : "", call->arg[i].name);
	print_row(c, &r);
	print_below(c, call);
	if (c->abi == HT_ABI_COUNT)
		print_operations(c, call);
}

/* ---- the verb ---- */

static bool offer(void *nearest, const char *word)
{
	ht_nearest_offer(nearest, word);
	return false;
}

static void tell_unknown(const struct catalogue *c, const char *name)
{
	struct ht_nearest nearest = HT_NEAREST(ht_text_of(name));
	_cleanup_buffer_ struct ht_buffer hint = { 0 };
	const struct ht_call *calls;
	size_t count;

	for (calls = ht_calls(&count); count; calls++, count--)
		if (c->abi == HT_ABI_COUNT || calls->number[c->abi] != HT_NO_CALL)
			ht_nearest_offer(&nearest, calls->name);
	ht_vocabulary_any(HT_FIELD_EVENT_NAME, offer, &nearest);
	ht_nearest_say(&nearest, &hint);
	ht_buffer_printf(&hint, "%s hosttrail catalogue lists all", nearest.count ? "" : ";");
	ht_cli_error("%s: no system call and no event is named so%s%s%.*s", name, c->abi == HT_ABI_COUNT ? "" : " for ",
		     c->abi == HT_ABI_COUNT ? "" : ht_abi_name(c->abi), (int)hint.length, hint.data ? hint.data : "");
}

/* A name that no row has: the answer is bad news. */
static bool all_known(struct catalogue *c)
{
	const struct ht_call *calls;
	bool known = true;
	size_t count;

	calls = ht_calls(&count);
	for (int i = 0; i < c->count; i++) {
		struct catalogue one = { .abi = c->abi, .names = c->names + i, .count = 1 };
		bool found = false;

		for (size_t k = 0; k < count && !found; k++)
			found = wanted(&one, &calls[k]);
		if (found)
			continue;
		tell_unknown(c, c->names[i]);
		known = false;
	}
	return known;
}

int ht_verb_catalogue(int argc, char **argv)
{
	struct catalogue c = { .format = HT_CLI_TABLE, .abi = HT_ABI_COUNT };
	const struct ht_call *calls;
	int first, status;
	size_t count;

	status = ht_cli_options(argc, argv, options, example, set_option, &c, &first);
	if (status != HT_CLI_CONTINUE)
		return status;
	c.names = argv + first;
	c.count = argc - first;
	if (!all_known(&c))
		return HT_EXIT_BAD_NEWS;
	c.narrow = ht_cli_width(stdout) && ht_cli_width(stdout) < WIDE;
	if (c.format == HT_CLI_TABLE && c.narrow)
		ht_cli_table_begin(&c.table, stdout, narrow_columns, ARRAY_SIZE(narrow_columns));
	else if (c.format == HT_CLI_TABLE)
		ht_cli_table_begin(&c.table, stdout, columns, ARRAY_SIZE(columns));
	calls = ht_calls(&count);
	for (size_t i = 0; i < count && !ht_cli_output_lost(); i++) {
		if (!wanted(&c, &calls[i]))
			continue;
		if (c.format == HT_CLI_TABLE) {
			print_call(&c, &calls[i]);
		} else if (ht_catalogue_json(&calls[i], c.abi) < 0) {
			ht_cli_error("memory: there is none left; free some and try again");
			return HT_EXIT_REFUSED;
		}
	}
	return HT_EXIT_DONE;
}
