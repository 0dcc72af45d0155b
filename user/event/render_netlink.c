/* SPDX-License-Identifier: BSD-2-Clause */
/* The head of a netlink message, and of the commonest ones what they are about. netlink(7), rtnetlink(7). */
#include "base/cleanup.h"
#include "event/render_value.h"

#define PROTOCOL_ROUTE 0
#define PROTOCOL_XFRM 6
#define PROTOCOL_AUDIT 9
#define PROTOCOL_NETFILTER 12

#define FAMILY_INET 2
#define FAMILY_INET6 10

#define HEADER 16u /* struct nlmsghdr */
#define SHARED_TYPES 16u /* types below mean the same in every protocol */

static uint16_t read16(const char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint32_t read32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static const struct ht_name_set *types_of(unsigned protocol, unsigned type)
{
	if (type < SHARED_TYPES)
		return &ht_names_netlink_messages;
	switch (protocol) {
	case PROTOCOL_ROUTE:
		return &ht_names_route_messages;
	case PROTOCOL_XFRM:
		return &ht_names_xfrm_messages;
	case PROTOCOL_AUDIT:
		return &ht_names_audit_messages;
	case PROTOCOL_NETFILTER:
		return &ht_names_netfilter_messages;
	default:
		return NULL;
	}
}

/* ---- what a message is about: attributes after a fixed part; what was not carried or does not fit is left out ---- */

#define ROUTE_PART 12u   /* struct rtmsg */
#define ADDRESS_PART 8u  /* struct ifaddrmsg */
#define LINK_PART 16u    /* struct ifinfomsg */
#define RTA_DST 1
#define RTA_OIF 4
#define RTA_GATEWAY 5
#define RTA_TABLE 15
#define IFA_ADDRESS 1
#define IFA_LOCAL 2
#define IFLA_IFNAME 3

/* The value of the first attribute of this type, if all of it is there. */
static struct ht_text attribute(struct ht_text message, size_t at, unsigned type)
{
	while (at + 4 <= message.length) {
		size_t n = read16(message.data + at);

		if (n < 4 || n > message.length - at)
			break;
		if ((read16(message.data + at + 2) & 0x3fff) == type)
			return (struct ht_text){ message.data + at + 4, n - 4 };
		at += (n + 3) & ~(size_t)3;
	}
	return (struct ht_text){ 0 };
}

static bool is_ip(struct ht_text value, unsigned family)
{
	return value.data && ((family == FAMILY_INET && value.length == 4) || (family == FAMILY_INET6 && value.length == 16));
}

static void ip_with_prefix(struct ht_buffer *b, unsigned family, struct ht_text address, unsigned prefix)
{
	ht_render_ip(b, family, (const uint8_t *)address.data);
	b->length -= b->failed ? 0 : 1;
	ht_buffer_byte(b, '/');
	ht_buffer_unsigned(b, prefix);
	ht_buffer_byte(b, '"');
}

static void number_member(struct ht_buffer *b, const char *key, struct ht_text value)
{
	if (value.length < 4)
		return;
	ht_buffer_byte(b, ',');
	ht_render_quoted(b, key);
	ht_buffer_byte(b, ':');
	ht_buffer_unsigned(b, read32(value.data));
}

static void render_route(struct ht_buffer *b, struct ht_text m)
{
	size_t at = HEADER + ROUTE_PART;
	unsigned family, prefix;
	struct ht_text value;

	if (m.length < at)
		return;
	family = (uint8_t)m.data[HEADER];
	prefix = (uint8_t)m.data[HEADER + 1];
	ht_buffer_literal(b, ",\"route\":{\"family\":");
	ht_render_enum(b, &ht_names_address_families, family);
	value = attribute(m, at, RTA_DST);
	if (is_ip(value, family)) {
		ht_buffer_literal(b, ",\"destination\":");
		ip_with_prefix(b, family, value, prefix);
	} else if (!prefix) {
		ht_buffer_literal(b, ",\"destination\":\"default\"");
	}
	value = attribute(m, at, RTA_GATEWAY);
	if (is_ip(value, family)) {
		ht_buffer_literal(b, ",\"gateway\":");
		ht_render_ip(b, family, (const uint8_t *)value.data);
	}
	number_member(b, "interface", attribute(m, at, RTA_OIF));
	value = attribute(m, at, RTA_TABLE);
	if (value.length >= 4) {
		number_member(b, "table", value);
	} else {
		ht_buffer_literal(b, ",\"table\":");
		ht_buffer_unsigned(b, (uint8_t)m.data[HEADER + 4]);
	}
	ht_buffer_byte(b, '}');
}

static void render_address(struct ht_buffer *b, struct ht_text m)
{
	size_t at = HEADER + ADDRESS_PART;
	struct ht_text value;
	unsigned family;

	if (m.length < at)
		return;
	family = (uint8_t)m.data[HEADER];
	ht_buffer_literal(b, ",\"address\":{\"family\":");
	ht_render_enum(b, &ht_names_address_families, family);
	ht_buffer_literal(b, ",\"interface\":");
	ht_buffer_unsigned(b, read32(m.data + HEADER + 4));
	value = attribute(m, at, IFA_LOCAL);
	if (!value.data)
		value = attribute(m, at, IFA_ADDRESS);
	if (is_ip(value, family)) {
		ht_buffer_literal(b, ",\"address\":");
		ip_with_prefix(b, family, value, (uint8_t)m.data[HEADER + 1]);
	}
	ht_buffer_byte(b, '}');
}

static void render_link(struct ht_buffer *b, struct ht_text m)
{
	size_t at = HEADER + LINK_PART;
	struct ht_text name;

	if (m.length < at)
		return;
	ht_buffer_literal(b, ",\"link\":{\"index\":");
	ht_buffer_signed(b, (int32_t)read32(m.data + HEADER + 4));
	name = attribute(m, at, IFLA_IFNAME);
	if (name.data) {
		ht_buffer_byte(b, ',');
		ht_render_string(b, "name", (struct ht_text){ name.data, strnlen(name.data, name.length) });
	}
	ht_buffer_byte(b, '}');
}

/* Types come in groups of four: new, delete, get, set (include/uapi/linux/rtnetlink.h). */
static void render_subject(struct ht_buffer *b, unsigned type, struct ht_text message)
{
	switch (type & ~3u) {
	case 16: /* RTM_NEWLINK */
		render_link(b, message);
		return;
	case 20: /* RTM_NEWADDR */
		render_address(b, message);
		return;
	case 24: /* RTM_NEWROUTE */
		render_route(b, message);
		return;
	default:
		return;
	}
}

void ht_render_netlink(struct ht_render *r, unsigned protocol, struct ht_text message)
{
	const struct ht_name_set *types;
	unsigned type;

	if (message.length < HEADER)
		return;
	type = read16(message.data + 4);
	types = types_of(protocol, type);
	ht_render_key(r, "netlink");
	ht_buffer_literal(r->b, "{\"type\":");
	if (types)
		ht_render_enum(r->b, types, type);
	else
		ht_buffer_unsigned(r->b, type);
	ht_buffer_literal(r->b, ",\"flags\":");
	ht_render_flags(r->b, &ht_names_netlink_flags, read16(message.data + 6));
	if (protocol == PROTOCOL_ROUTE)
		render_subject(r->b, type, message);
	ht_buffer_byte(r->b, '}');
}
