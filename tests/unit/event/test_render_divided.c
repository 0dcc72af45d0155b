/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record.h"

#define ARGS(...) (uint64_t[HT_ARGS]){ __VA_ARGS__ }

static void test_operations(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "futex", HT_ABI_X86_64, 1, ARGS(0x1000, 1 | 0x80, 2));
	assert_request(&r, "\"address\":\"0x1000\",\"operation\":\"FUTEX_WAKE\",\"operationFlags\":[\"FUTEX_PRIVATE_FLAG\"],\"count\":2");
	record_begin(&r, "futex", HT_ABI_X86_64, -11, ARGS(0x1000, 9 | 0x180, 5, 0x2000, 0x3000, 0xffffffff));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (int64_t[2]){ 1, 2 }, 16);
	assert_request(&r, "\"address\":\"0x1000\",\"operation\":\"FUTEX_WAIT_BITSET\",\"operationFlags\":[\"FUTEX_PRIVATE_FLAG\","
			   "\"FUTEX_CLOCK_REALTIME\"],\"value\":5,\"timeout\":{\"seconds\":1,\"nanoseconds\":2},"
			   "\"bits\":\"FUTEX_BITSET_MATCH_ANY\"");
	record_begin(&r, "futex", HT_ABI_I386, -11, ARGS(0x1000, 0, 5, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (int32_t[2]){ 1, 2 }, 8);
	assert_request(&r, "\"address\":\"0x1000\",\"operation\":\"FUTEX_WAIT\",\"value\":5,\"timeout\":{\"seconds\":1,\"nanoseconds\":2}");
	record_begin(&r, "futex_time64", HT_ABI_I386, -11, ARGS(0x1000, 0, 5, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (int64_t[2]){ 1, 2 }, 16);
	assert_request(&r, "\"address\":\"0x1000\",\"operation\":\"FUTEX_WAIT\",\"value\":5,\"timeout\":{\"seconds\":1,\"nanoseconds\":2}");
	/* Of what has no name nothing is taken away. */
	record_begin(&r, "futex", HT_ABI_X86_64, -38, ARGS(0x1000, 77 | 0x80, 1, 2, 3, 4));
	assert_request(&r, "\"address\":\"0x1000\",\"operation\":205,\"value\":1,\"timeout\":\"0x2\",\"address2\":\"0x3\",\"value3\":\"0x4\"");
	record_begin(&r, "futex", HT_ABI_X86_64, -38, ARGS(0x1000, (uint64_t)-1, 1, 2, 3, 4));
	assert_request(&r, "\"address\":\"0x1000\",\"operation\":-1,\"value\":1,\"timeout\":\"0x2\",\"address2\":\"0x3\",\"value3\":\"0x4\"");
}

static void test_wake_operation(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "futex", HT_ABI_X86_64, 0, ARGS(0x1000, 5, 1, 2, 0x2000, 1u << 28 | 5u << 24 | 0xfff << 12 | 0x800));
	assert_request(&r, "\"address\":\"0x1000\",\"operation\":\"FUTEX_WAKE_OP\",\"count\":1,\"count2\":2,\"address2\":\"0x2000\","
			   "\"wakeOperation\":{\"operation\":\"FUTEX_OP_ADD\",\"argument\":-1,\"comparison\":\"FUTEX_OP_CMP_GE\","
			   "\"comparedTo\":-2048}");
	record_begin(&r, "futex", HT_ABI_X86_64, 0, ARGS(0x1000, 5, 1, 2, 0x2000, 0xau << 28 | 9u << 24 | 3 << 12 | 4));
	assert_request(&r, "\"address\":\"0x1000\",\"operation\":\"FUTEX_WAKE_OP\",\"count\":1,\"count2\":2,\"address2\":\"0x2000\","
			   "\"wakeOperation\":{\"operation\":\"FUTEX_OP_OR\",\"argument\":3,\"shifted\":true,\"comparison\":9,"
			   "\"comparedTo\":4}");
}

static void test_permissions(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "shmget", HT_ABI_X86_64, 3, ARGS(0, 4096, 01000 | 0600 | 0x800 | 1u << 30));
	assert_request(&r, "\"key\":\"IPC_PRIVATE\",\"size\":4096,\"flags\":[\"IPC_CREAT\",\"SHM_HUGETLB\",\"SHM_HUGE_64KB\"],"
			   "\"mode\":\"0600\"");
	record_begin(&r, "msgget", HT_ABI_X86_64, -2, ARGS(0x1234, 0));
	assert_request(&r, "\"key\":\"0x1234\",\"flags\":[],\"mode\":\"0000\"");
}

static void test_architecture(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "kexec_load", HT_ABI_X86_64, -1, ARGS(0x100000, 0, 0x1000, 0x3e0001));
	record_item(&r, HT_ITEM_BYTES, 2, 0, "", 0);
	assert_request(&r, "\"entry\":\"0x100000\",\"segmentCount\":0,\"segments\":[],\"flags\":[\"KEXEC_ON_CRASH\"],"
			   "\"architecture\":\"KEXEC_ARCH_X86_64\"");
	record_begin(&r, "kexec_load", HT_ABI_X86_64, -1, ARGS(0x100000, 1, 0x1000, 0x100007770010));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint64_t[4]){ 1, 2, 3, 4 }, 32);
	assert_request(&r, "\"entry\":\"0x100000\",\"segmentCount\":1,\"segments\":[{\"buffer\":\"0x1\",\"bufferSize\":2,"
			   "\"memory\":\"0x3\",\"memorySize\":4}],\"flags\":[\"0x100000000010\"],\"architecture\":\"0x7770000\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_wake_operation),
		cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_architecture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
