/* SPDX-License-Identifier: BSD-2-Clause */
/* Both directions: forward.c, backward.c and run.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>

#include "base/cleanup.h"
#include "base/timestamp.h"
#include "history/files.h"
#include "support/events.h"

struct seen {
	struct ht_buffer names; /* eventName of each event, with a space behind */
	char problem[1024];
	unsigned problems;
	uint64_t done, total;
	int stop_after;
};

static int see(void *context, struct ht_text line)
{
	struct seen *s = context;
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	struct ht_event_view v;

	assert_int_equal(ht_event_decode(line.data, line.length, &scratch, &v, NULL), 0);
	ht_buffer_append(&s->names, v.field[HT_FIELD_EVENT_NAME].data, v.field[HT_FIELD_EVENT_NAME].length);
	ht_buffer_byte(&s->names, ' ');
	return s->stop_after && --s->stop_after == 0 ? 7 : 0;
}

static void problem(void *context, const char *text)
{
	struct seen *s = context;

	s->problems++;
	snprintf(s->problem, sizeof(s->problem), "%s", text);
}

static void progress(void *context, uint64_t done, uint64_t total)
{
	struct seen *s = context;

	assert_true(done >= s->done && done <= total);
	s->done = done;
	s->total = total;
}

/* max < 0: forwards. */
static int search(const char *const *paths, size_t count, const struct ht_query *q, int64_t max,
		  struct seen *seen, struct ht_history_result *result, struct ht_error *err)
{
	const struct ht_history_sink sink = { see, problem, progress, seen };
	struct ht_history *h;
	int e;

	assert_int_equal(ht_history_find(&h, paths, count, NULL), 0);
	if (max < 0)
		e = ht_history_forward(h, q, &sink, result, err);
	else
		e = ht_history_backward(h, q, (uint64_t)max, &sink, result, err);
	if (e == 0 && !max) {
		assert_int_equal(seen->done, h->bytes);
		assert_int_equal(seen->total, h->bytes);
	}
	ht_history_free(h);
	return e;
}

static void gives(const char *const *paths, size_t count, const struct ht_query *q, int64_t max,
		  const char *want)
{
	struct seen seen = { 0 };
	struct ht_history_result result;
	struct ht_error err = { "" };

	if (search(paths, count, q, max, &seen, &result, &err) != 0)
		fail_msg("%s", err.text);
	ht_buffer_byte(&seen.names, '\0');
	assert_string_equal(seen.names.data, want);
	assert_int_equal(result.problems, 0);
	assert_int_equal(seen.problems, 0);
	ht_buffer_free(&seen.names);
}

/* Out of order within the file, and two files whose times overlap. */
static void test_order(void **state)
{
	const char *a[] = { test_event("A2", 200, 20), test_event("A1", 100, 10), test_event("A4", 400, 40),
			    NULL };
	const char *b[] = { test_event("B3", 300, 30), test_event("B5", 500, 50), NULL };
	const char *paths[2];

	(void)state;
	paths[0] = test_file("b.jsonl.zst", b);
	paths[1] = test_file("a.jsonl.zst", a);
	gives(paths, 2, NULL, -1, "A1 A2 B3 A4 B5 ");
	gives(paths, 2, NULL, 0, "B5 A4 B3 A2 A1 ");
	gives(paths, 2, NULL, 2, "B5 A4 ");
	gives(paths, 2, NULL, 5, "B5 A4 B3 A2 A1 ");
	paths[0] = test_file("b.jsonl", b);
	gives(paths, 2, NULL, -1, "A1 A2 B3 A4 B5 ");
	gives(paths, 2, NULL, 3, "B5 A4 B3 ");
}

/* The clock was set back by 200 ns between A3 and A4; another boot follows. */
static void test_clock_changes(void **state)
{
	const char *a[] = { test_event("A1", 1000, 10), test_event("A3", 1100, 30), test_event("A4", 950, 40),
			    NULL };
	const char *b[] = { test_event("B5", 980, 50), test_event_with("C1", 1200, 5, "b2", ""), NULL };
	const char *paths[2];

	(void)state;
	paths[0] = test_file("clock-a.jsonl.zst", a);
	paths[1] = test_file("clock-b.jsonl.zst", b);
	gives(paths, 2, NULL, -1, "A1 A3 A4 B5 C1 ");
	gives(paths, 2, NULL, 0, "C1 B5 A4 A3 A1 ");
}

static int count_in_order(void *context, struct ht_text line)
{
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	struct ht_event_view v;
	uint64_t *last = context;

	assert_int_equal(ht_event_decode(line.data, line.length, &scratch, &v, NULL), 0);
	assert_int_equal(v.monotonic_ns, *last + 1);
	*last = v.monotonic_ns;
	return 0;
}

/* Under load: a management event is written before as many data events that are older as the data ring holds.
 * Data events change places with their neighbours. */
static void test_rings(void **state)
{
	static const uint64_t events = 3 * HT_HISTORY_WINDOW / 2;
	const struct ht_history_sink sink = { .event = count_in_order, .context = &(uint64_t){ 0 } };
	_cleanup_free_ char *path = strdup(test_file("rings.jsonl", (const char *[]){ NULL }));
	_cleanup_fclose_ FILE *f = fopen(path, "we");
	struct ht_history_result result;
	struct ht_history *h;

	(void)state;
	assert_non_null(f);
	fprintf(f, "%s\n", test_event_with("M", 0, events, "b1", ",\"sequence\":{\"ring\":\"management\"}"));
	for (uint64_t i = 1; i < events; i++)
		fprintf(f, "%s\n",
			test_event_with("D", 0, ((i - 1) ^ 31) + 1 < events ? ((i - 1) ^ 31) + 1 : i, "b1",
					",\"sequence\":{\"ring\":\"data\"}"));
	assert_int_equal(fflush(f), 0);
	assert_int_equal(ht_history_find(&h, (const char *const[]){ path }, 1, NULL), 0);
	assert_int_equal(ht_history_forward(h, NULL, &sink, &result, NULL), 0);
	assert_int_equal(result.matches, events);
	assert_int_equal(*(uint64_t *)sink.context, events);
	ht_history_free(h);
}

/* More than is held in memory goes to the spool, and comes back. */
static void test_spool(void **state)
{
	static char members[64 * 1024];
	const size_t count = HT_HISTORY_MEMORY / sizeof(members) + 100;
	struct seen seen = { 0 };
	const struct ht_history_sink sink = { see, problem, NULL, &seen };
	const char *path = test_file("spool.jsonl", (const char *[]){ NULL });
	struct ht_history_result result;
	struct ht_history *h;
	FILE *f = fopen(path, "we");
	char time[32];

	(void)state;
	assert_non_null(f);
	memset(members, 'x', sizeof(members));
	for (size_t i = 0; i < count; i++) {
		ht_timestamp_write((int64_t)i, time);
		fprintf(f,
			"{\"eventVersion\":\"1.0\",\"eventTime\":\"%.30s\",\"eventName\":\"%zu\",\"x\":\"%.*"
			"s\"}\n",
			time, i, (int)sizeof(members), members);
	}
	fclose(f);
	assert_int_equal(ht_history_find(&h, &path, 1, NULL), 0);
	assert_int_equal(ht_history_backward(h, NULL, 0, &sink, &result, NULL), 0);
	assert_int_equal(result.matches, count);
	ht_buffer_byte(&seen.names, '\0');
	for (size_t i = count, at = 0; i-- > 0;) {
		char want[32];
		int n = snprintf(want, sizeof(want), "%zu ", i);

		assert_memory_equal(seen.names.data + at, want, n);
		at += (size_t)n;
	}
	ht_buffer_free(&seen.names);
	ht_history_free(h);
	unlink(path);
}

static void test_query(void **state)
{
	const char *a[] = { test_event("A", 100, 1), test_event("B", 200, 2), test_event("A", 300, 3), NULL };
	const char *b[] = { test_event("B", 400, 4), test_event("A", 500, 5), NULL };
	const char *paths[2];
	struct ht_query q = HT_QUERY_ALL;

	(void)state;
	paths[0] = test_file("query-a.jsonl.zst", a);
	paths[1] = test_file("query-b.jsonl.zst", b);
	ht_query_add(&q, HT_QUERY_EVENT_NAME, "B");
	gives(paths, 2, &q, 0, "B B ");
	gives(paths, 2, &q, -1, "B B ");
	gives(paths, 2, &q, 1, "B ");
	ht_query_add(&q, HT_QUERY_EVENT_NAME, "A");
	q.start_ns = 200;
	q.end_ns = 400;
	gives(paths, 2, &q, 0, "B A B ");
	q.end_ns = 150;
	gives(paths, 2, &q, 0, "");
}

/* A file that the query's times rule out is not read: not even its damage is found. */
static void test_files_are_ruled_out(void **state)
{
	const char *a[] = { test_event("A", 100, 1), NULL };
	const char *path = test_file("old.jsonl.zst", a);
	_cleanup_fclose_ FILE *f = fopen(path, "r+e");
	struct ht_query q = HT_QUERY_ALL;
	struct seen seen = { 0 };
	struct ht_history_result result;

	(void)state;
	assert_non_null(f);
	assert_int_equal(fseek(f, 60, SEEK_SET), 0);
	fputs("damage", f);
	fflush(f);
	q.start_ns = 101;
	gives(&path, 1, &q, 0, "");
	q.start_ns = 100;
	assert_int_equal(search(&path, 1, &q, 0, &seen, &result, NULL), 0);
	assert_int_equal(result.problems, 1);
	ht_buffer_free(&seen.names);
}

static void test_what_is_no_event(void **state)
{
	const char *a[] = { test_event("A", 100, 1), "{\"no\":1}", test_event("B", 200, 2), "rubbish", NULL };
	const char *path = test_file("mixed.jsonl", a);
	struct seen seen = { 0 };
	struct ht_history_result result;
	char want[1024];

	(void)state;
	assert_int_equal(search(&path, 1, NULL, -1, &seen, &result, NULL), 0);
	ht_buffer_byte(&seen.names, '\0');
	assert_string_equal(seen.names.data, "A B ");
	assert_int_equal(result.events, 4);
	assert_int_equal(result.matches, 2);
	assert_int_equal(result.problems, 1);
	snprintf(want, sizeof(want),
		 "%s: lines that are no events: 2, left out; the first is line 2: eventVersion is missing",
		 path);
	assert_string_equal(seen.problem, want);
	ht_buffer_free(&seen.names);
}

static void test_damaged_file(void **state)
{
	const char *a[] = { test_event("A", 100, 1), test_event("B", 200, 2), test_event("C", 300, 3), NULL };
	const char *b[] = { test_event("D", 250, 4), NULL };
	const char *paths[] = { test_file("cut.jsonl.zst", a), test_file("whole.jsonl.zst", b) };
	struct seen seen = { 0 };
	struct ht_history_result result;

	(void)state;
	assert_int_equal(truncate(paths[0], 260), 0);
	assert_int_equal(search(paths, 2, NULL, 0, &seen, &result, NULL), 0);
	ht_buffer_byte(&seen.names, '\0');
	assert_non_null(strstr(seen.names.data, "D "));
	assert_int_equal(result.problems, 1);
	assert_int_equal(seen.problems, 1);
	assert_true(strncmp(seen.problem, paths[0], strlen(paths[0])) == 0);
	ht_buffer_free(&seen.names);
}

/* What the recorder finished meanwhile is found under its complete name; what vanished is reported. */
static void test_renamed_and_removed(void **state)
{
	const char *a[] = { test_event("A", 100, 1), NULL };
	const char *paths[] = { test_file("r.jsonl.partial", a), test_file("v.jsonl", a) };
	char complete[512];
	struct seen seen = { 0 };
	const struct ht_history_sink sink = { see, problem, NULL, &seen };
	struct ht_history_result result;
	struct ht_history *h;

	(void)state;
	snprintf(complete, sizeof(complete), "%s/r.jsonl", test_directory());
	assert_int_equal(ht_history_find(&h, paths, 2, NULL), 0);
	assert_int_equal(rename(paths[0], complete), 0);
	assert_int_equal(unlink(paths[1]), 0);
	assert_int_equal(ht_history_backward(h, NULL, 0, &sink, &result, NULL), 0);
	ht_buffer_byte(&seen.names, '\0');
	assert_string_equal(seen.names.data, "A ");
	assert_int_equal(result.problems, 1);
	assert_non_null(strstr(seen.problem, "v.jsonl: No such file or directory"));
	ht_buffer_free(&seen.names);
	ht_history_free(h);
}

static void test_the_sink_stops(void **state)
{
	const char *a[] = { test_event("A", 100, 1), test_event("B", 200, 2), test_event("C", 300, 3), NULL };
	const char *path = test_file("stop.jsonl", a);

	(void)state;
	for (int max = -1; max <= 0; max++) {
		struct seen seen = { .stop_after = 2 };
		struct ht_history_result result;

		assert_int_equal(search(&path, 1, NULL, max, &seen, &result, NULL), 7);
		ht_buffer_byte(&seen.names, '\0');
		assert_string_equal(seen.names.data, max < 0 ? "A B " : "C B ");
		ht_buffer_free(&seen.names);
	}
}

static void test_too_many_open(void **state)
{
	_cleanup_free_ char *line = strdup(test_event("A", 100, 1));
	const char *lines[] = { line, NULL };
	const char *paths[HT_HISTORY_OPEN_MAX + 1];
	static char names[HT_HISTORY_OPEN_MAX + 1][512];
	struct seen seen = { 0 };
	struct ht_history_result result;
	struct ht_error err;

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(paths); i++) {
		char name[32];

		snprintf(name, sizeof(name), "many-%u.jsonl", i);
		snprintf(names[i], sizeof(names[i]), "%s", test_file(name, lines));
		paths[i] = names[i];
	}
	assert_int_equal(search(paths, ARRAY_SIZE(paths), NULL, -1, &seen, &result, &err), -EMFILE);
	assert_non_null(strstr(err.text, "is one of more than 256 files whose times overlap or are unknown"));
	seen = (struct seen){ .names = seen.names };
	assert_int_equal(search(paths, ARRAY_SIZE(paths) - 1, NULL, -1, &seen, &result, &err), 0);
	assert_int_equal(result.matches, HT_HISTORY_OPEN_MAX);
	seen = (struct seen){ .names = seen.names };
	assert_int_equal(search(paths, ARRAY_SIZE(paths), NULL, 0, &seen, &result, &err), 0);
	assert_int_equal(result.matches, HT_HISTORY_OPEN_MAX + 1);
	ht_buffer_free(&seen.names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_clock_changes),
		cmocka_unit_test(test_rings),
		cmocka_unit_test(test_spool),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_files_are_ruled_out),
		cmocka_unit_test(test_what_is_no_event),
		cmocka_unit_test(test_damaged_file),
		cmocka_unit_test(test_renamed_and_removed),
		cmocka_unit_test(test_the_sink_stops),
		cmocka_unit_test(test_too_many_open),
	};
	int status = cmocka_run_group_tests(tests, NULL, NULL);

	test_directory_remove();
	return status;
}
