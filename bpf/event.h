/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* The frame of an event, whichever hook makes it: whose calls are recorded, its fixed part, and its placing. */
#ifndef HT_BPF_EVENT_H
#define HT_BPF_EVENT_H

#include "process.h"
#include "route.h"
#include "serialise.h"

#define TS_COMPAT 2u        /* arch/x86/include/asm/thread_info.h */
#define X32_BIT 0x40000000u /* arch/x86/include/uapi/asm/unistd.h */

static __always_inline bool in_scope(void)
{
	return !scoped || bpf_current_task_under_cgroup(&scope, 0) == 1;
}

static __always_inline bool is_recorder(struct task_struct *task)
{
	return (ht_u32)KREAD(task, tgid) == recorder_pid;
}

static __always_inline void event_begin(struct scratch *s, struct task_struct *task, ht_u32 call, ht_u32 abi, ht_s64 result)
{
	struct ht_wire_event *e = (struct ht_wire_event *)s->event.bytes;

	s->event.used = sizeof(*e);
	s->event.failed = 0;
	s->faults = 0;
	s->netlink = s->submitted = s->completed = false;
	s->passed = 0;
	s->message.carried = 0;
	e->head.kind = HT_WIRE_EVENT;
	e->head.items = 0;
	e->pid = KREAD(task, tgid);
	e->tid = KREAD(task, pid);
	e->result = result;
	e->call = call;
	e->abi = abi;
	e->route = 0;
	e->via = 0;
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

#endif
