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

static char directory[PATH_MAX], path[PATH_MAX + 64];

static const char *below(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static int begin(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(directory, sizeof(directory), "%s/io.XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(directory) ? 0 : -1;
}

static int end(void **state)
{
	static const char *const names[] = { "file", "file.new", "a/b/c", "a/b", "a" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (remove(below(names[i])) < 0 && errno != ENOENT)
			return -1;
	return rmdir(directory);
}

static void directories(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(ht_mkdir_parents(below("a/b/c"), 0700), 0);
	assert_int_equal(stat(below("a/b"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(ht_mkdir_parents(below("a/b/c"), 0700), 0);
	assert_int_equal(ht_mkdir_parents(below("a//b/c/"), 0700), 0);
	assert_int_equal(ht_replace_file(below("file"), "x", 1, 0600), 0);
	assert_int_equal(ht_mkdir_parents(below("file"), 0700), -ENOTDIR);
	assert_int_equal(ht_mkdir_parents(below("file/x"), 0700), -ENOTDIR);
	assert_int_equal(ht_mkdir_parents("", 0700), -ENOENT);
}

static void replaced_files(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct stat st;

	(void)state;
	assert_int_equal(ht_replace_file(below("file"), "first", 5, 0640), 0);
	assert_int_equal(stat(below("file"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	/* A leftover in the way, even a link to elsewhere, is not followed. */
	assert_int_equal(symlink("/nowhere/at/all", below("file.new")), 0);
	assert_int_equal(ht_replace_file(below("file"), "second", 6, 0600), 0);
	assert_int_equal(access(below("file.new"), F_OK), -1);
	assert_int_equal(ht_read_file(AT_FDCWD, below("file"), 6, &b), 0);
	assert_int_equal(b.length, 6);
	assert_memory_equal(b.data, "second", 6);
	assert_int_equal(stat(below("file"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(ht_replace_file(below("a/b"), "x", 1, 0600), -ENOENT);
	assert_int_equal(ht_sync_parent(below("file")), 0);
	assert_int_equal(ht_sync_parent(below("a/b")), -ENOENT);
}

static void read_files(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	static char large[200000];

	(void)state;
	memset(large, 'x', sizeof(large));
	assert_int_equal(ht_replace_file(below("file"), large, sizeof(large), 0600), 0);
	ht_buffer_literal(&b, "kept");
	assert_int_equal(ht_read_file(AT_FDCWD, below("file"), sizeof(large) - 1, &b), -EFBIG);
	assert_int_equal(b.length, 4);
	assert_int_equal(ht_read_file(AT_FDCWD, below("file"), sizeof(large), &b), 0);
	assert_int_equal(b.length, 4 + sizeof(large));
	assert_memory_equal(b.data, "kept", 4);
	assert_memory_equal(b.data + 4, large, sizeof(large));
	ht_buffer_reset(&b);
	assert_int_equal(ht_read_file(AT_FDCWD, "/proc/self/status", 65536, &b), 0);
	assert_true(b.length > 100);
	ht_buffer_reset(&b);
	assert_int_equal(ht_replace_file(below("file"), "", 0, 0600), 0);
	assert_int_equal(ht_read_file(AT_FDCWD, below("file"), 0, &b), 0);
	assert_int_equal(b.length, 0);
	assert_int_equal(ht_read_file(AT_FDCWD, below("a"), 10, &b), -ENOENT);
	assert_int_equal(ht_read_file(AT_FDCWD, directory, 10, &b), -EISDIR);
}

static void regular_files_alone(void **state)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	(void)state;
	assert_int_equal(mkfifo(below("file"), 0600), 0);
	assert_int_equal(ht_read_regular(AT_FDCWD, below("file"), 10, &b), -EMEDIUMTYPE);
	assert_int_equal(unlink(below("file")), 0);
	assert_int_equal(ht_read_regular(AT_FDCWD, below("file"), 10, &b), -ENOENT);
	assert_int_equal(ht_read_regular(AT_FDCWD, directory, 10, &b), -EMEDIUMTYPE);
	assert_int_equal(ht_read_regular(AT_FDCWD, "/dev/zero", 10, &b), -EMEDIUMTYPE);
	assert_int_equal(ht_replace_file(below("file"), "text", 4, 0600), 0);
	assert_int_equal(ht_read_regular(AT_FDCWD, below("file"), 3, &b), -EFBIG);
	assert_int_equal(b.length, 0);
	assert_int_equal(ht_read_regular(AT_FDCWD, below("file"), 4, &b), 0);
	assert_int_equal(b.length, 4);
	assert_memory_equal(b.data, "text", 4);
}

static void writes(void **state)
{
	_cleanup_close_ int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(full >= 0);
	assert_int_equal(ht_write_all(full, "x", 1), -ENOSPC);
	assert_int_equal(ht_write_all(full, "", 0), 0);
	assert_int_equal(ht_write_all(-1, "x", 1), -EBADF);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(directories), TEST(replaced_files), TEST(read_files), TEST(regular_files_alone), TEST(writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
