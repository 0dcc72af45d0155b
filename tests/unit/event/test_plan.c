/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "hosttrail/catalogue.h"

static void assert_plan(const char *name, enum ht_abi abi, const struct ht_plan *expected)
{
	const struct ht_call *call = ht_call_by_name(name);
	struct ht_plan plan;

	assert_non_null(call);
	memset(&plan, 0xff, sizeof(plan));
	ht_plan_compile(call, abi, &plan);
	assert_memory_equal(plan.fetch, expected->fetch, sizeof(plan.fetch));
	assert_memory_equal(plan.aux, expected->aux, sizeof(plan.aux));
	assert_int_equal(plan.route, expected->route);
	assert_int_equal(plan.access, expected->access);
	assert_int_equal(plan.access_arg, expected->access_arg);
	assert_int_equal(plan.flags, expected->flags);
}

static void test_openat(void **state)
{
	(void)state;
	assert_plan("openat", HT_ABI_X86_64, &(struct ht_plan){
		.fetch = { [1] = HT_FETCH_PATH },
		.route = HT_ROUTE_PATH,
		.access = HT_PLAN_OPEN_FLAGS,
		.access_arg = 2,
		.flags = HT_PLAN_RESULT_FD,
	});
	assert_plan("open", HT_ABI_I386, &(struct ht_plan){
		.fetch = { [0] = HT_FETCH_PATH },
		.aux = { [0] = HT_FETCH_CWD },
		.route = HT_ROUTE_PATH,
		.access = HT_PLAN_OPEN_FLAGS,
		.access_arg = 1,
		.flags = HT_PLAN_RESULT_FD,
	});
	assert_plan("openat2", HT_ABI_ARM64, &(struct ht_plan){
		.fetch = { [1] = HT_FETCH_PATH, [2] = HT_FETCH_BUFFER },
		.aux = { [2] = 3 },
		.size = { [2] = 24 },
		.route = HT_ROUTE_PATH,
		.access = HT_PLAN_OPEN_HOW,
		.access_arg = 2,
		.flags = HT_PLAN_RESULT_FD,
	});
}

static void test_content_is_fetched_as_such_or_never(void **state)
{
	(void)state;
	assert_plan("write", HT_ABI_X86_64, &(struct ht_plan){
		.fetch = { HT_FETCH_FD, HT_FETCH_CONTENT }, .aux = { 0, 2 }, .route = HT_ROUTE_PATH, .access = HT_PLAN_WRITE,
	});
	assert_plan("read", HT_ABI_X86_64, &(struct ht_plan){
		.fetch = { HT_FETCH_FD, HT_FETCH_CONTENT },
		.aux = { 0, HT_FETCH_RESULT_WITHIN },
		.route = HT_ROUTE_DATA,
		.access = HT_PLAN_READ,
		.out = 2,
	});
	assert_plan("setxattr", HT_ABI_X86_64, &(struct ht_plan){
		.fetch = { [0] = HT_FETCH_PATH, [1] = HT_FETCH_STRING, [2] = HT_FETCH_BUFFER },
		.aux = { [0] = HT_FETCH_CWD, [2] = 3 },
		.size = { [2] = 1024 },
		.route = HT_ROUTE_MANAGEMENT,
		.access = HT_PLAN_WRITE,
	});
	assert_plan("add_key", HT_ABI_X86_64, &(struct ht_plan){
		.fetch = { [0] = HT_FETCH_STRING, [1] = HT_FETCH_STRING },
		.route = HT_ROUTE_MANAGEMENT,
		.access = HT_PLAN_WRITE,
	});
}

static void test_exec(void **state)
{
	(void)state;
	assert_plan("execveat", HT_ABI_X86_64, &(struct ht_plan){
		.fetch = { [1] = HT_FETCH_PATH, [2] = HT_FETCH_ARGV },
		.route = HT_ROUTE_DATA,
		.access = HT_PLAN_WRITE,
		.flags = HT_PLAN_EXEC,
	});
}

static void test_sizes_by_abi(void **state)
{
	struct ht_plan plan = {
		.fetch = { [1] = HT_FETCH_FIXED },
		.size = { [1] = 16 },
		.route = HT_ROUTE_MANAGEMENT,
		.access = HT_PLAN_WRITE,
	};

	(void)state;
	assert_plan("clock_settime", HT_ABI_X86_64, &plan);
	assert_plan("clock_settime", HT_ABI_ARM64, &plan);
	assert_plan("clock_settime", HT_ABI_X32, &plan);
	assert_plan("clock_settime64", HT_ABI_I386, &plan);
	plan.size[1] = 8;
	assert_plan("clock_settime", HT_ABI_I386, &plan);
	assert_int_equal(ht_arg_size(&ht_call_by_name("adjtimex")->arg[0], HT_ABI_X86_64), 208);
	assert_int_equal(ht_arg_size(&ht_call_by_name("adjtimex")->arg[0], HT_ABI_I386), 128);
	assert_int_equal(ht_arg_size(&ht_call_by_name("unlink")->arg[0], HT_ABI_X86_64), 0);
}

/* Vectors and messages, which an x32 program passes as an i386 program does. */
static void test_messages_by_abi(void **state)
{
	static const struct {
		const char *call;
		uint8_t fetch;
		uint16_t size, size_narrow;
		bool writes;
	} cases[] = {
		{ "sendmsg", HT_FETCH_MSGHDR, 56, 28, true },
		{ "recvmsg", HT_FETCH_MSGHDR, 56, 28, false },
		{ "sendmmsg", HT_FETCH_MMSGHDR, 64, 32, true },
		{ "writev", HT_FETCH_VECTORS, 16, 8, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (unsigned abi = 0; abi < HT_ABI_TABLES; abi++) {
			struct ht_plan plan;

			ht_plan_compile(ht_call_by_name(cases[i].call), abi, &plan);
			assert_int_equal(plan.fetch[1], cases[i].fetch);
			assert_int_equal(plan.size[1], abi == HT_ABI_I386 || abi == HT_ABI_X32 ? cases[i].size_narrow : cases[i].size);
			assert_int_equal(plan.access, cases[i].writes ? HT_PLAN_WRITE : HT_PLAN_READ);
			assert_int_equal(plan.out, 0);
		}
}

static void test_sockets(void **state)
{
	(void)state;
	assert_plan("connect", HT_ABI_X86_64, &(struct ht_plan){
		.fetch = { HT_FETCH_FD, HT_FETCH_BUFFER },
		.aux = { 0, 2 },
		.size = { 0, 128 },
		.route = HT_ROUTE_DATA,
		.access = HT_PLAN_WRITE,
	});
	assert_plan("accept", HT_ABI_X86_64, &(struct ht_plan){
		.fetch = { HT_FETCH_FD, HT_FETCH_BUFFER_AT, HT_FETCH_FIXED },
		.aux = { 0, 2 },
		.size = { 0, 128, 4 },
		.route = HT_ROUTE_DATA,
		.access = HT_PLAN_WRITE,
		.flags = HT_PLAN_RESULT_FD,
		.out = 2,
	});
	assert_plan("pipe2", HT_ABI_X86_64, &(struct ht_plan){
		.fetch = { HT_FETCH_ARRAY },
		.aux = { HT_FETCH_COUNT(2) },
		.size = { 4 },
		.route = HT_ROUTE_DATA,
		.access = HT_PLAN_WRITE,
		.out = 1,
	});
}

static unsigned route_of(const char *name)
{
	struct ht_plan plan;

	ht_plan_compile(ht_call_by_name(name), HT_ABI_X86_64, &plan);
	return plan.route;
}

static void test_routes(void **state)
{
	(void)state;
	assert_int_equal(route_of("mount"), HT_ROUTE_MANAGEMENT);
	assert_int_equal(route_of("kill"), HT_ROUTE_TARGET);
	assert_int_equal(route_of("bpf"), HT_ROUTE_MANAGEMENT);
	assert_int_equal(route_of("fcntl"), HT_ROUTE_DATA);
	assert_int_equal(route_of("unlink"), HT_ROUTE_PATH);
	/* One command of mknod(2) is management wherever the file is. */
	assert_int_equal(route_of("mknod"), HT_ROUTE_MANAGEMENT);
	assert_int_equal(route_of("getppid"), HT_ROUTE_DATA);
}

static void assert_command(const char *name, enum ht_command_mode mode, unsigned arg, uint64_t mask)
{
	struct ht_plan plan;

	ht_plan_compile(ht_call_by_name(name), HT_ABI_X86_64, &plan);
	assert_int_equal(plan.command, mode);
	assert_int_equal(plan.command_arg, arg);
	assert_int_equal(plan.command_mask, mask);
}

/* Commands that the kernel tells apart, so that the many that are data stay out of the management ring. */
static void test_commands(void **state)
{
	(void)state;
	assert_command("ioctl", HT_COMMAND_EXACT, 1, 0xffffffff);
	assert_command("prctl", HT_COMMAND_EXACT, 0, 0xffffffff);
	assert_command("clone", HT_COMMAND_BITS, 0, 0x7e020000);
	assert_command("clone3", HT_COMMAND_BITS_AT, 0, 0x207e020080);
	assert_command("unshare", HT_COMMAND_BITS, 0, 0x7e120080);
	assert_command("quotactl", HT_COMMAND_EXACT, 0, 0xffffff00);
	assert_command("open_tree", HT_COMMAND_EXACT, 2, 3);
	assert_command("bpf", HT_COMMAND_EXACT, 0, 0xfffeffff);
	assert_command("mount", HT_COMMAND_NONE, 0, 0);
	assert_command("fcntl", HT_COMMAND_NONE, 1, 0xffffffff);
	assert_int_equal(route_of("sendto"), HT_ROUTE_NETLINK);
	assert_int_equal(route_of("sendmsg"), HT_ROUTE_NETLINK);
}

/* A command whose argument is another struct than its call's. */
static void test_variants(void **state)
{
	const struct ht_call *call = ht_call_by_name("landlock_add_rule");
	const struct ht_command *command = ht_command_of(call, (uint64_t[HT_ARGS]){ 3, 2, 0x1000 });
	struct ht_plan plan, variant;

	(void)state;
	assert_non_null(command);
	assert_non_null(command->args);
	ht_plan_compile(call, HT_ABI_X86_64, &plan);
	assert_int_equal(plan.flags, HT_PLAN_VARIANTS);
	assert_int_equal(plan.command_arg, 1);
	assert_int_equal(plan.size[2], 12);
	ht_plan_compile_command(call, command, HT_ABI_X86_64, &variant);
	plan.size[2] = 16;
	assert_memory_equal(&variant, &plan, sizeof(plan));
}

static void check_fetches(const struct ht_plan *plan)
{
	for (unsigned k = 0; k < HT_ARGS; k++) {
		assert_in_range(plan->fetch[k], 0, HT_FETCH_TAILED);
		if (plan->fetch[k] == HT_FETCH_FIXED || plan->fetch[k] == HT_FETCH_ARRAY || plan->fetch[k] == HT_FETCH_BUFFER ||
		    plan->fetch[k] == HT_FETCH_BUFFER_AT)
			assert_in_range(plan->size[k], 1, HT_PATH_BYTES);
		if (plan->fetch[k] == HT_FETCH_BUFFER_AT)
			assert_true(plan->aux[k] < HT_ARGS);
		if (plan->out & 1u << k)
			assert_int_not_equal(plan->fetch[k], HT_FETCH_PATH);
	}
}

/* The kernel's table has room for what commands have it fetch in other ways than their calls; its first row is for none. */
static void test_every_variant_has_room(void **state)
{
	static struct ht_plan plans[HT_VARIANTS];
	size_t commands, calls, n = 1;
	const struct ht_command *c = ht_commands(&commands);
	const struct ht_call *call = ht_calls(&calls);

	(void)state;
	for (; commands; c++, commands--)
		for (size_t i = 0; c->args && i < calls; i++)
			for (enum ht_abi abi = 0; strcmp(call[i].name, c->call) == 0 && abi < HT_ABI_COUNT; abi++) {
				struct ht_plan plan;
				size_t k = 1;

				ht_plan_compile_command(&call[i], c, abi, &plan);
				check_fetches(&plan);
				while (k < n && memcmp(&plans[k], &plan, sizeof(plan)) != 0)
					k++;
				assert_true(k < HT_VARIANTS);
				plans[k] = plan;
				n = k == n ? n + 1 : n;
			}
	assert_true(n > 100);
}

static void test_what_structs_point_to(void **state)
{
	const struct ht_call *call = ht_call_by_name("seccomp");
	const struct ht_command *command = ht_command_of(call, (uint64_t[HT_ARGS]){ 1, 0, 0x1000 });
	struct ht_plan plan;

	(void)state;
	ht_plan_compile_command(call, command, HT_ABI_X86_64, &plan);
	assert_int_equal(plan.fetch[3], HT_FETCH_POINTED);
	assert_int_equal(plan.aux[3], HT_POINTED(2, 3, 1, 1));
	assert_int_equal(plan.size[3], HT_POINTED_AT(8, 0));
	ht_plan_compile_command(call, command, HT_ABI_I386, &plan);
	assert_int_equal(plan.aux[3], HT_POINTED(2, 3, 0, 1));
	assert_int_equal(plan.size[3], HT_POINTED_AT(4, 0));
	ht_plan_compile(ht_call_by_number(HT_ABI_X86_64, 435), HT_ABI_X86_64, &plan); /* clone3 */
	assert_int_equal(plan.aux[2], HT_POINTED(0, 2, 1, 0));
	assert_int_equal(plan.size[2], HT_POINTED_AT(64, 72));
	assert_int_equal(plan.size[3], HT_POINTED_AT(8, HT_POINTED_ONE));
	ht_plan_compile(ht_call_by_number(HT_ABI_X86_64, 56), HT_ABI_X86_64, &plan); /* clone */
	assert_int_equal(plan.aux[5], HT_POINTED(2, 2, 0, 0));
	assert_int_equal(plan.size[5], HT_POINTED_AT(HT_POINTED_ITSELF, HT_POINTED_ONE));
	call = ht_call_by_name("io_uring_register");
	ht_plan_compile_command(call, ht_command_of(call, (uint64_t[HT_ARGS]){ 3, 6 }), HT_ABI_X86_64, &plan);
	assert_int_equal(plan.size[4], HT_POINTED_AT(8, HT_POINTED_COUNT(3)));
}

/* What the kernel is told must be what it can do. */
static void test_every_plan_is_sound(void **state)
{
	size_t count;
	const struct ht_call *calls = ht_calls(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (enum ht_abi abi = 0; abi < HT_ABI_COUNT; abi++) {
			struct ht_plan plan;

			ht_plan_compile(&calls[i], abi, &plan);
			assert_in_range(plan.route, 0, HT_ROUTE_TARGET);
			assert_in_range(plan.command, 0, HT_COMMAND_BITS_AT);
			assert_in_range(plan.command_default, 0, HT_ROUTE_PATH);
			/* mmap and select of i386 stand for one call alone */
			assert_true(plan.command_arg < HT_ARGS || (plan.flags & HT_PLAN_PARTS && plan.command_arg == HT_ARGS));
			assert_int_equal(plan.command_mask != 0,
					 plan.command != HT_COMMAND_NONE || plan.flags & HT_PLAN_VARIANTS);
			/* The mask is of one or the other. */
			if (plan.flags & HT_PLAN_VARIANTS)
				assert_true(plan.command < HT_COMMAND_BITS);
			assert_in_range(plan.access, 0, HT_PLAN_OPEN_HOW);
			assert_true(plan.access_arg < HT_ARGS);
			check_fetches(&plan);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_openat),       cmocka_unit_test(test_content_is_fetched_as_such_or_never),
		cmocka_unit_test(test_exec),         cmocka_unit_test(test_sizes_by_abi),
		cmocka_unit_test(test_messages_by_abi),
		cmocka_unit_test(test_sockets),      cmocka_unit_test(test_routes),
		cmocka_unit_test(test_commands),     cmocka_unit_test(test_variants),
		cmocka_unit_test(test_what_structs_point_to), cmocka_unit_test(test_every_variant_has_room),
		cmocka_unit_test(test_every_plan_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
