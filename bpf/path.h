/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Paths, walked from the kernel's own objects: from a dentry up to the process's root, across mounts, as
 * d_path() does (fs/d_path.c), without its locks: a concurrent rename gives a path that was true at some
 * instant of the walk.
 */
#ifndef HT_BPF_PATH_H
#define HT_BPF_PATH_H

#include "class.h"
#include "record.h"

#define SB_NOUSER (1ul << 31) /* include/linux/fs.h: no path leads to these filesystems (pipes, sockets, memfd…) */

#define SHORT_PATH 64 /* bytes of a path that are copied by plain stores */

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFIFO 0010000
#define AF_NETLINK 16

#define NSFS_MAGIC 0x6e736673 /* include/uapi/linux/magic.h */
#define PIDFS_MAGIC 0x50494446
#define PIDFD_NAME "anon_inode:[pidfd]"
#define PIDFD_NAME_LENGTH 18
#define PIDFD_NAME_END 0x5d64666469705b3aull /* its last eight bytes, as they lie in memory */

/*
 * Fields of an object are read at once, to scratch, where they lie near its beginning in this kernel; else
 * one by one. The offsets are known when the program is loaded, so that only one way is left then.
 */
#define SNAPSHOT(s, address) bpf_probe_read_kernel((s)->snapshot, SNAPSHOT_BYTES, (void *)(address))
#define PICK(s, address, type, field, as) \
	({ \
		as _v = 0; \
		if (bpf_core_field_offset(type, field) + sizeof(as) <= SNAPSHOT_BYTES) \
			_v = *(as *)((s)->snapshot + bpf_core_field_offset(type, field)); \
		else \
			bpf_probe_read_kernel(&_v, sizeof(_v), \
					      (void *)(address) + bpf_core_field_offset(type, field)); \
		_v; \
	})

/*
 * What a dentry says of its place, read at once: the fields are neighbours in every kernel, else they are
 * read singly. A short name stands in the dentry itself, and comes with the rest.
 */
static __always_inline void link_read(struct link *link, ht_u64 dentry)
{
	const ht_u32 hash = bpf_core_field_offset(struct dentry, d_hash), parent = bpf_core_field_offset(struct dentry, d_parent),
		     name = bpf_core_field_offset(struct dentry, d_name), inode = bpf_core_field_offset(struct dentry, d_inode);

	if (parent == hash + 16 && name == parent + 8 && inode == name + 16) {
		bpf_probe_read_kernel(link, __builtin_offsetof(struct link, is_short), (void *)dentry + hash);
		link->is_short = link->name == dentry + hash + __builtin_offsetof(struct link, text) && link->length < SHORT_NAME;
	} else {
		bpf_probe_read_kernel(&link->hash_next, 16, (void *)dentry + hash);
		bpf_probe_read_kernel(&link->parent, 8, (void *)dentry + parent);
		bpf_probe_read_kernel(&link->hash, 16, (void *)dentry + name);
		link->is_short = 0;
	}
}

/* Goes from the root of a mount to where it is mounted. false: it is mounted nowhere. */
static __always_inline bool mount_up(ht_u64 *mnt, ht_u64 *dentry, ht_u64 *mnt_root)
{
	struct mount *m = (void *)*mnt - bpf_core_field_offset(struct mount, mnt);
	struct mount *parent = 0;
	ht_u64 mountpoint = 0;

	bpf_core_read(&parent, sizeof(parent), &m->mnt_parent);
	if (!parent || parent == m)
		return false;
	bpf_core_read(&mountpoint, sizeof(mountpoint), &m->mnt_mountpoint);
	*dentry = mountpoint;
	*mnt = (ht_u64)parent + bpf_core_field_offset(struct mount, mnt);
	bpf_probe_read_kernel(mnt_root, 8, (void *)*mnt + bpf_core_field_offset(struct vfsmount, mnt_root));
	return true;
}

/*
 * Climbs to the current task's root, noting the links on the way (scratch->links), the length of all
 * (path_full) and how many of the last names fit (names); path_flags tell how it ended. Counts are kept in
 * memory: the verifier forgets them there, and does not follow each loop for each of the numbers that they
 * could have.
 */
__noinline int path_climb(ht_u64 dentry, ht_u64 mnt)
{
	struct scratch *s = scratch_get();
	struct task_struct *task = task_get();
	struct fs_struct *fs = KREAD(task, fs);
	struct dentry *root = KREAD(fs, root.dentry);
	ht_u64 root_dentry = (ht_u64)root, root_mnt = (ht_u64)KREAD(fs, root.mnt);
	ht_u64 mnt_root = root_dentry;
	ht_u32 links, full;
	struct link *link;

	if (!s)
		return 0;
	s->path_flags = 0;
	s->path_full = 0;
	s->links = 0;
	s->names = 0;
	/*
	 * Where the task's root is a filesystem's, it is that of the mount too: there is nothing above to be
	 * a mount's root.
	 */
	if (mnt != root_mnt || KREAD(root, d_parent) != root)
		bpf_probe_read_kernel(&mnt_root, 8, (void *)mnt + bpf_core_field_offset(struct vfsmount, mnt_root));
	for (int i = 0; i < WALK_STEPS; i++) {
		if (dentry == root_dentry && mnt == root_mnt)
			return 0;
		if (dentry == mnt_root) {
			if (mount_up(&mnt, &dentry, &mnt_root))
				continue;
			s->path_flags |= HT_ITEM_UNREACHABLE;
			return 0;
		}
		links = s->links;
		link = &s->link[links & (WALK_STEPS - 1)];
		link_read(link, dentry);
		if (link->parent == dentry || !link->parent) {
			s->path_flags |= HT_ITEM_UNREACHABLE;
			return 0;
		}
		if (!links && !link->hash_pprev)
			s->path_flags |= HT_ITEM_DELETED;
		dentry = link->parent;
		s->links = links + 1;
		full = s->path_full + (link->length & 255) + 1;
		s->path_full = full;
		if (full <= HT_PATH_BYTES - 256)
			s->names = links + 1;
		else
			s->path_flags |= HT_ITEM_TRUNCATED;
	}
	s->path_flags |= HT_ITEM_TRUNCATED;
	return 0;
}

/*
 * Appends a slash and a name. A short one is copied whole, with what lies behind it: the next one is written
 * over that.
 */
static __always_inline void path_append(struct scratch *s, const struct link *link)
{
	ht_u32 at = s->path_length & (HT_PATH_BYTES - 1), length = link->length;
	char *to = s->path + at;

	to[0] = '/';
	if (link->is_short) {
		/* Unaligned words: every architecture that runs the programs stores them at once. */
#pragma unroll
		for (ht_u32 i = 0; i < SHORT_NAME / 8; i++)
			((ht_u64 *)(to + 1))[i] = ((const ht_u64 *)link->text)[i];
	} else {
		bpf_probe_read_kernel(to + 1, AT_MOST(length, 255), (void *)link->name);
	}
	s->path_length = at + 1 + (length & 255);
}

/* Leaves the path of a dentry in scratch. Of one that is too long the end is kept. */
__noinline int path_walk(ht_u64 dentry, ht_u64 mnt)
{
	struct scratch *s = scratch_get();
	ht_u32 names;

	if (!s)
		return 0;
	path_climb(dentry, mnt);
	s->path_length = 0;
	names = s->names;
	for (ht_u32 i = 0; i < WALK_STEPS; i++) {
		if (i >= names)
			break;
		path_append(s, &s->link[(names - 1 - i) & (WALK_STEPS - 1)]);
	}
	if (!s->path_length) {
		s->path_full = s->path_length = 1;
		s->path[0] = '/';
	}
	return 0;
}

/* What an item says of its inode. */
static __always_inline void inode_read(struct scratch *s, ht_u64 inode)
{
	struct super_block *sb;

	SNAPSHOT(s, inode);
	s->inode.mode = PICK(s, inode, struct inode, i_mode, ht_u16);
	s->inode.number = PICK(s, inode, struct inode, i_ino, ht_u64);
	sb = (void *)PICK(s, inode, struct inode, i_sb, ht_u64);
	s->inode.superblock = (ht_u64)sb;
	s->pidfd_pid = 0;
}

/*
 * Of a walk that ended at no root: is that because no path leads to this filesystem? Namespaces' filesystem
 * lets itself be mounted elsewhere, and is told by its number.
 */
static __always_inline bool is_pseudo(struct scratch *s)
{
	struct super_block *sb = (void *)s->inode.superblock;

	s->inode.magic = BPF_CORE_READ(sb, s_magic);
	return s->inode.magic == NSFS_MAGIC || (BPF_CORE_READ(sb, s_flags) & SB_NOUSER);
}

static __always_inline void pseudo_is(struct scratch *s, const char *text, ht_u32 n)
{
	__builtin_memcpy(s->path, text, n);
	s->path_full = s->path_length = n;
}

/* Its dentry's own name: "memfd:NAME", and "[eventpoll]" of those that have no more than an inode. */
static __always_inline void pseudo_name(struct scratch *s, ht_u64 dentry)
{
	struct link *link = &s->link[0];
	ht_u32 length, at;

	link_read(link, dentry);
	length = AT_MOST(link->length, 255);
	bpf_probe_read_kernel(s->path + 11, AT_MOST(length, 255), (void *)link->name);
	at = length && s->path[11] == '[' ? 11 : 0;
	if (at)
		__builtin_memcpy(s->path, "anon_inode:", 11);
	else
		bpf_probe_read_kernel(s->path, AT_MOST(length, 255), (void *)link->name);
	s->path_full = s->path_length = at + length;
}

/* Which namespace: "mnt", "net"... */
static __always_inline void pseudo_namespace(struct scratch *s, ht_u64 inode)
{
	struct ns_common *ns = BPF_CORE_READ((struct inode *)inode, i_private);
	long n = bpf_probe_read_kernel_str(s->path, 32, BPF_CORE_READ(ns, ops, name));

	s->path_full = s->path_length = n > 1 && n <= 32 ? n - 1 : 0;
}

static __always_inline bool is_netlink(ht_u64 file)
{
	struct inode *inode = BPF_CORE_READ((struct file *)file, f_inode);
	struct socket *socket;

	if ((BPF_CORE_READ(inode, i_mode) & S_IFMT) != S_IFSOCK)
		return false;
	socket = BPF_CORE_READ((struct file *)file, private_data);
	return BPF_CORE_READ(socket, sk, __sk_common.skc_family) == AF_NETLINK;
}

/* The process behind a pidfd; before 6.9 it was an anonymous inode's file, whose own word for it is all that tells it. */
static __always_inline ht_u32 pidfd_process(struct scratch *s, ht_u64 file, ht_u64 inode)
{
	struct pid *pid;

	if (s->inode.magic == PIDFS_MAGIC)
		pid = BPF_CORE_READ((struct inode *)inode, i_private);
	else if (s->path_length == PIDFD_NAME_LENGTH && *(ht_u64 *)(s->path + PIDFD_NAME_LENGTH - 8) == PIDFD_NAME_END)
		pid = BPF_CORE_READ((struct file *)file, private_data);
	else
		return 0;
	return BPF_CORE_READ(pid, numbers[0].nr);
}

/* A file without a path: what kind of thing it is. */
static __always_inline void path_pseudo(struct scratch *s, ht_u64 dentry, ht_u64 inode)
{
	if ((s->inode.mode & S_IFMT) == S_IFIFO)
		pseudo_is(s, "pipe", 4);
	else if ((s->inode.mode & S_IFMT) == S_IFSOCK)
		pseudo_is(s, "socket", 6);
	else if (s->inode.magic == PIDFS_MAGIC)
		pseudo_is(s, PIDFD_NAME, PIDFD_NAME_LENGTH);
	else if (s->inode.magic == NSFS_MAGIC)
		pseudo_namespace(s, inode);
	else
		pseudo_name(s, dentry);
	s->path_flags = HT_ITEM_PSEUDO;
}

/* Adds the path in scratch as an item, with scratch->inode if it has one. kind_arg: kind | arg << 8. */
static __always_inline void path_item(int which, ht_u32 kind_arg, bool has_inode)
{
	struct scratch *s = scratch_get();
	struct ht_wire_item *item;
	struct record *r;
	ht_u32 used;
	ht_u8 *to;
	ht_u64 n;

	if (!s)
		return;
	n = AT_MOST(s->path_length, HT_PATH_BYTES);
	r = record_of(s, which);
	used = r->used;
	if (used > HT_WIRE_MAX - HT_PATH_BYTES - sizeof(*item)) {
		r->failed = 1;
		return;
	}
	item = (struct ht_wire_item *)(r->bytes + used);
	to = r->bytes + used + sizeof(*item);
	if (n <= SHORT_PATH) {
#pragma unroll
		for (ht_u32 i = 0; i < SHORT_PATH / 8; i++)
			((ht_u64 *)to)[i] = ((const ht_u64 *)s->path)[i];
	} else {
		bpf_probe_read_kernel(to, n, s->path);
	}
	pad_with_zero(r, used + sizeof(*item) + n);
	item_end(r, item, kind_arg & 0xff, kind_arg >> 8, s->path_flags, n, s->path_full);
	if (has_inode) {
		item->mode = s->inode.mode;
		item->inode = s->inode.number;
		item->pid = s->pidfd_pid;
	}
}

/*
 * Adds the path of an open file. Of an event's file it finds out the class, and leaves at once when that
 * decides that nobody wants the event.
 */
__noinline int path_of_file(int which, ht_u32 kind_arg, ht_u64 file)
{
	struct scratch *s = scratch_get();
	ht_u64 dentry, mnt, inode;
	bool detached;

	if (!s || !file)
		return 0;
	SNAPSHOT(s, file);
	inode = PICK(s, file, struct file, f_inode, ht_u64);
	mnt = PICK(s, file, struct file, f_path.mnt, ht_u64);
	dentry = PICK(s, file, struct file, f_path.dentry, ht_u64);
	path_walk(dentry, mnt);
	detached = s->path_flags & HT_ITEM_UNREACHABLE;
	if (detached)
		inode_read(s, inode);
	if (detached && is_pseudo(s)) {
		path_pseudo(s, dentry, inode);
		s->pidfd_pid = pidfd_process(s, file, inode);
		/* What is written to a netlink socket configures as what is sent to it does. */
		if (which == WHICH_EVENT && (s->class_asked & HT_CLASS_CONTROL) && is_netlink(file))
			s->class_found |= HT_CLASS_CONTROL;
	} else if (which == WHICH_EVENT && s->class_asked) {
		s->class_found |= class_of_walked(s);
		if (s->path_flags & HT_ITEM_TRUNCATED)
			s->unsure = true;
	}
	if (which == WHICH_EVENT && s->may_drop && !s->class_found && !s->unsure) {
		s->dropped = true;
		return 0;
	}
	if (!detached)
		inode_read(s, inode);
	path_item(which, kind_arg, true);
	return 0;
}

/* The kernel's struct file behind a descriptor of the current task, or 0. */
static __always_inline ht_u64 file_of_fd(ht_u32 fd)
{
	struct task_struct *task = task_get();
	struct files_struct *files = KREAD(task, files);
	struct fdtable *table;
	ht_u64 file = 0, array;

	if (!files)
		return 0;
	table = KREAD(files, fdt);
	if (!table || fd >= KREAD(table, max_fds))
		return 0;
	array = (ht_u64)KREAD(table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), (void *)(array + 8ull * fd));
	return file;
}

#endif
