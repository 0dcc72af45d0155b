/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/json.h"

#include <errno.h>

#include "base/utf8.h"

enum expect {
	EXPECT_VALUE,
	EXPECT_VALUE_OR_CLOSE, /* after '[' */
	EXPECT_KEY_OR_CLOSE,   /* after '{' */
	EXPECT_MORE,           /* ',' or the close, after a value */
	EXPECT_END,
};

static int problem(struct ht_json_reader *r, const char *at, const char *what)
{
	r->problem = what;
	r->problem_offset = (size_t)(at - r->text);
	return -EBADMSG;
}

void ht_json_reader_init(struct ht_json_reader *r, const char *text, size_t n)
{
	*r = (struct ht_json_reader){ .text = text, .at = text, .end = text + n, .expect = EXPECT_VALUE };
}

static void skip_space(struct ht_json_reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
		r->at++;
}

static bool in_object(const struct ht_json_reader *r)
{
	return r->depth && (r->object >> (r->depth - 1) & 1);
}

static void value_done(struct ht_json_reader *r)
{
	r->expect = r->depth ? EXPECT_MORE : EXPECT_END;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits, or -1. */
static int32_t hex4(const char *s, size_t n)
{
	int32_t v = 0;

	if (n < 4)
		return -1;
	for (unsigned i = 0; i < 4; i++) {
		int d = hex_digit(s[i]);

		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/* r->at is behind a backslash. */
static int read_escape(struct ht_json_reader *r)
{
	const char *slash = r->at - 1;

	if (r->at == r->end)
		return problem(r, slash, "the string is not closed");
	if (*r->at == 'u') {
		if (hex4(r->at + 1, (size_t)(r->end - r->at - 1)) < 0)
			return problem(r, slash, "\\u is not followed by four hexadecimal digits");
		r->at += 5;
		return 0;
	}
	if (*r->at == '\0' || !strchr("\"\\/bfnrt", *r->at))
		return problem(r, slash, "unknown escape in a string");
	r->at++;
	return 0;
}

/* r->at is behind the opening quote. */
static int read_string(struct ht_json_reader *r, struct ht_json_token *ret)
{
	const char *start = r->at;

	ret->offset = (size_t)(start - 1 - r->text);
	ret->escaped = false;
	while (r->at < r->end) {
		unsigned char c = (unsigned char)*r->at;
		bool valid = true;

		if (c == '"') {
			ret->text = start;
			ret->length = (size_t)(r->at++ - start);
			return 0;
		}
		if (c == '\\') {
			int e;

			r->at++;
			ret->escaped = true;
			e = read_escape(r);
			if (e < 0)
				return e;
			continue;
		}
		if (c < 0x20)
			return problem(r, r->at, "a control character in a string; it must be escaped");
		r->at += ht_utf8_length(r->at, (size_t)(r->end - r->at), &valid);
		if (!valid)
			return problem(r, r->at - 1, "the string is not UTF-8");
	}
	return problem(r, start - 1, "the string is not closed");
}

static bool read_digits(struct ht_json_reader *r)
{
	const char *start = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return r->at > start;
}

static bool take(struct ht_json_reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static int read_number(struct ht_json_reader *r, struct ht_json_token *ret)
{
	const char *start = r->at;

	take(r, '-');
	if (take(r, '0')) {
		if (r->at < r->end && *r->at >= '0' && *r->at <= '9')
			return problem(r, start, "a number with a leading zero");
	} else if (!read_digits(r)) {
		return problem(r, start, "not a number");
	}
	if (take(r, '.') && !read_digits(r))
		return problem(r, start, "a number without digits behind its point");
	if (take(r, 'e') || take(r, 'E')) {
		if (!take(r, '+'))
			take(r, '-');
		if (!read_digits(r))
			return problem(r, start, "a number without digits in its exponent");
	}
	ret->type = HT_JSON_NUMBER;
	ret->text = start;
	ret->length = (size_t)(r->at - start);
	value_done(r);
	return 0;
}

static int read_word(struct ht_json_reader *r, struct ht_json_token *ret)
{
	static const struct {
		const char *word;
		size_t length;
		enum ht_json_type type;
	} words[] = {
		{ "true", 4, HT_JSON_TRUE },
		{ "false", 5, HT_JSON_FALSE },
		{ "null", 4, HT_JSON_NULL },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if ((size_t)(r->end - r->at) < words[i].length ||
		    memcmp(r->at, words[i].word, words[i].length) != 0)
			continue;
		ret->type = words[i].type;
		ret->text = r->at;
		ret->length = words[i].length;
		r->at += words[i].length;
		value_done(r);
		return 0;
	}
	return problem(r, r->at, "not a JSON value");
}

static int open_level(struct ht_json_reader *r, struct ht_json_token *ret, bool object)
{
	if (r->depth == HT_JSON_DEPTH)
		return problem(r, r->at, "nested too deeply");
	if (object)
		r->object |= 1u << r->depth;
	else
		r->object &= ~(1u << r->depth);
	r->depth++;
	r->at++;
	r->expect = object ? EXPECT_KEY_OR_CLOSE : EXPECT_VALUE_OR_CLOSE;
	ret->type = object ? HT_JSON_OBJECT : HT_JSON_ARRAY;
	return 0;
}

static int close_level(struct ht_json_reader *r, struct ht_json_token *ret)
{
	r->at++;
	r->depth--;
	value_done(r);
	ret->type = HT_JSON_CLOSE;
	return 0;
}

static int read_value(struct ht_json_reader *r, struct ht_json_token *ret)
{
	int e;

	if (*r->at == '{' || *r->at == '[')
		return open_level(r, ret, *r->at == '{');
	if (*r->at == '"') {
		r->at++;
		e = read_string(r, ret);
		if (e < 0)
			return e;
		ret->type = HT_JSON_STRING;
		value_done(r);
		return 0;
	}
	if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9'))
		return read_number(r, ret);
	return read_word(r, ret);
}

/* A key and its colon. */
static int read_key(struct ht_json_reader *r, struct ht_json_token *ret)
{
	int e;

	if (!take(r, '"'))
		return problem(r, r->at, "a key in double quotes is missing");
	e = read_string(r, ret);
	if (e < 0)
		return e;
	skip_space(r);
	if (!take(r, ':'))
		return problem(r, r->at, "':' is missing behind a key");
	ret->type = HT_JSON_KEY;
	r->expect = EXPECT_VALUE;
	return 0;
}

int ht_json_next(struct ht_json_reader *r, struct ht_json_token *ret)
{
	bool object = in_object(r);
	char close = object ? '}' : ']';
	struct ht_json_token token = { 0 };
	int e;

	skip_space(r);
	token.offset = (size_t)(r->at - r->text);
	if (r->at == r->end) {
		if (r->expect != EXPECT_END)
			return problem(r, r->at, "the text ends too early");
		*ret = token;
		return 0;
	}
	if (r->expect == EXPECT_END)
		return problem(r, r->at, "something follows the JSON value");
	if (r->expect == EXPECT_MORE && *r->at != close) {
		if (!take(r, ','))
			return problem(r, r->at, object ? "',' or '}' is missing" : "',' or ']' is missing");
		skip_space(r);
		if (r->at == r->end)
			return problem(r, r->at, "the text ends too early");
		token.offset = (size_t)(r->at - r->text);
		e = object ? read_key(r, &token) : read_value(r, &token);
	} else if (r->expect != EXPECT_VALUE && *r->at == close) {
		e = close_level(r, &token);
	} else {
		e = r->expect == EXPECT_KEY_OR_CLOSE ? read_key(r, &token) : read_value(r, &token);
	}
	if (e == 0)
		*ret = token;
	return e;
}

int ht_json_skip(struct ht_json_reader *r, const struct ht_json_token *value)
{
	unsigned level = r->depth;
	struct ht_json_token t;

	if (value->type != HT_JSON_OBJECT && value->type != HT_JSON_ARRAY)
		return 0;
	do {
		int e = ht_json_next(r, &t);

		if (e < 0)
			return e;
	} while (r->depth >= level);
	return 0;
}
