/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a record says of commands that do not stand in a register: in a struct, or in the head of a netlink
 * message.
 */
#ifndef HT_EVENT_COMMAND_H
#define HT_EVENT_COMMAND_H

#include "base/buffer.h"
#include "event/wire_read.h"
#include "hosttrail/catalogue.h"

/*
 * As ht_command_of(), with structs whose first member counts (struct clone_args, struct timex) looked into.
 * NULL: no row.
 */
const struct ht_command *ht_command_of_record(const struct ht_call *call, const struct ht_wire_view *w);

/* A message that was sent to a netlink socket. text has what was carried of it: at least its header. */
struct ht_netlink {
	struct ht_text text;
	unsigned protocol, type, flags;
};

/* false: the call sends none, or nothing is known of it. */
bool ht_netlink_of_record(const struct ht_call *call, const struct ht_wire_view *w, struct ht_netlink *ret);

/* Could the call have sent netlink messages besides the one that is carried, or instead of it? */
bool ht_netlink_hides(const struct ht_call *call, const struct ht_wire_view *w);

/* Is one of the call's descriptors a netlink socket? */
bool ht_netlink_is_socket(const struct ht_wire_view *w);

/*
 * What a message is about, as the name of a resource: "10.0.0.0/8" of a route, "eth0" of an interface.
 * Appends to b and returns the kind of the resource; HT_RESOURCE_NONE: nothing was appended.
 */
enum ht_resource_kind ht_netlink_resource(struct ht_buffer *b, const struct ht_netlink *m);

#endif
