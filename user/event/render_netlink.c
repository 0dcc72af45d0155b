/* SPDX-License-Identifier: BSD-2-Clause */
/* Netlink messages as JSON, and what they are about. */
#include "base/cleanup.h"
#include "event/netlink_members.h"

#define LISTED 64u /* messages of one call that are listed; the others are counted */

static const struct ht_nl_object *object_of(const struct ht_netlink *m, const struct ht_netlink_generic *g)
{
	switch (m->protocol) {
	case HT_NETLINK_ROUTE:
		return ht_nl_route_object(m->type);
	case HT_NETLINK_NETFILTER:
		return ht_nl_netfilter_object(m->type);
	case HT_NETLINK_GENERIC:
		return g ? ht_nl_family_object(g->family) : NULL;
	default:
		return ht_nl_other_object(m->protocol, m->type);
	}
}

/* The message without its header or headers, taken apart as its object says. */
static struct ht_nl_body body_of(const struct ht_netlink *m, const struct ht_nl_object *o, bool generic)
{
	const struct ht_message *row = ht_netlink_row(m);
	size_t head = HT_NLMSG_HEADER + (generic ? HT_GENL_HEADER : 0);
	size_t fixed = m->narrow && o->bytes_narrow ? o->bytes_narrow : o->bytes;
	struct ht_nl_body body = { .type = m->type, .flags = m->flags, .reads = row && row->access == HT_ACCESS_READ };
	struct ht_text rest;

	if (m->text.length < head)
		return body;
	rest = (struct ht_text){ m->text.data + head, m->text.length - head };
	body.fixed = (struct ht_text){ rest.data, rest.length < fixed ? rest.length : fixed };
	if (rest.length >= fixed)
		body.attributes = (struct ht_text){ rest.data + fixed, rest.length - fixed };
	return body;
}

enum ht_resource_kind ht_netlink_resource(struct ht_buffer *b, const struct ht_netlink *m)
{
	struct ht_netlink_generic g;
	bool generic = ht_netlink_generic(m, &g);
	const struct ht_nl_object *o = object_of(m, generic ? &g : NULL);
	struct ht_nl_body body;

	if (!o || !o->name)
		return HT_RESOURCE_NONE;
	body = body_of(m, o, generic);
	return o->name(b, &body);
}

/* ---- types and flags ---- */

static const struct ht_name_set *types_of(unsigned protocol, unsigned type)
{
	static const struct ht_name_set *const sets[] = {
		[HT_NETLINK_ROUTE] = &ht_names_route_messages,         [HT_NETLINK_SOCK_DIAG] = &ht_names_sock_diag_messages,
		[HT_NETLINK_XFRM] = &ht_names_xfrm_messages,           [HT_NETLINK_AUDIT] = &ht_names_audit_messages,
		[HT_NETLINK_NETFILTER] = &ht_names_netfilter_messages, [HT_NETLINK_CRYPTO] = &ht_names_crypto_messages,
	};

	if (type < HT_NLMSG_MIN_TYPE)
		return &ht_names_netlink_messages;
	return protocol < ARRAY_SIZE(sets) ? sets[protocol] : NULL;
}

const char *ht_message_name(unsigned protocol, unsigned type)
{
	const struct ht_name_set *types = types_of(protocol, type);

	return types ? ht_name_of(types, type) : NULL;
}

static const struct ht_name_set *commands_of(const char *family)
{
	static const struct {
		const char *family;
		const struct ht_name_set *names;
	} sets[] = {
		{ "nlctrl", &ht_names_control_commands },
		{ "wireguard", &ht_names_wireguard_commands },
		{ "ethtool", &ht_names_ethtool_commands },
	};

	for (size_t i = 0; family && i < ARRAY_SIZE(sets); i++)
		if (strcmp(sets[i].family, family) == 0)
			return sets[i].names;
	return NULL;
}

const char *ht_message_command_name(const char *family, unsigned command)
{
	const struct ht_name_set *names = commands_of(family);

	return names ? ht_name_of(names, command) : NULL;
}

/* From 0x100 on they mean one thing in requests to get, one in those to delete and one in those to make. */
static const struct ht_name_set *flags_of(const struct ht_netlink *m, const char *name)
{
	const struct ht_message *row = ht_netlink_row(m);

	if (row && row->access == HT_ACCESS_READ)
		return &ht_names_netlink_flags_get;
	if (name && (strstr(name, "DEL") || strstr(name, "DESTROY")))
		return &ht_names_netlink_flags_delete;
	return &ht_names_netlink_flags;
}

static void name_or_number(struct ht_buffer *b, const char *name, unsigned number)
{
	if (name)
		ht_render_quoted(b, name);
	else
		ht_buffer_unsigned(b, number);
}

static void render_message(struct ht_buffer *b, const struct ht_netlink *m)
{
	struct ht_netlink_generic g = { 0 };
	bool generic = ht_netlink_generic(m, &g);
	const struct ht_nl_object *o = object_of(m, generic ? &g : NULL);
	const char *name = ht_message_name(m->protocol, m->type);
	struct ht_nl_body body;

	ht_buffer_literal(b, "{\"type\":");
	name_or_number(b, name, m->type);
	if (g.family)
		ht_nl_string(b, "family", ht_text_of(g.family));
	if (generic) {
		ht_nl_key(b, "command");
		name_or_number(b, ht_message_command_name(g.family, g.command), g.command);
		ht_nl_unsigned(b, "version", g.version);
	}
	ht_nl_key(b, "flags");
	ht_render_flags(b, flags_of(m, name), m->flags);
	if (o && o->key) {
		body = body_of(m, o, generic);
		ht_nl_key(b, o->key);
		ht_buffer_byte(b, '{');
		if (o->members)
			ht_nl_fields(b, o->members, &body);
		if (o->attributes)
			ht_nl_attributes(b, o->attributes, &body, body.attributes);
		if (o->more)
			o->more(b, &body);
		ht_buffer_byte(b, '}');
	}
	ht_buffer_byte(b, '}');
}

/* How long all was that was sent, UINT32_MAX if nobody knows; 0: all of it was carried. */
static uint64_t cut(const struct ht_wire_view *w)
{
	uint64_t full = 0;
	bool any = false;

	for (unsigned i = 0; i < w->items; i++) {
		const struct ht_wire_item *item = w->item[i].item;

		if (item->kind != HT_ITEM_MESSAGE)
			continue;
		if (item->full_length == UINT32_MAX)
			return UINT32_MAX;
		any |= item->flags & HT_ITEM_TRUNCATED;
		full += item->full_length;
	}
	return any ? full : 0;
}

void ht_render_netlink(struct ht_render *r)
{
	struct ht_netlink_walk walk;
	struct ht_netlink m;
	unsigned n = 0;

	if (!ht_netlink_begin(r->call, r->w, &walk))
		return;
	ht_render_key(r, "netlink");
	ht_buffer_literal(r->b, "{\"protocol\":");
	ht_render_enum(r->b, &ht_names_netlink_protocols, walk.protocol);
	ht_buffer_literal(r->b, ",\"messages\":[");
	for (; ht_netlink_next(&walk, &m); n++) {
		if (n >= LISTED)
			continue;
		ht_nl_comma(r->b);
		render_message(r->b, &m);
	}
	ht_buffer_byte(r->b, ']');
	if (n > LISTED)
		ht_nl_unsigned(r->b, "notListed", n - LISTED);
	ht_buffer_byte(r->b, '}');
	if (cut(r->w))
		ht_truncated_add(r->t, "requestParameters.netlink", cut(r->w));
}
