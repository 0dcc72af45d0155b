/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Which ring an event goes to, or that nobody wants it. For most calls the plan says it; file calls are decided by the class of the
 * paths they name. The kernel may let too much through and never too little: user space decides exactly. A path that
 * only the caller spelled is followed literally; where that could be wrong (dots, doubled slashes, links on the way to
 * a name that was changed) the event goes up as undecided, in the data ring, so that it displaces nothing.
 */
#ifndef HT_BPF_ROUTE_H
#define HT_BPF_ROUTE_H

#include "path.h"

#define O_ACCMODE 3
#define O_CREAT_TRUNC 01100 /* O_CREAT | O_TRUNC on every architecture that is supported */
#define SCAN_BYTES 256      /* of a caller's path that are looked at; a longer one is undecided */

enum verdict {
	VERDICT_DROP,
	VERDICT_MANAGEMENT,
	VERDICT_DATA,
	VERDICT_UNDECIDED,
};

static __always_inline ht_u32 class_of_prefix(struct scratch *s)
{
	ht_u32 *class;

	s->prefix.bits = HT_CLASS_PREFIX * 8;
	class = bpf_map_lookup_elem(&path_prefixes, &s->prefix);
	return class ? *class : 0;
}

static __always_inline ht_u32 class_of_name(struct scratch *s)
{
	ht_u32 *class = bpf_map_lookup_elem(&path_names, &s->leaf);

	return class ? *class : 0;
}

/* The class of an item's path that was walked in the kernel. */
__noinline int class_of_walked(ht_u32 at, ht_u32 length)
{
	struct scratch *s = scratch_get();
	ht_u32 n, leaf = 0;

	if (!s || at > HT_WIRE_MAX - HT_PATH_BYTES || length > HT_PATH_BYTES)
		return 0;
	n = length > HT_CLASS_PREFIX ? HT_CLASS_PREFIX : length;
	__builtin_memset(&s->prefix, 0, sizeof(s->prefix));
	bpf_probe_read_kernel(s->prefix.text, n, s->event.bytes + at);
	__builtin_memset(&s->leaf, 0, sizeof(s->leaf));
	for (ht_u32 i = 0; i < HT_CLASS_NAME; i++) {
		if (i >= length)
			break;
		leaf = length - 1 - i;
		if (leaf >= HT_PATH_BYTES || s->event.bytes[at + leaf] == '/')
			break;
	}
	leaf++;
	if (leaf < length && length - leaf < HT_CLASS_NAME)
		bpf_probe_read_kernel(s->leaf.text, (length - leaf) & (HT_CLASS_NAME - 1), s->event.bytes + at + leaf);
	return class_of_prefix(s) | class_of_name(s);
}

#define CLASS_UNSURE 0x100

/* Does a caller's spelling need more than comparing? Dots as components, doubled slashes, or too long to look at. */
__noinline int spelled_plainly(ht_u32 at, ht_u32 length)
{
	struct scratch *s = scratch_get();
	char c, before = '/';
	ht_u32 dots = 0;

	if (!s || at > HT_WIRE_MAX - HT_PATH_BYTES || length >= SCAN_BYTES)
		return 0;
	for (ht_u32 i = 0; i < SCAN_BYTES; i++) {
		c = i < length ? s->event.bytes[at + i] : '/';
		if (c == '/' && i && (before == '/' || dots))
			return 0;
		dots = c == '.' && (before == '/' || dots) ? dots + 1 : 0;
		if (dots > 2)
			dots = 0;
		before = dots && c == '.' ? '.' : c;
		if (i >= length)
			break;
	}
	return 1;
}

/* The class of a path as the caller spelled it, below its base directory if it is relative. */
__noinline int class_of_spelled(ht_u32 at, ht_u32 length, ht_u32 base_at, ht_u32 base_length)
{
	struct scratch *s = scratch_get();
	ht_u32 n, class;

	if (!s || at > HT_WIRE_MAX - HT_PATH_BYTES || length > HT_PATH_BYTES || !spelled_plainly(at, length))
		return CLASS_UNSURE;
	class = class_of_walked(at, length);
	if (!base_length)
		return class;
	if (base_at > HT_WIRE_MAX - HT_PATH_BYTES || base_length > HT_PATH_BYTES)
		return CLASS_UNSURE;
	/* The name's class is known; the prefix is that of base, slash and path. */
	class = class_of_name(s);
	__builtin_memset(&s->prefix, 0, sizeof(s->prefix));
	n = base_length > HT_CLASS_PREFIX ? HT_CLASS_PREFIX : base_length;
	bpf_probe_read_kernel(s->prefix.text, n, s->event.bytes + base_at);
	if (n < HT_CLASS_PREFIX - 1) {
		if (base_length > 1)
			s->prefix.text[n++ & (HT_CLASS_PREFIX - 1)] = '/';
		n &= HT_CLASS_PREFIX - 1;
		if (length > HT_CLASS_PREFIX - n)
			length = HT_CLASS_PREFIX - n;
		bpf_probe_read_kernel(s->prefix.text + n, length, s->event.bytes + at);
	}
	return class | class_of_prefix(s);
}

/* Goes over the event's items: the classes of all its paths, CLASS_UNSURE if some path's may be any. */
__noinline int class_of_event(void)
{
	struct scratch *s = scratch_get();
	ht_u32 at = sizeof(struct ht_wire_event), class = 0;
	ht_u32 spelled = 0, spelled_length = 0, spelled_arg = HT_ITEM_RESULT;
	bool walked = false;

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
		if (item->kind == HT_ITEM_BASE && spelled_length && item->arg == spelled_arg) {
			class |= class_of_spelled(spelled, spelled_length, at + sizeof(*item), length);
			spelled_length = 0;
		} else if (spelled_length) {
			class |= class_of_spelled(spelled, spelled_length, 0, 0);
			spelled_length = 0;
		}
		if (item->kind == HT_ITEM_PATH && !(item->flags & HT_ITEM_PSEUDO)) {
			class |= class_of_walked(at + sizeof(*item), length);
			if (item->flags & HT_ITEM_TRUNCATED)
				class |= CLASS_UNSURE;
			if (item->arg == HT_ITEM_RESULT)
				walked = true;
		} else if (item->kind == HT_ITEM_STRING) {
			spelled = at + sizeof(*item);
			spelled_length = length;
			spelled_arg = item->arg;
			if (item->flags)
				class |= CLASS_UNSURE;
		}
		at += sizeof(*item) + PAD8(length);
	}
	if (spelled_length)
		class |= class_of_spelled(spelled, spelled_length, 0, 0);
	/* The returned file's own path stands above however the caller spelled it. */
	return walked ? class & ~CLASS_UNSURE : class;
}

static __always_inline bool writes(struct scratch *s, const struct ht_plan *plan)
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

/* Decides by the plan, the paths and what is wanted. */
static __always_inline enum verdict route(struct scratch *s, const struct ht_plan *plan, ht_u32 want, ht_s64 result)
{
	bool management = want & HT_WANT_MANAGEMENT, data = want & HT_WANT_DATA;
	ht_u32 class;
	bool write;

	if (plan->route == HT_ROUTE_MANAGEMENT)
		return VERDICT_MANAGEMENT;
	if (plan->route == HT_ROUTE_DATA)
		return data ? VERDICT_DATA : VERDICT_DROP;
	write = writes(s, plan);
	class = class_of_event();
	if ((write && (class & HT_CLASS_CONTROL)) || (class & HT_CLASS_CREDENTIAL))
		return management ? VERDICT_MANAGEMENT : data ? VERDICT_DATA : VERDICT_DROP;
	/* A name that was changed may have been reached over a link that leads below a control-plane path. */
	if ((class & CLASS_UNSURE) || (plan->access == HT_PLAN_WRITE && result >= 0 && !(plan->flags & HT_PLAN_RESULT_FD)))
		return data ? VERDICT_DATA : VERDICT_UNDECIDED;
	return data ? VERDICT_DATA : VERDICT_DROP;
}

#endif
