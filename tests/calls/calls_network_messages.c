/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/network.def: messages. */
#include "calls/calls.h"

#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "calls/net.h"

static char message_text[] = "message";
static struct iovec text[2] = {{message_text, 3}, {message_text + 3, 4}};

CALLS(sendto)
{
	struct sockaddr_in to;
	int ends[2], fd;

	own_network();
	fd = inet_datagrams(4000);
	to = inet_address(4000);
	works(call(sendto, fd, "message", 7, MSG_DONTWAIT | MSG_NOSIGNAL, &to, sizeof(to)));
	works(call(sendto, fd, "", 0, 0, at_border(&to, sizeof(to)), sizeof(to)));
	inet_pair(ends);
	works(call(sendto, ends[0], "message", 7, MSG_OOB | MSG_MORE, NULL, 0));
	works(call(sendto, ends[0], "message", 7, MSG_EOR, unmapped(), 0));
	fails(EDESTADDRREQ, call(sendto, fd, "message", 7, 0, NULL, 0));
	fails(EFAULT, call(sendto, fd, unmapped(), 7, 0, &to, sizeof(to)));
	fails(EFAULT, call(sendto, fd, "message", 7, 0, unmapped(), sizeof(to)));
	fails(EINVAL, call(sendto, fd, "message", 7, 0, &to, 129));
	fails(EMSGSIZE, call(sendto, fd, out, 1 << 20, 0, &to, sizeof(to)));
	fails(EOPNOTSUPP, call(sendto, fd, "message", 7, MSG_OOB, &to, sizeof(to)));
	fails(EBADF, call(sendto, 999, "message", 7, ~0u, &to, sizeof(to)));
}

/* Room for a control message of some descriptors, as this ABI lays it out. */
struct rights {
	struct cmsghdr header;
	int fds[2];
};

CALLS(sendmsg)
{
	struct rights rights = {{.cmsg_len = sizeof(rights), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}, {0, 1}};
	struct msghdr message = {.msg_iov = text, .msg_iovlen = 2, .msg_control = &rights, .msg_controllen = sizeof(rights)};
	struct sockaddr_in to;
	int ends[2], fd;

	own_network();
	need(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
	works(call(sendmsg, ends[0], &message, MSG_NOSIGNAL));
	rights.fds[1] = 999;
	fails(EBADF, call(sendmsg, ends[0], &message, 0));
	to = inet_address(4000);
	fd = inet_datagrams(4000);
	message = (struct msghdr){.msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = text, .msg_iovlen = 2};
	works(call(sendmsg, fd, &message, MSG_DONTWAIT | MSG_CONFIRM));
	works(call(sendmsg, fd, at_border(&message, sizeof(message)), 0));
	message.msg_iovlen = 1025;
	fails(EMSGSIZE, call(sendmsg, fd, &message, 0));
	message.msg_iov = unmapped();
	message.msg_iovlen = 1;
	fails(EFAULT, call(sendmsg, fd, &message, 0));
	message.msg_name = unmapped();
	fails(EFAULT, call(sendmsg, fd, &message, 0));
	fails(EFAULT, call(sendmsg, fd, unmapped(), 0));
	fails(EBADF, call(sendmsg, 999, &message, 0x7fffffff));
}

CALLS(sendmmsg)
{
	struct sockaddr_in to;
	struct mmsghdr messages[3];
	int fd;

	own_network();
	to = inet_address(4000);
	fd = inet_datagrams(4000);
	for (size_t i = 0; i < 3; i++)
		messages[i] = (struct mmsghdr){{.msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = text, .msg_iovlen = i}, 0};
	works(call(sendmmsg, fd, messages, 3, MSG_DONTWAIT));
	messages[1].msg_hdr.msg_iov = unmapped();
	messages[1].msg_hdr.msg_iovlen = 1;
	works(call(sendmmsg, fd, messages, 3, 0)); /* the first alone */
	works(call(sendmmsg, fd, messages, 0, 0));
	fails(EFAULT, call(sendmmsg, fd, unmapped(), 3, 0));
	fails(EFAULT, call(sendmmsg, fd, messages + 1, 1, 0));
	fails(EBADF, call(sendmmsg, 999, messages, ~0u, 0x7fffffff));
	call(sendmmsg, 999, messages, 3, ~0u); /* MSG_CMSG_COMPAT among them, which is not for callers */
}

/* A socket that sent itself so many messages. */
static int with_messages(int count)
{
	struct sockaddr_in to = inet_address(4000);
	int fd = inet_datagrams(4000);

	for (int i = 0; i < count; i++)
		need(sendto(fd, "message", 7, 0, (struct sockaddr *)&to, sizeof(to)) == 7);
	return fd;
}

CALLS(recvfrom)
{
	struct sockaddr_in from;
	socklen_t bytes = sizeof(from);
	int fd;

	own_network();
	fd = with_messages(4);
	works(call(recvfrom, fd, out, sizeof(out), MSG_PEEK, &from, &bytes));
	works(call(recvfrom, fd, out, 3, MSG_TRUNC, at_border(NULL, sizeof(from)), &bytes));
	bytes = 5;
	works(call(recvfrom, fd, out, sizeof(out), 0, &from, &bytes));
	works(call(recvfrom, fd, out, sizeof(out), 0, NULL, NULL));
	fails(EFAULT, call(recvfrom, fd, out, sizeof(out), 0, &from, unmapped()));
	fails(EAGAIN, call(recvfrom, fd, out, sizeof(out), MSG_DONTWAIT, NULL, NULL));
	fails(EBADF, call(recvfrom, 999, out, sizeof(out), 0, &from, &bytes));
}

CALLS(recvmsg)
{
	struct sockaddr_in from;
	char control[256];
	struct iovec to[2] = {{out, 3}, {out + 16, 100}};
	struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = to, .msg_iovlen = 2,
				 .msg_control = control, .msg_controllen = sizeof(control)};
	int fd, on = 1;

	own_network();
	fd = with_messages(4);
	need(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on)) == 0);
	works(call(recvmsg, fd, &message, MSG_CMSG_CLOEXEC));
	message.msg_control = NULL;
	message.msg_controllen = 0;
	message.msg_iovlen = 1;
	works(call(recvmsg, fd, at_border(&message, sizeof(message)), 0)); /* both are cut */
	message.msg_name = NULL;
	works(call(recvmsg, fd, &message, MSG_WAITALL));
	fails(EFAULT, call(recvmsg, fd, unmapped(), MSG_DONTWAIT));
	message.msg_iov = unmapped();
	fails(EFAULT, call(recvmsg, fd, &message, MSG_DONTWAIT));
	fails(EAGAIN, call(recvmsg, inet_datagrams(0), &(struct msghdr){.msg_iovlen = 0}, MSG_DONTWAIT));
	fails(EBADF, call(recvmsg, 999, &message, 0));
}

static struct mmsghdr *receivers(void)
{
	static struct mmsghdr messages[2];
	static struct sockaddr_in from[2];
	static struct iovec to[2];

	for (size_t i = 0; i < 2; i++) {
		to[i] = (struct iovec){out + 100 * i, 100};
		messages[i] = (struct mmsghdr){{.msg_name = from + i, .msg_namelen = sizeof(from[i]), .msg_iov = to + i,
						.msg_iovlen = 1}, 0};
	}
	return messages;
}

CALLS(recvmmsg)
{
	struct time_words timeout = {1, 500}, wrong = {-1, 0};
	int fd;

	own_network();
	fd = with_messages(3);
	works(call(recvmmsg, fd, receivers(), 2, MSG_DONTWAIT, &timeout));
	works(call(recvmmsg, fd, receivers(), 2, MSG_WAITFORONE, NULL));
	fails(EAGAIN, call(recvmmsg, fd, receivers(), 2, MSG_DONTWAIT, NULL));
	fails(EINVAL, call(recvmmsg, fd, receivers(), 2, 0, &wrong));
	fails(EFAULT, call(recvmmsg, fd, receivers(), 2, 0, unmapped()));
	call(recvmmsg, fd, unmapped(), 2, MSG_DONTWAIT, NULL);
	fails(EBADF, call(recvmmsg, 999, receivers(), 2, 0, NULL));
}

#ifdef __i386__
CALLS(recvmmsg_time64)
{
	struct time64 timeout = {1, 500}, wrong = {0, -1};
	int fd;

	own_network();
	fd = with_messages(2);
	works(call(recvmmsg_time64, fd, receivers(), 2, 0, &timeout));
	fails(EAGAIN, call(recvmmsg_time64, fd, receivers(), 2, MSG_DONTWAIT, NULL));
	fails(EINVAL, call(recvmmsg_time64, fd, receivers(), 2, 0, &wrong));
	fails(EFAULT, call(recvmmsg_time64, fd, receivers(), 2, 0, unmapped()));
}

/* One of the calls that socketcall(2) stands for, its arguments in memory. */
static long socket_call(int number, long a, long b, long c, long d, long e, long f)
{
	long words[6] = {a, b, c, d, e, f};

	return call(socketcall, number, words);
}

CALLS(socketcall)
{
	struct sockaddr_in address = inet_address(4000), peer;
	socklen_t bytes = sizeof(peer);
	struct msghdr message = {.msg_iov = text, .msg_iovlen = 2};
	struct mmsghdr messages = {message, 0};
	long listener, fd, other;
	int ends[2], value = 1;

	own_network();
	listener = works(socket_call(SYS_SOCKET, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP, 0, 0, 0));
	works(socket_call(SYS_SETSOCKOPT, listener, SOL_SOCKET, SO_REUSEADDR, (long)&value, sizeof(value), 0));
	works(socket_call(SYS_BIND, listener, (long)&address, sizeof(address), 0, 0, 0));
	works(socket_call(SYS_LISTEN, listener, 8, 0, 0, 0, 0));
	fd = works(socket_call(SYS_SOCKET, AF_INET, SOCK_STREAM, 0, 0, 0, 0));
	works(socket_call(SYS_CONNECT, fd, (long)&address, sizeof(address), 0, 0, 0));
	other = works(socket_call(SYS_ACCEPT, listener, (long)&peer, (long)&bytes, 0, 0, 0));
	works(socket_call(SYS_CONNECT, socket(AF_INET, SOCK_STREAM, 0), (long)&address, sizeof(address), 0, 0, 0));
	works(socket_call(SYS_ACCEPT4, listener, (long)&peer, (long)&bytes, SOCK_CLOEXEC, 0, 0));
	works(socket_call(SYS_GETSOCKNAME, fd, (long)&peer, (long)&bytes, 0, 0, 0));
	works(socket_call(SYS_GETPEERNAME, fd, (long)&peer, (long)&bytes, 0, 0, 0));
	bytes = sizeof(value);
	works(socket_call(SYS_GETSOCKOPT, fd, SOL_SOCKET, SO_TYPE, (long)&value, (long)&bytes, 0));
	works(socket_call(SYS_SEND, fd, (long)"message", 7, MSG_NOSIGNAL, 0, 0));
	works(socket_call(SYS_SENDTO, fd, (long)"message", 7, 0, 0, 0));
	works(socket_call(SYS_SENDMSG, fd, (long)&message, 0, 0, 0, 0));
	works(socket_call(SYS_SENDMMSG, fd, (long)&messages, 1, 0, 0, 0));
	works(socket_call(SYS_RECV, other, (long)out, 7, MSG_WAITALL, 0, 0));
	works(socket_call(SYS_RECVFROM, other, (long)out, 7, 0, (long)&peer, (long)&bytes));
	message.msg_iov = &(struct iovec){out, 3};
	message.msg_iovlen = 1;
	works(socket_call(SYS_RECVMSG, other, (long)&message, 0, 0, 0, 0));
	works(socket_call(SYS_RECVMMSG, other, (long)receivers(), 2, MSG_DONTWAIT, 0, 0));
	works(socket_call(SYS_SHUTDOWN, fd, SHUT_RDWR, 0, 0, 0, 0));
	works(socket_call(SYS_SOCKETPAIR, AF_UNIX, SOCK_STREAM, 0, (long)ends, 0, 0));
	call(socketcall, SYS_RECVMMSG + 1, at_border(NULL, 24));
	fails(EBADF, socket_call(SYS_BIND, 999, (long)&address, sizeof(address), 0, 0, 0));
	fails(EINVAL, call(socketcall, 77, out));
	fails(EINVAL, call(socketcall, 0, out));
	fails(EFAULT, call(socketcall, SYS_SOCKET, unmapped()));
	fails(EFAULT, call(socketcall, SYS_SOCKET, at_border(NULL, 8)));
}
#endif
