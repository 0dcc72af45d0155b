/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The user's side of a BPF ring buffer (kernel/bpf/ringbuf.c), read without libbpf's ring_buffer: that one
 * moves the consumer position as it reads, ours moves it only when the caller says that what was read is
 * safe.
 *
 * Reading position and consumer position are two things: reading runs ahead, ht_ring_commit() lets the kernel
 * reuse the room. The ring's memory is shared with the kernel and writable by root: lengths are checked
 * before they are used.
 */
#ifndef HT_CAPTURE_RING_H
#define HT_CAPTURE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ht_ring_reader {
	int fd; /* of the map, borrowed */
	uint64_t size, read; /* bytes of the data area, a power of two; position of the next record to read */
	volatile uint64_t *consumer;
	const volatile uint64_t *producer;
	const uint8_t *data; /* mapped twice in a row, so that no record is in two pieces */
	void *consumer_page, *producer_pages;
};

/* Takes a record; 0 or a negative errno. On a negative one the record stays unread and reading stops. */
typedef int (*ht_ring_fn)(void *ctx, const void *record, size_t n);

int ht_ring_open(struct ht_ring_reader *ring, int map_fd, uint64_t size);
void ht_ring_close(struct ht_ring_reader *ring);

uint64_t ht_ring_produced(const struct ht_ring_reader *ring);

/*
 * Reads on up to the position `until`, or till about max_bytes were read. 0, what fn returned, or -EBADMSG if
 * the ring's own lengths make no sense.
 */
int ht_ring_read(struct ht_ring_reader *ring, uint64_t until, uint64_t max_bytes, ht_ring_fn fn, void *ctx);

void ht_ring_commit(struct ht_ring_reader *ring);

#endif
