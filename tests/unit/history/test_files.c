/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "history/files.h"
#include "support/events.h"

static const char *in(const char *name)
{
	static char paths[16][512];
	static unsigned next;
	char *path = paths[next++ % ARRAY_SIZE(paths)];

	snprintf(path, sizeof(paths[0]), "%s/%s", test_directory(), name);
	return path;
}

static void names_are(const struct ht_history *h, const char *const *want)
{
	size_t n = 0;

	for (; want[n]; n++) {
		assert_true(n < h->count);
		assert_string_equal(h->file[n].path, in(want[n]));
	}
	assert_int_equal(ht_history_files(h), n);
}

static void test_directory_tree(void **state)
{
	static const char *const found[] = { "t/2026/a.jsonl.zst", "t/2026/b.jsonl.zst.partial", "t/c.jsonl",
					     "t/d.jsonl.partial", NULL };
	static const char *const none[] = { NULL };
	static const char *const others[] = { "t/e.json", "t/f.jsonl.zst.tmp", "t/g.zst", "t/.jsonl",
					      "t/h.jsonl.sig" };
	const char *paths[4];
	struct ht_history *h;
	struct ht_error err;

	(void)state;
	assert_int_equal(ht_mkdir_parents(in("t/2026/dir.jsonl"), 0700), 0);
	for (size_t i = 0; found[i]; i++)
		test_file(found[i], i == 0 ? none : (const char *[]){ "{}", NULL });
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		close(open(in(others[i]), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	assert_int_equal(symlink("c.jsonl", in("t/link.jsonl")), 0);
	assert_int_equal(symlink("t", in("tree")), 0);

	paths[0] = in("t");
	assert_int_equal(ht_history_find(&h, paths, 1, &err), 0);
	names_are(h, found);
	assert_int_equal(h->bytes, h->file[0].bytes + 9);
	ht_history_free(h);

	/* Twice the same, by its name, by its directory and through a link: once. A file that is named may be
	 * called anything. */
	paths[1] = in("t/c.jsonl");
	paths[2] = in("tree");
	paths[3] = in("t/e.json");
	assert_int_equal(ht_history_find(&h, paths, 4, &err), 0);
	assert_int_equal(ht_history_files(h), 5);
	ht_history_free(h);
	ht_history_free(NULL);
}

static void test_missing(void **state)
{
	const char *paths[] = { in("nothing"), "" };
	struct ht_history *h;
	struct ht_error err;
	char want[1024];

	(void)state;
	assert_int_equal(ht_history_find(&h, paths, 1, &err), -ENOENT);
	snprintf(want, sizeof(want), "%s: No such file or directory", paths[0]);
	assert_string_equal(err.text, want);
	assert_int_equal(ht_history_find(&h, paths + 1, 1, &err), -ENOENT);
	assert_int_equal(symlink("nowhere", in("dangling")), 0);
	paths[0] = in("dangling");
	assert_int_equal(ht_history_find(&h, paths, 1, &err), -ENOENT);
}

static void test_times(void **state)
{
	const char *lines[] = { test_event("A", 3000, 1), test_event("B", 9000, 2), test_event("C", 2000, 3),
				test_event("D", 4000, 4), test_event("E", 4500, 5), NULL };
	const char *paths[] = { test_file("times.jsonl.zst", lines) };
	struct ht_history *h;

	(void)state;
	assert_int_equal(ht_history_find(&h, paths, 1, NULL), 0);
	assert_int_equal(h->file[0].oldest_ns, 2000);
	assert_int_equal(h->file[0].newest_ns, 9000);
	assert_false(h->file[0].empty);
	ht_history_free(h);

	paths[0] = test_file("empty.jsonl.zst", lines + 5);
	assert_int_equal(ht_history_find(&h, paths, 1, NULL), 0);
	assert_true(h->file[0].empty);
	ht_history_free(h);

	paths[0] = test_file("plain.jsonl", lines);
	assert_int_equal(ht_history_find(&h, paths, 1, NULL), 0);
	assert_true(h->file[0].oldest_ns == INT64_MIN && h->file[0].newest_ns == INT64_MAX);
	assert_false(h->file[0].empty);
	ht_history_free(h);
}

/* Whatever the bytes are, the times are those that were written, or unknown, or others that the bytes spell;
 * nothing is read beyond the file, and a cut file never tells. */
static void test_damaged(void **state)
{
	const char *lines[] = { test_event("A", 3000, 1), test_event("B", 9000, 2), test_event("C", 2000, 3),
				NULL };
	const char *path = test_file("damaged.jsonl.zst", lines);
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	_cleanup_close_ int fd = open(path, O_RDWR | O_CLOEXEC);
	int64_t oldest, newest;
	bool empty;

	(void)state;
	assert_int_equal(ht_read_file(AT_FDCWD, path, 1 << 20, &b), 0);
	assert_int_equal(ht_history_bounds(fd, b.length, &oldest, &newest, &empty), 0);
	for (size_t n = 0; n < b.length; n++) {
		/* Behind a summary the rest looks like a whole file: that the digest finds. */
		int e = ht_history_bounds(fd, n, &oldest, &newest, &empty);

		if (e == 0)
			assert_true(n == 40 || memcmp(b.data + n - 8, "\x48\0\0\0\0\0\0\0", 8) == 0);
		else
			assert_int_equal(e, -ENODATA);
	}
	for (size_t i = 0; i < b.length; i++) {
		char flipped = (char)~b.data[i];

		assert_int_equal(pwrite(fd, &flipped, 1, (off_t)i), 1);
		ht_history_bounds(fd, b.length, &oldest, &newest, &empty);
		assert_int_equal(pwrite(fd, b.data + i, 1, (off_t)i), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directory_tree),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_damaged),
	};
	int status = cmocka_run_group_tests(tests, NULL, NULL);

	test_directory_remove();
	return status;
}
