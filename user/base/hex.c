/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/hex.h"

#include <errno.h>

void ht_hex_write(const void *data, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = data;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	out[2 * n] = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int ht_hex_read(const char *s, size_t length, void *out, size_t n)
{
	unsigned char *p = out;

	if (length / 2 != n || length % 2)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		int high = digit(s[2 * i]), low = digit(s[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		p[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}
