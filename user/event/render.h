/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arguments and results as JSON members. Appends members separated by commas, without the braces, and says
 * what was cut.
 */
#ifndef HT_EVENT_RENDER_H
#define HT_EVENT_RENDER_H

#include "base/buffer.h"
#include "event/wire_read.h"
#include "hosttrail/catalogue.h"

#define HT_TRUNCATED_MAX 16u

struct ht_truncated {
	unsigned count;
	struct {
		char field[64];       /* path in the JSON, e.g. requestParameters.path */
		uint64_t full_length; /* bytes before it was cut */
	} entry[HT_TRUNCATED_MAX];
};

/* Notes a cut field; further ones than HT_TRUNCATED_MAX are counted in the last entry's place as "…". */
void ht_truncated_add(struct ht_truncated *t, const char *field, uint64_t full_length);

/*
 * The members of requestParameters. call NULL: unknown call, raw words as arg0 to arg5 (hexadecimal
 * strings).
 */
void ht_render_request(struct ht_buffer *b, const struct ht_call *call, const struct ht_wire_view *w,
		       struct ht_truncated *t);

/* The members of responseElements; nothing when the call failed. "result" and what it names. */
void ht_render_response(struct ht_buffer *b, const struct ht_call *call, const struct ht_wire_view *w,
			struct ht_truncated *t);

/* "KEY":"text" and, if the bytes are not UTF-8, ,"KEYBase64":"…" */
void ht_render_string(struct ht_buffer *b, const char *key, struct ht_text text);

#endif
