/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments of which one register holds two things, each a member of its own. */
#include "event/render_value.h"

static uint64_t all_bits(const struct ht_name_set *set)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < set->count; i++)
		bits |= set->values[i].value;
	return bits;
}

/* The operation and its flags; what has no name stays whole. */
void ht_render_operation(struct ht_render *r, const struct ht_arg *arg, uint32_t v)
{
	uint32_t flags = v & (uint32_t)all_bits(arg->flags);

	if (!ht_name_of(arg->names, v & ~flags))
		flags = 0;
	ht_render_arg_key(r, arg);
	ht_render_enum(r->b, arg->names, v & ~flags);
	if (!flags)
		return;
	ht_render_key(r, ht_sibling_of(arg->direction == HT_OUT ? NULL : arg, "Flags").key);
	ht_render_flags(r->b, arg->flags, flags);
}

bool ht_render_divided(struct ht_render *r, unsigned i)
{
	const struct ht_arg *arg = &r->args[i];
	uint64_t v = r->w->event->args[i];

	switch (arg->kind) {
	case HT_ARG_CLONE_FLAGS:
		ht_render_arg_key(r, arg);
		ht_render_flags(r->b, &ht_names_clone_flags, v & 0xffffff00u);
		ht_render_key(r, "exitSignal");
		ht_render_enum(r->b, &ht_names_signals, v & 0xff);
		return true;
	case HT_ARG_QUOTA_COMMAND:
		ht_render_arg_key(r, arg);
		ht_render_request_name(r->b, &ht_names_quota_commands, (v & UINT32_MAX) >> 8);
		ht_render_key(r, "quotaType");
		ht_render_enum(r->b, &ht_names_quota_types, v & 0xff);
		return true;
	case HT_ARG_IPC_FLAGS:
		ht_render_arg_key(r, arg);
		ht_render_flags(r->b, arg->names, v & UINT32_MAX & ~0777u);
		ht_render_key(r, "mode");
		ht_render_mode(r->b, v & 0777);
		return true;
	case HT_ARG_KEXEC_FLAGS:
		ht_render_arg_key(r, arg);
		ht_render_flags(r->b, &ht_names_kexec_flags, v & ~0xffff0000ull);
		ht_render_key(r, "architecture");
		ht_render_request_name(r->b, &ht_names_kexec_architectures, v & 0xffff0000u);
		return true;
	case HT_ARG_OPERATION:
		ht_render_operation(r, arg, (uint32_t)v);
		return true;
	default:
		return false;
	}
}
