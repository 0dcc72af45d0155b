/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "hosttrail/log.h"
#include "store/log_fixture.h"

static void write_bytes(const char *file, const void *data, size_t n)
{
	_cleanup_close_ int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ht_write_all(fd, data, n), 0);
}

/* What a recorder leaves that was killed: lines flushed one by one, then one that was not. */
static void leave_partial(unsigned lines)
{
	struct ht_log_writer *w = NULL;
	char line[128];

	assert_int_equal(ht_log_create(&w, path, 1, 0, NULL), 0);
	for (unsigned i = 0; i < lines; i++) {
		int n = snprintf(line, sizeof(line), "{\"eventTime\":\"2026-11-21T09:13:%02uZ\",\"n\":%u}", i % 60, i);

		assert_int_equal(ht_log_append(w, line, (size_t)n, i), 0);
		assert_int_equal(ht_log_flush(w), 0);
	}
	assert_int_equal(ht_log_append(w, "{}", 2, 1), 0);
	ht_log_free(w);
}

static unsigned count_lines(const char *file)
{
	struct ht_log_reader *r = NULL;
	struct ht_text line;
	unsigned n = 0;
	int code;

	assert_int_equal(ht_log_open(&r, file, NULL), 0);
	while ((code = ht_log_read_line(r, &line, NULL)) > 0)
		n++;
	assert_int_equal(code, 0);
	ht_log_close(r);
	return n;
}

static void expect_recovered(unsigned events)
{
	struct ht_log_summary s = { 0 }, again = { 0 };
	struct ht_error err = { "" };
	uint64_t cut_bytes = 12345;

	if (ht_log_recover(path, 1, &s, &cut_bytes, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(s.events, events);
	assert_true(cut_bytes < 12345);
	assert_int_equal(access(partial, F_OK), -1);
	assert_int_equal(access(recovering, F_OK), -1);
	assert_int_equal(count_lines(path), events);
	assert_int_equal(ht_log_summarise(path, &again, &err), 0);
	assert_memory_equal(again.sha256, s.sha256, HT_SHA256);
	assert_int_equal(again.stored_bytes, s.stored_bytes);
	assert_int_equal(again.content_bytes, s.content_bytes);
	assert_int_equal(again.oldest_ns, s.oldest_ns);
	assert_int_equal(again.newest_ns, s.newest_ns);
}

static void whole_lines_are_kept(void **state)
{
	(void)state;
	leave_partial(20);
	expect_recovered(20);
}

static void an_empty_file(void **state)
{
	(void)state;
	write_bytes(partial, "", 0);
	expect_recovered(0);
}

/* After power is lost the end may be zeros: file systems write sizes before data. */
static void zeros_at_the_end(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	(void)state;
	leave_partial(20);
	assert_int_equal(ht_read_file(AT_FDCWD, partial, 1 << 20, &b), 0);
	for (unsigned i = 0; i < 5000; i++)
		ht_buffer_byte(&b, '\0');
	write_bytes(partial, b.data, b.length);
	expect_recovered(20);
}

static void garbage(void **state)
{
	(void)state;
	write_bytes(partial, "this was never a log file\n", 26);
	expect_recovered(1);
}

/* Killed while recovering: what was being written is thrown away, and all begins anew. */
static void killed_while_recovering(void **state)
{
	(void)state;
	leave_partial(20);
	write_bytes(recovering, "half", 4);
	expect_recovered(20);
}

/* Killed after the file had got its name. */
static void killed_before_the_end(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_log_summary s;
	uint64_t cut;

	(void)state;
	leave_partial(20);
	assert_int_equal(ht_read_file(AT_FDCWD, partial, 1 << 20, &b), 0);
	assert_int_equal(ht_log_recover(path, 1, &s, &cut, NULL), 0);
	write_bytes(partial, b.data, b.length);
	expect_recovered(20);
}

static void nothing_to_recover(void **state)
{
	struct ht_log_summary s;
	struct ht_error err = { "" };
	uint64_t cut;

	(void)state;
	assert_int_equal(ht_log_recover(path, 1, &s, &cut, &err), -ENOENT);
	assert_non_null(strstr(err.text, partial));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_directory, remove_directory)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whole_lines_are_kept), TEST(an_empty_file),           TEST(zeros_at_the_end),
		TEST(garbage),              TEST(killed_while_recovering), TEST(killed_before_the_end),
		TEST(nothing_to_recover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
