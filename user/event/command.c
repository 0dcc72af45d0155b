/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/command.h"

#include "hosttrail/structs.h"

/* A row with this mask asks of an argument that points whether it points at all. */
#define WHOLE_ARGUMENT UINT64_MAX

/* Bytes of the member that counts, the first of a struct; 0: the register does. */
static size_t first_member(const struct ht_arg *arg)
{
	size_t n = arg->structure && arg->kind != HT_ARG_STRUCTS ? arg->structure->member[0].size[HT_LAYOUT_64] : 0;

	return n <= sizeof(uint64_t) ? n : 0;
}

/* A row that looks at an argument which points to a struct looks at the struct. */
const struct ht_command *ht_command_of_record(const struct ht_call *call, const struct ht_wire_view *w)
{
	const struct ht_command *c;
	uint64_t words[HT_ARGS];
	size_t count;

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
	for (c = ht_commands_of(call, &count); count; c++, count--)
		if (ht_command_holds(c, c->mask == WHOLE_ARGUMENT ? w->event->args : words))
			return c;
	return NULL;
}
