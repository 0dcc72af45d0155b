/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Log files: JSON Lines under zstd, specified in hosttrail-log(5).
 *
 * A log file is a row of independent zstd frames. Each data frame holds whole lines; each is followed by a
 * skippable frame that sums it up (for searching; other readers pass over it). A file is written as
 * NAME.partial beside its final place, and gets its name only when it is complete and on disk.
 *
 * A writer or a reader is used by one thread at a time.
 */
#ifndef HOSTTRAIL_LOG_H
#define HOSTTRAIL_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "hosttrail/text.h"
#include "hosttrail/wire.h"

#define HT_SHA256 32

/* ---- names ---- */

#define HT_LABEL_MAX 128 /* characters of a region or of a trail's name */

/* HOST_HostTrail_REGION_YYYYMMDDTHHMMSSZ_SEQUENCE.jsonl.zst */
struct ht_log_name {
	char host[17];
	char region[HT_LABEL_MAX + 1];
	char time[17]; /* as ht_timestamp_compact() writes it */
	uint64_t sequence;
	bool partial; /* .partial follows: a recorder is writing it, or was killed */
};

/* base: the last component of a path. false: not the name of a log file. */
bool ht_log_name_parse(const char *base, struct ht_log_name *ret);

/* 1 to HT_LABEL_MAX of A-Z a-z 0-9 . _ -, the first a letter or digit: may stand in a file's name. */
bool ht_label_valid(const char *s);

/* What a digest says of a log file. Times are ns since the epoch; 0 when there is no event. */
struct ht_log_summary {
	uint64_t stored_bytes;  /* of the file */
	uint64_t content_bytes; /* decompressed */
	uint64_t events;
	int64_t oldest_ns, newest_ns;
	unsigned char sha256[HT_SHA256]; /* of the stored bytes */
};

/* ---- writing ---- */

struct ht_log_writer;

/*
 * Creates PATH.partial (its directory must exist). level is zstd's (1 to 19). -EEXIST: PATH or its partial
 * exists. frame_bytes: a frame is closed once it holds so many decompressed bytes (0: the default of 1 MiB).
 */
int ht_log_create(struct ht_log_writer **ret, const char *path, int level, size_t frame_bytes, struct ht_error *err);

/* Adds one line (without newline). The bytes may still be in memory when it returns. */
int ht_log_append(struct ht_log_writer *w, const char *line, size_t n, int64_t time_ns);

/*
 * When it returns 0, every line appended so far is with the file system (a killed process loses none of
 * them). On failure (-ENOSPC, -EIO…) nothing is lost from memory: it may be called again, and goes on where
 * the file ended.
 */
int ht_log_flush(struct ht_log_writer *w);

int ht_log_sync(struct ht_log_writer *w); /* flush and fdatasync */

uint64_t ht_log_stored_bytes(const struct ht_log_writer *w);
uint64_t ht_log_content_bytes(const struct ht_log_writer *w);
uint64_t ht_log_events(const struct ht_log_writer *w);

/*
 * Compressed bytes that wait for the file system. Appending fails with the error of the last write while
 * there are HT_LOG_PENDING_MAX of them.
 */
#define HT_LOG_PENDING_MAX (8u << 20)
uint64_t ht_log_pending(const struct ht_log_writer *w);

/* A descriptor to call fdatasync() on from another thread; belongs to the writer. */
int ht_log_fd(const struct ht_log_writer *w);

/*
 * The two halves of finishing. After ht_log_end() has returned 0 the whole file is with the file system and
 * nothing can be appended; ht_log_publish() may then be called by another thread, and again if it fails.
 */
int ht_log_end(struct ht_log_writer *w);
int ht_log_publish(struct ht_log_writer *w, struct ht_log_summary *ret, struct ht_error *err);

/*
 * Instead of ht_log_end(), when the disk takes no more: the file ends with the last line that was flushed,
 * which takes less than 100 bytes. *ret_dropped: how many lines were appended after it. May be called again
 * if it fails.
 */
int ht_log_cut(struct ht_log_writer *w, uint64_t *ret_dropped);

/* Releases; the file stays as it is, partial unless it was published. NULL is accepted. */
void ht_log_free(struct ht_log_writer *w);

/*
 * Ends the last frame, syncs, renames to the final name, syncs the directory, and frees the writer on
 * success. On failure the writer stays and finish may be called again. *w NULL is accepted and does nothing.
 */
int ht_log_finish(struct ht_log_writer **w, struct ht_log_summary *ret, struct ht_error *err);

/* ---- reading ---- */

struct ht_log_reader;

/*
 * Opens a log file, complete or partial, or any zstd or plain JSON Lines file. Bounded memory whatever the
 * file holds (window at most 8 MiB, a line at most HT_EVENT_LINE_MAX). What a recorder is still writing
 * (NAME.partial) ends where it ends; any other file that ends within a frame is damaged.
 */
int ht_log_open(struct ht_log_reader **ret, const char *path, struct ht_error *err);

/*
 * The same over a descriptor, which stays the caller's and is read from where it stands. name is for
 * messages.
 */
int ht_log_open_fd(struct ht_log_reader **ret, int fd, const char *name, bool partial, struct ht_error *err);

/* The same over bytes in memory, which must stay. */
int ht_log_open_memory(struct ht_log_reader **ret, const void *data, size_t n, const char *name, struct ht_error *err);

/*
 * 1 and the next line (without newline, valid until the next call), 0 at the end, or negative: -EBADMSG the
 * file is damaged or cut (err says at which byte of the file and why); every line before the damage has been
 * returned.
 */
int ht_log_read_line(struct ht_log_reader *r, struct ht_text *ret_line, struct ht_error *err);

/*
 * Of what has been read so far: bytes of the file, and of its content up to the end of the last line
 * returned.
 */
uint64_t ht_log_read_stored(const struct ht_log_reader *r);
uint64_t ht_log_read_content(const struct ht_log_reader *r);

void ht_log_close(struct ht_log_reader *r);

/* eventTime of a line, looked for at its top level only. -EBADMSG: it has none. */
int ht_log_line_time(struct ht_text line, int64_t *ret_ns);

/*
 * Reads a whole file: its SHA-256 and what its lines say. A line without an eventTime counts and has no part
 * in the times. -EBADMSG: damaged or cut; *ret is set all the same, with the hash and size of the whole file and
 * the events before the damage.
 */
int ht_log_summarise(const char *path, struct ht_log_summary *ret, struct ht_error *err);

/* ---- after a crash ---- */

/*
 * Turns PATH.partial, left by a recorder that was killed, into the log file PATH that holds its complete
 * lines, durably, and removes the partial. If PATH is there already, an earlier recovery had come so far:
 * only the partial is removed then. *ret_cut_bytes: decompressed bytes at the end that were no complete
 * line, and stored bytes that could not be read.
 */
int ht_log_recover(const char *path, int level, struct ht_log_summary *ret, uint64_t *ret_cut_bytes,
		   struct ht_error *err);

#endif
