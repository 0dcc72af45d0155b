/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/file.def: names and directories. */
#include "calls/calls.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

/* A directory with a file in it; a descriptor of the directory. */
static int dir_with_file(void)
{
	int dir;

	need(mkdir("dir", 0755) == 0 && close(scratch_file("dir/file", "content")) == 0);
	dir = open("dir", O_RDONLY | O_DIRECTORY);
	need(dir >= 0);
	return dir;
}

CALLS(unlink)
{
	scratch_file("file", "content");
	works(call(unlink, "file"));
	fails(ENOENT, call(unlink, "file"));
	fails(EISDIR, call(unlink, "."));
	fails(EFAULT, call(unlink, unmapped()));
	fails(ENOENT, call(unlink, ""));
}

CALLS(unlinkat)
{
	int dir = dir_with_file();

	need(mkdir("dir/sub", 0700) == 0);
	works(call(unlinkat, dir, "file", 0));
	works(call(unlinkat, AT_FDCWD, "dir/sub", 0x200 /* AT_REMOVEDIR */));
	fails(ENOENT, call(unlinkat, dir, "file", 0));
	fails(EINVAL, call(unlinkat, dir, "file", ~0u));
	fails(EBADF, call(unlinkat, 999, "file", 0));
	fails(EFAULT, call(unlinkat, dir, NULL, 0));
}

CALLS(rename)
{
	scratch_file("file", "content");
	works(call(rename, "file", "other"));
	fails(ENOENT, call(rename, "file", "other"));
	fails(EFAULT, call(rename, "other", NULL));
	fails(EFAULT, call(rename, NULL, "other"));
}

CALLS(renameat)
{
	int dir = dir_with_file();

	works(call(renameat, dir, "file", AT_FDCWD, "other"));
	works(call(renameat, AT_FDCWD, "other", dir, "file"));
	fails(ENOENT, call(renameat, dir, "none", AT_FDCWD, "other"));
	fails(EBADF, call(renameat, dir, "file", 999, "other"));
	fails(EFAULT, call(renameat, dir, "file", AT_FDCWD, unmapped()));
}

CALLS(renameat2)
{
	int dir = dir_with_file();

	scratch_file("other", "other");
	works(call(renameat2, dir, "file", AT_FDCWD, "other", 0x2 /* RENAME_EXCHANGE */));
	fails(EEXIST, call(renameat2, dir, "file", AT_FDCWD, "other", 0x1 /* RENAME_NOREPLACE */));
	call(renameat2, dir, "file", AT_FDCWD, "white", 0x4 /* RENAME_WHITEOUT */);
	fails(EINVAL, call(renameat2, dir, "file", AT_FDCWD, "other", 0x1 | 0x2));
	fails(EINVAL, call(renameat2, dir, "file", AT_FDCWD, "other", ~0u));
}

CALLS(link)
{
	scratch_file("file", "content");
	works(call(link, "file", "other"));
	fails(EEXIST, call(link, "file", "other"));
	fails(EFAULT, call(link, NULL, NULL));
}

CALLS(linkat)
{
	int dir = dir_with_file(), fd = open("dir/file", O_RDWR);

	need(symlink("file", "dir/link") == 0);
	works(call(linkat, dir, "file", AT_FDCWD, "other", 0));
	works(call(linkat, dir, "link", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW));
	works(call(linkat, fd, "", AT_FDCWD, "empty", AT_EMPTY_PATH));
	fails(EEXIST, call(linkat, dir, "file", AT_FDCWD, "other", 0));
	fails(EINVAL, call(linkat, dir, "file", AT_FDCWD, "other", ~0u));
	fails(EBADF, call(linkat, 999, "file", 998, "other", 0));
}

CALLS(symlink)
{
	works(call(symlink, "no\x01where\xff", "link"));
	fails(EEXIST, call(symlink, "nowhere", "link"));
	fails(ENOENT, call(symlink, "", "other"));
	fails(EFAULT, call(symlink, unmapped(), "other"));
}

CALLS(symlinkat)
{
	int dir = dir_with_file();

	works(call(symlinkat, "../nowhere", dir, "link"));
	works(call(symlinkat, string_at_border("nowhere"), AT_FDCWD, "link"));
	fails(EEXIST, call(symlinkat, "nowhere", dir, "file"));
	fails(EBADF, call(symlinkat, "nowhere", 999, "link"));
}

CALLS(readlink)
{
	need(symlink("target", "link") == 0);
	works(call(readlink, "link", out, 100));
	works(call(readlink, "link", out, 3));
	works(call(readlink, "/proc/self/exe", out, OUT_BYTES));
	fails(EINVAL, call(readlink, ".", out, 100));
	fails(EINVAL, call(readlink, "link", out, 0));
	fails(EINVAL, call(readlink, "link", out, -1));
	fails(EFAULT, call(readlink, "link", NULL, 100));
	fails(ENOENT, call(readlink, "none", out, 100));
}

CALLS(readlinkat)
{
	int dir = dir_with_file(), link;

	need(symlink("target", "dir/link") == 0);
	link = open("dir/link", O_PATH | O_NOFOLLOW);
	works(call(readlinkat, dir, "link", out, 100));
	works(call(readlinkat, link, "", out, 100));
	fails(EINVAL, call(readlinkat, dir, "file", out, 100));
	fails(EFAULT, call(readlinkat, dir, "link", unmapped(), 100));
	fails(EBADF, call(readlinkat, 999, "link", out, 100));
}

CALLS(mknod)
{
	works(call(mknod, "pipe", S_IFIFO | 0640, 0));
	works(call(mknod, "file", S_IFREG | 0600, 0));
	works(call(mknod, "bound", S_IFSOCK | 0600, 0));
	call(mknod, "null", S_IFCHR | 0666, makedev(1, 3));
	call(mknod, "block", S_IFBLK | 0600, makedev(7, 0x12345));
	fails(EEXIST, call(mknod, "pipe", S_IFIFO | 0640, 0));
	fails(EPERM, call(mknod, "dir", S_IFDIR | 0700, 0));
	fails(EINVAL, call(mknod, "none", S_IFLNK | 0777, ~0u));
	fails(EFAULT, call(mknod, NULL, S_IFIFO, 0));
}

CALLS(mknodat)
{
	int dir = dir_with_file();

	works(call(mknodat, dir, "pipe", S_IFIFO | 06640, 0));
	call(mknodat, dir, "zero", S_IFCHR | 0666, makedev(1, 5));
	call(mknodat, AT_FDCWD, "block", S_IFBLK | 0600, makedev(259, 3));
	fails(EEXIST, call(mknodat, dir, "file", S_IFREG | 0600, 0));
	fails(EBADF, call(mknodat, 999, "pipe", S_IFIFO | 0640, 0));
}

CALLS(mkdir)
{
	works(call(mkdir, "dir", 0750));
	works(call(mkdir, string_at_border("other"), 01777));
	fails(EEXIST, call(mkdir, "dir", 0750));
	fails(ENOENT, call(mkdir, "none/dir", -1));
	fails(EFAULT, call(mkdir, unmapped(), 0700));
}

CALLS(mkdirat)
{
	int dir = dir_with_file();

	works(call(mkdirat, dir, "sub", 0750));
	fails(EEXIST, call(mkdirat, dir, "file", 0750));
	fails(EBADF, call(mkdirat, 999, "sub", 0));
	fails(EFAULT, call(mkdirat, AT_FDCWD, NULL, 0));
}

CALLS(rmdir)
{
	need(mkdir("dir", 0700) == 0);
	works(call(rmdir, "dir"));
	fails(ENOENT, call(rmdir, "dir"));
	fails(EINVAL, call(rmdir, "."));
	fails(EFAULT, call(rmdir, NULL));
}

CALLS(getdents)
{
	int dir = dir_with_file();

	works(call(getdents, dir, out, sizeof(out)));
	works(call(getdents, dir, out, sizeof(out))); /* its end */
	need(lseek(dir, 0, SEEK_SET) == 0);
	fails(EINVAL, call(getdents, dir, out, 1));
	fails(EFAULT, call(getdents, dir, unmapped(), 100));
	fails(ENOTDIR, call(getdents, scratch_file("file", ""), out, sizeof(out)));
	fails(EBADF, call(getdents, 999, out, sizeof(out)));
}

CALLS(getdents64)
{
	int dir = dir_with_file();

	works(call(getdents64, dir, out, sizeof(out)));
	works(call(getdents64, dir, out, sizeof(out)));
	need(lseek(dir, 0, SEEK_SET) == 0);
	fails(EINVAL, call(getdents64, dir, out, 1));
	fails(ENOTDIR, call(getdents64, scratch_file("file", ""), out, sizeof(out)));
	fails(EBADF, call(getdents64, 999, out, sizeof(out)));
}

#ifdef __i386__
CALLS(readdir)
{
	int dir = dir_with_file();

	works(call(readdir, dir, out, 1));
	works(call(readdir, dir, out, 77));
	works(call(readdir, dir, out, 0));
	fails(ENOTDIR, call(readdir, scratch_file("file", ""), out, 1));
	fails(EBADF, call(readdir, 999, out, 1));
}
#endif

CALLS(chdir)
{
	need(mkdir("dir", 0700) == 0);
	works(call(chdir, "dir"));
	works(call(chdir, ".."));
	fails(ENOENT, call(chdir, "none"));
	fails(EFAULT, call(chdir, unmapped()));
}

CALLS(fchdir)
{
	works(call(fchdir, dir_with_file()));
	fails(ENOTDIR, call(fchdir, open("file", O_RDONLY)));
	fails(EBADF, call(fchdir, -1));
}

CALLS(getcwd)
{
	works(call(getcwd, out, sizeof(out)));
	fails(ERANGE, call(getcwd, out, 2));
	fails(EFAULT, call(getcwd, NULL, sizeof(out)));
	need(mkdir("gone", 0700) == 0 && chdir("gone") == 0 && rmdir("../gone") == 0);
	fails(ENOENT, call(getcwd, out, sizeof(out)));
}
