/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Children and threads to call something upon or to call it in, rights given up, files to run. What cannot be made ends
 * the row, for then nothing may be called.
 */
#ifndef TESTS_CALLS_CHILD_H
#define TESTS_CALLS_CHILD_H

#include "calls/calls.h"

/* struct __kernel_itimerspec: what the calls of i386 for 64-bit times take. */
struct timer64 {
	struct time64 interval;
	struct time64 value;
};

/* struct itimerval and itimerspec in words of the ABI. */
struct timer_words {
	struct time_words interval;
	struct time_words value;
};

/* Waits for a child of whatever kind, and takes over that the row failed in it. Returns false. */
bool reap(pid_t pid);

/* Ends a child: the status says whether the row failed in it. */
void leave(void) __attribute__((noreturn));

/* fork() that cannot fail. */
pid_t forked(void);

/* The block that follows runs in a child, which is waited for. */
#define IN_CHILD IN_CHILD_(__COUNTER__)
#define IN_CHILD_(count) IN_CHILD__(count)
#define IN_CHILD__(count) for (pid_t child_##count = forked(); child_##count == 0 || reap(child_##count); leave())

/* A child that sends `signal` to the caller every 20 ms; finish it with child_end(). */
pid_t pester(int signal);

void sleep_ms(unsigned ms);

/* User and group 65534, for good, if this is root. */
void be_nobody(void);

/* Gives up every capability of the process for good, and checks that they are gone. */
void drop_capabilities(void);

/* A file of the working directory. */
void write_file(const char *path, const void *content, size_t size, mode_t mode);
void copy_file(const char *from, const char *to, mode_t mode);

/* A page that can only be read. */
void *read_only(void);

/* The upper end of a stack of 64 KiB. */
void *stack_top(void);

/* clone3(2) with CLONE_VM: `body` runs on the stack of `arguments`, whose first `size` bytes the kernel gets. */
struct clone_args;
long clone3_thread(const struct clone_args *arguments, size_t size, void (*body)(void *), void *argument);

#endif
