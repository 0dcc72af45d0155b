/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/file.def: reading and writing. */
#include "calls/calls.h"

#include <string.h>
#include <sys/uio.h>

#define FAR (5ll << 32)

/* Where preadv(2) and the like begin: in two words under every ABI. */
#define OFFSET_PAIR(offset) LOW_WORD(offset), HIGH_WORD(offset)
#ifdef __i386__
#define LOW_WORD(value) (uint32_t)(uint64_t)(value)
#define HIGH_WORD(value) (uint32_t)((uint64_t)(value) >> 32)
#else
#define LOW_WORD(value) (value)
#define HIGH_WORD(value) 0
#endif

CALLS(read)
{
	int fd = scratch_file("file", "content");

	works(call(read, fd, out, 4));
	works(call(read, fd, at_border(NULL, 3), 3));
	works(call(read, fd, out, 10)); /* its end */
	works(call(read, fd, out, 0));
	need(lseek(fd, 0, SEEK_SET) == 0);
	fails(EFAULT, call(read, fd, unmapped(), 4));
	fails(EFAULT, call(read, fd, NULL, SIZE_MAX / 2));
	fails(EBADF, call(read, 999, out, 4));
	fails(EISDIR, call(read, open(".", O_RDONLY), out, 4));
}

CALLS(pread64)
{
	int fd = scratch_file("file", "content");

	works(call(pread64, fd, out, 4, WORDS64(2ll)));
	works(call(pread64, fd, out, 4, WORDS64(FAR)));
	fails(EINVAL, call(pread64, fd, out, 4, WORDS64(-1ll)));
	fails(EFAULT, call(pread64, fd, NULL, 4, WORDS64(0ll)));
	fails(EBADF, call(pread64, -1, out, 4, WORDS64(0ll)));
}

/* Three pieces, the second without length. */
static struct iovec *pieces(void)
{
	static struct iovec vectors[3];

	vectors[0] = (struct iovec){out, 3};
	vectors[1] = (struct iovec){NULL, 0};
	vectors[2] = (struct iovec){out + 16, 2};
	return vectors;
}

CALLS(readv)
{
	int fd = scratch_file("file", "content");
	struct iovec bad[2] = {{out, 3}, {unreadable(), 10}};

	works(call(readv, fd, pieces(), 3));
	works(call(readv, fd, at_border(pieces(), 3 * sizeof(bad[0])), 3));
	works(call(readv, fd, NULL, 0));
	need(lseek(fd, 0, SEEK_SET) == 0);
	works(call(readv, fd, bad, 2)); /* the first alone */
	fails(EFAULT, call(readv, fd, bad + 1, 1));
	fails(EFAULT, call(readv, fd, NULL, 3));
	fails(EINVAL, call(readv, fd, pieces(), 1025));
	fails(EINVAL, call(readv, fd, pieces(), -1));
	fails(EBADF, call(readv, 999, pieces(), 3));
}

CALLS(preadv)
{
	int fd = scratch_file("file", "content");

	works(call(preadv, fd, pieces(), 3, OFFSET_PAIR(2ll)));
	works(call(preadv, fd, pieces(), 3, OFFSET_PAIR(FAR)));
	fails(EINVAL, call(preadv, fd, pieces(), 3, OFFSET_PAIR(-2ll)));
	fails(EFAULT, call(preadv, fd, unmapped(), 3, OFFSET_PAIR(0ll)));
}

CALLS(preadv2)
{
	int fd = scratch_file("file", "content");

	works(call(preadv2, fd, pieces(), 3, OFFSET_PAIR(2ll), 0));
	works(call(preadv2, fd, pieces(), 3, -1l, -1l, 0x1 /* RWF_HIPRI */));
	call(preadv2, fd, pieces(), 3, OFFSET_PAIR(0ll), 0x8 /* RWF_NOWAIT */);
	call(preadv2, fd, pieces(), 3, OFFSET_PAIR(0ll), 0x80 /* RWF_DONTCACHE */);
	fails(EOPNOTSUPP, call(preadv2, fd, pieces(), 3, OFFSET_PAIR(0ll), 0x80000000u));
	fails(EBADF, call(preadv2, 999, pieces(), 3, OFFSET_PAIR(FAR), 0));
}

CALLS(write)
{
	int fd = scratch_file("file", "content");

	works(call(write, fd, "other", 5));
	works(call(write, fd, string_at_border("border"), 6));
	works(call(write, fd, "", 0));
	fails(EFAULT, call(write, fd, unmapped(), 4));
	fails(EBADF, call(write, 999, "other", 5));
	fails(EBADF, call(write, open("file", O_RDONLY), "\"\n\\\x01\xff", 5));
}

CALLS(pwrite64)
{
	int fd = scratch_file("file", "content");

	works(call(pwrite64, fd, "other", 5, WORDS64(2ll)));
	works(call(pwrite64, fd, "far", 3, WORDS64(FAR)));
	fails(EINVAL, call(pwrite64, fd, "other", 5, WORDS64(-5ll)));
	fails(EFAULT, call(pwrite64, fd, NULL, 5, WORDS64(0ll)));
}

CALLS(writev)
{
	int fd = scratch_file("file", "content");
	struct iovec huge[2] = {{out, SIZE_MAX}, {out, 1}};

	works(call(writev, fd, pieces(), 3));
	works(call(writev, fd, pieces(), 0));
	call(writev, fd, huge, 2);
	fails(EFAULT, call(writev, fd, unreadable(), 2));
	fails(EINVAL, call(writev, fd, pieces(), 65536));
}

CALLS(pwritev)
{
	int fd = scratch_file("file", "content");

	works(call(pwritev, fd, pieces(), 3, OFFSET_PAIR(4ll)));
	works(call(pwritev, fd, pieces(), 3, OFFSET_PAIR(FAR)));
	fails(EINVAL, call(pwritev, fd, pieces(), 3, OFFSET_PAIR(-4ll)));
}

CALLS(pwritev2)
{
	int fd = scratch_file("file", "content");

	works(call(pwritev2, fd, pieces(), 3, OFFSET_PAIR(4ll), 0x2 | 0x4 /* RWF_DSYNC | RWF_SYNC */));
	works(call(pwritev2, fd, pieces(), 3, -1l, -1l, 0x10 /* RWF_APPEND */));
	call(pwritev2, fd, pieces(), 3, OFFSET_PAIR(0ll), 0x20 /* RWF_NOAPPEND */);
	call(pwritev2, fd, pieces(), 3, OFFSET_PAIR(0ll), 0x40 /* RWF_ATOMIC */);
	fails(EOPNOTSUPP, call(pwritev2, fd, pieces(), 3, OFFSET_PAIR(0ll), -1));
}

CALLS(sendfile)
{
	int from = scratch_file("from", "content"), to = scratch_file("to", "");
	long offset = 2;

	works(call(sendfile, to, from, NULL, 3));
	works(call(sendfile, to, from, &offset, 3));
	offset = -1;
	fails(EINVAL, call(sendfile, to, from, at_border(&offset, sizeof(offset)), 3));
	fails(EFAULT, call(sendfile, to, from, unmapped(), 3));
	fails(EBADF, call(sendfile, 999, from, NULL, 3));
}

#ifdef __i386__
CALLS(sendfile64)
{
	int from = scratch_file("from", "content"), to = scratch_file("to", "");
	int64_t offset = 2;

	works(call(sendfile64, to, from, &offset, 3));
	offset = FAR;
	works(call(sendfile64, to, from, &offset, 3));
	fails(EFAULT, call(sendfile64, to, from, unmapped(), 3));
	fails(EBADF, call(sendfile64, to, 999, NULL, 3));
}
#endif

CALLS(copy_file_range)
{
	int from = scratch_file("from", "content"), to = scratch_file("to", "");
	int64_t in = 2, end = FAR;

	works(call(copy_file_range, from, NULL, to, NULL, 3, 0));
	works(call(copy_file_range, from, &in, to, at_border(&end, sizeof(end)), 3, 0));
	fails(EINVAL, call(copy_file_range, from, NULL, to, NULL, 3, ~0u));
	fails(EFAULT, call(copy_file_range, from, unmapped(), to, NULL, 3, 0));
	fails(EBADF, call(copy_file_range, 999, NULL, to, NULL, 3, 0));
}

CALLS(splice)
{
	int from = scratch_file("from", "content"), ends[2];
	int64_t offset = 2;

	need(pipe(ends) == 0);
	works(call(splice, from, &offset, ends[1], NULL, 3, 0x1 /* SPLICE_F_MOVE */));
	works(call(splice, from, NULL, ends[1], NULL, 3, 0x4 | 0x2 /* SPLICE_F_MORE, SPLICE_F_NONBLOCK */));
	works(call(splice, ends[0], NULL, scratch_file("to", ""), &offset, 3, 0x8 /* SPLICE_F_GIFT */));
	fails(ESPIPE, call(splice, from, NULL, ends[1], &offset, 3, 0));
	fails(EINVAL, call(splice, from, NULL, ends[1], NULL, 3, 0x100));
	fails(EFAULT, call(splice, from, unmapped(), ends[1], NULL, 3, 0));
	fails(EBADF, call(splice, 999, NULL, ends[1], NULL, 3, 0));
}

CALLS(tee)
{
	int from[2], to[2];

	need(pipe(from) == 0 && pipe(to) == 0 && write(from[1], "content", 7) == 7);
	works(call(tee, from[0], to[1], 100, 0x2 /* SPLICE_F_NONBLOCK */));
	fails(EINVAL, call(tee, from[0], from[1], 100, 0));
	fails(EINVAL, call(tee, from[0], to[1], 100, ~0u));
	fails(EBADF, call(tee, 999, to[1], 100, 0));
}

CALLS(vmsplice)
{
	int ends[2];

	need(pipe(ends) == 0);
	works(call(vmsplice, ends[1], pieces(), 3, 0x2 | 0x8 /* SPLICE_F_NONBLOCK | SPLICE_F_GIFT */));
	works(call(vmsplice, ends[0], pieces(), 1, 0));
	fails(EFAULT, call(vmsplice, ends[1], unmapped(), 3, 0));
	fails(EINVAL, call(vmsplice, ends[1], pieces(), 3, ~0u));
	fails(EBADF, call(vmsplice, scratch_file("file", ""), pieces(), 3, 0));
}

CALLS(truncate)
{
	scratch_file("file", "content");
	works(call(truncate, "file", 3));
	works(call(truncate, string_at_border("file"), 0x7fffffff));
	fails(EINVAL, call(truncate, "file", -1l));
	fails(ENOENT, call(truncate, "none", 3));
	fails(EFAULT, call(truncate, NULL, 3));
}

CALLS(ftruncate)
{
	int fd = scratch_file("file", "content");

	works(call(ftruncate, fd, 3));
	fails(EINVAL, call(ftruncate, fd, -1l));
	fails(EBADF, call(ftruncate, 999, 3));
}

#ifdef __i386__
CALLS(truncate64)
{
	scratch_file("file", "content");
	works(call(truncate64, "file", LOW_HIGH(FAR)));
	fails(EINVAL, call(truncate64, "file", LOW_HIGH(-3ll)));
	fails(EFAULT, call(truncate64, unmapped(), LOW_HIGH(3)));
}

CALLS(ftruncate64)
{
	int fd = scratch_file("file", "content");

	works(call(ftruncate64, fd, LOW_HIGH(FAR)));
	fails(EINVAL, call(ftruncate64, fd, LOW_HIGH(-3ll)));
	fails(EBADF, call(ftruncate64, 999, LOW_HIGH(3)));
}
#endif

CALLS(fallocate)
{
	int fd = scratch_file("file", "content");

	call(fallocate, fd, 0, WORDS64(0ll), WORDS64(8192ll));
	call(fallocate, fd, 0x1, WORDS64(FAR), WORDS64(4096ll)); /* FALLOC_FL_KEEP_SIZE */
	call(fallocate, fd, 0x1 | 0x2, WORDS64(4096ll), WORDS64(4096ll)); /* FALLOC_FL_PUNCH_HOLE */
	call(fallocate, fd, 0x10, WORDS64(0ll), WORDS64(4096ll)); /* FALLOC_FL_ZERO_RANGE */
	call(fallocate, fd, 0x8, WORDS64(0ll), WORDS64(4096ll)); /* FALLOC_FL_COLLAPSE_RANGE */
	call(fallocate, fd, 0x20, WORDS64(0ll), WORDS64(4096ll)); /* FALLOC_FL_INSERT_RANGE */
	call(fallocate, fd, 0x40, WORDS64(0ll), WORDS64(4096ll)); /* FALLOC_FL_UNSHARE_RANGE */
	call(fallocate, fd, 0x80, WORDS64(0ll), WORDS64(4096ll)); /* FALLOC_FL_WRITE_ZEROES */
	fails(EINVAL, call(fallocate, fd, 0, WORDS64(-1ll), WORDS64(0ll)));
	fails(EOPNOTSUPP, call(fallocate, fd, ~0u, WORDS64(0ll), WORDS64(1ll)));
	fails(EBADF, call(fallocate, 999, 0, WORDS64(0ll), WORDS64(1ll)));
}

CALLS(lseek)
{
	int fd = scratch_file("file", "content");

	works(call(lseek, fd, 3, SEEK_SET));
	works(call(lseek, fd, -1l, SEEK_CUR));
	works(call(lseek, fd, 1, SEEK_END));
	works(call(lseek, fd, 0, SEEK_DATA));
	works(call(lseek, fd, 0, SEEK_HOLE));
	fails(EINVAL, call(lseek, fd, -100l, SEEK_SET));
	fails(EINVAL, call(lseek, fd, 0, 77));
	fails(EBADF, call(lseek, 999, 0, SEEK_SET));
}

#ifdef __i386__
CALLS(_llseek)
{
	int fd = scratch_file("file", "content");

	works(call(_llseek, fd, 5, 7, out, SEEK_SET));
	works(call(_llseek, fd, -1l, -1l, out, SEEK_CUR));
	fails(EINVAL, call(_llseek, fd, 0, 0, out, 77));
	fails(EFAULT, call(_llseek, fd, 0, 0, unmapped(), SEEK_SET));
	fails(EBADF, call(_llseek, 999, 0, 0, out, SEEK_SET));
}
#endif

CALLS(fsync)
{
	works(call(fsync, scratch_file("file", "content")));
	fails(EBADF, call(fsync, 999));
}

CALLS(fdatasync)
{
	works(call(fdatasync, scratch_file("file", "content")));
	fails(EBADF, call(fdatasync, 999));
}

/* The words of sync_file_range(2) stand alike in both ABIs; i386 aligns nothing. */
CALLS(sync_file_range)
{
	int fd = scratch_file("file", "content");

	works(call(sync_file_range, fd, WORDS64(0ll), WORDS64(0ll), 0x1 | 0x2 | 0x4));
	works(call(sync_file_range, fd, WORDS64(2ll), WORDS64(FAR), 0x2));
	fails(EINVAL, call(sync_file_range, fd, WORDS64(-1ll), WORDS64(1ll), 0));
	fails(EINVAL, call(sync_file_range, fd, WORDS64(0ll), WORDS64(1ll), ~0u));
	fails(EBADF, call(sync_file_range, 999, WORDS64(0ll), WORDS64(1ll), 1));
}

CALLS(syncfs)
{
	works(call(syncfs, open("/proc", O_RDONLY))); /* which holds nothing to write */
	fails(EBADF, call(syncfs, 999));
}

CALLS(sync)
{
	works(call(sync));
}

#ifdef __i386__
#define ADVICE_LENGTH(value) (uint32_t)(value)
#else
#define ADVICE_LENGTH(value) (value)
#endif

CALLS(fadvise64)
{
	int fd = scratch_file("file", "content"), ends[2];

	need(pipe(ends) == 0);
	for (int advice = 0; advice < 6; advice++)
		works(call(fadvise64, fd, WORDS64(2ll), ADVICE_LENGTH(5), advice));
	fails(EINVAL, call(fadvise64, fd, WORDS64(FAR), ADVICE_LENGTH(1), 77));
	fails(ESPIPE, call(fadvise64, ends[0], WORDS64(0ll), ADVICE_LENGTH(1), 0));
	fails(EBADF, call(fadvise64, 999, WORDS64(0ll), ADVICE_LENGTH(1), 0));
}

#ifdef __i386__
CALLS(fadvise64_64)
{
	int fd = scratch_file("file", "content");

	works(call(fadvise64_64, fd, LOW_HIGH(FAR), LOW_HIGH(FAR), 4));
	fails(EINVAL, call(fadvise64_64, fd, LOW_HIGH(0), LOW_HIGH(-1ll), 77));
	fails(EBADF, call(fadvise64_64, 999, LOW_HIGH(0), LOW_HIGH(0), 0));
}
#endif

CALLS(readahead)
{
	int fd = scratch_file("file", "content");

	works(call(readahead, fd, WORDS64(0ll), 4096));
	works(call(readahead, fd, WORDS64(FAR), 1));
	fails(EBADF, call(readahead, 999, WORDS64(0ll), 4096));
}

CALLS(cachestat)
{
	uint64_t range[2] = {0, 4096};
	int fd = scratch_file("file", "content");

	works(call(cachestat, fd, range, out, 0));
	works(call(cachestat, fd, at_border(range, sizeof(range)), at_border(NULL, 40), 0));
	fails(EINVAL, call(cachestat, fd, range, out, ~0u));
	fails(EFAULT, call(cachestat, fd, NULL, out, 0));
	fails(EFAULT, call(cachestat, fd, range, unmapped(), 0));
	fails(EBADF, call(cachestat, 999, range, out, 0));
}
