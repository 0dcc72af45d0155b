/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as JSON, and as a string to be written as JSON. */
#include <stdlib.h>

#include "base/json.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

/* What is written is one JSON string, and reads as what was written unless the bytes were no UTF-8. */
static void write_and_read(const char *s, size_t n)
{
	struct ht_buffer written = { 0 }, again = { 0 };
	struct ht_json_reader r;
	struct ht_json_token t;
	bool exact = ht_json_string(&written, s, n);

	ht_json_reader_init(&r, written.data, written.length);
	require(ht_json_next(&r, &t) == 0 && t.type == HT_JSON_STRING);
	require(ht_json_unescape(&t, &again) == 0);
	require(!exact || (again.length == n && (n == 0 || memcmp(again.data, s, n) == 0)));
	require(ht_json_next(&r, &t) == 0 && t.type == HT_JSON_END);
	ht_buffer_free(&written);
	ht_buffer_free(&again);
}

static void read_strings(const struct ht_json_token *t)
{
	struct ht_buffer b = { 0 };

	if (ht_json_unescape(t, &b) == 0) {
		bool valid;

		for (size_t i = 0; i < b.length; i += ht_utf8_length(b.data + i, b.length - i, &valid))
			require(ht_utf8_length(b.data + i, b.length - i, &valid) > 0 && valid);
		write_and_read(b.data ? b.data : "", b.length);
	}
	ht_json_is(t, "eventName");
	ht_buffer_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct ht_json_reader r;
	struct ht_json_token t;
	unsigned line, column;
	uint64_t u;
	int64_t i;
	int e;

	write_and_read(text, size);
	ht_json_reader_init(&r, text, size);
	while ((e = ht_json_next(&r, &t)) == 0 && t.type != HT_JSON_END) {
		require(t.offset < size && r.depth <= HT_JSON_DEPTH);
		if (t.type == HT_JSON_KEY || t.type == HT_JSON_STRING)
			read_strings(&t);
		if (t.type == HT_JSON_NUMBER && ht_json_to_u64(&t, &u) == 0 && u <= INT64_MAX)
			require(ht_json_to_i64(&t, &i) == 0 && (uint64_t)i == u);
	}
	if (e < 0) {
		require(r.problem && r.problem_offset <= size);
		ht_json_position(text, size, r.problem_offset, &line, &column);
	}
	ht_json_reader_init(&r, text, size);
	if (ht_json_next(&r, &t) == 0 && ht_json_skip(&r, &t) == 0 && e == 0)
		require(ht_json_next(&r, &t) == 0 && t.type == HT_JSON_END);
	return 0;
}
