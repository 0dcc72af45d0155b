/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Operations of io_uring, which pass no system call. An event is begun when the kernel has taken the request and copied
 * what it names, by the task that submits it; it is kept until the request completes, in whatever task that happens, and
 * placed then.
 *
 * The hooks differ from kernel to kernel, and do little; what is much is in two programs that they go on to. Kernel
 * sources: io_uring/io_uring.c (io_submit_sqe(), io_fill_cqe_req(), io_fill_cqe_aux(), io_fail_links()).
 */
#ifndef HT_BPF_URING_H
#define HT_BPF_URING_H

#include "uring_wait.h"

#define CQE_MORE 2u /* include/uapi/linux/io_uring.h */
#define ECANCELED 125

/* Set by user space: a completion is told before it is found out that it overflows (until 6.4). */
const volatile bool uring_tells_first;

#define GO_SUBMIT 0
#define GO_FINISH 1

int uring_submitted(void *ctx);
int uring_finished(void *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, sizeof(ht_u32));
	__array(values, int(void *));
} uring_programs SEC(".maps") = {
	.values = {
		[GO_SUBMIT] = (void *)&uring_submitted,
		[GO_FINISH] = (void *)&uring_finished,
	},
};

/* ---- the end of an operation ---- */

/* The file that the kernel will take for the request, as far as its number says now. */
static __always_inline ht_u64 uring_file_early(struct scratch *s, ht_u64 req, ht_u32 descriptor)
{
	ht_u64 file = (ht_u64)BPF_CORE_READ((struct io_kiocb *)req, file);

	if (file)
		return file;
	if (uring_of(s)->flags & HT_URING_FIXED)
		return file_of_slot((ht_u64)BPF_CORE_READ((struct io_kiocb *)req, ctx), descriptor);
	return file_of_fd(descriptor);
}

/* The file that the request works on: what the kernel has taken for it. */
static __always_inline ht_u64 uring_file(struct scratch *s, ht_u64 req, ht_u32 descriptor)
{
	if (!req)
		return 0;
	if (uring_of(s)->flags & HT_URING_NO_RESULT)
		return uring_file_early(s, req, descriptor);
	return (ht_u64)BPF_CORE_READ((struct io_kiocb *)req, file);
}

/* The file that the operation has made. */
static __always_inline ht_u64 uring_made(struct scratch *s, ht_u64 req, ht_u32 result)
{
	struct ht_wire_uring *u = uring_of(s);

	if (u->flags & HT_URING_SLOT)
		return req ? file_of_slot((ht_u64)BPF_CORE_READ((struct io_kiocb *)req, ctx),
					  u->slot == HT_URING_ANY_SLOT ? result : u->slot) : 0;
	/* A number says something only among the files of who submitted it. */
	if ((ht_u64)KREAD(task_get(), files) != s->uring.files)
		return 0;
	return file_of_fd(result);
}

/* The files, which are known now. */
__noinline int uring_files(ht_u64 req, ht_u32 opcode, ht_s64 result)
{
	struct ht_uring_plan *plan = &uring_plans[opcode & (HT_URING_OPCODES - 1)];
	struct scratch *s = scratch_get();
	ht_u64 file = 0;

	if (!s)
		return 0;
	if ((plan->plan.flags & HT_PLAN_RESULT_FD) && result >= 0) {
		if (!(uring_of(s)->flags & HT_URING_NO_RESULT))
			file = uring_made(s, req, result);
		if (file)
			fetch_file(file, HT_ITEM_RESULT);
		else
			s->unsure = true;
		if (s->dropped)
			return 0;
		s->may_drop = false;
	}
	for (ht_u32 i = 0; i < HT_ARGS && !s->dropped; i++) {
		file = plan->source[i].how == HT_URING_FILE ? uring_file(s, req, s->regs[i]) : 0;
		if (file)
			fetch_file(file, i);
	}
	return 0;
}

/* A message that says what has come. One request for many gets them in buffers of the ring, without a header. */
static __always_inline bool is_received(struct scratch *s, const struct ht_plan *plan, ht_u32 i)
{
	return plan->fetch[i] == HT_FETCH_MSGHDR && plan->access == HT_PLAN_READ && !(s->uring.bits & URING_MANY);
}

/* One argument that the kernel has written to user memory. */
__noinline int uring_written(ht_u32 i, ht_u32 opcode, ht_s64 result)
{
	struct ht_plan *plan = &uring_plans[opcode & (HT_URING_OPCODES - 1)].plan;
	struct scratch *s = scratch_get();

	if (!s || i >= HT_ARGS || !(plan->out & 1u << i || is_received(s, plan, i)))
		return 0;
	s->out = plan->out;
	s->sends = false;
	s->completed = true;
	return fetch_memory(i, plan->fetch[i], plan->aux[i] | (ht_u32)plan->size[i] << 8, result, s->uring.word);
}

/* It is at hand only in a task of the process that submitted the request. */
static __always_inline bool uring_has_written(struct scratch *s, const struct ht_plan *plan, ht_s64 result)
{
	return (plan->out || plan->access == HT_PLAN_READ) && result >= 0 &&
	       !(uring_of(s)->flags & (HT_URING_NO_RESULT | HT_URING_REFUSED)) && (ht_u64)KREAD(task_get(), mm) == s->uring.mm;
}

/* Adds what is known at the end to the event in scratch and places it, if anybody wants it now. */
SEC("raw_tp")
int uring_finished(void *ctx)
{
	struct scratch *s = scratch_get();
	struct ht_wire_event *e;
	struct ht_uring_plan *op;
	enum verdict verdict;
	ht_u32 opcode, want, ring;
	ht_s64 result;

	if (!s)
		return 0;
	e = (struct ht_wire_event *)s->event.bytes;
	opcode = e->call & (HT_URING_OPCODES - 1);
	op = &uring_plans[opcode];
	want = uring_wanted[opcode];
	result = s->uring_result;
	e->result = result;
	s->faults = 0;
	s->passed = 0;
	for (ht_u32 i = 0; i < HT_ARGS; i++)
		s->regs[i] = e->args[i];
	if (!route_begin(s, &op->plan, want, command_find(s, &op->plan, HT_ABI_IO_URING, opcode)))
		return 0;
	s->class_found = s->uring.class_found;
	s->unsure = s->uring.bits & URING_UNSURE;
	if (uring_of(s)->flags & HT_URING_REFUSED)
		s->unsure = true;
	else
		uring_files(s->uring.request, opcode, result);
	if (s->dropped)
		return 0;
	if (uring_has_written(s, &op->plan, result))
		for (ht_u32 i = 0; i < HT_ARGS; i++)
			uring_written(i, opcode, result);
	if (s->passing.messages && (ht_u64)KREAD(task_get(), files) == s->uring.files)
		fetch_passed();
	s->passing.messages = 0;
	verdict = route(s, &op->plan, want, result);
	if (verdict == VERDICT_DROP)
		return 0;
	ring = verdict == VERDICT_MANAGEMENT ? HT_RING_MANAGEMENT : HT_RING_DATA;
	if (verdict == VERDICT_UNDECIDED)
		e->route |= HT_ROUTED_UNDECIDED;
	if (uring_of(s)->flags & HT_URING_NO_RESULT)
		count(ring, HT_COUNT_NO_RESULT);
	record_place(&s->event, ring, bpf_ktime_get_boot_ns(), e->identity.uid, verdict == VERDICT_UNDECIDED && result >= 0);
	return 0;
}

static __always_inline int finish(void *ctx, struct scratch *s, ht_s64 result)
{
	s->uring_result = result;
	bpf_tail_call(ctx, &uring_programs, GO_FINISH);
	return 0;
}

/* Without the result: nobody will tell it, or there is no place to wait for it. */
static __always_inline int finish_unknown(void *ctx, struct scratch *s)
{
	uring_of(s)->flags |= HT_URING_NO_RESULT;
	return finish(ctx, s, 0);
}

/* ---- its beginning ---- */

/* Who submits it, and what is the same for all. */
static __always_inline void uring_begin(struct scratch *s, ht_u64 req, ht_u32 opcode)
{
	struct task_struct *task = task_get();

	s->uring.request = req;
	s->uring.files = (ht_u64)KREAD(task, files);
	s->uring.mm = (ht_u64)KREAD(task, mm);
	s->uring.class_found = 0;
	s->uring.others = 0;
	s->uring.bits = 0;
	s->uring.word = KREAD(task, thread_info.status) & TS_COMPAT ? 4 : 8;
	event_begin(s, task, opcode, HT_ABI_IO_URING, 0);
}

static __always_inline void uring_who(struct scratch *s)
{
	struct ht_wire_event *e = (struct ht_wire_event *)s->event.bytes;
	ht_u32 ring = s->route == HT_ROUTE_MANAGEMENT ? HT_RING_MANAGEMENT : HT_RING_DATA;

	e->image = process_image(s, ring, bpf_ktime_get_boot_ns(), false, false);
	e->identity = s->look.identity;
	if (s->faults)
		count(ring, HT_COUNT_FAULT);
}

/* The kernel did not take the request: it completes with this error, as nothing. */
static __always_inline int uring_refused(void *ctx, struct scratch *s, const struct ht_plan *plan, ht_u64 req, ht_u32 opcode)
{
	for (ht_u32 i = 0; i < HT_ARGS; i++)
		s->regs[i] = 0;
	if (!route_begin(s, plan, uring_wanted[opcode], NULL))
		return 0;
	uring_begin(s, req, opcode);
	uring_describe(req, HT_URING_OPCODES - 1, 0);
	uring_of(s)->flags |= HT_URING_REFUSED;
	uring_of(s)->unknown = (1u << HT_ARGS) - 1;
	uring_who(s);
	return finish(ctx, s, s->uring_result);
}

/* The request in scratch was submitted, or refused with uring_result. */
SEC("raw_tp")
int uring_submitted(void *ctx)
{
	struct scratch *s = scratch_get();
	struct uring_key key = {};
	struct ht_uring_plan *op;
	ht_u32 opcode;
	ht_u64 req, flags, file;

	if (!s)
		return 0;
	req = s->uring.request;
	opcode = s->uring_opcode & (HT_URING_OPCODES - 1);
	op = &uring_plans[opcode];
	if (s->uring_result)
		return uring_refused(ctx, s, &op->plan, req, opcode);
	request_take(s, req);
	flags = REQUEST(s, req, flags, ht_u64);
	if (bpf_core_field_size(struct io_kiocb, flags) == 4)
		flags = (ht_u32)flags;
	uring_arguments(req, opcode, flags);
	if (!route_begin(s, &op->plan, uring_wanted[opcode], command_find(s, &op->plan, HT_ABI_IO_URING, opcode)))
		return 0;
	/* What one path would decide is decided at the end. */
	s->may_drop = false;
	uring_begin(s, req, opcode);
	uring_describe(req, opcode, flags);
	uring_of(s)->unknown = s->unknown;
	uring_of(s)->absent = s->absent;
	uring_fetch(req, opcode, flags);
	file = op->source[0].how == HT_URING_FILE ? uring_file_early(s, req, s->regs[0]) : 0;
	s->netlink = file && is_netlink(file);
	s->submitted = true;
	serialise(s, &op->plan, -1, s->uring.word);
	uring_who(s);
	s->uring.class_found = s->class_found;
	s->uring.bits = (s->unsure ? URING_UNSURE : 0) | (flags & uring_multishot ? URING_MANY : 0);
	key.of = REQUEST(s, req, ctx, ht_u64) | (flags & uring_multishot ? MANY : 0);
	key.user_data = request_user_data(req);
	if (flags & REQ_CQE_SKIP)
		uring_keep_silent(s, &key, req);
	else if (uring_keep(s, &key, req))
		return 0;
	return finish_unknown(ctx, s);
}

/* ---- the hooks, of which a kernel has one variant each ---- */

/* error: 0, or why the kernel did not take the request. */
static __always_inline int submit(void *ctx, ht_u64 req, ht_u32 opcode, ht_s64 error)
{
	struct scratch *s;

	if (opcode == OP_CONNECT && !uring_address_at && is_recorder(task_get()))
		uring_see_address(req);
	if (!uring_wanted[opcode & (HT_URING_OPCODES - 1)] || !in_scope())
		return 0;
	if (is_recorder(task_get())) {
		count(HT_RING_MANAGEMENT, HT_COUNT_SELF);
		return 0;
	}
	s = scratch_get();
	if (!s)
		return 0;
	s->uring.request = req;
	s->uring_opcode = opcode;
	s->uring_result = error;
	bpf_tail_call(ctx, &uring_programs, GO_SUBMIT);
	return 0;
}

static __always_inline ht_u32 request_opcode(ht_u64 req)
{
	ht_u8 opcode = 0;

	bpf_core_read(&opcode, sizeof(opcode), &((struct io_kiocb *)req)->opcode);
	return opcode;
}

/* io_uring_submit_req since 6.5, io_uring_submit_sqe since 5.19 */
SEC("raw_tp")
int uring_submit(struct bpf_raw_tracepoint_args *ctx)
{
	return submit(ctx, ctx->args[0], request_opcode(ctx->args[0]), 0);
}

/* io_uring_submit_sqe, 5.10.162 to 5.18: ring, request, opcode... */
SEC("raw_tp")
int uring_submit_old(struct bpf_raw_tracepoint_args *ctx)
{
	return submit(ctx, ctx->args[1], (ht_u8)ctx->args[2], 0);
}

/* io_uring_req_failed: entry, request, error. Of an opcode that it does not know the kernel makes 0. */
SEC("raw_tp")
int uring_refuse(struct bpf_raw_tracepoint_args *ctx)
{
	struct io_uring_sqe *sqe = (void *)ctx->args[0];
	ht_u32 opcode = request_opcode(ctx->args[1]);

	return submit(ctx, ctx->args[1], opcode ? opcode : BPF_CORE_READ(sqe, opcode), (int)ctx->args[2]);
}

/* Who completes it may be anybody: what waits was in scope. */
static __always_inline int complete(void *ctx, ht_u64 ring, ht_u64 req, ht_u64 user_data, ht_s64 result)
{
	struct scratch *s;

	if (!uring_wanted[request_opcode(req) & (HT_URING_OPCODES - 1)])
		return 0;
	s = scratch_get();
	return s && uring_take(s, ring, req, user_data) ? finish(ctx, s, result) : 0;
}

static __always_inline int complete_some(void *ctx, ht_u64 ring, ht_u64 user_data, ht_s64 result, bool final)
{
	struct scratch *s = scratch_get();

	return s && uring_take_some(s, ring, user_data, final) ? finish(ctx, s, result) : 0;
}

/* io_uring_complete since 6.15: ring, request, entry. That lies where the process can write to it; the request does not. */
SEC("raw_tp")
int uring_complete(struct bpf_raw_tracepoint_args *ctx)
{
	ht_u64 ring = ctx->args[0], req = ctx->args[1];
	struct io_uring_cqe *cqe = (void *)ctx->args[2];

	if (req)
		return complete(ctx, ring, req, request_user_data(req), BPF_CORE_READ((struct io_kiocb *)req, cqe.res));
	return complete_some(ctx, ring, BPF_CORE_READ(cqe, user_data), BPF_CORE_READ(cqe, res), false);
}

/* io_uring_complete, 5.19 to 6.14: ring, request, user data, result... */
SEC("raw_tp")
int uring_complete_old(struct bpf_raw_tracepoint_args *ctx)
{
	ht_u64 ring = ctx->args[0], req = ctx->args[1];

	return req ? complete(ctx, ring, req, ctx->args[2], (int)ctx->args[3]) :
		     complete_some(ctx, ring, ctx->args[2], (int)ctx->args[3], false);
}

/* io_uring_complete until 5.18: ring, user data, result, flags */
SEC("raw_tp")
int uring_complete_oldest(struct bpf_raw_tracepoint_args *ctx)
{
	return complete_some(ctx, ctx->args[0], ctx->args[1], (int)ctx->args[2], !(ctx->args[3] & CQE_MORE));
}

/*
 * io_uring_cqe_overflow: ring, user data, result, flags... The completion queue is full: the kernel keeps the entry elsewhere,
 * and says nothing when it takes it back.
 */
SEC("raw_tp")
int uring_overflow(struct bpf_raw_tracepoint_args *ctx)
{
	bool final = !(ctx->args[3] & CQE_MORE);

	if (uring_tells_first && final)
		return 0;
	return complete_some(ctx, ctx->args[0], ctx->args[1], (int)ctx->args[2], final);
}

/*
 * io_uring_fail_link: request, the next. A request that fails takes those linked to it along; if it was to complete silently,
 * they do.
 */
SEC("raw_tp")
int uring_link_failed(struct bpf_raw_tracepoint_args *ctx)
{
	ht_u64 next = ctx->args[1];

	if (!(request_flags(ctx->args[0]) & uring_skip_links))
		return 0;
	return complete(ctx, (ht_u64)BPF_CORE_READ((struct io_kiocb *)next, ctx), next, request_user_data(next), -ECANCELED);
}

/*
 * Run by user space when recording ends, once for each operation that still waits: places what is known of it. Its key
 * stands in the arguments.
 */
SEC("raw_tp")
int uring_end(struct bpf_raw_tracepoint_args *ctx)
{
	struct uring_key key = { .of = ctx->args[0], .user_data = ctx->args[1] };
	struct uring_short *w = bpf_map_lookup_elem(&uring_waiting, &key);
	struct scratch *s = scratch_get();

	if (!w || !s || (w->head.bits & (URING_TOLD | URING_GONE)) || !uring_recall(s, &key, w))
		return 0;
	s->uring.request = 0;
	return finish_unknown(ctx, s);
}

#endif
