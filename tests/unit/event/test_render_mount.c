/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "record.h"

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })

/* What a key is given depends on the command; what looks like a secret is not told. */
static void test_fsconfig(void **state)
{
	struct record r;

	(void)state;
	record_begin(&r, "fsconfig", HT_ABI_X86_64, 0, ARGS(3, 1, 0x1000, 0x2000, 0));
	record_text(&r, HT_ITEM_STRING, 2, "size");
	record_text(&r, HT_ITEM_STRING, 3, "64k");
	assert_request(&r, "\"fd\":3,\"command\":\"FSCONFIG_SET_STRING\",\"key\":\"size\",\"value\":\"64k\",\"aux\":0");
	record_begin(&r, "fsconfig", HT_ABI_X86_64, 0, ARGS(3, 1, 0x1000, 0x2000, 0));
	record_text(&r, HT_ITEM_STRING, 2, "password");
	record_text(&r, HT_ITEM_STRING, 3, "hidden,size=1");
	assert_request(&r, "\"fd\":3,\"command\":\"FSCONFIG_SET_STRING\",\"key\":\"password\",\"value\":\"(not recorded)\",\"aux\":0");
	record_begin(&r, "fsconfig", HT_ABI_X86_64, 0, ARGS(3, 2, 0x1000, 0x2000, 3));
	record_text(&r, HT_ITEM_STRING, 2, "blob");
	record_item(&r, HT_ITEM_BYTES, 3, 0, "\1\2\377", 3);
	assert_request(&r, "\"fd\":3,\"command\":\"FSCONFIG_SET_BINARY\",\"key\":\"blob\",\"value\":\"0102ff\",\"aux\":3");
	record_begin(&r, "fsconfig", HT_ABI_X86_64, 0, ARGS(3, 2, 0x1000, 0x2000, 3));
	record_text(&r, HT_ITEM_STRING, 2, "authToken");
	record_item(&r, HT_ITEM_BYTES, 3, 0, "\1\2\377", 3);
	assert_request(&r, "\"fd\":3,\"command\":\"FSCONFIG_SET_BINARY\",\"key\":\"authToken\",\"value\":\"(not recorded)\",\"aux\":3");
	/* What key it is cannot be read. */
	record_begin(&r, "fsconfig", HT_ABI_X86_64, -14, ARGS(3, 1, 0x1000, 0x2000, 0));
	record_item(&r, HT_ITEM_STRING, 2, HT_ITEM_FAULT, "", 0);
	record_text(&r, HT_ITEM_STRING, 3, "hidden");
	assert_request(&r, "\"fd\":3,\"command\":\"FSCONFIG_SET_STRING\",\"value\":\"(not recorded)\",\"aux\":0,\"unreadable\":[\"key\"]");
	record_begin(&r, "fsconfig", HT_ABI_X86_64, 0, ARGS(3, 3, 0x1000, 0x2000, (uint64_t)-100));
	record_text(&r, HT_ITEM_STRING, 2, "lowerdir");
	record_text(&r, HT_ITEM_STRING, 3, "/lower");
	assert_request(&r, "\"fd\":3,\"command\":\"FSCONFIG_SET_PATH\",\"key\":\"lowerdir\",\"value\":\"/lower\",\"aux\":\"AT_FDCWD\"");
	record_begin(&r, "fsconfig", HT_ABI_X86_64, 0, ARGS(3, 5, 0x1000, 0, 4));
	record_text(&r, HT_ITEM_STRING, 2, "fd");
	record_text(&r, HT_ITEM_PATH, 4, "/dev/fuse");
	assert_request(&r, "\"fd\":3,\"command\":\"FSCONFIG_SET_FD\",\"key\":\"fd\",\"value\":\"0x0\",\"aux\":4,\"auxPath\":\"/dev/fuse\"");
	record_begin(&r, "fsconfig", HT_ABI_X86_64, 0, ARGS(3, 6, 0, 0, 0));
	assert_request(&r, "\"fd\":3,\"command\":\"FSCONFIG_CMD_CREATE\",\"key\":null,\"value\":\"0x0\",\"aux\":0");
}

static void options(const char *passed, const char *told)
{
	char want[400];
	struct record r;

	record_begin(&r, "mount", HT_ABI_X86_64, 0, ARGS(0, 0, 0, 0, 0x5000));
	record_text(&r, HT_ITEM_STRING, 4, passed);
	snprintf(want, sizeof(want), "\"source\":null,\"target\":null,\"filesystemType\":null,\"flags\":[],\"data\":\"%s\"", told);
	assert_request(&r, want);
}

/* Secrets among options end where the filesystem says that they end. */
static void test_options(void **state)
{
	(void)state;
	options("size=64k,mode=0700", "size=64k,mode=0700");
	options("user=a,password=b,vers=3", "user=a,password=(not recorded),vers=3");
	options("user=a,password=b,,c,,,,d,vers=3", "user=a,password=(not recorded),vers=3");
	options("user=a,,password=b,,", "user=a,,password=(not recorded)");
	options("pass=b,", "pass=(not recorded),");
	options("sep=;user=a,b;password=c,d;vers=3", "sep=;user=a,b;password=(not recorded);vers=3");
	options("sep=", "sep=");
	options("sep=;", "sep=;");
}

static void put(uint8_t *at, const void *value, size_t n)
{
	memcpy(at, value, n);
}

#define PUT(at, type, value) put(status + (at), &(type){ value }, sizeof(type))

/* Members that the mask names are told, no others; strings by their offsets. */
static void test_statmount(void **state)
{
	uint8_t status[560] = { 0 };
	struct record r;

	(void)state;
	PUT(0, uint32_t, sizeof(status));
	PUT(8, uint64_t, 0x433);
	PUT(16, uint32_t, 254);
	PUT(20, uint32_t, 1);
	PUT(24, uint64_t, 0x01021994);
	PUT(32, uint32_t, 1);
	PUT(40, uint64_t, 0x100000001);
	PUT(48, uint64_t, 0x100000002);
	PUT(56, uint32_t, 20);
	PUT(60, uint32_t, 21);
	PUT(64, uint64_t, 1);
	PUT(72, uint64_t, 0x40000);
	memcpy(status + 512, "tmpfs\0/mnt\0a=1\0b", 17);
	PUT(108, uint32_t, 6); /* mount point */
	PUT(128, uint32_t, 2); /* options */
	PUT(132, uint32_t, 11);
	record_begin(&r, "statmount", HT_ABI_X86_64, 0, ARGS(0x1000, 0x2000, 4096, 0));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[4]){ 24, 0x100000001, 0x433 }, 24);
	record_item(&r, HT_ITEM_BYTES, 1, 0, status, sizeof(status));
	assert_request(&r, "\"request\":{\"size\":24,\"fd\":0,\"mountId\":4294967297,\"mask\":[\"STATMOUNT_SB_BASIC\","
			   "\"STATMOUNT_MNT_BASIC\",\"STATMOUNT_MNT_POINT\",\"STATMOUNT_FS_TYPE\",\"STATMOUNT_OPT_ARRAY\"]},\"size\":4096,"
			   "\"flags\":[]");
	assert_response(&r, "\"result\":0,\"status\":{\"mask\":[\"STATMOUNT_SB_BASIC\",\"STATMOUNT_MNT_BASIC\",\"STATMOUNT_MNT_POINT\","
			    "\"STATMOUNT_FS_TYPE\",\"STATMOUNT_OPT_ARRAY\"],\"device\":\"254:1\",\"magic\":\"TMPFS_MAGIC\","
			    "\"filesystemFlags\":[\"MS_RDONLY\"],\"filesystemType\":\"tmpfs\",\"mountId\":4294967297,"
			    "\"parentId\":4294967298,\"oldMountId\":20,\"oldParentId\":21,\"attributes\":[\"MOUNT_ATTR_RDONLY\"],"
			    "\"propagation\":[\"MS_PRIVATE\"],\"peerGroup\":0,\"master\":0,\"mountPoint\":\"/mnt\","
			    "\"optionList\":[\"a=1\",\"b\"]}");
	/* offsets and counts that lie */
	PUT(8, uint64_t, 0x410);
	PUT(108, uint32_t, 0xffffffff);
	PUT(128, uint32_t, 0xffffffff);
	PUT(132, uint32_t, 46);
	record_begin(&r, "statmount", HT_ABI_X86_64, 0, ARGS(0x1000, 0x2000, 4096, 0));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[4]){ 24, 1, 0 }, 24);
	record_item(&r, HT_ITEM_BYTES, 1, 0, status, sizeof(status));
	assert_response(&r, "\"result\":0,\"status\":{\"mask\":[\"STATMOUNT_MNT_POINT\",\"STATMOUNT_OPT_ARRAY\"],\"mountPoint\":\"\","
			    "\"optionList\":[\"\",\"\"]}");
	record_begin(&r, "statmount", HT_ABI_X86_64, 0, ARGS(0x1000, 0x2000, 4096, 0));
	record_item(&r, HT_ITEM_BYTES, 1, 0, status, 511);
	assert_response(&r, "\"result\":0,\"unreadable\":[\"status\"]");
	record_begin(&r, "listmount", HT_ABI_I386, 2, ARGS(0x1000, 0x2000, 4, 0));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[4]){ 32, 1, 7, 9 }, 32);
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[2]){ 5, 6 }, 16);
	assert_request(&r, "\"request\":{\"size\":32,\"fd\":0,\"mountId\":1,\"lastMountId\":7,\"namespaceId\":9},\"count\":4,\"flags\":[]");
	assert_response(&r, "\"result\":2,\"mounts\":[5,6]");
	record_begin(&r, "listns", HT_ABI_X86_64, 1, ARGS(0x1000, 0x2000, 4, 0));
	record_item(&r, HT_ITEM_BYTES, 0, 0, (uint64_t[4]){ 32, 1, 0x40000000, 9 }, 32);
	record_item(&r, HT_ITEM_BYTES, 1, 0, (uint64_t[1]){ 5 }, 8);
	assert_request(&r, "\"request\":{\"size\":32,\"namespaceId\":1,\"types\":[\"CLONE_NEWNET\"],\"userNamespaceId\":9},\"count\":4,"
			   "\"flags\":\"0x0\"");
	assert_response(&r, "\"result\":1,\"namespaces\":[5]");
}

static void test_quotas(void **state)
{
	static const uint64_t limits[9] = { 100, 90, 4096, 10, 9, 3, 7, 8, 5 };
	struct record r;

	(void)state;
	record_begin(&r, "quotactl", HT_ABI_X86_64, 0, ARGS(0x80000801, 0x1000, 1000, 0x2000));
	record_text(&r, HT_ITEM_STRING, 1, "/dev/vda");
	record_item(&r, HT_ITEM_BYTES, 3, 0, limits, 72);
	assert_request(&r, "\"command\":\"Q_SETQUOTA\",\"quotaType\":\"GRPQUOTA\",\"device\":\"/dev/vda\",\"id\":1000,\"quota\":{"
			   "\"hardBlocks\":100,\"softBlocks\":90,\"space\":4096,\"hardInodes\":10,\"softInodes\":9,\"inodes\":3,"
			   "\"blockTime\":7,\"inodeTime\":8,\"valid\":[\"QIF_BLIMITS\",\"QIF_ILIMITS\"]}");
	record_begin(&r, "quotactl_fd", HT_ABI_I386, 0, ARGS(3, 0x80000700, 1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 3, 0, limits, 68);
	assert_request(&r, "\"fd\":3,\"command\":\"Q_GETQUOTA\",\"quotaType\":\"USRQUOTA\",\"id\":1000");
	assert_response(&r, "\"result\":0,\"quota\":{\"hardBlocks\":100,\"softBlocks\":90,\"space\":4096,\"hardInodes\":10,"
			    "\"softInodes\":9,\"inodes\":3,\"blockTime\":7,\"inodeTime\":8,\"valid\":[\"QIF_BLIMITS\",\"QIF_ILIMITS\"]}");
	record_begin(&r, "quotactl", HT_ABI_X86_64, 0, ARGS(0x80000200, 0x1000, 4, 0x2000));
	record_text(&r, HT_ITEM_STRING, 1, "/dev/vda");
	record_text(&r, HT_ITEM_STRING, 3, "/aquota.user");
	assert_request(&r, "\"command\":\"Q_QUOTAON\",\"quotaType\":\"USRQUOTA\",\"device\":\"/dev/vda\",\"format\":\"QFMT_VFS_V1\","
			   "\"file\":\"/aquota.user\"");
	record_begin(&r, "quotactl", HT_ABI_X86_64, 0, ARGS(0x580102, 0, 0, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 3, 0, (uint32_t[1]){ 3 }, 4);
	assert_request(&r, "\"command\":\"Q_XQUOTAON\",\"quotaType\":\"PRJQUOTA\",\"device\":null,\"id\":0,"
			   "\"flags\":[\"FS_QUOTA_UDQ_ACCT\",\"FS_QUOTA_UDQ_ENFD\"]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fsconfig),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_statmount),
		cmocka_unit_test(test_quotas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
