/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/wire_read.h"

#include <errno.h>

static int read_items(const uint8_t *at, size_t n, unsigned count, struct ht_wire_view *v)
{
	if (count > HT_WIRE_ITEMS)
		return -EBADMSG;
	for (v->items = 0; v->items < count; v->items++) {
		const struct ht_wire_item *item = (const void *)at;
		size_t padded;

		if (n < sizeof(*item) || item->length > n - sizeof(*item))
			return -EBADMSG;
		padded = sizeof(*item) + (((size_t)item->length + 7) & ~(size_t)7);
		if (padded > n)
			return -EBADMSG;
		v->item[v->items].item = item;
		v->item[v->items].bytes = (struct ht_text){ (const char *)(item + 1), item->length };
		at += padded;
		n -= padded;
	}
	return n == 0 ? 0 : -EBADMSG;
}

/* Times since boot are added to the time of boot: none is as far away as would overflow. */
#define TIME_MAX (1ull << 60)

static bool times_make_sense(const struct ht_wire_process *p)
{
	if (p->start_ns > TIME_MAX || p->thread_start_ns > TIME_MAX)
		return false;
	for (unsigned i = 0; i < HT_ANCESTORS; i++)
		if (p->ancestor[i].start_ns > TIME_MAX)
			return false;
	return true;
}

int ht_wire_read(const void *record, size_t n, struct ht_wire_view *ret)
{
	const struct ht_wire_head *head = record;
	size_t fixed;
	int r;

	if (n < sizeof(*head) || n > HT_WIRE_MAX || n % 8 != 0 || head->size != n || (uintptr_t)record % 8 != 0 ||
	    head->time_ns > TIME_MAX)
		return -EBADMSG;
	ret->head = head;
	ret->event = NULL;
	ret->process = NULL;
	ret->items = 0;
	switch (head->kind) {
	case HT_WIRE_EVENT:
		fixed = sizeof(*ret->event);
		ret->event = record;
		break;
	case HT_WIRE_PROCESS:
		fixed = sizeof(*ret->process);
		ret->process = record;
		break;
	default:
		return -EBADMSG;
	}
	if (n < fixed)
		return -EBADMSG;
	r = read_items((const uint8_t *)record + fixed, n - fixed, head->items, ret);
	if (r == 0 && ret->event && ret->event->abi >= HT_ABI_COUNT)
		r = -EBADMSG;
	if (r == 0 && ret->process && !times_make_sense(ret->process))
		r = -EBADMSG;
	return r;
}

const struct ht_wire_item_view *ht_wire_item(const struct ht_wire_view *w, enum ht_item_kind kind, unsigned arg)
{
	for (unsigned i = 0; i < w->items; i++)
		if (w->item[i].item->kind == kind && w->item[i].item->arg == arg)
			return &w->item[i];
	return NULL;
}
