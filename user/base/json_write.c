/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings are the most of an event, and nearly all of them are plain ASCII: those are tested and copied eight
 * bytes at a time. The first byte that is anything else goes to the slow path, and the rest is tried fast
 * again.
 */
#include "base/json.h"
#include "base/utf8.h"

#define EACH(byte) (0x0101010101010101ull * (byte))
#define ESCAPE_MAX 6u /* bytes of \u1234, the longest that a byte can become */

/* Is every byte one that stands for itself: 0x20 to 0x7e, neither quote nor backslash? */
static inline bool plain8(uint64_t v)
{
	uint64_t odd = v; /* 0x80 and above; where that is set, the others need not be exact */

	odd |= v - EACH(0x20); /* below 0x20 */
	odd |= (v ^ EACH('"')) - EACH(1);
	odd |= (v ^ EACH('\\')) - EACH(1);
	odd |= v + EACH(1); /* 0x7f */
	return !(odd & EACH(0x80));
}

static inline bool plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Copies plain bytes until the first other one; out has room for n. Returns how many. */
static inline size_t copy_plain(char *out, const char *s, size_t n)
{
	size_t i = 0;

	for (; n - i >= 8; i += 8) {
		uint64_t v;

		memcpy(&v, s + i, 8);
		if (!plain8(v))
			break;
		memcpy(out + i, &v, 8);
	}
	for (; i < n && plain((unsigned char)s[i]); i++)
		out[i] = s[i];
	return i;
}

static size_t escape_unit(char *out, uint32_t unit)
{
	static const char hex[] = "0123456789abcdef";

	out[0] = '\\';
	out[1] = 'u';
	out[2] = hex[unit >> 12 & 0xf];
	out[3] = hex[unit >> 8 & 0xf];
	out[4] = hex[unit >> 4 & 0xf];
	out[5] = hex[unit & 0xf];
	return 6;
}

static size_t escape_ascii(char *out, unsigned char c)
{
	static const char letters[128] = {
		['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
		['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't',
	};

	if (!letters[c])
		return escape_unit(out, c);
	out[0] = '\\';
	out[1] = letters[c];
	return 2;
}

/* One character that is not plain: at most ESCAPE_MAX bytes to out. Returns the bytes of s it took. */
static size_t write_odd(char *out, const char *s, size_t n, size_t *ret_written, bool *exact)
{
	bool valid;
	size_t length;

	if ((unsigned char)s[0] < 0x80) {
		*ret_written = escape_ascii(out, (unsigned char)s[0]);
		return 1;
	}
	length = ht_utf8_length(s, n, &valid);
	if (!valid) {
		*exact = false;
		memcpy(out, "\xef\xbf\xbd", 3);
		*ret_written = 3;
	} else if (length == 3 && memcmp(s, "\xe2\x80", 2) == 0 && (s[2] == '\xa8' || s[2] == '\xa9')) {
		/* U+2028 and U+2029: legal in JSON, but line ends to much that reads lines. */
		*ret_written = escape_unit(out, ht_utf8_decode(s, 3));
	} else {
		memcpy(out, s, length);
		*ret_written = length;
	}
	return length;
}

bool ht_json_string(struct ht_buffer *b, const char *s, size_t n)
{
	bool exact = true;
	char *out;
	size_t i;

	if (n > SIZE_MAX / 16 || !ht_buffer_room(b, n + 2)) {
		b->failed = true;
		return false;
	}
	out = b->data + b->length;
	*out++ = '"';
	i = copy_plain(out, s, n);
	out += i;
	if (i < n) {
		size_t written;

		/* From here on the longest of all cases: hostile strings are rare and bounded. */
		b->length = (size_t)(out - b->data);
		if (!ht_buffer_room(b, ESCAPE_MAX * (n - i) + 1))
			return false;
		out = b->data + b->length;
		while (i < n) {
			i += write_odd(out, s + i, n - i, &written, &exact);
			out += written;
			written = copy_plain(out, s + i, n - i);
			i += written;
			out += written;
		}
	}
	*out++ = '"';
	b->length = (size_t)(out - b->data);
	return exact;
}

void ht_base64_append(struct ht_buffer *b, const void *data, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = data;
	char *out;

	if (n > SIZE_MAX / 16 || !ht_buffer_room(b, (n + 2) / 3 * 4)) {
		b->failed = true;
		return;
	}
	out = b->data + b->length;
	for (; n >= 3; n -= 3, p += 3) {
		*out++ = digits[p[0] >> 2];
		*out++ = digits[(p[0] & 3) << 4 | p[1] >> 4];
		*out++ = digits[(p[1] & 15) << 2 | p[2] >> 6];
		*out++ = digits[p[2] & 63];
	}
	if (n) {
		*out++ = digits[p[0] >> 2];
		*out++ = digits[(p[0] & 3) << 4 | (n == 2 ? p[1] >> 4 : 0)];
		*out++ = n == 2 ? digits[(p[1] & 15) << 2] : '=';
		*out++ = '=';
	}
	b->length = (size_t)(out - b->data);
}
