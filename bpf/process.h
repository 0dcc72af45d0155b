/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Describing a task, once for each way it looks: a process record in the management ring, whose name (cpu and
 * sequence) the task's events carry. A task whose look changed (another image, other credentials, directory,
 * name, namespace…) is described again.
 */
#ifndef HT_BPF_PROCESS_H
#define HT_BPF_PROCESS_H

#include "path.h"

static __always_inline void identity_read(struct task_struct *task, struct ht_wire_identity *id)
{
	struct cred *cred = KREAD(task, cred);

	id->uid = KREAD(cred, uid.val);
	id->gid = KREAD(cred, gid.val);
	id->euid = KREAD(cred, euid.val);
	id->egid = KREAD(cred, egid.val);
	id->login_uid = bpf_core_field_exists(task->loginuid) ? KREAD(task, loginuid.val) : (ht_u32)-1;
	id->session = bpf_core_field_exists(task->sessionid) ? KREAD(task, sessionid) : (ht_u32)-1;
}

/* As bpf_get_current_cgroup_id() would say it, by loads alone. */
static __always_inline ht_u64 cgroup_id_read(struct task_struct *task)
{
	struct css_set *set = KREAD(task, cgroups);
	struct cgroup *cgroup = KREAD(set, dfl_cgrp);
	struct kernfs_node *kn = KREAD(cgroup, kn);

	return KREAD(kn, id);
}

static __always_inline void look_read(struct task_struct *task, struct fingerprint *look)
{
	struct fs_struct *fs = KREAD(task, fs);
	struct nsproxy *ns = KREAD(task, nsproxy);
	struct signal_struct *signal = KREAD(task, signal);
	struct task_struct *parent = KREAD(task, real_parent);
	struct mnt_namespace *mnt_ns;
	struct dentry *cwd;

	identity_read(task, &look->identity);
	look->start_ns = KREAD(task, start_boottime);
	look->exec_count = KREAD(task, self_exec_id);
	look->cgroup_id = cgroup_id_read(task);
	cwd = KREAD(fs, pwd.dentry);
	look->cwd_dentry = (ht_u64)cwd;
	look->cwd_name = (ht_u64)KREAD(cwd, d_name.hash) << 32 | KREAD(cwd, d_name.len);
	look->cwd_mount = (ht_u64)KREAD(fs, pwd.mnt);
	look->root_dentry = (ht_u64)KREAD(fs, root.dentry);
	look->tty = (ht_u64)KREAD(signal, tty);
	look->mnt_ns = 0;
	if (ns) {
		mnt_ns = KREAD(ns, mnt_ns);
		look->mnt_ns = KREAD(mnt_ns, ns.inum);
	}
	look->parent = KREAD(parent, tgid);
	comm_read(task, look->name);
}

static __always_inline bool look_equal(const struct fingerprint *a, const struct fingerprint *b)
{
	const ht_u64 *x = (const void *)a, *y = (const void *)b;
	ht_u64 differs = 0;

#pragma unroll
	for (unsigned int i = 0; i < FINGERPRINT_WORDS; i++)
		differs |= x[i] ^ y[i];
	return !differs;
}

/* Path of the cgroup v2 below its root: up to it first, then the names downwards. */
__noinline int cgroup_walk(ht_u64 kernfs_node)
{
	struct scratch *s = scratch_get();
	ht_u64 kn = kernfs_node, parent;
	ht_u32 n, at;
	long length;

	if (!s)
		return 0;
	for (n = 0; n < CGROUP_DEPTH; n++) {
		if (bpf_core_field_exists(struct kernfs_node___parent, parent))
			bpf_core_read(&parent, 8, &((struct kernfs_node___parent *)kn)->parent);
		else
			bpf_core_read(&parent, 8, &((struct kernfs_node___rcu_parent *)kn)->__parent);
		if (!parent)
			break;
		bpf_core_read(&s->cgroup_name[n & (CGROUP_DEPTH - 1)], 8, &((struct kernfs_node *)kn)->name);
		kn = parent;
	}
	s->path_flags = n == CGROUP_DEPTH ? HT_ITEM_TRUNCATED : 0;
	s->path_at = s->path_length = 0;
	for (ht_u32 i = 0; i < CGROUP_DEPTH; i++) {
		if (i >= n)
			break;
		at = s->path_length & (HT_PATH_BYTES - 1);
		s->path[at] = '/';
		length = bpf_probe_read_kernel_str(s->path + at + 1, 256, (void *)s->cgroup_name[(n - 1 - i) & (CGROUP_DEPTH - 1)]);
		if (length <= 1 || at + length > HT_PATH_BYTES - 256) {
			s->path_flags = HT_ITEM_TRUNCATED;
			break;
		}
		s->path_length = at + length;
	}
	if (!s->path_length) {
		s->path_length = 1;
		s->path[0] = '/';
	}
	s->path_full = s->path_length;
	return 0;
}

/* The argument vector as the kernel laid it out on the new stack (or as the process left it since). */
__noinline int process_argv(ht_u64 mm)
{
	struct scratch *s = scratch_get();
	unsigned long start, end;
	struct ht_wire_item *item;
	struct record *r;
	ht_u64 full, n;
	ht_u32 used, flags = 0;

	if (!s)
		return 0;
	start = BPF_CORE_READ((struct mm_struct *)mm, arg_start);
	end = BPF_CORE_READ((struct mm_struct *)mm, arg_end);
	if (end <= start)
		return 0;
	full = end - start;
	n = full > argument_bytes ? argument_bytes : full;
	n = AT_MOST(n, HT_ARGV_BYTES_MAX);
	if (n < full)
		flags |= HT_ITEM_TRUNCATED;
	r = &s->process;
	used = r->used;
	if (used > HT_WIRE_MAX - HT_ARGV_BYTES_MAX - sizeof(*item)) {
		r->failed = 1;
		return 0;
	}
	item = (struct ht_wire_item *)(r->bytes + used);
	pad_with_zero(r, used + sizeof(*item) + (n & ~7u));
	if (bpf_probe_read_user(r->bytes + used + sizeof(*item), n, (void *)start)) {
		flags |= HT_ITEM_FAULT;
		n = 0;
	}
	item_end(r, item, HT_ITEM_ARGV, HT_ITEM_RESULT, flags, n, full > 0xffffffff ? 0xffffffff : full);
	return 0;
}

static __always_inline void ancestors_read(struct task_struct *task, struct ht_wire_process *p)
{
	struct task_struct *parent;

#pragma unroll
	for (unsigned int i = 0; i < HT_ANCESTORS; i++) {
		struct ht_wire_ancestor *a = &p->ancestor[i];

		parent = BPF_CORE_READ(task, real_parent);
		parent = BPF_CORE_READ(parent, group_leader);
		if (parent == task || !parent) {
			__builtin_memset(a, 0, sizeof(*a));
			continue;
		}
		task = parent;
		a->pid = BPF_CORE_READ(task, tgid);
		a->reserved = 0;
		a->start_ns = BPF_CORE_READ(task, start_boottime);
		bpf_core_read(&a->name, sizeof(a->name), &task->comm);
	}
}

/*
 * Describes the current task as scratch->look says it looks. Returns the record's name, 0 if it could not be
 * placed.
 */
__noinline ht_u64 process_describe(ht_u64 now)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct scratch *s = scratch_get();
	struct ht_wire_process *p;
	struct tty_struct *tty;
	struct fs_struct *fs;
	struct upid upid = {};
	struct pid *pid;
	struct mm_struct *mm;
	ht_u32 level;
	ht_u64 ids;

	if (!s)
		return 0;
	p = (struct ht_wire_process *)s->process.bytes;
	p->head.kind = HT_WIRE_PROCESS;
	p->head.items = 0;
	s->process.used = sizeof(*p);
	s->process.failed = 0;
	ids = bpf_get_current_pid_tgid();
	p->pid = ids >> 32;
	p->tid = ids;
	p->start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	p->thread_start_ns = s->look.start_ns;
	p->exec_count = s->look.exec_count;
	p->cgroup_id = s->look.cgroup_id;
	p->mnt_ns = s->look.mnt_ns;
	p->identity = s->look.identity;
	__builtin_memcpy(p->name, s->look.name, HT_COMM);
	pid = BPF_CORE_READ(task, thread_pid);
	level = BPF_CORE_READ(pid, level);
	bpf_probe_read_kernel(&upid, sizeof(upid),
			      (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * sizeof(upid));
	p->pid_ns = BPF_CORE_READ(upid.ns, ns.inum);
	ancestors_read(BPF_CORE_READ(task, group_leader), p);

	mm = BPF_CORE_READ(task, mm);
	if (mm)
		path_of_file(WHICH_PROCESS, HT_ITEM_EXE | HT_ITEM_RESULT << 8, (ht_u64)BPF_CORE_READ(mm, exe_file));
	fs = BPF_CORE_READ(task, fs);
	path_of_directory(WHICH_PROCESS, HT_ITEM_CWD | HT_ITEM_RESULT << 8, (ht_u64)&fs->pwd);
	cgroup_walk((ht_u64)BPF_CORE_READ(task, cgroups, dfl_cgrp, kn));
	path_item(s, WHICH_PROCESS, HT_ITEM_CGROUP | HT_ITEM_RESULT << 8, false);
	tty = (void *)s->look.tty;
	if (tty) {
		char name[64] = {};
		long n = bpf_core_read_str(name, sizeof(name), &tty->name);

		if (n > 1 && n <= 64)
			item_kernel(WHICH_PROCESS, HT_ITEM_TTY | HT_ITEM_RESULT << 8, (ht_u64)name, n - 1);
	}
	/* Last: it takes no more room than the others, however long they are, leave. */
	if (mm)
		process_argv((ht_u64)mm);
	if (!record_place(&s->process, HT_RING_MANAGEMENT, now, p->identity.uid, false))
		return 0;
	return (ht_u64)p->head.cpu << 48 | p->head.sequence;
}

static __always_inline struct birth *birth_of(ht_u32 tid)
{
	ht_u32 slot = tid & (BIRTHS - 1);

	return bpf_map_lookup_elem(&births, &slot);
}

static __always_inline ht_u64 birth_check(const struct birth *birth, ht_u32 tid)
{
	return ~(birth->start_ns ^ birth->exec_count << 48 ^ birth->ids ^ birth->effective_ids << 1 ^ (ht_u64)tid << 32);
}

/* Notes whom the current task, which was just born, is. */
static __always_inline void birth_note(struct task_struct *task)
{
	struct cred *cred = KREAD(task, cred);
	ht_u32 tid = KREAD(task, pid);
	struct birth *birth = birth_of(tid);

	if (!birth)
		return;
	birth->start_ns = KREAD(task, start_boottime);
	birth->exec_count = KREAD(task, self_exec_id);
	birth->ids = KREAD(cred, uid.val) | (ht_u64)KREAD(cred, gid.val) << 32;
	birth->effective_ids = KREAD(cred, euid.val) | (ht_u64)KREAD(cred, egid.val) << 32;
	birth->check = birth_check(birth, tid);
}

/* Describes a task that never was as whom it was born as: it was that until the call that changed it. 0: that is not known. */
static __always_inline ht_u64 process_as_born(struct scratch *s, ht_u32 tid, ht_u64 now)
{
	const struct birth *noted = birth_of(tid);
	struct ht_wire_identity after = s->look.identity;
	struct birth birth;
	ht_u64 image;

	if (!noted)
		return 0;
	birth = *noted;
	if (birth.start_ns != s->look.start_ns || birth.exec_count != s->look.exec_count || birth.check != birth_check(&birth, tid))
		return 0;
	s->look.identity.uid = birth.ids;
	s->look.identity.gid = birth.ids >> 32;
	s->look.identity.euid = birth.effective_ids;
	s->look.identity.egid = birth.effective_ids >> 32;
	image = process_describe(now);
	s->look.identity = after;
	return image;
}

/*
 * The name of the record that describes the current task as it looks now. An image counts as described only
 * once its record was placed. fresh: whatever is known of it is of the image before an exec. before: the
 * description before this call is asked for, because the call changed it; the new one is placed all the same,
 * so that the next call has it.
 */
static __always_inline ht_u64 process_image(struct scratch *s, ht_u32 ring, ht_u64 now, bool fresh, bool before)
{
	struct task_struct *task = task_get();
	ht_u32 tid = KREAD(task, pid);
	struct described *known;
	ht_u64 image, old = 0;

	look_read(task, &s->look);
	known = bpf_map_lookup_elem(&images, &tid);
	if (!fresh && known && look_equal(&known->look, &s->look))
		return known->image;
	if (before) {
		if (known && known->look.start_ns == s->look.start_ns && known->look.exec_count == s->look.exec_count)
			old = known->image;
		else
			old = process_as_born(s, tid, now);
	}
	image = process_describe(now);
	if (!image) {
		count(ring, HT_COUNT_NO_IMAGE);
		return old;
	}
	s->described.image = image;
	s->described.look = s->look;
	bpf_map_update_elem(&images, &tid, &s->described, BPF_ANY);
	return old ? old : image;
}

#endif
