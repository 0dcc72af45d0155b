/* SPDX-License-Identifier: BSD-2-Clause */
/* What requests of ioctl(2) point to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hosttrail/structs.h"
#include "record.h"

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })

static void begin(struct record *r, enum ht_abi abi, int64_t result, uint64_t request, const void *bytes, size_t n)
{
	record_begin(r, "ioctl", abi, result, ARGS(3, request, 0x1000));
	if (n)
		record_item(r, HT_ITEM_BYTES, 2, 0, bytes, n);
}

static void test_terminals(void **state)
{
	uint32_t termios[9] = { 0x500, 0x5, 0x10be, 0x8a3b, 0x1c0300 };
	const char *members = "{\"inputFlags\":[\"ICRNL\",\"IXON\"],\"outputFlags\":[\"OPOST\",\"ONLCR\"],\"controlFlags\":[\"CS8\","
			      "\"B3000000\",\"CREAD\"],\"localFlags\":[\"ISIG\",\"ICANON\",\"ECHO\",\"ECHOE\",\"ECHOK\",\"ECHOCTL\","
			      "\"ECHOKE\",\"IEXTEN\"],\"line\":\"N_TTY\",\"controlCharacters\":"
			      "\"031c0000000000000000000000000000000000\"}";
	char text[600];
	struct record r;

	(void)state;
	termios[2] = 0x30 | 0x100d | 0x80;
	begin(&r, HT_ABI_X86_64, 0, 0x5402, termios, sizeof(termios));
	snprintf(text, sizeof(text), "\"fd\":3,\"request\":\"TCSETS\",\"argument\":%s", members);
	assert_request(&r, text);
	begin(&r, HT_ABI_I386, 0, 0x5401, termios, sizeof(termios));
	assert_request(&r, "\"fd\":3,\"request\":\"TCGETS\"");
	snprintf(text, sizeof(text), "\"result\":0,\"argument\":%s", members);
	assert_response(&r, text);
	begin(&r, HT_ABI_X86_64, 0, 0x5412, "x", 1);
	assert_request(&r, "\"fd\":3,\"request\":\"TIOCSTI\",\"argument\":\"x\"");
	begin(&r, HT_ABI_X86_64, 0, 0x5412, "", 1);
	assert_request(&r, "\"fd\":3,\"request\":\"TIOCSTI\",\"argument\":\"\\u0000\"");
	begin(&r, HT_ABI_X86_64, 0, 0x5414, (uint16_t[4]){ 24, 80, 1, 2 }, 8);
	assert_request(&r, "\"fd\":3,\"request\":\"TIOCSWINSZ\",\"argument\":{\"rows\":24,\"columns\":80,\"width\":1,\"height\":2}");
}

static void test_files(void **state)
{
	struct record r;

	(void)state;
	begin(&r, HT_ABI_X86_64, 0, 0x40086602, (uint32_t[1]){ 0x30 }, 4);
	assert_request(&r, "\"fd\":3,\"request\":\"FS_IOC_SETFLAGS\",\"argument\":[\"FS_IMMUTABLE_FL\",\"FS_APPEND_FL\"]");
	begin(&r, HT_ABI_X86_64, 0, 0x401c5820, (uint32_t[7]){ 8, 0, 0, 42 }, 28);
	assert_request(&r, "\"fd\":3,\"request\":\"FS_IOC_FSSETXATTR\",\"argument\":{\"flags\":[\"FS_XFLAG_IMMUTABLE\"],"
			   "\"extentSize\":0,\"extents\":0,\"projectId\":42,\"copyExtentSize\":0}");
	record_begin(&r, "ioctl", HT_ABI_X86_64, 0, ARGS(3, 0x40049409, 4));
	record_text(&r, HT_ITEM_PATH, 2, "/from");
	assert_request(&r, "\"fd\":3,\"request\":\"FICLONE\",\"sourceFd\":4,\"sourceFdPath\":\"/from\"");
	/* how much was trimmed stands where the length was */
	begin(&r, HT_ABI_X86_64, 0, 0xc0185879, (uint64_t[3]){ 0, 4096, 512 }, 24);
	assert_request(&r, "\"fd\":3,\"request\":\"FITRIM\",\"argument\":{\"start\":0,\"minimum\":512}");
	assert_response(&r, "\"result\":0,\"argument\":{\"start\":0,\"length\":4096,\"minimum\":512}");
	begin(&r, HT_ABI_X86_64, -1, 0xc0185879, (uint64_t[3]){ 0, 4096, 512 }, 24);
	assert_request(&r, "\"fd\":3,\"request\":\"FITRIM\",\"argument\":{\"start\":0,\"length\":4096,\"minimum\":512}");
}

static void test_block_devices(void **state)
{
	uint8_t config[304] = { 4, 0, 0, 0, 0, 2, [8 + 24] = 8, [8 + 52] = 5, [8 + 56] = 'i', [8 + 57] = 'm', [8 + 58] = 'g',
				[8 + 184] = 's', 'e', 'c', 'r', 'e', 't' };
	uint8_t mapper[312] = { 4, 0, 0, 0, 7, [12] = 56, 1, [28] = 1, 0x80, [41] = 254, [48] = 'r', 'o', 'o', 't', [176] = 'u' };
	struct record r;

	(void)state;
	begin(&r, HT_ABI_X86_64, 0, 0x4c0a, config, sizeof(config));
	assert_request(&r, "\"fd\":3,\"request\":\"LOOP_CONFIGURE\",\"argument\":{\"backingFd\":4,\"blockSize\":512,\"info\":{"
			   "\"device\":\"0:0\",\"inode\":0,\"backingDevice\":\"0:0\",\"offset\":8,\"sizeLimit\":0,\"number\":0,"
			   "\"flags\":[\"LO_FLAGS_READ_ONLY\",\"LO_FLAGS_AUTOCLEAR\"],\"file\":\"img\"}}");
	begin(&r, HT_ABI_X86_64, 0, 0xc138fd03, mapper, sizeof(mapper));
	assert_request(&r, "\"fd\":3,\"request\":\"DM_DEV_CREATE\",\"argument\":{\"version\":[4,7,0],\"size\":312,\"targets\":0,"
			   "\"flags\":[\"DM_READONLY_FLAG\",\"DM_SECURE_DATA_FLAG\"],\"device\":\"254:0\",\"name\":\"root\",\"uuid\":\"u\"}");
	begin(&r, HT_ABI_X86_64, 0, 0x1277, (uint64_t[2]){ 512, 4096 }, 16);
	assert_request(&r, "\"fd\":3,\"request\":\"BLKDISCARD\",\"range\":[512,4096]");
}

/* The layout of 32-bit callers, which x32's is in that request. The key and its name are not told. */
static void test_loop_status(void **state)
{
	uint8_t wide[168] = { 7, [8] = 1, 8, [24] = 2, 8, [32] = 9, [44] = 2, [48] = 'w', [112] = 'k', [148] = 1 };
	uint8_t narrow[140] = { 7, [4] = 1, 8, [8] = 5, [12] = 2, 8, [16] = 9, [28] = 4, [32] = 'n', [96] = 'k' };
	const char *text = "\"fd\":3,\"request\":\"LOOP_SET_STATUS\",\"argument\":{\"number\":7,\"device\":\"8:1\","
			   "\"inode\":5,\"backingDevice\":\"8:2\",\"offset\":9,\"flags\":[\"LO_FLAGS_AUTOCLEAR\"],\"file\":\"n\"}";
	struct record r;

	(void)state;
	begin(&r, HT_ABI_X86_64, 0, 0x4c02, wide, sizeof(wide));
	assert_request(&r, "\"fd\":3,\"request\":\"LOOP_SET_STATUS\",\"argument\":{\"number\":7,\"device\":\"8:1\",\"inode\":0,"
			   "\"backingDevice\":\"8:2\",\"offset\":9,\"flags\":[\"LO_FLAGS_USE_AOPS\"],\"file\":\"w\"}");
	begin(&r, HT_ABI_I386, 0, 0x4c02, narrow, sizeof(narrow));
	assert_request(&r, text);
	assert_int_equal(ht_struct_layout(&ht_struct_loop_info, HT_ABI_X32), HT_LAYOUT_32);
	begin(&r, HT_ABI_X86_64, 0, 0x4c02, wide, sizeof(wide) - 1);
	assert_request(&r, "\"fd\":3,\"request\":\"LOOP_SET_STATUS\",\"unreadable\":[\"argument\"]");
}

static void socket_of(struct record *r, uint16_t family)
{
	struct ht_wire_socket s = { .family = family, .type = 2 };

	record_item(r, HT_ITEM_SOCKET, 0, 0, &s, sizeof(s));
}

/* The same request takes another struct of a socket of IPv6. */
static void test_interfaces(void **state)
{
	uint8_t address[40] = { 'e', 't', 'h', '0', [16] = 2, [20] = 10, 0, 0, 1 };
	uint8_t address6[40] = { 0xfd, [15] = 1, [16] = 64, [20] = 2 };
	uint8_t route[84] = { [4] = 2, [8] = 10, [20] = 2, [24] = 10, 0, 0, 1, [36] = 2, [40] = 255, [52] = 3, [72] = 1 };
	struct record r;

	(void)state;
	begin(&r, HT_ABI_X86_64, 0, 0x8916, address, sizeof(address));
	assert_request(&r, "\"fd\":3,\"request\":\"SIOCSIFADDR\",\"argument\":{\"name\":\"eth0\",\"address\":{\"family\":\"AF_INET\","
			   "\"address\":\"10.0.0.1\",\"port\":0}}");
	begin(&r, HT_ABI_I386, 0, 0x8915, address, 32);
	assert_request(&r, "\"fd\":3,\"request\":\"SIOCGIFADDR\",\"argument\":{\"name\":\"eth0\"}");
	assert_response(&r, "\"result\":0,\"argument\":{\"name\":\"eth0\",\"address\":{\"family\":\"AF_INET\",\"address\":\"10.0.0.1\","
			    "\"port\":0}}");
	begin(&r, HT_ABI_X86_64, 0, 0x8916, address6, sizeof(address6));
	socket_of(&r, 10);
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_INET6\",\"type\":\"SOCK_DGRAM\",\"protocol\":\"IPPROTO_IP\"},"
			   "\"request\":\"SIOCSIFADDR\",\"argument\":{\"address\":\"fd00::1\",\"prefixLength\":64,\"index\":2}");
	/* It is the smaller one, and may stand where no more is to be read. */
	record_begin(&r, "ioctl", HT_ABI_X86_64, 0, ARGS(3, 0x8916, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, HT_ITEM_FAULT, address6, 24);
	socket_of(&r, 10);
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_INET6\",\"type\":\"SOCK_DGRAM\",\"protocol\":\"IPPROTO_IP\"},"
			   "\"request\":\"SIOCSIFADDR\",\"argument\":{\"address\":\"fd00::1\",\"prefixLength\":64,\"index\":2}");
	record_begin(&r, "ioctl", HT_ABI_X86_64, 0, ARGS(3, 0x8916, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, HT_ITEM_FAULT, address6, 23);
	socket_of(&r, 10);
	assert_request(&r, "\"fd\":3,\"fdSocket\":{\"family\":\"AF_INET6\",\"type\":\"SOCK_DGRAM\",\"protocol\":\"IPPROTO_IP\"},"
			   "\"request\":\"SIOCSIFADDR\",\"unreadable\":[\"argument\"]");
	begin(&r, HT_ABI_X86_64, 0, 0x8914, (uint8_t[40]){ 'l', 'o', [16] = 0x41 }, 40);
	assert_request(&r, "\"fd\":3,\"request\":\"SIOCSIFFLAGS\",\"argument\":{\"name\":\"lo\",\"flags\":[\"IFF_UP\",\"IFF_RUNNING\"]}");
	begin(&r, HT_ABI_X86_64, 0, 0x8924, (uint8_t[40]){ 'l', 'o', [16] = 1, 0, 1, 2, 3, 4, 5, 6 }, 40);
	assert_request(&r, "\"fd\":3,\"request\":\"SIOCSIFHWADDR\",\"argument\":{\"name\":\"lo\",\"type\":\"ARPHRD_ETHER\","
			   "\"address\":\"010203040506\"}");
	begin(&r, HT_ABI_X86_64, 0, 0x400454ca, (uint8_t[40]){ 't', '0', [16] = 2, 0x10 }, 40);
	assert_request(&r, "\"fd\":3,\"request\":\"TUNSETIFF\",\"argument\":{\"name\":\"t0\",\"flags\":[\"IFF_TAP\",\"IFF_NO_PI\"]}");
	begin(&r, HT_ABI_I386, 0, 0x890b, route, sizeof(route));
	assert_request(&r, "\"fd\":3,\"request\":\"SIOCADDRT\",\"argument\":{\"destination\":{\"family\":\"AF_INET\",\"address\":"
			   "\"10.0.0.0\",\"port\":0},\"gateway\":{\"family\":\"AF_INET\",\"address\":\"10.0.0.1\",\"port\":0},"
			   "\"mask\":{\"family\":\"AF_INET\",\"address\":\"255.0.0.0\",\"port\":0},\"flags\":[\"RTF_UP\","
			   "\"RTF_GATEWAY\"],\"metric\":0,\"device\":\"0x0\",\"mtu\":1,\"window\":0,\"roundTripTime\":0}");
}

static void test_kernel(void **state)
{
	const char *process = "\"result\":0,\"argument\":{\"mask\":[\"PIDFD_INFO_PID\",\"PIDFD_INFO_EXIT\"],\"cgroupId\":7,\"pid\":1,"
			      "\"tgid\":2,\"ppid\":3,\"uid\":4,\"gid\":5,\"euid\":6,\"egid\":7,\"suid\":8,\"sgid\":9,\"fsuid\":10,"
			      "\"fsgid\":11,\"exitStatus\":{\"exitStatus\":3}}";
	uint32_t info[18] = { 9, 0, 7, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0x300 };
	struct record r;

	(void)state;
	begin(&r, HT_ABI_X86_64, 0, 0x4024700a, (uint32_t[9]){ 1, 2, 3, 4, 5, 125 }, 36);
	assert_request(&r, "\"fd\":3,\"request\":\"RTC_SET_TIME\",\"argument\":{\"second\":1,\"minute\":2,\"hour\":3,\"day\":4,\"month\":5,"
			   "\"year\":125,\"weekDay\":0,\"yearDay\":0,\"daylightSaving\":0}");
	/* The kernel writes over it, and zeros if it refuses. */
	begin(&r, HT_ABI_X86_64, 0, 0xc018aa3f, (uint64_t[3]){ 0xaa, 2, 1ull << 63 | 3 }, 24);
	assert_request(&r, "\"fd\":3,\"request\":\"UFFDIO_API\"");
	assert_response(&r, "\"result\":0,\"argument\":{\"api\":\"0xaa\",\"features\":[\"UFFD_FEATURE_EVENT_FORK\"],"
			    "\"requests\":[\"_UFFDIO_REGISTER\",\"_UFFDIO_UNREGISTER\",\"_UFFDIO_API\"]}");
	begin(&r, HT_ABI_X86_64, -1, 0xc018aa3f, (uint64_t[3]){ 0 }, 24);
	assert_request(&r, "\"fd\":3,\"request\":\"UFFDIO_API\"");
	begin(&r, HT_ABI_X86_64, 0, 0xc028aa05, (uint64_t[5]){ 0x1000, 0x2000, 4096, 2, 4096 }, 40);
	assert_request(&r, "\"fd\":3,\"request\":\"UFFDIO_MOVE\",\"argument\":{\"destination\":\"0x1000\",\"source\":\"0x2000\","
			   "\"length\":4096,\"mode\":[\"UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES\"]}");
	assert_response(&r, "\"result\":0,\"argument\":{\"destination\":\"0x1000\",\"source\":\"0x2000\",\"length\":4096,"
			    "\"mode\":[\"UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES\"],\"moved\":4096}");
	begin(&r, HT_ABI_X86_64, 0x20000000, 0xb703, NULL, 0);
	assert_request(&r, "\"fd\":3,\"request\":\"NS_GET_NSTYPE\"");
	assert_response(&r, "\"result\":[\"CLONE_NEWPID\"]");
	/* A struct that grew, and its request with it. */
	begin(&r, HT_ABI_X86_64, 0, 0xc040ff0b, info, 64);
	assert_request(&r, "\"fd\":3,\"request\":\"PIDFD_GET_INFO\"");
	assert_response(&r, process);
	begin(&r, HT_ABI_X86_64, 0, 0xc048ff0b, info, 72);
	assert_response(&r, process);
	info[0] = 1;
	begin(&r, HT_ABI_X86_64, 0, 0xc058ff0b, info, 64);
	assert_response(&r, "\"result\":0,\"argument\":{\"mask\":[\"PIDFD_INFO_PID\"],\"cgroupId\":7,\"pid\":1,\"tgid\":2,"
			    "\"ppid\":3,\"uid\":4,\"gid\":5,\"euid\":6,\"egid\":7,\"suid\":8,\"sgid\":9,\"fsuid\":10,\"fsgid\":11}");
	/* a request that nothing is known of */
	begin(&r, HT_ABI_X86_64, 0, 0xabcdef01, NULL, 0);
	assert_request(&r, "\"fd\":3,\"request\":\"0xabcdef01\",\"argument\":\"0x1000\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terminals),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_block_devices),
		cmocka_unit_test(test_loop_status),
		cmocka_unit_test(test_interfaces),
		cmocka_unit_test(test_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
