/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Which ring an event goes to, or that nobody wants it. For most calls the plan says it; file calls are
 * decided by the class of the paths they name. The kernel may let too much through and never too little: user
 * space decides exactly. A path that only the caller spelled is followed literally; where that could be wrong
 * (dots, doubled slashes, links on the way to a name that was changed) the event goes up as undecided, in the
 * data ring, so that it displaces nothing.
 */
#ifndef HT_BPF_ROUTE_H
#define HT_BPF_ROUTE_H

#include "class.h"

#define O_ACCMODE 3
#define O_CREAT_TRUNC 01100 /* O_CREAT | O_TRUNC on every architecture that is supported */

enum verdict {
	VERDICT_DROP,
	VERDICT_MANAGEMENT,
	VERDICT_DATA,
	VERDICT_UNDECIDED,
};

static __always_inline bool call_writes(struct scratch *s, const struct ht_plan *plan)
{
	ht_u32 arg = plan->access_arg;
	ht_u64 flags = 0;

	if (plan->access == HT_PLAN_READ || plan->access == HT_PLAN_WRITE)
		return plan->access == HT_PLAN_WRITE;
	if (arg >= HT_ARGS)
		return true;
	flags = s->regs[arg];
	if (plan->access == HT_PLAN_OPEN_HOW && bpf_probe_read_user(&flags, sizeof(flags), (void *)flags))
		return true;
	return (flags & O_ACCMODE) || (flags & O_CREAT_TRUNC);
}

/* The caller's process id as the caller knows it: in its own pid namespace. */
static __always_inline ht_u32 own_pid(void)
{
	struct task_struct *leader = KREAD(task_get(), group_leader);
	ht_u32 level, number = 0;
	struct upid *upid;
	struct pid *pid;

	/* Read rather than followed: before 6.2 the verifier takes no variable offset to a typed pointer. */
	bpf_core_read(&pid, sizeof(pid), &leader->thread_pid);
	level = BPF_CORE_READ(pid, level);
	upid = (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid);
	bpf_core_read(&number, sizeof(number), &upid->nr);
	return number;
}

/* What the kernel's table knows of the call's command; NULL: nothing, or it has none. */
static __always_inline const ht_u32 *command_find(struct scratch *s, const struct ht_plan *plan, ht_u32 abi, ht_u32 call)
{
	struct command_key key = { .call = call, .abi = abi };
	ht_u32 arg = plan->command_arg;

	if (arg >= HT_ARGS || (plan->command != HT_COMMAND_EXACT && !(plan->flags & HT_PLAN_VARIANTS)))
		return NULL;
	key.value = s->regs[arg] & plan->command_mask;
	return bpf_map_lookup_elem(&commands, &key);
}

/* The route of a call, decided by its command where it is a multiplexer. */
static __always_inline ht_u32 route_of_command(struct scratch *s, const struct ht_plan *plan, const ht_u32 *command)
{
	ht_u32 arg = plan->command_arg;
	ht_u64 value;

	if (arg >= HT_ARGS)
		return plan->route;
	value = s->regs[arg];
	if (plan->route == HT_ROUTE_TARGET)
		return !(ht_u32)value || (ht_u32)value == own_pid() ? HT_ROUTE_DATA : HT_ROUTE_MANAGEMENT;
	if (plan->command == HT_COMMAND_NONE)
		return plan->route;
	if (plan->command == HT_COMMAND_EXACT)
		return command ? HT_COMMAND_ROUTE(*command) : plan->command_default;
	if (plan->command == HT_COMMAND_BITS_AT && bpf_probe_read_user(&value, sizeof(value), (void *)value))
		return plan->route;
	return value & plan->command_mask ? plan->route : HT_ROUTE_DATA;
}

/*
 * Decides what can be decided before anything is fetched, and what is to be found out meanwhile. false:
 * nobody wants the call.
 */
static __always_inline bool route_begin(struct scratch *s, const struct ht_plan *plan, ht_u32 want, const ht_u32 *command)
{
	s->route = route_of_command(s, plan, command);
	s->data_wanted = want & HT_WANT_DATA;
	s->class_found = 0;
	s->spelled = false;
	s->unsure = false;
	s->dropped = false;
	s->walked = false;
	s->may_drop = false;
	s->class_asked = 0;
	if (s->route == HT_ROUTE_PATH && (want & HT_WANT_MANAGEMENT)) {
		s->class_asked = HT_CLASS_CREDENTIAL | (call_writes(s, plan) ? HT_CLASS_CONTROL : 0);
		s->may_drop = !s->data_wanted && (plan->flags & HT_PLAN_ONE_PATH);
	}
	return s->data_wanted || s->route != HT_ROUTE_DATA;
}

/* Goes over the event's items for the paths that only the caller spelled. */
__noinline int class_of_strings(void)
{
	struct scratch *s = scratch_get();
	ht_u32 at = sizeof(struct ht_wire_event), spelled = 0, spelled_length = 0, spelled_arg = HT_ITEM_RESULT;

	if (!s)
		return 0;
	for (ht_u32 i = 0; i < 2 * HT_ARGS; i++) {
		struct ht_wire_item *item;
		ht_u32 length;

		if (at >= s->event.used || at > HT_WIRE_MAX - HT_PATH_BYTES - sizeof(*item))
			break;
		item = (struct ht_wire_item *)(s->event.bytes + at);
		length = item->length;
		if (length > HT_ARGV_BYTES)
			break;
		if (item->kind == HT_ITEM_BASE && (item->flags & HT_ITEM_TRUNCATED))
			s->unsure = true;
		if (spelled_length) {
			if (item->kind == HT_ITEM_BASE && item->arg == spelled_arg)
				class_of_spelled(spelled, spelled_length, at + sizeof(*item), length);
			else
				class_of_spelled(spelled, spelled_length, 0, 0);
			spelled_length = 0;
		}
		if (item->kind == HT_ITEM_STRING) {
			s->spelled = true;
			spelled = at + sizeof(*item);
			spelled_length = length;
			spelled_arg = item->arg;
			/* An empty path may mean the file behind the descriptor (AT_EMPTY_PATH). */
			if (item->flags || !length)
				s->unsure = true;
		}
		at += sizeof(*item) + PAD8(length);
	}
	if (spelled_length)
		class_of_spelled(spelled, spelled_length, 0, 0);
	return 0;
}

/* Decides by the plan, the paths and what is wanted. */
static __always_inline enum verdict route(struct scratch *s, const struct ht_plan *plan, ht_u32 want, ht_s64 result)
{
	bool management = want & HT_WANT_MANAGEMENT, data = s->data_wanted;

	if (s->route == HT_ROUTE_MANAGEMENT)
		return VERDICT_MANAGEMENT;
	if (s->route != HT_ROUTE_PATH)
		return data ? VERDICT_DATA : VERDICT_DROP;
	/* The returned file's own path stands above however the caller spelled it. */
	if (!s->walked && s->class_asked)
		class_of_strings();
	if (s->class_found)
		return management ? VERDICT_MANAGEMENT : data ? VERDICT_DATA : VERDICT_DROP;
	/* A name that was changed may have been reached over a link that leads below a control-plane path. */
	if (management && (s->unsure || (s->spelled && plan->access == HT_PLAN_WRITE && result >= 0 &&
					 !(plan->flags & HT_PLAN_RESULT_FD))))
		return VERDICT_UNDECIDED;
	return data ? VERDICT_DATA : VERDICT_DROP;
}

#endif
