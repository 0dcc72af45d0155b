/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of calls/network.def: sockets, addresses, options. */
#include "calls/calls.h"

#include <linux/netlink.h>
#include <net/ethernet.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/un.h>

#include "calls/net.h"

CALLS(socket)
{
	own_network();
	works(call(socket, AF_INET, SOCK_STREAM, IPPROTO_TCP));
	works(call(socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP));
	works(call(socket, AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
	call(socket, AF_INET, SOCK_RAW, IPPROTO_ICMP);
	call(socket, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
	works(call(socket, AF_UNIX, SOCK_SEQPACKET, 0));
	works(call(socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
	for (int protocol = 1; protocol < 32; protocol++) {
		if (netlink_here(protocol))
			call(socket, AF_NETLINK, SOCK_DGRAM, protocol);
	}
	if (protocol_here("PACKET"))
		call(socket, AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	if (protocol_here("MPTCP"))
		call(socket, AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */);
	if (protocol_here("AF_VSOCK"))
		call(socket, 40 /* AF_VSOCK */, SOCK_STREAM, 0);
	if (protocol_here("ALG"))
		call(socket, 38 /* AF_ALG */, SOCK_SEQPACKET, 0);
	if (protocol_here("XDP"))
		call(socket, 44 /* AF_XDP */, SOCK_RAW, 0);
	fails(EAFNOSUPPORT, call(socket, 77, SOCK_STREAM, 0));
	fails(EINVAL, call(socket, AF_UNIX, 0xff0 | SOCK_STREAM, 0));
	fails(EPROTONOSUPPORT, call(socket, AF_UNIX, SOCK_STREAM, 77));
	fails(EAFNOSUPPORT, call(socket, -1, -1 & 0xf, -1));
}

CALLS(socketpair)
{
	int ends[2];

	works(call(socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
	works(call(socketpair, AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, at_border(NULL, sizeof(ends))));
	fails(EFAULT, call(socketpair, AF_UNIX, SOCK_STREAM, 0, unmapped()));
	fails(EAFNOSUPPORT, call(socketpair, 77, SOCK_STREAM, 0, ends));
	own_network();
	fails(EOPNOTSUPP, call(socketpair, AF_INET, SOCK_STREAM, 0, ends));
}

CALLS(bind)
{
	struct sockaddr_un named = {.sun_family = AF_UNIX, .sun_path = "bound"};
	struct sockaddr_in inet;
	int fd;

	own_network();
	inet = inet_address(4000);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	works(call(bind, fd, &inet, sizeof(inet)));
	fails(EINVAL, call(bind, fd, &inet, sizeof(inet)));
	fails(EINVAL, call(bind, fd, &inet, 1));
	fails(EINVAL, call(bind, fd, &inet, -1));
	fails(EINVAL, call(bind, fd, &inet, 129));
	fails(EFAULT, call(bind, fd, unmapped(), sizeof(inet)));
	fails(EFAULT, call(bind, fd, NULL, sizeof(inet)));
	fails(EADDRINUSE, call(bind, socket(AF_INET, SOCK_STREAM, 0), at_border(&inet, sizeof(inet)), sizeof(inet)));
	works(call(bind, socket(AF_UNIX, SOCK_STREAM, 0), &named, sizeof(named)));
	fails(EADDRINUSE, call(bind, socket(AF_UNIX, SOCK_DGRAM, 0), &named, offsetof(struct sockaddr_un, sun_path) + 5));
	fails(EBADF, call(bind, 999, &inet, sizeof(inet)));
	fails(ENOTSOCK, call(bind, STDIN_FILENO, &inet, sizeof(inet)));
}

CALLS(connect)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	struct sockaddr_in inet;
	int fd, listener;

	own_network();
	listener = inet_listener(4000);
	inet = inet_address(4000);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	fails(EINPROGRESS, call(connect, fd, &inet, sizeof(inet)));
	close(accept(listener, NULL, NULL));
	fd = socket(AF_INET, SOCK_STREAM, 0);
	works(call(connect, fd, &inet, sizeof(inet)));
	fails(EISCONN, call(connect, fd, &inet, sizeof(inet)));
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	works(call(connect, fd, &inet, sizeof(inet)));
	works(call(connect, fd, &none, sizeof(none)));
	inet = inet_address(1);
	fails(ECONNREFUSED, call(connect, socket(AF_INET, SOCK_STREAM, 0), &inet, sizeof(inet)));
	inet.sin_addr.s_addr = htonl(0xc0000201); /* 192.0.2.1 */
	fails(ENETUNREACH, call(connect, socket(AF_INET, SOCK_STREAM, 0), &inet, sizeof(inet)));
	fails(EFAULT, call(connect, fd, unmapped(), sizeof(inet)));
	fails(EBADF, call(connect, 999, &inet, sizeof(inet)));
}

CALLS(listen)
{
	own_network();
	works(call(listen, inet_listener(0), 16));
	works(call(listen, inet_listener(0), -1));
	fails(EOPNOTSUPP, call(listen, inet_datagrams(0), 16));
	fails(EBADF, call(listen, 999, 16));
}

/* A socket that listens, with that many connections to accept. */
static int waiting(int connections)
{
	struct sockaddr_in address = inet_address(4000);
	int listener = inet_listener(4000);

	for (int i = 0; i < connections; i++)
		need(connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof(address)) == 0);
	return listener;
}

#ifdef __x86_64__
CALLS(accept)
{
	struct sockaddr_in peer;
	socklen_t bytes = sizeof(peer);
	int listener;

	own_network();
	listener = waiting(3);
	works(call(accept, listener, &peer, &bytes));
	works(call(accept, listener, NULL, NULL));
	bytes = 3;
	works(call(accept, listener, &peer, &bytes));
	fails(EINVAL, call(accept, socket(AF_INET, SOCK_STREAM, 0), NULL, NULL));
	fails(EBADF, call(accept, 999, &peer, &bytes));
	fails(ENOTSOCK, call(accept, STDIN_FILENO, NULL, NULL));
}
#endif

CALLS(accept4)
{
	struct sockaddr_in peer;
	socklen_t bytes = sizeof(peer);
	int listener;

	own_network();
	listener = waiting(3);
	works(call(accept4, listener, &peer, &bytes, SOCK_CLOEXEC | SOCK_NONBLOCK));
	works(call(accept4, listener, at_border(NULL, sizeof(peer)), at_border(&bytes, sizeof(bytes)), 0));
	fails(EINVAL, call(accept4, listener, NULL, NULL, ~0u));
	bytes = (socklen_t)-1;
	fails(EINVAL, call(accept4, listener, &peer, &bytes, 0));
	need(fcntl(listener, F_SETFL, O_NONBLOCK) == 0);
	fails(EAGAIN, call(accept4, listener, &peer, &bytes, 0));
	fails(EBADF, call(accept4, 999, &peer, &bytes, SOCK_CLOEXEC));
}

CALLS(shutdown)
{
	int ends[2];

	own_network();
	inet_pair(ends);
	works(call(shutdown, ends[0], SHUT_WR));
	works(call(shutdown, ends[0], SHUT_RD));
	works(call(shutdown, ends[1], SHUT_RDWR));
	fails(EINVAL, call(shutdown, ends[1], 77));
	fails(ENOTCONN, call(shutdown, socket(AF_INET, SOCK_STREAM, 0), SHUT_RDWR));
	fails(EBADF, call(shutdown, 999, SHUT_RD));
}

#define NAME_ROW(row)                                                                                                  \
	CALLS(row)                                                                                                     \
	{                                                                                                              \
		struct sockaddr_storage address;                                                                       \
		socklen_t bytes = sizeof(address);                                                                     \
		int ends[2], unix_ends[2];                                                                             \
                                                                                                                       \
		own_network();                                                                                         \
		inet_pair(ends);                                                                                       \
		need(socketpair(AF_UNIX, SOCK_STREAM, 0, unix_ends) == 0);                                             \
		works(call(row, ends[0], &address, &bytes));                                                           \
		bytes = sizeof(address);                                                                               \
		works(call(row, unix_ends[0], &address, &bytes));                                                      \
		bytes = 5;                                                                                             \
		works(call(row, ends[0], &address, &bytes));                                                           \
		bytes = (socklen_t)-5;                                                                                 \
		fails(EINVAL, call(row, ends[0], &address, &bytes));                                                   \
		bytes = sizeof(address);                                                                               \
		fails(EFAULT, call(row, ends[0], unmapped(), &bytes));                                                 \
		fails(EFAULT, call(row, ends[0], &address, NULL));                                                     \
		fails(EBADF, call(row, 999, &address, &bytes));                                                        \
		call(row, socket(AF_INET, SOCK_STREAM, 0), &address, &bytes);                                          \
	}

NAME_ROW(getsockname)
NAME_ROW(getpeername)

CALLS(setsockopt)
{
	struct linger linger = {1, 5};
	struct time_words timeout = {1, 500};
	int on = 1, fd;

	own_network();
	fd = socket(AF_INET, SOCK_STREAM, 0);
	works(call(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	works(call(setsockopt, fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	works(call(setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)));
	works(call(setsockopt, fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	works(call(setsockopt, fd, IPPROTO_TCP, TCP_NODELAY, at_border(&on, sizeof(on)), sizeof(on)));
	works(call(setsockopt, fd, IPPROTO_IP, IP_TTL, &on, 1));
	fails(ENOPROTOOPT, call(setsockopt, fd, SOL_SOCKET, 7777, &on, sizeof(on)));
	fails(ENOPROTOOPT, call(setsockopt, fd, 7777, 77, &on, sizeof(on)));
	fails(EINVAL, call(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &on, 1));
	fails(EINVAL, call(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &on, -1));
	fails(EFAULT, call(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, unmapped(), sizeof(on)));
	fails(EBADF, call(setsockopt, 999, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	fails(ENOTSOCK, call(setsockopt, STDIN_FILENO, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
}

CALLS(getsockopt)
{
	socklen_t bytes = sizeof(int);
	int value, fd;

	own_network();
	fd = socket(AF_INET, SOCK_STREAM, 0);
	works(call(getsockopt, fd, SOL_SOCKET, SO_TYPE, &value, &bytes));
	works(call(getsockopt, fd, SOL_SOCKET, SO_ERROR, &value, &bytes));
	bytes = sizeof(out);
	works(call(getsockopt, fd, IPPROTO_TCP, TCP_INFO, out, &bytes));
	bytes = 2;
	works(call(getsockopt, fd, SOL_SOCKET, SO_RCVBUF, at_border(NULL, 2), &bytes));
	fails(ENOPROTOOPT, call(getsockopt, fd, SOL_SOCKET, 7777, &value, &bytes));
	fails(EFAULT, call(getsockopt, fd, SOL_SOCKET, SO_TYPE, &value, unmapped()));
	bytes = (socklen_t)-1;
	fails(EINVAL, call(getsockopt, fd, SOL_SOCKET, SO_TYPE, &value, &bytes));
	fails(EBADF, call(getsockopt, 999, SOL_SOCKET, SO_TYPE, &value, &bytes));
}
