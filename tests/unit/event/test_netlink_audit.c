/* SPDX-License-Identifier: BSD-2-Clause */
/* NETLINK_AUDIT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "netlink.h"

#define REQUESTED "\"flags\":[\"NLM_F_REQUEST\"]"

static void test_status(void **state)
{
	const uint32_t status[11] = { 1 | 2 | 4 | 8 | 0x10 | 0x20 | 0x40, 2, 1, 4711, 100, 8192, 0, 0, 0, 60000, 0 };
	struct message m = { 0 };

	(void)state;
	message(&m, 1001, REQUEST, status, sizeof(status));
	assert_messages(&m, 9, "{\"type\":\"AUDIT_SET\"," REQUESTED ",\"status\":{\"enabled\":2,\"failure\":\"AUDIT_FAIL_PRINTK\","
			       "\"pid\":4711,\"rateLimit\":100,\"backlogLimit\":8192,\"lost\":0,\"backlogWaitTime\":60000}}");
	assert_event(&m, 9, "ConfigureAudit", HT_RESOURCE_KERNEL_SETTING, "audit");
	/* What the mask does not name is not set; and older programs send less. */
	m = (struct message){ 0 };
	message(&m, 1001, REQUEST, (uint32_t[8]){ 1 | 0x20 }, 32);
	assert_messages(&m, 9, "{\"type\":\"AUDIT_SET\"," REQUESTED ",\"status\":{\"enabled\":0}}");
	m = (struct message){ 0 };
	message(&m, 1000, REQUEST, "", 0);
	assert_messages(&m, 9, "{\"type\":\"AUDIT_GET\"," REQUESTED "}");
	assert_event(&m, 9, "GetAudit", HT_RESOURCE_NONE, NULL);
}

/* -w /etc/shadow -p wa -k identity -F auid>=1000 */
static size_t rule(uint32_t *words, char *strings)
{
	static const uint32_t fields[] = { 105, 106, 210, 9 }, values[] = { 11, 10, 8, 1000 },
			      operators[] = { 0x40000000, 0x40000000, 0x40000000, 0x60000000 };

	memset(words, 0, 1040);
	words[0] = 4 | 0x10;
	words[1] = 2;
	words[2] = 4;
	memcpy(words + 67, fields, sizeof(fields));
	memcpy(words + 131, values, sizeof(values));
	memcpy(words + 195, operators, sizeof(operators));
	words[259] = 19;
	memcpy(strings, "/etc/shadowidentity", 19);
	return 1040 + 19;
}

static void test_rules(void **state)
{
	static const char fields[] = "{\"type\":\"AUDIT_ADD_RULE\"," REQUESTED ",\"rule\":{\"filter\":\"AUDIT_FILTER_EXIT\","
				     "\"prepend\":true,\"action\":\"AUDIT_ALWAYS\",\"fieldCount\":4,\"fields\":["
				     "{\"field\":\"AUDIT_WATCH\",\"operator\":\"AUDIT_EQUAL\",\"value\":\"/etc/shadow\"},"
				     "{\"field\":\"AUDIT_PERM\",\"operator\":\"AUDIT_EQUAL\",\"value\":10},"
				     "{\"field\":\"AUDIT_FILTERKEY\",\"operator\":\"AUDIT_EQUAL\",\"value\":\"identity\"},"
				     "{\"field\":\"AUDIT_LOGINUID\",\"operator\":\"AUDIT_GREATER_THAN_OR_EQUAL\",\"value\":1000}]}}";
	struct message m = { 0 };
	uint32_t words[266];
	size_t n;

	(void)state;
	n = rule(words, (char *)(words + 260));
	message(&m, 1011, REQUEST, words, n);
	assert_messages(&m, 9, fields);
	assert_event(&m, 9, "AddAuditRule", HT_RESOURCE_KERNEL_SETTING, "audit");
	/* The strings are shorter than they are said to be: there are no more. */
	m = (struct message){ 0 };
	words[131] = 20;
	message(&m, 1012, REQUEST, words, n);
	assert_messages(&m, 9, "{\"type\":\"AUDIT_DEL_RULE\"," REQUESTED ",\"rule\":{\"filter\":\"AUDIT_FILTER_EXIT\","
			       "\"prepend\":true,\"action\":\"AUDIT_ALWAYS\",\"fieldCount\":4,\"fields\":["
			       "{\"field\":\"AUDIT_WATCH\",\"operator\":\"AUDIT_EQUAL\"},"
			       "{\"field\":\"AUDIT_PERM\",\"operator\":\"AUDIT_EQUAL\",\"value\":10},"
			       "{\"field\":\"AUDIT_FILTERKEY\",\"operator\":\"AUDIT_EQUAL\"},"
			       "{\"field\":\"AUDIT_LOGINUID\",\"operator\":\"AUDIT_GREATER_THAN_OR_EQUAL\",\"value\":1000}]}}");
	assert_event(&m, 9, "DeleteAuditRule", HT_RESOURCE_KERNEL_SETTING, "audit");
	/* More fields than there can be: those there are. */
	m = (struct message){ 0 };
	words[2] = 0xffffffff;
	message(&m, 1011, REQUEST, words, 12);
	assert_messages(&m, 9, "{\"type\":\"AUDIT_ADD_RULE\"," REQUESTED ",\"rule\":{\"filter\":\"AUDIT_FILTER_EXIT\","
			       "\"prepend\":true,\"action\":\"AUDIT_ALWAYS\",\"fieldCount\":4294967295}}");
}

static void test_the_rest(void **state)
{
	struct message m = { 0 };

	(void)state;
	message(&m, 1018, REQUEST, (uint32_t[4]){ 1, 3, 2, 1 }, 16);
	message(&m, 1017, REQUEST, (uint32_t[2]){ 1, 0 }, 8);
	message(&m, 1015, REQUEST, "\4\0\0\0\5\0\0\0/a\0x/b/cd", 17);
	message(&m, 1015, REQUEST, "\4\0\0\0\x0a\0\0\0/a\0x/b/cd", 17);
	message(&m, 1014, REQUEST, "", 0);
	assert_messages(&m, 9,
			"{\"type\":\"AUDIT_SET_FEATURE\"," REQUESTED ",\"features\":{\"set\":["
			"{\"name\":\"AUDIT_FEATURE_ONLY_UNSET_LOGINUID\",\"value\":0,\"lock\":1},"
			"{\"name\":\"AUDIT_FEATURE_LOGINUID_IMMUTABLE\",\"value\":1,\"lock\":0}]}},"
			"{\"type\":\"AUDIT_TTY_SET\"," REQUESTED ",\"tty\":{\"enabled\":1,\"logPasswords\":0}},"
			"{\"type\":\"AUDIT_MAKE_EQUIV\"," REQUESTED ",\"trees\":{\"tree\":\"/a\",\"equivalent\":\"/b/cd\"}},"
			"{\"type\":\"AUDIT_MAKE_EQUIV\"," REQUESTED ",\"trees\":{}},"
			"{\"type\":\"AUDIT_TRIM\"," REQUESTED "}");
	/* What programs report is told by its type alone. */
	m = (struct message){ 0 };
	message(&m, 1112, REQUEST, "op=login acct=\"root\" password=secret", 36);
	assert_messages(&m, 9, "{\"type\":\"AUDIT_USER_LOGIN\"," REQUESTED "}");
	assert_event(&m, 9, "WriteAuditMessage", HT_RESOURCE_NONE, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
