/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * What the programs keep: rings, what is wanted, scratch space and counters.
 *
 * The hooks run with preemption off and never nest (no system call is made inside one), so that a CPU's scratch space and
 * its sequence numbers have one user at a time.
 */
#ifndef HT_BPF_STATE_H
#define HT_BPF_STATE_H

#include "kernel.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "hosttrail/wire.h"

#define MAX_CPUS 4096
#define PAD8(n) (((n) + 7) & ~7u)

/* Reads a field: typed pointers are followed by plain loads where the kernel gives out a typed current task (5.11). */
enum bpf_func_id___typed {
	BPF_FUNC_get_current_task_btf___typed = 158,
};
#define TYPED_TASK bpf_core_enum_value_exists(enum bpf_func_id___typed, BPF_FUNC_get_current_task_btf___typed)
#define KREAD(p, field)                                                         \
	({                                                                      \
		typeof((p)->field) _v;                                          \
		if (TYPED_TASK)                                                 \
			_v = (p)->field;                                        \
		else                                                            \
			bpf_core_read(&_v, sizeof(_v), &(p)->field);            \
		_v;                                                             \
	})

/* ---- set by user space ---- */

/* What is wanted of each call, HT_WANT_*, by ABI. any_wanted is their union: the one look that unselected calls pay for. */
ht_u8 any_wanted[HT_CALLS];
ht_u8 wanted[HT_ABI_COUNT][HT_CALLS];
struct ht_plan plans[HT_ABI_COUNT][HT_CALLS];

const volatile bool scoped;           /* only tasks below the cgroup in `scope` */
const volatile ht_u32 wakeup_bytes = 1 << 20; /* user space is woken each time so much was produced */
volatile ht_u32 recorder_pid;         /* whose own calls are exempt */

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, ht_u32);
	__type(value, ht_u32);
} scope SEC(".maps");

struct path_prefix {
	ht_u32 bits;
	char text[HT_CLASS_PREFIX];
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct path_prefix);
	__type(value, ht_u32); /* HT_CLASS_* */
} path_prefixes SEC(".maps");

struct path_name {
	char text[HT_CLASS_NAME];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct path_name);
	__type(value, ht_u32); /* HT_CLASS_* */
} path_names SEC(".maps");

/* ---- rings ---- */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} ring_management SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 << 20);
} ring_data SEC(".maps");

/* ---- counters ---- */

struct cpu_counters {
	ht_u64 sequence[HT_RINGS]; /* the last number given out */
	ht_u64 count[HT_RINGS][HT_COUNTS];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* possible CPUs, set by user space */
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, ht_u32);
	__type(value, struct cpu_counters);
} counters SEC(".maps");

struct loss_key {
	ht_u32 uid;
	ht_u8 ring, cause;
	ht_u16 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct loss_key);
	__type(value, ht_u64);
} losses SEC(".maps");

/* ---- what was described ---- */

/* How a task looks at an event: when it differs from how it looked when it was described, it is described again. */
struct fingerprint {
	struct ht_wire_identity identity;
	ht_u64 start_ns, exec_count, cgroup_id;
	ht_u64 cwd_dentry, cwd_name, cwd_mount, root_dentry, tty;
	ht_u32 mnt_ns, parent;
	char name[HT_COMM];
};
#define FINGERPRINT_WORDS (sizeof(struct fingerprint) / 8)

struct described {
	ht_u64 image;
	struct fingerprint look;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, ht_u32); /* tid */
	__type(value, struct described);
} images SEC(".maps");

/* ---- scratch ---- */

struct record {
	ht_u32 used; /* bytes of the record so far */
	ht_u32 failed; /* it did not fit */
	ht_u8 bytes[HT_WIRE_MAX + 64];
};

struct scratch {
	struct record event, process;
	struct fingerprint look;
	struct described described;
	struct path_prefix prefix;
	struct path_name leaf;
	/* The last path walked: path[path_start] to path[HT_PATH_BYTES - 1]; the slack holds a name read at the border. */
	ht_u32 path_start, path_full, path_flags;
	ht_u32 class_known; /* HT_CLASS_* of the event's paths that the kernel is sure of */
	ht_u32 class_unsure; /* some path could be of any class */
	ht_u32 faults;
	char path[HT_PATH_BYTES + 256];
	ht_u64 regs[HT_ARGS];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* possible CPUs, set by user space */
	__type(key, ht_u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

static __always_inline struct scratch *scratch_get(void)
{
	ht_u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&scratches, &cpu);
}

static __always_inline struct cpu_counters *counters_get(void)
{
	ht_u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&counters, &cpu);
}

static __always_inline void count(ht_u32 ring, ht_u32 cause)
{
	struct cpu_counters *c = counters_get();

	if (c && ring < HT_RINGS && cause < HT_COUNTS)
		c->count[ring][cause]++;
}

#endif
