/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operations of io_uring, one row each in uring.def: which call each stands for, and where in the kernel's own
 * request that call's arguments lie. Opcodes are those of include/uapi/linux/io_uring.h, members those of the structs in
 * the kernel's io_uring/; which of them a kernel has, and where, its type information says.
 */
#ifndef HOSTTRAIL_URING_H
#define HOSTTRAIL_URING_H

#include "hosttrail/catalogue.h"

struct ht_uring_member {
	uint8_t how;        /* enum ht_uring_how */
	const char *member; /* in the request: "how.flags"; NULL: none */
	const char *copied; /* ADDRESS, COPIED: "struct.member" of the kernel's copy, several parted by "|"; else NULL */
	const char *condition; /* "io_cancel.flags": the member is set only if one of the bits of this one is; NULL: always */
	uint16_t bits;
};

struct ht_uring_op {
	const char *name; /* "IORING_OP_OPENAT" */
	const struct ht_call *call;
	const char *request; /* the struct in which the kernel keeps it: "io_open" */
	struct ht_uring_member argument[HT_ARGS];
	struct ht_uring_member slot; /* the member that makes a registered file of a descriptor */
};

/* NULL: no row for the opcode. */
const struct ht_uring_op *ht_uring_op(uint32_t opcode);

/* How the kernel serialises it: as the call, but for what its own memory says. */
void ht_uring_plan_compile(const struct ht_uring_op *op, struct ht_plan *ret);

#endif
