/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/ipv6.h>
#include <linux/netlink.h>
#include <linux/tls.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "event/control_message.h"

/* Types by the headers' own names: the name, and the form of what has as many bytes as it should. */
#define TYPE(level, type, bytes, form) { level, type, bytes, HT_CONTROL_##form, #type }

static const struct {
	uint32_t level, type;
	size_t bytes;
	enum ht_control_form form;
	const char *name;
} types[] = {
	TYPE(SOL_SOCKET, SCM_RIGHTS, 4, DESCRIPTORS),
	TYPE(SOL_SOCKET, SCM_CREDENTIALS, sizeof(struct ucred), STRUCT),
	TYPE(SOL_SOCKET, SCM_TIMESTAMP, 16, STRUCT),
	TYPE(SOL_SOCKET, SCM_TIMESTAMPNS, 8, STRUCT),
	TYPE(SOL_SOCKET, SCM_TIMESTAMPING, sizeof(struct scm_timestamping), ARRAY),
	TYPE(SOL_SOCKET, SO_MARK, 4, NUMBER),
	TYPE(SOL_IP, IP_TOS, 1, NUMBER),
	TYPE(SOL_IP, IP_TTL, 4, NUMBER),
	TYPE(SOL_IP, IP_PKTINFO, sizeof(struct in_pktinfo), STRUCT),
	TYPE(SOL_IP, IP_RECVERR, sizeof(struct sock_extended_err), STRUCT),
	TYPE(SOL_IP, IP_RECVOPTS, 4, BYTES),
	TYPE(SOL_IPV6, IPV6_PKTINFO, sizeof(struct in6_pktinfo), STRUCT),
	TYPE(SOL_IPV6, IPV6_RECVERR, sizeof(struct sock_extended_err), STRUCT),
	TYPE(SOL_IPV6, IPV6_HOPLIMIT, 4, NUMBER),
	TYPE(SOL_IPV6, IPV6_TCLASS, 4, NUMBER),
	TYPE(SOL_IPV6, IPV6_PATHMTU, sizeof(struct ip6_mtuinfo), STRUCT),
	TYPE(SOL_UDP, UDP_SEGMENT, 2, NUMBER),
	TYPE(SOL_PACKET, PACKET_AUXDATA, sizeof(struct tpacket_auxdata), STRUCT),
	TYPE(SOL_NETLINK, NETLINK_PKTINFO, sizeof(struct nl_pktinfo), NUMBER),
	TYPE(SOL_TLS, TLS_SET_RECORD_TYPE, 1, NUMBER),
	TYPE(SOL_ALG, ALG_SET_KEY, 16, UNTOLD),
	TYPE(SOL_ALG, ALG_SET_IV, sizeof(struct af_alg_iv), STRUCT),
	TYPE(SOL_ALG, ALG_SET_OP, 4, STRUCT),
	TYPE(SOL_ALG, ALG_SET_AEAD_ASSOCLEN, 4, NUMBER),
};

static void test_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		const char *name = ht_control_type_name(types[i].level, types[i].type);
		const struct ht_struct *s = NULL;

		if (!name || strcmp(name, types[i].name) != 0)
			fail_msg("%s is called %s", types[i].name, name ? name : "nothing");
		if (ht_control_form(types[i].level, types[i].type, types[i].bytes, &s) != types[i].form)
			fail_msg("%s is of another form", types[i].name);
		assert_int_equal(s != NULL, types[i].form == HT_CONTROL_STRUCT || types[i].form == HT_CONTROL_ARRAY);
		/* Of structs, one byte less is none. */
		if (s && types[i].bytes != 16 && types[i].form == HT_CONTROL_STRUCT)
			assert_int_equal(ht_control_form(types[i].level, types[i].type, types[i].bytes - 1, &s), HT_CONTROL_BYTES);
	}
}

/* Levels whose control messages have numbers of options that are something else. */
static void test_own_names(void **state)
{
	(void)state;
	assert_string_equal(ht_control_type_name(SOL_IP, 3), "SCM_SECURITY");
	assert_string_equal(ht_control_type_name(SOL_SOCKET, 64), "SO_TIMESTAMPNS_NEW");
	assert_string_equal(ht_control_type_name(132, 0), "SCTP_INIT");
	assert_null(ht_control_type_name(132, 20));
	assert_string_equal(ht_control_type_name(272, 12), "RXRPC_TX_LENGTH");
	assert_null(ht_control_type_name(282, 3));
	assert_null(ht_control_type_name(9999, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_own_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
