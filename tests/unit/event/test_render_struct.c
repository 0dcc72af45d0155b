/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record.h"

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })

static void test_times(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "clock_settime", HT_ABI_X86_64, 0, ARGS(0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int64_t[2]){ 1700000000, 5 }, 16);
	assert_request(&r, "\"clock\":\"CLOCK_REALTIME\",\"time\":{\"seconds\":1700000000,\"nanoseconds\":5}");
	record_begin(&r, "clock_settime", HT_ABI_I386, 0, ARGS(0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int32_t[2]){ -1, 7 }, 8);
	assert_request(&r, "\"clock\":\"CLOCK_REALTIME\",\"time\":{\"seconds\":-1,\"nanoseconds\":7}");
	record_begin(&r, "clock_settime64", HT_ABI_I386, 0, ARGS(0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int64_t[2]){ 1ll << 33, 7 }, 16);
	assert_request(&r, "\"clock\":\"CLOCK_REALTIME\",\"time\":{\"seconds\":8589934592,\"nanoseconds\":7}");
	record_begin(&r, "settimeofday", HT_ABI_X86_64, 0, ARGS(0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (int64_t[2]){ 3, 4 }, 16);
	assert_request(&r, "\"time\":{\"seconds\":3,\"microseconds\":4},\"timezone\":null");
	record_begin(&r, "stime", HT_ABI_I386, 0, ARGS(0x1000));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (int32_t[1]){ 12 }, 4);
	assert_request(&r, "\"time\":12");
}

static void test_file_times(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "utimensat", HT_ABI_X86_64, 0, ARGS(3, 0, 0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (int64_t[4]){ 0, 0x3fffffff, 5, 6 }, 32);
	assert_request(&r, "\"dirfd\":3,\"path\":null,\"times\":[\"UTIME_NOW\",{\"seconds\":5,\"nanoseconds\":6}],"
			   "\"flags\":[]");
	record_begin(&r, "utimensat", HT_ABI_I386, 0, ARGS(3, 0, 0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (int32_t[4]){ 1, 2, 0, 0x3ffffffe }, 16);
	assert_request(&r, "\"dirfd\":3,\"path\":null,\"times\":[{\"seconds\":1,\"nanoseconds\":2},\"UTIME_OMIT\"],"
			   "\"flags\":[]");
	record_begin(&r, "utimes", HT_ABI_X86_64, 0, ARGS(0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int64_t[4]){ 1, 2, 3, 4 }, 32);
	assert_request(&r, "\"path\":null,\"times\":[{\"seconds\":1,\"microseconds\":2},{\"seconds\":3,\"microseconds\":4}]");
	record_begin(&r, "utime", HT_ABI_X86_64, 0, ARGS(0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int64_t[2]){ 1, 2 }, 16);
	assert_request(&r, "\"path\":null,\"times\":[1,2]");
}

static void test_short_struct_is_unreadable(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "clock_settime", HT_ABI_X86_64, -14, ARGS(0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int32_t[3]){ 0 }, 12);
	assert_request(&r, "\"clock\":\"CLOCK_REALTIME\",\"unreadable\":[\"time\"]");
}

static void test_limits(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "prlimit64", HT_ABI_I386, 0, ARGS(0, 7, 0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint64_t[2]){ 1024, UINT64_MAX }, 16);
	assert_request(&r, "\"pid\":0,\"resource\":\"RLIMIT_NOFILE\",\"limit\":{\"current\":1024,\"maximum\":null}");
	record_begin(&r, "setrlimit", HT_ABI_I386, 0, ARGS(4, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint32_t[2]){ 0xfffffffe, UINT32_MAX }, 8);
	assert_request(&r, "\"resource\":\"RLIMIT_CORE\",\"limit\":{\"current\":4294967294,\"maximum\":null}");
	record_begin(&r, "setrlimit", HT_ABI_X86_64, 0, ARGS(4, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[2]){ 0xffffffff, UINT64_MAX }, 16);
	assert_request(&r, "\"resource\":\"RLIMIT_CORE\",\"limit\":{\"current\":4294967295,\"maximum\":null}");
}

static void test_capabilities(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "capset", HT_ABI_X86_64, 0, ARGS(0x1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint32_t[2]){ 0x20080522, 0 }, 8);
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint32_t[6]){ 1, 0x200000, 0, 0x100, 0, 0x80000000 }, 24);
	assert_request(&r, "\"header\":{\"version\":\"_LINUX_CAPABILITY_VERSION_3\",\"pid\":0},"
			   "\"capabilities\":{\"effective\":[\"CAP_CHOWN\",\"CAP_CHECKPOINT_RESTORE\"],"
			   "\"permitted\":[\"CAP_SYS_ADMIN\"],\"inheritable\":[63]}");
	/* Version 1 has one struct: what lies behind it is somebody else's memory. */
	record_begin(&r, "capset", HT_ABI_X86_64, 0, ARGS(0x1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint32_t[2]){ 0x19980330, 5 }, 8);
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint32_t[6]){ 1, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff }, 24);
	assert_request(&r, "\"header\":{\"version\":\"_LINUX_CAPABILITY_VERSION_1\",\"pid\":5},"
			   "\"capabilities\":{\"effective\":[\"CAP_CHOWN\"],\"permitted\":[],\"inheritable\":[]}");
}

static void test_groups(void **state)
{
	uint32_t many[32] = { 7 };
	struct record r;

	(void)state;
	record_begin(&r, "setgroups", HT_ABI_X86_64, 0, ARGS(2, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint32_t[2]){ 4, 1000 }, 8);
	assert_request(&r, "\"count\":2,\"groups\":[4,1000]");
	record_begin(&r, "setgroups", HT_ABI_I386, 0, ARGS(2, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint16_t[2]){ 4, 1000 }, 4);
	assert_request(&r, "\"count\":2,\"groups\":[4,1000]");
	record_begin(&r, "setgroups", HT_ABI_X86_64, 0, ARGS(33, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, HT_ITEM_TRUNCATED, many, sizeof(many));
	((struct ht_wire_item *)(r.bytes + r.last))->full_length = 132;
	assert_request_cut(&r, "\"count\":33,\"groups\":[7,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]",
			   "requestParameters.groups", 132);
	record_begin(&r, "setgroups", HT_ABI_X86_64, 0, ARGS(0, 0));
	assert_request(&r, "\"count\":0,\"groups\":null");
}

static void test_clone_and_mounts(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "clone3", HT_ABI_X86_64, 0, ARGS(0x1000, 64));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[8]){ 0x200020000, 0, 0, 0, 17 }, 64);
	assert_request(&r, "\"arguments\":{\"flags\":[\"CLONE_NEWNS\",\"CLONE_INTO_CGROUP\"],\"pidFd\":\"0x0\",\"childTid\":\"0x0\","
			   "\"parentTid\":\"0x0\",\"exitSignal\":\"SIGCHLD\",\"stack\":\"0x0\",\"stackSize\":0,\"tls\":\"0x0\"},"
			   "\"size\":64");
	record_begin(&r, "mount_setattr", HT_ABI_X86_64, 0, ARGS(3, 0x1000, 0x8000, 0x2000, 32));
	record_text(&r, HT_ITEM_STRING, 1, "");
	record_item(&r, HT_ITEM_BYTES, 3, 0, (uint64_t[4]){ 1, 2, 1 << 18, 0 }, 32);
	assert_request(&r, "\"dirfd\":3,\"path\":\"\",\"flags\":[\"AT_RECURSIVE\"],\"attributes\":{"
			   "\"set\":[\"MOUNT_ATTR_RDONLY\"],\"clear\":[\"MOUNT_ATTR_NOSUID\"],"
			   "\"propagation\":[\"MS_PRIVATE\"]},\"size\":32");
}

static void test_scheduling_and_performance(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "sched_setscheduler", HT_ABI_X86_64, 0, ARGS(9, 1, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (int32_t[1]){ 50 }, 4);
	assert_request(&r, "\"pid\":9,\"policy\":\"SCHED_FIFO\",\"priority\":50");
	record_begin(&r, "sched_setattr", HT_ABI_X86_64, 0, ARGS(9, 0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int32_t[12]){ 48, 2, 1, 0, -5, 3 }, 48);
	assert_request(&r, "\"pid\":9,\"attributes\":{\"size\":48,\"policy\":\"SCHED_RR\",\"flags\":[\"SCHED_FLAG_RESET_ON_FORK\"],"
			   "\"nice\":-5,\"priority\":3,\"runtime\":0,\"deadline\":0,\"period\":0},\"flags\":\"0x0\"");
	record_begin(&r, "perf_event_open", HT_ABI_X86_64, 3, ARGS(0x1000, (uint64_t)-1, 0, (uint64_t)-1, 8));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[8]){ 2 | 128ull << 32, 0x64, 1000, 0x4 }, 64);
	assert_request(&r, "\"attributes\":{\"type\":\"PERF_TYPE_TRACEPOINT\",\"config\":\"0x64\",\"samplePeriod\":1000,"
			   "\"sampleType\":\"0x4\"},\"pid\":-1,\"cpu\":0,\"groupFd\":-1,\"flags\":[\"PERF_FLAG_FD_CLOEXEC\"]");
}

static void test_landlock(void **state)
{
	uint8_t rule[16] = { 4, [8] = 7 };
	struct record r;

	(void)state;
	record_begin(&r, "landlock_create_ruleset", HT_ABI_X86_64, 3, ARGS(0x1000, 16, 0));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[2]){ 3, 1 }, 16);
	assert_request(&r, "\"attributes\":{\"handledAccessFs\":[\"LANDLOCK_ACCESS_FS_EXECUTE\","
			   "\"LANDLOCK_ACCESS_FS_WRITE_FILE\"],\"handledAccessNet\":[\"LANDLOCK_ACCESS_NET_BIND_TCP\"]},"
			   "\"size\":16,\"flags\":[]");
	record_begin(&r, "landlock_create_ruleset", HT_ABI_X86_64, 6, ARGS(0, 0, 1));
	assert_request(&r, "\"attributes\":null,\"size\":0,\"flags\":[\"LANDLOCK_CREATE_RULESET_VERSION\"]");
	record_begin(&r, "landlock_add_rule", HT_ABI_X86_64, 0, ARGS(3, 1, 0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 2, 0, rule, sizeof(rule));
	assert_request(&r, "\"rulesetFd\":3,\"type\":\"LANDLOCK_RULE_PATH_BENEATH\",\"rule\":{\"allowedAccess\":"
			   "[\"LANDLOCK_ACCESS_FS_READ_FILE\"],\"parentFd\":7},\"flags\":\"0x0\"");
	record_begin(&r, "landlock_add_rule", HT_ABI_X86_64, 0, ARGS(3, 2, 0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint64_t[2]){ 2, 443 }, 16);
	assert_request(&r, "\"rulesetFd\":3,\"type\":\"LANDLOCK_RULE_NET_PORT\",\"rule\":{\"allowedAccess\":"
			   "[\"LANDLOCK_ACCESS_NET_CONNECT_TCP\"],\"port\":443},\"flags\":\"0x0\"");
}

/* The kernel answers with all of it: what was asked is known if it did not, but for the modes. */
static void test_clock_adjustment(void **state)
{
	uint8_t timex[208] = { 1, 0x20, [8] = 5, [16] = 6, [40] = 0x41, [72] = 7, [80] = 8, [160] = 37 };
	uint8_t timex_i386[128] = { 1, 0x20, [4] = 5, [8] = 6, [20] = 0x41, [36] = 7, [40] = 8, [80] = 37 };
	const char *all = "\"adjustment\":{\"modes\":[\"ADJ_OFFSET\",\"ADJ_NANO\"],\"offset\":5,\"frequency\":6,\"maximumError\":0,"
			  "\"estimatedError\":0,\"status\":[\"STA_PLL\",\"STA_UNSYNC\"],\"constant\":0,\"precision\":0,"
			  "\"tolerance\":0,\"time\":{\"seconds\":7,\"microseconds\":8},\"tick\":0,\"ppsFrequency\":0,\"jitter\":0,"
			  "\"shift\":0,\"stability\":0,\"jitterCount\":0,\"calibrationCount\":0,\"errorCount\":0,"
			  "\"stabilityCount\":0,\"taiOffset\":37}";
	char text[800];
	struct record r;

	(void)state;
	record_begin(&r, "adjtimex", HT_ABI_X86_64, 5, ARGS(0x1000));
	record_item(&r, HT_ITEM_BYTES, 0, 0, timex, sizeof(timex));
	assert_request(&r, "\"adjustment\":{\"modes\":[\"ADJ_OFFSET\",\"ADJ_NANO\"]}");
	snprintf(text, sizeof(text), "\"result\":\"TIME_ERROR\",%s", all);
	assert_response(&r, text);
	record_begin(&r, "adjtimex", HT_ABI_I386, 0, ARGS(0x1000));
	record_item(&r, HT_ITEM_BYTES, 0, 0, timex_i386, sizeof(timex_i386));
	snprintf(text, sizeof(text), "\"result\":\"TIME_OK\",%s", all);
	assert_response(&r, text);
	record_begin(&r, "clock_adjtime64", HT_ABI_I386, -1, ARGS(0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, timex, sizeof(timex));
	snprintf(text, sizeof(text), "\"clock\":\"CLOCK_REALTIME\",%s", all);
	assert_request(&r, text);
	assert_response(&r, "");
}

/* What remains of a sleep is there if a signal ended it. */
static void test_remaining_sleep(void **state)
{
	static const int64_t results[] = { -4, -516 };
	struct record r;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		record_begin(&r, "nanosleep", HT_ABI_X86_64, results[i], ARGS(0x1000, 0x2000));
		record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[2]){ 3, 4 }, 16);
		record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[2]){ 1, 2 }, 16);
		assert_request(&r, "\"duration\":{\"seconds\":3,\"nanoseconds\":4}");
		assert_response(&r, "\"remaining\":{\"seconds\":1,\"nanoseconds\":2}");
	}
	record_begin(&r, "nanosleep", HT_ABI_I386, 0, ARGS(0x1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint32_t[2]){ 3, 4 }, 8);
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint32_t[2]){ 1, 2 }, 8);
	assert_request(&r, "\"duration\":{\"seconds\":3,\"nanoseconds\":4}");
	assert_response(&r, "\"result\":0");
	/* the same memory: the duration is gone */
	record_begin(&r, "nanosleep", HT_ABI_X86_64, -4, ARGS(0x1000, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[2]){ 1, 2 }, 16);
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[2]){ 1, 2 }, 16);
	assert_request(&r, "");
	assert_response(&r, "\"remaining\":{\"seconds\":1,\"nanoseconds\":2}");
}

static void test_nodes(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "set_mempolicy", HT_ABI_X86_64, 0, ARGS(0x8003, 0x1000, 3));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[1]){ 0xff }, 8);
	assert_request(&r, "\"policy\":[\"MPOL_F_STATIC_NODES\",\"MPOL_INTERLEAVE\"],\"nodes\":[0,1],\"nodeCount\":3");
	record_begin(&r, "mincore", HT_ABI_X86_64, 0, ARGS(0x1000, 8192, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint8_t[2]){ 1, 0 }, 2);
	assert_request(&r, "\"address\":\"0x1000\",\"length\":8192");
	assert_response(&r, "\"result\":0,\"pages\":[1,0]");
	record_begin(&r, "mmap2", HT_ABI_I386, (int64_t)0xf7000000, ARGS(0, 4096, 1, 2, 0xffffffff, 0x100001));
	assert_request(&r, "\"address\":\"0x0\",\"length\":4096,\"protection\":[\"PROT_READ\"],\"flags\":[\"MAP_PRIVATE\"],\"fd\":-1,"
			   "\"offset\":\"0x100001000\"");
	assert_response(&r, "\"result\":\"0xf7000000\"");
}

static void test_other_structs(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "file_setattr", HT_ABI_X86_64, 0, ARGS(3, 0x1000, 0x2000, 24, 0));
	record_text(&r, HT_ITEM_STRING, 1, "f");
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint32_t[6]){ 8, 0, 0, 0, 42 }, 24);
	assert_request(&r, "\"dirfd\":3,\"path\":\"f\",\"attributes\":{\"flags\":[\"FS_XFLAG_IMMUTABLE\"],\"projectId\":42},"
			   "\"size\":24,\"flags\":[]");
	record_begin(&r, "socketcall", HT_ABI_I386, 0, ARGS(3, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint32_t[6]){ 3, 0xffff0000, 16 }, 24);
	assert_request(&r, "\"call\":\"SYS_CONNECT\",\"arguments\":[\"0x3\",\"0xffff0000\",\"0x10\",\"0x0\",\"0x0\",\"0x0\"]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_file_times),
		cmocka_unit_test(test_short_struct_is_unreadable),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_clone_and_mounts),
		cmocka_unit_test(test_scheduling_and_performance),
		cmocka_unit_test(test_landlock),
		cmocka_unit_test(test_clock_adjustment),
		cmocka_unit_test(test_remaining_sleep),
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_other_structs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
