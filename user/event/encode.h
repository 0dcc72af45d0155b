/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The JSON of an event, put together once, in the order in which hosttrail-event(5) lists its fields. What is
 * the same from event to event stands together, and so does what changes: for zstd that makes fewer and
 * longer matches, 0.6 bytes and 40 ns an event.
 */
#ifndef HT_EVENT_ENCODE_H
#define HT_EVENT_ENCODE_H

#include "base/buffer.h"
#include "event/classify.h"
#include "event/image.h"
#include "event/wire_read.h"
#include "hosttrail/catalogue.h"
#include "hosttrail/event.h"

#define HT_ENCODE_WHATS 64u

/* "eventCategory":…,"syscall":{…} as one form of a call has it. */
struct ht_encode_what {
	uint32_t number;
	uint8_t abi;
	bool no_call;
	uint16_t via;
	struct ht_class class; /* event NULL: none yet */
	struct ht_buffer json;
};

/* The same for all events of a recorder. */
struct ht_encode_constants {
	int64_t boot_ns;         /* wall-clock time minus CLOCK_BOOTTIME */
	int64_t boot_ns_before;  /* the same before the clock was set last */
	uint64_t clock_since_ns; /* CLOCK_BOOTTIME: what happened before goes by the clock before */
	char id_prefix[14];      /* of eventID: 12 hexadecimal digits of the boot id and their dash, NUL-terminated */
	struct ht_buffer head;   /* {"eventVersion":…,"hostId":…,"hostName":…,"region":…,"bootId":…, */
	struct ht_encode_what what[HT_ENCODE_WHATS];
};

struct ht_facts {
	const struct ht_wire_view *w;
	const struct ht_call *call; /* NULL: unknown number */
	const struct ht_image *image; /* NULL: nothing is known, and memory is out */
	struct ht_class class;
	enum ht_ring ring;
	bool no_call; /* it came about without a system call */
	int64_t result;
};

/* -EINVAL: boot_id is not a UUID. -ENOMEM. */
int ht_encode_constants_init(struct ht_encode_constants *c, const char *host_id, const char *host_name,
			     const char *region, const char *boot_id);
void ht_encode_constants_free(struct ht_encode_constants *c);

/* The wall-clock time of a moment since boot. */
static inline int64_t ht_encode_time(const struct ht_encode_constants *c, uint64_t monotonic_ns)
{
	return (monotonic_ns < c->clock_since_ns ? c->boot_ns_before : c->boot_ns) + (int64_t)monotonic_ns;
}

void ht_encode_call(struct ht_buffer *b, struct ht_encode_constants *c, const struct ht_facts *f,
		    const struct ht_event_view *view);
void ht_encode_service(struct ht_buffer *b, const struct ht_encode_constants *c, const char *name,
		       struct ht_text parameters, uint64_t monotonic_ns);

#endif
