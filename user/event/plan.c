/* SPDX-License-Identifier: BSD-2-Clause */
/* How the kernel serialises a call, compiled from its row. */
#include "hosttrail/catalogue.h"

#include "base/cleanup.h"
#include "hosttrail/structs.h"

static const uint8_t fetch_of[HT_ARG_KINDS] = {
#define KIND(id, fetch, text) [HT_ARG_##id] = HT_FETCH_##fetch,
#include "hosttrail/catalogue/kinds.def"
#undef KIND
};

/* The most bytes that are fetched of what has a length of its own. */
#define BUFFER_BYTES 4096
#define VALUE_BYTES 256
#define OPTION_BYTES 264 /* struct group_source_req */

/* Bytes of kinds that are fetched by a size which no struct of structs.def has: with 64-bit words, and on i386. */
static const struct {
	uint8_t kind;
	uint16_t size, size_i386;
} sizes[] = {
	{ HT_ARG_TIMESPEC_PAIR, 32, 16 },
	{ HT_ARG_TIMESPEC64_PAIR, 32, 32 },
	{ HT_ARG_CAPABILITIES, 24, 24 },
	{ HT_ARG_SIGINFO, 48, 32 },
	{ HT_ARG_PROBE, 16, 16 },
	{ HT_ARG_SIGINFOS, 128, 128 },
	{ HT_ARG_FD_SET, 512, 512 },
	{ HT_ARG_NODE_SET, 128, 128 },
	{ HT_ARG_FILE_HANDLE, 136, 136 },
	{ HT_ARG_SIGSET_AT, 8, 8 },
	{ HT_ARG_STATMOUNT, BUFFER_BYTES, BUFFER_BYTES },
	{ HT_ARG_RESIDENCE, VALUE_BYTES, VALUE_BYTES },
	{ HT_ARG_XATTR_AT, 1024, 1024 },
	{ HT_ARG_SOCKADDR, 128, 128 },
	{ HT_ARG_SOCKADDR_OUT, 128, 128 },
	{ HT_ARG_SOCKET_OPTION, OPTION_BYTES, OPTION_BYTES },
	{ HT_ARG_SOCKET_OPTION_OUT, OPTION_BYTES, OPTION_BYTES },
	{ HT_ARG_CPU_SET, VALUE_BYTES, VALUE_BYTES },
	{ HT_ARG_HEX_BYTES, VALUE_BYTES, VALUE_BYTES },
	{ HT_ARG_XATTR, 1024, 1024 },
	{ HT_ARG_NAME_LIST, BUFFER_BYTES, BUFFER_BYTES },
	{ HT_ARG_BUFFER, BUFFER_BYTES, BUFFER_BYTES },
	{ HT_ARG_VECTORS, 16, 8 },
	{ HT_ARG_MSGHDR, 56, 28 },
	{ HT_ARG_MMSGHDR, 64, 32 },
};

/* An x32 program passes vectors and messages as an i386 program does. */
static bool is_narrow(enum ht_abi abi, unsigned kind)
{
	bool vectors = kind == HT_ARG_VECTORS || kind == HT_ARG_MSGHDR || kind == HT_ARG_MMSGHDR;

	return abi == HT_ABI_I386 || (abi == HT_ABI_X32 && vectors);
}

unsigned ht_arg_size(const struct ht_arg *arg, enum ht_abi abi)
{
	if (arg->structure)
		return ht_struct_size(arg->structure, abi);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		if (sizes[i].kind == arg->kind)
			return is_narrow(abi, arg->kind) ? sizes[i].size_i386 : sizes[i].size;
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
	case HT_PLANE_BY_CREDENTIALS: /* that of one that failed; one that succeeded is not asked for its route */
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

/* The kernel's table holds values under one mask; only the last row may hold for all the rest. */
static bool is_exact(const struct ht_command *c, const struct ht_command *first, bool last)
{
	if (last && !c->mask)
		return true;
	return (uint32_t)c->mask == (uint32_t)first->mask && c->arg == first->arg;
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
		exact += is_exact(&c[i], c, i + 1 == n);
	p->command_arg = c[0].arg;
	if (c[0].plane == HT_PLANE_DATA && c[0].value == 0 && (uint32_t)c[0].mask != UINT32_MAX && !c[0].also_mask && n == 2 &&
	    !c[1].mask) {
		p->command = call->arg[c[0].arg].structure ? HT_COMMAND_BITS_AT : HT_COMMAND_BITS;
		p->command_mask = c[0].mask;
	} else if (exact == n && c[0].mask && !call->arg[c[0].arg].structure) {
		p->command = HT_COMMAND_EXACT;
		p->command_mask = (uint32_t)c[0].mask;
		p->command_default = (ht_u8)(c[n - 1].mask ? HT_ROUTE_DATA : route_of_plane(c[n - 1].plane));
	}
}

enum ht_route ht_plan_command_route(const struct ht_command *command)
{
	return route_of_plane(command->plane);
}

static void compile_parts(const struct ht_call *call, struct ht_plan *p)
{
	const struct ht_part_row *part;
	size_t n;

	for (part = ht_parts(&n); n; part++, n--)
		if (ht_part_whole(part) == call) {
			p->flags |= HT_PLAN_PARTS;
			p->command_arg = part->wire.words == HT_PART_IN_FIRST ? HT_ARGS : 0;
		}
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

static bool is_open_how(const struct ht_arg *arg)
{
	return arg->structure == &ht_struct_open_how;
}

static void compile_access(const struct ht_call *call, struct ht_plan *p)
{
	p->access = call->access == HT_ACCESS_READ ? HT_PLAN_READ : HT_PLAN_WRITE;
	if (call->access != HT_ACCESS_BY_OPEN_FLAGS)
		return;
	for (unsigned i = 0; i < HT_ARGS && call->arg[i].name; i++) {
		if (call->arg[i].kind != HT_ARG_OPEN_FLAGS && !is_open_how(&call->arg[i]))
			continue;
		p->access = is_open_how(&call->arg[i]) ? HT_PLAN_OPEN_HOW : HT_PLAN_OPEN_FLAGS;
		p->access_arg = (ht_u8)i;
	}
}

/* The kernel may have more than there is room for, which the next argument says: what is behind the room is nobody's. */
static bool is_within(const struct ht_arg *args, unsigned i)
{
	unsigned next = i + 1 < HT_ARGS && args[i].aux == HT_FETCH_RESULT ? args[i + 1].kind : HT_ARG_NONE;

	switch (fetch_of[args[i].kind]) {
	case HT_FETCH_BUFFER:
	case HT_FETCH_CONTENT:
	case HT_FETCH_QUEUE_MESSAGE:
		return next == HT_ARG_SIZE || next == HT_ARG_UINT || next == HT_ARG_INT;
	default:
		return false;
	}
}

/* Where the kernel finds what a struct, or an argument itself, points to. */
static void compile_pointed(const struct ht_arg *args, unsigned i, enum ht_abi abi, struct ht_plan *p)
{
	const struct ht_arg *arg = &args[i];
	const struct ht_struct *s = arg->kind == HT_ARG_OPTION_FILTER ? &ht_struct_filter_program : args[arg->aux].structure;
	const struct ht_member *address = ht_struct_member(s, arg->address), *number = ht_struct_member(s, arg->number);
	enum ht_layout layout = s ? ht_struct_layout(s, abi) : HT_LAYOUT_64;
	unsigned size = arg->structure ? ht_struct_size(arg->structure, abi) : 1;
	unsigned shift = 0, at = HT_POINTED_ITSELF, count_at = HT_POINTED_ONE;

	while (1u << shift < size)
		shift++;
	if (address)
		at = address->at[layout];
	if (number)
		count_at = number->at[layout];
	else if (arg->kind == HT_ARG_POINTED_COUNT)
		count_at = HT_POINTED_COUNT(arg->count);
	p->aux[i] = (ht_u8)HT_POINTED(arg->aux, shift, address && address->size[layout] == 8, number && number->size[layout] == 2);
	p->size[i] = (ht_u16)HT_POINTED_AT(at, count_at);
}

static bool is_pointed(unsigned fetch)
{
	return fetch == HT_FETCH_STRING_AT || fetch == HT_FETCH_POINTED || fetch == HT_FETCH_OPTION_FILTER;
}

static void compile_arguments(const struct ht_arg *args, enum ht_abi abi, struct ht_plan *p)
{
	memset(p->fetch, HT_FETCH_NONE, sizeof(p->fetch));
	memset(p->aux, 0, sizeof(p->aux));
	memset(p->size, 0, sizeof(p->size));
	p->out = 0;
	for (unsigned i = 0; i < HT_ARGS && args[i].name; i++) {
		p->fetch[i] = fetch_of[args[i].kind];
		p->aux[i] = is_within(args, i) ? HT_FETCH_RESULT_WITHIN : args[i].aux;
		p->size[i] = (ht_u16)ht_arg_size(&args[i], abi);
		if (is_pointed(p->fetch[i]))
			compile_pointed(args, i, abi, p);
		/* Of vectors only what they name is the kernel's. */
		if (args[i].direction == HT_OUT && args[i].kind != HT_ARG_VECTORS)
			p->out |= (ht_u8)(1u << i);
	}
}

void ht_plan_compile(const struct ht_call *call, enum ht_abi abi, struct ht_plan *ret)
{
	struct ht_plan p = { .route = (ht_u8)route_of(call) };
	const struct ht_command *c;
	size_t n;

	compile_arguments(call->arg, abi, &p);
	compile_access(call, &p);
	compile_commands(call, &p);
	compile_target(call, &p);
	for (unsigned i = 0; i < HT_CALL_RESOURCES; i++)
		if (call->resource[i].from == HT_FROM_RESULT)
			p.flags |= HT_PLAN_RESULT_FD;
	if (strcmp(call->name, "execve") == 0 || strcmp(call->name, "execveat") == 0)
		p.flags |= HT_PLAN_EXEC;
	compile_parts(call, &p);
	if (returns_twice(call))
		p.flags |= HT_PLAN_FORK;
	if (ht_call_changes_identity(call))
		p.flags |= HT_PLAN_IDENTITY;
	for (c = ht_commands_of(call, &n); n; c++, n--)
		if (c->args) {
			p.flags |= HT_PLAN_VARIANTS;
			p.command_arg = c->arg;
			p.command_mask = (uint32_t)c->mask;
		}
	*ret = p;
}

void ht_plan_compile_command(const struct ht_call *call, const struct ht_command *command, enum ht_abi abi,
			     struct ht_plan *ret)
{
	struct ht_plan p;

	ht_plan_compile(call, abi, &p);
	compile_arguments(command->args, abi, &p);
	*ret = p;
}
