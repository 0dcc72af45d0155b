/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The hooks. Every system call of every ABI passes sys_exit with its arguments still in the registers and its
 * result known; a successful exec, whose registers are new, is seen at sched_process_exec. A call that nobody
 * wants leaves after one look.
 */
#include "life.h"

#define SIGRETURN_X86_64 15
#define SIGRETURN_I386 173
#define ENOSYS_ANY 38
#define AT_EXECVE_CHECK 0x10000 /* include/uapi/linux/fcntl.h, from 6.14 on */

char LICENSE[] SEC("license") = "Dual BSD/GPL";

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

/*
 * rt_sigreturn has put back the interrupted program's registers, and -1 for the number, so that nothing is restarted
 * (restore_sigcontext() of arch/x86/kernel/signal_64.c and signal_32.c). A call whose number is -1 fails with ENOSYS.
 */
static __always_inline ht_u32 call_number(struct pt_regs *regs, long result)
{
	ht_u32 call = regs->orig_ax;

	if (call != (ht_u32)-1 || result == -ENOSYS_ANY)
		return call;
	return KREAD(task_get(), thread_info.status) & TS_COMPAT ? SIGRETURN_I386 : SIGRETURN_X86_64;
}

/*
 * A call that others are parts of: the part, with its arguments in the registers' place. Returns its number; that of the
 * whole if nothing is known of it, or its arguments cannot be read.
 */
static __always_inline ht_u32 part_find(struct scratch *s, const struct ht_plan *plan, ht_u32 abi, ht_u32 call)
{
	bool one = plan->command_arg >= HT_ARGS;
	struct command_key key = { .value = one ? 0 : (ht_u16)s->regs[0], .call = call, .abi = abi };
	const struct ht_part *part = bpf_map_lookup_elem(&parts, &key);
	ht_u64 array = one ? s->regs[0] : s->regs[1];
	ht_u32 words[HT_ARGS] = {}, pair[2], missing = 0;

	/* Of ipc's first argument only the low half counts, of socketcall's all. */
	if (!part || (part->words == HT_PART_IN_ARRAY && (ht_u32)s->regs[0] != key.value))
		return call;
	if (part->words == HT_PART_IN_ARRAY || part->words == HT_PART_IN_FIRST) {
		/* The array may end before the page that its sixth word would lie in. */
		for (ht_u32 i = 0; i < HT_ARGS; i++)
			missing |= !!bpf_probe_read_user(&words[i], sizeof(words[i]), (void *)array + i * sizeof(words[i])) << i;
	} else {
		for (ht_u32 i = 0; i < HT_ARGS; i++)
			words[i] = s->regs[i];
		if (part->words == HT_PART_IN_PAIR && !((ht_u32)s->regs[0] >> 16) &&
		    !bpf_probe_read_user(pair, sizeof(pair), (void *)s->regs[4])) {
			words[4] = pair[0];
			words[5] = pair[1];
		}
		if (part->words == HT_PART_IN_WORD && !bpf_probe_read_user(pair, sizeof(pair[0]), (void *)s->regs[4]))
			words[4] = pair[0];
	}
	for (ht_u32 i = 0; i < HT_ARGS; i++)
		if (part->from[i] < HT_ARGS && missing & 1u << part->from[i])
			return call;
	for (ht_u32 i = 0; i < HT_ARGS; i++)
		s->regs[i] = part->from[i] < HT_ARGS ? words[part->from[i]] : 0;
	return part->call;
}

/*
 * An exec has a hook of its own; but an execveat that only asked whether it could be done is an event like any other. One
 * that was done shows as execve here.
 */
__noinline int is_exec(ht_u32 call)
{
	struct scratch *s = scratch_get();

	return s && !(is_execveat(call & ~X32_BIT) && (s->regs[4] & AT_EXECVE_CHECK));
}

SEC("tp_btf/sys_exit")
int BPF_PROG(hosttrail_exit, struct pt_regs *regs, long result)
{
	ht_u32 call = call_number(regs, result), abi = HT_ABI_X86_64, want, via = 0;
	const ht_u32 *command;
	ht_u64 slot;
	struct task_struct *task;
	enum verdict verdict;
	struct ht_plan *plan;
	struct scratch *s;

	/* Larger numbers, negative ones too, share a slot, and never are parts. */
	slot = AT_MOST(call & ~X32_BIT, HT_PART_FIRST - 1);
	if (!any_wanted[slot])
		return 0;
	task = task_get();
	if (KREAD(task, thread_info.status) & TS_COMPAT)
		abi = HT_ABI_I386;
	else if (call & X32_BIT && (int)call >= 0)
		abi = HT_ABI_X32;
	want = wanted[abi & (HT_ABI_TABLES - 1)][slot];
	if (!want || !in_scope())
		return 0;
	if (is_recorder(task)) {
		count(HT_RING_MANAGEMENT, HT_COUNT_SELF);
		return 0;
	}
	plan = &plans[abi & (HT_ABI_TABLES - 1)][slot];
	if ((plan->flags & HT_PLAN_FORK) && result == 0) {
		if (want & HT_WANT_BIRTH)
			birth_note(task);
		return 0;
	}
	if (want == HT_WANT_BIRTH)
		return 0;
	s = scratch_get();
	if (!s)
		return 0;
	regs_read(s, regs, abi);
	if ((plan->flags & HT_PLAN_EXEC) && result == 0 && is_exec(call))
		return 0;
	if (plan->flags & HT_PLAN_PARTS) {
		slot = part_find(s, plan, abi, call) & (HT_CALLS - 1);
		if (slot != call) {
			via = call;
			call = slot;
			want = wanted[abi & (HT_ABI_TABLES - 1)][slot];
			plan = &plans[abi & (HT_ABI_TABLES - 1)][slot];
			if (!want)
				return 0;
		}
	}
	command = command_find(s, plan, abi, slot);
	if (command && HT_COMMAND_VARIANT(*command))
		plan = &variants[HT_COMMAND_VARIANT(*command) & (HT_VARIANTS - 1)];
	if (!route_begin(s, plan, want, command))
		return 0;
	event_begin(s, task, abi == HT_ABI_X32 ? call & ~X32_BIT : call, abi, result);
	((struct ht_wire_event *)s->event.bytes)->via = via;
	serialise(s, plan, result, abi == HT_ABI_I386 ? 4 : 8);
	if (s->dropped)
		return 0;
	verdict = route(s, plan, want, result);
	if (verdict == VERDICT_DROP)
		return 0;
	event_end(s, verdict, false, (plan->flags & HT_PLAN_IDENTITY) && result == 0);
	return 0;
}

#include "uring.h"

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
