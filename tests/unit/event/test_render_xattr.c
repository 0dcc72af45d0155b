/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record.h"

#define AT_FDCWD_64 ((uint64_t)-100)

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })

static void begin_set(struct record *r, const char *name, const void *value, size_t n)
{
	record_begin(r, "fsetxattr", HT_ABI_X86_64, 0, ARGS(3, 0x1000, 0x2000, n, 0));
	record_text(r, HT_ITEM_STRING, 1, name);
	record_item(r, HT_ITEM_BYTES, 2, 0, value, n);
}

static void test_file_capabilities(void **state)
{
	/* revision, effective; permitted, inheritable below 32; the same from 32 on; root user */
	static const uint32_t third[6] = { 0x03000001, 1u << 13, 1, 1u << 7, 0, 1000 };
	struct record r;

	(void)state;
	begin_set(&r, "security.capability", third, 24);
	assert_request(&r, "\"fd\":3,\"name\":\"security.capability\",\"value\":{\"revision\":3,\"effective\":true,"
			   "\"permitted\":[\"CAP_NET_RAW\",\"CAP_BPF\"],\"inheritable\":[\"CAP_CHOWN\"],\"rootId\":1000},\"size\":24,"
			   "\"flags\":[]");
	begin_set(&r, "security.capability", (uint32_t[5]){ 0x02000000, 1u << 13 }, 20);
	assert_request(&r, "\"fd\":3,\"name\":\"security.capability\",\"value\":{\"revision\":2,\"effective\":false,"
			   "\"permitted\":[\"CAP_NET_RAW\"],\"inheritable\":[]},\"size\":20,\"flags\":[]");
	begin_set(&r, "security.capability", (uint32_t[3]){ 0x01000001, 0, 2 }, 12);
	assert_request(&r, "\"fd\":3,\"name\":\"security.capability\",\"value\":{\"revision\":1,\"effective\":true,\"permitted\":[],"
			   "\"inheritable\":[\"CAP_DAC_OVERRIDE\"]},\"size\":12,\"flags\":[]");
	/* one that is none: too short for what it says, of no known revision, of another name */
	begin_set(&r, "security.capability", "abc", 3);
	assert_request(&r, "\"fd\":3,\"name\":\"security.capability\",\"value\":\"abc\",\"size\":3,\"flags\":[]");
	begin_set(&r, "security.capability", "aaa\x04", 4);
	assert_request(&r, "\"fd\":3,\"name\":\"security.capability\",\"value\":\"aaa\\u0004\",\"size\":4,\"flags\":[]");
	begin_set(&r, "user.capability", "aaaabbbbcccc", 12);
	assert_request(&r, "\"fd\":3,\"name\":\"user.capability\",\"value\":\"aaaabbbbcccc\",\"size\":12,\"flags\":[]");
}

static void test_access_control_lists(void **state)
{
	static const uint32_t list[5] = { 2, 6u << 16 | 1, UINT32_MAX, 5u << 16 | 2, 1000 };
	struct record r;

	(void)state;
	begin_set(&r, "system.posix_acl_access", list, 20);
	assert_request(&r, "\"fd\":3,\"name\":\"system.posix_acl_access\",\"value\":[{\"tag\":\"ACL_USER_OBJ\",\"permissions\":\"rw-\"},"
			   "{\"tag\":\"ACL_USER\",\"permissions\":\"r-x\",\"id\":1000}],\"size\":20,\"flags\":[]");
	begin_set(&r, "system.posix_acl_default", list, 4);
	assert_request(&r, "\"fd\":3,\"name\":\"system.posix_acl_default\",\"value\":[],\"size\":4,\"flags\":[]");
	begin_set(&r, "system.posix_acl_default", list, 7);
	assert_request(&r, "\"fd\":3,\"name\":\"system.posix_acl_default\",\"value\":\"\\u0002\\u0000\\u0000\\u0000\\u0001\\u0000\\u0006\","
			   "\"size\":7,\"flags\":[]");
}

static void test_answers(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "fgetxattr", HT_ABI_X86_64, 3, ARGS(3, 0x1000, 0x2000, 100));
	record_text(&r, HT_ITEM_STRING, 1, "user.a");
	record_item(&r, HT_ITEM_BYTES, 2, 0, "abc", 3);
	assert_request(&r, "\"fd\":3,\"name\":\"user.a\",\"size\":100");
	assert_response(&r, "\"result\":3,\"value\":\"abc\"");
	/* how long it is was asked, and a buffer given all the same */
	record_begin(&r, "fgetxattr", HT_ABI_X86_64, 3, ARGS(3, 0x1000, 0x2000, 0));
	record_text(&r, HT_ITEM_STRING, 1, "user.a");
	record_item(&r, HT_ITEM_BYTES, 2, 0, "old", 3);
	assert_response(&r, "\"result\":3");
	record_begin(&r, "flistxattr", HT_ABI_X86_64, 14, ARGS(3, 0x1000, 100));
	record_item(&r, HT_ITEM_BYTES, 1, 0, "user.a\0user.b", 14);
	assert_request(&r, "\"fd\":3,\"size\":100");
	assert_response(&r, "\"result\":14,\"names\":[\"user.a\",\"user.b\"]");
	record_begin(&r, "flistxattr", HT_ABI_X86_64, 14, ARGS(3, 0x1000, 0));
	record_item(&r, HT_ITEM_BYTES, 1, 0, "user.a\0user.b", 14);
	assert_response(&r, "\"result\":14");
}

/* struct xattr_args: the value's address and length, flags; behind it the value */
static void test_values_by_struct(void **state)
{
	static const uint32_t args[4] = { 0x3000, 0, 5, 1 };
	struct record r;

	(void)state;
	record_begin(&r, "setxattrat", HT_ABI_X86_64, 0, ARGS(AT_FDCWD_64, 0x1000, 0, 0x2000, 0x2800, 16));
	record_text(&r, HT_ITEM_STRING, 1, "/f");
	record_text(&r, HT_ITEM_STRING, 3, "user.a");
	record_item(&r, HT_ITEM_BYTES, 4, 0, args, 16);
	record_item(&r, HT_ITEM_POINTED, 4, 0, "value", 5);
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/f\",\"flags\":[],\"name\":\"user.a\",\"arguments\":{\"value\":\"value\","
			   "\"size\":5,\"flags\":[\"XATTR_CREATE\"]},\"size\":16");
	record_begin(&r, "getxattrat", HT_ABI_I386, 2, ARGS(AT_FDCWD_64, 0x1000, 0, 0x2000, 0x2800, 16));
	record_text(&r, HT_ITEM_STRING, 1, "/f");
	record_text(&r, HT_ITEM_STRING, 3, "user.a");
	record_item(&r, HT_ITEM_BYTES, 4, 0, (uint32_t[4]){ 0x3000, 0, 5, 0 }, 16);
	record_item(&r, HT_ITEM_POINTED, 4, 0, "va...", 5);
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/f\",\"flags\":[],\"name\":\"user.a\",\"arguments\":{\"size\":5,\"flags\":[]},"
			   "\"size\":16");
	assert_response(&r, "\"result\":2,\"arguments\":{\"value\":\"va\"}");
	record_begin(&r, "setxattrat", HT_ABI_X86_64, -14, ARGS(AT_FDCWD_64, 0x1000, 0, 0x2000, 0x2800, 16));
	record_text(&r, HT_ITEM_STRING, 1, "/f");
	record_text(&r, HT_ITEM_STRING, 3, "user.a");
	record_item(&r, HT_ITEM_BYTES, 4, HT_ITEM_FAULT, args, 8);
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/f\",\"flags\":[],\"name\":\"user.a\",\"size\":16,\"unreadable\":[\"arguments\"]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file_capabilities),
		cmocka_unit_test(test_access_control_lists),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_values_by_struct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
