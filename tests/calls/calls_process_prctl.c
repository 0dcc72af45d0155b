/* SPDX-License-Identifier: BSD-2-Clause */
/* PROCESS: prctl(2) and arch_prctl(2) by command. Numbers stand for what older headers do not name. */
#include "calls/calls.h"
#include "calls/child.h"

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>

#ifdef __x86_64__
#include <asm/prctl.h>
#endif

#define ALLOW {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}

static void signals_and_names(void)
{
	int signal;
	char name[16];

	works(call(prctl, PR_SET_PDEATHSIG, SIGUSR1));
	works(call(prctl, PR_GET_PDEATHSIG, &signal));
	works(call(prctl, PR_SET_PDEATHSIG, 0));
	fails(EINVAL, call(prctl, PR_SET_PDEATHSIG, 65));
	works(call(prctl, PR_SET_NAME, "a name that is longer than sixteen"));
	works(call(prctl, PR_GET_NAME, name));
	works(call(prctl, PR_SET_NAME, "\"\\\n\001\177\377"));
	fails(EFAULT, call(prctl, PR_SET_NAME, unreadable()));
	works(call(prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
	works(call(prctl, PR_GET_CHILD_SUBREAPER, &signal, 0, 0, 0));
	call(prctl, PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	works(call(prctl, PR_SET_TIMERSLACK, 60000));
	works(call(prctl, PR_GET_TIMERSLACK));
	works(call(prctl, PR_TASK_PERF_EVENTS_DISABLE));
	works(call(prctl, PR_TASK_PERF_EVENTS_ENABLE));
}

static void memory(void)
{
	int word;

	works(call(prctl, PR_SET_DUMPABLE, 0));
	works(call(prctl, PR_GET_DUMPABLE));
	works(call(prctl, PR_SET_DUMPABLE, 1));
	fails(EINVAL, call(prctl, PR_SET_DUMPABLE, 2));
	works(call(prctl, PR_SET_THP_DISABLE, 1, 0, 0, 0));
	works(call(prctl, PR_GET_THP_DISABLE, 0, 0, 0, 0));
	call(prctl, PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_LATE, 0, 0);
	call(prctl, PR_MCE_KILL_GET, 0, 0, 0, 0);
	call(prctl, PR_GET_TID_ADDRESS, &word, 0, 0, 0);
	/* Takes CAP_SYS_RESOURCE, which containers have not got; so does PR_SET_IO_FLUSHER below. */
	call(prctl, PR_SET_MM, 99, 0, 0, 0);
	call(prctl, PR_SET_MM, PR_SET_MM_START_CODE, -1, 0, 0);
	call(prctl, PR_SET_MM, PR_SET_MM_MAP_SIZE, &word, 0, 0);
	call(prctl, PR_SET_VMA, PR_SET_VMA_ANON_NAME, read_only(), 4096, "a name");
	call(prctl, 0x41555856 /* PR_GET_AUXV */, out, sizeof out, 0, 0);
	call(prctl, 66 /* PR_GET_MDWE */, 0, 0, 0, 0);
	call(prctl, 65 /* PR_SET_MDWE */, 1, 0, 0, 0);
	call(prctl, 67 /* PR_SET_MEMORY_MERGE */, 0, 0, 0, 0);
	call(prctl, 68 /* PR_GET_MEMORY_MERGE */, 0, 0, 0, 0);
}

static void rights(void)
{
	works(call(prctl, PR_GET_KEEPCAPS));
	works(call(prctl, PR_SET_KEEPCAPS, 1));
	works(call(prctl, PR_CAPBSET_READ, CAP_CHOWN));
	works(call(prctl, PR_CAPBSET_DROP, CAP_WAKE_ALARM));
	fails(EINVAL, call(prctl, PR_CAPBSET_READ, 64));
	works(call(prctl, PR_GET_SECUREBITS));
	works(call(prctl, PR_SET_SECUREBITS, 1 << 4));
	works(call(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0));
	fails(EPERM, call(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
	works(call(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, CAP_CHOWN, 0, 0));
	works(call(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
	call(prctl, PR_GET_IO_FLUSHER, 0, 0, 0, 0);
	call(prctl, PR_SET_IO_FLUSHER, 1, 0, 0, 0);
	call(prctl, PR_SET_IO_FLUSHER, 0, 0, 0, 0);
	works(call(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	works(call(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	fails(EINVAL, call(prctl, PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
	drop_capabilities();
	fails(EPERM, call(prctl, PR_CAPBSET_DROP, CAP_CHOWN));
	fails(EPERM, call(prctl, PR_SET_SECUREBITS, 0));
	fails(EPERM, call(prctl, PR_SET_IO_FLUSHER, 1, 0, 0, 0));
}

static void filters(void)
{
	struct sock_filter allow[] = {ALLOW};
	struct sock_fprog program = {1, allow};

	works(call(prctl, PR_GET_SECCOMP));
	fails(EFAULT, call(prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL));
	works(call(prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
	works(call(prctl, PR_GET_SECCOMP));
	fails(EINVAL, call(prctl, PR_SET_SECCOMP, 99, 0));
}

static void strict(void)
{
	works(call(prctl, PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
	call(exit, 0);
}

static void processor(void)
{
	char selector = 0;
	int word;

	works(call(prctl, PR_GET_TSC, &word));
	works(call(prctl, PR_SET_TSC, PR_TSC_ENABLE));
	fails(EINVAL, call(prctl, PR_SET_TSC, 77));
	works(call(prctl, PR_GET_TIMING));
	works(call(prctl, PR_SET_TIMING, PR_TIMING_STATISTICAL));
	fails(EINVAL, call(prctl, PR_SET_TIMING, PR_TIMING_TIMESTAMP));
	call(prctl, PR_GET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, 0, 0, 0);
	call(prctl, PR_SET_SPECULATION_CTRL, PR_SPEC_INDIRECT_BRANCH, PR_SPEC_DISABLE, 0, 0);
	/* Since Linux 5.11. */
	if (call(prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, -1, &selector) == 0)
		works(call(prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0, 0));
	call(prctl, PR_SCHED_CORE, PR_SCHED_CORE_GET, 0, 0, &word);
	for (int option = PR_GET_UNALIGN; option <= PR_SET_UNALIGN; option++)
		fails(EINVAL, call(prctl, option, &word));
	for (int option = PR_GET_FPEMU; option <= PR_SET_FPEXC; option++)
		fails(EINVAL, call(prctl, option, &word));
	for (int option = PR_GET_ENDIAN; option <= PR_SET_ENDIAN; option++)
		fails(EINVAL, call(prctl, option, &word));
}

/* From the extensions that x86 has not got to what is newer than any header: what they say depends on the kernel. */
static void others(void)
{
	static const int options[] = {43, 44, 45, 46, 50, 51, 54, 55, 56, 60, 61, 63, 64, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78,
				      79, 80, 100, 0x59616d61};

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		call(prctl, options[i], 1, 0, 0, 0);
}

CALLS(prctl)
{
	signals_and_names();
	IN_CHILD
		memory();
	IN_CHILD
		rights();
	IN_CHILD
		filters();
	IN_CHILD
		strict();
	processor();
	IN_CHILD
		others();
	fails(EINVAL, call(prctl, 9999, 1, 2, 3, 4));
}

CALLS(arch_prctl)
{
	unsigned long base = 0;
	uint64_t features = 0;

#ifdef __x86_64__
	works(call(arch_prctl, ARCH_GET_FS, &base));
	works(call(arch_prctl, ARCH_SET_FS, base));
	works(call(arch_prctl, ARCH_SET_GS, 0));
	works(call(arch_prctl, ARCH_GET_GS, &base));
	fails(EPERM, call(arch_prctl, ARCH_SET_GS, -1));
	call(arch_prctl, 0x2001 /* ARCH_MAP_VDSO_X32 */, 0x1000);
	call(arch_prctl, 0x5001 /* ARCH_SHSTK_ENABLE */, 1ul << 40);
	call(arch_prctl, 0x4001 /* ARCH_GET_UNTAG_MASK */, &features);
#else
	fails(EINVAL, call(arch_prctl, 0x1003 /* ARCH_GET_FS */, &base));
#endif
	call(arch_prctl, 0x1011 /* ARCH_GET_CPUID */, 0);
	call(arch_prctl, 0x1012 /* ARCH_SET_CPUID */, 1);
	call(arch_prctl, 0x1021 /* ARCH_GET_XCOMP_SUPP */, &features);
	call(arch_prctl, 0x1022 /* ARCH_GET_XCOMP_PERM */, &features);
	call(arch_prctl, 0x1023 /* ARCH_REQ_XCOMP_PERM */, 18);
	call(arch_prctl, 0x1024 /* ARCH_GET_XCOMP_GUEST_PERM */, &features);
	call(arch_prctl, 0x1025 /* ARCH_REQ_XCOMP_GUEST_PERM */, 99);
	fails(EINVAL, call(arch_prctl, 0x9999, &base));
}

EXTRA(hostile_prctl)
{
	struct sock_filter allow[] = {ALLOW};
	struct sock_fprog longer = {65535, at_border(allow, sizeof allow)};

	fails(EFAULT, call(prctl, PR_SET_NAME, unterminated(3)));
	fails(EFAULT, call(prctl, PR_GET_NAME, read_only()));
	works(call(prctl, PR_SET_NAME, string_at_border("x")));
	fails(EFAULT, call(prctl, PR_GET_PDEATHSIG, unmapped()));
	fails(EFAULT, call(prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, at_border(&longer, sizeof longer / 2)));
	fails(EINVAL, call(prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &longer));
	fails(EINVAL, call(prctl, PR_CAPBSET_DROP, -1));
	fails(EINVAL, call(prctl, -1, -1, -1, -1, -1));
	fails(EINVAL, call(prctl, INT32_MIN, unreadable(), unreadable(), unmapped(), -1));
	call(prctl, 0x41555856 /* PR_GET_AUXV */, unreadable(), -1, 0, 0);
	call(arch_prctl, -1, -1);
#ifdef __x86_64__
	works(call(prctl, 0x100000000 | PR_GET_DUMPABLE));
	fails(EFAULT, call(arch_prctl, ARCH_GET_FS, unreadable()));
#endif
}
