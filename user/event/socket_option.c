/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/socket_option.h"

#include "base/cleanup.h"
#include "hosttrail/structs.h"

#define IP 0
#define SOCKET 1
#define TCP 6
#define IPV6 41
#define ICMPV6 58
#define SCTP 132
#define RAW 255
#define PACKET 263
#define NETLINK 270
#define XDP 283

#define GET_FILTER 26 /* the number of SO_ATTACH_FILTER: instructions, which is also what the length counts */

/* Levels that have numbers of other lengths than an int's. */
static const uint32_t number_levels[] = { IP, SOCKET, TCP, 17, 40, IPV6, PACKET, NETLINK };

/* Levels whose options are keys. */
static const uint32_t secret_levels[] = {
	272, /* SOL_RXRPC */
	279, /* SOL_ALG */
	282, /* SOL_TLS */
};

static const struct {
	uint16_t level, option;
	uint8_t form;
	const struct ht_struct *structure;
} options[] = {
#define STRUCT(level, option, id) { level, option, HT_OPTION_STRUCT, &ht_struct_##id },
#define ARRAY(level, option, id) { level, option, HT_OPTION_ARRAY, &ht_struct_##id },
#define OTHER(level, option, form) { level, option, HT_OPTION_##form, NULL },
	STRUCT(SOCKET, 3, socket_type) /* SO_TYPE */
	STRUCT(SOCKET, 4, socket_error) /* SO_ERROR */
	STRUCT(SOCKET, 13, linger) /* SO_LINGER */
	STRUCT(SOCKET, 17, peer_credentials) /* SO_PEERCRED */
	STRUCT(SOCKET, 20, timeval) /* SO_RCVTIMEO_OLD */
	STRUCT(SOCKET, 21, timeval) /* SO_SNDTIMEO_OLD */
	OTHER(SOCKET, 25, TEXT) /* SO_BINDTODEVICE */
	STRUCT(SOCKET, 26, filter_program) /* SO_ATTACH_FILTER */
	OTHER(SOCKET, 28, ADDRESS) /* SO_PEERNAME */
	OTHER(SOCKET, 31, TEXT) /* SO_PEERSEC */
	STRUCT(SOCKET, 37, timestamping) /* SO_TIMESTAMPING_OLD */
	STRUCT(SOCKET, 39, address_family) /* SO_DOMAIN */
	STRUCT(SOCKET, 51, filter_program) /* SO_ATTACH_REUSEPORT_CBPF */
	ARRAY(SOCKET, 55, uint32) /* SO_MEMINFO */
	STRUCT(SOCKET, 57, cookie) /* SO_COOKIE */
	ARRAY(SOCKET, 59, gid) /* SO_PEERGROUPS */
	STRUCT(SOCKET, 61, transmit_time) /* SO_TXTIME */
	STRUCT(SOCKET, 65, timestamping) /* SO_TIMESTAMPING_NEW */
	STRUCT(SOCKET, 66, timeval64) /* SO_RCVTIMEO_NEW */
	STRUCT(SOCKET, 67, timeval64) /* SO_SNDTIMEO_NEW */
	STRUCT(SOCKET, 71, cookie) /* SO_NETNS_COOKIE */
	STRUCT(SOCKET, 74, transmit_rehash) /* SO_TXREHASH */
	STRUCT(IP, 10, pmtu_discovery) /* IP_MTU_DISCOVER */
	STRUCT(IP, 32, ip_membership) /* IP_MULTICAST_IF, and as an address alone */
	STRUCT(IP, 35, ip_membership) /* IP_ADD_MEMBERSHIP */
	STRUCT(IP, 36, ip_membership) /* IP_DROP_MEMBERSHIP */
	STRUCT(IP, 37, ip_source_membership) /* IP_UNBLOCK_SOURCE */
	STRUCT(IP, 38, ip_source_membership) /* IP_BLOCK_SOURCE */
	STRUCT(IP, 39, ip_source_membership) /* IP_ADD_SOURCE_MEMBERSHIP */
	STRUCT(IP, 40, ip_source_membership) /* IP_DROP_SOURCE_MEMBERSHIP */
	STRUCT(IP, 42, group_membership) /* MCAST_JOIN_GROUP */
	STRUCT(IP, 43, group_membership) /* MCAST_BLOCK_SOURCE */
	STRUCT(IP, 44, group_membership) /* MCAST_UNBLOCK_SOURCE */
	STRUCT(IP, 45, group_membership) /* MCAST_LEAVE_GROUP */
	STRUCT(IP, 46, group_membership) /* MCAST_JOIN_SOURCE_GROUP */
	STRUCT(IP, 47, group_membership) /* MCAST_LEAVE_SOURCE_GROUP */
	STRUCT(IP, 64, firewall_table) /* IPT_SO_SET_REPLACE */
	OTHER(TCP, 13, TEXT) /* TCP_CONGESTION */
	OTHER(TCP, 14, UNTOLD) /* TCP_MD5SIG */
	OTHER(TCP, 31, TEXT) /* TCP_ULP */
	OTHER(TCP, 32, UNTOLD) /* TCP_MD5SIG_EXT */
	OTHER(TCP, 33, UNTOLD) /* TCP_FASTOPEN_KEY */
	OTHER(TCP, 38, UNTOLD) /* TCP_AO_ADD_KEY */
	OTHER(TCP, 41, UNTOLD) /* TCP_AO_GET_KEYS */
	OTHER(SCTP, 23, UNTOLD) /* SCTP_AUTH_KEY */
	STRUCT(IPV6, 20, ipv6_membership) /* IPV6_ADD_MEMBERSHIP */
	STRUCT(IPV6, 21, ipv6_membership) /* IPV6_DROP_MEMBERSHIP */
	STRUCT(IPV6, 23, pmtu_discovery) /* IPV6_MTU_DISCOVER */
	STRUCT(IPV6, 27, ipv6_membership) /* IPV6_JOIN_ANYCAST */
	STRUCT(IPV6, 28, ipv6_membership) /* IPV6_LEAVE_ANYCAST */
	STRUCT(IPV6, 42, group_membership) /* MCAST_JOIN_GROUP */
	STRUCT(IPV6, 43, group_membership) /* MCAST_BLOCK_SOURCE */
	STRUCT(IPV6, 44, group_membership) /* MCAST_UNBLOCK_SOURCE */
	STRUCT(IPV6, 45, group_membership) /* MCAST_LEAVE_GROUP */
	STRUCT(IPV6, 46, group_membership) /* MCAST_JOIN_SOURCE_GROUP */
	STRUCT(IPV6, 47, group_membership) /* MCAST_LEAVE_SOURCE_GROUP */
	STRUCT(IPV6, 50, ipv6_packet_info) /* IPV6_PKTINFO */
	STRUCT(IPV6, 64, firewall_table) /* IP6T_SO_SET_REPLACE */
	ARRAY(ICMPV6, 1, icmp_filter) /* ICMPV6_FILTER */
	STRUCT(RAW, 1, icmp_filter) /* ICMP_FILTER */
	STRUCT(PACKET, 1, packet_membership) /* PACKET_ADD_MEMBERSHIP */
	STRUCT(PACKET, 2, packet_membership) /* PACKET_DROP_MEMBERSHIP */
	STRUCT(PACKET, 5, packet_ring) /* PACKET_RX_RING */
	STRUCT(PACKET, 6, packet_statistics) /* PACKET_STATISTICS */
	STRUCT(PACKET, 10, packet_version) /* PACKET_VERSION */
	STRUCT(PACKET, 13, packet_ring) /* PACKET_TX_RING */
	ARRAY(NETLINK, 9, uint32) /* NETLINK_LIST_MEMBERSHIPS */
	STRUCT(XDP, 4, xdp_memory) /* XDP_UMEM_REG */
#undef OTHER
#undef ARRAY
#undef STRUCT
};

enum ht_option_form ht_socket_option_form(uint32_t level, uint32_t option, bool set, const struct ht_struct **ret_structure)
{
	*ret_structure = NULL;
	if (!set && level == SOCKET && option == GET_FILTER)
		return HT_OPTION_UNTOLD;
	for (size_t i = 0; i < ARRAY_SIZE(secret_levels); i++)
		if (secret_levels[i] == level)
			return HT_OPTION_UNTOLD;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].level == level && options[i].option == option) {
			*ret_structure = options[i].structure;
			return options[i].form;
		}
	for (size_t i = 0; i < ARRAY_SIZE(number_levels); i++)
		if (number_levels[i] == level)
			return HT_OPTION_NUMBER;
	return HT_OPTION_INT;
}
