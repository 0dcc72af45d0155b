/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/file.def: asynchronous input and output, and calls that the kernel gave up. */
#include "calls/calls.h"

#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/uio.h>

/* A context for that many operations; 0: this kernel has none. */
static unsigned long context(unsigned int operations)
{
	unsigned long id = 0;

	return call(io_setup, operations, &id) == 0 ? id : 0;
}

/* One that has done a read. */
static unsigned long context_with_event(void)
{
	static struct iocb block;
	struct iocb *blocks[1] = {&block};
	unsigned long id = context(4);

	block = (struct iocb){.aio_data = 0x1122334455667788, .aio_lio_opcode = IOCB_CMD_PREAD,
			      .aio_fildes = (uint32_t)scratch_file("file", "content"), .aio_buf = (uintptr_t)out, .aio_nbytes = 4};
	if (id)
		works(call(io_submit, id, 1, blocks));
	return id;
}

CALLS(io_setup)
{
	unsigned long id = 0;

	call(io_setup, 4, &id);
	fails(EINVAL, call(io_setup, 4, at_border(&id, sizeof(id)))); /* not zero any more */
	fails(EINVAL, call(io_setup, 0, &id));
	fails(EFAULT, call(io_setup, 4, unmapped()));
}

CALLS(io_destroy)
{
	unsigned long id = context(4);

	if (id)
		works(call(io_destroy, id));
	fails(EINVAL, call(io_destroy, id));
	fails(EINVAL, call(io_destroy, -1l));
}

CALLS(io_submit)
{
	struct iocb wrong = {.aio_lio_opcode = 77, .aio_fildes = (uint32_t)STDIN_FILENO};
	struct iocb *blocks[2] = {&wrong, NULL};
	unsigned long id = context_with_event();

	works(call(io_submit, id, 0, blocks));
	fails(EINVAL, call(io_submit, id, 2, blocks));
	wrong.aio_fildes = 999;
	fails(EBADF, call(io_submit, id, 1, blocks));
	fails(EFAULT, call(io_submit, id, 1, unmapped()));
	fails(EFAULT, call(io_submit, id, 1, blocks + 1));
	fails(EINVAL, call(io_submit, id, -1l, blocks));
	fails(EINVAL, call(io_submit, 0x1234, 1, blocks));
}

CALLS(io_cancel)
{
	struct iocb block = {.aio_lio_opcode = IOCB_CMD_PREAD};
	unsigned long id = context_with_event();

	fails(EINVAL, call(io_cancel, id, &block, out));
	fails(EFAULT, call(io_cancel, id, unmapped(), out));
	fails(EINVAL, call(io_cancel, 0x1234, at_border(&block, sizeof(block)), NULL));
}

CALLS(io_getevents)
{
	struct time_words timeout = {1, 500};
	unsigned long id = context_with_event();

	works(call(io_getevents, id, 1, 4, out, &timeout));
	works(call(io_getevents, id, 0, 4, out, NULL));
	fails(EINVAL, call(io_getevents, id, 5, 4, out, NULL));
	fails(EFAULT, call(io_getevents, id, 0, 4, out, unmapped()));
	fails(EINVAL, call(io_getevents, 0x1234, 0, 4, out, NULL));
}

struct signals {
	const void *set;
	size_t bytes;
};

CALLS(io_pgetevents)
{
	struct time_words timeout = {1, 500};
	kernel_sigset mask = 1 << 9;
	struct signals signals = {&mask, SIGSET_BYTES};
	unsigned long id = context_with_event();

	works(call(io_pgetevents, id, 1, 4, out, &timeout, &signals));
	works(call(io_pgetevents, id, 0, 4, out, NULL, NULL));
	signals.bytes = 3;
	fails(EINVAL, call(io_pgetevents, id, 0, 4, out, NULL, &signals));
	fails(EFAULT, call(io_pgetevents, id, 0, 4, out, NULL, unmapped()));
}

#ifdef __i386__
CALLS(io_pgetevents_time64)
{
	struct time64 timeout = {1, 500};
	unsigned long id = context_with_event();

	works(call(io_pgetevents_time64, id, 1, 4, out, &timeout, NULL));
	fails(EFAULT, call(io_pgetevents_time64, id, 0, 4, out, unmapped(), NULL));
	fails(EINVAL, call(io_pgetevents_time64, 0x1234, 0, 4, out, &timeout, NULL));
}

CALLS(bdflush)
{
	call(bdflush, 0, 0x1234);
	call(bdflush, 1, -1);
}
#endif

/* The ring's parameters after making one of 4 entries; -1: this machine allows none. */
static int ring(struct io_uring_params *params)
{
	return (int)call(io_uring_setup, 4, params);
}

CALLS(io_uring_setup)
{
	struct io_uring_params params = {.flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP, .cq_entries = 64};

	ring(&params);
	params = (struct io_uring_params){.flags = IORING_SETUP_R_DISABLED | IORING_SETUP_SUBMIT_ALL};
	ring(at_border(&params, sizeof(params)));
	params = (struct io_uring_params){.flags = IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF, .sq_thread_idle = 10};
	ring(&params);
	params = (struct io_uring_params){.flags = ~0u};
	call(io_uring_setup, 4, &params);
	params = (struct io_uring_params){.flags = 0};
	call(io_uring_setup, 0, &params);
	call(io_uring_setup, ~0u, &params);
	call(io_uring_setup, 4, unmapped());
}

/* Puts one operation into a ring's queue. */
static void queue(int fd, const struct io_uring_params *params, const struct io_uring_sqe *operation)
{
	size_t bytes = params->sq_off.array + params->sq_entries * sizeof(uint32_t);
	char *queue = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entries = mmap(NULL, params->sq_entries * sizeof(*entries), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
					    (off_t)IORING_OFF_SQES);
	uint32_t *tail = (uint32_t *)(queue + params->sq_off.tail);

	need(queue != MAP_FAILED && entries != MAP_FAILED);
	entries[0] = *operation;
	*(uint32_t *)(queue + params->sq_off.array) = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	need(munmap(queue, bytes) == 0);
}

CALLS(io_uring_enter)
{
	struct io_uring_sqe nothing = {.opcode = IORING_OP_NOP, .user_data = 77};
	struct io_uring_params params = {.flags = 0};
	kernel_sigset mask = 2;
	int fd = ring(&params);

	if (fd >= 0) {
		queue(fd, &params, &nothing);
		works(call(io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, &mask, SIGSET_BYTES));
		works(call(io_uring_enter, fd, 0, 0, 0, NULL, 0));
		fails(EINVAL, call(io_uring_enter, fd, 1, 0, ~0u, NULL, 0));
	}
	call(io_uring_enter, STDIN_FILENO, 1, 0, IORING_ENTER_SQ_WAKEUP, NULL, 0);
	call(io_uring_enter, 999, 1, 0, 0, NULL, 0);
}

CALLS(io_uring_register)
{
	struct io_uring_params params = {.flags = 0};
	struct iovec buffer = {out, sizeof(out)};
	int fd = ring(&params), files[2] = {STDIN_FILENO, -1}, event = eventfd(0, 0), workers[2] = {1, 0};

	if (fd >= 0) {
		works(call(io_uring_register, fd, IORING_REGISTER_BUFFERS, &buffer, 1));
		works(call(io_uring_register, fd, IORING_UNREGISTER_BUFFERS, NULL, 0));
		works(call(io_uring_register, fd, IORING_REGISTER_FILES, files, 2));
		works(call(io_uring_register, fd, IORING_UNREGISTER_FILES, NULL, 0));
		works(call(io_uring_register, fd, IORING_REGISTER_EVENTFD, &event, 1));
		works(call(io_uring_register, fd, IORING_REGISTER_PERSONALITY, NULL, 0));
		memset(out, 0, sizeof(out));
		works(call(io_uring_register, fd, IORING_REGISTER_PROBE, out, 64));
		call(io_uring_register, fd, IORING_REGISTER_IOWQ_MAX_WORKERS, workers, 2);
		call(io_uring_register, fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
		call(io_uring_register, fd, IORING_REGISTER_RESTRICTIONS, NULL, 0);
		call(io_uring_register, fd, IORING_REGISTER_FILES_UPDATE, unmapped(), 1);
		call(io_uring_register, fd, 0x80000000u | IORING_REGISTER_RING_FDS, NULL, 0);
		fails(EINVAL, call(io_uring_register, fd, 777, NULL, 0));
		fails(EFAULT, call(io_uring_register, fd, IORING_REGISTER_BUFFERS, unmapped(), 1));
	}
	call(io_uring_register, 999, IORING_REGISTER_FILES, files, 2);
}

CALLS(lookup_dcookie)
{
	call(lookup_dcookie, WORDS64(0x1122334455667788ll), out, 100);
}

CALLS(nfsservctl)
{
	fails(ENOSYS, call(nfsservctl, 77, 0x1234, 0x5678));
}
