/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buffer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void ht_buffer_free(struct ht_buffer *b)
{
	free(b->data);
	*b = (struct ht_buffer){ 0 };
}

int ht_buffer_grow(struct ht_buffer *b, size_t n)
{
	size_t capacity = b->capacity ? b->capacity : 256;
	char *data;

	if (b->failed)
		return -ENOMEM;
	if (b->capacity - b->length >= n)
		return 0;
	while (capacity - b->length < n) {
		if (capacity > SIZE_MAX / 2) {
			b->failed = true;
			return -ENOMEM;
		}
		capacity *= 2;
	}
	data = realloc(b->data, capacity);
	if (!data) {
		b->failed = true;
		return -ENOMEM;
	}
	b->data = data;
	b->capacity = capacity;
	return 0;
}

int ht_buffer_status(const struct ht_buffer *b)
{
	return b->failed ? -ENOMEM : 0;
}

/* Events are put together from many short pieces: two moves that overlap in the middle are cheaper than a call of memcpy. */
static inline void copy_short(char *to, const char *from, size_t n)
{
	if (n >= 16) {
		memcpy(to, from, 16);
		memcpy(to + n - 16, from + n - 16, 16);
	} else if (n >= 8) {
		memcpy(to, from, 8);
		memcpy(to + n - 8, from + n - 8, 8);
	} else if (n >= 4) {
		memcpy(to, from, 4);
		memcpy(to + n - 4, from + n - 4, 4);
	} else {
		for (size_t i = 0; i < n; i++)
			to[i] = from[i];
	}
}

void ht_buffer_append_some(struct ht_buffer *b, const void *data, size_t n)
{
	if (!n || !ht_buffer_room(b, n))
		return;
	if (n <= 32)
		copy_short(b->data + b->length, data, n);
	else
		memcpy(b->data + b->length, data, n);
	b->length += n;
}

void ht_buffer_printf(struct ht_buffer *b, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0 || !ht_buffer_room(b, (size_t)n + 1))
		return;
	va_start(ap, format);
	vsnprintf(b->data + b->length, (size_t)n + 1, format, ap);
	va_end(ap);
	b->length += (size_t)n;
}

void ht_buffer_unsigned(struct ht_buffer *b, uint64_t v)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
				    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
				    "8081828384858687888990919293949596979899";
	char text[20], *p = text + sizeof(text);

	while (v >= 100) {
		p -= 2;
		memcpy(p, pairs + 2 * (v % 100), 2);
		v /= 100;
	}
	if (v >= 10) {
		p -= 2;
		memcpy(p, pairs + 2 * v, 2);
	} else {
		*--p = (char)('0' + v);
	}
	ht_buffer_append(b, p, (size_t)(text + sizeof(text) - p));
}

void ht_buffer_signed(struct ht_buffer *b, int64_t v)
{
	if (v < 0) {
		ht_buffer_byte(b, '-');
		ht_buffer_unsigned(b, 0 - (uint64_t)v);
	} else {
		ht_buffer_unsigned(b, (uint64_t)v);
	}
}
