/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From wire record to event: what it says is found out once (ht_event_build), decided on, and encoded once
 * (ht_event_encode).
 */
#ifndef HT_EVENT_BUILD_H
#define HT_EVENT_BUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "event/image.h"
#include "event/paths.h"
#include "event/wire_read.h"
#include "hosttrail/catalogue.h"
#include "hosttrail/event.h"

struct ht_builder_options {
	const char *host_id, *host_name, *region, *boot_id; /* borrowed; boot_id as in /proc/sys/kernel/random/boot_id */
	const struct ht_paths *paths;                       /* borrowed */
	struct ht_images *images;                           /* borrowed */
	struct ht_users *users;                             /* borrowed */
	const char *proc;                                   /* where procfs is */
};

struct ht_builder;

int ht_builder_new(struct ht_builder **ret, const struct ht_builder_options *options);
void ht_builder_free(struct ht_builder *b); /* NULL is accepted */

/*
 * Wall-clock time minus CLOCK_BOOTTIME, in ns, for what happens from since_ns (CLOCK_BOOTTIME) on; what
 * happened before goes by the clock before. 0 the first time.
 */
void ht_builder_set_clock(struct ht_builder *b, int64_t boot_ns, uint64_t since_ns);

/* The wall-clock time of a moment since boot. */
int64_t ht_builder_time(const struct ht_builder *b, uint64_t monotonic_ns);

/*
 * Finds out what an event record says. The view borrows from the builder and the record, until the next call.
 */
const struct ht_event_view *ht_event_build(struct ht_builder *b, enum ht_ring ring, const struct ht_wire_view *w);

/* Appends the JSON line of the event built last, without newline. -ENOMEM. */
int ht_event_encode(struct ht_builder *b, struct ht_buffer *out);

/*
 * What hosttrail says of itself (eventType HostServiceEvent): appends the JSON line. parameters: the members
 * of requestParameters, without braces; monotonic_ns: CLOCK_BOOTTIME, also the event's number: no two may
 * have the same. -ENOMEM.
 */
int ht_event_service(struct ht_builder *b, const char *name, struct ht_text parameters, uint64_t monotonic_ns,
		     struct ht_buffer *out);

#endif
