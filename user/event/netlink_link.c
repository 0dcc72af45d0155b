/* SPDX-License-Identifier: BSD-2-Clause */
/* NETLINK_ROUTE: links and their traffic control; include/uapi/linux/if_link.h, pkt_sched.h, pkt_cls.h. */
#include "base/cleanup.h"
#include "event/netlink_members.h"

/* ---- links: struct ifinfomsg, include/uapi/linux/if_link.h ---- */

#define IFLA_IFNAME 3
#define IFLA_LINKINFO 18
#define IFLA_GROUP 27
#define IFLA_ALT_IFNAME 53
#define IFLA_INFO_KIND 1
#define IFINFOMSG 16u
#define RTM_NEWLINK 16u
#define RTM_SETLINK 19u
#define NLM_F_CREATE 0x400u

static const struct ht_nl_member link_members[] = {
	{ "interface", 4, HT_NL_S32, .nonzero = true },
	{ "flags", 8, HT_NL_BITS32, .nonzero = true, .names = &ht_names_interface_flags },
	{ "change", 12, HT_NL_BITS32, .nonzero = true, .names = &ht_names_interface_flags },
	{ 0 },
};

static const struct ht_nl_member vlan_data[] = { { "id", 1, HT_NL_U16 }, { 0 } };
static const struct ht_nl_member vxlan_data[] = {
	{ "id", 1, HT_NL_U32 },
	{ "group", 2, HT_NL_ADDRESS },
	{ "link", 3, HT_NL_U32 },
	{ "local", 4, HT_NL_ADDRESS },
	{ "port", 15, HT_NL_BE16 },
	{ "group6", 16, HT_NL_ADDRESS },
	{ "local6", 17, HT_NL_ADDRESS },
	{ 0 },
};
static const struct ht_nl_member vrf_data[] = { { "table", 1, HT_NL_U32 }, { 0 } };
static const struct ht_nl_member macvlan_data[] = { { "mode", 1, HT_NL_U32 }, { 0 } };
static const struct ht_nl_member bond_data[] = { { "mode", 1, HT_NL_U8 }, { "activeSlave", 2, HT_NL_U32 }, { 0 } };
static const struct ht_nl_member bridge_data[] = {
	{ "stpState", 5, HT_NL_U32 },
	{ "vlanFiltering", 7, HT_NL_U8 },
	{ 0 },
};
static const struct ht_nl_member tunnel_data[] = { /* IFLA_IPTUN_* of ipip, sit, ip6tnl */
	{ "link", 1, HT_NL_U32 },
	{ "local", 2, HT_NL_ADDRESS },
	{ "remote", 3, HT_NL_ADDRESS },
	{ 0 },
};
static const struct ht_nl_member gre_data[] = { /* IFLA_GRE_* */
	{ "link", 1, HT_NL_U32 },
	{ "local", 6, HT_NL_ADDRESS },
	{ "remote", 7, HT_NL_ADDRESS },
	{ 0 },
};
static const struct ht_nl_member xfrm_data[] = { { "link", 1, HT_NL_U32 }, { "id", 2, HT_NL_U32 }, { 0 } };

static const struct {
	const char *kind;
	const struct ht_nl_member *members;
} link_kinds[] = {
	{ "vlan", vlan_data },       { "vxlan", vxlan_data },    { "vrf", vrf_data },        { "macvlan", macvlan_data },
	{ "macvtap", macvlan_data }, { "bond", bond_data },      { "bridge", bridge_data },  { "ipip", tunnel_data },
	{ "sit", tunnel_data },      { "ip6tnl", tunnel_data },  { "gre", gre_data },        { "gretap", gre_data },
	{ "ip6gre", gre_data },      { "ip6gretap", gre_data },  { "erspan", gre_data },     { "xfrm", xfrm_data },
};

#define VETH_INFO_PEER 1

static void write_link_data(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text data)
{
	struct ht_text info = ht_nl_attribute(body->attributes, IFLA_LINKINFO, 0), kind, peer;

	kind = ht_nl_attribute(info, IFLA_INFO_KIND, 1);
	ht_buffer_byte(b, '{');
	for (size_t i = 0; i < ARRAY_SIZE(link_kinds); i++)
		if (ht_nl_is(kind, link_kinds[i].kind))
			ht_nl_attributes(b, link_kinds[i].members, body, data);
	if (ht_nl_is(kind, "veth")) {
		peer = ht_nl_attribute(data, VETH_INFO_PEER, IFINFOMSG);
		if (peer.data)
			ht_nl_string(b, "peer", ht_nl_attribute((struct ht_text){ peer.data + IFINFOMSG, peer.length - IFINFOMSG },
								IFLA_IFNAME, 1));
	}
	ht_buffer_byte(b, '}');
}

static const struct ht_nl_member link_info[] = {
	{ "kind", IFLA_INFO_KIND, HT_NL_STRING },
	{ "slaveKind", 4, HT_NL_STRING },
	{ "data", 2, HT_NL_CUSTOM, .custom = write_link_data },
	{ 0 },
};
static const struct ht_nl_member xdp[] = { { "fd", 1, HT_NL_S32 }, { "flags", 3, HT_NL_HEX32 }, { 0 } };
static const struct ht_nl_member link_attributes[] = {
	{ "name", IFLA_IFNAME, HT_NL_STRING },
	{ "alternativeName", IFLA_ALT_IFNAME, HT_NL_STRING },
	{ "alternativeNames", 52, HT_NL_STRINGS },
	{ "alias", 20, HT_NL_STRING },
	{ "info", IFLA_LINKINFO, HT_NL_NESTED, .nested = link_info },
	{ "address", 1, HT_NL_ADDRESS },
	{ "broadcast", 2, HT_NL_ADDRESS },
	{ "mtu", 4, HT_NL_U32 },
	{ "parent", 5, HT_NL_U32 },
	{ "qdisc", 6, HT_NL_STRING },
	{ "master", 10, HT_NL_U32 },
	{ "queueLength", 13, HT_NL_U32 },
	{ "operationalState", 16, HT_NL_U8 },
	{ "namespacePid", 19, HT_NL_U32 },
	{ "namespaceFd", 28, HT_NL_S32 },
	{ "namespaceId", 46, HT_NL_S32 },
	{ "newInterface", 49, HT_NL_S32 },
	{ "group", IFLA_GROUP, HT_NL_U32 },
	{ "carrier", 33, HT_NL_U8 },
	{ "xdp", 43, HT_NL_NESTED, .nested = xdp },
	{ 0 },
};

/* By its name also where the number says which it is, and the name is the one that it shall get. */
static enum ht_resource_kind name_link(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text name = ht_nl_attribute(body->attributes, IFLA_IFNAME, 1), group;

	if (!name.data)
		name = ht_nl_attribute(body->attributes, IFLA_ALT_IFNAME, 1);
	if (ht_nl_interface(b, name, ht_nl_index(body, 4)) == HT_RESOURCE_INTERFACE)
		return HT_RESOURCE_INTERFACE;
	group = ht_nl_attribute(body->attributes, IFLA_GROUP, 4);
	if (!group.data || body->reads)
		return HT_RESOURCE_NONE;
	ht_buffer_printf(b, "group %u", ht_nl_u32(group, 0));
	return HT_RESOURCE_INTERFACE;
}

bool ht_nl_is_about_no_link(const struct ht_netlink *m)
{
	static const unsigned by[] = { IFLA_IFNAME, IFLA_ALT_IFNAME, IFLA_GROUP };
	struct ht_text attributes;
	uint32_t length;

	if (m->protocol != HT_NETLINK_ROUTE || m->text.length < HT_NLMSG_HEADER + IFINFOMSG ||
	    !(m->type == RTM_SETLINK || (m->type == RTM_NEWLINK && !(m->flags & NLM_F_CREATE))))
		return false;
	memcpy(&length, m->text.data, sizeof(length));
	if (length > m->text.length || ht_nl_u32(m->text, HT_NLMSG_HEADER + 4))
		return false;
	attributes = (struct ht_text){ m->text.data + HT_NLMSG_HEADER + IFINFOMSG, m->text.length - HT_NLMSG_HEADER - IFINFOMSG };
	for (size_t i = 0; i < ARRAY_SIZE(by); i++)
		if (ht_nl_attribute(attributes, by[i], 0).data)
			return false;
	return true;
}

/* ---- traffic control: struct tcmsg, struct tcamsg ---- */

static const struct ht_nl_member tc_members[] = {
	{ "interface", 4, HT_NL_S32, .nonzero = true },
	{ "handle", 8, HT_NL_HANDLE, .nonzero = true },
	{ "parent", 12, HT_NL_HANDLE, .nonzero = true },
	{ 0 },
};
static const struct ht_nl_member tc_attributes[] = {
	{ "kind", 1, HT_NL_STRING },
	{ "chain", 11, HT_NL_U32 },
	{ "ingressBlock", 13, HT_NL_U32 },
	{ "egressBlock", 14, HT_NL_U32 },
	{ 0 },
};

/* tcm_info of a filter: its priority, and the protocol that it looks at, in network byte order. A bpf filter names its program. */
static void more_filter(struct ht_buffer *b, const struct ht_nl_body *body)
{
	static const struct ht_nl_member bpf[] = { { "programFd", 6, HT_NL_S32 }, { "program", 7, HT_NL_STRING }, { 0 } };
	struct ht_text kind = ht_nl_attribute(body->attributes, 1, 1);

	if (body->fixed.length >= 20 && ht_nl_u32(body->fixed, 16)) {
		ht_nl_unsigned(b, "priority", ht_nl_u32(body->fixed, 16) >> 16);
		ht_nl_key(b, "protocol");
		ht_render_hex(b, ht_nl_be16(body->fixed, 16));
	}
	if (ht_nl_is(kind, "bpf"))
		ht_nl_attributes(b, bpf, body, ht_nl_attribute(body->attributes, 2, 0));
}

static const struct ht_nl_member action_entry[] = { { "kind", 1, HT_NL_STRING }, { "index", 3, HT_NL_U32 }, { 0 } };
static const struct ht_nl_member action_attributes[] = { { "actions", 1, HT_NL_LIST, .nested = action_entry }, { 0 } };

static enum ht_resource_kind name_by_index(struct ht_buffer *b, const struct ht_nl_body *body)
{
	return ht_nl_interface(b, (struct ht_text){ 0 }, ht_nl_index(body, 4));
}

static const struct ht_nl_object objects[] = {
	{ 0, 16, 19, "link", IFINFOMSG, 0, link_members, link_attributes, NULL, name_link },
	{ 0, 36, 39, "queueingDiscipline", 20, 0, tc_members, tc_attributes, NULL, name_by_index },
	{ 0, 40, 43, "trafficClass", 20, 0, tc_members, tc_attributes, NULL, name_by_index },
	{ 0, 44, 47, "filter", 20, 0, tc_members, tc_attributes, more_filter, name_by_index },
	{ 0, 48, 51, "trafficActions", 4, 0, NULL, action_attributes, NULL, NULL },
	{ 0, 100, 103, "filterChain", 20, 0, tc_members, tc_attributes, NULL, name_by_index },
	{ 0, 108, 111, "link", IFINFOMSG, 0, link_members, link_attributes, NULL, name_link },
};

const struct ht_nl_object *ht_nl_link_object(unsigned type)
{
	return ht_nl_find(objects, ARRAY_SIZE(objects), HT_NETLINK_ROUTE, type);
}
