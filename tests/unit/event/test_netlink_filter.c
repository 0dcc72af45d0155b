/* SPDX-License-Identifier: BSD-2-Clause */
/* NETLINK_NETFILTER: nftables, connection tracking, queues, logs, ipset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "netlink.h"

#define REQUESTED "\"flags\":[\"NLM_F_REQUEST\"]"
#define INET BYTES(1, 0, 0, 0)

static void put_be64(struct message *m, uint16_t type, uint64_t v)
{
	v = __builtin_bswap64(v);
	attribute(m, type, &v, sizeof(v));
}

static void test_table_and_chain(void **state)
{
	struct message m = { 0 };
	size_t hook;

	(void)state;
	message(&m, 0x10, REQUEST, BYTES(0, 0, 0, 10));
	attribute_be32(&m, 1, 77);
	message(&m, 0xa00, REQUEST, INET);
	attribute_text(&m, 1, "filter");
	attribute_be32(&m, 2, 1);
	put_be64(&m, 4, 5);
	message(&m, 0xa03, REQUEST | CREATE, INET);
	attribute_text(&m, 1, "filter");
	attribute_text(&m, 3, "input");
	hook = nest(&m, 0x8000 | 4);
	attribute_be32(&m, 1, 1);
	attribute_be32(&m, 2, (uint32_t)-10);
	nest_end(&m, hook);
	attribute_be32(&m, 5, 0);
	attribute_text(&m, 7, "filter");
	message(&m, 0x11, REQUEST, BYTES(0, 0, 0, 10));
	assert_messages(&m, 12,
			"{\"type\":\"NFNL_MSG_BATCH_BEGIN\"," REQUESTED ",\"batch\":{\"subsystem\":10,\"generation\":77}},"
			"{\"type\":\"NFT_MSG_NEWTABLE\"," REQUESTED ",\"table\":{\"family\":\"NFPROTO_INET\",\"name\":\"filter\","
			"\"handle\":5,\"flags\":[\"NFT_TABLE_F_DORMANT\"]}},"
			"{\"type\":\"NFT_MSG_NEWCHAIN\",\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_CREATE\"],\"chain\":{"
			"\"family\":\"NFPROTO_INET\",\"table\":\"filter\",\"name\":\"input\",\"type\":\"filter\",\"hook\":{"
			"\"number\":\"NF_INET_LOCAL_IN\",\"priority\":-10},\"policy\":\"NF_DROP\"}},"
			"{\"type\":\"NFNL_MSG_BATCH_END\"," REQUESTED ",\"batch\":{\"subsystem\":10}}");
	assert_event(&m, 12, "AddFirewallTable", HT_RESOURCE_NONE, NULL);
}

static void assert_named(uint16_t type, uint8_t family, uint16_t second, const char *event, enum ht_resource_kind kind,
			 const char *name)
{
	struct message m = { 0 };

	message(&m, type, REQUEST, BYTES(family, 0, 0, 0));
	attribute_text(&m, 1, "t");
	if (second)
		attribute_text(&m, second, "second");
	assert_event(&m, 12, event, kind, name);
}

static void test_names(void **state)
{
	struct message m = { 0 };

	(void)state;
	assert_named(0xa00, 2, 0, "AddFirewallTable", HT_RESOURCE_FIREWALL_TABLE, "ip/t");
	assert_named(0xa02, 10, 0, "DeleteFirewallTable", HT_RESOURCE_FIREWALL_TABLE, "ip6/t");
	assert_named(0xa1a, 3, 0, "DeleteFirewallTable", HT_RESOURCE_FIREWALL_TABLE, "arp/t");
	assert_named(0xa03, 7, 3, "AddFirewallChain", HT_RESOURCE_FIREWALL_CHAIN, "bridge/t/second");
	assert_named(0xa05, 5, 0, "DeleteFirewallChain", HT_RESOURCE_FIREWALL_CHAIN, "netdev/t");
	assert_named(0xa06, 1, 2, "AddFirewallRule", HT_RESOURCE_FIREWALL_RULE, "inet/t/second");
	assert_named(0xa1c, 99, 2, "DeleteFirewallRule", HT_RESOURCE_FIREWALL_RULE, "99/t/second");
	assert_named(0xa09, 1, 2, "AddFirewallSet", HT_RESOURCE_FIREWALL_SET, "inet/t/second");
	assert_named(0xa0b, 1, 2, "DeleteFirewallSet", HT_RESOURCE_FIREWALL_SET, "inet/t/second");
	assert_named(0xa0c, 1, 2, "ChangeFirewallSet", HT_RESOURCE_FIREWALL_SET, "inet/t/second");
	assert_named(0xa12, 1, 2, "AddFirewallObject", HT_RESOURCE_FIREWALL_OBJECT, "inet/t/second");
	assert_named(0xa18, 1, 2, "DeleteFirewallFlowtable", HT_RESOURCE_FIREWALL_OBJECT, "inet/t/second");
	assert_named(0xa07, 1, 2, "GetFirewall", HT_RESOURCE_FIREWALL_RULE, "inet/t/second");
	/* All there is of a family, and of all; what is listed is no name. */
	message(&m, 0xa02, REQUEST, INET);
	assert_event(&m, 12, "DeleteFirewallTable", HT_RESOURCE_FIREWALL_TABLE, "inet");
	m.bytes[16] = 0;
	assert_event(&m, 12, "DeleteFirewallTable", HT_RESOURCE_FIREWALL_TABLE, "all");
	m = (struct message){ 0 };
	message(&m, 0xa07, REQUEST | DUMP, INET);
	assert_event(&m, 12, "GetFirewall", HT_RESOURCE_NONE, NULL);
	m = (struct message){ 0 };
	message(&m, 0xa08, REQUEST, INET);
	attribute_text(&m, 1, "t");
	attribute_text(&m, 2, "c");
	put_be64(&m, 3, 0x100000007);
	assert_event(&m, 12, "DeleteFirewallRule", HT_RESOURCE_FIREWALL_RULE, "inet/t/c handle 4294967303");
	assert_messages(&m, 12, "{\"type\":\"NFT_MSG_DELRULE\"," REQUESTED ",\"rule\":{\"family\":\"NFPROTO_INET\",\"table\":\"t\","
				"\"chain\":\"c\",\"handle\":4294967303}}");
}

static size_t expression(struct message *m, const char *name, size_t *ret_data)
{
	size_t one = nest(m, 1);

	attribute_text(m, 1, name);
	*ret_data = nest(m, 0x8000 | 2);
	return one;
}

static void expression_end(struct message *m, size_t one, size_t data)
{
	nest_end(m, data);
	nest_end(m, one);
}

static void test_rule(void **state)
{
	struct message m = { 0 };
	size_t list, one, data, value, verdict;

	(void)state;
	message(&m, 0xa06, REQUEST, INET);
	attribute_text(&m, 1, "t");
	attribute_text(&m, 2, "c");
	put_be64(&m, 6, 9);
	list = nest(&m, 0x8000 | 4);
	one = expression(&m, "meta", &data);
	attribute_be32(&m, 2, 6);
	attribute_be32(&m, 1, 1);
	expression_end(&m, one, data);
	one = expression(&m, "payload", &data);
	attribute_be32(&m, 1, 1);
	attribute_be32(&m, 2, 2);
	attribute_be32(&m, 3, 2);
	attribute_be32(&m, 4, 2);
	expression_end(&m, one, data);
	one = expression(&m, "cmp", &data);
	attribute_be32(&m, 1, 1);
	attribute_be32(&m, 2, 1);
	value = nest(&m, 3);
	attribute(&m, 1, BYTES(0, 22));
	nest_end(&m, value);
	expression_end(&m, one, data);
	one = expression(&m, "log", &data);
	attribute_text(&m, 2, "in: ");
	expression_end(&m, one, data);
	one = expression(&m, "lookup", &data);
	attribute_text(&m, 1, "blocked");
	expression_end(&m, one, data);
	one = expression(&m, "counter", &data);
	put_be64(&m, 1, 5);
	expression_end(&m, one, data);
	one = expression(&m, "immediate", &data);
	attribute_be32(&m, 1, 0);
	value = nest(&m, 2);
	verdict = nest(&m, 2);
	attribute_be32(&m, 1, (uint32_t)-3);
	attribute_text(&m, 2, "other");
	nest_end(&m, verdict);
	nest_end(&m, value);
	expression_end(&m, one, data);
	attribute(&m, 1, "", 0);
	nest_end(&m, list);
	assert_messages(&m, 12,
			"{\"type\":\"NFT_MSG_NEWRULE\"," REQUESTED ",\"rule\":{\"family\":\"NFPROTO_INET\",\"table\":\"t\",\"chain\":\"c\","
			"\"position\":9,\"expressions\":[{\"name\":\"meta\",\"toRegister\":1,\"key\":\"NFT_META_IIFNAME\"},"
			"{\"name\":\"payload\",\"toRegister\":1,\"base\":\"NFT_PAYLOAD_TRANSPORT_HEADER\",\"offset\":2,\"length\":2},"
			"{\"name\":\"cmp\",\"register\":1,\"operation\":\"NFT_CMP_NEQ\",\"data\":{\"value\":\"0016\"}},"
			"{\"name\":\"log\",\"prefix\":\"in: \"},{\"name\":\"lookup\",\"set\":\"blocked\"},{\"name\":\"counter\"},"
			"{\"name\":\"immediate\",\"register\":0,\"data\":{\"verdict\":{\"code\":\"NFT_JUMP\",\"chain\":\"other\"}}},"
			"{}]}}");
	/* Cut in the middle of the expressions: an attribute that is not whole is none. */
	memcpy(m.bytes, &(uint32_t){ 96 }, 4);
	m.used = 96;
	assert_messages(&m, 12,
			"{\"type\":\"NFT_MSG_NEWRULE\"," REQUESTED ",\"rule\":{\"family\":\"NFPROTO_INET\",\"table\":\"t\",\"chain\":\"c\","
			"\"position\":9}}");
}

static void test_sets(void **state)
{
	struct message m = { 0 };
	size_t list, one, key;

	(void)state;
	message(&m, 0xa09, REQUEST, INET);
	attribute_text(&m, 1, "t");
	attribute_text(&m, 2, "blocked");
	attribute_be32(&m, 3, 4);
	attribute_be32(&m, 4, 7);
	attribute_be32(&m, 5, 4);
	message(&m, 0xa0c, REQUEST, INET);
	attribute_text(&m, 1, "t");
	attribute_text(&m, 2, "blocked");
	list = nest(&m, 0x8000 | 3);
	for (uint8_t i = 1; i <= 2; i++) {
		one = nest(&m, 1);
		key = nest(&m, 1);
		attribute(&m, 1, BYTES(192, 0, 2, i));
		nest_end(&m, key);
		if (i == 2)
			attribute_be32(&m, 3, 1);
		nest_end(&m, one);
	}
	nest_end(&m, list);
	message(&m, 0xa12, REQUEST, INET);
	attribute_text(&m, 1, "t");
	attribute_text(&m, 2, "hits");
	attribute_be32(&m, 3, 1);
	message(&m, 0xa16, REQUEST, INET);
	attribute_text(&m, 1, "t");
	attribute_text(&m, 2, "fast");
	list = nest(&m, 3);
	attribute_be32(&m, 1, 0);
	one = nest(&m, 3);
	attribute_text(&m, 1, "eth0");
	nest_end(&m, one);
	nest_end(&m, list);
	assert_messages(&m, 12,
			"{\"type\":\"NFT_MSG_NEWSET\"," REQUESTED ",\"set\":{\"family\":\"NFPROTO_INET\",\"table\":\"t\",\"name\":\"blocked\","
			"\"flags\":[\"NFT_SET_INTERVAL\"],\"keyType\":7,\"keyLength\":4}},"
			"{\"type\":\"NFT_MSG_NEWSETELEM\"," REQUESTED ",\"elements\":{\"family\":\"NFPROTO_INET\",\"table\":\"t\","
			"\"set\":\"blocked\",\"elements\":[{\"key\":{\"value\":\"c0000201\"}},{\"key\":{\"value\":\"c0000202\"},"
			"\"flags\":[\"NFT_SET_ELEM_INTERVAL_END\"]}]}},"
			"{\"type\":\"NFT_MSG_NEWOBJ\"," REQUESTED ",\"object\":{\"family\":\"NFPROTO_INET\",\"table\":\"t\",\"name\":\"hits\","
			"\"type\":\"NFT_OBJECT_COUNTER\"}},"
			"{\"type\":\"NFT_MSG_NEWFLOWTABLE\"," REQUESTED ",\"flowtable\":{\"family\":\"NFPROTO_INET\",\"table\":\"t\","
			"\"name\":\"fast\",\"hook\":{\"number\":0,\"devices\":[{\"name\":\"eth0\"}]}}}");
}

static void test_connections(void **state)
{
	struct message m = { 0 };
	size_t tuple, part;

	(void)state;
	message(&m, 0x102, REQUEST, BYTES(2, 0, 0, 0));
	tuple = nest(&m, 0x8000 | 1);
	part = nest(&m, 0x8000 | 1);
	attribute(&m, 1, BYTES(10, 0, 0, 1));
	attribute(&m, 2, BYTES(10, 0, 0, 2));
	nest_end(&m, part);
	part = nest(&m, 0x8000 | 2);
	attribute(&m, 1, BYTES(6));
	attribute(&m, 2, BYTES(0x9c, 0x40));
	attribute(&m, 3, BYTES(0, 22));
	nest_end(&m, part);
	nest_end(&m, tuple);
	attribute_be32(&m, 8, 0x10);
	assert_messages(&m, 12, "{\"type\":\"IPCTNL_MSG_CT_DELETE\"," REQUESTED ",\"connection\":{\"family\":\"NFPROTO_IPV4\","
				"\"original\":{\"addresses\":{\"source\":\"10.0.0.1\",\"destination\":\"10.0.0.2\"},\"protocol\":{"
				"\"number\":\"IPPROTO_TCP\",\"sourcePort\":40000,\"destinationPort\":22}},\"mark\":\"0x10\"}}");
	assert_event(&m, 12, "ChangeConnectionTracking", HT_RESOURCE_NONE, NULL);
}

static void test_queues_logs_and_ipset(void **state)
{
	struct message m = { 0 };
	size_t data, address;

	(void)state;
	message(&m, 0x302, REQUEST, BYTES(0, 0, 0, 5));
	attribute(&m, 1, BYTES(1, 0, 0, 2));
	message(&m, 0x401, REQUEST, BYTES(0, 0, 0, 6));
	attribute(&m, 1, BYTES(2, 0, 0, 2));
	message(&m, 0x301, REQUEST, BYTES(0, 0, 0, 5));
	message(&m, 0x602, REQUEST, BYTES(2, 0, 0, 0));
	attribute_text(&m, 2, "blocked");
	attribute_text(&m, 3, "hash:ip");
	message(&m, 0x609, REQUEST, BYTES(2, 0, 0, 0));
	attribute_text(&m, 2, "blocked");
	data = nest(&m, 0x8000 | 7);
	address = nest(&m, 0x8000 | 1);
	attribute(&m, 0x4000 | 1, BYTES(192, 0, 2, 1));
	nest_end(&m, address);
	attribute(&m, 3, BYTES(24));
	nest_end(&m, data);
	assert_messages(&m, 12,
			"{\"type\":\"NFQNL_MSG_CONFIG\"," REQUESTED ",\"queue\":{\"number\":5,\"command\":\"NFQNL_CFG_CMD_BIND\"}},"
			"{\"type\":\"NFULNL_MSG_CONFIG\"," REQUESTED ",\"log\":{\"number\":6,\"command\":\"NFQNL_CFG_CMD_UNBIND\"}},"
			"{\"type\":\"NFQNL_MSG_VERDICT\"," REQUESTED ",\"queue\":{\"number\":5}},"
			"{\"type\":\"IPSET_CMD_CREATE\"," REQUESTED ",\"set\":{\"family\":\"NFPROTO_IPV4\",\"name\":\"blocked\","
			"\"type\":\"hash:ip\"}},"
			"{\"type\":\"IPSET_CMD_ADD\"," REQUESTED ",\"set\":{\"family\":\"NFPROTO_IPV4\",\"name\":\"blocked\",\"data\":{"
			"\"from\":{\"address\":\"192.0.2.1\"},\"prefixLength\":24}}}");
	assert_event(&m, 12, "ConfigureFirewallQueue", HT_RESOURCE_NONE, NULL);
	m = (struct message){ 0 };
	message(&m, 0x603, REQUEST, BYTES(2, 0, 0, 0));
	attribute_text(&m, 2, "blocked");
	assert_event(&m, 12, "DeleteFirewallSet", HT_RESOURCE_FIREWALL_SET, "blocked");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_and_chain), cmocka_unit_test(test_names),
		cmocka_unit_test(test_rule),            cmocka_unit_test(test_sets),
		cmocka_unit_test(test_connections),     cmocka_unit_test(test_queues_logs_and_ipset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
