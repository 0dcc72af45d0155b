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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "hosttrail/event.h"
#include "hosttrail/log.h"
#include "store/log_fixture.h"

static void write_bytes(const char *file, const void *data, size_t n)
{
	_cleanup_close_ int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ht_write_all(fd, data, n), 0);
}

/* Reads to the end: what reading ended with, the number of lines, and a hash over them. */
static int read_to_end(struct ht_log_reader *r, unsigned *ret_lines, struct ht_buffer *all, struct ht_error *err)
{
	struct ht_text line;
	int code;

	*ret_lines = 0;
	while ((code = ht_log_read_line(r, &line, err)) > 0) {
		(*ret_lines)++;
		ht_buffer_append(all, line.data, line.length);
		ht_buffer_byte(all, '\n');
	}
	return code;
}

static int read_file(const char *file, unsigned *ret_lines, struct ht_buffer *all, struct ht_error *err)
{
	struct ht_log_reader *r = NULL;
	int code = ht_log_open(&r, file, err);

	ht_buffer_reset(all);
	*ret_lines = 0;
	if (code == 0)
		code = read_to_end(r, ret_lines, all, err);
	ht_log_close(r);
	return code;
}

static void any_file(void **state)
{
	static const struct {
		const char *text;
		unsigned lines;
		const char *back;
	} cases[] = {
		{ "", 0, "" },
		{ "{}", 1, "{}\n" },
		{ "{}\n", 1, "{}\n" },
		{ "{}\n\n{\"a\":1}", 3, "{}\n\n{\"a\":1}\n" },
		{ "abc", 1, "abc\n" },
		{ "\n", 1, "\n" },
	};
	_cleanup_buffer_ struct ht_buffer all = { 0 };
	struct ht_error err = { "" };
	unsigned lines;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char compressed[128];
		size_t n = strlen(cases[i].text);

		write_bytes(path, cases[i].text, n);
		assert_int_equal(read_file(path, &lines, &all, &err), 0);
		assert_int_equal(lines, cases[i].lines);
		assert_int_equal(all.length, strlen(cases[i].back));
		if (all.length)
			assert_memory_equal(all.data, cases[i].back, all.length);
		/* The same from zstd. */
		n = ZSTD_compress(compressed, sizeof(compressed), cases[i].back, strlen(cases[i].back), 3);
		write_bytes(path, compressed, n);
		assert_int_equal(read_file(path, &lines, &all, &err), 0);
		assert_int_equal(lines, cases[i].lines);
	}
}

static void long_lines(void **state)
{
	_cleanup_free_ char *text = malloc(2 * HT_EVENT_LINE_MAX);
	_cleanup_buffer_ struct ht_buffer all = { 0 };
	struct ht_error err = { "" };
	unsigned lines;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 2 * HT_EVENT_LINE_MAX);
	text[9] = '\n';
	text[9 + HT_EVENT_LINE_MAX] = '\n';
	write_bytes(path, text, 10 + HT_EVENT_LINE_MAX);
	assert_int_equal(read_file(path, &lines, &all, &err), 0);
	assert_int_equal(lines, 2);
	text[9 + HT_EVENT_LINE_MAX] = 'x';
	text[10 + HT_EVENT_LINE_MAX] = '\n';
	write_bytes(path, text, 11 + HT_EVENT_LINE_MAX);
	assert_int_equal(read_file(path, &lines, &all, &err), -EBADMSG);
	assert_int_equal(lines, 1);
	assert_non_null(strstr(err.text, "longer than any event"));
}

static void write_log(unsigned lines)
{
	struct ht_log_writer *w = NULL;
	struct ht_log_summary s;
	char line[128];

	unlink(path);
	assert_int_equal(ht_log_create(&w, path, 1, 2000, NULL), 0);
	for (unsigned i = 0; i < lines; i++) {
		int n = snprintf(line, sizeof(line), "{\"eventTime\":\"2026-11-21T09:13:%02uZ\",\"n\":%u}", i % 60, i);

		assert_int_equal(ht_log_append(w, line, (size_t)n, i), 0);
		if (i % 7 == 0)
			assert_int_equal(ht_log_flush(w), 0);
	}
	assert_int_equal(ht_log_finish(&w, &s, NULL), 0);
}

/* Cut at every length: the lines before the cut are all there, the cut is named, and a partial file just ends there. */
static void cut(void **state)
{
	_cleanup_buffer_ struct ht_buffer file = { 0 }, all = { 0 }, whole = { 0 };
	unsigned lines, before = 0;

	(void)state;
	write_log(100);
	assert_int_equal(read_file(path, &lines, &whole, NULL), 0);
	assert_int_equal(lines, 100);
	assert_int_equal(ht_read_file(AT_FDCWD, path, 1 << 20, &file), 0);
	for (size_t n = 0; n < file.length; n++) {
		struct ht_error err = { "" };
		int code;

		write_bytes(path, file.data, n);
		code = read_file(path, &lines, &all, &err);
		if (code < 0) {
			assert_int_equal(code, -EBADMSG);
			assert_non_null(strstr(err.text, path));
			assert_non_null(strstr(err.text, "damaged at byte "));
		} else if (n > 40) {
			/* Only between frames is a cut not to be seen: the digest is what tells. */
			assert_int_equal(all.data[all.length - 1], '\n');
		}
		assert_true(all.length <= whole.length && (!all.length || !memcmp(all.data, whole.data, all.length)));
		write_bytes(partial, file.data, n);
		assert_int_equal(read_file(partial, &lines, &all, &err), 0);
		assert_true(lines >= before);
		before = lines;
	}
	assert_int_equal(before, 100);
}

/* Bytes turned into anything: reading ends, with lines that were there or with damage, and never runs off. */
static void damage(void **state)
{
	_cleanup_buffer_ struct ht_buffer file = { 0 }, all = { 0 };
	unsigned lines, found = 0;

	(void)state;
	write_log(60);
	assert_int_equal(ht_read_file(AT_FDCWD, path, 1 << 20, &file), 0);
	for (size_t i = 0; i < 8 * file.length; i++) {
		struct ht_log_reader *r = NULL;
		int code;

		file.data[i / 8] = (char)(file.data[i / 8] ^ 1 << i % 8);
		code = ht_log_open_memory(&r, file.data, file.length, "it", NULL);
		if (code == 0) {
			ht_buffer_reset(&all);
			code = read_to_end(r, &lines, &all, NULL);
			ht_log_close(r);
		}
		assert_true(code == 0 || code == -EBADMSG || code == -EPROTONOSUPPORT);
		found += code != 0;
		file.data[i / 8] = (char)(file.data[i / 8] ^ 1 << i % 8);
	}
	assert_true(found > file.length);
}

static void later_formats(void **state)
{
	_cleanup_buffer_ struct ht_buffer file = { 0 }, all = { 0 };
	struct ht_error err = { "" };
	unsigned lines;

	(void)state;
	write_log(3);
	assert_int_equal(ht_read_file(AT_FDCWD, path, 1 << 20, &file), 0);
	file.data[20] = 1; /* a compatible flag */
	write_bytes(path, file.data, file.length);
	assert_int_equal(read_file(path, &lines, &all, &err), 0);
	assert_int_equal(lines, 3);
	file.data[24] = 1; /* an incompatible one */
	write_bytes(path, file.data, file.length);
	assert_int_equal(read_file(path, &lines, &all, &err), -EPROTONOSUPPORT);
	assert_non_null(strstr(err.text, "later format"));
	file.data[24] = 0;
	file.data[16] = 2; /* another version */
	write_bytes(path, file.data, file.length);
	assert_int_equal(read_file(path, &lines, &all, &err), -EPROTONOSUPPORT);
}

/* A frame that wants more history than readers have. */
static void bounded_memory(void **state)
{
	static char content[100], compressed[1000];
	ZSTD_CCtx *z = ZSTD_createCCtx();
	_cleanup_buffer_ struct ht_buffer all = { 0 };
	ZSTD_inBuffer in = { content, sizeof(content), 0 };
	ZSTD_outBuffer out = { compressed, sizeof(compressed), 0 };
	struct ht_log_reader *r = NULL;
	struct ht_error err = { "" };
	struct ht_text line;
	unsigned lines;

	(void)state;
	ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, 27);
	ZSTD_compressStream2(z, &out, &in, ZSTD_e_flush);
	assert_int_equal(ZSTD_compressStream2(z, &out, &in, ZSTD_e_end), 0);
	ZSTD_freeCCtx(z);
	write_bytes(path, compressed, out.pos);
	assert_int_equal(read_file(path, &lines, &all, NULL), -EBADMSG);
	/* It is a frame, and the message says what is wrong with it. */
	assert_int_equal(ht_log_open(&r, path, &err), 0);
	assert_int_equal(ht_log_read_line(r, &line, &err), -EBADMSG);
	assert_null(strstr(err.text, "no zstd frame"));
	assert_non_null(strstr(err.text, "memory"));
	ht_log_close(r);
}

static void no_file(void **state)
{
	struct ht_log_reader *r = NULL;
	struct ht_error err = { "" };
	struct ht_text line;

	(void)state;
	assert_int_equal(ht_log_open(&r, path, &err), -ENOENT);
	assert_null(r);
	assert_non_null(strstr(err.text, path));
	if (ht_log_open(&r, directory, &err) == 0)
		assert_int_equal(ht_log_read_line(r, &line, &err), -EISDIR);
	ht_log_close(r);
}

static void times_of_lines(void **state)
{
	static const char *const without[] = {
		"", "x", "[]", "{}", "{\"eventTime\":5}", "{\"eventTime\":\"x\"}", "{\"a\":{\"eventTime\":\"2026-11-21T09:13:00Z\"}}",
		"{\"eventTime\"", "{\"a\":\"2026-11-21T09:13:00Z\"}",
	};
	int64_t ns = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(without); i++)
		assert_int_equal(ht_log_line_time(ht_text_of(without[i]), &ns), -EBADMSG);
	assert_int_equal(ns, 7);
	assert_int_equal(ht_log_line_time(HT_TEXT("{\"a\":{\"b\":[1]},\"eventTime\":\"2026-11-21T09:13:00.5Z\",\"c\":"), &ns), 0);
	assert_int_equal(ns, 1795252380500000000);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_directory, remove_directory)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(any_file),       TEST(long_lines), TEST(cut),     TEST(damage),         TEST(later_formats),
		TEST(bounded_memory), TEST(no_file),    cmocka_unit_test(times_of_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
