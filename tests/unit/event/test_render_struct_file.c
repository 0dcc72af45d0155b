/* SPDX-License-Identifier: BSD-2-Clause */
/* Structs of calls on files: status, positions, sets of descriptors, locks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record.h"

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })

#define TIMES \
	"\"accessTime\":{\"seconds\":11,\"nanoseconds\":12},\"modificationTime\":{\"seconds\":13,\"nanoseconds\":14}," \
	"\"changeTime\":{\"seconds\":15,\"nanoseconds\":16}"

static void test_status(void **state)
{
	uint64_t x86_64[18] = { 0xfe01, 5, 2, 0x3e8000081a4, 100, 0x501, 77, 4096, 8, 11, 12, 13, 14, 15, 16 };
	uint32_t i386[16] = { 0xfe01, 5, 0x000281a4, 0x006403e8, 0x501, 77, 4096, 8, 11, 12, 13, 14, 15, 16 };
	uint32_t stat64[24] = { 0xfe01, 0, 0, 5, 0x81a4, 2, 1000, 100, 0x501, 0, 0, 77, 0, 4096, 8, 0, 11, 12, 13, 14, 15, 16, 5, 0 };
	uint64_t arm64[16] = { 0xfe01, 5, 0x2000081a4, 0x64000003e8, 0x501, 0, 77, 4096, 8, 11, 12, 13, 14, 15, 16 };
	const char *members = "\"result\":0,\"status\":{\"device\":\"254:1\",\"inode\":5,\"links\":2,\"mode\":\"0100644\",\"uid\":1000,"
			      "\"gid\":100,\"specialDevice\":\"5:1\",\"size\":77,\"blockSize\":4096,\"blocks\":8," TIMES "}";
	struct record r;

	(void)state;
	record_begin(&r, "stat", HT_ABI_X86_64, 0, ARGS(0x1000, 0x2000));
	record_text(&r, HT_ITEM_STRING, 0, "/f");
	record_item(&r, HT_ITEM_BYTES, 1, 0, x86_64, sizeof(x86_64));
	assert_request(&r, "\"path\":\"/f\"");
	assert_response(&r, members);
	record_begin(&r, "stat", HT_ABI_I386, 0, ARGS(0x1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, i386, sizeof(i386));
	assert_response(&r, members);
	record_begin(&r, "stat64", HT_ABI_I386, 0, ARGS(0x1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, stat64, sizeof(stat64));
	assert_response(&r, "\"result\":0,\"status\":{\"device\":\"254:1\",\"mode\":\"0100644\",\"links\":2,\"uid\":1000,\"gid\":100,"
			    "\"specialDevice\":\"5:1\",\"size\":77,\"blockSize\":4096,\"blocks\":8," TIMES ",\"inode\":5}");
	record_begin(&r, "fstat", HT_ABI_ARM64, 0, ARGS(3, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, arm64, sizeof(arm64));
	assert_response(&r, "\"result\":0,\"status\":{\"device\":\"254:1\",\"inode\":5,\"mode\":\"0100644\",\"links\":2,\"uid\":1000,"
			    "\"gid\":100,\"specialDevice\":\"5:1\",\"size\":77,\"blockSize\":4096,\"blocks\":8," TIMES "}");
	/* the call failed: nothing was written */
	record_begin(&r, "stat", HT_ABI_X86_64, -2, ARGS(0x1000, 0x2000));
	assert_response(&r, "");
	record_begin(&r, "stat", HT_ABI_X86_64, 0, ARGS(0x1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 1, HT_ITEM_FAULT, x86_64, 143);
	assert_response(&r, "\"result\":0,\"unreadable\":[\"status\"]");
}

static void test_filesystem_status(void **state)
{
	uint64_t wide[15] = { 0xef53, 4096, 10, 9, 8, 7, 6, 0x200000001, 255, 4096, 0x1021 };
	uint32_t narrow[16] = { 0xef53, 4096, 10, 9, 8, 7, 6, 1, 2, 255, 4096, 0x1021 };
	uint32_t narrow64[21] = { 0x1234, 4096, 10, 0, 9, 0, 8, 0, 7, 0, 6, 0, 1, 2, 255, 4096, 0x1021 };
	const char *members = "\"blockSize\":4096,\"blocks\":10,\"free\":9,\"available\":8,\"files\":7,\"freeFiles\":6,\"id\":[1,2],"
			      "\"nameLength\":255,\"fragmentSize\":4096,\"flags\":[\"ST_RDONLY\",\"ST_VALID\",\"ST_RELATIME\"]}";
	char text[400];
	struct record r;

	(void)state;
	snprintf(text, sizeof(text), "\"result\":0,\"status\":{\"type\":\"EXT2_SUPER_MAGIC\",%s", members);
	record_begin(&r, "fstatfs", HT_ABI_X86_64, 0, ARGS(3, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, wide, sizeof(wide));
	assert_response(&r, text);
	record_begin(&r, "fstatfs", HT_ABI_I386, 0, ARGS(3, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, narrow, sizeof(narrow));
	assert_response(&r, text);
	snprintf(text, sizeof(text), "\"result\":0,\"status\":{\"type\":\"0x1234\",%s", members);
	record_begin(&r, "fstatfs64", HT_ABI_I386, 0, ARGS(3, 84, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, narrow64, sizeof(narrow64));
	assert_response(&r, text);
}

/* Where the file was before is told of where it is now and what was moved. */
static void test_positions(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "sendfile", HT_ABI_X86_64, 3, ARGS(4, 5, 0x1000, 10));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint64_t[1]){ 8 }, 8);
	assert_request(&r, "\"outFd\":4,\"inFd\":5,\"offset\":5,\"count\":10");
	assert_response(&r, "\"result\":3,\"offset\":8");
	record_begin(&r, "sendfile", HT_ABI_I386, -9, ARGS(4, 5, 0x1000, 10));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint32_t[1]){ 8 }, 4);
	assert_request(&r, "\"outFd\":4,\"inFd\":5,\"offset\":8,\"count\":10");
	record_begin(&r, "splice", HT_ABI_X86_64, 3, ARGS(4, 0, 5, 0, 10, 1));
	assert_request(&r, "\"inFd\":4,\"inOffset\":null,\"outFd\":5,\"outOffset\":null,\"count\":10,\"flags\":[\"SPLICE_F_MOVE\"]");
	assert_response(&r, "\"result\":3");
	record_begin(&r, "_llseek", HT_ABI_I386, 0, ARGS(4, 1, 2, 0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (uint64_t[1]){ 0x100000002 }, 8);
	assert_request(&r, "\"fd\":4,\"offsetHigh\":1,\"offsetLow\":2,\"whence\":\"SEEK_SET\"");
	assert_response(&r, "\"result\":0,\"position\":4294967298");
}

/* The kernel writes what is ready over what it was asked for; of a call that failed what was asked is still there. */
static void test_waiting(void **state)
{
	static const uint32_t polled[4] = { 3, 0x00010005, 4, 0x00000004 };
	struct record r;

	(void)state;
	record_begin(&r, "select", HT_ABI_X86_64, 1, ARGS(5, 0x1000, 0, 0x2000, 0x3000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[1]){ 0xf8 }, 8);
	record_item(&r, HT_ITEM_BYTES, 3, 0, (uint64_t[1]){ 0 }, 8);
	record_item(&r, HT_ITEM_BYTES, 4, 0, (uint64_t[2]){ 1, 2 }, 16);
	assert_request(&r, "\"count\":5,\"writeSet\":null");
	assert_response(&r, "\"result\":1,\"readSet\":[3,4],\"exceptionSet\":[],\"timeout\":{\"seconds\":1,\"microseconds\":2}");
	record_begin(&r, "select", HT_ABI_X86_64, -9, ARGS(5, 0x1000, 0, 0, 0x3000));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[1]){ 8 }, 8);
	record_item(&r, HT_ITEM_BYTES, 4, 0, (uint64_t[2]){ 1, 2 }, 16);
	assert_request(&r, "\"count\":5,\"readSet\":[3],\"writeSet\":null,\"exceptionSet\":null");
	record_begin(&r, "select", HT_ABI_X86_64, -514, ARGS(5, 0x1000, 0, 0, 0));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[1]){ 8 }, 8);
	assert_request(&r, "\"count\":5,\"writeSet\":null,\"exceptionSet\":null,\"timeout\":null");
	assert_response(&r, "");
	record_begin(&r, "pselect6", HT_ABI_I386, 0, ARGS(0, 0, 0, 0, 0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 5, 0, (uint32_t[2]){ 0x2000, 8 }, 8);
	record_item(&r, HT_ITEM_POINTED, 5, 0, (uint64_t[1]){ 1 }, 8);
	assert_request(&r, "\"count\":0,\"readSet\":null,\"writeSet\":null,\"exceptionSet\":null,\"timeout\":null,"
			   "\"signalMask\":[\"SIGHUP\"]");
	record_begin(&r, "pselect6", HT_ABI_X86_64, 0, ARGS(0, 0, 0, 0, 0, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 5, 0, (uint64_t[2]){ 0, 8 }, 16);
	assert_request(&r, "\"count\":0,\"readSet\":null,\"writeSet\":null,\"exceptionSet\":null,\"timeout\":null,\"signalMask\":null");
	record_begin(&r, "poll", HT_ABI_X86_64, 1, ARGS(0x1000, 2, 0xffffffff));
	record_item(&r, HT_ITEM_BYTES, 0, 0, polled, sizeof(polled));
	assert_request(&r, "\"fds\":[{\"fd\":3,\"events\":[\"POLLIN\",\"POLLOUT\"]},{\"fd\":4,\"events\":[\"POLLOUT\"]}],\"count\":2,"
			   "\"timeout\":-1");
	assert_response(&r, "\"result\":1,\"fds\":[{\"fd\":3,\"events\":[\"POLLIN\",\"POLLOUT\"],\"returnedEvents\":[\"POLLIN\"]},"
			    "{\"fd\":4,\"events\":[\"POLLOUT\"],\"returnedEvents\":[]}]");
	record_begin(&r, "epoll_wait", HT_ABI_X86_64, 1, ARGS(3, 0x1000, 8, 0));
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint32_t[3]){ 1, 0x10, 0 }, 12);
	assert_request(&r, "\"setFd\":3,\"maximum\":8,\"timeout\":0");
	assert_response(&r, "\"result\":1,\"events\":[{\"events\":[\"EPOLLIN\"],\"data\":\"0x10\"}]");
}

static void test_asynchronous_operations(void **state)
{
	static const uint64_t operation[8] = { 7, 0, 0x400000000 | 1, 0x1000, 5, 6 };
	struct record r;

	(void)state;
	record_begin(&r, "io_submit", HT_ABI_X86_64, 1, ARGS(0x7000, 1, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, operation, sizeof(operation));
	assert_request(&r, "\"context\":\"0x7000\",\"count\":1,\"operations\":[{\"data\":\"0x7\",\"operation\":\"IOCB_CMD_PWRITE\","
			   "\"priority\":0,\"fd\":4,\"buffer\":\"0x1000\",\"length\":5,\"offset\":6,\"rwFlags\":[],\"flags\":[],"
			   "\"resultFd\":0}]");
	record_begin(&r, "io_getevents", HT_ABI_I386, 1, ARGS(0x7000, 1, 4, 0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (uint64_t[4]){ 7, 0x2000, 5, 0 }, 32);
	assert_response(&r, "\"result\":1,\"events\":[{\"data\":\"0x7\",\"object\":\"0x2000\",\"result\":5,\"result2\":0}]");
}

static void test_handles(void **state)
{
	static const uint8_t handle[16] = { 8, 0, 0, 0, 1, 0, 0, 0, 0xde, 0xad, 0xbe, 0xef, 1, 2, 3, 4 };
	struct record r;

	(void)state;
	record_begin(&r, "name_to_handle_at", HT_ABI_X86_64, 0, ARGS((uint64_t)-100, 0x1000, 0x2000, 0x3000, 0x400));
	record_text(&r, HT_ITEM_STRING, 1, "/f");
	record_item(&r, HT_ITEM_BYTES, 2, 0, handle, sizeof(handle));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (uint32_t[1]){ 22 }, 4);
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/f\",\"flags\":[\"AT_SYMLINK_FOLLOW\"]");
	assert_response(&r, "\"result\":0,\"handle\":{\"bytes\":8,\"type\":1,\"handle\":\"deadbeef01020304\"},\"mountId\":22");
	record_begin(&r, "name_to_handle_at", HT_ABI_X86_64, 0, ARGS((uint64_t)-100, 0x1000, 0x2000, 0x3000, 0x401));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (uint64_t[1]){ 0x100000016 }, 8);
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint32_t[1]){ 128 }, 4);
	assert_response(&r, "\"result\":0,\"handle\":{\"bytes\":128},\"mountId\":4294967318");
}

static void test_locks(void **state)
{
	static const uint64_t wide[4] = { 1, 5, 6, 77 };
	static const uint32_t packed[6] = { 1, 5, 0, 6, 0, 77 }, narrow[4] = { 1, 5, 6, 77 };
	const char *lock = "\"lock\":{\"type\":\"F_WRLCK\",\"whence\":\"SEEK_SET\",\"start\":5,\"length\":6,\"pid\":77}";
	char text[200];
	struct record r;

	(void)state;
	snprintf(text, sizeof(text), "\"fd\":3,\"command\":\"F_SETLK\",%s", lock);
	record_begin(&r, "fcntl", HT_ABI_X86_64, 0, ARGS(3, 6, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, wide, sizeof(wide));
	assert_request(&r, text);
	record_begin(&r, "fcntl", HT_ABI_I386, 0, ARGS(3, 6, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, narrow, sizeof(narrow));
	assert_request(&r, text);
	snprintf(text, sizeof(text), "\"fd\":3,\"command\":\"F_OFD_SETLK\",%s", lock);
	record_begin(&r, "fcntl64", HT_ABI_I386, 0, ARGS(3, 37, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, packed, sizeof(packed));
	assert_request(&r, text);
	/* who holds it is the answer */
	record_begin(&r, "fcntl", HT_ABI_X86_64, 0, ARGS(3, 5, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, wide, sizeof(wide));
	assert_request(&r, "\"fd\":3,\"command\":\"F_GETLK\"");
	snprintf(text, sizeof(text), "\"result\":0,%s", lock);
	assert_response(&r, text);
	record_begin(&r, "fcntl", HT_ABI_X86_64, 1, ARGS(3, 1, 0));
	assert_request(&r, "\"fd\":3,\"command\":\"F_GETFD\"");
	assert_response(&r, "\"result\":[\"FD_CLOEXEC\"]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_filesystem_status),
		cmocka_unit_test(test_positions),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_asynchronous_operations),
		cmocka_unit_test(test_handles),
		cmocka_unit_test(test_locks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
