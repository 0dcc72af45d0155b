/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/exec.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/json.h"
#include "event/render_value.h"

#define AT_FDCWD_32 ((uint32_t)-100)
#define ALL_CAPABILITIES ((1ull << 41) - 1) /* of every kernel from 5.9 on: CAP_CHECKPOINT_RESTORE is the last */

const struct ht_wire_exec *ht_exec_of(const struct ht_wire_view *w)
{
	const struct ht_wire_item_view *v = ht_wire_item(w, HT_ITEM_EXEC, HT_ITEM_RESULT);

	return v && v->bytes.length >= sizeof(struct ht_wire_exec) ? (const void *)v->bytes.data : NULL;
}

static const struct ht_wire_item_view *path_item(const struct ht_call *call, const struct ht_wire_view *w,
						 enum ht_item_kind kind)
{
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++)
		if (call->arg[i].kind == HT_ARG_PATH)
			return ht_wire_item(w, kind, i);
	return NULL;
}

struct ht_text ht_exec_path(const struct ht_call *call, const struct ht_wire_view *w)
{
	const struct ht_wire_item_view *v = path_item(call, w, HT_ITEM_STRING);
	const struct ht_wire_exec *e = ht_exec_of(w);
	struct ht_text prefix, path;
	char text[32];

	if (!v || !e)
		return (struct ht_text){ 0 };
	path = v->bytes;
	if ((e->flags & (HT_EXEC_NOTED | HT_EXEC_BY_DESCRIPTOR)) != (HT_EXEC_NOTED | HT_EXEC_BY_DESCRIPTOR))
		return path;
	snprintf(text, sizeof(text), "/dev/fd/%d", (int32_t)w->event->args[0]);
	prefix = ht_text_of(text);
	if (!ht_text_starts(path, prefix))
		return path;
	path.data += prefix.length;
	path.length -= prefix.length;
	if (path.length) {
		path.data++;
		path.length--;
	}
	return path;
}

/* ---- requestParameters ---- */

static void render_path(struct ht_render *r, const struct ht_arg *arg)
{
	struct ht_text path = ht_exec_path(r->call, r->w);

	if (!path.data)
		return;
	ht_render_comma(r);
	ht_render_string(r->b, arg->name, path);
}

static void render_dirfd(struct ht_render *r, const struct ht_arg *arg, uint64_t v)
{
	const struct ht_wire_item_view *base = path_item(r->call, r->w, HT_ITEM_BASE);

	ht_render_arg_key(r, arg);
	if ((uint32_t)v == AT_FDCWD_32) {
		ht_buffer_literal(r->b, "\"AT_FDCWD\"");
		return;
	}
	ht_buffer_signed(r->b, (int32_t)v);
	if (base)
		ht_render_item_string(r, base->item->flags & HT_ITEM_PSEUDO ? "dirfdType" : "dirfdPath", base);
}

static void render_argv(struct ht_render *r, const struct ht_arg *arg, const struct ht_image *image)
{
	if (!image || !image->argv.data)
		return;
	ht_render_strings(r, arg, image->argv);
	if (image->argv_cut)
		ht_truncated_add(r->t, "requestParameters.argv", image->argv_cut);
}

void ht_render_exec_request(struct ht_buffer *b, const struct ht_call *call, const struct ht_wire_view *w,
			    const struct ht_image *image, struct ht_truncated *t)
{
	struct ht_render r = { .b = b, .call = call, .args = call->arg, .w = w, .t = t, .object = "requestParameters." };
	const struct ht_wire_item_view *interpreter = ht_wire_item(w, HT_ITEM_INTERPRETER, HT_ITEM_RESULT);
	bool noted = ht_exec_of(w)->flags & HT_EXEC_NOTED;

	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		const struct ht_arg *arg = &call->arg[i];

		if (arg->kind == HT_ARG_PATH) {
			render_path(&r, arg);
		} else if (arg->kind == HT_ARG_ARGV) {
			render_argv(&r, arg, image);
		} else if (arg->kind == HT_ARG_DIRFD && noted) {
			render_dirfd(&r, arg, w->event->args[i]);
		} else if (arg->kind == HT_ARG_FLAGS && noted) {
			ht_render_arg_key(&r, arg);
			ht_render_flags(b, arg->names, (uint32_t)w->event->args[i]);
		}
	}
	if (interpreter)
		ht_render_item_string(&r, "interpreter", interpreter);
}

/* ---- responseElements ---- */

static void member_number(struct ht_buffer *b, const char *key, uint32_t v)
{
	ht_render_quoted(b, key);
	ht_buffer_byte(b, ':');
	ht_buffer_unsigned(b, v);
	ht_buffer_byte(b, ',');
}

/* All of them go by one name: that is what root has where nothing bounds it. */
static void capabilities(struct ht_buffer *b, const char *key, uint64_t bits)
{
	ht_render_quoted(b, key);
	ht_buffer_byte(b, ':');
	if (bits == ALL_CAPABILITIES)
		ht_buffer_literal(b, "[\"ALL\"]");
	else
		ht_render_capability_set(b, bits);
}

static void render_credentials(struct ht_buffer *b, const char *key, const struct ht_wire_credentials *c)
{
	ht_render_quoted(b, key);
	ht_buffer_literal(b, ":{");
	member_number(b, "uid", c->uid);
	member_number(b, "gid", c->gid);
	member_number(b, "euid", c->euid);
	member_number(b, "egid", c->egid);
	member_number(b, "suid", c->suid);
	member_number(b, "sgid", c->sgid);
	member_number(b, "fsuid", c->fsuid);
	member_number(b, "fsgid", c->fsgid);
	capabilities(b, "effective", c->effective);
	ht_buffer_byte(b, ',');
	capabilities(b, "permitted", c->permitted);
	ht_buffer_byte(b, ',');
	capabilities(b, "ambient", c->ambient);
	ht_buffer_byte(b, '}');
}

/* The executed file, which of a script is the interpreter's. */
static void render_file(struct ht_buffer *b, const struct ht_wire_exec *e, const struct ht_image *image)
{
	const char *storage = image->pseudo_exe ? "memory" : image->exe_deleted ? "deleted" : "disk";

	ht_buffer_literal(b, ",\"file\":{");
	ht_render_string(b, "path", image->exe);
	ht_buffer_literal(b, ",\"storage\":");
	ht_render_quoted(b, storage);
	ht_buffer_literal(b, ",\"mode\":");
	ht_render_mode(b, image->exe_mode & 07777);
	if (image->exe_mode & S_ISUID)
		ht_buffer_literal(b, ",\"setUserId\":true");
	/* Without the right to be executed by the group the bit means something else. */
	if ((image->exe_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
		ht_buffer_literal(b, ",\"setGroupId\":true");
	if (e->flags & HT_EXEC_FILE_CAPABILITIES)
		ht_buffer_literal(b, ",\"capabilities\":true");
	ht_buffer_byte(b, '}');
}

/* What most execs leave as it is stands there once. */
static void render_change(struct ht_buffer *b, const struct ht_wire_exec *e)
{
	bool changed = memcmp(&e->before, &e->after, sizeof(e->after)) != 0;

	ht_buffer_literal(b, ",\"credentials\":{");
	if (e->flags & HT_EXEC_NOTED) {
		ht_buffer_literal(b, "\"changed\":");
		if (changed) {
			ht_buffer_literal(b, "true,");
			render_credentials(b, "before", &e->before);
		} else {
			ht_buffer_literal(b, "false");
		}
		ht_buffer_byte(b, ',');
	}
	render_credentials(b, "after", &e->after);
	ht_buffer_byte(b, '}');
}

void ht_render_exec_response(struct ht_buffer *b, const struct ht_wire_view *w, const struct ht_image *image)
{
	const struct ht_wire_exec *e = ht_exec_of(w);

	ht_buffer_literal(b, "\"result\":0");
	if (image && image->exe.data)
		render_file(b, e, image);
	if (e->flags & HT_EXEC_SECURE)
		ht_buffer_literal(b, ",\"secureExecution\":true");
	render_change(b, e);
}
