/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hosttrail/log.h"

#define HOST "0123456789abcdef"

static void takes_a_name_apart(void **state)
{
	struct ht_log_name name = { 0 };

	(void)state;
	assert_true(ht_log_name_parse(HOST "_HostTrail_default_20261121T091300Z_0000000000000042.jsonl.zst", &name));
	assert_string_equal(name.host, HOST);
	assert_string_equal(name.region, "default");
	assert_string_equal(name.time, "20261121T091300Z");
	assert_int_equal(name.sequence, 42);
	assert_false(name.partial);

	assert_true(ht_log_name_parse(HOST "_HostTrail_eu_west_1_20261121T091300Z_9999999999999999.jsonl.zst.partial",
				      &name));
	assert_string_equal(name.region, "eu_west_1");
	assert_int_equal(name.sequence, 9999999999999999);
	assert_true(name.partial);
}

static void refuses_other_names(void **state)
{
	static const char *const others[] = {
		"",
		".jsonl.zst",
		"_HostTrail_default_20261121T091300Z_0000000000000042.jsonl.zst",
		"0123456789abcdeF_HostTrail_default_20261121T091300Z_0000000000000042.jsonl.zst",
		HOST "_HostTrail__20261121T091300Z_0000000000000042.jsonl.zst",
		HOST "_HostTrail_20261121T091300Z_0000000000000042.jsonl.zst",
		HOST "_HostTrail_a b_20261121T091300Z_0000000000000042.jsonl.zst",
		HOST "_HostTrail-Digest_default_20261121T091300Z_0000000000000042.jsonl.zst",
		HOST "_HostTrail_default_20261121T091300_0000000000000042.jsonl.zst",
		HOST "_HostTrail_default_2026112aT091300Z_0000000000000042.jsonl.zst",
		HOST "_HostTrail_default_20261121T091300Z_000000000000042.jsonl.zst",
		HOST "_HostTrail_default_20261121T091300Z_00000000000000x2.jsonl.zst",
		HOST "_HostTrail_default_20261121T091300Z_0000000000000042.jsonl",
		HOST "_HostTrail_default_20261121T091300Z_0000000000000042.jsonl.zst.partial.partial",
		HOST "_HostTrail_default_20261121T091300Z_0000000000000042.jsonl.zst.sig",
	};
	struct ht_log_name name = { .sequence = 7 };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (ht_log_name_parse(others[i], &name))
			fail_msg("taken for a log's name: %s", others[i]);
	assert_int_equal(name.sequence, 7);
}

static void labels(void **state)
{
	char longest[HT_LABEL_MAX + 2];

	(void)state;
	assert_true(ht_label_valid("default"));
	assert_true(ht_label_valid("9.x_Y-z"));
	assert_false(ht_label_valid(""));
	assert_false(ht_label_valid(".."));
	assert_false(ht_label_valid("-x"));
	assert_false(ht_label_valid("a/b"));
	assert_false(ht_label_valid("a\n"));
	memset(longest, 'a', sizeof(longest));
	longest[HT_LABEL_MAX + 1] = '\0';
	assert_false(ht_label_valid(longest));
	longest[HT_LABEL_MAX] = '\0';
	assert_true(ht_label_valid(longest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_name_apart),
		cmocka_unit_test(refuses_other_names),
		cmocka_unit_test(labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
