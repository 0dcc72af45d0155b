/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The path of a dentry, walked from the kernel's own objects: up to the process's root, across mounts, as d_path() does
 * (fs/d_path.c), without its locks: a concurrent rename gives a path that was true at some instant of the walk. It is
 * built on the way, from its end: what has been written is not moved.
 */
#ifndef HT_BPF_WALK_H
#define HT_BPF_WALK_H

#include "object.h"

/* Goes from the root of a mount to where it is mounted. false: it is mounted nowhere. */
static __always_inline bool mount_up(struct mount **mount, struct dentry **dentry, struct dentry **mount_root)
{
	struct mount *parent = LOAD(*mount, mnt_parent);

	if (!parent || parent == *mount)
		return false;
	*dentry = LOAD(*mount, mnt_mountpoint);
	*mount = parent;
	*mount_root = LOAD(parent, mnt.mnt_root);
	return true;
}

/*
 * Puts a slash and a name in front of so many bytes of path. A short name is copied with some of what lies before it: what
 * comes next is written over that. Words at any address: every architecture that runs the programs stores them at once.
 */
static __always_inline void path_prepend(struct scratch *s, const struct link *link, ht_u32 length)
{
	ht_u32 end = (PATH_END - length) & (HT_PATH_BYTES - 1), begin = (end - link->length - 1) & (HT_PATH_BYTES - 1);
	ht_u64 *to = (ht_u64 *)(s->path + end - SHORT_NAME);
	const ht_u64 *words;

	if (!link->is_short) {
		bpf_probe_read_kernel(s->path + begin + 1, link->length, (void *)link->name);
	} else {
		words = name_words(s, link);
		to[4] = words[4];
		to[3] = words[3];
		if (link->length > 16) {
			to[2] = words[2];
			to[1] = words[1];
			to[0] = words[0];
		}
	}
	s->path[begin] = '/';
}

/*
 * Climbs from a dentry to the current task's root. Leaves in scratch the path, and how it ended (path_flags); of one that
 * is too long the end, and the length of all (path_full). Numbers are kept in memory: the verifier forgets them there,
 * and does not follow the loop for each of those that they could be.
 */
__noinline int path_climb(ht_u64 dentry_at, ht_u64 mnt_at)
{
	const ht_u32 mnt_offset = bpf_core_field_offset(struct mount, mnt);
	struct task_struct *task = task_get();
	struct fs_struct *fs = KREAD(task, fs);
	struct scratch *s = scratch_get();
	struct dentry *dentry, *root, *mount_root;
	struct mount *mount, *root_mount;
	ht_u32 before, full;
	struct link link;

	if (!s)
		return 0;
	s->path_flags = 0;
	s->path_full = 0;
	s->path_length = 0;
	dentry = OBJECT(s, struct dentry, dentry_at);
	mount = OBJECT(s, struct mount, mnt_at - mnt_offset);
	mount_root = root = OBJECT(s, struct dentry, KREAD(fs, root.dentry));
	root_mount = OBJECT(s, struct mount, (ht_u64)KREAD(fs, root.mnt) - mnt_offset);
	/*
	 * Where the task's root is a filesystem's, it is that of the mount too: there is nothing above to be
	 * a mount's root.
	 */
	if (mount != root_mount || LOAD(root, d_parent) != root)
		mount_root = LOAD(mount, mnt.mnt_root);
	for (int i = 0; i < WALK_STEPS; i++) {
		if (dentry == root && mount == root_mount)
			return 0;
		if (dentry == mount_root) {
			if (mount_up(&mount, &dentry, &mount_root))
				continue;
			s->path_flags |= HT_ITEM_UNREACHABLE;
			return 0;
		}
		before = s->path_full;
		link_read(s, &link, dentry, !before);
		if (link.parent == dentry || !link.parent) {
			s->path_flags |= HT_ITEM_UNREACHABLE;
			return 0;
		}
		if (!before && link.is_unhashed)
			s->path_flags |= HT_ITEM_DELETED;
		dentry = link.parent;
		full = before + link.length + 1;
		s->path_full = full;
		if (full <= PATH_MOST) {
			s->path_length = full;
			path_prepend(s, &link, before);
		} else {
			s->path_flags |= HT_ITEM_TRUNCATED;
		}
	}
	s->path_flags |= HT_ITEM_TRUNCATED;
	return 0;
}

/* Leaves the path of a dentry in scratch. */
static __always_inline void path_walk(struct scratch *s, ht_u64 dentry, ht_u64 mnt)
{
	path_climb(dentry, mnt);
	if (!s->path_length) {
		s->path_full = s->path_length = 1;
		s->path[PATH_END - 1] = '/';
	}
	s->path_at = PATH_END - s->path_length;
}

#endif
