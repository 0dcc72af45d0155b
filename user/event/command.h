/* SPDX-License-Identifier: BSD-2-Clause */
/* What a record says of commands that do not stand in a register, but in a struct. */
#ifndef HT_EVENT_COMMAND_H
#define HT_EVENT_COMMAND_H

#include "event/wire_read.h"
#include "hosttrail/catalogue.h"

/*
 * As ht_command_of(), with structs whose first member counts (struct clone_args, struct timex) looked into.
 * NULL: no row.
 */
const struct ht_command *ht_command_of_record(const struct ht_call *call, const struct ht_wire_view *w);

#endif
