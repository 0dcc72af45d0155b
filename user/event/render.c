/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/render.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "event/command.h"
#include "event/render_value.h"
#include "event/uring.h"
#include "hosttrail/structs.h"

#define O_CREAT_ANY 0100u /* the same on every architecture */
#define O_TMPFILE_ANY 020000000u
#define ERESTART_FIRST 512 /* ERESTARTSYS to ERESTART_RESTARTBLOCK: include/linux/errno.h */
#define ERESTART_LAST 516

void ht_truncated_add(struct ht_truncated *t, const char *field, uint64_t full_length)
{
	unsigned last = HT_TRUNCATED_MAX - 1;

	if (t->count < HT_TRUNCATED_MAX) {
		snprintf(t->entry[t->count].field, sizeof(t->entry[0].field), "%s", field);
		t->entry[t->count++].full_length = full_length;
		return;
	}
	if (strcmp(t->entry[last].field, "…") != 0) {
		snprintf(t->entry[last].field, sizeof(t->entry[0].field), "…");
		t->entry[last].full_length = 1;
	}
	t->entry[last].full_length++;
}

/* ---- members ---- */

void ht_render_comma(struct ht_render *r)
{
	if (r->any)
		ht_buffer_byte(r->b, ',');
	r->any = true;
}

void ht_render_key(struct ht_render *r, const char *key)
{
	ht_render_comma(r);
	ht_render_quoted(r->b, key);
	ht_buffer_byte(r->b, ':');
}

void ht_render_arg_key(struct ht_render *r, const struct ht_arg *arg)
{
	ht_render_comma(r);
	ht_buffer_append(r->b, arg->key, arg->key_length);
}

void ht_render_string(struct ht_buffer *b, const char *key, struct ht_text text)
{
	size_t n = strlen(key);

	ht_buffer_byte(b, '"');
	ht_buffer_append(b, key, n);
	ht_buffer_literal(b, "\":");
	if (ht_json_string(b, text.data, text.length))
		return;
	ht_buffer_literal(b, ",\"");
	ht_buffer_append(b, key, n);
	ht_buffer_literal(b, "Base64\":\"");
	ht_base64_append(b, text.data, text.length);
	ht_buffer_byte(b, '"');
}

void ht_render_note_cut(struct ht_render *r, const char *key, const struct ht_wire_item_view *item)
{
	char field[64];

	if (!(item->item->flags & HT_ITEM_TRUNCATED))
		return;
	snprintf(field, sizeof(field), "%s%s", r->object, key);
	ht_truncated_add(r->t, field, item->item->full_length);
}

void ht_render_item_string(struct ht_render *r, const char *key, const struct ht_wire_item_view *item)
{
	ht_render_comma(r);
	ht_render_string(r->b, key, item->bytes);
	ht_render_note_cut(r, key, item);
}

/* ---- what a descriptor is ---- */

/* Members beside it, named after its argument; those of the result (arg NULL) have no prefix. */

struct ht_sibling ht_sibling_of(const struct ht_arg *arg, const char *suffix)
{
	struct ht_sibling s;
	size_t n = arg ? arg->key_length - 3u : 0, m = strlen(suffix);

	if (n + m >= sizeof(s.key))
		n = sizeof(s.key) - 1 - m;
	if (n)
		memcpy(s.key, arg->name, n);
	memcpy(s.key + n, suffix, m + 1);
	if (!n)
		s.key[0] |= 0x20;
	return s;
}

static void sibling_true(struct ht_render *r, const struct ht_arg *arg, const char *suffix)
{
	ht_render_key(r, ht_sibling_of(arg, suffix).key);
	ht_buffer_literal(r->b, "true");
}

void ht_render_file(struct ht_render *r, const struct ht_arg *arg, const struct ht_wire_item_view *path)
{
	bool pseudo = path->item->flags & HT_ITEM_PSEUDO;

	ht_render_item_string(r, ht_sibling_of(arg, pseudo ? "Type" : "Path").key, path);
	if (path->item->flags & HT_ITEM_DELETED)
		sibling_true(r, arg, "Deleted");
	if (path->item->flags & HT_ITEM_UNREACHABLE)
		sibling_true(r, arg, "Unreachable");
	if (path->item->pid) {
		ht_render_key(r, ht_sibling_of(arg, "Pid").key);
		ht_buffer_unsigned(r->b, path->item->pid);
	}
}

static void render_descriptor(struct ht_render *r, const struct ht_arg *arg, unsigned index)
{
	const struct ht_wire_item_view *item = ht_wire_item(r->w, HT_ITEM_PATH, index);

	if (item)
		ht_render_file(r, arg, item);
	item = ht_wire_item(r->w, HT_ITEM_SOCKET, index);
	if (item && item->bytes.length >= sizeof(struct ht_wire_socket)) {
		ht_render_key(r, ht_sibling_of(arg, "Socket").key);
		ht_render_socket(r->b, item);
	}
}

/* Negative numbers that stand for a place or a process go by their names. */
static const char *render_fd_number(struct ht_render *r, unsigned i)
{
	const char *name = ht_name_of(&ht_names_special_descriptors, (uint32_t)r->w->event->args[i]);

	ht_render_arg_key(r, &r->args[i]);
	if (name)
		ht_render_quoted(r->b, name);
	else
		ht_buffer_signed(r->b, (int32_t)r->w->event->args[i]);
	return name;
}

static void render_fd(struct ht_render *r, unsigned i)
{
	/* Old kernels keep the file of a request and not its number. */
	if (!(r->unreadable & 1u << i))
		render_fd_number(r, i);
	if (ht_render_uring_is_index(r, i))
		sibling_true(r, &r->args[i], "Fixed");
	render_descriptor(r, &r->args[i], i);
}

/* The directory behind it comes with the path that starts from it, if that is relative. */
static void render_dirfd(struct ht_render *r, unsigned index)
{
	const struct ht_arg *dirfd = &r->args[index];
	const struct ht_wire_item_view *base = NULL;

	if (render_fd_number(r, index))
		return;
	for (unsigned i = 0; i < HT_ARGS && r->args[i].name && !base; i++)
		if (r->args[i].kind == HT_ARG_PATH && r->args[i].aux == index)
			base = ht_wire_item(r->w, HT_ITEM_BASE, i);
	if (base)
		ht_render_item_string(r, ht_sibling_of(dirfd, base->item->flags & HT_ITEM_PSEUDO ? "Type" : "Path").key, base);
}

/* ---- a call ---- */

/* A file's mode counts only when the flags before it make a file; else the register holds anything. */
static bool mode_counts(const struct ht_render *r, unsigned i)
{
	uint64_t flags;

	if (i && r->args[i - 1].kind == HT_ARG_MODE)
		i--; /* mq_open: the attributes of a queue that is made */
	if (i == 0 || r->args[i - 1].kind != HT_ARG_OPEN_FLAGS)
		return true;
	flags = r->w->event->args[i - 1];
	return (flags & O_CREAT_ANY) || (flags & O_TMPFILE_ANY);
}

/* The flags that say which of its arguments a call looks at. */
static uint64_t first_flags(const struct ht_render *r)
{
	const struct ht_wire_item_view *item = r->args[0].structure ? ht_wire_item(r->w, HT_ITEM_BYTES, 0) : NULL;
	uint64_t flags = r->args[0].structure ? 0 : r->w->event->args[0];

	if (item)
		memcpy(&flags, item->bytes.data, item->bytes.length < sizeof(flags) ? item->bytes.length : sizeof(flags));
	return flags;
}

static void render_arg(struct ht_render *r, unsigned i)
{
	const struct ht_arg *arg = &r->args[i];
	const struct ht_wire_item_view *item;

	if (arg->only_if && !(arg->only_if & first_flags(r)))
		return;
	switch (arg->kind) {
	case HT_ARG_SENT:
	case HT_ARG_UNUSED:
	case HT_ARG_HIGH:
		return;
	case HT_ARG_CONTENT:
		ht_render_content(r, arg->name, i);
		ht_render_netlink(r);
		return;
	case HT_ARG_VECTORS:
		ht_render_vectors(r, i);
		return;
	case HT_ARG_PATH:
	case HT_ARG_STRING:
		item = ht_render_pointed(r, i, HT_ITEM_STRING);
		if (item)
			ht_render_item_string(r, arg->name, item);
		return;
	case HT_ARG_STRING_AT:
	case HT_ARG_POINTED:
	case HT_ARG_POINTED_ONE:
	case HT_ARG_POINTED_BY:
	case HT_ARG_POINTED_COUNT:
	case HT_ARG_POINTED_BYTES:
	case HT_ARG_REGISTERS:
	case HT_ARG_OPTION_FILTER:
		ht_render_pointed_at(r, i);
		return;
	case HT_ARG_FD:
		render_fd(r, i);
		return;
	case HT_ARG_DIRFD:
		render_dirfd(r, i);
		return;
	case HT_ARG_ARGV:
		item = ht_render_pointed(r, i, HT_ITEM_ARGV);
		if (item)
			ht_render_argv(r, arg, item);
		return;
	case HT_ARG_MOUNT_DATA:
		item = ht_render_pointed(r, i, HT_ITEM_STRING);
		if (item)
			ht_render_mount_data(r, arg->name, item);
		return;
	case HT_ARG_MSGHDR:
	case HT_ARG_MMSGHDR:
		ht_render_message(r, i);
		return;
	case HT_ARG_MODE:
		if (!mode_counts(r, i))
			return;
		break;
	case HT_ARG_QUEUE_MESSAGE:
		ht_render_queue_message(r, i);
		return;
	case HT_ARG_STRUCT:
		if (!mode_counts(r, i))
			return;
		ht_render_bytes(r, i);
		return;
	default:
		if (arg->kind >= HT_ARG_BUFFER) {
			ht_render_bytes(r, i);
			return;
		}
		if (ht_render_divided(r, i))
			return;
	}
	ht_render_arg_key(r, arg);
	ht_render_number(r, i);
}

static void render_unreadable(struct ht_render *r)
{
	bool more = false;

	ht_render_key(r, "unreadable");
	ht_buffer_byte(r->b, '[');
	for (unsigned i = 0; i < HT_ARGS; i++) {
		if (!(r->unreadable & (1u << i)))
			continue;
		if (more)
			ht_buffer_byte(r->b, ',');
		ht_render_quoted(r->b, r->args[i].name);
		more = true;
	}
	ht_buffer_byte(r->b, ']');
}

static void render_words(struct ht_render *r)
{
	static const char keys[HT_ARGS][5] = { "arg0", "arg1", "arg2", "arg3", "arg4", "arg5" };

	for (unsigned i = 0; i < HT_ARGS; i++) {
		ht_render_key(r, keys[i]);
		ht_render_hex(r->b, r->w->event->args[i]);
	}
}

static struct ht_render render_begin(struct ht_buffer *b, const struct ht_call *call, const struct ht_wire_view *w,
				     struct ht_truncated *t, const char *object)
{
	return (struct ht_render){
		.b = b,
		.call = call,
		.args = call ? ht_args_of(call, ht_command_of_record(call, w)) : NULL,
		.w = w,
		.t = t,
		.object = object,
		.narrow = w->event->abi == HT_ABI_I386,
		.uring = ht_uring_of_record(w),
	};
}

static bool failed(int64_t result)
{
	return result < 0 && result >= -4095;
}

static bool interrupted(int64_t result)
{
	return result == -EINTR || (result <= -ERESTART_FIRST && result >= -ERESTART_LAST);
}

/* A call that failed for another reason than a signal wrote no answer over what it was passed. */
static bool unanswered(int64_t result)
{
	return failed(result) && !interrupted(result);
}

static bool keeps_members(const struct ht_struct *s)
{
	bool keeps = false, writes = false;

	for (const struct ht_member *m = s ? s->member : NULL; m && m->name; m++)
		m->out ? (writes = true) : (keeps = true);
	return keeps && writes;
}

/* nanosleep(&time, &time): what remains stands where the duration was. */
static bool is_overwritten(const struct ht_render *r, unsigned i)
{
	for (unsigned k = 0; k < HT_ARGS && r->args[k].name; k++)
		if (r->args[k].direction == HT_REMAINS && k != i && r->w->event->args[k] == r->w->event->args[i])
			return r->w->event->args[i] != 0;
	return false;
}

/* An argument as the caller passed it, so far as that is known at the call's end. */
static void render_passed(struct ht_render *r, unsigned i)
{
	const struct ht_arg *arg = &r->args[i];

	if (arg->direction == HT_REMAINS || (arg->direction == HT_OUT && arg->kind != HT_ARG_VECTORS))
		return;
	if (interrupted(r->w->event->result) && is_overwritten(r, i))
		return;
	/* The room for an address that was not asked for. */
	if (i && r->args[i - 1].kind == HT_ARG_SOCKADDR_OUT && !r->w->event->args[i])
		return;
	if (arg->direction == HT_CHANGED || arg->direction == HT_SPENT) {
		r->out = !r->w->event->args[i] || (arg->direction == HT_CHANGED && unanswered(r->w->event->result));
		if (!r->out && !keeps_members(arg->structure))
			return;
	}
	render_arg(r, i);
	r->out = false;
}

void ht_render_request(struct ht_buffer *b, const struct ht_call *call, const struct ht_wire_view *w,
		       struct ht_truncated *t)
{
	struct ht_render r = render_begin(b, call, w, t, "requestParameters.");

	if (!call) {
		if (!r.uring || !r.uring->unknown)
			render_words(&r);
		return;
	}
	for (unsigned i = 0; i < HT_ARGS && r.args[i].name; i++)
		if (ht_render_uring_argument(&r, i))
			render_passed(&r, i);
	ht_render_uring(&r);
	if (r.unreadable)
		render_unreadable(&r);
}

/* userIdentity says who the task was before; this is who it has become. */
static void render_identity(struct ht_render *r, const struct ht_wire_identity *id)
{
	ht_render_key(r, "uid");
	ht_buffer_unsigned(r->b, id->uid);
	ht_render_key(r, "gid");
	ht_buffer_unsigned(r->b, id->gid);
	ht_render_key(r, "euid");
	ht_buffer_unsigned(r->b, id->euid);
	ht_render_key(r, "egid");
	ht_buffer_unsigned(r->b, id->egid);
}

static void render_result(struct ht_render *r, int64_t result)
{
	const struct ht_arg *kind = r->args ? &r->args[HT_ARG_RESULT] : NULL;
	uint64_t v = r->narrow ? (uint32_t)result : (uint64_t)result;

	/* A reader takes the result for a signed number. */
	if (kind && (kind->kind == HT_ARG_UID || kind->kind == HT_ARG_GID))
		v = (uint32_t)v;
	if (kind && kind->kind == HT_ARG_OPERATION) {
		ht_render_operation(r, kind, (uint32_t)v);
		return;
	}
	ht_buffer_literal(r->b, "\"result\":");
	if (kind && kind->kind == HT_ARG_CHOICE)
		ht_render_choice(r->b, kind->choice, v & UINT32_MAX);
	else if (kind && kind->name)
		ht_render_value(r, kind->kind, kind->names, v, r->narrow ? 32 : 64);
	else
		ht_buffer_signed(r->b, result);
	r->any = true;
}

/* A sleep that was interrupted has no result, but time that remains. */
static void render_remains(struct ht_render *r, int64_t result)
{
	for (unsigned i = 0; r->args && interrupted(result) && i < HT_ARGS && r->args[i].name; i++)
		if (r->args[i].direction == HT_REMAINS && r->w->event->args[i] != 0)
			render_arg(r, i);
}

/* Did the caller want an answer? Of what another argument points to the register means nothing. */
static bool is_there(const struct ht_render *r, unsigned i)
{
	return r->w->event->args[i] != 0 || ht_arg_is_pointed(&r->args[i]);
}

/* What the kernel wrote to user memory: there only when the call succeeded, and nothing where the caller wanted none. */
void ht_render_response(struct ht_buffer *b, const struct ht_call *call, const struct ht_wire_view *w,
			struct ht_truncated *t)
{
	struct ht_render r = render_begin(b, call, w, t, "responseElements.");
	int64_t result = w->event->result;

	if (!ht_wire_has_result(w)) {
		ht_buffer_literal(b, "\"result\":null");
		return;
	}
	r.out = true;
	if (failed(result)) {
		render_remains(&r, result);
		return;
	}
	render_result(&r, result);
	if (call && r.uring && (r.uring->flags & HT_URING_SLOT) && call->resource[0].from == HT_FROM_RESULT)
		sibling_true(&r, NULL, "Fixed");
	render_descriptor(&r, NULL, HT_ITEM_RESULT);
	if (!call)
		return;
	if (ht_call_changes_identity(call))
		render_identity(&r, &w->event->identity);
	for (unsigned i = 0; i < HT_ARGS && r.args[i].name; i++)
		if (r.args[i].direction != HT_IN && r.args[i].direction != HT_REMAINS && is_there(&r, i))
			render_arg(&r, i);
	if (r.unreadable)
		render_unreadable(&r);
}
