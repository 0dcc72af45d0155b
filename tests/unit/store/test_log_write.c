/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "hosttrail/event.h"
#include "hosttrail/log.h"
#include "store/log_fixture.h"

static size_t make_line(char *line, size_t size, unsigned number)
{
	int n = snprintf(line, size, "{\"eventTime\":\"2026-11-21T09:13:%02u.%09uZ\",\"number\":%u,\"pad\":\"%0*u\"}",
			 number / 1000 % 60, number % 1000, number, (int)(number % 700) + 1, number * 2654435761u);

	assert_in_range(n, 1, size - 1);
	return (size_t)n;
}

static void append(struct ht_log_writer *w, unsigned from, unsigned to)
{
	char line[2048];

	for (unsigned i = from; i < to; i++) {
		size_t n = make_line(line, sizeof(line), i);

		assert_int_equal(ht_log_append(w, line, n, 1000 + i), 0);
	}
}

/* The lines from 0 to count stand in the file, in order, and no other. */
static void expect_lines(const char *file, unsigned count)
{
	struct ht_log_reader *r = NULL;
	struct ht_text text;
	struct ht_error err = { "" };
	char line[2048];
	int code;

	assert_int_equal(ht_log_open(&r, file, &err), 0);
	for (unsigned i = 0; i < count; i++) {
		size_t n = make_line(line, sizeof(line), i);

		code = ht_log_read_line(r, &text, &err);
		if (code != 1)
			fail_msg("line %u of %u: %d %s", i, count, code, err.text);
		assert_int_equal(text.length, n);
		assert_memory_equal(text.data, line, n);
	}
	code = ht_log_read_line(r, &text, &err);
	if (code != 0)
		fail_msg("after %u lines: %d %s", count, code, err.text);
	ht_log_close(r);
}

static void expect_hash(const struct ht_log_summary *s)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	unsigned char sha256[HT_SHA256];

	assert_int_equal(ht_read_file(AT_FDCWD, path, SIZE_MAX / 2, &b), 0);
	assert_int_equal(s->stored_bytes, b.length);
	SHA256((const unsigned char *)b.data, b.length, sha256);
	assert_memory_equal(s->sha256, sha256, HT_SHA256);
}

static void writes_what_it_reads(void **state)
{
	struct ht_log_writer *w = NULL;
	struct ht_log_summary s = { 0 }, again = { 0 };
	struct ht_error err = { "" };
	const unsigned count = 20000;
	uint64_t content;

	(void)state;
	/* Small frames, so that there are many. */
	assert_int_equal(ht_log_create(&w, path, 1, 300000, &err), 0);
	append(w, 0, count);
	assert_int_equal(access(path, F_OK), -1);
	content = ht_log_content_bytes(w);
	assert_int_equal(ht_log_events(w), count);
	assert_int_equal(ht_log_finish(&w, &s, &err), 0);
	assert_null(w);
	assert_int_equal(access(partial, F_OK), -1);
	assert_int_equal(s.events, count);
	assert_int_equal(s.content_bytes, content);
	assert_int_equal(s.oldest_ns, 1000);
	assert_int_equal(s.newest_ns, 1000 + count - 1);
	expect_hash(&s);
	expect_lines(path, count);

	assert_int_equal(ht_log_summarise(path, &again, &err), 0);
	assert_int_equal(again.events, count);
	assert_int_equal(again.content_bytes, content);
	assert_int_equal(again.stored_bytes, s.stored_bytes);
	assert_memory_equal(again.sha256, s.sha256, HT_SHA256);
	assert_int_equal(again.oldest_ns, 1795252380000000000);
	assert_int_equal(again.newest_ns, 1795252399000000999);
}

static uint64_t le(const unsigned char *p, unsigned bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

/* The layout, read by nothing but this test and libzstd's notion of a frame. */
static void layout(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_log_writer *w = NULL;
	struct ht_log_summary s = { 0 };
	uint64_t events = 0, content = 0, frames = 0;
	const unsigned char *p, *end;

	(void)state;
	assert_int_equal(ht_log_create(&w, path, 1, 100000, NULL), 0);
	append(w, 0, 3000);
	assert_int_equal(ht_log_finish(&w, &s, NULL), 0);
	assert_int_equal(ht_read_file(AT_FDCWD, path, SIZE_MAX / 2, &b), 0);
	p = (const unsigned char *)b.data;
	end = p + b.length;
	assert_int_equal(le(p, 4), 0x184D2A55);
	assert_int_equal(le(p + 4, 4), 32);
	assert_memory_equal(p + 8, "HTRLFILE", 8);
	assert_int_equal(le(p + 16, 4), 1);
	for (unsigned i = 20; i < 40; i++)
		assert_int_equal(p[i], 0);
	for (p += 40; p < end; frames++) {
		size_t n = ZSTD_findFrameCompressedSize(p, (size_t)(end - p));

		assert_false(ZSTD_isError(n));
		assert_int_equal(le(p, 4), 0xFD2FB528);
		p += n;
		assert_true(end - p >= 72);
		assert_int_equal(le(p, 4), 0x184D2A55);
		assert_int_equal(le(p + 4, 4), 64);
		assert_memory_equal(p + 8, "HTRLSUMM", 8);
		assert_int_equal(le(p + 16, 4), 1);
		assert_int_equal(le(p + 20, 4), 0);
		assert_int_equal(le(p + 24, 8), n);
		content += le(p + 32, 8);
		assert_int_equal(le(p + 48, 8), 1000 + events);
		events += le(p + 40, 8);
		assert_int_equal(le(p + 56, 8), 1000 + events - 1);
		assert_int_equal(le(p + 64, 4), 72);
		assert_int_equal(le(p + 68, 4), 0);
		p += 72;
	}
	assert_true(frames > 5);
	assert_int_equal(events, 3000);
	assert_int_equal(content, s.content_bytes);
}

static void an_empty_log(void **state)
{
	struct ht_log_writer *w = NULL;
	struct ht_log_summary s = { .events = 1 };

	(void)state;
	assert_int_equal(ht_log_create(&w, path, 1, 0, NULL), 0);
	assert_int_equal(ht_log_finish(&w, &s, NULL), 0);
	assert_int_equal(s.events, 0);
	assert_int_equal(s.content_bytes, 0);
	assert_int_equal(s.oldest_ns, 0);
	assert_int_equal(s.newest_ns, 0);
	assert_int_equal(s.stored_bytes, 40);
	expect_hash(&s);
	expect_lines(path, 0);
}

/* What a flush has said yes to can be read while the writer goes on, and after its death. */
static void flushed_lines_are_there(void **state)
{
	struct ht_log_writer *w = NULL;

	(void)state;
	assert_int_equal(ht_log_create(&w, path, 1, 50000, NULL), 0);
	for (unsigned i = 0; i < 600; i += 7) {
		append(w, i, i + 7);
		assert_int_equal(ht_log_flush(w), 0);
		assert_int_equal(ht_log_pending(w), 0);
		expect_lines(partial, i + 7);
	}
	append(w, 602, 603);
	expect_lines(partial, 602);
	assert_int_equal(ht_log_sync(w), 0);
	expect_lines(partial, 603);
	ht_log_free(w);
	assert_int_equal(access(partial, F_OK), 0);
}

static void refusals(void **state)
{
	static char line[HT_EVENT_LINE_MAX];
	struct ht_log_writer *w = NULL, *second = NULL;
	struct ht_log_summary s;
	struct ht_error err = { "" };
	char elsewhere[PATH_MAX + 32];

	(void)state;
	memset(line, 'x', sizeof(line));
	assert_int_equal(ht_log_create(&w, path, 1, 0, &err), 0);
	assert_int_equal(ht_log_create(&second, path, 1, 0, &err), -EEXIST);
	assert_non_null(strstr(err.text, path));
	assert_null(second);
	assert_int_equal(ht_log_append(w, line, sizeof(line), 1), -EMSGSIZE);
	assert_int_equal(ht_log_append(w, line, sizeof(line) - 1, 1), 0);
	assert_int_equal(ht_log_append(w, line, sizeof(line) - 1, 1), 0);
	assert_int_equal(ht_log_end(w), 0);
	assert_int_equal(ht_log_append(w, line, 1, 1), -EBADF);
	assert_int_equal(ht_log_finish(&w, &s, &err), 0);
	assert_int_equal(s.events, 2);
	assert_int_equal(ht_log_create(&second, path, 1, 0, &err), -EEXIST);
	snprintf(elsewhere, sizeof(elsewhere), "%s/missing/log", directory);
	assert_int_equal(ht_log_create(&second, elsewhere, 1, 0, &err), -ENOENT);
	assert_int_equal(ht_log_finish(&w, &s, &err), 0);
}

/* ---- a disk that takes no more, acted by a limit on the size of files ---- */

static void limit(rlim_t bytes)
{
	struct rlimit l;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = bytes == RLIM_INFINITY ? l.rlim_max : bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void goes_on_after_a_full_disk(void **state)
{
	struct ht_log_writer *w = NULL;
	struct ht_log_summary s = { 0 };

	(void)state;
	assert_int_equal(ht_log_create(&w, path, 1, 100000, NULL), 0);
	append(w, 0, 500);
	assert_int_equal(ht_log_flush(w), 0);
	/* Every boundary: the file grows one byte at a time past what fits. */
	for (unsigned i = 0; i < 200; i++) {
		limit(ht_log_stored_bytes(w) + 1);
		append(w, 500 + i, 501 + i);
		assert_int_equal(ht_log_flush(w), -EFBIG);
		assert_true(ht_log_pending(w) > 0);
	}
	limit(RLIM_INFINITY);
	assert_int_equal(ht_log_flush(w), 0);
	expect_lines(partial, 700);
	append(w, 700, 800);
	assert_int_equal(ht_log_finish(&w, &s, NULL), 0);
	assert_int_equal(s.events, 800);
	expect_hash(&s);
	expect_lines(path, 800);
}

static void holds_a_bounded_amount(void **state)
{
	struct ht_log_writer *w = NULL;
	struct ht_log_summary s = { 0 };
	uint64_t before;
	char line[60000];
	uint32_t random = 1;
	unsigned refused = 0;

	(void)state;
	assert_int_equal(ht_log_create(&w, path, 1, 0, NULL), 0);
	limit(1000);
	for (unsigned i = 0; i < 400; i++) {
		for (size_t j = 0; j < sizeof(line); j++) {
			random = random * 1664525 + 1013904223;
			line[j] = (char)(32 + (random >> 16) % 90);
		}
		if (ht_log_append(w, line, sizeof(line), 5) < 0)
			refused++;
	}
	assert_true(refused > 50);
	assert_in_range(ht_log_pending(w), HT_LOG_PENDING_MAX, HT_LOG_PENDING_MAX + (1u << 20));
	before = ht_log_events(w);
	assert_int_equal(before, 400 - refused);
	limit(RLIM_INFINITY);
	assert_int_equal(ht_log_finish(&w, &s, NULL), 0);
	assert_int_equal(s.events, before);
	expect_hash(&s);
	assert_int_equal(ht_log_summarise(path, &s, NULL), 0);
	assert_int_equal(s.events, before);
}

/* Cut at every kind of place: before anything was flushed, within a frame, at the end of one. */
static void ends_on_a_full_disk(void **state)
{
	for (unsigned flushed = 0; flushed < 900; flushed += 60) {
		struct ht_log_writer *w = NULL;
		struct ht_log_summary s = { 0 }, again = { 0 };
		uint64_t dropped = 0;

		assert_int_equal(make_directory(state), 0);
		assert_int_equal(ht_log_create(&w, path, 1, 100000, NULL), 0);
		for (unsigned i = 0; i < flushed; i += 20) {
			append(w, i, i + 20);
			assert_int_equal(ht_log_flush(w), 0);
		}
		limit(ht_log_stored_bytes(w) + 80);
		append(w, flushed, flushed + 1000);
		assert_int_equal(ht_log_flush(w), -EFBIG);
		append(w, flushed + 1000, flushed + 1001);
		assert_int_equal(ht_log_end(w), -EFBIG);
		assert_int_equal(ht_log_cut(w, &dropped), 0);
		assert_int_equal(dropped, 1001);
		assert_int_equal(ht_log_finish(&w, &s, NULL), 0);
		limit(RLIM_INFINITY);
		assert_int_equal(s.events, flushed);
		expect_hash(&s);
		expect_lines(path, flushed);
		assert_int_equal(ht_log_summarise(path, &again, NULL), 0);
		assert_int_equal(again.content_bytes, s.content_bytes);
		assert_int_equal(remove_directory(state), 0);
	}
	assert_int_equal(make_directory(state), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_what_it_reads, make_directory, remove_directory),
		cmocka_unit_test_setup_teardown(layout, make_directory, remove_directory),
		cmocka_unit_test_setup_teardown(an_empty_log, make_directory, remove_directory),
		cmocka_unit_test_setup_teardown(flushed_lines_are_there, make_directory, remove_directory),
		cmocka_unit_test_setup_teardown(refusals, make_directory, remove_directory),
		cmocka_unit_test_setup_teardown(goes_on_after_a_full_disk, make_directory, remove_directory),
		cmocka_unit_test_setup_teardown(holds_a_bounded_amount, make_directory, remove_directory),
		cmocka_unit_test_setup_teardown(ends_on_a_full_disk, make_directory, remove_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
