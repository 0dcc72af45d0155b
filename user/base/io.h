/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files, done carefully. All return 0 or a negative errno unless they say otherwise.
 */
#ifndef HT_BASE_IO_H
#define HT_BASE_IO_H

#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"

/* Writes everything, over short writes and EINTR. On failure some bytes may have been written. */
int ht_write_all(int fd, const void *data, size_t n);

/* Appends a whole file to b. -EFBIG if it is longer than limit bytes; nothing is appended then. path is relative to
 * dirfd as in openat(2). */
int ht_read_file(int dirfd, const char *path, size_t limit, struct ht_buffer *b);

/* The same for a place where somebody else may have put anything. -EMEDIUMTYPE: it is no regular file; a FIFO does not block. */
int ht_read_regular(int dirfd, const char *path, size_t limit, struct ht_buffer *b);

/* Makes path and its missing parents as directories. */
int ht_mkdir_parents(const char *path, mode_t mode);

/* Makes a file durable under its name: writes data beside it, syncs, renames over it, syncs the directory. */
int ht_replace_file(const char *path, const void *data, size_t n, mode_t mode);

/* fsync of the directory that holds path. */
int ht_sync_parent(const char *path);

#endif
