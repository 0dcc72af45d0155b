/* SPDX-License-Identifier: BSD-2-Clause */
/* NETLINK_ROUTE: links and traffic control. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "netlink.h"

#define REQUESTED "\"flags\":[\"NLM_F_REQUEST\"]"

/* struct ifinfomsg */
static void link_message(struct message *m, uint16_t type, uint16_t flags, uint32_t index, uint32_t up)
{
	uint8_t info[16] = { 0 };

	memcpy(info + 4, &index, 4);
	memcpy(info + 8, &up, 4);
	memcpy(info + 12, &up, 4);
	message(m, type, flags, info, sizeof(info));
}

static void test_link(void **state)
{
	struct message m = { 0 };
	size_t nested;

	(void)state;
	link_message(&m, 16, REQUEST, 4, 1);
	attribute_text(&m, 3, "lan");
	attribute_u32(&m, 4, 1400);
	attribute_u32(&m, 5, 2);
	attribute_u32(&m, 10, 9);
	attribute(&m, 1, BYTES(2, 0, 0, 0, 0, 1));
	attribute_text(&m, 20, "the lan");
	attribute_u32(&m, 19, 4711);
	nested = nest(&m, 0x8000 | 43);
	attribute_u32(&m, 1, 8);
	attribute_u32(&m, 3, 2);
	nest_end(&m, nested);
	nested = nest(&m, 0x8000 | 52);
	attribute_text(&m, 53, "other");
	attribute_text(&m, 53, "third");
	nest_end(&m, nested);
	assert_messages(&m, 0, "{\"type\":\"RTM_NEWLINK\"," REQUESTED ",\"link\":{\"interface\":4,\"flags\":[\"IFF_UP\"],"
			       "\"change\":[\"IFF_UP\"],\"name\":\"lan\",\"alternativeNames\":[{\"name\":\"other\"},{\"name\":\"third\"}],"
			       "\"alias\":\"the lan\",\"address\":\"02:00:00:00:00:01\",\"mtu\":1400,\"parent\":2,\"master\":9,"
			       "\"namespacePid\":4711,\"xdp\":{\"fd\":8,\"flags\":\"0x2\"}}}");
	assert_event(&m, 0, "ConfigureInterface", HT_RESOURCE_INTERFACE, "lan");
	m = (struct message){ 0 };
	link_message(&m, 17, REQUEST, 4, 0);
	assert_messages(&m, 0, "{\"type\":\"RTM_DELLINK\"," REQUESTED ",\"link\":{\"interface\":4}}");
	assert_event(&m, 0, "DeleteInterface", HT_RESOURCE_INTERFACE, "interface 4");
	m = (struct message){ 0 };
	link_message(&m, 18, REQUEST | DUMP, 0, 0);
	assert_event(&m, 0, "GetInterface", HT_RESOURCE_NONE, NULL);
	/* A name that is no text, and ends at its NUL. */
	m = (struct message){ 0 };
	link_message(&m, 16, REQUEST | CREATE, 0, 0);
	attribute(&m, 3, "\xff\0abc", 5);
	assert_messages(&m, 0, "{\"type\":\"RTM_NEWLINK\",\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_CREATE\"],\"link\":{"
			       "\"name\":\"\xef\xbf\xbd\",\"nameBase64\":\"/w==\"}}");
	assert_event(&m, 0, "CreateInterface", HT_RESOURCE_INTERFACE, "\xff");
}

/* Which link it is about: if the message says of none, the kernel refuses it whatever else it says. */
static void test_which_link(void **state)
{
	struct message m = { 0 };
	struct ht_netlink cut;

	(void)state;
	link_message(&m, 16, REQUEST | ACK, 0, 0);
	assert_messages(&m, 0, "{\"type\":\"RTM_NEWLINK\",\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_ACK\"],\"link\":{}}");
	assert_event(&m, 0, NULL, HT_RESOURCE_NONE, NULL);
	attribute_u32(&m, 4, 1400);
	assert_event(&m, 0, NULL, HT_RESOURCE_NONE, NULL);
	cut = (struct ht_netlink){ { (const char *)m.bytes, m.used - 1 }, HT_NETLINK_ROUTE, 16, REQUEST | ACK, false };
	assert_string_equal(ht_netlink_row(&cut)->event, "ConfigureInterface");
	cut.text.length = 31;
	assert_string_equal(ht_netlink_row(&cut)->event, "ConfigureInterface");
	m = (struct message){ 0 };
	link_message(&m, 19, REQUEST, 0, 1);
	assert_event(&m, 0, NULL, HT_RESOURCE_NONE, NULL);
	attribute_u32(&m, 27, 7);
	assert_event(&m, 0, "ConfigureInterface", HT_RESOURCE_INTERFACE, "group 7");
	m = (struct message){ 0 };
	link_message(&m, 16, REQUEST, 0, 1);
	attribute_text(&m, 53, "other");
	assert_event(&m, 0, "ConfigureInterface", HT_RESOURCE_INTERFACE, "other");
	m = (struct message){ 0 };
	link_message(&m, 16, REQUEST, 0, 1);
	attribute(&m, 3, "", 0);
	assert_event(&m, 0, "ConfigureInterface", HT_RESOURCE_NONE, NULL);
	m = (struct message){ 0 };
	link_message(&m, 16, REQUEST, UINT32_MAX, 1);
	assert_event(&m, 0, "ConfigureInterface", HT_RESOURCE_INTERFACE, "interface 4294967295");
	m = (struct message){ 0 };
	link_message(&m, 16, REQUEST | CREATE, 0, 1);
	assert_event(&m, 0, "CreateInterface", HT_RESOURCE_NONE, NULL);
	m = (struct message){ 0 };
	link_message(&m, 18, REQUEST | DUMP, 0, 0);
	attribute_u32(&m, 27, 7);
	assert_event(&m, 0, "GetInterface", HT_RESOURCE_NONE, NULL);
}

/* What kind, and the kind's own attributes. */
static void link_of_kind(const char *kind, uint16_t type, const void *data, size_t n, const char *expected)
{
	struct message m = { 0 };
	size_t info, nested;
	char text[512];

	link_message(&m, 16, REQUEST | CREATE, 0, 0);
	attribute_text(&m, 3, "new");
	info = nest(&m, 18);
	attribute_text(&m, 1, kind);
	nested = nest(&m, 2);
	attribute(&m, type, data, n);
	nest_end(&m, nested);
	nest_end(&m, info);
	snprintf(text, sizeof(text),
		 "{\"type\":\"RTM_NEWLINK\",\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_CREATE\"],\"link\":{\"name\":\"new\",\"info\":{"
		 "\"kind\":\"%s\",\"data\":{%s}}}}", kind, expected);
	assert_messages(&m, 0, text);
}

static void test_kinds(void **state)
{
	uint8_t peer[16 + 8] = { [16] = 8, [18] = 3, [20] = 'v', 'e', '1' };

	(void)state;
	link_of_kind("vlan", 1, BYTES(100, 0), "\"id\":100");
	link_of_kind("vxlan", 1, BYTES(42, 0, 0, 0), "\"id\":42");
	link_of_kind("vxlan", 15, BYTES(0x12, 0xb5), "\"port\":4789");
	link_of_kind("vxlan", 17, BYTES(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2), "\"local6\":\"2001:db8::2\"");
	link_of_kind("vrf", 1, BYTES(10, 0, 0, 0), "\"table\":10");
	link_of_kind("ipip", 3, BYTES(192, 0, 2, 1), "\"remote\":\"192.0.2.1\"");
	link_of_kind("gre", 6, BYTES(192, 0, 2, 1), "\"local\":\"192.0.2.1\"");
	link_of_kind("bond", 1, BYTES(4), "\"mode\":4");
	link_of_kind("veth", 1, peer, sizeof(peer), "\"peer\":\"ve1\"");
	link_of_kind("veth", 1, peer, 15, "");
	link_of_kind("veth", 2, peer, sizeof(peer), "");
	link_of_kind("other", 1, BYTES(1, 2, 3, 4), "");
}

static void tc_message(struct message *m, uint16_t type, uint32_t handle, uint32_t parent, uint32_t info)
{
	uint8_t tcm[20] = { [4] = 3 };

	memcpy(tcm + 8, &handle, 4);
	memcpy(tcm + 12, &parent, 4);
	memcpy(tcm + 16, &info, 4);
	message(m, type, REQUEST, tcm, sizeof(tcm));
}

static void test_traffic_control(void **state)
{
	struct message m = { 0 };
	size_t nested, entry;

	(void)state;
	tc_message(&m, 36, 0x10000, 0xffffffff, 0);
	attribute_text(&m, 1, "htb");
	tc_message(&m, 40, 0x1000a, 0x10000, 0);
	attribute_text(&m, 1, "htb");
	tc_message(&m, 44, 1, 0xfffffff1, 0x00640008);
	attribute_text(&m, 1, "bpf");
	attribute_u32(&m, 11, 5);
	nested = nest(&m, 2);
	attribute_u32(&m, 6, 9);
	attribute_text(&m, 7, "filter.o");
	nest_end(&m, nested);
	message(&m, 48, REQUEST, BYTES(0, 0, 0, 0));
	nested = nest(&m, 1);
	entry = nest(&m, 1);
	attribute_text(&m, 1, "mirred");
	attribute_u32(&m, 3, 7);
	nest_end(&m, entry);
	nest_end(&m, nested);
	tc_message(&m, 101, 0, 0xfffffff1, 0);
	attribute_u32(&m, 11, 5);
	assert_messages(&m, 0,
			"{\"type\":\"RTM_NEWQDISC\"," REQUESTED ",\"queueingDiscipline\":{\"interface\":3,\"handle\":\"1:0\","
			"\"parent\":\"root\",\"kind\":\"htb\"}},"
			"{\"type\":\"RTM_NEWTCLASS\"," REQUESTED ",\"trafficClass\":{\"interface\":3,\"handle\":\"1:a\","
			"\"parent\":\"1:0\",\"kind\":\"htb\"}},"
			"{\"type\":\"RTM_NEWTFILTER\"," REQUESTED ",\"filter\":{\"interface\":3,\"handle\":\"0:1\",\"parent\":\"ingress\","
			"\"kind\":\"bpf\",\"chain\":5,\"priority\":100,\"protocol\":\"0x800\",\"programFd\":9,\"program\":\"filter.o\"}},"
			"{\"type\":\"RTM_NEWACTION\"," REQUESTED ",\"trafficActions\":{\"actions\":[{\"kind\":\"mirred\",\"index\":7}]}},"
			"{\"type\":\"RTM_DELCHAIN\"," REQUESTED ",\"filterChain\":{\"interface\":3,\"parent\":\"ingress\",\"chain\":5}}");
	assert_event(&m, 0, "ChangeTrafficControl", HT_RESOURCE_INTERFACE, "interface 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_which_link),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_traffic_control),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
