/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values of extended attributes: capabilities of files (struct vfs_cap_data, include/uapi/linux/capability.h) and access
 * control lists (include/uapi/linux/posix_acl_xattr.h), both of little-endian members, by what they say; all others as
 * strings.
 */
#include "base/cleanup.h"
#include "event/render_value.h"

#define CAPABILITY_EFFECTIVE 1u
#define ACL_VERSION 2u
#define ACL_HEADER 4u
#define ACL_ENTRY 8u

static uint32_t le32(const char *at)
{
	const uint8_t *b = (const uint8_t *)at;

	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* Revision 1 has sets of 32 bits, 2 of 64 bits, 3 the root user of a namespace besides. */
static bool is_capability(struct ht_text value)
{
	static const uint8_t sizes[] = { 0, 12, 20, 24 };
	uint32_t revision = value.length >= 4 ? le32(value.data) >> 24 : 0;

	return revision && revision < ARRAY_SIZE(sizes) && value.length == sizes[revision];
}

static void capability(struct ht_buffer *b, struct ht_text value)
{
	uint32_t magic = le32(value.data), revision = magic >> 24;

	ht_buffer_literal(b, "{\"revision\":");
	ht_buffer_unsigned(b, revision);
	ht_buffer_literal(b, ",\"effective\":");
	ht_buffer_append(b, magic & CAPABILITY_EFFECTIVE ? "true" : "false", magic & CAPABILITY_EFFECTIVE ? 4 : 5);
	for (unsigned i = 0; i < 2; i++) {
		uint64_t bits = le32(value.data + 4 + i * 4);

		if (revision > 1)
			bits |= (uint64_t)le32(value.data + 12 + i * 4) << 32;
		if (i == 0)
			ht_buffer_literal(b, ",\"permitted\":");
		else
			ht_buffer_literal(b, ",\"inheritable\":");
		ht_render_capability_set(b, bits);
	}
	if (revision > 2) {
		ht_buffer_literal(b, ",\"rootId\":");
		ht_buffer_unsigned(b, le32(value.data + 20));
	}
	ht_buffer_byte(b, '}');
}

static bool is_acl(struct ht_text value)
{
	return value.length >= ACL_HEADER && (value.length - ACL_HEADER) % ACL_ENTRY == 0 && le32(value.data) == ACL_VERSION;
}

static void acl_entry(struct ht_buffer *b, const char *at)
{
	uint32_t tag = le32(at) & 0xffff, permissions = le32(at) >> 16, id = le32(at + 4);
	char text[] = { '"', permissions & 4 ? 'r' : '-', permissions & 2 ? 'w' : '-', permissions & 1 ? 'x' : '-', '"' };

	ht_buffer_literal(b, "{\"tag\":");
	ht_render_enum(b, &ht_names_acl_tags, tag);
	ht_buffer_literal(b, ",\"permissions\":");
	ht_buffer_append(b, text, sizeof(text));
	if (id != UINT32_MAX) {
		ht_buffer_literal(b, ",\"id\":");
		ht_buffer_unsigned(b, id);
	}
	ht_buffer_byte(b, '}');
}

static void acl(struct ht_buffer *b, struct ht_text value)
{
	ht_buffer_byte(b, '[');
	for (size_t at = ACL_HEADER; at < value.length; at += ACL_ENTRY) {
		if (at > ACL_HEADER)
			ht_buffer_byte(b, ',');
		acl_entry(b, value.data + at);
	}
	ht_buffer_byte(b, ']');
}

static bool is_named(const struct ht_render *r, const char *name)
{
	const struct ht_wire_item_view *item;

	for (unsigned i = 0; i < HT_ARGS && r->args[i].name; i++) {
		if (r->args[i].kind != HT_ARG_STRING || strcmp(r->args[i].name, "name") != 0)
			continue;
		item = ht_wire_item(r->w, HT_ITEM_STRING, i);
		return item && item->bytes.length == strlen(name) && memcmp(item->bytes.data, name, item->bytes.length) == 0;
	}
	return false;
}

static void render_value(struct ht_render *r, const char *key, const struct ht_wire_item_view *item)
{
	if (is_named(r, "security.capability") && is_capability(item->bytes)) {
		ht_render_key(r, key);
		capability(r->b, item->bytes);
	} else if ((is_named(r, "system.posix_acl_access") || is_named(r, "system.posix_acl_default")) && is_acl(item->bytes)) {
		ht_render_key(r, key);
		acl(r->b, item->bytes);
	} else {
		ht_render_item_string(r, key, item);
		return;
	}
	ht_render_note_cut(r, key, item);
}

void ht_render_xattr(struct ht_render *r, unsigned i, const struct ht_wire_item_view *item)
{
	render_value(r, r->args[i].name, item);
}

/* struct xattr_args: the value's address, its number of bytes, flags. The kernel writes no more of it than the result says. */
void ht_render_xattr_at(struct ht_render *r, unsigned i, const struct ht_wire_item_view *item)
{
	const struct ht_arg *arg = &r->args[i];
	const struct ht_wire_item_view *value = ht_wire_item(r->w, HT_ITEM_POINTED, i);
	struct ht_wire_item_view shown;
	bool outer;

	if (item->bytes.length < 16) {
		r->unreadable |= 1u << i;
		return;
	}
	if (r->out && (!value || !le32(item->bytes.data + 8)))
		return;
	ht_render_arg_key(r, arg);
	ht_buffer_byte(r->b, '{');
	outer = r->any;
	r->any = false;
	if (value && (r->out || arg->direction == HT_IN)) {
		shown = *value;
		if (r->out && shown.bytes.length > (uint64_t)r->w->event->result)
			shown.bytes.length = (size_t)r->w->event->result;
		render_value(r, "value", &shown);
	}
	if (!r->out) {
		ht_render_key(r, "size");
		ht_buffer_unsigned(r->b, le32(item->bytes.data + 8));
		ht_render_key(r, "flags");
		ht_render_flags(r->b, &ht_names_xattr_flags, le32(item->bytes.data + 12));
	}
	ht_buffer_byte(r->b, '}');
	r->any = outer;
}
