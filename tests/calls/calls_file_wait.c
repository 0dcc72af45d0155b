/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/file.def: watching files, waiting for descriptors. */
#include "calls/calls.h"

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/select.h>

CALLS(inotify_init)
{
	works(call(inotify_init));
}

CALLS(inotify_init1)
{
	works(call(inotify_init1, IN_CLOEXEC | IN_NONBLOCK));
	fails(EINVAL, call(inotify_init1, ~0u));
}

CALLS(inotify_add_watch)
{
	int watch = inotify_init1(IN_CLOEXEC);

	works(call(inotify_add_watch, watch, ".", IN_ALL_EVENTS | IN_ONLYDIR | IN_EXCL_UNLINK));
	works(call(inotify_add_watch, watch, ".", IN_CREATE | IN_DELETE | IN_MASK_ADD));
	works(call(inotify_add_watch, watch, "/dev/null", IN_CLOSE | IN_MOVE | IN_ONESHOT | IN_DONT_FOLLOW));
	fails(EINVAL, call(inotify_add_watch, watch, ".", 0));
	fails(ENOENT, call(inotify_add_watch, watch, "none", IN_OPEN));
	fails(EBADF, call(inotify_add_watch, 999, ".", IN_OPEN));
	fails(EINVAL, call(inotify_add_watch, STDIN_FILENO, ".", IN_OPEN));
	fails(EINVAL, call(inotify_add_watch, watch, ".", ~0u));
	fails(EFAULT, call(inotify_add_watch, watch, unmapped(), IN_OPEN));
}

CALLS(inotify_rm_watch)
{
	int watch = inotify_init1(IN_CLOEXEC), id = inotify_add_watch(watch, ".", IN_OPEN);

	works(call(inotify_rm_watch, watch, id));
	fails(EINVAL, call(inotify_rm_watch, watch, id));
	fails(EBADF, call(inotify_rm_watch, 999, -1));
}

CALLS(fanotify_init)
{
	call(fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY | O_LARGEFILE | O_CLOEXEC);
	call(fanotify_init, FAN_CLASS_CONTENT | FAN_UNLIMITED_QUEUE, O_RDWR);
	call(fanotify_init, FAN_CLASS_PRE_CONTENT | FAN_UNLIMITED_MARKS, O_RDONLY);
	call(fanotify_init, FAN_REPORT_FID | FAN_REPORT_DIR_FID | FAN_REPORT_NAME, 0);
	call(fanotify_init, FAN_REPORT_PIDFD, O_WRONLY);
	call(fanotify_init, ~0u, ~0u);
	call(fanotify_init, 0, 0x7fffffff);
}

CALLS(fanotify_mark)
{
	int group = (int)call(fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY);
	int dir = open(".", O_RDONLY | O_DIRECTORY);

	scratch_file("file", "content");
	call(fanotify_mark, group, FAN_MARK_ADD, WORDS64(0x1ll | 0x2 | 0x20 /* FAN_ACCESS, _MODIFY, _OPEN */), AT_FDCWD, "file");
	call(fanotify_mark, group, FAN_MARK_ADD | FAN_MARK_ONLYDIR | FAN_MARK_DONT_FOLLOW,
	     WORDS64(0x8ll | 0x10 | 0x40000000 | 0x08000000 /* FAN_CLOSE, _ONDIR, _EVENT_ON_CHILD */), dir, ".");
	call(fanotify_mark, group, FAN_MARK_REMOVE, WORDS64(0x1ll), dir, "file");
	call(fanotify_mark, group, FAN_MARK_ADD, WORDS64(0x1ll), dir, NULL);
	call(fanotify_mark, group, FAN_MARK_FLUSH, WORDS64(0ll), AT_FDCWD, NULL);
	call(fanotify_mark, group, ~0u, WORDS64(-1ll), AT_FDCWD, "file");
	call(fanotify_mark, group, FAN_MARK_ADD, WORDS64(1ll << 40), AT_FDCWD, "file");
	call(fanotify_mark, group, FAN_MARK_ADD, WORDS64(0x1ll), AT_FDCWD, "none");
	call(fanotify_mark, group, FAN_MARK_ADD, WORDS64(0x1ll), 999, "file");
	call(fanotify_mark, 999, FAN_MARK_ADD, WORDS64(0x1ll), AT_FDCWD, "file");
}

/* A pipe with something to read: what waits for it does not wait. */
static int readable(void)
{
	int ends[2];

	need(pipe(ends) == 0 && write(ends[1], "content", 7) == 7);
	return ends[0];
}

CALLS(poll)
{
	struct pollfd fds[3] = {{readable(), POLLIN | POLLPRI, 0}, {-1, POLLOUT, 0}, {999, POLLIN, 0}};

	works(call(poll, fds, 3, -1));
	works(call(poll, fds, 0, 1));
	works(call(poll, NULL, 0, 0));
	fails(EFAULT, call(poll, unmapped(), 3, 1000));
	fails(EINVAL, call(poll, fds, 1 << 30, 0));
}

CALLS(ppoll)
{
	struct pollfd fds[2] = {{readable(), POLLIN, 0}, {STDIN_FILENO, POLLIN | POLLHUP | POLLERR | POLLRDNORM, 0}};
	struct time_words timeout = {1, 500000000}, wrong = {0, -1};
	kernel_sigset mask = 1ull << (SIGUSR1 - 1) | 1ull << 33;

	works(call(ppoll, fds, 2, &timeout, &mask, SIGSET_BYTES));
	works(call(ppoll, at_border(fds, sizeof(fds)), 2, NULL, NULL, 0));
	fails(EINVAL, call(ppoll, fds, 2, &wrong, NULL, 0));
	fails(EINVAL, call(ppoll, fds, 2, &timeout, &mask, 77));
	fails(EFAULT, call(ppoll, fds, 2, unmapped(), NULL, 0));
}

CALLS(pselect6)
{
	struct time_words timeout = {1, 0};
	kernel_sigset mask = 1;
	struct {
		const void *set;
		size_t bytes;
	} argument = {&mask, SIGSET_BYTES};
	fd_set set;
	int fd = readable();

	FD_ZERO(&set);
	FD_SET(fd, &set);
	works(call(pselect6, fd + 1, &set, NULL, NULL, &timeout, &argument));
	works(call(pselect6, fd + 1, &set, &set, &set, NULL, NULL));
	timeout.seconds = -1;
	fails(EINVAL, call(pselect6, 0, NULL, NULL, NULL, &timeout, NULL));
	argument.bytes = 3;
	timeout.seconds = 0;
	fails(EINVAL, call(pselect6, 0, NULL, NULL, NULL, &timeout, &argument));
	fails(EFAULT, call(pselect6, 1, unmapped(), NULL, NULL, &timeout, NULL));
}

/* In the old call of i386 all the arguments are in memory. */
CALLS(select)
{
	struct time_words timeout = {1, 0};
	fd_set set;
	int fd = readable();

	FD_ZERO(&set);
	FD_SET(fd, &set);
#ifdef __i386__
	long words[5] = {fd + 1, (long)&set, 0, 0, (long)&timeout};

	works(call(select, words));
	works(call(select, at_border(words, sizeof(words))));
	words[0] = -1;
	fails(EINVAL, call(select, words));
	fails(EFAULT, call(select, NULL));
#else
	works(call(select, fd + 1, &set, NULL, NULL, &timeout));
	works(call(select, fd + 1, &set, &set, NULL, NULL));
	fails(EINVAL, call(select, -1, NULL, NULL, NULL, &timeout));
	fails(EFAULT, call(select, 1, &set, NULL, NULL, unmapped()));
#endif
}

#ifdef __i386__
CALLS(_newselect)
{
	struct time_words timeout = {1, 0};
	fd_set set;
	int fd = readable();

	FD_ZERO(&set);
	FD_SET(fd, &set);
	works(call(_newselect, fd + 1, &set, NULL, NULL, &timeout));
	fails(EINVAL, call(_newselect, -1, NULL, NULL, NULL, &timeout));
	fails(EFAULT, call(_newselect, 1, unmapped(), NULL, NULL, &timeout));
}

CALLS(ppoll_time64)
{
	struct pollfd fd = {readable(), POLLIN, 0};
	struct time64 timeout = {5ll << 32, 1}, wrong = {0, 1000000000};
	kernel_sigset mask = ~0ull;

	works(call(ppoll_time64, &fd, 1, &timeout, &mask, SIGSET_BYTES));
	fails(EINVAL, call(ppoll_time64, &fd, 1, &wrong, &mask, SIGSET_BYTES));
	fails(EFAULT, call(ppoll_time64, &fd, 1, &timeout, unmapped(), SIGSET_BYTES));
}

CALLS(pselect6_time64)
{
	struct time64 timeout = {1, 2};
	fd_set set;
	int fd = readable();

	FD_ZERO(&set);
	FD_SET(fd, &set);
	works(call(pselect6_time64, fd + 1, &set, NULL, NULL, &timeout, NULL));
	fails(EFAULT, call(pselect6_time64, fd + 1, &set, NULL, NULL, &timeout, unmapped()));
	fails(EINVAL, call(pselect6_time64, -1, NULL, NULL, NULL, &timeout, NULL));
}
#endif

CALLS(epoll_create)
{
	works(call(epoll_create, 10));
	fails(EINVAL, call(epoll_create, 0));
}

CALLS(epoll_create1)
{
	works(call(epoll_create1, EPOLL_CLOEXEC));
	fails(EINVAL, call(epoll_create1, ~0u));
}

CALLS(epoll_ctl)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.u64 = 0x123456789abcdef0};
	int set = epoll_create1(0), fd = readable();

	works(call(epoll_ctl, set, EPOLL_CTL_ADD, fd, &event));
	event.events = EPOLLOUT | EPOLLPRI | EPOLLONESHOT | EPOLLWAKEUP;
	works(call(epoll_ctl, set, EPOLL_CTL_MOD, fd, at_border(&event, sizeof(event))));
	works(call(epoll_ctl, set, EPOLL_CTL_DEL, fd, NULL));
	fails(ENOENT, call(epoll_ctl, set, EPOLL_CTL_DEL, fd, &event));
	fails(EINVAL, call(epoll_ctl, set, 77, fd, &event));
	fails(EFAULT, call(epoll_ctl, set, EPOLL_CTL_ADD, fd, unmapped()));
	fails(EBADF, call(epoll_ctl, 999, EPOLL_CTL_ADD, fd, &event));
}

static int set_with_event(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int set = epoll_create1(0), fd = readable();

	need(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0);
	return set;
}

CALLS(epoll_wait)
{
	int set = set_with_event();

	works(call(epoll_wait, set, out, 10, -1));
	fails(EINVAL, call(epoll_wait, set, out, 0, 0));
	fails(EFAULT, call(epoll_wait, set, unmapped(), 1, 0));
	fails(EBADF, call(epoll_wait, 999, out, 10, 0));
}

CALLS(epoll_pwait)
{
	int set = set_with_event();
	kernel_sigset mask = 1ull << (SIGUSR2 - 1);

	works(call(epoll_pwait, set, out, 10, 1000, &mask, SIGSET_BYTES));
	works(call(epoll_pwait, set, out, 10, 0, NULL, 0));
	fails(EINVAL, call(epoll_pwait, set, out, 10, 0, &mask, 77));
	fails(EFAULT, call(epoll_pwait, set, out, 10, 0, unmapped(), SIGSET_BYTES));
}

CALLS(epoll_pwait2)
{
	int set = set_with_event();
	struct time64 timeout = {1, 2}, wrong = {-1, 0};
	kernel_sigset mask = 1;

	works(call(epoll_pwait2, set, out, 10, &timeout, &mask, SIGSET_BYTES));
	works(call(epoll_pwait2, set, out, 10, NULL, NULL, 0));
	fails(EINVAL, call(epoll_pwait2, set, out, 10, &wrong, NULL, 0));
	fails(EFAULT, call(epoll_pwait2, set, out, 10, unmapped(), NULL, 0));
}

#ifdef __x86_64__
/* Numbers that were never more than that. */
CALLS(epoll_ctl_old)
{
	fails(ENOSYS, call(epoll_ctl_old, 1, 2, 3, 4, 5, 6));
}

CALLS(epoll_wait_old)
{
	fails(ENOSYS, call(epoll_wait_old, 1, 2, 3, 4, 5, 6));
}
#endif
