/* SPDX-License-Identifier: BSD-2-Clause */
/* PROCESS: groups and sessions, scheduling, limits and accounting. */
#include "calls/calls.h"
#include "calls/child.h"

#include <linux/ioprio.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/times.h>

/* struct sched_attr, include/uapi/linux/sched/types.h, whose header does not go with <sched.h>. */
struct attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime;
	uint64_t deadline;
	uint64_t period;
	uint32_t clamp_min;
	uint32_t clamp_max;
};

#define RESET_ON_FORK 0x40000000
#define NO_PROCESS 0x3fffffff

static struct rlimit64 *limits64(uint64_t soft, uint64_t hard)
{
	static struct rlimit64 pair;

	pair = (struct rlimit64){soft, hard};
	return &pair;
}

static struct rlimit *limits(rlim_t soft, rlim_t hard)
{
	static struct rlimit pair;

	pair = (struct rlimit){soft, hard};
	return &pair;
}

CALLS(setpgid)
{
	pid_t pid = child_waiting();

	works(call(setpgid, pid, pid));
	works(call(setpgid, pid, getpgrp()));
	works(call(setpgid, 0, 0));
	fails(EINVAL, call(setpgid, pid, -1));
	fails(ESRCH, call(setpgid, 1, 0));
	fails(EPERM, call(setpgid, pid, NO_PROCESS));
	child_end(pid);
}

CALLS(setsid)
{
	IN_CHILD {
		works(call(setsid));
		fails(EPERM, call(setsid));
	}
}

CALLS(getpgid)
{
	works(call(getpgid, 0));
	works(call(getpgid, getpid()));
	fails(ESRCH, call(getpgid, NO_PROCESS));
}

CALLS(getpgrp)
{
	works(call(getpgrp));
}

CALLS(getsid)
{
	works(call(getsid, 0));
	fails(ESRCH, call(getsid, -1));
}

CALLS(setpriority)
{
	pid_t pid = child_waiting();

	works(call(setpriority, PRIO_PROCESS, 0, 5));
	works(call(setpriority, PRIO_PROCESS, pid, 19));
	works(call(setpriority, PRIO_PGRP, getpgrp(), 100));
	fails(EINVAL, call(setpriority, 3, 0, 0));
	fails(ESRCH, call(setpriority, PRIO_PROCESS, NO_PROCESS, 0));
	fails(ESRCH, call(setpriority, PRIO_USER, 0x7ffffff0, 1));
	drop_capabilities();
	fails(EACCES, call(setpriority, PRIO_PROCESS, 0, -20));
	child_end(pid);
}

CALLS(getpriority)
{
	works(call(getpriority, PRIO_PROCESS, 0));
	works(call(getpriority, PRIO_USER, 0));
	fails(EINVAL, call(getpriority, -1, 0));
	fails(ESRCH, call(getpriority, PRIO_PGRP, NO_PROCESS));
}

static void scheduler_of_others(pid_t pid)
{
	const struct sched_param zero = {0}, one = {1};

	works(call(sched_setscheduler, pid, SCHED_IDLE, &zero));
	child_end(pid);
	fails(ESRCH, call(sched_setscheduler, pid, SCHED_OTHER, &zero));
	fails(EINVAL, call(sched_setscheduler, 0, 99, &zero));
	fails(EINVAL, call(sched_setscheduler, 0, SCHED_OTHER, &one));
	fails(EINVAL, call(sched_setscheduler, -1, SCHED_OTHER, &zero));
	fails(EFAULT, call(sched_setscheduler, 0, SCHED_OTHER, unreadable()));
}

CALLS(sched_setscheduler)
{
	const struct sched_param zero = {0}, one = {1};

	works(call(sched_setscheduler, 0, SCHED_BATCH, &zero));
	works(call(sched_setscheduler, getpid(), SCHED_OTHER | RESET_ON_FORK, &zero));
	/* Where groups have a budget of real time, this one may have none. */
	call(sched_setscheduler, 0, SCHED_RR, &one);
	call(sched_setscheduler, 0, SCHED_OTHER, &zero);
	scheduler_of_others(child_waiting());
	drop_capabilities();
	fails(EPERM, call(sched_setscheduler, 0, SCHED_FIFO, &one));
}

CALLS(sched_setparam)
{
	const struct sched_param zero = {0}, many = {100};

	works(call(sched_setparam, 0, &zero));
	fails(EINVAL, call(sched_setparam, 0, &many));
	fails(ESRCH, call(sched_setparam, NO_PROCESS, &zero));
	fails(EINVAL, call(sched_setparam, 0, NULL));
}

CALLS(sched_setattr)
{
	struct attributes attributes = {.size = sizeof attributes, .policy = SCHED_BATCH, .nice = 3};

	works(call(sched_setattr, 0, &attributes, 0));
	attributes.flags = 0x1 | 0x8 | 0x10;
	works(call(sched_setattr, getpid(), &attributes, 0));
	attributes = (struct attributes){.size = 48, .policy = SCHED_OTHER, .nice = 7};
	works(call(sched_setattr, 0, &attributes, 0));
	attributes = (struct attributes){.size = sizeof attributes, .flags = 0x60, .clamp_min = 2000, .clamp_max = 1};
	call(sched_setattr, 0, &attributes, 0);
	attributes = (struct attributes){.size = 48, .policy = SCHED_DEADLINE, .runtime = 9, .deadline = 3, .period = 5};
	fails(EINVAL, call(sched_setattr, 0, &attributes, 0));
	attributes = (struct attributes){.size = 48, .policy = 77};
	fails(EINVAL, call(sched_setattr, 0, &attributes, 0));
	fails(EINVAL, call(sched_setattr, 0, &attributes, 1));
	attributes.size = 8;
	fails(E2BIG, call(sched_setattr, 0, &attributes, 0));
	attributes = (struct attributes){.size = 48};
	fails(ESRCH, call(sched_setattr, NO_PROCESS, &attributes, 0));
}

CALLS(sched_setaffinity)
{
	unsigned char mask[128];

	works(call(sched_getaffinity, 0, sizeof mask, mask));
	works(call(sched_setaffinity, 0, sizeof mask, mask));
	memset(mask, 0xff, sizeof mask);
	works(call(sched_setaffinity, getpid(), 8, mask));
	works(call(sched_setaffinity, 0, sizeof mask, mask));
	memset(mask, 0, sizeof mask);
	fails(EINVAL, call(sched_setaffinity, 0, sizeof mask, mask));
	fails(EINVAL, call(sched_setaffinity, 0, 0, mask));
	fails(ESRCH, call(sched_setaffinity, NO_PROCESS, sizeof mask, mask));
	fails(EFAULT, call(sched_setaffinity, 0, sizeof mask, unreadable()));
}

CALLS(sched_getscheduler)
{
	works(call(sched_getscheduler, 0));
	fails(ESRCH, call(sched_getscheduler, NO_PROCESS));
	fails(EINVAL, call(sched_getscheduler, -1));
}

CALLS(sched_getparam)
{
	works(call(sched_getparam, 0, out));
	fails(EINVAL, call(sched_getparam, 0, NULL));
	fails(ESRCH, call(sched_getparam, NO_PROCESS, out));
}

CALLS(sched_getattr)
{
	works(call(sched_getattr, 0, out, 56, 0));
	works(call(sched_getattr, getpid(), out, 48, 0));
	fails(EINVAL, call(sched_getattr, 0, out, 47, 0));
	fails(EINVAL, call(sched_getattr, 0, out, 56, -1));
}

CALLS(sched_getaffinity)
{
	works(call(sched_getaffinity, 0, 128, out));
	fails(EINVAL, call(sched_getaffinity, 0, 3, out));
	fails(EFAULT, call(sched_getaffinity, 0, 128, read_only()));
}

CALLS(sched_get_priority_max)
{
	works(call(sched_get_priority_max, SCHED_FIFO));
	fails(EINVAL, call(sched_get_priority_max, 42));
}

CALLS(sched_get_priority_min)
{
	works(call(sched_get_priority_min, SCHED_OTHER));
	fails(EINVAL, call(sched_get_priority_min, -1));
}

CALLS(sched_rr_get_interval)
{
	works(call(sched_rr_get_interval, 0, out));
	fails(EINVAL, call(sched_rr_get_interval, -1, out));
	fails(EFAULT, call(sched_rr_get_interval, 0, unmapped()));
}

CALLS(sched_yield)
{
	works(call(sched_yield));
}

CALLS(ioprio_set)
{
	pid_t pid = child_waiting();

	works(call(ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 7)));
	works(call(ioprio_set, IOPRIO_WHO_PROCESS, pid, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0)));
	works(call(ioprio_set, IOPRIO_WHO_PGRP, getpgrp(), IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4)));
	works(call(ioprio_set, IOPRIO_WHO_PROCESS, 0, 0));
	fails(EINVAL, call(ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_NONE, 1)));
	fails(EINVAL, call(ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(7, 7)));
	fails(EINVAL, call(ioprio_set, 9, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4)));
	fails(ESRCH, call(ioprio_set, IOPRIO_WHO_PROCESS, NO_PROCESS, 0));
	fails(ESRCH, call(ioprio_set, IOPRIO_WHO_USER, 0x7ffffff0, 0));
	drop_capabilities();
	fails(EPERM, call(ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_RT, 0)));
	child_end(pid);
}

CALLS(ioprio_get)
{
	works(call(ioprio_get, IOPRIO_WHO_PROCESS, 0));
	fails(EINVAL, call(ioprio_get, 0, 0));
	fails(ESRCH, call(ioprio_get, IOPRIO_WHO_PROCESS, NO_PROCESS));
}

CALLS(getcpu)
{
	unsigned cpu, node;

	works(call(getcpu, &cpu, &node, NULL));
	fails(EFAULT, call(getcpu, unreadable(), &node, NULL));
}

CALLS(prlimit64)
{
	struct rlimit64 limit = {100, RLIM64_INFINITY}, old;
	pid_t pid = child_waiting();

	for (int resource = 0; resource < RLIM_NLIMITS; resource++)
		works(call(prlimit64, 0, resource, NULL, &old));
	works(call(prlimit64, 0, RLIMIT_NOFILE, NULL, &limit));
	limit.rlim_cur = 64;
	works(call(prlimit64, 0, RLIMIT_NOFILE, &limit, &old));
	works(call(prlimit64, pid, RLIMIT_CORE, limits64(0, 0), NULL));
	works(call(prlimit64, pid, RLIMIT_FSIZE, limits64(1ull << 40, RLIM64_INFINITY), &old));
	works(call(prlimit64, pid, RLIMIT_NPROC, NULL, NULL));
	fails(EINVAL, call(prlimit64, 0, RLIMIT_CPU, limits64(2, 1), NULL));
	fails(EINVAL, call(prlimit64, 0, 16, NULL, &old));
	child_end(pid);
	fails(ESRCH, call(prlimit64, pid, RLIMIT_CPU, NULL, &old));
	works(call(prlimit64, 0, RLIMIT_CORE, limits64(0, 0), NULL));
	drop_capabilities();
	fails(EPERM, call(prlimit64, 0, RLIMIT_CORE, limits64(0, 1), NULL));
}

CALLS(setrlimit)
{
	struct rlimit limit = {0, RLIM_INFINITY};

	works(call(setrlimit, RLIMIT_MSGQUEUE, limits(1000, 2000)));
	works(call(setrlimit, RLIMIT_AS, limits(RLIM_INFINITY, RLIM_INFINITY)));
	works(call(setrlimit, RLIMIT_CPU, limits(100, RLIM_INFINITY)));
	fails(EINVAL, call(setrlimit, RLIMIT_CPU, limits(RLIM_INFINITY, 1)));
	fails(EINVAL, call(setrlimit, -1, &limit));
	fails(EFAULT, call(setrlimit, RLIMIT_CPU, at_border(&limit, sizeof limit / 2)));
	works(call(setrlimit, RLIMIT_RTPRIO, limits(0, 0)));
	drop_capabilities();
	fails(EPERM, call(setrlimit, RLIMIT_RTPRIO, limits(1, 1)));
}

CALLS(getrlimit)
{
	struct rlimit limit;

	works(call(getrlimit, RLIMIT_NOFILE, &limit));
	fails(EINVAL, call(getrlimit, 99, &limit));
	fails(EFAULT, call(getrlimit, RLIMIT_NOFILE, read_only()));
}

CALLS(getrusage)
{
	works(call(getrusage, RUSAGE_SELF, out));
	works(call(getrusage, RUSAGE_CHILDREN, out));
	works(call(getrusage, RUSAGE_THREAD, out));
	fails(EINVAL, call(getrusage, 77, out));
	fails(EFAULT, call(getrusage, RUSAGE_SELF, NULL));
}

CALLS(times)
{
	struct tms now;

	works(call(times, &now));
	works(call(times, NULL));
	fails(EFAULT, call(times, unreadable()));
}

/* None of these can succeed: accounting is the whole machine's. */
CALLS(acct)
{
	fails(ENOENT, call(acct, "nonexistent"));
	fails(EFAULT, call(acct, unreadable()));
	drop_capabilities();
	fails(EPERM, call(acct, "nonexistent"));
	fails(EPERM, call(acct, NULL));
}

#ifdef __i386__
CALLS(nice)
{
	works(call(nice, 3));
	works(call(nice, 1000));
	drop_capabilities();
	fails(EPERM, call(nice, -40));
}

CALLS(ugetrlimit)
{
	works(call(ugetrlimit, RLIMIT_STACK, out));
	fails(EINVAL, call(ugetrlimit, -1, out));
}

CALLS(ulimit)
{
	fails(ENOSYS, call(ulimit, 0x11111111, 0x22222222, 0x33333333));
}

CALLS(sched_rr_get_interval_time64)
{
	works(call(sched_rr_get_interval_time64, 0, out));
	fails(ESRCH, call(sched_rr_get_interval_time64, NO_PROCESS, out));
}
#endif

EXTRA(hostile_scheduling)
{
	struct attributes attributes = {.size = UINT32_MAX, .policy = UINT32_MAX, .flags = UINT64_MAX, .nice = INT32_MIN};
	struct rlimit64 limit = {1, 1};

	fails(EINVAL, call(setpgid, -1, -1));
	fails(EINVAL, call(setpriority, -1, -1, INT32_MIN));
	fails(EINVAL, call(sched_setscheduler, -1, -1, unmapped()));
	fails(EFAULT, call(sched_setparam, 0, unreadable()));
	fails(E2BIG, call(sched_setattr, 0, &attributes, 0));
	attributes.size = sizeof attributes;
	fails(EINVAL, call(sched_setattr, 0, at_border(&attributes, sizeof attributes), 0));
	fails(EFAULT, call(sched_setattr, 0, at_border(&attributes, 20), 0));
	attributes.size = 4096;
	fails(EFAULT, call(sched_setattr, 0, at_border(&attributes, sizeof attributes), 0));
	fails(EFAULT, call(sched_setaffinity, 0, -1, unreadable()));
	fails(EINVAL, call(sched_getaffinity, -1, -1, unreadable()));
	fails(EINVAL, call(ioprio_set, -1, -1, -1));
	fails(ESRCH, call(prlimit64, -1, -1, NULL, NULL));
	fails(EFAULT, call(prlimit64, 0, RLIMIT_CPU, at_border(&limit, 8), NULL));
	fails(EFAULT, call(prlimit64, 0, RLIMIT_CPU, NULL, unmapped()));
	fails(EFAULT, call(acct, unterminated(9)));
}
