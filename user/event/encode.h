/* SPDX-License-Identifier: BSD-2-Clause */
/* The JSON of an event, put together once, in the order in which hosttrail-event(5) lists its fields. What changes from event to
 * event stands together at the front: it compresses better so. */
#ifndef HT_EVENT_ENCODE_H
#define HT_EVENT_ENCODE_H

#include "base/buffer.h"
#include "event/classify.h"
#include "event/image.h"
#include "event/wire_read.h"
#include "hosttrail/catalogue.h"
#include "hosttrail/event.h"

/* The same for all events of a recorder. */
struct ht_encode_constants {
	int64_t boot_ns;         /* wall-clock time minus CLOCK_BOOTTIME */
	char id_prefix[14];      /* of eventID: 12 hexadecimal digits of the boot id and their dash, NUL-terminated */
	struct ht_buffer boot;   /* ,"bootId":"…" */
	struct ht_buffer host;   /* ,"hostId":…,"hostName":…,"region":… */
	int64_t second;          /* the one that `time` shows */
	char time[32];
};

struct ht_facts {
	const struct ht_wire_view *w;
	const struct ht_call *call; /* NULL: unknown number */
	const struct ht_image *image; /* NULL: nothing is known, and memory is out */
	struct ht_class class;
	enum ht_ring ring;
	int64_t result;
};

/* -EINVAL: boot_id is not a UUID. -ENOMEM. */
int ht_encode_constants_init(struct ht_encode_constants *c, const char *host_id, const char *host_name,
			     const char *region, const char *boot_id);
void ht_encode_constants_free(struct ht_encode_constants *c);

void ht_encode_call(struct ht_buffer *b, struct ht_encode_constants *c, const struct ht_facts *f,
		    const struct ht_event_view *view);
void ht_encode_service(struct ht_buffer *b, struct ht_encode_constants *c, const char *name,
		       struct ht_text parameters, uint64_t monotonic_ns);

#endif
