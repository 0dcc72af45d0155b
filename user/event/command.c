/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/command.h"

#include "hosttrail/structs.h"

#define FAMILY_NETLINK 16
#define NETLINK_HEADER 16u /* struct nlmsghdr */

/* Bytes of the member that counts, the first of a struct; 0: the register does. */
static size_t first_member(const struct ht_arg *arg)
{
	return arg->structure && arg->kind != HT_ARG_STRUCTS ? arg->structure->member[0].size[HT_LAYOUT_64] : 0;
}

/* A row that looks at an argument which points to a struct looks at the struct. */
const struct ht_command *ht_command_of_record(const struct ht_call *call, const struct ht_wire_view *w)
{
	uint64_t words[HT_ARGS];

	memcpy(words, w->event->args, sizeof(words));
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		const struct ht_wire_item_view *item;
		size_t n = first_member(&call->arg[i]);

		if (!n)
			continue;
		item = ht_wire_item(w, HT_ITEM_BYTES, i);
		/*
		 * What could not be read counts as everything at once, which no row but the last holds for.
		 */
		words[i] = UINT32_MAX;
		if (!item || item->bytes.length < n)
			continue;
		words[i] = 0;
		memcpy(&words[i], item->bytes.data, n);
	}
	return ht_command_of(call, words);
}

/*
 * Where a call's message is: the first bytes of a message's first buffer, or of a buffer. *ret_length: of all that was
 * sent; UINT32_MAX where nobody knows.
 */
static struct ht_text message_bytes(const struct ht_call *call, const struct ht_wire_view *w, uint64_t *ret_length)
{
	*ret_length = UINT32_MAX;
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		bool header = call->arg[i].kind == HT_ARG_MSGHDR;
		const struct ht_wire_item_view *item;
		struct ht_text text;

		if (!header && call->arg[i].kind != HT_ARG_MESSAGE)
			continue;
		item = ht_wire_item(w, header ? HT_ITEM_IOVEC : HT_ITEM_BYTES, i);
		if (!item)
			break;
		text = item->bytes;
		*ret_length = header ? item->item->full_length : w->event->args[call->arg[i].aux];
		if (text.length > *ret_length)
			text.length = (size_t)*ret_length;
		/* sendmmsg: only the first is carried. */
		if (header && call->arg[i + 1].name && strcmp(call->arg[i + 1].name, "messageCount") == 0 &&
		    (uint32_t)w->event->args[i + 1] > 1)
			*ret_length = UINT32_MAX;
		return text;
	}
	return (struct ht_text){ 0 };
}

static bool netlink_socket(const struct ht_wire_view *w, unsigned arg, struct ht_wire_socket *ret)
{
	const struct ht_wire_item_view *socket = ht_wire_item(w, HT_ITEM_SOCKET, arg);

	if (!socket || socket->bytes.length < sizeof(*ret))
		return false;
	memcpy(ret, socket->bytes.data, sizeof(*ret));
	return ret->family == FAMILY_NETLINK;
}

bool ht_netlink_is_socket(const struct ht_wire_view *w)
{
	struct ht_wire_socket s;

	for (unsigned i = 0; i < HT_ARGS; i++)
		if (netlink_socket(w, i, &s))
			return true;
	return false;
}

bool ht_netlink_of_record(const struct ht_call *call, const struct ht_wire_view *w, struct ht_netlink *ret)
{
	struct ht_wire_socket s;
	struct ht_text text;
	uint16_t type, flags;
	uint64_t all;

	if (!netlink_socket(w, 0, &s))
		return false;
	text = message_bytes(call, w, &all);
	if (!text.data || text.length < NETLINK_HEADER)
		return false;
	memcpy(&type, text.data + 4, sizeof(type));
	memcpy(&flags, text.data + 6, sizeof(flags));
	*ret = (struct ht_netlink){ text, s.protocol, type, flags };
	return true;
}

/* As netlink_rcv_skb() in net/netlink/af_netlink.c goes through them: one behind the other, as long as each fits. */
bool ht_netlink_hides(const struct ht_call *call, const struct ht_wire_view *w)
{
	struct ht_wire_socket s;
	struct ht_text text;
	uint32_t length;
	uint64_t all;

	if (!netlink_socket(w, 0, &s))
		return false;
	text = message_bytes(call, w, &all);
	if (all < NETLINK_HEADER)
		return false;
	if (!text.data || text.length < NETLINK_HEADER)
		return true;
	memcpy(&length, text.data, sizeof(length));
	return length >= NETLINK_HEADER && length <= all && (((uint64_t)length + 3) & ~3ull) + NETLINK_HEADER <= all;
}
