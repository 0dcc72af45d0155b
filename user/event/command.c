/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/command.h"

#include "hosttrail/structs.h"

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
	return ht_command_of(call, words);
}
