/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event: one JSON object a line, specified in hosttrail-event(5). This header is the readers' side; a
 * line is decoded into a view that borrows from it.
 *
 * A line may come from anybody: decoding is bounded by the line's length, allocates nothing but the view's
 * scratch buffer, and knows nothing of fields it does not name (they are skipped, so that newer minor
 * versions are read).
 */
#ifndef HOSTTRAIL_EVENT_H
#define HOSTTRAIL_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "hosttrail/text.h"

#define HT_EVENT_VERSION "1.0"
#define HT_EVENT_LINE_MAX (1024u * 1024) /* bytes of a line, newline included; longer ones are not events */
#define HT_EVENT_RESOURCES 8u           /* resources that an event can name */

enum ht_field {
#define FIELD(id, name) HT_FIELD_##id,
#include "hosttrail/fields.def"
#undef FIELD
	HT_FIELDS
};

struct ht_resource {
	struct ht_text type, name, evidence;
};

/*
 * What can be decided on without the whole JSON: filled from a wire record before encoding, or by decoding a
 * line.
 */
struct ht_event_view {
	struct ht_text field[HT_FIELDS]; /* RESOURCE_TYPE and RESOURCE_NAME stay absent: see resource[] */
	struct ht_resource resource[HT_EVENT_RESOURCES];
	unsigned resources;
	int64_t time_ns;       /* eventTime */
	uint64_t monotonic_ns; /* monotonicTime */
	struct ht_text event_version, event_id, boot_id, source_ip, login_name, tty, program_name, syscall, error_message;
	struct ht_text host_id;
	struct ht_text ring;   /* sequence.ring: "management", "data"; absent on a HostServiceEvent */
	uint64_t number;       /* sequence.number */
	uint32_t cpu;          /* sequence.cpu */
	int64_t pid, session;  /* process.pid, userIdentity.sessionId; -1: absent */
	int64_t result;        /* responseElements.result; 0 when absent or an error */
	struct ht_text request, response; /* requestParameters and responseElements as they stand in a line that was decoded */
};

/* "eventName" and so on; NULL for HT_FIELDS and beyond. */
const char *ht_field_name(enum ht_field field);

/* HT_FIELDS if there is no such field. */
enum ht_field ht_field_by_name(struct ht_text name);

/*
 * Decodes a line (without its newline). Texts point into the line or, where they had escapes, into scratch,
 * which is reset first: both must outlive the view. *ret is written only on success. -EBADMSG: not JSON, or
 * not an event (no eventVersion or eventTime, a major version other than 1, a field of the wrong type, a
 * known key twice); ret_why (may be NULL) is a static string. -ENOMEM. What no field asks for is checked for
 * closed strings and matching brackets only.
 */
int ht_event_decode(const char *line, size_t n, struct ht_buffer *scratch, struct ht_event_view *ret, const char **ret_why);

#endif
