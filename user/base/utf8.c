/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/utf8.h"

/* What may follow a lead byte: how many bytes, and the range of the first of them (the others are 80 to BF).
 */
static size_t follow(unsigned char lead, unsigned char *ret_low, unsigned char *ret_high)
{
	*ret_low = 0x80;
	*ret_high = 0xbf;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	if (lead < 0xe0)
		return 1;
	if (lead == 0xe0)
		*ret_low = 0xa0; /* else overlong */
	else if (lead == 0xed)
		*ret_high = 0x9f; /* else a surrogate */
	else if (lead == 0xf0)
		*ret_low = 0x90; /* else overlong */
	else if (lead == 0xf4)
		*ret_high = 0x8f; /* else beyond U+10FFFF */
	return lead < 0xf0 ? 2 : 3;
}

size_t ht_utf8_length(const char *s, size_t n, bool *ret_valid)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char low, high;
	size_t more, i;

	if (p[0] < 0x80) {
		*ret_valid = true;
		return 1;
	}
	more = follow(p[0], &low, &high);
	for (i = 1; i <= more; i++) {
		if (i >= n || p[i] < low || p[i] > high)
			break;
		low = 0x80;
		high = 0xbf;
	}
	*ret_valid = more && i > more;
	return i;
}

uint32_t ht_utf8_decode(const char *s, size_t length)
{
	static const unsigned char lead_bits[5] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t c = (unsigned char)s[0] & lead_bits[length];

	for (size_t i = 1; i < length; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

size_t ht_utf8_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}
