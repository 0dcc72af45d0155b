/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/bpf.h>

#include "record.h"

static void check(uint32_t command, const char *name, const union bpf_attr *attr, size_t n, const char *attributes)
{
	char expected[1024];
	struct record r;

	record_begin(&r, "bpf", HT_ABI_X86_64, 0, (uint64_t[HT_ARGS]){ command, 0x1000, n });
	record_item(&r, HT_ITEM_BYTES, 1, 0, attr, n);
	snprintf(expected, sizeof(expected), "\"command\":\"%s\",\"attributes\":{%s},\"size\":%zu", name, attributes, n);
	assert_request(&r, expected);
}

/* The attributes are filled by the header's own members, so that the offsets are compared with it. */
static void test_load_and_create(void **state)
{
	union bpf_attr a;

	(void)state;
	memset(&a, 0, sizeof(a));
	a.prog_type = BPF_PROG_TYPE_KPROBE;
	a.insn_cnt = 12;
	a.prog_flags = 4;
	memcpy(a.prog_name, "0123456789abcdef", 16);
	a.expected_attach_type = BPF_TRACE_FENTRY;
	a.attach_btf_id = 99;
	check(BPF_PROG_LOAD, "BPF_PROG_LOAD", &a, sizeof(a),
	      "\"programType\":\"BPF_PROG_TYPE_KPROBE\",\"instructions\":12,\"programFlags\":\"0x4\","
	      "\"programName\":\"0123456789abcdef\",\"expectedAttachType\":\"BPF_TRACE_FENTRY\",\"attachBtfId\":99");
	/* An old program says less. */
	check(BPF_PROG_LOAD, "BPF_PROG_LOAD", &a, 48,
	      "\"programType\":\"BPF_PROG_TYPE_KPROBE\",\"instructions\":12,\"programFlags\":\"0x4\"");
	memset(&a, 0, sizeof(a));
	a.map_type = BPF_MAP_TYPE_RINGBUF;
	a.max_entries = 4096;
	a.map_flags = 0x400;
	check(BPF_MAP_CREATE, "BPF_MAP_CREATE", &a, 72,
	      "\"mapType\":\"BPF_MAP_TYPE_RINGBUF\",\"keySize\":0,\"valueSize\":0,\"maxEntries\":4096,\"mapFlags\":\"0x400\"");
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
	      "\"targetFd\":3,\"programFd\":4,\"attachType\":\"BPF_CGROUP_INET_EGRESS\",\"attachFlags\":\"0x2\"");
	memset(&a, 0, sizeof(a));
	a.link_create.prog_fd = 5;
	a.link_create.target_fd = 6;
	a.link_create.attach_type = BPF_XDP;
	a.link_create.flags = 1;
	check(BPF_LINK_CREATE, "BPF_LINK_CREATE", &a, 48,
	      "\"programFd\":5,\"targetFd\":6,\"attachType\":\"BPF_XDP\",\"flags\":\"0x1\"");
	memset(&a, 0, sizeof(a));
	a.link_update.link_fd = 7;
	a.link_update.new_prog_fd = 8;
	check(BPF_LINK_UPDATE, "BPF_LINK_UPDATE", &a, 16, "\"linkFd\":7,\"newProgramFd\":8");
	memset(&a, 0, sizeof(a));
	a.raw_tracepoint.prog_fd = 9;
	check(BPF_RAW_TRACEPOINT_OPEN, "BPF_RAW_TRACEPOINT_OPEN", &a, 16, "\"programFd\":9");
	memset(&a, 0, sizeof(a));
	a.bpf_fd = 10;
	a.file_flags = 8;
	check(BPF_OBJ_PIN, "BPF_OBJ_PIN", &a, 16, "\"bpfFd\":10,\"fileFlags\":\"0x8\"");
	memset(&a, 0, sizeof(a));
	a.batch.map_fd = 11;
	check(BPF_MAP_UPDATE_BATCH, "BPF_MAP_UPDATE_BATCH", &a, 56, "\"mapFd\":11");
	memset(&a, 0, sizeof(a));
	a.btf_size = 1000;
	check(BPF_BTF_LOAD, "BPF_BTF_LOAD", &a, 32, "\"btfSize\":1000");
	check(BPF_BTF_LOAD, "BPF_BTF_LOAD", &a, 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load_and_create),
		cmocka_unit_test(test_attach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
