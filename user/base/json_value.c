/* SPDX-License-Identifier: BSD-2-Clause */
/* What a token of the JSON reader means. The reader has checked its grammar. */
#include <errno.h>

#include "base/json.h"
#include "base/utf8.h"

#define UTF8_MAX 4u /* bytes of a character */

static uint32_t hex4(const char *s)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < 4; i++) {
		unsigned char c = (unsigned char)s[i];

		v = v << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return v;
}

/* The character of an escape; *at is behind its backslash and is moved behind the escape. -EBADMSG: lone
 * surrogate. */
static int unescape(const char **at, const char *end, uint32_t *ret)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	uint32_t high, low;

	if (**at != 'u') {
		*ret = (unsigned char)meanings[strchr(letters, **at) - letters];
		(*at)++;
		return 0;
	}
	high = hex4(*at + 1);
	*at += 5;
	if (high < 0xd800 || high > 0xdfff) {
		*ret = high;
		return 0;
	}
	if (high > 0xdbff || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
		return -EBADMSG;
	low = hex4(*at + 2);
	if (low < 0xdc00 || low > 0xdfff)
		return -EBADMSG;
	*at += 6;
	*ret = 0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00));
	return 0;
}

int ht_json_unescape(const struct ht_json_token *t, struct ht_buffer *b)
{
	const char *at = t->text, *end = t->text + t->length;
	size_t before = b->length;

	while (at < end) {
		const char *slash = t->escaped ? memchr(at, '\\', (size_t)(end - at)) : NULL;
		uint32_t c;

		ht_buffer_append(b, at, (size_t)((slash ? slash : end) - at));
		if (!slash)
			break;
		at = slash + 1;
		if (unescape(&at, end, &c) < 0) {
			b->length = before;
			return -EBADMSG;
		}
		if (ht_buffer_room(b, UTF8_MAX))
			b->length += ht_utf8_encode(c, b->data + b->length);
	}
	return ht_buffer_status(b);
}

bool ht_json_is(const struct ht_json_token *t, const char *s)
{
	const char *at = t->text, *end;

	if (!at)
		return false;
	if (!t->escaped)
		return strlen(s) == t->length && memcmp(s, at, t->length) == 0;
	for (end = at + t->length; at < end; s++) {
		uint32_t c = (unsigned char)*at++;

		if (c == '\\' && unescape(&at, end, &c) < 0)
			return false;
		if (c == 0 || c != (unsigned char)*s)
			return false;
	}
	return *s == '\0';
}

int ht_json_to_u64(const struct ht_json_token *t, uint64_t *ret)
{
	uint64_t v = 0;

	for (size_t i = 0; i < t->length; i++) {
		unsigned d = (unsigned)t->text[i] - '0';

		if (d > 9 || __builtin_mul_overflow(v, 10u, &v) || __builtin_add_overflow(v, d, &v))
			return -ERANGE;
	}
	*ret = v;
	return 0;
}

int ht_json_to_i64(const struct ht_json_token *t, int64_t *ret)
{
	bool negative = t->length && t->text[0] == '-';
	struct ht_json_token digits = *t;
	uint64_t v;
	int e;

	digits.text += negative;
	digits.length -= negative;
	e = ht_json_to_u64(&digits, &v);
	if (e < 0)
		return e;
	if (v > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	*ret = negative ? (int64_t)(0 - v) : (int64_t)v;
	return 0;
}

void ht_json_position(const char *text, size_t n, size_t offset, unsigned *ret_line, unsigned *ret_column)
{
	unsigned line = 1, column = 1;

	for (size_t i = 0; i < offset && i < n; i++) {
		if (text[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	*ret_line = line;
	*ret_column = column;
}
