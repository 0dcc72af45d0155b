/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Requests of io_uring as the kernel keeps them, and their arguments, which lie where user space found them to: what is
 * written to the submission queue afterwards changes nothing.
 */
#ifndef HT_BPF_URING_REQUEST_H
#define HT_BPF_URING_REQUEST_H

#include "event.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct io_cqe {
	__u64 user_data;
	__s32 res;
	union {
		__u32 flags;
		int fd; /* until the request completes */
	};
};

struct io_kiocb {
	struct file *file;
	__u8 opcode;
	__u64 flags;
	struct io_cqe cqe;
	struct io_ring_ctx *ctx;
	void *async_data;
	const struct cred *creds;
};

struct io_kiocb___flat {
	__u64 user_data; /* until 5.18 */
};

/* The files registered with a ring: until 6.12, and since. */
struct io_fixed_file {
	unsigned long file_ptr;
};

struct io_file_table {
	struct io_fixed_file *files;
};

struct io_ring_ctx {
	struct io_file_table file_table;
	unsigned int nr_user_files;
};

struct io_rsrc_node___file {
	unsigned long file_ptr;
};

struct io_rsrc_data___nodes {
	unsigned int nr;
	struct io_rsrc_node___file **nodes;
};

struct io_file_table___nodes {
	struct io_rsrc_data___nodes data;
};

struct io_ring_ctx___nodes {
	struct io_file_table___nodes file_table;
};

struct filename {
	const char *name;
};

struct io_uring_cqe {
	__u64 user_data;
	__s32 res;
	__u32 flags;
};

struct io_uring_sqe {
	__u8 opcode;
};

#pragma clang attribute pop

struct bpf_raw_tracepoint_args {
	__u64 args[0];
};

#define REQ_FIXED_FILE 1u /* the first bits are those of the submission, include/uapi/linux/io_uring.h */
#define REQ_CQE_SKIP 64u
#define SPLICE_FD_IN_FIXED 0x80000000u

#define FILE_POINTER (~7ul) /* io_uring/filetable.h: what else stands in file_ptr */

/* ---- set by user space ---- */

ht_u8 uring_wanted[HT_URING_OPCODES];
struct ht_uring_plan uring_plans[HT_URING_OPCODES];

/* Bits of a request's flags, which differ from kernel to kernel. 0: it has none such. */
const volatile ht_u64 uring_credentials, uring_copied, uring_multishot, uring_skip_links;


static __always_inline struct ht_wire_uring *uring_of(struct scratch *s)
{
	return (void *)(s->event.bytes + sizeof(struct ht_wire_event) + sizeof(struct ht_wire_item));
}

static __always_inline ht_u64 request_flags(ht_u64 req)
{
	struct io_kiocb *r = (void *)req;
	ht_u64 flags = 0;

	bpf_core_read(&flags, sizeof(flags), &r->flags);
	return bpf_core_field_size(r->flags) == 4 ? (ht_u32)flags : flags;
}

static __always_inline ht_u64 request_user_data(ht_u64 req)
{
	if (bpf_core_field_exists(struct io_kiocb, cqe))
		return BPF_CORE_READ((struct io_kiocb *)req, cqe.user_data);
	return BPF_CORE_READ((struct io_kiocb___flat *)req, user_data);
}

/* The file registered with a ring under an index, or 0. */
static __always_inline ht_u64 file_of_slot(ht_u64 ring, ht_u32 slot)
{
	ht_u64 at = 0, file = 0;

	if (bpf_core_field_exists(struct io_file_table___nodes, data)) {
		struct io_ring_ctx___nodes *ctx = (void *)ring;

		if (slot >= BPF_CORE_READ(ctx, file_table.data.nr))
			return 0;
		at = (ht_u64)BPF_CORE_READ(ctx, file_table.data.nodes);
		bpf_probe_read_kernel(&at, sizeof(at), (void *)(at + 8ull * slot));
		if (at)
			file = BPF_CORE_READ((struct io_rsrc_node___file *)at, file_ptr);
	} else {
		struct io_ring_ctx *ctx = (void *)ring;

		if (slot >= BPF_CORE_READ(ctx, nr_user_files))
			return 0;
		at = (ht_u64)BPF_CORE_READ(ctx, file_table.files);
		bpf_probe_read_kernel(&file, sizeof(file), (void *)(at + 8ull * slot));
	}
	return file & FILE_POINTER;
}

/* ---- the arguments ---- */

#define OP_CONNECT 16
#define OP_SEND 26
#define SEND_ADDRESS 4 /* the arguments that are one */
#define CONNECT_ADDRESS 1

/* One more than where in what belongs to a request its address lies; 0: that is not known. */
ht_u32 uring_address_at;

/* Of the recorder's own connect, whose address can be told: it lies first, or where a message has it. */
static __always_inline void uring_see_address(ht_u64 req)
{
	ht_u64 kept = (ht_u64)BPF_CORE_READ((struct io_kiocb *)req, async_data), user = 0, first = 0, second = 0, third = 0;
	ht_u32 message = uring_plans[OP_SEND].source[SEND_ADDRESS].copied;

	bpf_probe_read_kernel(&user, sizeof(user), (void *)req + uring_plans[OP_CONNECT].source[CONNECT_ADDRESS].offset);
	if (!kept || bpf_probe_read_user(&first, sizeof(first), (void *)user))
		return;
	bpf_probe_read_kernel(&second, sizeof(second), (void *)kept);
	bpf_probe_read_kernel(&third, sizeof(third), (void *)kept + message);
	if (first == second)
		uring_address_at = 1;
	else if (first == third && message != HT_URING_NOWHERE)
		uring_address_at = message + 1;
}

/* Where the kernel's copy of an address lies; HT_URING_NOWHERE: there is none, or nobody knows. */
static __always_inline ht_u32 address_at(const struct ht_uring_source *from, bool copied)
{
	if (!copied)
		return HT_URING_NOWHERE;
	if (from->copied != HT_URING_SEEN)
		return from->copied;
	return uring_address_at ? uring_address_at - 1 : HT_URING_NOWHERE;
}

/* Takes the part of a request that says what it is to scratch, at once. */
static __always_inline void request_take(struct scratch *s, ht_u64 req)
{
	bpf_probe_read_kernel(s->request, REQUEST_BYTES, (void *)req);
}

/* A field of the request that was taken. */
#define REQUEST(s, req, field, as) \
	({ \
		as _v = 0; \
		if (bpf_core_field_offset(struct io_kiocb, field) + sizeof(as) <= REQUEST_BYTES) \
			_v = *(as *)((s)->request + bpf_core_field_offset(struct io_kiocb, field)); \
		else \
			bpf_probe_read_kernel(&_v, sizeof(_v), (void *)(req) + bpf_core_field_offset(struct io_kiocb, field)); \
		_v; \
	})

/* An argument of the request that was taken, or the slot. */
static __always_inline ht_u64 uring_value(struct scratch *s, ht_u64 req, const struct ht_uring_source *from)
{
	ht_u64 value = 0, n = from->how == HT_URING_STRUCT ? 8 : AT_MOST(from->size, 8);
	ht_u32 at = from->offset;

	if (from->how == HT_URING_FILE)
		return bpf_core_field_exists(struct io_kiocb, cqe) ? REQUEST(s, req, cqe.fd, ht_u32) : 0xffffffff;
	if (at <= REQUEST_BYTES - 8) {
		/* Words stand where they like: every architecture that runs the programs reads them at once. */
		value = *(ht_u64 *)(s->request + (at & (REQUEST_SPACE - 1)));
		return n < 8 ? value & ((1ull << n * 8) - 1) : value;
	}
	if (at == HT_URING_NOWHERE)
		bpf_probe_read_kernel(&value, n, (void *)REQUEST(s, req, async_data, ht_u64) + from->copied);
	else
		bpf_probe_read_kernel(&value, n, (void *)req + at);
	return value;
}

static __always_inline bool has_copied(struct scratch *s, ht_u64 req, ht_u64 flags)
{
	return uring_copied ? flags & uring_copied : REQUEST(s, req, async_data, ht_u64) != 0;
}

/* Is the argument known, whatever it is? */
static __always_inline bool source_known(const struct ht_uring_source *from, bool copied)
{
	switch (from->how) {
	case HT_URING_FILE:
		return bpf_core_field_exists(struct io_kiocb, cqe);
	case HT_URING_COPIED:
		return from->offset != HT_URING_NOWHERE || (copied && from->copied != HT_URING_NOWHERE);
	case HT_URING_ADDRESS:
		return from->offset != HT_URING_NOWHERE || address_at(from, copied) != HT_URING_NOWHERE;
	default:
		return from->offset != HT_URING_NOWHERE;
	}
}

/* Has the kernel set what it may have left as it was? */
static __always_inline bool source_set(struct scratch *s, const struct ht_uring_source *from)
{
	ht_u32 at = from->copied, value = 0;

	if (!from->bits || at > REQUEST_BYTES - 4)
		return !from->bits;
	value = *(ht_u32 *)(s->request + (at & (REQUEST_SPACE - 1)));
	return value & from->bits;
}

/* Reads all arguments of a request, and which of them it has not, or nobody knows. */
__noinline int uring_arguments(ht_u64 req, ht_u32 opcode, ht_u64 flags)
{
	struct ht_uring_plan *plan = &uring_plans[opcode & (HT_URING_OPCODES - 1)];
	struct scratch *s = scratch_get();
	bool copied;

	if (!s)
		return 0;
	s->unknown = s->absent = 0;
	copied = has_copied(s, req, flags);
	for (ht_u32 i = 0; i < HT_ARGS; i++) {
		s->regs[i] = 0;
		if (plan->source[i].how == HT_URING_ABSENT)
			continue;
		if (!source_set(s, &plan->source[i]))
			s->absent |= 1u << i;
		else if (source_known(&plan->source[i], copied))
			s->regs[i] = plan->source[i].offset == HT_URING_NOWHERE && plan->source[i].how == HT_URING_ADDRESS ?
					     0 : uring_value(s, req, &plan->source[i]);
		else
			s->unknown |= 1u << i;
	}
	return 0;
}

/* A string in the kernel's memory. */
__noinline int fetch_kernel_string(ht_u64 from, ht_u32 arg)
{
	struct scratch *s = scratch_get();
	struct ht_wire_item *item;
	ht_u32 used, length = 0;
	struct record *r;
	long n;

	if (!s)
		return 0;
	r = &s->event;
	used = r->used;
	if (used > HT_WIRE_MAX - HT_PATH_BYTES - sizeof(*item)) {
		r->failed = 1;
		return 0;
	}
	item = (struct ht_wire_item *)(r->bytes + used);
	n = bpf_probe_read_kernel_str(r->bytes + used + sizeof(*item), HT_PATH_BYTES, (void *)from);
	if (n > 0)
		length = (n - 1) & (HT_PATH_BYTES - 1);
	s->relative = !length || r->bytes[used + sizeof(*item)] != '/';
	pad_with_zero(r, used + sizeof(*item) + length);
	item_end(r, item, HT_ITEM_STRING, arg, n < 0 ? HT_ITEM_FAULT : 0, length, length);
	return 0;
}

/* A socket address that the kernel has copied, with the length that another argument says. */
static __always_inline void fetch_copied_address(struct scratch *s, ht_u64 req, const struct ht_uring_plan *plan, ht_u32 i,
						 ht_u32 offset)
{
	ht_u32 at = plan->plan.aux[i], n = at < HT_ARGS ? (ht_u32)s->regs[at] : 0;
	ht_u64 copy = (ht_u64)BPF_CORE_READ((struct io_kiocb *)req, async_data) + offset;

	if (n)
		item_kernel(WHICH_EVENT, HT_ITEM_BYTES | i << 8, copy, n > 128 ? 128 : n);
	s->regs[i] = 0; /* it is not fetched once more */
}

/* What splice and tee read from: the flags, which are the last argument, say whether it is an index. */
static __always_inline void fetch_file_in(struct scratch *s, ht_u64 req, const struct ht_uring_plan *plan, ht_u32 i)
{
	ht_u32 last = plan->source[5].how == HT_URING_ABSENT ? 3 : 5;
	ht_u64 file;

	if (s->regs[last] & SPLICE_FD_IN_FIXED) {
		uring_of(s)->flags |= HT_URING_FIXED_IN;
		file = file_of_slot((ht_u64)BPF_CORE_READ((struct io_kiocb *)req, ctx), s->regs[i]);
	} else {
		file = file_of_fd(s->regs[i]);
	}
	fetch_file(file, i);
}

/* What lies in the kernel's memory. The rest is fetched as a call's is. */
__noinline int uring_fetch(ht_u64 req, ht_u32 opcode, ht_u64 flags)
{
	struct ht_uring_plan *plan = &uring_plans[opcode & (HT_URING_OPCODES - 1)];
	struct scratch *s = scratch_get();
	bool copied;
	ht_u64 value;
	ht_u32 aux;

	if (!s)
		return 0;
	copied = has_copied(s, req, flags);
	for (ht_u32 i = 0; i < HT_ARGS; i++) {
		if ((uring_of(s)->unknown | uring_of(s)->absent) & 1u << i)
			continue;
		value = s->regs[i];
		aux = plan->plan.aux[i];
		switch (plan->source[i].how) {
		case HT_URING_NAME:
			if (plan->plan.fetch[i] != HT_FETCH_NONE)
				break; /* an old kernel's pointer to user memory */
			fetch_kernel_string((ht_u64)BPF_CORE_READ((struct filename *)value, name), i);
			if (s->relative)
				fetch_base(aux < HT_ARGS ? (ht_u32)s->regs[aux] : AT_FDCWD_32, i);
			break;
		case HT_URING_TEXT:
			fetch_kernel_string(value, i);
			break;
		case HT_URING_STRUCT:
			item_kernel(WHICH_EVENT, HT_ITEM_BYTES | i << 8, req + plan->source[i].offset, plan->source[i].size);
			break;
		case HT_URING_COPIED:
			if (plan->source[i].offset == HT_URING_NOWHERE && plan->source[i].size > 8)
				item_kernel(WHICH_EVENT, HT_ITEM_BYTES | i << 8,
					    (ht_u64)BPF_CORE_READ((struct io_kiocb *)req, async_data) + plan->source[i].copied,
					    plan->source[i].size);
			break;
		case HT_URING_FILE_IN:
			fetch_file_in(s, req, plan, i);
			break;
		case HT_URING_ADDRESS:
			aux = address_at(&plan->source[i], copied);
			if (aux != HT_URING_NOWHERE)
				fetch_copied_address(s, req, plan, i, aux);
			break;
		}
	}
	return 0;
}

/* What the request has beside its arguments. First of the event's items. */
__noinline int uring_describe(ht_u64 req, ht_u32 opcode, ht_u64 flags)
{
	struct ht_uring_plan *plan = &uring_plans[opcode & (HT_URING_OPCODES - 1)];
	struct task_struct *task = task_get();
	struct scratch *s = scratch_get();
	struct ht_wire_uring u = {};
	const struct cred *cred;
	ht_u32 slot;

	if (!s)
		return 0;
	if (flags & REQ_FIXED_FILE)
		u.flags |= HT_URING_FIXED;
	if (plan->source[HT_URING_SLOT_SOURCE].how == HT_URING_VALUE &&
	    plan->source[HT_URING_SLOT_SOURCE].offset != HT_URING_NOWHERE) {
		slot = uring_value(s, req, &plan->source[HT_URING_SLOT_SOURCE]);
		if (slot) {
			u.flags |= HT_URING_SLOT;
			u.slot = slot == HT_URING_ANY_SLOT ? slot : slot - 1;
		}
	}
	if (flags & uring_credentials) {
		cred = BPF_CORE_READ((struct io_kiocb *)req, creds);
		u.flags |= HT_URING_CREDENTIALS;
		u.uid = BPF_CORE_READ(cred, uid.val);
		u.gid = BPF_CORE_READ(cred, gid.val);
		u.euid = BPF_CORE_READ(cred, euid.val);
		u.egid = BPF_CORE_READ(cred, egid.val);
	}
	if (KREAD(task, flags) & PF_IO_WORKER)
		u.flags |= HT_URING_POLLED;
	return item_kernel(WHICH_EVENT, HT_ITEM_URING | HT_ITEM_RESULT << 8, (ht_u64)&u, sizeof(u));
}

#endif
