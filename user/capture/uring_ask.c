/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the kernel keeps the address that a request names no type says: kernels of one series differ in it (6.18). So the
 * recorder connects by a ring of its own, to a name that nobody listens at, and its program looks where the address, which
 * it knows, has got to.
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "capture/uring.h"

struct ring {
	struct io_uring_params params;
	int fd;
	char *queues; /* both: IORING_FEAT_SINGLE_MMAP, since 5.4 */
	size_t queues_bytes;
	struct io_uring_sqe *entries;
};

static void ring_close(struct ring *r)
{
	if (r->queues)
		munmap(r->queues, r->queues_bytes);
	if (r->entries)
		munmap(r->entries, r->params.sq_entries * sizeof(*r->entries));
	if (r->fd >= 0)
		close(r->fd);
}

static int ring_open(struct ring *r)
{
	void *p;

	r->fd = (int)syscall(SYS_io_uring_setup, 1, &r->params);
	if (r->fd < 0)
		return -errno;
	r->queues_bytes = r->params.sq_off.array + r->params.sq_entries * sizeof(uint32_t);
	p = mmap(NULL, r->queues_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQ_RING);
	if (p == MAP_FAILED)
		return -errno;
	r->queues = p;
	p = mmap(NULL, r->params.sq_entries * sizeof(*r->entries), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
		 IORING_OFF_SQES);
	if (p == MAP_FAILED)
		return -errno;
	r->entries = p;
	return 0;
}

int ht_uring_ask_address(void)
{
	const struct sockaddr_un nobody = { .sun_family = AF_UNIX, .sun_path = "\0hosttrail-nobody" };
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	_cleanup_(ring_close) struct ring r = { .fd = -1 };
	uint32_t *array;
	int e;

	if (fd < 0)
		return -errno;
	e = ring_open(&r);
	if (e < 0)
		return e;
	memset(&r.entries[0], 0, sizeof(r.entries[0]));
	r.entries[0].opcode = IORING_OP_CONNECT;
	r.entries[0].fd = fd;
	r.entries[0].addr = (uintptr_t)&nobody;
	r.entries[0].off = sizeof(sa_family_t) + sizeof("\0hosttrail-nobody") - 1;
	array = (uint32_t *)(void *)(r.queues + r.params.sq_off.array);
	array[0] = 0;
	atomic_store_explicit((_Atomic uint32_t *)(void *)(r.queues + r.params.sq_off.tail), 1, memory_order_release);
	return syscall(SYS_io_uring_enter, r.fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0 ? -errno : 0;
}
