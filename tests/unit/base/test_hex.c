/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/hex.h"

static void every_byte(void **state)
{
	unsigned char bytes[256], back[256];
	char text[513];

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		bytes[i] = (unsigned char)i;
	ht_hex_write(bytes, 256, text);
	assert_int_equal(strlen(text), 512);
	assert_memory_equal(text, "000102030405060708090a0b0c0d0e0f1011", 36);
	assert_memory_equal(text + 500, "fafbfcfdfeff", 13);
	assert_int_equal(ht_hex_read(text, 512, back, 256), 0);
	assert_memory_equal(back, bytes, 256);
}

static void refused(void **state)
{
	unsigned char bytes[2];

	(void)state;
	assert_int_equal(ht_hex_read("abc", 3, bytes, 1), -EINVAL);
	assert_int_equal(ht_hex_read("abcd", 4, bytes, 1), -EINVAL);
	assert_int_equal(ht_hex_read("ab", 2, bytes, 2), -EINVAL);
	assert_int_equal(ht_hex_read("AB", 2, bytes, 1), -EINVAL);
	assert_int_equal(ht_hex_read("0x", 2, bytes, 1), -EINVAL);
	assert_int_equal(ht_hex_read("g0", 2, bytes, 1), -EINVAL);
	assert_int_equal(ht_hex_read("", 0, bytes, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_byte), cmocka_unit_test(refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
