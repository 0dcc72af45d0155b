/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A wire record, checked: every length lies within the record, so that whoever reads the view need not look
 * at sizes again. The view borrows from the record.
 */
#ifndef HT_EVENT_WIRE_READ_H
#define HT_EVENT_WIRE_READ_H

#include <stddef.h>
#include <stdint.h>

#include "hosttrail/text.h"
#include "hosttrail/wire.h"

/* Two of a descriptor, five of each of 8 messages, 8 to a netlink socket, 16 files that go along, and a ring's. */
#define HT_WIRE_ITEMS 72u

struct ht_wire_item_view {
	const struct ht_wire_item *item;
	struct ht_text bytes; /* item->length bytes */
};

struct ht_wire_view {
	const struct ht_wire_head *head;
	const struct ht_wire_event *event;     /* NULL if the record is of another kind */
	const struct ht_wire_process *process; /* NULL if the record is of another kind */
	struct ht_wire_item_view item[HT_WIRE_ITEMS];
	unsigned items;
};

/* -EBADMSG: not a well-formed record (unknown kind, lengths that do not fit, too many items). */
int ht_wire_read(const void *record, size_t n, struct ht_wire_view *ret);

/* The first item of this kind that belongs to this argument; NULL. */
const struct ht_wire_item_view *ht_wire_item(const struct ht_wire_view *w, enum ht_item_kind kind, unsigned arg);

#endif
