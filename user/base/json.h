/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON (RFC 8259), written and read.
 *
 * Writing appends to a buffer and copies nothing else. Strings come from anywhere: bytes that are not UTF-8
 * are written as U+FFFD, and ht_json_string() says so, so that the caller can add the exact bytes in base64.
 *
 * Reading is a pull reader over a text in memory that it neither owns nor changes. It is strict (no comments,
 * no trailing commas, UTF-8 only; what a key twice means is the caller's to decide), bounded (nesting at most
 * HT_JSON_DEPTH), allocates nothing, and knows the position of every value, so that a rule broken by a value
 * can be reported with its line and column.
 */
#ifndef HT_BASE_JSON_H
#define HT_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define HT_JSON_DEPTH 32

/* ---- writing ---- */

/* Appends a quoted, escaped string. true: exact; false: some bytes were not UTF-8 and were replaced by
 * U+FFFD. */
bool ht_json_string(struct ht_buffer *b, const char *s, size_t n);

/* Appends standard base64 with padding (RFC 4648, section 4), without quotes. */
void ht_base64_append(struct ht_buffer *b, const void *data, size_t n);

/* ---- reading ---- */

enum ht_json_type {
	HT_JSON_END,    /* the text is over */
	HT_JSON_OBJECT, /* '{': keys and values follow until HT_JSON_CLOSE */
	HT_JSON_ARRAY,  /* '[': values follow until HT_JSON_CLOSE */
	HT_JSON_CLOSE,  /* '}' or ']' */
	HT_JSON_KEY,    /* an object's key; its value is the next token */
	HT_JSON_STRING,
	HT_JSON_NUMBER,
	HT_JSON_TRUE,
	HT_JSON_FALSE,
	HT_JSON_NULL,
};

struct ht_json_token {
	enum ht_json_type type;
	/* KEY, STRING: what stands between the quotes, still escaped; NUMBER: its text. Points into the text.
	 */
	const char *text;
	size_t length;
	size_t offset; /* bytes from the start of the text to the token's first byte */
	bool escaped;  /* KEY, STRING: has a backslash, so that ht_json_unescape() is needed */
};

struct ht_json_reader {
	const char *text, *at, *end;
	unsigned depth;
	uint32_t object;     /* bit d: level d is an object (else an array) */
	uint8_t expect;      /* internal state of the grammar */
	const char *problem; /* after -EBADMSG: what is wrong, a static string */
	size_t problem_offset;
};

void ht_json_reader_init(struct ht_json_reader *r, const char *text, size_t n);

/* The next token. -EBADMSG: not JSON; r->problem and r->problem_offset tell. */
int ht_json_next(struct ht_json_reader *r, struct ht_json_token *ret);

/* After a token of a value has been read: skips what belongs to it (the whole object or array). */
int ht_json_skip(struct ht_json_reader *r, const struct ht_json_token *value);

/* Appends the unescaped bytes of a KEY or STRING token (UTF-8; \u0000 gives a NUL byte). -EBADMSG: lone
 * surrogate. */
int ht_json_unescape(const struct ht_json_token *t, struct ht_buffer *b);

/* Is a KEY or STRING token this ASCII string? (Escaped spellings are compared unescaped.) */
bool ht_json_is(const struct ht_json_token *t, const char *s);

/* NUMBER as an integer. -ERANGE: has a fraction or exponent, or does not fit. */
int ht_json_to_u64(const struct ht_json_token *t, uint64_t *ret);
int ht_json_to_i64(const struct ht_json_token *t, int64_t *ret);

/* 1-based line and column (in characters) of an offset. */
void ht_json_position(const char *text, size_t n, size_t offset, unsigned *ret_line, unsigned *ret_column);

#endif
