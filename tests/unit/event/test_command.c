/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands and netlink messages: their rows, commands in structs, messages found, named and rendered. */
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
	assert_null(command("shmctl", 0, 11, 0, 0));
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

static void test_messages(void **state)
{
	size_t count;
	const struct ht_message *messages = ht_messages(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(ht_message_of(messages[i].protocol, messages[i].type, messages[i].flags), &messages[i]);
	assert_string_equal(ht_message_of(0, 24, 0)->event, "AddRoute");
	assert_string_equal(ht_message_of(0, 16, 0x5)->event, "ConfigureInterface");
	assert_string_equal(ht_message_of(0, 16, 0x405)->event, "CreateInterface");
	assert_null(ht_message_of(0, 26, 0));
	assert_null(ht_message_of(15, 24, 0));
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

/* ip route add 10.9.0.0/16 via 10.0.0.1 dev 2 */
static const uint8_t new_route[64] = {
	52, 0, 0, 0, 24, 0, 5, 6, 1, 0, 0, 0, 0, 0, 0, 0,
	2, 16, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0,
	8, 0, 1, 0, 10, 9, 0, 0,
	8, 0, 5, 0, 10, 0, 0, 1,
	8, 0, 4, 0, 2, 0, 0, 0,
};

static void send_on(struct record *r, const char *call, uint16_t family, uint16_t protocol, const void *bytes, size_t n)
{
	struct ht_wire_socket s = { .family = family, .type = 3, .protocol = protocol };
	bool msghdr = strcmp(call, "sendto") != 0;

	record_begin(r, call, HT_ABI_X86_64, (int64_t)n, ARGS(3, 0x1000, msghdr ? 0 : n));
	record_item(r, HT_ITEM_SOCKET, 0, 0, &s, sizeof(s));
	record_item(r, msghdr ? HT_ITEM_IOVEC : HT_ITEM_BYTES, 1, 0, bytes, n);
}

static bool netlink_of(const struct record *r, struct ht_netlink *ret)
{
	struct ht_wire_view w;

	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	return ht_netlink_of_record(r->call, &w, ret);
}

static void assert_resource(const struct ht_netlink *m, enum ht_resource_kind kind, const char *name)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };

	assert_int_equal(ht_netlink_resource(&b, m), kind);
	ht_buffer_byte(&b, 0);
	assert_string_equal(b.data, name);
}

static void test_route(void **state)
{
	struct ht_netlink m;
	struct record r;

	(void)state;
	send_on(&r, "sendmsg", 16, 0, new_route, 52);
	assert_true(netlink_of(&r, &m));
	assert_string_equal(ht_message_of(m.protocol, m.type, m.flags)->event, "AddRoute");
	assert_resource(&m, HT_RESOURCE_ROUTE, "10.9.0.0/16");
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_NETLINK\",\"type\":\"SOCK_RAW\","
			   "\"protocol\":\"NETLINK_ROUTE\"},\"netlink\":{\"type\":\"RTM_NEWROUTE\","
			   "\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_ACK\",\"NLM_F_EXCL\",\"NLM_F_CREATE\"],\"route\":{"
			   "\"family\":\"AF_INET\",\"destination\":\"10.9.0.0/16\",\"gateway\":\"10.0.0.1\","
			   "\"interface\":2,\"table\":254}},\"flags\":[]");
	/* By sendto(2) it is the same, and bytes behind what was sent are not looked at. */
	send_on(&r, "sendto", 16, 0, new_route, 64);
	((struct ht_wire_event *)r.bytes)->args[2] = 36;
	assert_true(netlink_of(&r, &m));
	assert_int_equal(m.text.length, 36);
	assert_resource(&m, HT_RESOURCE_ROUTE, "10.9.0.0/16");
	((struct ht_wire_event *)r.bytes)->args[2] = 15;
	assert_false(netlink_of(&r, &m));
}

static bool hides(const struct record *r)
{
	struct ht_wire_view w;

	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	return ht_netlink_hides(r->call, &w);
}

/* One message may stand before others, and its header in more than one buffer. */
static void test_what_is_not_seen(void **state)
{
	struct record r;

	(void)state;
	send_on(&r, "sendto", 16, 0, new_route, 64);
	((struct ht_wire_event *)r.bytes)->args[2] = 52;
	assert_false(hides(&r));
	((struct ht_wire_event *)r.bytes)->args[2] = 52 + 15;
	assert_false(hides(&r));
	((struct ht_wire_event *)r.bytes)->args[2] = 52 + 16;
	assert_true(hides(&r));
	((struct ht_wire_event *)r.bytes)->args[2] = 15;
	assert_false(hides(&r));
	/* The kernel does not take a message that is longer than what was sent. */
	((struct ht_wire_event *)r.bytes)->args[2] = 51;
	assert_false(hides(&r));
	send_on(&r, "sendmsg", 16, 0, new_route, 52);
	assert_false(hides(&r));
	record_last(&r)->full_length = 52 + 16;
	assert_true(hides(&r));
	record_last(&r)->full_length = UINT32_MAX;
	assert_true(hides(&r));
	send_on(&r, "sendmsg", 16, 0, new_route, 8);
	assert_false(hides(&r));
	record_last(&r)->full_length = 52;
	assert_true(hides(&r));
	send_on(&r, "sendmmsg", 16, 0, new_route, 52);
	((struct ht_wire_event *)r.bytes)->args[2] = 1;
	assert_false(hides(&r));
	((struct ht_wire_event *)r.bytes)->args[2] = 2;
	assert_true(hides(&r));
	/* Nothing of it could be read; and it is another kind of socket. */
	record_begin(&r, "sendmsg", HT_ABI_X86_64, 52, ARGS(3, 0x1000));
	record_item(&r, HT_ITEM_SOCKET, 0, 0, &(struct ht_wire_socket){ .family = 16 }, sizeof(struct ht_wire_socket));
	assert_true(hides(&r));
	record_begin(&r, "sendmsg", HT_ABI_X86_64, 52, ARGS(3, 0x1000));
	record_item(&r, HT_ITEM_SOCKET, 0, 0, &(struct ht_wire_socket){ .family = 2 }, sizeof(struct ht_wire_socket));
	assert_false(hides(&r));
}

static void test_cut_and_hostile_messages(void **state)
{
	uint8_t bytes[64];
	struct ht_netlink m;
	struct record r;

	(void)state;
	/* Cut inside an attribute, and before the fixed part's end. */
	send_on(&r, "sendmsg", 16, 0, new_route, 35);
	assert_true(netlink_of(&r, &m));
	assert_resource(&m, HT_RESOURCE_NONE, "");
	send_on(&r, "sendmsg", 16, 0, new_route, 27);
	assert_true(netlink_of(&r, &m));
	assert_resource(&m, HT_RESOURCE_NONE, "");
	/* An attribute that claims no length, and one that claims too much. */
	memcpy(bytes, new_route, sizeof(bytes));
	bytes[28] = 0;
	send_on(&r, "sendmsg", 16, 0, bytes, sizeof(bytes));
	assert_true(netlink_of(&r, &m));
	assert_resource(&m, HT_RESOURCE_NONE, "");
	bytes[28] = 255;
	send_on(&r, "sendmsg", 16, 0, bytes, sizeof(bytes));
	assert_true(netlink_of(&r, &m));
	assert_resource(&m, HT_RESOURCE_NONE, "");
	/* A default route names no destination. */
	memcpy(bytes, new_route, sizeof(bytes));
	bytes[17] = 0;
	bytes[30] = 99;
	send_on(&r, "sendmsg", 16, 0, bytes, sizeof(bytes));
	assert_true(netlink_of(&r, &m));
	assert_resource(&m, HT_RESOURCE_ROUTE, "default");
}

static void test_links_and_addresses(void **state)
{
	static const uint8_t address[40] = {
		40, 0, 0, 0, 20, 0, 5, 6, 1, 0, 0, 0, 0, 0, 0, 0, 2, 24, 0, 0, 3, 0, 0, 0,
		8, 0, 2, 0, 192, 0, 2, 9, 8, 0, 1, 0, 192, 0, 2, 255,
	};
	static const uint8_t link[44] = {
		44, 0, 0, 0, 16, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
		10, 0, 3, 0, 'd', 'u', 'm', 'm', 'y', 0,
	};
	struct ht_netlink m;
	struct record r;

	(void)state;
	send_on(&r, "sendmsg", 16, 0, address, sizeof(address));
	assert_true(netlink_of(&r, &m));
	assert_string_equal(ht_message_of(m.protocol, m.type, m.flags)->event, "AddAddress");
	assert_resource(&m, HT_RESOURCE_INTERFACE, "interface 3");
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_NETLINK\",\"type\":\"SOCK_RAW\","
			   "\"protocol\":\"NETLINK_ROUTE\"},\"netlink\":{\"type\":\"RTM_NEWADDR\","
			   "\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_ACK\",\"NLM_F_EXCL\",\"NLM_F_CREATE\"],\"address\":{"
			   "\"family\":\"AF_INET\",\"interface\":3,\"address\":\"192.0.2.9/24\"}},\"flags\":[]");
	send_on(&r, "sendmsg", 16, 0, link, sizeof(link));
	assert_true(netlink_of(&r, &m));
	assert_string_equal(ht_message_of(m.protocol, m.type, m.flags)->event, "ConfigureInterface");
	assert_resource(&m, HT_RESOURCE_INTERFACE, "dummy");
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_NETLINK\",\"type\":\"SOCK_RAW\","
			   "\"protocol\":\"NETLINK_ROUTE\"},\"netlink\":{\"type\":\"RTM_NEWLINK\","
			   "\"flags\":[\"NLM_F_REQUEST\",\"NLM_F_ACK\"],\"link\":{\"interface\":4,\"name\":\"dummy\"}},"
			   "\"flags\":[]");
}

static void test_content_of_other_sockets_is_not_told(void **state)
{
	struct ht_netlink m;
	struct record r;

	(void)state;
	send_on(&r, "sendto", 2, 6, "GET /secret HTTP/1.1", 20);
	assert_false(netlink_of(&r, &m));
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_RAW\",\"protocol\":\"IPPROTO_TCP\"},"
			   "\"length\":20,\"flags\":[],\"address\":null,\"addressLength\":0");
	send_on(&r, "sendmsg", 2, 6, "GET /secret HTTP/1.1", 20);
	assert_false(netlink_of(&r, &m));
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_INET\",\"type\":\"SOCK_RAW\",\"protocol\":\"IPPROTO_TCP\"},"
			   "\"flags\":[]");
}

static void test_other_protocols(void **state)
{
	static const uint8_t batch[20] = { 20, 0, 0, 0, 16, 0, 1, 0, [18] = 0, 10 };
	static const uint8_t rule[16] = { 16, 0, 0, 0, 0xf3, 3, 5, 0 };
	static const uint8_t generic[16] = { 16, 0, 0, 0, 16, 0, 1, 0 };
	struct ht_netlink m;
	struct record r;

	(void)state;
	send_on(&r, "sendmsg", 16, 12, batch, sizeof(batch));
	assert_true(netlink_of(&r, &m));
	assert_string_equal(ht_message_of(m.protocol, m.type, m.flags)->event, "ChangeFirewall");
	assert_resource(&m, HT_RESOURCE_NONE, "");
	send_on(&r, "sendmsg", 16, 9, rule, sizeof(rule));
	assert_true(netlink_of(&r, &m));
	assert_string_equal(ht_message_of(m.protocol, m.type, m.flags)->event, "ConfigureAudit");
	send_on(&r, "sendmsg", 16, 16, generic, sizeof(generic));
	assert_true(netlink_of(&r, &m));
	assert_null(ht_message_of(m.protocol, m.type, m.flags));
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_NETLINK\",\"type\":\"SOCK_RAW\","
			   "\"protocol\":\"NETLINK_GENERIC\"},\"netlink\":{\"type\":16,\"flags\":[\"NLM_F_REQUEST\"]},"
			   "\"flags\":[]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands_belong_to_rows),
		cmocka_unit_test(test_rows_decided_by_command_have_commands),
		cmocka_unit_test(test_commands_decide),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_commands_in_structs),
		cmocka_unit_test(test_route),
		cmocka_unit_test(test_what_is_not_seen),
		cmocka_unit_test(test_cut_and_hostile_messages),
		cmocka_unit_test(test_links_and_addresses),
		cmocka_unit_test(test_content_of_other_sockets_is_not_told),
		cmocka_unit_test(test_other_protocols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
