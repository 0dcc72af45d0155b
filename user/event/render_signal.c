/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What signals and tracers carry.
 *
 * siginfo_t (include/uapi/asm-generic/siginfo.h): a union, of which the code says what it holds, and if that is one of the
 * signal's own codes, the signal.
 */
#include <signal.h>

#include "base/cleanup.h"
#include "event/render_value.h"
#include "hosttrail/structs.h"

#define CODE_AT 8

/* Codes of no signal in particular are not above 0, but for one. */
enum {
	CODE_USER = 0,
	CODE_KERNEL = 0x80,
	CODE_TIMER = -2,
	CODE_SIGIO = -5,
	CODE_TKILL = -6,
};

#define ANY_CODE 0

/* Of signals with codes of their own: their names, and what goes with a code; the first that holds. */
static const struct {
	int signal, code;
	const struct ht_name_set *codes;
	const struct ht_struct *holds;
} own[] = {
	{ SIGCHLD, ANY_CODE, &ht_names_child_codes, &ht_struct_signal_of_child },
	{ SIGILL, ANY_CODE, &ht_names_ill_codes, &ht_struct_signal_of_fault },
	{ SIGFPE, ANY_CODE, &ht_names_fpe_codes, &ht_struct_signal_of_fault },
	{ SIGSEGV, 3, &ht_names_segv_codes, &ht_struct_signal_of_bounds }, /* SEGV_BNDERR */
	{ SIGSEGV, 4, &ht_names_segv_codes, &ht_struct_signal_of_key },    /* SEGV_PKUERR */
	{ SIGSEGV, ANY_CODE, &ht_names_segv_codes, &ht_struct_signal_of_fault },
	{ SIGBUS, 4, &ht_names_bus_codes, &ht_struct_signal_of_memory_error }, /* BUS_MCEERR_AR */
	{ SIGBUS, 5, &ht_names_bus_codes, &ht_struct_signal_of_memory_error }, /* BUS_MCEERR_AO */
	{ SIGBUS, ANY_CODE, &ht_names_bus_codes, &ht_struct_signal_of_fault },
	{ SIGTRAP, 6, &ht_names_trap_codes, &ht_struct_signal_of_perf }, /* TRAP_PERF */
	{ SIGTRAP, ANY_CODE, &ht_names_trap_codes, &ht_struct_signal_of_fault },
	{ SIGIO, ANY_CODE, &ht_names_poll_codes, &ht_struct_signal_of_file },
	{ SIGSYS, ANY_CODE, &ht_names_sys_codes, &ht_struct_signal_of_call },
};

static const struct ht_struct *holds(int signal, int code, const struct ht_name_set **ret_codes)
{
	*ret_codes = &ht_names_signal_codes;
	switch (code) {
	case CODE_USER:
	case CODE_TKILL:
		return &ht_struct_signal_sent;
	case CODE_TIMER:
		return &ht_struct_signal_of_timer;
	case CODE_SIGIO:
		return &ht_struct_signal_of_file;
	}
	for (size_t i = 0; code > 0 && code != CODE_KERNEL && i < ARRAY_SIZE(own); i++)
		if (own[i].signal == signal && (own[i].code == code || own[i].code == ANY_CODE)) {
			*ret_codes = own[i].codes;
			return own[i].holds;
		}
	return &ht_struct_signal_queued;
}

static void siginfo(struct ht_render *r, struct ht_text bytes)
{
	enum ht_abi abi = r->w->event->abi;
	const struct ht_name_set *codes;
	const struct ht_struct *more;
	bool outer = r->any;
	int32_t signal, code;

	memcpy(&signal, bytes.data, sizeof(signal));
	memcpy(&code, bytes.data + CODE_AT, sizeof(code));
	more = holds(signal, code, &codes);
	ht_buffer_byte(r->b, '{');
	r->any = false;
	ht_render_members(r, &ht_struct_signal_head, bytes, abi);
	ht_render_key(r, "code");
	ht_render_enum(r->b, codes, (uint32_t)code);
	ht_render_members(r, more, bytes, abi);
	ht_buffer_byte(r->b, '}');
	r->any = outer;
}

#define GENERAL_REGISTERS 1 /* NT_PRSTATUS */

void ht_render_registers(struct ht_render *r, const struct ht_arg *arg, struct ht_text bytes)
{
	const struct ht_struct *s = &ht_struct_registers;
	bool outer = r->any;

	/* Those of vectors hold what the program works on: content, and keys as well. */
	if ((uint32_t)r->w->event->args[2] != GENERAL_REGISTERS || (bytes.length != s->size && bytes.length != s->size_i386))
		return;
	ht_render_arg_key(r, arg);
	ht_buffer_byte(r->b, '{');
	r->any = false;
	ht_render_members(r, s, bytes, bytes.length == s->size ? HT_ABI_X86_64 : HT_ABI_I386);
	ht_buffer_byte(r->b, '}');
	r->any = outer;
}

bool ht_render_siginfo(struct ht_render *r, const struct ht_arg *arg, struct ht_text bytes)
{
	size_t size = ht_arg_size(arg, r->w->event->abi);

	if (arg->kind == HT_ARG_SIGINFO && bytes.length < size)
		return false;
	ht_render_arg_key(r, arg);
	if (arg->kind == HT_ARG_SIGINFO) {
		siginfo(r, bytes);
		return true;
	}
	ht_buffer_byte(r->b, '[');
	for (size_t at = 0; at + size <= bytes.length; at += size) {
		if (at)
			ht_buffer_byte(r->b, ',');
		siginfo(r, (struct ht_text){ bytes.data + at, size });
	}
	ht_buffer_byte(r->b, ']');
	return true;
}
