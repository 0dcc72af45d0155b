/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The head of a netlink message, and of the commonest ones what they are about: netlink(7), rtnetlink(7).
 * Of a message its first bytes are carried; an attribute behind them is left out.
 */
#include "event/command.h"
#include "event/render_value.h"

#define PROTOCOL_ROUTE 0
#define PROTOCOL_XFRM 6
#define PROTOCOL_AUDIT 9
#define PROTOCOL_NETFILTER 12

#define FAMILY_INET 2
#define FAMILY_INET6 10

#define SHARED_TYPES 16u /* types below mean the same in every protocol */

#define HEADER 16u       /* struct nlmsghdr */
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

/* Types come in groups of four: new, delete, get, set (include/uapi/linux/rtnetlink.h). */
#define GROUP_LINK 16u
#define GROUP_ADDRESS 20u
#define GROUP_ROUTE 24u

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

/* ---- what a message is about ---- */

struct subject {
	enum ht_resource_kind kind; /* ROUTE, or INTERFACE for links and addresses; NONE: not known */
	bool is_address;
	unsigned family, prefix, table;
	uint32_t interface;         /* 0: not told */
	struct ht_text destination, gateway, address, name;
	bool has_destination;       /* a route to everywhere has no address */
};

/* The value of the first attribute of this type, if all of it is there. */
static struct ht_text attribute(struct ht_text message, size_t at, unsigned type)
{
	while (at + 4 <= message.length) {
		size_t n = read16(message.data + at);

		if (n < 4 || n > message.length - at)
			break;
		if ((read16(message.data + at + 2) & 0x3fffu) == type)
			return (struct ht_text){ message.data + at + 4, n - 4 };
		at += (n + 3) & ~(size_t)3;
	}
	return (struct ht_text){ 0 };
}

/* An address of the family, or absent. */
static struct ht_text address_attribute(struct ht_text message, size_t at, unsigned type, unsigned family)
{
	struct ht_text value = attribute(message, at, type);
	size_t n = family == FAMILY_INET ? 4 : family == FAMILY_INET6 ? 16 : 0;

	return n && value.length == n ? value : (struct ht_text){ 0 };
}

static void find_route(struct ht_text m, struct subject *s)
{
	size_t at = HEADER + ROUTE_PART;
	struct ht_text value;

	if (m.length < at)
		return;
	s->kind = HT_RESOURCE_ROUTE;
	s->family = (uint8_t)m.data[HEADER];
	s->prefix = (uint8_t)m.data[HEADER + 1];
	s->destination = address_attribute(m, at, RTA_DST, s->family);
	s->has_destination = s->destination.data || s->prefix == 0;
	s->gateway = address_attribute(m, at, RTA_GATEWAY, s->family);
	value = attribute(m, at, RTA_OIF);
	s->interface = value.length >= 4 ? read32(value.data) : 0;
	value = attribute(m, at, RTA_TABLE);
	s->table = value.length >= 4 ? read32(value.data) : (uint8_t)m.data[HEADER + 4];
}

static void find_address(struct ht_text m, struct subject *s)
{
	size_t at = HEADER + ADDRESS_PART;

	if (m.length < at)
		return;
	s->kind = HT_RESOURCE_INTERFACE;
	s->is_address = true;
	s->family = (uint8_t)m.data[HEADER];
	s->prefix = (uint8_t)m.data[HEADER + 1];
	s->interface = read32(m.data + HEADER + 4);
	s->address = address_attribute(m, at, IFA_LOCAL, s->family);
	if (!s->address.data)
		s->address = address_attribute(m, at, IFA_ADDRESS, s->family);
}

static void find_link(struct ht_text m, struct subject *s)
{
	size_t at = HEADER + LINK_PART;

	if (m.length < at)
		return;
	s->kind = HT_RESOURCE_INTERFACE;
	s->interface = read32(m.data + HEADER + 4);
	s->name = attribute(m, at, IFLA_IFNAME);
	if (s->name.data)
		s->name.length = strnlen(s->name.data, s->name.length);
}

static struct subject subject_of(const struct ht_netlink *m)
{
	struct subject s = { .kind = HT_RESOURCE_NONE };

	if (m->protocol != PROTOCOL_ROUTE)
		return s;
	switch (m->type & ~3u) {
	case GROUP_LINK:
		find_link(m->text, &s);
		break;
	case GROUP_ADDRESS:
		find_address(m->text, &s);
		break;
	case GROUP_ROUTE:
		find_route(m->text, &s);
		break;
	}
	return s;
}

static void append_network(struct ht_buffer *b, unsigned family, struct ht_text address, unsigned prefix)
{
	ht_append_ip(b, family, (const uint8_t *)address.data);
	ht_buffer_byte(b, '/');
	ht_buffer_unsigned(b, prefix);
}

enum ht_resource_kind ht_netlink_resource(struct ht_buffer *b, const struct ht_netlink *m)
{
	struct subject s = subject_of(m);

	if (s.kind == HT_RESOURCE_ROUTE) {
		if (s.destination.data)
			append_network(b, s.family, s.destination, s.prefix);
		else if (s.has_destination)
			ht_buffer_literal(b, "default");
		else
			return HT_RESOURCE_NONE;
	} else if (s.kind == HT_RESOURCE_INTERFACE) {
		if (s.name.length) {
			ht_buffer_append(b, s.name.data, s.name.length);
		} else if (s.interface) {
			ht_buffer_literal(b, "interface ");
			ht_buffer_unsigned(b, s.interface);
		} else {
			return HT_RESOURCE_NONE;
		}
	}
	return s.kind;
}

/* ---- as JSON ---- */

static void network_member(struct ht_buffer *b, const char *key, const struct subject *s,
			   struct ht_text address)
{
	ht_render_quoted(b, key);
	ht_buffer_literal(b, ":\"");
	append_network(b, s->family, address, s->prefix);
	ht_buffer_byte(b, '"');
}

static void render_route(struct ht_buffer *b, const struct subject *s)
{
	ht_buffer_literal(b, ",\"route\":{\"family\":");
	ht_render_enum(b, &ht_names_address_families, s->family);
	if (s->destination.data) {
		ht_buffer_byte(b, ',');
		network_member(b, "destination", s, s->destination);
	} else if (s->has_destination) {
		ht_buffer_literal(b, ",\"destination\":\"default\"");
	}
	if (s->gateway.data) {
		ht_buffer_literal(b, ",\"gateway\":\"");
		ht_append_ip(b, s->family, (const uint8_t *)s->gateway.data);
		ht_buffer_byte(b, '"');
	}
	if (s->interface) {
		ht_buffer_literal(b, ",\"interface\":");
		ht_buffer_unsigned(b, s->interface);
	}
	ht_buffer_literal(b, ",\"table\":");
	ht_buffer_unsigned(b, s->table);
	ht_buffer_byte(b, '}');
}

static void render_interface(struct ht_buffer *b, const struct subject *s)
{
	if (s->is_address) {
		ht_buffer_literal(b, ",\"address\":{\"family\":");
		ht_render_enum(b, &ht_names_address_families, s->family);
		ht_buffer_literal(b, ",\"interface\":");
	} else {
		ht_buffer_literal(b, ",\"link\":{\"interface\":");
	}
	ht_buffer_unsigned(b, s->interface);
	if (s->address.data) {
		ht_buffer_byte(b, ',');
		network_member(b, "address", s, s->address);
	}
	if (s->name.length) {
		ht_buffer_byte(b, ',');
		ht_render_string(b, "name", s->name);
	}
	ht_buffer_byte(b, '}');
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

const char *ht_message_name(unsigned protocol, unsigned type)
{
	const struct ht_name_set *types = types_of(protocol, type);

	return types ? ht_name_of(types, type) : NULL;
}

void ht_render_netlink(struct ht_render *r)
{
	struct ht_netlink m;
	struct subject s;
	const char *name;

	if (!ht_netlink_of_record(r->call, r->w, &m))
		return;
	name = ht_message_name(m.protocol, m.type);
	s = subject_of(&m);
	ht_render_key(r, "netlink");
	ht_buffer_literal(r->b, "{\"type\":");
	if (name)
		ht_render_quoted(r->b, name);
	else
		ht_buffer_unsigned(r->b, m.type);
	ht_buffer_literal(r->b, ",\"flags\":");
	ht_render_flags(r->b, &ht_names_netlink_flags, m.flags);
	if (s.kind == HT_RESOURCE_ROUTE)
		render_route(r->b, &s);
	else if (s.kind == HT_RESOURCE_INTERFACE)
		render_interface(r->b, &s);
	ht_buffer_byte(r->b, '}');
}
