/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands and netlink messages: their rows, and commands in structs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "event/command.h"
#include "record.h"

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })

/* ---- rows ---- */

static void test_commands_belong_to_rows(void **state)
{
	size_t count, own;
	const struct ht_command *commands = ht_commands(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct ht_call *call = ht_call_by_name(commands[i].call);

		assert_non_null(call);
		assert_non_null(call->arg[commands[i].arg].name);
		assert_int_equal(commands[i].value & ~commands[i].mask, 0);
		assert_int_equal(commands[i].also_value & ~commands[i].also_mask, 0);
		assert_true(commands[i].plane != HT_PLANE_BY_COMMAND && commands[i].access != HT_ACCESS_BY_COMMAND);
		/* They stand together: each lies in the range of its call. */
		assert_non_null(ht_commands_of(call, &own));
		assert_true(&commands[i] >= ht_commands_of(call, &own));
		assert_true(&commands[i] < ht_commands_of(call, &own) + own);
		/* None is hidden by an earlier one with the same condition, or by one that always holds. */
		for (const struct ht_command *c = ht_commands_of(call, &own); c < &commands[i]; c++)
			assert_false(c->mask == 0 || (c->mask == commands[i].mask && c->value == commands[i].value &&
						      c->arg == commands[i].arg && !c->also_mask));
	}
}

static void test_rows_decided_by_command_have_commands(void **state)
{
	size_t count, own;
	const struct ht_call *calls = ht_calls(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		if (calls[i].plane == HT_PLANE_BY_COMMAND || calls[i].access == HT_ACCESS_BY_COMMAND)
			assert_non_null(ht_commands_of(&calls[i], &own));
	assert_null(ht_commands_of(ht_call_by_name("close"), &own));
	assert_int_equal(own, 0);
}

static void test_the_first_that_holds_decides(void **state)
{
	size_t count, own;
	const struct ht_command *commands = ht_commands(&count), *expected;

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (int64_t beside = -1; beside <= 1; beside++) {
			const struct ht_call *call = ht_call_by_name(commands[i].call);
			uint64_t args[HT_ARGS] = { 0 };

			args[commands[i].arg] = commands[i].value + (uint64_t)beside;
			if (commands[i].also_mask)
				args[commands[i].also_arg] = commands[i].also_value;
			expected = ht_commands_of(call, &own);
			while (own && !ht_command_holds(expected, args))
				expected++, own--;
			assert_ptr_equal(ht_command_of(call, args), own ? expected : NULL);
		}
}

static const struct ht_command *command(const char *call, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)
{
	uint64_t args[HT_ARGS] = { a0, a1, a2, a3 };

	return ht_command_of(ht_call_by_name(call), args);
}

static void test_commands_decide(void **state)
{
	(void)state;
	assert_null(command("unlinkat", 0, 0, 0, 0));
	assert_string_equal(command("unlinkat", 0, 0, 0x200, 0)->event, "DeleteDirectory");
	assert_string_equal(command("bpf", 5, 0, 0, 0)->event, "LoadBpfProgram");
	assert_int_equal(command("bpf", 5, 0, 0, 0)->plane, HT_PLANE_MANAGEMENT);
	assert_int_equal(command("bpf", 1, 0, 0, 0)->plane, HT_PLANE_DATA);
	assert_string_equal(command("bpf", 4711, 0, 0, 0)->event, "ControlBpf");
	/* The upper half of a register that passes an int may hold anything. */
	assert_string_equal(command("bpf", 0xdead00000005, 0, 0, 0)->event, "LoadBpfProgram");
	/* Flags beside the command are none of it. */
	assert_string_equal(command("bpf", 0x10005, 0, 0, 0)->event, "LoadBpfProgram");
	assert_string_equal(command("bpf", 0x20005, 0, 0, 0)->event, "ControlBpf");
	assert_string_equal(command("msgctl", 0, 0x100, 0, 0)->event, "DeleteMessageQueue");
	assert_string_equal(command("semctl", 0, 0, 0x101, 0)->event, "SetSemaphoreAttributes");
	assert_string_equal(command("shmctl", 0, 2, 0, 0)->event, "GetSharedMemoryStatus");
	assert_string_equal(command("shmctl", 0, 0x10b, 0, 0)->event, "ControlSharedMemory");
	assert_null(command("shmctl", 0, 99, 0, 0));
	assert_string_equal(command("clone", 0x11, 0, 0, 0)->event, "CreateProcess");
	assert_string_equal(command("clone", 0x10000011, 0, 0, 0)->event, "CreateNamespace");
	assert_string_equal(command("clone3", 0x100, 0, 0, 0)->event, "CreateProcess");
	assert_string_equal(command("clone3", 0x2000000000, 0, 0, 0)->event, "CreateNamespace");
	assert_string_equal(command("unshare", 0x200, 0, 0, 0)->event, "UnshareProcess");
	assert_string_equal(command("unshare", 0x100000, 0, 0, 0)->event, "CreateNamespace");
	assert_string_equal(command("open_tree", 0, 0, 0x80001, 0)->event, "CloneMount");
	assert_string_equal(command("open_tree", 0, 0, 0x80002, 0)->event, "CreateNamespace");
	assert_string_equal(command("open_tree", 0, 0, 0x80000, 0)->event, "OpenMountTree");
	assert_string_equal(command("fsmount", 0, 2, 0, 0)->event, "CreateNamespace");
	assert_null(command("fsmount", 0, 1, 0, 0));
	assert_string_equal(command("reboot", 0, 0, 0x89abcdef, 0)->event, "ConfigureRebootKey");
	assert_null(command("reboot", 0, 0, 0x1234567, 0));
	assert_string_equal(command("kexec_load", 0, 0, 0, 0)->event, "UnloadKernelImage");
	assert_null(command("kexec_file_load", 0, 0, 0, 0));
	assert_string_equal(command("arch_prctl", 0x1003, 0, 0, 0)->event, "GetProcessControl");
	assert_string_equal(command("arch_prctl", 0x1002, 0, 0, 0)->event, "ControlProcess");
	assert_string_equal(command("mount", 0, 0, 0, 0x21)->event, "SetMountAttributes");
	assert_string_equal(command("mount", 0, 0, 0, 0x41000)->event, "MountFilesystem");
	assert_string_equal(command("mount", 0, 0, 0, 0x40000)->event, "SetMountAttributes");
	assert_string_equal(command("mount", 0, 0, 0, 0x2000)->event, "MoveMount");
	assert_string_equal(command("mount", 0, 0, 0, 0xc0ed0001)->event, "MountFilesystem");
	assert_string_equal(command("mount", 0, 0, 0, 0xc0ed2000)->event, "MoveMount");
	assert_string_equal(command("mount", 0, 0, 0, 0xc0ed0020)->event, "SetMountAttributes");
	assert_null(command("mount", 0, 0, 0, 1));
	/* A part of which nobody knows what it does may have configured. */
	assert_int_equal(command("socketcall", 16, 0x1000, 0, 0)->plane, HT_PLANE_MANAGEMENT);
	assert_int_equal(command("socketcall", 3, 0x1000, 0, 0)->plane, HT_PLANE_DATA);
	assert_string_equal(command("setsockopt", 3, 0, 64, 0)->event, "ChangeFirewall");
	assert_string_equal(command("setsockopt", 3, 1, 64, 0)->event, "SetSocketOption");
	assert_string_equal(command("setsockopt", 3, 41, 202, 0)->event, "ConfigureMulticastRouting");
	assert_string_equal(command("setsockopt", 3, 0, 0x482, 0)->event, "ConfigureLoadBalancer");
	assert_string_equal(command("ioctl", 3, 0x890b, 0, 0)->event, "AddRoute");
	assert_string_equal(command("ioctl", 3, 0x2285, 0, 0)->event, "IssueDeviceCommand");
	assert_string_equal(command("ioctl", 3, 0x40042406, 0, 0)->event, "ControlPerformanceEvent");
	assert_string_equal(command("ioctl", 3, 0x80046601, 0, 0)->event, "GetFileAttributes");
	assert_null(command("ioctl", 3, 0xdeadbeef, 0, 0));
	assert_string_equal(command("prlimit64", 0, 7, 0, 0x7000)->event, "GetResourceLimit");
	assert_null(command("prlimit64", 0, 7, 0x100000000, 0));
	assert_string_equal(command("mknod", 0, 0020600, 0, 0)->event, "CreateDevice");
	assert_null(command("mknod", 0, 0100600, 0, 0));
	assert_string_equal(command("prctl", 47, 2, 0, 0)->event, "SetCapabilities");
	assert_string_equal(command("prctl", 47, 1, 0, 0)->event, "GetCapabilities");
}

static const struct ht_message *own_message(const struct ht_message *m)
{
	for (unsigned type = 0; type <= UINT16_MAX; type++) {
		const struct ht_message *found = NULL;

		if (!m->family)
			found = ht_message_of(m->protocol, type, m->flags);
		else if (type <= UINT8_MAX)
			found = ht_message_of_family(m->family, type, m->flags);
		if (found == m)
			return found;
	}
	return NULL;
}

static void test_messages(void **state)
{
	size_t count;
	const struct ht_message *messages = ht_messages(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct ht_message *m = &messages[i];

		/* No row is hidden by an earlier one: some type is its own. */
		assert_true(m->first <= m->last && (m->first & ~m->mask) == 0);
		assert_ptr_equal(own_message(m), m);
		assert_int_equal(m->family != NULL, m->protocol == 16);
		if (m->plane == HT_PLANE_MANAGEMENT)
			assert_int_equal(m->access, HT_ACCESS_WRITE);
		else
			assert_int_equal(m->plane, HT_PLANE_DATA);
	}
	assert_string_equal(ht_message_of(0, 24, 0)->event, "AddRoute");
	assert_string_equal(ht_message_of(0, 16, 0x5)->event, "ConfigureInterface");
	assert_string_equal(ht_message_of(0, 16, 0x405)->event, "CreateInterface");
	assert_string_equal(ht_message_of(0, 26, 0)->event, "GetRoute");
	/* Types that are not known yet: those of the third kind in each group get. */
	assert_string_equal(ht_message_of(0, 202, 0)->event, "GetNetworkConfiguration");
	assert_string_equal(ht_message_of(0, 203, 0)->event, "ConfigureNetwork");
	assert_string_equal(ht_message_of(0, 3, 0)->event, "Send");
	assert_string_equal(ht_message_of(9, 1123, 0)->event, "WriteAuditMessage");
	assert_string_equal(ht_message_of_family("wireguard", 1, 0)->event, "ConfigureTunnel");
	assert_string_equal(ht_message_of_family("wireguard", 0, 0x300)->event, "GetTunnel");
	assert_string_equal(ht_message_of_family(NULL, 1, 0x300)->event, "GetNetlinkFamily");
	assert_string_equal(ht_message_of_family("no such", 1, 0x100)->event, "ControlNetlinkFamily");
	assert_null(ht_message_of(15, 24, 0));
	assert_string_equal(ht_message_name(0, 24), "RTM_NEWROUTE");
	assert_string_equal(ht_message_name(15, 3), "NLMSG_DONE");
	assert_null(ht_message_name(15, 24));
	assert_null(ht_message_name(99, 24));
	assert_string_equal(ht_message_command_name("nlctrl", 3), "CTRL_CMD_GETFAMILY");
	assert_null(ht_message_command_name("nlctrl", 99));
	assert_null(ht_message_command_name(NULL, 3));
}

/* ---- records ---- */

static const char *command_of(const struct record *r)
{
	const struct ht_command *command;
	struct ht_wire_view w;

	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	command = ht_command_of_record(r->call, &w);
	return command ? command->event : NULL;
}

/* A limit of 0 is one that is set; only no limit at all asks for it. */
static void test_commands_by_address(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "prlimit64", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0, 4, 0x1000, 0 });
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint64_t[2]){ 0, 0 }, 16);
	assert_null(command_of(&r));
	record_begin(&r, "prlimit64", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0, 4, 0, 0x2000 });
	assert_string_equal(command_of(&r), "GetResourceLimit");
}

static void test_commands_in_structs(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "clone3", HT_ABI_X86_64, 1, ARGS(0x1000, 64));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[8]){ 0x200000000 }, 64);
	assert_string_equal(command_of(&r), "CreateProcess");
	record_begin(&r, "clone3", HT_ABI_X86_64, 1, ARGS(0x1000, 64));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[8]){ 0x80 }, 64);
	assert_string_equal(command_of(&r), "CreateNamespace");
	/* What could not be read is taken for the graver. */
	record_begin(&r, "clone3", HT_ABI_X86_64, -14, ARGS(0x1000, 64));
	assert_string_equal(command_of(&r), "CreateNamespace");
	record_begin(&r, "clock_adjtime", HT_ABI_X86_64, 0, ARGS(0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[26]){ 0xdead00000000 }, 208);
	assert_string_equal(command_of(&r), "GetTimeAdjustment");
	record_begin(&r, "clock_adjtime", HT_ABI_X86_64, 0, ARGS(0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[26]){ 2 }, 208);
	assert_string_equal(command_of(&r), "AdjustTime");
	record_begin(&r, "unlinkat", HT_ABI_X86_64, 0, ARGS(0, 0x1000, 0x200));
	assert_string_equal(command_of(&r), "DeleteDirectory");
	record_begin(&r, "unlinkat", HT_ABI_X86_64, 0, ARGS(0, 0x1000, 0));
	assert_null(command_of(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands_belong_to_rows),
		cmocka_unit_test(test_rows_decided_by_command_have_commands),
		cmocka_unit_test(test_the_first_that_holds_decides),
		cmocka_unit_test(test_commands_decide),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_commands_by_address),
		cmocka_unit_test(test_commands_in_structs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
