/* SPDX-License-Identifier: BSD-2-Clause */
/* Control messages and credentials that go along with a message, addresses that come with one. */
#include "calls/calls.h"
#include "calls/net.h"

#include <string.h>
#include <sys/uio.h>
#include <sys/un.h>

/* Sends one byte with a control message of this level, type and content. */
static void control(int fd, int level, int type, const void *content, size_t bytes)
{
	union {
		struct cmsghdr header;
		char room[512];
	} control = {.header = {.cmsg_len = CMSG_LEN(bytes), .cmsg_level = level, .cmsg_type = type}};
	struct iovec byte = {out, 1};
	struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(bytes)};

	need(CMSG_SPACE(bytes) <= sizeof(control));
	memcpy(CMSG_DATA(&control.header), content, bytes);
	call(sendmsg, fd, &message, MSG_DONTWAIT);
	control.header.cmsg_len = 3; /* less than its own header */
	call(sendmsg, fd, &message, MSG_DONTWAIT);
	control.header.cmsg_len = SIZE_MAX / 2; /* no more than that: aligned, it is 0, and strace 6.1 never ends */
	call(sendmsg, fd, &message, MSG_DONTWAIT);
}

/* Takes whatever is there, with room for addresses and control messages. */
static void receive_flags(int fd, int flags)
{
	struct sockaddr_storage from;
	char room[512];
	struct iovec bytes = {out, 100};
	struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &bytes, .msg_iovlen = 1,
				 .msg_control = room, .msg_controllen = sizeof(room)};

	while (call(recvmsg, fd, &message, flags | MSG_DONTWAIT | MSG_CMSG_CLOEXEC) > 0) {
		message.msg_namelen = sizeof(from);
		message.msg_controllen = sizeof(room);
	}
	message.msg_controllen = 5; /* too little for any */
	call(recvmsg, fd, &message, flags | MSG_DONTWAIT);
}

static void receive(int fd)
{
	receive_flags(fd, 0);
}

EXTRA(messages_unix)
{
	struct ucred self = {getpid(), getuid(), getgid()}, other = {1, 12345, 12345};
	int fds[253], ends[2], on = 1;

	need(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) == 0);
	need(setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0);
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		fds[i] = STDIN_FILENO;
	control(ends[0], SOL_SOCKET, SCM_RIGHTS, fds, 3 * sizeof(*fds));
	control(ends[0], SOL_SOCKET, SCM_RIGHTS, fds, 100 * sizeof(*fds));
	control(ends[0], SOL_SOCKET, SCM_RIGHTS, "x", 1);
	control(ends[0], SOL_SOCKET, SCM_CREDENTIALS, &self, sizeof(self));
	control(ends[0], SOL_SOCKET, SCM_CREDENTIALS, &other, sizeof(other));
	control(ends[0], SOL_SOCKET, 77, "content", 7);
	control(ends[0], 77, 78, "content", 7);
	receive(ends[1]);
}

EXTRA(messages_inet)
{
	struct in_pktinfo from = {.ipi_ifindex = 1, .ipi_spec_dst = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_in peer;
	int fd, on = 1, hops = 7;

	own_network();
	fd = inet_datagrams(4000);
	peer = inet_address(4000);
	need(connect(fd, (struct sockaddr *)&peer, sizeof(peer)) == 0);
	need(setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) == 0);
	need(setsockopt(fd, IPPROTO_IP, IP_RECVTTL, &on, sizeof(on)) == 0);
	need(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) == 0);
	control(fd, IPPROTO_IP, IP_PKTINFO, &from, sizeof(from));
	control(fd, IPPROTO_IP, IP_TTL, &hops, sizeof(hops));
	control(fd, IPPROTO_IP, IP_TOS, &hops, sizeof(hops));
	receive(fd);
}

/* A UDP socket of ::1 that wants to know all of what comes; and what it sends itself. */
EXTRA(messages_inet6)
{
	static const int options[] = {IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, IPV6_RECVERR};
	struct in6_pktinfo from = {.ipi6_addr = IN6ADDR_LOOPBACK_INIT, .ipi6_ifindex = 1};
	struct sockaddr_in6 here = inet6_address(4000), nobody = inet6_address(4001);
	int fd, on = 1, hops = 7;

	own_network();
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	need(bind(fd, (struct sockaddr *)&here, sizeof(here)) == 0);
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		need(setsockopt(fd, IPPROTO_IPV6, options[i], &on, sizeof(on)) == 0);
	works(call(sendto, fd, "message", 7, 0, &nobody, sizeof(nobody)));
	receive_flags(fd, MSG_ERRQUEUE);
	need(connect(fd, (struct sockaddr *)&here, sizeof(here)) == 0);
	control(fd, IPPROTO_IPV6, IPV6_PKTINFO, &from, sizeof(from));
	control(fd, IPPROTO_IPV6, IPV6_HOPLIMIT, &hops, sizeof(hops));
	control(fd, IPPROTO_IPV6, IPV6_TCLASS, &hops, sizeof(hops));
	receive(fd);
}

/* Nobody listens there: the error comes with who said so. */
EXTRA(messages_errors)
{
	struct sockaddr_in nobody = inet_address(4001);
	int fd, on = 1;

	own_network();
	fd = inet_datagrams(4000);
	need(setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)) == 0);
	works(call(sendto, fd, "message", 7, 0, &nobody, sizeof(nobody)));
	receive_flags(fd, MSG_ERRQUEUE);
}

/* When it came and went, in three ways. */
EXTRA(messages_times)
{
	static const struct {
		int option, value;
	} wanted[] = {{SO_TIMESTAMP, 1}, {SO_TIMESTAMPNS, 1}, {SO_TIMESTAMPING, 0x18 /* what comes in, by the kernel */},
		      {63 /* SO_TIMESTAMP_NEW */, 1}, {64 /* SO_TIMESTAMPNS_NEW */, 1}};
	struct sockaddr_in to = inet_address(4000);
	int fd;

	own_network();
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		fd = inet_datagrams(4000);
		need(setsockopt(fd, SOL_SOCKET, wanted[i].option, &wanted[i].value, sizeof(wanted[i].value)) == 0);
		works(call(sendto, fd, "message", 7, 0, &to, sizeof(to)));
		receive(fd);
		close(fd);
	}
}

/* A cipher takes what it is to do, and with what, along with the text. */
EXTRA(messages_cipher)
{
	struct {
		unsigned int bytes;
		unsigned char iv[16];
	} vector = {16, "0123456789abcde"};
	struct {
		unsigned short family;
		char type[14];
		unsigned int features, mask;
		char name[64];
	} address = {AF_ALG, "skcipher", 0, 0, "cbc(aes)"};
	int bound, fd, operation = 1, bytes = 8;

	if (!protocol_here("ALG"))
		return;
	bound = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (bound < 0 || bind(bound, (struct sockaddr *)&address, sizeof(address)))
		return;
	need(setsockopt(bound, 279, 1 /* ALG_SET_KEY */, "0123456789abcdef", 16) == 0);
	fd = accept(bound, NULL, NULL);
	need(fd >= 0);
	control(fd, 279, 3, &operation, sizeof(operation));
	control(fd, 279, 2, &vector, sizeof(vector));
	control(fd, 279, 4, &bytes, sizeof(bytes));
}

/* Arrays whose messages have everything that one can have, and more of them than anybody tells. */
EXTRA(messages_arrays)
{
	static struct mmsghdr messages[20];
	static struct sockaddr_in to;
	static char rooms[20][64];
	static struct iovec bytes[20];
	struct in_pktinfo from = {.ipi_ifindex = 1, .ipi_spec_dst = {htonl(INADDR_LOOPBACK)}};
	int fd, on = 1;

	own_network();
	fd = inet_datagrams(4000);
	to = inet_address(4000);
	need(setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) == 0);
	for (size_t i = 0; i < 20; i++) {
		struct cmsghdr *header = (struct cmsghdr *)rooms[i];

		*header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(from)), .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO};
		memcpy(CMSG_DATA(header), &from, sizeof(from));
		bytes[i] = (struct iovec){out + 64 * i, i + 1};
		messages[i].msg_hdr = (struct msghdr){.msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = bytes + i, .msg_iovlen = 1,
						      .msg_control = rooms[i], .msg_controllen = CMSG_SPACE(sizeof(from))};
	}
	works(call(sendmmsg, fd, messages, 3, 0));
	works(call(sendmmsg, fd, messages, 20, MSG_DONTWAIT));
	works(call(sendmmsg, fd, at_border(messages, sizeof(*messages)), 2, 0));
	for (size_t i = 0; i < 20; i++)
		messages[i].msg_hdr.msg_controllen = i % 3 ? sizeof(rooms[i]) : 0;
	works(call(recvmmsg, fd, messages, 3, MSG_DONTWAIT, NULL));
	works(call(recvmmsg, fd, messages, 20, MSG_DONTWAIT, NULL));
	works(call(recvmmsg, fd, messages, 20, MSG_DONTWAIT, NULL));
	fails(EAGAIN, call(recvmmsg, fd, messages, 20, MSG_DONTWAIT, NULL));
}

EXTRA(messages_named)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "bound"}, from;
	socklen_t bytes = sizeof(from);
	int bound = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	need(bind(bound, (struct sockaddr *)&address, sizeof(address)) == 0);
	works(call(sendto, fd, "message", 7, 0, &address, sizeof(address)));
	works(call(recvfrom, bound, out, 100, 0, &from, &bytes)); /* from one without name */
	memcpy(address.sun_path, "other", 6);
	need(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	memcpy(address.sun_path, "bound", 6);
	works(call(sendto, fd, "message", 7, 0, &address, sizeof(address)));
	bytes = sizeof(from);
	works(call(recvfrom, bound, out, 100, 0, &from, &bytes));
	fails(ECONNREFUSED, (close(bound), call(sendto, fd, "message", 7, 0, &address, sizeof(address))));
}
