/* SPDX-License-Identifier: BSD-2-Clause */
/* What requests of ioctl(2) to devices point to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record.h"

static void begin(struct record *r, enum ht_abi abi, int64_t result, uint64_t request, const void *bytes, size_t n)
{
	record_begin(r, "ioctl", abi, result, (uint64_t[HT_ARGS]){ 3, request, 0x1000 });
	if (n)
		record_item(r, HT_ITEM_BYTES, 2, 0, bytes, n);
}

static void assert_argument(struct record *r, const char *request, const char *argument)
{
	char text[900];

	assert_true((size_t)snprintf(text, sizeof(text), "\"fd\":3,\"request\":\"%s\"%s%s", request,
				     *argument ? ",\"argument\":" : "", argument) < sizeof(text));
	assert_request(r, text);
}

static void assert_answer(struct record *r, const char *argument)
{
	char text[900];

	assert_true((size_t)snprintf(text, sizeof(text), "\"result\":0,\"argument\":%s", argument) < sizeof(text));
	assert_response(r, text);
}

static void test_consoles(void **state)
{
	uint8_t wide[32] = { 4, [4] = 1, [8] = 8, [12] = 16, [17] = 1, [24] = 0, 0x10 };
	uint8_t narrow[24] = { 3, [8] = 8, [12] = 16, [17] = 2, [20] = 0, 0x20 };
	uint8_t key[513] = { 1, 'l', 's', '\n' };
	struct record r;

	(void)state;
	begin(&r, HT_ABI_X86_64, -1, 0x4b72, wide, sizeof(wide));
	assert_argument(&r, "KDFONTOP", "{\"operation\":\"KD_FONT_OP_SET_TALL\",\"flags\":[\"KD_FONT_FLAG_DONT_RECALC\"],"
			"\"width\":8,\"height\":16,\"count\":256,\"data\":\"0x1000\"}");
	begin(&r, HT_ABI_I386, -1, 0x4b72, narrow, sizeof(narrow));
	assert_argument(&r, "KDFONTOP", "{\"operation\":\"KD_FONT_OP_COPY\",\"flags\":[],\"width\":8,\"height\":16,\"count\":512,"
			"\"data\":\"0x2000\"}");
	begin(&r, HT_ABI_X86_64, 0, 0x4b49, key, sizeof(key));
	assert_argument(&r, "KDSKBSENT", "{\"function\":1,\"text\":\"ls\\n\"}");
	begin(&r, HT_ABI_X86_64, 0, 0x4b47, (uint8_t[4]){ 2, 30, 0x61, 0x0b }, 4);
	assert_argument(&r, "KDSKBENT", "{\"table\":\"K_ALTTAB\",\"index\":30,\"value\":\"0xb61\"}");
	begin(&r, HT_ABI_X86_64, 0, 0x4b46, (uint8_t[4]){ 0, 30, 0x61, 0x0b }, 4);
	assert_argument(&r, "KDGKBENT", "{\"table\":\"K_NORMTAB\",\"index\":30}");
	assert_answer(&r, "{\"table\":\"K_NORMTAB\",\"index\":30,\"value\":\"0xb61\"}");
	begin(&r, HT_ABI_X86_64, 0, 0x5602, (uint8_t[8]){ 1, 0, 10, 0, 12, 0 }, 8);
	assert_argument(&r, "VT_SETMODE", "{\"mode\":\"VT_PROCESS\",\"wait\":0,\"releaseSignal\":\"SIGUSR1\","
			"\"acquireSignal\":\"SIGUSR2\"}");
	record_begin(&r, "ioctl", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 3, 0x4b45, 4 });
	assert_argument(&r, "KDSKBMODE", "\"K_OFF\"");
}

static void test_commands_of_drives(void **state)
{
	uint8_t wide[88] = { 'S', [4] = 0xfe, 0xff, 0xff, 0xff, 6, [12] = 0, 2, [17] = 0x10, [25] = 0x20, [40] = 100, [64] = 2,
			     [68] = 1, [72] = 5 };
	uint8_t narrow[64] = { 'S', [4] = 0xff, 0xff, 0xff, 0xff, 10, [17] = 0x10, [21] = 0x20, [28] = 200, [44] = 8, [50] = 3 };
	uint8_t nvme[72] = { 0x80, [4] = 1, [24] = 0, 0x40, [36] = 0, 16, [40] = 0x11, [44] = 0x12, [64] = 0x88, 0x13 };
	struct record r;

	(void)state;
	begin(&r, HT_ABI_X86_64, 0, 0x2285, wide, sizeof(wide));
	assert_argument(&r, "SG_IO", "{\"interface\":\"0x53\",\"direction\":\"SG_DXFER_TO_DEV\",\"commandLength\":6,\"length\":512,"
			"\"data\":\"0x1000\",\"command\":\"0x2000\",\"timeout\":100,\"flags\":\"0x0\"}");
	assert_answer(&r, "{\"interface\":\"0x53\",\"direction\":\"SG_DXFER_TO_DEV\",\"commandLength\":6,\"length\":512,"
		      "\"data\":\"0x1000\",\"command\":\"0x2000\",\"timeout\":100,\"flags\":\"0x0\",\"status\":\"0x2\","
		      "\"hostStatus\":\"0x1\",\"driverStatus\":\"0x0\",\"residual\":5}");
	begin(&r, HT_ABI_I386, 0, 0x2285, narrow, sizeof(narrow));
	assert_argument(&r, "SG_IO", "{\"interface\":\"0x53\",\"direction\":\"SG_DXFER_NONE\",\"commandLength\":10,\"length\":0,"
			"\"data\":\"0x1000\",\"command\":\"0x2000\",\"timeout\":200,\"flags\":\"0x0\"}");
	assert_answer(&r, "{\"interface\":\"0x53\",\"direction\":\"SG_DXFER_NONE\",\"commandLength\":10,\"length\":0,"
		      "\"data\":\"0x1000\",\"command\":\"0x2000\",\"timeout\":200,\"flags\":\"0x0\",\"status\":\"0x8\","
		      "\"hostStatus\":\"0x0\",\"driverStatus\":\"0x3\",\"residual\":0}");
	begin(&r, HT_ABI_X86_64, -1, 0xc0484e41, nvme, sizeof(nvme));
	assert_argument(&r, "NVME_IOCTL_ADMIN_CMD", "{\"opcode\":\"0x80\",\"flags\":\"0x0\",\"namespaceId\":1,\"address\":"
			"\"0x4000\",\"length\":4096,\"word10\":\"0x11\",\"word11\":\"0x12\",\"word12\":\"0x0\",\"word13\":\"0x0\","
			"\"word14\":\"0x0\",\"word15\":\"0x0\",\"timeout\":5000}");
	begin(&r, HT_ABI_X86_64, 0, 0x31f, (uint8_t[4]){ 0xf4, 1, 2, 3 }, 4);
	assert_argument(&r, "HDIO_DRIVE_CMD", "{\"command\":\"0xf4\",\"sector\":1,\"feature\":\"0x2\",\"sectors\":3}");
	begin(&r, HT_ABI_X86_64, 0, 0x2284, (uint32_t[1]){ 3 }, 4);
	assert_argument(&r, "SG_SCSI_RESET", "\"SG_SCSI_RESET_HOST\"");
	begin(&r, HT_ABI_X86_64, 0, 0x401070c9, (uint32_t[4]){ 0xabc, 0, 5, 1 }, 16);
	assert_argument(&r, "IOC_PR_RESERVE", "{\"key\":\"0xabc\",\"type\":\"PR_WRITE_EXCLUSIVE_ALL_REGS\",\"flags\":\"0x1\"}");
}

static void test_arrays_of_disks(void **state)
{
	struct record r;

	(void)state;
	begin(&r, HT_ABI_X86_64, 0, 0x40140921, (uint32_t[5]){ 1, 8, 17, 2, 6 }, 20);
	assert_argument(&r, "ADD_NEW_DISK", "{\"number\":1,\"device\":\"8:17\",\"raidDisk\":2,\"state\":\"0x6\"}");
	record_begin(&r, "ioctl", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ 3, 0x929, 0x811 });
	assert_request(&r, "\"fd\":3,\"request\":\"SET_DISK_FAULTY\",\"device\":\"8:17\"");
}

/* A struct that is packed, and one whose words are others on i386. */
static void test_filesystems(void **state)
{
	uint8_t replace[2600] = { [16] = 2, [24] = 1, [32] = '/', 'a', [1057] = '/', 'b' };
	uint8_t wide[72] = { 5, [8] = 1, [17] = 0x10, [24] = 9, [32] = 3 };
	uint8_t narrow[68] = { 6, [8] = 1, [17] = 0x20, [20] = 8, [28] = 16 };
	uint64_t features[6] = { 0, 0, 0, 0, 1, 0x20000 };
	struct record r;

	(void)state;
	begin(&r, HT_ABI_X86_64, 0, 0xca289435, replace, sizeof(replace));
	assert_argument(&r, "BTRFS_IOC_DEV_REPLACE", "{\"command\":\"BTRFS_IOCTL_DEV_REPLACE_CMD_START\",\"sourceId\":2,\"readMode\":"
			"\"BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_AVOID\",\"source\":\"/a\",\"target\":\"/b\"}");
	begin(&r, HT_ABI_X86_64, 0, 0x40489426, wide, sizeof(wide));
	assert_argument(&r, "BTRFS_IOC_SEND", "{\"fd\":5,\"sources\":1,\"addresses\":\"0x1000\",\"parent\":9,\"flags\":["
			"\"BTRFS_SEND_FLAG_NO_FILE_DATA\",\"BTRFS_SEND_FLAG_OMIT_STREAM_HEADER\"]}");
	begin(&r, HT_ABI_I386, 0, 0x40449426, narrow, sizeof(narrow));
	assert_argument(&r, "BTRFS_IOC_SEND", "{\"fd\":6,\"sources\":1,\"addresses\":\"0x2000\",\"parent\":8,\"flags\":["
			"\"BTRFS_SEND_FLAG_COMPRESSED\"]}");
	begin(&r, HT_ABI_X86_64, 0, 0x40309439, features, sizeof(features));
	assert_argument(&r, "BTRFS_IOC_SET_FEATURES", "[{\"compatible\":\"0x0\",\"compatibleRead\":[],\"incompatible\":[]},"
			"{\"compatible\":\"0x0\",\"compatibleRead\":[\"BTRFS_FEATURE_COMPAT_RO_FREE_SPACE_TREE\"],"
			"\"incompatible\":[\"BTRFS_FEATURE_INCOMPAT_REMAP_TREE\"]}]");
}

static void test_flash(void **state)
{
	uint8_t volume[152] = { 1, [4] = 1, [9] = 0x10, [16] = 4, [17] = 1, [24] = 'v', 'o', 'l' };
	uint8_t wide[16] = { 1, [4] = 2, [9] = 0x10 }, narrow[12] = { 1, [4] = 2, [9] = 0x20 };
	struct record r;

	(void)state;
	begin(&r, HT_ABI_X86_64, 0, 0x40986f00, volume, sizeof(volume));
	assert_argument(&r, "UBI_IOCMKVOL", "{\"id\":1,\"alignment\":1,\"bytes\":4096,\"type\":\"UBI_STATIC_VOLUME\",\"flags\":["
			"\"UBI_VOL_SKIP_CRC_CHECK_FLG\"],\"name\":\"vol\"}");
	begin(&r, HT_ABI_X86_64, 0, 0xc0104d03, wide, sizeof(wide));
	assert_argument(&r, "MEMWRITEOOB", "{\"start\":1,\"length\":2,\"data\":\"0x1000\"}");
	begin(&r, HT_ABI_I386, 0, 0xc00c4d03, narrow, sizeof(narrow));
	assert_argument(&r, "MEMWRITEOOB", "{\"start\":1,\"length\":2,\"data\":\"0x2000\"}");
}

static void test_machine(void **state)
{
	uint32_t registers[8] = { 1, 0x1a4, 2 };
	uint8_t input[92] = { 3, 0, 0x6d, 4, 1, 2, 3, [8] = 'k', 'b', 'd' };
	uint8_t wide[32] = { 1, [24] = 7 }, narrow[28] = { 1, [24] = 8 };
	struct record r;

	(void)state;
	/* The kernel writes its answer over it, also that to a write. */
	begin(&r, HT_ABI_X86_64, 0, 0xc02063a1, registers, sizeof(registers));
	assert_argument(&r, "X86_IOC_WRMSR_REGS", "");
	assert_answer(&r, "[1,420,2,0,0,0,0,0]");
	begin(&r, HT_ABI_X86_64, -1, 0xc02063a1, registers, sizeof(registers));
	assert_argument(&r, "X86_IOC_WRMSR_REGS", "[1,420,2,0,0,0,0,0]");
	begin(&r, HT_ABI_X86_64, 0, 0x405c5503, input, sizeof(input));
	assert_argument(&r, "UI_DEV_SETUP", "{\"bus\":\"0x3\",\"vendor\":\"0x46d\",\"product\":\"0x201\",\"version\":\"0x3\","
			"\"name\":\"kbd\",\"effects\":0}");
	begin(&r, HT_ABI_X86_64, 0, 0x40207012, wide, sizeof(wide));
	assert_argument(&r, "RTC_PLL_SET", "{\"control\":1,\"value\":0,\"maximum\":0,\"minimum\":0,\"increment\":0,"
			"\"decrement\":0,\"clock\":7}");
	begin(&r, HT_ABI_I386, 0, 0x401c7012, narrow, sizeof(narrow));
	assert_argument(&r, "RTC_PLL_SET", "{\"control\":1,\"value\":0,\"maximum\":0,\"minimum\":0,\"increment\":0,"
			"\"decrement\":0,\"clock\":8}");
	record_begin(&r, "ioctl", HT_ABI_X86_64, 7, (uint64_t[HT_ARGS]){ 3, 0x3b6a, 0x1000 });
	record_text(&r, HT_ITEM_STRING, 2, "0000:06:0d.0");
	assert_argument(&r, "VFIO_GROUP_GET_DEVICE_FD", "\"0000:06:0d.0\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_consoles),
		cmocka_unit_test(test_commands_of_drives),
		cmocka_unit_test(test_arrays_of_disks),
		cmocka_unit_test(test_filesystems),
		cmocka_unit_test(test_flash),
		cmocka_unit_test(test_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
