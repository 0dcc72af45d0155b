/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of rings, against a ring in a memory file that the test fills as the kernel would (kernel/bpf/ringbuf.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/ring.h"

#define BUSY (1u << 31)
#define DISCARD (1u << 30)

struct fake {
	int fd;
	size_t page;
	uint64_t size;
	uint8_t *map;
	struct ht_ring_reader ring;
	char seen[4096]; /* first letter and length of each record that was read */
	int answer, after; /* what the reader's function returns from the after-th record on */
};

static int setup(void **state)
{
	static struct fake f;

	f = (struct fake){ .page = (size_t)sysconf(_SC_PAGESIZE), .size = (uint64_t)sysconf(_SC_PAGESIZE), .after = INT32_MAX };
	f.fd = memfd_create("ring", 0);
	if (f.fd < 0 || ftruncate(f.fd, (off_t)(2 * f.page + 2 * f.size)) < 0)
		return -1;
	f.map = mmap(NULL, 2 * f.page + 2 * f.size, PROT_READ | PROT_WRITE, MAP_SHARED, f.fd, 0);
	if (f.map == MAP_FAILED || ht_ring_open(&f.ring, f.fd, f.size) < 0)
		return -1;
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fake *f = *state;

	ht_ring_close(&f->ring);
	assert_int_equal(f->ring.fd, -1);
	munmap(f->map, 2 * f->page + 2 * f->size);
	close(f->fd);
	return 0;
}

static uint64_t *consumer(struct fake *f)
{
	return (uint64_t *)f->map;
}

static uint64_t *producer(struct fake *f)
{
	return (uint64_t *)(f->map + f->page);
}

/* The data area is there twice in a row: what is written to one copy shows in the other. */
static void write_at(struct fake *f, uint64_t position, const void *data, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (unsigned copy = 0; copy < 2; copy++)
			f->map[2 * f->page + copy * f->size + (position + i) % f->size] = ((const uint8_t *)data)[i];
}

static void place(struct fake *f, char letter, uint32_t length, uint32_t flags)
{
	uint32_t header[2] = { length | flags, 0 };
	uint8_t content[4096];

	memset(content, letter, sizeof(content));
	write_at(f, *producer(f), header, sizeof(header));
	write_at(f, *producer(f) + 8, content, length);
	*producer(f) += (length + 8 + 7) & ~7ull;
}

static int take(void *ctx, const void *record, size_t n)
{
	const char *text = record;
	struct fake *f = ctx;
	size_t length = strlen(f->seen);

	if (f->after-- <= 0)
		return f->answer;
	for (size_t i = 0; i < n; i++)
		assert_int_equal(text[i], text[0]);
	snprintf(f->seen + length, sizeof(f->seen) - length, "%c%zu ", text[0], n);
	return 0;
}

static int read_all(struct fake *f)
{
	return ht_ring_read(&f->ring, ht_ring_produced(&f->ring), UINT64_MAX, take, f);
}

static void test_in_order(void **state)
{
	struct fake *f = *state;

	assert_int_equal(read_all(f), 0);
	assert_string_equal(f->seen, "");
	place(f, 'a', 8, 0);
	place(f, 'b', 1, 0);
	place(f, 'c', 100, DISCARD);
	place(f, 'd', 17, 0);
	assert_int_equal(ht_ring_produced(&f->ring), *producer(f));
	assert_int_equal(read_all(f), 0);
	assert_string_equal(f->seen, "a8 b1 d17 ");
	assert_int_equal(f->ring.read, *producer(f));
}

/* The consumer position moves only when told to. */
static void test_commit(void **state)
{
	struct fake *f = *state;
	struct ht_ring_reader again;

	place(f, 'a', 8, 0);
	assert_int_equal(read_all(f), 0);
	assert_int_equal(*consumer(f), 0);
	/* Whoever opens the ring next reads again what was not committed. */
	assert_int_equal(ht_ring_open(&again, f->fd, f->size), 0);
	assert_int_equal(again.read, 0);
	ht_ring_close(&again);
	ht_ring_commit(&f->ring);
	assert_int_equal(*consumer(f), 16);
	assert_int_equal(ht_ring_open(&again, f->fd, f->size), 0);
	assert_int_equal(again.read, 16);
	ht_ring_close(&again);
}

/* Round and round, with records over the end of the area. */
static void test_wraps(void **state)
{
	struct fake *f = *state;

	for (unsigned i = 0; i < 1000; i++) {
		char want[32];

		place(f, (char)('a' + i % 26), 1 + i * 7 % 1500, 0);
		f->seen[0] = '\0';
		assert_int_equal(read_all(f), 0);
		snprintf(want, sizeof(want), "%c%u ", 'a' + i % 26, 1 + i * 7 % 1500);
		assert_string_equal(f->seen, want);
		ht_ring_commit(&f->ring);
		assert_int_equal(*consumer(f), *producer(f));
	}
}

/* A record that the kernel is still writing ends the round, and nothing behind it is read before it. */
static void test_busy(void **state)
{
	struct fake *f = *state;
	uint64_t at;
	uint32_t header = 8;

	place(f, 'a', 8, 0);
	at = *producer(f);
	place(f, 'b', 8, BUSY);
	place(f, 'c', 8, 0);
	assert_int_equal(read_all(f), 0);
	assert_string_equal(f->seen, "a8 ");
	assert_int_equal(f->ring.read, at);
	write_at(f, at, &header, sizeof(header));
	assert_int_equal(read_all(f), 0);
	assert_string_equal(f->seen, "a8 b8 c8 ");
}

/* What was refused stays unread. */
static void test_refused(void **state)
{
	struct fake *f = *state;

	place(f, 'a', 8, 0);
	place(f, 'b', 8, 0);
	f->answer = -ENOSPC;
	f->after = 1;
	assert_int_equal(read_all(f), -ENOSPC);
	assert_string_equal(f->seen, "a8 ");
	assert_int_equal(f->ring.read, 16);
	f->after = INT32_MAX;
	assert_int_equal(read_all(f), 0);
	assert_string_equal(f->seen, "a8 b8 ");
}

static void test_limits(void **state)
{
	struct fake *f = *state;

	for (unsigned i = 0; i < 10; i++)
		place(f, 'a', 8, 0);
	assert_int_equal(ht_ring_read(&f->ring, 48, UINT64_MAX, take, f), 0);
	assert_string_equal(f->seen, "a8 a8 a8 ");
	assert_int_equal(ht_ring_read(&f->ring, *producer(f), 17, take, f), 0);
	assert_string_equal(f->seen, "a8 a8 a8 a8 a8 ");
	assert_int_equal(ht_ring_read(&f->ring, *producer(f), 0, take, f), 0);
	assert_string_equal(f->seen, "a8 a8 a8 a8 a8 ");
}

/* Root can write to the ring: lengths that lead out of what was produced, or of the area, are not followed. */
static void test_lengths_that_lie(void **state)
{
	static const uint32_t lengths[] = { 9, 64, 4096, 4089, 1u << 20, (1u << 30) - 1 };
	struct fake *f = *state;

	place(f, 'a', 8, 0);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		write_at(f, 0, &lengths[i], sizeof(lengths[i]));
		assert_int_equal(read_all(f), -EBADMSG);
		assert_int_equal(f->ring.read, 0);
	}
	assert_string_equal(f->seen, "");
	/* More was produced, it says, than the ring holds. */
	*producer(f) = 1u << 30;
	write_at(f, 0, &lengths[4], sizeof(lengths[4]));
	assert_int_equal(read_all(f), -EBADMSG);
}

static void test_open_fails(void **state)
{
	struct ht_ring_reader ring;

	(void)state;
	assert_int_equal(ht_ring_open(&ring, -1, 4096), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_commit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wraps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_busy, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lengths_that_lie, setup, teardown),
		cmocka_unit_test(test_open_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
