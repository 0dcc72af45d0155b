/* SPDX-License-Identifier: BSD-2-Clause */
/* Netlink messages put together by hand, sent on a socket, and what they render to. */
#ifndef TESTS_UNIT_EVENT_NETLINK_H
#define TESTS_UNIT_EVENT_NETLINK_H

#include "event/netlink.h"
#include "base/cleanup.h"
#include "record.h"

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })
#define BYTES(...) ((const uint8_t[]){ __VA_ARGS__ }), sizeof((const uint8_t[]){ __VA_ARGS__ })
#define REQUEST 0x1
#define ACK 0x4
#define CREATE 0x400
#define EXCL 0x200
#define DUMP 0x300

struct message {
	uint8_t bytes[HT_MESSAGE_BYTES];
	size_t used, begin; /* begin: of the message that is being put together */
};

static inline void put(struct message *m, const void *data, size_t n)
{
	assert_true(m->used + n <= sizeof(m->bytes));
	memcpy(m->bytes + m->used, data, n);
	m->used += n;
}

static inline void pad(struct message *m)
{
	while (m->used % 4)
		put(m, "", 1);
}

static inline void message_end(struct message *m)
{
	uint32_t n = (uint32_t)(m->used - m->begin);

	memcpy(m->bytes + m->begin, &n, sizeof(n));
	pad(m);
}

/* A message with its own struct; the messages follow one another. */
static inline void message(struct message *m, uint16_t type, uint16_t flags, const void *fixed, size_t n)
{
	pad(m);
	m->begin = m->used;
	put(m, &(uint32_t){ 0 }, 4);
	put(m, &type, 2);
	put(m, &flags, 2);
	put(m, &(uint64_t){ 0 }, 8);
	put(m, fixed, n);
	message_end(m);
}

static inline size_t nest(struct message *m, uint16_t type)
{
	pad(m);
	put(m, &(uint16_t){ 0 }, 2);
	put(m, &type, 2);
	return m->used - 4;
}

static inline void nest_end(struct message *m, size_t at)
{
	uint16_t n = (uint16_t)(m->used - at);

	memcpy(m->bytes + at, &n, sizeof(n));
	message_end(m);
}

static inline void attribute(struct message *m, uint16_t type, const void *data, size_t n)
{
	size_t at = nest(m, type);

	put(m, data, n);
	nest_end(m, at);
}

static inline void attribute_text(struct message *m, uint16_t type, const char *text)
{
	attribute(m, type, text, strlen(text) + 1);
}

static inline void attribute_u32(struct message *m, uint16_t type, uint32_t v)
{
	attribute(m, type, &v, sizeof(v));
}

static inline void attribute_be32(struct message *m, uint16_t type, uint32_t v)
{
	attribute_u32(m, type, __builtin_bswap32(v));
}

/* What is told of a struct msghdr of zeros. */
#define NO_MESSAGE \
	"\"message\":{\"address\":null,\"addressLength\":0,\"vectors\":null,\"vectorCount\":0,\"control\":null,\"controlLength\":0,\"flags\":[]},"

static inline void send_begin(struct record *r, const char *call, enum ht_abi abi, uint16_t family, uint16_t protocol, size_t n)
{
	struct ht_wire_socket s = { .family = family, .type = 3, .protocol = protocol };
	bool length = strcmp(call, "sendto") == 0 || strcmp(call, "write") == 0;

	record_begin(r, call, abi, (int64_t)n, ARGS(3, 0x1000, length ? n : 0));
	record_item(r, HT_ITEM_SOCKET, 0, 0, &s, sizeof(s));
	if (strcmp(call, "sendmsg") == 0)
		record_item(r, HT_ITEM_HEADER, 1, 0, (char[56]){ 0 }, abi == HT_ABI_I386 ? 28 : 56);
}

static inline void send_on(struct record *r, const char *call, uint16_t protocol, const void *bytes, size_t n)
{
	send_begin(r, call, HT_ABI_X86_64, 16, protocol, n);
	record_item(r, HT_ITEM_MESSAGE, 1, 0, bytes, n);
}

/* The text of one message, or several, in netlink.messages of what sendmsg(2) makes of it. */
static inline void assert_record(const struct record *r, const char *protocol, const char *messages, const char *more)
{
	_cleanup_buffer_ struct ht_buffer expected = { 0 };

	ht_buffer_printf(&expected,
			 "\"fd\":3,\"fdSocket\":{\"family\":\"AF_NETLINK\",\"type\":\"SOCK_RAW\",\"protocol\":\"%s\"},"
			 NO_MESSAGE "\"netlink\":{\"protocol\":\"%s\",\"messages\":[%s]%s},\"flags\":[]", protocol, protocol, messages, more);
	ht_buffer_byte(&expected, 0);
	assert_request(r, expected.data);
	assert_well_formed(r);
}

static inline const char *protocol_name(unsigned protocol)
{
	static const char *const names[] = {
		[0] = "NETLINK_ROUTE", [4] = "NETLINK_SOCK_DIAG", [6] = "NETLINK_XFRM", [9] = "NETLINK_AUDIT",
		[11] = "NETLINK_CONNECTOR", [12] = "NETLINK_NETFILTER", [15] = "NETLINK_KOBJECT_UEVENT", [16] = "NETLINK_GENERIC",
		[21] = "NETLINK_CRYPTO",
	};

	return names[protocol];
}

static inline void assert_messages(const struct message *m, uint16_t protocol, const char *messages)
{
	struct record r;

	send_on(&r, "sendmsg", protocol, m->bytes, m->used);
	assert_record(&r, protocol_name(protocol), messages, "");
}

/* What an event would be, and the resource of its first message: NULL: none. */
static inline void assert_event(const struct message *m, uint16_t protocol, const char *event, enum ht_resource_kind kind,
				const char *name)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_netlink_class class;
	struct ht_netlink_walk walk;
	struct ht_netlink first;
	struct ht_wire_view w;
	struct record r;

	send_on(&r, "sendmsg", protocol, m->bytes, m->used);
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_true(ht_netlink_classify(r.call, &w, &class));
	assert_false(class.hides);
	if (event) {
		assert_non_null(class.row);
		assert_string_equal(class.row->event, event);
	} else {
		assert_null(class.row);
	}
	assert_true(ht_netlink_begin(r.call, &w, &walk));
	assert_true(ht_netlink_next(&walk, &first));
	assert_int_equal(ht_netlink_resource(&b, &first), kind);
	ht_buffer_byte(&b, 0);
	assert_string_equal(b.data, name ? name : "");
}

#endif
