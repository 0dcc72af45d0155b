/* SPDX-License-Identifier: BSD-2-Clause */
/* IPC: futexes, one that nobody else waits on. Whatever would wait is over at once or after a millisecond. */
#include "calls/calls.h"
#include "calls/child.h"

#include <linux/futex.h>

/* Operations of newer headers */
#define LOCK_PI2 13
#define SIZE_U32 2

static uint32_t word = 5, other = 6;

static void waits_and_wakes(long number, const void *soon, const void *past)
{
	const int clocks[] = {0, FUTEX_PRIVATE_FLAG, FUTEX_CLOCK_REALTIME, FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME};

	fails(EAGAIN, call_number(number, &word, FUTEX_WAIT, 4, NULL));
	fails(ETIMEDOUT, call_number(number, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 5, soon));
	for (size_t i = 0; i < 4; i++)
		fails(ETIMEDOUT, call_number(number, &word, FUTEX_WAIT_BITSET | clocks[i], 5, past, NULL, 0x10));
	fails(EINVAL, call_number(number, &word, FUTEX_WAIT_BITSET, 5, past, NULL, 0));
	works(call_number(number, &word, FUTEX_WAKE, 1));
	works(call_number(number, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, INT32_MAX));
	works(call_number(number, &word, FUTEX_WAKE_BITSET, 1, NULL, NULL, FUTEX_BITSET_MATCH_ANY));
	works(call_number(number, &word, FUTEX_WAKE_OP, 1, 2, &other,
			  FUTEX_OP(FUTEX_OP_ADD, 1, FUTEX_OP_CMP_EQ, 6)));
	works(call_number(number, &word, FUTEX_REQUEUE, 1, 1, &other));
	works(call_number(number, &word, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 1, 1, &other, 5));
	fails(EAGAIN, call_number(number, &word, FUTEX_CMP_REQUEUE, 1, 1, &other, 99));
}

static void inherits_priority(long number, const void *past)
{
	uint32_t lock = 0;

	works(call_number(number, &lock, FUTEX_LOCK_PI, 0, NULL));
	fails(EDEADLK, call_number(number, &lock, FUTEX_LOCK_PI, 0, past));
	works(call_number(number, &lock, FUTEX_UNLOCK_PI));
	works(call_number(number, &lock, FUTEX_TRYLOCK_PI));
	fails(EDEADLK, call_number(number, &lock, LOCK_PI2 | FUTEX_CLOCK_REALTIME, 0, past));
	works(call_number(number, &lock, FUTEX_UNLOCK_PI | FUTEX_PRIVATE_FLAG));
	fails(EPERM, call_number(number, &lock, FUTEX_UNLOCK_PI));
	lock = 0x3fffffff;
	fails(ESRCH, call_number(number, &lock, FUTEX_LOCK_PI, 0, NULL));
	fails(EINVAL, call_number(number, &word, FUTEX_CMP_REQUEUE_PI, 2, 1, &lock, 5));
	fails(EAGAIN, call_number(number, &word, FUTEX_WAIT_REQUEUE_PI, 4, past, &lock));
}

static void refused(long number, const void *never)
{
	fails(EINVAL, call_number(number, &word, FUTEX_WAIT, 5, never));
	fails(ENOSYS, call_number(number, &word, FUTEX_FD, 0));
	fails(ENOSYS, call_number(number, &word, 99, 1, 2, 3, 4));
	fails(EINVAL, call_number(number, (char *)&word + 1, FUTEX_WAKE, 1));
	fails(EFAULT, call_number(number, unreadable(), FUTEX_WAIT, 5, NULL));
	fails(EFAULT, call_number(number, &word, FUTEX_WAIT, 5, unreadable()));
	fails(EFAULT, call_number(number, NULL, FUTEX_CMP_REQUEUE, 1, 1, &word, 0));
	fails(ENOSYS, call_number(number, -1, -1, -1, -1, -1, -1));
}

CALLS(futex)
{
	const struct time_words soon = {0, 1000000}, past = {1, 0}, never = {0, -1};

	waits_and_wakes(NR_futex, &soon, &past);
	inherits_priority(NR_futex, &past);
	refused(NR_futex, &never);
}

#ifdef __i386__
CALLS(futex_time64)
{
	const struct time64 soon = {0, 1000000}, past = {1, 0}, never = {0, -1};

	waits_and_wakes(NR_futex_time64, &soon, &past);
	inherits_priority(NR_futex_time64, &past);
	refused(NR_futex_time64, &never);
}
#endif

CALLS(futex_wait)
{
	const struct time64 past = {1, 0}, never = {0, -1};

	fails(EAGAIN, call(futex_wait, &word, 4, 0xffffffff, SIZE_U32, NULL, 0));
	fails(ETIMEDOUT, call(futex_wait, &word, 5, 1, SIZE_U32 | FUTEX_PRIVATE_FLAG, &past, 1));
	fails(ETIMEDOUT, call(futex_wait, &word, 5, 0xff, SIZE_U32, &past, 0));
	fails(EINVAL, call(futex_wait, &word, 5, 1, SIZE_U32, &never, 0));
	fails(EINVAL, call(futex_wait, &word, 5, 1, SIZE_U32, &past, 99));
	fails(EINVAL, call(futex_wait, &word, 5, 1, 0x1000, NULL, 0));
}

CALLS(futex_wake)
{
	works(call(futex_wake, &word, 0xffffffff, 1, SIZE_U32));
	works(call(futex_wake, &word, 1, INT32_MAX, SIZE_U32 | FUTEX_PRIVATE_FLAG));
	fails(EINVAL, call(futex_wake, &word, 0, 1, SIZE_U32));
	fails(EINVAL, call(futex_wake, &word, 1, 1, -1));
	fails(EINVAL, call(futex_wake, (char *)&word + 2, 1, 1, SIZE_U32));
}

CALLS(futex_requeue)
{
	struct futex_waitv pair[] = {{5, (uintptr_t)&word, SIZE_U32, 0}, {0, (uintptr_t)&other, SIZE_U32, 0}};

	works(call(futex_requeue, pair, 0, 1, 1));
	pair[0].val = 4;
	fails(EAGAIN, call(futex_requeue, pair, 0, 1, 1));
	fails(EINVAL, call(futex_requeue, pair, 1, 1, 1));
	fails(EINVAL, call(futex_requeue, NULL, 0, 1, 1));
	fails(EFAULT, call(futex_requeue, at_border(pair, sizeof pair[0]), 0, 1, 1));
}

CALLS(futex_waitv)
{
	struct futex_waitv two[] = {{5, (uintptr_t)&word, SIZE_U32, 0}, {7, (uintptr_t)&other, SIZE_U32, 0}};
	const struct time64 past = {1, 0};

	other = 8;
	fails(EAGAIN, call(futex_waitv, two, 2, 0, NULL, 0));
	two[1].val = 8;
	fails(ETIMEDOUT, call(futex_waitv, two, 2, 0, &past, 1));
	fails(EINVAL, call(futex_waitv, two, 0, 0, NULL, 0));
	fails(EINVAL, call(futex_waitv, two, 129, 0, NULL, 0));
	fails(EINVAL, call(futex_waitv, two, 2, 1, NULL, 0));
	two[0].__reserved = 1;
	fails(EINVAL, call(futex_waitv, two, 2, 0, NULL, 0));
	fails(EFAULT, call(futex_waitv, unreadable(), 2, 0, NULL, 0));
}
