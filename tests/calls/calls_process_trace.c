/* SPDX-License-Identifier: BSD-2-Clause */
/* PROCESS: tracing and other processes' memory. Where the row is traced itself, its children cannot be traced by it. */
#include "calls/calls.h"
#include "calls/child.h"

#include <elf.h>
#include <linux/kcmp.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>

/* <sys/ptrace.h> does not go with <linux/ptrace.h>, which has not got the processor's. */
#define OLDSETOPTIONS 21
#define GET_THREAD_AREA 25
#define SET_THREAD_AREA 26
#define ARCH_PRCTL 30
#define SYSEMU 31
#define SYSEMU_SINGLESTEP 32
#define SINGLEBLOCK 33
#define GET_RSEQ_CONFIGURATION 0x420f
#define SET_DISPATCH 0x4210
#define GET_DISPATCH 0x4211
#define SET_SYSCALL_INFO 0x4212

static long word_in_memory = 0x12345678;

static void wait_for_stop(pid_t pid)
{
	int status;

	waitpid(pid, &status, __WALL | WUNTRACED);
}

static void peeks_and_pokes(pid_t pid)
{
	long word;

	call(ptrace, PTRACE_PEEKTEXT, pid, &word_in_memory, &word);
	call(ptrace, PTRACE_PEEKDATA, pid, &word_in_memory, &word);
	call(ptrace, PTRACE_PEEKDATA, pid, 8, &word);
	call(ptrace, PTRACE_PEEKUSR, pid, 0, &word);
	call(ptrace, PTRACE_PEEKUSR, pid, 0x100000, &word);
	call(ptrace, PTRACE_POKETEXT, pid, &word_in_memory, 0x1234);
	call(ptrace, PTRACE_POKEDATA, pid, &word_in_memory, -1);
	call(ptrace, PTRACE_POKEDATA, pid, 8, 1);
	if (call(ptrace, PTRACE_PEEKUSR, pid, 0, &word) == 0)
		call(ptrace, PTRACE_POKEUSR, pid, 0, word);
	call(ptrace, PTRACE_POKEUSR, pid, 1, 0);
}

static void registers(pid_t pid)
{
	static char area[4096];
	struct iovec all = {area, sizeof area}, few = {area, 8};

	if (call(ptrace, PTRACE_GETREGS, pid, NULL, area) == 0)
		call(ptrace, PTRACE_SETREGS, pid, NULL, area);
	if (call(ptrace, PTRACE_GETFPREGS, pid, NULL, area) == 0)
		call(ptrace, PTRACE_SETFPREGS, pid, NULL, area);
	if (call(ptrace, PTRACE_GETFPXREGS, pid, NULL, area) == 0)
		call(ptrace, PTRACE_SETFPXREGS, pid, NULL, area);
	if (call(ptrace, PTRACE_GETREGSET, pid, NT_PRSTATUS, &all) == 0)
		call(ptrace, PTRACE_SETREGSET, pid, NT_PRSTATUS, &all);
	call(ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &few);
	call(ptrace, PTRACE_GETREGSET, pid, 0x9999, &all);
	call(ptrace, PTRACE_SETREGSET, pid, NT_PRFPREG, &few);
	call(ptrace, GET_THREAD_AREA, pid, 12, area);
	call(ptrace, SET_THREAD_AREA, pid, 99, area);
	call(ptrace, ARCH_PRCTL, pid, area, 0x1003);
}

static void information(pid_t pid)
{
	struct {
		uint64_t offset;
		uint32_t flags;
		int32_t count;
	} peek = {0, 0, 4};
	unsigned long message = 0;
	kernel_sigset set = 0;
	siginfo_t signals[4];

	call(ptrace, PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC);
	call(ptrace, PTRACE_SETOPTIONS, pid, 0, PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEVFORK);
	call(ptrace, PTRACE_SETOPTIONS, pid, 0, -1);
	call(ptrace, OLDSETOPTIONS, pid, 0, PTRACE_O_TRACEEXIT);
	call(ptrace, PTRACE_SETOPTIONS, pid, 0, 0);
	call(ptrace, PTRACE_GETEVENTMSG, pid, 0, &message);
	if (call(ptrace, PTRACE_GETSIGINFO, pid, 0, signals) == 0)
		call(ptrace, PTRACE_SETSIGINFO, pid, 0, signals);
	call(ptrace, PTRACE_PEEKSIGINFO, pid, &peek, signals);
	call(ptrace, PTRACE_GETSIGMASK, pid, SIGSET_BYTES, &set);
	call(ptrace, PTRACE_SETSIGMASK, pid, SIGSET_BYTES, &set);
	call(ptrace, PTRACE_SETSIGMASK, pid, 4, &set);
	call(ptrace, PTRACE_SECCOMP_GET_FILTER, pid, 0, NULL);
	call(ptrace, PTRACE_SECCOMP_GET_METADATA, pid, 16, out);
	call(ptrace, PTRACE_GET_SYSCALL_INFO, pid, sizeof out, out);
	call(ptrace, SET_SYSCALL_INFO, pid, 0, out);
	call(ptrace, GET_RSEQ_CONFIGURATION, pid, 24, out);
	if (call(ptrace, GET_DISPATCH, pid, 32, out) == 0)
		call(ptrace, SET_DISPATCH, pid, 32, out);
}

/* Steps of one call or instruction each; the process stops again after every one. */
static void steps(pid_t pid)
{
	static const int requests[] = {PTRACE_SYSCALL, SYSEMU, SYSEMU_SINGLESTEP, PTRACE_SINGLESTEP, SINGLEBLOCK};

	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
		if (call(ptrace, requests[i], pid, 0, 0) == 0)
			wait_for_stop(pid);
	}
	call(ptrace, PTRACE_CONT, pid, 0, 999);
	call(ptrace, PTRACE_LISTEN, pid, 0, 0);
}

/* A process that is busy with calls, so that it can be stepped. */
static pid_t busy(void)
{
	pid_t pid = forked();

	if (pid)
		return pid;
	alarm(5);
	for (;;)
		getppid();
}

static void tracee_of_its_own_will(void)
{
	pid_t pid = forked();

	if (pid == 0) {
		call(ptrace, PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(0);
	}
	wait_for_stop(pid);
	call(ptrace, PTRACE_CONT, pid, 0, 0);
	/* Where it was not traced, it is just stopped. */
	kill(pid, SIGCONT);
	reap(pid);
}

CALLS(ptrace)
{
	pid_t pid = busy();

	if (call(ptrace, PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD) == 0) {
		works(call(ptrace, PTRACE_INTERRUPT, pid, 0, 0));
		wait_for_stop(pid);
	}
	peeks_and_pokes(pid);
	registers(pid);
	information(pid);
	steps(pid);
	call(ptrace, PTRACE_DETACH, pid, 0, 0);
	if (call(ptrace, PTRACE_ATTACH, pid, 0, 0) == 0) {
		wait_for_stop(pid);
		works(call(ptrace, PTRACE_DETACH, pid, 0, SIGCONT));
	}
	if (call(ptrace, PTRACE_SEIZE, pid, 0, 0) == 0) {
		works(call(ptrace, PTRACE_KILL, pid, 0, 0));
	}
	child_end(pid);
	fails(ESRCH, call(ptrace, PTRACE_ATTACH, pid, 0, 0));
	fails(ESRCH, call(ptrace, PTRACE_CONT, getppid(), 0, 0));
	fails(EPERM, call(ptrace, PTRACE_ATTACH, getpid(), 0, 0));
	tracee_of_its_own_will();
	IN_CHILD {
		drop_capabilities();
		fails(EPERM, call(ptrace, PTRACE_ATTACH, getppid(), 0, 0));
	}
}

CALLS(process_vm_readv)
{
	char there[] = "what is there", here[2][8];
	struct iovec local[] = {{here[0], 5}, {NULL, 0}, {here[1], 8}};
	struct iovec remote[] = {{there, 3}, {there + 3, 10}}, bad = {unreadable(), 8};
	pid_t pid = child_waiting();

	works(call(process_vm_readv, getpid(), local, 3, remote, 2, 0));
	works(call(process_vm_readv, pid, local, 3, remote, 2, 0));
	works(call(process_vm_readv, pid, NULL, 0, NULL, 0, 0));
	fails(EFAULT, call(process_vm_readv, pid, local, 3, &bad, 1, 0));
	fails(EINVAL, call(process_vm_readv, pid, local, 3, remote, 2, 1));
	fails(EINVAL, call(process_vm_readv, pid, local, 1025, remote, 2, 0));
	child_end(pid);
	fails(ESRCH, call(process_vm_readv, pid, local, 3, remote, 2, 0));
	IN_CHILD {
		drop_capabilities();
		fails(EPERM, call(process_vm_readv, getppid(), local, 1, remote, 1, 0));
	}
}

CALLS(process_vm_writev)
{
	static char there[16];
	struct iovec local[] = {{(char *)"what comes", 4}, {(char *)"there", 5}};
	struct iovec remote[] = {{there, sizeof there}}, fixed = {(char *)"fixed", 5};
	pid_t pid = child_waiting();

	works(call(process_vm_writev, getpid(), local, 2, remote, 1, 0));
	works(call(process_vm_writev, pid, local, 2, remote, 1, 0));
	fails(EFAULT, call(process_vm_writev, pid, local, 2, &fixed, 1, 0));
	fails(EINVAL, call(process_vm_writev, pid, local, 2, remote, 1, -1));
	child_end(pid);
	fails(ESRCH, call(process_vm_writev, pid, local, 2, remote, 1, 0));
	IN_CHILD {
		drop_capabilities();
		fails(EPERM, call(process_vm_writev, getppid(), local, 1, remote, 1, 0));
	}
}

CALLS(kcmp)
{
	struct kcmp_epoll_slot slot = {9999, 0, 0};
	pid_t pid = child_waiting();

	for (int type = KCMP_FILE; type < KCMP_EPOLL_TFD; type++)
		works(call(kcmp, getpid(), pid, type, 0, 0));
	works(call(kcmp, getpid(), getpid(), KCMP_FILE, 0, 1));
	fails(EBADF, call(kcmp, getpid(), pid, KCMP_EPOLL_TFD, 0, &slot));
	fails(EBADF, call(kcmp, getpid(), pid, KCMP_FILE, 9999, 0));
	fails(EINVAL, call(kcmp, getpid(), pid, KCMP_TYPES, 0, 0));
	child_end(pid);
	fails(ESRCH, call(kcmp, getpid(), pid, KCMP_VM, 0, 0));
	IN_CHILD {
		drop_capabilities();
		fails(EPERM, call(kcmp, getpid(), getppid(), KCMP_FILES, 0, 0));
	}
}

EXTRA(hostile_traces)
{
	struct iovec *many = calloc(65536, sizeof *many);
	struct iovec one = {(char *)-1, SIZE_MAX / 2};
	pid_t pid = child_waiting();

	need(many);
	fails(ESRCH, call(ptrace, -1, -1, -1, -1));
	fails(ESRCH, call(ptrace, 0x7fff0000, INT32_MAX, 0, 0));
	call(ptrace, PTRACE_SEIZE, pid, 1, 0);
	call(ptrace, PTRACE_SEIZE, pid, 0, -1);
	call(ptrace, PTRACE_GETREGSET, pid, NT_PRSTATUS, unreadable());
	call(ptrace, PTRACE_PEEKSIGINFO, pid, unmapped(), unmapped());
	call(ptrace, 0x4fff, pid, 0, 0);
	fails(EINVAL, call(process_vm_readv, getpid(), many, 65536, many, 65536, 0));
	works(call(process_vm_readv, getpid(), many, 1024, many, 1024, 0));
	fails(EINVAL, call(process_vm_readv, getpid(), NULL, -1, NULL, -1, -1));
	call(process_vm_readv, getpid(), &one, 1, &one, 1, 0);
	fails(EFAULT, call(process_vm_readv, getpid(), at_border(many, 24), 8, many, 1, 0));
	fails(EFAULT, call(process_vm_writev, getpid(), unreadable(), 1, unmapped(), 1, 0));
	fails(EINVAL, call(process_vm_writev, -1, many, 65536, many, 65536, 0));
	fails(ESRCH, call(kcmp, -1, -1, -1, -1, -1));
	fails(EFAULT, call(kcmp, getpid(), getpid(), KCMP_EPOLL_TFD, 0, unreadable()));
	child_end(pid);
}
