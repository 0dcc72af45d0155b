/* SPDX-License-Identifier: BSD-2-Clause */
/* Wire records put together by hand, and their arguments and results compared as JSON text. */
#ifndef TESTS_UNIT_EVENT_RECORD_H
#define TESTS_UNIT_EVENT_RECORD_H

#include <string.h>

#include "base/json.h"
#include "event/render.h"

struct record {
	const struct ht_call *call;
	_Alignas(8) unsigned char bytes[HT_WIRE_MAX];
	size_t used, last;
};

static inline void record_begin_call(struct record *r, const struct ht_call *call, enum ht_abi abi, int64_t result,
				     const uint64_t args[HT_ARGS])
{
	struct ht_wire_event *e = (struct ht_wire_event *)r->bytes;

	assert_non_null(call);
	r->call = call;
	r->used = sizeof(*e);
	r->last = 0;
	memset(e, 0, sizeof(*e));
	e->head.size = sizeof(*e);
	e->head.kind = HT_WIRE_EVENT;
	e->head.sequence = 1;
	e->abi = (ht_u8)abi;
	e->call = call->number[abi % 3] < 0 ? 0 : (ht_u32)call->number[abi % 3]; /* x32's are those of x86_64 */
	e->result = result;
	memcpy(e->args, args, sizeof(e->args));
}

/* The row that this ABI has for the call. */
static inline void record_begin(struct record *r, const char *name, enum ht_abi abi, int64_t result,
				const uint64_t args[HT_ARGS])
{
	size_t count;
	const struct ht_call *calls = ht_calls(&count), *call = NULL;

	for (size_t i = 0; i < count && !call; i++)
		if (strcmp(calls[i].name, name) == 0 && calls[i].number[abi] != HT_NO_CALL)
			call = &calls[i];
	record_begin_call(r, call, abi, result, args);
}

static inline struct ht_wire_item *record_last(struct record *r)
{
	return (struct ht_wire_item *)(r->bytes + r->last);
}

static inline void record_item(struct record *r, enum ht_item_kind kind, uint8_t arg, uint16_t flags, const void *data,
			       size_t n)
{
	struct ht_wire_event *e = (struct ht_wire_event *)r->bytes;
	struct ht_wire_item item = {
		.kind = (ht_u8)kind, .arg = arg, .flags = flags, .length = (ht_u32)n, .full_length = (ht_u32)n,
	};
	size_t padded = (n + 7) & ~(size_t)7;

	assert_true(r->used + sizeof(item) + padded <= sizeof(r->bytes));
	r->last = r->used;
	memcpy(r->bytes + r->used, &item, sizeof(item));
	memset(r->bytes + r->used + sizeof(item), 0, padded);
	if (n)
		memcpy(r->bytes + r->used + sizeof(item), data, n);
	r->used += sizeof(item) + padded;
	e->head.items++;
	e->head.size = (ht_u32)r->used;
}

static inline void record_text(struct record *r, enum ht_item_kind kind, uint8_t arg, const char *text)
{
	record_item(r, kind, arg, 0, text, strlen(text));
}

/* What an exec that succeeded has: of user 0 without capabilities, before and after. */
static inline void record_exec(struct record *r, uint32_t flags)
{
	const struct ht_wire_exec exec = { .flags = flags };

	record_item(r, HT_ITEM_EXEC, HT_ITEM_RESULT, 0, &exec, sizeof(exec));
}

static inline void record_render(const struct record *r, bool request, struct ht_buffer *b, struct ht_truncated *t)
{
	struct ht_wire_view w;

	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	if (request)
		ht_render_request(b, r->call, &w, t);
	else
		ht_render_response(b, r->call, &w, t);
	ht_buffer_byte(b, 0);
	assert_int_equal(ht_buffer_status(b), 0);
}

static inline void assert_request_cut(const struct record *r, const char *expected, const char *cut, uint64_t full)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_truncated t = { 0 };

	record_render(r, true, &b, &t);
	assert_string_equal(b.data, expected);
	assert_int_equal(t.count, cut ? 1 : 0);
	if (cut) {
		assert_string_equal(t.entry[0].field, cut);
		assert_int_equal(t.entry[0].full_length, full);
	}
}

static inline void assert_request(const struct record *r, const char *expected)
{
	assert_request_cut(r, expected, NULL, 0);
}

static inline void assert_response_cut(const struct record *r, const char *expected, const char *cut, uint64_t full)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_truncated t = { 0 };

	record_render(r, false, &b, &t);
	assert_string_equal(b.data, expected);
	assert_int_equal(t.count, cut ? 1 : 0);
	if (cut) {
		assert_string_equal(t.entry[0].field, cut);
		assert_int_equal(t.entry[0].full_length, full);
	}
}

static inline void assert_response(const struct record *r, const char *expected)
{
	assert_response_cut(r, expected, NULL, 0);
}

/* Request and response are JSON objects when braces are put around them. */
static inline void assert_well_formed(const struct record *r)
{
	for (int request = 0; request < 2; request++) {
		_cleanup_buffer_ struct ht_buffer b = { 0 };
		struct ht_truncated t = { 0 };
		struct ht_json_reader reader;
		struct ht_json_token token;
		int e;

		ht_buffer_byte(&b, '{');
		record_render(r, request, &b, &t);
		b.data[b.length - 1] = '}';
		ht_json_reader_init(&reader, b.data, b.length);
		do
			e = ht_json_next(&reader, &token);
		while (e == 0 && token.type != HT_JSON_END);
		if (e < 0)
			fail_msg("%s: %s at %zu: %.*s", r->call->name, reader.problem, reader.problem_offset,
				 (int)b.length, b.data);
	}
}

#endif
