/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* What an open file is: its path, and what else tells it. Of what no path leads to, what kind of thing it is. */
#ifndef HT_BPF_PATH_H
#define HT_BPF_PATH_H

#include "class.h"
#include "record.h"
#include "walk.h"

#define SB_NOUSER (1ul << 31) /* include/linux/fs.h: no path leads to these filesystems (pipes, sockets, memfd…) */

#define SHORT_PATH 64 /* bytes of a path that are copied by plain stores, and as many again */

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFIFO 0010000
#define AF_NETLINK 16

#define NSFS_MAGIC 0x6e736673 /* include/uapi/linux/magic.h */
#define PIDFS_MAGIC 0x50494446
#define PIDFD_NAME "anon_inode:[pidfd]"
#define PIDFD_NAME_LENGTH 18
#define PIDFD_NAME_END 0x5d64666469705b3aull /* its last eight bytes, as they lie in memory */

/* What an item says of its inode. */
static __always_inline void inode_read(struct scratch *s, ht_u64 inode)
{
	LOOK_AT(s, inode);
	s->inode.mode = MEMBER(s, inode, struct inode, i_mode);
	s->inode.number = MEMBER(s, inode, struct inode, i_ino);
	s->inode.superblock = (ht_u64)MEMBER(s, inode, struct inode, i_sb);
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
	s->path_at = 0;
	__builtin_memcpy(s->path, text, n);
	s->path_full = s->path_length = n;
}

/* Its dentry's own name: "memfd:NAME", and "[eventpoll]" of those that have no more than an inode. */
static __always_inline void pseudo_name(struct scratch *s, ht_u64 dentry)
{
	ht_u32 length, at;
	struct link link;

	link_read(s, &link, OBJECT(s, struct dentry, dentry), false);
	length = AT_MOST(link.length, NAME_MAX);
	s->path_at = 0;
	bpf_probe_read_kernel(s->path + 11, AT_MOST(length, NAME_MAX), (void *)link.name);
	at = length && s->path[11] == '[' ? 11 : 0;
	if (at)
		__builtin_memcpy(s->path, "anon_inode:", 11);
	else
		bpf_probe_read_kernel(s->path, AT_MOST(length, NAME_MAX), (void *)link.name);
	s->path_full = s->path_length = at + length;
}

/* Which namespace: "mnt", "net"... */
static __always_inline void pseudo_namespace(struct scratch *s, ht_u64 inode)
{
	struct ns_common *ns = BPF_CORE_READ((struct inode *)inode, i_private);
	long n = bpf_probe_read_kernel_str(s->path, 32, BPF_CORE_READ(ns, ops, name));

	s->path_at = 0;
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

static __always_inline void copy_words(ht_u8 *to, const ht_u8 *from)
{
#pragma unroll
	for (ht_u32 i = 0; i < SHORT_PATH / 8; i++)
		((ht_u64 *)to)[i] = ((const ht_u64 *)from)[i];
}

/* Adds the path in scratch as an item, with scratch->inode if it has one. kind_arg: kind | arg << 8. */
static __always_inline void path_item(struct scratch *s, int which, ht_u32 kind_arg, bool has_inode)
{
	struct ht_wire_item *item;
	struct record *r;
	ht_u32 used;
	ht_u8 *to, *text;
	ht_u64 n;

	n = AT_MOST(s->path_length, HT_PATH_BYTES);
	r = record_of(s, which);
	used = r->used;
	if (used > HT_WIRE_MAX - HT_PATH_BYTES - sizeof(*item)) {
		r->failed = 1;
		return;
	}
	item = (struct ht_wire_item *)(r->bytes + used);
	to = r->bytes + used + sizeof(*item);
	text = path_text(s);
	if (n <= 2 * SHORT_PATH) {
		copy_words(to, text);
		if (n > SHORT_PATH)
			copy_words(to + SHORT_PATH, text + SHORT_PATH);
	} else {
		bpf_probe_read_kernel(to, n, text);
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
	LOOK_AT(s, file);
	inode = (ht_u64)MEMBER(s, file, struct file, f_inode);
	mnt = (ht_u64)MEMBER(s, file, struct file, f_path.mnt);
	dentry = (ht_u64)MEMBER(s, file, struct file, f_path.dentry);
	path_walk(s, dentry, mnt);
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
	path_item(s, which, kind_arg, true);
	return 0;
}

/* Adds the path of a directory that is held by a struct path. */
__noinline int path_of_directory(int which, ht_u32 kind_arg, ht_u64 path)
{
	struct scratch *s = scratch_get();
	ht_u64 dentry, mnt;

	if (!s)
		return 0;
	dentry = word_at(path + bpf_core_field_offset(struct path, dentry));
	mnt = word_at(path + bpf_core_field_offset(struct path, mnt));
	path_walk(s, dentry, mnt);
	inode_read(s, word_at(dentry + bpf_core_field_offset(struct dentry, d_inode)));
	path_item(s, which, kind_arg, true);
	return 0;
}

/* The kernel's struct file behind a descriptor of the current task, or 0. */
static __always_inline ht_u64 file_of_fd(ht_u32 fd)
{
	struct task_struct *task = task_get();
	struct files_struct *files = KREAD(task, files);
	struct fdtable *table;

	if (!files)
		return 0;
	table = KREAD(files, fdt);
	if (!table || fd >= KREAD(table, max_fds))
		return 0;
	return word_at((ht_u64)KREAD(table, fd) + 8ull * fd);
}

#endif
