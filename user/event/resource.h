/* SPDX-License-Identifier: BSD-2-Clause */
/* What an event acted upon: names of its resources, and on what evidence. */
#ifndef HT_EVENT_RESOURCE_H
#define HT_EVENT_RESOURCE_H

#include "base/buffer.h"
#include "event/image.h"
#include "event/wire_read.h"
#include "hosttrail/catalogue.h"
#include "hosttrail/event.h"

/* What a path begins with whose beginning is not known. */
#define HT_RESOURCE_CUT "…"

struct ht_resource_context {
	const struct ht_call *call;
	const struct ht_wire_view *w;
	const struct ht_image *image; /* may be NULL */
	const char *host_name;
	struct ht_users *users;
};

/*
 * Fills view->resource. Names are put together in text, which is reset first and must outlive the view.
 * Evidence: "kernel" (walked from the kernel's object, or a number the kernel acted on), "caller" (only the
 * caller's spelling), "resolved" (a name behind the caller's spelling, looked up afterwards).
 */
void ht_resources_find(struct ht_resource_context *c, struct ht_buffer *text, struct ht_event_view *view);

/*
 * Appends the path that a name leads to when the links on the way to it (not the name itself) are followed,
 * as the task sees it. false: it cannot be told any more, or it leads nowhere else. tid's root is used while
 * the task is there.
 */
bool ht_resource_resolve(struct ht_buffer *b, uint32_t tid, struct ht_text path);

#endif
