/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/image_render.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "event/container.h"

#define UNSET UINT32_MAX
#define NOBODY 65534u
#define FIRST_PERSON 1000u /* login.defs(5), UID_MIN */

static struct ht_text item_text(const struct ht_wire_view *w, enum ht_item_kind kind, uint32_t *ret_cut, unsigned *ret_flags)
{
	const struct ht_wire_item_view *v = ht_wire_item(w, kind, HT_ITEM_RESULT);

	if (!v || !v->bytes.length)
		return (struct ht_text){ 0 };
	if (ret_cut && (v->item->flags & HT_ITEM_TRUNCATED))
		*ret_cut = v->item->full_length;
	if (ret_flags)
		*ret_flags = v->item->flags;
	return v->bytes;
}

void ht_image_facts_read(struct ht_image_facts *ret, const struct ht_wire_view *w)
{
	const struct ht_wire_item_view *exe;
	unsigned flags = 0;

	*ret = (struct ht_image_facts){ .process = w->process };
	ret->exe = item_text(w, HT_ITEM_EXE, &ret->exe_cut, &flags);
	exe = ht_wire_item(w, HT_ITEM_EXE, HT_ITEM_RESULT);
	ret->exe_mode = exe ? exe->item->mode : 0;
	ret->exe_deleted = flags & HT_ITEM_DELETED;
	ret->pseudo_exe = flags & HT_ITEM_PSEUDO;
	ret->cwd = item_text(w, HT_ITEM_CWD, &ret->cwd_cut, NULL);
	ret->cgroup = item_text(w, HT_ITEM_CGROUP, NULL, NULL);
	ret->tty = item_text(w, HT_ITEM_TTY, NULL, NULL);
	ret->argv = item_text(w, HT_ITEM_ARGV, &ret->argv_cut, NULL);
}

/* The kernel calls a pseudo terminal pts0; its device, and everybody else, pts/0. */
static void tty_name(char *out, size_t n, struct ht_text tty)
{
	if (ht_text_starts(tty, HT_TEXT("pts")) && tty.length > 3 && tty.data[3] != '/')
		snprintf(out, n, "pts/%.*s", (int)(tty.length - 3), tty.data + 3);
	else
		snprintf(out, n, "%.*s", (int)tty.length, tty.data ? tty.data : "");
}

static const char *identity_type(uint32_t uid, const char *name)
{
	if (uid == 0)
		return "Root";
	if (!*name)
		return "Unknown";
	return uid < FIRST_PERSON || uid == NOBODY ? "Service" : "User";
}

static void member_unsigned(struct ht_buffer *b, const char *key, uint64_t v)
{
	ht_buffer_byte(b, ',');
	ht_buffer_byte(b, '"');
	ht_buffer_append(b, key, strlen(key));
	ht_buffer_literal(b, "\":");
	ht_buffer_unsigned(b, v);
}

static void member_string(struct ht_buffer *b, const char *key, struct ht_text text)
{
	if (!text.data || !text.length)
		return;
	ht_buffer_byte(b, ',');
	ht_render_string(b, key, text);
}

static void render_identity(struct ht_buffer *b, const struct ht_wire_identity *id, struct ht_users *users, const char *tty)
{
	const char *name = ht_users_name(users, id->uid), *type = identity_type(id->uid, name);

	ht_buffer_literal(b, "\"userIdentity\":{\"type\":\"");
	ht_buffer_append(b, type, strlen(type));
	ht_buffer_byte(b, '"');
	member_unsigned(b, "uid", id->uid);
	member_unsigned(b, "gid", id->gid);
	member_unsigned(b, "euid", id->euid);
	member_unsigned(b, "egid", id->egid);
	member_string(b, "userName", ht_text_of(name));
	if (id->login_uid != UNSET) {
		member_unsigned(b, "loginUid", id->login_uid);
		member_string(b, "loginName", ht_text_of(ht_users_name(users, id->login_uid)));
	}
	if (id->session != UNSET)
		member_unsigned(b, "sessionId", id->session);
	member_string(b, "tty", ht_text_of(tty));
	ht_buffer_byte(b, '}');
}

static void render_source(struct ht_buffer *b, const struct ht_wire_identity *id, struct ht_users *users, const char *tty)
{
	const char *remote = ht_users_remote(users, id->session, *tty ? tty : NULL);

	ht_buffer_byte(b, ',');
	ht_render_string(b, "sourceIPAddress", ht_text_of(*remote ? remote : "localhost"));
}

/* The next of the NUL-terminated strings; the last one may lack its NUL. */
static bool next_argument(struct ht_text argv, size_t *at, struct ht_text *ret)
{
	const char *begin = argv.data + *at, *nul;

	if (*at >= argv.length)
		return false;
	nul = memchr(begin, '\0', argv.length - *at);
	*ret = (struct ht_text){ begin, nul ? (size_t)(nul - begin) : argv.length - *at };
	*at += ret->length + 1;
	return true;
}

static void render_args(struct ht_buffer *b, struct ht_text argv)
{
	struct ht_text argument;
	bool exact = true;
	size_t at = 0;
	char before = '[';

	if (!argv.data)
		return;
	ht_buffer_literal(b, ",\"args\":");
	for (; next_argument(argv, &at, &argument); before = ',') {
		ht_buffer_byte(b, before);
		exact &= ht_json_string(b, argument.data, argument.length);
	}
	if (exact) {
		ht_buffer_byte(b, ']');
		return;
	}
	ht_buffer_literal(b, "],\"argsBase64\":");
	for (at = 0, before = '['; next_argument(argv, &at, &argument); before = ',') {
		ht_buffer_byte(b, before);
		ht_buffer_byte(b, '"');
		ht_base64_append(b, argument.data, argument.length);
		ht_buffer_byte(b, '"');
	}
	ht_buffer_byte(b, ']');
}

static void render_ancestors(struct ht_buffer *b, const struct ht_wire_process *p)
{
	char before = '[';

	if (!p->ancestor[0].pid)
		return;
	ht_buffer_literal(b, ",\"ancestors\":");
	for (unsigned i = 0; i < HT_ANCESTORS && p->ancestor[i].pid; i++, before = ',') {
		const char *name = p->ancestor[i].name;

		ht_buffer_byte(b, before);
		ht_buffer_literal(b, "{\"pid\":");
		ht_buffer_unsigned(b, p->ancestor[i].pid);
		ht_buffer_byte(b, ',');
		ht_render_string(b, "name", (struct ht_text){ name, strnlen(name, HT_COMM) });
		ht_buffer_byte(b, '}');
	}
	ht_buffer_byte(b, ']');
}

static void render_process(struct ht_buffer *b, const struct ht_image_facts *f, struct ht_text container, int64_t boot_ns)
{
	const struct ht_wire_process *p = f->process;
	char time[HT_TIMESTAMP_LENGTH];

	ht_buffer_literal(b, ",\"process\":{\"pid\":");
	ht_buffer_unsigned(b, p->pid);
	member_unsigned(b, "tid", p->tid);
	if (f->unknown) {
		ht_buffer_byte(b, '}');
		return;
	}
	if (p->ancestor[0].pid)
		member_unsigned(b, "ppid", p->ancestor[0].pid);
	ht_buffer_literal(b, ",\"startTime\":\"");
	ht_timestamp_write(boot_ns + (int64_t)p->start_ns, time);
	ht_buffer_append(b, time, sizeof(time));
	ht_buffer_byte(b, '"');
	member_string(b, "name", (struct ht_text){ p->name, strnlen(p->name, HT_COMM) });
	member_string(b, "exe", f->exe);
	if (f->exe_deleted)
		ht_buffer_literal(b, ",\"exeDeleted\":true");
	render_args(b, f->argv);
	member_string(b, "cwd", f->cwd);
	render_ancestors(b, p);
	member_string(b, "cgroup", f->cgroup);
	member_string(b, "container", container);
	member_unsigned(b, "pidNamespace", p->pid_ns);
	member_unsigned(b, "mountNamespace", p->mnt_ns);
	ht_buffer_byte(b, '}');
}

/* Copies a text behind the JSON: offsets, because the buffer may move until all is in it. */
struct kept {
	struct ht_text *to;
	size_t at, length;
};

static void keep(struct ht_buffer *b, struct kept *k, struct ht_text *to, struct ht_text text)
{
	*k = (struct kept){ .to = text.data ? to : NULL, .at = b->length, .length = text.length };
	if (text.data)
		ht_buffer_append(b, text.data, text.length);
}

static struct ht_text number_text(char out[16], uint32_t v)
{
	return (struct ht_text){ out, (size_t)snprintf(out, 16, "%u", v) };
}

static void note_cuts(struct ht_image *image, const struct ht_image_facts *f)
{
	if (f->exe_cut)
		ht_truncated_add(&image->truncated, "process.exe", f->exe_cut);
	if (f->cwd_cut)
		ht_truncated_add(&image->truncated, "process.cwd", f->cwd_cut);
	if (f->argv_cut)
		ht_truncated_add(&image->truncated, "process.args", f->argv_cut);
}

int ht_image_render(struct ht_image *image, const struct ht_image_facts *f, struct ht_users *users, int64_t boot_ns)
{
	const struct ht_wire_identity *id = &f->process->identity;
	struct ht_text container = ht_container_of(f->cgroup);
	struct ht_buffer *b = &image->owned;
	char tty[64], uid[16], login_uid[16];
	struct kept kept[9];
	unsigned n = 0;

	tty_name(tty, sizeof(tty), f->tty);
	render_identity(b, id, users, tty);
	render_source(b, id, users, tty);
	member_string(b, "userAgent", f->exe);
	render_process(b, f, container, boot_ns);
	kept[n++] = (struct kept){ &image->json, 0, b->length };
	keep(b, &kept[n++], &image->exe, f->exe);
	keep(b, &kept[n++], &image->cwd, f->cwd);
	keep(b, &kept[n++], &image->cgroup, f->cgroup);
	keep(b, &kept[n++], &image->container, container);
	keep(b, &kept[n++], &image->argv, f->argv);
	keep(b, &kept[n++], &image->uid, number_text(uid, id->uid));
	keep(b, &kept[n++], &image->user_name, ht_text_of(ht_users_name(users, id->uid)));
	keep(b, &kept[n++], &image->login_uid,
	     id->login_uid == UNSET ? (struct ht_text){ 0 } : number_text(login_uid, id->login_uid));
	if (ht_buffer_status(b) < 0)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++)
		if (kept[i].to && kept[i].length)
			*kept[i].to = (struct ht_text){ b->data + kept[i].at, kept[i].length };
	image->pid = f->process->pid;
	image->tid = f->process->tid;
	image->pid_ns = f->process->pid_ns;
	image->thread_start_ns = f->process->thread_start_ns;
	image->exec_count = f->process->exec_count;
	image->argv_cut = f->argv_cut;
	image->exe_mode = f->exe_mode;
	image->pseudo_exe = f->pseudo_exe;
	image->exe_deleted = f->exe_deleted;
	note_cuts(image, f);
	return 0;
}
