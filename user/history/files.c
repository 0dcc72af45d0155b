/* SPDX-License-Identifier: BSD-2-Clause */
#include "history/files.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <sys/stat.h>

#include "base/cleanup.h"

static void close_tree(FTS **tree)
{
	if (*tree)
		fts_close(*tree);
}

void ht_history_free(struct ht_history *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->count; i++)
		free(h->file[i].path);
	free(h->file);
	free(h);
}

DEFINE_CLEANUP(struct ht_history *, ht_history_free)

size_t ht_history_files(const struct ht_history *h)
{
	return h->count;
}

static bool ends(const char *s, size_t n, const char *suffix)
{
	size_t length = strlen(suffix);

	return n > length && memcmp(s + n - length, suffix, length) == 0;
}

static bool is_log_name(const char *name)
{
	size_t n = strlen(name);

	if (ends(name, n, ".partial"))
		n -= strlen(".partial");
	return ends(name, n, ".jsonl.zst") || ends(name, n, ".jsonl");
}

static int add_file(struct ht_history *h, const char *path, const struct stat *st)
{
	_cleanup_free_ char *copy = strdup(path);

	if (!copy)
		return -ENOMEM;
	if (h->count == h->capacity) {
		size_t capacity = h->capacity ? 2 * h->capacity : 64;
		struct ht_history_file *file = reallocarray(h->file, capacity, sizeof(*file));

		if (!file)
			return -ENOMEM;
		h->file = file;
		h->capacity = capacity;
	}
	h->file[h->count++] = (struct ht_history_file){
		.path = TAKE_PTR(copy),
		.bytes = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0,
		.device = st->st_dev,
		.inode = st->st_ino,
		.oldest_ns = INT64_MIN,
		.newest_ns = INT64_MAX,
	};
	return 0;
}

/* What fts found. A file that vanishes meanwhile was renamed to its complete name, or is none of ours. */
static int add_entry(struct ht_history *h, const FTSENT *entry, struct ht_error *err)
{
	int e = 0;

	switch (entry->fts_info) {
	case FTS_DNR:
	case FTS_ERR:
		return ht_fail_errno(err, -entry->fts_errno, "%s", entry->fts_path);
	case FTS_NS:
		if (entry->fts_level == 0 || entry->fts_errno != ENOENT)
			return ht_fail_errno(err, -entry->fts_errno, "%s", entry->fts_path);
		return 0;
	case FTS_F:
	case FTS_DEFAULT:
		if (entry->fts_level == 0 || (entry->fts_info == FTS_F && is_log_name(entry->fts_name)))
			e = add_file(h, entry->fts_path, entry->fts_statp);
		break;
	case FTS_SL:
	case FTS_SLNONE:
		if (entry->fts_level == 0)
			return ht_fail_errno(err, -ENOENT, "%s", entry->fts_path);
		break;
	default:
		break;
	}
	return e < 0 ? ht_fail_errno(err, e, "%s", entry->fts_path) : 0;
}

static int add_path(struct ht_history *h, const char *path, struct ht_error *err)
{
	_cleanup_free_ char *copy = strdup(path);
	char *paths[] = { copy, NULL };
	_cleanup_(close_tree) FTS *tree = NULL;
	FTSENT *entry;

	if (!copy)
		return ht_fail_errno(err, -ENOMEM, "%s", path);
	if (!*path)
		return ht_fail(err, -ENOENT, "an empty path: names nothing; give a file or directory");
	tree = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
	if (!tree)
		return ht_fail_errno(err, -errno, "%s", path);
	while ((entry = fts_read(tree))) {
		int e = add_entry(h, entry, err);

		if (e < 0)
			return e;
	}
	return 0;
}

static int by_inode(const void *va, const void *vb)
{
	const struct ht_history_file *a = va, *b = vb;

	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	return a->inode < b->inode ? -1 : a->inode > b->inode;
}

static int by_path(const void *va, const void *vb)
{
	const struct ht_history_file *a = va, *b = vb;

	return strcmp(a->path, b->path);
}

static void drop_duplicates(struct ht_history *h)
{
	size_t kept = 0;

	if (!h->count)
		return;
	qsort(h->file, h->count, sizeof(h->file[0]), by_inode);
	for (size_t i = 0; i < h->count; i++) {
		if (kept && by_inode(&h->file[kept - 1], &h->file[i]) == 0)
			free(h->file[i].path);
		else
			h->file[kept++] = h->file[i];
	}
	h->count = kept;
	/* The same files give the same order, wherever the file system has put them. */
	qsort(h->file, h->count, sizeof(h->file[0]), by_path);
}

static void learn_times(struct ht_history_file *f)
{
	_cleanup_close_ int fd = -1;

	if (!f->bytes || ends(f->path, strlen(f->path), ".partial"))
		return;
	fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || ht_history_bounds(fd, f->bytes, &f->oldest_ns, &f->newest_ns, &f->empty) < 0) {
		f->oldest_ns = INT64_MIN;
		f->newest_ns = INT64_MAX;
	}
}

int ht_history_find(struct ht_history **ret, const char *const *paths, size_t count, struct ht_error *err)
{
	_cleanup_(ht_history_free_p) struct ht_history *h = calloc(1, sizeof(*h));

	if (!h)
		return ht_fail_errno(err, -ENOMEM, "search");
	for (size_t i = 0; i < count; i++) {
		int e = add_path(h, paths[i], err);

		if (e < 0)
			return e;
	}
	drop_duplicates(h);
	for (size_t i = 0; i < h->count; i++) {
		learn_times(&h->file[i]);
		h->bytes += h->file[i].bytes;
	}
	*ret = TAKE_PTR(h);
	return 0;
}
