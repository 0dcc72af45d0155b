/* SPDX-License-Identifier: BSD-2-Clause */
/* One log file against what a digest says of it. May run in several threads, each with a log of its own. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "hosttrail/event.h"
#include "sign/verifier.h"
#include "store/log_reader.h"

#define PIECE_BYTES (128u << 10) /* stays in the second-level cache between read(2) and the hash */

DEFINE_CLEANUP(EVP_MD_CTX *, EVP_MD_CTX_free)
DEFINE_CLEANUP(struct ht_log_reader *, ht_log_close)

struct job {
	const struct ht_verifier *v;
	struct ht_verify_log *log;
	int fd;
	void (*progress)(void *context, uint64_t bytes);
	void *context;
};

static void __attribute__((format(printf, 3, 4))) fault(struct job *j, enum ht_finding_id id, const char *format, ...)
{
	va_list ap;

	j->log->good = false;
	j->log->id = id;
	va_start(ap, format);
	vsnprintf(j->log->detail, sizeof(j->log->detail), format, ap);
	va_end(ap);
}

static void fault_at(struct job *j, uint64_t offset)
{
	j->log->has_offset = true;
	j->log->offset = offset;
}

/* The hash of the file's first `size` bytes, from where fd stands. Fewer bytes give another hash. */
static int hash_file(struct job *j, uint64_t size, unsigned char ret[HT_SHA256])
{
	_cleanup_(EVP_MD_CTX_free_p) EVP_MD_CTX *sha = EVP_MD_CTX_new();
	_cleanup_free_ char *piece = malloc(PIECE_BYTES);

	if (!sha || !piece || EVP_DigestInit_ex(sha, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	while (size) {
		ssize_t n = read(j->fd, piece, size < PIECE_BYTES ? size : PIECE_BYTES);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		if (EVP_DigestUpdate(sha, piece, (size_t)n) != 1)
			return -ENOMEM;
		size -= (uint64_t)n;
		j->progress(j->context, (uint64_t)n);
	}
	return EVP_DigestFinal_ex(sha, ret, NULL) == 1 ? 0 : -ENOMEM;
}

/* The hash is another one: does decompression find a place that tells where? */
static void locate_damage(struct job *j)
{
	_cleanup_(ht_log_close_p) struct ht_log_reader *r = NULL;
	struct ht_error err = { "" };
	struct ht_text line;
	int code = lseek(j->fd, 0, SEEK_SET) < 0 ? -errno : ht_log_open_fd(&r, j->fd, "it", false, &err);

	while (code >= 0 && r && (code = ht_log_read_line(r, &line, &err)) > 0)
		;
	if (code != -EBADMSG || !r)
		return;
	snprintf(j->log->detail, sizeof(j->log->detail), "%.*s", (int)sizeof(j->log->detail) - 1, err.text);
	fault_at(j, ht_log_read_stored(r));
}

static void check_hash(struct job *j, uint64_t size)
{
	const struct ht_log_summary *listed = &j->log->listed->summary;
	unsigned char sha256[HT_SHA256];
	int r = hash_file(j, listed->stored_bytes, sha256);
	bool same;

	if (r < 0) {
		fault(j, HT_FINDING_FILE_UNREADABLE, "%s", strerror(-r));
		return;
	}
	same = memcmp(sha256, listed->sha256, sizeof(sha256)) == 0;
	if (size < listed->stored_bytes) {
		fault(j, HT_FINDING_LOG_CUT, "%" PRIu64 " of %" PRIu64 " bytes are left", size, listed->stored_bytes);
		fault_at(j, size);
	} else if (!same) {
		fault(j, HT_FINDING_LOG_ALTERED, "%s", "");
		locate_damage(j);
	} else if (size > listed->stored_bytes) {
		fault(j, HT_FINDING_LOG_TRAILING, "%" PRIu64 " bytes; those before them are intact",
		      size - listed->stored_bytes);
		fault_at(j, listed->stored_bytes);
	}
}

/* Every line an event; how many, of how many bytes, from when to when? */
static void check_content(struct job *j)
{
	_cleanup_(ht_log_close_p) struct ht_log_reader *r = NULL;
	_cleanup_buffer_ struct ht_buffer scratch = { 0 };
	const struct ht_log_summary *listed = &j->log->listed->summary;
	struct ht_log_summary seen = { 0 };
	struct ht_event_view view;
	struct ht_error err = { "" };
	const char *why = "";
	struct ht_text line;
	int code = lseek(j->fd, 0, SEEK_SET) < 0 ? -errno : ht_log_open_fd(&r, j->fd, "it", false, &err);

	while (code >= 0 && (code = ht_log_read_line(r, &line, &err)) > 0) {
		seen.events++;
		code = ht_event_decode(line.data, line.length, &scratch, &view, &why);
		if (code < 0) {
			fault(j, HT_FINDING_LOG_CONTENT, "line %" PRIu64 ": %s", seen.events, why);
			return;
		}
		if (seen.events == 1 || view.time_ns < seen.oldest_ns)
			seen.oldest_ns = view.time_ns;
		if (seen.events == 1 || view.time_ns > seen.newest_ns)
			seen.newest_ns = view.time_ns;
	}
	if (code < 0) {
		fault(j, HT_FINDING_LOG_CONTENT, "%s", err.text);
		return;
	}
	seen.content_bytes = ht_log_read_content(r);
	if (seen.events != listed->events || seen.content_bytes != listed->content_bytes)
		fault(j, HT_FINDING_LOG_CONTENT, "%" PRIu64 " events in %" PRIu64 " bytes instead of %" PRIu64 " in %" PRIu64,
		      seen.events, seen.content_bytes, listed->events, listed->content_bytes);
	else if (seen.oldest_ns != listed->oldest_ns || seen.newest_ns != listed->newest_ns)
		fault(j, HT_FINDING_LOG_CONTENT, "%s", "the oldest or newest time is another one");
}

void ht_verify_log_file(const struct ht_verifier *v, int directory, struct ht_verify_log *log,
			void (*progress)(void *context, uint64_t bytes), void *context)
{
	struct job j = { v, log, -1, progress, context };
	_cleanup_close_ int fd = openat(directory, log->listed->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	log->good = true;
	if (fd < 0 && errno == ENOENT) {
		fault(&j, HT_FINDING_LOG_MISSING, "%s", "");
		return;
	}
	if (fd < 0 || fstat(fd, &st) < 0) {
		fault(&j, errno == ELOOP ? HT_FINDING_FILE_UNEXPECTED : HT_FINDING_FILE_UNREADABLE, "%s", strerror(errno));
		return;
	}
	if (!S_ISREG(st.st_mode)) {
		fault(&j, HT_FINDING_FILE_UNEXPECTED, "%s", "is no regular file");
		return;
	}
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	j.fd = fd;
	check_hash(&j, (uint64_t)st.st_size);
	if (log->good && v->o->content)
		check_content(&j);
}
