/* SPDX-License-Identifier: BSD-2-Clause */
/* The catalogue for programs: a call a line, with all that is below it. */
#include "cli/catalogue.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "hosttrail/names.h"
#include "hosttrail/structs.h"
#include "hosttrail/uring.h"

/* ---- words ---- */

const char *ht_catalogue_plane(unsigned plane)
{
	static const char *const names[] = {
		[HT_PLANE_MANAGEMENT] = "management",     [HT_PLANE_DATA] = "data",
		[HT_PLANE_BY_PATH] = "by path",           [HT_PLANE_BY_COMMAND] = "by command",
		[HT_PLANE_BY_TARGET] = "by target",       [HT_PLANE_BY_ATTRIBUTE] = "by attribute",
		[HT_PLANE_BY_MESSAGE] = "by message",     [HT_PLANE_BY_CREDENTIALS] = "by credentials",
	};

	return names[plane];
}

const char *ht_catalogue_access(unsigned access)
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
#include "hosttrail/catalogue/kinds.def"
#undef KIND
	};

	return names[kind];
}

/* The messages that a call may send belong to it as commands do. */
bool ht_catalogue_sends_messages(const struct ht_call *call)
{
	return call->plane == HT_PLANE_BY_MESSAGE;
}

/* ---- rows ---- */

static void json_member(struct ht_buffer *b, const char *key, const char *value)
{
	ht_buffer_printf(b, ",\"%s\":", key);
	ht_json_string(b, value, strlen(value));
}

static void json_class(struct ht_buffer *b, const char *event, unsigned source, unsigned plane, unsigned access)
{
	json_member(b, "eventName", event);
	json_member(b, "eventSource", ht_source_name(source));
	json_member(b, "plane", ht_catalogue_plane(plane));
	json_member(b, "access", ht_catalogue_access(access));
}

static void json_struct(struct ht_buffer *b, const struct ht_struct *s)
{
	const char *comma = "";

	json_member(b, "struct", s->id);
	ht_buffer_literal(b, ",\"members\":[");
	for (const struct ht_member *m = s->member; m->name; m++, comma = ",") {
		ht_buffer_printf(b, "%s{\"name\":\"%s\"", comma, m->name);
		json_member(b, "kind", kind_name(m->kind));
		if (m->names)
			json_member(b, "values", m->names->id);
		if (m->choice)
			json_member(b, "values", m->choice->values->id);
		if (m->out)
			ht_buffer_literal(b, ",\"direction\":\"out\"");
		if (m->structure)
			json_struct(b, m->structure);
		ht_buffer_byte(b, '}');
	}
	ht_buffer_printf(b, "],\"scalar\":%s", s->scalar ? "true" : "false");
}

static void json_argument(struct ht_buffer *b, const struct ht_arg *arg)
{
	static const char *const directions[] = {
		[HT_IN] = "in", [HT_OUT] = "out", [HT_BOTH] = "both", [HT_CHANGED] = "changed",
		[HT_SPENT] = "spent", [HT_REMAINS] = "remains",
	};

	ht_buffer_printf(b, "{\"name\":\"%s\"", arg->name);
	json_member(b, "kind", kind_name(arg->kind));
	json_member(b, "direction", directions[arg->direction]);
	if (arg->names)
		json_member(b, "values", arg->names->id);
	if (arg->choice)
		json_member(b, "values", arg->choice->values->id);
	if (arg->structure)
		json_struct(b, arg->structure);
	ht_buffer_byte(b, '}');
}

static void json_arguments(struct ht_buffer *b, const struct ht_arg *args)
{
	ht_buffer_literal(b, ",\"arguments\":[");
	for (unsigned i = 0; i < HT_ARGS && args[i].name; i++) {
		if (i)
			ht_buffer_byte(b, ',');
		json_argument(b, &args[i]);
	}
	ht_buffer_byte(b, ']');
	if (!args[HT_ARG_RESULT].name)
		return;
	ht_buffer_literal(b, ",\"result\":");
	json_argument(b, &args[HT_ARG_RESULT]);
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

static void json_operations(struct ht_buffer *b, const struct ht_call *call)
{
	const char *comma = "";

	for (uint32_t opcode = 0; opcode < HT_URING_OPCODES; opcode++) {
		if (ht_call_by_number(HT_ABI_IO_URING, opcode) != call)
			continue;
		if (!*comma)
			ht_buffer_literal(b, ",\"operations\":[");
		ht_buffer_printf(b, "%s{\"name\":\"%s\",\"number\":%u}", comma, ht_uring_op(opcode)->name, opcode);
		comma = ",";
	}
	if (*comma)
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
		ht_catalogue_command(b, call, command);
		ht_buffer_byte(b, '"');
		json_class(b, command->event, command->source, command->plane, command->access);
		if (command->args)
			json_arguments(b, command->args);
		ht_buffer_byte(b, '}');
	}
	if (*comma)
		ht_buffer_byte(b, ']');
	if (!ht_catalogue_sends_messages(call))
		return;
	ht_buffer_literal(b, ",\"messages\":[");
	comma = "";
	message = ht_messages(&n);
	for (; n; message++, n--, comma = ",") {
		ht_buffer_printf(b, "%s{\"type\":\"", comma);
		ht_catalogue_message(b, message);
		ht_buffer_byte(b, '"');
		json_class(b, message->event, message->source, message->plane, message->access);
		ht_buffer_byte(b, '}');
	}
	ht_buffer_byte(b, ']');
}

int ht_catalogue_json(const struct ht_call *call, enum ht_abi only)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	const char *comma = "";

	ht_buffer_printf(&b, "{\"name\":\"%s\",\"numbers\":{", call->name);
	for (unsigned abi = 0; abi < 3; abi++) {
		if (call->number[abi] == HT_NO_CALL || (only != HT_ABI_COUNT && only != abi))
			continue;
		ht_buffer_printf(&b, "%s\"%s\":%d", comma, ht_abi_name(abi), call->number[abi]);
		comma = ",";
	}
	ht_buffer_byte(&b, '}');
	json_class(&b, call->event, call->source, call->plane, call->access);
	json_arguments(&b, call->arg);
	json_resources(&b, call);
	json_below(&b, call);
	if (only == HT_ABI_COUNT)
		json_operations(&b, call);
	ht_buffer_literal(&b, "}\n");
	if (ht_buffer_status(&b) < 0)
		return -ENOMEM;
	fwrite(b.data, 1, b.length, stdout);
	return 0;
}
