/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/classify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "event/command.h"
#include "event/exec.h"
#include "event/life.h"
#include "event/netlink.h"
#include "event/resource.h"
#include "event/uring.h"
#include "hosttrail/structs.h"

#define STATUS_MAX 65536u

static bool open_writes(uint64_t flags)
{
	return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
}

/* The flags of an open call, in its register or at the head of its struct open_how. */
static bool call_writes(const struct ht_call *call, const struct ht_wire_view *w)
{
	const struct ht_wire_uring *uring = ht_uring_of_record(w);

	if (uring && uring->unknown)
		return true;
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		const struct ht_wire_item_view *how;
		uint64_t flags;

		if (call->arg[i].kind == HT_ARG_OPEN_FLAGS)
			return open_writes(w->event->args[i]);
		if (call->arg[i].structure != &ht_struct_open_how)
			continue;
		how = ht_wire_item(w, HT_ITEM_BYTES, i);
		if (!how || how->bytes.length < sizeof(flags))
			return true;
		memcpy(&flags, how->bytes.data, sizeof(flags));
		return open_writes(flags);
	}
	return true;
}

static bool by_path(const struct ht_paths *paths, const struct ht_event_view *view, bool writes)
{
	for (unsigned i = 0; i < view->resources; i++) {
		unsigned class_bits = ht_paths_class(paths, view->resource[i].name);

		/* It may begin anywhere. */
		if (ht_text_starts(view->resource[i].name, HT_TEXT(HT_RESOURCE_CUT)))
			class_bits |= HT_CLASS_CONTROL;
		if ((class_bits & HT_CLASS_CREDENTIAL) || (writes && (class_bits & HT_CLASS_CONTROL)))
			return true;
	}
	return false;
}

/*
 * -1: cannot be told. Not by who owns its directory in procfs: of a process that must not be dumped that is root
 * (proc_pid_make_inode() in fs/proc/base.c).
 */
static int64_t owner_of_process(const char *proc, int64_t pid)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	char path[64];
	const char *uid;

	snprintf(path, sizeof(path), "%s/%lld/status", proc, (long long)pid);
	if (ht_read_file(AT_FDCWD, path, STATUS_MAX, &b) < 0)
		return -1;
	ht_buffer_byte(&b, '\0');
	uid = ht_buffer_status(&b) < 0 ? NULL : strstr(b.data, "\nUid:\t");
	return uid ? (int64_t)strtoul(uid + 6, NULL, 10) : -1;
}

/* Does it act on a process of somebody else? Whoever cannot be told any more counts as somebody else. */
static bool by_target(const struct ht_classify_context *c, const struct ht_call *call, const struct ht_wire_view *w)
{
	const struct ht_wire_event *e = w->event;
	int64_t pid = 0, owner;

	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++)
		if (call->arg[i].kind == HT_ARG_PID) {
			pid = (int32_t)e->args[i];
			break;
		}
	if (pid == 0 || e->result == -ESRCH)
		return false;
	/* Another namespace's numbers say nothing here. */
	if (pid == -1 || c->foreign)
		return true;
	if (pid == (int64_t)e->pid || pid == (int64_t)e->tid)
		return false;
	owner = owner_of_process(c->proc, pid < 0 ? -pid : pid);
	return owner != (int64_t)e->identity.uid;
}

/*
 * An attribute named user.* is content like any other; the others are permissions, labels and capabilities of
 * files.
 */
static bool by_attribute(const struct ht_call *call, const struct ht_wire_view *w)
{
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		const struct ht_wire_item_view *name;

		if (call->arg[i].kind != HT_ARG_STRING)
			continue;
		name = ht_wire_item(w, HT_ITEM_STRING, i);
		return !name || !ht_text_starts(name->bytes, HT_TEXT("user."));
	}
	return true;
}

static bool gave_rights(const struct ht_wire_view *w)
{
	const struct ht_wire_exec *exec = ht_exec_of(w);

	return exec && (exec->flags & HT_EXEC_RAISED);
}

/*
 * Sending netlink messages is what the messages say; whatever else goes to a netlink socket (splice), and messages that are not
 * seen, could configure.
 */
static void apply_messages(const struct ht_call *call, const struct ht_wire_view *w, struct ht_class *ret, uint8_t *plane,
			   uint8_t *access)
{
	struct ht_netlink_class c;

	if (*plane != HT_PLANE_BY_MESSAGE && (*plane != HT_PLANE_BY_PATH || *access == HT_ACCESS_READ))
		return;
	if (!ht_netlink_classify(call, w, &c)) {
		if (*plane == HT_PLANE_BY_PATH && ht_netlink_is_socket(w))
			*plane = HT_PLANE_MANAGEMENT;
		return;
	}
	if (c.row && (c.row->plane == HT_PLANE_MANAGEMENT || !c.hides)) {
		ret->event = c.row->event;
		ret->source = c.row->source;
		*plane = c.row->plane;
		*access = c.row->access;
		return;
	}
	*plane = c.hides ? HT_PLANE_MANAGEMENT : HT_PLANE_DATA;
}

static void apply_command(const struct ht_command *command, struct ht_class *ret, uint8_t *plane, uint8_t *access)
{
	if (!command)
		return;
	if (command->event)
		ret->event = command->event;
	ret->source = command->source;
	*plane = command->plane;
	*access = command->access;
}

void ht_classify(const struct ht_classify_context *c, const struct ht_call *call, const struct ht_wire_view *w,
		 const struct ht_event_view *view, struct ht_class *ret)
{
	uint8_t plane, access;
	bool writes;

	*ret = (struct ht_class){ .event = "UnknownSystemCall", .source = HT_SOURCE_KERNEL };
	if (!call)
		return;
	ret->event = call->event;
	ret->source = call->source;
	plane = call->plane;
	access = call->access;
	apply_command(ht_command_of_record(call, w), ret, &plane, &access);
	apply_messages(call, w, ret, &plane, &access);
	writes = access == HT_ACCESS_BY_OPEN_FLAGS ? call_writes(call, w) : access != HT_ACCESS_READ;
	ret->read_only = !writes;
	/* By either call, or by none: of one thread, or of the last one. */
	if (ht_exit_of(w))
		ret->event = ht_exit_of(w)->flags & HT_EXIT_LAST ? "ExitProcess" : "ExitThread";
	switch ((enum ht_plane)plane) {
	case HT_PLANE_MANAGEMENT:
		ret->management = true;
		break;
	case HT_PLANE_BY_PATH:
		ret->management = by_path(c->paths, view, writes);
		break;
	case HT_PLANE_BY_ATTRIBUTE:
		ret->management = by_attribute(call, w) || by_path(c->paths, view, writes);
		break;
	case HT_PLANE_BY_TARGET:
		ret->management = by_target(c, call, w);
		break;
	case HT_PLANE_BY_CREDENTIALS:
		ret->management = gave_rights(w);
		break;
	case HT_PLANE_DATA:
	case HT_PLANE_BY_COMMAND:
	case HT_PLANE_BY_MESSAGE:
		break;
	}
}
