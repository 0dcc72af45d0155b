/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/netlink.h"

#include "event/netlink_members.h"

#define FAMILY_NETLINK 16

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

/* Of sendmmsg(2): those before the one that failed, and that one. */
static uint64_t tried(const struct ht_wire_event *e, unsigned count_arg)
{
	uint64_t count = (uint32_t)e->args[count_arg], sent = e->result < 0 ? 0 : (uint64_t)e->result;

	return count <= sent ? count : sent + 1;
}

/* How many messages, in the sense of sendmsg(2), the call sent: HT_NO_CALL if its messages are not carried. */
static int64_t sent(const struct ht_call *call, const struct ht_wire_event *e)
{
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		if (call->arg[i].direction != HT_IN && call->arg[i].kind != HT_ARG_MMSGHDR)
			continue;
		switch (call->arg[i].kind) {
		case HT_ARG_CONTENT:
			/* There is no message without a header. */
			return e->args[call->arg[i].aux] < HT_NLMSG_HEADER ? 0 : 1;
		case HT_ARG_VECTORS:
		case HT_ARG_MSGHDR:
			return 1;
		case HT_ARG_MMSGHDR:
			return call->access == HT_ACCESS_READ ? HT_NO_CALL : (int64_t)tried(e, call->arg[i].aux);
		default:
			break;
		}
	}
	return HT_NO_CALL;
}

bool ht_netlink_begin(const struct ht_call *call, const struct ht_wire_view *w, struct ht_netlink_walk *ret)
{
	struct ht_wire_socket s;
	int64_t items = 0, n;

	if (!netlink_socket(w, 0, &s))
		return false;
	n = sent(call, w->event);
	if (n == HT_NO_CALL)
		return false;
	for (unsigned i = 0; i < w->items; i++)
		items += w->item[i].item->kind == HT_ITEM_MESSAGE;
	*ret = (struct ht_netlink_walk){
		.w = w,
		.protocol = s.protocol,
		.narrow = w->event->abi == HT_ABI_I386,
		.hides = items < n,
	};
	return true;
}

static bool next_item(struct ht_netlink_walk *walk)
{
	const struct ht_wire_item *item;

	while (walk->item < walk->w->items && walk->w->item[walk->item].item->kind != HT_ITEM_MESSAGE)
		walk->item++;
	if (walk->item == walk->w->items)
		return false;
	item = walk->w->item[walk->item].item;
	walk->at = 0;
	walk->end = item->full_length;
	if (item->full_length == UINT32_MAX)
		walk->end = UINT64_MAX;
	else if (walk->end < item->length)
		walk->end = item->length;
	walk->in_item = true;
	return true;
}

static void end_item(struct ht_netlink_walk *walk, bool hides)
{
	walk->hides |= hides;
	walk->in_item = false;
	walk->item++;
}

bool ht_netlink_next(struct ht_netlink_walk *walk, struct ht_netlink *ret)
{
	while (walk->in_item || next_item(walk)) {
		struct ht_text bytes = walk->w->item[walk->item].bytes;
		const char *p = bytes.data + walk->at;
		uint16_t type, flags;
		uint32_t length;
		uint64_t left;

		if (walk->end - walk->at < HT_NLMSG_HEADER) {
			end_item(walk, false);
			continue;
		}
		if (walk->at > bytes.length || bytes.length - walk->at < HT_NLMSG_HEADER) {
			end_item(walk, true);
			continue;
		}
		left = bytes.length - walk->at;
		memcpy(&length, p, sizeof(length));
		memcpy(&type, p + 4, sizeof(type));
		memcpy(&flags, p + 6, sizeof(flags));
		if (length < HT_NLMSG_HEADER || length > walk->end - walk->at) {
			/* The kernel takes it for none, and looks no further. */
			end_item(walk, false);
			continue;
		}
		bytes = (struct ht_text){ p, length < left ? length : (size_t)left };
		*ret = (struct ht_netlink){ bytes, walk->protocol, type, flags, walk->narrow };
		walk->at += ((uint64_t)length + 3) & ~3ull;
		if (walk->at > walk->end)
			walk->at = walk->end;
		return true;
	}
	return false;
}

bool ht_netlink_generic(const struct ht_netlink *m, struct ht_netlink_generic *ret)
{
	if (m->protocol != HT_NETLINK_GENERIC || m->type < HT_NLMSG_MIN_TYPE ||
	    m->text.length < HT_NLMSG_HEADER + HT_GENL_HEADER)
		return false;
	*ret = (struct ht_netlink_generic){
		.family = ht_netlink_family(m->type),
		.command = (uint8_t)m->text.data[HT_NLMSG_HEADER],
		.version = (uint8_t)m->text.data[HT_NLMSG_HEADER + 1],
	};
	return true;
}

const struct ht_message *ht_netlink_row(const struct ht_netlink *m)
{
	struct ht_netlink_generic g;

	if (ht_nl_is_about_no_link(m))
		return NULL;
	if (m->protocol != HT_NETLINK_GENERIC || m->type < HT_NLMSG_MIN_TYPE)
		return ht_message_of(m->protocol, m->type, m->flags);
	return ht_netlink_generic(m, &g) ? ht_message_of_family(g.family, g.command, m->flags) : NULL;
}

#define BATCH_BEGIN 0x10u

bool ht_netlink_classify(const struct ht_call *call, const struct ht_wire_view *w, struct ht_netlink_class *ret)
{
	const struct ht_message *batch = NULL, *other = NULL;
	struct ht_netlink_walk walk;
	struct ht_netlink m;

	if (!ht_netlink_begin(call, w, &walk))
		return false;
	while (ht_netlink_next(&walk, &m)) {
		const struct ht_message *row = ht_netlink_row(&m);

		if (!row)
			continue;
		if (m.protocol == HT_NETLINK_NETFILTER && m.type == BATCH_BEGIN) {
			batch = row;
		} else if (row->plane == HT_PLANE_MANAGEMENT) {
			*ret = (struct ht_netlink_class){ row, walk.hides };
			return true;
		} else if (!other) {
			other = row;
		}
	}
	*ret = (struct ht_netlink_class){ batch ? batch : other, walk.hides };
	return true;
}
