/* SPDX-License-Identifier: BSD-2-Clause */
/* PROCESS: signals. */
#include "calls/calls.h"
#include "calls/child.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>

#define BIT(signal) (1ull << ((signal)-1))
#define QUEUED (SIGRTMIN + 2)

/* struct sigaction of the kernel, arch/x86: what rt_sigaction(2) takes. */
struct action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	kernel_sigset mask;
} __attribute__((packed, aligned(4)));

static void handled(int signal)
{
	(void)signal;
}

static void block(kernel_sigset set)
{
	need(call(rt_sigprocmask, SIG_BLOCK, &set, NULL, SIGSET_BYTES) == 0);
}

static siginfo_t queued(int code)
{
	siginfo_t information;

	memset(&information, 0, sizeof information);
	information.si_signo = QUEUED;
	information.si_code = code;
	information.si_pid = getpid();
	information.si_uid = getuid();
	information.si_value.sival_int = 0x1234;
	return information;
}

CALLS(kill)
{
	pid_t pid = child_waiting();
	pid_t group = getpgrp();

	signal(SIGUSR1, handled);
	works(call(kill, getpid(), 0));
	works(call(kill, getpid(), SIGUSR1));
	works(call(kill, pid, SIGURG));
	works(call(kill, pid, SIGSTOP));
	works(call(kill, pid, SIGRTMAX));
	works(call(kill, pid, SIGKILL));
	child_end(pid);
	fails(ESRCH, call(kill, pid, SIGTERM));
	fails(EINVAL, call(kill, getpid(), 65));
	fails(EINVAL, call(kill, getpid(), -1));
	fails(ESRCH, call(kill, INT32_MIN, SIGURG));
	/* The runner made a process group of the row. */
	if (group == getpid()) {
		works(call(kill, 0, SIGURG));
		works(call(kill, -group, SIGCONT));
	}
	IN_CHILD {
		be_nobody();
		drop_capabilities();
		fails(EPERM, call(kill, getppid(), 0));
		fails(EPERM, call(kill, getppid(), SIGURG));
	}
}

CALLS(tkill)
{
	pid_t pid = child_waiting();

	works(call(tkill, gettid(), SIGURG));
	works(call(tkill, pid, SIGKILL));
	child_end(pid);
	fails(ESRCH, call(tkill, pid, SIGTERM));
	fails(EINVAL, call(tkill, 0, SIGURG));
	fails(EINVAL, call(tkill, gettid(), 1000));
}

CALLS(tgkill)
{
	pid_t pid = child_waiting();

	works(call(tgkill, getpid(), gettid(), SIGURG));
	works(call(tgkill, pid, pid, SIGRTMIN));
	child_end(pid);
	fails(ESRCH, call(tgkill, getpid(), 1, SIGURG));
	fails(EINVAL, call(tgkill, -1, gettid(), SIGURG));
	fails(EINVAL, call(tgkill, getpid(), gettid(), 128));
}

CALLS(rt_sigqueueinfo)
{
	siginfo_t information = queued(SI_QUEUE);
	siginfo_t timer = queued(SI_TIMER);
	siginfo_t forged = queued(SI_USER);
	pid_t pid = child_waiting();

	block(BIT(QUEUED));
	works(call(rt_sigqueueinfo, getpid(), QUEUED, &information));
	works(call(rt_sigqueueinfo, pid, SIGKILL, &timer));
	fails(EPERM, call(rt_sigqueueinfo, getppid(), 0, &forged));
	child_end(pid);
	fails(ESRCH, call(rt_sigqueueinfo, pid, QUEUED, &information));
	fails(EINVAL, call(rt_sigqueueinfo, getpid(), 65, &information));
	fails(EFAULT, call(rt_sigqueueinfo, getpid(), QUEUED, NULL));
	fails(EFAULT, call(rt_sigqueueinfo, getpid(), QUEUED, at_border(&information, 16)));
}

CALLS(rt_tgsigqueueinfo)
{
	siginfo_t information = queued(SI_QUEUE);
	siginfo_t forged = queued(SI_TKILL);

	block(BIT(QUEUED));
	works(call(rt_tgsigqueueinfo, getpid(), gettid(), QUEUED, &information));
	fails(EPERM, call(rt_tgsigqueueinfo, getppid(), getppid(), 0, &forged));
	fails(ESRCH, call(rt_tgsigqueueinfo, getpid(), 1, QUEUED, &information));
	fails(EINVAL, call(rt_tgsigqueueinfo, 0, gettid(), QUEUED, &information));
	fails(EFAULT, call(rt_tgsigqueueinfo, getpid(), gettid(), QUEUED, unreadable()));
}

CALLS(pidfd_send_signal)
{
	siginfo_t information = queued(SI_QUEUE);
	pid_t pid = child_waiting();
	int self = (int)call(pidfd_open, getpid(), 0);
	int other = (int)call(pidfd_open, pid, 0);

	block(BIT(QUEUED));
	works(call(pidfd_send_signal, self, QUEUED, &information, 0));
	works(call(pidfd_send_signal, other, SIGURG, NULL, 0));
	/* PIDFD_SIGNAL_THREAD, since Linux 6.9; then the group of the process, which is the row's. */
	call(pidfd_send_signal, self, SIGURG, NULL, 1);
	call(pidfd_send_signal, other, SIGURG, NULL, 4);
	fails(EINVAL, call(pidfd_send_signal, self, SIGURG, &information, 0));
	fails(EINVAL, call(pidfd_send_signal, self, 0, NULL, 3));
	fails(EINVAL, call(pidfd_send_signal, self, 0, NULL, -1));
	fails(EBADF, call(pidfd_send_signal, 0, SIGURG, NULL, 0));
	fails(EBADF, call(pidfd_send_signal, 9999, SIGURG, NULL, 0));
	works(call(pidfd_send_signal, other, SIGKILL, NULL, 0));
	child_end(pid);
	fails(ESRCH, call(pidfd_send_signal, other, SIGKILL, NULL, 0));
}

CALLS(rt_sigaction)
{
	struct action action = {.handler = (void (*)(int))SIG_IGN, .flags = SA_RESTART | SA_NOCLDWAIT, .mask = ~0ull};
	struct action old;

	works(call(rt_sigaction, SIGUSR1, &action, &old, SIGSET_BYTES));
	action.flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESETHAND | SA_NOCLDSTOP;
	action.mask = BIT(SIGINT) | BIT(SIGRTMAX);
	works(call(rt_sigaction, SIGRTMIN, &action, NULL, SIGSET_BYTES));
	works(call(rt_sigaction, SIGUSR1, NULL, &old, SIGSET_BYTES));
	works(call(rt_sigaction, SIGKILL, NULL, &old, SIGSET_BYTES));
	action.flags = 0x400; /* SA_UNSUPPORTED: the kernel takes it back */
	works(call(rt_sigaction, SIGUSR2, &action, &old, SIGSET_BYTES));
	fails(EINVAL, call(rt_sigaction, SIGKILL, &action, NULL, SIGSET_BYTES));
	fails(EINVAL, call(rt_sigaction, 65, &action, NULL, SIGSET_BYTES));
	fails(EINVAL, call(rt_sigaction, SIGUSR1, &action, NULL, 16));
}

CALLS(rt_sigprocmask)
{
	kernel_sigset set = BIT(SIGHUP) | BIT(SIGUSR2) | BIT(SIGRTMIN) | BIT(64), old;

	works(call(rt_sigprocmask, SIG_BLOCK, &set, &old, SIGSET_BYTES));
	works(call(rt_sigprocmask, SIG_UNBLOCK, &set, NULL, SIGSET_BYTES));
	set = ~0ull & ~BIT(SIGALRM);
	works(call(rt_sigprocmask, SIG_SETMASK, &set, &old, SIGSET_BYTES));
	works(call(rt_sigprocmask, -1, NULL, &old, SIGSET_BYTES));
	set = 0;
	works(call(rt_sigprocmask, SIG_SETMASK, &set, NULL, SIGSET_BYTES));
	fails(EINVAL, call(rt_sigprocmask, 3, &set, &old, SIGSET_BYTES));
	fails(EINVAL, call(rt_sigprocmask, SIG_BLOCK, &set, &old, 128));
}

CALLS(rt_sigpending)
{
	kernel_sigset set;

	block(BIT(SIGUSR1));
	raise(SIGUSR1);
	works(call(rt_sigpending, &set, SIGSET_BYTES));
	works(call(rt_sigpending, &set, 4));
	fails(EINVAL, call(rt_sigpending, &set, 9));
	fails(EFAULT, call(rt_sigpending, read_only(), SIGSET_BYTES));
}

CALLS(rt_sigsuspend)
{
	kernel_sigset none = 0;
	pid_t pid;

	signal(SIGUSR1, handled);
	block(BIT(SIGUSR1));
	raise(SIGUSR1);
	fails(EINTR, call(rt_sigsuspend, &none, SIGSET_BYTES));
	pid = pester(SIGUSR1);
	fails(EINTR, call(rt_sigsuspend, &none, SIGSET_BYTES));
	child_end(pid);
	fails(EINVAL, call(rt_sigsuspend, &none, 0));
	fails(EFAULT, call(rt_sigsuspend, unreadable(), SIGSET_BYTES));
}

static void timed_wait(long number, const void *soon, const void *never)
{
	kernel_sigset set = BIT(SIGUSR1) | BIT(QUEUED);
	siginfo_t information;

	block(set);
	raise(SIGUSR1);
	works(call_number(number, &set, &information, soon, SIGSET_BYTES));
	raise(QUEUED);
	works(call_number(number, &set, NULL, NULL, SIGSET_BYTES));
	fails(EAGAIN, call_number(number, &set, &information, soon, SIGSET_BYTES));
	fails(EINVAL, call_number(number, &set, &information, never, SIGSET_BYTES));
	fails(EINVAL, call_number(number, &set, &information, soon, 3));
	fails(EFAULT, call_number(number, unreadable(), &information, soon, SIGSET_BYTES));
	fails(EFAULT, call_number(number, &set, &information, unmapped(), SIGSET_BYTES));
}

CALLS(rt_sigtimedwait)
{
	const struct time_words soon = {0, 1000000}, never = {0, -1};

	timed_wait(NR_rt_sigtimedwait, &soon, &never);
}

CALLS(pause)
{
	pid_t pid;

	signal(SIGUSR1, handled);
	pid = pester(SIGUSR1);
	fails(EINTR, call(pause));
	child_end(pid);
}

CALLS(rt_sigreturn)
{
	struct sigaction action = {.sa_handler = handled, .sa_flags = SA_SIGINFO};

	/* The handler's end is the call; without a handler's frame it finds none. */
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	IN_CHILD
		call(rt_sigreturn);
}

CALLS(sigaltstack)
{
	static char area[16384];
	stack_t stack = {.ss_sp = area, .ss_size = sizeof area}, old;

	works(call(sigaltstack, &stack, &old));
	works(call(sigaltstack, NULL, &old));
	stack.ss_flags = SS_DISABLE;
	works(call(sigaltstack, &stack, NULL));
	stack.ss_flags = (int)0x80000000; /* SS_AUTODISARM */
	works(call(sigaltstack, &stack, NULL));
	stack.ss_flags = 0x40;
	fails(EINVAL, call(sigaltstack, &stack, NULL));
	stack = (stack_t){.ss_sp = area, .ss_size = 64};
	fails(ENOMEM, call(sigaltstack, &stack, &old));
	fails(EFAULT, call(sigaltstack, unreadable(), NULL));
}

CALLS(signalfd)
{
	kernel_sigset set = BIT(SIGUSR1) | BIT(SIGRTMAX);
	int fd = (int)works(call(signalfd, -1, &set, SIGSET_BYTES));

	works(call(signalfd, fd, &set, SIGSET_BYTES));
	fails(EINVAL, call(signalfd, 0, &set, SIGSET_BYTES));
	fails(EINVAL, call(signalfd, -1, &set, 4));
	fails(EBADF, call(signalfd, 9999, &set, SIGSET_BYTES));
}

CALLS(signalfd4)
{
	kernel_sigset set = ~0ull;
	int fd = (int)works(call(signalfd4, -1, &set, SIGSET_BYTES, O_NONBLOCK | O_CLOEXEC));

	works(call(signalfd4, fd, &set, SIGSET_BYTES, 0));
	fails(EINVAL, call(signalfd4, -1, &set, SIGSET_BYTES, 1));
	fails(EINVAL, call(signalfd4, -1, &set, 0, 0));
	fails(EFAULT, call(signalfd4, -1, unreadable(), SIGSET_BYTES, 0));
}

#ifdef __i386__
/* The words of signal masks of old. */
struct old_action {
	void (*handler)(int);
	unsigned long mask;
	unsigned long flags;
	void (*restorer)(void);
};

CALLS(sigaction)
{
	struct old_action action = {.handler = SIG_IGN, .mask = 0x7fffffff, .flags = SA_RESTART}, old;

	works(call(sigaction, SIGUSR1, &action, &old));
	works(call(sigaction, SIGUSR1, NULL, &old));
	fails(EINVAL, call(sigaction, SIGSTOP, &action, &old));
	fails(EFAULT, call(sigaction, SIGUSR1, at_border(&action, 8), &old));
}

CALLS(signal)
{
	works(call(signal, SIGUSR1, SIG_IGN));
	works(call(signal, SIGUSR1, SIG_DFL));
	fails(EINVAL, call(signal, SIGKILL, SIG_IGN));
	fails(EINVAL, call(signal, 0, SIG_IGN));
}

CALLS(sigprocmask)
{
	unsigned long set = BIT(SIGINT) | BIT(SIGUSR2), old;

	works(call(sigprocmask, SIG_BLOCK, &set, &old));
	works(call(sigprocmask, SIG_UNBLOCK, &set, NULL));
	works(call(sigprocmask, SIG_SETMASK, NULL, &old));
	fails(EINVAL, call(sigprocmask, 7, &set, &old));
	fails(EFAULT, call(sigprocmask, SIG_BLOCK, unreadable(), &old));
}

CALLS(sgetmask)
{
	works(call(sgetmask));
}

CALLS(ssetmask)
{
	works(call(ssetmask, BIT(SIGUSR1)));
	works(call(ssetmask, 0));
}

CALLS(sigpending)
{
	unsigned long set;

	block(BIT(SIGUSR1));
	raise(SIGUSR1);
	works(call(sigpending, &set));
	fails(EFAULT, call(sigpending, unmapped()));
}

CALLS(sigsuspend)
{
	signal(SIGUSR1, handled);
	block(BIT(SIGUSR1));
	raise(SIGUSR1);
	fails(EINTR, call(sigsuspend, 0, 0, 0));
}

CALLS(rt_sigtimedwait_time64)
{
	const struct time64 soon = {0, 1000000}, never = {0, -1};

	timed_wait(NR_rt_sigtimedwait_time64, &soon, &never);
}

CALLS(sigreturn)
{
	struct action action = {.handler = handled};

	/* Without SA_SIGINFO the frame is the old one, and the restorer of the vdso returns from it. */
	need(call(rt_sigaction, SIGUSR1, &action, NULL, SIGSET_BYTES) == 0);
	raise(SIGUSR1);
	IN_CHILD
		call(sigreturn);
}
#endif

EXTRA(hostile_signals)
{
	struct action action = {.handler = handled, .flags = -1UL, .mask = ~0ull};
	struct action *cut = at_border(&action, sizeof action - 8);

	fails(ESRCH, call(kill, INT32_MAX, -1));
	fails(EINVAL, call(tkill, -1, -1));
	fails(EINVAL, call(tgkill, -1, -1, -1));
	fails(EFAULT, call(rt_sigqueueinfo, -1, -1, unmapped()));
	fails(EFAULT, call(rt_tgsigqueueinfo, -1, -1, -1, unmapped()));
	fails(EINVAL, call(pidfd_send_signal, -1, -1, unreadable(), -1));
	fails(EFAULT, call(rt_sigaction, SIGUSR1, cut, NULL, SIGSET_BYTES));
	fails(EFAULT, call(rt_sigaction, SIGUSR1, NULL, read_only(), SIGSET_BYTES));
	fails(EINVAL, call(rt_sigaction, -1, cut, cut, -1));
	works(call(rt_sigaction, SIGUSR1, &action, &action, SIGSET_BYTES));
	fails(EFAULT, call(rt_sigprocmask, SIG_BLOCK, at_border(&action, 4), NULL, SIGSET_BYTES));
	fails(EFAULT, call(rt_sigprocmask, SIG_BLOCK, NULL, unreadable(), SIGSET_BYTES));
	fails(EINVAL, call(rt_sigprocmask, -1, -1, -1, -1));
	fails(EINVAL, call(rt_sigpending, -1, -1));
	fails(EINVAL, call(rt_sigsuspend, -1, -1));
	fails(EINVAL, call(rt_sigtimedwait, -1, -1, -1, -1));
	fails(EFAULT, call(sigaltstack, -1, -1));
	fails(EINVAL, call(signalfd4, -1, -1, -1, -1));
}
