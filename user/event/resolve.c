/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Following links after the fact. What a name led to at the time of the call the kernel alone knew; looking
 * it up a moment later is right unless the links were changed meanwhile, and is marked as what it is.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/resource.h"

static int open_below(int root, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

static ssize_t path_of_fd(int fd, char *out, size_t n)
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return readlink(link, out, n);
}

bool ht_resource_resolve(struct ht_buffer *b, uint32_t tid, struct ht_text path)
{
	const char *slash = path.length ? memrchr(path.data, '/', path.length) : NULL;
	char name[64], directory[HT_PATH_BYTES], root_path[HT_PATH_BYTES], resolved[HT_PATH_BYTES];
	_cleanup_close_ int root = -1, fd = -1;
	ssize_t root_length, length;
	size_t parent;

	if (!slash || path.length >= sizeof(directory))
		return false;
	parent = slash == path.data ? 1 : (size_t)(slash - path.data);
	memcpy(directory, path.data, parent);
	directory[parent] = '\0';
	snprintf(name, sizeof(name), "/proc/%u/root", tid);
	root = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return false;
	fd = open_below(root, directory);
	root_length = path_of_fd(root, root_path, sizeof(root_path));
	length = fd < 0 ? -1 : path_of_fd(fd, resolved, sizeof(resolved));
	if (length <= 0 || root_length <= 0 || (size_t)length == sizeof(resolved))
		return false;
	/* Back to how the task sees it: without the path of its root. */
	if (root_length > 1 && length >= root_length && memcmp(resolved, root_path, (size_t)root_length) == 0) {
		memmove(resolved, resolved + root_length, (size_t)(length - root_length));
		length -= root_length;
	}
	if ((size_t)length == parent && memcmp(resolved, directory, parent) == 0)
		return false;
	if (length > 1 || resolved[0] != '/')
		ht_buffer_append(b, resolved, (size_t)length);
	ht_buffer_append(b, slash, path.length - (size_t)(slash - path.data));
	return true;
}
