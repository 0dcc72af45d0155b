/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record.h"

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })

/* connect(3, bytes, n) and the address that comes of it. */
static void check(const void *bytes, size_t n, const char *address)
{
	char expected[1024];
	struct record r;

	record_begin(&r, "connect", HT_ABI_X86_64, 0, ARGS(3, 0x1000, n));
	record_item(&r, HT_ITEM_BYTES, 1, 0, bytes, n);
	snprintf(expected, sizeof(expected), "\"fd\":3,\"address\":%s,\"addressLength\":%zu", address, n);
	assert_request(&r, expected);
}

static void test_inet(void **state)
{
	const uint8_t v4[16] = { 2, 0, 0, 22, 10, 0, 0, 255 };
	uint8_t v6[28] = { 10, 0, 1, 187, [8] = 0xfe, 0x80, [23] = 1, [24] = 2 };
	const uint8_t mapped[28] = { 10, 0, 0, 80, [18] = 0xff, 0xff, 192, 0, 2, 1 };

	(void)state;
	check(v4, 16, "{\"family\":\"AF_INET\",\"address\":\"10.0.0.255\",\"port\":22}");
	check(v4, 8, "{\"family\":\"AF_INET\",\"address\":\"10.0.0.255\",\"port\":22}");
	check(v4, 7, "{\"family\":\"AF_INET\",\"data\":\"00160a0000\"}");
	check(v6, 28, "{\"family\":\"AF_INET6\",\"address\":\"fe80::1\",\"port\":443,\"scope\":2}");
	check(v6, 24, "{\"family\":\"AF_INET6\",\"address\":\"fe80::1\",\"port\":443}");
	v6[24] = 0;
	check(v6, 28, "{\"family\":\"AF_INET6\",\"address\":\"fe80::1\",\"port\":443}");
	check(mapped, 28, "{\"family\":\"AF_INET6\",\"address\":\"::ffff:192.0.2.1\",\"port\":80}");
}

static void test_unix(void **state)
{
	(void)state;
	check("\1\0/run/x\0", 9, "{\"family\":\"AF_UNIX\",\"path\":\"/run/x\"}");
	check("\1\0/run/x", 8, "{\"family\":\"AF_UNIX\",\"path\":\"/run/x\"}");
	check("\1\0\0a\0b", 6, "{\"family\":\"AF_UNIX\",\"abstract\":\"a\\u0000b\"}");
	check("\1\0\0\xff", 4, "{\"family\":\"AF_UNIX\",\"abstract\":\"\xef\xbf\xbd\",\"abstractBase64\":\"/w==\"}");
	check("\1\0", 2, "{\"family\":\"AF_UNIX\",\"unnamed\":true}");
}

static void test_other_families(void **state)
{
	const uint8_t netlink[12] = { 16, 0, 0, 0, 7, 0, 0, 0, 0x11, 0, 0, 0 };
	const uint8_t packet[20] = { 17, 0, 8, 0, 3, 0, 0, 0, 1, 0, 0, 6, 1, 2, 3, 4, 5, 0xff };
	const uint8_t long_packet[20] = { 17, 0, 8, 0, 3, 0, 0, 0, 1, 0, 0, 200, 1, 2, 3, 4, 5, 6, 7, 8 };
	const uint8_t vsock[16] = { 40, 0, 0, 0, 0x39, 5, 0, 0, 2 };

	(void)state;
	check(netlink, 12, "{\"family\":\"AF_NETLINK\",\"portId\":7,\"groups\":\"0x11\"}");
	check(packet, 20, "{\"family\":\"AF_PACKET\",\"protocol\":\"0x800\",\"interface\":3,\"address\":\"01:02:03:04:05:ff\"}");
	check(long_packet, 20,
	      "{\"family\":\"AF_PACKET\",\"protocol\":\"0x800\",\"interface\":3,\"address\":\"01:02:03:04:05:06:07:08\"}");
	check(vsock, 16, "{\"family\":\"AF_VSOCK\",\"cid\":2,\"port\":1337}");
	check("\x26\0\x01\xab", 4, "{\"family\":\"AF_ALG\",\"data\":\"01ab\"}");
	check("\xe7\3\x01\xab", 4, "{\"family\":999,\"data\":\"01ab\"}");
	check("\0\0", 2, "{\"family\":\"AF_UNSPEC\"}");
	check("\2", 1, "{\"data\":\"02\"}");
	check("", 0, "{\"data\":\"\"}");
}

static void test_socket(void **state)
{
	struct ht_wire_socket s = {
		.family = 2, .type = 1, .protocol = 6, .state = 1, .local_port = htons(40000), .remote_port = htons(22),
		.local = { 10, 0, 0, 1 }, .remote = { 10, 0, 0, 2 },
	};
	struct record r;

	(void)state;
	record_begin(&r, "listen", HT_ABI_X86_64, 0, ARGS(3, 5));
	record_item(&r, HT_ITEM_PATH, 0, HT_ITEM_PSEUDO, "socket", 6);
	record_item(&r, HT_ITEM_SOCKET, 0, 0, &s, sizeof(s));
	assert_request(&r, "\"fd\":3,\"fdType\":\"socket\",\"fdSocket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_STREAM\","
			   "\"protocol\":\"IPPROTO_TCP\",\"state\":\"TCP_ESTABLISHED\","
			   "\"local\":{\"address\":\"10.0.0.1\",\"port\":40000},"
			   "\"remote\":{\"address\":\"10.0.0.2\",\"port\":22}},\"backlog\":5");
	/* A struct that is cut is none. */
	record_begin(&r, "listen", HT_ABI_X86_64, 0, ARGS(3, 5));
	record_item(&r, HT_ITEM_SOCKET, 0, 0, &s, sizeof(s) - 8);
	assert_request(&r, "\"fd\":3,\"backlog\":5");
	s = (struct ht_wire_socket){ .family = 10, .type = 2, .protocol = 17, .state = 7, .local_port = htons(53) };
	record_begin(&r, "listen", HT_ABI_X86_64, 0, ARGS(3, 5));
	record_item(&r, HT_ITEM_SOCKET, 0, 0, &s, sizeof(s));
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_INET6\",\"type\":\"SOCK_DGRAM\","
			   "\"protocol\":\"IPPROTO_UDP\",\"local\":{\"address\":\"::\",\"port\":53}},\"backlog\":5");
	s = (struct ht_wire_socket){ .family = 1, .type = 5 };
	record_begin(&r, "listen", HT_ABI_X86_64, 0, ARGS(3, 5));
	record_item(&r, HT_ITEM_SOCKET, 0, 0, &s, sizeof(s));
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_UNIX\",\"type\":\"SOCK_SEQPACKET\"},\"backlog\":5");
}

static void test_accept(void **state)
{
	const uint8_t peer[16] = { 2, 0, 0x1f, 0x90, 127, 0, 0, 1 };
	struct ht_wire_socket s = { .family = 2, .type = 1, .protocol = 6, .state = 1, .remote_port = htons(8080),
				    .remote = { 127, 0, 0, 1 } };
	struct record r;

	(void)state;
	record_begin(&r, "accept4", HT_ABI_X86_64, 5, ARGS(3, 0x1000, 0x2000, 02000000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, peer, sizeof(peer));
	record_item(&r, HT_ITEM_PATH, HT_ITEM_RESULT, HT_ITEM_PSEUDO, "socket", 6);
	record_item(&r, HT_ITEM_SOCKET, HT_ITEM_RESULT, 0, &s, sizeof(s));
	assert_request(&r, "\"fd\":3,\"flags\":[\"SOCK_CLOEXEC\"]");
	assert_response(&r, "\"result\":5,\"type\":\"socket\",\"socket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_STREAM\","
			    "\"protocol\":\"IPPROTO_TCP\",\"state\":\"TCP_ESTABLISHED\","
			    "\"remote\":{\"address\":\"127.0.0.1\",\"port\":8080}},"
			    "\"address\":{\"family\":\"AF_INET\",\"address\":\"127.0.0.1\",\"port\":8080}");
	/* The caller did not ask for the address. */
	record_begin(&r, "accept", HT_ABI_X86_64, 5, ARGS(3, 0, 0));
	assert_request(&r, "\"fd\":3");
	assert_response(&r, "\"result\":5");
}

static void test_socket_arguments(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "socket", HT_ABI_X86_64, 3, ARGS(2, 02000001, 6));
	assert_request(&r, "\"family\":\"AF_INET\",\"type\":[\"SOCK_STREAM\",\"SOCK_CLOEXEC\"],\"protocol\":\"IPPROTO_TCP\"");
	record_begin(&r, "socket", HT_ABI_X86_64, 3, ARGS(16, 3, 12));
	assert_request(&r, "\"family\":\"AF_NETLINK\",\"type\":[\"SOCK_RAW\"],\"protocol\":\"NETLINK_NETFILTER\"");
	record_begin(&r, "socket", HT_ABI_X86_64, 3, ARGS(17, 3, 0x300));
	assert_request(&r, "\"family\":\"AF_PACKET\",\"type\":[\"SOCK_RAW\"],\"protocol\":\"ETH_P_ALL\"");
}

static void test_options_tell_numbers_alone(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "setsockopt", HT_ABI_X86_64, 0, ARGS(3, 1, 36, 0x1000, 4));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (int32_t[1]){ -5 }, 4);
	assert_request(&r, "\"fd\":3,\"level\":\"SOL_SOCKET\",\"option\":\"SO_MARK\",\"value\":-5,\"length\":4");
	/* Keys of TLS, and of any length of AF_ALG: only their length is told. */
	record_begin(&r, "setsockopt", HT_ABI_X86_64, 0, ARGS(3, 279, 1, 0x1000, 4));
	record_item(&r, HT_ITEM_BYTES, 3, 0, "key!", 4);
	assert_request(&r, "\"fd\":3,\"level\":\"SOL_ALG\",\"option\":\"ALG_SET_KEY\",\"length\":4");
	record_begin(&r, "setsockopt", HT_ABI_X86_64, 0, ARGS(3, 282, 1, 0x1000, 40));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (int32_t[1]){ 0x12345678 }, 4);
	assert_request(&r, "\"fd\":3,\"level\":\"SOL_TLS\",\"option\":\"TLS_TX\",\"length\":40");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inet),
		cmocka_unit_test(test_unix),
		cmocka_unit_test(test_other_families),
		cmocka_unit_test(test_socket),
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_socket_arguments),
		cmocka_unit_test(test_options_tell_numbers_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
