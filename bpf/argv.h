/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The argument vector of a call, from user memory: an array of pointers to strings, of which the first argument_bytes
 * are taken, whole strings or the beginning of one. Where reading stands is kept in scratch, and read on by one function
 * that does a few steps: the verifier follows those, not each of the thousands that they may come to.
 */
#ifndef HT_BPF_ARGV_H
#define HT_BPF_ARGV_H

#include "record.h"

#define ARGV_STEPS 8   /* strings, or pieces of them, that are read at a time */
#define ARGV_ROUNDS 64 /* of as many steps */
#define ARGV_ROUNDS_OF_ROUNDS (HT_ARGV_BYTES_MAX / ARGV_STEPS / ARGV_ROUNDS + 1) /* a string takes a byte at least */

enum {
	ARGV_MORE = 0,
	ARGV_END = 1,
};

/* A string or a piece of one. end: behind the last byte that may be taken. */
static __always_inline int argv_step(struct scratch *s, ht_u32 end, ht_u32 word)
{
	ht_u32 at = s->argv.at, size;
	ht_u64 string = s->argv.string;
	long n;

	if (!string) {
		if (bpf_probe_read_user(&string, word == 4 ? 4 : 8, (void *)s->argv.next)) {
			s->argv.flags |= HT_ITEM_FAULT;
			return ARGV_END;
		}
		if (!string)
			return ARGV_END;
		s->argv.next += word;
	}
	if (at >= end || at > HT_WIRE_MAX - HT_PATH_BYTES) {
		s->argv.flags |= HT_ITEM_TRUNCATED;
		return ARGV_END;
	}
	size = AT_MOST(end - at, HT_PATH_BYTES);
	n = bpf_probe_read_user_str(s->event.bytes + at, size, (void *)string);
	if (n <= 0) {
		s->argv.flags |= HT_ITEM_FAULT;
		return ARGV_END;
	}
	/* A piece that fills its room may be followed by another, over its NUL. */
	if (n == size && size > 1) {
		s->argv.at = at + size - 1;
		s->argv.string = string + size - 1;
		return ARGV_MORE;
	}
	/* The last byte there is room for: a NUL, or what the string has there. */
	if (size == 1 && !bpf_probe_read_user(s->event.bytes + at, 1, (void *)string) && s->event.bytes[at]) {
		s->argv.at = at + 1;
		s->argv.flags |= HT_ITEM_TRUNCATED;
		return ARGV_END;
	}
	s->argv.at = at + n;
	s->argv.string = 0;
	return ARGV_MORE;
}

__noinline int argv_read(ht_u32 end, ht_u32 word)
{
	struct scratch *s = scratch_get();

	if (!s)
		return ARGV_END;
	for (int i = 0; i < ARGV_STEPS; i++)
		if (argv_step(s, end, word) == ARGV_END)
			return ARGV_END;
	return ARGV_MORE;
}

__noinline int argv_read_on(ht_u32 end, ht_u32 word)
{
	for (int i = 0; i < ARGV_ROUNDS; i++)
		if (argv_read(end, word) == ARGV_END)
			return ARGV_END;
	return ARGV_MORE;
}

__noinline int fetch_argv(ht_u64 from, ht_u32 arg, ht_u32 word)
{
	struct scratch *s = scratch_get();
	struct ht_wire_item *item;
	ht_u32 used, begin, length;
	struct record *r;

	if (!s || !from)
		return 0;
	r = &s->event;
	used = r->used;
	if (used > HT_WIRE_MAX - HT_ARGV_BYTES_MAX - sizeof(*item)) {
		r->failed = 1;
		return 0;
	}
	item = (struct ht_wire_item *)(r->bytes + used);
	begin = used + sizeof(*item);
	s->argv.next = from;
	s->argv.string = 0;
	s->argv.at = begin;
	s->argv.flags = 0;
	for (int i = 0; i < ARGV_ROUNDS_OF_ROUNDS; i++)
		if (argv_read_on(begin + argument_bytes, word) == ARGV_END)
			break;
	length = AT_MOST(s->argv.at - begin, HT_ARGV_BYTES_MAX);
	if (s->argv.flags & HT_ITEM_FAULT)
		s->faults++;
	pad_with_zero(r, begin + length);
	item_end(r, item, HT_ITEM_ARGV, arg, s->argv.flags, length, length);
	return 0;
}

#endif
