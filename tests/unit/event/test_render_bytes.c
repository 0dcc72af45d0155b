/* SPDX-License-Identifier: BSD-2-Clause */
/* What structs in user memory point to, and what counts only with a flag. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record.h"

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })

static const char clone_text[] = "\"pidFd\":\"0x2000\",\"childTid\":\"0x0\",\"parentTid\":\"0x3000\",\"exitSignal\":0,\"stack\":\"0x0\","
				 "\"stackSize\":0,\"tls\":\"0x4000\",\"setTid\":\"0x5000\",\"setTidCount\":2,\"cgroup\":0";

static void begin_clone3(struct record *r, enum ht_abi abi, uint64_t flags)
{
	const uint64_t attributes[11] = { flags, 0x2000, 0, 0x3000, 0, 0, 0, 0x4000, 0x5000, 2 };
	const uint32_t segment[4] = { 12, 0xf7000000, 0xfffff, 0x51 };

	record_begin(r, "clone3", abi, 99, ARGS(0x1000, 88));
	record_item(r, HT_ITEM_BYTES, 0, 0, attributes, sizeof(attributes));
	record_item(r, HT_ITEM_BYTES, 2, 0, (int32_t[2]){ 7, 8 }, 8);
	record_item(r, HT_ITEM_BYTES, 3, 0, (int32_t[1]){ 4 }, 4);
	record_item(r, HT_ITEM_BYTES, 4, 0, (int32_t[1]){ 99 }, 4);
	if (abi == HT_ABI_I386)
		record_item(r, HT_ITEM_BYTES, 5, 0, segment, sizeof(segment));
}

static void test_clone3(void **state)
{
	char text[1024];
	struct record r;

	(void)state;
	begin_clone3(&r, HT_ABI_X86_64, 0x181000);
	snprintf(text, sizeof(text), "\"arguments\":{\"flags\":[\"CLONE_PIDFD\",\"CLONE_SETTLS\",\"CLONE_PARENT_SETTID\"],%s},\"size\":88,"
		 "\"setTid\":[7,8]", clone_text);
	assert_request(&r, text);
	assert_response(&r, "\"result\":99,\"pidFd\":4,\"parentTid\":99");
	begin_clone3(&r, HT_ABI_I386, 0x180000);
	snprintf(text, sizeof(text), "\"arguments\":{\"flags\":[\"CLONE_SETTLS\",\"CLONE_PARENT_SETTID\"],%s},\"size\":88,\"setTid\":[7,8],"
		 "\"tls\":{\"entry\":12,\"base\":\"0xf7000000\",\"limit\":\"0xfffff\",\"flags\":[\"seg_32bit\",\"limit_in_pages\",\"useable\"]}",
		 clone_text);
	assert_request(&r, text);
	assert_response(&r, "\"result\":99,\"parentTid\":99");
	/* Without flags the kernel looks at none of it. */
	begin_clone3(&r, HT_ABI_I386, 0);
	snprintf(text, sizeof(text), "\"arguments\":{\"flags\":[],%s},\"size\":88,\"setTid\":[7,8]", clone_text);
	assert_request(&r, text);
	assert_response(&r, "\"result\":99");
	/* What lies behind the size that the caller gave is no pointer of its. */
	begin_clone3(&r, HT_ABI_X86_64, 0x181000);
	((struct ht_wire_event *)r.bytes)->args[1] = 64;
	snprintf(text, sizeof(text), "\"arguments\":{\"flags\":[\"CLONE_PIDFD\",\"CLONE_SETTLS\",\"CLONE_PARENT_SETTID\"],%s},\"size\":64", clone_text);
	assert_request(&r, text);
}

/* PTRACE_SETREGSET: general registers are told, those that hold what a program works on are not. */
static void test_registers(void **state)
{
	const uint64_t vector[2] = { 0x2000, 8 };
	struct record r;

	(void)state;
	record_begin(&r, "ptrace", HT_ABI_X86_64, -3, ARGS(0x4205, 7, 0x202, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 3, 0, vector, sizeof(vector));
	record_item(&r, HT_ITEM_BYTES, 4, 0, "12345678", 8);
	assert_request(&r, "\"request\":\"PTRACE_SETREGSET\",\"pid\":7,\"registerSet\":\"NT_X86_XSTATE\",\"data\":{\"base\":\"0x2000\",\"length\":8}");
}

static void test_clone(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "clone", HT_ABI_X86_64, 99, ARGS(0x1380000 | 17, 0x1000, 0x2000, 0x3000, 0x4000, 5));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (int32_t[1]){ 99 }, 4);
	record_item(&r, HT_ITEM_BYTES, 5, 0, (int32_t[1]){ 99 }, 4);
	assert_request(&r, "\"flags\":[\"CLONE_SETTLS\",\"CLONE_PARENT_SETTID\",\"CLONE_CHILD_CLEARTID\",\"CLONE_CHILD_SETTID\"],"
			   "\"exitSignal\":\"SIGCHLD\",\"stack\":\"0x1000\",\"childTid\":\"0x3000\",\"tls\":\"0x4000\"");
	assert_response(&r, "\"result\":99,\"parentTid\":99");
	record_begin(&r, "clone", HT_ABI_X86_64, 99, ARGS(0x1000 | 17, 0, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (int32_t[1]){ 4 }, 4);
	record_item(&r, HT_ITEM_BYTES, 5, 0, (int32_t[1]){ 4 }, 4);
	assert_request(&r, "\"flags\":[\"CLONE_PIDFD\"],\"exitSignal\":\"SIGCHLD\",\"stack\":\"0x0\"");
	assert_response(&r, "\"result\":99,\"pidFd\":4");
}

static void test_filters(void **state)
{
	const uint64_t filter[2] = { 0x7fff000000000006, 0xffff00ff00000015 };
	const uint64_t program[2] = { 2, 0x5000 };
	struct record r;

	(void)state;
	record_begin(&r, "seccomp", HT_ABI_X86_64, 0, ARGS(1, 2, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, program, 16);
	record_item(&r, HT_ITEM_BYTES, 3, 0, filter, 16);
	assert_request(&r, "\"operation\":\"SECCOMP_SET_MODE_FILTER\",\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"],\"program\":{"
			   "\"instructionCount\":2,\"instructions\":\"0x5000\"},"
			   "\"instructions\":[\"060000000000ff7f\",\"15000000ff00ffff\"]");
	/* The end of memory, and nothing. */
	record_begin(&r, "seccomp", HT_ABI_X86_64, -14, ARGS(1, 0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, program, 16);
	record_item(&r, HT_ITEM_BYTES, 3, HT_ITEM_FAULT, filter, 8);
	assert_request(&r, "\"operation\":\"SECCOMP_SET_MODE_FILTER\",\"flags\":[],\"program\":{"
			   "\"instructionCount\":2,\"instructions\":\"0x5000\"},\"instructions\":[\"060000000000ff7f\"],"
			   "\"unreadable\":[\"instructions\"]");
	record_begin(&r, "seccomp", HT_ABI_X86_64, -14, ARGS(1, 0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, program, 16);
	record_item(&r, HT_ITEM_BYTES, 3, HT_ITEM_FAULT, "", 0);
	assert_request(&r, "\"operation\":\"SECCOMP_SET_MODE_FILTER\",\"flags\":[],\"program\":{"
			   "\"instructionCount\":2,\"instructions\":\"0x5000\"},\"unreadable\":[\"instructions\"]");
	record_begin(&r, "setsockopt", HT_ABI_X86_64, 0, ARGS(3, 1, 26, 0x1000, 16, 9));
	record_item(&r, HT_ITEM_BYTES, 3, 0, program, 16);
	record_item(&r, HT_ITEM_BYTES, 5, 0, filter, 8);
	assert_request(&r, "\"fd\":3,\"level\":\"SOL_SOCKET\",\"option\":\"SO_ATTACH_FILTER\",\"value\":{\"instructionCount\":2,"
			   "\"instructions\":\"0x5000\"},\"length\":16,\"instructions\":[\"060000000000ff7f\"]");
}

static void test_rings(void **state)
{
	uint8_t probe[16 + 4 * 8] = { 2, 3, [16] = 0, [18] = 1, [24] = 1, [26] = 0, [32] = 2, [34] = 1, [40] = 77, [42] = 1 };
	struct record r;

	(void)state;
	record_begin(&r, "io_uring_register", HT_ABI_X86_64, 0, ARGS(4, 8, 0x1000, 4));
	record_item(&r, HT_ITEM_BYTES, 2, 0, probe, sizeof(probe));
	assert_request(&r, "\"fd\":4,\"operation\":\"IORING_REGISTER_PROBE\",\"count\":4");
	/* Behind the entries that the kernel counts is what the caller had there. */
	assert_response(&r, "\"result\":0,\"probe\":{\"lastOperation\":\"IORING_OP_WRITEV\",\"count\":3,"
			    "\"operations\":[\"IORING_OP_NOP\",\"IORING_OP_WRITEV\"]}");
	record_begin(&r, "io_uring_register", HT_ABI_X86_64, 0, ARGS(4, 0x80000006, 0x1000, 2));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint64_t[2]){ 1, 0x5000 }, 16);
	record_item(&r, HT_ITEM_BYTES, 4, 0, (int32_t[2]){ 5, -1 }, 8);
	assert_request(&r, "\"fd\":4,\"operation\":\"IORING_REGISTER_FILES_UPDATE\",\"operationFlags\":["
			   "\"IORING_REGISTER_USE_REGISTERED_RING\"],\"update\":{\"offset\":1,\"fds\":\"0x5000\"},\"count\":2,\"fds\":[5,-1]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clone3),
		cmocka_unit_test(test_clone),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_rings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
