/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments whose bytes lie in user memory: there, cut, unreadable, or NULL. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "event/render_value.h"
#include "event/socket_option.h"
#include "hosttrail/structs.h"

void ht_render_strings(struct ht_render *r, const struct ht_arg *arg, struct ht_text strings)
{
	const char *at = strings.data, *end = at + strings.length;
	bool exact = true, more = false;

	ht_render_arg_key(r, arg);
	ht_buffer_byte(r->b, '[');
	for (; at < end; more = true) {
		const char *nul = memchr(at, 0, (size_t)(end - at));

		if (!nul)
			nul = end;
		if (more)
			ht_buffer_byte(r->b, ',');
		exact = ht_json_string(r->b, at, (size_t)(nul - at)) && exact;
		at = nul + 1;
	}
	ht_buffer_byte(r->b, ']');
	if (exact)
		return;
	ht_render_key(r, ht_sibling_of(arg, "Base64").key);
	ht_buffer_byte(r->b, '"');
	ht_base64_append(r->b, strings.data, strings.length);
	ht_buffer_byte(r->b, '"');
}

void ht_render_argv(struct ht_render *r, const struct ht_arg *arg, const struct ht_wire_item_view *item)
{
	ht_render_strings(r, arg, item->bytes);
	ht_render_note_cut(r, arg->name, item);
}

/*
 * The item of an argument that points, if it has something to show: NULL was written, or noted as
 * unreadable, otherwise.
 */
const struct ht_wire_item_view *ht_render_pointed(struct ht_render *r, unsigned i, enum ht_item_kind kind)
{
	const struct ht_wire_item_view *item = ht_wire_item(r->w, kind, i);

	if (!item && r->w->event->args[i] == 0) {
		ht_render_arg_key(r, &r->args[i]);
		ht_buffer_literal(r->b, "null");
		return NULL;
	}
	if (item && !(item->item->flags & HT_ITEM_FAULT))
		return item;
	r->unreadable |= 1u << i;
	return item && item->bytes.length ? item : NULL;
}

/* The caller said that the struct ends before the member: what lies there is none of it. */
static bool is_behind_the_end(const struct ht_render *r, const struct ht_arg *arg)
{
	const struct ht_arg *base = &r->args[arg->aux < HT_ARGS ? arg->aux : 0];
	const struct ht_member *members[] = { ht_struct_member(base->structure, arg->address),
					      ht_struct_member(base->structure, arg->number) };

	if (base->kind != HT_ARG_STRUCT_SIZED || base->aux >= HT_ARGS)
		return false;
	for (size_t k = 0; k < ARRAY_SIZE(members); k++) {
		const struct ht_member *m = members[k];
		enum ht_layout layout = ht_struct_layout(base->structure, r->w->event->abi);

		if (m && (uint64_t)m->at[layout] + m->size[layout] > r->w->event->args[base->aux])
			return true;
	}
	return false;
}

void ht_render_pointed_at(struct ht_render *r, unsigned i)
{
	const struct ht_arg *arg = &r->args[i];
	bool is_string = arg->kind == HT_ARG_STRING_AT;
	const struct ht_wire_item_view *item = ht_wire_item(r->w, is_string ? HT_ITEM_STRING : HT_ITEM_BYTES, i);

	if (!item || is_behind_the_end(r, arg))
		return;
	if (item->item->flags & HT_ITEM_FAULT)
		r->unreadable |= 1u << i;
	if ((item->item->flags & HT_ITEM_FAULT) && !item->bytes.length)
		return;
	if (is_string) {
		ht_render_item_string(r, arg->name, item);
	} else if (arg->kind == HT_ARG_REGISTERS) {
		ht_render_registers(r, arg, item->bytes);
	} else if (arg->kind == HT_ARG_POINTED_BYTES) {
		ht_render_arg_key(r, arg);
		ht_render_hex_bytes(r->b, item->bytes);
		ht_render_note_cut(r, arg->name, item);
	} else if (ht_render_structs(r, arg, item->bytes)) {
		ht_render_note_cut(r, arg->name, item);
	}
}

/* A number of 1, 2, 4 or 8 bytes; one of 4 has a sign. Values of other lengths are not told: they may be keys. */
static void render_option_number(struct ht_render *r, const struct ht_arg *arg, struct ht_text bytes)
{
	uint64_t v = 0;

	if (bytes.length != 1 && bytes.length != 2 && bytes.length != 4 && bytes.length != 8)
		return;
	memcpy(&v, bytes.data, bytes.length);
	ht_render_arg_key(r, arg);
	if (bytes.length == 4)
		ht_buffer_signed(r->b, (int32_t)v);
	else
		ht_buffer_unsigned(r->b, v);
}

static void render_option_text(struct ht_render *r, const struct ht_arg *arg, struct ht_text bytes)
{
	bytes.length = strnlen(bytes.data, bytes.length);
	ht_render_comma(r);
	ht_render_string(r->b, arg->name, bytes);
}

static void render_option_struct(struct ht_render *r, const struct ht_arg *arg, enum ht_arg_kind kind,
				 const struct ht_struct *s, struct ht_text bytes)
{
	unsigned size = ht_struct_size(s, r->w->event->abi);
	struct ht_arg as = *arg;

	as.kind = (uint8_t)kind;
	as.structure = s;
	if (kind == HT_ARG_STRUCT_SIZED && bytes.length > size)
		bytes.length = size;
	if (bytes.length < (kind == HT_ARG_STRUCT_SIZED && !s->scalar ? s->member->size[HT_LAYOUT_64] + 1u : size))
		render_option_number(r, arg, bytes);
	else
		ht_render_structs(r, &as, bytes);
}

/* What the value's bytes are is told by the option, which is the argument before, and the level before that. */
static void render_socket_option(struct ht_render *r, unsigned i, const struct ht_wire_item_view *item)
{
	const uint64_t *args = r->w->event->args;
	const struct ht_arg *arg = &r->args[i];
	const struct ht_struct *s;
	enum ht_option_form form;
	struct ht_text bytes = item->bytes;
	uint32_t full = arg->kind == HT_ARG_SOCKET_OPTION ? (uint32_t)args[arg->aux] : item->item->full_length;

	if (i < 2)
		return;
	form = ht_socket_option_form((uint32_t)args[i - 2], (uint32_t)args[i - 1], arg->direction == HT_IN, &s);
	switch (form) {
	case HT_OPTION_INT:
	case HT_OPTION_NUMBER:
		if (bytes.length == full && (form == HT_OPTION_NUMBER || full == sizeof(int32_t)))
			render_option_number(r, arg, bytes);
		return;
	case HT_OPTION_STRUCT:
		render_option_struct(r, arg, HT_ARG_STRUCT_SIZED, s, bytes);
		return;
	case HT_OPTION_ARRAY:
		render_option_struct(r, arg, HT_ARG_STRUCTS, s, bytes);
		ht_render_note_cut(r, arg->name, item);
		return;
	case HT_OPTION_TEXT:
		render_option_text(r, arg, bytes);
		return;
	case HT_OPTION_ADDRESS:
		ht_render_arg_key(r, arg);
		ht_render_sockaddr(r->b, bytes.data, bytes.length);
		return;
	case HT_OPTION_UNTOLD:
		return;
	}
}

/* First bytes of what was read or written, if they were taken. */
void ht_render_content(struct ht_render *r, const char *key, unsigned i)
{
	const struct ht_wire_item_view *item = ht_wire_item(r->w, HT_ITEM_CONTENT, i);

	if (item && item->bytes.length)
		ht_render_item_string(r, key, item);
}

void ht_render_buffers_content(struct ht_render *r, const struct ht_wire_item_view *item, int64_t moved)
{
	char field[64];

	if (!item || !item->bytes.length)
		return;
	ht_render_comma(r);
	ht_render_string(r->b, "data", item->bytes);
	if (moved > (int64_t)item->bytes.length) {
		snprintf(field, sizeof(field), "%sdata", r->object);
		ht_truncated_add(r->t, field, (uint64_t)moved);
	} else {
		ht_render_note_cut(r, "data", item);
	}
}

/* A request of a ring does not say whose words its buffers' addresses are, but they are as long as they make them. */
static bool is_narrow(const struct ht_render *r, unsigned i, const struct ht_wire_item_view *item)
{
	enum ht_abi abi = r->w->event->abi;
	uint64_t count = r->w->event->args[r->args[i].aux];

	if (abi == HT_ABI_IO_URING)
		return count && item->item->full_length == count * ht_struct_iovec.size_i386;
	return ht_struct_layout(&ht_struct_iovec, abi) == HT_LAYOUT_32;
}

/* The buffers by address and length, and what is in them, which belongs to the result if the kernel filled them. */
void ht_render_vectors(struct ht_render *r, unsigned i)
{
	const struct ht_arg *arg = &r->args[i];
	const struct ht_struct *s = &ht_struct_iovec;
	const struct ht_wire_item_view *item;
	bool narrow;

	if (!r->out) {
		item = ht_render_pointed(r, i, HT_ITEM_BYTES);
		if (item) {
			narrow = is_narrow(r, i, item);
			ht_render_arg_key(r, arg);
			ht_render_array(r, s, item->bytes, narrow ? s->size_i386 : s->size, narrow ? HT_LAYOUT_32 : HT_LAYOUT_64);
			ht_render_note_cut(r, arg->name, item);
		}
	}
	if (r->out == (arg->direction != HT_IN))
		ht_render_buffers_content(r, ht_wire_item(r->w, HT_ITEM_CONTENT, i), r->w->event->result);
	if (!r->out)
		ht_render_netlink(r);
}

/* Of a buffer of no bytes the result says how many it should have: nothing was written to it. */
static bool counts_answer(const struct ht_render *r, unsigned i)
{
	return r->args[i].aux != HT_FETCH_RESULT || i + 1 >= HT_ARGS || r->w->event->args[i + 1] != 0;
}

/* A signal mask as the last argument of pselect6(2): its address and length. */
static void render_sigset_at(struct ht_render *r, unsigned i, const struct ht_wire_item_view *item)
{
	static const char none[8];
	const struct ht_wire_item_view *set = ht_wire_item(r->w, HT_ITEM_POINTED, i);
	size_t word = item->bytes.length / 2;
	uint64_t bits;

	if (set && set->bytes.length >= sizeof(bits)) {
		memcpy(&bits, set->bytes.data, sizeof(bits));
		ht_render_arg_key(r, &r->args[i]);
		ht_render_value(r, HT_ARG_SIGSET, NULL, bits, 64);
	} else if (word && word <= sizeof(none) && memcmp(item->bytes.data, none, word) == 0) {
		ht_render_arg_key(r, &r->args[i]);
		ht_buffer_literal(r->b, "null");
	} else {
		r->unreadable |= 1u << i;
	}
}

/* A message of msgsnd or msgrcv: the word before its text, and the text as any content. */
void ht_render_queue_message(struct ht_render *r, unsigned i)
{
	const struct ht_wire_item_view *item = ht_render_pointed(r, i, HT_ITEM_BYTES), *text;
	const struct ht_arg *arg = &r->args[i];
	int64_t type = 0;
	char field[64];

	if (!item || item->bytes.length < (r->narrow ? 4 : 8))
		return;
	memcpy(&type, item->bytes.data, r->narrow ? 4 : 8);
	ht_render_arg_key(r, arg);
	ht_buffer_literal(r->b, "{\"type\":");
	ht_buffer_signed(r->b, r->narrow ? (int32_t)type : type);
	text = ht_wire_item(r->w, HT_ITEM_CONTENT, i);
	if (text && text->bytes.length) {
		ht_buffer_byte(r->b, ',');
		ht_render_string(r->b, "text", text->bytes);
		snprintf(field, sizeof(field), "%s.text", arg->name);
		ht_render_note_cut(r, field, text);
	}
	ht_buffer_byte(r->b, '}');
}

/* What the kernel says it has is more than there is room for: it wrote nothing. */
static bool has_no_room(const struct ht_render *r, unsigned i)
{
	const struct ht_arg *arg = &r->args[i];

	if (arg->direction != HT_OUT || arg->aux != HT_FETCH_RESULT || i + 1 >= HT_ARGS)
		return false;
	return arg->kind == HT_ARG_BUFFER && r->w->event->result > 0 && (uint64_t)r->w->event->result > r->w->event->args[i + 1];
}

/* A string that the kernel returned may have its NUL. */
static void render_buffer(struct ht_render *r, const struct ht_arg *arg, const struct ht_wire_item_view *item)
{
	struct ht_text bytes = item->bytes;

	if (arg->direction == HT_OUT && bytes.length && !bytes.data[bytes.length - 1])
		bytes.length--;
	ht_render_comma(r);
	ht_render_string(r->b, arg->name, bytes);
	ht_render_note_cut(r, arg->name, item);
}

void ht_render_bytes(struct ht_render *r, unsigned i)
{
	const struct ht_wire_item_view *item = ht_render_pointed(r, i, HT_ITEM_BYTES);
	const struct ht_arg *arg = &r->args[i];

	if (!item || has_no_room(r, i))
		return;
	switch (arg->kind) {
	case HT_ARG_BUFFER:
		render_buffer(r, arg, item);
		return;
	case HT_ARG_SOCKADDR:
	case HT_ARG_SOCKADDR_OUT:
		if (arg->direction == HT_OUT && !item->bytes.length)
			return;
		ht_render_arg_key(r, arg);
		ht_render_sockaddr(r->b, item->bytes.data, item->bytes.length);
		ht_render_note_cut(r, arg->name, item);
		return;
	case HT_ARG_XATTR:
		if (counts_answer(r, i))
			ht_render_xattr(r, i, item);
		return;
	case HT_ARG_STATMOUNT:
		ht_render_statmount(r, i, item);
		return;
	case HT_ARG_XATTR_AT:
		ht_render_xattr_at(r, i, item);
		return;
	case HT_ARG_SIGSET_AT:
		render_sigset_at(r, i, item);
		return;
	case HT_ARG_SOCKET_OPTION:
	case HT_ARG_SOCKET_OPTION_OUT:
		render_socket_option(r, i, item);
		return;
	case HT_ARG_NAME_LIST:
		if (!counts_answer(r, i))
			return;
		break;
	case HT_ARG_HEX_BYTES:
		if (!ht_render_is_secret(r))
			break;
		ht_render_arg_key(r, arg);
		ht_render_quoted(r->b, "(not recorded)");
		return;
	}
	if (!ht_render_struct(r, i, item->bytes))
		r->unreadable |= 1u << i;
	else if (arg->kind != HT_ARG_STRUCT_SIZED && arg->kind != HT_ARG_STRUCT_HEADED &&
		 arg->kind != HT_ARG_STRUCT_OWN_SIZE)
		ht_render_note_cut(r, arg->name, item);
}
