/* SPDX-License-Identifier: BSD-2-Clause */
/* What test_build.c does not see of the encoder: ids of all sizes, and constants that hold anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "event/encode.h"

#define BOOT "01234567-89ab-4cde-8f01-23456789abcd"

static void test_service_ids(void **state)
{
	static const struct {
		uint64_t number;
		const char *id;
	} cases[] = {
		{ 0, "\"eventID\":\"01234567-89ab-8000-a000-000000000000\"" },
		{ 1, "\"eventID\":\"01234567-89ab-8000-a000-000000000001\"" },
		{ 0xffffffffffff, "\"eventID\":\"01234567-89ab-8000-a000-ffffffffffff\"" },
		{ 0x1000000000000, "\"eventID\":\"01234567-89ab-8000-a001-000000000000\"" },
		{ 0xfffffffffffffff, "\"eventID\":\"01234567-89ab-8000-afff-ffffffffffff\"" },
	};
	struct ht_encode_constants c;

	(void)state;
	assert_int_equal(ht_encode_constants_init(&c, "h", "n", "r", BOOT), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ht_buffer b = { 0 };

		ht_encode_service(&b, &c, "X", (struct ht_text){ 0 }, cases[i].number);
		ht_buffer_byte(&b, '\0');
		if (!strstr(b.data, cases[i].id))
			fail_msg("%s\n%s", b.data, cases[i].id);
		ht_buffer_free(&b);
	}
	ht_encode_constants_free(&c);
}

static void test_constants(void **state)
{
	struct ht_encode_constants c;
	struct ht_buffer b = { 0 };

	(void)state;
	assert_int_equal(ht_encode_constants_init(&c, "i\nd", "\"name\"", "r\\n", BOOT), 0);
	ht_encode_service(&b, &c, "X", (struct ht_text){ 0 }, 0);
	ht_buffer_byte(&b, '\0');
	assert_non_null(strstr(b.data, "\"hostId\":\"i\\nd\",\"hostName\":\"\\\"name\\\"\",\"region\":\"r\\\\n\",\"bootId\":\"" BOOT "\""));
	ht_buffer_free(&b);
	ht_encode_constants_free(&c);
	assert_int_equal(ht_encode_constants_init(&c, "h", "n", "r", ""), -EINVAL);
	assert_int_equal(ht_encode_constants_init(&c, "h", "n", "r", BOOT "0"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_service_ids),
		cmocka_unit_test(test_constants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
