/* SPDX-License-Identifier: BSD-2-Clause */
/* PROCESS: life, and what is waited for. */
#include "calls/calls.h"
#include "calls/child.h"

#include <linux/futex.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

/* <sched.h> does not go with <linux/sched.h>. */
int clone(int (*body)(void *), void *stack, int flags, void *argument, ...);

/* The limit holds for whoever has no capabilities and is not root. */
static void no_more_processes(void)
{
	const struct rlimit none = {0, 0};

	need(setrlimit(RLIMIT_NPROC, &none) == 0);
	be_nobody();
}

CALLS(fork)
{
	pid_t pid = (pid_t)works(call(fork));

	if (pid == 0)
		_exit(7);
	reap(pid);
	IN_CHILD {
		no_more_processes();
		fails(EAGAIN, call(fork));
	}
}

CALLS(vfork)
{
	/* The child returns on its parent's stack, which only the wrapper of libc survives. */
	pid_t pid = vfork();

	if (pid == 0)
		_exit(3);
	need(pid > 0);
	reap(pid);
	IN_CHILD {
		no_more_processes();
		pid = vfork();
		if (pid == 0)
			_exit(0);
		fails(EAGAIN, pid);
	}
}

static int leave_with_five(void *argument)
{
	(void)argument;
	return 5;
}

static int end_thread(void *argument)
{
	(void)argument;
	call(exit, 0x1234);
	return 0;
}

/* Until the kernel clears the word of a thread that ended. */
static void wait_for_thread(uint32_t *word)
{
	uint32_t seen;

	while ((seen = __atomic_load_n(word, __ATOMIC_SEQ_CST)) != 0)
		call(futex, word, FUTEX_WAIT, seen, NULL);
}

/* The order of the last two arguments is the processor's. */
static long plain_clone(unsigned long flags, void *parent_tid, void *child_tid)
{
#ifdef __i386__
	return call(clone, flags, NULL, parent_tid, NULL, child_tid);
#else
	return call(clone, flags, NULL, parent_tid, child_tid, NULL);
#endif
}

static void clone_forks(unsigned long flags)
{
	int tids[2] = {0, 0};
	long pid = works(plain_clone(flags, &tids[0], &tids[1]));

	if (pid == 0)
		_exit(11);
	if (pid > 0)
		reap((pid_t)pid);
}

static void clone_failures(void)
{
	fails(EINVAL, plain_clone(CLONE_THREAD, NULL, NULL));
	fails(EINVAL, plain_clone(CLONE_SIGHAND, NULL, NULL));
	fails(EINVAL, plain_clone(CLONE_NEWNS | CLONE_FS, NULL, NULL));
	fails(EINVAL, plain_clone(CLONE_NEWUSER | CLONE_FS | 0xff, NULL, NULL));
	fails(EINVAL, plain_clone(CLONE_PIDFD | CLONE_PARENT_SETTID, NULL, NULL));
	IN_CHILD {
		drop_capabilities();
		fails(EPERM, plain_clone(CLONE_NEWNET | CLONE_NEWUTS | SIGCHLD, NULL, NULL));
	}
}

CALLS(clone)
{
	static uint32_t tid = 1, parent_tid;
	int pidfd = -1;

	clone_forks(SIGCHLD);
	clone_forks(SIGURG | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID);
	clone_forks(CLONE_FILES | CLONE_FS | CLONE_IO | CLONE_UNTRACED);
	clone_forks(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP | SIGCHLD);
	reap((pid_t)works(clone(leave_with_five, stack_top(), CLONE_VM | CLONE_VFORK | SIGCHLD, NULL)));
	reap((pid_t)works(clone(leave_with_five, stack_top(), CLONE_PIDFD | SIGCHLD, NULL, &pidfd)));
	if (works(clone(end_thread, stack_top(), THREAD | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID, NULL, &parent_tid,
			NULL, &tid)) > 0)
		wait_for_thread(&tid);
	clone_failures();
}

static void clone3_forks(struct clone_args arguments, size_t size)
{
	long pid = works(call(clone3, &arguments, size));

	if (pid == 0)
		_exit(12);
	if (pid > 0)
		reap((pid_t)pid);
}

static void nothing(void *argument)
{
	(void)argument;
}

static void clone3_threads(void)
{
	static uint32_t tid = 1;
	struct clone_args arguments = {.flags = THREAD | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID};
	int parent_tid;

	arguments.stack = (uintptr_t)stack_top() - 65536;
	arguments.stack_size = 65536;
	arguments.child_tid = (uintptr_t)&tid;
	arguments.parent_tid = (uintptr_t)&parent_tid;
	if (clone3_thread(&arguments, sizeof arguments, nothing, NULL) > 0)
		wait_for_thread(&tid);
}

static void clone3_failures(void)
{
	struct clone_args arguments = {.exit_signal = 65};
	struct {
		struct clone_args known;
		uint64_t newer;
	} longer = {.known.exit_signal = SIGCHLD, .newer = 1};

	fails(EINVAL, call(clone3, &arguments, sizeof arguments));
	fails(EINVAL, call(clone3, &arguments, CLONE_ARGS_SIZE_VER0 - 1));
	fails(E2BIG, call(clone3, &longer, sizeof longer));
	arguments = (struct clone_args){.flags = CLONE_DETACHED};
	fails(EINVAL, call(clone3, &arguments, sizeof arguments));
	arguments = (struct clone_args){.flags = CLONE_SIGHAND, .stack = 4096};
	fails(EINVAL, call(clone3, &arguments, sizeof arguments));
	arguments = (struct clone_args){.flags = CLONE_INTO_CGROUP, .cgroup = 9999};
	fails(EBADF, call(clone3, &arguments, sizeof arguments));
	arguments = (struct clone_args){.set_tid = 4096, .set_tid_size = 33};
	fails(EINVAL, call(clone3, &arguments, sizeof arguments));
}

CALLS(clone3)
{
	int pidfd, tid;
	const int bad_tid[1] = {0};
	struct {
		struct clone_args known;
		uint64_t newer;
	} longer = {.known.exit_signal = SIGCHLD};

	clone3_forks((struct clone_args){.exit_signal = SIGCHLD}, CLONE_ARGS_SIZE_VER0);
	clone3_forks((struct clone_args){.flags = CLONE_PIDFD | CLONE_PARENT_SETTID, .pidfd = (uintptr_t)&pidfd,
					 .parent_tid = (uintptr_t)&tid, .exit_signal = SIGCHLD}, CLONE_ARGS_SIZE_VER1);
	clone3_forks((struct clone_args){.flags = CLONE_CLEAR_SIGHAND | CLONE_NEWNS | CLONE_NEWTIME}, CLONE_ARGS_SIZE_VER2);
	if (works(call(clone3, &longer, sizeof longer)) == 0)
		_exit(0);
	longer.known.set_tid = (uintptr_t)bad_tid;
	longer.known.set_tid_size = 1;
	fails(EINVAL, call(clone3, &longer, sizeof longer));
	clone3_threads();
	clone3_failures();
	while (wait(NULL) > 0)
		;
}

CALLS(exit)
{
	IN_CHILD
		call(exit, 0);
	IN_CHILD
		call(exit, 42);
	IN_CHILD
		call(exit, -1);
	IN_CHILD
		call(exit, 0x12345678);
}

CALLS(exit_group)
{
	IN_CHILD
		call(exit_group, 0);
	IN_CHILD
		call(exit_group, 255);
	IN_CHILD
		call(exit_group, INT32_MIN);
}

static pid_t leaves_with(int status)
{
	pid_t pid = forked();

	if (pid == 0)
		_exit(status);
	return pid;
}

static pid_t dies_of(int signal)
{
	struct rlimit no_core = {0, 0};
	pid_t pid = forked();

	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		raise(signal);
		_exit(0);
	}
	return pid;
}

CALLS(wait4)
{
	pid_t stopped = child_waiting();
	struct rusage usage;
	int status;

	works(call(wait4, leaves_with(3), &status, 0, &usage));
	works(call(wait4, dies_of(SIGSEGV), &status, __WALL, NULL));
	leaves_with(0);
	works(call(wait4, -1, NULL, WUNTRACED, NULL));
	works(call(wait4, stopped, &status, WNOHANG, NULL));
	kill(stopped, SIGSTOP);
	works(call(wait4, stopped, &status, WUNTRACED, NULL));
	kill(stopped, SIGCONT);
	works(call(wait4, 0, &status, WCONTINUED | __WNOTHREAD, NULL));
	child_end(stopped);
	fails(ECHILD, call(wait4, -1, &status, 0, NULL));
	fails(ECHILD, call(wait4, 1, &status, WNOHANG | __WCLONE, NULL));
	fails(EINVAL, call(wait4, -1, &status, 0x40, NULL));
	fails(ESRCH, call(wait4, INT32_MIN, &status, 0, NULL));
}

#ifdef __i386__
CALLS(waitpid)
{
	pid_t stopped = child_waiting();
	int status;

	works(call(waitpid, leaves_with(9), &status, 0));
	works(call(waitpid, dies_of(SIGKILL), NULL, __WALL));
	works(call(waitpid, stopped, &status, WNOHANG));
	child_end(stopped);
	fails(ECHILD, call(waitpid, -1, &status, WUNTRACED));
	fails(EINVAL, call(waitpid, -1, &status, 0x10000));
}
#endif

static void waitid_failures(void)
{
	siginfo_t information;

	fails(ECHILD, call(waitid, P_ALL, 0, &information, WEXITED, NULL));
	fails(EINVAL, call(waitid, P_PID, 0, &information, WEXITED, NULL));
	fails(EBADF, call(waitid, P_PIDFD, 9999, &information, WEXITED, NULL));
	fails(EINVAL, call(waitid, 99, 1, &information, WEXITED, NULL));
	fails(EINVAL, call(waitid, P_ALL, 0, &information, 0, NULL));
}

CALLS(waitid)
{
	pid_t stopped = child_waiting();
	pid_t ended = leaves_with(6);
	int pidfd = (int)call(pidfd_open, stopped, 0);
	struct rusage usage;
	siginfo_t information;

	works(call(waitid, P_PID, ended, &information, WEXITED | WNOWAIT, &usage));
	works(call(waitid, P_PID, ended, &information, WEXITED, &usage));
	works(call(waitid, P_ALL, 0, &information, WEXITED | WNOHANG, NULL));
	works(call(waitid, P_PGID, getpgrp(), NULL, WEXITED | WNOHANG | __WALL, NULL));
	kill(stopped, SIGSTOP);
	works(call(waitid, P_PIDFD, pidfd, &information, WSTOPPED, NULL));
	kill(stopped, SIGCONT);
	works(call(waitid, P_PID, stopped, &information, WCONTINUED, NULL));
	child_end(stopped);
	works(call(waitid, P_PID, dies_of(SIGABRT), &information, WEXITED, NULL));
	waitid_failures();
}

CALLS(pidfd_open)
{
	pid_t pid = child_waiting();

	works(call(pidfd_open, getpid(), 0));
	works(call(pidfd_open, pid, O_NONBLOCK));
	/* PIDFD_THREAD, since Linux 6.9 */
	call(pidfd_open, pid, O_EXCL);
	child_end(pid);
	fails(ESRCH, call(pidfd_open, pid, 0));
	fails(EINVAL, call(pidfd_open, 0, 0));
	fails(EINVAL, call(pidfd_open, -1, 0));
	fails(EINVAL, call(pidfd_open, getpid(), -1));
}

CALLS(pidfd_getfd)
{
	pid_t pid = child_waiting();
	int self = (int)call(pidfd_open, getpid(), 0);
	int other = (int)call(pidfd_open, pid, 0);

	works(call(pidfd_getfd, self, 0, 0));
	works(call(pidfd_getfd, other, 1, 0));
	fails(EBADF, call(pidfd_getfd, other, 9999, 0));
	fails(EINVAL, call(pidfd_getfd, other, 0, 1));
	fails(EBADF, call(pidfd_getfd, 0, 0, 0));
	fails(EBADF, call(pidfd_getfd, 9999, 0, 0));
	child_end(pid);
	fails(ESRCH, call(pidfd_getfd, other, 0, 0));
	IN_CHILD {
		drop_capabilities();
		other = (int)call(pidfd_open, getppid(), 0);
		fails(EPERM, call(pidfd_getfd, other, 0, 0));
	}
}

CALLS(process_mrelease)
{
	pid_t pid = child_waiting();
	int pidfd = (int)call(pidfd_open, pid, 0);

	fails(EINVAL, call(process_mrelease, pidfd, 0));
	kill(pid, SIGKILL);
	/* Its memory may be gone already. */
	call(process_mrelease, pidfd, 0);
	reap(pid);
	fails(ESRCH, call(process_mrelease, pidfd, 0));
	fails(EINVAL, call(process_mrelease, pidfd, 1));
	fails(EBADF, call(process_mrelease, 9999, 0));
}

CALLS(getpid)
{
	works(call(getpid));
	IN_CHILD {
		/* Whoever is first in a namespace of its own is 1 to itself. */
		own_namespaces(CLONE_NEWPID);
		IN_CHILD
			works(call(getpid));
	}
}

CALLS(gettid)
{
	works(call(gettid));
}

CALLS(getppid)
{
	works(call(getppid));
	IN_CHILD
		works(call(getppid));
}

EXTRA(hostile_process_life)
{
	struct clone_args arguments;
	uint64_t ones[16];

	for (size_t i = 0; i < 16; i++)
		ones[i] = UINT64_MAX;
	fails(EINVAL, call(clone3, NULL, 0));
	fails(EFAULT, call(clone3, NULL, sizeof arguments));
	fails(EFAULT, call(clone3, unreadable(), sizeof arguments));
	fails(EFAULT, call(clone3, at_border(ones, 32), sizeof arguments));
	fails(E2BIG, call(clone3, at_border(ones, sizeof ones), sizeof ones));
	fails(E2BIG, call(clone3, at_border(ones, sizeof ones), 4096));
	fails(E2BIG, call(clone3, ones, 4097));
	fails(E2BIG, call(clone3, ones, -1));
	fails(EINVAL, call(wait4, -1, unreadable(), -1, unreadable()));
	fails(EFAULT, call(wait4, leaves_with(2), unreadable(), 0, NULL));
	fails(EFAULT, call(wait4, leaves_with(2), NULL, 0, unmapped()));
	fails(EFAULT, call(waitid, -1, -1, unreadable(), -1, unreadable()));
	fails(EFAULT, call(waitid, P_PID, leaves_with(2), read_only(), WEXITED, NULL));
	while (wait(NULL) > 0)
		;
	fails(EINVAL, call(pidfd_open, INT32_MAX, -1));
	fails(EINVAL, call(pidfd_getfd, -1, -1, -1));
	fails(EINVAL, call(process_mrelease, -1, -1));
#ifdef __x86_64__
	/* Halves of registers that the kernel does not look at. */
	works(call(pidfd_open, 0x100000000 + getpid(), 0x100000000));
	fails(ECHILD, call(wait4, 0x1ffffffff, NULL, 0x100000000, NULL));
#endif
}
