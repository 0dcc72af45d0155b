/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "hosttrail/event.h"

static void test_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < HT_FIELDS; i++) {
		assert_non_null(ht_field_name((enum ht_field)i));
		assert_int_equal(ht_field_by_name(ht_text_of(ht_field_name((enum ht_field)i))), i);
	}
	assert_string_equal(ht_field_name(HT_FIELD_EVENT_CATEGORY), "eventCategory");
	assert_string_equal(ht_field_name(HT_FIELD_CONTAINER), "process.container");
	assert_null(ht_field_name(HT_FIELDS));
	assert_int_equal(ht_field_by_name(HT_TEXT("eventname")), HT_FIELDS);
	assert_int_equal(ht_field_by_name(HT_TEXT("")), HT_FIELDS);
	assert_int_equal(ht_field_by_name((struct ht_text){ 0 }), HT_FIELDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_names) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
