/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/resource.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "event/exec.h"
#include "event/netlink.h"
#include "event/paths.h"

/* Texts are kept as offsets until all are there: the buffer may move. */
struct found {
	size_t at, length;
	const char *type, *evidence;
};

struct finder {
	struct ht_resource_context *c;
	struct ht_buffer *b;
	struct found found[HT_EVENT_RESOURCES];
	unsigned count;
};

static void add(struct finder *f, size_t at, const char *type, const char *evidence)
{
	if (f->b->length == at || f->count == HT_EVENT_RESOURCES)
		return;
	f->found[f->count++] = (struct found){ at, f->b->length - at, type, evidence };
}

static void append_pseudo(struct ht_buffer *b, const struct ht_wire_item_view *v)
{
	if ((v->item->mode & S_IFMT) == S_IFIFO || (v->item->mode & S_IFMT) == S_IFSOCK) {
		ht_buffer_printf(b, "%s:[%llu]", S_ISFIFO(v->item->mode) ? "pipe" : "socket", (unsigned long long)v->item->inode);
		return;
	}
	ht_buffer_append(b, v->bytes.data, v->bytes.length);
	/* Namespaces, as the links in /proc/PID/ns name them. */
	if (!memchr(v->bytes.data, ':', v->bytes.length))
		ht_buffer_printf(b, ":[%llu]", (unsigned long long)v->item->inode);
}

static void append_endpoint(struct ht_buffer *b, int family, const void *address, uint16_t port_be)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(family, address, text, sizeof(text));
	ht_buffer_printf(b, family == AF_INET6 ? "[%s]:%u" : "%s:%u", text, ntohs(port_be));
}

static void append_unix(struct ht_buffer *b, struct ht_text address)
{
	const char *path = address.data + offsetof(struct sockaddr_un, sun_path);
	size_t n = address.length - offsetof(struct sockaddr_un, sun_path);

	if (!n)
		return;
	if (path[0])
		ht_buffer_append(b, path, strnlen(path, n));
	else if (n > 1) {
		ht_buffer_byte(b, '@');
		for (size_t i = 1; i < n; i++)
			ht_buffer_byte(b, path[i] ? path[i] : '@');
	}
}

static void append_sockaddr(struct ht_buffer *b, struct ht_text address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	sa_family_t family;

	if (address.length < sizeof(family))
		return;
	memcpy(&family, address.data, sizeof(family));
	if (family == AF_INET && address.length >= sizeof(v4)) {
		memcpy(&v4, address.data, sizeof(v4));
		append_endpoint(b, AF_INET, &v4.sin_addr, v4.sin_port);
	} else if (family == AF_INET6 && address.length >= 28) {
		memcpy(&v6, address.data, sizeof(v6));
		append_endpoint(b, AF_INET6, &v6.sin6_addr, v6.sin6_port);
	} else if (family == AF_UNIX && address.length >= offsetof(struct sockaddr_un, sun_path)) {
		append_unix(b, address);
	}
}

static void append_socket(struct ht_buffer *b, const struct ht_wire_item_view *v)
{
	struct ht_wire_socket s;

	if (v->bytes.length < sizeof(s))
		return;
	memcpy(&s, v->bytes.data, sizeof(s));
	if ((s.family == AF_INET || s.family == AF_INET6) && s.remote_port)
		append_endpoint(b, s.family, s.remote, s.remote_port);
}

static const char *path_type(enum ht_resource_kind kind, uint32_t mode)
{
	if (kind == HT_RESOURCE_FILE && S_ISDIR(mode))
		kind = HT_RESOURCE_DIRECTORY;
	else if (kind == HT_RESOURCE_FILE && S_ISSOCK(mode))
		kind = HT_RESOURCE_SOCKET;
	return ht_resource_kind_name(kind);
}

/* Of a path that is too long to be carried the end is kept: it must not look as if it began at the root. */
static void append_cut(struct ht_buffer *b, const struct ht_wire_item_view *walked)
{
	if (walked->item->flags & HT_ITEM_TRUNCATED)
		ht_buffer_literal(b, HT_RESOURCE_CUT);
}

static bool add_walked(struct finder *f, enum ht_resource_kind kind, const struct ht_wire_item_view *path)
{
	size_t at = f->b->length;

	if (path->item->flags & HT_ITEM_PSEUDO) {
		append_pseudo(f->b, path);
	} else {
		append_cut(f->b, path);
		ht_buffer_append(f->b, path->bytes.data, path->bytes.length);
	}
	add(f, at, path_type(kind, path->item->mode), "kernel");
	return true;
}

/*
 * What an argument or the result names by a path: the kernel's own path where there is one, else the
 * caller's. An empty path is the file behind the descriptor (AT_EMPTY_PATH), but where the kernel said that
 * nothing has that name. A relative one that begins nowhere, or at what is no directory, names nothing.
 */
static bool find_path(struct finder *f, enum ht_resource_kind kind, unsigned from)
{
	const struct ht_wire_item_view *path = ht_wire_item(f->c->w, HT_ITEM_PATH, from), *base;
	size_t at = f->b->length;

	if (path)
		return add_walked(f, kind, path);
	path = ht_wire_item(f->c->w, HT_ITEM_STRING, from);
	base = ht_wire_item(f->c->w, HT_ITEM_BASE, from);
	if (!path)
		return false;
	if (!path->bytes.length)
		return base && !path->item->flags && f->c->w->event->result != -ENOENT && add_walked(f, kind, base);
	if (path->bytes.data[0] != '/' && (!base || (base->item->flags & HT_ITEM_PSEUDO)))
		return false;
	if (base)
		append_cut(f->b, base);
	ht_path_normalise(f->b, base ? base->bytes : (struct ht_text){ 0 }, path->bytes);
	add(f, at, path_type(kind, 0), "caller");
	return true;
}

/* An open that failed has no result to walk: its path argument is what was asked for. */
static unsigned first_path_argument(const struct ht_call *call)
{
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++)
		if (call->arg[i].kind == HT_ARG_PATH)
			return i;
	return HT_ITEM_RESULT;
}

static void find_string(struct finder *f, enum ht_resource_kind kind, unsigned from)
{
	const struct ht_wire_item_view *v = ht_wire_item(f->c->w, HT_ITEM_STRING, from);
	size_t at = f->b->length;

	if (!v && from < HT_ARGS)
		v = ht_wire_item(f->c->w, HT_ITEM_BYTES, from);
	if (v)
		ht_buffer_append(f->b, v->bytes.data, v->bytes.length);
	add(f, at, ht_resource_kind_name(kind), "caller");
}

/* A call may name its peer twice, by its address and by the socket; a name may lead to itself. type NULL: any. */
static bool is_known(const struct finder *f, size_t at, const char *type)
{
	size_t n = f->b->length - at;

	for (unsigned i = 0; i < f->count; i++)
		if (f->found[i].length == n && memcmp(f->b->data + f->found[i].at, f->b->data + at, n) == 0 &&
		    (!type || strcmp(f->found[i].type, type) == 0))
			return true;
	return false;
}

static void find_socket(struct finder *f, unsigned from)
{
	const struct ht_wire_item_view *v = ht_wire_item(f->c->w, HT_ITEM_SOCKET, from);
	size_t at = f->b->length;

	/*
	 * The peer that the kernel holds is the truth; the address that was passed may have been written over
	 * since.
	 */
	if (!v)
		v = ht_wire_item(f->c->w, HT_ITEM_SOCKET, 0);
	if (v)
		append_socket(f->b, v);
	if (f->b->length > at) {
		if (!is_known(f, at, NULL))
			add(f, at, "Host::Socket", "kernel");
		return;
	}
	v = ht_wire_item(f->c->w, HT_ITEM_BYTES, from);
	if (v)
		append_sockaddr(f->b, v->bytes);
	if (f->b->length > at)
		add(f, at, "Host::Socket", "caller");
	else
		find_path(f, HT_RESOURCE_SOCKET, from);
}

/* Of a descriptor the process that it stands for; none if it is no pidfd. */
static void find_number(struct finder *f, enum ht_resource_kind kind, unsigned from)
{
	const struct ht_wire_item_view *file = ht_wire_item(f->c->w, HT_ITEM_PATH, from);
	size_t at = f->b->length;
	uint32_t v;

	if (from >= HT_ARGS)
		return;
	v = (uint32_t)f->c->w->event->args[from];
	if (kind == HT_RESOURCE_PROCESS && f->c->call->arg[from].kind == HT_ARG_FD) {
		if (file && file->item->pid)
			ht_buffer_unsigned(f->b, file->item->pid);
	} else if (kind == HT_RESOURCE_PROCESS) {
		/* 0 is the caller, of signals its group. */
		bool group = strcmp(f->c->call->event, "SendSignal") == 0;

		ht_buffer_signed(f->b, (int32_t)(v || group ? v : f->c->w->event->pid));
	} else {
		if (v == UINT32_MAX)
			return;
		if (kind == HT_RESOURCE_USER)
			ht_buffer_printf(f->b, "%s", ht_users_name(f->c->users, v));
		if (f->b->length == at)
			ht_buffer_unsigned(f->b, v);
	}
	add(f, at, ht_resource_kind_name(kind), "kernel");
}

static void find_self(struct finder *f, enum ht_resource_kind kind)
{
	size_t at = f->b->length;

	if (kind == HT_RESOURCE_PROCESS)
		ht_buffer_unsigned(f->b, f->c->w->event->pid);
	else
		ht_buffer_append(f->b, f->c->host_name, strlen(f->c->host_name));
	add(f, at, ht_resource_kind_name(kind), "kernel");
}

/*
 * The script that an interpreter was executed for: the file behind the descriptor, or a path as the caller gave it, which
 * begins at the descriptor or at the working directory.
 */
static void add_script(struct finder *f, const struct ht_wire_exec *exec, unsigned from)
{
	const struct ht_wire_item_view *base = ht_wire_item(f->c->w, HT_ITEM_BASE, from);
	bool below = (exec->flags & HT_EXEC_BY_DESCRIPTOR) && (exec->flags & HT_EXEC_NOTED);
	struct ht_text path = ht_exec_path(f->c->call, f->c->w);
	size_t at = f->b->length;

	if (below && !base)
		return;
	if (below && !path.length) {
		add_walked(f, HT_RESOURCE_PROGRAM, base);
		return;
	}
	if (!path.length)
		return;
	if (below)
		append_cut(f->b, base);
	ht_path_normalise(f->b, below ? base->bytes : f->c->image->cwd, path);
	add(f, at, "Host::Program", "caller");
}

static void find_program(struct finder *f, unsigned from)
{
	const struct ht_wire_exec *exec = ht_exec_of(f->c->w);
	const struct ht_image *image = f->c->image;
	size_t at = f->b->length;

	if (!exec || !image || !image->exe.data) {
		find_path(f, HT_RESOURCE_PROGRAM, from);
		return;
	}
	/* The image is what was executed; of a script, its interpreter. */
	ht_buffer_append(f->b, image->exe.data, image->exe.length);
	add(f, at, "Host::Program", "kernel");
	if (ht_wire_item(f->c->w, HT_ITEM_INTERPRETER, HT_ITEM_RESULT))
		add_script(f, exec, from);
}

static void find_one(struct finder *f, const struct ht_call_resource *r)
{
	unsigned from = r->from == HT_FROM_RESULT ? HT_ITEM_RESULT : r->from;

	if (r->from == HT_FROM_SELF) {
		find_self(f, r->kind);
		return;
	}
	switch ((enum ht_resource_kind)r->kind) {
	case HT_RESOURCE_NONE:
	case HT_RESOURCE_KINDS:
		return;
	case HT_RESOURCE_KERNEL_MODULE:
		if (from < HT_ARGS && f->c->call->arg[from].kind == HT_ARG_STRING)
			find_string(f, r->kind, from);
		else
			find_path(f, r->kind, from);
		return;
	case HT_RESOURCE_FILE:
	case HT_RESOURCE_DIRECTORY:
	case HT_RESOURCE_MOUNT:
	case HT_RESOURCE_NAMESPACE:
		if (!find_path(f, r->kind, from) && from == HT_ITEM_RESULT)
			find_path(f, r->kind, first_path_argument(f->c->call));
		return;
	case HT_RESOURCE_PROGRAM:
		find_program(f, from);
		return;
	case HT_RESOURCE_SOCKET:
		find_socket(f, from);
		return;
	case HT_RESOURCE_PROCESS:
	case HT_RESOURCE_USER:
	case HT_RESOURCE_GROUP:
		find_number(f, r->kind, from);
		return;
	case HT_RESOURCE_HOST:
	case HT_RESOURCE_KERNEL_SETTING:
	case HT_RESOURCE_BPF_OBJECT:
	case HT_RESOURCE_ROUTE:
	case HT_RESOURCE_INTERFACE:
	case HT_RESOURCE_KEY:
	case HT_RESOURCE_ROUTING_RULE:
	case HT_RESOURCE_NEIGHBOUR:
	case HT_RESOURCE_FIREWALL_TABLE:
	case HT_RESOURCE_FIREWALL_CHAIN:
	case HT_RESOURCE_FIREWALL_RULE:
	case HT_RESOURCE_FIREWALL_SET:
	case HT_RESOURCE_FIREWALL_OBJECT:
	case HT_RESOURCE_IPSEC_ASSOCIATION:
	case HT_RESOURCE_IPSEC_POLICY:
		find_string(f, r->kind, from);
		return;
	}
}

/*
 * What netlink messages are about: the caller's bytes, which the kernel acted on or refused. Where some configure, those
 * alone.
 */
static bool find_messages(struct finder *f)
{
	struct ht_netlink_walk walk;
	struct ht_netlink_class class;
	struct ht_netlink m;

	if (!ht_netlink_classify(f->c->call, f->c->w, &class) || !ht_netlink_begin(f->c->call, f->c->w, &walk))
		return false;
	while (f->count < HT_EVENT_RESOURCES && ht_netlink_next(&walk, &m)) {
		const struct ht_message *row = ht_netlink_row(&m);
		size_t at = f->b->length;
		const char *type;

		if (class.row && class.row->plane == HT_PLANE_MANAGEMENT && (!row || row->plane != HT_PLANE_MANAGEMENT))
			continue;
		type = ht_resource_kind_name(ht_netlink_resource(f->b, &m));
		if (type && ht_buffer_status(f->b) == 0 && !is_known(f, at, type))
			add(f, at, type, "caller");
		else
			f->b->length = at;
	}
	return f->count;
}

static bool names_files(const struct ht_call_resource *r)
{
	return r->kind == HT_RESOURCE_FILE || r->kind == HT_RESOURCE_DIRECTORY;
}

/* Does the call follow its path when that is itself a link? */
static bool follows_last(const struct ht_resource_context *c, unsigned from)
{
	static const char *const always[] = { "truncate", "truncate64", "utime", "utimes", "futimesat" };
	const char *name = c->call->name;

	if (strncmp(name, "utimensat", 9) == 0)
		return !(c->w->event->args[3] & AT_SYMLINK_NOFOLLOW);
	if (strcmp(name, "linkat") == 0)
		return from == 1 && (c->w->event->args[4] & AT_SYMLINK_FOLLOW);
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		if (strcmp(name, always[i]) == 0)
			return true;
	return false;
}

/*
 * A path argument as the caller spelled it, made absolute. false: there is none, or none that was read. *ret_lost:
 * it begins, or is, where nobody can follow it.
 */
static bool spelled_path(const struct ht_resource_context *c, unsigned from, struct ht_buffer *b, bool *ret_lost)
{
	const struct ht_wire_item_view *path = ht_wire_item(c->w, HT_ITEM_STRING, from), *base;

	if (!path || ht_wire_item(c->w, HT_ITEM_PATH, from))
		return false;
	*ret_lost = path->item->flags & HT_ITEM_FAULT;
	if (*ret_lost)
		return true;
	if (!path->bytes.length)
		return false;
	if (path->bytes.data[0] != '/') {
		base = ht_wire_item(c->w, HT_ITEM_BASE, from);
		/* That is said already. */
		if (base && (base->item->flags & HT_ITEM_TRUNCATED))
			return false;
		*ret_lost = !base || (base->item->flags & HT_ITEM_UNREACHABLE);
		if (base)
			ht_buffer_append(b, base->bytes.data, base->bytes.length);
		ht_buffer_byte(b, '/');
	}
	ht_buffer_append(b, path->bytes.data, path->bytes.length);
	return true;
}

/* The name alone of a path whose beginning nobody knows. */
static void append_lost(struct ht_buffer *b, struct ht_text path)
{
	const char *slash = path.length ? memrchr(path.data, '/', path.length) : NULL;

	ht_buffer_literal(b, HT_RESOURCE_CUT);
	if (slash)
		ht_buffer_append(b, slash, path.length - (size_t)(slash - path.data));
}

/* A name that only the caller spelled may lead elsewhere over links: what it led to stands beside it. */
static void add_resolved(struct finder *f)
{
	const struct ht_wire_event *e = f->c->w->event;
	const struct ht_image *image = f->c->image;
	bool whole = image && !image->truncated.count;
	const struct ht_resource_task task = { e->pid, e->tid, whole ? image->cwd : (struct ht_text){ 0 } };

	if (!(e->route & HT_ROUTED_UNDECIDED) || e->result < 0)
		return;
	for (unsigned i = 0; i < HT_CALL_RESOURCES; i++) {
		const struct ht_call_resource *r = &f->c->call->resource[i];
		_cleanup_buffer_ struct ht_buffer spelled = { 0 };
		enum ht_resolved found = HT_RESOLVED_UNKNOWN;
		size_t at = f->b->length;
		struct ht_text path;
		bool lost;

		if (!names_files(r) || !spelled_path(f->c, r->from, &spelled, &lost) || ht_buffer_status(&spelled) < 0)
			continue;
		path = (struct ht_text){ spelled.data, spelled.length };
		if (!lost)
			found = ht_resource_resolve(f->b, &task, path, follows_last(f->c, r->from));
		if (found == HT_RESOLVED_UNKNOWN)
			append_lost(f->b, path);
		if (found != HT_RESOLVED_NOT && ht_buffer_status(f->b) == 0 && !is_known(f, at, NULL))
			add(f, at, path_type(r->kind, 0), "resolved");
	}
}

void ht_resources_find(struct ht_resource_context *c, struct ht_buffer *text, struct ht_event_view *view)
{
	struct finder f = { .c = c, .b = text };

	ht_buffer_reset(text);
	view->resources = 0;
	if (!c->call)
		return;
	if (!find_messages(&f))
		for (unsigned i = 0; i < HT_CALL_RESOURCES; i++)
			if (c->call->resource[i].kind != HT_RESOURCE_NONE)
				find_one(&f, &c->call->resource[i]);
	add_resolved(&f);
	if (ht_buffer_status(text) < 0)
		return;
	for (unsigned i = 0; i < f.count; i++)
		view->resource[view->resources++] = (struct ht_resource){
			.type = ht_text_of(f.found[i].type),
			.name = { text->data + f.found[i].at, f.found[i].length },
			.evidence = ht_text_of(f.found[i].evidence),
		};
}
