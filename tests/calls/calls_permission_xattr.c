/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/permission.def: extended attributes. */
#include "calls/calls.h"

#include <string.h>
#include <sys/xattr.h>

/* struct vfs_cap_data, of revision 2 and 3: CAP_NET_BIND_SERVICE, and CAP_CHECKPOINT_RESTORE with its root. */
static const uint32_t capability2[] = {0x02000001, 1u << 10, 0, 0, 0};
static const uint32_t capability3[] = {0x03000000, 0, 0, 1u << 8, 1u << 8, 1000};

/* struct xattr_args of linux/xattr.h, 6.13. */
struct arguments {
	uint64_t value;
	uint32_t size, flags;
	uint64_t none;
};

static int tagged_file(void)
{
	int fd = scratch_file("file", "content");

	call(fsetxattr, fd, "user.tag", "va\0lue", 6, 0);
	return fd;
}

CALLS(setxattr)
{
	scratch_file("file", "content");
	call(setxattr, "file", "user.tag", "value", 5, XATTR_CREATE);
	call(setxattr, "file", "user.tag", "value", 5, XATTR_CREATE);
	call(setxattr, "file", "user.tag", "\x01\xff\"", 3, XATTR_REPLACE);
	call(setxattr, "file", "user.empty", "", 0, 0);
	call(setxattr, "file", "security.capability", capability2, sizeof(capability2), 0);
	call(setxattr, "file", "security.capability", capability3, sizeof(capability3), 0);
	call(setxattr, "file", "security.capability", capability3, 3, 0);
	call(setxattr, "file", "trusted.tag", at_border("value", 5), 5, 0);
	call(setxattr, "file", "system.posix_acl_access", capability2, 4, 0);
	fails(ENOENT, call(setxattr, "none", "user.tag", "value", 5, 0));
	fails(EOPNOTSUPP, call(setxattr, "file", "none", "value", 5, 0));
	fails(EINVAL, call(setxattr, "file", "user.tag", "value", 5, ~0u));
	fails(ERANGE, call(setxattr, "file", "", "value", 5, 0));
	fails(ERANGE, call(setxattr, "file", unterminated(300), "value", 5, 0));
	fails(E2BIG, call(setxattr, "file", "user.tag", "value", 65537, 0));
	fails(EFAULT, call(setxattr, "file", "user.tag", unmapped(), 5, 0));
	fails(EFAULT, call(setxattr, "file", NULL, "value", 5, 0));
}

CALLS(lsetxattr)
{
	scratch_file("file", "content");
	need(symlink("file", "link") == 0);
	call(lsetxattr, "file", "user.tag", "value", 5, 0);
	call(lsetxattr, "link", "user.tag", "value", 5, 0);
	call(lsetxattr, "link", "trusted.tag", "value", 5, XATTR_CREATE);
	fails(ENOENT, call(lsetxattr, "none", "user.tag", "value", 5, 0));
}

CALLS(fsetxattr)
{
	int fd = scratch_file("file", "content");

	call(fsetxattr, fd, "user.tag", "value", 5, XATTR_CREATE | XATTR_REPLACE);
	call(fsetxattr, fd, "user.tag", "value", 5, 0);
	fails(EBADF, call(fsetxattr, 999, "user.tag", "value", 5, 0));
	fails(EFAULT, call(fsetxattr, fd, unmapped(), "value", 5, 0));
}

CALLS(setxattrat)
{
	struct arguments arguments = {.value = (uintptr_t) "value", .size = 5, .flags = XATTR_CREATE};
	int fd = scratch_file("file", "content");

	call(setxattrat, AT_FDCWD, "file", 0, "user.tag", &arguments, 16);
	call(setxattrat, fd, "", AT_EMPTY_PATH, "user.other", at_border(&arguments, 16), 16);
	arguments.none = 1;
	fails(E2BIG, call(setxattrat, fd, "", AT_EMPTY_PATH, "user.tag", &arguments, sizeof(arguments)));
	fails(EINVAL, call(setxattrat, AT_FDCWD, "file", 0, "user.tag", &arguments, 8));
	arguments.flags = ~0u;
	fails(EINVAL, call(setxattrat, AT_FDCWD, "file", AT_SYMLINK_NOFOLLOW, "user.tag", &arguments, 16));
	fails(EINVAL, call(setxattrat, AT_FDCWD, "file", ~0u, "user.tag", &arguments, 16));
	fails(EFAULT, call(setxattrat, AT_FDCWD, "file", 0, "user.tag", unmapped(), 16));
}

CALLS(removexattr)
{
	tagged_file();
	call(removexattr, "file", "user.tag");
	call(removexattr, "file", "user.tag");
	fails(ENOENT, call(removexattr, "none", "user.tag"));
	fails(EFAULT, call(removexattr, "file", unmapped()));
}

CALLS(lremovexattr)
{
	tagged_file();
	call(lremovexattr, "file", "user.tag");
	fails(ENOENT, call(lremovexattr, "none", "security.capability"));
}

CALLS(fremovexattr)
{
	call(fremovexattr, tagged_file(), string_at_border("user.tag"));
	fails(EBADF, call(fremovexattr, 999, "user.tag"));
}

CALLS(removexattrat)
{
	int fd = tagged_file();

	call(removexattrat, fd, "", AT_EMPTY_PATH, "user.tag");
	call(removexattrat, AT_FDCWD, "file", AT_SYMLINK_NOFOLLOW, "user.tag");
	fails(EINVAL, call(removexattrat, AT_FDCWD, "file", ~0u, "user.tag"));
	fails(EBADF, call(removexattrat, 999, "file", 0, "user.tag"));
}

CALLS(getxattr)
{
	tagged_file();
	call(getxattr, "file", "user.tag", out, sizeof(out));
	call(getxattr, "file", "user.tag", NULL, 0);
	call(getxattr, "file", "user.tag", out, 1);
	call(getxattr, "file", "user.none", out, 100);
	call(getxattr, "file", "user.tag", unmapped(), 100);
	fails(ENOENT, call(getxattr, "none", "user.tag", out, 100));
	fails(EFAULT, call(getxattr, "file", NULL, out, 100));
}

CALLS(lgetxattr)
{
	tagged_file();
	call(lgetxattr, "file", "user.tag", out, sizeof(out));
	call(lgetxattr, "/proc/self", "security.capability", out, sizeof(out));
	fails(ENOENT, call(lgetxattr, "none", "user.tag", out, 100));
}

CALLS(fgetxattr)
{
	call(fgetxattr, tagged_file(), "user.tag", at_border(NULL, 6), 6);
	fails(EBADF, call(fgetxattr, 999, "user.tag", out, 100));
}

CALLS(getxattrat)
{
	struct arguments arguments = {.value = (uintptr_t)out, .size = sizeof(out)};
	int fd = tagged_file();

	call(getxattrat, fd, "", AT_EMPTY_PATH, "user.tag", &arguments, 16);
	call(getxattrat, AT_FDCWD, "file", AT_SYMLINK_NOFOLLOW, "user.tag", at_border(&arguments, 16), 16);
	arguments.flags = 1;
	fails(EINVAL, call(getxattrat, AT_FDCWD, "file", 0, "user.tag", &arguments, 16));
	fails(EINVAL, call(getxattrat, AT_FDCWD, "file", 0, "user.tag", &arguments, 1));
	fails(EFAULT, call(getxattrat, AT_FDCWD, "file", 0, "user.tag", NULL, 16));
}

CALLS(listxattr)
{
	tagged_file();
	call(listxattr, "file", out, sizeof(out));
	call(listxattr, "file", NULL, 0);
	call(listxattr, "file", out, 1);
	fails(ENOENT, call(listxattr, "none", out, sizeof(out)));
	fails(EFAULT, call(listxattr, unmapped(), out, sizeof(out)));
}

CALLS(llistxattr)
{
	tagged_file();
	call(llistxattr, "file", out, sizeof(out));
	fails(ENOENT, call(llistxattr, "none", out, sizeof(out)));
}

CALLS(flistxattr)
{
	call(flistxattr, tagged_file(), out, sizeof(out));
	fails(EBADF, call(flistxattr, 999, out, sizeof(out)));
}

CALLS(listxattrat)
{
	int fd = tagged_file();

	call(listxattrat, fd, "", AT_EMPTY_PATH, out, sizeof(out));
	call(listxattrat, AT_FDCWD, "file", AT_SYMLINK_NOFOLLOW, out, 1);
	fails(EINVAL, call(listxattrat, AT_FDCWD, "file", ~0u, out, sizeof(out)));
	fails(ENOENT, call(listxattrat, AT_FDCWD, "none", 0, out, sizeof(out)));
}
