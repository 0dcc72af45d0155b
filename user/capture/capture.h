/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capture: loads the programs, says what they shall pass on, and hands out wire records.
 *
 * Order of use: open, want (any number of times), attach, then drain and commit in turn. Records come in an
 * order in which the description of an image always stands before the events that carry its name: the
 * management ring, which has the descriptions, is drained up to a point at which the data ring's position was
 * already known.
 *
 * Nothing is consumed before ht_capture_commit(): what was drained and not committed comes again to whoever
 * reads the rings next.
 */
#ifndef HT_CAPTURE_CAPTURE_H
#define HT_CAPTURE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "hosttrail/wire.h"

struct ht_capture;

struct ht_capture_options {
	const char *cgroup; /* path of a cgroup v2 directory: only what runs at or below it; NULL: the whole host */
	uint32_t management_bytes, data_bytes; /* sizes of the rings, powers of two; 0: 16 MiB and 64 MiB */
	uint32_t content_bytes; /* of what calls read and write that are taken, at most HT_PATH_BYTES; 0: none */
	bool process_ends, thread_ends; /* the end of the last thread of a process, and of every thread, are told */
	uint32_t argument_bytes; /* of an argument vector, at most HT_ARGV_BYTES_MAX; 0: HT_ARGV_BYTES */
};

/*
 * Loads the programs; nothing is captured yet. -EPERM: lacks privileges; -ENOTSUP: the kernel lacks BTF or
 * BPF ring buffers; -ENOENT, -ENOTDIR, -EINVAL: the cgroup; others as the kernel gave them. err says which,
 * and the remedy.
 */
int ht_capture_open(struct ht_capture **ret, const struct ht_capture_options *options, struct ht_error *err);
void ht_capture_close(struct ht_capture *c); /* detaches and lets go of the rings; NULL is accepted */

/*
 * How a call is serialised, and whether it is wanted (HT_WANT_*; 0: not at all). call: its number, HT_CALLS -
 * 1 stands for all numbers from there on. Takes effect at once.
 */
void ht_capture_want(struct ht_capture *c, enum ht_abi abi, uint32_t call, const struct ht_plan *plan, uint8_t want);

struct ht_uring_op;

/*
 * The same of an operation of io_uring. plan: as ht_uring_plan_compile() made it; where in a request the arguments lie this
 * kernel's type information says. op NULL: an opcode of which nothing is known.
 */
void ht_capture_want_operation(struct ht_capture *c, uint32_t opcode, const struct ht_uring_op *op, const struct ht_plan *plan,
			       uint8_t want);

/*
 * The route of one command of a call whose plan says HT_COMMAND_EXACT or HT_PLAN_VARIANTS, and the plan that its
 * arguments follow, NULL: the call's own. -E2BIG: too many.
 */
int ht_capture_command(struct ht_capture *c, enum ht_abi abi, uint32_t call, uint32_t value, enum ht_route route,
		       const struct ht_plan *variant);

/* A part of a call whose plan says HT_PLAN_PARTS. */
int ht_capture_part(struct ht_capture *c, enum ht_abi abi, uint32_t call, uint32_t value, const struct ht_part *part);

/* A path prefix, or a last component of paths, and its HT_CLASS_* bits. -E2BIG: too long or too many. */
int ht_capture_class_prefix(struct ht_capture *c, const char *prefix, size_t n, uint32_t class_bits);
int ht_capture_class_name(struct ht_capture *c, const char *name, size_t n, uint32_t class_bits);

int ht_capture_attach(struct ht_capture *c, struct ht_error *err);
void ht_capture_detach(struct ht_capture *c); /* no new records; what is in the rings stays to be drained */

/*
 * Waits until there is something worth draining or the time is over. 1, 0 at timeout, -EINTR, or another
 * error.
 */
int ht_capture_wait(struct ht_capture *c, int timeout_ms);

/* Takes the records; as ht_ring_fn. */
typedef int (*ht_capture_fn)(void *ctx, enum ht_ring ring, const void *record, size_t n);

/*
 * Drains what is there, at most about max_bytes of the data ring. 0 or the first error of fn, which leaves
 * its record unread.
 */
int ht_capture_drain(struct ht_capture *c, uint64_t max_bytes, ht_capture_fn fn, void *ctx);
void ht_capture_commit(struct ht_capture *c);

/* The last drain read every data record that had been placed when it began. */
bool ht_capture_caught_up(const struct ht_capture *c);

/*
 * The last drain got beyond the end that the data ring had when it got so last: now and then true also of whoever never
 * catches up. Whatever was placed before management was drained then has been read.
 */
bool ht_capture_passed(const struct ht_capture *c);

/* Bytes of a ring that are in use, committed or not, and its size. */
void ht_capture_fill(const struct ht_capture *c, enum ht_ring ring, uint64_t *ret_used, uint64_t *ret_size);

struct ht_capture_counters {
	uint64_t sequence[HT_RINGS]; /* the last number given out */
	uint64_t count[HT_RINGS][HT_COUNTS];
	uint64_t bytes[HT_RINGS]; /* of records, placed or not */
};

unsigned ht_capture_cpus(const struct ht_capture *c);
void ht_capture_counters(const struct ht_capture *c, unsigned cpu, struct ht_capture_counters *ret);

struct ht_capture_loss {
	uint32_t uid;
	uint8_t ring, cause; /* enum ht_ring, enum ht_count */
	uint64_t count;
};

/* Losses by uid since the start, at most max of them; returns how many there were. */
size_t ht_capture_losses(const struct ht_capture *c, struct ht_capture_loss *ret, size_t max);

/* false: the cgroup that capture is limited to is gone, so that nothing will ever come any more. */
bool ht_capture_scope_alive(const struct ht_capture *c);

#endif
