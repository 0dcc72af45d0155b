/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* Programs that were executed: seen when the task has become the new program, and its registers are new. */
#ifndef HT_BPF_EXEC_H
#define HT_BPF_EXEC_H

#include "event.h"

#define THREAD_SIZE (16u << 10) /* arch/x86/include/asm/page_64_types.h, of a kernel without KASAN */

/* The registers with which the task entered the kernel; before 5.15 by where they lie, at the end of its stack. */
static __always_inline struct pt_regs *task_regs(struct task_struct *task)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id___typed, BPF_FUNC_task_pt_regs___typed))
		return (void *)bpf_task_pt_regs(task);
	return BPF_CORE_READ(task, stack) + THREAD_SIZE - bpf_core_type_size(struct pt_regs);
}

/*
 * Which exec call this was. x86 makes every exec look like execve of the new program's ABI
 * (set_personality_64bit() and _ia32() in arch/x86/kernel/process_64.c); that it was execveat shows where the
 * path began at a descriptor.
 */
static __always_inline void exec_call(struct task_struct *task, struct linux_binprm *bprm, ht_u32 *call, ht_u32 *abi)
{
	struct pt_regs *regs = task_regs(task);
	bool at = BPF_CORE_READ(bprm, fdpath);

	*call = BPF_CORE_READ(regs, orig_ax);
	*abi = HT_ABI_X86_64;
	if (*call & X32_BIT) {
		*abi = HT_ABI_X32;
		*call = at ? 545 : 520;
	} else if (*call == 11 || *call == 358) {
		*abi = HT_ABI_I386;
		*call = at ? 358 : 11;
	} else {
		*call = at ? 322 : 59;
	}
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(hosttrail_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	ht_u32 call, abi, slot, path_arg;
	const char *filename, *interp;
	struct scratch *s;
	long n;

	if (!in_scope())
		return 0;
	s = scratch_get();
	if (!s)
		return 0;
	if (is_recorder(task_get())) {
		count(HT_RING_MANAGEMENT, HT_COUNT_SELF);
		return 0;
	}
	exec_call(task, bprm, &call, &abi);
	if (!(wanted[abi & (HT_ABI_TABLES - 1)][call & (HT_CALLS - 1)] & HT_WANT_DATA)) {
		process_image(s, HT_RING_MANAGEMENT, bpf_ktime_get_boot_ns(), true, false);
		return 0;
	}
	slot = call & (HT_CALLS - 1);
	path_arg = call == 322 || call == 358 || call == 545 ? 1 : 0;
#pragma unroll
	for (unsigned int i = 0; i < HT_ARGS; i++)
		s->regs[i] = 0;
	event_begin(s, slot, abi, 0);
	s->route = HT_ROUTE_DATA;
	s->class_asked = 0;
	s->may_drop = false;
	filename = BPF_CORE_READ(bprm, filename);
	interp = BPF_CORE_READ(bprm, interp);
	n = bpf_probe_read_kernel_str(s->path, HT_PATH_BYTES, filename);
	if (n > 0 && n <= HT_PATH_BYTES)
		item_kernel(WHICH_EVENT, HT_ITEM_STRING | path_arg << 8, (ht_u64)s->path, n - 1);
	if (interp != filename) {
		n = bpf_probe_read_kernel_str(s->path, HT_PATH_BYTES, interp);
		if (n > 0 && n <= HT_PATH_BYTES)
			item_kernel(WHICH_EVENT, HT_ITEM_INTERPRETER | HT_ITEM_RESULT << 8, (ht_u64)s->path, n - 1);
	}
	event_end(s, VERDICT_DATA, true, false);
	return 0;
}

#endif
