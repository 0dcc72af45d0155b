/* SPDX-License-Identifier: BSD-2-Clause */
/* NETLINK_XFRM, _AUDIT, _SOCK_DIAG, _CONNECTOR and _CRYPTO: structs of include/uapi/linux. */
#include "base/cleanup.h"
#include "event/netlink_members.h"

#define FAMILY_INET 2

/* Bytes of the struct that were carried; nothing if they do not reach that far. */
static struct ht_text part(const struct ht_nl_body *body, size_t at, size_t n)
{
	return body->fixed.length >= at + n ? (struct ht_text){ body->fixed.data + at, n } : (struct ht_text){ 0 };
}

/* ---- NETLINK_XFRM: xfrm.h. Addresses take 16 bytes, of which those of IPv4 use 4. ---- */

#define SELECTOR 56u /* struct xfrm_selector, at the beginning of whatever has one */

static struct ht_text xfrm_address(const struct ht_nl_body *body, size_t at, unsigned family)
{
	return part(body, at, family == FAMILY_INET ? 4 : 16);
}

static void address_member(struct ht_buffer *b, const char *key, struct ht_text address)
{
	if (!address.data)
		return;
	ht_nl_key(b, key);
	ht_buffer_byte(b, '"');
	ht_nl_address(b, address);
	ht_buffer_byte(b, '"');
}

static void network_member(struct ht_buffer *b, const char *key, struct ht_text address, unsigned prefix)
{
	ht_nl_key(b, key);
	ht_buffer_byte(b, '"');
	ht_nl_address(b, address);
	ht_buffer_printf(b, "/%u\"", prefix);
}

/* Ports: the port and its mask in network byte order; a mask of 0 says any. */
static void port_member(struct ht_buffer *b, const char *key, const struct ht_nl_body *body, size_t at)
{
	if (ht_nl_be16(body->fixed, at + 2))
		ht_nl_unsigned(b, key, ht_nl_be16(body->fixed, at));
}

static void more_selector(struct ht_buffer *b, const struct ht_nl_body *body)
{
	unsigned family;

	if (body->fixed.length < SELECTOR)
		return;
	family = ht_nl_u16(body->fixed, 40);
	/* An association may do without. */
	if (!family)
		return;
	ht_nl_key(b, "selector");
	ht_buffer_literal(b, "{\"family\":");
	ht_render_enum(b, &ht_names_address_families, family);
	network_member(b, "source", xfrm_address(body, 16, family), (uint8_t)body->fixed.data[43]);
	network_member(b, "destination", xfrm_address(body, 0, family), (uint8_t)body->fixed.data[42]);
	port_member(b, "sourcePort", body, 36);
	port_member(b, "destinationPort", body, 32);
	if (body->fixed.data[44]) {
		ht_nl_key(b, "protocol");
		ht_render_enum(b, &ht_names_ip_protocols, (uint8_t)body->fixed.data[44]);
	}
	if (ht_nl_u32(body->fixed, 48))
		ht_nl_unsigned(b, "interface", ht_nl_u32(body->fixed, 48));
	ht_buffer_byte(b, '}');
}

/* struct xfrm_usersa_info: the selector, struct xfrm_id, the source, lifetimes, then the rest. */
#define SA_DESTINATION 56u
#define SA_SOURCE 80u
#define SA_FAMILY 212u

static const struct ht_nl_member sa_members[] = {
	{ "family", SA_FAMILY, HT_NL_ENUM16, .names = &ht_names_address_families },
	{ "spi", 72, HT_NL_BE_HEX32 },
	{ "protocol", 76, HT_NL_ENUM8, .names = &ht_names_ip_protocols },
	{ "requestId", 208, HT_NL_U32 },
	{ "mode", 214, HT_NL_ENUM8, .names = &ht_names_xfrm_modes },
	{ "flags", 216, HT_NL_U8, .nonzero = true },
	{ 0 },
};
static const struct ht_nl_member xfrm_mark[] = { { "interfaceId", 31, HT_NL_U32 }, { 0 } };

static void more_sa(struct ht_buffer *b, const struct ht_nl_body *body)
{
	static const struct {
		unsigned type;
		const char *key;
	} algorithms[] = {
		{ 2, "encryption" }, { 20, "authentication" }, { 1, "authentication" }, { 18, "combined" }, { 3, "compression" },
	};
	unsigned family = body->fixed.length >= SA_FAMILY + 2 ? ht_nl_u16(body->fixed, SA_FAMILY) : 0;
	bool authenticates = ht_nl_attribute(body->attributes, 20, 64).data;

	if (!family)
		return;
	address_member(b, "source", xfrm_address(body, SA_SOURCE, family));
	address_member(b, "destination", xfrm_address(body, SA_DESTINATION, family));
	/* struct xfrm_algo and its like begin with the name, in 64 bytes; the key that follows is not told. */
	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
		struct ht_text name = ht_nl_attribute(body->attributes, algorithms[i].type, 64);

		if (!name.data || (algorithms[i].type == 1 && authenticates))
			continue;
		name.length = 64;
		ht_nl_string(b, algorithms[i].key, name);
	}
	ht_nl_attributes(b, xfrm_mark, body, body->attributes);
	more_selector(b, body);
}

/* struct xfrm_usersa_id */
static const struct ht_nl_member sa_id_members[] = {
	{ "family", 20, HT_NL_ENUM16, .names = &ht_names_address_families },
	{ "spi", 16, HT_NL_BE_HEX32 },
	{ "protocol", 22, HT_NL_ENUM8, .names = &ht_names_ip_protocols },
	{ 0 },
};

#define XFRMA_SRCADDR 13

static void more_sa_id(struct ht_buffer *b, const struct ht_nl_body *body)
{
	unsigned family = body->fixed.length >= 22 ? ht_nl_u16(body->fixed, 20) : 0;
	struct ht_text source = ht_nl_attribute(body->attributes, XFRMA_SRCADDR, 16);

	if (!family)
		return;
	address_member(b, "destination", xfrm_address(body, 0, family));
	if (source.data && family == FAMILY_INET)
		source.length = 4;
	address_member(b, "source", source);
}

static enum ht_resource_kind append_association(struct ht_buffer *b, struct ht_text address, const struct ht_nl_body *body,
						size_t spi, size_t protocol)
{
	const char *name;

	if (!address.data || body->fixed.length <= protocol)
		return HT_RESOURCE_NONE;
	name = ht_name_of(&ht_names_ip_protocols, (uint8_t)body->fixed.data[protocol]);
	ht_nl_address(b, address);
	ht_buffer_byte(b, ' ');
	if (name)
		ht_buffer_append(b, name, strlen(name));
	else
		ht_buffer_unsigned(b, (uint8_t)body->fixed.data[protocol]);
	ht_buffer_printf(b, " 0x%x", ht_nl_be32(body->fixed, spi));
	return HT_RESOURCE_IPSEC_ASSOCIATION;
}

/* "192.0.2.1 IPPROTO_ESP 0x100" */
static enum ht_resource_kind name_sa(struct ht_buffer *b, const struct ht_nl_body *body)
{
	unsigned family = body->fixed.length >= SA_FAMILY + 2 ? ht_nl_u16(body->fixed, SA_FAMILY) : 0;

	return family ? append_association(b, xfrm_address(body, SA_DESTINATION, family), body, 72, 76) : HT_RESOURCE_NONE;
}

static enum ht_resource_kind name_sa_id(struct ht_buffer *b, const struct ht_nl_body *body)
{
	unsigned family = body->fixed.length >= 22 ? ht_nl_u16(body->fixed, 20) : 0;

	if (!family || ht_nl_dumps(body))
		return HT_RESOURCE_NONE;
	return append_association(b, xfrm_address(body, 0, family), body, 16, 22);
}

/* struct xfrm_userpolicy_info, struct xfrm_userpolicy_id */
static const struct ht_nl_member policy_members[] = {
	{ "direction", 160, HT_NL_ENUM8, .names = &ht_names_xfrm_directions },
	{ "action", 161, HT_NL_ENUM8, .names = &ht_names_xfrm_actions },
	{ "priority", 152, HT_NL_U32 },
	{ "index", 156, HT_NL_U32, .nonzero = true },
	{ 0 },
};
static const struct ht_nl_member policy_id_members[] = {
	{ "direction", 60, HT_NL_ENUM8, .names = &ht_names_xfrm_directions },
	{ "index", 56, HT_NL_U32, .nonzero = true },
	{ 0 },
};

static enum ht_resource_kind append_policy(struct ht_buffer *b, const struct ht_nl_body *body, size_t direction)
{
	static const char *const directions[] = { "in", "out", "fwd" };
	unsigned family, d;

	if (body->fixed.length <= direction || ht_nl_dumps(body))
		return HT_RESOURCE_NONE;
	family = ht_nl_u16(body->fixed, 40);
	d = (uint8_t)body->fixed.data[direction];
	ht_nl_address(b, xfrm_address(body, 16, family));
	ht_buffer_printf(b, "/%u ", (uint8_t)body->fixed.data[43]);
	ht_nl_address(b, xfrm_address(body, 0, family));
	ht_buffer_printf(b, "/%u", (uint8_t)body->fixed.data[42]);
	if (d < ARRAY_SIZE(directions))
		ht_buffer_printf(b, " %s", directions[d]);
	return HT_RESOURCE_IPSEC_POLICY;
}

/* "10.1.0.0/16 10.2.0.0/16 out": the source, the destination, which way */
static enum ht_resource_kind name_policy(struct ht_buffer *b, const struct ht_nl_body *body)
{
	return append_policy(b, body, 160);
}

static enum ht_resource_kind name_policy_id(struct ht_buffer *b, const struct ht_nl_body *body)
{
	return append_policy(b, body, 60);
}

static const struct ht_nl_member flush_members[] = { { "protocol", 0, HT_NL_ENUM8, .names = &ht_names_ip_protocols }, { 0 } };
static const struct ht_nl_member default_members[] = {
	{ "in", 0, HT_NL_ENUM8, .names = &ht_names_xfrm_defaults },
	{ "forward", 1, HT_NL_ENUM8, .names = &ht_names_xfrm_defaults },
	{ "out", 2, HT_NL_ENUM8, .names = &ht_names_xfrm_defaults },
	{ 0 },
};

/* ---- NETLINK_SOCK_DIAG: struct inet_diag_req_v2 ---- */

#define DIAG_DESTROY 21u

static const struct ht_nl_member diag_members[] = {
	{ "family", 0, HT_NL_ENUM8, .names = &ht_names_address_families },
	{ "protocol", 1, HT_NL_ENUM8, .names = &ht_names_ip_protocols },
	{ 0 },
};

/* Of one socket, both its ends; what lists sockets leaves them empty. */
static void more_diag(struct ht_buffer *b, const struct ht_nl_body *body)
{
	static const struct {
		const char *key;
		size_t port, address;
	} ends[] = { { "local", 8, 12 }, { "remote", 10, 28 } };
	unsigned family;

	if (body->fixed.length < 44)
		return;
	family = (uint8_t)body->fixed.data[0];
	for (size_t i = 0; i < ARRAY_SIZE(ends) && (family == FAMILY_INET || family == 10); i++) {
		if (!ht_nl_u16(body->fixed, ends[i].port))
			continue;
		ht_nl_key(b, ends[i].key);
		ht_buffer_literal(b, "{\"address\":\"");
		ht_nl_address(b, xfrm_address(body, ends[i].address, family));
		ht_buffer_printf(b, "\",\"port\":%u}", ht_nl_be16(body->fixed, ends[i].port));
	}
}

static enum ht_resource_kind name_diag(struct ht_buffer *b, const struct ht_nl_body *body)
{
	unsigned family = body->fixed.length >= 44 ? (uint8_t)body->fixed.data[0] : 0;
	size_t end = family && ht_nl_u16(body->fixed, 10) ? 28 : 12;

	if ((family != FAMILY_INET && family != 10) || ht_nl_dumps(body) || !ht_nl_u16(body->fixed, end == 28 ? 10 : 8))
		return HT_RESOURCE_NONE;
	if (family != FAMILY_INET)
		ht_buffer_byte(b, '[');
	ht_nl_address(b, xfrm_address(body, end, family));
	ht_buffer_printf(b, "%s:%u", family == FAMILY_INET ? "" : "]", ht_nl_be16(body->fixed, end == 28 ? 10 : 8));
	return HT_RESOURCE_SOCKET;
}

/* ---- NETLINK_CONNECTOR: struct cn_msg; NETLINK_CRYPTO: struct crypto_user_alg ---- */

static const struct ht_nl_member connector_members[] = { { "index", 0, HT_NL_U32 }, { "value", 4, HT_NL_U32 }, { 0 } };

static void more_crypto(struct ht_buffer *b, const struct ht_nl_body *body)
{
	struct ht_text name = part(body, 0, 64), driver = part(body, 64, 64);

	if (name.data && name.data[0])
		ht_nl_string(b, "name", name);
	if (driver.data && driver.data[0])
		ht_nl_string(b, "driver", driver);
}

static const struct ht_nl_object objects[] = {
	{ 4, 18, DIAG_DESTROY, "socket", 56, 0, diag_members, NULL, more_diag, name_diag },
	{ 6, 16, 16, "association", 224, 220, sa_members, NULL, more_sa, name_sa },
	{ 6, 26, 26, "association", 224, 220, sa_members, NULL, more_sa, name_sa },
	{ 6, 22, 22, "association", 232, 228, sa_members, NULL, more_sa, name_sa }, /* struct xfrm_userspi_info */
	{ 6, 17, 18, "association", 24, 0, sa_id_members, NULL, more_sa_id, name_sa_id },
	{ 6, 19, 19, "policy", 168, 164, policy_members, NULL, more_selector, name_policy },
	{ 6, 25, 25, "policy", 168, 164, policy_members, NULL, more_selector, name_policy },
	{ 6, 20, 21, "policy", 64, 0, policy_id_members, NULL, more_selector, name_policy_id },
	{ 6, 28, 28, "associations", 4, 0, flush_members, NULL, NULL, NULL },
	{ 6, 39, 39, "defaults", 4, 0, default_members, NULL, NULL, NULL },
	{ 11, 3, 3, "connector", 20, 0, connector_members, NULL, NULL, NULL },
	{ 21, 16, 21, "algorithm", 212, 0, NULL, NULL, more_crypto, NULL },
};

const struct ht_nl_object *ht_nl_other_object(unsigned protocol, unsigned type)
{
	const struct ht_nl_object *o = protocol == HT_NETLINK_AUDIT ? ht_nl_audit_object(type) : NULL;

	return o ? o : ht_nl_find(objects, ARRAY_SIZE(objects), protocol, type);
}
