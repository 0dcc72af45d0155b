/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture/ring.h"

#include <errno.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * include/uapi/linux/bpf.h: a record's header is a length with two flags, and 4 bytes that are the kernel's.
 */
#define RECORD_BUSY (1u << 31)
#define RECORD_DISCARD (1u << 30)
#define RECORD_HEADER 8u

/*
 * A record is busy for as long as the kernel copies it, with preemption off; spinning longer means that
 * something else is wrong.
 */
#define BUSY_SPINS 100000

int ht_ring_open(struct ht_ring_reader *ring, int map_fd, uint64_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *consumer, *producer;

	consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
	if (consumer == MAP_FAILED)
		return -errno;
	producer = mmap(NULL, page + 2 * size, PROT_READ, MAP_SHARED, map_fd, (off_t)page);
	if (producer == MAP_FAILED) {
		int r = -errno;

		munmap(consumer, page);
		return r;
	}
	*ring = (struct ht_ring_reader){
		.fd = map_fd,
		.size = size,
		.consumer = consumer,
		.producer = producer,
		.data = (const uint8_t *)producer + page,
		.consumer_page = consumer,
		.producer_pages = producer,
	};
	ring->read = __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE);
	return 0;
}

void ht_ring_close(struct ht_ring_reader *ring)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (ring->consumer_page)
		munmap(ring->consumer_page, page);
	if (ring->producer_pages)
		munmap(ring->producer_pages, page + 2 * ring->size);
	*ring = (struct ht_ring_reader){ .fd = -1 };
}

uint64_t ht_ring_produced(const struct ht_ring_reader *ring)
{
	return __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
}

/* The header of the record at the reading position once it is no longer busy; false when it stays so. */
static bool wait_for_record(const struct ht_ring_reader *ring, uint32_t *ret_header)
{
	const uint32_t *at = (const void *)(ring->data + (ring->read & (ring->size - 1)));

	for (unsigned i = 0; i < BUSY_SPINS; i++) {
		uint32_t header = __atomic_load_n(at, __ATOMIC_ACQUIRE);

		if (!(header & RECORD_BUSY)) {
			*ret_header = header;
			return true;
		}
		if (i % 1024 == 1023)
			sched_yield();
	}
	return false;
}

int ht_ring_read(struct ht_ring_reader *ring, uint64_t until, uint64_t max_bytes, ht_ring_fn fn, void *ctx)
{
	uint64_t begin = ring->read;

	while (ring->read < until && ring->read - begin < max_bytes) {
		uint32_t header, length;
		uint64_t step;
		int r;

		if (!wait_for_record(ring, &header))
			return 0;
		length = header & ~(RECORD_BUSY | RECORD_DISCARD);
		step = ((uint64_t)length + RECORD_HEADER + 7) & ~7ull;
		if (step > ring->size || step > until - ring->read)
			return -EBADMSG;
		if (!(header & RECORD_DISCARD)) {
			r = fn(ctx, ring->data + (ring->read & (ring->size - 1)) + RECORD_HEADER, length);
			if (r < 0)
				return r;
		}
		ring->read += step;
	}
	return 0;
}

void ht_ring_commit(struct ht_ring_reader *ring)
{
	__atomic_store_n(ring->consumer, ring->read, __ATOMIC_RELEASE);
}
