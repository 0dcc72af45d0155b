/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control messages: struct cmsghdr and what follows it, one behind the other. Their lengths are the caller's, and what does not
 * fit is where the kernel stops as well. Layouts: struct cmsghdr and compat_cmsghdr, aligned to words.
 */
#include "base/cleanup.h"
#include "event/control_message.h"
#include "event/render_value.h"
#include "hosttrail/structs.h"

/* Of a control message. */
struct control {
	uint64_t length; /* as it says, with its header */
	uint32_t level, type;
	struct ht_text data; /* as far as it is there */
	bool cut;            /* there was more, which was not taken */
};

static const struct ht_arg passed = { .name = "fd", .key = "\"fd\":", .key_length = 5 };

static const struct ht_wire_item_view *passed_file(const struct ht_render *r, uint8_t arg, uint32_t fd)
{
	for (unsigned i = 0; i < r->w->items; i++) {
		const struct ht_wire_item *item = r->w->item[i].item;

		if (item->kind == HT_ITEM_PASSED && item->arg == arg && item->fd == fd)
			return &r->w->item[i];
	}
	return NULL;
}

/* Descriptors, with what they are in the process that sends or has received them. */
static void render_descriptors(struct ht_render *r, uint8_t arg, struct ht_text data)
{
	bool outer = r->any;

	ht_buffer_byte(r->b, '[');
	for (size_t at = 0; at + sizeof(int32_t) <= data.length; at += sizeof(int32_t)) {
		const struct ht_wire_item_view *file;
		int32_t fd;

		memcpy(&fd, data.data + at, sizeof(fd));
		file = passed_file(r, arg, (uint32_t)fd);
		if (at)
			ht_buffer_byte(r->b, ',');
		ht_buffer_byte(r->b, '{');
		r->any = false;
		ht_render_arg_key(r, &passed);
		ht_buffer_signed(r->b, fd);
		if (file)
			ht_render_file(r, &passed, file);
		ht_buffer_byte(r->b, '}');
	}
	ht_buffer_byte(r->b, ']');
	r->any = outer;
}

/* Of 1, 2, 4 or 8 bytes; one of 4 has a sign. */
static void render_number(struct ht_buffer *b, struct ht_text data)
{
	uint64_t v = 0;

	memcpy(&v, data.data, data.length);
	if (data.length == 4)
		ht_buffer_signed(b, (int32_t)v);
	else
		ht_buffer_unsigned(b, v);
}

static bool is_number(size_t n)
{
	return n == 1 || n == 2 || n == 4 || n == 8;
}

/* A struct whose words are as wide as its length says; of arrays, more of them. */
static bool render_structs(struct ht_render *r, const struct ht_struct *s, bool array, struct ht_text data)
{
	enum ht_layout layout = HT_LAYOUT_64;
	size_t size = s->size;

	if (s->size_i386 != s->size && (array ? data.length % s->size != 0 : data.length < s->size)) {
		layout = HT_LAYOUT_32;
		size = s->size_i386;
	}
	if (array ? data.length % size != 0 : s->scalar && data.length < size)
		return false;
	ht_render_key(r, "value");
	if (array)
		ht_render_array(r, s, data, size, layout);
	else
		ht_render_object(r, s, data, layout);
	return true;
}

/* false: it has not the form that its type should have. */
static bool render_value(struct ht_render *r, uint8_t arg, const struct control *c)
{
	const struct ht_struct *s;
	enum ht_control_form form = ht_control_form(c->level, c->type, c->cut ? c->length : c->data.length, &s);

	/* What it is of goes by its length: a part of it could pass for another. */
	if (c->cut && form != HT_CONTROL_DESCRIPTORS && form != HT_CONTROL_UNTOLD)
		return false;
	switch (form) {
	case HT_CONTROL_STRUCT:
	case HT_CONTROL_ARRAY:
		return render_structs(r, s, form == HT_CONTROL_ARRAY, c->data);
	case HT_CONTROL_DESCRIPTORS:
		if (c->data.length < sizeof(int32_t))
			return false;
		ht_render_key(r, "value");
		render_descriptors(r, arg, c->data);
		return true;
	case HT_CONTROL_NUMBER:
		if (!is_number(c->data.length))
			return false;
		ht_render_key(r, "value");
		render_number(r->b, c->data);
		return true;
	case HT_CONTROL_TEXT:
		ht_render_comma(r);
		ht_render_string(r->b, "value", (struct ht_text){ c->data.data, strnlen(c->data.data, c->data.length) });
		return true;
	case HT_CONTROL_ADDRESS:
		ht_render_key(r, "value");
		ht_render_sockaddr(r->b, c->data.data, c->data.length);
		return true;
	case HT_CONTROL_UNTOLD:
		return true;
	case HT_CONTROL_BYTES:
		return false;
	}
	return false;
}

static void render_type(struct ht_render *r, const struct control *c)
{
	const char *name = ht_control_type_name(c->level, c->type);

	ht_render_key(r, "level");
	ht_render_enum(r->b, &ht_names_socket_levels, c->level);
	ht_render_key(r, "type");
	if (name)
		ht_render_quoted(r->b, name);
	else
		ht_buffer_signed(r->b, (int32_t)c->type);
}

/* sound: its length fits where it lies. */
static void render_control(struct ht_render *r, uint8_t arg, const struct control *c, bool sound)
{
	ht_buffer_byte(r->b, '{');
	r->any = false;
	render_type(r, c);
	if (!sound) {
		ht_render_key(r, "length");
		ht_buffer_unsigned(r->b, c->length);
	} else if (c->data.length && !render_value(r, arg, c)) {
		ht_render_key(r, "data");
		ht_render_hex_bytes(r->b, c->data);
	}
	ht_buffer_byte(r->b, '}');
}

void ht_render_control(struct ht_render *r, const struct ht_wire_item_view *item, bool narrow)
{
	const size_t word = narrow ? 4 : 8, header = word + 8;
	struct ht_text bytes = item->bytes;
	uint64_t full = item->item->full_length > bytes.length ? item->item->full_length : bytes.length;
	bool outer = r->any;
	size_t at = 0;

	ht_buffer_byte(r->b, '[');
	while (bytes.length - at >= header) {
		struct control c = { 0 };
		uint64_t left = bytes.length - at;
		bool sound;

		memcpy(&c.length, bytes.data + at, word);
		memcpy(&c.level, bytes.data + at + word, sizeof(c.level));
		memcpy(&c.type, bytes.data + at + word + 4, sizeof(c.type));
		sound = c.length >= header && c.length <= full - at;
		if (sound) {
			c.cut = c.length > left;
			c.data = (struct ht_text){ bytes.data + at + header, (c.cut ? left : (size_t)c.length) - header };
		}
		if (at)
			ht_buffer_byte(r->b, ',');
		render_control(r, item->item->arg, &c, sound);
		if (!sound || c.length >= left || left - c.length < word)
			break;
		at += ((size_t)c.length + word - 1) & ~(word - 1);
	}
	ht_buffer_byte(r->b, ']');
	r->any = outer;
}
