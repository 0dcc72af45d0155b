/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths that are none, lie at the border of what is mapped, hold every byte, are as long as they may be and longer. */
#include "calls/calls.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define LONGEST 4095 /* PATH_MAX - 1 */
#define NAME_LONGEST 255

/* A call, and which of its arguments are paths; the others are those that do least. */
static const struct {
	int number;
	unsigned int path, other; /* indices; other 9: there is no second one */
	long arguments[6];
} callers[] = {
	{NR_open, 0, 9, {0}},
	{NR_openat, 1, 9, {AT_FDCWD}},
	{NR_openat2, 1, 9, {AT_FDCWD}},
	{NR_stat, 0, 9, {0, (long)out}},
	{NR_lstat, 0, 9, {0, (long)out}},
	{NR_statx, 1, 9, {AT_FDCWD, 0, 0, 0x7ff, (long)out}},
	{NR_access, 0, 9, {0}},
	{NR_faccessat, 1, 9, {AT_FDCWD}},
	{NR_readlink, 0, 9, {0, (long)out, 100}},
	{NR_readlinkat, 1, 9, {AT_FDCWD, 0, (long)out, 100}},
	{NR_chdir, 0, 9, {0}},
	{NR_mkdir, 0, 9, {0, 0700}},
	{NR_chmod, 0, 9, {0, 0711}},
	{NR_chown, 0, 9, {0, -1, -1}},
	{NR_rename, 0, 1, {0}},
	{NR_renameat2, 1, 3, {AT_FDCWD, 0, AT_FDCWD}},
	{NR_symlink, 0, 1, {0}},
	{NR_linkat, 1, 3, {AT_FDCWD, 0, AT_FDCWD}},
	{NR_mknod, 0, 9, {0, S_IFIFO | 0600}},
	{NR_truncate, 0, 9, {0}},
	{NR_utime, 0, 9, {0}},
	{NR_statfs, 0, 9, {0, (long)out}},
	{NR_getxattr, 0, 1, {0, 0, (long)out, 100}},
	{NR_inotify_add_watch, 1, 9, {999, 0, 1}},
	{NR_name_to_handle_at, 1, 9, {AT_FDCWD}},
	{NR_open_tree, 1, 9, {AT_FDCWD}},
	{NR_memfd_create, 0, 9, {0}},
	{NR_rmdir, 0, 9, {0}},
	{NR_unlink, 0, 9, {0}},
	{NR_unlinkat, 1, 9, {AT_FDCWD}},
	{NR_umount2, 0, 9, {0}},
	{NR_execve, 0, 9, {0}},
};

/* All of them with this path; where a call has two, the other way round besides. */
static void call_all(const void *path)
{
	for (size_t i = 0; i < sizeof(callers) / sizeof(*callers); i++) {
		long a[6];

		memcpy(a, callers[i].arguments, sizeof(a));
		a[callers[i].path] = (long)path;
		if (callers[i].other < 6)
			a[callers[i].other] = (long)"other";
		call_number(callers[i].number, a[0], a[1], a[2], a[3], a[4], a[5]);
		if (callers[i].other < 6) {
			a[callers[i].path] = (long)"none";
			a[callers[i].other] = (long)path;
			call_number(callers[i].number, a[0], a[1], a[2], a[3], a[4], a[5]);
		}
	}
}

EXTRA(path_pointers)
{
	call_all(NULL);
	call_all(unmapped());
	call_all(unreadable());
	call_all((void *)-1l);
	call_all((void *)(~0ul << (sizeof(long) * 8 - 12))); /* the kernel's */
	call_all(unterminated(1));
	call_all(unterminated(100));
	call_all(string_at_border(""));
	call_all(string_at_border("border"));
}

/* A text of this many bytes and its end, of parts that all name the same directory. */
static char *long_path(size_t bytes)
{
	char *path = at_border(NULL, bytes + 1);

	for (size_t i = 0; i < bytes; i++)
		path[i] = i % 2 ? '/' : '.';
	path[bytes - 1] = 'f';
	return path;
}

static char *long_name(size_t bytes)
{
	char *name = at_border(NULL, bytes + 1);

	memset(name, 'n', bytes);
	return name;
}

EXTRA(path_lengths)
{
	call_all(long_path(LONGEST));
	call_all(long_path(LONGEST + 1));
	call_all(unterminated(LONGEST + 1));
	call_all(unterminated(2 * (LONGEST + 1)));
	call_all(long_name(NAME_LONGEST));
	call_all(long_name(NAME_LONGEST + 1));
}

/* In names of a few bytes each: what JSON escapes, what is no UTF-8, and all others. */
EXTRA(path_bytes)
{
	static const char *const names[] = {"\"", "\\", "\xc3\xa9", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\xaf",
					    "\xe2\x80\xa8", "-rf", " ", "a\nb", "...", "\x7f", "{}", "\xef\xbf\xbd"};
	char name[16];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		call(mkdir, names[i], 0700);
		call(openat, AT_FDCWD, names[i], O_RDONLY | O_DIRECTORY);
		call(rmdir, names[i]);
	}
	for (int first = 1; first < 256; first += 8) {
		size_t length = 0;

		for (int byte = first; byte < first + 8 && byte < 256; byte++) {
			if (byte != '/')
				name[length++] = (char)byte;
		}
		name[length] = '\0';
		call(openat, AT_FDCWD, name, O_RDWR | O_CREAT, 0600);
		call(unlink, name);
	}
}

#define DEPTH 2000

EXTRA(path_depth)
{
	static const char up[] = "..";
	int top = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), depth = 0, fd;

	while (depth < DEPTH && mkdir("a", 0700) == 0 && chdir("a") == 0)
		depth++;
	need(depth == DEPTH);
	fd = (int)works(call(openat, AT_FDCWD, "file", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
	call(write, fd, "content", 7);
	call(ftruncate, fd, 3);
	call(fchmod, fd, 0640);
	call(getcwd, out, sizeof(out));
	works(call(stat, "file", out));
	call(chmod, "file", 0600);
	call(linkat, AT_FDCWD, "file", top, "linked", 0);
	call(renameat, AT_FDCWD, "file", AT_FDCWD, "moved");
	call(unlink, "moved");
	while (depth > 0 && chdir(up) == 0 && rmdir("a") == 0)
		depth--;
	need(depth == 0);
}
