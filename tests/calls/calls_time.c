/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TIME: clocks, and what sleeps. The clock of the machine is never set: the calls that could are given a time that no
 * clock can have, or rights are given up for good before.
 */
#include "calls/calls.h"
#include "calls/child.h"

#include <signal.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#define NO_CLOCK 99
/* A clock of descriptor 9999, and one of process 0x0ffffffe: fd_to_clockid() and MAKE_PROCESS_CPUCLOCK() */
#define CLOCK_OF_FD ((~9999u << 3) | 3)
#define CLOCK_OF_PROCESS ((~0x0ffffffeu << 3) | 2)

CALLS(settimeofday)
{
	const struct time_words plain = {1, 0}, bad = {1, 1000000}, negative = {-1, -1};
	const int zone[2] = {0, 0};

	fails(EINVAL, call(settimeofday, &bad, NULL));
	fails(EINVAL, call(settimeofday, &negative, NULL));
	fails(EFAULT, call(settimeofday, unreadable(), NULL));
	fails(EFAULT, call(settimeofday, NULL, unmapped()));
	fails(EFAULT, call(settimeofday, at_border(&plain, sizeof plain / 2), NULL));
	drop_capabilities();
	fails(EPERM, call(settimeofday, &plain, NULL));
	fails(EPERM, call(settimeofday, &plain, zone));
	fails(EPERM, call(settimeofday, NULL, NULL));
}

static void set_clock(long number, const void *plain, const void *bad, size_t size)
{
	fails(EINVAL, call_number(number, CLOCK_REALTIME, bad));
	fails(EINVAL, call_number(number, CLOCK_MONOTONIC, bad));
	fails(EINVAL, call_number(number, CLOCK_BOOTTIME, bad));
	fails(EINVAL, call_number(number, NO_CLOCK, bad));
	fails(EINVAL, call_number(number, -1, bad));
	fails(EFAULT, call_number(number, CLOCK_REALTIME, unreadable()));
	fails(EFAULT, call_number(number, CLOCK_REALTIME, at_border(plain, size / 2)));
	drop_capabilities();
	fails(EPERM, call_number(number, CLOCK_REALTIME, plain));
	fails(EINVAL, call_number(number, CLOCK_MONOTONIC, plain));
	call_number(number, CLOCK_OF_FD, plain);
	call_number(number, CLOCK_OF_PROCESS, plain);
}

CALLS(clock_settime)
{
	const struct time_words plain = {1, 0}, bad = {1, -1};

	set_clock(NR_clock_settime, &plain, &bad, sizeof plain);
}

static void adjust(long (*adjust_by)(void *), struct timex *timex)
{
	works(adjust_by(timex));
	drop_capabilities();
	memset(timex, 0, sizeof *timex);
	timex->modes = ADJ_OFFSET_SS_READ;
	works(adjust_by(timex));
	timex->modes = ADJ_OFFSET | ADJ_NANO | ADJ_STATUS;
	timex->offset = 1000;
	timex->status = STA_PLL;
	fails(EPERM, adjust_by(timex));
	timex->modes = ADJ_FREQUENCY | ADJ_TICK | ADJ_MAXERROR | ADJ_ESTERROR | ADJ_TIMECONST;
	timex->freq = -65536;
	timex->tick = 9999;
	fails(EPERM, adjust_by(timex));
	timex->modes = ADJ_SETOFFSET | ADJ_MICRO | ADJ_TAI;
	fails(EPERM, adjust_by(timex));
	fails(EFAULT, adjust_by(unreadable()));
	fails(EFAULT, adjust_by(at_border(timex, 64)));
}

static long by_adjtimex(void *timex)
{
	return call(adjtimex, timex);
}

static long by_clock_adjtime(void *timex)
{
	return call(clock_adjtime, CLOCK_REALTIME, timex);
}

CALLS(adjtimex)
{
	struct timex timex;

	memset(&timex, 0, sizeof timex);
	adjust(by_adjtimex, &timex);
}

CALLS(clock_adjtime)
{
	struct timex timex;

	memset(&timex, 0, sizeof timex);
	adjust(by_clock_adjtime, &timex);
	timex.modes = 0;
	fails(EOPNOTSUPP, call(clock_adjtime, CLOCK_MONOTONIC, &timex));
	fails(EINVAL, call(clock_adjtime, NO_CLOCK, &timex));
	call(clock_adjtime, CLOCK_OF_FD, &timex);
}

CALLS(time)
{
	long now;

	works(call(time, &now));
	works(call(time, NULL));
	fails(EFAULT, call(time, unreadable()));
}

CALLS(gettimeofday)
{
	struct time_words now;
	int zone[2];

	works(call(gettimeofday, &now, NULL));
	works(call(gettimeofday, &now, zone));
	fails(EFAULT, call(gettimeofday, read_only(), NULL));
}

static void read_clocks(long number)
{
	for (int clock = CLOCK_REALTIME; clock <= CLOCK_BOOTTIME; clock++)
		works(call_number(number, clock, out));
	works(call_number(number, CLOCK_TAI, out));
	fails(EINVAL, call_number(number, NO_CLOCK, out));
	fails(EINVAL, call_number(number, CLOCK_OF_PROCESS, out));
	call_number(number, CLOCK_OF_FD, out);
	fails(EFAULT, call_number(number, CLOCK_REALTIME, read_only()));
}

CALLS(clock_gettime)
{
	read_clocks(NR_clock_gettime);
}

CALLS(clock_getres)
{
	read_clocks(NR_clock_getres);
	works(call(clock_getres, CLOCK_REALTIME, NULL));
}

static void ignore(int signal)
{
	(void)signal;
}

CALLS(nanosleep)
{
	const struct time_words short_time = {0, 1000000}, bad = {0, 1000000000}, long_time = {4, 0};
	struct time_words left;
	pid_t pid;

	works(call(nanosleep, &short_time, NULL));
	works(call(nanosleep, at_border(&short_time, sizeof short_time), &left));
	fails(EINVAL, call(nanosleep, &bad, &left));
	fails(EFAULT, call(nanosleep, unreadable(), &left));
	signal(SIGUSR1, ignore);
	pid = pester(SIGUSR1);
	fails(EINTR, call(nanosleep, &long_time, &left));
	child_end(pid);
}

static void sleep_on(long number, const void *soon, const void *bad)
{
	works(call_number(number, CLOCK_MONOTONIC, 0, soon, NULL));
	works(call_number(number, CLOCK_REALTIME, TIMER_ABSTIME, soon, out));
	works(call_number(number, CLOCK_BOOTTIME, 0, soon, out));
	fails(EINVAL, call_number(number, CLOCK_REALTIME, 0, bad, out));
	fails(EOPNOTSUPP, call_number(number, CLOCK_THREAD_CPUTIME_ID, 0, soon, out));
	fails(EINVAL, call_number(number, NO_CLOCK, 0, soon, out));
	fails(EOPNOTSUPP, call_number(number, CLOCK_MONOTONIC_RAW, 0, soon, out));
	fails(EFAULT, call_number(number, CLOCK_REALTIME, TIMER_ABSTIME, unmapped(), out));
}

CALLS(clock_nanosleep)
{
	const struct time_words soon = {0, 1000000}, bad = {-1, 0};

	sleep_on(NR_clock_nanosleep, &soon, &bad);
}

#ifdef __i386__
CALLS(clock_settime64)
{
	const struct time64 plain = {1, 0}, bad = {1, 1000000000};

	set_clock(NR_clock_settime64, &plain, &bad, sizeof plain);
}

CALLS(stime)
{
	const long plain = 1;

	fails(EFAULT, call(stime, unreadable()));
	fails(EFAULT, call(stime, at_border(&plain, 2)));
	drop_capabilities();
	fails(EPERM, call(stime, &plain));
}

/* struct __kernel_timex: 26 words of 64 bits, the first of them the modes. */
CALLS(clock_adjtime64)
{
	uint64_t timex[26] = {0};

	works(call(clock_adjtime64, CLOCK_REALTIME, timex));
	memset(timex, 0, sizeof timex);
	drop_capabilities();
	timex[0] = ADJ_SETOFFSET | ADJ_NANO;
	timex[9] = 1;
	fails(EPERM, call(clock_adjtime64, CLOCK_REALTIME, timex));
	timex[0] = ADJ_FREQUENCY | ADJ_STATUS;
	timex[2] = 1 << 16;
	fails(EPERM, call(clock_adjtime64, CLOCK_REALTIME, timex));
	fails(EINVAL, call(clock_adjtime64, NO_CLOCK, timex));
	fails(EFAULT, call(clock_adjtime64, CLOCK_REALTIME, at_border(timex, 100)));
}

CALLS(clock_gettime64)
{
	read_clocks(NR_clock_gettime64);
}

CALLS(clock_getres_time64)
{
	read_clocks(NR_clock_getres_time64);
}

CALLS(clock_nanosleep_time64)
{
	const struct time64 soon = {0, 1000000}, bad = {-1, 0};

	sleep_on(NR_clock_nanosleep_time64, &soon, &bad);
}
#endif

EXTRA(hostile_time)
{
	struct time_words ones = {-1, -1};
	struct timex timex;

	memset(&timex, 0xff, sizeof timex);
	drop_capabilities();
	fails(EINVAL, call(settimeofday, &ones, unreadable()));
	fails(EFAULT, call(settimeofday, -1, -1));
	fails(EINVAL, call(clock_settime, NO_CLOCK, unreadable()));
	fails(EFAULT, call(clock_settime, CLOCK_REALTIME, -1));
	call(adjtimex, &timex);
	call(clock_adjtime, CLOCK_REALTIME, at_border(&timex, sizeof timex));
	call(clock_adjtime, -1, unmapped());
	fails(EINVAL, call(clock_gettime, INT32_MIN + NO_CLOCK, unreadable()));
	fails(EINVAL, call(clock_nanosleep, CLOCK_MONOTONIC, -1, &ones, unreadable()));
	fails(EFAULT, call(nanosleep, -1, -1));
}
