/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of several threads at once, and calls that do not end by themselves: interrupted, restarted, cut off. */
#include "calls/calls.h"
#include "calls/child.h"

#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#define THREADS 8
#define ROUNDS 50

static void *makes_calls(void *argument)
{
	uintptr_t me = (uintptr_t)argument;

	for (uintptr_t round = 0; round < ROUNDS; round++) {
		fails(EBADF, call(close, 1000 + me * ROUNDS + round));
		fails(ESRCH, call(kill, 0x3fffffff, 0));
		works(call(getpgid, 0));
	}
	return NULL;
}

EXTRA(threads_at_once)
{
	pthread_t threads[THREADS];

	for (uintptr_t i = 0; i < THREADS; i++)
		need(pthread_create(&threads[i], NULL, makes_calls, (void *)i) == 0);
	for (size_t i = 0; i < THREADS; i++)
		need(pthread_join(threads[i], NULL) == 0);
}

static void *waits_forever(void *argument)
{
	call(read, *(const int *)argument, out, 1);
	return NULL;
}

static void *ends_all(void *argument)
{
	(void)argument;
	sleep_ms(10);
	call(exit_group, 0);
	return NULL;
}

/* A thread that is not the first one ends the process, in which the others wait within calls. */
EXTRA(threads_cut_off)
{
	pthread_t threads[3];
	int fds[2];

	need(pipe(fds) == 0);
	IN_CHILD {
		for (size_t i = 0; i < 2; i++)
			need(pthread_create(&threads[i], NULL, waits_forever, &fds[0]) == 0);
		need(pthread_create(&threads[2], NULL, ends_all, NULL) == 0);
		waits_forever(&fds[0]);
	}
}

/* The first thread goes and leaves the process to another. */
EXTRA(threads_without_the_first)
{
	pthread_t thread;

	IN_CHILD {
		need(pthread_create(&thread, NULL, ends_all, NULL) == 0);
		call(exit, 0);
	}
}

static void handled(int signal)
{
	(void)signal;
}

static void handle(int flags)
{
	struct sigaction action = {.sa_handler = handled, .sa_flags = flags};

	need(sigaction(SIGUSR1, &action, NULL) == 0);
}

/* Whoever writes does so after several of the signals. */
EXTRA(interrupted_and_restarted)
{
	int fds[2];
	pid_t writer, pest;

	need(pipe(fds) == 0);
	handle(0);
	pest = pester(SIGUSR1);
	fails(EINTR, call(read, fds[0], out, 1));
	handle(SA_RESTART);
	writer = forked();
	if (writer == 0) {
		sleep_ms(100);
		works(call(write, fds[1], "x", 1));
		leave();
	}
	works(call(read, fds[0], out, 1));
	child_end(pest);
	reap(writer);
}

/* A program that is started the way shells and libraries do it, with the parent stopped until it runs. */
EXTRA(spawned)
{
	char *argv[] = {(char *)"true", NULL};
	pid_t pid;

	need(posix_spawn(&pid, "/bin/true", NULL, NULL, argv, NULL) == 0);
	reap(pid);
	need(posix_spawn(&pid, "/nonexistent/program", NULL, NULL, argv, NULL) == ENOENT);
	pid = vfork();
	if (pid == 0) {
		execve("/bin/true", argv, NULL);
		_exit(1);
	}
	need(pid > 0);
	reap(pid);
}

/* A child whose parent goes first is handed to the runner, which ends it with the group. */
EXTRA(orphaned)
{
	IN_CHILD {
		if (forked() == 0) {
			sleep_ms(20);
			works(call(getppid));
			leave();
		}
	}
	sleep_ms(40);
}
