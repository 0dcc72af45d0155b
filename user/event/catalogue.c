/* SPDX-License-Identifier: BSD-2-Clause */
#include "hosttrail/catalogue.h"

#include "base/cleanup.h"
#include "event/catalogue_words.h"
#include "hosttrail/uring.h"

/* ---- the rows ---- */

/*
 * A row is named after its call and numbers, so that a call whose ABIs differ in their arguments can have
 * two.
 */
enum {
#define CALL(n, x, i, a, ...) ROW_##n##_##x##_##i##_##a,
#include "hosttrail/catalogue/calls.def"
#undef CALL
	ROWS
};

#define _ HT_NO_CALL
static const struct ht_call rows[] = {
#define CALL(n, x, i, a, event_, source_, plane_, access_, resources, ...) \
	{ #n, { x, i, a }, event_, HT_SOURCE_##source_, HT_PLANE_##plane_, HT_ACCESS_##access_, \
	  resources, { __VA_ARGS__ } },
#include "hosttrail/catalogue/calls.def"
#undef CALL
};
#undef _

_Static_assert(ARRAY_SIZE(rows) == ROWS, "rows");

/* ---- by number ---- */

/* 1 + the row's index, 0: no such call. Calls that an ABI lacks go to a slot behind the last number. */

/* That slot is written more than once, and so may a number be by mistake: the unit test looks for that. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#define _ HT_CALLS

static const uint16_t by_number[3][HT_CALLS + 1] = {
	[HT_ABI_X86_64] = {
#define CALL(n, x, i, a, ...) [x] = 1 + ROW_##n##_##x##_##i##_##a,
#include "hosttrail/catalogue/calls.def"
#undef CALL
	},
	[HT_ABI_I386] = {
#define CALL(n, x, i, a, ...) [i] = 1 + ROW_##n##_##x##_##i##_##a,
#include "hosttrail/catalogue/calls.def"
#undef CALL
	},
	[HT_ABI_ARM64] = {
#define CALL(n, x, i, a, ...) [a] = 1 + ROW_##n##_##x##_##i##_##a,
#include "hosttrail/catalogue/calls.def"
#undef CALL
	},
};
#undef _
#pragma GCC diagnostic pop

/* x32's own numbers: the same calls with other layouts in memory. The x86_64 number stands for the row. */
#define X32_FIRST 512u
static const uint16_t x32_to_x86_64[] = {
	[512 - X32_FIRST] = 13,  /* rt_sigaction */
	[513 - X32_FIRST] = 15,  /* rt_sigreturn */
	[514 - X32_FIRST] = 16,  /* ioctl */
	[515 - X32_FIRST] = 19,  /* readv */
	[516 - X32_FIRST] = 20,  /* writev */
	[517 - X32_FIRST] = 45,  /* recvfrom */
	[518 - X32_FIRST] = 46,  /* sendmsg */
	[519 - X32_FIRST] = 47,  /* recvmsg */
	[520 - X32_FIRST] = 59,  /* execve */
	[521 - X32_FIRST] = 101, /* ptrace */
	[522 - X32_FIRST] = 127, /* rt_sigpending */
	[523 - X32_FIRST] = 128, /* rt_sigtimedwait */
	[524 - X32_FIRST] = 129, /* rt_sigqueueinfo */
	[525 - X32_FIRST] = 131, /* sigaltstack */
	[526 - X32_FIRST] = 222, /* timer_create */
	[527 - X32_FIRST] = 244, /* mq_notify */
	[528 - X32_FIRST] = 246, /* kexec_load */
	[529 - X32_FIRST] = 247, /* waitid */
	[530 - X32_FIRST] = 273, /* set_robust_list */
	[531 - X32_FIRST] = 274, /* get_robust_list */
	[532 - X32_FIRST] = 278, /* vmsplice */
	[533 - X32_FIRST] = 279, /* move_pages */
	[534 - X32_FIRST] = 295, /* preadv */
	[535 - X32_FIRST] = 296, /* pwritev */
	[536 - X32_FIRST] = 297, /* rt_tgsigqueueinfo */
	[537 - X32_FIRST] = 299, /* recvmmsg */
	[538 - X32_FIRST] = 307, /* sendmmsg */
	[539 - X32_FIRST] = 310, /* process_vm_readv */
	[540 - X32_FIRST] = 311, /* process_vm_writev */
	[541 - X32_FIRST] = 54,  /* setsockopt */
	[542 - X32_FIRST] = 55,  /* getsockopt */
	[543 - X32_FIRST] = 206, /* io_setup */
	[544 - X32_FIRST] = 209, /* io_submit */
	[545 - X32_FIRST] = 322, /* execveat */
	[546 - X32_FIRST] = 327, /* preadv2 */
	[547 - X32_FIRST] = 328, /* pwritev2 */
};

/* ---- parts ---- */

enum {
#define PART(c, v, part, ...) PART_##c##_##part,
#include "hosttrail/catalogue/parts.def"
#undef PART
	PARTS
};

#define Z HT_PART_ZERO
#define FROM_ALL(a, b, c, d, e, f, ...) { a, b, c, d, e, f }
#define FROM(...) FROM_ALL(__VA_ARGS__, Z, Z, Z, Z, Z, Z)

static const struct ht_part_row parts[] = {
#define PART(c, v, part, where, ...) \
	{ #c, #part, v, { .call = HT_PART_FIRST + PART_##c##_##part, .words = HT_PART_##where, .from = FROM(__VA_ARGS__) } },
#include "hosttrail/catalogue/parts.def"
#undef PART
};
#undef Z

const struct ht_part_row *ht_parts(size_t *ret_count)
{
	*ret_count = PARTS;
	return parts;
}

const struct ht_call *ht_part_whole(const struct ht_part_row *part)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].number[HT_ABI_I386] != HT_NO_CALL && strcmp(rows[i].name, part->call) == 0)
			return &rows[i];
	return NULL;
}

const struct ht_call *ht_call_by_number(enum ht_abi abi, uint32_t number)
{
	const struct ht_uring_op *op;
	unsigned row;

	if (abi == HT_ABI_I386 && number - HT_PART_FIRST < PARTS)
		return ht_call_by_name(parts[number - HT_PART_FIRST].part);

	if (abi == HT_ABI_IO_URING) {
		op = ht_uring_op(number);
		return op ? op->call : NULL;
	}
	if (abi == HT_ABI_X32) {
		abi = HT_ABI_X86_64;
		if (number >= X32_FIRST) {
			if (number - X32_FIRST >= ARRAY_SIZE(x32_to_x86_64))
				return NULL;
			number = x32_to_x86_64[number - X32_FIRST];
		}
	}
	if ((unsigned)abi >= ARRAY_SIZE(by_number) || number >= HT_CALLS)
		return NULL;
	row = by_number[abi][number];
	return row ? &rows[row - 1] : NULL;
}

const struct ht_call *ht_call_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

const struct ht_call *ht_calls(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(rows);
	return rows;
}

/* ---- netlink messages ---- */

#define MESSAGE_ROW(p, family_, m, t, t2, f, event_, source_, plane_, access_) \
	{ .event = event_, .family = family_, .first = t, .last = t2, .mask = m, .flags = f, .protocol = p, \
	  .source = HT_SOURCE_##source_, .plane = HT_PLANE_##plane_, .access = HT_ACCESS_##access_ },
#define MESSAGE_WITH(p, t, f, ...) MESSAGE_ROW(p, NULL, 0xffff, t, t, f, __VA_ARGS__)
#define MESSAGE(p, t, ...) MESSAGE_ROW(p, NULL, 0xffff, t, t, 0, __VA_ARGS__)
#define MESSAGES(p, t, t2, ...) MESSAGE_ROW(p, NULL, 0xffff, t, t2, 0, __VA_ARGS__)
#define MESSAGES_BITS(p, m, v, ...) MESSAGE_ROW(p, NULL, m, v, v, 0, __VA_ARGS__)
#define GENERIC(n, c, c2, ...) MESSAGE_ROW(16, n, 0xffff, c, c2, 0, __VA_ARGS__)
#define GENERIC_WITH(n, f, ...) MESSAGE_ROW(16, n, 0, 0, 0, f, __VA_ARGS__)

static const struct ht_message messages[] = {
#include "hosttrail/catalogue/messages.def"
};

const struct ht_message *ht_messages(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(messages);
	return messages;
}

static bool holds(const struct ht_message *m, unsigned type, unsigned flags)
{
	unsigned v = type & m->mask;

	return v >= m->first && v <= m->last && (m->flags & flags) == m->flags;
}

const struct ht_message *ht_message_of(unsigned protocol, unsigned type, unsigned flags)
{
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
		if (messages[i].protocol == protocol && !messages[i].family && holds(&messages[i], type, flags))
			return &messages[i];
	return NULL;
}

const struct ht_message *ht_message_of_family(const char *family, unsigned command, unsigned flags)
{
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		const char *name = messages[i].family;

		if (name && (!*name || (family && strcmp(name, family) == 0)) && holds(&messages[i], command, flags))
			return &messages[i];
	}
	return NULL;
}

/* ---- names of the words ---- */

const char *ht_source_name(enum ht_source source)
{
	static const char *const names[] = {
		[HT_SOURCE_FILESYSTEM] = "filesystem", [HT_SOURCE_PROCESS] = "process",
		[HT_SOURCE_NETWORK] = "network",       [HT_SOURCE_IDENTITY] = "identity",
		[HT_SOURCE_KERNEL] = "kernel",         [HT_SOURCE_MOUNT] = "mount",
		[HT_SOURCE_NAMESPACE] = "namespace",   [HT_SOURCE_TIME] = "time",
		[HT_SOURCE_MEMORY] = "memory",         [HT_SOURCE_IPC] = "ipc",
		[HT_SOURCE_TRAIL] = "trail",
	};

	return (unsigned)source < ARRAY_SIZE(names) ? names[source] : NULL;
}

const char *ht_resource_kind_name(enum ht_resource_kind kind)
{
	static const char *const names[HT_RESOURCE_KINDS] = {
		[HT_RESOURCE_FILE] = "Host::File",
		[HT_RESOURCE_DIRECTORY] = "Host::Directory",
		[HT_RESOURCE_PROGRAM] = "Host::Program",
		[HT_RESOURCE_PROCESS] = "Host::Process",
		[HT_RESOURCE_SOCKET] = "Host::Socket",
		[HT_RESOURCE_MOUNT] = "Host::Mount",
		[HT_RESOURCE_KERNEL_MODULE] = "Host::KernelModule",
		[HT_RESOURCE_BPF_OBJECT] = "Host::BpfObject",
		[HT_RESOURCE_USER] = "Host::User",
		[HT_RESOURCE_GROUP] = "Host::Group",
		[HT_RESOURCE_ROUTE] = "Host::Route",
		[HT_RESOURCE_INTERFACE] = "Host::Interface",
		[HT_RESOURCE_HOST] = "Host::Host",
		[HT_RESOURCE_KERNEL_SETTING] = "Host::KernelSetting",
		[HT_RESOURCE_NAMESPACE] = "Host::Namespace",
		[HT_RESOURCE_KEY] = "Host::Key",
		[HT_RESOURCE_ROUTING_RULE] = "Host::RoutingRule",
		[HT_RESOURCE_NEIGHBOUR] = "Host::Neighbour",
		[HT_RESOURCE_FIREWALL_TABLE] = "Host::FirewallTable",
		[HT_RESOURCE_FIREWALL_CHAIN] = "Host::FirewallChain",
		[HT_RESOURCE_FIREWALL_RULE] = "Host::FirewallRule",
		[HT_RESOURCE_FIREWALL_SET] = "Host::FirewallSet",
		[HT_RESOURCE_FIREWALL_OBJECT] = "Host::FirewallObject",
		[HT_RESOURCE_IPSEC_ASSOCIATION] = "Host::IpsecAssociation",
		[HT_RESOURCE_IPSEC_POLICY] = "Host::IpsecPolicy",
	};

	return (unsigned)kind < ARRAY_SIZE(names) ? names[kind] : NULL;
}

const char *ht_abi_name(enum ht_abi abi)
{
	static const char *const names[] = {
		[HT_ABI_X86_64] = "x86_64",
		[HT_ABI_I386] = "i386",
		[HT_ABI_ARM64] = "arm64",
		[HT_ABI_X32] = "x32",
		[HT_ABI_IO_URING] = "io_uring",
	};

	return (unsigned)abi < ARRAY_SIZE(names) ? names[abi] : NULL;
}
