/* SPDX-License-Identifier: BSD-2-Clause */
/* The attributes of bpf(2), filled by the header's own members, so that the table's offsets are compared with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/bpf.h>

#include "record.h"

static void begin(struct record *r, uint32_t command, const union bpf_attr *attr, size_t n, int64_t result)
{
	record_begin(r, "bpf", HT_ABI_X86_64, result, (uint64_t[HT_ARGS]){ command, 0x1000, n, 7, 8, 9 });
	record_item(r, HT_ITEM_BYTES, 1, 0, attr, n);
}

static void check(uint32_t command, const char *name, const union bpf_attr *attr, size_t n, const char *attributes)
{
	char expected[2048];
	struct record r;

	begin(&r, command, attr, n, -1);
	snprintf(expected, sizeof(expected), "\"command\":\"%s\",\"attributes\":{%s},\"size\":%zu", name, attributes, n);
	assert_request(&r, expected);
}

static void test_load(void **state)
{
	union bpf_attr a;
	struct record r;

	(void)state;
	memset(&a, 0, sizeof(a));
	a.prog_type = BPF_PROG_TYPE_KPROBE;
	a.insn_cnt = 12;
	a.insns = 0x10;
	a.license = 0x20;
	a.log_level = 1;
	a.log_size = 2;
	a.log_buf = 0x30;
	a.kern_version = 0x50a00;
	a.prog_flags = 4;
	memcpy(a.prog_name, "0123456789abcdef", 16);
	a.prog_ifindex = 3;
	a.expected_attach_type = BPF_TRACE_FENTRY;
	a.prog_btf_fd = 5;
	a.func_info_rec_size = 8;
	a.func_info = 0x40;
	a.func_info_cnt = 6;
	a.line_info_rec_size = 16;
	a.line_info = 0x50;
	a.line_info_cnt = 7;
	a.attach_btf_id = 99;
	a.attach_prog_fd = 4;
	a.core_relo_cnt = 1;
	a.fd_array = 0x60;
	a.core_relos = 0x70;
	a.core_relo_rec_size = 24;
	check(BPF_PROG_LOAD, "BPF_PROG_LOAD", &a, 140,
	      "\"programType\":\"BPF_PROG_TYPE_KPROBE\",\"instructionCount\":12,\"instructions\":\"0x10\",\"license\":\"0x20\","
	      "\"logLevel\":1,\"logSize\":2,\"logBuffer\":\"0x30\",\"kernelVersion\":\"0x50a00\","
	      "\"programFlags\":[\"BPF_F_TEST_RND_HI32\"],\"programName\":\"0123456789abcdef\",\"interface\":3,"
	      "\"expectedAttachType\":\"BPF_TRACE_FENTRY\",\"btfFd\":5,\"functionInfoRecordSize\":8,\"functionInfo\":\"0x40\","
	      "\"functionInfoCount\":6,\"lineInfoRecordSize\":16,\"lineInfo\":\"0x50\",\"lineInfoCount\":7,\"attachBtfId\":99,"
	      "\"attachFd\":4,\"relocationCount\":1,\"fdArray\":\"0x60\",\"relocations\":\"0x70\",\"relocationRecordSize\":24");
	/* An old program says less, and may end within its name; the license is what the attributes point to. */
	begin(&r, BPF_PROG_LOAD | 0x10000, &a, 52, 3);
	record_text(&r, HT_ITEM_STRING, 3, "GPL");
	record_item(&r, HT_ITEM_BYTES, 4, HT_ITEM_TRUNCATED, (uint64_t[2]){ 0x100000000b7, 0x95 }, 16);
	record_last(&r)->full_length = 96;
	assert_request_cut(&r, "\"command\":\"BPF_PROG_LOAD\",\"commandFlags\":[\"BPF_COMMON_ATTRS\"],\"attributes\":{"
			   "\"programType\":\"BPF_PROG_TYPE_KPROBE\",\"instructionCount\":12,\"instructions\":\"0x10\","
			   "\"license\":\"0x20\",\"logLevel\":1,\"logSize\":2,\"logBuffer\":\"0x30\",\"kernelVersion\":\"0x50a00\","
			   "\"programFlags\":[\"BPF_F_TEST_RND_HI32\"],\"programName\":\"0123\"},\"size\":52,\"license\":\"GPL\","
			   "\"instructions\":[\"b700000000010000\",\"9500000000000000\"]", "requestParameters.instructions", 96);
}

static void test_maps(void **state)
{
	union bpf_attr a;
	struct record r;

	(void)state;
	memset(&a, 0, sizeof(a));
	a.map_type = BPF_MAP_TYPE_RINGBUF;
	a.max_entries = 4096;
	a.map_flags = 0x400;
	a.numa_node = 1;
	a.map_ifindex = 2;
	a.btf_fd = 3;
	a.btf_key_type_id = 4;
	a.btf_value_type_id = 5;
	a.btf_vmlinux_value_type_id = 6;
	a.map_extra = 7;
	check(BPF_MAP_CREATE, "BPF_MAP_CREATE", &a, 72,
	      "\"mapType\":\"BPF_MAP_TYPE_RINGBUF\",\"keySize\":0,\"valueSize\":0,\"maxEntries\":4096,"
	      "\"mapFlags\":[\"BPF_F_MMAPABLE\"],\"innerMapFd\":0,\"numaNode\":1,\"mapName\":\"\",\"interface\":2,\"btfFd\":3,"
	      "\"btfKeyTypeId\":4,\"btfValueTypeId\":5,\"btfKernelValueTypeId\":6,\"mapExtra\":7");
	memset(&a, 0, sizeof(a));
	a.map_fd = 3;
	a.key = 0x10;
	a.value = 0x20;
	a.flags = BPF_EXIST;
	check(BPF_MAP_UPDATE_ELEM, "BPF_MAP_UPDATE_ELEM", &a, 32,
	      "\"mapFd\":3,\"key\":\"0x10\",\"value\":\"0x20\",\"flags\":[\"BPF_EXIST\"]");
	memset(&a, 0, sizeof(a));
	a.batch.map_fd = 11;
	a.batch.count = 5;
	a.batch.elem_flags = BPF_F_LOCK;
	check(BPF_MAP_UPDATE_BATCH, "BPF_MAP_UPDATE_BATCH", &a, 56,
	      "\"inBatch\":\"0x0\",\"outBatch\":\"0x0\",\"keys\":\"0x0\",\"values\":\"0x0\",\"count\":5,\"mapFd\":11,"
	      "\"elementFlags\":[\"BPF_F_LOCK\"],\"flags\":\"0x0\"");
	/* What the kernel wrote over its own is no parameter. */
	begin(&r, BPF_MAP_GET_NEXT_ID, &(union bpf_attr){ .start_id = 3, .next_id = 4 }, 12, 0);
	assert_request(&r, "\"command\":\"BPF_MAP_GET_NEXT_ID\",\"attributes\":{\"startId\":3,\"openFlags\":[]},\"size\":12");
	assert_response(&r, "\"result\":0,\"attributes\":{\"startId\":3,\"nextId\":4,\"openFlags\":[]}");
}

static void test_attach(void **state)
{
	union bpf_attr a;

	(void)state;
	memset(&a, 0, sizeof(a));
	a.target_fd = 3;
	a.attach_bpf_fd = 4;
	a.attach_type = BPF_CGROUP_INET_EGRESS;
	a.attach_flags = 2;
	check(BPF_PROG_ATTACH, "BPF_PROG_ATTACH", &a, 16,
	      "\"targetFd\":3,\"programFd\":4,\"attachType\":\"BPF_CGROUP_INET_EGRESS\",\"attachFlags\":[\"BPF_F_ALLOW_MULTI\"]");
	memset(&a, 0, sizeof(a));
	a.link_create.prog_fd = 5;
	a.link_create.target_fd = 6;
	a.link_create.attach_type = BPF_XDP;
	a.link_create.flags = 4;
	check(BPF_LINK_CREATE, "BPF_LINK_CREATE", &a, 16,
	      "\"programFd\":5,\"targetFd\":6,\"attachType\":\"BPF_XDP\",\"flags\":[\"BPF_F_REPLACE\"]");
	a.link_create.target_btf_id = 7;
	check(BPF_LINK_CREATE, "BPF_LINK_CREATE", &a, 20,
	      "\"programFd\":5,\"targetFd\":6,\"attachType\":\"BPF_XDP\",\"flags\":[\"BPF_F_REPLACE\"],\"details\":\"07000000\"");
	a.link_create.attach_type = BPF_PERF_EVENT;
	a.link_create.perf_event.bpf_cookie = 0x77;
	check(BPF_LINK_CREATE, "BPF_LINK_CREATE", &a, 24,
	      "\"programFd\":5,\"targetFd\":6,\"attachType\":\"BPF_PERF_EVENT\",\"flags\":[\"BPF_F_REPLACE\"],\"details\":{"
	      "\"cookie\":\"0x77\"}");
	a.link_create.attach_type = BPF_TRACE_KPROBE_MULTI;
	a.link_create.kprobe_multi.flags = 1;
	a.link_create.kprobe_multi.cnt = 2;
	a.link_create.kprobe_multi.syms = 0x10;
	a.link_create.kprobe_multi.addrs = 0x20;
	a.link_create.kprobe_multi.cookies = 0x30;
	check(BPF_LINK_CREATE, "BPF_LINK_CREATE", &a, 48,
	      "\"programFd\":5,\"targetFd\":6,\"attachType\":\"BPF_TRACE_KPROBE_MULTI\",\"flags\":[\"BPF_F_REPLACE\"],\"details\":{"
	      "\"flags\":[\"BPF_F_KPROBE_MULTI_RETURN\"],\"count\":2,\"symbols\":\"0x10\",\"addresses\":\"0x20\",\"cookies\":\"0x30\"}");
	a.link_create.attach_type = BPF_TRACE_ITER;
	a.link_create.iter_info = 0x40;
	a.link_create.iter_info_len = 9;
	check(BPF_LINK_CREATE, "BPF_LINK_CREATE", &a, 28,
	      "\"programFd\":5,\"targetFd\":6,\"attachType\":\"BPF_TRACE_ITER\",\"flags\":[\"BPF_F_REPLACE\"],\"details\":{"
	      "\"information\":\"0x40\",\"informationLength\":9}");
	a.link_create.attach_type = BPF_TRACE_FEXIT;
	a.link_create.tracing.target_btf_id = 3;
	a.link_create.tracing.cookie = 4;
	check(BPF_LINK_CREATE, "BPF_LINK_CREATE", &a, 32,
	      "\"programFd\":5,\"targetFd\":6,\"attachType\":\"BPF_TRACE_FEXIT\",\"flags\":[\"BPF_F_REPLACE\"],\"details\":{"
	      "\"targetBtfId\":3,\"cookie\":\"0x4\"}");
}

/* Attach types that are newer than the oldest header there is. */
static void test_newer_links(void **state)
{
	union bpf_attr a;

	(void)state;
	memset(&a, 0, sizeof(a));
	a.link_create.attach_type = 45;
	memcpy(&a.link_create.target_btf_id, (uint32_t[4]){ 2, 3, (uint32_t)-100, 1 }, 16);
	check(BPF_LINK_CREATE, "BPF_LINK_CREATE", &a, 32,
	      "\"programFd\":0,\"targetFd\":0,\"attachType\":\"BPF_NETFILTER\",\"flags\":[],\"details\":{"
	      "\"family\":\"NFPROTO_IPV4\",\"hook\":\"NF_INET_LOCAL_OUT\",\"priority\":-100,\"flags\":[\"BPF_F_NETFILTER_IP_DEFRAG\"]}");
	a.link_create.attach_type = 48;
	memcpy(&a.link_create.target_btf_id, (uint64_t[6]){ 1, 2, 3, 4, 5 | 1ull << 32, 6 }, 48);
	check(BPF_LINK_CREATE, "BPF_LINK_CREATE", &a, 60,
	      "\"programFd\":0,\"targetFd\":0,\"attachType\":\"BPF_TRACE_UPROBE_MULTI\",\"flags\":[],\"details\":{"
	      "\"path\":\"0x1\",\"offsets\":\"0x2\",\"referenceOffsets\":\"0x3\",\"cookies\":\"0x4\",\"count\":5,"
	      "\"flags\":[\"BPF_F_UPROBE_MULTI_RETURN\"],\"pid\":6}");
	a.link_create.attach_type = 47;
	check(BPF_LINK_CREATE, "BPF_LINK_CREATE", &a, 32,
	      "\"programFd\":0,\"targetFd\":0,\"attachType\":\"BPF_TCX_EGRESS\",\"flags\":[],\"details\":{"
	      "\"relativeFd\":1,\"expectedRevision\":2}");
}

static void test_updates(void **state)
{
	union bpf_attr a;

	(void)state;
	memset(&a, 0, sizeof(a));
	a.link_update.link_fd = 7;
	a.link_update.new_prog_fd = 8;
	a.link_update.flags = 4;
	a.link_update.old_prog_fd = 9;
	check(BPF_LINK_UPDATE, "BPF_LINK_UPDATE", &a, 16,
	      "\"linkFd\":7,\"newProgramFd\":8,\"flags\":[\"BPF_F_REPLACE\"],\"oldProgramFd\":9");
	memset(&a, 0, sizeof(a));
	a.raw_tracepoint.name = 0x10;
	a.raw_tracepoint.prog_fd = 9;
	check(BPF_RAW_TRACEPOINT_OPEN, "BPF_RAW_TRACEPOINT_OPEN", &a, 16, "\"name\":\"0x10\",\"programFd\":9");
	memset(&a, 0, sizeof(a));
	a.test.prog_fd = 3;
	a.test.data_size_in = 14;
	a.test.repeat = 2;
	a.test.flags = 1;
	a.test.cpu = 1;
	check(BPF_PROG_TEST_RUN, "BPF_PROG_TEST_RUN", &a, 72,
	      "\"programFd\":3,\"returnValue\":0,\"dataSizeIn\":14,\"dataSizeOut\":0,\"dataIn\":\"0x0\",\"dataOut\":\"0x0\","
	      "\"repeat\":2,\"duration\":0,\"contextSizeIn\":0,\"contextSizeOut\":0,\"contextIn\":\"0x0\",\"contextOut\":\"0x0\","
	      "\"flags\":[\"BPF_F_TEST_RUN_ON_CPU\"],\"cpu\":1");
}

static void test_objects(void **state)
{
	union bpf_attr a;
	struct record r;

	(void)state;
	memset(&a, 0, sizeof(a));
	a.pathname = 0x5000;
	a.bpf_fd = 10;
	a.file_flags = 8;
	begin(&r, BPF_OBJ_PIN, &a, 16, 0);
	record_text(&r, HT_ITEM_STRING, 3, "/sys/fs/bpf/map");
	assert_request(&r, "\"command\":\"BPF_OBJ_PIN\",\"attributes\":{\"path\":\"0x5000\",\"bpfFd\":10,"
			   "\"fileFlags\":[\"BPF_F_RDONLY\"]},\"size\":16,\"path\":\"/sys/fs/bpf/map\"");
	memset(&a, 0, sizeof(a));
	a.info.bpf_fd = 3;
	a.info.info_len = 208;
	a.info.info = 0x10;
	check(BPF_OBJ_GET_INFO_BY_FD, "BPF_OBJ_GET_INFO_BY_FD", &a, 16, "\"bpfFd\":3,\"infoLength\":208,\"info\":\"0x10\"");
	memset(&a, 0, sizeof(a));
	a.query.target_fd = 4;
	a.query.attach_type = BPF_CGROUP_DEVICE;
	a.query.query_flags = 1;
	a.query.prog_ids = 0x10;
	a.query.prog_cnt = 64;
	check(BPF_PROG_QUERY, "BPF_PROG_QUERY", &a, 28,
	      "\"targetFd\":4,\"attachType\":\"BPF_CGROUP_DEVICE\",\"queryFlags\":[\"BPF_F_QUERY_EFFECTIVE\"],\"attachFlags\":[],"
	      "\"programIds\":\"0x10\",\"programCount\":64");
	memset(&a, 0, sizeof(a));
	a.task_fd_query.pid = 5;
	a.task_fd_query.fd = 6;
	a.task_fd_query.buf_len = 7;
	a.task_fd_query.buf = 0x10;
	a.task_fd_query.prog_id = 8;
	a.task_fd_query.fd_type = BPF_FD_TYPE_KPROBE;
	a.task_fd_query.probe_offset = 9;
	a.task_fd_query.probe_addr = 10;
	check(BPF_TASK_FD_QUERY, "BPF_TASK_FD_QUERY", &a, 48,
	      "\"pid\":5,\"fd\":6,\"flags\":\"0x0\",\"bufferLength\":7,\"buffer\":\"0x10\",\"programId\":8,"
	      "\"fdType\":\"BPF_FD_TYPE_KPROBE\",\"probeOffset\":\"0x9\",\"probeAddress\":\"0xa\"");
	memset(&a, 0, sizeof(a));
	a.btf = 0x10;
	a.btf_size = 1000;
	check(BPF_BTF_LOAD, "BPF_BTF_LOAD", &a, 28,
	      "\"btf\":\"0x10\",\"logBuffer\":\"0x0\",\"btfSize\":1000,\"logSize\":0,\"logLevel\":0");
	check(BPF_BTF_LOAD, "BPF_BTF_LOAD", &a, 0, "");
}

/* A command that is not known has bytes. */
static void test_unknown(void **state)
{
	struct record r;

	(void)state;
	begin(&r, 4711, &(union bpf_attr){ .map_type = 1 }, 4, -22);
	assert_request(&r, "\"command\":4711,\"attributes\":\"01000000\",\"size\":4");
	begin(&r, 0x14711, &(union bpf_attr){ .map_type = 1 }, 4, -22);
	assert_request(&r, "\"command\":83729,\"attributes\":\"01000000\",\"size\":4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),    cmocka_unit_test(test_maps),    cmocka_unit_test(test_attach),
		cmocka_unit_test(test_newer_links), cmocka_unit_test(test_updates),
		cmocka_unit_test(test_objects), cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
