/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Programs that were executed. A task that has become another program has new registers and new credentials: that is
 * when its event is made. What they were before is noted at the last moment at which the task still has them.
 */
#ifndef HT_BPF_EXEC_H
#define HT_BPF_EXEC_H

#include "event.h"

#define THREAD_SIZE (16u << 10) /* arch/x86/include/asm/page_64_types.h, of a kernel without KASAN */
#define EXECVE 59               /* of x86_64; execveat and those of the other ABIs are wanted when it is */
#define SECBIT_NOROOT 1u        /* include/uapi/linux/securebits.h */
#define S_ISUID 04000
#define S_ISGID 02000

struct exec_note {
	struct ht_wire_credentials before;
	ht_u32 call, abi;
	ht_u32 dirfd, at_flags; /* of execveat */
	ht_u64 pending;         /* no exec has asked for it yet */
};

/*
 * By the task's address: its number becomes the leader's on the way. A note that was read stays, to be written over by the
 * next task that gets the address: nothing is taken out and put in again for each exec.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, ht_u64);
	__type(value, struct exec_note);
} exec_notes SEC(".maps");

/* The sets are neighbours (permitted, effective, bounding, ambient), unless the kernel was built to shuffle its structs. */
#define SET(which) bpf_core_field_offset(struct cred, cap_##which)

static __always_inline void credentials_read(struct task_struct *task, struct ht_wire_credentials *to)
{
	struct cred *cred = KREAD(task, cred);
	ht_u64 sets[4];

	to->uid = KREAD(cred, uid.val);
	to->gid = KREAD(cred, gid.val);
	to->euid = KREAD(cred, euid.val);
	to->egid = KREAD(cred, egid.val);
	to->suid = KREAD(cred, suid.val);
	to->sgid = KREAD(cred, sgid.val);
	to->fsuid = KREAD(cred, fsuid.val);
	to->fsgid = KREAD(cred, fsgid.val);
	if (SET(effective) == SET(permitted) + 8 && SET(ambient) == SET(permitted) + 24) {
		bpf_core_read(sets, sizeof(sets), &cred->cap_permitted);
	} else {
		bpf_core_read(&sets[0], 8, &cred->cap_permitted);
		bpf_core_read(&sets[1], 8, &cred->cap_effective);
		bpf_core_read(&sets[3], 8, &cred->cap_ambient);
	}
	to->permitted = sets[0];
	to->effective = sets[1];
	to->ambient = sets[3];
}

/* The registers with which the task entered the kernel; before 5.15 by where they lie, at the end of its stack. */
static __always_inline struct pt_regs *task_regs(struct task_struct *task)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id___typed, BPF_FUNC_task_pt_regs___typed))
		return (void *)bpf_task_pt_regs(task);
	return BPF_CORE_READ(task, stack) + THREAD_SIZE - bpf_core_type_size(struct pt_regs);
}

/* The entry of the current task, made if there is none. */
static __always_inline struct exec_note *exec_note_of(ht_u64 task)
{
	struct exec_note *note = bpf_map_lookup_elem(&exec_notes, &task), none = {};

	if (note)
		return note;
	bpf_map_update_elem(&exec_notes, &task, &none, BPF_ANY);
	return bpf_map_lookup_elem(&exec_notes, &task);
}

/* What the current task is about to leave behind; an exec that no program asked for has nothing to tell. */
static __always_inline int exec_note(void)
{
	struct task_struct *task = task_get();
	struct exec_note *note = exec_note_of((ht_u64)task);
	struct pt_regs *regs = task_regs(task);
	bool at;

	if (!note)
		return 0;
	note->call = BPF_CORE_READ(regs, orig_ax);
	note->abi = HT_ABI_X86_64;
	if (KREAD(task, thread_info.status) & TS_COMPAT) {
		note->abi = HT_ABI_I386;
	} else if (note->call & X32_BIT) {
		note->abi = HT_ABI_X32;
		note->call &= ~X32_BIT;
	}
	at = note->call == (note->abi == HT_ABI_I386 ? 358 : note->abi == HT_ABI_X32 ? 545 : 322);
	note->pending = at || note->call == (note->abi == HT_ABI_I386 ? 11 : note->abi == HT_ABI_X32 ? 520 : 59);
	note->dirfd = note->at_flags = 0;
	if (at) {
		note->dirfd = note->abi == HT_ABI_I386 ? BPF_CORE_READ(regs, bx) : BPF_CORE_READ(regs, di);
		note->at_flags = note->abi == HT_ABI_I386 ? BPF_CORE_READ(regs, di) : BPF_CORE_READ(regs, r8);
	}
	credentials_read(task, &note->before);
	return 0;
}

/* Where the kernel tells. */
SEC("tp_btf/sched_prepare_exec")
int BPF_PROG(hosttrail_exec_prepare)
{
	return in_scope() ? exec_note() : 0;
}

/* Elsewhere: an exec renames its task while credentials and registers are the old ones (begin_new_exec(), fs/exec.c). */
SEC("tp_btf/task_rename")
int BPF_PROG(hosttrail_exec_rename, struct task_struct *task)
{
	if ((ht_u32)KREAD(task, pid) != (ht_u32)bpf_get_current_pid_tgid())
		return 0;
	return in_scope() ? exec_note() : 0;
}

/*
 * Which exec call this was, of one that was not noted. x86 makes every exec look like execve of the new program's ABI
 * (set_personality_64bit() and _ia32() in arch/x86/kernel/process_64.c); that it was execveat shows where the
 * path began at a descriptor.
 */
static __always_inline void exec_call(struct task_struct *task, bool at, struct scratch *s)
{
	struct pt_regs *regs = task_regs(task);
	ht_u32 call = BPF_CORE_READ(regs, orig_ax);

	if (call & X32_BIT) {
		s->exec.abi = HT_ABI_X32;
		s->exec.call = at ? 545 : 520;
	} else if (call == 11 || call == 358) {
		s->exec.abi = HT_ABI_I386;
		s->exec.call = at ? 358 : 11;
	} else {
		s->exec.abi = HT_ABI_X86_64;
		s->exec.call = at ? 322 : 59;
	}
}

/* Who user 0 of the task's user namespace is; false: its map is too long to look at. */
static __always_inline bool root_of(struct cred *cred, ht_u32 *ret)
{
	struct user_namespace *ns = KREAD(cred, user_ns);
	struct uid_gid_map *map = &ns->uid_map;
	struct uid_gid_extent extent;
	ht_u32 n;

	*ret = 0;
	if (!KREAD(ns, level))
		return true;
	n = BPF_CORE_READ(map, nr_extents);
	*ret = -1;
	for (ht_u32 i = 0; i < 5; i++) {
		if (i >= n)
			return true;
		bpf_core_read(&extent, sizeof(extent), &map->extent[i]);
		if (extent.first == 0) {
			*ret = extent.lower_first;
			return true;
		}
	}
	return n == 5;
}

/*
 * Capabilities are permitted after an exec because they are ambient, because the task is root, or because the file has
 * them (cap_bprm_creds_from_file() in security/commoncap.c). true: neither of the first two explains them.
 */
static __always_inline bool file_has_capabilities(struct task_struct *task, const struct ht_wire_credentials *after)
{
	struct cred *cred = KREAD(task, cred);
	ht_u32 root;

	if (!(after->permitted & ~after->ambient))
		return false;
	if (KREAD(cred, securebits) & SECBIT_NOROOT)
		return true;
	return root_of(cred, &root) && after->uid != root && after->euid != root;
}

/* Has the exec given the task more than it had? */
static __always_inline bool has_risen(const struct ht_wire_exec *e, struct linux_binprm *bprm)
{
	struct inode *inode;
	ht_u32 mode;

	if (!(e->flags & HT_EXEC_NOTED))
		return e->flags & HT_EXEC_SECURE;
	if (e->after.permitted & ~e->before.permitted)
		return true;
	if (e->after.euid == e->before.euid && e->after.egid == e->before.egid)
		return false;
	inode = BPF_CORE_READ(bprm, file, f_inode);
	mode = BPF_CORE_READ(inode, i_mode);
	return (e->after.euid != e->before.euid && (mode & S_ISUID)) || (e->after.egid != e->before.egid && (mode & S_ISGID));
}

/* Fills scratch->exec, but for the linux_binprm that stands there: which call it was, and what it did to the credentials. */
__noinline int exec_look(ht_u32 by_descriptor)
{
	struct task_struct *task = task_get();
	struct scratch *s = scratch_get();
	ht_u64 key = (ht_u64)task;
	struct linux_binprm *bprm;
	struct exec_note *note;
	struct ht_wire_exec *e;

	if (!s)
		return 0;
	bprm = (void *)s->exec.bprm;
	e = &s->exec.item;
	e->flags = BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec) ? HT_EXEC_SECURE : 0;
	e->reserved = 0;
	if (by_descriptor)
		e->flags |= HT_EXEC_BY_DESCRIPTOR;
	credentials_read(task, &e->after);
	note = bpf_map_lookup_elem(&exec_notes, &key);
	if (note && note->pending) {
		note->pending = 0;
		e->flags |= HT_EXEC_NOTED;
		e->before = note->before;
		s->exec.call = note->call;
		s->exec.abi = note->abi;
		s->exec.dirfd = note->dirfd;
		s->exec.at_flags = note->at_flags;
	} else {
		__builtin_memset(&e->before, 0, sizeof(e->before));
		s->exec.dirfd = s->exec.at_flags = 0;
		exec_call(task, e->flags & HT_EXEC_BY_DESCRIPTOR, s);
	}
	if (has_risen(e, bprm))
		e->flags |= HT_EXEC_RAISED;
	if (file_has_capabilities(task, &e->after))
		e->flags |= HT_EXEC_FILE_CAPABILITIES;
	return 0;
}

static __always_inline bool is_execveat(ht_u32 call)
{
	return call == 322 || call == 358 || call == 545;
}

/* The strings that the kernel was given, the directory that the path begins at, and what exec_look() found. */
static __always_inline void exec_items(struct scratch *s, struct linux_binprm *bprm, ht_u32 path_arg)
{
	const char *filename = bprm->filename, *interp = bprm->interp;
	long n;

	n = bpf_probe_read_kernel_str(s->path, HT_PATH_BYTES, filename);
	if (n > 0 && n <= HT_PATH_BYTES)
		item_kernel(WHICH_EVENT, HT_ITEM_STRING | path_arg << 8, (ht_u64)s->path, n - 1);
	if (interp != filename) {
		n = bpf_probe_read_kernel_str(s->path, HT_PATH_BYTES, interp);
		if (n > 0 && n <= HT_PATH_BYTES)
			item_kernel(WHICH_EVENT, HT_ITEM_INTERPRETER | HT_ITEM_RESULT << 8, (ht_u64)s->path, n - 1);
	}
	/* Nobody else has the descriptors any more: if it is still open it is what it was. */
	if ((s->exec.item.flags & (HT_EXEC_NOTED | HT_EXEC_BY_DESCRIPTOR)) == (HT_EXEC_NOTED | HT_EXEC_BY_DESCRIPTOR))
		fetch_base(s->exec.dirfd, path_arg);
	item_kernel(WHICH_EVENT, HT_ITEM_EXEC | HT_ITEM_RESULT << 8, (ht_u64)&s->exec.item, sizeof(s->exec.item));
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(hosttrail_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	enum verdict verdict;
	struct scratch *s;
	ht_u32 want;

	if (!in_scope())
		return 0;
	s = scratch_get();
	if (!s)
		return 0;
	if (is_recorder(task_get())) {
		count(HT_RING_MANAGEMENT, HT_COUNT_SELF);
		return 0;
	}
	if (!any_wanted[EXECVE]) {
		process_image(s, HT_RING_MANAGEMENT, bpf_ktime_get_boot_ns(), true, false);
		return 0;
	}
	s->exec.bprm = (ht_u64)bprm;
	exec_look(bprm->fdpath != 0);
	verdict = s->exec.item.flags & HT_EXEC_RAISED ? VERDICT_MANAGEMENT : VERDICT_DATA;
	want = wanted[s->exec.abi & (HT_ABI_TABLES - 1)][s->exec.call & (HT_CALLS - 1)];
	if (!(want & (verdict == VERDICT_MANAGEMENT ? HT_WANT_MANAGEMENT : HT_WANT_DATA))) {
		process_image(s, HT_RING_MANAGEMENT, bpf_ktime_get_boot_ns(), true, false);
		return 0;
	}
#pragma unroll
	for (unsigned int i = 0; i < HT_ARGS; i++)
		s->regs[i] = 0;
	if (is_execveat(s->exec.call)) {
		s->regs[0] = s->exec.dirfd;
		s->regs[4] = s->exec.at_flags;
	}
	event_begin(s, task, s->exec.call, s->exec.abi, 0);
	s->route = HT_ROUTE_DATA;
	s->class_asked = 0;
	s->may_drop = false;
	exec_items(s, bprm, is_execveat(s->exec.call) ? 1 : 0);
	event_end(s, verdict, true, false);
	return 0;
}

#endif
