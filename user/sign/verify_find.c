/* SPDX-License-Identifier: BSD-2-Clause */
/* Which trails does a path mean? */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "hosttrail/verify.h"

struct found {
	char **paths;
	size_t count;
};

static void free_found(struct found *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->paths[i]);
	free(f->paths);
	*f = (struct found){ 0 };
}

static int add(struct found *f, const char *path)
{
	char **paths = reallocarray(f->paths, f->count + 1, sizeof(*paths));

	if (!paths)
		return -ENOMEM;
	f->paths = paths;
	f->paths[f->count] = strdup(path);
	if (!f->paths[f->count])
		return -ENOMEM;
	f->count++;
	return 0;
}

static bool exists(const char *directory, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	int n = snprintf(path, sizeof(path), "%s/%s", directory, name);

	return n > 0 && (size_t)n < sizeof(path) && stat(path, &st) == 0;
}

static bool is_trail(const char *directory)
{
	return exists(directory, "HostTrail-Digest") || exists(directory, "HostTrail") ||
	       exists(directory, "state/first-public-key.pem");
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_children(struct found *f, const char *path)
{
	_cleanup_closedir_ DIR *stream = opendir(path);
	struct dirent *entry;

	if (!stream)
		return -errno;
	while ((entry = readdir(stream))) {
		char child[PATH_MAX];
		int n = snprintf(child, sizeof(child), "%s/%s", path, entry->d_name), r;

		if (entry->d_name[0] == '.' || n < 0 || (size_t)n >= sizeof(child) || !is_trail(child))
			continue;
		r = add(f, child);
		if (r < 0)
			return r;
	}
	if (f->count)
		qsort(f->paths, f->count, sizeof(f->paths[0]), compare);
	return 0;
}

static int add_ancestor(struct found *f, const char *path)
{
	_cleanup_free_ char *real = realpath(path, NULL);
	char *slash;

	if (!real)
		return -errno;
	while ((slash = strrchr(real, '/')) && slash != real) {
		*slash = '\0';
		if (is_trail(real))
			return add(f, real);
	}
	return 0;
}

int ht_verify_find(const char *path, char ***ret, size_t *ret_count, struct ht_error *err)
{
	_cleanup_(free_found) struct found f = { 0 };
	struct stat st;
	int r;

	if (stat(path, &st) < 0)
		return ht_fail_errno(err, -errno, "%s", path);
	if (is_trail(path))
		r = add(&f, path);
	else
		r = S_ISDIR(st.st_mode) ? add_children(&f, path) : 0;
	if (r == 0 && f.count == 0)
		r = add_ancestor(&f, path);
	if (r < 0)
		return ht_fail_errno(err, r, "%s", path);
	if (f.count == 0)
		return ht_fail(err, -ENOENT, "%s: no trail is there; give the directory that was recorded below", path);
	*ret = TAKE_PTR(f.paths);
	*ret_count = f.count;
	f.count = 0;
	return 0;
}
