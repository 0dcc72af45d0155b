/* SPDX-License-Identifier: BSD-2-Clause */
#include "sign/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

static int add(struct ht_walk *w, const char *name, bool regular)
{
	char *copy;

	if (w->count == w->capacity) {
		size_t capacity = w->capacity ? 2 * w->capacity : 64;
		struct ht_walk_file *files = reallocarray(w->files, capacity, sizeof(*files));

		if (!files)
			return -ENOMEM;
		w->files = files;
		w->capacity = capacity;
	}
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	w->files[w->count++] = (struct ht_walk_file){ copy, regular };
	return 0;
}

static int walk(struct ht_walk *w, int parent, const char *base, const char *name, unsigned depth, struct ht_error *err);

static int visit(struct ht_walk *w, int directory, const char *base, const char *name, unsigned depth, struct ht_error *err)
{
	char below[PATH_MAX];
	struct stat st;
	int n = snprintf(below, sizeof(below), "%s/%s", name, base), r;

	if (n < 0 || (size_t)n >= sizeof(below))
		return ht_fail_errno(err, -ENAMETOOLONG, "%s/%s", name, base);
	if (fstatat(directory, base, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		/* A recorder may rename while we look. */
		return errno == ENOENT ? 0 : ht_fail_errno(err, -errno, "%s", below);
	}
	if (S_ISDIR(st.st_mode) && depth < HT_WALK_DEPTH)
		return walk(w, directory, base, below, depth + 1, err);
	r = add(w, below, S_ISREG(st.st_mode));
	return r < 0 ? ht_fail_errno(err, r, "%s", below) : 0;
}

static int walk(struct ht_walk *w, int parent, const char *base, const char *name, unsigned depth, struct ht_error *err)
{
	_cleanup_closedir_ DIR *stream = NULL;
	_cleanup_close_ int fd = openat(parent, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		return ht_fail_errno(err, -errno, "%s", name);
	stream = fdopendir(fd);
	if (!stream)
		return ht_fail_errno(err, -errno, "%s", name);
	fd = -1;
	while (r == 0) {
		struct dirent *entry;

		errno = 0;
		entry = readdir(stream);
		if (!entry)
			return errno ? ht_fail_errno(err, -errno, "%s", name) : 0;
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			r = visit(w, dirfd(stream), entry->d_name, name, depth, err);
	}
	return r;
}

int ht_walk_add(struct ht_walk *w, const char *top, const char *name, struct ht_error *err)
{
	_cleanup_close_ int fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return ht_fail_errno(err, -errno, "%s", top);
	return walk(w, fd, name, name, 0, err);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct ht_walk_file *)a)->name, ((const struct ht_walk_file *)b)->name);
}

void ht_walk_sort(struct ht_walk *w)
{
	if (w->count)
		qsort(w->files, w->count, sizeof(w->files[0]), by_name);
}

const struct ht_walk_file *ht_walk_find(const struct ht_walk *w, const char *name)
{
	struct ht_walk_file wanted = { (char *)(uintptr_t)name, true };

	return w->count ? bsearch(&wanted, w->files, w->count, sizeof(w->files[0]), by_name) : NULL;
}

void ht_walk_free(struct ht_walk *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->files[i].name);
	free(w->files);
	*w = (struct ht_walk){ 0 };
}
