/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows have in common. */
#include "calls/calls.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "calls/row.h"

_Alignas(64) char out[OUT_BYTES];

/* "ENOENT", "works"; what has no name by its number, in a buffer of the caller's. */
static const char *error_text(int error, char text[16])
{
	const char *name = error ? strerrorname_np(error) : "works";

	if (!name)
		snprintf(text, 16, "error %d", error);
	return name ? name : text;
}

long meant(long result, int error, const char *what, const char *file, int line)
{
	int got = result == -1 ? errno : 0;
	char one[16], other[16];

	if (got != error && got != ENOSYS) {
		fprintf(stderr, "%s:%d: %s: %s, not %s\n", file, line, what, error_text(got, one), error_text(error, other));
		row_failed = true;
	}
	errno = got;
	return result;
}

void needed(bool holds, const char *what, const char *file, int line)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: %s: %s\n", file, line, what, strerror(errno));
	_exit(1);
}

void own_namespaces(int flags)
{
	if (unshare(flags) != 0)
		_exit(row_failed);
	if ((flags & CLONE_NEWNS) && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		_exit(row_failed);
}

int scratch_file(const char *name, const char *text)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_LARGEFILE, 0644);
	ssize_t bytes = (ssize_t)strlen(text);

	need(fd >= 0);
	need(write(fd, text, (size_t)bytes) == bytes);
	need(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

/* Pages for that many bytes, and one behind them with this protection. */
static char *pages_before(size_t bytes, int protection)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t before = (bytes + page - 1) / page * page;
	char *pages = mmap(NULL, before + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	need(pages != MAP_FAILED);
	need(mprotect(pages + before, page, protection) == 0);
	return pages + before;
}

void *at_border(const void *data, size_t bytes)
{
	char *border = pages_before(bytes, PROT_NONE);

	if (data)
		memcpy(border - bytes, data, bytes);
	return border - bytes;
}

char *string_at_border(const char *text)
{
	return at_border(text, strlen(text) + 1);
}

char *unterminated(size_t bytes)
{
	char *text = at_border(NULL, bytes);

	memset(text, 'u', bytes);
	return text;
}

void *unreadable(void)
{
	return pages_before(1, PROT_NONE);
}

void *unmapped(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *border = pages_before(page, PROT_NONE);

	need(munmap(border - page, 2 * page) == 0);
	return border;
}

int in_child(int (*function)(void *), void *argument)
{
	int status = 0;
	pid_t pid = fork();

	need(pid >= 0);
	if (pid == 0) {
		int result = function(argument);

		_exit(result ? result : row_failed);
	}
	need(waitpid(pid, &status, 0) == pid);
	return status;
}

pid_t child_waiting(void)
{
	pid_t pid = fork();

	need(pid >= 0);
	if (pid == 0) {
		for (;;)
			pause();
	}
	return pid;
}

void child_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
