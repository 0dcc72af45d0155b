/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A growing byte buffer. Zero-initialised is empty. Once an allocation failed the buffer stays failed: appends do
 * nothing and ht_buffer_status() tells, so that a long row of appends needs one check at its end.
 */
#ifndef HT_BASE_BUFFER_H
#define HT_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct ht_buffer {
	char *data;
	size_t length, capacity;
	bool failed;
};

#define _cleanup_buffer_ __attribute__((cleanup(ht_buffer_free)))

void ht_buffer_free(struct ht_buffer *b);

/* Makes room for n more bytes. -ENOMEM when it cannot (the buffer is then failed). */
int ht_buffer_grow(struct ht_buffer *b, size_t n);

void ht_buffer_printf(struct ht_buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* 0, or -ENOMEM if any append since the last reset failed. */
int ht_buffer_status(const struct ht_buffer *b);

static inline void ht_buffer_reset(struct ht_buffer *b)
{
	b->length = 0;
	b->failed = false;
}

static inline bool ht_buffer_room(struct ht_buffer *b, size_t n)
{
	return (!b->failed && b->capacity - b->length >= n) || ht_buffer_grow(b, n) == 0;
}

void ht_buffer_append_some(struct ht_buffer *b, const void *data, size_t n);

static inline void ht_buffer_append(struct ht_buffer *b, const void *data, size_t n)
{
	if (!__builtin_constant_p(n)) {
		ht_buffer_append_some(b, data, n);
	} else if (ht_buffer_room(b, n)) {
		memcpy(b->data + b->length, data, n);
		b->length += n;
	}
}

static inline void ht_buffer_byte(struct ht_buffer *b, char c)
{
	if (!ht_buffer_room(b, 1))
		return;
	b->data[b->length++] = c;
}

/* A string literal: its length is known to the compiler, so the copy is a few moves. */
#define ht_buffer_literal(b, s) ht_buffer_append((b), "" s, sizeof(s) - 1)

void ht_buffer_unsigned(struct ht_buffer *b, uint64_t v);
void ht_buffer_signed(struct ht_buffer *b, int64_t v);

#endif
