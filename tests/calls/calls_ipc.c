/* SPDX-License-Identifier: BSD-2-Clause */
/* IPC: pipes, event descriptors, POSIX message queues. */
#include "calls/calls.h"
#include "calls/child.h"

#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

static void no_more_files(void)
{
	const struct rlimit few = {3, 3};

	need(setrlimit(RLIMIT_NOFILE, &few) == 0);
}

CALLS(pipe)
{
	int fds[2];

	works(call(pipe, fds));
	fails(EFAULT, call(pipe, unreadable()));
	fails(EFAULT, call(pipe, at_border(NULL, 4)));
	IN_CHILD {
		no_more_files();
		fails(EMFILE, call(pipe, fds));
	}
}

CALLS(pipe2)
{
	int fds[2];

	works(call(pipe2, fds, O_CLOEXEC | O_NONBLOCK));
	works(call(pipe2, fds, O_DIRECT));
	works(call(pipe2, at_border(NULL, 8), 0));
	fails(EINVAL, call(pipe2, fds, O_APPEND));
	fails(EINVAL, call(pipe2, fds, -1));
	fails(EFAULT, call(pipe2, read_only(), 0));
}

CALLS(eventfd)
{
	works(call(eventfd, 7));
	IN_CHILD {
		no_more_files();
		fails(EMFILE, call(eventfd, 0));
	}
}

CALLS(eventfd2)
{
	works(call(eventfd2, 0xffffffff, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE));
	works(call(eventfd2, 0, 0));
	fails(EINVAL, call(eventfd2, 0, 1 << 20));
}

/* struct mq_attr of the kernel: words of the ABI. */
struct attributes {
	long flags, messages, bytes, now, reserved[4];
};

/* Queues are of the IPC namespace, which is the row's own. */
static int own_queue(int flags)
{
	struct attributes attributes = {.messages = 2, .bytes = 16};
	int fd;

	own_namespaces(CLONE_NEWIPC);
	fd = (int)call(mq_open, "queue", O_CREAT | O_RDWR | flags, 0600, &attributes);
	need(fd >= 0);
	return fd;
}

CALLS(mq_open)
{
	struct attributes attributes = {.messages = 3, .bytes = 64}, bad = {.messages = -1};

	own_namespaces(CLONE_NEWIPC);
	works(call(mq_open, "hosttrail", O_CREAT | O_RDWR | O_NONBLOCK | O_CLOEXEC, 0640, &attributes));
	works(call(mq_open, "default", O_CREAT | O_WRONLY, 0600, NULL));
	works(call(mq_open, "hosttrail", O_RDONLY, 0, NULL));
	fails(EEXIST, call(mq_open, "hosttrail", O_CREAT | O_EXCL | O_RDWR, 0600, NULL));
	fails(ENOENT, call(mq_open, "nonexistent", O_RDONLY, 0, NULL));
	fails(EACCES, call(mq_open, "with/slash", O_CREAT | O_RDWR, 0600, NULL));
	fails(EINVAL, call(mq_open, "bad", O_CREAT | O_RDWR, 0600, &bad));
	fails(EFAULT, call(mq_open, "bad", O_CREAT | O_RDWR, 0600, unreadable()));
	fails(EFAULT, call(mq_open, unterminated(5), O_RDWR, 0, NULL));
}

CALLS(mq_unlink)
{
	own_queue(0);
	works(call(mq_unlink, "queue"));
	fails(ENOENT, call(mq_unlink, "queue"));
	fails(ENOENT, call(mq_unlink, ""));
	fails(EFAULT, call(mq_unlink, NULL));
}

/* The times are absolute: 1970 has been, and no second has a negative part. */
static void send_messages(long number, const void *past, const void *never)
{
	int fd = own_queue(0);

	works(call_number(number, fd, "first", 5, 1, NULL));
	works(call_number(number, fd, "second", 6, 32767, past));
	fails(ETIMEDOUT, call_number(number, fd, "third", 5, 0, past));
	fails(EINVAL, call_number(number, fd, "third", 5, 0, never));
	fails(EINVAL, call_number(number, fd, "third", 5, 32768, NULL));
	fails(EMSGSIZE, call_number(number, fd, out, 17, 0, NULL));
	fails(EBADF, call_number(number, 0, "third", 5, 0, NULL));
	fails(EFAULT, call_number(number, fd, "third", 5, 0, unreadable()));
}

static void receive_messages(long number, const void *past, const void *never)
{
	int fd = own_queue(0);
	unsigned priority;

	works(call(mq_timedsend, fd, "message", 7, 9, NULL));
	works(call_number(number, fd, out, 16, &priority, NULL));
	works(call(mq_timedsend, fd, "", 0, 0, NULL));
	works(call_number(number, fd, out, 4096, NULL, past));
	fails(ETIMEDOUT, call_number(number, fd, out, 16, &priority, past));
	fails(EINVAL, call_number(number, fd, out, 16, &priority, never));
	fails(EMSGSIZE, call_number(number, fd, out, 15, &priority, past));
	fails(EBADF, call_number(number, 9999, out, 16, &priority, NULL));
}

CALLS(mq_timedsend)
{
	const struct time_words past = {1, 0}, never = {1, -1};

	send_messages(NR_mq_timedsend, &past, &never);
}

CALLS(mq_timedreceive)
{
	const struct time_words past = {1, 0}, never = {1, -1};

	receive_messages(NR_mq_timedreceive, &past, &never);
}

#ifdef __i386__
CALLS(mq_timedsend_time64)
{
	const struct time64 past = {1, 0}, never = {1, -1};

	send_messages(NR_mq_timedsend_time64, &past, &never);
}

CALLS(mq_timedreceive_time64)
{
	const struct time64 past = {1, 0}, never = {1, -1};

	receive_messages(NR_mq_timedreceive_time64, &past, &never);
}
#endif

CALLS(mq_notify)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGURG};
	int fd = own_queue(0);

	event.sigev_value.sival_int = 0x1234;
	works(call(mq_notify, fd, &event));
	fails(EBUSY, call(mq_notify, fd, &event));
	works(call(mq_notify, fd, NULL));
	event.sigev_notify = SIGEV_NONE;
	works(call(mq_notify, fd, &event));
	event.sigev_notify = 99;
	fails(EINVAL, call(mq_notify, fd, &event));
	fails(EBADF, call(mq_notify, 0, NULL));
	fails(EFAULT, call(mq_notify, fd, unreadable()));
}

CALLS(mq_getsetattr)
{
	struct attributes attributes = {.flags = O_NONBLOCK}, old;
	int fd = own_queue(0);

	works(call(mq_getsetattr, fd, NULL, &old));
	works(call(mq_getsetattr, fd, &attributes, &old));
	attributes.flags = O_APPEND;
	fails(EINVAL, call(mq_getsetattr, fd, &attributes, NULL));
	fails(EBADF, call(mq_getsetattr, 9999, NULL, &old));
	fails(EFAULT, call(mq_getsetattr, fd, NULL, read_only()));
}

EXTRA(hostile_queues)
{
	char name[4097];
	int fd = own_queue(O_NONBLOCK);

	memset(name, 'q', sizeof name);
	name[4096] = '\0';
	fails(ENAMETOOLONG, call(mq_open, name, O_CREAT | O_RDWR, 0600, NULL));
	name[4095] = '\0';
	fails(ENAMETOOLONG, call(mq_unlink, name));
	call(mq_open, string_at_border("border"), -1, -1, unmapped());
	fails(EFAULT, call(mq_timedsend, fd, unreadable(), 16, 0, NULL));
	fails(EFAULT, call(mq_timedsend, fd, at_border("x", 1), 2, 0, NULL));
	fails(EMSGSIZE, call(mq_timedsend, fd, unmapped(), -1, 0, NULL));
	fails(EINVAL, call(mq_timedsend, -1, -1, -1, -1, 0));
	fails(EFAULT, call(mq_timedreceive, -1, -1, -1, -1, -1));
	works(call(mq_timedsend, fd, "x", 1, 0, NULL));
	fails(EFAULT, call(mq_timedreceive, fd, read_only(), 16, NULL, NULL));
	fails(EINVAL, call(pipe2, -1, -1));
	fails(EINVAL, call(eventfd2, -1, -1));
}
