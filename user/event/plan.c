/* SPDX-License-Identifier: BSD-2-Clause */
/* How the kernel serialises a call, compiled from its row. */
#include "hosttrail/catalogue.h"

#include "base/cleanup.h"

static const uint8_t fetch_of[HT_ARG_KINDS] = {
#define KIND(id, fetch, text) [HT_ARG_##id] = HT_FETCH_##fetch,
#include "hosttrail/kinds.def"
#undef KIND
};

/*
 * Bytes of the structs that are fetched whole: with 64-bit words (x86_64, arm64), with 32-bit words (i386),
 * and of x32, whose words are 32 bits but whose times are 64. Sources: include/uapi/linux and
 * include/linux/compat.h.
 */
static const struct {
	uint8_t kind, size, size_i386, size_x32;
} structs[] = {
	{ HT_ARG_OPEN_HOW, 24, 24, 24 },
	{ HT_ARG_TIMESPEC, 16, 8, 16 },
	{ HT_ARG_TIMESPEC64, 16, 16, 16 },
	{ HT_ARG_TIMESPEC_PAIR, 32, 16, 32 },
	{ HT_ARG_TIMESPEC64_PAIR, 32, 32, 32 },
	{ HT_ARG_TIMEVAL, 16, 8, 16 },
	{ HT_ARG_TIMEVAL_PAIR, 32, 16, 32 },
	{ HT_ARG_UTIMBUF, 16, 8, 16 },
	{ HT_ARG_TIME, 8, 4, 8 },
	{ HT_ARG_RLIMIT, 16, 8, 16 },
	{ HT_ARG_RLIMIT64, 16, 16, 16 },
	{ HT_ARG_CAPABILITY_HEADER, 8, 8, 8 },
	{ HT_ARG_CAPABILITIES, 24, 24, 24 },
	{ HT_ARG_CLONE_ARGS, 64, 64, 64 },
	{ HT_ARG_MOUNT_ATTR, 32, 32, 32 },
	{ HT_ARG_GROUPS, 128, 128, 128 },
	{ HT_ARG_GROUPS16, 64, 64, 64 },
	{ HT_ARG_SCHED_PARAM, 4, 4, 4 },
	{ HT_ARG_SCHED_ATTR, 48, 48, 48 },
	{ HT_ARG_PERF_ATTR, 64, 64, 64 },
	{ HT_ARG_LANDLOCK_RULE, 16, 16, 16 },
	{ HT_ARG_FILE_ATTR, 24, 24, 24 },
	{ HT_ARG_WORDS, 48, 24, 24 },
	{ HT_ARG_TIMEX, 208, 128, 208 },
	{ HT_ARG_TIMEX64, 208, 208, 208 },
	{ HT_ARG_SOCKET_OPTION, 4, 4, 4 },
	{ HT_ARG_MESSAGE, 64, 64, 64 },
	{ HT_ARG_INT_PAIR_OUT, 8, 8, 8 },
};

unsigned ht_arg_size(enum ht_arg_kind kind, enum ht_abi abi)
{
	for (size_t i = 0; i < ARRAY_SIZE(structs); i++) {
		if (structs[i].kind != kind)
			continue;
		switch (abi) {
		case HT_ABI_I386:
			return structs[i].size_i386;
		case HT_ABI_X32:
			return structs[i].size_x32;
		default:
			return structs[i].size;
		}
	}
	return 0;
}

/*
 * A call whose outcomes may be management goes the way of management as a whole, since the kernel knows no
 * commands. Where paths decide over all its outcomes, it goes by path.
 */
static enum ht_route route_of(const struct ht_call *call)
{
	const struct ht_command *c;
	enum ht_route route;
	size_t n;

	switch ((enum ht_plane)call->plane) {
	case HT_PLANE_BY_MESSAGE:
		return HT_ROUTE_NETLINK;
	case HT_PLANE_BY_ATTRIBUTE:
	case HT_PLANE_MANAGEMENT:
		return HT_ROUTE_MANAGEMENT;
	case HT_PLANE_BY_TARGET:
		return HT_ROUTE_TARGET;
	case HT_PLANE_BY_PATH:
		route = HT_ROUTE_PATH;
		break;
	case HT_PLANE_DATA:
	case HT_PLANE_BY_COMMAND:
		route = HT_ROUTE_DATA;
		break;
	default:
		return HT_ROUTE_MANAGEMENT;
	}
	for (c = ht_commands_of(call, &n); n; c++, n--) {
		if (c->plane == HT_PLANE_BY_PATH && route == HT_ROUTE_DATA)
			route = HT_ROUTE_PATH;
		else if (c->plane != HT_PLANE_BY_PATH && c->plane != HT_PLANE_DATA)
			return HT_ROUTE_MANAGEMENT;
	}
	return route;
}

/* Whom the call acts on is its first process id. */
static void compile_target(const struct ht_call *call, struct ht_plan *p)
{
	if (p->route != HT_ROUTE_TARGET)
		return;
	p->route = HT_ROUTE_MANAGEMENT;
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++)
		if (call->arg[i].kind == HT_ARG_PID) {
			p->route = HT_ROUTE_TARGET;
			p->command_arg = (ht_u8)i;
			return;
		}
}

static enum ht_route route_of_plane(enum ht_plane plane)
{
	if (plane == HT_PLANE_DATA)
		return HT_ROUTE_DATA;
	return plane == HT_PLANE_BY_PATH ? HT_ROUTE_PATH : HT_ROUTE_MANAGEMENT;
}

/* The kernel's table holds whole values; only the last row may hold for all the rest. */
static bool is_exact(const struct ht_command *c, bool last)
{
	return (uint32_t)c->mask == UINT32_MAX || (last && !c->mask);
}

/* Commands that the kernel can tell apart by a register alone: then only those that are not data go the way of management. */
static void compile_commands(const struct ht_call *call, struct ht_plan *p)
{
	const struct ht_command *c;
	size_t n, exact = 0;

	c = ht_commands_of(call, &n);
	if (!n || p->route == HT_ROUTE_DATA || (call->plane != HT_PLANE_BY_COMMAND && call->plane != HT_PLANE_DATA))
		return;
	for (size_t i = 0; i < n; i++)
		exact += is_exact(&c[i], i + 1 == n) && (c[i].arg == c[0].arg || !c[i].mask);
	p->command_arg = c[0].arg;
	if (exact == n && ht_arg_size(call->arg[c[0].arg].kind, HT_ABI_X86_64) == 0) {
		p->command = HT_COMMAND_EXACT;
		p->command_default = (ht_u8)(c[n - 1].mask ? HT_ROUTE_DATA : route_of_plane(c[n - 1].plane));
	} else if (c[0].plane == HT_PLANE_DATA && c[0].value == 0 && c[0].mask && !c[0].also_mask && n == 2 && !c[1].mask) {
		p->command = call->arg[c[0].arg].kind == HT_ARG_CLONE_ARGS ? HT_COMMAND_BITS_AT : HT_COMMAND_BITS;
		p->command_mask = (uint32_t)c[0].mask;
	}
}

enum ht_route ht_plan_command_route(const struct ht_command *command)
{
	return route_of_plane(command->plane);
}

static bool returns_twice(const struct ht_call *call)
{
	static const char *const names[] = { "fork", "vfork", "clone", "clone3" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(call->name, names[i]) == 0)
			return true;
	return false;
}

bool ht_call_changes_identity(const struct ht_call *call)
{
	return call->source == HT_SOURCE_IDENTITY && (strcmp(call->event, "SetUserId") == 0 ||
						      strcmp(call->event, "SetGroupId") == 0);
}

static void compile_access(const struct ht_call *call, struct ht_plan *p)
{
	p->access = call->access == HT_ACCESS_READ ? HT_PLAN_READ : HT_PLAN_WRITE;
	if (call->access != HT_ACCESS_BY_OPEN_FLAGS)
		return;
	for (unsigned i = 0; call->arg[i].name; i++) {
		if (call->arg[i].kind != HT_ARG_OPEN_FLAGS && call->arg[i].kind != HT_ARG_OPEN_HOW)
			continue;
		p->access = call->arg[i].kind == HT_ARG_OPEN_FLAGS ? HT_PLAN_OPEN_FLAGS : HT_PLAN_OPEN_HOW;
		p->access_arg = (ht_u8)i;
	}
}

void ht_plan_compile(const struct ht_call *call, enum ht_abi abi, struct ht_plan *ret)
{
	struct ht_plan p = { .route = (ht_u8)route_of(call) };

	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		p.fetch[i] = fetch_of[call->arg[i].kind];
		if (p.fetch[i] == HT_FETCH_FIXED || p.fetch[i] == HT_FETCH_FIXED_OUT)
			p.aux[i] = (ht_u8)ht_arg_size(call->arg[i].kind, abi);
		else
			p.aux[i] = call->arg[i].aux;
	}
	compile_access(call, &p);
	compile_commands(call, &p);
	compile_target(call, &p);
	for (unsigned i = 0; i < HT_CALL_RESOURCES; i++)
		if (call->resource[i].from == HT_FROM_RESULT)
			p.flags |= HT_PLAN_RESULT_FD;
	if (strcmp(call->name, "execve") == 0 || strcmp(call->name, "execveat") == 0)
		p.flags |= HT_PLAN_EXEC;
	if (returns_twice(call))
		p.flags |= HT_PLAN_FORK;
	if (ht_call_changes_identity(call))
		p.flags |= HT_PLAN_IDENTITY;
	*ret = p;
}
