/* SPDX-License-Identifier: BSD-2-Clause */
/* NETLINK_ROUTE but for links. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "netlink.h"

#define NEW "\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_ACK\",\"NLM_F_EXCL\",\"NLM_F_CREATE\"]"
#define NEW_FLAGS (REQUEST | ACK | EXCL | CREATE)

static void test_route(void **state)
{
	struct message m = { 0 };

	(void)state;
	message(&m, 24, NEW_FLAGS, BYTES(2, 16, 8, 4, 254, 3, 0, 1, 4, 0, 0, 0));
	attribute(&m, 1, BYTES(10, 9, 0, 0));
	attribute(&m, 2, BYTES(10, 0, 0, 0));
	attribute_u32(&m, 3, 3);
	attribute_u32(&m, 4, 2);
	attribute(&m, 5, BYTES(10, 0, 0, 1));
	attribute_u32(&m, 6, 100);
	attribute(&m, 7, BYTES(10, 0, 0, 7));
	attribute_u32(&m, 16, 0x1f);
	assert_messages(&m, 0, "{\"type\":\"RTM_NEWROUTE\"," NEW ",\"route\":{\"family\":\"AF_INET\",\"destination\":\"10.9.0.0/16\","
			       "\"source\":\"10.0.0.0/8\",\"gateway\":\"10.0.0.1\",\"inputInterface\":3,\"interface\":2,"
			       "\"preferredSource\":\"10.0.0.7\",\"priority\":100,\"mark\":\"0x1f\",\"table\":254,\"tos\":4,"
			       "\"protocol\":\"RTPROT_BOOT\",\"scope\":\"RT_SCOPE_UNIVERSE\",\"type\":\"RTN_UNICAST\","
			       "\"flags\":[\"RTNH_F_ONLINK\"]}}");
	assert_event(&m, 0, "AddRoute", HT_RESOURCE_ROUTE, "10.9.0.0/16");
	/* To everywhere, over IPv6, by more than one way, in a table with a large number. */
	m = (struct message){ 0 };
	message(&m, 24, NEW_FLAGS, BYTES(10, 0, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0));
	attribute(&m, 9, BYTES(28, 0, 0, 9, 2, 0, 0, 0, 20, 0, 5, 0, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
			       8, 0, 0, 0, 3, 0, 0, 0));
	attribute_u32(&m, 15, 1000);
	attribute_u32(&m, 30, 7);
	attribute(&m, 18, BYTES(2, 0, 10, 0, 0, 1));
	assert_messages(&m, 0, "{\"type\":\"RTM_NEWROUTE\"," NEW ",\"route\":{\"family\":\"AF_INET6\",\"destination\":\"default\","
			       "\"via\":\"10.0.0.1\",\"nextHops\":[{\"interface\":2,\"weight\":10,\"gateway\":\"fe80::1\"},"
			       "{\"interface\":3,\"weight\":1}],\"nextHop\":7,\"table\":1000,"
			       "\"protocol\":\"RTPROT_BOOT\",\"scope\":\"RT_SCOPE_UNIVERSE\",\"type\":\"RTN_UNICAST\"}}");
	assert_event(&m, 0, "AddRoute", HT_RESOURCE_ROUTE, "default");
	/* Deleting and asking. */
	m = (struct message){ 0 };
	message(&m, 25, REQUEST, BYTES(2, 32, 0, 0, 254, 0, 255, 0, 0, 0, 0, 0));
	attribute(&m, 1, BYTES(10, 9, 8, 7));
	assert_messages(&m, 0, "{\"type\":\"RTM_DELROUTE\",\"flags\":[\"NLM_F_REQUEST\"],\"route\":{\"family\":\"AF_INET\","
			       "\"destination\":\"10.9.8.7/32\",\"table\":254,\"protocol\":\"RTPROT_UNSPEC\","
			       "\"scope\":\"RT_SCOPE_NOWHERE\",\"type\":\"RTN_UNSPEC\"}}");
	assert_event(&m, 0, "DeleteRoute", HT_RESOURCE_ROUTE, "10.9.8.7/32");
	m = (struct message){ 0 };
	message(&m, 26, REQUEST | DUMP, BYTES(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	assert_event(&m, 0, "GetRoute", HT_RESOURCE_NONE, NULL);
}

/* The kernel takes the last of an attribute that stands twice. */
static void test_attributes_lie(void **state)
{
	static const char none[] = "{\"type\":\"RTM_NEWROUTE\",\"flags\":[\"NLM_F_REQUEST\"],\"route\":{\"family\":\"AF_INET\","
				   "\"table\":254,\"protocol\":\"RTPROT_BOOT\",\"scope\":\"RT_SCOPE_UNIVERSE\","
				   "\"type\":\"RTN_UNICAST\"}}";
	static const uint16_t lies[] = { 0, 3, 9, 0xffff };
	struct message m = { 0 };

	(void)state;
	message(&m, 24, REQUEST, BYTES(2, 16, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0));
	attribute(&m, 1, BYTES(10, 9, 0, 0));
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		memcpy(m.bytes + 28, &lies[i], 2);
		assert_messages(&m, 0, none);
		assert_event(&m, 0, "AddRoute", HT_RESOURCE_NONE, NULL);
	}
	memcpy(m.bytes + 28, &(uint16_t){ 8 }, 2);
	attribute(&m, 1, BYTES(10, 8, 0, 0));
	assert_event(&m, 0, "AddRoute", HT_RESOURCE_ROUTE, "10.8.0.0/16");
	/* Flags of the type, and an address that is none. */
	m = (struct message){ 0 };
	message(&m, 24, REQUEST, BYTES(2, 16, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0));
	attribute(&m, 0xc001, BYTES(1, 2, 3));
	assert_event(&m, 0, "AddRoute", HT_RESOURCE_ROUTE, "01:02:03/16");
	/* A number that is too short is not told. */
	attribute(&m, 4, BYTES(1, 2));
	assert_messages(&m, 0, "{\"type\":\"RTM_NEWROUTE\",\"flags\":[\"NLM_F_REQUEST\"],\"route\":{\"family\":\"AF_INET\","
			       "\"destination\":\"01:02:03/16\",\"table\":254,\"protocol\":\"RTPROT_BOOT\","
			       "\"scope\":\"RT_SCOPE_UNIVERSE\",\"type\":\"RTN_UNICAST\"}}");
	/* The struct is cut. */
	m = (struct message){ 0 };
	message(&m, 24, REQUEST, BYTES(2, 16, 0, 0, 254, 3));
	assert_messages(&m, 0, "{\"type\":\"RTM_NEWROUTE\",\"flags\":[\"NLM_F_REQUEST\"],\"route\":{\"family\":\"AF_INET\","
			       "\"table\":254,\"protocol\":\"RTPROT_BOOT\"}}");
	assert_event(&m, 0, "AddRoute", HT_RESOURCE_NONE, NULL);
	/* Hops that are shorter, or longer, than they can be. */
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		uint8_t hop[8] = { (uint8_t)lies[i], (uint8_t)(lies[i] >> 8) };

		m = (struct message){ 0 };
		message(&m, 24, REQUEST, BYTES(2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0));
		attribute(&m, 9, hop, sizeof(hop));
		assert_messages(&m, 0, "{\"type\":\"RTM_NEWROUTE\",\"flags\":[\"NLM_F_REQUEST\"],\"route\":{\"family\":\"AF_INET\","
				       "\"destination\":\"default\",\"nextHops\":[],\"table\":254,\"protocol\":\"RTPROT_BOOT\","
				       "\"scope\":\"RT_SCOPE_UNIVERSE\",\"type\":\"RTN_UNICAST\"}}");
	}
}

static void test_address(void **state)
{
	struct message m = { 0 };

	(void)state;
	message(&m, 20, NEW_FLAGS, BYTES(2, 24, 0x80, 0, 3, 0, 0, 0));
	attribute(&m, 2, BYTES(192, 0, 2, 9));
	attribute(&m, 1, BYTES(192, 0, 2, 9));
	attribute(&m, 4, BYTES(192, 0, 2, 255));
	attribute_text(&m, 3, "eth0:1");
	attribute_u32(&m, 9, 20);
	assert_messages(&m, 0, "{\"type\":\"RTM_NEWADDR\"," NEW ",\"address\":{\"family\":\"AF_INET\",\"interface\":3,"
			       "\"flags\":[\"IFA_F_PERMANENT\"],\"scope\":\"RT_SCOPE_UNIVERSE\",\"label\":\"eth0:1\","
			       "\"broadcast\":\"192.0.2.255\",\"priority\":20,\"address\":\"192.0.2.9/24\"}}");
	assert_event(&m, 0, "AddAddress", HT_RESOURCE_INTERFACE, "interface 3");
	/* A far end; and flags that do not fit the byte. */
	m = (struct message){ 0 };
	message(&m, 21, REQUEST, BYTES(2, 32, 0x80, 253, 3, 0, 0, 0));
	attribute(&m, 2, BYTES(192, 0, 2, 9));
	attribute(&m, 1, BYTES(192, 0, 2, 10));
	attribute_u32(&m, 8, 0x200);
	assert_messages(&m, 0, "{\"type\":\"RTM_DELADDR\",\"flags\":[\"NLM_F_REQUEST\"],\"address\":{\"family\":\"AF_INET\","
			       "\"interface\":3,\"scope\":\"RT_SCOPE_LINK\",\"flags\":[\"IFA_F_NOPREFIXROUTE\"],"
			       "\"address\":\"192.0.2.9/32\",\"peer\":\"192.0.2.10/32\"}}");
	assert_event(&m, 0, "DeleteAddress", HT_RESOURCE_INTERFACE, "interface 3");
	/* IPv6 has no more than the one. */
	m = (struct message){ 0 };
	message(&m, 20, REQUEST, BYTES(10, 64, 0, 0, 3, 0, 0, 0));
	attribute(&m, 1, BYTES(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
	assert_messages(&m, 0, "{\"type\":\"RTM_NEWADDR\",\"flags\":[\"NLM_F_REQUEST\"],\"address\":{\"family\":\"AF_INET6\","
			       "\"interface\":3,\"scope\":\"RT_SCOPE_UNIVERSE\",\"address\":\"2001:db8::1/64\"}}");
}

static void test_rule(void **state)
{
	struct message m = { 0 };

	(void)state;
	message(&m, 32, NEW_FLAGS, BYTES(2, 8, 16, 0, 254, 0, 0, 1, 2, 0, 0, 0));
	attribute(&m, 1, BYTES(10, 0, 0, 0));
	attribute(&m, 2, BYTES(10, 1, 0, 0));
	attribute_u32(&m, 6, 100);
	attribute_text(&m, 3, "eth0");
	attribute_text(&m, 17, "eth1");
	attribute_u32(&m, 10, 0x10);
	attribute_u32(&m, 16, 0xff);
	attribute(&m, 20, BYTES(232, 3, 0, 0, 208, 7, 0, 0));
	attribute(&m, 22, BYTES(6));
	attribute(&m, 24, BYTES(22, 0, 23, 0));
	attribute_u32(&m, 15, 1000);
	assert_messages(&m, 0, "{\"type\":\"RTM_NEWRULE\"," NEW ",\"rule\":{\"family\":\"AF_INET\",\"action\":\"FR_ACT_TO_TBL\","
			       "\"flags\":[\"FIB_RULE_INVERT\"],\"priority\":100,\"from\":\"10.1.0.0/16\",\"to\":\"10.0.0.0/8\","
			       "\"inputInterface\":\"eth0\",\"outputInterface\":\"eth1\",\"mark\":\"0x10\",\"markMask\":\"0xff\","
			       "\"uids\":[1000,2000],\"ipProtocol\":\"IPPROTO_TCP\",\"destinationPorts\":[22,23],\"table\":1000}}");
	assert_event(&m, 0, "AddRoutingRule", HT_RESOURCE_ROUTING_RULE, "from 10.1.0.0/16 to 10.0.0.0/8 lookup 1000");
	m = (struct message){ 0 };
	message(&m, 33, REQUEST, BYTES(2, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0));
	attribute(&m, 20, BYTES(1, 0, 0));
	assert_messages(&m, 0, "{\"type\":\"RTM_DELRULE\",\"flags\":[\"NLM_F_REQUEST\"],\"rule\":{\"family\":\"AF_INET\","
			       "\"action\":\"FR_ACT_UNREACHABLE\",\"uids\":[]}}");
	assert_event(&m, 0, "DeleteRoutingRule", HT_RESOURCE_ROUTING_RULE, "from all");
}

static void test_neighbour(void **state)
{
	struct message m = { 0 };

	(void)state;
	message(&m, 28, NEW_FLAGS, BYTES(2, 0, 0, 0, 3, 0, 0, 0, 0x80, 0, 8, 0));
	attribute(&m, 1, BYTES(10, 0, 0, 5));
	attribute(&m, 2, BYTES(2, 0, 0, 0, 0, 0xff));
	attribute(&m, 6, BYTES(0x12, 0xb5));
	assert_messages(&m, 0, "{\"type\":\"RTM_NEWNEIGH\"," NEW ",\"neighbour\":{\"family\":\"AF_INET\",\"interface\":3,"
			       "\"state\":[\"NUD_PERMANENT\"],\"flags\":[\"NTF_PROXY\"],\"address\":\"10.0.0.5\","
			       "\"linkAddress\":\"02:00:00:00:00:ff\",\"port\":4789}}");
	assert_event(&m, 0, "AddNeighbour", HT_RESOURCE_NEIGHBOUR, "10.0.0.5");
	m = (struct message){ 0 };
	message(&m, 29, REQUEST, BYTES(7, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0));
	attribute(&m, 2, BYTES(2, 0, 0, 0, 0, 1));
	assert_event(&m, 0, "DeleteNeighbour", HT_RESOURCE_NEIGHBOUR, "02:00:00:00:00:01");
	m = (struct message){ 0 };
	message(&m, 30, REQUEST | DUMP, BYTES(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	assert_event(&m, 0, "GetNeighbour", HT_RESOURCE_NONE, NULL);
}

static void test_the_rest(void **state)
{
	struct message m = { 0 };

	(void)state;
	message(&m, 88, REQUEST, BYTES(0, 0, 0, 0));
	attribute_u32(&m, 1, 0xffffffff);
	attribute_u32(&m, 3, 7);
	message(&m, 104, REQUEST, BYTES(2, 0, 4, 0, 0, 0, 0, 0));
	attribute_u32(&m, 1, 12);
	attribute(&m, 6, BYTES(10, 0, 0, 1));
	attribute_u32(&m, 5, 2);
	attribute(&m, 4, "", 0);
	message(&m, 72, REQUEST, BYTES(10, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	attribute(&m, 1, BYTES(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	attribute_u32(&m, 2, 99);
	message(&m, 84, REQUEST, BYTES(7, 0, 0, 0, 4, 0, 0, 0));
	attribute(&m, 1, BYTES(5, 0, 0, 0, 1, 0, 2, 0, 239, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0));
	message(&m, 112, REQUEST, BYTES(7, 0, 0, 0, 4, 0, 0, 0));
	attribute(&m, 1, BYTES(8, 0, 1, 0, 0, 0, 100, 0));
	message(&m, 67, REQUEST, BYTES(2, 0, 0, 0));
	attribute_text(&m, 1, "arp_cache");
	message(&m, 79, REQUEST, BYTES(0, 1, 0, 0));
	attribute_text(&m, 1, "eth0");
	assert_messages(&m, 0,
			"{\"type\":\"RTM_NEWNSID\",\"flags\":[\"NLM_F_REQUEST\"],\"namespace\":{\"id\":-1,\"fd\":7}},"
			"{\"type\":\"RTM_NEWNEXTHOP\",\"flags\":[\"NLM_F_REQUEST\"],\"nextHop\":{\"family\":\"AF_INET\","
			"\"protocol\":\"RTPROT_STATIC\",\"id\":12,\"blackhole\":true,\"interface\":2,\"gateway\":\"10.0.0.1\"}},"
			"{\"type\":\"RTM_NEWADDRLABEL\",\"flags\":[\"NLM_F_REQUEST\"],\"addressLabel\":{\"family\":\"AF_INET6\","
			"\"address\":\"2001:db8::/64\",\"label\":99}},"
			"{\"type\":\"RTM_NEWMDB\",\"flags\":[\"NLM_F_REQUEST\"],\"multicast\":{\"interface\":4,\"port\":5,\"vlan\":2,"
			"\"group\":\"239.1.2.3\"}},"
			"{\"type\":\"RTM_NEWVLAN\",\"flags\":[\"NLM_F_REQUEST\"],\"vlan\":{\"interface\":4,\"vlan\":100}},"
			"{\"type\":\"RTM_SETNEIGHTBL\",\"flags\":[\"NLM_F_REQUEST\"],\"neighbourTable\":{\"family\":\"AF_INET\","
			"\"name\":\"arp_cache\"}},"
			"{\"type\":\"RTM_SETDCB\",\"flags\":[\"NLM_F_REQUEST\"],\"dataCenterBridging\":{\"name\":\"eth0\"}}");
	assert_event(&m, 0, "NameNetworkNamespace", HT_RESOURCE_NONE, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_route),     cmocka_unit_test(test_attributes_lie), cmocka_unit_test(test_address),
		cmocka_unit_test(test_rule),      cmocka_unit_test(test_neighbour),      cmocka_unit_test(test_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
