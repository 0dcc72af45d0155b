/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KERNEL: bpf(2) by command. Maps are small, the one program that loads returns zero and is attached to nothing, and
 * what could be attached names descriptors that are not there.
 */
#include "calls/calls.h"
#include "calls/child.h"

#include <linux/bpf.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define NO_FD 9999

static union bpf_attr attr;

#define TO_WORD(pointer) ((uint64_t)(uintptr_t)(pointer))

static union bpf_attr *cleared(void)
{
	return memset(&attr, 0, sizeof attr);
}

static long bpf(int command)
{
	return call(bpf, command, &attr, sizeof attr);
}

static int map(unsigned type, const char *name, unsigned entries)
{
	cleared()->map_type = type;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.max_entries = entries;
	memcpy(attr.map_name, name, strlen(name));
	return (int)bpf(BPF_MAP_CREATE);
}

static int program(const struct bpf_insn *instructions, unsigned count)
{
	cleared()->prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = TO_WORD(instructions);
	attr.insn_cnt = count;
	attr.license = TO_WORD("BSD");
	memcpy(attr.prog_name, "returns_zero", sizeof "returns_zero");
	return (int)bpf(BPF_PROG_LOAD);
}

static const struct bpf_insn RETURNS_ZERO[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};

static void maps(void)
{
	works(map(BPF_MAP_TYPE_ARRAY, "hosttrail_array", 3));
	works(map(BPF_MAP_TYPE_HASH, "short", 5));
	fails(EINVAL, map(BPF_MAP_TYPE_HASH, "bad name!", 5));
	fails(EINVAL, map(BPF_MAP_TYPE_ARRAY, "empty", 0));
	fails(EINVAL, map(9999, "unknown", 1));
	cleared()->map_type = BPF_MAP_TYPE_RINGBUF;
	attr.max_entries = 4096;
	works(bpf(BPF_MAP_CREATE));
	attr.map_flags = UINT32_MAX;
	fails(EINVAL, bpf(BPF_MAP_CREATE));
}

/* The same members for the commands of elements. */
static long element(int command, int fd, const void *key, const void *value, uint64_t flags)
{
	cleared()->map_fd = (uint32_t)fd;
	attr.key = TO_WORD(key);
	attr.value = TO_WORD(value);
	attr.flags = flags;
	return bpf(command);
}

static void elements(void)
{
	uint32_t key = 7, next;
	uint64_t value = 8;
	int fd = map(BPF_MAP_TYPE_HASH, "elements", 4);

	works(element(BPF_MAP_UPDATE_ELEM, fd, &key, &value, BPF_NOEXIST));
	fails(EEXIST, element(BPF_MAP_UPDATE_ELEM, fd, &key, &value, BPF_NOEXIST));
	works(element(BPF_MAP_LOOKUP_ELEM, fd, &key, &value, 0));
	works(element(BPF_MAP_GET_NEXT_KEY, fd, NULL, &next, 0));
	works(element(BPF_MAP_DELETE_ELEM, fd, &key, NULL, 0));
	fails(ENOENT, element(BPF_MAP_DELETE_ELEM, fd, &key, NULL, 0));
	/* Hashes have this since Linux 5.14. */
	works(element(BPF_MAP_UPDATE_ELEM, fd, &key, &value, BPF_ANY));
	if (element(BPF_MAP_LOOKUP_AND_DELETE_ELEM, fd, &key, &value, 0) < 0)
		works(element(BPF_MAP_DELETE_ELEM, fd, &key, NULL, 0));
	fails(ENOENT, element(BPF_MAP_LOOKUP_ELEM, fd, &key, &value, 0));
	fails(EBADF, element(BPF_MAP_LOOKUP_ELEM, NO_FD, &key, &value, 0));
	fails(EINVAL, element(BPF_MAP_LOOKUP_ELEM, 0, &key, &value, 0));
	fails(EFAULT, element(BPF_MAP_UPDATE_ELEM, fd, unreadable(), &value, 0));
	works(element(BPF_MAP_FREEZE, fd, NULL, NULL, 0));
	fails(EPERM, element(BPF_MAP_UPDATE_ELEM, fd, &key, &value, 0));
}

static void batches(void)
{
	uint32_t keys[2] = {1, 2}, cursor;
	uint64_t values[2] = {3, 4};
	int fd = map(BPF_MAP_TYPE_HASH, "batches", 4);

	for (int command = BPF_MAP_LOOKUP_BATCH; command <= BPF_MAP_DELETE_BATCH; command++) {
		cleared()->batch.map_fd = (uint32_t)fd;
		attr.batch.keys = TO_WORD(keys);
		attr.batch.values = TO_WORD(values);
		attr.batch.out_batch = TO_WORD(&cursor);
		attr.batch.count = 2;
		bpf(command);
	}
}

static void programs(void)
{
	const struct bpf_insn falls_off[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}};
	static char log[4096];

	works(program(RETURNS_ZERO, 2));
	cleared()->prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = TO_WORD(falls_off);
	attr.insn_cnt = 1;
	attr.license = TO_WORD("GPL");
	attr.log_buf = TO_WORD(log);
	attr.log_size = sizeof log;
	attr.log_level = 1;
	fails(EINVAL, bpf(BPF_PROG_LOAD));
	attr.insn_cnt = UINT32_MAX;
	fails(E2BIG, bpf(BPF_PROG_LOAD));
	attr.insn_cnt = 1;
	attr.license = TO_WORD(unreadable());
	fails(EFAULT, bpf(BPF_PROG_LOAD));
}

static void runs(int fd)
{
	char packet[64] = {0};

	cleared()->test.prog_fd = (uint32_t)fd;
	attr.test.data_in = TO_WORD(packet);
	attr.test.data_size_in = sizeof packet;
	attr.test.repeat = 1;
	works(bpf(BPF_PROG_TEST_RUN));
	cleared()->raw_tracepoint.name = TO_WORD("sys_enter");
	attr.raw_tracepoint.prog_fd = NO_FD;
	fails(EBADF, bpf(BPF_RAW_TRACEPOINT_OPEN));
	cleared()->prog_bind_map.prog_fd = (uint32_t)fd;
	attr.prog_bind_map.map_fd = NO_FD;
	fails(EBADF, bpf(BPF_PROG_BIND_MAP));
}

static void ids(int fd)
{
	struct bpf_prog_info *info = (struct bpf_prog_info *)out;
	uint32_t id;

	memset(out, 0, sizeof out);
	cleared()->info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = sizeof *info;
	attr.info.info = TO_WORD(info);
	works(bpf(BPF_OBJ_GET_INFO_BY_FD));
	id = info->id;
	cleared()->prog_id = id;
	works(bpf(BPF_PROG_GET_FD_BY_ID));
	cleared()->prog_id = UINT32_MAX;
	fails(ENOENT, bpf(BPF_PROG_GET_FD_BY_ID));
	cleared()->start_id = id - 1;
	works(bpf(BPF_PROG_GET_NEXT_ID));
	cleared()->start_id = INT32_MAX - 1;
	fails(ENOENT, bpf(BPF_MAP_GET_NEXT_ID));
	cleared()->map_id = UINT32_MAX;
	fails(ENOENT, bpf(BPF_MAP_GET_FD_BY_ID));
	cleared()->btf_id = UINT32_MAX;
	fails(ENOENT, bpf(BPF_BTF_GET_FD_BY_ID));
	cleared()->start_id = INT32_MAX - 1;
	call(bpf, BPF_BTF_GET_NEXT_ID, &attr, sizeof attr);
	cleared()->link_id = UINT32_MAX;
	fails(ENOENT, bpf(BPF_LINK_GET_FD_BY_ID));
	cleared()->start_id = INT32_MAX - 1;
	fails(ENOENT, bpf(BPF_LINK_GET_NEXT_ID));
}

/* What hangs a program somewhere, with nothing to hang. */
static void attachments(void)
{
	cleared()->target_fd = NO_FD;
	attr.attach_bpf_fd = NO_FD;
	attr.attach_type = BPF_CGROUP_INET_INGRESS;
	attr.attach_flags = BPF_F_ALLOW_MULTI;
	fails(EBADF, bpf(BPF_PROG_ATTACH));
	attr.attach_flags = 0;
	fails(EBADF, bpf(BPF_PROG_DETACH));
	cleared()->query.target_fd = NO_FD;
	attr.query.attach_type = BPF_CGROUP_DEVICE;
	fails(EBADF, bpf(BPF_PROG_QUERY));
	cleared()->link_create.prog_fd = NO_FD;
	attr.link_create.target_fd = NO_FD;
	attr.link_create.attach_type = BPF_XDP;
	fails(EBADF, bpf(BPF_LINK_CREATE));
	cleared()->link_update.link_fd = NO_FD;
	fails(EBADF, bpf(BPF_LINK_UPDATE));
	cleared()->link_detach.link_fd = NO_FD;
	fails(EBADF, bpf(BPF_LINK_DETACH));
	cleared()->iter_create.link_fd = NO_FD;
	fails(EBADF, bpf(BPF_ITER_CREATE));
	cleared()->task_fd_query.pid = (uint32_t)getpid();
	attr.task_fd_query.fd = NO_FD;
	fails(EBADF, bpf(BPF_TASK_FD_QUERY));
	cleared()->enable_stats.type = 99;
	fails(EINVAL, bpf(BPF_ENABLE_STATS));
	cleared();
	attr.map_fd = NO_FD;
	for (int command = 36 /* BPF_TOKEN_CREATE */; command < 40; command++)
		bpf(command);
}

static void types(void)
{
	struct {
		uint16_t magic;
		uint8_t version, flags;
		uint32_t header, type_offset, type_length, string_offset, string_length;
		uint32_t integer[4];
		char strings[8];
	} btf = {0xeb9f, 1, 0, 24, 0, 16, 16, 8, {1, 1 << 24, 4, 32}, "\0int"};

	cleared()->btf = TO_WORD(&btf);
	attr.btf_size = sizeof btf;
	works(bpf(BPF_BTF_LOAD));
	btf.magic = 0;
	fails(EINVAL, bpf(BPF_BTF_LOAD));
}

static void pins(int fd)
{
	cleared()->pathname = TO_WORD("no bpffs");
	attr.bpf_fd = (uint32_t)fd;
	fails(EPERM, bpf(BPF_OBJ_PIN));
	own_namespaces(CLONE_NEWNS);
	need(mkdir("bpffs", 0700) == 0);
	if (mount("bpf", "bpffs", "bpf", 0, NULL) != 0)
		return;
	cleared()->pathname = TO_WORD("bpffs/pinned");
	attr.bpf_fd = (uint32_t)fd;
	works(bpf(BPF_OBJ_PIN));
	fails(EEXIST, bpf(BPF_OBJ_PIN));
	attr.bpf_fd = 0;
	works(bpf(BPF_OBJ_GET));
	attr.pathname = TO_WORD("bpffs/nonexistent");
	fails(ENOENT, bpf(BPF_OBJ_GET));
}

CALLS(bpf)
{
	int fd;

	maps();
	elements();
	batches();
	programs();
	types();
	fd = program(RETURNS_ZERO, 2);
	runs(fd);
	ids(fd);
	attachments();
	IN_CHILD
		pins(fd);
	cleared();
	fails(EINVAL, bpf(9999));
	drop_capabilities();
	fails(EPERM, map(BPF_MAP_TYPE_HASH, "refused", 4));
	fails(EPERM, program(RETURNS_ZERO, 2));
}

EXTRA(hostile_bpf)
{
	static struct {
		union bpf_attr known;
		uint64_t newer[16];
	} longer;

	memset(&attr, 0xff, sizeof attr);
	for (int command = -1; command <= BPF_PROG_BIND_MAP + 4; command++)
		bpf(command);
	fails(EFAULT, call(bpf, BPF_MAP_CREATE, unreadable(), sizeof attr));
	fails(EFAULT, call(bpf, BPF_MAP_CREATE, at_border(NULL, 8), 16));
	fails(EINVAL, call(bpf, BPF_MAP_CREATE, at_border(NULL, 8), 8));
	fails(EINVAL, call(bpf, BPF_MAP_CREATE, NULL, 0));
	fails(E2BIG, call(bpf, BPF_MAP_CREATE, &attr, 4097));
	fails(E2BIG, call(bpf, BPF_MAP_CREATE, unreadable(), -1));
	longer.newer[15] = 1;
	fails(E2BIG, call(bpf, BPF_MAP_CREATE, &longer, sizeof longer));
	cleared()->pathname = TO_WORD(unterminated(9));
	fails(EFAULT, bpf(BPF_OBJ_GET));
	cleared()->insns = TO_WORD(unmapped());
	attr.insn_cnt = 65536;
	attr.prog_type = BPF_PROG_TYPE_KPROBE;
	attr.license = TO_WORD(unterminated(3));
	fails(EFAULT, bpf(BPF_PROG_LOAD));
}
