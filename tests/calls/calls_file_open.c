/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/file.def: descriptors. */
#include "calls/calls.h"

#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

CALLS(openat)
{
	int dir, fd;

	need(mkdir("dir", 0755) == 0);
	dir = (int)works(call(openat, AT_FDCWD, "dir", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	fd = (int)works(call(openat, dir, "file", O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, 02640));
	works(call(openat, fd, "/dev/null", O_WRONLY | O_SYNC | O_NOCTTY));
	works(call(openat, dir, ".", O_TMPFILE | O_RDWR, 0600));
	works(call(openat, AT_FDCWD, "dir/../dir/./file", O_PATH));
	fails(EEXIST, call(openat, dir, "file", O_RDWR | O_CREAT | O_EXCL, 0640));
	fails(ENOTDIR, call(openat, fd, "file", O_RDONLY | O_NOATIME));
	fails(ENOENT, call(openat, dir, "", O_RDONLY));
	fails(EBADF, call(openat, 999, "file", O_RDONLY | O_TRUNC));
	fails(EBADF, call(openat, -1, "file", O_RDONLY));
	fails(EFAULT, call(openat, AT_FDCWD, NULL, O_RDONLY));
	/* Flags that mean nothing are ignored, and the access mode of value 3 is one. */
	works(call(openat, dir, "file", 0x40000000 | 3));
}

CALLS(open)
{
	works(call(open, "file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
	works(call(open, string_at_border("."), O_RDONLY | O_DIRECTORY));
	works(call(open, "file", O_WRONLY | O_TRUNC | O_NONBLOCK | O_DSYNC | O_ASYNC));
	fails(EEXIST, call(open, "file", O_RDWR | O_CREAT | O_EXCL, 0640));
	fails(ENOENT, call(open, "none", O_RDONLY | O_NONBLOCK));
	fails(EFAULT, call(open, unmapped(), O_WRONLY));
	fails(EFAULT, call(open, unterminated(100), O_WRONLY));
	fails(ENAMETOOLONG, call(open, unterminated(4096), O_WRONLY));
	call(open, "file", O_RDONLY | O_DIRECT);
	call(open, "other", -1, -1);
}

/* struct open_how, longer than any kernel knows. */
struct how {
	uint64_t flags, mode, resolve, none;
};

CALLS(openat2)
{
	struct how how = {.flags = O_RDWR | O_CREAT | O_CLOEXEC, .mode = 0600, .resolve = 0x08 /* RESOLVE_BENEATH */};

	works(call(openat2, AT_FDCWD, "file", &how, 24));
	works(call(openat2, AT_FDCWD, "file", at_border(&how, 24), 24));
	works(call(openat2, AT_FDCWD, "file", &how, sizeof(how)));
	fails(EXDEV, call(openat2, AT_FDCWD, "/etc", &how, 24));
	how = (struct how){.flags = O_PATH | O_NOFOLLOW, .resolve = 0x01 | 0x02 | 0x04 | 0x10};
	works(call(openat2, AT_FDCWD, "file", &how, 24));
	how.resolve = ~0ull;
	fails(EINVAL, call(openat2, AT_FDCWD, "file", &how, 24));
	how = (struct how){.flags = ~0ull, .mode = ~0ull};
	fails(EINVAL, call(openat2, AT_FDCWD, "file", &how, 24));
	how = (struct how){.flags = O_RDONLY, .none = 1};
	fails(E2BIG, call(openat2, AT_FDCWD, "file", &how, sizeof(how)));
	fails(EINVAL, call(openat2, AT_FDCWD, "file", &how, 16));
	fails(EINVAL, call(openat2, AT_FDCWD, "file", &how, 0));
	fails(EFAULT, call(openat2, AT_FDCWD, "file", unmapped(), 24));
	fails(EFAULT, call(openat2, AT_FDCWD, "file", NULL, 24));
}

CALLS(creat)
{
	works(call(creat, "file", 0751));
	works(call(creat, "file", 0));
	fails(EISDIR, call(creat, ".", 07777));
	fails(EFAULT, call(creat, NULL, 0600));
}

/* struct file_handle with its room. */
struct handle {
	unsigned int bytes;
	int type;
	unsigned char value[128];
};

CALLS(name_to_handle_at)
{
	struct handle handle = {.bytes = sizeof(handle.value)};
	int fd = scratch_file("file", "content"), id;
	uint64_t long_id;

	need(symlink("file", "link") == 0);
	call(name_to_handle_at, AT_FDCWD, "file", &handle, &id, 0);
	handle.bytes = sizeof(handle.value);
	call(name_to_handle_at, AT_FDCWD, "link", &handle, &id, AT_SYMLINK_FOLLOW);
	handle.bytes = sizeof(handle.value);
	call(name_to_handle_at, fd, "", &handle, &id, AT_EMPTY_PATH);
	handle.bytes = sizeof(handle.value);
	call(name_to_handle_at, fd, "", &handle, &long_id, AT_EMPTY_PATH | 0x1 /* AT_HANDLE_MNT_ID_UNIQUE */);
	handle.bytes = sizeof(handle.value);
	call(name_to_handle_at, AT_FDCWD, "file", &handle, &id, 0x200 /* AT_HANDLE_FID */);
	handle.bytes = 0;
	call(name_to_handle_at, AT_FDCWD, "file", &handle, &id, 0); /* tells the size */
	handle.bytes = ~0u;
	fails(EINVAL, call(name_to_handle_at, AT_FDCWD, "file", &handle, &id, 0));
	fails(EINVAL, call(name_to_handle_at, AT_FDCWD, "file", &handle, &id, -1));
	fails(EFAULT, call(name_to_handle_at, AT_FDCWD, "file", NULL, &id, 0));
	fails(ENOENT, call(name_to_handle_at, AT_FDCWD, "none", &handle, &id, 0));
}

CALLS(open_by_handle_at)
{
	struct handle handle = {.bytes = sizeof(handle.value)};
	int dir = open(".", O_RDONLY | O_DIRECTORY), id;

	need(dir >= 0 && close(scratch_file("file", "content")) == 0);
	if (call(name_to_handle_at, dir, "file", &handle, &id, 0) == 0) {
		works(call(open_by_handle_at, dir, &handle, O_RDONLY | O_CLOEXEC));
		works(call(open_by_handle_at, AT_FDCWD, &handle, O_RDWR));
	}
	handle.type = 0xff;
	call(open_by_handle_at, dir, &handle, O_RDONLY);
	handle.bytes = 0;
	call(open_by_handle_at, dir, &handle, O_RDONLY);
	call(open_by_handle_at, 999, &handle, O_RDONLY);
	call(open_by_handle_at, dir, NULL, O_RDONLY);
}

CALLS(close)
{
	int fd = scratch_file("file", "content");

	works(call(close, fd));
	fails(EBADF, call(close, fd));
	fails(EBADF, call(close, -1));
}

CALLS(close_range)
{
	int fd = scratch_file("file", "content");

	need(dup2(fd, 500) == 500 && dup2(fd, 502) == 502);
	works(call(close_range, 500, 501, 0));
	works(call(close_range, 502, ~0u, 0x4 /* CLOSE_RANGE_CLOEXEC */));
	works(call(close_range, 502, 503, 0x2 /* CLOSE_RANGE_UNSHARE */));
	fails(EINVAL, call(close_range, 501, 500, 0));
	fails(EINVAL, call(close_range, 502, 503, ~0u));
}

CALLS(dup)
{
	int fd = scratch_file("file", "content");

	works(call(dup, fd));
	fails(EBADF, call(dup, 999));
}

CALLS(dup2)
{
	int fd = scratch_file("file", "content");

	works(call(dup2, fd, 300));
	works(call(dup2, fd, fd));
	fails(EBADF, call(dup2, 999, 300));
	fails(EBADF, call(dup2, fd, -1));
}

CALLS(dup3)
{
	int fd = scratch_file("file", "content");

	works(call(dup3, fd, 300, O_CLOEXEC));
	works(call(dup3, fd, 301, 0));
	fails(EINVAL, call(dup3, fd, fd, 0));
	fails(EINVAL, call(dup3, fd, 300, ~O_CLOEXEC));
	fails(EBADF, call(dup3, fd, 1 << 30, 0));
}

CALLS(fcntl)
{
	int fd = scratch_file("file", "content");
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2, .l_len = 3};

	works(call(fcntl, fd, F_DUPFD, 400));
	works(call(fcntl, fd, F_GETFD));
	works(call(fcntl, fd, F_SETFD, FD_CLOEXEC));
	works(call(fcntl, fd, F_GETFL));
	works(call(fcntl, fd, F_SETFL, O_APPEND | O_NONBLOCK));
	works(call(fcntl, fd, F_SETLK, &lock));
	works(call(fcntl, fd, F_GETLK, at_border(&lock, sizeof(lock))));
	lock.l_type = 77;
	fails(EINVAL, call(fcntl, fd, F_SETLK, &lock));
	fails(EFAULT, call(fcntl, fd, F_SETLKW, NULL));
	fails(EBADF, call(fcntl, 999, F_DUPFD, 400));
	fails(EINVAL, call(fcntl, fd, 0x7fff, 0x1234));
}

#ifdef __i386__
CALLS(fcntl64)
{
	int fd = scratch_file("file", "content");
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 2, .l_len = 3};
	struct flock64 wide = {.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = 5ll << 32, .l_len = 1ll << 33};

	works(call(fcntl64, fd, F_DUPFD, 400));
	works(call(fcntl64, fd, F_GETFL));
	works(call(fcntl64, fd, F_SETLK, &lock));
	works(call(fcntl64, fd, F_SETLK64, &wide));
	works(call(fcntl64, fd, F_GETLK64, &wide));
	works(call(fcntl64, fd, F_SETLKW64, at_border(&wide, sizeof(wide))));
	fails(EFAULT, call(fcntl64, fd, F_SETLK64, NULL));
	fails(EBADF, call(fcntl64, 999, F_GETFD));
	fails(EINVAL, call(fcntl64, fd, -1, -1));
}
#endif

CALLS(flock)
{
	int fd = scratch_file("file", "content"), other = open("file", O_RDONLY);

	works(call(flock, fd, LOCK_EX));
	fails(EAGAIN, call(flock, other, LOCK_SH | LOCK_NB));
	works(call(flock, fd, LOCK_UN));
	fails(EINVAL, call(flock, fd, 0x10));
	call(flock, fd, 0x7ffffff0); /* LOCK_MAND, which newer kernels ignore */
	fails(EBADF, call(flock, 999, LOCK_EX | LOCK_NB));
}

CALLS(umask)
{
	works(call(umask, 027));
	works(call(umask, ~0u));
}
