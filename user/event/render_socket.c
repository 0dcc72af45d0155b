/* SPDX-License-Identifier: BSD-2-Clause */
/* Socket addresses, as a caller or the kernel spelled them in memory, and both ends of a socket. */
#include <arpa/inet.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "event/render_value.h"
#include "hosttrail/structs.h"

#define FAMILY_UNIX 1
#define FAMILY_INET 2
#define FAMILY_INET6 10
#define FAMILY_NETLINK 16
#define FAMILY_PACKET 17
#define FAMILY_BLUETOOTH 31
#define TYPE_STREAM 1

static uint16_t read16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint32_t read32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void hex_bytes(struct ht_buffer *b, const uint8_t *p, size_t n, const char *between)
{
	static const char digits[] = "0123456789abcdef";

	ht_buffer_byte(b, '"');
	for (size_t i = 0; i < n; i++) {
		if (i && *between)
			ht_buffer_byte(b, *between);
		ht_buffer_byte(b, digits[p[i] >> 4]);
		ht_buffer_byte(b, digits[p[i] & 15]);
	}
	ht_buffer_byte(b, '"');
}

void ht_append_ip(struct ht_buffer *b, unsigned family, const uint8_t *address)
{
	char text[INET6_ADDRSTRLEN];

	if (family == FAMILY_INET6) {
		if (inet_ntop(AF_INET6, address, text, sizeof(text)))
			ht_buffer_append(b, text, strlen(text));
		return;
	}
	for (unsigned i = 0; i < 4; i++) {
		if (i)
			ht_buffer_byte(b, '.');
		ht_buffer_unsigned(b, address[i]);
	}
}

static void address_and_port(struct ht_buffer *b, unsigned family, const uint8_t *address, uint16_t port_be)
{
	ht_buffer_literal(b, "\"address\":\"");
	ht_append_ip(b, family, address);
	ht_buffer_literal(b, "\",\"port\":");
	ht_buffer_unsigned(b, ntohs(port_be));
}

/* unix(7): a path ends at its NUL, if it has one; an abstract name is all the bytes after a first NUL. */
static void render_unix(struct ht_buffer *b, const uint8_t *p, size_t n)
{
	const char *name = (const char *)p + 2;

	n -= 2;
	if (!n)
		ht_buffer_literal(b, "\"unnamed\":true");
	else if (name[0])
		ht_render_string(b, "path", (struct ht_text){ name, strnlen(name, n) });
	else
		ht_render_string(b, "abstract", (struct ht_text){ name + 1, n - 1 });
}

/* packet(7): struct sockaddr_ll. */
static void render_packet(struct ht_buffer *b, const uint8_t *p)
{
	size_t n = p[11] < 8 ? p[11] : 8;

	ht_buffer_literal(b, "\"protocol\":");
	ht_render_hex(b, ntohs(read16(p + 2)));
	ht_buffer_literal(b, ",\"interface\":");
	ht_buffer_signed(b, (int32_t)read32(p + 4));
	ht_buffer_literal(b, ",\"hardwareType\":");
	ht_render_enum(b, &ht_names_hardware_types, read16(p + 8));
	ht_buffer_literal(b, ",\"packetType\":");
	ht_render_enum(b, &ht_names_packet_types, p[10]);
	if (n) {
		ht_buffer_literal(b, ",\"address\":");
		hex_bytes(b, p + 12, n, ":");
	}
}

/* include/net/bluetooth: an address is six bytes, the last first; which struct it is only the length tells. */
static bool render_bluetooth(struct ht_buffer *b, const uint8_t *p, size_t n)
{
	size_t at = n == 8 || n == 10 ? 2 : 4;
	uint8_t address[6];

	if (n == 6) {
		ht_buffer_literal(b, "\"device\":");
		ht_buffer_unsigned(b, read16(p + 2));
		ht_buffer_literal(b, ",\"channel\":");
		ht_buffer_unsigned(b, read16(p + 4));
		return true;
	}
	if (n != 8 && n != 10 && n != 12 && n != 14)
		return false;
	for (unsigned i = 0; i < sizeof(address); i++)
		address[i] = p[at + 5 - i];
	ht_buffer_literal(b, "\"address\":");
	hex_bytes(b, address, sizeof(address), ":");
	if (n == 10) {
		ht_buffer_literal(b, ",\"channel\":");
		ht_buffer_unsigned(b, p[8]);
	} else if (n != 8) {
		ht_buffer_literal(b, ",\"psm\":");
		ht_buffer_unsigned(b, read16(p + 2));
		ht_buffer_literal(b, ",\"cid\":");
		ht_buffer_unsigned(b, read16(p + 10));
	}
	if (n == 14) {
		ht_buffer_literal(b, ",\"addressType\":");
		ht_render_enum(b, &ht_names_bluetooth_address_types, p[12]);
	}
	return true;
}

/* Families whose addresses are structs of structs.def; of fewer bytes than these the address is none. */
static const struct {
	uint16_t family, least;
	const struct ht_struct *structure;
} families[] = {
	{ 29, 8, &ht_struct_address_can },  { 30, 16, &ht_struct_address_tipc },    { 38, 25, &ht_struct_address_alg },
	{ 40, 12, &ht_struct_address_vsock }, { 42, 12, &ht_struct_address_qipcrtr }, { 44, 16, &ht_struct_address_xdp },
};

static bool render_struct(struct ht_buffer *b, unsigned family, const uint8_t *p, size_t n)
{
	struct ht_render r = { .b = b };

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		if (families[i].family != family || n < families[i].least)
			continue;
		ht_render_members(&r, families[i].structure, (struct ht_text){ (const char *)p, n }, HT_ABI_X86_64);
		return true;
	}
	return false;
}

/*
 * The members after the family. false: too short for its family, or a family whose members are not known.
 */
static bool render_family(struct ht_buffer *b, unsigned family, const uint8_t *p, size_t n)
{
	if (family == FAMILY_UNIX) {
		render_unix(b, p, n);
		return true;
	}
	if (family == FAMILY_INET && n >= 8) {
		address_and_port(b, family, p + 4, read16(p + 2));
		return true;
	}
	if (family == FAMILY_INET6 && n >= 24) {
		address_and_port(b, family, p + 8, read16(p + 2));
		if (read32(p + 4)) {
			ht_buffer_literal(b, ",\"flowInfo\":");
			ht_render_hex(b, ntohl(read32(p + 4)));
		}
		if (n >= 28 && read32(p + 24)) {
			ht_buffer_literal(b, ",\"scope\":");
			ht_buffer_unsigned(b, read32(p + 24));
		}
		return true;
	}
	if (family == FAMILY_NETLINK && n >= 12) {
		ht_buffer_literal(b, "\"portId\":");
		ht_buffer_unsigned(b, read32(p + 4));
		ht_buffer_literal(b, ",\"groups\":");
		ht_render_hex(b, read32(p + 8));
		return true;
	}
	if (family == FAMILY_PACKET && n >= 20) {
		render_packet(b, p);
		return true;
	}
	if (family == FAMILY_BLUETOOTH)
		return render_bluetooth(b, p, n);
	return render_struct(b, family, p, n);
}

void ht_render_sockaddr(struct ht_buffer *b, const void *address, size_t n)
{
	const uint8_t *p = address;
	unsigned family;
	size_t before;

	ht_buffer_byte(b, '{');
	if (n < 2) {
		ht_buffer_literal(b, "\"data\":");
		hex_bytes(b, p, n, "");
		ht_buffer_byte(b, '}');
		return;
	}
	family = read16(p);
	ht_buffer_literal(b, "\"family\":");
	ht_render_enum(b, &ht_names_address_families, family);
	if (n > 2 || family == FAMILY_UNIX) {
		ht_buffer_byte(b, ',');
		before = b->length;
		if (!render_family(b, family, p, n) && b->length == before) {
			ht_buffer_literal(b, "\"data\":");
			hex_bytes(b, p + 2, n - 2, "");
		}
	}
	ht_buffer_byte(b, '}');
}

static void render_end(struct ht_buffer *b, const struct ht_wire_socket *s, const char *key,
		       const uint8_t *address, uint16_t port_be)
{
	static const uint8_t none[16];

	if (!port_be && memcmp(address, none, s->family == FAMILY_INET ? 4 : 16) == 0)
		return;
	ht_buffer_literal(b, ",\"");
	ht_buffer_append(b, key, strlen(key));
	ht_buffer_literal(b, "\":{");
	address_and_port(b, s->family, address, port_be);
	ht_buffer_byte(b, '}');
}

void ht_render_socket(struct ht_buffer *b, const struct ht_wire_item_view *item)
{
	struct ht_wire_socket s;
	bool inet;

	memcpy(&s, item->bytes.data, sizeof(s));
	inet = s.family == FAMILY_INET || s.family == FAMILY_INET6;
	ht_buffer_literal(b, "{\"family\":");
	ht_render_enum(b, &ht_names_address_families, s.family);
	ht_buffer_literal(b, ",\"type\":");
	ht_render_enum(b, &ht_names_socket_types, s.type);
	if (inet || s.protocol) {
		ht_buffer_literal(b, ",\"protocol\":");
		if (inet)
			ht_render_enum(b, &ht_names_ip_protocols, s.protocol);
		else if (s.family == FAMILY_NETLINK)
			ht_render_enum(b, &ht_names_netlink_protocols, s.protocol);
		else
			ht_buffer_unsigned(b, s.protocol);
	} else if (s.family == FAMILY_NETLINK) {
		ht_buffer_literal(b, ",\"protocol\":\"NETLINK_ROUTE\"");
	}
	if (inet) {
		if (s.type == TYPE_STREAM) {
			ht_buffer_literal(b, ",\"state\":");
			ht_render_enum(b, &ht_names_tcp_states, s.state);
		}
		render_end(b, &s, "local", s.local, s.local_port);
		render_end(b, &s, "remote", s.remote, s.remote_port);
	}
	ht_buffer_byte(b, '}');
}
