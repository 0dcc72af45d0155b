/* SPDX-License-Identifier: BSD-2-Clause */
/* What became of every number: the sums are closed, whatever arrives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "agent/accounts.h"

#define DATA HT_RING_DATA
#define MANAGEMENT HT_RING_MANAGEMENT

static int setup(void **state)
{
	static struct ht_accounts a;

	if (ht_accounts_init(&a, 2) < 0)
		return -1;
	for (unsigned cpu = 0; cpu < 2; cpu++) {
		ht_accounts_begin(&a, MANAGEMENT, cpu, 100);
		ht_accounts_begin(&a, DATA, cpu, 200);
	}
	*state = &a;
	return 0;
}

static int teardown(void **state)
{
	ht_accounts_free(*state);
	return 0;
}

static void sequence_is(const struct ht_trail_sequence *s, enum ht_ring ring, uint32_t cpu, uint64_t first, uint64_t last,
			uint64_t events, uint64_t processes, uint64_t not_selected, uint64_t lost)
{
	assert_int_equal(s->ring, ring);
	assert_int_equal(s->cpu, cpu);
	assert_int_equal(s->first, first);
	assert_int_equal(s->last, last);
	assert_int_equal(s->events, events);
	assert_int_equal(s->processes, processes);
	assert_int_equal(s->not_selected, not_selected);
	assert_int_equal(s->lost, lost);
	assert_int_equal(last - first + 1, events + processes + not_selected + lost);
}

static void lost_is(struct ht_lost lost, uint64_t count, uint64_t first, uint64_t last, uint64_t since_ns, uint64_t until_ns)
{
	assert_int_equal(lost.count, count);
	assert_int_equal(lost.first, first);
	assert_int_equal(lost.last, last);
	assert_int_equal(lost.since_ns, since_ns);
	assert_int_equal(lost.until_ns, until_ns);
}

static void test_fates(void **state)
{
	struct ht_trail_accounts report;

	ht_accounts_report(*state, 0, &report);
	assert_int_equal(report.sequence_count, 0);
	assert_int_equal(report.loss_count, 0);
	ht_accounts_add(*state, DATA, 1, 201, 10, HT_FATE_EVENT);
	ht_accounts_add(*state, DATA, 1, 202, 11, HT_FATE_NOT_SELECTED);
	ht_accounts_add(*state, DATA, 1, 203, 12, HT_FATE_EVENT);
	ht_accounts_add(*state, MANAGEMENT, 0, 101, 9, HT_FATE_PROCESS);
	ht_accounts_report(*state, 0, &report);
	assert_int_equal(report.sequence_count, 2);
	sequence_is(&report.sequences[0], MANAGEMENT, 0, 101, 101, 0, 1, 0, 0);
	sequence_is(&report.sequences[1], DATA, 1, 201, 203, 2, 0, 1, 0);
	assert_int_equal(report.loss_count, 0);
	lost_is(ht_accounts_take_lost(*state, DATA, 1), 0, 0, 0, 0, 0);
	/* The next report begins where this one ended. */
	ht_accounts_add(*state, DATA, 1, 204, 13, HT_FATE_EVENT);
	ht_accounts_report(*state, 0, &report);
	assert_int_equal(report.sequence_count, 1);
	sequence_is(&report.sequences[0], DATA, 1, 204, 204, 1, 0, 0, 0);
	ht_accounts_report(*state, 0, &report);
	assert_int_equal(report.sequence_count, 0);
}

static void test_gaps(void **state)
{
	struct ht_accounts *a = *state;
	struct ht_trail_accounts report;

	/* Before the first record, between records, and twice before it was told. */
	ht_accounts_add(a, DATA, 0, 203, 50, HT_FATE_EVENT);
	lost_is(ht_accounts_take_lost(a, DATA, 0), 2, 201, 202, 0, 50);
	lost_is(ht_accounts_take_lost(a, DATA, 0), 0, 0, 0, 0, 0);
	ht_accounts_add(a, DATA, 0, 210, 60, HT_FATE_EVENT);
	ht_accounts_add(a, DATA, 0, 211, 61, HT_FATE_EVENT);
	ht_accounts_add(a, DATA, 0, 213, 70, HT_FATE_EVENT);
	lost_is(ht_accounts_take_lost(a, DATA, 0), 7, 204, 212, 50, 70);
	assert_int_equal(a->total[HT_FATE_LOST], 9);
	assert_int_equal(a->total[HT_FATE_EVENT], 4);
	ht_accounts_report(a, 0, &report);
	assert_int_equal(report.sequence_count, 1);
	sequence_is(&report.sequences[0], DATA, 0, 201, 213, 4, 0, 0, 9);
	assert_int_equal(report.loss_count, 1);
	assert_string_equal(report.losses[0].cause, "RingFull");
	assert_int_equal(report.losses[0].count, 9);
}

static void test_causes(void **state)
{
	struct ht_accounts *a = *state;
	struct ht_trail_accounts report;
	uint64_t full = 0, large = 0;

	ht_accounts_add(a, DATA, 0, 211, 60, HT_FATE_EVENT);
	ht_accounts_report(a, 3, &report);
	for (size_t i = 0; i < report.loss_count; i++) {
		if (strcmp(report.losses[i].cause, "RingFull") == 0)
			full = report.losses[i].count;
		else if (strcmp(report.losses[i].cause, "RecordTooLarge") == 0)
			large = report.losses[i].count;
		else
			fail_msg("%s", report.losses[i].cause);
	}
	assert_int_equal(report.loss_count, 2);
	assert_int_equal(full, 7);
	assert_int_equal(large, 3);
	/* Counted since the start: none is new. */
	ht_accounts_add(a, DATA, 0, 213, 61, HT_FATE_EVENT);
	ht_accounts_report(a, 3, &report);
	assert_int_equal(report.loss_count, 1);
	assert_string_equal(report.losses[0].cause, "RingFull");
	assert_int_equal(report.losses[0].count, 1);
}

static void test_end(void **state)
{
	struct ht_accounts *a = *state;
	struct ht_trail_accounts report;

	ht_accounts_add(a, MANAGEMENT, 1, 101, 40, HT_FATE_EVENT);
	ht_accounts_end(a, MANAGEMENT, 1, 104, 99);
	ht_accounts_end(a, MANAGEMENT, 0, 100, 99);
	lost_is(ht_accounts_take_lost(a, MANAGEMENT, 1), 3, 102, 104, 40, 99);
	lost_is(ht_accounts_take_lost(a, MANAGEMENT, 0), 0, 0, 0, 0, 0);
	ht_accounts_report(a, 0, &report);
	assert_int_equal(report.sequence_count, 1);
	sequence_is(&report.sequences[0], MANAGEMENT, 1, 101, 104, 1, 0, 0, 3);
}

/* From a ring that somebody wrote to: numbers again or backwards, rings and CPUs that are none. */
static void test_nonsense(void **state)
{
	struct ht_accounts *a = *state;
	struct ht_trail_accounts report;

	ht_accounts_add(a, DATA, 0, 201, 10, HT_FATE_EVENT);
	ht_accounts_add(a, DATA, 0, 201, 10, HT_FATE_EVENT);
	ht_accounts_add(a, DATA, 0, 5, 10, HT_FATE_EVENT);
	ht_accounts_add(a, DATA, 2, 1, 10, HT_FATE_EVENT);
	ht_accounts_add(a, HT_RINGS, 0, 1, 10, HT_FATE_EVENT);
	ht_accounts_end(a, DATA, 0, 7, 10);
	ht_accounts_end(a, DATA, 9, 7, 10);
	ht_accounts_begin(a, DATA, 9, 7);
	lost_is(ht_accounts_take_lost(a, DATA, 9), 0, 0, 0, 0, 0);
	ht_accounts_report(a, 0, &report);
	assert_int_equal(report.sequence_count, 1);
	sequence_is(&report.sequences[0], DATA, 0, 201, 201, 1, 0, 0, 0);
	assert_int_equal(a->total[HT_FATE_EVENT], 1);
	assert_int_equal(a->total[HT_FATE_LOST], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fates, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gaps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_causes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nonsense, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
