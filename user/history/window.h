/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines that are nearly in order of time go in, lines in order come out. */
#ifndef HT_HISTORY_WINDOW_H
#define HT_HISTORY_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hosttrail/event.h"

/* When an event was: enough to order it against any other. */
struct ht_moment {
	int64_t time_ns;
	uint64_t monotonic_ns; /* 0: unknown */
	uint64_t boot;         /* a hash of bootId; 0: unknown */
};

static inline bool ht_moment_before(const struct ht_moment *a, const struct ht_moment *b)
{
	if (a->boot == b->boot && a->boot && a->monotonic_ns && b->monotonic_ns)
		return a->monotonic_ns < b->monotonic_ns;
	return a->time_ns < b->time_ns;
}

struct ht_moment ht_moment_of(const struct ht_event_view *event);

struct ht_held {
	struct ht_moment at;
	uint64_t order; /* of going in, for events of the same moment */
	char *line;     /* allocated */
	size_t length;
};

/* Zero-initialised is empty. */
struct ht_window {
	struct ht_held *heap; /* the first is the earliest */
	size_t count, capacity;
	size_t bytes;
	uint64_t next_order;
};

void ht_window_free(struct ht_window *w);

/* NULL: empty. */
const struct ht_held *ht_window_first(const struct ht_window *w);

/* Copies the line. -ENOMEM. */
int ht_window_push(struct ht_window *w, const struct ht_moment *at, struct ht_text line);

/* false: empty. The line becomes the caller's. */
bool ht_window_pop(struct ht_window *w, struct ht_held *ret);

#endif
