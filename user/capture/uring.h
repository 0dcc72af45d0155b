/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of capture that is about io_uring: which of the programs a kernel takes, and where in its requests the
 * arguments lie, both as its type information says. A kernel without io_uring has none of it, and that is no error.
 *
 * Order of use: open, before the programs are loaded; want; attach; detach, which places what still waits for its
 * completion; close.
 */
#ifndef HT_CAPTURE_URING_H
#define HT_CAPTURE_URING_H

#include "hosttrail/uring.h"

struct hosttrail_bpf;
struct ht_uring_capture;

int ht_uring_open(struct ht_uring_capture **ret, struct hosttrail_bpf *bpf);
void ht_uring_close(struct ht_uring_capture *u); /* NULL is accepted */

/* op NULL: an opcode of which nothing is known. */
void ht_uring_want(struct ht_uring_capture *u, uint32_t opcode, const struct ht_uring_op *op, const struct ht_plan *plan,
		   uint8_t want);

int ht_uring_attach(struct ht_uring_capture *u);

/* Submits a request of the recorder's own by which its program learns where addresses lie. The programs are attached. */
int ht_uring_ask_address(void);

void ht_uring_detach(struct ht_uring_capture *u);

/* Places what is known of the operations that have not completed. After detaching. */
void ht_uring_end(struct ht_uring_capture *u);

#endif
