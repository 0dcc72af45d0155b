/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/uring.h"

#include "base/cleanup.h"
#include "event/names.h"

/* The rows by name; the calls that they stand for are found once, before main(). */
#define FILE { .how = HT_URING_FILE }
#define FILE_IN(member_) { .how = HT_URING_FILE_IN, .member = #member_ }
#define VALUE(member_) { .how = HT_URING_VALUE, .member = #member_ }
#define NAME(member_) { .how = HT_URING_NAME, .member = #member_ }
#define TEXT(member_) { .how = HT_URING_TEXT, .member = #member_ }
#define STRUCT(member_) { .how = HT_URING_STRUCT, .member = #member_ }
#define ADDRESS(member_, copied_) { .how = HT_URING_ADDRESS, .member = #member_, .copied = #copied_ }
#define COPIED(member_, copied_) { .how = HT_URING_COPIED, .member = #member_, .copied = #copied_ }
#define VALUE_IF(member_, condition_, bits_) \
	{ .how = HT_URING_VALUE, .member = #member_, .condition = #condition_, .bits = bits_ }
#define STRUCT_IF(member_, condition_, bits_) \
	{ .how = HT_URING_STRUCT, .member = #member_, .condition = #condition_, .bits = bits_ }
#define NONE { .how = HT_URING_ABSENT }

static struct ht_uring_op ops[] = {
#define URING(opcode, name_, call_, request_, slot_, ...) \
	[opcode] = { .name = "IORING_OP_" #name_, .request = #request_, .argument = { __VA_ARGS__ }, .slot = slot_ },
#include "hosttrail/catalogue/uring.def"
#undef URING
};

static const char *const calls[] = {
#define URING(opcode, name_, call_, ...) [opcode] = #call_,
#include "hosttrail/catalogue/uring.def"
#undef URING
};

/* A call whose arguments differ here has a row without numbers; the others are as on x86_64. */
static const struct ht_call *find_call(const char *name)
{
	const struct ht_call *rows, *found = NULL;
	size_t n;

	for (rows = ht_calls(&n); n; rows++, n--) {
		if (strcmp(rows->name, name) != 0)
			continue;
		if (rows->number[HT_ABI_X86_64] == HT_NO_CALL && rows->number[HT_ABI_I386] == HT_NO_CALL &&
		    rows->number[HT_ABI_ARM64] == HT_NO_CALL)
			return rows;
		if (rows->number[HT_ABI_X86_64] != HT_NO_CALL)
			found = rows;
	}
	return found;
}

__attribute__((constructor)) static void find_calls(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		ops[i].call = find_call(calls[i]);
}

const struct ht_uring_op *ht_uring_op(uint32_t opcode)
{
	return opcode < ARRAY_SIZE(ops) && ops[opcode].call ? &ops[opcode] : NULL;
}

void ht_uring_plan_compile(const struct ht_uring_op *op, struct ht_plan *ret)
{
	struct ht_plan p;

	ht_plan_compile(op->call, HT_ABI_IO_URING, &p);
	for (unsigned i = 0; i < HT_ARGS; i++)
		switch ((enum ht_uring_how)op->argument[i].how) {
		case HT_URING_ABSENT:
		case HT_URING_FILE:
		case HT_URING_FILE_IN:
		case HT_URING_NAME:
		case HT_URING_TEXT:
		case HT_URING_STRUCT:
			p.fetch[i] = HT_FETCH_NONE;
			break;
		case HT_URING_COPIED:
			if (op->call->arg[i].kind == HT_ARG_STRUCT)
				p.fetch[i] = HT_FETCH_NONE;
			break;
		case HT_URING_VALUE:
		case HT_URING_ADDRESS:
			break;
		}
	for (unsigned i = 0; i < HT_ARGS; i++) {
		/* The array of buffers need not outlive the submission, what they hold does. */
		if (p.fetch[i] == HT_FETCH_VECTORS)
			p.out &= (uint8_t)~(1u << i);
		else if (p.fetch[i] != HT_FETCH_NONE && p.fetch[i] != HT_FETCH_PATH && p.aux[i] == HT_FETCH_RESULT)
			p.out |= (uint8_t)(1u << i);
	}
	/* The struct's first member is in the argument's place. */
	if (p.access == HT_PLAN_OPEN_HOW)
		p.access = HT_PLAN_OPEN_FLAGS;
	*ret = p;
}

const struct ht_wire_uring *ht_uring_of_record(const struct ht_wire_view *w)
{
	const struct ht_wire_item_view *item;

	if (w->event->abi != HT_ABI_IO_URING)
		return NULL;
	item = ht_wire_item(w, HT_ITEM_URING, HT_ITEM_RESULT);
	return item && item->bytes.length >= sizeof(struct ht_wire_uring) ? (const void *)item->bytes.data : NULL;
}

bool ht_wire_has_result(const struct ht_wire_view *w)
{
	const struct ht_wire_uring *u = ht_uring_of_record(w);

	return !u || !(u->flags & HT_URING_NO_RESULT);
}
