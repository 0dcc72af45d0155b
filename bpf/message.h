/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Messages to netlink sockets, whose content is what they do. The bytes of a message's buffers are put one behind the
 * other at the end of the event, and made an item by message_end(). Of other sockets nothing comes here.
 */
#ifndef HT_BPF_MESSAGE_H
#define HT_BPF_MESSAGE_H

#include "record.h"

#define MESSAGE_BUFFERS 64 /* buffers of a message that are looked at */

/* n more bytes of it, as far as there is room. */
__noinline int message_add(ht_u64 from, ht_u64 n)
{
	struct scratch *s = scratch_get();
	ht_u32 used, length, room;

	if (!s)
		return 0;
	used = s->event.used;
	length = s->message.length;
	room = HT_MESSAGE_BYTES - s->message.carried;
	s->message.full += n;
	if (!n || used > HT_WIRE_MAX - 2 * HT_MESSAGE_BYTES - sizeof(struct ht_wire_item) || length >= HT_MESSAGE_BYTES ||
	    room > HT_MESSAGE_BYTES)
		return 0;
	n = AT_MOST(n > room ? room : n, HT_MESSAGE_BYTES);
	if (bpf_probe_read_user(s->event.bytes + used + sizeof(struct ht_wire_item) + length, n, (void *)from)) {
		/* What follows a hole would stand at the wrong place. */
		s->message.carried = HT_MESSAGE_BYTES;
		s->message.flags |= HT_ITEM_FAULT;
		s->faults++;
		return 0;
	}
	s->message.length = length + n;
	s->message.carried += n;
	return 0;
}

__noinline int message_add_vector(ht_u64 iov, ht_u64 count, ht_u32 word)
{
	struct scratch *s = scratch_get();

	if (!s)
		return 0;
	for (ht_u32 i = 0; i < MESSAGE_BUFFERS; i++) {
		ht_u64 at = 0, n = 0;

		if (i >= count)
			return 0;
		if (bpf_probe_read_user(&at, word == 4 ? 4 : 8, (void *)iov + (ht_u64)i * 2 * word) ||
		    bpf_probe_read_user(&n, word == 4 ? 4 : 8, (void *)iov + (ht_u64)i * 2 * word + word)) {
			s->message.full = 0xffffffff;
			s->message.flags |= HT_ITEM_FAULT;
			return 0;
		}
		message_add(at, n);
	}
	if (count > MESSAGE_BUFFERS)
		s->message.full = 0xffffffff;
	return 0;
}

static __always_inline void message_begin(struct scratch *s)
{
	s->message.length = s->message.flags = 0;
	s->message.full = 0;
}

__noinline int message_end(ht_u32 arg)
{
	struct scratch *s = scratch_get();
	struct ht_wire_item *item;
	ht_u32 used, length, flags;
	ht_u64 full;

	if (!s)
		return 0;
	used = s->event.used;
	length = AT_MOST(s->message.length, HT_MESSAGE_BYTES);
	full = s->message.full;
	flags = s->message.flags;
	if (used > HT_WIRE_MAX - 2 * HT_MESSAGE_BYTES - sizeof(*item)) {
		s->event.failed = 1;
		return 0;
	}
	if (length < full)
		flags |= HT_ITEM_TRUNCATED;
	item = (struct ht_wire_item *)(s->event.bytes + used);
	pad_with_zero(&s->event, used + sizeof(*item) + length);
	item_end(&s->event, item, HT_ITEM_MESSAGE, arg, flags, length, full > 0xffffffff ? 0xffffffff : full);
	return 0;
}

/* What is sent or written to a netlink socket, in one buffer (word 0) or a vector of them. */
__noinline int fetch_message(ht_u64 from, ht_u64 count, ht_u32 arg, ht_u32 word)
{
	struct scratch *s = scratch_get();

	if (!s || !from || !s->netlink)
		return 0;
	message_begin(s);
	if (word)
		message_add_vector(from, count, word);
	else
		message_add(from, count);
	message_end(arg);
	return 0;
}

#endif
