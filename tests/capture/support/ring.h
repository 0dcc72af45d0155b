/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operations of io_uring, one at a time: RING() fills an entry, ring_run() submits it and waits for its completion, after
 * which expect() says what its record has to be. Opcodes are numbers: liburing's headers may be older than the kernel.
 */
#ifndef HT_TEST_RING_H
#define HT_TEST_RING_H

#include <dirent.h>
#include <liburing.h>

#include "capture/support/expect.h"

static struct io_uring ring;
static unsigned ring_flags;     /* IOSQE_* that every entry gets */
static uint64_t ring_user_data; /* that every entry gets */

static inline uint64_t P(const void *p)
{
	return (uintptr_t)p;
}

/* An entry. op_flags: rw_flags, open_flags and whatever else lies there. */
static inline struct io_uring_sqe *ring_entry(unsigned opcode, int fd, uint64_t addr, unsigned len, uint64_t off, unsigned op_flags)
{
	struct io_uring_sqe *e = io_uring_get_sqe(&ring);

	NEED(e);
	memset(e, 0, sizeof(*e));
	e->opcode = (uint8_t)opcode;
	e->fd = fd;
	e->addr = addr;
	e->len = len;
	e->off = off;
	e->rw_flags = (int)op_flags;
	e->flags = (uint8_t)ring_flags;
	e->user_data = ring_user_data;
	return e;
}

static inline void ring_begin(const char *call, long opcode)
{
	before_call(call, opcode, "io_uring");
}

/* How the operation ended: as system calls say it. */
static inline long ring_result(int result)
{
	errno = result < 0 ? -result : 0;
	return after_call(result < 0 ? -1 : result);
}

static inline long ring_wait(void)
{
	struct io_uring_cqe *cqe;
	int result;

	NEED(io_uring_wait_cqe(&ring, &cqe) == 0);
	result = cqe->res;
	io_uring_cqe_seen(&ring, cqe);
	return ring_result(result);
}

/* Submits what was filled and waits for its end. call: the call that it stands for. */
static inline long ring_run(const char *call, long opcode)
{
	ring_begin(call, opcode);
	NEED(io_uring_submit(&ring) == 1);
	return ring_wait();
}

/* The kernel's poll thread, which takes its name when it first runs. */
static inline int ring_poll_thread(void)
{
	for (int tries = 0; tries < 1000; tries++) {
		DIR *tasks = opendir("/proc/self/task");
		struct dirent *e;
		int tid = 0;

		NEED(tasks);
		while ((e = readdir(tasks)))
			if (e->d_name[0] != '.' &&
			    strncmp(first_line(T("/proc/self/task/%s/comm", e->d_name)), "iou-sqp-", 8) == 0)
				tid = (int)strtol(e->d_name, NULL, 10);
		closedir(tasks);
		if (tid)
			return tid;
		usleep(1000);
	}
	give_up("the poll thread");
}

#define RING(call, opcode, ...) (ring_entry(opcode, __VA_ARGS__), ring_run(call, opcode))

#endif
