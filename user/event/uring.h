/* SPDX-License-Identifier: BSD-2-Clause */
/* What the record of an io_uring operation has beside a call's. */
#ifndef HT_EVENT_URING_H
#define HT_EVENT_URING_H

#include "event/wire_read.h"
#include "hosttrail/uring.h"

/* NULL: the record is of no operation, or says nothing of it. */
const struct ht_wire_uring *ht_uring_of_record(const struct ht_wire_view *w);

/* Is it known how the operation or the call ended? */
bool ht_wire_has_result(const struct ht_wire_view *w);

#endif
