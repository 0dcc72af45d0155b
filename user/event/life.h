/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a thread or process: what its record says, and its members in the event. */
#ifndef HT_EVENT_LIFE_H
#define HT_EVENT_LIFE_H

#include "base/buffer.h"
#include "event/wire_read.h"

/* NULL: the record is of something else. */
const struct ht_wire_exit *ht_exit_of(const struct ht_wire_view *w);

/* Did it end by no call of its own: by a signal, or because another thread ended the process? */
bool ht_exit_without_call(const struct ht_wire_view *w);

/*
 * The members of requestParameters of an end without call, and those of responseElements of any, of a record that has a
 * struct ht_wire_exit.
 */
void ht_render_exit_request(struct ht_buffer *b, const struct ht_wire_view *w);
void ht_render_exit_response(struct ht_buffer *b, const struct ht_wire_view *w);

#endif
