/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <asm/prctl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/blktrace_api.h>
#include <linux/btrfs.h>
#include <linux/capability.h>
#include <linux/dm-ioctl.h>
#include <linux/eventpoll.h>
#include <linux/falloc.h>
#include <linux/fanotify.h>
#include <linux/fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/if_tun.h>
#include <linux/in.h>
#include <linux/inotify.h>
#include <linux/io_uring.h>
#include <linux/ioprio.h>
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/kvm.h>
#include <linux/landlock.h>
#include <linux/loop.h>
#include <linux/memfd.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <linux/perf_event.h>
#include <linux/personality.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/reboot.h>
#include <linux/rtc.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <linux/stat.h>
#include <linux/userfaultfd.h>
#include <linux/videodev2.h>
#include <linux/wait.h>
#include <linux/xattr.h>
#include <linux/xfrm.h>
#include <sys/ioctl.h>
#include <sys/timex.h>

#include "base/cleanup.h"
#include "event/names.h"

/* ---- every value makes the round trip to text ---- */

static const struct ht_name_value *value_by_name(const struct ht_name_set *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->values[i].name, name) == 0)
			return &set->values[i];
	return NULL;
}

static void test_every_value_makes_the_round_trip(void **state)
{
	size_t count, values = 0;
	const struct ht_name_set *const *sets = ht_name_sets(&count);

	(void)state;
	assert_true(count > 250);
	for (size_t i = 0; i < count; i++) {
		assert_true(sets[i]->count > 0);
		for (size_t k = 0; k < sets[i]->count; k++) {
			const struct ht_name_value *v = &sets[i]->values[k];

			/*
			 * A hole in the middle would be a NULL here; a value or name that stands twice,
			 * another one.
			 */
			assert_non_null(v->name);
			assert_string_equal(ht_name_of(sets[i], v->value), v->name);
			/* The number of a request depends on the size of its struct: a name has one for each. */
			if (sets[i] != &ht_names_ioctl_requests)
				assert_ptr_equal(value_by_name(sets[i], v->name), v);
			values++;
		}
	}
	assert_true(values > 5000);
	assert_null(ht_name_of(&ht_names_signals, 4711));
	assert_null(ht_name_of(&ht_names_signals, 0));
	assert_null(ht_name_of(&ht_names_signals, UINT64_MAX));
	assert_null(ht_name_of(&ht_names_wait_id_types, 4711));
}

static void test_sets_have_names_of_their_own(void **state)
{
	size_t count;
	const struct ht_name_set *const *sets = ht_name_sets(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(sets[i]->id, sets[k]->id);
}

/* Sets that are shown as an array of flags. */
static const struct ht_name_set *const flag_sets[] = {
	&ht_names_open_flags_x86, &ht_names_open_flags_arm64, &ht_names_at_flags, &ht_names_clone_flags,
	&ht_names_mount_flags, &ht_names_mmap_protection, &ht_names_mmap_flags, &ht_names_statx_mask,
	&ht_names_message_flags, &ht_names_fanotify_mark_flags, &ht_names_inotify_mask, &ht_names_adjtime_modes,
	&ht_names_personality_flags, &ht_names_resolve_flags, &ht_names_fallocate_modes, &ht_names_netlink_flags,
	&ht_names_flock_operations, &ht_names_sync_range_flags, &ht_names_inode_flags, &ht_names_statx_attributes,
	&ht_names_memfd_flags, &ht_names_shmget_flags, &ht_names_mount_attr, &ht_names_sched_flags, &ht_names_epoll_events,
	&ht_names_poll_events, &ht_names_futex2_flags, &ht_names_prctl_fpexc, &ht_names_prctl_sve,
	&ht_names_io_uring_timeout_flags, &ht_names_perf_sample_types, &ht_names_bpf_map_flags, &ht_names_statmount_mask,
	&ht_names_sigaction_flags, &ht_names_landlock_access_fs, &ht_names_key_permissions, &ht_names_timestamping_flags,
};

static void test_flags_of_several_bits_stand_before_their_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(flag_sets); i++)
		for (size_t k = 0; k < flag_sets[i]->count; k++)
			for (size_t m = 0; m < k; m++) {
				uint64_t before = flag_sets[i]->values[m].value, v = flag_sets[i]->values[k].value;

				if (before && (v & before) == before)
					fail_msg("%s hides %s", flag_sets[i]->values[m].name, flag_sets[i]->values[k].name);
			}
}

/* ---- against the machine's headers ---- */

/*
 * What a name is in the headers above: its expansion as text, which is the name itself if it is no macro.
 * Expressions of numbers are worked out; those that need the compiler (sizes of structs) are left to the
 * list below.
 */
#define TEXT_OF(x) #x
#define EXPANSION_OF(x) TEXT_OF(x)

static const struct expansion {
	const char *name, *text;
	uint64_t value;
} expansions[] = {
#define NAMES(id) { NULL, #id, 0 },
#define NAME(name, value) { #name, EXPANSION_OF(name), value },
#define NAMES_END(id)
#include "hosttrail/catalogue/names.def"
#undef NAMES_END
#undef NAME
#undef NAMES
};

struct parser {
	const char *at;
	bool failed;
};

static uint64_t parse_or(struct parser *p);

static void skip_space(struct parser *p)
{
	while (*p->at == ' ')
		p->at++;
}

static bool take(struct parser *p, const char *token)
{
	skip_space(p);
	if (strncmp(p->at, token, strlen(token)) != 0)
		return false;
	p->at += strlen(token);
	return true;
}

static uint64_t parse_primary(struct parser *p)
{
	uint64_t v;
	char *end;

	if (take(p, "~"))
		return ~parse_primary(p);
	if (take(p, "-"))
		return -parse_primary(p);
	if (take(p, "(")) {
		v = parse_or(p);
		if (!take(p, ")"))
			p->failed = true;
		return v;
	}
	skip_space(p);
	if (*p->at < '0' || *p->at > '9') {
		p->failed = true;
		return 0;
	}
	v = strtoull(p->at, &end, 0);
	p->at = end + strspn(end, "uUlL");
	return v;
}

static uint64_t parse_sum(struct parser *p)
{
	uint64_t v = parse_primary(p);

	while (!p->failed) {
		if (take(p, "+"))
			v += parse_primary(p);
		else if (take(p, "-"))
			v -= parse_primary(p);
		else
			break;
	}
	return v;
}

static uint64_t parse_shift(struct parser *p)
{
	uint64_t v = parse_sum(p);

	while (!p->failed && take(p, "<<"))
		v <<= parse_sum(p);
	return v;
}

static uint64_t parse_or(struct parser *p)
{
	uint64_t v = parse_shift(p);

	while (!p->failed && take(p, "|"))
		v |= parse_shift(p);
	return v;
}

/* Sets of another architecture, or whose names mean something else in a header that is included here. */
static bool comparable(const char *set)
{
	static const char *const foreign[] = {
#ifdef __x86_64__
		"open_flags_arm64",
#else
		"open_flags_x86",   "dup_flags",
#endif
		"msync_flags",      "userfaultfd_requests",
	};

	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++)
		if (strcmp(set, foreign[i]) == 0)
			return false;
	return true;
}

static void test_macros_of_the_headers(void **state)
{
	unsigned compared = 0;
	bool skipped = false;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expansions); i++) {
		struct parser p = { expansions[i].text, false };
		uint64_t v;

		if (!expansions[i].name) {
			skipped = !comparable(expansions[i].text);
			continue;
		}
		if (skipped || strcmp(expansions[i].name, expansions[i].text) == 0)
			continue;
		v = parse_or(&p);
		if (p.failed || *p.at)
			continue;
		compared++;
		if ((uint32_t)v != (uint32_t)expansions[i].value)
			fail_msg("%s: is 0x%llx in the headers, 0x%llx in names.def", expansions[i].name,
				 (unsigned long long)v, (unsigned long long)expansions[i].value);
	}
	assert_true(compared > 750);
}

#define ASSERT_NAME(set, name) assert_string_equal(ht_name_of(&ht_names_##set, (uint32_t)(name)), #name)

static void test_enumerators_of_the_headers(void **state)
{
	(void)state;
	ASSERT_NAME(bpf_commands, BPF_MAP_CREATE);
	ASSERT_NAME(bpf_commands, BPF_PROG_LOAD);
	ASSERT_NAME(bpf_commands, BPF_LINK_CREATE);
	ASSERT_NAME(bpf_commands, BPF_PROG_BIND_MAP);
	ASSERT_NAME(bpf_map_types, BPF_MAP_TYPE_RINGBUF);
	ASSERT_NAME(bpf_map_types, BPF_MAP_TYPE_USER_RINGBUF);
	ASSERT_NAME(bpf_program_types, BPF_PROG_TYPE_RAW_TRACEPOINT);
	ASSERT_NAME(bpf_program_types, BPF_PROG_TYPE_SYSCALL);
	ASSERT_NAME(bpf_attach_types, BPF_TRACE_FENTRY);
	ASSERT_NAME(bpf_attach_types, BPF_LSM_CGROUP);
	ASSERT_NAME(bpf_update_flags, BPF_NOEXIST);
	ASSERT_NAME(bpf_map_flags, BPF_F_MMAPABLE);
	ASSERT_NAME(bpf_link_types, BPF_LINK_TYPE_CGROUP);
	ASSERT_NAME(fsconfig_commands, FSCONFIG_SET_FD);
	ASSERT_NAME(fsconfig_commands, FSCONFIG_CMD_RECONFIGURE);
	ASSERT_NAME(io_uring_register_operations, IORING_REGISTER_BUFFERS);
	ASSERT_NAME(io_uring_register_operations, IORING_REGISTER_FILE_ALLOC_RANGE);
	ASSERT_NAME(io_uring_operations, IORING_OP_OPENAT2);
	ASSERT_NAME(io_uring_operations, IORING_OP_SENDMSG_ZC);
	ASSERT_NAME(landlock_rule_types, LANDLOCK_RULE_PATH_BENEATH);
	ASSERT_NAME(perf_types, PERF_TYPE_BREAKPOINT);
	ASSERT_NAME(perf_hardware_events, PERF_COUNT_HW_REF_CPU_CYCLES);
	ASSERT_NAME(perf_software_events, PERF_COUNT_SW_BPF_OUTPUT);
	ASSERT_NAME(perf_sample_types, PERF_SAMPLE_DATA_SRC);
	ASSERT_NAME(ioprio_classes, IOPRIO_CLASS_IDLE);
	ASSERT_NAME(ip_protocols, IPPROTO_TCP);
	ASSERT_NAME(ip_protocols, IPPROTO_MPTCP);
	ASSERT_NAME(personalities, PER_LINUX32);
	ASSERT_NAME(route_messages, RTM_NEWROUTE);
	ASSERT_NAME(route_messages, RTM_GETNEXTHOPBUCKET);
	ASSERT_NAME(xfrm_messages, XFRM_MSG_NEWSA);
	ASSERT_NAME(xfrm_messages, XFRM_MSG_GETDEFAULT);
}

/* Requests whose numbers hold the size of a struct. */
static void test_requests_of_the_headers(void **state)
{
	(void)state;
	ASSERT_NAME(ioctl_requests, FS_IOC_SETFLAGS);
	ASSERT_NAME(ioctl_requests, FS_IOC_FSSETXATTR);
	ASSERT_NAME(ioctl_requests, FICLONERANGE);
	ASSERT_NAME(ioctl_requests, BTRFS_IOC_SNAP_CREATE_V2);
	ASSERT_NAME(ioctl_requests, DM_DEV_CREATE);
	ASSERT_NAME(ioctl_requests, TUNSETIFF);
	ASSERT_NAME(ioctl_requests, RTC_SET_TIME);
	ASSERT_NAME(ioctl_requests, PERF_EVENT_IOC_SET_FILTER);
	ASSERT_NAME(ioctl_requests, SECCOMP_IOCTL_NOTIF_SEND);
	ASSERT_NAME(ioctl_requests, LOOP_CONFIGURE);
	ASSERT_NAME(ioctl_requests, TIOCSTI);
	ASSERT_NAME(ioctl_requests, SIOCADDRT);
	ASSERT_NAME(ioctl_requests, BLKTRACESETUP);
	ASSERT_NAME(ioctl_requests, FS_IOC_FIEMAP);
	ASSERT_NAME(ioctl_requests, KVM_SET_USER_MEMORY_REGION);
	ASSERT_NAME(ioctl_requests, UFFDIO_COPY);
	ASSERT_NAME(ioctl_requests, VIDIOC_STREAMON);
}

/* Of i386, whose structs with words or 64-bit members are shorter. */
static void test_requests_of_i386(void **state)
{
	static const struct {
		uint32_t number;
		const char *name;
	} requests[] = {
		{ 0x80046601, "FS_IOC32_GETFLAGS" },
		{ 0x40046602, "FS_IOC32_SETFLAGS" },
		{ 0x4004700e, "RTC_EPOCH_SET" },
		{ 0x40042406, "PERF_EVENT_IOC_SET_FILTER" },
		{ 0x400854d5, "TUNATTACHFILTER" },
		{ 0xc0401273, "BLKTRACESETUP" },
		{ 0x80041272, "BLKGETSIZE64" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		assert_string_equal(ht_name_of(&ht_names_ioctl_requests, requests[i].number), requests[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_value_makes_the_round_trip),
		cmocka_unit_test(test_sets_have_names_of_their_own),
		cmocka_unit_test(test_flags_of_several_bits_stand_before_their_parts),
		cmocka_unit_test(test_macros_of_the_headers),
		cmocka_unit_test(test_enumerators_of_the_headers),
		cmocka_unit_test(test_requests_of_the_headers),
		cmocka_unit_test(test_requests_of_i386),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
