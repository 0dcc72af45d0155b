/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Structs that arguments point to, as the kernel's user-space API lays them out (include/uapi/linux; with
 * 32-bit words as include/linux/compat.h). Before a member is read, the bytes are known to reach to its
 * end.
 */
#include <stdio.h>

#include "event/render_value.h"

#define UTIME_NOW_NS 0x3fffffff
#define UTIME_OMIT_NS 0x3ffffffe
#define CAPABILITY_V1 0x19980330u

static uint32_t read32(struct ht_text bytes, size_t at)
{
	uint32_t v;

	memcpy(&v, bytes.data + at, sizeof(v));
	return v;
}

static uint64_t read64(struct ht_text bytes, size_t at)
{
	uint64_t v;

	memcpy(&v, bytes.data + at, sizeof(v));
	return v;
}

/* The index-th word of a struct of words, signed. */
static int64_t word(struct ht_text bytes, bool narrow, unsigned index)
{
	return narrow ? (int32_t)read32(bytes, index * 4) : (int64_t)read64(bytes, index * 8);
}

#define MEMBER(b, key) ht_buffer_literal(b, ",\"" key "\":")
#define FIRST_MEMBER(b, key) ht_buffer_literal(b, "{\"" key "\":")

static void seconds(struct ht_buffer *b, int64_t s, const char *fraction, int64_t f)
{
	FIRST_MEMBER(b, "seconds");
	ht_buffer_signed(b, s);
	ht_buffer_literal(b, ",\"");
	ht_buffer_append(b, fraction, strlen(fraction));
	ht_buffer_literal(b, "\":");
	ht_buffer_signed(b, f);
	ht_buffer_byte(b, '}');
}

static void file_time(struct ht_buffer *b, int64_t s, int64_t ns)
{
	if (ns == UTIME_NOW_NS)
		ht_render_quoted(b, "UTIME_NOW");
	else if (ns == UTIME_OMIT_NS)
		ht_render_quoted(b, "UTIME_OMIT");
	else
		seconds(b, s, "nanoseconds", ns);
}

static void file_times(struct ht_buffer *b, struct ht_text bytes, bool narrow)
{
	ht_buffer_byte(b, '[');
	file_time(b, word(bytes, narrow, 0), word(bytes, narrow, 1));
	ht_buffer_byte(b, ',');
	file_time(b, word(bytes, narrow, 2), word(bytes, narrow, 3));
	ht_buffer_byte(b, ']');
}

static void timeval_pair(struct ht_buffer *b, struct ht_text bytes, bool narrow)
{
	ht_buffer_byte(b, '[');
	seconds(b, word(bytes, narrow, 0), "microseconds", word(bytes, narrow, 1));
	ht_buffer_byte(b, ',');
	seconds(b, word(bytes, narrow, 2), "microseconds", word(bytes, narrow, 3));
	ht_buffer_byte(b, ']');
}

static void limit(struct ht_buffer *b, uint64_t v, uint64_t unlimited)
{
	if (v == unlimited)
		ht_buffer_literal(b, "null");
	else
		ht_buffer_unsigned(b, v);
}

static void limits(struct ht_buffer *b, struct ht_text bytes, bool narrow)
{
	uint64_t unlimited = narrow ? UINT32_MAX : UINT64_MAX;

	FIRST_MEMBER(b, "current");
	limit(b, (uint64_t)word(bytes, narrow, 0) & unlimited, unlimited);
	MEMBER(b, "maximum");
	limit(b, (uint64_t)word(bytes, narrow, 1) & unlimited, unlimited);
	ht_buffer_byte(b, '}');
}

static void capability_set(struct ht_buffer *b, uint64_t bits)
{
	bool more = false;

	ht_buffer_byte(b, '[');
	for (unsigned i = 0; i < 64; i++) {
		const char *name = ht_name_of(&ht_names_capabilities, i);

		if (!(bits & (1ull << i)))
			continue;
		if (more)
			ht_buffer_byte(b, ',');
		more = true;
		if (name)
			ht_render_quoted(b, name);
		else
			ht_buffer_unsigned(b, i);
	}
	ht_buffer_byte(b, ']');
}

/* capset(2): two structs of three words, low halves first; version 1 has only the first struct. */
static void capabilities(struct ht_render *r, unsigned i, struct ht_text bytes)
{
	const struct ht_wire_item_view *header = i ? ht_wire_item(r->w, HT_ITEM_BYTES, i - 1) : NULL;
	uint64_t high = UINT64_MAX;

	if (header && header->bytes.length >= 4 && read32(header->bytes, 0) == CAPABILITY_V1)
		high = UINT32_MAX;
	FIRST_MEMBER(r->b, "effective");
	capability_set(r->b, (read32(bytes, 0) | (uint64_t)read32(bytes, 12) << 32) & high);
	MEMBER(r->b, "permitted");
	capability_set(r->b, (read32(bytes, 4) | (uint64_t)read32(bytes, 16) << 32) & high);
	MEMBER(r->b, "inheritable");
	capability_set(r->b, (read32(bytes, 8) | (uint64_t)read32(bytes, 20) << 32) & high);
	ht_buffer_byte(r->b, '}');
}

static void group_ids(struct ht_render *r, unsigned i, struct ht_text bytes, unsigned size)
{
	const struct ht_arg *arg = &r->call->arg[i];
	uint32_t count = (uint32_t)r->w->event->args[arg->aux];
	char field[64];

	ht_buffer_byte(r->b, '[');
	for (uint32_t k = 0; k < count && k < bytes.length / size; k++) {
		uint32_t id = 0;

		memcpy(&id, bytes.data + k * size, size);
		if (k)
			ht_buffer_byte(r->b, ',');
		ht_buffer_unsigned(r->b, id);
	}
	ht_buffer_byte(r->b, ']');
	if (count <= bytes.length / size)
		return;
	snprintf(field, sizeof(field), "%s%s", r->object, arg->name);
	ht_truncated_add(r->t, field, (uint64_t)count * size);
}

static void words(struct ht_buffer *b, struct ht_text bytes, bool narrow)
{
	size_t size = narrow ? 4 : 8;

	ht_buffer_byte(b, '[');
	for (size_t at = 0; at + size <= bytes.length; at += size) {
		if (at)
			ht_buffer_byte(b, ',');
		ht_render_hex(b, narrow ? read32(bytes, at) : read64(bytes, at));
	}
	ht_buffer_byte(b, ']');
}

static void open_how(struct ht_render *r, struct ht_text bytes)
{
	uint64_t flags = read64(bytes, 0);

	FIRST_MEMBER(r->b, "flags");
	ht_render_open_flags(r->b, r->w->event->abi, flags);
	MEMBER(r->b, "mode");
	ht_render_mode(r->b, read64(bytes, 8));
	MEMBER(r->b, "resolve");
	ht_render_flags(r->b, &ht_names_resolve_flags, read64(bytes, 16));
	ht_buffer_byte(r->b, '}');
}

static void clone_args(struct ht_buffer *b, struct ht_text bytes)
{
	FIRST_MEMBER(b, "flags");
	ht_render_flags(b, &ht_names_clone_flags, read64(bytes, 0));
	MEMBER(b, "exitSignal");
	ht_render_enum(b, &ht_names_signals, read64(bytes, 32));
	ht_buffer_byte(b, '}');
}

static void mount_attr(struct ht_buffer *b, struct ht_text bytes)
{
	FIRST_MEMBER(b, "set");
	ht_render_flags(b, &ht_names_mount_attr, read64(bytes, 0));
	MEMBER(b, "clear");
	ht_render_flags(b, &ht_names_mount_attr, read64(bytes, 8));
	MEMBER(b, "propagation");
	ht_render_flags(b, &ht_names_mount_flags, read64(bytes, 16));
	ht_buffer_byte(b, '}');
}

static void sched_attr(struct ht_buffer *b, struct ht_text bytes)
{
	FIRST_MEMBER(b, "policy");
	ht_render_enum(b, &ht_names_sched_policies, read32(bytes, 4));
	MEMBER(b, "flags");
	ht_render_flags(b, &ht_names_sched_flags, read64(bytes, 8));
	MEMBER(b, "nice");
	ht_buffer_signed(b, (int32_t)read32(bytes, 16));
	MEMBER(b, "priority");
	ht_buffer_unsigned(b, read32(bytes, 20));
	ht_buffer_byte(b, '}');
}

static void perf_attr(struct ht_buffer *b, struct ht_text bytes)
{
	FIRST_MEMBER(b, "type");
	ht_render_enum(b, &ht_names_perf_types, read32(bytes, 0));
	MEMBER(b, "config");
	ht_render_hex(b, read64(bytes, 8));
	MEMBER(b, "samplePeriod");
	ht_buffer_unsigned(b, read64(bytes, 16));
	MEMBER(b, "sampleType");
	ht_render_hex(b, read64(bytes, 24));
	ht_buffer_byte(b, '}');
}

#define RULE_NET_PORT 2

static void landlock_rule(struct ht_render *r, unsigned i, struct ht_text bytes)
{
	bool net = i && (uint32_t)r->w->event->args[i - 1] == RULE_NET_PORT;
	const struct ht_name_set *names = net ? &ht_names_landlock_access_net : &ht_names_landlock_access_fs;

	FIRST_MEMBER(r->b, "allowedAccess");
	ht_render_flags(r->b, names, read64(bytes, 0));
	if (net) {
		MEMBER(r->b, "port");
		ht_buffer_unsigned(r->b, read64(bytes, 8));
	} else {
		MEMBER(r->b, "parentFd");
		ht_buffer_signed(r->b, (int32_t)read32(bytes, 8));
	}
	ht_buffer_byte(r->b, '}');
}

/* It has grown from version to version: what the caller's size does not reach to is absent. */
static void ruleset_attr(struct ht_buffer *b, struct ht_text bytes)
{
	FIRST_MEMBER(b, "handledAccessFs");
	ht_render_flags(b, &ht_names_landlock_access_fs, read64(bytes, 0));
	if (bytes.length >= 16) {
		MEMBER(b, "handledAccessNet");
		ht_render_flags(b, &ht_names_landlock_access_net, read64(bytes, 8));
	}
	if (bytes.length >= 24) {
		MEMBER(b, "scoped");
		ht_render_flags(b, &ht_names_landlock_scope, read64(bytes, 16));
	}
	ht_buffer_byte(b, '}');
}

static void file_attr(struct ht_buffer *b, struct ht_text bytes)
{
	FIRST_MEMBER(b, "flags");
	ht_render_flags(b, &ht_names_file_attr_xflags, read64(bytes, 0));
	MEMBER(b, "projectId");
	ht_buffer_unsigned(b, read32(bytes, 16));
	ht_buffer_byte(b, '}');
}

/*
 * include/uapi/linux/timex.h; the offset is the second word, since modes is followed by padding to a word.
 */
static void timex(struct ht_buffer *b, struct ht_text bytes, bool narrow)
{
	FIRST_MEMBER(b, "modes");
	ht_render_flags(b, &ht_names_adjtime_modes, read32(bytes, 0));
	MEMBER(b, "offset");
	ht_buffer_signed(b, word(bytes, narrow, 1));
	MEMBER(b, "frequency");
	ht_buffer_signed(b, word(bytes, narrow, 2));
	ht_buffer_byte(b, '}');
}

static void render_time(struct ht_render *r, enum ht_arg_kind kind, struct ht_text bytes)
{
	struct ht_buffer *b = r->b;

	switch (kind) {
	case HT_ARG_TIMESPEC:
		seconds(b, word(bytes, r->narrow, 0), "nanoseconds", word(bytes, r->narrow, 1));
		return;
	case HT_ARG_TIMESPEC64:
		seconds(b, word(bytes, false, 0), "nanoseconds", word(bytes, false, 1));
		return;
	case HT_ARG_TIMESPEC_PAIR:
		file_times(b, bytes, r->narrow);
		return;
	case HT_ARG_TIMESPEC64_PAIR:
		file_times(b, bytes, false);
		return;
	case HT_ARG_TIMEVAL:
		seconds(b, word(bytes, r->narrow, 0), "microseconds", word(bytes, r->narrow, 1));
		return;
	case HT_ARG_TIMEVAL_PAIR:
		timeval_pair(b, bytes, r->narrow);
		return;
	case HT_ARG_UTIMBUF:
		ht_buffer_byte(b, '[');
		ht_buffer_signed(b, word(bytes, r->narrow, 0));
		ht_buffer_byte(b, ',');
		ht_buffer_signed(b, word(bytes, r->narrow, 1));
		ht_buffer_byte(b, ']');
		return;
	case HT_ARG_TIME:
		ht_buffer_signed(b, word(bytes, r->narrow, 0));
		return;
	default:
		timex(b, bytes, kind == HT_ARG_TIMEX && r->narrow);
	}
}

static void render_other(struct ht_render *r, unsigned i, enum ht_arg_kind kind, struct ht_text bytes)
{
	struct ht_buffer *b = r->b;

	switch (kind) {
	case HT_ARG_RLIMIT:
		limits(b, bytes, r->narrow);
		return;
	case HT_ARG_RLIMIT64:
		limits(b, bytes, false);
		return;
	case HT_ARG_CAPABILITY_HEADER:
		FIRST_MEMBER(b, "version");
		ht_render_request_name(b, &ht_names_capability_versions, read32(bytes, 0));
		MEMBER(b, "pid");
		ht_buffer_signed(b, (int32_t)read32(bytes, 4));
		ht_buffer_byte(b, '}');
		return;
	case HT_ARG_CAPABILITIES:
		capabilities(r, i, bytes);
		return;
	case HT_ARG_GROUPS:
		group_ids(r, i, bytes, 4);
		return;
	case HT_ARG_GROUPS16:
		group_ids(r, i, bytes, 2);
		return;
	case HT_ARG_OPEN_HOW:
		open_how(r, bytes);
		return;
	case HT_ARG_CLONE_ARGS:
		clone_args(b, bytes);
		return;
	case HT_ARG_MOUNT_ATTR:
		mount_attr(b, bytes);
		return;
	case HT_ARG_SCHED_PARAM:
		ht_buffer_signed(b, (int32_t)read32(bytes, 0));
		return;
	case HT_ARG_SCHED_ATTR:
		sched_attr(b, bytes);
		return;
	case HT_ARG_PERF_ATTR:
		perf_attr(b, bytes);
		return;
	case HT_ARG_RULESET_ATTR:
		ruleset_attr(b, bytes);
		return;
	case HT_ARG_LANDLOCK_RULE:
		landlock_rule(r, i, bytes);
		return;
	case HT_ARG_FILE_ATTR:
		file_attr(b, bytes);
		return;
	default:
		words(b, bytes, r->narrow);
	}
}

static bool is_time(enum ht_arg_kind kind)
{
	return (kind >= HT_ARG_TIMESPEC && kind <= HT_ARG_TIME) || kind == HT_ARG_TIMEX || kind == HT_ARG_TIMEX64;
}

bool ht_render_struct(struct ht_render *r, unsigned i, struct ht_text bytes)
{
	const struct ht_arg *arg = &r->call->arg[i];
	enum ht_arg_kind kind = arg->kind;
	unsigned size = ht_arg_size(kind, r->w->event->abi);

	if (kind == HT_ARG_BPF_ATTR) {
		ht_render_bpf_attr(r, i, bytes);
		return true;
	}
	if (kind == HT_ARG_RULESET_ATTR)
		size = 8;
	if (bytes.length < size)
		return false;
	ht_render_arg_key(r, arg);
	if (is_time(kind))
		render_time(r, kind, bytes);
	else
		render_other(r, i, kind, bytes);
	return true;
}
