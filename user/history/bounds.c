/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "history/files.h"
#include "store/format.h"

#define FRAMES_MAX (1u << 20) /* of a file; more than that is nothing that we wrote */

static uint64_t le64(const unsigned char *p)
{
	return ht_le32(p) | (uint64_t)ht_le32(p + 4) << 32;
}

static int read_at(int fd, void *out, size_t n, uint64_t offset)
{
	ssize_t r;

	do {
		r = pread(fd, out, n, (off_t)offset);
	} while (r < 0 && errno == EINTR);
	return r == (ssize_t)n ? 0 : -ENODATA;
}

/* The summary that ends at end; *ret_start is where the frame that it sums up begins. */
static int read_summary(int fd, uint64_t end, struct ht_log_frame *ret, uint64_t *ret_start)
{
	unsigned char tail[8], head[HT_LOG_SUMMARY_BYTES];
	uint64_t length, stored;

	if (end < sizeof(head) || read_at(fd, tail, sizeof(tail), end - sizeof(tail)) < 0)
		return -ENODATA;
	length = ht_le32(tail);
	if (length < sizeof(head) || length > end || read_at(fd, head, sizeof(head), end - length) < 0)
		return -ENODATA;
	if (ht_le32(head) != HT_LOG_MAGIC || ht_le32(head + 4) != length - 8 ||
	    memcmp(head + 8, HT_LOG_SUMMARY_TAG, HT_LOG_TAG_BYTES) != 0 ||
	    ht_le32(head + 16) != HT_LOG_VERSION)
		return -ENODATA;
	stored = le64(head + 24);
	if (stored == 0 || stored > end - length)
		return -ENODATA;
	*ret = (struct ht_log_frame){ stored, le64(head + 32), le64(head + 40), (int64_t)le64(head + 48),
				      (int64_t)le64(head + 56) };
	*ret_start = end - length - stored;
	return 0;
}

static int check_header(int fd)
{
	unsigned char head[HT_LOG_HEADER_BYTES];

	if (read_at(fd, head, sizeof(head), 0) < 0 || ht_le32(head) != HT_LOG_MAGIC)
		return -ENODATA;
	return memcmp(head + 8, HT_LOG_HEADER_TAG, HT_LOG_TAG_BYTES) == 0 &&
			       ht_log_payload_check(head + 8, sizeof(head) - 8) == 0
		       ? 0
		       : -ENODATA;
}

int ht_history_bounds(int fd, uint64_t size, int64_t *ret_oldest_ns, int64_t *ret_newest_ns, bool *ret_empty)
{
	int64_t oldest = INT64_MAX, newest = INT64_MIN;
	uint64_t at = size;

	if (size < HT_LOG_HEADER_BYTES || check_header(fd) < 0)
		return -ENODATA;
	for (unsigned frames = 0; at > HT_LOG_HEADER_BYTES; frames++) {
		struct ht_log_frame frame;

		if (frames == FRAMES_MAX || read_summary(fd, at, &frame, &at) < 0)
			return -ENODATA;
		if (!frame.events)
			continue;
		oldest = frame.oldest_ns < oldest ? frame.oldest_ns : oldest;
		newest = frame.newest_ns > newest ? frame.newest_ns : newest;
	}
	if (at != HT_LOG_HEADER_BYTES)
		return -ENODATA;
	*ret_oldest_ns = oldest;
	*ret_newest_ns = newest;
	*ret_empty = newest < oldest;
	return 0;
}
