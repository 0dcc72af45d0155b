/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands of multiplexers: their rows, and which of them holds for a call. */
#include "event/command.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "event/catalogue_words.h"

/* ---- the rows ---- */

#define COMMAND_ROW(c, a, m, v, a2, m2, v2, list, event_, source_, plane_, access_) \
	{ .call = #c, .event = event_, .mask = m, .value = v, .also_mask = m2, .also_value = v2, .arg = a, \
	  .also_arg = a2, .source = HT_SOURCE_##source_, .plane = HT_PLANE_##plane_, \
	  .access = HT_ACCESS_##access_, .args = list },
#define COMMAND_LIST(...) (const struct ht_arg[HT_ARGS + 1]){ __VA_ARGS__ }

static struct ht_command commands[] = {
#define COMMAND_FLAGS(c, bits)
#define COMMAND(c, a, v, ...) COMMAND_ROW(c, a, 0xffffffff, v, 0, 0, 0, NULL, __VA_ARGS__)
#define COMMAND_ARGS(c, a, v, event_, source_, plane_, access_, ...) \
	COMMAND_ROW(c, a, 0xffffffff, v, 0, 0, 0, COMMAND_LIST(__VA_ARGS__), event_, source_, plane_, access_)
#define COMMAND_BITS(c, a, m, v, ...) COMMAND_ROW(c, a, m, v, 0, 0, 0, NULL, __VA_ARGS__)
#define COMMAND_PAIR(c, a, v, a2, v2, ...) COMMAND_ROW(c, a, 0xffffffff, v, a2, 0xffffffff, v2, NULL, __VA_ARGS__)
#define COMMAND_PAIR_ARGS(c, a, v, a2, v2, event_, source_, plane_, access_, ...) \
	COMMAND_ROW(c, a, 0xffffffff, v, a2, 0xffffffff, v2, COMMAND_LIST(__VA_ARGS__), event_, source_, plane_, access_)
#include "hosttrail/catalogue/commands.def"
#undef COMMAND_PAIR_ARGS
#undef COMMAND_PAIR
#undef COMMAND_BITS
#undef COMMAND_ARGS
#undef COMMAND
#undef COMMAND_FLAGS
};

/* Flags that stand in the word of a command without being part of it. */
static const struct {
	const char *call;
	uint32_t bits;
} command_flags[] = {
#define COMMAND(...)
#define COMMAND_ARGS(...)
#define COMMAND_BITS(...)
#define COMMAND_PAIR(...)
#define COMMAND_PAIR_ARGS(...)
#define COMMAND_FLAGS(c, bits) { #c, bits },
#include "hosttrail/catalogue/commands.def"
#undef COMMAND_FLAGS
#undef COMMAND_PAIR_ARGS
#undef COMMAND_PAIR
#undef COMMAND_BITS
#undef COMMAND_ARGS
#undef COMMAND
};

static void leave_flags_out(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(command_flags); i++)
		for (size_t k = 0; k < ARRAY_SIZE(commands); k++)
			if (commands[k].mask == UINT32_MAX && strcmp(commands[k].call, command_flags[i].call) == 0)
				commands[k].mask &= ~command_flags[i].bits;
}

/*
 * Which commands belong to a row of calls.def: they stand together in the file. The first of them, most calls' all, are told by the
 * value of the same bits of the same argument: by_value has their indices in the order of the values, and ioctl has hundreds.
 * Filled once, before main().
 */
enum {
	ROWS = 0
#define CALL(...) + 1
#include "hosttrail/catalogue/calls.def"
#undef CALL
};

static struct commands_of {
	uint16_t first, count, ordered;
} commands_of[ROWS];

static uint16_t by_value[ARRAY_SIZE(commands)];

static int compare_values(const void *a, const void *b)
{
	uint64_t x = commands[*(const uint16_t *)a].value, y = commands[*(const uint16_t *)b].value;

	return (x > y) - (x < y);
}

static struct commands_of order_commands(size_t first, size_t end)
{
	size_t ordered = first;

	while (ordered < end && commands[ordered].arg == commands[first].arg && commands[ordered].mask == commands[first].mask &&
	       !commands[ordered].also_mask) {
		by_value[ordered] = (uint16_t)ordered;
		ordered++;
	}
	qsort(&by_value[first], ordered - first, sizeof(*by_value), compare_values);
	return (struct commands_of){ (uint16_t)first, (uint16_t)(end - first), (uint16_t)(ordered - first) };
}

__attribute__((constructor)) static void find_commands(void)
{
	size_t end, count;
	const struct ht_call *calls = ht_calls(&count);

	leave_flags_out();
	for (size_t first = 0; first < ARRAY_SIZE(commands); first = end) {
		struct commands_of of;

		for (end = first + 1; end < ARRAY_SIZE(commands); end++)
			if (strcmp(commands[end].call, commands[first].call) != 0)
				break;
		of = order_commands(first, end);
		for (size_t i = 0; i < count; i++)
			if (strcmp(calls[i].name, commands[first].call) == 0)
				commands_of[i] = of;
	}
}

static const struct commands_of *of_call(const struct ht_call *call)
{
	size_t count;

	return &commands_of[call - ht_calls(&count)];
}

const struct ht_command *ht_commands(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(commands);
	return commands;
}

const struct ht_command *ht_commands_of(const struct ht_call *call, size_t *ret_count)
{
	*ret_count = of_call(call)->count;
	return *ret_count ? &commands[of_call(call)->first] : NULL;
}

/* ---- which holds ---- */

/* A row with this mask asks of an argument that points whether it points at all. */
#define WHOLE_ARGUMENT UINT64_MAX

bool ht_command_holds(const struct ht_command *c, const uint64_t args[HT_ARGS])
{
	return (args[c->arg] & c->mask) == c->value &&
	       (!c->also_mask || (args[c->also_arg] & c->also_mask) == c->also_value);
}

/* Of the rows that are told by one value: the row, or NULL. */
static const struct ht_command *by_one_value(const struct commands_of *of, uint64_t value)
{
	size_t low = of->first, high = low + of->ordered;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (commands[by_value[middle]].value < value)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == (size_t)of->first + of->ordered || commands[by_value[low]].value != value)
		return NULL;
	return &commands[by_value[low]];
}

/* words: the arguments, of those that point to a struct which counts what its first member is. */
static const struct ht_command *find(const struct ht_call *call, const uint64_t args[HT_ARGS], const uint64_t words[HT_ARGS])
{
	const struct commands_of *of = of_call(call);
	const struct ht_command *c = &commands[of->first], *end = c + of->count;

	if (of->ordered) {
		const uint64_t *from = c->mask == WHOLE_ARGUMENT ? args : words;
		const struct ht_command *found = by_one_value(of, from[c->arg] & c->mask);

		if (found)
			return found;
	}
	for (c += of->ordered; c < end; c++)
		if (ht_command_holds(c, c->mask == WHOLE_ARGUMENT ? args : words))
			return c;
	return NULL;
}

const struct ht_command *ht_command_of(const struct ht_call *call, const uint64_t args[HT_ARGS])
{
	return find(call, args, args);
}

const struct ht_arg *ht_args_of(const struct ht_call *call, const struct ht_command *command)
{
	return command && command->args ? command->args : call->arg;
}

/* ---- commands in structs ---- */

/* Bytes of the member that counts, the first of a struct; 0: the register does. */
static size_t first_member(const struct ht_arg *arg)
{
	size_t n = arg->structure && arg->kind != HT_ARG_STRUCTS ? arg->structure->member[0].size[HT_LAYOUT_64] : 0;

	return n <= sizeof(uint64_t) ? n : 0;
}

/* A row that looks at an argument which points to a struct looks at the struct. */
const struct ht_command *ht_command_of_record(const struct ht_call *call, const struct ht_wire_view *w)
{
	uint64_t words[HT_ARGS];

	memcpy(words, w->event->args, sizeof(words));
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		const struct ht_wire_item_view *item;
		size_t n = first_member(&call->arg[i]);

		if (!n)
			continue;
		item = ht_wire_item(w, HT_ITEM_BYTES, i);
		/*
		 * What could not be read counts as everything at once, which no row but the last holds for.
		 */
		words[i] = UINT32_MAX;
		if (!item || item->bytes.length < n)
			continue;
		words[i] = 0;
		memcpy(&words[i], item->bytes.data, n);
	}
	return find(call, w->event->args, words);
}
