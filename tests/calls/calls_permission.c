/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/permission.def: modes, owners, attributes, quotas. */
#include "calls/calls.h"

#include <sys/quota.h>
#include <sys/stat.h>

CALLS(chmod)
{
	scratch_file("file", "content");
	works(call(chmod, "file", 04755));
	works(call(chmod, string_at_border("file"), -1));
	fails(ENOENT, call(chmod, "none", 0600));
	fails(EFAULT, call(chmod, NULL, 0600));
}

CALLS(fchmod)
{
	works(call(fchmod, scratch_file("file", "content"), 02600));
	fails(EBADF, call(fchmod, 999, 0600));
}

CALLS(fchmodat)
{
	int dir = open(".", O_RDONLY | O_DIRECTORY);

	scratch_file("file", "content");
	works(call(fchmodat, dir, "file", 0));
	works(call(fchmodat, AT_FDCWD, "file", 01777));
	fails(ENOENT, call(fchmodat, dir, "none", 0600));
	fails(EBADF, call(fchmodat, 999, "file", 0600));
}

CALLS(fchmodat2)
{
	int fd = scratch_file("file", "content");

	works(call(fchmodat2, AT_FDCWD, "file", 0640, AT_SYMLINK_NOFOLLOW));
	works(call(fchmodat2, fd, "", 0600, AT_EMPTY_PATH));
	fails(EINVAL, call(fchmodat2, fd, "file", 0600, ~0u));
	fails(EFAULT, call(fchmodat2, AT_FDCWD, unmapped(), 0600, 0));
}

/* To whom the file belongs is told by the user who runs this; what he may not do fails. */
#define OWNER_ROW(row)                                                                                                 \
	CALLS(row)                                                                                                     \
	{                                                                                                              \
		scratch_file("file", "content");                                                                       \
		works(call(row, "file", getuid(), getgid()));                                                          \
		works(call(row, "file", -1, -1));                                                                      \
		call(row, "file", 1000, 65533);                                                                        \
		call(row, "file", 70000, -1);                                                                          \
		fails(ENOENT, call(row, "none", 0, 0));                                                                \
		fails(EFAULT, call(row, unmapped(), 0, 0));                                                            \
	}

#define OWNER_ROW_FD(row)                                                                                              \
	CALLS(row)                                                                                                     \
	{                                                                                                              \
		int fd = scratch_file("file", "content");                                                              \
                                                                                                                       \
		works(call(row, fd, getuid(), -1));                                                                    \
		call(row, fd, 1000, 70000);                                                                            \
		fails(EBADF, call(row, 999, 0, 0));                                                                    \
	}

OWNER_ROW(chown)
OWNER_ROW(lchown)
OWNER_ROW_FD(fchown)
#ifdef __i386__
OWNER_ROW(chown32)
OWNER_ROW(lchown32)
OWNER_ROW_FD(fchown32)
#endif

CALLS(fchownat)
{
	int fd = scratch_file("file", "content");

	need(symlink("nowhere", "link") == 0);
	works(call(fchownat, AT_FDCWD, "file", getuid(), -1, 0));
	works(call(fchownat, fd, "", -1, getgid(), AT_EMPTY_PATH));
	works(call(fchownat, AT_FDCWD, "link", -1, -1, AT_SYMLINK_NOFOLLOW));
	fails(EINVAL, call(fchownat, AT_FDCWD, "file", 0, 0, ~0u));
	fails(EBADF, call(fchownat, 999, "file", 0, 0, 0));
}

/* struct file_attr of linux/fs.h, 6.17. */
struct attributes {
	uint64_t flags;
	uint32_t extent_bytes, extents, project, cow_extent_bytes;
	uint64_t none;
};

CALLS(file_getattr)
{
	struct attributes attributes = {0};
	int fd = scratch_file("file", "content");

	works(call(file_getattr, AT_FDCWD, "file", &attributes, 24, 0));
	works(call(file_getattr, fd, "", &attributes, sizeof(attributes), AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW));
	fails(EINVAL, call(file_getattr, fd, "", &attributes, 24, ~0u));
	fails(EINVAL, call(file_getattr, AT_FDCWD, "file", &attributes, 8, 0));
	fails(ENOENT, call(file_getattr, AT_FDCWD, "none", &attributes, 24, 0));
	fails(EFAULT, call(file_getattr, AT_FDCWD, "file", NULL, 24, 0));
}

CALLS(file_setattr)
{
	struct attributes attributes = {.flags = 0x80 | 0x40 /* FS_XFLAG_NODUMP, _NOATIME */};
	int fd = scratch_file("file", "content");

	call(file_setattr, AT_FDCWD, "file", &attributes, 24, 0);
	call(file_setattr, fd, "", at_border(&attributes, 24), 24, AT_EMPTY_PATH);
	attributes.none = 1;
	fails(E2BIG, call(file_setattr, AT_FDCWD, "file", &attributes, sizeof(attributes), 0));
	attributes = (struct attributes){.flags = ~0ull, .project = ~0u};
	call(file_setattr, AT_FDCWD, "file", &attributes, 24, AT_SYMLINK_NOFOLLOW);
	fails(EINVAL, call(file_setattr, AT_FDCWD, "file", &attributes, 8, 0));
	fails(EFAULT, call(file_setattr, AT_FDCWD, "file", unmapped(), 24, 0));
}

/* No call that could find a quota to change: the paths are none, the commands of no privilege only read. */
CALLS(quotactl)
{
	call(quotactl, QCMD(Q_SYNC, USRQUOTA), "/none", 0, NULL);
	call(quotactl, QCMD(Q_GETQUOTA, USRQUOTA), "/dev/null", getuid(), out);
	call(quotactl, QCMD(Q_GETQUOTA, GRPQUOTA), "/none", 1000, out);
	call(quotactl, QCMD(Q_GETINFO, 2), "/none", 0, out);
	call(quotactl, QCMD(Q_GETFMT, USRQUOTA), string_at_border("/none"), 0, out);
	call(quotactl, QCMD(Q_QUOTAON, USRQUOTA), "/none", 4, "/none/quota");
	call(quotactl, QCMD(Q_QUOTAOFF, GRPQUOTA), "/none", 0, NULL);
	call(quotactl, QCMD(Q_SETQUOTA, USRQUOTA), "/none", 1000, unmapped());
	call(quotactl, QCMD(0x800009, USRQUOTA), "/none", 0, out); /* Q_GETNEXTQUOTA */
	call(quotactl, QCMD(('X' << 8) + 3, USRQUOTA), "/none", 0, out); /* Q_XGETQUOTA */
	call(quotactl, QCMD(('X' << 8) + 1, USRQUOTA), "/none", 0, out); /* Q_XQUOTAON */
	call(quotactl, QCMD(Q_GETQUOTA, USRQUOTA), NULL, 0, out);
	call(quotactl, 0x7fffff77, "/none", ~0u, out);
	call(quotactl, 0, unmapped(), 0, NULL);
}

CALLS(quotactl_fd)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY);

	call(quotactl_fd, proc, QCMD(Q_GETQUOTA, USRQUOTA), getuid(), out);
	call(quotactl_fd, proc, QCMD(Q_GETINFO, GRPQUOTA), 0, NULL);
	call(quotactl_fd, proc, QCMD(Q_SETQUOTA, 2), 1000, unmapped());
	call(quotactl_fd, proc, QCMD(Q_QUOTAON, USRQUOTA), 4, "/none/quota");
	call(quotactl_fd, 999, QCMD(Q_QUOTAOFF, USRQUOTA), 0, NULL);
	call(quotactl_fd, proc, 0x77777777, ~0u, out);
}
