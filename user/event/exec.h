/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An exec that succeeded: what its record says, and its members in the event. The registers are the new program's; what
 * the caller gave is told by what the kernel noted before, and the vector by the image that was made.
 */
#ifndef HT_EVENT_EXEC_H
#define HT_EVENT_EXEC_H

#include "event/image.h"
#include "event/render.h"
#include "event/wire_read.h"
#include "hosttrail/catalogue.h"

/* NULL: the record is of something else, or of an exec that failed. */
const struct ht_wire_exec *ht_exec_of(const struct ht_wire_view *w);

/*
 * The path as the caller gave it; of an exec by descriptor that was not noted, as the kernel made it of the descriptor
 * (/dev/fd/N/REST). data NULL: not known.
 */
struct ht_text ht_exec_path(const struct ht_call *call, const struct ht_wire_view *w);

/* As ht_render_request() and ht_render_response(), of a record that has a struct ht_wire_exec. image: NULL is accepted. */
void ht_render_exec_request(struct ht_buffer *b, const struct ht_call *call, const struct ht_wire_view *w,
			    const struct ht_image *image, struct ht_truncated *t);
void ht_render_exec_response(struct ht_buffer *b, const struct ht_wire_view *w, const struct ht_image *image);

#endif
