/* SPDX-License-Identifier: BSD-2-Clause */
/* hosttrail catalogue: what is known of every system call. */
#include "hosttrail/catalogue.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/verbs.h"
#include "hosttrail/names.h"

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

static const char *plane_name(unsigned plane)
{
	static const char *const names[] = {
		[HT_PLANE_MANAGEMENT] = "management",     [HT_PLANE_DATA] = "data",
		[HT_PLANE_BY_PATH] = "by path",           [HT_PLANE_BY_COMMAND] = "by command",
		[HT_PLANE_BY_TARGET] = "by target",       [HT_PLANE_BY_ATTRIBUTE] = "by attribute",
		[HT_PLANE_BY_MESSAGE] = "by message",
	};

	return names[plane];
}

static const char *access_name(unsigned access)
{
	static const char *const names[] = {
		[HT_ACCESS_READ] = "read",
		[HT_ACCESS_WRITE] = "write",
		[HT_ACCESS_BY_OPEN_FLAGS] = "by open flags",
		[HT_ACCESS_BY_COMMAND] = "by command",
	};

	return names[access];
}

static const char *kind_name(unsigned kind)
{
	static const char *const names[HT_ARG_KINDS] = {
#define KIND(id, fetch, text) [HT_ARG_##id] = #id,
#include "hosttrail/kinds.def"
#undef KIND
	};

	return names[kind];
}

/* ---- which rows ---- */

static bool named(const struct catalogue *c, const char *call, const char *event)
{
	for (int i = 0; i < c->count; i++)
		if (strcmp(c->names[i], call) == 0 || strcmp(c->names[i], event) == 0)
			return true;
	return c->count == 0;
}

/* The messages that a call may send belong to it as commands do. */
static bool sends_messages(const struct ht_call *call)
{
	return call->plane == HT_PLANE_BY_MESSAGE;
}

static bool any_below(const struct catalogue *c, const struct ht_call *call)
{
	size_t n;
	const struct ht_command *command = ht_commands_of(call, &n);
	const struct ht_message *message;

	for (; n; command++, n--)
		if (named(c, call->name, command->event))
			return true;
	if (!sends_messages(call))
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

/* ---- the words of a command ---- */

/* "BPF_PROG_LOAD", "0x200", "any other". */
static void command_value(struct ht_buffer *b, const struct ht_call *call, const struct ht_command *command)
{
	const struct ht_name_set *set = call->arg[command->arg].names;
	const char *name = set ? ht_name_of(set, command->value) : NULL;

	if (command->mask == 0)
		ht_buffer_literal(b, "any other");
	else if (name && (command->value || command->mask == UINT32_MAX))
		ht_buffer_append(b, name, strlen(name));
	else
		ht_buffer_printf(b, "0x%llx", (unsigned long long)command->value);
	if (command->mask && command->mask != UINT32_MAX && !name)
		ht_buffer_printf(b, " of 0x%llx", (unsigned long long)command->mask);
	if (command->also_mask)
		ht_buffer_printf(b, ", %s %llu", call->arg[command->also_arg].name,
				 (unsigned long long)command->also_value);
}

static void message_value(struct ht_buffer *b, const struct ht_message *m)
{
	const char *name = ht_message_name(m->protocol, m->type);

	if (name)
		ht_buffer_append(b, name, strlen(name));
	else
		ht_buffer_unsigned(b, m->type);
	if (m->flags)
		ht_buffer_printf(b, " with flags 0x%x", m->flags);
}

/* ---- as a table ---- */

static const struct ht_cli_column columns[] = {
	{ "CALL", 28, HT_CLI_CUT_END, false },  { "X86_64", 6, HT_CLI_CUT_NEVER, false },
	{ "I386", 4, HT_CLI_CUT_NEVER, false }, { "ARM64", 5, HT_CLI_CUT_NEVER, false },
	{ "EVENT", 24, HT_CLI_CUT_END, false }, { "SOURCE", 10, HT_CLI_CUT_NEVER, false },
	{ "CLASS", 24, HT_CLI_CUT_END, false }, { "ARGUMENTS", 40, HT_CLI_CUT_END, true },
};

struct row {
	struct ht_buffer call, class, arguments;
	char number[3][8];
};

static void row_free(struct row *r)
{
	ht_buffer_free(&r->call);
	ht_buffer_free(&r->class);
	ht_buffer_free(&r->arguments);
}

static struct ht_cli_cell cell(const struct ht_buffer *b)
{
	return (struct ht_cli_cell){ .text = { b->length ? b->data : NULL, b->length } };
}

static void print_row(struct catalogue *c, const struct row *r, const char *event, unsigned source)
{
	struct ht_cli_cell cells[ARRAY_SIZE(columns)] = {
		cell(&r->call), { .text = { 0 } }, { .text = { 0 } }, { .text = { 0 } },
		{ .text = ht_text_of(event) }, { .text = ht_text_of(ht_source_name(source)) },
		cell(&r->class), cell(&r->arguments),
	};

	for (unsigned abi = 0; abi < 3; abi++)
		if (r->number[abi][0])
			cells[1 + abi].text = ht_text_of(r->number[abi]);
	ht_cli_table_row(&c->table, cells);
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
		ht_buffer_literal(&r.call, "  ");
		command_value(&r.call, call, command);
		ht_buffer_printf(&r.class, "%s, %s", plane_name(command->plane), access_name(command->access));
		print_row(c, &r, command->event, command->source);
	}
	if (!sends_messages(call))
		return;
	message = ht_messages(&n);
	for (; n; message++, n--) {
		_cleanup_(row_free) struct row r = { 0 };

		if (!named(c, call->name, message->event))
			continue;
		ht_buffer_literal(&r.call, "  ");
		message_value(&r.call, message);
		ht_buffer_printf(&r.class, "%s, %s", plane_name(message->plane), access_name(message->access));
		print_row(c, &r, message->event, message->source);
	}
}

static void print_call(struct catalogue *c, const struct ht_call *call)
{
	_cleanup_(row_free) struct row r = { 0 };

	ht_buffer_append(&r.call, call->name, strlen(call->name));
	for (unsigned abi = 0; abi < 3; abi++)
		if (call->number[abi] != HT_NO_CALL && (c->abi == HT_ABI_COUNT || c->abi == abi))
			snprintf(r.number[abi], sizeof(r.number[abi]), "%d", call->number[abi]);
	ht_buffer_printf(&r.class, "%s, %s", plane_name(call->plane), access_name(call->access));
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++)
		ht_buffer_printf(&r.arguments, "%s%s", i ? ", " : "", call->arg[i].name);
	if (!call->decoded)
		ht_buffer_literal(&r.arguments, "raw words");
	print_row(c, &r, call->event, call->source);
	print_below(c, call);
}

/* ---- as JSON ---- */

static void json_member(struct ht_buffer *b, const char *key, const char *value)
{
	ht_buffer_printf(b, ",\"%s\":", key);
	ht_json_string(b, value, strlen(value));
}

static void json_class(struct ht_buffer *b, const char *event, unsigned source, unsigned plane, unsigned access)
{
	json_member(b, "eventName", event);
	json_member(b, "eventSource", ht_source_name(source));
	json_member(b, "plane", plane_name(plane));
	json_member(b, "access", access_name(access));
}

static void json_arguments(struct ht_buffer *b, const struct ht_call *call)
{
	ht_buffer_literal(b, ",\"arguments\":[");
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		ht_buffer_printf(b, "%s{\"name\":\"%s\"", i ? "," : "", call->arg[i].name);
		json_member(b, "kind", kind_name(call->arg[i].kind));
		if (call->arg[i].names)
			json_member(b, "values", call->arg[i].names->id);
		ht_buffer_byte(b, '}');
	}
	ht_buffer_byte(b, ']');
}

static void json_resources(struct ht_buffer *b, const struct ht_call *call)
{
	bool more = false;

	ht_buffer_literal(b, ",\"resources\":[");
	for (unsigned i = 0; i < HT_CALL_RESOURCES; i++) {
		const struct ht_call_resource *r = &call->resource[i];

		if (r->kind == HT_RESOURCE_NONE)
			continue;
		ht_buffer_printf(b, "%s{\"type\":\"%s\"", more ? "," : "", ht_resource_kind_name(r->kind));
		json_member(b, "from", r->from == HT_FROM_RESULT ? "result" :
			    r->from == HT_FROM_SELF ? "caller" : call->arg[r->from].name);
		ht_buffer_byte(b, '}');
		more = true;
	}
	ht_buffer_byte(b, ']');
}

static void json_below(struct ht_buffer *b, const struct ht_call *call)
{
	size_t n;
	const struct ht_command *command = ht_commands_of(call, &n);
	const struct ht_message *message;
	const char *comma = "";

	if (n)
		ht_buffer_literal(b, ",\"commands\":[");
	for (; n; command++, n--, comma = ",") {
		ht_buffer_printf(b, "%s{\"argument\":\"%s\",\"value\":\"", comma, call->arg[command->arg].name);
		command_value(b, call, command);
		ht_buffer_byte(b, '"');
		json_class(b, command->event, command->source, command->plane, command->access);
		ht_buffer_byte(b, '}');
	}
	if (*comma)
		ht_buffer_byte(b, ']');
	if (!sends_messages(call))
		return;
	ht_buffer_literal(b, ",\"messages\":[");
	comma = "";
	message = ht_messages(&n);
	for (; n; message++, n--, comma = ",") {
		ht_buffer_printf(b, "%s{\"type\":\"", comma);
		message_value(b, message);
		ht_buffer_byte(b, '"');
		json_class(b, message->event, message->source, message->plane, message->access);
		ht_buffer_byte(b, '}');
	}
	ht_buffer_byte(b, ']');
}

static int json_call(const struct catalogue *c, const struct ht_call *call)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	const char *comma = "";

	ht_buffer_printf(&b, "{\"name\":\"%s\",\"numbers\":{", call->name);
	for (unsigned abi = 0; abi < 3; abi++) {
		if (call->number[abi] == HT_NO_CALL || (c->abi != HT_ABI_COUNT && c->abi != abi))
			continue;
		ht_buffer_printf(&b, "%s\"%s\":%d", comma, ht_abi_name(abi), call->number[abi]);
		comma = ",";
	}
	ht_buffer_byte(&b, '}');
	json_class(&b, call->event, call->source, call->plane, call->access);
	ht_buffer_printf(&b, ",\"decoded\":%s", call->decoded ? "true" : "false");
	json_arguments(&b, call);
	json_resources(&b, call);
	json_below(&b, call);
	ht_buffer_literal(&b, "}\n");
	if (ht_buffer_status(&b) < 0)
		return -ENOMEM;
	fwrite(b.data, 1, b.length, stdout);
	return 0;
}

/* ---- the verb ---- */

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
		ht_cli_error("%s: no system call and no event is named so%s%s; hosttrail catalogue lists all", c->names[i],
			     c->abi == HT_ABI_COUNT ? "" : " for ", c->abi == HT_ABI_COUNT ? "" : ht_abi_name(c->abi));
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
	if (c.format == HT_CLI_TABLE)
		ht_cli_table_begin(&c.table, stdout, columns, ARRAY_SIZE(columns));
	calls = ht_calls(&count);
	for (size_t i = 0; i < count && !ht_cli_output_lost(); i++) {
		if (!wanted(&c, &calls[i]))
			continue;
		if (c.format == HT_CLI_TABLE) {
			print_call(&c, &calls[i]);
		} else if (json_call(&c, &calls[i]) < 0) {
			ht_cli_error("memory: there is none left; free some and try again");
			return HT_EXIT_REFUSED;
		}
	}
	return HT_EXIT_DONE;
}
