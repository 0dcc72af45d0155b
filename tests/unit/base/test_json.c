/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>

#include "base/cleanup.h"
#include "base/json.h"

static int parse(const char *text, size_t n, struct ht_json_reader *r)
{
	struct ht_json_token t;
	int e;

	ht_json_reader_init(r, text, n);
	do {
		e = ht_json_next(r, &t);
	} while (e == 0 && t.type != HT_JSON_END);
	return e;
}

static void test_valid(void **state)
{
	static const char *const texts[] = {
		"0",
		"-0",
		"1",
		"-1",
		"10",
		"1.5",
		"1e5",
		"1E+5",
		"1e-5",
		"-0.0e0",
		"123456789012345678901234567890",
		"true",
		"false",
		"null",
		"\"\"",
		"\"a\"",
		" 1 ",
		"\t[\r\n]\n",
		"[]",
		"{}",
		"[1]",
		"[1,2]",
		"[[],{}]",
		"{\"a\":1}",
		"{\"a\":{\"b\":[1,{\"c\":null}]},\"d\":\"e\"}",
		"{ \"a\" : 1 , \"b\" : 2 }",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
		"\"\\u00e9\\uD83D\\uDE00\"",
		"\"\\u0000\"",
		"\"\x7f\"",
		"\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
		"\"\xf4\x8f\xbf\xbf\"",
		"\"\xed\x9f\xbf\"",
		"\"\\ud800\"",
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
		"{\"\":0}",
		"{\"a\":1,\"a\":2}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct ht_json_reader r;

		if (parse(texts[i], strlen(texts[i]), &r) != 0)
			fail_msg("%s: %s at %zu", texts[i], r.problem, r.problem_offset);
	}
}

static void test_invalid(void **state)
{
	static const struct {
		const char *text;
		size_t offset;
	} texts[] = {
		{ "", 0 },
		{ " ", 1 },
		{ "01", 0 },
		{ "-", 0 },
		{ "+1", 0 },
		{ ".5", 0 },
		{ "1.", 0 },
		{ "1e", 0 },
		{ "1e+", 0 },
		{ "-01", 0 },
		{ "0x1", 1 },
		{ "NaN", 0 },
		{ "Infinity", 0 },
		{ "tru", 0 },
		{ "True", 0 },
		{ "nul", 0 },
		{ "truee", 4 },
		{ "\"", 0 },
		{ "\"a", 0 },
		{ "'a'", 0 },
		{ "\"\\\"", 0 },
		{ "\"\\x\"", 1 },
		{ "\"\\u12\"", 1 },
		{ "\"\\u12g4\"", 1 },
		{ "\"\\", 1 },
		{ "\"\n\"", 1 },
		{ "\"\t\"", 1 },
		{ "\"\x1f\"", 1 },
		{ "\"\x80\"", 1 },
		{ "\"\xc0\xaf\"", 1 },
		{ "\"\xed\xa0\x80\"", 1 },
		{ "\"\xf4\x90\x80\x80\"", 1 },
		{ "\"\xc3", 1 },
		{ "\"\xe0\x80\x80\"", 1 },
		{ "[", 1 },
		{ "]", 0 },
		{ "[1", 2 },
		{ "[1,", 3 },
		{ "[1,]", 3 },
		{ "[,1]", 1 },
		{ "[1 2]", 3 },
		{ "[1}", 2 },
		{ "{", 1 },
		{ "}", 0 },
		{ "{\"a\"", 4 },
		{ "{\"a\"}", 4 },
		{ "{\"a\":", 5 },
		{ "{\"a\":}", 5 },
		{ "{\"a\":1", 6 },
		{ "{\"a\":1,", 7 },
		{ "{\"a\":1,}", 7 },
		{ "{a:1}", 1 },
		{ "{1:1}", 1 },
		{ "{\"a\":1]", 6 },
		{ "{\"a\" 1}", 5 },
		{ "1 1", 2 },
		{ "[] []", 3 },
		{ "{}x", 2 },
		{ "// c\n1", 0 },
		{ "[1/**/]", 2 },
		{ "\xef\xbb\xbf"
		  "1",
		  0 },
		{ "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 32 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct ht_json_reader r;

		if (parse(texts[i].text, strlen(texts[i].text), &r) != -EBADMSG)
			fail_msg("accepted: %s", texts[i].text);
		assert_non_null(r.problem);
		if (r.problem_offset != texts[i].offset)
			fail_msg("%s: %s at %zu", texts[i].text, r.problem, r.problem_offset);
	}
}

static void expect(struct ht_json_reader *r, enum ht_json_type type, const char *text, size_t offset)
{
	struct ht_json_token t;

	assert_int_equal(ht_json_next(r, &t), 0);
	assert_int_equal(t.type, type);
	assert_int_equal(t.offset, offset);
	if (text) {
		assert_int_equal(t.length, strlen(text));
		assert_memory_equal(t.text, text, t.length);
	}
}

static void test_tokens(void **state)
{
	static const char text[] = " {\"a\": [1, \"x\\ny\", true,false ,null], \"b\":{}} ";
	struct ht_json_reader r;

	(void)state;
	ht_json_reader_init(&r, text, strlen(text));
	expect(&r, HT_JSON_OBJECT, NULL, 1);
	expect(&r, HT_JSON_KEY, "a", 2);
	expect(&r, HT_JSON_ARRAY, NULL, 7);
	expect(&r, HT_JSON_NUMBER, "1", 8);
	expect(&r, HT_JSON_STRING, "x\\ny", 11);
	expect(&r, HT_JSON_TRUE, "true", 19);
	expect(&r, HT_JSON_FALSE, "false", 24);
	expect(&r, HT_JSON_NULL, "null", 31);
	expect(&r, HT_JSON_CLOSE, NULL, 35);
	expect(&r, HT_JSON_KEY, "b", 38);
	expect(&r, HT_JSON_OBJECT, NULL, 42);
	expect(&r, HT_JSON_CLOSE, NULL, 43);
	expect(&r, HT_JSON_CLOSE, NULL, 44);
	expect(&r, HT_JSON_END, NULL, 46);
	expect(&r, HT_JSON_END, NULL, 46);
}

static void test_skip(void **state)
{
	static const char text[] = "[{\"a\":[{}]},1,[2]]";
	struct ht_json_reader r;
	struct ht_json_token t;

	(void)state;
	ht_json_reader_init(&r, text, strlen(text));
	expect(&r, HT_JSON_ARRAY, NULL, 0);
	assert_int_equal(ht_json_next(&r, &t), 0);
	assert_int_equal(ht_json_skip(&r, &t), 0);
	assert_int_equal(ht_json_next(&r, &t), 0);
	assert_int_equal(t.type, HT_JSON_NUMBER);
	assert_int_equal(ht_json_skip(&r, &t), 0);
	assert_int_equal(ht_json_next(&r, &t), 0);
	assert_int_equal(ht_json_skip(&r, &t), 0);
	expect(&r, HT_JSON_CLOSE, NULL, 17);
	expect(&r, HT_JSON_END, NULL, 18);

	ht_json_reader_init(&r, "[[1,", 4);
	assert_int_equal(ht_json_next(&r, &t), 0);
	assert_int_equal(ht_json_skip(&r, &t), -EBADMSG);
}

static struct ht_json_token only(const char *text)
{
	struct ht_json_reader r;
	struct ht_json_token t;

	ht_json_reader_init(&r, text, strlen(text));
	assert_int_equal(ht_json_next(&r, &t), 0);
	return t;
}

static void test_unescape(void **state)
{
	static const struct {
		const char *text, *bytes;
		size_t n;
	} good[] = {
		{ "\"plain\"", "plain", 5 },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8 },
		{ "\"a\\u0000b\"", "a\0b", 3 },
		{ "\"\\u00e9\\u20AC\\ud83d\\uDE00!\"", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!", 10 },
	};
	static const char *const bad[] = { "\"\\ud800\"", "\"\\ud800x\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
					   "\"\\ud800\\n\"" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		_cleanup_buffer_ struct ht_buffer b = { 0 };
		struct ht_json_token t = only(good[i].text);

		assert_int_equal(ht_json_unescape(&t, &b), 0);
		assert_int_equal(b.length, good[i].n);
		assert_memory_equal(b.data, good[i].bytes, b.length);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_buffer_ struct ht_buffer b = { 0 };
		struct ht_json_token t = only(bad[i]);

		ht_buffer_literal(&b, "kept");
		assert_int_equal(ht_json_unescape(&t, &b), -EBADMSG);
		assert_int_equal(b.length, 4);
	}
}

static void test_is(void **state)
{
	struct ht_json_token t;

	(void)state;
	t = only("\"name\"");
	assert_true(ht_json_is(&t, "name"));
	assert_false(ht_json_is(&t, "nam"));
	assert_false(ht_json_is(&t, "names"));
	t = only("\"n\\u0061me\"");
	assert_true(ht_json_is(&t, "name"));
	assert_false(ht_json_is(&t, "nam"));
	assert_false(ht_json_is(&t, "names"));
	t = only("\"\\u0000\"");
	assert_false(ht_json_is(&t, ""));
}

static void test_numbers(void **state)
{
	struct ht_json_token t;
	uint64_t u = 7;
	int64_t i = 7;

	(void)state;
	t = only("18446744073709551615");
	assert_int_equal(ht_json_to_u64(&t, &u), 0);
	assert_true(u == UINT64_MAX);
	assert_int_equal(ht_json_to_i64(&t, &i), -ERANGE);
	t = only("18446744073709551616");
	assert_int_equal(ht_json_to_u64(&t, &u), -ERANGE);
	t = only("-1");
	assert_int_equal(ht_json_to_u64(&t, &u), -ERANGE);
	assert_int_equal(ht_json_to_i64(&t, &i), 0);
	assert_int_equal(i, -1);
	t = only("-9223372036854775808");
	assert_int_equal(ht_json_to_i64(&t, &i), 0);
	assert_true(i == INT64_MIN);
	t = only("9223372036854775807");
	assert_int_equal(ht_json_to_i64(&t, &i), 0);
	assert_true(i == INT64_MAX);
	t = only("9223372036854775808");
	assert_int_equal(ht_json_to_i64(&t, &i), -ERANGE);
	t = only("-9223372036854775809");
	assert_int_equal(ht_json_to_i64(&t, &i), -ERANGE);
	t = only("1.0");
	assert_int_equal(ht_json_to_u64(&t, &u), -ERANGE);
	t = only("1e3");
	assert_int_equal(ht_json_to_u64(&t, &u), -ERANGE);
	assert_true(u == UINT64_MAX && i == INT64_MAX); /* untouched by the failures */
}

static void test_position(void **state)
{
	static const char text[] = "a\n\xc3\xa9"
				   "b\n\nc";
	static const struct {
		size_t offset;
		unsigned line, column;
	} cases[] = { { 0, 1, 1 }, { 1, 1, 2 }, { 2, 2, 1 }, { 4, 2, 2 },
		      { 6, 3, 1 }, { 7, 4, 1 }, { 99, 4, 2 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned line, column;

		ht_json_position(text, strlen(text), cases[i].offset, &line, &column);
		assert_int_equal(line, cases[i].line);
		assert_int_equal(column, cases[i].column);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),    cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_tokens),   cmocka_unit_test(test_skip),
		cmocka_unit_test(test_unescape), cmocka_unit_test(test_is),
		cmocka_unit_test(test_numbers),  cmocka_unit_test(test_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
