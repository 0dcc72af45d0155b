/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/log_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/cleanup.h"
#include "hosttrail/event.h"
#include "store/format.h"

#define IN_BYTES (128u << 10)
#define OUT_BYTES (HT_EVENT_LINE_MAX + (256u << 10))
#define FILL_BYTES (64u << 10) /* room in the line buffer below which it is moved together */

/*
 * in[in_at .. in_end) has been read from the file and not been consumed; line[start .. end) is content, of which
 * nothing before `scan` holds a newline. Bytes in memory are read in place of `in`.
 */
struct ht_log_reader {
	char *name;
	int fd;
	bool close_fd, plain, partial, in_frame, eof;
	const unsigned char *in;
	unsigned char *in_own;
	size_t in_at, in_end;
	ZSTD_DCtx *zstd;
	EVP_MD_CTX *sha;
	char *line;
	size_t start, scan, end;
	uint64_t read;        /* bytes taken from the file */
	uint64_t useful;      /* of them, up to the last that gave content or ended a frame */
	uint64_t content;     /* content bytes before `start` */
	bool unread_output;   /* zstd holds content for which there was no room */
	int failed;
	struct ht_error problem;
};

void ht_log_close(struct ht_log_reader *r)
{
	if (!r)
		return;
	if (r->close_fd)
		close(r->fd);
	ZSTD_freeDCtx(r->zstd);
	free(r->in_own);
	free(r->line);
	free(r->name);
	free(r);
}

DEFINE_CLEANUP(struct ht_log_reader *, ht_log_close)

static struct ht_log_reader *new_reader(const char *name, bool partial)
{
	_cleanup_(ht_log_close_p) struct ht_log_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->fd = -1;
	r->partial = partial;
	r->name = strdup(name);
	r->line = malloc(OUT_BYTES);
	r->zstd = ZSTD_createDCtx();
	if (!r->name || !r->line || !r->zstd)
		return NULL;
	if (ZSTD_isError(ZSTD_DCtx_setParameter(r->zstd, ZSTD_d_windowLogMax, HT_LOG_WINDOW_LOG_MAX)))
		return NULL;
	return TAKE_PTR(r);
}

static uint64_t position(const struct ht_log_reader *r)
{
	return r->read - (r->in_end - r->in_at);
}

static int damaged(struct ht_log_reader *r, uint64_t at, const char *why)
{
	return ht_fail(&r->problem, -EBADMSG, "%s: damaged at byte %" PRIu64 ": %s", r->name, at, why);
}

/* Reads more of the file behind what is there. At the end of the file `eof` is set. */
static int fill_input(struct ht_log_reader *r)
{
	ssize_t n;

	if (r->eof)
		return 0;
	if (r->fd < 0) {
		r->eof = true;
		return 0;
	}
	if (r->in_at) {
		memmove(r->in_own, r->in_own + r->in_at, r->in_end - r->in_at);
		r->in_end -= r->in_at;
		r->in_at = 0;
	}
	do {
		n = read(r->fd, r->in_own + r->in_end, IN_BYTES - r->in_end);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return ht_fail_errno(&r->problem, -errno, "%s", r->name);
	if (n == 0)
		r->eof = true;
	if (r->sha && n > 0 && EVP_DigestUpdate(r->sha, r->in_own + r->in_end, (size_t)n) != 1)
		return ht_fail_errno(&r->problem, -ENOMEM, "%s", r->name);
	r->in_end += (size_t)n;
	r->read += (uint64_t)n;
	return 0;
}

/* Could the file be the beginning of a zstd file that was cut within its first magic number? */
static bool begins_like_zstd(const struct ht_log_reader *r)
{
	static const unsigned char frame[] = { 0x28, 0xb5, 0x2f, 0xfd }, skippable[] = { 0x50, 0x2a, 0x4d, 0x18 };
	const unsigned char *at = r->in + r->in_at;
	size_t n = r->in_end - r->in_at;

	return memcmp(at, frame, n) == 0 || ((at[0] & 0xf0) == skippable[0] && memcmp(at + 1, skippable + 1, n - 1) == 0);
}

/* zstd or plain lines? And if there is a header of ours, can this program read what follows? */
static int look_at_start(struct ht_log_reader *r)
{
	uint32_t magic;
	int code;

	while (!r->eof && r->in_end - r->in_at < HT_LOG_HEADER_BYTES) {
		code = fill_input(r);
		if (code < 0)
			return code;
	}
	if (r->in_end - r->in_at < 4) {
		r->plain = r->in_end > r->in_at && !begins_like_zstd(r);
		return 0;
	}
	magic = ht_le32(r->in + r->in_at);
	r->plain = magic != HT_ZSTD_MAGIC && (magic & ~15u) != HT_ZSTD_SKIPPABLE;
	if (magic != HT_LOG_MAGIC)
		return 0;
	if (r->in_end - r->in_at < HT_LOG_HEADER_BYTES)
		return 0;
	code = ht_log_payload_check(r->in + r->in_at + 8, HT_LOG_HEADER_BYTES - 8);
	if (code == -EPROTONOSUPPORT)
		return ht_fail(&r->problem, code, "%s: is of a later format; read it with a later hosttrail or with zstd",
			       r->name);
	return 0;
}

static int begin(struct ht_log_reader **ret, struct ht_log_reader *r, struct ht_error *err)
{
	int code = look_at_start(r);

	if (code < 0)
		return ht_fail(err, code, "%s", r->problem.text);
	*ret = r;
	return 0;
}

static int open_reader(struct ht_log_reader **ret, int fd, const char *name, bool partial, bool own, struct ht_error *err)
{
	_cleanup_(ht_log_close_p) struct ht_log_reader *r = new_reader(name, partial);
	int code;

	if (!r || !(r->in_own = malloc(IN_BYTES))) {
		if (own)
			close(fd);
		return ht_fail_errno(err, -ENOMEM, "%s", name);
	}
	r->in = r->in_own;
	r->fd = fd;
	r->close_fd = own;
	code = begin(ret, r, err);
	if (code < 0)
		return code;
	r = NULL;
	return 0;
}

int ht_log_open_fd(struct ht_log_reader **ret, int fd, const char *name, bool partial, struct ht_error *err)
{
	return open_reader(ret, fd, name, partial, false, err);
}

int ht_log_open(struct ht_log_reader **ret, const char *path, struct ht_error *err)
{
	static const char suffix[] = ".partial";
	size_t n = strlen(path);
	bool partial = n > sizeof(suffix) && strcmp(path + n - (sizeof(suffix) - 1), suffix) == 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return ht_fail_errno(err, -errno, "%s", path);
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return open_reader(ret, fd, path, partial, true, err);
}

int ht_log_open_memory(struct ht_log_reader **ret, const void *data, size_t n, const char *name, struct ht_error *err)
{
	_cleanup_(ht_log_close_p) struct ht_log_reader *r = new_reader(name, false);
	int code;

	if (!r)
		return ht_fail_errno(err, -ENOMEM, "%s", name);
	r->in = data;
	r->in_end = n;
	r->read = n;
	code = begin(ret, r, err);
	if (code < 0)
		return code;
	r = NULL;
	return 0;
}

void ht_log_read_hash(struct ht_log_reader *r, EVP_MD_CTX *sha)
{
	r->sha = sha;
	/* Finding out what the file is has read its start already. */
	EVP_DigestUpdate(sha, r->in + r->in_at, r->in_end - r->in_at);
}

int ht_log_read_rest(struct ht_log_reader *r)
{
	while (!r->eof) {
		int code;

		r->in_at = r->in_end;
		code = fill_input(r);
		if (code < 0)
			return code;
	}
	return 0;
}

uint64_t ht_log_read_total(const struct ht_log_reader *r)
{
	return r->read;
}

uint64_t ht_log_read_cut(const struct ht_log_reader *r)
{
	return r->read - r->useful + (r->end - r->start);
}

uint64_t ht_log_read_stored(const struct ht_log_reader *r)
{
	return position(r);
}

uint64_t ht_log_read_content(const struct ht_log_reader *r)
{
	return r->content;
}

/* ---- content ---- */

static int copy_plain(struct ht_log_reader *r)
{
	size_t room = OUT_BYTES - r->end, n = r->in_end - r->in_at;

	if (n > room)
		n = room;
	memcpy(r->line + r->end, r->in + r->in_at, n);
	r->in_at += n;
	r->end += n;
	r->useful = position(r);
	return 0;
}

static int decompress(struct ht_log_reader *r)
{
	ZSTD_inBuffer in = { r->in, r->in_end, r->in_at };
	ZSTD_outBuffer out = { r->line, OUT_BYTES, r->end };
	size_t n = ZSTD_decompressStream(r->zstd, &out, &in);

	if (ZSTD_isError(n)) {
		if (ZSTD_getErrorCode(n) == ZSTD_error_memory_allocation)
			return ht_fail_errno(&r->problem, -ENOMEM, "%s", r->name);
		return damaged(r, position(r),
			       ZSTD_getErrorCode(n) == ZSTD_error_prefix_unknown ? "no zstd frame begins here" :
										   ZSTD_getErrorName(n));
	}
	r->unread_output = out.pos == out.size;
	r->in_frame = n != 0 && (r->in_frame || in.pos > r->in_at);
	r->in_at = in.pos;
	if (out.pos > r->end || n == 0)
		r->useful = position(r);
	r->end = out.pos;
	return 0;
}

/* More content behind `end`. 1: perhaps there is, 0: the file is over. */
static int more(struct ht_log_reader *r)
{
	int code;

	if (OUT_BYTES - r->end < FILL_BYTES) {
		memmove(r->line, r->line + r->start, r->end - r->start);
		r->end -= r->start;
		r->scan -= r->start;
		r->start = 0;
	}
	if (r->in_at == r->in_end && !r->unread_output) {
		code = fill_input(r);
		if (code < 0)
			return code;
		if (r->in_at == r->in_end)
			return 0;
	}
	code = r->plain ? copy_plain(r) : decompress(r);
	return code < 0 ? code : 1;
}

/* The file is over: is that where it may end? */
static int at_end(struct ht_log_reader *r, struct ht_text *ret_line)
{
	size_t rest = r->end - r->start;

	if (r->partial)
		return 0;
	if (r->in_frame)
		return damaged(r, r->read, "the file ends within a frame: it was cut");
	if (rest == 0)
		return 0;
	if (!r->plain)
		return damaged(r, r->read, "the file ends within a line: it was cut");
	*ret_line = (struct ht_text){ r->line + r->start, rest };
	r->content += rest;
	r->start = r->scan = r->end;
	return 1;
}

static int next_line(struct ht_log_reader *r, struct ht_text *ret_line)
{
	for (;;) {
		char *newline = memchr(r->line + r->scan, '\n', r->end - r->scan);
		size_t length;
		int code;

		length = (newline ? (size_t)(newline - r->line) + 1 : r->end) - r->start;
		if (length > HT_EVENT_LINE_MAX)
			return damaged(r, position(r), "a line is longer than any event");
		if (newline) {
			*ret_line = (struct ht_text){ r->line + r->start, length - 1 };
			r->start += length;
			r->scan = r->start;
			r->content += length;
			return 1;
		}
		r->scan = r->end;
		code = more(r);
		if (code < 0)
			return code;
		if (code == 0)
			return at_end(r, ret_line);
	}
}

int ht_log_read_line(struct ht_log_reader *r, struct ht_text *ret_line, struct ht_error *err)
{
	int code = r->failed;

	if (code == 0)
		code = next_line(r, ret_line);
	if (code < 0) {
		r->failed = code;
		return ht_fail(err, code, "%s", r->problem.text);
	}
	return code;
}
