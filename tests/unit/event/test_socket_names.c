/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netlink.h>
#include <linux/tls.h>
#include <linux/vm_sockets.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "event/names.h"
#include "event/socket_names.h"

static void test_protocols(void **state)
{
	(void)state;
	assert_string_equal(ht_socket_protocol_name(AF_INET, IPPROTO_TCP), "IPPROTO_TCP");
	assert_string_equal(ht_socket_protocol_name(AF_INET6, IPPROTO_ICMPV6), "IPPROTO_ICMPV6");
	assert_string_equal(ht_socket_protocol_name(AF_NETLINK, NETLINK_AUDIT), "NETLINK_AUDIT");
	assert_string_equal(ht_socket_protocol_name(AF_PACKET, htons(ETH_P_ALL)), "ETH_P_ALL");
	assert_string_equal(ht_socket_protocol_name(AF_PACKET, htons(ETH_P_IP)), "ETH_P_IP");
	assert_string_equal(ht_socket_protocol_name(AF_BLUETOOTH, 1), "BTPROTO_HCI");
	assert_null(ht_socket_protocol_name(AF_PACKET, 0x10300));
	assert_null(ht_socket_protocol_name(AF_PACKET, 0));
	assert_null(ht_socket_protocol_name(AF_INET, 4711));
	assert_null(ht_socket_protocol_name(AF_UNIX, 0));
	assert_null(ht_socket_protocol_name(4711, 0));
}

static void test_options(void **state)
{
	(void)state;
	assert_string_equal(ht_socket_option_name(SOL_SOCKET, SO_MARK, true), "SO_MARK");
	assert_string_equal(ht_socket_option_name(SOL_SOCKET, SO_MARK, false), "SO_MARK");
	assert_string_equal(ht_socket_option_name(IPPROTO_IP, IP_TRANSPARENT, true), "IP_TRANSPARENT");
	assert_string_equal(ht_socket_option_name(IPPROTO_IPV6, IPV6_V6ONLY, true), "IPV6_V6ONLY");
	assert_string_equal(ht_socket_option_name(IPPROTO_TCP, 19, true), "TCP_REPAIR");
	assert_string_equal(ht_socket_option_name(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, true), "NETLINK_ADD_MEMBERSHIP");
	assert_string_equal(ht_socket_option_name(SOL_TLS, TLS_TX, true), "TLS_TX");
	assert_string_equal(ht_socket_option_name(AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, true), "SO_VM_SOCKETS_BUFFER_SIZE");
	assert_string_equal(ht_socket_option_name(IPPROTO_UDPLITE, 100, true), "UDP_ENCAP");
	assert_null(ht_socket_option_name(SOL_SOCKET, 4711, true));
	assert_null(ht_socket_option_name(4711, 1, true));
}

/* One number, two meanings. */
static void test_options_by_direction(void **state)
{
	(void)state;
	assert_int_equal(IPT_SO_SET_REPLACE, IPT_SO_GET_INFO);
	assert_string_equal(ht_socket_option_name(IPPROTO_IP, 64, true), "IPT_SO_SET_REPLACE");
	assert_string_equal(ht_socket_option_name(IPPROTO_IP, 64, false), "IPT_SO_GET_INFO");
	assert_string_equal(ht_socket_option_name(IPPROTO_IPV6, 65, true), "IP6T_SO_SET_ADD_COUNTERS");
	assert_string_equal(ht_socket_option_name(IPPROTO_IPV6, 65, false), "IP6T_SO_GET_ENTRIES");
	assert_string_equal(ht_socket_option_name(IPPROTO_IP, 80, false), "SO_ORIGINAL_DST");
}

/* Of the levels that have a name, nearly all have options; those without are protocols that Linux no longer has. */
static void test_levels_have_options(void **state)
{
	unsigned without = 0;

	(void)state;
	for (size_t i = 0; i < ht_names_socket_levels.count; i++) {
		bool found = false;

		for (uint32_t option = 0; option < 5000 && !found; option++)
			found = ht_socket_option_name((uint32_t)ht_names_socket_levels.values[i].value, option, true) != NULL;
		without += !found;
	}
	assert_int_equal(without, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_options_by_direction),
		cmocka_unit_test(test_levels_have_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
