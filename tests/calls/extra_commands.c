/* SPDX-License-Identifier: BSD-2-Clause */
/* Every command and flag that has a name, of the calls that processes, identity, IPC and time are made of. */
#include "calls/calls.h"
#include "calls/child.h"
#include "calls/tables.h"

#include <linux/futex.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define NO_PROCESS 0x3fffffff
#define NO_KEY 0x3fffffff
#define SET_GS 0x1001
#define SET_FS 0x1002

/* Each in a child, which one of them may stop from doing more. */
EXTRA(names_of_prctl)
{
	drop_capabilities();
	FOR_EACH(option, prctl_options) {
		IN_CHILD {
			call(prctl, option, 0, 0, 0, 0);
			call(prctl, option, unreadable(), -1, unmapped(), -1);
			call(prctl, option, 1, 2, 3, 4);
		}
	}
}

EXTRA(names_of_prctl_values)
{
	FOR_EACH(capability, capabilities)
		call(prctl, PR_CAPBSET_READ, capability);
	FOR_EACH(field, prctl_mm)
		call(prctl, PR_SET_MM, field, unmapped(), 0, 0);
	FOR_EACH(feature, prctl_speculation)
		call(prctl, PR_GET_SPECULATION_CTRL, feature, 0, 0, 0);
	FOR_EACH(operation, prctl_ambient)
		call(prctl, PR_CAP_AMBIENT, operation, 99, 0, 0);
	FOR_EACH(bit, securebits) {
		IN_CHILD
			call(prctl, PR_SET_SECUREBITS, bit);
	}
}

EXTRA(names_of_arch_prctl)
{
	FOR_EACH(code, arch_prctl_codes) {
		/* Whoever has no thread area cannot go on. */
		if (code != SET_FS && code != SET_GS)
			call(arch_prctl, code, unreadable());
	}
}

EXTRA(names_of_ptrace)
{
	pid_t pid = child_waiting();

	FOR_EACH(request, ptrace_requests) {
		if (request != 0)
			fails(ESRCH, call(ptrace, request, NO_PROCESS, unreadable(), 0x12345678));
	}
	FOR_EACH(option, ptrace_options)
		call(ptrace, 0x4206 /* PTRACE_SEIZE */, NO_PROCESS, 0, option);
	FOR_EACH(set, ptrace_register_sets)
		call(ptrace, 0x4204 /* PTRACE_GETREGSET */, pid, set, unmapped());
	child_end(pid);
}

EXTRA(names_of_signals)
{
	kernel_sigset set;

	FOR_EACH(signal, signals) {
		fails(ESRCH, call(kill, NO_PROCESS, signal));
		call(tgkill, getpid(), NO_PROCESS, signal);
		call(rt_sigaction, signal, NULL, out, SIGSET_BYTES);
		set = 1ull << ((signal - 1) & 63);
		call(rt_sigprocmask, SIG_BLOCK, &set, NULL, SIGSET_BYTES);
		call(rt_sigprocmask, SIG_UNBLOCK, &set, NULL, SIGSET_BYTES);
	}
}

EXTRA(names_of_clone_flags)
{
	FOR_EACH(flag, clone_flags) {
		struct clone_args arguments = {.flags = flag};
		long pid;

		/* The child would share a stack or have no thread area. */
		if (flag == CLONE_VM || flag == CLONE_SETTLS)
			continue;
		pid = call(clone3, &arguments, sizeof arguments);
		if (pid == 0)
			_exit(0);
		if (pid > 0)
			reap((pid_t)pid);
	}
	FOR_EACH(flag, unshare_flags) {
		IN_CHILD
			call(unshare, flag);
	}
}

EXTRA(names_of_waiting)
{
	FOR_EACH(option, wait_options) {
		call(wait4, -1, NULL, option, NULL);
		call(waitid, P_ALL, 0, NULL, option, NULL);
	}
	FOR_EACH(type, wait_id_types)
		call(waitid, type, NO_PROCESS, NULL, WEXITED, NULL);
}

EXTRA(names_of_scheduling)
{
	const int none = 0;

	FOR_EACH(policy, sched_policies) {
		call(sched_setscheduler, NO_PROCESS, policy, &none);
		call(sched_setscheduler, NO_PROCESS, policy | 0x40000000, &none); /* SCHED_RESET_ON_FORK */
		call(sched_get_priority_max, policy);
	}
	FOR_EACH(class, ioprio_classes)
		call(ioprio_set, 1, NO_PROCESS, class << 13 | 3);
	FOR_EACH(hint, ioprio_hints)
		call(ioprio_set, 1, NO_PROCESS, 2 << 13 | hint << 3 | 7);
	FOR_EACH(which, priority_which)
		call(setpriority, which, 0x7ffffff0, 1);
	FOR_EACH(resource, rlimit_resources)
		call(prlimit64, NO_PROCESS, resource, NULL, out);
	FOR_EACH(who, rusage_who)
		call(getrusage, who, out);
	FOR_EACH(persona, personalities) {
		IN_CHILD {
			call(personality, persona);
			call(personality, persona | 0x4100000); /* STICKY_TIMEOUTS, MMAP_PAGE_ZERO */
		}
	}
	FOR_EACH(flag, personality_flags) {
		IN_CHILD
			call(personality, flag);
	}
}

EXTRA(names_of_barriers)
{
	pid_t pid = child_waiting();

	FOR_EACH(command, membarrier_commands)
		call(membarrier, command, 0, 0);
	FOR_EACH(type, kcmp_types)
		call(kcmp, getpid(), pid, type, 0, unreadable());
	child_end(pid);
}

/* The keyring that one of them hands up goes to the row and no further. */
EXTRA(names_of_keys)
{
	need(call(keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) > 0);
	IN_CHILD {
		drop_capabilities();
		FOR_EACH(operation, keyctl_operations)
			call(keyctl, operation, NO_KEY, unreadable(), unmapped(), -1);
		FOR_EACH(serial, key_serials)
			call(keyctl, KEYCTL_GET_KEYRING_ID, serial, 0);
		FOR_EACH(keyring, key_default_keyrings)
			call(keyctl, KEYCTL_SET_REQKEY_KEYRING, keyring);
		FOR_EACH(permission, key_permissions)
			call(keyctl, KEYCTL_SETPERM, NO_KEY, permission);
	}
}

EXTRA(names_of_sandboxes)
{
	struct {
		unsigned short length;
		void *filter;
	} none = {0, NULL};

	need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	FOR_EACH(flag, seccomp_flags)
		call(seccomp, 1, flag, &none);
	FOR_EACH(action, seccomp_actions) {
		uint32_t word = (uint32_t)action;

		call(seccomp, 2, 0, &word);
	}
	FOR_EACH(access, landlock_access_fs) {
		uint64_t rules[3] = {access, 0, 0};

		call(landlock_create_ruleset, rules, 8, 0);
	}
	FOR_EACH(access, landlock_access_net) {
		uint64_t rules[3] = {0, access, 0};

		call(landlock_create_ruleset, rules, 16, 0);
	}
	FOR_EACH(scope, landlock_scope) {
		uint64_t rules[3] = {0, 0, scope};

		call(landlock_create_ruleset, rules, sizeof rules, 0);
	}
	FOR_EACH(flag, landlock_restrict_flags)
		call(landlock_restrict_self, -1, flag);
}

EXTRA(names_of_modules_of_security)
{
	uint32_t size = sizeof out;

	FOR_EACH(attribute, lsm_attributes)
		call(lsm_get_self_attr, attribute, out, &size, 0);
	FOR_EACH(attribute, lsm_attributes)
		call(lsm_set_self_attr, attribute, unreadable(), 32, 0);
}

/* The word is another than what is waited for, and the time has been. */
EXTRA(names_of_futexes)
{
	const struct time_words past = {1, 0};

	FOR_EACH(operation, futex_operations) {
		uint32_t word = NO_PROCESS, other = 0;

		call(futex, &word, operation, 4, &past, &other, 5);
	}
	FOR_EACH(operation, futex_wake_operations) {
		uint32_t word = 1;

		FOR_EACH(comparison, futex_comparisons)
			call(futex, &word, FUTEX_WAKE_OP, 1, 1, &word, operation << 28 | comparison << 24 | 1 << 12 | 2);
	}
	FOR_EACH(flag, futex2_flags) {
		uint64_t word = 1;

		call(futex_wake, &word, 1, 1, flag);
	}
}

EXTRA(names_of_clocks)
{
	FOR_EACH(clock, clocks) {
		int id;

		call(clock_gettime, clock, out);
		call(clock_getres, clock, out);
		call(timer_create, clock, NULL, &id);
		call(timerfd_create, clock, 0);
		call(clock_nanosleep, clock, 1, unmapped(), NULL);
	}
	FOR_EACH(timer, interval_timers)
		call(getitimer, timer, out);
	drop_capabilities();
	FOR_EACH(clock, clocks)
		call(clock_settime, clock, unreadable());
	FOR_EACH(mode, adjtime_modes) {
		/* struct timex begins with the modes, in each ABI. */
		static uint32_t timex[64];

		memset(timex, 0, sizeof timex);
		timex[0] = (uint32_t)mode;
		call(adjtimex, timex);
	}
}

static void of_queues(void)
{
	int id = (int)call(msgget, 0x4321, 01600);

	FOR_EACH(command, msgctl_commands)
		call(msgctl, id, command, out);
	FOR_EACH(command, ipc_commands)
		call(msgctl, id, command, out);
	id = (int)call(semget, 0x4321, 1, 01600);
	FOR_EACH(command, semctl_commands)
		call(semctl, id, 0, command, out);
	id = (int)call(shmget, 0x4321, 4096, 01600);
	FOR_EACH(command, shmctl_commands)
		call(shmctl, id, command, out);
	FOR_EACH(flag, shmat_flags)
		call(shmat, -1, 0, flag);
	FOR_EACH(flag, shmget_flags)
		call(shmget, 0, 0, flag);
	FOR_EACH(flag, ipc_flags)
		call(msgsnd, -1, out, 1, flag);
}

EXTRA(names_of_ipc)
{
	own_namespaces(CLONE_NEWIPC);
	of_queues();
#ifdef __i386__
	FOR_EACH(number, ipc_calls) {
		for (unsigned long version = 0; version < 3; version++)
			call(ipc, version << 16 | number, -1, 0, 0, unreadable(), 0);
	}
#endif
}
