/* SPDX-License-Identifier: BSD-2-Clause */
/* PROCESS: the process itself, but for prctl(2). */
#include "calls/calls.h"
#include "calls/child.h"

#include <asm/ldt.h>
#include <linux/membarrier.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/wait.h>

CALLS(personality)
{
	works(call(personality, 0xffffffff));
	works(call(personality, PER_LINUX | ADDR_NO_RANDOMIZE | READ_IMPLIES_EXEC));
	works(call(personality, 0x0008 /* PER_LINUX32 */ | 0x0020000 /* UNAME26 */));
	works(call(personality, 0x12345678));
	works(call(personality, PER_LINUX));
}

CALLS(set_tid_address)
{
	static int word;

	works(call(set_tid_address, &word));
	works(call(set_tid_address, NULL));
}

CALLS(set_thread_area)
{
	struct user_desc segment = {.entry_number = -1U, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1};

#ifdef __i386__
	works(call(set_thread_area, &segment));
	segment.entry_number = 1;
#endif
	/* x86_64 has no such call. */
	fails(EINVAL, call(set_thread_area, &segment));
	fails(EFAULT, call(set_thread_area, unreadable()));
}

CALLS(get_thread_area)
{
	struct user_desc segment = {.entry_number = 12};

#ifdef __i386__
	works(call(get_thread_area, &segment));
	segment.entry_number = 99;
#endif
	fails(EINVAL, call(get_thread_area, &segment));
	fails(EFAULT, call(get_thread_area, unmapped()));
}

CALLS(modify_ldt)
{
	struct user_desc segment = {.entry_number = 0, .limit = 0xffff, .seg_32bit = 1, .useable = 1};

	/* The kernel returns an int, which a 64-bit program sees as a large number. */
	call(modify_ldt, 0, out, 64);
	call(modify_ldt, 1, &segment, sizeof segment);
	call(modify_ldt, 17, &segment, sizeof segment);
	call(modify_ldt, 2, out, 64);
	call(modify_ldt, 17, &segment, 3);
	call(modify_ldt, 1, unreadable(), sizeof segment);
	call(modify_ldt, 99, &segment, sizeof segment);
}

CALLS(set_robust_list)
{
	static struct {
		void *next;
		long offset;
		void *pending;
	} head = {&head, 0, NULL};

	works(call(set_robust_list, &head, sizeof head));
	fails(EINVAL, call(set_robust_list, &head, sizeof head - 1));
}

CALLS(get_robust_list)
{
	void *head;
	size_t size;

	works(call(get_robust_list, 0, &head, &size));
	works(call(get_robust_list, getppid(), &head, &size));
	fails(ESRCH, call(get_robust_list, 0x3fffffff, &head, &size));
	fails(EFAULT, call(get_robust_list, 0, unreadable(), &size));
	IN_CHILD {
		drop_capabilities();
		fails(EPERM, call(get_robust_list, getppid(), &head, &size));
	}
}

CALLS(rseq)
{
	static _Alignas(32) char area[32];

	/* libc has registered one of its own for this thread already, unless it could not. */
	if (call(rseq, area, sizeof area, 0, 0x53053053) == 0)
		works(call(rseq, area, sizeof area, 1, 0x53053053));
	else
		fails(EINVAL, call(rseq, area, sizeof area, 1, 0x53053053));
	fails(EINVAL, call(rseq, area, sizeof area, 0x40000000, 0));
	fails(EINVAL, call(rseq, area + 1, 5, 0, 0));
}

CALLS(rseq_slice_yield)
{
	/* Since Linux 7.0. */
	call(rseq_slice_yield, 0x11111111, 0x22222222);
}

/* A sleep that was stopped and continued is taken up by this call. */
CALLS(restart_syscall)
{
	pid_t pid = forked();

	if (pid == 0) {
		sleep_ms(100);
		_exit(0);
	}
	sleep_ms(30);
	kill(pid, SIGSTOP);
	waitpid(pid, NULL, WUNTRACED);
	kill(pid, SIGCONT);
	reap(pid);
	fails(EINTR, call(restart_syscall));
}

CALLS(membarrier)
{
	works(call(membarrier, MEMBARRIER_CMD_QUERY, 0, 0));
	works(call(membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0));
	works(call(membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
	works(call(membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0));
	works(call(membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0));
	call(membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 0, 0);
	call(membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, MEMBARRIER_CMD_FLAG_CPU, 0);
	works(call(membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0));
	call(membarrier, 512 /* MEMBARRIER_CMD_GET_REGISTRATIONS */, 0, 0);
	fails(EINVAL, call(membarrier, 1 << 20, 0, 0));
	fails(EINVAL, call(membarrier, MEMBARRIER_CMD_QUERY, -1, 0));
}

/* In a session that has no terminal there is nothing to hang up. */
CALLS(vhangup)
{
	IN_CHILD {
		need(setsid() > 0);
		drop_capabilities();
		fails(EPERM, call(vhangup));
	}
	IN_CHILD {
		need(setsid() > 0);
		works(call(vhangup));
	}
}

#ifdef __x86_64__
/* Only the code that the kernel maps for its probes may call them: others get SIGILL, SIGSEGV or an error. */
CALLS(uretprobe)
{
	IN_CHILD
		call(uretprobe);
}

CALLS(uprobe)
{
	IN_CHILD
		call(uprobe);
}
#endif

#ifdef __i386__
/* A 64-bit kernel knows the numbers, and that is all. */
CALLS(vm86)
{
	fails(ENOSYS, call(vm86, 0, unreadable()));
}

CALLS(vm86old)
{
	fails(ENOSYS, call(vm86old, unreadable()));
}
#endif

EXTRA(hostile_process_state)
{
	fails(EFAULT, call(set_thread_area, unmapped()));
	call(modify_ldt, -1, unreadable(), -1);
	fails(EINVAL, call(set_robust_list, unreadable(), -1));
	works(call(set_robust_list, unreadable(), 3 * sizeof(void *)));
	fails(ESRCH, call(get_robust_list, -1, unreadable(), unmapped()));
	fails(EINVAL, call(rseq, -1, -1, -1, -1));
	fails(EINVAL, call(membarrier, -1, -1, -1));
	works(call(set_tid_address, unreadable()));
	works(call(personality, -2));
}
