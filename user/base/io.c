/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

int ht_write_all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n) {
		ssize_t written = write(fd, p, n);

		if (written < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (written == 0)
			return -EIO;
		p += written;
		n -= (size_t)written;
	}
	return 0;
}

/* What a read should ask for when the file says its size: all of it and the end. Files in /proc say 0. */
static size_t piece_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size <= 0 || st.st_size >= 65536)
		return 65536;
	return (size_t)st.st_size + 1;
}

/* Appends what is left of fd to b, at most limit bytes. */
static int read_rest(int fd, size_t limit, struct ht_buffer *b)
{
	size_t start = b->length, wanted = piece_of(fd);

	for (;;) {
		size_t have = b->length - start, piece;
		ssize_t n;

		if (have > limit)
			return -EFBIG;
		/* One byte more than the limit tells a file that is too long from one that fits. */
		piece = limit - have < wanted ? limit - have + 1 : wanted;
		if (ht_buffer_grow(b, piece))
			return -ENOMEM;
		n = read(fd, b->data + b->length, piece);
		if (n < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (n == 0)
			return 0;
		b->length += (size_t)n;
	}
}

static int read_from(int fd, size_t limit, struct ht_buffer *b)
{
	size_t start = b->length;
	int r = read_rest(fd, limit, b);

	if (r < 0)
		b->length = start;
	return r;
}

int ht_read_file(int dirfd, const char *path, size_t limit, struct ht_buffer *b)
{
	_cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? -errno : read_from(fd, limit, b);
}

int ht_read_regular(int dirfd, const char *path, size_t limit, struct ht_buffer *b)
{
	_cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? read_from(fd, limit, b) : -EMEDIUMTYPE;
}

int ht_mkdir_parents(const char *path, mode_t mode)
{
	char copy[PATH_MAX];
	size_t n = strlen(path);
	struct stat st;
	int r;

	if (n == 0)
		return -ENOENT;
	if (n >= sizeof(copy))
		return -ENAMETOOLONG;
	memcpy(copy, path, n + 1);
	for (char *p = copy + 1;; p++) {
		char kept = *p;

		if (kept != '/' && kept != '\0')
			continue;
		*p = '\0';
		r = mkdir(copy, mode) < 0 ? -errno : 0;
		if (r < 0 && r != -EEXIST && (r != -EROFS || stat(copy, &st) < 0))
			return r;
		if (kept == '\0')
			break;
		*p = kept;
	}
	if (stat(path, &st) < 0)
		return -errno;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int ht_sync_parent(const char *path)
{
	_cleanup_close_ int fd = -1;
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	if (n >= sizeof(directory))
		return -ENAMETOOLONG;
	memcpy(directory, path, n);
	directory[n] = '\0';
	fd = open(n ? directory : slash ? "/" : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return fsync(fd) < 0 ? -errno : 0;
}

/* Writes data into the new file at path, in full and on disk. */
static int write_new(const char *path, const void *data, size_t n, mode_t mode)
{
	_cleanup_close_ int fd = -1;
	int r;

	/* A leftover of a crash is in the way and worth nothing: it never got its name. */
	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return -errno;
	r = ht_write_all(fd, data, n);
	if (r == 0 && fchmod(fd, mode) < 0)
		r = -errno;
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	return r;
}

int ht_replace_file(const char *path, const void *data, size_t n, mode_t mode)
{
	char beside[PATH_MAX];
	int length = snprintf(beside, sizeof(beside), "%s.new", path);
	int r;

	if (length < 0 || (size_t)length >= sizeof(beside))
		return -ENAMETOOLONG;
	r = write_new(beside, data, n, mode);
	if (r == 0 && rename(beside, path) < 0)
		r = -errno;
	if (r < 0) {
		unlink(beside);
		return r;
	}
	return ht_sync_parent(path);
}
