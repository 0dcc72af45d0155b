/* SPDX-License-Identifier: BSD-2-Clause */
#include "hosttrail/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define ZSTD_STATIC_LINKING_ONLY /* ZSTD_c_stableInBuffer */
#include <zstd.h>
#include <zstd_errors.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "hosttrail/event.h"
#include "store/format.h"
#include "store/log_writer.h"

#define FRAME_BYTES (1u << 20) /* with what it becomes and zstd's tables, no more than a core's cache */
#define PIECE_BYTES (128u << 10) /* what is compressed at once: zstd's largest block */
#define STABLE_SINCE 10503       /* the first zstd that takes a stable buffer in pieces that are no whole blocks */
#define STABLE_UNTIL 10600       /* the parameter is marked experimental: not to be relied on beyond what was looked at */
#define WRITE_BYTES (128u << 10) /* compressed bytes that are worth a write(2) */

void ht_log_free(struct ht_log_writer *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	ZSTD_freeCCtx(w->zstd);
	EVP_MD_CTX_free(w->sha);
	ht_buffer_free(&w->in);
	ht_buffer_free(&w->out);
	free(w->path);
	free(w->partial);
	free(w);
}

DEFINE_CLEANUP(struct ht_log_writer *, ht_log_free)

static int set_up(struct ht_log_writer *w, int level)
{
	unsigned char header[HT_LOG_HEADER_BYTES];

	w->zstd = ZSTD_createCCtx();
	w->sha = EVP_MD_CTX_new();
	if (!w->zstd || !w->sha || EVP_DigestInit_ex(w->sha, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	/* The digest holds the hash of the stored bytes: a checksum in the frame would cost a tenth more and add nothing. */
	if (ZSTD_isError(ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_compressionLevel, level)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_checksumFlag, 0)))
		return -EINVAL;
	/* The buffer holds the whole frame and stays where it is: zstd need not copy what it looks back at. */
	if (ZSTD_versionNumber() >= STABLE_SINCE && ZSTD_versionNumber() < STABLE_UNTIL)
		ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_stableInBuffer, 1);
	/* With room for the longest line, appending never allocates. */
	if (ht_buffer_grow(&w->in, w->frame_bytes + HT_EVENT_LINE_MAX))
		return -ENOMEM;
	ht_log_header_write(header);
	ht_buffer_append(&w->out, header, sizeof(header));
	return ht_buffer_status(&w->out);
}

int ht_log_create_as(struct ht_log_writer **ret, const char *partial, const char *path, int level, size_t frame_bytes,
		     struct ht_error *err)
{
	_cleanup_(ht_log_free_p) struct ht_log_writer *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return ht_fail_errno(err, -ENOMEM, "%s", path);
	w->fd = -1;
	w->frame_bytes = frame_bytes ? frame_bytes : FRAME_BYTES;
	w->path = strdup(path);
	w->partial = strdup(partial);
	if (!w->path || !w->partial)
		return ht_fail_errno(err, -ENOMEM, "%s", path);
	r = set_up(w, level);
	if (r < 0)
		return ht_fail_errno(err, r, "%s", path);
	if (access(path, F_OK) == 0)
		return ht_fail_errno(err, -EEXIST, "%s", path);
	w->fd = open(partial, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (w->fd < 0)
		return ht_fail_errno(err, -errno, "%s", partial);
	*ret = TAKE_PTR(w);
	return 0;
}

int ht_log_create(struct ht_log_writer **ret, const char *path, int level, size_t frame_bytes, struct ht_error *err)
{
	char partial[PATH_MAX];
	int n = snprintf(partial, sizeof(partial), "%s.partial", path);

	if (n < 0 || (size_t)n >= sizeof(partial))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s", path);
	return ht_log_create_as(ret, partial, path, level, frame_bytes, err);
}

/* ---- from memory to the file system ---- */

static uint64_t produced(const struct ht_log_writer *w)
{
	return w->total.stored_bytes + (w->out.length - w->out_start);
}

/* Writes what is compressed, as far as the file system takes it, and hashes what it took. */
static int write_out(struct ht_log_writer *w)
{
	while (w->out_start < w->out.length) {
		const char *data = w->out.data + w->out_start;
		ssize_t n = write(w->fd, data, w->out.length - w->out_start);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			w->error = n < 0 ? -errno : -EIO;
			return w->error;
		}
		if (EVP_DigestUpdate(w->sha, data, (size_t)n) != 1)
			return w->error = -ENOMEM;
		w->out_start += (size_t)n;
		w->total.stored_bytes += (uint64_t)n;
		if (w->marked && w->total.stored_bytes >= w->next_mark.total.stored_bytes) {
			w->mark = w->next_mark;
			w->marked = false;
		}
	}
	ht_buffer_reset(&w->out);
	w->out_start = 0;
	w->error = 0;
	if (!w->dirty)
		w->mark = (struct ht_log_mark){ w->total, w->frame, w->frame_start, w->frame_open };
	return 0;
}

/* Takes written bytes out of the front, so that a disk that was full for long does not leave a buffer that only grows. */
static void compact(struct ht_log_writer *w)
{
	if (w->out_start == 0)
		return;
	memmove(w->out.data, w->out.data + w->out_start, w->out.length - w->out_start);
	w->out.length -= w->out_start;
	w->out_start = 0;
}

/* Runs what is in the input buffer through zstd into the output buffer. */
static int compress(struct ht_log_writer *w, ZSTD_EndDirective directive)
{
	ZSTD_inBuffer in = { w->in.data, w->in.length, w->in_start };
	int r = 0;

	for (;;) {
		ZSTD_outBuffer out;
		size_t left;

		if (!ht_buffer_room(&w->out, ZSTD_CStreamOutSize())) {
			w->out.failed = false;
			r = -ENOMEM;
			break;
		}
		out = (ZSTD_outBuffer){ w->out.data + w->out.length, w->out.capacity - w->out.length, 0 };
		left = ZSTD_compressStream2(w->zstd, &out, &in, directive);
		w->out.length += out.pos;
		if (ZSTD_isError(left)) {
			r = ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation ? -ENOMEM : -EIO;
			break;
		}
		if (directive == ZSTD_e_continue ? in.pos == in.size : left == 0)
			break;
	}
	w->in_start = in.pos;
	return r;
}

static int end_frame(struct ht_log_writer *w)
{
	unsigned char summary[HT_LOG_SUMMARY_BYTES];
	int r;

	if (!w->frame_open)
		return 0;
	/* Room first: a frame without its summary behind it must not be left. */
	compact(w);
	if (!ht_buffer_room(&w->out, 2 * ZSTD_CStreamOutSize() + sizeof(summary))) {
		w->out.failed = false;
		return -ENOMEM;
	}
	r = compress(w, ZSTD_e_end);
	if (r < 0)
		return r;
	w->frame.stored_bytes = produced(w) - w->frame_start;
	ht_log_summary_write(&w->frame, summary);
	ht_buffer_append(&w->out, summary, sizeof(summary));
	if (ht_buffer_status(&w->out))
		return -ENOMEM;
	ht_buffer_reset(&w->in);
	w->in_start = 0;
	w->frame_open = false;
	w->dirty = false;
	return 0;
}

static int compress_piece(struct ht_log_writer *w)
{
	int r;

	if (w->in.length >= w->frame_bytes)
		r = end_frame(w);
	else
		r = compress(w, ZSTD_e_continue);
	/* A failed write is no loss: the bytes wait. Appending tells once too many do. */
	if (r == 0 && w->out.length - w->out_start >= WRITE_BYTES)
		write_out(w);
	return r;
}

/* ---- appending ---- */

static void count_line(struct ht_log_frame *f, size_t n, int64_t time_ns)
{
	if (f->events == 0 || time_ns < f->oldest_ns)
		f->oldest_ns = time_ns;
	if (f->events == 0 || time_ns > f->newest_ns)
		f->newest_ns = time_ns;
	f->events++;
	f->content_bytes += n;
}

/* Makes room for a line, or says why there is none. */
static int make_room(struct ht_log_writer *w)
{
	int r;

	if (w->error && ht_log_pending(w) >= HT_LOG_PENDING_MAX) {
		r = write_out(w);
		compact(w);
		if (r < 0)
			return r;
	}
	/* A frame that is full was to be ended before, and memory for that was short. */
	if (w->in.length >= w->frame_bytes)
		return end_frame(w);
	return 0;
}

int ht_log_append(struct ht_log_writer *w, const char *line, size_t n, int64_t time_ns)
{
	int r;

	if (n >= HT_EVENT_LINE_MAX)
		return -EMSGSIZE;
	if (w->ended)
		return -EBADF;
	r = make_room(w);
	if (r < 0)
		return r;
	if (!w->frame_open) {
		w->frame = (struct ht_log_frame){ 0 };
		w->frame_start = produced(w);
		w->frame_open = true;
	}
	memcpy(w->in.data + w->in.length, line, n);
	w->in.data[w->in.length + n] = '\n';
	w->in.length += n + 1;
	w->dirty = true;
	count_line(&w->frame, n + 1, time_ns);
	count_line(&w->total, n + 1, time_ns);
	/* The line is taken; what fails here is tried again by the next call. */
	if (w->in.length - w->in_start >= PIECE_BYTES || w->in.length >= w->frame_bytes)
		compress_piece(w);
	return 0;
}

/* Should the file system take only a part of what waits, this is how far it can be kept. */
static void set_mark(struct ht_log_writer *w)
{
	/* One at a time: a later one would take its place without ever being reached. */
	if (w->marked)
		return;
	w->next_mark = (struct ht_log_mark){ w->total, w->frame, w->frame_start, w->frame_open };
	w->next_mark.total.stored_bytes = produced(w);
	w->marked = true;
}

int ht_log_flush(struct ht_log_writer *w)
{
	int r = 0;

	if (w->dirty) {
		if (w->in.length >= w->frame_bytes)
			r = end_frame(w);
		else
			r = compress(w, ZSTD_e_flush);
		if (r < 0)
			return r;
		w->dirty = false;
		set_mark(w);
	}
	return write_out(w);
}

int ht_log_sync(struct ht_log_writer *w)
{
	int r = ht_log_flush(w);

	if (r < 0)
		return r;
	return fdatasync(w->fd) < 0 ? -errno : 0;
}

uint64_t ht_log_stored_bytes(const struct ht_log_writer *w)
{
	return w->total.stored_bytes;
}

uint64_t ht_log_content_bytes(const struct ht_log_writer *w)
{
	return w->total.content_bytes;
}

uint64_t ht_log_events(const struct ht_log_writer *w)
{
	return w->total.events;
}

uint64_t ht_log_pending(const struct ht_log_writer *w)
{
	return w->out.length - w->out_start;
}

int ht_log_fd(const struct ht_log_writer *w)
{
	return w->fd;
}

/* ---- the end ---- */

int ht_log_end(struct ht_log_writer *w)
{
	int r = end_frame(w);

	if (r < 0)
		return r;
	r = write_out(w);
	if (r < 0)
		return r;
	w->ended = true;
	return 0;
}

/* The hash of what stands in the file: that of the bytes written went past the place where the file is cut. */
static int hash_again(struct ht_log_writer *w)
{
	_cleanup_free_ char *piece = malloc(PIECE_BYTES);
	uint64_t at = 0;

	if (!piece || EVP_DigestInit_ex(w->sha, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	while (at < w->mark.total.stored_bytes) {
		uint64_t left = w->mark.total.stored_bytes - at;
		ssize_t n = pread(w->fd, piece, left < PIECE_BYTES ? left : PIECE_BYTES, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		if (EVP_DigestUpdate(w->sha, piece, (size_t)n) != 1)
			return -ENOMEM;
		at += (uint64_t)n;
	}
	return 0;
}

/* What ends the file behind the mark: a frame that is open there is closed by an empty last block. */
static void write_tail(struct ht_log_writer *w)
{
	static const unsigned char last_block[3] = { 1, 0, 0 }; /* RFC 8878, section 3.1.1.2: last, raw, no bytes */
	unsigned char bytes[HT_LOG_SUMMARY_BYTES > HT_LOG_HEADER_BYTES ? HT_LOG_SUMMARY_BYTES : HT_LOG_HEADER_BYTES];

	if (w->mark.total.stored_bytes == 0) {
		ht_log_header_write(bytes);
		ht_buffer_append(&w->out, bytes, HT_LOG_HEADER_BYTES);
	} else if (w->mark.frame_open) {
		struct ht_log_frame f = w->mark.frame;

		ht_buffer_append(&w->out, last_block, sizeof(last_block));
		f.stored_bytes = w->mark.total.stored_bytes + sizeof(last_block) - w->mark.frame_start;
		ht_log_summary_write(&f, bytes);
		ht_buffer_append(&w->out, bytes, HT_LOG_SUMMARY_BYTES);
	}
}

int ht_log_cut(struct ht_log_writer *w, uint64_t *ret_dropped)
{
	int r;

	if (!w->cut) {
		if (ftruncate(w->fd, (off_t)w->mark.total.stored_bytes) < 0)
			return -errno;
		if (lseek(w->fd, 0, SEEK_END) < 0)
			return -errno;
		r = hash_again(w);
		if (r < 0)
			return r;
		w->dropped = w->total.events - w->mark.total.events;
		w->total = w->mark.total;
		ht_buffer_reset(&w->in);
		ht_buffer_reset(&w->out);
		w->in_start = w->out_start = 0;
		w->marked = w->dirty = w->frame_open = false;
		write_tail(w);
		if (ht_buffer_status(&w->out))
			return -ENOMEM;
		w->cut = true;
	}
	r = write_out(w);
	if (r < 0)
		return r;
	w->ended = true;
	*ret_dropped = w->dropped;
	return 0;
}

/* rename(2) that replaces nothing, also where the file system does not know the flag. */
static int rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (link(from, to) < 0)
		return -errno;
	return unlink(from) < 0 ? -errno : 0;
}

int ht_log_publish(struct ht_log_writer *w, struct ht_log_summary *ret, struct ht_error *err)
{
	unsigned length = 0;
	int r;

	if (!w->ended)
		return ht_fail(err, -EBADF, "%s: is not at its end", w->path);
	if (!w->renamed) {
		if (fsync(w->fd) < 0)
			return ht_fail_errno(err, -errno, "%s", w->partial);
		r = rename_new(w->partial, w->path);
		if (r < 0)
			return ht_fail_errno(err, r, "%s", w->path);
		w->renamed = true;
	}
	r = ht_sync_parent(w->path);
	if (r < 0)
		return ht_fail_errno(err, r, "%s: its directory", w->path);
	if (!w->hashed) {
		if (EVP_DigestFinal_ex(w->sha, w->sha256, &length) != 1 || length != HT_SHA256)
			return ht_fail_errno(err, -ENOMEM, "%s", w->path);
		w->hashed = true;
	}
	*ret = (struct ht_log_summary){ w->total.stored_bytes, w->total.content_bytes, w->total.events,
					w->total.oldest_ns,    w->total.newest_ns,     { 0 } };
	memcpy(ret->sha256, w->sha256, HT_SHA256);
	return 0;
}

int ht_log_finish(struct ht_log_writer **w, struct ht_log_summary *ret, struct ht_error *err)
{
	int r;

	if (!*w)
		return 0;
	r = (*w)->ended ? 0 : ht_log_end(*w);
	if (r < 0)
		return ht_fail_errno(err, r, "%s", (*w)->partial);
	r = ht_log_publish(*w, ret, err);
	if (r < 0)
		return r;
	ht_log_free(*w);
	*w = NULL;
	return 0;
}
