/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of threads and processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/life.h"
#include "record.h"

#define ARGS(...) ((const uint64_t[HT_ARGS]){ __VA_ARGS__ })

static void end_of(struct record *r, struct ht_wire_exit e)
{
	record_begin(r, "exit_group", HT_ABI_X86_64, 0, ARGS(7));
	((struct ht_wire_event *)r->bytes)->head.time_ns = 5000;
	record_item(r, HT_ITEM_EXIT, HT_ITEM_RESULT, 0, &e, sizeof(e));
}

static void assert_rendered(const struct record *r, const char *request, const char *response)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_wire_view w;

	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	assert_non_null(ht_exit_of(&w));
	assert_int_equal(ht_exit_without_call(&w), request != NULL);
	if (request) {
		ht_render_exit_request(&b, &w);
		ht_buffer_byte(&b, 0);
		assert_string_equal(b.data, request);
		ht_buffer_reset(&b);
	}
	ht_render_exit_response(&b, &w);
	ht_buffer_byte(&b, 0);
	assert_string_equal(b.data, response);
}

static void test_thread(void **state)
{
	struct record r;

	(void)state;
	end_of(&r, (struct ht_wire_exit){ .flags = HT_EXIT_CALL, .code = 7 << 8, .start_ns = 2000, .minor_faults = 1, .major_faults = 2,
					  .voluntary_switches = 3, .involuntary_switches = 4, .resident_pages = 9 });
	assert_rendered(&r, NULL, "\"lifetimeNanoseconds\":3000,\"usage\":{\"minorFaults\":1,\"majorFaults\":2,\"voluntarySwitches\":3,"
				  "\"involuntarySwitches\":4}");
	/* Ended by another thread's call. */
	end_of(&r, (struct ht_wire_exit){ .code = 300 << 8, .start_ns = 6000, .run_ns = 8 });
	assert_rendered(&r, "\"exitStatus\":44", "\"lifetimeNanoseconds\":0,\"usage\":{\"minorFaults\":0,\"majorFaults\":0,\"userNanoseconds\":8,"
					     "\"systemNanoseconds\":0,\"voluntarySwitches\":0,\"involuntarySwitches\":0}");
}

static void test_process(void **state)
{
	struct ht_wire_exit e = { .flags = HT_EXIT_LAST, .code = 11 | 0x80, .group_code = 9, .resident_pages = 2, .run_ns = 90,
				  .user_ns = 10, .system_ns = 20 };
	char expected[400];
	struct record r;

	(void)state;
	end_of(&r, e);
	snprintf(expected, sizeof(expected),
		 "\"status\":{\"signal\":\"SIGKILL\"},\"lifetimeNanoseconds\":5000,\"usage\":{\"minorFaults\":0,"
		 "\"majorFaults\":0,\"maximumResidentBytes\":%ld,\"userNanoseconds\":30,\"systemNanoseconds\":60,\"voluntarySwitches\":0,"
		 "\"involuntarySwitches\":0}", 2 * sysconf(_SC_PAGESIZE));
	assert_rendered(&r, "\"signal\":\"SIGSEGV\",\"coreDumped\":true", expected);
	e = (struct ht_wire_exit){ .flags = HT_EXIT_LAST | HT_EXIT_CALL | HT_EXIT_PARTIAL, .group_code = 255 << 8, .run_ns = 1 };
	end_of(&r, e);
	assert_rendered(&r, NULL, "\"status\":{\"exitStatus\":255},\"lifetimeNanoseconds\":5000");
}

/* A ring is memory that root can write to. */
static void test_hostile(void **state)
{
	struct ht_wire_exit e = { .flags = HT_EXIT_LAST, .code = 0x7f, .group_code = UINT32_MAX, .resident_pages = UINT64_MAX,
				  .run_ns = UINT64_MAX, .user_ns = UINT64_MAX, .system_ns = UINT64_MAX, .start_ns = UINT64_MAX };
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_wire_view w;
	struct record r;

	(void)state;
	end_of(&r, e);
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	ht_render_exit_request(&b, &w);
	ht_render_exit_response(&b, &w);
	assert_int_equal(ht_buffer_status(&b), 0);
	record_begin(&r, "exit_group", HT_ABI_X86_64, 0, ARGS(7));
	record_item(&r, HT_ITEM_EXIT, HT_ITEM_RESULT, 0, &e, sizeof(e) - 1);
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_null(ht_exit_of(&w));
	assert_false(ht_exit_without_call(&w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thread),
		cmocka_unit_test(test_process),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
