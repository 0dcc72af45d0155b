/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that a signal interrupts, with and without being begun again, and calls of several threads at once. */
#include "calls/calls.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "calls/net.h"

#define SOON_NS (20 * 1000 * 1000)

static timer_t timer;

static void nothing(int number)
{
	(void)number;
}

static void handle(int flags)
{
	struct sigaction action = {.sa_handler = nothing, .sa_flags = flags};
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};

	need(sigaction(SIGUSR1, &action, NULL) == 0);
	need(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
}

/* From now on a signal comes again and again, so that one that comes early is not the only one. */
static void signals_begin(void)
{
	struct itimerspec each = {{0, SOON_NS}, {0, SOON_NS}};

	need(timer_settime(timer, 0, &each, NULL) == 0);
}

static void signals_end(void)
{
	struct itimerspec never = {{0, 0}, {0, 0}};

	need(timer_settime(timer, 0, &never, NULL) == 0);
}

#define interrupted(result) (signals_begin(), fails(EINTR, result), signals_end())

EXTRA(interrupted)
{
	struct time_words long_time = {100, 0};
	struct pollfd wait = {-1, POLLIN, 0};
	struct iovec byte = {out, 1};
	struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1};
	kernel_sigset none = 0;
	int ends[2], set = epoll_create1(0), listener, locked, fd;
	pid_t child;

	own_network();
	handle(0);
	need(pipe(ends) == 0);
	listener = inet_listener(0);
	interrupted(call(read, ends[0], out, 1));
	interrupted(call(readv, ends[0], &byte, 1));
	wait.fd = ends[0];
	interrupted(call(poll, &wait, 1, -1));
	interrupted(call(ppoll, &wait, 1, NULL, &none, SIGSET_BYTES));
	interrupted(call(epoll_wait, set, out, 1, -1));
	interrupted(call(epoll_pwait, set, out, 1, -1, &none, SIGSET_BYTES));
	interrupted(call(accept4, listener, NULL, NULL, 0));
	interrupted(call(recvfrom, inet_datagrams(0), out, 1, 0, NULL, NULL));
	interrupted(call(recvmsg, inet_datagrams(0), &message, 0));
	interrupted(call(nanosleep, &long_time, out));
	interrupted(call(clock_nanosleep, CLOCK_MONOTONIC, 0, &long_time, out));
	interrupted(call(rt_sigsuspend, &none, SIGSET_BYTES));
	interrupted(call(pause));
	need(mkfifo("fifo", 0600) == 0);
	interrupted(call(openat, AT_FDCWD, "fifo", O_RDONLY));
	fd = scratch_file("file", "content");
	locked = open("file", O_RDWR);
	need(flock(fd, LOCK_EX) == 0);
	interrupted(call(flock, locked, LOCK_EX));
	child = child_waiting();
	interrupted(call(wait4, child, NULL, 0, NULL));
	interrupted(call(waitid, P_PID, child, NULL, WEXITED, NULL));
	child_end(child);
}

/* Interrupted, begun again, and told when it ends. */
EXTRA(restarted)
{
	struct itimerspec end = {{0, 0}, {0, 3 * SOON_NS + SOON_NS / 2}};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	handle(SA_RESTART);
	need(fd >= 0 && timerfd_settime(fd, 0, &end, NULL) == 0);
	signals_begin();
	works(call(read, fd, out, 8));
	signals_end();
}

#define THREADS 4
#define ROUNDS 25

static void *thread(void *argument)
{
	long number = (long)(intptr_t)argument;
	char name[32];

	for (int i = 0; i < ROUNDS; i++) {
		int fd;

		snprintf(name, sizeof(name), "thread%ld-%d", number, i);
		fd = (int)works(call(openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
		works(call(write, fd, name, 7));
		works(call(fchmod, fd, 0640));
		works(call(close, fd));
		works(call(unlink, name));
		fails(ENOENT, call(unlink, name));
	}
	return NULL;
}

EXTRA(threads)
{
	pthread_t threads[THREADS];

	for (long i = 0; i < THREADS; i++)
		need(pthread_create(&threads[i], NULL, thread, (void *)(intptr_t)i) == 0);
	for (int i = 0; i < THREADS; i++)
		need(pthread_join(threads[i], NULL) == 0);
}
