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
	/* A record that says there is more. */
	record_begin(&r, "utimensat", HT_ABI_I386, 0, ARGS(3, 0, 0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (int32_t[6]){ 1, 2, 3, 4, 5, 6 }, 18);
	assert_request(&r, "\"dirfd\":3,\"path\":null,\"times\":[{\"seconds\":1,\"nanoseconds\":2},"
			   "{\"seconds\":3,\"nanoseconds\":4}],\"flags\":[]");
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
	/* It may be the last before a page that is not there. */
	record_begin(&r, "capget", HT_ABI_I386, 0, ARGS(0x1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint32_t[2]){ 0x19980330, 5 }, 8);
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint32_t[3]){ 1, 0, 0 }, 12);
	assert_request(&r, "\"header\":{\"version\":\"_LINUX_CAPABILITY_VERSION_1\",\"pid\":5}");
	assert_response(&r, "\"result\":0,\"capabilities\":{\"effective\":[\"CAP_CHOWN\"],\"permitted\":[],\"inheritable\":[]}");
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
			   "\"propagation\":[\"MS_PRIVATE\"],\"userNamespaceFd\":0},\"size\":32");
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
	record_begin(&r, "sched_getattr", HT_ABI_X86_64, 0, ARGS(9, 0x1000, 56, 0));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int32_t[14]){ 56, 0, 0x60, [12] = 128, 1024 }, 56);
	assert_response(&r, "\"result\":0,\"attributes\":{\"size\":56,\"policy\":\"SCHED_NORMAL\",\"flags\":[\"SCHED_FLAG_UTIL_CLAMP\"],"
			    "\"nice\":0,\"priority\":0,\"runtime\":0,\"deadline\":0,\"period\":0,\"minimumUtilization\":128,"
			    "\"maximumUtilization\":1024}");
	record_begin(&r, "perf_event_open", HT_ABI_X86_64, 3, ARGS(0x1000, (uint64_t)-1, 0, (uint64_t)-1, 8));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[8]){ 2 | 128ull << 32, 0x64, 1000, 0x4 }, 64);
	assert_request(&r, "\"attributes\":{\"type\":\"PERF_TYPE_TRACEPOINT\",\"size\":128,\"config\":\"0x64\","
			   "\"samplePeriod\":1000,\"sampleType\":[\"PERF_SAMPLE_TIME\"],\"readFormat\":[],\"flags\":[],\"wakeupEvents\":0,"
			   "\"breakpointType\":\"HW_BREAKPOINT_EMPTY\",\"config1\":\"0x0\"},\"pid\":-1,\"cpu\":0,\"groupFd\":-1,\"flags\":[\"PERF_FLAG_FD_CLOEXEC\"]");
}

/* Of struct perf_event_attr as much as its size says; what the config asks for by name. */
static void test_performance_events(void **state)
{
	uint64_t attr[18] = { 3 | 144ull << 32, 0x10100, 1000, 0, 1, 1 | 2ull << 15 | 1ull << 37, 2 | 1ull << 32, 3, 4, 8, 5 };
	struct record r;

	(void)state;
	attr[11] = 6 | 1ull << 32;
	attr[17] = 7;
	record_begin(&r, "perf_event_open", HT_ABI_I386, 3, ARGS(0x1000, 0, 0, 0, 0));
	record_item(&r, HT_ITEM_BYTES, 0, 0, attr, sizeof(attr));
	assert_request(&r, "\"attributes\":{\"type\":\"PERF_TYPE_HW_CACHE\",\"size\":144,\"config\":\"0x10100\",\"events\":["
			   "\"PERF_COUNT_HW_CACHE_L1D\",\"PERF_COUNT_HW_CACHE_OP_WRITE\",\"PERF_COUNT_HW_CACHE_RESULT_MISS\"],"
			   "\"samplePeriod\":1000,\"sampleType\":[],\"readFormat\":[\"PERF_FORMAT_TOTAL_TIME_ENABLED\"],"
			   "\"flags\":[\"precise_ip_2\",\"disabled\",\"sigtrap\"],\"wakeupEvents\":2,"
			   "\"breakpointType\":\"HW_BREAKPOINT_R\",\"config1\":\"0x3\",\"config2\":\"0x4\","
			   "\"branchSampleType\":[\"PERF_SAMPLE_BRANCH_ANY\"],\"sampleRegsUser\":\"0x5\",\"sampleStackUser\":6,"
			   "\"clock\":\"CLOCK_MONOTONIC\",\"sampleRegsIntr\":\"0x0\",\"auxWatermark\":0,\"sampleMaxStack\":0,"
			   "\"auxSampleSize\":0,\"auxAction\":\"0x0\",\"sigData\":\"0x0\",\"config3\":\"0x0\",\"config4\":\"0x7\"},"
			   "\"pid\":0,\"cpu\":0,\"groupFd\":0,\"flags\":[]");
	record_begin(&r, "perf_event_open", HT_ABI_X86_64, -7, ARGS(0x1000, 0, 0, 0, 0));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[2]){ 1 | 8ull << 32, 3 }, 16);
	assert_request(&r, "\"attributes\":{\"type\":\"PERF_TYPE_SOFTWARE\",\"size\":8,\"config\":\"0x3\",\"events\":["
			   "\"PERF_COUNT_SW_CONTEXT_SWITCHES\"]},\"pid\":0,\"cpu\":0,\"groupFd\":0,\"flags\":[]");
}

static void test_queues(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "mq_open", HT_ABI_X86_64, 3, ARGS(0x1000, 0102, 0600, 0x2000));
	record_text(&r, HT_ITEM_STRING, 0, "queue");
	record_item(&r, HT_ITEM_BYTES, 3, 0, (int64_t[8]){ 04000, 10, 8192, 0 }, 64);
	assert_request(&r, "\"name\":\"queue\",\"flags\":[\"O_RDWR\",\"O_CREAT\"],\"mode\":\"0600\",\"attributes\":{\"flags\":["
			   "\"O_NONBLOCK\"],\"maximumMessages\":10,\"messageSize\":8192,\"currentMessages\":0}");
	/* Neither is looked at when nothing is made. */
	record_begin(&r, "mq_open", HT_ABI_I386, 3, ARGS(0x1000, 2, 0600, 0x2000));
	record_text(&r, HT_ITEM_STRING, 0, "queue");
	record_item(&r, HT_ITEM_BYTES, 3, 0, (int32_t[8]){ 0 }, 32);
	assert_request(&r, "\"name\":\"queue\",\"flags\":[\"O_RDWR\"]");
	record_begin(&r, "mq_getsetattr", HT_ABI_I386, 0, ARGS(3, 0x1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int32_t[8]){ 0, 1, 2, 3 }, 32);
	record_item(&r, HT_ITEM_BYTES, 2, 0, (int32_t[8]){ 04000, 4, 5, 6 }, 32);
	assert_request(&r, "\"fd\":3,\"attributes\":{\"flags\":[],\"maximumMessages\":1,\"messageSize\":2,\"currentMessages\":3}");
	assert_response(&r, "\"result\":0,\"oldAttributes\":{\"flags\":[\"O_NONBLOCK\"],\"maximumMessages\":4,\"messageSize\":5,"
			    "\"currentMessages\":6}");
	record_begin(&r, "msgsnd", HT_ABI_X86_64, 0, ARGS(1, 0x1000, 5, 04000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int64_t[1]){ 7 }, 8);
	record_item(&r, HT_ITEM_CONTENT, 1, HT_ITEM_TRUNCATED, "mes", 3);
	record_last(&r)->full_length = 5;
	assert_request_cut(&r, "\"id\":1,\"message\":{\"type\":7,\"text\":\"mes\"},\"size\":5,\"flags\":[\"IPC_NOWAIT\"]",
			   "requestParameters.message.text", 5);
	record_begin(&r, "msgrcv", HT_ABI_I386, 5, ARGS(1, 0x1000, 8, (uint32_t)-7, 0));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int32_t[1]){ -7 }, 4);
	assert_request(&r, "\"id\":1,\"size\":8,\"type\":-7,\"flags\":[]");
	assert_response(&r, "\"result\":5,\"message\":{\"type\":-7}");
}

/* The first bytes of what was read and written; of several buffers, of one. */
static void test_content(void **state)
{
	const uint64_t vectors[4] = { 0x1000, 3, 0x2000, 9 };
	struct record r;

	(void)state;
	record_begin(&r, "write", HT_ABI_X86_64, 3, ARGS(1, 0x1000, 3));
	record_item(&r, HT_ITEM_CONTENT, 1, 0, "a\xff\n", 3);
	assert_request(&r, "\"fd\":1,\"data\":\"a\xef\xbf\xbd\\n\",\"dataBase64\":\"Yf8K\",\"count\":3");
	record_begin(&r, "read", HT_ABI_X86_64, 15, ARGS(1, 0x1000, 100));
	record_item(&r, HT_ITEM_CONTENT, 1, HT_ITEM_TRUNCATED, "abc", 3);
	record_last(&r)->full_length = 15;
	assert_request(&r, "\"fd\":1,\"count\":100");
	assert_response_cut(&r, "\"result\":15,\"data\":\"abc\"", "responseElements.data", 15);
	record_begin(&r, "writev", HT_ABI_X86_64, 12, ARGS(1, 0x1000, 2));
	record_item(&r, HT_ITEM_BYTES, 1, 0, vectors, sizeof(vectors));
	record_item(&r, HT_ITEM_CONTENT, 1, 0, "abc", 3);
	assert_request_cut(&r, "\"fd\":1,\"vectors\":[{\"base\":\"0x1000\",\"length\":3},{\"base\":\"0x2000\",\"length\":9}],"
			       "\"data\":\"abc\",\"vectorCount\":2", "requestParameters.data", 12);
	record_begin(&r, "readv", HT_ABI_X86_64, 3, ARGS(1, 0x1000, 2));
	record_item(&r, HT_ITEM_BYTES, 1, 0, vectors, sizeof(vectors));
	record_item(&r, HT_ITEM_CONTENT, 1, 0, "abc", 3);
	assert_response(&r, "\"result\":3,\"data\":\"abc\"");
	record_begin(&r, "readv", HT_ABI_X86_64, -9, ARGS(1, 0x1000, 2));
	record_item(&r, HT_ITEM_BYTES, 1, 0, vectors, sizeof(vectors));
	assert_response(&r, "");
}

/* struct shmid64_ds and msqid64_ds, whose words and times lie otherwise on i386. */
static void test_system_v(void **state)
{
	uint32_t wide[28] = { 0x1234, 1, 2, 3, 4, 0600, [12] = 4096, [14] = 11, [16] = 12, [18] = 13, [20] = 14, 15, 16 };
	uint32_t narrow[21] = { 0x1234, 1, 2, 3, 4, 0600, [9] = 4096, 11, 0, 12, 0, 13, 0, 14, 15, 16 };
	static const char expected[] =
		"\"result\":0,\"status\":{\"permissions\":{\"key\":\"0x1234\",\"uid\":1,\"gid\":2,\"creatorUid\":3,\"creatorGid\":4,"
		"\"mode\":\"0600\"},\"size\":4096,\"attachTime\":11,\"detachTime\":12,\"changeTime\":13,\"creatorPid\":14,"
		"\"lastPid\":15,\"attachments\":16}";
	struct record r;

	(void)state;
	record_begin(&r, "shmctl", HT_ABI_X86_64, 0, ARGS(5, 2, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, wide, sizeof(wide));
	assert_request(&r, "\"id\":5,\"command\":\"IPC_STAT\"");
	assert_response(&r, expected);
	record_begin(&r, "shmctl", HT_ABI_I386, 0, ARGS(5, 0x102, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, narrow, sizeof(narrow));
	assert_request(&r, "\"id\":5,\"command\":\"IPC_STAT\",\"commandFlags\":[\"IPC_64\"]");
	assert_response(&r, expected);
	record_begin(&r, "shmctl", HT_ABI_I386, 0, ARGS(5, 1, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, narrow, sizeof(narrow));
	assert_request(&r, "\"id\":5,\"command\":\"IPC_SET\",\"attributes\":{\"uid\":1,\"gid\":2,\"mode\":\"0600\"}");
	record_begin(&r, "semop", HT_ABI_X86_64, 0, ARGS(5, 0x1000, 2));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (int16_t[6]){ 0, -1, 0x1000, 1, 2, 0x800 }, 12);
	assert_request(&r, "\"id\":5,\"operations\":[{\"index\":0,\"operation\":-1,\"flags\":[\"SEM_UNDO\"]},"
			   "{\"index\":1,\"operation\":2,\"flags\":[\"IPC_NOWAIT\"]}],\"count\":2");
	record_begin(&r, "semctl", HT_ABI_X86_64, 0, ARGS(5, 1, 16, 7));
	assert_request(&r, "\"id\":5,\"index\":1,\"command\":\"SETVAL\",\"value\":7");
}

static void test_keys(void **state)
{
	struct record r;

	(void)state;
	/* A NUL that is part of what was returned, and nothing where there was no room. */
	record_begin(&r, "keyctl", HT_ABI_X86_64, 7, ARGS(6, (uint64_t)-3, 0x1000, 64));
	record_item(&r, HT_ITEM_BYTES, 2, 0, "user;0", 7);
	assert_request(&r, "\"operation\":\"KEYCTL_DESCRIBE\",\"key\":\"KEY_SPEC_SESSION_KEYRING\",\"length\":64");
	assert_response(&r, "\"result\":7,\"description\":\"user;0\"");
	record_begin(&r, "keyctl", HT_ABI_X86_64, 7, ARGS(6, 99, 0x1000, 6));
	record_item(&r, HT_ITEM_BYTES, 2, 0, "junk..", 6);
	assert_request(&r, "\"operation\":\"KEYCTL_DESCRIBE\",\"key\":99,\"length\":6");
	assert_response(&r, "\"result\":7");
	record_begin(&r, "keyctl", HT_ABI_X86_64, 2, ARGS(31, 0x1000, 16));
	record_item(&r, HT_ITEM_BYTES, 1, 0, "\x21\x03", 2);
	assert_response(&r, "\"result\":2,\"capabilities\":{\"first\":[\"KEYCTL_CAPS0_CAPABILITIES\",\"KEYCTL_CAPS0_INVALIDATE\"],"
			    "\"second\":[\"KEYCTL_CAPS1_NS_KEYRING_NAME\",\"KEYCTL_CAPS1_NS_KEY_TAG\"]}");
	record_begin(&r, "keyctl", HT_ABI_X86_64, 0, ARGS(19, 99, 5, 129, 0));
	assert_request(&r, "\"operation\":\"KEYCTL_REJECT\",\"key\":99,\"timeout\":5,\"error\":\"EKEYREJECTED\",\"keyring\":0");
	record_begin(&r, "keyctl", HT_ABI_X86_64, -22, ARGS(19, 99, 5, 9999, 0));
	assert_request(&r, "\"operation\":\"KEYCTL_REJECT\",\"key\":99,\"timeout\":5,\"error\":9999,\"keyring\":0");
	record_begin(&r, "keyctl", HT_ABI_X86_64, 0, ARGS(5, 99, 0x3f000001));
	assert_request(&r, "\"operation\":\"KEYCTL_SETPERM\",\"key\":99,\"permissions\":[\"KEY_OTH_VIEW\",\"KEY_POS_VIEW\","
			   "\"KEY_POS_READ\",\"KEY_POS_WRITE\",\"KEY_POS_SEARCH\",\"KEY_POS_LINK\",\"KEY_POS_SETATTR\"]");
	record_begin(&r, "keyctl", HT_ABI_X86_64, 0, ARGS(18));
	assert_request(&r, "\"operation\":\"KEYCTL_SESSION_TO_PARENT\"");
	/* The bytes of a label end where they end. */
	record_begin(&r, "lsm_set_self_attr", HT_ABI_X86_64, 0, ARGS(100, 0x1000, 38, 0));
	record_item(&r, HT_ITEM_BYTES, 1, 0, "\x65\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\0" "\x26\0\0\0\0\0\0\0" "\6\0\0\0\0\0\0\0" "label", 38);
	assert_request(&r, "\"attribute\":\"LSM_ATTR_CURRENT\",\"context\":{\"id\":\"LSM_ID_SELINUX\",\"flags\":\"0x0\",\"length\":38,"
			   "\"contextLength\":6,\"context\":\"label\"},\"size\":38,\"flags\":[]");
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
			   "[\"LANDLOCK_ACCESS_FS_READ_FILE\"],\"parentFd\":7},\"flags\":[]");
	record_begin(&r, "landlock_add_rule", HT_ABI_X86_64, 0, ARGS(3, 2, 0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint64_t[2]){ 2, 443 }, 16);
	assert_request(&r, "\"rulesetFd\":3,\"type\":\"LANDLOCK_RULE_NET_PORT\",\"rule\":{\"allowedAccess\":"
			   "[\"LANDLOCK_ACCESS_NET_CONNECT_TCP\"],\"port\":443},\"flags\":[]");
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
	assert_request(&r, "\"policy\":[\"MPOL_INTERLEAVE\",\"MPOL_F_STATIC_NODES\"],\"nodes\":[0,1],\"nodeCount\":3");
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
	assert_request(&r, "\"dirfd\":3,\"path\":\"f\",\"attributes\":{\"flags\":[\"FS_XFLAG_IMMUTABLE\"],"
			   "\"extentSize\":0,\"extents\":0,\"projectId\":42,\"copyExtentSize\":0},"
			   "\"size\":24,\"flags\":[]");
	record_begin(&r, "_sysctl", HT_ABI_X86_64, -38, ARGS(0x1000));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[10]){ 0x2000, 2, 0x3000, 0x4000, 0x5000, 6 }, 80);
	assert_request(&r, "\"arguments\":{\"name\":\"0x2000\",\"nameLength\":2,\"oldValue\":\"0x3000\",\"oldLength\":\"0x4000\","
			   "\"newValue\":\"0x5000\",\"newLength\":6}");
	record_begin(&r, "_sysctl", HT_ABI_I386, -38, ARGS(0x1000));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint32_t[10]){ 0x2000, 2, 0x3000, 0x4000, 0x5000, 6 }, 40);
	assert_request(&r, "\"arguments\":{\"name\":\"0x2000\",\"nameLength\":2,\"oldValue\":\"0x3000\",\"oldLength\":\"0x4000\","
			   "\"newValue\":\"0x5000\",\"newLength\":6}");
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
		cmocka_unit_test(test_performance_events),
		cmocka_unit_test(test_queues),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_system_v),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_landlock),
		cmocka_unit_test(test_clock_adjustment),
		cmocka_unit_test(test_remaining_sleep),
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_other_structs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
