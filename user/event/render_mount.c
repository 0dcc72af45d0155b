/* SPDX-License-Identifier: BSD-2-Clause */
/* The data of mount(2): options of the filesystem, separated by commas; and of fsconfig(2), the value of one. */
#include <strings.h>

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
			return item && is_secret(item->bytes);
		}
	return false;
}

void ht_render_mount_data(struct ht_render *r, const char *key, const struct ht_wire_item_view *item)
{
	const char *at = item->bytes.data, *end = at + item->bytes.length;
	_cleanup_buffer_ struct ht_buffer options = { 0 };
	struct ht_wire_item_view shown = *item;

	if (ht_render_is_secret(r)) {
		ht_buffer_literal(&options, "(not recorded)");
		at = end;
	}
	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		size_t n = (size_t)((comma ? comma : end) - at);
		const char *equals = memchr(at, '=', n);

		if (equals && is_secret((struct ht_text){ at, (size_t)(equals - at) })) {
			ht_buffer_append(&options, at, (size_t)(equals - at) + 1);
			ht_buffer_literal(&options, "(not recorded)");
		} else {
			ht_buffer_append(&options, at, n);
		}
		if (comma)
			ht_buffer_byte(&options, ',');
		at += n + 1;
	}
	if (ht_buffer_status(&options) < 0) {
		r->b->failed = true;
		return;
	}
	shown.bytes = (struct ht_text){ options.data ? options.data : "", options.length };
	ht_render_item_string(r, key, &shown);
}
