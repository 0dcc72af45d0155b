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
	v6[6] = 1;
	check(v6, 28, "{\"family\":\"AF_INET6\",\"address\":\"fe80::1\",\"port\":443,\"flowInfo\":\"0x100\",\"scope\":2}");
	v6[6] = 0;
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
	check(packet, 20, "{\"family\":\"AF_PACKET\",\"protocol\":\"0x800\",\"interface\":3,"
			  "\"hardwareType\":\"ARPHRD_ETHER\",\"packetType\":\"PACKET_HOST\",\"address\":\"01:02:03:04:05:ff\"}");
	check(long_packet, 20,
	      "{\"family\":\"AF_PACKET\",\"protocol\":\"0x800\",\"interface\":3,\"hardwareType\":\"ARPHRD_ETHER\","
	      "\"packetType\":\"PACKET_HOST\",\"address\":\"01:02:03:04:05:06:07:08\"}");
	check(vsock, 16, "{\"family\":\"AF_VSOCK\",\"cid\":\"VMADDR_CID_HOST\",\"port\":1337,\"flags\":[]}");
	check(vsock, 12, "{\"family\":\"AF_VSOCK\",\"cid\":\"VMADDR_CID_HOST\",\"port\":1337}");
	check(vsock, 11, "{\"family\":\"AF_VSOCK\",\"data\":\"000039050000020000\"}");
	check("\x26\0hash\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0sha256", 30,
	      "{\"family\":\"AF_ALG\",\"type\":\"hash\",\"features\":\"0x1\",\"mask\":\"0x0\",\"name\":\"sha256\"}");
	check("\x2c\0\1\0\2\0\0\0\3\0\0\0\4\0\0", 16,
	      "{\"family\":\"AF_XDP\",\"flags\":[\"XDP_SHARED_UMEM\"],\"interface\":2,\"queue\":3,\"sharedFd\":4}");
	check("\x2a\0\0\0\1\0\0\0\2\0\0", 12, "{\"family\":\"AF_QIPCRTR\",\"node\":1,\"port\":2}");
	check("\x1e\0\2\3\1\0\0\0\2\0\0\0\3\0\0", 16,
	      "{\"family\":\"AF_TIPC\",\"addressType\":\"TIPC_SERVICE_ADDR\",\"scope\":3,\"first\":1,\"second\":2,\"third\":3}");
	check("\x1d\0\0\0\5\0\0\0\1\0\0\0\2\0\0\0\0\0\0\0\0\0\0", 24,
	      "{\"family\":\"AF_CAN\",\"interface\":5,\"receiveId\":\"0x1\",\"transmitId\":\"0x2\"}");
	check("\x1f\0\1\0\2", 6, "{\"family\":\"AF_BLUETOOTH\",\"device\":1,\"channel\":2}");
	check("\x1f\0\1\2\3\4\5\6\7", 10, "{\"family\":\"AF_BLUETOOTH\",\"address\":\"06:05:04:03:02:01\",\"channel\":7}");
	check("\x1f\0\x01\x10\1\2\3\4\5\6\x09\0\1", 14, "{\"family\":\"AF_BLUETOOTH\",\"address\":\"06:05:04:03:02:01\","
	      "\"psm\":4097,\"cid\":9,\"addressType\":\"BDADDR_LE_PUBLIC\"}");
	check("\x1f\0\1\2\3\4\5\6", 8, "{\"family\":\"AF_BLUETOOTH\",\"address\":\"06:05:04:03:02:01\"}");
	check("\x1f\0\1", 3, "{\"family\":\"AF_BLUETOOTH\",\"data\":\"01\"}");
	check("\x09\0\x49", 3, "{\"family\":\"AF_X25\",\"data\":\"49\"}");
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
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint32_t[1]){ 16 }, 4);
	record_item(&r, HT_ITEM_PATH, HT_ITEM_RESULT, HT_ITEM_PSEUDO, "socket", 6);
	record_item(&r, HT_ITEM_SOCKET, HT_ITEM_RESULT, 0, &s, sizeof(s));
	assert_request(&r, "\"fd\":3,\"flags\":[\"SOCK_CLOEXEC\"]");
	assert_response(&r, "\"result\":5,\"type\":\"socket\",\"socket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_STREAM\","
			    "\"protocol\":\"IPPROTO_TCP\",\"state\":\"TCP_ESTABLISHED\","
			    "\"remote\":{\"address\":\"127.0.0.1\",\"port\":8080}},"
			    "\"address\":{\"family\":\"AF_INET\",\"address\":\"127.0.0.1\",\"port\":8080},\"addressLength\":16");
	/* The caller did not ask for the address. */
	record_begin(&r, "accept", HT_ABI_X86_64, 5, ARGS(3, 0, 0));
	assert_request(&r, "\"fd\":3");
	assert_response(&r, "\"result\":5");
	/* Of a call that failed what it asked for is known. */
	record_begin(&r, "accept", HT_ABI_X86_64, -11, ARGS(3, 0x1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint32_t[1]){ 128 }, 4);
	assert_request(&r, "\"fd\":3,\"addressLength\":128");
	assert_response(&r, "");
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

static void check_option(uint32_t level, uint32_t option, const void *bytes, size_t n, const char *value)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_truncated t = { 0 };
	char tail[512];
	struct record r;

	for (unsigned get = 0; get < 2; get++) {
		record_begin(&r, get ? "getsockopt" : "setsockopt", HT_ABI_X86_64, 0, ARGS(3, level, option, 0x1000, get ? 0x2000 : n));
		record_item(&r, HT_ITEM_BYTES, 3, 0, bytes, n);
		if (get)
			record_item(&r, HT_ITEM_BYTES, 4, 0, (uint32_t[1]){ (uint32_t)n }, 4);
		ht_buffer_reset(&b);
		record_render(&r, !get, &b, &t);
		snprintf(tail, sizeof(tail), "%s%s%s\"length\":%zu", value ? "\"value\":" : "", value ? value : "", value ? "," : "", n);
		assert_non_null(strstr(b.data, tail));
		assert_true(value || !strstr(b.data, "value"));
	}
}

static void test_options(void **state)
{
	const uint8_t v6[20] = { 0xff, 1, [15] = 0x77, 2 };
	const uint8_t mreqn[12] = { 224, 0, 1, 5, 127, 0, 0, 1, 2 };
	struct record r;

	(void)state;
	check_option(1, 36, (int32_t[1]){ -5 }, 4, "-5");
	check_option(0, 1, "\x10", 1, "16");
	check_option(1, 47, (uint64_t[1]){ 1ull << 40 }, 8, "1099511627776");
	check_option(1, 13, (int32_t[2]){ 1, 5 }, 8, "{\"on\":1,\"seconds\":5}");
	check_option(1, 13, (int32_t[2]){ 1, 5 }, 4, "1");
	check_option(1, 20, (int64_t[2]){ 2, 500 }, 16, "{\"seconds\":2,\"microseconds\":500}");
	check_option(1, 17, (int32_t[3]){ 7, 0, 5 }, 12, "{\"pid\":7,\"uid\":0,\"gid\":5}");
	check_option(1, 25, "lo\0\0", 4, "\"lo\"");
	check_option(1, 3, (int32_t[1]){ 2 }, 4, "\"SOCK_DGRAM\"");
	check_option(1, 4, (int32_t[1]){ 111 }, 4, "\"ECONNREFUSED\"");
	check_option(1, 59, (uint32_t[2]){ 4, 5 }, 8, "[4,5]");
	check_option(0, 35, mreqn, 12, "{\"group\":\"224.0.1.5\",\"address\":\"127.0.0.1\",\"interface\":2}");
	check_option(0, 35, mreqn, 8, "{\"group\":\"224.0.1.5\",\"address\":\"127.0.0.1\"}");
	check_option(41, 20, v6, 20, "{\"group\":\"ff01::77\",\"interface\":2}");
	check_option(6, 13, "bbr", 3, "\"bbr\"");
	/* Keys, and what may be one: only the length is told. */
	check_option(282, 1, (int32_t[1]){ 0x12345678 }, 4, NULL);
	check_option(279, 1, "key!", 4, NULL);
	check_option(279, 1, "key", 3, NULL);
	check_option(274, 99, "password", 8, NULL);
	check_option(274, 99, (int32_t[1]){ 7 }, 4, "7");
	check_option(6, 14, (int32_t[1]){ 0x12345678 }, 4, NULL);
	check_option(132, 23, "12345678", 8, NULL);
	check_option(0, 1, "abcdefg", 7, NULL);
	record_begin(&r, "setsockopt", HT_ABI_X86_64, 0, ARGS(3, 282, 1, 0x1000, 40));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (int32_t[1]){ 0x12345678 }, 4);
	assert_request(&r, "\"fd\":3,\"level\":\"SOL_TLS\",\"option\":\"TLS_TX\",\"length\":40");
	/* Of a filter that is read the length counts instructions. */
	record_begin(&r, "getsockopt", HT_ABI_X86_64, 0, ARGS(3, 1, 26, 0x1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 3, 0, "\6", 1);
	record_item(&r, HT_ITEM_BYTES, 4, 0, (uint32_t[1]){ 1 }, 4);
	assert_response(&r, "\"result\":0,\"length\":1");
	/* The group lies otherwise on i386. */
	record_begin(&r, "setsockopt", HT_ABI_I386, 0, ARGS(3, 0, 42, 0x1000, 132));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (uint8_t[132]){ 1, [4] = 2, 0, 0, 0, 224, 0, 1, 8 }, 132);
	assert_request(&r, "\"fd\":3,\"level\":\"SOL_IP\",\"option\":\"MCAST_JOIN_GROUP\",\"value\":{\"interface\":1,"
			   "\"group\":{\"family\":\"AF_INET\",\"address\":\"224.0.1.8\",\"port\":0}},\"length\":132");
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
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
