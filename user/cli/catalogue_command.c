/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows below a call stand for, in words. */
#include "base/cleanup.h"
#include "cli/catalogue.h"
#include "event/names.h"
#include "event/socket_names.h"
#include "hosttrail/names.h"
#include "hosttrail/structs.h"

#define POINTS UINT64_MAX        /* mask of a row that asks whether an argument points at all */
#define MOUNT_MAGIC 0xc0ed0000u  /* MS_MGC_VAL, which shares its bits with flags */
#define SHARED_LEAST 3u          /* so many names with one beginning are told by that */
#define SHARED_LETTERS 3u        /* of it behind the first underscore */

/* ---- flags ---- */

/* The bytes that two names have in common, if that is more than what all names of a set begin with; else 0. */
static size_t shared(const char *a, const char *b)
{
	const char *underscore = strchr(a, '_');
	size_t n = 0, least = underscore ? (size_t)(underscore - a) + 1 + SHARED_LETTERS : SIZE_MAX;

	while (a[n] && a[n] == b[n])
		n++;
	return n >= least ? n : 0;
}

/* Takes the bits that are told from *bits. */
static void append_flag(struct ht_buffer *b, const struct ht_name_set *set, size_t i, uint64_t *bits)
{
	const char *name = set->values[i].name;
	size_t count = 0, length = strlen(name);
	uint64_t all = 0;

	for (size_t k = i; k < set->count; k++) {
		uint64_t v = set->values[k].value;
		size_t n = shared(name, set->values[k].name);

		if (!v || (*bits & v) != v || !n)
			continue;
		count++;
		all |= v;
		length = n < length ? n : length;
	}
	if (count < SHARED_LEAST) {
		ht_buffer_append(b, name, strlen(name));
		*bits &= ~set->values[i].value;
		return;
	}
	ht_buffer_printf(b, "%.*s*", (int)length, name);
	*bits &= ~all;
}

static void append_flags(struct ht_buffer *b, const struct ht_name_set *set, uint64_t bits)
{
	const char *between = "";

	for (size_t i = 0; i < set->count && bits; i++) {
		uint64_t v = set->values[i].value;

		if (!v || (bits & v) != v)
			continue;
		ht_buffer_append(b, between, strlen(between));
		append_flag(b, set, i, &bits);
		between = "|";
	}
	if (bits)
		ht_buffer_printf(b, "%s0x%llx", between, (unsigned long long)bits);
}

/* "AT_REMOVEDIR", "A without B", "no CLONE_NEW*"; of a whole word "only A|B", "no flags". */
static void command_flags(struct ht_buffer *b, const char *name, const struct ht_name_set *set, uint64_t mask, uint64_t value)
{
	const char *exact = ht_name_of(set, value);

	if (mask == UINT32_MAX && (!value || value == mask)) {
		value ? ht_buffer_printf(b, "0x%llx", (unsigned long long)value) : ht_buffer_printf(b, "no %s", name);
		return;
	}
	if (mask == UINT32_MAX)
		ht_buffer_literal(b, "only ");
	if (value && exact)
		ht_buffer_append(b, exact, strlen(exact));
	else if (value)
		append_flags(b, set, value);
	if (mask == UINT32_MAX || mask == value)
		return;
	ht_buffer_printf(b, "%s", value ? " without " : "no ");
	append_flags(b, set, mask & ~value);
}

/* ---- commands ---- */

/* A row on a struct looks at its first member. */
struct looked_at {
	const char *name;
	const struct ht_name_set *names;
	unsigned kind;
};

static struct looked_at looked_at(const struct ht_arg *arg)
{
	struct looked_at l = { arg->name, arg->names, arg->kind };
	const struct ht_member *first = arg->structure && arg->kind != HT_ARG_STRUCTS ? arg->structure->member : NULL;

	if (first)
		l = (struct looked_at){ first->name, first->names, first->kind };
	if (l.names)
		return l;
	switch (l.kind) {
	case HT_ARG_CLONE_FLAGS:
		l.names = &ht_names_clone_flags;
		break;
	case HT_ARG_MODE:
		l.names = &ht_names_file_types;
		break;
	case HT_ARG_QUOTA_COMMAND:
		l.names = &ht_names_quota_commands;
		break;
	}
	return l;
}

static void command_value(struct ht_buffer *b, const struct ht_arg *arg, uint64_t mask, uint64_t value)
{
	struct looked_at l = looked_at(arg);
	const char *name;

	if (mask == POINTS) {
		ht_buffer_literal(b, "null");
		return;
	}
	if (l.names && (l.kind == HT_ARG_FLAGS || l.kind == HT_ARG_LONG_FLAGS || l.kind == HT_ARG_CLONE_FLAGS)) {
		command_flags(b, l.name, l.names, mask, value);
		return;
	}
	name = l.names ? ht_name_of(l.names, l.kind == HT_ARG_QUOTA_COMMAND ? value >> 8 : value) : NULL;
	if (name)
		ht_buffer_append(b, name, strlen(name));
	else if (l.kind == HT_ARG_INT || l.kind == HT_ARG_UINT || l.kind == HT_ARG_SIZE || l.kind == HT_ARG_ENUM)
		ht_buffer_unsigned(b, value);
	else
		ht_buffer_printf(b, "0x%llx", (unsigned long long)value);
	if (!name && mask != UINT32_MAX)
		ht_buffer_printf(b, " of 0x%llx", (unsigned long long)mask);
}

void ht_catalogue_command(struct ht_buffer *b, const struct ht_call *call, const struct ht_command *command)
{
	const struct ht_arg *also = ht_args_of(call, command) + command->also_arg;
	uint64_t mask = command->mask, value = command->value;
	const char *option;

	if (!mask) {
		ht_buffer_literal(b, "any other");
		return;
	}
	if (strcmp(call->name, "mount") == 0 && (value & 0xffff0000) == MOUNT_MAGIC) {
		ht_buffer_literal(b, "MS_MGC_VAL");
		mask &= 0xffff;
		value &= 0xffff;
		if (!mask)
			return;
		ht_buffer_byte(b, '|');
	}
	command_value(b, &call->arg[command->arg], mask, value);
	if (!command->also_mask)
		return;
	ht_buffer_printf(b, ", %s ", also->name);
	option = also->kind == HT_ARG_SOCKET_OPTION_NAME ?
			 ht_socket_option_name((uint32_t)value, (uint32_t)command->also_value, true) : NULL;
	if (option)
		ht_buffer_append(b, option, strlen(option));
	else if (also->names)
		command_value(b, also, command->also_mask, command->also_value);
	else
		ht_buffer_unsigned(b, command->also_value);
}

/* ---- messages ---- */

static void message_flags(struct ht_buffer *b, const struct ht_message *m)
{
	const struct ht_name_set *set = m->access == HT_ACCESS_READ ? &ht_names_netlink_flags_get : &ht_names_netlink_flags;

	ht_buffer_literal(b, " with ");
	if (ht_name_of(set, m->flags))
		ht_buffer_printf(b, "%s", ht_name_of(set, m->flags));
	else
		append_flags(b, set, m->flags);
}

void ht_catalogue_message(struct ht_buffer *b, const struct ht_message *m)
{
	const char *name = m->family ? ht_message_command_name(m->family, m->first) : ht_message_name(m->protocol, m->first);
	bool one = m->first == m->last && m->mask == UINT16_MAX;

	if (m->family)
		ht_buffer_printf(b, "%s%s", *m->family ? m->family : "any other family", m->mask ? " " : "");
	else if (!one || !name)
		ht_buffer_printf(b, "%s ", ht_name_of(&ht_names_netlink_protocols, m->protocol));
	if (one && name)
		ht_buffer_append(b, name, strlen(name));
	else if (one)
		ht_buffer_unsigned(b, m->first);
	else if (m->mask == UINT16_MAX)
		ht_buffer_printf(b, "%u to %u", m->first, m->last);
	else if (m->mask)
		ht_buffer_printf(b, "types whose 0x%x is 0x%x", m->mask, m->first);
	else if (!m->family)
		ht_buffer_literal(b, "all others");
	if (m->flags)
		message_flags(b, m);
}
