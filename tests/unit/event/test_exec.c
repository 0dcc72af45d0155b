/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "event/exec.h"
#include "record.h"

#define ARGS(...) ((const uint64_t[HT_ARGS]){ __VA_ARGS__ })
#define NOBODY_IDS "\"uid\":7,\"gid\":8,\"euid\":7,\"egid\":8,\"suid\":7,\"sgid\":8,\"fsuid\":7,\"fsgid\":8"
#define NO_SETS ",\"effective\":[],\"permitted\":[],\"ambient\":[]"

static const struct ht_wire_credentials nobody = { 7, 8, 7, 8, 7, 8, 7, 8, 0, 0, 0 };

static void assert_exec_request(const struct record *r, const struct ht_image *image, const char *expected, const char *cut)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_truncated t = { 0 };
	struct ht_wire_view w;

	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	ht_render_exec_request(&b, r->call, &w, image, &t);
	ht_buffer_byte(&b, 0);
	assert_string_equal(b.data, expected);
	assert_int_equal(t.count, cut ? 1 : 0);
	if (cut)
		assert_string_equal(t.entry[0].field, cut);
}

static void assert_exec_response(const struct record *r, const struct ht_image *image, const char *expected)
{
	_cleanup_buffer_ struct ht_buffer b = { 0 };
	struct ht_wire_view w;

	assert_int_equal(ht_wire_read(r->bytes, r->used, &w), 0);
	ht_render_exec_response(&b, &w, image);
	ht_buffer_byte(&b, 0);
	assert_string_equal(b.data, expected);
}

static void begin(struct record *r, const char *name, const uint64_t args[HT_ARGS], const char *path, struct ht_wire_exec exec)
{
	record_begin(r, name, HT_ABI_X86_64, 0, args);
	record_text(r, HT_ITEM_STRING, strcmp(name, "execveat") == 0, path);
	record_item(r, HT_ITEM_EXEC, HT_ITEM_RESULT, 0, &exec, sizeof(exec));
}

static void test_is_exec(void **state)
{
	struct ht_wire_view w;
	struct record r;

	(void)state;
	begin(&r, "execve", ARGS(0), "/bin/sh", (struct ht_wire_exec){ 0 });
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_non_null(ht_exec_of(&w));
	record_begin(&r, "execve", HT_ABI_X86_64, 0, ARGS(0));
	record_item(&r, HT_ITEM_EXEC, HT_ITEM_RESULT, 0, "short", 5);
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_null(ht_exec_of(&w));
	record_begin(&r, "execve", HT_ABI_X86_64, -2, ARGS(0));
	assert_int_equal(ht_wire_read(r.bytes, r.used, &w), 0);
	assert_null(ht_exec_of(&w));
}

static void test_request(void **state)
{
	static const char strings[] = "sh\0-c\0";
	struct ht_image image = { .argv = { strings, 6 } }, cut = { .argv = { "\xff\0b", 3 }, .argv_cut = 9000 };
	struct record r;

	(void)state;
	begin(&r, "execve", ARGS(0), "/bin/sh", (struct ht_wire_exec){ 0 });
	assert_exec_request(&r, &image, "\"path\":\"/bin/sh\",\"argv\":[\"sh\",\"-c\"]", NULL);
	assert_exec_request(&r, NULL, "\"path\":\"/bin/sh\"", NULL);
	record_text(&r, HT_ITEM_INTERPRETER, HT_ITEM_RESULT, "/bin/dash");
	assert_exec_request(&r, &cut,
			    "\"path\":\"/bin/sh\",\"argv\":[\"\xef\xbf\xbd\",\"b\"],\"argvBase64\":\"/wBi\",\"interpreter\":\"/bin/dash\"",
			    "requestParameters.argv");
}

static void test_request_at(void **state)
{
	const struct ht_wire_exec noted = { .flags = HT_EXEC_NOTED },
				  below = { .flags = HT_EXEC_NOTED | HT_EXEC_BY_DESCRIPTOR },
				  unknown = { .flags = HT_EXEC_BY_DESCRIPTOR };
	struct record r;

	(void)state;
	begin(&r, "execveat", ARGS(0xffffff9c, 1, 2, 3, 0x100), "/bin/sh", noted);
	assert_exec_request(&r, NULL, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/bin/sh\",\"flags\":[\"AT_SYMLINK_NOFOLLOW\"]", NULL);
	begin(&r, "execveat", ARGS(12, 1, 2, 3, 0), "/dev/fd/12/sub/sh", below);
	record_text(&r, HT_ITEM_BASE, 1, "/opt");
	assert_exec_request(&r, NULL, "\"dirfd\":12,\"dirfdPath\":\"/opt\",\"path\":\"sub/sh\",\"flags\":[]", NULL);
	begin(&r, "execveat", ARGS(12, 1, 2, 3, 0x1000), "/dev/fd/12", below);
	record_item(&r, HT_ITEM_BASE, 1, HT_ITEM_PSEUDO, "memfd:x", 7);
	assert_exec_request(&r, NULL, "\"dirfd\":12,\"dirfdType\":\"memfd:x\",\"path\":\"\",\"flags\":[\"AT_EMPTY_PATH\"]", NULL);
	/* The caller's own words look like the kernel's. */
	begin(&r, "execveat", ARGS(12, 1, 2, 3, 0), "/dev/fd/12/sh", noted);
	assert_exec_request(&r, NULL, "\"dirfd\":12,\"path\":\"/dev/fd/12/sh\",\"flags\":[]", NULL);
	begin(&r, "execveat", ARGS(0), "/dev/fd/12/sh", unknown);
	assert_exec_request(&r, NULL, "\"path\":\"/dev/fd/12/sh\"", NULL);
	/* Only a hostile ring has another descriptor there. */
	begin(&r, "execveat", ARGS(13, 1, 2, 3, 0), "/dev/fd/12/sh", below);
	assert_exec_request(&r, NULL, "\"dirfd\":13,\"path\":\"/dev/fd/12/sh\",\"flags\":[]", NULL);
}

static void test_response(void **state)
{
	struct ht_image image = { .exe = HT_TEXT("/bin/x"), .exe_mode = 0100755 };
	struct ht_wire_exec e = { .after = nobody };
	struct record r;

	(void)state;
	begin(&r, "execve", ARGS(0), "x", e);
	assert_exec_response(&r, NULL, "\"result\":0,\"credentials\":{\"after\":{" NOBODY_IDS NO_SETS "}}");
	assert_exec_response(&r, &image,
			     "\"result\":0,\"file\":{\"path\":\"/bin/x\",\"storage\":\"disk\",\"mode\":\"0755\"},"
			     "\"credentials\":{\"after\":{" NOBODY_IDS NO_SETS "}}");
	e.flags = HT_EXEC_NOTED;
	e.before = nobody;
	begin(&r, "execve", ARGS(0), "x", e);
	assert_exec_response(&r, NULL, "\"result\":0,\"credentials\":{\"changed\":false,\"after\":{" NOBODY_IDS NO_SETS "}}");
}

static void test_response_raised(void **state)
{
	struct ht_image image = { .exe = HT_TEXT("memfd:x"), .exe_mode = 0106755, .pseudo_exe = true };
	struct ht_wire_exec e = {
		.flags = HT_EXEC_NOTED | HT_EXEC_RAISED | HT_EXEC_SECURE | HT_EXEC_FILE_CAPABILITIES,
		.before = nobody,
		.after = nobody,
	};
	struct record r;

	(void)state;
	e.after.effective = 1ull << 41 | 1 << 13 | 1;
	e.after.permitted = (1ull << 41) - 1;
	e.after.ambient = 1ull << 63;
	begin(&r, "execve", ARGS(0), "x", e);
	assert_exec_response(&r, &image,
			     "\"result\":0,\"file\":{\"path\":\"memfd:x\",\"storage\":\"memory\",\"mode\":\"06755\",\"setUserId\":true,"
			     "\"setGroupId\":true,\"capabilities\":true},\"secureExecution\":true,\"credentials\":{\"changed\":true,"
			     "\"before\":{" NOBODY_IDS NO_SETS "},\"after\":{" NOBODY_IDS
			     ",\"effective\":[\"CAP_CHOWN\",\"CAP_NET_RAW\",41],\"permitted\":[\"ALL\"],\"ambient\":[63]}}");
	/* Mandatory locking is what the bit means without the group's right. */
	image = (struct ht_image){ .exe = HT_TEXT("/gone"), .exe_mode = 0102745, .exe_deleted = true };
	e = (struct ht_wire_exec){ .after = nobody };
	begin(&r, "execve", ARGS(0), "x", e);
	assert_exec_response(&r, &image,
			     "\"result\":0,\"file\":{\"path\":\"/gone\",\"storage\":\"deleted\",\"mode\":\"02745\"},"
			     "\"credentials\":{\"after\":{" NOBODY_IDS NO_SETS "}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_exec),	 cmocka_unit_test(test_request),	 cmocka_unit_test(test_request_at),
		cmocka_unit_test(test_response), cmocka_unit_test(test_response_raised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
