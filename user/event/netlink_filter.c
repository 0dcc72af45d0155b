/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NETLINK_NETFILTER: struct nfgenmsg (the family, the version, a number of the subsystem), then attributes, with numbers in network
 * byte order; include/uapi/linux/netfilter/. Rules of nftables are in netlink_rule.c.
 */
#include "base/cleanup.h"
#include "event/netlink_members.h"

#define NFGENMSG 4u
#define NFT_GROUP(n) 0xa00 + (n)
#define ATTR_TABLE 1 /* NFTA_*_TABLE, of all that lies in a table */

static const struct ht_nl_member family_member[] = {
	{ "family", 0, HT_NL_ENUM8, .names = &ht_names_netfilter_families },
	{ 0 },
};

/* ---- nftables ---- */

#define NAME_OF_TABLE 1
#define NAME_OF_CHAIN 3 /* NFTA_CHAIN_NAME */
#define CHAIN_OF_RULE 2 /* NFTA_RULE_CHAIN */
#define NAME_OF_OTHER 2 /* NFTA_SET_NAME, NFTA_OBJ_NAME, NFTA_FLOWTABLE_NAME, NFTA_SET_ELEM_LIST_SET */

static const struct ht_nl_member table_attributes[] = {
	{ "name", NAME_OF_TABLE, HT_NL_STRING },
	{ "handle", 4, HT_NL_BE64 },
	{ "flags", 2, HT_NL_BE_BITS32, .names = &ht_names_nft_table_flags },
	{ 0 },
};

static const struct ht_nl_member hook[] = {
	{ "number", 1, HT_NL_BE_ENUM32, .names = &ht_names_netfilter_hooks },
	{ "priority", 2, HT_NL_SBE32 },
	{ "device", 3, HT_NL_STRING },
	{ "devices", 4, HT_NL_STRINGS },
	{ 0 },
};
/* Of ARP and of devices the numbers mean other hooks. */
static const struct ht_nl_member hook_by_number[] = {
	{ "number", 1, HT_NL_BE32 }, { "priority", 2, HT_NL_SBE32 }, { "device", 3, HT_NL_STRING },
	{ "devices", 4, HT_NL_STRINGS }, { 0 },
};

#define NFPROTO_ARP 3
#define NFPROTO_NETDEV 5

static void write_hook(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text value)
{
	unsigned family = body->fixed.length ? (uint8_t)body->fixed.data[0] : 0;
	bool other = family == NFPROTO_ARP || family == NFPROTO_NETDEV;

	ht_buffer_byte(b, '{');
	ht_nl_attributes(b, other ? hook_by_number : hook, body, value);
	ht_buffer_byte(b, '}');
}

static const struct ht_nl_member chain_attributes[] = {
	{ "table", ATTR_TABLE, HT_NL_STRING },
	{ "name", NAME_OF_CHAIN, HT_NL_STRING },
	{ "handle", 2, HT_NL_BE64 },
	{ "type", 7, HT_NL_STRING },
	{ "hook", 4, HT_NL_CUSTOM, .custom = write_hook },
	{ "policy", 5, HT_NL_BE_ENUM32, .names = &ht_names_netfilter_verdicts },
	{ "flags", 10, HT_NL_BE_BITS32, .names = &ht_names_nft_chain_flags },
	{ "id", 11, HT_NL_BE32 },
	{ 0 },
};

static const struct ht_nl_member rule_attributes[] = {
	{ "table", ATTR_TABLE, HT_NL_STRING },
	{ "chain", CHAIN_OF_RULE, HT_NL_STRING },
	{ "chainId", 11, HT_NL_BE32 },
	{ "handle", 3, HT_NL_BE64 },
	{ "position", 6, HT_NL_BE64 },
	{ "expressions", 4, HT_NL_CUSTOM, .custom = ht_nl_write_expressions },
	{ 0 },
};

static const struct ht_nl_member set_attributes[] = {
	{ "table", ATTR_TABLE, HT_NL_STRING },
	{ "name", NAME_OF_OTHER, HT_NL_STRING },
	{ "handle", 16, HT_NL_BE64 },
	{ "flags", 3, HT_NL_BE_BITS32, .names = &ht_names_nft_set_flags },
	{ "keyType", 4, HT_NL_BE32 },
	{ "keyLength", 5, HT_NL_BE32 },
	{ "dataType", 6, HT_NL_BE_HEX32 },
	{ "timeout", 11, HT_NL_BE64 },
	{ "id", 10, HT_NL_BE32 },
	{ 0 },
};

static const struct ht_nl_member data_value[] = { { "value", 1, HT_NL_BYTES }, { 0 } };
static const struct ht_nl_member element[] = {
	{ "key", 1, HT_NL_NESTED, .nested = data_value },
	{ "keyEnd", 10, HT_NL_NESTED, .nested = data_value },
	{ "data", 2, HT_NL_NESTED, .nested = ht_nl_verdict_data },
	{ "flags", 3, HT_NL_BE_BITS32, .names = &ht_names_nft_element_flags },
	{ "timeout", 4, HT_NL_BE64 },
	{ "object", 9, HT_NL_STRING },
	{ 0 },
};
static const struct ht_nl_member element_attributes[] = {
	{ "table", ATTR_TABLE, HT_NL_STRING },
	{ "set", NAME_OF_OTHER, HT_NL_STRING },
	{ "setId", 4, HT_NL_BE32 },
	{ "elements", 3, HT_NL_LIST, .nested = element },
	{ 0 },
};

static const struct ht_nl_member object_attributes[] = {
	{ "table", ATTR_TABLE, HT_NL_STRING },
	{ "name", NAME_OF_OTHER, HT_NL_STRING },
	{ "type", 3, HT_NL_BE_ENUM32, .names = &ht_names_nft_object_types },
	{ "handle", 6, HT_NL_BE64 },
	{ 0 },
};
static const struct ht_nl_member flowtable_hook[] = {
	{ "number", 1, HT_NL_BE32 }, { "priority", 2, HT_NL_SBE32 }, { "devices", 3, HT_NL_STRINGS }, { 0 },
};
static const struct ht_nl_member flowtable_attributes[] = {
	{ "table", ATTR_TABLE, HT_NL_STRING },
	{ "name", NAME_OF_OTHER, HT_NL_STRING },
	{ "hook", 3, HT_NL_NESTED, .nested = flowtable_hook },
	{ "handle", 5, HT_NL_BE64 },
	{ "flags", 7, HT_NL_BE_HEX32 },
	{ 0 },
};

/* "inet/filter/input": as nft(8) names the family, then table and chain; what is not told is left out. */
static void append_path(struct ht_buffer *b, const struct ht_nl_body *body, unsigned second)
{
	static const struct {
		uint8_t family;
		const char *name;
	} families[] = { { 1, "inet" }, { 2, "ip" }, { 3, "arp" }, { 5, "netdev" }, { 7, "bridge" }, { 10, "ip6" } };
	struct ht_text part = ht_nl_attribute(body->attributes, ATTR_TABLE, 1);
	unsigned family = body->fixed.length ? (uint8_t)body->fixed.data[0] : 0;
	size_t i = 0;

	while (i < ARRAY_SIZE(families) && families[i].family != family)
		i++;
	if (!family && !part.data)
		ht_buffer_literal(b, "all");
	else if (i < ARRAY_SIZE(families))
		ht_buffer_append(b, families[i].name, strlen(families[i].name));
	else
		ht_buffer_unsigned(b, family);
	for (unsigned k = 0; k < 2 && part.data; k++) {
		ht_buffer_byte(b, '/');
		ht_buffer_append(b, part.data, strnlen(part.data, part.length));
		part = second && !k ? ht_nl_attribute(body->attributes, second, 1) : (struct ht_text){ 0 };
	}
}

static enum ht_resource_kind name_within(struct ht_buffer *b, const struct ht_nl_body *body, unsigned second,
					 enum ht_resource_kind kind)
{
	if (ht_nl_dumps(body))
		return HT_RESOURCE_NONE;
	append_path(b, body, second);
	return kind;
}

static enum ht_resource_kind name_table(struct ht_buffer *b, const struct ht_nl_body *body)
{
	return name_within(b, body, 0, HT_RESOURCE_FIREWALL_TABLE);
}

static enum ht_resource_kind name_chain(struct ht_buffer *b, const struct ht_nl_body *body)
{
	return name_within(b, body, NAME_OF_CHAIN, HT_RESOURCE_FIREWALL_CHAIN);
}

static enum ht_resource_kind name_rule(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text handle = ht_nl_attribute(body->attributes, 3, 8);

	if (name_within(b, body, CHAIN_OF_RULE, HT_RESOURCE_FIREWALL_RULE) == HT_RESOURCE_NONE)
		return HT_RESOURCE_NONE;
	if (handle.data) {
		ht_buffer_literal(b, " handle ");
		ht_buffer_unsigned(b, (uint64_t)ht_nl_be32(handle, 0) << 32 | ht_nl_be32(handle, 4));
	}
	return HT_RESOURCE_FIREWALL_RULE;
}

static enum ht_resource_kind name_set(struct ht_buffer *b, const struct ht_nl_body *body)
{
	return name_within(b, body, NAME_OF_OTHER, HT_RESOURCE_FIREWALL_SET);
}

static enum ht_resource_kind name_object(struct ht_buffer *b, const struct ht_nl_body *body)
{
	return name_within(b, body, NAME_OF_OTHER, HT_RESOURCE_FIREWALL_OBJECT);
}

/* ---- connection tracking ---- */

static const struct ht_nl_member tuple_addresses[] = {
	{ "source", 1, HT_NL_ADDRESS }, { "destination", 2, HT_NL_ADDRESS }, { "source6", 3, HT_NL_ADDRESS },
	{ "destination6", 4, HT_NL_ADDRESS }, { 0 },
};
static const struct ht_nl_member tuple_protocol[] = {
	{ "number", 1, HT_NL_ENUM8, .names = &ht_names_ip_protocols },
	{ "sourcePort", 2, HT_NL_BE16 },
	{ "destinationPort", 3, HT_NL_BE16 },
	{ 0 },
};
static const struct ht_nl_member tuple[] = {
	{ "addresses", 1, HT_NL_NESTED, .nested = tuple_addresses },
	{ "protocol", 2, HT_NL_NESTED, .nested = tuple_protocol },
	{ 0 },
};
static const struct ht_nl_member connection_attributes[] = {
	{ "original", 1, HT_NL_NESTED, .nested = tuple },
	{ "reply", 2, HT_NL_NESTED, .nested = tuple },
	{ "status", 3, HT_NL_BE_HEX32 },
	{ "timeout", 7, HT_NL_BE32 },
	{ "mark", 8, HT_NL_BE_HEX32 },
	{ "id", 12, HT_NL_BE32 },
	{ "zone", 18, HT_NL_BE16 },
	{ 0 },
};
static const struct ht_nl_member named_attributes[] = { { "name", 1, HT_NL_STRING }, { 0 } };

/* ---- queues and logs: the number is in the struct ---- */

static const struct ht_nl_member number_members[] = { { "number", 2, HT_NL_BE16 }, { 0 } };

/* struct nfqnl_msg_config_cmd, nfulnl_msg_config_cmd: the command is the first byte. */
static void more_config(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text command = ht_nl_attribute(body->attributes, 1, 1);

	if (!command.data)
		return;
	ht_nl_key(b, "command");
	ht_render_enum(b, &ht_names_nfqueue_commands, (uint8_t)command.data[0]);
}

/* ---- ipset ---- */

#define IPSET_SETNAME 2

static const struct ht_nl_member ipset_address[] = { { "address", 1, HT_NL_ADDRESS }, { "address6", 2, HT_NL_ADDRESS }, { 0 } };
static const struct ht_nl_member ipset_data[] = {
	{ "from", 1, HT_NL_NESTED, .nested = ipset_address },
	{ "to", 2, HT_NL_NESTED, .nested = ipset_address },
	{ "prefixLength", 3, HT_NL_U8 },
	{ "port", 4, HT_NL_BE16 },
	{ "portTo", 5, HT_NL_BE16 },
	{ "timeout", 6, HT_NL_BE32 },
	{ "protocol", 7, HT_NL_ENUM8, .names = &ht_names_ip_protocols },
	{ 0 },
};
static const struct ht_nl_member ipset_attributes[] = {
	{ "name", IPSET_SETNAME, HT_NL_STRING },
	{ "type", 3, HT_NL_STRING },
	{ "data", 7, HT_NL_NESTED, .nested = ipset_data },
	{ "entries", 8, HT_NL_LIST, .nested = ipset_data },
	{ 0 },
};

static enum ht_resource_kind name_ipset(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text name = ht_nl_attribute(body->attributes, IPSET_SETNAME, 1);

	if (!name.data)
		return HT_RESOURCE_NONE;
	ht_buffer_append(b, name.data, strnlen(name.data, name.length));
	return HT_RESOURCE_FIREWALL_SET;
}

/* ---- batches ---- */

static const struct ht_nl_member batch_members[] = { { "subsystem", 2, HT_NL_BE16 }, { 0 } };
static const struct ht_nl_member batch_attributes[] = { { "generation", 1, HT_NL_BE32 }, { 0 } };

/* NFT_MSG_*: new, get, delete; destroy came later, at the end. */
#define NFT_OBJECT(first, last, key, attributes, name) \
	{ 12, NFT_GROUP(first), NFT_GROUP(last), key, NFGENMSG, 0, family_member, attributes, NULL, name }

static const struct ht_nl_object objects[] = {
	{ 12, 0x10, 0x11, "batch", NFGENMSG, 0, batch_members, batch_attributes, NULL, NULL },
	NFT_OBJECT(0, 2, "table", table_attributes, name_table),
	NFT_OBJECT(3, 5, "chain", chain_attributes, name_chain),
	NFT_OBJECT(6, 8, "rule", rule_attributes, name_rule),
	NFT_OBJECT(9, 11, "set", set_attributes, name_set),
	NFT_OBJECT(12, 14, "elements", element_attributes, name_set),
	NFT_OBJECT(18, 21, "object", object_attributes, name_object),
	NFT_OBJECT(22, 24, "flowtable", flowtable_attributes, name_object),
	NFT_OBJECT(25, 25, "rule", rule_attributes, name_rule),
	NFT_OBJECT(26, 26, "table", table_attributes, name_table),
	NFT_OBJECT(27, 27, "chain", chain_attributes, name_chain),
	NFT_OBJECT(28, 28, "rule", rule_attributes, name_rule),
	NFT_OBJECT(29, 29, "set", set_attributes, name_set),
	NFT_OBJECT(30, 30, "elements", element_attributes, name_set),
	NFT_OBJECT(31, 31, "object", object_attributes, name_object),
	NFT_OBJECT(32, 32, "flowtable", flowtable_attributes, name_object),
	NFT_OBJECT(33, 33, "elements", element_attributes, name_set),
	{ 12, 0x100, 0x1ff, "connection", NFGENMSG, 0, family_member, connection_attributes, NULL, NULL },
	{ 12, 0x302, 0x302, "queue", NFGENMSG, 0, number_members, NULL, more_config, NULL },
	{ 12, 0x300, 0x303, "queue", NFGENMSG, 0, number_members, NULL, NULL, NULL },
	{ 12, 0x401, 0x401, "log", NFGENMSG, 0, number_members, NULL, more_config, NULL },
	{ 12, 0x602, 0x60f, "set", NFGENMSG, 0, family_member, ipset_attributes, NULL, name_ipset },
	{ 12, 0x700, 0x703, "accounting", NFGENMSG, 0, NULL, named_attributes, NULL, NULL },
	{ 12, 0x800, 0x802, "timeoutPolicy", NFGENMSG, 0, NULL, named_attributes, NULL, NULL },
	{ 12, 0x900, 0x902, "helper", NFGENMSG, 0, NULL, named_attributes, NULL, NULL },
};

const struct ht_nl_object *ht_nl_netfilter_object(unsigned type)
{
	return ht_nl_find(objects, ARRAY_SIZE(objects), HT_NETLINK_NETFILTER, type);
}
