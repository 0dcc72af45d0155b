/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record.h"

/* ---- paths and descriptors ---- */

static void test_openat(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "openat", HT_ABI_X86_64, 3, (uint64_t[HT_ARGS]){ 0xffffff9c, 0x1000, 0x80241, 0644 });
	record_text(&r, HT_ITEM_STRING, 1, "/etc/x");
	record_text(&r, HT_ITEM_PATH, HT_ITEM_RESULT, "/etc/x");
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/etc/x\","
			   "\"flags\":[\"O_WRONLY\",\"O_CREAT\",\"O_TRUNC\",\"O_CLOEXEC\"],\"mode\":\"0644\"");
	assert_response(&r, "\"result\":3,\"path\":\"/etc/x\"");
}

static void test_mode_counts_only_for_a_file_that_is_made(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "openat", HT_ABI_X86_64, -13, (uint64_t[HT_ARGS]){ 7, 0x1000, 0x8000, 0xdeadbeef });
	record_text(&r, HT_ITEM_STRING, 1, "x");
	record_text(&r, HT_ITEM_BASE, 1, "/srv");
	assert_request(&r, "\"dirfd\":7,\"dirfdPath\":\"/srv\",\"path\":\"x\",\"flags\":[\"O_RDONLY\",\"O_LARGEFILE\"]");
	assert_response(&r, "");
}

static void test_open_flags_differ_on_arm64(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "openat", HT_ABI_ARM64, 3, (uint64_t[HT_ARGS]){ 0xffffff9c, 0x1000, 040002, 0 });
	record_text(&r, HT_ITEM_STRING, 1, "/");
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/\",\"flags\":[\"O_RDWR\",\"O_DIRECTORY\"]");
	record_begin(&r, "openat", HT_ABI_X86_64, 3, (uint64_t[HT_ARGS]){ 0xffffff9c, 0x1000, 040002, 0 });
	record_text(&r, HT_ITEM_STRING, 1, "/");
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"/\",\"flags\":[\"O_RDWR\",\"O_DIRECT\"]");
}

static void test_openat2(void **state)
{
	uint64_t how[3] = { 02000100, 0600, 0x18 };
	struct record r;

	(void)state;
	record_begin(&r, "openat2", HT_ABI_X86_64, 4, (uint64_t[HT_ARGS]){ 0xffffff9c, 0x1000, 0x2000, 24 });
	record_text(&r, HT_ITEM_STRING, 1, "f");
	record_item(&r, HT_ITEM_BYTES, 2, 0, how, sizeof(how));
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"f\",\"how\":{\"flags\":[\"O_RDONLY\",\"O_CREAT\",\"O_CLOEXEC\"],"
			   "\"mode\":\"0600\",\"resolve\":[\"RESOLVE_BENEATH\",\"RESOLVE_IN_ROOT\"]},\"size\":24");
	/* Its mode has 64 bits, all of which the kernel looks at. */
	how[1] = UINT64_MAX;
	record_begin(&r, "openat2", HT_ABI_X86_64, -22, (uint64_t[HT_ARGS]){ 0xffffff9c, 0x1000, 0x2000, 24 });
	record_text(&r, HT_ITEM_STRING, 1, "f");
	record_item(&r, HT_ITEM_BYTES, 2, 0, how, sizeof(how));
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"f\",\"how\":{\"flags\":[\"O_RDONLY\",\"O_CREAT\",\"O_CLOEXEC\"],"
			   "\"mode\":\"01777777777777777777777\",\"resolve\":[\"RESOLVE_BENEATH\",\"RESOLVE_IN_ROOT\"]},"
			   "\"size\":24");
}

static void test_unreadable_and_null(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "rename", HT_ABI_X86_64, -14, (uint64_t[HT_ARGS]){ 0x1000, 0 });
	record_item(&r, HT_ITEM_STRING, 0, HT_ITEM_FAULT, "", 0);
	assert_request(&r, "\"newPath\":null,\"unreadable\":[\"oldPath\"]");
	/* Nothing was carried at all. */
	record_begin(&r, "rename", HT_ABI_X86_64, -14, (uint64_t[HT_ARGS]){ 0x1000, 0x2000 });
	assert_request(&r, "\"unreadable\":[\"oldPath\",\"newPath\"]");
	/* What could be read is told, and that it is not all. */
	record_begin(&r, "rmdir", HT_ABI_X86_64, -14, (uint64_t[HT_ARGS]){ 0x1000 });
	record_item(&r, HT_ITEM_STRING, 0, HT_ITEM_FAULT, "/a", 2);
	assert_request(&r, "\"path\":\"/a\",\"unreadable\":[\"path\"]");
}

static void test_truncated_path(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "rmdir", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0x1000 });
	record_item(&r, HT_ITEM_STRING, 0, HT_ITEM_TRUNCATED, "/long", 5);
	record_last(&r)->full_length = 5000;
	assert_request_cut(&r, "\"path\":\"/long\"", "requestParameters.path", 5000);
	assert_response(&r, "\"result\":0");
}

static void test_bytes_that_are_not_utf8(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "rmdir", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0x1000 });
	record_item(&r, HT_ITEM_STRING, 0, 0, "a\xff\n", 3);
	assert_request(&r, "\"path\":\"a\xef\xbf\xbd\\n\",\"pathBase64\":\"Yf8K\"");
}

static void test_what_a_descriptor_is(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "write", HT_ABI_X86_64, 5, (uint64_t[HT_ARGS]){ 3, 0x1000, 5 });
	record_item(&r, HT_ITEM_PATH, 0, HT_ITEM_DELETED | HT_ITEM_UNREACHABLE, "/tmp/x", 6);
	assert_request(&r, "\"fd\":3,\"fdPath\":\"/tmp/x\",\"fdDeleted\":true,\"fdUnreachable\":true,\"count\":5");
	record_begin(&r, "write", HT_ABI_X86_64, 5, (uint64_t[HT_ARGS]){ 3, 0x1000, 5 });
	record_item(&r, HT_ITEM_PATH, 0, HT_ITEM_PSEUDO, "pipe", 4);
	assert_request(&r, "\"fd\":3,\"fdType\":\"pipe\",\"count\":5");
	record_begin(&r, "memfd_create", HT_ABI_X86_64, 4, (uint64_t[HT_ARGS]){ 0x1000, 1 });
	record_text(&r, HT_ITEM_STRING, 0, "m");
	record_item(&r, HT_ITEM_PATH, HT_ITEM_RESULT, HT_ITEM_PSEUDO, "memfd:m", 7);
	assert_request(&r, "\"name\":\"m\",\"flags\":[\"MFD_CLOEXEC\"]");
	assert_response(&r, "\"result\":4,\"type\":\"memfd:m\"");
	record_begin(&r, "write", HT_ABI_X86_64, -9, (uint64_t[HT_ARGS]){ 0xffffffff, 0x1000, 5 });
	assert_request(&r, "\"fd\":-1,\"count\":5");
}

static void test_argv(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "execve", HT_ABI_X86_64, -2, (uint64_t[HT_ARGS]){ 0x1000, 0x2000, 0x3000 });
	record_text(&r, HT_ITEM_STRING, 0, "/bin/ls");
	record_item(&r, HT_ITEM_ARGV, 1, 0, "ls\0-l\0", 7);
	assert_request(&r, "\"path\":\"/bin/ls\",\"argv\":[\"ls\",\"-l\",\"\"]");
	record_begin(&r, "execve", HT_ABI_X86_64, -2, (uint64_t[HT_ARGS]){ 0x1000, 0x2000, 0x3000 });
	record_text(&r, HT_ITEM_STRING, 0, "/bin/ls");
	record_item(&r, HT_ITEM_ARGV, 1, 0, "\xff\0", 2);
	assert_request(&r, "\"path\":\"/bin/ls\",\"argv\":[\"\xef\xbf\xbd\"],\"argvBase64\":\"/wA=\"");
	record_begin(&r, "execve", HT_ABI_X86_64, -2, (uint64_t[HT_ARGS]){ 0x1000, 0x2000, 0x3000 });
	record_text(&r, HT_ITEM_STRING, 0, "/bin/ls");
	record_item(&r, HT_ITEM_ARGV, 1, 0, "", 0);
	assert_request(&r, "\"path\":\"/bin/ls\",\"argv\":[]");
}

/* ---- numbers ---- */

static void test_numbers(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "lseek", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 3, (uint64_t)-7, 1 });
	assert_request(&r, "\"fd\":3,\"offset\":-7,\"whence\":\"SEEK_CUR\"");
	record_begin(&r, "lseek", HT_ABI_I386, 0, (uint64_t[HT_ARGS]){ 3, 0xfffffff9, 77 });
	assert_request(&r, "\"fd\":3,\"offset\":-7,\"whence\":77");
	record_begin(&r, "ftruncate64", HT_ABI_I386, 0, (uint64_t[HT_ARGS]){ 3, 0xffffffff, 2 });
	assert_request(&r, "\"fd\":3,\"length\":12884901887");
	record_begin(&r, "mknodat", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0xffffff9c, 0x1000, 0020620, 0x12345678 });
	record_text(&r, HT_ITEM_STRING, 1, "n");
	assert_request(&r, "\"dirfd\":\"AT_FDCWD\",\"path\":\"n\",\"mode\":\"020620\",\"device\":\"1110:74616\"");
	record_begin(&r, "fchown", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 3, 0xffffffff, 1000 });
	assert_request(&r, "\"fd\":3,\"owner\":null,\"group\":1000");
	record_begin(&r, "fchown", HT_ABI_I386, 0, (uint64_t[HT_ARGS]){ 3, 0xffff, 0x1000a });
	assert_request(&r, "\"fd\":3,\"owner\":null,\"group\":10");
	record_begin(&r, "kill", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0xffffffffffffffff, 9 });
	assert_request(&r, "\"pid\":-1,\"signal\":\"SIGKILL\"");
	record_begin(&r, "kill", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 77, 0 });
	assert_request(&r, "\"pid\":77,\"signal\":0");
}

/* Of a word of 64 bits, of one of 32, and of two; and of an int, whose register may hold anything above it. */
static void test_flags_of_words(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "mremap", HT_ABI_X86_64, -22, (uint64_t[HT_ARGS]){ 0x1000, 1, 2, 0x700000001, 0 });
	assert_request(&r, "\"address\":\"0x1000\",\"length\":1,\"newLength\":2,\"flags\":[\"MREMAP_MAYMOVE\",\"0x700000000\"],"
			   "\"newAddress\":\"0x0\"");
	record_begin(&r, "mremap", HT_ABI_I386, -22, (uint64_t[HT_ARGS]){ 0x1000, 1, 2, 0x80000001, 0 });
	assert_request(&r, "\"address\":\"0x1000\",\"length\":1,\"newLength\":2,\"flags\":[\"MREMAP_MAYMOVE\",\"0x80000000\"],"
			   "\"newAddress\":\"0x0\"");
	record_begin(&r, "fanotify_mark", HT_ABI_X86_64, -22, (uint64_t[HT_ARGS]){ 3, 1, 0x100000002, (uint64_t)-100, 0 });
	assert_request(&r, "\"fd\":3,\"flags\":[\"FAN_MARK_ADD\"],\"mask\":[\"FAN_MODIFY\",\"0x100000000\"],\"dirfd\":\"AT_FDCWD\","
			   "\"path\":null");
	record_begin(&r, "fanotify_mark", HT_ABI_I386, -22, (uint64_t[HT_ARGS]){ 3, 1, 2, 1, 7, 0 });
	assert_request(&r, "\"fd\":3,\"flags\":[\"FAN_MARK_ADD\"],\"mask\":[\"FAN_MODIFY\",\"0x100000000\"],\"dirfd\":7,\"path\":null");
	record_begin(&r, "prctl", HT_ABI_X86_64, -22, (uint64_t[HT_ARGS]){ 4, 0x100000001 });
	assert_request(&r, "\"option\":\"PR_SET_DUMPABLE\",\"dumpable\":4294967297");
	record_begin(&r, "prctl", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0x59616d61, UINT64_MAX });
	assert_request(&r, "\"option\":\"PR_SET_PTRACER\",\"pid\":\"PR_SET_PTRACER_ANY\"");
	record_begin(&r, "prctl", HT_ABI_I386, 0, (uint64_t[HT_ARGS]){ 0x59616d61, UINT32_MAX });
	assert_request(&r, "\"option\":\"PR_SET_PTRACER\",\"pid\":\"PR_SET_PTRACER_ANY\"");
}

/* A value by its name and flags beside it, in one array or as two members. */
static void test_choices(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "personality", HT_ABI_X86_64, 0x8, (uint64_t[HT_ARGS]){ 0x0060000 });
	assert_request(&r, "\"persona\":[\"PER_LINUX\",\"UNAME26\",\"ADDR_NO_RANDOMIZE\"]");
	assert_response(&r, "\"result\":[\"PER_LINUX32\"]");
	record_begin(&r, "personality", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0x40177 });
	assert_request(&r, "\"persona\":[\"0x77\",\"ADDR_NO_RANDOMIZE\",\"0x100\"]");
	record_begin(&r, "personality", HT_ABI_X86_64, 0x4100001, (uint64_t[HT_ARGS]){ 0xffffffff });
	assert_request(&r, "\"persona\":\"0xffffffff\"");
	assert_response(&r, "\"result\":[\"PER_SVR4\",\"MMAP_PAGE_ZERO\",\"STICKY_TIMEOUTS\"]");
	record_begin(&r, "get_mempolicy", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0x1000 });
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint32_t[1]){ 0x8002 }, 4);
	assert_response(&r, "\"result\":0,\"policy\":[\"MPOL_BIND\",\"MPOL_F_STATIC_NODES\"]");
	record_begin(&r, "sched_getscheduler", HT_ABI_X86_64, 0x40000001, (uint64_t[HT_ARGS]){ 7 });
	assert_response(&r, "\"result\":\"SCHED_FIFO\",\"flags\":[\"SCHED_RESET_ON_FORK\"]");
	record_begin(&r, "sched_setscheduler", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 7, 0x40000001, 0 });
	assert_request(&r, "\"pid\":7,\"policy\":\"SCHED_FIFO\",\"policyFlags\":[\"SCHED_RESET_ON_FORK\"],\"priority\":null");
}

static void test_special_descriptors(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "pidfd_send_signal", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ (uint64_t)-10001, 9, 0, 0 });
	assert_request(&r, "\"pidFd\":\"PIDFD_SELF_THREAD_GROUP\",\"signal\":\"SIGKILL\",\"information\":null,\"flags\":[]");
	record_begin(&r, "mkdirat", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0xffffd8ee, 0, 0700 });
	assert_request(&r, "\"dirfd\":\"FD_PIDFS_ROOT\",\"path\":null,\"mode\":\"0700\"");
}

static void test_flags(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "umount2", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0x1000, 0x40000002 });
	record_text(&r, HT_ITEM_STRING, 0, "/mnt");
	assert_request(&r, "\"target\":\"/mnt\",\"flags\":[\"MNT_DETACH\",\"0x40000000\"]");
	record_begin(&r, "umount2", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0x1000, 0xffffffff00000000 });
	record_text(&r, HT_ITEM_STRING, 0, "/mnt");
	assert_request(&r, "\"target\":\"/mnt\",\"flags\":[]");
	record_begin(&r, "mprotect", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0x1000, 4096, 0 });
	assert_request(&r, "\"address\":\"0x1000\",\"length\":4096,\"protection\":[\"PROT_NONE\"]");
	record_begin(&r, "clone", HT_ABI_X86_64, 99, (uint64_t[HT_ARGS]){ 0x10000011 });
	assert_request(&r, "\"flags\":[\"CLONE_NEWUSER\"],\"exitSignal\":\"SIGCHLD\",\"stack\":\"0x0\"");
	assert_response(&r, "\"result\":99");
	record_begin(&r, "ioctl", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0, 0x5413, 0x7000 });
	assert_request(&r, "\"fd\":0,\"request\":\"TIOCGWINSZ\"");
	record_begin(&r, "ioctl", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0, 0xabcdef01, 0 });
	assert_request(&r, "\"fd\":0,\"request\":\"0xabcdef01\",\"argument\":\"0x0\"");
	record_begin(&r, "quotactl", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0x80000801, 0, 1000, 0x10 });
	assert_request(&r, "\"command\":\"Q_SETQUOTA\",\"quotaType\":\"GRPQUOTA\",\"device\":null,\"id\":1000,"
			   "\"unreadable\":[\"quota\"]");
	record_begin(&r, "ioprio_set", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 1, 0, 2 << 13 | 4 });
	assert_request(&r, "\"which\":\"IOPRIO_WHO_PROCESS\",\"who\":0,\"priority\":{\"class\":\"IOPRIO_CLASS_BE\",\"level\":4}");
}

static void test_calls_without_arguments_and_unknown_ones(void **state)
{
	const char *words = "\"arg0\":\"0x1\",\"arg1\":\"0xffffffffffffffff\",\"arg2\":\"0x0\",\"arg3\":\"0x0\","
			    "\"arg4\":\"0x0\",\"arg5\":\"0x6\"";
	struct record r;

	(void)state;
	record_begin(&r, "getuid", HT_ABI_X86_64, INT64_MIN | 65534, (uint64_t[HT_ARGS]){ 1, UINT64_MAX, 0, 0, 0, 6 });
	assert_response(&r, "\"result\":65534");
	record_begin(&r, "getppid", HT_ABI_X86_64, 1, (uint64_t[HT_ARGS]){ 1, UINT64_MAX, 0, 0, 0, 6 });
	assert_request(&r, "");
	assert_response(&r, "\"result\":1");
	r.call = NULL;
	assert_request(&r, words);
	assert_response(&r, "\"result\":1");
}

static void test_results(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "getppid", HT_ABI_X86_64, -4096, (uint64_t[HT_ARGS]){ 0 });
	assert_response(&r, "\"result\":-4096");
	record_begin(&r, "getppid", HT_ABI_X86_64, -4095, (uint64_t[HT_ARGS]){ 0 });
	assert_response(&r, "");
	record_begin(&r, "pipe2", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0x1000, 02000000 });
	record_item(&r, HT_ITEM_BYTES, 0, 0, (int32_t[2]){ 3, 4 }, 8);
	assert_request(&r, "\"flags\":[\"O_CLOEXEC\"]");
	assert_response(&r, "\"result\":0,\"descriptors\":[3,4]");
}

static void test_cut_fields_beyond_the_last_are_counted(void **state)
{
	struct ht_truncated t = { 0 };

	(void)state;
	for (unsigned i = 0; i < HT_TRUNCATED_MAX; i++)
		ht_truncated_add(&t, "requestParameters.path", i);
	assert_int_equal(t.count, HT_TRUNCATED_MAX);
	assert_string_equal(t.entry[HT_TRUNCATED_MAX - 1].field, "requestParameters.path");
	ht_truncated_add(&t, "x", 1);
	ht_truncated_add(&t, "y", 1);
	assert_int_equal(t.count, HT_TRUNCATED_MAX);
	assert_string_equal(t.entry[HT_TRUNCATED_MAX - 1].field, "…");
	assert_int_equal(t.entry[HT_TRUNCATED_MAX - 1].full_length, 3);
}

static void test_mount_data_without_secrets(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "mount", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 0x1000, 0x2000, 0x3000, 0x6, 0x5000 });
	record_text(&r, HT_ITEM_STRING, 0, "//h/s");
	record_text(&r, HT_ITEM_STRING, 1, "/mnt");
	record_text(&r, HT_ITEM_STRING, 2, "cifs");
	record_text(&r, HT_ITEM_STRING, 4, "user=me,Password=geheim,ro,pass2=x=y");
	assert_request(&r, "\"source\":\"//h/s\",\"target\":\"/mnt\",\"filesystemType\":\"cifs\","
			   "\"flags\":[\"MS_NOSUID\",\"MS_NODEV\"],"
			   "\"data\":\"user=me,Password=(not recorded),ro,pass2=(not recorded)\"");
}

/* Every kind of argument gives a member, or is one of those that do not; and the text stays well-formed. */
static void test_every_row_renders(void **state)
{
	size_t count;
	const struct ht_call *calls = ht_calls(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (unsigned abi = 0; abi < 3; abi++) {
			static const uint8_t zeros[4096];
			struct record r;

			if (calls[i].number[abi] == HT_NO_CALL)
				continue;
			record_begin_call(&r, &calls[i], abi, 0, (uint64_t[HT_ARGS]){ 1, 2, 3, 4, 5, 6 });
			assert_well_formed(&r);
			for (unsigned k = 0; k < HT_ARGS && calls[i].arg[k].name; k++)
				record_item(&r, HT_ITEM_BYTES, (uint8_t)k, 0, zeros, ht_arg_size(&calls[i].arg[k], abi));
			assert_well_formed(&r);
		}
}

static void test_pidfd(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "pidfd_send_signal", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 7, 9 });
	record_item(&r, HT_ITEM_PATH, 0, HT_ITEM_PSEUDO, "anon_inode:[pidfd]", 18);
	record_last(&r)->pid = 4711;
	assert_request(&r, "\"pidFd\":7,\"pidFdType\":\"anon_inode:[pidfd]\",\"pidFdPid\":4711,\"signal\":\"SIGKILL\","
			   "\"information\":null,\"flags\":[]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pidfd),
		cmocka_unit_test(test_openat),
		cmocka_unit_test(test_mode_counts_only_for_a_file_that_is_made),
		cmocka_unit_test(test_open_flags_differ_on_arm64),
		cmocka_unit_test(test_openat2),
		cmocka_unit_test(test_unreadable_and_null),
		cmocka_unit_test(test_truncated_path),
		cmocka_unit_test(test_bytes_that_are_not_utf8),
		cmocka_unit_test(test_what_a_descriptor_is),
		cmocka_unit_test(test_argv),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_flags_of_words),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_special_descriptors),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_calls_without_arguments_and_unknown_ones),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_cut_fields_beyond_the_last_are_counted),
		cmocka_unit_test(test_mount_data_without_secrets),
		cmocka_unit_test(test_every_row_renders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
