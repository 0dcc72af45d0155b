/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The hooks. Every system call of every ABI passes sys_exit with its arguments still in the registers and its
 * result known; a successful exec, whose registers are new, is seen at sched_process_exec. A call that nobody
 * wants leaves after one look.
 */
#include "process.h"
#include "route.h"
#include "serialise.h"

#define TS_COMPAT 2u             /* arch/x86/include/asm/thread_info.h */
#define THREAD_SIZE (16u << 10) /* arch/x86/include/asm/page_64_types.h, of a kernel without KASAN */
#define X32_BIT 0x40000000u      /* arch/x86/include/uapi/asm/unistd.h */

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline bool in_scope(void)
{
	return !scoped || bpf_current_task_under_cgroup(&scope, 0) == 1;
}

static __always_inline bool is_recorder(struct task_struct *task)
{
	return (ht_u32)KREAD(task, tgid) == recorder_pid;
}

static __always_inline void event_begin(struct scratch *s, ht_u32 call, ht_u32 abi, ht_s64 result)
{
	struct ht_wire_event *e = (struct ht_wire_event *)s->event.bytes;
	struct task_struct *task = task_get();

	s->event.used = sizeof(*e);
	s->event.failed = 0;
	s->faults = 0;
	e->head.kind = HT_WIRE_EVENT;
	e->head.items = 0;
	e->pid = KREAD(task, tgid);
	e->tid = KREAD(task, pid);
	e->result = result;
	e->call = call;
	e->abi = abi;
	e->route = 0;
	e->reserved = 0;
#pragma unroll
	for (unsigned int i = 0; i < HT_ARGS; i++)
		e->args[i] = s->regs[i];
}

/* Adds who did it and places the event. */
static __always_inline void event_end(struct scratch *s, enum verdict verdict, bool fresh, bool before)
{
	struct ht_wire_event *e = (struct ht_wire_event *)s->event.bytes;
	ht_u32 ring = verdict == VERDICT_MANAGEMENT ? HT_RING_MANAGEMENT : HT_RING_DATA;
	ht_u64 now = bpf_ktime_get_boot_ns();

	if (verdict == VERDICT_UNDECIDED)
		e->route |= HT_ROUTED_UNDECIDED;
	e->image = process_image(s, ring, now, fresh, before);
	e->identity = s->look.identity;
	if (s->faults)
		count(ring, HT_COUNT_FAULT);
	/* Links that lead to a name may be gone soon: user space follows them at once. */
	record_place(&s->event, ring, now, e->identity.uid, verdict == VERDICT_UNDECIDED && e->result >= 0);
}

static __always_inline void regs_read(struct scratch *s, struct pt_regs *regs, ht_u32 abi)
{
	if (abi == HT_ABI_I386) {
		s->regs[0] = (ht_u32)regs->bx;
		s->regs[1] = (ht_u32)regs->cx;
		s->regs[2] = (ht_u32)regs->dx;
		s->regs[3] = (ht_u32)regs->si;
		s->regs[4] = (ht_u32)regs->di;
		s->regs[5] = (ht_u32)regs->bp;
	} else {
		s->regs[0] = regs->di;
		s->regs[1] = regs->si;
		s->regs[2] = regs->dx;
		s->regs[3] = regs->r10;
		s->regs[4] = regs->r8;
		s->regs[5] = regs->r9;
	}
}

SEC("tp_btf/sys_exit")
int BPF_PROG(hosttrail_exit, struct pt_regs *regs, long result)
{
	ht_u32 call = regs->orig_ax, abi = HT_ABI_X86_64, want;
	ht_u64 slot;
	struct task_struct *task;
	enum verdict verdict;
	struct ht_plan *plan;
	struct scratch *s;

	/* Larger numbers, negative ones too, share the last slot. */
	slot = AT_MOST(call & ~X32_BIT, HT_CALLS - 1);
	if (!any_wanted[slot])
		return 0;
	task = task_get();
	if (KREAD(task, thread_info.status) & TS_COMPAT)
		abi = HT_ABI_I386;
	else if (call & X32_BIT && (int)call >= 0)
		abi = HT_ABI_X32;
	want = wanted[abi & (HT_ABI_COUNT - 1)][slot];
	if (!want || !in_scope())
		return 0;
	if (is_recorder(task)) {
		count(HT_RING_MANAGEMENT, HT_COUNT_SELF);
		return 0;
	}
	plan = &plans[abi & (HT_ABI_COUNT - 1)][slot];
	if ((plan->flags & (HT_PLAN_EXEC | HT_PLAN_FORK)) && result == 0)
		return 0;
	s = scratch_get();
	if (!s)
		return 0;
	regs_read(s, regs, abi);
	if (!route_begin(s, plan, want, abi, slot))
		return 0;
	event_begin(s, abi == HT_ABI_X32 ? call & ~X32_BIT : call, abi, result);
	serialise(s, plan, result, abi == HT_ABI_I386 ? 4 : 8);
	if (s->dropped)
		return 0;
	verdict = route(s, plan, want, result);
	if (verdict == VERDICT_DROP)
		return 0;
	event_end(s, verdict, false, (plan->flags & HT_PLAN_IDENTITY) && result == 0);
	return 0;
}

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
	if (!(wanted[abi & (HT_ABI_COUNT - 1)][call & (HT_CALLS - 1)] & HT_WANT_DATA)) {
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

/*
 * Run once by user space: tells the recorder's process id as the kernel numbers it, whatever pid namespace it
 * lives in.
 */
SEC("raw_tp")
int hosttrail_self(void *ctx)
{
	recorder_pid = bpf_get_current_pid_tgid() >> 32;
	return 0;
}
