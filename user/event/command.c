/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/command.h"

#define FAMILY_NETLINK 16
#define NETLINK_HEADER 16u /* struct nlmsghdr */

/* Bytes of the member that counts; 0: the register does. */
static size_t first_member(enum ht_arg_kind kind)
{
	switch (kind) {
	case HT_ARG_CLONE_ARGS:
		return 8;
	case HT_ARG_TIMEX:
	case HT_ARG_TIMEX64:
		return 4;
	default:
		return 0;
	}
}

const struct ht_command *ht_command_of_record(const struct ht_call *call, const struct ht_wire_view *w)
{
	uint64_t words[HT_ARGS];

	memcpy(words, w->event->args, sizeof(words));
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		const struct ht_wire_item_view *item;
		size_t n = first_member(call->arg[i].kind);

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

/* Where a call's message is: the first bytes of a message's first buffer, or of a buffer. */
static struct ht_text message_bytes(const struct ht_call *call, const struct ht_wire_view *w)
{
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		const struct ht_wire_item_view *item;
		struct ht_text text;

		if (call->arg[i].kind != HT_ARG_MSGHDR && call->arg[i].kind != HT_ARG_MESSAGE)
			continue;
		item = ht_wire_item(w, call->arg[i].kind == HT_ARG_MSGHDR ? HT_ITEM_IOVEC : HT_ITEM_BYTES, i);
		if (!item)
			break;
		text = item->bytes;
		if (call->arg[i].kind == HT_ARG_MESSAGE && text.length > w->event->args[call->arg[i].aux])
			text.length = (size_t)w->event->args[call->arg[i].aux];
		return text;
	}
	return (struct ht_text){ 0 };
}

bool ht_netlink_of_record(const struct ht_call *call, const struct ht_wire_view *w, struct ht_netlink *ret)
{
	const struct ht_wire_item_view *socket = ht_wire_item(w, HT_ITEM_SOCKET, 0);
	struct ht_wire_socket s;
	struct ht_text text;
	uint16_t type, flags;

	if (!socket || socket->bytes.length < sizeof(s))
		return false;
	memcpy(&s, socket->bytes.data, sizeof(s));
	if (s.family != FAMILY_NETLINK)
		return false;
	text = message_bytes(call, w);
	if (!text.data || text.length < NETLINK_HEADER)
		return false;
	memcpy(&type, text.data + 4, sizeof(type));
	memcpy(&flags, text.data + 6, sizeof(flags));
	*ret = (struct ht_netlink){ text, s.protocol, type, flags };
	return true;
}
