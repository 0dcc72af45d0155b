/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The wire record: what the programs in the kernel place in a ring and user space takes out.
 *
 * Both sides include this one header. Every type has a fixed width, every struct is free of padding (asserted
 * below), byte order is the machine's own. A record is a head, the rest of its struct, then `items` items,
 * each a struct ht_wire_item followed by `length` bytes and zero bytes up to the next multiple of 8. A record
 * never crosses machines: what leaves the host is the JSON event.
 *
 * Whoever decodes a record checks every length against the record's size: a ring is memory that root can
 * write to.
 */
#ifndef HOSTTRAIL_WIRE_H
#define HOSTTRAIL_WIRE_H

#ifdef __bpf__
typedef __u8 ht_u8;
typedef __u16 ht_u16;
typedef __u32 ht_u32;
typedef __u64 ht_u64;
typedef __s64 ht_s64;
#else
#include <stdint.h>
typedef uint8_t ht_u8;
typedef uint16_t ht_u16;
typedef uint32_t ht_u32;
typedef uint64_t ht_u64;
typedef int64_t ht_s64;
#endif

#define HT_WIRE_MAX 32768u /* bytes of the largest record */
#define HT_CALLS 1024u     /* slots per ABI of the tables: of calls by their numbers, and of parts of calls */
#define HT_PART_FIRST 768u /* the first part; numbers of calls that do not lie below it share the slot before it */
#define HT_ARGS 6u
#define HT_COMM 16u
#define HT_ANCESTORS 4u
#define HT_PATH_BYTES 4096u /* the longest path that is carried; a longer one keeps its end */
#define HT_ARGV_BYTES 8192u /* the most of an argument vector that is carried, unless the recorder says otherwise */
#define HT_ARGV_BYTES_MAX 16384u /* the most that it may say */
#define HT_MESSAGE_BYTES 4096u /* the most of what one call sends to a netlink socket that is carried: some 15 firewall rules */
#define HT_MESSAGES 8u      /* the most messages of one sendmmsg(2) or recvmmsg(2) that are carried */

enum ht_abi {
	HT_ABI_X86_64 = 0,
	HT_ABI_I386 = 1,
	HT_ABI_ARM64 = 2,
	HT_ABI_X32 = 3, /* an x86_64 call with bit 30 set */
	HT_ABI_TABLES = 4, /* those above have a table of calls each */
	HT_ABI_IO_URING = 4, /* an operation of io_uring; the number is its opcode */
	HT_ABI_COUNT = 5,
};

enum ht_ring {
	HT_RING_MANAGEMENT = 0,
	HT_RING_DATA = 1,
	HT_RINGS = 2,
};

enum ht_wire_kind {
	HT_WIRE_EVENT = 1,
	HT_WIRE_PROCESS = 2,
};

struct ht_wire_head {
	ht_u32 size;     /* of the whole record in bytes, this head included, a multiple of 8 */
	ht_u8 kind;      /* enum ht_wire_kind */
	ht_u8 items;     /* how many items follow the struct */
	ht_u16 cpu;      /* that placed it */
	ht_u64 sequence; /* the next number of this CPU and ring, from 1; a number is used up also when the placing fails */
	ht_u64 time_ns;  /* CLOCK_BOOTTIME */
};

/* Who a task was: what an event must not lose even when the description of its image was. */
struct ht_wire_identity {
	ht_u32 uid, gid, euid, egid; /* in the initial user namespace */
	ht_u32 login_uid;            /* (uint32_t)-1: not set */
	ht_u32 session;              /* audit session id; (uint32_t)-1: not set */
};

struct ht_wire_event {
	struct ht_wire_head head;
	ht_u64 image; /* names the process record that describes the task as it was: its cpu << 48 | sequence; 0: none was placed */
	ht_u32 pid, tid; /* in the initial pid namespace */
	ht_s64 result;   /* of the call: -4095 to -1 is an error */
	ht_u64 args[HT_ARGS]; /* as in the registers; i386: zero-extended 32 bits */
	ht_u32 call;     /* its number in that ABI, without the x32 bit */
	ht_u8 abi;       /* enum ht_abi */
	ht_u8 route;     /* bits HT_ROUTED_* */
	ht_u16 via;      /* the number of the multiplexer that call is a part of (socketcall, ipc); 0: none */
	struct ht_wire_identity identity; /* when the call completed */
};

#define HT_ROUTED_UNDECIDED 1u /* the kernel could not tell the plane from the caller's path: user space decides */

struct ht_wire_ancestor {
	ht_u64 start_ns; /* CLOCK_BOOTTIME */
	ht_u32 pid;      /* 0: no more ancestors */
	ht_u32 reserved; /* 0 */
	char name[HT_COMM];
};

struct ht_wire_process {
	struct ht_wire_head head;
	ht_u64 start_ns;        /* of the thread group's leader, CLOCK_BOOTTIME */
	ht_u64 thread_start_ns; /* of the task */
	ht_u64 exec_count;      /* self_exec_id of the task */
	ht_u64 cgroup_id;       /* of the cgroup v2 */
	ht_u32 pid, tid;        /* in the initial pid namespace */
	ht_u32 mnt_ns, pid_ns;  /* inode numbers, as in /proc/PID/ns */
	struct ht_wire_identity identity;
	char name[HT_COMM];     /* of the task (comm), NUL-padded */
	struct ht_wire_ancestor ancestor[HT_ANCESTORS]; /* parent first */
};

enum ht_item_kind {
	HT_ITEM_STRING = 1,  /* an argument's string in user memory, without its NUL */
	HT_ITEM_BYTES = 2,   /* an argument's bytes in user memory */
	HT_ITEM_ARGV = 3,    /* strings with their NULs, one after another */
	HT_ITEM_BASE = 4,    /* the directory that a relative path argument starts from: path walked in the kernel */
	HT_ITEM_PATH = 5,    /* of the file behind an fd argument or the returned fd (arg HT_ITEM_RESULT): walked in the kernel */
	HT_ITEM_EXE = 6,     /* process: the executed file's path, walked in the kernel */
	HT_ITEM_CWD = 7,     /* process: path of the working directory, walked in the kernel */
	HT_ITEM_CGROUP = 8,  /* process: path of the cgroup v2 below its root */
	HT_ITEM_TTY = 9,     /* process: name of the controlling terminal */
	HT_ITEM_INTERPRETER = 10, /* exec: the interpreter's path, as the kernel was told */
	HT_ITEM_SOCKET = 11, /* of the socket behind an fd: struct ht_wire_socket */
	HT_ITEM_CONTENT = 13, /* first bytes of what was read or written; full_length: as many as there were */
	HT_ITEM_CONTROL = 14, /* of a message: its control messages */
	HT_ITEM_EXEC = 20,   /* exec that succeeded, and only that: struct ht_wire_exec */
	HT_ITEM_EXIT = 21,   /* a thread that ended, and only that: struct ht_wire_exit */
	HT_ITEM_MESSAGE = 12, /* what was sent to a netlink socket, its buffers one behind the other; of sendmmsg(2) an item each */
	HT_ITEM_POINTED = 15, /* an argument's bytes in user memory that its HT_ITEM_BYTES point to */
	/*
	 * A message, or each of an array, begins with its struct msghdr or mmsghdr. What is there of it follows: the address as
	 * HT_ITEM_BYTES, the buffers, HT_ITEM_CONTROL, HT_ITEM_CONTENT. Of an operation of io_uring that receives, a second one
	 * is as the kernel has left it.
	 */
	HT_ITEM_HEADER = 16,
	HT_ITEM_VECTOR = 17, /* of a message: its buffers, struct iovec */
	HT_ITEM_PASSED = 18, /* path of the file behind a descriptor that goes along with a message: as HT_ITEM_PATH */
};

#define HT_ITEM_URING 25 /* of an operation of io_uring, first of its items: struct ht_wire_uring */

#define HT_ITEM_RESULT 0xffu /* arg: the item belongs to the call's result */

/* flags of an item */
#define HT_ITEM_TRUNCATED 1u   /* length < full_length; of a path the end is kept */
#define HT_ITEM_FAULT 2u       /* user memory could not be read (any more): the bytes are missing or end early */
#define HT_ITEM_DELETED 4u     /* path: the file has no name any more */
#define HT_ITEM_UNREACHABLE 8u /* path: cannot be reached from the process's root */
#define HT_ITEM_PSEUDO 16u     /* path: no path at all, but "pipe", "socket", "anon_inode:NAME", "memfd:NAME" and so on */

struct ht_wire_item {
	ht_u8 kind;   /* enum ht_item_kind */
	ht_u8 arg;    /* index of the argument it belongs to, or HT_ITEM_RESULT */
	ht_u16 flags;
	ht_u32 length;
	ht_u32 full_length; /* before truncation, as far as known */
	ht_u32 mode;        /* path: st_mode of the inode, else 0 */
	ht_u64 inode;       /* path: its number, else 0 */
	ht_u32 pid;         /* path of a pidfd: the process behind it, in the initial pid namespace, else 0 */
	ht_u32 fd;          /* passed: the descriptor's number, else 0 */
};

/* Both ends of a socket as the kernel holds them. Addresses and ports in network byte order. */
struct ht_wire_socket {
	ht_u16 family, type, protocol, state;
	ht_u16 local_port, remote_port;
	ht_u32 reserved;
	ht_u8 local[16], remote[16]; /* IPv4: the first 4 bytes */
};

/* Whom the kernel takes a task for. Ids in the initial user namespace; of a set bit n is capability n. */
struct ht_wire_credentials {
	ht_u32 uid, gid, euid, egid, suid, sgid, fsuid, fsgid;
	ht_u64 effective, permitted, ambient;
};

/* What became of a task by an exec. */
struct ht_wire_exec {
	ht_u32 flags;    /* HT_EXEC_* */
	ht_u32 reserved; /* 0 */
	struct ht_wire_credentials before, after;
};

#define HT_EXEC_NOTED 1u   /* it was looked at just before: `before` is known, and the event's args are the caller's */
#define HT_EXEC_RAISED 2u  /* set-id or capabilities; where `before` is not known: the same as HT_EXEC_SECURE */
#define HT_EXEC_SECURE 4u  /* the new program is told not to trust its environment (AT_SECURE) */
#define HT_EXEC_FILE_CAPABILITIES 8u /* what is permitted can come from the file's capabilities alone */
#define HT_EXEC_BY_DESCRIPTOR 16u /* the path is the kernel's: /dev/fd/N for the descriptor N, and what was given below it */

/* What an operation of io_uring has beside a call's arguments. */
struct ht_wire_uring {
	ht_u32 flags;   /* HT_URING_* */
	ht_u32 slot;    /* HT_URING_SLOT: the index, or HT_URING_ANY_SLOT */
	ht_u32 uid, gid, euid, egid; /* HT_URING_CREDENTIALS: those registered, with which it was carried out */
	ht_u32 unknown; /* bit i: argument i is not known */
	ht_u32 absent;  /* bit i: the request has no argument i */
};

#define HT_URING_FIXED 1u       /* the descriptor of the request is an index of the ring's registered files */
#define HT_URING_FIXED_IN 2u    /* and so is the one that splice and tee read from */
#define HT_URING_SLOT 4u        /* the file is, or comes to be, a registered one rather than a descriptor */
#define HT_URING_CREDENTIALS 8u
#define HT_URING_NO_RESULT 16u  /* told when it was submitted, or never completed: how it ended is not known */
#define HT_URING_REFUSED 32u    /* the kernel did not take the request: nothing is known of its arguments */
#define HT_URING_POLLED 64u     /* submitted by the kernel's poll thread, which belongs to the ring's owner */

#define HT_URING_ANY_SLOT 0xffffffffu
#define HT_URING_OPCODES 256u

/*
 * How a thread ended, and what it, or its whole process if it was the last one, has used. The event's call is the one it
 * ended by; if it ended by none (a signal, or another thread's call), exit_group of x86_64.
 */
struct ht_wire_exit {
	ht_u32 flags;     /* HT_EXIT_* */
	ht_u32 code;      /* of the thread, as wait(2) tells it: status << 8, or the signal, 0x80 if there is a core dump */
	ht_u32 group_code; /* the same of the process */
	ht_u32 reserved;  /* 0 */
	ht_u64 start_ns;  /* of the thread, or of the process if it was the last one; CLOCK_BOOTTIME */
	ht_u64 user_ns, system_ns; /* by the tick */
	ht_u64 run_ns;    /* both, by the scheduler */
	ht_u64 resident_pages; /* the most, of the process; 0 of a thread */
	ht_u64 minor_faults, major_faults, voluntary_switches, involuntary_switches;
};

#define HT_EXIT_LAST 1u    /* no other thread of its process is left */
#define HT_EXIT_CALL 2u    /* by exit or exit_group, whose argument is the event's */
#define HT_EXIT_PARTIAL 4u /* there were more threads than were looked at: the figures are too small */

/*
 * How one call is serialised: compiled from its catalogue row by user space, read by the kernel's serialiser. Of each
 * argument: how it is fetched, what belongs to it (aux), and a size in bytes.
 */
enum ht_fetch {
	HT_FETCH_NONE = 0,    /* the register says it all */
	HT_FETCH_STRING = 1,  /* NUL-terminated string */
	HT_FETCH_PATH = 2,    /* path; aux: index of the directory fd argument, or HT_FETCH_CWD */
	HT_FETCH_FD = 3,      /* path of the file, or ends of the socket, behind the fd */
	HT_FETCH_BUFFER = 4,  /* bytes; aux: their number; at most size */
	HT_FETCH_BUFFER_AT = 5, /* bytes; aux: index of the argument that points to their number (int); at most size */
	HT_FETCH_FIXED = 6,   /* size bytes */
	HT_FETCH_ARGV = 7,    /* array of pointers to strings */
	HT_FETCH_MSGHDR = 8,  /* struct msghdr, what it names, and what is sent to a netlink socket; size: its own */
	HT_FETCH_ARRAY = 9,   /* size bytes each; aux: their number; at most HT_ARRAY_BYTES */
	HT_FETCH_CONTENT = 10, /* bytes; aux: their number; as many as the recorder was told to take, which is none by default */
	HT_FETCH_VECTORS = 11, /* struct iovec; aux: their number; and the bytes they name, as of CONTENT */
	HT_FETCH_MMSGHDR = 12, /* array of struct mmsghdr: the same of each, up to HT_MESSAGES; aux: their number */
	HT_FETCH_BITS = 13,    /* a set in words; aux: the number of its bits; at most size */
	HT_FETCH_NODES = 14,   /* the same of one bit fewer, as the kernel reads sets of memory nodes */
	HT_FETCH_HEADED = 15,  /* bytes of which the first four, and aux - HT_FETCH_COUNT(0), are the number; at most size */
	HT_FETCH_POINTERS = 16, /* what pointers in an array point to, size bytes each; aux: their number; at most HT_POINTERS */
	HT_FETCH_INDIRECT = 17, /* what a pointer and the number behind it name; at most size; aux: COUNT(its bytes), 0: a word */
	HT_FETCH_PER_PAGE = 18, /* a byte for each page of 4096 bytes; aux: the number of bytes in them; at most size */
	HT_FETCH_STRING_AT = 20, /* string whose address is a member of a struct; aux and size: HT_POINTED */
	HT_FETCH_QUEUE_MESSAGE = 21, /* a word; and the bytes behind it, as of CONTENT; aux: their number */
	HT_FETCH_OWN_SIZE = 22, /* bytes that say their number in 32 bits, aux - HT_FETCH_COUNT(0) bytes on; 0: of version 0 */
	HT_FETCH_POINTED = 23, /* array whose address and number are members of a struct; as STRING_AT; at most HT_ARRAY_BYTES */
	HT_FETCH_OPTION_FILTER = 24, /* the same of setsockopt(2), if its level and option say that the value is a filter */
	HT_FETCH_TAILED = 25,  /* size bytes, and behind them elements of 8; aux: their number; at most HT_ARRAY_BYTES */
};

/* A number (aux): 0 to 5, the argument of that index; or the result; or the number itself, from 8 on. */
#define HT_FETCH_RESULT 6u
#define HT_FETCH_CWD 7u
#define HT_FETCH_RESULT_WITHIN 0xffu /* the result, but no more than the next argument says there is room for */
#define HT_FETCH_COUNT(n) (8u + (n))
#define HT_ARRAY_BYTES 2048u

/*
 * What is behind a pointer in a struct that argument arg points to. aux: that index; the size of an element, 1 << shift; is the
 * pointer one of 8 bytes, or of 4; is the number one of 2 bytes, or of 4. size: where in the struct the pointer is, and the number.
 */
#define HT_POINTED(arg, shift, wide, small) ((arg) | (shift) << 3 | (wide) << 6 | (small) << 7)
#define HT_POINTED_AT(pointer, number) ((pointer) | (number) << 8)
#define HT_POINTED_ARG(aux) ((aux) & 7u)
#define HT_POINTED_SHIFT(aux) ((aux) >> 3 & 7u)
#define HT_POINTED_WIDE(aux) ((aux) & 64u)
#define HT_POINTED_SMALL(aux) ((aux) & 128u)
#define HT_POINTED_ITSELF 0xffu /* in place of the pointer's: the argument is the pointer */
#define HT_POINTED_ONE 0xffu    /* in place of the number's: there is one */
#define HT_POINTED_COUNT(arg) (0xf0u + (arg)) /* in place of the number's: it is that argument */
#define HT_POINTERS 8u

enum ht_route {
	HT_ROUTE_MANAGEMENT = 0,
	HT_ROUTE_DATA = 1,
	HT_ROUTE_PATH = 2, /* management if it writes a control-plane path or reads a credential path, else data */
	HT_ROUTE_NETLINK = 3, /* management if it is sent to a netlink socket, else data */
	HT_ROUTE_TARGET = 4,  /* data if argument command_arg is 0 or the caller's own process, else management */
};

/* How a multiplexer's command decides the route before anything is fetched. */
enum ht_command_mode {
	HT_COMMAND_NONE = 0,  /* it does not */
	HT_COMMAND_EXACT = 1, /* by the kernel's table, under command_mask; for a command that is not there, command_default */
	HT_COMMAND_BITS = 2,  /* none of command_mask set: data; else the plan's route */
	HT_COMMAND_BITS_AT = 3, /* the same of the 64-bit word that the argument points to */
};

enum ht_plan_access {
	HT_PLAN_READ = 0,
	HT_PLAN_WRITE = 1,
	HT_PLAN_OPEN_FLAGS = 2, /* argument access_arg holds open flags */
	HT_PLAN_OPEN_HOW = 3,   /* argument access_arg points to struct open_how */
};

struct ht_plan {
	ht_u8 fetch[HT_ARGS];
	ht_u8 aux[HT_ARGS];
	ht_u16 size[HT_ARGS];
	ht_u8 route;      /* enum ht_route */
	ht_u8 access;     /* enum ht_plan_access */
	ht_u8 access_arg;
	ht_u8 flags;      /* HT_PLAN_* */
	ht_u8 command;    /* enum ht_command_mode */
	ht_u8 command_arg;
	ht_u8 command_default; /* enum ht_route */
	ht_u8 out;        /* bit i: argument i is fetched only when the call succeeded */
	ht_u64 command_mask; /* the bits that are the command, or that command is about */
};

/* A command of the kernel's table: its route, and the plan that its arguments follow (0: the call's own). */
#define HT_COMMAND(route, variant) ((route) | (variant) << 8)
#define HT_COMMAND_ROUTE(c) ((c) & 0xffu)
#define HT_COMMAND_VARIANT(c) ((c) >> 8)
#define HT_VARIANTS 512u

/*
 * A call that another is a part of: socketcall's and ipc's numbers. from: where each argument of the part comes from,
 * the index of a word of the whole's arguments or of the array that its second points to; HT_PART_ZERO: it is 0. A call that
 * stands for one other alone (mmap, select) has the array in its first argument, and the command_arg of its plan is HT_ARGS.
 */
enum ht_part_words {
	HT_PART_IN_CALL = 0,  /* the call's own arguments */
	HT_PART_IN_ARRAY = 1, /* the array that its second argument points to */
	HT_PART_IN_FIRST = 2, /* the array that its first argument points to */
	HT_PART_IN_PAIR = 3,  /* its own arguments; if the upper half of the first is 0, the fifth points to the fifth and sixth */
	HT_PART_IN_WORD = 4,  /* its own arguments; the fifth points to the fifth */
};

struct ht_part {
	ht_u16 call;    /* number in the same ABI */
	ht_u8 words;    /* enum ht_part_words */
	ht_u8 reserved; /* 0 */
	ht_u8 from[HT_ARGS];
	ht_u8 also_reserved[2]; /* 0 */
};
#define HT_PART_ZERO 0xffu

/* Where an argument of an operation of io_uring comes from. */
enum ht_uring_how {
	HT_URING_ABSENT = 0,  /* it has none such */
	HT_URING_VALUE = 1,   /* a member of the request; memory that it points to is the user's */
	HT_URING_FILE = 2,    /* the request's descriptor */
	HT_URING_FILE_IN = 3, /* a member: a descriptor, or an index if the flags, which are the last argument, say so */
	HT_URING_NAME = 4,    /* a member that points to struct filename: the kernel's own copy of a path */
	HT_URING_TEXT = 5,    /* a member that points to a string in the kernel's memory */
	HT_URING_STRUCT = 6,  /* a member that is a struct */
	HT_URING_ADDRESS = 7, /* a socket address: the kernel's copy where it has made one, else the user's memory */
	HT_URING_COPIED = 8,  /* a member, of the request or of what the kernel has copied beside it */
};

#define HT_URING_SEEN 0xfffeu    /* where the recorder's own request had it */
#define HT_URING_NOWHERE 0xffffu /* this kernel has no such member */

struct ht_uring_source {
	ht_u16 offset;   /* of the member in the request */
	ht_u16 copied;   /* ADDRESS, COPIED: in what its async_data points to. With bits: of the member that they are of */
	ht_u8 size;      /* of the member in bytes */
	ht_u8 how;       /* enum ht_uring_how */
	ht_u16 bits;     /* 0, or: the kernel has set the member only if one of these bits is */
};

#define HT_URING_SOURCES 8u /* a power of two */
#define HT_URING_SLOT_SOURCE HT_ARGS

struct ht_uring_plan {
	struct ht_plan plan; /* of the call that it replaces, with what the kernel's memory says not fetched */
	struct ht_uring_source source[HT_URING_SOURCES]; /* by argument; behind them the slot */
};

#define HT_PLAN_RESULT_FD 1u /* the result is a file descriptor: walk its path */
#define HT_PLAN_EXEC 2u      /* success is seen by the exec hook instead */
#define HT_PLAN_IDENTITY 8u  /* changes who the task is: it is told by the task as it was described before */
#define HT_PLAN_FORK 16u     /* returns twice: the child's return is no event */
#define HT_PLAN_PARTS 32u     /* stands for other calls: its first argument says which */
#define HT_PLAN_VARIANTS 64u  /* commands have plans of their own */
#define HT_PLAN_ONE_PATH 4u  /* one path alone decides its plane: the returned file's, else that of its only argument with one */

/* What the running trails want of a call: the byte for each ABI and number. */
#define HT_WANT_MANAGEMENT 1u
#define HT_WANT_DATA 2u
#define HT_WANT_BIRTH 4u /* of a call that returns twice: whom the child was born as is noted */

/* Classes of paths, the value of a prefix or name in the kernel's maps. */
#define HT_CLASS_CONTROL 1u    /* control-plane path: writing it is management */
#define HT_CLASS_CREDENTIAL 2u /* credential path: reading it is management too */
#define HT_CLASS_PREFIX 64u    /* bytes of a prefix that the kernel compares; user space compares it whole */
#define HT_CLASS_NAME 32u      /* bytes of a last component that the kernel compares */

/* Both sides ask for the four bytes a path begins, or ends, with by this number. */
#define HT_GATES 256u
static inline ht_u32 ht_gate(ht_u32 four_bytes)
{
	return (four_bytes * 0x9e3779b1u) >> 24;
}

/* Why a record was not placed, or an event not made: index of the counters, per CPU and ring. */
enum ht_count {
	HT_COUNT_PLACED = 0,      /* records placed, of both kinds */
	HT_COUNT_RING_FULL = 1,   /* lost: no room in the ring */
	HT_COUNT_RECORD_SIZE = 2, /* lost: larger than HT_WIRE_MAX */
	HT_COUNT_SELF = 3,        /* excluded: made by the recorder itself */
	HT_COUNT_FAULT = 4,       /* not lost: an argument that could not be read */
	HT_COUNT_NO_IMAGE = 5,    /* not lost: the description of the image could not be placed, the event says so */
	HT_COUNT_NO_RESULT = 6,   /* not lost: an io_uring operation that was told without its result */
	HT_COUNTS = 7,
};

_Static_assert(sizeof(struct ht_wire_head) == 24, "wire head");
_Static_assert(sizeof(struct ht_wire_identity) == 24, "wire identity");
_Static_assert(sizeof(struct ht_wire_event) == 24 + 8 + 8 + 8 + 48 + 8 + 24, "wire event");
_Static_assert(sizeof(struct ht_wire_ancestor) == 32, "wire ancestor");
_Static_assert(sizeof(struct ht_wire_process) == 24 + 32 + 16 + 24 + 16 + HT_ANCESTORS * 32, "wire process");
_Static_assert(sizeof(struct ht_wire_item) == 32, "wire item");
_Static_assert(sizeof(struct ht_wire_socket) == 48, "wire socket");
_Static_assert(sizeof(struct ht_wire_exit) == 16 + 9 * 8, "wire exit");
_Static_assert(sizeof(struct ht_plan) == 40, "plan");
_Static_assert(sizeof(struct ht_part) == 12, "part");
_Static_assert(sizeof(struct ht_wire_credentials) == 56, "wire credentials");
_Static_assert(sizeof(struct ht_wire_exec) == 8 + 2 * 56, "wire exec");
_Static_assert(sizeof(struct ht_wire_uring) == 32, "wire uring");
_Static_assert(sizeof(struct ht_uring_source) == 8, "uring source");

#endif
