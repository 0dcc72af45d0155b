/* SPDX-License-Identifier: BSD-2-Clause */
/* NETLINK_ROUTE but for links: rtnetlink(7); include/uapi/linux/rtnetlink.h and the headers it names. */
#include "base/cleanup.h"
#include "event/netlink_members.h"

/* ---- addresses: struct ifaddrmsg ---- */

#define IFA_ADDRESS 1
#define IFA_LOCAL 2

static const struct ht_nl_member address_members[] = {
	{ "family", 0, HT_NL_ENUM8, .names = &ht_names_address_families },
	{ "interface", 4, HT_NL_U32, .nonzero = true },
	{ "flags", 2, HT_NL_BITS8, .aux = 8, .nonzero = true, .names = &ht_names_address_flags },
	{ "scope", 3, HT_NL_ENUM8, .names = &ht_names_route_scopes },
	{ 0 },
};
static const struct ht_nl_member address_attributes[] = {
	{ "label", 3, HT_NL_STRING },
	{ "broadcast", 4, HT_NL_ADDRESS },
	{ "anycast", 5, HT_NL_ADDRESS },
	{ "flags", 8, HT_NL_BITS32, .names = &ht_names_address_flags },
	{ "priority", 9, HT_NL_U32 },
	{ "namespaceId", 10, HT_NL_S32 },
	{ "protocol", 11, HT_NL_U8 },
	{ 0 },
};

/* The far end of a link between two has its address in IFA_ADDRESS; else that is the same as IFA_LOCAL, or alone there. */
static void more_address(struct ht_buffer *b, const struct ht_nl_body *body)
{
	static const struct ht_nl_member own = { "address", IFA_LOCAL, HT_NL_NETWORK, .aux = 1 };
	static const struct ht_nl_member peer[] = { { "peer", IFA_ADDRESS, HT_NL_NETWORK, .aux = 1 }, { 0 } };
	static const struct ht_nl_member only[] = { { "address", IFA_ADDRESS, HT_NL_NETWORK, .aux = 1 }, { 0 } };
	const struct ht_nl_member first[] = { own, { 0 } };
	struct ht_text local = ht_nl_attribute(body->attributes, IFA_LOCAL, 1), far;

	if (!local.data) {
		ht_nl_attributes(b, only, body, body->attributes);
		return;
	}
	ht_nl_attributes(b, first, body, body->attributes);
	far = ht_nl_attribute(body->attributes, IFA_ADDRESS, 1);
	if (far.data && (far.length != local.length || memcmp(far.data, local.data, far.length) != 0))
		ht_nl_attributes(b, peer, body, body->attributes);
}

static enum ht_resource_kind name_address(struct ht_buffer *b, const struct ht_nl_body *body)
{
	return ht_nl_interface(b, (struct ht_text){ 0 }, ht_nl_index(body, 4));
}

/* ---- routes: struct rtmsg ---- */

#define RTA_DST 1
#define RTA_GATEWAY 5
#define RTA_TABLE 15

static const struct ht_nl_member route_members[] = {
	{ "family", 0, HT_NL_ENUM8, .names = &ht_names_address_families },
	{ 0 },
};

/* struct rtvia: the family, then the address. */
static void write_via(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text via)
{
	(void)body;
	ht_buffer_byte(b, '"');
	if (via.length > 2)
		ht_nl_address(b, (struct ht_text){ via.data + 2, via.length - 2 });
	ht_buffer_byte(b, '"');
}

#define RTNEXTHOP 8u

static const struct ht_nl_member hop_attributes[] = {
	{ "gateway", RTA_GATEWAY, HT_NL_ADDRESS },
	{ "via", 18, HT_NL_CUSTOM, .custom = write_via },
	{ 0 },
};

/* struct rtnexthop, each with attributes, one behind the other. */
static void write_multipath(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text list)
{
	ht_buffer_byte(b, '[');
	while (list.length >= RTNEXTHOP) {
		size_t n = ht_nl_u16(list, 0), step = (n + 3) & ~(size_t)3;

		if (n < RTNEXTHOP || n > list.length)
			break;
		ht_nl_comma(b);
		ht_buffer_byte(b, '{');
		ht_nl_unsigned(b, "interface", ht_nl_u32(list, 4));
		ht_nl_unsigned(b, "weight", (uint8_t)list.data[3] + 1u);
		ht_nl_attributes(b, hop_attributes, body, (struct ht_text){ list.data + RTNEXTHOP, n - RTNEXTHOP });
		ht_buffer_byte(b, '}');
		if (step >= list.length)
			break;
		list = (struct ht_text){ list.data + step, list.length - step };
	}
	ht_buffer_byte(b, ']');
}

static const struct ht_nl_member route_metrics[] = {
	{ "lock", 1, HT_NL_HEX32 },      { "mtu", 2, HT_NL_U32 },    { "window", 3, HT_NL_U32 },
	{ "advertisedMss", 8, HT_NL_U32 }, { "hopLimit", 10, HT_NL_U32 }, { "congestionControl", 16, HT_NL_STRING }, { 0 },
};
static const struct ht_nl_member route_attributes[] = {
	{ "destination", RTA_DST, HT_NL_NETWORK, .aux = 1 },
	{ "source", 2, HT_NL_NETWORK, .aux = 2 },
	{ "gateway", RTA_GATEWAY, HT_NL_ADDRESS },
	{ "via", 18, HT_NL_CUSTOM, .custom = write_via },
	{ "inputInterface", 3, HT_NL_U32 },
	{ "interface", 4, HT_NL_U32 },
	{ "nextHops", 9, HT_NL_CUSTOM, .custom = write_multipath },
	{ "nextHop", 30, HT_NL_U32 },
	{ "preferredSource", 7, HT_NL_ADDRESS },
	{ "priority", 6, HT_NL_U32 },
	{ "mark", 16, HT_NL_HEX32 },
	{ "metrics", 8, HT_NL_NESTED, .nested = route_metrics },
	{ "encapsulation", 21, HT_NL_U16 },
	{ "expires", 23, HT_NL_U32 },
	{ "table", RTA_TABLE, HT_NL_U32 },
	{ 0 },
};
static const struct ht_nl_member route_rest[] = {
	{ "table", 4, HT_NL_U8, .aux = RTA_TABLE },
	{ "tos", 3, HT_NL_U8, .nonzero = true },
	{ "protocol", 5, HT_NL_ENUM8, .names = &ht_names_route_protocols },
	{ "scope", 6, HT_NL_ENUM8, .names = &ht_names_route_scopes },
	{ "type", 7, HT_NL_ENUM8, .names = &ht_names_route_types },
	{ "flags", 8, HT_NL_BITS32, .nonzero = true, .names = &ht_names_route_flags },
	{ 0 },
};

static bool to_everywhere(const struct ht_nl_body *body)
{
	return !ht_nl_dumps(body) && body->fixed.length > 1 && !body->fixed.data[1] && body->attributes.data &&
	       !ht_nl_attribute(body->attributes, RTA_DST, 1).data;
}

static void more_route(struct ht_buffer *b, const struct ht_nl_body *body)
{
	if (to_everywhere(body)) {
		ht_nl_key(b, "destination");
		ht_buffer_literal(b, "\"default\"");
	}
	ht_nl_attributes(b, route_attributes, body, body->attributes);
	ht_nl_fields(b, route_rest, body);
}

static void append_network(struct ht_buffer *b, struct ht_text address, unsigned prefix)
{
	ht_nl_address(b, address);
	ht_buffer_byte(b, '/');
	ht_buffer_unsigned(b, prefix);
}

static enum ht_resource_kind name_route(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text to = ht_nl_attribute(body->attributes, RTA_DST, 1);

	if (to.data)
		append_network(b, to, (uint8_t)body->fixed.data[1]);
	else if (to_everywhere(body))
		ht_buffer_literal(b, "default");
	else
		return HT_RESOURCE_NONE;
	return HT_RESOURCE_ROUTE;
}

/* ---- rules: struct fib_rule_hdr ---- */

#define FRA_DST 1
#define FRA_SRC 2
#define FRA_TABLE 15

static const struct ht_nl_member rule_members[] = {
	{ "family", 0, HT_NL_ENUM8, .names = &ht_names_address_families },
	{ "table", 4, HT_NL_U8, .aux = FRA_TABLE, .nonzero = true },
	{ "action", 7, HT_NL_ENUM8, .names = &ht_names_rule_actions },
	{ "tos", 3, HT_NL_U8, .nonzero = true },
	{ "flags", 8, HT_NL_BITS32, .nonzero = true, .names = &ht_names_rule_flags },
	{ 0 },
};

static void write_range(struct ht_buffer *b, struct ht_text v, unsigned size)
{
	ht_buffer_byte(b, '[');
	if (v.length >= 2 * size) {
		ht_buffer_unsigned(b, size == 4 ? ht_nl_u32(v, 0) : ht_nl_u16(v, 0));
		ht_buffer_byte(b, ',');
		ht_buffer_unsigned(b, size == 4 ? ht_nl_u32(v, 4) : ht_nl_u16(v, 2));
	}
	ht_buffer_byte(b, ']');
}

static void write_uids(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text v)
{
	(void)body;
	write_range(b, v, 4);
}

static void write_ports(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text v)
{
	(void)body;
	write_range(b, v, 2);
}

static const struct ht_nl_member rule_attributes[] = {
	{ "priority", 6, HT_NL_U32 },
	{ "from", FRA_SRC, HT_NL_NETWORK, .aux = 2 },
	{ "to", FRA_DST, HT_NL_NETWORK, .aux = 1 },
	{ "inputInterface", 3, HT_NL_STRING },
	{ "outputInterface", 17, HT_NL_STRING },
	{ "goto", 4, HT_NL_U32 },
	{ "mark", 10, HT_NL_HEX32 },
	{ "markMask", 16, HT_NL_HEX32 },
	{ "suppressInterfaceGroup", 13, HT_NL_S32 },
	{ "suppressPrefixLength", 14, HT_NL_S32 },
	{ "masterDevice", 19, HT_NL_U8 },
	{ "uids", 20, HT_NL_CUSTOM, .custom = write_uids },
	{ "ipProtocol", 22, HT_NL_ENUM8, .names = &ht_names_ip_protocols },
	{ "sourcePorts", 23, HT_NL_CUSTOM, .custom = write_ports },
	{ "destinationPorts", 24, HT_NL_CUSTOM, .custom = write_ports },
	{ "protocol", 21, HT_NL_ENUM8, .names = &ht_names_route_protocols },
	{ "table", FRA_TABLE, HT_NL_U32 },
	{ 0 },
};

/* As ip-rule(8) spells it. */
static enum ht_resource_kind name_rule(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text from = ht_nl_attribute(body->attributes, FRA_SRC, 1), to = ht_nl_attribute(body->attributes, FRA_DST, 1);
	struct ht_text table = ht_nl_attribute(body->attributes, FRA_TABLE, 4);
	uint32_t number;

	if (body->fixed.length < 12 || ht_nl_dumps(body))
		return HT_RESOURCE_NONE;
	ht_buffer_literal(b, "from ");
	if (from.data)
		append_network(b, from, (uint8_t)body->fixed.data[2]);
	else
		ht_buffer_literal(b, "all");
	if (to.data) {
		ht_buffer_literal(b, " to ");
		append_network(b, to, (uint8_t)body->fixed.data[1]);
	}
	number = table.data ? ht_nl_u32(table, 0) : (uint8_t)body->fixed.data[4];
	if (number) {
		ht_buffer_literal(b, " lookup ");
		ht_buffer_unsigned(b, number);
	}
	return HT_RESOURCE_ROUTING_RULE;
}

/* ---- neighbours: struct ndmsg ---- */

#define NDA_DST 1
#define NDA_LLADDR 2

static const struct ht_nl_member neighbour_members[] = {
	{ "family", 0, HT_NL_ENUM8, .names = &ht_names_address_families },
	{ "interface", 4, HT_NL_S32, .nonzero = true },
	{ "state", 8, HT_NL_BITS16, .nonzero = true, .names = &ht_names_neighbour_states },
	{ "flags", 10, HT_NL_BITS8, .nonzero = true, .names = &ht_names_neighbour_flags },
	{ 0 },
};
static const struct ht_nl_member neighbour_attributes[] = {
	{ "address", NDA_DST, HT_NL_ADDRESS },
	{ "linkAddress", NDA_LLADDR, HT_NL_ADDRESS },
	{ "vlan", 5, HT_NL_U16 },
	{ "port", 6, HT_NL_BE16 },
	{ "vni", 7, HT_NL_U32 },
	{ "outputInterface", 8, HT_NL_U32 },
	{ "master", 9, HT_NL_U32 },
	{ "protocol", 12, HT_NL_ENUM8, .names = &ht_names_route_protocols },
	{ "nextHop", 13, HT_NL_U32 },
	{ 0 },
};

static enum ht_resource_kind name_neighbour(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text address = ht_nl_attribute(body->attributes, NDA_DST, 1);

	if (!address.data)
		address = ht_nl_attribute(body->attributes, NDA_LLADDR, 1);
	if (!address.data)
		return HT_RESOURCE_NONE;
	ht_nl_address(b, address);
	return HT_RESOURCE_NEIGHBOUR;
}

/* ---- what is left ---- */

static const struct ht_nl_member family_member[] = {
	{ "family", 0, HT_NL_ENUM8, .names = &ht_names_address_families },
	{ 0 },
};
static const struct ht_nl_member namespace_attributes[] = {
	{ "id", 1, HT_NL_S32 }, { "pid", 2, HT_NL_U32 }, { "fd", 3, HT_NL_U32 }, { "targetId", 4, HT_NL_S32 }, { 0 },
};
static const struct ht_nl_member hop_members[] = {
	{ "family", 0, HT_NL_ENUM8, .names = &ht_names_address_families },
	{ "protocol", 2, HT_NL_ENUM8, .names = &ht_names_route_protocols },
	{ "flags", 4, HT_NL_BITS32, .nonzero = true, .names = &ht_names_route_flags },
	{ 0 },
};
static const struct ht_nl_member nexthop_attributes[] = {
	{ "id", 1, HT_NL_U32 },       { "blackhole", 4, HT_NL_FLAG },  { "interface", 5, HT_NL_U32 },
	{ "gateway", 6, HT_NL_ADDRESS }, { "encapsulation", 7, HT_NL_U16 }, { "master", 10, HT_NL_U32 },
	{ "fdb", 11, HT_NL_FLAG },    { 0 },
};
static const struct ht_nl_member label_members[] = {
	{ "family", 0, HT_NL_ENUM8, .names = &ht_names_address_families },
	{ "interface", 4, HT_NL_U32, .nonzero = true },
	{ 0 },
};
static const struct ht_nl_member label_attributes[] = {
	{ "address", 1, HT_NL_NETWORK, .aux = 2 }, { "label", 2, HT_NL_U32 }, { 0 },
};
static const struct ht_nl_member table_attributes[] = { { "name", 1, HT_NL_STRING }, { 0 } };
static const struct ht_nl_member port_members[] = { { "interface", 4, HT_NL_U32, .nonzero = true }, { 0 } };

/* struct br_mdb_entry: the address stands in a union as long as one of IPv6, with its protocol behind it. */
static void more_multicast(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text entry = ht_nl_attribute(body->attributes, 1, 28);
	unsigned protocol;

	if (!entry.data)
		return;
	protocol = ht_nl_be16(entry, 24);
	ht_nl_unsigned(b, "port", ht_nl_u32(entry, 0));
	if (ht_nl_u16(entry, 6))
		ht_nl_unsigned(b, "vlan", ht_nl_u16(entry, 6));
	ht_nl_key(b, "group");
	ht_buffer_byte(b, '"');
	ht_nl_address(b, (struct ht_text){ entry.data + 8, protocol == 0x0800 ? 4 : protocol == 0x86dd ? 16 : 6 });
	ht_buffer_byte(b, '"');
}

/* struct bridge_vlan_info, one for each entry. */
static void write_vlans(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text entry)
{
	struct ht_text info = ht_nl_attribute(entry, 1, 4);

	(void)body;
	if (info.data)
		ht_buffer_unsigned(b, ht_nl_u16(info, 2));
	else
		ht_buffer_literal(b, "null");
}

static const struct ht_nl_member vlan_attributes[] = { { "vlan", 1, HT_NL_CUSTOM, .custom = write_vlans }, { 0 } };
static const struct ht_nl_member dcb_attributes[] = { { "name", 1, HT_NL_STRING }, { 0 } };

static enum ht_resource_kind name_dcb(struct ht_buffer *b, const struct ht_nl_body *body)
{
	return ht_nl_interface(b, ht_nl_attribute(body->attributes, 1, 1), 0);
}

static enum ht_resource_kind name_next_hop(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text id = ht_nl_attribute(body->attributes, 1, 4);

	if (!id.data)
		return HT_RESOURCE_NONE;
	ht_buffer_literal(b, "next hop ");
	ht_buffer_unsigned(b, ht_nl_u32(id, 0));
	return HT_RESOURCE_ROUTE;
}

static const struct ht_nl_object objects[] = {
	{ 0, 20, 23, "address", 8, 0, address_members, address_attributes, more_address, name_address },
	{ 0, 24, 27, "route", 12, 0, route_members, NULL, more_route, name_route },
	{ 0, 28, 31, "neighbour", 12, 0, neighbour_members, neighbour_attributes, NULL, name_neighbour },
	{ 0, 32, 35, "rule", 12, 0, rule_members, rule_attributes, NULL, name_rule },
	{ 0, 64, 67, "neighbourTable", 4, 0, family_member, table_attributes, NULL, NULL },
	{ 0, 72, 75, "addressLabel", 12, 0, label_members, label_attributes, NULL, NULL },
	{ 0, 76, 79, "dataCenterBridging", 4, 0, NULL, dcb_attributes, NULL, name_dcb },
	{ 0, 84, 87, "multicast", 8, 0, port_members, NULL, more_multicast, name_address },
	{ 0, 88, 91, "namespace", 4, 0, NULL, namespace_attributes, NULL, NULL },
	{ 0, 104, 107, "nextHop", 8, 0, hop_members, nexthop_attributes, NULL, name_next_hop },
	{ 0, 112, 115, "vlan", 8, 0, port_members, vlan_attributes, NULL, name_address },
	{ 0, 120, 123, "tunnel", 8, 0, port_members, NULL, NULL, name_address },
};

const struct ht_nl_object *ht_nl_route_object(unsigned type)
{
	const struct ht_nl_object *o = ht_nl_link_object(type);

	return o ? o : ht_nl_find(objects, ARRAY_SIZE(objects), HT_NETLINK_ROUTE, type);
}
