/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Management or data, read or write, and under which name: what the catalogue's rows leave to be decided for
 * each event.
 */
#ifndef HT_EVENT_CLASSIFY_H
#define HT_EVENT_CLASSIFY_H

#include <stdbool.h>

#include "event/paths.h"
#include "event/wire_read.h"
#include "hosttrail/catalogue.h"
#include "hosttrail/event.h"

struct ht_class {
	const char *event;
	enum ht_source source;
	bool management, read_only;
};

struct ht_classify_context {
	const struct ht_paths *paths;
	const char *proc; /* where procfs is, to see whose process a signal was for */
	bool foreign;     /* the caller numbers processes otherwise than procfs: it lives in another pid namespace */
};

/* call NULL: a number that no table knows. view: has the resources already. */
void ht_classify(const struct ht_classify_context *c, const struct ht_call *call, const struct ht_wire_view *w,
		 const struct ht_event_view *view, struct ht_class *ret);

#endif
