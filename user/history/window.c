/* SPDX-License-Identifier: BSD-2-Clause */
#include "history/window.h"

#include <errno.h>

#include "base/cleanup.h"

struct ht_moment ht_moment_of(const struct ht_event_view *event)
{
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */

	for (size_t i = 0; i < event->boot_id.length; i++)
		hash = (hash ^ (unsigned char)event->boot_id.data[i]) * 0x100000001b3u;
	return (struct ht_moment){ event->time_ns, event->monotonic_ns, event->boot_id.data ? hash : 0 };
}

void ht_window_free(struct ht_window *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->heap[i].line);
	free(w->heap);
	*w = (struct ht_window){ 0 };
}

const struct ht_held *ht_window_first(const struct ht_window *w)
{
	return w->count ? &w->heap[0] : NULL;
}

static bool before(const struct ht_held *a, const struct ht_held *b)
{
	if (ht_moment_before(&a->at, &b->at))
		return true;
	return !ht_moment_before(&b->at, &a->at) && a->order < b->order;
}

static int make_room(struct ht_window *w)
{
	size_t capacity = w->capacity ? 2 * w->capacity : 64;
	struct ht_held *heap;

	if (w->count < w->capacity)
		return 0;
	heap = reallocarray(w->heap, capacity, sizeof(*heap));
	if (!heap)
		return -ENOMEM;
	w->heap = heap;
	w->capacity = capacity;
	return 0;
}

int ht_window_push(struct ht_window *w, const struct ht_moment *at, struct ht_text line)
{
	_cleanup_free_ char *copy = malloc(line.length ? line.length : 1);
	struct ht_held held;
	size_t i;

	if (!copy || make_room(w) < 0)
		return -ENOMEM;
	memcpy(copy, line.data, line.length);
	held = (struct ht_held){ *at, w->next_order++, TAKE_PTR(copy), line.length };
	for (i = w->count++; i > 0 && before(&held, &w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		w->heap[i] = w->heap[(i - 1) / 2];
	w->heap[i] = held;
	w->bytes += line.length;
	return 0;
}

bool ht_window_pop(struct ht_window *w, struct ht_held *ret)
{
	struct ht_held *last;
	size_t i = 0, child;

	if (!w->count)
		return false;
	*ret = w->heap[0];
	w->bytes -= ret->length;
	last = &w->heap[--w->count];
	while ((child = 2 * i + 1) < w->count) {
		if (child + 1 < w->count && before(&w->heap[child + 1], &w->heap[child]))
			child++;
		if (!before(&w->heap[child], last))
			break;
		w->heap[i] = w->heap[child];
		i = child;
	}
	w->heap[i] = *last;
	return true;
}
