/* SPDX-License-Identifier: BSD-2-Clause */
/* Records as the kernel's side makes them are read; whatever else a ring could hold is refused, and never read beyond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>

#include "process_record.h"
#include "record.h"

static const uint64_t no_args[HT_ARGS];

static void test_event(void **state)
{
	const struct ht_wire_item_view *item;
	struct ht_wire_view w;
	struct record r;

	(void)state;
	record_begin(&r, "openat", HT_ABI_X86_64, 3, no_args);
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_ptr_equal(w.head, r.bytes);
	assert_ptr_equal(w.event, r.bytes);
	assert_null(w.process);
	assert_int_equal(w.items, 0);
	record_text(&r, HT_ITEM_STRING, 1, "seven77");
	record_text(&r, HT_ITEM_STRING, 2, "");
	record_text(&r, HT_ITEM_STRING, 2, "second");
	record_text(&r, HT_ITEM_PATH, HT_ITEM_RESULT, "eight888");
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_int_equal(w.items, 4);
	item = ht_wire_item(&w, HT_ITEM_STRING, 1);
	assert_ptr_equal(item, &w.item[0]);
	assert_true(ht_text_equal(item->bytes, HT_TEXT("seven77")));
	assert_int_equal(item->item->arg, 1);
	/* The first of a kind and argument. */
	item = ht_wire_item(&w, HT_ITEM_STRING, 2);
	assert_ptr_equal(item, &w.item[1]);
	assert_int_equal(item->bytes.length, 0);
	assert_true(ht_text_equal(ht_wire_item(&w, HT_ITEM_PATH, HT_ITEM_RESULT)->bytes, HT_TEXT("eight888")));
	assert_null(ht_wire_item(&w, HT_ITEM_PATH, 1));
	assert_null(ht_wire_item(&w, HT_ITEM_BYTES, 1));
}

static void test_process(void **state)
{
	struct process_record p;
	struct ht_wire_view w;

	(void)state;
	process_begin(&p, 1, 2);
	process_text(&p, HT_ITEM_EXE, "/bin/x");
	assert_int_equal(ht_wire_read(p.bytes, p.used, &w), 0);
	assert_ptr_equal(w.process, p.bytes);
	assert_null(w.event);
	assert_int_equal(w.items, 1);
	assert_true(ht_text_equal(ht_wire_item(&w, HT_ITEM_EXE, HT_ITEM_RESULT)->bytes, HT_TEXT("/bin/x")));
}

static void refused(const struct record *r, size_t n)
{
	struct ht_wire_view w;

	assert_int_equal(ht_wire_read(r->bytes, n, &w), -EBADMSG);
}

static void test_heads_that_lie(void **state)
{
	struct ht_wire_head *head;
	struct record r;

	(void)state;
	record_begin(&r, "openat", HT_ABI_X86_64, 3, no_args);
	head = (struct ht_wire_head *)r.bytes;
	refused(&r, 0);
	refused(&r, sizeof(*head) - 8);
	refused(&r, r.used - 8);
	head->size += 8;
	refused(&r, r.used);
	head->size = (uint32_t)r.used;
	head->items = 1;
	refused(&r, r.used);
	head->items = 0;
	for (unsigned kind = 0; kind < 256; kind++) {
		struct ht_wire_view w;

		head->kind = (ht_u8)kind;
		assert_int_equal(ht_wire_read(r.bytes, r.used, &w), kind == HT_WIRE_EVENT ? 0 : -EBADMSG);
	}
	head->kind = HT_WIRE_EVENT;
	((struct ht_wire_event *)r.bytes)->abi = HT_ABI_COUNT;
	refused(&r, r.used);
	/* An event that ends within its fixed part. */
	((struct ht_wire_event *)r.bytes)->abi = 0;
	head->size = sizeof(*head);
	refused(&r, sizeof(*head));
	head->size = HT_WIRE_MAX + 8;
	refused(&r, HT_WIRE_MAX + 8);
}

static void test_items_that_lie(void **state)
{
	struct ht_wire_view w;
	struct record r;

	(void)state;
	record_begin(&r, "openat", HT_ABI_X86_64, 3, no_args);
	record_text(&r, HT_ITEM_STRING, 1, "12345678");
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	for (uint32_t length = 0; length < 64; length++) {
		record_last(&r)->length = length;
		/* Any length that is padded to the same end. */
		assert_int_equal(ht_wire_read(r.bytes, r.used, &w), length >= 1 && length <= 8 ? 0 : -EBADMSG);
	}
	record_last(&r)->length = UINT32_MAX;
	refused(&r, r.used);
	record_last(&r)->length = UINT32_MAX - 6;
	refused(&r, r.used);
	record_last(&r)->length = 8;
	((struct ht_wire_head *)r.bytes)->items = 0;
	refused(&r, r.used);
	((struct ht_wire_head *)r.bytes)->items = 2;
	refused(&r, r.used);
}

static void test_as_many_items_as_there_may_be(void **state)
{
	struct ht_wire_view w;
	struct record r;

	(void)state;
	record_begin(&r, "openat", HT_ABI_X86_64, 3, no_args);
	for (unsigned i = 0; i < HT_WIRE_ITEMS; i++)
		record_text(&r, HT_ITEM_STRING, (uint8_t)i, "x");
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_int_equal(w.items, HT_WIRE_ITEMS);
	record_text(&r, HT_ITEM_STRING, 0, "x");
	refused(&r, r.used);
}

/* Every byte of a record, changed to every value, in memory that ends with the record: the sanitizers watch. */
static void test_every_byte_changed(void **state)
{
	struct ht_wire_view w;
	unsigned char *copy;
	struct record r;

	(void)state;
	record_begin(&r, "openat", HT_ABI_X86_64, 3, no_args);
	record_text(&r, HT_ITEM_STRING, 1, "path");
	record_text(&r, HT_ITEM_PATH, HT_ITEM_RESULT, "/real/path");
	copy = aligned_alloc(8, r.used);
	assert_non_null(copy);
	for (size_t i = 0; i < r.used; i++)
		for (unsigned v = 0; v < 256; v++) {
			memcpy(copy, r.bytes, r.used);
			copy[i] = (unsigned char)v;
			if (ht_wire_read(copy, r.used, &w) == 0)
				for (unsigned k = 0; k < w.items; k++) {
					const char *end = w.item[k].bytes.data + w.item[k].bytes.length;

					assert_true(end <= (char *)copy + r.used);
				}
		}
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_process),
		cmocka_unit_test(test_heads_that_lie),
		cmocka_unit_test(test_items_that_lie),
		cmocka_unit_test(test_as_many_items_as_there_may_be),
		cmocka_unit_test(test_every_byte_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
