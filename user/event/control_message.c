/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/control_message.h"

#include "base/cleanup.h"
#include "event/names.h"
#include "event/socket_names.h"

#define IP 0
#define SOCKET 1
#define TCP 6
#define UDP 17
#define IPV6 41
#define PACKET 263
#define NETLINK 270
#define ALG 279
#define TLS 282

/* Types that are no options, or others than those of the same number. */
static const struct {
	uint32_t level;
	const struct ht_name_set *types;
} levels[] = {
	{ IP, &ht_names_ip_control_types },     { SOCKET, &ht_names_control_message_types }, { 107, &ht_names_j1939_control_types },
	{ 132, &ht_names_sctp_control_types },  { 269, &ht_names_dccp_control_types },       { 271, &ht_names_tipc_control_types },
	{ 272, &ht_names_rxrpc_control_types }, { 276, &ht_names_rds_control_types },        { 277, &ht_names_iucv_control_types },
	{ TLS, &ht_names_tls_control_types },
};

/* least: bytes of data that the form needs; of structs their own size. */
static const struct {
	uint16_t level, type;
	uint8_t form, least;
	const struct ht_struct *structure;
} types[] = {
#define STRUCT(level, type, id, least) { level, type, HT_CONTROL_STRUCT, least, &ht_struct_##id },
#define ARRAY(level, type, id, least) { level, type, HT_CONTROL_ARRAY, least, &ht_struct_##id },
#define OTHER(level, type, form) { level, type, HT_CONTROL_##form, 0, NULL },
	OTHER(SOCKET, 1, DESCRIPTORS) /* SCM_RIGHTS */
	STRUCT(SOCKET, 2, peer_credentials, 12) /* SCM_CREDENTIALS */
	OTHER(SOCKET, 3, TEXT) /* SCM_SECURITY */
	OTHER(SOCKET, 4, NUMBER) /* SCM_PIDFD */
	OTHER(SOCKET, 12, NUMBER) /* SO_PRIORITY */
	STRUCT(SOCKET, 29, timeval, 8) /* SCM_TIMESTAMP */
	STRUCT(SOCKET, 35, timespec, 8) /* SCM_TIMESTAMPNS */
	OTHER(SOCKET, 36, NUMBER) /* SO_MARK */
	ARRAY(SOCKET, 37, timespec, 8) /* SCM_TIMESTAMPING; what is sent is flags */
	OTHER(SOCKET, 40, NUMBER) /* SO_RXQ_OVFL */
	OTHER(SOCKET, 41, NUMBER) /* SCM_WIFI_STATUS */
	STRUCT(SOCKET, 58, timestamping_packet, 8) /* SCM_TIMESTAMPING_PKTINFO */
	OTHER(SOCKET, 61, NUMBER) /* SCM_TXTIME */
	STRUCT(SOCKET, 63, timeval64, 16) /* SO_TIMESTAMP_NEW */
	STRUCT(SOCKET, 64, timespec64, 16) /* SO_TIMESTAMPNS_NEW */
	ARRAY(SOCKET, 65, timespec64, 16) /* SO_TIMESTAMPING_NEW */
	STRUCT(SOCKET, 78, device_memory, 24) /* SCM_DEVMEM_LINEAR */
	STRUCT(SOCKET, 79, device_memory, 24) /* SCM_DEVMEM_DMABUF */
	OTHER(SOCKET, 81, NUMBER) /* SCM_TS_OPT_ID */
	OTHER(SOCKET, 84, NUMBER) /* SCM_INQ */
	OTHER(IP, 1, NUMBER) /* IP_TOS */
	OTHER(IP, 2, NUMBER) /* IP_TTL */
	OTHER(IP, 3, TEXT) /* SCM_SECURITY */
	STRUCT(IP, 8, ip_packet_info, 12) /* IP_PKTINFO */
	STRUCT(IP, 11, extended_error, 16) /* IP_RECVERR */
	OTHER(IP, 20, ADDRESS) /* IP_ORIGDSTADDR */
	STRUCT(IP, 23, checksum, 4) /* IP_CHECKSUM */
	OTHER(IP, 25, NUMBER) /* IP_RECVFRAGSIZE */
	OTHER(IP, 52, NUMBER) /* IP_PROTOCOL */
	OTHER(TCP, 36, NUMBER) /* TCP_CM_INQ */
	OTHER(UDP, 103, NUMBER) /* UDP_SEGMENT */
	OTHER(UDP, 104, NUMBER) /* UDP_GRO */
	STRUCT(IPV6, 2, ipv6_packet_info, 20) /* IPV6_2292PKTINFO */
	OTHER(IPV6, 8, NUMBER) /* IPV6_2292HOPLIMIT */
	STRUCT(IPV6, 25, extended_error_ipv6, 16) /* IPV6_RECVERR */
	STRUCT(IPV6, 50, ipv6_packet_info, 20) /* IPV6_PKTINFO */
	OTHER(IPV6, 52, NUMBER) /* IPV6_HOPLIMIT */
	STRUCT(IPV6, 61, path_mtu, 32) /* IPV6_PATHMTU */
	OTHER(IPV6, 62, NUMBER) /* IPV6_DONTFRAG */
	OTHER(IPV6, 67, NUMBER) /* IPV6_TCLASS */
	OTHER(IPV6, 74, ADDRESS) /* IPV6_ORIGDSTADDR */
	OTHER(IPV6, 77, NUMBER) /* IPV6_RECVFRAGSIZE */
	STRUCT(PACKET, 8, packet_auxiliary, 20) /* PACKET_AUXDATA */
	STRUCT(PACKET, 16, extended_error, 16) /* PACKET_TX_TIMESTAMP */
	OTHER(NETLINK, 3, NUMBER) /* NETLINK_PKTINFO */
	OTHER(NETLINK, 8, NUMBER) /* NETLINK_LISTEN_ALL_NSID */
	STRUCT(ALG, 2, cipher_vector, 4) /* ALG_SET_IV */
	STRUCT(ALG, 3, cipher_operation, 4) /* ALG_SET_OP */
	OTHER(ALG, 4, NUMBER) /* ALG_SET_AEAD_ASSOCLEN */
	OTHER(TLS, 1, NUMBER) /* TLS_SET_RECORD_TYPE */
	OTHER(TLS, 2, NUMBER) /* TLS_GET_RECORD_TYPE */
#undef OTHER
#undef ARRAY
#undef STRUCT
};

const char *ht_control_type_name(uint32_t level, uint32_t type)
{
	const char *name;

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (levels[i].level == level) {
			name = ht_name_of(levels[i].types, type);
			/* The others have options of these numbers that are something else. */
			return name || (level != SOCKET && level != IP) ? name : ht_socket_option_name(level, type, false);
		}
	return ht_socket_option_name(level, type, false);
}

enum ht_control_form ht_control_form(uint32_t level, uint32_t type, size_t bytes, const struct ht_struct **ret_structure)
{
	*ret_structure = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (types[i].level != level || types[i].type != type)
			continue;
		if (types[i].form == HT_CONTROL_ARRAY && bytes == sizeof(uint32_t)) {
			*ret_structure = &ht_struct_timestamping;
			return HT_CONTROL_STRUCT;
		}
		if (bytes < types[i].least)
			return HT_CONTROL_BYTES;
		*ret_structure = types[i].structure;
		return types[i].form;
	}
	return level == ALG ? HT_CONTROL_UNTOLD : HT_CONTROL_BYTES;
}
