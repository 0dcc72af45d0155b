/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/socket_names.h"

#include "base/cleanup.h"
#include "event/names.h"

#define FAMILY_PACKET 17
#define FAMILY_VSOCK 40

static const struct {
	uint32_t family;
	const struct ht_name_set *protocols;
} families[] = {
	{ 2, &ht_names_ip_protocols },    { 10, &ht_names_ip_protocols },        { 16, &ht_names_netlink_protocols },
	{ FAMILY_PACKET, &ht_names_ethernet_protocols },                         { 24, &ht_names_pppox_protocols },
	{ 29, &ht_names_can_protocols },  { 31, &ht_names_bluetooth_protocols }, { 37, &ht_names_caif_protocols },
	{ 39, &ht_names_nfc_protocols },  { 41, &ht_names_kcm_protocols },       { 43, &ht_names_smc_protocols },
};

/* set and get: what either call has besides. */
static const struct {
	uint32_t level;
	const struct ht_name_set *options, *set, *get;
} levels[] = {
	{ 0, &ht_names_ip_options, &ht_names_ip_set_options, &ht_names_ip_get_options },
	{ 1, &ht_names_socket_options, NULL, NULL },
	{ 6, &ht_names_tcp_options, NULL, NULL },
	{ 17, &ht_names_udp_options, NULL, NULL },
	{ FAMILY_VSOCK, &ht_names_vsock_options, NULL, NULL },
	{ 41, &ht_names_ipv6_options, &ht_names_ipv6_set_options, &ht_names_ipv6_get_options },
	{ 58, &ht_names_icmpv6_options, NULL, NULL },
	{ 101, &ht_names_can_raw_options, NULL, NULL },
	{ 106, &ht_names_can_isotp_options, NULL, NULL },
	{ 107, &ht_names_can_j1939_options, NULL, NULL },
	{ 132, &ht_names_sctp_options, NULL, NULL },
	{ 136, &ht_names_udplite_options, &ht_names_udp_options, &ht_names_udp_options },
	{ 255, &ht_names_raw_options, NULL, NULL },
	{ 263, &ht_names_packet_options, NULL, NULL },
	{ 264, &ht_names_atm_options, NULL, NULL },
	{ 268, &ht_names_llc_options, NULL, NULL },
	{ 269, &ht_names_dccp_options, NULL, NULL },
	{ 270, &ht_names_netlink_options, NULL, NULL },
	{ 271, &ht_names_tipc_options, NULL, NULL },
	{ 272, &ht_names_rxrpc_options, NULL, NULL },
	{ 273, &ht_names_pppol2tp_options, NULL, NULL },
	{ 274, &ht_names_bluetooth_options, NULL, NULL },
	{ 275, &ht_names_phonet_options, NULL, NULL },
	{ 276, &ht_names_rds_options, NULL, NULL },
	{ 277, &ht_names_iucv_options, NULL, NULL },
	{ 278, &ht_names_caif_options, NULL, NULL },
	{ 279, &ht_names_alg_options, NULL, NULL },
	{ 280, &ht_names_nfc_options, NULL, NULL },
	{ 281, &ht_names_kcm_options, NULL, NULL },
	{ 282, &ht_names_tls_options, NULL, NULL },
	{ 283, &ht_names_xdp_options, NULL, NULL },
	{ 284, &ht_names_mptcp_options, NULL, NULL },
	{ 285, &ht_names_mctp_options, NULL, NULL },
	{ 286, &ht_names_smc_options, NULL, NULL },
	{ 287, &ht_names_vsock_error_options, NULL, NULL },
};

const char *ht_socket_protocol_name(uint32_t family, uint32_t protocol)
{
	/* In network byte order, of 16 bits. */
	if (family == FAMILY_PACKET)
		protocol = protocol > 0xffff ? UINT32_MAX : (protocol & 0xff) << 8 | protocol >> 8;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (families[i].family == family)
			return ht_name_of(families[i].protocols, protocol);
	return NULL;
}

const char *ht_socket_option_name(uint32_t level, uint32_t option, bool set)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		const struct ht_name_set *also = set ? levels[i].set : levels[i].get;
		const char *name;

		if (levels[i].level != level)
			continue;
		name = ht_name_of(levels[i].options, option);
		return name || !also ? name : ht_name_of(also, option);
	}
	return NULL;
}
