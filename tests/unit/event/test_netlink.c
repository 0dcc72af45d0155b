/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages found one after the other, whatever their lengths say; what a call is by them; what is not seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "netlink.h"

/* rtmsg of 10.9.0.0/16 */
static const uint8_t rtmsg[12] = { 2, 16, 0, 0, 254, 3, 0, 1 };

static void route(struct message *m, uint16_t type)
{
	message(m, type, REQUEST, rtmsg, sizeof(rtmsg));
	attribute(m, 1, BYTES(10, 9, 0, 0));
}

struct found {
	unsigned count;
	unsigned type[300];
	size_t length[300];
	bool hides;
	const char *event; /* "": no row */
};

static struct found find(const struct record *r)
{
	struct found f = { .event = "" };
	struct ht_netlink_class class;
	struct ht_netlink_walk walk;
	struct ht_wire_view w;
	struct ht_netlink m;

	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	assert_true(ht_netlink_begin(r->call, &w, &walk));
	while (ht_netlink_next(&walk, &m)) {
		assert_true(m.text.length >= 16);
		f.type[f.count] = m.type;
		f.length[f.count++] = m.text.length;
	}
	f.hides = walk.hides;
	assert_true(ht_netlink_classify(r->call, &w, &class));
	if (class.row)
		f.event = class.row->event;
	return f;
}

static struct ht_wire_item *last(struct record *r)
{
	return record_last(r);
}

static void test_one_after_the_other(void **state)
{
	struct message m = { 0 };
	struct record r;
	struct found f;

	(void)state;
	route(&m, 26);
	route(&m, 24);
	route(&m, 25);
	send_on(&r, "sendmsg", 0, m.bytes, m.used);
	f = find(&r);
	assert_int_equal(f.count, 3);
	assert_int_equal(f.type[0], 26);
	assert_int_equal(f.type[1], 24);
	assert_int_equal(f.type[2], 25);
	assert_int_equal(f.length[0], 36);
	assert_false(f.hides);
	/* The first that configures, not the first. */
	assert_string_equal(f.event, "AddRoute");
	m = (struct message){ 0 };
	route(&m, 26);
	send_on(&r, "sendto", 0, m.bytes, m.used);
	assert_string_equal(find(&r).event, "GetRoute");
	send_on(&r, "sendto", 15, m.bytes, m.used);
	f = find(&r);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.event, "");
	/* A length that is no multiple of 4, at the end. */
	m = (struct message){ 0 };
	message(&m, 24, REQUEST, "abc", 3);
	send_on(&r, "sendto", 0, m.bytes, 19);
	f = find(&r);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.length[0], 19);
	assert_false(f.hides);
}

/* The kernel takes what is shorter than a header, or longer than what is left, for none, and looks no further. */
static void test_lengths_that_lie(void **state)
{
	static const uint32_t lies[] = { 0, 15, 73, 0x7fffffff, 0xffffffff };
	struct message m = { 0 };
	struct record r;
	struct found f;

	(void)state;
	route(&m, 24);
	route(&m, 24);
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		memcpy(m.bytes, &lies[i], 4);
		send_on(&r, "sendmsg", 0, m.bytes, m.used);
		f = find(&r);
		assert_int_equal(f.count, 0);
		assert_false(f.hides);
		assert_string_equal(f.event, "");
	}
	memcpy(m.bytes, &(uint32_t){ 72 }, 4);
	send_on(&r, "sendmsg", 0, m.bytes, m.used);
	f = find(&r);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.length[0], 72);
	memcpy(m.bytes, &(uint32_t){ 36 }, 4);
	memcpy(m.bytes + 36, &(uint32_t){ 37 }, 4);
	send_on(&r, "sendmsg", 0, m.bytes, m.used);
	assert_int_equal(find(&r).count, 1);
	for (size_t n = 0; n < 16; n++) {
		send_on(&r, "sendmsg", 0, m.bytes, n);
		f = find(&r);
		assert_int_equal(f.count, 0);
		assert_false(f.hides);
	}
}

/* What was not carried could be anything. */
static void test_what_is_not_seen(void **state)
{
	struct message m = { 0 };
	struct record r;
	struct found f;

	(void)state;
	route(&m, 26);
	send_on(&r, "sendmsg", 0, m.bytes, m.used);
	last(&r)->full_length = (uint32_t)m.used + 15;
	assert_false(find(&r).hides);
	last(&r)->full_length = (uint32_t)m.used + 16;
	f = find(&r);
	assert_int_equal(f.count, 1);
	assert_true(f.hides);
	assert_string_equal(f.event, "GetRoute");
	last(&r)->full_length = UINT32_MAX;
	assert_true(find(&r).hides);
	/* A message that is cut is told as far as it was carried; behind it may stand others. */
	send_on(&r, "sendmsg", 0, m.bytes, 20);
	last(&r)->full_length = 36;
	f = find(&r);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.length[0], 20);
	assert_false(f.hides);
	last(&r)->full_length = 36 + 16;
	assert_true(find(&r).hides);
	/* Only a part of its header. */
	send_on(&r, "sendmsg", 0, m.bytes, 8);
	last(&r)->full_length = 36;
	f = find(&r);
	assert_int_equal(f.count, 0);
	assert_true(f.hides);
	/* Nothing at all; but what is shorter than a header is no message. */
	send_begin(&r, "sendmsg", HT_ABI_X86_64, 16, 0, 0);
	assert_true(find(&r).hides);
	send_begin(&r, "sendto", HT_ABI_X86_64, 16, 0, 16);
	assert_true(find(&r).hides);
	send_begin(&r, "sendto", HT_ABI_X86_64, 16, 0, 15);
	assert_false(find(&r).hides);
	send_begin(&r, "writev", HT_ABI_X86_64, 16, 0, 0);
	assert_true(find(&r).hides);
}

static void mmsg(struct record *r, const struct message *m, unsigned items, uint64_t count, int64_t result)
{
	send_begin(r, "sendmmsg", HT_ABI_X86_64, 16, 0, 0);
	((struct ht_wire_event *)r->bytes)->args[2] = count;
	((struct ht_wire_event *)r->bytes)->result = result;
	for (unsigned i = 0; i < items; i++)
		record_item(r, HT_ITEM_MESSAGE, 1, 0, m->bytes, m->used);
}

static void test_sendmmsg(void **state)
{
	struct message m = { 0 };
	struct record r;
	struct found f;

	(void)state;
	route(&m, 24);
	mmsg(&r, &m, 3, 3, 3);
	f = find(&r);
	assert_int_equal(f.count, 3);
	assert_false(f.hides);
	/* Those after the one that failed were not tried. */
	mmsg(&r, &m, 2, 3, 1);
	assert_false(find(&r).hides);
	mmsg(&r, &m, 1, 3, 1);
	assert_true(find(&r).hides);
	mmsg(&r, &m, 1, 3, -1);
	assert_false(find(&r).hides);
	mmsg(&r, &m, 8, 8, 8);
	assert_false(find(&r).hides);
	mmsg(&r, &m, 8, 9, 9);
	assert_true(find(&r).hides);
	mmsg(&r, &m, 0, 0, 0);
	f = find(&r);
	assert_int_equal(f.count, 0);
	assert_false(f.hides);
}

static void test_batches(void **state)
{
	struct message m = { 0 };
	struct record r;
	struct found f;

	(void)state;
	message(&m, 0x10, REQUEST, BYTES(0, 0, 0, 10));
	send_on(&r, "sendmsg", 12, m.bytes, m.used);
	assert_string_equal(find(&r).event, "ChangeFirewall");
	message(&m, 0xa06, REQUEST, BYTES(1, 0, 0, 0));
	message(&m, 0xa02, REQUEST, BYTES(1, 0, 0, 0));
	message(&m, 0x11, REQUEST, BYTES(0, 0, 0, 10));
	send_on(&r, "sendmsg", 12, m.bytes, m.used);
	f = find(&r);
	assert_int_equal(f.count, 4);
	assert_string_equal(f.event, "AddFirewallRule");
	/* The rest of a batch that was not carried: it is one that changes. */
	send_on(&r, "sendmsg", 12, m.bytes, 20);
	last(&r)->full_length = 100000;
	f = find(&r);
	assert_true(f.hides);
	assert_string_equal(f.event, "ChangeFirewall");
}

static void test_many_messages_are_counted(void **state)
{
	static char expected[65536];
	struct message m = { 0 };
	struct record r;
	size_t n = 0;

	(void)state;
	while (m.used + 16 <= sizeof(m.bytes))
		message(&m, 3, 0, "", 0);
	send_on(&r, "sendmsg", 0, m.bytes, m.used);
	assert_int_equal(find(&r).count, 256);
	for (unsigned i = 0; i < 64; i++)
		n += (size_t)snprintf(expected + n, sizeof(expected) - n, "%s{\"type\":\"NLMSG_DONE\",\"flags\":[]}", i ? "," : "");
	assert_record(&r, "NETLINK_ROUTE", expected, ",\"notListed\":192");
}

static void test_cut_messages_say_so(void **state)
{
	struct message m = { 0 };
	struct record r;

	(void)state;
	route(&m, 24);
	send_on(&r, "sendmsg", 0, m.bytes, 32);
	last(&r)->full_length = 5000;
	last(&r)->flags = HT_ITEM_TRUNCATED;
	assert_request_cut(&r,
			   "\"fd\":3,\"fdSocket\":{\"family\":\"AF_NETLINK\",\"type\":\"SOCK_RAW\",\"protocol\":\"NETLINK_ROUTE\"},"
			   NO_MESSAGE "\"netlink\":{\"protocol\":\"NETLINK_ROUTE\",\"messages\":[{\"type\":\"RTM_NEWROUTE\",\"flags\":["
			   "\"NLM_F_REQUEST\"],\"route\":{\"family\":\"AF_INET\",\"table\":254,\"protocol\":\"RTPROT_BOOT\","
			   "\"scope\":\"RT_SCOPE_UNIVERSE\",\"type\":\"RTN_UNICAST\"}}]},\"flags\":[]",
			   "requestParameters.netlink", 5000);
}

static void test_other_sockets(void **state)
{
	struct ht_netlink_walk walk;
	struct ht_wire_view w;
	struct record r;

	(void)state;
	/* Their content is not fetched; if it were there, it would not be told. */
	send_begin(&r, "sendto", HT_ABI_X86_64, 2, 6, 20);
	record_item(&r, HT_ITEM_MESSAGE, 1, 0, "GET /secret HTTP/1.1", 20);
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_RAW\",\"protocol\":\"IPPROTO_TCP\"},"
			   "\"length\":20,\"flags\":[],\"address\":null,\"addressLength\":0");
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_false(ht_netlink_begin(r.call, &w, &walk));
	assert_false(ht_netlink_is_socket(&w));
	/* A call that sends no messages, though to a netlink socket. */
	send_begin(&r, "sendfile", HT_ABI_X86_64, 16, 0, 20);
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_false(ht_netlink_begin(r.call, &w, &walk));
	assert_true(ht_netlink_is_socket(&w));
}

static void test_types_and_flags(void **state)
{
	struct message m = { 0 };

	(void)state;
	message(&m, 18, REQUEST | DUMP, "", 0);
	message(&m, 17, REQUEST | 0x100, "", 0);
	message(&m, 19, REQUEST | 0x100, "", 0);
	message(&m, 203, 0x8005, "", 0);
	assert_messages(&m, 0, "{\"type\":\"RTM_GETLINK\",\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_DUMP\"],\"link\":{}},"
			       "{\"type\":\"RTM_DELLINK\",\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_NONREC\"],\"link\":{}},"
			       "{\"type\":\"RTM_SETLINK\",\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_REPLACE\"],\"link\":{}},"
			       "{\"type\":203,\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_ACK\",\"0x8000\"]}");
	m = (struct message){ 0 };
	message(&m, 300, 0, "", 0);
	assert_messages(&m, 15, "{\"type\":300,\"flags\":[]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_after_the_other),
		cmocka_unit_test(test_lengths_that_lie),
		cmocka_unit_test(test_what_is_not_seen),
		cmocka_unit_test(test_sendmmsg),
		cmocka_unit_test(test_batches),
		cmocka_unit_test(test_many_messages_are_counted),
		cmocka_unit_test(test_cut_messages_say_so),
		cmocka_unit_test(test_other_sockets),
		cmocka_unit_test(test_types_and_flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
