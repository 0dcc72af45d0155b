/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Following links after the fact. What a name led to at the time of the call the kernel alone knew; looking it up a moment
 * later is right unless the links were changed meanwhile, and is marked as what it is.
 *
 * Most names are looked up at once, by the kernel. It cannot do so where the way leads over links of procfs, which say something
 * else to whoever asks (/proc/self, /dev/fd): those names are walked here, component by component, for the task.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/resource.h"

#define STEPS_MAX 128u /* components and links that are walked one by one */

struct walk {
	struct ht_resource_task task;
	int root;                                  /* of the task */
	char root_path[HT_PATH_BYTES];
	size_t root_length;
	char at[HT_PATH_BYTES];                    /* walked already: no links, no slash at the end, "" for the root */
	size_t length;
	size_t own;                                /* bytes of at that are the task's directory in procfs; 0: none */
	char rest[HT_PATH_BYTES], next[HT_PATH_BYTES]; /* still to be walked */
};

static int open_root(uint32_t tid)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "/proc/%u/root", tid);
	fd = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static size_t path_of_fd(int fd, char out[HT_PATH_BYTES])
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, out, HT_PATH_BYTES);
	return n > 0 && n < (ssize_t)HT_PATH_BYTES ? (size_t)n : 0;
}

/* Back to how the task sees a path: without that of its root. */
static size_t strip_root(const struct walk *w, char *path, size_t n)
{
	if (w->root_length <= 1 || n < w->root_length || memcmp(path, w->root_path, w->root_length) != 0 ||
	    (n > w->root_length && path[w->root_length] != '/'))
		return n;
	memmove(path, path + w->root_length, n - w->root_length);
	return n - w->root_length;
}

static bool is_procfs(const struct walk *w, const char *path)
{
	_cleanup_close_ int fd = openat(w->root, *path ? path + 1 : ".", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct statfs st;

	return fd >= 0 && fstatfs(fd, &st) == 0 && st.f_type == PROC_SUPER_MAGIC;
}

static bool below_procfs(const struct walk *w)
{
	return w->own || strncmp(w->at, "/proc/", 6) == 0;
}

/* "self" and "thread-self" are the task's, not the recorder's. */
static bool is_own(struct walk *w, const char *name)
{
	bool thread = strcmp(name, "thread-self") == 0;
	int n;

	if ((!thread && strcmp(name, "self") != 0) || !is_procfs(w, w->at))
		return false;
	if (thread)
		n = snprintf(w->at, sizeof(w->at), "/proc/%u/task/%u", w->task.pid, w->task.tid);
	else
		n = snprintf(w->at, sizeof(w->at), "/proc/%u", w->task.pid);
	w->length = w->own = (size_t)n;
	return true;
}

/* Puts a link's text in front of the rest. */
static bool follow(struct walk *w, char *link, size_t n)
{
	if (link[0] == '/') {
		if (below_procfs(w))
			n = strip_root(w, link, n);
		w->length = w->own = 0;
	} else {
		while (w->length && w->at[--w->length] != '/')
			;
		if (w->length < w->own)
			w->own = 0;
	}
	w->at[w->length] = '\0';
	if (snprintf(w->next, sizeof(w->next), "%.*s/%s", (int)n, link, w->rest) >= (int)sizeof(w->next))
		return false;
	memcpy(w->rest, w->next, strlen(w->next) + 1);
	return true;
}

static bool push(struct walk *w, const char *name, size_t n)
{
	if (w->length + n + 2 > sizeof(w->at))
		return false;
	w->at[w->length++] = '/';
	memcpy(w->at + w->length, name, n);
	w->length += n;
	w->at[w->length] = '\0';
	return true;
}

/* Takes the next component off the rest. false: there is none. */
static bool take(struct walk *w, char name[NAME_MAX + 1], bool *ret_last)
{
	const char *begin = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(begin, "/");
	const char *behind = begin + n + strspn(begin + n, "/");

	if (!n || n > NAME_MAX)
		return false;
	memcpy(name, begin, n);
	name[n] = '\0';
	*ret_last = !*behind;
	memmove(w->rest, behind, strlen(behind) + 1);
	return true;
}

static void pop(struct walk *w)
{
	while (w->length && w->at[--w->length] != '/')
		;
	w->at[w->length] = '\0';
	if (w->length < w->own)
		w->own = 0;
}

/* Where the path that was walked leads if it is a link. Which directory was the task's the kernel said with the call. */
static ssize_t read_link(const struct walk *w, char link[HT_PATH_BYTES])
{
	const struct ht_text *cwd = &w->task.cwd;

	if (!w->own)
		return readlinkat(w->root, w->at + 1, link, HT_PATH_BYTES);
	if (!cwd->length || cwd->data[0] != '/' || cwd->length >= HT_PATH_BYTES || strcmp(w->at + w->own, "/cwd") != 0)
		return readlink(w->at, link, HT_PATH_BYTES);
	memcpy(link, cwd->data, cwd->length);
	return (ssize_t)cwd->length;
}

/* Walks the rest. What procfs's links said to the task nobody can tell once they are gone. */
static enum ht_resolved walk(struct walk *w, bool follow_last)
{
	char name[NAME_MAX + 1], link[HT_PATH_BYTES];
	bool last;

	for (unsigned steps = 0; take(w, name, &last); steps++) {
		ssize_t n;

		if (steps == STEPS_MAX)
			return HT_RESOLVED_UNKNOWN;
		if (strcmp(name, ".") == 0)
			continue;
		if (strcmp(name, "..") == 0) {
			pop(w);
			continue;
		}
		if (is_own(w, name))
			continue;
		if (!push(w, name, strlen(name)))
			return HT_RESOLVED_UNKNOWN;
		if (last && !follow_last)
			break;
		n = read_link(w, link);
		if (n < 0 && errno != EINVAL && (!last || below_procfs(w)))
			return below_procfs(w) ? HT_RESOLVED_UNKNOWN : HT_RESOLVED_NOT;
		if (n < 0)
			continue;
		if (n == (ssize_t)sizeof(link) || (below_procfs(w) && link[0] != '/') || !follow(w, link, (size_t)n))
			return HT_RESOLVED_UNKNOWN;
	}
	return *w->rest ? HT_RESOLVED_UNKNOWN : HT_RESOLVED;
}

/* The kernel's own lookup of the directory, if it does not lead over links that say something else to the recorder. */
static bool look_up(struct walk *w, const char *path, size_t parent, bool follow_last)
{
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	const char *name = path + parent + strspn(path + parent, "/");
	_cleanup_close_ int fd = -1;
	char link[1];
	int n;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	memcpy(w->next, path, parent);
	memcpy(w->next + parent, "/", 2);
	fd = (int)syscall(SYS_openat2, w->root, w->next, &how, sizeof(how));
	w->length = fd < 0 ? 0 : path_of_fd(fd, w->at);
	if (!w->length || (follow_last && readlinkat(fd, name, link, sizeof(link)) > 0))
		return false;
	n = snprintf(w->next, sizeof(w->next), "/proc/%d", (int)getpid());
	if (w->length >= (size_t)n && memcmp(w->at, w->next, (size_t)n) == 0)
		return false;
	w->length = strip_root(w, w->at, w->length);
	if (w->length == 1 && w->at[0] == '/')
		w->length = 0;
	return push(w, name, strlen(name));
}

enum ht_resolved ht_resource_resolve(struct ht_buffer *b, const struct ht_resource_task *task, struct ht_text path,
				     bool follow_last)
{
	_cleanup_free_ struct walk *w = NULL;
	_cleanup_close_ int root = open_root(task->tid);
	size_t n = path.length, parent;
	enum ht_resolved found;
	char text[HT_PATH_BYTES];

	while (n > 1 && path.data[n - 1] == '/')
		n--;
	if (!n || n >= sizeof(text) || path.data[0] != '/' || memchr(path.data, '\0', n) || root < 0)
		return HT_RESOLVED_NOT;
	w = calloc(1, sizeof(*w));
	if (!w)
		return HT_RESOLVED_NOT;
	memcpy(text, path.data, n);
	text[n] = '\0';
	w->task = *task;
	w->root = root;
	w->root_length = path_of_fd(root, w->root_path);
	for (parent = n; parent > 1 && text[parent - 1] != '/'; parent--)
		;
	if (!look_up(w, text, parent - 1, follow_last)) {
		memcpy(w->rest, text, n + 1);
		w->length = 0;
		w->at[0] = '\0';
		found = walk(w, follow_last);
		if (found != HT_RESOLVED)
			return found;
	}
	ht_buffer_append(b, w->length ? w->at : "/", w->length ? w->length : 1);
	return HT_RESOLVED;
}
