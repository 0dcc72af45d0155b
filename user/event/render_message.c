/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages: struct msghdr as it was passed, and what the kernel has made of it. At the end of a call that received, its address,
 * control messages, flags and lengths are the kernel's, and how much room the caller had for them is not known any more.
 */
#include <stdio.h>

#include "base/cleanup.h"
#include "event/render_value.h"

#define MESSAGES_MOST 1024u /* UIO_MAXIOV: an array is looked at no further */

/* What was fetched of a message; NULL: nothing. */
struct message {
	const struct ht_wire_item_view *header, *address, *vector, *control, *content;
};

struct header {
	uint64_t name, vector, count, control, control_length;
	int32_t name_length;
	uint32_t flags, length;
	bool narrow; /* words of 32 bits */
};

/* The message whose items stand at *at or behind; moves *at to the next. */
static bool next_message(const struct ht_wire_view *w, unsigned arg, unsigned *at, struct message *ret)
{
	struct message m = { NULL };
	unsigned i;

	for (i = *at; i < w->items; i++) {
		const struct ht_wire_item_view *v = &w->item[i];

		if (v->item->arg != arg)
			continue;
		if (v->item->kind == HT_ITEM_HEADER && m.header)
			break;
		if (v->item->kind == HT_ITEM_HEADER)
			m.header = v;
		else if (v->item->kind == HT_ITEM_BYTES)
			m.address = v;
		else if (v->item->kind == HT_ITEM_VECTOR)
			m.vector = v;
		else if (v->item->kind == HT_ITEM_CONTROL)
			m.control = v;
		else if (v->item->kind == HT_ITEM_CONTENT)
			m.content = v;
	}
	*at = i;
	*ret = m;
	return m.header;
}

static uint64_t word_at(struct ht_text bytes, size_t index, bool narrow)
{
	size_t size = narrow ? 4 : 8;
	uint64_t v = 0;

	memcpy(&v, bytes.data + index * size, size);
	return v;
}

/*
 * struct user_msghdr and compat_msghdr: words, of which the second and the last are 32 bits; in an array the length follows. A
 * request of a ring does not say whose words they are, but is as long as they make it.
 */
static bool read_header(const struct ht_render *r, const struct ht_wire_item_view *item, bool array, struct header *ret)
{
	enum ht_abi abi = r->w->event->abi;
	bool narrow = abi == HT_ABI_I386 || abi == HT_ABI_X32 || (abi == HT_ABI_IO_URING && item->item->full_length < 56);
	size_t word = narrow ? 4 : 8;

	if (item->bytes.length < (array ? 8 : 7) * word)
		return false;
	*ret = (struct header){
		.name = word_at(item->bytes, 0, narrow),
		.name_length = (int32_t)word_at(item->bytes, 1, narrow),
		.vector = word_at(item->bytes, 2, narrow),
		.count = word_at(item->bytes, 3, narrow),
		.control = word_at(item->bytes, 4, narrow),
		.control_length = word_at(item->bytes, 5, narrow),
		.flags = (uint32_t)word_at(item->bytes, 6, narrow),
		.length = array && narrow ? (uint32_t)word_at(item->bytes, 7, narrow) : 0,
		.narrow = narrow,
	};
	if (array && !narrow)
		memcpy(&ret->length, item->bytes.data + 56, sizeof(ret->length));
	return true;
}

/* ---- members ---- */

static void number(struct ht_render *r, const char *key, uint64_t v)
{
	ht_render_key(r, key);
	ht_buffer_unsigned(r->b, v);
}

static bool has(const struct ht_wire_item_view *item)
{
	return item && item->bytes.length;
}

static void render_address(struct ht_render *r, const struct header *h, const struct ht_wire_item_view *item)
{
	if (has(item)) {
		ht_render_key(r, "address");
		ht_render_sockaddr(r->b, item->bytes.data, item->bytes.length);
	} else if (!h->name && !r->out) {
		ht_render_key(r, "address");
		ht_buffer_literal(r->b, "null");
	}
}

static void render_address_length(struct ht_render *r, const struct header *h)
{
	ht_render_key(r, "addressLength");
	ht_buffer_signed(r->b, h->name_length);
}

static void render_vectors(struct ht_render *r, const struct header *h, const struct ht_wire_item_view *item)
{
	const struct ht_struct *s = &ht_struct_iovec;

	if (!h->vector) {
		ht_render_key(r, "vectors");
		ht_buffer_literal(r->b, "null");
	} else if (has(item) || !h->count) {
		struct ht_text bytes = item ? item->bytes : (struct ht_text){ NULL, 0 };

		ht_render_key(r, "vectors");
		ht_render_array(r, s, bytes, h->narrow ? s->size_i386 : s->size, h->narrow ? HT_LAYOUT_32 : HT_LAYOUT_64);
		if (item)
			ht_render_note_cut(r, "vectors", item);
	}
	number(r, "vectorCount", h->count);
}

static void render_control(struct ht_render *r, const struct header *h, const struct ht_wire_item_view *item)
{
	if (has(item)) {
		ht_render_key(r, "control");
		ht_render_control(r, item, h->narrow);
		ht_render_note_cut(r, "control", item);
	} else if (!h->control && !r->out) {
		ht_render_key(r, "control");
		ht_buffer_literal(r->b, "null");
	}
	number(r, "controlLength", h->control_length);
}

static void render_flags(struct ht_render *r, const struct header *h)
{
	ht_render_key(r, "flags");
	ht_render_flags(r->b, &ht_names_message_flags, h->flags);
}

static void render_unreadable(struct ht_render *r, const struct message *m)
{
	const struct {
		const char *key;
		const struct ht_wire_item_view *item;
	} parts[] = { { "address", m->address }, { "vectors", m->vector }, { "control", m->control } };
	bool more = false;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		/* The vector is the caller's, and told with what he passed. */
		if (!parts[i].item || !(parts[i].item->item->flags & HT_ITEM_FAULT) || (r->out && parts[i].item == m->vector))
			continue;
		if (!more)
			ht_render_key(r, "unreadable");
		ht_buffer_byte(r->b, more ? ',' : '[');
		ht_render_quoted(r->b, parts[i].key);
		more = true;
	}
	if (more)
		ht_buffer_byte(r->b, ']');
}

/* ---- one of them ---- */

/* What the caller sends. */
static void members_sent(struct ht_render *r, const struct header *h, const struct message *m, int64_t moved)
{
	render_address(r, h, m->address);
	render_address_length(r, h);
	render_vectors(r, h, m->vector);
	ht_render_buffers_content(r, m->content, moved);
	render_control(r, h, m->control);
	render_flags(r, h);
}

/* Where the caller wants it. filled: the kernel has written over the lengths. */
static void members_wanted(struct ht_render *r, const struct header *h, const struct message *m, bool filled)
{
	if (!filled || !h->name)
		render_address_length(r, h);
	render_vectors(r, h, m->vector);
	if (!filled)
		number(r, "controlLength", h->control_length);
}

/* What the kernel has written. */
static void members_received(struct ht_render *r, const struct header *h, const struct message *m, int64_t moved)
{
	if (h->name) {
		render_address(r, h, m->address);
		render_address_length(r, h);
	}
	ht_render_buffers_content(r, m->content, moved);
	render_control(r, h, m->control);
	render_flags(r, h);
}

/* index: of an array, else -1 */
static void render_one(struct ht_render *r, unsigned i, const struct message *m, const struct header *h, int index)
{
	bool receives = r->call->access == HT_ACCESS_READ, outer = r->any;
	int64_t done = r->w->event->result, moved = index < 0 ? done : index < done ? (int64_t)h->length : -1;
	const char *object = r->object;
	char prefix[48];

	if (index < 0)
		snprintf(prefix, sizeof(prefix), "%s%s.", object, r->args[i].name);
	else
		snprintf(prefix, sizeof(prefix), "%s%s[%d].", object, r->args[i].name, index);
	r->object = prefix;
	ht_buffer_byte(r->b, '{');
	r->any = false;
	if (r->out && receives)
		members_received(r, h, m, moved);
	else if (receives)
		members_wanted(r, h, m, !r->uring && (index < 0 ? done >= 0 : index < done));
	else if (!r->out)
		members_sent(r, h, m, moved);
	if (r->out && index >= 0)
		number(r, "length", h->length);
	if (!r->out || receives)
		render_unreadable(r, m);
	ht_buffer_byte(r->b, '}');
	r->any = outer;
	r->object = object;
}

/* ---- the argument ---- */

static bool next_header(const struct ht_render *r, unsigned i, unsigned *at, struct message *m, struct header *h)
{
	return next_message(r->w, i, at, m) && read_header(r, m->header, r->args[i].kind == HT_ARG_MMSGHDR, h);
}

static void render_single(struct ht_render *r, unsigned i)
{
	struct message m;
	struct header h;
	unsigned at = 0;

	/* A ring's request was looked at when it was submitted and, where that could be, when it had completed. */
	if (r->out && r->uring && !(next_message(r->w, i, &at, &m) && at < r->w->items))
		return;
	if (!next_header(r, i, &at, &m, &h)) {
		r->unreadable |= 1u << i;
		return;
	}
	ht_render_arg_key(r, &r->args[i]);
	render_one(r, i, &m, &h, -1);
}

/* How many there are to tell, of which HT_MESSAGES are carried. */
static uint32_t count_of(const struct ht_render *r, unsigned i)
{
	uint32_t count = (uint32_t)r->w->event->args[r->args[i].aux];
	int64_t done = r->w->event->result;

	count = count > MESSAGES_MOST ? MESSAGES_MOST : count;
	return r->out && done < count ? (uint32_t)done : count;
}

static void render_all(struct ht_render *r, unsigned i)
{
	uint32_t count = count_of(r, i), n = 0;
	struct message m;
	struct header h;
	unsigned at = 0;
	char field[48];
	bool found = next_header(r, i, &at, &m, &h);

	if (count && !found) {
		r->unreadable |= 1u << i;
		return;
	}
	ht_render_arg_key(r, &r->args[i]);
	ht_buffer_byte(r->b, '[');
	for (; n < count && found; found = next_header(r, i, &at, &m, &h)) {
		if (n)
			ht_buffer_byte(r->b, ',');
		render_one(r, i, &m, &h, (int)n++);
	}
	ht_buffer_byte(r->b, ']');
	if (n < count && n < HT_MESSAGES)
		r->unreadable |= 1u << i;
	if (n < count && n == HT_MESSAGES) {
		snprintf(field, sizeof(field), "%s%s", r->object, r->args[i].name);
		ht_truncated_add(r->t, field, (uint64_t)count * ht_arg_size(&r->args[i], r->w->event->abi));
	}
}

void ht_render_message(struct ht_render *r, unsigned i)
{
	if (!r->w->event->args[i])
		ht_render_pointed(r, i, HT_ITEM_HEADER);
	else if (r->args[i].kind == HT_ARG_MMSGHDR)
		render_all(r, i);
	else
		render_single(r, i);
	if (!r->out)
		ht_render_netlink(r);
}
