/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a call sent to a netlink socket, message by message, as netlink_rcv_skb() in net/netlink/af_netlink.c goes through it. The
 * bytes are the caller's, read when the call had returned: every length may lie, and what was not carried is not there.
 */
#ifndef HT_EVENT_NETLINK_H
#define HT_EVENT_NETLINK_H

#include "base/buffer.h"
#include "event/wire_read.h"
#include "hosttrail/catalogue.h"

#define HT_NETLINK_ROUTE 0u
#define HT_NETLINK_SOCK_DIAG 4u
#define HT_NETLINK_XFRM 6u
#define HT_NETLINK_AUDIT 9u
#define HT_NETLINK_CONNECTOR 11u
#define HT_NETLINK_NETFILTER 12u
#define HT_NETLINK_GENERIC 16u
#define HT_NETLINK_CRYPTO 21u

#define HT_NLMSG_HEADER 16u   /* struct nlmsghdr */
#define HT_NLMSG_MIN_TYPE 16u /* types below mean the same in every protocol */
#define HT_GENL_HEADER 4u     /* struct genlmsghdr */
#define HT_NLM_F_DUMP 0x300u

/* One message. text: what was carried of it, its header and at most the length that it claims. */
struct ht_netlink {
	struct ht_text text;
	unsigned protocol, type, flags;
	bool narrow; /* sent under an ABI that lays structs out as i386 does */
};

struct ht_netlink_walk {
	const struct ht_wire_view *w;
	unsigned protocol, item;
	uint64_t at;  /* of the next message in the item */
	uint64_t end; /* of the item's messages; UINT64_MAX: nobody knows */
	bool in_item, narrow;
	bool hides; /* after the last message: there could have been others */
};

/* false: the call sends nothing to a netlink socket, or is one whose messages are never carried (splice). */
bool ht_netlink_begin(const struct ht_call *call, const struct ht_wire_view *w, struct ht_netlink_walk *ret);

/* false: that was the last one. */
bool ht_netlink_next(struct ht_netlink_walk *walk, struct ht_netlink *ret);

/* Is one of the call's descriptors a netlink socket? */
bool ht_netlink_is_socket(const struct ht_wire_view *w);

/* The message's row, NULL if it has none. */
const struct ht_message *ht_netlink_row(const struct ht_netlink *m);

/* What a call is by its messages. */
struct ht_netlink_class {
	/*
	 * The row of the first message that configures, but for the head of a batch, which counts only when nothing else does;
	 * if none configures, that of the first message with a row. NULL: no message has one.
	 */
	const struct ht_message *row;
	bool hides; /* there could have been other messages */
};

/* false: as of ht_netlink_begin(). */
bool ht_netlink_classify(const struct ht_call *call, const struct ht_wire_view *w, struct ht_netlink_class *ret);

/*
 * What a message is about, as the name of a resource: "10.0.0.0/8" of a route, "inet/filter/input" of a chain. Appends to b and
 * returns the kind of the resource; HT_RESOURCE_NONE: nothing was appended.
 */
enum ht_resource_kind ht_netlink_resource(struct ht_buffer *b, const struct ht_netlink *m);

/* ---- families of generic netlink (netlink_family.c) ---- */

/* NULL: not known. The name is good until the next call of one of these. */
const char *ht_netlink_family(unsigned id);

/* Takes names from what the controller answered to CTRL_CMD_GETFAMILY: any number of messages. */
void ht_netlink_family_learn(const void *answer, size_t n);

/* Forgets what was learnt. */
void ht_netlink_family_reset(void);

/* Who can ask the controller: called when a family is not known, which any process can make happen at will. NULL: nobody. */
void ht_netlink_family_asker(void (*ask)(void));

/* The family's id, command and version of a generic message; false: it is none, or not all of its header is there. */
struct ht_netlink_generic {
	const char *family; /* NULL: not known */
	unsigned command, version;
};
bool ht_netlink_generic(const struct ht_netlink *m, struct ht_netlink_generic *ret);

#endif
