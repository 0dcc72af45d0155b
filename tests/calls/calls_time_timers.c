/* SPDX-License-Identifier: BSD-2-Clause */
/* TIME: timers. None rings before the row is over, but for those whose signals nobody minds. */
#include "calls/calls.h"
#include "calls/child.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>

#define NO_CLOCK 99
#define NO_TIMER 12345

CALLS(alarm)
{
	works(call(alarm, 100));
	works(call(alarm, 0));
	/* Again what the runner had set. */
	works(call(alarm, 5));
}

CALLS(setitimer)
{
	struct timer_words far = {{0, 0}, {100, 5}}, bad = {{0, 0}, {0, 1000000}}, old;

	works(call(setitimer, ITIMER_VIRTUAL, &far, &old));
	far.interval.seconds = 7;
	works(call(setitimer, ITIMER_PROF, &far, NULL));
	works(call(setitimer, ITIMER_PROF, NULL, &old));
	fails(EINVAL, call(setitimer, ITIMER_REAL, &bad, &old));
	fails(EINVAL, call(setitimer, 3, &far, &old));
	fails(EFAULT, call(setitimer, ITIMER_VIRTUAL, unreadable(), NULL));
	fails(EFAULT, call(setitimer, ITIMER_VIRTUAL, at_border(&far, sizeof far / 2), NULL));
	fails(EFAULT, call(setitimer, ITIMER_VIRTUAL, &far, read_only()));
}

CALLS(getitimer)
{
	works(call(getitimer, ITIMER_REAL, out));
	fails(EINVAL, call(getitimer, -1, out));
	fails(EFAULT, call(getitimer, ITIMER_REAL, unmapped()));
}

static int timer(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_NONE};
	int id;

	need(call(timer_create, CLOCK_MONOTONIC, &event, &id) == 0);
	return id;
}

CALLS(timer_create)
{
	struct sigevent event;
	int id;

	memset(&event, 0, sizeof event);
	works(call(timer_create, CLOCK_REALTIME, NULL, &id));
	event.sigev_notify = SIGEV_SIGNAL;
	event.sigev_signo = SIGRTMIN + 3;
	event.sigev_value.sival_int = 0x1234;
	works(call(timer_create, CLOCK_BOOTTIME, &event, &id));
	event.sigev_notify = SIGEV_THREAD_ID;
	event._sigev_un._tid = gettid();
	works(call(timer_create, CLOCK_THREAD_CPUTIME_ID, &event, &id));
	event.sigev_notify = SIGEV_NONE;
	works(call(timer_create, CLOCK_TAI, &event, &id));
	event.sigev_notify = 99;
	fails(EINVAL, call(timer_create, CLOCK_REALTIME, &event, &id));
	fails(EINVAL, call(timer_create, NO_CLOCK, NULL, &id));
	fails(EFAULT, call(timer_create, CLOCK_REALTIME, unreadable(), &id));
	fails(EFAULT, call(timer_create, CLOCK_REALTIME, NULL, read_only()));
}

CALLS(timer_delete)
{
	int id = timer();

	works(call(timer_delete, id));
	fails(EINVAL, call(timer_delete, id));
	fails(EINVAL, call(timer_delete, -1));
}

static void set_timer(long number, const void *far, const void *bad, size_t size)
{
	int id = timer();

	works(call_number(number, id, 0, far, out));
	works(call_number(number, id, TIMER_ABSTIME, far, NULL));
	fails(EINVAL, call_number(number, id, 0, bad, out));
	fails(EINVAL, call_number(number, NO_TIMER, 0, far, out));
	fails(EINVAL, call_number(number, id, 0, NULL, out));
	fails(EFAULT, call_number(number, id, 0, at_border(far, size / 2), out));
}

CALLS(timer_settime)
{
	const struct timer_words far = {{3, 4}, {100, 200}}, bad = {{0, 0}, {0, -1}};

	set_timer(NR_timer_settime, &far, &bad, sizeof far);
}

static void get_timer(long number)
{
	int id = timer();

	works(call_number(number, id, out));
	fails(EINVAL, call_number(number, NO_TIMER, out));
	fails(EFAULT, call_number(number, id, read_only()));
}

CALLS(timer_gettime)
{
	get_timer(NR_timer_gettime);
}

CALLS(timer_getoverrun)
{
	works(call(timer_getoverrun, timer()));
	fails(EINVAL, call(timer_getoverrun, NO_TIMER));
}

CALLS(timerfd_create)
{
	works(call(timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
	works(call(timerfd_create, CLOCK_REALTIME, 0));
	fails(EINVAL, call(timerfd_create, CLOCK_MONOTONIC, 1));
	fails(EINVAL, call(timerfd_create, CLOCK_THREAD_CPUTIME_ID, 0));
	drop_capabilities();
	fails(EPERM, call(timerfd_create, CLOCK_BOOTTIME_ALARM, 0));
}

static void set_descriptor(long number, const void *far, const void *bad, size_t size)
{
	int fd = (int)call(timerfd_create, CLOCK_REALTIME, 0);

	works(call_number(number, fd, 0, far, NULL));
	works(call_number(number, fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, far, out));
	fails(EINVAL, call_number(number, fd, 0, bad, out));
	fails(EINVAL, call_number(number, fd, 1 << 10, far, out));
	fails(EINVAL, call_number(number, 0, 0, far, out));
	fails(EBADF, call_number(number, 9999, 0, far, out));
	fails(EFAULT, call_number(number, fd, 0, at_border(far, size / 2), out));
}

CALLS(timerfd_settime)
{
	const struct timer_words far = {{3, 4}, {100, 200}}, bad = {{0, 1000000000}, {0, 1}};

	set_descriptor(NR_timerfd_settime, &far, &bad, sizeof far);
}

static void get_descriptor(long number)
{
	int fd = (int)call(timerfd_create, CLOCK_BOOTTIME, 0);

	works(call_number(number, fd, out));
	fails(EINVAL, call_number(number, 0, out));
	fails(EBADF, call_number(number, -1, out));
	fails(EFAULT, call_number(number, fd, unmapped()));
}

CALLS(timerfd_gettime)
{
	get_descriptor(NR_timerfd_gettime);
}

#ifdef __i386__
CALLS(timer_settime64)
{
	const struct timer64 far = {{3, 4}, {100, 200}}, bad = {{0, 0}, {0, -1}};

	set_timer(NR_timer_settime64, &far, &bad, sizeof far);
}

CALLS(timer_gettime64)
{
	get_timer(NR_timer_gettime64);
}

CALLS(timerfd_settime64)
{
	const struct timer64 far = {{3, 4}, {100, 200}}, bad = {{0, 1000000000}, {0, 1}};

	set_descriptor(NR_timerfd_settime64, &far, &bad, sizeof far);
}

CALLS(timerfd_gettime64)
{
	get_descriptor(NR_timerfd_gettime64);
}
#endif

EXTRA(hostile_timers)
{
	struct timer_words ones;
	int fd = (int)call(timerfd_create, CLOCK_MONOTONIC, 0);

	memset(&ones, 0xff, sizeof ones);
	fails(EFAULT, call(timer_create, -1, unmapped(), unmapped()));
	fails(EINVAL, call(timer_settime, -1, -1, &ones, unreadable()));
	fails(EINVAL, call(timer_gettime, -1, unreadable()));
	fails(EINVAL, call(timerfd_create, -1, -1));
	fails(EINVAL, call(timerfd_settime, fd, -1, &ones, unreadable()));
	fails(EFAULT, call(timerfd_settime, fd, 0, unmapped(), NULL));
	fails(EINVAL, call(setitimer, -1, &ones, unreadable()));
	fails(EINVAL, call(getitimer, INT32_MIN, unreadable()));
}
