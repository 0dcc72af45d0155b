/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"

static void check_string(const char *s, size_t n, const char *want, bool exact)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	assert_int_equal(ht_json_string(&b, s, n), exact);
	assert_int_equal(ht_buffer_status(&b), 0);
	if (b.length != strlen(want) || memcmp(b.data, want, b.length) != 0)
		fail_msg("%.*s, not %s", (int)b.length, b.data, want);
}

/* What a single byte below 0x80 must become. */
static void escaped(unsigned char c, char *out, size_t size)
{
	static const char pairs[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *p = pairs; *p; p += 2)
		if ((unsigned char)*p == c) {
			snprintf(out, size, "\\%c", p[1]);
			return;
		}
	if (c < 0x20 || c == 0x7f)
		snprintf(out, size, "\\u%04x", c);
	else
		snprintf(out, size, "%c", c);
}

/* Every byte at every place within and around a word of eight. */
static void test_every_byte_everywhere(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 256; c++)
		for (size_t n = 1; n <= 20; n++)
			for (size_t at = 0; at < n; at++) {
				char s[20], want[64], one[8];

				memset(s, 'x', sizeof(s));
				s[at] = (char)c;
				if (c < 0x80)
					escaped((unsigned char)c, one, sizeof(one));
				else
					snprintf(one, sizeof(one), "\xef\xbf\xbd");
				snprintf(want, sizeof(want), "\"%.*s%s%.*s\"", (int)at,
					 "xxxxxxxxxxxxxxxxxxxx", one, (int)(n - at - 1),
					 "xxxxxxxxxxxxxxxxxxxx");
				check_string(s, n, want, c < 0x80);
			}
}

static void test_utf8(void **state)
{
	(void)state;
	check_string("", 0, "\"\"", true);
	check_string("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
		     true);
	check_string("\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", 16,
		     "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\"", true);
	check_string("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8, "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"", true);
	check_string("a\xe2\x80\xa8"
		     "b\xe2\x80\xa9\xe2\x80\xaa",
		     11, "\"a\\u2028b\\u2029\xe2\x80\xaa\"", true);
}

#define R "\xef\xbf\xbd"

/* Unicode 15, section 3.9, tables 3-8 to 3-11, and truncation. */
static void test_not_utf8(void **state)
{
	(void)state;
	check_string("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", 9, "\"" R R R R R R R R "A\"", false);
	check_string("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", 9, "\"" R R R R R R R R "A\"", false);
	check_string("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", 9, "\"" R R R R R "A" R R "B\"", false);
	check_string("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", 9, "\"" R R R R "A\"", false);
	check_string("ab\xc3", 3, "\"ab" R "\"", false);
	check_string("\xe2\x82", 2, "\"" R "\"", false);
	check_string("\xf0\x9f\x98", 3, "\"" R "\"", false);
	check_string("\xf5\x80\x80\x80", 4, "\"" R R R R "\"", false);
	check_string("\xe2\x80\xa8\xff", 4, "\"\\u2028" R "\"", false);
}

/* What is written is read back, for texts of any bytes. */
static void test_round_trip(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		_cleanup_buffer_ struct ht_buffer b = { 0 }, back = { 0 };
		struct ht_json_reader r;
		struct ht_json_token t;
		char s[64];
		size_t n = round % sizeof(s);
		bool exact;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			s[i] = (char)(seed >> 33 & (round & 1 ? 0x7f : 0xff));
		}
		exact = ht_json_string(&b, s, n);
		ht_json_reader_init(&r, b.data, b.length);
		assert_int_equal(ht_json_next(&r, &t), 0);
		assert_int_equal(t.type, HT_JSON_STRING);
		assert_int_equal(ht_json_unescape(&t, &back), 0);
		if (round & 1)
			assert_true(exact);
		if (exact) {
			assert_int_equal(back.length, n);
			if (n)
				assert_memory_equal(back.data, s, n);
		}
		assert_int_equal(ht_json_next(&r, &t), 0);
		assert_int_equal(t.type, HT_JSON_END);
	}
}

static void test_base64(void **state)
{
	/* RFC 4648, section 10, and the two last digits. */
	static const char *const cases[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "+/+/" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buffer_ struct ht_buffer b = { 0 };

		ht_base64_append(&b, cases[i][0], strlen(cases[i][0]));
		ht_buffer_byte(&b, '\0');
		assert_string_equal(b.data, cases[i][1]);
		assert_int_equal(b.length, strlen(cases[i][1]) + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_byte_everywhere),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_not_utf8),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
