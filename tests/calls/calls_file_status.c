/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/file.def: status, access, times. */
#include "calls/calls.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#define STATUS_ROW(row)                                                                                                \
	CALLS(row)                                                                                                     \
	{                                                                                                              \
		scratch_file("file", "content");                                                                       \
		need(symlink("nowhere", "link") == 0);                                                                 \
		works(call(row, "file", out));                                                                         \
		call(row, "link", out);                                                                                \
		works(call(row, "/dev/null", out));                                                                    \
		works(call(row, string_at_border("."), out));                                                          \
		fails(ENOENT, call(row, "none", out));                                                                 \
		fails(EFAULT, call(row, "file", unmapped()));                                                          \
		fails(EFAULT, call(row, NULL, out));                                                                   \
	}

#define STATUS_ROW_FD(row)                                                                                             \
	CALLS(row)                                                                                                     \
	{                                                                                                              \
		int fd = scratch_file("file", "content");                                                              \
                                                                                                                       \
		works(call(row, fd, out));                                                                             \
		works(call(row, STDIN_FILENO, out));                                                                   \
		fails(EFAULT, call(row, fd, NULL));                                                                    \
		fails(EBADF, call(row, 999, out));                                                                     \
	}

STATUS_ROW(stat)
STATUS_ROW(lstat)
STATUS_ROW_FD(fstat)
STATUS_ROW(statfs)
STATUS_ROW_FD(fstatfs)
#ifdef __i386__
STATUS_ROW(stat64)
STATUS_ROW(lstat64)
STATUS_ROW_FD(fstat64)
/* What 16 bits cannot hold, an inode or a device, fails there. */
CALLS(oldstat)
{
	call(oldstat, "/proc/self", out);
	call(oldstat, ".", out);
	fails(ENOENT, call(oldstat, "none", out));
	fails(EFAULT, call(oldstat, NULL, out));
}

CALLS(oldlstat)
{
	call(oldlstat, "/dev/null", out);
	call(oldlstat, "/proc/self", unmapped());
	fails(ENOENT, call(oldlstat, "none", out));
}

CALLS(oldfstat)
{
	call(oldfstat, STDIN_FILENO, out);
	fails(EBADF, call(oldfstat, 999, out));
}

CALLS(fstatat64)
{
	int fd = scratch_file("file", "content");

	works(call(fstatat64, AT_FDCWD, "file", out, 0));
	works(call(fstatat64, AT_FDCWD, "/proc/self", out, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT));
	works(call(fstatat64, fd, "", out, AT_EMPTY_PATH));
	fails(EINVAL, call(fstatat64, fd, "file", out, ~0u));
	fails(ENOENT, call(fstatat64, AT_FDCWD, "none", out, 0));
	fails(EFAULT, call(fstatat64, AT_FDCWD, "file", unmapped(), 0));
}

#define STATFS64_BYTES 84

CALLS(statfs64)
{
	works(call(statfs64, "/proc", STATFS64_BYTES, out));
	works(call(statfs64, ".", STATFS64_BYTES, at_border(NULL, STATFS64_BYTES)));
	fails(EINVAL, call(statfs64, ".", 1, out));
	fails(ENOENT, call(statfs64, "none", STATFS64_BYTES, out));
}

CALLS(fstatfs64)
{
	works(call(fstatfs64, STDIN_FILENO, STATFS64_BYTES, out));
	fails(EFAULT, call(fstatfs64, STDIN_FILENO, STATFS64_BYTES, NULL));
	fails(EINVAL, call(fstatfs64, STDIN_FILENO, -1, out));
	fails(EBADF, call(fstatfs64, 999, STATFS64_BYTES, out));
}
#else
CALLS(newfstatat)
{
	int fd = scratch_file("file", "content");

	works(call(newfstatat, AT_FDCWD, "file", out, 0));
	works(call(newfstatat, AT_FDCWD, "/proc/self", out, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT));
	works(call(newfstatat, fd, "", out, AT_EMPTY_PATH));
	fails(EINVAL, call(newfstatat, fd, "file", out, ~0u));
	fails(ENOENT, call(newfstatat, AT_FDCWD, "none", out, 0));
	fails(EFAULT, call(newfstatat, AT_FDCWD, "file", unmapped(), 0));
}
#endif

CALLS(statx)
{
	int fd = scratch_file("file", "content");

	works(call(statx, AT_FDCWD, "file", 0, 0x7ff /* STATX_BASIC_STATS */, out));
	works(call(statx, fd, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, 0x800 /* STATX_BTIME */, out));
	works(call(statx, AT_FDCWD, "/proc/self", AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, 0x7fffffff, out));
	fails(EINVAL, call(statx, fd, "", AT_EMPTY_PATH, 0x80000000u, out));
	fails(EINVAL, call(statx, fd, "", ~0u, 0, out));
	fails(ENOENT, call(statx, AT_FDCWD, "none", 0, 0, out));
	fails(EFAULT, call(statx, AT_FDCWD, "file", 0, 0x7ff, NULL));
	fails(EBADF, call(statx, 999, "file", 0, 0x7ff, out));
}

CALLS(access)
{
	scratch_file("file", "content");
	works(call(access, "file", R_OK | W_OK));
	works(call(access, ".", F_OK));
	call(access, "file", X_OK);
	fails(ENOENT, call(access, "none", X_OK));
	fails(EINVAL, call(access, "file", -1));
	fails(EFAULT, call(access, unmapped(), R_OK));
}

CALLS(faccessat)
{
	int dir = open(".", O_RDONLY | O_DIRECTORY);

	scratch_file("file", "content");
	works(call(faccessat, dir, "file", R_OK));
	works(call(faccessat, AT_FDCWD, "file", F_OK));
	fails(ENOENT, call(faccessat, dir, "none", W_OK));
	fails(EBADF, call(faccessat, 999, "file", R_OK | W_OK | X_OK));
}

CALLS(faccessat2)
{
	int fd = scratch_file("file", "content");

	works(call(faccessat2, AT_FDCWD, "file", R_OK, 0x200 /* AT_EACCESS */));
	works(call(faccessat2, fd, "", F_OK, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW));
	fails(EINVAL, call(faccessat2, fd, "file", R_OK, ~0u));
	fails(ENOENT, call(faccessat2, AT_FDCWD, "none", R_OK, 0));
}

CALLS(ustat)
{
	struct stat status;

	need(stat(".", &status) == 0);
	call(ustat, status.st_dev, out);
	fails(EINVAL, call(ustat, ~0u, out));
	fails(EINVAL, call(ustat, makedev(7, 999), NULL));
}

CALLS(sysfs)
{
	works(call(sysfs, 3));
	works(call(sysfs, 1, "proc"));
	works(call(sysfs, 2, 0, out));
	fails(EINVAL, call(sysfs, 1, "none"));
	fails(EINVAL, call(sysfs, 77, 1, 2));
	fails(EFAULT, call(sysfs, 1, NULL));
}

CALLS(utime)
{
	long times[2] = {1, 1000000000};

	scratch_file("file", "content");
	works(call(utime, "file", times));
	works(call(utime, "file", NULL));
	fails(ENOENT, call(utime, "none", at_border(times, sizeof(times))));
	fails(EFAULT, call(utime, "file", unmapped()));
}

CALLS(utimes)
{
	struct time_words times[2] = {{1, 2}, {1000000000, 999999}};

	scratch_file("file", "content");
	works(call(utimes, "file", times));
	works(call(utimes, "file", NULL));
	times[1].fraction = 1000000;
	fails(EINVAL, call(utimes, "file", times));
	fails(ENOENT, call(utimes, "none", NULL));
	fails(EFAULT, call(utimes, "file", at_border(times, sizeof(times[0]))));
}

CALLS(futimesat)
{
	struct time_words times[2] = {{1, 2}, {1000000000, 999999}};
	int fd = scratch_file("file", "content");

	works(call(futimesat, AT_FDCWD, "file", times));
	works(call(futimesat, fd, NULL, times));
	times[0].fraction = -1;
	fails(EINVAL, call(futimesat, AT_FDCWD, "file", times));
	fails(EBADF, call(futimesat, 999, "file", NULL));
	fails(EFAULT, call(futimesat, AT_FDCWD, "file", unmapped()));
}

#define NOW ((1l << 30) - 1l)
#define OMIT ((1l << 30) - 2l)

CALLS(utimensat)
{
	struct time_words times[2] = {{1, 2}, {1000000000, 999999999}}, special[2] = {{0, NOW}, {0, OMIT}};
	int fd = scratch_file("file", "content");

	need(symlink("nowhere", "link") == 0);
	works(call(utimensat, AT_FDCWD, "file", times, 0));
	works(call(utimensat, fd, NULL, special, 0));
	works(call(utimensat, AT_FDCWD, "link", NULL, AT_SYMLINK_NOFOLLOW));
	works(call(utimensat, fd, "", times, AT_EMPTY_PATH));
	times[0].fraction = 1000000000;
	fails(EINVAL, call(utimensat, AT_FDCWD, "file", times, 0));
	fails(EINVAL, call(utimensat, AT_FDCWD, "file", NULL, ~0u));
	fails(ENOENT, call(utimensat, AT_FDCWD, "link", at_border(NULL, sizeof(times)), 0));
	fails(EFAULT, call(utimensat, AT_FDCWD, "file", unmapped(), 0));
}

#ifdef __i386__
CALLS(utimensat_time64)
{
	struct time64 times[2] = {{5ll << 32, 2}, {1000000000, 999999999}}, special[2] = {{0, OMIT}, {0, NOW}};
	int fd = scratch_file("file", "content");

	works(call(utimensat_time64, AT_FDCWD, "file", times, 0));
	works(call(utimensat_time64, fd, NULL, special, 0));
	times[1].nanoseconds = -1;
	fails(EINVAL, call(utimensat_time64, AT_FDCWD, "file", times, AT_SYMLINK_NOFOLLOW));
	fails(EFAULT, call(utimensat_time64, AT_FDCWD, "file", at_border(times, sizeof(times[0])), 0));
}
#endif
