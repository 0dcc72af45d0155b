/* SPDX-License-Identifier: BSD-2-Clause */
/* Control messages in both layouts, each form, and buffers that lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "message.h"

/* The control messages as text, of a sendmsg that has nothing else. */
static void check(const struct controls *c, uint64_t full, const char *expected)
{
	const struct message m = { .control = 0x5000, .control_length = full ? full : c->used };
	const uint64_t args[HT_ARGS] = { 3, 0x1000, 0 };
	char want[4096];
	struct record r;

	record_begin(&r, "sendmsg", c->word == 8 ? HT_ABI_X86_64 : HT_ABI_I386, 0, args);
	record_message(&r, 1, c->word, &m);
	record_item(&r, HT_ITEM_CONTROL, 1, 0, c->bytes, c->used);
	if (full) {
		record_last(&r)->full_length = (ht_u32)full;
		record_last(&r)->flags = HT_ITEM_TRUNCATED;
	}
	snprintf(want, sizeof(want), "\"fd\":3,\"message\":{\"address\":null,\"addressLength\":0,\"vectors\":null,\"vectorCount\":0,\"control\":[%s],"
		 "\"controlLength\":%llu,\"flags\":[]},\"flags\":[]", expected, (unsigned long long)m.control_length);
	assert_request_cut(&r, want, full ? "requestParameters.message.control" : NULL, full);
	assert_well_formed(&r);
}

/* One of this level and type, in both layouts. */
static void one(uint32_t level, uint32_t type, const void *data, size_t n, const char *expected)
{
	for (size_t word = 4; word <= 8; word += 4) {
		struct controls c = { .word = word };

		control_add(&c, level, type, 0, data, n);
		check(&c, 0, expected);
	}
}

static void number(uint32_t level, uint32_t type, int32_t v, const char *expected)
{
	one(level, type, &v, sizeof(v), expected);
}

#define OF(level, type, more) "{\"level\":\"" level "\",\"type\":\"" type "\"," more "}"

static void test_socket(void **state)
{
	const uint32_t self[3] = { 17, 0, 0xffffffff }, packet[4] = { 2, 60 };
	const uint64_t memory[3] = { 4096, 7ull << 32 | 100, 1ull << 32 | 9 };
	const int32_t fds[] = { 0, -1 };

	(void)state;
	one(1, 1, fds, sizeof(fds), OF("SOL_SOCKET", "SCM_RIGHTS", "\"value\":[{\"fd\":0},{\"fd\":-1}]"));
	one(1, 1, "x", 1, OF("SOL_SOCKET", "SCM_RIGHTS", "\"data\":\"78\""));
	one(1, 2, self, sizeof(self), OF("SOL_SOCKET", "SCM_CREDENTIALS", "\"value\":{\"pid\":17,\"uid\":0,\"gid\":null}"));
	one(1, 2, self, 11, OF("SOL_SOCKET", "SCM_CREDENTIALS", "\"data\":\"1100000000000000ffffff\""));
	one(1, 3, "unconfined", 11, OF("SOL_SOCKET", "SCM_SECURITY", "\"value\":\"unconfined\""));
	number(1, 4, 9, OF("SOL_SOCKET", "SCM_PIDFD", "\"value\":9"));
	number(1, 12, 6, OF("SOL_SOCKET", "SO_PRIORITY", "\"value\":6"));
	number(1, 36, 0x10, OF("SOL_SOCKET", "SO_MARK", "\"value\":16"));
	number(1, 40, 3, OF("SOL_SOCKET", "SO_RXQ_OVFL", "\"value\":3"));
	one(1, 58, packet, sizeof(packet), OF("SOL_SOCKET", "SCM_TIMESTAMPING_PKTINFO", "\"value\":{\"interface\":2,\"length\":60}"));
	one(1, 61, memory, 8, OF("SOL_SOCKET", "SCM_TXTIME", "\"value\":4096"));
	one(1, 79, memory, sizeof(memory), OF("SOL_SOCKET", "SCM_DEVMEM_DMABUF",
					       "\"value\":{\"offset\":4096,\"size\":100,\"token\":7,\"id\":9,\"flags\":\"0x1\"}"));
	/* No type at all. */
	number(1, 1000, 1, "{\"level\":\"SOL_SOCKET\",\"type\":1000,\"data\":\"01000000\"}");
	number(999, 5, 1, "{\"level\":999,\"type\":5,\"data\":\"01000000\"}");
	one(0xffffffff, 0xffffffff, "", 0, "{\"level\":-1,\"type\":-1}");
}

/* The words of times are as wide as the caller's; those that are new are the same everywhere. */
static void test_times(void **state)
{
	const uint64_t wide[6] = { 5, 6, 7, 8, 9, 10 };
	const uint32_t narrow[6] = { 5, 6, 7, 8, 9, 10 }, flags = 0x18;

	(void)state;
	one(1, 29, wide, 16, OF("SOL_SOCKET", "SCM_TIMESTAMP", "\"value\":{\"seconds\":5,\"microseconds\":6}"));
	one(1, 29, narrow, 8, OF("SOL_SOCKET", "SCM_TIMESTAMP", "\"value\":{\"seconds\":5,\"microseconds\":6}"));
	one(1, 35, wide, 16, OF("SOL_SOCKET", "SCM_TIMESTAMPNS", "\"value\":{\"seconds\":5,\"nanoseconds\":6}"));
	one(1, 35, narrow, 8, OF("SOL_SOCKET", "SCM_TIMESTAMPNS", "\"value\":{\"seconds\":5,\"nanoseconds\":6}"));
#define THREE "\"value\":[{\"seconds\":5,\"nanoseconds\":6},{\"seconds\":7,\"nanoseconds\":8},{\"seconds\":9,\"nanoseconds\":10}]"
	one(1, 37, wide, 48, OF("SOL_SOCKET", "SCM_TIMESTAMPING", THREE));
	one(1, 37, narrow, 24, OF("SOL_SOCKET", "SCM_TIMESTAMPING", THREE));
	one(1, 65, wide, 48, OF("SOL_SOCKET", "SO_TIMESTAMPING_NEW", THREE));
	/* Whoever sends asks for them by flags. */
	one(1, 37, &flags, 4, OF("SOL_SOCKET", "SCM_TIMESTAMPING",
				  "\"value\":{\"flags\":[\"SOF_TIMESTAMPING_RX_SOFTWARE\",\"SOF_TIMESTAMPING_SOFTWARE\"]}"));
	one(1, 37, wide, 20, OF("SOL_SOCKET", "SCM_TIMESTAMPING", "\"data\":\"0500000000000000060000000000000007000000\""));
	one(1, 63, wide, 16, OF("SOL_SOCKET", "SO_TIMESTAMP_NEW", "\"value\":{\"seconds\":5,\"microseconds\":6}"));
	one(1, 64, wide, 16, OF("SOL_SOCKET", "SO_TIMESTAMPNS_NEW", "\"value\":{\"seconds\":5,\"nanoseconds\":6}"));
}

static void test_ip(void **state)
{
	static const uint8_t info[12] = { 2, 0, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2 }, address[16] = { 2, 0, 0, 80, 10, 0, 0, 3 };
	uint8_t error[32] = { 111, 0, 0, 0, 2, 3, 1, 0, 5, 0, 0, 0, 6 };

	(void)state;
	memcpy(error + 16, address, sizeof(address));
	one(0, 1, "\x10", 1, OF("SOL_IP", "IP_TOS", "\"value\":16"));
	number(0, 2, 64, OF("SOL_IP", "IP_TTL", "\"value\":64"));
	one(0, 3, "label", 5, OF("SOL_IP", "SCM_SECURITY", "\"value\":\"label\""));
	one(0, 8, info, sizeof(info), OF("SOL_IP", "IP_PKTINFO",
					  "\"value\":{\"interface\":2,\"localAddress\":\"10.0.0.1\",\"address\":\"10.0.0.2\"}"));
	one(0, 11, error, sizeof(error),
	    OF("SOL_IP", "IP_RECVERR", "\"value\":{\"error\":\"ECONNREFUSED\",\"origin\":\"SO_EE_ORIGIN_ICMP\",\"type\":3,\"code\":1,"
					"\"info\":5,\"data\":6,\"offender\":{\"family\":\"AF_INET\",\"address\":\"10.0.0.3\",\"port\":80}}"));
	one(0, 20, address, sizeof(address),
	    OF("SOL_IP", "IP_ORIGDSTADDR", "\"value\":{\"family\":\"AF_INET\",\"address\":\"10.0.0.3\",\"port\":80}"));
	number(0, 23, 0x1234, OF("SOL_IP", "IP_CHECKSUM", "\"value\":\"0x1234\""));
	number(0, 25, 1400, OF("SOL_IP", "IP_RECVFRAGSIZE", "\"value\":1400"));
	number(0, 6, 1, OF("SOL_IP", "IP_RECVOPTS", "\"data\":\"01000000\""));
	number(6, 36, 77, OF("SOL_TCP", "TCP_INQ", "\"value\":77"));
	one(17, 103, "\x00\x05", 2, OF("SOL_UDP", "UDP_SEGMENT", "\"value\":1280"));
	number(17, 104, 1280, OF("SOL_UDP", "UDP_GRO", "\"value\":1280"));
}

static void test_ipv6(void **state)
{
	uint8_t info[20] = { 0xfe, 0x80, [15] = 1, [16] = 3 }, error[44] = { 113, 0, 0, 0, 3, 1, 4 }, mtu[32] = { 10, 0, 0, 80 };

	(void)state;
	error[16] = 10;
	error[24 + 15] = 1;
	mtu[8 + 15] = 1;
	mtu[28] = 0xdc;
	mtu[29] = 5;
	one(41, 50, info, sizeof(info), OF("SOL_IPV6", "IPV6_PKTINFO", "\"value\":{\"address\":\"fe80::1\",\"interface\":3}"));
	one(41, 2, info, sizeof(info), OF("SOL_IPV6", "IPV6_2292PKTINFO", "\"value\":{\"address\":\"fe80::1\",\"interface\":3}"));
	one(41, 25, error, sizeof(error),
	    OF("SOL_IPV6", "IPV6_RECVERR", "\"value\":{\"error\":\"EHOSTUNREACH\",\"origin\":\"SO_EE_ORIGIN_ICMP6\",\"type\":1,"
					    "\"code\":4,\"info\":0,\"data\":0,\"offender\":{\"family\":\"AF_INET6\",\"address\":\"::1\",\"port\":0}}"));
	number(41, 52, 64, OF("SOL_IPV6", "IPV6_HOPLIMIT", "\"value\":64"));
	one(41, 61, mtu, sizeof(mtu),
	    OF("SOL_IPV6", "IPV6_PATHMTU", "\"value\":{\"address\":{\"family\":\"AF_INET6\",\"address\":\"::1\",\"port\":80},\"mtu\":1500}"));
	number(41, 67, 8, OF("SOL_IPV6", "IPV6_TCLASS", "\"value\":8"));
}

static void test_others(void **state)
{
	const uint32_t packet[5] = { 0x51, 60, 40, 14 << 16, 0x81000005 };
	static const uint8_t vector[8] = { 4, 0, 0, 0, 1, 2, 3, 4 };

	(void)state;
	one(263, 8, packet, sizeof(packet),
	    OF("SOL_PACKET", "PACKET_AUXDATA", "\"value\":{\"status\":[\"TP_STATUS_USER\",\"TP_STATUS_VLAN_VALID\","
						"\"TP_STATUS_VLAN_TPID_VALID\"],\"length\":60,\"captured\":40,\"linkOffset\":0,"
						"\"networkOffset\":14,\"vlanTag\":\"0x5\",\"vlanProtocol\":\"0x8100\"}"));
	number(270, 3, 1, OF("SOL_NETLINK", "NETLINK_PKTINFO", "\"value\":1"));
	one(282, 1, "\x16", 1, OF("SOL_TLS", "TLS_SET_RECORD_TYPE", "\"value\":22"));
	one(132, 1, "\x01\x02", 2, OF("SOL_SCTP", "SCTP_SNDRCV", "\"data\":\"0102\""));
	one(279, 2, vector, sizeof(vector), OF("SOL_ALG", "ALG_SET_IV", "\"value\":{\"length\":4,\"vector\":\"01020304\"}"));
	number(279, 3, 1, OF("SOL_ALG", "ALG_SET_OP", "\"value\":\"ALG_OP_ENCRYPT\""));
	number(279, 4, 16, OF("SOL_ALG", "ALG_SET_AEAD_ASSOCLEN", "\"value\":16"));
	/* A key, which has no business here, is none of ours either. */
	one(279, 1, "secret", 6, "{\"level\":\"SOL_ALG\",\"type\":\"ALG_SET_KEY\"}");
	one(279, 99, "secret", 6, "{\"level\":\"SOL_ALG\",\"type\":99}");
}

static void test_several(void **state)
{
	(void)state;
	for (size_t word = 4; word <= 8; word += 4) {
		struct controls c = { .word = word };

		control_add(&c, 0, 1, 0, "\x10", 1);
		control_add(&c, 0, 2, 0, "\x40\0\0\0", 4);
		/* Less than a header behind them is none. */
		c.used += word + 7;
		check(&c, 0, OF("SOL_IP", "IP_TOS", "\"value\":16") "," OF("SOL_IP", "IP_TTL", "\"value\":64"));
	}
}

static void test_lengths_lie(void **state)
{
	static const uint64_t lengths[] = { 1, 11, 0x7fffffff, 0xffffffff };
	char expected[256];

	(void)state;
	for (size_t word = 4; word <= 8; word += 4)
		for (size_t i = 0; i < 4; i++) {
			struct controls c = { .word = word };

			control_add(&c, 0, 1, 0, "\x10", 1);
			control_add(&c, 0, 2, lengths[i], "\x40\0\0\0", 4);
			control_add(&c, 0, 2, 0, "\x40\0\0\0", 4);
			snprintf(expected, sizeof(expected), OF("SOL_IP", "IP_TOS", "\"value\":16") "," OF("SOL_IP", "IP_TTL", "\"length\":%llu"),
				 (unsigned long long)lengths[i]);
			check(&c, 0, expected);
		}
	for (size_t n = 0; n < 2; n++) {
		struct controls c = { .word = 8 };

		control_add(&c, 0, 2, n ? UINT64_MAX : UINT64_MAX - 6, "\x40\0\0\0", 4);
		snprintf(expected, sizeof(expected), OF("SOL_IP", "IP_TTL", "\"length\":%llu"),
			 (unsigned long long)(n ? UINT64_MAX : UINT64_MAX - 6));
		check(&c, 0, expected);
	}
}

/* What the recorder has cut is no lie of the caller's. */
static void test_cut(void **state)
{
	const int32_t fds[] = { 1, 2 };

	(void)state;
	for (size_t word = 4; word <= 8; word += 4) {
		struct controls c = { .word = word };

		control_add(&c, 1, 1, word + 8 + 400, fds, sizeof(fds));
		check(&c, 600, OF("SOL_SOCKET", "SCM_RIGHTS", "\"value\":[{\"fd\":1},{\"fd\":2}]"));
	}
	for (size_t word = 4; word <= 8; word += 4) {
		struct controls c = { .word = word };

		control_add(&c, 0, 8, word + 8 + 12, "\x01\0\0\0", 4);
		c.used = word + 8 + 4;
		check(&c, word + 8 + 12, OF("SOL_IP", "IP_PKTINFO", "\"data\":\"01000000\""));
	}
	/* Half of a struct of wide words is no struct of narrow ones, and half of a number none. */
	for (size_t word = 4; word <= 8; word += 4) {
		struct controls c = { .word = word };

		control_add(&c, 1, 29, word + 8 + 16, "\x01\0\0\0\x02\0\0\0", 8);
		c.used = word + 8 + 8;
		check(&c, word + 8 + 16, OF("SOL_SOCKET", "SCM_TIMESTAMP", "\"data\":\"0100000002000000\""));
		c = (struct controls){ .word = word };
		control_add(&c, 0, 2, word + 8 + 4, "\x40\0", 2);
		c.used = word + 8 + 2;
		check(&c, word + 8 + 4, OF("SOL_IP", "IP_TTL", "\"data\":\"4000\""));
	}
}

/* Any bytes at all. */
static void test_hostile(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		const struct message m = { .control = 1, .control_length = 1 };
		const uint64_t args[HT_ARGS] = { 3, 0x1000, 0 };
		uint8_t bytes[96];
		struct record r;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1103515245 + 12345;
			bytes[i] = seed >> 16 & 7 ? 0 : (uint8_t)(seed >> 20);
		}
		record_begin(&r, "sendmsg", round & 1 ? HT_ABI_X86_64 : HT_ABI_I386, 0, args);
		record_message(&r, 1, round & 1 ? 8 : 4, &m);
		record_item(&r, HT_ITEM_CONTROL, 1, 0, bytes, round % (sizeof(bytes) + 1));
		record_last(&r)->full_length = seed;
		assert_well_formed(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_socket),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_ip),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_lengths_lie),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
