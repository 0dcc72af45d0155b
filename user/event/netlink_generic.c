/* SPDX-License-Identifier: BSD-2-Clause */
/* NETLINK_GENERIC: what messages of the families that a person would look for name; headers of include/uapi/linux by family. */
#include "base/cleanup.h"
#include "base/json.h"
#include "event/netlink_members.h"

/* ---- nlctrl: the controller ---- */

static const struct ht_nl_member control[] = { { "id", 1, HT_NL_U16 }, { "name", 2, HT_NL_STRING }, { 0 } };

/* ---- wireguard: public keys as wg(8) spells them; the others are not told ---- */

static void write_base64(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text v)
{
	(void)body;
	ht_buffer_byte(b, '"');
	ht_base64_append(b, v.data, v.length);
	ht_buffer_byte(b, '"');
}

static void write_endpoint(struct ht_buffer *b, const struct ht_nl_body *body, struct ht_text v)
{
	(void)body;
	ht_render_sockaddr(b, v.data, v.length);
}

static const struct ht_nl_member wireguard_allowed[] = {
	{ "address", 2, HT_NL_ADDRESS }, { "prefixLength", 3, HT_NL_U8 }, { "flags", 4, HT_NL_HEX32 }, { 0 },
};
static const struct ht_nl_member wireguard_peer[] = {
	{ "publicKey", 1, HT_NL_CUSTOM, .custom = write_base64 },
	{ "flags", 3, HT_NL_HEX32 },
	{ "endpoint", 4, HT_NL_CUSTOM, .custom = write_endpoint },
	{ "keepalive", 5, HT_NL_U16 },
	{ "allowed", 9, HT_NL_LIST, .nested = wireguard_allowed },
	{ 0 },
};
static const struct ht_nl_member wireguard[] = {
	{ "interface", 1, HT_NL_U32 },
	{ "name", 2, HT_NL_STRING },
	{ "publicKey", 4, HT_NL_CUSTOM, .custom = write_base64 },
	{ "flags", 5, HT_NL_HEX32 },
	{ "listenPort", 6, HT_NL_U16 },
	{ "mark", 7, HT_NL_HEX32 },
	{ "peers", 8, HT_NL_LIST, .nested = wireguard_peer },
	{ 0 },
};

/* ---- ethtool: ETHTOOL_A_*_HEADER is the first attribute of every message ---- */

#define ETHTOOL_HEADER 1

static const struct ht_nl_member ethtool_device[] = { { "interface", 1, HT_NL_U32 }, { "name", 2, HT_NL_STRING }, { 0 } };
static const struct ht_nl_member ethtool[] = { { "device", ETHTOOL_HEADER, HT_NL_NESTED, .nested = ethtool_device }, { 0 } };

static enum ht_resource_kind name_ethtool(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text header = ht_nl_attribute(body->attributes, ETHTOOL_HEADER, 0), index = ht_nl_attribute(header, 1, 4);

	return ht_nl_interface(b, ht_nl_attribute(header, 2, 1), index.data ? ht_nl_u32(index, 0) : 0);
}

/* ---- the others ---- */

static const struct ht_nl_member wireless[] = {
	{ "device", 1, HT_NL_U32 },
	{ "deviceName", 2, HT_NL_STRING },
	{ "interface", 3, HT_NL_U32 },
	{ "name", 4, HT_NL_STRING },
	{ "address", 6, HT_NL_ADDRESS },
	{ "networkName", 52, HT_NL_STRING },
	{ "country", 33, HT_NL_STRING },
	{ 0 },
};
static const struct ht_nl_member devlink[] = {
	{ "bus", 1, HT_NL_STRING }, { "device", 2, HT_NL_STRING }, { "port", 3, HT_NL_U32 }, { 0 },
};
static const struct ht_nl_member by_interface[] = { { "interface", 1, HT_NL_U32 }, { 0 } };
static const struct ht_nl_member l2tp[] = {
	{ "name", 8, HT_NL_STRING },
	{ "connection", 9, HT_NL_U32 },
	{ "peerConnection", 10, HT_NL_U32 },
	{ "session", 11, HT_NL_U32 },
	{ 0 },
};
static const struct ht_nl_member mptcp_address[] = {
	{ "id", 2, HT_NL_U8 }, { "address", 3, HT_NL_ADDRESS }, { "address6", 4, HT_NL_ADDRESS }, { "port", 5, HT_NL_U16 },
	{ "flags", 6, HT_NL_HEX32 }, { "interface", 7, HT_NL_S32 }, { 0 },
};
static const struct ht_nl_member mptcp[] = { { "address", 1, HT_NL_NESTED, .nested = mptcp_address }, { 0 } };

/* Addresses of IPVS take 16 bytes whatever the family, which stands beside them. */
static const struct ht_nl_member ipvs_service[] = {
	{ "family", 1, HT_NL_ENUM16, .names = &ht_names_address_families },
	{ "protocol", 2, HT_NL_ENUM16, .names = &ht_names_ip_protocols },
	{ "address", 3, HT_NL_BYTES },
	{ "port", 4, HT_NL_BE16 },
	{ "mark", 5, HT_NL_HEX32 },
	{ "scheduler", 6, HT_NL_STRING },
	{ 0 },
};
static const struct ht_nl_member ipvs_destination[] = {
	{ "address", 1, HT_NL_BYTES }, { "port", 2, HT_NL_BE16 }, { "weight", 4, HT_NL_S32 }, { 0 },
};
static const struct ht_nl_member ipvs[] = {
	{ "service", 1, HT_NL_NESTED, .nested = ipvs_service },
	{ "destination", 2, HT_NL_NESTED, .nested = ipvs_destination },
	{ 0 },
};
static const struct ht_nl_member taskstats[] = {
	{ "pid", 1, HT_NL_U32 }, { "tgid", 2, HT_NL_U32 }, { "cpus", 3, HT_NL_STRING }, { 0 },
};
static const struct ht_nl_member nbd[] = { { "index", 1, HT_NL_U32 }, { "bytes", 2, HT_NL_U64 }, { "flags", 5, HT_NL_U64 }, { 0 } };
static const struct ht_nl_member ovs_members[] = { { "datapath", 0, HT_NL_S32, .nonzero = true }, { 0 } };
static const struct ht_nl_member ovs_datapath[] = { { "name", 1, HT_NL_STRING }, { 0 } };
static const struct ht_nl_member ovs_port[] = {
	{ "number", 1, HT_NL_U32 }, { "type", 2, HT_NL_U32 }, { "name", 3, HT_NL_STRING }, { 0 },
};

static enum ht_resource_kind name_first(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text index = ht_nl_attribute(body->attributes, 1, 4);

	return ht_nl_interface(b, ht_nl_attribute(body->attributes, 2, 1), index.data ? ht_nl_u32(index, 0) : 0);
}

static enum ht_resource_kind name_by_interface(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text index = ht_nl_attribute(body->attributes, 1, 4);

	return ht_nl_interface(b, (struct ht_text){ 0 }, index.data ? ht_nl_u32(index, 0) : 0);
}

static enum ht_resource_kind name_wireless(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text index = ht_nl_attribute(body->attributes, 3, 4);

	return ht_nl_interface(b, ht_nl_attribute(body->attributes, 4, 1), index.data ? ht_nl_u32(index, 0) : 0);
}

static enum ht_resource_kind name_l2tp(struct ht_buffer *b, const struct ht_nl_body *body)
{
	return ht_nl_interface(b, ht_nl_attribute(body->attributes, 8, 1), 0);
}

#define ANY 0, 0xffff

static const struct {
	const char *family;
	struct ht_nl_object object;
} families[] = {
	{ "nlctrl", { 16, ANY, "control", 0, 0, NULL, control, NULL, NULL } },
	{ "wireguard", { 16, ANY, "wireguard", 0, 0, NULL, wireguard, NULL, name_first } },
	{ "ethtool", { 16, ANY, "ethtool", 0, 0, NULL, ethtool, NULL, name_ethtool } },
	{ "nl80211", { 16, ANY, "wireless", 0, 0, NULL, wireless, NULL, name_wireless } },
	{ "devlink", { 16, ANY, "devlink", 0, 0, NULL, devlink, NULL, NULL } },
	{ "macsec", { 16, ANY, "macsec", 0, 0, NULL, by_interface, NULL, name_by_interface } },
	{ "team", { 16, ANY, "team", 0, 0, NULL, by_interface, NULL, name_by_interface } },
	{ "netdev", { 16, ANY, "device", 0, 0, NULL, by_interface, NULL, name_by_interface } },
	{ "l2tp", { 16, ANY, "l2tp", 0, 0, NULL, l2tp, NULL, name_l2tp } },
	{ "mptcp_pm", { 16, ANY, "multipath", 0, 0, NULL, mptcp, NULL, NULL } },
	{ "IPVS", { 16, ANY, "virtualServer", 0, 0, NULL, ipvs, NULL, NULL } },
	{ "TASKSTATS", { 16, ANY, "taskStatistics", 0, 0, NULL, taskstats, NULL, NULL } },
	{ "nbd", { 16, ANY, "blockDevice", 0, 0, NULL, nbd, NULL, NULL } },
	{ "ovs_datapath", { 16, ANY, "datapath", 4, 0, ovs_members, ovs_datapath, NULL, NULL } },
	{ "ovs_vport", { 16, ANY, "port", 4, 0, ovs_members, ovs_port, NULL, NULL } },
};

const struct ht_nl_object *ht_nl_family_object(const char *family)
{
	for (size_t i = 0; family && i < ARRAY_SIZE(families); i++)
		if (strcmp(families[i].family, family) == 0)
			return &families[i].object;
	return NULL;
}
