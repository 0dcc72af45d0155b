/* SPDX-License-Identifier: BSD-2-Clause */
/* The data of mount(2): options of the filesystem, separated by commas; and of fsconfig(2), the value of one. */
#include <strings.h>

#include "base/cleanup.h"
#include "event/render_value.h"

/*
 * Options of network and encrypting filesystems that are secrets: cifs, ceph, 9p, ecryptfs and their like.
 */
static bool is_secret(struct ht_text key)
{
	static const char *const words[] = { "pass", "secret", "key", "token", "credential" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (size_t at = 0, n = strlen(words[i]); at + n <= key.length; at++)
			if (strncasecmp(key.data + at, words[i], n) == 0)
				return true;
	return false;
}

bool ht_render_is_secret(const struct ht_render *r)
{
	const struct ht_wire_item_view *item;

	for (unsigned i = 0; i < HT_ARGS && r->args[i].name; i++)
		if (r->args[i].kind == HT_ARG_STRING && strcmp(r->args[i].name, "key") == 0) {
			item = ht_wire_item(r->w, HT_ITEM_STRING, i);
			return !item || item->item->flags & HT_ITEM_FAULT || is_secret(item->bytes);
		}
	return false;
}

/*
 * What parts the options: a comma, or what those of cifs say first, "sep=;" (fs/cifs/connect.c up to Linux 5.10). *at is
 * behind that.
 */
static char separator(struct ht_buffer *b, const char **at, const char *end)
{
	if (end - *at < 5 || memcmp(*at, "sep=", 4) != 0)
		return ',';
	ht_buffer_append(b, *at, 5);
	*at += 5;
	return (*at)[-1];
}

/* A separator that stands twice is one in the value of cifs (fs/smb/client/fs_context.c); end if there is no more. */
static const char *end_of_secret(const char *at, const char *end, char parts)
{
	while ((at = memchr(at, parts, (size_t)(end - at))) && end - at > 1 && at[1] == parts)
		at += 2;
	return at ? at : end;
}

void ht_render_mount_data(struct ht_render *r, const char *key, const struct ht_wire_item_view *item)
{
	const char *at = item->bytes.data, *end = at + item->bytes.length;
	char parts;
	_cleanup_buffer_ struct ht_buffer options = { 0 };
	struct ht_wire_item_view shown = *item;

	if (ht_render_is_secret(r)) {
		ht_buffer_literal(&options, "(not recorded)");
		at = end;
	}
	parts = separator(&options, &at, end);
	while (at < end) {
		const char *next = memchr(at, parts, (size_t)(end - at)), *equals;

		next = next ? next : end;
		equals = memchr(at, '=', (size_t)(next - at));
		if (equals && is_secret((struct ht_text){ at, (size_t)(equals - at) })) {
			ht_buffer_append(&options, at, (size_t)(equals - at) + 1);
			ht_buffer_literal(&options, "(not recorded)");
			next = end_of_secret(equals, end, parts);
		} else {
			ht_buffer_append(&options, at, (size_t)(next - at));
		}
		if (next < end)
			ht_buffer_byte(&options, parts);
		at = next + 1;
	}
	if (ht_buffer_status(&options) < 0) {
		r->b->failed = true;
		return;
	}
	shown.bytes = (struct ht_text){ options.data ? options.data : "", options.length };
	ht_render_item_string(r, key, &shown);
}

/* ---- statmount(2): include/uapi/linux/mount.h ---- */

#define STATMOUNT_BYTES 512u /* what stands before the strings */

/* Members by the bit of the mask that says they are there. Strings are offsets behind the struct, lists have a count before. */
static const struct {
	uint32_t bit;
	uint16_t at;
	uint8_t size, kind; /* enum ht_arg_kind; TEXT: a string, NAME_LIST: a list of strings */
	const char *key;
	const struct ht_name_set *names;
} members[] = {
	{ 0x1, 16, 8, HT_ARG_DEVICE_PAIR, "device", NULL },
	{ 0x1, 24, 8, HT_ARG_REQUEST, "magic", &ht_names_filesystem_magics },
	{ 0x1, 32, 4, HT_ARG_FLAGS, "filesystemFlags", &ht_names_mount_flags },
	{ 0x20, 36, 4, HT_ARG_TEXT, "filesystemType", NULL },
	{ 0x100, 120, 4, HT_ARG_TEXT, "filesystemSubtype", NULL },
	{ 0x2, 40, 8, HT_ARG_SIZE, "mountId", NULL },
	{ 0x2, 48, 8, HT_ARG_SIZE, "parentId", NULL },
	{ 0x2, 56, 4, HT_ARG_UINT, "oldMountId", NULL },
	{ 0x2, 60, 4, HT_ARG_UINT, "oldParentId", NULL },
	{ 0x2, 64, 8, HT_ARG_FLAGS, "attributes", &ht_names_mount_attr },
	{ 0x2, 72, 8, HT_ARG_FLAGS, "propagation", &ht_names_mount_propagation },
	{ 0x2, 80, 8, HT_ARG_SIZE, "peerGroup", NULL },
	{ 0x2, 88, 8, HT_ARG_SIZE, "master", NULL },
	{ 0x4, 96, 8, HT_ARG_SIZE, "propagateFrom", NULL },
	{ 0x8, 104, 4, HT_ARG_TEXT, "root", NULL },
	{ 0x10, 108, 4, HT_ARG_TEXT, "mountPoint", NULL },
	{ 0x40, 112, 8, HT_ARG_SIZE, "namespaceId", NULL },
	{ 0x200, 124, 4, HT_ARG_TEXT, "source", NULL },
	{ 0x80, 4, 4, HT_ARG_TEXT, "options", NULL },
	{ 0x400, 132, 4, HT_ARG_NAME_LIST, "optionList", NULL },
	{ 0x800, 140, 4, HT_ARG_NAME_LIST, "securityOptions", NULL },
	{ 0x1000, 144, 8, HT_ARG_FLAGS, "supportedMask", &ht_names_statmount_mask },
	{ 0x2000, 156, 4, HT_ARG_NAME_LIST, "uidMap", NULL },
	{ 0x4000, 164, 4, HT_ARG_NAME_LIST, "gidMap", NULL },
};

static uint64_t number_at(struct ht_text bytes, size_t at, size_t size)
{
	uint64_t v = 0;

	if (at + size <= bytes.length)
		memcpy(&v, bytes.data + at, size);
	return v;
}

/* The string at an offset behind the struct; of no bytes where it is said to lie outside. */
static struct ht_text string_at(struct ht_text bytes, uint64_t offset)
{
	const char *at = bytes.data + bytes.length;
	size_t left = 0;

	if (STATMOUNT_BYTES + offset < bytes.length) {
		at = bytes.data + STATMOUNT_BYTES + offset;
		left = strnlen(at, bytes.length - STATMOUNT_BYTES - (size_t)offset);
	}
	return (struct ht_text){ at, left };
}

static void render_strings(struct ht_render *r, struct ht_text bytes, uint64_t offset, uint64_t count)
{
	ht_buffer_byte(r->b, '[');
	for (uint64_t i = 0; i < count && STATMOUNT_BYTES + offset < bytes.length; i++) {
		struct ht_text text = string_at(bytes, offset);

		if (i)
			ht_buffer_byte(r->b, ',');
		ht_json_string(r->b, text.data, text.length);
		offset += text.length + 1;
	}
	ht_buffer_byte(r->b, ']');
}

static void render_statmount_member(struct ht_render *r, size_t i, struct ht_text bytes)
{
	uint64_t v = number_at(bytes, members[i].at, members[i].size);

	switch (members[i].kind) {
	case HT_ARG_TEXT:
		ht_render_comma(r);
		ht_render_string(r->b, members[i].key, string_at(bytes, v));
		return;
	case HT_ARG_NAME_LIST:
		ht_render_key(r, members[i].key);
		render_strings(r, bytes, v, number_at(bytes, members[i].at - 4u, 4));
		return;
	default:
		ht_render_key(r, members[i].key);
		ht_render_value(r, members[i].kind, members[i].names, v, members[i].size * 8u);
	}
}

void ht_render_statmount(struct ht_render *r, unsigned i, const struct ht_wire_item_view *item)
{
	struct ht_text bytes = item->bytes;
	uint64_t mask = number_at(bytes, 8, 8);
	bool outer;

	if (bytes.length < STATMOUNT_BYTES) {
		r->unreadable |= 1u << i;
		return;
	}
	ht_render_arg_key(r, &r->args[i]);
	ht_buffer_byte(r->b, '{');
	outer = r->any;
	r->any = false;
	ht_render_key(r, "mask");
	ht_render_flags(r->b, &ht_names_statmount_mask, mask);
	for (size_t m = 0; m < ARRAY_SIZE(members); m++)
		if (mask & members[m].bit)
			render_statmount_member(r, m, bytes);
	ht_buffer_byte(r->b, '}');
	r->any = outer;
	ht_render_note_cut(r, r->args[i].name, item);
}
