/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Paths, walked from the kernel's own objects: from a dentry up to the process's root, across mounts, as d_path() does
 * (fs/d_path.c), without its locks: a concurrent rename gives a path that was true at some instant of the walk.
 */
#ifndef HT_BPF_PATH_H
#define HT_BPF_PATH_H

#include "record.h"

#define WALK_STEPS 256 /* components and mounts; a deeper path keeps its end */
#define SB_NOUSER (1ul << 31) /* include/linux/fs.h: no path leads to these filesystems (pipes, sockets, memfd…) */

/* What a dentry says of its place, read at once: the fields are neighbours in every kernel, else they are read singly. */
struct link {
	ht_u64 parent;
	struct qstr___copy {
		ht_u32 hash, len;
		ht_u64 name;
	} name;
};

static __always_inline void link_read(struct link *link, ht_u64 dentry)
{
	struct dentry *d = (void *)dentry;

	if (bpf_core_field_offset(d->d_name) == bpf_core_field_offset(d->d_parent) + 8) {
		bpf_probe_read_kernel(link, sizeof(*link), (void *)dentry + bpf_core_field_offset(d->d_parent));
	} else {
		bpf_probe_read_kernel(&link->parent, 8, (void *)dentry + bpf_core_field_offset(d->d_parent));
		bpf_probe_read_kernel(&link->name, 16, (void *)dentry + bpf_core_field_offset(d->d_name));
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

/* Puts one name before what is in scratch already. The position lives in memory, so that the verifier need not follow it. */
static __always_inline void path_prepend(struct scratch *s, const struct link *link)
{
	ht_u32 pos = s->path_start, len = link->name.len;

	if (len > 255)
		len = 255;
	s->path_full += len + 1;
	if (pos > HT_PATH_BYTES || pos < len + 1 || (s->path_flags & HT_ITEM_TRUNCATED)) {
		s->path_flags |= HT_ITEM_TRUNCATED;
		return;
	}
	pos -= len;
	bpf_probe_read_kernel(s->path + (pos & (HT_PATH_BYTES - 1)), len, (void *)link->name.name);
	pos -= 1;
	s->path[pos & (HT_PATH_BYTES - 1)] = '/';
	s->path_start = pos;
}

/* Walks to the current task's root and leaves the path in scratch. The end is kept when it is too long: path_full counts on. */
__noinline int path_walk(ht_u64 dentry, ht_u64 mnt)
{
	struct scratch *s = scratch_get();
	struct task_struct *task = (void *)bpf_get_current_task();
	struct path root = {};
	struct link link = {};
	ht_u64 mnt_root = 0;
	struct fs_struct *fs;
	int i;

	if (!s)
		return 0;
	fs = BPF_CORE_READ(task, fs);
	bpf_core_read(&root, sizeof(root), &fs->root);
	bpf_probe_read_kernel(&mnt_root, 8, (void *)mnt + bpf_core_field_offset(struct vfsmount, mnt_root));
	s->path_start = HT_PATH_BYTES;
	s->path_full = 0;
	s->path_flags = 0;
	for (i = 0; i < WALK_STEPS; i++) {
		if (dentry == (ht_u64)root.dentry && mnt == (ht_u64)root.mnt)
			break;
		if (dentry == mnt_root) {
			if (mount_up(&mnt, &dentry, &mnt_root))
				continue;
			s->path_flags |= HT_ITEM_UNREACHABLE;
			break;
		}
		link_read(&link, dentry);
		if (link.parent == dentry || !link.parent) {
			s->path_flags |= HT_ITEM_UNREACHABLE;
			break;
		}
		path_prepend(s, &link);
		dentry = link.parent;
	}
	if (i == WALK_STEPS)
		s->path_flags |= HT_ITEM_TRUNCATED;
	if (!s->path_full) {
		s->path_start = HT_PATH_BYTES - 1;
		s->path_full = 1;
		s->path[HT_PATH_BYTES - 1] = '/';
	}
	return 0;
}

/* Adds the path in scratch as an item, with what is known of its inode. kind_arg: kind | arg << 8. */
__noinline int path_item(int which, ht_u32 kind_arg, ht_u64 inode)
{
	struct scratch *s = scratch_get();
	struct ht_wire_item *item;
	struct super_block *sb;
	struct record *r;
	ht_u32 used, start, n;

	if (!s)
		return 0;
	start = s->path_start & (HT_PATH_BYTES - 1);
	n = HT_PATH_BYTES - start;
	r = record_of(s, which);
	used = r->used;
	if (used > HT_WIRE_MAX - HT_PATH_BYTES - sizeof(*item)) {
		r->failed = 1;
		return 0;
	}
	item = (struct ht_wire_item *)(r->bytes + used);
	pad_with_zero(r, used + sizeof(*item) + (n & ~7u));
	bpf_probe_read_kernel(r->bytes + used + sizeof(*item), n, s->path + start);
	item_end(r, item, kind_arg & 0xff, kind_arg >> 8, s->path_flags, n, s->path_full);
	if (inode) {
		item->mode = BPF_CORE_READ((struct inode *)inode, i_mode);
		item->inode = BPF_CORE_READ((struct inode *)inode, i_ino);
		sb = BPF_CORE_READ((struct inode *)inode, i_sb);
		item->device = BPF_CORE_READ(sb, s_dev);
	}
	return 0;
}

/* A file without a path: its dentry's own name ("[eventpoll]", "memfd:x", nothing for pipes). */
static __always_inline void path_pseudo(struct scratch *s, ht_u64 dentry)
{
	struct link link = {};
	ht_u32 len;

	link_read(&link, dentry);
	len = link.name.len;
	if (len > 255)
		len = 255;
	if (len)
		bpf_probe_read_kernel(s->path + ((HT_PATH_BYTES - len) & (HT_PATH_BYTES - 1)), len,
				      (void *)link.name.name);
	s->path_start = HT_PATH_BYTES - (len ? len : 1);
	if (!len)
		s->path[HT_PATH_BYTES - 1] = '-';
	s->path_full = len ? len : 1;
	s->path_flags = HT_ITEM_PSEUDO;
}

/* Adds the path of an open file. 1: it is one that a path leads to. */
__noinline int path_of_file(int which, ht_u32 kind_arg, ht_u64 file)
{
	struct scratch *s = scratch_get();
	struct path at = {};
	struct inode *inode = 0;
	struct super_block *sb;
	struct hlist_bl_node hash = {};
	bool reachable;

	if (!s || !file)
		return 0;
	bpf_core_read(&at, sizeof(at), &((struct file *)file)->f_path);
	bpf_core_read(&inode, sizeof(inode), &((struct file *)file)->f_inode);
	sb = BPF_CORE_READ(inode, i_sb);
	reachable = !(BPF_CORE_READ(sb, s_flags) & SB_NOUSER);
	if (reachable) {
		path_walk((ht_u64)at.dentry, (ht_u64)at.mnt);
		bpf_core_read(&hash, sizeof(hash), &at.dentry->d_hash);
		if (!hash.pprev && BPF_CORE_READ(at.dentry, d_parent) != at.dentry)
			s->path_flags |= HT_ITEM_DELETED;
	} else {
		path_pseudo(s, (ht_u64)at.dentry);
	}
	path_item(which, kind_arg, (ht_u64)inode);
	return reachable;
}

/* The kernel's struct file behind a descriptor of the current task, or 0. */
static __always_inline ht_u64 file_of_fd(ht_u32 fd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	ht_u64 file = 0, array;

	if (!table || fd >= BPF_CORE_READ(table, max_fds))
		return 0;
	array = (ht_u64)BPF_CORE_READ(table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), (void *)(array + 8ull * fd));
	return file;
}

#endif
