/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The end of threads and processes: seen when a task has begun to exit and still has its credentials, directories and
 * registers. These programs are attached only where somebody wants their events.
 */
#ifndef HT_BPF_LIFE_H
#define HT_BPF_LIFE_H

#include "exec.h"

#define EXIT_X86_64 60
#define EXIT_GROUP_X86_64 231
#define EXIT_I386 1
#define EXIT_GROUP_I386 252

#define PF_KTHREAD 0x200000     /* include/linux/sched.h */
#define SIGNAL_GROUP_EXIT 4     /* include/linux/sched/signal.h */
#define THREADS 64              /* of a process that is ending, whose figures are added to those of the threads that are gone */

/* Which of several threads that end at once ends the process, where the kernel does not say: the first to be here. */
struct end_key {
	ht_u64 start_ns;
	ht_u32 pid, reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct end_key);
	__type(value, ht_u32);
} ends SEC(".maps");

static __always_inline void end_add(struct ht_wire_exit *e, struct task_struct *task)
{
	e->user_ns += BPF_CORE_READ(task, utime);
	e->system_ns += BPF_CORE_READ(task, stime);
	e->run_ns += BPF_CORE_READ(task, se.sum_exec_runtime);
	e->minor_faults += BPF_CORE_READ(task, min_flt);
	e->major_faults += BPF_CORE_READ(task, maj_flt);
	e->voluntary_switches += BPF_CORE_READ(task, nvcsw);
	e->involuntary_switches += BPF_CORE_READ(task, nivcsw);
}

/* Of a whole process: its threads that are gone, which the kernel has added up, and those that are left. */
__noinline int end_add_all(void)
{
	struct signal_struct *signal = BPF_CORE_READ(task_get(), signal);
	struct list_head *head = &signal->thread_head, *node;
	struct scratch *s = scratch_get();
	struct ht_wire_exit *e;

	if (!s)
		return 0;
	e = &s->end;
	e->user_ns = BPF_CORE_READ(signal, utime);
	e->system_ns = BPF_CORE_READ(signal, stime);
	e->run_ns = BPF_CORE_READ(signal, sum_sched_runtime);
	e->minor_faults = BPF_CORE_READ(signal, min_flt);
	e->major_faults = BPF_CORE_READ(signal, maj_flt);
	e->voluntary_switches = BPF_CORE_READ(signal, nvcsw);
	e->involuntary_switches = BPF_CORE_READ(signal, nivcsw);
	e->resident_pages = BPF_CORE_READ(signal, maxrss);
	node = BPF_CORE_READ(head, next);
	for (int i = 0; i < THREADS; i++) {
		if (node == head || !node)
			return 0;
		end_add(e, (void *)node - bpf_core_field_offset(struct task_struct, thread_node));
		node = BPF_CORE_READ(node, next);
	}
	e->flags |= HT_EXIT_PARTIAL;
	return 0;
}

/* What scratch->end says of the current task. */
__noinline int end_look(ht_u32 last)
{
	struct scratch *s = scratch_get();
	struct task_struct *task = task_get(), *leader;
	struct signal_struct *signal;
	struct ht_wire_exit *e;

	if (!s)
		return 0;
	e = &s->end;
	__builtin_memset(e, 0, sizeof(*e));
	signal = BPF_CORE_READ(task, signal);
	leader = BPF_CORE_READ(task, group_leader);
	e->code = BPF_CORE_READ(task, exit_code);
	/* As wait_task_zombie() in kernel/exit.c. */
	if (BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT)
		e->group_code = BPF_CORE_READ(signal, group_exit_code);
	else
		e->group_code = BPF_CORE_READ(leader, exit_code);
	if (last) {
		e->flags = HT_EXIT_LAST;
		e->start_ns = BPF_CORE_READ(leader, start_boottime);
		end_add_all();
	} else {
		e->start_ns = BPF_CORE_READ(task, start_boottime);
		end_add(e, task);
	}
	return 0;
}

/* The call that the task is ending by, its argument in scratch; EXIT_GROUP_X86_64 if it is none. */
static __always_inline ht_u32 end_call(struct scratch *s, struct task_struct *task, ht_u32 *abi)
{
	struct pt_regs *regs = task_regs(task);
	ht_u32 call = BPF_CORE_READ(regs, orig_ax);
	bool by_call;

	*abi = HT_ABI_X86_64;
	if (KREAD(task, thread_info.status) & TS_COMPAT)
		*abi = HT_ABI_I386;
	else if (call & X32_BIT)
		*abi = HT_ABI_X32;
	call &= ~X32_BIT;
	by_call = call == (*abi == HT_ABI_I386 ? EXIT_I386 : EXIT_X86_64) ||
		  call == (*abi == HT_ABI_I386 ? EXIT_GROUP_I386 : EXIT_GROUP_X86_64);
	/* After a fault an error code stands where the number does, and may look like one; but then there is a signal. */
	if (!by_call || (s->end.code & 0x7f)) {
		*abi = HT_ABI_X86_64;
		return EXIT_GROUP_X86_64;
	}
	s->end.flags |= HT_EXIT_CALL;
	s->regs[0] = *abi == HT_ABI_I386 ? (ht_u32)BPF_CORE_READ(regs, bx) : BPF_CORE_READ(regs, di);
	return call;
}

static __always_inline int end_event(bool last)
{
	struct task_struct *task = task_get();
	struct scratch *s;
	ht_u32 call, abi;

	if ((!last && !ends_wanted) || !in_scope())
		return 0;
	if (KREAD(task, flags) & (PF_KTHREAD | PF_IO_WORKER))
		return 0;
	s = scratch_get();
	if (!s || is_recorder(task))
		return 0;
#pragma unroll
	for (unsigned int i = 0; i < HT_ARGS; i++)
		s->regs[i] = 0;
	end_look(last);
	call = end_call(s, task, &abi);
	event_begin(s, task, call, abi, 0);
	item_kernel(WHICH_EVENT, HT_ITEM_EXIT | HT_ITEM_RESULT << 8, (ht_u64)&s->end, sizeof(s->end));
	event_end(s, VERDICT_DATA, false, false);
	return 0;
}

/* Where the kernel says which thread is the last one. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(hosttrail_end_told, struct task_struct *task, bool group_dead)
{
	return end_event(group_dead);
}

/* Elsewhere no thread is left alive when the last ones are here; of several, one is. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(hosttrail_end, struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	bool last = BPF_CORE_READ(signal, live.counter) == 0;
	struct end_key key = {};
	ht_u32 one = 1;

	if (last && BPF_CORE_READ(signal, nr_threads) > 1) {
		key.start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
		key.pid = BPF_CORE_READ(task, tgid);
		last = bpf_map_update_elem(&ends, &key, &one, BPF_NOEXIST) == 0;
	}
	return end_event(last);
}

#endif
