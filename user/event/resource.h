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

/* Whose name it was. */
struct ht_resource_task {
	uint32_t pid, tid;  /* as /proc numbers them */
	struct ht_text cwd; /* its working directory at the time; empty: not known */
};

enum ht_resolved {
	HT_RESOLVED,         /* appended */
	HT_RESOLVED_NOT,     /* it leads nowhere (any more) */
	HT_RESOLVED_UNKNOWN, /* it could have led anywhere: over links of procfs that only the task could follow */
};

/*
 * Appends the path that an absolute one leads to when the links on the way to its name, and with follow_last the name too, are
 * followed, as the task sees it. The task's root is used while the task is there. path is as the caller spelled it: dots behind
 * a link count from where the link leads.
 */
enum ht_resolved ht_resource_resolve(struct ht_buffer *b, const struct ht_resource_task *task, struct ht_text path,
				     bool follow_last);

#endif
