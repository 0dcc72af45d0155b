/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Building a record in scratch space and placing it in a ring. The functions that are not inlined are
 * verified once each, and work on the CPU's scratch space; `which` says on which record.
 */
#ifndef HT_BPF_RECORD_H
#define HT_BPF_RECORD_H

#include "state.h"

enum which {
	WHICH_EVENT,
	WHICH_PROCESS,
};

static __always_inline struct record *record_of(struct scratch *s, int which)
{
	return which == WHICH_PROCESS ? &s->process : &s->event;
}

static __always_inline void item_end(struct record *r, struct ht_wire_item *item, ht_u32 kind, ht_u32 arg, ht_u32 flags,
				     ht_u32 length, ht_u32 full_length)
{
	struct ht_wire_head *head = (struct ht_wire_head *)r->bytes;

	item->kind = kind;
	item->arg = arg;
	item->flags = flags;
	item->length = length;
	item->full_length = full_length;
	item->mode = 0;
	item->inode = 0;
	item->pid = item->fd = 0;
	r->used += sizeof(*item) + PAD8(length);
	head->items++;
}

/*
 * Zeroes the bytes between the content and the next multiple of 8: a ring shows no memory of earlier records.
 */
static __always_inline void pad_with_zero(struct record *r, ht_u32 end)
{
	if (end <= HT_WIRE_MAX)
		__builtin_memset(r->bytes + end, 0, 8);
}

/* Copies n bytes of kernel or map memory as an item. */
static __noinline int item_kernel(int which, ht_u32 kind_arg, ht_u64 from, ht_u32 length)
{
	struct scratch *s = scratch_get();
	struct ht_wire_item *item;
	ht_u64 n = AT_MOST(length, HT_PATH_BYTES);
	struct record *r;
	ht_u32 used;

	if (!s)
		return 0;
	r = record_of(s, which);
	used = r->used;
	if (used > HT_WIRE_MAX - HT_PATH_BYTES - sizeof(*item)) {
		r->failed = 1;
		return 0;
	}
	item = (struct ht_wire_item *)(r->bytes + used);
	pad_with_zero(r, used + sizeof(*item) + (n & ~7u));
	bpf_probe_read_kernel(r->bytes + used + sizeof(*item), n, (void *)from);
	item_end(r, item, kind_arg & 0xff, kind_arg >> 8, 0, n, n);
	return 0;
}

static __always_inline void count_loss(ht_u32 ring, ht_u32 cause, ht_u32 uid)
{
	struct loss_key key = { .uid = uid, .ring = ring, .cause = cause };
	ht_u64 zero = 0, *n;

	count(ring, cause);
	n = bpf_map_lookup_elem(&losses, &key);
	if (!n) {
		/* Another CPU may have been faster: what it counted is not to be overwritten. */
		bpf_map_update_elem(&losses, &key, &zero, BPF_NOEXIST);
		n = bpf_map_lookup_elem(&losses, &key);
	}
	if (n)
		__sync_fetch_and_add(n, 1);
}

/*
 * Numbers and places a record. User space moves the consumer position late (once bytes are with the file
 * system), so that the kernel's own rule, which wakes whoever has caught up, would wake at every record or
 * never: the wake-up comes each time a CPU has produced wakeup_bytes more, or at once for what is urgent, and
 * user space's timer does the rest.
 */
static __always_inline bool record_place(struct record *r, ht_u32 ring, ht_u64 now, ht_u32 uid, bool urgent)
{
	struct ht_wire_head *head = (struct ht_wire_head *)r->bytes;
	struct cpu_counters *c = counters_get();
	ht_u64 size = AT_MOST(r->used, HT_WIRE_MAX), before;
	bool wake;
	long err;

	if (!c || ring >= HT_RINGS)
		return false;
	head->sequence = ++c->sequence[ring];
	head->cpu = bpf_get_smp_processor_id();
	head->time_ns = now;
	head->size = size;
	if (r->failed || size < sizeof(*head)) {
		count_loss(ring, HT_COUNT_RECORD_SIZE, uid);
		return false;
	}
	before = c->bytes[ring];
	c->bytes[ring] = before + size;
	wake = urgent || ((before ^ (before + size)) & ~((ht_u64)wakeup_bytes - 1));
	if (ring == HT_RING_MANAGEMENT)
		err = bpf_ringbuf_output(&ring_management, r->bytes, size, wake ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
	else
		err = bpf_ringbuf_output(&ring_data, r->bytes, size, wake ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
	if (err) {
		count_loss(ring, HT_COUNT_RING_FULL, uid);
		return false;
	}
	c->count[ring][HT_COUNT_PLACED]++;
	return true;
}

#endif
