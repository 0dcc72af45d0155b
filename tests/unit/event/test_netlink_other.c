/* SPDX-License-Identifier: BSD-2-Clause */
/* NETLINK_XFRM, _SOCK_DIAG, _CONNECTOR and _CRYPTO. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "netlink.h"

#define REQUESTED "\"flags\":[\"NLM_F_REQUEST\"]"

/* struct xfrm_selector: 10.1.0.0/16 to 10.2.0.0/16, TCP to port 22 */
static const uint8_t selector[56] = {
	10, 2, [16] = 10, 1, [32] = 0, 22, 0xff, 0xff, [40] = 2, [42] = 16, 16, 6,
};
#define SELECTED "\"selector\":{\"family\":\"AF_INET\",\"source\":\"10.1.0.0/16\",\"destination\":\"10.2.0.0/16\"," \
		 "\"destinationPort\":22,\"protocol\":\"IPPROTO_TCP\"}"

static void test_association(void **state)
{
	uint8_t sa[224] = { [56] = 192, 0, 2, 2, [72] = 0, 0, 1, 0, 50, [80] = 192, 0, 2, 1, [208] = 7, [212] = 2, 0, 1 };
	uint8_t id[24] = { 192, 0, 2, 2, [16] = 0, 0, 1, 0, 2, 0, 50 };
	uint8_t algorithm[72] = "cbc(aes)", source[16] = { 192, 0, 2, 1 };
	struct message m = { 0 };
	struct record r;

	(void)state;
	memcpy(algorithm + 68, "KEY", 4);
	message(&m, 16, REQUEST, sa, sizeof(sa));
	attribute(&m, 2, algorithm, sizeof(algorithm));
	memcpy(algorithm, "hmac(sha1)", 11);
	attribute(&m, 1, algorithm, sizeof(algorithm));
	memcpy(algorithm, "hmac(sha256)", 13);
	attribute(&m, 20, algorithm, sizeof(algorithm));
	attribute_u32(&m, 31, 9);
	/* Of the two spellings of an authentication the longer one counts; keys are not told. */
	assert_messages(&m, 6, "{\"type\":\"XFRM_MSG_NEWSA\"," REQUESTED ",\"association\":{\"family\":\"AF_INET\",\"spi\":\"0x100\","
			       "\"protocol\":\"IPPROTO_ESP\",\"requestId\":7,\"mode\":\"XFRM_MODE_TUNNEL\",\"source\":\"192.0.2.1\","
			       "\"destination\":\"192.0.2.2\",\"encryption\":\"cbc(aes)\",\"authentication\":\"hmac(sha256)\","
			       "\"interfaceId\":9}}");
	assert_event(&m, 6, "AddIpsecAssociation", HT_RESOURCE_IPSEC_ASSOCIATION, "192.0.2.2 IPPROTO_ESP 0x100");
	/* Under i386 the struct ends 4 bytes earlier. */
	m = (struct message){ 0 };
	message(&m, 16, REQUEST, sa, 220);
	attribute_u32(&m, 31, 9);
	send_begin(&r, "sendmsg", HT_ABI_I386, 16, 6, m.used);
	record_item(&r, HT_ITEM_MESSAGE, 1, 0, m.bytes, m.used);
	assert_record(&r, "NETLINK_XFRM", "{\"type\":\"XFRM_MSG_NEWSA\"," REQUESTED ",\"association\":{\"family\":\"AF_INET\","
					  "\"spi\":\"0x100\",\"protocol\":\"IPPROTO_ESP\",\"requestId\":7,"
					  "\"mode\":\"XFRM_MODE_TUNNEL\",\"source\":\"192.0.2.1\",\"destination\":\"192.0.2.2\","
					  "\"interfaceId\":9}}", "");
	m = (struct message){ 0 };
	message(&m, 17, REQUEST, id, sizeof(id));
	attribute(&m, 13, source, sizeof(source));
	assert_messages(&m, 6, "{\"type\":\"XFRM_MSG_DELSA\"," REQUESTED ",\"association\":{\"family\":\"AF_INET\",\"spi\":\"0x100\","
			       "\"protocol\":\"IPPROTO_ESP\",\"destination\":\"192.0.2.2\",\"source\":\"192.0.2.1\"}}");
	assert_event(&m, 6, "DeleteIpsecAssociation", HT_RESOURCE_IPSEC_ASSOCIATION, "192.0.2.2 IPPROTO_ESP 0x100");
	m = (struct message){ 0 };
	message(&m, 18, REQUEST | DUMP, "", 0);
	assert_event(&m, 6, "GetIpsec", HT_RESOURCE_NONE, NULL);
	m = (struct message){ 0 };
	message(&m, 28, REQUEST, BYTES(50, 0, 0, 0));
	assert_messages(&m, 6, "{\"type\":\"XFRM_MSG_FLUSHSA\"," REQUESTED ",\"associations\":{\"protocol\":\"IPPROTO_ESP\"}}");
	assert_event(&m, 6, "DeleteIpsecAssociation", HT_RESOURCE_NONE, NULL);
}

static void test_policy(void **state)
{
	uint8_t policy[168] = { [152] = 5, [160] = 1, 1 }, id[64] = { [60] = 2 };
	struct message m = { 0 };

	(void)state;
	memcpy(policy, selector, sizeof(selector));
	memcpy(id, selector, sizeof(selector));
	message(&m, 19, REQUEST, policy, sizeof(policy));
	assert_messages(&m, 6, "{\"type\":\"XFRM_MSG_NEWPOLICY\"," REQUESTED ",\"policy\":{\"direction\":\"XFRM_POLICY_OUT\","
			       "\"action\":\"XFRM_POLICY_BLOCK\",\"priority\":5," SELECTED "}}");
	assert_event(&m, 6, "AddIpsecPolicy", HT_RESOURCE_IPSEC_POLICY, "10.1.0.0/16 10.2.0.0/16 out");
	m = (struct message){ 0 };
	message(&m, 20, REQUEST, id, sizeof(id));
	assert_messages(&m, 6, "{\"type\":\"XFRM_MSG_DELPOLICY\"," REQUESTED ",\"policy\":{\"direction\":\"XFRM_POLICY_FWD\","
			       SELECTED "}}");
	assert_event(&m, 6, "DeleteIpsecPolicy", HT_RESOURCE_IPSEC_POLICY, "10.1.0.0/16 10.2.0.0/16 fwd");
	m = (struct message){ 0 };
	message(&m, 39, REQUEST, BYTES(1, 2, 1));
	assert_messages(&m, 6, "{\"type\":\"XFRM_MSG_SETDEFAULT\"," REQUESTED ",\"defaults\":{\"in\":\"XFRM_USERPOLICY_BLOCK\","
			       "\"forward\":\"XFRM_USERPOLICY_ACCEPT\",\"out\":\"XFRM_USERPOLICY_BLOCK\"}}");
	assert_event(&m, 6, "ConfigureIpsec", HT_RESOURCE_NONE, NULL);
}

/* Every length of a message, up to its own: nothing is read behind its end, and all of it is JSON. */
static void test_every_length(void **state)
{
	static const struct {
		uint16_t protocol, type, size;
	} all[] = {
		{ 0, 16, 64 },   { 0, 20, 48 },   { 0, 24, 64 },   { 0, 32, 64 },   { 0, 44, 64 },   { 0, 84, 64 },  { 0, 112, 32 },
		{ 4, 21, 80 },   { 6, 16, 260 },  { 6, 17, 48 },   { 6, 19, 190 },  { 6, 20, 90 },   { 6, 22, 260 }, { 6, 39, 24 },
		{ 9, 1001, 80 }, { 9, 1011, 1100 }, { 9, 1015, 40 }, { 9, 1018, 40 }, { 11, 3, 40 },  { 12, 0xa06, 64 }, { 12, 0x102, 64 },
		{ 12, 0x302, 40 }, { 12, 0x609, 64 }, { 16, 16, 60 }, { 21, 16, 240 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		for (unsigned fill = 0; fill < 4; fill++) {
			static const uint8_t fills[] = { 0, 2, 0xff, 0x08 };
			struct message m = { 0 };
			uint8_t body[1100];

			memset(body, fills[fill], sizeof(body));
			message(&m, all[i].type, REQUEST, body, all[i].size);
			for (size_t n = 16; n <= m.used; n += n < 300 ? 1 : 37) {
				struct record r;

				memcpy(m.bytes, &(uint32_t){ (uint32_t)n }, 4);
				send_on(&r, "sendmsg", all[i].protocol, m.bytes, n);
				assert_well_formed(&r);
			}
		}
}

static void test_sockets(void **state)
{
	uint8_t request[56] = { 2, 6, [8] = 0x9c, 0x40, 0, 22, 10, 0, 0, 1, [28] = 10, 0, 0, 2 };
	struct message m = { 0 };

	(void)state;
	message(&m, 21, REQUEST, request, sizeof(request));
	assert_messages(&m, 4, "{\"type\":\"SOCK_DESTROY\"," REQUESTED ",\"socket\":{\"family\":\"AF_INET\",\"protocol\":\"IPPROTO_TCP\","
			       "\"local\":{\"address\":\"10.0.0.1\",\"port\":40000},\"remote\":{\"address\":\"10.0.0.2\",\"port\":22}}}");
	assert_event(&m, 4, "DestroySocket", HT_RESOURCE_SOCKET, "10.0.0.2:22");
	m = (struct message){ 0 };
	request[0] = 10;
	request[10] = request[11] = 0;
	message(&m, 21, REQUEST, request, sizeof(request));
	assert_event(&m, 4, "DestroySocket", HT_RESOURCE_SOCKET, "[a00:1::]:40000");
	m = (struct message){ 0 };
	message(&m, 20, REQUEST | DUMP, BYTES(2, 6, 0, 0, 0xff, 0xf, 0, 0));
	assert_messages(&m, 4, "{\"type\":\"SOCK_DIAG_BY_FAMILY\",\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_DUMP\"],\"socket\":{"
			       "\"family\":\"AF_INET\",\"protocol\":\"IPPROTO_TCP\"}}");
	assert_event(&m, 4, "GetSocket", HT_RESOURCE_NONE, NULL);
}

static void test_connector_and_crypto(void **state)
{
	uint8_t algorithm[212] = "md5";
	struct message m = { 0 };

	(void)state;
	message(&m, 3, 0, BYTES(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0));
	assert_messages(&m, 11, "{\"type\":\"NLMSG_DONE\",\"flags\":[],\"connector\":{\"index\":1,\"value\":1}}");
	assert_event(&m, 11, NULL, HT_RESOURCE_NONE, NULL);
	memcpy(algorithm + 64, "md5-generic", 11);
	m = (struct message){ 0 };
	message(&m, 17, REQUEST, algorithm, sizeof(algorithm));
	assert_messages(&m, 21, "{\"type\":\"CRYPTO_MSG_DELALG\"," REQUESTED ",\"algorithm\":{\"name\":\"md5\","
				"\"driver\":\"md5-generic\"}}");
	assert_event(&m, 21, "ConfigureCryptoAlgorithm", HT_RESOURCE_NONE, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_association), cmocka_unit_test(test_policy),
		cmocka_unit_test(test_every_length), cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_connector_and_crypto),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
