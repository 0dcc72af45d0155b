/* SPDX-License-Identifier: BSD-2-Clause */
/* NETLINK_GENERIC: families by number and by name, and what they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "netlink.h"

#define REQUESTED "\"flags\":[\"NLM_F_REQUEST\"]"

static const char *const names[] = {
	"wireguard", "ethtool", "nl80211", "devlink", "macsec", "team", "netdev", "l2tp", "mptcp_pm", "IPVS", "TASKSTATS", "nbd",
	"ovs_datapath", "ovs_vport", "other",
};

/* As the controller answers: the families from number 32 on. */
static int learn(void **state)
{
	struct message m = { 0 };

	(void)state;
	ht_netlink_family_reset();
	for (uint16_t i = 0; i < ARRAY_SIZE(names); i++) {
		message(&m, 16, 0, BYTES(1, 2, 0, 0));
		attribute_text(&m, 2, names[i]);
		attribute(&m, 1, &(uint16_t){ (uint16_t)(32 + i) }, 2);
	}
	ht_netlink_family_learn(m.bytes, m.used);
	return 0;
}

static uint16_t number(const char *family)
{
	for (uint16_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i], family) == 0)
			return (uint16_t)(32 + i);
	return 0;
}

static unsigned asked;

static void ask(void)
{
	asked++;
	learn(NULL);
}

static void test_families(void **state)
{
	static const uint8_t cut[] = { 16, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct message m = { 0 };

	(void)state;
	assert_string_equal(ht_netlink_family(16), "nlctrl");
	assert_string_equal(ht_netlink_family(17), "VFS_DQUOT");
	assert_string_equal(ht_netlink_family(32), "wireguard");
	assert_string_equal(ht_netlink_family(46), "other");
	assert_null(ht_netlink_family(47));
	assert_null(ht_netlink_family(0));
	/* A name that changed; one without end, one that is empty, one that is too long, none; other messages. */
	message(&m, 16, 0, BYTES(1, 2, 0, 0));
	attribute(&m, 1, BYTES(46, 0));
	attribute(&m, 2, "abc", 3);
	message(&m, 16, 0, BYTES(1, 2, 0, 0));
	attribute(&m, 1, BYTES(50, 0));
	attribute_text(&m, 2, "");
	message(&m, 16, 0, BYTES(1, 2, 0, 0));
	attribute(&m, 1, BYTES(51, 0));
	attribute_text(&m, 2, "0123456789abcdef");
	message(&m, 16, 0, BYTES(1, 2, 0, 0));
	attribute(&m, 1, BYTES(52, 0));
	message(&m, 16, 0, BYTES(2, 2, 0, 0));
	attribute(&m, 1, BYTES(53, 0));
	attribute_text(&m, 2, "deleted");
	ht_netlink_family_learn(m.bytes, m.used);
	ht_netlink_family_learn(cut, sizeof(cut));
	ht_netlink_family_learn(cut, 3);
	assert_string_equal(ht_netlink_family(46), "abc");
	for (unsigned id = 50; id < 54; id++)
		assert_null(ht_netlink_family(id));
	/* Lengths that lie, at every place. */
	for (size_t n = 0; n < m.used; n++) {
		ht_netlink_family_learn(m.bytes, n);
		m.bytes[n] ^= 0xff;
		ht_netlink_family_learn(m.bytes, m.used);
		m.bytes[n] ^= 0xff;
	}
	/* Who is not known is asked for. */
	ht_netlink_family_reset();
	assert_null(ht_netlink_family(32));
	ht_netlink_family_asker(ask);
	assert_string_equal(ht_netlink_family(16), "nlctrl");
	assert_int_equal(asked, 0);
	assert_string_equal(ht_netlink_family(32), "wireguard");
	assert_string_equal(ht_netlink_family(33), "ethtool");
	assert_int_equal(asked, 1);
	assert_null(ht_netlink_family(99));
	assert_int_equal(asked, 2);
	assert_null(ht_netlink_family(3));
	assert_int_equal(asked, 2);
	ht_netlink_family_asker(NULL);
}

static void test_more_families_than_are_kept(void **state)
{
	(void)state;
	for (uint16_t id = 100; id < 1000; id++) {
		struct message m = { 0 };

		message(&m, 16, 0, BYTES(1, 2, 0, 0));
		attribute_text(&m, 2, "many");
		attribute(&m, 1, &id, 2);
		ht_netlink_family_learn(m.bytes, m.used);
	}
	assert_string_equal(ht_netlink_family(100), "many");
	assert_null(ht_netlink_family(999));
}

static void test_controller(void **state)
{
	struct message m = { 0 };

	(void)state;
	message(&m, 16, REQUEST, BYTES(3, 1, 0, 0));
	attribute_text(&m, 2, "wireguard");
	assert_messages(&m, 16, "{\"type\":16,\"family\":\"nlctrl\",\"command\":\"CTRL_CMD_GETFAMILY\",\"version\":1," REQUESTED
				",\"control\":{\"name\":\"wireguard\"}}");
	assert_event(&m, 16, "GetNetlinkFamily", HT_RESOURCE_NONE, NULL);
	/* Half of the second header: nothing is known of it. */
	m = (struct message){ 0 };
	message(&m, 16, REQUEST, BYTES(3, 1));
	assert_messages(&m, 16, "{\"type\":16," REQUESTED "}");
	assert_event(&m, 16, NULL, HT_RESOURCE_NONE, NULL);
	/* A family that nobody knows could configure, but for what lists. */
	m = (struct message){ 0 };
	message(&m, 999, REQUEST, BYTES(7, 2, 0, 0));
	assert_messages(&m, 16, "{\"type\":999,\"command\":7,\"version\":2," REQUESTED "}");
	assert_event(&m, 16, "ControlNetlinkFamily", HT_RESOURCE_NONE, NULL);
	m = (struct message){ 0 };
	message(&m, 999, REQUEST | DUMP, BYTES(7, 2, 0, 0));
	assert_event(&m, 16, "GetNetlinkFamily", HT_RESOURCE_NONE, NULL);
}

static void test_wireguard(void **state)
{
	struct message m = { 0 };
	size_t peers, peer, ips, ip;

	(void)state;
	message(&m, 32, REQUEST, BYTES(1, 1, 0, 0));
	attribute_text(&m, 2, "wg0");
	attribute(&m, 3, "0123456789abcdef0123456789abcdef", 32);
	attribute(&m, 6, BYTES(0x6c, 0xca));
	peers = nest(&m, 0x8000 | 8);
	peer = nest(&m, 0x8000 | 0);
	attribute(&m, 1, "\0\1\2", 3);
	attribute(&m, 2, "SECRETSECRETSECRETSECRETSECRETSE", 32);
	attribute(&m, 4, BYTES(2, 0, 0xca, 0x6c, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0));
	attribute(&m, 5, BYTES(25, 0));
	ips = nest(&m, 0x8000 | 9);
	ip = nest(&m, 0x8000 | 0);
	attribute(&m, 1, BYTES(2, 0));
	attribute(&m, 2, BYTES(10, 0, 0, 0));
	attribute(&m, 3, BYTES(8));
	nest_end(&m, ip);
	nest_end(&m, ips);
	nest_end(&m, peer);
	nest_end(&m, peers);
	/* No private key, and none that is shared. */
	assert_messages(&m, 16, "{\"type\":32,\"family\":\"wireguard\",\"command\":\"WG_CMD_SET_DEVICE\",\"version\":1," REQUESTED
				",\"wireguard\":{\"name\":\"wg0\",\"listenPort\":51820,\"peers\":[{\"publicKey\":\"AAEC\","
				"\"endpoint\":{\"family\":\"AF_INET\",\"address\":\"192.0.2.1\",\"port\":51820},\"keepalive\":25,"
				"\"allowed\":[{\"address\":\"10.0.0.0\",\"prefixLength\":8}]}]}}");
	assert_event(&m, 16, "ConfigureTunnel", HT_RESOURCE_INTERFACE, "wg0");
	m = (struct message){ 0 };
	message(&m, 32, REQUEST | DUMP, BYTES(0, 1, 0, 0));
	attribute_u32(&m, 1, 7);
	assert_event(&m, 16, "GetTunnel", HT_RESOURCE_INTERFACE, "interface 7");
}

/* One message with what stands in it, or one number of 4 bytes. */
static void one(const char *family, uint8_t command, uint16_t type, const void *data, size_t n, const char *object, const char *event,
		const char *interface)
{
	struct message m = { 0 };
	char expected[512];

	message(&m, number(family), REQUEST, BYTES(command, 1, 0, 0));
	attribute(&m, type, data, n);
	snprintf(expected, sizeof(expected), "{\"type\":%u,\"family\":\"%s\",\"command\":%u,\"version\":1," REQUESTED "%s%s}",
		 number(family), family, command, *object ? "," : "", object);
	assert_messages(&m, 16, expected);
	assert_event(&m, 16, event, interface ? HT_RESOURCE_INTERFACE : HT_RESOURCE_NONE, interface);
}

static void test_others(void **state)
{
	struct message m = { 0 };

	(void)state;
	one("nl80211", 6, 4, "wlan0", 6, "\"wireless\":{\"name\":\"wlan0\"}", "ConfigureWireless", "wlan0");
	one("nl80211", 5, 3, BYTES(3, 0, 0, 0), "\"wireless\":{\"interface\":3}", "GetWireless", "interface 3");
	one("devlink", 2, 2, "0000:00:1f.6", 13, "\"devlink\":{\"device\":\"0000:00:1f.6\"}", "ConfigureDevice", NULL);
	one("devlink", 1, 1, "pci", 4, "\"devlink\":{\"bus\":\"pci\"}", "GetDevice", NULL);
	one("macsec", 1, 1, BYTES(3, 0, 0, 0), "\"macsec\":{\"interface\":3}", "ConfigureInterface", "interface 3");
	one("team", 1, 1, BYTES(3, 0, 0, 0), "\"team\":{\"interface\":3}", "ConfigureInterface", "interface 3");
	one("netdev", 1, 1, BYTES(3, 0, 0, 0), "\"device\":{\"interface\":3}", "GetInterface", "interface 3");
	one("l2tp", 5, 8, "l2tp0", 6, "\"l2tp\":{\"name\":\"l2tp0\"}", "ConfigureTunnel", "l2tp0");
	one("mptcp_pm", 1, 1, BYTES(8, 0, 3, 0, 10, 0, 0, 1), "\"multipath\":{\"address\":{\"address\":\"10.0.0.1\"}}",
	    "ConfigureMultipath", NULL);
	one("IPVS", 1, 1, BYTES(6, 0, 4, 0, 0, 80, 0, 0), "\"virtualServer\":{\"service\":{\"port\":80}}", "ConfigureVirtualServer",
	    NULL);
	one("TASKSTATS", 1, 1, BYTES(7, 0, 0, 0), "\"taskStatistics\":{\"pid\":7}", "GetTaskStatistics", NULL);
	one("nbd", 1, 1, BYTES(7, 0, 0, 0), "\"blockDevice\":{\"index\":7}", "ConfigureBlockDevice", NULL);
	one("other", 1, 1, BYTES(7, 0, 0, 0), "", "ControlNetlinkFamily", NULL);
	message(&m, number("ovs_vport"), REQUEST, BYTES(1, 1, 0, 0, 9, 0, 0, 0));
	attribute_text(&m, 3, "vport0");
	assert_messages(&m, 16, "{\"type\":45,\"family\":\"ovs_vport\",\"command\":1,\"version\":1," REQUESTED
				",\"port\":{\"datapath\":9,\"name\":\"vport0\"}}");
	assert_event(&m, 16, "ConfigureVirtualSwitch", HT_RESOURCE_NONE, NULL);
	m = (struct message){ 0 };
	message(&m, number("ethtool"), REQUEST, BYTES(10, 1, 0, 0));
	attribute(&m, 1, BYTES(8, 0, 1, 0, 3, 0, 0, 0, 9, 0, 2, 0, 'e', 't', 'h', '0', 0, 0, 0, 0));
	assert_messages(&m, 16, "{\"type\":33,\"family\":\"ethtool\",\"command\":\"ETHTOOL_MSG_WOL_SET\",\"version\":1," REQUESTED
				",\"ethtool\":{\"device\":{\"interface\":3,\"name\":\"eth0\"}}}");
	assert_event(&m, 16, "ConfigureInterface", HT_RESOURCE_INTERFACE, "eth0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_families, learn),
		cmocka_unit_test_setup(test_more_families_than_are_kept, learn),
		cmocka_unit_test_setup(test_controller, learn),
		cmocka_unit_test_setup(test_wireguard, learn),
		cmocka_unit_test_setup(test_others, learn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
