/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From selectors and rules to the kernel's tables. The kernel may let too much through and never too little.
 */
#include <errno.h>

#include "agent/recorder_internal.h"
#include "hosttrail/uring.h"

/* Could an event of this call be selected, under its own name or under one of its commands'? */
static bool may_match(const struct ht_recorder *r, const struct ht_call *call, bool management)
{
	const struct ht_command *command;
	size_t n;

	if (ht_selectors_may_match(r->options.selectors, management, call->event))
		return true;
	for (command = ht_commands_of(call, &n); n; command++, n--)
		if (ht_selectors_may_match(r->options.selectors, management, command->event ? command->event : call->event))
			return true;
	return false;
}

/* Who a child was born as is worth noting where a change of that is recorded, and no change goes unseen. */
static bool wants_births(const struct ht_recorder *r)
{
	return ht_selectors_may_match(r->options.selectors, true, "SetUserId") &&
	       ht_selectors_may_match(r->options.selectors, true, "SetGroupId");
}

static uint8_t wanted_of(const struct ht_recorder *r, const struct ht_call *call, const struct ht_plan *plan)
{
	bool management = call->plane != HT_PLANE_DATA && may_match(r, call, true);
	bool data = call->plane != HT_PLANE_MANAGEMENT && may_match(r, call, false);

	/* What goes the way of management does so whatever it turns out to be. */
	if ((plan->route == HT_ROUTE_MANAGEMENT || plan->route == HT_ROUTE_TARGET) && data)
		management = true;
	return (management ? HT_WANT_MANAGEMENT : 0) | (data ? HT_WANT_DATA : 0) |
	       ((plan->flags & HT_PLAN_FORK) && wants_births(r) ? HT_WANT_BIRTH : 0);
}

/* Numbers without a row are data: recorded with their number when data of unknown calls is selected. */
static void want_unknown(struct ht_recorder *r, enum ht_abi abi, uint32_t number)
{
	struct ht_plan raw = { .route = HT_ROUTE_DATA, .access = HT_PLAN_WRITE };
	bool data = ht_selectors_may_match(r->options.selectors, false, "UnknownSystemCall");

	ht_capture_want(r->capture, abi, number, &raw, data ? HT_WANT_DATA : 0);
}

/* Does one path alone decide? The returned file's does; of arguments it must be the only one. */
static bool has_one_path(const struct ht_plan *plan)
{
	unsigned paths = 0;

	if (plan->flags & HT_PLAN_RESULT_FD)
		return true;
	for (unsigned i = 0; i < HT_ARGS; i++)
		paths += plan->fetch[i] == HT_FETCH_FD || plan->fetch[i] == HT_FETCH_PATH || plan->fetch[i] == HT_FETCH_STRING;
	return paths == 1;
}

/* A command that a second argument divides goes the way of the more demanding half, which is put in last. */
static int want_commands(struct ht_recorder *r, const struct ht_call *call, const struct ht_plan *whole, enum ht_abi abi,
			 uint32_t number)
{
	static const enum ht_route order[] = { HT_ROUTE_DATA, HT_ROUTE_PATH, HT_ROUTE_MANAGEMENT };
	const struct ht_command *c;
	struct ht_plan plan;
	int e = 0;
	size_t n;

	c = ht_commands_of(call, &n);
	for (unsigned o = 0; o < sizeof(order) / sizeof(order[0]); o++)
		for (size_t i = 0; i < n && !e; i++) {
			if (!c[i].mask || ht_plan_command_route(&c[i]) != order[o])
				continue;
			/* What the table lacks is data as well, mostly. */
			if (!c[i].args && order[o] == HT_ROUTE_DATA && whole->command_default == HT_ROUTE_DATA)
				continue;
			if (c[i].args)
				ht_plan_compile_command(call, &c[i], abi, &plan);
			e = ht_capture_command(r->capture, abi, number, (uint32_t)c[i].value, order[o], c[i].args ? &plan : NULL);
		}
	return e;
}

static int want_call(struct ht_recorder *r, enum ht_abi abi, uint32_t number, uint8_t *ret)
{
	const struct ht_call *call = ht_call_by_number(abi, number);
	struct ht_plan plan;
	int e;

	*ret = 0;
	if (!call) {
		want_unknown(r, abi, number);
		return 0;
	}
	ht_plan_compile(call, abi, &plan);
	if (has_one_path(&plan))
		plan.flags |= HT_PLAN_ONE_PATH;
	if (plan.command == HT_COMMAND_EXACT || (plan.flags & HT_PLAN_VARIANTS)) {
		e = want_commands(r, call, &plan, abi, number);
		if (e < 0)
			return e;
	}
	*ret = wanted_of(r, call, &plan);
	ht_capture_want(r->capture, abi, number, &plan, *ret);
	return 0;
}

/* A call that others are parts of is wanted when one of them is. They come after it: what it is itself is data. */
static int want_parts(struct ht_recorder *r)
{
	const struct ht_part_row *part;
	uint8_t want, all = 0;
	struct ht_plan plan;
	size_t n;
	int e;

	for (part = ht_parts(&n); n; part++, n--) {
		const struct ht_call *whole = ht_part_whole(part);
		uint32_t number = (uint32_t)whole->number[HT_ABI_I386];

		e = want_call(r, HT_ABI_I386, part->wire.call, &want);
		if (!e)
			e = ht_capture_part(r->capture, HT_ABI_I386, number, part->value, &part->wire);
		if (e < 0)
			return e;
		all |= want;
		if (n > 1 && strcmp(part[1].call, part->call) == 0)
			continue;
		ht_plan_compile(whole, HT_ABI_I386, &plan);
		ht_capture_want(r->capture, HT_ABI_I386, number, &plan, all | wanted_of(r, whole, &plan));
		all = 0;
	}
	return 0;
}

static int want_calls(struct ht_recorder *r)
{
	static const enum ht_abi abis[] = { HT_ABI_X86_64, HT_ABI_I386, HT_ABI_X32 };
	uint8_t want;
	int e;

	for (unsigned i = 0; i < sizeof(abis) / sizeof(abis[0]); i++)
		for (uint32_t number = 0; number < HT_CALLS; number++) {
			e = want_call(r, abis[i], number, &want);
			if (e < 0)
				return e;
		}
	return want_parts(r);
}

/* The operations of io_uring, as the calls they stand for. */
static int want_operations(struct ht_recorder *r)
{
	const struct ht_plan raw = { .route = HT_ROUTE_DATA, .access = HT_PLAN_WRITE };
	const bool unknown = ht_selectors_may_match(r->options.selectors, false, "UnknownSystemCall");
	struct ht_plan whole, plan;
	int e;

	for (uint32_t opcode = 0; opcode < HT_URING_OPCODES; opcode++) {
		const struct ht_uring_op *op = ht_uring_op(opcode);

		if (!op) {
			ht_capture_want_operation(r->capture, opcode, NULL, &raw, unknown ? HT_WANT_DATA : 0);
			continue;
		}
		ht_plan_compile(op->call, HT_ABI_IO_URING, &whole);
		ht_uring_plan_compile(op, &plan);
		if (has_one_path(&whole))
			plan.flags |= HT_PLAN_ONE_PATH;
		e = plan.command == HT_COMMAND_EXACT ? want_commands(r, op->call, &plan, HT_ABI_IO_URING, opcode) : 0;
		if (e < 0)
			return e;
		ht_capture_want_operation(r->capture, opcode, op, &plan, wanted_of(r, op->call, &whole));
	}
	return 0;
}

/* Of a suffix the kernel knows the last component. */
static int class_of_suffix(struct ht_recorder *r, const struct ht_path_rule *rule)
{
	const char *slash = memrchr(rule->text.data, '/', rule->text.length);
	size_t n = (size_t)(rule->text.data + rule->text.length - (slash + 1));
	const struct ht_path_rule *all;
	unsigned class_bits = 0;
	size_t count;

	/* Several rules may end in the same name. */
	all = ht_paths_rules(r->options.paths, &count);
	for (size_t i = 0; i < count; i++)
		if (all[i].match == HT_PATH_SUFFIX && all[i].text.length > n &&
		    memcmp(all[i].text.data + all[i].text.length - n - 1, slash, n + 1) == 0)
			class_bits |= all[i].class_bits;
	return ht_capture_class_name(r->capture, slash + 1, n, class_bits);
}

static int class_of_rule(struct ht_recorder *r, const struct ht_path_rule *rule)
{
	struct ht_text prefix = rule->text;

	if (rule->match == HT_PATH_SUFFIX)
		return class_of_suffix(r, rule);
	if (prefix.length > HT_CLASS_PREFIX)
		prefix.length = HT_CLASS_PREFIX;
	return ht_capture_class_prefix(r->capture, prefix.data, prefix.length,
				       ht_paths_class_of_prefix(r->options.paths, rule->text));
}

int ht_recorder_want(struct ht_recorder *r, struct ht_error *err)
{
	const struct ht_path_rule *rules;
	size_t count;
	int e;

	rules = ht_paths_rules(r->options.paths, &count);
	for (size_t i = 0; i < count; i++) {
		e = class_of_rule(r, &rules[i]);
		if (e < 0)
			return ht_fail_errno(err, e, "path rule %.*s: the kernel does not take it", (int)rules[i].text.length,
					     rules[i].text.data);
	}
	e = want_calls(r);
	if (!e)
		e = want_operations(r);
	return e < 0 ? ht_fail_errno(err, e, "the kernel does not take the table of commands") : 0;
}
