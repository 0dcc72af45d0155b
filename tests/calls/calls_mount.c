/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/mount.def: mounts and namespaces. Whatever mounts has left the mount namespace of the machine before. */
#include "calls/calls.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

/* struct mount_attr, and room that no kernel knows. */
struct attributes {
	uint64_t set, clear, propagation, user_namespace, none;
};

#define ATTRIBUTES_BYTES 32

/* A mount namespace with a tmpfs at ./mounted. */
static void with_mount(void)
{
	own_namespaces(CLONE_NEWNS);
	need(mkdir("mounted", 0755) == 0 && mkdir("other", 0755) == 0);
	need(mount("source", "mounted", "tmpfs", 0, "size=64k") == 0);
}

CALLS(mount)
{
	own_namespaces(CLONE_NEWNS);
	need(mkdir("dir", 0755) == 0 && mkdir("other", 0755) == 0 && mkdir("plain", 0755) == 0);
	works(call(mount, "source", "dir", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOATIME, "size=64k,mode=0700"));
	works(call(mount, "dir", "other", NULL, MS_BIND | MS_REC, NULL));
	works(call(mount, NULL, "other", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOEXEC, NULL));
	works(call(mount, NULL, "other", NULL, MS_UNBINDABLE, NULL));
	works(call(mount, NULL, "dir", NULL, MS_SHARED | MS_REC, NULL));
	works(call(mount, NULL, "dir", NULL, MS_SLAVE, NULL));
	works(call(mount, NULL, "dir", NULL, MS_PRIVATE, NULL));
	works(call(mount, "proc", "dir", "proc", 0xc0ed0000 | MS_NOSUID | MS_NODIRATIME, "hidepid=2"));
	fails(EINVAL, call(mount, "plain", "dir", NULL, MS_MOVE, NULL));
	fails(EINVAL, call(mount, "source", "dir", "tmpfs", MS_LAZYTIME, "size=none,password=hidden"));
	fails(ENOENT, call(mount, "source", "none", "tmpfs", 0, NULL));
	fails(EFAULT, call(mount, "source", unmapped(), "tmpfs", 0, NULL));
	fails(EFAULT, call(mount, "source", "dir", unmapped(), 0, NULL));
	fails(EINVAL, call(mount, "source", "dir", NULL, 0, NULL));
	fails(EFAULT, call(mount, "source", "dir", "tmpfs", 0, unmapped()));
	call(mount, "source", "dir", "tmpfs", MS_KERNMOUNT | 0x80000000u, NULL);
}

CALLS(umount2)
{
	with_mount();
	fails(EAGAIN, call(umount2, "mounted", MNT_EXPIRE));
	fails(EINVAL, call(umount2, "mounted", ~0u));
	works(call(umount2, "mounted", MNT_DETACH | UMOUNT_NOFOLLOW));
	fails(EINVAL, call(umount2, "mounted", MNT_FORCE));
	fails(ENOENT, call(umount2, "none", 0));
	fails(EFAULT, call(umount2, unmapped(), 0));
}

#ifdef __i386__
CALLS(umount)
{
	with_mount();
	works(call(umount, "mounted"));
	fails(EINVAL, call(umount, "mounted"));
	fails(EFAULT, call(umount, NULL));
}
#endif

CALLS(pivot_root)
{
	with_mount();
	need(mkdir("mounted/old", 0755) == 0);
	fails(EBUSY, call(pivot_root, "other", "other"));
	fails(ENOENT, call(pivot_root, "mounted", "none"));
	fails(EFAULT, call(pivot_root, NULL, NULL));
	works(call(pivot_root, "mounted", "mounted/old"));
}

CALLS(chroot)
{
	need(mkdir("dir", 0755) == 0);
	fails(ENOENT, call(chroot, "none"));
	fails(EFAULT, call(chroot, unmapped()));
	call(chroot, "dir");
	call(chroot, "..");
}

CALLS(fchroot)
{
	int dir = open(".", O_RDONLY | O_DIRECTORY);

	fails(EBADF, call(fchroot, 999, 0));
	fails(EINVAL, call(fchroot, dir, ~0u));
	call(fchroot, dir, 0);
}

CALLS(fsopen)
{
	own_namespaces(CLONE_NEWNS);
	works(call(fsopen, "tmpfs", 0x1 /* FSOPEN_CLOEXEC */));
	works(call(fsopen, string_at_border("proc"), 0));
	fails(EINVAL, call(fsopen, "tmpfs", ~0u));
	fails(EFAULT, call(fsopen, unmapped(), 0));
	fails(EINVAL, call(fsopen, unterminated(4096), 0));
}

CALLS(fspick)
{
	int dir;

	with_mount();
	dir = open(".", O_RDONLY | O_DIRECTORY);
	works(call(fspick, dir, "mounted", 0x1 | 0x2 | 0x4 /* FSPICK_CLOEXEC, _SYMLINK_NOFOLLOW, _NO_AUTOMOUNT */));
	works(call(fspick, open("mounted", O_PATH), "", 0x8 /* FSPICK_EMPTY_PATH */));
	fails(EINVAL, call(fspick, dir, ".", ~0u));
	fails(EINVAL, call(fspick, AT_FDCWD, "other", 0)); /* where nothing is mounted */
	fails(EBADF, call(fspick, 999, "mounted", 0));
}

CALLS(fsconfig)
{
	int fs;

	own_namespaces(CLONE_NEWNS);
	fs = (int)call(fsopen, "tmpfs", 0x1);
	works(call(fsconfig, fs, 1 /* FSCONFIG_SET_STRING */, "source", "nothing", 0));
	works(call(fsconfig, fs, 1, "size", string_at_border("64k"), 0));
	works(call(fsconfig, fs, 0 /* FSCONFIG_SET_FLAG */, "ro", NULL, 0));
	fails(EINVAL, call(fsconfig, fs, 1, "none", "password", 0));
	fails(EINVAL, call(fsconfig, fs, 2 /* FSCONFIG_SET_BINARY */, "blob", "\x01\x02\xff", 3));
	fails(EINVAL, call(fsconfig, fs, 3 /* FSCONFIG_SET_PATH */, "path", "/none", AT_FDCWD));
	fails(EINVAL, call(fsconfig, fs, 4 /* FSCONFIG_SET_PATH_EMPTY */, "path", "", AT_FDCWD));
	fails(EINVAL, call(fsconfig, fs, 5 /* FSCONFIG_SET_FD */, "fd", NULL, STDIN_FILENO));
	fails(EFAULT, call(fsconfig, fs, 1, unmapped(), "value", 0));
	fails(EOPNOTSUPP, call(fsconfig, fs, 77, "key", "value", -1));
	works(call(fsconfig, fs, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0));
	fails(EBUSY, call(fsconfig, fs, 7 /* FSCONFIG_CMD_RECONFIGURE */, NULL, NULL, 0));
	call(fsconfig, fs, 8 /* FSCONFIG_CMD_CREATE_EXCL */, NULL, NULL, 0);
	fails(EBADF, call(fsconfig, 999, 6, NULL, NULL, 0));
	fails(EINVAL, call(fsconfig, STDIN_FILENO, 6, NULL, NULL, 0));
}

/* A tmpfs that is mounted nowhere yet: the descriptor of its superblock's context. */
static int created(void)
{
	int fs = (int)call(fsopen, "tmpfs", 0x1);

	call(fsconfig, fs, 6, NULL, NULL, 0);
	return fs;
}

CALLS(fsmount)
{
	int fs;

	own_namespaces(CLONE_NEWNS);
	fs = created();
	fails(EINVAL, call(fsmount, fs, 0, ~0u));
	fails(EINVAL, call(fsmount, fs, ~0u, 0));
	works(call(fsmount, fs, 0x1 /* FSMOUNT_CLOEXEC */, 0x1 | 0x2 | 0x10 /* MOUNT_ATTR_RDONLY, _NOSUID, _NOATIME */));
	fails(EBUSY, call(fsmount, fs, 0, 0));
	fails(EBADF, call(fsmount, 999, 0, 0));
}

CALLS(move_mount)
{
	int tree;

	with_mount();
	tree = (int)call(fsmount, created(), 0x1, 0);
	works(call(move_mount, tree, "", AT_FDCWD, "other", 0x4 /* MOVE_MOUNT_F_EMPTY_PATH */));
	works(call(move_mount, AT_FDCWD, "other", open("mounted", O_PATH), "", 0x40 | 0x1 /* MOVE_MOUNT_T_EMPTY_PATH */));
	fails(EINVAL, call(move_mount, AT_FDCWD, "none", AT_FDCWD, "other", ~0u));
	fails(ENOENT, call(move_mount, AT_FDCWD, "none", AT_FDCWD, "other", 0x200 /* MOVE_MOUNT_BENEATH */));
	fails(EBADF, call(move_mount, 999, "x", 998, "y", 0));
	fails(EFAULT, call(move_mount, AT_FDCWD, NULL, AT_FDCWD, "other", 0));
}

CALLS(open_tree)
{
	with_mount();
	works(call(open_tree, AT_FDCWD, "mounted", O_CLOEXEC));
	works(call(open_tree, AT_FDCWD, "mounted", 0x1 | O_CLOEXEC | 0x8000 /* OPEN_TREE_CLONE, AT_RECURSIVE */));
	works(call(open_tree, open("mounted", O_PATH), "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT));
	fails(EINVAL, call(open_tree, AT_FDCWD, "mounted", ~0u));
	fails(ENOENT, call(open_tree, AT_FDCWD, "none", 0));
}

CALLS(open_tree_attr)
{
	struct attributes attributes = {.set = 0x1 | 0x8, .clear = 0x70};

	with_mount();
	call(open_tree_attr, AT_FDCWD, "mounted", 0x1 | O_CLOEXEC, &attributes, ATTRIBUTES_BYTES);
	fails(EINVAL, call(open_tree_attr, AT_FDCWD, "mounted", 0x1, &attributes, 3));
	fails(EFAULT, call(open_tree_attr, AT_FDCWD, "mounted", 0x1, unmapped(), ATTRIBUTES_BYTES));
	fails(ENOENT, call(open_tree_attr, AT_FDCWD, "none", 0x1, NULL, 0));
}

CALLS(mount_setattr)
{
	struct attributes attributes = {.set = 0x1 | 0x20, .clear = 0x70};

	with_mount();
	works(call(mount_setattr, AT_FDCWD, "mounted", 0, &attributes, ATTRIBUTES_BYTES));
	attributes = (struct attributes){.clear = 0x1, .propagation = MS_SHARED};
	works(call(mount_setattr, open("mounted", O_PATH), "", AT_EMPTY_PATH | 0x8000, at_border(&attributes, 32), 32));
	works(call(mount_setattr, AT_FDCWD, "mounted", 0, &attributes, sizeof(attributes)));
	attributes = (struct attributes){.set = 0x100000 /* MOUNT_ATTR_IDMAP */, .user_namespace = 999};
	fails(EBADF, call(mount_setattr, AT_FDCWD, "mounted", 0, &attributes, ATTRIBUTES_BYTES));
	attributes = (struct attributes){.set = ~0ull, .propagation = 77};
	fails(EINVAL, call(mount_setattr, AT_FDCWD, "mounted", 0, &attributes, ATTRIBUTES_BYTES));
	fails(EINVAL, call(mount_setattr, AT_FDCWD, "mounted", 0, &attributes, 8));
	fails(EINVAL, call(mount_setattr, AT_FDCWD, "mounted", ~0u, &attributes, ATTRIBUTES_BYTES));
	attributes.none = 1;
	fails(E2BIG, call(mount_setattr, AT_FDCWD, "mounted", 0, &attributes, sizeof(attributes)));
	fails(EFAULT, call(mount_setattr, AT_FDCWD, "mounted", 0, NULL, ATTRIBUTES_BYTES));
}

/* struct mnt_id_req of linux/mount.h, 6.8 and 6.11. */
struct mount_request {
	uint32_t size, none;
	uint64_t id, param, mount_namespace;
};

/* stx_mnt_id of struct statx, the unique one. */
static uint64_t mount_id(const char *path)
{
	uint64_t id = 0;

	if (call(statx, AT_FDCWD, path, 0, 0x4000 /* STATX_MNT_ID_UNIQUE */, out) == 0)
		memcpy(&id, out + 0x90, sizeof(id));
	return id;
}

CALLS(statmount)
{
	struct mount_request request = {.size = 24, .id = mount_id("/"), .param = 0x3f};

	works(call(statmount, &request, out, sizeof(out), 0));
	request.size = 32;
	call(statmount, at_border(&request, 32), out, sizeof(out), 0);
	fails(EOVERFLOW, call(statmount, &request, out, 513, 0));
	request.id = INT64_MAX;
	fails(ENOENT, call(statmount, &request, out, sizeof(out), 0));
	fails(EINVAL, call(statmount, &request, out, sizeof(out), ~0u));
	fails(EFAULT, call(statmount, NULL, out, sizeof(out), 0));
	request.size = 3;
	fails(EINVAL, call(statmount, &request, out, sizeof(out), 0));
}

CALLS(listmount)
{
	struct mount_request request = {.size = 24, .id = ~0ull /* LSMT_ROOT */};

	works(call(listmount, &request, out, 4, 0));
	call(listmount, &request, out, 4, 1 /* LISTMOUNT_REVERSE */);
	request.id = INT64_MAX;
	fails(ENOENT, call(listmount, &request, out, 4, 0));
	fails(EINVAL, call(listmount, &request, out, 4, ~0u));
	fails(EFAULT, call(listmount, unmapped(), out, 4, 0));
}

CALLS(unshare)
{
	fails(EINVAL, call(unshare, 0x1 | 0x2));
	works(call(unshare, CLONE_FILES | CLONE_FS | CLONE_SYSVSEM));
	works(call(unshare, 0));
	call(unshare, CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP);
	call(unshare, CLONE_NEWNET);
	call(unshare, CLONE_NEWPID | 0x80 /* CLONE_NEWTIME */);
	call(unshare, CLONE_NEWUSER);
	fails(EINVAL, call(unshare, ~0u));
}

CALLS(setns)
{
	int names = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC), mounts = open("/proc/self/ns/mnt", O_RDONLY);
	int self = (int)call(pidfd_open, getpid(), 0);

	call(setns, names, CLONE_NEWUTS);
	call(setns, mounts, 0);
	call(setns, self, CLONE_NEWUTS | CLONE_NEWIPC);
	fails(EINVAL, call(setns, names, CLONE_NEWNET));
	fails(EINVAL, call(setns, STDIN_FILENO, 0));
	fails(EINVAL, call(setns, self, ~0u));
	fails(EBADF, call(setns, 999, 0));
}

/* struct ns_id_req of linux/nsfs.h, 6.19. */
struct namespace_request {
	uint32_t size, none;
	uint64_t id;
	uint32_t type, none2;
	uint64_t user_namespace;
};

CALLS(listns)
{
	struct namespace_request request = {.size = sizeof(request), .type = CLONE_NEWNET | CLONE_NEWUTS};

	call(listns, &request, out, 4, 0);
	call(listns, at_border(&request, sizeof(request)), out, 4, 0);
	fails(EINVAL, call(listns, &request, out, 4, ~0u));
	fails(EFAULT, call(listns, unmapped(), out, 4, 0));
}
