/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "history/window.h"

static void push(struct ht_window *w, int64_t time_ns, uint64_t monotonic_ns, uint64_t boot, const char *line)
{
	struct ht_moment at = { time_ns, monotonic_ns, boot };

	assert_int_equal(ht_window_push(w, &at, ht_text_of(line)), 0);
}

static void pops(struct ht_window *w, const char *want)
{
	struct ht_held held;

	assert_true(ht_window_pop(w, &held));
	assert_int_equal(held.length, strlen(want));
	assert_memory_equal(held.line, want, held.length);
	free(held.line);
}

static void test_order(void **state)
{
	struct ht_window w = { 0 };
	struct ht_held held;

	(void)state;
	assert_false(ht_window_pop(&w, &held));
	assert_null(ht_window_first(&w));
	push(&w, 9, 3, 1, "third");
	push(&w, 1, 4, 1, "fourth, though the clock was set back");
	push(&w, 5, 1, 1, "first");
	push(&w, 5, 2, 1, "second");
	push(&w, 5, 2, 1, "second, written later");
	push(&w, 0, 5, 1, "");
	assert_int_equal(w.count, 6);
	assert_memory_equal(ht_window_first(&w)->line, "first", 5);
	pops(&w, "first");
	pops(&w, "second");
	pops(&w, "second, written later");
	pops(&w, "third");
	pops(&w, "fourth, though the clock was set back");
	pops(&w, "");
	assert_false(ht_window_pop(&w, &held));
	assert_int_equal(w.bytes, 0);
	push(&w, 1, 1, 1, "released with the window");
	ht_window_free(&w);
	assert_int_equal(w.count, 0);
}

/* Other boots, and events without a monotonic time or boot, are ordered by the clock. */
static void test_by_clock(void **state)
{
	static const struct ht_moment a = { 10, 5, 1 }, b = { 20, 4, 2 }, c = { 15, 0, 1 }, d = { 12, 9, 0 };

	(void)state;
	assert_true(ht_moment_before(&a, &b));
	assert_false(ht_moment_before(&b, &a));
	assert_true(ht_moment_before(&a, &c));
	assert_true(ht_moment_before(&a, &d));
	assert_true(ht_moment_before(&d, &c));
	assert_false(ht_moment_before(&a, &a));
}

static void test_moment(void **state)
{
	struct ht_event_view v = { .time_ns = 7, .monotonic_ns = 8, .boot_id = HT_TEXT("x") };
	struct ht_moment x = ht_moment_of(&v), y;

	(void)state;
	assert_int_equal(x.time_ns, 7);
	assert_int_equal(x.monotonic_ns, 8);
	assert_true(x.boot != 0);
	v.boot_id = HT_TEXT("y");
	y = ht_moment_of(&v);
	assert_true(x.boot != y.boot);
	v.boot_id = (struct ht_text){ 0 };
	assert_true(ht_moment_of(&v).boot == 0);
}

static void test_random(void **state)
{
	struct ht_window w = { 0 };
	struct ht_held held;
	uint64_t seed = 1, last = 0, last_order = 0;

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		push(&w, 0, 1 + (seed >> 53), 1, "x");
	}
	for (unsigned i = 0; i < 5000; i++) {
		assert_true(ht_window_pop(&w, &held));
		free(held.line);
		assert_true(held.at.monotonic_ns > last ||
			    (held.at.monotonic_ns == last && held.order > last_order));
		last = held.at.monotonic_ns;
		last_order = held.order;
	}
	assert_false(ht_window_pop(&w, &held));
	ht_window_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_by_clock),
		cmocka_unit_test(test_moment),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
