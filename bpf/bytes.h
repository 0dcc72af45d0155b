/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* Bytes of user memory: as many as a number says, and those that pointers in user memory lead to. */
#ifndef HT_BPF_BYTES_H
#define HT_BPF_BYTES_H

#include "record.h"

#define PAGE_BYTES 4096ull
#define POINTED_BYTES 64 /* of what a pointer in an array points to */

/*
 * Bytes of user memory: of `full` at most `most`, which is HT_PATH_BYTES or less. Where they end in memory that is not
 * there, those up to the end of the page are taken.
 */
__noinline int fetch_bytes(ht_u64 from, ht_u64 full, ht_u32 most, ht_u32 kind_arg)
{
	struct scratch *s = scratch_get();
	struct ht_wire_item *item;
	struct record *r;
	ht_u32 used, flags = 0;
	ht_u64 n, left;

	if (!s || !from)
		return 0;
	r = &s->event;
	used = r->used;
	n = full > most ? most : full;
	n = AT_MOST(n, HT_PATH_BYTES);
	if (used > HT_WIRE_MAX - HT_PATH_BYTES - sizeof(*item)) {
		r->failed = 1;
		return 0;
	}
	item = (struct ht_wire_item *)(r->bytes + used);
	if (n < full)
		flags |= HT_ITEM_TRUNCATED;
	if (n && bpf_probe_read_user(r->bytes + used + sizeof(*item), n, (void *)from)) {
		flags |= HT_ITEM_FAULT;
		s->faults++;
		left = PAGE_BYTES - (from & (PAGE_BYTES - 1));
		n = left < n ? left : 0;
		n = AT_MOST(n, HT_PATH_BYTES);
		if (n && bpf_probe_read_user(r->bytes + used + sizeof(*item), n, (void *)from))
			n = 0;
	}
	pad_with_zero(r, used + sizeof(*item) + n);
	item_end(r, item, kind_arg & 0xff, kind_arg >> 8, flags, n, full > 0xffffffff ? 0xffffffff : full);
	return 0;
}

/*
 * What the pointers of an array point to, `size` bytes each, one behind the other. It ends at the first that cannot be
 * read.
 */
__noinline int fetch_pointers(ht_u64 from, ht_u64 count, ht_u32 size, ht_u32 arg, ht_u32 word)
{
	struct scratch *s = scratch_get();
	struct ht_wire_item *item;
	ht_u32 used, n = 0, flags = 0;
	struct record *r;

	if (!s || !from)
		return 0;
	r = &s->event;
	used = r->used;
	size = AT_MOST(size, POINTED_BYTES);
	if (used > HT_WIRE_MAX - HT_PATH_BYTES - sizeof(*item)) {
		r->failed = 1;
		return 0;
	}
	item = (struct ht_wire_item *)(r->bytes + used);
	for (ht_u32 i = 0; i < HT_POINTERS; i++) {
		ht_u64 at = 0;

		if (i >= count)
			break;
		if (bpf_probe_read_user(&at, word == 4 ? 4 : 8, (void *)from + (ht_u64)i * word) ||
		    bpf_probe_read_user(r->bytes + used + sizeof(*item) + n, size, (void *)at)) {
			flags |= HT_ITEM_FAULT;
			s->faults++;
			break;
		}
		n = AT_MOST(n + size, HT_POINTERS * POINTED_BYTES);
	}
	if (count > HT_POINTERS)
		flags |= HT_ITEM_TRUNCATED;
	pad_with_zero(r, used + sizeof(*item) + n);
	item_end(r, item, HT_ITEM_BYTES, arg, flags, n, count > 0xffffff ? 0xffffffff : count * size);
	return 0;
}

/* A struct of an address and a number of bytes, and behind it those bytes. */
__noinline int fetch_indirect(ht_u64 from, ht_u32 most, ht_u32 arg, ht_u32 word)
{
	ht_u64 at = 0;
	ht_u32 n = 0;

	if (!from)
		return 0;
	fetch_bytes(from, 2 * (ht_u64)word, 16, HT_ITEM_BYTES | arg << 8);
	if (bpf_probe_read_user(&at, word == 4 ? 4 : 8, (void *)from) ||
	    bpf_probe_read_user(&n, sizeof(n), (void *)from + word))
		return 0;
	return fetch_bytes(at, n, most, HT_ITEM_POINTED | arg << 8);
}

#endif
