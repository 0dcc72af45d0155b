/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * What the programs keep: rings, what is wanted, scratch space and counters.
 *
 * The hooks run with preemption off and never nest (no system call is made inside one), so that a CPU's
 * scratch space and its sequence numbers have one user at a time.
 */
#ifndef HT_BPF_STATE_H
#define HT_BPF_STATE_H

#include "kernel.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "hosttrail/wire.h"

#define REQUEST_BYTES 192 /* of a request of io_uring that are read at once */
#define REQUEST_SPACE 256 /* a power of two */
#define SNAPSHOT_BYTES 80 /* of a kernel object that are read at once */
#define PF_IO_WORKER 0x10u /* include/linux/sched.h: of a ring, its poll thread too */
#define PAD8(n) (((n) + 7) & ~7u)

/*
 * Reads a field: typed pointers are followed by plain loads where the kernel gives out a typed current task
 * (5.11).
 */
enum bpf_func_id___typed {
	BPF_FUNC_get_current_task_btf___typed = 158,
	BPF_FUNC_task_pt_regs___typed = 175,
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

/*
 * What is wanted of each call, HT_WANT_*, by ABI. any_wanted is their union: the one look that unselected
 * calls pay for.
 */
ht_u8 any_wanted[HT_CALLS];
ht_u8 wanted[HT_ABI_TABLES][HT_CALLS];
struct ht_plan plans[HT_ABI_TABLES][HT_CALLS];
struct ht_plan variants[HT_VARIANTS]; /* of commands whose arguments are others than their call's */

/*
 * The classes that a path beginning, or ending, with these four bytes could have, by ht_gate(): most paths
 * stop here.
 */
ht_u8 gate_first[HT_GATES];
ht_u8 gate_last[HT_GATES];

const volatile ht_u32 content_bytes;  /* of what is read and written; 0: none */
const volatile ht_u32 argument_bytes = HT_ARGV_BYTES; /* of an argument vector; at most HT_ARGV_BYTES_MAX */
const volatile bool scoped;           /* only tasks below the cgroup in `scope` */
const volatile ht_u32 wakeup_bytes = 1 << 20; /* user space is woken each time so much was produced */
const volatile bool ends_wanted;      /* of threads, too; those of processes are where the program is attached */
volatile ht_u32 recorder_pid;         /* whose own calls are exempt */

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, ht_u32);
	__type(value, ht_u32);
} scope SEC(".maps");

/* Commands of multiplexers: their route. */
struct command_key {
	ht_u32 value;
	ht_u16 call;
	ht_u16 abi;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct command_key);
	__type(value, ht_u32); /* HT_COMMAND() */
} commands SEC(".maps");

/* Calls that others are parts of. The value of the key is the number of the part. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 128);
	__type(key, struct command_key);
	__type(value, struct ht_part);
} parts SEC(".maps");

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
	ht_u64 bytes[HT_RINGS]; /* placed or tried to be */
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

/*
 * How a task looks at an event: when it differs from how it looked when it was described, it is described
 * again.
 */
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

/*
 * Whom a task was born as, for as long as it is not described. By the low bits of its number: a later task takes the place
 * of an earlier one, which costs a fork less than a table that finds both. `check` tells what two CPUs wrote at once.
 */
struct birth {
	ht_u64 start_ns, exec_count;
	ht_u64 ids, effective_ids; /* user, group << 32 */
	ht_u64 check;
};
#define BIRTHS 32768 /* a power of two */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BIRTHS);
	__type(key, ht_u32);
	__type(value, struct birth);
} births SEC(".maps");

/* ---- scratch ---- */

#define WALK_STEPS 128  /* components and mounts that are climbed; a deeper path keeps its end */
#define DENTRY_WORDS 6  /* before a short name */
#define CGROUP_DEPTH 32 /* a power of two */
#define SHORT_NAME 40   /* bytes of a name that are copied by plain stores; a dentry holds 32 or 40 of them */
#define PATH_MOST (HT_PATH_BYTES - 256) /* bytes of a walked path */
#define PATH_END (PATH_MOST + 64)       /* of scratch->path, where a walked path ends */

struct record {
	ht_u32 used; /* bytes of the record so far */
	ht_u32 failed; /* it did not fit */
	ht_u8 bytes[HT_WIRE_MAX + 64];
};

/*
 * What is kept of an operation of io_uring between its submission and its end, in front of its event. Only to be compared:
 * nothing is read through the pointers.
 */
struct uring_head {
	ht_u64 request, files, mm;
	ht_u32 class_found; /* by what was looked at when it was submitted */
	ht_u32 others;      /* operations in flight that have the same ring and user data */
	ht_u32 bits;        /* URING_* */
	ht_u32 word;        /* bytes of one in the process's memory */
};

struct scratch {
	struct uring_head uring; /* the event follows */
	struct record event, process;
	ht_s64 uring_result;
	ht_u32 uring_opcode;
	ht_u8 request[REQUEST_SPACE + 8]; /* of io_uring, as the kernel has it */
	ht_u32 unknown, absent; /* of its arguments, as in struct ht_wire_uring */
	struct fingerprint look;
	struct described described;
	struct path_prefix prefix;
	struct path_name leaf;
	volatile ht_u64 object; /* an address, on its way through memory (object.h) */
	ht_u32 path_at, path_length, path_flags; /* of the last path: where it begins in `path` */
	volatile ht_u32 path_full; /* its length before truncation */
	ht_u32 class_asked; /* HT_CLASS_* that would make this call management */
	ht_u32 class_found; /* those of them that its paths have */
	ht_u32 route;       /* enum ht_route, of this call with this command */
	bool data_wanted;
	bool relative;      /* the string fetched last does not begin with a slash */
	bool spelled;       /* some path is known by the caller's spelling alone */
	bool unsure;        /* some path could be of any class */
	bool may_drop;      /* the first path decides, and nobody wants the call if it has no such class */
	bool dropped;
	bool walked;        /* the returned file's own path was looked at */
	ht_u32 faults;
	ht_u8 path[HT_PATH_BYTES + 512];
	ht_u64 cgroup_name[CGROUP_DEPTH]; /* from the leaf up */
	ht_u8 tail[HT_CLASS_NAME];
	ht_u8 snapshot[SNAPSHOT_BYTES];
	ht_u64 dentry[DENTRY_WORDS + SHORT_NAME / 8 + 3]; /* from its d_hash on; the last words are no one's */
	struct {
		ht_u64 number, superblock, magic; /* magic: of those that are no part of a tree */
		ht_u32 mode;
	} inode; /* of the last file looked at */
	ht_u32 pidfd_pid; /* of the last one, if it was a pidfd: its process, else 0 */
	ht_u64 buffer; /* of a vector, the first that is not empty */
	volatile ht_u64 buffer_length;
	/* The message to a netlink socket that is being fetched. In memory, where the verifier forgets the numbers. */
	struct {
		volatile ht_u64 full;    /* length of all its buffers */
		volatile ht_u32 length;  /* bytes of it that are there */
		volatile ht_u32 carried; /* bytes of all the call's messages, or HT_MESSAGE_BYTES: no more */
		volatile ht_u32 flags;   /* HT_ITEM_* */
	} message;
	union {
		ht_u64 wide[6];
		ht_u32 narrow[6];
	} msghdr_words; /* as they lie in user memory; not on the stack, of which deep calls have little */
	struct {
		volatile ht_u64 name, vector, count, control, control_length;
		volatile ht_u32 name_length;
	} msghdr; /* of the message looked at last */
	struct {
		volatile ht_u64 at[HT_MESSAGES], left[HT_MESSAGES]; /* what is left of the control messages of each */
		volatile ht_u64 fd; /* where the next descriptor lies */
		volatile ht_u32 fds; /* how many there are yet */
		volatile ht_u32 messages, message; /* how many messages, none but while a call is looked at; and which */
		ht_u32 word, arg;
	} passing; /* descriptors along with messages */
	volatile ht_u32 passed; /* how many were looked at */
	ht_u32 out;   /* bit i: the kernel writes what argument i points to */
	bool netlink; /* the descriptor looked at last is a netlink socket */
	bool sends;   /* the call is none that reads */
	bool submitted; /* an operation of io_uring that is taken, and has no result yet */
	bool completed; /* an operation of io_uring whose arguments were looked at when it was submitted */
	ht_u64 regs[HT_ARGS];
	struct {
		ht_u64 next;   /* where the address of the next string lies */
		ht_u64 string; /* what is left of the one that is being read; 0: none is */
		ht_u32 at;     /* in the event */
		ht_u32 flags;  /* HT_ITEM_* */
	} argv;
	struct {
		ht_u64 bprm; /* a typed pointer is no argument for a function that is verified once */
		struct ht_wire_exec item;
		ht_u32 call, abi;
		ht_u32 dirfd, at_flags; /* of execveat */
	} exec;
	struct ht_wire_exit end;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* possible CPUs, set by user space */
	__type(key, ht_u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

/*
 * The lesser of the two, as every verifier understands it: compilers compare one copy of a number and use
 * another, and older verifiers know nothing of the second.
 */
#define AT_MOST(number, max)                                                        \
	({                                                                          \
		ht_u64 _n = (ht_u32)(number);                                       \
		asm volatile("if %[n] <= %[m] goto +1\n\t%[n] = %[m]"               \
			     : [n] "+r"(_n)                                         \
			     : [m] "i"(max));                                       \
		_n;                                                                 \
	})

static __always_inline struct task_struct *task_get(void)
{
	return TYPED_TASK ? bpf_get_current_task_btf() : (void *)bpf_get_current_task();
}

static __always_inline struct scratch *scratch_get(void)
{
	ht_u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&scratches, &cpu);
}

static __always_inline ht_u8 *path_text(struct scratch *s)
{
	return s->path + (s->path_at & (HT_PATH_BYTES - 1));
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
